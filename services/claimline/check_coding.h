/* The seven steps of coding for `claimline check`: the claims of a file, judged by the passes that the coding daemon runs. */
#ifndef CLAIMLINE_CHECK_CODING_H
#define CLAIMLINE_CHECK_CODING_H

#include "common/codes/codes_lists.h"
#include "common/payer/payer.h"
#include "common/x12/check/x12_validate.h"
#include "schemas/records/claim_body.h"
#include "schemas/records/encounter.h"
#include "services/claimline/claimline.h"

struct check_coding;
struct own_rules;

/* By --coding or --codes-folder: opens the folder of code sets (--codes-folder, else the configured one; where it is not there, what is
 * built in judges alone) and reads the site's switches and own rules. NULL with `*code` DONE: it was not asked for. NULL with CANNOT and
 * words. `payer` may be NULL; it outlives this. */
struct check_coding *check_coding_open(struct claimline *run, const struct payer *payer, int *code);
/* Codes of SNIP type 5 are judged by the same published sets, where the lists have no file of the user's. */
void check_coding_publish(struct check_coding *coding, struct codes_lists *lists);
/* A file begins. */
void check_coding_begin(struct check_coding *coding);
/* Event by event; behind the end of a claim what the steps say of it, valid until the next event. NULL: nothing was judged. NULL is no
 * coding, here and below. */
const struct findings *check_coding_event(struct check_coding *coding, const struct x12_check *check, enum x12_event event);
/* The one claim of a FHIR bundle with its documents, the same. */
const struct findings *check_coding_claim(struct check_coding *coding, const struct claim_body *body, const struct document *documents,
                                          uint32_t document_count);
/* The file is over: says how many claims and rules, in which steps something was found, what was not assessed, and which rules are
 * switched off by whom. CANNOT with words: a file of code sets is damaged. */
int check_coding_end(struct check_coding *coding, const char *file);
/* The site's own rules; NULL: none. */
const struct own_rules *check_coding_own(const struct check_coding *coding);
void check_coding_close(struct check_coding *coding);

#endif
