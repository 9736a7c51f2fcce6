/* The payer answers questions about claims (276) and patients (270). */
#include "tests/pipeline/simulator_place.h"

#define INQUIRED PAYER QUIET " --date 20261124 "

TestSuite(simulator_inquiry, .init = begin, .fini = finish);

/* The questions of tests/data/x12 lie in out/; the payer answers with these shares. */
static void
ask_payer(const char *sample, const char *shares)
{
    cr_assert_eq(run("rm -rf payer && mkdir -p payer/out && cp %s/tests/data/x12/%s payer/out/a.x12", getenv("CLAIMLINE_SOURCE"),
                     sample), 0);
    cr_assert_eq(run(INQUIRED "%s", shares), 0);
}

/* How many segments of an answer of the payer (its kind: "277") are as this pattern of grep. */
static uint32_t
segments(const char *kind, const char *pattern)
{
    cr_assert_eq(run("tr '~' '\\n' <payer/in/q000000006-%s.x12 >segments; grep -c '%s' segments >count; true", kind, pattern), 0);
    struct pen pen = load("count");
    uint32_t count = (uint32_t)strtoul(pen.bytes, NULL, 10);
    pen_free(&pen);
    return count;
}

Test(simulator_inquiry, a_276_is_answered_claim_by_claim)
{
    static const char pending[] = "--status-silent-per-mille 0 --status-not-found-per-mille 0 --status-pend-per-mille 1000";
    ask_payer("276.edi", pending);
    cr_assert_eq(run("test -f payer/in/q000000006-ta1.x12 && test -f payer/in/q000000006-999.x12 && test ! -f payer/out/a.x12"), 0);
    cr_assert_eq(segments("999", "^AK1\\*HR\\*6\\*005010X212$"), 1);
    cr_assert_eq(segments("277", "^STC.P3:317.20261124"), 3);
    cr_assert_eq(segments("277", "^TRN.2.Q102$"), 1);
    cr_assert_eq(segments("277", "^NM1.QC.1.QUENTAL.LIV$"), 1);
    cr_assert_eq(segments("277", "^REF.EJ.A101$"), 1);
    cr_assert_eq(run("grep -c '^Q.*276.*pended' payer/payer.journal | grep -x 3"), 0);
    /* The same question again: the same bytes. */
    cr_assert_eq(run("cp payer/in/q000000006-277.x12 before && cp %s/tests/data/x12/276.edi payer/out/b.x12",
                     getenv("CLAIMLINE_SOURCE")), 0);
    cr_assert_eq(run(INQUIRED "%s", pending), 0);
    cr_expect_eq(run("cmp before payer/in/q000000006-277.x12"), 0);
    ask_payer("276.edi", "--status-not-found-per-mille 1000 --status-silent-per-mille 0");
    cr_expect_eq(segments("277", "^STC.D0:35"), 3);
    ask_payer("276.edi", "--status-not-found-per-mille 0 --status-silent-per-mille 0 --status-pend-per-mille 0");
    cr_expect_geq(segments("277", "^STC.F0:3.20261124..185.5.185.5$"), 1);
    ask_payer("276.edi", "--status-silent-per-mille 1000");
    cr_expect_eq(run("test ! -f payer/in/q000000006-277.x12 && test -f payer/in/q000000006-999.x12"), 0);
}

Test(simulator_inquiry, a_270_is_answered_patient_by_patient)
{
    ask_payer("270.edi", "--patient-silent-per-mille 0 --patient-not-found-per-mille 0 --patient-differs-per-mille 0");
    cr_assert_eq(segments("999", "^AK1\\*HS\\*6\\*005010X279A1$"), 1);
    cr_assert_eq(segments("271", "^EB.1.IND.30"), 2);
    cr_assert_geq(segments("271", "^NM1.IL.1.ISAAC.MIRANDA....MI.W100000001$"), 1);
    cr_assert_geq(segments("271", "^DMG.D8.20150305.F$"), 1);
    cr_assert_geq(segments("271", "^TRN.2.T0002.9HARBORCL1$"), 1);
    cr_assert_eq(run("cp payer/in/q000000006-271.x12 right"), 0);
    ask_payer("270.edi", "--patient-silent-per-mille 0 --patient-not-found-per-mille 0 --patient-differs-per-mille 1000");
    cr_expect_neq(run("cmp right payer/in/q000000006-271.x12"), 0);
    ask_payer("270.edi", "--patient-silent-per-mille 0 --patient-not-found-per-mille 1000");
    cr_expect_eq(segments("271", "^AAA.N..75.C"), 2);
}
