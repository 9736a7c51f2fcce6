#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/pipeline/mailbox.h"
#include "tests/pipeline/simulator_state.h"

/* The STs of one stage of one interchange, and how they stand in files. */
struct plan {
    uint32_t *claims; /* indexes, by payee */
    uint32_t claim_count;
    struct remittance *sets;
    uint32_t set_count;
    struct pen *files;
    uint32_t file_count;
};

static void *
room_for(size_t count, size_t size)
{
    void *room = calloc(count + 1, size);
    if (room == NULL) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return room;
}

static struct slice
payee_of(const struct claim_file *file, uint32_t claim)
{
    uint32_t provider = file->claims[claim].provider;
    return provider == UINT32_MAX ? (struct slice){"", 0} : file->providers[provider].npi;
}

static int
by_payee(const void *left, const void *right, void *owner)
{
    const struct claim_file *file = owner;
    const uint32_t *a = left, *b = right;
    struct slice first = payee_of(file, *a), second = payee_of(file, *b);
    uint32_t shorter = first.length < second.length ? first.length : second.length;
    int order = memcmp(first.at, second.at, shorter);
    if (order == 0)
        order = first.length < second.length ? -1 : first.length > second.length;
    return order != 0 ? order : *a < *b ? -1 : *a > *b;
}

/* Claims of a disposition that were accepted, in the order of payees. Returns how many. */
static uint32_t
choose_claims(struct simulator *simulator, enum disposition wanted, uint32_t *claims)
{
    const struct claim_file *file = &simulator->file;
    uint32_t count = 0;
    for (uint32_t i = 0; i < file->claim_count; i++) {
        struct claim_outcome outcome;
        if (simulator->judgements[i].verdict != VERDICT_ACCEPTED)
            continue;
        outcome_of_claim(simulator->options.seed, &simulator->options.shares, file->claims[i].key.at,
                         file->claims[i].key.length, &outcome);
        if (outcome.disposition == wanted)
            claims[count++] = i;
    }
    qsort_r(claims, count, sizeof *claims, by_payee, &simulator->file);
    return count;
}

static int64_t
paid_cents_of(const struct simulator *simulator, const uint32_t *claims, uint32_t count)
{
    int64_t cents = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct claim_payment payment;
        answer_payment(simulator->options.seed, &simulator->options.shares, &simulator->file,
                       &simulator->file.claims[claims[i]], &payment);
        cents += payment.paid_cents;
    }
    return cents;
}

/* A payment in two STs; each of them pays something, so that neither is the whole. */
static void
plan_pieces(struct simulator *simulator, struct plan *plan)
{
    struct remittance *whole = &plan->sets[plan->set_count - 1];
    const struct filed_claim *claim = &simulator->file.claims[whole->claims[0]];
    uint32_t half = whole->claim_count / 2;
    if (!outcome_falls(simulator->options.seed, "pieces", claim->key.at, claim->key.length,
                       simulator->options.shares.pieces) ||
        paid_cents_of(simulator, whole->claims, half) == 0 ||
        paid_cents_of(simulator, whole->claims + half, whole->claim_count - half) == 0)
        return;
    struct remittance *second = &plan->sets[plan->set_count++];
    *second = (struct remittance){.file = whole->file,
                                  .claims = whole->claims + half,
                                  .claim_count = whole->claim_count - half,
                                  .first = whole};
    whole->rest = second->claim_count;
    whole->claim_count = half;
}

/* STs of at most `limit` claims of one payee each. */
static void
plan_sets(struct simulator *simulator, struct plan *plan, uint32_t first, uint32_t end, uint32_t limit,
          bool unbalanced)
{
    const struct claim_file *file = &simulator->file;
    while (first < end) {
        uint32_t next = first + 1;
        while (next < end && next - first < limit &&
               slice_same(payee_of(file, plan->claims[next]), payee_of(file, plan->claims[first])))
            next++;
        plan->sets[plan->set_count++] = (struct remittance){.file = file,
                                                            .claims = plan->claims + first,
                                                            .claim_count = next - first,
                                                            .unbalanced = unbalanced};
        if (!unbalanced && next - first > 1)
            plan_pieces(simulator, plan);
        first = next;
    }
}

/* Stage 0: what is paid, then what does not balance, each of those alone. Stage 1: those again, right. */
static void
make_plan(struct simulator *simulator, uint32_t stage, struct plan *plan)
{
    uint32_t count = simulator->file.claim_count;
    *plan = (struct plan){.claims = room_for(count, sizeof *plan->claims),
                          .sets = room_for(count, sizeof *plan->sets)};
    if (stage == 0) {
        uint32_t paid = choose_claims(simulator, DISPOSITION_PAID, plan->claims);
        plan_sets(simulator, plan, 0, paid, simulator->options.remit_claims, false);
        plan->claim_count = paid;
    }
    if (stage == 0 || simulator->options.shares.correct_unbalanced) {
        uint32_t odd = choose_claims(simulator, DISPOSITION_UNBALANCED, plan->claims + plan->claim_count);
        plan_sets(simulator, plan, plan->claim_count, plan->claim_count + odd, 1, stage == 0);
        plan->claim_count += odd;
    }
    plan->files = room_for(plan->set_count, sizeof *plan->files);
}

static void
free_plan(struct plan *plan)
{
    for (uint32_t i = 0; i < plan->file_count; i++)
        pen_free(&plan->files[i]);
    free(plan->files);
    free(plan->claims);
    free(plan->sets);
}

/* An unbalanced set stands alone in its file. */
static void
write_files(struct simulator *simulator, struct plan *plan, const struct stamp *first)
{
    struct stamp stamp = *first;
    for (uint32_t at = 0; at < plan->set_count;) {
        struct pen *pen = &plan->files[plan->file_count++];
        uint32_t sets = 0;
        answer_835_open(pen, &simulator->file, &stamp);
        do {
            plan->sets[at].set = ++sets;
            answer_835_set(pen, simulator->options.seed, &simulator->options.shares, &stamp, &plan->sets[at]);
            at++;
        } while (at < plan->set_count && sets < simulator->options.remit_sets && !plan->sets[at].unbalanced &&
                 !plan->sets[at - 1].unbalanced);
        answer_835_close(pen, sets, &stamp);
        stamp.number++;
    }
}

static void
journal_payment(struct simulator *simulator, uint32_t serial, const struct remittance *remittance,
                uint32_t number, uint32_t stage)
{
    struct journal *journal = &simulator->journal;
    const struct claim_file *file = &simulator->file;
    const struct filed_claim *claim = &file->claims[number];
    struct claim_payment payment;
    struct claim_outcome outcome;
    answer_payment(simulator->options.seed, &simulator->options.shares, file, claim, &payment);
    outcome_of_claim(simulator->options.seed, &simulator->options.shares, claim->key.at, claim->key.length,
                     &outcome);
    journal_begin(journal, 'P');
    journal_number(journal, serial);
    journal_slice(journal, claim->number);
    journal_slice(journal, claim->key);
    journal_text(journal, remittance->trace);
    journal_number(journal, (uint64_t)remittance->paid_cents);
    journal_number(journal, (uint64_t)payment.paid_cents);
    journal_number(journal, (uint64_t)payment.patient_cents);
    journal_text(journal, remittance->unbalanced ? "unbalanced" : stage == 1 ? "corrected" : "right");
    journal_text(journal, payment.denied ? "denied" : "paid");
    for (uint32_t i = 0; i < claim->line_count; i++) {
        struct line_outcome line;
        outcome_of_line(&simulator->options.shares, &outcome, i,
                        file->lines[claim->first_line + i].charge_cents, &line);
        pen_character(&journal->block, i == 0 ? '\t' : ',');
        pen_number(&journal->block, (uint64_t)line.paid_cents, 1);
        if (line.denial != NULL) {
            pen_character(&journal->block, ':');
            pen_put(&journal->block, line.denial->carc);
        }
    }
    journal_end(journal);
    if (!remittance->unbalanced) {
        simulator->totals.paid_claims++;
        simulator->totals.paid_cents += payment.paid_cents;
    }
}

static int
journal_plan(struct simulator *simulator, const struct pay_stage *paid, const struct plan *plan,
             uint32_t stage)
{
    struct journal *journal = &simulator->journal;
    journal_begin(journal, 'R');
    journal_number(journal, paid->stamp.serial);
    journal_number(journal, stage);
    journal_number(journal, (uint64_t)paid->instant_us);
    journal_number(journal, (uint64_t)paid->stamp.date);
    journal_number(journal, paid->stamp.time);
    journal_number(journal, paid->stamp.number);
    journal_number(journal, plan->file_count);
    journal_end(journal);
    for (uint32_t s = 0; s < plan->set_count; s++) {
        for (uint32_t i = 0; i < plan->sets[s].claim_count; i++)
            journal_payment(simulator, paid->stamp.serial, &plan->sets[s], plan->sets[s].claims[i], stage);
    }
    return journal_commit(journal, true);
}

static int
deliver_files(struct simulator *simulator, const struct plan *plan, const struct pay_stage *paid,
              uint32_t stage)
{
    int failed = 0;
    for (uint32_t i = 0; i < plan->file_count && failed == 0; i++) {
        char name[128];
        snprintf(name, sizeof name, "%06u-835-%u%03u.x12", paid->stamp.serial, stage, i + 1);
        failed = simulator_deliver(simulator, name, &plan->files[i]);
        simulator->totals.remittances++;
    }
    return failed != 0 || plan->file_count == 0 ? failed : simulator_sync_answers(simulator);
}

static void
taken_path(const struct simulator *simulator, const struct receipt *receipt, char path[4096])
{
    char name[64];
    snprintf(name, sizeof name, "%06u.x12", receipt->stamp.serial);
    simulator_path(simulator, path, "taken", name);
}

/* The interchange at hand again, as it was read when it came. */
static int
take_up(struct simulator *simulator, const struct receipt *receipt, const char *path)
{
    if (simulator_recall(simulator, receipt->stamp.serial))
        return 0;
    int failed = mailbox_load(&simulator->question, path);
    if (failed == 0 && !simulator_read(simulator))
        failed = EBADMSG;
    if (failed == 0)
        simulator_judge(simulator, receipt->stamp.serial, false);
    return failed;
}

static bool
is_right(const struct plan *plan)
{
    for (uint32_t i = 0; i < plan->set_count; i++)
        if (plan->sets[i].unbalanced)
            return false;
    return true;
}

static int
pay_stage(struct simulator *simulator, struct receipt *receipt, uint32_t stage, int64_t now_us)
{
    struct pay_stage *paid = &receipt->stages[stage];
    struct plan plan = {0};
    char path[4096];
    int failed = 0;
    taken_path(simulator, receipt, path);
    if (!receipt->right) { /* else there is nothing to correct */
        failed = take_up(simulator, receipt, path);
        if (failed != 0)
            return failed;
        make_plan(simulator, stage, &plan);
        receipt->right = stage == 0 && is_right(&plan);
    }
    if (!paid->planned) {
        paid->instant_us = now_us;
        paid->stamp = (struct stamp){.number = simulator->next_number, .serial = receipt->stamp.serial};
        simulator_stamp_now(simulator, now_us, &paid->stamp);
    }
    write_files(simulator, &plan, &paid->stamp);
    if (!paid->planned) {
        simulator->next_number += plan.file_count;
        failed = journal_plan(simulator, paid, &plan, stage);
    }
    paid->planned = true;
    if (failed == 0)
        failed = deliver_files(simulator, &plan, paid, stage);
    free_plan(&plan);
    if (failed != 0)
        return failed;
    journal_begin(&simulator->journal, 'D');
    journal_number(&simulator->journal, receipt->stamp.serial);
    journal_number(&simulator->journal, stage);
    journal_end(&simulator->journal);
    failed = journal_commit(&simulator->journal, false);
    paid->done = true;
    if (failed == 0 && stage < PAY_STAGES - 1 && !receipt->right)
        simulator_keep(simulator, receipt->stamp.serial);
    if (failed == 0 && stage == PAY_STAGES - 1 && !simulator->options.keep && unlink(path) != 0)
        failed = errno == ENOENT ? 0 : errno;
    return failed;
}

/* INT64_MAX: not known yet, or nothing to do. */
static int64_t
due_of(const struct simulator *simulator, uint32_t stage)
{
    if (simulator->next[stage] >= simulator->receipt_count)
        return INT64_MAX;
    const struct receipt *receipt = &simulator->receipts[simulator->next[stage]];
    if (receipt->stages[stage].done)
        return 0;
    if (!receipt->answered)
        return INT64_MAX;
    if (stage == 0)
        return receipt->instant_us + simulator->options.delay_us;
    return receipt->stages[0].done ? receipt->stages[0].instant_us + simulator->options.correct_us
                                   : INT64_MAX;
}

int64_t
simulator_due_us(const struct simulator *simulator)
{
    int64_t first = due_of(simulator, 0), second = due_of(simulator, 1);
    return first < second ? first : second;
}

int
simulator_pay(struct simulator *simulator, int64_t now_us)
{
    int paid = 0;
    for (uint32_t stage = 0; stage < PAY_STAGES; stage++) {
        while (due_of(simulator, stage) <= now_us) {
            struct receipt *receipt = &simulator->receipts[simulator->next[stage]];
            if (!receipt->stages[stage].done) {
                int failed = pay_stage(simulator, receipt, stage, now_us);
                if (failed != 0)
                    return -failed;
                paid++;
            }
            simulator->next[stage]++;
        }
    }
    return paid;
}
