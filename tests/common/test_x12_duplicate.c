/* What makes claims and payments the same: a file, and the same file with a change, one after the other. */
#include "common/duplicate/duplicate.h"
#include "schemas/findings.h"
#include "tests/common/x12_table.h"

/* The changes are those of mutations.tsv. What is found in the second file, which is changed; 0: nothing of 1480 to 1484. */
struct again {
    const char *file, *changes;
    uint16_t found, also;
};

enum { SAME = FINDING_X12_CLAIM_DUPLICATE, ALIKE = FINDING_X12_CLAIM_DUPLICATE_SUSPECTED };
#define OTHER_NUMBER "CLM*SAME-1* -> CLM*OTHER-1* ;; CLM*SAME-2* -> CLM*OTHER-2*"

static const struct again cases[] = {
    {"golden/837p_same_day.edi", "", SAME, 0},
    /* written in another way */
    {"golden/837p_same_day.edi", "*120***11 -> *120.00***11 ;; CLM*SAME-2*45* -> CLM*SAME-2*045.0*", SAME, 0},
    {"golden/837p_same_day.edi", "CLM*SAME-1* -> CLM*Same-1* ;; CLM*SAME-2* -> CLM*same-2*", SAME, 0},
    {"golden/837p_same_day.edi", "D8*20261120~\nLX*2 -> RD8*20261120-20261120~\nLX*2", SAME, 0},
    /* the diagnosis, the name of the provider, the place of service are not what a duplicate is known by */
    {"golden/837p_same_day.edi", "HI*ABK:J101 -> HI*ABK:J102 ;; NM1*85*2*HARBOR -> NM1*85*2*HAVEN ;; 120***11:B -> 120***12:B", SAME, 0},
    /* another payer, turn, provider, charge, day, frequency, number of the payer: of both or of one claim */
    {"golden/837p_same_day.edi", "PAYER*****PI*EP01~\nCLM -> PAYER*****PI*EP02~\nCLM", 0, 0},
    {"golden/837p_same_day.edi", "SBR*P* -> SBR*S*", 0, 0},
    {"golden/837p_same_day.edi", "XX*1234567893~\nN3 -> XX*1555000409~\nN3", 0, 0},
    {"golden/837p_same_day.edi", "CLM*SAME-1*120* -> CLM*SAME-1*121* ;; CLM*SAME-2*45* -> CLM*SAME-2*46*", 0, 0},
    {"golden/837p_same_day.edi", "DTP*472*D8*20261120 -> DTP*472*D8*20261119 ;; SV1*HC:97110*15*UN*1***1~\nDTP*472*D8*20261120 -> "
                                 "SV1*HC:97110*15*UN*1***1~\nDTP*472*D8*20261121", 0, 0},
    {"golden/837p_same_day.edi", "120***11:B:1 -> 120***11:B:7 ;; 45***11:B:1 -> 45***11:B:8", 0, 0},
    {"golden/837p_replacement_and_void.edi", "", SAME, 0},
    {"golden/837p_replacement_and_void.edi", "REF*F8* -> REF*F8*X", SAME, 0}, /* the other of the two is still there */
    /* under another number */
    {"golden/837p_same_day.edi", OTHER_NUMBER, ALIKE, 0},
    {"golden/837p_same_day.edi", OTHER_NUMBER " ;; HI*ABK:J101 -> HI*ABK:J102", ALIKE, 0},
    {"golden/837p_same_day.edi", OTHER_NUMBER " ;; SV1*HC:99213*90* -> SV1*HC:36415*30* ;; SV1*HC:36415*30*UN*1***1~\nDTP*472*D8*20261120~\n"
                                 "CLM -> SV1*HC:99213*90*UN*1***1~\nDTP*472*D8*20261120~\nCLM", ALIKE, 0},
    {"golden/837p_same_day.edi", "CLM*SAME-1* -> CLM*OTHER-1*", SAME, ALIKE},
    {"golden/837p_same_day.edi", OTHER_NUMBER " ;; MI*W100000001 -> MI*W100000002", 0, 0},
    {"golden/837p_same_day.edi", OTHER_NUMBER " ;; *MIRANDA* -> *LIV*", 0, 0},
    {"golden/837p_same_day.edi", OTHER_NUMBER " ;; DMG*D8*19700105 -> DMG*D8*19710105", 0, 0},
    {"golden/837p_same_day.edi", OTHER_NUMBER " ;; SV1*HC:99213* -> SV1*HC:99213:76* ;; SV1*HC:97110*15*UN*1* -> SV1*HC:97110*15*UN*2*", 0, 0},
    {"golden/837p_same_day.edi", OTHER_NUMBER " ;; 120***11:B -> 120***12:B ;; HI*ABK:E119~ -> HI*ABK:E119~\nNM1*82*1*OKAFOR*LENA****XX*1555000201~", 0, 0},
    /* a replacement under another number is no repetition of the other replacement */
    {"golden/837p_replacement_and_void.edi", "11:B:7 -> 11:B:1 ;; 11:B:8 -> 11:B:7 ;; CLM* -> CLM*X", SAME, 0},
    /* the patient is not the subscriber */
    {"837p.edi", "CLM*A100* -> CLM*Z100* ;; CLM*A101*100***11:B:7 -> CLM*Z101*100***11:B:1", ALIKE, 0},
    /* institutional: the statement, the type of bill, revenue codes */
    {"837i.edi", "", SAME, 0},
    {"837i.edi", "DTP*434*RD8*20261102-20261105 -> DTP*434*RD8*20261102-20261106 ;; DTP*434*RD8*20261109-20261109 -> "
                 "DTP*434*RD8*20261109-20261110", 0, 0},
    {"837i.edi", "11:A:1 -> 11:A:2 ;; 13:A:7 -> 13:A:3", 0, 0}, /* bills of one stay: the same number and period */
    {"837i.edi", "11:A:1 -> 11:A:2 ;; 13:A:7 -> 13:A:3 ;; CLM*I100* -> CLM*I900* ;; CLM*I101* -> CLM*I901*", 0, 0},
    {"837i.edi", "CLM*I100* -> CLM*I900* ;; CLM*I101* -> CLM*I901*", ALIKE, 0},
    {"837i.edi", "CLM*I100*5180.5***11:A -> CLM*I900*5180.5***12:A ;; CLM*I101* -> CLM*I901*", 0, 0},
    {"837i.edi", "CLM*I100* -> CLM*I900* ;; SV2*0120* -> SV2*0110* ;; CLM*I101* -> CLM*I901*", 0, 0},
    {"837i.edi", "CLM*I100* -> CLM*I900* ;; N4*00000000001 -> N4*00000000002 ;; CLM*I101* -> CLM*I901*", 0, 0},
    /* dental: teeth, a predetermination */
    {"837d.edi", "", SAME, 0},
    {"837d.edi", "CLM*D100* -> CLM*D900* ;; CLM*D101* -> CLM*D901*", ALIKE, 0},
    {"837d.edi", "CLM*D100* -> CLM*D900* ;; TOO*JP*3* -> TOO*JP*2* ;; CLM*D101* -> CLM*D901*", 0, 0},
    {"837d.edi", "310***11:B:1*Y*A*Y*Y~ -> 310***11:B:1*Y*A*Y*Y**********PB~ ;; OH~\nDTP -> OH********PB~\nDTP", 0, 0},
    /* payments */
    {"835.edi", "", FINDING_X12_PAYMENT_DUPLICATE, 0},
    {"835.edi", "TRN*1*EFT0001 -> TRN*1*EFT0002", 0, 0},
    {"835.edi", "*20261130~\nTRN -> *20261201~\nTRN", 0, 0},
    {"835.edi", "EFT0001*1512345678 -> EFT0001*1512345679", 0, 0},
};

static bool
is_ours(uint16_t number)
{
    return number >= FINDING_X12_CLAIM_DUPLICATE && number <= FINDING_X12_CLAIM_PAID_TWICE;
}

static void
expect(const struct again *given, const struct outcome *outcome)
{
    unsigned wanted = (given->found != 0) + (given->also != 0), met = 0;
    for (uint32_t i = 0; i < outcome->finding_count; i++)
        if (is_ours(outcome->findings[i])) {
            met++;
            cr_expect(outcome->findings[i] == given->found || outcome->findings[i] == given->also, "%s: %s: %s", given->file,
                      given->changes, finding_kind(outcome->findings[i])->name);
        }
    cr_expect_eq(met, wanted, "%s: %s: %u of %u", given->file, given->changes, met, wanted);
    cr_expect_eq(outcome->last, X12_EVENT_END);
}

Test(x12_duplicate, the_same_file_again_with_a_change, .timeout = 120)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
        const struct x12_seen *seen = duplicate_seen(duplicate);
        struct text bytes = sample(cases[i].file), changed = table_changed(text_from(cases[i].file), text_from(cases[i].changes));
        duplicate_file(duplicate, "first");
        struct outcome first = run_seen(bytes, 7, seen);
        for (uint32_t k = 0; k < first.finding_count; k++)
            cr_expect_not(is_ours(first.findings[k]), "%s alone: %s", cases[i].file, finding_kind(first.findings[k])->name);
        duplicate_file(duplicate, "second");
        struct outcome outcome = run_seen(changed, 7, seen);
        expect(&cases[i], &outcome);
        duplicate_again(duplicate);
        struct outcome again = run_seen(changed, 7, seen);
        cr_expect_eq(again.digest, outcome.digest, "%s: %s: a second pass differs", cases[i].file, cases[i].changes);
        duplicate_close(duplicate);
        release(bytes);
        release(changed);
    }
}

Test(x12_duplicate, other_delimiters_are_no_other_claim)
{
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    struct text bytes = sample("837p.edi"), components = replaced(bytes, ":", ">", true), stars = replaced(components, "*", "|", true);
    duplicate_file(duplicate, "first");
    cr_expect_eq(run_seen(bytes, 7, duplicate_seen(duplicate)).refused_claims, 0);
    duplicate_file(duplicate, "second");
    struct outcome outcome = run_seen(stars, 7, duplicate_seen(duplicate));
    cr_expect(has(&outcome, SAME));
    cr_expect_eq(outcome.refused_claims, 2);
    cr_expect_eq(outcome.accepted_sets, 1, "a duplicate belongs in the 277CA, not in the 999");
    release(bytes);
    release(components);
    release(stars);
    duplicate_close(duplicate);
}

Test(x12_duplicate, without_an_index_or_below_type_4_nothing_is_looked_for)
{
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    struct text bytes = sample("837p.edi");
    duplicate_file(duplicate, "it");
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(run_seen(bytes, 3, duplicate_seen(duplicate)).finding_count, 0);
        cr_expect_eq(run_text(bytes, 7).finding_count, 0);
    }
    cr_expect_eq(duplicate_count(duplicate), 0);
    release(bytes);
    duplicate_close(duplicate);
}

/* A claim that is larger than what is kept of one is refused for that, and compared with nothing. */
Test(x12_duplicate, a_claim_that_is_too_large_is_not_compared)
{
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    struct text bytes = sample("837p.edi");
    for (int i = 0; i < 2; i++) {
        struct x12_check check;
        struct pieces pieces = {bytes, 1000};
        struct x12_check_options options = {.pin_limit = 200, .seen = duplicate_seen(duplicate)};
        duplicate_file(duplicate, "it");
        x12_check_open(&check, &options, give_piece, &pieces);
        struct outcome outcome = run(&check);
        cr_expect(has(&outcome, FINDING_X12_CLAIM_TOO_LARGE));
        cr_expect_not(has(&outcome, SAME) || has(&outcome, ALIKE));
    }
    cr_expect_eq(duplicate_count(duplicate), 0);
    release(bytes);
    duplicate_close(duplicate);
}
