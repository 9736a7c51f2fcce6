#include "services/coding/steps/own/own_script.h"
#include "services/coding/steps/own/own_test.h"

#include "schemas/findings.h"

#include <string.h>

/* One rule at work on a claim. */
struct asking {
    struct coding_run *run;
    struct own_rule *rule;
    struct own_place place;
    struct text met;         /* the first diagnosis that a test met */
    enum coding_lack lack;   /* of a test that could not be assessed */
};

static void
raise(struct asking *a, const char *noun, uint32_t ordinal, struct text detail, bool money)
{
    struct findings *findings = a->run->findings;
    struct text place = ordinal == 0 ? text_from(noun) : arena_print(findings->arena, "%s %u", noun, (unsigned)ordinal);
    struct finding *finding = findings_add_kind(findings, &a->rule->kind, place, detail);
    if (finding == NULL)
        return;
    finding->private = true;
    finding->money = money;
}

static void
lacks(struct asking *a, enum coding_lack what)
{
    uint8_t *kept = &a->run->own_lacks[a->rule->kind.number - OWN_FIRST];
    if (*kept == CODING_LACK_NONE)
        *kept = (uint8_t)what;
    a->run->not_assessed |= UINT64_C(1) << a->rule->kind.step;
}

/* Its script failed: the rule is out, and this claim goes to a person. */
static void
put_out(struct asking *a, enum own_state state, const char *message)
{
    struct coding_run *run = a->run;
    uint16_t finding = state == OWN_RAN_AWAY ? FINDING_CODING_OWN_RULE_RAN_AWAY : FINDING_CODING_OWN_RULE_FAILED;
    a->rule->state = state;
    a->rule->message = arena_print(run->c->own->arena, "%s", message).data;
    lacks(a, CODING_LACK_FAILED);
    coding_check(run, finding, run->c->day, "claim", 0, text_from(a->rule->kind.name));
}

/* A finding of a script; without a detail of its own it names the code of its place, of the claim what the tests met. */
static void
raise_answer(struct asking *a, const char *noun, uint32_t ordinal, struct text detail, bool money)
{
    const struct claim_body *body = a->run->c->body;
    if (detail.length == 0 && strcmp(noun, "line") == 0)
        detail = body->lines[ordinal - 1].procedure;
    else if (detail.length == 0 && strcmp(noun, "diagnosis") == 0)
        detail = body->diagnoses[ordinal - 1].code;
    else if (detail.length == 0)
        detail = a->met;
    raise(a, noun, ordinal, detail, money);
}

static void
ask_script(struct asking *a, const struct own_test *test, uint32_t line)
{
    struct own_answers answers;
    char message[OWN_REASON_BYTES];
    if (a->rule->state != OWN_ON)
        return;
    coding_applies(a->run, FINDING_CODING_OWN_RULE_FAILED, a->run->c->day);
    coding_applies(a->run, FINDING_CODING_OWN_RULE_RAN_AWAY, a->run->c->day);
    enum own_state state = own_script_ask(a->run->c->own->script, a->run->c, test->values->text, line, &answers, message);
    if (state != OWN_ON) {
        put_out(a, state, message);
        return;
    }
    for (uint32_t i = 0; i < answers.count; i++)
        raise_answer(a, answers.places[i].noun, answers.places[i].ordinal, text_from(answers.places[i].detail), answers.money);
}

/* The tests of the claim, or of a line: do all hold? A test that does not hold decides, whatever could not be assessed. */
static enum own_answer
hold_all(struct asking *a, bool of_line)
{
    enum own_answer all = OWN_YES;
    for (uint32_t i = 0; i < a->rule->test_count; i++) {
        const struct own_test *test = &a->rule->tests[i];
        struct text met = {0};
        if (test->how == OWN_SCRIPT || (test->field->scope == OWN_LINE) != of_line)
            continue;
        enum own_answer answer = own_test_holds(test, &a->place, &a->lack, &met);
        if (answer == OWN_NO)
            return OWN_NO;
        if (answer == OWN_UNKNOWN)
            all = OWN_UNKNOWN;
        if (test->field->scope == OWN_DIAGNOSIS && a->met.data == NULL)
            a->met = met;
    }
    return all;
}

/* All tests of the table hold: the script decides, or the finding is there. */
static void
found(struct asking *a, uint32_t line)
{
    const struct claim_body *body = a->run->c->body;
    const struct own_test *last = &a->rule->tests[a->rule->test_count - 1];
    if (last->how == OWN_SCRIPT) {
        ask_script(a, last, line);
        return;
    }
    if (line > 0) {
        raise(a, "line", line, body->lines[line - 1].procedure, false);
        return;
    }
    for (uint32_t i = 0; i < body->diagnoses_count; i++) {
        if (a->met.data == NULL || body->diagnoses[i].code.data != a->met.data)
            continue;
        raise(a, "diagnosis", i + 1, a->met, false);
        return;
    }
    raise(a, "claim", 0, (struct text){0}, false);
}

static bool
is_on(const struct own_rule *rule, int32_t day)
{
    return day == 0 || (day >= rule->from && (rule->to == 0 || day <= rule->to));
}

static void
judge_lines(struct asking *a, enum own_answer claim)
{
    const struct coding_case *c = a->run->c;
    for (uint32_t i = 0; i < c->body->lines_count && a->rule->state == OWN_ON; i++) {
        if (!is_on(a->rule, coding_line_date(c, &c->body->lines[i])))
            continue;
        a->place.line = i;
        enum own_answer line = hold_all(a, true);
        if (line == OWN_NO)
            continue;
        if (line == OWN_YES && claim == OWN_YES)
            found(a, i + 1);
        else
            lacks(a, a->lack);
    }
}

static void
judge(struct asking *a)
{
    enum own_answer claim = hold_all(a, false);
    if (claim == OWN_NO)
        return;
    if (a->rule->of_lines)
        judge_lines(a, claim);
    else if (claim == OWN_YES)
        found(a, 0);
    else
        lacks(a, a->lack);
}

static bool
is_for(const struct own_rule *rule, const struct coding_case *c)
{
    unsigned bit = rule->kind.number - OWN_FIRST;
    if (!(rule->settings >> c->setting & 1) || (rule->medicare && !c->medicare) || (!rule->of_lines && !is_on(rule, c->day)))
        return false;
    if (c->switches != NULL && c->switches->own_off[bit / 64] >> bit % 64 & 1)
        return false;
    for (uint32_t i = 0; i < rule->payer_count; i++)
        if (text_equal(rule->payers[i], c->body->payer.id))
            return true;
    return rule->payer_count == 0;
}

void
own_take_step(struct coding_run *run, unsigned step)
{
    struct own_rules *rules = run->c->own;
    for (uint32_t i = 0; i < rules->count; i++) {
        struct own_rule *rule = &rules->rules[i];
        if (rule->kind.step != step || !is_for(rule, run->c))
            continue;
        struct asking a = {.run = run, .rule = rule, .place = {.c = run->c}};
        run->own_applied++;
        if (rule->state == OWN_ON)
            judge(&a);
        else
            lacks(&a, CODING_LACK_FAILED);
    }
}
