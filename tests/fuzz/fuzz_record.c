/* Any bytes into the record engine. What it reads it must write again as the same record; and where it and
 * msgpack-c both judge the structure alone, they must agree. */
#include "common/record/record.h"
#include "schemas/records.h"

#include <assert.h>
#include <msgpack.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_and_write(const struct record_type *type, struct text bytes, struct arena *arena)
{
    void *record = arena_take(arena, type->size), *back = arena_take(arena, type->size);
    struct record_fault fault = {0};
    struct text written, again;
    enum status status = record_read(type, bytes, arena, record, &fault);
    if (status != STATUS_OK) {
        assert(status == STATUS_INVALID || status == STATUS_LIMIT);
        assert(fault.record != NULL && fault.what != NULL && fault.offset <= bytes.length);
        return;
    }
    assert(record_well_formed(bytes));
    record_json(type, record, true, arena);
    status = record_write(type, record, arena, &written, &fault);
    assert(status == STATUS_OK);
    status = record_read(type, written, arena, back, &fault);
    assert(status == STATUS_OK);
    assert(record_equal(type, record, back));
    status = record_write(type, back, arena, &again, NULL);
    assert(status == STATUS_OK && text_equal(written, again));
}

/* msgpack-c reserves memory by the lengths claimed, so it is only asked about bytes that passed our own
 * check, or that hold no head with 32 bits of length (16 bits claim at most 65,535 objects, again and again
 * only in 4 KB). */
static bool
claims_little(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (data[i] == 0xdd || data[i] == 0xdf || data[i] == 0xdb || data[i] == 0xc6 || data[i] == 0xc9)
            return false;
    }
    return size <= 4096;
}

static int
depth_of(const msgpack_object *object)
{
    int deepest = 0, inner;
    if (object->type == MSGPACK_OBJECT_ARRAY) {
        for (uint32_t i = 0; i < object->via.array.size; i++) {
            inner = depth_of(&object->via.array.ptr[i]);
            deepest = inner > deepest ? inner : deepest;
        }
        return deepest + 1;
    }
    if (object->type == MSGPACK_OBJECT_MAP) {
        for (uint32_t i = 0; i < object->via.map.size; i++) {
            inner = depth_of(&object->via.map.ptr[i].key);
            deepest = inner > deepest ? inner : deepest;
            inner = depth_of(&object->via.map.ptr[i].val);
            deepest = inner > deepest ? inner : deepest;
        }
        return deepest + 1;
    }
    return 0;
}

static void
compare_with_msgpack(struct text bytes)
{
    bool ours = record_well_formed(bytes);
    if (!ours && !claims_little((const uint8_t *)bytes.data, bytes.length))
        return;
    msgpack_unpacked unpacked;
    size_t offset = 0;
    msgpack_unpacked_init(&unpacked);
    msgpack_unpack_return result = msgpack_unpack_next(&unpacked, bytes.data, bytes.length, &offset);
    bool theirs = result == MSGPACK_UNPACK_SUCCESS && offset == bytes.length &&
                  depth_of(&unpacked.data) <= RECORD_DEPTH_LIMIT;
    assert(ours == theirs);
    msgpack_unpacked_destroy(&unpacked);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct record_type *const types[] = {&record_claim_body, &record_encounter,
                                                      &record_control_answer, &record_event};
    struct arena arena;
    if (size > RECORD_BYTES_LIMIT)
        return 0;
    struct text bytes = text_of(data, size);
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        read_and_write(types[i], bytes, &arena);
    uint64_t number;
    struct text value;
    record_peek_u64(bytes, 1, &number);
    if (record_peek_bytes(bytes, 7, &value))
        assert(value.length <= size);
    compare_with_msgpack(bytes);
    arena_free(&arena);
    return 0;
}
