/* From findings to the statuses of a 277CA: category (what kind of trouble), status code, and whom it speaks
 * of. */
#include "services/intake/answers.h"

#include "schemas/findings.h"

/* The category for a finding of ours: missing, invalid, or the claim as a whole. */
static struct text
category_of(uint16_t finding)
{
    switch (finding) {
    case FINDING_X12_SUBSCRIBER_ADDRESS:
    case FINDING_X12_SUBSCRIBER_BIRTH:
    case FINDING_X12_REPLACEMENT_REFERENCE:
    case FINDING_X12_ACCIDENT_DATE:
    case FINDING_X12_ACCIDENT_STATE:
        return TEXT("A6");
    case FINDING_X12_CLAIM_TOTAL:
    case FINDING_X12_POINTER_DIAGNOSIS:
    case FINDING_X12_COB_LINE:
    case FINDING_X12_COB_CLAIM:
    case FINDING_X12_DATE_ORDER:
        return TEXT("A8");
    case FINDING_INTAKE_DUPLICATE:
    case FINDING_X12_CLAIM_TOO_LARGE:
        return TEXT("A3");
    default:
        return TEXT("A7");
    }
}

/* Whom a finding speaks of, by the loop in which it was found. */
static struct text
entity_of(const char *loop)
{
    static const struct {
        const char *loop, *entity;
    } entities[] = {{"2010AA", "85"}, {"2000A", "85"},  {"2010AB", "87"}, {"2010BA", "IL"}, {"2000B", "IL"},
                    {"2010BB", "PR"}, {"2010CA", "QC"}, {"2000C", "QC"},  {"2310A", "DN"},  {"2310B", "82"},
                    {"2310C", "77"},  {"2310D", "DQ"},  {"2420A", "82"}};
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (strcmp(loop, entities[i].loop) == 0)
            return text_from(entities[i].entity);
    return (struct text){0};
}

uint32_t
answers_reasons(const struct x12_claim *claim, const struct judgement *judgement,
                struct x12_277ca_reason *reasons)
{
    uint32_t count = 0;
    if (judgement->accepted)
        return 0;
    for (uint32_t i = 0; i < claim->findings.count && count < ANSWERS_REASONS_MAX; i++) {
        const struct finding *finding = &claim->findings.items[i];
        if (finding->kind->severity == FINDING_ERROR)
            reasons[count++] = (struct x12_277ca_reason){
                category_of(finding->kind->number),
                finding->code[0] != 0 ? text_from(finding->code) : TEXT("21"), entity_of(finding->loop_id)};
    }
    if (count == 0)
        reasons[count++] = (struct x12_277ca_reason){
            category_of(judgement->finding),
            judgement->finding == FINDING_INTAKE_DUPLICATE ? TEXT("54") : TEXT("21"),
            {0}};
    return count;
}
