#include "services/coding/steps/amounts.h"

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Each number, with its points and commas, becomes ***; a hole (%s) stays. */
static const char *
without_numbers(const char *words, struct arena *arena)
{
    size_t length = strlen(words), at = 0;
    char *out = arena_take_raw(arena, 3 * length + 1);
    for (size_t i = 0; i < length;) {
        if (!is_digit(words[i])) {
            out[at++] = words[i++];
            continue;
        }
        while (i < length && (is_digit(words[i]) || ((words[i] == '.' || words[i] == ',') && is_digit(words[i + 1]))))
            i++;
        memcpy(out + at, "***", 3);
        at += 3;
    }
    out[at] = '\0';
    return out;
}

static bool
knows_amounts(const struct own_rules *rules, const struct finding *finding)
{
    const struct own_rule *own = own_rule(rules, finding->kind->number);
    return finding->money || (own != NULL && own->money);
}

struct text
amounts_sentence(const struct own_rules *rules, const struct finding *finding, bool reveal, bool money, struct arena *arena)
{
    if (money || !knows_amounts(rules, finding))
        return finding_sentence(finding, reveal, arena);
    struct finding_kind kind = *finding->kind;
    struct finding masked = *finding;
    kind.sentence = without_numbers(kind.sentence, arena);
    masked.kind = &kind;
    return finding_sentence(&masked, reveal && !finding->money, arena);
}

struct text
amounts_remedy(const struct own_rules *rules, const struct finding *finding, bool money, struct arena *arena)
{
    bool clear = money || !knows_amounts(rules, finding);
    return text_from(clear ? finding->kind->remedy : without_numbers(finding->kind->remedy, arena));
}
