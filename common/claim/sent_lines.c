#include "common/claim/sent_lines.h"

#include <string.h>

static struct text
modifiers_of(const struct service_line *line, struct arena *arena)
{
    struct text modifiers[] = {line->modifier_1, line->modifier_2, line->modifier_3, line->modifier_4};
    char joined[8];
    size_t length = 0;
    for (size_t m = 0; m < 4; m++)
        if (modifiers[m].length == 2) {
            memcpy(joined + length, modifiers[m].data, 2);
            length += 2;
        }
    return arena_copy(arena, text_of(joined, length));
}

struct sent_line *
sent_lines_of(const struct claim_body *body, struct arena *arena)
{
    struct sent_line *lines = ARENA_ARRAY(arena, struct sent_line, body->lines_count + 1);
    for (uint32_t i = 0; i < body->lines_count; i++) {
        const struct service_line *line = &body->lines[i];
        struct text revenue = line->institutional_count > 0 ? line->institutional->revenue_code : (struct text){0};
        lines[i] = (struct sent_line){.number = line->number,
                                      .procedure = line->procedure,
                                      .revenue_code = revenue,
                                      .modifiers = modifiers_of(line, arena),
                                      .charge_cents = line->charge_cents,
                                      .control_number = line->control_number};
        if (line->procedure.length == 0)
            lines[i].procedure = revenue; /* as SVC01 of an 835 or a 277 has it, with NU */
    }
    return lines;
}
