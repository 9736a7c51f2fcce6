/* What the simulator knows again from its journal. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/pipeline/simulator_state.h"

static struct receipt *
receipt_of(struct simulator *simulator, struct slice serial)
{
    uint64_t number = journal_number_of(serial);
    return number >= 1 && number <= simulator->receipt_count ? &simulator->receipts[number - 1] : NULL;
}

struct receipt *
simulator_receipt_add(struct simulator *simulator)
{
    if (simulator->receipt_count == simulator->receipt_room) {
        simulator->receipt_room = simulator->receipt_room == 0 ? 256 : simulator->receipt_room * 2;
        simulator->receipts =
            realloc(simulator->receipts, simulator->receipt_room * sizeof *simulator->receipts);
        if (simulator->receipts == NULL) {
            fputs("out of memory\n", stderr);
            abort();
        }
    }
    struct receipt *receipt = &simulator->receipts[simulator->receipt_count++];
    *receipt = (struct receipt){.stamp.serial = simulator->receipt_count};
    return receipt;
}

static void
numbers_used(struct simulator *simulator, uint64_t first, uint64_t count)
{
    if (first + count > simulator->next_number)
        simulator->next_number = (uint32_t)(first + count);
}

static void
told_start(struct simulator *simulator, const struct journal_line *line)
{
    char shares[SHARES_TEXT];
    shares_write(&simulator->options.shares, shares, sizeof shares);
    simulator->journal_fits =
        journal_number_of(line->fields[1]) == simulator->options.seed && slice_is(line->fields[2], shares);
}

static void
told_interchange(struct simulator *simulator, const struct journal_line *line)
{
    struct receipt *receipt = simulator_receipt_add(simulator);
    receipt->identity = journal_hex_of(line->fields[2]);
    receipt->digest = journal_hex_of(line->fields[3]);
    receipt->instant_us = (int64_t)journal_number_of(line->fields[8]);
    receipt->stamp.date = (int32_t)journal_number_of(line->fields[9]);
    receipt->stamp.time = (uint32_t)journal_number_of(line->fields[10]);
    receipt->stamp.number = (uint32_t)journal_number_of(line->fields[11]);
    numbers_used(simulator, receipt->stamp.number, 3);
    guard_take(&simulator->identities, receipt->identity, simulator->receipt_count, 0);
    simulator->totals.interchanges++;
    if (!slice_is(line->fields[12], "000"))
        receipt->stages[0].done = receipt->stages[1].done = true;
}

static void
told_claim(struct simulator *simulator, const struct journal_line *line)
{
    simulator->totals.claims++;
    simulator->totals.rejected += slice_is(line->fields[8], verdict_name(VERDICT_REJECTED));
    simulator->totals.doubles += slice_is(line->fields[8], verdict_name(VERDICT_DOUBLE));
    simulator->totals.faulty += slice_is(line->fields[8], verdict_name(VERDICT_FAULTY));
    if (!slice_is(line->fields[8], verdict_name(VERDICT_DOUBLE)))
        guard_take(&simulator->claims, journal_hex_of(line->fields[10]),
                   (uint32_t)journal_number_of(line->fields[1]),
                   (uint32_t)journal_number_of(line->fields[2]));
}

static void
told_stage(struct simulator *simulator, const struct journal_line *line, bool done)
{
    struct receipt *receipt = receipt_of(simulator, line->fields[1]);
    uint64_t stage = journal_number_of(line->fields[2]);
    if (receipt == NULL || stage >= PAY_STAGES)
        return;
    struct pay_stage *paid = &receipt->stages[stage];
    if (done) {
        paid->done = true;
        return;
    }
    paid->planned = true;
    paid->instant_us = (int64_t)journal_number_of(line->fields[3]);
    paid->stamp = (struct stamp){.number = (uint32_t)journal_number_of(line->fields[6]),
                                 .date = (int32_t)journal_number_of(line->fields[4]),
                                 .time = (uint32_t)journal_number_of(line->fields[5]),
                                 .serial = receipt->stamp.serial};
    numbers_used(simulator, paid->stamp.number, journal_number_of(line->fields[7]));
}

void
simulator_told(void *owner, const struct journal_line *line)
{
    struct simulator *simulator = owner;
    struct receipt *receipt;
    switch (line->fields[0].length == 1 ? line->fields[0].at[0] : 0) {
    case 'S':
        told_start(simulator, line);
        break;
    case 'I':
        told_interchange(simulator, line);
        break;
    case 'C':
        told_claim(simulator, line);
        break;
    case 'A':
        if ((receipt = receipt_of(simulator, line->fields[1])) != NULL)
            receipt->answered = true;
        break;
    case 'G':
        if ((receipt = receipt_of(simulator, line->fields[1])) != NULL)
            receipt->repeats++;
        break;
    case 'R':
        told_stage(simulator, line, false);
        break;
    case 'D':
        told_stage(simulator, line, true);
        break;
    case 'P':
        simulator->totals.paid_claims += !slice_is(line->fields[8], "unbalanced");
        simulator->totals.paid_cents +=
            slice_is(line->fields[8], "unbalanced") ? 0 : (int64_t)journal_number_of(line->fields[6]);
        break;
    }
}
