#include "common/codes/codes.h"

#include "common/codes/codes_edition.h"

#include <assert.h>

static_assert(CODES_LENGTH_LIMIT == sizeof(uint64_t), "a code fits its key");

const struct codes_edition *
codes_starter(void)
{
    return &codes_edition_starter;
}

struct text
codes_edition_name(const struct codes_edition *edition)
{
    return text_from(edition->name);
}

const char *
codes_set_name(const struct codes_edition *edition, enum codes_set set)
{
    assert(set < CODES_SET_COUNT);
    return edition->sets[set].name;
}

void
codes_coverage(const struct codes_edition *edition, enum codes_set set, int32_t *from, int32_t *to)
{
    assert(set < CODES_SET_COUNT);
    *from = edition->sets[set].coverage_from;
    *to = edition->sets[set].coverage_to;
}

bool
codes_complete(const struct codes_edition *edition, enum codes_set set)
{
    assert(set < CODES_SET_COUNT);
    return edition->sets[set].complete;
}

/* In base 36, or -1: digits and upper-case letters only. */
static int
digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
}

/* The rows of a code: first and one past the last; equal when it has none. */
static void
rows_of(const struct codes_set_rows *set, struct text code, const struct codes_row **first, const struct codes_row **end)
{
    *first = *end = set->rows;
    if (code.length < 2 || code.length > CODES_LENGTH_LIMIT)
        return;
    int high = digit_of(code.data[0]), low = digit_of(code.data[1]);
    if (high < 0 || low < 0)
        return;
    uint64_t key = 0;
    for (size_t i = 0; i < CODES_LENGTH_LIMIT; i++)
        key = key << 8 | (i < code.length ? (uint8_t)code.data[i] : 0);
    const struct codes_row *base = set->rows + set->buckets[high * 36 + low];
    const struct codes_row *stop = set->rows + set->buckets[high * 36 + low + 1];
    for (size_t count = (size_t)(stop - base); count > 0;) {
        const struct codes_row *middle = base + count / 2;
        if (middle->key < key) {
            base = middle + 1;
            count -= count / 2 + 1;
        } else {
            count /= 2;
        }
    }
    *first = *end = base;
    while (*end < stop && (*end)->key == key)
        (*end)++;
}

static struct codes_answer
answer_of(const struct codes_edition *edition, const struct codes_row *row, enum codes_verdict verdict)
{
    const struct codes_period *period = &edition->periods[row->period];
    return (struct codes_answer){verdict, period->from, period->to, text_from(edition->words + row->words)};
}

struct codes_answer
codes_find(const struct codes_edition *edition, enum codes_set set, struct text code, int32_t date)
{
    assert(set < CODES_SET_COUNT);
    const struct codes_set_rows *rows = &edition->sets[set];
    if (date < rows->coverage_from || date > rows->coverage_to)
        return (struct codes_answer){.verdict = CODES_EDITION_MISSING, .from = rows->coverage_from, .to = rows->coverage_to};
    const struct codes_row *first, *end, *before = NULL, *header = NULL;
    rows_of(rows, code, &first, &end);
    if (first == end)
        return (struct codes_answer){.verdict = rows->complete ? CODES_UNKNOWN : CODES_NOT_HELD};
    for (const struct codes_row *row = first; row < end; row++) {
        const struct codes_period *period = &edition->periods[row->period];
        bool begun = period->from <= date, over = period->to != 0 && period->to < date;
        if (begun && !over && row->header == 0)
            return answer_of(edition, row, CODES_VALID);
        if (begun && !over)
            header = row;
        if (over && row->header == 0)
            before = row;
    }
    /* A code that was billable and is a header now has ended: the coder is told when, not only that it is too short. */
    if (before != NULL)
        return answer_of(edition, before, CODES_ENDED);
    if (header != NULL)
        return answer_of(edition, header, CODES_HEADER);
    const struct codes_row *later = NULL;
    for (const struct codes_row *row = first; row < end && later == NULL; row++)
        later = edition->periods[row->period].from > date ? row : NULL;
    return later != NULL ? answer_of(edition, later, CODES_NOT_YET) : answer_of(edition, end - 1, CODES_ENDED);
}

struct codes_size
codes_size_of(const struct codes_edition *edition, enum codes_set set)
{
    assert(set < CODES_SET_COUNT);
    const struct codes_set_rows *rows = &edition->sets[set];
    struct codes_size size = {.rows = rows->buckets[CODES_BUCKETS]};
    for (uint32_t i = 0; i < size.rows; i++) {
        size.codes += i == 0 || rows->rows[i].key != rows->rows[i - 1].key;
        size.headers += rows->rows[i].header != 0;
    }
    return size;
}

bool
codes_holds(const struct codes_edition *edition, enum codes_set set, struct text code)
{
    assert(set < CODES_SET_COUNT);
    const struct codes_row *first, *end;
    rows_of(&edition->sets[set], code, &first, &end);
    return first != end;
}

struct text
codes_words(const struct codes_edition *edition, enum codes_set set, struct text code)
{
    assert(set < CODES_SET_COUNT);
    const struct codes_row *first, *end;
    rows_of(&edition->sets[set], code, &first, &end);
    return first == end ? (struct text){0} : text_from(edition->words + first->words);
}

bool
codes_procedure_set(struct text code, enum codes_set *set)
{
    if (code.length != 5)
        return false;
    for (size_t i = 1; i < 4; i++) {
        if (code.data[i] < '0' || code.data[i] > '9')
            return false;
    }
    bool first = code.data[0] >= '0' && code.data[0] <= '9', last = code.data[4] >= '0' && code.data[4] <= '9';
    if (first && (last || (code.data[4] >= 'A' && code.data[4] <= 'Z'))) {
        *set = CODES_CPT;
        return true;
    }
    if (!last || code.data[0] < 'A' || code.data[0] > 'V')
        return false;
    *set = CODES_HCPCS;
    return true;
}

static bool
holds(int32_t from, int32_t to, int32_t date)
{
    return from <= date && (to == 0 || date <= to);
}

/* Most rules differ in the second or third character: no call is worth it. */
static bool
begins(struct text code, const char *head)
{
    for (size_t i = 0; head[i] != '\0'; i++) {
        if (i == code.length || code.data[i] != head[i])
            return false;
    }
    return true;
}

const struct codes_symptom *
codes_symptom_of(const struct codes_edition *edition, struct text symptom, struct text cause, int32_t date)
{
    for (uint32_t i = 0; i < edition->symptom_count; i++) {
        const struct codes_symptom *rule = &edition->symptoms[i];
        if (begins(symptom, rule->symptom) && begins(cause, rule->cause) &&
            holds(rule->from, rule->to, date))
            return rule;
    }
    return NULL;
}

const struct codes_age *
codes_age_of(const struct codes_edition *edition, struct text code, int32_t date)
{
    for (uint32_t i = 0; i < edition->age_count; i++) {
        const struct codes_age *rule = &edition->ages[i];
        if (begins(code, rule->code) && holds(rule->from, rule->to, date))
            return rule;
    }
    return NULL;
}
