/* Where a claim, a line or a code stood, for what is said of it later. Private to common/x12. */
#ifndef CLAIMLINE_X12_ANCHOR_H
#define CLAIMLINE_X12_ANCHOR_H

#include <stdint.h>

struct x12_anchor {
    char id[4];
    uint64_t offset;
    uint32_t position;
};

#endif
