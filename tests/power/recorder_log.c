#include "tests/power/recorder.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct recorder recorder = {.log = -1};

uint64_t
recorder_draw(void)
{
    return atomic_fetch_add(recorder.next_number, 1);
}

void
recorder_fail(const char *what)
{
    fprintf(stderr, "power recorder: %s: %s\n", what, strerror(errno));
    _exit(70);
}

/* The function behind ours. */
void *
recorder_real(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL)
        recorder_fail(name);
    return function;
}

__attribute__((constructor)) void
recorder_begin(void)
{
    const char *folder = getenv(TRACE_FOLDER), *root = getenv(TRACE_ROOT), *swallow = getenv(TRACE_SWALLOW);
    char path[PATH_MAX];
    if (folder == NULL || root == NULL || recorder.log >= 0)
        return;
    if (realpath(root, recorder.root) == NULL)
        recorder_fail(root);
    recorder.root_length = strlen(recorder.root);
    snprintf(recorder.swallow, sizeof recorder.swallow, "%s", swallow == NULL ? "" : swallow);
    const char *weaken = getenv(TRACE_WEAKEN);
    snprintf(recorder.weaken, sizeof recorder.weaken, "%s", weaken == NULL ? "" : weaken);
    recorder.outside = getenv(TRACE_OUTSIDE) != NULL;
    snprintf(path, sizeof path, "%s/numbers", folder);
    int numbers = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (numbers < 0 || syscall(SYS_ftruncate, numbers, 4096) != 0)
        recorder_fail(path);
    void *shared = (void *)syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, numbers, 0);
    if (shared == MAP_FAILED)
        recorder_fail(path);
    syscall(SYS_close, numbers);
    recorder.next_number = shared;
    uint64_t none = 0;
    atomic_compare_exchange_strong(recorder.next_number, &none, 1); /* 0 is no handle */
    snprintf(path, sizeof path, "%s/log", folder);
    recorder.log = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (recorder.log < 0)
        recorder_fail(path);
}

/* Behind the root's own path, or NULL when it is not recorded. */
const char *
recorder_place(const char *path)
{
    static const char *const left_out[] = {"/run/", "/log/", "/etc/", "/made/"};
    if (recorder.log < 0 || strncmp(path, recorder.root, recorder.root_length) != 0)
        return NULL;
    const char *place = path + recorder.root_length;
    if (*place == '\0')
        return "/";
    if (*place != '/')
        return NULL;
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        if (strncmp(place, left_out[i], strlen(left_out[i])) == 0)
            return NULL;
    const char *name = strrchr(place, '/') + 1;
    size_t length = strlen(name);
    if (strcmp(name, "lock.mdb") == 0 || (length > 5 && strcmp(name + length - 5, "-lock") == 0))
        return NULL;
    return place;
}

/* The place of a name that may or may not be there: its folder's real path, then the name. */
const char *
recorder_place_of_name(int folder, const char *path, char room[PATH_MAX])
{
    char parent[PATH_MAX], real_parent[PATH_MAX], from[64];
    if (recorder.log < 0)
        return NULL;
    if (snprintf(parent, sizeof parent, "%s", path) >= (int)sizeof parent)
        return NULL;
    size_t length = strlen(parent);
    while (length > 1 && parent[length - 1] == '/')
        parent[--length] = '\0';
    char *slash = strrchr(parent, '/');
    const char *name = slash == NULL ? parent : slash + 1;
    char kept[NAME_MAX + 1];
    snprintf(kept, sizeof kept, "%s", name);
    if (slash == NULL)
        strcpy(parent, ".");
    else
        slash[slash == parent] = '\0';
    if (folder != AT_FDCWD && path[0] != '/') {
        snprintf(from, sizeof from, "/proc/self/fd/%d/", folder);
        memmove(parent + strlen(from), parent, strlen(parent) + 1);
        memcpy(parent, from, strlen(from));
    }
    if (realpath(parent, real_parent) == NULL)
        return NULL;
    if (snprintf(room, PATH_MAX, "%s/%s", strcmp(real_parent, "/") == 0 ? "" : real_parent, kept) >= PATH_MAX)
        return NULL;
    return recorder_place(room);
}

void
recorder_append(enum trace_kind kind, unsigned flags, uint64_t begun, uint64_t handle, int64_t offset,
       const char *path, const char *other, const struct iovec *data, size_t parts, size_t length)
{
    struct trace_entry entry = {.magic = TRACE_MAGIC,
                                .kind = (uint16_t)kind,
                                .flags = (uint16_t)(flags | (recorder.outside ? TRACE_FROM_OUTSIDE : 0)),
                                .begun = begun,
                                .ended = recorder_draw(),
                                .handle = handle,
                                .offset = offset,
                                .path_length = path == NULL ? 0 : (uint32_t)strlen(path),
                                .other_length = other == NULL ? 0 : (uint32_t)strlen(other),
                                .data_length = (uint32_t)length,
                                .process = (uint32_t)getpid()};
    struct iovec out[PARTS + 3] = {{&entry, sizeof entry},
                                   {(void *)(uintptr_t)path, entry.path_length},
                                   {(void *)(uintptr_t)other, entry.other_length}};
    size_t count = 3, left = length;
    for (size_t i = 0; i < parts && left > 0; i++) {
        size_t take = data[i].iov_len < left ? data[i].iov_len : left;
        out[count++] = (struct iovec){data[i].iov_base, take};
        left -= take;
    }
    ssize_t whole = (ssize_t)(sizeof entry + entry.path_length + entry.other_length + length);
    if (syscall(SYS_writev, recorder.log, out, count) != whole)
        recorder_fail("the record cannot be written");
}

struct known *
recorder_known(int fd)
{
    if (recorder.log < 0 || fd < 0 || fd >= DESCRIPTORS || recorder.known[fd].handle == 0)
        return NULL;
    return &recorder.known[fd];
}

bool
recorder_ends_so(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return tail > 0 && length >= tail && strcmp(text + length - tail, end) == 0;
}
