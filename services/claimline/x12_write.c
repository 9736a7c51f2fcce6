/* claimline x12 write: the interchange again from what `x12 show --json --reveal` says of it, a line a segment. */
#include "services/claimline/command.h"
#include "services/claimline/listing.h"

#include "common/x12/x12_writer.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

enum { ISA_ELEMENTS = 16 };
static const uint8_t isa_widths[ISA_ELEMENTS] = {2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1};

struct writing {
    struct claimline *run;
    const char *file;
    unsigned line;
    struct x12_writer writer;
    bool open;   /* an ISA came */
    bool failed; /* and was said */
    unsigned element, repetition, component; /* of the segment at hand, written last */
};

static enum status
write_out(void *context, const char *bytes, size_t length)
{
    return fwrite(bytes, 1, length, context) == length ? STATUS_OK : STATUS_IO;
}

static void __attribute__((format(printf, 2, 3))) wrong(struct writing *writing, const char *format, ...)
{
    char words[300];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    if (!writing->failed)
        claimline_say(writing->run, "%s:%u: %s", writing->file, writing->line, words);
    writing->failed = true;
}

static const char *
word(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* "CLM05-3" of a CLM; false when it is none. */
static bool
read_at(const char *at, const char *segment, unsigned *element, unsigned *component)
{
    size_t length = strlen(segment);
    int used = 0;
    *component = 1;
    if (at == NULL || strncmp(at, segment, length) != 0)
        return false;
    if (sscanf(at + length, "%2u%n", element, &used) != 1 || used != 2 || *element == 0)
        return false;
    at += length + 2;
    return at[0] == '\0' || (sscanf(at, "-%2u%n", component, &used) == 1 && at[used] == '\0' && *component > 0);
}

/* An element of a file that has component separators where the guide has none: as components, which is what it was. */
static void
put_element(struct writing *writing, struct text value)
{
    struct x12_writer *out = &writing->writer;
    struct text rest;
    x12_writer_element(out, text_cut(value, out->delimiters.component, &rest));
    while (rest.length > 0) {
        x12_writer_component(out, text_cut(rest, out->delimiters.component, &rest));
        writing->component++;
    }
}

/* Up to the place of the value, empty where none was given; false when it does not come behind the last one. */
static bool
put_value(struct writing *writing, unsigned element, unsigned repetition, unsigned component, struct text value)
{
    struct x12_writer *out = &writing->writer;
    const struct text none = {0};
    bool moved = false;
    for (; writing->element < element; moved = true) {
        writing->element++;
        writing->repetition = writing->component = 1;
        if (writing->element == element && repetition == 1 && component == 1) {
            put_element(writing, value);
            return true;
        }
        x12_writer_element(out, none);
    }
    for (; writing->repetition < repetition; moved = true) {
        writing->repetition++;
        writing->component = 1;
        x12_writer_repetition(out, writing->repetition == repetition && component == 1 ? value : none);
    }
    for (; writing->component < component; moved = true) {
        writing->component++;
        x12_writer_component(out, writing->component == component ? value : none);
    }
    return moved && writing->element == element && writing->repetition == repetition && writing->component == component;
}

static void
put_segment(struct writing *writing, const char *id, const json_t *elements)
{
    size_t index;
    json_t *entry;
    writing->element = 0;
    x12_writer_segment(&writing->writer, id);
    json_array_foreach(elements, index, entry)
    {
        unsigned element, component;
        const char *at = word(entry, "at"), *value = word(entry, "value");
        json_int_t repetition = json_integer_value(json_object_get(entry, "repetition"));
        if (!read_at(at, id, &element, &component) || value == NULL || repetition < 0 || repetition > 1000000) {
            wrong(writing, "an element of %s needs \"at\" (as in %s01) and \"value\"", id, id);
            return;
        }
        if (strcmp(value, "***") == 0) {
            wrong(writing, "%s is masked; make the file with claimline x12 show --json --reveal", at);
            return;
        }
        if (!put_value(writing, element, repetition == 0 ? 1 : (unsigned)repetition, component, text_from(value))) {
            wrong(writing, "%s stands behind a later element", at);
            return;
        }
    }
    x12_writer_end(&writing->writer);
}

static bool
read_isa(struct writing *writing, const json_t *elements, const char *values[ISA_ELEMENTS])
{
    size_t index;
    json_t *entry;
    for (int i = 0; i < ISA_ELEMENTS; i++)
        values[i] = "";
    json_array_foreach(elements, index, entry)
    {
        unsigned element, component;
        const char *value = word(entry, "value");
        if (!read_at(word(entry, "at"), "ISA", &element, &component) || element > ISA_ELEMENTS || value == NULL ||
            strlen(value) > isa_widths[element - 1]) {
            wrong(writing, "an element of the ISA is none, or longer than its place");
            return false;
        }
        values[element - 1] = value;
    }
    if (strlen(values[ISA_ELEMENTS - 1]) == 1 && strlen(values[10]) == 1)
        return true;
    wrong(writing, "the ISA needs its separators, ISA11 and ISA16");
    return false;
}

static void
end_interchange(struct writing *writing)
{
    if (!writing->open)
        return;
    x12_writer_flush(&writing->writer);
    x12_writer_close(&writing->writer);
    writing->open = false;
}

/* Its elements have fixed widths; with it the delimiters begin to hold. */
static void
put_isa(struct writing *writing, const json_t *object)
{
    const char *values[ISA_ELEMENTS], *given = word(object, "delimiters");
    char bytes[X12_ISA_BYTES + 1];
    size_t at = 3;
    if (!read_isa(writing, json_object_get(object, "elements"), values))
        return;
    struct x12_delimiters delimiters = x12_delimiters_usual;
    if (given != NULL && strlen(given) == 2) {
        delimiters.element = given[0];
        delimiters.segment = given[1];
    }
    delimiters.component = values[15][0];
    /* A letter there (U, as in version 4010) is no separator. */
    delimiters.repetition = isalnum((unsigned char)values[10][0]) || values[10][0] == ' ' ? '\0' : values[10][0];
    memcpy(bytes, "ISA", 3);
    for (int i = 0; i < ISA_ELEMENTS; i++)
        at += (size_t)snprintf(bytes + at, sizeof bytes - at, "%c%-*s", delimiters.element, isa_widths[i], values[i]);
    bytes[at++] = delimiters.segment;
    end_interchange(writing);
    x12_writer_open_sink(&writing->writer, delimiters, write_out, writing->run->out);
    writing->writer.line_end = '\n';
    x12_writer_append(&writing->writer, text_of(bytes, at), 1);
    x12_writer_append(&writing->writer, TEXT("\n"), 0);
    writing->open = true;
}

static void
put_line(struct writing *writing, const char *line)
{
    json_error_t error;
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &error);
    const char *id = word(object, "segment");
    const json_t *elements = json_object_get(object, "elements");
    if (object == NULL)
        wrong(writing, "no JSON: %s", error.text);
    else if (id == NULL || strlen(id) < 2 || strlen(id) > 3 || !json_is_array(elements))
        wrong(writing, "a line needs \"segment\" and \"elements\"");
    else if (strcmp(id, "BIN") == 0 || strcmp(id, "BDS") == 0)
        wrong(writing, "binary data is not written");
    else if (strcmp(id, "ISA") == 0)
        put_isa(writing, object);
    else if (!writing->open)
        wrong(writing, "the first segment is an ISA");
    else
        put_segment(writing, id, elements);
    json_decref(object);
    if (writing->open && !writing->failed && x12_writer_status(&writing->writer) != STATUS_OK)
        wrong(writing, "%s: %s", id == NULL ? "" : writing->writer.fault_segment,
              writing->writer.fault == NULL ? "cannot be written" : writing->writer.fault);
}

int
x12_write_run(struct claimline *run)
{
    struct writing writing = {.run = run, .file = run->arguments[0]};
    bool standard = strcmp(writing.file, "-") == 0;
    FILE *in = standard ? stdin : fopen(writing.file, "re");
    char *line = NULL;
    size_t room = 0;
    if (in == NULL) {
        claimline_say(run, "%s: cannot be read (%s)", writing.file, strerror(errno));
        return CLAIMLINE_CANNOT;
    }
    while (!writing.failed && getline(&line, &room, in) >= 0) {
        writing.line++;
        if (line[strspn(line, " \t\r\n")] != '\0')
            put_line(&writing, line);
    }
    const int error = ferror(in) ? errno : 0;
    if (!writing.failed && writing.line == 0 && error == 0)
        wrong(&writing, "it is empty");
    end_interchange(&writing);
    free(line);
    if (!standard)
        fclose(in);
    if (error != 0) {
        claimline_say(run, "%s: cannot be read (%s)", writing.file, strerror(error));
        return CLAIMLINE_CANNOT;
    }
    return writing.failed ? CLAIMLINE_FOUND : CLAIMLINE_DONE;
}
