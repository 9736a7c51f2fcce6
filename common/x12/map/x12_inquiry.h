/*
 * Questions to payers: claim status (276, 005010X212) and eligibility (270, 005010X279A1), written question by question, so
 * that memory does not grow with them. The caller opens interchange and group (HR, HS) with the writer. The answers are read
 * with the maps x12_map_277 and x12_map_271 into the records of schemas/records/inquiry.rec.
 *
 * All return OK, or what x12_map_write says; a question that is INVALID (a value holds a delimiter) leaves nothing behind and
 * the set goes on.
 */
#ifndef CLAIMLINE_X12_INQUIRY_H
#define CLAIMLINE_X12_INQUIRY_H

#include "common/x12/map/x12_levels.h"
#include "schemas/records/inquiry.h"

/* BHT of either: our number of the set, when it was made. */
struct x12_inquiry_head {
    struct text control, reference; /* ST02, BHT03 */
    int32_t date;
    struct text time; /* HHMM */
};

struct x12_inquiry {
    struct x12_levels levels;
    struct x12_writer *out;
    uint32_t count; /* questions in the set */
};

/* GS08 and ST03. */
struct text x12_276_version(void);
enum status x12_276_begin(struct x12_inquiry *set, struct x12_writer *out, const struct x12_inquiry_head *head);
/* Levels are shared by questions that follow each other. */
enum status x12_276_add(struct x12_inquiry *set, const struct status_inquiry *inquiry);

/* Who is asked (2100A) and who asks (2100B), and about whom: a dependent's subscriber stands above him and is not asked
 * about himself. */
struct x12_270_question {
    const struct inquiry_party *source, *receiver;
    const struct eligibility_inquiry *subscriber, *dependent; /* dependent NULL: the subscriber is the patient */
};

struct text x12_270_version(void);
enum status x12_270_begin(struct x12_inquiry *set, struct x12_writer *out, const struct x12_inquiry_head *head);
enum status x12_270_add(struct x12_inquiry *set, const struct x12_270_question *question);

/* SE, and frees. */
enum status x12_inquiry_end(struct x12_inquiry *set);

#endif
