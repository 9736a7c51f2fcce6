/*
 * Code systems beyond the starter edition: the small lists that X12 names (places of service, revenue codes, reasons of
 * adjustments, states ...), built in from schemas/codes/, and what a user's files add to them or put in their place. The same
 * question is asked of all: does this code stand on these days?
 *
 * Of a system that no list is held of, only the form of a code is judged. What cannot be judged is said to be so
 * (CODES_NOT_HELD, CODES_EDITION_MISSING), never called wrong.
 */
#ifndef CLAIMLINE_CODES_LISTS_H
#define CLAIMLINE_CODES_LISTS_H

#include "common/codes/codes.h"
#include "common/status/status.h"

/* The rows of schemas/codes/systems.tsv. */
enum codes_system {
    CODES_SYSTEM_ICD10CM,
    CODES_SYSTEM_ICD10PCS,
    CODES_SYSTEM_ICD9CM,
    CODES_SYSTEM_ICD9PCS,
    CODES_SYSTEM_HCPCS,
    CODES_SYSTEM_CPT,
    CODES_SYSTEM_CDT,
    CODES_SYSTEM_MODIFIER,
    CODES_SYSTEM_PLACE,
    CODES_SYSTEM_BILL_TYPE, /* two digits, without the frequency */
    CODES_SYSTEM_BILL_FREQUENCY,
    CODES_SYSTEM_REVENUE,
    CODES_SYSTEM_CONDITION,
    CODES_SYSTEM_OCCURRENCE,
    CODES_SYSTEM_OCCURRENCE_SPAN,
    CODES_SYSTEM_VALUE,
    CODES_SYSTEM_PATIENT_STATUS,
    CODES_SYSTEM_ADMISSION_ORIGIN,
    CODES_SYSTEM_ADMISSION_TYPE,
    CODES_SYSTEM_ADJUSTMENT_REASON,
    CODES_SYSTEM_REMARK,
    CODES_SYSTEM_STATUS_CATEGORY,
    CODES_SYSTEM_STATUS,
    CODES_SYSTEM_TAXONOMY,
    CODES_SYSTEM_STATE,
    CODES_SYSTEM_COUNTRY,
    CODES_SYSTEM_COUNT
};

enum { CODES_KEY_LENGTH = 12, CODES_EDITION_BYTES = 40 };

/* A code's period, both days included; 0 = open. Rows are sorted by key, then by `from`. */
struct codes_list_row {
    uint64_t key; /* up to twelve digits and upper-case letters in base 37: sorts as the code does */
    int32_t from, to;
};

struct codes_list {
    const char *edition; /* NULL: no list is held */
    const struct codes_list_row *rows;
    uint32_t count;
    int32_t from, to; /* days that it covers; 0 = open */
    bool complete;    /* on these days, what it does not hold does not exist */
};

struct codes_system_kind {
    const char *name, *title;
    const char *form;   /* as in systems.tsv */
    enum codes_set set; /* of the starter edition; CODES_SET_COUNT: none */
    struct codes_list list;
};
extern const struct codes_system_kind codes_system_kinds[CODES_SYSTEM_COUNT];

/* The lists that judge. Constant once made, but for codes_lists_read. */
struct codes_lists;
/* What is built in alone; always there. */
const struct codes_lists *codes_lists_builtin(void);
/* The same, to be added to; freed with codes_lists_free. */
struct codes_lists *codes_lists_new(void);
void codes_lists_free(struct codes_lists *lists);

/*
 * Adds a user's file: lines of fields between tabs, "|", ";" or ",", whichever follows the first word. The first line names
 * the system: "codes", system (name of systems.tsv), edition, first and last day covered, "complete" or "partial" (empty:
 * complete). Each other line is one code: code, words, from, until (CCYYMMDD or CCYY-MM-DD, empty = open; what lies at the end
 * may be left out). A field in double quotes may hold the delimiter. Blank lines and lines that begin with "#" are passed over.
 * Points in codes of ICD are left out. The file takes the place of what is built in of its system; several files of one
 * system are one list, which covers from the first day of the one to the last of the other, complete if each is.
 *
 * OK; INVALID with `reason` "NAME:LINE: what is wrong", and the lists as they were; LIMIT, likewise: more than
 * CODES_LIST_LIMIT codes of one system.
 */
enum { CODES_LIST_LIMIT = 1000000 };
enum status codes_lists_read(struct codes_lists *lists, const char *name, struct text bytes, char reason[512]);

/* What is said of a code on days from `first` to `last` (yyyymmdd; both 0: the days are not known, and only a code that is
 * wrong on all of them is called wrong). A code that stands on the first or the last of them is VALID. Words are only given
 * where the starter edition has them. */
struct codes_answer codes_lists_judge(const struct codes_lists *lists, enum codes_system system, struct text code, int32_t first,
                                      int32_t last);
/* Name of the edition that judges a code of a system on these days: "" when it is the form alone. */
const char *codes_lists_edition(const struct codes_lists *lists, enum codes_system system, struct text code, int32_t first, int32_t last);

/* Editions of publishers: they judge the five sets of the starter edition before it, where no user's file does. `ask` says what is known of
 * a code on a day, and which edition knows it (a name that lives as long as the lists); false: none covers the day, or holds the code. */
struct codes_published {
    bool (*ask)(void *context, enum codes_set set, struct text code, int32_t date, struct codes_answer *answer, const char **edition);
    void *context;
};
void codes_lists_publish(struct codes_lists *lists, struct codes_published published);

/* 0 when it is no code: empty, longer than CODES_KEY_LENGTH, or with other characters. */
uint64_t codes_key(struct text code);

#endif
