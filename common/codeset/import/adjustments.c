/*
 * X12's lists of claim adjustment groups, reasons (CARC) and remittance remarks (RARC) as one table: code, type, description, usage,
 * notes, start_date, last_modified, end_date. Codes are never taken away, only ended; the lists are made anew on 1 March, July and
 * November, so that an edition (year and month in its name) covers the days up to the next.
 */
#include "common/codeset/import/import.h"
#include "common/date/date.h"

#include <stdio.h>

enum { TYPE_COUNT = 3, FIELD_TYPE = 1, FIELD_WORDS, FIELD_USAGE, FIELD_START = 5, FIELD_END = 7 };

struct lists {
    struct codeset_builder *builders[TYPE_COUNT];
    const char *edition;
    int32_t to;
};
static const char *const types[TYPE_COUNT] = {"Group", "CARC", "RARC"};
static const char *const sets[TYPE_COUNT] = {"adjustment_group", "adjustment_reason", "remark"};

static bool
recognise_adjustments(const char *name, struct text head)
{
    (void)name;
    return text_starts(head, TEXT("code,type,description,usage,notes,start_date"));
}

static enum status
take_row(struct codeset_reading *reading, void *context, const struct text *fields, size_t count)
{
    struct lists *lists = context;
    struct codeset_give give = {.first = fields[0], .words = fields[FIELD_WORDS]};
    size_t type = 0;
    (void)count;
    while (type < TYPE_COUNT && !text_is(fields[FIELD_TYPE], types[type]))
        type++;
    if (type == TYPE_COUNT)
        return codeset_wrong(reading, "a type that is not Group, CARC or RARC");
    if (!codeset_day(fields[FIELD_START], &give.from) || !codeset_day(fields[FIELD_END], &give.to))
        return codeset_wrong(reading, "start or end is no day");
    if (lists->builders[type] == NULL)
        lists->builders[type] = codeset_reading_edition(reading, sets[type], lists->edition, 0, lists->to, true);
    return codeset_reading_give(reading, lists->builders[type], &give);
}

/* The day before the lists are next made anew. */
static int32_t
last_day(int32_t year, int32_t month)
{
    int32_t next = month < 3 ? 3 : month < 7 ? 7 : month < 11 ? 11 : 15;
    return date_add_days(next == 15 ? (year + 1) * 10000 + 301 : year * 10000 + next * 100 + 1, -1);
}

static enum status
read_adjustments(struct codeset_reading *reading)
{
    const char *name = codeset_source_name(codeset_reading_source(reading));
    int32_t year = codeset_name_number(name, 4, 1990, 2099), month = codeset_name_number(name, 2, 1, 12);
    char edition[CODESET_EDITION_BYTES] = "undated";
    struct lists lists = {.edition = edition};
    if (year != 0 && month != 0) {
        snprintf(edition, sizeof edition, "%d-%02d", year, month);
        lists.to = last_day(year, month);
    }
    return codeset_records(reading, ',', 8, 1, take_row, &lists);
}

const struct codeset_importer import_adjustments = {"adjustments", "X12 adjustment groups, reasons and remarks",
                                                    recognise_adjustments, read_adjustments};
