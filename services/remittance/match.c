#include "services/remittance/match.h"

enum { SENT_LINES_MAX = 999 };

struct billed {
    struct text procedure;
    const struct text *modifiers[4];
};

static struct billed
billed_of(const struct remittance_line *line)
{
    if (line->original_procedure.length > 0)
        return (struct billed){line->original_procedure, {&line->original_modifier_1, &line->original_modifier_2,
                                                          &line->original_modifier_3, &line->original_modifier_4}};
    return (struct billed){line->procedure, {&line->modifier_1, &line->modifier_2, &line->modifier_3, &line->modifier_4}};
}

static bool
same_modifiers(struct text sent, const struct billed *billed)
{
    size_t at = 0;
    for (unsigned i = 0; i < 4; i++) {
        struct text modifier = *billed->modifiers[i];
        if (modifier.length == 0)
            continue;
        if (at + modifier.length > sent.length || memcmp(sent.data + at, modifier.data, modifier.length) != 0)
            return false;
        at += modifier.length;
    }
    return at == sent.length;
}

/* How closely a line must be the one that was sent, from the first pass to the last. */
enum closeness { BY_REVENUE, BY_MODIFIERS, BY_PROCEDURE, BY_REVENUE_ALONE, CLOSENESS_COUNT };

/* SVC04, or SVC01-2 with the qualifier NU. */
static struct text
paid_revenue(const struct remittance_line *line)
{
    return text_is(line->qualifier, "NU") ? line->procedure : line->revenue_code;
}

static bool
fits(const struct sent_line *sent, const struct remittance_line *line, enum closeness closeness)
{
    struct billed billed = billed_of(line);
    struct text revenue = paid_revenue(line);
    if (sent->charge_cents != line->charge_cents)
        return false;
    if (closeness == BY_REVENUE_ALONE) /* a procedure was billed, and the payer names its revenue code alone */
        return text_is(line->qualifier, "NU") && text_equal(sent->revenue_code, revenue);
    bool same = text_equal(sent->procedure, billed.procedure);
    if (closeness <= BY_MODIFIERS)
        same = same && same_modifiers(sent->modifiers, &billed);
    if (closeness == BY_REVENUE && sent->revenue_code.length > 0 && revenue.length > 0)
        same = same && text_equal(sent->revenue_code, revenue);
    return same;
}

uint32_t
match_lines(const struct sent_line *sent, uint32_t sent_count, const struct remittance_line *lines, uint32_t count,
            uint32_t *matches)
{
    bool taken[SENT_LINES_MAX] = {false};
    uint32_t open = count;
    if (sent_count > SENT_LINES_MAX)
        sent_count = SENT_LINES_MAX;
    for (uint32_t i = 0; i < count; i++) {
        matches[i] = MATCH_NONE;
        for (uint32_t s = 0; s < sent_count && matches[i] == MATCH_NONE; s++)
            if (lines[i].control_number.length > 0 && text_equal(lines[i].control_number, sent[s].control_number))
                matches[i] = s;
        if (matches[i] != MATCH_NONE) {
            taken[matches[i]] = true;
            open--;
        }
    }
    for (unsigned closeness = 0; closeness < CLOSENESS_COUNT && open > 0; closeness++) {
        for (uint32_t i = 0; i < count; i++) {
            for (uint32_t s = 0; s < sent_count && matches[i] == MATCH_NONE; s++)
                if (!taken[s] && fits(&sent[s], &lines[i], (enum closeness)closeness)) {
                    matches[i] = s;
                    taken[s] = true;
                    open--;
                }
        }
    }
    return open;
}
