/*
 * The remittance daemon: reads the payers' 835, balances them, posts them once to the ledger, and turns denials, what
 * does not balance or match, and silence into work. Internal to services/remittance; README.md says what it takes, gives
 * and keeps.
 */
#ifndef CLAIMLINE_REMITTANCE_H
#define CLAIMLINE_REMITTANCE_H

#include "common/ledger/ledger.h"
#include "common/payer/payer.h"
#include "common/service/service.h"
#include "schemas/records/claim.h"
#include "schemas/records/question.h"
#include "schemas/records/remittance.h"
#include "schemas/records/remittance_state.h"
#include "services/remittance/balance.h"
#include "services/remittance/memo.h"
#include "services/remittance/staged.h"

extern const struct service_plan remittance_plan;

enum remittance_table {
    REMITTANCE_ITEMS,   /* claim id u64, version u32 -> remit_item */
    REMITTANCE_CHUNKS,  /* unit u64, number u32 -> the bytes; only until their unit is done */
    REMITTANCE_UNITS,   /* unit u64 -> remit_unit; the same */
    REMITTANCE_SETS,    /* unit u64, ordinal u32 -> remit_set */
    REMITTANCE_GUARDS,  /* BPR16 u32, hash of the key (16) -> content digest (32), unit u64, ordinal u32 */
    REMITTANCE_LEDGER,  /* LOG: remit_posting */
    REMITTANCE_WORK,    /* number u64 -> remit_work, open */
    REMITTANCE_DONE,    /* number u64 -> remit_work, answered */
    REMITTANCE_BUCKETS, /* hour u64, payer -> remit_bucket */
    REMITTANCE_EARLY,   /* claim id u64, version u32 -> remit_early */
    REMITTANCE_PAYMENTS,     /* the key of a guard -> remit_payment, one that comes in pieces */
    REMITTANCE_PIECE_CLAIMS, /* the key of a guard, hash of the claim (16) -> unit u64, ordinal u32 of its piece */
    REMITTANCE_READY,        /* unit u64, ordinal u32 -> remit_ready */
    REMITTANCE_ASKING,       /* instant u64, payer -> remit_asking */
    REMITTANCE_TABLE_COUNT
};

/* taken = ended + held + queued at every commit: a claim version is queued while the payer has not decided, held while
 * a denial of it is open work, ended otherwise. */
enum remittance_counter {
    REMITTANCE_TAKEN,
    REMITTANCE_MADE,
    REMITTANCE_PASSED_ON,
    REMITTANCE_ENDED,
    REMITTANCE_HELD,
    REMITTANCE_QUEUED,
    REMITTANCE_REFUSED,
    REMITTANCE_DEBITS_CENTS,
    REMITTANCE_CREDITS_CENTS,
    REMITTANCE_WORK_NUMBER, /* last given */
    REMITTANCE_WORK_OPEN,
    REMITTANCE_ACCOUNTS, /* a balance for each account from here on */
    /* No claim with a higher id ever fell silent. (Behind the accounts: one more of them moves it, and is a new format of the items.) */
    REMITTANCE_SILENT_UP_TO = REMITTANCE_ACCOUNTS + LEDGER_ACCOUNT_COUNT,
    REMITTANCE_COUNTER_COUNT
};
_Static_assert(REMITTANCE_COUNTER_COUNT <= 32, "the frame keeps 32 counters of a plan");

enum { REMITTANCE_DUE_SILENCE = 1, REMITTANCE_DUE_REST, REMITTANCE_DUE_ASKING };

/* What pass 1 found out about one ST. Texts are kept in the buffers. */
struct judged_set {
    char trace[51], payer_tax_id[11], payee[81], place[61];
    int32_t effective_date;
    struct balance balance;
    uint8_t digest[32];
    const char *fault; /* cannot be read or breaks its envelope: why; static */
    bool remembered;   /* all its claims stand in the memo, from memo_from on */
    size_t memo_from;
};

struct reading; /* an 835 being read, in unit.c */

/* A row of REMITTANCE_BUCKETS as it stands: hundreds of claims that are sent one after the other share it. */
struct bucket_memo {
    int64_t hour; /* 0: none */
    char payer[PAYER_NAME_LENGTH + 1];
    struct remit_bucket row;
};

/* The plan's memory: all of it is made again from the store. */
struct remittance {
    struct payers *payers;
    bool asks; /* a profile has status_inquiry */
    struct staged staged;      /* chunks of units on their way in */
    struct bucket_memo bucket; /* the last one that a claim was put into */
    /* pass 1 of the unit that is being posted */
    uint64_t unit;
    bool sum_differs, corrupt;
    struct judged_set *sets;
    size_t set_count, set_room;
    struct memo memo; /* its claims, as far as they fit */
    /* pass 2, of sets that are not remembered: stands behind the last claim posted */
    struct reading *reading;
};

/* ---- item.c: open items ---- */
enum status item_get(struct step *step, uint64_t claim_id, uint64_t version, struct remit_item *item);
void item_put(struct step *step, const struct remit_item *item);
/* Which counter holds the claim, by its state and open work. */
enum remittance_counter item_counter(const struct remit_item *item);
/* Keeps the item with a new state and moves the claim between the counters: `before` is where it was when it was read. */
void item_move(struct step *step, struct remit_item *item, enum remit_item_state state, enum remittance_counter before);
bool item_decided(const struct remit_item *item);
enum status item_handle_sent(struct step *step, const void *record);
enum status item_handle_answer(struct step *step, const void *record);
enum status item_handle_accepted(struct step *step, const void *record);
enum status item_handle_silence(struct step *step, struct text key);
/* A later version takes its place: its money is taken back from the charges and it is closed. */
enum status item_end(struct step *step, struct remit_item *item);

/* ---- asking.c: what payers are to be asked about ---- */
/* The item was sent: it is looked at after its payer's status_after. Nothing where no profile asks. */
enum status asking_await(struct step *step, const struct remit_item *item);
enum status asking_handle(struct step *step, struct text key);
/* The item was decided: submission is told, by way of claims, when its payer was asked about it; what his answers made work is done. */
enum status asking_settled(struct step *step, const struct remit_item *item);

/* ---- keep.c: the ledger, work and events as rows ---- */
void keep_begin(struct step *step, struct ledger_posting *posting, const struct remit_item *item, uint64_t unit,
                struct text reference);
/* Appends the posting to the ledger and adds it to the balances. LIMIT when a sum passes its bound. */
enum status keep_posting(struct step *step, const struct ledger_posting *posting);
/* Numbers and keeps a work item; its `number` is set. */
void keep_work(struct step *step, struct remit_work *work);
/* Moves an open work item to the answered ones. */
void keep_work_done(struct step *step, struct remit_work *work, struct text actor, struct text act, struct text why);
enum status keep_work_get(struct step *step, uint64_t number, struct remit_work *work);
/* Closes the open denials of an item, because something else settles them. */
enum status keep_denials_closed(struct step *step, struct remit_item *item, struct text act);
enum status keep_claim_event(struct step *step, const struct remit_item *item, enum event_kind kind, struct text code);
struct text row_key_item(struct step *step, uint64_t claim_id, uint64_t version);
struct text row_key(struct step *step, uint64_t a);
struct text row_key_pair(struct step *step, uint64_t a, uint64_t b); /* u64, u32 */

/* ---- post.c: one claim of a remittance ---- */
struct post_place {
    const struct payer *payer; /* NULL: no such profile any more */
    struct text payer_name;
    uint64_t unit, set, claim; /* ordinals from 1 */
    int32_t date;              /* of the remittance: BPR16, else the site's date */
};
/* `*unmatched` is set when it found no item and became work. */
enum status post_claim(struct step *step, const struct post_place *place, const struct remittance_claim *claim,
                       bool *unmatched);

/* The item was just kept: posts what a remittance said of it before, if one did. */
enum status post_early(struct step *step, const struct remit_item *item);

/* ---- unit.c: chunks, pass 1, pass 2 ---- */
enum status unit_handle_chunk(struct step *step, const void *record);
int64_t unit_poll(struct service *service);
enum status unit_step(struct step *step);
void unit_forget(struct remittance *state); /* memory of the unit at hand */

/* A unit in a step. */
struct unit_at {
    struct step *step;
    struct remittance *state;
    uint64_t unit;
    struct remit_unit row;
};
void unit_put(const struct unit_at *at);
/* A set as it was judged; its state is the caller's to give. */
struct remit_set unit_set_row(const struct unit_at *at, uint64_t ordinal);
void unit_put_set(const struct unit_at *at, const struct remit_set *row);
enum status unit_set_event(const struct unit_at *at, const struct remit_set *row, enum event_kind kind, int64_t cents);
/* Not posted: kept, told, and work for a biller; the next set is at hand. */
enum status unit_hold_set(struct unit_at *at, struct remit_set *row, enum remit_set_state state, uint16_t finding,
                          int64_t difference_cents);
/* It was here before: kept as repeated; the next set is at hand. */
enum status unit_skip_set(struct unit_at *at, struct remit_set *row);
/* The key of the set's payment, of guards and payments: BPR16 and a hash of TRN03, TRN02, BPR16, N104 of 1000B. */
struct text unit_payment_key(struct step *step, const struct remit_set *row);
void unit_put_guard(const struct unit_at *at, struct text key, const struct remit_set *row);

/* ---- pieces.c: a payment in several ST ---- */
/* Does nothing but its payment being larger speak against the set? */
bool pieces_may_be(const struct balance *balance);
/* A set that may be a piece, or whose payment is known in pieces: its staging begins, or it is skipped or held.
 * `*whole`: it explains the whole payment, pieces that waited gave way, and the caller posts it. */
enum status pieces_begin(struct unit_at *at, struct remit_set *row, struct text key, bool *whole);
/* The next claims of the set are noted; behind the last one it is a piece, and the last piece makes all ready. */
enum status pieces_stage(struct unit_at *at);
/* Begins with a piece of the unit that is ready. */
enum status pieces_next(struct unit_at *at);
/* A claim of the piece, or all of the piece, is posted. */
void pieces_claim_posted(struct unit_at *at, const struct remittance_claim *claim);
enum status pieces_posted(struct unit_at *at, const struct remit_set *row);
/* The next claims of a piece that was let go are noted no more. */
enum status pieces_let_go(struct unit_at *at);
/* The rest of a payment has not come in time: it becomes work. */
enum status pieces_handle_rest(struct step *step, struct text key);
/* A person answered that work: the pieces are dropped, or wait on. */
enum status pieces_answer(struct step *step, const struct remit_work *work, bool drop);

/* ---- reading.c: a unit's chunks as sets, claims, provider adjustments ---- */
/* `take` gets each claim of the set at hand; NULL while judging. */
typedef enum status reading_take(void *context, const struct remittance_claim *claim);
/* Pass 1: reads the whole unit into state->sets and state->memo. CORRUPT, or OK. */
enum status reading_judge(struct service *service, uint64_t unit, const struct remit_unit *row, struct remittance *state);
/* Pass 2: hands out claims behind `claims_done` of set `set`, at most `limit`, with what posting needs of them.
 * `*ended`: the set has no more. */
enum status reading_claims(struct step *step, struct remittance *state, uint64_t unit, const struct remit_unit *row,
                           unsigned limit, reading_take *take, void *context, bool *ended);
void reading_free(struct reading *reading);

/* ---- work.c: verbs for what a biller must decide ---- */
void work_verb_list(struct service *service, const struct control_request *request, struct control_rows *rows);
void work_verb_denials(struct service *service, const struct control_request *request, struct control_rows *rows);
void work_verb_show(struct service *service, const struct control_request *request, struct control_rows *rows);
enum status work_verb_answer(struct step *step, const struct control_request *request, struct control_rows *rows);

/* ---- verbs.c ---- */
enum { REMITTANCE_VERBS = 7 };
extern const struct service_verb remittance_verbs[REMITTANCE_VERBS];

#endif
