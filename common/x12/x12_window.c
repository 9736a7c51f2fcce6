#include "common/x12/x12_window.h"

#include <assert.h>

enum { CHUNK_BYTES = 256 * 1024 };

enum status
x12_window_fail(struct x12_reader *reader, enum status status, const char *fault, const char *at)
{
    reader->failed = status;
    reader->fault = fault;
    reader->fault_offset = reader->window_offset + (uint64_t)(at - reader->window);
    return status;
}

enum status
x12_window_pin_passed(struct x12_reader *reader)
{
    x12_reader_release(reader);
    reader->fault = NULL;
    return STATUS_LIMIT;
}

void
x12_window_slide(struct x12_reader *reader)
{
    const char *keep = reader->pin != NULL ? reader->pin : reader->position;
    size_t gone = (size_t)(keep - reader->window);
    assert(reader->pin == NULL || gone == 0 || (size_t)(reader->end - keep) <= reader->buffer_size);
    memmove(reader->buffer, keep, (size_t)(reader->end - keep));
    reader->marks.block = NULL;
    reader->window_offset += gone;
    reader->position -= gone;
    reader->end -= gone;
}

enum status
x12_window_refill(struct x12_reader *reader)
{
    if (reader->source_ended)
        return STATUS_NOT_FOUND;
    if (reader->pin == NULL && reader->position > reader->buffer)
        x12_window_slide(reader);
    size_t room = reader->buffer_size - (size_t)(reader->end - reader->buffer);
    if (room == 0)
        return STATUS_LIMIT;
    size_t got = 0;
    enum status status = reader->source(reader->context, reader->buffer + (reader->end - reader->buffer),
                                        room < CHUNK_BYTES ? room : CHUNK_BYTES, &got);
    if (status != STATUS_OK) {
        reader->failed = status;
        return status;
    }
    assert(got <= room);
    reader->end += got;
    reader->source_ended = got == 0;
    return got == 0 ? STATUS_NOT_FOUND : STATUS_OK;
}

enum status
x12_window_need(struct x12_reader *reader, size_t count)
{
    while ((size_t)(reader->end - reader->position) < count) {
        enum status status = x12_window_refill(reader);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
