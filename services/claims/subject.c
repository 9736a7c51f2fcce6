#include "services/claims/subject.h"

#include "services/claims/edits.h"

static struct party
named(const struct party *party)
{
    return (struct party){.entity_type = party->entity_type,
                          .last_name = party->last_name,
                          .first_name = party->first_name,
                          .middle_name = party->middle_name,
                          .suffix = party->suffix,
                          .id_qualifier = party->id_qualifier,
                          .id = party->id};
}

static int32_t
first_service(const struct claim_body *body)
{
    int32_t first = 0;
    for (uint32_t i = 0; i < body->lines_count; i++) {
        int32_t date = body->lines[i].date_from;
        if (date != 0 && (first == 0 || date < first))
            first = date;
    }
    return first;
}

/* REF*SY of 2010BA. */
static struct text
social_security(const struct claim_body *body)
{
    static const struct text head = {"REF\x1dSY\x1d", 7};
    for (uint32_t i = 0; i < body->subscriber.carried_count; i++) {
        const struct carried_segment *one = &body->subscriber.carried[i];
        struct text rest = one->segment;
        if (!text_is(one->loop, "2010BA") || !text_starts(rest, head))
            continue;
        rest = text_of(rest.data + head.length, rest.length - head.length);
        return text_cut(rest, '\x1d', &rest);
    }
    return (struct text){0};
}

struct question_subject
subject_of(const struct claim_body *body)
{
    struct question_subject subject = {.provider = named(&body->billing),
                                       .subscriber = named(&body->subscriber.person),
                                       .birth_date = body->subscriber.birth_date,
                                       .sex = body->subscriber.sex,
                                       .group_number = body->subscriber.group_number,
                                       .date_from = first_service(body),
                                       .date_to = edits_last_service(body)};
    subject.provider.tax_id = body->billing.tax_id;
    if (subject.subscriber.id.length == 0)
        subject.social_security = social_security(body);
    if (body->patient.person.last_name.length > 0) {
        subject.dependent = named(&body->patient.person);
        subject.dependent_birth_date = body->patient.birth_date;
        subject.dependent_sex = body->patient.sex;
        subject.relationship = body->patient.relationship;
    }
    return subject;
}
