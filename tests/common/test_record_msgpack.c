/* msgpack-c as the oracle: it packs what we pack, from its own reading of our bytes. */
#include "tests/common/record_sample.h"
#include "tests/common/record_tree.h"

#include <msgpack.h>

TestSuite(record_msgpack, .init = set_up, .fini = tear_down);

static void
assert_same_bytes(struct text bytes)
{
    msgpack_unpacked unpacked;
    msgpack_sbuffer buffer;
    msgpack_packer packer;
    size_t offset = 0;
    msgpack_unpacked_init(&unpacked);
    msgpack_sbuffer_init(&buffer);
    msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
    cr_assert_eq(msgpack_unpack_next(&unpacked, bytes.data, bytes.length, &offset), MSGPACK_UNPACK_SUCCESS);
    cr_assert_eq(offset, bytes.length);
    cr_assert_eq(msgpack_pack_object(&packer, unpacked.data), 0);
    cr_assert_eq(buffer.size, bytes.length);
    cr_assert_arr_eq(buffer.data, bytes.data, bytes.length);
    msgpack_sbuffer_destroy(&buffer);
    msgpack_unpacked_destroy(&unpacked);
}

Test(record_msgpack, the_bytes_are_those_of_msgpack_c)
{
    static const int64_t edges[] = {
        1,         31, 127, 128, 255,  256,  65535,  65536,  UINT32_MAX, INT64_C(1) << 32,
        INT64_MAX, -1, -32, -33, -128, -129, -32768, -32769, INT32_MIN,  INT64_C(-4294967296),
        INT64_MIN};
    static const size_t lengths[] = {1, 3, 4, 7, 8, 15, 16, 17, 31, 32, 255, 256, 4000, 65535, 65536, 200000};
    static char filler[200000];
    struct text bytes;
    memset(filler, 'x', sizeof filler);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        struct tree tree = {.number = 1, .offset = edges[i]};
        cr_assert_eq(record_write(&record_tree, &tree, &arena, &bytes, NULL), STATUS_OK);
        assert_same_bytes(bytes);
    }
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct remit_chunk chunk = {.unit = UINT64_MAX,
                                    .payer = text_of(filler, lengths[i] > 20 ? 20 : lengths[i]),
                                    .number = 1,
                                    .bytes = text_of(filler, lengths[i])};
        struct control_value value = {
            .name = TEXT("x"), .kind = 1, .text = text_of(filler, lengths[i] > 4096 ? 4096 : lengths[i])};
        cr_assert_eq(record_write(&record_remit_chunk, &chunk, &arena, &bytes, NULL), STATUS_OK);
        assert_same_bytes(bytes);
        cr_assert_eq(record_write(&record_control_value, &value, &arena, &bytes, NULL), STATUS_OK);
        assert_same_bytes(bytes);
    }
}

Test(record_msgpack, a_whole_claim_has_the_bytes_of_msgpack_c)
{
    struct record_sample sample;
    struct text bytes;
    record_sample_fill(&sample);
    cr_assert_eq(record_write(&record_claim_body, &sample.claim, &arena, &bytes, NULL), STATUS_OK);
    assert_same_bytes(bytes);
    /* A list of 40 and a map of more than 15 fields. */
    struct service_line lines[40];
    for (int i = 0; i < 40; i++)
        lines[i] = (struct service_line){.number = (uint64_t)i + 1,
                                         .qualifier = TEXT("HC"),
                                         .procedure = TEXT("99213"),
                                         .modifier_1 = TEXT("25"),
                                         .modifier_2 = TEXT("59"),
                                         .modifier_3 = TEXT("GT"),
                                         .modifier_4 = TEXT("QW"),
                                         .description = TEXT("X"),
                                         .charge_cents = 1,
                                         .unit = TEXT("UN"),
                                         .quantity_milli = 1000,
                                         .place_of_service = TEXT("11"),
                                         .pointer_1 = 1,
                                         .pointer_2 = 2,
                                         .pointer_3 = 3,
                                         .pointer_4 = 4,
                                         .emergency = TEXT("Y")};
    sample.claim.lines = lines;
    sample.claim.lines_count = 40;
    cr_assert_eq(record_write(&record_claim_body, &sample.claim, &arena, &bytes, NULL), STATUS_OK);
    assert_same_bytes(bytes);
    static struct claim_body back;
    cr_assert_eq(record_read(&record_claim_body, bytes, &arena, &back, NULL), STATUS_OK);
    cr_assert(record_equal(&record_claim_body, &sample.claim, &back));
}
