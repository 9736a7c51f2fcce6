/*
 * Private to the recorder: the record that is written, what of it each open descriptor stands for, and the functions behind those
 * that are interposed. Nothing of it is seen by the program that the recorder is preloaded into.
 */
#ifndef CLAIMLINE_POWER_RECORDER_H
#define CLAIMLINE_POWER_RECORDER_H

#include "tests/power/trace.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#pragma GCC visibility push(hidden)

enum { DESCRIPTORS = 4096, PARTS = 1024 };

/* What an open descriptor stands for; handle 0: not recorded. */
struct known {
    _Atomic uint64_t handle;
    bool durable, swallowed, append;
};

extern struct recorder {
    int log;
    _Atomic uint64_t *next_number;
    char root[PATH_MAX], swallow[PATH_MAX], weaken[PATH_MAX];
    size_t root_length;
    bool outside;
    struct known known[DESCRIPTORS];
} recorder;

/* Opens the record that the environment names; the first call of a process does it, and later ones nothing. */
void recorder_begin(void);
/* The next number of the common order. */
uint64_t recorder_draw(void);
_Noreturn void recorder_fail(const char *what);
/* The function behind ours. */
void *recorder_real(const char *name);
#define REAL(result, name, ...)                                                                              \
    static result (*next_##name)(__VA_ARGS__);                                                               \
    if (next_##name == NULL)                                                                                 \
    *(void **)&next_##name = recorder_real(#name)

/* Behind the root's own path, or NULL when it is not recorded. */
const char *recorder_place(const char *path);
/* The place of a name that may or may not be there: its folder's real path, then the name. */
const char *recorder_place_of_name(int folder, const char *path, char room[PATH_MAX]);
void recorder_append(enum trace_kind kind, unsigned flags, uint64_t begun, uint64_t handle, int64_t offset, const char *path,
                     const char *other, const struct iovec *data, size_t parts, size_t length);
/* NULL: the descriptor is not recorded. */
struct known *recorder_known(int fd);
bool recorder_ends_so(const char *text, const char *end);

#pragma GCC visibility pop

#endif
