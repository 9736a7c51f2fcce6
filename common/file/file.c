#include "common/file/file_internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[4] = {'C', 'L', 'F', '1'};
enum {
    MAGIC_BYTES = sizeof magic,
    PREFIX_BYTES = 4,
    SEALED_BYTES = FILE_CHUNK_BYTES + SEAL_OVERHEAD,
    STEP_BYTES = PREFIX_BYTES + SEALED_BYTES, /* from the start of one whole chunk to the next */
};

/* A chunk's associated data: the file's name, then its number and whether it is the last. */
struct chunk_bound {
    uint8_t place[9];
    struct seal_bound bound;
};

static void
bind_chunk(struct chunk_bound *chunk, struct text name, uint64_t number, bool last)
{
    for (int i = 0; i < 8; i++)
        chunk->place[i] = (uint8_t)(number >> (56 - 8 * i));
    chunk->place[8] = last;
    chunk->bound =
        (struct seal_bound){{TEXT("content file"), name, text_of(chunk->place, sizeof chunk->place)}};
}

struct file_writer {
    struct seal *seal;
    struct seal_hash *hash; /* NULL: the digest is not wanted */
    int fd;
    struct file_block block;
    enum status status; /* the first trouble sticks */
    uint64_t number, size;
    size_t filled;
    char folder[PATH_MAX], part[PATH_MAX], path[PATH_MAX], name[256];
    uint8_t plain[FILE_CHUNK_BYTES];
};
_Static_assert((size_t)STEP_BYTES <= FILE_BLOCK_ROOM, "a chunk is sealed into the block");

static bool
is_name(const char *name)
{
    return name[0] != '\0' && name[0] != '.' && strlen(name) < 240 && strchr(name, '/') == NULL;
}

enum status
file_create(struct seal *seal, const char *folder, const char *name, struct file_writer **made)
{
    assert(is_name(name));
    struct file_writer *writer = malloc(sizeof *writer);
    assert(writer != NULL);
    memset(writer, 0, offsetof(struct file_writer, plain));
    writer->seal = seal;
    enum status status = strlen(folder) < sizeof writer->folder ? STATUS_OK : STATUS_IO;
    if (status == STATUS_OK)
        status = file_path(writer->part, folder, name, ".part");
    if (status == STATUS_OK)
        status = file_path(writer->path, folder, name, "");
    if (status == STATUS_OK) {
        strcpy(writer->folder, folder);
        strcpy(writer->name, name);
        writer->fd = open(writer->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        status = writer->fd >= 0 ? STATUS_OK : errno == ENOENT ? STATUS_IO : file_errno(errno);
    }
    if (status != STATUS_OK) {
        free(writer);
        return status;
    }
    writer->hash = seal_hash_begin();
    file_block_begin(&writer->block, writer->fd);
    memcpy(writer->block.bytes, magic, MAGIC_BYTES);
    writer->status = file_block_add(&writer->block, MAGIC_BYTES);
    *made = writer;
    return STATUS_OK;
}

static void
write_chunk(struct file_writer *writer, bool last)
{
    struct chunk_bound chunk;
    bind_chunk(&chunk, text_from(writer->name), writer->number++, last);
    size_t length = writer->filled + SEAL_OVERHEAD;
    uint8_t *out = writer->block.bytes + writer->block.filled;
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(length >> (24 - 8 * i));
    seal_close(writer->seal, &chunk.bound, text_of(writer->plain, writer->filled), out + PREFIX_BYTES);
    if (writer->status == STATUS_OK)
        writer->status = file_block_add(&writer->block, PREFIX_BYTES + length);
    writer->filled = 0;
}

enum status
file_write(struct file_writer *writer, struct text bytes)
{
    if (writer->hash != NULL)
        seal_hash_add(writer->hash, bytes);
    writer->size += bytes.length;
    while (bytes.length > 0 && writer->status == STATUS_OK) {
        size_t room = FILE_CHUNK_BYTES - writer->filled;
        size_t piece = bytes.length < room ? bytes.length : room;
        memcpy(writer->plain + writer->filled, bytes.data, piece);
        writer->filled += piece;
        bytes = text_of(bytes.data + piece, bytes.length - piece);
        if (writer->filled == FILE_CHUNK_BYTES)
            write_chunk(writer, false);
    }
    return writer->status;
}

static void
end_hash(struct file_writer *writer, uint8_t digest[32])
{
    if (writer->hash != NULL)
        seal_hash_end(writer->hash, digest);
    writer->hash = NULL;
}

void
file_skip_digest(struct file_writer *writer)
{
    uint8_t unused[32];
    end_hash(writer, unused);
}

enum status
file_finish(struct file_writer *writer, uint64_t *size, uint8_t digest[32])
{
    if (writer->filled > 0)
        write_chunk(writer, false);
    write_chunk(writer, true);
    uint8_t made[32];
    assert(writer->hash != NULL || digest == NULL);
    end_hash(writer, made);
    if (writer->status == STATUS_OK)
        writer->status = file_block_end(&writer->block);
    enum status written = writer->status;
    enum status status = file_publish(writer->fd, writer->part, writer->path, written == STATUS_OK);
    if (status == STATUS_OK && file_sync_folder(writer->folder) != STATUS_OK)
        status = STATUS_IO;
    if (written != STATUS_OK)
        status = written;
    if (status == STATUS_OK && size != NULL)
        *size = writer->size;
    if (status == STATUS_OK && digest != NULL)
        memcpy(digest, made, sizeof made);
    seal_wipe(writer->plain, sizeof writer->plain);
    file_block_free(&writer->block);
    free(writer);
    return status;
}

void
file_discard(struct file_writer *writer)
{
    if (writer == NULL)
        return;
    uint8_t unused[32];
    end_hash(writer, unused);
    close(writer->fd);
    unlink(writer->part);
    seal_wipe(writer->plain, sizeof writer->plain);
    file_block_free(&writer->block);
    free(writer);
}

struct file_reader {
    struct seal *seal;
    int fd;
    uint64_t number, at; /* of the chunk to be read next, and where it begins */
    uint64_t size;       /* of the whole file, sealed */
    bool ended;
    uint64_t skip; /* plain bytes still to pass over, after a seek */
    char name[256];
    uint8_t plain[FILE_CHUNK_BYTES], sealed[STEP_BYTES];
};

static enum status
read_at(int fd, uint64_t at, void *bytes, size_t wanted, size_t *got)
{
    size_t have = 0;
    while (have < wanted) {
        ssize_t piece = pread(fd, (char *)bytes + have, wanted - have, (off_t)(at + have));
        if (piece < 0 && errno == EINTR)
            continue;
        if (piece < 0)
            return STATUS_IO;
        if (piece == 0)
            break;
        have += (size_t)piece;
    }
    *got = have;
    return STATUS_OK;
}

enum status
file_open(struct seal *seal, const char *folder, const char *name, struct file_reader **opened)
{
    char path[PATH_MAX];
    if (!is_name(name) || file_path(path, folder, name, "") != STATUS_OK)
        return STATUS_NOT_FOUND;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    char head[MAGIC_BYTES];
    size_t got = 0;
    struct stat about;
    enum status status = read_at(fd, 0, head, sizeof head, &got);
    if (status == STATUS_OK && fstat(fd, &about) != 0)
        status = STATUS_IO;
    if (status == STATUS_OK && (got != sizeof head || memcmp(head, magic, sizeof head) != 0))
        status = STATUS_CORRUPT;
    if (status != STATUS_OK) {
        close(fd);
        return status;
    }
    struct file_reader *reader = malloc(sizeof *reader);
    assert(reader != NULL);
    memset(reader, 0, offsetof(struct file_reader, plain));
    reader->seal = seal;
    reader->fd = fd;
    reader->at = MAGIC_BYTES;
    reader->size = (uint64_t)about.st_size;
    strcpy(reader->name, name);
    *opened = reader;
    return STATUS_OK;
}

/* One chunk into `plain`. Only the empty one is the last, and nothing lies after it. */
static enum status
read_chunk(struct file_reader *reader, size_t *length)
{
    size_t got;
    enum status status = read_at(reader->fd, reader->at, reader->sealed, STEP_BYTES, &got);
    if (status != STATUS_OK)
        return status;
    if (got < PREFIX_BYTES + SEAL_OVERHEAD)
        return STATUS_CORRUPT;
    const uint8_t *in = reader->sealed;
    size_t claimed = (size_t)in[0] << 24 | (size_t)in[1] << 16 | (size_t)in[2] << 8 | in[3];
    if (claimed < SEAL_OVERHEAD || claimed > got - PREFIX_BYTES)
        return STATUS_CORRUPT;
    bool last = claimed == SEAL_OVERHEAD;
    if (last && reader->at + PREFIX_BYTES + claimed != reader->size)
        return STATUS_CORRUPT;
    struct chunk_bound chunk;
    bind_chunk(&chunk, text_from(reader->name), reader->number, last);
    status = seal_open(reader->seal, &chunk.bound, text_of(in + PREFIX_BYTES, claimed), reader->plain);
    if (status != STATUS_OK)
        return status;
    reader->number++;
    reader->at += PREFIX_BYTES + claimed;
    reader->ended = last;
    *length = claimed - SEAL_OVERHEAD;
    return STATUS_OK;
}

enum status
file_read(struct file_reader *reader, struct text *chunk)
{
    *chunk = (struct text){0};
    while (!reader->ended) {
        size_t length;
        enum status status = read_chunk(reader, &length);
        if (status != STATUS_OK)
            return status;
        if (reader->skip < length) {
            *chunk = text_of(reader->plain + reader->skip, length - reader->skip);
            reader->skip = 0;
            return STATUS_OK;
        }
        reader->skip -= length;
    }
    return STATUS_OK;
}

enum status
file_seek(struct file_reader *reader, uint64_t offset)
{
    /* Every chunk but the last with content is whole, so a chunk's place follows from its number. */
    uint64_t ends = MAGIC_BYTES + PREFIX_BYTES + SEAL_OVERHEAD;
    uint64_t whole = reader->size < ends ? 0 : (reader->size - ends) / STEP_BYTES;
    uint64_t wanted = offset / FILE_CHUNK_BYTES;
    reader->number = wanted < whole ? wanted : whole;
    reader->at = MAGIC_BYTES + reader->number * STEP_BYTES;
    reader->skip = offset - reader->number * FILE_CHUNK_BYTES;
    reader->ended = false;
    return STATUS_OK;
}

void
file_close_last(struct file_reader *reader)
{
    if (reader != NULL)
        file_forget(reader->fd);
    file_close(reader);
}

void
file_close(struct file_reader *reader)
{
    if (reader == NULL)
        return;
    close(reader->fd);
    seal_wipe(reader->plain, sizeof reader->plain);
    free(reader);
}

enum status
file_remove(const char *folder, const char *name)
{
    char path[PATH_MAX];
    static const char *const ends[] = {"", ".part"};
    for (int i = 0; i < 2; i++) {
        if (file_path(path, folder, name, ends[i]) != STATUS_OK)
            return STATUS_IO;
        if (unlink(path) != 0 && errno != ENOENT)
            return STATUS_IO;
    }
    return STATUS_OK;
}
