#include "services/coding/steps/own/own_script.h"
#include "services/coding/steps/own/own_test.h"

#include "common/date/date.h"
#include "common/seal/seal.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum column { NUMBER, SEVERITY, STEP, SETTINGS, PAYERS, FROM, UNTIL, TESTS, SENTENCE, REMEDY, SOURCE, COLUMNS };
static const char *const columns[COLUMNS] = {"number", "severity", "step",  "settings", "payers", "from",
                                             "until",  "tests",    "sentence", "remedy", "source"};
enum { SENTENCE_BYTES = 200, ROWS = OWN_LAST - OWN_FIRST + 1 };

struct reading {
    const char *name;
    unsigned line;
    struct own_rules *rules;
    char *reason;
};

static bool wrong_at(struct reading *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool
wrong_at(struct reading *r, const char *format, ...)
{
    va_list list;
    int length = snprintf(r->reason, OWN_REASON_BYTES, "%.200s:%u: ", r->name, r->line);
    va_start(list, format);
    vsnprintf(r->reason + length, (size_t)(OWN_REASON_BYTES - length), format, list);
    va_end(list);
    return false;
}

static int
shown(struct text word)
{
    return (int)text_head(word, 40).length;
}

static bool
read_severity(struct reading *r, struct text word, struct own_rule *rule)
{
    for (int i = 0; i < FINDING_SEVERITY_COUNT; i++) {
        if (text_is(word, finding_severity_name((enum finding_severity)i))) {
            rule->kind.severity = (uint8_t)i;
            return true;
        }
    }
    return wrong_at(r, "severity \"%.*s\"; allowed: info, warning, query, error", shown(word), word.data);
}

static bool
read_settings(struct reading *r, struct text word, struct own_rule *rule)
{
    static const char letters[] = "POID"; /* enum coding_setting */
    for (size_t i = 0; i < word.length; i++) {
        const char *at = strchr(letters, word.data[i]);
        if (word.data[i] == '\0' || at == NULL || rule->settings >> (at - letters) & 1)
            return wrong_at(r, "settings \"%.*s\"; allowed: letters of P professional, O outpatient, I inpatient, D dental, each once",
                            shown(word), word.data);
        rule->settings |= (uint8_t)(1 << (at - letters));
    }
    return word.length > 0 || wrong_at(r, "settings are empty; allowed: letters of P professional, O outpatient, I inpatient, D dental");
}

static bool
read_payers(struct reading *r, struct text word, struct own_rule *rule)
{
    if (text_is(word, "*"))
        return true;
    if (text_is(word, "medicare")) {
        rule->medicare = true;
        return true;
    }
    while (word.length > 0) {
        struct text id = text_cut(word, ' ', &word);
        if (id.length == 0)
            continue;
        if (rule->payer_count == OWN_PAYERS)
            return wrong_at(r, "more than %d payers", OWN_PAYERS);
        rule->payers[rule->payer_count++] = id;
    }
    return rule->payer_count > 0 || wrong_at(r, "payers are empty; allowed: *, medicare, or payer ids separated by blanks");
}

static bool
read_day(struct reading *r, const char *column, struct text word, int32_t *day)
{
    if (word.length == 0 || date_parse_iso(word, day) || date_parse(word, day))
        return true;
    return wrong_at(r, "%s \"%.*s\"; allowed: a day as 2026-01-31, or empty", column, shown(word), word.data);
}

static bool
read_words(struct reading *r, const char *column, struct text word, bool hole, const char **words)
{
    unsigned percents = 0, holes = 0;
    for (size_t i = 0; i < word.length; i++) {
        percents += word.data[i] == '%';
        holes += word.data[i] == '%' && i + 1 < word.length && word.data[i + 1] == 's';
    }
    if (word.length == 0 || word.length > SENTENCE_BYTES)
        return wrong_at(r, "%s is empty or longer than %d bytes", column, SENTENCE_BYTES);
    if (percents != holes || holes > (hole ? 1u : 0u))
        return wrong_at(r, hole ? "%s may hold %%s once (the code that was met) and no other %%" : "%s may hold no %%", column);
    *words = arena_print(r->rules->arena, "%.*s", TEXT_ARGS(word)).data;
    return true;
}

static bool
read_numbers(struct reading *r, const struct text *cells, struct own_rule *rule)
{
    uint64_t number = 0, step = 0;
    if (!text_to_u64(cells[NUMBER], &number) || number < OWN_FIRST || number > OWN_LAST)
        return wrong_at(r, "number \"%.*s\"; allowed: %d to %d", shown(cells[NUMBER]), cells[NUMBER].data, OWN_FIRST, OWN_LAST);
    if (own_rule(r->rules, number) != NULL)
        return wrong_at(r, "the number %u was given before", (unsigned)number);
    if (!text_to_u64(cells[STEP], &step) || step < 1 || step > CODING_STEPS)
        return wrong_at(r, "step \"%.*s\"; allowed: 1 to %d", shown(cells[STEP]), cells[STEP].data, CODING_STEPS);
    rule->kind.number = (uint16_t)number;
    rule->kind.step = (uint8_t)step;
    rule->kind.name = arena_print(r->rules->arena, "OWN_%u", (unsigned)number).data;
    return true;
}

static bool
read_rule(struct reading *r, const struct text *cells, struct own_rule *rule)
{
    char wrong[OWN_WRONG_BYTES];
    *rule = (struct own_rule){0};
    if (!read_numbers(r, cells, rule) || !read_severity(r, cells[SEVERITY], rule) || !read_settings(r, cells[SETTINGS], rule) ||
        !read_payers(r, cells[PAYERS], rule) || !read_day(r, "from", cells[FROM], &rule->from) ||
        !read_day(r, "until", cells[UNTIL], &rule->to) || !read_words(r, "sentence", cells[SENTENCE], true, &rule->kind.sentence) ||
        !read_words(r, "remedy", cells[REMEDY], false, &rule->kind.remedy) ||
        !read_words(r, "source", cells[SOURCE], false, &rule->source))
        return false;
    if (rule->to != 0 && rule->to < rule->from)
        return wrong_at(r, "until is before from");
    if (!own_test_read(cells[TESTS], rule, r->rules->arena, wrong))
        return wrong_at(r, "tests: %s", wrong);
    for (uint32_t i = 0; i < rule->test_count; i++) {
        rule->money = rule->money || (rule->tests[i].field != NULL && rule->tests[i].field->kind == OWN_MONEY);
        if (rule->tests[i].how != OWN_SCRIPT)
            continue;
        if (r->rules->script == NULL)
            return wrong_at(r, "tests: script \"%.*s\", and no script is given", shown(rule->tests[i].values->text),
                            rule->tests[i].values->text.data);
        if (!own_script_has(r->rules->script, rule->tests[i].values->text))
            return wrong_at(r, "tests: the script has no function \"%.*s\"", shown(rule->tests[i].values->text),
                            rule->tests[i].values->text.data);
        if (i + 1 < rule->test_count)
            return wrong_at(r, "tests: a script stands last");
    }
    return true;
}

/* By number; a table is short, and read once. */
static void
insert(struct own_rules *rules, const struct own_rule *rule)
{
    uint32_t at = rules->count++;
    for (; at > 0 && rules->rules[at - 1].kind.number > rule->kind.number; at--)
        rules->rules[at] = rules->rules[at - 1];
    rules->rules[at] = *rule;
}

static bool
cut_line(struct reading *r, struct text line, struct text cells[COLUMNS])
{
    unsigned count = 0;
    for (size_t i = 0; i < line.length; i++)
        if ((unsigned char)line.data[i] < ' ' && line.data[i] != '\t')
            return wrong_at(r, "a control character in column %zu of the line", i + 1);
    for (;;) {
        const char *tab = line.length == 0 ? NULL : memchr(line.data, '\t', line.length);
        size_t length = tab == NULL ? line.length : (size_t)(tab - line.data);
        if (count < COLUMNS)
            cells[count] = text_trim(text_of(line.data, length));
        count++;
        if (tab == NULL)
            break;
        line = text_of(tab + 1, line.length - length - 1);
    }
    return count == COLUMNS || wrong_at(r, "%u columns; allowed: %d, separated by tabs (number to source)", count, COLUMNS);
}

static bool
read_line(struct reading *r, struct text line, bool *begun)
{
    struct text cells[COLUMNS];
    struct own_rule rule;
    if (text_trim(line).length == 0 || line.data[0] == '#')
        return true;
    if (!cut_line(r, line, cells))
        return false;
    if (*begun) {
        if (!read_rule(r, cells, &rule))
            return false;
        insert(r->rules, &rule);
        return true;
    }
    *begun = true;
    for (unsigned i = 0; i < COLUMNS; i++)
        if (!text_is(cells[i], columns[i]))
            return wrong_at(r, "the first line names the columns: number severity step settings payers from until tests sentence remedy "
                               "source, separated by tabs");
    return true;
}

static uint32_t
count_lines(struct text table)
{
    uint32_t count = 1;
    for (size_t i = 0; i < table.length; i++)
        count += table.data[i] == '\n';
    return count < ROWS ? count : ROWS;
}

static void
name_rules(struct own_rules *rules, struct text table, struct text script)
{
    uint8_t digest[32];
    struct seal_hash *hash = seal_hash_begin();
    seal_hash_add(hash, table);
    seal_hash_add(hash, script);
    seal_hash_end(hash, digest);
    for (unsigned i = 0; i + 1 < OWN_NAME_BYTES; i++)
        rules->name[i] = "0123456789abcdef"[digest[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0xf];
}

static bool
read_table(struct reading *r, struct text table)
{
    bool begun = false;
    while (table.length > 0) {
        const char *end = memchr(table.data, '\n', table.length);
        size_t length = end == NULL ? table.length : (size_t)(end - table.data);
        struct text line = text_of(table.data, length);
        if (length > 0 && line.data[length - 1] == '\r')
            line.length--;
        r->line++;
        if (!read_line(r, line, &begun))
            return false;
        table = end == NULL ? (struct text){0} : text_of(end + 1, table.length - length - 1);
    }
    return begun || wrong_at(r, "the table is empty: its first line names the columns");
}

enum status
own_read(const char *name, struct text table, const char *script_name, struct text script, struct own_rules **rules,
         char reason[OWN_REASON_BYTES])
{
    struct arena *arena = malloc(sizeof *arena);
    assert(arena != NULL);
    arena_init(arena, 0);
    struct own_rules *made = arena_take(arena, sizeof *made);
    *made = (struct own_rules){.arena = arena};
    struct reading r = {.name = name, .rules = made, .reason = reason};
    /* One more than there are numbers is never filled: each is given once. */
    made->rules = ARENA_ARRAY(arena, struct own_rule, count_lines(table));
    table = arena_copy(arena, table); /* tests and payers point into it */
    name_rules(made, table, script);
    bool good = script.length == 0 || own_script_make(script_name, script, &made->script, reason);
    if (!good || !read_table(&r, table)) {
        own_free(made);
        return STATUS_INVALID;
    }
    *rules = made;
    return STATUS_OK;
}

void
own_free(struct own_rules *rules)
{
    if (rules == NULL)
        return;
    struct arena *arena = rules->arena;
    own_script_free(rules->script);
    arena_free(arena);
    free(arena);
}

const struct own_rule *
own_rule(const struct own_rules *rules, uint64_t number)
{
    for (uint32_t i = 0; rules != NULL && i < rules->count; i++)
        if (rules->rules[i].kind.number == number)
            return &rules->rules[i];
    return NULL;
}

/* ---- files ---- */

/* The whole file; freed by the caller. */
static enum status
read_file(const char *path, char **bytes, size_t *length, char reason[OWN_REASON_BYTES])
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        int error = errno;
        snprintf(reason, OWN_REASON_BYTES, "%.400s: %s", path, strerror(error));
        return error == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    }
    *bytes = malloc(OWN_FILE_LIMIT + 1);
    assert(*bytes != NULL);
    *length = fread(*bytes, 1, OWN_FILE_LIMIT + 1, file);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (!failed && *length <= OWN_FILE_LIMIT)
        return STATUS_OK;
    snprintf(reason, OWN_REASON_BYTES, failed ? "%.400s: cannot be read" : "%.400s: larger than 1 MiB", path);
    free(*bytes);
    return failed ? STATUS_IO : STATUS_INVALID;
}

enum status
own_open(const char *path, const char *script_path, struct own_rules **rules, char reason[OWN_REASON_BYTES])
{
    char *table, *script = NULL;
    size_t length, script_length = 0;
    enum status status = read_file(path, &table, &length, reason);
    if (status != STATUS_OK)
        return status;
    if (script_path != NULL && script_path[0] != '\0')
        status = read_file(script_path, &script, &script_length, reason);
    if (status == STATUS_OK)
        status = own_read(path, text_of(table, length), script_path, text_of(script, script_length), rules, reason);
    free(table);
    free(script);
    return status;
}
