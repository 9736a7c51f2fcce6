/*
 * Codes of ICD-10-CM as its publishers write them in prose: "K35.-", "A00-B99", "T36-T50 with fifth or sixth character 5",
 * "E08-E13 with .44", "S00.- to S09.-", "I69. with final characters -23".
 */
#ifndef CLAIMLINE_CODESET_ICD_CODES_H
#define CLAIMLINE_CODESET_ICD_CODES_H

#include "common/codeset/codeset.h"

/*
 * A span of codes without points. A code is meant when its beginnings, as long as `low` and `high`, lie between them, and it has at
 * each place of `mask` that is not "-" the mask's character ("-----5": the sixth is 5). A mask that is empty asks nothing.
 */
struct icd_codes {
    char low[8], high[8], mask[8];
};

enum {
    ICD_CODES_LIMIT = 128, /* spans of one list */
};

enum icd_codes_found {
    ICD_CODES_NONE,   /* no code stands in it */
    ICD_CODES_READ,   /* all of it was understood */
    ICD_CODES_UNREAD, /* codes, and something beside them that is not understood: nothing is to be applied */
};

/* Does the code (no point) belong to the span? */
bool icd_codes_hold(const struct icd_codes *codes, struct text code);

/* All of a list of codes: "C43.1-, C44.1-". */
enum icd_codes_found icd_codes_list(struct text list, struct icd_codes *codes, size_t *count);

/* What stands in parentheses of a note, one after the other; an open one at the end counts. Parentheses without codes ("(skin)") are
 * passed over. */
enum icd_codes_found icd_codes_note(struct text note, struct icd_codes *codes, size_t *count);

#endif
