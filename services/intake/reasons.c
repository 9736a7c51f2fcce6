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

struct loop_entity {
    const char *loop, *entity;
};

/* What only the loops of one guide say, by claim_form, before what all have in common. */
static const struct loop_entity professional[] = {{"2310A", "DN"}, {"2310B", "82"}, {"2310C", "77"},
                                                  {"2310D", "DQ"}, {"2420A", "82"}, {NULL, NULL}};
static const struct loop_entity institutional[] = {{"2310A", "71"}, {"2310B", "72"}, {"2310C", "ZZ"}, {"2310D", "82"},
                                                   {"2310E", "77"}, {"2310F", "DN"}, {"2420A", "72"}, {"2420B", "ZZ"},
                                                   {"2420C", "82"}, {"2420D", "DN"}, {NULL, NULL}};
static const struct loop_entity dental[] = {{"2310A", "DN"}, {"2310B", "82"}, {"2310C", "77"}, {"2310D", "DD"},
                                            {"2310E", "DQ"}, {"2420A", "82"}, {"2420B", "DD"}, {"2420C", "DQ"},
                                            {"2420D", "77"}, {NULL, NULL}};
static const struct loop_entity common[] = {{"2010AA", "85"}, {"2000A", "85"},  {"2010AB", "87"}, {"2010BA", "IL"},
                                            {"2000B", "IL"},  {"2010BB", "PR"}, {"2010CA", "QC"}, {"2000C", "QC"},
                                            {NULL, NULL}};

static const char *
find_entity(const struct loop_entity *entities, const char *loop)
{
    while (entities->loop != NULL && strcmp(loop, entities->loop) != 0)
        entities++;
    return entities->entity;
}

/* Whom a finding speaks of, by the loop in which it was found. */
static struct text
entity_of(uint32_t form, const char *loop)
{
    const struct loop_entity *own = form == CLAIM_FORM_INSTITUTIONAL ? institutional
                                    : form == CLAIM_FORM_DENTAL      ? dental
                                                                     : professional;
    const char *entity = find_entity(own, loop);
    if (entity == NULL)
        entity = find_entity(common, loop);
    return entity == NULL ? (struct text){0} : text_from(entity);
}

uint32_t
answers_reasons(const struct x12_claim *claim, uint32_t form, const struct judgement *judgement,
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
                finding->code[0] != 0 ? text_from(finding->code) : TEXT("21"), entity_of(form, finding->loop_id)};
    }
    if (count == 0)
        reasons[count++] = (struct x12_277ca_reason){
            category_of(judgement->finding),
            judgement->finding == FINDING_INTAKE_DUPLICATE ? TEXT("54") : TEXT("21"),
            {0}};
    return count;
}
