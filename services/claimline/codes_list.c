/* claimline codes list, and what all commands of code sets share. */
#include "services/claimline/code_sets.h"

#include "common/codeset/codeset_builder.h"
#include "common/date/date.h"
#include "services/claimline/command.h"
#include "services/claimline/listing.h"
#include "services/claimline/place.h"
#include "services/coding/steps/sets.h"

static struct codeset_folder *
open_folder(struct claimline *run, bool starter, int *code)
{
    struct codeset_folder *folder = NULL;
    char reason[CODESET_REASON_BYTES];
    *code = claimline_configure(run);
    if (*code != CLAIMLINE_DONE)
        return NULL;
    enum status status = codeset_folder_open(&folder, place_codes(run), reason);
    if (status == STATUS_OK || (status == STATUS_NOT_FOUND && starter))
        return folder;
    claimline_say(run, "%s%s", reason, status == STATUS_NOT_FOUND ? "; claimline codes import FILE... brings some" : "");
    *code = status == STATUS_NOT_FOUND ? CLAIMLINE_FOUND : CLAIMLINE_CANNOT;
    return NULL;
}

struct codeset_folder *
code_sets_open(struct claimline *run, int *code)
{
    return open_folder(run, false, code);
}

struct codeset_folder *
code_sets_judging(struct claimline *run, int *code)
{
    return open_folder(run, !claimline_given(run, OPTION_CODES), code);
}

struct codeset_about
code_sets_starter(enum codes_set set)
{
    const struct codes_edition *starter = codes_starter();
    struct codes_size size = codes_size_of(starter, set);
    struct codeset_about about = {.source = CODESET_BUILT_IN, .importer = CODESET_BUILT_IN, .complete = codes_complete(starter, set),
                                  .codes = size.codes, .rows = size.rows, .headers = size.headers};
    text_copy(text_from(coding_set_name(set)), about.set, sizeof about.set);
    text_copy(codes_edition_name(starter), about.edition, sizeof about.edition);
    codes_coverage(starter, set, &about.from, &about.to);
    return about;
}

int
code_sets_day(struct claimline *run, enum claimline_option option, int32_t fallback, int32_t *day)
{
    const char *given = claimline_option(run, option, NULL);
    *day = fallback;
    if (given == NULL || date_parse_iso(text_from(given), day) || date_parse(text_from(given), day))
        return CLAIMLINE_DONE;
    claimline_say(run, "\"%s\" is no day; a day is CCYY-MM-DD", given);
    return CLAIMLINE_USAGE;
}

struct text
code_sets_kind(struct claimline *run, const char *set, uint16_t kind)
{
    const struct codeset_kind *about = codeset_kind_named(set);
    struct text rest = text_from(about == NULL ? NULL : about->kinds);
    while (rest.length > 0) {
        struct text words, item = text_cut(rest, '|', &rest), number = text_cut(item, '=', &words);
        uint64_t value;
        if (text_to_u64(number, &value) && value == kind)
            return arena_copy(&run->arena, words);
    }
    return (struct text){0};
}

struct text
code_sets_words(struct claimline *run, struct codeset_data *data, const struct codeset_row *row, int *code)
{
    struct text words;
    if (codeset_words(data, row->words, &words) == STATUS_OK)
        return words;
    *code = code_sets_damaged(run, data);
    return (struct text){0};
}

int
code_sets_damaged(struct claimline *run, struct codeset_data *data)
{
    const struct codeset_about *about = codeset_edition_about(data);
    claimline_say(run, "%s %s is damaged on disk: import %s again", about->set, about->edition, about->source);
    return CLAIMLINE_CANNOT;
}

static void
put_digest(struct claimline *run, struct control_rows *rows, bool file, const uint8_t digest[32])
{
    char hex[65] = "";
    size_t bytes = !file ? 0 : claimline_given(run, OPTION_JSON) ? 32 : 6;
    for (size_t i = 0; i < bytes; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    control_text(rows, "sha256", arena_copy(&run->arena, text_from(hex)));
}

static int
compare(const void *a, const void *b)
{
    const struct codeset_about *x = &((const struct codeset_pointer_line *)a)->about;
    const struct codeset_about *y = &((const struct codeset_pointer_line *)b)->about;
    int order = strcmp(x->set, y->set);
    return order != 0 ? order : (x->from > y->from) - (x->from < y->from);
}

/* "1 twice, 2 reserved": records of the file that are no rows; in JSON a number each. */
static void
put_read(struct claimline *run, struct control_rows *rows, const struct codeset_read *read)
{
    struct text words = {0};
    bool known = read->records > 0;
    if (known)
        control_number(rows, "read", (int64_t)read->records);
    for (size_t i = 0; known && i < CODESET_PASSING_COUNT; i++) {
        if (claimline_given(run, OPTION_JSON))
            control_number(rows, codeset_passing_names[i], (int64_t)read->passed[i]);
        else if (read->passed[i] > 0)
            words = arena_print(&run->arena, "%.*s%s%llu %s", TEXT_ARGS(words), words.length > 0 ? ", " : "",
                                (unsigned long long)read->passed[i], codeset_passing_names[i]);
    }
    if (words.length > 0)
        control_text(rows, "passed", words);
}

static void
list_one(struct claimline *run, struct listing *listing, const struct codeset_pointer_line *line)
{
    const struct codeset_about *about = &line->about;
    struct control_rows rows;
    struct control_answer *answer = ARENA_ARRAY(&run->arena, struct control_answer, 1);
    const struct codeset_kind *kind = codeset_kind_named(about->set);
    bool starter = strcmp(about->importer, CODESET_BUILT_IN) == 0;
    control_answer_begin(&rows, &run->arena, answer);
    control_row(&rows);
    control_text(&rows, "set", text_from(about->set));
    control_text(&rows, "title", text_from(kind == NULL ? "a list of one's own" : kind->title));
    control_text(&rows, "edition", text_from(about->edition));
    control_date(&rows, "from", about->from);
    control_date(&rows, "to", about->to);
    control_number(&rows, "codes", (int64_t)about->codes);
    control_number(&rows, "rows", (int64_t)about->rows);
    put_read(run, &rows, &line->read);
    control_number(&rows, "headers", (int64_t)about->headers);
    control_number(&rows, "ended", (int64_t)about->never);
    control_text(&rows, "source", text_from(about->source));
    put_digest(run, &rows, !starter, about->digest);
    control_instant(&rows, "imported", about->imported);
    if (starter) { /* the list does not say it of the others */
        control_flag(&rows, "complete", about->complete != 0);
        control_flag(&rows, "starter", true);
    }
    listing_row(listing, NULL, answer->rows);
}

/* What judges where nothing was imported: the lists and the relations that are built in. */
static int
list_starter(struct claimline *run)
{
    const struct codeset_folder *relations = codeset_starter();
    struct codeset_pointer_line line = {0};
    struct listing listing;
    listing_begin(&listing, run,
                  "set:SET|edition:EDITION|from:FROM|to:TO|complete:COMPLETE|codes:CODES|rows:ROWS|headers:HEADERS|source:SOURCE");
    for (int set = 0; set < CODES_SET_COUNT; set++) {
        line.about = code_sets_starter((enum codes_set)set);
        list_one(run, &listing, &line);
    }
    for (size_t i = 0; i < codeset_count(relations); i++) {
        line.about = *codeset_edition_about(codeset_edition(codeset_at(relations, i), 0));
        text_copy(text_from(CODESET_BUILT_IN), line.about.source, sizeof line.about.source);
        list_one(run, &listing, &line);
    }
    listing_end(&listing);
    claimline_say(run,
                  "no code sets are imported: the starter edition %.*s, which is built in, judges alone, and of what is not complete "
                  "it holds a part; claimline codes import FILE... brings published ones",
                  TEXT_ARGS(codes_edition_name(codes_starter())));
    return CLAIMLINE_DONE;
}

int
codes_list_run(struct claimline *run)
{
    struct codeset_pointer pointer;
    struct listing listing;
    char reason[CODESET_REASON_BYTES], name[CODESET_FOLDER_NAME_BYTES];
    int code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    enum status status = codeset_pointer_read(place_codes(run), &pointer, reason);
    if (status == STATUS_NOT_FOUND && !claimline_given(run, OPTION_CODES))
        return list_starter(run);
    if (status != STATUS_OK) {
        claimline_say(run, "%s", status == STATUS_NOT_FOUND ? "no code sets are there; claimline codes import FILE... brings some" : reason);
        return status == STATUS_NOT_FOUND ? CLAIMLINE_FOUND : CLAIMLINE_CANNOT;
    }
    if (pointer.count > 1)
        qsort(pointer.lines, pointer.count, sizeof *pointer.lines, compare);
    listing_begin(&listing, run, "set:SET|edition:EDITION|from:FROM|to:TO|codes:CODES|rows:ROWS|read:READ|passed:PASSED OVER|headers:HEADERS|ended:ENDED|source:SOURCE|sha256:SHA-256");
    for (size_t i = 0; i < pointer.count; i++)
        list_one(run, &listing, &pointer.lines[i]);
    listing_end(&listing);
    codeset_pointer_name(&pointer, name);
    claimline_say(run, "the daemons call this list %s; what none of it covers, the starter edition %.*s judges, which is built in", name,
                  TEXT_ARGS(codes_edition_name(codes_starter())));
    codeset_pointer_free(&pointer);
    return CLAIMLINE_DONE;
}
