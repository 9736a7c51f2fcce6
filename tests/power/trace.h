/*
 * The record that libpower-recorder.so writes and power-cut reads: a file of entries, each appended by one
 * write of the process that did the operation, after it was done. Numbers give the common order: one is drawn
 * before and one after each operation, from a counter in shared memory. What ended before another began has
 * the smaller number.
 */
#ifndef CLAIMLINE_POWER_TRACE_H
#define CLAIMLINE_POWER_TRACE_H

#include <stdint.h>

/* Folder of the record: holds the two files below. The recorder is idle when it is not set. */
#define TRACE_FOLDER "POWER_TRACE"
/* What is recorded: files below this folder, without what is below its folders run, log, etc and made (what
 * the run's own tools make), and without LMDB's lock files (they are mapped, and worth nothing after a power
 * loss). */
#define TRACE_ROOT "POWER_ROOT"
/* Planted fault: syncs of the path (below the root) that ends so are swallowed, neither done nor recorded. */
#define TRACE_SWALLOW "POWER_SWALLOW"
/* Planted fault: writes to this path through O_DSYNC descriptors are recorded as if the flag were not there.
 */
#define TRACE_WEAKEN "POWER_WEAKEN"
/* Set for programs of other machines (a payer, a feeder): what they do is durable when it returns. */
#define TRACE_OUTSIDE "POWER_OUTSIDE"

enum trace_kind {
    TRACE_OPEN,        /* path; flags of open in `offset`; `handle` is this entry's own first number */
    TRACE_WRITE,       /* handle, offset, data */
    TRACE_SIZE,        /* handle, offset = new size: ftruncate */
    TRACE_GROW,        /* handle, offset = least size: fallocate */
    TRACE_SYNC,        /* handle of a file or folder: fsync, fdatasync, msync, sync_file_range are whole */
    TRACE_RENAME,      /* path, other */
    TRACE_LINK,        /* path, other */
    TRACE_UNLINK,      /* path; folders too */
    TRACE_FOLDER_MADE, /* path */
    TRACE_MARK,        /* data: a word of the run's own */
    TRACE_UNKNOWN,     /* path: something was done to this file that the recorder cannot follow */
    TRACE_KIND_COUNT
};

enum { TRACE_MAGIC = 0x50574552, TRACE_DURABLE = 1 /* at return: O_DSYNC, O_SYNC */, TRACE_FROM_OUTSIDE = 2 };

struct trace_entry {
    uint32_t magic;
    uint16_t kind, flags;
    uint64_t begun, ended;
    uint64_t handle;
    int64_t offset;
    uint32_t path_length, other_length, data_length, process;
    /* path, other, data follow */
};

#endif
