#include "tests/pipeline/answer.h"

#include "tests/pipeline/answer_text.h"

static const char *const verdict_names[] = {"accepted", "rejected", "DOUBLE", "FAULTY"};
_Static_assert(sizeof verdict_names / sizeof verdict_names[0] == VERDICT_COUNT, "names");

const char *
verdict_name(enum verdict verdict)
{
    return verdict_names[verdict];
}

void
answer_ta1(struct pen *pen, const struct claim_file *file, const struct stamp *stamp)
{
    answer_text_isa(pen, file, stamp);
    pen_put(pen, "TA1*");
    answer_text_slice(pen, file->control);
    pen_character(pen, '*');
    answer_text_slice(pen, file->date);
    pen_character(pen, '*');
    answer_text_slice(pen, file->time);
    pen_put(pen, file->fault == NULL ? "*A*" : "*R*");
    pen_put(pen, file->fault == NULL ? "000" : file->fault);
    pen_end(pen);
    answer_text_iea(pen, 0, stamp);
}

static void
put_group_answer(struct pen *pen, const struct claim_file *file, uint32_t number)
{
    const struct filed_group *group = &file->groups[number];
    uint32_t accepted = 0;
    answer_text_st(pen, "999", number + 1, "005010X231A1");
    pen_put(pen, "AK1*HC*");
    answer_text_slice(pen, group->control);
    pen_character(pen, '*');
    answer_text_slice(pen, group->version);
    pen_end(pen);
    for (uint32_t i = group->first_set; i < group->first_set + group->set_count; i++) {
        const char *fault = file->sets[i].fault;
        accepted += fault == NULL && group->fault == NULL;
        pen_put(pen, "AK2*837*");
        answer_text_slice(pen, file->sets[i].control);
        pen_character(pen, '*');
        answer_text_slice(pen, group->version);
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
    answer_text_se(pen, number + 1);
}

void
answer_999(struct pen *pen, const struct claim_file *file, const struct stamp *stamp)
{
    answer_text_isa(pen, file, stamp);
    answer_text_gs(pen, file, stamp, "FA", "005010X231A1");
    for (uint32_t i = 0; i < file->group_count; i++)
        put_group_answer(pen, file, i);
    answer_text_ge(pen, file->group_count, stamp);
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
    answer_text_slice(pen, file->payer_name);
    pen_put(pen, "*****PI*");
    answer_text_slice(pen, file->payer_id);
    pen_end(pen);
}

static void
put_status_date(struct pen *pen, int32_t date, const char *action, int64_t cents)
{
    pen_character(pen, '*');
    answer_text_date(pen, date);
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
    answer_text_slice(pen, claim->last);
    pen_character(pen, '*');
    answer_text_slice(pen, claim->first);
    pen_put(pen, "****MI*");
    answer_text_slice(pen, claim->member);
    pen_end(pen);
    pen_put(pen, "TRN*2*");
    answer_text_slice(pen, claim->number);
    pen_end(pen);
    bool accepted = judgement->verdict == VERDICT_ACCEPTED;
    pen_put(pen, "STC*");
    pen_put(pen, judgement->status);
    put_status_date(pen, stamp->date, accepted ? "WQ" : "U", claim->charge_cents);
    if (accepted) {
        pen_put(pen, "REF*1K*");
        answer_text_payer_number(pen, stamp, number);
        pen_end(pen);
    }
    if (claim->institutional) {
        pen_put(pen, "REF*BLT*");
        answer_text_slice(pen, claim->place);
        answer_text_slice(pen, claim->frequency);
        pen_end(pen);
    }
    if (claim->statement.length == 17) {
        pen_put(pen, "DTP*472*RD8*");
        answer_text_slice(pen, claim->statement);
        pen_end(pen);
    } else if (claim->line_count > 0 && file->lines[claim->first_line].date.length == 8) {
        pen_put(pen, "DTP*472*D8*");
        answer_text_slice(pen, file->lines[claim->first_line].date);
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
    answer_text_slice(pen, provider->name);
    pen_put(pen, "*****XX*");
    answer_text_slice(pen, provider->npi);
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
    answer_text_st(pen, "277", number, "005010X214");
    pen_put(pen, "BHT*0085*08*");
    answer_text_payer_number(pen, stamp, number - 1);
    pen_character(pen, '*');
    answer_text_date(pen, stamp->date);
    pen_character(pen, '*');
    pen_number(pen, stamp->time, 4);
    pen_put(pen, "*TH");
    pen_end(pen);
    put_hl(pen, 1, 0, "20", "*1");
    put_payer(pen, file);
    pen_put(pen, "TRN*1*");
    answer_text_payer_number(pen, stamp, number - 1);
    pen_end(pen);
    pen_put(pen, "DTP*050*D8*");
    answer_text_date(pen, stamp->date);
    pen_end(pen);
    pen_put(pen, "DTP*009*D8*");
    answer_text_date(pen, stamp->date);
    pen_end(pen);
    put_hl(pen, 2, 1, "21", "*1");
    pen_put(pen, "NM1*41*2*");
    answer_text_slice(pen, set->submitter_name);
    pen_put(pen, "*****46*");
    answer_text_slice(pen, set->submitter_id);
    pen_end(pen);
    pen_put(pen, "TRN*2*");
    answer_text_slice(pen, set->reference);
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
    answer_text_se(pen, number);
}

uint32_t
answer_277ca(struct pen *pen, const struct claim_file *file, const struct judgement *judgements,
             const struct stamp *stamp)
{
    uint32_t sets = 0;
    answer_text_isa(pen, file, stamp);
    answer_text_gs(pen, file, stamp, "HN", "005010X214");
    for (uint32_t i = 0; i < file->set_count; i++) {
        const struct filed_set *set = &file->sets[i];
        if (set->fault == NULL && file->groups[set->group].fault == NULL && set->claim_count > 0)
            put_set_status(pen, file, judgements, set, ++sets, stamp);
    }
    answer_text_ge(pen, sets, stamp);
    return sets;
}
