/*
 * What is the same in the claims of every 837: facts are gathered segment by segment and judged when the line
 * or the claim ends. A guide says in a table which of its places give which fact, and adds what is its own.
 * Private to common/x12.
 */
#ifndef CLAIMLINE_X12_CLAIM_RULES_H
#define CLAIMLINE_X12_CLAIM_RULES_H

#include "common/x12/check/x12_state.h"

enum x12_claim_fact {
    X12_CLAIM_FACT_NONE,
    /* billing provider, subscriber and patient levels */
    X12_CLAIM_FACT_BILLING_CITY,
    X12_CLAIM_FACT_SUBSCRIBER, /* SBR */
    X12_CLAIM_FACT_SUBSCRIBER_STREET,
    X12_CLAIM_FACT_SUBSCRIBER_CITY,
    X12_CLAIM_FACT_SUBSCRIBER_BIRTH, /* DMG */
    X12_CLAIM_FACT_PATIENT_BIRTH,
    /* claim */
    X12_CLAIM_FACT_CLAIM,
    X12_CLAIM_FACT_ACCIDENT_DATE,
    X12_CLAIM_FACT_DIAGNOSES,      /* the HI that a line's pointers count */
    X12_CLAIM_FACT_REFERENCE,      /* the payer's number of an earlier claim */
    X12_CLAIM_FACT_PERIOD,         /* a DTP whose period is to be in order */
    X12_CLAIM_FACT_SERVICE_PERIOD, /* the same, and its begin is a date of service */
    /* earlier payers */
    X12_CLAIM_FACT_PAYER, /* SBR */
    X12_CLAIM_FACT_PAYER_NAME,
    X12_CLAIM_FACT_PAYER_ADJUSTMENTS,
    X12_CLAIM_FACT_PAYER_PAID,
    X12_CLAIM_FACT_PAYER_NONCOVERED,
    /* line */
    X12_CLAIM_FACT_LINE, /* the segment with its charge */
    X12_CLAIM_FACT_LINE_CONTROL, /* REF*6R */
    X12_CLAIM_FACT_LINE_PAID,
    X12_CLAIM_FACT_LINE_ADJUSTMENTS,
    X12_CLAIM_FACT_COUNT
};

/* A rule of a whole claim: said at CLM when `broken`, which is a pure function of the facts. */
struct x12_claim_rule {
    uint16_t finding;
    uint8_t element; /* of CLM; 0: none */
    const char *code;
    bool (*broken)(const struct x12_facts_837 *facts);
};

struct x12_claim_guide {
    const uint8_t *facts;        /* enum x12_claim_fact of each place */
    uint16_t levels[X12_LEVELS]; /* loops of billing provider, subscriber, patient */
    uint16_t line_loop;
    uint8_t charge_element;                   /* of the line's segment */
    uint8_t pointer_element;                  /* of the line's segment: pointers to diagnoses; 0: none */
    bool names_causes;                        /* CLM11 says whether an accident is the cause */
    void (*segment)(struct x12_check *check); /* the guide's own facts, after those of the table; NULL: none */
    const struct x12_claim_rule *rules;       /* the guide's own, after the common ones */
    uint8_t rule_count;
};

/* For guides that have a struct x12_claim_guide. */
extern const struct x12_rule_calls x12_claim_rules_calls;

/* One date (also with a time behind it) or two with a hyphen between, to the same or two dates; false when it
 * is none. */
bool x12_claim_rules_dates(struct text value, int32_t *from, int32_t *to);
/* For the guides' own rules: an accident without a date; a car accident of which no state is given. */
bool x12_claim_rules_accident_date(const struct x12_facts_837 *facts);
bool x12_claim_rules_accident_state(const struct x12_facts_837 *facts);

#endif
