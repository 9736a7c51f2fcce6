#include "services/coding/steps/shape.h"

#include "services/coding/steps/sets.h"

enum { LONGEST = 7, BEFORE_SEVENTH = 6 };

static const char characters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static bool
is_valid(const struct coding_case *c, const char *code, size_t length, int32_t day)
{
    return coding_ask(c, CODES_ICD10CM, text_of(code, length), day).verdict == CODES_VALID;
}

/* Filled up with the placeholder to six characters. */
static void
fill_up(struct text code, char filled[LONGEST + 1])
{
    memset(filled, 'X', BEFORE_SEVENTH);
    memcpy(filled, code.data, code.length < BEFORE_SEVENTH ? code.length : BEFORE_SEVENTH);
    filled[BEFORE_SEVENTH] = filled[LONGEST] = '\0';
}

/* The seventh characters that go with six. */
static bool
list_sevenths(const struct coding_case *c, char filled[LONGEST + 1], int32_t day, char said[SHAPE_SAID_BYTES])
{
    size_t length = 0;
    for (size_t i = 0; i + 1 < sizeof characters; i++) {
        filled[BEFORE_SEVENTH] = characters[i];
        if (!is_valid(c, filled, LONGEST, day))
            continue;
        if (length > 0)
            said[length++] = ' ';
        said[length++] = characters[i];
    }
    said[length] = '\0';
    return length > 0;
}

static bool
is_elsewhere(const struct coding_case *c, struct text code, int32_t day, char said[SHAPE_SAID_BYTES])
{
    char filled[LONGEST + 1];
    fill_up(text_of(code.data, code.length - 1), filled);
    filled[BEFORE_SEVENTH] = code.data[code.length - 1];
    if (!is_valid(c, filled, LONGEST, day))
        return false;
    memcpy(said, filled, sizeof filled);
    return true;
}

static bool
begins_with_code(const struct coding_case *c, struct text code, int32_t day, char said[SHAPE_SAID_BYTES])
{
    for (size_t length = code.length - 1; length >= 3; length--) {
        if (!is_valid(c, code.data, length, day))
            continue;
        memcpy(said, code.data, length);
        said[length] = '\0';
        return true;
    }
    return false;
}

enum shape
shape_of(const struct coding_case *c, struct text code, int32_t day, char said[SHAPE_SAID_BYTES])
{
    char filled[LONGEST + 1];
    said[0] = '\0';
    if (code.length < 3 || code.length > LONGEST + 1 || memchr(code.data, '.', code.length) != NULL)
        return SHAPE_PLAIN; /* on a claim codes have no point */
    fill_up(code, filled);
    if (code.length < LONGEST && list_sevenths(c, filled, day, said))
        return SHAPE_MISSING;
    if (code.length > 3 && code.length < LONGEST && is_elsewhere(c, code, day, said))
        return SHAPE_ELSEWHERE;
    if (code.length == LONGEST && list_sevenths(c, filled, day, said))
        return SHAPE_WRONG;
    return code.length > 3 && begins_with_code(c, code, day, said) ? SHAPE_LONG : SHAPE_PLAIN;
}

/* ---- what stands in place of a code that ended ---- */

/* False: it does not fit any more. */
static bool
add(char said[SHAPE_SUCCESSORS_BYTES], struct text code)
{
    size_t length = strlen(said);
    if (length + 1 + code.length + sizeof " ..." > SHAPE_SUCCESSORS_BYTES) {
        memcpy(said + length, " ...", sizeof " ...");
        return false;
    }
    if (length > 0)
        said[length++] = ' ';
    memcpy(said + length, code.data, code.length);
    said[length + code.length] = '\0';
    return true;
}

static void
list_divided(const struct coding_case *c, struct text code, int32_t day, char said[SHAPE_SUCCESSORS_BYTES])
{
    char longer[LONGEST + 1];
    memcpy(longer, code.data, code.length);
    for (size_t i = 0; i + 1 < sizeof characters; i++) {
        longer[code.length] = characters[i];
        if (is_valid(c, longer, code.length + 1, day) && !add(said, text_of(longer, code.length + 1)))
            return;
    }
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
list_converted(const struct coding_case *c, struct text code, int32_t ended, int32_t day, char said[SHAPE_SUCCESSORS_BYTES])
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
        if (before && !add(said, codeset_key_text(key, buffer)))
            return;
    }
}

void
shape_successors(const struct coding_case *c, struct text code, int32_t ended, int32_t day, char said[SHAPE_SUCCESSORS_BYTES])
{
    said[0] = '\0';
    if (code.length >= 3 && code.length < LONGEST)
        list_divided(c, code, day, said);
    if (said[0] == '\0')
        list_converted(c, code, ended, day, said);
}
