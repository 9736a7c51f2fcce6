/* What the two files of the seal share: the index key lives in the seal, its use stands with the digests. */
#ifndef CLAIMLINE_SEAL_INTERNAL_H
#define CLAIMLINE_SEAL_INTERNAL_H

#include "common/seal/seal.h"

#include <nettle/hmac.h>

/* HKDF-SHA-256: 32 bytes of key, salt and purpose into 32 bytes. */
void seal_derive(const uint8_t key[SEAL_KEY_BYTES], struct text salt, struct text purpose,
                 uint8_t derived[SEAL_KEY_BYTES]);

/* The index's HMAC, its key schedule done once; lies in the seal. */
struct hmac_sha256_ctx *seal_index_mac(struct seal *seal);

#endif
