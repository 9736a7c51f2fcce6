/* The payer that the pipeline is tried against: see README.md here. */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/pipeline/option.h"
#include "tests/pipeline/simulator.h"

static volatile sig_atomic_t ended;

struct choices {
    struct simulator_options options;
    char journal[2048];
    int64_t idle_us;
    bool once, cpu;
};

static void
end_it(int signal_number)
{
    (void)signal_number;
    ended = 1;
}

static const char usage[] =
    "payer-simulator --folder DIR [options]\n"
    "  --seed S             what the outcomes are drawn from (default 1)\n"
    "  --shares FILE        lines \"key = value\"; each key is an option as well (defaults in brackets):\n"
    "    --reject-interchanges-per-mille M [0]  --reject-sets-per-mille M [0]  --reject-claims-per-mille M "
    "[20]\n"
    "    --silent-per-mille M [10]  --unbalanced-per-mille M [2]  --correct-unbalanced 0|1 [1]\n"
    "    --deny-claims-per-mille M [10]  --deny-lines-per-mille M [100]  --reduce-lines-per-mille M [200]\n"
    "    --status-silent-per-mille M [50]  --status-not-found-per-mille M [100]  --status-pend-per-mille M [300]\n"
    "    --patient-silent-per-mille M [10]  --patient-not-found-per-mille M [10]  --patient-differs-per-mille M [30]\n"
    "    --pieces-per-mille M [0]  --twice-per-mille M [20]  --broken-per-mille M [20]\n"
    "  --journal FILE       (default DIR/payer.journal)\n"
    "  --delay-ms N         from receipt to 835 (default 1000)\n"
    "  --correct-ms N       from an unbalanced 835 to the right one (default: as --delay-ms)\n"
    "  --remit-claims N     claims an ST of an 835 (default 100)\n"
    "  --remit-sets N       STs an 835 file (default 10)\n"
    "  --date D             yyyymmdd of the answers (default: today)\n"
    "  --once               end when nothing came for --idle-ms (default 200) and all is paid\n"
    "  --keep               keep the files received in DIR/taken\n"
    "  --no-sync            do not sync journal and answers\n"
    "  --cpu                print own processor time at the end\n"
    "Example: payer-simulator --folder payer --seed 7 --deny-lines-per-mille 100 --once\n";

enum {
    OPTION_FOLDER = 256,
    OPTION_SEED,
    OPTION_SHARES,
    OPTION_JOURNAL,
    OPTION_DELAY,
    OPTION_CORRECT,
    OPTION_REMIT_CLAIMS,
    OPTION_REMIT_SETS,
    OPTION_DATE,
    OPTION_ONCE,
    OPTION_IDLE,
    OPTION_KEEP,
    OPTION_NO_SYNC,
    OPTION_CPU,
    OPTION_HELP,
    OPTION_SHARE
};

static const struct option options[] = {{"folder", 1, 0, OPTION_FOLDER},
                                        {"seed", 1, 0, OPTION_SEED},
                                        {"shares", 1, 0, OPTION_SHARES},
                                        {"journal", 1, 0, OPTION_JOURNAL},
                                        {"delay-ms", 1, 0, OPTION_DELAY},
                                        {"correct-ms", 1, 0, OPTION_CORRECT},
                                        {"remit-claims", 1, 0, OPTION_REMIT_CLAIMS},
                                        {"remit-sets", 1, 0, OPTION_REMIT_SETS},
                                        {"date", 1, 0, OPTION_DATE},
                                        {"once", 0, 0, OPTION_ONCE},
                                        {"idle-ms", 1, 0, OPTION_IDLE},
                                        {"keep", 0, 0, OPTION_KEEP},
                                        {"no-sync", 0, 0, OPTION_NO_SYNC},
                                        {"cpu", 0, 0, OPTION_CPU},
                                        {"help", 0, 0, OPTION_HELP},
                                        {"reject-interchanges-per-mille", 1, 0, OPTION_SHARE},
                                        {"reject-sets-per-mille", 1, 0, OPTION_SHARE},
                                        {"reject-claims-per-mille", 1, 0, OPTION_SHARE},
                                        {"silent-per-mille", 1, 0, OPTION_SHARE},
                                        {"unbalanced-per-mille", 1, 0, OPTION_SHARE},
                                        {"correct-unbalanced", 1, 0, OPTION_SHARE},
                                        {"deny-claims-per-mille", 1, 0, OPTION_SHARE},
                                        {"deny-lines-per-mille", 1, 0, OPTION_SHARE},
                                        {"reduce-lines-per-mille", 1, 0, OPTION_SHARE},
                                        {"pieces-per-mille", 1, 0, OPTION_SHARE},
                                        {"status-silent-per-mille", 1, 0, OPTION_SHARE},
                                        {"status-not-found-per-mille", 1, 0, OPTION_SHARE},
                                        {"status-pend-per-mille", 1, 0, OPTION_SHARE},
                                        {"patient-silent-per-mille", 1, 0, OPTION_SHARE},
                                        {"patient-not-found-per-mille", 1, 0, OPTION_SHARE},
                                        {"patient-differs-per-mille", 1, 0, OPTION_SHARE},
                                        {"twice-per-mille", 1, 0, OPTION_SHARE},
                                        {"broken-per-mille", 1, 0, OPTION_SHARE},
                                        {0}};

static bool
take_number(struct choices *choices, int option, const char *text)
{
    const uint64_t day_ms = 86400000;
    uint64_t number;
    switch (option) {
    case OPTION_SEED:
        return option_number(text, 0, UINT64_MAX >> 8, &choices->options.seed);
    case OPTION_DELAY:
        if (!option_number(text, 0, day_ms, &number))
            return false;
        choices->options.delay_us = (int64_t)number * 1000;
        return true;
    case OPTION_CORRECT:
        if (!option_number(text, 0, day_ms, &number))
            return false;
        choices->options.correct_us = (int64_t)number * 1000;
        return true;
    case OPTION_IDLE:
        if (!option_number(text, 1, day_ms, &number))
            return false;
        choices->idle_us = (int64_t)number * 1000;
        return true;
    case OPTION_REMIT_CLAIMS:
    case OPTION_REMIT_SETS:
        return option_small(text, 1, 1000000,
                            option == OPTION_REMIT_CLAIMS ? &choices->options.remit_claims : &choices->options.remit_sets);
    case OPTION_DATE:
        return option_date(text, &choices->options.date);
    default:
        return false;
    }
}

static bool
take_option(struct choices *choices, int option, const char *name, const char *text)
{
    switch (option) {
    case OPTION_FOLDER:
        choices->options.folder = text;
        return text[0] != '\0' && strlen(text) < 1500;
    case OPTION_JOURNAL:
        choices->options.journal = text;
        return text[0] != '\0';
    case OPTION_SHARES: {
        int bad = shares_read(&choices->options.shares, text);
        if (bad > 0)
            fprintf(stderr, "payer-simulator: %s: line %d: no such share, or not from 0 to 1000\n", text,
                    bad);
        return bad == 0;
    }
    case OPTION_SHARE:
        return shares_set(&choices->options.shares, name, text);
    case OPTION_ONCE:
        choices->once = true;
        return true;
    case OPTION_KEEP:
        choices->options.keep = true;
        return true;
    case OPTION_NO_SYNC:
        choices->options.sync = false;
        return true;
    case OPTION_CPU:
        choices->cpu = true;
        return true;
    default:
        return take_number(choices, option, text);
    }
}

static int
watch(const struct simulator_options *chosen)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/out", chosen->folder);
    int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor >= 0 && inotify_add_watch(descriptor, path, IN_MOVED_TO | IN_CLOSE_WRITE) < 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

/* Until a file comes, an 835 is due, or the time is over. */
static void
wait_for(int watcher, int64_t wait_us)
{
    struct pollfd input = {.fd = watcher, .events = POLLIN};
    char events[4096];
    int wait_ms = wait_us > 200000 ? 200 : wait_us <= 0 ? 0 : (int)(wait_us / 1000) + 1;
    if (poll(&input, watcher >= 0, wait_ms) > 0) {
        while (read(watcher, events, sizeof events) > 0)
            continue;
    }
}

static int
serve(struct simulator *simulator, const struct choices *choices)
{
    int watcher = watch(&choices->options), failed = 0;
    int64_t quiet_since_us = simulator_now_us();
    while (!ended) {
        int taken = simulator_scan(simulator);
        int64_t now_us = simulator_now_us();
        int paid = taken < 0 ? 0 : simulator_pay(simulator, now_us);
        if (taken < 0 || paid < 0) {
            failed = taken < 0 ? -taken : -paid;
            break;
        }
        int64_t due_us = simulator_due_us(simulator);
        if (taken > 0 || paid > 0 || due_us != INT64_MAX)
            quiet_since_us = now_us;
        if (choices->once && now_us - quiet_since_us >= choices->idle_us)
            break;
        if (taken == 0 && paid == 0)
            wait_for(watcher, choices->once ? 10000 : due_us - now_us);
    }
    if (watcher >= 0)
        close(watcher);
    return failed;
}

static void
report(const struct simulator_totals *totals, bool cpu)
{
    printf("{\"interchanges\":%llu,\"claims\":%llu,\"rejected\":%llu,\"doubles\":%llu,\"faulty\":%llu,"
           "\"again\":%llu,\"conflicts\":%llu,\"unreadable\":%llu,\"remittance_files\":%llu,\"paid_claims\":%"
           "llu,"
           "\"paid_cents\":%lld,\"questions\":%llu",
           (unsigned long long)totals->interchanges, (unsigned long long)totals->claims,
           (unsigned long long)totals->rejected, (unsigned long long)totals->doubles,
           (unsigned long long)totals->faulty, (unsigned long long)totals->again,
           (unsigned long long)totals->conflicts, (unsigned long long)totals->unreadable,
           (unsigned long long)totals->remittances, (unsigned long long)totals->paid_claims,
           (long long)totals->paid_cents, (unsigned long long)totals->questions);
    if (cpu) {
        struct rusage used;
        getrusage(RUSAGE_SELF, &used);
        printf(",\"cpu_us\":%lld", (long long)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
                                       used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    }
    puts("}");
}

int
main(int argc, char **argv)
{
    struct choices choices = {.options = {.seed = 1,
                                          .shares = shares_default,
                                          .delay_us = 1000000,
                                          .correct_us = -1,
                                          .remit_claims = 100,
                                          .remit_sets = 10,
                                          .sync = true},
                              .idle_us = 200000};
    int option, index = 0;
    while ((option = getopt_long(argc, argv, "", options, &index)) != -1) {
        if (option == OPTION_HELP) {
            fputs(usage, stdout);
            return 0;
        }
        if (option == '?' || !take_option(&choices, option, options[index].name, optarg)) {
            fprintf(stderr, "payer-simulator: bad option or value\n%s", usage);
            return 64;
        }
    }
    if (choices.options.folder == NULL || optind != argc) {
        fputs(usage, stderr);
        return 64;
    }
    snprintf(choices.journal, sizeof choices.journal, "%s/payer.journal", choices.options.folder);
    if (choices.options.journal == NULL)
        choices.options.journal = choices.journal;
    if (choices.options.correct_us < 0)
        choices.options.correct_us = choices.options.delay_us;
    struct sigaction action = {.sa_handler = end_it};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    struct simulator *simulator;
    int failed = simulator_open(&simulator, &choices.options);
    if (failed != 0) {
        fprintf(stderr, "payer-simulator: cannot open %s and %s: %s\n", choices.options.folder,
                choices.options.journal,
                failed == EINVAL ? "the journal is of another seed or other shares" : strerror(failed));
        return failed == EWOULDBLOCK ? 75 : 78;
    }
    failed = serve(simulator, &choices);
    if (failed != 0)
        fprintf(stderr, "payer-simulator: %s\n", strerror(failed));
    report(simulator_totals(simulator), choices.cpu);
    simulator_close(simulator);
    return failed != 0;
}
