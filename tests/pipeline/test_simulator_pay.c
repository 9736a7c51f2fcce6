/* What the payer pays: its 835 balance but where they are not to, and make up what they are pieces of. */
#include "tests/pipeline/simulator.h"
#include "tests/pipeline/simulator_balance.h"

#include <dirent.h>
#include <sys/stat.h>

TestSuite(simulator_pay, .init = begin, .fini = finish);

Test(simulator_pay, every_835_balances_by_line_claim_and_check)
{
    make_question("--claims 900 --per-set 300 --seed 21", "a.x12");
    cr_assert_eq(run(PAYER QUIET " --unbalanced-per-mille 0 --deny-claims-per-mille 100 --remit-claims 40"),
                 0);
    struct balance balance = balance_of_all("payer/in");
    cr_expect_gt(balance.claims, 800);
    cr_expect_gt(balance.sets, 20);
    cr_expect_eq(balance.claims_off + balance.lines_off + balance.checks_off, 0);
    cr_expect_gt(count_all("payer/in", "-835-", "~CAS*CO*29*"), 5);
    cr_expect_gt(count_all("payer/in", "-835-", "~LQ*HE*M76~"), 5);
    cr_expect_gt(count_all("payer/in", "-835-", "~CAS*PR*1*"), 5);
}

Test(simulator_pay, institutional_and_dental_claims_are_answered_and_paid_by_their_own_lines)
{
    make_question("--claims 300 --per-set 300 --seed 31 --form institutional", "a.x12");
    make_question("--claims 200 --per-set 200 --seed 32 --form dental --control 2", "b.x12");
    cr_expect_eq(count_in("payer/out/a.x12", "~SV2*0"), 1200);
    cr_assert_eq(run(PAYER QUIET " --unbalanced-per-mille 0 --pieces-per-mille 0"), 0);
    cr_expect(said("\"claims\":500,"));
    cr_expect(said("\"doubles\":0,\"faulty\":0"));
    cr_expect_eq(count_all("payer/in", "-999", "~AK2*837*0001*005010X223A2~IK5*A~"), 1);
    cr_expect_eq(count_all("payer/in", "-999", "~AK2*837*0001*005010X224A2~IK5*A~"), 1);
    cr_expect_eq(count_all("payer/in", "-277ca", "~REF*BLT*111~") + count_all("payer/in", "-277ca", "~REF*BLT*131~"), 300);
    cr_expect_gt(count_all("payer/in", "-835-", "~SVC*NU:0120*"), 0, "a bed, by revenue code alone");
    cr_expect_gt(count_all("payer/in", "-835-", "*0450*1~"), 0, "SVC04 beside a procedure");
    cr_expect_gt(count_all("payer/in", "-835-", "~SVC*AD:D1110*"), 0);
    struct balance balance = balance_of_all("payer/in");
    cr_expect_gt(balance.claims, 450);
    cr_expect_eq(balance.lines_off + balance.claims_off + balance.checks_off, 0);
    cr_expect_eq(run("history-check --manifest a.x12.expect --manifest b.x12.expect --journal payer/payer.journal"), 0);
}

Test(simulator_pay, a_payment_in_pieces_is_in_two_sts_that_make_it_up)
{
    make_question("--claims 900 --per-set 300 --seed 21", "a.x12");
    cr_assert_eq(run(PAYER QUIET " --unbalanced-per-mille 0 --remit-claims 20 --remit-sets 3 --pieces-per-mille 500"), 0);
    struct balance balance = balance_of_all("payer/in");
    cr_expect_eq(balance.claims_off + balance.lines_off, 0);
    cr_expect_gt(balance.checks_off, 10);
    cr_expect_eq(balance.checks_off % 2, 0);
    cr_expect_eq(run("cut -f5 payer/payer.journal | grep '^T0' | sort -u | wc -l | grep -x %u",
                     balance.sets - balance.checks_off / 2),
                 0, "two pieces have one TRN");
    cr_expect_eq(run("history-check --manifest a.x12.expect --journal payer/payer.journal"), 0);
}

Test(simulator_pay, what_does_not_balance_is_followed_by_what_does)
{
    make_question("--claims 400 --per-set 400 --seed 22", "a.x12");
    cr_assert_eq(run(PAYER QUIET " --unbalanced-per-mille 100"), 0);
    struct balance balance = balance_of_all("payer/in");
    uint32_t odd = count_in("payer/payer.journal", "\tunbalanced\t");
    cr_expect(odd > 20 && odd < 70, "%u do not balance", odd);
    cr_expect_eq(count_in("payer/payer.journal", "\tcorrected\t"), odd);
    cr_expect_eq(balance.claims_off, odd);
    cr_expect_eq(balance.checks_off, 0);
    cr_expect_eq(run("cut -f5 payer/payer.journal | grep '^T0' | sort -u | wc -l | grep -x %u", balance.sets),
                 0, "every ST has a TRN of its own");
    cr_expect_eq(run("history-check --manifest a.x12.expect --journal payer/payer.journal"), 0);
}

/* Takes the question, answers it, and pays and corrects it; in between it ends and begins again so many times, and reads from its
 * folder what it had in hand. */
static void
take_and_pay(const char *name, unsigned restarts)
{
    char folder[512], journal[1024];
    struct simulator_options options = {.folder = folder,
                                        .journal = journal,
                                        .seed = 5,
                                        .shares = shares_default,
                                        .remit_claims = 30,
                                        .remit_sets = 3,
                                        .date = 20260701};
    struct simulator *simulator;
    options.shares.unbalanced = 50;
    snprintf(folder, sizeof folder, "%s/%s", place, name);
    snprintf(journal, sizeof journal, "%s/journal", folder);
    cr_assert_eq(run("cp -r payer %s", name), 0);
    cr_assert_eq(simulator_open(&simulator, &options), 0);
    cr_assert_eq(simulator_scan(simulator), 20);
    for (unsigned pass = 0; pass < 3; pass++) {
        if (restarts > pass) {
            simulator_close(simulator);
            cr_assert_eq(simulator_open(&simulator, &options), 0);
        }
        cr_assert_eq(simulator_pay(simulator, pass == 0 ? 1 : simulator_now_us() + 1), pass == 0 ? 0 : pass == 1 ? 40 : 0);
    }
    simulator_close(simulator);
}

Test(simulator_pay, what_it_has_in_hand_is_paid_as_what_it_reads_again)
{
    for (unsigned i = 1; i <= 20; i++) { /* more than it keeps in hand */
        char arguments[128], name[32];
        snprintf(arguments, sizeof arguments, "--claims 30 --per-set 30 --seed 22 --first %u --control %u", 30 * i, i);
        snprintf(name, sizeof name, "%02u.x12", i);
        make_question(arguments, name);
    }
    take_and_pay("one", 0);
    take_and_pay("two", 2);
    cr_expect_eq(run("diff -r one/in two/in"), 0);
    cr_expect_eq(run("grep '^P' one/journal > one.paid; grep '^P' two/journal > two.paid; test -s one.paid && cmp one.paid two.paid"), 0);
    cr_expect_gt(count_in("one/journal", "\tcorrected\t"), 5);
    cr_expect_eq(count_in("one/journal", "\tcorrected\t"), count_in("one/journal", "\tunbalanced\t"));
    cr_expect_eq(count_names("one/taken", ""), 0);
    cr_expect_eq(count_names("two/taken", ""), 0);
}

/* One payer a sample: their ISA13s are often the same. Returns the claims that it accepted. */
static uint32_t
take_sample(uint32_t number, const char *sample)
{
    char folder[512], journal[1024], path[1024];
    struct simulator_options options = {.folder = folder,
                                        .journal = journal,
                                        .seed = 5,
                                        .shares = shares_default,
                                        .remit_claims = 10,
                                        .remit_sets = 2};
    struct simulator *simulator;
    struct pen bytes = {0};
    options.date = 20260701;
    options.shares.unbalanced = options.shares.broken = options.shares.twice = 0;
    snprintf(folder, sizeof folder, "%s/%u", place, number);
    snprintf(journal, sizeof journal, "%s/journal", folder);
    mkdir(folder, 0700);
    cr_assert_eq(simulator_open(&simulator, &options), 0);
    snprintf(path, sizeof path, "%s/out/a.x12", folder);
    cr_assert_eq(mailbox_load(&bytes, sample), 0);
    cr_assert_eq(mailbox_store(path, bytes.bytes, bytes.length, false), 0);
    cr_expect_eq(simulator_scan(simulator), 1, "%s", sample);
    cr_expect_geq(simulator_pay(simulator, simulator_now_us() + 1), 0, "%s", sample);
    const struct simulator_totals *totals = simulator_totals(simulator);
    cr_expect_eq(totals->interchanges + totals->unreadable, 1, "%s", sample);
    uint64_t accepted = totals->claims - totals->rejected - totals->doubles - totals->faulty;
    simulator_close(simulator);
    pen_free(&bytes);
    snprintf(path, sizeof path, "%u/in", number);
    struct balance balance = balance_of_all(path);
    cr_expect_eq(balance.claims_off + balance.lines_off + balance.checks_off, 0, "%s", sample);
    cr_expect_leq(balance.claims, accepted);
    return (uint32_t)accepted;
}

Test(simulator_pay, samples_are_read_without_harm)
{
    static const char *const folders[] = {"837P",      "837P-4010", "837I", "837D", "837-no-envelope",
                                          "malformed", "835"};
    const char *samples = getenv("CLAIMLINE_SAMPLES");
    if (samples == NULL)
        cr_skip("CLAIMLINE_SAMPLES is not set");
    uint32_t files = 0, accepted = 0;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char folder[4096], path[8192];
        snprintf(folder, sizeof folder, "%s/x12/%s", samples, folders[i]);
        DIR *open = opendir(folder);
        for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;) {
            if (entry->d_name[0] == '.')
                continue;
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            accepted += take_sample(++files, path);
        }
        if (open != NULL)
            closedir(open);
    }
    cr_expect_gt(files, 100);
    cr_expect_gt(accepted, 30, "%u accepted", accepted);
}
