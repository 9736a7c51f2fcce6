/*
 * What a payer's profile says of the X12 that goes to him: envelope, version, and the head of an 837. Shared by who writes it
 * (submission) and who judges a claim as it will be written (claims).
 */
#ifndef CLAIMLINE_PAYER_X12_H
#define CLAIMLINE_PAYER_X12_H

#include "common/arena/arena.h"
#include "common/payer/payer.h"
#include "common/x12/x12_writer.h"
#include "schemas/records/claim_set.h"

/* Sender, receiver, ISA14 and ISA15; day, time and numbers are the caller's. */
struct x12_envelope payer_envelope(const struct payer *payer);
/* GS08 and ST03 of claims of this form (claim_form). */
struct text payer_version(const struct payer *payer, uint32_t form);
/* Version, submitter with its contact (1000A: NM1*41, PER) and receiver (1000B: NM1*40); the rest is the caller's. Texts are the
 * profile's or in the arena. */
struct claim_set payer_claim_set(const struct payer *payer, uint32_t form, struct arena *arena);

#endif
