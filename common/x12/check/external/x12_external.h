/*
 * Codes of outside (SNIP type 5): schemas/x12/external.tsv says which elements hold codes of which system and on which day they
 * must stand; scripts/generate-x12-external makes these tables of it, and common/codes/codes_lists.h answers. A claim's dates
 * of service come behind its diagnoses and procedures, so codes that depend on them wait until the claim ends.
 * Private to common/x12.
 */
#ifndef CLAIMLINE_X12_EXTERNAL_H
#define CLAIMLINE_X12_EXTERNAL_H

#include "common/codes/codes_lists.h"
#include "common/x12/check/x12_anchor.h"
#include "common/x12/check/x12_validate.h"

/* Beside enum codes_system. */
enum { X12_EXTERNAL_NPI = CODES_SYSTEM_COUNT, X12_EXTERNAL_PROCEDURE };
enum x12_external_day { X12_EXTERNAL_DAY_NONE, X12_EXTERNAL_DAY_SERVICE, X12_EXTERNAL_DAY_AFTER, X12_EXTERNAL_DAY_PAYMENT };

enum {
    X12_EXTERNAL_SLOTS = 64,
    X12_EXTERNAL_SAME = 255,    /* when_element: the element that holds the code */
    X12_EXTERNAL_WAITING = 256, /* codes of a claim that wait for its dates; more are judged without one */
    X12_EXTERNAL_CODE_BYTES = 16, /* longer than any code */
    X12_EXTERNAL_SEEN = 512       /* answers that are kept: a file says the same few codes over and over */
};

struct x12_external_value {
    uint16_t guides;                        /* a bit for each of x12_external_guides */
    uint8_t first, last;                    /* elements */
    uint8_t first_component, last_component; /* 0: the whole element */
    uint8_t when_element, when_component;   /* 0: always */
    uint16_t when_code;
    uint8_t when_count;
    bool when_empty; /* also when it is not given */
    uint8_t system, day;
};
struct x12_external_segment {
    uint32_t id; /* X12_ID; 0: none */
    uint16_t first;
    uint8_t count;
    uint64_t elements, npi; /* a bit for each that holds a code or an NPI; an NPI: what can be judged without lists */
};
extern const uint64_t x12_external_codes[];
extern const struct x12_external_value x12_external_values[];
extern const struct x12_external_segment x12_external_segments[X12_EXTERNAL_SLOTS]; /* slot: id * multiplier >> 26 */
extern const uint32_t x12_external_multiplier;
extern const struct x12_guide *const x12_external_guides[];
extern const size_t x12_external_guide_count;

/* A code that waits for the dates of its claim. */
struct x12_external_code {
    struct x12_anchor anchor;
    const char *loop;
    union {
        char code[X12_EXTERNAL_CODE_BYTES]; /* filled up with zero */
        uint64_t words[X12_EXTERNAL_CODE_BYTES / 8];
    };
    uint8_t length, system, day, element, component;
    int32_t first, last; /* of its line; 0: the claim's */
};
/* A code of which there was nothing to say on these days. */
struct x12_external_seen {
    uint64_t words[X12_EXTERNAL_CODE_BYTES / 8];
    int32_t first, last;
    uint8_t system;
    bool assessed;
};
struct x12_external {
    uint16_t guide; /* its bit; 0: nothing is judged */
    uint16_t count, line; /* waiting; where those of the open line begin */
    int32_t payment;
    int32_t claim_first, claim_last, line_first, line_last; /* yyyymmdd; 0: not known */
    struct x12_external_code codes[X12_EXTERNAL_WAITING];
    struct x12_external_seen seen[X12_EXTERNAL_SEEN];
};

void x12_external_begin(struct x12_check *check);
/* In what follows state->external.guide is not 0. */
void x12_external_segment(struct x12_check *check);
void x12_external_close(struct x12_check *check, uint16_t loop);
void x12_external_claim_begin(struct x12_check *check);
void x12_external_claim_end(struct x12_check *check);

#endif
