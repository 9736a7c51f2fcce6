/*
 * What was billed for a patient on a day: the lines of this claim, and those of former claims that the history holds, in one
 * list and in one form, for the rules that compare services with each other (pairs, units, add-on codes, duplicates, visits).
 * Procedures are keys, providers numbers, modifiers marks; no text is compared.
 */
#ifndef CLAIMLINE_CODING_BILLED_H
#define CLAIMLINE_CODING_BILLED_H

#include "schemas/records/claim_body.h"
#include "schemas/records/coding.h"

struct coding_run;

/* What its modifiers say, as far as a rule here asks. */
enum billed_mark {
    BILLED_NCCI = 1,           /* NCCI PTP-associated (NCCI Policy Manual, chapter I, section E) */
    BILLED_REPEATED = 2,       /* 76, 77, 91 */
    BILLED_BILATERAL = 4,      /* 50 */
    BILLED_MULTIPLE = 8,       /* 51 */
    BILLED_ASSISTANT = 16,     /* 80, 81, 82, AS */
    BILLED_CO_SURGEON = 32,    /* 62 */
    BILLED_TEAM = 64,          /* 66 */
    BILLED_SURGERY_ONLY = 128, /* 54: another gives the care afterwards */
    BILLED_CARE_ONLY = 256,    /* 55, 56: care after or before a surgery of another */
    BILLED_UNRELATED = 512,    /* 24, FT: a visit in a global period that has nothing to do with the surgery */
    BILLED_MINUTES = 1024,     /* counted in minutes, not in units (SV103 MJ) */
    BILLED_ANATOMICAL = 2048,  /* of the PTP-associated ones: says where */
    BILLED_RETURN = 4096,      /* 58, 78, 79: why an operation in the global period of another is paid */
    BILLED_OWN_VISIT = 8192,   /* 25: a visit of its own beside a procedure of the day */
    BILLED_DECISION = 16384,   /* 57: the visit at which a major operation was decided on */
    BILLED_SITE = BILLED_NCCI | BILLED_ANATOMICAL,
};

struct billed {
    uint64_t procedure; /* key; 0: none */
    uint64_t modifiers; /* two bytes each, sorted: equal for the same modifiers in another order */
    uint64_t provider;  /* NPI as a number: who rendered it, or the hospital; 0: not given */
    int64_t quantity_milli, charge_cents;
    int32_t from, to;   /* days; from 0: not known */
    uint32_t number;    /* of a procedure of five digits; else 0 */
    uint16_t marks;     /* enum billed_mark */
    uint16_t line;      /* of this claim, from 1; 0: of a former one */
    const struct past_claim *past; /* the former claim; else NULL */
};

enum { BILLED_AT_HAND = 64 };
struct billed_list {
    struct billed *items; /* this claim's lines first; NULL until the list is asked for */
    uint32_t own, count;  /* lines of this claim; all */
    struct billed at_hand[BILLED_AT_HAND]; /* its items, unless there are more: those lie in the arena of the findings */
};

/* The list of a judgement, made when it is first asked for. Former claims of another form and
 * those that do not count any more are left out. */
const struct billed_list *coding_billed(struct coding_run *run);

/* On the same day (or days) by the same provider? What is not given in a former claim is nobody's. */
bool billed_together(const struct billed *a, const struct billed *b);
/* The marks of a modifier of two characters, packed as in `modifiers`. */
uint16_t billed_marks(uint16_t modifier);
/* Modifiers of a line as one number; the NPI that a line counts for; a number of ten digits or 0. */
uint64_t billed_modifiers(const struct service_line *line);
uint64_t billed_provider(const struct claim_body *body, const struct service_line *line);
uint64_t billed_npi(struct text id);
/* Taxonomy of the practitioner, of the billing provider where none is named beside it; empty when it is not known of all lines, or
 * is that of a group or an organisation (visits.c). */
struct text billed_specialty(const struct claim_body *body);
/* Was a former claim of this patient not looked at although it may matter (none given; a replacement whose original is not
 * known; more claims than are read)? Then rules over history that find nothing are not assessed. */
bool coding_history_open(const struct coding_run *run);

#endif
