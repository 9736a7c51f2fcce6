/* The API of intake without its socket. */
#include "common/link/link.h"
#include "tests/services/intake_bench.h"

struct asked {
    enum status status;
    struct api_receipt receipt;
};

static struct asked
ask(struct bench *bench, struct arena *arena, const char *reference, const struct sample *sample)
{
    struct api_request request = {.sender = TEXT("EHR"),
                                  .reference = text_from(reference),
                                  .format = INPUT_FORMAT_X12,
                                  .bytes = text_of(sample->bytes, sample->length)};
    struct link_peer peer = {.length = 4};
    struct text bytes;
    struct asked asked;
    memcpy(peer.bytes, "peer", 4);
    cr_assert_eq(record_write(&record_api_request, &request, arena, &bytes, NULL), STATUS_OK);
    asked.status = api_request(bench_service(bench), &peer, bytes, arena, &asked.receipt);
    return asked;
}

/* Steps without api_poll, which is switched off: the pending request is recorded by the source's step. */
static bool
record(struct bench *bench, struct arena *arena, struct api_receipt *receipt)
{
    struct link_peer peer;
    struct service *service = bench_service(bench);
    if (api_next_receipt(service, &peer, arena, receipt))
        return false; /* before the commit: a receipt would lie */
    settle(bench);
    return api_next_receipt(service, &peer, arena, receipt) && peer.length == 4 &&
           memcmp(peer.bytes, "peer", 4) == 0;
}

Test(intake_api, a_receipt_comes_after_the_commit_and_the_same_again)
{
    struct bench *bench = open_bench("");
    struct arena arena;
    struct sample sample;
    struct api_receipt receipt, again;
    const struct sample_claim claim = {.number = "A1"};
    arena_init(&arena, 0);
    sample_of(&sample, 1, &claim, 1);
    cr_assert_eq(ask(bench, &arena, "R1", &sample).status, STATUS_RETRY);
    cr_assert_eq(ask(bench, &arena, "R1", &sample).receipt.status, RECEIPT_STATUS_BUSY,
                 "the same while it waits");
    cr_assert(record(bench, &arena, &receipt));
    cr_expect_eq(receipt.status, RECEIPT_STATUS_ACCEPTED);
    cr_expect_eq(receipt.number, 1);
    again = ask(bench, &arena, "R1", &sample).receipt;
    cr_expect(record_equal(&record_api_receipt, &receipt, &again));
    bench_restart(bench, false);
    again = ask(bench, &arena, "R1", &sample).receipt;
    cr_expect(record_equal(&record_api_receipt, &receipt, &again));
    settle(bench);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    const struct encounter *encounter = bench_out(bench, STREAM_INTAKE_CODING, 0, NULL);
    cr_expect_eq(encounter->source, ENCOUNTER_SOURCE_API);
    sample_free(&sample);
    arena_free(&arena);
    bench_close(bench);
}

Test(intake_api, other_bytes_under_a_used_reference_are_refused)
{
    struct bench *bench = open_bench("");
    struct arena arena;
    struct sample one, two;
    struct api_receipt receipt;
    const struct sample_claim claims[] = {{.number = "A1"}, {.number = "B1"}};
    arena_init(&arena, 0);
    sample_of(&one, 1, &claims[0], 1);
    sample_of(&two, 2, &claims[1], 1);
    cr_assert_eq(ask(bench, &arena, "R1", &one).status, STATUS_RETRY);
    cr_assert(record(bench, &arena, &receipt));
    struct asked asked = ask(bench, &arena, "R1", &two);
    cr_expect_eq(asked.status, STATUS_OK);
    cr_expect_eq(asked.receipt.status, RECEIPT_STATUS_OTHER_BYTES);
    cr_assert_eq(ask(bench, &arena, "R2", &one).status, STATUS_RETRY);
    cr_assert(record(bench, &arena, &receipt));
    cr_expect_eq(receipt.status, RECEIPT_STATUS_SAME);
    cr_expect_eq(receipt.number, 1);
    settle(bench);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    sample_free(&one);
    sample_free(&two);
    arena_free(&arena);
    bench_close(bench);
}

Test(intake_api, bytes_that_are_no_request_are_refused)
{
    static const struct {
        const char *name;
        struct text bytes;
    } cases[] = {
        {"empty", {"", 0}},
        {"words", {"hello", 5}},
        {"claims six gigabytes", {"\xdf\xff\xff\xff\xff", 5}},
        {"empty map", {"\x80", 1}},
    };
    struct bench *bench = open_bench("");
    struct arena arena;
    struct link_peer peer = {.length = 1};
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct api_receipt receipt;
        cr_assert_eq(api_request(bench_service(bench), &peer, cases[i].bytes, &arena, &receipt), STATUS_OK,
                     "%s", cases[i].name);
        cr_expect_eq(receipt.status, RECEIPT_STATUS_REFUSED, "%s", cases[i].name);
    }
    arena_free(&arena);
    bench_close(bench);
}

Test(intake_api, without_room_the_answer_is_busy_and_nothing_is_kept)
{
    struct bench *bench = bench_open(&intake_plan, "[intake]\napi = no\noutbox_records = 16\n", NULL);
    struct arena arena;
    struct sample sample;
    struct sample_claim claims[40];
    char numbers[40][8];
    arena_init(&arena, 0);
    for (int i = 0; i < 40; i++) {
        snprintf(numbers[i], sizeof numbers[i], "A%d", i);
        claims[i] = (struct sample_claim){.number = numbers[i]};
    }
    sample_of(&sample, 1, claims, 40);
    cr_assert_eq(ask(bench, &arena, "R1", &sample).status, STATUS_RETRY);
    settle(bench);
    struct asked asked = ask(bench, &arena, "R2", &sample);
    cr_expect_eq(asked.status, STATUS_OK);
    cr_expect_eq(asked.receipt.status, RECEIPT_STATUS_BUSY);
    cr_expect_eq(bench_ask(bench, "file.list", NULL)->rows_count, 1);
    sample_free(&sample);
    arena_free(&arena);
    bench_close(bench);
}
