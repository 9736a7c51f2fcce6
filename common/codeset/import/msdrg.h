/*
 * Lists of the MS-DRG Definitions Manual (CMS): as delimited tables, and as the manual's text (appendix A: the groups; appendices
 * F to J: G complications and comorbidities, H major ones, I hospital-acquired conditions).
 *
 * Sets: `msdrg`: first = DRG ("001"), kind = 1 medical, 2 surgical, 0 neither, number = MDC (-1: several), words = title.
 * `msdrg_cc` and `msdrg_mcc`: first = diagnosis, kind = enum msdrg_severity. `msdrg_hac`: first = diagnosis or procedure, kind = enum
 * msdrg_hac_role, number = HAC. `msdrg_index`: first = diagnosis, numbers = MDC, first and last DRG of the span, second = the DRG of the
 * row (empty where the source has none), words = the two DRGs where they are no span. `msdrg_group`: first = the group's first DRG,
 * number = MDC, words = its title.
 */
#ifndef CLAIMLINE_CODESET_MSDRG_H
#define CLAIMLINE_CODESET_MSDRG_H

#include "common/codeset/import/sheet.h"

enum msdrg_severity { MSDRG_CC = 1, MSDRG_MCC, MSDRG_MCC_ALIVE /* only when discharged alive (appendix H, part 2) */ };

/* What a code is in a hospital-acquired condition (appendix I). Where procedures or a principal diagnosis stand in it too, a
 * secondary diagnosis counts beside one of them alone. */
enum msdrg_hac_role { MSDRG_HAC_SECONDARY = 1, MSDRG_HAC_PROCEDURE, MSDRG_HAC_PRINCIPAL };

struct msdrg_row {
    char drg[4];
    uint16_t type; /* 1 medical, 2 surgical, 0 neither */
    int32_t mdc;   /* -1: several, or none */
    struct text title;
};

struct msdrg_cc {
    char code[8];
    enum msdrg_severity severity;
};

struct msdrg_index {
    char code[8], drg[4]; /* drg: "" where the source has none */
    int32_t numbers[3];   /* MDC, first and last DRG of the span */
    struct text drgs;     /* "927,933": these two and none between; empty: the span */
};

struct msdrg_hac {
    char code[8];
    enum msdrg_hac_role role;
    int32_t hac;
};

extern const struct sheet_layout msdrg_list_layout, msdrg_cc_layout, msdrg_index_layout, msdrg_group_layout;

/* Fields in the order of the layouts. False: `wrong` says what. */
bool msdrg_list_read(const struct text *fields, struct msdrg_row *row, struct sheet_wrong *wrong);
bool msdrg_cc_read(const struct text *fields, struct msdrg_cc *row, struct sheet_wrong *wrong);
bool msdrg_index_read(const struct text *fields, struct msdrg_index *row, struct sheet_wrong *wrong);
bool msdrg_group_read(const struct text *fields, struct msdrg_row *row, struct sheet_wrong *wrong);

/* "020 01  P  TITLE", a line of appendix A. False: `wrong` says what. */
bool msdrg_appendix_a_read(struct text line, struct msdrg_row *row, struct sheet_wrong *wrong);

/* What a line of appendices F to J is, given what stood before it. */
enum msdrg_manual_list { MSDRG_OTHER, MSDRG_LIST_CC, MSDRG_LIST_MCC, MSDRG_LIST_MCC_ALIVE, MSDRG_LIST_HAC };
struct msdrg_manual {
    enum msdrg_manual_list list;
    int32_t hac;
    enum msdrg_hac_role role;
};
enum msdrg_line { MSDRG_LINE_NONE, MSDRG_LINE_CC, MSDRG_LINE_HAC, MSDRG_LINE_WRONG };
/* Fills in `cc` or `hac` as it says. */
enum msdrg_line msdrg_manual_read(struct msdrg_manual *manual, struct text line, struct msdrg_cc *cc, struct msdrg_hac *hac,
                                  struct sheet_wrong *wrong);

#endif
