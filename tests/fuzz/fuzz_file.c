/*
 * A content file as it might lie on a damaged disk. The input is a recipe: it is put in place of a sound
 * file's bytes (or, with a first byte of 1, laid over a part of one). Reading ends in CORRUPT, or gives what
 * was written.
 */
#include "common/file/file.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PLAIN = FILE_CHUNK_BYTES + 300 };
static char folder[64], path[80], plain[PLAIN];
static struct seal *seal;
static char *sound;
static size_t sound_length;

static void
clean_up(void)
{
    unlink(path);
    rmdir(folder);
    free(sound);
    seal_free(seal);
}

static void
begin(void)
{
    static const uint8_t master[SEAL_KEY_BYTES] = {1}, salt[SEAL_SALT_BYTES] = {2};
    uint8_t wrapped[SEAL_WRAPPED_BYTES];
    strcpy(folder,
           access("/dev/shm", W_OK) == 0 ? "/dev/shm/claimline-fuzz-XXXXXX" : "/tmp/claimline-fuzz-XXXXXX");
    char *made = mkdtemp(folder);
    assert(made != NULL);
    snprintf(path, sizeof path, "%s/content", folder);
    for (size_t i = 0; i < PLAIN; i++)
        plain[i] = (char)(i * 13);
    struct file_writer *writer;
    enum status status = seal_make_data_key(master, TEXT("fuzz"), wrapped);
    status = status == STATUS_OK ? seal_open_data_key(master, TEXT("fuzz"), wrapped, 1, &seal) : status;
    status = status == STATUS_OK ? seal_add_start(seal, 1, salt, true) : status;
    status = status == STATUS_OK ? file_create(seal, folder, "content", &writer) : status;
    assert(status == STATUS_OK);
    status = file_write(writer, text_of(plain, PLAIN));
    assert(status == STATUS_OK);
    status = file_finish(writer, NULL, NULL);
    assert(status == STATUS_OK);
    status = file_get_plain(path, 1 << 20, &sound, &sound_length);
    assert(status == STATUS_OK);
    atexit(clean_up);
}

static void
put(const char *bytes, size_t length)
{
    int fd = open(path, O_WRONLY | O_TRUNC);
    ssize_t wrote = write(fd, bytes, length);
    assert(wrote == (ssize_t)length);
    close(fd);
}

static void
read_all(uint64_t offset)
{
    struct file_reader *reader;
    enum status status = file_open(seal, folder, "content", &reader);
    assert(status == STATUS_OK || status == STATUS_CORRUPT);
    if (status != STATUS_OK)
        return;
    if (offset > 0)
        file_seek(reader, offset);
    uint64_t at = offset;
    struct text chunk;
    while ((status = file_read(reader, &chunk)) == STATUS_OK && chunk.length > 0) {
        assert(at + chunk.length <= PLAIN && memcmp(chunk.data, plain + at, chunk.length) == 0);
        at += chunk.length;
    }
    assert(status == STATUS_CORRUPT || (status == STATUS_OK && (at == PLAIN || offset > PLAIN)));
    file_close(reader);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (seal == NULL)
        begin();
    if (size >= 4 && data[0] == 1) {
        size_t at = ((size_t)data[1] << 16 | (size_t)data[2] << 8 | data[3]) % sound_length;
        char *changed = malloc(sound_length);
        memcpy(changed, sound, sound_length);
        size_t length = size - 4 < sound_length - at ? size - 4 : sound_length - at;
        for (size_t i = 0; i < length; i++)
            changed[at + i] ^= (char)data[4 + i];
        put(changed, sound_length);
        free(changed);
    } else {
        put((const char *)data, size);
    }
    read_all(0);
    read_all(size >= 4 ? data[3] * 300u : 1);
    return 0;
}
