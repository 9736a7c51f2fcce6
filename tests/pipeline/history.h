/* The history of a run, put together from what the feeder expected (manifests), what the payer wrote down
 * (journal) and what the pipeline says (events, balance): is every encounter where it should be, and nothing
 * twice? */
#ifndef CLAIMLINE_TESTS_PIPELINE_HISTORY_H
#define CLAIMLINE_TESTS_PIPELINE_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/pipeline/guard.h"
#include "tests/pipeline/outcome.h"
#include "tests/pipeline/pen.h"
#include "tests/pipeline/segment.h"

enum expectation {
    EXPECT_PASS,
    EXPECT_HELD,
    EXPECT_REFUSED,
    EXPECT_SET_REJECTED,
    EXPECT_UNKNOWN,
    EXPECT_COUNT
};

/* One sender's claim and what was seen of it. */
struct history_case {
    struct slice number; /* the sender's CLM01 */
    char *copy;          /* what `number` points to when no manifest holds it */
    enum expectation expected;
    int64_t charge_cents;
    struct slice line_cents; /* "1200,450" */
    /* The payer's journal. */
    uint32_t accepted, rejected, doubles, faulty; /* arrivals by verdict */
    uint32_t originals;                           /* accepted with frequency 1 */
    int64_t journal_charge_cents;
    uint32_t right_payments, unbalanced_payments;
    int64_t payment_cents;
    /* The pipeline's events. */
    uint32_t received, refused, held, payer_rejected, posted;
    int64_t posted_cents;
};

enum { HISTORY_DETAILS = 20, HISTORY_DETAIL_LENGTH = 160, HISTORY_FILES = 4096 };

struct history {
    bool allow_unknown;  /* claims of the journal without a manifest are no error (samples) */
    bool allow_released; /* what was held may have been released since */
    bool have_journal, have_events;
    bool shares_known;
    uint64_t seed;
    struct shares shares;
    struct history_case *cases;
    uint32_t case_count, case_room;
    struct guard by_number, by_clm01, by_claim, by_version; /* serial: index of the case */
    struct pen texts[HISTORY_FILES];                        /* bytes that the slices point into */
    uint32_t text_count;
    uint64_t last_sequence, events;
    uint64_t claims, lost, doubled, unexpected;
    char details[HISTORY_DETAILS][HISTORY_DETAIL_LENGTH];
    uint32_t detail_count;
};

/* All return false when a file cannot be read. Manifests come first, then the journal, then events. */
bool history_manifest(struct history *history, const char *path);
bool history_journal(struct history *history, const char *path);
bool history_events(struct history *history, const char *path);
bool history_balance(struct history *history, const char *path);
/* Counts what is not as it should be. */
void history_judge(struct history *history);
/* One JSON line. */
void history_write(const struct history *history, struct pen *pen);
void history_free(struct history *history);

/* For the parts of the history. */
enum trouble { TROUBLE_LOST, TROUBLE_DOUBLED, TROUBLE_UNEXPECTED };
void history_say(struct history *history, enum trouble trouble, struct slice number, const char *what,
                 int64_t is, int64_t should);
/* The case of that number, made as unknown when `make`; else NULL. Valid until the next one is made. */
struct history_case *history_case_of(struct history *history, struct slice number, bool make);
bool history_load(struct history *history, const char *path, struct slice *bytes);
/* Takes the next line of the bytes, without its end. */
bool history_line(struct slice *bytes, struct slice *line);

#endif
