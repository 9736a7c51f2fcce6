/*
 * Situational rules of claims as data: schemas/x12/situations.tsv (SNIP type 4) and services.tsv (type 6, of the kinds of
 * service) say what must stand in a claim, a line or the part of another payer when something else does; scripts/generate-x12-situations makes these tables of it. What the
 * rules name is noted as the segments pass, and judged when the loop ends.
 */
#ifndef CLAIMLINE_X12_SITUATIONS_H
#define CLAIMLINE_X12_SITUATIONS_H

#include "common/x12/x12_validate.h"

/* Where a place stands. Each holds until the next of its kind or of one above it begins; payer and line stand in the claim. */
enum x12_scope {
    X12_SCOPE_SET,
    X12_SCOPE_BILLING,
    X12_SCOPE_SUBSCRIBER,
    X12_SCOPE_PATIENT,
    X12_SCOPE_CLAIM,
    X12_SCOPE_PAYER,
    X12_SCOPE_LINE,
    X12_SCOPE_COUNT
};

enum { X12_SITUATION_PLACES = 256, X12_SITUATION_VALUES = 96 };

/* Element and component (0: the whole element) that rules look at, and where its value is noted. The components of one
 * element stand together, ascending. */
struct x12_situation_value {
    uint8_t element, component, slot;
};
struct x12_situation_place {
    uint8_t scope, first_value, value_count;
};
enum x12_term_kind {
    X12_TERM_PRESENT,
    X12_TERM_ABSENT,
    X12_TERM_FILLED,
    X12_TERM_EMPTY,
    X12_TERM_IS,
    X12_TERM_IS_NOT,
    X12_TERM_IN,    /* in one of the spans that its codes are, two by two, the first character highest */
    X12_TERM_NOT_IN /* in none of them; also when it is empty */
};
/* A place (PRESENT, ABSENT), or any of `slots` values from `slot` on. */
struct x12_situation_term {
    uint8_t kind, scope, slot, slots;
    uint16_t first_code, code_count;
    uint64_t low, high; /* the least and the greatest of its codes, the first character highest: what lies outside is none of them */
};
struct x12_situation {
    uint16_t finding;
    uint8_t scope;
    const char *loop;
    uint16_t when;
    uint8_t when_count;
    uint16_t must;
    uint8_t must_count;
    const char *row; /* of a payer's profile, as it fills the sentence; NULL: a rule of the guide */
};
struct x12_situations {
    const struct x12_guide *guide;
    const uint8_t *slots; /* by place number; 0: no rule looks at it */
    const struct x12_situation_place *places; /* by slot */
    const struct x12_situation_value *values;
    const uint64_t *codes; /* as x12_code has them */
    const struct x12_situation_term *terms;
    const struct x12_situation *rules;
    size_t rule_count;
    const uint16_t *loops; /* the loop that begins a scope, by scope */
};
extern const struct x12_situations x12_situations_all[];
extern const size_t x12_situations_count;

/* What was met in one scope. A value too long to be a code is UINT64_MAX: filled, and like none. */
struct x12_situation_record {
    uint64_t seen[X12_SITUATION_PLACES / 64];
    uint64_t values[X12_SITUATION_VALUES]; /* 0: not there, or empty */
};

/* A set begins: its guide's rules, if it has any. */
void x12_situations_begin(struct x12_check *check);
/* The rules of the state are there (state->situations) in what follows. */
/* The loop that the segment at hand opened. */
void x12_situations_open(struct x12_check *check, uint16_t loop);
/* The segment at hand, in its place. */
void x12_situations_segment(struct x12_check *check);
/* A loop ends: the rules of its scope are judged, at the claim's or the line's first segment. */
void x12_situations_close(struct x12_check *check, uint16_t loop);

#endif
