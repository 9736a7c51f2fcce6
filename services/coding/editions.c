/* The folder of code sets: opened at start, opened again between batches when an import has swapped its list. */
#include "services/coding/plan.h"

#include "common/clock/clock.h"

#include <stdio.h>

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

/* NOT_FOUND: there is none, and what was open stays. */
static enum status
open_folder(struct service *service, char reason[512])
{
    char path[4096];
    struct codeset_folder *folder;
    struct coding_editions *state = editions_of(service);
    folder_path(service, path);
    enum status status = codeset_folder_open(&folder, path, reason);
    if (status != STATUS_OK)
        return status;
    codeset_folder_close(state->folder);
    state->folder = folder;
    coding_sets_take(&state->sets, folder);
    return STATUS_OK;
}

enum status
coding_editions_start(struct service *service, char reason[512])
{
    enum status status = open_folder(service, reason);
    return status == STATUS_OK || status == STATUS_NOT_FOUND ? STATUS_OK : STATUS_CONFIG;
}

void
coding_editions_stop(struct service *service)
{
    struct coding_editions *state = editions_of(service);
    codeset_folder_close(state->folder);
    state->folder = NULL;
    coding_sets_take(&state->sets, NULL);
}

int64_t
coding_editions_poll(struct service *service)
{
    char reason[512];
    struct coding_editions *state = editions_of(service);
    if (state->folder == NULL || codeset_folder_changed(state->folder)) {
        enum status status = open_folder(service, reason);
        state->trouble = status != STATUS_OK && status != STATUS_NOT_FOUND;
    }
    return LOOK_AGAIN;
}

enum status
coding_editions_step(struct step *step)
{
    (void)step;
    return STATUS_NOT_FOUND; /* nothing to record: each verdict names what judged it */
}

const char *
coding_editions_trouble(struct service *service, const char **advice)
{
    struct coding_editions *state = editions_of(service);
    *advice = "import the code sets again (claimline codes import)";
    return state->trouble ? "the new list of code sets cannot be opened; the former editions still judge" : NULL;
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
