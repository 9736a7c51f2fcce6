/* The payer takes each interchange once, answers it, and goes on where it was, in temporary folders. */
#include "tests/pipeline/digest.h"
#include "tests/pipeline/simulator.h"
#include "tests/pipeline/simulator_place.h"

#include <errno.h>
#include <signal.h>

TestSuite(simulator, .init = begin, .fini = finish);

Test(simulator, every_claim_is_answered_and_accounted_for)
{
    make_question("--claims 700 --per-set 200 --seed 8 --payer BLUE1", "a.x12");
    make_question("--claims 300 --per-set 300 --seed 8 --first 700 --control 2", "b.x12");
    cr_assert_eq(run(PAYER QUIET), 0);
    cr_expect(said("\"claims\":1000,"));
    cr_expect(said("\"doubles\":0,\"faulty\":0"));
    cr_expect_eq(count_names("payer/in", "-ta1"), 2);
    cr_expect_eq(count_all("payer/in", "-999", "~AK2*837*"), 5);
    cr_expect_eq(count_all("payer/in", "-999", "~IK5*A~"), 5);
    uint32_t accepted = count_all("payer/in", "-277ca", "~STC*A2:20*");
    cr_expect_eq(count_all("payer/in", "-277ca", "~TRN*2*C"), 1000);
    cr_expect(accepted > 960 && accepted < 1000, "%u accepted", accepted);
    cr_expect_eq(count_names("payer/out", ""), 0);
    cr_expect_eq(count_names("payer/taken", ""), 0, "what is paid is not kept");
    cr_expect_eq(
        run("history-check --manifest a.x12.expect --manifest b.x12.expect --journal payer/payer.journal"),
        0);
    cr_expect(said("{\"claims\":1000,\"lost\":0,\"doubled\":0,\"unexpected\":0"));
}

Test(simulator, the_same_seed_gives_the_same_answers)
{
    make_question("--claims 300 --per-set 100 --seed 4", "a.x12");
    cr_assert_eq(run("cp -r payer copy"), 0);
    cr_assert_eq(run(PAYER), 0);
    cr_assert_eq(
        run("payer-simulator --folder copy --delay-ms 0 --idle-ms 30 --once --date 20260701 --seed 5"), 0);
    cr_expect_eq(run("diff -r payer/in copy/in"), 0);
    cr_assert_eq(run("mkdir -p other/out && claim-generator --claims 300 --per-set 100 --seed 4 "
                     "--out other/out/a.x12 --expect o.expect"),
                 0);
    cr_assert_eq(
        run("payer-simulator --folder other --delay-ms 0 --idle-ms 30 --once --date 20260701 --seed 6"), 0);
    cr_expect_neq(run("diff -r payer/in other/in"), 0);
}

Test(simulator, a_file_sent_twice_is_the_same_and_a_broken_one_is_followed_by_the_right_one)
{
    make_question("--claims 60 --per-set 60 --seed 4", "a.x12");
    cr_assert_eq(run(PAYER "--twice-per-mille 1000 --broken-per-mille 1000 --unbalanced-per-mille 0"), 0);
    uint32_t files = count_names("payer/in", "-ta1.x12") + count_names("payer/in", "-999.x12") +
                     count_names("payer/in", "-277ca.x12") + count_names("payer/in", "-835-0001.x12");
    cr_expect_eq(files, 4);
    cr_expect_eq(count_names("payer/in", "-twice.x12"), 4);
    cr_expect_eq(count_names("payer/in", "-broken.x12"), 4);
    cr_expect_eq(run("cmp payer/in/000001-835-0001.x12 payer/in/000001-835-0001-twice.x12"), 0);
    cr_expect_eq(run("cmp payer/in/000001-835-0001.x12 payer/in/000001-835-0001-broken.x12"), 1);
    cr_expect_eq(count_in("payer/payer.journal", "\nP\t"), count_in("payer/in/000001-835-0001.x12", "~CLP*"));
}

Test(simulator, the_same_interchange_again_gets_the_same_answers_and_no_second_payment)
{
    make_question("--claims 80 --per-set 40 --seed 4", "a.x12");
    cr_assert_eq(run("cp payer/out/a.x12 kept"), 0);
    cr_assert_eq(run(PAYER QUIET), 0);
    uint32_t payments = count_in("payer/payer.journal", "\nP\t");
    cr_assert_eq(run("cp kept payer/out/later.x12"), 0);
    cr_assert_eq(run(PAYER QUIET), 0);
    cr_expect_eq(run("cmp payer/in/000001-277ca.x12 payer/in/000001-277ca-again1.x12"), 0);
    cr_expect_eq(run("cmp payer/in/000001-ta1.x12 payer/in/000001-ta1-again1.x12"), 0);
    cr_expect_eq(count_in("payer/payer.journal", "\nP\t"), payments);
    cr_expect_eq(count_in("payer/payer.journal", "\tDOUBLE\t"), 0);
    cr_expect_eq(run("history-check --manifest a.x12.expect --journal payer/payer.journal"), 0);
}

Test(simulator, the_same_isa13_with_other_bytes_is_refused_and_told)
{
    make_question("--claims 5 --seed 4", "a.x12");
    make_question("--claims 5 --seed 4 --first 5", "b.x12");
    cr_assert_eq(run(PAYER QUIET), 0);
    cr_expect_eq(count_in("payer/payer.journal", "\nX\t1\tb.x12"), 1);
    cr_expect_eq(count_all("payer/in", "conflict", "*R*025~"), 1);
    cr_expect_eq(run("history-check --manifest a.x12.expect --journal payer/payer.journal"), 1);
}

Test(simulator, the_same_clm01_in_another_interchange_is_a_double)
{
    make_question("--claims 40 --seed 4", "a.x12");
    make_question("--claims 40 --seed 4 --control 2", "b.x12");
    cr_assert_eq(run(PAYER QUIET), 0);
    cr_expect_eq(count_in("payer/payer.journal", "\tDOUBLE\tA3:54\t"), 40);
    cr_expect_eq(count_in("payer/in/000002-277ca.x12", "~STC*A3:54*"), 40);
    cr_expect_eq(run("history-check --manifest a.x12.expect --journal payer/payer.journal"), 1);
    cr_expect(said("\"doubled\":40"));
}

Test(simulator, a_rejected_interchange_may_come_again_under_a_new_number)
{
    make_question("--claims 40 --seed 4", "a.x12");
    make_question("--claims 40 --seed 4 --control 2", "b.x12");
    cr_assert_eq(run("sed -i 's/~IEA\\*1\\*/~IEA*2*/' payer/out/a.x12"), 0);
    cr_assert_eq(run(PAYER QUIET), 0);
    cr_expect_eq(count_in("payer/in/000001-ta1.x12", "*R*021~"), 1);
    cr_expect_eq(count_in("payer/payer.journal", "DOUBLE"), 0);
    cr_expect_eq(count_in("payer/payer.journal", "\nC\t2\t"), 40);
}

Test(simulator, sets_and_interchanges_are_rejected_by_their_share)
{
    make_question("--claims 1000 --per-set 10 --seed 4", "a.x12");
    cr_assert_eq(run(PAYER QUIET " --reject-sets-per-mille 300"), 0);
    uint32_t rejected = count_in("payer/in/000001-999.x12", "~IK5*R*5~");
    cr_expect(rejected > 10 && rejected < 60, "%u of 100", rejected);
    cr_expect_eq(count_in("payer/in/000001-999.x12", "~AK9*P*100*100*"), 1);
    cr_expect_eq(count_in("payer/payer.journal", "\nC\t"), 1000 - 10 * rejected);
    cr_assert_eq(run("rm -r payer"), 0);
    make_question("--claims 10 --seed 4", "a.x12");
    cr_assert_eq(run(PAYER QUIET " --reject-interchanges-per-mille 1000"), 0);
    cr_expect_eq(count_in("payer/in/000001-ta1.x12", "*R*024~"), 1);
    cr_expect_eq(count_names("payer/in", ""), 1);
}

/* Kills the simulator again and again until it comes to its end by itself. Returns how often it was killed.
 */
static uint32_t
kill_until_done(const char *folder)
{
    char program[8192];
    uint32_t kills = 0;
    snprintf(program, sizeof program, "%s/payer-simulator", programs());
    for (uint64_t turn = 0; turn < 400; turn++) {
        pid_t child = fork();
        if (child == 0) {
            if (chdir(place) != 0 || freopen("said", "w", stdout) == NULL)
                _exit(99);
            execl(program, program, "--folder", folder, "--delay-ms", "3", "--idle-ms", "30", "--once",
                  "--date", "20260701", "--seed", "5", "--unbalanced-per-mille", "50", NULL);
            _exit(99);
        }
        uint64_t wait_us = turn < 60 ? digest_draw(99, (uint32_t)turn) % 25000 : 10000000;
        int status = 0;
        for (uint64_t waited_us = 0; waited_us < wait_us && waitpid(child, &status, WNOHANG) == 0;
             waited_us += 500)
            usleep(500);
        if (kill(child, 0) == 0 && waitpid(child, &status, WNOHANG) == 0) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            kills++;
            continue;
        }
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d", status);
        return kills;
    }
    cr_assert_fail("it never ended");
    return 0;
}

Test(simulator, killed_at_any_moment_it_goes_on_where_it_was)
{
    cr_assert_eq(run("mkdir -p payer/out calm/out"), 0);
    for (int i = 0; i < 12; i++)
        cr_assert_eq(run("claim-generator --claims 400 --per-set 100 --seed 6 --first %d --control %d --out "
                         "payer/out/%02d.x12 "
                         "--expect %02d.expect && cp payer/out/%02d.x12 calm/out/",
                         i * 400, i + 1, i, i, i),
                     0);
    uint32_t kills = kill_until_done("payer");
    cr_expect_geq(kills, 3, "%u kills", kills);
    cr_assert_eq(
        run("payer-simulator --folder calm --delay-ms 3 --idle-ms 30 --once --date 20260701 --seed 5 "
            "--unbalanced-per-mille 50"),
        0);
    cr_expect_eq(
        run("history-check $(for m in *.expect; do echo --manifest $m; done) --journal payer/payer.journal"),
        0);
    cr_expect_eq(run("cut -f1-10 payer/payer.journal | grep -c '^C' | grep -x 4800"), 0);
    /* Numbers depend on when it paid, amounts do not. */
    cr_expect_eq(run("for j in payer calm; do grep ^P $j/payer.journal | cut -f3,4,7- | sort >$j.paid; done; "
                     "cmp payer.paid "
                     "calm.paid"),
                 0);
    cr_expect_eq(
        run("cat payer/in/*-835-*[0-9].x12 | tr '~' '\\n' | grep '^CLP' | cut -d'*' -f1-6 | sort >payer.clp; "
            "cat calm/in/*-835-*[0-9].x12 | tr '~' '\\n' | grep '^CLP' | cut -d'*' -f1-6 | sort >calm.clp; "
            "cmp "
            "payer.clp calm.clp"),
        0);
}

Test(simulator, an_unfinished_block_of_the_journal_is_cut_off)
{
    make_question("--claims 40 --seed 4", "a.x12");
    cr_assert_eq(run(PAYER QUIET), 0);
    cr_assert_eq(run("cp payer/payer.journal before; printf 'I\\t2\\t00\\t00\\nC\\t2\\t0\\tX\\tX\\t1' "
                     ">>payer/payer.journal"),
                 0);
    cr_assert_eq(run(PAYER QUIET), 0);
    cr_expect(said("\"interchanges\":1,\"claims\":40,"));
    cr_expect_eq(run("cmp before payer/payer.journal"), 0);
}

Test(simulator, a_second_simulator_on_one_journal_is_refused)
{
    char folder[4096], journal[4096];
    snprintf(folder, sizeof folder, "%s/payer", place);
    snprintf(journal, sizeof journal, "%s/journal", place);
    struct simulator_options options = {.folder = folder,
                                        .journal = journal,
                                        .seed = 5,
                                        .shares = shares_default,
                                        .remit_claims = 1,
                                        .remit_sets = 1};
    struct simulator *first, *second;
    cr_assert_eq(simulator_open(&first, &options), 0);
    cr_expect_eq(simulator_open(&second, &options), EWOULDBLOCK);
    simulator_close(first);
    options.seed = 6;
    cr_expect_eq(simulator_open(&second, &options), EINVAL, "another seed would change what was answered");
}
