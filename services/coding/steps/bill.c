#include "services/coding/steps/bill.h"

const char *const bill_kind_words[CODING_BILL_KINDS] = {
    [CODING_BILL_KIND_CONDITION] = "condition code",   [CODING_BILL_KIND_OCCURRENCE] = "occurrence code",
    [CODING_BILL_KIND_SPAN] = "occurrence span code",  [CODING_BILL_KIND_VALUE] = "value code",
    [CODING_BILL_KIND_STATUS] = "discharge status",    [CODING_BILL_KIND_FREQUENCY] = "frequency",
    [CODING_BILL_KIND_MODIFIER] = "modifier",          [CODING_BILL_KIND_BILL] = "type of bill",
    [CODING_BILL_KIND_REVENUE] = "revenue code",       [CODING_BILL_KIND_PROCEDURE] = "procedure",
    [CODING_BILL_KIND_DIAGNOSIS] = "diagnosis",        [CODING_BILL_KIND_PRINCIPAL] = "principal diagnosis",
};

const struct coding_bill_fact *
bill_fact_next(const struct coding_case *c, enum coding_bill_table table, unsigned *at)
{
    while (coding_bill_tables[table] + *at < coding_bill_tables[table + 1]) {
        const struct coding_bill_fact *fact = &coding_bill_facts[coding_bill_tables[table] + (*at)++];
        bool holds = c->day == 0 || (c->day >= fact->from && (fact->to == 0 || c->day <= fact->to));
        if (holds && (c->medicare || !fact->medicare))
            return fact;
    }
    return NULL;
}

static bool
is_named(const struct coding_bill_code *code, struct text found)
{
    bool fits = code->kind < CODING_BILL_WHOLE ? found.length == code->length : found.length >= code->length;
    return fits && memcmp(found.data, code->first, code->length) >= 0 && memcmp(found.data, code->last, code->length) <= 0;
}

bool
bill_names(const struct coding_bill_code *codes, unsigned count, enum coding_bill_kind kind, struct text code)
{
    for (unsigned i = 0; i < count; i++)
        if (codes[i].kind == kind && is_named(&codes[i], code))
            return true;
    return false;
}

/* The codes of one kind on the bill, from 0; empty behind the last, and where a line has none. */
static uint32_t
count_of(const struct coding_case *c, enum coding_bill_kind kind)
{
    const struct institutional_claim *own = c->institutional;
    switch (kind) {
    case CODING_BILL_KIND_CONDITION:
        return own->conditions_count;
    case CODING_BILL_KIND_OCCURRENCE:
        return own->occurrences_count;
    case CODING_BILL_KIND_SPAN:
        return own->occurrence_spans_count;
    case CODING_BILL_KIND_VALUE:
        return own->values_count;
    case CODING_BILL_KIND_MODIFIER:
        return 4 * c->body->lines_count;
    case CODING_BILL_KIND_REVENUE:
    case CODING_BILL_KIND_PROCEDURE:
        return c->body->lines_count;
    case CODING_BILL_KIND_DIAGNOSIS:
        return c->diagnoses_count;
    case CODING_BILL_KIND_PRINCIPAL:
        return c->principal == UINT32_MAX ? 0 : 1;
    case CODING_BILL_KIND_STATUS:
    case CODING_BILL_KIND_FREQUENCY:
    case CODING_BILL_KIND_BILL:
        return 1;
    case CODING_BILL_KINDS:
        break;
    }
    return 0;
}

static struct text
code_at(const struct coding_case *c, enum coding_bill_kind kind, uint32_t i)
{
    const struct institutional_claim *own = c->institutional;
    const struct claim_body *body = c->body;
    switch (kind) {
    case CODING_BILL_KIND_CONDITION:
        return own->conditions[i].code;
    case CODING_BILL_KIND_OCCURRENCE:
        return own->occurrences[i].code;
    case CODING_BILL_KIND_SPAN:
        return own->occurrence_spans[i].code;
    case CODING_BILL_KIND_VALUE:
        return own->values[i].code;
    case CODING_BILL_KIND_MODIFIER:
        return coding_modifier(&body->lines[i / 4], i % 4);
    case CODING_BILL_KIND_REVENUE:
        return body->lines[i].institutional_count == 0 ? (struct text){0} : body->lines[i].institutional->revenue_code;
    case CODING_BILL_KIND_PROCEDURE:
        return body->lines[i].procedure;
    case CODING_BILL_KIND_DIAGNOSIS:
        return body->diagnoses[i].code;
    case CODING_BILL_KIND_PRINCIPAL:
        return body->diagnoses[c->principal].code;
    case CODING_BILL_KIND_STATUS:
        return own->patient_status;
    case CODING_BILL_KIND_FREQUENCY:
        return body->frequency;
    case CODING_BILL_KIND_BILL:
        return body->place_of_service;
    case CODING_BILL_KINDS:
        break;
    }
    return (struct text){0};
}

struct bill_found
bill_find(const struct coding_case *c, const struct coding_bill_code *codes, unsigned count)
{
    for (unsigned k = 0; k < count; k++) {
        enum coding_bill_kind kind = codes[k].kind;
        for (uint32_t i = 0, many = count_of(c, kind); i < many; i++) {
            struct text code = code_at(c, kind, i);
            if (is_named(&codes[k], code))
                return (struct bill_found){kind, code};
        }
    }
    return (struct bill_found){0};
}

bool
bill_has_condition(const struct coding_case *c, const char *code)
{
    for (uint32_t i = 0; c->institutional != NULL && i < c->institutional->conditions_count; i++)
        if (text_is(c->institutional->conditions[i].code, code))
            return true;
    return false;
}
