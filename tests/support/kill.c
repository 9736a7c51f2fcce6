#include "tests/support/kill.h"

#include "common/clock/clock.h"
#include "common/seal/seal.h"
#include "common/service/internal.h"

#include <assert.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILL_ALL = 200, KILL_SOME = 100 };

/* ---- the end of a run, as lines ---- */

struct end {
    FILE *lines;
    char *text;
    size_t size;
    const char *table;
    size_t entry_head; /* bytes that are not compared */
};

static void
print_bytes(FILE *out, struct text bytes, size_t limit)
{
    for (size_t i = 0; i < bytes.length && i < limit; i++)
        fprintf(out, "%02x", (uint8_t)bytes.data[i]);
}

static void
print_digest(FILE *out, struct text bytes)
{
    uint8_t digest[32];
    seal_digest(bytes, digest);
    fprintf(out, " %zu bytes ", bytes.length);
    print_bytes(out, text_of(digest, sizeof digest), 8);
    fputc('\n', out);
}

static bool
print_row(void *context, struct text key, struct text value)
{
    struct end *end = context;
    fprintf(end->lines, "%s ", end->table);
    print_bytes(end->lines, key, STORE_KEY_LIMIT);
    print_digest(end->lines, value);
    return true;
}

/* All but the marks of recovery and clock, which tell of processes and not of what they did. */
static void
print_tables(struct service *service, struct end *end)
{
    struct arena arena;
    arena_init(&arena, 0);
    for (unsigned i = 0; i < service->table_count; i++) {
        enum status status = STATUS_OK;
        end->table = service->tables[i].name;
        if (i == frame_table(service, FRAME_MARK))
            continue;
        if (service->tables[i].kind == STORE_LOG)
            status = store_log_scan(service->store, i, 1, &arena, print_row, end);
        else
            status = store_scan(service->store, i, (struct text){0}, (struct text){0}, &arena, print_row, end);
        assert(status == STATUS_OK);
        arena_reset(&arena);
    }
    arena_free(&arena);
}

static void
print_counters(struct service *service, struct end *end)
{
    for (unsigned i = 0; i < service->plan->counter_count; i++)
        fprintf(end->lines, "counter %s %lld\n", service->plan->counters[i], (long long)store_counter(service->store, i));
    for (unsigned i = 0; i < service->output_count; i++)
        fprintf(end->lines, "outbox bytes %s %lld\n", service->outputs[i].kind->name,
                (long long)store_counter(service->store, COUNTER_OUT_BYTES + i));
    fprintf(end->lines, "refused %lld\n", (long long)store_counter(service->store, COUNTER_REFUSED));
}

static void
print_file(const char *path, const char *name, struct end *end)
{
    struct stat about;
    FILE *file = fopen(path, "rb");
    assert(file != NULL && fstat(fileno(file), &about) == 0);
    char *bytes = malloc((size_t)about.st_size + 1);
    assert(bytes != NULL);
    size_t length = fread(bytes, 1, (size_t)about.st_size, file);
    fclose(file);
    fprintf(end->lines, "file %s", name);
    print_digest(end->lines, text_of(bytes, length));
    free(bytes);
}

static void
print_folder(const char *folder, const char *shown, struct end *end)
{
    struct dirent **names;
    int count = scandir(folder, &names, NULL, alphasort);
    assert(count >= 0);
    for (int i = 0; i < count; i++) {
        char path[1024], name[1024];
        struct stat about;
        const char *entry = names[i]->d_name;
        snprintf(path, sizeof path, "%s/%s", folder, entry);
        snprintf(name, sizeof name, "%s/%s", shown, entry);
        if (strcmp(entry, ".") != 0 && strcmp(entry, "..") != 0 && lstat(path, &about) == 0) {
            if (S_ISDIR(about.st_mode))
                print_folder(path, name, end);
            else
                print_file(path, name, end);
        }
        free(names[i]);
    }
    free(names);
}

static char *
take_end(const struct kill_scenario *scenario, struct bench *bench)
{
    struct end end = {0};
    char folder[512];
    end.lines = open_memstream(&end.text, &end.size);
    assert(end.lines != NULL);
    print_tables(bench_service(bench), &end);
    print_counters(bench_service(bench), &end);
    for (size_t n = 0; scenario->folder != NULL && scenario->folder(bench, n, folder); n++)
        print_folder(folder, "", &end);
    fclose(end.lines);
    return end.text;
}

/* The first line in which they differ, to the words of the test. */
static void
show_difference(const char *name, long n, const char *expected, const char *found)
{
    struct text a = text_from(expected), b = text_from(found);
    int shown = 0;
    while ((a.length > 0 || b.length > 0) && shown < 8) {
        struct text x = text_cut(a, '\n', &a), y = text_cut(b, '\n', &b);
        if (!text_equal(x, y)) {
            fprintf(stderr, "%s killed at call %ld: expected %.*s\n%*s found %.*s\n", name, n, TEXT_ARGS(x), 20, "",
                    TEXT_ARGS(y));
            shown++;
        }
    }
}

/* ---- the kill ---- */

static long calls, ends_at;

static void
count_call(const char *operation)
{
    (void)operation;
    if (++calls == ends_at)
        kill(getpid(), SIGKILL);
}

/* In a process of its own, which ends at its n-th call; false when it came to its end. */
static bool
run_killed(const struct kill_scenario *scenario, struct bench *bench, long n)
{
    fflush(NULL);
    pid_t child = fork();
    assert(child >= 0);
    if (child == 0) {
        calls = 0;
        ends_at = n;
        store_seam = count_call;
        bench_start(bench);
        scenario->run(bench);
        bench_stop(bench, true);
        _exit(0);
    }
    int ended;
    waitpid(child, &ended, 0);
    bool killed = WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL;
    if (!killed && (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0))
        fprintf(stderr, "%s: the process to be killed at call %ld failed by itself\n", scenario->name, n);
    assert(killed || (WIFEXITED(ended) && WEXITSTATUS(ended) == 0));
    return killed;
}

/* ---- the same beginning for each run ---- */

/* The store holds what was drawn at random when it was made, so that each run begins with a copy of the same one. */
struct beginning {
    const struct kill_scenario *scenario;
    struct bench *bench;
    char folders[4][512]; /* the bench's, and those outside it */
    size_t count;
};

static void
command(const char *format, const char *folder)
{
    char line[1400];
    snprintf(line, sizeof line, format, folder, folder, folder);
    int code = system(line);
    assert(code == 0);
}

static void
keep_beginning(struct beginning *beginning, const struct kill_scenario *scenario)
{
    char folder[512];
    *beginning = (struct beginning){.scenario = scenario, .bench = scenario->open(), .count = 1};
    bench_stop(beginning->bench, true);
    snprintf(beginning->folders[0], 512, "%s", bench_folder(beginning->bench));
    for (size_t n = 0; scenario->folder != NULL && scenario->folder(beginning->bench, n, folder); n++)
        if (strncmp(folder, beginning->folders[0], strlen(beginning->folders[0])) != 0)
            snprintf(beginning->folders[beginning->count++], 512, "%s", folder);
    for (size_t i = 0; i < beginning->count; i++)
        command("cp -a --sparse=always %s %s.kept", beginning->folders[i]);
}

static void
begin_anew(const struct beginning *beginning)
{
    for (size_t i = 0; i < beginning->count; i++)
        command("rm -rf %s && cp -a --sparse=always %s.kept %s", beginning->folders[i]);
}

static void
forget_beginning(struct beginning *beginning)
{
    for (size_t i = 0; i < beginning->count; i++)
        command("rm -rf %s.kept", beginning->folders[i]);
    bench_start(beginning->bench);
    beginning->scenario->close(beginning->bench);
}

/* The calls of a run that nobody disturbs, and its end. */
static long
run_whole(const struct beginning *beginning, char **end)
{
    struct bench *bench = beginning->bench;
    calls = ends_at = 0;
    store_seam = count_call;
    bench_start(bench);
    beginning->scenario->run(bench);
    store_seam = NULL;
    long whole = calls;
    *end = take_end(beginning->scenario, bench);
    printf("%s: %s\n", beginning->scenario->name, bench_events(bench));
    bench_stop(bench, true);
    return whole;
}

static bool
ends_the_same(const struct beginning *beginning, long n, const char *expected, bool *killed)
{
    const struct kill_scenario *scenario = beginning->scenario;
    begin_anew(beginning);
    *killed = run_killed(scenario, beginning->bench, n);
    bench_start(beginning->bench);
    scenario->run(beginning->bench);
    char *end = take_end(scenario, beginning->bench);
    bool same = strcmp(end, expected) == 0;
    if (!same)
        show_difference(scenario->name, n, expected, end);
    free(end);
    bench_stop(beginning->bench, true);
    return same;
}

void
kill_everywhere(const struct kill_scenario *scenario)
{
    struct beginning beginning;
    char *expected;
    if (getenv("TMPDIR") == NULL && access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 1); /* a kill loses no page, so that no disk is needed */
    keep_beginning(&beginning, scenario);
    long whole = run_whole(&beginning, &expected), kills = 0, wrong = 0, stride = 1;
    int64_t began = clock_ticks();
    bool killed = true;
    for (long n = 1; n <= whole && killed && wrong < 3; n += stride) {
        if (n >= KILL_ALL && getenv("CLAIMLINE_KILL_ALL") == NULL)
            stride = (whole - KILL_ALL) / KILL_SOME + 1;
        wrong += !ends_the_same(&beginning, n, expected, &killed);
        kills += killed;
    }
    printf("%s makes %ld store calls; killed at %ld of them%s, %ld ended otherwise; %lld s\n", scenario->name, whole, kills,
           stride > 1 ? " (all of the first 200)" : "", wrong, (long long)((clock_ticks() - began) / CLOCK_SECOND));
    free(expected);
    forget_beginning(&beginning);
    assert(whole > 5 && kills > 5 && wrong == 0);
}

void
kill_feed_batch(struct bench *bench, uint16_t stream, uint64_t n, const struct record_type *type, const void *records,
                size_t count)
{
    if (service_applied(bench_service(bench), stream) >= n)
        return;
    assert(service_applied(bench_service(bench), stream) == n - 1);
    enum status status = bench_feed_batch(bench, stream, type, records, count);
    assert(status == STATUS_OK);
}

void
kill_feed(struct bench *bench, uint16_t stream, uint64_t n, const struct record_type *type, const void *record)
{
    kill_feed_batch(bench, stream, n, type, record, 1);
}
