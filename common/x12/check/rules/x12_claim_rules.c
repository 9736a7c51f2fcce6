#include "common/x12/check/rules/x12_claim_rules.h"

#include "common/date/date.h"
#include "common/money/money.h"
#include "schemas/findings.h"

static struct x12_facts_837 *
facts_of(struct x12_check *check)
{
    return &check->state->facts_837;
}

static void
set_begin(struct x12_check *check)
{
    *facts_of(check) = (struct x12_facts_837){.claim.payer = -1};
}

static void
begin_claim(struct x12_check *check)
{
    struct x12_facts_837 *facts = facts_of(check);
    const struct x12_walker *walker = &check->walker;
    facts->claim = (struct x12_facts_claim){.payer = -1};
    facts->line_controls.seen = facts->line_controls.count = 0;
    facts->claim.of_patient_level = walker->depth >= 2 && walker->frames[walker->depth - 2].loop->number ==
                                                              check->state->claims->levels[X12_LEVELS - 1];
}

/* The sum of what is in elements 3, 6, 9 ... of a CAS. */
static int64_t
cas_sum(struct x12_check *check)
{
    int64_t total = 0, cents;
    for (unsigned i = 3; i <= 18; i += 3) {
        if (!x12_amount(check, i, &cents) || !money_add(&total, cents))
            facts_of(check)->claim.amount_bad = true;
    }
    return total;
}

static void
take_amount(struct x12_check *check, unsigned element, int64_t *cents)
{
    if (!x12_amount(check, element, cents))
        facts_of(check)->claim.amount_bad = true;
}

static struct x12_other_payer *
open_payer(struct x12_check *check)
{
    struct x12_facts_837 *facts = facts_of(check);
    return facts->claim.payer >= 0 ? &facts->payers[facts->claim.payer] : NULL;
}

static void
add_payer(struct x12_check *check)
{
    struct x12_facts_837 *facts = facts_of(check);
    facts->claim.payer = -1;
    if (facts->claim.payer_count < X12_OTHER_PAYERS) {
        facts->claim.payer = (int8_t)facts->claim.payer_count;
        facts->payers[facts->claim.payer] = (struct x12_other_payer){0};
    }
    if (facts->claim.payer_count <= X12_OTHER_PAYERS)
        facts->claim.payer_count++;
}

/* SVD: the payer whose id of 2330B it names. */
static void
adjudication(struct x12_check *check)
{
    struct x12_facts_837 *facts = facts_of(check);
    struct text id = x12_element(check->segment, 1);
    int64_t cents;
    take_amount(check, 2, &cents);
    facts->claim.payer = -1;
    for (int i = 0; i < facts->claim.payer_count && i < X12_OTHER_PAYERS; i++) {
        struct x12_other_payer *payer = &facts->payers[i];
        if (!text_equal(text_of(payer->id, payer->id_length), id))
            continue;
        facts->claim.payer = (int8_t)i;
        payer->in_line = true;
        payer->line_cents += cents;
        return;
    }
    if (facts->claim.payer_count <= X12_OTHER_PAYERS)
        x12_emit(check, FINDING_X12_ADJUDICATION_PAYER, 1, 0, "21", id, false);
}

static void
pointers(struct x12_check *check, unsigned element)
{
    struct text given = x12_element(check->segment, element);
    for (unsigned i = 1; i <= 4; i++) {
        struct text pointer = x12_component(given, check->reader.delimiters.component, i);
        uint64_t number;
        if (pointer.length == 0)
            continue;
        if (!text_to_u64(pointer, &number) || number < 1 ||
            number > check->state->facts_837.claim.diagnosis_count)
            x12_emit(check, FINDING_X12_POINTER_DIAGNOSIS, element, i, "477", pointer, false);
    }
}

static void
line(struct x12_check *check)
{
    struct x12_facts_837 *facts = facts_of(check);
    take_amount(check, check->state->claims->charge_element, &facts->claim.line_cents);
    if (!money_add(&facts->claim.lines_cents, facts->claim.line_cents))
        facts->claim.amount_bad = true;
    x12_anchor_set(&check->state->line_anchor, check);
    if (check->state->claims->pointer_element > 0)
        pointers(check, check->state->claims->pointer_element);
}

static void
related_causes(struct x12_check *check)
{
    struct x12_facts_837 *facts = &check->state->facts_837;
    char separator = check->reader.delimiters.component;
    struct text causes = x12_element(check->segment, 11);
    for (unsigned i = 1; i <= 3; i++) {
        struct text cause = x12_component(causes, separator, i);
        facts->claim.car_accident |= text_is(cause, "AA");
        facts->claim.accident |= text_is(cause, "AA") || text_is(cause, "OA");
    }
    facts->claim.has_accident_state =
        x12_component(causes, separator, 4).length > 0 || x12_component(causes, separator, 5).length > 0;
}

static void
diagnoses(struct x12_check *check)
{
    for (unsigned i = 1; i <= check->segment->element_count; i++)
        check->state->facts_837.claim.diagnosis_count += check->segment->elements[i].length > 0;
}

static void
accident_date(struct x12_check *check)
{
    facts_of(check)->claim.has_accident_date = true;
}

static void
claim(struct x12_check *check)
{
    struct x12_facts_837 *facts = facts_of(check);
    begin_claim(check);
    take_amount(check, 2, &facts->claim.total_cents);
    struct text facility = x12_element(check->segment, 5);
    struct text frequency = x12_component(facility, check->reader.delimiters.component, 3);
    facts->claim.frequency = frequency.length == 1 ? frequency.data[0] : '1';
    if (check->state->claims->names_causes)
        related_causes(check);
}

static void
reference(struct x12_check *check)
{
    facts_of(check)->claim.has_reference = true;
}

bool
x12_claim_rules_dates(struct text value, int32_t *from, int32_t *to)
{
    if (value.length < 8 || !date_parse(text_of(value.data, 8), from))
        return false;
    if (value.length != 17 || !date_parse(text_of(value.data + 9, 8), to))
        *to = *from;
    return true;
}

static void
period(struct x12_check *check)
{
    struct text value = x12_element(check->segment, 3);
    int32_t from, to;
    if (x12_claim_rules_dates(value, &from, &to) && to < from)
        x12_emit(check, FINDING_X12_DATE_ORDER, 3, 0, "187", value, true);
}

static void
service_period(struct x12_check *check)
{
    struct x12_facts_837 *facts = facts_of(check);
    int32_t from, to;
    period(check);
    if (!x12_claim_rules_dates(x12_element(check->segment, 3), &from, &to))
        return;
    if (facts->claim.first_service == 0 || from < facts->claim.first_service)
        facts->claim.first_service = from;
}

static void
billing_zip(struct x12_check *check)
{
    struct text zip = x12_element(check->segment, 3), country = x12_element(check->segment, 4);
    uint64_t digits;
    if (country.length > 0 && !text_is(country, "US"))
        return;
    if (zip.length != 9 || !text_to_u64(zip, &digits))
        x12_emit(check, FINDING_X12_BILLING_ZIP, 3, 0, "500", zip, false);
}

static int32_t
birth(struct x12_check *check)
{
    int32_t date = 0;
    (void)date_parse(x12_element(check->segment, 2), &date);
    if (check->options.today != 0 && date > check->options.today)
        x12_emit(check, FINDING_X12_BIRTH_AFTER_SERVICE, 2, 0, "158", (struct text){0}, false);
    return date;
}

static void
subscriber(struct x12_check *check)
{
    struct x12_facts_837 *facts = facts_of(check);
    facts->subscriber_is_patient = text_is(x12_element(check->segment, 2), "18");
    facts->subscriber_street = facts->subscriber_address = facts->subscriber_demographics = false;
    facts->subscriber_birth = 0;
}

static void
subscriber_street(struct x12_check *check)
{
    facts_of(check)->subscriber_street = true;
}

static void
subscriber_city(struct x12_check *check)
{
    struct x12_facts_837 *facts = facts_of(check);
    facts->subscriber_address = facts->subscriber_street;
}

static void
subscriber_birth(struct x12_check *check)
{
    struct x12_facts_837 *facts = facts_of(check);
    facts->subscriber_demographics = true;
    facts->subscriber_birth = birth(check);
}

static void
patient_birth(struct x12_check *check)
{
    facts_of(check)->patient_birth = birth(check);
}

static void
payer_name(struct x12_check *check)
{
    struct x12_other_payer *payer = open_payer(check);
    struct text id = x12_element(check->segment, 9);
    if (payer == NULL)
        return;
    payer->id_length = (uint8_t)(id.length < sizeof payer->id ? id.length : sizeof payer->id);
    if (payer->id_length > 0)
        memcpy(payer->id, id.data, payer->id_length);
}

static void
payer_adjustments(struct x12_check *check)
{
    struct x12_other_payer *payer = open_payer(check);
    if (payer != NULL)
        payer->adjusted_cents += cas_sum(check);
}

static void
payer_paid(struct x12_check *check)
{
    struct x12_other_payer *payer = open_payer(check);
    if (payer == NULL)
        return;
    payer->has_paid = true;
    take_amount(check, 2, &payer->paid_cents);
}

static void
payer_noncovered(struct x12_check *check)
{
    struct x12_other_payer *payer = open_payer(check);
    if (payer == NULL)
        return;
    payer->has_noncovered = true;
    take_amount(check, 2, &payer->noncovered_cents);
}

static void
line_adjustments(struct x12_check *check)
{
    struct x12_other_payer *payer = open_payer(check);
    if (payer == NULL)
        return;
    int64_t cents = cas_sum(check);
    payer->line_cents += cents;
    payer->line_adjusted_cents += cents;
}

/* By this number the 835 names the line: within a claim each is given once. */
static void
line_control(struct x12_check *check)
{
    struct x12_line_controls *controls = &facts_of(check)->line_controls;
    struct text given = text_trim(x12_element(check->segment, 2));
    const uint64_t hash = x12_hash(given), bit = UINT64_C(1) << (hash >> 58);
    bool doubled = false;
    for (uint32_t i = 0; (controls->seen & bit) != 0 && i < controls->count && !doubled; i++)
        doubled = controls->hashes[i] == hash;
    if (doubled && given.length > 0)
        x12_emit(check, FINDING_X12_LINE_CONTROL_DOUBLED, 2, 0, "21", given, true);
    controls->seen |= bit;
    if (!doubled && controls->count < X12_LINES_KEPT)
        controls->hashes[controls->count++] = hash;
}

static void (*const take[])(struct x12_check *check) = {
    [X12_CLAIM_FACT_NONE] = NULL,
    [X12_CLAIM_FACT_BILLING_CITY] = billing_zip,
    [X12_CLAIM_FACT_SUBSCRIBER] = subscriber,
    [X12_CLAIM_FACT_SUBSCRIBER_STREET] = subscriber_street,
    [X12_CLAIM_FACT_SUBSCRIBER_CITY] = subscriber_city,
    [X12_CLAIM_FACT_SUBSCRIBER_BIRTH] = subscriber_birth,
    [X12_CLAIM_FACT_PATIENT_BIRTH] = patient_birth,
    [X12_CLAIM_FACT_CLAIM] = claim,
    [X12_CLAIM_FACT_ACCIDENT_DATE] = accident_date,
    [X12_CLAIM_FACT_DIAGNOSES] = diagnoses,
    [X12_CLAIM_FACT_REFERENCE] = reference,
    [X12_CLAIM_FACT_PERIOD] = period,
    [X12_CLAIM_FACT_SERVICE_PERIOD] = service_period,
    [X12_CLAIM_FACT_PAYER] = add_payer,
    [X12_CLAIM_FACT_PAYER_NAME] = payer_name,
    [X12_CLAIM_FACT_PAYER_ADJUSTMENTS] = payer_adjustments,
    [X12_CLAIM_FACT_PAYER_PAID] = payer_paid,
    [X12_CLAIM_FACT_PAYER_NONCOVERED] = payer_noncovered,
    [X12_CLAIM_FACT_LINE] = line,
    [X12_CLAIM_FACT_LINE_CONTROL] = line_control,
    [X12_CLAIM_FACT_LINE_PAID] = adjudication,
    [X12_CLAIM_FACT_LINE_ADJUSTMENTS] = line_adjustments,
};
_Static_assert(sizeof take / sizeof take[0] == X12_CLAIM_FACT_COUNT, "a fact without a taker");

static void
segment(struct x12_check *check)
{
    const struct x12_place *place = check->step.place;
    const struct x12_claim_guide *guide = check->state->claims;
    uint8_t fact = guide->facts[place->number];
    if (fact != X12_CLAIM_FACT_NONE)
        take[fact](check);
    if (guide->segment != NULL)
        guide->segment(check);
}

/* Each earlier payer's payment and adjustments of the line make up its charge. */
static void
line_end(struct x12_check *check)
{
    struct x12_facts_837 *facts = facts_of(check);
    char buffer[MONEY_TEXT_BYTES];
    for (int i = 0; i < facts->claim.payer_count && i < X12_OTHER_PAYERS; i++) {
        struct x12_other_payer *payer = &facts->payers[i];
        if (payer->in_line && payer->line_cents != facts->claim.line_cents && !facts->claim.amount_bad)
            x12_emit_at(check, &check->state->line_anchor, FINDING_X12_COB_LINE, "2400",
                        check->state->claims->charge_element, "400",
                        money_print(facts->claim.line_cents - payer->line_cents, buffer), false);
        payer->in_line = false;
        payer->line_cents = 0;
    }
    facts->claim.line_cents = 0;
}

static void
loop_end(struct x12_check *check, uint16_t loop)
{
    if (loop == check->state->claims->line_loop)
        line_end(check);
}

static bool
relationship_unclear(const struct x12_facts_837 *facts)
{
    return facts->subscriber_is_patient == facts->claim.of_patient_level;
}

static bool
address_missing(const struct x12_facts_837 *facts)
{
    return facts->subscriber_is_patient && !facts->claim.of_patient_level && !facts->subscriber_address;
}

static bool
demographics_missing(const struct x12_facts_837 *facts)
{
    return facts->subscriber_is_patient && !facts->claim.of_patient_level && !facts->subscriber_demographics;
}

static bool
reference_missing(const struct x12_facts_837 *facts)
{
    return (facts->claim.frequency == '7' || facts->claim.frequency == '8') && !facts->claim.has_reference;
}

static bool
born_after(const struct x12_facts_837 *facts)
{
    int32_t date = facts->claim.of_patient_level ? facts->patient_birth : facts->subscriber_birth;
    return date != 0 && facts->claim.first_service != 0 && date > facts->claim.first_service;
}

bool
x12_claim_rules_accident_date(const struct x12_facts_837 *facts)
{
    return facts->claim.accident && !facts->claim.has_accident_date;
}

bool
x12_claim_rules_accident_state(const struct x12_facts_837 *facts)
{
    return facts->claim.car_accident && !facts->claim.has_accident_state;
}

/* In the order in which they are said. */
static const struct x12_claim_rule common_rules[] = {
    {FINDING_X12_SUBSCRIBER_RELATIONSHIP, 0, "21", relationship_unclear},
    {FINDING_X12_SUBSCRIBER_ADDRESS, 0, "126", address_missing},
    {FINDING_X12_SUBSCRIBER_BIRTH, 0, "158", demographics_missing},
    {FINDING_X12_REPLACEMENT_REFERENCE, 5, "464", reference_missing},
    {FINDING_X12_BIRTH_AFTER_SERVICE, 0, "158", born_after},
};

static void
judge(struct x12_check *check, const struct x12_claim_rule *rules, size_t count)
{
    const struct x12_facts_837 *facts = facts_of(check);
    for (size_t i = 0; i < count; i++) {
        if (rules[i].broken(facts))
            x12_emit_at(check, &check->state->claim_anchor, rules[i].finding, "2300", rules[i].element,
                        rules[i].code, text_of(&facts->claim.frequency, 1), false);
    }
}

/* The claim's total against lines and earlier payers. */
static void
claim_balance(struct x12_check *check)
{
    struct x12_facts_837 *facts = facts_of(check);
    const struct x12_anchor *anchor = &check->state->claim_anchor;
    char buffer[MONEY_TEXT_BYTES];
    if (facts->claim.amount_bad)
        return;
    if (facts->claim.total_cents != facts->claim.lines_cents)
        x12_emit_at(check, anchor, FINDING_X12_CLAIM_TOTAL, "2300", 2, "400",
                    money_print(facts->claim.total_cents - facts->claim.lines_cents, buffer), false);
    for (int i = 0; i < facts->claim.payer_count && i < X12_OTHER_PAYERS; i++) {
        const struct x12_other_payer *payer = &facts->payers[i];
        int64_t sum = payer->paid_cents + payer->adjusted_cents + payer->line_adjusted_cents;
        bool untouched = !payer->has_paid && payer->adjusted_cents == 0;
        if (payer->has_noncovered && (payer->noncovered_cents != facts->claim.total_cents || !untouched))
            x12_emit_at(check, anchor, FINDING_X12_COB_NONCOVERED, "2300", 2, "400", (struct text){0}, false);
        else if (!payer->has_noncovered && payer->has_paid && sum != facts->claim.total_cents)
            x12_emit_at(check, anchor, FINDING_X12_COB_CLAIM, "2300", 2, "400",
                        money_print(facts->claim.total_cents - sum, buffer), false);
    }
}

static void
claim_end(struct x12_check *check)
{
    struct x12_facts_837 *facts = facts_of(check);
    const struct x12_claim_guide *guide = check->state->claims;
    claim_balance(check);
    judge(check, common_rules, sizeof common_rules / sizeof common_rules[0]);
    judge(check, guide->rules, guide->rule_count);
    facts->claim.payer_count = 0;
    facts->claim.payer = -1;
}

static void
set_end(struct x12_check *check)
{
    (void)check;
}

const struct x12_rule_calls x12_claim_rules_calls = {set_begin, segment, loop_end, claim_end, set_end};
