/*
 * The spool folder. A file is claimed by renaming it into .taking under the name that it keeps: the answers
 * beside it are called by it. Then its bytes are read for the digest and written into the sealed content file,
 * which is named by the digest: what a crash leaves is overwritten by the same bytes. A file of up to
 * KEPT_BYTES stays in memory between the two, a longer one is read twice.
 */
#include "services/intake/intake.h"

#include "common/clock/clock.h"
#include "common/file/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LIST_LIMIT = 1024,
    NAME_LIMIT = 200,
    PIECE_BYTES = 256 * 1024,
    KEPT_BYTES = 16 * PIECE_BYTES,
    NAMES_TRIED = 100000,
    HEAD_BYTES = 64
};

struct receive {
    const struct intake_folders *folders;
    char name[INTAKE_NAME_BYTES];
    int fd;
    struct seal_hash *hash;
    struct file_writer *writer; /* while it is copied */
    uint64_t size;
    uint8_t digest[INTAKE_DIGEST_BYTES];
    char head[HEAD_BYTES];
    size_t head_length;
    char *piece;    /* of PIECE_BYTES, or all pieces of a file that is kept */
    size_t room;    /* bytes at `piece` while the file is kept; 0: it is not */
    size_t written; /* bytes of the kept file in the content file */
    struct stat opened;
};

static bool
is_there(const char *folder, const char *name)
{
    char path[INTAKE_PATH_BYTES + INTAKE_NAME_BYTES];
    struct stat stat;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return lstat(path, &stat) == 0;
}

/* Links, pipes, sockets and devices are nobody's claims. They stay where they are, and are told. */
static size_t
count_odd(const char *folder)
{
    size_t odd = 0;
    DIR *open_folder = opendir(folder);
    if (open_folder == NULL)
        return 0;
    for (struct dirent *entry = readdir(open_folder); entry != NULL; entry = readdir(open_folder)) {
        struct stat about;
        if (entry->d_name[0] != '.' && fstatat(dirfd(open_folder), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0)
            odd += !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
    }
    closedir(open_folder);
    return odd;
}

/* A file that may not be read is counted. */
static bool
is_readable_file(const char *folder, const char *name, size_t *unreadable)
{
    char path[INTAKE_PATH_BYTES + INTAKE_NAME_BYTES];
    struct stat stat;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (lstat(path, &stat) != 0 || !S_ISREG(stat.st_mode))
        return false;
    bool readable = faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0;
    *unreadable += !readable && errno != ENOENT;
    return readable;
}

const char *
spool_trouble(struct service *service, const char **advice)
{
    struct intake_state *state = service_state(service);
    if (state->stuck) {
        *advice = "look at the rights of the spool folder, of done/ and refused/ in it, and of the content folder; it is "
                  "tried again every second";
        snprintf(state->trouble, sizeof state->trouble, "a folder cannot be read or written: %s, or the content files",
                 state->folders.spool);
        return state->trouble;
    }
    if (state->no_room) {
        *advice = "free space on the disks of the state folder and of the spool folder; it is tried again every second";
        snprintf(state->trouble, sizeof state->trouble, "there is no room on the disk for a file of the spool folder, or for its answers: %s",
                 state->folders.spool);
        return state->trouble;
    }
    if (state->unreadable > 0) {
        *advice = "let claimline-intake read them (chgrp claimline-feed, chmod g+r), or take them out";
        snprintf(state->trouble, sizeof state->trouble, "%zu file(s) in the spool folder may not be read and are passed over",
                 state->unreadable);
        return state->trouble;
    }
    *advice = "put the files themselves there (copy, then rename), and take the others out";
    snprintf(state->trouble, sizeof state->trouble, "%zu link(s), pipe(s) or the like in the spool folder are no files and are passed over",
             state->odd);
    return state->odd > 0 ? state->trouble : NULL;
}

enum status
spool_open(struct service *service, struct intake_folders *folders, char reason[512])
{
    const char *given = service_config_text(service, "spool"), *state = service_state_folder(service);
    char *const paths[] = {folders->spool, folders->taking, folders->done, folders->refused,
                           folders->content};
    int length;
    if (given[0] != '\0')
        length = snprintf(folders->spool, sizeof folders->spool, "%s", given);
    else
        length = snprintf(folders->spool, sizeof folders->spool, "%s/spool", state);
    if (length < 0 || (size_t)length > sizeof folders->spool - 16) {
        config_blame(service_config(service), "intake", "spool", "the path is too long", reason);
        return STATUS_CONFIG;
    }
    snprintf(folders->taking, sizeof folders->taking, "%.480s/.taking", folders->spool);
    snprintf(folders->done, sizeof folders->done, "%.480s/done", folders->spool);
    snprintf(folders->refused, sizeof folders->refused, "%.480s/refused", folders->spool);
    snprintf(folders->content, sizeof folders->content, "%.480s/content", state);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (file_make_folder(paths[i]) != STATUS_OK) {
            snprintf(reason, 512, "[intake] spool: cannot make the folder %.400s", paths[i]);
            return STATUS_CONFIG;
        }
    return STATUS_OK;
}

/* Would the file, or an answer beside it, take the place of something that is there? */
static bool
is_taken(const struct intake_folders *folders, const char *name)
{
    static const char *const suffixes[] = {"", ".ta1", ".999", ".277ca", ".receipt.json"};
    char beside[INTAKE_NAME_BYTES + 16];
    if (is_there(folders->taking, name))
        return true;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(beside, sizeof beside, "%s%s", name, suffixes[i]);
        if (is_there(folders->done, beside) || is_there(folders->refused, beside))
            return true;
    }
    return false;
}

/* The name that a file keeps: the sender's, made fit, numbered when it was used before. "api-..." is the
 * API's. */
static void
choose_name(const struct intake_folders *folders, struct text given, char name[INTAKE_NAME_BYTES])
{
    char clean[NAME_LIMIT + 8];
    size_t at = 0, length = given.length < NAME_LIMIT ? given.length : NAME_LIMIT;
    if (text_starts(given, TEXT("api-")))
        clean[at++] = '_';
    for (size_t i = 0; i < length; i++)
        clean[at++] = (uint8_t)given.data[i] < 0x20 || (uint8_t)given.data[i] == 0x7F ? '?' : given.data[i];
    clean[at] = '\0';
    snprintf(name, INTAKE_NAME_BYTES, "%s", clean);
    for (int n = 2; n < NAMES_TRIED && is_taken(folders, name); n++)
        snprintf(name, INTAKE_NAME_BYTES, "%s.%d", clean, n);
}

/* Not synced: should a power loss take the rename back, the file is met again, and its bytes are known. */
static enum status
claim(const struct intake_folders *folders, const char *given, const char *name)
{
    char from[INTAKE_PATH_BYTES + INTAKE_NAME_BYTES], to[INTAKE_PATH_BYTES + INTAKE_NAME_BYTES];
    snprintf(from, sizeof from, "%s/%s", folders->spool, given);
    snprintf(to, sizeof to, "%s/%s", folders->taking, name);
    if (rename(from, to) == 0)
        return STATUS_OK;
    return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
}

/* What a crash left in .taking comes first. */
static enum status
claim_next(struct intake_state *state, char name[INTAKE_NAME_BYTES])
{
    const struct intake_folders *folders = &state->folders;
    struct arena arena;
    struct text *names = NULL;
    size_t count = 0, unreadable = 0;
    arena_init(&arena, 0);
    enum status status = file_list(folders->taking, LIST_LIMIT, &arena, &names, &count);
    if (status == STATUS_OK && count > 0) {
        text_copy(names[0], name, INTAKE_NAME_BYTES);
        arena_free(&arena);
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = file_list(folders->spool, LIST_LIMIT, &arena, &names, &count);
    enum status found = status == STATUS_OK ? STATUS_NOT_FOUND : status;
    for (size_t i = 0; i < count && found == STATUS_NOT_FOUND; i++) {
        char given[INTAKE_NAME_BYTES];
        text_copy(names[i], given, sizeof given);
        if (!is_readable_file(folders->spool, given, &unreadable))
            continue;
        choose_name(folders, names[i], name);
        found = claim(folders, given, name);
    }
    if (found == STATUS_NOT_FOUND) {
        state->unreadable = unreadable;
        state->odd = count_odd(folders->spool);
    }
    arena_free(&arena);
    return found;
}

enum status
receive_begin(struct service *service, struct receive **receive)
{
    struct intake_state *state = service_state(service);
    char name[INTAKE_NAME_BYTES], path[INTAKE_PATH_BYTES + INTAKE_NAME_BYTES];
    enum status status = claim_next(state, name);
    if (status != STATUS_OK)
        return status;
    snprintf(path, sizeof path, "%s/%s", state->folders.taking, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    struct receive *r = calloc(1, sizeof *r);
    assert(r != NULL);
    r->folders = &state->folders;
    r->fd = fd;
    memcpy(r->name, name, sizeof name);
    r->hash = seal_hash_begin();
    if (fstat(fd, &r->opened) == 0 && r->opened.st_size >= 0 && r->opened.st_size < KEPT_BYTES)
        r->room = ((size_t)r->opened.st_size / PIECE_BYTES + 2) * PIECE_BYTES;
    r->piece = malloc(r->room > 0 ? r->room : PIECE_BYTES);
    assert(r->piece != NULL);
    *receive = r;
    return STATUS_OK;
}

bool
intake_looks_like(struct text head, uint32_t *format)
{
    if (text_starts(head, TEXT("\xEF\xBB\xBF")))
        head = text_of(head.data + 3, head.length - 3);
    while (head.length > 0 && memchr(" \t\r\n", head.data[0], 4) != NULL)
        head = text_of(head.data + 1, head.length - 1);
    *format = INPUT_FORMAT_X12;
    if (text_starts(head, TEXT("{")))
        *format = INPUT_FORMAT_FHIR;
    return *format == INPUT_FORMAT_FHIR || text_starts(head, TEXT("ISA"));
}

/* The digest is known: is the file new? Then the copying begins. */
static enum status
digest_read(struct service *service, struct receive *receive, struct arena *arena, struct file_row *row)
{
    char name[INTAKE_CONTENT_BYTES];
    seal_hash_end(receive->hash, receive->digest);
    receive->hash = NULL;
    *row = (struct file_row){
        .name = arena_copy(arena, text_from(receive->name)),
        .digest = arena_copy(arena, text_of(receive->digest, INTAKE_DIGEST_BYTES)),
        .size = receive->size,
        .source = ENCOUNTER_SOURCE_X12_FILE,
    };
    intake_looks_like(text_of(receive->head, receive->head_length), &row->format);
    if (row->format == INPUT_FORMAT_FHIR)
        row->source = ENCOUNTER_SOURCE_FHIR;
    enum status status = intake_find_digest(service, receive->digest, &row->number);
    if (status != STATUS_NOT_FOUND)
        return status == STATUS_OK ? STATUS_CONFLICT : status;
    if (receive->room == 0 && lseek(receive->fd, 0, SEEK_SET) != 0)
        return STATUS_IO;
    intake_content_name(receive->digest, name);
    status =
        file_create(store_seal(service_store(service)), receive->folders->content, name, &receive->writer);
    if (status == STATUS_OK && receive->room > 0)
        file_skip_digest(receive->writer);
    return status == STATUS_OK ? STATUS_RETRY : status;
}

/* Has somebody written to the file since it was opened? */
static bool
is_changed(const struct receive *receive)
{
    const struct stat *was = &receive->opened;
    struct stat is;
    return fstat(receive->fd, &is) != 0 || is.st_size != was->st_size || is.st_mtim.tv_sec != was->st_mtim.tv_sec ||
           is.st_mtim.tv_nsec != was->st_mtim.tv_nsec;
}

static enum status
copied(struct receive *receive)
{
    uint8_t digest[INTAKE_DIGEST_BYTES];
    struct file_writer *writer = receive->writer;
    bool kept = receive->room > 0;
    receive->writer = NULL;
    enum status status = file_finish(writer, NULL, kept ? NULL : digest);
    if (status == STATUS_OK && (is_changed(receive) || (!kept && memcmp(digest, receive->digest, sizeof digest) != 0)))
        return STATUS_RETRY; /* somebody still writes to it */
    return status;
}

static enum status
take_piece(struct receive *receive, struct text piece)
{
    if (receive->writer != NULL)
        return file_write(receive->writer, piece);
    if (receive->head_length < HEAD_BYTES) {
        size_t more = HEAD_BYTES - receive->head_length < piece.length ? HEAD_BYTES - receive->head_length
                                                                       : piece.length;
        memcpy(receive->head + receive->head_length, piece.data, more);
        receive->head_length += more;
    }
    receive->size += piece.length;
    seal_hash_add(receive->hash, piece);
    return STATUS_OK;
}

/* Of the file, or when it is written, of what is kept. Empty: that was all. */
static enum status
next_piece(struct receive *receive, struct text *piece)
{
    if (receive->writer != NULL && receive->room > 0) {
        size_t left = (size_t)receive->size - receive->written;
        *piece = text_of(receive->piece + receive->written, left < PIECE_BYTES ? left : PIECE_BYTES);
        receive->written += piece->length;
        return STATUS_OK;
    }
    /* One that grew out of its room is read twice as a long one is: then it shows that somebody writes to it. */
    if (receive->size + PIECE_BYTES > receive->room)
        receive->room = 0;
    char *to = receive->piece + (receive->room > 0 ? receive->size : 0);
    ssize_t got;
    do
        got = read(receive->fd, to, PIECE_BYTES);
    while (got < 0 && errno == EINTR);
    *piece = text_of(to, got < 0 ? 0 : (size_t)got);
    return got < 0 ? STATUS_IO : STATUS_OK;
}

enum status
receive_slice(struct service *service, struct receive *receive, struct arena *arena, struct file_row *row)
{
    int64_t began = clock_ticks();
    while (clock_ticks() - began < INTAKE_SLICE_MICROSECONDS) {
        struct text piece;
        enum status status = next_piece(receive, &piece);
        if (status != STATUS_OK)
            return status;
        status = STATUS_RETRY;
        if (piece.length > 0)
            status = take_piece(receive, piece);
        else if (receive->writer == NULL)
            status = digest_read(service, receive, arena, row);
        else if ((status = copied(receive)) == STATUS_RETRY)
            return STATUS_BUSY; /* wait, then begin anew */
        else
            return status;
        if (status != STATUS_OK && status != STATUS_RETRY)
            return status;
    }
    return STATUS_RETRY;
}

void
receive_end(struct receive *receive)
{
    if (receive == NULL)
        return;
    uint8_t digest[INTAKE_DIGEST_BYTES];
    if (receive->hash != NULL)
        seal_hash_end(receive->hash, digest);
    if (receive->writer != NULL)
        file_discard(receive->writer);
    file_forget(receive->fd);
    close(receive->fd);
    free(receive->piece);
    free(receive);
}

enum status
spool_settle(const struct intake_folders *folders, struct text name, bool refused)
{
    char from[INTAKE_NAME_BYTES], to[INTAKE_NAME_BYTES + 8];
    const char *folder = refused ? folders->refused : folders->done;
    text_copy(name, from, sizeof from);
    enum status status = file_move(folders->taking, from, folder, from);
    for (int n = 1; status == STATUS_CONFLICT && n < 1000; n++) {
        snprintf(to, sizeof to, "%s.%d", from, n);
        status = file_move(folders->taking, from, folder, to);
    }
    /* Moved before: what was put beside it again is not synced yet. */
    return status == STATUS_NOT_FOUND ? file_sync_folder(folder) : status;
}
