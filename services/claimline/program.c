#include "services/claimline/program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

const char *
program_find(struct claimline *run, const char *daemon)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length < 0 ? 0 : length] = '\0';
    char *slash = strrchr(self, '/');
    if (slash != NULL)
        *slash = '\0';
    const char *folders[] = {self, arena_print(&run->arena, "%s/../libexec/claimline", self).data,
                             CLAIMLINE_LIBEXEC};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const char *path = arena_print(&run->arena, "%s/claimline-%s", folders[i], daemon).data;
        if (access(path, X_OK) == 0)
            return path;
    }
    return NULL;
}

/* What comes down the pipe until it ends; one line of it is kept. */
static void
read_words(int fd, char words[PROGRAM_WORDS_BYTES])
{
    size_t length = 0;
    char rest[512];
    for (;;) {
        bool room = length + 1 < PROGRAM_WORDS_BYTES;
        ssize_t got =
            room ? read(fd, words + length, PROGRAM_WORDS_BYTES - 1 - length) : read(fd, rest, sizeof rest);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        length += room ? (size_t)got : 0;
    }
    words[length] = '\0';
    words[strcspn(words, "\n")] = '\0';
}

/* The environment with the folder of credentials, in the run's arena. */
static char **
environment(struct claimline *run, const char *credentials)
{
    size_t count = 0, kept = 0;
    static const char name[] = "CREDENTIALS_DIRECTORY=";
    while (environ[count] != NULL)
        count++;
    char **list = ARENA_ARRAY(&run->arena, char *, count + 2);
    for (size_t i = 0; i < count; i++)
        if (credentials == NULL || strncmp(environ[i], name, sizeof name - 1) != 0)
            list[kept++] = environ[i];
    if (credentials != NULL) {
        size_t size = sizeof name + strlen(credentials);
        list[kept] = arena_take(&run->arena, size);
        snprintf(list[kept], size, "%s%s", name, credentials);
    }
    return list;
}

static char *
argument(struct claimline *run, const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(arena_take(&run->arena, size), text, size);
}

int
program_run(struct claimline *run, const char *path, const char *option, const char *credentials,
            char words[PROGRAM_WORDS_BYTES])
{
    int ends[2], state;
    pid_t child;
    posix_spawn_file_actions_t actions;
    char *arguments[] = {argument(run, path), argument(run, "--config"), argument(run, run->config_path),
                         argument(run, option), NULL};
    words[0] = '\0';
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    int error = posix_spawn(&child, path, &actions, NULL, arguments, environment(run, credentials));
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (error == 0)
        read_words(ends[0], words);
    close(ends[0]);
    if (error != 0)
        return -1;
    while (waitpid(child, &state, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}
