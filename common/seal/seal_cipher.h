/*
 * AES-256-GCM (NIST SP 800-38D) under one key, its key schedule done once. Two libraries do the same: OpenSSL, which is the
 * faster from about a kilobyte on, and Nettle for what is shorter, since OpenSSL's calls cost 150 ns a value whatever its
 * length (tests/common/test_seal_cipher.c holds one against the other, and both against published vectors).
 */
#ifndef CLAIMLINE_SEAL_CIPHER_H
#define CLAIMLINE_SEAL_CIPHER_H

#include "common/text/text.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    SEAL_CIPHER_KEY = 32,
    SEAL_CIPHER_NONCE = 12,
    SEAL_CIPHER_TAG = 16,
    SEAL_CIPHER_SHORT = 800, /* bytes up to which Nettle does it, where the associated data is one piece */
};

struct seal_cipher;

struct seal_cipher *seal_cipher_make(const uint8_t key[SEAL_CIPHER_KEY]);
void seal_cipher_free(struct seal_cipher *cipher); /* wipes it; NULL is fine */

/* `bound` is the associated data in `count` pieces. Writes plain.length bytes to `out`, and the tag. */
void seal_cipher_close(struct seal_cipher *cipher, const uint8_t nonce[SEAL_CIPHER_NONCE], const struct text *bound, size_t count,
                       struct text plain, uint8_t *out, uint8_t tag[SEAL_CIPHER_TAG]);
/* False when the tag does not fit: what stands in `out` then is worth nothing and must not leave the caller. */
bool seal_cipher_open(struct seal_cipher *cipher, const uint8_t nonce[SEAL_CIPHER_NONCE], const struct text *bound, size_t count,
                      struct text closed, uint8_t *out, const uint8_t tag[SEAL_CIPHER_TAG]);

#endif
