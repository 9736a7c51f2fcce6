/* A FHIR bundle as a file: one claim, read as a whole (it is small by its bounds), answered by its receipt
 * alone. */
#ifndef CLAIMLINE_INTAKE_BUNDLE_H
#define CLAIMLINE_INTAKE_BUNDLE_H

#include "services/intake/intake.h"

struct bundle {
    struct claim_body body;
    struct document *documents;
    uint32_t document_count;
    struct findings findings;
    bool readable;
};

/* Reads the row's content. OK also when it is no bundle (`readable` says so); else CORRUPT, IO. All lies in
 * the arena. */
enum status bundle_read(struct service *service, const struct file_row *row, struct arena *arena,
                        struct bundle *bundle);
/* Pass 1: the verdict into the row, whose texts lie in the arena. */
enum status bundle_judge(struct service *service, struct arena *arena, struct file_row *row);

#endif
