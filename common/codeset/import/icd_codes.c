/* Codes in prose. */
#include "common/codeset/import/icd_codes.h"

#include <ctype.h>

struct reading {
    struct text rest;
    struct icd_codes *codes;
    size_t count;
};

/* The condition on characters that follows "with": each alternative is a mask. */
struct masks {
    char masks[32][8];
    size_t count;
};

static bool
digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
code_character(char c)
{
    return digit(c) || (c >= 'A' && c <= 'Z');
}

static void
skip(struct text *rest, size_t length)
{
    *rest = text_of(rest->data + length, rest->length - length);
}

static void
skip_blanks(struct text *rest)
{
    while (rest->length > 0 && (rest->data[0] == ' ' || rest->data[0] == '\t' || rest->data[0] == '\n'))
        skip(rest, 1);
}

static bool
take_word(struct text *rest, const char *word)
{
    skip_blanks(rest);
    if (!text_starts(*rest, text_from(word)))
        return false;
    skip(rest, strlen(word));
    return true;
}

/* A letter, a digit and a digit or letter; or, since FY2026, two letters and a digit. */
static bool
begins_code(struct text t)
{
    return t.length >= 3 && t.data[0] >= 'A' && t.data[0] <= 'Z' && code_character(t.data[1]) && code_character(t.data[2]) &&
           (digit(t.data[1]) || digit(t.data[2]));
}

static bool
take_code(struct text *rest, char code[8])
{
    size_t length = 3;
    skip_blanks(rest);
    if (!begins_code(*rest))
        return false;
    memcpy(code, rest->data, 3);
    skip(rest, 3);
    if (rest->length > 1 && rest->data[0] == '.' && code_character(rest->data[1])) {
        skip(rest, 1);
        while (rest->length > 0 && code_character(rest->data[0])) {
            if (length == 7)
                return false;
            code[length++] = rest->data[0];
            skip(rest, 1);
        }
    }
    code[length] = '\0';
    return rest->length == 0 || !isalnum((unsigned char)rest->data[0]);
}

/* Behind a code: ".-", "-", " -", "--" (all its children, a span, or both) or " to ". True when another code follows that ends a
 * span. */
static bool
take_span(struct text *rest)
{
    struct text at = *rest;
    bool dash = false;
    while (at.length > 0 && (at.data[0] == '-' || at.data[0] == ' ' || (at.data[0] == '.' && at.length > 1 && at.data[1] == '-'))) {
        dash = dash || at.data[0] == '-';
        skip(&at, 1);
    }
    if (text_starts(at, TEXT("to "))) {
        skip(&at, 3);
        skip_blanks(&at);
        dash = begins_code(at);
    }
    if (dash && begins_code(at)) {
        *rest = at;
        return true;
    }
    /* Only the children's mark is taken. */
    if (rest->length > 1 && rest->data[0] == '.' && rest->data[1] == '-')
        skip(rest, 1);
    while (rest->length > 0 && rest->data[0] == '-')
        skip(rest, 1);
    return false;
}

static bool
add_codes(struct reading *reading, const char *low, const char *high)
{
    if (reading->count == ICD_CODES_LIMIT)
        return false;
    struct icd_codes *codes = &reading->codes[reading->count++];
    memset(codes, 0, sizeof *codes);
    strcpy(codes->low, low);
    strcpy(codes->high, high);
    return true;
}

/* ---- conditions on characters ---- */

/* "fifth", "7th", "5th" ...: 4 to 7; 0: none. */
static unsigned
take_ordinal(struct text *rest)
{
    static const struct {
        const char *word;
        unsigned place;
    } ordinals[] = {{"fourth", 4}, {"fifth", 5}, {"sixth", 6}, {"six", 6}, {"seventh", 7},
                    {"4th", 4},    {"5th", 5},   {"6th", 6},   {"7th", 7}};
    for (size_t i = 0; i < sizeof ordinals / sizeof *ordinals; i++)
        if (take_word(rest, ordinals[i].word))
            return ordinals[i].place;
    return 0;
}

static bool
add_mask(struct masks *masks, unsigned place, const char *characters, size_t length, bool or_before)
{
    for (unsigned way = 0; way <= (or_before ? 1u : 0u); way++) {
        unsigned at = place - way;
        if (masks->count == 32 || at < 4 || at + length > 8)
            return false;
        char *mask = masks->masks[masks->count++];
        memset(mask, 0, 8);
        memset(mask, '-', at - 1);
        memcpy(mask + at - 1, characters, length);
        if (way == 1 && at + length < 8) /* the fifth counts where the sixth is a placeholder */
            mask[at - 1 + length] = 'X';
    }
    return true;
}

/* "5", "1-4 or 6", "B or C", ".61-", ".14, .24. .94": the characters from `place` on. */
static bool
take_characters(struct text *rest, unsigned place, bool or_before, struct masks *masks)
{
    for (;;) {
        char characters[8] = {0};
        size_t length = 0;
        skip_blanks(rest);
        while (rest->length > 0 && rest->data[0] == '.')
            skip(rest, 1);
        while (rest->length > 0 && code_character(rest->data[0]) && length < 4) {
            characters[length++] = rest->data[0];
            skip(rest, 1);
        }
        if (length == 0 || !add_mask(masks, place, characters, length, or_before))
            return false;
        bool dash = rest->length > 0 && rest->data[0] == '-';
        if (dash)
            skip(rest, 1);
        if (dash && rest->length > 0 && (rest->data[0] == '.' || code_character(rest->data[0]))) { /* a span of the last character */
            size_t point = rest->data[0] == '.';
            if (rest->length < point + length || memcmp(rest->data + point, characters, length - 1) != 0 ||
                !code_character(rest->data[point + length - 1]))
                return false;
            char last = rest->data[point + length - 1];
            skip(rest, point + length);
            while (characters[length - 1] < last) {
                characters[length - 1]++;
                if (!add_mask(masks, place, characters, length, or_before))
                    return false;
            }
        }
        struct text before = *rest;
        bool more = take_word(rest, "or ") || take_word(rest, "and ");
        if (!more && (take_word(rest, ",") || take_word(rest, ".")))
            more = true;
        skip_blanks(rest);
        if (!more || rest->length == 0 || begins_code(*rest)) {
            *rest = before;
            return true;
        }
    }
}

/* "with" is taken: "fifth or sixth character 5", "final characters -23", ".44", "7th character B", "5th character .6". */
static bool
take_condition(struct text *rest, bool categories, struct masks *masks)
{
    if (take_word(rest, "final characters")) {
        skip_blanks(rest);
        unsigned place = 4;
        while (rest->length > 0 && rest->data[0] == '-') {
            place++;
            skip(rest, 1);
        }
        return take_characters(rest, place, false, masks);
    }
    unsigned place = take_ordinal(rest), second = 0;
    bool either = false;
    if (place == 0) { /* what stands behind the point; of categories alone, else it is not sure which place is meant */
        skip_blanks(rest);
        return categories && rest->length > 0 && rest->data[0] == '.' && take_characters(rest, 4, false, masks);
    }
    if (take_word(rest, "or ")) {
        second = take_ordinal(rest);
        either = true;
    } else if (take_word(rest, "to ")) {
        second = take_ordinal(rest);
    }
    if (second != 0 && second != place + 1)
        return false;
    if (take_word(rest, "-"))
        skip_blanks(rest);
    if (!take_word(rest, "characters") && !take_word(rest, "character"))
        return false;
    return take_characters(rest, either ? second : place, either, masks);
}

/* The spans from `first` on, once for each mask. */
static bool
apply_masks(struct reading *reading, size_t first, const struct masks *masks)
{
    size_t spans = reading->count - first;
    for (size_t m = 1; m < masks->count; m++)
        for (size_t i = 0; i < spans; i++)
            if (!add_codes(reading, reading->codes[first + i].low, reading->codes[first + i].high))
                return false;
    for (size_t m = 0; m < masks->count; m++)
        for (size_t i = 0; i < spans; i++)
            memcpy(reading->codes[first + m * spans + i].mask, masks->masks[m], 8);
    return true;
}

/* Are all spans from `first` on of three characters? */
static bool
all_categories(const struct reading *reading, size_t first)
{
    for (size_t i = first; i < reading->count; i++)
        if (strlen(reading->codes[i].low) != 3 || strlen(reading->codes[i].high) != 3)
            return false;
    return true;
}

/* ---- lists ---- */

static bool
take_separator(struct text *rest)
{
    bool taken = false;
    for (;;) {
        skip_blanks(rest);
        if (rest->length > 0 && (rest->data[0] == ',' || rest->data[0] == ';' || rest->data[0] == '.' || rest->data[0] == '&'))
            skip(rest, 1);
        else if (!take_word(rest, "and ") && !take_word(rest, "AND ") && !take_word(rest, "or "))
            return taken;
        taken = true;
    }
}

/* Codes up to the end or to what is not understood. `since`: where the spans begin that a condition is about. */
static bool
take_list(struct reading *reading)
{
    size_t since = reading->count;
    for (;;) {
        char low[8], high[8];
        if (!take_code(&reading->rest, low))
            return false;
        strcpy(high, low);
        if (take_span(&reading->rest) && !take_code(&reading->rest, high))
            return false;
        take_span(&reading->rest); /* the children's mark of the last code */
        if (strncmp(low, high, strlen(low) < strlen(high) ? strlen(low) : strlen(high)) > 0 || !add_codes(reading, low, high))
            return false;
        bool separated = take_separator(&reading->rest);
        if (take_word(&reading->rest, "with ")) {
            struct masks masks = {.count = 0};
            if (!take_condition(&reading->rest, all_categories(reading, since), &masks) || !apply_masks(reading, since, &masks))
                return false;
            since = reading->count;
            separated = take_separator(&reading->rest);
        }
        if (reading->rest.length == 0)
            return true;
        if (!separated)
            return false;
    }
}

static bool
holds_code(struct text list)
{
    for (size_t i = 0; i + 3 <= list.length; i++)
        if ((i == 0 || !isalnum((unsigned char)list.data[i - 1])) && begins_code(text_of(list.data + i, list.length - i)) &&
            (i + 3 == list.length || !isalpha((unsigned char)list.data[i + 3])))
            return true;
    return false;
}

enum icd_codes_found
icd_codes_list(struct text list, struct icd_codes *codes, size_t *count)
{
    struct reading reading = {.rest = text_trim(list), .codes = codes};
    *count = 0;
    if (!holds_code(list))
        return ICD_CODES_NONE;
    if (!take_list(&reading))
        return ICD_CODES_UNREAD;
    *count = reading.count;
    return ICD_CODES_READ;
}

enum icd_codes_found
icd_codes_note(struct text note, struct icd_codes *codes, size_t *count)
{
    enum icd_codes_found found = ICD_CODES_NONE;
    struct reading reading = {.codes = codes};
    *count = 0;
    while (note.length > 0) {
        const char *open = memchr(note.data, '(', note.length);
        if (open == NULL)
            break;
        size_t begin = (size_t)(open - note.data) + 1;
        struct text inside = text_of(note.data + begin, note.length - begin);
        const char *close = memchr(inside.data, ')', inside.length), *nested = memchr(inside.data, '(', inside.length);
        if (nested != NULL && (close == NULL || nested < close)) {
            note = inside;
            continue;
        }
        if (close != NULL)
            inside.length = (size_t)(close - inside.data);
        note = text_of(inside.data + inside.length, note.length - begin - inside.length);
        if (!holds_code(inside))
            continue;
        reading.rest = text_trim(inside);
        if (!take_list(&reading)) {
            *count = 0;
            return ICD_CODES_UNREAD;
        }
        found = ICD_CODES_READ;
    }
    *count = reading.count;
    return found;
}

bool
icd_codes_hold(const struct icd_codes *codes, struct text code)
{
    size_t low = strlen(codes->low), high = strlen(codes->high);
    if (code.length < low || code.length > 7 || memcmp(code.data, codes->low, low) < 0 ||
        memcmp(code.data, codes->high, code.length < high ? code.length : high) > 0)
        return false;
    for (size_t i = 0; codes->mask[i] != '\0' && i < 7; i++)
        if (codes->mask[i] != '-' && (i >= code.length || code.data[i] != codes->mask[i]))
            return false;
    return true;
}
