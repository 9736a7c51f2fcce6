/* Every situational rule of schemas/x12/situations.tsv, and the checks of dates across a claim: a file that
 * breaks it and a near miss that does not. They are rows of tests/data/x12-situation-cases.tsv. */
#include "common/x12/check/rules/x12_situations.h"
#include "schemas/findings.h"
#include "tests/common/x12_sample.h"

enum { CASES_MAX = 600, FINDINGS_END = 10000 };

/* `breaks` are changes of the clean sample, `mends` changes on top of them. */
struct rule_case {
    struct text name, file, breaks, place, mends;
    uint16_t finding;
};
static struct rule_case cases[CASES_MAX];
static size_t case_count;

static uint16_t
number_of(struct text name)
{
    for (unsigned i = 1000; i < FINDINGS_END; i++) {
        const struct finding_kind *kind = finding_kind((uint16_t)i);
        if (kind != NULL && text_is(name, kind->name))
            return kind->number;
    }
    cr_assert_fail("no finding %.*s", TEXT_ARGS(name));
    return 0;
}

/* The table stays in memory up to the end of the test. */
static void
read_cases(void)
{
    struct text rest = sample("../x12-situation-cases.tsv");
    bool head = true;
    while (rest.length > 0) {
        struct text line = text_cut(rest, '\n', &rest);
        if (line.length == 0 || line.data[0] == '#')
            continue;
        if (head) {
            head = false;
            continue;
        }
        cr_assert_lt(case_count, (size_t)CASES_MAX);
        struct rule_case *row = &cases[case_count++];
        row->name = text_cut(line, '\t', &line);
        row->file = text_cut(line, '\t', &line);
        row->breaks = text_cut(line, '\t', &line);
        row->place = text_cut(line, '\t', &line);
        row->mends = line;
        cr_assert(row->place.length > 0 && row->mends.length > 0, "%.*s: a row has five columns",
                  TEXT_ARGS(row->name));
        row->finding = number_of(row->name);
    }
    cr_assert_gt(case_count, (size_t)0);
}

/* Where `mark` of two characters stands; its length when nowhere. */
static size_t
find(struct text t, const char *mark)
{
    size_t at = 0, length = strlen(mark);
    while (at + length <= t.length && memcmp(t.data + at, mark, length) != 0)
        at++;
    return at + length <= t.length ? at : t.length;
}

/* Terminated, with the line break that the samples have after each segment. */
static char *
segments(struct text t)
{
    char *out = malloc(2 * t.length + 1), *at = out;
    for (size_t i = 0; i < t.length; i++) {
        *at++ = t.data[i];
        if (t.data[i] == '~')
            *at++ = '\n';
    }
    *at = '\0';
    return out;
}

/* "FROM>>TO && FROM>>TO": each takes the first FROM. Gives a text of its own and releases `bytes`. */
static struct text
changed(struct text bytes, struct text changes)
{
    while (changes.length > 0) {
        size_t end = find(changes, " && ");
        struct text change = text_of(changes.data, end);
        size_t arrow = find(change, ">>");
        cr_assert_lt(arrow, change.length, "no >> in %.*s", TEXT_ARGS(change));
        char *from = segments(text_of(change.data, arrow)),
             *to = segments(text_of(change.data + arrow + 2, change.length - arrow - 2));
        struct text out = replaced(bytes, from, to, false);
        release(bytes);
        free(from);
        free(to);
        bytes = out;
        size_t used = end < changes.length ? end + 4 : end;
        changes = text_of(changes.data + used, changes.length - used);
    }
    return bytes;
}

struct result {
    bool found, at_place, accepted;
};

static void
look(struct result *result, const struct findings *findings, const struct rule_case *rule)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        if (findings->items[i].kind->number != rule->finding)
            continue;
        result->found = true;
        result->at_place |= text_equal(findings->items[i].place, rule->place);
    }
}

static struct result
result_of(struct text bytes, const struct rule_case *rule)
{
    struct text whole = recounted(bytes);
    struct x12_check check;
    struct x12_check_options options = {.snip = 7, .today = 20261123};
    struct result result = {.accepted = true};
    enum x12_event event;
    x12_check_open_memory(&check, &options, whole);
    do {
        event = x12_check_next(&check);
        if (event == X12_EVENT_CLAIM_END)
            look(&result, &check.claim.findings, rule);
        if (event == X12_EVENT_SET_END) {
            look(&result, &check.set.findings, rule);
            result.accepted &= check.set.accepted;
        }
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    result.accepted &= event == X12_EVENT_END;
    x12_check_close(&check);
    release(whole);
    return result;
}

Test(x12_situations, each_rule_is_broken_by_a_file_and_not_by_its_near_miss)
{
    read_cases();
    for (size_t i = 0; i < case_count; i++) {
        const struct rule_case *rule = &cases[i];
        char file[32];
        text_copy(rule->file, file, sizeof file);
        struct text bytes = changed(sample(file), rule->breaks);
        struct result result = result_of(bytes, rule);
        cr_expect(result.found, "%.*s is not found (%.*s)", TEXT_ARGS(rule->name), TEXT_ARGS(rule->breaks));
        cr_expect(result.at_place, "%.*s is not found at %.*s", TEXT_ARGS(rule->name),
                  TEXT_ARGS(rule->place));
        cr_expect(result.accepted, "%.*s: the set is rejected", TEXT_ARGS(rule->name));
        bytes = changed(bytes, rule->mends);
        result = result_of(bytes, rule);
        cr_expect(!result.found, "%.*s is found in the near miss (%.*s)", TEXT_ARGS(rule->name),
                  TEXT_ARGS(rule->mends));
        cr_expect(result.accepted, "%.*s: the set of the near miss is rejected", TEXT_ARGS(rule->name));
        release(bytes);
    }
}

/* The guide of a sample. */
static const struct x12_guide *
guide_of(struct text name)
{
    char file[32];
    text_copy(name, file, sizeof file);
    struct text bytes = sample(file);
    struct x12_check check;
    x12_check_open_memory(&check, &(struct x12_check_options){.snip = 1}, bytes);
    while (x12_check_next(&check) != X12_EVENT_SET)
        continue;
    const struct x12_guide *guide = check.set.guide;
    x12_check_close(&check);
    release(bytes);
    return guide;
}

static size_t
cases_of(uint16_t finding, const struct x12_guide *guide)
{
    size_t count = 0;
    for (size_t i = 0; i < case_count; i++)
        count += cases[i].finding == finding && guide_of(cases[i].file) == guide;
    return count;
}

/* In each guide that a row names; a finding of several rows has as many cases. */
Test(x12_situations, each_row_has_its_case)
{
    read_cases();
    for (size_t t = 0; t < x12_situations_count; t++) {
        const struct x12_situations *table = &x12_situations_all[t];
        for (size_t r = 0; r < table->rule_count; r++) {
            const uint16_t finding = table->rules[r].finding;
            size_t rows = 0;
            if (finding_kind(finding)->snip == 6)
                continue; /* services.tsv: test_x12_services.c */
            for (size_t i = 0; i < table->rule_count; i++)
                rows += table->rules[i].finding == finding;
            cr_expect_geq(cases_of(finding, table->guide), rows,
                          "%s has %zu rows for %s and not as many cases", finding_kind(finding)->name, rows,
                          table->guide->name);
        }
    }
}

/* At least so many numbered rules, of type 4, that the tables hold. */
Test(x12_situations, the_rules_are_many_and_of_type_4)
{
    static bool numbered[FINDINGS_END];
    unsigned count = 0;
    for (size_t t = 0; t < x12_situations_count; t++)
        for (size_t r = 0; r < x12_situations_all[t].rule_count; r++) {
            uint16_t number = x12_situations_all[t].rules[r].finding;
            if (finding_kind(number)->snip == 6)
                continue; /* services.tsv: test_x12_services.c */
            cr_expect_eq(finding_kind(number)->snip, 4, "%u is not of type 4", number);
            count += !numbered[number];
            numbered[number] = true;
        }
    cr_expect_geq(count, 121u);
}

/* What is noted of one claim says nothing of the next. */
Test(x12_situations, a_claim_does_not_speak_for_the_next_one)
{
    struct text bytes = sample("837p.edi"), other;
    other = replaced(bytes, "CLM*A101*100***11:", "CLM*A101*100***21:", false);
    release(bytes);
    bytes = replaced(other, "REF*D9", "DTP*435*D8*20261119~\nREF*D9", false); /* the first claim's */
    const struct rule_case rule = {.finding = FINDING_X12_INPATIENT_ADMISSION_DATE,
                                   .place = TEXT("2300/CLM")};
    struct result result = result_of(bytes, &rule);
    cr_expect(result.found && result.at_place);
    release(bytes);
    release(other);
}
