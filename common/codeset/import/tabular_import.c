/* The tabular list as rows of an edition. */
#include "common/codeset/import/import.h"
#include "common/codeset/import/tabular.h"

#include <stdio.h>

/* ICD-10-CM has had so many chapters since it began, and one more since FY2021. */
enum { CHAPTERS = 21 };

struct giving {
    struct codeset_reading *reading;
    struct codeset_builder *builder;
    struct tabular *tabular;
};

static enum status
give_note(void *context, const struct tabular_row *row)
{
    struct giving *giving = context;
    int32_t numbers[6] = {0, 0, 0, 0, row->group, row->state};
    if (giving->builder == NULL) {
        char name[16];
        int32_t from, to;
        snprintf(name, sizeof name, "FY%d", tabular_year(giving->tabular));
        codeset_fiscal_year(tabular_year(giving->tabular), &from, &to);
        giving->builder = codeset_reading_edition(giving->reading, "icd10cm_notes", name, from, to, false);
    }
    if (row->named) {
        codeset_key_to_numbers(codeset_key(text_from(row->codes.high)), numbers);
        if (row->codes.mask[0] != '\0')
            codeset_key_to_numbers(codeset_key(text_from(row->codes.mask)), numbers + 2);
    }
    if ((row->state & TABULAR_UNREAD) != 0)
        codeset_note(giving->reading, "notes that name codes in a way that was not understood: shown, never applied");
    struct codeset_give give = {.first = text_from(row->anchor),
                                .second = row->named ? text_from(row->codes.low) : (struct text){0},
                                .kind = (uint16_t)row->kind,
                                .words = row->words,
                                .numbers = numbers};
    return codeset_reading_give(giving->reading, giving->builder, &give);
}

static enum status
feed_all(struct giving *giving)
{
    struct codeset_source *source = codeset_reading_source(giving->reading);
    char piece[32768];
    size_t got;
    enum status status;
    while ((status = codeset_source_read(source, piece, sizeof piece, &got)) == STATUS_OK)
        if ((status = tabular_feed(giving->tabular, text_of(piece, got), false)) != STATUS_OK)
            break;
    if (status == STATUS_NOT_FOUND)
        status = tabular_feed(giving->tabular, TEXT(""), true);
    if (status != STATUS_OK && tabular_fault(giving->tabular)[0] != '\0')
        return codeset_wrong(giving->reading, "line %lu: %s", tabular_line(giving->tabular), tabular_fault(giving->tabular));
    return status;
}

static enum status
read_tabular(struct codeset_reading *reading)
{
    struct giving giving = {.reading = reading};
    giving.tabular = tabular_new(give_note, &giving);
    enum status status = feed_all(&giving);
    if (status == STATUS_OK && giving.builder == NULL)
        status = codeset_wrong(reading, "no note in the file");
    if (status == STATUS_OK)
        codeset_builder_about(giving.builder)->complete = tabular_chapters(giving.tabular) >= CHAPTERS;
    tabular_free(giving.tabular);
    return status;
}

static bool
recognise_tabular(const char *name, struct text head)
{
    (void)name;
    return codeset_head_has(head, "<ICD10CM.tabular>");
}

const struct codeset_importer import_tabular = {"icd10cm_tabular", "ICD-10-CM tabular list", recognise_tabular, read_tabular};
