#include "common/x12/x12_validate.h"
#include "schemas/findings.h"
#include "schemas/x12/x12_835.h"
#include "schemas/x12/x12_837p.h"

#include <criterion/criterion.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_BYTES = 1 << 20, NUMBERS = 64 };

/* What one reading of a file gave. */
struct outcome {
    uint32_t sets, accepted_sets, claims, refused_claims, interchanges, accepted_interchanges, ta1s;
    uint32_t finding_count;
    uint16_t findings[NUMBERS];
    uint8_t worst_snip;
    enum x12_event last;
    enum status status;
    uint64_t digest; /* of all events, segments and findings */
};

static struct text
read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "cannot open %s", path);
    char *bytes = malloc(FILE_BYTES);
    size_t length = fread(bytes, 1, FILE_BYTES, file);
    cr_assert_lt(length, FILE_BYTES);
    bytes[length] = '\0';
    fclose(file);
    return text_of(bytes, length);
}

static struct text
sample(const char *name)
{
    char path[1024];
    const char *source = getenv("CLAIMLINE_SOURCE");
    snprintf(path, sizeof path, "%s/tests/data/x12/%s", source == NULL ? "." : source, name);
    return read_file(path);
}

static void
release(struct text t)
{
    free((void *)(uintptr_t)t.data);
}

static void
mix(struct outcome *outcome, const void *bytes, size_t length)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < length; i++)
        outcome->digest = (outcome->digest ^ at[i]) * UINT64_C(0x100000001b3);
}

static void
note(struct outcome *outcome, const struct findings *findings)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        mix(outcome, &finding->kind->number, sizeof finding->kind->number);
        mix(outcome, finding->place.data, finding->place.length);
        bool known = false;
        for (uint32_t k = 0; k < outcome->finding_count; k++)
            known |= outcome->findings[k] == finding->kind->number;
        if (!known && outcome->finding_count < NUMBERS)
            outcome->findings[outcome->finding_count++] = finding->kind->number;
    }
}

static void
take(struct outcome *outcome, struct x12_check *check, enum x12_event event)
{
    uint8_t kind = (uint8_t)event;
    mix(outcome, &kind, 1);
    switch (event) {
    case X12_EVENT_INTERCHANGE:
        outcome->interchanges++;
        return;
    case X12_EVENT_TA1:
        outcome->ta1s++;
        return;
    case X12_EVENT_SEGMENT:
        mix(outcome, check->segment->data, check->segment->length);
        for (unsigned i = 1; i <= check->segment->element_count; i++)
            mix(outcome, check->segment->elements[i].data, check->segment->elements[i].length);
        if (check->step.place != NULL)
            mix(outcome, check->step.place->name, strlen(check->step.place->name));
        return;
    case X12_EVENT_CLAIM_END:
        outcome->claims++;
        outcome->refused_claims += check->claim.refused;
        mix(outcome, check->claim.bytes.data, check->claim.bytes.length);
        note(outcome, &check->claim.findings);
        return;
    case X12_EVENT_SET_END:
        outcome->sets++;
        outcome->accepted_sets += check->set.accepted;
        note(outcome, &check->set.findings);
        return;
    case X12_EVENT_GROUP_END:
        note(outcome, &check->group.findings);
        return;
    case X12_EVENT_INTERCHANGE_END:
        outcome->accepted_interchanges += check->interchange.accepted;
        note(outcome, &check->interchange.findings);
        return;
    case X12_EVENT_GROUP:
    case X12_EVENT_SET:
    case X12_EVENT_END:
    case X12_EVENT_FAILED:
    case X12_EVENT_COUNT:
        return;
    }
}

static struct outcome
run(struct x12_check *check)
{
    struct outcome outcome = {.digest = UINT64_C(0xcbf29ce484222325)};
    enum x12_event event;
    do {
        event = x12_check_next(check);
        take(&outcome, check, event);
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    cr_assert_eq(x12_check_next(check), event, "the last event is given again");
    outcome.last = event;
    outcome.status = check->status;
    x12_check_close(check);
    return outcome;
}

static struct outcome
run_text(struct text bytes, uint8_t snip)
{
    struct x12_check check;
    struct x12_check_options options = {.snip = snip, .today = 20261123};
    x12_check_open_memory(&check, &options, bytes);
    return run(&check);
}

static bool
has(const struct outcome *outcome, uint16_t number)
{
    for (uint32_t i = 0; i < outcome->finding_count; i++) {
        if (outcome->findings[i] == number)
            return true;
    }
    return false;
}

/* A copy with the first occurrence of `from` replaced; in every one when `all`. */
static struct text
replaced(struct text t, const char *from, const char *to, bool all)
{
    size_t from_length = strlen(from), to_length = strlen(to), length = 0;
    char *out = malloc(t.length * (to_length + 1) + to_length + 1);
    bool done = false;
    for (size_t i = 0; i < t.length;) {
        if ((!done || all) && i + from_length <= t.length && memcmp(t.data + i, from, from_length) == 0) {
            memcpy(out + length, to, to_length);
            length += to_length;
            i += from_length;
            done = true;
        } else {
            out[length++] = t.data[i++];
        }
    }
    cr_assert(done, "'%s' is not in the sample", from);
    return text_of(out, length);
}

/* A copy of `bytes` with SE01 as it should be. */
static struct text
recounted(struct text bytes)
{
    size_t at = 0, first = 0;
    unsigned count = 0;
    char from[32], to[32];
    for (size_t i = 0; i + 4 < bytes.length; i++) {
        if (memcmp(bytes.data + i, "~\nST*", 5) == 0)
            first = i + 1;
        if (first > 0 && i >= first && bytes.data[i] == '~')
            count++;
        if (memcmp(bytes.data + i, "~\nSE*", 5) == 0)
            at = i + 2;
        if (at > 0)
            break;
    }
    cr_assert_gt(at, (size_t)0);
    struct text rest, given = text_cut(text_of(bytes.data + at + 3, bytes.length - at - 3), '*', &rest);
    snprintf(from, sizeof from, "~\nSE*%.*s*", TEXT_ARGS(given));
    snprintf(to, sizeof to, "~\nSE*%u*", count + 1);
    return replaced(bytes, from, to, false);
}

/* A source that gives pieces of a fixed size. */
struct pieces {
    struct text rest;
    size_t size;
};

static enum status
give_piece(void *context, char *buffer, size_t room, size_t *got)
{
    struct pieces *pieces = context;
    size_t size = pieces->size < room ? pieces->size : room;
    *got = size < pieces->rest.length ? size : pieces->rest.length;
    memcpy(buffer, pieces->rest.data, *got);
    pieces->rest.data += *got;
    pieces->rest.length -= *got;
    return STATUS_OK;
}

static const char *const clean[] = {"837p.edi", "835.edi", "999.edi", "277ca.edi", "ta1.edi"};
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

/* One change of a clean sample, and what it leads to. */
struct change {
    const char *file, *from, *to;
    uint16_t finding;
    bool set_rejected, claim_refused, interchange_rejected;
};
static const struct change changes[] = {
    {"837p.edi", "IEA*1*000000001", "IEA*1*000000009", FINDING_X12_INTERCHANGE_CONTROL_DIFFERS,
     .interchange_rejected = true},
    {"837p.edi", "IEA*1*", "IEA*2*", FINDING_X12_INTERCHANGE_COUNT_DIFFERS, .interchange_rejected = true},
    {"837p.edi", "IEA*1*000000001~", "", FINDING_X12_INTERCHANGE_TRAILER_MISSING,
     .interchange_rejected = true},
    {"837p.edi", "GE*1*1~", "", FINDING_X12_GROUP_TRAILER_MISSING},
    {"837p.edi", "GE*1*1~", "GE*2*1~", FINDING_X12_GROUP_COUNT_DIFFERS},
    {"837p.edi", "GE*1*1~", "GE*1*7~", FINDING_X12_GROUP_CONTROL_DIFFERS},
    {"837p.edi", "GE*1*1~", "GE*1*1~\nZZZ*1~", FINDING_X12_INTERCHANGE_STRUCTURE,
     .interchange_rejected = true},
    {"837p.edi", "SE*58*0001~", "", FINDING_X12_SET_TRAILER_MISSING, .set_rejected = true},
    {"837p.edi", "SE*58*0001~", "SE*57*0001~", FINDING_X12_SET_COUNT_DIFFERS, .set_rejected = true},
    {"837p.edi", "SE*58*0001~", "SE*58*0002~", FINDING_X12_SET_CONTROL_DIFFERS, .set_rejected = true},
    {"837p.edi", "X*005010X222A1~", "X*005010X999~", FINDING_X12_SET_VERSION_DIFFERS, .set_rejected = true},
    {"837p.edi", "GS*HC*", "GS*HP*", FINDING_X12_SET_GROUP_DIFFERS, .set_rejected = true},
    {"835.edi", "X*005010X221A1~", "X*005010X999~", FINDING_X12_SET_GUIDE_UNKNOWN, .set_rejected = true},
    {"837p.edi", "REF*D9*CH0001~", "REF*D9*CH0001~\nZZZ*1~", FINDING_X12_SEGMENT_UNKNOWN,
     .set_rejected = true},
    {"837p.edi", "REF*D9*CH0001~", "REF*QQ*CH0001~", FINDING_X12_SEGMENT_UNEXPECTED, .set_rejected = true},
    {"837p.edi", "HI*ABK:J101*ABF:E119~", "", FINDING_X12_SEGMENT_MISSING, .set_rejected = true},
    {"837p.edi", "NM1*PR*2*EXAMPLE PAYER*****PI*EP01~", "", FINDING_X12_LOOP_MISSING, .set_rejected = true},
    {"837p.edi", "REF*D9*CH0001~", "REF*D9*CH0001~\nREF*D9*CH0002~", FINDING_X12_SEGMENT_TOO_MANY,
     .set_rejected = true},
    {"837p.edi", "NM1*82*1*VARELA*TOMAS", "NM1*DQ*1*A*B~\nNM1*DQ*1*C*D~\nNM1*82*1*VARELA*TOMAS",
     FINDING_X12_LOOP_TOO_MANY, .set_rejected = true},
    {"837p.edi", "HI*ABK:J101*ABF:E119~", "HI*ABK:J101*ABF:E119~\nREF*EA*1~",
     FINDING_X12_SEGMENT_OUT_OF_ORDER, .set_rejected = true},
    {"837p.edi", "CLM*A100*185.5*", "CLM**185.5*", FINDING_X12_ELEMENT_MISSING, .set_rejected = true},
    {"837p.edi", "CLM*A100*185.5**", "CLM*A100*185.5*MC*", FINDING_X12_ELEMENT_NOT_USED,
     .set_rejected = true},
    {"837p.edi", "N4*SPRINGFALLS*OH*44001~", "N4*S*OH*44001~", FINDING_X12_ELEMENT_TOO_SHORT,
     .set_rejected = true},
    {"837p.edi", "CLM*A100*", "CLM*A1234567890123456789012345678901234567890*", FINDING_X12_ELEMENT_TOO_LONG,
     .set_rejected = true},
    {"837p.edi", "CLM*A100*185.5*", "CLM*A100*18X.5*", FINDING_X12_ELEMENT_CHARACTER, .set_rejected = true},
    {"837p.edi", "N3*9 LINDEN ROW", "N3*9 LINDEN\tROW", FINDING_X12_ELEMENT_CHARACTER, .set_rejected = true},
    {"837p.edi", "11:B:1*Y*A*", "11:B:1*Q*A*", FINDING_X12_ELEMENT_CODE, .set_rejected = true},
    {"837p.edi", "D8*19700105", "D8*19700231", FINDING_X12_ELEMENT_DATE, .set_rejected = true},
    {"837p.edi", "20261123*1200*CH", "20261123*2500*CH", FINDING_X12_ELEMENT_TIME, .set_rejected = true},
    {"837p.edi", "N3*9 LINDEN ROW", "N3*9 LINDEN ROW**X", FINDING_X12_ELEMENTS_TOO_MANY,
     .set_rejected = true},
    {"837p.edi", "N3*9 LINDEN ROW", "N3*9 LINDEN:ROW", FINDING_X12_COMPONENTS_TOO_MANY, .set_rejected = true},
    {"837p.edi", "N3*9 LINDEN ROW", "N3*9 LINDEN^ROW", FINDING_X12_REPETITIONS_TOO_MANY,
     .set_rejected = true},
    {"837p.edi", "NM1*IL*1*QUENTAL*OSKAR****MI*", "NM1*IL*1*QUENTAL*OSKAR*****",
     FINDING_X12_ELEMENTS_CONDITION, .set_rejected = true},
    {"837p.edi", "SPRINGFALLS*OH*44001~", "SPRINGFALLS*OH*44001***ON~", FINDING_X12_ELEMENT_NOT_USED,
     .set_rejected = true},
    {"837p.edi", "SPRINGFALLS*OH*44001~", "SPRINGFALLS*OH*44001****ON~", FINDING_X12_ELEMENTS_EXCLUSION,
     .set_rejected = true},
    {"837p.edi", "QUENTAL*LIV", "QUENTAL*L\xC3\xADV", FINDING_X12_CHARACTER_UNUSUAL},
    {"837p.edi", "HL*2*1*22*0", "HL*5*1*22*0", FINDING_X12_HL_NUMBER, .set_rejected = true},
    {"837p.edi", "HL*4*3*23*0", "HL*4*1*23*0", FINDING_X12_HL_PARENT, .set_rejected = true},
    {"837p.edi", "HL*3*1*22*1", "HL*3*1*22*0", FINDING_X12_HL_CHILD, .set_rejected = true},
    {"837p.edi", "LX*2~", "LX*3~", FINDING_X12_LX_NUMBER, .set_rejected = true},
    {"837p.edi", "CLM*A100*185.5*", "CLM*A100*185.51*", FINDING_X12_CLAIM_TOTAL, .claim_refused = true},
    {"837p.edi", "CAS*PR*1*30", "CAS*PR*1*31", FINDING_X12_COB_LINE, .claim_refused = true},
    {"837p.edi", "AMT*D*50", "AMT*D*51", FINDING_X12_COB_CLAIM, .claim_refused = true},
    {"837p.edi", "AMT*D*50", "AMT*A8*50", FINDING_X12_COB_NONCOVERED, .claim_refused = true},
    {"837p.edi", "HC:99213:25*150*", "HC:99213:25*150.001*", FINDING_X12_AMOUNT_INVALID,
     .claim_refused = true},
    {"837p.edi", "UN*1***1:2~", "UN*1***1:3~", FINDING_X12_POINTER_DIAGNOSIS, .claim_refused = true},
    {"837p.edi", "N3*9 LINDEN ROW~\nN4*SPRINGFALLS*OH*44001~\n", "", FINDING_X12_SUBSCRIBER_ADDRESS,
     .claim_refused = true},
    {"837p.edi", "DMG*D8*19700105*F~\n", "", FINDING_X12_SUBSCRIBER_BIRTH, .claim_refused = true},
    {"837p.edi", "SBR*P*18*G100", "SBR*P**G100", FINDING_X12_SUBSCRIBER_RELATIONSHIP, .claim_refused = true},
    {"837p.edi", "REF*F8*PAYER77~\n", "", FINDING_X12_REPLACEMENT_REFERENCE, .claim_refused = true},
    {"837p.edi", "20261120-20261121", "20261120-20261119", FINDING_X12_DATE_ORDER, .claim_refused = true},
    {"837p.edi", "D8*20150305", "D8*20261105", FINDING_X12_BIRTH_AFTER_SERVICE, .claim_refused = true},
    {"837p.edi", "N4*SPRINGFALLS*OH*440011234", "N4*SPRINGFALLS*OH*44001", FINDING_X12_BILLING_ZIP,
     .claim_refused = true},
    {"837p.edi", "DTP*439*D8*20261101~\n", "", FINDING_X12_ACCIDENT_DATE, .claim_refused = true},
    {"837p.edi", "AA:::OH", "AA", FINDING_X12_ACCIDENT_STATE, .claim_refused = true},
    {"837p.edi", "NM1*82*1*VARELA*TOMAS****XX*1876543210", "NM1*82*1*VARELA*TOMAS****XX*1876543213",
     FINDING_X12_NPI_CHECK_DIGIT, .claim_refused = true},
    {"837p.edi", "*XX*1234567893", "*XX*1234567894", FINDING_X12_NPI_CHECK_DIGIT, .claim_refused = true},
    {"835.edi", "SVC*HC:99213:25*150*110*", "SVC*HC:99213:25*150*111*", FINDING_X12_REMITTANCE_LINE,
     .claim_refused = true},
    {"835.edi", "CLP*A101*1*100*90*", "CLP*A101*1*101*90*", FINDING_X12_REMITTANCE_CLAIM,
     .claim_refused = true},
    {"835.edi", "BPR*I*230*", "BPR*I*231*", FINDING_X12_REMITTANCE_CHECK},
    {"835.edi", "BPR*I*230*", "BPR*I*-230*", FINDING_X12_REMITTANCE_NEGATIVE},
    {"835.edi", "BPR*I*230*", "BPR*I*0*", FINDING_X12_REMITTANCE_ZERO_METHOD},
    {"835.edi", "ST*835*0001~", "ST*835*0001*005010X221A1~", FINDING_X12_ELEMENT_NOT_USED,
     .set_rejected = true},
    {"835.edi", "SVC*HC:87804:QW*", "SVC*XX:87804:QW*", FINDING_X12_ELEMENT_CODE, .set_rejected = true},
};

Test(x12, each_fault_is_found_and_refuses_what_it_should)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct change *change = &changes[i];
        struct text bytes = sample(change->file), changed = replaced(bytes, change->from, change->to, false);
        if (memcmp(change->from, "SE*", 3) != 0) {
            struct text whole = recounted(changed);
            release(changed);
            changed = whole;
        }
        struct outcome outcome = run_text(changed, 7);
        cr_assert_eq(outcome.last, X12_EVENT_END, "%s -> %s", change->from, change->to);
        cr_assert(has(&outcome, change->finding), "%s -> %s: finding %u is not there", change->from,
                  change->to, change->finding);
        cr_assert_eq(outcome.accepted_sets == 0, change->set_rejected, "%s -> %s", change->from, change->to);
        if (!change->set_rejected)
            cr_assert_eq(outcome.refused_claims > 0, change->claim_refused, "%s -> %s", change->from,
                         change->to);
        cr_assert_eq(outcome.accepted_interchanges == 0, change->interchange_rejected, "%s -> %s",
                     change->from, change->to);
        release(bytes);
        release(changed);
    }
}

Test(x12, one_wrong_loop_makes_one_finding)
{
    struct text bytes = sample("837p.edi");
    struct text changed = replaced(bytes, "NM1*82*1*VARELA", "NM1*ZZ*1*VARELA", false);
    struct x12_check check;
    struct x12_check_options options = {.snip = 2};
    enum x12_event event;
    x12_check_open_memory(&check, &options, changed);
    while ((event = x12_check_next(&check)) != X12_EVENT_END) {
        if (event != X12_EVENT_SET_END)
            continue;
        cr_assert_eq(check.set.findings.count, 1);
        const struct finding *finding = &check.set.findings.items[0];
        cr_assert_eq(finding->kind->number, FINDING_X12_SEGMENT_UNEXPECTED);
        cr_assert_str_eq(finding->segment_id, "NM1");
        cr_assert_str_eq(finding->loop_id, "2300");
        cr_assert_str_eq(finding->code, "2");
        cr_assert_eq(finding->segment_position, 22);
    }
    x12_check_close(&check);
    release(bytes);
    release(changed);
}

Test(x12, a_finding_at_an_element_names_place_code_and_position)
{
    struct text bytes = sample("837p.edi"), changed = replaced(bytes, "11:B:1*Y*A*", "11:C:1*Y*A*", false);
    struct x12_check check;
    struct x12_check_options options = {.snip = 2};
    x12_check_open_memory(&check, &options, changed);
    while (x12_check_next(&check) != X12_EVENT_SET_END)
        continue;
    const struct finding *finding = &check.set.findings.items[0];
    cr_assert(text_is(finding->place, "2300/CLM-05-2"));
    cr_assert_str_eq(finding->code, "7");
    cr_assert_eq(finding->element, 5);
    cr_assert_eq(finding->component, 2);
    cr_assert_eq(finding->segment_position, 19);
    cr_assert_eq(memcmp(changed.data + finding->offset, "CLM*A100", 8), 0);
    cr_assert_eq(x12_guide_element_number(check.set.guide, X12_ID('C', 'L', 'M'), 5, 2), 1332);
    x12_check_close(&check);
    release(bytes);
    release(changed);
}

Test(x12, a_lower_level_leaves_out_what_is_above_it)
{
    struct text bytes = sample("837p.edi");
    struct text changed = replaced(bytes, "CLM*A100*185.5*", "CLM*A100*185.51*", false);
    cr_assert(has(&(struct outcome[]){run_text(changed, 3)}[0], FINDING_X12_CLAIM_TOTAL));
    cr_assert_eq(run_text(changed, 2).finding_count, 0);
    struct text wrong = replaced(bytes, "11:B:1*Y*A*", "11:B:1*Q*A*", false);
    cr_assert_eq(run_text(wrong, 2).accepted_sets, 0);
    cr_assert_eq(run_text(wrong, 1).finding_count, 0);
    release(bytes);
    release(changed);
    release(wrong);
}

Test(x12, guides_are_found_under_their_errata_names)
{
    static const struct {
        const char *version, *set, *name;
    } cases[] = {
        {"005010X222A1", "837", "005010X222A1"},
        {"005010X222A2", "837", "005010X222A1"},
        {"005010X222", "837", "005010X222A1"},
        {"X222", "", "005010X222A1"},
        {"005010X221", "835", "005010X221A1"},
        {"005010X231", "999", "005010X231A1"},
        {"005010X214", "277", "005010X214"},
        {"005010X223A2", "837", NULL},
        {"005010X222A1", "835", NULL},
        {"005010", "837", NULL},
        {"", "837", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct x12_guide *guide = x12_guide_find(text_from(cases[i].version), text_from(cases[i].set));
        if (cases[i].name == NULL)
            cr_assert_null(guide, "%s", cases[i].version);
        else
            cr_assert(guide != NULL && strcmp(guide->name, cases[i].name) == 0, "%s", cases[i].version);
    }
}

Test(x12, places_are_numbered_as_their_enumerators)
{
    const struct x12_place *place = x12_guide_place(&x12_guide_837p, TEXT("2300/REF*F8"));
    cr_assert_not_null(place);
    cr_assert_eq(place->number, X12_837P_2300_REF_F8);
    cr_assert_eq(place->loop, X12_837P_LOOP_2300);
    for (uint16_t g = 0; g < x12_guide_count; g++) {
        const struct x12_guide *guide = x12_guides[g];
        for (uint16_t i = 0; i < guide->place_count; i++) {
            cr_assert_eq(guide->places[i].number, i);
            cr_assert_eq(x12_guide_place(guide, text_from(guide->places[i].name)), &guide->places[i]);
        }
    }
    cr_assert_null(x12_guide_place(&x12_guide_835, TEXT("2300/CLM")));
}

/* --- the samples from outside --- */

struct exception {
    char glob[500];
    unsigned number;
    bool used;
};
enum { EXCEPTIONS = 400 };
static struct exception exceptions[EXCEPTIONS];
static size_t exception_count;

static void
read_exceptions(void)
{
    struct text bytes = sample("../x12-sample-exceptions.tsv"), rest = bytes;
    bool head = true;
    while (rest.length > 0) {
        struct text line = text_cut(rest, '\n', &rest), cells = line;
        if (line.length == 0 || line.data[0] == '#')
            continue;
        struct text glob = text_cut(cells, '\t', &cells), number = text_cut(cells, '\t', &cells);
        cr_assert_gt(cells.length, 10, "an exception without a cause: %.*s", TEXT_ARGS(line));
        bool names = head;
        head = false;
        while (number.length > 0 && !names) {
            uint64_t value = 0;
            struct text one = text_cut(number, ',', &number);
            cr_assert(text_to_u64(one, &value), "no finding number: %.*s", TEXT_ARGS(line));
            cr_assert_lt(exception_count, (size_t)EXCEPTIONS);
            cr_assert_lt(glob.length, sizeof exceptions[0].glob);
            text_copy(glob, exceptions[exception_count].glob, sizeof exceptions[0].glob);
            exceptions[exception_count++].number = (unsigned)value;
        }
    }
    release(bytes);
}

static bool
excused(const char *name, unsigned number)
{
    bool found = false;
    for (size_t i = 0; i < exception_count; i++) {
        if (exceptions[i].number == number && fnmatch(exceptions[i].glob, name, FNM_EXTMATCH) == 0)
            found = exceptions[i].used = true;
    }
    return found;
}

/* One row of INDEX.tsv: path, set, version, claims, bytes, envelope. */
static unsigned
judge(const char *folder, struct text line, unsigned *in_scope)
{
    struct text cells = line, path = text_cut(cells, '\t', &cells), set = text_cut(cells, '\t', &cells);
    struct text version = text_cut(cells, '\t', &cells);
    char name[256], full[1400];
    text_copy(path, name, sizeof name);
    snprintf(full, sizeof full, "%s/x12/%s", folder, name);
    struct text bytes = read_file(full);
    struct outcome outcome = run_text(bytes, 4);
    cr_assert(outcome.last == X12_EVENT_END || outcome.last == X12_EVENT_FAILED);
    release(bytes);
    bool ours = x12_guide_find(version, set) != NULL || strncmp(name, "TA1/", 4) == 0;
    bool agree = line.length > 6 && memcmp(line.data + line.length - 6, "\tagree", 6) == 0;
    unsigned bad = 0;
    if (!ours || !agree)
        return 0;
    ++*in_scope;
    if (outcome.last == X12_EVENT_FAILED) {
        cr_log_error("%s cannot be read", name);
        bad++;
    }
    for (uint32_t i = 0; i < outcome.finding_count; i++) {
        if (!excused(name, outcome.findings[i])) {
            cr_log_error("%s: finding %u %s without an exception", name, outcome.findings[i],
                         finding_kind(outcome.findings[i])->name);
            bad++;
        }
    }
    return bad;
}

Test(x12, the_samples_from_outside_have_only_the_findings_that_are_defended)
{
    const char *folder = getenv("CLAIMLINE_SAMPLES");
    char path[1024];
    if (folder == NULL)
        cr_skip_test("CLAIMLINE_SAMPLES is not set");
    read_exceptions();
    snprintf(path, sizeof path, "%s/x12/INDEX.tsv", folder);
    struct text index = read_file(path), rest = index;
    unsigned bad = 0, in_scope = 0;
    text_cut(rest, '\n', &rest);
    while (rest.length > 0) {
        struct text line = text_cut(rest, '\n', &rest);
        if (line.length > 0 && line.data[0] != '#')
            bad += judge(folder, line, &in_scope);
    }
    for (size_t i = 0; i < exception_count; i++) {
        if (!exceptions[i].used) {
            cr_log_error("exception %s %u no longer occurs", exceptions[i].glob, exceptions[i].number);
            bad++;
        }
    }
    cr_assert_geq(in_scope, 60u, "only %u samples are of our guides", in_scope);
    cr_assert_eq(bad, 0);
    release(index);
}
