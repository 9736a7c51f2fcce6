/*
 * The first sheet of a workbook (.xlsx: a zip of XML, ECMA-376 part 1, 18.3 and 18.4), for tables that are published in no other
 * form. Values only: strings, shared strings, numbers as they stand. A document type, and so any entity, is refused.
 */
#ifndef CLAIMLINE_CODESET_WORKBOOK_H
#define CLAIMLINE_CODESET_WORKBOOK_H

#include "common/codeset/codeset_import.h"

enum {
    WORKBOOK_BYTES = 64 << 20,        /* packed */
    WORKBOOK_MEMBER_BYTES = 256 << 20, /* unpacked, of a member */
    WORKBOOK_STRINGS = 1 << 20,       /* different strings */
    WORKBOOK_STRING_BYTES = 32768,    /* of one */
    WORKBOOK_COLUMNS = 64,            /* cells to the right of them are passed over */
};

/* Cells of a row from column A on; those that are not there are empty. Valid during the call. */
typedef enum status workbook_row(void *context, const struct text *cells, size_t count, uint32_t row);

/* A zip. */
bool workbook_recognise(struct text head);

/* Reads the source to its end. OK; INVALID by codeset_wrong: no workbook, damaged XML; LIMIT; what `row` or the source said. */
enum status workbook_read(struct codeset_reading *reading, workbook_row *row, void *context);
/* The same over bytes: INVALID or LIMIT with `*fault`, constant words; or what `row` said, with `*fault` NULL. */
enum status workbook_parse(struct text bytes, workbook_row *row, void *context, const char **fault);

#endif
