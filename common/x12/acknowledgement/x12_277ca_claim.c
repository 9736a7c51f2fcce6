#include "common/x12/acknowledgement/x12_acknowledgement.h"

#include "schemas/findings.h"

/* STC01-1: missing, not consistent, the claim as a whole; else invalid. */
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
    case FINDING_X12_CLAIM_TOO_LARGE:
    case FINDING_X12_CLAIM_DUPLICATE:
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

/* Whom a finding of the claim as a whole speaks of: its status names an entity (126 address, 158 birth date). */
static const char *
entity_of_claim(uint16_t finding)
{
    switch (finding) {
    case FINDING_X12_SUBSCRIBER_ADDRESS:
    case FINDING_X12_SUBSCRIBER_BIRTH:
        return "IL";
    case FINDING_X12_BIRTH_AFTER_SERVICE:
        return "QC";
    default:
        return NULL;
    }
}

/* Whom a finding speaks of, else by the loop in which it was found. */
static struct text
entity_of(const struct finding *finding, uint32_t form)
{
    const struct loop_entity *own = form == CLAIM_FORM_INSTITUTIONAL ? institutional
                                    : form == CLAIM_FORM_DENTAL      ? dental
                                                                     : professional;
    const char *entity = entity_of_claim(finding->kind->number);
    if (entity == NULL)
        entity = find_entity(own, finding->loop_id);
    if (entity == NULL)
        entity = find_entity(common, finding->loop_id);
    return entity == NULL ? (struct text){0} : text_from(entity);
}

struct x12_277ca_reason
x12_277ca_reason_of(const struct finding *finding, uint32_t form)
{
    return (struct x12_277ca_reason){category_of(finding->kind->number),
                                     finding->code[0] != '\0' ? text_from(finding->code) : TEXT("21"),
                                     entity_of(finding, form)};
}

void
x12_277ca_dates(const struct claim_body *body, int32_t *from, int32_t *to)
{
    *from = *to = 0;
    if (body->institutional_count > 0) {
        *from = body->institutional->statement_from;
        *to = body->institutional->statement_to;
        return;
    }
    for (uint32_t i = 0; i < body->lines_count; i++) {
        const struct service_line *line = &body->lines[i];
        int32_t end = line->date_to != 0 ? line->date_to : line->date_from;
        if (line->date_from != 0 && (*from == 0 || line->date_from < *from))
            *from = line->date_from;
        if (end > *to)
            *to = end;
    }
    if (*from == 0 && body->dental_count > 0) {
        *from = body->dental->service_from;
        *to = body->dental->service_to;
    }
}
