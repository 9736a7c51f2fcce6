/*
 * The in-process bench for daemons: a real plan, a real store in a temporary folder (or the memory model), no sockets
 * and no clock but the one set here. Every feed is a step with its own commit unless a batch is held open.
 */
#ifndef CLAIMLINE_TESTS_BENCH_H
#define CLAIMLINE_TESTS_BENCH_H

#include "common/service/service.h"

struct bench;

/* `section` is the text of claimline.conf without store and runtime paths, for example "[coding]\n..."; files are
 * pairs of name and text put beside it ("payers/acme.conf"), ended by NULL. Asserts that the plan starts. */
struct bench *bench_open(const struct service_plan *plan, const char *section, const char *const *files);
void bench_close(struct bench *bench);          /* and deletes the folder */
void bench_restart(struct bench *bench, bool clean); /* closes (or drops what is not committed) and opens again */
/* The two halves of a restart, for tests that let a child process be killed in between. */
void bench_stop(struct bench *bench, bool clean);
void bench_start(struct bench *bench);
const char *bench_folder(struct bench *bench);
struct service *bench_service(struct bench *bench);
/* Time passes until this instant (or goes back to it): the clock and the time since the machine's boot go alike. */
void bench_set_time(struct bench *bench, int64_t instant);
/* The same, and there it stands still: what a step writes is then the same in every run. */
void bench_hold_time(struct bench *bench, int64_t instant);
/* Somebody moves the clock by so many microseconds, and the time since the boot does not know. Kept over restarts. */
void bench_move_clock(struct bench *bench, int64_t microseconds);
/* The machine boots: restarts after which the boot has this number. */
void bench_boot(struct bench *bench, unsigned number);

/* Feeds one record as if it came by the stream, as the next sequence; returns what the frame made of it: OK, RETRY,
 * INVALID or LIMIT (it is in `refused` then), or a fatal status. */
enum status bench_feed(struct bench *bench, uint16_t stream, const struct record_type *type, const void *record);
/* Many records in one batch and one commit. */
enum status bench_feed_batch(struct bench *bench, uint16_t stream, const struct record_type *type, const void *records,
                             size_t count);
/* Runs what is due at the bench's time, polls and steps all sources until nothing moves. Returns steps done. */
size_t bench_run(struct bench *bench);
/* An act or query; arguments are name, value pairs ended by NULL; reason, key, reveal, role and actor are those of the
 * request. The answer lies in the bench's arena. */
const struct control_answer *bench_ask(struct bench *bench, const char *verb, const char *const *arguments);

/* What stands in an outbox, oldest first: count, and the i-th record read as its type (arena of the bench). */
size_t bench_out_count(struct bench *bench, uint16_t stream);
const void *bench_out(struct bench *bench, uint16_t stream, size_t i, const struct record_type **type);
/* Forgets what stands in all outboxes (as if consumed). */
void bench_drain(struct bench *bench);
/* Kinds of the events so far as text, "encounter_received coding_held", for short assertions. */
const char *bench_events(struct bench *bench);

/* The value of a named field in row `row` of an answer; NULL when absent. */
const struct control_value *bench_value(const struct control_answer *answer, size_t row, const char *name);
/* Its number; INT64_MIN when absent. */
int64_t bench_number(const struct control_answer *answer, size_t row, const char *name);
/* Is it this text? */
bool bench_says(const struct control_answer *answer, size_t row, const char *name, const char *words);
/* A number of the balance now; INT64_MIN when absent. */
int64_t bench_balance(struct bench *bench, const char *name);

#endif
