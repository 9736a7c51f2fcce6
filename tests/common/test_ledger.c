#include "common/ledger/ledger.h"

#include <criterion/criterion.h>

static struct ledger_posting
begun(void)
{
    struct ledger_posting posting;
    ledger_begin(&posting, &(struct ledger_entry){.instant = 5, .claim_id = 7, .version = 2, .reference = TEXT("CLM")});
    return posting;
}

Test(ledger, the_way_of_a_claim_leaves_nothing_in_receivable_and_clearing)
{
    struct ledger_balances balances = {0};
    struct ledger_posting posting = begun();
    ledger_move(&posting, LEDGER_CHARGE, LEDGER_RECEIVABLE, LEDGER_CHARGES, 20000);
    ledger_move(&posting, LEDGER_RECEIPT, LEDGER_CASH, LEDGER_CLEARING, 12000);
    ledger_move(&posting, LEDGER_PAYMENT, LEDGER_CLEARING, LEDGER_RECEIVABLE, 12500);
    ledger_move(&posting, LEDGER_ADJUSTMENT, LEDGER_CONTRACTUAL, LEDGER_RECEIVABLE, 5000);
    ledger_move(&posting, LEDGER_ADJUSTMENT, LEDGER_PATIENT, LEDGER_RECEIVABLE, 2500);
    ledger_move(&posting, LEDGER_PLB, LEDGER_PROVIDER_LEVEL, LEDGER_CLEARING, 500);
    cr_assert(ledger_apply(&balances, &posting));
    cr_assert_eq(balances.cents[LEDGER_RECEIVABLE], 0);
    cr_assert_eq(balances.cents[LEDGER_CLEARING], 0);
    cr_assert_eq(balances.cents[LEDGER_CASH], 12000);
    cr_assert_eq(balances.cents[LEDGER_PATIENT], 2500);
    cr_assert_eq(balances.cents[LEDGER_CHARGES], -20000);
    cr_assert_eq(ledger_difference(&balances), 0);
    cr_assert_eq(balances.debits_cents, balances.credits_cents);
}

Test(ledger, a_negative_amount_is_the_move_the_other_way_round)
{
    struct ledger_posting posting = begun();
    ledger_move(&posting, LEDGER_PAYMENT, LEDGER_CLEARING, LEDGER_RECEIVABLE, -300);
    cr_assert_eq(posting.count, 1);
    cr_assert_eq(posting.entries[0].debit, LEDGER_RECEIVABLE);
    cr_assert_eq(posting.entries[0].credit, LEDGER_CLEARING);
    cr_assert_eq(posting.entries[0].cents, 300);
    cr_assert_eq(posting.entries[0].claim_id, 7);
    cr_assert_eq(posting.entries[0].version, 2);
}

Test(ledger, zero_adds_nothing_and_the_same_pair_is_summed)
{
    struct ledger_posting posting = begun();
    ledger_move(&posting, LEDGER_PAYMENT, LEDGER_CLEARING, LEDGER_RECEIVABLE, 0);
    cr_assert_eq(posting.count, 0);
    ledger_move(&posting, LEDGER_PAYMENT, LEDGER_CLEARING, LEDGER_RECEIVABLE, 10);
    ledger_move(&posting, LEDGER_PAYMENT, LEDGER_CLEARING, LEDGER_RECEIVABLE, 15);
    cr_assert_eq(posting.count, 1);
    cr_assert_eq(posting.entries[0].cents, 25);
}

Test(ledger, a_posting_and_its_reversal_cancel)
{
    struct ledger_balances balances = {0};
    struct ledger_posting made = begun(), back = begun();
    ledger_move(&made, LEDGER_PAYMENT, LEDGER_CLEARING, LEDGER_RECEIVABLE, 12500);
    ledger_move(&made, LEDGER_ADJUSTMENT, LEDGER_DENIED, LEDGER_RECEIVABLE, 700);
    ledger_reverse(&back, &made);
    cr_assert(ledger_apply(&balances, &made));
    cr_assert(ledger_apply(&balances, &back));
    for (unsigned i = LEDGER_RECEIVABLE; i < LEDGER_ACCOUNT_COUNT; i++)
        cr_assert_eq(balances.cents[i], 0, "%s", ledger_account_name(i));
    cr_assert_eq(balances.debits_cents, 2 * 13200);
    cr_assert_eq(back.entries[0].kind, LEDGER_REVERSAL);
}

Test(ledger, an_overflow_is_never_kept)
{
    struct ledger_balances balances = {.cents[LEDGER_CASH] = INT64_MAX - 5};
    struct ledger_posting posting = begun();
    ledger_move(&posting, LEDGER_RECEIPT, LEDGER_CASH, LEDGER_CLEARING, 10);
    cr_assert_not(ledger_apply(&balances, &posting));
    cr_assert_eq(balances.cents[LEDGER_CASH], INT64_MAX - 5);
    cr_assert_eq(balances.cents[LEDGER_CLEARING], 0);
    ledger_move(&posting, LEDGER_RECEIPT, LEDGER_CASH, LEDGER_CLEARING, INT64_MAX);
    cr_assert(posting.overflow);
    posting = begun();
    ledger_move(&posting, LEDGER_RECEIPT, LEDGER_CASH, LEDGER_CLEARING, INT64_MIN);
    cr_assert(posting.overflow);
}

Test(ledger, every_account_and_kind_has_a_name)
{
    for (unsigned i = LEDGER_RECEIVABLE; i < LEDGER_ACCOUNT_COUNT; i++)
        cr_assert_gt(strlen(ledger_account_name(i)), 3);
    for (unsigned i = LEDGER_CHARGE; i < LEDGER_KIND_COUNT; i++)
        cr_assert_geq(strlen(ledger_kind_name(i)), 3);
}
