/*
 * The Medicare physician fee schedule (CMS, RVU files): relative values and payment indicators of each procedure, the indices (GPCI)
 * and counties of each locality, the factors of anaesthesia (Medicare Claims Processing Manual, chapters 12 and 23; the layout is
 * told in the RVU file's own document).
 *
 * Sets: `fees`: first = procedure, second = modifier (26, TC, 53 or none), kind = status code (a letter: 'A' active ...), numbers =
 * enum fee_number. `fee_index`: first = MAC and locality ("1011200"), second = state, numbers = work, practice expense, malpractice in
 * thousandths, words = name. `fee_locality`: first = MAC and locality, second = state where it is told, words = area and counties.
 * `anaesthesia`: first = contractor and locality, number = factor in cents, words = name. `fee_cap`: first = procedure, second =
 * contractor and locality, kind = status code, numbers = key of the modifier (two; 0: none), the most that is paid under the OPPS cap
 * in a facility and elsewhere, in cents.
 */
#ifndef CLAIMLINE_CODESET_FEES_H
#define CLAIMLINE_CODESET_FEES_H

#include "common/codeset/import/published.h"

enum fee_number {
    /* relative values in hundredths */
    FEE_WORK,
    FEE_NONFACILITY_PE,
    FEE_FACILITY_PE,
    FEE_MALPRACTICE,
    FEE_NONFACILITY_TOTAL,
    FEE_FACILITY_TOTAL,
    FEE_NONFACILITY_NA, /* 1: rarely or never done in that setting */
    FEE_FACILITY_NA,
    FEE_PCTC,       /* 0 to 9: professional and technical component */
    FEE_GLOBAL,     /* days; -1 MMM maternity, -2 XXX not applicable, -3 YYY by the contractor, -4 ZZZ within another service */
    FEE_PRE,        /* parts of the whole service, in hundredths */
    FEE_INTRA,
    FEE_POST,
    FEE_MULTIPLE,   /* 0 to 9 */
    FEE_BILATERAL,
    FEE_ASSISTANT,
    FEE_CO_SURGEON,
    FEE_TEAM,
    FEE_ENDOSCOPY_BASE,                           /* key of the base procedure, two numbers; 0: none */
    FEE_CONVERSION = FEE_ENDOSCOPY_BASE + 2,      /* factor in ten-thousandths of a dollar */
    FEE_SUPERVISION,                              /* key ("09", "6A"), two numbers */
    FEE_CALCULATION = FEE_SUPERVISION + 2,
    FEE_IMAGING_FAMILY,
    FEE_OPPS_NONFACILITY_PE, /* what the OPPS cap uses, in hundredths */
    FEE_OPPS_FACILITY_PE,
    FEE_OPPS_MALPRACTICE,
    FEE_NOT_FOR_MEDICARE, /* 1: "+" */
    FEE_NUMBERS
};

struct fee {
    struct text procedure, modifier;
    char status;
    int32_t numbers[FEE_NUMBERS];
};

struct fee_index {
    char locality[8]; /* MAC and locality */
    struct text state, name;
    int32_t thousandths[3];
};

struct fee_locality {
    char locality[8];
    struct text state, area, counties;
};

struct fee_anaesthesia {
    char locality[8];
    struct text name;
    int32_t factor_cents;
};

struct fee_cap {
    struct text procedure, modifier;
    char locality[8], status;
    int32_t facility_cents, nonfacility_cents;
};

extern const struct sheet_layout fee_layout, fee_index_layout, fee_locality_layout, fee_anaesthesia_layout, fee_cap_layout;

/* Fields in the order of the layouts. False: `wrong` says what. */
bool fee_read(const struct text *fields, struct fee *fee, struct sheet_wrong *wrong);
bool fee_index_read(const struct text *fields, struct fee_index *row, struct sheet_wrong *wrong);
bool fee_locality_read(const struct text *fields, struct fee_locality *row, struct sheet_wrong *wrong);
bool fee_anaesthesia_read(const struct text *fields, struct fee_anaesthesia *row, struct sheet_wrong *wrong);
bool fee_cap_read(const struct text *fields, struct fee_cap *row, struct sheet_wrong *wrong);

/* "PPRRVU24_JUL.csv", "rvu24c.zip/OPPSCAP_JUL.csv": the quarter of 2024 that begins in July. False: the path tells no quarter. */
bool fee_quarter(const char *path, struct published_edition *edition);
/* The quarter alone, 1 to 4, of a path that may tell no year: "OPPSCAP_JUL.csv"; 0: none. */
unsigned fee_quarter_number(const char *path);
/* What FEE_GLOBAL is below 0, from -1 down, as the schedule writes it: MMM, XXX, YYY, ZZZ. */
enum { FEE_GLOBAL_CONCEPTS = 4 };
extern const char *const fee_global_concepts[FEE_GLOBAL_CONCEPTS];
/* Five digits of the contractor and one or two of the locality, as seven digits. */
bool fee_place(struct text contractor, struct text locality, char to[8], struct sheet_wrong *wrong);

#endif
