/*
 * Encounters as text that a coder can read: the claim, what was documented, what went before, and what the seven steps are to say
 * of it. The form is told in tests/data/coding/README.md. Everything lies in the list's arena.
 */
#ifndef CLAIMLINE_TESTS_CODING_ENCOUNTER_H
#define CLAIMLINE_TESTS_CODING_ENCOUNTER_H

#include "common/arena/arena.h"
#include "schemas/records/claim_body.h"
#include "schemas/records/encounter.h"
#include "services/coding/steps/wants.h"

enum encounter_sets { ENCOUNTER_ALL_SETS, ENCOUNTER_STARTER, ENCOUNTER_PUBLISHED };

enum { ENCOUNTER_LIST = 32 /* of what is expected of one case */ };

struct encounter_expected {
    uint16_t number;
    struct text place; /* "diagnosis 2", "line 1", "claim"; empty: anywhere */
};

/* A service of another claim of the same patient. */
struct encounter_past {
    int32_t date;
    struct text code, modifiers[4];
    int64_t units_milli, charge_cents;
    struct text provider; /* NPI; empty: that of the claim */
    uint64_t claim;       /* a number that tells claims apart */
};

struct encounter_case {
    struct text name, source, pending; /* pending: why the rule is not there yet; empty: it is */
    struct text file;
    unsigned line; /* of the file */
    enum encounter_sets sets;
    struct text with[ENCOUNTER_LIST]; /* small files of code sets (tests/data/codeset) that are imported for this case */
    uint32_t with_count;
    struct text without[ENCOUNTER_LIST]; /* switches: rules that are off */
    uint32_t without_count;
    struct text script; /* Lua that an own rule of the site asks: its function judge; empty: no own rule */
    struct coding_wants wants; /* what the payer's profile says of coding */
    struct text payer; /* medicare, medicaid, commercial */

    struct claim_body body;
    struct document *documents;
    uint32_t documents_count;
    bool history_given, history_partial; /* given also when it is empty; "history partial": there may be more */
    struct encounter_past *history;
    uint32_t history_count;
    int32_t date, received;

    struct encounter_expected expected[ENCOUNTER_LIST];
    uint32_t expected_count;
    bool nothing; /* "expect none" */
    uint16_t near[ENCOUNTER_LIST], lacking[ENCOUNTER_LIST]; /* rules */
    uint32_t near_count, lacking_count;
    unsigned steps; /* bit n: step n is not assessed */
};

struct encounter_list {
    struct encounter_case *cases;
    uint32_t count, room;
    char reason[400]; /* what is wrong: "FILE:LINE: words"; empty: nothing */
    struct arena arena;
};

void encounter_list_init(struct encounter_list *list);
void encounter_list_free(struct encounter_list *list);
/* Adds the cases of a file. False: `reason`. */
bool encounter_list_read(struct encounter_list *list, const char *path);
/* The same of all files of a folder that end in ".txt" and begin with `head` ("" for all), in the order of their names. */
bool encounter_list_read_folder(struct encounter_list *list, const char *folder, const char *head);

#endif
