/* claimline codes import: published files into the folder of code sets. */
#include "common/clock/clock.h"
#include "common/codeset/codeset_import.h"
#include "services/claimline/code_sets.h"
#include "services/claimline/command.h"
#include "services/claimline/listing.h"
#include "services/claimline/place.h"

#include <errno.h>
#include <fts.h>
#include <sys/stat.h>
#include <unistd.h>

struct importing {
    struct claimline *run;
    struct codeset_import *import;
    struct listing listing;
    size_t taken, refused, passed;
    bool terminal; /* progress is shown */
};

static void
show_progress(void *context, const char *path, uint64_t done, uint64_t size)
{
    static const char bar[] = "####################";
    struct importing *importing = context;
    unsigned part = size == 0 ? 100 : (unsigned)(done * 100 / size);
    part = part > 100 ? 100 : part;
    if (importing->terminal)
        fprintf(importing->run->words, "\r\033[K[%-20.*s] %3u %%  %s", (int)(part / 5), bar, part, path);
}

static void
clear_progress(const struct importing *importing)
{
    if (importing->terminal)
        fputs("\r\033[K", importing->run->words);
}

/* `must`: the file was named by itself, and not found in a folder. */
static void
import_one(struct importing *importing, const char *path, bool must)
{
    char reason[CODESET_REASON_BYTES];
    show_progress(importing, path, 0, 1);
    enum status status = codeset_import_file(importing->import, path, reason);
    clear_progress(importing);
    if (status == STATUS_OK) {
        importing->taken++;
        return;
    }
    bool passed = status == STATUS_NOT_FOUND && !must;
    importing->refused += !passed;
    importing->passed += passed;
    claimline_say(importing->run, "%s%s", passed ? "passed over: " : "refused: ", reason);
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void
import_folder(struct importing *importing, const char *path)
{
    char *copy = strdup(path), *const paths[] = {copy, NULL};
    FTS *tree = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    FTSENT *entry;
    while (tree != NULL && (entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_F && entry->fts_name[0] != '.')
            import_one(importing, entry->fts_path, false);
    }
    if (tree != NULL)
        fts_close(tree);
    free(copy);
}

static void
show_change(struct importing *importing, const struct codeset_change *change)
{
    struct claimline *run = importing->run;
    struct control_rows rows;
    struct control_answer *answer = ARENA_ARRAY(&run->arena, struct control_answer, 1);
    control_answer_begin(&rows, &run->arena, answer);
    control_row(&rows);
    control_text(&rows, "set", text_from(change->about.set));
    control_text(&rows, "edition", text_from(change->about.edition));
    control_date(&rows, "from", change->about.from);
    control_date(&rows, "to", change->about.to);
    control_number(&rows, "codes", (int64_t)change->about.codes);
    control_number(&rows, "rows", (int64_t)change->about.rows);
    control_text(&rows, "against", text_from(change->against));
    control_number(&rows, "added", (int64_t)change->added);
    control_number(&rows, "changed", (int64_t)change->changed);
    control_number(&rows, "ended", (int64_t)change->ended);
    control_text(&rows, "source", text_from(change->about.source));
    listing_row(&importing->listing, NULL, answer->rows);
}

static void
show_changes(struct importing *importing)
{
    size_t count, note_count;
    const struct codeset_change *changes = codeset_import_changes(importing->import, &count);
    const struct codeset_note_line *notes = codeset_import_notes(importing->import, &note_count);
    listing_begin(&importing->listing, importing->run,
                  "set:SET|edition:EDITION|from:FROM|to:TO|codes:CODES|rows:ROWS|against:AGAINST|added:ADDED|changed:CHANGED|ended:ENDED|source:SOURCE");
    for (size_t i = 0; i < count; i++)
        show_change(importing, &changes[i]);
    listing_end(&importing->listing);
    for (size_t i = 0; i < note_count; i++)
        claimline_say(importing->run, "%s: %llu %s", notes[i].importer, (unsigned long long)notes[i].count, notes[i].words);
    claimline_say(importing->run, "%zu files taken, %zu refused, %zu passed over; %zu editions", importing->taken, importing->refused,
                  importing->passed, count);
}

static int
import_all(struct importing *importing)
{
    struct claimline *run = importing->run;
    char reason[CODESET_REASON_BYTES];
    for (size_t i = 0; i < run->argument_count; i++) {
        struct stat about;
        if (stat(run->arguments[i], &about) == 0 && S_ISDIR(about.st_mode))
            import_folder(importing, run->arguments[i]);
        else
            import_one(importing, run->arguments[i], true);
    }
    enum status status = codeset_import_finish(importing->import, reason);
    if (status != STATUS_OK) {
        claimline_say(run, "nothing was changed: %s", reason);
        return CLAIMLINE_CANNOT;
    }
    show_changes(importing);
    return importing->refused > 0 || importing->taken == 0 ? CLAIMLINE_FOUND : CLAIMLINE_DONE;
}

int
codes_import_run(struct claimline *run)
{
    const struct clock clock = {0};
    struct importing importing = {.run = run, .terminal = isatty(fileno(run->words)) == 1};
    struct codeset_import_options options = {.edition = claimline_option(run, OPTION_EDITION, NULL),
                                             .now = clock_now(&clock),
                                             .progress = show_progress,
                                             .context = &importing};
    char reason[CODESET_REASON_BYTES];
    int code = claimline_configure(run);
    if (code == CLAIMLINE_DONE)
        code = code_sets_day(run, OPTION_FIRST, 0, &options.from);
    if (code == CLAIMLINE_DONE)
        code = code_sets_day(run, OPTION_LAST, 0, &options.to);
    if (code != CLAIMLINE_DONE)
        return code;
    if (options.edition != NULL && (options.edition[0] == '\0' || strlen(options.edition) >= CODESET_EDITION_BYTES)) {
        claimline_say(run, "--edition takes a name of 1 to %d bytes", CODESET_EDITION_BYTES - 1);
        return CLAIMLINE_USAGE;
    }
    if (codeset_import_begin(&importing.import, place_codes(run), &options, reason) != STATUS_OK) {
        claimline_say(run, "%s", reason);
        return CLAIMLINE_CANNOT;
    }
    code = import_all(&importing);
    codeset_import_end(importing.import);
    return code;
}
