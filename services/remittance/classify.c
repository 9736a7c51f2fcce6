#include "services/remittance/classify.h"

#include "common/money/money.h"

#include <assert.h>

struct class_row {
    const char *name, *suggestion;
};
static const struct class_row classes[CLASSIFY_CLASS_COUNT] = {
    [CLASSIFY_CONTRACTUAL] = {"contractual", "Nothing: it is given up by contract."},
    [CLASSIFY_PATIENT] = {"patient", "Send the patient a statement."},
    [CLASSIFY_OTHER] = {"other", "Check the reason against the contract."},
    [CLASSIFY_CAPITATION] = {"capitation", "Check whether the contract is capitated."},
    [CLASSIFY_REGISTRATION] = {"registration", "Check coverage and registration, correct them and send the claim again."},
    [CLASSIFY_AUTHORIZATION] = {"authorization", "Find the authorisation and appeal with it, or ask for one after the fact."},
    [CLASSIFY_CODING] = {"coding", "A coder corrects the codes; a replacement claim follows."},
    [CLASSIFY_MEDICAL_NECESSITY] = {"medical_necessity", "Appeal with the documents that show the need."},
    [CLASSIFY_TIMELY] = {"timely", "Appeal with the proof that it was sent in time, else write it off."},
    [CLASSIFY_DUPLICATE] = {"duplicate", "Find the claim that was paid; appeal when the service was another one."},
    [CLASSIFY_COVERAGE] = {"coverage", "Check the plan; bill the patient only where the group code is PR."},
    [CLASSIFY_COORDINATION] = {"coordination", "Find the other payer and bill it first."},
    [CLASSIFY_INFORMATION] = {"information", "Send what is missing; the remark codes say what."},
    [CLASSIFY_BUNDLED] = {"bundled", "Check the pair of procedures; a modifier may be missing."},
    [CLASSIFY_OTHER_DENIAL] = {"other_denial", "Read the remark codes, then ask the payer."},
};

const char *
classify_name(enum classify_class class)
{
    assert(class < CLASSIFY_CLASS_COUNT);
    return classes[class].name;
}

const char *
classify_suggestion(enum classify_class class)
{
    assert(class < CLASSIFY_CLASS_COUNT);
    return classes[class].suggestion;
}

bool
classify_is_denial(enum classify_class class)
{
    return class >= CLASSIFY_REGISTRATION;
}

bool
classify_is_coding(enum classify_class class)
{
    return class == CLASSIFY_CODING;
}

const struct classify_reason *
classify_find(struct text code, int32_t date)
{
    size_t low = 0, high = classify_reason_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_compare(text_from(classify_reasons[middle].code), code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < classify_reason_count && text_is(code, classify_reasons[low].code); low++)
        if (date == 0 || (date >= classify_reasons[low].from && date <= classify_reasons[low].to))
            return &classify_reasons[low];
    return NULL;
}

enum classify_class
classify_adjustment(struct text group, struct text code, int32_t date, bool capitated)
{
    const struct classify_reason *reason = classify_find(code, date);
    if (reason == NULL)
        return text_is(group, "PR") ? CLASSIFY_PATIENT : text_is(group, "OA") ? CLASSIFY_OTHER : CLASSIFY_OTHER_DENIAL;
    if (reason->class == CLASSIFY_CAPITATION)
        return capitated ? CLASSIFY_CONTRACTUAL : CLASSIFY_REGISTRATION;
    return reason->class;
}

enum ledger_account
classify_account(struct text group, enum classify_class class)
{
    if (text_is(group, "PR"))
        return LEDGER_PATIENT;
    if (classify_is_denial(class))
        return LEDGER_DENIED;
    /* The patient's share under CO was given up by contract: never the patient's. */
    return text_is(group, "CO") || class == CLASSIFY_CONTRACTUAL ? LEDGER_CONTRACTUAL : LEDGER_OTHER_REDUCTION;
}

static int64_t *
sum_of(struct classify_sums *sums, enum ledger_account account)
{
    switch ((int)account) {
    case LEDGER_PATIENT:
        return &sums->patient_cents;
    case LEDGER_DENIED:
        return &sums->denied_cents;
    case LEDGER_CONTRACTUAL:
        return &sums->contractual_cents;
    }
    return &sums->other_cents;
}

void
classify_add(struct classify_sums *sums, const struct adjustment *adjustments, uint32_t count, int32_t date, bool capitated)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct adjustment *adjustment = &adjustments[i];
        enum classify_class class = classify_adjustment(adjustment->group, adjustment->reason, date, capitated);
        if (!money_add(sum_of(sums, classify_account(adjustment->group, class)), adjustment->cents))
            sums->overflow = true;
        if (!classify_is_denial(class))
            continue;
        if (!money_add(&sums->denial_cents, adjustment->cents))
            sums->overflow = true;
        if (sums->reason.length == 0) {
            sums->class = class;
            sums->group = adjustment->group;
            sums->reason = adjustment->reason;
        }
    }
}

bool
classify_line_denied(const struct classify_sums *sums, int64_t paid_cents)
{
    return paid_cents == 0 && sums->denial_cents > 0;
}

static void
join(struct classify_sums *all, const struct classify_sums *part)
{
    bool fits = money_add(&all->contractual_cents, part->contractual_cents) &&
                money_add(&all->patient_cents, part->patient_cents) && money_add(&all->denied_cents, part->denied_cents) &&
                money_add(&all->other_cents, part->other_cents) && money_add(&all->denial_cents, part->denial_cents);
    if (!fits || part->overflow)
        all->overflow = true;
    if (all->reason.length == 0) {
        all->class = part->class;
        all->group = part->group;
        all->reason = part->reason;
    }
}

static enum classify_verdict
verdict_of(const struct remittance_claim *claim, const struct classify_claim *result)
{
    if (text_is(claim->status, "22"))
        return CLASSIFY_VERDICT_REVERSED;
    if (text_is(claim->status, "4") || classify_line_denied(&result->claim_level, claim->paid_cents) ||
        (claim->lines_count > 0 && result->denied_lines == claim->lines_count))
        return CLASSIFY_VERDICT_DENIED;
    if (result->denied_lines > 0)
        return CLASSIFY_VERDICT_PARTLY_DENIED;
    if (result->sums.patient_cents != 0 || result->sums.denied_cents != 0 || result->sums.other_cents != 0)
        return CLASSIFY_VERDICT_REDUCED;
    return CLASSIFY_VERDICT_PAID;
}

void
classify_claim(const struct remittance_claim *claim, int32_t date, bool capitated, struct classify_claim *result,
               struct classify_sums *line_sums)
{
    *result = (struct classify_claim){0};
    for (uint32_t i = 0; i < claim->lines_count; i++) {
        const struct remittance_line *line = &claim->lines[i];
        line_sums[i] = (struct classify_sums){0};
        classify_add(&line_sums[i], line->adjustments, line->adjustments_count, date, capitated);
        result->denied_lines += classify_line_denied(&line_sums[i], line->paid_cents);
        join(&result->sums, &line_sums[i]);
    }
    classify_add(&result->claim_level, claim->adjustments, claim->adjustments_count, date, capitated);
    join(&result->sums, &result->claim_level);
    result->verdict = verdict_of(claim, result);
    if (result->verdict == CLASSIFY_VERDICT_DENIED && result->sums.reason.length == 0)
        result->sums.class = CLASSIFY_REGISTRATION;
}
