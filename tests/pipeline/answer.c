#include "tests/pipeline/answer.h"

#include <string.h>

static const char *const verdict_names[] = {"accepted", "rejected", "DOUBLE", "FAULTY"};
_Static_assert(sizeof verdict_names / sizeof verdict_names[0] == VERDICT_COUNT, "names");

const char *
verdict_name(enum verdict verdict)
{
    return verdict_names[verdict];
}

static void
put_slice(struct pen *pen, struct slice slice)
{
    pen_bytes(pen, slice.at, slice.length);
}

static void
put_padded(struct pen *pen, struct slice slice)
{
    put_slice(pen, slice);
    for (uint32_t i = slice.length; i < 15; i++)
        pen_character(pen, ' ');
}

/* A composite of the claim file, with our component separator. */
static void
put_composite(struct pen *pen, struct slice slice, char separator)
{
    size_t start = pen->length;
    put_slice(pen, slice);
    for (size_t i = start; separator != ':' && i < pen->length; i++) {
        if (pen->bytes[i] == separator)
            pen->bytes[i] = ':';
    }
}

static void
put_date(struct pen *pen, int32_t date)
{
    pen_number(pen, (uint64_t)date, 8);
}

static void
put_isa(struct pen *pen, const struct claim_file *file, const struct stamp *stamp)
{
    pen->length = 0;
    pen_put(pen, "ISA*00*          *00*          *");
    put_slice(pen, file->receiver_qualifier);
    pen_character(pen, '*');
    put_padded(pen, file->receiver);
    pen_character(pen, '*');
    put_slice(pen, file->sender_qualifier);
    pen_character(pen, '*');
    put_padded(pen, file->sender);
    pen_character(pen, '*');
    pen_number(pen, (uint64_t)stamp->date % 1000000, 6);
    pen_character(pen, '*');
    pen_number(pen, stamp->time, 4);
    pen_put(pen, "*^*00501*");
    pen_number(pen, stamp->number, 9);
    pen_put(pen, "*0*");
    put_slice(pen, file->usage);
    pen_put(pen, "*:");
    pen_end(pen);
}

static void
put_gs(struct pen *pen, const struct claim_file *file, const struct stamp *stamp, const char *kind,
       const char *version)
{
    static const struct slice unknown = {"UNKNOWN", 7};
    const struct filed_group *group = file->group_count > 0 ? &file->groups[0] : NULL;
    pen_put(pen, "GS*");
    pen_put(pen, kind);
    pen_character(pen, '*');
    put_slice(pen, group != NULL ? group->receiver : unknown);
    pen_character(pen, '*');
    put_slice(pen, group != NULL ? group->sender : unknown);
    pen_character(pen, '*');
    put_date(pen, stamp->date);
    pen_character(pen, '*');
    pen_number(pen, stamp->time, 4);
    pen_character(pen, '*');
    pen_number(pen, stamp->number, 1);
    pen_put(pen, "*X*");
    pen_put(pen, version);
    pen_end(pen);
}

static void
put_st(struct pen *pen, const char *kind, uint32_t set, const char *version)
{
    pen->segments = 0;
    pen_put(pen, "ST*");
    pen_put(pen, kind);
    pen_character(pen, '*');
    pen_number(pen, set, 4);
    if (version != NULL) {
        pen_character(pen, '*');
        pen_put(pen, version);
    }
    pen_end(pen);
}

static void
put_se(struct pen *pen, uint32_t set)
{
    pen_put(pen, "SE*");
    pen_number(pen, pen->segments + 1, 1);
    pen_character(pen, '*');
    pen_number(pen, set, 4);
    pen_end(pen);
}

static void
put_iea(struct pen *pen, uint32_t groups, const struct stamp *stamp)
{
    pen_put(pen, "IEA*");
    pen_number(pen, groups, 1);
    pen_character(pen, '*');
    pen_number(pen, stamp->number, 9);
    pen_end(pen);
}

static void
put_ge(struct pen *pen, uint32_t sets, const struct stamp *stamp)
{
    pen_put(pen, "GE*");
    pen_number(pen, sets, 1);
    pen_character(pen, '*');
    pen_number(pen, stamp->number, 1);
    pen_end(pen);
    put_iea(pen, 1, stamp);
}

void
answer_ta1(struct pen *pen, const struct claim_file *file, const struct stamp *stamp)
{
    put_isa(pen, file, stamp);
    pen_put(pen, "TA1*");
    put_slice(pen, file->control);
    pen_character(pen, '*');
    put_slice(pen, file->date);
    pen_character(pen, '*');
    put_slice(pen, file->time);
    pen_put(pen, file->fault == NULL ? "*A*" : "*R*");
    pen_put(pen, file->fault == NULL ? "000" : file->fault);
    pen_end(pen);
    put_iea(pen, 0, stamp);
}

static void
put_group_answer(struct pen *pen, const struct claim_file *file, uint32_t number)
{
    const struct filed_group *group = &file->groups[number];
    uint32_t accepted = 0;
    put_st(pen, "999", number + 1, "005010X231A1");
    pen_put(pen, "AK1*HC*");
    put_slice(pen, group->control);
    pen_character(pen, '*');
    put_slice(pen, group->version);
    pen_end(pen);
    for (uint32_t i = group->first_set; i < group->first_set + group->set_count; i++) {
        const char *fault = file->sets[i].fault;
        accepted += fault == NULL && group->fault == NULL;
        pen_put(pen, "AK2*837*");
        put_slice(pen, file->sets[i].control);
        pen_character(pen, '*');
        put_slice(pen, group->version);
        pen_end(pen);
        pen_put(pen, fault == NULL ? "IK5*A" : "IK5*R*");
        if (fault != NULL)
            pen_put(pen, fault);
        pen_end(pen);
    }
    const char *whole = group->fault != NULL || accepted == 0 ? "R" : accepted < group->set_count ? "P" : "A";
    pen_put(pen, "AK9*");
    pen_put(pen, whole);
    pen_character(pen, '*');
    pen_number(pen, group->set_count, 1);
    pen_character(pen, '*');
    pen_number(pen, group->set_count, 1);
    pen_character(pen, '*');
    pen_number(pen, accepted, 1);
    if (group->fault != NULL) {
        pen_character(pen, '*');
        pen_put(pen, group->fault);
    }
    pen_end(pen);
    put_se(pen, number + 1);
}

void
answer_999(struct pen *pen, const struct claim_file *file, const struct stamp *stamp)
{
    put_isa(pen, file, stamp);
    put_gs(pen, file, stamp, "FA", "005010X231A1");
    for (uint32_t i = 0; i < file->group_count; i++)
        put_group_answer(pen, file, i);
    put_ge(pen, file->group_count, stamp);
}

/* Numbers and amounts of claims taken in and sent back. */
struct tally {
    uint32_t accepted, rejected;
    int64_t accepted_cents, rejected_cents;
};

static void
count_claims(const struct claim_file *file, const struct judgement *judgements, uint32_t first, uint32_t end,
             struct tally *tally)
{
    *tally = (struct tally){0};
    for (uint32_t i = first; i < end; i++) {
        if (judgements[i].verdict == VERDICT_ACCEPTED) {
            tally->accepted++;
            tally->accepted_cents += file->claims[i].charge_cents;
        } else {
            tally->rejected++;
            tally->rejected_cents += file->claims[i].charge_cents;
        }
    }
}

static void
put_count(struct pen *pen, const char *what, uint32_t count)
{
    if (count == 0)
        return;
    pen_put(pen, what);
    pen_number(pen, count, 1);
    pen_end(pen);
}

static void
put_amount(struct pen *pen, const char *what, int64_t cents, uint32_t count)
{
    if (count == 0)
        return;
    pen_put(pen, what);
    pen_cents(pen, cents);
    pen_end(pen);
}

static void
put_totals(struct pen *pen, const struct tally *tally, const char *quantity, const char *rejected)
{
    put_count(pen, quantity, tally->accepted);
    put_count(pen, rejected, tally->rejected);
    put_amount(pen, "AMT*YU*", tally->accepted_cents, tally->accepted);
    put_amount(pen, "AMT*YY*", tally->rejected_cents, tally->rejected);
}

static void
put_hl(struct pen *pen, uint32_t number, uint32_t parent, const char *level, const char *children)
{
    pen_put(pen, "HL*");
    pen_number(pen, number, 1);
    pen_character(pen, '*');
    if (parent != 0)
        pen_number(pen, parent, 1);
    pen_character(pen, '*');
    pen_put(pen, level);
    pen_put(pen, children);
    pen_end(pen);
}

static void
put_payer(struct pen *pen, const struct claim_file *file)
{
    pen_put(pen, "NM1*PR*2*");
    put_slice(pen, file->payer_name);
    pen_put(pen, "*****PI*");
    put_slice(pen, file->payer_id);
    pen_end(pen);
}

/* Our own number of the claim: interchange and place in it. */
static void
put_payer_number(struct pen *pen, const struct stamp *stamp, uint32_t claim)
{
    pen_put(pen, "P");
    pen_number(pen, stamp->serial, 6);
    pen_number(pen, claim + 1, 7);
}

static void
put_status_date(struct pen *pen, int32_t date, const char *action, int64_t cents)
{
    pen_character(pen, '*');
    put_date(pen, date);
    pen_character(pen, '*');
    pen_put(pen, action);
    pen_character(pen, '*');
    pen_cents(pen, cents);
    pen_end(pen);
}

static void
put_claim_status(struct pen *pen, const struct claim_file *file, const struct judgement *judgement,
                 uint32_t number, const struct stamp *stamp)
{
    const struct filed_claim *claim = &file->claims[number];
    pen_put(pen, "NM1*QC*1*");
    put_slice(pen, claim->last);
    pen_character(pen, '*');
    put_slice(pen, claim->first);
    pen_put(pen, "****MI*");
    put_slice(pen, claim->member);
    pen_end(pen);
    pen_put(pen, "TRN*2*");
    put_slice(pen, claim->number);
    pen_end(pen);
    bool accepted = judgement->verdict == VERDICT_ACCEPTED;
    pen_put(pen, "STC*");
    pen_put(pen, judgement->status);
    put_status_date(pen, stamp->date, accepted ? "WQ" : "U", claim->charge_cents);
    if (accepted) {
        pen_put(pen, "REF*1K*");
        put_payer_number(pen, stamp, number);
        pen_end(pen);
    }
    if (claim->line_count > 0 && file->lines[claim->first_line].date.length == 8) {
        pen_put(pen, "DTP*472*D8*");
        put_slice(pen, file->lines[claim->first_line].date);
        pen_end(pen);
    }
}

static void
put_provider_status(struct pen *pen, const struct claim_file *file, const struct judgement *judgements,
                    uint32_t first, uint32_t end, const struct stamp *stamp, uint32_t *hl)
{
    static const struct filed_provider nobody = {{"UNKNOWN", 7}, {"", 0}, {"", 0}, false};
    uint32_t number = file->claims[first].provider;
    const struct filed_provider *provider = number == UINT32_MAX ? &nobody : &file->providers[number];
    struct tally tally;
    uint32_t provider_hl = ++*hl;
    count_claims(file, judgements, first, end, &tally);
    put_hl(pen, provider_hl, 2, "19", "*1");
    pen_put(pen, "NM1*85*2*");
    put_slice(pen, provider->name);
    pen_put(pen, "*****XX*");
    put_slice(pen, provider->npi);
    pen_end(pen);
    pen_put(pen, "TRN*1*0");
    pen_end(pen);
    pen_put(pen, "STC*A1:19:PR");
    put_status_date(pen, stamp->date, "WQ", tally.accepted_cents + tally.rejected_cents);
    put_totals(pen, &tally, "QTY*QA*", "QTY*QC*");
    for (uint32_t i = first; i < end; i++) {
        put_hl(pen, ++*hl, provider_hl, "PT", "");
        put_claim_status(pen, file, &judgements[i], i, stamp);
    }
}

static void
put_set_status(struct pen *pen, const struct claim_file *file, const struct judgement *judgements,
               const struct filed_set *set, uint32_t number, const struct stamp *stamp)
{
    uint32_t end = set->first_claim + set->claim_count, hl = 2;
    struct tally tally;
    count_claims(file, judgements, set->first_claim, end, &tally);
    put_st(pen, "277", number, "005010X214");
    pen_put(pen, "BHT*0085*08*");
    put_payer_number(pen, stamp, number - 1);
    pen_character(pen, '*');
    put_date(pen, stamp->date);
    pen_character(pen, '*');
    pen_number(pen, stamp->time, 4);
    pen_put(pen, "*TH");
    pen_end(pen);
    put_hl(pen, 1, 0, "20", "*1");
    put_payer(pen, file);
    pen_put(pen, "TRN*1*");
    put_payer_number(pen, stamp, number - 1);
    pen_end(pen);
    pen_put(pen, "DTP*050*D8*");
    put_date(pen, stamp->date);
    pen_end(pen);
    pen_put(pen, "DTP*009*D8*");
    put_date(pen, stamp->date);
    pen_end(pen);
    put_hl(pen, 2, 1, "21", "*1");
    pen_put(pen, "NM1*41*2*");
    put_slice(pen, set->submitter_name);
    pen_put(pen, "*****46*");
    put_slice(pen, set->submitter_id);
    pen_end(pen);
    pen_put(pen, "TRN*2*");
    put_slice(pen, set->reference);
    pen_end(pen);
    pen_put(pen, "STC*A1:19:PR");
    put_status_date(pen, stamp->date, "WQ", tally.accepted_cents + tally.rejected_cents);
    put_totals(pen, &tally, "QTY*90*", "QTY*AA*");
    for (uint32_t first = set->first_claim, next; first < end; first = next) {
        for (next = first + 1; next < end && file->claims[next].provider == file->claims[first].provider;
             next++)
            continue;
        put_provider_status(pen, file, judgements, first, next, stamp, &hl);
    }
    put_se(pen, number);
}

uint32_t
answer_277ca(struct pen *pen, const struct claim_file *file, const struct judgement *judgements,
             const struct stamp *stamp)
{
    uint32_t sets = 0;
    put_isa(pen, file, stamp);
    put_gs(pen, file, stamp, "HN", "005010X214");
    for (uint32_t i = 0; i < file->set_count; i++) {
        const struct filed_set *set = &file->sets[i];
        if (set->fault == NULL && file->groups[set->group].fault == NULL && set->claim_count > 0)
            put_set_status(pen, file, judgements, set, ++sets, stamp);
    }
    put_ge(pen, sets, stamp);
    return sets;
}

/* --- 835 --- */

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
    pen_put(pen, "SVC*");
    put_composite(pen, line->procedure, file->component);
    pen_character(pen, '*');
    pen_cents(pen, line->charge_cents);
    pen_character(pen, '*');
    pen_cents(pen, outcome->paid_cents + off_cents);
    pen_put(pen, "**");
    if (outcome->denial != NULL)
        pen_character(pen, '0');
    else
        put_slice(pen, line->units);
    pen_end(pen);
    if (line->date.length != 0) {
        pen_put(pen, "DTM*472*");
        put_slice(pen, (struct slice){line->date.at, line->date.length < 8 ? line->date.length : 8});
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
        put_slice(pen, line->control);
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
    put_slice(pen, claim->number);
    pen_put(pen, "*1*");
    pen_cents(pen, claim->charge_cents);
    pen_character(pen, '*');
    pen_cents(pen, payment->paid_cents + off_cents);
    pen_character(pen, '*');
    if (payment->patient_cents != 0)
        pen_cents(pen, payment->patient_cents);
    pen_put(pen, "*CI*");
    put_payer_number(pen, stamp, number);
    pen_character(pen, '*');
    put_slice(pen, claim->place);
    pen_character(pen, '*');
    put_slice(pen, claim->frequency);
    pen_end(pen);
    if (outcome->at_claim_level && claim->charge_cents != 0)
        put_adjustment(pen, outcome->denial->group, outcome->denial->carc, claim->charge_cents);
    pen_put(pen, "NM1*QC*1*");
    put_slice(pen, claim->last);
    pen_character(pen, '*');
    put_slice(pen, claim->first);
    pen_put(pen, "****MI*");
    put_slice(pen, claim->member);
    pen_end(pen);
    if (outcome->at_claim_level) {
        pen_put(pen, "MOA***N211"); /* may not be appealed */
        pen_end(pen);
    }
    pen_put(pen, "DTM*050*");
    put_date(pen, stamp->date);
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
    put_isa(pen, file, stamp);
    put_gs(pen, file, stamp, "HP", "005010X221A1");
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
    put_date(pen, stamp->date);
    pen_end(pen);
    pen_put(pen, "TRN*1*");
    pen_put(pen, remittance->trace);
    pen_put(pen, "*1987654321");
    pen_end(pen);
    pen_put(pen, "DTM*405*");
    put_date(pen, stamp->date);
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
    put_slice(pen, file->payer_name);
    pen_end(pen);
    pen_put(pen, "N3*1 INVENTED PLAZA");
    pen_end(pen);
    pen_put(pen, "N4*FENWICK FALLS*OH*441012345");
    pen_end(pen);
    pen_put(pen, "REF*2U*");
    put_slice(pen, file->payer_id);
    pen_end(pen);
    pen_put(pen, "PER*BL*REMITTANCE DESK*TE*5555550177");
    pen_end(pen);
    pen_put(pen, "N1*PE*");
    put_slice(pen, provider->name);
    pen_put(pen, "*XX*");
    put_slice(pen, provider->npi);
    pen_end(pen);
    if (provider->tax.length != 0) {
        pen_put(pen, "REF*TJ*");
        put_slice(pen, provider->tax);
        pen_end(pen);
    }
}

void
answer_835_set(struct pen *pen, uint64_t seed, const struct shares *shares, const struct stamp *stamp,
               struct remittance *remittance)
{
    remittance->paid_cents = 0;
    for (uint32_t i = 0; i < remittance->claim_count; i++) {
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
    put_st(pen, "835", remittance->set, NULL);
    put_payment_header(pen, remittance, stamp);
    put_parties(pen, remittance);
    pen_put(pen, "LX*1");
    pen_end(pen);
    for (uint32_t i = 0; i < remittance->claim_count; i++)
        put_claim(pen, seed, shares, remittance, remittance->claims[i], stamp);
    put_se(pen, remittance->set);
}

void
answer_835_close(struct pen *pen, uint32_t sets, const struct stamp *stamp)
{
    put_ge(pen, sets, stamp);
}
