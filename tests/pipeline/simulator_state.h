/* What the simulated payer holds in memory; shared by simulator.c (receiving) and simulator_pay.c (paying).
 */
#ifndef CLAIMLINE_TESTS_PIPELINE_SIMULATOR_STATE_H
#define CLAIMLINE_TESTS_PIPELINE_SIMULATOR_STATE_H

#include "tests/pipeline/answer.h"
#include "tests/pipeline/guard.h"
#include "tests/pipeline/inquiry_file.h"
#include "tests/pipeline/journal.h"
#include "tests/pipeline/simulator.h"

enum { SHARES_TEXT = 1024 };
enum { PAY_STAGES = 2 }; /* the payment; the correction of what did not balance */

/* A stage of paying: planned by its line in the journal, done when its files have been sent. */
struct pay_stage {
    bool planned, done;
    int64_t instant_us;
    struct stamp stamp; /* of the first file */
};

/* An interchange that was received. */
struct receipt {
    uint64_t identity, digest; /* sender, receiver and ISA13; all bytes */
    int64_t instant_us;
    struct stamp stamp; /* of the TA1; 999 and 277CA have the next two numbers */
    bool answered;
    bool right; /* its payment was planned, and nothing of it is to be corrected; false also when that is not known */
    uint32_t repeats;
    struct pay_stage stages[PAY_STAGES];
};

/* A file as it was read and judged; its slices point into `question`. */
enum { KEPT_FILES = 16 };
struct kept_file {
    uint32_t serial; /* 0: free, but for its memory */
    struct pen question;
    struct claim_file file;
    struct judgement *judgements;
    uint32_t judgement_room;
};

struct simulator {
    struct simulator_options options;
    char folder[2048];
    struct journal journal;
    bool journal_fits;        /* seed and shares are those that the journal was begun with */
    struct receipt *receipts; /* serial - 1 is the index */
    uint32_t receipt_count, receipt_room;
    uint32_t next[PAY_STAGES]; /* the first receipt whose stage is not done */
    uint32_t next_number;      /* ISA13 of the next answer */
    struct guard identities;   /* of interchanges: serial */
    struct guard claims;       /* CLM01: serial of the interchange, place in it */
    struct pen question, answer, spoiled;
    struct claim_file file;
    struct inquiry_file inquiry;
    struct judgement *judgements;
    uint32_t judgement_room;
    struct kept_file kept[KEPT_FILES];
    struct simulator_totals totals;
};

/* A new receipt with the next serial; others may move. */
struct receipt *simulator_receipt_add(struct simulator *simulator);
/* A journal_taker: `owner` is the simulator. */
void simulator_told(void *owner, const struct journal_line *line);
/* Reads the question that the pen holds and applies the shares of rejected interchanges and sets. */
bool simulator_read(struct simulator *simulator);
/* Fills judgements for the claims of the file; registers CLM01s that are new when `fresh`. */
void simulator_judge(struct simulator *simulator, uint32_t serial, bool fresh);
/* Keeps what is at hand (question, file, judgements) for the interchange's payment, if there is room; nothing is at hand then. */
void simulator_keep(struct simulator *simulator, uint32_t serial);
/* Has it at hand again, and keeps it no more. False when it is not kept. */
bool simulator_recall(struct simulator *simulator, uint32_t serial);
void simulator_kept_free(struct simulator *simulator);
/* Stores an answer in in/, before it a broken copy and after it a second one where the shares say so. */
int simulator_deliver(struct simulator *simulator, const char *name, const struct pen *answer);
void simulator_stamp_now(const struct simulator *simulator, int64_t now_us, struct stamp *stamp);
/* Answers the questions that the pen holds and puts their file away. 0 or an errno value. */
int simulator_inquire(struct simulator *simulator, const char *path, const char *name);
int simulator_sync_answers(struct simulator *simulator);
void simulator_path(const struct simulator *simulator, char path[4096], const char *folder, const char *name);

#endif
