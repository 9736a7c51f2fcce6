/*
 * Files out of the payers' folders: in/NAME is copied into a sealed content file, recorded once by its digest, and then
 * moved to in/done/NAME. The same bytes under another name are the same file.
 */
#include "services/submission/submission.h"

#include "common/clock/clock.h"
#include "common/file/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LIST_LIMIT = 64, COPY_BYTES = 256 * 1024, KEPT_BYTES = 4 << 20 };

static bool
is_incoming(const struct submission *state, const struct payer *payer, struct text name)
{
    for (size_t i = 0; i < state->incoming_count; i++)
        if (state->incoming[i].payer == payer && text_is(name, state->incoming[i].name))
            return true;
    return false;
}

/* A payer's file being copied. One of up to KEPT_BYTES is read once and stays in memory from its digest to its copy; a longer
 * one is read a second time, and its digest is taken both times. */
struct copying {
    int fd;
    char *bytes;
    size_t room, kept; /* kept: bytes of the file that stand there, when it is whole there */
    bool whole;
};

static ssize_t
read_piece(const struct copying *copying, size_t at)
{
    ssize_t got;
    do
        got = read(copying->fd, copying->bytes + at, copying->room - at < COPY_BYTES ? copying->room - at : COPY_BYTES);
    while (got < 0 && errno == EINTR);
    return got;
}

/* False: it cannot be read. */
static bool
read_digest(struct copying *copying, uint8_t digest[32])
{
    struct seal_hash *hash = seal_hash_begin();
    ssize_t got;
    copying->whole = true;
    while ((got = read_piece(copying, copying->kept)) > 0) {
        seal_hash_add(hash, text_of(copying->bytes + copying->kept, (size_t)got));
        copying->kept += (size_t)got;
        if (copying->kept == copying->room) { /* it is longer than it was, or than what is kept */
            copying->kept = 0;
            copying->whole = false;
        }
    }
    seal_hash_end(hash, digest);
    return got == 0 && (copying->whole || lseek(copying->fd, 0, SEEK_SET) == 0);
}

/* RETRY: the bytes are not those of the digest any more. */
static enum status
write_copy(struct copying *copying, const uint8_t digest[32], struct file_writer *writer)
{
    if (copying->whole)
        return file_write(writer, text_of(copying->bytes, copying->kept));
    struct seal_hash *hash = seal_hash_begin();
    uint8_t again[32];
    ssize_t got = 0;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && (got = read_piece(copying, 0)) > 0) {
        seal_hash_add(hash, text_of(copying->bytes, (size_t)got));
        status = file_write(writer, text_of(copying->bytes, (size_t)got));
    }
    seal_hash_end(hash, again);
    if (status == STATUS_OK && got < 0)
        return STATUS_IO;
    return status == STATUS_OK && memcmp(again, digest, sizeof again) != 0 ? STATUS_RETRY : status;
}

/* Has nobody written to it since? */
static bool
is_as_it_was(const struct stat *now, uint64_t size, const struct timespec *changed)
{
    return (uint64_t)now->st_size == size && now->st_mtim.tv_sec == changed->tv_sec && now->st_mtim.tv_nsec == changed->tv_nsec;
}

/* Of its digest's head. */
static void
name_content(struct incoming *incoming)
{
    static const char digits[] = "0123456789abcdef";
    size_t length = (size_t)snprintf(incoming->content, sizeof incoming->content, "inbox-");
    for (size_t i = 0; i < 12; i++) {
        incoming->content[length++] = digits[incoming->digest[i] >> 4];
        incoming->content[length++] = digits[incoming->digest[i] & 15];
    }
    incoming->content[length] = '\0';
}

/* RETRY: somebody is writing to it; at the next look. */
static enum status
copy_bytes(struct service *service, int fd, const struct stat *about, struct incoming *incoming)
{
    const uint64_t size = (uint64_t)about->st_size;
    struct stat after;
    struct submission *state = service_state(service);
    struct copying copying = {.fd = fd, .room = COPY_BYTES};
    struct file_writer *writer = NULL;
    if (size >= COPY_BYTES && size < KEPT_BYTES)
        copying.room = (size_t)size + 1; /* its end is met inside */
    copying.bytes = malloc(copying.room);
    enum status status = copying.bytes != NULL && read_digest(&copying, incoming->digest) ? STATUS_OK : STATUS_IO;
    if (status == STATUS_OK) {
        name_content(incoming);
        status = file_create(store_seal(service_store(service)), state->content_folder, incoming->content, &writer);
    }
    if (status == STATUS_OK) {
        file_skip_digest(writer);
        status = write_copy(&copying, incoming->digest, writer);
    }
    if (status == STATUS_OK && (fstat(fd, &after) != 0 || !is_as_it_was(&after, size, &about->st_mtim)))
        status = STATUS_RETRY;
    incoming->changed = about->st_mtim;
    if (status == STATUS_OK)
        status = file_finish(writer, &incoming->size, NULL);
    else
        file_discard(writer);
    if (status == STATUS_OK && copying.whole && copying.kept > 0)
        content_keep(&state->recent, incoming->content, realloc(copying.bytes, copying.kept), copying.kept);
    else
        free(copying.bytes);
    return status;
}

/* A file that cannot be taken stays where it is, and `claimline status` says so until it can, or is gone. Its name may tell of a
 * patient and is not said. */
static void
leave(struct left_files *left, const struct payer *payer)
{
    left->count++;
    left->last = payer;
}

static void
copy_file(struct service *service, const struct payer *payer, const char *folder, struct text name)
{
    struct submission *state = service_state(service);
    struct incoming *incoming = &state->incoming[state->incoming_count];
    char path[4500];
    *incoming = (struct incoming){.payer = payer};
    if (name.length >= sizeof incoming->name) {
        leave(&state->unreadable, payer);
        return;
    }
    text_copy(name, incoming->name, sizeof incoming->name);
    snprintf(path, sizeof path, "%s/%s", folder, incoming->name);
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        if (errno != ENOENT)
            leave(&state->unreadable, payer);
        return;
    }
    enum status status = STATUS_NOT_FOUND; /* pipes and folders are nobody's answers */
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode))
        status = copy_bytes(service, fd, &about, incoming);
    file_forget(fd);
    close(fd);
    if (status == STATUS_IO)
        leave(&state->unreadable, payer);
    if (status == STATUS_FULL)
        leave(&state->no_room, payer);
    if (status == STATUS_OK)
        state->incoming_count++;
}

/* What was written to after it was copied, or stands in its place, is another file: it stays, and is taken at the next look. */
static bool
is_another(const struct incoming *incoming, const char *folder)
{
    char path[4500];
    struct stat now;
    snprintf(path, sizeof path, "%s/%s", folder, incoming->name);
    return lstat(path, &now) == 0 && !is_as_it_was(&now, incoming->size, &incoming->changed);
}

/* What was recorded leaves in/ for in/done/. */
static void
move_done(struct submission *state)
{
    size_t kept = 0;
    for (size_t i = 0; i < state->payers->count; i++)
        state->waiting[i].way_done = STATUS_OK;
    for (size_t i = 0; i < state->incoming_count; i++) {
        struct incoming *incoming = &state->incoming[i];
        char in[4200], done[4300];
        if (incoming->stage == INCOMING_COPIED) {
            state->incoming[kept++] = *incoming;
            continue;
        }
        snprintf(in, sizeof in, "%.*s/in", TEXT_ARGS(incoming->payer->folder));
        snprintf(done, sizeof done, "%s/done", in);
        if (is_another(incoming, in))
            continue;
        enum status status = file_make_folder(done);
        if (status == STATUS_OK)
            status = file_move(in, incoming->name, done, incoming->name);
        for (int n = 2; status == STATUS_CONFLICT && n < 100000; n++) { /* an older file of the same name: keep both */
            char numbered[sizeof incoming->name + 16];
            snprintf(numbered, sizeof numbered, "%s.%d", incoming->name, n);
            status = file_move(in, incoming->name, done, numbered);
        }
        if (status == STATUS_OK || status == STATUS_NOT_FOUND)
            continue;
        state->waiting[incoming->payer - state->payers->items].way_done = status;
        state->incoming[kept++] = *incoming;
    }
    state->incoming_count = kept;
}

int64_t
inbox_poll(struct service *service)
{
    struct submission *state = service_state(service);
    struct arena arena;
    size_t waiting = 0;
    int64_t pause = service_config_number(service, "inbox_pause");
    move_done(state);
    state->unreadable = state->no_room = (struct left_files){0};
    arena_init(&arena, 0);
    for (size_t i = 0; i < state->payers->count; i++) {
        const struct payer *payer = &state->payers->items[i];
        char folder[4200];
        struct text *names;
        size_t count;
        snprintf(folder, sizeof folder, "%.*s/in", TEXT_ARGS(payer->folder));
        state->waiting[i].way_in = file_list(folder, LIST_LIMIT, &arena, &names, &count);
        if (state->waiting[i].way_in != STATUS_OK)
            continue;
        for (size_t n = 0; n < count && state->incoming_count < INCOMING_LIMIT; n++)
            if (!is_incoming(state, payer, names[n]) && !text_is(names[n], "done"))
                copy_file(service, payer, folder, names[n]);
        arena_reset(&arena);
    }
    arena_free(&arena);
    for (size_t i = 0; i < state->incoming_count; i++)
        waiting += state->incoming[i].stage == INCOMING_COPIED;
    if (state->no_room.count > 0 && pause < CLOCK_SECOND)
        pause = CLOCK_SECOND;
    return waiting > 0 ? 0 : pause;
}

/* The name as a record may hold it: control characters become '?'. The file keeps its own. */
static struct text
clean_name(struct arena *arena, const char *name)
{
    size_t length = strlen(name);
    char *clean = arena_take_raw(arena, length + 1);
    for (size_t i = 0; i <= length; i++)
        clean[i] = (name[i] > 0 && name[i] < 0x20) || name[i] == 0x7F ? '?' : name[i];
    return text_of(clean, length);
}

/* Records one copied file, or finds that its bytes are known. */
enum status
inbox_step(struct step *step)
{
    struct submission *state = step_state(step);
    size_t i = 0;
    while (i < state->incoming_count && state->incoming[i].stage != INCOMING_COPIED)
        i++;
    if (i == state->incoming_count)
        return STATUS_NOT_FOUND;
    struct incoming *incoming = &state->incoming[i];
    struct text digest = text_of(incoming->digest, sizeof incoming->digest), known;
    service_wake(step_service(step));
    enum status status = step_get(step, SUBMISSION_DIGESTS, digest, &known);
    if (status == STATUS_OK) {
        incoming->stage = INCOMING_KNOWN;
        content_let_go(&state->recent, text_from(incoming->content));
        damage_try_again(state); /* a file put into in/ again mends our copy of it */
        return STATUS_OK;
    }
    if (status != STATUS_NOT_FOUND)
        return status;
    struct inbox_row row = {.number = submission_next_number(step, TEXT("inbox")),
                            .payer = incoming->payer->name,
                            .content = text_from(incoming->content),
                            .digest = digest,
                            .size = incoming->size,
                            .file = clean_name(step_arena(step), incoming->name),
                            .taken = step_time(step)};
    if (row.size == 0)
        row.size = 1; /* an empty file is unreadable, and kept as such */
    struct store_key key = submission_number_key(row.number);
    step_put(step, SUBMISSION_DIGESTS, digest, store_key_text(&key));
    step_put(step, SUBMISSION_UNREAD, store_key_text(&key), TEXT("u"));
    step_put_record(step, SUBMISSION_INBOX, store_key_text(&key), &record_inbox_row, &row);
    incoming->stage = INCOMING_RECORDED;
    return STATUS_OK;
}
