/* Generator, simulator and checker together, in temporary folders, as programs and as the library. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/pipeline/claim_file.h"
#include "tests/pipeline/digest.h"
#include "tests/pipeline/invented_claim.h"
#include "tests/pipeline/mailbox.h"
#include "tests/pipeline/outcome.h"
#include "tests/pipeline/simulator.h"

static char place[256];

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status, (void)kind, (void)where;
    return remove(path);
}

static void
begin(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(place, sizeof place, "%s/claimline-simulator-XXXXXX", base != NULL ? base : "/tmp");
    cr_assert_not_null(mkdtemp(place));
}

static void
finish(void)
{
    nftw(place, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

TestSuite(simulator, .init = begin, .fini = finish);

static const char *
programs(void)
{
    static char path[4096];
    const char *build = getenv("CLAIMLINE_BUILD");
    snprintf(path, sizeof path, "%s/bin", build != NULL ? build : "build");
    return path;
}

/* Runs a program of the build with its output in PLACE/said; returns its exit status. */
static int __attribute__((format(printf, 1, 2))) run(const char *format, ...)
{
    char arguments[4096], command[12288];
    va_list list;
    va_start(list, format);
    vsnprintf(arguments, sizeof arguments, format, list);
    va_end(list);
    snprintf(command, sizeof command, "cd %s && export PATH=%s:$PATH && { %s\n} >said 2>complaint", place,
             programs(), arguments);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static struct pen
load(const char *name)
{
    char path[4096];
    struct pen pen = {0};
    snprintf(path, sizeof path, "%s/%s", place, name);
    cr_assert_eq(mailbox_load(&pen, path), 0, "%s", path);
    pen_character(&pen, '\0');
    pen.length--;
    return pen;
}

static bool
said(const char *words)
{
    struct pen pen = load("said");
    bool found = strstr(pen.bytes, words) != NULL;
    if (!found)
        fprintf(stderr, "said: %s", pen.bytes);
    pen_free(&pen);
    return found;
}

static uint32_t
count_in(const char *name, const char *words)
{
    struct pen pen = load(name);
    uint32_t count = 0;
    for (const char *at = pen.bytes; (at = strstr(at, words)) != NULL; at += strlen(words))
        count++;
    pen_free(&pen);
    return count;
}

/* Names in a folder of the place that hold `part`, sorted. */
static char **
names_with(const char *folder, const char *part)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", place, folder);
    char **names = mailbox_names(path);
    cr_assert_not_null(names, "%s", path);
    size_t kept = 0;
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strstr(names[i], part) != NULL)
            names[kept++] = names[i];
        else
            free(names[i]);
    }
    names[kept] = NULL;
    return names;
}

static uint32_t
count_all(const char *folder, const char *part, const char *words)
{
    char **names = names_with(folder, part);
    uint32_t count = 0;
    for (size_t i = 0; names[i] != NULL; i++) {
        char name[4096];
        snprintf(name, sizeof name, "%s/%s", folder, names[i]);
        count += count_in(name, words);
    }
    mailbox_free_names(names);
    return count;
}

static uint32_t
count_names(const char *folder, const char *part)
{
    char **names = names_with(folder, part);
    uint32_t count = 0;
    while (names[count] != NULL)
        count++;
    mailbox_free_names(names);
    return count;
}

#define QUIET "--twice-per-mille 0 --broken-per-mille 0"
#define PAYER "payer-simulator --folder payer --delay-ms 0 --idle-ms 30 --once --date 20260701 --seed 5 "

/* --- Pure parts --- */

Test(simulator, amounts_are_read_as_cents)
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

Test(simulator, days_are_counted_over_months_and_leap_years)
{
    cr_expect_eq(invented_date_after(20251001, 272), 20260630);
    cr_expect_eq(invented_date_after(20240228, 1), 20240229);
    cr_expect_eq(invented_date_after(20250228, 1), 20250301);
    cr_expect_eq(invented_date_after(20251231, 1), 20260101);
    cr_expect_eq(invented_date_after(20000229, 366), 20010301);
    cr_expect_eq(invented_days_between(20251001, 20260630), 272);
}

Test(simulator, what_becomes_of_a_line_adds_up_to_its_charge)
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

Test(simulator, shares_come_from_a_file_and_a_bad_line_is_named)
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

/* --- The generator --- */

Test(simulator, a_generated_file_is_what_its_manifest_says)
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

Test(simulator, a_seed_gives_the_same_file_and_another_seed_other_names)
{
    cr_assert_eq(run("claim-generator --claims 50 --seed 3 --out a.x12"), 0);
    cr_assert_eq(run("claim-generator --claims 50 --seed 3 --out b.x12"), 0);
    cr_assert_eq(run("claim-generator --claims 50 --seed 4 --out c.x12"), 0);
    cr_expect_eq(run("cmp a.x12 b.x12"), 0);
    cr_expect_eq(run("cut -f1 a.x12.expect c.x12.expect | sort | uniq -d | grep ."), 1);
}

Test(simulator, a_bad_set_and_a_broken_envelope_are_noticed)
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

/* --- The simulator --- */

static void
make_question(const char *options, const char *name)
{
    cr_assert_eq(run("mkdir -p payer/out && claim-generator %s --out payer/out/%s --expect %s.expect",
                     options, name, name),
                 0);
}

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

/* Sums of one 835 as its segments tell them; an equation that does not hold is counted. */
struct balance {
    int64_t check_cents, claims_cents, claim_left_cents, line_left_cents;
    bool in_claim, in_line;
    uint32_t sets, claims, claims_off, lines_off, checks_off;
};

static int64_t
cents_of(struct slice slice)
{
    int64_t cents = 0;
    cr_assert(slice_cents(slice, &cents), "%.*s", (int)slice.length, slice.at);
    return cents;
}

static void
close_line(struct balance *balance)
{
    balance->lines_off += balance->in_line && balance->line_left_cents != 0;
    balance->in_line = false;
}

static void
close_claim(struct balance *balance)
{
    close_line(balance);
    balance->claims_off += balance->in_claim && balance->claim_left_cents != 0;
    balance->in_claim = false;
}

static void
balance_segment(struct balance *balance, const struct segment *segment)
{
    struct slice id = segment->element[0];
    if (slice_is(id, "ST")) {
        balance->sets++;
        balance->claims_cents = 0;
    } else if (slice_is(id, "BPR")) {
        balance->check_cents = cents_of(segment->element[2]);
        cr_expect_eq(slice_is(segment->element[4], "NON"), balance->check_cents == 0);
        cr_expect_eq(segment->element[16].length, 8);
    } else if (slice_is(id, "CLP")) {
        close_claim(balance);
        balance->in_claim = true;
        balance->claims++;
        balance->claims_cents += cents_of(segment->element[4]);
        balance->claim_left_cents = cents_of(segment->element[3]) - cents_of(segment->element[4]);
    } else if (slice_is(id, "SVC")) {
        close_line(balance);
        balance->in_line = true;
        balance->line_left_cents = cents_of(segment->element[2]) - cents_of(segment->element[3]);
    } else if (slice_is(id, "CAS")) {
        balance->claim_left_cents -= cents_of(segment->element[3]);
        balance->line_left_cents -= cents_of(segment->element[3]);
    } else if (slice_is(id, "SE")) {
        close_claim(balance);
        balance->checks_off += balance->claims_cents != balance->check_cents;
    }
}

static struct balance
balance_of_all(const char *folder)
{
    struct balance balance = {0};
    char **names = names_with(folder, "-835-");
    for (size_t i = 0; names[i] != NULL; i++) {
        char name[4096];
        struct splitter splitter;
        struct segment segment;
        enum splitter_result result;
        snprintf(name, sizeof name, "%s/%s", folder, names[i]);
        struct pen text = load(name);
        cr_assert(splitter_open(&splitter, text.bytes, text.length));
        while ((result = splitter_next(&splitter, &segment)) == SPLITTER_SEGMENT)
            balance_segment(&balance, &segment);
        cr_assert_eq(result, SPLITTER_END);
        pen_free(&text);
    }
    mailbox_free_names(names);
    return balance;
}

Test(simulator, every_835_balances_by_line_claim_and_check)
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

Test(simulator, institutional_and_dental_claims_are_answered_and_paid_by_their_own_lines)
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

Test(simulator, an_institutional_claim_has_no_pointer_to_spoil)
{
    cr_expect_neq(run("claim-generator --claims 3 --seed 3 --form institutional --fault pointer=10 --out a.x12"), 0);
    cr_expect_eq(run("claim-generator --claims 3 --seed 3 --form dental --fault pointer=10 --out a.x12"), 0);
    cr_expect_neq(run("claim-generator --claims 3 --seed 3 --form hospital --out a.x12"), 0);
}

Test(simulator, a_payment_in_pieces_is_in_two_sts_that_make_it_up)
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

Test(simulator, what_does_not_balance_is_followed_by_what_does)
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

/* The questions of tests/data/x12 lie in out/; the payer answers with these shares. */
static void
ask_payer(const char *sample, const char *shares)
{
    cr_assert_eq(run("rm -rf payer && mkdir -p payer/out && cp %s/tests/data/x12/%s payer/out/a.x12", getenv("CLAIMLINE_SOURCE"),
                     sample), 0);
    cr_assert_eq(run(PAYER "--date 20261124 --twice-per-mille 0 --broken-per-mille 0 %s", shares), 0);
}

Test(simulator, a_276_is_answered_claim_by_claim)
{
    ask_payer("276.edi", "--status-silent-per-mille 0 --status-not-found-per-mille 0 --status-pend-per-mille 1000");
    cr_assert_eq(run("test -f payer/in/q000000006-ta1.x12 && test -f payer/in/q000000006-999.x12 && test ! -f payer/out/a.x12"), 0);
    cr_assert_eq(run("tr '~' '\\n' <payer/in/q000000006-999.x12 | grep -x 'AK1\\*HR\\*6\\*005010X212'"), 0);
    cr_assert_eq(run("tr '~' '\\n' <payer/in/q000000006-277.x12 | grep -c '^STC.P3:317.20261124' | grep -x 3"), 0);
    cr_assert_eq(run("tr '~' '\\n' <payer/in/q000000006-277.x12 | grep -x 'TRN.2.Q102'"), 0);
    cr_assert_eq(run("tr '~' '\\n' <payer/in/q000000006-277.x12 | grep -x 'NM1.QC.1.QUENTAL.LIV'"), 0);
    cr_assert_eq(run("tr '~' '\\n' <payer/in/q000000006-277.x12 | grep -x 'REF.EJ.A101'"), 0);
    cr_assert_eq(run("grep -c '^Q.*276.*pended' payer/payer.journal | grep -x 3"), 0);
    /* The same question again: the same bytes. */
    cr_assert_eq(run("cp payer/in/q000000006-277.x12 before && cp %s/tests/data/x12/276.edi payer/out/b.x12",
                     getenv("CLAIMLINE_SOURCE")), 0);
    cr_assert_eq(run(PAYER "--date 20261124 --twice-per-mille 0 --broken-per-mille 0 --status-silent-per-mille 0 "
                     "--status-not-found-per-mille 0 --status-pend-per-mille 1000"), 0);
    cr_expect_eq(run("cmp before payer/in/q000000006-277.x12"), 0);
    ask_payer("276.edi", "--status-not-found-per-mille 1000 --status-silent-per-mille 0");
    cr_expect_eq(run("tr '~' '\\n' <payer/in/q000000006-277.x12 | grep -c '^STC.D0:35' | grep -x 3"), 0);
    ask_payer("276.edi", "--status-not-found-per-mille 0 --status-silent-per-mille 0 --status-pend-per-mille 0");
    cr_expect_eq(run("tr '~' '\\n' <payer/in/q000000006-277.x12 | grep -x 'STC.F0:3.20261124..185.5.185.5'"), 0);
    ask_payer("276.edi", "--status-silent-per-mille 1000");
    cr_expect_eq(run("test ! -f payer/in/q000000006-277.x12 && test -f payer/in/q000000006-999.x12"), 0);
}

Test(simulator, a_270_is_answered_patient_by_patient)
{
    ask_payer("270.edi", "--patient-silent-per-mille 0 --patient-not-found-per-mille 0 --patient-differs-per-mille 0");
    cr_assert_eq(run("tr '~' '\\n' <payer/in/q000000006-999.x12 | grep -x 'AK1\\*HS\\*6\\*005010X279A1'"), 0);
    cr_assert_eq(run("tr '~' '\\n' <payer/in/q000000006-271.x12 | grep -c '^EB.1.IND.30' | grep -x 2"), 0);
    cr_assert_eq(run("tr '~' '\\n' <payer/in/q000000006-271.x12 | grep -x 'NM1.IL.1.ISAAC.MIRANDA....MI.W100000001'"), 0);
    cr_assert_eq(run("tr '~' '\\n' <payer/in/q000000006-271.x12 | grep -x 'DMG.D8.20150305.F'"), 0);
    cr_assert_eq(run("tr '~' '\\n' <payer/in/q000000006-271.x12 | grep -x 'TRN.2.T0002.9HARBORCL1'"), 0);
    cr_assert_eq(run("cp payer/in/q000000006-271.x12 right"), 0);
    ask_payer("270.edi", "--patient-silent-per-mille 0 --patient-not-found-per-mille 0 --patient-differs-per-mille 1000");
    cr_expect_neq(run("cmp right payer/in/q000000006-271.x12"), 0);
    ask_payer("270.edi", "--patient-silent-per-mille 0 --patient-not-found-per-mille 1000");
    cr_expect_eq(run("tr '~' '\\n' <payer/in/q000000006-271.x12 | grep -c '^AAA.N..75.C' | grep -x 2"), 0);
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

Test(simulator, samples_are_read_without_harm)
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

/* --- The checker --- */

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

Test(simulator, the_checker_is_content_with_a_right_history)
{
    make_history();
    cr_expect_eq(run(CHECK "events"), 0);
    cr_expect(said("{\"claims\":300,\"lost\":0,\"doubled\":0,\"unexpected\":0,"));
}

Test(simulator, the_checker_finds_what_is_wrong)
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

Test(simulator, the_checker_sees_a_claim_that_never_came)
{
    make_question("--claims 20 --seed 4", "a.x12");
    cr_assert_eq(run(PAYER QUIET), 0);
    cr_assert_eq(run("claim-generator --claims 21 --seed 4 --out more.x12"), 0);
    cr_expect_eq(run("history-check --manifest more.x12.expect --journal payer/payer.journal"), 1);
    cr_expect(said("\"lost\":1,"));
    cr_expect_eq(run("history-check --manifest more.x12.expect --journal nowhere"), 2);
}
