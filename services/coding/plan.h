/* The coding daemon: tables, counters, and what its handlers share. */
#ifndef CLAIMLINE_CODING_PLAN_H
#define CLAIMLINE_CODING_PLAN_H

#include "common/payer/payer.h"
#include "common/service/service.h"
#include "schemas/records/coding.h"
#include "services/coding/basis.h"
#include "services/coding/numbering.h"
#include "services/coding/passed.h"
#include "services/coding/steps/coding.h"
#include "services/coding/steps/own/own.h"
#include "services/coding/steps/sets.h"
#include "services/coding/steps/wants.h"

extern const struct service_plan coding_plan;

enum coding_table {
    CODING_HELD,
    CODING_CHANGES,
    CODING_CHANGES_BY_PERSON,
    CODING_RELEASED,
    CODING_BY_DEPARTMENT,
    CODING_DAYS,
    CODING_TALLIES,
    CODING_AUDITS,
    CODING_BASES,
    CODING_HISTORY,
    CODING_HISTORY_PATIENTS
};
enum coding_counter {
    CODING_TAKEN,
    CODING_MADE,
    CODING_PASSED_ON,
    CODING_ENDED,
    CODING_HELD_COUNT,
    CODING_FIRST_PASS, /* passed without a person */
    CODING_SKIPPED,    /* of step 1 not assessed; those of the others follow */
    CODING_SAMPLES = CODING_SKIPPED + CODING_STEPS, /* drawn for audits: the last one's number */
    CODING_COUNTER_COUNT
};

/* ---- editions.c: the folder of code sets ---- */
struct coding_editions {
    struct codeset_folder *folder; /* NULL: the starter edition alone */
    struct coding_sets sets;       /* damaged: records wait until its file is whole again */
    bool closed;                   /* there are sets, and none could be opened since the start: records wait */
    char reason[CODESET_REASON_BYTES]; /* why the folder as it is now could not be opened; what was open judges on */
    char words[2][CODESET_REASON_BYTES + 100], advice[CODESET_SOURCE_BYTES + 100]; /* what the status says; of words the last is `said` */
    unsigned said;
};

/* ---- rulebook.c: the site's own rules, and which rules are switched off ---- */
enum { RULEBOOK_FILES = 2 }; /* table, script */
struct rulebook_file {
    uint64_t inode;
    int64_t size, written; /* bytes; nanoseconds */
};
struct coding_rulebook {
    struct own_rules *own; /* NULL: none */
    struct rulebook_file seen[RULEBOOK_FILES];
    char trouble[160];     /* which own rules are out */
    char broken[700];      /* why the files as they are now could not be read: those of before judge on */

    struct coding_switches site;
    struct coding_switches *payers; /* of the site and the payer, one for each profile */
    struct coding_wants *wants;     /* what each profile says of coding */
    bool by_payer;                  /* a profile says something of coding */
};

/* The daemon's memory. */
struct coding {
    struct coding_editions editions;
    struct payers *payers; /* read at start; NULL: there is no folder of profiles */
    struct coding_rulebook rulebook;
    int64_t quarter;       /* of an hour, of the last step: its day has a snapshot (report.c); 0 not known */
    uint64_t bases[BASIS_CACHE]; /* those that have a row (basis.c) */
    int64_t history_days;  /* how long what passed is kept (passed.c); 0: it is not */
    int64_t prune_at;      /* when rows of the history are next looked at that may be too old */
};

/* Opens the folder, when there is one. One that cannot be opened is trouble, and records wait. */
void coding_editions_start(struct service *service);
void coding_editions_stop(struct service *service);
/* Source: looks for a new list between batches, every two seconds. */
int64_t coding_editions_poll(struct service *service);
enum status coding_editions_step(struct step *step);
const char *coding_editions_trouble(struct service *service, const char **advice);
/* Must records wait, since the code sets are damaged? Asked before a judgement and after it: one that met damage counts for nothing. */
bool coding_editions_wait(struct coding *state);
/* For a step: the sets that judge, and the name that is kept with the verdict. */
struct coding_sets *coding_sets_now(struct step *step);
struct coding_sets *coding_sets_of(struct service *service);
struct text coding_edition_now(struct step *step);

/* Reads the own rules (keys `rules`, `script`), the key `off` and, of the payers' profiles, `coding_off`. CONFIG with `reason`: a file
 * that is not there or has a fault, a number that is no rule. */
enum status rulebook_start(struct service *service, char reason[512]);
void rulebook_stop(struct service *service);
/* Source: looks between batches, every two seconds, whether the files of own rules have changed, and reads them again. What has a fault
 * is trouble, and the rules of before judge on. */
int64_t rulebook_poll(struct service *service);
enum status rulebook_step(struct step *step);
/* Own rules that cannot be read, or whose script failed, in a sentence; NULL: none. */
const char *rulebook_trouble(struct service *service, const char **advice);
/* What a case is judged with beside the claim itself: the code sets, the switches of site and payer, Medicare by the profile. */
void rulebook_apply(struct coding *state, struct coding_case *c);
/* What the profile of the claim's payer says of coding; NULL: no profile, or none says anything. */
const struct coding_wants *rulebook_wants(const struct coding *state, const struct claim_body *body);
/* coding.rules: all rules, a row each. */
service_query rulebook_query;

/* ---- expected.c ---- */
/* By the fee schedule and the payer's profile (steps/allowed.h): the sum, and the lines that it counts; nothing: 0 lines. */
struct coding_expected {
    int64_t cents;
    uint32_t lines;
};
struct coding_expected coding_expected_of(struct coding *state, const struct claim_body *body, int32_t received);

/* ---- hold.c: rows of held claims ---- */
struct store_key coding_held_key(uint64_t claim_id);
enum status coding_held_get(struct step *step, uint64_t claim_id, struct held_claim *held);
enum { CODING_KEPT_FINDINGS = 100, CODING_KEPT_PLACE_BYTES = 60 };
/* Adds findings to the row: as many as it has room for. */
void coding_held_findings(struct held_claim *held, const struct findings *findings, struct arena *arena);
/* What was asked of a line or diagnosis ("line 3", "line 3, ...", "diagnosis 2") follows it after an answer that gave numbers anew. Of one
 * that is gone it is asked of the claim; once the claim is answered it is told where it was ("diagnosis 2, taken off"). */
void coding_held_follow(struct held_claim *held, const struct numbering *numbering, bool answered, struct arena *arena);
/* The number of the first finding that holds it (query, error; one whose number is not known here, too); 0: none does. */
uint64_t coding_held_first(const struct coding *state, const struct held_claim *held);
/* The first of a place that is more than information ("line 2 modifier" is of "line 2"); 0: there is none. */
uint64_t coding_held_at(const struct coding *state, const struct held_claim *held, struct text place);
/* Puts the row, tells intake (only what it knows by a guard key) and records the event coding_held. */
enum status coding_hold(struct step *step, struct held_claim *held, const struct claim_body *body);
/* As it leaves coding: a question from downstream makes the next version. */
struct identity coding_leaving_identity(const struct held_claim *held);
/* Where the service was given, as far as the claim says it: the NPI in NM109 of 2310C (837P) or 2310E (837I). No record names
 * a hospital's department. Empty when not given or no ten digits. */
struct text coding_department(const struct claim_body *body);
enum status coding_tell_intake(struct step *step, const struct held_claim *held, enum hold_change change);
/* The case of a held claim's body as it would leave now; without its history. */
void coding_held_case(struct coding *state, struct coding_case *c, const struct held_claim *held, const struct claim_body *body);
/* The finding as it was kept, with its kind: FINDING_CODING_DOWNSTREAM_QUERY where the number is not known. */
struct finding coding_kept_finding(const struct coding *state, const struct coding_finding *kept, struct arena *arena);
/* What is known of a finding's number, of a built-in rule or of the site's own; NULL: nothing. */
const struct finding_kind *coding_kind(const struct coding *state, uint64_t number);

/* ---- answer.c: the act work.answer ---- */
service_act coding_work_answer;

/* ---- work.c: the list; show.c: one claim ---- */
service_query coding_work_list, coding_work_show, coding_claim_show;
/* "coding-123" or "123"; false when neither. */
bool coding_work_id(struct text id, uint64_t *claim_id);
/* A row of the list. No amount stands in one of a coder or a physician, no code in one of a physician; in one of a biller the amount, if
 * `money`. */
void coding_show_work(const struct coding *state, struct control_rows *rows, const struct held_claim *held, bool reveal, bool money);
/* The held claim of an id; false when there is none. */
bool coding_find_held(struct service *service, struct arena *arena, uint64_t claim_id, struct held_claim *held);
/* What was done with a claim, a row each; `words_only`: questions and replies alone. */
enum coding_shown { CODING_SHOW_REVEAL = 1, CODING_SHOW_WORDS_ONLY = 2 /* what was said, not what was coded */, CODING_SHOW_MONEY = 4 /* to billers */ };
/* The sentence of a finding and what to do, for these eyes (steps/amounts.h). */
struct text coding_sentence(const struct coding *state, const struct finding *finding, unsigned shown, struct arena *arena);
struct text coding_remedy(const struct coding *state, const struct finding *finding, unsigned shown, struct arena *arena);
void coding_show_changes(struct service *service, struct control_rows *rows, uint64_t claim_id, unsigned shown);
void coding_show_change(struct control_rows *rows, uint64_t claim_id, const struct code_change *change, unsigned shown);
bool coding_find_released(struct service *service, struct arena *arena, uint64_t claim_id, struct released_claim *released);
/* The step of a finding; of what was asked from downstream, which is of none, nothing. */
void coding_show_step(struct control_rows *rows, unsigned step);
/* The value, or *** when it is private and not to be shown. */
struct text coding_masked(struct text value, bool reveal);

#endif
