/* What becomes of claims and lines by the shares of a payer, and amounts as cents. */
#include "tests/pipeline/outcome.h"
#include "tests/pipeline/segment.h"
#include "tests/pipeline/simulator_place.h"

TestSuite(outcome, .init = begin, .fini = finish);

Test(outcome, amounts_are_read_as_cents)
{
    static const struct {
        const char *text;
        bool good;
        int64_t cents;
    } cases[] = {{"12", true, 1200},     {"12.5", true, 1250}, {"12.50", true, 1250},
                 {"12.500", true, 1250}, {".5", true, 50},     {"-3.25", true, -325},
                 {"0", true, 0},         {"", false, 0},       {"-", false, 0},
                 {"1.234", false, 0},    {"1.2.3", false, 0},  {"12a", false, 0},
                 {"7.", true, 700},      {".", false, 0},      {"99999999999999999999", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t cents = 0;
        bool good = slice_cents((struct slice){cases[i].text, (uint32_t)strlen(cases[i].text)}, &cents);
        cr_expect_eq(good, cases[i].good, "%s", cases[i].text);
        cr_expect_eq(cents, cases[i].cents, "%s", cases[i].text);
    }
}

Test(outcome, what_becomes_of_a_line_adds_up_to_its_charge)
{
    struct shares shares = shares_default;
    shares.deny_claims = 100;
    uint32_t denied = 0, reduced = 0;
    for (uint32_t n = 0; n < 20000; n++) {
        char key[16];
        struct claim_outcome claim;
        struct line_outcome line;
        int length = snprintf(key, sizeof key, "K%u", n);
        outcome_of_claim(77, &shares, key, (size_t)length, &claim);
        int64_t charge_cents = n % 40000;
        outcome_of_line(&shares, &claim, n % 5, charge_cents, &line);
        if (line.denial != NULL) {
            cr_assert_eq(line.paid_cents, 0);
            cr_assert(line.patient_cents == 0 || line.patient_cents == charge_cents);
            denied++;
            continue;
        }
        reduced += line.patient_carc != NULL;
        cr_assert_geq(line.paid_cents, 0);
        cr_assert_eq(line.paid_cents + line.contractual_cents + line.patient_cents, charge_cents);
    }
    /* 10 % of the claims and 10 % of the lines of the others; 20 % of what is left. */
    cr_expect(denied > 3400 && denied < 4200, "%u denied", denied);
    cr_expect(reduced > 2900 && reduced < 3600, "%u reduced", reduced);
}

Test(outcome, shares_come_from_a_file_and_a_bad_line_is_named)
{
    char path[4096];
    struct shares shares = shares_default;
    snprintf(path, sizeof path, "%s/shares", place);
    FILE *file = fopen(path, "w");
    fputs("[payer]\n# nobody is silent\nsilent-per-mille = 0\ndeny-lines-per-mille=1000 ; all\n", file);
    fclose(file);
    cr_expect_eq(shares_read(&shares, path), 0);
    cr_expect_eq(shares.silent, 0);
    cr_expect_eq(shares.deny_lines, 1000);
    file = fopen(path, "a");
    fputs("deny-lines-per-mille = 1001\n", file);
    fclose(file);
    cr_expect_eq(shares_read(&shares, path), 5);
    cr_expect_eq(shares_read(&shares, "/nowhere/at/all"), -1);
}
