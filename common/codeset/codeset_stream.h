/* Where a source's bytes come from: a plain file, .xz, a member of a zip, memory. Private to common/codeset. */
#ifndef CLAIMLINE_CODESET_STREAM_H
#define CLAIMLINE_CODESET_STREAM_H

#include "common/codeset/codeset_source.h"

struct codeset_stream {
    /* The next bytes; `*got` 0 is the end. INVALID (damaged), IO. */
    enum status (*read)(struct codeset_stream *stream, char *bytes, size_t size, size_t *got);
    void (*close)(struct codeset_stream *stream); /* frees it */
    uint64_t packed_done, packed_size;
};

/* NOT_FOUND, IO. */
enum status codeset_stream_plain(struct codeset_stream **stream, const char *path);
/* INVALID when it does not begin as .xz; NOT_FOUND, IO. */
enum status codeset_stream_xz(struct codeset_stream **stream, const char *path);
struct codeset_stream *codeset_stream_bytes(struct text bytes);

/* A zip and its members. */
struct codeset_zip;
enum status codeset_zip_open(struct codeset_zip **zip, const char *path);
/* One that lies in memory (a workbook), which must live as long. */
enum status codeset_zip_of(struct codeset_zip **zip, struct text bytes);
void codeset_zip_close(struct codeset_zip *zip);
size_t codeset_zip_count(const struct codeset_zip *zip);
/* NULL: a folder, or without a name. */
const char *codeset_zip_name(const struct codeset_zip *zip, size_t index);
enum status codeset_zip_member(struct codeset_zip *zip, size_t index, struct codeset_stream **stream);

/* A source that takes over the stream. */
struct codeset_source *codeset_source_over(const char *path, const char *name, struct codeset_stream *stream);

#endif
