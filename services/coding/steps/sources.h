/* Where it is written what a finding says of two codes: the source of the row of facts that it was raised by. */
#ifndef CLAIMLINE_CODING_SOURCES_H
#define CLAIMLINE_CODING_SOURCES_H

#include "common/text/text.h"

/* By the detail that the finding was raised with: "I10 with N182 is I12", "99309 in 11", "26 with TC", "condition code 44 wants ...".
 * NULL: its rule has no rows of facts, and coding_source says all. It names conditions and services, and is as private as the detail. */
const char *coding_fact_source(uint64_t finding, struct text detail);

#endif
