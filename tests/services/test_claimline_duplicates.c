/* services/claimline: `check` finds what stands twice, in one file and across the files of one call, and answers it. */
#include "tests/common/x12_sample.h"
#include "tests/services/claimline_daemons.h"

/* The sample with a change, as a file of the folder. */
static void
put_sample(struct daemons *daemons, const char *name, const char *file, const char *from, const char *to)
{
    struct text bytes = sample(file), changed = replaced(bytes, from, to, false);
    char *words = strndup(changed.data, changed.length);
    put_text(daemons->folder, name, words);
    free(words);
    release(changed);
    release(bytes);
}

/* check OPTIONS FOLDER/ONE FOLDER/OTHER */
static int
check_both(struct daemons *daemons, const char *options, const char *one, const char *other)
{
    char line[900];
    snprintf(line, sizeof line, "check %s %s/%s %s/%s", options, daemons->folder, one, daemons->folder, other);
    return run_line(daemons, line);
}

/* "set 0001, byte OFFSET of FOLDER/NAME" is said of a file. */
static void
expect_first(struct daemons *daemons, const char *finding, const char *name, const char *file, const char *at)
{
    char words[600];
    struct text bytes = sample(file);
    const char *there = memmem(bytes.data, bytes.length, at, strlen(at));
    cr_assert_not_null(there);
    snprintf(words, sizeof words, "set 0001, byte %zu of ", (size_t)(there - bytes.data));
    cr_expect(holds(daemons->out, words), "no \"%s\" in %s", words, daemons->out);
    snprintf(words, sizeof words, "/%s. [%s", name, finding);
    cr_expect(holds(daemons->out, words), "no \"%s\" in %s", words, daemons->out);
    release(bytes);
}

Test(claimline_duplicates, a_claim_of_an_earlier_file_is_an_error_of_the_later_one)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    put_sample(&daemons, "monday", "837p.edi", "BHT*", "BHT*");
    put_sample(&daemons, "tuesday", "837p.edi", "CLM*A101*", "CLM*A102*");
    put_sample(&daemons, "other", "837p.edi", "*XX*1234567893~\nN3", "*XX*1555000409~\nN3");
    cr_expect_eq(check_both(&daemons, "", "monday", "tuesday"), 1, "%s", daemons.words);
    expect_first(&daemons, "1480", "monday", "837p.edi", "CLM*A100*");
    cr_expect(holds(daemons.words, "monday: 1 interchanges, 1 sets, 2 claims: 0 errors") &&
                  holds(daemons.words, "tuesday: 1 interchanges, 1 sets, 2 claims: 1 errors, 0 warnings"), "%s", daemons.words);
    cr_expect_eq(check_both(&daemons, "--json", "monday", "monday"), 1);
    cr_expect(holds(daemons.out, "\"finding\":1480,\"name\":\"X12_CLAIM_DUPLICATE\",\"snip\":4") &&
                  holds(daemons.out, "\"claim\":\"A101\",\"place\":\"2300/CLM-01\""), "%s", daemons.out);
    cr_expect_eq(check_both(&daemons, "", "monday", "other"), 0, "%s", daemons.out);
    cr_expect_eq(check_both(&daemons, "--snip 1-3", "monday", "tuesday"), 0, "%s", daemons.out);
    put_sample(&daemons, "alike", "837p.edi", "CLM*A100*", "CLM*A900*");
    cr_expect_eq(check_both(&daemons, "--snip 4", "alike", "tuesday"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, ": warning: 2300/CLM-01 (claim A100)") && holds(daemons.out, "alike. [1481 SNIP 4]"), "%s", daemons.out);
    daemons_close(&daemons);
}

Test(claimline_duplicates, a_payment_and_a_dental_and_an_institutional_claim_are_found_as_well)
{
    static const struct {
        const char *file, *finding, *at;
    } cases[] = {{"837i.edi", "1480", "CLM*I100*"}, {"837d.edi", "1480", "CLM*D100*"}, {"835.edi", "1483", "TRN*1*"}};
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put_sample(&daemons, "one", cases[i].file, "~\nGE*", "~\nGE*");
        cr_expect_eq(check_both(&daemons, "", "one", "one"), 1, "%s", daemons.words);
        expect_first(&daemons, cases[i].finding, "one", cases[i].file, cases[i].at);
    }
    daemons_close(&daemons);
}

static unsigned
count_of(const char *all, const char *part)
{
    unsigned count = 0;
    for (const char *at = strstr(all, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

/* The second pass, which writes the 277CA, finds the same: the first file's claims are not their own duplicates. */
Test(claimline_duplicates, the_277ca_refuses_the_second_claim_as_a_duplicate)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    put_sample(&daemons, "monday", "837p.edi", "BHT*", "BHT*");
    put_sample(&daemons, "tuesday", "837p.edi", "CLM*A101*", "CLM*A102*");
    cr_expect_eq(check_both(&daemons, "--format 277ca", "monday", "tuesday"), 1, "%s", daemons.words);
    cr_expect_eq(count_of(daemons.out, "STC*A2:20*"), 3u, "%s", daemons.out);
    cr_expect_eq(count_of(daemons.out, "STC*A3:54*"), 1u, "%s", daemons.out);
    const char *second = strstr(daemons.out, "\nIEA*");
    cr_assert_not_null(second);
    cr_expect(holds(second, "TRN*2*A100~\nSTC*A3:54*") && holds(second, "QTY*90*1~\nQTY*AA*1~\n"), "%s", second);
    cr_expect_eq(check_both(&daemons, "--format 999", "monday", "tuesday"), 1);
    cr_expect_eq(count_of(daemons.out, "\nIK5*A~"), 2u, "the set is taken: %s", daemons.out);
    daemons_close(&daemons);
}

Test(claimline_duplicates, what_was_rejected_may_be_sent_again)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    put_sample(&daemons, "wrong", "837p.edi", "SE*58*", "SE*57*");
    put_sample(&daemons, "right", "837p.edi", "BHT*", "BHT*");
    cr_expect_eq(check_both(&daemons, "", "wrong", "right"), 1);
    cr_expect(holds(daemons.words, "wrong: 1 interchanges, 1 sets, 2 claims: 1 errors") &&
                  holds(daemons.words, "right: 1 interchanges, 1 sets, 2 claims: 0 errors, 2 warnings"), "%s", daemons.words);
    cr_expect(holds(daemons.out, "wrong. [1482 SNIP 4]"), "%s", daemons.out);
    put_sample(&daemons, "group", "837p.edi", "GE*1*1~", "GE*2*1~");
    put_sample(&daemons, "interchange", "837p.edi", "IEA*1*000000001", "IEA*1*000000009");
    cr_expect_eq(check_both(&daemons, "", "group", "right"), 1);
    cr_expect(holds(daemons.words, "right: 1 interchanges, 1 sets, 2 claims: 0 errors, 2 warnings"), "%s", daemons.words);
    cr_expect_eq(check_both(&daemons, "", "interchange", "right"), 1);
    cr_expect(holds(daemons.words, "right: 1 interchanges, 1 sets, 2 claims: 0 errors, 2 warnings"), "%s", daemons.words);
    check_both(&daemons, "--format 277ca", "wrong", "right");
    cr_expect_eq(count_of(daemons.out, "STC*A2:20*"), 2u, "%s", daemons.out);
    cr_expect_eq(count_of(daemons.out, "A3:54"), 0u, "%s", daemons.out);
    daemons_close(&daemons);
}
