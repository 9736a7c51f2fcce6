/*
 * The log of a daemon: structured lines to the journal when the process runs under systemd, else to standard
 * error. Only the frame and programs' mains log; library and domain code never does. A line is a constant
 * sentence with typed fields; there is no way to log free text from outside, so patient data cannot reach it:
 * values are numbers, our own ids, names of tables, streams, payers and files of ours, and static strings.
 */
#ifndef CLAIMLINE_LOG_H
#define CLAIMLINE_LOG_H

#include "common/text/text.h"

enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_NOTICE = 5,
    LOG_LEVEL_INFO = 6,
    LOG_LEVEL_DEBUG = 7
};

struct log_field {
    const char *name;   /* upper case, becomes a journal field: CLAIM, STREAM, STATUS */
    const char *string; /* a static string or a name of ours; NULL: the number is meant */
    int64_t number;
};
#define LOG_STRING(name, value) ((struct log_field){(name), (value), 0})
#define LOG_NUMBER(name, value) ((struct log_field){(name), NULL, (int64_t)(value)})

/* Once at start. SYSLOG_IDENTIFIER is claimline-DAEMON. Lines above `level` are dropped. */
void log_open(const char *daemon, enum log_level level);
/* `id` names the kind of line for the catalog ("link-stopped"): MESSAGE_ID is derived from it, see
 * docs/operating.md. */
void log_line(enum log_level level, const char *id, const char *sentence, const struct log_field *fields,
              size_t count);
#define LOG(level, id, sentence, ...)                                                                        \
    log_line((level), (id), (sentence), (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){0}},           \
             sizeof((const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){0}}) / sizeof(struct log_field) -  \
                 1)
/* The line as standard error shows it, with its newline: `level id sentence NAME=value ...`; values with
 * blanks stand in quotes, control characters as '?', what passes `size` is cut. Returns its length. */
size_t log_print(char *buffer, size_t size, enum log_level level, const char *id, const char *sentence,
                 const struct log_field *fields, size_t count);
/* MESSAGE_ID of an id: 32 hexadecimal digits, the same in every version. */
enum { LOG_MESSAGE_ID_BYTES = 33 };
void log_message_id(const char *id, char message_id[LOG_MESSAGE_ID_BYTES]);
/* Lines logged so far at each level, for status. */
uint64_t log_count(enum log_level level);

#endif
