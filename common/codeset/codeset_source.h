/*
 * A published file as a stream: plain, in .xz or a member of a zip, always unpacked, never as a whole in memory. What it claims
 * of its size is not believed: a file that unpacks to more than CODESET_UNPACKED_LIMIT bytes, or to more than
 * CODESET_UNPACKED_TIMES its packed size (and a mebibyte), is refused.
 */
#ifndef CLAIMLINE_CODESET_SOURCE_H
#define CLAIMLINE_CODESET_SOURCE_H

#include "common/codeset/codeset.h"

enum {
    CODESET_UNPACKED_TIMES = 400,
    CODESET_LINE_BYTES = 128 * 1024, /* of a line, or of a record with line ends in quotes */
    CODESET_HEAD_BYTES = 4096,
    CODESET_MEMBERS_LIMIT = 4096,
};
#define CODESET_UNPACKED_LIMIT ((uint64_t)1 << 31)

struct codeset_source;

/* What `open` is told of each part: a plain file or .xz is one, a zip has many. The source lives as long as the call. */
typedef enum status (*codeset_source_visit)(void *context, struct codeset_source *source);

/* Opens a file and visits its parts in order; ends at the first that is not OK, with its status. A zip in a zip is not opened,
 * nor is one whose name ends in .xlsx: it is one plain part, for an importer that knows how to read it.
 * `reason` is written for what is wrong with the file itself: NOT_FOUND, IO, INVALID (damaged), LIMIT (bounds above). */
enum status codeset_source_open(const char *path, codeset_source_visit visit, void *context, char reason[CODESET_REASON_BYTES]);
/* A source over bytes, for tests and fuzzers; freed with codeset_source_free. */
struct codeset_source *codeset_source_of(const char *name, struct text bytes);
void codeset_source_free(struct codeset_source *source);

/* "cms_2024_dx.zip/icd10cm_order_2024.txt"; the last part alone, without ".xz": "icd10cm_order_2024.txt". */
const char *codeset_source_path(const struct codeset_source *source);
const char *codeset_source_name(const struct codeset_source *source);
/* The first bytes, at most CODESET_HEAD_BYTES, without moving on. A mark of UTF-8 is left out. INVALID, LIMIT, IO as below. */
enum status codeset_source_head(struct codeset_source *source, struct text *head);
/* Number of the line that was read last (of a record: its last); 0 before the first. */
uint64_t codeset_source_line_number(const struct codeset_source *source);
/* Packed bytes read so far of the whole file, and its size: for progress. */
void codeset_source_progress(const struct codeset_source *source, uint64_t *done, uint64_t *size);

/* All of these: OK; NOT_FOUND at the end; INVALID when the packing is damaged or a quote stays open; LIMIT; IO. What is given is
 * valid until the next call. */
/* A line without its end (LF or CR LF). */
enum status codeset_source_line(struct codeset_source *source, struct text *line);
/* A record of fields, quoted or not: within quotes delimiter, line ends and doubled quotes are text. LIMIT: more fields than
 * `limit`. A line without anything is a record of one empty field. */
enum status codeset_source_fields(struct codeset_source *source, char delimiter, struct text *fields, size_t limit, size_t *count);
/* The next bytes as they are: `*got` at most `size`. For XML. */
enum status codeset_source_read(struct codeset_source *source, void *bytes, size_t size, size_t *got);

#endif
