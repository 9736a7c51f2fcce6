/*
 * Writes the claims of an 837 set (P, I or D) one after the other: ST, BHT, 1000A and 1000B, then claim by claim, then SE.
 * Levels (HL) are numbered anew, and a level is opened only where it differs from the one that is open: claims of the
 * same billing provider and subscriber that follow each other share them. Memory does not grow with the claims.
 */
#ifndef CLAIMLINE_X12_CLAIMS_H
#define CLAIMLINE_X12_CLAIMS_H

#include "common/x12/map/x12_map.h"
#include "schemas/records/claim_body.h"
#include "schemas/records/claim_set.h"

enum { X12_CLAIMS_LEVELS = 3 }; /* billing provider, subscriber, patient */
/* The records of the maps of all three guides, by number. */
enum { X12_CLAIMS_SET, X12_CLAIMS_CLAIM };

/* One of the three guides. */
struct x12_claims_guide {
    const struct x12_map *map;
    uint16_t set_loop, claim_loop, level_loops[X12_CLAIMS_LEVELS];
};

struct x12_claims {
    struct x12_map_writer map; /* map.fault after INVALID */
    uint32_t count;            /* claims written in this set */
    /* private */
    const struct x12_claims_guide *guide;
    uint32_t form; /* claim_form */
    struct x12_writer *out;
    struct x12_writer levels[X12_CLAIMS_LEVELS], fresh[X12_CLAIMS_LEVELS], claim;
    uint64_t numbers[X12_CLAIMS_LEVELS], last_number;
    bool open[X12_CLAIMS_LEVELS], open_with_patient;
    uint32_t of_patient; /* claims under the open subscriber or patient: the guide repeats 2300 at most 100 times */
};

/* The map of an 837; NULL: the guide is none of the three. */
const struct x12_map *x12_claims_map(const struct x12_guide *guide);

/* `out` stands inside a group (x12_writer_begin_group with HC and the version of the form) and outlives this. The form is
 * a claim_form; without one it is professional. */
void x12_claims_open_form(struct x12_claims *claims, struct x12_writer *out, uint32_t form);
void x12_claims_open(struct x12_claims *claims, struct x12_writer *out);
void x12_claims_close(struct x12_claims *claims);

/* GS08 and ST03 of what is written: 005010X222A1, 005010X223A2, 005010X224A2; professional alone. */
struct text x12_claims_form_version(uint32_t form);
struct text x12_claims_version(void);

/* The head. Empty: version, purpose (00) and type (CH) are filled in. Status as x12_map_write. */
enum status x12_claims_begin(struct x12_claims *claims, const struct claim_set *set);

/*
 * One claim. With a clm01 it becomes CLM01, and the sender's own number (body->patient_control_number) goes into REF*D9
 * unless one is there; without, the claim is written as it is. OK, or INVALID as x12_map_write says, or for a claim of
 * another form: then nothing of
 * this claim was written and the set goes on; or what the sink said.
 */
enum status x12_claims_add(struct x12_claims *claims, const struct claim_body *body, struct text clm01);

/* SE. */
enum status x12_claims_end(struct x12_claims *claims);

#endif
