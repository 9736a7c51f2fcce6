/* The act work.answer: a coder releases a held claim, with codes changed or not, or ends it; a physician or biller
 * replies to the question that is open. */
#include "schemas/streams.h"
#include "services/coding/edit.h"
#include "services/coding/history.h"
#include "services/coding/plan.h"
#include "services/coding/queue.h"
#include "services/coding/remaining.h"
#include "services/coding/report.h"
#include "services/coding/sample.h"

enum { EVENT_ACTOR_BYTES = 64 };

struct answering {
    struct step *step;
    const struct control_request *request;
    struct control_rows *rows;
    struct held_claim held;
    struct claim_body body;
    struct coding_changes changes;
    struct findings findings;
    struct coding_judgement judgement;
    struct passed passed; /* its place in the patient's history */
    struct coding_case c; /* what `run` points to */
    struct coding_run run;
};

static enum status
refuse(struct answering *a, enum control_status status, const char *sentence)
{
    a->rows->answer->status = status;
    a->rows->answer->sentence = text_from(sentence);
    return STATUS_OK;
}

static void
put_change(struct answering *a, enum work_act act, const struct coding_change *change)
{
    uint64_t finding = change->finding;
    if (finding == 0 && !change->money)
        finding = coding_held_first(service_state(step_service(a->step)), &a->held);
    struct code_change row = {.version = coding_leaving_identity(&a->held).version,
                              .place = change->place,
                              .before = change->before,
                              .after = change->after,
                              .cents_before = change->cents_before,
                              .cents_after = change->cents_after,
                              .act = act,
                              .role = queue_role(a->request, &a->held),
                              .finding = finding};
    history_add(a->step, a->held.identity.claim_id, &row);
}

static void
put_changes(struct answering *a)
{
    for (uint32_t i = 0; i < a->changes.count; i++)
        put_change(a, a->changes.items[i].money ? WORK_ACT_CHARGE : WORK_ACT_CODE, &a->changes.items[i]);
}

/* Also of former answers, when the claim went to the biller for a charge in between. */
static uint32_t
changed_so_far(const struct answering *a)
{
    return (uint32_t)a->held.changed + a->changes.count;
}

/* What still stood when the claim was released, one by one, with the reason of the release. */
static void
put_overrides(struct answering *a)
{
    for (uint32_t i = 0; i < a->findings.count; i++) {
        const struct finding *finding = &a->findings.items[i];
        if (finding->kind->severity < FINDING_WARNING)
            continue;
        struct code_change row = {.version = coding_leaving_identity(&a->held).version,
                                  .place = finding->place,
                                  .before = finding->detail,
                                  .after = finding->detail,
                                  .act = WORK_ACT_OVERRIDE,
                                  .role = queue_role(a->request, &a->held),
                                  .finding = finding->kind->number};
        if (row.place.length == 0)
            row.place = TEXT("claim");
        if (finding->money) /* released_claim has it; these rows are for coders */
            row.before = row.after = (struct text){0};
        history_add(a->step, a->held.identity.claim_id, &row);
    }
}

/* What left, for those who ask later: explain, audits. */
static void
keep_released(struct answering *a, bool ended)
{
    struct step *step = a->step;
    struct held_claim stood = {0};
    struct store_key key = coding_held_key(a->held.identity.claim_id);
    struct released_claim row = {.identity = coding_leaving_identity(&a->held),
                                 .cause = a->held.cause,
                                 .instant = step_time(step),
                                 .person = history_actor(step),
                                 .ended = ended,
                                 .local_date = a->held.local_date,
                                 .body = a->held.body,
                                 .documents = a->held.documents,
                                 .documents_count = a->held.documents_count,
                                 .asked = a->held.findings,
                                 .asked_count = a->held.findings_count,
                                 .edition = coding_edition_now(step),
                                 .rules = CODING_RULES,
                                 .not_assessed = ended ? a->held.not_assessed : a->judgement.not_assessed,
                                 .applied = ended ? a->held.applied : a->judgement.applied,
                                 .basis = ended ? a->held.basis : basis_keep(step, &a->run),
                                 .department = a->held.department};
    if (!ended) {
        coding_held_findings(&stood, &a->findings, step_arena(step));
        row.stood = stood.findings;
        row.stood_count = stood.findings_count;
    }
    step_put_record(step, CODING_RELEASED, store_key_text(&key), &record_released_claim, &row);
    sample_released(step, &row);
}

/* The row goes, the event of the answer is recorded; what follows it is the caller's. */
static enum status
close_hold(struct answering *a, enum work_act act)
{
    struct step *step = a->step;
    struct store_key key = coding_held_key(a->held.identity.claim_id);
    struct event answered = {.identity = a->held.identity,
                             .kind = EVENT_KIND_CODING_ANSWERED,
                             .number = coding_held_first(service_state(step_service(step)), &a->held),
                             .detail = text_from(work_act_names[act]),
                             .actor = text_head(step_actor(step), EVENT_ACTOR_BYTES)};
    step_delete(step, CODING_HELD, store_key_text(&key));
    step_count(step, CODING_HELD_COUNT, -1);
    struct coding_change whole = {.place = text_from(work_act_names[act])};
    put_change(a, act, &whole);
    put_changes(a);
    if (act == WORK_ACT_RELEASE)
        put_overrides(a);
    keep_released(a, act == WORK_ACT_END);
    report_answered(step, &a->held, changed_so_far(a) > 0, findings_worst(&a->findings) >= FINDING_WARNING);
    return step_event(step, &answered);
}

static void
show_done(struct answering *a, const struct identity *identity, const char *state)
{
    control_row(a->rows);
    control_text(a->rows, "id", arena_print(a->rows->arena, "coding-%llu", (unsigned long long)identity->claim_id));
    control_number(a->rows, "claim_id", (int64_t)identity->claim_id);
    control_number(a->rows, "version", (int64_t)identity->version);
    control_text(a->rows, "state", text_from(state));
    control_number(a->rows, "changes", changed_so_far(a));
}

static enum status
end_claim(struct answering *a)
{
    struct step *step = a->step;
    if (step_reason(step).length == 0)
        return refuse(a, CONTROL_STATUS_REFUSED, "ending a claim needs a reason");
    enum status status = close_hold(a, WORK_ACT_END);
    if (status != STATUS_OK)
        return status;
    struct event ended = {.identity = coding_leaving_identity(&a->held),
                          .kind = EVENT_KIND_CLAIM_ENDED,
                          .cents = a->held.cents,
                          .detail = TEXT("withdrawn"),
                          .actor = text_head(step_actor(step), EVENT_ACTOR_BYTES)};
    step_count(step, CODING_ENDED, 1);
    status = step_event(step, &ended);
    if (status != STATUS_OK)
        return status;
    show_done(a, &ended.identity, "ended");
    return coding_tell_intake(step, &a->held, HOLD_CHANGE_ENDED);
}

static enum status
emit_coded(struct answering *a, const struct identity *identity)
{
    struct step *step = a->step;
    struct coding_expected expected = coding_expected_of(step_state(step), &a->body, a->held.local_date);
    struct coded_encounter coded = {.identity = *identity,
                                    .sender = a->held.sender,
                                    .received = a->held.received,
                                    .local_date = a->held.local_date,
                                    .body = a->held.body,
                                    .edition = coding_edition_now(step),
                                    .rules = CODING_RULES,
                                    .not_assessed = a->judgement.not_assessed,
                                    .expected_cents = expected.cents,
                                    .expected_lines = expected.lines,
                                    .source = a->held.source};
    /* A question from downstream does not say how the encounter once came; what is asked about is an 837 by then. */
    if (coded.source == 0)
        coded.source = ENCOUNTER_SOURCE_X12_FILE;
    return step_emit(step, STREAM_CODING_CLAIMS, &record_coded_encounter, &coded);
}

static enum status
pack_body(struct answering *a)
{
    enum status status = STATUS_OK;
    if (a->changes.count > 0)
        status = record_write(&record_claim_body, &a->body, step_arena(a->step), &a->held.body, NULL);
    return status == STATUS_OK ? STATUS_OK : step_refuse(a->step, status, "the changed claim is out of its bounds");
}

/* The claim stays held, as it was changed. */
static enum status
keep_changed(struct answering *a)
{
    struct coding_expected expected = coding_expected_of(step_state(a->step), &a->body, a->held.local_date);
    enum status status = pack_body(a);
    if (status != STATUS_OK)
        return status;
    put_changes(a);
    coding_held_follow(&a->held, &a->changes.numbering, false, step_arena(a->step));
    a->held.cents = a->body.total_cents;
    a->held.expected_cents = expected.cents;
    a->held.expected_lines = expected.lines;
    a->held.unpriced = a->changes.unpriced;
    a->held.changed = changed_so_far(a);
    return STATUS_OK;
}

/* Lines were added, and coders know no amounts: the codes are judged, the biller says the charges, then the coder releases it. */
static enum status
ask_charges(struct answering *a)
{
    enum status status = keep_changed(a);
    if (status != STATUS_OK)
        return status;
    if (a->held.cause == HOLD_CAUSE_ENCOUNTER) { /* what was asked from downstream stays asked */
        a->held.findings_count = a->held.refused_count = 0;
        coding_held_findings(&a->held, &a->findings, step_arena(a->step));
        a->held.edition = coding_edition_now(a->step);
        a->held.rules = CODING_RULES;
        a->held.not_assessed = a->judgement.not_assessed;
        a->held.applied = a->judgement.applied;
        a->held.basis = basis_keep(a->step, &a->run);
    }
    return queue_ask_charges(a->step, a->request, a->rows, &a->held);
}

static enum status
release(struct answering *a)
{
    struct step *step = a->step;
    enum status status = pack_body(a);
    if (status != STATUS_OK)
        return status;
    coding_held_follow(&a->held, &a->changes.numbering, true, step_arena(step));
    status = close_hold(a, WORK_ACT_RELEASE);
    if (status != STATUS_OK)
        return status;
    struct event released = {.identity = coding_leaving_identity(&a->held),
                             .kind = EVENT_KIND_CODING_RELEASED,
                             .cents = a->body.total_cents,
                             .number = changed_so_far(a),
                             .code = coding_edition_now(step),
                             .actor = text_head(step_actor(step), EVENT_ACTOR_BYTES)};
    status = step_event(step, &released);
    if (status == STATUS_OK)
        status = passed_keep(step, &a->passed, &a->body);
    if (status == STATUS_OK)
        status = emit_coded(a, &released.identity);
    if (status == STATUS_OK)
        status = coding_tell_intake(step, &a->held, HOLD_CHANGE_RELEASED);
    step_count(step, CODING_PASSED_ON, 1);
    show_done(a, &released.identity, "released");
    return status;
}

static enum status
judge_now(struct answering *a)
{
    struct identity identity = coding_leaving_identity(&a->held);
    coding_held_case(step_state(a->step), &a->c, &a->held, &a->body);
    enum status status = passed_read(&a->passed, a->step, &identity, &a->c);
    if (status != STATUS_OK)
        return status;
    a->c.history = a->passed.given;
    a->judgement = coding_judge(&a->run, &a->c, &a->findings);
    if (coding_editions_wait(step_state(a->step)))
        return step_refuse(a->step, STATUS_RETRY, "a file of the code sets is damaged, and nothing is judged until they are imported again");
    return STATUS_OK;
}

/* What remains is named and kept with the claim: from now on it was shown. */
static enum status
refuse_remaining(struct answering *a, const struct remaining *remaining, const char *sentence)
{
    remaining_show(remaining, a->request->reveal, a->rows);
    enum status status = remaining_keep(remaining, a->step);
    return status != STATUS_OK ? status : refuse(a, CONTROL_STATUS_REFUSED, sentence);
}

/*
 * An error is never released over. A query or warning that was shown may be, with a reason; so may a question from downstream that changed
 * nothing. The reason of a change alone releases over nothing: whoever sent it may not have seen what else is there (over=yes: he has).
 */
static enum status
judge_release(struct answering *a)
{
    bool reason = step_reason(a->step).length > 0;
    bool over = reason && (a->changes.count == 0 || text_is(control_argument(a->request, "over"), "yes"));
    bool unchanged_query = a->held.cause != HOLD_CAUSE_ENCOUNTER && changed_so_far(a) == 0;
    struct remaining remaining = {step_state(a->step), &a->held, &a->findings, &a->changes.numbering, step_arena(a->step)};
    enum status status = judge_now(a);
    if (status != STATUS_OK)
        return status;
    if (findings_worst(&a->findings) == FINDING_ERROR)
        return refuse_remaining(a, &remaining, "errors remain; correct them, or end the claim");
    if (findings_worst(&a->findings) >= FINDING_WARNING && !over)
        return refuse_remaining(a, &remaining,
                                "queries or warnings remain; correct them, or release it as it is (--release) with a reason");
    if (!remaining_all_shown(&remaining))
        return refuse_remaining(a, &remaining,
                                "something remains that was not shown before; look at it, and answer again if it is to go out over it");
    if (unchanged_query && !reason)
        return refuse(a, CONTROL_STATUS_REFUSED, "nothing was changed; give a reason to send the same codes again");
    return a->changes.unpriced > 0 ? ask_charges(a) : release(a);
}

/* The changes of the request, which are of the queue's own kind: codes of a coder, charges of a biller. */
struct sets {
    struct coding_edit edits[CODING_EDITS_LIMIT];
    uint32_t count;
};

/* NULL, or a sentence. */
static const char *
wrong_set(const struct answering *a, const struct coding_edit *edit)
{
    bool biller = queue_of(&a->held) == WORK_QUEUE_BILLER;
    if (biller && !coding_edit_is_charge(edit))
        return "a biller changes no code; answer in words what is wrong with it (--text)";
    if (!biller && coding_edit_is_charge(edit))
        return "a coder sees and changes no amounts; ask the biller (work query ID --to biller)";
    if (queue_of(&a->held) == WORK_QUEUE_CODING && step_reason(a->step).length == 0)
        return "a change of codes needs a reason, which is kept with it (--reason WHY)";
    return NULL;
}

static enum status
read_sets(struct answering *a, struct sets *sets)
{
    sets->count = 0;
    for (uint32_t i = 0; i < a->request->arguments_count; i++) {
        const struct control_value *argument = &a->request->arguments[i];
        if (!text_is(argument->name, "set") && !text_starts(argument->name, TEXT("set.")))
            continue;
        if (sets->count == CODING_EDITS_LIMIT)
            return refuse(a, CONTROL_STATUS_WRONG, "at most 64 changes in one answer");
        struct coding_edit *edit = &sets->edits[sets->count++];
        const char *wrong = coding_edit_parse(argument->text, edit);
        if (wrong != NULL)
            return refuse(a, CONTROL_STATUS_WRONG, wrong);
        wrong = wrong_set(a, edit);
        if (wrong != NULL)
            return refuse(a, CONTROL_STATUS_REFUSED, wrong);
    }
    return STATUS_OK;
}

static enum status
apply_sets(struct answering *a, const struct sets *sets)
{
    struct coding_case c;
    a->changes.unpriced = (uint32_t)a->held.unpriced;
    if (sets->count == 0)
        return STATUS_OK;
    coding_case_make(&c, &a->body, NULL, 0, codes_starter(), a->held.local_date);
    const char *wrong = coding_edits_apply(sets->edits, sets->count, codes_starter(), c.first_date, step_arena(a->step), &a->body,
                                           &a->changes);
    if (wrong != NULL)
        return refuse(a, CONTROL_STATUS_WRONG, wrong);
    for (uint32_t i = 0; i < a->changes.count; i++)
        a->changes.items[i].finding = coding_held_at(service_state(step_service(a->step)), &a->held, a->changes.items[i].place);
    return STATUS_OK;
}

/* Is the charge of each line that was added said here? */
static bool
prices_all(const struct answering *a, const struct sets *sets)
{
    for (uint32_t i = a->body.lines_count - a->changes.unpriced; i < a->body.lines_count; i++) {
        bool said = false;
        for (uint32_t k = 0; k < sets->count; k++)
            said = said || (sets->edits[k].kind == CODING_EDIT_CHARGE && sets->edits[k].ordinal == i + 1);
        if (!said)
            return false;
    }
    return true;
}

/* Of a physician words alone, of a biller also charges. */
static enum status
reply(struct answering *a, const struct sets *sets)
{
    bool biller = queue_of(&a->held) == WORK_QUEUE_BILLER;
    struct text words = control_argument(a->request, "text");
    if (sets->count > 0 && !biller)
        return refuse(a, CONTROL_STATUS_REFUSED, "a question is answered in words (--text)");
    if ((words.length == 0 && sets->count == 0) || words.length > HISTORY_TEXT_BYTES)
        return refuse(a, CONTROL_STATUS_WRONG, "text is the answer, at most 1000 bytes");
    if (biller && !prices_all(a, sets))
        return refuse(a, CONTROL_STATUS_REFUSED,
                      "lines were added, and not each has a charge yet: --set line.N.charge=AMOUNT (0: nothing), or work return");
    if (sets->count > 0) {
        a->changes.unpriced = 0;
        enum status status = keep_changed(a);
        if (status != STATUS_OK)
            return status;
    }
    return queue_reply(a->step, a->request, a->rows, &a->held);
}

/* NULL, or why this request may not answer. */
static const char *
answer_refusal(struct answering *a, bool replies)
{
    if (replies != (queue_of(&a->held) != WORK_QUEUE_CODING))
        return replies ? "no question is open; a coder answers by changes, release or end"
                       : "a question is open; let it be answered, or return it first";
    return queue_refusal(a->request, &a->held);
}

enum status
coding_work_answer(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    struct answering a = {.step = step, .request = request, .rows = rows};
    struct text act = control_argument(request, "act");
    struct sets sets;
    uint64_t claim_id;
    if (!coding_work_id(control_argument(request, "id"), &claim_id))
        return refuse(&a, CONTROL_STATUS_WRONG, "id is that of a row of the work list: coding-NUMBER");
    enum status status = coding_held_get(step, claim_id, &a.held);
    if (status == STATUS_NOT_FOUND)
        return refuse(&a, CONTROL_STATUS_NOT_FOUND, "no such claim waits for a coder");
    if (status != STATUS_OK)
        return status;
    bool replies = text_is(act, "reply");
    if (!replies && !text_is(act, "end") && !text_is(act, "release"))
        return refuse(&a, CONTROL_STATUS_WRONG, "act is release or end; reply when a question is open");
    const char *refusal = answer_refusal(&a, replies);
    if (refusal != NULL)
        return refuse(&a, CONTROL_STATUS_REFUSED, refusal);
    if (text_is(act, "end"))
        return end_claim(&a);
    if (record_read(&record_claim_body, a.held.body, step_arena(step), &a.body, NULL) != STATUS_OK)
        return STATUS_CORRUPT; /* it was read when it was held */
    findings_init(&a.findings, step_arena(step));
    status = read_sets(&a, &sets);
    if (status == STATUS_OK && rows->answer->status == CONTROL_STATUS_DONE)
        status = apply_sets(&a, &sets);
    if (status != STATUS_OK || rows->answer->status != CONTROL_STATUS_DONE)
        return status;
    return replies ? reply(&a, &sets) : judge_release(&a);
}
