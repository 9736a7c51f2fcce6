/* common/log: structured lines on standard error, and what the journal is told. */
#include "common/log/log.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* What `body` left on standard error. */
static size_t
captured(void (*body)(void), char *buffer, size_t size)
{
    int ends[2], kept = dup(STDERR_FILENO);
    cr_assert_eq(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    body();
    dup2(kept, STDERR_FILENO);
    close(ends[1]);
    ssize_t got = read(ends[0], buffer, size - 1);
    close(ends[0]);
    close(kept);
    buffer[got < 0 ? 0 : got] = '\0';
    return got < 0 ? 0 : (size_t)got;
}

static void
three_lines(void)
{
    LOG(LOG_LEVEL_ERROR, "link-stopped", "a link stopped", LOG_STRING("STREAM", "intake.coding"),
        LOG_NUMBER("SEQUENCE", -12));
    LOG(LOG_LEVEL_INFO, "started", "the daemon is ready");
    LOG(LOG_LEVEL_DEBUG, "step", "a step ran");
}

Test(log, lines_above_the_level_are_dropped_and_counted)
{
    char text[1024];
    unsetenv("JOURNAL_STREAM");
    log_open("coding", LOG_LEVEL_INFO);
    captured(three_lines, text, sizeof text);
    cr_assert_str_eq(text, "error link-stopped a link stopped STREAM=intake.coding SEQUENCE=-12\n"
                           "info started the daemon is ready\n");
    cr_assert_eq(log_count(LOG_LEVEL_ERROR), 1);
    cr_assert_eq(log_count(LOG_LEVEL_INFO), 1);
    cr_assert_eq(log_count(LOG_LEVEL_DEBUG), 1);
    cr_assert_eq(log_count(LOG_LEVEL_WARNING), 0);
}

Test(log, a_journal_stream_that_is_not_ours_is_not_used)
{
    char text[1024];
    setenv("JOURNAL_STREAM", "1:1", 1);
    log_open("coding", LOG_LEVEL_INFO);
    captured(three_lines, text, sizeof text);
    cr_assert(strstr(text, "link-stopped") != NULL);
}

Test(log, values_cannot_break_the_line)
{
    char buffer[256];
    struct log_field fields[] = {LOG_STRING("FILE", "a b\nc\x1b[1m"), LOG_STRING("EMPTY", ""),
                                 LOG_NUMBER("N", INT64_MIN)};
    size_t length = log_print(buffer, sizeof buffer, LOG_LEVEL_WARNING, "x", "said", fields, 3);
    cr_assert_str_eq(buffer, "warning x said FILE=\"a b?c?[1m\" EMPTY=\"\" N=-9223372036854775808\n");
    cr_assert_eq(length, strlen(buffer));
}

Test(log, a_line_is_cut_at_its_bound)
{
    char buffer[16];
    struct log_field field = LOG_STRING("F", "aaaaaaaaaaaaaaaaaaaaaaaaaaa");
    cr_assert_eq(log_print(buffer, sizeof buffer, LOG_LEVEL_ERROR, "x", "said", &field, 1), 15);
    cr_assert_str_eq(buffer, "error x said F\n");
}

Test(log, a_message_id_is_fixed_for_ever)
{
    char first[LOG_MESSAGE_ID_BYTES], second[LOG_MESSAGE_ID_BYTES];
    log_message_id("link-stopped", first);
    log_message_id("started", second);
    cr_assert_str_eq(first, "b8fc580bef9055df1bbc39dc5ee4a2e2");
    cr_assert_eq(strspn(second, "0123456789abcdef"), 32);
    cr_assert_str_neq(first, second);
}
