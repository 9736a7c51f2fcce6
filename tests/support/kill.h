/*
 * A daemon that is killed at every call of its store. A scenario is run undisturbed, and its end is taken down: every row
 * of every table, every entry of every outbox, every counter of the plan, every file outside. Then, for each call, the
 * process of the daemon ends at that call (SIGKILL), the next one goes on from the store, and the end must be the same:
 * nothing lost, nothing doubled, no file half.
 */
#ifndef CLAIMLINE_TESTS_KILL_H
#define CLAIMLINE_TESTS_KILL_H

#include "tests/support/bench.h"

struct kill_scenario {
    const char *name;
    /* The daemon with what it needs (a small reserve_bytes: each run allocates it), and what holds it taken away again. */
    struct bench *(*open)(void);
    void (*close)(struct bench *bench);
    /* All that happens to the daemon, from the beginning; called again after a kill, so that what already happened is
     * passed over: kill_feed looks at the cursor, acts carry keys, files are put where there were none. It holds the time
     * (bench_hold_time), which never goes back. */
    void (*run)(struct bench *bench);
    /* The n-th folder outside whose files are part of the end, in `path`; false when there is none. NULL: no folders. */
    bool (*folder)(struct bench *bench, size_t n, char path[512]);
};

/* Runs the scenario, killed at each call; beyond 200 calls only at some, or at all when
 * CLAIMLINE_KILL_ALL is set. Prints how many there were. */
void kill_everywhere(const struct kill_scenario *scenario);

/* Feeds the record that is the n-th of its stream (from 1), unless it was applied. Asserts OK. kill_feed_batch: `count` records
 * from the n-th on, in one commit. */
void kill_feed_batch(struct bench *bench, uint16_t stream, uint64_t n, const struct record_type *type, const void *records,
                     size_t count);
void kill_feed(struct bench *bench, uint16_t stream, uint64_t n, const struct record_type *type, const void *record);

#endif
