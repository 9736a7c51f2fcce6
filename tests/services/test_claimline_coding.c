/* The command against the coding daemon itself, in the bench behind a real control socket: what a coder, a physician and
 * an auditor type, and what they see. */
#include "schemas/records/claim.h"
#include "tests/services/claimline_daemons.h"
#include "tests/services/coding_bench.h"

static struct bench *coding; /* one a test process */

/* The question or act to the bench; events are played: claim 899 passed. */
static void
answer_by_bench(struct asked *asked)
{
    const struct control_request *request = asked->request;
    struct control_rows *rows = &asked->rows;
    if (asked->daemon == DAEMON_EVENTS) {
        if (!text_is(control_argument(request, "id"), "899")) {
            rows->answer->status = CONTROL_STATUS_NOT_FOUND;
            return;
        }
        control_row(rows);
        control_text(rows, "kind", TEXT("coding_passed"));
        control_number(rows, "claim_id", 899);
        control_number(rows, "version", 1);
        control_number(rows, "number", 2);
        control_instant(rows, "instant", noon);
        control_text(rows, "code", TEXT("starter"));
        control_text(rows, "detail", TEXT("not assessed 1 2"));
        return;
    }
    for (size_t i = 0; i < coding_plan.verb_count; i++)
        if (text_is(request->verb, coding_plan.verbs[i].verb) && coding_plan.verbs[i].query != NULL) {
            coding_plan.verbs[i].query(bench_service(coding), request, rows);
            return;
        }
    const char *list[140];
    size_t count = 0;
    struct arena *arena = rows->arena;
    const struct {
        const char *name;
        struct text text;
    } own[] = {{"actor", request->actor}, {"role", request->role}, {"reason", request->reason}, {"key", request->key},
                {"reveal", request->reveal ? TEXT("yes") : (struct text){0}}};
    for (uint32_t i = 0; i < request->arguments_count; i++) {
        list[count++] = arena_print(arena, "%.*s", TEXT_ARGS(request->arguments[i].name)).data;
        list[count++] = arena_print(arena, "%.*s", TEXT_ARGS(request->arguments[i].text)).data;
    }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (own[i].text.length > 0) {
            list[count++] = own[i].name;
            list[count++] = arena_print(arena, "%.*s", TEXT_ARGS(own[i].text)).data;
        }
    list[count] = NULL;
    *rows->answer = *bench_ask(coding, arena_print(arena, "%.*s", TEXT_ARGS(request->verb)).data, list);
}

static void
open_both(struct daemons *daemons)
{
    coding = opened();
    daemons_open(daemons, 1u << DAEMON_CODING | 1u << DAEMON_EVENTS, answer_by_bench);
}

static void
close_both(struct daemons *daemons)
{
    daemons_close(daemons);
    bench_close(coding);
}

Test(claimline_coding, a_refused_answer_prints_what_remains)
{
    struct daemons daemons;
    open_both(&daemons);
    feed(coding, 822, "I214 R079 J1077", 0, "1");
    cr_assert_eq(run_line(&daemons, "work answer coding-822 --set diagnosis.3= --reason typed_wrong"), 1);
    cr_expect(holds(daemons.words, "refused: queries or warnings remain"), "%s", daemons.words);
    cr_expect(holds(daemons.out, "3301\n") && holds(daemons.out, "shown before\n") && holds(daemons.out, "diagnosis 2\n"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "The symptom and its diagnosis are both coded: ***."), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "work answer coding-822 --set diagnosis.3= --reason typed_wrong --json --reveal"), 1);
    cr_expect(holds(daemons.out, "\"status\":\"refused\"") && holds(daemons.out, "\"number\":3301"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "both coded: R079 with I214."), "%s", daemons.out);
    close_both(&daemons);
}

Test(claimline_coding, a_question_goes_to_the_physician_and_the_report_tells_all_of_it)
{
    struct daemons daemons;
    open_both(&daemons);
    feed(coding, 801, "I214 R079", 0, "1");
    cr_assert_eq(run_line(&daemons, "work list --queue coding"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "coding-801  coding  encounter"), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "work query coding-801 --to physician --actor anna"), 0, "%s", daemons.words);
    cr_assert_eq(run_line(&daemons, "work answer coding-801 --release --reason now"), 1);
    cr_expect(holds(daemons.words, "a question is open"), "%s", daemons.words);
    cr_assert_eq(run_line(&daemons, "work list --queue physician"), 0);
    cr_expect(holds(daemons.out, "How do the signs, symptoms and conditions"), "%s", daemons.out);
    cr_expect_not(holds(daemons.out, "R07") || holds(daemons.out, "166.50"), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "work answer coding-801 --text they_are_one --role physician --actor meyer"), 0, "%s", daemons.words);
    cr_assert_eq(run_line(&daemons, "work answer coding-801 --set diagnosis.2= --reason addendum --actor anna"), 0, "%s", daemons.words);

    cr_assert_eq(run_line(&daemons, "coding explain coding-801 --reveal"), 0, "%s", daemons.words);
    static const char *const parts[] = {
        "Claim 801, version 1: released 2025-11-24T12:00:",
        " by anna\nVerdict clean. Edition ",
        ", rules 5, ",
        " rules applied\nClaim: professional\n\nStep 1  Read the whole record: not assessed\n  checked  nothing\n",
        "\n  why      No documents of the kind were given.\n  left out 3010",
        "\nStep 5  Sequence: not assessed\n",
        "\n  3301 query, answered: diagnosis 2, taken off: The symptom and its diagnosis are both coded: R079 with I214.\n",
        "       source  ICD-10-CM Official Guidelines for Coding and Reporting, section I.B.4 to I.B.6\n       do      ",
        "\nWhat people did\n",
        "  query  root as anna (coder): - -> physician, finding 3301, \"How do the signs",
        "  reply  root as meyer (physician), finding 3301, \"they are one\"\n",
        "  code  root as anna (coder), diagnosis 2: R079 -> -, finding 3301, because: addendum\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        cr_expect(holds(daemons.out, parts[i]), "%s\nin: %s", parts[i], daemons.out);
    cr_assert_eq(run_line(&daemons, "coding rules"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "RULE") && holds(daemons.out, "3301") && holds(daemons.out, "section I.C.20.a"), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "coding rules --json"), 0);
    cr_expect(holds(daemons.out, "\"number\":3302,"), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "coding explain 801"), 0);
    cr_expect_not(holds(daemons.out, "R07") || holds(daemons.out, "they are one"), "masked: %s", daemons.out);
    cr_assert_eq(run_line(&daemons, "coding explain 801 --json"), 0);
    cr_expect(holds(daemons.out, "\"row\":\"step\",\"step\":5,\"name\":\"sequence\""), "%s", daemons.out);
    cr_expect(holds(daemons.out, "\"row\":\"change\""), "%s", daemons.out);
    /* However much was done, the report has it all. */
    feed(coding, 802, "I214 R079", 0, "1");
    for (unsigned i = 0; i < 250; i++)
        ASK(coding, "work.note", "id", "coding-802", "text", "seen");
    cr_assert_eq(run_line(&daemons, "coding explain 802"), 0, "%s", daemons.words);
    unsigned notes = 0;
    for (const char *at = daemons.out; (at = strstr(at, "  note  root")) != NULL; at++)
        notes++;
    cr_expect_eq(notes, 250, "%u", notes);
    close_both(&daemons);
}

/* A rejection is of no step; a row of a payer's own that has one says it, as a finding of coding does. */
Test(claimline_coding, what_a_payer_asks_is_told_by_its_kind_and_has_no_step)
{
    struct daemons daemons;
    struct coding_sample sample;
    struct arena arena;
    open_both(&daemons);
    arena_init(&arena, 0);
    sample_make(&sample);
    static const struct {
        uint32_t cause;
        uint16_t finding;
    } asked[] = {{QUERY_CAUSE_DENIAL, FINDING_CLAIMS_DENIED},
                 {QUERY_CAUSE_REJECTION, FINDING_CLAIMS_REJECTED_CODING},
                 {QUERY_CAUSE_PAYER_EDIT, FINDING_CLAIMS_NOT_PRINCIPAL}};
    for (unsigned i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct coding_query query = {.identity = {.claim_id = 811 + i, .version = 1}, .cause = asked[i].cause, .finding = asked[i].finding,
                                     .place = TEXT("claim"), .body = packed(&sample.body, &arena), .received = noon, .local_date = 20251124};
        cr_assert_eq(bench_feed(coding, STREAM_CLAIMS_CODING, &record_coding_query, &query), STATUS_OK);
    }
    arena_free(&arena);
    cr_assert_eq(run_line(&daemons, "work list --queue coding"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "coding-811  coding  denial        811     -     2532  "), "%s", daemons.out);
    cr_expect(holds(daemons.out, "coding-812  coding  rejection     812     -     2531  "), "%s", daemons.out);
    cr_expect(holds(daemons.out, "coding-813  coding  payer_edit    813     5     2510  "), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "work list --queue coding --json"), 0, "%s", daemons.words);
    cr_expect_not(holds(daemons.out, "\"step\":0"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "\"number\":2510,\"step\":5,"), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "work show coding-811"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "CLAIMS_DENIED") && !holds(daemons.out, "\nstep "), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "coding explain 811 --json"), 0, "%s", daemons.words);
    cr_expect_not(holds(daemons.out, "\"step\":0"), "%s", daemons.out);
    close_both(&daemons);
}

Test(claimline_coding, a_claim_that_passed_is_explained_from_the_event_log)
{
    struct daemons daemons;
    open_both(&daemons);
    cr_assert_eq(run_line(&daemons, "coding explain 899"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "Claim 899, version 1: passed 2025-11-24T12:00:00Z\nVerdict clean. Edition starter, rules 2\n"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "Step 2  Abstract: not assessed\n"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "Step 7  Verify: pass\n"), "%s", daemons.out);
    cr_expect_eq(run_line(&daemons, "coding explain 900"), 1);
    close_both(&daemons);
}

Test(claimline_coding, audits_are_of_a_claim_or_of_a_coder)
{
    struct daemons daemons;
    open_both(&daemons);
    feed(coding, 803, "I214 R079", 0, "1");
    cr_assert_eq(run_line(&daemons, "work note coding-803 --text seen --actor anna"), 0, "%s", daemons.words);
    cr_assert_eq(run_line(&daemons, "coding audit --claim 803 --reveal"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "root as anna  coder  -    seen"), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "coding audit --coder anna --from 2025-11-24 --json"), 0);
    cr_expect(holds(daemons.out, "\"act\":\"note\""), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "coding audit --coder bert"), 0);
    cr_expect_not(holds(daemons.out, "note"), "%s", daemons.out);
    cr_expect_eq(run_line(&daemons, "coding audit"), 64);
    close_both(&daemons);
}

Test(claimline_coding, the_report_names_what_each_rate_is_counted_of)
{
    struct daemons daemons;
    open_both(&daemons);
    feed(coding, 810, "J101", 0, "1");
    feed(coding, 811, "I214 R079", 0, "1");
    cr_assert_eq(run_line(&daemons, "coding report --from 2025-11-24 --to 2025-11-24"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "BY    NAME                            WHAT                       THESE  OF ALL  RATE"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "all   -                               first pass                     1       2  50.0 %"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "rule  3301 CODING_SYMPTOM_WITH_CAUSE  claims with findings           1       2  50.0 %"), "%s", daemons.out);
    cr_expect_eq(run_line(&daemons, "coding report --from yesterday"), 1);
    close_both(&daemons);
}

Test(claimline_coding, an_audit_is_drawn_reviewed_blind_and_exported)
{
    struct daemons daemons;
    open_both(&daemons);
    feed(coding, 820, "I214 R079", 0, "1");
    cr_assert_eq(run_line(&daemons, "work answer coding-820 --set diagnosis.2= --reason integral --actor anna"), 0, "%s", daemons.words);
    cr_assert_eq(run_line(&daemons, "audit sample --coder anna --size 10 --seed 2026 --actor lead"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "seed             2026\n"), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "audit show 1 --reveal"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\n  820  1  C-77     -       2025-11-20  -         -\n"), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "audit review 1 820 --set diagnosis.1=I21.4 --set line.1.procedure=99213 "
                                    "--set line.2.procedure=87804 --actor anna"),
                 1);
    cr_expect(holds(daemons.words, "does not review it"), "%s", daemons.words);
    cr_assert_eq(run_line(&daemons, "audit review 1 820 --set diagnosis.1=I21.4 --set line.1.procedure=99213 "
                                    "--set line.2.procedure=87804 --actor bert"),
                 0, "%s", daemons.words);
    cr_assert_eq(run_line(&daemons, "audit result 1 --reveal --csv"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "row,sample,claim_id,version,kind,first,second,verdict,finding,edition,rules,source,coder,reviewer,"
                                 "numerator,denominator,rate,editions\r\n"),
              "%s", daemons.out);
    cr_expect(holds(daemons.out, "code,1,820,1,principal,I214,I214,agreed,,"), "%s", daemons.out);
    cr_expect(holds(daemons.out, ",\"ICD-10-CM Official Guidelines for Coding and Reporting, section IV.G\",anna,bert,,,,icd10cm "), "%s",
              daemons.out);
    cr_expect(holds(daemons.out, "code,1,820,1,modifier,87804-QW,,only first,,"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "accuracy,1,,,by code,,,,,,,,,,3,4,75.0 %,\r\n"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "accuracy,1,,,by claim,,,,,,,,,,0,1,0.0 %,\r\n"), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "audit result 1 --json"), 0);
    cr_expect(holds(daemons.out, "\"kind\":\"by code\",\"numerator\":3,\"denominator\":4"), "%s", daemons.out);
    cr_expect_not(holds(daemons.out, "I214"), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "audit list"), 0);
    cr_expect(holds(daemons.out, "anna"), "%s", daemons.out);
    static const char *const wrong[] = {"audit sample --coder anna", "audit sample --seed 1", "audit sample --coder a --department b --seed 1",
                                        "audit review 1", "audit review 1 820 --set x", "audit result 1 --csv --json"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_expect_eq(run_line(&daemons, wrong[i]), 64, "%s", wrong[i]);
    close_both(&daemons);
}

Test(claimline_coding, the_list_begins_with_what_must_be_filed_first)
{
    static const char *const profiles[] = {"payers/a.conf", "[payer]\ntitle = A\nid = 77\nreceiver = R\nsender = S\nsubmitter_name = C\n"
                                                            "submitter_phone = 5550100000\nfolder = /tmp/none\ntimely_filing_days = 365\n",
                                           "payers/b.conf", "[payer]\ntitle = B\nid = 78\nreceiver = Q\nsender = S\nsubmitter_name = C\n"
                                                            "submitter_phone = 5550100000\nfolder = /tmp/none\ntimely_filing_days = 90\n",
                                           NULL};
    struct daemons daemons;
    coding = bench_open(&coding_plan, "[coding]\nanswer_days = 2\n", profiles);
    bench_set_time(coding, noon);
    daemons_open(&daemons, 1u << DAEMON_CODING, answer_by_bench);
    for (unsigned i = 0; i < 3; i++) {
        struct coding_sample sample;
        struct arena arena;
        arena_init(&arena, 0);
        sample_make(&sample);
        sample_codes(&sample, "J1077");
        sample.body.payer.id = i == 0 ? TEXT("79") : i == 1 ? TEXT("77") : TEXT("78");
        struct encounter encounter = encounter_of(&sample, 830 + i, &arena);
        bench_feed(coding, STREAM_INTAKE_CODING, &record_encounter, &encounter);
        arena_free(&arena);
    }
    cr_assert_eq(run_line(&daemons, "work list --queue coding"), 0, "%s", daemons.words);
    const char *none = strstr(daemons.out, "coding-830"), *late = strstr(daemons.out, "coding-831"), *soon = strstr(daemons.out, "coding-832");
    cr_assert(none != NULL && late != NULL && soon != NULL);
    cr_expect(soon < late && late < none, "%s", daemons.out);
    cr_expect(holds(daemons.out, "2026-02-18"), "%s", daemons.out);
    close_both(&daemons);
}

/* A line that stands there twice goes, one that was forgotten comes; its charge is the biller's. */
Test(claimline_coding, lines_are_taken_off_and_added_and_a_biller_says_the_charge)
{
    struct daemons daemons;
    struct coding_sample sample;
    struct arena arena;
    open_both(&daemons);
    arena_init(&arena, 0);
    sample_make(&sample);
    sample_add_twice(&sample);
    struct encounter encounter = encounter_of(&sample, 811, &arena);
    cr_assert_eq(bench_feed(coding, STREAM_INTAKE_CODING, &record_encounter, &encounter), STATUS_OK);
    arena_free(&arena);
    cr_expect_eq(run_line(&daemons, "work answer coding-811 --set line.4= --set line.5=93000 --set line.5.pointers=1"), 1);
    cr_expect(holds(daemons.words, "a change of codes needs a reason"), "%s", daemons.words);
    cr_assert_eq(run_line(&daemons, "work answer coding-811 --set line.4= --set line.5=93000 --set line.5.pointers=1 --reason strip"), 0, "%s",
                 daemons.words);
    run_line(&daemons, "work list --queue biller"); /* the other daemons do not run */
    cr_expect(holds(daemons.out, "What is charged for the lines that were added?"), "%s", daemons.out);
    cr_expect_eq(run_line(&daemons, "work answer coding-811 --set line.4.charge=85.44 --role coder --reason strip"), 1);
    cr_expect_eq(run_line(&daemons, "work answer coding-811 --set line.4.charge=85.441"), 1);
    cr_expect(holds(daemons.words, "a charge is an amount like 85.00"), "%s", daemons.words);
    cr_assert_eq(run_line(&daemons, "work answer coding-811 --set line.4.charge=85.44 --role biller --text price_list"), 0, "%s", daemons.words);
    cr_assert_eq(run_line(&daemons, "work show coding-811 --reveal"), 0);
    cr_expect_not(holds(daemons.out, "85.44") || holds(daemons.out, "236.63"), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "work answer coding-811 --release --actor anna"), 0, "%s", daemons.words);
    cr_assert_eq(run_line(&daemons, "coding explain 811 --reveal"), 0);
    cr_expect(holds(daemons.out, ", line 4: 71046 x1 20251120 -> -, finding 3502, because: strip\n"), "%s", daemons.out);
    cr_expect(holds(daemons.out, ", line 4 charge"), "%s", daemons.out);
    cr_expect_not(holds(daemons.out, "85.44"), "%s", daemons.out);
    close_both(&daemons);
}
