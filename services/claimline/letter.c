#include "services/claimline/letter.h"

#include <errno.h>
#include <string.h>

enum { CONTROL_LIMIT = 999999999 };

static enum status
write_bytes(void *context, const char *bytes, size_t length)
{
    struct letter *letter = context;
    return fwrite(bytes, 1, length, letter->file) == length ? STATUS_OK : STATUS_IO;
}

bool
letter_open(struct letter *letter, struct claimline *run, enum claimline_option option)
{
    struct tm local;
    letter->date = claimline_today(run, &local);
    snprintf(letter->time, sizeof letter->time, "%02u%02u", (unsigned)local.tm_hour % 24,
             (unsigned)local.tm_min % 60);
    letter->path = claimline_option(run, option, NULL);
    if (letter->path == NULL)
        return true;
    letter->borrowed = strcmp(letter->path, "-") == 0;
    letter->file = letter->borrowed ? run->out : fopen(letter->path, "we");
    if (letter->file == NULL)
        claimline_say(run, "%s: cannot be written (%s)", letter->path, strerror(errno));
    return letter->file != NULL;
}

static struct x12_envelope
envelope_back(const struct letter *letter, const struct x12_check *check)
{
    const struct x12_interchange *to = &check->interchange;
    const uint64_t control = letter->control % CONTROL_LIMIT;
    return (struct x12_envelope){
        .sender_qualifier = text_from(to->receiver_qualifier),
        .sender = text_from(to->receiver),
        .receiver_qualifier = text_from(to->sender_qualifier),
        .receiver = text_from(to->sender),
        .date = letter->date,
        .time = text_from(letter->time),
        .control = control,
        .group_control = control,
        .test = to->test,
    };
}

void
letter_begin(struct letter *letter, const struct x12_check *check, struct text functional, struct text version)
{
    if (letter->open)
        return;
    letter->control++;
    struct x12_envelope envelope = envelope_back(letter, check);
    x12_writer_open_sink(&letter->writer, x12_delimiters_back(check->reader.delimiters), write_bytes, letter);
    letter->writer.line_end = '\n';
    x12_writer_begin_interchange(&letter->writer, &envelope);
    if (functional.length > 0)
        x12_writer_begin_group(&letter->writer, &envelope, functional, version);
    letter->open = true;
    letter->sets = 0;
}

bool
letter_end(struct letter *letter, bool with_group)
{
    if (!letter->open)
        return true;
    if (with_group)
        x12_writer_end_group(&letter->writer);
    x12_writer_end_interchange(&letter->writer);
    bool written = x12_writer_flush(&letter->writer) == STATUS_OK;
    x12_writer_close(&letter->writer);
    letter->open = false;
    return written;
}

struct text
letter_next_set(struct letter *letter, char buffer[12])
{
    snprintf(buffer, 12, "%04u", (unsigned)(++letter->sets));
    return text_from(buffer);
}

bool
letter_close(struct letter *letter)
{
    if (letter->file == NULL)
        return true;
    bool written = !ferror(letter->file);
    return (letter->borrowed ? fflush(letter->file) : fclose(letter->file)) == 0 && written;
}
