/*
 * Tables as publishers lay them out: lines of copyright, a line of column titles, perhaps more lines of them, then rows. Columns
 * are found by words in their titles, so neither their order nor a year in a title matters. The rows come from delimited text
 * (tab where one stands in the first bytes, else comma) or from the first sheet of a workbook (.xlsx).
 */
#ifndef CLAIMLINE_CODESET_SHEET_H
#define CLAIMLINE_CODESET_SHEET_H

#include "common/codeset/codeset_import.h"

enum {
    SHEET_COLUMNS = 34,      /* that an importer asks for */
    SHEET_FIELDS = 64,       /* in a row of the file */
    SHEET_ROWS_BEFORE = 64,  /* that may stand before the titles */
    SHEET_TITLE_BYTES = 128, /* that are looked at */
};

struct sheet_column {
    const char *title; /* letters and digits of the words in lower case ("deletiondate"), of a title that is them, begins with them or
                          holds them; or several such, in the order in which they are tried: "gpciwork|pwgpci" */
    bool optional;     /* its fields are empty when the file has no such column */
};

/* What is wrong with a row: constant words, and the value that they are about (may be empty). */
struct sheet_wrong {
    const char *words;
    struct text value;
};

struct sheet_layout {
    struct sheet_column columns[SHEET_COLUMNS + 1]; /* ends with a title of NULL */
    /* Not 0: the titles run over several lines, and what stands in the last is not enough to tell them. The columns named above are
     * the first ones, and tell the line; there are so many, which are the fields in their order. */
    size_t by_place;
    /* A row: fields in the order of `columns`, without blanks at their ends, valid during the call. INVALID with `wrong` filled
     * in; or what codeset_reading_give said. */
    enum status (*row)(void *context, const struct text *fields, struct sheet_wrong *wrong);
    /* May be NULL: is it a row to pass over (a footnote)? */
    bool (*pass)(const struct text *fields);
    /* May be NULL: told of each row before the first row, as it stands in the file. */
    void (*before)(void *context, const struct text *cells, size_t count);
};

/* Where the layout's columns stand among the titles: `at[i]` is the index + 1, or 0 for an optional one that is not there. False:
 * one is missing. */
bool sheet_columns(const struct sheet_layout *layout, const struct text *titles, size_t count, uint8_t at[SHEET_COLUMNS]);

/* Does a line among these first bytes of a text title the layout's columns? */
bool sheet_titled(const struct sheet_layout *layout, struct text head);

/* Reads all of the source. OK; INVALID by codeset_wrong: no titles or no row, a row with more cells than titles, what `row` said;
 * what codeset_reading_give or the source said. Rows of nothing are passed over; so are, before the first row, those without a
 * first column (further titles). */
enum status sheet_read(struct codeset_reading *reading, const struct sheet_layout *layout, void *context);

/* For errors: "fault": gives false. */
static inline bool
sheet_fault(struct sheet_wrong *wrong, const char *words, struct text value)
{
    *wrong = (struct sheet_wrong){words, value};
    return false;
}

#endif
