/*
 * How the daemon stands, for `claimline status` and systemd: the worst that is to say of it and since when, what it takes
 * and gives a second, and the age of the oldest thing that it has not passed on.
 */
#include "common/service/internal.h"

#include "common/log/log.h"

int64_t
standing_counter(const struct service *service, const char *name)
{
    for (size_t i = 0; i < service->plan->counter_count; i++)
        if (strcmp(service->plan->counters[i], name) == 0)
            return store_counter(service->store, (unsigned)i);
    return 0;
}

/* ---- what it takes and gives a second ---- */

static int64_t
counted(const struct service *service, const char *name)
{
    for (size_t i = 0; i < service->plan->counter_count; i++)
        if (strcmp(service->plan->counters[i], name) == 0)
            return store_counter(service->store, (unsigned)i);
    return store_counter(service->store, COUNTER_STEPS);
}

void
standing_sample(struct service *service, int64_t ticks)
{
    struct rates *rates = &service->rates;
    if (rates->count == RATE_SAMPLES) {
        memmove(rates->samples, rates->samples + 1, (RATE_SAMPLES - 1) * sizeof *rates->samples);
        rates->count--;
    }
    struct rate_sample now = {ticks, counted(service, "taken"), counted(service, "passed_on")};
    rates->samples[rates->count++] = now;
    const struct rate_sample *first = &rates->samples[0];
    double seconds = (double)(ticks - first->ticks) / (double)CLOCK_SECOND;
    rates->in_per_second = seconds > 0 ? (double)(now.taken - first->taken) / seconds : 0;
    rates->out_per_second = seconds > 0 ? (double)(now.passed - first->passed) / seconds : 0;
}

/* ---- the worst, and since when ---- */

static const char *
stopped_link(const struct service *service)
{
    for (size_t i = 0; i < service->input_count; i++)
        if (service->inputs[i].consumer != NULL && link_consumer_stop(service->inputs[i].consumer) != LINK_RUNNING)
            return link_stop_sentence(link_consumer_stop(service->inputs[i].consumer));
    for (size_t i = 0; i < service->output_count; i++)
        if (service->outputs[i].producer != NULL && link_producer_stop(service->outputs[i].producer) != LINK_RUNNING)
            return link_stop_sentence(link_producer_stop(service->outputs[i].producer));
    return NULL;
}

static struct standing
worst(struct service *service)
{
    const char *stop = stopped_link(service);
    if (service->jump.amount != 0)
        return (struct standing){service->jump.sentence,
                                 "look at the clock (timedatectl); when it is right: claimline clock accept --reason WHY", 0};
    if (stop != NULL)
        return (struct standing){stop, "claimline link show; when it is right: claimline link accept", 0};
    if (service->full)
        return (struct standing){"the disk or the store's map is full",
                                 "free space on the disk of the state folder; where it has space, raise map_bytes and restart", 0};
    if (store_tight(service->store))
        return (struct standing){"the disk is nearly full; no new input is taken",
                                 "free space on the disk of the state folder", 0};
    if (store_use_per_mille(service->store) >= 900)
        return (struct standing){"the store's map is over 90 % used", "raise map_bytes and restart", 0};
    if (output_full(service))
        return (struct standing){"the outbox is full", "see why the next daemon does not take its input", 0};
    struct standing of_plan = {0};
    if (service->plan->trouble != NULL)
        of_plan.reason = service->plan->trouble(service, &of_plan.advice);
    return of_plan.reason != NULL ? of_plan : (struct standing){"", "", 0};
}

/* Without its digits: the same trouble, however many of it there are. */
static void
words_of(const char *reason, char words[STANDING_WORDS_BYTES])
{
    size_t length = 0;
    for (; *reason != '\0' && length + 1 < STANDING_WORDS_BYTES; reason++)
        if (*reason < '0' || *reason > '9')
            words[length++] = *reason;
    words[length] = '\0';
}

/* A reason begins when it is first seen, and that is logged; the daemon's start when there is none. It is known by its words: a plan
 * may say another one in the same memory. */
const struct standing *
standing_look(struct service *service)
{
    struct standing now = worst(service);
    char words[STANDING_WORDS_BYTES];
    words_of(now.reason, words);
    bool began = service->standing.reason == NULL || strcmp(words, service->standing_words) != 0;
    service->standing.reason = now.reason;
    service->standing.advice = now.advice;
    if (began) {
        memcpy(service->standing_words, words, sizeof words);
        service->standing.since = service->jump.amount != 0 ? service->jump.since
                                  : now.reason[0] == '\0'  ? service->started
                                                           : clock_now(&service->clock);
        if (now.reason[0] != '\0' && service->jump.amount == 0) /* that was logged as it was met */
            LOG(LOG_LEVEL_WARNING, "degraded", now.reason, LOG_STRING("ADVICE", now.advice));
    }
    return &service->standing;
}

/* ---- the oldest ---- */

static int64_t
older(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static int64_t
oldest_outgoing(const struct service *service)
{
    int64_t oldest = 0;
    for (size_t i = 0; i < service->output_count; i++)
        oldest = older(oldest, output_oldest(&service->outputs[i]));
    return oldest;
}

static int64_t
oldest_held(struct service *service)
{
    struct arena arena;
    if (service->plan->oldest == NULL)
        return 0;
    arena_init(&arena, 0);
    int64_t oldest = service->plan->oldest(service, &arena);
    arena_free(&arena);
    return oldest;
}

static void
show_oldest(struct service *service, struct control_rows *rows, int64_t now)
{
    int64_t outgoing = oldest_outgoing(service), held = oldest_held(service),
            due = service->next_due < now ? service->next_due : 0;
    control_instant(rows, "oldest", older(older(outgoing, held), due));
    control_instant(rows, "oldest_outgoing", outgoing);
    control_instant(rows, "oldest_held", held);
    control_instant(rows, "oldest_due", due);
}

/* What the daemons before have for this one. False: one of them has not answered since the start, so it is not known. */
static bool
queued_before(const struct service *service, size_t *waiting)
{
    bool known = true;
    size_t queued = 0;
    for (size_t i = 0; i < service->input_count; i++) {
        uint64_t last = 0;
        const struct input_stream *in = &service->inputs[i];
        if (in->consumer == NULL)
            continue;
        if (!link_consumer_met(in->consumer, &last))
            known = false;
        else if (last > in->cursor.applied)
            queued += last - in->cursor.applied;
    }
    *waiting = queued;
    return known;
}

void
standing_show(struct service *service, struct control_rows *rows)
{
    const struct standing *standing = standing_look(service);
    const struct service_plan *plan = service->plan;
    size_t queued;
    bool known = queued_before(service, &queued);
    int64_t now = clock_now(&service->clock), starts = store_start(service->store);
    struct text sentence = {0};
    if (service->plan->sentence_now != NULL)
        sentence = service->plan->sentence_now(service, rows->arena);
    control_row(rows);
    control_text(rows, "daemon", text_from(service->plan->name));
    control_text(rows, "state", standing->reason[0] == '\0' ? TEXT("running") : TEXT("degraded"));
    control_instant(rows, "since", standing->since);
    control_instant(rows, "now", now);
    control_text(rows, "sentence", sentence);
    control_number(rows, "taken", standing_counter(service, "taken"));
    control_number(rows, "made", standing_counter(service, "made"));
    control_number(rows, "passed_on", standing_counter(service, "passed_on"));
    control_number(rows, "ended", standing_counter(service, "ended"));
    control_number(rows, "held", standing_counter(service, "held"));
    if (plan->work_table > 0)
        control_number(rows, "work", (int64_t)store_table_count(service->store, plan->work_table - 1).rows);
    if (known)
        control_number(rows, "queued", standing_counter(service, "queued") + (int64_t)queued);
    control_number(rows, "refused", standing_counter(service, "refused") + store_counter(service->store, COUNTER_REFUSED));
    control_number(rows, "in_per_second", (int64_t)(service->rates.in_per_second + 0.5));
    control_number(rows, "out_per_second", (int64_t)(service->rates.out_per_second + 0.5));
    show_oldest(service, rows, now);
    control_number(rows, "steps", store_counter(service->store, COUNTER_STEPS));
    control_number(rows, "commits", store_counter(service->store, COUNTER_COMMITS));
    control_number(rows, "seals", (int64_t)seal_closed_count(store_seal(service->store)));
    control_number(rows, "starts", starts);
    /* The first start is that of init, the second the first run. */
    control_number(rows, "restarts", starts > 2 ? starts - 2 : 0);
    control_number(rows, "map_per_mille", store_use_per_mille(service->store));
    control_number(rows, "written_behind", (int64_t)store_behind_count(service->store));
    if (known)
        control_number(rows, "waiting", (int64_t)queued);
    if (service->jump.amount != 0)
        control_number(rows, "clock_jump_seconds", service->jump.amount / CLOCK_SECOND);
    control_text(rows, "reason", text_from(standing->reason));
    control_text(rows, "advice", text_from(standing->advice));
}
