/* Words, codes, days, numbers and segments, as cases write them. */
#include "common/date/date.h"
#include "tests/services/coding_encounter_lines.h"

#include <stdlib.h>

struct text
encounter_word(struct text *rest)
{
    *rest = text_trim(*rest);
    size_t length = 0;
    while (length < rest->length && rest->data[length] != ' ' && rest->data[length] != '\t')
        length++;
    struct text word = text_of(rest->data, length);
    *rest = text_trim(text_of(rest->data + length, rest->length - length));
    return word;
}

struct text
encounter_cut(struct text *rest, char at)
{
    const char *end = rest->length == 0 ? NULL : memchr(rest->data, at, rest->length);
    size_t length = end == NULL ? rest->length : (size_t)(end - rest->data);
    struct text piece = text_of(rest->data, length);
    size_t used = end == NULL ? length : length + 1;
    *rest = text_of(rest->data + used, rest->length - used);
    return piece;
}

/* The code without its point, kept. */
struct text
encounter_code(struct reader *reader, struct text written)
{
    char *code = arena_take(encounter_arena(reader), written.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < written.length; i++)
        if (written.data[i] != '.')
            code[length++] = written.data[i];
    return text_of(code, length);
}

bool
encounter_day(struct reader *reader, struct text word, int32_t *day)
{
    return date_parse_iso(word, day) || date_parse(word, day) || encounter_wrong(reader, "\"%.*s\" is not a day", TEXT_ARGS(word));
}

/* "2024-08-01..2024-08-05", or one day. */
bool
encounter_days(struct reader *reader, struct text word, int32_t *from, int32_t *to)
{
    const char *dots = memmem(word.data, word.length, "..", 2);
    size_t first = dots == NULL ? word.length : (size_t)(dots - word.data);
    *to = 0;
    return encounter_day(reader, text_of(word.data, first), from) &&
           (dots == NULL || encounter_day(reader, text_of(dots + 2, word.length - first - 2), to));
}

/* A decimal number in `unit` parts of one: "125.00" with 100 are cents. */
bool
encounter_number(struct reader *reader, struct text word, int64_t unit, int64_t *number)
{
    char copy[32], *end;
    text_copy(word, copy, sizeof copy);
    double value = strtod(copy, &end);
    if (word.length == 0 || word.length >= sizeof copy || *end != '\0')
        return encounter_wrong(reader, "\"%.*s\" is not a number", TEXT_ARGS(word));
    *number = (int64_t)(value * (double)unit + (value < 0 ? -0.5 : 0.5));
    return true;
}

/* "2300/REF*9F*12345" */
bool
encounter_segment(struct reader *reader, struct text word, struct carried_segment **list, uint32_t *count)
{
    struct text loop = encounter_cut(&word, '/');
    if (loop.length == 0 || word.length == 0)
        return encounter_wrong(reader, "a segment is LOOP/SEGMENT");
    char *bytes = arena_take(encounter_arena(reader), word.length + 1);
    for (size_t i = 0; i < word.length; i++) {
        char c = word.data[i];
        bytes[i] = c == '*' ? 0x1D : c == ':' ? 0x1F : c == '^' ? 0x1E : c == '_' ? ' ' : c;
    }
    struct carried_segment *all = ARENA_ARRAY(encounter_arena(reader), struct carried_segment, *count + 1);
    if (*count > 0)
        memcpy(all, *list, sizeof *all * *count);
    all[*count] = (struct carried_segment){.loop = loop, .segment = text_of(bytes, word.length)};
    *list = all;
    (*count)++;
    return true;
}

struct party
encounter_party(struct text npi, bool person)
{
    return (struct party){.entity_type = person ? TEXT("1") : TEXT("2"),
                          .last_name = person ? TEXT("Marlow") : TEXT("Harbour Clinic"),
                          .first_name = person ? TEXT("Edda") : (struct text){0},
                          .id_qualifier = TEXT("XX"),
                          .id = npi,
                          .address_1 = TEXT("4 Quay Street"),
                          .city = TEXT("Toledo"),
                          .state = TEXT("OH"),
                          .postal_code = TEXT("436041234"),
                          .taxonomy = person ? TEXT("207Q00000X") : TEXT("261QP2300X"),
                          .tax_id = person ? (struct text){0} : TEXT("344455566"),
                          .tax_id_qualifier = person ? (struct text){0} : TEXT("EI")};
}
