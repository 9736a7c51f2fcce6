/* Files that are still to be paid, as they were read when they came: a payer need not read what he has in hand. What is not kept
 * (no room, a restart) is read again from taken/. */
#include "tests/pipeline/simulator_state.h"

#include <stdlib.h>

enum { KEPT_BYTES_MAX = 128 << 20 };

static struct kept_file *
find(struct simulator *simulator, uint32_t serial)
{
    for (uint32_t i = 0; i < KEPT_FILES; i++)
        if (simulator->kept[i].serial == serial)
            return &simulator->kept[i];
    return NULL;
}

/* What is at hand and what is kept change places, so that the memory of either is used again. */
static void
change_places(struct simulator *simulator, struct kept_file *kept)
{
    struct kept_file at_hand = {.question = simulator->question,
                                .file = simulator->file,
                                .judgements = simulator->judgements,
                                .judgement_room = simulator->judgement_room};
    simulator->question = kept->question;
    simulator->file = kept->file;
    simulator->judgements = kept->judgements;
    simulator->judgement_room = kept->judgement_room;
    *kept = at_hand;
}

void
simulator_keep(struct simulator *simulator, uint32_t serial)
{
    struct kept_file *free_place = find(simulator, 0);
    size_t bytes = simulator->question.length;
    for (uint32_t i = 0; i < KEPT_FILES; i++)
        bytes += simulator->kept[i].serial != 0 ? simulator->kept[i].question.length : 0;
    if (free_place == NULL || bytes > KEPT_BYTES_MAX || find(simulator, serial) != NULL)
        return;
    change_places(simulator, free_place);
    free_place->serial = serial;
}

bool
simulator_recall(struct simulator *simulator, uint32_t serial)
{
    struct kept_file *kept = find(simulator, serial);
    if (kept == NULL)
        return false;
    change_places(simulator, kept);
    return true;
}

void
simulator_kept_free(struct simulator *simulator)
{
    for (uint32_t i = 0; i < KEPT_FILES; i++) {
        pen_free(&simulator->kept[i].question);
        claim_file_free(&simulator->kept[i].file);
        free(simulator->kept[i].judgements);
    }
}
