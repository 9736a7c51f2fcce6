/*
 * What the checks of common/x12/check/x12_validate.h remember between segments. Private to common/x12.
 */
#ifndef CLAIMLINE_X12_STATE_H
#define CLAIMLINE_X12_STATE_H

#include "common/x12/guide/x12_element.h"
#include "common/x12/check/external/x12_external.h"
#include "common/x12/check/identity/x12_identity.h"
#include "common/x12/check/rules/x12_situations.h"
#include "common/x12/check/x12_validate.h"

enum {
    X12_LEVELS = 3,          /* of an 837: billing provider, subscriber, patient */
    X12_OTHER_PAYERS = 10,   /* 2320 of one claim */
    X12_PLACES_ABOVE = 256,  /* places of an 837 by number: those of its largest guide and more */
    X12_LINES_KEPT = 999,    /* lines of a claim whose control numbers are compared: all that an 837I may have */
    X12_CONTROLS_KEPT = 1024 /* ST02 of a group that are compared with each other */
};

/* One 2320 with the adjudication of its payer. */
struct x12_other_payer {
    char id[80];
    uint8_t id_length;
    bool has_paid, has_noncovered, in_line;
    int64_t paid_cents, noncovered_cents, adjusted_cents;
    int64_t line_adjusted_cents; /* CAS of its 2430, all lines */
    int64_t line_cents;          /* SVD02 and CAS of its 2430 in this line */
};

struct x12_facts_837 {
    /* subscriber and patient levels */
    bool subscriber_is_patient, subscriber_street, subscriber_address, subscriber_demographics;
    int32_t subscriber_birth, patient_birth;
    bool car_insurer; /* the subscriber's insurer is one of cars (837I) */
    struct x12_facts_claim {
        bool of_patient_level; /* stands below 2000C */
        bool amount_bad;       /* an amount could not be read: sums are not judged */
        char frequency;
        bool has_reference, accident, car_accident, has_accident_date, has_accident_state;
        uint8_t diagnosis_count;
        uint8_t payer_count; /* X12_OTHER_PAYERS + 1: more than are kept, not judged */
        int8_t payer;        /* of the open 2320 or 2430; -1 none */
        int32_t first_service;
        int64_t total_cents, lines_cents, line_cents;
    } claim;
    struct x12_facts_stay { /* 837I */
        bool inpatient;        /* by the type of bill */
        bool last_of_hospital; /* the last bill of a stay in a hospital, by type and frequency */
        bool visit, unscheduled, emergency;
        bool left; /* is no longer a patient at the end of the statement */
        bool has_origin, has_admission, has_discharge_hour, has_attending;
        bool has_admitting_diagnosis, has_visit_reason, says_present;
        int32_t from, to, admission; /* yyyymmdd; 0: not given, or not to be used */
    } stay;
    struct x12_other_payer payers[X12_OTHER_PAYERS]; /* each is cleared when it is added */
    struct x12_line_controls {
        uint64_t seen; /* a bit of each hash */
        uint32_t count;
        uint64_t hashes[X12_LINES_KEPT];
    } line_controls; /* REF*6R of the claim; those past the room are not compared */
};

struct x12_facts_835 {
    bool set_bad, claim_bad, line_bad; /* an amount could not be read */
    int64_t check_cents, paid_cents, provider_cents;
    int64_t claim_charge_cents, claim_paid_cents, claim_adjusted_cents;
    int64_t line_charge_cents, line_paid_cents, line_adjusted_cents;
};

struct x12_claim_guide; /* x12_claim_rules.h */

/* What is told of a set as it is read. */
struct x12_rule_calls {
    void (*set_begin)(struct x12_check *check);
    void (*segment)(struct x12_check *check); /* check->step.place is not NULL */
    void (*loop_end)(struct x12_check *check, uint16_t loop);
    void (*claim_end)(struct x12_check *check);
    void (*set_end)(struct x12_check *check);
};

struct x12_rules {
    const struct x12_guide *guide;
    const struct x12_claim_guide *claims; /* NULL: no 837 */
    const struct x12_rule_calls *calls;
};
extern const struct x12_rules x12_rules_837p, x12_rules_837i, x12_rules_837d, x12_rules_835;

struct x12_state {
    enum x12_event last; /* END or FAILED sticks; else COUNT */
    bool ended;          /* the input is at its end, or failed */
    bool steady;         /* the segment at hand was handled, and the set goes on */
    bool taken;          /* the segment at hand has been handled: read the next */
    bool walked;         /* the segment at hand went through the walker, which may have closed a claim */
    bool begun;          /* the event of the set was given, the one of its ST not yet */
    bool trailer_seen;   /* the SE was handled: the set ends next */
    bool walk_ended;     /* the set's loops are being closed */
    bool in_interchange, in_group, in_set, in_claim, structure_said;
    uint8_t closing; /* of step.closed */
    enum status failure;
    struct x12_characters characters;
    bool deeper; /* more than elements and numbering is looked at: rules, situations, lists of codes or edits */
    const struct x12_rules *rules;        /* NULL: none, or not asked for */
    const struct x12_claim_guide *claims; /* of the set's guide, whatever is asked for */
    char claim_control[40];
    uint32_t said; /* findings of the set before the open claim */
    struct x12_anchor claim_anchor, line_anchor;
    struct arena interchange_arena, group_arena, set_arena, claim_arena, level_arenas[X12_LEVELS];
    struct findings level_findings[X12_LEVELS];
    uint8_t level; /* innermost open level: 1 is 2000A */
    uint32_t level_positions[X12_LEVELS];  /* of the segment that began it */
    uint32_t above[X12_PLACES_ABOVE];      /* by place number: the last position in the set above the claims of an 837; 0: none */
    uint64_t hl_count, lx_count;
    uint64_t hl_numbers[X12_DEPTH_MAX]; /* by depth; 0: no hierarchical level there */
    char hl_children[X12_DEPTH_MAX];    /* HL04 */
    uint64_t controls[X12_CONTROLS_KEPT];
    uint32_t control_count;
    struct x12_facts_837 facts_837;
    struct x12_facts_835 facts_835;
    const struct x12_situations *situations; /* of the open set's guide; NULL: none, or not checked */
    struct x12_situation_record situation_records[X12_SCOPE_COUNT];
    struct x12_anchor situation_anchors[X12_SCOPE_COUNT];
    struct x12_external external; /* of the open set; its guide is 0 when it is not checked */
    struct x12_identity identity;
};

/* Adds a finding to the claim that is open, else to its level, else to the set, unless its SNIP type is above
 * what is checked. The first is about the segment at hand, the second about the one where claim or line
 * began. */
void x12_emit(struct x12_check *check, uint16_t number, unsigned element, unsigned component,
              const char *code, struct text value, bool private);
void x12_emit_at(struct x12_check *check, const struct x12_anchor *anchor, uint16_t number, const char *loop,
                 unsigned element, const char *code, struct text value, bool private);
/* About an element or component where a code stood. */
void x12_emit_place(struct x12_check *check, const struct x12_anchor *anchor, uint16_t number, const char *loop,
                    unsigned element, unsigned component, const char *code, struct text value);
/* About an envelope or a set as a whole. */
void x12_emit_whole(struct x12_check *check, struct findings *findings, uint16_t number, const char *place,
                    const char *code, struct text value);
/* By which texts are compared that are not kept (FNV-1a). */
uint64_t x12_hash(struct text t);
void x12_anchor_set(struct x12_anchor *anchor, const struct x12_check *check);
/* An amount of the segment at hand; says it and returns false when it is none. Empty is 0. */
bool x12_amount(struct x12_check *check, unsigned element, int64_t *cents);

/* x12_claim.c. A level of an 837 opens (its loop): what was said of the one before it and of those below is dropped. */
void x12_claim_level(struct x12_check *check, uint16_t loop);
/* The segment at hand begins a claim; the loop that was one has closed. */
void x12_claim_begin(struct x12_check *check);
void x12_claim_end(struct x12_check *check);

/* x12_numbers.c: HL01 counts from 1, HL02 names the level above, HL04 allows levels below; LX01 counts from 1 in a claim. */
void x12_numbers_level(struct x12_check *check);
void x12_numbers_line(struct x12_check *check);

/* x12_envelope.c: checks and fields of ISA, GS, ST and their trailers. */
void x12_envelope_isa(struct x12_check *check);
void x12_envelope_iea(struct x12_check *check);
void x12_envelope_ta1(struct x12_check *check);
void x12_envelope_gs(struct x12_check *check);
void x12_envelope_ge(struct x12_check *check);
void x12_envelope_st(struct x12_check *check);
void x12_envelope_se(struct x12_check *check);

#endif
