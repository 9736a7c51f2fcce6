/* Lines that a coder takes off or adds, in the daemon: who may, what is kept of it, who says the charge, and who never sees it. */
#include "schemas/findings.h"
#include "schemas/records/claim.h"
#include "services/coding/question.h"
#include "tests/services/coding_bench.h"

static void
check_status(const struct control_answer *answer, enum control_status status)
{
    cr_assert_eq(answer->status, status, "%d: %.*s", (int)answer->status, TEXT_ARGS(answer->sentence));
}

/* The influenza visit with an X-ray that stands there twice. */
static void
feed_twice(struct bench *bench, uint64_t claim_id)
{
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    sample_add_twice(&sample);
    struct encounter encounter = encounter_of(&sample, claim_id, &arena);
    cr_assert_eq(bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter), STATUS_OK);
    arena_free(&arena);
}

static struct claim_body
released_body(struct bench *bench, struct arena *arena)
{
    struct claim_body body;
    size_t count = bench_out_count(bench, STREAM_CODING_CLAIMS);
    cr_assert_gt(count, 0);
    const struct coded_encounter *coded = bench_out(bench, STREAM_CODING_CLAIMS, count - 1, NULL);
    cr_assert_eq(record_read(&record_claim_body, coded->body, arena, &body, NULL), STATUS_OK);
    return body;
}

/* The row of the changes with this place; its number. */
static size_t
row_at(const struct control_answer *answer, const char *place)
{
    for (size_t row = 0; row < answer->rows_count; row++)
        if (bench_says(answer, row, "row", "change") && bench_says(answer, row, "place", place))
            return row;
    cr_assert_fail("nothing was changed at %s", place);
    return 0;
}

/* Values that are amounts, or texts with one of the digits of the sample's charges. */
static size_t
amounts(const struct control_answer *answer)
{
    static const char *const charges[] = {"7013", "70.13", "85.44", "8544", "166.5", "16650", "30676", "306.76", "236.63", "23663"};
    size_t count = 0;
    for (size_t row = 0; row < answer->rows_count; row++)
        for (size_t k = 0; k < answer->rows[row].values_count; k++) {
            const struct control_value *value = &answer->rows[row].values[k];
            count += value->kind == VALUE_KIND_MONEY;
            for (size_t i = 0; value->text.length > 0 && i < sizeof charges / sizeof *charges; i++)
                count += memmem(value->text.data, value->text.length, charges[i], strlen(charges[i])) != NULL;
        }
    return count;
}

/* All that a coder can look at. */
static size_t
amounts_of_coder(struct bench *bench, const char *id)
{
    return amounts(ASK(bench, "work.list", "queue", "coding", "reveal", "yes")) + amounts(ASK(bench, "work.show", "id", id, "reveal", "yes")) +
           amounts(ASK(bench, "claim.show", "id", id, "reveal", "yes", "role", "coder")) +
           amounts(ASK(bench, "coding.explain", "claim_id", id, "reveal", "yes")) +
           amounts(ASK(bench, "coding.audit", "claim", id + strlen("coding-"), "reveal", "yes"));
}

Test(coding_answer_lines, a_line_is_taken_off_with_a_reason_and_kept_like_any_change)
{
    struct bench *bench = opened();
    struct arena arena;
    arena_init(&arena, 0);
    feed_twice(bench, 701);
    check_status(ASK(bench, "work.answer", "id", "coding-701", "act", "release", "set.1", "line.4="), CONTROL_STATUS_REFUSED);
    cr_assert_eq(bench_out_count(bench, STREAM_CODING_CLAIMS), 0);
    check_status(ASK(bench, "work.answer", "id", "coding-701", "act", "release", "set.1", "line.4=", "reason", "keyed twice", "actor", "anna"),
                 CONTROL_STATUS_DONE);
    struct claim_body body = released_body(bench, &arena);
    cr_assert_eq(body.lines_count, 3);
    cr_assert_eq(body.total_cents, 23663, "CLM02 follows");
    const struct event *released = bench_out(bench, STREAM_CODING_EVENTS, bench_out_count(bench, STREAM_CODING_EVENTS) - 1, NULL);
    cr_assert_eq(released->cents, 23663);
    cr_assert_eq(released->number, 2);

    const struct control_answer *shown = ASK(bench, "claim.show", "id", "701", "reveal", "yes", "role", "coder");
    size_t row = row_at(shown, "line 4");
    cr_assert(bench_says(shown, row, "before", "71046 x1 20251120") && bench_says(shown, row, "after", ""));
    cr_assert(bench_says(shown, row, "reason", "keyed twice") && bench_says(shown, row, "actor", "root as anna"));
    cr_assert(bench_says(shown, row, "role", "coder") && bench_says(shown, row, "act", "code"));
    cr_assert_eq(bench_number(shown, row, "finding"), FINDING_CODING_LINE_TWICE);
    cr_assert(bench_says(shown, row_at(shown, "claim total"), "act", "charge"), "that it changed is told");
    cr_assert_eq(amounts_of_coder(bench, "coding-701"), 0, "how much is not");
    cr_assert_eq(amounts(ASK(bench, "claim.show", "id", "701", "reveal", "yes", "role", "physician")), 0);

    shown = ASK(bench, "claim.show", "id", "701", "reveal", "yes", "role", "biller");
    row = row_at(shown, "claim total");
    cr_assert_eq(bench_number(shown, row, "cents_before"), 30676);
    cr_assert_eq(bench_number(shown, row, "cents_after"), 23663);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_answer_lines, a_claim_keeps_a_line_and_what_makes_a_new_error_is_refused)
{
    struct bench *bench = opened();
    feed_twice(bench, 702);
    const struct control_answer *answer =
        ASK(bench, "work.answer", "id", "coding-702", "act", "release", "set.1", "line.1=", "set.2", "line.2=", "set.3", "line.3=", "set.4",
            "line.4=", "reason", "x");
    check_status(answer, CONTROL_STATUS_WRONG);
    cr_assert(text_starts(answer->sentence, TEXT("no line is left")));
    /* Amounts are no coder's. */
    check_status(ASK(bench, "work.answer", "id", "coding-702", "act", "release", "set.1", "line.4.charge=0", "reason", "x"),
                 CONTROL_STATUS_REFUSED);
    /* The pass that judges again sees what is left, and no reason goes over an error: E11 is a header. */
    answer = ASK(bench, "work.answer", "id", "coding-702", "act", "release", "set.1", "line.1=", "set.2", "diagnosis.1=E11", "over", "yes",
                 "reason", "x");
    check_status(answer, CONTROL_STATUS_REFUSED);
    cr_assert(text_starts(answer->sentence, TEXT("errors remain")));
    cr_assert_eq(bench_balance(bench, "held"), 1);
    cr_assert_eq(bench_out_count(bench, STREAM_CODING_CLAIMS), 0);
    bench_close(bench);
}

static void
add_line(struct bench *bench, const char *id)
{
    check_status(ASK(bench, "work.answer", "id", id, "act", "release", "set.1", "line.4=", "set.2", "line.5=93000", "set.3",
                     "line.5.pointers=1", "reason", "the strip is in the chart", "actor", "anna"),
                 CONTROL_STATUS_DONE);
}

Test(coding_answer_lines, a_line_that_is_added_gets_its_charge_from_a_biller_and_goes_on_by_the_coder)
{
    struct bench *bench = opened();
    struct arena arena;
    arena_init(&arena, 0);
    feed_twice(bench, 703);
    add_line(bench, "coding-703");
    cr_assert_eq(bench_out_count(bench, STREAM_CODING_CLAIMS), 0, "without a charge it does not go");
    const struct control_answer *list = ASK(bench, "work.list", "queue", "biller");
    cr_assert_eq(list->rows_count, 1);
    cr_assert(bench_says(list, 0, "sentence", question_of_charges), "%.*s", TEXT_ARGS(bench_value(list, 0, "sentence")->text));
    cr_assert_eq(bench_number(list, 0, "cents"), 23663, "the line that went is off");
    cr_assert_gt(amounts(ASK(bench, "work.show", "id", "coding-703")), 4, "a biller sees what the others are charged");
    bench_restart(bench, false);

    check_status(ASK(bench, "work.answer", "id", "coding-703", "act", "reply", "text", "as always"), CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.answer", "id", "coding-703", "act", "reply", "set.1", "line.1.charge=1.00"), CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.answer", "id", "coding-703", "act", "reply", "set.1", "line.4.procedure=93005"), CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.answer", "id", "coding-703", "act", "release", "reason", "as the record says",
                     "set.1", "line.4.charge=85.44"), CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.answer", "id", "coding-703", "act", "reply", "set.1", "line.4.charge=85.44", "role", "coder"),
                 CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.answer", "id", "coding-703", "act", "reply", "set.1", "line.4.charge=85.44", "actor", "bea", "role",
                     "biller"),
                 CONTROL_STATUS_DONE);
    list = ASK(bench, "work.list", "queue", "coding");
    cr_assert(bench_says(list, 0, "assigned", "anna"));
    cr_assert(bench_says(list, 0, "sentence", "No finding is left: the claim waits to be released."));
    cr_assert_eq(amounts_of_coder(bench, "coding-703"), 0);
    check_status(ASK(bench, "work.answer", "id", "coding-703", "act", "release", "actor", "anna"), CONTROL_STATUS_DONE);

    struct claim_body body = released_body(bench, &arena);
    cr_assert_eq(body.lines_count, 4);
    cr_assert(text_is(body.lines[3].procedure, "93000") && body.lines[3].number == 4);
    cr_assert_eq(body.lines[3].charge_cents, 8544);
    cr_assert_eq(body.total_cents, 23663 + 8544);
    const struct control_answer *shown = ASK(bench, "claim.show", "id", "703", "reveal", "yes", "role", "biller");
    size_t row = row_at(shown, "line 4 charge");
    cr_assert(bench_says(shown, row, "actor", "root as bea") && bench_says(shown, row, "role", "biller"));
    cr_assert_eq(bench_number(shown, row, "cents_after"), 8544);
    cr_assert(bench_says(shown, row_at(shown, "line 5"), "after", "93000"));
    cr_assert_eq(amounts_of_coder(bench, "coding-703"), 0);
    cr_assert_eq(bench_balance(bench, "difference"), 0);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_answer_lines, a_line_that_the_biller_does_not_price_stays_asked_for_until_it_goes)
{
    struct bench *bench = opened();
    struct arena arena;
    arena_init(&arena, 0);
    feed_twice(bench, 704);
    add_line(bench, "coding-704");
    check_status(ASK(bench, "work.return", "id", "coding-704", "reason", "not ours"), CONTROL_STATUS_DONE);
    check_status(ASK(bench, "work.answer", "id", "coding-704", "act", "release", "reason", "x"), CONTROL_STATUS_DONE);
    cr_assert_eq(ASK(bench, "work.list", "queue", "biller")->rows_count, 1, "asked again");
    check_status(ASK(bench, "work.return", "id", "coding-704", "reason", "not ours"), CONTROL_STATUS_DONE);
    check_status(ASK(bench, "work.answer", "id", "coding-704", "act", "release", "set.1", "line.4=", "reason", "not ours"), CONTROL_STATUS_DONE);
    struct claim_body body = released_body(bench, &arena);
    cr_assert_eq(body.lines_count, 3);
    cr_assert_eq(body.total_cents, 23663);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_answer_lines, a_biller_answers_what_does_not_add_up)
{
    struct bench *bench = opened();
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    sample.body.total_cents = 16600;
    struct encounter encounter = encounter_of(&sample, 705, &arena);
    bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter);
    check_status(ASK(bench, "work.answer", "id", "coding-705", "act", "release", "reason", "x"), CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.query", "id", "coding-705", "to", "biller"), CONTROL_STATUS_DONE);
    check_status(ASK(bench, "work.answer", "id", "coding-705", "act", "reply", "set.1", "claim.total=lines", "text", "typed wrong"),
                 CONTROL_STATUS_DONE);
    check_status(ASK(bench, "work.answer", "id", "coding-705", "act", "release"), CONTROL_STATUS_DONE);
    cr_assert_eq(released_body(bench, &arena).total_cents, 16650);
    arena_free(&arena);
    bench_close(bench);
}

/* Does a finding stand there? */
static bool
asks_at(const struct control_answer *answer, const char *place)
{
    for (size_t row = 0; row < answer->rows_count; row++)
        if (bench_says(answer, row, "row", "finding") && bench_says(answer, row, "place", place))
            return true;
    return false;
}

/* A denial of one of four lines or of three diagnoses; a coder adds a line, so that the claim stays held, and changes what is said. */
static void
denied(const char *asked, const char *set, const char *also, const char *place)
{
    struct bench *bench = opened();
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    sample_codes(&sample, "I10 E119 J101");
    sample_add_twice(&sample);
    struct coding_query query = {.identity = {.organisation = 1, .site = 1, .cell = 1, .claim_id = 707, .version = 1},
                                 .cause = QUERY_CAUSE_DENIAL, .finding = FINDING_CODING_DOWNSTREAM_QUERY, .place = text_from(asked),
                                 .detail = TEXT("CO-16"), .body = packed(&sample.body, &arena), .received = noon, .local_date = 20251124,
                                 .sender = TEXT("EHR")};
    bench_feed(bench, STREAM_CLAIMS_CODING, &record_coding_query, &query);
    cr_assert(asks_at(ASK(bench, "work.show", "id", "coding-707"), asked));
    char added[16], pointed[24];
    snprintf(added, sizeof added, "line.%u=36415", (unsigned)sample.body.lines_count + 1);
    snprintf(pointed, sizeof pointed, "line.%u.pointers=1", (unsigned)sample.body.lines_count + 1);
    const struct control_answer *answer = NULL;
    for (unsigned i = 0; i < 2 && (i == 0 || answer->status == CONTROL_STATUS_REFUSED); i++) /* what the steps say of it is shown first */
        answer = ASK(bench, "work.answer", "id", "coding-707", "act", "release", "set.1", set, "set.2", added, "set.3", pointed, "set.4",
                     also, "over", "yes", "reason", "as the record says");
    check_status(answer, CONTROL_STATUS_DONE);
    cr_expect(asks_at(ASK(bench, "work.show", "id", "coding-707"), place), "%s, %s %s", asked, set, also);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_answer_lines, what_was_asked_of_a_line_follows_it)
{
    static const char none[] = "line.1.units=1";
    denied("line 3", "line.2=", none, "line 2");
    denied("line 3", "line.3=", none, "claim");
    denied("line 3", "line.4=", none, "line 3");
}

Test(coding_answer_lines, what_was_asked_of_a_diagnosis_follows_it)
{
    static const char first[] = "diagnosis.first=3";
    denied("diagnosis 3", first, "diagnosis.1=", "diagnosis 1");
    denied("diagnosis 2", first, "diagnosis.1=", "diagnosis 2");
    denied("diagnosis 1", first, "diagnosis.1=", "claim");
    denied("diagnosis 1", first, "diagnosis.2=", "diagnosis 2");
    denied("diagnosis 3", "diagnosis.2=", "diagnosis.1=", "diagnosis 1");
    denied("diagnosis 3", "diagnosis.2=R05.9", "line.4=", "diagnosis 3");
}

Test(coding_answer_lines, a_question_from_downstream_keeps_its_cause_while_the_biller_is_asked)
{
    struct bench *bench = opened();
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    struct coding_query query = {.identity = {.organisation = 1, .site = 1, .cell = 1, .claim_id = 706, .version = 1},
                                 .cause = QUERY_CAUSE_DENIAL, .finding = FINDING_CODING_DOWNSTREAM_QUERY, .body = packed(&sample.body, &arena),
                                 .received = noon, .local_date = 20251124, .sender = TEXT("EHR")};
    bench_feed(bench, STREAM_CLAIMS_CODING, &record_coding_query, &query);
    check_status(ASK(bench, "work.answer", "id", "coding-706", "act", "release", "set.1", "line.3=71046", "set.2", "line.3.pointers=1",
                     "reason", "it was done"),
                 CONTROL_STATUS_DONE);
    check_status(ASK(bench, "work.answer", "id", "coding-706", "act", "reply", "set.1", "line.3.charge=0"), CONTROL_STATUS_DONE);
    const struct control_answer *list = ASK(bench, "work.list", "queue", "coding");
    cr_assert(bench_says(list, 0, "kind", "denial"));
    cr_assert_eq(bench_number(list, 0, "number"), FINDING_CODING_DOWNSTREAM_QUERY);
    check_status(ASK(bench, "work.answer", "id", "coding-706", "act", "release"), CONTROL_STATUS_DONE); /* it was changed: no reason is asked */
    struct claim_body body = released_body(bench, &arena);
    cr_assert_eq(body.lines_count, 3);
    cr_assert_eq(body.lines[2].charge_cents, 0, "nothing may be charged, when a biller says so");
    const struct event *released = bench_out(bench, STREAM_CODING_EVENTS, bench_out_count(bench, STREAM_CODING_EVENTS) - 1, NULL);
    cr_assert_eq(released->identity.version, 2);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_answer_lines, a_second_question_from_downstream_leaves_what_people_changed)
{
    struct bench *bench = opened();
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    struct coding_query query = {.identity = {.organisation = 1, .site = 1, .cell = 1, .claim_id = 708, .version = 1},
                                 .cause = QUERY_CAUSE_DENIAL, .finding = FINDING_CODING_DOWNSTREAM_QUERY, .detail = TEXT("CO-16"),
                                 .body = packed(&sample.body, &arena), .received = noon, .local_date = 20251124, .sender = TEXT("EHR")};
    bench_feed(bench, STREAM_CLAIMS_CODING, &record_coding_query, &query);
    check_status(ASK(bench, "work.answer", "id", "coding-708", "act", "release", "set.1", "line.3=71046", "set.2", "line.3.pointers=1",
                     "set.3", "line.4=93000", "set.4", "line.4.pointers=1", "set.5", "line.5=36415", "set.6", "line.5.pointers=1",
                     "reason", "it was done"),
                 CONTROL_STATUS_DONE);
    query.detail = TEXT("CO-96");
    bench_feed(bench, STREAM_CLAIMS_CODING, &record_coding_query, &query);
    const struct control_answer *shown = ASK(bench, "work.show", "id", "coding-708");
    size_t lines = 0, questions = 0;
    for (size_t row = 0; row < shown->rows_count; row++) {
        lines += bench_says(shown, row, "row", "line");
        questions += bench_says(shown, row, "row", "finding") && bench_number(shown, row, "number") == FINDING_CODING_DOWNSTREAM_QUERY;
    }
    cr_assert_eq(lines, 5, "the lines of the coder are still there");
    cr_assert_eq(questions, 2);
    check_status(ASK(bench, "work.answer", "id", "coding-708", "act", "reply", "set.1", "line.3.charge=0", "set.2", "line.4.charge=85.44",
                     "set.3", "line.5.charge=0", "role", "biller"),
                 CONTROL_STATUS_DONE);
    check_status(ASK(bench, "work.answer", "id", "coding-708", "act", "release", "over", "yes", "reason", "as the record says"),
                 CONTROL_STATUS_DONE);
    cr_assert_eq(released_body(bench, &arena).lines_count, 5);
    arena_free(&arena);
    bench_close(bench);
}
