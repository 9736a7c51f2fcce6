/*
 * How fast X12 bytes in memory become packed records on one core: reader, walker, map, record_write; and the
 * parts of it, and, of claims, the way back into an 837. Prints megabytes a second.
 *
 * usage: bench_x12_map [SECONDS [CLAIMS [FIRST STAGE, 0 to 5 [837p, 837i, 835 or FILE]]]]
 * With FILE: of the 837P, 837I or 837D in it (claim-generator --form institutional makes one); CLAIMS is how many it has.
 */
#include "common/clock/clock.h"
#include "common/x12/map/x12_claims.h"
#include "schemas/records/claim_body.h"
#include "schemas/x12/x12_maps.h"
#include "tests/bench/invented_x12.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum stage { READER, WALKER, MAP, PACKED, CHECKED, WRITTEN, STAGES };

struct run {
    const struct x12_map *map_of;
    unsigned claim_record;
    uint32_t form; /* claim_form; of claims */
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
    if (record != run->claim_record)
        return run->write ? x12_claims_begin(&run->writer, value) : STATUS_OK;
    if (fault != NULL)
        return STATUS_INVALID;
    run->claims++;
    if (run->write)
        return x12_claims_add(&run->writer, value, TEXT("C000000001X"));
    if (!run->pack)
        return STATUS_OK;
    arena_reset(&run->arena);
    enum status status = record_write(run->map_of->records[record], value, &run->arena, &packed, NULL);
    run->bytes += packed.length;
    return status;
}

static enum status
drop(void *context, const char *bytes, size_t length)
{
    (void)context, (void)bytes, (void)length;
    return STATUS_OK;
}

/* What a user of the whole engine does: all checks of types 1 and 2, and records. A function of its own in a profile. */
static void __attribute__((noinline))
check_and_map(struct text bytes, struct run *run)
{
    struct x12_check check;
    struct x12_map_reader map;
    struct x12_check_options options = {.snip = 2};
    enum x12_event event;
    x12_check_open_memory(&check, &options, bytes);
    x12_map_reader_open(&map, run->map_of, give, run);
    do {
        event = x12_check_next(&check);
        if (x12_map_event(&map, &check, event) != STATUS_OK || event == X12_EVENT_FAILED ||
            (event == X12_EVENT_SET_END && !check.set.accepted)) {
            fprintf(stderr, "the invented claims are wrong: %s\n",
                    check.set.findings.count > 0 ? check.set.findings.items[0].kind->name : "see claimline check");
            exit(1);
        }
    } while (event != X12_EVENT_END);
    x12_map_reader_close(&map);
    x12_check_close(&check);
}

static void
once(struct text bytes, enum stage stage, struct run *run)
{
    run->pack = stage == PACKED;
    run->write = stage == WRITTEN;
    if (stage == CHECKED) {
        check_and_map(bytes, run);
        return;
    }
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
    x12_writer_open_sink(&run->out, x12_delimiters_usual, drop, NULL);
    if (run->write)
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
    if (run->write)
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

/* The bytes by name, and what maps them. */
static struct text
choose(const char *name, unsigned claims, struct run *run)
{
    if (strcmp(name, "835") == 0) {
        *run = (struct run){.map_of = &x12_map_835, .claim_record = X12_MAP_835_CLAIM};
        return invented_835(claims);
    }
    struct text bytes = strcmp(name, "837p") == 0   ? invented_837p(claims)
                        : strcmp(name, "837i") == 0 ? invented_837i(claims)
                                                    : load(name);
    run->form = form_of(bytes);
    run->map_of = x12_claims_map(x12_guide_find(x12_claims_form_version(run->form), TEXT("837")));
    run->claim_record = X12_CLAIMS_CLAIM;
    return bytes;
}

int
main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 1.0;
    unsigned claims = argc > 2 ? (unsigned)atoi(argv[2]) : 5000;
    struct run of = {0};
    struct text bytes = choose(argc > 4 ? argv[4] : "837p", claims, &of);
    static const char *const names[STAGES] = {"reader", "reader walker", "reader walker map",
                                              "reader walker map record", "SNIP 1-2 map", "reader walker map writer"};
    const unsigned stages = of.map_of == &x12_map_835 ? WRITTEN : STAGES;
    printf("%u claims of %zu bytes\n", claims, bytes.length / claims);
    for (unsigned stage = argc > 3 ? (unsigned)atoi(argv[3]) : READER; stage < stages; stage++) {
        struct run run = of;
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
