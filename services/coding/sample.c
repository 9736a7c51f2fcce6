/* Drawing a sample, and the second review. What is told of it: sample_show.c. */
#include "services/coding/sample.h"

#include "common/clock/clock.h"
#include "services/coding/accuracy.h"
#include "services/coding/audit.h"
#include "services/coding/history.h"
#include "services/coding/plan.h"
#include "services/coding/sample_row.h"

#include <stdlib.h>

enum { SIZE_LIMIT = 500, SIZE_DEFAULT = 30 };

struct candidate {
    uint64_t rank, claim_id;
};

struct drawing {
    struct step *step;
    struct control_rows *rows;
    struct audit_sample sample;
    struct audit_days days;
    struct arena arena; /* of the list: a scan releases the step's own after each row */
    struct candidate *list;
    size_t count, room;
};

static enum status
refuse(struct control_rows *rows, enum control_status status, const char *sentence)
{
    rows->answer->status = status;
    rows->answer->sentence = text_from(sentence);
    return STATUS_OK;
}

struct store_key
sample_key(uint64_t number, uint64_t claim_id)
{
    return store_key_u64(store_key_u64(store_key(), number), claim_id);
}

void
sample_released(struct step *step, const struct released_claim *released)
{
    if (released->ended || released->department.length == 0)
        return;
    struct store_key key = history_person_key(released->department, released->instant);
    key = store_key_u64(key, released->identity.claim_id);
    step_put(step, CODING_BY_DEPARTMENT, store_key_text(&key), TEXT("\1"));
}

/* ---- drawing ---- */

static void
add_candidate(struct drawing *d, uint64_t claim_id)
{
    if (d->count == d->room) {
        d->room = d->room == 0 ? 256 : 2 * d->room;
        struct candidate *list = ARENA_ARRAY(&d->arena, struct candidate, d->room);
        if (d->count > 0)
            memcpy(list, d->list, sizeof *list * d->count);
        d->list = list;
    }
    d->list[d->count++] = (struct candidate){accuracy_rank(d->sample.seed, claim_id), claim_id};
}

static bool
gather_one(void *context, struct text key, struct text value)
{
    struct drawing *d = context;
    struct text name = d->sample.coder.length > 0 ? d->sample.coder : d->sample.department;
    bool coder = d->sample.coder.length > 0;
    size_t at = text_head(name, HISTORY_PERSON_BYTES).length + 1;
    if (key.length < at + 16)
        return true;
    int32_t day = service_local_date(step_service(d->step), (int64_t)store_u64(key, at));
    bool released = !coder || (value.length == 1 && value.data[0] == WORK_ACT_RELEASE);
    if (released && day >= d->days.from && day <= d->days.to)
        add_candidate(d, store_u64(key, at + 8));
    return day <= d->days.to;
}

static int
by_rank(const void *a, const void *b)
{
    const struct candidate *one = a, *other = b;
    if (one->rank != other->rank)
        return one->rank < other->rank ? -1 : 1;
    return one->claim_id < other->claim_id ? -1 : one->claim_id > other->claim_id;
}

/* In random order, each claim once: one that came back and was released again stands there twice. */
static void
gather(struct drawing *d)
{
    bool coder = d->sample.coder.length > 0;
    struct text name = coder ? d->sample.coder : d->sample.department;
    struct store_key from = history_person_key(name, audit_begin(&d->days)), to = history_person_key(name, INT64_MAX);
    size_t kept = 0;
    step_scan(d->step, coder ? CODING_CHANGES_BY_PERSON : CODING_BY_DEPARTMENT, store_key_text(&from), store_key_text(&to), gather_one,
              d);
    if (d->count > 0)
        qsort(d->list, d->count, sizeof *d->list, by_rank);
    for (size_t i = 0; i < d->count; i++)
        if (kept == 0 || d->list[kept - 1].claim_id != d->list[i].claim_id)
            d->list[kept++] = d->list[i];
    d->count = kept;
}

/* The claim with its codes as they are; false when it was released by somebody else since, or ended, or is gone. */
static bool
take(struct drawing *d, uint64_t claim_id, struct audited_claim *claim)
{
    struct arena *arena = step_arena(d->step);
    struct store_key key = coding_held_key(claim_id);
    struct released_claim released;
    struct claim_body body;
    if (step_get_record(d->step, CODING_RELEASED, store_key_text(&key), &record_released_claim, &released) != STATUS_OK ||
        released.ended || record_read(&record_claim_body, released.body, arena, &body, NULL) != STATUS_OK)
        return false;
    if (d->sample.coder.length > 0 && !text_equal(released.person, d->sample.coder))
        return false;
    struct coding_case c;
    coding_case_make(&c, &body, NULL, 0, codes_starter(), released.local_date);
    *claim = (struct audited_claim){.claim_id = claim_id,
                                    .version = released.identity.version,
                                    .coder = released.person,
                                    .edition = released.edition,
                                    .rules = released.rules,
                                    .local_date = released.local_date,
                                    .first_date = c.first_date != 0 ? c.first_date : c.default_date,
                                    .account = body.patient_control_number,
                                    .medical_record = body.medical_record};
    accuracy_first(&released, &body, arena, claim);
    return true;
}

static const char *
read_request(struct drawing *d, const struct control_request *request)
{
    struct text size = control_argument(request, "size"), seed = control_argument(request, "seed");
    d->sample.coder = text_head(control_argument(request, "coder"), HISTORY_PERSON_BYTES);
    d->sample.department = text_head(control_argument(request, "department"), HISTORY_PERSON_BYTES);
    d->sample.size = SIZE_DEFAULT;
    if ((d->sample.coder.length > 0) == (d->sample.department.length > 0))
        return "a sample is of one coder or of one department";
    if (size.length > 0 && (!text_to_u64(size, &d->sample.size) || d->sample.size == 0 || d->sample.size > SIZE_LIMIT))
        return "size is a number from 1 to 500";
    if (!text_to_u64(seed, &d->sample.seed))
        return "seed is a number: whoever has it can draw the sample again";
    return NULL;
}

/* The sample's number, its claims, its row. */
static enum status
keep(struct drawing *d)
{
    struct step *step = d->step;
    step_count(step, CODING_SAMPLES, 1);
    d->sample.number = (uint64_t)step_counter(step, CODING_SAMPLES);
    d->sample.from = d->days.from;
    d->sample.to = d->days.to == 99991231 ? 0 : d->days.to;
    d->sample.population = d->count;
    d->sample.person = history_actor(step);
    d->sample.instant = step_time(step);
    for (size_t i = 0; i < d->count && d->sample.drawn < d->sample.size; i++) {
        struct audited_claim claim;
        struct store_key key = sample_key(d->sample.number, d->list[i].claim_id);
        if (!take(d, d->list[i].claim_id, &claim))
            continue;
        step_put_record(step, CODING_AUDITS, store_key_text(&key), &record_audited_claim, &claim);
        d->sample.drawn++;
    }
    struct store_key head = sample_key(d->sample.number, 0);
    step_put_record(step, CODING_AUDITS, store_key_text(&head), &record_audit_sample, &d->sample);
    sample_row(d->rows, &d->sample);
    return STATUS_OK;
}

enum status
sample_draw(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    struct drawing d = {.step = step, .rows = rows};
    const char *wrong = read_request(&d, request);
    if (wrong != NULL)
        return refuse(rows, CONTROL_STATUS_WRONG, wrong);
    if (!audit_read_days(request, rows, &d.days))
        return STATUS_OK;
    arena_init(&d.arena, 0);
    gather(&d);
    enum status status = d.count > 0 ? keep(&d)
                                     : refuse(rows, CONTROL_STATUS_NOT_FOUND, "nothing was released there in these days");
    arena_free(&d.arena);
    return status;
}

/* ---- the second review ---- */

static const char *
read_codes(const struct control_request *request, struct arena *arena, struct audited_claim *claim)
{
    struct coding_edit edits[CODING_EDITS_LIMIT];
    uint32_t count = 0;
    for (uint32_t i = 0; i < request->arguments_count; i++) {
        const struct control_value *argument = &request->arguments[i];
        if (!text_is(argument->name, "set") && !text_starts(argument->name, TEXT("set.")))
            continue;
        if (count == CODING_EDITS_LIMIT)
            return "at most 64 settings in one review";
        const char *wrong = coding_edit_parse(argument->text, &edits[count++]);
        if (wrong != NULL)
            return wrong;
    }
    return accuracy_second(edits, count, arena, claim);
}

enum status
sample_review(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    uint64_t number, claim_id;
    struct audited_claim claim;
    if (!text_to_u64(control_argument(request, "id"), &number) || !text_to_u64(control_argument(request, "claim"), &claim_id) ||
        claim_id == 0)
        return refuse(rows, CONTROL_STATUS_WRONG, "id is the number of a sample, claim that of a claim in it");
    struct store_key key = sample_key(number, claim_id);
    enum status status = step_get_record(step, CODING_AUDITS, store_key_text(&key), &record_audited_claim, &claim);
    if (status == STATUS_NOT_FOUND)
        return refuse(rows, CONTROL_STATUS_NOT_FOUND, "this sample does not have this claim");
    if (status != STATUS_OK)
        return status;
    if (claim.reviewed != 0)
        return refuse(rows, CONTROL_STATUS_REFUSED, "this claim was reviewed already; a second review is given once");
    if (text_equal(claim.coder, history_actor(step)))
        return refuse(rows, CONTROL_STATUS_REFUSED, "who released a claim does not review it");
    const char *wrong = read_codes(request, step_arena(step), &claim);
    if (wrong != NULL)
        return refuse(rows, CONTROL_STATUS_WRONG, wrong);
    claim.reviewer = history_actor(step);
    claim.reviewed = step_time(step);
    step_put_record(step, CODING_AUDITS, store_key_text(&key), &record_audited_claim, &claim);
    control_row(rows);
    control_number(rows, "sample", (int64_t)number);
    control_number(rows, "claim_id", (int64_t)claim_id);
    control_number(rows, "codes", claim.second_count);
    return STATUS_OK;
}
