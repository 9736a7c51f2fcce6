#include "services/submission/status_lines.h"

#include <string.h>

static bool
is_named(const struct sent_line *sent, struct text name)
{
    uint64_t number;
    if (sent->control_number.length > 0)
        return text_equal(sent->control_number, name);
    return text_to_u64(name, &number) && number == sent->number;
}

static bool
same_modifiers(struct text sent, const struct status_line *line)
{
    struct text told[] = {line->modifier_1, line->modifier_2, line->modifier_3, line->modifier_4};
    size_t at = 0;
    for (size_t i = 0; i < 4; i++) {
        if (told[i].length == 0)
            continue;
        if (at + told[i].length > sent.length || memcmp(sent.data + at, told[i].data, told[i].length) != 0)
            return false;
        at += told[i].length;
    }
    return at == sent.length;
}

/* How closely the content must be the same, from the first pass to the last. */
enum closeness { BY_MODIFIERS, BY_PROCEDURE, CLOSENESS_COUNT };

static bool
is_alike(const struct sent_line *sent, const struct status_line *line, enum closeness closeness)
{
    struct text told = line->procedure.length > 0 ? line->procedure : line->revenue_code;
    if (sent->charge_cents != line->charge_cents || told.length == 0 || !text_equal(sent->procedure, told))
        return false;
    if (sent->revenue_code.length > 0 && line->revenue_code.length > 0 && !text_equal(sent->revenue_code, line->revenue_code))
        return false;
    return closeness != BY_MODIFIERS || same_modifiers(sent->modifiers, line);
}

static void
match_one(const struct sent_line *sent, uint32_t sent_count, const struct status_line *line, int closeness, bool *taken,
          uint64_t *number)
{
    for (uint32_t s = 0; s < sent_count && *number == 0; s++) {
        bool named = closeness < 0;
        if (named ? is_named(&sent[s], line->control_number) : !taken[s] && is_alike(&sent[s], line, (enum closeness)closeness)) {
            *number = sent[s].number;
            taken[s] = true;
        }
    }
}

void
status_lines_match(const struct sent_line *sent, uint32_t sent_count, const struct status_line *lines, uint32_t count, bool *taken,
                   uint64_t *numbers)
{
    for (uint32_t i = 0; i < count; i++) {
        numbers[i] = 0;
        if (lines[i].control_number.length > 0)
            match_one(sent, sent_count, &lines[i], -1, taken, &numbers[i]);
    }
    for (int closeness = 0; closeness < CLOSENESS_COUNT; closeness++)
        for (uint32_t i = 0; i < count; i++)
            match_one(sent, sent_count, &lines[i], closeness, taken, &numbers[i]);
}
