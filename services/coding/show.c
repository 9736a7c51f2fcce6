/* The queries work.show and claim.show: one held claim as its queue may see it, and what was done with it. */
#include "services/coding/edit.h"
#include "services/coding/history.h"
#include "services/coding/plan.h"
#include "services/coding/queue.h"

struct listing {
    struct control_rows *rows;
    unsigned shown; /* enum coding_shown */
};

void
coding_show_step(struct control_rows *rows, unsigned step)
{
    if (step != 0)
        control_number(rows, "step", step);
}

static bool
is_in(const struct coding_finding *list, uint32_t count, const struct coding_finding *finding)
{
    for (uint32_t i = 0; i < count; i++)
        if (list[i].number == finding->number && text_equal(list[i].place, finding->place) && text_equal(list[i].detail, finding->detail))
            return true;
    return false;
}

static void
show_finding(const struct coding *state, struct control_rows *rows, const struct coding_finding *kept, const char *standing, unsigned shown)
{
    struct finding finding = coding_kept_finding(state, kept, rows->arena);
    control_row(rows);
    control_text(rows, "row", TEXT("finding"));
    control_number(rows, "number", finding.kind->number);
    control_text(rows, "name", text_from(finding.kind->name));
    coding_show_step(rows, finding.kind->step);
    control_text(rows, "severity", text_from(finding_severity_name((enum finding_severity)finding.kind->severity)));
    control_text(rows, "standing", text_from(standing));
    control_text(rows, "place", finding.place);
    control_text(rows, "sentence", coding_sentence(state, &finding, shown, rows->arena));
    control_text(rows, "suggestion", coding_remedy(state, &finding, shown, rows->arena));
}

/* What holds it, and what else the refusal of its last answer named. */
static void
show_findings(const struct coding *state, struct control_rows *rows, const struct held_claim *held, unsigned shown)
{
    for (uint32_t i = 0; i < held->findings_count && !control_page_full(rows); i++)
        show_finding(state, rows, &held->findings[i], "open", shown);
    for (uint32_t i = 0; i < held->refused_count && !control_page_full(rows); i++)
        if (!is_in(held->findings, held->findings_count, &held->refused[i]))
            show_finding(state, rows, &held->refused[i], "of the refused answer", shown);
}

struct text
coding_masked(struct text value, bool reveal)
{
    return reveal || value.length == 0 ? value : TEXT("***");
}

/* Those of the edition that judges the claim, else of the one that is built in. An edition may go while they are shown. */
static struct text
words_of(const struct coding_case *c, enum codes_set set, struct text code, int32_t day, struct arena *arena)
{
    struct text words = coding_words(c, set, code, day);
    return words.length > 0 ? arena_copy(arena, words) : codes_words(codes_starter(), set, code);
}

static void
show_diagnoses(struct control_rows *rows, const struct coding_case *c, const char *row, const struct diagnosis *diagnoses, uint32_t count,
               bool reveal)
{
    for (uint32_t i = 0; i < count && !control_page_full(rows); i++) {
        struct text code = diagnoses[i].code, words = words_of(c, CODES_ICD10CM, code, c->day, rows->arena);
        control_row(rows);
        control_text(rows, "row", text_from(row));
        control_number(rows, "number", i + 1);
        control_text(rows, "code", coding_masked(code, reveal));
        control_text(rows, "words", coding_masked(words, reveal));
        if (diagnoses[i].present_on_admission.length > 0)
            control_text(rows, "poa", diagnoses[i].present_on_admission);
    }
}

static void
show_inpatient(struct control_rows *rows, const struct institutional_claim *own, bool reveal)
{
    for (uint32_t i = 0; i < own->procedures_count && !control_page_full(rows); i++) {
        control_row(rows);
        control_text(rows, "row", TEXT("procedure"));
        control_number(rows, "number", i + 1);
        control_text(rows, "code", coding_masked(own->procedures[i].code, reveal));
    }
}

static void
show_line(struct control_rows *rows, const struct coding_case *c, uint32_t number, bool reveal, bool money)
{
    const struct service_line *line = &c->body->lines[number - 1];
    enum codes_set set;
    struct text words = {0}, modifiers = {0}, pointers = {0};
    if (codes_procedure_set(line->procedure, &set))
        words = words_of(c, set, line->procedure, coding_line_date(c, line), rows->arena);
    for (unsigned k = 0; k < 4; k++) {
        if (coding_modifier(line, k).length > 0)
            modifiers = arena_print(rows->arena, "%.*s%s%.*s", TEXT_ARGS(modifiers), k == 0 ? "" : ",",
                                    TEXT_ARGS(coding_modifier(line, k)));
        if (coding_pointer(line, k) != 0)
            pointers = arena_print(rows->arena, "%.*s%s%u", TEXT_ARGS(pointers), k == 0 ? "" : ",",
                                   (unsigned)coding_pointer(line, k));
    }
    control_row(rows);
    control_text(rows, "row", TEXT("line"));
    control_number(rows, "number", number);
    if (line->institutional_count > 0)
        control_text(rows, "revenue", line->institutional->revenue_code);
    control_text(rows, "code", coding_masked(line->procedure, reveal));
    control_text(rows, "words", coding_masked(words, reveal));
    control_text(rows, "modifier", modifiers);
    control_number(rows, "units", line->quantity_milli / 1000);
    control_text(rows, "pointers", pointers);
    struct text drug = coding_edit_drug(line, rows->arena);
    if (drug.length > 0)
        control_text(rows, "ndc", coding_masked(drug, reveal));
    if (reveal && line->date_from != 0)
        control_date(rows, "date", line->date_from);
    if (money)
        control_money(rows, "charge", line->charge_cents);
}

/* Of a hospital: what claim.bill, claim.admission.X, claim.discharge.X change. */
static void
show_bill(struct control_rows *rows, const struct claim_body *body, bool reveal)
{
    const struct institutional_claim *own = body->institutional;
    control_row(rows);
    control_text(rows, "row", TEXT("bill"));
    control_text(rows, "bill",
                 arena_print(rows->arena, "%.*s%.*s", TEXT_ARGS(body->place_of_service), TEXT_ARGS(body->frequency)));
    if (reveal && own->admission_date != 0)
        control_date(rows, "admission_date", own->admission_date);
    control_text(rows, "admission_time", own->admission_time);
    control_text(rows, "admission_type", own->admission_type);
    control_text(rows, "admission_origin", own->admission_source);
    control_text(rows, "discharge_time", own->discharge_time);
    control_text(rows, "discharge_status", own->patient_status);
}

static void
show_bill_code(struct control_rows *rows, const char *row, uint32_t i, struct text code, bool reveal)
{
    control_row(rows);
    control_text(rows, "row", text_from(row));
    control_number(rows, "number", i + 1);
    control_text(rows, "code", coding_masked(code, reveal));
}

/* As condition.N, occurrence.N, span.N and value.N say them. */
static void
show_bill_codes(struct control_rows *rows, const struct institutional_claim *own, bool reveal, bool money)
{
    for (uint32_t i = 0; i < own->conditions_count && !control_page_full(rows); i++)
        show_bill_code(rows, "condition", i, own->conditions[i].code, reveal);
    for (uint32_t i = 0; i < own->occurrences_count && !control_page_full(rows); i++)
        show_bill_code(rows, "occurrence", i, coding_edit_dated(&own->occurrences[i], rows->arena), reveal);
    for (uint32_t i = 0; i < own->occurrence_spans_count && !control_page_full(rows); i++)
        show_bill_code(rows, "span", i, coding_edit_dated(&own->occurrence_spans[i], rows->arena), reveal);
    for (uint32_t i = 0; i < own->values_count && !control_page_full(rows); i++)
        show_bill_code(rows, "value", i, coding_edit_value(&own->values[i], money, rows->arena), reveal);
}

/* By the words that answer them: diagnosis.2, admitting.1, reason.1, cause.1, procedure.1, line.3. */
static void
show_codes(struct control_rows *rows, const struct coding_case *c, bool reveal, bool money)
{
    const struct claim_body *body = c->body;
    show_diagnoses(rows, c, "diagnosis", body->diagnoses, body->diagnoses_count, reveal);
    if (body->institutional_count > 0) {
        const struct institutional_claim *own = body->institutional;
        show_diagnoses(rows, c, "admitting", &own->admitting, own->admitting.code.length > 0, reveal);
        show_diagnoses(rows, c, "reason", own->reasons, own->reasons_count, reveal);
        show_diagnoses(rows, c, "cause", own->external_causes, own->external_causes_count, reveal);
        show_inpatient(rows, own, reveal);
        show_bill(rows, body, reveal);
        show_bill_codes(rows, own, reveal, money);
    }
    for (uint32_t i = 0; i < body->lines_count && !control_page_full(rows); i++)
        show_line(rows, c, i + 1, reveal, money);
}

/* What was there and what is there now, of a code; else in words. */
void
coding_show_change(struct control_rows *rows, uint64_t claim_id, const struct code_change *change, unsigned shown)
{
    bool reveal = shown & CODING_SHOW_REVEAL;
    enum work_act act = change->act != 0 ? (enum work_act)change->act : WORK_ACT_CODE;
    control_row(rows);
    control_text(rows, "row", TEXT("change"));
    control_number(rows, "claim_id", (int64_t)claim_id);
    control_number(rows, "version", (int64_t)change->version);
    control_instant(rows, "instant", change->instant);
    control_text(rows, "act", text_from(act < WORK_ACT_COUNT ? work_act_names[act] : "unknown"));
    control_text(rows, "place", arena_copy(rows->arena, change->place));
    /* To whom it was given or who was asked is no code. */
    bool clear = reveal || act == WORK_ACT_ASSIGN || act == WORK_ACT_QUERY;
    control_text(rows, "before", arena_copy(rows->arena, coding_masked(change->before, clear)));
    control_text(rows, "after", arena_copy(rows->arena, coding_masked(change->after, clear)));
    if (act == WORK_ACT_CHARGE && shown & CODING_SHOW_MONEY) {
        control_money(rows, "cents_before", change->cents_before);
        control_money(rows, "cents_after", change->cents_after);
    }
    control_text(rows, "actor", arena_copy(rows->arena, change->actor));
    control_text(rows, "role", arena_copy(rows->arena, change->role));
    control_text(rows, "reason", arena_copy(rows->arena, coding_masked(change->reason, reveal)));
    if (change->text.length > 0)
        control_text(rows, "text", arena_copy(rows->arena, coding_masked(change->text, reveal)));
    control_number(rows, "finding", (int64_t)change->finding);
}

static bool
is_said(const struct code_change *change)
{
    return change->act == WORK_ACT_QUERY || change->act == WORK_ACT_REPLY;
}

static bool
change_one(void *context, struct text key, struct text value)
{
    struct listing *listing = context;
    struct control_rows *rows = listing->rows;
    struct code_change change;
    if (control_page_full(rows))
        return false;
    if (record_read(&record_code_change, value, rows->arena, &change, NULL) != STATUS_OK)
        return true;
    if (!(listing->shown & CODING_SHOW_WORDS_ONLY) || is_said(&change))
        coding_show_change(rows, store_u64(key, 0), &change, listing->shown);
    return true;
}

void
coding_show_changes(struct service *service, struct control_rows *rows, uint64_t claim_id, unsigned shown)
{
    struct listing listing = {rows, shown};
    struct store_key from = history_claim_key(claim_id), to = history_claim_key(claim_id + 1);
    struct arena arena;
    arena_init(&arena, 0);
    service_scan(service, CODING_CHANGES, store_key_text(&from), store_key_text(&to), &arena, change_one, &listing);
    arena_free(&arena);
}

static void
show_not_assessed(struct control_rows *rows, uint64_t not_assessed)
{
    struct text names = {0};
    for (unsigned i = 0; i < CODING_STEPS; i++) {
        if (not_assessed >> (i + 1) & 1)
            names = arena_print(rows->arena, "%.*s%s%s", TEXT_ARGS(names), names.length == 0 ? "" : ", ", coding_step_names[i]);
    }
    control_text(rows, "not_assessed", names);
}

bool
coding_find_held(struct service *service, struct arena *arena, uint64_t claim_id, struct held_claim *held)
{
    struct store_key key = coding_held_key(claim_id);
    return service_get_record(service, CODING_HELD, store_key_text(&key), arena, &record_held_claim, held) == STATUS_OK;
}

bool
coding_find_released(struct service *service, struct arena *arena, uint64_t claim_id, struct released_claim *released)
{
    struct store_key key = coding_held_key(claim_id);
    return service_get_record(service, CODING_RELEASED, store_key_text(&key), arena, &record_released_claim, released) == STATUS_OK;
}

/* For a physician: which visit it is, and which documents there are of it. No code, no finding, no amount. */
static void
show_visit(struct control_rows *rows, const struct held_claim *held, bool reveal)
{
    struct claim_body body;
    if (record_read(&record_claim_body, held->body, rows->arena, &body, NULL) != STATUS_OK)
        return;
    struct coding_case c;
    coding_case_make(&c, &body, NULL, 0, codes_starter(), held->local_date);
    control_row(rows);
    control_text(rows, "row", TEXT("visit"));
    control_text(rows, "patient_control_number", coding_masked(body.patient_control_number, reveal));
    control_text(rows, "medical_record", coding_masked(body.medical_record, reveal));
    if (reveal)
        control_date(rows, "date", c.first_date != 0 ? c.first_date : c.default_date);
    for (uint32_t i = 0; i < held->documents_count && !control_page_full(rows); i++) {
        const struct document *document = &held->documents[i];
        bool known = document->kind < DOCUMENT_KIND_COUNT && document_kind_names[document->kind] != NULL;
        control_row(rows);
        control_text(rows, "row", TEXT("document"));
        control_text(rows, "kind", text_from(known ? document_kind_names[document->kind] : "unknown"));
        control_text(rows, "status", document->status);
        if (reveal)
            control_date(rows, "date", document->date);
    }
}

/* Amounts are for billers alone, codes not for physicians. Who that is, is what they say, else (a work item) whose queue it is in. */
static unsigned
shown_of(const struct control_request *request, const struct held_claim *held, bool by_queue)
{
    unsigned shown = request->reveal ? CODING_SHOW_REVEAL : 0;
    enum work_queue queue = held == NULL ? WORK_QUEUE_CODING : queue_of(held);
    if (queue == WORK_QUEUE_PHYSICIAN || text_is(request->role, "physician"))
        return shown | CODING_SHOW_WORDS_ONLY;
    bool biller = request->role.length > 0 ? text_is(request->role, "biller") : by_queue && queue == WORK_QUEUE_BILLER;
    return biller ? shown | CODING_SHOW_MONEY : shown;
}

/* For a physician whom nobody asks anything now: no finding, no question to others. */
static void
show_unasked(struct control_rows *rows, const struct held_claim *held)
{
    control_row(rows);
    control_text(rows, "id", arena_print(rows->arena, "coding-%llu", (unsigned long long)held->identity.claim_id));
    control_text(rows, "queue", text_from(work_queue_names[queue_of(held)]));
    control_number(rows, "claim_id", (int64_t)held->identity.claim_id);
    control_number(rows, "version", (int64_t)held->identity.version);
    control_instant(rows, "since", held->since);
    control_text(rows, "sentence", TEXT("No question to a physician is open."));
}

static void
show_held(struct coding *state, struct control_rows *rows, const struct held_claim *held, unsigned shown)
{
    struct claim_body body;
    struct coding_case c;
    bool reveal = shown & CODING_SHOW_REVEAL, visit = shown & CODING_SHOW_WORDS_ONLY;
    if (visit && queue_of(held) != WORK_QUEUE_PHYSICIAN)
        show_unasked(rows, held);
    else
        coding_show_work(state, rows, held, reveal, shown & CODING_SHOW_MONEY);
    control_text(rows, "state", TEXT("held"));
    control_text(rows, "edition", held->edition);
    control_number(rows, "rules", (int64_t)held->rules);
    if (visit) {
        show_visit(rows, held, reveal);
        return;
    }
    show_not_assessed(rows, held->not_assessed);
    show_findings(state, rows, held, shown);
    if (record_read(&record_claim_body, held->body, rows->arena, &body, NULL) == STATUS_OK) {
        coding_held_case(state, &c, held, &body);
        show_codes(rows, &c, reveal, shown & CODING_SHOW_MONEY);
    }
}

void
coding_work_show(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    uint64_t claim_id;
    struct held_claim held;
    if (!coding_work_id(control_argument(request, "id"), &claim_id)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("id is that of a row of the work list: coding-NUMBER");
    } else if (!coding_find_held(service, rows->arena, claim_id, &held)) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        rows->answer->sentence = TEXT("no such claim waits in the queues of coding");
    } else {
        show_held(service_state(service), rows, &held, shown_of(request, &held, true));
        coding_show_changes(service, rows, claim_id, shown_of(request, &held, true));
    }
}

void
coding_claim_show(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    uint64_t claim_id;
    struct held_claim held;
    struct text id = control_argument(request, "claim_id");
    if (id.length == 0)
        id = control_argument(request, "id");
    if (!coding_work_id(id, &claim_id)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("claim_id is a number");
        return;
    }
    bool found = coding_find_held(service, rows->arena, claim_id, &held);
    if (found)
        show_held(service_state(service), rows, &held, shown_of(request, &held, false));
    uint32_t before = rows->answer->rows_count;
    coding_show_changes(service, rows, claim_id, shown_of(request, found ? &held : NULL, false));
    if (!found && rows->answer->rows_count == before) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        rows->answer->sentence = TEXT("coding holds nothing of this claim; a claim that passed leaves only its events");
    }
}
