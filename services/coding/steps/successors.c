#include "services/coding/steps/successors.h"

#include "services/coding/steps/sets.h"

#include <stdio.h>

enum { LONGEST = 7, HELD = 256 };

/* In the order of their codes, each once. */
struct found {
    uint64_t keys[HELD];
    size_t count, beyond; /* `beyond`: for which there was no room */
};

static void
add(struct found *found, uint64_t key)
{
    size_t at = found->count;
    while (at > 0 && found->keys[at - 1] > key)
        at--;
    if (at > 0 && found->keys[at - 1] == key)
        return;
    if (found->count == HELD) {
        found->beyond++;
        return;
    }
    memmove(found->keys + at + 1, found->keys + at, (found->count - at) * sizeof *found->keys);
    found->keys[at] = key;
    found->count++;
}

/* Of the starter edition all that begin with `length` characters of `code`, which has room for LONGEST. */
static void
find_longer(const struct coding_case *c, char code[LONGEST], size_t length, int32_t day, struct found *found)
{
    static const char characters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (size_t i = 0; i + 1 < sizeof characters && length < LONGEST; i++) {
        code[length] = characters[i];
        struct text longer = text_of(code, length + 1);
        enum codes_verdict verdict = coding_ask(c, CODES_ICD10CM, longer, day).verdict;
        if (verdict == CODES_VALID)
            add(found, codeset_key(longer));
        else if (verdict == CODES_HEADER)
            find_longer(c, code, length + 1, day, found);
    }
}

/* Of an edition, which may have no categories. */
static void
find_span(const struct coding_case *c, struct codeset_data *data, struct text code, int32_t day, struct found *found)
{
    uint64_t key = codeset_key(code), end = codeset_key_after(key, code.length), index;
    char buffer[CODESET_KEY_LENGTH + 1];
    struct codeset_rows rows;
    enum status status = codeset_lower(data, key, &index);
    for (; status == STATUS_OK && index < codeset_edition_about(data)->codes; index++) {
        status = codeset_walk(data, index, &key, &rows);
        if (status != STATUS_OK || key >= end)
            break;
        if (coding_ask(c, CODES_ICD10CM, codeset_key_text(key, buffer), day).verdict == CODES_VALID)
            add(found, key);
    }
    if (status != STATUS_OK)
        c->sets->damaged = true;
}

static void
find_below(const struct coding_case *c, struct text code, int32_t day, struct found *found)
{
    const struct codeset *published = c->sets == NULL ? NULL : c->sets->sets[CODES_ICD10CM];
    struct codeset_data *data = published == NULL ? NULL : codeset_on(published, day);
    char longer[LONGEST];
    if (code.length < 3 || code.length >= LONGEST)
        return;
    memcpy(longer, code.data, code.length);
    if (data != NULL)
        find_span(c, data, code, day, found);
    else
        find_longer(c, longer, code.length, day, found);
}

static bool
was_before(const struct codeset_rows *rows, uint32_t i, uint64_t key, int32_t ended, int32_t day)
{
    const struct codeset_row *row = &rows->rows[i];
    return row->second != 0 && key >= row->second && key <= codeset_key_of_numbers(rows->numbers + 2 * (size_t)i) &&
           row->from > ended && row->from <= day;
}

/* The table goes from the new code to the old ones: all of it is read, once a finding. */
static void
find_converted(const struct coding_case *c, struct text code, int32_t ended, int32_t day, struct found *found)
{
    struct codeset_data *data = coding_edition(c, CODING_CONVERSION, day);
    uint64_t old = codeset_key(code), count = data == NULL || old == 0 ? 0 : codeset_edition_about(data)->codes;
    char buffer[CODESET_KEY_LENGTH + 1];
    for (uint64_t index = 0; index < count; index++) {
        struct codeset_rows rows;
        uint64_t key;
        bool before = false;
        if (codeset_walk(data, index, &key, &rows) != STATUS_OK) {
            if (c->sets != NULL)
                c->sets->damaged = true;
            return;
        }
        for (uint32_t i = 0; i < rows.count && !before; i++)
            before = was_before(&rows, i, old, ended, day);
        if (before && coding_ask(c, CODES_ICD10CM, codeset_key_text(key, buffer), day).verdict == CODES_VALID)
            add(found, key);
    }
}

void
successors_say(const struct coding_case *c, struct text code, int32_t ended, int32_t day, char said[SUCCESSORS_BYTES])
{
    struct found found = {.count = 0};
    char buffer[CODESET_KEY_LENGTH + 1];
    size_t length = 0, shown;
    said[0] = '\0';
    find_converted(c, code, ended, day, &found);
    find_below(c, code, day, &found);
    for (shown = 0; shown < found.count && shown < SUCCESSORS_SAID; shown++)
        length += (size_t)snprintf(said + length, SUCCESSORS_BYTES - length, "%s%s", shown == 0 ? "" : " ",
                                   codeset_key_text(found.keys[shown], buffer).data);
    if (found.count + found.beyond > shown)
        snprintf(said + length, SUCCESSORS_BYTES - length, " and %zu more", found.count + found.beyond - shown);
}
