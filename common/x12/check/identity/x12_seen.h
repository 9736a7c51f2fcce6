/*
 * What the engine asks whether it was met before: claims and payments of this file, or of an earlier one of the
 * same run. Who answers keeps an index (common/duplicate); the engine itself remembers nothing of a claim that
 * has ended. The answer is at hand when the claim ends, so the finding stands with the others of its claim.
 */
#ifndef CLAIMLINE_X12_SEEN_H
#define CLAIMLINE_X12_SEEN_H

#include "common/text/text.h"

enum { X12_SEEN_MESSAGES = 2 };

/* Where the first one stands. */
struct x12_seen_first {
    const char *file; /* its name as it was given, as long as the index lives */
    char set[16];     /* ST02 */
    uint64_t offset;  /* in the file: of the claim, or of the TRN of a payment */
    bool refused;     /* it was not taken: refused itself, or in a set, group or interchange that was rejected */
};

struct x12_seen {
    void *context;
    /* A set begins. Returns its number among all sets of the run; one that is read again (a second pass over the same
     * file) is the same set. */
    uint64_t (*set_begin)(void *context, struct text control);
    void (*set_end)(void *context, bool accepted);
    /* The sets first to last are rejected with their group or interchange. */
    void (*reject)(void *context, uint64_t first, uint64_t last);
    /* Of each of up to X12_SEEN_MESSAGES messages (together, because each is a walk into far memory): a bit, from the lowest
     * on, and *firsts, when something with the same message stands before this; what was refused gives its place to what is
     * not. Else this is the first from now on, unless it is so already. `refused`: of this. */
    unsigned (*look)(void *context, const struct text *messages, unsigned count, uint64_t offset, bool refused,
                     struct x12_seen_first *firsts);
    /* True when the message was met before; nothing is added. */
    bool (*known)(void *context, struct text message);
};

#endif
