/*
 * A look through the open items of a range of claims, a part a step: those that are wanted are found first, then acted
 * on, since a scan sees the rows as they stood before it. A claim whose versions fall into two parts is looked at again
 * from its first: what was acted on must no longer be wanted.
 */
#ifndef CLAIMLINE_SERVICES_REMITTANCE_LOOK_H
#define CLAIMLINE_SERVICES_REMITTANCE_LOOK_H

#include "services/remittance/remittance.h"

enum { LOOK_FOUND_MAX = 128, LOOK_ITEMS_MAX = 1024 };

struct look {
    bool (*wants)(struct look *look, const struct remit_item *item);
    enum status (*act)(struct step *step, const struct identity *identity);
    /* what came of it */
    uint64_t next; /* claim id to go on with in another step; 0: all were looked at */
    /* private */
    struct identity found[LOOK_FOUND_MAX];
    unsigned count, looked;
    struct arena *arena;
    enum status status;
};

/* From the claim `first` to `last`. OK; CORRUPT, and what `act` says. */
enum status look_through(struct step *step, struct look *look, uint64_t first, uint64_t last);

#endif
