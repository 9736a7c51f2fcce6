/* The frame's own parts. Included only inside common/service and by the in-process bench of the tests. */
#ifndef CLAIMLINE_SERVICE_INTERNAL_H
#define CLAIMLINE_SERVICE_INTERNAL_H

#include "common/clock/clock.h"
#include "common/link/link.h"
#include "common/service/service.h"
#include "schemas/streams.h"

#include <assert.h>

enum {
    SERVICE_TABLES_LIMIT = 48,
    SERVICE_STREAMS_LIMIT = 12,
    SERVICE_SOURCES_LIMIT = 8,
    SERVICE_DUE_BATCH = 512,
    SERVICE_ACTS_LIMIT = 256,
    SERVICE_PLAN_COUNTERS = 32,
    SERVICE_CRASH_ATTEMPTS = 3,
    ENTRY_HEAD_BYTES = 12, /* record type u16, event stream u16, event sequence u64 */
};

/* Frame counters stand behind the plan's 32. */
enum service_counter_number {
    COUNTER_REFUSED = SERVICE_PLAN_COUNTERS,
    COUNTER_REPLAYED,
    COUNTER_STEPS,
    COUNTER_COMMITS,
    COUNTER_OUT_BYTES, /* one for each output from here on */
};
static_assert(COUNTER_OUT_BYTES + SERVICE_STREAMS_LIMIT <= STORE_COUNTERS, "counters fit");

/* The frame's tables stand behind the plan's, in this order; the outboxes behind them. */
enum frame_table { FRAME_LINK, FRAME_DUE, FRAME_REFUSED, FRAME_ACTS, FRAME_MARK, FRAME_TABLE_COUNT };

struct in_frame {
    struct link_frame frame;
    char *owned; /* bench: malloc'd bytes instead of a message */
};

/* Where reading stands in the queue of frames. */
struct in_place {
    size_t frame;    /* index into frames */
    size_t offset;   /* in its bytes */
    uint64_t number; /* last number taken */
    uint16_t event_stream; /* the event behind it: behind what timers, sources and acts do from now on, too */
    uint64_t event_sequence;
};

struct input_stream {
    const struct stream_kind *kind;
    struct link_consumer *consumer; /* NULL in the bench */
    struct link_cursor cursor;      /* durable */
    uint16_t event_stream;          /* durable: the event behind the last record applied */
    uint64_t event_sequence;
    struct in_frame *frames;
    size_t frame_count, frame_room;
    size_t queued_bytes;
    struct in_place next;      /* tentative: behind what this batch took */
    uint64_t received;         /* last number queued */
    bool blocked;              /* this batch: RETRY, not ready, or stopped */
    int64_t retry_at, retry_wait; /* ticks */
    struct link_identity met;
};

/* When the entries of an outbox were made, about: those up to `last`, behind the age before. */
struct outbox_age {
    uint64_t last;
    int64_t instant; /* of the first of them */
};
enum { OUTBOX_AGES = 64 };

struct output_stream {
    struct service *service;
    const struct stream_kind *kind;
    struct link_producer *producer;
    unsigned table;
    struct link_trim trim, trim_next; /* as committed; as this batch will leave it */
    bool trimming;
    uint64_t last; /* committed */
    struct outbox_age ages[OUTBOX_AGES];
    size_t age_count;
    int64_t age_span; /* least time between two of them */
};

struct pending_act {
    uint64_t client;
    uid_t uid;
    char *bytes; /* the packed request, malloc'd */
    size_t length;
    bool done; /* ran in this batch */
    struct control_answer answer;
};

enum step_kind { STEP_RECORD, STEP_DUE, STEP_ACT, STEP_SOURCE, STEP_FRAME };

struct step {
    struct service *service;
    enum step_kind kind;
    struct text input;
    uint16_t stream;
    uint64_t sequence;
    uint16_t event_stream; /* of the last event behind what this step emits */
    uint64_t event_sequence;
    const char *fault;
    struct text actor, reason;
    bool keeps_refusal;
    size_t emitted_bytes;
};

/* Counters now and then over the last ten seconds (standing.c). */
enum { RATE_SAMPLES = 11 };
struct rate_sample {
    int64_t ticks, taken, passed;
};
struct rates {
    struct rate_sample samples[RATE_SAMPLES];
    size_t count;
    double in_per_second, out_per_second;
};

/* The worst that is to say of the daemon, empty when all is well; sentences of who said them, until they are asked again. */
enum { STANDING_WORDS_BYTES = 512 };
struct standing {
    const char *reason, *advice;
    int64_t since;
};

/* What is known of the clock (jump.c). */
enum { JUMP_WORDS_BYTES = 48, JUMP_SENTENCE_BYTES = 160 };
struct jump {
    struct clock_mark mark;     /* what the clock is compared with */
    int64_t amount, since;      /* it was moved by so much, noticed when; 0: it was not */
    bool unsaved, untold;       /* the next commit keeps it, and records the event */
    bool accepting;             /* by an act of the running batch */
    struct clock_mark accepted; /* the mark from its commit on */
    char sentence[JUMP_SENTENCE_BYTES];
};

struct service {
    const struct service_plan *plan;
    char config_path[512], config_folder[512], state_folder[512], runtime[256];
    struct config *config;
    struct config_key *keys;
    size_t key_count;
    struct clock clock;
    struct jump jump;
    struct store *store;
    struct store_table tables[SERVICE_TABLES_LIMIT];
    size_t table_count;
    struct link_context *link;
    struct link_bell *bell;
    struct control_server *control;
    void *state;

    struct input_stream inputs[SERVICE_STREAMS_LIMIT];
    size_t input_count;
    struct output_stream outputs[SERVICE_STREAMS_LIMIT];
    size_t output_count;
    uint16_t events_stream; /* 0 when it produces no events */

    struct step step;
    struct arena step_arena, batch_arena, answer_arena;
    bool in_batch, step_open;
    int64_t batch_time;
    size_t batch_bytes;
    size_t batch_limit; /* steps; halved when a commit did not fit */
    bool batch_filled;  /* the last batch ended by its bounds: there is more to do at once */

    struct pending_act acts[SERVICE_ACTS_LIMIT];
    size_t act_count;
    int64_t next_due; /* instant of the first due row, INT64_MAX when none */
    bool source_ready[SERVICE_SOURCES_LIMIT];
    int64_t source_at[SERVICE_SOURCES_LIMIT]; /* ticks of the next poll */
    bool wake;

    bool full;      /* the last batch met a full disk or map */
    int64_t full_until;
    int64_t look_at;    /* ticks from which on a batch is begun only to see whether the disk has room again */
    bool singly;    /* recovering step by step behind the mark */
    uint64_t singly_left;   /* records until it goes on in batches */
    int64_t last_commit, last_trim; /* ticks */
    int64_t started;                /* instant */
    struct text bell_message;
    bool stopping;
    /* configuration */
    size_t batch_steps;
    int64_t linger_microseconds;
    uint64_t outbox_bytes, outbox_records;
    /* for status */
    int64_t second_at; /* ticks */
    struct rates rates;
    struct standing standing;
    char standing_words[STANDING_WORDS_BYTES]; /* its reason without the digits, by which it is known again */
};

/* setup.c */
/* Every key of this daemon's file, for --help. */
void setup_print_keys(const struct service_plan *plan);
enum status service_open(const struct service_plan *plan, const char *config_path, bool sockets, struct service **service,
                         char reason[512]);
void service_shut(struct service *service, bool clean);
enum status service_create_store(const struct service_plan *plan, const char *config_path, char reason[512]);
enum status service_check_config(const struct service_plan *plan, const char *config_path, char reason[512]);

/* input.c */
const struct service_input *input_find(const struct service *service, uint16_t stream, uint16_t type);
void input_receive(struct service *service);
void input_add_frame(struct input_stream *in, struct in_frame frame);
/* The entry behind `place`; false when the queue ends there. Moves *place past it. */
bool input_entry(struct input_stream *in, struct in_place *place, struct text *entry);
bool input_waiting(const struct service *service, const struct input_stream *in);
/* May the entry be handled now? As the plan says (`ready`). */
bool input_ready(struct service *service, const struct input_stream *in, struct text entry);
size_t input_records(const struct input_stream *in);
/* Half of its window is queued: the producer will soon have to wait. */
bool input_full(const struct input_stream *in);
void input_rewind(struct input_stream *in);
void input_put_cursors(struct service *service);
void input_committed(struct service *service);
int64_t input_pull(struct service *service);
enum status input_load(struct service *service);

/* output.c */
enum status output_load(struct service *service);
bool output_full(struct service *service);
void output_put_trims(struct service *service);
bool output_trim_wanted(struct service *service);
void output_aborted(struct service *service);
enum status output_committed(struct service *service);
/* About when the oldest entry was made that the consumer does not have; 0 when it has all. */
int64_t output_oldest(const struct output_stream *out);
struct output_stream *output_find(struct service *service, uint16_t stream);

/* step.c */
void step_begin(struct service *service, enum step_kind kind, struct text input);
unsigned frame_table(const struct service *service, enum frame_table table);

/* batch.c */
enum status batch_run(struct service *service, size_t *steps);
bool batch_work_waiting(struct service *service, bool *urgent);

/* due.c */
enum status due_run(struct service *service, size_t room, size_t *steps);
void due_refresh(struct service *service);

/* refused.c */
enum status refused_put(struct service *service, uint16_t stream, uint64_t sequence, struct text entry, const char *fault,
                        enum status status, bool crashed);
bool refused_verb(struct service *service, const struct control_request *request, struct control_rows *rows);
enum status refused_replay(struct step *step, const struct control_request *request, struct control_rows *rows);

/* recover.c */
enum status recover_start(struct service *service);
/* Alone behind the mark: which stream's next record is to run (NULL: none waits), and whether it is to be refused. */
enum status recover_mark(struct service *service, struct input_stream **in, bool *refuse);
void recover_after_commit(struct service *service);

/* jump.c */
/* From the store, against the clock as it is now. */
enum status jump_start(struct service *service);
/* Once a round, before anything acts outside. */
void jump_look(struct service *service);
/* Must this source not be polled now? */
bool jump_stops(const struct service *service, const struct service_source *source);
/* Inside the frame's own step: what is not durable yet. */
enum status jump_put(struct service *service);
void jump_committed(struct service *service);
void jump_aborted(struct service *service);
/* The act clock.accept. */
enum status jump_accept(struct step *step, const struct control_request *request, struct control_rows *rows);

/* standing.c */
/* The plan's counter of this name, 0 when it has none. */
int64_t standing_counter(const struct service *service, const char *name);
/* Once a second. */
void standing_sample(struct service *service, int64_t ticks);
const struct standing *standing_look(struct service *service);
/* The answer to `status`. */
void standing_show(struct service *service, struct control_rows *rows);

/* verbs.c */
void verbs_serve(void *context, uint64_t client, uid_t uid, pid_t pid, const struct control_request *request);
enum status verbs_run_act(struct service *service, struct pending_act *act);
void verbs_answer(struct service *service, const struct control_request *request, struct control_rows *rows);
/* loop.c */
int loop_run(struct service *service, int signals);
/* notify.c */
void notify_ready(void);
void notify_status(struct service *service);
void notify_watchdog(void);
void notify_stopping(void);

#endif
