/*
 * The claims daemon: a coded encounter becomes a claim version of its payer, with its number CLM01; or it
 * goes back to coding with a question, or waits for a biller. Internal to services/claims; README.md says
 * what it takes, gives and keeps.
 *
 * Counted is the claim version. Each is exactly one of: passed on (sent to submission), ended (a question to
 * coding, whose answer is the next version there; or ended by a biller), held (waits for a biller). What a
 * payer says later of a version that was passed on is not counted again.
 */
#ifndef CLAIMLINE_CLAIMS_H
#define CLAIMLINE_CLAIMS_H

#include "common/finding/finding.h"
#include "common/payer/payer.h"
#include "common/service/service.h"
#include "schemas/records/claim.h"
#include "schemas/records/claims_state.h"
#include "schemas/records/encounter.h"
#include "schemas/records/identity.h"
#include "schemas/records/question.h"

extern const struct service_plan claims_plan;

enum claims_table {
    CLAIMS_ROWS, /* claim id u64, version u32 -> claim_row */
    CLAIMS_WORK, /* the same -> claim_work: it waits for a biller */
    CLAIMS_SUBSCRIBERS, /* HMAC of a patient and his payer (32) -> eligibility_row */
    CLAIMS_WAITING,     /* the same, claim id u64, version u32 -> "w": it waits for the payer's word */
    CLAIMS_TABLE_COUNT
};

enum claims_counter {
    CLAIMS_TAKEN,
    CLAIMS_MADE,
    CLAIMS_PASSED_ON,
    CLAIMS_ENDED,
    CLAIMS_HELD,
    CLAIMS_QUEUED,
    CLAIMS_REFUSED,
    CLAIMS_COUNTER_COUNT
};

enum { CLAIMS_DUE_SILENT = 1, CLAIMS_DUE_GO_ON = 2 };
enum { CLAIMS_FINDINGS_KEPT = 50, CLAIMS_QUERIES_LIMIT = 8 };

struct claims {
    struct payers *payers;
    struct providers *providers; /* NULL: there is no folder of provider profiles */
};

struct store_key claims_key(uint64_t claim_id, uint64_t version);
/* NOT_FOUND, CORRUPT. Texts live as long as the step. */
enum status claims_row_get(struct step *step, uint64_t claim_id, uint64_t version, struct claim_row *row);
void claims_row_put(struct step *step, const struct claim_row *row);
/* The work of a row that is held or rejected; its first finding is the row's. */
void claims_work_put(struct step *step, const struct claim_row *row, struct claim_work *work);

/* ---- judge.c ---- */

/* How a version is judged. */
struct claims_order {
    const struct claim_row
        *before;  /* the version before it, when it is known: what a coder has answered is not asked again */
    bool release; /* a biller lets it go although edits of his remain */
    bool anew;    /* the payer is asked about the patient again, whatever he said before */
    bool dry;     /* a version that must be held leaves no trace (the answer to a person says why) */
};
/* Judges the row's body with the profiles as they are, and does what follows: claim to submission, question
 * to coding, hold, or wait for the payer's word on the patient. `row->stage` is then passed_on, queried, held or
 * waiting, and all but a dry hold is counted,
 * told by event and kept. What stands in the way is in `row->findings`, warnings behind it. INVALID, LIMIT: the body is no claim,
 * or out of its bounds. */
enum status claims_judge(struct step *step, struct claim_row *row, const struct claims_order *order);
/* A question to coding for the row, with each of its findings of numbers for which `asked` is true (NULL:
 * all). */
enum status claims_ask_coding(struct step *step, const struct claim_row *row, uint32_t cause,
                              struct text body);
/* One finding as the row keeps it, in the arena; the text bounds are those of the record. */
void claims_finding_keep(struct claim_row *row, uint16_t number, struct text place, struct text detail,
                         struct arena *arena);

/* ---- answers.c: what comes back ---- */
service_handle claims_take_answer, claims_take_denial;
/* Does this claim status code (277CA, STC01-2) say that the codes are wrong? */
bool claims_status_is_coding(struct text status);

/* ---- eligibility.c: is the patient covered? ---- */
struct claims_eligibility_case {
    const struct claim_body *body;
    const struct payer *payer;
    bool anew;
};
/* Holds what the payer said of the patient against the claim and adds what does not agree; or asks him, and the row
 * then waits (`row->stage` is waiting, kept and counted). */
enum status claims_eligibility(struct step *step, struct claim_row *row, const struct claims_eligibility_case *c,
                               struct findings *findings);
service_handle claims_take_eligibility;
service_due_handle claims_eligibility_silent, claims_eligibility_go_on;
/* The payer's name, birth date and member id into the row's body; `*changed` is false when he told none that differs. */
enum status claims_eligibility_correct(struct step *step, struct claim_row *row, bool *changed);
/* Both values of each thing that was compared; masked unless `reveal`. */
void claims_eligibility_show(struct service *service, struct control_rows *rows, const struct claim_row *row,
                             bool reveal);

/* ---- status_question.c ---- */
service_handle claims_take_wish, claims_take_settled;

/* ---- show.c, work.c: verbs ---- */
/* "claims-ID-VERSION" or "ID-VERSION"; false when it is not so. */
bool claims_work_id(struct text id, uint64_t *claim_id, uint64_t *version);
void claims_findings_show(struct control_rows *rows, const struct claim_row *row, bool reveal);
service_query claims_work_list, claims_work_show, claims_claim_show;
service_act claims_work_answer;

#endif
