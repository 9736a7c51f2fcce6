/* common/finding: what is to say about a claim, on the table of schemas/findings.tsv. */
#include "common/finding/finding.h"

#include <criterion/criterion.h>
#include <signal.h>

static struct arena arena;
static struct findings findings;

static void
set_up(void)
{
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
}

static void
tear_down(void)
{
    arena_free(&arena);
}

TestSuite(finding, .init = set_up, .fini = tear_down);

Test(finding, the_table_is_sorted_complete_and_found_by_number)
{
    cr_assert_gt(finding_kind_count, 0);
    for (uint16_t i = 0; i < finding_kind_count; i++) {
        const struct finding_kind *kind = &finding_kinds[i];
        cr_assert(i == 0 || finding_kinds[i - 1].number < kind->number);
        cr_assert_eq(finding_kind(kind->number), kind);
        cr_assert_lt(kind->severity, FINDING_SEVERITY_COUNT);
        cr_assert_leq(kind->snip, 7);
        cr_assert_leq(kind->step, 7);
        cr_assert_gt(strlen(kind->name), 0);
        cr_assert_gt(strlen(kind->sentence), 0);
        cr_assert_gt(strlen(kind->remedy), 0);
    }
    cr_assert_null(finding_kind(0));
    cr_assert_null(finding_kind(UINT16_MAX));
}

Test(finding, place_and_detail_are_copied)
{
    char place[] = "2400/SV1-03", detail[] = "12.5";
    struct finding *finding =
        findings_add(&findings, finding_kinds[0].number, text_from(place), text_from(detail));
    memset(place, 'x', sizeof place);
    memset(detail, 'x', sizeof detail);
    cr_assert(text_is(finding->place, "2400/SV1-03"));
    cr_assert(text_is(finding->detail, "12.5"));
    cr_assert_eq(finding->kind, &finding_kinds[0]);
    cr_assert_eq(findings.count, 1);
    cr_assert_eq(finding->offset, 0);
}

Test(finding, the_list_ends_at_its_limit_and_counts_what_it_drops)
{
    for (int i = 0; i < FINDINGS_LIMIT; i++) {
        struct finding *finding =
            findings_add(&findings, finding_kinds[0].number, TEXT("here"), (struct text){0});
        cr_assert_not_null(finding);
        finding->offset = (uint64_t)i;
    }
    cr_assert_null(findings_add(&findings, finding_kinds[0].number, TEXT("here"), (struct text){0}));
    cr_assert_eq(findings.count, FINDINGS_LIMIT);
    cr_assert_eq(findings.dropped, 1);
    for (uint32_t i = 0; i < findings.count; i++)
        cr_assert_eq(findings.items[i].offset, i);
}

Test(finding, a_number_that_is_not_in_the_table_ends_the_process, .signal = SIGABRT)
{
    findings_add(&findings, 0, TEXT("here"), (struct text){0});
}

Test(finding, the_worst_severity_counts)
{
    static const enum finding_severity order[] = {FINDING_WARNING, FINDING_INFO, FINDING_ERROR,
                                                  FINDING_QUERY};
    static const enum finding_severity worst[] = {FINDING_WARNING, FINDING_WARNING, FINDING_ERROR,
                                                  FINDING_ERROR};
    struct finding_kind kinds[4];
    cr_assert_eq(findings_worst(&findings), FINDING_INFO);
    for (int i = 0; i < 4; i++) {
        kinds[i] = (struct finding_kind){.severity = (uint8_t)order[i], .sentence = "x"};
        findings_add(&findings, finding_kinds[0].number, TEXT("here"), (struct text){0})->kind = &kinds[i];
        cr_assert_eq(findings_worst(&findings), worst[i], "after %d", i);
    }
}

Test(finding, the_sentence_is_filled_and_masked)
{
    static const struct finding_kind middle = {.sentence = "The code %s is not known."};
    static const struct finding_kind end = {.sentence = "Not known: %s"};
    static const struct finding_kind none = {.sentence = "The ISA is missing."};
    static const struct {
        const struct finding_kind *kind;
        const char *detail;
        bool private, reveal;
        const char *sentence;
    } rows[] = {{&middle, "J10", false, false, "The code J10 is not known."},
                {&middle, "", false, false, "The code  is not known."},
                {&middle, "CANARY", true, false, "The code *** is not known."},
                {&middle, "CANARY", true, true, "The code CANARY is not known."},
                {&middle, "%s%n", false, false, "The code %s%n is not known."},
                {&end, "J10", false, false, "Not known: J10"},
                {&none, "CANARY", true, true, "The ISA is missing."}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct finding finding = {
            .kind = rows[i].kind, .detail = text_from(rows[i].detail), .private = rows[i].private};
        struct text sentence = finding_sentence(&finding, rows[i].reveal, &arena);
        cr_expect(text_is(sentence, rows[i].sentence), "%.*s", TEXT_ARGS(sentence));
        cr_expect_eq(sentence.data[sentence.length], '\0');
    }
}

Test(finding, severities_have_the_names_of_the_file)
{
    cr_assert_str_eq(finding_severity_name(FINDING_INFO), "info");
    cr_assert_str_eq(finding_severity_name(FINDING_WARNING), "warning");
    cr_assert_str_eq(finding_severity_name(FINDING_QUERY), "query");
    cr_assert_str_eq(finding_severity_name(FINDING_ERROR), "error");
}
