#include "common/log/log.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

enum { FIELDS_LIMIT = 16, FIELD_BYTES = 512, LINE_BYTES = 4096, LEVELS = LOG_LEVEL_DEBUG + 1 };

/* The one place where the process's log is known; every line of every service in it goes the same way. */
static struct {
    char daemon[64];
    enum log_level level;
    bool journal;
    atomic_uint_fast64_t counts[LEVELS];
} target = {.daemon = "claimline", .level = LOG_LEVEL_INFO};

static const char *const level_names[LEVELS] = {
    [LOG_LEVEL_ERROR] = "error", [LOG_LEVEL_WARNING] = "warning", [LOG_LEVEL_NOTICE] = "notice",
    [LOG_LEVEL_INFO] = "info",   [LOG_LEVEL_DEBUG] = "debug",
};

/* systemd sets JOURNAL_STREAM to the device and inode of the stream that it gave us; when standard error is
 * redirected since, the line belongs there. */
static bool
is_journal_stream(void)
{
    unsigned long long device, inode;
    struct stat status;
    const char *stream = getenv("JOURNAL_STREAM");
    return stream != NULL && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
           fstat(STDERR_FILENO, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

void
log_open(const char *daemon, enum log_level level)
{
    snprintf(target.daemon, sizeof target.daemon, "%s", daemon);
    target.level = level;
    target.journal = is_journal_stream();
}

uint64_t
log_count(enum log_level level)
{
    assert((int)level < LEVELS);
    return atomic_load(&target.counts[level]);
}

void
log_message_id(const char *id, char message_id[LOG_MESSAGE_ID_BYTES])
{
    XXH128_hash_t hash = XXH3_128bits(id, strlen(id));
    snprintf(message_id, LOG_MESSAGE_ID_BYTES, "%016llx%016llx", (unsigned long long)hash.high64,
             (unsigned long long)hash.low64);
}

static bool
is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

struct line {
    char *data;
    size_t length, room; /* room for text; newline and end are kept free */
};

static void
add(struct line *line, const char *string)
{
    for (; *string != '\0' && line->length < line->room; string++)
        line->data[line->length++] = is_control(*string) ? '?' : *string;
}

static void
add_field(struct line *line, const struct log_field *field)
{
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)field->number);
    const char *value = field->string != NULL ? field->string : number;
    bool quoted = value[0] == '\0' || strpbrk(value, " \"=") != NULL;
    add(line, " ");
    add(line, field->name);
    add(line, quoted ? "=\"" : "=");
    add(line, value);
    add(line, quoted ? "\"" : "");
}

size_t
log_print(char *buffer, size_t size, enum log_level level, const char *id, const char *sentence,
          const struct log_field *fields, size_t count)
{
    assert(size >= 2 && (int)level < LEVELS && level_names[level] != NULL);
    struct line line = {buffer, 0, size - 2};
    add(&line, level_names[level]);
    add(&line, " ");
    add(&line, id);
    add(&line, " ");
    add(&line, sentence);
    for (size_t i = 0; i < count; i++)
        add_field(&line, &fields[i]);
    buffer[line.length++] = '\n';
    buffer[line.length] = '\0';
    return line.length;
}

static bool
send_journal(enum log_level level, const char *id, const char *sentence, const struct log_field *fields,
             size_t count)
{
    enum { OWN = 5 };
    char texts[OWN + FIELDS_LIMIT][FIELD_BYTES], message_id[LOG_MESSAGE_ID_BYTES];
    struct iovec parts[OWN + FIELDS_LIMIT];
    log_message_id(id, message_id);
    snprintf(texts[0], FIELD_BYTES, "MESSAGE=%s", sentence);
    snprintf(texts[1], FIELD_BYTES, "MESSAGE_ID=%s", message_id);
    snprintf(texts[2], FIELD_BYTES, "PRIORITY=%d", (int)level);
    snprintf(texts[3], FIELD_BYTES, "SYSLOG_IDENTIFIER=claimline-%s", target.daemon);
    snprintf(texts[4], FIELD_BYTES, "CLAIMLINE_ID=%s", id);
    for (size_t i = 0; i < count; i++) {
        if (fields[i].string != NULL)
            snprintf(texts[OWN + i], FIELD_BYTES, "%s=%s", fields[i].name, fields[i].string);
        else
            snprintf(texts[OWN + i], FIELD_BYTES, "%s=%lld", fields[i].name, (long long)fields[i].number);
    }
    for (size_t i = 0; i < OWN + count; i++)
        parts[i] = (struct iovec){texts[i], strlen(texts[i])};
    return sd_journal_sendv(parts, (int)(OWN + count)) >= 0;
}

void
log_line(enum log_level level, const char *id, const char *sentence, const struct log_field *fields,
         size_t count)
{
    char buffer[LINE_BYTES];
    assert((int)level < LEVELS && count <= FIELDS_LIMIT);
    atomic_fetch_add(&target.counts[level], 1);
    if (level > target.level)
        return;
    if (target.journal && send_journal(level, id, sentence, fields, count))
        return;
    size_t length = log_print(buffer, sizeof buffer, level, id, sentence, fields, count);
    ssize_t wrote = write(STDERR_FILENO, buffer, length); /* one call, so that lines of threads do not mix */
    (void)wrote;                                          /* nowhere left to say it */
}
