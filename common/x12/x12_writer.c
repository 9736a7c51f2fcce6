#include "common/x12/x12_writer.h"

#include "common/date/date.h"
#include "common/money/money.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_SIZE = 4096, SINK_BYTES = 65536 };

const struct x12_delimiters x12_delimiters_usual = {
    .element = '*', .component = ':', .segment = '~', .repetition = '^'};

struct x12_delimiters
x12_delimiters_back(struct x12_delimiters read)
{
    if (read.repetition == 0)
        read.repetition = x12_delimiters_usual.repetition;
    return read;
}

void
x12_writer_open(struct x12_writer *writer, struct x12_delimiters delimiters)
{
    *writer = (struct x12_writer){.delimiters = delimiters};
    for (int c = 0; c < 0x20; c++)
        writer->forbidden[c] = true;
    writer->forbidden[(uint8_t)delimiters.element] = true;
    writer->forbidden[(uint8_t)delimiters.component] = true;
    writer->forbidden[(uint8_t)delimiters.segment] = true;
    if (delimiters.repetition != 0)
        writer->forbidden[(uint8_t)delimiters.repetition] = true;
}

void
x12_writer_open_sink(struct x12_writer *writer, struct x12_delimiters delimiters, x12_sink sink,
                     void *context)
{
    x12_writer_open(writer, delimiters);
    writer->sink = sink;
    writer->context = context;
}

void
x12_writer_close(struct x12_writer *writer)
{
    free(writer->buffer);
    *writer = (struct x12_writer){0};
}

struct text
x12_writer_bytes(const struct x12_writer *writer)
{
    return text_of(writer->buffer, writer->used);
}

void
x12_writer_reset(struct x12_writer *writer)
{
    assert(writer->sink == NULL);
    writer->used = writer->start = 0;
    writer->elements = writer->components = writer->repetitions = 0;
    writer->segments = writer->sets = writer->groups = 0;
    writer->bytes = 0;
    writer->failed = STATUS_OK;
    writer->fault = NULL;
    memset(writer->segment, 0, sizeof writer->segment);
    memset(writer->fault_segment, 0, sizeof writer->fault_segment);
}

static void
fail(struct x12_writer *writer, enum status status, const char *fault)
{
    if (writer->failed != STATUS_OK)
        return;
    writer->failed = status;
    writer->fault = fault;
    memcpy(writer->fault_segment, writer->segment, sizeof writer->segment);
}

enum status
x12_writer_flush(struct x12_writer *writer)
{
    if (writer->failed == STATUS_OK && writer->sink != NULL && writer->used > 0) {
        enum status status = writer->sink(writer->context, writer->buffer, writer->used);
        if (status != STATUS_OK)
            fail(writer, status, "the sink took no more");
        writer->used = 0;
    }
    return writer->failed;
}

enum status
x12_writer_status(const struct x12_writer *writer)
{
    return writer->failed;
}

static void
room(struct x12_writer *writer, size_t length)
{
    if (writer->used + length <= writer->size)
        return;
    size_t size = writer->size == 0 ? FIRST_SIZE : writer->size;
    while (size < writer->used + length)
        size *= 2;
    char *bigger = realloc(writer->buffer, size);
    assert(bigger != NULL);
    writer->buffer = bigger;
    writer->size = size;
}

static void
put(struct x12_writer *writer, char c)
{
    room(writer, 1);
    writer->buffer[writer->used++] = c;
}

/* The separators owed, then the value. An empty value owes more and writes nothing. */
static void
value(struct x12_writer *writer, struct text t)
{
    if (t.length == 0 || writer->failed != STATUS_OK)
        return;
    if (t.length > X12_SEGMENT_BYTES_MAX) {
        fail(writer, STATUS_LIMIT, "a value is longer than a segment may be");
        return;
    }
    room(writer, t.length + writer->elements + writer->repetitions + writer->components);
    char *out = writer->buffer + writer->used;
    for (; writer->elements > 0; writer->elements--)
        *out++ = writer->delimiters.element;
    for (; writer->repetitions > 0; writer->repetitions--)
        *out++ = writer->delimiters.repetition;
    for (; writer->components > 0; writer->components--)
        *out++ = writer->delimiters.component;
    bool bad = false;
    for (size_t i = 0; i < t.length; i++) {
        bad |= writer->forbidden[(uint8_t)t.data[i]];
        out[i] = t.data[i];
    }
    writer->used = (size_t)(out - writer->buffer) + t.length;
    if (bad)
        fail(writer, STATUS_INVALID, "a value holds a delimiter or a control character");
}

static void
open_segment(struct x12_writer *writer, struct text id)
{
    if (writer->failed != STATUS_OK)
        return;
    assert(writer->segment[0] == 0 && "the segment before was ended");
    if (id.length < 2 || id.length > 3) {
        fail(writer, STATUS_INVALID, "a segment id has two or three characters");
        return;
    }
    memset(writer->segment, 0, sizeof writer->segment);
    memcpy(writer->segment, id.data, id.length);
    writer->start = writer->used;
    writer->elements = writer->components = writer->repetitions = 0;
    value(writer, id);
}

void
x12_writer_segment(struct x12_writer *writer, const char *id)
{
    size_t length = 0;
    while (length < 4 && id[length] != '\0') /* shorter than a call that counts */
        length++;
    open_segment(writer, text_of(id, length));
}

void
x12_writer_element(struct x12_writer *writer, struct text t)
{
    writer->elements++;
    writer->components = writer->repetitions = 0;
    value(writer, t);
}

void
x12_writer_component(struct x12_writer *writer, struct text t)
{
    writer->components++;
    value(writer, t);
}

void
x12_writer_repetition(struct x12_writer *writer, struct text t)
{
    if (writer->delimiters.repetition == 0)
        fail(writer, STATUS_INVALID, "this version has no repetitions");
    writer->repetitions++;
    writer->components = 0;
    value(writer, t);
}

void
x12_writer_number(struct x12_writer *writer, uint64_t number)
{
    char digits[TEXT_DIGITS_BYTES];
    x12_writer_element(writer, text_digits(number, digits));
}

void
x12_writer_milli(struct x12_writer *writer, int64_t milli)
{
    char digits[TEXT_DIGITS_BYTES], number[TEXT_DIGITS_BYTES + 5];
    uint64_t size = milli < 0 ? -(uint64_t)milli : (uint64_t)milli;
    struct text whole = text_digits(size / 1000, digits);
    unsigned rest = (unsigned)(size % 1000);
    size_t length = 0;
    if (milli < 0)
        number[length++] = '-';
    memcpy(number + length, whole.data, whole.length);
    length += whole.length;
    if (rest != 0)
        number[length++] = '.';
    for (unsigned unit = 100; rest != 0; unit /= 10) {
        number[length++] = (char)('0' + rest / unit);
        rest %= unit;
    }
    x12_writer_element(writer, text_of(number, length));
}

void
x12_writer_money(struct x12_writer *writer, int64_t cents)
{
    char digits[MONEY_TEXT_BYTES];
    x12_writer_element(writer, money_x12(cents, digits));
}

void
x12_writer_date(struct x12_writer *writer, int32_t date)
{
    char digits[9];
    x12_writer_element(writer, date == 0 ? (struct text){0} : date_print(date, digits));
}

void
x12_writer_end(struct x12_writer *writer)
{
    if (writer->failed != STATUS_OK)
        return;
    assert(writer->segment[0] != 0 && "a segment is open");
    if (writer->used - writer->start > X12_SEGMENT_BYTES_MAX) {
        fail(writer, STATUS_LIMIT, "a segment is too long");
        return;
    }
    put(writer, writer->delimiters.segment);
    if (writer->line_end != 0)
        put(writer, writer->line_end);
    writer->bytes += writer->used - writer->start;
    writer->segments++;
    writer->segment[0] = 0;
    if (writer->sink != NULL && writer->used >= SINK_BYTES)
        x12_writer_flush(writer);
}

void
x12_writer_whole(struct x12_writer *writer, const char *id, const struct text *elements, unsigned count)
{
    x12_writer_segment(writer, id);
    for (unsigned i = 0; i < count; i++)
        x12_writer_element(writer, elements[i]);
    x12_writer_end(writer);
}

static void
carried_element(struct x12_writer *writer, struct text element)
{
    void (*next)(struct x12_writer *, struct text) = x12_writer_element;
    size_t start = 0;
    for (size_t i = 0; i <= element.length; i++) {
        char c = i < element.length ? element.data[i] : X12_CARRIED_COMPONENT;
        if (c != X12_CARRIED_COMPONENT && c != X12_CARRIED_REPETITION)
            continue;
        next(writer, text_of(element.data + start, i - start));
        next = c == X12_CARRIED_COMPONENT ? x12_writer_component : x12_writer_repetition;
        start = i + 1;
    }
}

void
x12_writer_carried_elements(struct x12_writer *writer, struct text elements)
{
    while (elements.length > 0)
        carried_element(writer, text_cut(elements, X12_CARRIED_ELEMENT, &elements));
}

void
x12_writer_carried(struct x12_writer *writer, struct text segment)
{
    struct text rest;
    open_segment(writer, text_cut(segment, X12_CARRIED_ELEMENT, &rest));
    x12_writer_carried_elements(writer, rest);
    x12_writer_end(writer);
}

void
x12_writer_append(struct x12_writer *writer, struct text bytes, uint32_t count)
{
    if (writer->failed != STATUS_OK || bytes.length == 0)
        return;
    assert(writer->segment[0] == 0 && "between two segments");
    room(writer, bytes.length);
    memcpy(writer->buffer + writer->used, bytes.data, bytes.length);
    writer->used += bytes.length;
    writer->bytes += bytes.length;
    writer->segments += count;
    if (writer->sink != NULL && writer->used >= SINK_BYTES)
        x12_writer_flush(writer);
}

/* ISA is the one segment of fixed width: values padded with blanks, none dropped. */
static void
isa_element(struct x12_writer *writer, struct text t, size_t width)
{
    if (writer->failed != STATUS_OK)
        return;
    if (t.length > width) {
        fail(writer, STATUS_INVALID, "an element of the interchange header is too long");
        return;
    }
    put(writer, writer->delimiters.element);
    for (size_t i = 0; i < width; i++) {
        char c = i < t.length ? t.data[i] : ' ';
        if (writer->forbidden[(uint8_t)c]) {
            fail(writer, STATUS_INVALID, "a value holds a delimiter or a control character");
            return;
        }
        put(writer, c);
    }
}

static struct text
or_text(struct text t, struct text otherwise)
{
    return t.length == 0 ? otherwise : t;
}

static void
isa_separator(struct x12_writer *writer, char c)
{
    if (writer->failed != STATUS_OK)
        return;
    put(writer, writer->delimiters.element);
    put(writer, c);
}

void
x12_writer_begin_interchange(struct x12_writer *writer, const struct x12_envelope *envelope)
{
    char date[9];
    int length = snprintf(writer->interchange_control, sizeof writer->interchange_control, "%09" PRIu64,
                          envelope->control % UINT64_C(10000000000));
    writer->groups = 0;
    x12_writer_segment(writer, "ISA");
    isa_element(writer, TEXT("00"), 2);
    isa_element(writer, TEXT(""), 10);
    isa_element(writer, TEXT("00"), 2);
    isa_element(writer, TEXT(""), 10);
    isa_element(writer, or_text(envelope->sender_qualifier, TEXT("ZZ")), 2);
    isa_element(writer, envelope->sender, 15);
    isa_element(writer, or_text(envelope->receiver_qualifier, TEXT("ZZ")), 2);
    isa_element(writer, envelope->receiver, 15);
    struct text day = date_print(envelope->date, date);
    isa_element(writer, text_of(day.data + 2, 6), 6);
    isa_element(writer, text_of(envelope->time.data, envelope->time.length < 4 ? envelope->time.length : 4),
                4);
    isa_separator(writer, writer->delimiters.repetition == 0 ? 'U' : writer->delimiters.repetition);
    isa_element(writer, TEXT("00501"), 5);
    isa_element(writer, text_of(writer->interchange_control, (size_t)length), 9);
    isa_element(writer, envelope->acknowledgement_requested ? TEXT("1") : TEXT("0"), 1);
    isa_element(writer, envelope->test ? TEXT("T") : TEXT("P"), 1);
    isa_separator(writer, writer->delimiters.component);
    x12_writer_end(writer);
}

void
x12_writer_begin_group(struct x12_writer *writer, const struct x12_envelope *envelope, struct text functional,
                       struct text version)
{
    snprintf(writer->group_control, sizeof writer->group_control, "%" PRIu64,
             envelope->group_control % UINT64_C(10000000000));
    writer->sets = 0;
    writer->groups++;
    x12_writer_segment(writer, "GS");
    x12_writer_element(writer, functional);
    x12_writer_element(writer, or_text(envelope->group_sender, envelope->sender));
    x12_writer_element(writer, or_text(envelope->group_receiver, envelope->receiver));
    x12_writer_date(writer, envelope->date);
    x12_writer_element(writer, envelope->time);
    x12_writer_element(writer, text_from(writer->group_control));
    x12_writer_element(writer, TEXT("X"));
    x12_writer_element(writer, version);
    x12_writer_end(writer);
}

void
x12_writer_count_set(struct x12_writer *writer, struct text control)
{
    if (control.length < 4 || control.length > 9)
        fail(writer, STATUS_INVALID, "a set control number has four to nine characters");
    text_copy(control, writer->set_control, sizeof writer->set_control);
    writer->sets++;
    writer->segments = 0;
}

void
x12_writer_begin_set(struct x12_writer *writer, struct text id, struct text control, struct text version)
{
    x12_writer_count_set(writer, control);
    x12_writer_whole(writer, "ST", (struct text[]){id, control, version}, 3);
}

void
x12_writer_end_set(struct x12_writer *writer)
{
    x12_writer_segment(writer, "SE");
    x12_writer_number(writer, writer->segments + 1);
    x12_writer_element(writer, text_from(writer->set_control));
    x12_writer_end(writer);
}

void
x12_writer_end_group(struct x12_writer *writer)
{
    x12_writer_segment(writer, "GE");
    x12_writer_number(writer, writer->sets);
    x12_writer_element(writer, text_from(writer->group_control));
    x12_writer_end(writer);
}

void
x12_writer_end_interchange(struct x12_writer *writer)
{
    x12_writer_segment(writer, "IEA");
    x12_writer_number(writer, writer->groups);
    x12_writer_element(writer, text_from(writer->interchange_control));
    x12_writer_end(writer);
}
