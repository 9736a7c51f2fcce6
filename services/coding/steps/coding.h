/*
 * The seven steps of accurate coding, as pure functions of one claim, its documents, the editions of the code sets, the history
 * that is given and the dates. A step is a list of passes (passes.h), a pass applies some rules (rows of
 * schemas/coding-rules.tsv). A rule that was not given what it needs is *not assessed*, never *pass*; a step of which a rule is
 * not assessed is not assessed, as a whole or beside what it found.
 *
 * Dates: a claim is judged by its own dates of service. A diagnosis is judged on the first and the last date of the lines
 * that point at it (of all lines when none does); a procedure on its line's date. Of an institutional claim diagnoses are
 * judged on the last day of the statement, as is a procedure whose line has no date (guidelines, section II: the codes of the
 * day of discharge); a dental line without a date has that of the claim.
 */
#ifndef CLAIMLINE_CODING_H
#define CLAIMLINE_CODING_H

#include "common/codes/codes.h"
#include "common/codeset/codeset.h"
#include "common/finding/finding.h"
#include "schemas/coding_rules.h"
#include "schemas/records/claim_body.h"
#include "schemas/records/encounter.h"
#include "services/coding/steps/billed.h"

enum {
    CODING_STEPS = 7,
    CODING_DIAGNOSES = 25, /* bound of claim_body.diagnoses */
    CODING_NOBODY = CODING_DIAGNOSES, /* no diagnosis of the claim: where the index of one is looked for */
    CODING_LINES = 64,     /* lines whose keys are kept in the case */
    CODING_RULES = 5,      /* version of the passes */
    CODING_OWN_RULES = 1000, /* numbers of own rules, from 8000 */
    CODING_OWN_WORDS = (CODING_OWN_RULES + 63) / 64
};

/* What a judgement comes to: warnings do not hold; what only informs is clean. */
enum coding_verdict { CODING_CLEAN, CODING_WARN, CODING_HOLD, CODING_VERDICT_COUNT };
extern const char *const coding_verdict_names[CODING_VERDICT_COUNT];
enum coding_verdict coding_verdict_of(enum finding_severity worst);

/* A step with findings is never called *not assessed*, nor one of which a rule was not assessed *pass*. */
enum coding_result { CODING_PASS, CODING_FINDINGS, CODING_NOT_ASSESSED, CODING_RESULT_COUNT };

/* Why a rule could not be assessed. The numbers are kept with verdicts: only appended. */
enum coding_lack {
    CODING_LACK_NONE,
    CODING_LACK_DOCUMENTS,  /* none were given, or none of the kind */
    CODING_LACK_HISTORY,    /* former claims of the patient were not given */
    CODING_LACK_EDITION,    /* no edition covers the day */
    CODING_LACK_CODE,       /* the edition's list is incomplete and does not hold the code */
    CODING_LACK_DATE,       /* missing, or after receipt */
    CODING_LACK_BIRTH_DATE,
    CODING_LACK_SEX,
    CODING_LACK_DIAGNOSIS,  /* the claim has none of the kind, and its form may go without */
    CODING_LACK_LINES,      /* the claim has none */
    CODING_LACK_STATUS,     /* of a condition: confirmed, provisional, refuted */
    CODING_LACK_TABLE,      /* one that the user loads */
    CODING_LACK_PROVIDER,   /* what the provider is (taxonomy) */
    CODING_LACK_RULES,      /* the rules of that kind of claim are not there yet */
    CODING_LACK_OFF,        /* switched off for this site or payer: not applied */
    CODING_LACK_ADDRESS,    /* where the service was given */
    CODING_LACK_FAILED,     /* an own rule whose script failed before */
    CODING_LACK_COUNT
};
/* A sentence of each: "No documents were given." */
extern const char *const coding_lack_sentences[CODING_LACK_COUNT];

/* Published code sets beside the starter edition (sets.h). */
struct coding_sets;
/* Former claims of the same patient. */
struct coding_history;
/* The site's own rules (own/own.h). */
struct own_rules;
/* What the payer's profile says of coding (wants.h). */
struct coding_wants;

/* Rules that are switched off, for a site or a payer. */
struct coding_switches {
    uint64_t off[CODING_RULE_WORDS];    /* bit n: row n of coding_rules */
    uint64_t own_off[CODING_OWN_WORDS]; /* bit n: own rule 8000 + n */
};

/* What the passes look at. Filled by coding_case_make; points into the caller's records. */
struct coding_case {
    const struct claim_body *body;
    const struct document *documents;
    uint32_t documents_count; /* 0: not given */
    const struct codes_edition *edition;
    int32_t received_date;    /* local date of receipt; a service after it lies in the future */
    /* the caller's, after coding_case_make */
    struct coding_sets *sets;              /* NULL: the starter edition alone */
    const struct coding_switches *switches; /* NULL: every rule is on */
    const struct coding_history *history;  /* NULL: not given */
    struct own_rules *own;                 /* NULL: none; a rule of it may go out */
    const struct coding_wants *wants;      /* NULL: no profile of the payer is known */
    bool medicare;                         /* SBR09 is MA or MB; a caller may know it of the payer's profile */
    /* derived */
    enum coding_setting setting;
    const struct institutional_claim *institutional; /* NULL: of another form */
    int32_t default_date; /* of a line that has none: of the statement, of the dental claim; 0 when there is none */
    int32_t first_date; /* earliest date of service of the claim; 0 when no line has one */
    int32_t last_date;  /* the latest */
    int32_t day;        /* for rules about the claim as a whole: first_date, of an inpatient the last of the statement; 0 unknown */
    uint32_t diagnoses_count; /* of the body, at most CODING_DIAGNOSES */
    uint32_t principal; /* index of the principal diagnosis; UINT32_MAX: none */
    int32_t birth_date; /* of the patient; 0 when not given */
    struct text sex;    /* of the patient: F, M, U; empty when not given */
    int32_t diagnosis_first[CODING_DIAGNOSES], diagnosis_last[CODING_DIAGNOSES]; /* 0 when no line has a date */
    uint64_t diagnosis_keys[CODING_DIAGNOSES]; /* codeset_key; 0: it is none */
    uint64_t procedure_keys[CODING_LINES];     /* of the first lines, by coding_procedure_key */
};

void coding_case_make(struct coding_case *c, const struct claim_body *body, const struct document *documents,
                      uint32_t documents_count, const struct codes_edition *edition, int32_t received_date);

/* One judgement at work. */
struct coding_run {
    const struct coding_case *c;
    struct findings *findings;
    uint64_t open[CODING_RULE_WORDS];    /* rules of this setting and payer that are on; bits as in coding_switches */
    uint64_t off[CODING_RULE_WORDS];     /* rules of this setting and payer that are switched off */
    uint64_t applied[CODING_RULE_WORDS]; /* those that were asked for on a day on which they hold */
    uint64_t lacking[CODING_RULE_WORDS]; /* of these, those that could not be assessed */
    uint8_t lacks[CODING_RULE_COUNT];    /* enum coding_lack of a rule that lacks; else not set */
    uint8_t skipped[CODING_STEPS + 1];   /* enum coding_lack of a whole step by its number */
    uint64_t not_assessed;               /* bit n: step n */
    uint32_t own_applied;                /* own rules that were applied */
    uint8_t own_lacks[CODING_OWN_RULES]; /* enum coding_lack by number - 8000; set only where c->own is */
    struct billed_list billed;           /* by coding_billed */
};

struct coding_judgement {
    enum coding_result results[CODING_STEPS];
    uint64_t not_assessed; /* bit n: step n */
    uint32_t applied;      /* number of rules that were applied */
    enum coding_verdict verdict;
    bool holds;            /* the verdict is to hold: a finding of severity query or error */
};

/* The step's number is the index + 1, as in findings.tsv. */
extern const char *const coding_step_names[CODING_STEPS];

/* Runs all seven, also when an early one found something: the coder sees everything at once. `run` says afterwards which rules
 * were applied, and which lack what. */
struct coding_judgement coding_judge(struct coding_run *run, const struct coding_case *c, struct findings *findings);
/* The same in two parts, for tests of one step (1 to 7). */
void coding_begin(struct coding_run *run, const struct coding_case *c, struct findings *findings);
enum coding_result coding_take_step(struct coding_run *run, unsigned step);

/* ---- rules (rules.c) ---- */

/* The row of a rule; NULL when there is none. */
const struct coding_rule *coding_rule(uint64_t number);
/* Where a finding's rule is written: for coders who doubt it and auditors who file it. Never empty: without a row the source of
 * its step (1 to 7), else where the question came from. */
struct text coding_source(uint64_t finding, unsigned step);

/* Does the detail of a finding say what the patient has or what was done (codes of diagnoses and procedures), or may it, so that it is
 * only shown when asked for? */
bool coding_is_private(uint64_t number);

/* Adds the rules named in "3203, 8001" (numbers between commas or blanks) to a set of switches; `own` may be NULL. False: `wrong` is
 * a word that names no rule, and what stood before it is added. */
bool coding_switches_read(struct text words, const struct own_rules *own, struct coding_switches *switches, struct text *wrong);

/* ---- for the passes: every rule asks coding_applies before it looks at anything that costs ---- */

/* Is this rule for this claim on this day (0: not known, its dates are not asked)? Setting, payer, switches, the rule's own
 * dates. Counts it as applied. `rule` is a number of schemas/findings.h that has a row. */
static inline bool coding_applies(struct coding_run *run, uint16_t rule, int32_t day);
/* It needs what was not given. Only of a rule that applies; the first reason stays. */
void coding_lacks(struct coding_run *run, uint16_t rule, enum coding_lack what);
/* The same of several rules that one look-up decides: does any apply? Those of them that apply lack something. */
bool coding_apply_any(struct coding_run *run, const uint16_t *rules, unsigned count, int32_t day);
void coding_lack_all(struct coding_run *run, const uint16_t *rules, unsigned count, enum coding_lack what);
/* A whole step of this claim is not assessed. */
void coding_skips(struct coding_run *run, unsigned step, enum coding_lack what);
/* A finding at "diagnosis 2", "line 1", "claim" (ordinal 0). Only of a rule that applies. Nothing is printed before there is
 * one. `detail` is private where coding_is_private says so; it is copied. */
void coding_raise(struct coding_run *run, uint16_t rule, const char *noun, uint32_t ordinal, struct text detail);
/* Raises it if the rule applies on that day. */
void coding_check(struct coding_run *run, uint16_t rule, int32_t day, const char *noun, uint32_t ordinal, struct text detail);
/* Has this judgement raised it already? */
bool coding_raised(const struct coding_run *run, uint16_t rule);
/* A day for the detail of a finding: 2025-11-24, in the arena. */
struct text coding_day(struct coding_run *run, int32_t date);
/* "J101, 2025-11-24" */
struct text coding_dated(struct coding_run *run, struct text code, int32_t date);
/* A code that has ended, or has not begun, with that day: "J101, 2025-11-24", or "J101, between 2021-09-30 and 2023-09-30" where it is one
 * of those. */
struct text coding_with_end(struct coding_run *run, struct text code, const struct codes_answer *answer);
struct text coding_with_begin(struct coding_run *run, struct text code, const struct codes_answer *answer);

/* What is said of a code on a day: by the published set where an edition of it covers the day and holds the code or all
 * codes, else by the starter edition. (sets.c) */
struct codes_answer coding_ask(const struct coding_case *c, enum codes_set set, struct text code, int32_t date);
/* Its words on that day; coding_ask leaves them out of what a published set says. */
struct text coding_words(const struct coding_case *c, enum codes_set set, struct text code, int32_t date);

/* Is the line's date there, and neither it nor its last day after receipt? (dates.c says it where not.) */
bool coding_line_dated(const struct coding_case *c, const struct service_line *line);
/* Raises that no edition covers this date, once a claim. (dates.c) */
void coding_edition_missing(struct coding_run *run, const char *noun, uint32_t ordinal, int32_t date);

struct text coding_modifier(const struct service_line *line, unsigned i); /* i from 0 to 3 */
bool coding_has_modifier(const struct service_line *line, const char *modifier);
uint64_t coding_pointer(const struct service_line *line, unsigned i);
int32_t coding_line_date(const struct coding_case *c, const struct service_line *line);
/* codeset_key of a line's procedure; `line` counts from 0. */
uint64_t coding_procedure_key(const struct coding_case *c, uint32_t line);
/* Is this diagnosis (from 0) the first of a line? Lines of an 837P have an order of their own. */
bool coding_leads_a_line(const struct coding_case *c, uint32_t i);
/* Do these two diagnoses (from 0) stand for one day? Lines of several days are several encounters: their codes say nothing of each
 * other. */
bool coding_of_one_day(const struct coding_case *c, uint32_t i, uint32_t k);
/* HI01-1 of it is ABK or BK. */
bool coding_is_principal(const struct diagnosis *diagnosis);

/* ---- inline ---- */

static inline bool
coding_has(const uint64_t set[CODING_RULE_WORDS], unsigned row)
{
    return set[row / 64] >> row % 64 & 1;
}

static inline bool
coding_applies(struct coding_run *run, uint16_t rule, int32_t day)
{
    unsigned row = coding_rule_rows[rule - CODING_RULE_FIRST];
    if (!coding_has(run->open, row))
        return false;
    const struct coding_rule *about = &coding_rules[row];
    if (day != 0 && (day < about->from || (about->to != 0 && day > about->to)))
        return false;
    run->applied[row / 64] |= UINT64_C(1) << row % 64;
    return true;
}

#endif
