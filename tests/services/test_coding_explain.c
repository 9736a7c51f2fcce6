/* The seven steps as a report, and what people did, in order: coding.explain and coding.audit. */
#include "common/clock/clock.h"
#include "schemas/findings.h"
#include "schemas/records/claim.h"
#include "services/coding/checked.h"
#include "services/coding/explain.h"
#include "tests/services/coding_bench.h"

/* The nth row of that kind; SIZE_MAX when there is none. */
static size_t
nth(const struct control_answer *answer, const char *kind, size_t n)
{
    for (size_t row = 0; row < answer->rows_count; row++)
        if (bench_says(answer, row, "row", kind) && n-- == 0)
            return row;
    return SIZE_MAX;
}

static size_t
step_row(const struct control_answer *answer, size_t step)
{
    size_t row = nth(answer, "step", step - 1);
    cr_assert_neq(row, SIZE_MAX);
    cr_assert_eq((size_t)bench_number(answer, row, "step"), step);
    return row;
}

/* Does the detail of coding_passed say how many rules were applied, what they left out, and end with these words? */
static bool
passed_says(struct text detail, const char *end)
{
    struct text tail = text_from(end);
    return text_starts(detail, TEXT("applied ")) && memmem(detail.data, detail.length, "; basis ", 8) != NULL &&
           detail.length > tail.length && text_equal(text_of(detail.data + detail.length - tail.length, tail.length), tail);
}

Test(coding_explain, a_held_claim_is_told_step_by_step_with_the_source_of_each_finding)
{
    struct bench *bench = opened();
    feed(bench, 801, "I214 R079", 0, "1");
    const struct control_answer *told = ASK(bench, "coding.explain", "id", "801");
    cr_assert_eq(told->status, CONTROL_STATUS_DONE);
    cr_assert(bench_says(told, 0, "row", "claim") && bench_says(told, 0, "state", "held"));
    cr_assert(text_equal(bench_value(told, 0, "edition")->text, codes_edition_name(codes_starter())));
    cr_assert_eq(bench_number(told, 0, "rules"), CODING_RULES);
    static const char *const results[] = {"not assessed", "not assessed", "pass", "not assessed", "findings", "not assessed", "pass"};
    for (size_t step = 1; step <= CODING_STEPS; step++) {
        size_t row = step_row(told, step);
        cr_expect(bench_says(told, row, "result", results[step - 1]), "step %zu", step);
        cr_expect_gt(bench_value(told, row, "checked")->text.length, 0);
        cr_expect_eq(bench_value(told, row, "why") != NULL, strcmp(results[step - 1], "not assessed") == 0, "only that says why");
    }
    cr_assert(bench_says(told, step_row(told, 1), "why", "No documents of the kind were given."));
    size_t left = nth(told, "left out", 0);
    cr_assert_eq(left, step_row(told, 1) + 1, "the rules that were left out stand behind their step");
    cr_assert(bench_says(told, left, "why", "No documents of the kind were given."));
    cr_assert_not_null(memmem(bench_value(told, left, "rules")->text.data, bench_value(told, left, "rules")->text.length, "3010", 4));
    cr_assert_geq(bench_number(told, 0, "applied"), 20);
    size_t row = nth(told, "finding", 0);
    cr_assert_eq(row, step_row(told, 5) + 1, "what was found stands first");
    cr_assert(bench_says(told, row + 1, "row", "left out") && bench_number(told, row + 1, "step") == 5, "then what was not assessed of it");
    cr_assert_eq(nth(told, "finding", 1), SIZE_MAX);
    cr_assert_eq(bench_number(told, row, "number"), FINDING_CODING_SYMPTOM_WITH_CAUSE);
    cr_assert(bench_says(told, row, "place", "diagnosis 2") && bench_says(told, row, "standing", "open"));
    cr_assert(bench_says(told, row, "sentence", "The symptom and its diagnosis are both coded: ***."));
    cr_assert(bench_says(told, row, "source", "ICD-10-CM Official Guidelines for Coding and Reporting, section I.B.4 to I.B.6"));
    told = ASK(bench, "coding.explain", "id", "801", "reveal", "yes");
    cr_assert(bench_says(told, row, "sentence", "The symptom and its diagnosis are both coded: R079 with I214."));
    bench_close(bench);
}

/* A procedure that no edition holds is told first (step 3), and does not hold the claim: the symptom of step 5 does. */
Test(coding_explain, what_a_coder_changed_is_kept_with_the_finding_that_held_the_claim)
{
    struct bench *bench = opened();
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    sample_codes(&sample, "I214 R079");
    sample.lines[1].procedure = TEXT("95115");
    sample.lines[1].modifier_1 = (struct text){0};
    struct encounter encounter = encounter_of(&sample, 806, &arena);
    cr_assert_eq(bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter), STATUS_OK);
    arena_free(&arena);
    const struct control_answer *told = ASK(bench, "coding.explain", "id", "806");
    cr_assert_eq(bench_number(told, nth(told, "finding", 0), "number"), FINDING_CODING_PROCEDURE_NOT_HELD);
    cr_assert_eq(ASK(bench, "work.answer", "id", "coding-806", "act", "release", "reason", "as the record says",
                     "set.1", "diagnosis.2=")->status, CONTROL_STATUS_DONE);
    told = ASK(bench, "coding.audit", "claim", "806");
    cr_assert_eq(told->rows_count, 2);
    cr_expect_eq(bench_number(told, 0, "finding"), FINDING_CODING_SYMPTOM_WITH_CAUSE);
    cr_expect_eq(bench_number(told, 1, "finding"), FINDING_CODING_SYMPTOM_WITH_CAUSE);
    bench_close(bench);
}

Test(coding_explain, a_released_claim_keeps_what_stood_what_was_answered_and_what_people_did)
{
    struct bench *bench = opened();
    feed(bench, 802, "I214 R079", 0, "1");
    feed(bench, 803, "I214 R079", 0, "1");
    feed(bench, 804, "J1077", 0, "1");
    ASK(bench, "work.answer", "id", "coding-802", "act", "release", "reason", "as the record says",
        "set.1", "diagnosis.2=", "actor", "anna");
    ASK(bench, "work.answer", "id", "coding-803", "act", "release", "reason", "stands for itself", "actor", "anna");
    ASK(bench, "work.answer", "id", "coding-804", "act", "end", "reason", "no visit", "actor", "bert");
    bench_restart(bench, false);
    const struct control_answer *told = ASK(bench, "coding.explain", "id", "coding-802");
    cr_assert(bench_says(told, 0, "state", "released") && bench_says(told, 0, "person", "anna"));
    cr_assert(bench_says(told, 0, "verdict", "clean"), "the answer took away what held it");
    cr_assert(bench_says(told, nth(told, "finding", 0), "standing", "answered"));
    cr_assert(bench_says(told, nth(told, "finding", 0), "place", "diagnosis 2, taken off"));
    cr_assert_eq(nth(told, "change", 0), SIZE_MAX, "what people did is the audit's");
    told = ASK(bench, "coding.audit", "claim", "802");
    cr_assert(bench_says(told, 0, "act", "release") && bench_says(told, 1, "act", "code"));

    told = ASK(bench, "coding.explain", "id", "803", "reveal", "yes");
    cr_assert(bench_says(told, 0, "verdict", "hold"));
    cr_assert(bench_says(told, nth(told, "finding", 1), "standing", "released over"));
    told = ASK(bench, "coding.audit", "claim", "803", "reveal", "yes");
    cr_assert(bench_says(told, 1, "act", "override") && bench_says(told, 1, "reason", "stands for itself"));

    told = ASK(bench, "coding.explain", "id", "804");
    cr_assert(bench_says(told, 0, "state", "ended") && bench_says(told, 0, "person", "bert"));
    cr_assert_eq(ASK(bench, "coding.explain", "id", "805")->status, CONTROL_STATUS_NOT_FOUND);
    cr_assert_eq(ASK(bench, "coding.explain", "id", "x")->status, CONTROL_STATUS_WRONG);
    bench_close(bench);
}

/* The diagnosis that explains the symptom goes first: what was asked and what stood are told at the place that the symptom has then. */
Test(coding_explain, what_was_answered_and_what_stood_are_told_by_the_numbers_of_the_claim_that_was_released)
{
    struct bench *bench = opened();
    feed(bench, 809, "I10 R079 I214", 0, "1");
    const struct control_answer *told = ASK(bench, "coding.explain", "id", "809");
    cr_assert(bench_says(told, nth(told, "finding", 0), "place", "diagnosis 2"));
    cr_assert_eq(ASK(bench, "work.answer", "id", "coding-809", "act", "release", "over", "yes", "reason", "stands for itself", "set.1",
                     "diagnosis.first=3")->status,
                 CONTROL_STATUS_DONE);
    told = ASK(bench, "coding.explain", "id", "809");
    for (size_t i = 0; i < 2; i++) {
        size_t row = nth(told, "finding", i);
        cr_assert_neq(row, SIZE_MAX);
        cr_expect_eq(bench_number(told, row, "number"), FINDING_CODING_SYMPTOM_WITH_CAUSE);
        cr_expect(bench_says(told, row, "standing", i == 0 ? "answered" : "released over"));
        cr_expect(bench_says(told, row, "place", "diagnosis 3"), "%zu", i);
    }
    bench_close(bench);
}

/* The claim stays as it is, so the coder goes on by the numbers that he was shown. */
Test(coding_explain, what_remains_after_an_answer_that_is_refused_stands_at_the_numbers_that_were_shown)
{
    struct bench *bench = opened();
    feed(bench, 810, "I10 J101 E11", 0, "1");
    const struct control_answer *answer = ASK(bench, "work.answer", "id", "coding-810", "act", "release", "reason", "as the record says",
                                              "set.1", "diagnosis.first=3", "set.2", "diagnosis.1=");
    cr_assert_eq(answer->status, CONTROL_STATUS_REFUSED);
    size_t row = 0;
    while (row < answer->rows_count && bench_number(answer, row, "number") != FINDING_CODING_DIAGNOSIS_HEADER)
        row++;
    cr_assert_lt(row, answer->rows_count);
    cr_assert(bench_says(answer, row, "place", "diagnosis 3"));
    bench_close(bench);
}

/* Of a claim that passed coding keeps no row: its event says it. */
Test(coding_explain, a_claim_that_passed_is_told_from_its_event)
{
    struct bench *bench = opened();
    struct coding_sample sample;
    struct arena arena;
    struct document order = {.kind = DOCUMENT_KIND_ORDER, .code = TEXT("87804")};
    arena_init(&arena, 0);
    sample_make(&sample);
    for (unsigned i = 0; i < 2; i++) {
        struct encounter encounter = encounter_of(&sample, 806 + i, &arena);
        encounter.documents = &order;
        encounter.documents_count = i;
        bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter);
    }
    const struct event *bare = bench_out(bench, STREAM_CODING_EVENTS, 0, NULL), *warned = bench_out(bench, STREAM_CODING_EVENTS, 1, NULL);
    cr_assert(passed_says(bare->detail, "; not assessed 1 2 4 5 6"), "%.*s", TEXT_ARGS(bare->detail));
    cr_assert(passed_says(warned->detail, "; not assessed 2 4 5 6; found 3010 3014"), "%.*s", TEXT_ARGS(warned->detail));
    const struct control_answer *told =
        ASK(bench, "coding.explain", "id", "807", "passed_edition", "starter", "passed_rules", "2", "passed_version", "1",
            "passed_instant", "1763985600000000", "passed_detail", arena_print(&arena, "%.*s", TEXT_ARGS(warned->detail)).data);
    cr_assert(bench_says(told, 0, "state", "passed") && bench_says(told, 0, "edition", "starter"));
    cr_assert(bench_says(told, 0, "verdict", "warn"));
    cr_assert(bench_says(told, step_row(told, 1), "result", "findings") && bench_says(told, step_row(told, 2), "result", "not assessed"));
    cr_assert(bench_says(told, step_row(told, 3), "result", "pass"));
    cr_assert(bench_says(told, nth(told, "left out", 0), "why", "No documents of the kind were given."));
    cr_assert_eq(bench_number(told, nth(told, "left out", 0), "step"), 2);
    cr_assert(bench_says(told, nth(told, "finding", 0), "standing", "did not hold"));
    cr_assert_eq(bench_number(told, nth(told, "finding", 0), "number"), FINDING_CODING_DOCUMENT_MISSING);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_explain, a_sentence_of_a_passed_claim_has_no_hole)
{
    struct bench *bench = opened();
    for (unsigned i = 0; i < 2; i++) {
        const struct control_answer *told =
            ASK(bench, "coding.explain", "id", "807", "passed_edition", "starter", "passed_rules", "3", "passed_version", "1", "passed_instant", "1",
                "passed_detail", "applied 60 IM; found 3451", i == 0 ? "key" : "reveal", i == 0 ? "" : "yes");
        size_t row = nth(told, "finding", 0);
        cr_assert(bench_says(told, row, "sentence", "The diagnosis (not kept) came in the hospital; Medicare does not count it for the DRG."));
        cr_assert(bench_says(told, 0, "setting", "inpatient, Medicare"));
    }
    /* Of a version that did not keep the setting nothing is claimed. */
    const struct control_answer *old = ASK(bench, "coding.explain", "id", "807", "passed_edition", "starter", "passed_rules", "3",
                                           "passed_version", "1", "passed_instant", "1", "passed_detail", "applied 60; found 3451");
    cr_assert(bench_says(old, step_row(old, 4), "checked", "(not kept)"));
    bench_close(bench);
}

static bool
names(const char *letters, unsigned step, const struct coding_basis *left, const char *words)
{
    struct arena arena;
    struct checked_claim claim = checked_read(text_from(letters));
    arena_init(&arena, 0);
    struct text checked = checked_by_step(&claim, step, left, &arena);
    bool found = memmem(checked.data, checked.length, words, strlen(words)) != NULL;
    arena_free(&arena);
    return found;
}

Test(coding_explain, a_step_names_what_it_looks_at_in_a_claim_of_that_setting_and_no_more)
{
    static const struct {
        const char *letters;
        unsigned step;
        const char *words;
        bool said;
    } cases[] = {
        {"IM", 4, "place of service", false}, {"IM", 4, "CLIA", false},      {"IM", 4, "telehealth", false},  {"IM", 4, "Excludes 1", true},
        {"IM", 4, "no manifestation", true},  {"IM", 4, "MCE", true},        {"IM", 4, "type of bill", true}, {"I", 4, "MCE", false},
        {"IM", 6, "what a DRG is made of", true}, {"P", 6, "DRG", false},    {"P", 6, "NCCI", true},          {"O", 6, "pointers", false},
        {"P", 4, "place of service", true},   {"P", 4, "type of bill", false}, {"D", 4, "telehealth", false}, {"D", 3, "diagnoses exist", true},
        {"P", 4, "side of procedure", true},  {"PM", 6, "modifiers of surgery", true}, {"P", 6, "modifiers of surgery", false},
    };
    struct coding_basis nothing = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(names(cases[i].letters, cases[i].step, &nothing, cases[i].words), cases[i].said, "%s, step %u: %s", cases[i].letters,
                     cases[i].step, cases[i].words);
    /* What was not assessed, or is switched off, was not looked at. */
    struct rule_lack lacks[] = {{.rule = FINDING_CODING_EXCLUDES_1, .lack = CODING_LACK_EDITION}, {.rule = 6, .lack = CODING_LACK_LINES}};
    struct coding_basis left = {.lacks = lacks, .lacks_count = 2};
    cr_expect_not(names("P", 4, &left, "Excludes 1"));
    cr_expect(names("P", 4, &left, "place of service"));
    cr_expect(names("P", 6, &left, "nothing"));
    for (unsigned i = 0; i < CODING_RULE_COUNT; i++)
        cr_expect(checked_subject(coding_rules[i].number) != NULL || coding_rules[i].number >= FINDING_CODING_OWN_RULE_FAILED, "%u",
                  coding_rules[i].number);
}

/* Without --reveal the source of a pair would say what the patient has. */
Test(coding_explain, a_finding_about_two_diagnoses_names_the_source_of_the_pair)
{
    struct bench *bench = opened();
    feed(bench, 811, "E119 E1165", 0, "1");
    const struct control_answer *told = ASK(bench, "coding.explain", "id", "811", "reveal", "yes");
    size_t row = nth(told, "finding", 0);
    cr_assert_eq(bench_number(told, row, "number"), FINDING_CODING_CONTRADICTION);
    cr_assert(bench_says(told, row, "source", "ICD-10-CM tabular list, E11.9: without complications"));
    told = ASK(bench, "coding.explain", "id", "811");
    cr_assert(text_starts(bench_value(told, row, "source")->text, TEXT("ICD-10-CM Official Guidelines for Coding and Reporting")));
    bench_close(bench);
}

Test(coding_explain, the_words_of_a_passed_claim_are_bounded_and_name_each_finding_once)
{
    struct arena arena;
    struct findings findings;
    struct coding_judgement judgement = {.not_assessed = 0xfe, .applied = 31};
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
    for (unsigned i = 0; i < 100; i++)
        findings_add(&findings, i < 2 ? 3124 : i % 2 == 0 ? 3124 : 3010, TEXT("line 1"), (struct text){0});
    struct coding_case c = {.setting = CODING_INPATIENT, .medicare = true};
    struct text words = explain_passed(&c, &judgement, 0xff, &findings, &arena);
    cr_assert(text_starts(words, TEXT("applied 31 IM; basis 00000000000000ff; not assessed 1 2 3 4 5 6 7; found 3124 3010 3124")), "%.*s", TEXT_ARGS(words));
    cr_assert_leq(words.length, 120);
    findings_init(&findings, &arena);
    judgement.not_assessed = 0;
    c = (struct coding_case){.setting = CODING_PROFESSIONAL};
    cr_assert(text_is(explain_passed(&c, &judgement, 0, &findings, &arena), "applied 31 P"));
    arena_free(&arena);
}

Test(coding_explain, a_question_from_downstream_stands_apart_from_what_the_steps_say_now)
{
    struct bench *bench = opened();
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    struct coding_query query = {.identity = {.claim_id = 808, .version = 1}, .cause = QUERY_CAUSE_DENIAL, .finding = 65000,
                                 .body = packed(&sample.body, &arena), .received = noon, .local_date = 20251124};
    bench_feed(bench, STREAM_CLAIMS_CODING, &record_coding_query, &query);
    const struct control_answer *told = ASK(bench, "coding.explain", "id", "808");
    cr_assert_eq(nth(told, "finding", 0), 1, "before the first step");
    cr_assert(bench_says(told, 1, "standing", "open"));
    cr_assert_null(bench_value(told, 1, "step"), "of none");
    cr_assert(bench_says(told, step_row(told, 1), "result", "not assessed"), "not judged is never pass");
    cr_assert(bench_says(told, step_row(told, 3), "result", "pass"));
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_explain, every_rule_has_a_source_and_every_source_a_rule)
{
    for (size_t i = 0; i < CODING_RULE_COUNT; i++) {
        const struct finding_kind *kind = finding_kind(coding_rules[i].number);
        cr_assert_not_null(kind, "%u", coding_rules[i].number);
        cr_expect_eq(kind->step, coding_rules[i].step);
        cr_expect_eq(coding_rule(kind->number), &coding_rules[i]);
        cr_expect(text_is(coding_source(kind->number, kind->step), coding_rules[i].source));
        cr_expect_gt(coding_rules[i].source[0], 0);
        cr_expect(i == 0 || coding_rules[i].number > coding_rules[i - 1].number, "in order, none twice");
    }
    for (uint16_t i = 0; i < finding_kind_count; i++)
        if (finding_kinds[i].number >= CODING_RULE_FIRST && finding_kinds[i].number <= CODING_RULE_LAST && finding_kinds[i].step != 0)
            cr_expect_not_null(coding_rule(finding_kinds[i].number), "%u", finding_kinds[i].number);
    for (unsigned step = 0; step <= CODING_STEPS + 1; step++)
        cr_expect_gt(coding_source(65000, step).length, 0);
}

Test(coding_audit, a_claim_and_a_coder_are_told_in_order_from_day_to_day)
{
    struct bench *bench = opened();
    for (uint64_t i = 0; i < 3; i++) {
        bench_hold_time(bench, noon + (int64_t)i * 24 * 3600 * CLOCK_SECOND);
        feed(bench, 810 + i, "I214 R079", 0, "1");
        char id[32];
        snprintf(id, sizeof id, "coding-%u", (unsigned)(810 + i));
        ASK(bench, "work.note", "id", id, "text", "seen", "actor", "ann");
        ASK(bench, "work.note", "id", id, "text", "seen too", "actor", "anna");
        ASK(bench, "work.answer", "id", id, "act", "release", "reason", "as the record says", "set.1", "diagnosis.2=", "actor", "anna");
    }
    const struct control_answer *told = ASK(bench, "coding.audit", "claim", "811", "reveal", "yes");
    cr_assert_eq(told->rows_count, 4);
    cr_assert(bench_says(told, 0, "actor", "root as ann") && bench_says(told, 1, "text", "seen too") && bench_says(told, 2, "act", "release"));
    cr_assert(bench_says(told, 3, "act", "code") && bench_says(told, 3, "before", "R079"));
    cr_assert(bench_says(ASK(bench, "coding.audit", "claim", "811"), 3, "before", "***"));

    told = ASK(bench, "coding.audit", "coder", "anna");
    cr_assert_eq(told->rows_count, 9);
    for (size_t i = 1; i < told->rows_count; i++)
        cr_expect(bench_number(told, i, "instant") >= bench_number(told, i - 1, "instant"));
    cr_assert_eq(ASK(bench, "coding.audit", "coder", "ann")->rows_count, 3, "a name that begins another one");
    told = ASK(bench, "coding.audit", "coder", "anna", "from", "2025-11-25", "to", "2025-11-25");
    cr_assert_eq(told->rows_count, 3);
    cr_assert_eq(bench_number(told, 0, "claim_id"), 811);
    cr_assert_eq(ASK(bench, "coding.audit", "coder", "anna", "from", "2025-11-27")->rows_count, 0);
    cr_assert_eq(ASK(bench, "coding.audit", "coder", "anna", "from", "soon")->status, CONTROL_STATUS_WRONG);
    cr_assert_eq(ASK(bench, "coding.audit", "coder", "anna", "claim", "811")->status, CONTROL_STATUS_WRONG);
    cr_assert_eq(bench_ask(bench, "coding.audit", NULL)->status, CONTROL_STATUS_WRONG);
    bench_close(bench);
}

Test(coding_audit, a_long_history_comes_in_pages_without_a_gap_or_a_double)
{
    struct bench *bench = opened();
    feed(bench, 820, "I214 R079", 0, "1");
    bench_hold_time(bench, noon + 1000000);
    for (unsigned i = 0; i < 250; i++)
        ASK(bench, "work.note", "id", "coding-820", "text", "seen", "actor", "anna");
    for (unsigned way = 0; way < 2; way++) {
        size_t count = 0, pages = 0;
        struct service *service = bench_service(bench);
        char cursor[100] = "";
        do {
            struct arena arena;
            struct control_answer answer;
            struct control_rows rows;
            struct control_value value = {.name = way == 0 ? TEXT("claim") : TEXT("coder"), .kind = VALUE_KIND_TEXT,
                                          .text = way == 0 ? TEXT("820") : TEXT("anna")};
            struct control_request request = {.arguments = &value, .arguments_count = 1, .cursor = text_from(cursor)};
            arena_init(&arena, 0);
            control_answer_begin(&rows, &arena, &answer);
            for (size_t i = 0; i < coding_plan.verb_count; i++)
                if (strcmp(coding_plan.verbs[i].verb, "coding.audit") == 0)
                    coding_plan.verbs[i].query(service, &request, &rows);
            count += answer.rows_count;
            text_copy(answer.next, cursor, sizeof cursor);
            arena_free(&arena);
        } while (cursor[0] != '\0' && ++pages < 10);
        cr_expect_eq(count, 250, "%zu rows", count);
        cr_expect_eq(pages, 2);
    }
    bench_close(bench);
}
