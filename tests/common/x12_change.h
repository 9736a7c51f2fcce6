/* One change of a clean sample and the one finding that it leads to, for tests of guides. */
#ifndef CLAIMLINE_TESTS_X12_CHANGE_H
#define CLAIMLINE_TESTS_X12_CHANGE_H

#include "tests/common/x12_sample.h"

struct change {
    const char *file, *from, *to;
    uint16_t finding; /* 0: none */
};

static inline struct outcome
changed_outcome(const struct change *change)
{
    struct text bytes = sample(change->file), changed = replaced(bytes, change->from, change->to, false);
    struct text whole = recounted(changed);
    struct outcome outcome = run_text(whole, 7);
    cr_assert_eq(outcome.last, X12_EVENT_END, "%s -> %s", change->from, change->to);
    release(bytes);
    release(changed);
    release(whole);
    return outcome;
}

/* The finding is there and rejects a set. */
static inline bool
change_is_found(const struct change *change)
{
    struct outcome outcome = changed_outcome(change);
    if (!has(&outcome, change->finding))
        cr_log_error("%s: finding %u is not there", change->file, change->finding);
    return has(&outcome, change->finding) && outcome.accepted_sets < outcome.sets;
}

static inline bool
change_is_clean(const struct change *change)
{
    struct outcome outcome = changed_outcome(change);
    for (uint32_t i = 0; i < outcome.finding_count; i++)
        cr_log_error("%s: %s -> %s: finding %u", change->file, change->from, change->to, outcome.findings[i]);
    return outcome.finding_count == 0 && outcome.accepted_sets == outcome.sets;
}

#endif
