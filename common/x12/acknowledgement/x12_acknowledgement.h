/*
 * Acknowledgements: TA1 of an interchange, 999 (005010X231A1) of a group and its sets, 277CA (005010X214) of claims.
 *
 * Written from what the checker says (TA1, 999) and from what intake judged of each claim (277CA), piece by piece, so
 * that memory does not grow with the sets or claims. The caller opens interchange and group with the writer.
 *
 * Read with the maps x12_map_999 and x12_map_277ca (common/x12/map/x12_map.h) into the records of
 * schemas/records/acknowledgement.rec; a TA1 stands outside of any set and has its own function.
 *
 * All return OK, or what x12_map_write says.
 */
#ifndef CLAIMLINE_X12_ACKNOWLEDGEMENT_H
#define CLAIMLINE_X12_ACKNOWLEDGEMENT_H

#include "common/x12/map/x12_map.h"
#include "schemas/records/acknowledgement.h"
#include "schemas/records/claim_body.h"

/* A TA1 segment (X12_EVENT_TA1) into *answer; its texts point into the segment. INVALID when the number is no number or
 * a value is too long. */
enum status x12_ta1_read(const struct x12_segment *segment, struct interchange_answer *answer);

/* The TA1 of an interchange that was read: A, or R with the code of its first finding. Stands between ISA and the first
 * GS, or IEA, of what is written. */
enum status x12_ta1_write(struct x12_writer *writer, const struct x12_interchange *interchange);

struct x12_999 {
    struct x12_map_writer map;
    struct arena arena, claims_arena;
    struct x12_writer *out;
    uint32_t sets, accepted, noted; /* answered so far; accepted with errors (E) */
    struct segment_error *situations; /* of the open set's claims */
    uint32_t situation_count;
};

/* GS08 of the 999, and ST03. */
struct text x12_999_version(void);
/* ST and AK1 for a group that was read (at X12_EVENT_GROUP or later; GS01, GS06 and GS08 are taken). */
enum status x12_999_begin(struct x12_999 *answer, struct x12_writer *out, const struct x12_group *group,
                          struct text set_control);
/* At X12_EVENT_CLAIM_END, for who wants them listed: what the claim lacks in its situation (errors of type 4 for which there is
 * an x12_trigger), as I6 or I9 with the place that made it required. A set with such claims is accepted with errors (E). */
void x12_999_claim(struct x12_999 *answer, const struct x12_check *check);
/* AK2 to IK5 (at X12_EVENT_SET_END). Errors of type 1 and 2 are listed, element errors below their segment; IK404 is
 * never given, since what was wrong may be a person's. */
enum status x12_999_set(struct x12_999 *answer, const struct x12_set *set);
/* AK9 and SE (at X12_EVENT_GROUP_END), and frees. */
enum status x12_999_end(struct x12_999 *answer, const struct x12_group *group);

/* Who answers whom, and the totals of the batch, which stand before its claims: known after a first pass. */
struct x12_277ca_head {
    struct text set_control, reference; /* ST02; BHT03 of the 277CA */
    int32_t date;                       /* BHT04, DTP*009 and STC02 */
    struct text time;                   /* BHT05 */
    const struct party *source, *receiver; /* we; the submitter (1000A of the 837) */
    struct text receipt;                /* 2200A TRN02: our number of the batch */
    int32_t received_date;
    struct text batch;                  /* 2200B TRN02: BHT03 of the 837 */
    uint64_t accepted_count, rejected_count;
    int64_t accepted_cents, rejected_cents;
};

/* One status: category A3, A6, A7, A8 with a claim status code and an entity (85, QC, 1P ...; may be empty). */
struct x12_277ca_reason {
    struct text category, status, entity;
};

/* The status for an error in the list of a claim of that form (claim_form): its category and code, and whom it speaks of by
 * the loop in which it stands. The code stays in the finding. */
struct x12_277ca_reason x12_277ca_reason_of(const struct finding *finding, uint32_t form);

/* The dates of service (DTP*472 of the 277CA): of the statement for the 837I, else from the first to the last of the lines, or
 * of the claim when its lines have none (837D). 0: not known. */
void x12_277ca_dates(const struct claim_body *body, int32_t *from, int32_t *to);

struct x12_277ca_claim {
    const struct party *provider, *patient; /* billing provider; the patient, who may be the subscriber */
    struct text control;                    /* CLM01 as the submitter gave it */
    struct text clearinghouse_number;       /* REF*D9, when the 837 had one */
    struct text our_number;                 /* REF*1K, for accepted claims */
    int64_t cents;                          /* CLM02 */
    int32_t date_from, date_to;             /* of service; date_to 0 or the same for one day */
    bool accepted;
    const struct x12_277ca_reason *reasons; /* none: A2 20 when accepted, else A3 21 */
    uint32_t reason_count;
};

struct x12_277ca {
    struct x12_map_writer map;
    struct x12_writer *out, provider, fresh, claim; /* claim: the one that is written now */
    int32_t date;
    uint64_t number, provider_number; /* HL01 */
    uint32_t claims;
    bool in_provider;
};

struct text x12_277ca_version(void);
/* ST to 2200B. */
enum status x12_277ca_begin(struct x12_277ca *answer, struct x12_writer *out, const struct x12_277ca_head *head);
/* A claim in its patient level; a new billing provider level when the provider is not that of the claim before. A claim
 * that is INVALID (a value holds a delimiter) leaves nothing behind. */
enum status x12_277ca_claim(struct x12_277ca *answer, const struct x12_277ca_claim *claim);
/* SE, and frees. */
enum status x12_277ca_end(struct x12_277ca *answer);

#endif
