/* What a coder or a physician reads of a finding: no amount, whatever the site's own rules say of charges. */
#include "services/coding/plan.h"

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
knows_amounts(const struct coding *state, const struct finding *finding)
{
    const struct own_rule *own = own_rule(state->rulebook.own, finding->kind->number);
    return finding->money || (own != NULL && own->money);
}

struct text
coding_sentence(const struct coding *state, const struct finding *finding, unsigned shown, struct arena *arena)
{
    bool reveal = shown & CODING_SHOW_REVEAL;
    if (shown & CODING_SHOW_MONEY || !knows_amounts(state, finding))
        return finding_sentence(finding, reveal, arena);
    struct finding_kind kind = *finding->kind;
    struct finding masked = *finding;
    kind.sentence = without_numbers(kind.sentence, arena);
    masked.kind = &kind;
    return finding_sentence(&masked, reveal && !finding->money, arena);
}

struct text
coding_remedy(const struct coding *state, const struct finding *finding, unsigned shown, struct arena *arena)
{
    bool clear = shown & CODING_SHOW_MONEY || !knows_amounts(state, finding);
    return text_from(clear ? finding->kind->remedy : without_numbers(finding->kind->remedy, arena));
}
