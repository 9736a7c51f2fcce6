/*
 * power-ask SECONDS SOCKET VERB...: asks a daemon, waiting for it to come up for that long. A line a row: the
 * verb, then name=value, each behind a tab. Exit 1 when it does not answer.
 */
#include "common/clock/clock.h"
#include "common/control/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
print_row(const char *verb, const struct control_row *row)
{
    printf("%s", verb);
    for (size_t i = 0; i < row->values_count; i++) {
        const struct control_value *value = &row->values[i];
        printf("\t%.*s=", TEXT_ARGS(value->name));
        if (value->text.length > 0)
            printf("%.*s", TEXT_ARGS(value->text));
        else
            printf("%lld", (long long)value->number);
    }
    printf("\n");
}

int
main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: power-ask SECONDS SOCKET VERB...\n");
        return 64;
    }
    int64_t end = clock_ticks() + strtoll(argv[1], NULL, 10) * CLOCK_SECOND;
    for (int i = 3; i < argc; i++) {
        struct arena arena;
        struct control_request request = {.verb = text_from(argv[i])};
        struct control_answer answer;
        enum status status;
        arena_init(&arena, 0);
        while ((status = control_ask(argv[2], &request, 5000, &arena, &answer)) != STATUS_OK &&
               clock_ticks() < end)
            usleep(2000);
        if (status != STATUS_OK || answer.status != CONTROL_STATUS_DONE) {
            fprintf(stderr, "power-ask: %s: %s: %s\n", argv[2], argv[i], status_name(status));
            return 1;
        }
        for (size_t row = 0; row < answer.rows_count; row++)
            print_row(argv[i], &answer.rows[row]);
        arena_free(&arena);
    }
    return 0;
}
