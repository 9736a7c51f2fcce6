/* claimline codes show: a code in all sets on a day. */
#include "services/claimline/code_sets.h"

#include "common/codeset/codeset_import.h"
#include "common/date/date.h"
#include "services/claimline/code_numbers.h"
#include "services/claimline/command.h"
#include "services/claimline/listing.h"
#include "services/claimline/option.h"
#include "services/coding/steps/sets.h"
#include "services/coding/steps/successors.h"

enum { ROWS_FALLBACK = 20, CATEGORY_LENGTH = 3, NCCI_NOT_APPLICABLE = 9 };

struct showing {
    struct claimline *run;
    struct listing listing;
    struct coding_sets sets;
    struct coding_case c; /* what a claim of the day is judged by: these sets and the starter edition */
    int32_t day;
    bool all;       /* also what never applies on the day */
    bool diagnosis; /* the code is one of ICD-10-CM */
    uint64_t limit, shown, hidden;
    int code;
};

static const char *const verdicts[CODES_VERDICT_COUNT] = {
    [CODES_UNKNOWN] = "not a code",  [CODES_HEADER] = "category",      [CODES_VALID] = "valid",
    [CODES_NOT_YET] = "not yet",     [CODES_ENDED] = "ended",          [CODES_NOT_HELD] = "not held",
    [CODES_EDITION_MISSING] = "edition missing",
};

/* A row of a relation: what stands in another edition than that of the day holds no more, or not yet. */
static const char *
state_of_relation(const struct showing *showing, const struct codeset *set, const struct codeset_data *data, const struct codeset_row *row)
{
    if ((row->flags & CODESET_NEVER) != 0)
        return "never applied";
    if (codeset_on(set, showing->day) != data)
        return verdicts[CODES_EDITION_MISSING];
    return codeset_holds(row, showing->day) ? "holds" : "does not hold";
}

/* What is said of a code of a list on the day. CORRUPT: nothing. */
static enum status
judge(const struct showing *showing, const struct codeset *set, uint64_t key, struct codes_answer *answer)
{
    char buffer[CODESET_KEY_LENGTH + 1];
    struct text code = codeset_key_text(key, buffer);
    enum status status = codeset_judge(set, code, showing->day, answer, NULL);
    if (status == STATUS_OK && strcmp(codeset_name(set), "icd10cm") == 0)
        codeset_settle(answer, codes_starter(), CODES_ICD10CM, code, showing->day);
    return status;
}

/* One row to show. */
struct shown {
    const struct codeset *set;
    struct codeset_data *data;
    uint64_t key;
    const struct codeset_row *row;
    const int32_t *numbers;
};

static void
put_days(struct control_rows *rows, const struct shown *shown, const struct codes_answer *answer)
{
    const struct codeset_about *about = codeset_edition_about(shown->data);
    bool other = answer->verdict == CODES_ENDED || answer->verdict == CODES_NOT_YET;
    control_date(rows, "from", other ? answer->from : shown->row->from != 0 ? shown->row->from : about->from);
    control_date(rows, "to", other ? answer->to : shown->row->to != 0 ? shown->row->to : about->to);
    if (answer->from_earliest != 0)
        control_date(rows, "from_earliest", answer->from_earliest);
    if (answer->to_latest != 0)
        control_date(rows, "to_latest", answer->to_latest);
}

/* The diagnosis codes that stand on the day in place of one that ended. */
static void
put_successors(struct showing *showing, struct control_rows *rows, const char *set, struct text code, const struct codes_answer *answer)
{
    char said[SUCCESSORS_BYTES];
    if (answer->verdict != CODES_ENDED || strcmp(set, "icd10cm") != 0)
        return;
    successors_say(&showing->c, code, answer->to, showing->day, said);
    if (said[0] != '\0')
        control_text(rows, "replaced_by", arena_copy(&showing->run->arena, text_from(said)));
}

static void
put_numbers(struct showing *showing, struct control_rows *rows, const struct shown *shown)
{
    struct claimline *run = showing->run;
    const struct codeset_about *about = codeset_edition_about(shown->data);
    if (claimline_given(run, OPTION_JSON)) {
        control_text(rows, "numbers", code_numbers_kept(run, about->set, shown->numbers, about->number_count));
        return;
    }
    struct text said = code_numbers_said(run, about->set, shown->row, shown->numbers, about->number_count);
    if (said.length > 0)
        control_text(rows, "details", said);
}

static void
show_row(struct showing *showing, const struct shown *shown)
{
    struct claimline *run = showing->run;
    const struct codeset_about *about = codeset_edition_about(shown->data);
    const struct codeset_kind *kind = codeset_kind_named(about->set);
    struct control_rows rows;
    struct control_answer *answer = ARENA_ARRAY(&run->arena, struct control_answer, 1);
    struct codes_answer judged = {.verdict = CODES_VALID};
    char first[CODESET_KEY_LENGTH + 1], second[CODESET_KEY_LENGTH + 1];
    const char *state;
    if (kind != NULL && kind->relation)
        state = state_of_relation(showing, shown->set, shown->data, shown->row);
    else
        state = judge(showing, shown->set, shown->key, &judged) == STATUS_OK ? verdicts[judged.verdict] : "damaged";
    control_answer_begin(&rows, &run->arena, answer);
    control_row(&rows);
    control_text(&rows, "set", arena_copy(&run->arena, text_from(about->set)));
    control_text(&rows, "edition", arena_copy(&run->arena, text_from(about->edition)));
    control_text(&rows, "code", arena_copy(&run->arena, codeset_key_text(shown->key, first)));
    control_text(&rows, "second", arena_copy(&run->arena, codeset_key_text(shown->row->second, second)));
    control_text(&rows, "state", text_from(state));
    put_days(&rows, shown, &judged);
    put_successors(showing, &rows, about->set, codeset_key_text(shown->key, first), &judged);
    control_text(&rows, "kind", code_sets_kind(run, about->set, shown->row->kind));
    put_numbers(showing, &rows, shown);
    control_text(&rows, "words", arena_copy(&run->arena, code_sets_words(run, shown->data, shown->row, &showing->code)));
    if (strcmp(about->importer, CODESET_BUILT_IN) == 0)
        control_flag(&rows, "starter", true);
    listing_row(&showing->listing, NULL, answer->rows);
    showing->shown++;
}

/* A row of a relation that no claim of the day meets: one that never holds, a pair with indicator 9, one that ended before. */
static bool
is_idle(const struct showing *showing, const struct codeset_kind *kind, const struct codeset_row *row)
{
    if (kind == NULL || !kind->relation)
        return false;
    bool pair = strncmp(kind->name, "ncci_", 5) == 0;
    return (row->flags & CODESET_NEVER) != 0 || (pair && row->kind == NCCI_NOT_APPLICABLE) || (row->to != 0 && row->to < showing->day);
}

/* The edition of the day; where none covers it the last one that has the code. */
static enum status
find(const struct codeset *set, int32_t day, uint64_t key, struct codeset_data **data, struct codeset_rows *rows)
{
    enum status status = STATUS_NOT_FOUND;
    *data = codeset_on(set, day);
    if (*data != NULL)
        status = codeset_find(*data, key, rows);
    for (size_t i = codeset_edition_count(set); i > 0 && status == STATUS_NOT_FOUND; i--) {
        *data = codeset_edition(set, i - 1);
        status = codeset_find(*data, key, rows);
    }
    return status;
}

static void
show_set(struct showing *showing, const struct codeset *set, uint64_t key)
{
    struct codeset_data *data;
    struct codeset_rows rows;
    enum status status = find(set, showing->day, key, &data, &rows);
    if (status == STATUS_CORRUPT)
        showing->code = code_sets_damaged(showing->run, data);
    if (status != STATUS_OK)
        return;
    const struct codeset_about *about = codeset_edition_about(data);
    const struct codeset_kind *kind = codeset_kind_named(codeset_name(set));
    uint32_t shown = 0, hidden = 0, more = 0;
    for (uint32_t i = 0; i < rows.count; i++) {
        const struct codeset_row *row = &rows.rows[i];
        if (!showing->all && is_idle(showing, kind, row))
            hidden++;
        else if (shown == showing->limit)
            more++;
        else {
            shown++;
            show_row(showing, &(struct shown){set, data, key, row, rows.numbers + (uint64_t)i * about->number_count});
        }
    }
    showing->hidden += hidden;
    if (more > 0)
        claimline_say(showing->run, "%s %s has %u more rows (--limit)", about->set, about->edition, more);
    if (hidden > 0)
        claimline_say(showing->run, "%s %s has %u rows that never apply or ended before that day (--all)", about->set, about->edition, hidden);
}

static void
show_code(struct showing *showing, const struct codeset *set, struct text code)
{
    const struct codeset_kind *kind = codeset_kind_named(codeset_name(set));
    /* Notes of ICD-10-CM stand at a category and hold for all its codes; A0999 of HCPCS is none of A09. */
    bool inherits = showing->diagnosis && kind != NULL && kind->relation && strncmp(kind->name, "icd10cm", 7) == 0;
    for (size_t length = CATEGORY_LENGTH; inherits && length < code.length; length++)
        show_set(showing, set, codeset_key(text_of(code.data, length)));
    show_set(showing, set, codeset_key(code));
}

/* ---- the starter edition ---- */

static const struct codeset *
published(const struct codeset_folder *folder, const char *name)
{
    return folder == NULL ? NULL : codeset_named(folder, name);
}

/* Of a list that is published on other days alone, or not as a whole, the starter edition judges (coding_ask); of one that says nothing
 * of the day either there is nothing to show. */
static bool
starter_judges(const struct showing *showing, const struct codeset *set, struct text code, enum codes_verdict verdict)
{
    struct codes_answer answer;
    if (set == NULL)
        return true;
    return codeset_judge(set, code, showing->day, &answer, NULL) == STATUS_OK && verdict != CODES_EDITION_MISSING &&
           (answer.verdict == CODES_EDITION_MISSING || answer.verdict == CODES_NOT_HELD);
}

static void
show_starter_list(struct showing *showing, const struct codeset_folder *folder, enum codes_set set, struct text code)
{
    struct claimline *run = showing->run;
    struct codes_answer answer = codes_find(codes_starter(), set, code, showing->day);
    struct codeset_about *about = ARENA_ARRAY(&run->arena, struct codeset_about, 1);
    if (!codes_holds(codes_starter(), set, code) ||
        !starter_judges(showing, published(folder, coding_set_name(set)), code, answer.verdict))
        return;
    *about = code_sets_starter(set);
    struct control_rows rows;
    struct control_answer *shown = ARENA_ARRAY(&run->arena, struct control_answer, 1);
    control_answer_begin(&rows, &run->arena, shown);
    control_row(&rows);
    control_text(&rows, "set", text_from(about->set));
    control_text(&rows, "edition", text_from(about->edition));
    control_text(&rows, "code", arena_copy(&run->arena, code));
    control_text(&rows, "second", (struct text){0});
    control_text(&rows, "state", text_from(verdicts[answer.verdict]));
    control_date(&rows, "from", answer.from != 0 ? answer.from : about->from);
    control_date(&rows, "to", answer.to != 0 ? answer.to : about->to);
    put_successors(showing, &rows, about->set, code, &answer);
    control_text(&rows, "kind", (struct text){0});
    if (claimline_given(run, OPTION_JSON))
        control_text(&rows, "numbers", (struct text){0});
    control_text(&rows, "words", codes_words(codes_starter(), set, code));
    control_flag(&rows, "starter", true);
    listing_row(&showing->listing, NULL, shown->rows);
    showing->shown++;
}

/* What it says where no published edition does. */
static void
show_starter(struct showing *showing, const struct codeset_folder *folder, struct text code)
{
    const struct codeset_folder *relations = codeset_starter();
    for (int set = 0; set < CODES_SET_COUNT; set++)
        show_starter_list(showing, folder, (enum codes_set)set, code);
    for (size_t i = 0; i < codeset_count(relations); i++) {
        const struct codeset *set = codeset_at(relations, i), *instead = published(folder, codeset_name(set));
        if (instead == NULL || (codeset_on(instead, showing->day) == NULL && codeset_on(set, showing->day) != NULL))
            show_code(showing, set, code);
    }
}

/* ---- whether it is there ---- */

static bool
folder_holds(struct showing *showing, const struct codeset_folder *folder, uint64_t key)
{
    for (size_t i = 0; folder != NULL && i < codeset_count(folder); i++) {
        struct codeset_data *data;
        struct codeset_rows rows;
        enum status status = find(codeset_at(folder, i), showing->day, key, &data, &rows);
        if (status == STATUS_CORRUPT)
            showing->code = code_sets_damaged(showing->run, data);
        if (status == STATUS_OK)
            return true;
    }
    return false;
}

/* Does any set at hand, or the starter edition, have a row of the code itself? */
static bool
is_held(struct showing *showing, const struct codeset_folder *folder, struct text code)
{
    for (int set = 0; set < CODES_SET_COUNT; set++)
        if (codes_holds(codes_starter(), (enum codes_set)set, code))
            return true;
    return folder_holds(showing, folder, codeset_key(code)) || folder_holds(showing, codeset_starter(), codeset_key(code));
}

/* A code that no set has. Of a diagnosis that does not exist, the longest code or category that it begins with. */
static void
say_none(struct showing *showing, struct text code)
{
    const struct coding_case *c = &showing->c;
    enum codes_set procedure;
    char day[11];
    date_print_iso(showing->day, day);
    bool diagnosis = coding_ask(c, CODES_ICD10CM, code, showing->day).verdict == CODES_UNKNOWN;
    bool unsure = codes_procedure_set(code, &procedure) && coding_ask(c, procedure, code, showing->day).verdict != CODES_UNKNOWN;
    const char *none = diagnosis && !unsure ? "there is no code" : "no edition at hand has";
    for (size_t length = code.length; diagnosis && length-- > CATEGORY_LENGTH;) {
        struct text nearest = text_of(code.data, length);
        enum codes_verdict verdict = coding_ask(c, CODES_ICD10CM, nearest, showing->day).verdict;
        if (verdict != CODES_VALID && verdict != CODES_HEADER && verdict != CODES_ENDED)
            continue;
        claimline_say(showing->run, "%s %.*s; the nearest diagnosis on %s is %.*s (%s): %.*s", none, TEXT_ARGS(code), day, TEXT_ARGS(nearest),
                      verdicts[verdict], TEXT_ARGS(coding_words(c, CODES_ICD10CM, nearest, showing->day)));
        return;
    }
    claimline_say(showing->run, "%s %.*s", none, TEXT_ARGS(code));
}

static void
say_found(struct showing *showing, const struct codeset_folder *folder, struct text code)
{
    struct claimline *run = showing->run;
    struct text starter = codes_edition_name(codes_starter());
    bool found = showing->shown + showing->hidden > 0;
    bool diagnosis = code.data[0] >= 'A' && !showing->diagnosis; /* by its form, and none: CPT begins with a digit */
    if (!found && (folder != NULL || diagnosis))
        say_none(showing, code);
    if (folder == NULL && found)
        claimline_say(run,
                      "no code sets are imported: this is of the starter edition %.*s, which is built in; claimline codes import FILE... "
                      "brings published ones",
                      TEXT_ARGS(starter));
    if (folder == NULL && !found && !diagnosis)
        claimline_say(run,
                      "no code sets are imported, and the starter edition %.*s, which is built in and holds only a part of HCPCS, CPT and "
                      "modifiers, has no %.*s; claimline codes import FILE... brings published ones",
                      TEXT_ARGS(starter), TEXT_ARGS(code));
}

static void
open_case(struct showing *showing, const struct codeset_folder *folder, struct text code)
{
    coding_sets_take(&showing->sets, folder);
    showing->c = (struct coding_case){.edition = codes_starter(), .sets = &showing->sets};
    showing->diagnosis = coding_ask(&showing->c, CODES_ICD10CM, code, showing->day).verdict != CODES_UNKNOWN;
}

int
codes_show_run(struct claimline *run)
{
    struct tm local;
    struct showing showing = {.run = run, .all = claimline_given(run, OPTION_ALL)};
    struct text code;
    char buffer[CODESET_KEY_LENGTH + 1];
    int status = claimline_configure(run);
    if (status == CLAIMLINE_DONE)
        status = code_sets_day(run, OPTION_ON, claimline_today(run, &local), &showing.day);
    if (status == CLAIMLINE_DONE)
        status = option_number(run, OPTION_LIMIT, ROWS_FALLBACK, &showing.limit);
    if (status != CLAIMLINE_DONE)
        return status;
    if (!codeset_code(text_from(run->arguments[0]), buffer, &code) || codeset_key(code) == 0) {
        claimline_say(run, "\"%s\" is no code of any set", run->arguments[0]);
        return CLAIMLINE_USAGE;
    }
    struct codeset_folder *folder = code_sets_judging(run, &status);
    if (status != CLAIMLINE_DONE)
        return status;
    open_case(&showing, folder, code);
    listing_begin(&showing.listing, run, NULL);
    bool held = is_held(&showing, folder, code);
    for (size_t i = 0; held && folder != NULL && i < codeset_count(folder); i++)
        show_code(&showing, codeset_at(folder, i), code);
    if (held)
        show_starter(&showing, folder, code);
    listing_end(&showing.listing);
    say_found(&showing, folder, code);
    codeset_folder_close(folder);
    return claimline_worse(showing.code, showing.shown + showing.hidden > 0 ? CLAIMLINE_DONE : CLAIMLINE_FOUND);
}
