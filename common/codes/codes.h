/*
 * Editions of code sets. An edition is immutable: sets of codes, each code with the dates between which it is valid, and
 * small dated tables of rules that are facts (which symptom belongs to which diagnosis). A claim is judged by its own
 * dates of service; where the edition does not cover a date, that is said, and never another year used.
 *
 * One edition is built in: the starter, made at build time from schemas/codes/ (sources: schemas/LICENCES-CODES.md).
 * Nothing here allocates; everything returned points into constant memory.
 */
#ifndef CLAIMLINE_CODES_H
#define CLAIMLINE_CODES_H

#include "common/text/text.h"

enum codes_set {
    CODES_ICD10CM,  /* diagnoses, without the point: "J101" */
    CODES_HCPCS,    /* HCPCS level II: a letter and four digits */
    CODES_CPT,      /* HCPCS level I */
    CODES_MODIFIER, /* two characters */
    CODES_PLACE,    /* place of service, two digits */
    CODES_SET_COUNT
};

enum codes_verdict {
    CODES_UNKNOWN,         /* the set is complete and has no such code */
    CODES_HEADER,          /* longer codes begin with it; it is not billable itself and has not been within reach */
    CODES_VALID,           /* billable on that date */
    CODES_NOT_YET,         /* begins later: `from` */
    CODES_ENDED,           /* was billable until `to` */
    CODES_NOT_HELD,        /* the set is not complete and does not hold it: nothing can be said */
    CODES_EDITION_MISSING, /* the date lies outside what the edition covers of this set: nothing can be said */
    CODES_VERDICT_COUNT
};

struct codes_edition;

struct codes_answer {
    enum codes_verdict verdict;
    int32_t from, to;   /* of the code's period that the verdict is about; 0 = open */
    struct text words;  /* short words, empty when the edition has none */
    /* Where editions between two are missing, a day may be known as one of several (common/codeset); 0: it is known. */
    int32_t to_latest;     /* of ENDED: its last day is one from `to` to this */
    int32_t from_earliest; /* of NOT_YET: its first day is one from this to `from` */
};

/* A symptom that is integral to a diagnosis. */
struct codes_symptom {
    const char *symptom, *cause; /* beginnings of codes */
    int32_t from, to;            /* 0 = open */
    const char *guideline;       /* section of the ICD-10-CM guidelines: "I.B.5" */
};

/* A diagnosis that belongs to an age. */
struct codes_age {
    const char *code; /* beginning of codes */
    int32_t low, high; /* whole years, both included */
    int32_t from, to;
    const char *what;
};

/* The edition that is built in. */
const struct codes_edition *codes_starter(void);
/* Its name, at most 32 bytes: kept with every verdict. */
struct text codes_edition_name(const struct codes_edition *edition);
const char *codes_set_name(const struct codes_edition *edition, enum codes_set set);
/* First and last day that the edition covers of a set, both included. */
void codes_coverage(const struct codes_edition *edition, enum codes_set set, int32_t *from, int32_t *to);
bool codes_complete(const struct codes_edition *edition, enum codes_set set);

/* How many codes it holds of a set, on whatever day; rows of them, a code having one a period; rows that are categories. */
struct codes_size {
    uint32_t codes, rows, headers;
};
struct codes_size codes_size_of(const struct codes_edition *edition, enum codes_set set);
/* Does it hold the code, on whatever day? */
bool codes_holds(const struct codes_edition *edition, enum codes_set set, struct text code);

/* What the edition says of a code on a date (yyyymmdd, a real day). Upper case, no point. */
struct codes_answer codes_find(const struct codes_edition *edition, enum codes_set set, struct text code, int32_t date);
/* The words alone, whatever the date. */
struct text codes_words(const struct codes_edition *edition, enum codes_set set, struct text code);

/* The set that a procedure code belongs to by its form: a letter from A to V and four digits (level II), or five digits, or
 * four digits and a letter (CPT). False for any other form. */
bool codes_procedure_set(struct text code, enum codes_set *set);

/* The rule by which `symptom` is part of `cause` on that date; NULL when there is none. Both are diagnosis codes. */
const struct codes_symptom *codes_symptom_of(const struct codes_edition *edition, struct text symptom, struct text cause,
                                             int32_t date);
/* The age that a diagnosis belongs to on that date; NULL when it belongs to any. */
const struct codes_age *codes_age_of(const struct codes_edition *edition, struct text code, int32_t date);

#endif
