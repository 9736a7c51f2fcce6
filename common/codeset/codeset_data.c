#include "common/codeset/codeset_data.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

static enum status
wrong(char reason[CODESET_REASON_BYTES], const char *path, const char *words)
{
    snprintf(reason, CODESET_REASON_BYTES, "%s: %s", path, words);
    return STATUS_INVALID;
}

static bool
part_is(const struct codeset_file_header *header, enum codeset_part part, size_t file, uint64_t bytes)
{
    const struct codeset_section *section = &header->parts[part];
    return section->bytes == bytes && section->offset % CODESET_ALIGN == 0 && section->offset >= CODESET_BLOCK_BYTES &&
           section->offset <= file && section->bytes <= file - section->offset;
}

static uint64_t
block_count(uint64_t end)
{
    return (end - CODESET_BLOCK_BYTES + CODESET_BLOCK_BYTES - 1) / CODESET_BLOCK_BYTES;
}

/* What a header says fits the file and itself; NULL, or what does not. */
static const char *
header_fault(const struct codeset_file_header *header, size_t file)
{
    const struct codeset_about *about = &header->about;
    if (memcmp(header->magic, CODESET_MAGIC, sizeof header->magic) != 0)
        return "not an edition of a code set";
    if (header->order != CODESET_ORDER || header->block_bytes != CODESET_BLOCK_BYTES)
        return "made by another kind of machine or version: import it again";
    if (XXH3_64bits(header, offsetof(struct codeset_file_header, digest)) != header->digest)
        return "its header is damaged";
    uint64_t checks = header->parts[PART_CHECKS].offset;
    if (about->codes >= UINT32_MAX || about->rows >= UINT32_MAX || about->number_count > CODESET_NUMBERS_LIMIT ||
        header->index_characters > 3 || checks < CODESET_BLOCK_BYTES || about->words_bytes < 2 ||
        memchr(about->set, 0, sizeof about->set) == NULL || memchr(about->edition, 0, sizeof about->edition) == NULL ||
        memchr(about->source, 0, sizeof about->source) == NULL || memchr(about->importer, 0, sizeof about->importer) == NULL ||
        !part_is(header, PART_KEYS, file, about->codes * 8) ||
        !part_is(header, PART_INDEX, file, (codeset_index_entries(header->index_characters) + 1) * 4) ||
        !part_is(header, PART_STARTS, file, (about->codes + 1) * 4) ||
        !part_is(header, PART_ROWS, file, about->rows * sizeof(struct codeset_row)) ||
        !part_is(header, PART_NUMBERS, file, about->rows * about->number_count * 4) ||
        !part_is(header, PART_WORDS, file, about->words_bytes) || !part_is(header, PART_CHECKS, file, block_count(checks) * 8))
        return "its parts do not fit";
    for (int i = 0; i < PART_CHECKS; i++) {
        if (header->parts[i].offset + header->parts[i].bytes > checks)
            return "its parts do not fit";
    }
    return NULL;
}

static enum status
map_file(const char *path, int *file, struct stat *about, const char **map, char reason[CODESET_REASON_BYTES])
{
    *file = open(path, O_RDONLY | O_CLOEXEC);
    if (*file < 0) {
        snprintf(reason, CODESET_REASON_BYTES, "%s: %s", path, strerror(errno));
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    }
    void *at = MAP_FAILED;
    enum status status = STATUS_OK;
    if (fstat(*file, about) != 0 || !S_ISREG(about->st_mode) || about->st_size < CODESET_BLOCK_BYTES)
        status = wrong(reason, path, "not an edition of a code set");
    else if ((at = mmap(NULL, (size_t)about->st_size, PROT_READ, MAP_SHARED, *file, 0)) == MAP_FAILED)
        status = STATUS_IO;
    if (status == STATUS_IO)
        snprintf(reason, CODESET_REASON_BYTES, "%s: %s", path, strerror(errno));
    if (status != STATUS_OK)
        close(*file);
    *map = at;
    return status;
}

/* Reads bytes of the file itself: through the map a disk's fault would end the process. */
static bool
read_file(int file, void *buffer, size_t bytes, uint64_t offset)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t got = pread(file, (char *)buffer + done, bytes - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

/* Copies bytes of an edition that lies in a file, or in memory (file -1). */
static bool
copy(int file, const char *map, void *buffer, size_t bytes, uint64_t offset)
{
    if (file >= 0)
        return read_file(file, buffer, bytes, offset);
    memcpy(buffer, map + offset, bytes);
    return true;
}

/* What the bytes of an edition say is wrong with them; NULL, and the edition. */
static const char *
take(struct codeset_data **data, int file, const char *map, size_t bytes)
{
    struct codeset_file_header *header = malloc(sizeof *header);
    uint64_t *digests = NULL;
    assert(header != NULL);
    const char *fault = copy(file, map, header, sizeof *header, 0) ? header_fault(header, bytes) : "its header cannot be read";
    const struct codeset_section *checks = &header->parts[PART_CHECKS];
    if (fault == NULL) {
        digests = malloc(checks->bytes + 1);
        assert(digests != NULL);
        if (!copy(file, map, digests, checks->bytes, checks->offset) || XXH3_64bits(digests, checks->bytes) != header->checks_digest)
            fault = "its checksums are damaged";
    }
    if (fault != NULL) {
        free(header);
        free(digests);
        return fault;
    }
    struct codeset_data *made = calloc(1, sizeof *made);
    assert(made != NULL);
    *made = (struct codeset_data){
        .map = map, .bytes = bytes, .file = file, .header = header,
        .keys = (const void *)(map + header->parts[PART_KEYS].offset),
        .index = (const void *)(map + header->parts[PART_INDEX].offset),
        .starts = (const void *)(map + header->parts[PART_STARTS].offset),
        .rows = (const void *)(map + header->parts[PART_ROWS].offset),
        .numbers = (const void *)(map + header->parts[PART_NUMBERS].offset),
        .checks = digests,
        .divisor = codeset_index_divisor(header->index_characters),
        .tested = calloc(block_count(checks->offset) + 1, 1),
    };
    assert(made->tested != NULL);
    *data = made;
    return NULL;
}

enum status
codeset_data_open(struct codeset_data **data, const char *path, char reason[CODESET_REASON_BYTES])
{
    const char *map;
    struct stat about;
    int file;
    enum status status = map_file(path, &file, &about, &map, reason);
    if (status != STATUS_OK)
        return status;
    const char *fault = take(data, file, map, (size_t)about.st_size);
    if (fault == NULL) {
        (*data)->seen = about;
        return STATUS_OK;
    }
    munmap((void *)(uintptr_t)map, (size_t)about.st_size);
    close(file);
    return wrong(reason, path, fault);
}

enum status
codeset_data_take(struct codeset_data **data, char *map, size_t bytes, char reason[CODESET_REASON_BYTES])
{
    const char *fault = bytes < CODESET_BLOCK_BYTES ? "not an edition of a code set" : take(data, -1, map, bytes);
    if (fault != NULL)
        return wrong(reason, "memory", fault);
    (*data)->memory = true;
    return STATUS_OK;
}

void
codeset_data_close(struct codeset_data *data)
{
    if (data == NULL)
        return;
    if (data->memory) {
        free((void *)(uintptr_t)data->map);
    } else {
        munmap((void *)(uintptr_t)data->map, data->bytes);
        close(data->file);
    }
    free((void *)(uintptr_t)data->header);
    free((void *)(uintptr_t)data->checks);
    free(data->tested);
    free(data);
}

enum codeset_standing
codeset_data_look(struct codeset_data *data)
{
    struct stat now;
    if (data->memory || fstat(data->file, &now) != 0)
        return data->damaged ? CODESET_DAMAGED : CODESET_WHOLE;
    bool written = now.st_size != data->seen.st_size || now.st_mtim.tv_sec != data->seen.st_mtim.tv_sec ||
                   now.st_mtim.tv_nsec != data->seen.st_mtim.tv_nsec;
    if (written) {
        memset(data->tested, 0, block_count(data->header->parts[PART_CHECKS].offset));
        data->damaged = (uint64_t)now.st_size < data->bytes;
        data->seen = now;
    }
    if (now.st_nlink == 0)
        return CODESET_REPLACED;
    return data->damaged ? CODESET_DAMAGED : CODESET_WHOLE;
}

const struct codeset_about *
codeset_edition_about(const struct codeset_data *data)
{
    return &data->header->about;
}

static bool
test_block(struct codeset_data *data, uint64_t block)
{
    uint64_t from = (block + 1) * CODESET_BLOCK_BYTES, end = data->header->parts[PART_CHECKS].offset;
    uint64_t bytes = end - from < CODESET_BLOCK_BYTES ? end - from : CODESET_BLOCK_BYTES;
    char buffer[CODESET_BLOCK_BYTES];
    if (!data->memory && !read_file(data->file, buffer, bytes, from))
        return false;
    if (XXH3_64bits(data->memory ? data->map + from : buffer, bytes) != data->checks[block])
        return false;
    data->tested[block] = 1;
    return true;
}

/* Are the blocks under these bytes of the map whole? Each is tested once. */
static bool
whole(struct codeset_data *data, const void *at, uint64_t bytes)
{
    uint64_t offset = (uint64_t)((const char *)at - data->map) - CODESET_BLOCK_BYTES;
    if (bytes == 0)
        return !data->damaged;
    if (data->damaged)
        return false;
    for (uint64_t block = offset / CODESET_BLOCK_BYTES; block <= (offset + bytes - 1) / CODESET_BLOCK_BYTES; block++) {
        if (data->tested[block] == 0 && !test_block(data, block)) {
            data->damaged = true;
            return false;
        }
    }
    return true;
}

/* What the blocks say does not fit together. */
static enum status
corrupt(struct codeset_data *data)
{
    data->damaged = true;
    return STATUS_CORRUPT;
}

enum status
codeset_lower(struct codeset_data *data, uint64_t key, uint64_t *index)
{
    uint64_t entry = data->header->index_characters == 0 ? 0 : key / data->divisor;
    if (entry >= codeset_index_entries(data->header->index_characters)) {
        *index = data->header->about.codes; /* no text gives such a key */
        return STATUS_OK;
    }
    if (!whole(data, data->index + entry, 8))
        return corrupt(data);
    uint32_t low = data->index[entry], high = data->index[entry + 1];
    if (low > high || high > data->header->about.codes || !whole(data, data->keys + low, (uint64_t)(high - low) * 8))
        return corrupt(data);
    const uint64_t *base = data->keys + low;
    for (uint32_t count = high - low; count > 0;) {
        uint32_t half = count / 2;
        bool below = base[half] < key;
        base = below ? base + half + 1 : base;
        count = below ? count - half - 1 : half;
    }
    *index = (uint64_t)(base - data->keys);
    return STATUS_OK;
}

static enum status
rows_at(struct codeset_data *data, uint64_t index, struct codeset_rows *rows)
{
    const struct codeset_about *about = &data->header->about;
    if (!whole(data, data->starts + index, 8))
        return corrupt(data);
    uint32_t first = data->starts[index], end = data->starts[index + 1];
    if (first >= end || end > about->rows || !whole(data, data->rows + first, (uint64_t)(end - first) * sizeof *data->rows))
        return corrupt(data);
    const int32_t *numbers = data->numbers + (uint64_t)first * about->number_count;
    if (!whole(data, numbers, (uint64_t)(end - first) * about->number_count * 4))
        return corrupt(data);
    *rows = (struct codeset_rows){data->rows + first, numbers, end - first};
    return STATUS_OK;
}

enum status
codeset_find(struct codeset_data *data, uint64_t key, struct codeset_rows *rows)
{
    uint64_t index;
    enum status status = codeset_lower(data, key, &index);
    if (status != STATUS_OK)
        return status;
    if (index == data->header->about.codes)
        return STATUS_NOT_FOUND;
    if (!whole(data, data->keys + index, 8)) /* the next bucket's first */
        return corrupt(data);
    return data->keys[index] == key ? rows_at(data, index, rows) : STATUS_NOT_FOUND;
}

enum status
codeset_narrow(const struct codeset_data *data, const struct codeset_rows *all, uint64_t second, struct codeset_rows *rows)
{
    uint32_t at = 0;
    for (uint32_t count = all->count; count > 0;) {
        uint32_t half = count / 2;
        bool below = all->rows[at + half].second < second;
        at = below ? at + half + 1 : at;
        count = below ? count - half - 1 : half;
    }
    uint32_t end = at;
    while (end < all->count && all->rows[end].second == second)
        end++;
    *rows = (struct codeset_rows){all->rows + at, all->numbers + (uint64_t)at * data->header->about.number_count, end - at};
    return end > at ? STATUS_OK : STATUS_NOT_FOUND;
}

/* Without a jump that depends on what is read, so that the next search begins before this one's memory is there. */
void
codeset_narrow_all(struct codeset_narrowing *narrowings, size_t count)
{
    const struct codeset_row *base[CODESET_NARROWINGS];
    uint32_t left[CODESET_NARROWINGS], most = 0;
    assert(count <= CODESET_NARROWINGS);
    for (size_t i = 0; i < count; i++) {
        base[i] = narrowings[i].rows;
        left[i] = narrowings[i].count;
        most = left[i] > most ? left[i] : most;
    }
    for (; most > 1; most -= most / 2) {
        for (size_t i = 0; i < count; i++) {
            uint32_t half = left[i] / 2;
            if (half == 0)
                continue;
            base[i] += (size_t)half & -(size_t)(base[i][half - 1].second < narrowings[i].second);
            left[i] -= half;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (narrowings[i].count == 0)
            continue;
        const struct codeset_row *first = base[i] + (base[i]->second < narrowings[i].second), *end = first;
        const struct codeset_row *stop = narrowings[i].rows + narrowings[i].count;
        while (end < stop && end->second == narrowings[i].second)
            end++;
        narrowings[i].rows = first;
        narrowings[i].count = (uint32_t)(end - first);
    }
}

enum status
codeset_find_pair(struct codeset_data *data, uint64_t first, uint64_t second, struct codeset_rows *rows)
{
    struct codeset_rows all;
    enum status status = codeset_find(data, first, &all);
    return status == STATUS_OK ? codeset_narrow(data, &all, second, rows) : status;
}

enum status
codeset_walk(struct codeset_data *data, uint64_t index, uint64_t *key, struct codeset_rows *rows)
{
    assert(index < data->header->about.codes);
    if (!whole(data, data->keys + index, 8))
        return corrupt(data);
    *key = data->keys[index];
    return rows_at(data, index, rows);
}

enum status
codeset_words(struct codeset_data *data, uint32_t words, struct text *text)
{
    const struct codeset_section *part = &data->header->parts[PART_WORDS];
    const unsigned char *at = (const unsigned char *)data->map + part->offset + words;
    *text = (struct text){0};
    if (words == 0)
        return data->damaged ? STATUS_CORRUPT : STATUS_OK;
    if (words > part->bytes - 2 || !whole(data, at, 2))
        return corrupt(data);
    size_t length = (size_t)(at[0] | at[1] << 8);
    if (length > part->bytes - 2 - words || !whole(data, at + 2, length))
        return corrupt(data);
    *text = text_of(at + 2, length);
    return STATUS_OK;
}

bool
codeset_holds(const struct codeset_row *row, int32_t day)
{
    return (row->flags & CODESET_NEVER) == 0 && row->from <= day && (row->to == 0 || day <= row->to);
}

enum status
codeset_edition_scrub(struct codeset_data *data, char reason[CODESET_REASON_BYTES])
{
    uint64_t blocks = block_count(data->header->parts[PART_CHECKS].offset);
    for (uint64_t i = 0; i < blocks; i++) {
        if (!test_block(data, i)) {
            data->tested[i] = 0;
            snprintf(reason, CODESET_REASON_BYTES, "%s %s: block %llu of %llu is damaged", data->header->about.set,
                     data->header->about.edition, (unsigned long long)i, (unsigned long long)blocks);
            return STATUS_CORRUPT;
        }
    }
    return STATUS_OK;
}
