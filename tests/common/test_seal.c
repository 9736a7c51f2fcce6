#include "common/seal/seal.h"
#include "tests/support/folder.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint8_t master[SEAL_KEY_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8};
static const uint8_t salt_one[SEAL_SALT_BYTES] = {11}, salt_two[SEAL_SALT_BYTES] = {22};

static struct seal *
open_seal(const uint8_t wrapped[SEAL_WRAPPED_BYTES])
{
    struct seal *seal = NULL;
    cr_assert_eq(seal_open_data_key(master, TEXT("label"), wrapped, 1, &seal), STATUS_OK);
    return seal;
}

static struct seal *
fresh_seal(uint8_t wrapped[SEAL_WRAPPED_BYTES])
{
    cr_assert_eq(seal_make_data_key(master, TEXT("label"), wrapped), STATUS_OK);
    struct seal *seal = open_seal(wrapped);
    cr_assert_eq(seal_add_start(seal, 7, salt_one, true), STATUS_OK);
    return seal;
}

static const struct seal_bound bound = {{{"store", 5}, {"table", 5}, {"key", 3}}};

Test(seal, what_is_closed_opens_again)
{
    uint8_t wrapped[SEAL_WRAPPED_BYTES];
    struct seal *seal = fresh_seal(wrapped);
    static const size_t lengths[] = {0, 1, 15, 16, 17, 200, 4096, 100000};
    static uint8_t plain[100000], sealed[100000 + SEAL_OVERHEAD], opened[100000];
    seal_random(plain, sizeof plain);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        seal_close(seal, &bound, text_of(plain, lengths[i]), sealed);
        struct text whole = text_of(sealed, lengths[i] + SEAL_OVERHEAD);
        cr_assert_eq(seal_open(seal, &bound, whole, opened), STATUS_OK);
        cr_assert(memcmp(plain, opened, lengths[i]) == 0);
    }
    cr_assert_eq(seal_closed_count(seal), sizeof lengths / sizeof lengths[0]);
    seal_free(seal);
}

Test(seal, every_changed_bit_and_every_cut_is_corrupt)
{
    uint8_t wrapped[SEAL_WRAPPED_BYTES], sealed[40 + SEAL_OVERHEAD], opened[40];
    struct seal *seal = fresh_seal(wrapped);
    seal_close(seal, &bound, text_of(master, 32), sealed);
    size_t length = 32 + SEAL_OVERHEAD;
    for (size_t bit = 0; bit < 8 * length; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        cr_assert_eq(seal_open(seal, &bound, text_of(sealed, length), opened), STATUS_CORRUPT, "bit %zu",
                     bit);
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < length; cut++)
        cr_assert_eq(seal_open(seal, &bound, text_of(sealed, cut), opened), STATUS_CORRUPT);
    cr_assert_eq(seal_open(seal, &bound, text_of(sealed, length), opened), STATUS_OK);
    seal_free(seal);
}

Test(seal, what_it_belongs_to_is_part_of_it)
{
    uint8_t wrapped[SEAL_WRAPPED_BYTES], sealed[3 + SEAL_OVERHEAD], opened[3];
    struct seal *seal = fresh_seal(wrapped);
    seal_close(seal, &bound, TEXT("abc"), sealed);
    struct text whole = text_of(sealed, sizeof sealed);
    for (size_t i = 0; i < 3; i++) {
        struct seal_bound other = bound;
        other.parts[i].length--;
        cr_assert_eq(seal_open(seal, &other, whole, opened), STATUS_CORRUPT);
    }
    /* The same bytes, split at another place. */
    struct seal_bound shifted = {{{"storet", 6}, {"able", 4}, {"key", 3}}};
    cr_assert_eq(seal_open(seal, &shifted, whole, opened), STATUS_CORRUPT);
    cr_assert_eq(seal_open(seal, &bound, whole, opened), STATUS_OK);
    seal_free(seal);
}

Test(seal, long_associated_data_is_bound_too)
{
    uint8_t wrapped[SEAL_WRAPPED_BYTES], sealed[3 + SEAL_OVERHEAD], opened[3];
    struct seal *seal = fresh_seal(wrapped);
    char name[2000];
    memset(name, 'n', sizeof name);
    struct seal_bound large = {{{"store", 5}, {name, sizeof name}, {"key", 3}}};
    seal_close(seal, &large, TEXT("abc"), sealed);
    cr_assert_eq(seal_open(seal, &large, text_of(sealed, sizeof sealed), opened), STATUS_OK);
    name[1999] = 'm';
    cr_assert_eq(seal_open(seal, &large, text_of(sealed, sizeof sealed), opened), STATUS_CORRUPT);
    seal_free(seal);
}

static bool
find_one(void *context, uint32_t start, uint8_t salt[SEAL_SALT_BYTES])
{
    ++*(int *)context;
    memcpy(salt, salt_one, SEAL_SALT_BYTES);
    return start == 7;
}

Test(seal, values_of_an_earlier_start_are_found_by_their_salt)
{
    uint8_t wrapped[SEAL_WRAPPED_BYTES], sealed[3 + SEAL_OVERHEAD], opened[3];
    struct seal *seal = fresh_seal(wrapped);
    seal_close(seal, &bound, TEXT("abc"), sealed);
    seal_free(seal);
    seal = open_seal(wrapped);
    cr_assert_eq(seal_add_start(seal, 8, salt_two, true), STATUS_OK);
    cr_assert_eq(seal_open(seal, &bound, text_of(sealed, sizeof sealed), opened), STATUS_CORRUPT);
    int asked = 0;
    seal_set_finder(seal, find_one, &asked);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(seal_open(seal, &bound, text_of(sealed, sizeof sealed), opened), STATUS_OK);
    cr_assert_eq(asked, 1);
    sealed[6] = 9; /* a start that the finder does not know */
    cr_assert_eq(seal_open(seal, &bound, text_of(sealed, sizeof sealed), opened), STATUS_CORRUPT);
    seal_free(seal);
}

static bool
find_any(void *context, uint32_t start, uint8_t salt[SEAL_SALT_BYTES])
{
    (void)context;
    memset(salt, 0, SEAL_SALT_BYTES);
    salt[0] = (uint8_t)start;
    return true;
}

Test(seal, more_starts_than_are_kept_ready_still_open)
{
    enum { STARTS = 150 };
    uint8_t wrapped[SEAL_WRAPPED_BYTES], sealed[STARTS][3 + SEAL_OVERHEAD], opened[3];
    cr_assert_eq(seal_make_data_key(master, TEXT("label"), wrapped), STATUS_OK);
    for (uint32_t i = 0; i < STARTS; i++) {
        struct seal *seal = open_seal(wrapped);
        uint8_t salt[SEAL_SALT_BYTES];
        find_any(NULL, i, salt);
        seal_add_start(seal, i, salt, true);
        seal_close(seal, &bound, TEXT("abc"), sealed[i]);
        seal_free(seal);
    }
    struct seal *seal = open_seal(wrapped);
    seal_set_finder(seal, find_any, NULL);
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < STARTS; i++)
            cr_assert_eq(seal_open(seal, &bound, text_of(sealed[i], sizeof sealed[i]), opened), STATUS_OK);
    seal_free(seal);
}

Test(seal, the_same_value_twice_looks_different)
{
    uint8_t wrapped[SEAL_WRAPPED_BYTES], one[20 + SEAL_OVERHEAD], two[20 + SEAL_OVERHEAD];
    struct seal *seal = fresh_seal(wrapped);
    seal_close(seal, &bound, text_of(master, 20), one);
    seal_close(seal, &bound, text_of(master, 20), two);
    cr_assert(memcmp(one + 15, two + 15, 20) != 0);
    seal_free(seal);
}

Test(seal, only_the_right_master_key_and_label_open_a_data_key)
{
    uint8_t wrapped[SEAL_WRAPPED_BYTES], other[SEAL_KEY_BYTES];
    struct seal *seal = NULL;
    cr_assert_eq(seal_make_data_key(master, TEXT("label"), wrapped), STATUS_OK);
    memcpy(other, master, sizeof other);
    other[31] ^= 1;
    cr_assert_eq(seal_open_data_key(other, TEXT("label"), wrapped, 1, &seal), STATUS_CONFIG);
    cr_assert_eq(seal_open_data_key(master, TEXT("labex"), wrapped, 1, &seal), STATUS_CONFIG);
    wrapped[20] ^= 1;
    cr_assert_eq(seal_open_data_key(master, TEXT("label"), wrapped, 1, &seal), STATUS_CONFIG);
    cr_assert_null(seal);
}

Test(seal, an_index_digest_depends_on_the_data_key)
{
    uint8_t wrapped[SEAL_WRAPPED_BYTES], one[32], again[32], other[32], longer[32], plain[32];
    struct seal *seal = fresh_seal(wrapped);
    seal_index(seal, TEXT("member 123"), one);
    seal_index(seal, TEXT("member 1234"), longer);
    seal_index(seal, TEXT("member 123"), again);
    cr_assert(memcmp(one, again, 32) == 0 && memcmp(one, longer, 32) != 0);
    seal_free(seal);
    seal = fresh_seal(wrapped);
    seal_index(seal, TEXT("member 123"), other);
    seal_digest(TEXT("member 123"), plain);
    cr_assert(memcmp(one, other, 32) != 0 && memcmp(one, plain, 32) != 0);
    seal_free(seal);
}

/* Made by other programs (Python's hmac and cryptography): keys of tables stay what they were. */
Test(seal, an_index_digest_is_the_hmac_of_the_message)
{
    static const uint8_t wrapped[SEAL_WRAPPED_BYTES] = {
        0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f,
        0x97, 0xb4, 0x6a, 0xd7, 0x77, 0x18, 0x9d, 0x81, 0xf4, 0x33, 0xd0, 0x24,
        0x19, 0xc2, 0xce, 0x54, 0xcc, 0x1d, 0x79, 0xb6, 0xc2, 0x07, 0x19, 0xce,
        0xb1, 0x76, 0xa4, 0xb5, 0xbf, 0x65, 0x7e, 0xb5, 0x03, 0x6d, 0xae, 0xbf,
        0x80, 0x75, 0xc5, 0x12, 0x5c, 0xd1, 0xd8, 0x2e, 0x0a, 0xa5, 0xdb, 0x4f};
    static const struct {
        size_t length;
        uint8_t begins[8];
    } cases[] = {
        {0, {0xd3, 0x3a, 0x1b, 0x34, 0x64, 0x93, 0x73, 0xb1}},
        {1, {0xac, 0xcd, 0x48, 0x34, 0xdf, 0x6e, 0x1e, 0x48}},
        {55, {0x0c, 0xec, 0x61, 0x80, 0xbd, 0x28, 0xfd, 0x36}},
        {56, {0x2a, 0xc8, 0x1c, 0x85, 0x3a, 0x11, 0x9f, 0x95}},
        {64, {0xb1, 0x2e, 0xe2, 0x0a, 0x66, 0x67, 0x60, 0x84}},
        {300, {0xfd, 0xda, 0x0a, 0x15, 0x47, 0x60, 0x22, 0xc8}},
    };
    char message[300];
    uint8_t digest[32];
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (char)('A' + i % 26);
    struct seal *seal = open_seal(wrapped);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        seal_index(seal, text_of(message, cases[i].length), digest);
        cr_assert_arr_eq(digest, cases[i].begins, sizeof cases[i].begins, "%zu bytes", cases[i].length);
    }
    seal_free(seal);
}

Test(seal, a_digest_in_pieces_is_the_digest_of_the_whole)
{
    static const uint8_t abc[4] = {0xba, 0x78, 0x16, 0xbf}; /* SHA-256("abc") begins so (FIPS 180-2) */
    uint8_t whole[32], pieces[32];
    seal_digest(TEXT("abc"), whole);
    cr_assert(memcmp(whole, abc, sizeof abc) == 0);
    struct seal_hash *hash = seal_hash_begin();
    seal_hash_add(hash, TEXT("a"));
    seal_hash_add(hash, (struct text){0});
    seal_hash_add(hash, TEXT("bc"));
    seal_hash_end(hash, pieces);
    cr_assert(memcmp(whole, pieces, 32) == 0);
}

Test(seal, a_key_file_is_taken_only_whole_and_private)
{
    char folder[256], path[512];
    uint8_t key[SEAL_KEY_BYTES];
    folder_make(folder);
    folder_make_key(folder, "master");
    snprintf(path, sizeof path, "%s/master", folder);
    cr_expect_eq(seal_read_key(folder, "master", key), STATUS_OK);
    cr_expect(key[1] == 8);
    cr_expect_eq(seal_read_key(folder, "absent", key), STATUS_CONFIG);
    static const mode_t open_to_others[] = {0404, 0444, 0420, 0460, 0402};
    for (size_t i = 0; i < sizeof open_to_others / sizeof open_to_others[0]; i++) {
        chmod(path, open_to_others[i]);
        cr_expect_eq(seal_read_key(folder, "master", key), STATUS_CONFIG, "mode %o", open_to_others[i]);
    }
    chmod(path, 0600);
    static const off_t lengths[] = {0, 31, 33};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(truncate(path, lengths[i]), 0);
        cr_expect_eq(seal_read_key(folder, "master", key), STATUS_CONFIG, "%ld bytes", (long)lengths[i]);
    }
    folder_remove(folder);
}

Test(seal, a_sum_is_the_same_in_pieces_and_tells_each_bit)
{
    static char bytes[3000];
    uint8_t whole[SEAL_SUM_BYTES], pieces[SEAL_SUM_BYTES];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 31 >> (i % 3));
    seal_sum(text_of(bytes, sizeof bytes), whole);
    for (size_t each = 1; each < sizeof bytes; each = each * 3 + 1) {
        struct seal_sum *sum = seal_sum_begin();
        for (size_t at = 0; at < sizeof bytes; at += each)
            seal_sum_add(sum, text_of(bytes + at, sizeof bytes - at < each ? sizeof bytes - at : each));
        seal_sum_add(sum, (struct text){0});
        seal_sum_end(sum, pieces);
        cr_assert_eq(memcmp(whole, pieces, sizeof whole), 0, "pieces of %zu", each);
    }
    for (size_t bit = 0; bit < 8 * sizeof bytes; bit += 7) {
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        seal_sum(text_of(bytes, sizeof bytes), pieces);
        cr_assert_neq(memcmp(whole, pieces, sizeof whole), 0, "bit %zu", bit);
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
}
