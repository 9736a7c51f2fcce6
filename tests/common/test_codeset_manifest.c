/*
 * All published files in one run, where CLAIMLINE_SAMPLES names the folder that holds them: for each number of codes, rows or pairs that
 * MANIFEST.md states, the figure of the list of editions (what `claimline codes list` shows) is the same. Which figure is meant stands in
 * tests/data/codeset/manifest.tsv; a number that is stated there and not here is a failure too.
 */
#include "tests/common/codeset_sample.h"

#include <ctype.h>
#include <stdlib.h>

enum { STATED_LIMIT = 128, LINE_BYTES = 4096 };

struct stated {
    char file[128], set[CODESET_NAME_BYTES], figure[16], words[64];
    unsigned long long number;
};

static FILE *
open_in(const char *folder, const char *name)
{
    char path[LINE_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return fopen(path, "r");
}

/* The rows of the table. */
static size_t
read_table(struct stated *table)
{
    char line[LINE_BYTES];
    size_t count = 0;
    FILE *in = open_in(getenv("CLAIMLINE_SOURCE"), "tests/data/codeset/manifest.tsv");
    cr_assert_not_null(in);
    while (fgets(line, sizeof line, in) != NULL) {
        struct stated *row = &table[count];
        if (line[0] == '#')
            continue;
        cr_assert_eq(sscanf(line, "%127[^\t]\t%31[^\t]\t%15[^\t]\t%llu\t%63[^\n]", row->file, row->set, row->figure, &row->number, row->words),
                     5, "%s", line);
        cr_assert_lt(++count, STATED_LIMIT);
    }
    fclose(in);
    return count;
}

/* Does a row of the table speak of this place of a line of MANIFEST.md? */
static bool
is_known(const struct stated *table, size_t count, const char *file, const char *at)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].file, file) == 0 && strncmp(at, table[i].words, strlen(table[i].words)) == 0)
            return true;
    }
    return false;
}

/* "7946 rows", "64 codes", "1775818 column1/column2 pairs": a number, perhaps one word, one of these words. */
static bool
states(const char *at)
{
    static const char *const words[] = {"codes", "rows", "pairs", "records", "active"};
    const char *word = at + strspn(at, "0123456789");
    for (int skipped = 0; skipped < 2 && *word == ' '; skipped++) {
        word++;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            if (strncmp(word, words[i], strlen(words[i])) == 0 && !isalnum((unsigned char)word[strlen(words[i])]))
                return true;
        }
        word += strcspn(word, " |,");
        if (strchr(word - 1, '/') == NULL) /* of two words only "column1/column2 pairs" */
            break;
    }
    return false;
}

/* Looks at one row of the manifest: how many of its numbers the table has; those that it has not fail. */
static size_t
look_at(char *line, const struct stated *table, size_t count)
{
    static const char start[] = "| codesets/";
    size_t known = 0;
    if (strncmp(line, start, strlen(start)) != 0)
        return 0;
    char *file = line + strlen(start), *what = strstr(file, " | ");
    cr_assert_not_null(what);
    *what = '\0';
    what += 3;
    what[strcspn(what, "|")] = '\0';
    for (const char *at = what; *at != '\0'; at++) {
        bool begins = at == what || !isalnum((unsigned char)at[-1]);
        if (begins && is_known(table, count, file, at))
            known++;
        else if (begins && isdigit((unsigned char)*at) && states(at) && strncmp(at, "2024 codes", 10) != 0) /* a year */
            cr_expect(false, "%s: \"%.40s\" is stated, and tests/data/codeset/manifest.tsv has no row for it", file, at);
    }
    return known;
}

static size_t
look_at_manifest(const struct stated *table, size_t count)
{
    char line[LINE_BYTES];
    size_t known = 0;
    FILE *in = open_in(getenv("CLAIMLINE_SAMPLES"), "MANIFEST.md");
    cr_assert_not_null(in);
    while (fgets(line, sizeof line, in) != NULL)
        known += look_at(line, table, count);
    fclose(in);
    return known;
}

/* Each file once, in the order of the table. */
static void
import_all(struct sample *sample, const struct stated *table, size_t count)
{
    struct codeset_import *import;
    cr_assert_eq(codeset_import_begin(&import, sample->folder, &sample->options, sample->reason), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        char path[LINE_BYTES];
        if (i > 0 && strcmp(table[i].file, table[i - 1].file) == 0)
            continue;
        snprintf(path, sizeof path, "%s/codesets/%s", getenv("CLAIMLINE_SAMPLES"), table[i].file);
        cr_expect_eq(codeset_import_file(import, path, sample->reason), STATUS_OK, "%s", sample->reason);
    }
    cr_assert_eq(codeset_import_finish(import, sample->reason), STATUS_OK, "%s", sample->reason);
    codeset_import_end(import);
}

/* The line of the edition that came from this file. */
static const struct codeset_pointer_line *
line_of(const struct codeset_pointer *pointer, const struct stated *row)
{
    const char *slash = strrchr(row->file, '/'), *name = slash == NULL ? row->file : slash + 1, *end = strstr(name, ".xz");
    size_t length = end == NULL ? strlen(name) : (size_t)(end - name);
    for (size_t i = 0; i < pointer->count; i++) {
        const struct codeset_about *about = &pointer->lines[i].about;
        if (strcmp(about->set, row->set) == 0 && strncmp(about->source, name, length) == 0)
            return &pointer->lines[i];
    }
    return NULL;
}

static uint64_t
figure_of(const struct codeset_pointer_line *line, const char *figure)
{
    const struct codeset_about *about = &line->about;
    return strcmp(figure, "codes") == 0    ? about->codes
           : strcmp(figure, "rows") == 0   ? about->rows
           : strcmp(figure, "active") == 0 ? about->rows - about->never
           : strcmp(figure, "read") == 0   ? line->read.records
                                           : UINT64_MAX;
}

Test(codeset_manifest, every_number_that_the_manifest_states_is_in_the_list_of_editions)
{
    static struct stated table[STATED_LIMIT];
    struct sample sample;
    struct codeset_pointer pointer;
    if (getenv("CLAIMLINE_SAMPLES") == NULL || getenv("CLAIMLINE_SOURCE") == NULL)
        return;
    size_t count = read_table(table);
    cr_assert_eq(look_at_manifest(table, count), count, "a row of the table is not stated");
    sample_begin(&sample);
    import_all(&sample, table, count);
    cr_assert_eq(codeset_pointer_read(sample.folder, &pointer, sample.reason), STATUS_OK, "%s", sample.reason);
    for (size_t i = 0; i < count; i++) {
        const struct codeset_pointer_line *line = line_of(&pointer, &table[i]);
        cr_assert_not_null(line, "%s: no edition of %s", table[i].file, table[i].set);
        uint64_t rows = line->about.rows, passed = 0;
        for (size_t k = 0; k < CODESET_PASSING_COUNT; k++)
            passed += line->read.passed[k];
        cr_expect_eq(figure_of(line, table[i].figure), table[i].number, "%s: %llu, stated is %s", table[i].file,
                     (unsigned long long)figure_of(line, table[i].figure), table[i].words);
        cr_expect_eq(line->read.records, rows + passed, "%s: what was read is rows and what was passed over", table[i].file);
    }
    codeset_pointer_free(&pointer);
    sample_end(&sample);
}
