/*
 * Published code sets, as the passes ask them: lists of codes (coding_ask) and relations between codes. They lie in the folder
 * that is open (../editions.c); a pass only reads. What rows, kinds and numbers of a relation mean: common/codeset/codeset_kinds.c.
 */
#ifndef CLAIMLINE_CODING_SETS_H
#define CLAIMLINE_CODING_SETS_H

#include "common/codeset/codeset.h"
#include "services/coding/steps/coding.h"

/* Sets beside the five of enum codes_set; names in sets.c are those of codeset_kinds. */
enum coding_relation {
    /* lists of codes */
    CODING_PCS,
    CODING_REVENUE,
    CODING_BILL_TYPE,
    CODING_CONDITION,
    CODING_OCCURRENCE,
    CODING_OCCURRENCE_SPAN,
    CODING_VALUE,
    CODING_PATIENT_STATUS,
    CODING_ADMISSION_ORIGIN,
    CODING_ADMISSION_TYPE,
    CODING_TAXONOMY,
    CODING_SPECIALTY,
    CODING_MSDRG,
    /* relations */
    CODING_NOTES,
    CODING_CONVERSION,
    CODING_DIAGNOSIS_CHANGES,
    CODING_POA_EXEMPT,
    CODING_MCE,
    CODING_MCE_PROCEDURE,
    CODING_CC,
    CODING_MCC,
    CODING_HAC,
    CODING_DRG_INDEX,
    CODING_DRG_GROUP,
    CODING_PTP_PRACTITIONER,
    CODING_PTP_HOSPITAL,
    CODING_MUE_PRACTITIONER,
    CODING_MUE_HOSPITAL,
    CODING_MUE_SUPPLIER,
    CODING_ADD_ON,
    CODING_FEES,
    CODING_FEE_INDEX,
    CODING_FEE_LOCALITY,
    CODING_FEE_CAP,
    CODING_ANAESTHESIA,
    CODING_COVERAGE,
    CODING_SINGLE_DOSE, /* a list of codes, the user's */
    CODING_RELATION_COUNT
};

struct coding_sets {
    const struct codeset *sets[CODES_SET_COUNT];             /* NULL: no edition of it */
    const struct codeset *relations[CODING_RELATION_COUNT];  /* likewise */
    const char *name;                            /* of this state of the folder; NULL: the starter edition alone */
    bool damaged;                                /* a file has changed on disk: nothing that was judged since counts */
};

/* What a list of common/codes is called among the sets: "icd10cm". */
const char *coding_set_name(enum codes_set set);
/* Takes the sets out of an open folder; NULL: none. */
void coding_sets_take(struct coding_sets *sets, const struct codeset_folder *folder);
/* What is kept with a verdict, at most 32 bytes: the folder's name, or that of the starter edition. */
struct text coding_sets_name(const struct coding_sets *sets);

/* What a list that is published alone (of ICD-10-PCS, of a bill's codes) says of a code on a day, with its words. EDITION_MISSING without
 * one; a damaged file: sets->damaged, and NOT_HELD. */
struct codes_answer coding_ask_list(const struct coding_case *c, enum coding_relation list, struct text code, int32_t date);

/* The edition of a relation that covers a day: of the published ones, else that which is built in (codeset_starter); NULL: none. */
struct codeset_data *coding_edition(const struct coding_case *c, enum coding_relation relation, int32_t day);
/* The rows of a relation under a key, of the edition that covers a day; they may hold on other days (codeset_holds). False: there
 * are none. No edition, or only the one that is built in and does not hold the code: the rule lacks it. A damaged file: sets->damaged, and none. */
bool coding_rows(struct coding_run *run, uint16_t rule, enum coding_relation relation, int32_t day, uint64_t key,
                 struct codeset_rows *rows);
/* The edition that is built in, behind a published one that is not complete; NULL: none, or it is that itself. */
struct codeset_data *coding_edition_behind(const struct codeset_data *data);
/* Is it built in? Then it holds a few codes of each kind, and of others nothing can be said. */
bool coding_is_built_in(struct codeset_data *data);
/* The same of an edition that is at hand. */
bool coding_rows_in(const struct coding_case *c, struct codeset_data *data, uint64_t key, struct codeset_rows *rows);
/* The rows under a first and a second key. */
bool coding_pair_in(const struct coding_case *c, struct codeset_data *data, uint64_t first, uint64_t second,
                    struct codeset_rows *rows);

#endif
