/* The loop of a daemon's process, and its main. */
#include "common/service/internal.h"

#include "common/log/log.h"

#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { EXIT_USAGE = 64, EXIT_OTHER_INSTANCE = 75, EXIT_CONFIGURATION = 78, POLL_ITEMS = 128 };

static int
make_signal_descriptor(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static size_t
gather_poll(struct service *service, int signals, struct link_poll *items, size_t *control_first)
{
    size_t n = 0;
    struct pollfd descriptors[CONTROL_CLIENTS_LIMIT + 1];
    items[n++] = (struct link_poll){.fd = signals, .readable = true};
    for (size_t i = 0; i < service->input_count; i++)
        items[n++] = (struct link_poll){.socket = link_consumer_socket(service->inputs[i].consumer), .readable = true};
    for (size_t i = 0; i < service->output_count; i++)
        items[n++] = (struct link_poll){.socket = link_producer_socket(service->outputs[i].producer), .readable = true};
    *control_first = n;
    size_t count = control_poll_list(service->control, descriptors, CONTROL_CLIENTS_LIMIT + 1);
    for (size_t i = 0; i < count && n < POLL_ITEMS; i++)
        items[n++] = (struct link_poll){.fd = descriptors[i].fd,
                                        .readable = (descriptors[i].events & POLLIN) != 0,
                                        .writable = (descriptors[i].events & POLLOUT) != 0};
    return n;
}

static int64_t
poll_sources(struct service *service)
{
    int64_t now = clock_ticks(), wait = CLOCK_SECOND;
    for (size_t i = 0; i < service->plan->source_count; i++) {
        const struct service_source *source = &service->plan->sources[i];
        if (source->poll == NULL || service->source_ready[i]) {
            service->source_ready[i] |= source->poll == NULL;
            continue;
        }
        if (jump_stops(service, source))
            continue;
        if (service->wake || now >= service->source_at[i]) {
            int64_t next = source->poll(service);
            service->source_ready[i] = next <= 0;
            service->source_at[i] = clock_ticks() + (next <= 0 ? 0 : next);
        }
        int64_t left = service->source_at[i] - clock_ticks();
        if (!service->source_ready[i] && left < wait)
            wait = left < 0 ? 0 : left;
    }
    service->wake = false;
    return wait;
}

/* Once a second: rates, reasons, the status line, the watchdog. */
static void
every_second(struct service *service)
{
    int64_t now = clock_ticks();
    if (now - service->second_at < CLOCK_SECOND)
        return;
    service->second_at = now;
    standing_sample(service, now);
    standing_look(service);
    notify_status(service);
    notify_watchdog();
}

static enum status
work_outputs(struct service *service)
{
    for (size_t i = 0; i < service->output_count; i++) {
        struct output_stream *out = &service->outputs[i];
        enum status status = link_producer_work(out->producer, out->last);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static int64_t
smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t
larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* One round: take what came, step and commit when it is worth it, send. Returns how long to wait for more. */
static enum status
go_round(struct service *service, int64_t *wait)
{
    bool urgent;
    size_t steps = 0;
    input_receive(service);
    control_work(service->control, verbs_serve, service);
    jump_look(service);
    *wait = poll_sources(service);
    if (batch_work_waiting(service, &urgent)) {
        int64_t linger = larger(service->linger_microseconds, service->plan->patience);
        int64_t rest = service->last_commit + linger - clock_ticks();
        if (urgent || rest <= 0) {
            enum status status = batch_run(service, &steps);
            if (status != STATUS_OK)
                return status;
            service->wake |= steps > 0;
            *wait = steps > 0 ? 0 : smaller(*wait, 50 * 1000);
        } else {
            *wait = smaller(*wait, rest);
        }
    } else if (service->next_due != INT64_MAX) {
        int64_t rest = service->next_due - clock_now(&service->clock);
        *wait = smaller(*wait, rest < 0 ? 50 * 1000 : rest);
    }
    enum status status = work_outputs(service);
    if (status != STATUS_OK)
        return status;
    *wait = smaller(*wait, input_pull(service));
    every_second(service);
    return STATUS_OK;
}

int
loop_run(struct service *service, int signals)
{
    struct link_poll items[POLL_ITEMS];
    size_t control_first;
    notify_ready();
    LOG(LOG_LEVEL_NOTICE, "ready", "ready", LOG_NUMBER("START", store_start(service->store)));
    while (!service->stopping) {
        int64_t wait;
        enum status status = go_round(service, &wait);
        if (status != STATUS_OK) {
            LOG(LOG_LEVEL_ERROR, "stopping", "the process cannot go on and ends", LOG_STRING("STATUS", status_name(status)));
            return EXIT_FAILURE;
        }
        size_t n = gather_poll(service, signals, items, &control_first);
        link_poll(items, n, wait);
        struct signalfd_siginfo info;
        if (items[0].ready && read(signals, &info, sizeof info) > 0)
            service->stopping = true;
    }
    notify_stopping();
    return EXIT_SUCCESS;
}

static void
print_help(const struct service_plan *plan)
{
    printf("claimline-%s: %s\n\n"
           "usage: claimline-%s [--config FILE]\n"
           "  --config FILE    configuration (default /etc/claimline/claimline.conf)\n"
           "  --init           make the store and end; an existing one is left as it is\n"
           "  --check-config   read the configuration and end\n"
           "  --help, --version\n\n"
           "exit: 0 ended by SIGTERM or SIGINT; 64 usage; 75 another instance runs; 78 configuration, credential or\n"
           "store missing or wrong; 1 anything else\n",
           plan->name, plan->sentence, plan->name);
    setup_print_keys(plan);
}

static int
exit_code(enum status status)
{
    return status == STATUS_OK       ? EXIT_SUCCESS
           : status == STATUS_BUSY   ? EXIT_OTHER_INSTANCE
           : status == STATUS_CONFIG || status == STATUS_CORRUPT ? EXIT_CONFIGURATION
                                     : EXIT_FAILURE;
}

struct options {
    const char *config;
    bool init, check;
};

/* -1: go on; else the exit code. */
static int
read_options(const struct service_plan *plan, int argc, char **argv, struct options *options)
{
    *options = (struct options){.config = "/etc/claimline/claimline.conf"};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
            options->config = argv[++i];
        } else if (strcmp(argv[i], "--init") == 0) {
            options->init = true;
        } else if (strcmp(argv[i], "--check-config") == 0) {
            options->check = true;
        } else if (strcmp(argv[i], "--foreground") == 0) {
            continue; /* it never goes to the background */
        } else if (strcmp(argv[i], "--help") == 0) {
            print_help(plan);
            return EXIT_SUCCESS;
        } else if (strcmp(argv[i], "--version") == 0) {
            printf("claimline-%s %s\n", plan->name, CLAIMLINE_VERSION);
            return EXIT_SUCCESS;
        } else {
            fprintf(stderr, "claimline-%s: unknown option %s; see --help\n", plan->name, argv[i]);
            return EXIT_USAGE;
        }
    }
    return -1;
}

/* Frames of a mebibyte come and go at every commit. What is given back to the kernel comes back page by page, each
 * with a fault: the bare chain is up to three times as fast when memory is kept for the next frame. */
static void
keep_memory(void)
{
    enum { LARGEST_OF_HEAP = 32 << 20, KEPT_BYTES = 64 << 20 };
    mallopt(M_MMAP_THRESHOLD, LARGEST_OF_HEAP);
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
}

int
service_main(const struct service_plan *plan, int argc, char **argv)
{
    struct options options;
    char reason[512] = "";
    int code = read_options(plan, argc, argv, &options);
    if (code >= 0)
        return code;
    if (options.init || options.check) {
        enum status status = options.init ? service_create_store(plan, options.config, reason)
                                          : service_check_config(plan, options.config, reason);
        if (reason[0] != '\0')
            fprintf(stderr, "claimline-%s: %s\n", plan->name, reason);
        return status == STATUS_CONFLICT && options.init ? EXIT_SUCCESS : exit_code(status);
    }
    struct service *service;
    keep_memory();
    int signals = make_signal_descriptor();
    enum status status = service_open(plan, options.config, true, &service, reason);
    if (status != STATUS_OK) {
        fprintf(stderr, "claimline-%s: %s\n", plan->name, reason[0] == '\0' ? status_name(status) : reason);
        return exit_code(status);
    }
    code = loop_run(service, signals);
    close(signals);
    service_shut(service, code == EXIT_SUCCESS);
    return code;
}
