#include <string.h>

#include "tests/pipeline/answer.h"
#include "tests/pipeline/answer_text.h"

void
answer_payment(uint64_t seed, const struct shares *shares, const struct claim_file *file,
               const struct filed_claim *claim, struct claim_payment *payment)
{
    struct claim_outcome outcome;
    outcome_of_claim(seed, shares, claim->key.at, claim->key.length, &outcome);
    *payment = (struct claim_payment){.denied = true};
    for (uint32_t i = 0; i < claim->line_count; i++) {
        struct line_outcome line;
        outcome_of_line(shares, &outcome, i, file->lines[claim->first_line + i].charge_cents, &line);
        payment->paid_cents += line.paid_cents;
        payment->patient_cents += line.patient_cents;
        payment->denied = payment->denied && line.denial != NULL;
    }
}

static void
put_adjustment(struct pen *pen, const char *group, const char *carc, int64_t cents)
{
    pen_put(pen, "CAS*");
    pen_put(pen, group);
    pen_character(pen, '*');
    pen_put(pen, carc);
    pen_character(pen, '*');
    pen_cents(pen, cents);
    pen_end(pen);
}

static void
put_service(struct pen *pen, const struct claim_file *file, const struct filed_line *line,
            const struct line_outcome *outcome, int64_t off_cents)
{
    bool by_revenue = line->procedure.length == 0 && line->revenue.length != 0;
    pen_put(pen, by_revenue ? "SVC*NU:" : "SVC*");
    if (by_revenue)
        answer_text_slice(pen, line->revenue);
    else
        answer_text_composite(pen, line->procedure, file->component);
    pen_character(pen, '*');
    pen_cents(pen, line->charge_cents);
    pen_character(pen, '*');
    pen_cents(pen, outcome->paid_cents + off_cents);
    pen_character(pen, '*');
    if (!by_revenue)
        answer_text_slice(pen, line->revenue); /* SVC04 */
    pen_character(pen, '*');
    if (outcome->denial != NULL)
        pen_character(pen, '0');
    else
        answer_text_slice(pen, line->units);
    pen_end(pen);
    if (line->date.length != 0) {
        pen_put(pen, "DTM*472*");
        answer_text_slice(pen, (struct slice){line->date.at, line->date.length < 8 ? line->date.length : 8});
        pen_end(pen);
    }
    if (outcome->denial != NULL && line->charge_cents != 0)
        put_adjustment(pen, outcome->denial->group, outcome->denial->carc, line->charge_cents);
    if (outcome->contractual_cents != 0)
        put_adjustment(pen, "CO", "45", outcome->contractual_cents);
    if (outcome->patient_carc != NULL && outcome->patient_cents != 0)
        put_adjustment(pen, "PR", outcome->patient_carc, outcome->patient_cents);
    if (line->control.length != 0) {
        pen_put(pen, "REF*6R*");
        answer_text_slice(pen, line->control);
        pen_end(pen);
    }
    if (outcome->denial == NULL) {
        pen_put(pen, "AMT*B6*");
        pen_cents(pen, line->charge_cents - outcome->contractual_cents);
        pen_end(pen);
    } else if (outcome->denial->remark[0] != '\0') {
        pen_put(pen, "LQ*HE*");
        pen_put(pen, outcome->denial->remark);
        pen_end(pen);
    }
}

static void
put_claim_payment(struct pen *pen, const struct remittance *remittance, uint32_t number,
                  const struct stamp *stamp, const struct claim_payment *payment,
                  const struct claim_outcome *outcome)
{
    const struct filed_claim *claim = &remittance->file->claims[number];
    int64_t off_cents = remittance->unbalanced ? OUTCOME_UNBALANCED_CENTS : 0;
    pen_put(pen, "CLP*");
    answer_text_slice(pen, claim->number);
    pen_put(pen, "*1*");
    pen_cents(pen, claim->charge_cents);
    pen_character(pen, '*');
    pen_cents(pen, payment->paid_cents + off_cents);
    pen_character(pen, '*');
    if (payment->patient_cents != 0)
        pen_cents(pen, payment->patient_cents);
    pen_put(pen, "*CI*");
    answer_text_payer_number(pen, stamp, number);
    pen_character(pen, '*');
    answer_text_slice(pen, claim->place);
    pen_character(pen, '*');
    answer_text_slice(pen, claim->frequency);
    pen_end(pen);
    if (outcome->at_claim_level && claim->charge_cents != 0)
        put_adjustment(pen, outcome->denial->group, outcome->denial->carc, claim->charge_cents);
    pen_put(pen, "NM1*QC*1*");
    answer_text_slice(pen, claim->last);
    pen_character(pen, '*');
    answer_text_slice(pen, claim->first);
    pen_put(pen, "****MI*");
    answer_text_slice(pen, claim->member);
    pen_end(pen);
    if (outcome->at_claim_level) {
        bool stay = claim->institutional && claim->place.length == 2 && claim->place.at[1] == '1';
        pen_put(pen, stay ? "MIA*0****N211" : "MOA***N211"); /* may not be appealed */
        pen_end(pen);
    }
    if (claim->statement.length == 17) {
        pen_put(pen, "DTM*232*");
        answer_text_slice(pen, (struct slice){claim->statement.at, 8});
        pen_end(pen);
        pen_put(pen, "DTM*233*");
        answer_text_slice(pen, (struct slice){claim->statement.at + 9, 8});
        pen_end(pen);
    }
    pen_put(pen, "DTM*050*");
    answer_text_date(pen, stamp->date);
    pen_end(pen);
}

/* The claim's own segments and those of its lines. */
static void
put_claim(struct pen *pen, uint64_t seed, const struct shares *shares, const struct remittance *remittance,
          uint32_t number, const struct stamp *stamp)
{
    const struct claim_file *file = remittance->file;
    const struct filed_claim *claim = &file->claims[number];
    struct claim_payment payment;
    struct claim_outcome outcome;
    outcome_of_claim(seed, shares, claim->key.at, claim->key.length, &outcome);
    answer_payment(seed, shares, file, claim, &payment);
    put_claim_payment(pen, remittance, number, stamp, &payment, &outcome);
    for (uint32_t i = 0; i < claim->line_count && !outcome.at_claim_level; i++) {
        const struct filed_line *line = &file->lines[claim->first_line + i];
        struct line_outcome service;
        bool off = remittance->unbalanced && outcome.unbalanced_at == 1 && i == 0;
        outcome_of_line(shares, &outcome, i, line->charge_cents, &service);
        put_service(pen, file, line, &service, off ? OUTCOME_UNBALANCED_CENTS : 0);
    }
}

void
answer_835_open(struct pen *pen, const struct claim_file *file, const struct stamp *stamp)
{
    answer_text_isa(pen, file, stamp);
    answer_text_gs(pen, file, stamp, "HP", "005010X221A1");
}

static void
put_payment_header(struct pen *pen, const struct remittance *remittance, const struct stamp *stamp)
{
    if (remittance->paid_cents == 0) {
        pen_put(pen, "BPR*H*0*C*NON************");
    } else {
        pen_put(pen, "BPR*I*");
        pen_cents(pen, remittance->paid_cents);
        pen_put(pen, "*C*ACH*CCP*01*021000021*DA*700123*1987654321**01*011000015*DA*800456*");
    }
    answer_text_date(pen, stamp->date);
    pen_end(pen);
    pen_put(pen, "TRN*1*");
    pen_put(pen, remittance->trace);
    pen_put(pen, "*1987654321");
    pen_end(pen);
    pen_put(pen, "DTM*405*");
    answer_text_date(pen, stamp->date);
    pen_end(pen);
}

static void
put_parties(struct pen *pen, const struct remittance *remittance)
{
    static const struct filed_provider nobody = {{"UNKNOWN", 7}, {"", 0}, {"", 0}, false};
    const struct claim_file *file = remittance->file;
    uint32_t number = file->claims[remittance->claims[0]].provider;
    const struct filed_provider *provider = number == UINT32_MAX ? &nobody : &file->providers[number];
    pen_put(pen, "N1*PR*");
    answer_text_slice(pen, file->payer_name);
    pen_end(pen);
    pen_put(pen, "N3*1 INVENTED PLAZA");
    pen_end(pen);
    pen_put(pen, "N4*FENWICK FALLS*OH*441012345");
    pen_end(pen);
    pen_put(pen, "REF*2U*");
    answer_text_slice(pen, file->payer_id);
    pen_end(pen);
    pen_put(pen, "PER*BL*REMITTANCE DESK*TE*5555550177");
    pen_end(pen);
    pen_put(pen, "N1*PE*");
    answer_text_slice(pen, provider->name);
    pen_put(pen, "*XX*");
    answer_text_slice(pen, provider->npi);
    pen_end(pen);
    if (provider->tax.length != 0) {
        pen_put(pen, "REF*TJ*");
        answer_text_slice(pen, provider->tax);
        pen_end(pen);
    }
}

/* TRN02 and BPR02. */
static void
make_payment(uint64_t seed, const struct shares *shares, const struct stamp *stamp, struct remittance *remittance)
{
    if (remittance->first != NULL) {
        memcpy(remittance->trace, remittance->first->trace, sizeof remittance->trace);
        remittance->paid_cents = remittance->first->paid_cents;
        return;
    }
    remittance->paid_cents = 0;
    for (uint32_t i = 0; i < remittance->claim_count + remittance->rest; i++) {
        struct claim_payment payment;
        const struct claim_file *file = remittance->file;
        answer_payment(seed, shares, file, &file->claims[remittance->claims[i]], &payment);
        remittance->paid_cents +=
            payment.paid_cents + (remittance->unbalanced ? OUTCOME_UNBALANCED_CENTS : 0);
    }
    struct pen trace = {remittance->trace, 0, sizeof remittance->trace, 0};
    pen_put(&trace, "T");
    pen_number(&trace, stamp->number, 9);
    pen_number(&trace, remittance->set, 4);
    remittance->trace[trace.length] = '\0';
}

void
answer_835_set(struct pen *pen, uint64_t seed, const struct shares *shares, const struct stamp *stamp,
               struct remittance *remittance)
{
    make_payment(seed, shares, stamp, remittance);
    answer_text_st(pen, "835", remittance->set, NULL);
    put_payment_header(pen, remittance, stamp);
    put_parties(pen, remittance);
    pen_put(pen, "LX*1");
    pen_end(pen);
    for (uint32_t i = 0; i < remittance->claim_count; i++)
        put_claim(pen, seed, shares, remittance, remittance->claims[i], stamp);
    answer_text_se(pen, remittance->set);
}

void
answer_835_close(struct pen *pen, uint32_t sets, const struct stamp *stamp)
{
    answer_text_ge(pen, sets, stamp);
}
