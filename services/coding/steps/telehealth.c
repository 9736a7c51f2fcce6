/* Step 4: telehealth: the modifiers that say how it was given, the places 02 and 10, the originating site's fee. */
#include "common/payer/payer.h"
#include "schemas/findings.h"
#include "services/coding/steps/line_rules.h"
#include "services/coding/steps/wants.h"

static struct text
state_of(const struct claim_body *body)
{
    return body->service_facility.state.length > 0 ? body->service_facility.state : body->billing.state;
}

/* 42 CFR 410.78(b) and (d): store and forward in the demonstrations of Alaska and Hawaii alone. */
static void
asynchronous(struct coding_run *run, const struct coding_line *line)
{
    struct text state = state_of(run->c->body);
    if (!coding_applies(run, FINDING_CODING_TELEHEALTH_ASYNCHRONOUS, line->day) || !coding_line_has(line, CODING_KEY("GQ")))
        return;
    if (state.length == 0)
        coding_lacks(run, FINDING_CODING_TELEHEALTH_ASYNCHRONOUS, CODING_LACK_ADDRESS);
    else if (!text_is(state, "AK") && !text_is(state, "HI"))
        coding_raise(run, FINDING_CODING_TELEHEALTH_ASYNCHRONOUS, "line", line->ordinal, state);
}

/* The modifier of the line that says how it was given; empty: none. */
static struct text
way_of(const struct coding_line *line)
{
    for (unsigned i = 0; i < 4; i++)
        if (coding_service_lists(CODING_MODIFIER_TELEHEALTH, line->modifiers[i], line->day))
            return coding_modifier(line->line, i);
    return (struct text){0};
}

static void
by_modifier(struct coding_run *run, const struct coding_line *line, struct text way)
{
    bool therapy = coding_line_has(line, CODING_KEY("GN")) || coding_line_has(line, CODING_KEY("GO")) ||
                   coding_line_has(line, CODING_KEY("GP"));
    if (coding_applies(run, FINDING_CODING_TELEHEALTH_SERVICE, line->day) &&
        coding_service_is(CODING_TELEHEALTH_NEVER, line->procedure, line->day))
        coding_raise(run, FINDING_CODING_TELEHEALTH_SERVICE, "line", line->ordinal, line->line->procedure);
    asynchronous(run, line);
    if (coding_applies(run, FINDING_CODING_TELEHEALTH_GT, line->day) && coding_line_has(line, CODING_KEY("GT")))
        coding_raise(run, FINDING_CODING_TELEHEALTH_GT, "line", line->ordinal, (struct text){0});
    if (coding_applies(run, FINDING_CODING_TELEHEALTH_PLACE, line->day) && line->place == CODING_KEY("11") && !therapy)
        coding_raise(run, FINDING_CODING_TELEHEALTH_PLACE, "line", line->ordinal, way);
}

static void
by_payer(struct coding_run *run, const struct coding_line *line)
{
    struct text words = run->c->wants->telehealth;
    if (words.length == 0 || !coding_service_lists(CODING_PLACE_TELEHEALTH, line->place, line->day) ||
        !coding_applies(run, FINDING_CODING_TELEHEALTH_MODIFIER, line->day))
        return;
    for (unsigned i = 0; i < 4; i++)
        if (payer_lists_code(words, coding_modifier(line->line, i)))
            return;
    coding_raise(run, FINDING_CODING_TELEHEALTH_MODIFIER, "line", line->ordinal, words);
}

/* Social Security Act, section 1834(m)(2)(B)(ii): no facility fee when the patient is at home. */
static void
originating(struct coding_run *run, const struct coding_line *line)
{
    bool home = line->place == CODING_KEY("02") || line->place == CODING_KEY("10") || line->place == CODING_KEY("12");
    if (line->procedure == CODING_KEY("Q3014") && coding_applies(run, FINDING_CODING_TELEHEALTH_ORIGIN, line->day) && home)
        coding_raise(run, FINDING_CODING_TELEHEALTH_ORIGIN, "line", line->ordinal, (struct text){0});
}

void
coding_line_telehealth(struct coding_run *run, const struct coding_line *line)
{
    struct text way = line->modifiers[0] == 0 ? (struct text){0} : way_of(line);
    if (way.length > 0)
        by_modifier(run, line, way);
    if (run->c->wants != NULL)
        by_payer(run, line);
    if (line->line->procedure.length == 5 && line->line->procedure.data[0] == 'Q')
        originating(run, line);
}
