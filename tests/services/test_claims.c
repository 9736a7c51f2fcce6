/* The pure parts: payer edits by a table of changes, and what a provider profile fills in. */
#include "common/date/date.h"
#include "schemas/findings.h"
#include "services/claims/claims.h"
#include "services/claims/edits.h"
#include "services/claims/fill.h"
#include "tests/services/claims_sample.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { TODAY = 20251124 };

struct edit_case {
    const char *name;
    struct payer payer;
    void (*change)(struct claims_sample *s);
    const char *found; /* "2511@line 2 ..." */
};

static void
nothing(struct claims_sample *s)
{
    (void)s;
}
static void
chest_pain(struct claims_sample *s)
{
    s->diagnoses[0].code = TEXT("R079");
}
static void
chest_pain_second(struct claims_sample *s)
{
    s->diagnoses[1].code = TEXT("R079");
    s->body.diagnoses_count = 2;
}
static void
no_diagnosis(struct claims_sample *s)
{
    s->body.diagnoses_count = 0;
}
static void
no_modifier(struct claims_sample *s)
{
    s->lines[1].modifier_1 = (struct text){0};
}
static void
modifier_last(struct claims_sample *s)
{
    s->lines[1].modifier_1 = TEXT("59");
    s->lines[1].modifier_4 = TEXT("QW");
}
static void
authorized(struct claims_sample *s)
{
    s->body.prior_authorization = TEXT("A-1");
}
static struct carried_segment line_authorization = {.loop = TEXT("2400"),
                                                    .segment = TEXT("REF\x1dG1\x1d"
                                                                    "A-1")};
static void
line_authorized(struct claims_sample *s)
{
    s->lines[1].carried = &line_authorization;
    s->lines[1].carried_count = 1;
}
static void
referred(struct claims_sample *s)
{
    s->body.referring.last_name = TEXT("Rush");
}
static struct carried_segment line_referring = {.loop = TEXT("2420F"),
                                                .segment = TEXT("NM1\x1d"
                                                                "DN\x1d"
                                                                "1\x1d"
                                                                "Rush")};
static void
line_referred(struct claims_sample *s)
{
    s->lines[0].carried = &line_referring;
    s->lines[0].carried_count = 1;
}
static void
lines_referred(struct claims_sample *s)
{
    line_referred(s);
    s->lines[1].carried = s->lines[0].carried;
    s->lines[1].carried_count = 1;
}
static void
late(struct claims_sample *s)
{
    s->lines[0].date_from = s->lines[1].date_from = 20250825;
}
static void
just_in_time(struct claims_sample *s)
{
    s->lines[0].date_from = s->lines[1].date_from = 20250826;
}
static void
late_but_one_line(struct claims_sample *s)
{
    late(s);
    s->lines[0].date_to = 20250827;
}
static void
late_replacement(struct claims_sample *s)
{
    late(s);
    s->body.frequency = TEXT("7");
}
/* Static: the sample points to them. */
static struct institutional_claim stay;
static struct institutional_line stay_lines[2];
static void
institutional(struct claims_sample *s)
{
    stay = (struct institutional_claim){.statement_from = 20251118, .statement_to = 20251121};
    s->body.form = CLAIM_FORM_INSTITUTIONAL;
    s->body.institutional = &stay;
    s->body.institutional_count = 1;
    for (unsigned i = 0; i < 2; i++) {
        stay_lines[i] = (struct institutional_line){.revenue_code = TEXT("0450")};
        s->lines[i].institutional = &stay_lines[i];
        s->lines[i].institutional_count = 1;
    }
}
static void
institutional_principal_second(struct claims_sample *s)
{
    institutional(s);
    s->diagnoses[0] = (struct diagnosis){.qualifier = TEXT("ABF"), .code = TEXT("J101")};
    s->diagnoses[1] = (struct diagnosis){.qualifier = TEXT("ABK"), .code = TEXT("R079")};
    s->body.diagnoses_count = 2;
}
static void
institutional_line_referred(struct claims_sample *s)
{
    institutional(s);
    stay_lines[0].referring.last_name = TEXT("Rush");
}
static void
institutional_lines_referred(struct claims_sample *s)
{
    institutional_line_referred(s);
    stay_lines[1].referring.id = TEXT("1234567893");
}
/* The lines are late, and the stay ended in time. */
static void
institutional_late_lines(struct claims_sample *s)
{
    institutional(s);
    s->lines[0].date_from = s->lines[1].date_from = 20250101;
}
static void
institutional_late(struct claims_sample *s)
{
    institutional_late_lines(s);
    stay.statement_to = 20250105;
}
static struct dental_claim dentist;
static void
dental_undated_late(struct claims_sample *s)
{
    dentist = (struct dental_claim){.service_from = 20250101};
    s->body.form = CLAIM_FORM_DENTAL;
    s->body.dental = &dentist;
    s->body.dental_count = 1;
    s->lines[0].date_from = s->lines[1].date_from = 0;
}
static void
undated(struct claims_sample *s)
{
    s->lines[0].date_from = s->lines[1].date_from = 0;
}

#define PAYER(...)                                                                                           \
    {                                                                                                        \
        .timely_filing_days = 90, __VA_ARGS__                                                                \
    }
#define ALL                                                                                                  \
    .not_principal = TEXT("R07.9 R05.9"), .needs_modifier = TEXT("81002:QW 87804:QW"),                       \
    .needs_authorization = TEXT("97110 87804"), .needs_referring = true
static const struct edit_case cases[] = {
    {"a payer without edits", PAYER(.name = TEXT("a")), chest_pain, ""},
    {"not principal", PAYER(.not_principal = TEXT("R05.9  R07.9")), chest_pain, "2510@diagnosis 1"},
    {"not principal, but second", PAYER(.not_principal = TEXT("R07.9")), chest_pain_second, ""},
    {"a prefix is another code", PAYER(.not_principal = TEXT("J10 J10.11")), nothing, ""},
    {"no diagnosis", PAYER(.not_principal = TEXT("R07.9")), no_diagnosis, ""},
    {"modifier there", PAYER(.needs_modifier = TEXT("87804:QW")), nothing, ""},
    {"modifier in another place", PAYER(.needs_modifier = TEXT("87804:QW")), modifier_last, ""},
    {"modifier missing", PAYER(.needs_modifier = TEXT("81002:QW 87804:QW")), no_modifier, "2511@line 2"},
    {"another procedure's modifier", PAYER(.needs_modifier = TEXT("81002:QW")), no_modifier, ""},
    {"authorization missing", PAYER(.needs_authorization = TEXT("97110 87804")), nothing, "2520@line 2"},
    {"authorization missing, by a span", PAYER(.needs_authorization = TEXT("97110 87800..87810")), nothing, "2520@line 2"},
    {"a span of longer codes", PAYER(.needs_authorization = TEXT("8780..8781 87805..87899")), nothing, ""},
    {"a span of both lines", PAYER(.needs_authorization = TEXT("87804..99213")), nothing, "2520@line 1 2520@line 2"},
    {"authorization of the claim", PAYER(.needs_authorization = TEXT("87804")), authorized, ""},
    {"authorization of the line", PAYER(.needs_authorization = TEXT("87804")), line_authorized, ""},
    {"referring missing", PAYER(.needs_referring = true), nothing, "2521@claim"},
    {"referring of the claim", PAYER(.needs_referring = true), referred, ""},
    {"referring of one line", PAYER(.needs_referring = true), line_referred, "2521@claim"},
    {"referring of each line", PAYER(.needs_referring = true), lines_referred, ""},
    {"too late", PAYER(.name = TEXT("a")), late, "2522@claim"},
    {"on the last day", PAYER(.name = TEXT("a")), just_in_time, ""},
    {"the last line counts", PAYER(.name = TEXT("a")), late_but_one_line, ""},
    {"a replacement is not too late", PAYER(.name = TEXT("a")), late_replacement, ""},
    {"no date", PAYER(.name = TEXT("a")), undated, ""},
    {"a stay that the payer takes", PAYER(.forms = TEXT("professional institutional")), institutional, ""},
    {"a stay that it does not take", PAYER(.forms = TEXT("professional dental")), institutional, "2540@claim"},
    {"principal in the second segment", PAYER(.forms = TEXT("institutional"), .not_principal = TEXT("R07.9")),
     institutional_principal_second, "2510@diagnosis 2"},
    {"another than the principal", PAYER(.forms = TEXT("institutional"), .not_principal = TEXT("J10.1")),
     institutional_principal_second, ""},
    {"referring of one line of a stay", PAYER(.forms = TEXT("institutional"), .needs_referring = true),
     institutional_line_referred, "2521@claim"},
    {"referring of each line of a stay", PAYER(.forms = TEXT("institutional"), .needs_referring = true),
     institutional_lines_referred, ""},
    {"the end of the statement counts", PAYER(.forms = TEXT("institutional")), institutional_late_lines, ""},
    {"a late stay", PAYER(.forms = TEXT("institutional")), institutional_late, "2522@claim"},
    {"a late dental claim whose lines have no date", PAYER(.forms = TEXT("dental")), dental_undated_late, "2522@claim"},
    {"all in their order", PAYER(ALL), no_modifier, "2511@line 2 2520@line 2 2521@claim"},
};

Test(claims, each_edit_finds_its_fault_and_nothing_else)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct claims_sample sample;
        struct findings findings;
        struct arena arena;
        char found[256] = "";
        size_t length = 0;
        arena_init(&arena, 0);
        findings_init(&findings, &arena);
        claims_sample_make(&sample);
        cases[i].change(&sample);
        int32_t last = edits_last_service(&sample.body);
        struct edits_case c = {
            .body = &sample.body,
            .payer = &cases[i].payer,
            .due_date = last == 0 ? 0 : date_add_days(last, (int32_t)cases[i].payer.timely_filing_days),
            .today = TODAY};
        edits_find(&c, &findings);
        for (uint32_t k = 0; k < findings.count; k++)
            length += (size_t)snprintf(found + length, sizeof found - length, "%s%u@%.*s", k == 0 ? "" : " ",
                                       findings.items[k].kind->number, TEXT_ARGS(findings.items[k].place));
        cr_expect_str_eq(found, cases[i].found, "%s: %s", cases[i].name, found);
        arena_free(&arena);
    }
}

Test(claims, codes_are_a_coders_question_and_the_rest_a_billers)
{
    cr_assert(edits_is_coding(FINDING_CLAIMS_NOT_PRINCIPAL));
    cr_assert(edits_is_coding(FINDING_CLAIMS_MODIFIER_NEEDED));
    cr_assert_not(edits_is_coding(FINDING_CLAIMS_AUTHORIZATION_MISSING));
    cr_assert_not(edits_is_coding(FINDING_CLAIMS_TIMELY_FILING));
    cr_assert_not(edits_is_coding(FINDING_CLAIMS_PAYER_UNKNOWN));
    cr_assert(claims_status_is_coding(TEXT("254")));
    cr_assert(claims_status_is_coding(TEXT("507")));
    cr_assert_not(claims_status_is_coding(TEXT("562")));
    cr_assert_not(claims_status_is_coding(TEXT("25")));
    cr_assert_not(claims_status_is_coding((struct text){0}));
}

static const struct provider clinic = {.npi = TEXT("1234567893"),
                                       .name = TEXT("Clinic"),
                                       .tax_id = TEXT("987654321"),
                                       .taxonomy = TEXT("261QP2300X"),
                                       .address_1 = TEXT("2 Side St"),
                                       .address_2 = TEXT("Floor 2"),
                                       .city = TEXT("Salem"),
                                       .state = TEXT("OR"),
                                       .postal_code = TEXT("973010002")};

Test(claims, a_profile_fills_what_is_missing_and_changes_nothing_that_was_given)
{
    struct claims_sample sample;
    claims_sample_make(&sample);
    struct party given = sample.body.billing, party = given;
    cr_assert_not(fill_billing(&party, &clinic));
    cr_assert(record_equal(&record_party, &party, &given));

    party.tax_id = party.tax_id_qualifier = party.taxonomy = (struct text){0};
    cr_assert(fill_billing(&party, &clinic));
    cr_assert(text_is(party.tax_id, "987654321") && text_is(party.tax_id_qualifier, "EI"));
    cr_assert(text_is(party.taxonomy, "261QP2300X"));
    cr_assert(text_is(party.address_1, "1 Main St") && text_is(party.postal_code, "973010001"));

    party = given;
    party.address_1 = party.city = party.state = party.postal_code = (struct text){0};
    cr_assert(fill_billing(&party, &clinic));
    cr_assert(text_is(party.address_1, "2 Side St") && text_is(party.address_2, "Floor 2") &&
              text_is(party.city, "Salem"));
    cr_assert(text_is(party.postal_code, "973010002"));
}

Test(claims, five_digits_of_a_postal_code_become_nine_only_when_they_are_the_profiles)
{
    struct claims_sample sample;
    claims_sample_make(&sample);
    struct party party = sample.body.billing;
    party.postal_code = TEXT("97301");
    cr_assert(fill_billing(&party, &clinic));
    cr_assert(text_is(party.postal_code, "973010002"));
    party.postal_code = TEXT("97302");
    cr_assert_not(fill_billing(&party, &clinic));
    cr_assert(text_is(party.postal_code, "97302"));
    party.city = TEXT("Portland");
    party.postal_code = (struct text){0};
    cr_assert_not(fill_billing(&party, &clinic));
    cr_assert_eq(party.postal_code.length, 0);
}
