/* claimline check: X12 files and FHIR bundles judged offline, as intake judges them. */
#include "services/claimline/check_file.h"
#include "services/claimline/code_files.h"
#include "services/claimline/command.h"
#include "services/claimline/place.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

/* "4": types 1 to 4; "3-4". */
static int
read_snip(struct claimline *run, uint8_t *first, uint8_t *last)
{
    const char *given = claimline_option(run, OPTION_SNIP, "1-7");
    bool range = strlen(given) == 3 && given[1] == '-';
    *first = range ? (uint8_t)(given[0] - '0') : 1;
    *last = range ? (uint8_t)(given[2] - '0') : strlen(given) == 1 ? (uint8_t)(given[0] - '0') : 0;
    if (*first >= 1 && *first <= *last && *last <= 7)
        return CLAIMLINE_DONE;
    claimline_say(run, "--snip takes a type from 1 to 7, or two of them as in 3-4, not \"%s\"", given);
    return CLAIMLINE_USAGE;
}

/* An answer instead of findings is the same as writing it to "-". */
static int
read_format(struct claimline *run)
{
    static const struct {
        const char *name;
        enum claimline_option option;
        const char *value;
    } formats[] = {{"text", OPTION_COUNT, NULL}, {"json", OPTION_JSON, ""}, {"999", OPTION_999, "-"}, {"277ca", OPTION_277CA, "-"}};
    const char *given = claimline_option(run, OPTION_FORMAT, "text");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(given, formats[i].name) != 0)
            continue;
        if (formats[i].option != OPTION_COUNT)
            run->options[formats[i].option] = formats[i].value;
        return CLAIMLINE_DONE;
    }
    claimline_say(run, "--format is text, json, 999 or 277ca, not \"%s\"", given);
    return CLAIMLINE_USAGE;
}

/* --payer: a file, or the name of a profile in payers/ beside the configuration. */
static int
read_payer(struct claimline *run, struct check_judges *judges)
{
    const char *given = claimline_option(run, OPTION_PAYER, NULL);
    char reason[512];
    enum status status;
    if (given == NULL)
        return CLAIMLINE_DONE;
    struct text name = text_from(given), end = TEXT(".conf");
    bool file = strchr(given, '/') != NULL ||
                (name.length > end.length && text_is(text_of(name.data + name.length - end.length, end.length), end.data));
    if (file) {
        status = payers_load_file(given, &judges->payers, reason);
    } else {
        int code = claimline_configure(run);
        if (code != CLAIMLINE_DONE)
            return code;
        status = payers_load_beside(place_config_folder(run), &judges->payers, reason);
    }
    if (status != STATUS_OK) {
        claimline_say(run, "%s", reason);
        return CLAIMLINE_CANNOT;
    }
    judges->payer = file ? judges->payers->items : payer_by_name(judges->payers, name);
    if (judges->payer == NULL)
        claimline_say(run, "--payer: no profile %s in %s/payers", given, place_config_folder(run));
    else if (judges->payer->edits == NULL)
        claimline_say(run, "the profile of %.*s has no section [edits]: nothing of type 7 is judged", TEXT_ARGS(judges->payer->name));
    return judges->payer == NULL ? CLAIMLINE_CANNOT : CLAIMLINE_DONE;
}

/* ---- the files ---- */

enum { FOLDER_DEPTH = 16 };

/* Files by how they ended, and what was in them. */
struct totals {
    uint64_t files, unread;
    uint64_t worst[FINDING_SEVERITY_COUNT]; /* of those that could be read; FINDING_INFO: clean */
    struct check_counts counts;
};

struct checked {
    struct claimline *run;
    const char **files; /* of the arguments, folders as the files in them */
    size_t count, room;
    struct totals totals;
    int code;
};

static enum finding_severity
worst_of(const struct check_counts *counts)
{
    unsigned severity = FINDING_ERROR;
    while (severity > FINDING_INFO && counts->findings[severity] == 0)
        severity--;
    return (enum finding_severity)severity;
}

static void
check_one(struct checked *checked, struct answer *answer, const struct check_judges *judges, const char *file)
{
    struct check_counts counts;
    struct totals *totals = &checked->totals;
    int code = check_file(checked->run, answer, judges, file, &counts);
    checked->code = claimline_worse(checked->code, code);
    totals->files++;
    totals->unread += code == CLAIMLINE_CANNOT;
    totals->worst[worst_of(&counts)] += code != CLAIMLINE_CANNOT;
    totals->counts.interchanges += counts.interchanges;
    totals->counts.sets += counts.sets;
    totals->counts.claims += counts.claims;
    for (unsigned i = 0; i < FINDING_SEVERITY_COUNT; i++)
        totals->counts.findings[i] += counts.findings[i];
}

static bool
is_folder(const char *path, bool follow)
{
    struct stat about;
    return (follow ? stat(path, &about) : lstat(path, &about)) == 0 && S_ISDIR(about.st_mode);
}

static void
add_file(struct checked *checked, const char *file)
{
    if (checked->count == checked->room) {
        checked->room = 2 * checked->room + 64;
        checked->files = realloc(checked->files, checked->room * sizeof *checked->files);
        assert(checked->files != NULL);
    }
    checked->files[checked->count++] = file;
}

static int
is_visible(const struct dirent *entry)
{
    static const char *const tails[] = {".tmp", ".part"};
    size_t length = strlen(entry->d_name);
    for (size_t i = 0; i < 2; i++) {
        size_t tail = strlen(tails[i]);
        if (length >= tail && strcmp(entry->d_name + length - tail, tails[i]) == 0)
            return 0;
    }
    return entry->d_name[0] != '.';
}

/* Its files by name, then those of its folders; what is hidden or still written (.tmp, .part) is left out, and links to folders are not
 * followed. */
static void
add_folder(struct checked *checked, const char *folder, unsigned depth)
{
    struct claimline *run = checked->run;
    struct dirent **entries = NULL;
    int count = depth == FOLDER_DEPTH ? -1 : scandir(folder, &entries, is_visible, alphasort);
    if (count < 0) {
        claimline_say(run, "%s: %s", folder, depth == FOLDER_DEPTH ? "the folders lie too deep" : strerror(errno));
        checked->code = claimline_worse(checked->code, CLAIMLINE_CANNOT);
        return;
    }
    for (int folders = 0; folders <= 1; folders++)
        for (int i = 0; i < count; i++) {
            const char *path = arena_print(&run->arena, "%s/%s", folder, entries[i]->d_name).data;
            if (is_folder(path, false) != (folders == 1))
                continue;
            if (folders == 1)
                add_folder(checked, path, depth + 1);
            else
                add_file(checked, path);
        }
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
}

/* What answers are written to is then held against every file. True when there is a folder among the arguments. */
static bool
add_arguments(struct checked *checked)
{
    struct claimline *run = checked->run;
    bool any = false;
    for (size_t i = 0; i < run->argument_count; i++) {
        bool folder = is_folder(run->arguments[i], true);
        any |= folder;
        if (folder)
            add_folder(checked, run->arguments[i], 0);
        else
            add_file(checked, run->arguments[i]);
    }
    run->arguments = checked->files;
    run->argument_count = checked->count;
    return any;
}

static void
say_totals(const struct checked *checked)
{
    const struct totals *totals = &checked->totals;
    struct arena *arena = &checked->run->arena;
    struct text queries = {0};
    if (totals->worst[FINDING_QUERY] > 0)
        queries = arena_print(arena, "%llu with queries, ", (unsigned long long)totals->worst[FINDING_QUERY]);
    claimline_say(checked->run,
                  "%llu files: %llu clean, %llu with warnings alone, %.*s%llu with errors, %llu that cannot be read; %llu interchanges, %llu "
                  "sets, %llu claims: %.*s",
                  (unsigned long long)totals->files, (unsigned long long)totals->worst[FINDING_INFO],
                  (unsigned long long)totals->worst[FINDING_WARNING], TEXT_ARGS(queries), (unsigned long long)totals->worst[FINDING_ERROR],
                  (unsigned long long)totals->unread, (unsigned long long)totals->counts.interchanges,
                  (unsigned long long)totals->counts.sets, (unsigned long long)totals->counts.claims,
                  TEXT_ARGS(check_counts_words(&totals->counts, arena)));
}

static int
check_files(struct claimline *run, const struct check_judges *judges)
{
    struct checked checked = {.run = run};
    bool folders = add_arguments(&checked);
    int code = CLAIMLINE_DONE;
    struct answer *answer = answer_open(run, &code);
    for (size_t i = 0; code == CLAIMLINE_DONE && i < checked.count; i++)
        check_one(&checked, answer, judges, checked.files[i]);
    if (code == CLAIMLINE_DONE && (folders || checked.count > 1))
        say_totals(&checked);
    if (checked.count == 0)
        code = claimline_worse(code, CLAIMLINE_CANNOT); /* nothing was looked at */
    if (duplicate_status(judges->duplicate) != STATUS_OK) {
        claimline_say(run, "duplicates were not looked for to the end: no room for their index in a temporary folder (TMPDIR names another)");
        code = claimline_worse(code, CLAIMLINE_CANNOT);
    }
    run->argument_count = 0;
    free(checked.files);
    return claimline_worse(claimline_worse(code, checked.code), answer_close(answer));
}

int
check_run(struct claimline *run)
{
    struct check_judges judges = {0};
    int code = read_snip(run, &judges.first_snip, &judges.last_snip);
    if (code == CLAIMLINE_DONE)
        code = read_format(run);
    if (code == CLAIMLINE_DONE && claimline_given(run, OPTION_CONFIG))
        code = claimline_configure(run);
    if (code == CLAIMLINE_DONE)
        code = code_files_read(run, claimline_option(run, OPTION_CODES, NULL), &judges.codes);
    if (code == CLAIMLINE_DONE)
        code = read_payer(run, &judges);
    if (code == CLAIMLINE_DONE)
        judges.coding = check_coding_open(run, judges.payer, &code);
    check_coding_publish(judges.coding, judges.codes);
    judges.duplicate = duplicate_open(&(struct duplicate_options){0});
    if (code == CLAIMLINE_DONE)
        code = check_files(run, &judges);
    duplicate_close(judges.duplicate);
    check_coding_close(judges.coding);
    payers_free(judges.payers);
    codes_lists_free(judges.codes);
    return code;
}
