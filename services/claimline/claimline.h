/*
 * The command `claimline`: asks the daemons over their control sockets, and a few offline works. A table of
 * commands (command.c) says for each verb which daemons to ask, by which verb of theirs, and what to show;
 * only what is more than a question has a function of its own.
 *
 * Data goes to `out`, words to `words`. Exit codes are those of enum claimline_exit, in every command.
 */
#ifndef CLAIMLINE_CLAIMLINE_H
#define CLAIMLINE_CLAIMLINE_H

#include "common/clock/clock.h"
#include "common/config/config.h"
#include "common/control/control.h"

#include <stdio.h>
#include <time.h>

enum claimline_exit {
    CLAIMLINE_DONE = 0,
    CLAIMLINE_FOUND = 1,  /* refused, not found, or findings of severity error; degraded, unbalanced */
    CLAIMLINE_CANNOT = 2, /* a daemon does not answer, a file cannot be read */
    CLAIMLINE_USAGE = 64,
};

/* The daemons, in the order of the pipeline. */
enum claimline_daemon {
    DAEMON_INTAKE,
    DAEMON_CODING,
    DAEMON_CLAIMS,
    DAEMON_SUBMISSION,
    DAEMON_REMITTANCE,
    DAEMON_EVENTS,
    DAEMON_COUNT
};
extern const char *const claimline_daemons[DAEMON_COUNT];
/* DAEMON_COUNT when it is none. */
enum claimline_daemon claimline_daemon_named(struct text name);

/* Options, in the order of the table in option.c. */
enum claimline_option {
    OPTION_CONFIG,
    OPTION_RUNTIME,
    OPTION_JSON,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_LIMIT,
    OPTION_FROM,
    OPTION_FOLLOW,
    OPTION_QUEUE,
    OPTION_SET,
    OPTION_RELEASE,
    OPTION_END,
    OPTION_ACT,
    OPTION_REASON,
    OPTION_ACTOR,
    OPTION_KEY,
    OPTION_REVEAL,
    OPTION_WAIT,
    OPTION_SPOOL,
    OPTION_KEYS,
    OPTION_999,
    OPTION_277CA,
    OPTION_SNIP,
    OPTION_FORMAT,
    OPTION_CLAIMS,
    OPTION_CONTROL,
    OPTION_OUT,
    OPTION_CODES,
    OPTION_PAYER,
    OPTION_DAEMON,
    OPTION_ON,
    OPTION_EDITION,
    OPTION_FIRST,
    OPTION_LAST,
    OPTION_TO,
    OPTION_TEXT,
    OPTION_FINDING,
    OPTION_ROLE,
    OPTION_ASSIGNED,
    OPTION_CLAIM,
    OPTION_CODER,
    OPTION_DEPARTMENT,
    OPTION_SIZE,
    OPTION_SEED,
    OPTION_CSV,
    OPTION_CODING,
    OPTION_CODES_FOLDER,
    OPTION_ALL,
    OPTION_COUNT
};

struct command;

struct claimline {
    FILE *out, *words;
    const struct command *command;
    const char *options[OPTION_COUNT]; /* the last value given; "" for a flag; NULL when not given */
    const char *const *sets;           /* all values of --set */
    size_t set_count;
    const char *const *arguments; /* behind the verb */
    size_t argument_count;
    struct arena arena; /* lives as long as the run */
    const char *config_path;
    struct config *config; /* NULL until claimline_configure */
    const char *runtime, *state;
    struct clock clock; /* of the configuration; until it is read the machine's */
    bool color;
};

/* The whole of main. */
int claimline_run(int argc, char **argv, FILE *out, FILE *words);

/* "claimline: ..." with a newline, to the words. */
void claimline_say(struct claimline *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Reads the configuration and sets config, runtime and state; without a file at the default place the
 * defaults hold, and with
 * --runtime none is needed. CANNOT with words when it is wrong. */
int claimline_configure(struct claimline *run);
/* Is the option given? Its value, or `fallback`. */
bool claimline_given(const struct claimline *run, enum claimline_option option);
const char *claimline_option(const struct claimline *run, enum claimline_option option, const char *fallback);
/* The present instant of the daemons' clock (`clock_shift_seconds`). */
int64_t claimline_now(const struct claimline *run);
/* The same in the time zone of the machine; gives the day as yyyymmdd. */
int32_t claimline_today(const struct claimline *run, struct tm *local);
/* The worse of two exits: CANNOT over FOUND over DONE. */
int claimline_worse(int a, int b);

#endif
