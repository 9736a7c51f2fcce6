/*
 * What a person must mend, in words for `claimline status`: no room on a disk, a payer's folder that cannot be used, files that cannot be
 * opened, control numbers that are used up. Each part notes in its state what it met, and its next success takes it away. What is damaged
 * is said by damage.c.
 */
#include "services/submission/submission.h"

#include <stdarg.h>
#include <stdio.h>

static const char *__attribute__((format(printf, 2, 3)))
say(struct submission *state, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(state->trouble, sizeof state->trouble, format, arguments);
    va_end(arguments);
    return state->trouble;
}

/* What waits because no interchange could be made of it. */
struct unmade {
    const struct payer *first;
    uint64_t claims, questions;
};

static struct unmade
unmade_by(const struct submission *state, enum status why)
{
    struct unmade unmade = {0};
    for (size_t i = 0; i < state->waiting_count; i++) {
        const struct waiting *waiting = &state->waiting[i];
        if (waiting->made != why || waiting->claims == 0)
            continue;
        unmade.claims += waiting->claims;
        unmade.first = unmade.first == NULL ? waiting->payer : unmade.first;
    }
    for (size_t i = 0; i < state->asking_count; i++) {
        const struct asking *asking = &state->asking[i];
        if (asking->made != why || asking->count == 0)
            continue;
        unmade.questions += asking->count;
        unmade.first = unmade.first == NULL ? asking->payer : unmade.first;
    }
    return unmade;
}

static const char *
of_interchanges(struct submission *state, const char **advice)
{
    struct unmade full = unmade_by(state, STATUS_FULL), numberless = unmade_by(state, STATUS_LIMIT);
    if (full.first != NULL) {
        *advice = "free space on the disk of that folder; it is tried again every second, and nothing is lost";
        return say(state,
                   "there is no room on the disk for interchanges (%s): %llu claims and %llu questions wait, the first for payer %.*s",
                   state->content_folder, (unsigned long long)full.claims, (unsigned long long)full.questions,
                   TEXT_ARGS(full.first->name));
    }
    if (numberless.first != NULL) {
        *advice = "raise control_last in [submission] of claimline.conf (no other cell may have those numbers), and restart "
                  "claimline-submission";
        return say(state, "the control numbers for payer %.*s are used up: %llu claims and %llu questions wait",
                   TEXT_ARGS(numberless.first->name), (unsigned long long)numberless.claims, (unsigned long long)numberless.questions);
    }
    return NULL;
}

static size_t
outgoing_to(const struct submission *state, const struct waiting *waiting)
{
    size_t count = 0;
    for (size_t i = 0; i < state->outgoing_count; i++)
        count += state->outgoing[i].waiting == waiting;
    return count;
}

static const char *
of_folder(struct submission *state, const struct waiting *waiting, const char **advice)
{
    struct text payer = waiting->payer->name;
    if (waiting->way_out == STATUS_FULL) {
        *advice = "free space on the disk of that folder (does the payer take what lies in out/?); it is tried again every second";
        return say(state, "there is no room in the folder of payer %.*s (%.*s): %zu interchange(s) wait", TEXT_ARGS(payer),
                   TEXT_ARGS(waiting->payer->folder), outgoing_to(state, waiting));
    }
    const char *what = waiting->way_in != STATUS_OK     ? "read (in/)"
                       : waiting->way_out != STATUS_OK  ? "written (out/, staged/)"
                       : waiting->way_done != STATUS_OK ? "written (in/done/)"
                                                        : NULL;
    if (what == NULL)
        return NULL;
    *advice = "is the payer's share mounted, and may claimline-submission use it? claimline doctor looks at it";
    if (waiting->way_in == STATUS_OK && waiting->way_out == STATUS_OK && waiting->way_done == STATUS_FULL)
        *advice = "free space on the disk of that folder";
    return say(state, "the folder of payer %.*s cannot be %s", TEXT_ARGS(payer), what);
}

static const char *
of_inbox(struct submission *state, const char **advice)
{
    if (state->no_room.count > 0) {
        *advice = "free space on the disk of that folder; they wait in in/ and are tried again every second";
        return say(state, "there is no room on the disk for our copy (%s) of %zu file(s) from payers, the last of %.*s",
                   state->content_folder, state->no_room.count, TEXT_ARGS(state->no_room.last->name));
    }
    if (state->unreadable.count > 0) {
        *advice = "let claimline-submission read them (chgrp claimline-transfer, chmod g+r), or take them out of in/; names "
                  "are shorter than 200 bytes";
        return say(state, "%zu file(s) in the payers' in/ cannot be opened, the last of %.*s", state->unreadable.count,
                   TEXT_ARGS(state->unreadable.last->name));
    }
    return NULL;
}

const char *
trouble_sentence(struct service *service, const char **advice)
{
    struct submission *state = service_state(service);
    const char *sentence = of_interchanges(state, advice);
    for (size_t i = 0; i < state->payers->count && sentence == NULL; i++)
        if (state->waiting[i].way_out == STATUS_FULL)
            sentence = of_folder(state, &state->waiting[i], advice);
    if (sentence == NULL)
        sentence = of_inbox(state, advice);
    for (size_t i = 0; i < state->payers->count && sentence == NULL; i++)
        sentence = of_folder(state, &state->waiting[i], advice);
    return sentence;
}
