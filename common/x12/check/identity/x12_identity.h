/*
 * What makes two claims, or two payments, the same: gathered as a set is read, asked of options.seen when the claim
 * (or the TRN of a payment) ends. Private to common/x12.
 *
 * A claim is a duplicate (1480) when it has the same guide, destination payer (2010BB NM109) and his turn (SBR01),
 * billing provider (NM109, else the tax number), claim number (CLM01), charge (CLM02), first and last day of service,
 * frequency (CLM05-3) and, for a replacement or void (7, 8), number of the payer (REF*F8), else the same mark of a
 * predetermination (CLM19). So a claim to the second payer, a replacement and a predetermination are none of their original.
 * What stands before but was refused, or whose set, group or interchange was rejected, was taken by nobody: then it is 1482, a warning.
 *
 * A claim that is none is suspected (1481) when, under whatever number, patient (member number, name, birth date),
 * provider, rendering providers, type and place of service (CLM05), charge, days and lines (procedure with modifiers, revenue
 * code, charge, units, place, days, teeth, drug) are the same: payers call that a suspect duplicate. Lines may stand in another
 * order. Without a day of service, lines, or somebody named, nothing is suspected; nor for frequencies 7 and 8.
 *
 * A payment is a duplicate (1483) when it has the same number (TRN02), payer (TRN03) and date (BPR16). A claim is paid
 * twice (1484) when all its bytes are those of another claim of the same set, it is no reversal (CLP02 22), and no reversal
 * of the same claim (CLP01, CLP07) came before: what follows a reversal is its correction.
 *
 * Claims that are larger than what is pinned are not compared: they are refused for that (X12_CLAIM_TOO_LARGE).
 */
#ifndef CLAIMLINE_X12_IDENTITY_H
#define CLAIMLINE_X12_IDENTITY_H

#include "common/arena/arena.h"
#include "common/x12/check/x12_validate.h"

/* A value as it is compared: upper-case, what is longer is cut. */
struct x12_identity_value {
    uint8_t length;
    char bytes[80];
};

struct x12_identity_buffer { /* malloc'd; kept from claim to claim */
    char *bytes;
    size_t length, room;
};

enum x12_identity_name { /* what is kept of a claim and the levels above */
    X12_IDENTITY_PROVIDER,
    X12_IDENTITY_PROVIDER_TAX,
    X12_IDENTITY_TURN,
    X12_IDENTITY_PAYER,
    X12_IDENTITY_MEMBER,
    X12_IDENTITY_MEMBER_LAST,
    X12_IDENTITY_MEMBER_FIRST,
    X12_IDENTITY_MEMBER_BIRTH,
    X12_IDENTITY_PATIENT_LAST, /* when he is not the subscriber */
    X12_IDENTITY_PATIENT_FIRST,
    X12_IDENTITY_PATIENT_BIRTH,
    X12_IDENTITY_CONTROL, /* CLM01, CLP01 */
    X12_IDENTITY_CHARGE,
    X12_IDENTITY_FACILITY,
    X12_IDENTITY_FREQUENCY,
    X12_IDENTITY_PREDETERMINATION,
    X12_IDENTITY_REFERENCE, /* REF*F8, CLP07 */
    X12_IDENTITY_RENDERING,
    X12_IDENTITY_STATUS, /* CLP02 */
    X12_IDENTITY_DATE,   /* BPR16 */
    X12_IDENTITY_VALUES
};

struct x12_identity {
    const uint8_t *parts; /* of each place of the open set's guide; NULL: nothing is asked */
    bool payments;        /* the guide is the 835 */
    uint64_t set;         /* its number in the run */
    uint64_t group_set, interchange_set; /* the first of the open group, interchange; 0: none yet */
    struct x12_identity_value values[X12_IDENTITY_VALUES];
    uint64_t from, to; /* days of service, their eight digits as bytes of a number; 0 none */
    bool in_line;
    uint32_t line_count;
    struct x12_identity_buffer lines, starts, message; /* of the lines one after the other; where each starts */
    struct arena arena;
};

void x12_identity_open(struct x12_identity *identity);
void x12_identity_close(struct x12_identity *identity);

/* As the rules of common/x12/check/x12_state.h, in the same order. */
void x12_identity_set_begin(struct x12_check *check);
void x12_identity_segment(struct x12_check *check); /* check->step.place is not NULL */
/* After all other checks of the claim. `bytes` are those of the claim. */
void x12_identity_claim_end(struct x12_check *check, struct text bytes);
void x12_identity_set_end(struct x12_check *check);
/* Group and interchange, as they begin and after they were judged. */
void x12_identity_envelope(struct x12_check *check, enum x12_event event);

#endif
