/* What drawing and telling of a sample share. */
#ifndef CLAIMLINE_CODING_SAMPLE_ROW_H
#define CLAIMLINE_CODING_SAMPLE_ROW_H

#include "common/service/service.h"
#include "schemas/records/coding.h"

/* Key of a claim of the sample; claim 0 is the sample itself. */
struct store_key sample_key(uint64_t number, uint64_t claim_id);
void sample_row(struct control_rows *rows, const struct audit_sample *sample);

#endif
