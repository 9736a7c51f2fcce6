/* claimline status: all daemons at once, answered within 100 ms whoever is down. */
#include "services/claimline/ask.h"
#include "services/claimline/listing.h"

#include "common/clock/clock.h"

#include <assert.h>
#include <sys/stat.h>

enum overall { OVERALL_OK, OVERALL_DEGRADED, OVERALL_STOPPED, OVERALL_UNKNOWN };
static const char *const overall_words[] = {"OK", "DEGRADED", "STOPPED", "UNKNOWN"};
static const char *const overall_colors[] = {"\033[32m", "\033[33m", "\033[31m", "\033[33m"};

/* What is known of one daemon, from its answer or from its silence. */
struct standing {
    const char *daemon;
    const struct control_row *row; /* NULL: it did not answer */
    struct text state, reason, advice;
    int64_t since, now; /* by the daemon's own clock */
};

/* The last write to its store in the daemons' clock, as the best witness of when a daemon that is gone still worked. */
static int64_t
last_write(struct claimline *run, const char *daemon)
{
    static const char *const places[] = {"store/data.mdb", "store"};
    struct stat found;
    for (size_t i = 0; i < 2; i++)
        if (stat(arena_print(&run->arena, "%s/%s/%s", run->state, daemon, places[i]).data, &found) == 0)
            return (int64_t)found.st_mtim.tv_sec * CLOCK_SECOND + found.st_mtim.tv_nsec / 1000 + run->clock.shift_microseconds;
    return 0;
}

static struct standing
judge(struct claimline *run, const char *daemon, const struct control_question *question)
{
    struct standing standing = {.daemon = daemon, .now = claimline_now(run)};
    bool answered = question->status == STATUS_OK && question->answer.status == CONTROL_STATUS_DONE &&
                    question->answer.rows_count > 0;
    if (answered) {
        const struct control_row *row = &question->answer.rows[0];
        standing.row = row;
        standing.state = listing_text(row, "state");
        standing.reason = listing_text(row, "reason");
        standing.advice = listing_text(row, "advice");
        standing.since = listing_number(row, "since");
        if (listing_number(row, "now") != 0)
            standing.now = listing_number(row, "now");
        return standing;
    }
    standing.since = last_write(run, daemon);
    if (question->status == STATUS_NOT_FOUND) {
        standing.state = TEXT("stopped");
        standing.reason = TEXT("it does not run");
        standing.advice = arena_print(&run->arena, "systemctl start claimline-%s", daemon);
    } else if (question->status == STATUS_RETRY) {
        standing.state = TEXT("silent");
        standing.reason = TEXT("it does not answer");
        standing.advice = arena_print(&run->arena, "journalctl -u claimline-%s", daemon);
    } else {
        standing.state = TEXT("unknown");
        standing.reason = question->status == STATUS_IO ? TEXT("its socket may not be used by you")
                                                        : TEXT("its answer is none");
        standing.advice = question->status == STATUS_IO ? arena_print(&run->arena, "join the group of %s, or ask as root", question->path)
                                                        : arena_print(&run->arena, "look at %s", question->path);
    }
    return standing;
}

/* Nobody there is worse than a word of trouble; of equals the first in the pipeline counts. Where none may be asked, none is known to
 * have stopped. */
static const struct standing *
worst_of(const struct standing *standings, enum overall *overall)
{
    const struct standing *worst = NULL;
    size_t answered = 0, barred = 0;
    for (int i = 0; i < DAEMON_COUNT; i++) {
        const struct standing *one = &standings[i];
        answered += one->row != NULL;
        barred += one->row == NULL && text_is(one->state, "unknown");
        if (one->reason.length > 0 && (worst == NULL || (worst->row != NULL && one->row == NULL)))
            worst = one;
    }
    *overall = barred == DAEMON_COUNT ? OVERALL_UNKNOWN : answered == 0 ? OVERALL_STOPPED : worst == NULL ? OVERALL_OK : OVERALL_DEGRADED;
    return worst;
}

static void
print_words(struct claimline *run, const struct standing *standings, enum overall overall,
            const struct standing *worst)
{
    const char *color = run->color ? overall_colors[overall] : "", *plain = run->color ? "\033[0m" : "";
    fprintf(run->out, "%s%s%s", color, overall_words[overall], plain);
    if (worst != NULL) {
        struct text reason = listing_clean(&run->arena, worst->reason),
                    advice = listing_clean(&run->arena, worst->advice);
        struct control_value since = {.kind = VALUE_KIND_INSTANT, .number = worst->since};
        struct text shown = worst->since == 0 ? TEXT("unknown") : listing_show(&run->arena, &since);
        struct text age = listing_age(&run->arena, worst->now, worst->since);
        fprintf(run->out, ": %s: %.*s; since %.*s", worst->daemon, TEXT_ARGS(reason), TEXT_ARGS(shown));
        if (worst->since != 0)
            fprintf(run->out, " (%.*s)", TEXT_ARGS(age));
        if (advice.length > 0)
            fprintf(run->out, "; do: %.*s", TEXT_ARGS(advice));
    }
    fputs("\n\n", run->out);
    for (int i = 0; i < DAEMON_COUNT; i++)
        if (&standings[i] != worst && standings[i].reason.length > 0) {
            struct text reason = listing_clean(&run->arena, standings[i].reason);
            claimline_say(run, "%s: %.*s", standings[i].daemon, TEXT_ARGS(reason));
        }
}

/* What waits for a person: the work list where a daemon has one, which holds what is counted as held. */
static const char *
number_name(const struct standing *standing, const char *name)
{
    return strcmp(name, "held") == 0 && standing->row != NULL && listing_value(standing->row, "work") != NULL ? "work" : name;
}

/* The row of the table: numbers as the daemon gave them, "-" where it gave none, but that what waits for one that is down, or
 * behind one that is down, is not known. */
static const struct control_row *
table_row(struct claimline *run, const struct standing *standing)
{
    static const char *const numbers[] = {"in_per_second", "out_per_second", "queued", "held", "refused"};
    struct arena *arena = &run->arena;
    struct control_answer *answer = arena_take(arena, sizeof *answer);
    struct control_rows rows;
    control_answer_begin(&rows, arena, answer);
    control_row(&rows);
    control_text(&rows, "daemon", text_from(standing->daemon));
    control_text(&rows, "state", standing->state);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const char *given = number_name(standing, numbers[i]);
        if (standing->row != NULL && listing_value(standing->row, given) != NULL)
            control_number(&rows, numbers[i], listing_number(standing->row, given));
        else if (strcmp(numbers[i], "queued") == 0)
            control_text(&rows, numbers[i], TEXT("unknown"));
    }
    if (standing->row != NULL) {
        control_text(&rows, "oldest", listing_age(arena, standing->now, listing_number(standing->row, "oldest")));
        control_number(&rows, "restarts", listing_number(standing->row, "restarts"));
        control_text(&rows, "sentence", listing_text(standing->row, "sentence"));
    }
    return answer->rows;
}

static void
print_json(struct claimline *run, const struct standing *standings, enum overall overall,
           const struct standing *worst)
{
    struct control_value since = {.kind = VALUE_KIND_INSTANT, .number = worst == NULL ? 0 : worst->since};
    json_t *object = json_object();
    assert(object != NULL);
    json_object_set_new(object, "status", json_string(overall_words[overall]));
    json_object_set_new(object, "worst", worst == NULL ? json_null() : json_string(worst->daemon));
    json_object_set_new(object, "reason", worst == NULL ? json_null() : listing_json_text(worst->reason));
    json_object_set_new(object, "since", listing_json_value(&since));
    json_object_set_new(object, "advice", worst == NULL ? json_null() : listing_json_text(worst->advice));
    listing_json_line(run, object);
    for (int i = 0; i < DAEMON_COUNT; i++) {
        const struct standing *one = &standings[i];
        json_t *row = one->row == NULL ? json_object() : listing_json_row(one->daemon, one->row);
        if (one->row == NULL) {
            since.number = one->since;
            json_object_set_new(row, "daemon", json_string(one->daemon));
            json_object_set_new(row, "state", listing_json_text(one->state));
            json_object_set_new(row, "since", listing_json_value(&since));
            json_object_set_new(row, "reason", listing_json_text(one->reason));
            json_object_set_new(row, "advice", listing_json_text(one->advice));
        }
        listing_json_line(run, row);
    }
}

int
status_run(struct claimline *run)
{
    struct control_question questions[DAEMON_COUNT] = {{0}};
    struct standing standings[DAEMON_COUNT];
    struct control_request request = {.verb = TEXT("status")};
    enum overall overall;
    int code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    for (int i = 0; i < DAEMON_COUNT; i++)
        questions[i].path = ask_path(run, claimline_daemons[i]);
    control_ask_all(questions, DAEMON_COUNT, &request, ASK_STATUS_MILLISECONDS, &run->arena);
    for (int i = 0; i < DAEMON_COUNT; i++)
        standings[i] = judge(run, claimline_daemons[i], &questions[i]);
    const struct standing *worst = worst_of(standings, &overall);
    if (claimline_given(run, OPTION_JSON)) {
        print_json(run, standings, overall, worst);
    } else {
        struct listing listing;
        print_words(run, standings, overall, worst);
        listing_begin(
            &listing, run,
            "daemon:DAEMON|state:STATE|in_per_second:IN/S|out_per_second:OUT/S|queued:QUEUED|held:HELD|"
            "refused:REFUSED|oldest:OLDEST|restarts:RESTARTS|sentence:NOW");
        for (int i = 0; i < DAEMON_COUNT; i++)
            listing_row(&listing, standings[i].daemon, table_row(run, &standings[i]));
        listing_end(&listing);
    }
    return overall == OVERALL_OK ? CLAIMLINE_DONE : CLAIMLINE_FOUND;
}
