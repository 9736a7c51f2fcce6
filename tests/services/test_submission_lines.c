/* Which of our service lines a 277 speaks of, and what becomes of it. */
#include "services/submission/status_lines.h"
#include "tests/services/inquiry_sample.h"

#define KEYS "status_inquiry = yes\ninquiry_wait = 5min\n"
#define FIRST "000000002.276.x12"

/* Claim 1 went out at noon, and was asked about two days later; these are its lines. */
static void
open_asked_with(struct sent_line *lines, uint32_t count)
{
    struct status_question question = question_about(1, "acme");
    question.lines = lines;
    question.lines_count = count;
    open_submission("", KEYS);
    feed_claim(1, "acme");
    run_at(noon + 6 * (60 * CLOCK_SECOND));
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_status_question, &question), STATUS_OK);
    run_at(noon + 12 * (60 * CLOCK_SECOND));
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12 000000002.276.x12");
}

/* A question of an older release, which named no lines. */
static void
open_asked(void)
{
    open_asked_with(NULL, 0);
}

/* The 277 with service lines (2220D) behind the claim. */
static void
payer_says_of_lines(const char *name, const char *trace, const char *stc, const char *lines)
{
    char bytes[6000];
    const char *file = file_277(trace, stc, NULL), *end = strstr(file, "SE*14*");
    snprintf(bytes, sizeof bytes, "%.*s%s%s", (int)(end - file), file, lines, end);
    payer_puts("acme", name, bytes, strlen(bytes));
    bench_run(bench);
    check_balance();
}

Test(submission_lines, a_line_that_is_pended_is_work_that_names_it)
{
    static const char lines[] = "SVC*HC:99213*125*80****1~STC*F1:65*20251124~REF*FJ*L1~DTP*472*D8*20251120~"
                                "SVC*HC:87804:QW*41.5*0****1~STC*P3:317:QC*20251124********SEND THE RESULT~REF*FJ*L2~DTP*472*D8*20251120~";
    open_asked();
    payer_says_of_lines("a.277", trace_in("acme", "000000002.276.x12", 1), "F1:65*20251124**166.5*80", lines);
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_expect(value_is(work, 0, "kind", "status_pended") && value_is(work, 0, "code", "P3:317:QC") && value_is(work, 0, "line", "L2 of his answer"));
    cr_expect(value_is(work, 0, "sentence", "line L2 of his answer: the payer holds the claim (277)"));
    cr_expect_eq(bench_value(work, 0, "cents")->number, 4150);
    const struct control_answer *claim = ASK(bench, "claim.show", "id", "1");
    cr_assert_eq(claim->rows_count, 3);
    cr_expect(value_is(claim, 0, "status", "F1:65"));
    cr_expect(value_is(claim, 1, "row", "line") && value_is(claim, 1, "status", "F1:65") && value_is(claim, 1, "control_number", "L1"));
    cr_expect_eq(bench_value(claim, 1, "told_paid_cents")->number, 8000);
    cr_expect(value_is(claim, 2, "status", "P3:317:QC") && value_is(claim, 2, "procedure", "***"));
    cr_expect_eq(bench_value(claim, 2, "line_of_answer")->number, 2);
    cr_expect(text_is(last_event()->detail, "F1:65, paid 80.00, line 2 of his answer P3:317:QC"), "%.*s", TEXT_ARGS(last_event()->detail));
    settle(1);
    cr_expect_eq(bench_ask(bench, "work.list", NULL)->rows_count, 0);
    close_submission();
}

Test(submission_lines, lines_that_are_decided_are_noted)
{
    open_asked();
    payer_says_of_lines("a.277", trace_in("acme", "000000002.276.x12", 1), "F1:65*20251124**166.5*80",
                        "SVC*HC:99213*125*80****1~STC*F1:65*20251124~SVC*HC:87804:QW*41.5*0****1~STC*F2:88*20251124~");
    cr_expect_eq(bench_ask(bench, "work.list", NULL)->rows_count, 0);
    cr_expect_eq(ASK(bench, "claim.show", "id", "1")->rows_count, 3);
    close_submission();
}

Test(submission_lines, the_same_of_another_line_is_another_work)
{
    open_asked();
    const char *trace = trace_in("acme", "000000002.276.x12", 1);
    payer_says_of_lines("a.277", trace, "P3:317*20251124**166.5", "SVC*HC:99213*125*0~STC*P3:317*20251124~"); /* the whole counts */
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_expect_null(bench_value(work, 0, "line"));
    payer_says_of_lines("b.277", trace, "F0:3*20251124**166.5", "SVC*HC:99213*125*0~STC*P3:317*20251124~");
    work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_expect(value_is(work, 0, "line", "1 of his answer")); /* no REF*FJ, and we know no line of ours */
    char id[40];
    text_copy(bench_value(work, 0, "id")->text, id, sizeof id);
    /* The same line again, while another one is decided: the same work. */
    payer_says_of_lines("c.277", trace, "F0:3*20251124**166.5", "SVC*HC:99213*125*0~STC*P3:317*20251124~SVC*HC:87804*41.5*0~STC*F0:3*20251124~");
    work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_expect(value_is(work, 0, "id", id));
    cr_expect_eq(ASK(bench, "claim.show", "id", "1")->rows_count, 3);
    close_submission();
}

#define SENT(lx, hcpcs, mods, cents, name, revenue) \
    {.number = (lx), .procedure = TEXT(hcpcs), .modifiers = TEXT(mods), .charge_cents = (cents), .control_number = TEXT(name), .revenue_code = TEXT(revenue)}
#define TOLD(code, mod, cents, name, revenue) \
    {.qualifier = TEXT("HC"), .procedure = TEXT(code), .modifier_1 = TEXT(mod), .charge_cents = (cents), .control_number = TEXT(name), .revenue_code = TEXT(revenue)}

Test(submission_lines, a_line_of_the_answer_is_ours_by_its_number_else_by_its_content)
{
    struct sent_line sent[] = {
        SENT(1, "99213", "25", 12500, "A-1", ""), SENT(2, "87804", "QW", 4150, "A-2", ""), SENT(3, "87804", "QW59", 4150, "", ""),
        SENT(5, "97110", "", 6000, "", "0420"),   SENT(6, "0300", "", 700, "", "0300"),
    };
    static const struct {
        const char *what;
        struct status_line line;
        uint64_t number;
    } cases[] = {
        {"our line control number", TOLD("00000", "", 1, "A-2", ""), 2},
        {"a number that we gave none of: the content", TOLD("99213", "25", 12500, "X", ""), 1},
        {"LX01, where no number was sent", TOLD("00000", "", 1, "5", ""), 5},
        {"not LX01, where a number was sent", TOLD("00000", "", 1, "1", ""), 0},
        {"modifiers tell two lines apart", TOLD("87804", "QW", 4150, "", ""), 2},
        {"without modifiers the first", TOLD("87804", "", 4150, "", ""), 2},
        {"another charge is another line", TOLD("99213", "25", 12400, "", ""), 0},
        {"another revenue code too", TOLD("97110", "", 6000, "", "0430"), 0},
        {"a procedure with its revenue code", TOLD("97110", "", 6000, "", "0420"), 5},
        {"a revenue code alone, as SVC01", TOLD("0300", "", 700, "", ""), 6},
        {"and as SVC04", TOLD("", "", 700, "", "0300"), 6},
        {"nothing that names it", TOLD("", "", 700, "", ""), 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool taken[5] = {false};
        uint64_t number = 99;
        status_lines_match(sent, 5, &cases[i].line, 1, taken, &number);
        cr_expect_eq(number, cases[i].number, "%s: %u", cases[i].what, (unsigned)number);
    }
}

Test(submission_lines, one_of_ours_is_found_once_by_its_content_and_not_when_it_is_named)
{
    struct sent_line sent[] = {SENT(1, "97110", "", 6000, "A-1", ""), SENT(2, "97110", "", 6000, "", ""), SENT(3, "97110", "", 6000, "", "")};
    struct status_line told[] = {TOLD("97110", "", 6000, "", ""), TOLD("97110", "", 6000, "", ""), TOLD("97110", "", 6000, "A-1", ""),
                                 TOLD("97110", "", 6000, "", ""), TOLD("97110", "", 6000, "A-1", "")};
    static const uint64_t wanted[] = {2, 3, 1, 0, 1}; /* the payer split line 1 */
    uint64_t numbers[5];
    bool taken[3] = {false};
    status_lines_match(sent, 3, told, 5, taken, numbers);
    for (size_t i = 0; i < 5; i++)
        cr_expect_eq(numbers[i], wanted[i], "line %zu", i);
    status_lines_match(NULL, 0, told, 5, taken, numbers);
    for (size_t i = 0; i < 5; i++)
        cr_expect_eq(numbers[i], 0);
}

Test(submission_lines, the_work_names_our_line)
{
    struct sent_line sent[] = {SENT(1, "99213", "", 12500, "", ""), SENT(4, "87804", "QW", 4150, "OUR-4", "")};
    open_asked_with(sent, 2);
    const char *trace = trace_in("acme", FIRST, 1);
    payer_says_of_lines("a.277", trace, "F1:65*20251124**166.5*80",
                        "SVC*HC:87804:QW*41.5*0****1~STC*P3:317*20251124~REF*FJ*OUR-4~SVC*HC:99213*125*80****1~STC*F1:65*20251124~"
                        "SVC*HC:J1885*9*0****1~STC*F1:65*20251124~");
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_expect_eq(bench_value(bench_ask(bench, "status", NULL), 0, "work")->number, 1);
    work = bench_ask(bench, "work.list", NULL);
    cr_expect(value_is(work, 0, "line", "4") && value_is(work, 0, "sentence", "line 4: the payer holds the claim (277)"));
    cr_expect(text_is(last_event()->detail, "F1:65, paid 80.00, line 4 P3:317"), "%.*s", TEXT_ARGS(last_event()->detail));
    const struct control_answer *claim = ASK(bench, "claim.show", "id", "1");
    cr_assert_eq(claim->rows_count, 4);
    cr_expect_eq(bench_value(claim, 1, "line")->number, 4);
    cr_expect_eq(bench_value(claim, 1, "line_of_answer")->number, 1);
    cr_expect_eq(bench_value(claim, 2, "line")->number, 1);
    cr_expect_null(bench_value(claim, 3, "line")); /* none of ours */
    /* He names the line by its place now, and is at the next one: older work is done, and the newer names the other line. */
    payer_says_of_lines("b.277", trace, "F1:65*20251125**166.5*80", "SVC*HC:99213*125*0****1~STC*R4:294*20251125~REF*FJ*1~");
    work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_expect(value_is(work, 0, "kind", "status_requested") && value_is(work, 0, "line", "1"));
    close_submission();
}
