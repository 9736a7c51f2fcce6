/* claimline init: a key and a store for each daemon, once; what is there is never touched. */
#include "services/claimline/command.h"
#include "services/claimline/listing.h"
#include "services/claimline/place.h"
#include "services/claimline/program.h"

#include "common/control/control.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* 32 random bytes under the name, or nothing: written beside it, synced, linked, so that no half key is ever
 * met. */
static bool
make_key(struct claimline *run, const char *folder, const char *path)
{
    uint8_t key[PLACE_KEY_BYTES];
    const char *part = arena_print(&run->arena, "%s.%d.part", path, (int)getpid()).data;
    bool made = getrandom(key, sizeof key, 0) == (ssize_t)sizeof key;
    int fd = made ? open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400) : -1;
    made = fd >= 0 && write(fd, key, sizeof key) == (ssize_t)sizeof key && fsync(fd) == 0;
    explicit_bzero(key, sizeof key);
    if (fd >= 0)
        close(fd);
    made = made && link(part, path) == 0;
    int error = errno;
    unlink(part);
    int directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    made = made && directory >= 0 && fsync(directory) == 0;
    if (directory >= 0)
        close(directory);
    errno = error;
    return made;
}

static struct passwd *new_owner;

static int
give_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)kind;
    (void)at;
    return lchown(path, new_owner->pw_uid, new_owner->pw_gid);
}

/* The service's own user, when there is one and we may give things away; its name, or "" when nothing
 * changed. */
static const char *
give(struct claimline *run, const char *daemon, const char *folder)
{
    new_owner = geteuid() == 0 ? getpwnam(arena_print(&run->arena, "claimline-%s", daemon).data) : NULL;
    if (new_owner == NULL || nftw(folder, give_one, 16, FTW_PHYS) != 0)
        return "";
    return arena_print(&run->arena, "%s", new_owner->pw_name).data;
}

struct outcome {
    const char *key, *store, *owner;
    char reason[PROGRAM_WORDS_BYTES + 200];
    bool failed;
};

static void
init_daemon(struct claimline *run, const char *daemon, const char *keys, struct outcome *outcome)
{
    const char *key = place_key(run, keys, daemon), *store = place_store(run, daemon);
    const char *folder = place_folder(run, daemon), *program = program_find(run, daemon);
    char words[PROGRAM_WORDS_BYTES];
    bool has_key = access(key, F_OK) == 0, has_store = access(store, F_OK) == 0;
    *outcome = (struct outcome){.key = has_key ? "kept" : "missing",
                                .store = has_store ? "kept" : "missing",
                                .owner = "",
                                .failed = true};
    if (has_store) {
        outcome->failed = !has_key;
        if (!has_key)
            snprintf(
                outcome->reason, sizeof outcome->reason,
                "the store is there and its key %s is not: bring the key back; a new one would not open it",
                key);
        return;
    }
    if (program == NULL) {
        snprintf(outcome->reason, sizeof outcome->reason,
                 "the program claimline-%s is neither beside this one nor in %s", daemon, CLAIMLINE_LIBEXEC);
        return;
    }
    if (!has_key && !make_key(run, keys, key)) {
        snprintf(outcome->reason, sizeof outcome->reason, "cannot write the key %s (%s)", key,
                 strerror(errno));
        return;
    }
    outcome->key = has_key ? "kept" : "made";
    int code = program_run(run, program, "--init", keys, words);
    if (code != 0 || access(store, F_OK) != 0) {
        snprintf(outcome->reason, sizeof outcome->reason, "%s --init ended with %d: %s", program, code,
                 words);
        return;
    }
    outcome->store = "made";
    outcome->owner = give(run, daemon, folder);
    outcome->failed = false;
}

int
init_run(struct claimline *run)
{
    struct listing listing;
    int code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    const char *keys = place_keys(run);
    if (mkdir(keys, 0700) != 0 && errno != EEXIST) {
        claimline_say(run, "cannot make the folder of the keys %s (%s)", keys, strerror(errno));
        return CLAIMLINE_CANNOT;
    }
    listing_begin(&listing, run, "daemon:DAEMON|key:KEY|store:STORE|owner:OWNER|reason:REASON");
    for (int i = 0; i < DAEMON_COUNT; i++) {
        struct outcome outcome;
        init_daemon(run, claimline_daemons[i], keys, &outcome);
        const struct listing_word words[] = {{"daemon", claimline_daemons[i]},
                                             {"key", outcome.key},
                                             {"store", outcome.store},
                                             {"owner", outcome.owner},
                                             {"reason", outcome.reason}};
        listing_words(&listing, words, sizeof words / sizeof *words);
        if (outcome.failed)
            code = CLAIMLINE_CANNOT;
    }
    listing_end(&listing);
    if (code == CLAIMLINE_DONE)
        claimline_say(run, "keys in %s (keep a copy where the stores are not), stores in %s", keys,
                      run->state);
    return code;
}
