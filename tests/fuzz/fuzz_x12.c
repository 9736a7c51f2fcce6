/* Reader, walker and checks over any bytes: whole from memory and in pieces from a source, which must tell
 * the same, also of what stands twice. What they say is answered by a 999, which can be written and read again. */
#include "common/duplicate/duplicate.h"
#include "common/x12/acknowledgement/x12_acknowledgement.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pieces {
    const uint8_t *data;
    size_t size, piece;
};

static enum status
give(void *context, char *buffer, size_t room, size_t *got)
{
    struct pieces *pieces = context;
    size_t size = pieces->piece < room ? pieces->piece : room;
    *got = size < pieces->size ? size : pieces->size;
    memcpy(buffer, pieces->data, *got);
    pieces->data += *got;
    pieces->size -= *got;
    return STATUS_OK;
}

static uint64_t
drain(struct x12_check *check, size_t size)
{
    uint64_t digest = 0, events = 0;
    enum x12_event event;
    int open_sets = 0;
    do {
        event = x12_check_next(check);
        digest = digest * 31 + (uint64_t)event;
        /* Each byte gives at most one segment, each segment a handful of events. */
        assert(++events < 16 * size + 16);
        switch (event) {
        case X12_EVENT_SEGMENT:
            digest = digest * 31 + check->segment->length + check->segment->offset;
            digest = digest * 31 + check->segment->present + check->segment->has_odd + 2 * check->segment->has_component;
            digest = digest * 31 + check->segment->components;
            assert(open_sets == 1);
            break;
        case X12_EVENT_SET:
            assert(open_sets++ == 0);
            break;
        case X12_EVENT_SET_END:
            assert(open_sets-- == 1);
            digest = digest * 31 + check->set.findings.count;
            break;
        case X12_EVENT_CLAIM_END:
            digest = digest * 31 + check->claim.findings.count + check->claim.bytes.length;
            break;
        default:
            break;
        }
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    assert(open_sets == 0);
    x12_check_close(check);
    return digest;
}

/* Answers all that is said of the bytes, as `claimline check` does. */
static void
answer(struct x12_check *check, struct x12_writer *out)
{
    static const struct x12_envelope us = {.sender = {"US", 2}, .receiver = {"THEM", 4}, .date = 20261123, .time = {"1300", 4}, .control = 7, .group_control = 8};
    struct x12_999 group;
    enum x12_event event;
    bool answered = true;
    x12_writer_open(out, x12_delimiters_usual);
    x12_writer_begin_interchange(out, &us);
    x12_writer_begin_group(out, &us, TEXT("FA"), x12_999_version());
    do {
        event = x12_check_next(check);
        if (event == X12_EVENT_GROUP)
            answered = x12_999_begin(&group, out, &check->group, TEXT("0001")) == STATUS_OK;
        else if (event == X12_EVENT_CLAIM_END)
            x12_999_claim(&group, check);
        else if (event == X12_EVENT_SET_END)
            answered = x12_999_set(&group, &check->set) == STATUS_OK;
        else if (event == X12_EVENT_GROUP_END)
            answered = x12_999_end(&group, &check->group) == STATUS_OK;
        assert(answered);
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    x12_writer_end_group(out);
    x12_writer_end_interchange(out);
    assert(x12_writer_status(out) == STATUS_OK);
    x12_check_close(check);
}

/* The answer is an interchange that is accepted, and read to its end. */
static void
read_answer(const struct x12_writer *out)
{
    struct x12_check check;
    enum x12_event event;
    x12_check_open_memory(&check, &(struct x12_check_options){0}, x12_writer_bytes(out));
    do {
        event = x12_check_next(&check);
        assert(event != X12_EVENT_INTERCHANGE_END || check.interchange.accepted);
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    assert(event == X12_EVENT_END);
    x12_check_close(&check);
}

/* Each reading has an index of its own of what was met. */
static struct duplicate *
begin_reading(struct x12_check_options *options)
{
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    duplicate_file(duplicate, "input");
    options->seen = duplicate_seen(duplicate);
    return duplicate;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct x12_check_options options = {.snip = 7, .pin_limit = 4096, .today = 20261123, .codes = codes_lists_builtin()};
    struct x12_check check;
    if (size > 100000)
        return 0;
    struct duplicate *duplicate = begin_reading(&options);
    x12_check_open_memory(&check, &options, text_of(data, size));
    uint64_t whole = drain(&check, size);
    duplicate_close(duplicate);
    duplicate = begin_reading(&options);
    struct pieces pieces = {data, size, 1 + size % 61};
    x12_check_open(&check, &options, give, &pieces);
    uint64_t pieced = drain(&check, size);
    assert(whole == pieced);
    duplicate_again(duplicate);
    struct x12_writer out;
    x12_check_open_memory(&check, &options, text_of(data, size));
    answer(&check, &out);
    duplicate_close(duplicate);
    read_answer(&out);
    x12_writer_close(&out);
    return 0;
}
