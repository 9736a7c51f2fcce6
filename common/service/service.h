/*
 * The frame. A daemon is a constant plan given to service_main; the frame owns the process: options, configuration,
 * log, signals, readiness and watchdog, sockets, store, loop, shutdown. A daemon's folder holds its domain and nothing
 * else. There are no mutable globals: all hangs on `struct service`, so several plans can run in one process.
 *
 * Everything that changes state is an input and one input is one step:
 *     seen before? -> handler -> state + outbox + cursor + counters in one transaction -> pass on
 * Many steps share a commit. A handler gets `struct step`: time, arena, tables, outputs, events, due rows, counters.
 * It neither opens nor commits anything, and is a deterministic function of (input, state, editions, step time).
 *
 * What a handler returns:
 *   STATUS_OK        everything it wrote becomes durable together with the input's cursor
 *   STATUS_RETRY     only for what would stop every record of this input; nothing happened; again later
 *   STATUS_INVALID, STATUS_LIMIT   bytes and fault go to the table `refused` with an event; the line goes on
 *   anything else    logged, the process exits, the supervisor restarts it, the step replays
 */
#ifndef CLAIMLINE_SERVICE_H
#define CLAIMLINE_SERVICE_H

#include "common/arena/arena.h"
#include "common/config/config.h"
#include "common/control/control.h"
#include "common/record/record.h"
#include "common/status/status.h"
#include "common/store/store.h"
#include "schemas/records/control.h"
#include "schemas/records/event.h"

struct service; /* a running daemon */
struct step;    /* one input being handled */

/* ---- the plan ---- */

/* Records of one type coming by one stream. The frame reads the record; texts live as long as the step. */
typedef enum status service_handle(struct step *step, const void *record);
struct service_input {
    uint16_t stream; /* STREAM_... of schemas/streams.h */
    const struct record_type *type;
    service_handle *handle;
};

/* Rows of the table `due` whose instant has come. Kinds are the plan's own numbers from 1. */
typedef enum status service_due_handle(struct step *step, struct text key);
struct service_due {
    uint16_t kind;
    const char *name;
    service_due_handle *handle;
};

/* A query reads the last commit and answers at once; it takes at most about 2 ms a page. */
typedef void service_query(struct service *service, const struct control_request *request, struct control_rows *rows);
/* An act is a step: actor, role and reason are kept with it (table `acts`), a repeated idempotency key gives the first
 * answer again. It answers by `rows`; the answer is sent after the commit. What an act wrote counts when its answer is `done`, or
 * when it asked for that (step_keep_refusal). */
typedef enum status service_act(struct step *step, const struct control_request *request, struct control_rows *rows);
struct service_verb {
    const char *verb;
    service_query *query; /* one of the two */
    service_act *act;
};

/* Work that does not come by a stream: folders, files, effects outside. `poll` is called outside any batch: it may
 * read and write files, and remembers in the plan's state what a step should now record; it returns the microseconds
 * after which it wants to be called again at the latest. `step` is called inside a batch, each call one step, until
 * it returns STATUS_NOT_FOUND (nothing to do now). What poll does must be safe to do again after a crash. */
struct service_source {
    const char *name;
    int64_t (*poll)(struct service *service);
    enum status (*step)(struct step *step);
    bool takes_input; /* accepts new work from outside: stopped while there is no room (disk, map, outbox, events) */
    bool outside;     /* what it does is seen outside: not polled while the clock has jumped and nobody accepted it;
                       * steps for what poll did before still run */
};

/* A list of a plan and how many it has: SERVICE_LIST(key, keys). */
#define SERVICE_LIST(one, list) .one##s = (list), .one##_count = sizeof(list) / sizeof *(list)

struct service_plan {
    const char *name; /* "coding": the program is claimline-coding, the configuration section [coding] */
    const char *sentence;
    const struct config_key *keys; /* of its section, beside the frame's own */
    size_t key_count;
    const struct store_table *tables; /* the plan's tables are numbered from 0 in this order */
    size_t table_count;
    const struct service_input *inputs;
    size_t input_count;
    const uint16_t *outputs; /* streams that it produces, its events stream included */
    size_t output_count;
    const struct service_due *dues;
    size_t due_count;
    const struct service_verb *verbs;
    size_t verb_count;
    const struct service_source *sources;
    size_t source_count;
    const char *const *counters; /* names of the plan's counters, numbered from 0; at most 32 */
    size_t counter_count;
    /* Nobody waits for what it commits: so many microseconds are gathered into one commit, unless the batch is full before. 0: 256 records are
     * committed at once, fewer after the configured linger. */
    int64_t patience;
    size_t state_size;                          /* of the plan's memory, zeroed before start; 0 = none */
    /* After configuration and store are open, before the first input: read profiles, open editions, rebuild caches.
     * CONFIG with `reason` ends the process with 78. */
    enum status (*start)(struct service *service, char reason[512]);
    void (*stop)(struct service *service);
    /* A batch was aborted: whatever steps of it left in the plan's memory is void; rebuild it from the last commit. */
    void (*dropped)(struct service *service);
    /* At the end of each batch that did something: what its steps only kept in memory becomes rows, in a step of the frame. NULL = all of it
     * is rows already. */
    void (*gather)(struct step *step);
    /* May this record be handled now? NULL = always. False leaves it and what follows on its stream waiting; asked
     * again after every step (events: the event behind it must be in the log first). */
    bool (*ready)(struct service *service, uint16_t stream, uint16_t event_stream, uint64_t event_sequence);
    /* One sentence for systemd's STATUS= and for `claimline status`; NULL = the frame's own. */
    struct text (*sentence_now)(struct service *service, struct arena *arena);
    /* What is wrong that the frame cannot see, for `claimline status`: a sentence in the plan's state (nothing that a
     * claim or a sender said) and what to do; NULL = all is well. Logged once, when it begins. */
    const char *(*trouble)(struct service *service, const char **advice);
    /* Since when the oldest thing waits that the plan's tables hold (for people, a payer, a batch), 0 when nothing does;
     * NULL = it holds nothing. Asked with `status`: a few rows at most. */
    int64_t (*oldest)(struct service *service, struct arena *arena);
    /* 1 + the table that has a row for each thing that waits for a person: their number is `work` of the status. 0: what the counter
     * `held` says is all. */
    unsigned work_table;
};

/* The whole of a daemon's main(). Options: --config FILE (default /etc/claimline/claimline.conf), --foreground, --help,
 * --version. Exit: 0 after SIGTERM or SIGINT; 64 usage; 75 another instance runs; 78 configuration, credential or
 * store; 1 anything else. Also implements `--init`, which makes the store (used by `claimline init`). */
int service_main(const struct service_plan *plan, int argc, char **argv);

/* ---- the service, for start, poll, queries ---- */
void *service_state(struct service *service);
struct store *service_store(struct service *service);
const struct config *service_config(struct service *service); /* sections [claimline] and the plan's own */
const char *service_config_text(struct service *service, const char *key);   /* of the plan's own section */
int64_t service_config_number(struct service *service, const char *key);
bool service_config_bool(struct service *service, const char *key);
const char *service_config_folder(struct service *service); /* of claimline.conf: payers/, providers/ are beside it */
const char *service_state_folder(struct service *service);  /* own files: content files and the store's folder are in it */
int64_t service_now(struct service *service);               /* the configured clock; the step time is in the step */
/* The calendar date of an instant in the site's zone ([claimline] zone, an IANA name). */
int32_t service_local_date(struct service *service, int64_t instant);
/* Numbers of this installation, for identities: [claimline] organisation, site, cell. */
unsigned service_organisation(struct service *service);
unsigned service_site(struct service *service);
unsigned service_cell(struct service *service);
/* Reads of the last commit by the plan's table number. */
enum status service_get(struct service *service, unsigned table, struct text key, struct arena *arena, struct text *value);
/* Read as its record into the arena. NOT_FOUND, CORRUPT. */
enum status service_get_record(struct service *service, unsigned table, struct text key, struct arena *arena,
                               const struct record_type *type, void *record);
enum status service_scan(struct service *service, unsigned table, struct text from, struct text to, struct arena *arena,
                         store_visit *visit, void *context);
/* The first row at or behind `from`, read as its record into the arena; `key` may be NULL. NOT_FOUND, CORRUPT. */
enum status service_first(struct service *service, unsigned table, struct text from, struct arena *arena, struct text *key,
                          const struct record_type *type, void *record);
int64_t service_counter(struct service *service, unsigned counter);
/* Last number of an input stream that was handled, the running batch included. 0 when it is none of its inputs. */
uint64_t service_applied(struct service *service, uint16_t stream);
/* Entries of a LOG table, as of the last commit and the running batch; semantics of store_log_scan and store_log_range. */
enum status service_log_scan(struct service *service, unsigned table, uint64_t from, struct arena *arena,
                             store_visit *visit, void *context);
void service_log_range(struct service *service, unsigned table, uint64_t *first, uint64_t *next);
/* The frame's store table number of a plan's table (the frame has tables of its own). */
unsigned service_table(struct service *service, unsigned table);
/* Wakes the loop soon: there is work for a source. */
void service_wake(struct service *service);
/* No room now for new work from outside? (disk, map over 90 %, outbox or events over quota) */
bool service_busy(struct service *service);
/* Live notice to doorbell subscribers (events only): best effort, after the commit. */
void service_doorbell(struct service *service, struct text message);

/* ---- the step ---- */
struct service *step_service(struct step *step);
void *step_state(struct step *step);
struct arena *step_arena(struct step *step);
int64_t step_time(struct step *step); /* instant: max(now, last), one for a batch */
/* Own tables by the plan's number; semantics of store.h. */
enum status step_get(struct step *step, unsigned table, struct text key, struct text *value);
void step_put(struct step *step, unsigned table, struct text key, struct text value);
void step_delete(struct step *step, unsigned table, struct text key);
enum status step_scan(struct step *step, unsigned table, struct text from, struct text to, store_visit *visit, void *context);
uint64_t step_log_append(struct step *step, unsigned table, struct text entry);
/* Typed rows: packed with record_write, read with record_read into the step's arena. CORRUPT when a row is not its record. */
void step_put_record(struct step *step, unsigned table, struct text key, const struct record_type *type, const void *record);
enum status step_get_record(struct step *step, unsigned table, struct text key, const struct record_type *type, void *record);

/* Sends a record down a stream. A record out of its bounds ends the step with LIMIT or INVALID (returned, and the handler
 * must return it). */
enum status step_emit(struct step *step, uint16_t stream, const struct record_type *type, const void *record);
/* The same with a packed record, passed on as it is. */
enum status step_emit_packed(struct step *step, uint16_t stream, const struct record_type *type, struct text bytes);
/* Records an event on the daemon's own events stream; instant is set to the step time. What is emitted later in the
 * step, and by those who handle it, comes after it in the log. */
enum status step_event(struct step *step, struct event *event);
/* The input's packed bytes, and its place (stream, sequence) for identities that must not repeat. */
struct text step_input(struct step *step);
uint16_t step_stream(struct step *step);
uint64_t step_sequence(struct step *step);

/* Timers: a row of `due`; the same (instant, kind, key) is one row. */
void step_due_set(struct step *step, int64_t instant, uint16_t kind, struct text key);
void step_due_clear(struct step *step, int64_t instant, uint16_t kind, struct text key);
void step_count(struct step *step, unsigned counter, int64_t difference);
int64_t step_counter(struct step *step, unsigned counter);
/* Why the handler returns INVALID or LIMIT: a static sentence that holds no value. */
enum status step_refuse(struct step *step, enum status status, const char *sentence);
/* For acts: who (login name or uid), and the reason given. */
struct text step_actor(struct step *step);
struct text step_reason(struct step *step);
/* For an act that will be refused: what it writes is kept all the same, and a repeated key gives the refusal again. */
void step_keep_refusal(struct step *step);

#endif
