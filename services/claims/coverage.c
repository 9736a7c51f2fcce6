#include "services/claims/coverage.h"

#include "common/date/date.h"
#include "schemas/findings.h"

#include <stdio.h>

/* AAA03 of a 271 that say which value does not agree; any other code refuses the question. */
static const struct {
    const char *code;
    uint16_t finding;
} refusals[] = {
    {"58", FINDING_CLAIMS_ELIGIBILITY_BIRTH},     /* birth date missing or invalid */
    {"71", FINDING_CLAIMS_ELIGIBILITY_BIRTH},     /* birth date does not match */
    {"64", FINDING_CLAIMS_ELIGIBILITY_MEMBER},    /* patient id missing or invalid */
    {"72", FINDING_CLAIMS_ELIGIBILITY_MEMBER},    /* subscriber id missing or invalid */
    {"65", FINDING_CLAIMS_ELIGIBILITY_NAME},      /* patient name missing or invalid */
    {"73", FINDING_CLAIMS_ELIGIBILITY_NAME},      /* subscriber name missing or invalid */
    {"67", FINDING_CLAIMS_ELIGIBILITY_NOT_FOUND}, /* patient not found */
    {"75", FINDING_CLAIMS_ELIGIBILITY_NOT_FOUND}, /* subscriber not found */
    {"76", FINDING_CLAIMS_ELIGIBILITY_NOT_FOUND}, /* the id is that of several */
    {"77", FINDING_CLAIMS_ELIGIBILITY_NOT_FOUND}, /* subscriber found, patient not */
    {"78", FINDING_CLAIMS_ELIGIBILITY_NOT_FOUND}, /* not in the group or plan named */
};

static const struct party *
patient_of(const struct question_subject *subject)
{
    return subject->dependent.last_name.length > 0 ? &subject->dependent : &subject->subscriber;
}

static int32_t
birth_of(const struct question_subject *subject)
{
    return subject->dependent.last_name.length > 0 ? subject->dependent_birth_date : subject->birth_date;
}

/* The next character that counts, in upper case; 0 at the end. */
static char
next_of(struct text *t)
{
    while (t->length > 0) {
        char c = t->data[0];
        *t = text_of(t->data + 1, t->length - 1);
        if (c >= 'a' && c <= 'z')
            return (char)(c - 'a' + 'A');
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0)
            return c;
    }
    return '\0';
}

/* Nothing told agrees with anything. */
static bool
agree(struct text registered, struct text told)
{
    char one, other;
    if (told.length == 0)
        return true;
    do {
        one = next_of(&registered);
        other = next_of(&told);
    } while (one == other && one != '\0');
    return one == other;
}

static struct text
name_text(struct arena *arena, struct text last, struct text first)
{
    return arena_print(arena, "%.*s%s%.*s", TEXT_ARGS(last), first.length > 0 ? ", " : "", TEXT_ARGS(first));
}

static struct text
date_text(struct arena *arena, int32_t date)
{
    char buffer[11];
    return date == 0 ? TEXT("none") : arena_copy(arena, date_print_iso(date, buffer));
}

static struct text
span_text(struct arena *arena, int32_t from, int32_t to)
{
    if (from == 0 && to == 0)
        return (struct text){0};
    return arena_print(arena, "%.*s to %.*s", TEXT_ARGS(date_text(arena, from)), TEXT_ARGS(date_text(arena, to)));
}

void
coverage_pairs(const struct question_subject *subject, const struct eligibility_answer *answer, struct arena *arena,
               struct coverage_pair pairs[COVERAGE_PAIRS])
{
    const struct party *patient = patient_of(subject);
    int32_t last = subject->date_to != 0 ? subject->date_to : subject->date_from;
    pairs[0] = (struct coverage_pair){"name", name_text(arena, patient->last_name, patient->first_name),
                                      name_text(arena, answer->last_name, answer->first_name)};
    pairs[1] = (struct coverage_pair){"birth_date", date_text(arena, birth_of(subject)),
                                      answer->birth_date == 0 ? (struct text){0} : date_text(arena, answer->birth_date)};
    pairs[2] = (struct coverage_pair){"member_id", subject->subscriber.id, answer->member_id};
    pairs[3] = (struct coverage_pair){"service_and_coverage", span_text(arena, subject->date_from, last),
                                      span_text(arena, answer->covered_from, answer->covered_to)};
}

static void
add(struct findings *findings, uint16_t number, const char *place, struct text detail)
{
    struct finding *finding = findings_add(findings, number, text_from(place), detail);
    if (finding != NULL)
        finding->private = true;
}

static void
add_pair(struct findings *findings, uint16_t number, const struct coverage_pair *pair)
{
    struct arena *arena = findings->arena;
    struct text registered = pair->registered.length > 0 ? pair->registered : TEXT("none");
    struct text told = pair->told.length > 0         ? arena_print(arena, "has %.*s", TEXT_ARGS(pair->told))
                       : pair->registered.length > 0 ? TEXT("has not this one")
                                                     : TEXT("wants one");
    add(findings, number, pair->what, arena_print(arena, "%.*s is registered, the payer %.*s", TEXT_ARGS(registered), TEXT_ARGS(told)));
}

static const struct coverage_pair *
pair_of(uint16_t number, const struct coverage_pair pairs[COVERAGE_PAIRS])
{
    return number == FINDING_CLAIMS_ELIGIBILITY_NAME     ? &pairs[0]
           : number == FINDING_CLAIMS_ELIGIBILITY_BIRTH  ? &pairs[1]
           : number == FINDING_CLAIMS_ELIGIBILITY_MEMBER ? &pairs[2]
                                                         : NULL;
}

static bool
has(const struct findings *findings, uint32_t from, uint16_t number)
{
    for (uint32_t i = from; i < findings->count; i++)
        if (findings->items[i].kind->number == number)
            return true;
    return false;
}

static void
compare_refusals(const struct eligibility_answer *answer, const struct coverage_pair pairs[COVERAGE_PAIRS], uint32_t from,
                 struct findings *findings)
{
    struct text rest = answer->refusals;
    while (rest.length > 0) {
        struct text code = text_cut(rest, ' ', &rest);
        uint16_t number = FINDING_CLAIMS_ELIGIBILITY_REFUSED;
        for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
            if (text_is(code, refusals[i].code))
                number = refusals[i].finding;
        const struct coverage_pair *pair = pair_of(number, pairs);
        if (has(findings, from, number))
            continue;
        if (pair != NULL)
            add_pair(findings, number, pair);
        else
            add(findings, number, "subscriber", code);
    }
}

void
coverage_compare(const struct question_subject *subject, const struct eligibility_answer *answer, struct findings *findings)
{
    const struct party *patient = patient_of(subject);
    struct coverage_pair pairs[COVERAGE_PAIRS];
    uint32_t from = findings->count;
    int32_t last = subject->date_to != 0 ? subject->date_to : subject->date_from;
    coverage_pairs(subject, answer, findings->arena, pairs);
    if (!agree(patient->last_name, answer->last_name) || !agree(patient->first_name, answer->first_name))
        add_pair(findings, FINDING_CLAIMS_ELIGIBILITY_NAME, &pairs[0]);
    if (answer->birth_date != 0 && answer->birth_date != birth_of(subject))
        add_pair(findings, FINDING_CLAIMS_ELIGIBILITY_BIRTH, &pairs[1]);
    if (!agree(subject->subscriber.id, answer->member_id))
        add_pair(findings, FINDING_CLAIMS_ELIGIBILITY_MEMBER, &pairs[2]);
    compare_refusals(answer, pairs, from, findings);
    if (answer->coverage == ELIGIBILITY_COVERAGE_INACTIVE)
        add(findings, FINDING_CLAIMS_ELIGIBILITY_INACTIVE, "subscriber", pairs[3].told.length > 0 ? pairs[3].told : TEXT("no days told"));
    else if (subject->date_from != 0 && ((answer->covered_from != 0 && subject->date_from < answer->covered_from) ||
                                         (answer->covered_to != 0 && last > answer->covered_to)))
        add(findings, FINDING_CLAIMS_ELIGIBILITY_DATES, "service",
            arena_print(findings->arena, "service %.*s, covered %.*s", TEXT_ARGS(pairs[3].registered), TEXT_ARGS(pairs[3].told)));
}

void
coverage_unknown(const struct eligibility_answer *answer, struct findings *findings)
{
    struct arena *arena = findings->arena;
    if (answer->lacks.length > 0)
        findings_add(findings, FINDING_CLAIMS_ELIGIBILITY_SILENT, TEXT(COVERAGE_UNASKED),
                     arena_print(arena, "he cannot be asked, the claim lacks %.*s", TEXT_ARGS(answer->lacks)));
    else if (answer->refusals.length > 0)
        findings_add(findings, FINDING_CLAIMS_ELIGIBILITY_SILENT, TEXT("subscriber"),
                     arena_print(arena, "he cannot answer now, reason %.*s", TEXT_ARGS(answer->refusals)));
    else
        findings_add(findings, FINDING_CLAIMS_ELIGIBILITY_SILENT, TEXT("subscriber"), TEXT("no answer came in time"));
}

bool
coverage_is_correctable(uint64_t finding)
{
    return finding == FINDING_CLAIMS_ELIGIBILITY_NAME || finding == FINDING_CLAIMS_ELIGIBILITY_BIRTH ||
           finding == FINDING_CLAIMS_ELIGIBILITY_MEMBER;
}

static bool
put_text(struct text *field, struct text told)
{
    if (agree(*field, told))
        return false;
    *field = told;
    return true;
}

bool
coverage_correct(struct claim_body *body, const struct eligibility_answer *answer)
{
    bool dependent = body->patient.person.last_name.length > 0, changed = false;
    struct party *patient = dependent ? &body->patient.person : &body->subscriber.person;
    int32_t *birth = dependent ? &body->patient.birth_date : &body->subscriber.birth_date;
    changed |= put_text(&patient->last_name, answer->last_name);
    changed |= put_text(&patient->first_name, answer->first_name);
    changed |= put_text(&body->subscriber.person.id, answer->member_id);
    if (body->subscriber.person.id.length > 0 && body->subscriber.person.id_qualifier.length == 0)
        body->subscriber.person.id_qualifier = TEXT("MI");
    if (answer->birth_date != 0 && *birth != answer->birth_date) {
        *birth = answer->birth_date;
        changed = true;
    }
    return changed;
}
