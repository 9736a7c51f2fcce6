/* Making an edition: rows in any order, then one file. And `current`, which says what counts. */
#ifndef CLAIMLINE_CODESET_BUILDER_H
#define CLAIMLINE_CODESET_BUILDER_H

#include "common/codeset/codeset.h"

struct codeset_builder;

/* One row as an importer gives it. */
struct codeset_give {
    struct text first, second; /* codes, upper case, without points; second may be empty */
    int32_t from, to;          /* 0 = open */
    uint16_t kind, flags;
    struct text words;      /* any bytes: what is not UTF-8 is taken as Latin-1; blanks at the ends go; cut at CODESET_WORDS_LIMIT */
    const int32_t *numbers; /* number_count of the edition; NULL when it has none */
};

/* Records of the published file that are no row of their own, by why. */
enum codeset_passing {
    CODESET_TWICE,     /* says what another row says (only lists of codes drop these) */
    CODESET_RESERVED,  /* says only that more is reserved ("...") */
    CODESET_CONTINUED, /* goes on with the words of the one before */
    CODESET_PASSING_COUNT,
};
extern const char *const codeset_passing_names[CODESET_PASSING_COUNT];
/* How many records the file has: what a publisher states as its number is one of this, the rows or the codes. */
struct codeset_read {
    uint64_t records; /* rows that were given and what was passed over; 0: not known (imported by an older version) */
    uint64_t passed[CODESET_PASSING_COUNT];
};

/* Of `about` set, edition, from, to, complete, number_count, importer, source, digest and imported are taken. */
struct codeset_builder *codeset_builder_new(const struct codeset_about *about);
void codeset_builder_free(struct codeset_builder *builder);
/* What is known of it so far; the importer may change days and `complete` until it is written. */
struct codeset_about *codeset_builder_about(struct codeset_builder *builder);
/* INVALID: a code that has no key (nothing is kept of the row); LIMIT: more than 2^31 rows or 2^32 bytes of words. A row that
 * ends before the edition begins, or before it begins itself, is given CODESET_NEVER. */
enum status codeset_builder_row(struct codeset_builder *builder, const struct codeset_give *give);
/* A record that is passed over (RESERVED, CONTINUED; what stands twice the builder finds). */
void codeset_builder_pass(struct codeset_builder *builder, enum codeset_passing why);
/* What was read; complete once it is written. */
const struct codeset_read *codeset_builder_read(const struct codeset_builder *builder);
/* Writes the edition to FOLDER/NAME.codes (beside it first, synced, renamed); NAME, with its end, is put into `file`, made of
 * set, edition and the digest of the source. Rows are sorted; the builder may be freed. FULL, IO. */
enum status codeset_builder_write(struct codeset_builder *builder, const char *folder, char file[256]);
/* The same bytes in memory, as an open edition (codeset_data_close frees them). The builder may be freed. */
struct codeset_data *codeset_builder_open(struct codeset_builder *builder);

/* `current`: a list of what is in the folder. */
struct codeset_pointer_line {
    struct codeset_about about; /* but number_count, complete, words_bytes: these stand in the file */
    char file[256];
    struct codeset_read read;
};
struct codeset_pointer {
    struct codeset_pointer_line *lines;
    size_t count, room;
};
/* Reads FOLDER/current; the lines are freed with codeset_pointer_free. NOT_FOUND, INVALID with `reason`, LIMIT, IO. */
enum status codeset_pointer_read(const char *folder, struct codeset_pointer *pointer, char reason[CODESET_REASON_BYTES]);
/* The same of bytes. */
enum status codeset_pointer_parse(struct text bytes, struct codeset_pointer *pointer, char reason[CODESET_REASON_BYTES]);
/* Takes the place of the line with the same set and edition, or is added. LIMIT. */
enum status codeset_pointer_put(struct codeset_pointer *pointer, const struct codeset_pointer_line *line);
/* Renames the new `current` into place, synced. FULL, IO. */
enum status codeset_pointer_write(const char *folder, const struct codeset_pointer *pointer);
void codeset_pointer_free(struct codeset_pointer *pointer);

#endif
