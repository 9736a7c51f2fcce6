/* What a payer says by a 277 of where a claim stands, and its remittance, which settles it. What needs a person becomes work. */
#include "services/submission/inquiry.h"
#include "services/submission/status_lines.h"

#include "schemas/records/acknowledgement.h"
#include "schemas/records/question.h"

enum { CODE_BYTES = 32, LINE_BYTES = 50, MESSAGE_BYTES = 264, PROCEDURE_BYTES = 60 };

/* Claim status category codes (external code list 507) by their first characters; the first that fits counts. What is only
 * noted is in the timeline and in `claim show`. The more urgent stand above: an answer with several statuses is judged by
 * the one that needs a person most. */
static const struct category {
    const char *begins;
    const char *work; /* kind of the work item; NULL: noted */
} categories[] = {
    {"A3", "status_rejected"},   /* acknowledged: returned as unprocessable */
    {"A6", "status_rejected"},   /* rejected for missing information */
    {"A7", "status_rejected"},   /* rejected for invalid information */
    {"A8", "status_rejected"},   /* rejected for a relation in error */
    {"A4", "status_not_found"},  /* acknowledged: not found */
    {"D0", "status_not_found"},  /* search unsuccessful */
    {"R", "status_requested"},   /* requests for further information */
    {"P", "status_pended"},      /* pending */
    {"E1", NULL},                /* cannot answer now: it is asked again */
    {"E2", NULL},                /* information holder does not answer: the same */
    {"E", "status_error"},       /* the question has an error */
    {"A", NULL},                 /* on its way */
    {"F", NULL},                 /* finalised: the remittance is to come */
    {"", "status_error"},        /* none that we know */
};
enum { CATEGORIES = sizeof categories / sizeof *categories };

static size_t
category_of(struct text code)
{
    size_t i = 0;
    while (!text_starts(code, text_from(categories[i].begins)))
        i++;
    return i;
}

/* One of the up to three statuses of an STC. */
struct told {
    struct text category, status, entity;
    const struct claim_status *segment;
    size_t rank; /* in categories */
};

static void
consider(struct told *told, const struct claim_status *segment, struct text category, struct text status, struct text entity)
{
    if (category.length == 0)
        return;
    size_t rank = category_of(category);
    if (told->segment == NULL || rank < told->rank)
        *told = (struct told){category, status, entity, segment, rank};
}

static struct told
most_urgent(const struct claim_status *statuses, uint32_t count)
{
    struct told told = {.rank = CATEGORIES};
    for (uint32_t i = 0; i < count; i++) {
        const struct claim_status *one = &statuses[i];
        consider(&told, one, one->category, one->status, one->entity);
        consider(&told, one, one->category_2, one->status_2, one->entity_2);
        consider(&told, one, one->category_3, one->status_3, one->entity_3);
    }
    return told;
}

static struct text
cut(struct text t, size_t length)
{
    return text_of(t.data, t.length < length ? t.length : length);
}

/* "P3:317:QC" */
static struct text
code_of(const struct told *told, struct arena *arena)
{
    struct text code = arena_print(arena, "%.*s:%.*s%s%.*s", TEXT_ARGS(told->category), TEXT_ARGS(told->status),
                                   told->entity.length > 0 ? ":" : "", TEXT_ARGS(told->entity));
    return cut(code, CODE_BYTES);
}

enum status
status_row_get(struct step *step, const struct identity *identity, struct text clm01, struct text payer, struct status_row *row)
{
    struct store_key key = submission_claim_key(identity->claim_id, identity->version);
    enum status status = step_get_record(step, SUBMISSION_STATUS, store_key_text(&key), &record_status_row, row);
    if (status != STATUS_NOT_FOUND)
        return status;
    *row = (struct status_row){.identity = *identity, .clm01 = clm01, .payer = payer};
    row->identity.unknown = (struct text){0};
    return STATUS_OK;
}

void
status_row_put(struct step *step, const struct status_row *row)
{
    struct store_key key = submission_claim_key(row->identity.claim_id, row->identity.version);
    step_put_record(step, SUBMISSION_STATUS, store_key_text(&key), &record_status_row, row);
}

enum status
status_work_get(struct step *step, const struct status_row *row, struct submission_work *work)
{
    struct store_key key = submission_number_key(row->work);
    if (row->work == 0)
        return STATUS_NOT_FOUND;
    return step_get_record(step, SUBMISSION_WORK, store_key_text(&key), &record_submission_work, work);
}

/* Work of an older answer is done by a newer one that says something else, or by the remittance. */
static enum status
close_work(struct step *step, struct status_row *row, const struct submission_work *work, const char *why)
{
    struct store_key key = submission_number_key(row->work);
    uint64_t number = row->work;
    row->work = 0;
    step_delete(step, SUBMISSION_WORK, store_key_text(&key));
    struct event event = {.identity = row->identity,
                          .kind = EVENT_KIND_WORK_DONE,
                          .number = number,
                          .code = work->kind,
                          .detail = text_from(why)};
    return step_event(step, &event);
}

/* What a 277 says of one claim: of the whole and of its lines. */
struct answer {
    struct told whole;     /* segment NULL: only lines have a status */
    struct told foremost;  /* the most urgent of all */
    const struct status_line_row *line; /* that it is about; NULL: the whole */
    struct status_line_row *lines;
    uint32_t lines_count;
};

/* "HC:99213"; a line that is billed by its revenue code alone has that. */
static struct text
procedure_of(const struct status_line *line, struct arena *arena)
{
    if (line->procedure.length == 0)
        return cut(line->revenue_code, PROCEDURE_BYTES);
    return cut(arena_print(arena, "%.*s:%.*s", TEXT_ARGS(line->qualifier), TEXT_ARGS(line->procedure)), PROCEDURE_BYTES);
}

static struct answer
answer_of(const struct status_reply *reply, const struct status_row *row, struct arena *arena)
{
    uint64_t *numbers = ARENA_ARRAY(arena, uint64_t, reply->lines_count + 1);
    bool *taken = ARENA_ARRAY(arena, bool, row->sent_count + 1);
    struct answer answer = {.whole = most_urgent(reply->statuses, reply->statuses_count)};
    answer.foremost = answer.whole;
    answer.lines = ARENA_ARRAY(arena, struct status_line_row, reply->lines_count + 1);
    status_lines_match(row->sent, row->sent_count, reply->lines, reply->lines_count, taken, numbers);
    for (uint32_t i = 0; i < reply->lines_count; i++) {
        const struct status_line *line = &reply->lines[i];
        struct told told = most_urgent(line->statuses, line->statuses_count);
        if (told.segment == NULL)
            continue;
        struct status_line_row *said = &answer.lines[answer.lines_count++];
        *said = (struct status_line_row){.ordinal = i + 1,
                                         .control_number = line->control_number,
                                         .procedure = procedure_of(line, arena),
                                         .code = code_of(&told, arena),
                                         .charge_cents = line->charge_cents,
                                         .paid_cents = line->paid_cents,
                                         .number = numbers[i]};
        bool work = categories[told.rank].work != NULL; /* else the whole's word counts */
        if (answer.foremost.segment == NULL || (work && told.rank < answer.foremost.rank)) {
            answer.foremost = told;
            answer.line = said;
        }
    }
    return answer;
}

/* Of the whole, or of the line that tells most, when nothing is said of the whole. */
static struct text
answer_code(const struct answer *answer, struct arena *arena)
{
    return code_of(answer->whole.segment != NULL ? &answer->whole : &answer->foremost, arena);
}

static bool
same_line(const struct status_line_row *a, const struct status_line_row *b)
{
    return a->ordinal == b->ordinal && a->number == b->number && text_equal(a->control_number, b->control_number) && text_equal(a->code, b->code) &&
           a->paid_cents == b->paid_cents;
}

/* Is it what the row says already? */
static bool
says_the_same(const struct answer *answer, const struct status_row *row, struct arena *arena)
{
    bool same = text_equal(answer_code(answer, arena), row->code) && answer->lines_count == row->lines_count;
    for (uint32_t i = 0; same && i < row->lines_count; i++)
        same = same_line(&answer->lines[i], &row->lines[i]);
    return same;
}

/* Our line by its LX01; else by what the payer calls it, or by its place in his answer. */
static struct text
name_of(const struct status_line_row *line, struct arena *arena)
{
    static const char his[] = " of his answer";
    if (line->number != 0)
        return arena_print(arena, "%u", (unsigned)line->number);
    if (line->control_number.length > 0)
        return arena_print(arena, "%.*s%s", TEXT_ARGS(cut(line->control_number, LINE_BYTES + 1 - sizeof his)), his);
    return arena_print(arena, "%u%s", (unsigned)line->ordinal, his);
}

static struct submission_work
work_for(const struct answer *answer, const struct status_row *row, const struct inbox_row *inbox, struct arena *arena)
{
    const struct status_line_row *line = answer->line;
    struct submission_work work = {.kind = text_from(categories[answer->foremost.rank].work),
                                   .payer = row->payer,
                                   .code = cut(code_of(&answer->foremost, arena), 20),
                                   .claims = 1,
                                   .cents = line != NULL ? line->charge_cents : row->charge_cents,
                                   .inbox = inbox->number,
                                   .identity = row->identity,
                                   .clm01 = row->clm01,
                                   .message = cut(answer->foremost.segment->message, MESSAGE_BYTES)};
    if (line != NULL)
        work.line = name_of(line, arena);
    return work;
}

static enum status
told_event(struct step *step, const struct status_row *row, const struct answer *answer)
{
    struct arena *arena = step_arena(step);
    struct text paid = (struct text){0}, line = (struct text){0};
    const struct told *told = answer->whole.segment != NULL ? &answer->whole : &answer->foremost;
    bool ours = answer->line != NULL && answer->line->number != 0;
    if (told->category.length > 0 && told->category.data[0] == 'F')
        paid = arena_print(arena, ", paid %lld.%02lld", (long long)(row->paid_cents / 100), (long long)(row->paid_cents % 100));
    if (answer->line != NULL)
        line = arena_print(arena, ", line %u%s %.*s", (unsigned)(ours ? answer->line->number : answer->line->ordinal),
                           ours ? "" : " of his answer", TEXT_ARGS(answer->line->code));
    struct event event = {.identity = row->identity,
                          .kind = EVENT_KIND_STATUS_TOLD,
                          .cents = row->charge_cents,
                          .code = cut(told->category, 3),
                          .detail = arena_print(arena, "%.*s%.*s%.*s", TEXT_ARGS(row->code), TEXT_ARGS(paid), TEXT_ARGS(line))};
    return step_event(step, &event);
}

static void
set_told(struct step *step, struct status_row *row, const struct answer *answer)
{
    const struct claim_status *segment = answer->whole.segment != NULL ? answer->whole.segment : answer->foremost.segment;
    row->told = step_time(step);
    row->code = answer_code(answer, step_arena(step));
    row->charge_cents = segment->cents;
    row->paid_cents = segment->paid_cents;
    row->decided = segment->decided_date;
    row->lines = answer->lines;
    row->lines_count = answer->lines_count;
}

/* What the payer says now takes the place of what he said before. */
static enum status
keep_told(struct step *step, const struct inbox_row *inbox, struct status_row *row, const struct answer *answer)
{
    struct submission_work old, new = {0};
    bool wanted = row->settled == 0 && categories[answer->foremost.rank].work != NULL; /* what was decided needs nobody */
    enum status status = status_work_get(step, row, &old);
    bool open = status == STATUS_OK;
    if (status == STATUS_NOT_FOUND)
        status = STATUS_OK;
    set_told(step, row, answer);
    if (wanted)
        new = work_for(answer, row, inbox, step_arena(step));
    bool same = open && text_equal(old.kind, new.kind) && text_equal(old.code, new.code) && text_equal(old.line, new.line);
    if (status == STATUS_OK && open && !same)
        status = close_work(step, row, &old, "told anew");
    if (status == STATUS_OK && wanted && !same)
        row->work = submission_add_work(step, &new);
    status_row_put(step, row);
    return status == STATUS_OK ? told_event(step, row, answer) : status;
}

enum status
status_reply_claim(struct step *step, const struct inbox_row *inbox, const struct status_reply *reply)
{
    struct asked_row asked;
    struct status_row row;
    uint64_t trace;
    enum status status = inquiry_find(step, inbox->payer, reply->trace, INTERCHANGE_KIND_STATUS, &trace, &asked);
    if (status == STATUS_NOT_FOUND)
        return answer_unmatched(step, inbox, "277");
    if (status != STATUS_OK)
        return status;
    struct store_key key = submission_claim_key(asked.identity.claim_id, asked.identity.version);
    status = step_get_record(step, SUBMISSION_STATUS, store_key_text(&key), &record_status_row, &row);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    struct answer answer = answer_of(reply, &row, step_arena(step));
    if (answer.foremost.segment == NULL)
        return answer_unmatched(step, inbox, "277"); /* it says nothing */
    if (reply->clm01.length > 0 && !text_equal(reply->clm01, row.clm01))
        return answer_unmatched(step, inbox, "277 other claim"); /* REF*EJ names another than the trace */
    if (trace < row.trace || (asked.answered != 0 && says_the_same(&answer, &row, step_arena(step))))
        return STATUS_OK; /* the claim was asked about again since; or the same is said again */
    asked.answered = step_time(step);
    inquiry_put(step, trace, &asked);
    status = answer_heard(step, asked.interchange);
    return status == STATUS_OK ? keep_told(step, inbox, &row, &answer) : status;
}

/* 2200B and 2200C: the whole 276 could not be answered; TRN02 is its BHT03. */
enum status
status_reply_level(struct step *step, const struct inbox_row *inbox, const struct status_level *level)
{
    struct outgoing_interchange row;
    struct told told = most_urgent(level->statuses, level->statuses_count);
    if (told.segment == NULL)
        return STATUS_OK;
    enum status status = inquiry_interchange(step, inbox->payer, level->reference, &row);
    if (status == STATUS_NOT_FOUND)
        return answer_unmatched(step, inbox, "277");
    if (status == STATUS_OK)
        status = answer_heard(step, row.number);
    if (status != STATUS_OK || categories[told.rank].work == NULL)
        return status;
    struct submission_work work = {.kind = TEXT("status_error"),
                                   .payer = row.payer,
                                   .interchange = row.number,
                                   .code = cut(code_of(&told, step_arena(step)), 20),
                                   .claims = row.claims,
                                   .inbox = inbox->number,
                                   .message = cut(told.segment->message, MESSAGE_BYTES)};
    submission_add_work(step, &work);
    return STATUS_OK;
}

enum status
status_settle(struct step *step, const void *record)
{
    const struct status_settled *settled = record;
    struct status_row row;
    struct submission_work work;
    enum status status = status_row_get(step, &settled->identity, settled->clm01, settled->payer, &row);
    if (status != STATUS_OK)
        return status;
    row.settled = step_time(step);
    row.settled_by = step_sequence(step);
    status = status_work_get(step, &row, &work);
    if (status == STATUS_OK)
        status = close_work(step, &row, &work, "remittance came");
    else if (status == STATUS_NOT_FOUND)
        status = STATUS_OK;
    status_row_put(step, &row);
    return status;
}

static void
show_line(struct control_rows *rows, const struct status_line_row *line, bool reveal)
{
    control_row(rows);
    control_text(rows, "row", TEXT("line"));
    if (line->number != 0)
        control_number(rows, "line", (int64_t)line->number);
    control_number(rows, "line_of_answer", (int64_t)line->ordinal);
    control_text(rows, "control_number", line->control_number);
    control_text(rows, "procedure", reveal || line->procedure.length == 0 ? line->procedure : TEXT("***"));
    control_text(rows, "status", line->code);
    control_money(rows, "told_charge_cents", line->charge_cents);
    control_money(rows, "told_paid_cents", line->paid_cents);
}

void
status_show(struct service *service, struct text key, bool reveal, struct control_rows *rows)
{
    struct status_row row;
    if (service_get_record(service, SUBMISSION_STATUS, key, rows->arena, &record_status_row, &row) != STATUS_OK)
        return;
    if (row.settled != 0)
        control_instant(rows, "settled", row.settled);
    if (row.trace == 0)
        return;
    control_number(rows, "asked_times", (int64_t)row.times);
    control_instant(rows, "asked", row.asked);
    if (row.told == 0)
        return;
    control_instant(rows, "told", row.told);
    control_text(rows, "status", row.code);
    control_money(rows, "told_charge_cents", row.charge_cents);
    control_money(rows, "told_paid_cents", row.paid_cents);
    control_date(rows, "decided", row.decided);
    for (uint32_t i = 0; i < row.lines_count && !control_page_full(rows); i++)
        show_line(rows, &row.lines[i], reveal);
}
