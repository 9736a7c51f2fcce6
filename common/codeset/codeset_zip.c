#include "common/codeset/codeset_stream.h"

#include <assert.h>
#include <stdlib.h>
#include <zip.h>

struct codeset_zip {
    zip_t *zip;
};

struct member {
    struct codeset_stream stream;
    zip_file_t *file;
    uint64_t unpacked, size; /* what it claims of itself: for progress only */
};

enum status
codeset_zip_open(struct codeset_zip **zip, const char *path)
{
    int error = 0;
    zip_t *opened = zip_open(path, ZIP_RDONLY, &error);
    if (opened == NULL)
        return error == ZIP_ER_NOENT ? STATUS_NOT_FOUND : error == ZIP_ER_OPEN || error == ZIP_ER_READ ? STATUS_IO : STATUS_INVALID;
    *zip = calloc(1, sizeof **zip);
    assert(*zip != NULL);
    (*zip)->zip = opened;
    return STATUS_OK;
}

enum status
codeset_zip_of(struct codeset_zip **zip, struct text bytes)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes.data, bytes.length, 0, &error);
    zip_t *opened = source == NULL ? NULL : zip_open_from_source(source, ZIP_RDONLY, &error);
    zip_error_fini(&error);
    if (opened == NULL) {
        if (source != NULL)
            zip_source_free(source);
        return STATUS_INVALID;
    }
    *zip = calloc(1, sizeof **zip);
    assert(*zip != NULL);
    (*zip)->zip = opened;
    return STATUS_OK;
}

void
codeset_zip_close(struct codeset_zip *zip)
{
    zip_discard(zip->zip);
    free(zip);
}

size_t
codeset_zip_count(const struct codeset_zip *zip)
{
    zip_int64_t count = zip_get_num_entries(zip->zip, 0);
    return count < 0 ? 0 : (size_t)count;
}

const char *
codeset_zip_name(const struct codeset_zip *zip, size_t index)
{
    const char *name = zip_get_name(zip->zip, index, 0);
    size_t length = name == NULL ? 0 : strlen(name);
    return length == 0 || name[length - 1] == '/' ? NULL : name;
}

static enum status
read_member(struct codeset_stream *stream, char *bytes, size_t size, size_t *got)
{
    struct member *member = (struct member *)stream;
    zip_int64_t count = zip_fread(member->file, bytes, size);
    *got = count < 0 ? 0 : (size_t)count;
    member->unpacked += *got;
    double part = member->size == 0 ? 1 : (double)member->unpacked / (double)member->size;
    stream->packed_done = part >= 1 ? stream->packed_size : (uint64_t)(part * (double)stream->packed_size);
    return count < 0 ? STATUS_INVALID : STATUS_OK;
}

static void
close_member(struct codeset_stream *stream)
{
    zip_fclose(((struct member *)stream)->file);
    free(stream);
}

enum status
codeset_zip_member(struct codeset_zip *zip, size_t index, struct codeset_stream **stream)
{
    zip_stat_t about;
    if (zip_stat_index(zip->zip, index, 0, &about) != 0 || (about.valid & ZIP_STAT_COMP_SIZE) == 0)
        return STATUS_INVALID;
    zip_file_t *file = zip_fopen_index(zip->zip, index, 0);
    if (file == NULL)
        return STATUS_INVALID;
    struct member *made = calloc(1, sizeof *made);
    assert(made != NULL);
    *made = (struct member){{read_member, close_member, 0, about.comp_size}, file, 0, about.size};
    *stream = &made->stream;
    return STATUS_OK;
}
