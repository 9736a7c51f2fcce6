#include "common/config/config.h"

#include "common/config/config_value.h"
#include "common/config/nearest.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>

struct value {
    const char *text;
    int64_t number;
    unsigned line; /* 0: the fallback */
};

struct config {
    const struct config_key *keys;
    size_t count;
    struct value *values; /* one a key */
    struct arena arena;
    const char *file;
    struct config_row *first, *last; /* keys that a section takes beside those of the table */
};

enum { NAMES_LIMIT = 256, FIRST_ROOM = 8192 };

/* One reading. inih splits the lines; it is handed one at a time, so that the handler knows where it is. */
struct parser {
    struct config *config;
    const char *other_sections;
    struct text rest;
    unsigned line;
    unsigned wrong_line; /* 0: nothing wrong so far */
    char *reason;
};

/* "FILE:LINE: [section] key: " at the start of `reason`, as much of it as there is; returns its length. */
static size_t
begin_reason(const char *file, unsigned line, const char *section, const char *name, char reason[512])
{
    size_t length = 0;
    if (line > 0)
        length += (size_t)snprintf(reason, 300, "%s:%u: ", file, line);
    else
        length += (size_t)snprintf(reason, 300, "%s: ", file);
    if (length > 299)
        length = 299;
    if (section != NULL)
        length += (size_t)snprintf(reason + length, 512 - length, "[%.50s] ", section);
    if (name != NULL)
        length += (size_t)snprintf(reason + length, 512 - length, "%.60s: ", name);
    return length;
}

static void __attribute__((format(printf, 4, 5)))
blame(struct parser *parser, const char *section, const char *name, const char *format, ...)
{
    va_list arguments;
    if (parser->wrong_line != 0)
        return;
    parser->wrong_line = parser->line;
    size_t length = begin_reason(parser->config->file, parser->line, section, name, parser->reason);
    va_start(arguments, format);
    vsnprintf(parser->reason + length, 512 - length, format, arguments);
    va_end(arguments);
}

static bool
is_listed(const char *list, const char *word)
{
    struct text rest = text_from(list);
    while (rest.length > 0) {
        struct text one = text_cut(rest, '|', &rest);
        if (text_is(one, "*") || text_is(one, word))
            return true;
    }
    return false;
}

static void
blame_unknown_section(struct parser *parser, const char *section)
{
    const char *names[NAMES_LIMIT] = {NULL};
    size_t count = 0;
    if (section[0] == '\0') {
        blame(parser, NULL, NULL, "a key stands before the first section; allowed: [section] first");
        return;
    }
    for (size_t i = 0; i < parser->config->count && count < NAMES_LIMIT; i++)
        names[count++] = parser->config->keys[i].section;
    const char *near = nearest_name(text_from(section), names, count);
    if (near != NULL)
        blame(parser, section, NULL, "is not a section here; did you mean [%s]?", near);
    else
        blame(parser, section, NULL, "is not a section here; allowed: [%s]", count == 0 ? "" : names[0]);
}

static void
blame_unknown_key(struct parser *parser, const char *section, const char *name)
{
    const char *names[NAMES_LIMIT] = {NULL}, *elsewhere = NULL;
    char list[300] = "";
    size_t count = 0, length = 0;
    for (size_t i = 0; i < parser->config->count; i++) {
        const struct config_key *key = &parser->config->keys[i];
        if (strcmp(key->section, section) == 0 && count < NAMES_LIMIT)
            names[count++] = key->name;
        else if (strcmp(key->name, name) == 0)
            elsewhere = key->section;
    }
    const char *near = nearest_name(text_from(name), names, count);
    for (size_t i = 0; i < count && length < sizeof list; i++)
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", i == 0 ? "" : ", ", names[i]);
    if (near != NULL)
        blame(parser, section, name, "is not a key here; did you mean %s?", near);
    else if (elsewhere != NULL)
        blame(parser, section, name, "is not a key here; it belongs in [%s]", elsewhere);
    else
        blame(parser, section, name, "is not a key here; allowed: %s", list);
}

/* The index of a key; count when there is none. `*any`: the section takes any. `*section_known`: the table
 * names it. */
static size_t
find(const struct config *config, const char *section, const char *name, bool *any, bool *section_known)
{
    *any = *section_known = false;
    for (size_t i = 0; i < config->count; i++) {
        if (strcmp(config->keys[i].section, section) != 0)
            continue;
        *section_known = true;
        if (strcmp(config->keys[i].name, "*") == 0)
            *any = true;
        else if (strcmp(config->keys[i].name, name) == 0)
            return i;
    }
    return config->count;
}

static void
take_value(struct parser *parser, size_t index, const char *text)
{
    struct config *config = parser->config;
    const struct config_key *key = &config->keys[index];
    struct value *value = &config->values[index];
    char allowed[CONFIG_ALLOWED_BYTES];
    if (value->line != 0) {
        blame(parser, key->section, key->name, "stands there twice, first in line %u; allowed: once",
              value->line);
        return;
    }
    for (const char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f) {
            blame(parser, key->section, key->name, "holds a control character; allowed: printable text");
            return;
        }
    }
    const char *wrong = config_value_read(key, text, &value->number);
    if (wrong != NULL) {
        config_value_allowed(key, allowed);
        blame(parser, key->section, key->name, "\"%.80s\" %s; allowed: %s", text, wrong, allowed);
        return;
    }
    value->text = arena_copy(&config->arena, text_from(text)).data;
    value->line = parser->line;
}

static void
take_row(struct parser *parser, const char *section, const char *name, const char *text)
{
    struct config *config = parser->config;
    struct config_row *row = arena_take(&config->arena, sizeof *row);
    *row = (struct config_row){NULL, arena_copy(&config->arena, text_from(section)).data, arena_copy(&config->arena, text_from(name)).data,
                               arena_copy(&config->arena, text_from(text)).data, parser->line};
    if (config->last == NULL)
        config->first = row;
    else
        config->last->next = row;
    config->last = row;
}

/* inih calls it for each "key = value"; returning 1 leaves its own error for lines that it cannot split. */
static int
handle_pair(void *user, const char *section, const char *name, const char *text)
{
    struct parser *parser = user;
    bool any, section_known;
    if (parser->wrong_line != 0)
        return 1;
    size_t index = find(parser->config, section, name, &any, &section_known);
    if (index < parser->config->count)
        take_value(parser, index, text);
    else if (!section_known && !is_listed(parser->other_sections, section))
        blame_unknown_section(parser, section);
    else if (section_known && !any)
        blame_unknown_key(parser, section, name);
    else if (any)
        take_row(parser, section, name, text);
    return 1;
}

/* fgets for inih over the bytes: one line a call. A line that it could not hold is blamed and given as empty.
 */
static char *
next_line(char *buffer, int size, void *stream)
{
    struct parser *parser = stream;
    if (parser->rest.length == 0)
        return NULL;
    const char *end = memchr(parser->rest.data, '\n', parser->rest.length);
    size_t length = end == NULL ? parser->rest.length : (size_t)(end - parser->rest.data);
    size_t taken = end == NULL ? length : length + 1;
    parser->line++;
    if (length > CONFIG_LINE_LIMIT || length + 2 > (size_t)size) {
        blame(parser, NULL, NULL, "the line is too long; allowed: %d bytes", CONFIG_LINE_LIMIT);
        length = 0;
    } else if (length > 0 && memchr(parser->rest.data, '\0', length) != NULL) {
        blame(parser, NULL, NULL, "the line holds a zero byte; allowed: text");
        length = 0;
    }
    memcpy(buffer, parser->rest.data, length);
    buffer[length] = '\n';
    buffer[length + 1] = '\0';
    parser->rest = text_of(parser->rest.data + taken, parser->rest.length - taken);
    return buffer;
}

static void
take_fallbacks(struct parser *parser)
{
    struct config *config = parser->config;
    for (size_t i = 0; i < config->count && parser->wrong_line == 0; i++) {
        const struct config_key *key = &config->keys[i];
        char allowed[CONFIG_ALLOWED_BYTES];
        if (config->values[i].line != 0 || strcmp(key->name, "*") == 0)
            continue;
        if (key->fallback == NULL) {
            config_value_allowed(key, allowed);
            parser->line = 0;
            blame(parser, key->section, key->name, "is missing; allowed: %s", allowed);
            parser->wrong_line = 1;
            return;
        }
        const char *wrong = config_value_read(key, key->fallback, &config->values[i].number);
        assert(wrong == NULL); /* the table's own fallback is in its bounds */
        config->values[i].text = key->fallback;
    }
}

/* Settings of inih, the same for every reader in the process: unit files have neither continued lines nor
 * comments behind a value. */
static void
set_inih(void)
{
    ini_allow_multiline = false;
    ini_allow_inline_comments = false;
    ini_max_line = CONFIG_LINE_LIMIT + 8;
}

enum status
config_parse(const char *name, struct text bytes, const struct config_key *keys, size_t key_count,
             const char *other_sections, struct config **out, char reason[512])
{
    struct config *config = calloc(1, sizeof *config);
    assert(config != NULL);
    arena_init(&config->arena, 0);
    config->keys = keys;
    config->count = key_count;
    config->values = ARENA_ARRAY(&config->arena, struct value, key_count);
    config->file = arena_copy(&config->arena, text_from(name)).data;
    struct parser parser = {
        .config = config, .other_sections = other_sections, .rest = bytes, .reason = reason};
    if (bytes.length > CONFIG_FILE_LIMIT) {
        parser.rest = (struct text){0};
        blame(&parser, NULL, NULL, "the file is too long; allowed: %d bytes", CONFIG_FILE_LIMIT);
        parser.wrong_line = 1;
    }
    set_inih();
    int result = ini_parse_stream(next_line, &parser, handle_pair, &parser);
    if (result > 0 && (parser.wrong_line == 0 || (unsigned)result < parser.wrong_line)) {
        parser.wrong_line = 0;
        parser.line = (unsigned)result;
        blame(&parser, NULL, NULL,
              "is neither a section nor a key; allowed: [section], key = value, # comment");
    }
    assert(result >= 0);
    if (parser.wrong_line == 0)
        take_fallbacks(&parser);
    if (parser.wrong_line != 0) {
        config_free(config);
        return STATUS_CONFIG;
    }
    *out = config;
    return STATUS_OK;
}

/* All of the file, or a byte more than a file may have, into memory that grows with it: few files are long. */
static char *
read_file(FILE *file, size_t *length)
{
    size_t room = FIRST_ROOM;
    char *bytes = malloc(room);
    assert(bytes != NULL);
    *length = 0;
    while ((*length += fread(bytes + *length, 1, room - *length, file)) == room && room <= CONFIG_FILE_LIMIT) {
        room = room * 4 > CONFIG_FILE_LIMIT ? CONFIG_FILE_LIMIT + 1 : room * 4;
        bytes = realloc(bytes, room);
        assert(bytes != NULL);
    }
    return bytes;
}

enum status
config_read(const char *path, const struct config_key *keys, size_t key_count, const char *other_sections,
            struct config **config, char reason[512])
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        snprintf(reason, 512, "%.300s: cannot be read (%s)", path, strerror(errno));
        return STATUS_CONFIG;
    }
    size_t length;
    char *bytes = read_file(file, &length);
    enum status status = STATUS_CONFIG;
    if (ferror(file))
        snprintf(reason, 512, "%.300s: cannot be read (%s)", path, strerror(errno));
    else
        status = config_parse(path, text_of(bytes, length), keys, key_count, other_sections, config, reason);
    fclose(file);
    free(bytes);
    return status;
}

void
config_free(struct config *config)
{
    if (config == NULL)
        return;
    arena_free(&config->arena);
    free(config);
}

static const struct value *
value_of(const struct config *config, const char *section, const char *name)
{
    bool any, section_known;
    size_t index = find(config, section, name, &any, &section_known);
    assert(index < config->count);
    return &config->values[index];
}

void
config_blame(const struct config *config, const char *section, const char *name, const char *sentence,
             char reason[512])
{
    size_t length = begin_reason(config->file, value_of(config, section, name)->line, section, name, reason);
    snprintf(reason + length, 512 - length, "%s", sentence);
}

const struct config_row *
config_rows(const struct config *config)
{
    return config->first;
}

void
config_blame_row(const struct config *config, const struct config_row *row, const char *sentence, char reason[512])
{
    size_t length = begin_reason(config->file, row->line, row->section, row->name, reason);
    snprintf(reason + length, 512 - length, "%s", sentence);
}

const char *
config_text(const struct config *config, const char *section, const char *name)
{
    return value_of(config, section, name)->text;
}

int64_t
config_number(const struct config *config, const char *section, const char *name)
{
    return value_of(config, section, name)->number;
}

bool
config_bool(const struct config *config, const char *section, const char *name)
{
    return value_of(config, section, name)->number != 0;
}

bool
config_given(const struct config *config, const char *section, const char *name)
{
    return value_of(config, section, name)->line != 0;
}
