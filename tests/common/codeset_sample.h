/* A folder of code sets for tests: files written in published layouts, imported. */
#ifndef CLAIMLINE_TESTS_CODESET_SAMPLE_H
#define CLAIMLINE_TESTS_CODESET_SAMPLE_H

#include "common/codeset/codeset_import.h"
#include "tests/support/folder.h"

#include <criterion/criterion.h>
#include <stdio.h>

struct sample {
    char files[256];  /* where the published files lie */
    char folder[300]; /* the folder of code sets */
    char reason[CODESET_REASON_BYTES];
    struct codeset_import_options options;
};

static inline void
sample_begin(struct sample *sample)
{
    *sample = (struct sample){.options = {.now = 1700000000000000}};
    folder_make(sample->files);
    snprintf(sample->folder, sizeof sample->folder, "%s/codes", sample->files);
}

static inline void
sample_end(const struct sample *sample)
{
    folder_remove(sample->files);
}

/* Writes a file in the sample's folder and gives its path (static memory). */
static inline const char *
sample_file(const struct sample *sample, const char *name, struct text bytes)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/%s", sample->files, name);
    FILE *out = fopen(path, "w");
    cr_assert_not_null(out);
    cr_assert_eq(fwrite(bytes.data, 1, bytes.length, out), bytes.length);
    fclose(out);
    return path;
}

/* A run of one file; `reason` stays in the sample. What codeset_import_file said. */
static inline enum status
sample_import_path(struct sample *sample, const char *path)
{
    struct codeset_import *import;
    char reason[CODESET_REASON_BYTES];
    sample->options.now++;
    cr_assert_eq(codeset_import_begin(&import, sample->folder, &sample->options, sample->reason), STATUS_OK, "%s", sample->reason);
    enum status status = codeset_import_file(import, path, sample->reason);
    cr_assert_eq(codeset_import_finish(import, reason), STATUS_OK, "%s", reason);
    codeset_import_end(import);
    return status;
}

static inline enum status
sample_import(struct sample *sample, const char *name, const char *bytes)
{
    return sample_import_path(sample, sample_file(sample, name, text_from(bytes)));
}

static inline struct codeset_folder *
sample_open(struct sample *sample)
{
    struct codeset_folder *folder;
    cr_assert_eq(codeset_folder_open(&folder, sample->folder, sample->reason), STATUS_OK, "%s", sample->reason);
    return folder;
}

/* What is said of a code on a day. */
static inline enum codes_verdict
sample_verdict(const struct codeset_folder *folder, const char *set, const char *code, int32_t day)
{
    struct codes_answer answer, brief;
    cr_assert_eq(codeset_judge(codeset_named(folder, set), text_from(code), day, &answer, NULL), STATUS_OK);
    cr_assert_eq(codeset_verdict(codeset_named(folder, set), text_from(code), day, &brief), STATUS_OK);
    cr_assert(brief.verdict == answer.verdict && brief.from == answer.from && brief.to == answer.to && brief.words.length == 0);
    return answer.verdict;
}

/* The only row of a code in an edition. */
static inline const struct codeset_row *
sample_row(const struct codeset_folder *folder, const char *set, int32_t day, const char *code)
{
    struct codeset_rows rows;
    const struct codeset *found = codeset_named(folder, set);
    cr_assert_not_null(found);
    cr_assert_not_null(codeset_on(found, day));
    cr_assert_eq(codeset_find(codeset_on(found, day), codeset_key(text_from(code)), &rows), STATUS_OK, "%s", code);
    cr_assert_eq(rows.count, 1);
    return rows.rows;
}

#endif
