/* NAME.receipt.json: what was taken of a file, in words for people and fields for programs. */
#include "services/intake/intake.h"

#include "common/clock/clock.h"
#include "common/file/file.h"
#include "schemas/findings.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static json_t *
json_of_text(struct text t)
{
    json_t *value = json_stringn(t.data == NULL ? "" : t.data, t.length);
    return value != NULL ? value : json_string("(not UTF-8)");
}

static void
set_number(json_t *object, const char *name, uint64_t number)
{
    json_object_set_new(object, name, json_integer((json_int_t)number));
}

static void
set_finding(json_t *object, uint64_t number)
{
    const struct finding_kind *kind = finding_kind((uint16_t)number);
    if (kind == NULL)
        return;
    set_number(object, "finding", number);
    json_object_set_new(object, "name", json_string(kind->name));
    json_object_set_new(object, "severity",
                        json_string(finding_severity_name((enum finding_severity)kind->severity)));
    json_object_set_new(object, "remedy", json_string(kind->remedy));
}

static json_t *
begin(const struct file_row *row, const char *outcome)
{
    char digest[INTAKE_CONTENT_BYTES], instant[CLOCK_TEXT_BYTES];
    json_t *root = json_object();
    intake_content_name((const uint8_t *)row->digest.data, digest);
    json_object_set_new(root, "file", json_of_text(row->name));
    json_object_set_new(root, "outcome", json_string(outcome));
    json_object_set_new(root, "sha256", json_of_text(text_of(digest, (size_t)2 * INTAKE_DIGEST_BYTES)));
    set_number(root, "bytes", row->size);
    if (row->number != 0)
        set_number(root, "number", row->number);
    if (row->received != 0)
        json_object_set_new(root, "received", json_of_text(clock_print(row->received, instant)));
    if (row->reference.length > 0)
        json_object_set_new(root, "reference", json_of_text(row->reference));
    return root;
}

static enum status
put(struct service *service, const struct file_row *row, bool refused, json_t *root)
{
    const struct intake_state *state = service_state(service);
    char name[INTAKE_NAME_BYTES + 16];
    char *bytes = json_dumps(root, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    json_decref(root);
    if (bytes == NULL)
        return STATUS_INTERNAL;
    snprintf(name, sizeof name, "%.*s.receipt.json", TEXT_ARGS(row->name));
    enum status status =
        file_place_plain(refused ? state->folders.refused : state->folders.done, name, text_from(bytes));
    free(bytes);
    return status;
}

static json_t *
interchanges_of(const struct file_row *row)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < row->interchanges_count; i++) {
        const struct interchange_row *from = &row->interchanges[i];
        json_t *item = json_object();
        json_object_set_new(item, "control", json_of_text(from->control));
        json_object_set_new(item, "sender", json_of_text(from->sender));
        json_object_set_new(item, "accepted", json_boolean(from->accepted));
        if (!from->accepted) {
            json_object_set_new(item, "note", json_of_text(from->note));
            const struct finding_kind *kind = finding_kind((uint16_t)from->finding);
            if (kind != NULL) {
                struct finding finding = {.kind = kind, .detail = from->detail};
                struct arena arena;
                arena_init(&arena, 0);
                json_object_set_new(item, "sentence",
                                    json_of_text(finding_sentence(&finding, false, &arena)));
                arena_free(&arena);
            }
            set_finding(item, from->finding);
        }
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *
notes_of(const struct receipt *receipt)
{
    json_t *list = json_array();
    for (size_t i = 0; i < receipt->note_count; i++) {
        const struct receipt_note *note = &receipt->notes[i];
        json_t *item = json_object();
        if (note->ordinal != 0)
            set_number(item, "claim", note->ordinal);
        json_object_set_new(item, "place", json_of_text(note->place));
        json_object_set_new(item, "sentence", json_of_text(note->sentence));
        set_finding(item, note->finding);
        json_array_append_new(list, item);
    }
    return list;
}

/* Where the finding's sentence has a place for the fault, the fault already is the whole sentence. */
static json_t *
sentence_of(const struct file_row *row)
{
    const char *sentence = finding_kind((uint16_t)row->finding)->sentence;
    return strstr(sentence, "%s") != NULL && row->fault.length > 0 ? json_of_text(row->fault) : json_string(sentence);
}

enum status
receipt_write(struct service *service, const struct file_row *row, const struct receipt *receipt)
{
    json_t *root = begin(row, row->refused ? "refused" : "taken");
    if (row->finding != 0)
        json_object_set_new(root, "sentence", sentence_of(row));
    set_finding(root, row->finding);
    if (row->fault.length > 0) {
        json_object_set_new(root, "fault", json_of_text(row->fault));
        set_number(root, "fault_offset", row->fault_offset);
    }
    json_object_set_new(root, "interchanges", interchanges_of(row));
    set_number(root, "sets", row->sets);
    set_number(root, "accepted_sets", row->accepted_sets);
    set_number(root, "claims", row->claims);
    set_number(root, "accepted_claims", receipt->accepted);
    set_number(root, "refused_claims", receipt->refused);
    if (row->claims > 0)
        set_number(root, "first_claim_id", row->first_claim);
    json_object_set_new(root, "findings", notes_of(receipt));
    if (receipt->notes_dropped > 0)
        set_number(root, "findings_not_listed", receipt->notes_dropped);
    if (receipt->incomplete)
        json_object_set_new(root, "answers_incomplete", json_true());
    return put(service, row, row->refused, root);
}

enum status
receipt_write_same(struct service *service, const struct file_row *row, const struct file_row *first)
{
    json_t *root = begin(row, "same");
    json_object_set_new(root, "sentence",
                        json_string("The same bytes were taken before; they were not taken again."));
    json_object_set_new(root, "first_file", json_of_text(first->name));
    set_number(root, "first_number", first->number);
    return put(service, row, false, root);
}
