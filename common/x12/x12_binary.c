#include "common/x12/x12_binary.h"

#include "common/x12/x12_window.h"

enum { HEAD_BYTES_MAX = 40, LENGTH_DIGITS_MAX = 15 };

static const char ENDED[] = "the file ends inside a segment";

/* The element from *at up to the next separator; *at goes behind it. False when there is none before `end`.
 */
static bool
cut_element(const char **at, const char *end, char separator, struct text *element)
{
    const char *stop = *at < end ? memchr(*at, separator, (size_t)(end - *at)) : NULL;
    if (stop == NULL)
        return false;
    *element = text_of(*at, (size_t)(stop - *at));
    *at = stop + 1;
    return true;
}

enum status
x12_binary_find(struct x12_reader *reader, struct x12_binary *binary)
{
    *binary = (struct x12_binary){0};
    enum status status = x12_window_need(reader, HEAD_BYTES_MAX);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    const char *at = reader->position, *end = reader->end;
    if (end - at > HEAD_BYTES_MAX)
        end = at + HEAD_BYTES_MAX;
    char separator = reader->delimiters.element;
    struct text id, filter, length;
    if (!cut_element(&at, end, separator, &id))
        return STATUS_OK;
    bool filtered = text_is(id, "BDS");
    if (!filtered && !text_is(id, "BIN"))
        return STATUS_OK;
    if (filtered && (!cut_element(&at, end, separator, &filter) ||
                     memchr(filter.data, reader->delimiters.segment, filter.length) != NULL))
        return STATUS_OK;
    if (!cut_element(&at, end, separator, &length) || length.length > LENGTH_DIGITS_MAX ||
        !text_to_u64(length, &binary->data_bytes))
        return STATUS_OK;
    binary->head_bytes = (size_t)(at - reader->position);
    binary->elements = filtered ? 2 : 1;
    return STATUS_OK;
}

/* The elements of the head, and one for the data, which has `kept` bytes. */
static void
fill(struct x12_reader *reader, const struct x12_binary *binary, uint64_t offset, size_t kept)
{
    struct x12_segment *segment = &reader->segment;
    const char *at = reader->position, *end = at + binary->head_bytes;
    segment->data = at;
    segment->length = (uint32_t)(binary->head_bytes + kept);
    segment->offset = offset;
    segment->overflow = false;
    segment->has_component = segment->has_odd = true; /* not looked for: the elements are to be */
    segment->components = 0;
    for (size_t i = 0; i < binary->head_bytes && i < X12_MARKED_BYTES; i++)
        segment->components |= (uint64_t)(at[i] == reader->delimiters.component) << i;
    for (unsigned i = 0; i <= binary->elements; i++)
        cut_element(&at, end, reader->delimiters.element, &segment->elements[i]);
    segment->elements[binary->elements + 1] = text_of(end, kept);
    segment->element_count = (uint16_t)(binary->elements + 1);
    segment->present = 0;
    for (unsigned i = 0; i <= segment->element_count; i++)
        segment->present |= (uint64_t)(segment->elements[i].length > 0) << i;
    segment->id = X12_ID(segment->data[0], segment->data[1], segment->data[2]);
}

static bool
is_blank(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
        at++;
    return at == end;
}

/* All of it lies in the window. */
static enum status
read_whole(struct x12_reader *reader, const struct x12_binary *binary)
{
    size_t data_bytes = (size_t)binary->data_bytes, known = binary->head_bytes + data_bytes;
    const char *hit = NULL;
    for (size_t wanted = known + 1; hit == NULL; wanted = (size_t)(reader->end - reader->position) + 1) {
        enum status status = x12_window_need(reader, wanted);
        if (status == STATUS_LIMIT)
            return x12_window_pin_passed(reader);
        if (status == STATUS_NOT_FOUND)
            return x12_window_fail(reader, STATUS_INVALID, ENDED, reader->end);
        if (status != STATUS_OK)
            return status;
        const char *from = reader->position + known;
        hit = memchr(from, reader->delimiters.segment, (size_t)(reader->end - from));
        size_t scanned = (size_t)((hit != NULL ? hit : reader->end) - reader->position);
        if (scanned > X12_SEGMENT_BYTES_MAX)
            return x12_window_fail(reader, STATUS_LIMIT, "a segment is longer than 65,536 bytes",
                                   reader->position);
    }
    if (reader->pin != NULL && (size_t)(hit + 1 - reader->pin) > reader->pin_limit)
        return x12_window_pin_passed(reader);
    reader->segment.torn = !is_blank(reader->position + known, hit);
    reader->segment.passed_bytes = 0;
    size_t kept = reader->segment.torn ? (size_t)(hit - reader->position) - binary->head_bytes : data_bytes;
    fill(reader, binary, reader->window_offset + (uint64_t)(reader->position - reader->window), kept);
    reader->position = hit + 1;
    return STATUS_OK;
}

/* Gives up `count` bytes behind the head; of memory they are only stepped over: *gone counts them. */
static void
drop(struct x12_reader *reader, size_t head_bytes, size_t count, size_t *gone)
{
    if (reader->buffer == NULL) {
        *gone += count;
        return;
    }
    char *from = reader->buffer + (reader->position - reader->buffer) + head_bytes;
    memmove(from, from + count, (size_t)(reader->end - from) - count);
    reader->marks.block = NULL;
    reader->end -= count;
    reader->window_offset += count;
}

/* The head stays, the data and what is between it and the terminator goes by. */
static enum status
read_past(struct x12_reader *reader, const struct x12_binary *binary)
{
    uint64_t rest = binary->data_bytes,
             offset = reader->window_offset + (uint64_t)(reader->position - reader->window);
    size_t gone = 0;
    const char *hit = NULL;
    bool torn = false;
    if (reader->pin != NULL)
        return x12_window_pin_passed(reader);
    while (hit == NULL) {
        const char *from = reader->position + binary->head_bytes + gone;
        size_t there = (size_t)(reader->end - from), count = there < rest ? there : (size_t)rest;
        if (count == 0 && there > 0) {
            hit = memchr(from, reader->delimiters.segment, there);
            count = hit != NULL ? (size_t)(hit - from) : there;
            torn |= !is_blank(from, from + count);
        } else {
            rest -= count;
        }
        drop(reader, binary->head_bytes, count, &gone);
        enum status status = there > 0 ? STATUS_OK : x12_window_refill(reader);
        if (status == STATUS_NOT_FOUND)
            return x12_window_fail(reader, STATUS_INVALID, ENDED, reader->end);
        if (status != STATUS_OK)
            return status;
    }
    reader->segment.torn = torn;
    reader->segment.passed_bytes = binary->data_bytes;
    fill(reader, binary, offset, 0);
    reader->position += binary->head_bytes + gone + 1;
    return STATUS_OK;
}

enum status
x12_binary_read(struct x12_reader *reader, const struct x12_binary *binary)
{
    if (binary->head_bytes + binary->data_bytes > X12_SEGMENT_BYTES_MAX)
        return read_past(reader, binary);
    return read_whole(reader, binary);
}
