/* What a publisher's file names say of the days that an edition covers, and the forms of codes that many layouts share. */
#ifndef CLAIMLINE_CODESET_PUBLISHED_H
#define CLAIMLINE_CODESET_PUBLISHED_H

#include "common/codeset/import/sheet.h"

/* An edition as a name tells it. */
struct published_edition {
    char name[CODESET_EDITION_BYTES]; /* "2024Q3", "FY2024", "v41.1" */
    int32_t from, to;
};

/*
 * The quarter that a name of CMS speaks of: a day ("2024-07-01", "07-01-2024", "20240701"), a quarter ("V2024Q3"), or an NCCI
 * version ("v302r0": the year is 1994 + 30, the quarter 2 + 1). A day that does not begin a quarter is that of the publication of
 * the next one: its edition begins on the day and ends with the next quarter. False: the name says nothing of it.
 */
bool published_quarter(const char *name, struct published_edition *edition);
/* Version of the MS-DRG grouper and the code editor ("v41.1", "v40"): the fiscal year is 1983 + version; release .1 is that of
 * April and covers the half year from then. A later release of the same year stands beside the first and begins later. */
bool published_version(const char *name, struct published_edition *edition);
/* The same of a number ("37", "40.0"). */
bool published_version_of(struct text version, struct published_edition *edition);
/* "FY24", "FY2026" in a name, or a year alone where `bare`: 1 October before it to 30 September. */
bool published_fiscal_year(const char *name, bool bare, struct published_edition *edition);
/* "GPCI2024", "24LOCCO": the calendar year. */
bool published_year(const char *name, struct published_edition *edition);

/* Has the user given edition and first day (--edition, --first)? */
bool published_given(const struct codeset_reading *reading);
/* The name tells nothing. OK when the user has given edition and first day (--edition, --first): `*edition` is empty and his stand in its
 * place; else codeset_wrong: the name does not tell `what` ("a version"). */
enum status published_unknown(struct codeset_reading *reading, struct published_edition *edition, const char *what);

/* Five digits or upper-case letters: a procedure code of CPT or HCPCS. */
bool published_procedure(struct text code);
/* A diagnosis of ICD-10-CM without its point ("A0100"), into `buffer`; false when it has not the form of one. */
bool published_diagnosis(struct text field, char buffer[8], struct text *code);

#endif
