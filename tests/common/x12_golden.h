/* The golden files: interchanges made for this project that follow their guides in everything. */
#ifndef CLAIMLINE_TESTS_X12_GOLDEN_H
#define CLAIMLINE_TESTS_X12_GOLDEN_H

#include "tests/common/x12_sample.h"

#include <dirent.h>

enum { GOLDEN_FILES = 200, GOLDEN_NAME = 80 };

static int
by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Their names below tests/data/x12, in order; returns how many there are. */
static inline size_t
golden_names(char names[GOLDEN_FILES][GOLDEN_NAME])
{
    char path[1024];
    const char *source = getenv("CLAIMLINE_SOURCE");
    size_t count = 0;
    snprintf(path, sizeof path, "%s/tests/data/x12/golden", source == NULL ? "." : source);
    DIR *folder = opendir(path);
    cr_assert_not_null(folder, "no folder %s", path);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length < 5 || strcmp(entry->d_name + length - 4, ".edi") != 0)
            continue;
        cr_assert(count < GOLDEN_FILES && length + 8 < GOLDEN_NAME);
        snprintf(names[count++], GOLDEN_NAME, "golden/%.70s", entry->d_name);
    }
    closedir(folder);
    qsort(names, count, GOLDEN_NAME, by_name);
    return count;
}

#endif
