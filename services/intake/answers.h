/*
 * The answers to a file as X12: NAME.ta1, NAME.999, NAME.277ca, written while pass 2 walks, to hidden files
 * in the folder of the taken files, and renamed when all are whole. They are a function of the content file,
 * its row and its judgements, so a walk that begins anew writes the same bytes. Memory does not grow with the
 * file: the claims of a set, whose totals stand before them, wait in memory up to a bound, and behind it in a file without a name.
 */
#ifndef CLAIMLINE_INTAKE_ANSWERS_H
#define CLAIMLINE_INTAKE_ANSWERS_H

#include "common/x12/acknowledgement/x12_acknowledgement.h"
#include "schemas/records/claim_set.h"
#include "services/intake/intake.h"

enum answer_kind { ANSWER_TA1, ANSWER_999, ANSWER_277CA, ANSWER_KINDS };

struct answer_file {
    int fd; /* -1: not begun */
    enum status status;
};

struct answers {
    struct service *service;
    const struct file_row *row;
    const char *folder;
    struct answer_file files[ANSWER_KINDS];
    struct party us;
    int32_t date, received_date; /* of the judgement and the receipt, in the site's zone */
    char time[5];
    /* of the open interchange */
    uint32_t interchange; /* from 0 */
    struct x12_delimiters delimiters;
    struct x12_writer groups, claims; /* into the 999 and the 277CA */
    bool in_groups, in_claims;
    struct x12_999 group;
    bool in_group;
    uint64_t group_sets, claim_sets; /* sets written into each, for ST02 */
    /* of the open set */
    struct arena arena;
    struct party submitter;
    struct text batch;
    struct x12_writer aside;
    struct x12_277ca set;
    bool in_set;
    char *kept; /* the first bytes of aside; those that follow stand in the file */
    size_t kept_length;
    int aside_fd;
    uint64_t aside_head, aside_end;
    uint32_t aside_head_segments, aside_segments;
    uint64_t accepted_count, rejected_count;
    int64_t accepted_cents, rejected_cents;
    bool incomplete; /* a value could not be written */
};

/* Why a claim of this claim_form was refused, at most ANSWERS_REASONS_MAX; 0 when it was accepted. Pure (reasons.c). */
enum { ANSWERS_REASONS_MAX = 9 };
uint32_t answers_reasons(const struct x12_claim *claim, uint32_t form, const struct judgement *judgement,
                         struct x12_277ca_reason *reasons);

void answers_open(struct answers *answers, struct service *service, const struct file_row *row);
/* Events of the walk, for interchanges that are accepted. */
void answers_interchange(struct answers *answers, const struct x12_check *check);
void answers_group(struct answers *answers, const struct x12_check *check);
void answers_set_head(struct answers *answers, const struct claim_set *set);
void answers_claim(struct answers *answers, const struct x12_claim *claim, const struct claim_body *body,
                   const struct judgement *judgement, uint64_t claim_id);
/* `taken`: its claims were judged. */
void answers_set_end(struct answers *answers, const struct x12_check *check, bool taken);
void answers_group_end(struct answers *answers, const struct x12_check *check);
void answers_interchange_end(struct answers *answers);
/* Writes the TA1s, syncs and renames; the folder is synced with the receipt, which comes last. FULL, IO. */
enum status answers_finish(struct answers *answers);
/* What is not finished is deleted. */
void answers_close(struct answers *answers);

#endif
