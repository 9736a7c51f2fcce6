/*
 * Cutting an interchange of claims (837) into several, and making one interchange of several. Both go over segments as
 * they stand: what they change is envelope, set headers and trailers, and the numbers of the levels (HL). The input
 * is to be one that `x12_check` has no error of SNIP type 1 or 2 about; what does not fit is INVALID.
 */
#ifndef CLAIMLINE_X12_SPLIT_H
#define CLAIMLINE_X12_SPLIT_H

#include "common/x12/check/x12_validate.h"
#include "common/x12/x12_writer.h"

enum { X12_SPLIT_REASON = 160 };

/* Where a part goes. `open` begins part `number` (from 1) and sets what `write` gets as its context. */
struct x12_split_target {
    enum status (*open)(void *context, uint32_t number);
    x12_sink write;
    enum status (*close)(void *context, uint32_t number, uint32_t claims, uint64_t control);
    void *context;
};

struct x12_split_options {
    uint32_t claims;  /* at most so many claims a part, from 1 */
    uint64_t control; /* ISA13 and GS06 of the first part, the next ones count up; 0: that of the interchange */
};

/*
 * Reads interchanges from the source and writes parts. Every part has the levels that its claims stand in, numbered
 * from 1; sets are numbered from 0001 in each part; sets without claims are left out. A part never holds claims of
 * two interchanges. INVALID: `reason` says why (no 837, a claim over X12_PIN_BYTES, not X12); else what the target or
 * the source said.
 */
enum status x12_split(const struct x12_split_options *options, x12_source source, void *context,
                      const struct x12_split_target *target, char reason[X12_SPLIT_REASON]);

/* One interchange out of several, of any kinds of sets. */
struct x12_join {
    struct x12_writer writer;
    bool begun, in_group;
    uint64_t control;
    char functional[4], version[16];
    struct x12_interchange first; /* sender, receiver, usage: the same in all */
    uint32_t sets, claims;
    x12_sink sink;
    void *context;
};
/* `control`: ISA13 and GS06; 0: that of the first interchange read. */
void x12_join_open(struct x12_join *join, uint64_t control, x12_sink sink, void *context);
/* All interchanges of one source. INVALID: `reason` says why (other parties or delimiters than the first, a
 * TA1, a binary segment of over 65,536 bytes). */
enum status x12_join_add(struct x12_join *join, x12_source source, void *context, char reason[X12_SPLIT_REASON]);
/* Ends the interchange and frees. INVALID when nothing was added. */
enum status x12_join_close(struct x12_join *join);

#endif
