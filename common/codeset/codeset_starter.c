#include "common/codeset/codeset_starter.h"

#include "common/codeset/codeset_builder.h"
#include "common/codeset/codeset_data.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { SETS_LIMIT = 64 };

static uint32_t
number_count(const char *set)
{
    const struct codeset_kind *kind = codeset_kind_named(set);
    assert(kind != NULL && kind->relation);
    uint32_t count = kind->numbers != NULL;
    for (const char *at = kind->numbers; at != NULL && *at != '\0'; at++)
        count += *at == '|';
    return count;
}

/* The generator has seen that these are numbers and keys; that there are as many as the set has is seen here. */
static void
read_numbers(const char *at, int32_t *numbers, uint32_t count)
{
    uint32_t filled = 0;
    while (*at != '\0') {
        size_t length = strcspn(at, " ");
        if (*at == '@') {
            assert(filled + 2 <= count);
            codeset_key_to_numbers(codeset_key(text_of(at + 1, length - 1)), numbers + filled);
            filled += 2;
        } else {
            assert(filled < count);
            numbers[filled++] = (int32_t)strtol(at, NULL, 10);
        }
        at += length + strspn(at + length, " ");
    }
    assert(filled == count);
}

static struct codeset_data *
make(const struct codeset_starter_set *set)
{
    struct codeset_about about = {.source = "schemas/codes/relations", .importer = CODESET_BUILT_IN,
                                  .from = set->from, .to = set->to, .number_count = number_count(set->name)};
    snprintf(about.set, sizeof about.set, "%s", set->name);
    text_copy(codes_edition_name(codes_starter()), about.edition, sizeof about.edition);
    struct codeset_builder *builder = codeset_builder_new(&about);
    for (size_t i = 0; i < set->count; i++) {
        const struct codeset_starter_row *row = &set->rows[i];
        int32_t numbers[CODESET_NUMBERS_LIMIT];
        struct codeset_give give = {.first = text_from(row->first), .second = text_from(row->second), .from = row->from, .to = row->to,
                                    .kind = row->kind, .words = text_from(row->words), .numbers = numbers};
        give.flags = row->from == 0 ? CODESET_SINCE_EDITION : 0;
        read_numbers(row->numbers, numbers, about.number_count);
        enum status status = codeset_builder_row(builder, &give);
        assert(status == STATUS_OK);
    }
    struct codeset_data *data = codeset_builder_open(builder);
    codeset_builder_free(builder);
    return data;
}

const struct codeset_folder *
codeset_starter(void)
{
    static struct codeset_folder *made;
    struct codeset_data *editions[SETS_LIMIT];
    if (made != NULL)
        return made;
    assert(codeset_starter_count <= SETS_LIMIT);
    for (size_t i = 0; i < codeset_starter_count; i++)
        editions[i] = make(&codeset_starter_sets[i]);
    made = codeset_folder_of(editions, codeset_starter_count, "starter");
    return made;
}
