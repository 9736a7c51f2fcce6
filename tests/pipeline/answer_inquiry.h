/* The payer's answers to questions: 999, 277 to a 276, 271 to a 270. Each is a pure function of the file, the seed and the
 * shares. */
#ifndef CLAIMLINE_TESTS_PIPELINE_ANSWER_INQUIRY_H
#define CLAIMLINE_TESTS_PIPELINE_ANSWER_INQUIRY_H

#include "tests/pipeline/answer.h"
#include "tests/pipeline/inquiry_file.h"

/* What the payer says to a question. */
enum inquiry_word {
    INQUIRY_SILENT,    /* it is left out of the answer */
    INQUIRY_NOT_FOUND, /* 277: D0:35; 271: AAA 75 */
    INQUIRY_PENDED,    /* 277: P3:317 with his words; never for a 270 */
    INQUIRY_DIFFERS,   /* 271: birth date, first name, member id or days of coverage are others; never for a 276 */
    INQUIRY_PLAIN,     /* 277: F0:3, paid in full; 271: covered */
    INQUIRY_WORDS
};
const char *inquiry_word_name(enum inquiry_word word);
/* By the key of the question: CLM01 of a 276, the member id of a 270. */
enum inquiry_word inquiry_word_of(uint64_t seed, const struct shares *shares, const struct inquiry_file *file,
                                  const struct filed_question *question);

/* The pen is emptied first. `envelope` is the same file as claim_file reads it. */
void answer_inquiry_999(struct pen *pen, const struct claim_file *envelope, const struct inquiry_file *file,
                        const struct stamp *stamp);
/* To a 276 and to a 270. Returns the number of questions that are answered; 0: nothing to send. */
uint32_t answer_277(struct pen *pen, const struct claim_file *envelope, const struct inquiry_file *file, uint64_t seed,
                    const struct shares *shares, const struct stamp *stamp);
uint32_t answer_271(struct pen *pen, const struct claim_file *envelope, const struct inquiry_file *file, uint64_t seed,
                    const struct shares *shares, const struct stamp *stamp);

#endif
