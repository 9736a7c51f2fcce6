#include "services/coding/steps/sources.h"
#include "schemas/findings.h"
#include "services/coding/steps/bill.h"
#include "services/coding/steps/facts.h"
#include "services/coding/steps/services.h"

#include <string.h>

static bool
takes_off(struct text *rest, const char *word)
{
    struct text begin = text_from(word);
    if (!text_starts(*rest, begin))
        return false;
    *rest = text_of(rest->data + begin.length, rest->length - begin.length);
    return true;
}

/* "I10 with N182", "I10 with I5022; with heart failure it is ...", "A41 beside R6520: ...", "E11 without a code that ...", "B95". */
static const char *
source_of_diagnoses(unsigned tables, struct text detail)
{
    struct text rest, other, code = text_cut(detail, ' ', &rest);
    bool pair = takes_off(&rest, "with ") || takes_off(&rest, "before ") || takes_off(&rest, "beside ");
    bool alone = !pair && takes_off(&rest, "without ");
    other = pair ? text_cut(rest, ' ', &rest) : (struct text){0};
    if (other.length > 0 && strchr(":;", other.data[other.length - 1]) != NULL)
        other.length--;
    const struct coding_diagnosis *fact;
    for (unsigned at = 0; (fact = facts_next(tables, codeset_key(code), 0, &at)) != NULL;)
        if (pair ? facts_names(fact, codeset_key(other)) : alone ? text_is(rest, fact->words) : tables == FACTS_SECONDARY)
            return fact->source;
    return NULL;
}

/* A row of procedures that says the value, or does not say it. */
static const char *
source_of_service(enum coding_service_table table, uint64_t procedure, uint64_t value, bool said)
{
    unsigned at = 0;
    const struct coding_service *row;
    while ((row = coding_service_next(table, procedure, 0, &at)) != NULL)
        if (coding_service_says(row, value) == said)
            return row->source;
    return NULL;
}

/* "99309 in 11" */
static const char *
source_of_place(struct text detail)
{
    struct text rest, procedure = text_cut(detail, ' ', &rest);
    if (!takes_off(&rest, "in "))
        return NULL;
    const char *only = source_of_service(CODING_PLACE_ONLY, codeset_key(procedure), codeset_key(rest), false);
    return only != NULL ? only : source_of_service(CODING_PLACE_NEVER, codeset_key(procedure), codeset_key(rest), true);
}

/* "26 with 99213", "26 with TC" */
static const char *
source_of_modifier(uint64_t finding, struct text detail)
{
    struct text rest, modifier = text_cut(detail, ' ', &rest);
    if (!takes_off(&rest, "with "))
        return NULL;
    if (finding == FINDING_CODING_MODIFIER_OF_PROCEDURE)
        return source_of_service(CODING_MODIFIER_NEVER, codeset_key(rest), codeset_key(modifier), true);
    const struct coding_service *row = coding_modifiers_apart(codeset_key(modifier), codeset_key(rest), 0);
    return row == NULL ? NULL : row->source;
}

/* "condition code 44 wants outpatient bills, 13x and 85x", "value code 01 with 02" */
static const char *
source_of_bill(enum coding_bill_table table, struct text detail)
{
    struct text rest = detail, code;
    enum coding_bill_kind kind = 0;
    while (kind < CODING_BILL_KINDS && !takes_off(&rest, bill_kind_words[kind]))
        kind++;
    if (kind == CODING_BILL_KINDS || !takes_off(&rest, " "))
        return NULL;
    code = text_cut(rest, ' ', &rest);
    bool pair = takes_off(&rest, "with ");
    if (!pair && !takes_off(&rest, "wants "))
        return NULL;
    for (unsigned i = coding_bill_tables[table]; i < coding_bill_tables[table + 1]; i++) {
        const struct coding_bill_fact *fact = &coding_bill_facts[i];
        if (bill_names(bill_firsts(fact), fact->first_count, kind, code) &&
            (pair ? bill_names(bill_firsts(fact), fact->first_count, kind, rest) : text_is(rest, fact->words)))
            return fact->source;
    }
    return NULL;
}

const char *
coding_fact_source(uint64_t finding, struct text detail)
{
    switch (finding) {
    case FINDING_CODING_JOINED:
        return source_of_diagnoses(FACTS_JOINED | FACTS_BESIDE, detail);
    case FINDING_CODING_CONTRADICTION:
        return source_of_diagnoses(FACTS_CONTRADICTS, detail);
    case FINDING_CODING_COMPANION_MISSING:
        return source_of_diagnoses(FACTS_FOLLOWS | FACTS_NEEDS, detail);
    case FINDING_CODING_SECONDARY_ONLY:
        return source_of_diagnoses(FACTS_SECONDARY, detail);
    case FINDING_CODING_PLACE_OF_SERVICE:
        return source_of_place(detail);
    case FINDING_CODING_MODIFIER_OF_PROCEDURE:
    case FINDING_CODING_MODIFIERS_APART:
        return source_of_modifier(finding, detail);
    case FINDING_CODING_BILL_TYPE_OF_CODE:
        return source_of_bill(CODING_BILL_BILLS, detail);
    case FINDING_CODING_BILL_CODE_MISSING:
        return source_of_bill(CODING_BILL_NEEDS, detail);
    case FINDING_CODING_BILL_CODES_APART:
        return source_of_bill(CODING_BILL_APART, detail);
    default:
        return NULL;
    }
}
