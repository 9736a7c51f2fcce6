/* What intake tells people: files, and what it knows of a claim. */
#include "services/intake/intake.h"

#include "common/control_number/control_number.h"
#include "schemas/findings.h"

#include <stdio.h>

struct listing {
    struct control_rows *rows;
    bool refused_only, reveal;
    struct arena scratch;
    uint64_t next;
};

static const char *
outcome_of(const struct file_row *row)
{
    if (row->refused)
        return "refused";
    return row->stage == FILE_STAGE_DONE     ? "taken"
           : row->stage == FILE_STAGE_JUDGED ? "being taken"
                                             : "received";
}

static void
show_row(struct control_rows *rows, const struct file_row *row, bool reveal)
{
    const struct finding_kind *kind = finding_kind((uint16_t)row->finding);
    char digest[INTAKE_CONTENT_BYTES];
    intake_content_name((const uint8_t *)row->digest.data, digest);
    control_row(rows);
    control_number(rows, "number", (int64_t)row->number);
    control_text(rows, "outcome", text_from(outcome_of(row)));
    control_text(rows, "source", text_from(encounter_source_names[row->source]));
    control_text(rows, "sender", row->sender);
    control_instant(rows, "received", row->received);
    control_number(rows, "bytes", (int64_t)row->size);
    control_number(rows, "sets", (int64_t)row->sets);
    control_number(rows, "accepted_sets", (int64_t)row->accepted_sets);
    control_number(rows, "claims", (int64_t)row->claims);
    control_number(rows, "accepted_claims", (int64_t)row->accepted_claims);
    control_number(rows, "refused_claims", (int64_t)row->refused_claims);
    control_text(rows, "sha256", text_of(digest, (size_t)2 * INTAKE_DIGEST_BYTES));
    control_text(rows, "reason", kind == NULL ? (struct text){0} : text_from(kind->sentence));
    control_text(rows, "advice", kind == NULL ? (struct text){0} : text_from(kind->remedy));
    if (reveal)
        control_text(rows, "name", row->name);
}

static bool
list_row(void *context, struct text key, struct text value)
{
    struct listing *listing = context;
    struct file_row row;
    if (control_page_full(listing->rows)) {
        listing->next = store_u64(key, 0);
        return false;
    }
    struct arena_mark mark = arena_mark(&listing->scratch);
    if (record_read(&record_file_row, value, &listing->scratch, &row, NULL) == STATUS_OK &&
        (!listing->refused_only || row.refused))
        show_row(listing->rows, &row, listing->reveal);
    arena_release(&listing->scratch, mark);
    return true;
}

static void
list_files(struct service *service, const struct control_request *request, struct control_rows *rows,
           bool refused_only)
{
    struct listing listing = {.rows = rows, .refused_only = refused_only, .reveal = request->reveal};
    uint64_t from = 0;
    text_to_u64(request->cursor, &from);
    struct store_key key = intake_number_key(from);
    arena_init(&listing.scratch, 0);
    enum status status = service_scan(service, INTAKE_FILES, store_key_text(&key), (struct text){0},
                                      &listing.scratch, list_row, &listing);
    arena_free(&listing.scratch);
    if (status != STATUS_OK)
        rows->answer->status = CONTROL_STATUS_REFUSED;
    if (listing.next != 0)
        rows->answer->next = arena_print(rows->arena, "%llu", (unsigned long long)listing.next);
}

void
verb_file_list(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    list_files(service, request, rows, false);
}

void
verb_refused_files(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    list_files(service, request, rows, true);
}

/* An argument that is a number; false with the answer set. */
static bool
number_argument(const struct control_request *request, struct control_rows *rows, const char *name,
                uint64_t *number)
{
    struct text given = control_argument(request, name);
    for (uint32_t i = 0; i < request->arguments_count; i++)
        if (text_is(request->arguments[i].name, name) && request->arguments[i].kind == VALUE_KIND_NUMBER) {
            *number = (uint64_t)request->arguments[i].number;
            return true;
        }
    if (text_to_u64(given, number))
        return true;
    rows->answer->status = CONTROL_STATUS_WRONG;
    rows->answer->sentence = arena_print(rows->arena, "the argument %s is a number", name);
    return false;
}

static bool
find_row(struct service *service, struct control_rows *rows, uint64_t number, struct file_row *row)
{
    enum status status = intake_read_row(service, number, rows->arena, row);
    if (status == STATUS_OK)
        return true;
    rows->answer->status = status == STATUS_NOT_FOUND ? CONTROL_STATUS_NOT_FOUND : CONTROL_STATUS_REFUSED;
    rows->answer->sentence = TEXT("there is no such file");
    return false;
}

void
verb_file_show(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    struct file_row row;
    uint64_t number;
    if (!number_argument(request, rows, "number", &number) || !find_row(service, rows, number, &row))
        return;
    show_row(rows, &row, request->reveal);
    for (uint32_t i = 0; i < row.interchanges_count; i++) {
        const struct interchange_row *interchange = &row.interchanges[i];
        const struct finding_kind *kind = finding_kind((uint16_t)interchange->finding);
        control_row(rows);
        control_text(rows, "interchange", interchange->control);
        control_text(rows, "sender", interchange->sender);
        control_text(rows, "receiver", interchange->receiver);
        control_flag(rows, "accepted", interchange->accepted);
        control_text(rows, "note", interchange->note);
        control_text(rows, "reason", kind == NULL ? (struct text){0} : text_from(kind->sentence));
    }
}

struct claim_search {
    uint64_t first, number;
};

static bool
take_range(void *context, struct text key, struct text value)
{
    struct claim_search *search = context;
    if (value.length == 8) {
        search->first = store_u64(key, 0);
        search->number = store_u64(value, 0);
    }
    return true;
}

/* The files' first claim ids are far apart or near: looked for below the id in growing steps. */
static enum status
search_file(struct service *service, uint64_t claim_id, struct claim_search *search)
{
    enum status status = STATUS_OK;
    struct arena scratch;
    arena_init(&scratch, 0);
    for (uint64_t back = 64; status == STATUS_OK && search->number == 0; back *= 16) {
        uint64_t from = claim_id > back ? claim_id - back : 0;
        struct store_key low = intake_number_key(from), high = intake_number_key(claim_id + 1);
        status = service_scan(service, INTAKE_CLAIMS, store_key_text(&low), store_key_text(&high), &scratch,
                              take_range, search);
        if (from == 0)
            break;
    }
    arena_free(&scratch);
    return status == STATUS_OK && search->number == 0 ? STATUS_NOT_FOUND : status;
}

void
verb_claim_show(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    struct claim_search search = {0};
    struct file_row row;
    uint64_t claim_id;
    struct control_number clm01;
    if (control_number_parse(control_argument(request, "id"), &clm01))
        claim_id = clm01.claim_id;
    else if (!number_argument(request, rows, "id", &claim_id))
        return;
    enum status status = search_file(service, claim_id, &search);
    if (status == STATUS_NOT_FOUND ||
        (status == STATUS_OK && !find_row(service, rows, search.number, &row)) ||
        (status == STATUS_OK && claim_id >= row.first_claim + row.claims)) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        rows->answer->sentence = TEXT("intake has no such claim");
        return;
    }
    if (status != STATUS_OK) {
        rows->answer->status = CONTROL_STATUS_REFUSED;
        return;
    }
    control_row(rows);
    control_number(rows, "claim_id", (int64_t)claim_id);
    control_number(rows, "file", (int64_t)row.number);
    control_number(rows, "ordinal", (int64_t)(claim_id - row.first_claim + 1));
    control_text(rows, "sender", row.sender);
    control_instant(rows, "received", row.received);
    control_text(rows, "outcome", text_from(outcome_of(&row)));
    if (request->reveal)
        control_text(rows, "name", row.name);
    stay_show(service, claim_id, request->reveal, rows);
}
