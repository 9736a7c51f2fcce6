/*
 * How fast 837P bytes in memory become packed records on one core: reader, walker, map, record_write; and the
 * parts of it, and the way back into an 837P. Prints megabytes a second.
 *
 * usage: bench_x12_map [SECONDS [CLAIMS [FIRST STAGE, 0 to 4 [FILE]]]]
 * With FILE: of the 837P, 837I or 837D in it (claim-generator --form institutional makes one); CLAIMS is how many it has.
 */
#include "common/clock/clock.h"
#include "common/x12/x12_claims.h"
#include "schemas/records/claim_body.h"
#include "schemas/x12/x12_maps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A set of claims with four lines and four diagnoses; a new subscriber each claim, a billing provider each
 * hundred. */
static struct text
generate(unsigned claims)
{
    size_t room = 4096 + (size_t)claims * 1600, used = 0;
    char *out = malloc(room);
    if (out == NULL)
        exit(1);
#define SAY(...) used += (size_t)snprintf(out + used, room - used, __VA_ARGS__)
    SAY("ISA*00*          *00*          *ZZ*CLINICSYSTEM   *ZZ*CLAIMLINE      "
        "*261123*1201*^*00501*000000001*0*T*:~"
        "GS*HC*CLINICSYSTEM*CLAIMLINE*20261123*1201*1*X*005010X222A1~ST*837*0001*005010X222A1~"
        "BHT*0019*00*BATCH1*20261123*1201*CH~NM1*41*2*NORTH RIVER "
        "CLINIC*****46*NRC001~PER*IC*ANN*TE*5550100200~"
        "NM1*40*2*GOOD HEALTH PAYER*****46*GHP01~");
    unsigned hl = 0, billing = 0;
    for (unsigned i = 0; i < claims; i++) {
        if (i % 100 == 0) {
            billing = ++hl;
            SAY("HL*%u**20*1~PRV*BI*PXC*207Q00000X~NM1*85*2*NORTH RIVER CLINIC*****XX*1234567893~N3*1 MAIN "
                "ST~"
                "N4*SPRINGFIELD*IL*627010001~REF*EI*123456789~",
                billing);
        }
        SAY("HL*%u*%u*22*0~SBR*P*18*GRP%u******CI~NM1*IL*1*DOE*JANE*Q***MI*MEM%07u~N3*%u ELM STREET~"
            "N4*SPRINGFIELD*IL*62701~DMG*D8*1980%02u15*F~NM1*PR*2*GOOD HEALTH PAYER*****PI*GHP01~N3*1 PAYER "
            "PLAZA~N4*CHICAGO*IL*60602~",
            ++hl, billing, i % 7, i, i % 900 + 1, i % 12 + 1);
        SAY("CLM*NRC-2026-PCN%07u*412.5***11:B:1*Y*A*Y*Y~REF*G1*AUTH%06u~REF*D9*CLEARINGHOUSE%09u~REF*EA*MRN%"
            "08u~"
            "HI*ABK:J101*ABF:R0789*ABF:E119*ABF:I10~NM1*DN*1*REFERRING*RITA****XX*1972642060~"
            "NM1*82*1*RENDERING*ROY****XX*1093817465~PRV*PE*PXC*207RC0000X~"
            "NM1*77*2*NORTH RIVER OUTPATIENT CLINIC*****XX*1003000126~N3*300 RIVERSIDE "
            "AVENUE~N4*SPRINGFIELD*IL*627030003~",
            i, i, i, i);
        static const char *const codes[] = {"99213:25", "87804:QW", "36415", "93000"};
        static const char *const charges[] = {"120", "68.5", "24", "200"};
        for (unsigned line = 0; line < 4; line++)
            SAY("LX*%u~SV1*HC:%s*%s*UN*1***1:2:%u~DTP*472*D8*202611%02u~REF*6R*NRC%08u-%u~", line + 1,
                codes[line], charges[line], line % 2 + 3, i % 28 + 1, i, line + 1);
    }
    SAY("SE*1*0001~GE*1*1~IEA*1*000000001~");
#undef SAY
    return text_of(out, used);
}

enum stage { READER, WALKER, MAP, PACKED, WRITTEN, STAGES };

struct run {
    const struct x12_map *map_of;
    uint32_t form; /* claim_form */
    struct arena arena;
    struct x12_writer out;
    struct x12_claims writer;
    bool pack, write;
    uint64_t claims, bytes;
};

static enum status
give(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
     const struct x12_map_fault *fault)
{
    struct run *run = context;
    struct text packed;
    (void)reader;
    if (record != X12_CLAIMS_CLAIM)
        return run->write ? x12_claims_begin(&run->writer, value) : STATUS_OK;
    if (fault != NULL)
        return STATUS_INVALID;
    run->claims++;
    if (run->write)
        return x12_claims_add(&run->writer, value, TEXT("C000000001X"));
    if (!run->pack)
        return STATUS_OK;
    arena_reset(&run->arena);
    enum status status = record_write(&record_claim_body, value, &run->arena, &packed, NULL);
    run->bytes += packed.length;
    return status;
}

static enum status
drop(void *context, const char *bytes, size_t length)
{
    (void)context, (void)bytes, (void)length;
    return STATUS_OK;
}

static void
once(struct text bytes, enum stage stage, struct run *run)
{
    struct x12_reader reader;
    struct x12_walker walker;
    struct x12_step step;
    struct x12_map_reader map;
    struct findings findings;
    struct arena arena;
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
    x12_reader_open_memory(&reader, bytes);
    x12_map_reader_open(&map, run->map_of, give, run);
    run->pack = stage == PACKED;
    run->write = stage == WRITTEN;
    x12_writer_open_sink(&run->out, x12_delimiters_usual, drop, NULL);
    x12_claims_open_form(&run->writer, &run->out, run->form);
    bool in_set = false;
    while (x12_reader_next(&reader) == STATUS_OK) {
        const struct x12_segment *segment = &reader.segment;
        if (segment->id == X12_ID('S', 'T', 0)) {
            x12_walker_begin(&walker, run->map_of->guide, reader.delimiters.component, &findings);
            x12_map_begin(&map, reader.delimiters);
            in_set = true;
        }
        if (!in_set || stage == READER)
            continue;
        x12_walker_step(&walker, segment, &step);
        if (stage >= MAP && x12_map_step(&map, segment, &step) != STATUS_OK) {
            fprintf(stderr, "the map refused a claim\n");
            exit(1);
        }
        if (segment->id == X12_ID('S', 'E', 0)) {
            in_set = false;
            if (stage >= MAP && x12_map_end(&map) != STATUS_OK)
                exit(1);
        }
    }
    if (reader.fault != NULL || findings.count > 0) {
        fprintf(stderr, "the generated claims are wrong: %s\n",
                reader.fault != NULL ? reader.fault : findings.items[0].kind->name);
        exit(1);
    }
    x12_claims_close(&run->writer);
    x12_writer_close(&run->out);
    x12_map_reader_close(&map);
    x12_reader_close(&reader);
    arena_free(&arena);
}

static double
now(void)
{
    return (double)clock_ticks() / 1e6;
}

/* Exits when it cannot be read. */
static struct text
load(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(1);
    }
    long size = ftell(file);
    rewind(file);
    char *bytes = malloc((size_t)size + 1);
    if (bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size)
        exit(1);
    fclose(file);
    return text_of(bytes, (size_t)size);
}

/* The form whose version stands in the bytes. */
static uint32_t
form_of(struct text bytes)
{
    uint32_t form = CLAIM_FORM_PROFESSIONAL;
    for (; form < CLAIM_FORM_COUNT; form++) {
        struct text version = x12_claims_form_version(form);
        if (memmem(bytes.data, bytes.length, version.data, version.length) != NULL)
            return form;
    }
    fprintf(stderr, "no claims of a known guide\n");
    exit(1);
}

int
main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 1.0;
    unsigned claims = argc > 2 ? (unsigned)atoi(argv[2]) : 5000;
    struct text bytes = argc > 4 ? load(argv[4]) : generate(claims);
    uint32_t form = form_of(bytes);
    static const char *const names[STAGES] = {"reader", "reader walker", "reader walker map",
                                              "reader walker map record", "reader walker map writer"};
    printf("%u claims of %zu bytes\n", claims, bytes.length / claims);
    for (unsigned stage = argc > 3 ? (unsigned)atoi(argv[3]) : READER; stage < STAGES; stage++) {
        struct run run = {.form = form, .map_of = x12_claims_map(x12_guide_find(x12_claims_form_version(form), TEXT("837")))};
        arena_init(&run.arena, 0);
        double start = now(), end = start;
        unsigned rounds = 0;
        for (; end - start < seconds; end = now()) {
            once(bytes, stage, &run);
            rounds++;
        }
        double rate = (double)bytes.length * rounds / 1e6 / (end - start);
        printf("%-26s %7.1f MB/s %8.3f us a claim", names[stage], rate,
               (end - start) * 1e6 / ((double)rounds * claims));
        if (run.bytes > 0)
            printf("  packed %" PRIu64 " bytes a claim", run.bytes / run.claims);
        printf("\n");
        arena_free(&run.arena);
    }
    free((void *)(uintptr_t)bytes.data);
    return 0;
}
