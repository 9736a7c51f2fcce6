/*
 * Step 4: validate: visits against what the same practice did before, or on that day. A new patient was not seen by the same
 * practitioner, or another of his group and specialty, for three years (CPT, Evaluation and Management guidelines; Medicare Claims Processing
 * Manual, chapter 12, section 30.6.7). A visit within the global period of a surgery by the same is part of it, unless modifier 24
 * (of critical care FT) says that it has nothing to do with it; an operation in that period is paid with 58, 78 or 79 alone (sections
 * 40.1 to 40.3; the period is that of the fee schedule: 10 or 90 days behind the day of surgery). 25 and 57 are for the day of a
 * procedure (pairs.c) and 57 for the day before a major one: they say nothing of one that is over.
 */
#include "common/date/date.h"
#include "schemas/findings.h"
#include "services/coding/steps/global_days.h"
#include "services/coding/steps/history.h"
#include "services/coding/steps/passes.h"

enum { YEAR = 10000, FIRST_SURGERY = 10004, LAST_SURGERY = 69999 };

struct span {
    uint32_t first, last;
};

/* Visits that the global package of a surgery holds: office, hospital, consultation, emergency, nursing facility, home; eyes. */
static const struct span visits[] = {{92002, 92014}, {99202, 99215}, {99221, 99223}, {99231, 99239}, {99242, 99245}, {99252, 99255},
                                     {99281, 99285}, {99304, 99316}, {99341, 99350}};
static const struct span new_visits[] = {{92002, 92004}, {99202, 99205}, {99341, 99345}, {99381, 99387}};
/* Preventive visits: services face to face, though not part of a surgery. */
static const struct span preventive[] = {{99381, 99397}};
#define IN(list, number) is_in((list), sizeof(list) / sizeof *(list), (number))

static bool
is_in(const struct span *list, size_t count, uint32_t number)
{
    for (size_t i = 0; i < count; i++)
        if (number >= list[i].first && number <= list[i].last)
            return true;
    return false;
}

bool
coding_history_wants_all(const struct claim_body *body)
{
    for (uint32_t i = 0; body->form == CLAIM_FORM_PROFESSIONAL && i < body->lines_count; i++) {
        struct text code = body->lines[i].procedure;
        uint64_t number;
        if (code.length == 5 && code.data[0] == '9' && text_to_u64(code, &number) && IN(new_visits, (uint32_t)number))
            return true;
    }
    return false;
}

/* Groups (193) and organisations (25 to 35 in the NUCC's list) have no specialty of a practitioner. */
static bool
is_practitioner(struct text taxonomy)
{
    unsigned kind = taxonomy.length == 10 ? (unsigned)(taxonomy.data[0] - '0') * 10 + (unsigned)(taxonomy.data[1] - '0') : 99;
    return !text_starts(taxonomy, TEXT("193")) && (kind < 25 || (kind > 35 && kind < 40));
}

struct text
billed_specialty(const struct claim_body *body)
{
    struct text taxonomy = body->rendering.id.length > 0 ? body->rendering.taxonomy : body->billing.taxonomy;
    for (uint32_t i = 0; i < body->lines_count; i++) {
        struct text other = body->lines[i].rendering.id;
        if (other.length > 0 && !text_equal(other, body->rendering.id))
            return (struct text){0};
    }
    return is_practitioner(taxonomy) ? taxonomy : (struct text){0};
}

enum practice { PRACTICE_SAME, PRACTICE_OTHER, PRACTICE_UNCLEAR };

/* The same practitioner, or one of his group and specialty? Unclear: of the group, and a specialty is not given. */
static enum practice
practice_of(const struct coding_case *c, const struct billed *billed, const struct billed *other)
{
    if (billed->provider != 0 && billed->provider == other->provider)
        return PRACTICE_SAME;
    uint64_t group = billed_npi(c->body->billing.id);
    if (other->past == NULL || group == 0 || group != other->past->group)
        return PRACTICE_OTHER;
    struct text specialty = billed_specialty(c->body);
    if (specialty.length == 0 || other->past->specialty.length == 0)
        return PRACTICE_UNCLEAR;
    return text_equal(specialty, other->past->specialty) ? PRACTICE_SAME : PRACTICE_OTHER;
}

static struct text
words_of(struct coding_run *run, const struct billed *billed, const struct billed *other)
{
    char code[CODESET_KEY_LENGTH + 1], before[CODESET_KEY_LENGTH + 1];
    struct text day = coding_day(run, other->from);
    return arena_print(run->findings->arena, "%s; %s of %.*s", codeset_key_text(billed->procedure, code).data,
                       codeset_key_text(other->procedure, before).data, TEXT_ARGS(day));
}

static void
judge_new(struct coding_run *run, const struct billed_list *list, const struct billed *billed)
{
    const struct coding_history *history = run->c->history;
    int32_t since = billed->from - CODING_HISTORY_PATIENT_YEARS * YEAR;
    bool unclear = history == NULL || history->partial || history->since == 0 || history->since > since;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct billed *other = &list->items[i];
        if (other->from == 0 || other->from >= billed->from || other->from < since ||
            (!IN(visits, other->number) && !IN(preventive, other->number)))
            continue;
        enum practice practice = practice_of(run->c, billed, other);
        unclear = unclear || practice == PRACTICE_UNCLEAR;
        if (practice != PRACTICE_SAME)
            continue;
        coding_raise(run, FINDING_CODING_NEW_PATIENT, "line", billed->line, words_of(run, billed, other));
        return;
    }
    if (unclear)
        coding_lacks(run, FINDING_CODING_NEW_PATIENT, CODING_LACK_HISTORY);
}

static bool
is_operation(const struct billed *billed)
{
    return billed->number >= FIRST_SURGERY && billed->number <= LAST_SURGERY && billed->from != 0;
}

/* Care afterwards is not that of who only assisted, operated, or gave care. */
static bool
has_period(const struct billed *billed)
{
    return is_operation(billed) && (billed->marks & (BILLED_ASSISTANT | BILLED_SURGERY_ONLY | BILLED_CARE_ONLY)) == 0;
}

/* Does what is billed lie in the global period of a surgery? */
static void
judge_global(struct coding_run *run, uint16_t rule, const struct billed_list *list, const struct billed *billed)
{
    enum coding_lack lack = coding_history_open(run) ? CODING_LACK_HISTORY : CODING_LACK_NONE;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct billed *other = &list->items[i];
        if (!has_period(other) || other->to >= billed->from)
            continue;
        int32_t days = date_to_days(billed->from) - date_to_days(other->to);
        enum practice practice = days > GLOBAL_DAYS_MAJOR ? PRACTICE_OTHER : practice_of(run->c, billed, other);
        if (practice == PRACTICE_OTHER)
            continue;
        int32_t period = global_days(run->c, other->procedure, other->from);
        if (period == GLOBAL_DAYS_UNKNOWN)
            lack = CODING_LACK_EDITION;
        if (days > period)
            continue;
        if (practice == PRACTICE_UNCLEAR) {
            lack = CODING_LACK_HISTORY;
            continue;
        }
        coding_raise(run, rule, "line", billed->line, words_of(run, billed, other));
        return;
    }
    if (lack != CODING_LACK_NONE)
        coding_lacks(run, rule, lack);
}

static bool
has_earlier(const struct billed_list *list, const struct billed *billed)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (has_period(&list->items[i]) && list->items[i].to < billed->from)
            return true;
    return false;
}

/* Is this the visit of the day before that operation, and nothing says why it is paid beside it? */
static bool
is_eve(const struct billed *visit, const struct billed *operation)
{
    return IN(visits, visit->number) && has_period(operation) && visit->from != 0 &&
           date_to_days(operation->from) - date_to_days(visit->from) == 1 &&
           (visit->marks & (BILLED_DECISION | BILLED_UNRELATED | BILLED_CARE_ONLY)) == 0;
}

/* The visit before, and the major operation: the line of the claim at hand is objected to, of both that of the visit. */
static void
judge_eve(struct coding_run *run, const struct billed_list *list, const struct billed *billed)
{
    bool visit = IN(visits, billed->number);
    if ((!visit && !has_period(billed)) || !coding_applies(run, FINDING_CODING_DAY_BEFORE, billed->from))
        return;
    enum coding_lack lack = CODING_LACK_NONE;
    if (coding_history_open(run) && (visit || global_days(run->c, billed->procedure, billed->from) == GLOBAL_DAYS_MAJOR))
        lack = CODING_LACK_HISTORY;
    for (uint32_t i = visit ? 0 : list->own; i < list->count; i++) {
        const struct billed *other = &list->items[i], *operation = visit ? other : billed;
        if (!is_eve(visit ? billed : other, operation))
            continue;
        enum practice practice = practice_of(run->c, billed, other);
        int32_t days = practice == PRACTICE_OTHER ? 0 : global_days(run->c, operation->procedure, operation->from);
        if (days == GLOBAL_DAYS_UNKNOWN)
            lack = CODING_LACK_EDITION;
        if (days != GLOBAL_DAYS_MAJOR)
            continue;
        if (practice == PRACTICE_UNCLEAR) {
            lack = CODING_LACK_HISTORY;
            continue;
        }
        coding_raise(run, FINDING_CODING_DAY_BEFORE, "line", billed->line, words_of(run, billed, other));
        return;
    }
    if (lack != CODING_LACK_NONE)
        coding_lacks(run, FINDING_CODING_DAY_BEFORE, lack);
}

/* An operation is what the schedule gives 0, 10 or 90 days; who only assists has none of his own. */
static void
judge_operation(struct coding_run *run, const struct billed_list *list, const struct billed *billed)
{
    if (!is_operation(billed) || !coding_applies(run, FINDING_CODING_GLOBAL_OPERATION, billed->from) ||
        (billed->marks & (BILLED_RETURN | BILLED_ASSISTANT | BILLED_CARE_ONLY)) != 0 ||
        (!coding_history_open(run) && !has_earlier(list, billed)))
        return;
    int32_t days = global_days(run->c, billed->procedure, billed->from);
    if (days >= 0)
        judge_global(run, FINDING_CODING_GLOBAL_OPERATION, list, billed);
    else if (days == GLOBAL_DAYS_UNKNOWN)
        coding_lacks(run, FINDING_CODING_GLOBAL_OPERATION, CODING_LACK_EDITION);
}

/* G2211 belongs to a visit of the day by the same; beside modifier 25 it is not paid (88 FR 78818). Of two visits one without is enough. */
static void
judge_complexity(struct coding_run *run, const struct billed_list *list, const struct billed *billed)
{
    const struct billed *with = NULL;
    if (!coding_applies(run, FINDING_CODING_COMPLEXITY, billed->from))
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct billed *visit = &list->items[i];
        if (visit->number < 99202 || visit->number > 99215 || !billed_together(billed, visit))
            continue;
        if ((visit->marks & BILLED_OWN_VISIT) == 0)
            return;
        with = visit;
    }
    if (with != NULL)
        coding_raise(run, FINDING_CODING_COMPLEXITY, "line", billed->line, words_of(run, billed, with));
}

void
coding_validate_visits(struct coding_run *run)
{
    if (run->c->setting != CODING_PROFESSIONAL)
        return;
    const uint64_t complexity = codeset_key(TEXT("G2211"));
    const struct billed_list *list = coding_billed(run);
    for (uint32_t i = 0; i < list->own; i++) {
        const struct billed *billed = &list->items[i];
        if (billed->from == 0)
            continue;
        if (IN(new_visits, billed->number) && coding_applies(run, FINDING_CODING_NEW_PATIENT, billed->from))
            judge_new(run, list, billed);
        if (IN(visits, billed->number) && (billed->marks & (BILLED_UNRELATED | BILLED_CARE_ONLY)) == 0 &&
            coding_applies(run, FINDING_CODING_GLOBAL_PERIOD, billed->from))
            judge_global(run, FINDING_CODING_GLOBAL_PERIOD, list, billed);
        judge_eve(run, list, billed);
        judge_operation(run, list, billed);
        if (billed->procedure == complexity)
            judge_complexity(run, list, billed);
    }
}
