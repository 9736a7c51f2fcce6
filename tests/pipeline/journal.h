/* The simulated payer's append-only text journal. Lines of fields between tabs are appended in blocks; a
 * block ends with a line "." and is there as a whole or not at all: what a kill left unfinished is cut off at
 * the next start. */
#ifndef CLAIMLINE_TESTS_PIPELINE_JOURNAL_H
#define CLAIMLINE_TESTS_PIPELINE_JOURNAL_H

#include <stdbool.h>

#include "tests/pipeline/pen.h"
#include "tests/pipeline/segment.h"

enum { JOURNAL_FIELDS = 20 };

struct journal {
    int descriptor;
    bool sync;
    struct pen block;
};

struct journal_line {
    uint32_t count;
    struct slice fields[JOURNAL_FIELDS]; /* 0 is the kind; those that are not there are empty */
};

typedef void journal_taker(void *owner, const struct journal_line *line);

/* Calls `take` for each line of each whole block. False when the file cannot be read. */
bool journal_read(const char *path, journal_taker *take, void *owner);
/* Opens or makes the file, locks it against a second writer, reads it as above and cuts off an unfinished
 * block. 0, or an errno value (EWOULDBLOCK: another one holds it). */
int journal_open(struct journal *journal, const char *path, bool sync, journal_taker *take, void *owner);
void journal_close(struct journal *journal);
/* Fields of the line that is being written; `kind` starts it. Control characters are written as '?'. */
void journal_begin(struct journal *journal, char kind);
void journal_slice(struct journal *journal, struct slice field);
void journal_text(struct journal *journal, const char *field);
void journal_number(struct journal *journal, uint64_t field);
void journal_hex(struct journal *journal, uint64_t field);
void journal_end(struct journal *journal);
/* Appends the block, synced when `sync` and the journal say so. 0 or an errno value. */
int journal_commit(struct journal *journal, bool sync);

/* Numbers of a field; 0 when it is none. */
uint64_t journal_number_of(struct slice field);
uint64_t journal_hex_of(struct slice field);

#endif
