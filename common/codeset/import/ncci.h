/*
 * The files of the National Correct Coding Initiative (CMS): pairs of procedures (PTP edits; Medicare NCCI Policy Manual, chapter
 * I, section E), units (MUE; section V of the chapter), add-on codes (section R and the add-on code edits). Codes alone stand in
 * them, no words of CPT.
 *
 * Sets: `ncci_practitioner`, `ncci_hospital`: first = column 1, second = column 2 (the one that is not paid), kind = modifier
 * indicator (0, 1, 9), words = rationale. `mue_practitioner`, `mue_hospital`, `mue_supplier`: first = code, kind = adjudication
 * indicator (1 line, 2 day by policy, 3 day by clinical), number = units. `add_on`: first = add-on code, second = primary code
 * ("CCCCC": as the contractor defines), kind = type (1 to 3), words = special instructions.
 */
#ifndef CLAIMLINE_CODESET_NCCI_H
#define CLAIMLINE_CODESET_NCCI_H

#include "common/codeset/import/sheet.h"

/* A row as it stands; texts lie in the fields. */
struct ncci_pair {
    struct text column1, column2;
    bool before_1996;  /* "*": in existence prior to 1996 */
    int32_t from, to;  /* 0: the source has no effective date; no deletion date */
    uint16_t modifier; /* 0 not allowed, 1 allowed, 9 not applicable (deleted as of its first day) */
    struct text rationale;
};

struct ncci_mue {
    struct text code;
    int32_t units;
    uint16_t adjudication; /* 1 to 3 */
    struct text rationale;
};

struct ncci_add_on {
    struct text add_on, primary;
    uint16_t type;    /* 1 to 3 */
    int32_t from, to; /* of the edit; `to` is the first of the deletions of edit, add-on and primary */
    struct text notes;
};

enum { NCCI_PAIR_FIELDS = 7, NCCI_MUE_FIELDS = 4, NCCI_ADD_ON_FIELDS = 8 };
extern const struct sheet_layout ncci_pair_layout, ncci_mue_layout, ncci_add_on_layout;

/* Fields in the order of the layouts. False: `wrong` says what. */
bool ncci_pair_read(const struct text *fields, struct ncci_pair *pair, struct sheet_wrong *wrong);
bool ncci_mue_read(const struct text *fields, struct ncci_mue *mue, struct sheet_wrong *wrong);
bool ncci_add_on_read(const struct text *fields, struct ncci_add_on *add_on, struct sheet_wrong *wrong);

#endif
