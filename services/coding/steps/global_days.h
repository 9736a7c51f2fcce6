/*
 * The global days of a procedure by the Medicare physician fee schedule (Medicare Claims Processing Manual, chapter 12, section 40.1): days
 * behind it whose care is paid with it. 0: its own day, 10: minor, 90: major surgery, with the day before. Below: another concept (the
 * numbers of FEE_GLOBAL), none told, or not known.
 */
#ifndef CLAIMLINE_GLOBAL_DAYS_H
#define CLAIMLINE_GLOBAL_DAYS_H

#include "services/coding/steps/coding.h"

enum {
    GLOBAL_DAYS_MAJOR = 90,
    GLOBAL_DAYS_MATERNITY = -1,
    GLOBAL_DAYS_NOT_APPLICABLE = -2,
    GLOBAL_DAYS_CONTRACTOR = -3, /* the contractor says */
    GLOBAL_DAYS_UNKNOWN = -9 /* no edition covers the day, or the starter edition does not hold the procedure */
};

/* `procedure` is a key of codeset_key. A complete schedule that does not hold it: not applicable. */
int32_t global_days(const struct coding_case *c, uint64_t procedure, int32_t day);
/* By rows of a schedule that are at hand; none of the procedure itself (not of a part of it) that holds on the day: not applicable. */
int32_t global_days_of(const struct codeset_rows *rows, int32_t day);

#endif
