/*
 * Asks a daemon over its control socket and prints a line a row: name=value, with a tab between. For scripts/bench.
 * usage: control-ask SOCKET VERB. Exit 1 when it does not answer.
 */
#include "common/control/control.h"

#include <stdio.h>

static void
print_row(const struct control_row *row)
{
    for (size_t i = 0; i < row->values_count; i++) {
        const struct control_value *value = &row->values[i];
        printf("%s%.*s=", i == 0 ? "" : "\t", TEXT_ARGS(value->name));
        if (value->kind == VALUE_KIND_TEXT)
            printf("%.*s", TEXT_ARGS(value->text));
        else
            printf("%lld", (long long)value->number);
    }
    printf("\n");
}

int
main(int argc, char **argv)
{
    struct arena arena;
    struct control_answer answer;
    if (argc != 3) {
        fprintf(stderr, "usage: control-ask SOCKET VERB\n");
        return 64;
    }
    struct control_request request = {.verb = text_from(argv[2])};
    arena_init(&arena, 0);
    enum status status = control_ask(argv[1], &request, 5000, &arena, &answer);
    for (size_t i = 0; status == STATUS_OK && i < answer.rows_count; i++)
        print_row(&answer.rows[i]);
    arena_free(&arena);
    return status == STATUS_OK && answer.status == CONTROL_STATUS_DONE ? 0 : 1;
}
