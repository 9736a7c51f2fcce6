/* The chunks of units in memory: whole and in order, or not at all. */
#include "services/remittance/staged.h"
#include "tests/services/remittance_sample.h"

static bool
holds(struct staged *staged, uint64_t unit, uint64_t chunks, const char *expected)
{
    struct text bytes;
    return staged_whole(staged, unit, chunks, &bytes) && text_is(bytes, expected);
}

static bool
is_there(struct staged *staged, uint64_t unit, uint64_t chunks)
{
    struct text bytes;
    return staged_whole(staged, unit, chunks, &bytes);
}

Test(remittance_staged, chunks_in_order_are_one_text)
{
    struct staged staged = {0};
    staged_add(&staged, 5, 1, TEXT("ISA"));
    staged_add(&staged, 6, 1, TEXT("other"));
    staged_add(&staged, 5, 2, TEXT("*00"));
    cr_assert(holds(&staged, 5, 2, "ISA*00"));
    cr_assert(holds(&staged, 6, 1, "other"));
    cr_assert_not(is_there(&staged, 5, 1));
    cr_assert_not(is_there(&staged, 5, 3));
    cr_assert_not(is_there(&staged, 7, 1));
    staged_drop(&staged, 5);
    cr_assert_not(is_there(&staged, 5, 2));
    staged_clear(&staged);
    cr_assert_not(is_there(&staged, 6, 1));
}

Test(remittance_staged, a_chunk_out_of_order_ends_it)
{
    struct staged staged = {0};
    staged_add(&staged, 5, 2, TEXT("b"));
    staged_add(&staged, 5, 1, TEXT("a"));
    cr_assert_not(is_there(&staged, 5, 2));
    staged_add(&staged, 5, 3, TEXT("c"));
    cr_assert_not(is_there(&staged, 5, 1));
    cr_assert_not(is_there(&staged, 5, 3));
    staged_clear(&staged);
}

Test(remittance_staged, the_oldest_unit_gives_way_and_a_long_one_is_not_kept)
{
    static char piece[1 << 20];
    struct staged staged = {0};
    for (uint64_t unit = 1; unit <= STAGED_UNITS + 1; unit++)
        staged_add(&staged, unit, 1, TEXT("x"));
    cr_assert_not(is_there(&staged, 1, 1));
    cr_assert(is_there(&staged, 2, 1));
    for (uint64_t number = 1; number <= STAGED_BYTES_MAX / sizeof piece; number++)
        staged_add(&staged, 9, number, text_of(piece, sizeof piece));
    cr_assert(is_there(&staged, 9, STAGED_BYTES_MAX / sizeof piece));
    staged_add(&staged, 9, STAGED_BYTES_MAX / sizeof piece + 1, TEXT("x"));
    cr_assert_not(is_there(&staged, 9, STAGED_BYTES_MAX / sizeof piece));
    cr_assert_not(is_there(&staged, 9, STAGED_BYTES_MAX / sizeof piece + 1));
    staged_clear(&staged);
}

/* What memory holds is what the daemon reads: other bytes there do not give the sum. A restart reads the rows, and all is well. */
Test(remittance_staged, the_daemon_reads_from_memory_and_behind_a_restart_from_its_rows)
{
    for (int restarted = 0; restarted < 2; restarted++) {
        open_bench();
        send_claim(7);
        begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
        add_paid(7);
        end();
        feed_text(file, 3, false);
        struct remittance *state = service_state(bench_service(bench));
        cr_assert_eq(state->staged.units[0].chunks, 3);
        state->staged.units[0].bytes[150] ^= 1;
        if (restarted)
            bench_restart(bench, false);
        bench_run(bench);
        cr_assert_str_eq(bench_events(bench), restarted ? "claim_paid remittance_posted" : "remittance_held");
        state = service_state(bench_service(bench));
        cr_assert_eq(state->staged.units[0].unit, 0);
        close_bench();
    }
}
