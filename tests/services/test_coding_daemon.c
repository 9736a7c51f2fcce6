/* The coding daemon through the bench: real store, real frame, no sockets. */
#include "schemas/findings.h"
#include "schemas/records/claim.h"
#include "tests/services/coding_bench.h"

/* taken, made, passed on, ended, held */
static void
check_balance(struct bench *bench, int64_t taken, int64_t made, int64_t passed_on, int64_t ended, int64_t held)
{
    cr_expect_eq(bench_balance(bench, "taken"), taken);
    cr_expect_eq(bench_balance(bench, "made"), made);
    cr_expect_eq(bench_balance(bench, "passed_on"), passed_on);
    cr_expect_eq(bench_balance(bench, "ended"), ended);
    cr_expect_eq(bench_balance(bench, "held"), held);
    cr_expect_eq(bench_balance(bench, "difference"), 0);
}

static const struct coded_encounter *
last_coded(struct bench *bench)
{
    const struct record_type *type;
    size_t count = bench_out_count(bench, STREAM_CODING_CLAIMS);
    cr_assert_gt(count, 0);
    const struct coded_encounter *coded = bench_out(bench, STREAM_CODING_CLAIMS, count - 1, &type);
    cr_assert_eq(type, &record_coded_encounter);
    return coded;
}

static struct claim_body
body_of(const struct coded_encounter *coded, struct arena *arena)
{
    struct claim_body body;
    cr_assert_eq(record_read(&record_claim_body, coded->body, arena, &body, NULL), STATUS_OK);
    return body;
}

static const struct hold_notice *
notice(struct bench *bench, size_t i)
{
    return bench_out(bench, STREAM_CODING_INTAKE, i, NULL);
}

Test(coding_daemon, a_claim_without_findings_passes_with_its_body_unchanged)
{
    struct bench *bench = opened();
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    struct encounter encounter = encounter_of(&sample, 501, &arena);
    cr_assert_eq(bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter), STATUS_OK);
    const struct coded_encounter *coded = last_coded(bench);
    cr_assert(text_equal(coded->body, encounter.body));
    cr_assert(record_equal(&record_identity, &coded->identity, &encounter.identity));
    cr_assert(text_equal(coded->edition, codes_edition_name(codes_starter())));
    cr_assert_eq(coded->not_assessed, SAMPLE_NOT_ASSESSED | 1 << 1 | 1 << 2);
    cr_assert_eq(coded->source, ENCOUNTER_SOURCE_FHIR);
    cr_assert_str_eq(bench_events(bench), "coding_passed");
    cr_assert_eq(bench_out_count(bench, STREAM_CODING_INTAKE), 0);
    check_balance(bench, 1, 0, 1, 0, 0);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_daemon, a_query_is_held_listed_answered_and_goes_on_with_the_corrected_codes)
{
    struct bench *bench = opened();
    struct arena arena;
    arena_init(&arena, 0);
    cr_assert_eq(feed(bench, 502, "I214 R079", 0, "1"), STATUS_OK);
    cr_assert_eq(bench_out_count(bench, STREAM_CODING_CLAIMS), 0);
    cr_assert_str_eq(bench_events(bench), "coding_held");
    const struct event *event = bench_out(bench, STREAM_CODING_EVENTS, 0, NULL);
    cr_assert_eq(event->number, FINDING_CODING_SYMPTOM_WITH_CAUSE);
    cr_assert(text_is(event->code, "3301"));
    cr_assert_eq(notice(bench, 0)->change, HOLD_CHANGE_HELD);
    cr_assert(text_equal(notice(bench, 0)->duplicate_key, text_of(guard, sizeof guard)));
    check_balance(bench, 1, 0, 0, 0, 1);

    const struct control_answer *list = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(list->rows_count, 1);
    cr_assert(bench_says(list, 0, "id", "coding-502") && bench_says(list, 0, "queue", "coding") && bench_says(list, 0, "kind", "encounter"));
    cr_assert_null(bench_value(list, 0, "cents"), "a coder sees no amounts");
    cr_assert_eq(bench_number(list, 0, "deadline"), 0, "no profile says by when it must be filed");
    cr_assert_eq(bench_number(list, 0, "answer_by"), 20251126);
    cr_assert(bench_number(list, 0, "since") >= noon && bench_number(list, 0, "since") < noon + INT64_C(3600000000));
    cr_assert(bench_says(list, 0, "sentence", "diagnosis 2: The symptom and its diagnosis are both coded: ***."));

    const struct control_answer *done =
        ASK(bench, "work.answer", "id", "coding-502", "act", "release", "set.1", "diagnosis.2=", "reason", "part of the infarction");
    cr_assert_eq(done->status, CONTROL_STATUS_DONE, "%.*s", TEXT_ARGS(done->sentence));
    struct claim_body body = body_of(last_coded(bench), &arena);
    cr_assert_eq(body.diagnoses_count, 1);
    cr_assert(text_is(body.diagnoses[0].code, "I214"));
    cr_assert_eq(body.lines[1].pointer_1, 1);
    cr_assert_eq(last_coded(bench)->identity.version, 1);
    cr_assert_str_eq(bench_events(bench), "coding_held coding_answered coding_released");
    cr_assert_eq(notice(bench, 1)->change, HOLD_CHANGE_RELEASED);
    check_balance(bench, 1, 0, 1, 0, 0);
    cr_assert_eq(bench_ask(bench, "work.list", NULL)->rows_count, 0);

    const struct control_answer *claim = ASK(bench, "claim.show", "claim_id", "502", "reveal", "yes");
    cr_assert_eq(claim->rows_count, 2);
    cr_assert(bench_says(claim, 0, "place", "release") && bench_says(claim, 0, "act", "release"));
    cr_assert(bench_says(claim, 0, "role", "coder") && bench_says(claim, 1, "act", "code"));
    cr_assert(bench_says(claim, 1, "place", "diagnosis 2") && bench_says(claim, 1, "before", "R079") && bench_says(claim, 1, "after", ""));
    cr_assert(bench_says(claim, 1, "reason", "part of the infarction"));
    cr_assert_eq(bench_number(claim, 1, "finding"), FINDING_CODING_SYMPTOM_WITH_CAUSE);
    cr_assert_gt(bench_value(claim, 1, "actor")->text.length, 0);
    cr_assert(bench_says(ASK(bench, "claim.show", "claim_id", "502"), 1, "before", "***"));
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_daemon, an_override_needs_a_reason_and_never_covers_an_error)
{
    struct bench *bench = opened();
    feed(bench, 503, "I214 R079", 0, "1");
    feed(bench, 504, "J1077", 0, "1");
    const struct control_answer *answer = ASK(bench, "work.answer", "id", "coding-503", "act", "release");
    cr_assert_eq(answer->status, CONTROL_STATUS_REFUSED);
    cr_assert_eq(bench_number(answer, 0, "number"), FINDING_CODING_SYMPTOM_WITH_CAUSE);
    answer = ASK(bench, "work.answer", "id", "coding-504", "act", "release", "reason", "I am sure");
    cr_assert_eq(answer->status, CONTROL_STATUS_REFUSED);
    cr_assert_eq(bench_number(answer, 0, "number"), FINDING_CODING_DIAGNOSIS_UNKNOWN);
    /* A correction that makes a new error is refused as well, and nothing of it is kept. */
    answer = ASK(bench, "work.answer", "id", "coding-504", "act", "release", "set.1", "diagnosis.1=E11", "reason", "x");
    cr_assert_eq(answer->status, CONTROL_STATUS_REFUSED);
    cr_assert_eq(bench_number(answer, 0, "number"), FINDING_CODING_DIAGNOSIS_HEADER);
    check_balance(bench, 2, 0, 0, 0, 2);
    cr_assert_eq(bench_out_count(bench, STREAM_CODING_CLAIMS), 0);

    answer = ASK(bench, "work.answer", "id", "503", "act", "release", "reason", "pain before the infarction, treated for itself");
    cr_assert_eq(answer->status, CONTROL_STATUS_DONE);
    answer = ASK(bench, "work.answer", "id", "coding-504", "act", "release", "reason", "as the record says", "set.1", "diagnosis.1=J10.1");
    cr_assert_eq(answer->status, CONTROL_STATUS_DONE);
    cr_assert_eq(bench_out_count(bench, STREAM_CODING_CLAIMS), 2);
    check_balance(bench, 2, 0, 2, 0, 0);
    bench_close(bench);
}

Test(coding_daemon, a_wrong_request_is_told_what_is_wrong_and_changes_nothing)
{
    static const struct {
        const char *id, *act, *set, *reason;
        enum control_status status;
    } cases[] = {{"coding-505", "release", "diagnosis.9=I10", "seen", CONTROL_STATUS_WRONG},
                 {"coding-505", "release", "diagnosis", "seen", CONTROL_STATUS_WRONG},
                 {"coding-505", "release", "diagnosis.2=", "", CONTROL_STATUS_REFUSED},
                 {"coding-505", "finish", "diagnosis.2=", "seen", CONTROL_STATUS_WRONG},
                 {"coding-505", "end", "", "", CONTROL_STATUS_REFUSED},
                 {"coding-999", "release", "diagnosis.2=", "seen", CONTROL_STATUS_NOT_FOUND},
                 {"coding-x", "release", "diagnosis.2=", "seen", CONTROL_STATUS_WRONG}};
    struct bench *bench = opened();
    feed(bench, 505, "I214 R079", 0, "1");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct control_answer *answer =
            ASK(bench, "work.answer", "id", cases[i].id, "act", cases[i].act, "set.1", cases[i].set, "reason", cases[i].reason);
        cr_expect_eq(answer->status, cases[i].status, "case %zu: %d", i, (int)answer->status);
        cr_expect_gt(answer->sentence.length, 0);
    }
    cr_assert_eq(ASK(bench, "work.show", "id", "coding-999")->status, CONTROL_STATUS_NOT_FOUND);
    cr_assert_str_eq(bench_events(bench), "coding_held");
    check_balance(bench, 1, 0, 0, 0, 1);
    bench_close(bench);
}

Test(coding_daemon, a_held_claim_can_be_ended)
{
    struct bench *bench = opened();
    feed(bench, 506, "J1077", 0, "1");
    const struct control_answer *answer = ASK(bench, "work.answer", "id", "coding-506", "act", "end", "reason", "billed in error");
    cr_assert_eq(answer->status, CONTROL_STATUS_DONE);
    cr_assert_str_eq(bench_events(bench), "coding_held coding_answered claim_ended");
    cr_assert_eq(notice(bench, 1)->change, HOLD_CHANGE_ENDED);
    check_balance(bench, 1, 0, 0, 1, 0);
    bench_close(bench);
}

Test(coding_daemon, a_new_claim_replaces_the_held_one)
{
    struct bench *bench = opened();
    feed(bench, 507, "J1077", 0, "1");
    cr_assert_eq(feed(bench, 508, "J101", 507, "1"), STATUS_OK);
    cr_assert_str_eq(bench_events(bench), "coding_held encounter_replaced coding_passed");
    const struct event *replaced = bench_out(bench, STREAM_CODING_EVENTS, 1, NULL);
    cr_assert_eq(replaced->identity.claim_id, 507);
    cr_assert_eq(replaced->number, 508);
    cr_assert_eq(notice(bench, 1)->change, HOLD_CHANGE_ENDED);
    cr_assert_eq(notice(bench, 1)->identity.claim_id, 507);
    check_balance(bench, 2, 0, 1, 1, 0);
    bench_close(bench);
}

Test(coding_daemon, what_replaces_a_claim_that_went_on_is_a_duplicate_unless_the_payer_is_to_replace)
{
    struct bench *bench = opened();
    feed(bench, 509, "I214 R079", 0, "1");
    ASK(bench, "work.answer", "id", "coding-509", "act", "release", "reason", "as the record says", "set.1", "diagnosis.2=");
    bench_drain(bench);
    cr_assert_eq(feed(bench, 510, "J101", 509, "1"), STATUS_OK);
    cr_assert_str_eq(bench_events(bench), "claim_ended");
    const struct event *ended = bench_out(bench, STREAM_CODING_EVENTS, 0, NULL);
    cr_assert(text_is(ended->detail, "duplicate"));
    cr_assert_eq(ended->identity.claim_id, 510);
    cr_assert_eq(bench_out_count(bench, STREAM_CODING_CLAIMS), 0);
    cr_assert_eq(feed(bench, 511, "J101", 509, "7"), STATUS_OK);
    cr_assert_eq(bench_out_count(bench, STREAM_CODING_CLAIMS), 1);
    check_balance(bench, 3, 0, 2, 1, 0);
    bench_close(bench);
}

static struct coding_query
query_of(const struct coding_sample *sample, uint64_t claim_id, enum query_cause cause, struct arena *arena)
{
    return (struct coding_query){.identity = {.organisation = 1, .site = 1, .cell = 1, .claim_id = claim_id, .version = 1},
                                 .cause = cause,
                                 .finding = FINDING_CODING_AGE,
                                 .place = TEXT("diagnosis 1"),
                                 .detail = TEXT("J101"),
                                 .body = packed(&sample->body, arena),
                                 .received = noon - 5000000,
                                 .local_date = 20251124,
                                 .sender = TEXT("EHR")};
}

Test(coding_daemon, a_question_from_downstream_makes_the_next_version_when_it_is_answered)
{
    struct bench *bench = opened();
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    struct coding_query query = query_of(&sample, 512, QUERY_CAUSE_PAYER_EDIT, &arena);
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_CODING, &record_coding_query, &query), STATUS_OK);
    check_balance(bench, 0, 1, 0, 0, 1);
    cr_assert_eq(bench_out_count(bench, STREAM_CODING_INTAKE), 0);
    const struct control_answer *list = bench_ask(bench, "work.list", NULL);
    cr_assert(bench_says(list, 0, "kind", "payer_edit"));
    cr_assert_eq(bench_number(list, 0, "number"), FINDING_CODING_AGE);

    /* Our own passes find nothing, but the question stands: the same codes go again only with a reason. */
    cr_assert_eq(ASK(bench, "work.answer", "id", "coding-512", "act", "release")->status, CONTROL_STATUS_REFUSED);
    const struct control_answer *done =
        ASK(bench, "work.answer", "id", "coding-512", "act", "release", "set.1", "diagnosis.1=J111", "reason", "not confirmed");
    cr_assert_eq(done->status, CONTROL_STATUS_DONE);
    cr_assert_eq(bench_number(done, 0, "version"), 2);
    cr_assert_eq(last_coded(bench)->identity.version, 2);
    struct claim_body body = body_of(last_coded(bench), &arena);
    cr_assert(text_is(body.diagnoses[0].code, "J111"));
    cr_assert_str_eq(bench_events(bench), "coding_held coding_answered coding_released");
    const struct event *held = bench_out(bench, STREAM_CODING_EVENTS, 0, NULL);
    const struct event *released = bench_out(bench, STREAM_CODING_EVENTS, 2, NULL);
    cr_assert_eq(held->identity.version, 1);
    cr_assert_eq(released->identity.version, 2);
    check_balance(bench, 0, 1, 1, 0, 0);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_daemon, a_second_question_joins_the_first)
{
    struct bench *bench = opened();
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    struct coding_query query = query_of(&sample, 513, QUERY_CAUSE_REJECTION, &arena);
    bench_feed(bench, STREAM_CLAIMS_CODING, &record_coding_query, &query);
    query.cause = QUERY_CAUSE_DENIAL;
    query.finding = 65000; /* of a newer daemon */
    bench_feed(bench, STREAM_CLAIMS_CODING, &record_coding_query, &query);
    const struct control_answer *list = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(list->rows_count, 1);
    cr_assert_eq(bench_number(list, 0, "findings"), 2);
    cr_assert(bench_says(list, 0, "kind", "denial"));
    check_balance(bench, 0, 1, 0, 0, 1);
    cr_assert_eq(ASK(bench, "work.answer", "id", "coding-513", "act", "end", "reason", "not worth it")->status,
                 CONTROL_STATUS_DONE);
    check_balance(bench, 0, 1, 0, 1, 0);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_daemon, what_is_held_is_held_after_a_restart)
{
    struct bench *bench = opened();
    for (int clean = 0; clean < 2; clean++) {
        feed(bench, 514 + (uint64_t)clean, "I214 R079", 0, "1");
        bench_restart(bench, clean == 1);
    }
    cr_assert_eq(bench_ask(bench, "work.list", NULL)->rows_count, 2);
    check_balance(bench, 2, 0, 0, 0, 2);
    for (unsigned i = 0; i < 2; i++) {
        const char *id = i == 0 ? "coding-514" : "coding-515";
        cr_assert_eq(ASK(bench, "work.answer", "id", id, "act", "release", "reason", "as the record says", "set.1", "diagnosis.2=")->status,
                     CONTROL_STATUS_DONE);
        bench_restart(bench, i == 0);
    }
    cr_assert_eq(bench_out_count(bench, STREAM_CODING_CLAIMS), 2);
    check_balance(bench, 2, 0, 2, 0, 0);
    bench_close(bench);
}

Test(coding_daemon, the_same_answer_with_the_same_key_happens_once)
{
    struct bench *bench = opened();
    feed(bench, 516, "I214 R079", 0, "1");
    for (unsigned i = 0; i < 2; i++)
        cr_assert_eq(
            ASK(bench, "work.answer", "id", "coding-516", "act", "release", "reason", "as the record says",
                "set.1", "diagnosis.2=", "key", "answer-1")->status,
            CONTROL_STATUS_DONE);
    cr_assert_eq(bench_out_count(bench, STREAM_CODING_CLAIMS), 1);
    check_balance(bench, 1, 0, 1, 0, 0);
    bench_close(bench);
}

Test(coding_daemon, documents_are_judged_again_when_the_coder_answers)
{
    struct bench *bench = opened();
    struct coding_sample sample;
    struct arena arena;
    struct document documents[2] = {{.kind = DOCUMENT_KIND_PROBLEM, .code = TEXT("I214")},
                                    {.kind = DOCUMENT_KIND_CLINICAL_NOTE, .status = TEXT("final"), .date = 20251120}};
    arena_init(&arena, 0);
    sample_make(&sample);
    sample.body.lines_count = 1; /* the visit alone */
    sample.body.total_cents = 12500;
    sample_codes(&sample, "I214 R079");
    struct encounter encounter = encounter_of(&sample, 517, &arena);
    encounter.documents = documents;
    encounter.documents_count = 2;
    bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter);
    const struct event *event = bench_out(bench, STREAM_CODING_EVENTS, 0, NULL);
    cr_assert(text_is(event->code, "3020,3301"), "%.*s", TEXT_ARGS(event->code));
    const struct control_answer *answer =
        ASK(bench, "work.answer", "id", "coding-517", "act", "release", "reason", "as the record says", "set.1", "diagnosis.2=I10");
    cr_assert_eq(answer->status, CONTROL_STATUS_REFUSED);
    cr_assert_eq(bench_number(answer, 0, "number"), FINDING_CODING_DIAGNOSIS_NOT_DOCUMENTED);
    answer = ASK(bench, "work.answer", "id", "coding-517", "act", "release", "reason", "as the record says", "set.1", "diagnosis.2=");
    cr_assert_eq(answer->status, CONTROL_STATUS_DONE);
    cr_assert_eq(last_coded(bench)->not_assessed, SAMPLE_NOT_ASSESSED);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_daemon, a_body_that_is_no_claim_is_refused_and_the_next_one_goes_on)
{
    struct bench *bench = opened();
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    struct encounter encounter = encounter_of(&sample, 518, &arena);
    encounter.body = TEXT("\xC1\x01\x02");
    cr_assert_eq(bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter), STATUS_INVALID);
    cr_assert_eq(feed(bench, 519, "J101", 0, "1"), STATUS_OK);
    cr_assert_str_eq(bench_events(bench), "record_refused coding_passed");
    check_balance(bench, 1, 0, 1, 0, 0);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_daemon, private_values_are_shown_only_when_asked_for)
{
    struct bench *bench = opened();
    feed(bench, 520, "I214 R079", 0, "1");
    const struct control_answer *shown[] = {ASK(bench, "work.show", "id", "coding-520"),
                                            ASK(bench, "work.show", "id", "coding-520", "reveal", "yes"),
                                            bench_ask(bench, "work.list", NULL)};
    unsigned seen[3] = {0};
    for (unsigned i = 0; i < 3; i++)
        for (size_t row = 0; row < shown[i]->rows_count; row++)
            for (size_t k = 0; k < shown[i]->rows[row].values_count; k++) {
                struct text text = shown[i]->rows[row].values[k].text;
                seen[i] += text.length > 0 && (memmem(text.data, text.length, "R079", 4) != NULL ||
                                               memmem(text.data, text.length, "87804", 5) != NULL);
            }
    cr_assert_eq(seen[0], 0);
    cr_assert_gt(seen[1], 1);
    cr_assert_eq(seen[2], 0);
    bench_close(bench);
}

Test(coding_daemon, the_list_is_given_in_pages)
{
    struct bench *bench = opened();
    for (uint64_t i = 0; i < CONTROL_PAGE_ROWS + 5; i++)
        feed(bench, 1000 + i, "J1077", 0, "1");
    const struct control_answer *page = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(page->rows_count, CONTROL_PAGE_ROWS);
    cr_assert(text_is(page->next, "1200"), "%.*s", TEXT_ARGS(page->next));
    bench_close(bench);
}

Test(coding_daemon, the_age_of_the_oldest_is_that_of_the_first_held_claim)
{
    struct bench *bench = opened();
    feed(bench, 520, "J101", 0, "1");
    cr_assert_eq(bench_number(bench_ask(bench, "status", NULL), 0, "oldest_held"), 0);
    feed(bench, 521, "J1077", 0, "1");
    bench_set_time(bench, noon + 3600000000);
    feed(bench, 522, "J1077", 0, "1");
    int64_t since = bench_number(bench_ask(bench, "status", NULL), 0, "oldest_held");
    cr_assert(since >= noon && since < noon + 60000000);
    bench_close(bench);
}
