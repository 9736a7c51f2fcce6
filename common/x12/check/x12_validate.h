/*
 * Reads a whole file of interchanges from a stream, walks each set along its guide, checks it up to a WEDI
 * SNIP type, and hands out what it met as a sequence of events. The one entry point for all who read X12:
 * intake (both passes), `claimline check`, submission (999, 277CA), remittance (835).
 *
 * SNIP types:
 *   1 syntax and envelope: counts SE01 GE01 IEA01, control numbers ST02/SE02 GS06/GE02 ISA13/IEA02
 *   2 guide: loops, segments, elements, codes, lengths, qualifiers, relational conditions, HL and LX
 * numbering
 *   3 balance: CLM02 = sum of line charges; coordination of benefits; the 835 by line, claim and check
 *   4 situations that a claim's own data decide (schemas/x12/situations.tsv)
 *   5 codes of outside, by day (schemas/x12/external.tsv), and the NPI check digit
 *   6 what a kind of service wants (schemas/x12/services.tsv)
 *   7 what a payer wants (options.edits)
 * An error of type 1 or 2 rejects its set (999); types 3 and up refuse one claim (277CA).
 *
 * finding.code holds, by the list in which it stands: interchange TA105; group AK905; set: with an element
 * IK403, with a segment id IK304, else IK502 (findings of type 3 and up in a set's list, as of an 835, belong
 * in no 999); claim: claim status code (277CA STC01-2).
 *
 * The walk is along the guide that GS08 (or ST03) names. A set of an unknown guide is read, counted and
 * rejected.
 */
#ifndef CLAIMLINE_X12_VALIDATE_H
#define CLAIMLINE_X12_VALIDATE_H

#include "common/codes/codes_lists.h"
#include "common/x12/check/edits/x12_edits.h"
#include "common/x12/check/identity/x12_seen.h"
#include "common/x12/guide/x12_walker.h"

struct x12_check;

struct x12_check_options {
    uint8_t snip; /* highest SNIP type to check, 1 to 7; 0 takes 7. The walk of the guide is always done */
    size_t pin_limit; /* bytes of one claim; 0 takes X12_PIN_BYTES */
    int32_t
        today; /* yyyymmdd, for birth dates and files in the future; 0: not judged. Dates of service are judged by
                  the date of the file (BHT04), and again by coding */
    const struct codes_lists *codes; /* judge the codes of type 5; NULL: only the NPI's check digit is */
    const struct x12_edits *edits;   /* what a payer wants (type 7); NULL: nothing */
    const struct x12_seen *seen;     /* duplicates among claims and payments (type 4); NULL: not looked for */
};

enum x12_event {
    X12_EVENT_INTERCHANGE, /* an ISA: check->interchange and its segment */
    X12_EVENT_TA1,         /* check->segment */
    X12_EVENT_GROUP,       /* a GS: check->group */
    X12_EVENT_SET,         /* before the ST segment's own event: check->set */
    X12_EVENT_SEGMENT, /* ST to SE: check->segment, check->step. Inside a claim the bytes of the segment stay
                          valid up to the claim's CLAIM_END, unless the claim is too large */
    X12_EVENT_CLAIM_END, /* the claim loop closed: check->claim with its findings; comes before the event of
                            the segment that closed it (check->segment). Its bytes are pinned until the next
                            event: check->claim.bytes */
    X12_EVENT_SET_END,   /* check->set with its findings and verdict */
    X12_EVENT_GROUP_END,
    X12_EVENT_INTERCHANGE_END, /* also when IEA is missing */
    X12_EVENT_END,             /* end of the input */
    X12_EVENT_FAILED, /* cannot be read on: check->status, check->fault, check->fault_offset; ends of what was
                         open came before */
    X12_EVENT_COUNT
};

enum { X12_CONTROL_BYTES = 16, X12_PARTY_BYTES = 16 };

struct x12_interchange {
    uint64_t offset;
    uint32_t ordinal;                /* in the file, from 1 */
    uint32_t groups;                 /* GS seen */
    bool accepted;                   /* no error in its list: TA1 A, else R */
    char control[X12_CONTROL_BYTES]; /* ISA13 */
    char date[8], time[8];           /* ISA09, ISA10 */
    char sender_qualifier[4], sender[X12_PARTY_BYTES], receiver_qualifier[4],
        receiver[X12_PARTY_BYTES];        /* trimmed */
    bool acknowledgement_requested, test; /* ISA14, ISA15 */
    struct findings findings;
};

struct x12_group {
    uint64_t offset;
    uint32_t ordinal, sets, accepted_sets;
    uint32_t included; /* GE01; 0 when it is none, or GE is missing */
    bool accepted; /* no error in its own list */
    char functional[4], sender[X12_PARTY_BYTES], receiver[X12_PARTY_BYTES], control[X12_CONTROL_BYTES],
        version[16];
    struct findings findings;
};

struct x12_set {
    uint64_t offset;
    uint32_t ordinal;       /* in its group, from 1 */
    uint32_t segment_count; /* ST to SE */
    uint32_t claim_count, refused_claims;
    bool accepted;                 /* no error of SNIP type 1 or 2 */
    bool elements_known; /* set by the caller at X12_EVENT_SET: an earlier reading of the same bytes had nothing to
                            say about the set, so its elements are not checked again */
    const struct x12_guide *guide; /* NULL when not known: its segments come with place NULL */
    char id[4], control[X12_CONTROL_BYTES], version[40]; /* ST01, ST02, ST03 or else GS08 */
    struct findings findings;                            /* valid until the event after SET_END */
};

struct x12_claim {
    uint64_t offset;          /* of its first segment */
    uint32_t ordinal;         /* in its set, from 1 */
    uint32_t position;        /* of its first segment in the set, ST = 1 */
    bool refused;             /* an error in its list */
    bool too_large;           /* passed the pin limit: bytes is empty */
    struct text control;      /* CLM01, CLP01; valid as long as the findings */
    struct text bytes;        /* from its first segment to the last, with terminators */
    struct findings findings; /* types 3 and up, also those of the levels above (billing provider); until the
                                 next event */
};

struct x12_state; /* what the checks remember between segments */

struct x12_check {
    /* of the last event */
    const struct x12_segment *segment;
    struct x12_step step;
    struct x12_interchange interchange;
    struct x12_group group;
    struct x12_set set;
    struct x12_claim claim;
    enum status status; /* after FAILED */
    const char *fault;
    uint64_t fault_offset;
    uint64_t not_assessed; /* codes that no list at hand could judge, so far */
    struct x12_reader reader;
    struct x12_walker walker;
    /* private */
    struct x12_check_options options;
    struct x12_state *state;
};

/* The check holds the reader; open it with one of these. Allocates its facts and the reader's window. */
void x12_check_open(struct x12_check *check, const struct x12_check_options *options, x12_source source,
                    void *context);
void x12_check_open_memory(struct x12_check *check, const struct x12_check_options *options,
                           struct text bytes);
void x12_check_close(struct x12_check *check);

/* The next event. After X12_EVENT_END or X12_EVENT_FAILED it gives the same again. */
enum x12_event x12_check_next(struct x12_check *check);

#endif
