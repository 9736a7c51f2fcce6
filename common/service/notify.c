/* Words to systemd: ready, status, watchdog, stopping. Nothing happens when there is no manager. */
#include "common/service/internal.h"

#include <stdio.h>
#include <systemd/sd-daemon.h>

void
notify_ready(void)
{
    sd_notify(0, "READY=1");
}

void
notify_status(struct service *service)
{
    struct arena *arena = &service->answer_arena;
    struct arena_mark mark = arena_mark(arena);
    struct text sentence = {0};
    if (service->plan->sentence_now != NULL)
        sentence = service->plan->sentence_now(service, arena);
    if (sentence.length == 0)
        sentence = arena_print(arena, "%.0f records/s in, %.0f out%s", service->rates.in_per_second, service->rates.out_per_second,
                               service->full ? ", disk or map full" : "");
    sd_notifyf(0, "STATUS=%s%s%.*s", service->jump.sentence, service->jump.amount != 0 ? ". " : "", TEXT_ARGS(sentence));
    arena_release(arena, mark);
}

/* Only called from the loop after it went round: proof that receiving, stepping and committing are not stuck. */
void
notify_watchdog(void)
{
    sd_notify(0, "WATCHDOG=1");
}

void
notify_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}
