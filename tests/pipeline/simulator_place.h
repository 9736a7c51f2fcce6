/* A folder of its own for each test, in which the programs run and what they left is looked at. A file of tests that includes this
 * begins with `TestSuite(NAME, .init = begin, .fini = finish)`. */
#ifndef CLAIMLINE_TESTS_PIPELINE_SIMULATOR_PLACE_H
#define CLAIMLINE_TESTS_PIPELINE_SIMULATOR_PLACE_H

#include "tests/pipeline/mailbox.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char place[256];

static inline int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status, (void)kind, (void)where;
    return remove(path);
}

static inline void
begin(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(place, sizeof place, "%s/claimline-simulator-XXXXXX", base != NULL ? base : "/tmp");
    cr_assert_not_null(mkdtemp(place));
}

static inline void
finish(void)
{
    nftw(place, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline const char *
programs(void)
{
    static char path[4096];
    const char *build = getenv("CLAIMLINE_BUILD");
    snprintf(path, sizeof path, "%s/bin", build != NULL ? build : "build");
    return path;
}

/* Runs a program of the build with its output in PLACE/said; returns its exit status. */
static inline int __attribute__((format(printf, 1, 2))) run(const char *format, ...)
{
    char arguments[4096], command[12288];
    va_list list;
    va_start(list, format);
    vsnprintf(arguments, sizeof arguments, format, list);
    va_end(list);
    snprintf(command, sizeof command, "cd %s && export PATH=%s:$PATH && { %s\n} >said 2>complaint", place,
             programs(), arguments);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline struct pen
load(const char *name)
{
    char path[4096];
    struct pen pen = {0};
    snprintf(path, sizeof path, "%s/%s", place, name);
    cr_assert_eq(mailbox_load(&pen, path), 0, "%s", path);
    pen_character(&pen, '\0');
    pen.length--;
    return pen;
}

static inline bool
said(const char *words)
{
    struct pen pen = load("said");
    bool found = strstr(pen.bytes, words) != NULL;
    if (!found)
        fprintf(stderr, "said: %s", pen.bytes);
    pen_free(&pen);
    return found;
}

static inline uint32_t
count_in(const char *name, const char *words)
{
    struct pen pen = load(name);
    uint32_t count = 0;
    for (const char *at = pen.bytes; (at = strstr(at, words)) != NULL; at += strlen(words))
        count++;
    pen_free(&pen);
    return count;
}

/* Names in a folder of the place that hold `part`, sorted. */
static inline char **
names_with(const char *folder, const char *part)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", place, folder);
    char **names = mailbox_names(path);
    cr_assert_not_null(names, "%s", path);
    size_t kept = 0;
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strstr(names[i], part) != NULL)
            names[kept++] = names[i];
        else
            free(names[i]);
    }
    names[kept] = NULL;
    return names;
}

static inline uint32_t
count_all(const char *folder, const char *part, const char *words)
{
    char **names = names_with(folder, part);
    uint32_t count = 0;
    for (size_t i = 0; names[i] != NULL; i++) {
        char name[4096];
        snprintf(name, sizeof name, "%s/%s", folder, names[i]);
        count += count_in(name, words);
    }
    mailbox_free_names(names);
    return count;
}

static inline uint32_t
count_names(const char *folder, const char *part)
{
    char **names = names_with(folder, part);
    uint32_t count = 0;
    while (names[count] != NULL)
        count++;
    mailbox_free_names(names);
    return count;
}

static inline void
make_question(const char *options, const char *name)
{
    cr_assert_eq(run("mkdir -p payer/out && claim-generator %s --out payer/out/%s --expect %s.expect",
                     options, name, name),
                 0);
}

#define QUIET "--twice-per-mille 0 --broken-per-mille 0"
#define PAYER "payer-simulator --folder payer --delay-ms 0 --idle-ms 30 --once --date 20260701 --seed 5 "

#endif
