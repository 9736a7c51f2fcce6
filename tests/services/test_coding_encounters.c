/*
 * The encounters of tests/data/coding, each judged by the seven steps: exactly what it says is found. With CLAIMLINE_SAMPLES the
 * published code sets are imported once, and all are judged with them too. Of each rule there is an encounter that raises it and a
 * near miss, or its number stands in tests/data/coding/rules-without-cases, which may only shrink.
 */
#include "schemas/findings.h"
#include "services/coding/steps/sources.h"
#include "tests/services/coding_encounter_judge.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static void
read_cases(struct encounter_list *list, const char *head)
{
    char folder[4096];
    cr_assert_not_null(getenv("CLAIMLINE_SOURCE"), "CLAIMLINE_SOURCE names the source folder");
    snprintf(folder, sizeof folder, "%s/tests/data/coding", getenv("CLAIMLINE_SOURCE"));
    encounter_list_init(list);
    bool good = encounter_list_read_folder(list, folder, head);
    cr_assert(good, "%s", list->reason);
}

static bool
is_clean(const struct encounter_case *c)
{
    return text_starts(c->file, TEXT("clean"));
}

/* What an edition does not hold is counted apart, unless the case is about that. */
static bool
is_edition(uint16_t number)
{
    return number == FINDING_CODING_EDITION_MISSING || number == FINDING_CODING_PROCEDURE_NOT_HELD;
}

static bool
is_expected(const struct encounter_case *c, const struct finding *finding, bool used[ENCOUNTER_LIST])
{
    for (uint32_t i = 0; i < c->expected_count; i++) {
        const struct encounter_expected *expected = &c->expected[i];
        if (used[i] || expected->number != finding->kind->number ||
            (expected->place.length > 0 && !text_equal(expected->place, finding->place)))
            continue;
        used[i] = true;
        return true;
    }
    return false;
}

static bool
holds_code(struct text detail, struct text code)
{
    for (size_t i = 0; code.length > 2 && i + code.length <= detail.length; i++)
        if (memcmp(detail.data + i, code.data, code.length) == 0)
            return true;
    return false;
}

/* What is shown to everybody names neither what the patient has nor what was done. */
static bool
tells(const struct encounter_case *c, const struct finding *finding)
{
    bool told = false;
    for (uint32_t i = 0; i < c->body.diagnoses_count; i++)
        told = told || holds_code(finding->detail, c->body.diagnoses[i].code);
    for (uint32_t i = 0; i < c->body.lines_count; i++)
        told = told || holds_code(finding->detail, c->body.lines[i].procedure);
    return told && !finding->private;
}

/* What is raised by a row of facts names the row's source. */
static bool
has_source(const struct finding *finding)
{
    static const uint16_t by_rows[] = {FINDING_CODING_JOINED,
                                       FINDING_CODING_CONTRADICTION,
                                       FINDING_CODING_COMPANION_MISSING,
                                       FINDING_CODING_SECONDARY_ONLY,
                                       FINDING_CODING_PLACE_OF_SERVICE,
                                       FINDING_CODING_MODIFIER_OF_PROCEDURE,
                                       FINDING_CODING_MODIFIERS_APART,
                                       FINDING_CODING_BILL_TYPE_OF_CODE,
                                       FINDING_CODING_BILL_CODE_MISSING,
                                       FINDING_CODING_BILL_CODES_APART};
    bool wanted = false;
    for (unsigned i = 0; i < sizeof by_rows / sizeof *by_rows; i++)
        wanted = wanted || by_rows[i] == finding->kind->number;
    return (coding_fact_source(finding->kind->number, finding->detail) != NULL) == wanted;
}

/* What does not agree, as words in `wrong` of `size`; empty when all does. Editions that are missing are counted. */
static const char *
compare(const struct encounter_case *c, const struct encounter_verdict *verdict, char *wrong, size_t size, unsigned *editions)
{
    bool used[ENCOUNTER_LIST] = {0};
    size_t length = 0;
    wrong[0] = '\0';
#define WRONG(...) length += (size_t)snprintf(wrong + length, size - length, __VA_ARGS__), length = length < size ? length : size - 1
    for (uint32_t i = 0; i < verdict->findings.count; i++) {
        const struct finding *finding = &verdict->findings.items[i];
        if (tells(c, finding))
            WRONG(" %u shows a code to everybody;", finding->kind->number);
        if (!has_source(finding))
            WRONG(" %u (%.*s) and the source of its row;", finding->kind->number, TEXT_ARGS(finding->detail));
        if (is_expected(c, finding, used))
            continue;
        if (is_edition(finding->kind->number))
            (*editions)++;
        else
            WRONG(" found %u %s at %.*s (%.*s);", finding->kind->number, finding->kind->name, TEXT_ARGS(finding->place),
                  TEXT_ARGS(finding->detail));
    }
    for (uint32_t i = 0; i < c->expected_count; i++)
        if (!used[i])
            WRONG(" not found %u %.*s;", c->expected[i].number, TEXT_ARGS(c->expected[i].place));
    for (uint32_t i = 0; i < c->near_count; i++)
        if (!encounter_applied(verdict, c->near[i]))
            WRONG(" %u was not applied;", c->near[i]);
    for (uint32_t i = 0; i < c->lacking_count; i++)
        if (!encounter_lacked(verdict, c->lacking[i]))
            WRONG(" %u was assessed;", c->lacking[i]);
    for (unsigned step = 1; step <= CODING_STEPS; step++)
        if ((c->steps & 1u << step) != 0 && (verdict->judgement.not_assessed & 1u << step) == 0)
            WRONG(" step %u was assessed;", step);
#undef WRONG
    return wrong;
}

struct tally {
    unsigned judged, pending, clean;
    unsigned editions, lacking; /* of the clean ones: findings of missing editions; steps that were not assessed */
};

/* Judges all cases with one folder of code sets (NULL: the starter edition alone). */
static void
judge_all(const struct encounter_list *list, struct encounter_sets_open *sets, struct tally *tally)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const struct encounter_case *c = &list->cases[i];
        struct encounter_verdict verdict;
        char wrong[2048];
        if ((sets == NULL && c->sets == ENCOUNTER_PUBLISHED) || (sets != NULL && c->sets == ENCOUNTER_STARTER))
            continue;
        encounter_judge(c, sets, &verdict);
        unsigned editions = 0;
        bool good = compare(c, &verdict, wrong, sizeof wrong, &editions)[0] == '\0';
        tally->judged++;
        if (is_clean(c)) {
            tally->clean++;
            tally->editions += editions;
            tally->lacking += (unsigned)__builtin_popcountll(verdict.judgement.not_assessed);
        }
        if (c->pending.length == 0) {
            cr_expect(good, "%.*s:%u: %.*s (%s):%s", TEXT_ARGS(c->file), c->line, TEXT_ARGS(c->name),
                      sets == NULL ? "starter" : "published", wrong);
        } else {
            tally->pending++;
            cr_log_info("pending, %s: %.*s: %.*s:%s", good ? "HOLDS NOW" : "not yet", TEXT_ARGS(c->name), TEXT_ARGS(c->pending),
                        wrong);
        }
        encounter_verdict_free(&verdict);
    }
}

static void
say(const struct tally *tally)
{
    cr_log_info("%u encounters, %u pending; %u clean ones raise nothing but, counted apart, %u of a missing edition, and %u steps are not "
                "assessed",
                tally->judged, tally->pending, tally->clean, tally->editions, tally->lacking);
}

Test(coding_encounters, each_says_what_it_expects_with_the_starter_edition_alone)
{
    struct encounter_list list;
    struct tally tally = {0};
    read_cases(&list, "");
    judge_all(&list, NULL, &tally);
    say(&tally);
    encounter_list_free(&list);
}

Test(coding_encounters, each_says_the_same_with_the_published_sets)
{
    struct encounter_list list;
    struct tally tally = {0};
    struct encounter_sets_open *sets = encounter_sets_published();
    if (sets == NULL)
        cr_skip("CLAIMLINE_SAMPLES does not name the folder of published code sets");
    read_cases(&list, "");
    judge_all(&list, sets, &tally);
    say(&tally);
    encounter_list_free(&list);
    encounter_sets_close(sets);
}

/* ---- a case and a near miss for each rule ---- */

enum { RULE_FIRST = 3000, RULE_LAST = 3899, RULE_COUNT = RULE_LAST - RULE_FIRST + 1 };

struct coverage {
    bool raised[RULE_COUNT], near[RULE_COUNT], excused[RULE_COUNT];
};

static void
read_excuses(struct coverage *coverage)
{
    char path[4096], line[512];
    snprintf(path, sizeof path, "%s/tests/data/coding/rules-without-cases", getenv("CLAIMLINE_SOURCE"));
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    while (fgets(line, sizeof line, file) != NULL) {
        long number = strtol(line, NULL, 10);
        if (number == 0)
            continue;
        cr_assert(number >= RULE_FIRST && number <= RULE_LAST && coding_rule((uint64_t)number) != NULL,
                  "rules-without-cases: %ld is no rule", number);
        coverage->excused[number - RULE_FIRST] = true;
    }
    fclose(file);
}

Test(coding_encounters, every_rule_has_one_that_raises_it_and_a_near_miss)
{
    static struct coverage coverage;
    struct encounter_list list;
    unsigned covered = 0, excused = 0;
    read_cases(&list, "");
    for (uint32_t i = 0; i < list.count; i++) {
        const struct encounter_case *c = &list.cases[i];
        for (uint32_t k = 0; k < c->expected_count && c->pending.length == 0; k++)
            coverage.raised[c->expected[k].number - RULE_FIRST] = true;
        for (uint32_t k = 0; k < c->near_count && c->pending.length == 0; k++)
            coverage.near[c->near[k] - RULE_FIRST] = true;
    }
    read_excuses(&coverage);
    for (unsigned i = 0; i < CODING_RULE_COUNT; i++) {
        const struct finding_kind *kind = finding_kind(coding_rules[i].number);
        unsigned at = kind->number - RULE_FIRST;
        bool whole = coverage.raised[at] && coverage.near[at];
        cr_expect(whole || coverage.excused[at], "%u %s: %s", kind->number, kind->name,
                  coverage.raised[at] ? "no near miss" : "no encounter that raises it");
        cr_expect(!whole || !coverage.excused[at], "%u has its encounters: take it out of rules-without-cases", kind->number);
        covered += whole;
        excused += !whole;
    }
    cr_log_info("%u rules have both, %u stand in the list of those without", covered, excused);
    encounter_list_free(&list);
}

Test(coding_encounters, clean_ones_of_all_settings_raise_nothing)
{
    struct encounter_list list;
    unsigned settings[8] = {0}, clean = 0;
    read_cases(&list, "clean");
    for (uint32_t i = 0; i < list.count; i++) {
        const struct encounter_case *c = &list.cases[i];
        cr_expect(c->nothing && c->expected_count == 0 && c->pending.length == 0, "%.*s: a clean one expects none",
                  TEXT_ARGS(c->name));
        cr_expect(c->date >= 20240701 && c->received <= 20241031 && c->date <= 20240930, "%.*s: July to September 2024",
                  TEXT_ARGS(c->name));
        bool inpatient = c->body.institutional_count > 0 && text_is(c->body.place_of_service, "11");
        settings[inpatient ? 0 : c->body.form]++;
        clean += is_clean(c);
    }
    cr_expect_geq(clean, ENCOUNTER_CLEAN, "%u clean encounters", clean);
    cr_expect(settings[0] > 0 && settings[CLAIM_FORM_PROFESSIONAL] > 0 && settings[CLAIM_FORM_INSTITUTIONAL] > 0 &&
              settings[CLAIM_FORM_DENTAL] > 0);
    encounter_list_free(&list);
}
