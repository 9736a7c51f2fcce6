#include "common/codes/codes_lists.h"

#include "common/codes/codes_kept.h"

#include <assert.h>
#include <stdlib.h>

static const struct codes_lists builtin;

const struct codes_lists *
codes_lists_builtin(void)
{
    return &builtin;
}

struct codes_lists *
codes_lists_new(void)
{
    struct codes_lists *lists = calloc(1, sizeof *lists);
    assert(lists != NULL);
    return lists;
}

void
codes_lists_free(struct codes_lists *lists)
{
    if (lists == NULL)
        return;
    for (size_t i = 0; i < CODES_SYSTEM_COUNT; i++)
        free(lists->kept[i].rows);
    free(lists);
}

uint64_t
codes_key(struct text code)
{
    uint64_t key = 0;
    if (code.length == 0 || code.length > CODES_KEY_LENGTH)
        return 0;
    for (size_t i = 0; i < CODES_KEY_LENGTH; i++) {
        char c = i < code.length ? code.data[i] : ' ';
        unsigned digit = 0;
        if (c >= '0' && c <= '9')
            digit = (unsigned)(c - '0') + 1;
        else if (c >= 'A' && c <= 'Z')
            digit = (unsigned)(c - 'A') + 11;
        else if (i < code.length)
            return 0;
        key = key * 37 + digit;
    }
    return key;
}

static bool
fits(char c, char form)
{
    bool digit = c >= '0' && c <= '9', letter = c >= 'A' && c <= 'Z';
    switch (form) {
    case 'd':
        return digit;
    case 'l':
        return letter;
    case 'x':
        return digit || letter;
    default:
        return c == form;
    }
}

/* Has the code one of the forms? */
static bool
has_form(struct text code, const char *forms)
{
    for (const char *at = forms; *at != '\0';) {
        size_t i = 0, length = strcspn(at, "|");
        while (i < length && i < code.length && fits(code.data[i], at[i]))
            i++;
        if (i == length && i == code.length)
            return true;
        at += length + (at[length] == '|');
    }
    return false;
}

/* The list of a user's files, or else what is built in. */
static struct codes_list
list_of(const struct codes_lists *lists, enum codes_system system)
{
    const struct codes_kept *kept = &lists->kept[system];
    if (kept->rows == NULL)
        return codes_system_kinds[system].list;
    return (struct codes_list){kept->edition, kept->rows, kept->count, kept->from, kept->to, kept->complete};
}

static const struct codes_list_row *
find(const struct codes_list *list, uint64_t key)
{
    const struct codes_list_row *base = list->rows;
    for (size_t count = list->count; count > 0;) {
        if (base[count / 2].key < key) {
            base += count / 2 + 1;
            count -= count / 2 + 1;
        } else {
            count /= 2;
        }
    }
    return base;
}

static bool
covers(const struct codes_list *list, int32_t day)
{
    if (day == 0)
        return list->from == 0 && list->to == 0;
    return list->from <= day && (list->to == 0 || day <= list->to);
}

/* Of a diagnosis: do longer codes begin with it? The next row tells. */
static bool
begins_longer(const struct codes_list *list, const struct codes_list_row *next, uint64_t key, size_t length)
{
    uint64_t tail = 1;
    for (size_t i = length; i < CODES_KEY_LENGTH; i++)
        tail *= 37;
    return next < list->rows + list->count && next->key / tail == key / tail;
}

static struct codes_answer
judge_list(const struct codes_list *list, enum codes_system system, struct text code, int32_t first, int32_t last)
{
    uint64_t key = codes_key(code);
    const struct codes_list_row *row = find(list, key), *end = list->rows + list->count;
    struct codes_answer answer = {.verdict = CODES_NOT_HELD};
    for (; key != 0 && row < end && row->key == key; row++) {
        answer.from = row->from;
        answer.to = row->to;
        if (first == 0 || (row->from <= last && (row->to == 0 || row->to >= first))) {
            answer.verdict = CODES_VALID;
            return answer;
        }
        answer.verdict = row->from > last ? CODES_NOT_YET : CODES_ENDED;
        if (answer.verdict == CODES_NOT_YET)
            return answer;
    }
    if (answer.verdict != CODES_NOT_HELD)
        return answer;
    bool diagnosis = system == CODES_SYSTEM_ICD10CM || system == CODES_SYSTEM_ICD9CM;
    if (!covers(list, first) || !covers(list, last))
        answer = (struct codes_answer){.verdict = CODES_EDITION_MISSING, .from = list->from, .to = list->to};
    else if (diagnosis && key != 0 && begins_longer(list, row, key, code.length))
        answer.verdict = CODES_HEADER;
    else if (list->complete)
        answer.verdict = CODES_UNKNOWN;
    return answer;
}

/* Of a day that is known: the publisher's edition, else the starter. */
static struct codes_answer
find_on(const struct codes_lists *lists, enum codes_set set, struct text code, int32_t date, const char **edition)
{
    const struct codes_published *published = lists == NULL ? NULL : &lists->published;
    struct codes_answer answer;
    if (published != NULL && published->ask != NULL && published->ask(published->context, set, code, date, &answer, edition))
        return answer;
    *edition = codes_edition_name(codes_starter()).data;
    return codes_find(codes_starter(), set, code, date);
}

/* When the days are not known, the last one that the edition covers stands for them; only what it holds can be judged. */
static struct codes_answer
judge_set(const struct codes_lists *lists, enum codes_set set, struct text code, int32_t first, int32_t last, const char **edition)
{
    int32_t from, to;
    if (first == 0) {
        *edition = codes_edition_name(codes_starter()).data;
        codes_coverage(codes_starter(), set, &from, &to);
        struct codes_answer answer = codes_find(codes_starter(), set, code, to);
        if (answer.verdict == CODES_UNKNOWN)
            answer.verdict = CODES_NOT_HELD;
        if (answer.verdict == CODES_ENDED || answer.verdict == CODES_NOT_YET)
            answer.verdict = CODES_VALID;
        return answer;
    }
    const char *of_first, *of_last;
    struct codes_answer answer = find_on(lists, set, code, first, &of_first);
    *edition = of_first;
    if (answer.verdict == CODES_VALID || first == last)
        return answer;
    struct codes_answer later = find_on(lists, set, code, last, &of_last);
    if (later.verdict != CODES_VALID && later.verdict != CODES_EDITION_MISSING)
        return answer;
    *edition = of_last;
    return later;
}

struct codes_answer
codes_lists_judge(const struct codes_lists *lists, enum codes_system system, struct text code, int32_t first, int32_t last)
{
    assert(system < CODES_SYSTEM_COUNT);
    const struct codes_system_kind *kind = &codes_system_kinds[system];
    const struct codes_list list = list_of(lists, system);
    struct codes_answer answer = {.verdict = CODES_NOT_HELD};
    const char *edition;
    if (list.edition != NULL)
        answer = judge_list(&list, system, code, first, last);
    else if (kind->set != CODES_SET_COUNT)
        answer = judge_set(lists, kind->set, code, first, last, &edition);
    bool judged = answer.verdict != CODES_NOT_HELD && answer.verdict != CODES_EDITION_MISSING;
    if (!judged && !has_form(code, kind->form))
        answer = (struct codes_answer){.verdict = CODES_UNKNOWN};
    return answer;
}

const char *
codes_lists_edition(const struct codes_lists *lists, enum codes_system system, struct text code, int32_t first, int32_t last)
{
    assert(system < CODES_SYSTEM_COUNT);
    const struct codes_list list = list_of(lists, system);
    const char *edition = "";
    if (list.edition != NULL)
        return list.edition;
    if (codes_system_kinds[system].set != CODES_SET_COUNT)
        judge_set(lists, codes_system_kinds[system].set, code, first, last, &edition);
    return edition;
}

void
codes_lists_publish(struct codes_lists *lists, struct codes_published published)
{
    lists->published = published;
}
