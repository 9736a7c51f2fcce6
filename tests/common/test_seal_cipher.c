#include "common/seal/seal_cipher.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { LONGEST = 2 * SEAL_CIPHER_SHORT };

static const uint8_t nonce[SEAL_CIPHER_NONCE] = {0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce, 0xdb, 0xad, 0xde, 0xca, 0xf8, 0x88};

static size_t
from_hex(const char *hex, uint8_t *bytes)
{
    size_t length = strlen(hex) / 2;
    for (size_t i = 0; i < length; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
        bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return length;
}

/* Pieces of associated data that are the same in sum: one is for Nettle, where the text is short, two are for OpenSSL. */
static void
pieces_of(struct text bound, struct text pieces[2])
{
    pieces[0] = text_of(bound.data, bound.length / 2);
    pieces[1] = text_of(bound.data + bound.length / 2, bound.length - bound.length / 2);
}

/* McGrew and Viega, The Galois/Counter Mode of Operation, test case 16; NIST points to it. */
Test(seal_cipher, both_libraries_give_what_is_published)
{
    uint8_t key[SEAL_CIPHER_KEY], plain[64], more[32], wanted[64], tag[SEAL_CIPHER_TAG], out[64], made[SEAL_CIPHER_TAG];
    from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", key);
    size_t length = from_hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
                             "b16aedf5aa0de657ba637b39", plain);
    struct text bound = text_of(more, from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2", more)), pieces[2];
    from_hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
             "bcc9f662", wanted);
    from_hex("76fc6ece0f4e1768cddf8853bb2d551b", tag);
    pieces_of(bound, pieces);
    struct seal_cipher *cipher = seal_cipher_make(key);
    for (size_t count = 1; count <= 2; count++) {
        seal_cipher_close(cipher, nonce, count == 1 ? &bound : pieces, count, text_of(plain, length), out, made);
        cr_assert_arr_eq(out, wanted, length);
        cr_assert_arr_eq(made, tag, sizeof tag);
    }
    seal_cipher_free(cipher);
}

Test(seal_cipher, what_one_library_closes_the_other_opens)
{
    static uint8_t plain[LONGEST], one[LONGEST], other[LONGEST];
    uint8_t tag[SEAL_CIPHER_TAG], tag_other[SEAL_CIPHER_TAG], key[SEAL_CIPHER_KEY] = {7};
    struct text bound = TEXT("store and table and key"), pieces[2];
    pieces_of(bound, pieces);
    for (size_t i = 0; i < LONGEST; i++)
        plain[i] = (uint8_t)(i * 31 + 7);
    struct seal_cipher *cipher = seal_cipher_make(key);
    for (size_t length = 0; length <= LONGEST; length += length < 70 ? 1 : 13) {
        seal_cipher_close(cipher, nonce, &bound, 1, text_of(plain, length), one, tag);
        seal_cipher_close(cipher, nonce, pieces, 2, text_of(plain, length), other, tag_other);
        cr_assert(memcmp(one, other, length) == 0 && memcmp(tag, tag_other, sizeof tag) == 0, "length %zu", length);
        cr_assert(seal_cipher_open(cipher, nonce, pieces, 2, text_of(one, length), other, tag), "length %zu", length);
        cr_assert(memcmp(other, plain, length) == 0);
        cr_assert(seal_cipher_open(cipher, nonce, &bound, 1, text_of(one, length), other, tag), "length %zu", length);
        cr_assert(memcmp(other, plain, length) == 0);
        tag[length % sizeof tag] ^= 0x40;
        cr_assert_not(seal_cipher_open(cipher, nonce, pieces, 2, text_of(one, length), other, tag));
        cr_assert_not(seal_cipher_open(cipher, nonce, &bound, 1, text_of(one, length), other, tag));
    }
    seal_cipher_free(cipher);
}
