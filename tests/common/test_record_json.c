/* Records as JSON, for people. */
#include "tests/common/record_sample.h"
#include "tests/common/record_tree.h"

TestSuite(record_json, .init = set_up, .fini = tear_down);

Test(record_json, json_shows_values_as_people_read_them_and_masks_private_ones)
{
    struct leaf leaves[2];
    struct tree tree = full_tree(leaves);
    struct text json = record_json(&record_tree, &tree, true, &arena);
    cr_assert(text_is(json,
                      "{\"number\":1000,\"offset\":-33,\"cents\":\"-0.05\",\"day\":\"2024-02-29\","
                      "\"seen\":\"2023-11-14T22:13:20.000000Z\",\"open\":true,\"color\":\"green\","
                      "\"name\":\"MUSTER\\u001dM\xc3\xbcLLER\",\"raw\":\"0001ff\",\"one\":{\"word\":\"elm\"},"
                      "\"leaves\":[{\"word\":\"oak\"},{}],\"packed\":{\"word\":\"fir\"}}"),
              "%.*s", TEXT_ARGS(json));
    tree.leaves_count = 0;
    tree.color = 9;
    tree.packed = TEXT("?");
    tree.unknown = BYTES("\x0b\x01");
    json = record_json(&record_tree, &tree, false, &arena);
    cr_assert(text_is(json,
                      "{\"number\":1000,\"offset\":-33,\"cents\":\"-0.05\",\"day\":\"2024-02-29\","
                      "\"seen\":\"2023-11-14T22:13:20.000000Z\",\"open\":true,\"color\":9,\"name\":\"***\","
                      "\"raw\":\"0001ff\",\"one\":{\"word\":\"elm\"},\"packed\":\"not readable\","
                      "\"unknown_bytes\":2}"),
              "%.*s", TEXT_ARGS(json));
}

Test(record_json, json_escapes_quotes_controls_and_bytes_that_are_no_utf8)
{
    struct leaf leaf = {.word = TEXT("a\"\\\x7f")};
    cr_assert(text_is(record_json(&record_leaf, &leaf, false, &arena), "{\"word\":\"a\\\"\\\\\\u007f\"}"));
    leaf.word = BYTES("\xff\xc0\x80\xe2");
    cr_assert(text_is(record_json(&record_leaf, &leaf, false, &arena),
                      "{\"word\":\"\\ufffd\\ufffd\\ufffd\\ufffd\"}"));
    leaf.word = BYTES("\xe2\x82\xac");
    cr_assert(text_is(record_json(&record_leaf, &leaf, false, &arena), "{\"word\":\"\xe2\x82\xac\"}"));
    struct tree tree = {.number = 1, .offset = INT64_MIN};
    cr_assert(text_is(record_json(&record_tree, &tree, false, &arena),
                      "{\"number\":1,\"offset\":\"-9223372036854775808\"}"));
}

Test(record_json, no_patient_name_is_in_the_json_of_a_claim_unless_asked_for)
{
    struct record_sample sample;
    record_sample_fill(&sample);
    struct text masked = arena_copy(&arena, record_json(&record_claim_body, &sample.claim, false, &arena));
    struct text shown = arena_copy(&arena, record_json(&record_claim_body, &sample.claim, true, &arena));
    cr_assert_null(strstr(masked.data, "CANARY"));
    cr_assert_null(strstr(masked.data, "J101"));
    cr_assert_not_null(strstr(masked.data, "\"total_cents\":\"246.91\""));
    cr_assert_not_null(strstr(shown.data, "CANARY"));
}
