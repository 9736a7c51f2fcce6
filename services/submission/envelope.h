/*
 * The envelope of one inbox file: where its groups lie and of what kind they are. Findings of the content are the business of
 * those who read it.
 */
#ifndef CLAIMLINE_SUBMISSION_ENVELOPE_H
#define CLAIMLINE_SUBMISSION_ENVELOPE_H

#include "common/x12/x12_reader.h"

enum { ENVELOPE_GROUPS_MAX = 256 };

/* Bytes [start, end) of the file, GS to GE. */
struct envelope_group {
    uint64_t interchange_start; /* of its ISA */
    uint64_t start, end;
    bool remittance; /* an 835 that has its GE: to be sent on */
};

struct envelope {
    struct envelope_group groups[ENVELOPE_GROUPS_MAX];
    size_t group_count;
    bool answers;      /* holds something other than 835: TA1, 999, 277CA, 277, 271 */
    bool remittances;  /* holds 835 */
    const char *fault; /* why it could not be read, or not all of it; static */
    /* private */
    uint64_t interchange_start;
    bool in_group;
};

/* A segment of the file; those that are none of ISA, TA1, GS, GE and IEA may be left out. */
void envelope_note(struct envelope *envelope, const struct x12_segment *segment);
/* The file is read: `status` NOT_FOUND at its end, else why not (`fault` may be NULL). */
void envelope_end(struct envelope *envelope, enum status status, const char *fault, bool in_interchange);

#endif
