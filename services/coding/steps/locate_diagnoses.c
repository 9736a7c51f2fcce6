/* Step 3: locate. Each diagnosis exists, is billable and is valid on its date; of what is wrong in form, how. */
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/shape.h"
#include "services/coding/steps/successors.h"

static const uint16_t rules[] = {FINDING_CODING_DIAGNOSIS_UNKNOWN, FINDING_CODING_DIAGNOSIS_HEADER,
                                 FINDING_CODING_DIAGNOSIS_NOT_YET, FINDING_CODING_DIAGNOSIS_ENDED,
                                 FINDING_CODING_SEVENTH_MISSING,   FINDING_CODING_SEVENTH_PLACE,
                                 FINDING_CODING_SEVENTH_WRONG,     FINDING_CODING_DIAGNOSIS_LONG};
enum { RULES = sizeof rules / sizeof *rules };

static const uint16_t shape_rules[] = {
    [SHAPE_MISSING] = FINDING_CODING_SEVENTH_MISSING,
    [SHAPE_ELSEWHERE] = FINDING_CODING_SEVENTH_PLACE,
    [SHAPE_WRONG] = FINDING_CODING_SEVENTH_WRONG,
    [SHAPE_LONG] = FINDING_CODING_DIAGNOSIS_LONG,
};

/* "M545, 2021-09-30 (now M5450 M5451 M5459)" */
static void
say_ended(struct coding_run *run, const char *noun, uint32_t ordinal, struct text code, const struct codes_answer *answer, int32_t date)
{
    char now[SUCCESSORS_BYTES];
    struct text detail = coding_with_end(run, code, answer);
    successors_say(run->c, code, answer->to, date, now);
    if (now[0] != '\0')
        detail = arena_print(run->findings->arena, "%.*s (now %s)", TEXT_ARGS(detail), now);
    coding_check(run, FINDING_CODING_DIAGNOSIS_ENDED, date, noun, ordinal, detail);
}

/* "R05.9 (written without the point: R059)" where a point is all that is wrong in the claim's words; else the code. */
static struct text
said_of_point(struct coding_run *run, struct text code, int32_t date)
{
    struct arena *arena = run->findings->arena;
    struct text rest, head = text_cut(code, '.', &rest);
    if (head.length == code.length)
        return code;
    struct text whole = arena_print(arena, "%.*s%.*s", TEXT_ARGS(head), TEXT_ARGS(rest));
    if (coding_ask(run->c, CODES_ICD10CM, whole, date).verdict != CODES_VALID)
        return code;
    return arena_print(arena, "%.*s (written without the point: %.*s)", TEXT_ARGS(code), TEXT_ARGS(whole));
}

/* Unknown, or a heading: `rule`, unless its form says more. */
static void
say_unbillable(struct coding_run *run, uint16_t rule, const char *noun, uint32_t ordinal, struct text code, int32_t date)
{
    char said[SHAPE_SAID_BYTES];
    enum shape shape = shape_of(run->c, code, date, said);
    if (shape == SHAPE_PLAIN || !coding_applies(run, shape_rules[shape], date))
        coding_check(run, rule, date, noun, ordinal, said_of_point(run, code, date));
    else
        coding_raise(run, shape_rules[shape], noun, ordinal,
                     arena_print(run->findings->arena, "%.*s: %s", TEXT_ARGS(code), said));
}

/* True when the code is settled on this date. A date in the future is said by dates.c; no edition is asked about it. */
static bool
locate_on(struct coding_run *run, const struct diagnosis *diagnosis, const char *noun, uint32_t ordinal, int32_t date)
{
    struct text code = diagnosis->code;
    if (!coding_apply_any(run, rules, RULES, date))
        return true;
    if (text_is(diagnosis->qualifier, "TQ")) { /* codes of the teeth (SNODENT) stand in no edition */
        coding_lack_all(run, rules, RULES, CODING_LACK_CODE);
        return true;
    }
    if (date == 0 || date > run->c->received_date) {
        coding_lack_all(run, rules, RULES, CODING_LACK_DATE);
        return true;
    }
    struct codes_answer answer = coding_ask(run->c, CODES_ICD10CM, code, date);
    switch (answer.verdict) {
    case CODES_VALID:
        return true;
    case CODES_UNKNOWN:
        say_unbillable(run, FINDING_CODING_DIAGNOSIS_UNKNOWN, noun, ordinal, code, date);
        break;
    case CODES_HEADER:
        say_unbillable(run, FINDING_CODING_DIAGNOSIS_HEADER, noun, ordinal, code, date);
        break;
    case CODES_NOT_YET:
        coding_check(run, FINDING_CODING_DIAGNOSIS_NOT_YET, date, noun, ordinal, coding_with_begin(run, code, &answer));
        break;
    case CODES_ENDED:
        say_ended(run, noun, ordinal, code, &answer, date);
        break;
    case CODES_NOT_HELD:
        coding_lack_all(run, rules, RULES, CODING_LACK_CODE);
        break;
    case CODES_EDITION_MISSING:
        coding_edition_missing(run, noun, ordinal, date);
        coding_lack_all(run, rules, RULES, CODING_LACK_EDITION);
        break;
    case CODES_VERDICT_COUNT:
        break;
    }
    return false;
}

/* The other diagnoses of an 837I. */
static void
locate_institutional(struct coding_run *run, const struct institutional_claim *own)
{
    int32_t date = run->c->default_date;
    if (own->admitting.code.length > 0)
        locate_on(run, &own->admitting, "admitting diagnosis", 0, date);
    for (uint32_t i = 0; i < own->reasons_count; i++)
        locate_on(run, &own->reasons[i], "reason", i + 1, date);
    for (uint32_t i = 0; i < own->external_causes_count; i++)
        locate_on(run, &own->external_causes[i], "cause", i + 1, date);
}

void
coding_locate_diagnoses(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    for (uint32_t i = 0; i < c->diagnoses_count; i++) {
        const struct diagnosis *diagnosis = &c->body->diagnoses[i];
        bool settled = locate_on(run, diagnosis, "diagnosis", i + 1, c->diagnosis_first[i]);
        if (settled && c->diagnosis_last[i] != c->diagnosis_first[i])
            locate_on(run, diagnosis, "diagnosis", i + 1, c->diagnosis_last[i]);
    }
    if (c->institutional != NULL)
        locate_institutional(run, c->institutional);
}
