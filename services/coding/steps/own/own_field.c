#include "services/coding/steps/own/own_field.h"

#include "common/date/date.h"

static void
add(struct own_found *found, struct text text)
{
    if (text.length > 0 && found->count < OWN_FOUND)
        found->values[found->count++] = (struct own_value){.text = text};
}

static void
add_number(struct own_found *found, int64_t number)
{
    if (found->count < OWN_FOUND)
        found->values[found->count++] = (struct own_value){.number = number};
}

static const struct service_line *
line_of(const struct own_place *place)
{
    return &place->c->body->lines[place->line];
}

/* ---- the claim ---- */

static void
get_payer(const struct own_place *place, struct own_found *found)
{
    add(found, place->c->body->payer.id);
}

static void
get_filing(const struct own_place *place, struct own_found *found)
{
    add(found, place->c->body->subscriber.filing_indicator);
}

static void
get_bill(const struct own_place *place, struct own_found *found)
{
    if (place->c->institutional != NULL)
        add(found, place->c->body->place_of_service);
}

static void
get_frequency(const struct own_place *place, struct own_found *found)
{
    add(found, place->c->body->frequency);
}

static void
get_age(const struct own_place *place, struct own_found *found)
{
    const struct coding_case *c = place->c;
    if (c->birth_date == 0)
        found->lack = CODING_LACK_BIRTH_DATE;
    else if (c->day == 0)
        found->lack = CODING_LACK_DATE;
    else
        add_number(found, date_age_years(c->birth_date, c->day));
}

static void
get_sex(const struct own_place *place, struct own_found *found)
{
    add(found, place->c->sex);
    if (place->c->sex.length == 0)
        found->lack = CODING_LACK_SEX;
}

static void
get_total(const struct own_place *place, struct own_found *found)
{
    add_number(found, place->c->body->total_cents);
}

static void
get_lines(const struct own_place *place, struct own_found *found)
{
    add_number(found, place->c->body->lines_count);
}

static void
get_authorization(const struct own_place *place, struct own_found *found)
{
    add(found, place->c->body->prior_authorization);
}

static void
get_referring(const struct own_place *place, struct own_found *found)
{
    add(found, place->c->body->referring.id);
}

static void
get_billing(const struct own_place *place, struct own_found *found)
{
    add(found, place->c->body->billing.id);
}

static void
get_facility(const struct own_place *place, struct own_found *found)
{
    add(found, place->c->body->service_facility.id);
}

static void
get_day(const struct own_place *place, struct own_found *found)
{
    if (place->c->day != 0)
        add_number(found, place->c->day);
    else
        found->lack = CODING_LACK_DATE;
}

/* ---- institutional ---- */

static void
get_admission_type(const struct own_place *place, struct own_found *found)
{
    if (place->c->institutional != NULL)
        add(found, place->c->institutional->admission_type);
}

static void
get_patient_status(const struct own_place *place, struct own_found *found)
{
    if (place->c->institutional != NULL)
        add(found, place->c->institutional->patient_status);
}

static void
get_drg(const struct own_place *place, struct own_found *found)
{
    if (place->c->institutional != NULL)
        add(found, place->c->institutional->drg);
}

static void
get_condition(const struct own_place *place, struct own_found *found)
{
    const struct institutional_claim *own = place->c->institutional;
    for (uint32_t i = 0; own != NULL && i < own->conditions_count; i++)
        add(found, own->conditions[i].code);
}

static void
get_occurrence(const struct own_place *place, struct own_found *found)
{
    const struct institutional_claim *own = place->c->institutional;
    for (uint32_t i = 0; own != NULL && i < own->occurrences_count; i++)
        add(found, own->occurrences[i].code);
}

static void
get_value(const struct own_place *place, struct own_found *found)
{
    const struct institutional_claim *own = place->c->institutional;
    for (uint32_t i = 0; own != NULL && i < own->values_count; i++)
        add(found, own->values[i].code);
}

static void
get_admitting(const struct own_place *place, struct own_found *found)
{
    if (place->c->institutional != NULL)
        add(found, place->c->institutional->admitting.code);
}

static void
get_operation(const struct own_place *place, struct own_found *found)
{
    const struct institutional_claim *own = place->c->institutional;
    for (uint32_t i = 0; own != NULL && i < own->procedures_count; i++)
        add(found, own->procedures[i].code);
}

/* ---- diagnoses ---- */

static void
get_diagnosis(const struct own_place *place, struct own_found *found)
{
    for (uint32_t i = 0; i < place->c->diagnoses_count; i++)
        add(found, place->c->body->diagnoses[i].code);
}

static void
get_principal(const struct own_place *place, struct own_found *found)
{
    if (place->c->principal != UINT32_MAX)
        add(found, place->c->body->diagnoses[place->c->principal].code);
}

/* ---- a line ---- */

static void
get_procedure(const struct own_place *place, struct own_found *found)
{
    add(found, line_of(place)->procedure);
}

static void
get_modifier(const struct own_place *place, struct own_found *found)
{
    for (unsigned i = 0; i < 4; i++)
        add(found, coding_modifier(line_of(place), i));
}

static void
get_place(const struct own_place *place, struct own_found *found)
{
    struct text own = line_of(place)->place_of_service;
    if (place->c->institutional == NULL)
        add(found, own.length > 0 ? own : place->c->body->place_of_service);
}

static void
get_units(const struct own_place *place, struct own_found *found)
{
    add_number(found, line_of(place)->quantity_milli);
}

static void
get_charge(const struct own_place *place, struct own_found *found)
{
    add_number(found, line_of(place)->charge_cents);
}

static void
get_revenue(const struct own_place *place, struct own_found *found)
{
    if (line_of(place)->institutional_count > 0)
        add(found, line_of(place)->institutional->revenue_code);
}

static void
get_date(const struct own_place *place, struct own_found *found)
{
    int32_t date = coding_line_date(place->c, line_of(place));
    if (date != 0)
        add_number(found, date);
    else
        found->lack = CODING_LACK_DATE;
}

static void
get_rendering(const struct own_place *place, struct own_found *found)
{
    struct text own = line_of(place)->rendering.id;
    add(found, own.length > 0 ? own : place->c->body->rendering.id);
}

static void
get_pointed(const struct own_place *place, struct own_found *found)
{
    for (unsigned i = 0; i < 4; i++) {
        uint64_t pointer = coding_pointer(line_of(place), i);
        if (pointer >= 1 && pointer <= place->c->diagnoses_count)
            add(found, place->c->body->diagnoses[pointer - 1].code);
    }
}

const struct own_field own_fields[] = {
    {"payer", OWN_TEXT, OWN_CLAIM, get_payer, "the payer's id (NM109 of 2010BB)"},
    {"filing", OWN_TEXT, OWN_CLAIM, get_filing, "SBR09: MB, CI, HM ..."},
    {"bill", OWN_TEXT, OWN_CLAIM, get_bill, "type of bill without its frequency: 11, 13 (institutional)"},
    {"frequency", OWN_TEXT, OWN_CLAIM, get_frequency, "CLM05-3: 1, 7, 8"},
    {"age", OWN_NUMBER, OWN_CLAIM, get_age, "whole years on the day of service"},
    {"sex", OWN_TEXT, OWN_CLAIM, get_sex, "F, M, U"},
    {"total", OWN_MONEY, OWN_CLAIM, get_total, "charge of the claim: 120.00"},
    {"lines", OWN_NUMBER, OWN_CLAIM, get_lines, "number of lines"},
    {"authorization", OWN_TEXT, OWN_CLAIM, get_authorization, "prior authorization number (REF*G1)"},
    {"referring", OWN_TEXT, OWN_CLAIM, get_referring, "NPI of the referring provider"},
    {"billing", OWN_TEXT, OWN_CLAIM, get_billing, "NPI of the billing provider"},
    {"facility", OWN_TEXT, OWN_CLAIM, get_facility, "NPI of the service location"},
    {"day", OWN_DAY, OWN_CLAIM, get_day, "first date of service, of an inpatient the last of the statement"},
    {"admission_type", OWN_TEXT, OWN_CLAIM, get_admission_type, "CL101"},
    {"patient_status", OWN_TEXT, OWN_CLAIM, get_patient_status, "CL103"},
    {"drg", OWN_TEXT, OWN_CLAIM, get_drg, "HI*DR"},
    {"condition", OWN_TEXT, OWN_CLAIM, get_condition, "any condition code"},
    {"occurrence", OWN_TEXT, OWN_CLAIM, get_occurrence, "any occurrence code"},
    {"value", OWN_TEXT, OWN_CLAIM, get_value, "any value code"},
    {"admitting", OWN_CODE, OWN_CLAIM, get_admitting, "admitting diagnosis"},
    {"operation", OWN_CODE, OWN_CLAIM, get_operation, "any ICD-10-PCS procedure of the claim"},
    {"diagnosis", OWN_CODE, OWN_DIAGNOSIS, get_diagnosis, "any diagnosis"},
    {"principal", OWN_CODE, OWN_DIAGNOSIS, get_principal, "the principal diagnosis"},
    {"procedure", OWN_CODE, OWN_LINE, get_procedure, "HCPCS or CPT code of the line"},
    {"modifier", OWN_TEXT, OWN_LINE, get_modifier, "any modifier of the line"},
    {"place", OWN_TEXT, OWN_LINE, get_place, "place of service of the line, else of the claim"},
    {"units", OWN_UNITS, OWN_LINE, get_units, "units of the line: 2 or 0.5"},
    {"charge", OWN_MONEY, OWN_LINE, get_charge, "charge of the line: 120.00"},
    {"revenue", OWN_TEXT, OWN_LINE, get_revenue, "revenue code of the line"},
    {"date", OWN_DAY, OWN_LINE, get_date, "date of service of the line"},
    {"rendering", OWN_TEXT, OWN_LINE, get_rendering, "NPI of the rendering provider of the line, else of the claim"},
    {"pointed", OWN_CODE, OWN_LINE, get_pointed, "any diagnosis that the line points at"},
};
const size_t own_field_count = sizeof own_fields / sizeof *own_fields;

const struct own_field *
own_field_named(struct text name)
{
    for (size_t i = 0; i < own_field_count; i++)
        if (text_is(name, own_fields[i].name))
            return &own_fields[i];
    return NULL;
}
