#include "common/seal/seal_cipher.h"

#include <assert.h>
#include <limits.h>
#include <nettle/gcm.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

struct seal_cipher {
    struct gcm_aes256_ctx brief;
    EVP_CIPHER_CTX *closer, *opener;
};

static EVP_CIPHER_CTX *
make_context(const uint8_t key[SEAL_CIPHER_KEY], bool closing)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    assert(context != NULL);
    int done = EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, NULL, closing);
    assert(done == 1);
    return context;
}

struct seal_cipher *
seal_cipher_make(const uint8_t key[SEAL_CIPHER_KEY])
{
    struct seal_cipher *cipher = calloc(1, sizeof *cipher);
    assert(cipher != NULL);
    gcm_aes256_set_key(&cipher->brief, key);
    cipher->closer = make_context(key, true);
    cipher->opener = make_context(key, false);
    return cipher;
}

void
seal_cipher_free(struct seal_cipher *cipher)
{
    if (cipher == NULL)
        return;
    EVP_CIPHER_CTX_free(cipher->closer);
    EVP_CIPHER_CTX_free(cipher->opener);
    OPENSSL_cleanse(cipher, sizeof *cipher);
    free(cipher);
}

static bool
is_brief(size_t count, size_t length)
{
    return count == 1 && length <= SEAL_CIPHER_SHORT;
}

static void
begin_brief(struct gcm_aes256_ctx *brief, const uint8_t nonce[SEAL_CIPHER_NONCE], struct text bound)
{
    gcm_aes256_set_iv(brief, SEAL_CIPHER_NONCE, nonce);
    gcm_aes256_update(brief, bound.length, (const uint8_t *)bound.data);
}

/* One pass of OpenSSL's cipher up to the tag. */
static bool
run_long(EVP_CIPHER_CTX *context, const uint8_t nonce[SEAL_CIPHER_NONCE], const struct text *bound, size_t count, struct text in,
         uint8_t *out)
{
    int length = 0;
    assert(in.length <= INT_MAX);
    int done = EVP_CipherInit_ex(context, NULL, NULL, NULL, nonce, -1);
    for (size_t i = 0; i < count; i++)
        if (bound[i].length > 0)
            done &= EVP_CipherUpdate(context, NULL, &length, (const uint8_t *)bound[i].data, (int)bound[i].length);
    if (in.length > 0)
        done &= EVP_CipherUpdate(context, out, &length, (const uint8_t *)in.data, (int)in.length);
    return done == 1;
}

void
seal_cipher_close(struct seal_cipher *cipher, const uint8_t nonce[SEAL_CIPHER_NONCE], const struct text *bound, size_t count,
                  struct text plain, uint8_t *out, uint8_t tag[SEAL_CIPHER_TAG])
{
    if (is_brief(count, plain.length)) {
        begin_brief(&cipher->brief, nonce, bound[0]);
        gcm_aes256_encrypt(&cipher->brief, plain.length, out, (const uint8_t *)plain.data);
        gcm_aes256_digest(&cipher->brief, SEAL_CIPHER_TAG, tag);
        return;
    }
    int length = 0;
    uint8_t none[16];
    bool done = run_long(cipher->closer, nonce, bound, count, plain, out) &&
                EVP_CipherFinal_ex(cipher->closer, none, &length) == 1 &&
                EVP_CIPHER_CTX_ctrl(cipher->closer, EVP_CTRL_AEAD_GET_TAG, SEAL_CIPHER_TAG, tag) == 1;
    assert(done);
}

bool
seal_cipher_open(struct seal_cipher *cipher, const uint8_t nonce[SEAL_CIPHER_NONCE], const struct text *bound, size_t count,
                 struct text closed, uint8_t *out, const uint8_t tag[SEAL_CIPHER_TAG])
{
    uint8_t copy[SEAL_CIPHER_TAG];
    if (is_brief(count, closed.length)) {
        begin_brief(&cipher->brief, nonce, bound[0]);
        gcm_aes256_decrypt(&cipher->brief, closed.length, out, (const uint8_t *)closed.data);
        gcm_aes256_digest(&cipher->brief, sizeof copy, copy);
        return CRYPTO_memcmp(copy, tag, sizeof copy) == 0;
    }
    int length = 0;
    uint8_t none[16];
    memcpy(copy, tag, sizeof copy);
    return run_long(cipher->opener, nonce, bound, count, closed, out) &&
           EVP_CIPHER_CTX_ctrl(cipher->opener, EVP_CTRL_AEAD_SET_TAG, SEAL_CIPHER_TAG, copy) == 1 &&
           EVP_CipherFinal_ex(cipher->opener, none, &length) == 1;
}
