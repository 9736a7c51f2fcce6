#include "common/codeset/codeset_stream.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { XZ_MEMORY_LIMIT = 128 << 20, XZ_BUFFER_BYTES = 1 << 16 };

struct plain {
    struct codeset_stream stream;
    int file;
};

static enum status
open_file(const char *path, int *file, uint64_t *size)
{
    struct stat about;
    *file = open(path, O_RDONLY | O_CLOEXEC);
    if (*file < 0)
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    if (fstat(*file, &about) == 0 && S_ISREG(about.st_mode)) {
        *size = (uint64_t)about.st_size;
        return STATUS_OK;
    }
    close(*file);
    return STATUS_INVALID;
}

static enum status
read_file(int file, char *bytes, size_t size, size_t *got)
{
    ssize_t count;
    do
        count = read(file, bytes, size);
    while (count < 0 && errno == EINTR);
    *got = count < 0 ? 0 : (size_t)count;
    return count < 0 ? STATUS_IO : STATUS_OK;
}

static enum status
read_plain(struct codeset_stream *stream, char *bytes, size_t size, size_t *got)
{
    enum status status = read_file(((struct plain *)stream)->file, bytes, size, got);
    stream->packed_done += *got;
    return status;
}

static void
close_plain(struct codeset_stream *stream)
{
    close(((struct plain *)stream)->file);
    free(stream);
}

enum status
codeset_stream_plain(struct codeset_stream **stream, const char *path)
{
    struct plain *made = calloc(1, sizeof *made);
    assert(made != NULL);
    enum status status = open_file(path, &made->file, &made->stream.packed_size);
    if (status != STATUS_OK) {
        free(made);
        return status;
    }
    made->stream.read = read_plain;
    made->stream.close = close_plain;
    *stream = &made->stream;
    return STATUS_OK;
}

struct xz {
    struct codeset_stream stream;
    int file;
    bool over;
    lzma_stream lzma;
    char buffer[XZ_BUFFER_BYTES];
};

static enum status
read_xz(struct codeset_stream *stream, char *bytes, size_t size, size_t *got)
{
    struct xz *xz = (struct xz *)stream;
    xz->lzma.next_out = (uint8_t *)bytes;
    xz->lzma.avail_out = size;
    *got = 0;
    while (!xz->over && xz->lzma.avail_out == size) {
        lzma_action action = LZMA_RUN;
        if (xz->lzma.avail_in == 0) {
            size_t count;
            if (read_file(xz->file, xz->buffer, sizeof xz->buffer, &count) != STATUS_OK)
                return STATUS_IO;
            stream->packed_done += count;
            xz->lzma.next_in = (const uint8_t *)xz->buffer;
            xz->lzma.avail_in = count;
            action = count == 0 ? LZMA_FINISH : LZMA_RUN;
        }
        lzma_ret result = lzma_code(&xz->lzma, action);
        if (result != LZMA_OK && result != LZMA_STREAM_END)
            return STATUS_INVALID;
        xz->over = result == LZMA_STREAM_END;
    }
    *got = size - xz->lzma.avail_out;
    return STATUS_OK;
}

static void
close_xz(struct codeset_stream *stream)
{
    struct xz *xz = (struct xz *)stream;
    lzma_end(&xz->lzma);
    close(xz->file);
    free(xz);
}

enum status
codeset_stream_xz(struct codeset_stream **stream, const char *path)
{
    struct xz *made = calloc(1, sizeof *made);
    assert(made != NULL);
    made->lzma = (lzma_stream)LZMA_STREAM_INIT;
    enum status status = open_file(path, &made->file, &made->stream.packed_size);
    if (status != STATUS_OK) {
        free(made);
        return status;
    }
    made->stream.read = read_xz;
    made->stream.close = close_xz;
    *stream = &made->stream;
    if (lzma_stream_decoder(&made->lzma, XZ_MEMORY_LIMIT, LZMA_CONCATENATED) == LZMA_OK)
        return STATUS_OK;
    close_xz(&made->stream);
    return STATUS_INTERNAL;
}

struct memory {
    struct codeset_stream stream;
    struct text rest;
};

static enum status
read_memory(struct codeset_stream *stream, char *bytes, size_t size, size_t *got)
{
    struct memory *memory = (struct memory *)stream;
    *got = memory->rest.length < size ? memory->rest.length : size;
    if (*got > 0)
        memcpy(bytes, memory->rest.data, *got);
    memory->rest = text_of(memory->rest.data + *got, memory->rest.length - *got);
    stream->packed_done += *got;
    return STATUS_OK;
}

static void
close_memory(struct codeset_stream *stream)
{
    free(stream);
}

struct codeset_stream *
codeset_stream_bytes(struct text bytes)
{
    struct memory *made = calloc(1, sizeof *made);
    assert(made != NULL);
    made->stream = (struct codeset_stream){read_memory, close_memory, 0, bytes.length};
    made->rest = bytes;
    return &made->stream;
}
