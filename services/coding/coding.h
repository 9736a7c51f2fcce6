/*
 * The seven steps of accurate coding, as seven named passes over one claim. A pass is a pure function of the claim, its
 * documents, the edition of the code sets and the dates; it adds findings and says whether it could judge at all. What was
 * not given, or what the edition does not hold, is *not assessed*, never *pass*.
 *
 * Dates: a claim is judged by its own dates of service. A diagnosis is judged on the first and the last date of the lines
 * that point at it (of all lines when none does); a procedure on its line's date. Of an institutional claim diagnoses are
 * judged on the last day of the statement, as is a procedure whose line has no date (guidelines, section II: the codes of the
 * day of discharge); a dental line without a date has that of the claim.
 */
#ifndef CLAIMLINE_CODING_H
#define CLAIMLINE_CODING_H

#include "common/codes/codes.h"
#include "common/finding/finding.h"
#include "schemas/records/claim_body.h"
#include "schemas/records/encounter.h"

enum { CODING_STEPS = 7, CODING_DIAGNOSES = 25 /* bound of claim_body.diagnoses */, CODING_RULES = 2 /* version of the passes */ };

enum coding_result { CODING_PASS, CODING_FINDINGS, CODING_NOT_ASSESSED, CODING_RESULT_COUNT };

/* Published code sets beside the starter edition (sets.h). */
struct coding_sets;

/* What the passes look at. Filled by coding_case_make; points into the caller's records. */
struct coding_case {
    const struct claim_body *body;
    const struct document *documents;
    uint32_t documents_count; /* 0: not given */
    const struct codes_edition *edition;
    struct coding_sets *sets; /* NULL: the starter edition alone */
    int32_t received_date; /* local date of receipt; a service after it lies in the future */
    /* derived */
    const struct institutional_claim *institutional; /* NULL: of another form */
    int32_t default_date; /* of a line that has none: of the statement, of the dental claim; 0 when there is none */
    int32_t first_date; /* earliest date of service of the claim; 0 when no line has one */
    int32_t birth_date; /* of the patient; 0 when not given */
    int32_t diagnosis_first[CODING_DIAGNOSES], diagnosis_last[CODING_DIAGNOSES]; /* 0 when no line has a date */
};

typedef enum coding_result coding_pass(const struct coding_case *c, struct findings *findings);

struct coding_step {
    const char *name;
    coding_pass *pass;
};
/* In order; the step's number is the index + 1, as in findings.tsv. */
extern const struct coding_step coding_steps[CODING_STEPS];

struct coding_judgement {
    enum coding_result results[CODING_STEPS];
    uint64_t not_assessed; /* bit n: step n */
    bool holds;            /* a finding of severity query or error */
};

void coding_case_make(struct coding_case *c, const struct claim_body *body, const struct document *documents,
                      uint32_t documents_count, const struct codes_edition *edition, int32_t received_date);
/* What is said of a code on a day: by the published set where an edition of it covers the day and holds the code or all
 * codes, else by the starter edition. (sets.c) */
struct codes_answer coding_ask(const struct coding_case *c, enum codes_set set, struct text code, int32_t date);
/* Runs all seven, also when an early one found something: the coder sees everything at once. */
struct coding_judgement coding_judge(const struct coding_case *c, struct findings *findings);

coding_pass coding_read, coding_abstract, coding_locate, coding_validate, coding_sequence, coding_assign, coding_verify;

/* ---- for the passes ---- */
/* "diagnosis 2", "line 1"; nothing is printed before there is a finding. `detail` is private. */
void coding_found(struct findings *findings, uint16_t number, const char *noun, uint32_t ordinal, struct text detail);
/* Not assessed outweighs findings: what was found stands in the list anyway. */
enum coding_result coding_result_of(const struct findings *findings, uint32_t before, bool missing);
struct text coding_modifier(const struct service_line *line, unsigned i); /* i from 0 to 3 */
int32_t coding_line_date(const struct coding_case *c, const struct service_line *line);
/* HI01-1 of it is ABK or BK. */
bool coding_is_principal(const struct diagnosis *diagnosis);
uint64_t coding_pointer(const struct service_line *line, unsigned i);

#endif
