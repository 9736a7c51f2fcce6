/* What people are shown of files and claims, and what stands nowhere. */
#include "common/control_number/control_number.h"
#include "tests/services/intake_bench.h"
#include "tests/support/folder.h"

Test(intake_shown, no_patient_stands_in_stores_events_or_names)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claims[] = {
        {.number = "PCNCANARYQ", .last = "CANARYQUINCE", .member = "CANARYMEMBER"},
        {.number = "PCNCANARYR", .last = "CANARYQUINCE", .pointer = "7"}};
    feed(bench, "canary.x12", 1, claims, 2);
    char state[700];
    snprintf(state, sizeof state, "%s/state/intake/store", bench_folder(bench));
    cr_expect_not(folder_holds(state, TEXT("CANARY")));
    snprintf(state, sizeof state, "%s/state/intake/content", bench_folder(bench));
    cr_expect_not(folder_holds(state, TEXT("CANARY")));
    for (size_t i = 0; i < bench_out_count(bench, STREAM_INTAKE_EVENTS); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct text json =
            record_json(&record_event, bench_out(bench, STREAM_INTAKE_EVENTS, i, NULL), true, &arena);
        cr_expect_null(memmem(json.data, json.length, "CANARY", 6));
        arena_free(&arena);
    }
    expect_in(bench, "done/canary.x12.277ca", "CANARYQUINCE");
    expect_not_in(bench, "done/canary.x12.receipt.json", "CANARYQUINCE");
    bench_close(bench);
}

Test(intake_shown, people_are_shown_files_and_claims)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claims[] = {{.number = "A1"}, {.number = "A2"}};
    feed(bench, "one.x12", 1, claims, 2);
    const struct sample_claim more = {.number = "B1"};
    feed(bench, "two.x12", 2, &more, 1);
    const struct control_answer *list = bench_ask(bench, "file.list", NULL);
    cr_assert_eq(list->rows_count, 2);
    cr_expect(text_is(bench_value(list, 1, "outcome")->text, "taken"));
    cr_expect_null(bench_value(list, 0, "name"), "a name may hold anything");
    const struct control_answer *file =
        bench_ask(bench, "file.show", (const char *[]){"number", "2", "reveal", "yes", NULL});
    cr_assert_eq(file->rows_count, 2);
    cr_expect(text_is(bench_value(file, 0, "name")->text, "two.x12"));
    const struct control_answer *claim = bench_ask(bench, "claim.show", (const char *[]){"id", "3", NULL});
    cr_assert_eq(claim->rows_count, 1);
    cr_expect_eq(bench_value(claim, 0, "file")->number, 2);
    cr_expect_eq(bench_value(claim, 0, "ordinal")->number, 1);
    char buffer[CONTROL_NUMBER_BYTES];
    const struct control_number number = {.cell = 1, .claim_id = 2, .version = 1};
    control_number_compose(&number, buffer);
    claim = bench_ask(bench, "claim.show", (const char *[]){"id", buffer, NULL});
    cr_assert_eq(claim->rows_count, 1);
    cr_expect_eq(bench_value(claim, 0, "ordinal")->number, 2);
    cr_expect_eq(bench_ask(bench, "claim.show", (const char *[]){"id", "4", NULL})->status,
                 CONTROL_STATUS_NOT_FOUND);
    cr_expect_eq(bench_ask(bench, "claim.show", (const char *[]){"id", "x", NULL})->status,
                 CONTROL_STATUS_WRONG);
    cr_expect_eq(bench_ask(bench, "file.show", (const char *[]){"number", "9", NULL})->status,
                 CONTROL_STATUS_NOT_FOUND);
    bench_close(bench);
}
