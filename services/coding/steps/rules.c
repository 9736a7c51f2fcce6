/* What a pass does with a rule, and what is known of one. */
#include "common/date/date.h"
#include "schemas/findings.h"
#include "services/coding/steps/coding.h"
#include "services/coding/steps/own/own.h"

#include <assert.h>

const char *const coding_lack_sentences[CODING_LACK_COUNT] = {
    [CODING_LACK_NONE] = "",
    [CODING_LACK_DOCUMENTS] = "No documents of the kind were given.",
    [CODING_LACK_HISTORY] = "Former claims of the patient were not given.",
    [CODING_LACK_EDITION] = "No edition covers the date.",
    [CODING_LACK_CODE] = "The edition's list is incomplete and does not hold a code.",
    [CODING_LACK_DATE] = "A date is missing or in the future.",
    [CODING_LACK_BIRTH_DATE] = "The birth date is missing.",
    [CODING_LACK_SEX] = "The patient's sex is not given.",
    [CODING_LACK_DIAGNOSIS] = "The claim has no such diagnosis, and its form may go without.",
    [CODING_LACK_LINES] = "The claim has no lines.",
    [CODING_LACK_STATUS] = "The record does not say how sure a condition is.",
    [CODING_LACK_TABLE] = "The table of it is not loaded.",
    [CODING_LACK_PROVIDER] = "The taxonomy of the provider is not given.",
    [CODING_LACK_RULES] = "The rules for this kind of claim are not there yet.",
    [CODING_LACK_ADDRESS] = "The claim does not say where the service was given.",
    [CODING_LACK_OFF] = "Switched off.",
    [CODING_LACK_FAILED] = "An own rule whose script failed: it is out until the script is corrected.",
};

/* Of a question that no rule here raised. */
static const char *const by_step[] = {"the payer's or clearinghouse's answer (see the claim's timeline)",
                                      "ICD-10-CM Official Guidelines for Coding and Reporting, introduction",
                                      "ICD-10-CM Official Guidelines for Coding and Reporting, section IV.J",
                                      "the edition's files",
                                      "the edition's files",
                                      "ICD-10-CM Official Guidelines for Coding and Reporting, section I.B",
                                      "X12 837, loop 2400",
                                      "the claim itself"};

const struct coding_rule *
coding_rule(uint64_t number)
{
    if (number < CODING_RULE_FIRST || number > CODING_RULE_LAST || coding_rule_rows[number - CODING_RULE_FIRST] == UINT16_MAX)
        return NULL;
    return &coding_rules[coding_rule_rows[number - CODING_RULE_FIRST]];
}

struct text
coding_source(uint64_t finding, unsigned step)
{
    const struct coding_rule *rule = coding_rule(finding);
    if (rule != NULL)
        return text_from(rule->source);
    return text_from(by_step[step < sizeof by_step / sizeof *by_step ? step : 0]);
}

static bool
is_between(char c)
{
    return c == ',' || c == ' ' || c == '\t';
}

/* False: there is no such rule. */
static bool
switch_off(uint64_t number, const struct own_rules *own, struct coding_switches *switches)
{
    const struct coding_rule *rule = coding_rule(number);
    if (rule != NULL)
        switches->off[(rule - coding_rules) / 64] |= UINT64_C(1) << (rule - coding_rules) % 64;
    else if (own_rule(own, number) != NULL)
        switches->own_off[(number - OWN_FIRST) / 64] |= UINT64_C(1) << (number - OWN_FIRST) % 64;
    else
        return false;
    return true;
}

bool
coding_switches_read(struct text words, const struct own_rules *own, struct coding_switches *switches, struct text *wrong)
{
    for (size_t at = 0; at < words.length;) {
        size_t end = at;
        while (end < words.length && !is_between(words.data[end]))
            end++;
        struct text word = text_of(words.data + at, end - at);
        uint64_t number = 0;
        if (word.length > 0 && (!text_to_u64(word, &number) || !switch_off(number, own, switches))) {
            *wrong = word;
            return false;
        }
        at = end + 1;
    }
    return true;
}

/* Their detail is a day of service, a modifier, a place, a code of the bill, a word of ours or of the payer's profile. */
static const uint16_t shown[] = {
    FINDING_CODING_DATE_FUTURE,           FINDING_CODING_EDITION_MISSING,          FINDING_CODING_PROCEDURE_AFTER_STAY,
    FINDING_CODING_PLACE_UNKNOWN,         FINDING_CODING_MODIFIER_DATE,            FINDING_CODING_LINE_OF_BOTH_SIDES,
    FINDING_CODING_MODIFIER_UNKNOWN,      FINDING_CODING_MODIFIERS_APART,          FINDING_CODING_MODIFIER_TWICE,
    FINDING_CODING_MODIFIER_OF_HOSPITAL,  FINDING_CODING_MODIFIER_OF_PRACTITIONER,
     FINDING_CODING_TELEHEALTH_ASYNCHRONOUS,  FINDING_CODING_TELEHEALTH_MODIFIER,
    FINDING_CODING_TELEHEALTH_PLACE,      FINDING_CODING_BILL_TYPE_UNKNOWN,        FINDING_CODING_REVENUE_UNKNOWN,
    FINDING_CODING_PATIENT_STATUS_UNKNOWN, FINDING_CODING_ADMISSION_TYPE_UNKNOWN,  FINDING_CODING_ADMISSION_ORIGIN_UNKNOWN,
    FINDING_CODING_POINTER_DIAGNOSIS,     FINDING_CODING_DRG_INPUT,                FINDING_CODING_STATEMENT_COVERS,
    FINDING_CODING_STATEMENT_ORDER,       FINDING_CODING_STATUS_FREQUENCY,         FINDING_CODING_LINE_DATES,
    FINDING_CODING_BEFORE_BIRTH,          FINDING_CODING_OWN_RULE_FAILED,          FINDING_CODING_OWN_RULE_RAN_AWAY,
    FINDING_CODING_PROVIDER_NUMBER,
    FINDING_CODING_VALUE_UNKNOWN,         FINDING_CODING_DAYS_OF_STAY,             FINDING_CODING_DAYS_OF_BENEFIT,
};

bool
coding_is_private(uint64_t number)
{
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (shown[i] == number)
            return false;
    return true;
}

void
coding_lacks(struct coding_run *run, uint16_t rule, enum coding_lack what)
{
    unsigned row = coding_rule_rows[rule - CODING_RULE_FIRST];
    assert(coding_has(run->applied, row));
    if (coding_has(run->lacking, row))
        return;
    run->lacking[row / 64] |= UINT64_C(1) << row % 64;
    run->lacks[row] = (uint8_t)what;
    run->not_assessed |= UINT64_C(1) << coding_rules[row].step;
}

bool
coding_apply_any(struct coding_run *run, const uint16_t *rules, unsigned count, int32_t day)
{
    bool any = false;
    for (unsigned i = 0; i < count; i++)
        any = coding_applies(run, rules[i], day) || any;
    return any;
}

void
coding_lack_all(struct coding_run *run, const uint16_t *rules, unsigned count, enum coding_lack what)
{
    for (unsigned i = 0; i < count; i++)
        if (coding_has(run->applied, coding_rule_rows[rules[i] - CODING_RULE_FIRST]))
            coding_lacks(run, rules[i], what);
}

void
coding_skips(struct coding_run *run, unsigned step, enum coding_lack what)
{
    if (run->skipped[step] == CODING_LACK_NONE)
        run->skipped[step] = (uint8_t)what;
    run->not_assessed |= UINT64_C(1) << step;
}

void
coding_raise(struct coding_run *run, uint16_t rule, const char *noun, uint32_t ordinal, struct text detail)
{
    assert(coding_has(run->applied, coding_rule_rows[rule - CODING_RULE_FIRST]));
    struct arena *arena = run->findings->arena;
    struct text place = ordinal == 0 ? text_from(noun) : arena_print(arena, "%s %u", noun, (unsigned)ordinal);
    struct finding *finding = findings_add(run->findings, rule, place, detail);
    if (finding != NULL)
        finding->private = coding_is_private(rule);
}

void
coding_check(struct coding_run *run, uint16_t rule, int32_t day, const char *noun, uint32_t ordinal, struct text detail)
{
    if (coding_applies(run, rule, day))
        coding_raise(run, rule, noun, ordinal, detail);
}

bool
coding_raised(const struct coding_run *run, uint16_t rule)
{
    for (uint32_t i = 0; i < run->findings->count; i++)
        if (run->findings->items[i].kind->number == rule)
            return true;
    return false;
}

struct text
coding_day(struct coding_run *run, int32_t date)
{
    char buffer[11];
    return arena_copy(run->findings->arena, date_print_iso(date, buffer));
}

struct text
coding_dated(struct coding_run *run, struct text code, int32_t date)
{
    char buffer[11];
    struct text when = date_print_iso(date, buffer);
    return arena_print(run->findings->arena, "%.*s, %.*s", TEXT_ARGS(code), TEXT_ARGS(when));
}

static struct text
with_days(struct coding_run *run, struct text code, int32_t first, int32_t last)
{
    char one[11], other[11];
    if (first == last)
        return coding_dated(run, code, first);
    return arena_print(run->findings->arena, "%.*s, between %s and %s", TEXT_ARGS(code), date_print_iso(first, one).data,
                       date_print_iso(last, other).data);
}

struct text
coding_with_end(struct coding_run *run, struct text code, const struct codes_answer *answer)
{
    return with_days(run, code, answer->to, answer->to_latest != 0 ? answer->to_latest : answer->to);
}

struct text
coding_with_begin(struct coding_run *run, struct text code, const struct codes_answer *answer)
{
    return with_days(run, code, answer->from_earliest != 0 ? answer->from_earliest : answer->from, answer->from);
}
