/*
 * Code sets: how long an import of files takes, how large the store is, how long opening it takes, how long a look-up of a code on a
 * day. usage: bench_codeset FOLDER [FILE...]: files are imported into FOLDER first. One JSON object.
 */
#include "common/clock/clock.h"
#include "common/codeset/codeset_import.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { LOOKUPS = 1000000, SAMPLES = 101, OPENS = 21, PICKED = 4096 };

static int
compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double
median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

static double
import_files(const char *folder, char **files, int count)
{
    char reason[CODESET_REASON_BYTES];
    struct codeset_import *import;
    struct clock clock = {0};
    struct codeset_import_options options = {.now = clock_now(&clock)};
    int64_t begun = clock_ticks();
    if (codeset_import_begin(&import, folder, &options, reason) != STATUS_OK) {
        fprintf(stderr, "%s\n", reason);
        exit(1);
    }
    for (int i = 0; i < count; i++) {
        if (codeset_import_file(import, files[i], reason) != STATUS_OK)
            fprintf(stderr, "%s\n", reason);
    }
    if (codeset_import_finish(import, reason) != STATUS_OK) {
        fprintf(stderr, "%s\n", reason);
        exit(1);
    }
    codeset_import_end(import);
    return (double)(clock_ticks() - begun) / 1e6;
}

static double
size_of(const char *path)
{
    double bytes = 0;
    DIR *folder = opendir(path);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char file[4096];
        struct stat about;
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        if (stat(file, &about) == 0 && S_ISREG(about.st_mode))
            bytes += (double)about.st_size;
    }
    if (folder != NULL)
        closedir(folder);
    return bytes / (1 << 20);
}

static struct codeset_folder *
open_folder(const char *path)
{
    char reason[CODESET_REASON_BYTES];
    struct codeset_folder *folder;
    if (codeset_folder_open(&folder, path, reason) == STATUS_OK)
        return folder;
    fprintf(stderr, "%s\n", reason);
    exit(1);
}

static double
open_milliseconds(const char *path)
{
    double times[OPENS];
    for (int i = 0; i < OPENS; i++) {
        int64_t begun = clock_ticks();
        struct codeset_folder *folder = open_folder(path);
        times[i] = (double)(clock_ticks() - begun) / 1e3;
        codeset_folder_close(folder);
    }
    return median(times, OPENS);
}

/* The largest set of codes. */
static const struct codeset *
largest(const struct codeset_folder *folder)
{
    const struct codeset *best = NULL;
    for (size_t i = 0; i < codeset_count(folder); i++) {
        const struct codeset *set = codeset_at(folder, i);
        const struct codeset_kind *kind = codeset_kind_named(codeset_name(set));
        bool relation = kind != NULL && kind->relation;
        if (!relation && (best == NULL || codeset_edition_about(codeset_edition(set, 0))->codes >
                                              codeset_edition_about(codeset_edition(best, 0))->codes))
            best = set;
    }
    return best;
}

/* Codes picked over the whole set, asked in an order that jumps; nanoseconds of one, median of samples. `billable`: without
 * categories, of which the editions before are asked too. */
static double
lookup_nanoseconds(const struct codeset *set, bool billable)
{
    static char texts[PICKED][CODESET_KEY_LENGTH + 1];
    static struct text codes[PICKED];
    double times[SAMPLES];
    struct codeset_data *data = codeset_edition(set, codeset_edition_count(set) - 1);
    const struct codeset_about *about = codeset_edition_about(data);
    uint64_t valid = 0;
    for (uint64_t i = 0, at = 0; i < PICKED; at++) {
        uint64_t key;
        struct codeset_rows rows;
        if (codeset_walk(data, at * 2654435761u % about->codes, &key, &rows) != STATUS_OK)
            exit(1);
        codes[i] = codeset_key_text(key, texts[i]);
        i += !billable || (rows.rows->flags & CODESET_HEADER) == 0;
    }
    int32_t day = about->from != 0 ? about->from : 20240801;
    for (int s = 0; s < SAMPLES; s++) {
        int64_t begun = clock_ticks();
        for (int i = 0; i < LOOKUPS / SAMPLES; i++) {
            struct codes_answer answer;
            if (codeset_judge(set, codes[i % PICKED], day, &answer, NULL) != STATUS_OK)
                exit(1);
            valid += answer.verdict == CODES_VALID;
        }
        times[s] = (double)(clock_ticks() - begun) * 1e3 / (LOOKUPS / SAMPLES);
    }
    if (valid == 0)
        fprintf(stderr, "no code was valid\n");
    return median(times, SAMPLES);
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: bench_codeset FOLDER [FILE...]\n");
        return 64;
    }
    double seconds = argc > 2 ? import_files(argv[1], argv + 2, argc - 2) : 0;
    struct codeset_folder *folder = open_folder(argv[1]);
    const struct codeset *set = largest(folder);
    uint64_t rows = 0, editions = 0;
    for (size_t i = 0; i < codeset_count(folder); i++) {
        for (size_t j = 0; j < codeset_edition_count(codeset_at(folder, i)); j++, editions++)
            rows += codeset_edition_about(codeset_edition(codeset_at(folder, i), j))->rows;
    }
    printf("{\"editions\":%llu,\"rows\":%llu,\"import_seconds\":%.2f,\"store_mib\":%.1f,\"open_ms\":%.3f,", (unsigned long long)editions,
           (unsigned long long)rows, seconds, size_of(argv[1]), open_milliseconds(argv[1]));
    if (set != NULL)
        printf("\"lookup_set\":\"%s\",\"lookup_ns\":%.1f,\"lookup_any_ns\":%.1f", codeset_name(set), lookup_nanoseconds(set, true),
               lookup_nanoseconds(set, false));
    else
        printf("\"lookup_ns\":null");
    printf("}\n");
    codeset_folder_close(folder);
    return 0;
}
