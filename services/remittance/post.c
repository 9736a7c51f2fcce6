/* Posting one claim of a remittance: matched to its open item, classified, moved in the ledger, told as an event. What
 * does not match becomes work, and its payment stays in clearing. */
#include "services/remittance/remittance.h"

#include "common/control_number/control_number.h"
#include "common/date/date.h"
#include "common/money/money.h"
#include "schemas/findings.h"
#include "schemas/streams.h"
#include "services/remittance/classify.h"
#include "services/remittance/match.h"

enum { APPEAL_DAYS = 120 };

/* A number of ours, but no word yet that it was sent: submission may tell that after a restart, behind the remittance. */
static void
keep_early(struct step *step, const struct post_place *place, const struct remittance_claim *claim,
           const struct control_number *number, uint64_t work)
{
    enum { BODY_LIMIT = 524288 };
    struct remit_early early = {
        .unit = place->unit,
        .set = place->set,
        .claim = place->claim,
        .date = place->date,
        .payer = place->payer_name,
        .work = work,
    };
    if (record_write(&record_remittance_claim, claim, step_arena(step), &early.body, NULL) != STATUS_OK ||
        early.body.length > BODY_LIMIT)
        return; /* stays work for a person */
    step_put_record(step, REMITTANCE_EARLY, row_key_item(step, number->claim_id, number->version), &record_remit_early, &early);
}

static enum status
hold_unmatched(struct step *step, const struct post_place *place, const struct remittance_claim *claim,
               const struct remit_item *item, uint16_t finding, int64_t difference_cents, bool *unmatched)
{
    struct control_number number;
    struct remit_work work = {
        .kind = REMIT_WORK_KIND_UNMATCHED,
        .clm01 = claim->clm01,
        .payer = place->payer_name,
        .unit = place->unit,
        .set = place->set,
        .claim = place->claim,
        .cents = claim->paid_cents,
        .difference_cents = difference_cents,
        .finding = finding,
        .account = LEDGER_CLEARING,
    };
    if (item != NULL)
        work.identity = item->identity;
    keep_work(step, &work);
    *unmatched = true;
    if (item == NULL && control_number_parse(claim->clm01, &number))
        keep_early(step, place, claim, &number, work.number);
    struct event event = {
        .identity = work.identity,
        .kind = EVENT_KIND_REMITTANCE_HELD,
        .cents = difference_cents,
        .paid_cents = claim->paid_cents,
        .number = place->claim,
        .code = text_from(finding_kind(finding)->name),
        .detail = place->payer_name,
    };
    if (event.code.length > 32)
        event.code.length = 32;
    return step_event(step, &event);
}

static void
move_sums(struct ledger_posting *posting, enum ledger_kind payment, enum ledger_kind adjustment, int64_t paid,
          const struct classify_sums *sums, int sign)
{
    ledger_move(posting, payment, LEDGER_CLEARING, LEDGER_RECEIVABLE, sign * paid);
    ledger_move(posting, adjustment, LEDGER_CONTRACTUAL, LEDGER_RECEIVABLE, sign * sums->contractual_cents);
    ledger_move(posting, adjustment, LEDGER_PATIENT, LEDGER_RECEIVABLE, sign * sums->patient_cents);
    ledger_move(posting, adjustment, LEDGER_DENIED, LEDGER_RECEIVABLE, sign * sums->denied_cents);
    ledger_move(posting, adjustment, LEDGER_OTHER_REDUCTION, LEDGER_RECEIVABLE, sign * sums->other_cents);
}

/* Takes back what was posted for an item. */
static void
move_back(struct ledger_posting *posting, const struct remit_item *item)
{
    struct classify_sums sums = {
        .contractual_cents = item->contractual_cents,
        .patient_cents = item->patient_cents,
        .denied_cents = item->denied_cents,
        .other_cents = item->other_cents,
    };
    move_sums(posting, LEDGER_REVERSAL, LEDGER_REVERSAL, item->paid_cents, &sums, -1);
}

static void
clear_sums(struct remit_item *item)
{
    item->paid_cents = item->contractual_cents = item->patient_cents = item->denied_cents = item->other_cents = 0;
}

static enum status
reverse(struct step *step, const struct post_place *place, const struct remittance_claim *claim, struct remit_item *item,
        bool *unmatched)
{
    int64_t difference = claim->paid_cents;
    if (!item_decided(item) || !money_add(&difference, item->paid_cents) || difference != 0)
        return hold_unmatched(step, place, claim, item, FINDING_REMITTANCE_REVERSAL_UNMATCHED, difference, unmatched);
    struct ledger_posting posting;
    enum remittance_counter counter = item_counter(item);
    keep_begin(step, &posting, item, place->unit, item->clm01);
    move_back(&posting, item);
    if (item->replaced)
        ledger_move(&posting, LEDGER_END, LEDGER_CHARGES, LEDGER_RECEIVABLE, item->total_cents);
    enum status status = keep_denials_closed(step, item, TEXT("reversed"));
    if (status == STATUS_OK)
        status = keep_posting(step, &posting);
    if (status != STATUS_OK)
        return status;
    struct remit_item before = *item;
    clear_sums(item);
    item->unit = place->unit;
    item->set = place->set;
    item_move(step, item, item->replaced ? REMIT_ITEM_STATE_CLOSED : REMIT_ITEM_STATE_REVERSED, counter);
    return keep_claim_event(step, &before, EVENT_KIND_CLAIM_REVERSED, (struct text){0});
}

struct denial {
    uint64_t line; /* LX of the sent line; 0 the claim */
    int64_t cents;
    const struct classify_sums *sums;
    struct text remark;
};

static enum status
keep_denial(struct step *step, const struct post_place *place, struct remit_item *item, const struct denial *denial)
{
    int32_t days = place->payer == NULL ? APPEAL_DAYS : (int32_t)place->payer->appeal_days;
    struct remit_work work = {
        .kind = REMIT_WORK_KIND_DENIAL,
        .identity = item->identity,
        .clm01 = item->clm01,
        .payer = item->payer,
        .unit = place->unit,
        .set = place->set,
        .claim = place->claim,
        .line = denial->line,
        .cents = denial->cents,
        .group = denial->sums->group,
        .reason = denial->sums->reason,
        .class = denial->sums->class,
        .deadline = date_add_days(place->date, days),
        .remark = denial->remark,
        .account = text_is(denial->sums->group, "PR") ? LEDGER_PATIENT : LEDGER_DENIED,
    };
    keep_work(step, &work);
    if (item->work_count++ == 0)
        item->work_first = work.number;
    item->work_open++;
    if (!classify_is_coding(denial->sums->class))
        return STATUS_OK;
    struct denial_notice notice = {
        .identity = item->identity,
        .clm01 = item->clm01,
        .line = denial->line,
        .group = denial->sums->group,
        .reason = denial->sums->reason,
        .cents = denial->cents,
        .payer_control_number = item->payer_control_number,
    };
    return step_emit(step, STREAM_REMITTANCE_CLAIMS, &record_denial_notice, &notice);
}

static enum status
keep_denials(struct step *step, const struct post_place *place, const struct remittance_claim *claim,
             struct remit_item *item, const struct classify_claim *result, const struct classify_sums *line_sums,
             const uint32_t *matches)
{
    enum status status = STATUS_OK;
    uint32_t made = 0;
    item->work_count = item->work_open = 0;
    for (uint32_t i = 0; i < claim->lines_count && status == STATUS_OK; i++) {
        const struct remittance_line *line = &claim->lines[i];
        if (!classify_line_denied(&line_sums[i], line->paid_cents))
            continue;
        struct denial denial = {.line = item->lines[matches[i]].number,
                                .cents = line_sums[i].denial_cents,
                                .sums = &line_sums[i],
                                .remark = line->remarks_count > 0 ? line->remarks[0].code : (struct text){0}};
        status = keep_denial(step, place, item, &denial);
        made++;
    }
    if (status != STATUS_OK || made > 0 || result->verdict != CLASSIFY_VERDICT_DENIED)
        return status;
    struct denial whole = {.cents = result->sums.denial_cents != 0 ? result->sums.denial_cents : claim->charge_cents,
                           .sums = &result->sums,
                           .remark = claim->outpatient_remark_1.length > 0 ? claim->outpatient_remark_1
                                                                           : claim->inpatient_remark_1};
    return keep_denial(step, place, item, &whole);
}

static void
set_sums(struct remit_item *item, const struct remittance_claim *claim, const struct classify_sums *sums)
{
    item->paid_cents = claim->paid_cents;
    item->contractual_cents = sums->contractual_cents;
    item->patient_cents = sums->patient_cents;
    item->denied_cents = sums->denied_cents;
    item->other_cents = sums->other_cents;
}

static const struct {
    enum remit_item_state state;
    enum event_kind event;
} verdicts[CLASSIFY_VERDICT_COUNT] = {
    [CLASSIFY_VERDICT_PAID] = {REMIT_ITEM_STATE_PAID, EVENT_KIND_CLAIM_PAID},
    [CLASSIFY_VERDICT_REDUCED] = {REMIT_ITEM_STATE_REDUCED, EVENT_KIND_CLAIM_REDUCED},
    [CLASSIFY_VERDICT_PARTLY_DENIED] = {REMIT_ITEM_STATE_PARTLY_DENIED, EVENT_KIND_CLAIM_PARTLY_DENIED},
    [CLASSIFY_VERDICT_DENIED] = {REMIT_ITEM_STATE_DENIED, EVENT_KIND_CLAIM_DENIED},
    [CLASSIFY_VERDICT_REVERSED] = {REMIT_ITEM_STATE_REVERSED, EVENT_KIND_CLAIM_REVERSED},
};

static enum status
decide(struct step *step, const struct post_place *place, const struct remittance_claim *claim, struct remit_item *item,
       const uint32_t *matches)
{
    struct classify_claim result;
    struct classify_sums *line_sums = ARENA_ARRAY(step_arena(step), struct classify_sums, claim->lines_count + 1);
    struct ledger_posting posting;
    enum remittance_counter counter = item_counter(item);
    bool capitated = place->payer != NULL && place->payer->capitated;
    classify_claim(claim, place->date, capitated, &result, line_sums);
    if (result.sums.overflow)
        return step_refuse(step, STATUS_LIMIT, "the adjustments of a claim pass the bound of an amount");
    keep_begin(step, &posting, item, place->unit, item->clm01);
    if (item_decided(item))
        move_back(&posting, item); /* a denial that the payer changed */
    if (item->state == REMIT_ITEM_STATE_REJECTED || item->state == REMIT_ITEM_STATE_CLOSED)
        ledger_move(&posting, LEDGER_CHARGE, LEDGER_RECEIVABLE, LEDGER_CHARGES, item->total_cents);
    move_sums(&posting, LEDGER_PAYMENT, LEDGER_ADJUSTMENT, claim->paid_cents, &result.sums, 1);
    enum status status = keep_denials_closed(step, item, TEXT("decided"));
    if (status == STATUS_OK)
        status = keep_posting(step, &posting);
    if (status != STATUS_OK)
        return status;
    set_sums(item, claim, &result.sums);
    item->payer_control_number = claim->payer_control_number;
    item->unit = place->unit;
    item->set = place->set;
    item->decided = step_time(step);
    status = keep_denials(step, place, claim, item, &result, line_sums, matches);
    if (status != STATUS_OK)
        return status;
    item_move(step, item, verdicts[result.verdict].state, counter);
    status = asking_settled(step, item);
    return status == STATUS_OK ? keep_claim_event(step, item, verdicts[result.verdict].event, result.sums.reason) : status;
}

/* A denial of everything may be changed by a later decision; what was paid only after a reversal. */
static bool
may_be_decided(const struct remit_item *item)
{
    if (item->state == REMIT_ITEM_STATE_CLOSED)
        return !item->replaced;
    return !item_decided(item) || (item->state == REMIT_ITEM_STATE_DENIED && item->paid_cents == 0);
}

enum status
post_claim(struct step *step, const struct post_place *place, const struct remittance_claim *claim, bool *unmatched)
{
    struct control_number number;
    struct remit_item item;
    *unmatched = false;
    if (!control_number_parse(claim->clm01, &number))
        return hold_unmatched(step, place, claim, NULL, FINDING_REMITTANCE_CLAIM_UNKNOWN, claim->paid_cents, unmatched);
    enum status status = item_get(step, number.claim_id, number.version, &item);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && !text_equal(item.clm01, claim->clm01)))
        return hold_unmatched(step, place, claim, NULL, FINDING_REMITTANCE_CLAIM_UNKNOWN, claim->paid_cents, unmatched);
    if (status != STATUS_OK)
        return status;
    if (text_is(claim->status, "22"))
        return reverse(step, place, claim, &item, unmatched);
    if (!may_be_decided(&item))
        return hold_unmatched(step, place, claim, &item, FINDING_REMITTANCE_CLAIM_DECIDED, claim->paid_cents, unmatched);
    if (claim->charge_cents != item.total_cents)
        return hold_unmatched(step, place, claim, &item, FINDING_REMITTANCE_CHARGE_DIFFERS,
                              claim->charge_cents - item.total_cents, unmatched);
    uint32_t *matches = ARENA_ARRAY(step_arena(step), uint32_t, claim->lines_count + 1);
    if (match_lines(item.lines, item.lines_count, claim->lines, claim->lines_count, matches) > 0) {
        int64_t cents = 0;
        for (uint32_t i = 0; i < claim->lines_count; i++)
            if (matches[i] == MATCH_NONE && !money_add(&cents, claim->lines[i].charge_cents))
                cents = 0;
        return hold_unmatched(step, place, claim, &item, FINDING_REMITTANCE_LINE_UNMATCHED, cents, unmatched);
    }
    return decide(step, place, claim, &item, matches);
}

enum status
post_early(struct step *step, const struct remit_item *item)
{
    const struct remittance *state = step_state(step);
    struct text key = row_key_item(step, item->identity.claim_id, item->identity.version);
    struct remit_early early;
    struct remit_work work;
    struct remittance_claim claim;
    bool unmatched;
    enum status status = step_get_record(step, REMITTANCE_EARLY, key, &record_remit_early, &early);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    if (record_read(&record_remittance_claim, early.body, step_arena(step), &claim, NULL) != STATUS_OK)
        return STATUS_CORRUPT;
    step_delete(step, REMITTANCE_EARLY, key);
    status = keep_work_get(step, early.work, &work);
    if (status != STATUS_OK) /* a person has settled it */
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    keep_work_done(step, &work, TEXT("claimline"), TEXT("matched"), (struct text){0});
    struct post_place place = {
        .payer = payer_by_name(state->payers, early.payer),
        .payer_name = early.payer,
        .unit = early.unit,
        .set = early.set,
        .claim = early.claim,
        .date = early.date,
    };
    return post_claim(step, &place, &claim, &unmatched);
}
