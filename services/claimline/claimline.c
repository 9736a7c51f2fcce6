#include "services/claimline/claimline.h"

#include "services/claimline/ask.h"
#include "services/claimline/command.h"
#include "services/claimline/option.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

const char *const claimline_daemons[DAEMON_COUNT] = {
    [DAEMON_INTAKE] = "intake",         [DAEMON_CODING] = "coding",         [DAEMON_CLAIMS] = "claims",
    [DAEMON_SUBMISSION] = "submission", [DAEMON_REMITTANCE] = "remittance", [DAEMON_EVENTS] = "events",
};

static const char default_config[] = "/etc/claimline/claimline.conf";

/* Of the common section only what this command uses; the daemons check the rest (`claimline doctor` asks them
 * to). */
static const struct config_key keys[] = {
    {"claimline", "runtime", CONFIG_PATH, "/run/claimline", 0, 60, NULL, "Folder of the sockets."},
    {"claimline", "state", CONFIG_PATH, "/var/lib/claimline", 0, 400, NULL, "Folder of the stores."},
    {"claimline", "keys", CONFIG_PATH, "", 0, 400, NULL, "Folder of the master keys."},
    {"claimline", "clock_shift_seconds", CONFIG_NUMBER, "0", -4000000000LL, 4000000000LL, NULL, "Added to the clock, as the daemons do."},
    {"claimline", "*", CONFIG_TEXT, "", 0, 0, NULL, "The daemons' own."},
    {"coding", "codes", CONFIG_PATH, "", 0, 400, NULL, "Folder of the code sets."},
    {"coding", "rules", CONFIG_PATH, "", 0, 400, NULL, "The site's own coding rules."},
    {"coding", "script", CONFIG_PATH, "", 0, 400, NULL, "Functions in Lua that own rules ask."},
    {"coding", "off", CONFIG_TEXT, "", 0, 1000, NULL, "Coding rules that are switched off."},
    {"coding", "*", CONFIG_TEXT, "", 0, 0, NULL, "Coding's own."},
    {"intake", "spool", CONFIG_PATH, "", 0, 400, NULL, "Where files for intake appear."},
    {"intake", "*", CONFIG_TEXT, "", 0, 0, NULL, "Intake's own."},
};

enum claimline_daemon
claimline_daemon_named(struct text name)
{
    for (int i = 0; i < DAEMON_COUNT; i++)
        if (text_is(name, claimline_daemons[i]))
            return (enum claimline_daemon)i;
    return DAEMON_COUNT;
}

int64_t
claimline_now(const struct claimline *run)
{
    return clock_now(&run->clock);
}

int32_t
claimline_today(const struct claimline *run, struct tm *local)
{
    time_t now = (time_t)(claimline_now(run) / CLOCK_SECOND);
    localtime_r(&now, local);
    return (local->tm_year + 1900) * 10000 + (local->tm_mon + 1) * 100 + local->tm_mday;
}

void
claimline_say(struct claimline *run, const char *format, ...)
{
    va_list arguments;
    fputs("claimline: ", run->words);
    va_start(arguments, format);
    vfprintf(run->words, format, arguments);
    va_end(arguments);
    fputc('\n', run->words);
}

bool
claimline_given(const struct claimline *run, enum claimline_option option)
{
    return run->options[option] != NULL;
}

const char *
claimline_option(const struct claimline *run, enum claimline_option option, const char *fallback)
{
    return run->options[option] != NULL ? run->options[option] : fallback;
}

int
claimline_worse(int a, int b)
{
    return a > b ? a : b;
}

int
claimline_configure(struct claimline *run)
{
    char reason[512];
    if (run->config != NULL)
        return CLAIMLINE_DONE;
    run->config_path = claimline_option(run, OPTION_CONFIG, default_config);
    size_t count = sizeof keys / sizeof *keys;
    enum status status;
    if (!claimline_given(run, OPTION_CONFIG) && access(default_config, F_OK) != 0)
        status = config_parse(default_config, (struct text){0}, keys, count, "*", &run->config, reason);
    else
        status = config_read(run->config_path, keys, count, "*", &run->config, reason);
    if (status != STATUS_OK) {
        claimline_say(run, "%s", reason);
        return CLAIMLINE_CANNOT;
    }
    run->clock.shift_microseconds = config_number(run->config, "claimline", "clock_shift_seconds") * CLOCK_SECOND;
    run->state = config_text(run->config, "claimline", "state");
    run->runtime = claimline_option(run, OPTION_RUNTIME, config_text(run->config, "claimline", "runtime"));
    return CLAIMLINE_DONE;
}

/* Finds the command and runs it. */
static int
run_words(struct claimline *run, const char *const *words, size_t count)
{
    if (claimline_given(run, OPTION_VERSION)) {
        fprintf(run->out, "claimline %s\n", CLAIMLINE_VERSION);
        return CLAIMLINE_DONE;
    }
    bool help = claimline_given(run, OPTION_HELP) || (count > 0 && strcmp(words[0], "help") == 0);
    if (count > 0 && strcmp(words[0], "help") == 0) {
        words++;
        count--;
    }
    if (count == 0 && help) {
        command_help(run);
        return CLAIMLINE_DONE;
    }
    if (count == 0) {
        claimline_say(run, "a command is missing; see claimline --help");
        return CLAIMLINE_USAGE;
    }
    int code = command_find(run, words, count);
    if (code == CLAIMLINE_DONE && help) {
        command_help(run);
        return CLAIMLINE_DONE;
    }
    if (code == CLAIMLINE_DONE)
        code = command_count_arguments(run);
    if (code != CLAIMLINE_DONE)
        return code;
    for (int i = 0; i < OPTION_COUNT; i++)
        if (run->options[i] != NULL && !command_takes(run->command, (enum claimline_option)i)) {
            claimline_say(run, "claimline %s%s%s takes no --%s; see its --help", run->command->group,
                          run->command->verb == NULL ? "" : " ",
                          run->command->verb == NULL ? "" : run->command->verb, option_kinds[i].name);
            return CLAIMLINE_USAGE;
        }
    return run->command->run != NULL ? run->command->run(run) : ask_query(run, run->command->query);
}

int
claimline_run(int argc, char **argv, FILE *out, FILE *words_to)
{
    struct claimline run = {.out = out, .words = words_to};
    size_t count = 0;
    arena_init(&run.arena, 0);
    const char **words = ARENA_ARRAY(&run.arena, const char *, argc + 1);
    const char *no_color = getenv("NO_COLOR");
    int fd = fileno(out);
    run.color = fd >= 0 && isatty(fd) && (no_color == NULL || no_color[0] == '\0');
    int code = option_read(&run, argc, argv, words, &count);
    if (code == CLAIMLINE_DONE)
        code = run_words(&run, words, count);
    if (fflush(out) != 0 || ferror(out)) {
        claimline_say(&run, "the answer cannot be written");
        code = CLAIMLINE_CANNOT;
    }
    config_free(run.config);
    arena_free(&run.arena);
    return code;
}
