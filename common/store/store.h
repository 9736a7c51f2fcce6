/*
 * A daemon's own state: one LMDB file, many tables, sealed values, one write transaction at a time. The only
 * user of lmdb.h. The frame (common/service) begins, applies and commits; handlers only see a step.
 *
 *   batch  = one LMDB write transaction, synced at its commit: many steps (group commit)
 *   step   = one input's work: its writes are gathered in a write set, read back by its own gets and scans,
 * and applied to the batch when the handler succeeded, or dropped without a trace
 *
 * Two backends: the real one, and a memory model that can lose what was not committed (tests, simulation).
 *
 * Keys are bytes, at most STORE_KEY_LIMIT, in memcmp order; integers in keys are big endian (store_key
 * helpers). No patient data in keys. Values are at most STORE_VALUE_LIMIT.
 */
#ifndef CLAIMLINE_STORE_H
#define CLAIMLINE_STORE_H

#include "common/arena/arena.h"
#include "common/seal/seal.h"
#include "common/status/status.h"

enum { STORE_KEY_LIMIT = 128, STORE_VALUE_LIMIT = 8 << 20, STORE_ID_BYTES = 16, STORE_FORMAT = 1 };
enum { STORE_BEHIND_KEY = 40, STORE_BEHIND_VALUE = 20 };

enum store_kind {
    STORE_ORDERED, /* rows put, replaced, deleted */
    STORE_GUARD,   /* fixed-size hash keys, small values: "was this here before?" */
    STORE_LOG,     /* entries numbered from 1 without gap; the entries of one commit are packed into one value
                    * (several when over 1 MiB), keyed by the number of the first; forgotten from the front by
                    * whole values */
};

/* A table's descriptor: constant, in the daemon's plan. Name and format are stored and checked at open. */
struct store_table {
    const char *name;
    enum store_kind kind;
    uint16_t format;   /* of its rows; a store with another one is CONFIG (migrations come later) */
    uint8_t retention; /* class: 0 for ever, 1 operational, 2 bulk by month (one data key a month, later) */
    uint32_t write_behind; /* of a GUARD: rows gathered in memory before they go into the tree, in the order of
                              their keys (store_window.h); 0: each goes at its commit. Keys are then at most
                              STORE_BEHIND_KEY bytes, values STORE_BEHIND_VALUE, and a scan gathers
                              the memory first: for tests and tools */
};

/* What the store counts for each table, kept in every commit. */
struct store_count {
    uint64_t rows;
    uint64_t digest[2]; /* sum of row hashes modulo 2^128, low half first; a row's is XXH3-128 over its key,
                           its length, and the seal's header and tag, which stand for the value. Rows of a LOG
                           are its values */
};

struct store;

struct store_options {
    const char *path; /* folder of the store: data.mdb, lock.mdb, store.lock */
    const char *credential_directory, *credential_name; /* master key */
    const struct store_table *tables;
    size_t table_count;
    uint64_t map_bytes;     /* 0 = 64 GiB */
    uint64_t reserve_bytes; /* allocated on disk ahead of the high-water mark; 0 = 64 MiB */
    bool memory;            /* the memory model: path is only its name */
};

/* Creates the store (folder, file, id, wrapped data key). CONFLICT when there is one; nothing is changed
 * then. */
enum status store_create(const struct store_options *options);

/*
 * Opens an existing store. CONFIG when it is missing, of a newer format, or the key does not open it (nothing
 * is created); CORRUPT when its meta page or counts do not verify; `reason` (may be NULL) gets a sentence for
 * the log that names the path or credential. Takes a lock for the life of the process: BUSY when another
 * process has it. Begins a new start with a fresh salt, committed before it returns. Refuses network file
 * systems (CONFIG). FULL when there is no room to begin. After a process whose commit failed, everything is
 * read again from the disk first (store_scrub).
 */
enum status store_open(const struct store_options *options, struct store **store, char reason[256]);
/* Ends an open batch without a trace, marks the clean end, frees. */
void store_close(struct store *store);
/* For tests: ends as a killed process does, without the mark of a clean end; what was not committed is lost.
 */
void store_drop_unclean(struct store *store);
/* For tests: deletes a store of the memory model; it must not be open. */
void store_forget_memory(const char *path);

const uint8_t *store_id(const struct store *store); /* STORE_ID_BYTES, drawn at creation */
struct seal *store_seal(struct store *store);
/* True when the last process did not close the store (killed, power lost): the frame then recovers step by
 * step. */
bool store_unclean(const struct store *store);

/* One batch at a time. FULL when the disk has no room left for a batch: nothing was begun. IO, INTERNAL:
 * fatal. */
enum status store_begin(struct store *store);
/* True when the disk could not give the whole reserve at the last begin: who takes input in stops here, the
 * others drain on what was allocated before, until a begin is FULL. */
bool store_tight(const struct store *store);
/* All applied steps become durable (synced) together; without any it does nothing. OK; FULL: the batch is
 * gone, as after store_abort; IO, CORRUPT or INTERNAL: fatal, exit, the batch is gone too. */
enum status store_commit(struct store *store);
void store_abort(struct store *store);
/* Share of the map in use, 0 to 1000 per mille, free pages not counted as used. */
unsigned store_use_per_mille(const struct store *store);

/* The write set of one step. Only inside a batch. One at a time. */
void store_step_begin(struct store *store);
/* Applies it to the batch. OK; FULL (disk, map, transaction): the caller aborts the batch and runs it again
 * halved; CORRUPT, IO, INTERNAL: fatal. After any of these the batch can only be aborted. */
enum status store_step_apply(struct store *store);
void store_step_drop(struct store *store);

/*
 * Inside a step (sees own writes) or inside a batch without a step (sees the batch), or outside both (a short
 * read transaction of its own; sees the last commit). `table` is an index into options.tables. Values are
 * unsealed into the arena. OK, NOT_FOUND, CORRUPT (and IO, INTERNAL when no read transaction can be had, here
 * and in the scans).
 */
enum status store_get(struct store *store, unsigned table, struct text key, struct arena *arena,
                      struct text *value);
/* Only inside a step. Key and value are copied into the write set. */
void store_put(struct store *store, unsigned table, struct text key, struct text value);
void store_delete(struct store *store, unsigned table, struct text key);

/* Rows in key order from `from` (inclusive) while keys are below `to` (exclusive; empty = to the end). Calls
 * `visit` until it returns false. Sees own writes of the step. Key and value lie in the arena; `arena` is
 * released after each visit unless the visitor returns false. Do not put or delete in the same table from
 * inside the visit. OK also when there are none; CORRUPT. */
typedef bool store_visit(void *context, struct text key, struct text value);
enum status store_scan(struct store *store, unsigned table, struct text from, struct text to,
                       struct arena *arena, store_visit *visit, void *context);

/*
 * LOG tables. Appending is inside a step; the number is the entry's for ever if the step is applied (numbers
 * of a dropped step are given again).
 */
uint64_t store_log_append(struct store *store, unsigned table, struct text entry);
/* The same of an entry in two parts, one behind the other. */
uint64_t store_log_append_parts(struct store *store, unsigned table, struct text head, struct text body);
/* First kept and next free number. first == next when empty. Sees own appends of the step; what it forgets
 * only once it is applied. */
void store_log_range(struct store *store, unsigned table, uint64_t *first, uint64_t *next);
/* Visits committed, applied and the step's own entries from `from` on, whole values unsealed once each; same
 * visit rules as store_scan, number as 8 bytes big endian in `key`. CORRUPT also for a gap. */
enum status store_log_scan(struct store *store, unsigned table, uint64_t from, struct arena *arena,
                           store_visit *visit, void *context);
/* The whole committed value that holds entry `number`: what the link sends without taking it apart. *first is
 * the number of its first entry, *count its entries; entries are u32 big endian length + bytes, one after the
 * other, in the arena or, until the next batch begins, in the store. Never what is only applied. NOT_FOUND:
 * forgotten, or not committed yet. */
enum status store_log_frame(struct store *store, unsigned table, uint64_t number, struct arena *arena,
                            uint64_t *first, uint32_t *count, struct text *frame);
/* For a log whose frames are asked for right behind their commit: the newest of them, up to so many bytes, stay in
 * memory as well, so that store_log_frame need not read and open them. */
void store_log_keep(struct store *store, unsigned table, size_t bytes);
/* Forgets whole values all of whose entries are below `before`, at most 1,024 of them a step: the first kept
 * number tells how far it came. Inside a step, done when it is applied. */
void store_log_forget(struct store *store, unsigned table, uint64_t before);

/* Counters of the daemon (taken, passed on, ...): an array kept in every commit. Changed in a step, read
 * anywhere. */
enum { STORE_COUNTERS = 64 };
void store_counter_add(struct store *store, unsigned counter, int64_t difference);
int64_t store_counter(const struct store *store, unsigned counter);

/* Counts and digests as of the last commit, for status and scrub: of what is in the tree. */
struct store_count store_table_count(const struct store *store, unsigned table);
/* Rows of tables written behind that are durable in their logs and not all in their trees yet (store_window.h). */
uint64_t store_behind_count(const struct store *store);
/* Reads every row of every table, by walking and by searching, opens every seal, recomputes counts and
 * digests. CORRUPT with a sentence when one does not fit. Takes time with the store's size, in one read
 * transaction: not between batches of a busy daemon. */
enum status store_scrub(struct store *store, char reason[256]);

/* The start's number (grows by one every open), and the step time: set by the frame inside a batch, kept with
 * its commit (a batch without steps commits nothing); outside one it is the last commit's. */
uint32_t store_start(const struct store *store);
void store_set_time(struct store *store, int64_t instant);
int64_t store_time(const struct store *store);

/* A random 64-bit number drawn at creation and again at restore: part of the link's identity. */
uint64_t store_incarnation(const struct store *store);

/* Keys made of integers and bytes. Returns the key over `buffer`. */
struct store_key {
    uint8_t bytes[STORE_KEY_LIMIT];
    size_t length;
};
struct store_key store_key(void);
struct store_key store_key_u64(struct store_key key, uint64_t number);
struct store_key store_key_u32(struct store_key key, uint32_t number);
struct store_key store_key_bytes(struct store_key key, struct text bytes);
static inline struct text
store_key_text(const struct store_key *key)
{
    return text_of(key->bytes, key->length);
}
static inline uint16_t
store_u16(struct text bytes, size_t offset)
{
    return (uint16_t)((uint8_t)bytes.data[offset] << 8 | (uint8_t)bytes.data[offset + 1]);
}
static inline uint64_t
store_u64(struct text bytes, size_t offset)
{
    uint64_t number = 0;
    for (size_t i = 0; i < 8; i++)
        number = number << 8 | (uint8_t)bytes.data[offset + i];
    return number;
}

/*
 * The seam for fault tests: called before every operation that can fail or be cut (get, put, delete, begin,
 * apply, commit, link send, ...). A test counts the calls or ends the process at the n-th. NULL in
 * production.
 */
extern void (*store_seam)(const char *operation);

#endif
