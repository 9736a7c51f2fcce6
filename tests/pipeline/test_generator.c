/* Files of invented claims are what their manifests say. */
#include "tests/pipeline/claim_file.h"
#include "tests/pipeline/invented_claim.h"
#include "tests/pipeline/simulator_place.h"

TestSuite(generator, .init = begin, .fini = finish);

Test(generator, days_are_counted_over_months_and_leap_years)
{
    cr_expect_eq(invented_date_after(20251001, 272), 20260630);
    cr_expect_eq(invented_date_after(20240228, 1), 20240229);
    cr_expect_eq(invented_date_after(20250228, 1), 20250301);
    cr_expect_eq(invented_date_after(20251231, 1), 20260101);
    cr_expect_eq(invented_date_after(20000229, 366), 20010301);
    cr_expect_eq(invented_days_between(20251001, 20260630), 272);
}

Test(generator, a_generated_file_is_what_its_manifest_says)
{
    cr_assert_eq(
        run("claim-generator --claims 400 --per-set 90 --seed 3 --fault-count npi=4 --fault-count sum=3 "
            "--fault-count symptom=5 --fault-count duplicate=2 --canary OMBRAVEL --out a.x12"),
        0);
    struct pen text = load("a.x12");
    struct claim_file file = {0};
    cr_assert(claim_file_read(&file, text.bytes, text.length));
    cr_expect_null(file.fault);
    cr_expect_eq(file.set_count, 5);
    cr_expect_eq(file.claim_count, 400);
    cr_expect_eq(file.line_count, 1600);
    uint32_t unbalanced = 0, bad_npi = 0;
    for (uint32_t i = 0; i < file.set_count; i++)
        cr_expect_null(file.sets[i].fault);
    for (uint32_t i = 0; i < file.claim_count; i++) {
        const char *fault = file.claims[i].fault;
        unbalanced += fault != NULL && strcmp(fault, "A7:400") == 0;
        bad_npi += fault != NULL && strcmp(fault, "A7:562:85") == 0;
    }
    cr_expect_eq(unbalanced, 3);
    cr_expect_leq(bad_npi, 4, "the others are of the rendering provider");
    cr_expect_eq(count_in("a.x12.expect", "\n"), 400);
    cr_expect_eq(count_in("a.x12.expect", "\tnpi\trefused-277ca\t-\t"), 4);
    cr_expect_eq(count_in("a.x12.expect", "\tsum\trefused-277ca\t-\t"), 3);
    cr_expect_eq(count_in("a.x12.expect", "\tduplicate\trefused-277ca\t-\t"), 2);
    cr_expect_eq(count_in("a.x12.expect", "\tsymptom\taccepted\theld\t"), 5);
    cr_expect_eq(count_in("a.x12.expect", "\t-\taccepted\tpass\t"), 386);
    cr_expect_gt(count_in("a.x12", "*OMBRAVEL*"), 50);
    claim_file_free(&file);
    pen_free(&text);
}

Test(generator, a_seed_gives_the_same_file_and_another_seed_other_names)
{
    cr_assert_eq(run("claim-generator --claims 50 --seed 3 --out a.x12"), 0);
    cr_assert_eq(run("claim-generator --claims 50 --seed 3 --out b.x12"), 0);
    cr_assert_eq(run("claim-generator --claims 50 --seed 4 --out c.x12"), 0);
    cr_expect_eq(run("cmp a.x12 b.x12"), 0);
    cr_expect_eq(run("cut -f1 a.x12.expect c.x12.expect | sort | uniq -d | grep ."), 1);
}

Test(generator, a_bad_set_and_a_broken_envelope_are_noticed)
{
    static const char *const faults[] = {"4", "5"};
    struct claim_file file = {0};
    for (int set = 1; set <= 2; set++) {
        cr_assert_eq(run("claim-generator --claims 30 --per-set 10 --seed 3 --bad-set %d --out a.x12", set),
                     0);
        struct pen text = load("a.x12");
        cr_assert(claim_file_read(&file, text.bytes, text.length));
        cr_expect_null(file.fault);
        if (set == 1)
            cr_expect_str_eq(file.sets[0].fault, faults[0]);
        cr_expect_null(file.sets[2].fault);
        cr_expect_eq(count_in("a.x12.expect", "\tset\tset-rejected\t-\t"), 10);
        pen_free(&text);
    }
    cr_expect_eq(count_in("a.x12", "~NM1*40*"), 2, "set 2 lacks its receiver");
    cr_assert_eq(run("claim-generator --claims 3 --seed 3 --broken-envelope control --out a.x12"), 0);
    struct pen text = load("a.x12");
    cr_assert(claim_file_read(&file, text.bytes, text.length));
    cr_expect_str_eq(file.fault, "001");
    pen_free(&text);
    cr_assert_eq(run("claim-generator --claims 3 --seed 3 --broken-envelope count --out a.x12"), 0);
    text = load("a.x12");
    cr_assert(claim_file_read(&file, text.bytes, text.length));
    cr_expect_str_eq(file.fault, "021");
    pen_free(&text);
    claim_file_free(&file);
}

Test(generator, an_institutional_claim_has_no_pointer_to_spoil)
{
    cr_expect_neq(run("claim-generator --claims 3 --seed 3 --form institutional --fault pointer=10 --out a.x12"), 0);
    cr_expect_eq(run("claim-generator --claims 3 --seed 3 --form dental --fault pointer=10 --out a.x12"), 0);
    cr_expect_neq(run("claim-generator --claims 3 --seed 3 --form hospital --out a.x12"), 0);
}
