/* Claims that pass 1 remembers: posting needs nothing else of them, and what does not fit is read again. */
#include "tests/services/remittance_sample.h"

/* ---- the memo alone ---- */

static void
fill_text(struct text *field, const char *name, unsigned n, struct arena *arena)
{
    *field = arena_print(arena, "%s%u", name, n);
}

static struct remittance_line
full_line(unsigned n, struct arena *arena)
{
    struct remittance_line line = {.charge_cents = 10000 + n, .paid_cents = -(int64_t)n, .adjustments_count = n, .remarks_count = n};
    line.adjustments = ARENA_ARRAY(arena, struct adjustment, n);
    line.remarks = ARENA_ARRAY(arena, struct remark, n);
    for (unsigned i = 0; i < n; i++) {
        line.adjustments[i] = (struct adjustment){.group = TEXT("CO"), .cents = (int64_t)n * 1000 + i};
        fill_text(&line.adjustments[i].reason, "", i, arena);
        line.remarks[i].qualifier = TEXT("HE");
        fill_text(&line.remarks[i].code, "N", i, arena);
    }
    fill_text(&line.procedure, "procedure", n, arena);
    fill_text(&line.original_procedure, "original", n, arena);
    fill_text(&line.revenue_code, "revenue", n, arena);
    fill_text(&line.control_number, "control", n, arena);
    line.qualifier = TEXT("HC");
    line.modifier_1 = TEXT("A1");
    line.modifier_2 = TEXT("A2");
    line.modifier_3 = TEXT("A3");
    line.modifier_4 = TEXT("A4");
    line.original_modifier_1 = TEXT("B1");
    line.original_modifier_2 = TEXT("B2");
    line.original_modifier_3 = TEXT("B3");
    line.original_modifier_4 = TEXT("B4");
    return line;
}

/* With `lines` lines: the first has no adjustment and no remark, each other one more than the one before. */
static struct remittance_claim
full_claim(unsigned lines, struct arena *arena)
{
    struct remittance_claim claim = {.status = TEXT("22"), .charge_cents = 40000, .paid_cents = -1, .lines_count = lines};
    fill_text(&claim.clm01, "CLAIM", lines, arena);
    claim.payer_control_number = TEXT("a number of the payer's");
    claim.inpatient_remark_1 = TEXT("N1");
    claim.outpatient_remark_1 = TEXT("N2");
    claim.adjustments_count = 1;
    claim.adjustments = ARENA_ARRAY(arena, struct adjustment, 1);
    claim.adjustments[0] = (struct adjustment){.group = TEXT("PR"), .reason = TEXT("1"), .cents = -5};
    claim.lines = ARENA_ARRAY(arena, struct remittance_line, lines);
    for (unsigned i = 0; i < lines; i++)
        claim.lines[i] = full_line(i, arena);
    return claim;
}

Test(remittance_memo, what_posting_needs_comes_back_in_order)
{
    struct memo memo = {0};
    struct arena arena;
    size_t at = 0;
    arena_init(&arena, 0);
    for (unsigned lines = 0; lines < 40; lines++) {
        struct remittance_claim claim = full_claim(lines, &arena);
        cr_assert(memo_add(&memo, &claim));
    }
    memo_pass(&memo, &at);
    for (unsigned lines = 1; lines < 40; lines++) {
        struct remittance_claim expected = full_claim(lines, &arena), claim;
        for (unsigned i = 0; i < lines; i++)
            expected.lines[i].remarks_count = i == 0 ? 0 : 1;
        memo_read(&memo, &at, &arena, &claim);
        cr_assert(record_equal(&record_remittance_claim, &claim, &expected), "%u", lines);
    }
    cr_assert_eq(at, memo.length);
    memo_clear(&memo);
    arena_free(&arena);
}

Test(remittance_memo, a_full_one_takes_no_more_and_keeps_what_it_has)
{
    struct memo memo = {.limit_bytes = 20000};
    struct arena arena;
    unsigned kept = 0;
    arena_init(&arena, 0);
    struct remittance_claim claim = full_claim(3, &arena), again;
    while (memo_add(&memo, &claim))
        kept++;
    size_t length = memo.length, at = 0;
    cr_assert_gt(kept, 10);
    cr_assert_leq(length, 24096);
    claim.lines_count = 0;
    cr_assert_not(memo_add(&memo, &claim));
    cr_assert_eq(memo.length, length);
    for (unsigned i = 0; i < kept; i++)
        memo_read(&memo, &at, &arena, &again);
    cr_assert_eq(at, length);
    memo_clear(&memo);
    cr_assert(memo_add(&memo, &claim));
    memo_clear(&memo);
    arena_free(&arena);
}

/* ---- in the daemon ---- */

enum { SETS = 3, CLAIMS_OF_A_SET = 20 };

/* Three sets of twenty claims: paid, partly denied, denied whole, reversed, paid by other words for their lines, and one that was
 * never sent. */
static const char *
mixed_file(void)
{
    begin("");
    for (unsigned set = 1; set <= SETS; set++) {
        char control[8];
        snprintf(control, sizeof control, "%04u", set);
        add("ST*835*%s~BPR*I*%u*C*ACH************20260302~TRN*1*T%u*1123456789~DTM*405*20260301~N1*PR*ACME HEALTH~N3*1 MAIN~"
            "N4*SALEM*OR*97301~PER*BL*HELP*TE*5555550100~N1*PE*CLINIC*XX*1234567893~LX*1~", control,
            4 * 120 + 4 * 80 + 3 * 120, set);
        for (uint64_t i = 0; i < CLAIMS_OF_A_SET; i++) {
            uint64_t id = set * 100 + i;
            if (i < 4)
                add_paid(id);
            else if (i < 8)
                add_partly_denied(id);
            else if (i < 10)
                add_denied(id);
            else if (i < 12)
                add("CLP*%s*4*150*0**MC*ICN*11*1~CAS*OA*31*150~NM1*QC*1*DOE*JANE~MOA***N211~", clm01(id, 1));
            else if (i < 14)
                add("CLP*%s*22*-150*-120**MC*ICN*11*1~NM1*QC*1*DOE*JANE~SVC*HC:99213*-100*-80**1~CAS*CO*45*-20~"
                    "SVC*HC:87804:QW*-50*-40**1~CAS*CO*45*-10~", clm01(set * 100 + i - 12, 1));
            else if (i < 19)
                add("CLP*%s*1*150*120**MC*ICN*11*1~NM1*QC*1*DOE*JANE~SVC*HC:87635*50*40**1*HC:87804:QW~DTM*472*20260201~"
                    "CAS*CO*45*10~SVC*HC:99213*100*80**1~DTM*472*20260201~CAS*CO*45*20~", clm01(id, 1));
            else
                add_denied(90000 + set);
        }
        end_set(control);
    }
    add(RA_END("3"));
    return file;
}

struct dump {
    struct seal_hash *hash;
    unsigned rows;
};

static bool
dump_row(void *context, struct text key, struct text value)
{
    struct dump *dump = context;
    seal_hash_add(dump->hash, key);
    seal_hash_add(dump->hash, value);
    dump->rows++;
    return true;
}

/* Everything that was posted, and the early claim when it is posted at last. */
static void
post_mixed_file(size_t limit_bytes, uint8_t digest[32], unsigned *rows, unsigned *remembered)
{
    static const enum remittance_table kept[] = {REMITTANCE_ITEMS, REMITTANCE_SETS, REMITTANCE_WORK, REMITTANCE_GUARDS, REMITTANCE_DONE};
    struct dump dump = {.hash = seal_hash_begin()};
    struct arena arena;
    units = 0;
    open_bench();
    bench_hold_time(bench, noon);
    struct remittance *state = service_state(bench_service(bench));
    state->memo.limit_bytes = limit_bytes;
    for (unsigned set = 1; set <= SETS; set++)
        for (uint64_t i = 0; i < CLAIMS_OF_A_SET - 1; i++)
            send_claim(set * 100 + i);
    feed_text(mixed_file(), 4, false);
    unit_poll(bench_service(bench));
    *remembered = 0;
    cr_assert_eq(state->set_count, SETS);
    for (unsigned i = 0; i < SETS; i++)
        *remembered += state->sets[i].remembered;
    while (run_a_little())
        ;
    send_claim(90001);
    all_balances();
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        cr_assert_eq(service_scan(bench_service(bench), kept[i], (struct text){0}, (struct text){0}, &arena, dump_row, &dump), STATUS_OK);
    cr_assert_eq(service_log_scan(bench_service(bench), REMITTANCE_LEDGER, 0, &arena, dump_row, &dump), STATUS_OK);
    arena_free(&arena);
    seal_hash_end(dump.hash, digest);
    *rows = dump.rows;
    close_bench();
}

Test(remittance_memo, remembered_or_read_again_the_same_is_posted)
{
    uint8_t all[32], some[32], none[32];
    unsigned rows, same, remembered;
    post_mixed_file(0, all, &rows, &remembered);
    cr_assert_eq(remembered, SETS);
    cr_assert_gt(rows, 200);
    post_mixed_file(6000, some, &same, &remembered);
    cr_assert(remembered > 0 && remembered < SETS, "%u", remembered);
    cr_assert_eq(same, rows);
    cr_assert_eq(memcmp(all, some, 32), 0);
    post_mixed_file(1, none, &same, &remembered);
    cr_assert_eq(remembered, 0);
    cr_assert_eq(memcmp(all, none, 32), 0);
}
