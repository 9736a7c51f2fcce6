/* Whether the 835 in a folder add up, by their segments alone. */
#ifndef CLAIMLINE_TESTS_PIPELINE_SIMULATOR_BALANCE_H
#define CLAIMLINE_TESTS_PIPELINE_SIMULATOR_BALANCE_H

#include "tests/pipeline/segment.h"
#include "tests/pipeline/simulator_place.h"

/* Sums of one 835 as its segments tell them; an equation that does not hold is counted. */
struct balance {
    int64_t check_cents, claims_cents, claim_left_cents, line_left_cents;
    bool in_claim, in_line;
    uint32_t sets, claims, claims_off, lines_off, checks_off;
};

static inline int64_t
cents_of(struct slice slice)
{
    int64_t cents = 0;
    cr_assert(slice_cents(slice, &cents), "%.*s", (int)slice.length, slice.at);
    return cents;
}

static inline void
close_line(struct balance *balance)
{
    balance->lines_off += balance->in_line && balance->line_left_cents != 0;
    balance->in_line = false;
}

static inline void
close_claim(struct balance *balance)
{
    close_line(balance);
    balance->claims_off += balance->in_claim && balance->claim_left_cents != 0;
    balance->in_claim = false;
}

static inline void
balance_segment(struct balance *balance, const struct segment *segment)
{
    struct slice id = segment->element[0];
    if (slice_is(id, "ST")) {
        balance->sets++;
        balance->claims_cents = 0;
    } else if (slice_is(id, "BPR")) {
        balance->check_cents = cents_of(segment->element[2]);
        cr_expect_eq(slice_is(segment->element[4], "NON"), balance->check_cents == 0);
        cr_expect_eq(segment->element[16].length, 8);
    } else if (slice_is(id, "CLP")) {
        close_claim(balance);
        balance->in_claim = true;
        balance->claims++;
        balance->claims_cents += cents_of(segment->element[4]);
        balance->claim_left_cents = cents_of(segment->element[3]) - cents_of(segment->element[4]);
    } else if (slice_is(id, "SVC")) {
        close_line(balance);
        balance->in_line = true;
        balance->line_left_cents = cents_of(segment->element[2]) - cents_of(segment->element[3]);
    } else if (slice_is(id, "CAS")) {
        balance->claim_left_cents -= cents_of(segment->element[3]);
        balance->line_left_cents -= cents_of(segment->element[3]);
    } else if (slice_is(id, "SE")) {
        close_claim(balance);
        balance->checks_off += balance->claims_cents != balance->check_cents;
    }
}

static inline struct balance
balance_of_all(const char *folder)
{
    struct balance balance = {0};
    char **names = names_with(folder, "-835-");
    for (size_t i = 0; names[i] != NULL; i++) {
        char name[4096];
        struct splitter splitter;
        struct segment segment;
        enum splitter_result result;
        snprintf(name, sizeof name, "%s/%s", folder, names[i]);
        struct pen text = load(name);
        cr_assert(splitter_open(&splitter, text.bytes, text.length));
        while ((result = splitter_next(&splitter, &segment)) == SPLITTER_SEGMENT)
            balance_segment(&balance, &segment);
        cr_assert_eq(result, SPLITTER_END);
        pen_free(&text);
    }
    mailbox_free_names(names);
    return balance;
}

#endif
