/* Says whether every encounter of a run is accounted for: see README.md here. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/pipeline/history.h"

static const char usage[] =
    "history-check --manifest FILE [--manifest FILE ...] --journal FILE [--events FILE] [--balance FILE]\n"
    "  --manifest FILE    what claim-generator wrote beside its file, of every file that was acknowledged\n"
    "  --journal FILE     the simulator's journal; more than one payer: more than once, of one seed and "
    "shares\n"
    "  --events FILE      claimline events --from 1 --json\n"
    "  --balance FILE     claimline balance --json\n"
    "  --allow-unknown    claims without a manifest are no error\n"
    "  --allow-released   what was to be held may have been released since\n"
    "One line of JSON; exit 0: all is accounted for, 1: it is not, 2: a file cannot be read.\n"
    "Example: history-check --manifest a.x12.expect --journal payer/payer.journal --events events.jsonl\n";

enum {
    OPTION_MANIFEST = 256,
    OPTION_JOURNAL,
    OPTION_EVENTS,
    OPTION_BALANCE,
    OPTION_UNKNOWN,
    OPTION_RELEASED,
    OPTION_HELP
};

static const struct option options[] = {{"manifest", 1, 0, OPTION_MANIFEST},
                                        {"journal", 1, 0, OPTION_JOURNAL},
                                        {"events", 1, 0, OPTION_EVENTS},
                                        {"balance", 1, 0, OPTION_BALANCE},
                                        {"allow-unknown", 0, 0, OPTION_UNKNOWN},
                                        {"allow-released", 0, 0, OPTION_RELEASED},
                                        {"help", 0, 0, OPTION_HELP},
                                        {0}};

typedef bool reader(struct history *history, const char *path);

/* Reads the files of one option, so that manifests come first whatever the order of the options. */
static bool
read_all(struct history *history, int argc, char **argv, int wanted, reader *read_one)
{
    int option;
    optind = 1;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == wanted && !read_one(history, optarg)) {
            fprintf(stderr, "history-check: cannot read %s\n", optarg);
            return false;
        }
    }
    return true;
}

int
main(int argc, char **argv)
{
    struct history *history = calloc(1, sizeof *history);
    int option;
    if (history == NULL)
        return 2;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == '?' || option == OPTION_HELP) {
            fputs(usage, option == '?' ? stderr : stdout);
            free(history);
            return option == '?' ? 64 : 0;
        }
        history->allow_unknown = history->allow_unknown || option == OPTION_UNKNOWN;
        history->allow_released = history->allow_released || option == OPTION_RELEASED;
    }
    bool read = read_all(history, argc, argv, OPTION_MANIFEST, history_manifest) &&
                read_all(history, argc, argv, OPTION_JOURNAL, history_journal) &&
                read_all(history, argc, argv, OPTION_EVENTS, history_events) &&
                read_all(history, argc, argv, OPTION_BALANCE, history_balance);
    if (read && !history->shares_known) {
        fputs("history-check: no journal, or one that does not begin with seed and shares\n", stderr);
        read = false;
    }
    int status = 2;
    if (read) {
        struct pen pen = {0};
        history_judge(history);
        history_write(history, &pen);
        fwrite(pen.bytes, 1, pen.length, stdout);
        pen_free(&pen);
        status = history->lost + history->doubled + history->unexpected != 0;
    }
    history_free(history);
    free(history);
    return status;
}
