/* claimline x12 split and join: an interchange of claims cut into smaller ones, several made one. */
#include "services/claimline/command.h"
#include "services/claimline/listing.h"
#include "services/claimline/option.h"
#include "services/claimline/source.h"

#include "common/x12/split/x12_split.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <unistd.h>

enum { CONTROL_LIMIT = 999999999, CLAIMS_LIMIT = 1000000 };

/* Only what has no error of type 1 or 2 is cut or joined: of anything else nobody knows where a claim ends. */
static int
look_over(struct claimline *run, const char *file)
{
    struct x12_check check;
    struct x12_check_options options = {.snip = 2};
    enum x12_event event;
    uint64_t sets = 0, rejected = 0;
    bool envelope = true;
    struct source source;
    if (strcmp(file, "-") == 0) {
        claimline_say(run, "-: standard input cannot be read twice; name a file");
        return CLAIMLINE_USAGE;
    }
    if (!source_open(&source, run, file))
        return CLAIMLINE_CANNOT;
    x12_check_open(&check, &options, source_read, &source);
    do {
        event = x12_check_next(&check);
        sets += event == X12_EVENT_SET_END;
        rejected += event == X12_EVENT_SET_END && !check.set.accepted;
        if ((event == X12_EVENT_INTERCHANGE_END && !check.interchange.accepted) ||
            (event == X12_EVENT_GROUP_END && !check.group.accepted))
            envelope = false;
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    if (event == X12_EVENT_FAILED)
        claimline_say(run, "%s: cannot be read from byte %llu on: %s", file, (unsigned long long)check.fault_offset,
                      check.fault == NULL ? "the file gives an error" : check.fault);
    else if (!envelope || rejected > 0 || sets == 0)
        claimline_say(run, "%s: %s; claimline check %s names them", file,
                      sets == 0   ? "holds no set"
                      : envelope  ? "a set has errors of SNIP type 1 or 2"
                                  : "its envelope has errors",
                      file);
    x12_check_close(&check);
    source_close(&source);
    if (event == X12_EVENT_FAILED)
        return CLAIMLINE_CANNOT;
    return envelope && rejected == 0 && sets > 0 ? CLAIMLINE_DONE : CLAIMLINE_FOUND;
}

/* A file that must not be there yet. */
static FILE *
create(struct claimline *run, const char *path)
{
    FILE *file = fopen(path, "wxe");
    if (file == NULL)
        claimline_say(run, "%s: cannot be made (%s)", path, strerror(errno));
    return file;
}

static enum status
write_out(FILE *file, const char *bytes, size_t length)
{
    return fwrite(bytes, 1, length, file) == length ? STATUS_OK : STATUS_IO;
}

static bool
close_out(struct claimline *run, FILE *file, const char *path)
{
    bool written = !ferror(file) && fflush(file) == 0 && fsync(fileno(file)) == 0;
    bool closed = fclose(file) == 0;
    if (!written || !closed)
        claimline_say(run, "%s: is not complete (%s)", path, strerror(errno));
    return written && closed;
}

/* ---- split ---- */

struct parts {
    struct claimline *run;
    struct listing listing;
    const char *folder, *name;
    char path[PATH_MAX];
    FILE *file;
    bool failed;
};

static enum status
open_part(void *context, uint32_t number)
{
    struct parts *parts = context;
    snprintf(parts->path, sizeof parts->path, "%s/%s.%u", parts->folder, parts->name, (unsigned)number);
    parts->file = create(parts->run, parts->path);
    parts->failed |= parts->file == NULL;
    return parts->file == NULL ? STATUS_IO : STATUS_OK;
}

static enum status
write_part(void *context, const char *bytes, size_t length)
{
    return write_out(((struct parts *)context)->file, bytes, length);
}

static enum status
close_part(void *context, uint32_t number, uint32_t claims, uint64_t control)
{
    struct parts *parts = context;
    struct arena *arena = &parts->run->arena;
    (void)number;
    bool written = close_out(parts->run, parts->file, parts->path);
    parts->failed |= !written;
    const struct listing_word words[] = {{"file", arena_print(arena, "%s", parts->path).data},
                                         {"claims", arena_print(arena, "%u", (unsigned)claims).data},
                                         {"control", arena_print(arena, "%09llu", (unsigned long long)control).data}};
    listing_words(&parts->listing, words, 3);
    return written ? STATUS_OK : STATUS_IO;
}

static int
read_numbers(struct claimline *run, uint64_t *claims, uint64_t *control)
{
    int code = option_number(run, OPTION_CLAIMS, 0, claims);
    if (code == CLAIMLINE_DONE)
        code = option_number(run, OPTION_CONTROL, 0, control);
    if (code != CLAIMLINE_DONE)
        return code;
    if (*control > CONTROL_LIMIT || (claimline_given(run, OPTION_CONTROL) && *control == 0)) {
        claimline_say(run, "--control takes a number from 1 to 999999999");
        return CLAIMLINE_USAGE;
    }
    return CLAIMLINE_DONE;
}

int
x12_split_run(struct claimline *run)
{
    uint64_t claims, control;
    char reason[X12_SPLIT_REASON], name[PATH_MAX], folder[PATH_MAX];
    const char *file = run->arguments[0];
    struct source source;
    int code = read_numbers(run, &claims, &control);
    if (code == CLAIMLINE_DONE && (claims == 0 || claims > CLAIMS_LIMIT)) {
        claimline_say(run, "--claims N is needed: how many claims a part holds at most, from 1 to 1000000");
        code = CLAIMLINE_USAGE;
    }
    if (code == CLAIMLINE_DONE)
        code = look_over(run, file);
    if (code == CLAIMLINE_DONE && !source_open(&source, run, file))
        code = CLAIMLINE_CANNOT;
    if (code != CLAIMLINE_DONE)
        return code;
    snprintf(name, sizeof name, "%s", file);
    snprintf(folder, sizeof folder, "%s", file);
    struct parts parts = {.run = run, .name = basename(name), .folder = claimline_option(run, OPTION_OUT, dirname(folder))};
    struct x12_split_options options = {.claims = (uint32_t)claims, .control = control};
    struct x12_split_target target = {open_part, write_part, close_part, &parts};
    listing_begin(&parts.listing, run, "file:FILE|claims:CLAIMS|control:CONTROL");
    enum status status = x12_split(&options, source_read, &source, &target, reason);
    listing_end(&parts.listing);
    source_close(&source);
    if (status == STATUS_INVALID)
        claimline_say(run, "%s: %s", file, reason);
    else if (status != STATUS_OK && !parts.failed)
        claimline_say(run, "%s: cannot be cut (%s)", file, status_name(status));
    return status == STATUS_OK ? CLAIMLINE_DONE : status == STATUS_INVALID ? CLAIMLINE_FOUND : CLAIMLINE_CANNOT;
}

/* ---- join ---- */

static enum status
write_join(void *context, const char *bytes, size_t length)
{
    return write_out(context, bytes, length);
}

static int
join_one(struct claimline *run, struct x12_join *join, const char *file)
{
    char reason[X12_SPLIT_REASON];
    struct source source;
    int code = look_over(run, file);
    if (code == CLAIMLINE_DONE && !source_open(&source, run, file))
        code = CLAIMLINE_CANNOT;
    if (code != CLAIMLINE_DONE)
        return code;
    enum status status = x12_join_add(join, source_read, &source, reason);
    source_close(&source);
    if (status == STATUS_INVALID)
        claimline_say(run, "%s: %s", file, reason);
    else if (status != STATUS_OK)
        claimline_say(run, "%s: cannot be joined (%s)", file, status_name(status));
    return status == STATUS_OK ? CLAIMLINE_DONE : status == STATUS_INVALID ? CLAIMLINE_FOUND : CLAIMLINE_CANNOT;
}

int
x12_join_run(struct claimline *run)
{
    uint64_t claims, control;
    struct x12_join join;
    const char *out = run->arguments[0];
    int code = read_numbers(run, &claims, &control);
    if (code != CLAIMLINE_DONE)
        return code;
    FILE *file = create(run, out);
    if (file == NULL)
        return CLAIMLINE_CANNOT;
    x12_join_open(&join, control, write_join, file);
    for (size_t i = 1; i < run->argument_count && code == CLAIMLINE_DONE; i++)
        code = join_one(run, &join, run->arguments[i]);
    uint32_t sets = join.sets, count = join.claims;
    if (x12_join_close(&join) != STATUS_OK && code == CLAIMLINE_DONE)
        code = CLAIMLINE_CANNOT;
    if (!close_out(run, file, out) && code == CLAIMLINE_DONE)
        code = CLAIMLINE_CANNOT;
    if (code == CLAIMLINE_DONE)
        claimline_say(run, "%s: %u sets, %u claims", out, (unsigned)sets, (unsigned)count);
    else
        unlink(out);
    return code;
}
