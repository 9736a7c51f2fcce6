/* Queries: the coder's list, one claim of it with its findings and codes, and what coding knows of a claim. */
#include "services/coding/plan.h"

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

struct listing {
    struct control_rows *rows;
    bool reveal;
};

/* The finding that weighs most, the first of those. */
static struct finding
foremost(const struct held_claim *held, struct arena *arena)
{
    struct finding worst = {0};
    for (uint32_t i = 0; i < held->findings_count; i++) {
        struct finding finding = coding_kept_finding(&held->findings[i], arena);
        if (worst.kind == NULL || finding.kind->severity > worst.kind->severity)
            worst = finding;
    }
    return worst;
}

static struct text
placed_sentence(const struct finding *finding, bool reveal, struct arena *arena)
{
    struct text sentence = finding_sentence(finding, reveal, arena);
    if (finding->place.length == 0)
        return sentence;
    return arena_print(arena, "%.*s: %.*s", TEXT_ARGS(finding->place), TEXT_ARGS(sentence));
}

static void
show_work(struct control_rows *rows, const struct held_claim *held, bool reveal)
{
    struct arena *arena = rows->arena;
    struct finding finding = foremost(held, arena);
    control_row(rows);
    control_text(rows, "id", arena_print(arena, "%s%llu", work_prefix, (unsigned long long)held->identity.claim_id));
    control_text(rows, "queue", TEXT("coder"));
    control_text(rows, "kind", text_from(held->cause < HOLD_CAUSE_COUNT ? hold_cause_names[held->cause] : "unknown"));
    control_number(rows, "claim_id", (int64_t)held->identity.claim_id);
    control_number(rows, "version", (int64_t)held->identity.version);
    control_instant(rows, "since", held->since);
    control_money(rows, "cents", held->cents);
    control_date(rows, "deadline", held->deadline);
    control_number(rows, "findings", held->findings_count);
    if (finding.kind == NULL)
        return;
    control_number(rows, "number", finding.kind->number);
    control_number(rows, "step", finding.kind->step);
    control_text(rows, "severity", text_from(finding_severity_name((enum finding_severity)finding.kind->severity)));
    control_text(rows, "sentence", placed_sentence(&finding, reveal, arena));
    control_text(rows, "suggestion", text_from(finding.kind->remedy));
}

static bool
list_one(void *context, struct text key, struct text value)
{
    struct listing *listing = context;
    struct control_rows *rows = listing->rows;
    struct held_claim held;
    if (control_page_full(rows)) {
        rows->answer->next = arena_print(rows->arena, "%llu", (unsigned long long)store_u64(key, 0));
        return false;
    }
    if (record_read(&record_held_claim, value, rows->arena, &held, NULL) == STATUS_OK)
        show_work(rows, &held, listing->reveal);
    return true;
}

void
coding_work_list(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    struct listing listing = {rows, request->reveal};
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

/* ---- one claim ---- */

static void
show_findings(struct control_rows *rows, const struct held_claim *held, bool reveal)
{
    for (uint32_t i = 0; i < held->findings_count && !control_page_full(rows); i++) {
        struct finding finding = coding_kept_finding(&held->findings[i], rows->arena);
        control_row(rows);
        control_text(rows, "row", TEXT("finding"));
        control_number(rows, "number", finding.kind->number);
        control_text(rows, "name", text_from(finding.kind->name));
        control_number(rows, "step", finding.kind->step);
        control_text(rows, "severity", text_from(finding_severity_name((enum finding_severity)finding.kind->severity)));
        control_text(rows, "place", finding.place);
        control_text(rows, "sentence", finding_sentence(&finding, reveal, rows->arena));
        control_text(rows, "suggestion", text_from(finding.kind->remedy));
    }
}

static struct text
masked(struct text value, bool reveal)
{
    return reveal || value.length == 0 ? value : TEXT("***");
}

static void
show_diagnoses(struct control_rows *rows, const char *row, const struct diagnosis *diagnoses, uint32_t count, bool reveal)
{
    for (uint32_t i = 0; i < count && !control_page_full(rows); i++) {
        struct text code = diagnoses[i].code, words = codes_words(codes_starter(), CODES_ICD10CM, code);
        control_row(rows);
        control_text(rows, "row", text_from(row));
        control_number(rows, "number", i + 1);
        control_text(rows, "code", masked(code, reveal));
        control_text(rows, "words", masked(words, reveal));
    }
}

/* By the words that answer them: diagnosis.2, admitting.1, reason.1, cause.1. */
static void
show_codes(struct control_rows *rows, const struct claim_body *body, bool reveal)
{
    const struct codes_edition *edition = codes_starter();
    show_diagnoses(rows, "diagnosis", body->diagnoses, body->diagnoses_count, reveal);
    if (body->institutional_count > 0) {
        const struct institutional_claim *own = body->institutional;
        show_diagnoses(rows, "admitting", &own->admitting, own->admitting.code.length > 0, reveal);
        show_diagnoses(rows, "reason", own->reasons, own->reasons_count, reveal);
        show_diagnoses(rows, "cause", own->external_causes, own->external_causes_count, reveal);
    }
    for (uint32_t i = 0; i < body->lines_count && !control_page_full(rows); i++) {
        const struct service_line *line = &body->lines[i];
        enum codes_set set;
        struct text words = {0}, modifiers = {0}, pointers = {0};
        if (codes_procedure_set(line->procedure, &set))
            words = codes_words(edition, set, line->procedure);
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
        control_number(rows, "number", i + 1);
        if (line->institutional_count > 0)
            control_text(rows, "revenue", line->institutional->revenue_code);
        control_text(rows, "code", masked(line->procedure, reveal));
        control_text(rows, "words", masked(words, reveal));
        control_text(rows, "modifier", modifiers);
        control_text(rows, "pointers", pointers);
        control_money(rows, "cents", line->charge_cents);
        if (reveal && line->date_from != 0)
            control_date(rows, "date", line->date_from);
    }
}

static bool
change_one(void *context, struct text key, struct text value)
{
    struct listing *listing = context;
    struct control_rows *rows = listing->rows;
    struct code_change change;
    (void)key;
    if (control_page_full(rows))
        return false;
    if (record_read(&record_code_change, value, rows->arena, &change, NULL) != STATUS_OK)
        return true;
    control_row(rows);
    control_text(rows, "row", TEXT("change"));
    control_number(rows, "version", (int64_t)change.version);
    control_text(rows, "place", arena_copy(rows->arena, change.place));
    control_text(rows, "before", arena_copy(rows->arena, masked(change.before, listing->reveal)));
    control_text(rows, "after", arena_copy(rows->arena, masked(change.after, listing->reveal)));
    control_text(rows, "actor", arena_copy(rows->arena, change.actor));
    control_instant(rows, "instant", change.instant);
    control_text(rows, "reason", arena_copy(rows->arena, masked(change.reason, listing->reveal)));
    control_number(rows, "finding", (int64_t)change.finding);
    return true;
}

static void
show_changes(struct service *service, struct control_rows *rows, uint64_t claim_id, bool reveal)
{
    struct listing listing = {rows, reveal};
    struct store_key from = coding_held_key(claim_id), to = coding_held_key(claim_id + 1);
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
            names = arena_print(rows->arena, "%.*s%s%s", TEXT_ARGS(names), names.length == 0 ? "" : ", ", coding_steps[i].name);
    }
    control_text(rows, "not_assessed", names);
}

/* The held claim of the request's id; false when the answer says why there is none. */
static bool
find_held(struct service *service, struct control_rows *rows, uint64_t claim_id, struct held_claim *held)
{
    struct store_key key = coding_held_key(claim_id);
    return service_get_record(service, CODING_HELD, store_key_text(&key), rows->arena, &record_held_claim, held) == STATUS_OK;
}

static void
show_held(struct control_rows *rows, const struct held_claim *held, bool reveal)
{
    struct claim_body body;
    show_work(rows, held, reveal);
    control_text(rows, "state", TEXT("held"));
    control_text(rows, "edition", held->edition);
    control_number(rows, "rules", (int64_t)held->rules);
    show_not_assessed(rows, held->not_assessed);
    show_findings(rows, held, reveal);
    if (record_read(&record_claim_body, held->body, rows->arena, &body, NULL) == STATUS_OK)
        show_codes(rows, &body, reveal);
}

void
coding_work_show(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    uint64_t claim_id;
    struct held_claim held;
    if (!coding_work_id(control_argument(request, "id"), &claim_id)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("id is that of a row of the work list: coding-NUMBER");
    } else if (!find_held(service, rows, claim_id, &held)) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        rows->answer->sentence = TEXT("no such claim waits for a coder");
    } else {
        show_held(rows, &held, request->reveal);
        show_changes(service, rows, claim_id, request->reveal);
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
    bool found = find_held(service, rows, claim_id, &held);
    if (found)
        show_held(rows, &held, request->reveal);
    uint32_t before = rows->answer->rows_count;
    show_changes(service, rows, claim_id, request->reveal);
    if (!found && rows->answer->rows_count == before) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        rows->answer->sentence = TEXT("coding holds nothing of this claim; a claim that passed leaves only its events");
    }
}
