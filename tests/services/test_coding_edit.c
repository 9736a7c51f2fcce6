/* A coder's edits: what is asked, what the claim is then. */
#include "services/coding/edit.h"
#include "tests/services/coding_sample.h"

#include <criterion/criterion.h>

static struct coding_edit edits[CODING_EDITS_LIMIT];
static uint32_t edit_count;

/* Changes separated by blanks. */
static void
ask(const char *sets)
{
    struct text rest = text_from(sets);
    edit_count = 0;
    while (rest.length > 0) {
        const char *wrong = coding_edit_parse(text_cut(rest, ' ', &rest), &edits[edit_count++]);
        cr_assert_null(wrong, "%s: %s", sets, wrong);
    }
}

/* "J101 I10 | 99213 1,2 | 87804:QW 1" */
static const char *
show(const struct claim_body *body, struct arena *arena)
{
    struct text all = {0};
    for (uint32_t i = 0; i < body->diagnoses_count; i++)
        all = arena_print(arena, "%.*s%s%s%.*s", TEXT_ARGS(all), i == 0 ? "" : " ",
                          text_is(body->diagnoses[i].qualifier, "ABK") ? "*" : "", TEXT_ARGS(body->diagnoses[i].code));
    for (uint32_t i = 0; i < body->lines_count; i++) {
        all = arena_print(arena, "%.*s | %.*s", TEXT_ARGS(all), TEXT_ARGS(body->lines[i].procedure));
        for (unsigned k = 0; k < 4; k++) {
            if (coding_modifier(&body->lines[i], k).length > 0)
                all = arena_print(arena, "%.*s:%.*s", TEXT_ARGS(all), TEXT_ARGS(coding_modifier(&body->lines[i], k)));
        }
        for (unsigned k = 0; k < 4; k++) {
            if (coding_pointer(&body->lines[i], k) != 0)
                all = arena_print(arena, "%.*s%s%u", TEXT_ARGS(all), k == 0 ? " " : ",",
                                  (unsigned)coding_pointer(&body->lines[i], k));
        }
    }
    return all.data;
}

struct edit_case {
    const char *name, *codes, *sets, *after;
    uint64_t pointers[2][4]; /* before */
};

Test(coding_edit, the_claim_is_what_was_asked_for)
{
    static const struct edit_case cases[] = {
        {"replace, with point and lower case", "J101", "diagnosis.1=e11.9", "*E119 | 99213 1 | 87804:QW 1", {{1}, {1}}},
        {"add", "J101", "diagnosis.2=I10 line.1.pointers=1,2", "*J101 I10 | 99213 1,2 | 87804:QW 1", {{1}, {1}}},
        {"delete and renumber", "J101 R079 I10", "diagnosis.2=", "*J101 I10 | 99213 1,2 | 87804:QW 2", {{1, 3}, {3}}},
        {"a deleted symptom's pointers go to its cause", "I214 I10 R079", "diagnosis.3=", "*I214 I10 | 99213 1 | 87804:QW 2,1",
         {{3, 1}, {2, 3}}},
        {"the last diagnosis takes the pointers", "J101 I10", "diagnosis.2=", "*J101 | 99213 1 | 87804:QW 1", {{1}, {2}}},
        {"no heir: the line is left without", "J101 I10 E119", "diagnosis.3=", "*J101 I10 | 99213 1 | 87804:QW", {{1}, {3}}},
        {"the next becomes principal", "R079 I214", "diagnosis.1=", "*I214 | 99213 1 | 87804:QW 1", {{1}, {2}}},
        {"numbers are those shown", "R079 I214 I10", "diagnosis.1= diagnosis.3=E119", "*I214 E119 | 99213 1 | 87804:QW 2",
         {{1}, {3}}},
        {"modifiers", "J101", "line.1.modifier=25,59 line.2.modifier=", "*J101 | 99213:25:59 1 | 87804 1", {{1}, {1}}},
        {"procedure", "J101", "line.1.procedure=99214", "*J101 | 99214 1 | 87804:QW 1", {{1}, {1}}},
        {"pointers both ways", "J101 I10", "line.2.pointers=2,1", "*J101 I10 | 99213 1 | 87804:QW 2,1", {{1}, {1}}},
        {"put first, pointers follow", "R079 I10 I214", "diagnosis.first=3", "*I214 R079 I10 | 99213 2 | 87804:QW 1,3",
         {{1}, {3, 2}}},
        {"put first and delete", "R079 I10 I214", "diagnosis.first=3 diagnosis.1=", "*I214 I10 | 99213 1 | 87804:QW 2", {{1}, {2}}},
        {"what is put first and deleted goes", "R079 I214", "diagnosis.first=2 diagnosis.2=", "*R079 | 99213 1 | 87804:QW 1",
         {{1}, {2}}},
        {"a line goes", "J101", "line.1=", "*J101 | 87804:QW 1", {{1}, {1}}},
        {"a line comes", "J101", "line.3.pointers=1 line.3=36415", "*J101 | 99213 1 | 87804:QW 1 | 36415 1", {{1}, {1}}},
        {"one goes, one comes", "J101", "line.2= line.3=87635 line.3.pointers=1", "*J101 | 99213 1 | 87635 1", {{1}, {1}}},
        {"a wrong pointer stays wrong", "J101 I10 E119", "diagnosis.2=", "*J101 E119 | 99213 1 | 87804:QW 9", {{1}, {9}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct coding_sample sample;
        struct coding_changes changes = {0};
        struct arena arena;
        arena_init(&arena, 0);
        sample_make(&sample);
        sample_codes(&sample, cases[i].codes);
        for (unsigned k = 0; k < 2; k++) {
            sample.lines[k].pointer_1 = cases[i].pointers[k][0];
            sample.lines[k].pointer_2 = cases[i].pointers[k][1];
        }
        struct coding_sample before = sample;
        ask(cases[i].sets);
        const char *wrong = coding_edits_apply(edits, edit_count, codes_starter(), 20251120, &arena, &sample.body, &changes);
        cr_assert_null(wrong, "%s: %s", cases[i].name, wrong);
        cr_expect_str_eq(show(&sample.body, &arena), cases[i].after, "%s: %s", cases[i].name, show(&sample.body, &arena));
        bool goes = strstr(cases[i].sets, "line.1=") != NULL || strstr(cases[i].sets, "line.2= ") != NULL;
        cr_expect_eq(changes.count, edit_count + goes, "%s: each, and the total", cases[i].name);
        cr_expect(memcmp(before.diagnoses, sample.diagnoses, sizeof before.diagnoses) == 0, "%s: the old list is untouched",
                  cases[i].name);
        cr_expect(memcmp(before.lines, sample.lines, sizeof before.lines) == 0, "%s: the old lines are untouched",
                  cases[i].name);
        arena_free(&arena);
    }
}

Test(coding_edit, a_change_is_kept_with_what_stood_there)
{
    struct coding_sample sample;
    struct coding_changes changes = {0};
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    ask("diagnosis.1=J111 line.2.modifier=QW,59 line.1.units=2 claim.clia=05D1234567");
    cr_assert_null(coding_edits_apply(edits, edit_count, codes_starter(), 20251120, &arena, &sample.body, &changes));
    cr_assert_eq(changes.count, 4);
    cr_assert(text_is(changes.items[0].place, "diagnosis 1") && text_is(changes.items[0].before, "J101") &&
              text_is(changes.items[0].after, "J111"));
    cr_assert(text_is(changes.items[1].place, "line 2 modifier") && text_is(changes.items[1].before, "QW") &&
              text_is(changes.items[1].after, "QW,59"));
    cr_assert(text_is(changes.items[2].before, "1") && text_is(changes.items[2].after, "2"));
    cr_assert(text_is(changes.items[3].place, "claim clia") && text_is(changes.items[3].after, "05D1234567"));
    cr_assert_eq(sample.body.lines[0].quantity_milli, 2000);
    cr_assert(text_is(sample.body.clia, "05D1234567"));
    arena_free(&arena);
}

Test(coding_edit, what_is_not_a_change_is_said_so)
{
    static const char *const unreadable[] = {"",
                                             "diagnosis.2",
                                             "diagnosis=J101",
                                             "diagnosis.0=J101",
                                             "diagnosis.26=J101",
                                             "diagnosis.x=J101",
                                             "diagnosis.1=J10*1",
                                             "line.0.procedure=99213",
                                             "line.1.charge=5.001",
                                             "line.1.charge=-5",
                                             "line.1.charge=",
                                             "line.0=",
                                             "line.1000=",
                                             "line=99213",
                                             "claim.charge=5",
                                             "diagnosis.2.first=1",
                                             "diagnosis.1.side=L",
                                             "reason.1.poa=Y",
                                             "line.1.modifier=QW;59",
                                             "diagnosis.1=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    static const char *const impossible[] = {"diagnosis.4=I10",         "diagnosis.2=",         "diagnosis.1=J1012345",
                                             "line.3.procedure=99213",  "line.1.procedure=992", "line.1.modifier=QWE",
                                             "line.1.pointers=1,2,3,4,5", "line.1.pointers=13",   "line.1.pointers=A",
                                             "line.1.units=0",          "line.1.units=X",       "line.1.units=",
                                             "line.1.modifier=AA,BB,CC,DD,EE", "line.1=99213", "line.4=99213",
                                             "line.3=", "line.3=992", "line.1= line.2=", "line.1= line.1=",
                                             "line.1= line.1.units=2", "line.3=99214 line.3=", "line.1.date=2025-02-30",
                                             "line.1.date=X", "line.1.revenue=0450", "line.1.place=111", "claim.place=",
                                             "claim.total=5", "diagnosis.first=2", "diagnosis.first=X", "diagnosis.1.poa=Y",
                                             "reason.1=R079", "procedure.1=0DTJ4ZZ", "admitting.1=R079"};
    struct coding_edit edit;
    for (size_t i = 0; i < sizeof unreadable / sizeof *unreadable; i++)
        cr_expect_not_null(coding_edit_parse(text_from(unreadable[i]), &edit), "%s", unreadable[i]);
    for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++) {
        struct coding_sample sample;
        struct coding_changes changes = {0};
        struct arena arena;
        arena_init(&arena, 0);
        sample_make(&sample);
        ask(impossible[i]);
        cr_expect_not_null(
            coding_edits_apply(edits, edit_count, codes_starter(), 20251120, &arena, &sample.body, &changes), "%s",
            impossible[i]);
        arena_free(&arena);
    }
}
