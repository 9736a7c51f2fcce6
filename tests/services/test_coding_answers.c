/*
 * What a finding says to do can be done: each row of tests/data/coding/answers.tsv takes an encounter that raises the finding, applies the
 * changes of an answer, and the finding is gone without a new error. Every finding of coding that says to remove something, or to put
 * something first, has a row.
 */
#include "schemas/findings.h"
#include "services/coding/edit.h"
#include "tests/services/coding_encounter_judge.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

struct answer_row {
    unsigned number;
    struct text name, sets;
};

enum { ROWS_LIMIT = 200, FILE_LIMIT = 64 * 1024 };
static struct answer_row rows[ROWS_LIMIT];
static size_t row_count;
static char text[FILE_LIMIT];

static const char *
path_of(const char *file, char path[4096])
{
    cr_assert_not_null(getenv("CLAIMLINE_SOURCE"), "CLAIMLINE_SOURCE names the source folder");
    snprintf(path, 4096, "%s/tests/data/coding%s", getenv("CLAIMLINE_SOURCE"), file);
    return path;
}

static void
read_rows(void)
{
    char path[4096];
    FILE *file = fopen(path_of("/answers.tsv", path), "re");
    cr_assert_not_null(file, "%s", path);
    struct text rest = text_of(text, fread(text, 1, sizeof text, file));
    cr_assert_lt(rest.length, sizeof text);
    fclose(file);
    while (rest.length > 0) {
        struct text fields, line = text_cut(rest, '\n', &rest);
        uint64_t number;
        if (line.length == 0 || line.data[0] == '#')
            continue;
        cr_assert_lt(row_count, ROWS_LIMIT);
        cr_assert(text_to_u64(text_cut(line, '\t', &fields), &number), "%.*s", TEXT_ARGS(line));
        struct answer_row *row = &rows[row_count++];
        row->number = (unsigned)number;
        row->name = text_cut(fields, '\t', &row->sets);
    }
}

static const struct encounter_case *
case_named(const struct encounter_list *list, struct text name)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (text_equal(list->cases[i].name, name))
            return &list->cases[i];
    return NULL;
}

static unsigned
count_of(const struct findings *findings, unsigned number)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < findings->count; i++)
        count += number != 0 ? findings->items[i].kind->number == number : findings->items[i].kind->severity == FINDING_ERROR;
    return count;
}

/* Lines add up to the claim as they did before. */
static int64_t
missing_cents(const struct claim_body *body)
{
    int64_t missing = body->total_cents;
    for (uint32_t i = 0; i < body->lines_count; i++)
        missing -= body->lines[i].charge_cents;
    return missing;
}

static const char *
apply(struct text sets, struct encounter_case *c, int32_t date, struct arena *arena)
{
    struct coding_edit edits[CODING_EDITS_LIMIT];
    struct coding_changes changes = {0};
    uint32_t count = 0;
    while (sets.length > 0) {
        const char *wrong = coding_edit_parse(text_cut(sets, ' ', &sets), &edits[count++]);
        if (wrong != NULL)
            return wrong;
    }
    const char *wrong = coding_edits_apply(edits, count, codes_starter(), date, arena, &c->body, &changes);
    return wrong == NULL && changes.count == 0 ? "nothing changed" : wrong;
}

static void
check_row(const struct encounter_list *list, const struct answer_row *row)
{
    struct encounter_verdict before, after;
    const struct encounter_case *c = case_named(list, row->name);
    cr_assert_not_null(c, "no case \"%.*s\"", TEXT_ARGS(row->name));
    encounter_judge(c, NULL, &before);
    cr_expect_gt(count_of(&before.findings, row->number), 0, "%u is not raised by \"%.*s\"", row->number, TEXT_ARGS(row->name));
    struct encounter_case answered = *c;
    struct arena arena;
    arena_init(&arena, 0);
    const char *wrong = apply(row->sets, &answered, before.judged.first_date, &arena);
    cr_assert_null(wrong, "%u, %.*s: %s", row->number, TEXT_ARGS(row->sets), wrong);
    encounter_judge(&answered, NULL, &after);
    cr_expect_eq(count_of(&after.findings, row->number), 0, "%u stands after %.*s", row->number, TEXT_ARGS(row->sets));
    unsigned left = count_of(&before.findings, 0);
    left -= count_of(&before.findings, row->number) < left ? count_of(&before.findings, row->number) : left;
    cr_expect_leq(count_of(&after.findings, 0), left, "%u: a new error after %.*s", row->number, TEXT_ARGS(row->sets));
    if (row->number != FINDING_CODING_TOTAL)
        cr_expect_eq(missing_cents(&answered.body), missing_cents(&c->body), "%u: the total follows", row->number);
    encounter_verdict_free(&before);
    encounter_verdict_free(&after);
    arena_free(&arena);
}

static void
read_cases(struct encounter_list *list)
{
    char path[4096];
    encounter_list_init(list);
    bool good = encounter_list_read_folder(list, path_of("", path), "");
    cr_assert(good, "%s", list->reason);
}

Test(coding_answers, what_a_finding_says_to_do_can_be_done_and_ends_it)
{
    struct encounter_list list;
    read_cases(&list);
    read_rows();
    for (size_t i = 0; i < row_count; i++)
        check_row(&list, &rows[i]);
    encounter_list_free(&list);
}

static bool
has_row(unsigned number)
{
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].number == number)
            return true;
    return false;
}

Test(coding_answers, every_finding_that_says_remove_or_put_first_has_a_row)
{
    unsigned asked = 0;
    read_rows();
    for (unsigned number = 3000; number < 3600; number++) {
        const struct finding_kind *kind = finding_kind((uint16_t)number);
        if (kind == NULL || (strstr(kind->remedy, "emove") == NULL && strstr(kind->remedy, "first.") == NULL &&
                             strstr(kind->remedy, "Put ") == NULL))
            continue;
        asked++;
        cr_expect(has_row(number), "%u: %s", number, kind->remedy);
    }
    cr_assert_gt(asked, 30);
}
