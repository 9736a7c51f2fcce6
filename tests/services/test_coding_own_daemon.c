/* The site's own rules in the daemon: what they hold, what runs away, what coders see of them. */
#include "schemas/findings.h"
#include "tests/services/coding_own_sample.h"

#include <unistd.h>

static enum status
feed_visit(struct bench *bench, uint64_t claim_id, const char *payer)
{
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    visit(&sample);
    sample.body.payer.id = text_from(payer);
    struct encounter encounter = encounter_of(&sample, claim_id, &arena);
    enum status status = bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter);
    arena_free(&arena);
    return status;
}

static const char *
write_file(char path[64], const char *bytes)
{
    int file = mkstemp(strcpy(path, "/tmp/claimline-own-XXXXXX"));
    cr_assert_geq(file, 0);
    cr_assert_eq(write(file, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
    close(file);
    return path;
}

static char first[64], second[64];

static struct bench *
open_with(const char *table, const char *script, const char *more)
{
    char section[512];
    snprintf(section, sizeof section, "[coding]\nrules = %s\nscript = %s\n%s", write_file(first, table), write_file(second, script), more);
    struct bench *bench = bench_open(&coding_plan, section, NULL);
    bench_set_time(bench, noon);
    return bench;
}

static void
close_with(struct bench *bench)
{
    bench_close(bench);
    unlink(first);
    unlink(second);
}

static size_t
row_of(const struct control_answer *told, const char *name, int64_t number)
{
    for (size_t row = 0; row < told->rows_count; row++)
        if (bench_number(told, row, name) == number)
            return row;
    return SIZE_MAX;
}

Test(coding_own_daemon, the_daemon_holds_a_claim_by_an_own_rule_and_tells_its_source)
{
    struct bench *bench = open_with(HEAD RULE("8001", "payer is ACME1 and procedure is 87804") RULE("8002", "lines is 2"), "x = 1", "off = 8002\n");
    cr_assert_eq(feed_visit(bench, 921, "ACME1"), STATUS_OK);
    cr_assert_eq(feed_visit(bench, 922, "OTHER"), STATUS_OK);
    cr_assert_str_eq(bench_events(bench), "coding_held coding_passed");
    const struct control_answer *told = ASK(bench, "coding.explain", "id", "921", "reveal", "yes");
    size_t row = row_of(told, "number", 8001);
    cr_assert_neq(row, SIZE_MAX);
    cr_assert(bench_says(told, row, "sentence", "Wrong: 87804.") && bench_says(told, row, "source", "Handbook 1"));
    cr_assert(bench_says(told, row, "place", "line 2") && bench_number(told, row, "step") == 4);
    told = ASK(bench, "coding.rules", NULL);
    row = row_of(told, "number", 8002);
    cr_assert(row != SIZE_MAX && bench_says(told, row, "on", "no") && bench_says(told, row - 1, "on", "yes"));
    cr_assert(bench_says(told, row, "sentence", "Wrong: ...."), "what the finding fills in is open");
    char file[20];
    snprintf(file, sizeof file, "%.*s", TEXT_ARGS(bench_value(told, row, "file")->text));
    cr_assert_eq(strlen(file), 12, "%s", file);
    cr_assert(bench_says(ASK(bench, "coding.explain", "id", "921"), 0, "own_rules", file), "the verdict names the file that judged");
    told = ASK(bench, "work.answer", "id", "921", "act", "release", "reason", "agreed with the payer");
    cr_assert_eq(told->status, CONTROL_STATUS_DONE);
    close_with(bench);
}

Test(coding_own_daemon, a_rule_that_ran_away_is_out_and_named_and_the_claim_waits_for_a_person)
{
    struct bench *bench = open_with(HEAD RULE("8001", "payer is ACME1 and script late"), "function late() while true do end end", "");
    const char *advice;
    cr_assert_null(coding_plan.trouble(bench_service(bench), &advice));
    cr_assert_eq(feed_visit(bench, 931, "ACME1"), STATUS_OK);
    cr_assert_eq(feed_visit(bench, 932, "ACME1"), STATUS_OK);
    cr_assert_str_eq(bench_events(bench), "coding_held coding_passed");
    const struct event *held = bench_out(bench, STREAM_CODING_EVENTS, 0, NULL), *passed = bench_out(bench, STREAM_CODING_EVENTS, 1, NULL);
    cr_assert_eq(held->number, FINDING_CODING_OWN_RULE_RAN_AWAY);
    cr_assert(text_is(held->detail, "out: OWN_8001"), "%.*s", TEXT_ARGS(held->detail));
    cr_assert_not_null(memmem(passed->detail.data, passed->detail.length, "not assessed 1 2 ", 17) , "%.*s", TEXT_ARGS(passed->detail));
    const char *trouble = coding_plan.trouble(bench_service(bench), &advice);
    cr_assert_not_null(trouble);
    cr_assert_str_eq(trouble, "own rules are out: 8001");
    const struct control_answer *told = ASK(bench, "coding.rules", "reveal", "yes");
    size_t row = row_of(told, "number", 8001);
    cr_assert(bench_says(told, row, "on", "out"));
    cr_assert_not_null(bench_value(told, row, "failed"));
    told = ASK(bench, "coding.explain", "id", "931");
    cr_assert(bench_says(told, row_of(told, "number", FINDING_CODING_OWN_RULE_RAN_AWAY), "sentence",
                         "The script of the site's own rule OWN_8001 took more time or memory than it may, and the rule is out; what it "
                         "would have found is not known."));
    bench_restart(bench, true);
    cr_assert_null(coding_plan.trouble(bench_service(bench), &advice), "a restart tries it again");
    close_with(bench);
}

/* ---- amounts ---- */

#define WORDED(number, tests, sentence, remedy) number "\tquery\t4\tPOID\t*\t\t\t" tests "\t" sentence "\t" remedy "\tHandbook 1\n"

static const char amounts_table[] =
    HEAD WORDED("8001", "procedure is 87804 and charge at least 40.00", "The charge of %s is above 40.00 (rule 7).", "Ask why it is not 39.50.")
        WORDED("8002", "script total", "All is %s, above 155.", "Look at 155 again.")
            WORDED("8003", "script codes", "Two of 2: %s.", "Look at 99213.") WORDED("8004", "script broken", "Broken.", "Look.");

static const char amounts_script[] =
    "function total(claim) local name = 'total' local cents = claim[name .. '_cents'] return {{detail = 'half ' .. cents // 2}} end\n"
    "function codes(claim) return {{detail = claim.lines[2].procedure .. ' of ' .. #claim.lines}} end\n"
    "function broken(claim) error('it is ' .. claim.lines[1].charge_cents) end\n";

/* The row of the finding; the claim's own row names the first of them, too. */
static size_t
finding_row(const struct control_answer *told, int64_t number)
{
    for (size_t row = 0; row < told->rows_count; row++)
        if (bench_says(told, row, "row", "finding") && bench_number(told, row, "number") == number)
            return row;
    cr_assert_fail("no finding %d", (int)number);
    return 0;
}

/* How many values hold one of the words. */
static unsigned
canaries(const struct control_answer *told)
{
    static const char *const words[] = {"41.5", "4150", "40.00", "39.50", "16650", "166.5", "8325", "12500", "155"};
    unsigned count = 0;
    for (size_t row = 0; row < told->rows_count; row++)
        for (size_t k = 0; k < told->rows[row].values_count; k++) {
            const struct control_value *value = &told->rows[row].values[k];
            count += value->kind == VALUE_KIND_MONEY;
            for (size_t i = 0; value->text.length > 0 && i < sizeof words / sizeof *words; i++)
                count += memmem(value->text.data, value->text.length, words[i], strlen(words[i])) != NULL;
        }
    return count;
}

Test(coding_own_daemon, no_amount_that_a_rule_knows_is_shown_to_coders_and_a_biller_sees_it)
{
    struct bench *bench = open_with(amounts_table, amounts_script, "");
    cr_assert_eq(feed_visit(bench, 941, "ACME1"), STATUS_OK);
    const struct control_answer *told = ASK(bench, "work.show", "id", "coding-941", "reveal", "yes");
    size_t row = finding_row(told, 8001);
    cr_assert(bench_says(told, row, "sentence", "The charge of 87804 is above *** (rule ***)."), "the code is told");
    cr_assert(bench_says(told, row, "suggestion", "Ask why it is not ***."));
    cr_assert(bench_says(told, finding_row(told, 8002), "sentence", "All is ***, above ***."));
    row = finding_row(told, 8003);
    cr_assert(bench_says(told, row, "sentence", "Two of 2: 87804 of 2.") && bench_says(told, row, "suggestion", "Look at 99213."),
              "a script that reads no charge has nothing to hide");
    cr_assert_eq(canaries(told), 0);
    cr_assert_eq(canaries(ASK(bench, "work.list", "reveal", "yes")), 0);
    cr_assert_eq(canaries(ASK(bench, "coding.explain", "id", "941", "reveal", "yes")), 0);
    cr_assert_eq(canaries(ASK(bench, "claim.show", "id", "941", "reveal", "yes", "role", "coder")), 0);
    cr_assert_eq(canaries(ASK(bench, "work.answer", "id", "941", "act", "release", "reveal", "yes")), 0, "what is refused names none");
    told = ASK(bench, "coding.rules", "reveal", "yes");
    row = row_of(told, "number", 8004);
    cr_assert(bench_says(told, row, "on", "out"));
    cr_assert(bench_says(told, row, "failed", "it had read a charge, so that its words are not kept"));

    ASK(bench, "work.query", "id", "941", "to", "physician", "finding", "8001");
    cr_assert_eq(canaries(ASK(bench, "work.show", "id", "941", "reveal", "yes")), 0);
    cr_assert_eq(canaries(ASK(bench, "work.list", "queue", "physician", "reveal", "yes")), 0);
    ASK(bench, "work.return", "id", "941", "reason", "not for me");
    ASK(bench, "work.query", "id", "941", "to", "biller", "finding", "8001", "text", "is that right?");
    told = ASK(bench, "work.show", "id", "941", "reveal", "yes");
    cr_assert(bench_says(told, finding_row(told, 8002), "sentence", "All is half 8325, above 155."));
    cr_assert(bench_says(ASK(bench, "work.show", "id", "941"), finding_row(told, 8002), "sentence", "All is ***, above 155."));
    ASK(bench, "work.answer", "id", "941", "act", "reply", "text", "yes");

    cr_assert_eq(ASK(bench, "work.answer", "id", "941", "act", "release", "reason", "the biller agrees")->status, CONTROL_STATUS_DONE);
    told = ASK(bench, "claim.show", "id", "941", "reveal", "yes", "role", "coder");
    cr_assert_neq(row_of(told, "finding", 8002), SIZE_MAX, "it is kept that it was released over");
    cr_assert_eq(canaries(told), 0);
    cr_assert_eq(canaries(ASK(bench, "coding.explain", "id", "941", "reveal", "yes")), 0);
    cr_assert_eq(canaries(ASK(bench, "coding.audit", "claim", "941", "reveal", "yes")), 0);
    close_with(bench);
}
