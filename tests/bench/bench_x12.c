/*
 * How fast the X12 engine reads: an 837P made in memory, four lines and four diagnoses a claim, one core.
 *
 *     bench_x12 [SETS CLAIMS]    the rates, for so many sets of so many claims (1 set of 40,000)
 *     bench_x12 write FILE SETS CLAIMS
 *     bench_x12 stream MEGABYTES SETS_OF    memory of a check, duplicates too, over a file of that size that is made as it is read, in sets of so many claims
 */
#include "common/duplicate/duplicate.h"
#include "common/x12/check/x12_validate.h"

#include <stdarg.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CLAIMS = 40000, ROUNDS = 5, BYTES_PER_CLAIM = 1400, HEAD_BYTES = 4096, STREAM_CLAIMS = 256 };

struct output {
    char *bytes;
    size_t length;
    unsigned segments; /* of the open set, ST included */
};

static void __attribute__((format(printf, 2, 3))) put(struct output *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    out->length += (size_t)vsprintf(out->bytes + out->length, format, arguments);
    va_end(arguments);
    out->bytes[out->length++] = '~';
    out->bytes[out->length++] = '\n';
    out->segments++;
}

/* The claim `number` of the file, at `position` in its set. */
static void
put_claim(struct output *out, unsigned position, unsigned number)
{
    unsigned cents = 5000 + number % 900 * 7;
    put(out, "HL*%u*1*22*0", position + 2);
    put(out, "SBR*P*18*GRP%05u******CI", number % 1000);
    put(out, "NM1*IL*1*QUENTAL%u*MIRANDA*B***MI*W%09u", number % 5000, number);
    put(out, "N3*%u LINDEN ROW", number % 9000 + 1);
    put(out, "N4*SPRINGFALLS*OH*440011234");
    put(out, "DMG*D8*19%02u0%u1%u*F", number % 80 + 10, number % 9 + 1, number % 9);
    put(out, "NM1*PR*2*EXAMPLE HEALTH PLAN*****PI*EX001");
    put(out, "CLM*A%08uX*%u.%02u***11:B:1*Y*A*Y*Y", number, cents * 4 / 100, cents * 4 % 100);
    put(out, "REF*D9*CH%010u", number);
    put(out, "HI*ABK:J101*ABF:E119*ABF:I10*ABF:Z7984");
    put(out, "NM1*82*1*VARELA*TOMAS****XX*1234567893");
    put(out, "PRV*PE*PXC*207Q00000X");
    for (unsigned line = 1; line <= 4; line++) {
        put(out, "LX*%u", line);
        put(out, "SV1*HC:%u:25*%u.%02u*UN*1***%u:%u", 99210 + line, cents / 100, cents % 100, line,
            line % 4 + 1);
        put(out, "DTP*472*D8*202611%02u", number % 23 + 1);
        put(out, "REF*6R*L%u%08u", line, number);
    }
}

static void
begin_interchange(struct output *out)
{
    put(out, "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
             "*261123*1200*^*00501*000000001*0*T*:");
    put(out, "GS*HC*SENDER*RECEIVER*20261123*1200*1*X*005010X222A1");
}

static void
begin_set(struct output *out, unsigned set)
{
    out->segments = 0;
    put(out, "ST*837*%04u*005010X222A1", set);
    put(out, "BHT*0019*00*BENCH%u*20261123*1200*CH", set);
    put(out, "NM1*41*2*EXAMPLE CLINIC*****46*12345");
    put(out, "PER*IC*DESK*TE*5555550100");
    put(out, "NM1*40*2*EXAMPLE HEALTH PLAN*****46*54321");
    put(out, "HL*1**20*1");
    put(out, "NM1*85*2*EXAMPLE CLINIC*****XX*1234567893");
    put(out, "N3*1 MAIN STREET");
    put(out, "N4*SPRINGFALLS*OH*440011234");
    put(out, "REF*EI*123456789");
}

static void
end_interchange(struct output *out, unsigned sets)
{
    put(out, "GE*%u*1", sets);
    put(out, "IEA*1*000000001");
}

static struct output
generate(unsigned sets, unsigned claims)
{
    struct output out = {.bytes = malloc(((size_t)claims * BYTES_PER_CLAIM + HEAD_BYTES) * sets + HEAD_BYTES)};
    begin_interchange(&out);
    for (unsigned set = 1; set <= sets; set++) {
        begin_set(&out, set);
        for (unsigned i = 0; i < claims; i++)
            put_claim(&out, i, (set - 1) * claims + i);
        put(&out, "SE*%u*%04u", out.segments + 1, set);
    }
    end_interchange(&out, sets);
    return out;
}

static double
now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

#if defined(__GNUC__) && !defined(__clang__)
#define AT_O3 __attribute__((optimize("O3")))
#else
#define AT_O3
#endif

/* The floor: what it costs to look at every byte. */
AT_O3 static uint64_t
count_delimiters(struct text bytes)
{
    uint64_t count = 0;
    for (size_t i = 0; i < bytes.length; i++)
        count += (bytes.data[i] == '*') + (bytes.data[i] == ':') + (bytes.data[i] == '~');
    return count;
}

static uint64_t
take_element(uint64_t sum, struct text element)
{
    return sum + element.length + 1;
}

/* A call for each element; not inlined, as a user's would not be. */
static uint64_t (*volatile taker)(uint64_t, struct text) = take_element;

static uint64_t
read_elements(struct text bytes)
{
    struct x12_reader reader;
    uint64_t (*take)(uint64_t, struct text) = taker, sum = 0;
    x12_reader_open_memory(&reader, bytes);
    while (x12_reader_next(&reader) == STATUS_OK)
        for (unsigned i = 0; i <= reader.segment.element_count; i++)
            sum = take(sum, reader.segment.elements[i]);
    x12_reader_close(&reader);
    return sum;
}

static uint64_t
read_segments(struct text bytes)
{
    struct x12_reader reader;
    uint64_t segments = 0;
    x12_reader_open_memory(&reader, bytes);
    while (x12_reader_next(&reader) == STATUS_OK)
        segments++;
    x12_reader_close(&reader);
    return segments;
}

static uint64_t
drain(struct x12_check *check)
{
    uint64_t segments = 0;
    enum x12_event event;
    do {
        event = x12_check_next(check);
        segments += event == X12_EVENT_SEGMENT;
        if ((event == X12_EVENT_CLAIM_END && check->claim.findings.count > 0) ||
            (event == X12_EVENT_SET_END && !check->set.accepted) || event == X12_EVENT_FAILED) {
            fprintf(stderr, "the generated file has findings\n");
            exit(1);
        }
    } while (event != X12_EVENT_END);
    x12_check_close(check);
    return segments;
}

static uint64_t
check_memory(struct text bytes, uint8_t snip)
{
    struct x12_check check;
    struct x12_check_options options = {.snip = snip, .codes = codes_lists_builtin()};
    x12_check_open_memory(&check, &options, bytes);
    return drain(&check);
}

static uint64_t
walk(struct text bytes)
{
    return check_memory(bytes, 1);
}

static uint64_t
check_guide(struct text bytes)
{
    return check_memory(bytes, 2);
}

static uint64_t
check_all(struct text bytes)
{
    return check_memory(bytes, 7);
}

/* As `claimline check` does it. */
static uint64_t
check_seen(struct text bytes)
{
    struct x12_check check;
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    struct x12_check_options options = {.snip = 7, .codes = codes_lists_builtin(), .seen = duplicate_seen(duplicate)};
    duplicate_file(duplicate, "bench");
    x12_check_open_memory(&check, &options, bytes);
    uint64_t segments = drain(&check);
    duplicate_close(duplicate);
    return segments;
}

/* The file as a source, so that the window's copying is counted. */
static enum status
from_memory(void *context, char *buffer, size_t room, size_t *got)
{
    struct text *rest = context;
    *got = rest->length < room ? rest->length : room;
    memcpy(buffer, rest->data, *got);
    rest->data += *got;
    rest->length -= *got;
    return STATUS_OK;
}

static uint64_t
check_source(struct text bytes)
{
    struct x12_check check;
    struct x12_check_options options = {.snip = 7, .codes = codes_lists_builtin()};
    x12_check_open(&check, &options, from_memory, &bytes);
    return drain(&check);
}

static int
measure(unsigned sets, unsigned claims)
{
    static const struct {
        const char *key, *name;
        uint64_t (*run)(struct text);
    } kinds[] = {{"floor", "every byte looked at", count_delimiters},
                 {"segments", "reader", read_segments},
                 {"read", "reader, a call an element", read_elements},
                 {"snip1", "walk along the guide (SNIP 1)", walk},
                 {"snip12", "elements as well (SNIP 1-2)", check_guide},
                 {"snip17", "all checks (SNIP 1-7)", check_all},
                 {"seen", "all checks, and duplicates", check_seen},
                 {"source", "all checks from a source", check_source}};
    struct output out = generate(sets, claims);
    struct text bytes = text_of(out.bytes, out.length);
    printf("%.1f MB, %u sets of %u claims, %.0f bytes a claim\n", (double)out.length / 1e6, sets, claims,
           (double)out.length / sets / claims);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        double best = 1e9;
        uint64_t sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double start = now();
            sum += kinds[i].run(bytes);
            double seconds = now() - start;
            best = seconds < best ? seconds : best;
        }
        printf("%-9s %8.0f MB/s  %-32s (%" PRIu64 ")\n", kinds[i].key, (double)out.length / 1e6 / best, kinds[i].name,
               sum / ROUNDS);
    }
    free(out.bytes);
    return 0;
}

/* ---- a file that is made as it is read ---- */

struct stream {
    struct output out; /* what is being given */
    size_t given;
    uint64_t bytes, wanted;
    unsigned sets, of, claim; /* claim: in the open set */
    bool ended;
};

static void
make_more(struct stream *stream)
{
    struct output *out = &stream->out;
    out->length = stream->given = 0;
    if (stream->sets == 0)
        begin_interchange(out);
    for (unsigned i = 0; i < STREAM_CLAIMS && !stream->ended; i++) {
        if (stream->claim == 0)
            begin_set(out, ++stream->sets);
        put_claim(out, stream->claim, (stream->sets - 1) * stream->of + stream->claim);
        stream->claim++;
        if (stream->claim < stream->of)
            continue;
        put(out, "SE*%u*%04u", out->segments + 1, stream->sets);
        stream->claim = 0;
        if (stream->bytes + out->length >= stream->wanted) {
            end_interchange(out, stream->sets);
            stream->ended = true;
        }
    }
    stream->bytes += out->length;
}

static enum status
from_stream(void *context, char *buffer, size_t room, size_t *got)
{
    struct stream *stream = context;
    if (stream->given == stream->out.length && !stream->ended)
        make_more(stream);
    size_t left = stream->out.length - stream->given;
    *got = left < room ? left : room;
    memcpy(buffer, stream->out.bytes + stream->given, *got);
    stream->given += *got;
    return STATUS_OK;
}

static double
anonymous_mib(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    unsigned long kib = 0;
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        sscanf(line, "RssAnon: %lu", &kib);
    if (status != NULL)
        fclose(status);
    return (double)kib / 1024;
}

static int
measure_memory(uint64_t megabytes, unsigned of)
{
    struct stream stream = {.wanted = megabytes * 1000000, .of = of};
    struct x12_check check;
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    struct x12_check_options options = {.snip = 7, .codes = codes_lists_builtin(), .seen = duplicate_seen(duplicate)};
    duplicate_file(duplicate, "stream");
    stream.out.bytes = malloc((size_t)STREAM_CLAIMS * BYTES_PER_CLAIM + (size_t)4 * HEAD_BYTES);
    x12_check_open(&check, &options, from_stream, &stream);
    double most = 0;
    enum x12_event event;
    uint64_t claims = 0, said = 0;
    while ((event = x12_check_next(&check)) != X12_EVENT_END && event != X12_EVENT_FAILED) {
        claims += event == X12_EVENT_CLAIM_END;
        said += event == X12_EVENT_CLAIM_END ? check.claim.findings.count : 0;
        if (event == X12_EVENT_CLAIM_END && claims % 16384 == 0 && anonymous_mib() > most)
            most = anonymous_mib();
    }
    x12_check_close(&check);
    printf("rss %.1f MiB RssAnon, %.0f MB in %u sets, %" PRIu64 " claims, %" PRIu64 " findings; index of %" PRIu64 " entries %s\n",
           most, (double)stream.bytes / 1e6, stream.sets, claims, said, duplicate_count(duplicate),
           duplicate_in_file(duplicate) ? "in a file" : "in memory");
    bool whole = event == X12_EVENT_END && said == 0 && duplicate_status(duplicate) == STATUS_OK;
    duplicate_close(duplicate);
    free(stream.out.bytes);
    return whole ? 0 : 1;
}

static int
write_file(const char *path, unsigned sets, unsigned claims)
{
    struct output out = generate(sets, claims);
    FILE *file = fopen(path, "w");
    bool written = file != NULL && fwrite(out.bytes, 1, out.length, file) == out.length;
    if (file == NULL || fclose(file) != 0 || !written)
        fprintf(stderr, "%s cannot be written\n", path);
    free(out.bytes);
    return written ? 0 : 1;
}

static unsigned
number(const char *text)
{
    return (unsigned)strtoul(text, NULL, 10);
}

int
main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "write") == 0)
        return write_file(argv[2], number(argv[3]), number(argv[4]));
    if (argc == 4 && strcmp(argv[1], "stream") == 0)
        return measure_memory(number(argv[2]), number(argv[3]));
    return argc == 3 ? measure(number(argv[1]), number(argv[2])) : measure(1, CLAIMS);
}
