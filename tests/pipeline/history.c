#include "tests/pipeline/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pipeline/digest.h"
#include "tests/pipeline/journal.h"
#include "tests/pipeline/mailbox.h"

void
history_say(struct history *history, enum trouble trouble, struct slice number, const char *what, int64_t is,
            int64_t should)
{
    static const char *const names[] = {"lost", "doubled", "unexpected"};
    uint64_t *const counts[] = {&history->lost, &history->doubled, &history->unexpected};
    ++*counts[trouble];
    if (history->detail_count < HISTORY_DETAILS)
        snprintf(history->details[history->detail_count++], HISTORY_DETAIL_LENGTH,
                 "%s %.*s: %s: %lld, not %lld", names[trouble], (int)number.length, number.at, what,
                 (long long)is, (long long)should);
}

static uint64_t
text_digest(struct slice text)
{
    return digest_bytes(11, text.at, text.length);
}

struct history_case *
history_case_of(struct history *history, struct slice number, bool make)
{
    const struct guard_entry *entry = guard_find(&history->by_number, text_digest(number));
    if (entry != NULL)
        return &history->cases[entry->serial];
    if (!make)
        return NULL;
    if (history->case_count == history->case_room) {
        history->case_room = history->case_room == 0 ? 1024 : history->case_room * 2;
        history->cases = realloc(history->cases, history->case_room * sizeof *history->cases);
        if (history->cases == NULL) {
            fputs("out of memory\n", stderr);
            abort();
        }
    }
    guard_take(&history->by_number, text_digest(number), history->case_count, 0);
    struct history_case *made = &history->cases[history->case_count++];
    *made = (struct history_case){.number = number, .expected = EXPECT_UNKNOWN, .line_cents = {"", 0}};
    return made;
}

bool
history_load(struct history *history, const char *path, struct slice *bytes)
{
    if (history->text_count == HISTORY_FILES)
        return false;
    struct pen *text = &history->texts[history->text_count++];
    if (mailbox_load(text, path) != 0 || text->length > UINT32_MAX)
        return false;
    *bytes = (struct slice){text->bytes != NULL ? text->bytes : "", (uint32_t)text->length};
    return true;
}

bool
history_line(struct slice *bytes, struct slice *line)
{
    if (bytes->length == 0)
        return false;
    const char *end = memchr(bytes->at, '\n', bytes->length);
    uint32_t length = end != NULL ? (uint32_t)(end - bytes->at) : bytes->length;
    *line = (struct slice){bytes->at, length};
    uint32_t used = end != NULL ? length + 1 : length;
    *bytes = (struct slice){bytes->at + used, bytes->length - used};
    return true;
}

/* --- The manifest --- */

bool
history_manifest(struct history *history, const char *path)
{
    struct slice bytes, line;
    if (!history_load(history, path, &bytes))
        return false;
    while (history_line(&bytes, &line)) {
        struct slice fields[6];
        for (uint32_t i = 0; i < 6; i++)
            fields[i] = slice_component(line, '\t', i);
        if (fields[0].length == 0)
            continue;
        if (history_case_of(history, fields[0], false) != NULL)
            history_say(history, TROUBLE_UNEXPECTED, fields[0], "times in the manifests", 2, 1);
        struct history_case *made = history_case_of(history, fields[0], true);
        made->expected = slice_is(fields[2], "refused-277ca")  ? EXPECT_REFUSED
                         : slice_is(fields[2], "set-rejected") ? EXPECT_SET_REJECTED
                         : slice_is(fields[3], "held")         ? EXPECT_HELD
                                                               : EXPECT_PASS;
        made->charge_cents = (int64_t)journal_number_of(fields[4]);
        made->line_cents = fields[5];
    }
    return true;
}

/* --- The payer's journal --- */

static void
take_shares(struct history *history, const struct journal_line *line)
{
    char text[1024];
    history->seed = journal_number_of(line->fields[1]);
    history->shares_known = line->fields[2].length < sizeof text;
    for (uint32_t i = 0; history->shares_known; i++) {
        struct slice pair = slice_component(line->fields[2], ' ', i);
        if (pair.length == 0)
            break;
        memcpy(text, pair.at, pair.length);
        text[pair.length] = '\0';
        char *equals = strchr(text, '=');
        if (equals != NULL)
            *equals = '\0';
        history->shares_known = equals != NULL && shares_set(&history->shares, text, equals + 1);
    }
}

/* Slices of the journal live only while it is read, so new numbers are copied. */
static struct history_case *
journal_case(struct history *history, struct slice number)
{
    struct history_case *known = history_case_of(history, number, false);
    if (known != NULL)
        return known;
    char *copy = malloc(number.length + 1);
    if (copy == NULL) {
        fputs("out of memory\n", stderr);
        abort();
    }
    memcpy(copy, number.at, number.length);
    known = history_case_of(history, (struct slice){copy, number.length}, true);
    known->copy = copy;
    if (!history->allow_unknown)
        history_say(history, TROUBLE_UNEXPECTED, known->number, "in manifests", 0, 1);
    return known;
}

static void
take_arrival(struct history *history, const struct journal_line *line)
{
    struct history_case *known = journal_case(history, line->fields[4]);
    uint32_t index = (uint32_t)(known - history->cases);
    known->journal_charge_cents = (int64_t)journal_number_of(line->fields[6]);
    guard_take(&history->by_clm01, text_digest(line->fields[3]), index, 0);
    if (slice_is(line->fields[8], "accepted")) {
        known->accepted++;
        known->originals += slice_is(line->fields[5], "1") || line->fields[5].length == 0;
    } else if (slice_is(line->fields[8], "rejected")) {
        known->rejected++;
    } else if (slice_is(line->fields[8], "DOUBLE")) {
        known->doubles++;
    } else {
        known->faulty++;
    }
}

static void
take_payment(struct history *history, const struct journal_line *line)
{
    struct history_case *known = journal_case(history, line->fields[3]);
    if (slice_is(line->fields[8], "unbalanced")) {
        known->unbalanced_payments++;
        return;
    }
    known->right_payments++;
    known->payment_cents += (int64_t)journal_number_of(line->fields[6]);
}

static void
take_journal_line(void *owner, const struct journal_line *line)
{
    struct history *history = owner;
    if (slice_is(line->fields[0], "S"))
        take_shares(history, line);
    else if (slice_is(line->fields[0], "C"))
        take_arrival(history, line);
    else if (slice_is(line->fields[0], "P"))
        take_payment(history, line);
    else if (slice_is(line->fields[0], "X"))
        history_say(history, TROUBLE_UNEXPECTED, line->fields[2],
                    "interchanges of one ISA13 with other bytes", 2, 1);
    else if (slice_is(line->fields[0], "U"))
        history_say(history, TROUBLE_UNEXPECTED, (struct slice){"file", 4}, "unreadable at the payer", 1, 0);
    else if (slice_is(line->fields[0], "I") && !slice_is(line->fields[12], "000") &&
             !slice_is(line->fields[12], "024"))
        history_say(history, TROUBLE_UNEXPECTED, line->fields[6], "envelope fault of an interchange",
                    (int64_t)journal_number_of(line->fields[12]), 0);
}

bool
history_journal(struct history *history, const char *path)
{
    history->have_journal = true;
    return journal_read(path, take_journal_line, history);
}

/* --- The verdict --- */

/* What the payer pays by the seed. */
static int64_t
predicted_cents(const struct history *history, const struct history_case *known,
                const struct claim_outcome *outcome)
{
    int64_t paid_cents = 0;
    for (uint32_t i = 0;; i++) {
        struct slice cents = slice_component(known->line_cents, ',', i);
        struct line_outcome line;
        if (cents.length == 0)
            return paid_cents;
        outcome_of_line(&history->shares, outcome, i, (int64_t)journal_number_of(cents), &line);
        paid_cents += line.paid_cents;
    }
}

/* A number that must be as said: less is lost, more is doubled. */
static void
expect_count(struct history *history, const struct history_case *known, const char *what, uint32_t is,
             uint32_t should)
{
    if (is < should)
        history_say(history, TROUBLE_LOST, known->number, what, is, should);
    else if (is > should)
        history_say(history, should == 0 ? TROUBLE_UNEXPECTED : TROUBLE_DOUBLED, known->number, what, is,
                    should);
}

static void
expect_cents(struct history *history, const struct history_case *known, const char *what, int64_t is,
             int64_t should)
{
    if (is != should)
        history_say(history, TROUBLE_UNEXPECTED, known->number, what, is, should);
}

static void
judge_postings(struct history *history, const struct history_case *known)
{
    if (!history->have_events)
        return;
    expect_count(history, known, "payments posted", known->posted, known->right_payments);
    if (known->posted == known->right_payments)
        expect_cents(history, known, "cents posted", known->posted_cents, known->payment_cents);
}

static void
judge_arrivals(struct history *history, const struct history_case *known)
{
    if (known->doubles != 0)
        history_say(history, TROUBLE_DOUBLED, known->number, "times a CLM01 came to the payer again",
                    known->doubles, 0);
    if (known->faulty != 0)
        history_say(history, TROUBLE_UNEXPECTED, known->number, "claims that the payer cannot read",
                    known->faulty, 0);
}

/* A claim that must have gone to the payer and come back. */
static void
judge_passed(struct history *history, const struct history_case *known)
{
    struct claim_outcome outcome;
    outcome_of_claim(history->seed, &history->shares, known->number.at, known->number.length, &outcome);
    bool rejected = outcome.disposition == DISPOSITION_REJECTED;
    if (known->accepted + known->rejected + known->doubles + known->faulty == 0) {
        history_say(history, TROUBLE_LOST, known->number, "arrivals at the payer", 0, 1);
        return;
    }
    judge_arrivals(history, known);
    expect_cents(history, known, "charge in cents at the payer", known->journal_charge_cents,
                 known->charge_cents);
    if (rejected) {
        expect_count(history, known, "claims accepted by the payer", known->accepted, 0);
        if (history->have_events && known->payer_rejected == 0)
            history_say(history, TROUBLE_LOST, known->number, "rejections by the payer known", 0, 1);
    } else {
        expect_count(history, known, "claims accepted by the payer", known->originals, 1);
        expect_count(history, known, "claims rejected by the payer", known->rejected, 0);
    }
    bool paid = outcome.disposition == DISPOSITION_PAID ||
                (outcome.disposition == DISPOSITION_UNBALANCED && history->shares.correct_unbalanced);
    expect_count(history, known, "payments by the payer", known->right_payments, paid ? known->accepted : 0);
    if (paid && known->right_payments == 1)
        expect_cents(history, known, "cents paid by the payer", known->payment_cents,
                     predicted_cents(history, known, &outcome));
    if (history->have_events && known->received > 1)
        history_say(history, TROUBLE_DOUBLED, known->number, "times accepted", known->received, 1);
    judge_postings(history, known);
}

static void
judge_stopped(struct history *history, const struct history_case *known)
{
    uint32_t arrivals = known->accepted + known->rejected + known->doubles + known->faulty;
    if (arrivals != 0)
        history_say(history, TROUBLE_UNEXPECTED, known->number, "arrivals at the payer", arrivals, 0);
    expect_count(history, known, "payments posted", known->posted, 0);
    if (!history->have_events)
        return;
    if (known->expected == EXPECT_HELD && known->held == 0)
        history_say(history, TROUBLE_LOST, known->number, "times held", 0, 1);
    if (known->expected == EXPECT_REFUSED && known->refused == 0)
        history_say(history, TROUBLE_LOST, known->number, "times refused", 0, 1);
    if (known->expected == EXPECT_SET_REJECTED || known->expected == EXPECT_REFUSED)
        expect_count(history, known, "times accepted", known->received, 0);
}

void
history_judge(struct history *history)
{
    history->claims = history->case_count;
    for (uint32_t i = 0; i < history->case_count; i++) {
        const struct history_case *known = &history->cases[i];
        bool released = history->allow_released && known->accepted + known->rejected != 0;
        switch (known->expected) {
        case EXPECT_PASS:
            judge_passed(history, known);
            break;
        case EXPECT_HELD:
            if (released)
                judge_passed(history, known);
            else
                judge_stopped(history, known);
            break;
        case EXPECT_REFUSED:
        case EXPECT_SET_REJECTED:
            judge_stopped(history, known);
            break;
        case EXPECT_UNKNOWN:
            judge_arrivals(history, known);
            judge_postings(history, known);
            break;
        case EXPECT_COUNT:
            break;
        }
    }
}

static void
write_number(struct pen *pen, const char *name, uint64_t number)
{
    pen_put(pen, name);
    pen_number(pen, number, 1);
}

void
history_write(const struct history *history, struct pen *pen)
{
    write_number(pen, "{\"claims\":", history->claims);
    write_number(pen, ",\"lost\":", history->lost);
    write_number(pen, ",\"doubled\":", history->doubled);
    write_number(pen, ",\"unexpected\":", history->unexpected);
    write_number(pen, ",\"events\":", history->events);
    pen_put(pen, ",\"details\":[");
    for (uint32_t i = 0; i < history->detail_count; i++) {
        pen_put(pen, i == 0 ? "\"" : ",\"");
        for (const char *at = history->details[i]; *at != '\0'; at++) {
            unsigned char c = (unsigned char)*at;
            pen_character(pen, c < ' ' || c == '"' || c == '\\' || c > '~' ? '?' : *at);
        }
        pen_character(pen, '"');
    }
    pen_put(pen, "]}\n");
}

void
history_free(struct history *history)
{
    for (uint32_t i = 0; i < history->text_count; i++)
        pen_free(&history->texts[i]);
    guard_free(&history->by_number);
    guard_free(&history->by_clm01);
    guard_free(&history->by_claim);
    guard_free(&history->by_version);
    for (uint32_t i = 0; i < history->case_count; i++)
        free(history->cases[i].copy);
    free(history->cases);
}
