/*
 * Lists of the Medicare Code Editor (CMS, Definitions of Medicare Code Edits), which judges inpatient claims. Two delimited forms:
 * one list of diagnoses with the words of the edit (`icd_code, icd_conflict_group, icd_conflict_rule`), and the lists of the manual's
 * sections with the kind of code (`MCE_Version, MCE_Section, MCE_Edit_Type, ICD_Code_Type, ICD_Code`).
 *
 * Sets: `mce` (first = diagnosis) and `mce_procedure` (first = ICD-10-PCS code); kind = enum mce_edit; numbers = first and last age
 * in whole years, -1 where the edit asks no age. The sex edits end with discharges of 2024-09-30: their rows do. The list
 * of diagnoses has the edits of age, sex and manifestation alone: its edition is not complete.
 */
#ifndef CLAIMLINE_CODESET_MCE_H
#define CLAIMLINE_CODESET_MCE_H

#include "common/codeset/import/sheet.h"

enum mce_edit {
    MCE_NEWBORN = 1,           /* age 0 */
    MCE_PEDIATRIC,             /* 0 to 17 */
    MCE_MATERNITY,             /* 9 to 64; 12 to 55 until version 37 */
    MCE_ADULT,                 /* 15 to 124 */
    MCE_FEMALE,                /* females only */
    MCE_MALE,                  /* males only */
    MCE_MANIFESTATION,         /* never principal: describes the manifestation of another disease */
    MCE_UNACCEPTABLE,          /* not as principal diagnosis */
    MCE_QUESTIONABLE,          /* as principal diagnosis: admission questioned */
    MCE_NONCOVERED,            /* procedure not covered */
    MCE_NONCOVERED_OVER_60,    /* from age 61 */
    MCE_LIMITED,               /* procedure of limited coverage */
    MCE_WRONG,                 /* wrong procedure, patient or side */
    MCE_NONCOVERED_SHORT_STAY, /* procedure asks a stay of more than 96 hours */
    MCE_EDIT_COUNT
};

/* The last discharge day of the sex conflict edits. */
enum { MCE_SEX_EDITS_END = 20240930 };

struct mce_row {
    char code[8];
    bool procedure;
    enum mce_edit edit;
    int32_t ages[2]; /* -1: none asked */
    int32_t to;      /* of the edit; 0: open */
};

extern const struct sheet_layout mce_list_layout, mce_section_layout;

/* Fields in the order of the layouts. False: `wrong` says what. */
bool mce_list_read(const struct text *fields, struct mce_row *row, struct sheet_wrong *wrong);
bool mce_section_read(const struct text *fields, struct mce_row *row, struct sheet_wrong *wrong);

#endif
