/*
 * The submission daemon: claims become interchanges, interchanges become files in the payer's folder, and what the
 * payer answers finds its claim. Internal to services/submission; README.md says what it takes, gives and keeps.
 *
 * An interchange holds one group with one set; its ISA13 and GS06 are the same number, counted for each (sender,
 * receiver). Everything outside is decided in a step before it is tried: numbers, file name, exact bytes. Then
 *     fixed -> (file written to staged/, synced) -> staged -> (renamed into out/, folders synced) -> handed over
 */
#ifndef CLAIMLINE_SUBMISSION_H
#define CLAIMLINE_SUBMISSION_H

#include "common/payer/payer.h"
#include "common/service/service.h"
#include "schemas/records/claim.h"
#include "schemas/records/submission_state.h"
#include "services/submission/content.h"
#include "services/submission/pending_rows.h"
#include "services/submission/sent.h"

extern const struct service_plan submission_plan;

enum submission_table {
    SUBMISSION_PENDING,      /* payer name (20, padded), stream sequence u64, its first byte the claim_form less one -> the
                                claim as it came, or several from it on (pending_rows.h) */
    SUBMISSION_INTERCHANGES, /* our number u64 -> outgoing_interchange */
    SUBMISSION_OPEN,         /* our number u64 -> "o": not handed over yet */
    SUBMISSION_CONTROLS,     /* payer name, ISA13 u64 -> our number u64 */
    SUBMISSION_NUMBERS,      /* "isa:" sender receiver, "interchange", "inbox", "trace" -> last number given u64 */
    SUBMISSION_SENT,         /* of some claims that follow each other -> their sent_row (sent.h) */
    SUBMISSION_SETS,         /* our number u64, ST02 u32 -> set_row */
    SUBMISSION_INBOX,        /* our number u64 -> inbox_row; deleted behind the last unfinished, kept as history */
    SUBMISSION_UNREAD,       /* our number u64 -> "u": inbox files not taken in whole */
    SUBMISSION_DIGESTS,      /* SHA-256 of an inbox file -> its number u64 */
    SUBMISSION_WORK,         /* work number u64 -> submission_work */
    SUBMISSION_QUESTIONS,    /* kind u32, payer name (20, padded), stream sequence u64 -> the question as it came */
    SUBMISSION_ASKED,        /* trace number u64 -> asked_row */
    SUBMISSION_STATUS,       /* claim id u64, version u32 -> status_row */
    SUBMISSION_TABLE_COUNT
};

enum submission_counter {
    SUBMISSION_TAKEN,
    SUBMISSION_MADE,
    SUBMISSION_PASSED_ON,
    SUBMISSION_ENDED,
    SUBMISSION_HELD,
    SUBMISSION_QUEUED,
    SUBMISSION_REFUSED,
    SUBMISSION_INTERCHANGES_MADE,
    SUBMISSION_COUNTER_COUNT
};

enum { SUBMISSION_DUE_CLOSE = 1, SUBMISSION_DUE_UNANSWERED = 2, SUBMISSION_DUE_ASK = 3 };

/* The claims that wait, as they came, so that a batch of them need not be read and opened again (pending.c). They get
 * their rows at the end of the running batch: what is in an interchange by then never had one. */
struct pending_memo {
    bool whole; /* each claim that waits stands here; else the table is read */
    struct pending_claim *claims;
    size_t count, room, rowless; /* rowless: those before it have a row */
    struct arena bytes;
};

/* What waits for a payer, of one form: a memory of the table SUBMISSION_PENDING. */
struct waiting {
    const struct payer *payer;
    uint32_t form; /* claim_form: an interchange holds claims of one guide */
    uint64_t claims, bytes;
    struct pending_memo memo;
    bool closing; /* full, or its time has come */
    bool fixed;   /* a step of the running batch made an interchange of it */
    enum status made; /* how the last try to make an interchange ended: FULL, no room for our content; LIMIT, no number is left */
    int64_t retry_at; /* ticks: the next try */
    /* Of the payer, where his first form stands: how the last use of in/, of staged/ and out/, and of in/done/ ended. */
    enum status way_in, way_out, way_done;
    int64_t way_out_at; /* ticks: the next use of staged/ and out/ */
};

/* Questions of one kind that wait for a payer: a memory of the table SUBMISSION_QUESTIONS (inquiry.c). */
struct asking {
    const struct payer *payer;
    uint32_t kind; /* INTERCHANGE_KIND_... */
    uint64_t count;
    bool closing, fixed; /* as of struct waiting */
    enum status made;
    int64_t retry_at;
};

/* An interchange on its way into the payer's folder. */
struct outgoing {
    uint64_t number;
    struct waiting *waiting; /* of its payer; NULL: not looked at yet */
    int64_t retry_at;        /* ticks: its content could not be read */
    uint32_t reached; /* what poll did and the next step records: an interchange_stage, 0 nothing */
    bool damaged;     /* as of the last look: its content in our store cannot be read */
};

/* A file that a payer sent, and whose copy in our store cannot be read (damage.c). */
struct damaged_inbox {
    uint64_t number;
    int64_t retry_at, pause; /* ticks; the pause doubles */
};

/* An inbox file that was copied and waits for its step. */
struct incoming {
    const struct payer *payer;
    char name[200], content[80];
    uint8_t digest[32];
    uint64_t size;
    struct timespec changed; /* st_mtim of what was copied: a file that is not it any more stays in in/ */
    enum { INCOMING_COPIED, INCOMING_RECORDED, INCOMING_KNOWN } stage;
};

/* Claims since the start by the microseconds from intake's receipt to the commit here; memory only (latency.c). */
enum { LATENCY_PART = 16, LATENCY_BUCKETS = 23 * LATENCY_PART, LATENCY_WAITING = 1024 };
struct latency {
    uint64_t claims[LATENCY_BUCKETS];
    struct latency_waiting {
        int64_t received;
        uint64_t claims;
    } waiting[LATENCY_WAITING]; /* of the running batch */
    size_t waiting_count;
};

/* Claims of a 277CA that the running step accepted (answers.c): they go on to remittance as one record. */
enum { ACCEPTANCES = 128 };
struct acceptances {
    struct accepted_claim claims[ACCEPTANCES];
    uint32_t count;
    uint64_t heard; /* the interchange of the last of its claims, which answer_heard was told of; 0: none */
};

enum { INCOMING_LIMIT = 64, DAMAGED_INBOX_LIMIT = 64 };
struct unit; /* an inbox file being read (unit.h) */

struct submission {
    struct payers *payers;
    struct waiting *waiting; /* one for each payer profile, then again for each further form */
    size_t waiting_count;
    size_t memo_bytes; /* of all of them */
    struct asking *asking; /* one for each that is asked, and kind of question */
    size_t asking_count;
    struct outgoing *outgoing; /* a memory of the table SUBMISSION_OPEN, beside whose content files it is small */
    size_t outgoing_count, outgoing_room;
    struct incoming incoming[INCOMING_LIMIT];
    size_t incoming_count;
    struct unit *unit;
    struct damaged_inbox damaged[DAMAGED_INBOX_LIMIT];
    size_t damaged_count;
    struct acceptances accepted;
    struct latency latency;
    char content_folder[600];
    struct content_recent recent; /* of the files in it */
    size_t written_most; /* the longest interchange that was kept there */
    /* Files in the payers' in/ as of the last look, and of whom the last is: that cannot be opened; for whose copy there is no room. */
    struct left_files {
        size_t count;
        const struct payer *last;
    } unreadable, no_room;
    char trouble[1000], damage_in[320], damage_out[320];
};

/* "%020": a profile's name as a key. */
struct store_key submission_payer_key(struct text name);
struct store_key submission_number_key(uint64_t number);
struct store_key submission_claim_key(uint64_t claim_id, uint64_t version);
/* The next number of a series, given in this step. */
uint64_t submission_next_number(struct step *step, struct text series);
/* Of professional claims, and what belongs to the payer alone; NULL: there is no such profile. */
struct waiting *submission_waiting(struct submission *state, struct text payer);
struct waiting *submission_waiting_form(struct submission *state, struct text payer, uint32_t form);
/* "837I": as it stands in the names of files. A form that is not given is professional. */
const char *submission_form_name(uint32_t form);
/* An event of an interchange: no claim, number = ISA13, code = payer. */
enum status submission_interchange_event(struct step *step, uint32_t kind, const struct outgoing_interchange *row);
/* A new work item; returns its number. */
uint64_t submission_add_work(struct step *step, struct submission_work *work);
void submission_put_interchange(struct step *step, const struct outgoing_interchange *row);
enum status submission_get_interchange(struct step *step, uint64_t number, struct outgoing_interchange *row);

/* interchange.c: the next numbers of an interchange, LIMIT when their range is used up; its envelope (texts of the step); the
 * file's name for the next sending; is it one of questions? */
struct x12_envelope;
struct file_writer;
enum status submission_number(struct step *step, const struct payer *payer, uint64_t *number, uint64_t *control);
struct x12_envelope submission_envelope(struct step *step, const struct payer *payer, uint64_t control);
struct text submission_file_name(struct step *step, const struct outgoing_interchange *row);
bool submission_asks(const struct outgoing_interchange *row);
/* Its sealed content, by name, and that opened for writing (statuses of file_create). */
struct text submission_content_name(struct step *step, uint64_t number);
enum status submission_content_create(struct step *step, struct text name, struct file_writer **file);
/* A new interchange is made: it is kept, found by what answers it, counted, and goes to the payer. */
void submission_made(struct step *step, const struct outgoing_interchange *row);

/* The interchange is on its way into the payer's folder from the next poll on (send.c). */
void submission_send_soon(struct step *step, uint64_t number);

/* pending.c */
enum status pending_take(struct step *step, const void *record);
enum status pending_due(struct step *step, struct text key);
enum status pending_load(struct service *service);
struct store_key pending_due_key(const struct waiting *waiting);
/* Each claim that waits there, in the order of its coming, until `visit` says false. CORRUPT. */
typedef bool pending_visit_claim(void *context, struct text claim);
enum status pending_visit(struct step *step, const struct waiting *waiting, pending_visit_claim *visit, void *context);
/* The first of them are in an interchange and wait no more: their rows go. CORRUPT. */
enum status pending_fixed(struct step *step, struct waiting *waiting, size_t count);
/* The last of a batch's steps: those that still wait and have no row get one. */
void pending_gather(struct step *step);
/* When the first of them was received; 0: none. */
int64_t pending_oldest(struct service *service, const struct waiting *waiting, struct arena *arena);
void pending_forget(struct submission *state);
/* latency.c: a claim was taken in this batch; poll counts it when the commit is done. Rows upto_us, claims. */
void latency_take(struct latency *latency, int64_t received);
int64_t latency_poll(struct service *service);
void verb_latency(struct service *service, const struct control_request *request, struct control_rows *rows);
/* fix.c: a batch of pending claims becomes an interchange. */
int64_t fix_poll(struct service *service);
enum status fix_step(struct step *step);
/* inquiry.c: questions become an interchange. */
int64_t inquiry_poll(struct service *service);
enum status inquiry_step(struct step *step);
enum status inquiry_due(struct step *step, struct text key);
enum status inquiry_load(struct service *service);
/* resend.c: the sets of a rejected interchange under new envelope numbers, same CLM01. */
enum status resend_interchange(struct step *step, const struct outgoing_interchange *old);
/* send.c: files into the payers' folders. */
int64_t send_poll(struct service *service);
enum status send_step(struct step *step);
enum status send_unanswered(struct step *step, struct text key);
enum status send_load(struct service *service);
/* inbox.c: files out of the payers' folders. */
int64_t inbox_poll(struct service *service);
enum status inbox_step(struct step *step);
/* damage.c: files of our own store that cannot be read. Nobody outside is at fault: they keep their rows, are tried again, and
 * hold up nothing else. An inbox file that could not be read now, and one that could; is it to be left alone for now? True also
 * of every other one when too many are damaged. All of them are due again. */
void damage_hold(struct submission *state, uint64_t inbox);
void damage_clear(struct submission *state, uint64_t inbox);
bool damage_held(const struct submission *state, uint64_t inbox);
void damage_try_again(struct submission *state);
/* What is damaged, in words for `claimline status`, and what to do; NULL: nothing. */
const char *damage_trouble(struct service *service, const char **advice);
/* trouble.c: what a person must mend (no room, a payer's folder, numbers used up), in words for `claimline status`, and what to do;
 * NULL: nothing. */
const char *trouble_sentence(struct service *service, const char **advice);
/* unit.c: one inbox file, item by item. */
int64_t unit_poll(struct service *service);
enum status unit_step(struct step *step);
void unit_forget(struct service *service);
/* answers.c */
struct interchange_answer;
struct group_answer;
struct set_answer;
struct status_answer;
enum status answer_unmatched(struct step *step, const struct inbox_row *inbox, const char *what);
enum status answer_interchange(struct step *step, const struct inbox_row *inbox, const struct interchange_answer *answer);
enum status answer_set(struct step *step, const struct inbox_row *inbox, const struct group_answer *group,
                       const struct set_answer *answer);
/* A 999 that names no set of the group; it has an AK9. */
enum status answer_group(struct step *step, const struct inbox_row *inbox, const struct group_answer *group);
enum status answer_claim(struct step *step, const struct inbox_row *inbox, const struct status_answer *answer);
/* The payer answered something of it: an interchange of which no TA1 and no 999 came is not sent again, and nobody need ask him. */
enum status answer_heard(struct step *step, uint64_t interchange);
/* Those that were accepted since the step began go on: at its end. */
enum status answer_pass_on(struct step *step);
/* status_inquiry.c: 276 */
enum status status_take(struct step *step, const void *record);
/* status_reply.c: 277. The remittance of a claim came that was asked about: its work is done, and no later answer makes any. */
struct status_level;
struct status_reply;
enum status status_settle(struct step *step, const void *record);
/* One claim of a 277; a receiver's or provider's level that says something of all questions of its 276. */
enum status status_reply_claim(struct step *step, const struct inbox_row *inbox, const struct status_reply *reply);
enum status status_reply_level(struct step *step, const struct inbox_row *inbox, const struct status_level *level);
/* eligibility_inquiry.c: 270 and 271 */
struct eligibility_reply;
struct inquiry_party;
enum status eligibility_take(struct step *step, const void *record);
/* An answer about a subscriber (`dependent` NULL), or about a dependent below one. */
enum status eligibility_reply_person(struct step *step, const struct inbox_row *inbox,
                                     const struct eligibility_reply *subscriber, const struct eligibility_reply *dependent);
/* A level above that refuses all questions of the 270 whose BHT03 is `reference`. */
enum status eligibility_reply_level(struct step *step, const struct inbox_row *inbox, struct text reference,
                                    const struct inquiry_party *level);
/* status_reply.c: what is known of the claim, into the row that is open, and a row for each line of which the payer said something. */
void status_show(struct service *service, struct text key, bool reveal, struct control_rows *rows);
/* verbs.c */
void verb_work_list(struct service *service, const struct control_request *request, struct control_rows *rows);
void verb_work_show(struct service *service, const struct control_request *request, struct control_rows *rows);
enum status verb_work_answer(struct step *step, const struct control_request *request, struct control_rows *rows);
void verb_claim_show(struct service *service, const struct control_request *request, struct control_rows *rows);
void verb_interchange_list(struct service *service, const struct control_request *request, struct control_rows *rows);

#endif
