/* The table of commands, and finding one in it. */
#ifndef CLAIMLINE_COMMAND_H
#define CLAIMLINE_COMMAND_H

#include "services/claimline/claimline.h"

#define DAEMON_BIT(daemon) (1u << (daemon))
#define DAEMONS_ALL        ((1u << DAEMON_COUNT) - 1)

/* A command that is a question: the same verb to these daemons, the rows as a table or JSON Lines. */
struct command_query {
    unsigned daemons;     /* bits; 0: the daemon that the first argument names ("coding-12") */
    const char *verb;     /* on the control socket */
    const char *argument; /* the verb's name for the first argument; NULL: none */
    const char *columns;  /* "name:TITLE|name:TITLE"; NULL: every value on a line of its own */
    const char *order;    /* a number, date or instant by which the table is sorted, what has none last; NULL: as they come */
};

struct command {
    const char *group, *verb; /* verb NULL: the group is the command */
    const char *arguments;    /* for the usage line */
    size_t least, most;       /* how many */
    uint64_t options;         /* bits of enum claimline_option, beside those of all commands */
    const char *sentence, *examples;
    const struct command_query *query; /* one of the two */
    int (*run)(struct claimline *run);
};

extern const struct command command_table[];
extern const size_t command_count;

/* The command of the words; sets the run's command and arguments. USAGE with words (and the nearest verb). */
int command_find(struct claimline *run, const char *const *words, size_t count);
/* Are there as many arguments as the run's command takes? USAGE with words. */
int command_count_arguments(struct claimline *run);
/* The page of all commands, or of the run's own. */
void command_help(struct claimline *run);
/* Does this command take this option? */
bool command_takes(const struct command *command, enum claimline_option option);

/* Commands with a function of their own, a file each. */
int status_run(struct claimline *run);
int claim_show_run(struct claimline *run);
int work_list_run(struct claimline *run);
int work_answer_run(struct claimline *run);
int work_act_run(struct claimline *run);
int coding_explain_run(struct claimline *run);
int coding_audit_run(struct claimline *run);
int coding_report_run(struct claimline *run);
int audit_sample_run(struct claimline *run);
int audit_review_run(struct claimline *run);
int audit_result_run(struct claimline *run);
int events_run(struct claimline *run);
int refused_show_run(struct claimline *run);
int refused_replay_run(struct claimline *run);
int link_accept_run(struct claimline *run);
int clock_accept_run(struct claimline *run);
int balance_run(struct claimline *run);
int init_run(struct claimline *run);
int doctor_run(struct claimline *run);
int submit_run(struct claimline *run);
int check_run(struct claimline *run);
int x12_show_run(struct claimline *run);
int x12_write_run(struct claimline *run);
int x12_split_run(struct claimline *run);
int x12_join_run(struct claimline *run);
int codes_import_run(struct claimline *run);
int codes_list_run(struct claimline *run);
int codes_show_run(struct claimline *run);
int codes_diff_run(struct claimline *run);
int codes_export_run(struct claimline *run);

#endif
