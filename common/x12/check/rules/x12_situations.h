/*
 * Situational rules as data: schemas/x12/situations.tsv (SNIP type 4) and services.tsv (type 6, of the kinds of service) say
 * what must stand in a claim, a line, the part of another payer or one segment when something else does;
 * scripts/generate-x12-situations makes these tables of them, and x12_edits.h adds what a payer wants (type 7). As a
 * segment passes, each question that a rule asks about it is answered once, by a mark (or, for what is compared, a value)
 * in the record of its scope. When the scope ends the rules only ask for marks.
 */
#ifndef CLAIMLINE_X12_SITUATIONS_H
#define CLAIMLINE_X12_SITUATIONS_H

#include "common/x12/check/x12_validate.h"

/* Where a place stands. Each holds until the next of its kind or of one above it begins; payer and line stand in the claim,
 * which has their marks too. */
enum x12_scope {
    X12_SCOPE_SET,
    X12_SCOPE_BILLING,
    X12_SCOPE_SUBSCRIBER,
    X12_SCOPE_PATIENT,
    X12_SCOPE_CLAIM,
    X12_SCOPE_PAYER,
    X12_SCOPE_LINE,
    X12_SCOPE_SEGMENT, /* the one at hand */
    X12_SCOPE_COUNT
};

enum { X12_SITUATION_MARKS = 1024, X12_SITUATION_VALUES = 128, X12_SITUATION_NO_MARK = 0xFFFF };

/* The mark that a code gives; sorted by code. */
struct x12_situation_code {
    uint64_t code; /* as x12_code has it */
    uint16_t mark;
};
/* The mark that every code from `low` to `high` gives, these too; as x12_code has them, but the first character highest, so that
 * they compare as texts do. */
struct x12_situation_span {
    uint64_t low, high;
    uint16_t mark;
};
/* FILLED to LESS give the mark `slot`, DATE to TEXT the value `slot`. */
enum x12_test_kind {
    X12_TEST_FILLED,
    X12_TEST_STARTS, /* with `length` characters of `operand` */
    X12_TEST_DIGITS, /* `length` digits and nothing else */
    X12_TEST_MORE,   /* than `operand` hundredths */
    X12_TEST_LESS,
    X12_TEST_DATE,   /* first and last day, yyyymmdd */
    X12_TEST_NUMBER, /* in hundredths */
    X12_TEST_TEXT    /* its hash */
};
struct x12_situation_test {
    uint8_t kind, length;
    uint16_t slot;
    int64_t operand;
};
/* What is asked about a span of elements, or of components of each (0: the whole element). */
struct x12_situation_look {
    uint8_t own; /* for the rules of the segment at hand alone */
    uint8_t first_element, last_element, first_component, last_component;
    uint16_t first_code, code_count, first_test, test_count, first_span, span_count;
};
struct x12_situation_place {
    uint8_t scope;
    uint16_t mark; /* that it was seen; X12_SITUATION_NO_MARK: nobody asks */
    uint16_t first_look, look_count;
    uint16_t first_rule, rule_count; /* of place_rules: judged with the segment */
};
enum x12_term_kind { X12_TERM_MARK, X12_TERM_TWICE, X12_TERM_BEFORE, X12_TERM_AFTER, X12_TERM_SAME };
/* A mark of a record, or two values compared; other_scope X12_SCOPE_COUNT: with today. */
struct x12_situation_term {
    uint8_t kind, negated;
    uint8_t scope, last, other_scope, other_last; /* last: the last day instead of the first */
    uint16_t slot, other_slot;
    uint16_t years;
};
/* Broken when all terms of `when` hold and none of those of `must`, which follow them. */
struct x12_situation {
    uint16_t finding;
    uint8_t element; /* of the segment at hand; 0: none */
    const char *loop;
    uint16_t when;
    uint8_t when_count, must_count;
    const char *row;  /* of a payer's profile, as it fills the sentence; NULL: a rule of the guide */
    const char *code; /* finding.code of a payer's rule; NULL: 21 */
};
struct x12_situations {
    const struct x12_guide *guide;
    const uint8_t *slots; /* by place number; 0: no rule looks at it */
    const struct x12_situation_place *places; /* by slot */
    const struct x12_situation_look *looks;
    const struct x12_situation_code *codes;
    const struct x12_situation_test *tests;
    const struct x12_situation_span *spans;
    const struct x12_situation_term *terms;
    const struct x12_situation *rules;
    const uint16_t *place_rules;
    /* For claims, payers and lines, in this order. A rule hangs on one mark of its scope and is judged when that is set: */
    const uint64_t *trigger_masks; /* the marks on which rules hang, in words of 64 */
    const uint16_t *triggers;      /* by mark, and behind the last mark for rules that hang on none: where in triggered */
    const uint16_t *triggered;     /* a count and so many rules; [0] is none */
    const uint16_t *loops;         /* the loop that begins a scope, by scope */
    uint16_t rule_count, mark_count, own_mark_count;
};
extern const struct x12_situations x12_situations_all[];
extern const size_t x12_situations_count;

struct x12_situation_value {
    int64_t first, last;
};
/* What was met in one scope. Of several dates and numbers the smallest and the largest count, of several texts the first. */
struct x12_situation_record {
    uint64_t seen[X12_SITUATION_MARKS / 64], twice[X12_SITUATION_MARKS / 64];
    uint64_t filled[X12_SITUATION_VALUES / 64];
    struct x12_situation_value values[X12_SITUATION_VALUES];
};

/* A set begins: its guide's rules, if it has any. */
void x12_situations_begin(struct x12_check *check);
/* The rules of the state are there (state->situations) in what follows. */
/* The loop that the segment at hand opened. */
void x12_situations_open(struct x12_check *check, uint16_t loop);
/* The segment at hand, in its place; its own rules are judged. */
void x12_situations_segment(struct x12_check *check);
/* A loop ends: the rules of its scope are judged, at the claim's or the line's first segment. */
void x12_situations_close(struct x12_check *check, uint16_t loop);

#endif
