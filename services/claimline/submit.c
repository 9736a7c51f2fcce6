/* claimline submit: files into intake's spool folder, where they appear whole or not at all. */
#include "services/claimline/command.h"
#include "services/claimline/listing.h"
#include "services/claimline/place.h"

#include "common/clock/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { COPY_BYTES = 256 * 1024, NAME_BYTES = 200, WAIT_SECONDS = 60, WAIT_MILLISECONDS = 100 };

static bool
copy_bytes(int from, int to)
{
    static char bytes[COPY_BYTES];
    for (;;) {
        ssize_t got = read(from, bytes, sizeof bytes);
        if (got == 0)
            return fsync(to) == 0;
        for (ssize_t done = 0; done < got;) {
            ssize_t wrote = write(to, bytes + done, (size_t)(got - done));
            if (wrote < 0 && errno != EINTR)
                return false;
            done += wrote < 0 ? 0 : wrote;
        }
        if (got < 0 && errno != EINTR)
            return false;
    }
}

static bool
sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return synced;
}

/* Names that intake does not look at. */
static bool
is_hidden(struct text name)
{
    static const char *const tails[] = {".tmp", ".part"};
    if (name.length == 0 || name.data[0] == '.')
        return true;
    for (size_t i = 0; i < 2; i++) {
        size_t length = strlen(tails[i]);
        if (name.length > length && memcmp(name.data + name.length - length, tails[i], length) == 0)
            return true;
    }
    return false;
}

/* DONE, FOUND when the name is taken or not possible, CANNOT. */
static int
submit_file(struct claimline *run, const char *spool, const char *file, const char *name)
{
    struct stat about;
    const char *part = arena_print(&run->arena, "%s/.%s.%d.part", spool, name, (int)getpid()).data;
    const char *place = arena_print(&run->arena, "%s/%s", spool, name).data;
    if (is_hidden(text_from(name))) {
        claimline_say(run, "%s: names that begin with a point or end in .tmp or .part are not taken", file);
        return CLAIMLINE_FOUND;
    }
    int from = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe nobody writes to is no file, and nothing to wait for */
    if (from < 0 || fstat(from, &about) != 0 || !S_ISREG(about.st_mode)) {
        claimline_say(run, "%s: cannot be read (%s)", file, from < 0 ? strerror(errno) : "it is no file");
        if (from >= 0)
            close(from);
        return CLAIMLINE_CANNOT;
    }
    int to = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    bool copied = to >= 0 && copy_bytes(from, to);
    bool placed = copied && renameat2(AT_FDCWD, part, AT_FDCWD, place, RENAME_NOREPLACE) == 0;
    int error = errno;
    close(from);
    if (to >= 0)
        close(to);
    if (!placed) {
        unlink(part);
        claimline_say(run, "%s: %s in %s (%s)", file, copied ? "cannot be placed" : "cannot be copied", spool,
                      strerror(error));
        return copied && error == EEXIST ? CLAIMLINE_FOUND : CLAIMLINE_CANNOT;
    }
    if (!sync_folder(spool)) {
        claimline_say(run, "%s: cannot sync %s", file, spool);
        return CLAIMLINE_CANNOT;
    }
    return CLAIMLINE_DONE;
}

/* Behind the name of a file: its number, when an earlier one had the name, and what kind of answer it is. */
static bool
is_answer(const char *rest)
{
    static const char *const endings[] = {".receipt.json", ".ta1", ".999", ".277ca"};
    size_t digits = rest[0] == '.' ? strspn(rest + 1, "0123456789") : 0;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (strcmp(rest, endings[i]) == 0 || (digits > 0 && strcmp(rest + 1 + digits, endings[i]) == 0))
            return true;
    return false;
}

/* Intake leaves a file that it has done with in done/ or refused/, and beside it the answers under its name
 * and more; the name is numbered when an earlier file had it. What is older than the file is not its own.
 * Lists the answers when there is a listing. The one whose name holds ".receipt", in the arena; NULL: it is not there yet. */
static const char *
find_answers(struct claimline *run, const char *folder, const char *name, int64_t since, struct listing *listing)
{
    const char *receipt = NULL;
    size_t length = strlen(name);
    DIR *directory = opendir(folder);
    for (struct dirent *entry = directory == NULL ? NULL : readdir(directory); entry != NULL;
         entry = readdir(directory)) {
        struct stat about;
        bool ours = strncmp(entry->d_name, name, length) == 0 && is_answer(entry->d_name + length);
        const char *path = arena_print(&run->arena, "%s/%s", folder, entry->d_name).data;
        if (!ours || stat(path, &about) != 0 || (int64_t)about.st_mtim.tv_sec < since)
            continue;
        if (strstr(entry->d_name + length, ".receipt") != NULL)
            receipt = path;
        const struct listing_word words[] = {{"file", name}, {"answer", path}};
        if (listing != NULL)
            listing_words(listing, words, 2);
    }
    if (directory != NULL)
        closedir(directory);
    return receipt;
}

/* Why a file was refused: of its interchanges the first that was not accepted says it best. */
static int
say_refused(struct claimline *run, const char *name, const char *path, const json_t *receipt)
{
    const char *sentence = "", *remedy = "", *fault = "";
    const json_t *said = receipt, *interchanges = json_object_get(receipt, "interchanges");
    for (size_t i = 0; i < json_array_size(interchanges) && said == receipt; i++)
        if (json_object_get(json_array_get(interchanges, i), "sentence") != NULL)
            said = json_array_get(interchanges, i);
    json_unpack((json_t *)(uintptr_t)said, "{s?s, s?s, s?s}", "sentence", &sentence, "remedy", &remedy, "fault", &fault);
    claimline_say(run, "%s: refused: %s%s%s%s %s; see %s", name, sentence, fault[0] == '\0' ? "" : " (", fault,
                  fault[0] == '\0' ? "" : ")", remedy, path);
    return CLAIMLINE_FOUND;
}

/* FOUND with words when the file was refused, or was taken and none of its claims was: the sender has to do something. Of some that
 * were refused it is told. The same bytes again are DONE, and are told: some of them was accepted at first. */
static int
judge_receipt(struct claimline *run, const char *name, const char *path)
{
    json_t *receipt = json_load_file(path, 0, NULL);
    long long accepted = 0, refused = 0, sets = 0, accepted_sets = 0;
    const char *outcome = "";
    if (json_unpack(receipt, "{s:s, s?I, s?I, s?I, s?I}", "outcome", &outcome, "accepted_claims", &accepted, "refused_claims", &refused,
                    "sets", &sets, "accepted_sets", &accepted_sets) != 0) {
        claimline_say(run, "%s: the receipt %s cannot be read", name, path);
        json_decref(receipt);
        return CLAIMLINE_CANNOT;
    }
    bool taken = strcmp(outcome, "taken") == 0;
    if (strcmp(outcome, "refused") == 0) {
        int code = say_refused(run, name, path, receipt);
        json_decref(receipt);
        return code;
    }
    if (strcmp(outcome, "same") == 0) {
        const char *first = "?";
        json_unpack(receipt, "{s?s}", "first_file", &first);
        claimline_say(run, "%s: the same bytes were taken before, as %s; they were not taken again", name, first);
    }
    json_decref(receipt);
    bool none = taken && accepted == 0 && (refused > 0 || (sets > 0 && accepted_sets == 0));
    if (none && refused > 0)
        claimline_say(run, "%s: all %lld claims were refused; see %s", name, refused, path);
    else if (none)
        claimline_say(run, "%s: no set was accepted, and no claim of it; see %s", name, path);
    else if (refused > 0)
        claimline_say(run, "%s: %lld of %lld claims were refused; see %s", name, refused, accepted + refused, path);
    return none ? CLAIMLINE_FOUND : CLAIMLINE_DONE;
}

static int
wait_for(struct claimline *run, const char *spool, const char *name, int64_t since, struct listing *listing)
{
    const char *folders[] = {arena_print(&run->arena, "%s/done", spool).data,
                             arena_print(&run->arena, "%s/refused", spool).data};
    int64_t end = clock_ticks() + WAIT_SECONDS * CLOCK_SECOND;
    for (;;) {
        struct arena_mark mark = arena_mark(&run->arena);
        for (size_t i = 0; i < 2; i++)
            if (find_answers(run, folders[i], name, since, NULL) != NULL) { /* it is written last */
                const char *receipt = find_answers(run, folders[i], name, since, listing);
                return judge_receipt(run, name, receipt);
            }
        arena_release(&run->arena, mark);
        if (clock_ticks() > end) {
            claimline_say(run, "%s: no answer in %d seconds; see claimline status", name, WAIT_SECONDS);
            return CLAIMLINE_CANNOT;
        }
        poll(NULL, 0, WAIT_MILLISECONDS);
    }
}

/* The file's name in the spool folder, as intake will call it: without control characters, at most 200 bytes. */
static const char *
name_of(struct claimline *run, const char *file)
{
    const char *slash = strrchr(file, '/');
    struct text name = text_from(slash == NULL ? file : slash + 1);
    char *clean = arena_take_raw(&run->arena, NAME_BYTES + 1);
    size_t length = name.length < NAME_BYTES ? name.length : NAME_BYTES;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)name.data[i];
        clean[i] = byte < 0x20 || byte == 0x7f ? '?' : name.data[i];
    }
    clean[length] = '\0';
    return clean;
}

int
submit_run(struct claimline *run)
{
    struct listing listing;
    const char **names = ARENA_ARRAY(&run->arena, const char *, run->argument_count);
    int code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    const char *spool = place_spool(run);
    bool wait = claimline_given(run, OPTION_WAIT);
    int64_t since = (int64_t)time(NULL);
    listing_begin(&listing, run, wait ? "file:FILE|answer:ANSWER" : "file:FILE|spooled:SPOOLED");
    for (size_t i = 0; i < run->argument_count; i++) {
        const char *file = run->arguments[i], *name = name_of(run, file);
        int one = submit_file(run, spool, file, name);
        code = claimline_worse(code, one);
        names[i] = one == CLAIMLINE_DONE ? name : NULL;
        const struct listing_word words[] = {
            {"file", name}, {"spooled", arena_print(&run->arena, "%s/%s", spool, name).data}};
        if (names[i] != NULL && !wait)
            listing_words(&listing, words, 2);
    }
    for (size_t i = 0; wait && i < run->argument_count; i++)
        if (names[i] != NULL)
            code = claimline_worse(code, wait_for(run, spool, names[i], since, &listing));
    listing_end(&listing);
    return code;
}
