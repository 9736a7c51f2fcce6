/* What passed is the history that later claims of the patient are judged against: kept, replaced, taken back, forgotten. */
#include "schemas/findings.h"
#include "schemas/records/claim.h"
#include "tests/services/coding_bench.h"

#define DAY INT64_C(86400000000)

/* The influenza visit of one patient, to be changed and fed. */
struct visit {
    struct bench *bench;
    struct coding_sample sample;
    struct arena arena;
};

static void
begin(struct visit *visit, struct bench *bench)
{
    visit->bench = bench;
    arena_init(&visit->arena, 0);
    sample_make(&visit->sample);
    visit->sample.body.subscriber.person.id = TEXT("W55 100-2");
    visit->sample.body.billing.id = TEXT("1932102019");
    visit->sample.body.rendering.id = TEXT("1234567893");
}

static void
end(struct visit *visit)
{
    arena_free(&visit->arena);
    bench_close(visit->bench);
}

/* Feeds it, and gives the numbers that hold it: "3503,3503"; empty: it passed. */
static struct text
fed(struct visit *visit, uint64_t claim_id)
{
    bench_drain(visit->bench);
    struct encounter encounter = encounter_of(&visit->sample, claim_id, &visit->arena);
    encounter.local_date = 20251124;
    cr_assert_eq(bench_feed(visit->bench, STREAM_INTAKE_CODING, &record_encounter, &encounter), STATUS_OK);
    size_t count = bench_out_count(visit->bench, STREAM_CODING_EVENTS);
    const struct event *event = bench_out(visit->bench, STREAM_CODING_EVENTS, count - 1, NULL);
    return event->kind == EVENT_KIND_CODING_HELD ? event->code : (struct text){0};
}
#define PASSES(visit, claim_id) IS_HELD(visit, claim_id, "")
#define IS_HELD(visit, claim_id, numbers)                       \
    do {                                                        \
        struct text held_by = fed(visit, claim_id);             \
        cr_assert(text_is(held_by, numbers), "%.*s", TEXT_ARGS(held_by)); \
    } while (0)

static bool
count_row(void *context, struct text key, struct text value)
{
    (void)key;
    (void)value;
    ++*(unsigned *)context;
    return true;
}

static unsigned
rows(struct bench *bench, unsigned table)
{
    unsigned count = 0;
    struct arena arena;
    arena_init(&arena, 0);
    service_scan(bench_service(bench), table, (struct text){0}, (struct text){0}, &arena, count_row, &count);
    arena_free(&arena);
    return count;
}

Test(coding_history, a_service_of_a_former_claim_is_met_again)
{
    struct visit visit;
    begin(&visit, opened());
    PASSES(&visit, 601);
    IS_HELD(&visit, 602, "3503,3503");
    cr_assert_eq(rows(visit.bench, CODING_HISTORY), 1, "what is held did not pass");
    visit.sample.lines[0].date_from = visit.sample.lines[1].date_from = 20251119;
    PASSES(&visit, 603);
    visit.sample.lines[0].procedure = TEXT("99214");
    visit.sample.lines[0].date_from = 20251120;
    visit.sample.lines[1].modifier_2 = TEXT("91");
    visit.sample.lines[1].date_from = 20251120;
    PASSES(&visit, 604);
    cr_assert_eq(rows(visit.bench, CODING_HISTORY), 3);
    cr_assert_eq(rows(visit.bench, CODING_HISTORY_PATIENTS), 1);
    bench_restart(visit.bench, false);
    IS_HELD(&visit, 605, "3503");
    end(&visit);
}

/* `act` names the key of the act, once for each claim. */
static const struct control_answer *
answer_with(struct bench *bench, const char *id, const char *over, const char *act)
{
    char key[40];
    snprintf(key, sizeof key, "%s-%s", id, act);
    return ASK(bench, "work.answer", "id", id, "act", "release", "set.1", "diagnosis.1=J101", "reason", "typed wrong", "over", over, "key", key);
}

/* The number of the row of work.show that has this standing; 0: none. */
static int64_t
standing(struct bench *bench, const char *id, const char *words)
{
    const struct control_answer *shown = ASK(bench, "work.show", "id", id);
    for (size_t row = 0; row < shown->rows_count; row++)
        if (bench_says(shown, row, "standing", words))
            return bench_number(shown, row, "number");
    return 0;
}

Test(coding_history, what_nobody_was_shown_is_named_before_a_claim_goes_out_over_it)
{
    struct visit visit;
    begin(&visit, opened());
    sample_codes(&visit.sample, "J1077");
    IS_HELD(&visit, 611, "3110");
    IS_HELD(&visit, 612, "3110");
    sample_codes(&visit.sample, "J101");
    PASSES(&visit, 613); /* another claim of the patient and the day */
    for (unsigned i = 0; i < 2; i++) {
        /* Whether the coder says at once that it may go out over what stands or not: this was never shown. */
        const char *id = i == 0 ? "coding-611" : "coding-612", *over = i == 0 ? "" : "yes";
        const struct control_answer *answer = answer_with(visit.bench, id, over, "first");
        cr_assert_eq(answer->status, CONTROL_STATUS_REFUSED);
        cr_assert_eq(answer->rows_count, 2);
        cr_assert_eq(bench_number(answer, 0, "number"), FINDING_CODING_LINE_EARLIER);
        cr_assert(bench_says(answer, 0, "standing", "new") && bench_says(answer, 0, "place", "line 1"));
        cr_assert_eq(standing(visit.bench, id, "of the refused answer"), FINDING_CODING_LINE_EARLIER);
        cr_assert_eq(standing(visit.bench, id, "open"), FINDING_CODING_DIAGNOSIS_UNKNOWN, "the claim itself is as it was");
        bench_restart(visit.bench, false);
        cr_assert_eq(answer_with(visit.bench, id, "yes", "first")->status, CONTROL_STATUS_REFUSED, "the same act, whose answer was lost");
        answer = answer_with(visit.bench, id, "", "second");
        cr_assert_eq(answer->status, CONTROL_STATUS_REFUSED, "the reason is that of the change");
        cr_assert(bench_says(answer, 0, "standing", "shown before"));
        cr_assert_eq(answer_with(visit.bench, id, "yes", "third")->status, CONTROL_STATUS_DONE);
    }
    end(&visit);
}

Test(coding_history, a_patient_is_the_member_and_the_birth_date)
{
    struct visit visit;
    begin(&visit, opened());
    PASSES(&visit, 601);
    visit.sample.body.subscriber.person.id = TEXT("w551002");
    IS_HELD(&visit, 602, "3503,3503");
    visit.sample.body.subscriber.birth_date = 19800413;
    PASSES(&visit, 603);
    /* Twins of one member. */
    visit.sample.body.patient = (struct patient){.relationship = TEXT("19"), .birth_date = 20190302, .person = {.first_name = TEXT("Nora")}};
    PASSES(&visit, 604);
    visit.sample.body.patient.person.first_name = TEXT("Emil");
    PASSES(&visit, 605);
    visit.sample.body.patient.person.first_name = TEXT("NORA");
    IS_HELD(&visit, 606, "3503,3503");
    cr_assert_eq(rows(visit.bench, CODING_HISTORY_PATIENTS), 4);
    end(&visit);
}

struct key_search {
    const char *words;
    bool found;
};

static bool
search_key(void *context, struct text key, struct text value)
{
    struct key_search *search = context;
    (void)value;
    search->found = search->found || memmem(key.data, key.length, search->words, strlen(search->words)) != NULL;
    return true;
}

Test(coding_history, no_key_says_who_the_patient_is)
{
    static const char *const words[] = {"W55", "w551002", "1002", "1980", "\x01\x2e\x1f\x1c" /* 19800412 */};
    struct visit visit;
    begin(&visit, opened());
    PASSES(&visit, 601);
    for (unsigned table = CODING_HISTORY; table <= CODING_HISTORY_PATIENTS; table++)
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            struct key_search search = {.words = words[i]};
            service_scan(bench_service(visit.bench), table, (struct text){0}, (struct text){0}, &visit.arena, search_key, &search);
            cr_expect_not(search.found, "%s", words[i]);
        }
    end(&visit);
}

Test(coding_history, a_replacement_and_a_void_take_the_place_of_what_they_replace)
{
    struct visit visit;
    begin(&visit, opened());
    PASSES(&visit, 601);
    visit.sample.body.frequency = TEXT("7");
    visit.sample.body.original_reference = TEXT("PAYER-1");
    PASSES(&visit, 602);
    visit.sample.body.frequency = TEXT("1");
    visit.sample.body.patient_control_number = TEXT("C-78");
    IS_HELD(&visit, 603, "3503,3503");
    const struct control_answer *shown = ASK(visit.bench, "work.show", "id", "coding-603", "reveal", "yes");
    bool newest = false;
    for (size_t i = 0; i < 40 && !newest; i++)
        newest = bench_value(shown, i, "sentence") != NULL &&
                 memmem(bench_value(shown, i, "sentence")->text.data, bench_value(shown, i, "sentence")->text.length, "claim 602", 9) != NULL;
    cr_assert(newest, "of the two the newer one stands");
    visit.sample.body.frequency = TEXT("8");
    visit.sample.body.patient_control_number = TEXT("C-77");
    PASSES(&visit, 604);
    visit.sample.body.frequency = TEXT("1");
    visit.sample.body.patient_control_number = TEXT("C-79");
    PASSES(&visit, 605);
    /* What it replaces is not known: nothing is said of the others, and it is not called good. */
    visit.sample.body.frequency = TEXT("7");
    visit.sample.body.patient_control_number = TEXT("C-99");
    bench_drain(visit.bench);
    struct encounter encounter = encounter_of(&visit.sample, 606, &visit.arena);
    bench_feed(visit.bench, STREAM_INTAKE_CODING, &record_encounter, &encounter);
    size_t count = bench_out_count(visit.bench, STREAM_CODING_CLAIMS);
    if (count > 0) {
        const struct coded_encounter *coded = bench_out(visit.bench, STREAM_CODING_CLAIMS, count - 1, NULL);
        cr_expect(coded->not_assessed >> 7 & 1);
    }
    end(&visit);
}

Test(coding_history, a_replayed_claim_is_one_row_and_no_duplicate_of_itself)
{
    struct visit visit;
    begin(&visit, opened());
    PASSES(&visit, 601);
    PASSES(&visit, 601);
    bench_restart(visit.bench, false);
    PASSES(&visit, 601);
    cr_assert_eq(rows(visit.bench, CODING_HISTORY), 1);
    visit.sample.lines[0].date_from = visit.sample.lines[1].date_from = 20251119;
    PASSES(&visit, 602);
    visit.sample.lines[0].date_from = visit.sample.lines[1].date_from = 20251120;
    PASSES(&visit, 601);
    IS_HELD(&visit, 603, "3503,3503");
    cr_assert_eq(rows(visit.bench, CODING_HISTORY), 2);
    end(&visit);
}

Test(coding_history, a_later_version_stands_for_the_former)
{
    struct visit visit;
    begin(&visit, opened());
    PASSES(&visit, 601);
    struct encounter encounter = encounter_of(&visit.sample, 601, &visit.arena);
    struct coding_query query = {.identity = encounter.identity, .cause = QUERY_CAUSE_DENIAL, .finding = 4600, .body = encounter.body,
                                 .sender = TEXT("EHR"), .received = noon, .local_date = 20251124};
    cr_assert_eq(bench_feed(visit.bench, STREAM_CLAIMS_CODING, &record_coding_query, &query), STATUS_OK);
    const struct control_answer *answer =
        ASK(visit.bench, "work.answer", "id", "coding-601", "act", "release", "reason", "as the record says",
            "set.1", "line.1.procedure=99214");
    cr_assert_eq(answer->status, CONTROL_STATUS_DONE, "%.*s", TEXT_ARGS(answer->sentence));
    cr_assert_eq(rows(visit.bench, CODING_HISTORY), 2);
    visit.sample.lines[1].modifier_2 = TEXT("91");
    PASSES(&visit, 602); /* 99213 is no longer billed */
    visit.sample.lines[0].procedure = TEXT("99214");
    IS_HELD(&visit, 603, "3503");
    end(&visit);
}

Test(coding_history, what_is_old_is_forgotten_and_a_site_may_keep_nothing)
{
    struct visit visit;
    begin(&visit, bench_open(&coding_plan, "[coding]\nhistory_days = 30\n", NULL));
    bench_set_time(visit.bench, noon);
    PASSES(&visit, 601);
    visit.sample.body.subscriber.birth_date = 19800413;
    PASSES(&visit, 602);
    bench_set_time(visit.bench, noon + 29 * DAY);
    visit.sample.lines[0].date_from = visit.sample.lines[1].date_from = 20251119;
    PASSES(&visit, 603);
    bench_run(visit.bench);
    cr_assert_eq(rows(visit.bench, CODING_HISTORY), 3);
    bench_set_time(visit.bench, noon + 31 * DAY);
    bench_run(visit.bench);
    cr_assert_eq(rows(visit.bench, CODING_HISTORY), 1, "%u", rows(visit.bench, CODING_HISTORY));
    cr_assert_eq(rows(visit.bench, CODING_HISTORY_PATIENTS), 1, "the one who had no newer claim is forgotten");
    visit.sample.lines[0].date_from = visit.sample.lines[1].date_from = 20251120;
    PASSES(&visit, 604); /* its double of the first day is gone */
    end(&visit);
    begin(&visit, bench_open(&coding_plan, "[coding]\nhistory_days = 0\n", NULL));
    bench_set_time(visit.bench, noon);
    PASSES(&visit, 601);
    PASSES(&visit, 602);
    cr_assert_eq(rows(visit.bench, CODING_HISTORY) + rows(visit.bench, CODING_HISTORY_PATIENTS), 0);
    end(&visit);
}

Test(coding_history, of_very_many_former_claims_the_latest_are_read_and_the_rest_is_said)
{
    struct visit visit;
    begin(&visit, opened());
    for (uint64_t i = 0; i < PASSED_READ + 2; i++) {
        visit.sample.lines[0].date_from = visit.sample.lines[1].date_from = 20250901 + (int32_t)(i % 30) + 100 * (int32_t)(i / 30);
        PASSES(&visit, 700 + i);
    }
    visit.sample.lines[0].date_from = visit.sample.lines[1].date_from = 20251120;
    PASSES(&visit, 900);
    const struct coded_encounter *coded = bench_out(visit.bench, STREAM_CODING_CLAIMS, 0, NULL);
    cr_assert(coded->not_assessed >> 7 & 1);
    visit.sample.lines[0].date_from = visit.sample.lines[1].date_from = 20250901;
    PASSES(&visit, 901); /* its double is too far back */
    visit.sample.lines[0].date_from = visit.sample.lines[1].date_from = 20251120;
    IS_HELD(&visit, 902, "3503,3503");
    end(&visit);
}
