/* Queries: the billers' list, one claim of it, and what is known of a claim here. */
#include "common/control_number/control_number.h"
#include "schemas/findings.h"
#include "services/claims/claims.h"

struct listing {
    struct control_rows *rows;
    bool reveal;
    bool expected; /* asked by a biller: what a claim is worth is no matter of who codes or documents it */
};

bool
claims_work_id(struct text id, uint64_t *claim_id, uint64_t *version)
{
    struct text head = TEXT("claims-"), rest;
    if (text_starts(id, head))
        id = text_of(id.data + head.length, id.length - head.length);
    struct text number = text_cut(id, '-', &rest);
    return text_to_u64(number, claim_id) && text_to_u64(rest, version) && *version <= UINT16_MAX;
}

static bool
is_eligibility(uint64_t number)
{
    return number >= FINDING_CLAIMS_ELIGIBILITY_NAME && number <= FINDING_CLAIMS_ELIGIBILITY_REFUSED;
}

/* Values of findings are private, but for those that name no patient: payer ids, status codes, deadlines, why a
 * payer said nothing. */
static struct finding
shown(uint64_t number, struct text place, struct text detail)
{
    struct finding finding = {.kind = finding_kind((uint16_t)number), .place = place, .detail = detail};
    finding.private = number == FINDING_CLAIMS_NOT_PRINCIPAL || number == FINDING_CLAIMS_MODIFIER_NEEDED ||
                      number == FINDING_CLAIMS_AUTHORIZATION_MISSING ||
                      (is_eligibility(number) && number != FINDING_CLAIMS_ELIGIBILITY_SILENT);
    return finding;
}

void
claims_findings_show(struct control_rows *rows, const struct claim_row *row, bool reveal)
{
    for (uint32_t i = 0; i < row->findings_count && !control_page_full(rows); i++) {
        const struct claim_finding *kept = &row->findings[i];
        struct finding finding = shown(kept->number, kept->place, kept->detail);
        if (finding.kind == NULL)
            continue;
        control_row(rows);
        control_text(rows, "row", TEXT("finding"));
        control_number(rows, "number", finding.kind->number);
        control_text(rows, "name", text_from(finding.kind->name));
        control_text(rows, "severity",
                     text_from(finding_severity_name((enum finding_severity)finding.kind->severity)));
        control_text(rows, "place", finding.place);
        control_text(rows, "sentence", finding_sentence(&finding, reveal, rows->arena));
        control_text(rows, "suggestion", text_from(finding.kind->remedy));
    }
}

static const char *
kind_of(const struct claim_work *work)
{
    if (work->rejected)
        return "rejected";
    if (is_eligibility(work->finding))
        return "eligibility";
    return work->finding == FINDING_CLAIMS_PAYER_UNKNOWN ? "payer_unknown" : "payer_edit";
}

static void
show_work(struct control_rows *rows, const struct claim_work *work, bool reveal)
{
    struct finding finding = shown(work->finding, work->place, work->detail);
    control_row(rows);
    control_text(rows, "id",
                 arena_print(rows->arena, "claims-%llu-%llu", (unsigned long long)work->identity.claim_id,
                             (unsigned long long)work->identity.version));
    control_text(rows, "queue", TEXT("biller"));
    control_text(rows, "kind", text_from(kind_of(work)));
    control_number(rows, "claim_id", (int64_t)work->identity.claim_id);
    control_number(rows, "version", (int64_t)work->identity.version);
    control_text(rows, "payer", work->payer);
    control_instant(rows, "since", work->since);
    control_money(rows, "cents", work->total_cents);
    control_date(rows, "deadline", work->due_date);
    if (finding.kind == NULL)
        return;
    control_number(rows, "number", finding.kind->number);
    control_text(rows, "place", finding.place);
    control_text(rows, "sentence", finding_sentence(&finding, reveal, rows->arena));
    control_text(rows, "suggestion", text_from(finding.kind->remedy));
}

static bool
list_one(void *context, struct text key, struct text value)
{
    struct listing *listing = context;
    struct control_rows *rows = listing->rows;
    struct claim_work work;
    if (control_page_full(rows)) {
        uint64_t version = store_u64(text_of(key.data, 12), 4) & UINT32_MAX;
        rows->answer->next = arena_print(rows->arena, "%llu-%llu", (unsigned long long)store_u64(key, 0),
                                         (unsigned long long)version);
        return false;
    }
    if (record_read(&record_claim_work, arena_copy(rows->arena, value), rows->arena, &work, NULL) ==
        STATUS_OK)
        show_work(rows, &work, listing->reveal);
    return true;
}

void
claims_work_list(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    struct listing listing = {rows, request->reveal, true};
    uint64_t claim_id = 0, version = 0;
    struct arena scratch;
    if (request->cursor.length > 0 && !claims_work_id(request->cursor, &claim_id, &version)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("not a cursor of this list");
        return;
    }
    struct store_key from = claims_key(claim_id, version);
    arena_init(&scratch, 0);
    service_scan(service, CLAIMS_WORK, store_key_text(&from), (struct text){0}, &scratch, list_one, &listing);
    arena_free(&scratch);
}

static bool
read_row(struct service *service, struct store_key key, struct arena *arena, struct claim_row *row)
{
    return service_get_record(service, CLAIMS_ROWS, store_key_text(&key), arena, &record_claim_row, row) == STATUS_OK;
}

void
claims_work_show(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    uint64_t claim_id, version;
    struct claim_work work;
    struct claim_row row;
    if (!claims_work_id(control_argument(request, "id"), &claim_id, &version)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("id is that of a row of the work list: claims-NUMBER-VERSION");
        return;
    }
    struct store_key key = claims_key(claim_id, version);
    if (service_get_record(service, CLAIMS_WORK, store_key_text(&key), rows->arena, &record_claim_work, &work) != STATUS_OK) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        rows->answer->sentence = TEXT("no such claim waits for a biller");
        return;
    }
    show_work(rows, &work, request->reveal);
    if (!read_row(service, key, rows->arena, &row))
        return;
    control_text(rows, "state", text_from(claim_stage_names[row.stage]));
    control_text(rows, "clm01", row.clm01);
    bool eligibility = false;
    for (uint32_t i = 0; i < row.findings_count; i++)
        eligibility |= is_eligibility(row.findings[i].number);
    control_text(rows, "acts", arena_print(rows->arena, "retry, %s%send", eligibility ? "correct, " : "",
                                           row.payer.length > 0 ? "release, " : "")); /* without a payer it can go nowhere */
    claims_findings_show(rows, &row, request->reveal);
    if (eligibility)
        claims_eligibility_show(service, rows, &row, request->reveal);
}

static bool
show_version(void *context, struct text key, struct text value)
{
    struct listing *listing = context;
    struct control_rows *rows = listing->rows;
    struct claim_row row;
    (void)key;
    if (control_page_full(rows))
        return false;
    if (record_read(&record_claim_row, arena_copy(rows->arena, value), rows->arena, &row, NULL) != STATUS_OK)
        return true;
    control_row(rows);
    control_number(rows, "claim_id", (int64_t)row.identity.claim_id);
    control_number(rows, "version", (int64_t)row.identity.version);
    control_text(rows, "state", text_from(row.stage < CLAIM_STAGE_COUNT ? claim_stage_names[row.stage] : ""));
    control_text(rows, "payer", row.payer);
    control_text(rows, "clm01", row.clm01);
    control_money(rows, "cents", row.total_cents);
    if (listing->expected && row.expected_lines > 0) {
        control_money(rows, "expected_cents", row.expected_cents);
        control_number(rows, "expected_lines", (int64_t)row.expected_lines);
    }
    control_date(rows, "due_date", row.due_date);
    if (row.built != 0)
        control_instant(rows, "built", row.built);
    claims_findings_show(rows, &row, listing->reveal);
    return true;
}

/* All versions of a claim, by its number or by any of its CLM01. */
void
claims_claim_show(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    struct listing listing = {rows, request->reveal, text_is(request->role, "biller")};
    struct control_number number = {0};
    struct text id = control_argument(request, "claim_id");
    struct arena scratch;
    if (id.length == 0)
        id = control_argument(request, "id");
    if (!control_number_parse(id, &number) && !text_to_u64(id, &number.claim_id)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("id is the number of a claim or its CLM01");
        return;
    }
    struct store_key from = claims_key(number.claim_id, 0), to = claims_key(number.claim_id, UINT32_MAX);
    arena_init(&scratch, 0);
    service_scan(service, CLAIMS_ROWS, store_key_text(&from), store_key_text(&to), &scratch, show_version,
                 &listing);
    arena_free(&scratch);
    if (rows->answer->rows_count == 0) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        rows->answer->sentence = TEXT("claims has nothing of this claim");
    }
}
