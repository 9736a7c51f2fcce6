/* The section [edits] of a payer's profile. Used by payer.c. */
#ifndef CLAIMLINE_PAYER_EDITS_H
#define CLAIMLINE_PAYER_EDITS_H

#include "common/config/config.h"
#include "common/x12/check/edits/x12_edits.h"

#define PAYER_EDITS_SECTION "edits"

/* Compiles its rows. OK: `*edits` is the caller's; NULL when there is no row. CONFIG with file, line, row and what is allowed in
 * `reason`. */
enum status payer_edits_read(const struct config *config, const char *profile, struct x12_edits **edits, char reason[512]);

#endif
