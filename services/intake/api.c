/*
 * The API: a request is one message (record api_request), its answer another (api_receipt). (sender,
 * reference) is the key of a request: repeated with the same bytes it gives the same receipt, with other
 * bytes it is refused. A receipt is sent after the commit: it means "on disk".
 */
#include "common/clock/clock.h"
#include "common/file/file.h"
#include "common/link/link.h"
#include "services/intake/intake.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    PENDING_LIMIT = 64,
    LOOK_MICROSECONDS = 5000,
    KEY_BYTES = 32,
    REFERENCE_BYTES = 8 + 1 + INTAKE_DIGEST_BYTES
};

struct pending {
    struct link_peer peer;
    uint8_t key[KEY_BYTES], digest[INTAKE_DIGEST_BYTES];
    char sender[81], reference[81];
    uint32_t format;
    uint64_t size;
};

struct api {
    struct link_context *context;
    struct link_api *socket;
    struct pending pending[PENDING_LIMIT];
    size_t count;
};

static struct api *
api_of(struct service *service)
{
    return ((struct intake_state *)service_state(service))->api;
}

enum status
api_open(struct service *service, char reason[512])
{
    struct intake_state *state = service_state(service);
    char folder[INTAKE_PATH_BYTES], path[INTAKE_PATH_BYTES + 16];
    struct api *api = calloc(1, sizeof *api);
    assert(api != NULL);
    state->api = api;
    if (!service_config_bool(service, "api"))
        return STATUS_OK;
    snprintf(folder, sizeof folder, "%s/api", config_text(service_config(service), "claimline", "runtime"));
    snprintf(path, sizeof path, "%s/intake.sock", folder);
    enum status status = file_make_folder(folder);
    if (status == STATUS_OK && (api->context = link_context_new()) == NULL)
        status = STATUS_INTERNAL;
    if (status == STATUS_OK)
        status = link_api_open(api->context, path, &api->socket);
    if (status != STATUS_OK)
        snprintf(reason, 512, "cannot open the API's socket %.400s", path);
    return status;
}

void
api_close(struct service *service)
{
    struct intake_state *state = service_state(service);
    if (state->api == NULL)
        return;
    link_api_free(state->api->socket);
    link_context_free(state->api->context);
    free(state->api);
    state->api = NULL;
}

static void
make_key(struct service *service, const struct api_request *request, uint8_t key[KEY_BYTES])
{
    char message[200];
    int length = snprintf(message, sizeof message, "reference\n%.*s\n%.*s", TEXT_ARGS(request->sender),
                          TEXT_ARGS(request->reference));
    seal_index(store_seal(service_store(service)), text_of(message, (size_t)length), key);
}

static struct api_receipt
receipt_of(uint32_t status, uint64_t number, struct text digest, const char *sentence)
{
    return (struct api_receipt){
        .status = status, .number = number, .digest = digest, .sentence = text_from(sentence)};
}

/* The receipt that the table of references holds. */
static struct api_receipt
receipt_of_row(struct text value, struct text digest, struct arena *arena)
{
    if (!text_equal(text_of(value.data + 9, INTAKE_DIGEST_BYTES), digest))
        return receipt_of(RECEIPT_STATUS_OTHER_BYTES, 0, (struct text){0},
                          "the reference was used for other bytes; nothing was taken");
    uint64_t number = store_u64(value, 0);
    if ((uint8_t)value.data[8] == RECEIPT_STATUS_SAME)
        return receipt_of(RECEIPT_STATUS_SAME, number, arena_copy(arena, digest),
                          "the same bytes were taken before under another name");
    return receipt_of(RECEIPT_STATUS_ACCEPTED, number, arena_copy(arena, digest), "on disk");
}

/* Makes the bytes durable as a content file, unless they are known. */
static enum status
keep_bytes(struct service *service, struct text bytes, const uint8_t digest[INTAKE_DIGEST_BYTES])
{
    const struct intake_state *state = service_state(service);
    struct file_writer *writer;
    char name[INTAKE_CONTENT_BYTES];
    uint64_t number;
    enum status status = intake_find_digest(service, digest, &number);
    if (status != STATUS_NOT_FOUND)
        return status;
    intake_content_name(digest, name);
    status = file_create(store_seal(service_store(service)), state->folders.content, name, &writer);
    if (status != STATUS_OK)
        return status;
    file_skip_digest(writer);
    status = file_write(writer, bytes);
    if (status != STATUS_OK) {
        file_discard(writer);
        return status;
    }
    return file_finish(writer, NULL, NULL);
}

static bool
is_pending(const struct api *api, const uint8_t key[KEY_BYTES])
{
    for (size_t i = 0; i < api->count; i++)
        if (memcmp(api->pending[i].key, key, KEY_BYTES) == 0)
            return true;
    return false;
}

/* No receipt yet: kept, and taken in by a step. */
static enum status
take_in(struct service *service, const struct link_peer *peer, const struct api_request *request,
        const uint8_t key[KEY_BYTES], const uint8_t digest[INTAKE_DIGEST_BYTES], struct api_receipt *receipt)
{
    struct api *api = api_of(service);
    *receipt = receipt_of(RECEIPT_STATUS_BUSY, 0, (struct text){0}, "no room now; ask again");
    if (service_busy(service) || api->count == PENDING_LIMIT || is_pending(api, key))
        return STATUS_OK;
    enum status status = keep_bytes(service, request->bytes, digest);
    if (status != STATUS_OK)
        return status == STATUS_FULL ? STATUS_OK : status;
    struct pending *pending = &api->pending[api->count++];
    *pending = (struct pending){.peer = *peer, .format = request->format, .size = request->bytes.length};
    memcpy(pending->key, key, KEY_BYTES);
    memcpy(pending->digest, digest, INTAKE_DIGEST_BYTES);
    text_copy(request->sender, pending->sender, sizeof pending->sender);
    text_copy(request->reference, pending->reference, sizeof pending->reference);
    return STATUS_RETRY;
}

enum status
api_request(struct service *service, const struct link_peer *peer, struct text bytes, struct arena *arena,
            struct api_receipt *receipt)
{
    struct api_request request;
    struct text value;
    uint8_t key[KEY_BYTES], digest[INTAKE_DIGEST_BYTES];
    if (record_read(&record_api_request, bytes, arena, &request, NULL) != STATUS_OK ||
        (request.format != INPUT_FORMAT_X12 && request.format != INPUT_FORMAT_FHIR)) {
        *receipt = receipt_of(RECEIPT_STATUS_REFUSED, 0, (struct text){0},
                              "this is no request: sender, reference, format and bytes are needed");
        return STATUS_OK;
    }
    make_key(service, &request, key);
    seal_digest(request.bytes, digest);
    enum status status = service_get(service, INTAKE_REFERENCES, text_of(key, sizeof key), arena, &value);
    if (status == STATUS_OK && value.length != REFERENCE_BYTES)
        status = STATUS_CORRUPT;
    if (status == STATUS_OK)
        *receipt = receipt_of_row(value, text_of(digest, sizeof digest), arena);
    else if (status == STATUS_NOT_FOUND)
        status = take_in(service, peer, &request, key, digest, receipt);
    return status;
}

bool
api_next_receipt(struct service *service, struct link_peer *peer, struct arena *arena,
                 struct api_receipt *receipt)
{
    struct api *api = api_of(service);
    for (size_t i = 0; i < api->count; i++) {
        struct pending *pending = &api->pending[i];
        struct text value, digest = text_of(pending->digest, INTAKE_DIGEST_BYTES);
        enum status status =
            service_get(service, INTAKE_REFERENCES, text_of(pending->key, KEY_BYTES), arena, &value);
        if (status == STATUS_NOT_FOUND || value.length != REFERENCE_BYTES)
            continue;
        *peer = pending->peer;
        *receipt = receipt_of_row(value, digest, arena);
        *pending = api->pending[--api->count];
        return true;
    }
    return false;
}

static void
send_receipt(struct api *api, const struct link_peer *peer, const struct api_receipt *receipt,
             struct arena *arena)
{
    struct text bytes;
    if (record_write(&record_api_receipt, receipt, arena, &bytes, NULL) == STATUS_OK)
        link_api_answer(api->socket, peer, bytes);
}

int64_t
api_poll(struct service *service)
{
    struct intake_state *state = service_state(service);
    struct api *api = state->api;
    struct api_receipt receipt;
    struct link_peer peer;
    struct arena arena;
    struct text bytes;
    if (api->socket == NULL)
        return api->count > 0 ? 0 : CLOCK_SECOND;
    arena_init(&arena, 0);
    while (api_next_receipt(service, &peer, &arena, &receipt))
        send_receipt(api, &peer, &receipt, &arena);
    for (int n = 0; n < PENDING_LIMIT && link_api_receive(api->socket, &arena, &peer, &bytes) == STATUS_OK;
         n++) {
        enum status status = api_request(service, &peer, bytes, &arena, &receipt);
        if (status == STATUS_OK)
            send_receipt(api, &peer, &receipt, &arena);
        else if (status != STATUS_RETRY)
            state->failed = status;
    }
    arena_free(&arena);
    return api->count > 0 || state->failed != STATUS_OK ? 0 : LOOK_MICROSECONDS;
}

/* Records a request: a new file, or one more name of a known one. */
static enum status
record_pending(struct step *step, const struct pending *pending)
{
    uint8_t value[REFERENCE_BYTES];
    struct text known, digest = text_of(pending->digest, INTAKE_DIGEST_BYTES);
    enum status status = step_get(step, INTAKE_DIGESTS, digest, &known);
    if (status == STATUS_NOT_FOUND) {
        struct file_row row = {
            .digest = digest,
            .size = pending->size,
            .source = ENCOUNTER_SOURCE_API,
            .sender = text_from(pending->sender),
            .reference = text_from(pending->reference),
            .format = pending->format,
        };
        intake_put_received(step, &row);
        struct store_key key = intake_number_key(row.number);
        memcpy(value, key.bytes, 8);
    } else if (status == STATUS_OK && known.length == 8) {
        memcpy(value, known.data, 8);
    } else {
        return status == STATUS_OK ? STATUS_CORRUPT : status;
    }
    value[8] = status == STATUS_OK ? RECEIPT_STATUS_SAME : RECEIPT_STATUS_ACCEPTED;
    memcpy(value + 9, pending->digest, INTAKE_DIGEST_BYTES);
    step_put(step, INTAKE_REFERENCES, text_of(pending->key, KEY_BYTES), text_of(value, sizeof value));
    return STATUS_OK;
}

enum status
api_step(struct step *step)
{
    struct intake_state *state = step_state(step);
    if (state->failed != STATUS_OK)
        return state->failed;
    for (size_t i = 0; i < state->api->count; i++) {
        const struct pending *pending = &state->api->pending[i];
        struct text value;
        enum status status = step_get(step, INTAKE_REFERENCES, text_of(pending->key, KEY_BYTES), &value);
        if (status == STATUS_NOT_FOUND)
            return record_pending(step, pending);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_NOT_FOUND;
}
