/* A row of a payer's edits as it is read, and what the compiled edits hold. Private to x12_edits*.c. */
#ifndef CLAIMLINE_X12_EDITS_ROW_H
#define CLAIMLINE_X12_EDITS_ROW_H

#include "common/arena/arena.h"
#include "common/x12/check/edits/x12_edits.h"
#include "common/x12/check/rules/x12_situations.h"

enum { X12_EDIT_GUIDES = 3, X12_EDIT_TERMS = 16, X12_EDIT_CODES = 256 };
enum x12_edit_verb { X12_EDIT_NEED, X12_EDIT_FORBID, X12_EDIT_ALLOW, X12_EDIT_LENGTH, X12_EDIT_VERB_COUNT };

struct x12_edit_term {
    bool negated;     /* "not PLACE", "!=" */
    struct text name; /* "2300/REF*G1" */
    uint8_t element, first, last; /* components; 0: none given */
    struct text codes;            /* "A,B,C..D"; empty: none given */
};
struct x12_edit {
    enum x12_edit_verb verb;
    bool guides[X12_EDIT_GUIDES], guides_given;
    enum x12_scope scope;
    struct x12_edit_term terms[X12_EDIT_TERMS]; /* first those of must, then those of when */
    uint8_t must_count, when_count;
    uint32_t limit;
    bool warns;       /* a warning, no error */
    const char *row;  /* "acme, row authorisation": what fills the sentence */
    const char *code; /* finding.code */
};
/* The finding of an edit that is broken. */
uint16_t x12_edit_finding(const struct x12_edit *edit);

/* A value that is looked at wherever it stands. */
struct x12_edit_value {
    const struct x12_edit_value *next; /* of the same place */
    uint8_t element, component;
    bool spans;          /* codes are pairs, the first character highest */
    uint32_t limit;      /* characters; 0: `codes` are what is allowed */
    const uint64_t *codes;
    uint16_t code_count;
    uint16_t finding;
    const char *row, *code;
};
struct x12_edit_table; /* x12_edits_table.c */
struct x12_edits {
    struct arena arena;
    struct arena *scratch; /* of the tables while they grow; NULL afterwards */
    struct {
        const struct x12_guide *guide;
        struct x12_edit_table *table;          /* while it grows */
        const struct x12_situations *rules;    /* NULL: none */
        const struct x12_edit_value **values;  /* by place number; NULL: none */
    } guides[X12_EDIT_GUIDES];
};

/* x12_edits_read.c: the sentence; NULL or what is wrong, with what is allowed, in static words. `wrong`: the piece of it. */
const char *x12_edit_read(struct text text, struct x12_edit *edit, struct text *wrong);
/* Codes of a list as numbers: pairs when one of them is a span, else sorted. NULL when one of them is none. */
const uint64_t *x12_edit_codes(struct arena *arena, struct text codes, bool *spans, uint16_t *count);

/* x12_edits_table.c: adds a rule for one guide to its table, which is made of the guide's own the first time. */
const char *x12_edit_add(struct x12_edits *edits, unsigned guide, const struct x12_edit *edit, struct text *wrong);
/* All rules are there: the table moves out of the scratch, with no more room than it needs. */
void x12_edit_settle(struct x12_edits *edits, unsigned guide);
/* By the name of a loop; COUNT when it belongs to none. */
enum x12_scope x12_edit_scope(struct text loop);

#endif
