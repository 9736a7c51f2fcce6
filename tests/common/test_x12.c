/* Reading X12: envelopes, delimiters, damage, streams, limits. */
#include "schemas/findings.h"
#include "schemas/x12/x12_837p.h"
#include "tests/common/x12_sample.h"

static const char *const clean[] = {"837p.edi", "835.edi", "999.edi", "277ca.edi", "276.edi", "277.edi", "837d.edi", "275.edi", "277rfai.edi", "ta1.edi"};
enum { CLEAN = sizeof clean / sizeof clean[0] };

Test(x12, clean_samples_have_no_finding)
{
    for (int i = 0; i < CLEAN; i++) {
        struct text bytes = sample(clean[i]);
        struct outcome outcome = run_text(bytes, 7);
        cr_assert_eq(outcome.last, X12_EVENT_END, "%s", clean[i]);
        cr_assert_eq(outcome.finding_count, 0, "%s: finding %u", clean[i], outcome.findings[0]);
        cr_assert_eq(outcome.accepted_sets, outcome.sets);
        cr_assert_eq(outcome.accepted_interchanges, 1);
        release(bytes);
    }
}

Test(x12, an_interchange_of_a_ta1_alone_is_complete)
{
    struct text bytes = sample("ta1.edi");
    struct outcome outcome = run_text(bytes, 7);
    cr_assert_eq(outcome.ta1s, 1);
    cr_assert_eq(outcome.sets, 0);
    release(bytes);
}

Test(x12, a_stream_in_pieces_reads_as_the_whole)
{
    static const size_t sizes[] = {1, 2, 7, 63, 64, 65, 1000, 1 << 20};
    for (int i = 0; i < CLEAN; i++) {
        struct text bytes = sample(clean[i]);
        struct outcome whole = run_text(bytes, 7);
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
            struct pieces pieces = {bytes, sizes[k]};
            struct x12_check check;
            struct x12_check_options options = {.snip = 7, .today = 20261123};
            x12_check_open(&check, &options, give_piece, &pieces);
            struct outcome outcome = run(&check);
            cr_assert_eq(outcome.digest, whole.digest, "%s in pieces of %zu", clean[i], sizes[k]);
        }
        release(bytes);
    }
}

Test(x12, truncation_at_every_byte_gives_a_clear_result)
{
    for (int i = 0; i < CLEAN; i++) {
        struct text bytes = sample(clean[i]);
        struct outcome whole = run_text(bytes, 7);
        for (size_t length = 0; length < bytes.length - 2; length++) {
            char *cut = malloc(length + 1); /* its own block, so that a read past the end is seen */
            memcpy(cut, bytes.data, length);
            struct outcome outcome = run_text(text_of(cut, length), 7);
            cr_assert(outcome.last == X12_EVENT_END || outcome.last == X12_EVENT_FAILED);
            cr_assert_eq(outcome.accepted_interchanges, 0, "%s cut at %zu", clean[i], length);
            cr_assert_leq(outcome.claims, whole.claims);
            cr_assert(length < 106 || outcome.last == X12_EVENT_FAILED || outcome.finding_count > 0,
                      "%s cut at %zu", clean[i], length);
            free(cut);
        }
        release(bytes);
    }
}

Test(x12, forms_of_writing_that_are_read_alike)
{
    static const struct {
        const char *name, *from, *to;
    } cases[] = {
        {"no line ends", "~\n", "~"},
        {"carriage returns", "~\n", "~\r\n"},
        {"blanks before the terminator", "~\n", " ~\n"},
        {"blank lines", "~\n", "~\n\n  \n"},
        {"other element separator", "*", "|"},
        {"other terminator", "~\n", "!"},
        {"line ends as terminator", "~\n", "\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text bytes = sample("837p.edi");
        struct text other = replaced(bytes, cases[i].from, cases[i].to, true);
        /* The ISA's own terminator stands at byte 106: no blank before it. */
        if (cases[i].to[0] == ' ')
            memmove((char *)(uintptr_t)other.data + 105, other.data + 106, --other.length - 105);
        struct outcome outcome = run_text(other, 7);
        cr_assert_eq(outcome.last, X12_EVENT_END, "%s", cases[i].name);
        cr_assert_eq(outcome.finding_count, 0, "%s: finding %u", cases[i].name, outcome.findings[0]);
        cr_assert_eq(outcome.claims, 2, "%s", cases[i].name);
        release(bytes);
        release(other);
    }
}

Test(x12, a_byte_order_mark_and_trailing_rubbish_of_editors_do_no_harm)
{
    struct text bytes = sample("837p.edi");
    char *marked = malloc(bytes.length + 8);
    memcpy(marked, "\xEF\xBB\xBF", 3);
    memcpy(marked + 3, bytes.data, bytes.length);
    memcpy(marked + 3 + bytes.length, "\r\n\0\x1A", 4);
    struct outcome outcome = run_text(text_of(marked, bytes.length + 7), 7);
    cr_assert_eq(outcome.last, X12_EVENT_END);
    cr_assert_eq(outcome.accepted_sets, 1);
    free(marked);
    release(bytes);
}

Test(x12, two_interchanges_with_other_delimiters_in_one_file)
{
    struct text one = sample("837p.edi"), two = replaced(one, "*", "|", true);
    char *both = malloc(one.length + two.length);
    memcpy(both, one.data, one.length);
    memcpy(both + one.length, two.data, two.length);
    struct outcome outcome = run_text(text_of(both, one.length + two.length), 7);
    cr_assert_eq(outcome.interchanges, 2);
    cr_assert_eq(outcome.accepted_interchanges, 2);
    cr_assert_eq(outcome.claims, 4);
    free(both);
    release(one);
    release(two);
}

Test(x12, before_version_00402_isa11_is_no_separator)
{
    struct text bytes = sample("837p.edi"), older = replaced(bytes, "*^*00501*", "*U*00401*", false);
    struct x12_reader reader;
    x12_reader_open_memory(&reader, older);
    cr_assert_eq(x12_reader_next(&reader), STATUS_OK);
    cr_assert_eq(reader.delimiters.repetition, 0);
    cr_assert_eq(reader.delimiters.component, ':');
    x12_reader_close(&reader);
    x12_reader_open_memory(&reader, bytes);
    cr_assert_eq(x12_reader_next(&reader), STATUS_OK);
    cr_assert_eq(reader.delimiters.repetition, '^');
    x12_reader_close(&reader);
    release(bytes);
    release(older);
}

Test(x12, reading_goes_on_in_the_middle_of_an_interchange)
{
    struct text bytes = sample("837p.edi");
    struct x12_reader reader;
    x12_reader_open_memory(&reader, bytes);
    for (int i = 0; i < 10; i++)
        cr_assert_eq(x12_reader_next(&reader), STATUS_OK);
    struct x12_delimiters delimiters = reader.delimiters;
    uint64_t offset = reader.segment.offset;
    struct pieces pieces = {text_of(bytes.data + offset, bytes.length - offset), 13};
    struct x12_reader later;
    x12_reader_open(&later, give_piece, &pieces, 0);
    x12_reader_resume(&later, delimiters, offset);
    enum status status = x12_reader_next(&later);
    for (; status == STATUS_OK; status = x12_reader_next(&later)) {
        cr_assert_eq(later.segment.offset, reader.segment.offset);
        cr_assert_eq(later.segment.id, reader.segment.id);
        cr_assert_eq(later.segment.element_count, reader.segment.element_count);
        (void)x12_reader_next(&reader);
    }
    cr_assert_eq(status, STATUS_NOT_FOUND);
    cr_assert_not(later.in_interchange);
    x12_reader_close(&reader);
    x12_reader_close(&later);
    release(bytes);
}

Test(x12, a_set_number_twice_in_a_group_rejects_the_second)
{
    struct text bytes = sample("999.edi");
    const char *set = strstr(bytes.data, "ST*"), *end = strstr(bytes.data, "GE*");
    char *doubled = calloc(1, bytes.length * 2);
    size_t head = (size_t)(end - bytes.data), body = (size_t)(end - set);
    memcpy(doubled, bytes.data, head);
    memcpy(doubled + head, set, body);
    strcpy(doubled + head + body, "GE*2*3~IEA*1*000000003~");
    struct outcome outcome = run_text(text_from(doubled), 7);
    cr_assert(has(&outcome, FINDING_X12_SET_CONTROL_DOUBLED));
    cr_assert_eq(outcome.sets, 2);
    cr_assert_eq(outcome.accepted_sets, 1);
    free(doubled);
    release(bytes);
}

Test(x12, a_surname_that_begins_with_isa_begins_no_interchange)
{
    struct text bytes = sample("837p.edi");
    struct x12_reader reader;
    bool seen = false;
    unsigned isas = 0;
    x12_reader_open_memory(&reader, bytes);
    while (x12_reader_next(&reader) == STATUS_OK) {
        seen |= text_is(x12_element(&reader.segment, 3), "ISAAC");
        isas += reader.segment.id == X12_ID('I', 'S', 'A');
    }
    cr_assert(seen);
    cr_assert_eq(isas, 1);
    x12_reader_close(&reader);
    release(bytes);
}

Test(x12, what_is_no_interchange_fails_with_its_offset)
{
    static const char *const inputs[] = {"{\"resourceType\":\"Bundle\"}", "ISA", "ISA*00*", "GS*HC*A*B~"};
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        struct outcome outcome = run_text(text_from(inputs[i]), 7);
        cr_assert_eq(outcome.last, X12_EVENT_FAILED, "%s", inputs[i]);
        cr_assert_eq(outcome.status, STATUS_INVALID);
    }
    cr_assert_eq(run_text((struct text){0}, 7).last, X12_EVENT_END);
}

Test(x12, a_segment_without_end_is_a_limit_and_takes_no_memory)
{
    struct text bytes = sample("837p.edi");
    enum { LONG = 3 << 20 };
    char *long_one = malloc(LONG);
    memset(long_one, 'A', LONG);
    memcpy(long_one, bytes.data, 106);
    struct pieces pieces = {text_of(long_one, LONG), 100000};
    struct x12_check check;
    struct x12_check_options options = {.snip = 7};
    x12_check_open(&check, &options, give_piece, &pieces);
    struct outcome outcome = run(&check);
    cr_assert_eq(outcome.last, X12_EVENT_FAILED);
    cr_assert_eq(outcome.status, STATUS_LIMIT);
    free(long_one);
    release(bytes);
}

Test(x12, the_bytes_of_a_claim_are_contiguous_until_its_end)
{
    struct text bytes = sample("837p.edi");
    struct pieces pieces = {bytes, 11};
    struct x12_check check;
    struct x12_check_options options = {.snip = 7};
    enum x12_event event;
    const char *first = NULL;
    unsigned claims = 0;
    x12_check_open(&check, &options, give_piece, &pieces);
    while ((event = x12_check_next(&check)) != X12_EVENT_END) {
        cr_assert_neq(event, X12_EVENT_FAILED);
        if (event == X12_EVENT_SEGMENT && check.step.opened && check.step.loop == X12_837P_LOOP_2300)
            first = check.segment->data;
        if (event != X12_EVENT_CLAIM_END)
            continue;
        claims++;
        cr_assert_eq(check.claim.bytes.data, first, "the first segment did not move");
        cr_assert(text_starts(check.claim.bytes, claims == 1 ? TEXT("CLM*A100*") : TEXT("CLM*A101*")));
        cr_assert(text_is(check.claim.control, claims == 1 ? "A100" : "A101"));
        const char *in_file = bytes.data + check.claim.offset;
        cr_assert_eq(memcmp(in_file, check.claim.bytes.data, check.claim.bytes.length), 0);
        cr_assert_eq(in_file[check.claim.bytes.length], claims == 1 ? 'H' : 'S', "up to the next HL, or SE");
    }
    cr_assert_eq(claims, 2);
    x12_check_close(&check);
    release(bytes);
}

Test(x12, a_claim_over_the_pin_limit_is_refused_and_the_next_is_read)
{
    struct text bytes = sample("837p.edi");
    struct x12_check check;
    struct x12_check_options options = {.snip = 7, .pin_limit = 309};
    struct pieces pieces = {bytes, 50};
    x12_check_open(&check, &options, give_piece, &pieces);
    struct outcome outcome = run(&check);
    cr_assert_eq(outcome.claims, 2);
    cr_assert_eq(outcome.refused_claims, 1);
    cr_assert(has(&outcome, FINDING_X12_CLAIM_TOO_LARGE));
    cr_assert_eq(outcome.accepted_sets, 1);
    release(bytes);
}
