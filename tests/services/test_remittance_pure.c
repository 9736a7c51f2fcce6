#include "schemas/findings.h"
#include "services/remittance/balance.h"
#include "services/remittance/classify.h"
#include "services/remittance/match.h"

#include <criterion/criterion.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define T(literal) {("" literal), sizeof(literal) - 1}

/* ---- classify ---- */

Test(remittance_classify, a_reason_has_the_class_of_its_code_and_contract)
{
    static const struct {
        const char *group, *code;
        bool capitated;
        enum classify_class class;
        bool denial;
        enum ledger_account account;
    } cases[] = {
        {"CO", "45", false, CLASSIFY_CONTRACTUAL, false, LEDGER_CONTRACTUAL},
        {"PR", "1", false, CLASSIFY_PATIENT, false, LEDGER_PATIENT},
        {"PR", "2", false, CLASSIFY_PATIENT, false, LEDGER_PATIENT},
        {"PR", "3", false, CLASSIFY_PATIENT, false, LEDGER_PATIENT},
        {"CO", "1", false, CLASSIFY_PATIENT, false, LEDGER_CONTRACTUAL},
        {"CO", "24", true, CLASSIFY_CONTRACTUAL, false, LEDGER_CONTRACTUAL},
        {"CO", "24", false, CLASSIFY_REGISTRATION, true, LEDGER_DENIED},
        {"CO", "16", false, CLASSIFY_INFORMATION, true, LEDGER_DENIED},
        {"CO", "11", false, CLASSIFY_CODING, true, LEDGER_DENIED},
        {"CO", "50", false, CLASSIFY_MEDICAL_NECESSITY, true, LEDGER_DENIED},
        {"CO", "97", false, CLASSIFY_BUNDLED, true, LEDGER_DENIED},
        {"CO", "197", false, CLASSIFY_AUTHORIZATION, true, LEDGER_DENIED},
        {"CO", "29", false, CLASSIFY_TIMELY, true, LEDGER_DENIED},
        {"OA", "18", false, CLASSIFY_DUPLICATE, true, LEDGER_DENIED},
        {"PR", "204", false, CLASSIFY_COVERAGE, true, LEDGER_PATIENT},
        {"PR", "31", false, CLASSIFY_REGISTRATION, true, LEDGER_PATIENT},
        {"OA", "23", false, CLASSIFY_OTHER, false, LEDGER_OTHER_REDUCTION},
        {"CO", "253", false, CLASSIFY_CONTRACTUAL, false, LEDGER_CONTRACTUAL},
        {"CO", "B7", false, CLASSIFY_REGISTRATION, true, LEDGER_DENIED},
        {"CO", "9999", false, CLASSIFY_OTHER_DENIAL, true, LEDGER_DENIED},
        {"PR", "9999", false, CLASSIFY_PATIENT, false, LEDGER_PATIENT},
        {"OA", "9999", false, CLASSIFY_OTHER, false, LEDGER_OTHER_REDUCTION},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct text group = text_from(cases[i].group), code = text_from(cases[i].code);
        enum classify_class class = classify_adjustment(group, code, 20260101, cases[i].capitated);
        cr_expect_eq(class, cases[i].class, "%s-%s: %s", cases[i].group, cases[i].code, classify_name(class));
        cr_expect_eq(classify_is_denial(class), cases[i].denial, "%s-%s", cases[i].group, cases[i].code);
        cr_expect_eq(classify_account(group, class), cases[i].account, "%s-%s", cases[i].group, cases[i].code);
    }
}

Test(remittance_classify, every_row_is_found_by_its_code)
{
    cr_assert_geq(classify_reason_count, 60);
    for (size_t i = 0; i < classify_reason_count; i++) {
        const struct classify_reason *found = classify_find(text_from(classify_reasons[i].code), classify_reasons[i].to);
        cr_expect_eq(found, &classify_reasons[i], "%s", classify_reasons[i].code);
    }
    cr_assert_null(classify_find(TEXT("9999"), 0));
}

static const struct adjustment adjustments[] = {
    {.group = T("CO"), .reason = T("45"), .cents = 4000}, {.group = T("PR"), .reason = T("1"), .cents = 6000},
    {.group = T("CO"), .reason = T("50"), .cents = 10000}, {.group = T("CO"), .reason = T("97"), .cents = 2000},
    {.group = T("PR"), .reason = T("3"), .cents = 2000},
};

static struct remittance_line
line(int64_t charge, int64_t paid, size_t first, uint32_t count)
{
    struct adjustment *list = (struct adjustment *)(uintptr_t)&adjustments[first];
    return (struct remittance_line){.charge_cents = charge, .paid_cents = paid, .adjustments = list, .adjustments_count = count};
}

Test(remittance_classify, the_verdict_follows_the_lines)
{
    struct remittance_line paid = line(10000, 6000, 0, 1), deductible = line(10000, 0, 0, 2), denied = line(10000, 0, 2, 1),
                           cut = line(10000, 8000, 3, 1), copayment = line(10000, 8000, 4, 1);
    const struct {
        const char *what, *status;
        struct remittance_line lines[2];
        uint32_t count;
        enum classify_verdict verdict;
        uint32_t denied;
    } cases[] = {
        {"contract only", "1", {paid, paid}, 2, CLASSIFY_VERDICT_PAID, 0},
        {"all deductible", "1", {deductible}, 1, CLASSIFY_VERDICT_REDUCED, 0},
        {"co-payment", "1", {paid, copayment}, 2, CLASSIFY_VERDICT_REDUCED, 0},
        {"a denial reason beside a payment", "1", {cut}, 1, CLASSIFY_VERDICT_REDUCED, 0},
        {"one of two", "1", {paid, denied}, 2, CLASSIFY_VERDICT_PARTLY_DENIED, 1},
        {"all", "1", {denied, denied}, 2, CLASSIFY_VERDICT_DENIED, 2},
        {"denied, although CLP02 says 1", "1", {denied}, 1, CLASSIFY_VERDICT_DENIED, 1},
        {"not recognised", "4", {deductible}, 1, CLASSIFY_VERDICT_DENIED, 0},
        {"taken back", "22", {denied}, 1, CLASSIFY_VERDICT_REVERSED, 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct remittance_line lines[2] = {cases[i].lines[0], cases[i].lines[1]};
        struct remittance_claim claim = {.status = text_from(cases[i].status), .lines = lines, .lines_count = cases[i].count};
        for (uint32_t n = 0; n < cases[i].count; n++) {
            claim.charge_cents += lines[n].charge_cents;
            claim.paid_cents += lines[n].paid_cents;
        }
        struct classify_claim result;
        struct classify_sums sums[2];
        classify_claim(&claim, 20260101, false, &result, sums);
        cr_expect_eq(result.verdict, cases[i].verdict, "%s: %d", cases[i].what, (int)result.verdict);
        cr_expect_eq(result.denied_lines, cases[i].denied, "%s", cases[i].what);
        int64_t all = result.sums.contractual_cents + result.sums.patient_cents + result.sums.denied_cents + result.sums.other_cents;
        cr_expect_eq(all, claim.charge_cents - claim.paid_cents, "%s", cases[i].what);
    }
}

Test(remittance_classify, a_denial_of_the_whole_claim_needs_no_lines)
{
    struct remittance_claim claim = {.status = TEXT("1"), .charge_cents = 10000,
        .adjustments = (struct adjustment *)(uintptr_t)&adjustments[2], .adjustments_count = 1};
    struct classify_claim result;
    classify_claim(&claim, 20260101, false, &result, NULL);
    cr_assert_eq(result.verdict, CLASSIFY_VERDICT_DENIED);
    cr_assert_eq(result.sums.class, CLASSIFY_MEDICAL_NECESSITY);
    cr_assert(text_is(result.sums.reason, "50"));
    cr_assert_eq(result.sums.denied_cents, 10000);
}

/* ---- balance ---- */

static struct balance
balanced(struct remittance_head head, const struct remittance_claim *claims, size_t count, int64_t provider_cents)
{
    struct balance balance;
    struct provider_adjustment adjustment = {.reason = TEXT("L6"), .cents = provider_cents};
    struct provider_adjustments provider = {.adjustments = &adjustment, .adjustments_count = 1};
    balance_begin(&balance, &head);
    for (size_t i = 0; i < count; i++)
        balance_claim(&balance, &claims[i]);
    if (provider_cents != 0)
        balance_provider(&balance, &provider);
    balance_end(&balance);
    return balance;
}

Test(remittance_balance, each_equation_is_judged_and_told_with_its_difference)
{
    struct remittance_line good = line(10000, 6000, 0, 1), bad = line(10000, 6001, 0, 1), denied = line(10000, 0, 2, 1);
    struct remittance_claim two_lines = {.charge_cents = 20000, .paid_cents = 6000,
        .lines = (struct remittance_line[]){good, denied}, .lines_count = 2};
    struct remittance_claim claim_off = two_lines;
    claim_off.paid_cents = 6100;
    struct remittance_claim line_off = {.charge_cents = 10000, .paid_cents = 6000, .lines = &bad, .lines_count = 1};
    struct remittance_claim no_lines = {.charge_cents = 10000, .paid_cents = 6000,
        .adjustments = (struct adjustment *)(uintptr_t)adjustments, .adjustments_count = 1};
    struct remittance_claim reversal = {.charge_cents = -6000, .paid_cents = -6000, .status = TEXT("22")};
    struct remittance_claim huge = {.charge_cents = INT64_MAX, .paid_cents = INT64_MAX};
    const struct {
        const char *what;
        struct remittance_head head;
        struct remittance_claim claims[2];
        size_t count;
        int64_t provider;
        uint32_t differences;
        enum balance_equation equation;
        uint32_t claim, line;
        int64_t cents;
        bool warning;
    } cases[] = {
        {"two lines", {.paid_cents = 6000, .method = TEXT("CHK")}, {two_lines}, 1, 0, 0, 0, 0, 0, 0, false},
        {"claim level only", {.paid_cents = 6000}, {no_lines}, 1, 0, 0, 0, 0, 0, 0, false},
        {"with a PLB", {.paid_cents = 5500}, {no_lines}, 1, 500, 0, 0, 0, 0, 0, false},
        {"a PLB that adds", {.paid_cents = 6100}, {no_lines}, 1, -100, 0, 0, 0, 0, 0, false},
        {"taken back and carried forward", {.paid_cents = 0, .handling = TEXT("H"), .method = TEXT("NON")}, {reversal}, 1,
         -6000, 0, 0, 0, 0, 0, false},
        {"claim off", {.paid_cents = 6100}, {claim_off}, 1, 0, 1, BALANCE_CLAIM, 1, 0, 100, false},
        {"line off in the second claim", {.paid_cents = 12000}, {no_lines, line_off}, 2, 0, 1, BALANCE_LINE, 2, 1, 1, false},
        {"check off", {.paid_cents = 6050}, {no_lines}, 1, 0, 1, BALANCE_CHECK, 0, 0, 50, false},
        {"PLB forgotten", {.paid_cents = 6000}, {no_lines}, 1, 500, 1, BALANCE_CHECK, 0, 0, 500, false},
        {"negative", {.paid_cents = -6000}, {reversal}, 1, 0, 1, BALANCE_NEGATIVE, 0, 0, -6000, false},
        {"zero pay", {.paid_cents = 0, .handling = TEXT("H"), .method = TEXT("NON")}, {{.charge_cents = 0}}, 0, 0, 0, 0, 0, 0, 0, false},
        {"zero pay as I", {.paid_cents = 0, .handling = TEXT("I"), .method = TEXT("NON")}, {{.charge_cents = 0}}, 0, 0, 0, 0, 0, 0, 0, true},
        {"an amount without method", {.paid_cents = 6000, .handling = TEXT("I"), .method = TEXT("NON")}, {no_lines}, 1, 0, 1,
         BALANCE_ZERO_PAY, 0, 0, 6000, false},
        {"overflow", {.paid_cents = 0, .handling = TEXT("H"), .method = TEXT("NON")}, {huge, huge}, 2, 0, 2, BALANCE_OVERFLOW, 2,
         0, 0, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct balance balance = balanced(cases[i].head, cases[i].claims, cases[i].count, cases[i].provider);
        const struct balance_difference *first = &balance.differences[0];
        cr_expect_eq(balance.difference_count, cases[i].differences, "%s: %u", cases[i].what, balance.difference_count);
        cr_expect_eq(balance.zero_warning, cases[i].warning, "%s", cases[i].what);
        if (cases[i].differences == 0)
            continue;
        cr_expect_eq(first->equation, cases[i].equation, "%s", cases[i].what);
        cr_expect_eq(first->claim, cases[i].claim, "%s", cases[i].what);
        cr_expect_eq(first->line, cases[i].line, "%s", cases[i].what);
        cr_expect_eq(balance_first_cents(&balance), cases[i].cents, "%s: %lld", cases[i].what,
                     (long long)balance_first_cents(&balance));
        cr_expect_not_null(finding_kind(balance_finding(first->equation)));
    }
}

/* ---- match ---- */

Test(remittance_match, a_line_is_matched_by_number_then_by_what_was_billed)
{
    static const struct sent_line sent[] = {
        {.number = 1, .procedure = T("99213"), .modifiers = T("25"), .charge_cents = 10000, .control_number = T("A1")},
        {.number = 2, .procedure = T("87804"), .modifiers = T("QW"), .charge_cents = 3000, .control_number = T("A2")},
        {.number = 3, .procedure = T("87804"), .modifiers = T("QW59"), .charge_cents = 3000},
    };
    const struct {
        const char *what;
        struct remittance_line lines[3];
        uint32_t count, matches[3], open;
    } cases[] = {
        {"by number, whatever else", {{.control_number = TEXT("A2"), .procedure = TEXT("00000")}}, 1, {1}, 0},
        {"a split line twice by number", {{.control_number = TEXT("A1")}, {.control_number = TEXT("A1")}}, 2, {0, 0}, 0},
        {"by modifiers", {{.procedure = TEXT("87804"), .modifier_1 = TEXT("QW"), .modifier_2 = TEXT("59"), .charge_cents = 3000},
                          {.procedure = TEXT("87804"), .modifier_1 = TEXT("QW"), .charge_cents = 3000}}, 2, {2, 1}, 0},
        {"modifiers dropped", {{.procedure = TEXT("99213"), .charge_cents = 10000}}, 1, {0}, 0},
        {"as billed, not as judged", {{.procedure = TEXT("99212"), .original_procedure = TEXT("99213"),
                                       .original_modifier_1 = TEXT("25"), .charge_cents = 10000}}, 1, {0}, 0},
        {"other charge", {{.procedure = TEXT("99213"), .modifier_1 = TEXT("25"), .charge_cents = 9999}}, 1, {MATCH_NONE}, 1},
        {"the same line once only", {{.procedure = TEXT("99213"), .charge_cents = 10000},
                                     {.procedure = TEXT("99213"), .charge_cents = 10000}}, 2, {0, MATCH_NONE}, 1},
        {"an exact match is not taken away by a loose one",
         {{.procedure = TEXT("87804"), .charge_cents = 3000},
          {.procedure = TEXT("87804"), .modifier_1 = TEXT("QW"), .charge_cents = 3000}}, 2, {2, 1}, 0},
        {"unknown number falls back", {{.control_number = TEXT("ZZ"), .procedure = TEXT("99213"), .charge_cents = 10000}}, 1, {0}, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint32_t matches[3] = {7, 7, 7};
        cr_expect_eq(match_lines(sent, COUNT(sent), cases[i].lines, cases[i].count, matches), cases[i].open, "%s", cases[i].what);
        for (uint32_t n = 0; n < cases[i].count; n++)
            cr_expect_eq(matches[n], cases[i].matches[n], "%s: line %u is %u", cases[i].what, n + 1, matches[n]);
    }
}

Test(remittance_match, an_institutional_line_is_told_by_its_revenue_code)
{
    static const struct sent_line sent[] = {
        {.number = 1, .procedure = T("0120"), .charge_cents = 240000, .revenue_code = T("0120")},
        {.number = 2, .procedure = T("99283"), .charge_cents = 40000, .revenue_code = T("0450")},
        {.number = 3, .procedure = T("99283"), .charge_cents = 40000, .revenue_code = T("0456")},
        {.number = 4, .procedure = T("73030"), .charge_cents = 24000, .revenue_code = T("0320")},
    };
    const struct {
        const char *what;
        struct remittance_line lines[2];
        uint32_t count, matches[2], open;
    } cases[] = {
        {"revenue code alone, NU", {{.qualifier = TEXT("NU"), .procedure = TEXT("0120"), .charge_cents = 240000}}, 1, {0}, 0},
        {"the same procedure under two revenue codes, SVC04",
         {{.qualifier = TEXT("HC"), .procedure = TEXT("99283"), .revenue_code = TEXT("0456"), .charge_cents = 40000},
          {.qualifier = TEXT("HC"), .procedure = TEXT("99283"), .revenue_code = TEXT("0450"), .charge_cents = 40000}},
         2, {2, 1}, 0},
        {"a loose one leaves the exact one its line",
         {{.qualifier = TEXT("HC"), .procedure = TEXT("99283"), .charge_cents = 40000},
          {.qualifier = TEXT("HC"), .procedure = TEXT("99283"), .revenue_code = TEXT("0456"), .charge_cents = 40000}},
         2, {1, 2}, 0},
        {"another revenue code than was billed",
         {{.qualifier = TEXT("HC"), .procedure = TEXT("73030"), .revenue_code = TEXT("0329"), .charge_cents = 24000}}, 1, {3}, 0},
        {"billed with a procedure, answered by revenue code alone",
         {{.qualifier = TEXT("NU"), .procedure = TEXT("0320"), .charge_cents = 24000}}, 1, {3}, 0},
        {"a revenue code that was not billed", {{.qualifier = TEXT("NU"), .procedure = TEXT("0130"), .charge_cents = 240000}},
         1, {MATCH_NONE}, 1},
        {"a revenue code with another charge", {{.qualifier = TEXT("NU"), .procedure = TEXT("0320"), .charge_cents = 23000}},
         1, {MATCH_NONE}, 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint32_t matches[2] = {7, 7};
        cr_expect_eq(match_lines(sent, COUNT(sent), cases[i].lines, cases[i].count, matches), cases[i].open, "%s", cases[i].what);
        for (uint32_t n = 0; n < cases[i].count; n++)
            cr_expect_eq(matches[n], cases[i].matches[n], "%s: line %u is %u", cases[i].what, n + 1, matches[n]);
    }
}
