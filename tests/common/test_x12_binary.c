/* Binary segments: delimiters in the data, lengths that are wrong, documents of any size. */
#include "schemas/findings.h"
#include "tests/common/x12_sample.h"

/* A 275 with one BIN of `bytes` bytes, announced as `announced`: `front`, then filling, then `back`. */
struct document {
    uint64_t bytes, announced;
    const char *front, *back;
};

static const char HEAD[] =
    "ISA*00*          *00*          *ZZ*HARBORCLINIC   *ZZ*EXAMPLEPAYER   "
    "*261124*0900*^*00501*000000010*0*T*:~\n"
    "GS*PI*HARBOR*PAYER*20261124*0900*10*X*005010X210~\nST*275*0001*005010X210~\nBGN*02*T1*20261124~\n"
    "NM1*PR*2*EXAMPLE PAYER*****PI*EP01~\nNM1*41*2*HARBOR CLINIC*****46*HC01~\n"
    "NM1*1P*2*HARBOR CLINIC*****XX*1234567893~\nNM1*QC*1*ISAAC*MIRANDA~\nLX*1~\nTRN*1*ACN1~\n"
    "DTP*368*D8*20261124~\nCAT*AE*TX~\nEFI*05~\n";
static const char TAIL[] = "~\nSE*13*0001~\nGE*1*10~\nIEA*1*000000010~\n";
static const char NASTY[] = "~SE*1*0001~\r\nISA*00*^:\0\xFF BIN*9*~";

static struct text
build(const struct document *document)
{
    size_t front = document->front == NULL ? 0 : sizeof NASTY - 1;
    size_t back = document->back == NULL ? 0 : sizeof NASTY - 1;
    cr_assert_geq(document->bytes, front + back);
    char *bytes = malloc(sizeof HEAD + sizeof TAIL + 64 + (size_t)document->bytes);
    size_t length = (size_t)sprintf(bytes, "%sBIN*%llu*", HEAD, (unsigned long long)document->announced);
    memset(bytes + length, 'x', (size_t)document->bytes);
    memcpy(bytes + length, NASTY, front);
    memcpy(bytes + length + document->bytes - back, NASTY, back);
    length += (size_t)document->bytes;
    memcpy(bytes + length, TAIL, sizeof TAIL - 1);
    return text_of(bytes, length + sizeof TAIL - 1);
}

static struct outcome
run_pieces(struct text bytes, size_t size)
{
    struct pieces pieces = {bytes, size};
    struct x12_check check;
    struct x12_check_options options = {.snip = 7, .today = 20261123};
    x12_check_open(&check, &options, give_piece, &pieces);
    return run(&check);
}

/* BIN, its length and separators, up to the limit of a segment: "BIN*65526*" has ten bytes. */
enum { MOST = X12_SEGMENT_BYTES_MAX - 10 };

Test(x12_binary, data_of_any_bytes_and_any_size_is_one_element)
{
    static const struct document documents[] = {
        {1, 1, NULL, NULL},
        {sizeof NASTY - 1, sizeof NASTY - 1, NASTY, NULL},
        {1000, 1000, NASTY, NASTY},
        {MOST, MOST, NASTY, NASTY},
        {MOST + 1, MOST + 1, NASTY, NASTY},
        {200000, 200000, NASTY, NASTY},
        {3000000, 3000000, NASTY, NASTY},
    };
    static const size_t sizes[] = {1, 7, 64, 4096, 65536, 1 << 20};
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        struct text bytes = build(&documents[i]);
        struct outcome whole = run_text(bytes, 7);
        cr_expect_eq(whole.last, X12_EVENT_END, "%zu", i);
        cr_expect_eq(whole.finding_count, 0, "%zu: finding %u", i, whole.findings[0]);
        cr_expect_eq(whole.accepted_sets, 1, "%zu", i);
        for (size_t k = bytes.length > 100000 ? 2 : 0; k < sizeof sizes / sizeof sizes[0]; k++)
            cr_expect_eq(run_pieces(bytes, sizes[k]).digest, whole.digest, "%zu in pieces of %zu", i,
                         sizes[k]);
        release(bytes);
    }
}

/* The BIN segment of the bytes, and that what follows it stands where it should. */
static struct x12_segment
read_binary(struct x12_reader *reader, struct text bytes)
{
    enum status status;
    do
        status = x12_reader_next(reader);
    while (status == STATUS_OK && reader->segment.id != X12_ID('B', 'I', 'N') &&
           reader->segment.id != X12_ID('B', 'D', 'S'));
    cr_assert_eq(status, STATUS_OK);
    struct x12_segment binary = reader->segment;
    cr_assert_eq(memcmp(bytes.data + binary.offset, binary.data, 4), 0);
    return binary;
}

Test(x12_binary, up_to_the_limit_the_data_is_kept_and_beyond_it_is_passed)
{
    for (unsigned over = 0; over < 2; over++) {
        struct document document = {MOST + over, MOST + over, NASTY, NASTY};
        struct text bytes = build(&document);
        struct x12_reader reader;
        x12_reader_open_memory(&reader, bytes);
        struct x12_segment binary = read_binary(&reader, bytes);
        cr_expect_eq(binary.element_count, 2);
        cr_expect_eq(x12_element(&binary, 2).length, over ? 0 : MOST);
        cr_expect_eq(binary.passed_bytes, over ? MOST + 1u : 0);
        cr_expect(over || memcmp(binary.elements[2].data, NASTY, sizeof NASTY - 1) == 0);
        cr_expect_eq(x12_reader_next(&reader), STATUS_OK);
        cr_expect_eq(reader.segment.id, X12_ID('S', 'E', 0));
        cr_expect_eq(memcmp(bytes.data + reader.segment.offset, "SE*13", 5), 0);
        x12_reader_close(&reader);
        release(bytes);
    }
}

/* A document that is made as it is read: nobody holds all of it. */
struct endless {
    struct text before, after;
    uint64_t rest;
};

static enum status
give_endless(void *context, char *buffer, size_t room, size_t *got)
{
    struct endless *endless = context;
    struct text *part = endless->before.length > 0 ? &endless->before : &endless->after;
    if (part == &endless->after && endless->rest > 0) {
        *got = room < endless->rest ? room : (size_t)endless->rest;
        memset(buffer, '~', *got);
        endless->rest -= *got;
        return STATUS_OK;
    }
    *got = room < part->length ? room : part->length;
    memcpy(buffer, part->data, *got);
    *part = text_of(part->data + *got, part->length - *got);
    return STATUS_OK;
}

Test(x12_binary, a_document_of_200_megabytes_goes_through_one_window)
{
    enum { BYTES = 200000000 };
    char head[sizeof HEAD + 32];
    snprintf(head, sizeof head, "%sBIN*%d*", HEAD, BYTES);
    struct endless endless = {text_from(head), text_from(TAIL), BYTES};
    struct x12_reader reader;
    enum status status;
    uint64_t se_offset = 0;
    x12_reader_open(&reader, give_endless, &endless, 4096);
    const char *window = reader.buffer;
    size_t size = reader.buffer_size;
    while ((status = x12_reader_next(&reader)) == STATUS_OK) {
        if (reader.segment.id == X12_ID('S', 'E', 0))
            se_offset = reader.segment.offset;
        cr_assert(reader.buffer == window && reader.buffer_size == size);
    }
    cr_assert_eq(status, STATUS_NOT_FOUND);
    cr_assert_eq(se_offset, strlen(head) + BYTES + 2);
    x12_reader_close(&reader);
}

Test(x12_binary, a_wrong_length_is_found_and_rejects_the_set)
{
    static const struct document documents[] = {
        {1000, 999, NULL, NULL},      {1000, 1, NULL, NULL},        {1000, 1003, NULL, NULL},
        {200000, 150000, NULL, NULL}, {200000, 199999, NULL, NULL}, {200000, 200002, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        struct text bytes = build(&documents[i]);
        struct outcome whole = run_text(bytes, 7);
        cr_expect_eq(whole.last, X12_EVENT_END, "%zu", i);
        cr_expect(has(&whole, FINDING_X12_BINARY_LENGTH), "%zu", i);
        cr_expect_eq(whole.accepted_sets, 0, "%zu", i);
        cr_expect_eq(run_pieces(bytes, 4096).digest, whole.digest, "%zu", i);
        /* Too short a length hides nothing that follows. */
        cr_expect(documents[i].announced > documents[i].bytes || whole.finding_count == 1, "%zu", i);
        release(bytes);
    }
}

Test(x12_binary, data_that_is_cut_or_that_has_no_end_is_said)
{
    struct document documents[] = {
        {1000, 1000, NULL, NULL}, {200000, 200000, NULL, NULL}, {1000, 999999999999999, NULL, NULL}};
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        struct text bytes = build(&documents[i]);
        struct text cut = text_of(bytes.data, i == 2 ? bytes.length : bytes.length - sizeof TAIL - 400);
        struct outcome outcome = run_text(cut, 7), pieces = run_pieces(cut, 999);
        cr_expect_eq(outcome.last, X12_EVENT_FAILED, "%zu", i);
        cr_expect_eq(outcome.status, STATUS_INVALID, "%zu", i);
        cr_expect_eq(pieces.last, X12_EVENT_FAILED, "%zu", i);
        cr_expect_eq(pieces.digest, outcome.digest, "%zu", i);
        release(bytes);
    }
}

Test(x12_binary, without_a_length_it_is_a_segment_as_any_other)
{
    static const char *const segments[] = {"BIN**x",      "BIN*x*y",    "BIN*-1*x", "BIN*1234567890123456*x",
                                           "BIN",         "BIN*5",      "BINX*5*x", "BDS*ASC",
                                           "BDS*ASC*x*y", "BDS*A~B*1*x"};
    for (size_t i = 0; i < sizeof segments / sizeof segments[0]; i++) {
        char file[sizeof HEAD + sizeof TAIL + 64];
        snprintf(file, sizeof file, "%s%s%s", HEAD, segments[i], TAIL);
        struct x12_reader reader;
        unsigned last = 0;
        x12_reader_open_memory(&reader, text_from(file));
        while (x12_reader_next(&reader) == STATUS_OK) {
            last = reader.segment.id;
            cr_expect_not(reader.segment.torn, "%s", segments[i]);
            cr_expect(text_is(reader.segment.elements[0], "BDS") || reader.segment.length < 120);
        }
        cr_expect_eq(last, X12_ID('I', 'E', 'A'), "%s", segments[i]);
        x12_reader_close(&reader);
    }
}

Test(x12_binary, a_filter_stands_before_the_length_of_a_bds)
{
    char file[sizeof HEAD + sizeof TAIL + 64];
    snprintf(file, sizeof file, "%sBDS*B64*7*~a*b:c^%s", HEAD, TAIL);
    struct text bytes = text_from(file);
    struct x12_reader reader;
    x12_reader_open_memory(&reader, bytes);
    struct x12_segment binary = read_binary(&reader, bytes);
    cr_expect_eq(binary.element_count, 3);
    cr_expect(text_is(binary.elements[1], "B64"));
    cr_expect(text_is(binary.elements[3], "~a*b:c^"));
    cr_expect_eq(x12_reader_next(&reader), STATUS_OK);
    cr_expect_eq(reader.segment.id, X12_ID('S', 'E', 0));
    x12_reader_close(&reader);
}

/* The claim file with a BIN of `size` terminators in its first claim. */
static struct text
claim_with_binary(unsigned size)
{
    struct text bytes = sample("837p.edi");
    const char *rest = strstr(bytes.data, "HI*ABK:J101*ABF:E119~");
    char *out = malloc(bytes.length + size + 40);
    size_t front = (size_t)(rest - bytes.data), length = front;
    memcpy(out, bytes.data, front);
    length += (size_t)sprintf(out + length, "BIN*%u*", size);
    memset(out + length, '~', size + 1);
    length += size + 1;
    memcpy(out + length, rest, bytes.length - front);
    length += bytes.length - front;
    release(bytes);
    return text_of(out, length);
}

/* A claim has no place for one; whatever its size, the claim is read on. */
Test(x12_binary, in_a_claim_it_is_an_unknown_segment)
{
    static const unsigned sizes[] = {10, 60000, 70000, 2000000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct text bytes = claim_with_binary(sizes[i]);
        struct outcome outcome = run_pieces(bytes, 5000);
        cr_expect_eq(outcome.last, X12_EVENT_END, "%u", sizes[i]);
        cr_expect(has(&outcome, FINDING_X12_SEGMENT_UNKNOWN), "%u", sizes[i]);
        cr_expect_eq(has(&outcome, FINDING_X12_CLAIM_TOO_LARGE), sizes[i] > X12_SEGMENT_BYTES_MAX, "%u",
                     sizes[i]);
        cr_expect_eq(outcome.claims, 2, "%u", sizes[i]);
        cr_expect_eq(run_text(bytes, 7).digest, outcome.digest, "%u", sizes[i]);
        release(bytes);
    }
}
