/*
 * Sealing: AES-256-GCM over a value, with what it belongs to as associated data. Gives encryption at rest and
 * detection of every change (LMDB has no checksums). The only user of ciphers (seal_cipher.h).
 *
 * Keys: the daemon's credential is a master key of 32 bytes; it wraps a data key (random, number 1 for now;
 * the number stands in every value so that keys can rotate); each process start derives a subkey from the
 * data key by HKDF over 32 fresh random bytes (the start's salt) and counts nonces from 0 under it, so a
 * nonce never repeats.
 *
 * A sealed value: format (1 byte, = 1), data key number (u16), start number (u32), counter (u64), ciphertext,
 * tag (16). All integers big endian. SEAL_OVERHEAD bytes longer than the plain value.
 */
#ifndef CLAIMLINE_SEAL_H
#define CLAIMLINE_SEAL_H

#include "common/status/status.h"
#include "common/text/text.h"

enum {
    SEAL_KEY_BYTES = 32,
    SEAL_SALT_BYTES = 32,
    SEAL_WRAPPED_BYTES = 12 + 32 + 16,
    SEAL_OVERHEAD = 15 + 16
};

struct seal; /* one data key, the subkeys of the starts met, the counter of this start */

/* Reads a master key from the file `name` in the folder `directory` (a credential): exactly 32 raw bytes,
 * readable by nobody else. CONFIG when missing, of another length or open to others. The buffer is wiped by
 * the caller. */
enum status seal_read_key(const char *directory, const char *name, uint8_t key[SEAL_KEY_BYTES]);
/* Overwrites key bytes in a way that the compiler keeps. */
void seal_wipe(void *bytes, size_t length);
/* Random bytes of the operating system's quality. */
void seal_random(void *bytes, size_t length);

/* Wraps a fresh data key under the master key; `label` (store id) is bound to it. */
enum status seal_make_data_key(const uint8_t master[SEAL_KEY_BYTES], struct text label,
                               uint8_t wrapped[SEAL_WRAPPED_BYTES]);
/* CONFIG when the master key does not open the wrapped key. The seal is owned by the caller. */
enum status seal_open_data_key(const uint8_t master[SEAL_KEY_BYTES], struct text label,
                               const uint8_t wrapped[SEAL_WRAPPED_BYTES], uint16_t key_number,
                               struct seal **seal);
void seal_free(struct seal *seal);

/* Introduces a start: its number and salt, as kept in the store. The one with `current` seals new
 * values: one in the life of a seal, with a salt never used before. */
enum status seal_add_start(struct seal *seal, uint32_t start, const uint8_t salt[SEAL_SALT_BYTES],
                           bool current);
/* How the seal gets the salt of a start it has not met (looked up in the store on first use); NULL = unknown
 * is CORRUPT. */
typedef bool seal_find_salt(void *context, uint32_t start, uint8_t salt[SEAL_SALT_BYTES]);
void seal_set_finder(struct seal *seal, seal_find_salt *find, void *context);

/* `bound` is the associated data, given in up to three parts (store id, table, key). */
struct seal_bound {
    struct text parts[3];
};
/* Writes plain.length + SEAL_OVERHEAD bytes to `out`, which has room for them. A part of `bound` has at most
 * 64 KiB. */
void seal_close(struct seal *seal, const struct seal_bound *bound, struct text plain, uint8_t *out);
/* Opens into `out` (sealed.length - SEAL_OVERHEAD bytes of room). CORRUPT when anything is not as it was
 * sealed; `out` then holds zeros. */
enum status seal_open(struct seal *seal, const struct seal_bound *bound, struct text sealed, uint8_t *out);
/* Values sealed since the start, for the benchmark's figures. */
uint64_t seal_closed_count(const struct seal *seal);

/* HMAC-SHA-256 under a key derived for indexes (apart from every sealing key): keys made of private values.
 */
void seal_index(struct seal *seal, struct text message, uint8_t digest[32]);
/* SHA-256; not keyed. */
void seal_digest(struct text message, uint8_t digest[32]);
/* The same, piece by piece. */
struct seal_hash;
struct seal_hash *seal_hash_begin(void);
void seal_hash_add(struct seal_hash *hash, struct text piece);
void seal_hash_end(struct seal_hash *hash, uint8_t digest[32]); /* frees it */

/* A sum against accidents, not against people: XXH3-128, of the whole or piece by piece. */
enum { SEAL_SUM_BYTES = 16 };
struct seal_sum;
void seal_sum(struct text message, uint8_t sum[SEAL_SUM_BYTES]);
struct seal_sum *seal_sum_begin(void);
void seal_sum_add(struct seal_sum *running, struct text piece);
void seal_sum_end(struct seal_sum *running, uint8_t sum[SEAL_SUM_BYTES]); /* frees it */

#endif
