/*
 * The folder of code sets: opened at start, opened again between batches when an import has swapped its list, looked at for damage.
 * Nothing is judged by a file that is damaged, and nothing without the sets that a site has imported: then records wait.
 */
#include "services/coding/plan.h"

#include "common/clock/clock.h"

#include <stdio.h>
#include <string.h>

#define LOOK_AGAIN (2 * CLOCK_SECOND)

static struct coding_editions *
editions_of(struct service *service)
{
    return &((struct coding *)service_state(service))->editions;
}

static void
folder_path(struct service *service, char path[4096])
{
    const char *given = service_config_text(service, "codes");
    if (given != NULL && given[0] != '\0')
        snprintf(path, 4096, "%s", given);
    else
        snprintf(path, 4096, "%s/../codes", service_state_folder(service));
}

/* The folder as it is now takes the place of what was open, which stays where this one cannot be opened. */
static void
open_folder(struct service *service)
{
    char path[4096];
    struct codeset_folder *folder;
    struct coding_editions *state = editions_of(service);
    folder_path(service, path);
    enum status status = codeset_folder_open(&folder, path, state->reason);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        state->closed = state->folder == NULL;
        return;
    }
    state->reason[0] = '\0';
    if (status == STATUS_NOT_FOUND)
        return;
    codeset_folder_close(state->folder);
    state->folder = folder;
    state->closed = false;
    coding_sets_take(&state->sets, folder);
}

void
coding_editions_start(struct service *service)
{
    open_folder(service);
}

void
coding_editions_stop(struct service *service)
{
    struct coding_editions *state = editions_of(service);
    codeset_folder_close(state->folder);
    state->folder = NULL;
    coding_sets_take(&state->sets, NULL);
}

/* A file that was written over is tested again as it is used; one that another has taken the place of is opened anew. */
static void
look(struct service *service)
{
    struct coding_editions *state = editions_of(service);
    const struct codeset_about *about;
    switch (codeset_folder_look(state->folder, &about)) {
    case CODESET_REPLACED:
        open_folder(service);
        break;
    case CODESET_DAMAGED:
        state->sets.damaged = true;
        break;
    case CODESET_WHOLE:
        state->sets.damaged = false;
        state->reason[0] = '\0';
        break;
    }
}

int64_t
coding_editions_poll(struct service *service)
{
    struct coding_editions *state = editions_of(service);
    if (state->folder == NULL || codeset_folder_changed(state->folder))
        open_folder(service);
    else
        look(service);
    return LOOK_AGAIN;
}

enum status
coding_editions_step(struct step *step)
{
    (void)step;
    return STATUS_NOT_FOUND; /* nothing to record: each verdict names what judged it */
}

/* What the status says keeps its place while it stays the same: by that the frame knows that it is nothing new. */
static const char *
say(struct coding_editions *state, const char *words)
{
    if (strcmp(state->words[state->said], words) == 0)
        return state->words[state->said];
    state->said = !state->said;
    snprintf(state->words[state->said], sizeof *state->words, "%s", words);
    return state->words[state->said];
}

const char *
coding_editions_trouble(struct service *service, const char **advice)
{
    char words[sizeof *(struct coding_editions){0}.words];
    struct coding_editions *state = editions_of(service);
    const struct codeset_about *about = state->folder == NULL ? NULL : codeset_folder_damaged(state->folder);
    *advice = "import the code sets again (claimline codes import); claimline doctor looks at all of them";
    if (state->sets.damaged && about != NULL) {
        snprintf(words, sizeof words, "the file of the code set %s %s is damaged, and no claim is judged", about->set, about->edition);
        snprintf(state->advice, sizeof state->advice, "import %s again (claimline codes import); the claims that wait go on then",
                 about->source);
        *advice = state->advice;
    } else if (state->sets.damaged) {
        snprintf(words, sizeof words, "a file of the code sets is damaged, and no claim is judged");
    } else if (state->closed) {
        snprintf(words, sizeof words, "the code sets cannot be opened, and no claim is judged: %s", state->reason);
    } else if (state->reason[0] != '\0') {
        snprintf(words, sizeof words, "the code sets cannot be opened as they are now, and those of before judge on: %s", state->reason);
    } else {
        state->words[state->said][0] = '\0';
        return NULL;
    }
    return say(state, words);
}

bool
coding_editions_wait(struct coding *state)
{
    return state->editions.closed || state->editions.sets.damaged;
}

struct coding_sets *
coding_sets_now(struct step *step)
{
    return &((struct coding *)step_state(step))->editions.sets;
}

struct coding_sets *
coding_sets_of(struct service *service)
{
    return &editions_of(service)->sets;
}

struct text
coding_edition_now(struct step *step)
{
    return coding_sets_name(coding_sets_now(step));
}
