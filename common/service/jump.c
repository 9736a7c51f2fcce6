/*
 * Did somebody move the clock? Each round looks at it; a jump stops the sources that act outside until an operator
 * accepts the clock as it is. What is durable is one row beside the mark of recovery, written at the first start in a
 * boot of the machine, at a jump and when it is accepted: nothing between. The last instant before a boot is the store's
 * step time, which every commit keeps.
 */
#include "common/service/internal.h"

#include "common/log/log.h"
#include "schemas/records/frame.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#define JUMP_KEY TEXT("clock")

static int
hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 32 digits, with or without dashes between them. */
static bool
parse_boot(const char *text, uint8_t boot[CLOCK_BOOT_BYTES])
{
    size_t digits = 0;
    for (; *text != '\0' && *text != '\n' && digits < 2 * CLOCK_BOOT_BYTES; text++) {
        int digit = hex_digit(*text);
        if (*text == '-')
            continue;
        if (digit < 0)
            return false;
        boot[digits / 2] = (uint8_t)(digits % 2 == 0 ? digit << 4 : boot[digits / 2] | digit);
        digits++;
    }
    return digits == 2 * CLOCK_BOOT_BYTES;
}

/* A unit whose sandbox hides the kernel's file gets the id from systemd. Where nobody tells it, each start counts as a
 * boot of its own. */
static void
read_boot(uint8_t boot[CLOCK_BOOT_BYTES])
{
    const char *given = getenv("CLAIMLINE_BOOT");
    char text[64] = "";
    if (given != NULL && parse_boot(given, boot))
        return;
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    if (got > 0 && parse_boot(text, boot))
        return;
    ssize_t drawn = getrandom(boot, CLOCK_BOOT_BYTES, 0);
    assert(drawn == CLOCK_BOOT_BYTES);
}

static enum status
get_row(struct service *service, struct clock_row *row)
{
    struct text bytes;
    enum status status = store_get(service->store, frame_table(service, FRAME_MARK), JUMP_KEY, &service->step_arena, &bytes);
    if (status != STATUS_OK)
        return status;
    status = record_read(&record_clock_row, bytes, &service->step_arena, row, NULL);
    return status == STATUS_OK && row->boot.length == CLOCK_BOOT_BYTES ? STATUS_OK : STATUS_CORRUPT;
}

static void
put_row(struct service *service, const struct clock_mark *mark, int64_t amount, int64_t since)
{
    struct clock_row row = {.boot = text_of(mark->boot, CLOCK_BOOT_BYTES),
                            .offset = mark->offset,
                            .instant = mark->instant,
                            .step = service->batch_time,
                            .jump = amount,
                            .since = since};
    struct text bytes;
    enum status status = record_write(&record_clock_row, &row, &service->step_arena, &bytes, NULL);
    assert(status == STATUS_OK);
    store_put(service->store, frame_table(service, FRAME_MARK), JUMP_KEY, bytes);
}

static int64_t
seconds_of(int64_t amount)
{
    return (amount + (amount < 0 ? -CLOCK_SECOND : CLOCK_SECOND) / 2) / CLOCK_SECOND;
}

/* "125 s forwards" */
static void
print_amount(int64_t amount, char words[JUMP_WORDS_BYTES])
{
    static const struct {
        int64_t from, seconds;
        const char *unit;
    } units[] = {{172800, 86400, "days"}, {7200, 3600, "h"}, {600, 60, "min"}, {0, 1, "s"}};
    int64_t seconds = seconds_of(amount < 0 ? -amount : amount);
    size_t i = 0;
    while (seconds < units[i].from)
        i++;
    snprintf(words, JUMP_WORDS_BYTES, "%lld %s %s", (long long)(seconds / units[i].seconds), units[i].unit,
             amount < 0 ? "back" : "forwards");
}

static void
set_jump(struct service *service, int64_t amount, int64_t since)
{
    char words[JUMP_WORDS_BYTES];
    service->jump.amount = amount;
    service->jump.since = since;
    print_amount(amount, words);
    snprintf(service->jump.sentence, sizeof service->jump.sentence,
             "the clock was moved by %s; nothing goes out to payers until an operator accepts it", words);
}

static void
note_jump(struct service *service, int64_t amount, int64_t since)
{
    set_jump(service, amount, since);
    service->jump.unsaved = service->jump.untold = true;
    LOG(LOG_LEVEL_ERROR, "clock-jumped", "the clock was moved; nothing goes out until an operator accepts it",
        LOG_NUMBER("SECONDS", seconds_of(amount)));
}

enum status
jump_start(struct service *service)
{
    struct jump *jump = &service->jump;
    struct clock_row row = {0};
    struct clock_mark known = {0};
    read_boot(jump->mark.boot);
    clock_look(&service->clock, &jump->mark);
    enum status status = get_row(service, &row);
    if (status == STATUS_NOT_FOUND) {
        jump->unsaved = true; /* the store's first start */
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    memcpy(known.boot, row.boot.data, CLOCK_BOOT_BYTES);
    known.offset = row.offset;
    known.instant = store_time(service->store) > row.step ? store_time(service->store) : row.instant;
    int64_t amount = clock_jump(&known, &jump->mark);
    if (row.jump != 0) {
        set_jump(service, row.jump, row.since);
        jump->mark = known;
    } else if (amount != 0) {
        note_jump(service, amount, jump->mark.instant);
        jump->mark = known;
    } else if (memcmp(known.boot, jump->mark.boot, CLOCK_BOOT_BYTES) != 0) {
        jump->unsaved = true;
    } else {
        jump->mark = known; /* small corrections add up, and together they may be a jump */
    }
    return STATUS_OK;
}

void
jump_look(struct service *service)
{
    struct jump *jump = &service->jump;
    struct clock_mark now = jump->mark;
    if (jump->amount != 0)
        return;
    clock_look(&service->clock, &now);
    int64_t amount = clock_jump(&jump->mark, &now);
    if (amount != 0)
        note_jump(service, amount, now.instant);
}

bool
jump_stops(const struct service *service, const struct service_source *source)
{
    return source->outside && service->jump.amount != 0;
}

static enum status
tell(struct step *step, enum event_kind kind, int64_t amount, struct text actor)
{
    char words[JUMP_WORDS_BYTES];
    if (step->service->events_stream == 0)
        return STATUS_OK;
    print_amount(amount, words);
    struct event event = {.kind = kind,
                          .number = (uint64_t)seconds_of(amount < 0 ? -amount : amount),
                          .code = text_from(step->service->plan->name),
                          .detail = text_from(words),
                          .actor = actor};
    return step_event(step, &event);
}

enum status
jump_put(struct service *service)
{
    const struct jump *jump = &service->jump;
    if (!jump->unsaved)
        return STATUS_OK;
    put_row(service, &jump->mark, jump->amount, jump->since);
    return jump->untold ? tell(&service->step, EVENT_KIND_CLOCK_JUMPED, jump->amount, (struct text){0}) : STATUS_OK;
}

void
jump_committed(struct service *service)
{
    struct jump *jump = &service->jump;
    jump->unsaved = jump->untold = false;
    if (!jump->accepting)
        return;
    jump->mark = jump->accepted;
    jump->amount = jump->since = 0;
    jump->sentence[0] = '\0';
    jump->accepting = false;
    service->wake = true;
    LOG(LOG_LEVEL_NOTICE, "clock-accepted", "an operator accepted the clock as it is; what goes out goes on");
}

void
jump_aborted(struct service *service)
{
    service->jump.accepting = false;
}

enum status
jump_accept(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    struct service *service = step->service;
    struct jump *jump = &service->jump;
    if (jump->amount == 0 || request->reason.length == 0) {
        rows->answer->status = CONTROL_STATUS_REFUSED;
        rows->answer->sentence =
            jump->amount == 0 ? TEXT("the clock did not jump: there is nothing to accept") : TEXT("a reason is needed");
        return STATUS_OK;
    }
    if (jump->unsaved) /* its event comes first */
        return STATUS_BUSY;
    read_boot(jump->accepted.boot);
    clock_look(&service->clock, &jump->accepted);
    put_row(service, &jump->accepted, 0, 0);
    jump->accepting = true;
    rows->answer->sentence = TEXT("accepted");
    return tell(step, EVENT_KIND_CLOCK_ACCEPTED, jump->amount, step->actor);
}
