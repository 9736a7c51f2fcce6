/*
 * Step 4: the codes of a hospital's bill exist: type of bill, revenue, condition, occurrence, occurrence span, value codes, discharge
 * status, type and point of origin of the admission. Where the list that is imported says that it is not complete (those of HL7 for
 * occurrences, spans and values), what it does not hold is not assessed. What the codes say of each other: bill_codes.c.
 */
#include "common/codes/codes_lists.h"
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"

/* Lists of types of bill that are older than a class of bill call it reserved: 77x are federally qualified health centers since April 2010
 * (Medicare Claims Processing Manual, chapter 9). */
static bool
is_given_out(struct text code, int32_t day)
{
    struct text class = text_of(code.data, code.length < 2 ? code.length : 2);
    return codes_lists_judge(codes_lists_builtin(), CODES_SYSTEM_BILL_TYPE, class, day, day).verdict == CODES_VALID;
}

/* Raises the rule where the list says that there is no such code on that day. */
static void
ask(struct coding_run *run, uint16_t rule, enum coding_relation list, struct text code, int32_t day, const char *noun, uint32_t ordinal)
{
    if (code.length == 0 || !coding_applies(run, rule, day))
        return;
    struct codes_answer answer = {.verdict = CODES_EDITION_MISSING};
    if (day != 0)
        answer = coding_ask_list(run->c, list, code, day);
    if (answer.verdict == CODES_HEADER && list == CODING_BILL_TYPE && is_given_out(code, day))
        answer.verdict = CODES_VALID;
    switch (answer.verdict) {
    case CODES_VALID:
        break;
    case CODES_HEADER: /* reserved: nobody's yet */
    case CODES_UNKNOWN:
    case CODES_NOT_YET:
    case CODES_ENDED:
        coding_raise(run, rule, noun, ordinal, code);
        break;
    case CODES_NOT_HELD:
        coding_lacks(run, rule, CODING_LACK_CODE);
        break;
    case CODES_EDITION_MISSING:
        coding_lacks(run, rule, day == 0 ? CODING_LACK_DATE : CODING_LACK_EDITION);
        break;
    case CODES_VERDICT_COUNT:
        break;
    }
}

void
coding_validate_bill(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    const struct institutional_claim *own = c->institutional;
    char bill[8];
    if (own == NULL)
        return;
    struct text frequency = c->body->frequency;
    if (c->body->place_of_service.length == 2 && frequency.length == 1 && frequency.data[0] >= '1' && frequency.data[0] <= '9') {
        bill[0] = c->body->place_of_service.data[0];
        bill[1] = c->body->place_of_service.data[1];
        bill[2] = frequency.data[0];
        ask(run, FINDING_CODING_BILL_TYPE_UNKNOWN, CODING_BILL_TYPE, text_of(bill, 3), c->day, "claim", 0);
    }
    ask(run, FINDING_CODING_PATIENT_STATUS_UNKNOWN, CODING_PATIENT_STATUS, own->patient_status, c->day, "claim", 0);
    ask(run, FINDING_CODING_ADMISSION_TYPE_UNKNOWN, CODING_ADMISSION_TYPE, own->admission_type, c->day, "claim", 0);
    ask(run, FINDING_CODING_ADMISSION_ORIGIN_UNKNOWN, CODING_ADMISSION_ORIGIN, own->admission_source, c->day, "claim", 0);
    for (uint32_t i = 0; i < own->conditions_count; i++)
        ask(run, FINDING_CODING_CONDITION_UNKNOWN, CODING_CONDITION, own->conditions[i].code, c->day, "condition", i + 1);
    for (uint32_t i = 0; i < own->occurrences_count; i++)
        ask(run, FINDING_CODING_OCCURRENCE_UNKNOWN, CODING_OCCURRENCE, own->occurrences[i].code, c->day, "occurrence", i + 1);
    for (uint32_t i = 0; i < own->occurrence_spans_count; i++)
        ask(run, FINDING_CODING_SPAN_UNKNOWN, CODING_OCCURRENCE_SPAN, own->occurrence_spans[i].code, c->day, "span", i + 1);
    for (uint32_t i = 0; i < own->values_count; i++)
        ask(run, FINDING_CODING_VALUE_UNKNOWN, CODING_VALUE, own->values[i].code, c->day, "value", i + 1);
    for (uint32_t i = 0; i < c->body->lines_count; i++) {
        const struct service_line *line = &c->body->lines[i];
        if (line->institutional_count > 0)
            ask(run, FINDING_CODING_REVENUE_UNKNOWN, CODING_REVENUE, line->institutional->revenue_code, c->day, "line", i + 1);
    }
}
