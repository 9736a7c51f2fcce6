/* A payer's rows (section [edits], SNIP type 7) in the claims daemon: what holds a claim, what asks a coder, what only warns. */
#include "schemas/findings.h"
#include "schemas/streams.h"
#include "services/claims/claims.h"
#include "services/claims/proof.h"
#include "tests/services/claims_sample.h"
#include "tests/services/forms_sample.h"
#include "tests/support/bench.h"

#define ASK(bench, verb, ...) bench_ask((bench), (verb), (const char *const[]){__VA_ARGS__, NULL})
#define PAYER                                                                                                \
    "[payer]\ntitle = ACME\nid = 12345\nmatching_ids = EP01\nreceiver = R\nsender = S\nsubmitter_name = Clinic\n" \
    "submitter_phone = 5555550100\nfolder = /srv/payer\n[edits]\n"

/* 2025-11-24T12:00:00Z */
static const int64_t noon = INT64_C(1763985600000000);

static struct bench *
opened(const char *rows)
{
    static char profile[2000];
    static const char *const files[] = {"payers/acme.conf", profile, NULL};
    snprintf(profile, sizeof profile, PAYER "%s", rows);
    struct bench *bench = bench_open(&claims_plan, "cell = 5\n", files);
    bench_set_time(bench, noon);
    return bench;
}

static void
feed_body(struct bench *bench, uint64_t claim_id, uint64_t version, const struct claim_body *body)
{
    struct arena arena;
    struct text packed;
    arena_init(&arena, 0);
    cr_assert_eq(record_write(&record_claim_body, body, &arena, &packed, NULL), STATUS_OK);
    struct coded_encounter coded = {.identity = {.organisation = 1, .site = 1, .cell = 5, .account = 9, .encounter_id = claim_id,
                                                 .claim_id = claim_id, .version = version},
                                    .sender = TEXT("EHR"),
                                    .received = noon - 1000000,
                                    .local_date = 20251124,
                                    .body = packed,
                                    .edition = TEXT("test"),
                                    .rules = 1,
                                    .source = ENCOUNTER_SOURCE_FHIR};
    cr_assert_eq(bench_feed(bench, STREAM_CODING_CLAIMS, &record_coded_encounter, &coded), STATUS_OK);
    arena_free(&arena);
}

static void
feed(struct bench *bench, uint64_t claim_id, uint64_t version)
{
    struct claims_sample sample;
    claims_sample_make(&sample);
    feed_body(bench, claim_id, version, &sample.body);
}

static size_t
sent(struct bench *bench)
{
    return bench_out_count(bench, STREAM_CLAIMS_SUBMISSION);
}

static void
check_balance(struct bench *bench, int64_t taken, int64_t passed_on, int64_t ended, int64_t held)
{
    const struct control_answer *answer = bench_ask(bench, "balance", NULL);
    cr_expect_eq(bench_number(answer, 0, "taken"), taken);
    cr_expect_eq(bench_number(answer, 0, "passed_on"), passed_on);
    cr_expect_eq(bench_number(answer, 0, "ended"), ended);
    cr_expect_eq(bench_number(answer, 0, "held"), held);
    cr_expect_eq(bench_number(answer, 0, "difference"), 0);
}

/* "1950 line 2, 2400/LX 453; " of what the row says of a claim. */
static const char *
said(const char *row, const struct claim_body *body)
{
    static char words[800];
    struct payer payer = {.name = TEXT("acme"), .title = TEXT("ACME"), .id = TEXT("12345"), .receiver_qualifier = TEXT("ZZ"),
                          .receiver = TEXT("R"), .group_receiver = TEXT("R"), .sender_qualifier = TEXT("ZZ"), .sender = TEXT("S"),
                          .group_sender = TEXT("S"), .submitter_name = TEXT("Clinic"), .submitter_contact = TEXT("Billing"),
                          .submitter_phone = TEXT("5555550100"), .version = TEXT("005010X222A1"),
                          .version_institutional = TEXT("005010X223A2"), .version_dental = TEXT("005010X224A2")};
    struct findings findings;
    struct arena arena;
    size_t length = 0, wrong;
    char reason[X12_EDITS_REASON_BYTES];
    cr_assert_eq(x12_edits_make("acme", &(struct x12_edit_row){"a", row}, 1, &payer.edits, &wrong, reason), STATUS_OK, "%s", reason);
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
    words[0] = '\0';
    proof_find(&(struct proof){.body = body, .payer = &payer, .clm01 = TEXT("5A1-1"), .today = 20251124}, &findings);
    for (uint32_t i = 0; i < findings.count; i++) {
        const struct finding *finding = &findings.items[i];
        cr_expect_eq(proof_is_coding(finding), strcmp(finding->code, "21") != 0);
        length += (size_t)snprintf(words + length, sizeof words - length, "%u %.*s %s; ", finding->kind->number,
                                   TEXT_ARGS(finding->place), finding->code);
    }
    arena_free(&arena);
    x12_edits_free(payer.edits);
    return words;
}

Test(claims_proof, a_row_finds_its_place_and_its_line_in_each_kind_of_claim)
{
    static const struct {
        const char *file, *row, *said; /* no file: the influenza visit */
    } cases[] = {
        {NULL, "need 2300/REF*G1", "1950 2300/CLM 21; "},
        {NULL, "need 2300/REF*G1 when 2300/CLM-05-1 = 21", ""},
        {NULL, "837i: need 2300/REF*G1", ""},
        {NULL, "forbid 2400/SV1-01-3..6 = QW in 2400", "1951 line 2, 2400/LX 453; "},
        {NULL, "forbid 2400/SV1-01-3..6 = QX in 2400", ""},
        {NULL, "allow 2400/SV1-01-2 = 99200..99299,87804", ""},
        {NULL, "allow 2400/SV1-01-2 = 99213", "1952 line 2, 2400/SV1-01-2 454; "},
        {NULL, "length 2300/CLM-01 <= 5", ""}, /* our own number is what goes out */
        {NULL, "length 2300/CLM-01 <= 4", "1953 2300/CLM-01 21; "},
        {NULL, "length 1000A/NM1*41-03 <= 5", "1953 1000A/NM1-03 21; "},
        {NULL, "allow 2010AA/N4-02 = WA", "1952 2010AA/N4-02 21; "},
        {NULL, "warn need 2400/REF*6R in 2400",
         "1955 line 1, 2400/LX 21; 1955 line 2, 2400/LX 21; "},
        {"all_places.837i", "forbid 2300/HI*BBR", "1951 2300/CLM 454; "},
        {"all_places.837i", "837p: need 2300/REF*G1", ""},
        {"all_places.837i", "allow 2400/SV2-01 = 0110..0300", "1952 line 2, 2400/SV2-01 21; "},
        {"all_places.837d", "forbid 2400/TOO in 2400", "1951 line 1, 2400/LX 21; "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct claims_sample sample;
        struct forms_sample forms = {.count = 0};
        claims_sample_make(&sample);
        if (cases[i].file != NULL)
            forms_sample_read(&forms, cases[i].file);
        cr_expect_str_eq(said(cases[i].row, cases[i].file == NULL ? &sample.body : &forms.bodies[0]), cases[i].said, "%s", cases[i].row);
        if (cases[i].file != NULL)
            arena_free(&forms.arena);
    }
}

Test(claims_proof, only_claims_of_a_form_that_a_row_holds_for_are_proved)
{
    static const struct {
        const char *row;
        bool professional, institutional, dental;
    } cases[] = {
        {"need 2300/REF*G1", true, true, true},
        {"837p: need 2300/REF*G1", true, false, false},
        {"837i,837d: need 2300/REF*G1", false, true, true},
        {"allow 2400/SV2-01 = 0110..0300", false, true, false},
        {"837p: length 2010BA/NM1*IL-09 <= 12", true, false, false},
        {"837d: warn forbid 2400/TOO in 2400", false, false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct payer payer = {.name = TEXT("acme")};
        size_t wrong;
        char reason[X12_EDITS_REASON_BYTES];
        cr_expect_not(proof_is_wanted(&payer, CLAIM_FORM_PROFESSIONAL), "a payer without rows");
        cr_assert_eq(x12_edits_make("acme", &(struct x12_edit_row){"a", cases[i].row}, 1, &payer.edits, &wrong, reason), STATUS_OK, "%s",
                     reason);
        cr_expect_eq(proof_is_wanted(&payer, CLAIM_FORM_PROFESSIONAL), cases[i].professional, "%s", cases[i].row);
        cr_expect_eq(proof_is_wanted(&payer, 0), cases[i].professional, "%s: no form is professional", cases[i].row);
        cr_expect_eq(proof_is_wanted(&payer, CLAIM_FORM_INSTITUTIONAL), cases[i].institutional, "%s", cases[i].row);
        cr_expect_eq(proof_is_wanted(&payer, CLAIM_FORM_DENTAL), cases[i].dental, "%s", cases[i].row);
        cr_expect_not(proof_is_wanted(&payer, CLAIM_FORM_COUNT), "no form that is known");
        x12_edits_free(payer.edits);
    }
}

Test(claims_proof, a_broken_row_holds_the_claim_for_a_biller_with_place_and_what_to_do)
{
    struct bench *bench = opened("authorisation = need 2300/REF*G1 when 2400/SV1-01-2 = 99213 in 2400\n");
    struct claims_sample sample;
    feed(bench, 501, 1);
    cr_expect_eq(sent(bench), 0);
    cr_expect_str_eq(bench_events(bench), "claim_edit");
    const struct control_answer *list = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(list->rows_count, 1);
    cr_expect(bench_says(list, 0, "kind", "payer_edit") && bench_says(list, 0, "payer", "acme") && bench_says(list, 0, "place", "line 1, 2400/LX"));
    cr_expect(bench_says(list, 0, "sentence", "What the payer's profile needs is not there (acme, row authorisation)."));
    cr_expect(bench_says(list, 0, "suggestion", "Add what that row of the profile names."));
    const struct control_answer *show = ASK(bench, "work.show", "id", "claims-501-1");
    cr_expect_eq(bench_number(show, 1, "number"), FINDING_X12_PAYER_NEEDS);
    cr_expect(bench_says(show, 1, "place", "line 1, 2400/LX") && bench_says(show, 1, "severity", "error"));
    check_balance(bench, 1, 0, 0, 1);
    cr_expect_eq(ASK(bench, "work.answer", "id", "claims-501-1", "act", "retry")->status, CONTROL_STATUS_REFUSED);
    cr_expect_eq(sent(bench), 0);
    cr_expect_eq(ASK(bench, "work.answer", "id", "claims-501-1", "act", "release", "reason", "told by telephone")->status,
                 CONTROL_STATUS_DONE);
    cr_expect_eq(sent(bench), 1);
    check_balance(bench, 1, 1, 0, 0);

    claims_sample_make(&sample); /* a near miss */
    sample.lines[0].procedure = TEXT("99214");
    feed_body(bench, 502, 1, &sample.body);
    claims_sample_make(&sample); /* what the row needs is there */
    sample.body.prior_authorization = TEXT("A-1");
    feed_body(bench, 503, 1, &sample.body);
    cr_expect_eq(sent(bench), 3);
    check_balance(bench, 3, 3, 0, 0);
    bench_close(bench);
}

Test(claims_proof, a_profile_that_was_mended_lets_the_claim_go_at_the_next_try)
{
    struct bench *bench = opened("paper = need 2300/PWK*03\n");
    char path[512];
    feed(bench, 501, 1);
    cr_expect_eq(ASK(bench, "work.answer", "id", "claims-501-1", "act", "retry")->status, CONTROL_STATUS_REFUSED);
    snprintf(path, sizeof path, "%s/payers/acme.conf", bench_folder(bench));
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(PAYER "paper = need 2300/PWK*03 when 2300/CLM-05-3 = 7\n", file);
    fclose(file);
    bench_restart(bench, true);
    cr_expect_eq(ASK(bench, "work.answer", "id", "claims-501-1", "act", "retry")->status, CONTROL_STATUS_DONE);
    cr_expect_eq(sent(bench), 1);
    check_balance(bench, 1, 1, 0, 0);
    bench_close(bench);
}

Test(claims_proof, a_row_about_codes_asks_the_coder_and_what_he_let_stand_is_a_billers)
{
    struct bench *bench = opened("rapid = forbid 2400/SV1-01-2 = 87804 in 2400\npaper = need 2300/PWK*03\n");
    feed(bench, 501, 1);
    cr_expect_eq(sent(bench), 0);
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_CODING), 1); /* the biller's row is not his */
    const struct coding_query *query = bench_out(bench, STREAM_CLAIMS_CODING, 0, NULL);
    cr_expect_eq(query->cause, QUERY_CAUSE_PAYER_EDIT);
    cr_expect_eq(query->finding, FINDING_X12_PAYER_FORBIDS);
    cr_expect(text_is(query->place, "line 2, 2400/LX") && text_is(query->detail, "acme, row rapid"));
    cr_expect_eq(bench_ask(bench, "work.list", NULL)->rows_count, 0);
    check_balance(bench, 1, 0, 1, 0);
    feed(bench, 501, 2); /* released by the coder as it is */
    cr_expect_eq(bench_out_count(bench, STREAM_CLAIMS_CODING), 1);
    const struct control_answer *show = ASK(bench, "work.show", "id", "claims-501-2");
    cr_assert_eq(show->rows_count, 3);
    check_balance(bench, 2, 0, 1, 1);
    bench_close(bench);
}

Test(claims_proof, a_warning_stays_with_the_claim_that_goes_on)
{
    struct bench *bench = opened("lines = warn need 2400/REF*6R in 2400\n");
    feed(bench, 501, 1);
    cr_expect_eq(sent(bench), 1);
    cr_expect_str_eq(bench_events(bench), "claim_built");
    const struct control_answer *show = ASK(bench, "claim.show", "id", "501");
    cr_assert_eq(show->rows_count, 3);
    cr_expect(bench_says(show, 0, "state", "passed_on"));
    cr_expect_eq(bench_number(show, 1, "number"), FINDING_X12_PAYER_WARNS);
    cr_expect(bench_says(show, 2, "place", "line 2, 2400/LX") && bench_says(show, 2, "severity", "warning"));
    cr_expect(bench_says(show, 2, "sentence", "The payer's profile warns of this (acme, row lines)."));
    check_balance(bench, 1, 1, 0, 0);
    bench_close(bench);
}

/* What stops the claim stands first, so that the work tells it. */
Test(claims_proof, a_warning_beside_an_error_stands_behind_it)
{
    struct bench *bench = opened("lines = warn need 2300/PWK*03\nwhole = need 2300/NTE*ADD\n");
    feed(bench, 501, 1);
    const struct control_answer *show = ASK(bench, "work.show", "id", "claims-501-1");
    cr_assert_eq(show->rows_count, 3);
    cr_expect_eq(bench_number(show, 0, "number"), FINDING_X12_PAYER_NEEDS);
    cr_expect_eq(bench_number(show, 1, "number"), FINDING_X12_PAYER_NEEDS);
    cr_expect_eq(bench_number(show, 2, "number"), FINDING_X12_PAYER_WARNS);
    cr_expect_eq(ASK(bench, "work.answer", "id", "claims-501-1", "act", "release", "reason", "agreed")->status, CONTROL_STATUS_DONE);
    show = ASK(bench, "claim.show", "id", "501");
    cr_assert_eq(show->rows_count, 2, "the warning stays");
    cr_expect_eq(bench_number(show, 1, "number"), FINDING_X12_PAYER_WARNS);
    bench_close(bench);
}

/* Submission says why, and holds it. */
Test(claims_proof, a_claim_that_cannot_be_written_is_not_judged)
{
    struct bench *bench = opened("whole = need 2300/NTE*ADD\n");
    struct claims_sample sample;
    claims_sample_make(&sample);
    sample.body.billing.last_name = TEXT("Cli~nic");
    feed_body(bench, 501, 1, &sample.body);
    cr_expect_eq(sent(bench), 1);
    check_balance(bench, 1, 1, 0, 0);
    bench_close(bench);
}
