/* How fast the X12 engine reads: an 837P made in memory, four lines and four diagnoses a claim, one core. */
#include "common/x12/x12_validate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CLAIMS = 40000, ROUNDS = 5, BYTES_PER_CLAIM = 1400 };

struct output {
    char *bytes;
    size_t length;
    unsigned segments;
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

static void
put_claim(struct output *out, unsigned number)
{
    unsigned cents = 5000 + number % 900 * 7;
    put(out, "HL*%u*1*22*0", number + 2);
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
        put(out, "DTP*472*D8*202611%02u", number % 28 + 1);
        put(out, "REF*6R*L%u%08u", line, number);
    }
}

static struct output
generate(void)
{
    struct output out = {.bytes = malloc((size_t)CLAIMS * BYTES_PER_CLAIM + 4096)};
    put(&out, "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
              "*261123*1200*^*00501*000000001*0*T*:");
    put(&out, "GS*HC*SENDER*RECEIVER*20261123*1200*1*X*005010X222A1");
    out.segments = 0;
    put(&out, "ST*837*0001*005010X222A1");
    put(&out, "BHT*0019*00*BENCH*20261123*1200*CH");
    put(&out, "NM1*41*2*EXAMPLE CLINIC*****46*12345");
    put(&out, "PER*IC*DESK*TE*5555550100");
    put(&out, "NM1*40*2*EXAMPLE HEALTH PLAN*****46*54321");
    put(&out, "HL*1**20*1");
    put(&out, "NM1*85*2*EXAMPLE CLINIC*****XX*1234567893");
    put(&out, "N3*1 MAIN STREET");
    put(&out, "N4*SPRINGFALLS*OH*440011234");
    put(&out, "REF*EI*123456789");
    for (unsigned i = 0; i < CLAIMS; i++)
        put_claim(&out, i);
    put(&out, "SE*%u*0001", out.segments + 1);
    put(&out, "GE*1*1");
    put(&out, "IEA*1*000000001");
    return out;
}

static double
now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static unsigned
read_only(struct text bytes)
{
    struct x12_reader reader;
    unsigned segments = 0;
    x12_reader_open_memory(&reader, bytes);
    while (x12_reader_next(&reader) == STATUS_OK)
        segments++;
    x12_reader_close(&reader);
    return segments;
}

static unsigned
check(struct text bytes, uint8_t snip)
{
    struct x12_check check;
    struct x12_check_options options = {.snip = snip};
    unsigned segments = 0;
    enum x12_event event;
    x12_check_open_memory(&check, &options, bytes);
    do {
        event = x12_check_next(&check);
        segments += event == X12_EVENT_SEGMENT;
        if ((event == X12_EVENT_CLAIM_END && check.claim.findings.count > 0) ||
            (event == X12_EVENT_SET_END && !check.set.accepted) || event == X12_EVENT_FAILED) {
            fprintf(stderr, "the generated file has findings\n");
            exit(1);
        }
    } while (event != X12_EVENT_END);
    x12_check_close(&check);
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

static unsigned
check_stream(struct text bytes)
{
    struct x12_check check;
    struct x12_check_options options = {.snip = 7};
    unsigned segments = 0;
    enum x12_event event;
    x12_check_open(&check, &options, from_memory, &bytes);
    while ((event = x12_check_next(&check)) != X12_EVENT_END && event != X12_EVENT_FAILED)
        segments += event == X12_EVENT_SEGMENT;
    x12_check_close(&check);
    return segments;
}

int
main(void)
{
    static const char *const names[] = {"reader", "reader, walk (SNIP 1)", "reader, walk, elements (SNIP 2)",
                                        "reader, walk, all checks (SNIP 7)", "all checks from a source"};
    struct output out = generate();
    struct text bytes = text_of(out.bytes, out.length);
    printf("%.1f MB, %d claims, %.0f bytes and %.1f segments a claim\n", (double)out.length / 1e6, CLAIMS,
           (double)out.length / CLAIMS, (double)out.segments / CLAIMS);
    for (int kind = 0; kind < 5; kind++) {
        double best = 1e9;
        unsigned segments = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double start = now();
            if (kind == 0)
                segments = read_only(bytes);
            else if (kind == 4)
                segments = check_stream(bytes);
            else
                segments = check(bytes, kind == 1 ? 1 : kind == 2 ? 2 : 7);
            double seconds = now() - start;
            best = seconds < best ? seconds : best;
        }
        printf("%-36s %8.0f MB/s %6.1f ns a segment\n", names[kind], (double)out.length / 1e6 / best,
               best * 1e9 / segments);
    }
    free(out.bytes);
    return 0;
}
