/* claimline codes export and diff: editions written out, and what differs between two. */
#include "common/date/date.h"
#include "services/claimline/code_sets.h"
#include "services/claimline/command.h"
#include "services/claimline/listing.h"
#include "services/claimline/option.h"

/* Of several editions the one that is asked for; NULL with words. */
static struct codeset_data *
choose(struct claimline *run, const struct codeset *set, int *code)
{
    struct tm local;
    int32_t day;
    const char *edition = claimline_option(run, OPTION_EDITION, NULL);
    *code = claimline_configure(run);
    if (*code == CLAIMLINE_DONE)
        *code = code_sets_day(run, OPTION_ON, claimline_today(run, &local), &day);
    if (*code != CLAIMLINE_DONE)
        return NULL;
    struct codeset_data *data = edition != NULL ? codeset_edition_named(set, edition) : codeset_on(set, day);
    if (data != NULL)
        return data;
    *code = CLAIMLINE_FOUND;
    if (edition != NULL)
        claimline_say(run, "%s has no edition %s; see claimline codes list", codeset_name(set), edition);
    else
        claimline_say(run, "no edition of %s covers the day; --on or --edition choose one", codeset_name(set));
    return NULL;
}

static void
put_day(FILE *out, int32_t day)
{
    char buffer[9];
    if (day != 0)
        fputs(date_print(day, buffer).data, out);
}

/* A field of the generic form: in quotes when it holds the mark between fields, or a quote. */
static void
put_field(FILE *out, struct text field)
{
    bool quote = field.length > 0 && (memchr(field.data, '|', field.length) != NULL || field.data[0] == '"');
    if (quote)
        fputc('"', out);
    for (size_t i = 0; i < field.length; i++) {
        if (quote && field.data[i] == '"')
            fputc('"', out);
        fputc(field.data[i], out);
    }
    if (quote)
        fputc('"', out);
}

static void
put_list_row(struct claimline *run, struct text code, const struct codeset_row *row, struct text words)
{
    if ((row->flags & CODESET_HEADER) != 0)
        return;
    fprintf(run->out, "%.*s|", TEXT_ARGS(code));
    put_field(run->out, words);
    fputc('|', run->out);
    put_day(run->out, row->from);
    fputc('|', run->out);
    put_day(run->out, row->to);
    fputc('\n', run->out);
}

static void
put_relation_row(struct claimline *run, struct text code, const struct codeset_row *row, struct text words, const int32_t *numbers,
                 uint32_t width)
{
    char second[CODESET_KEY_LENGTH + 1];
    fprintf(run->out, "%.*s|%s|", TEXT_ARGS(code), codeset_key_text(row->second, second).data);
    put_day(run->out, row->from);
    fputc('|', run->out);
    put_day(run->out, row->to);
    fprintf(run->out, "|%u|%u|", row->kind, row->flags);
    put_field(run->out, words);
    for (uint32_t i = 0; i < width; i++)
        fprintf(run->out, "|%d", numbers[i]);
    fputc('\n', run->out);
}

static int
export_edition(struct claimline *run, struct codeset_data *data)
{
    const struct codeset_about *about = codeset_edition_about(data);
    const struct codeset_kind *kind = codeset_kind_named(about->set);
    bool relation = kind != NULL && kind->relation;
    int code = CLAIMLINE_DONE;
    if (relation) {
        fprintf(run->out, "code|second|from|to|kind|flags|words%s%s\n", kind->numbers == NULL ? "" : "|",
                kind->numbers == NULL ? "" : kind->numbers);
    } else {
        fprintf(run->out, "codes|%s|%s|", about->set, about->edition);
        put_day(run->out, about->from);
        fputc('|', run->out);
        put_day(run->out, about->to);
        fprintf(run->out, "|%s\n", about->complete ? "complete" : "partial");
    }
    for (uint64_t i = 0, key; i < about->codes && code == CLAIMLINE_DONE; i++) {
        struct codeset_rows rows;
        char first[CODESET_KEY_LENGTH + 1];
        if (codeset_walk(data, i, &key, &rows) != STATUS_OK)
            return code_sets_damaged(run, data);
        for (uint32_t j = 0; j < rows.count; j++) {
            struct text words = code_sets_words(run, data, &rows.rows[j], &code);
            if (relation)
                put_relation_row(run, codeset_key_text(key, first), &rows.rows[j], words, rows.numbers + (uint64_t)j * about->number_count,
                                 about->number_count);
            else
                put_list_row(run, codeset_key_text(key, first), &rows.rows[j], words);
        }
    }
    return code;
}

int
codes_export_run(struct claimline *run)
{
    int code;
    struct codeset_folder *folder = code_sets_open(run, &code);
    if (folder == NULL)
        return code;
    const struct codeset *set = codeset_named(folder, run->arguments[0]);
    struct codeset_data *data = set == NULL ? NULL : choose(run, set, &code);
    if (set == NULL) {
        claimline_say(run, "no edition of \"%s\" is there; see claimline codes list", run->arguments[0]);
        code = CLAIMLINE_FOUND;
    }
    if (data != NULL)
        code = export_edition(run, data);
    codeset_folder_close(folder);
    return code;
}

struct comparing {
    struct claimline *run;
    struct listing listing;
    struct codeset_data *old, *new;
    uint64_t limit, shown, counts[3];
    int code;
};

static void
show_difference(void *context, enum codeset_difference difference, uint64_t key, const struct codeset_rows *rows)
{
    static const char *const names[] = {[CODESET_ADDED] = "added", [CODESET_CHANGED] = "changed", [CODESET_ENDED] = "ended"};
    struct comparing *comparing = context;
    struct claimline *run = comparing->run;
    struct control_rows out;
    char code[CODESET_KEY_LENGTH + 1];
    comparing->counts[difference]++;
    if (comparing->shown++ >= comparing->limit)
        return;
    /* What is gone has the old edition's rows. */
    struct codeset_rows found;
    struct codeset_data *data = codeset_find(comparing->new, key, &found) == STATUS_OK ? comparing->new : comparing->old;
    struct control_answer *answer = ARENA_ARRAY(&run->arena, struct control_answer, 1);
    control_answer_begin(&out, &run->arena, answer);
    control_row(&out);
    control_text(&out, "set", arena_copy(&run->arena, text_from(codeset_edition_about(data)->set)));
    control_text(&out, "difference", text_from(names[difference]));
    control_text(&out, "code", arena_copy(&run->arena, codeset_key_text(key, code)));
    control_number(&out, "rows", rows->count);
    control_text(&out, "words", arena_copy(&run->arena, code_sets_words(run, data, rows->rows, &comparing->code)));
    listing_row(&comparing->listing, NULL, answer->rows);
}

/* "SET/EDITION" or "EDITION": does it name this set? The edition. */
static bool
names_set(const char *argument, const char *set, const char **edition)
{
    const char *slash = strchr(argument, '/');
    size_t length = strlen(set);
    *edition = slash == NULL ? argument : slash + 1;
    return slash == NULL || ((size_t)(slash - argument) == length && strncmp(argument, set, length) == 0);
}

static size_t
compare_sets(struct comparing *comparing, const struct codeset_folder *folder)
{
    struct claimline *run = comparing->run;
    size_t compared = 0;
    for (size_t i = 0; i < codeset_count(folder); i++) {
        const struct codeset *set = codeset_at(folder, i);
        const char *old, *new;
        if (!names_set(run->arguments[0], codeset_name(set), &old) || !names_set(run->arguments[1], codeset_name(set), &new))
            continue;
        comparing->old = codeset_edition_named(set, old);
        comparing->new = codeset_edition_named(set, new);
        if (comparing->old == NULL || comparing->new == NULL)
            continue;
        memset(comparing->counts, 0, sizeof comparing->counts);
        compared++;
        if (codeset_diff(comparing->old, comparing->new, show_difference, comparing) != STATUS_OK)
            comparing->code = code_sets_damaged(run, comparing->new);
        claimline_say(run, "%s: %s adds %llu, changes %llu, ends %llu of %s", codeset_name(set), new,
                      (unsigned long long)comparing->counts[CODESET_ADDED], (unsigned long long)comparing->counts[CODESET_CHANGED],
                      (unsigned long long)comparing->counts[CODESET_ENDED], old);
    }
    return compared;
}

int
codes_diff_run(struct claimline *run)
{
    struct comparing comparing = {.run = run};
    int code = option_number(run, OPTION_LIMIT, UINT64_MAX, &comparing.limit);
    if (code != CLAIMLINE_DONE)
        return code;
    struct codeset_folder *folder = code_sets_open(run, &code);
    if (folder == NULL)
        return code;
    listing_begin(&comparing.listing, run, "set:SET|difference:DIFFERENCE|code:CODE|rows:ROWS|words:WORDS");
    size_t compared = compare_sets(&comparing, folder);
    listing_end(&comparing.listing);
    codeset_folder_close(folder);
    if (compared == 0)
        claimline_say(run, "no set has both editions; see claimline codes list");
    return claimline_worse(comparing.code, compared == 0 ? CLAIMLINE_FOUND : CLAIMLINE_DONE);
}
