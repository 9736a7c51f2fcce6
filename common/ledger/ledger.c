#include "common/ledger/ledger.h"

#include "common/money/money.h"

#include <assert.h>

static const char *const account_names[LEDGER_ACCOUNT_COUNT] = {
    [LEDGER_RECEIVABLE] = "receivable",
    [LEDGER_CHARGES] = "charges",
    [LEDGER_CASH] = "cash",
    [LEDGER_CLEARING] = "clearing",
    [LEDGER_CONTRACTUAL] = "contractual",
    [LEDGER_DENIED] = "denied",
    [LEDGER_PATIENT] = "patient",
    [LEDGER_PROVIDER_LEVEL] = "provider_level",
    [LEDGER_OTHER_REDUCTION] = "other_reduction",
    [LEDGER_WRITE_OFF] = "write_off",
};

static const char *const kind_names[LEDGER_KIND_COUNT] = {
    [LEDGER_CHARGE] = "charge",
    [LEDGER_RECEIPT] = "receipt",
    [LEDGER_PAYMENT] = "payment",
    [LEDGER_ADJUSTMENT] = "adjustment",
    [LEDGER_PLB] = "plb",
    [LEDGER_REVERSAL] = "reversal",
    [LEDGER_CORRECTION] = "correction",
    [LEDGER_END] = "end",
};

static bool
is_account(enum ledger_account account)
{
    return account >= LEDGER_RECEIVABLE && account < LEDGER_ACCOUNT_COUNT;
}

const char *
ledger_account_name(enum ledger_account account)
{
    assert(is_account(account));
    return account_names[account];
}

const char *
ledger_kind_name(enum ledger_kind kind)
{
    assert(kind >= LEDGER_CHARGE && kind < LEDGER_KIND_COUNT);
    return kind_names[kind];
}

void
ledger_begin(struct ledger_posting *posting, const struct ledger_entry *head)
{
    posting->head = *head;
    posting->count = 0;
    posting->overflow = false;
}

void
ledger_move(struct ledger_posting *posting, enum ledger_kind kind, enum ledger_account debit,
            enum ledger_account credit, int64_t cents)
{
    assert(is_account(debit) && is_account(credit) && debit != credit);
    if (cents == 0)
        return;
    if (cents == INT64_MIN) {
        posting->overflow = true;
        return;
    }
    if (cents < 0) {
        ledger_move(posting, kind, credit, debit, -cents);
        return;
    }
    for (unsigned i = 0; i < posting->count; i++) {
        struct ledger_entry *entry = &posting->entries[i];
        if (entry->debit == debit && entry->credit == credit && entry->kind == kind) {
            if (!money_add(&entry->cents, cents))
                posting->overflow = true;
            return;
        }
    }
    if (posting->count == LEDGER_POSTING_ENTRIES) {
        posting->overflow = true;
        return;
    }
    struct ledger_entry *entry = &posting->entries[posting->count++];
    *entry = posting->head;
    entry->kind = kind;
    entry->debit = debit;
    entry->credit = credit;
    entry->cents = cents;
}

void
ledger_reverse(struct ledger_posting *posting, const struct ledger_posting *made)
{
    for (unsigned i = 0; i < made->count; i++)
        ledger_move(posting, LEDGER_REVERSAL, made->entries[i].credit, made->entries[i].debit, made->entries[i].cents);
    if (made->overflow)
        posting->overflow = true;
}

bool
ledger_apply(struct ledger_balances *balances, const struct ledger_posting *posting)
{
    struct ledger_balances sum = *balances;
    if (posting->overflow)
        return false;
    for (unsigned i = 0; i < posting->count; i++) {
        const struct ledger_entry *entry = &posting->entries[i];
        if (!money_add(&sum.cents[entry->debit], entry->cents) || !money_add(&sum.cents[entry->credit], -entry->cents) ||
            !money_add(&sum.debits_cents, entry->cents) || !money_add(&sum.credits_cents, entry->cents))
            return false;
    }
    *balances = sum;
    return true;
}

int64_t
ledger_difference(const struct ledger_balances *balances)
{
    int64_t sum = 0;
    for (unsigned i = LEDGER_RECEIVABLE; i < LEDGER_ACCOUNT_COUNT; i++)
        if (!money_add(&sum, balances->cents[i]))
            return INT64_MAX;
    return sum != 0 ? sum : balances->debits_cents - balances->credits_cents;
}
