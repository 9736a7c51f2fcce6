/* The query work.list: held claims by queue. */
#include "services/coding/plan.h"
#include "services/coding/question.h"
#include "services/coding/queue.h"

static const char work_prefix[] = "coding-";

bool
coding_work_id(struct text id, uint64_t *claim_id)
{
    if (text_starts(id, text_from(work_prefix))) {
        id.data += sizeof work_prefix - 1;
        id.length -= sizeof work_prefix - 1;
    }
    return text_to_u64(id, claim_id);
}

enum { LIST_LOOKS = 2000 /* rows that one page looks at: most of them may be of other queues */ };

struct listing {
    const struct coding *state;
    struct control_rows *rows;
    struct text queue, assigned; /* only these; empty: all */
    unsigned looks;
    bool reveal;
};

/* The finding that weighs most, the first of those. */
static struct finding
foremost(const struct coding *state, const struct held_claim *held, struct arena *arena)
{
    struct finding worst = {0};
    for (uint32_t i = 0; i < held->findings_count; i++) {
        struct finding finding = coding_kept_finding(state, &held->findings[i], arena);
        if (worst.kind == NULL || finding.kind->severity > worst.kind->severity)
            worst = finding;
    }
    return worst;
}

static struct text
placed_sentence(const struct coding *state, const struct finding *finding, bool reveal, struct arena *arena)
{
    struct text sentence = coding_sentence(state, finding, reveal ? CODING_SHOW_REVEAL : 0, arena);
    if (finding->place.length == 0)
        return sentence;
    return arena_print(arena, "%.*s: %.*s", TEXT_ARGS(finding->place), TEXT_ARGS(sentence));
}

static void
show_finding(const struct coding *state, struct control_rows *rows, const struct held_claim *held, bool reveal)
{
    struct finding finding = foremost(state, held, rows->arena);
    if (finding.kind == NULL) { /* what was found is answered; it came back from the biller, who was asked for charges */
        control_text(rows, "sentence", TEXT("No finding is left: the claim waits to be released."));
        control_text(rows, "suggestion", TEXT("Release it: work answer ID --release."));
        return;
    }
    control_number(rows, "number", finding.kind->number);
    coding_show_step(rows, finding.kind->step);
    control_text(rows, "severity", text_from(finding_severity_name((enum finding_severity)finding.kind->severity)));
    control_text(rows, "sentence", placed_sentence(state, &finding, reveal, rows->arena));
    control_text(rows, "suggestion", coding_remedy(state, &finding, 0, rows->arena));
}

/* A question has its own words; the finding behind it would name the code. */
static void
show_question(struct control_rows *rows, const struct held_claim *held, bool reveal)
{
    /* What a coder wrote may hold anything; what the table says is for all. */
    bool ours = question_is_ours(queue_of(held), held->asked_about, held->question);
    control_number(rows, "number", (int64_t)held->asked_about);
    control_text(rows, "sentence", coding_masked(held->question, reveal || ours));
    control_text(rows, "suggestion", TEXT("Answer in words: work answer ID --text; or work return ID --reason."));
    control_text(rows, "asked_by", held->asked_by);
}

/* That a payer denied is no matter of a question to a physician. */
static struct text
kind_of(const struct held_claim *held)
{
    if (queue_of(held) == WORK_QUEUE_PHYSICIAN)
        return TEXT("documentation");
    return text_from(held->cause < HOLD_CAUSE_COUNT ? hold_cause_names[held->cause] : "unknown");
}

void
coding_show_work(const struct coding *state, struct control_rows *rows, const struct held_claim *held, bool reveal, bool money)
{
    enum work_queue queue = queue_of(held);
    control_row(rows);
    control_text(rows, "id", arena_print(rows->arena, "%s%llu", work_prefix, (unsigned long long)held->identity.claim_id));
    control_text(rows, "queue", text_from(work_queue_names[queue]));
    control_text(rows, "kind", kind_of(held));
    control_number(rows, "claim_id", (int64_t)held->identity.claim_id);
    control_number(rows, "version", (int64_t)held->identity.version);
    control_instant(rows, "since", held->since);
    if (money && queue == WORK_QUEUE_BILLER) {
        control_money(rows, "cents", held->cents);
        if (held->expected_lines > 0) {
            control_money(rows, "expected_cents", held->expected_cents);
            control_number(rows, "expected_lines", (int64_t)held->expected_lines);
        }
    }
    control_date(rows, "deadline", held->due_date);
    control_date(rows, "answer_by", held->deadline);
    control_text(rows, "assigned", held->assigned);
    if (held->department.length > 0)
        control_text(rows, "department", held->department);
    if (queue == WORK_QUEUE_CODING) {
        control_number(rows, "findings", held->findings_count);
        show_finding(state, rows, held, reveal);
    } else {
        show_question(rows, held, reveal);
    }
}

static bool
list_one(void *context, struct text key, struct text value)
{
    struct listing *listing = context;
    struct control_rows *rows = listing->rows;
    struct held_claim held;
    if (control_page_full(rows) || listing->looks++ == LIST_LOOKS) {
        rows->answer->next = arena_print(rows->arena, "%llu", (unsigned long long)store_u64(key, 0));
        return false;
    }
    if (record_read(&record_held_claim, value, rows->arena, &held, NULL) != STATUS_OK)
        return true;
    if ((listing->queue.length == 0 || text_is(listing->queue, work_queue_names[queue_of(&held)])) &&
        (listing->assigned.length == 0 || text_equal(listing->assigned, held.assigned)))
        coding_show_work(listing->state, rows, &held, listing->reveal, true);
    return true;
}

void
coding_work_list(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    struct listing listing = {.state = service_state(service),
                              .rows = rows,
                              .queue = control_argument(request, "queue"),
                              .assigned = control_argument(request, "assigned"),
                              .reveal = request->reveal};
    uint64_t from = 0;
    struct arena arena;
    if (request->cursor.length > 0 && !text_to_u64(request->cursor, &from)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("not a cursor of this list");
        return;
    }
    struct store_key key = coding_held_key(from);
    arena_init(&arena, 0);
    service_scan(service, CODING_HELD, store_key_text(&key), (struct text){0}, &arena, list_one, &listing);
    arena_free(&arena);
}
