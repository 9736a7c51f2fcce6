/*
 * The shapes of the tables that scripts/generate-x12 makes of schemas/x12: dictionary and implementation
 * guides. One generated header a guide, for example "schemas/x12/x12_837p.h", names every loop
 * (X12_837P_LOOP_2300) and every segment reference, called a place (X12_837P_2300_REF_F8). As text a place is
 * written "2300/REF*F8".
 *
 * How a place is named: loop, segment, and, when a qualifier tells it apart, the first code that the guide
 * lists.
 */
#ifndef CLAIMLINE_X12_GUIDE_H
#define CLAIMLINE_X12_GUIDE_H

#include "common/text/text_word.h"
#include "common/x12/x12_reader.h"

enum x12_usage { X12_REQUIRED, X12_SITUATIONAL, X12_NOT_USED };
enum x12_type {
    X12_TYPE_AN,
    X12_TYPE_ID,
    X12_TYPE_R,  /* decimal with an explicit point */
    X12_TYPE_N0, /* whole number */
    X12_TYPE_N2, /* two implied decimals */
    X12_TYPE_DT, /* CCYYMMDD, or YYMMDD where six digits are allowed */
    X12_TYPE_TM, /* HHMM, HHMMSS, HHMMSSD, HHMMSSDD */
    X12_TYPE_B,  /* binary: any byte */
    X12_TYPE_COMPOSITE,
    X12_TYPE_COUNT
};

/* Codes of at most 8 characters, as numbers (x12_code), sorted. */
struct x12_codes {
    const uint64_t *items;
    uint16_t count; /* 0: any value */
    uint16_t mask;  /* of a hash without collisions that lies behind the items: mask + 1 slots */
    uint32_t multiplier; /* 0: there is no hash */
};

/* Up to 8 characters as a number, first character lowest; 0 for an empty or longer text. */
static inline uint64_t
x12_code(struct text t)
{
    return t.length <= TEXT_WORD_BYTES ? text_word(t) : 0;
}

bool x12_codes_search(const struct x12_codes *codes, uint64_t code);

static inline bool
x12_codes_hold(const struct x12_codes *codes, uint64_t code)
{
    if (codes->multiplier != 0) /* an empty slot holds a code of another slot */
        return codes->items[codes->count + (code * codes->multiplier >> 32 & codes->mask)] == code;
    return x12_codes_search(codes, code);
}

/* What a value of a segment without odd characters is held against first, by x12_element.c; what does not pass, and the
 * rest (none), is judged in full. */
enum x12_quick {
    X12_QUICK_NONE,
    X12_QUICK_LENGTH,
    X12_QUICK_CODE,
    X12_QUICK_NUMBER,
    X12_QUICK_DATE,
    X12_QUICK_TIME,
    X12_QUICK_FORMAT, /* a date, period or time after its format (1251) */
    X12_QUICK_COMPOSITE
};

/* An element of a segment reference, or a component of a composite. */
struct x12_element_rule {
    uint8_t usage;  /* enum x12_usage */
    uint8_t type;   /* enum x12_type */
    uint8_t repeat; /* most repetitions; 1 where the guide says nothing */
    uint8_t component_count;
    uint8_t quick;     /* enum x12_quick */
    uint16_t min, max; /* characters; for R, N0, N2 digits, sign and point not counted; of a composite max is the
                          position of its last required component */
    uint16_t number;   /* data element reference number, 0 for a composite */
    uint16_t list;     /* of x12_code_words: the words for its codes; 0: none */
    union {
        struct x12_codes codes; /* of a composite: none */
        const struct x12_element_rule *components;
    };
};
_Static_assert(sizeof(struct x12_element_rule) == 32, "two of them share a line of the cache");

/* Of an element: rule->min and rule->max once more, side by side, for what is judged by its length alone. */
struct x12_length {
    uint16_t min, max;
};

/* A relational condition between elements (or components, when it stands at a composite). */
struct x12_note {
    char kind; /* P all or none, R at least one, E at most one, C first then all, L first then one of the rest
                */
    uint8_t count; /* of positions */
    uint8_t positions[6];
    /* The same as masks of present elements (bit 0 is always set): when one of `when` is there, so are all of `all` and
     * one of `any`. Of E only `when` counts: it holds all. */
    uint64_t when, all, any;
};

enum { X12_PLACE_ELEMENTS_MAX = 31, X12_CACHE_LINE_BYTES = 64 };

struct x12_place {
    /* What each segment asks of its place: one line of the cache */
    _Alignas(X12_CACHE_LINE_BYTES) uint32_t segment; /* X12_ID */
    uint16_t number;   /* the enumerator of the generated header */
    uint16_t loop;     /* number of the loop in which it stands */
    uint8_t element_count;
    uint8_t required_count; /* position of the last required element */
    uint8_t note_count;
    uint8_t test_element, test_component; /* the qualifier that tells siblings apart; 0: none */
    const struct x12_element_rule *elements; /* [0] is the first element */
    const struct x12_length *lengths;        /* [0] is of the first element */
    const struct x12_note *notes;
    /* bit n: element n */
    uint32_t required;
    uint32_t quick; /* bit 0; those that have a quick judgement; the one that the walker has compared with its codes, when
                       nothing more is to be said of it */
    uint32_t by_length, by_code, by_type; /* which: the length alone, the code (of a fitting length) alone, any other */
    uint32_t noted;    /* that bring a condition into play */
    /* The rest */
    const char *name;  /* "2300/REF*F8" */
    const char *title; /* our own words: "payer claim control number" */
    struct x12_codes test;
};

/* One child of a loop in the guide's order: a place, or an inner loop (which begins with its first place). */
struct x12_child {
    uint16_t place; /* for a loop: its first place */
    uint16_t loop;  /* number of the inner loop, or X12_NO_LOOP */
    uint16_t group; /* children of the same group come in any order */
    uint16_t max;   /* most times; 0: no limit */
    uint8_t usage;  /* enum x12_usage */
};
enum { X12_NO_LOOP = 0xFFFF, X12_DEPTH_MAX = 12, X12_CHILDREN_MAX = 96 };

/* A child that must occur: children[ordinal], with its group. */
struct x12_required {
    uint16_t group;
    uint8_t ordinal;
};

struct x12_loop {
    const char *name;  /* "2300"; a pair of bounds (LS, LE) goes by the name of the loop around it */
    const char *title; /* our own words: "claim" */
    uint16_t number;
    uint16_t child_count;
    const struct x12_child *children; /* [0] is the place that begins the loop */
    const struct x12_required *required;
    uint8_t required_count;
    bool claim; /* the loop that is one claim (2300 of the 837, 2100 of the 835, 2200D of the 277CA) */
};

/* Children of a loop with the same segment id: candidates[first] and the following. All that the walker looks
 * at of a child lies together. */
struct x12_index {
    uint16_t first;
    uint8_t count;
};
struct x12_candidate {
    uint64_t code;          /* the first code of the test */
    struct x12_codes codes; /* all of them; none: no test */
    uint16_t place, loop, group, max; /* of the child, as in struct x12_child */
    uint8_t ordinal;
    uint8_t element,
        component; /* of the test; the same for all places with this segment id that have one */
};

struct x12_guide {
    const char *name;       /* "005010X222A1" */
    const char *set;        /* ST01: "837" */
    const char *functional; /* GS01: "HC" */
    const char *const
        *aliases; /* versions read as this guide ("X222A2", without the 005010), name included */
    uint8_t alias_count;
    bool set_has_version; /* ST03 stands in the set (not in the 835) */
    const struct x12_place *places;
    const struct x12_loop *loops; /* [0] is the set itself: ST to SE */
    uint16_t place_count, loop_count;
    /* private to the walker: (loop, segment) -> candidates */
    const uint32_t *segments; /* the ids that occur, in a hash of 256 slots */
    const uint8_t *segment_numbers;
    uint8_t segment_count;
    uint32_t hash_multiplier;      /* slot = (id * multiplier) >> 24, without collisions */
    const struct x12_index *index; /* [loop * segment_count + segment number] */
    const struct x12_candidate *candidates;
};

/* All guides of this build. */
extern const struct x12_guide *const x12_guides[];
extern const uint16_t x12_guide_count;
/* Places of ISA, IEA, GS, GE and TA1 (the walker does not use it as a set); enumerators in
 * "schemas/x12/x12_envelope.h". */
extern const struct x12_guide x12_guide_envelope;

/* The guide for a GS08 or ST03 ("005010X222A2", "005010X222", also without 005010) and an ST01; NULL when
 * unknown. An empty version never matches; an empty set id is not compared. */
const struct x12_guide *x12_guide_find(struct text version, struct text set);
/* By its written name "2300/REF*F8"; NULL when there is none. Slow: for maps at start and tests. */
const struct x12_place *x12_guide_place(const struct x12_guide *guide, struct text name);
const struct x12_loop *x12_guide_loop(const struct x12_guide *guide, struct text name);
/* Data element reference number for IK402 of an element (component 0: the element itself); 0 when unknown. */
uint16_t x12_guide_element_number(const struct x12_guide *guide, uint32_t segment, unsigned element,
                                  unsigned component);
/* True when the segment id occurs anywhere in the guide. */
bool x12_guide_knows(const struct x12_guide *guide, uint32_t segment);

#endif
