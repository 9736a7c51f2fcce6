/* Whether a subscriber is covered: claims asks by a 270, the payer's 271 goes back to claims. */
#include "services/submission/inquiry.h"

#include "schemas/records/question.h"
#include "schemas/streams.h"

enum { LACKS_BYTES = 60 };

static struct text
cut(struct text t, size_t length)
{
    return text_of(t.data, t.length < length ? t.length : length);
}

enum status
eligibility_take(struct step *step, const void *record)
{
    const struct eligibility_question *question = record;
    return inquiry_take(step, INTERCHANGE_KIND_ELIGIBILITY, question->payer);
}

/* ---- the question ---- */

/* TRN03 has ten characters: 1 and the tax id, or 9 and what fits of the sender. */
static struct text
origin(struct inquiry_making *making, const struct question_subject *subject)
{
    struct text tax = subject->provider.tax_id, sender = making->payer->sender;
    if (tax.length == 9)
        return arena_print(&making->arena, "1%.*s", TEXT_ARGS(tax));
    if (sender.length > 9)
        sender.length = 9;
    return arena_print(&making->arena, "9%.*s%.*s", TEXT_ARGS(sender), 9 - (int)sender.length, "000000000");
}

/* INS02 of a 270 knows spouse, child and other adult. */
static struct text
relationship(struct text code)
{
    return text_is(code, "01") || text_is(code, "19") ? code : TEXT("34");
}

static struct text
sex_for(int32_t birth_date, struct text sex)
{
    return birth_date != 0 && (text_is(sex, "F") || text_is(sex, "M")) ? sex : (struct text){0};
}

/* The person whose coverage is asked for, with trace, days and the question itself. */
static struct eligibility_inquiry
asked_person(struct inquiry_making *making, const struct question_subject *subject, uint64_t trace)
{
    static struct eligibility_asked plan = {.services = {"30", 2}}; /* the plan as a whole */
    struct inquiry_trace *traces = ARENA_ARRAY(&making->arena, struct inquiry_trace, 1);
    struct inquiry_date *dates = ARENA_ARRAY(&making->arena, struct inquiry_date, 1);
    *traces = (struct inquiry_trace){
        .kind = TEXT("1"), .number = inquiry_trace(making->step, trace), .origin = origin(making, subject)};
    *dates = (struct inquiry_date){.qualifier = TEXT("291"), .from = subject->date_from};
    if (subject->date_to > subject->date_from)
        dates->to = subject->date_to;
    return (struct eligibility_inquiry){.traces = traces,
                                        .traces_count = 1,
                                        .dates = dates,
                                        .dates_count = subject->date_from != 0,
                                        .asked = &plan,
                                        .asked_count = 1};
}

/* REF*SY of 2100C. */
static void
add_social_security(struct inquiry_making *making, const struct question_subject *subject, struct eligibility_inquiry *subscriber)
{
    struct inquiry_reference *reference = ARENA_ARRAY(&making->arena, struct inquiry_reference, 1);
    if (subject->social_security.length == 0)
        return;
    *reference = (struct inquiry_reference){.qualifier = TEXT("SY"), .value = subject->social_security};
    subscriber->references = reference;
    subscriber->references_count = 1;
}

static enum status
write_question(struct inquiry_making *making, const struct question_subject *subject, uint64_t trace)
{
    struct inquiry_party source = {.party = inquiry_payer(making->payer)}, receiver = {.party = subject->provider};
    struct eligibility_inquiry subscriber = {0}, dependent = {0};
    bool below = subject->dependent.last_name.length > 0;
    receiver.party.tax_id = (struct text){0};
    if (below) {
        dependent = asked_person(making, subject, trace);
        dependent.person = subject->dependent;
        dependent.person.id_qualifier = dependent.person.id = (struct text){0};
        dependent.birth_date = subject->dependent_birth_date;
        dependent.sex = sex_for(dependent.birth_date, subject->dependent_sex);
        dependent.relationship = relationship(subject->relationship);
    } else {
        subscriber = asked_person(making, subject, trace);
        subscriber.birth_date = subject->birth_date;
        subscriber.sex = sex_for(subject->birth_date, subject->sex);
    }
    subscriber.person = subject->subscriber;
    if (subscriber.person.id.length == 0) { /* by name and birth date: those of the subscriber, too */
        subscriber.person.id_qualifier = (struct text){0};
        subscriber.birth_date = subject->birth_date;
        subscriber.sex = sex_for(subject->birth_date, subject->sex);
        add_social_security(making, subject, &subscriber);
    }
    struct x12_270_question question = {&source, &receiver, &subscriber, below ? &dependent : NULL};
    return x12_270_add(&making->set, &question);
}

static enum status
read_question(struct inquiry_making *making, struct text packed, struct eligibility_question *question)
{
    enum status status = record_read(&record_eligibility_question, packed, &making->arena, question, NULL);
    return status == STATUS_OK ? STATUS_OK : STATUS_CORRUPT;
}

/*
 * What a question needs and this one has not, in words; empty: nothing. With a member id the payer must look for a patient
 * (005010X279A1, 1.4.8: primary search option); without one he may look by name and birth date, and says by AAA what he
 * misses when he does not (name and date of birth search option; interpretations 1293 and 1913 of X12).
 */
static struct text
lacks(const struct question_subject *subject, struct arena *arena)
{
    const struct party *subscriber = &subject->subscriber;
    bool by_id = subscriber->id.length > 0;
    const struct {
        bool missing;
        const char *what;
    } needs[] = {
        {subject->provider.id.length == 0, "a billing NPI"},
        {subscriber->last_name.length == 0, "the subscriber's name"},
        {!by_id && subscriber->last_name.length > 0 && subscriber->first_name.length == 0, "a first name"},
        {!by_id && (subscriber->first_name.length == 0 || subject->birth_date == 0), "a member id"},
        {!by_id && subject->birth_date == 0, "a birth date"},
    };
    struct text all = {0};
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (needs[i].missing)
            all = arena_print(arena, "%.*s%s%s", TEXT_ARGS(all), all.length > 0 ? ", " : "", needs[i].what);
    return all;
}

enum status
eligibility_inquiry_add(struct inquiry_making *making, struct text packed, uint64_t trace)
{
    struct eligibility_question question;
    enum status status = read_question(making, packed, &question);
    if (status != STATUS_OK)
        return status;
    const struct question_subject *subject = &question.subject;
    if (lacks(subject, &making->arena).length > 0)
        return STATUS_INVALID; /* nobody could be found by that */
    status = write_question(making, subject, trace);
    if (status != STATUS_OK)
        return status;
    struct asked_row asked = {.kind = INTERCHANGE_KIND_ELIGIBILITY,
                              .payer = making->payer->name,
                              .interchange = making->number,
                              .asked = step_time(making->step),
                              .key = question.key,
                              .dependent = subject->dependent.last_name.length > 0};
    inquiry_put(making->step, trace, &asked);
    return STATUS_OK;
}

/* Claims is told that there will be no answer; what it does is in the payer's profile. */
enum status
eligibility_inquiry_drop(struct inquiry_making *making, struct text packed)
{
    struct eligibility_question question;
    enum status status = read_question(making, packed, &question);
    if (status != STATUS_OK)
        return status;
    struct text missing = lacks(&question.subject, &making->arena);
    if (missing.length == 0)
        missing = TEXT("values that X12 can carry"); /* one holds a delimiter */
    struct eligibility_answer answer = {.key = question.key,
                                        .payer = question.payer,
                                        .state = ELIGIBILITY_STATE_UNABLE,
                                        .lacks = cut(missing, LACKS_BYTES)};
    return step_emit(making->step, STREAM_SUBMISSION_CLAIMS, &record_eligibility_answer, &answer);
}

/* ---- the answer ---- */

static void
add_refusals(struct eligibility_answer *answer, const struct inquiry_refusal *refusals, uint32_t count, struct arena *arena)
{
    for (uint32_t i = 0; i < count && answer->refusals.length < 57; i++)
        answer->refusals = arena_print(arena, "%.*s%s%.*s", TEXT_ARGS(answer->refusals),
                                       answer->refusals.length > 0 ? " " : "", TEXT_ARGS(refusals[i].reason));
}

/* AAA03 that say that the payer cannot answer now, whoever is asked about. */
static bool
only_unable(const struct eligibility_answer *answer)
{
    static const char *const codes[] = {"42", "80", "T4", "79"};
    struct text rest = answer->refusals;
    while (rest.length > 0) {
        struct text code = text_cut(rest, ' ', &rest);
        bool found = false;
        for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
            found |= text_is(code, codes[i]);
        if (!found)
            return false;
    }
    return answer->refusals.length > 0;
}

/* DTP that bound the coverage. Of several the widest counts, so that no day that may be covered is taken for one that is
 * not. One day of 291 or 307 is the day that was asked for. */
static void
add_dates(struct eligibility_answer *answer, const struct inquiry_date *dates, uint32_t count)
{
    static const char *const begins[] = {"346", "348", "356"}, *const ends[] = {"347", "349", "357"},
                             *const periods[] = {"291", "307", "346", "348", "356"};
    for (uint32_t i = 0; i < count; i++) {
        int32_t from = 0, to = 0;
        for (size_t n = 0; n < 3; n++) {
            if (text_is(dates[i].qualifier, begins[n]))
                from = dates[i].from;
            if (text_is(dates[i].qualifier, ends[n]))
                to = dates[i].to != 0 ? dates[i].to : dates[i].from;
        }
        for (size_t n = 0; n < 5 && dates[i].to != 0; n++)
            if (text_is(dates[i].qualifier, periods[n])) {
                from = dates[i].from;
                to = dates[i].to;
            }
        if (from != 0 && (answer->covered_from == 0 || from < answer->covered_from))
            answer->covered_from = from;
        if (to != 0 && to > answer->covered_to)
            answer->covered_to = to;
    }
}

/* EB01: 1 to 5 active in some way, 6 to 8 inactive. One active benefit makes it active. */
static void
add_benefits(struct eligibility_answer *answer, const struct eligibility_reply *reply, struct arena *arena)
{
    for (uint32_t i = 0; i < reply->benefits_count; i++) {
        const struct eligibility_benefit *benefit = &reply->benefits[i];
        char code = benefit->information.length == 1 ? benefit->information.data[0] : '\0';
        bool active = code >= '1' && code <= '5', inactive = code >= '6' && code <= '8';
        if (active)
            answer->coverage = ELIGIBILITY_COVERAGE_ACTIVE;
        else if (inactive && answer->coverage == 0)
            answer->coverage = ELIGIBILITY_COVERAGE_INACTIVE;
        if (active || inactive)
            add_dates(answer, benefit->dates, benefit->dates_count);
        if (active && answer->plan.length == 0)
            answer->plan = benefit->plan;
        add_refusals(answer, benefit->refusals, benefit->refusals_count, arena);
    }
}

static enum status
emit_answer(struct step *step, uint64_t trace, struct asked_row *asked, struct eligibility_answer *answer)
{
    asked->answered = step_time(step);
    inquiry_put(step, trace, asked);
    answer->key = asked->key;
    answer->payer = asked->payer;
    bool nothing = answer->refusals.length == 0 && answer->coverage == 0 && answer->last_name.length == 0;
    answer->state = nothing || only_unable(answer) ? ELIGIBILITY_STATE_UNABLE : ELIGIBILITY_STATE_TOLD;
    enum status status = answer_heard(step, asked->interchange);
    if (status != STATUS_OK)
        return status;
    return step_emit(step, STREAM_SUBMISSION_CLAIMS, &record_eligibility_answer, answer);
}

/* The trace among those of the answer that is ours. */
static enum status
find_question(struct step *step, struct text payer, const struct eligibility_reply *reply, uint64_t *trace,
              struct asked_row *asked)
{
    enum status status = STATUS_NOT_FOUND;
    for (uint32_t i = 0; i < reply->traces_count && status == STATUS_NOT_FOUND; i++)
        status = inquiry_find(step, payer, reply->traces[i].number, INTERCHANGE_KIND_ELIGIBILITY, trace, asked);
    return status;
}

enum status
eligibility_reply_person(struct step *step, const struct inbox_row *inbox, const struct eligibility_reply *subscriber,
                         const struct eligibility_reply *dependent)
{
    const struct eligibility_reply *reply = dependent != NULL ? dependent : subscriber;
    struct asked_row asked;
    uint64_t trace;
    enum status status = find_question(step, inbox->payer, reply, &trace, &asked);
    /* The subscriber himself was refused, and no level of the dependent follows: his may carry the trace. */
    if (status == STATUS_NOT_FOUND && dependent != NULL)
        status = find_question(step, inbox->payer, subscriber, &trace, &asked);
    if (status == STATUS_NOT_FOUND)
        return answer_unmatched(step, inbox, "271");
    if (status != STATUS_OK || asked.answered != 0)
        return status; /* told before */
    if (dependent == NULL && asked.dependent && reply->benefits_count == 0 && reply->refusals_count == 0)
        return STATUS_OK; /* the trace stands above the dependent too, who follows */
    struct arena *arena = step_arena(step);
    struct eligibility_answer answer = {.last_name = cut(reply->person.last_name, 60),
                                        .first_name = cut(reply->person.first_name, 35),
                                        .birth_date = reply->birth_date,
                                        .member_id = cut(subscriber->person.id, 80)};
    add_refusals(&answer, subscriber->refusals, subscriber->refusals_count, arena);
    add_dates(&answer, reply->dates, reply->dates_count);
    if (dependent != NULL)
        add_refusals(&answer, dependent->refusals, dependent->refusals_count, arena);
    add_benefits(&answer, reply, arena);
    return emit_answer(step, trace, &asked, &answer);
}

/* AAA of the payer's or our own level: no question of the 270 is answered. BHT03 says which 270. */
enum status
eligibility_reply_level(struct step *step, const struct inbox_row *inbox, struct text reference,
                        const struct inquiry_party *level)
{
    struct outgoing_interchange row;
    struct eligibility_answer answer = {0};
    add_refusals(&answer, level->refusals, level->refusals_count, step_arena(step));
    add_refusals(&answer, level->refusals_of_party, level->refusals_of_party_count, step_arena(step));
    enum status status = inquiry_interchange(step, inbox->payer, reference, &row);
    if (status == STATUS_NOT_FOUND)
        return answer_unmatched(step, inbox, "271");
    for (uint64_t trace = row.first_trace; status == STATUS_OK && trace <= row.last_trace; trace++) {
        struct asked_row asked;
        struct store_key key = submission_number_key(trace);
        status = step_get_record(step, SUBMISSION_ASKED, store_key_text(&key), &record_asked_row, &asked);
        if (status == STATUS_NOT_FOUND) /* it could not be written */
            status = STATUS_OK;
        else if (status == STATUS_OK && asked.answered == 0 && asked.kind == INTERCHANGE_KIND_ELIGIBILITY)
            status = emit_answer(step, trace, &asked, &answer);
    }
    return status;
}
