/* The pipeline's own words: events and balance. What its fields and kinds are called stands here and nowhere
 * else. */
#include <stdio.h>
#include <string.h>

#include "tests/pipeline/digest.h"
#include "tests/pipeline/history.h"
#include "tests/pipeline/journal.h"
#include "tests/pipeline/json_line.h"

enum event_field {
    FIELD_SEQUENCE,
    FIELD_KIND,
    FIELD_CLAIM,
    FIELD_VERSION,
    FIELD_CLM01,
    FIELD_NUMBER,
    FIELD_PAID_CENTS,
    FIELD_CENTS,
    FIELD_COUNT
};

static const char *const field_names[FIELD_COUNT][3] = {
    [FIELD_SEQUENCE] = {"sequence"},
    [FIELD_KIND] = {"kind", "type"},
    [FIELD_CLAIM] = {"claim_id", "claim"},
    [FIELD_VERSION] = {"version"},
    [FIELD_CLM01] = {"clm01"},
    [FIELD_NUMBER] = {"patient_control_number"},
    [FIELD_PAID_CENTS] = {"paid_cents"},
    [FIELD_CENTS] = {"cents"},
};

enum event_meaning { MEANS_RECEIVED, MEANS_REFUSED, MEANS_HELD, MEANS_REJECTED, MEANS_POSTED, MEANS_DENIED };

/* Kinds are compared with '.' as '_', without "org.claimline." and without ".v1". */
static const struct {
    const char *kind;
    enum event_meaning meaning;
} kinds[] = {
    {"claim_received", MEANS_RECEIVED}, {"encounter_received", MEANS_RECEIVED},
    {"claim_refused", MEANS_REFUSED},   {"encounter_refused", MEANS_REFUSED},
    {"claim_held", MEANS_HELD},         {"coding_held", MEANS_HELD},
    {"claim_rejected", MEANS_REJECTED}, {"claim_paid", MEANS_POSTED},
    {"claim_reduced", MEANS_POSTED},    {"claim_partly_denied", MEANS_POSTED},
    {"claim_denied", MEANS_DENIED},
};

/* Names of the balance that say "it holds not". */
static const char *const balance_flags[] = {"balanced", "holds"};
static const char *const balance_differences[] = {"difference", "difference_cents"};

static bool
kind_is(struct slice kind, const char *name)
{
    static const char prefix[] = "org.claimline.";
    if (kind.length >= sizeof prefix && memcmp(kind.at, prefix, sizeof prefix - 1) == 0)
        kind = (struct slice){kind.at + sizeof prefix - 1, kind.length - (uint32_t)(sizeof prefix - 1)};
    if (kind.length > 3 && kind.at[kind.length - 3] == '.' && kind.at[kind.length - 2] == 'v')
        kind.length -= 3;
    if (kind.length != strlen(name))
        return false;
    for (uint32_t i = 0; i < kind.length; i++) {
        if ((kind.at[i] == '.' ? '_' : kind.at[i]) != name[i])
            return false;
    }
    return true;
}

static void
take_fields(struct slice line, struct slice fields[FIELD_COUNT])
{
    struct json_line json = {line.at, line.at + line.length};
    struct json_pair pair;
    for (uint32_t i = 0; i < FIELD_COUNT; i++)
        fields[i] = (struct slice){"", 0};
    while (json_line_next(&json, &pair)) {
        for (uint32_t i = 0; i < FIELD_COUNT; i++) {
            for (uint32_t n = 0; n < 3 && field_names[i][n] != NULL; n++) {
                if (fields[i].length == 0 && slice_is(pair.name, field_names[i][n]) &&
                    !slice_is(pair.value, "null"))
                    fields[i] = pair.value;
            }
        }
    }
}

static void
check_sequence(struct history *history, struct slice field)
{
    uint64_t sequence = journal_number_of(field);
    if (field.length == 0)
        return;
    if (history->last_sequence != 0 && sequence != history->last_sequence + 1)
        history_say(history, TROUBLE_UNEXPECTED, (struct slice){"events", 6}, "next sequence",
                    (int64_t)sequence, (int64_t)history->last_sequence + 1);
    history->last_sequence = sequence;
}

/* By the sender's number; else by a CLM01 that the payer's journal knows; else by a claim id met before. */
static struct history_case *
event_case(struct history *history, const struct slice fields[FIELD_COUNT])
{
    struct history_case *known = NULL;
    const struct guard_entry *entry;
    uint64_t claim = digest_bytes(13, fields[FIELD_CLAIM].at, fields[FIELD_CLAIM].length);
    if (fields[FIELD_NUMBER].length != 0) {
        known = history_case_of(history, fields[FIELD_NUMBER], history->allow_unknown);
    } else if (fields[FIELD_CLM01].length != 0 &&
               (entry = guard_find(&history->by_clm01, digest_bytes(11, fields[FIELD_CLM01].at,
                                                                    fields[FIELD_CLM01].length))) != NULL) {
        known = &history->cases[entry->serial];
    } else if (fields[FIELD_CLAIM].length != 0 && (entry = guard_find(&history->by_claim, claim)) != NULL) {
        return &history->cases[entry->serial];
    }
    if (known != NULL && fields[FIELD_CLAIM].length != 0)
        guard_take(&history->by_claim, claim, (uint32_t)(known - history->cases), 0);
    return known;
}

/* One version of a claim has one CLM01 for ever. */
static void
check_version(struct history *history, const struct slice fields[FIELD_COUNT])
{
    if (fields[FIELD_CLAIM].length == 0 || fields[FIELD_VERSION].length == 0 ||
        fields[FIELD_CLM01].length == 0)
        return;
    uint64_t version = digest_bytes(digest_bytes(17, fields[FIELD_CLAIM].at, fields[FIELD_CLAIM].length),
                                    fields[FIELD_VERSION].at, fields[FIELD_VERSION].length);
    uint32_t clm01 = (uint32_t)digest_bytes(11, fields[FIELD_CLM01].at, fields[FIELD_CLM01].length);
    if (guard_take(&history->by_version, version, clm01, 0)->serial != clm01)
        history_say(history, TROUBLE_DOUBLED, fields[FIELD_CLM01], "CLM01s of one claim version", 2, 1);
}

static void
apply(struct history_case *known, enum event_meaning meaning, const struct slice fields[FIELD_COUNT])
{
    const struct slice cents =
        fields[FIELD_PAID_CENTS].length != 0 ? fields[FIELD_PAID_CENTS] : fields[FIELD_CENTS];
    switch (meaning) {
    case MEANS_RECEIVED:
        known->received++;
        break;
    case MEANS_REFUSED:
        known->refused++;
        break;
    case MEANS_HELD:
        known->held++;
        break;
    case MEANS_REJECTED:
        known->payer_rejected++;
        break;
    case MEANS_POSTED:
        known->posted++;
        known->posted_cents += (int64_t)journal_number_of(cents);
        break;
    case MEANS_DENIED: /* nothing is paid; the cents of the event are what was denied */
        known->posted++;
        known->posted_cents += (int64_t)journal_number_of(fields[FIELD_PAID_CENTS]);
        break;
    }
}

bool
history_events(struct history *history, const char *path)
{
    struct slice bytes, line;
    history->have_events = true;
    if (!history_load(history, path, &bytes))
        return false;
    while (history_line(&bytes, &line)) {
        struct slice fields[FIELD_COUNT];
        if (line.length == 0)
            continue;
        history->events++;
        take_fields(line, fields);
        check_sequence(history, fields[FIELD_SEQUENCE]);
        check_version(history, fields);
        struct history_case *known = event_case(history, fields);
        for (uint32_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            if (!kind_is(fields[FIELD_KIND], kinds[i].kind))
                continue;
            if (known != NULL)
                apply(known, kinds[i].meaning, fields);
            else if (!history->allow_unknown)
                history_say(history, TROUBLE_UNEXPECTED, fields[FIELD_NUMBER], "event of an unknown claim", 1,
                            0);
        }
    }
    return true;
}

bool
history_balance(struct history *history, const char *path)
{
    struct slice bytes, line;
    if (!history_load(history, path, &bytes))
        return false;
    while (history_line(&bytes, &line)) {
        struct json_line json = {line.at, line.at + line.length};
        struct json_pair pair;
        while (json_line_next(&json, &pair)) {
            for (uint32_t i = 0; i < 2; i++) {
                int64_t difference = 0;
                bool differs =
                    slice_is(pair.name, balance_differences[i]) && slice_cents(pair.value, &difference);
                if ((differs && difference != 0) ||
                    (slice_is(pair.name, balance_flags[i]) && slice_is(pair.value, "false")))
                    history_say(history, TROUBLE_UNEXPECTED, pair.name, "in the balance", difference / 100,
                                0);
            }
        }
    }
    return true;
}
