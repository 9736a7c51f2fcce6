#include "common/codeset/codeset_data.h"
#include "common/codeset/codeset_making.h"
#include "common/file/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

/* Does a row say exactly what the one before it says? */
static bool
is_twice(const struct codeset_builder *builder, const struct codeset_gathered *row)
{
    const struct codeset_gathered *last = row - 1;
    size_t width = builder->about.number_count;
    return row->first == last->first && memcmp(&row->row, &last->row, sizeof row->row) == 0 &&
           (width == 0 || memcmp(builder->numbers + row->number * width, builder->numbers + last->number * width,
                                 width * sizeof *builder->numbers) == 0);
}

/* In a list of codes a row that stands twice (the same file given twice, zipped and not) is one. */
static void
drop_twice(struct codeset_builder *builder)
{
    const struct codeset_kind *kind = codeset_kind_named(builder->about.set);
    size_t kept = 0;
    for (size_t i = 0; i < builder->count; i++) {
        if (i > 0 && (kind == NULL || !kind->relation) && is_twice(builder, &builder->rows[i])) {
            builder->read.passed[CODESET_TWICE]++;
            continue;
        }
        builder->rows[kept++] = builder->rows[i];
    }
    builder->count = kept;
}

/* Sets the flags and counts that depend on the edition's days, which are certain only now. */
static void
finish_rows(struct codeset_builder *builder)
{
    struct codeset_about *about = &builder->about;
    if (!builder->sorted)
        qsort(builder->rows, builder->count, sizeof *builder->rows, codeset_gathered_order);
    builder->sorted = true;
    drop_twice(builder);
    about->rows = builder->count;
    about->words_bytes = builder->words_bytes;
    about->codes = about->headers = about->never = 0;
    for (size_t i = 0; i < builder->count; i++) {
        struct codeset_row *row = &builder->rows[i].row;
        if (row->to != 0 && (row->to < about->from || row->to < row->from))
            row->flags |= CODESET_NEVER;
        about->codes += i == 0 || builder->rows[i].first != builder->rows[i - 1].first;
        about->headers += (row->flags & CODESET_HEADER) != 0;
        about->never += (row->flags & CODESET_NEVER) != 0;
    }
}

static uint64_t
aligned(uint64_t offset)
{
    return (offset + CODESET_ALIGN - 1) / CODESET_ALIGN * CODESET_ALIGN;
}

static uint64_t
lay_out(const struct codeset_builder *builder, struct codeset_file_header *header)
{
    const struct codeset_about *about = &builder->about;
    memset(header, 0, sizeof *header);
    memcpy(header->magic, CODESET_MAGIC, sizeof header->magic);
    header->order = CODESET_ORDER;
    header->about = *about;
    header->index_characters = about->codes < 64 ? 0 : about->codes < 2048 ? 2 : 3;
    header->block_bytes = CODESET_BLOCK_BYTES;
    const uint64_t sizes[PART_CHECKS] = {
        [PART_KEYS] = about->codes * 8,
        [PART_INDEX] = (codeset_index_entries(header->index_characters) + 1) * 4,
        [PART_STARTS] = (about->codes + 1) * 4,
        [PART_ROWS] = about->rows * sizeof(struct codeset_row),
        [PART_NUMBERS] = about->rows * about->number_count * 4,
        [PART_WORDS] = about->words_bytes,
    };
    uint64_t at = CODESET_BLOCK_BYTES;
    for (int i = 0; i < PART_CHECKS; i++) {
        header->parts[i] = (struct codeset_section){at, sizes[i]};
        at = aligned(at + sizes[i]);
    }
    uint64_t blocks = (at - 1) / CODESET_BLOCK_BYTES;
    header->parts[PART_CHECKS] = (struct codeset_section){at, blocks * 8};
    return at + blocks * 8;
}

static void
fill_keys(const struct codeset_builder *builder, const struct codeset_file_header *header, char *map)
{
    uint64_t *keys = (void *)(map + header->parts[PART_KEYS].offset), count = 0, entry = 0;
    uint32_t *starts = (void *)(map + header->parts[PART_STARTS].offset);
    uint32_t *index = (void *)(map + header->parts[PART_INDEX].offset);
    uint64_t entries = codeset_index_entries(header->index_characters);
    uint64_t divisor = codeset_index_divisor(header->index_characters);
    for (size_t i = 0; i < builder->count; i++) {
        uint64_t key = builder->rows[i].first;
        if (i > 0 && key == builder->rows[i - 1].first)
            continue;
        for (uint64_t own = header->index_characters == 0 ? 0 : key / divisor; entry <= own; entry++)
            index[entry] = (uint32_t)count;
        keys[count] = key;
        starts[count++] = (uint32_t)i;
    }
    for (; entry <= entries; entry++)
        index[entry] = (uint32_t)count;
    starts[count] = (uint32_t)builder->count;
}

static void
fill(const struct codeset_builder *builder, struct codeset_file_header *header, char *map)
{
    struct codeset_row *rows = (void *)(map + header->parts[PART_ROWS].offset);
    int32_t *numbers = (void *)(map + header->parts[PART_NUMBERS].offset);
    uint64_t *checks = (void *)(map + header->parts[PART_CHECKS].offset), end = header->parts[PART_CHECKS].offset;
    size_t width = builder->about.number_count;
    fill_keys(builder, header, map);
    for (size_t i = 0; i < builder->count; i++) {
        rows[i] = builder->rows[i].row;
        if (width > 0)
            memcpy(numbers + i * width, builder->numbers + builder->rows[i].number * width, width * sizeof *numbers);
    }
    memcpy(map + header->parts[PART_WORDS].offset, builder->words, builder->words_bytes);
    for (uint64_t at = CODESET_BLOCK_BYTES, i = 0; at < end; at += CODESET_BLOCK_BYTES, i++)
        checks[i] = XXH3_64bits(map + at, end - at < CODESET_BLOCK_BYTES ? end - at : CODESET_BLOCK_BYTES);
    header->checks_digest = XXH3_64bits(checks, header->parts[PART_CHECKS].bytes);
    header->digest = XXH3_64bits(header, offsetof(struct codeset_file_header, digest));
    memcpy(map, header, sizeof *header);
}

static enum status
failed(int error)
{
    return error == ENOSPC || error == EDQUOT ? STATUS_FULL : STATUS_IO;
}

static enum status
write_file(const struct codeset_builder *builder, int file)
{
    struct codeset_file_header header;
    uint64_t bytes = lay_out(builder, &header);
    int error = posix_fallocate(file, 0, (off_t)bytes); /* a full disk is said here, not by a signal in the map */
    if (error != 0)
        return failed(error);
    char *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (map == MAP_FAILED)
        return STATUS_IO;
    fill(builder, &header, map);
    enum status status = msync(map, bytes, MS_SYNC) == 0 && fsync(file) == 0 ? STATUS_OK : failed(errno);
    munmap(map, bytes);
    return status;
}

struct codeset_data *
codeset_builder_open(struct codeset_builder *builder)
{
    struct codeset_file_header header;
    struct codeset_data *data;
    char reason[CODESET_REASON_BYTES];
    finish_rows(builder);
    uint64_t bytes = lay_out(builder, &header);
    char *map = aligned_alloc(CODESET_ALIGN, aligned(bytes));
    assert(map != NULL);
    memset(map, 0, aligned(bytes));
    fill(builder, &header, map);
    enum status status = codeset_data_take(&data, map, bytes, reason);
    assert(status == STATUS_OK);
    return data;
}

/* Set, edition and the beginning of the digest: what differs has another name. */
static void
name_file(const struct codeset_about *about, char file[256])
{
    char edition[CODESET_EDITION_BYTES];
    text_copy(text_from(about->edition), edition, sizeof edition);
    for (char *at = edition; *at != '\0'; at++) {
        bool plain = (*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z') || *at == '-' || *at == '.';
        *at = plain ? *at : '_';
    }
    snprintf(file, 256, "%s-%s-%02x%02x%02x%02x-%llx%s", about->set, edition, about->digest[0], about->digest[1], about->digest[2],
             about->digest[3], (unsigned long long)about->imported, CODESET_FILE_END);
}

enum status
codeset_builder_write(struct codeset_builder *builder, const char *folder, char file[256])
{
    char beside[4096], place[4096];
    finish_rows(builder);
    name_file(&builder->about, file);
    snprintf(beside, sizeof beside, "%s/.%s.tmp", folder, file);
    snprintf(place, sizeof place, "%s/%s", folder, file);
    int to = open(beside, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (to < 0)
        return failed(errno);
    enum status status = write_file(builder, to);
    close(to);
    if (status == STATUS_OK && rename(beside, place) != 0)
        status = failed(errno);
    if (status != STATUS_OK)
        unlink(beside);
    return status == STATUS_OK ? file_sync_folder(folder) : status;
}
