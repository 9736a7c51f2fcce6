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
