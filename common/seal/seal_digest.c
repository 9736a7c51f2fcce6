#include "common/seal/seal_internal.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/sha.h>
#include <stdlib.h>

void
seal_derive(const uint8_t key[SEAL_KEY_BYTES], struct text salt, struct text purpose,
            uint8_t derived[SEAL_KEY_BYTES])
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    assert(kdf != NULL);
    EVP_KDF_CTX *context = EVP_KDF_CTX_new(kdf);
    assert(context != NULL);
    char digest[] = "SHA256";
    uint8_t key_copy[SEAL_KEY_BYTES], salt_copy[64], purpose_copy[64];
    assert(salt.length <= sizeof salt_copy && purpose.length <= sizeof purpose_copy);
    memcpy(key_copy, key, sizeof key_copy);
    if (salt.length > 0)
        memcpy(salt_copy, salt.data, salt.length);
    memcpy(purpose_copy, purpose.data, purpose.length);
    OSSL_PARAM parameters[5] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key_copy, sizeof key_copy),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt_copy, salt.length),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, purpose_copy, purpose.length),
        OSSL_PARAM_construct_end(),
    };
    int done = EVP_KDF_derive(context, derived, SEAL_KEY_BYTES, parameters);
    assert(done == 1);
    OPENSSL_cleanse(key_copy, sizeof key_copy);
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
}

/* Nettle: a message is a few dozen to a few hundred bytes, and OpenSSL's calls cost 90 ns whatever its length. */
void
seal_index(struct seal *seal, struct text message, uint8_t digest[32])
{
    struct hmac_sha256_ctx *mac = seal_index_mac(seal);
    hmac_sha256_update(mac, message.length, (const uint8_t *)message.data);
    hmac_sha256_digest(mac, 32, digest); /* leaves it as it was after its key */
}

void
seal_digest(struct text message, uint8_t digest[32])
{
    const uint8_t *made = SHA256((const uint8_t *)message.data, message.length, digest);
    assert(made != NULL);
}

/* Small pieces are gathered: each call into the digest costs as much as a hundred bytes of it. */
struct seal_hash {
    EVP_MD_CTX *context;
    size_t gathered;
    char bytes[1024];
};

struct seal_hash *
seal_hash_begin(void)
{
    struct seal_hash *hash = malloc(sizeof *hash);
    assert(hash != NULL);
    hash->gathered = 0;
    hash->context = EVP_MD_CTX_new();
    assert(hash->context != NULL);
    int done = EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL);
    assert(done == 1);
    return hash;
}

static void
digest(struct seal_hash *hash, struct text piece)
{
    int done = piece.length == 0 || EVP_DigestUpdate(hash->context, piece.data, piece.length);
    assert(done == 1);
}

static void
digest_gathered(struct seal_hash *hash)
{
    digest(hash, text_of(hash->bytes, hash->gathered));
    hash->gathered = 0;
}

void
seal_hash_add(struct seal_hash *hash, struct text piece)
{
    if (piece.length > sizeof hash->bytes - hash->gathered)
        digest_gathered(hash);
    if (piece.length > sizeof hash->bytes) {
        digest(hash, piece);
    } else if (piece.length > 0) {
        memcpy(hash->bytes + hash->gathered, piece.data, piece.length);
        hash->gathered += piece.length;
    }
}

void
seal_hash_end(struct seal_hash *hash, uint8_t made[32])
{
    digest_gathered(hash);
    int done = EVP_DigestFinal_ex(hash->context, made, NULL);
    assert(done == 1);
    EVP_MD_CTX_free(hash->context);
    seal_wipe(hash->bytes, sizeof hash->bytes);
    free(hash);
}
