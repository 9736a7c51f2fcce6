#include "common/seal/seal_cipher.h"
#include "common/seal/seal_internal.h"

#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SEAL_FORMAT = 1,
    SEAL_HEADER = 15, /* format, data key number, start, counter */
    SEAL_TAG = SEAL_CIPHER_TAG,
    SEAL_NONCE = SEAL_CIPHER_NONCE,
    SEAL_STARTS = 64, /* subkeys kept ready; older starts are derived again when met */
    SEAL_BOUND_INLINE = 512,
};

/* The subkey of one start, its key schedule done once. */
struct seal_start {
    uint32_t number;
    struct seal_cipher *cipher;
};

struct seal {
    uint8_t data_key[SEAL_KEY_BYTES];
    uint16_t key_number;
    struct seal_cipher *closer; /* of the current start */
    uint32_t current;
    uint64_t counter;
    struct seal_start starts[SEAL_STARTS];
    unsigned start_count, next_victim;
    unsigned last_opened; /* most values come from one start */
    seal_find_salt *find;
    void *find_context;
    struct hmac_sha256_ctx index;
};

enum status
seal_read_key(const char *directory, const char *name, uint8_t key[SEAL_KEY_BYTES])
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", directory, name);
    if (length < 0 || (size_t)length >= sizeof path)
        return STATUS_CONFIG;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return STATUS_CONFIG;
    struct stat about;
    uint8_t bytes[SEAL_KEY_BYTES + 1];
    ssize_t got = -1;
    /* A credential given by the service manager to an unprivileged user is root's file with an access list,
     * whose mask stands in the place of the group's rights: reading by root's own group is therefore let
     * pass. */
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode)) {
        bool group_is_mask = (about.st_mode & 0070) == 0040 && about.st_uid == 0 && about.st_gid == 0;
        if ((about.st_mode & 0007) == 0 && ((about.st_mode & 0070) == 0 || group_is_mask))
            got = read(fd, bytes, sizeof bytes);
    }
    close(fd);
    bool fits = got == SEAL_KEY_BYTES;
    if (fits)
        memcpy(key, bytes, SEAL_KEY_BYTES);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return fits ? STATUS_OK : STATUS_CONFIG;
}

void
seal_wipe(void *bytes, size_t length)
{
    OPENSSL_cleanse(bytes, length);
}

void
seal_random(void *bytes, size_t length)
{
    assert(length <= INT_MAX);
    int done = RAND_bytes(bytes, (int)length);
    assert(done == 1);
}

enum status
seal_make_data_key(const uint8_t master[SEAL_KEY_BYTES], struct text label,
                   uint8_t wrapped[SEAL_WRAPPED_BYTES])
{
    uint8_t data_key[SEAL_KEY_BYTES], wrapping[SEAL_KEY_BYTES];
    seal_random(data_key, sizeof data_key);
    seal_random(wrapped, SEAL_NONCE);
    seal_derive(master, (struct text){0}, TEXT("claimline wrap"), wrapping);
    struct seal_cipher *cipher = seal_cipher_make(wrapping);
    seal_cipher_close(cipher, wrapped, &label, 1, text_of(data_key, sizeof data_key), wrapped + SEAL_NONCE,
                      wrapped + SEAL_NONCE + SEAL_KEY_BYTES);
    seal_cipher_free(cipher);
    OPENSSL_cleanse(data_key, sizeof data_key);
    OPENSSL_cleanse(wrapping, sizeof wrapping);
    return STATUS_OK;
}

enum status
seal_open_data_key(const uint8_t master[SEAL_KEY_BYTES], struct text label,
                   const uint8_t wrapped[SEAL_WRAPPED_BYTES], uint16_t key_number, struct seal **seal)
{
    uint8_t data_key[SEAL_KEY_BYTES], derived[SEAL_KEY_BYTES];
    seal_derive(master, (struct text){0}, TEXT("claimline wrap"), derived);
    struct seal_cipher *cipher = seal_cipher_make(derived);
    bool fits = seal_cipher_open(cipher, wrapped, &label, 1, text_of(wrapped + SEAL_NONCE, SEAL_KEY_BYTES), data_key,
                                 wrapped + SEAL_NONCE + SEAL_KEY_BYTES);
    seal_cipher_free(cipher);
    if (fits) {
        struct seal *made = calloc(1, sizeof *made);
        assert(made != NULL);
        memcpy(made->data_key, data_key, sizeof data_key);
        made->key_number = key_number;
        seal_derive(data_key, (struct text){0}, TEXT("claimline index"), derived);
        hmac_sha256_set_key(&made->index, sizeof derived, derived);
        *seal = made;
    }
    OPENSSL_cleanse(data_key, sizeof data_key);
    OPENSSL_cleanse(derived, sizeof derived);
    return fits ? STATUS_OK : STATUS_CONFIG;
}

void
seal_free(struct seal *seal)
{
    if (seal == NULL)
        return;
    for (unsigned i = 0; i < seal->start_count; i++)
        seal_cipher_free(seal->starts[i].cipher);
    seal_cipher_free(seal->closer);
    OPENSSL_cleanse(seal, sizeof *seal);
    free(seal);
}

struct hmac_sha256_ctx *
seal_index_mac(struct seal *seal)
{
    return &seal->index;
}

static void
put_bytes(uint8_t *out, uint64_t number, size_t width)
{
    for (size_t i = 0; i < width; i++)
        out[i] = (uint8_t)(number >> (8 * (width - 1 - i)));
}

static uint64_t
get_bytes(const uint8_t *in, size_t width)
{
    uint64_t number = 0;
    for (size_t i = 0; i < width; i++)
        number = number << 8 | in[i];
    return number;
}

enum status
seal_add_start(struct seal *seal, uint32_t start, const uint8_t salt[SEAL_SALT_BYTES], bool current)
{
    uint8_t purpose[32] = "claimline values ", subkey[SEAL_KEY_BYTES];
    put_bytes(purpose + 17, start, 4);
    put_bytes(purpose + 21, seal->key_number, 2);
    seal_derive(seal->data_key, text_of(salt, SEAL_SALT_BYTES), text_of(purpose, 23), subkey);
    unsigned place = seal->start_count;
    if (place == SEAL_STARTS) {
        place = seal->next_victim;
        seal->next_victim = (place + 1) % SEAL_STARTS;
        seal_cipher_free(seal->starts[place].cipher);
    } else {
        seal->start_count++;
    }
    seal->starts[place] = (struct seal_start){start, seal_cipher_make(subkey)};
    if (current) {
        assert(seal->closer == NULL); /* a second one would count nonces from 0 again */
        seal->closer = seal_cipher_make(subkey);
        seal->current = start;
        seal->counter = 0;
    }
    OPENSSL_cleanse(subkey, sizeof subkey);
    return STATUS_OK;
}

void
seal_set_finder(struct seal *seal, seal_find_salt *find, void *context)
{
    seal->find = find;
    seal->find_context = context;
}

static struct seal_cipher *
opener_of(struct seal *seal, uint32_t number)
{
    if (seal->last_opened < seal->start_count && seal->starts[seal->last_opened].number == number)
        return seal->starts[seal->last_opened].cipher;
    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < seal->start_count; i++) {
            if (seal->starts[i].number == number) {
                seal->last_opened = i;
                return seal->starts[i].cipher;
            }
        }
        uint8_t salt[SEAL_SALT_BYTES];
        if (seal->find == NULL || !seal->find(seal->find_context, number, salt))
            return NULL;
        seal_add_start(seal, number, salt, false);
    }
    return NULL;
}

/* What is bound: the header and the lengths of the parts (so that no two splits look alike), then the parts.
 * Joined in `room` when short, because each piece costs a call into the cipher. */
struct seal_pieces {
    uint8_t lead[SEAL_HEADER + 12];
    uint8_t room[SEAL_BOUND_INLINE];
    struct text texts[4];
    size_t count;
};

static void
bind_pieces(struct seal_pieces *pieces, const uint8_t *header, const struct seal_bound *bound)
{
    size_t total = sizeof pieces->lead;
    memcpy(pieces->lead, header, SEAL_HEADER);
    for (size_t i = 0; i < 3; i++) {
        assert(bound->parts[i].length <= UINT16_MAX);
        put_bytes(pieces->lead + SEAL_HEADER + 4 * i, bound->parts[i].length, 4);
        total += bound->parts[i].length;
    }
    pieces->texts[0] = text_of(pieces->lead, sizeof pieces->lead);
    for (size_t i = 0; i < 3; i++)
        pieces->texts[i + 1] = bound->parts[i];
    pieces->count = 4;
    if (total > sizeof pieces->room)
        return;
    size_t at = 0;
    for (size_t i = 0; i < 4; i++) {
        if (pieces->texts[i].length > 0)
            memcpy(pieces->room + at, pieces->texts[i].data, pieces->texts[i].length);
        at += pieces->texts[i].length;
    }
    pieces->texts[0] = text_of(pieces->room, total);
    pieces->count = 1;
}

void
seal_close(struct seal *seal, const struct seal_bound *bound, struct text plain, uint8_t *out)
{
    assert(seal->closer != NULL && plain.length <= INT_MAX - SEAL_OVERHEAD);
    out[0] = SEAL_FORMAT;
    put_bytes(out + 1, seal->key_number, 2);
    put_bytes(out + 3, seal->current, 4);
    put_bytes(out + 7, seal->counter++, 8);
    struct seal_pieces pieces;
    bind_pieces(&pieces, out, bound);
    seal_cipher_close(seal->closer, out + 3, pieces.texts, pieces.count, plain, out + SEAL_HEADER,
                      out + SEAL_HEADER + plain.length);
}

enum status
seal_open(struct seal *seal, const struct seal_bound *bound, struct text sealed, uint8_t *out)
{
    if (sealed.length < SEAL_OVERHEAD || sealed.length > INT_MAX)
        return STATUS_CORRUPT;
    const uint8_t *in = (const uint8_t *)sealed.data;
    if (in[0] != SEAL_FORMAT || get_bytes(in + 1, 2) != seal->key_number)
        return STATUS_CORRUPT;
    struct seal_cipher *opener = opener_of(seal, (uint32_t)get_bytes(in + 3, 4));
    if (opener == NULL)
        return STATUS_CORRUPT;
    struct seal_pieces pieces;
    bind_pieces(&pieces, in, bound);
    size_t length = sealed.length - SEAL_OVERHEAD;
    bool fits = seal_cipher_open(opener, in + 3, pieces.texts, pieces.count, text_of(in + SEAL_HEADER, length), out,
                                 in + SEAL_HEADER + length);
    if (!fits)
        memset(out, 0, length);
    return fits ? STATUS_OK : STATUS_CORRUPT;
}

uint64_t
seal_closed_count(const struct seal *seal)
{
    return seal->counter;
}
