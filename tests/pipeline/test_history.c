/* The checker is content with a right history and finds each thing that is wrong. */
#include "tests/pipeline/simulator_place.h"

TestSuite(history, .init = begin, .fini = finish);

/* Events of a pipeline that does everything right, made from the manifest and the payer's journal. */
static void
make_events(void)
{
    static const char script[] =
        "awk -F'\\t' '"
        "function say(kind, n, more) { s++; printf "
        "\"{\\\"sequence\\\":%d,\\\"kind\\\":\\\"%s\\\",\\\"claim_id\\\":\\\"id-%s\\\","
        "\\\"version\\\":1,\\\"patient_control_number\\\":\\\"%s\\\"%s}\\n\", s, kind, n, n, more }"
        "FNR == NR { if ($3 == \"accepted\") say(\"claim.received\", $1, \"\"); if ($3 == \"refused-277ca\") "
        "say(\"claim.refused\", $1, \"\"); if ($4 == \"held\") say(\"claim.held\", $1, \"\"); next }"
        "$1 == \"C\" && $9 == \"rejected\" { say(\"claim.rejected\", $5, \"\") }"
        "$1 == \"P\" && $9 != \"unbalanced\" { say($10 == \"denied\" ? \"claim.denied\" : \"claim.paid\", "
        "$4, "
        "\",\\\"clm01\\\":\\\"\" $3 \"\\\",\\\"paid_cents\\\":\" $7) }' a.x12.expect payer/payer.journal "
        ">events";
    cr_assert_eq(run("%s", script), 0);
}

/* A question whose faults a pipeline has kept back: only what passes goes to the payer. */
static void
make_history(void)
{
    make_question("--claims 300 --per-set 300 --seed 31 --fault-count sum=5 --fault-count symptom=4",
                  "a.x12");
    /* The same claims without faults, as the pipeline would send them; then those that it keeps are taken
     * out. */
    cr_assert_eq(run("claim-generator --claims 300 --per-set 1 --seed 31 --out all.x12 && "
                     "grep -v 'accepted\tpass' a.x12.expect | cut -f1 >kept && "
                     "tr '~' '\\n' <all.x12 | awk -F'*' 'NR == FNR { drop[$1] = 1; next } "
                     "$1 == \"ST\" { set = \"\"; gone = 0 } $1 == \"CLM\" { gone = $2 in drop } "
                     "$1 == \"ISA\" || $1 == \"GS\" { printf \"%%s~\", $0; next } "
                     "$1 == \"GE\" { printf \"GE*%%d*%%s~\", sets, $3; next } $1 == \"IEA\" { printf "
                     "\"%%s~\", $0; next } "
                     "{ if ($0 != \"\") set = set $0 \"~\" } "
                     "$1 == \"SE\" { if (!gone) { sets++; printf \"%%s\", set } }' kept - >payer/out/a.x12"),
                 0);
    cr_assert_eq(run(PAYER QUIET " --unbalanced-per-mille 30"), 0);
    make_events();
}

#define CHECK "history-check --manifest a.x12.expect --journal payer/payer.journal --events "

Test(history, the_checker_is_content_with_a_right_history)
{
    make_history();
    cr_expect_eq(run(CHECK "events"), 0);
    cr_expect(said("{\"claims\":300,\"lost\":0,\"doubled\":0,\"unexpected\":0,"));
}

Test(history, the_checker_finds_what_is_wrong)
{
    static const struct {
        const char *name, *change, *verdict;
    } cases[] = {
        {"a posting is missing", "grep -v $(grep -m1 claim.paid events | cut -d, -f3) events", "\"lost\":1,"},
        {"a posting is there twice", "cat events; grep -m1 claim.paid events", "\"doubled\":1,"},
        {"a posting has other cents", "sed '0,/\"paid_cents\":/s/\"paid_cents\":/&9/' events",
         "\"unexpected\":1,"},
        {"a held claim is not held", "grep -v $(grep -m1 claim.held events | cut -d, -f3) events",
         "\"lost\":1,"},
        {"a refused claim is not refused", "grep -v $(grep -m1 claim.refused events | cut -d, -f3) events",
         "\"lost\":1,"},
        {"a rejection is not known", "grep -v $(grep -m1 claim.rejected events | cut -d, -f3) events",
         "\"lost\":1,"},
        {"a version has two CLM01s",
         "cat events; grep -m1 claim.paid events | sed 's/claim.paid/claim.built/;s/01\":\"C/&X/'",
         "\"doubled\":1,"},
    };
    make_history();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        /* Numbered anew, so that only the one thing is wrong. */
        cr_assert_eq(
            run("{ %s; } | awk '{ sub(/\"sequence\":[0-9]+/, \"\\\"sequence\\\":\" NR); print }' >changed",
                cases[i].change),
            0);
        cr_expect_eq(run(CHECK "changed"), 1, "%s", cases[i].name);
        cr_expect(said(cases[i].verdict), "%s", cases[i].name);
    }
    cr_assert_eq(run("sed 5d events >changed"), 0);
    cr_expect_eq(run(CHECK "changed"), 1, "a gap");
    cr_expect(said("next sequence"));
    cr_assert_eq(run("printf '{\"table\":\"ledger\",\"difference_cents\":0}\\n' >balance"), 0);
    cr_expect_eq(run(CHECK "events --balance balance"), 0);
    cr_assert_eq(run("printf '{\"table\":\"ledger\",\"difference_cents\":100}\\n' >balance"), 0);
    cr_expect_eq(run(CHECK "events --balance balance"), 1);
}

Test(history, the_checker_sees_a_claim_that_never_came)
{
    make_question("--claims 20 --seed 4", "a.x12");
    cr_assert_eq(run(PAYER QUIET), 0);
    cr_assert_eq(run("claim-generator --claims 21 --seed 4 --out more.x12"), 0);
    cr_expect_eq(run("history-check --manifest more.x12.expect --journal payer/payer.journal"), 1);
    cr_expect(said("\"lost\":1,"));
    cr_expect_eq(run("history-check --manifest more.x12.expect --journal nowhere"), 2);
}
