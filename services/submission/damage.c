/*
 * Files of our own store that cannot be read: a bad disk, a bad copy. A payer's file is as good as he sent it, so it is
 * no work for a biller: its row stays, it is tried again, the others go on, and `claimline status` says it until it is mended.
 */
#include "services/submission/submission.h"

#include "common/clock/clock.h"

#include <assert.h>
#include <stdio.h>

enum { PAUSE_MAX_SECONDS = 60, DIGEST_SHOWN = 8 };

static struct damaged_inbox *
find(struct submission *state, uint64_t inbox)
{
    for (size_t i = 0; i < state->damaged_count; i++)
        if (state->damaged[i].number == inbox)
            return &state->damaged[i];
    return NULL;
}

void
damage_hold(struct submission *state, uint64_t inbox)
{
    struct damaged_inbox *damaged = find(state, inbox);
    if (damaged == NULL) {
        assert(state->damaged_count < DAMAGED_INBOX_LIMIT); /* none is opened when as many are held */
        damaged = &state->damaged[state->damaged_count++];
        *damaged = (struct damaged_inbox){.number = inbox, .pause = CLOCK_SECOND / 2};
    }
    damaged->pause *= 2;
    if (damaged->pause > PAUSE_MAX_SECONDS * CLOCK_SECOND)
        damaged->pause = PAUSE_MAX_SECONDS * CLOCK_SECOND;
    damaged->retry_at = clock_ticks() + damaged->pause;
}

void
damage_clear(struct submission *state, uint64_t inbox)
{
    struct damaged_inbox *damaged = find(state, inbox);
    if (damaged != NULL)
        *damaged = state->damaged[--state->damaged_count];
}

bool
damage_held(const struct submission *state, uint64_t inbox)
{
    for (size_t i = 0; i < state->damaged_count; i++)
        if (state->damaged[i].number == inbox)
            return clock_ticks() < state->damaged[i].retry_at;
    return state->damaged_count == DAMAGED_INBOX_LIMIT;
}

void
damage_try_again(struct submission *state)
{
    for (size_t i = 0; i < state->damaged_count; i++)
        state->damaged[i].retry_at = 0;
}

/* ---- in words ---- */

static const char *
inbox_sentence(struct service *service, struct arena *arena)
{
    struct submission *state = service_state(service);
    struct inbox_row row = {.payer = TEXT("?")};
    struct store_key key = submission_number_key(state->damaged[0].number);
    char digest[2 * DIGEST_SHOWN + 1] = "?";
    if (service_get_record(service, SUBMISSION_INBOX, store_key_text(&key), arena, &record_inbox_row, &row) == STATUS_OK)
        for (size_t i = 0; i < DIGEST_SHOWN && i < row.digest.length; i++)
            snprintf(digest + 2 * i, 3, "%02x", (uint8_t)row.digest.data[i]);
    snprintf(state->damage_in, sizeof state->damage_in,
             "our copy of %zu file(s) from payers cannot be read, the first of %.*s, SHA-256 %s...", state->damaged_count,
             TEXT_ARGS(row.payer), digest);
    return state->damage_in;
}

static const char *
outgoing_sentence(struct service *service, struct arena *arena, const struct outgoing *first, size_t count)
{
    struct submission *state = service_state(service);
    struct outgoing_interchange row = {.payer = TEXT("?")};
    struct store_key key = submission_number_key(first->number);
    service_get_record(service, SUBMISSION_INTERCHANGES, store_key_text(&key), arena, &record_outgoing_interchange, &row);
    snprintf(state->damage_out, sizeof state->damage_out,
             "our content of %zu interchange(s) to payers cannot be read, the first to %.*s: ISA13 %09llu, %llu claims wait in it",
             count, TEXT_ARGS(row.payer), (unsigned long long)row.control, (unsigned long long)row.claims);
    return state->damage_out;
}

const char *
damage_trouble(struct service *service, const char **advice)
{
    struct submission *state = service_state(service);
    const struct outgoing *first = NULL;
    const char *sentence = NULL;
    struct arena arena;
    size_t count = 0;
    for (size_t i = 0; i < state->outgoing_count; i++)
        if (state->outgoing[i].damaged) {
            first = first == NULL || state->outgoing[i].number < first->number ? &state->outgoing[i] : first;
            count++;
        }
    arena_init(&arena, 0);
    if (count > 0) {
        *advice = "look at the disk; put submission/content of the state folder back from a backup: the interchange then goes out "
                  "by itself, and the others do not wait for it";
        sentence = outgoing_sentence(service, &arena, first, count);
    } else if (state->damaged_count > 0) {
        *advice = "look at the disk; find the payer's file in in/done/ (sha256sum) and move it into in/ again: our copy is made anew "
                  "and taken in where it stopped";
        sentence = inbox_sentence(service, &arena);
    }
    arena_free(&arena);
    return sentence;
}
