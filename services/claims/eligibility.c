/*
 * Before a claim is built its payer may be asked whether the patient is covered (profile key `eligibility`). A patient is known
 * by an HMAC of payer, names, birth dates and member id (without one, the social security number); he is asked about once, and the answer counts for `eligibility_valid`.
 * Claims that wait for it stand in CLAIMS_WAITING; they are judged again when it comes, or when `eligibility_wait` is over.
 */
#include "services/claims/claims.h"
#include "services/claims/coverage.h"
#include "services/claims/subject.h"

#include "common/clock/clock.h"
#include "common/date/date.h"
#include "schemas/findings.h"
#include "schemas/streams.h"

enum { KEY_BYTES = 32, WAITING_AT_ONCE = 64 };

/* ---- who ---- */

static struct text
key_of(struct service *service, struct text payer, const struct question_subject *s, struct arena *arena)
{
    uint8_t digest[KEY_BYTES];
    struct text number = s->subscriber.id.length > 0 ? s->subscriber.id : s->social_security;
    struct text message = arena_print(
        arena, "eligibility\n%.*s\n%.*s\n%.*s\n%.*s\n%d\n%.*s\n%.*s\n%d\n", TEXT_ARGS(payer), TEXT_ARGS(number),
        TEXT_ARGS(s->subscriber.last_name), TEXT_ARGS(s->subscriber.first_name), (int)s->birth_date,
        TEXT_ARGS(s->dependent.last_name), TEXT_ARGS(s->dependent.first_name), (int)s->dependent_birth_date);
    seal_index(store_seal(service_store(service)), message, digest);
    return arena_copy(arena, text_of(digest, sizeof digest));
}

static struct store_key
waiting_key(struct text key, uint64_t claim_id, uint64_t version)
{
    return store_key_u32(store_key_u64(store_key_bytes(store_key(), key), claim_id), (uint32_t)version);
}

/* ---- does an answer count? ---- */

static int32_t
days_between(int32_t a, int32_t b)
{
    int32_t days = date_to_days(a) - date_to_days(b);
    return days < 0 ? -days : days;
}

/* An answer without days of coverage speaks of the days that were asked for, and of those near them. */
static bool
speaks_of(const struct eligibility_row *row, const struct question_subject *subject, const struct payer *payer)
{
    if (row->answer.covered_from != 0 || row->answer.covered_to != 0 || subject->date_from == 0 || row->asked_for == 0)
        return true;
    return days_between(subject->date_from, row->asked_for) <= payer->eligibility_valid / CLOCK_DAY;
}

static bool
counts(const struct eligibility_row *row, const struct question_subject *subject, const struct payer *payer, int64_t now)
{
    switch (row->state) {
    case ELIGIBILITY_STATE_TOLD:
        return row->told + payer->eligibility_valid > now && speaks_of(row, subject, payer);
    case ELIGIBILITY_STATE_UNABLE:
    case ELIGIBILITY_STATE_SILENT: /* he is not asked again at once */
        return row->told + payer->eligibility_wait > now;
    default:
        return false;
    }
}

/* ---- the question ---- */

static enum status
ask(struct step *step, const struct payer *payer, const struct question_subject *subject, struct text key)
{
    struct eligibility_row row = {.state = ELIGIBILITY_STATE_ASKED,
                                  .payer = payer->name,
                                  .asked = step_time(step),
                                  .until = step_time(step) + payer->eligibility_wait,
                                  .asked_for = subject->date_from};
    struct eligibility_question question = {.key = key, .payer = payer->name, .subject = *subject};
    step_put_record(step, CLAIMS_SUBSCRIBERS, key, &record_eligibility_row, &row);
    step_due_set(step, row.until, CLAIMS_DUE_SILENT, key);
    return step_emit(step, STREAM_CLAIMS_SUBMISSION, &record_eligibility_question, &question);
}

static enum status
claim_event(struct step *step, const struct claim_row *row, uint32_t kind, struct text detail)
{
    struct event event = {
        .identity = row->identity, .kind = kind, .cents = row->total_cents, .code = row->payer, .detail = detail};
    return step_event(step, &event);
}

static enum status
wait_for(struct step *step, struct claim_row *row, struct text key)
{
    struct store_key waiting = waiting_key(key, row->identity.claim_id, row->identity.version);
    row->stage = CLAIM_STAGE_WAITING;
    row->findings_count = 0;
    step_count(step, CLAIMS_QUEUED, 1);
    claims_row_put(step, row);
    step_put(step, CLAIMS_WAITING, store_key_text(&waiting), TEXT("w"));
    return claim_event(step, row, EVENT_KIND_ELIGIBILITY_ASKED, (struct text){0});
}

/* ---- the check ---- */

static void
compare(const struct question_subject *subject, const struct eligibility_row *row, struct findings *findings)
{
    if (row->state == ELIGIBILITY_STATE_TOLD)
        coverage_compare(subject, &row->answer, findings);
    else
        coverage_unknown(&row->answer, findings);
}

enum status
claims_eligibility(struct step *step, struct claim_row *row, const struct claims_eligibility_case *c, struct findings *findings)
{
    const struct payer *payer = c->payer;
    struct eligibility_row known;
    struct question_subject subject = subject_of(c->body);
    struct text key = key_of(step_service(step), payer->name, &subject, step_arena(step));
    enum status status = step_get_record(step, CLAIMS_SUBSCRIBERS, key, &record_eligibility_row, &known);
    bool found = status == STATUS_OK, asked = found && known.state == ELIGIBILITY_STATE_ASKED;
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (found && !c->anew && !asked && counts(&known, &subject, payer, step_time(step))) {
        uint32_t before = findings->count;
        compare(&subject, &known, findings);
        return claim_event(step, row, EVENT_KIND_ELIGIBILITY_TOLD,
                           known.state != ELIGIBILITY_STATE_TOLD ? TEXT("silent")
                           : findings->count > before            ? TEXT("differs")
                                                                 : TEXT("agrees"));
    }
    status = asked ? STATUS_OK : ask(step, payer, &subject, key);
    return status == STATUS_OK ? wait_for(step, row, key) : status;
}

/* ---- the answer, or none ---- */

struct gathering {
    struct store_key keys[WAITING_AT_ONCE];
    uint64_t claim_ids[WAITING_AT_ONCE], versions[WAITING_AT_ONCE];
    size_t count;
    bool more;
};

static bool
gather(void *context, struct text key, struct text value)
{
    struct gathering *gathering = context;
    (void)value;
    if (gathering->count == WAITING_AT_ONCE) {
        gathering->more = true;
        return false;
    }
    size_t i = gathering->count++;
    gathering->keys[i] = store_key_bytes(store_key(), key);
    gathering->claim_ids[i] = store_u64(key, KEY_BYTES);
    gathering->versions[i] = store_u64(key, KEY_BYTES + 4) & UINT32_MAX;
    return true;
}

static enum status
judge_again(struct step *step, uint64_t claim_id, uint64_t version)
{
    struct claim_row row, before;
    struct claims_order order = {0};
    enum status status = claims_row_get(step, claim_id, version, &row);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    if (version > 1) {
        status = claims_row_get(step, claim_id, version - 1, &before);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        order.before = status == STATUS_OK ? &before : NULL;
    }
    step_count(step, CLAIMS_QUEUED, -1);
    return claims_judge(step, &row, &order);
}

/* Is a question on its way? */
static enum status
is_asked(struct step *step, struct text key, bool *asked)
{
    struct eligibility_row row;
    enum status status = step_get_record(step, CLAIMS_SUBSCRIBERS, key, &record_eligibility_row, &row);
    *asked = status == STATUS_OK && row.state == ELIGIBILITY_STATE_ASKED;
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

/* The claims that wait for this patient, some in a step. Of one the answer may not speak (another day), and it asks anew: the
 * others then wait for that answer. */
static enum status
go_on(struct step *step, struct text key)
{
    bool asked = false;
    struct gathering *gathering = arena_take(step_arena(step), sizeof *gathering);
    struct store_key from = store_key_bytes(store_key(), key), to = waiting_key(key, UINT64_MAX, UINT32_MAX);
    enum status status = step_scan(step, CLAIMS_WAITING, store_key_text(&from), store_key_text(&to), gather, gathering);
    for (size_t i = 0; i < gathering->count && status == STATUS_OK; i++) {
        status = is_asked(step, key, &asked);
        if (status != STATUS_OK || asked)
            break;
        step_delete(step, CLAIMS_WAITING, store_key_text(&gathering->keys[i]));
        status = judge_again(step, gathering->claim_ids[i], gathering->versions[i]);
    }
    if (status == STATUS_OK && gathering->more && !asked)
        step_due_set(step, step_time(step), CLAIMS_DUE_GO_ON, key);
    return status;
}

enum status
claims_eligibility_go_on(struct step *step, struct text key)
{
    return go_on(step, arena_copy(step_arena(step), key));
}

enum status
claims_take_eligibility(struct step *step, const void *record)
{
    const struct eligibility_answer *answer = record;
    struct eligibility_row row;
    enum status status = step_get_record(step, CLAIMS_SUBSCRIBERS, answer->key, &record_eligibility_row, &row);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? step_refuse(step, STATUS_INVALID, "nobody asked about this patient") : status;
    bool late = row.state != ELIGIBILITY_STATE_ASKED; /* the waiting had ended; the next claim has the answer at hand */
    if (late && answer->state != ELIGIBILITY_STATE_TOLD)
        return STATUS_OK;
    if (!late)
        step_due_clear(step, row.until, CLAIMS_DUE_SILENT, answer->key);
    row.state = answer->state;
    row.told = step_time(step);
    row.answer = *answer;
    row.answer.unknown = (struct text){0};
    step_put_record(step, CLAIMS_SUBSCRIBERS, answer->key, &record_eligibility_row, &row);
    return go_on(step, answer->key);
}

enum status
claims_eligibility_silent(struct step *step, struct text name)
{
    struct text key = arena_copy(step_arena(step), name);
    struct eligibility_row row;
    enum status status = step_get_record(step, CLAIMS_SUBSCRIBERS, key, &record_eligibility_row, &row);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    if (row.state != ELIGIBILITY_STATE_ASKED || row.until > step_time(step))
        return STATUS_OK;
    row.state = ELIGIBILITY_STATE_SILENT;
    row.told = step_time(step);
    step_put_record(step, CLAIMS_SUBSCRIBERS, key, &record_eligibility_row, &row);
    return go_on(step, key);
}

/* ---- a person's answer ---- */

enum status
claims_eligibility_correct(struct step *step, struct claim_row *row, bool *changed)
{
    struct claim_body body;
    struct eligibility_row known;
    *changed = false;
    if (record_read(&record_claim_body, row->body, step_arena(step), &body, NULL) != STATUS_OK)
        return STATUS_CORRUPT;
    struct question_subject subject = subject_of(&body);
    struct text key = key_of(step_service(step), row->payer, &subject, step_arena(step));
    enum status status = step_get_record(step, CLAIMS_SUBSCRIBERS, key, &record_eligibility_row, &known);
    if (status != STATUS_OK || known.state != ELIGIBILITY_STATE_TOLD || !coverage_correct(&body, &known.answer))
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    *changed = true;
    status = record_write(&record_claim_body, &body, step_arena(step), &row->body, NULL);
    if (status != STATUS_OK)
        return step_refuse(step, status, "the corrected claim is out of its bounds");
    /* The same person under the payer's values: the answer is about him too. What AAA found wrong is mended. */
    subject = subject_of(&body);
    known.answer.refusals = (struct text){0};
    step_put_record(step, CLAIMS_SUBSCRIBERS, key_of(step_service(step), row->payer, &subject, step_arena(step)),
                    &record_eligibility_row, &known);
    return STATUS_OK;
}

void
claims_eligibility_show(struct service *service, struct control_rows *rows, const struct claim_row *row, bool reveal)
{
    struct claim_body body;
    struct eligibility_row known;
    if (record_read(&record_claim_body, row->body, rows->arena, &body, NULL) != STATUS_OK)
        return;
    struct question_subject subject = subject_of(&body);
    struct text key = key_of(service, row->payer, &subject, rows->arena);
    if (service_get_record(service, CLAIMS_SUBSCRIBERS, key, rows->arena, &record_eligibility_row, &known) != STATUS_OK ||
        known.state != ELIGIBILITY_STATE_TOLD)
        return;
    struct coverage_pair pairs[COVERAGE_PAIRS];
    coverage_pairs(&subject, &known.answer, rows->arena, pairs);
    for (size_t i = 0; i < COVERAGE_PAIRS && !control_page_full(rows); i++) {
        control_row(rows);
        control_text(rows, "row", TEXT("eligibility"));
        control_text(rows, "what", text_from(pairs[i].what));
        control_text(rows, "registered", reveal ? pairs[i].registered : TEXT("***"));
        control_text(rows, "payer_has", reveal || pairs[i].told.length == 0 ? pairs[i].told : TEXT("***"));
    }
}
