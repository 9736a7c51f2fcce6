/* How long claims took from intake's receipt to their commit here: the figure of scripts/bench, and of who wonders. */
#include "services/submission/submission.h"

#include "common/clock/clock.h"

/* Buckets of 1/16 of a power of two: an upper bound is at most 6 % over what it stands for. */
static unsigned
bucket_of(int64_t microseconds)
{
    uint64_t value = microseconds < LATENCY_PART ? LATENCY_PART : (uint64_t)microseconds;
    unsigned power = 63 - (unsigned)__builtin_clzll(value), part = (unsigned)(value >> (power - 4)) - LATENCY_PART;
    unsigned bucket = (power - 4) * LATENCY_PART + part;
    return bucket < LATENCY_BUCKETS ? bucket : LATENCY_BUCKETS - 1;
}

static int64_t
upper_bound(unsigned bucket)
{
    return (int64_t)(bucket % LATENCY_PART + LATENCY_PART + 1) << (bucket / LATENCY_PART);
}

void
latency_take(struct latency *latency, int64_t received)
{
    size_t last = latency->waiting_count - 1;
    if (latency->waiting_count > 0 && latency->waiting[last].received == received) {
        latency->waiting[last].claims++;
    } else if (latency->waiting_count < LATENCY_WAITING) {
        latency->waiting[latency->waiting_count++] = (struct latency_waiting){received, 1};
    } else { /* more than a batch has: the oldest stands for it */
        latency->waiting[0].claims++;
    }
}

int64_t
latency_poll(struct service *service)
{
    struct latency *latency = &((struct submission *)service_state(service))->latency;
    int64_t now = latency->waiting_count > 0 ? service_now(service) : 0;
    for (size_t i = 0; i < latency->waiting_count; i++)
        latency->claims[bucket_of(now - latency->waiting[i].received)] += latency->waiting[i].claims;
    latency->waiting_count = 0;
    return CLOCK_SECOND;
}

void
verb_latency(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    const struct latency *latency = &((struct submission *)service_state(service))->latency;
    (void)request;
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++)
        if (latency->claims[i] > 0) {
            control_row(rows);
            control_number(rows, "upto_us", upper_bound(i));
            control_number(rows, "claims", (int64_t)latency->claims[i]);
        }
}
