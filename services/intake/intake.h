/*
 * The intake daemon: takes files in by a spool folder and requests in by an API, answers what it took, and
 * passes accepted encounters on to coding.
 *
 * One file is worked on at a time, in stages that are durable (record file_row):
 *     received (API) -> (pass 1: envelope and sets) judged -> (pass 2: claim by claim) -> done
 * Between the stages work is done outside the batch in bounded slices (files_poll); what became of it is
 * recorded by steps (files_step). All that is written outside the store is a function of content file and
 * durable rows, so it is written again after a crash, byte for byte.
 */
#ifndef CLAIMLINE_INTAKE_H
#define CLAIMLINE_INTAKE_H

#include "common/finding/finding.h"
#include "common/service/service.h"
#include "schemas/records/claim_body.h"
#include "schemas/records/encounter.h"
#include "schemas/records/intake_state.h"

extern const struct service_plan intake_plan;

/* The plan's tables. */
enum intake_table {
    INTAKE_FILES,      /* number u64 -> file_row */
    INTAKE_OPEN,       /* number u64 of the files that are not done -> "o" */
    INTAKE_DIGESTS,    /* SHA-256 of a file -> its number u64 */
    INTAKE_REFERENCES, /* keyed hash of API sender and reference -> number u64, SHA-256 */
    INTAKE_GUARD,      /* service day u32, 16 bytes of the keyed hash of a claim -> claim id u64, held u8 */
    INTAKE_JUDGEMENTS, /* LOG: what became of each claim of the file being taken; its place is also the cursor
                          of pass 2 */
    INTAKE_CLAIMS,     /* first claim id u64 of a file -> number u64 */
    INTAKE_STAYS,      /* 16 bytes of the keyed hash of a stay, claim id u64 -> frequency, first and last day u32 */
    INTAKE_STAY_OF,    /* claim id u64 of an interim bill -> the hash */
    INTAKE_TABLES
};

enum intake_counter {
    COUNTER_TAKEN,     /* accepted encounters */
    COUNTER_PASSED_ON, /* emitted to coding: the same, in the same step */
    COUNTER_FILES,     /* the last number of a file */
    COUNTER_CLAIMS,    /* the last claim id */
    COUNTER_CONTROL,   /* the last envelope number of an answer */
    COUNTER_CLAIMS_REFUSED,
    COUNTER_FILES_REFUSED,
    COUNTER_REPLACED,
    INTAKE_COUNTERS
};

enum {
    INTAKE_SLICE_MICROSECONDS = 5000,
    INTAKE_NAME_BYTES = 256,
    INTAKE_PATH_BYTES = 512,
    INTAKE_DIGEST_BYTES = 32,
    INTAKE_CONTENT_BYTES = 2 * INTAKE_DIGEST_BYTES + 4, /* "HEX.in" */
    INTAKE_SETS_LIMIT = 131072 * 8,
    INTAKE_INTERCHANGES_LIMIT = 1000,
    INTAKE_SECTION_LIMIT = 524288,
};

/* The paths that the daemon uses, made at start. */
struct intake_folders {
    char spool[INTAKE_PATH_BYTES];   /* files appear here by rename */
    char taking[INTAKE_PATH_BYTES];  /* the one being read in, claimed by rename */
    char done[INTAKE_PATH_BYTES];    /* taken files with their answers beside them */
    char refused[INTAKE_PATH_BYTES]; /* files of which nothing was taken */
    char content[INTAKE_PATH_BYTES]; /* sealed content files, in the state folder */
};

enum intake_stage {
    STAGE_IDLE,
    STAGE_RECEIVING, /* poll: digest, then the content file */
    STAGE_JUDGING,   /* poll: pass 1 */
    STAGE_JUDGED,    /* step: the row with its verdict */
    STAGE_TAKING,    /* steps: pass 2, a claim each */
    STAGE_FINISHING, /* poll: answers beside the file */
    STAGE_FINISHED,  /* step */
};

struct receive;
struct judge;
struct walk;
struct api;

struct intake_state {
    struct intake_folders folders;
    enum intake_stage stage;
    enum status failed;  /* CORRUPT or IO of what poll read: the next step ends the process with it */
    struct arena arena;  /* of the row */
    struct file_row row; /* of the file being worked on */
    struct receive *receive;
    struct judge *judge;
    struct walk *walk;
    struct api *api;
    int64_t again; /* ticks: not before, after a full disk */
    bool stuck;    /* a folder outside could not be read or written */
    bool no_room;  /* a disk is full */
    size_t unreadable; /* files of the folder that may not be read, as of the last look at all of it */
    size_t odd;        /* links, pipes and the like in it, which are no files, as of that look */
    char trouble[INTAKE_PATH_BYTES + 160];
};

/* ---- rows (rows.c) ---- */
struct store_key intake_number_key(uint64_t number);
/* Reads a file's row into the arena. */
enum status intake_read_row(struct service *service, uint64_t number, struct arena *arena,
                            struct file_row *row);
/* Is this digest known as of the last commit? NOT_FOUND when not. */
enum status intake_find_digest(struct service *service, const uint8_t digest[INTAKE_DIGEST_BYTES],
                               uint64_t *number);
/* "HEX.in": the name of the content file. */
void intake_content_name(const uint8_t digest[INTAKE_DIGEST_BYTES], char name[INTAKE_CONTENT_BYTES]);
/* In a step: numbers a received file, makes its row and marks it open. row->number is set. */
void intake_put_received(struct step *step, struct file_row *row);
/* Text from outside for a row: control characters become '?', cut at `limit`. In the arena. */
struct text intake_clean(struct arena *arena, struct text t, size_t limit);

/* ---- the spool folder (spool.c) ---- */
enum status spool_open(struct service *service, struct intake_folders *folders, char reason[512]);
/* Claims the next file of the folder and opens it for receive_slice. NOT_FOUND: there is none. */
enum status receive_begin(struct service *service, struct receive **receive);
/* What `claimline status` says of files that may not be read. */
const char *spool_trouble(struct service *service, const char **advice);
/* A slice of reading in. RETRY: more to do; OK: the content file is on disk; CONFLICT: its bytes are known,
 * `row->number` says as which; else trouble. `row` then holds name, digest, size, format. */
enum status receive_slice(struct service *service, struct receive *receive, struct arena *arena,
                          struct file_row *row);
void receive_end(struct receive *receive);
/* Moves the claimed file to its last place and syncs that, with the answers that lie there. OK also when it was moved
 * before. */
enum status spool_settle(const struct intake_folders *folders, struct text name, bool refused);
/* What the bytes look like. */
bool intake_looks_like(struct text head, uint32_t *format);

/* ---- pass 1 (judge.c) ---- */
enum status judge_begin(struct service *service, const struct file_row *row, struct judge **judge);
/* RETRY: more to do; OK: the verdict is in the row; else trouble (CORRUPT, IO). Texts of the row lie in the
 * arena. */
enum status judge_slice(struct judge *judge, struct arena *arena, struct file_row *row);
void judge_end(struct judge *judge);

/* ---- pass 2 (walk.c, take.c) ---- */
enum status walk_begin(struct service *service, const struct file_row *row, struct walk **walk);
/* Outside a batch: goes over what is durable already and over sets that are not taken. RETRY: more to do; OK:
 * the next claim waits for a step; NOT_FOUND: the file is at its end; else trouble. */
enum status walk_slice(struct walk *walk);
/* One claim. NOT_FOUND: outside work comes first (or the end). */
enum status walk_step(struct walk *walk, struct step *step);
/* Is the walk where the store is? False after an aborted batch. */
bool walk_in_step(const struct walk *walk);
/* Puts answers and receipt in place; the folder is not synced. */
enum status walk_finish(struct walk *walk);
void walk_counts(const struct walk *walk, uint64_t *accepted, uint64_t *refused);
void walk_end(struct walk *walk);

/* What became of a claim; an entry of INTAKE_JUDGEMENTS. */
struct judgement {
    bool accepted;
    uint16_t finding; /* why not */
    uint64_t related; /* the claim that it duplicates or replaces */
};
enum { JUDGEMENT_BYTES = 11 };
void judgement_write(const struct judgement *judgement, uint8_t bytes[JUDGEMENT_BYTES]);
bool judgement_read(struct text bytes, struct judgement *judgement);

/* A claim as a reader gives it. */
struct given_claim {
    const struct file_row *row;
    const struct claim_body *body; /* NULL: too large or out of bounds */
    uint64_t claim_id;
    uint64_t ordinal;   /* in the file, of claims in accepted sets, from 1 */
    struct text sender; /* ISA06 */
    uint16_t finding;   /* its first finding of severity error; 0 none */
    const struct document *documents;
    uint32_t document_count;
};
/* Judges it, guards it, emits it, tells its event, appends its judgement. */
enum status take_claim(struct step *step, const struct given_claim *given, struct judgement *judgement);
enum status take_hold_notice(struct step *step, const void *record);

/* The guard's key of a claim (duplicate.c): service day and 16 bytes of a keyed hash over billing and
 * rendering provider, member, patient where not the subscriber, and for each line dates, procedure with
 * modifiers and charge; of a replacement or void also what it replaces; of an institutional claim type of bill, statement
 * period and revenue codes; of a dental one the teeth. Pure but for the key of the store. */
enum { DUPLICATE_KEY_BYTES = 20 };
void duplicate_key(struct seal *seal, const struct claim_body *body, struct arena *arena,
                   uint8_t key[DUPLICATE_KEY_BYTES]);

/* ---- bills of one stay (stay.c) ---- */
/* An accepted claim: kept when it is an interim bill (frequency 2, 3, 4) with a day of admission. */
void stay_keep(struct step *step, uint64_t claim_id, const struct claim_body *body);
/* Another claim took its place. */
enum status stay_forget(struct step *step, uint64_t claim_id);
/* A row for each bill of the claim's stay, itself included, oldest first; none when it is no interim bill. Days only revealed. */
void stay_show(struct service *service, uint64_t claim_id, bool reveal, struct control_rows *rows);

/* ---- the receipt (receipt.c) ---- */
struct receipt_note {
    uint64_t ordinal; /* of the claim, 0: of a set or group */
    uint16_t finding;
    struct text place;
    struct text sentence; /* private values masked */
};
struct receipt {
    const struct receipt_note *notes;
    size_t note_count;
    uint64_t notes_dropped;
    uint64_t accepted, refused; /* claims */
    bool incomplete;            /* an answer could not be written whole */
};
/* NAME.receipt.json beside the file: what was taken of it, and what is to say; the folder is not synced. FULL, IO. */
enum status receipt_write(struct service *service, const struct file_row *row, const struct receipt *receipt);
/* The receipt of bytes that were taken before, as `first`. */
enum status receipt_write_same(struct service *service, const struct file_row *row,
                               const struct file_row *first);

/* ---- the API (api.c) ---- */
enum status api_open(struct service *service, char reason[512]);
void api_close(struct service *service);
int64_t api_poll(struct service *service);
enum status api_step(struct step *step);
/* What api_poll does with a request: OK: *receipt is the answer; RETRY: the answer comes by api_next_receipt
 * when the request is on disk. Texts of *receipt lie in the arena. */
struct link_peer;
enum status api_request(struct service *service, const struct link_peer *peer, struct text bytes,
                        struct arena *arena, struct api_receipt *receipt);
/* The next receipt that became durable. */
bool api_next_receipt(struct service *service, struct link_peer *peer, struct arena *arena,
                      struct api_receipt *receipt);

/* ---- the verbs (verbs.c) ---- */
void verb_file_list(struct service *service, const struct control_request *request,
                    struct control_rows *rows);
void verb_file_show(struct service *service, const struct control_request *request,
                    struct control_rows *rows);
void verb_refused_files(struct service *service, const struct control_request *request,
                        struct control_rows *rows);
void verb_claim_show(struct service *service, const struct control_request *request,
                     struct control_rows *rows);

#endif
