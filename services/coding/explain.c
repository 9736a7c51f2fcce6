#include "services/coding/explain.h"

#include "schemas/findings.h"
#include "services/coding/checked.h"
#include "services/coding/plan.h"
#include "services/coding/queue.h"
#include "services/coding/steps/sources.h"

enum { DETAIL_BYTES = 120 };

static const struct {
    const char *title;
    const char *unknown; /* why it is not assessed, when the claim itself does not say it */
} steps[CODING_STEPS] = {
    {"Read the whole record", "No documents were given."},
    {"Abstract", "No documents of the kind were given."},
    {"Locate", "A date is missing or in the future, no edition covers it, or the edition's list is incomplete and does not hold a code."},
    {"Validate", "No edition covers the date, or the birth date is missing where an age is asked."},
    {"Sequence", "The claim has no principal diagnosis, and its form may go without."},
    {"Assign", "The claim has no lines, or its form has no pointers."},
    {"Verify", "It could not be judged."},
};

/* What is told, whatever it comes from. */
struct story {
    const struct coding *state_of;
    struct control_rows *rows;
    bool reveal;
    uint64_t claim_id, version, rules, not_assessed, applied;
    uint64_t basis; /* 0: not kept */
    struct coding_basis left; /* what was left out */
    int64_t instant;
    const char *state;
    struct text edition, person;
    const struct coding_finding *open, *stood; /* open: what holds or held it; stood: what was released over */
    uint32_t open_count, stood_count;
    const struct claim_body *body; /* NULL: not kept */
    struct checked_claim claim;
    bool downstream; /* the open ones came from downstream; `stood` are those of the seven steps */
};

/* Words in a buffer, without printf: every claim that passes comes by here. */
struct words {
    char bytes[DETAIL_BYTES];
    size_t length;
};

static bool
add_words(struct words *words, const char *text)
{
    size_t length = strlen(text);
    if (words->length + length > DETAIL_BYTES)
        return false;
    memcpy(words->bytes + words->length, text, length);
    words->length += length;
    return true;
}

static bool
add_number(struct words *words, const char *before, unsigned number)
{
    char digits[12], *at = digits + sizeof digits - 1;
    size_t length = words->length;
    *at = '\0';
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    if (add_words(words, before) && add_words(words, at))
        return true;
    words->length = length;
    return false;
}

static void
add_basis(struct words *words, uint64_t basis)
{
    char digits[17];
    for (unsigned i = 0; i < 16; i++)
        digits[i] = "0123456789abcdef"[basis >> (60 - 4 * i) & 0xf];
    digits[16] = '\0';
    add_words(words, "; basis ");
    add_words(words, digits);
}

struct text
explain_passed(const struct coding_case *c, const struct coding_judgement *judgement, uint64_t basis, const struct findings *findings,
               struct arena *arena)
{
    struct words words = {.length = 0};
    const char *before = "; not assessed ";
    char letters[3];
    checked_letters(c, letters);
    add_number(&words, "applied ", judgement->applied);
    add_words(&words, " ");
    add_words(&words, letters);
    if (basis != 0)
        add_basis(&words, basis);
    for (unsigned i = 1; i <= CODING_STEPS; i++) {
        if (!(judgement->not_assessed >> i & 1))
            continue;
        add_number(&words, before, i);
        before = " ";
    }
    unsigned last = 0;
    before = "; found ";
    for (uint32_t i = 0; i < findings->count; i++) {
        unsigned number = findings->items[i].kind->number;
        if (number == last)
            continue;
        if (!add_number(&words, before, number))
            break;
        last = number;
        before = " ";
    }
    return arena_copy(arena, text_of(words.bytes, words.length));
}

static uint64_t
read_hex(struct text digits)
{
    uint64_t value = 0;
    for (size_t i = 0; i < digits.length; i++) {
        char c = digits.data[i];
        value = value << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return value;
}

/* One part of the words: "found 3124 3010". */
static void
read_part(struct story *story, struct text part, struct coding_finding *list)
{
    uint64_t number;
    bool found = text_starts(part, TEXT("found")), skipped = text_starts(part, TEXT("not assessed"));
    bool applied = text_starts(part, TEXT("applied"));
    if (text_starts(part, TEXT("basis ")))
        story->basis = read_hex(text_of(part.data + 6, part.length - 6));
    while (part.length > 0 && (found || skipped || applied)) {
        struct text word = text_cut(part, ' ', &part);
        if (applied && checked_read(word).known)
            story->claim = checked_read(word);
        if (!text_to_u64(word, &number))
            continue;
        if (applied)
            story->applied = number;
        else if (skipped && number >= 1 && number <= CODING_STEPS)
            story->not_assessed |= UINT64_C(1) << number;
        else if (found && number <= UINT16_MAX && story->stood_count < DETAIL_BYTES)
            list[story->stood_count++] = (struct coding_finding){.number = number};
    }
}

/* Back from the words: the steps, and the numbers as findings without a place. */
static void
read_passed(struct story *story, struct text detail)
{
    struct coding_finding *list = ARENA_ARRAY(story->rows->arena, struct coding_finding, DETAIL_BYTES);
    while (detail.length > 0) {
        struct text part = text_cut(detail, ';', &detail);
        while (part.length > 0 && part.data[0] == ' ')
            part = text_of(part.data + 1, part.length - 1);
        read_part(story, part, list);
    }
    story->stood = list;
}

static bool
has_finding(const struct story *story, const struct coding_finding *list, uint32_t count, unsigned step)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct finding_kind *kind = coding_kind(story->state_of, list[i].number);
        if (kind != NULL && kind->step == step)
            return true;
    }
    return false;
}

/* 0: an own rule that is there no longer. */
static unsigned
step_of(const struct story *story, const struct rule_lack *lack)
{
    const struct coding_rule *rule = coding_rule(lack->rule);
    const struct own_rule *own = own_rule(story->state_of->rulebook.own, lack->rule);
    return rule != NULL ? rule->step : own != NULL ? own->kind.step : lack->rule <= CODING_STEPS ? (unsigned)lack->rule : 0;
}

static const char *
why_sentence(uint64_t lack)
{
    return lack > CODING_LACK_NONE && lack < CODING_LACK_COUNT ? coding_lack_sentences[lack] : "It could not be judged.";
}

/* Why a step could not judge: the first reason that is not a switch. Verdicts of former versions do not say it. */
static struct text
why_not(const struct story *story, unsigned step)
{
    for (uint32_t i = 0; i < story->left.lacks_count; i++) {
        const struct rule_lack *lack = &story->left.lacks[i];
        if (step_of(story, lack) == step && lack->lack != CODING_LACK_OFF)
            return text_from(why_sentence(lack->lack));
    }
    return text_from(steps[step - 1].unknown);
}

static void
tell_left_row(struct control_rows *rows, unsigned step, struct text why, struct text numbers)
{
    control_row(rows);
    control_text(rows, "row", TEXT("left out"));
    control_number(rows, "step", step);
    control_text(rows, "why", why);
    control_text(rows, "rules", numbers);
}

/* The rules of a step that were left out, a row for each reason. Of a step with findings it must be said that some were not assessed, also
 * when the verdict does not say which. */
static void
tell_left(const struct story *story, unsigned step, bool some)
{
    struct control_rows *rows = story->rows;
    for (uint64_t what = 1; what < CODING_LACK_COUNT; what++) {
        struct text numbers = {0};
        for (uint32_t i = 0; i < story->left.lacks_count; i++) {
            const struct rule_lack *lack = &story->left.lacks[i];
            if (lack->lack == what && lack->rule > CODING_STEPS && step_of(story, lack) == step)
                numbers = arena_print(rows->arena, "%.*s%s%u", TEXT_ARGS(numbers), numbers.length == 0 ? "" : " ",
                                      (unsigned)lack->rule);
        }
        if (numbers.length == 0)
            continue;
        tell_left_row(rows, step, text_from(why_sentence(what)), numbers);
        some = some && what == CODING_LACK_OFF;
    }
    if (some)
        tell_left_row(rows, step, why_not(story, step), TEXT("some"));
}

static struct text
source_of(const struct story *story, uint64_t number, unsigned step)
{
    const struct own_rule *own = own_rule(story->state_of->rulebook.own, number);
    return own != NULL ? text_from(own->source) : coding_source(number, step);
}

/* As it was kept. Of a claim that passed the number alone is. */
static struct finding
finding_of(const struct story *story, const struct coding_finding *kept)
{
    struct finding finding = coding_kept_finding(story->state_of, kept, story->rows->arena);
    if (strcmp(story->state, "passed") == 0) {
        finding.detail = TEXT("(not kept)");
        finding.private = false;
    }
    return finding;
}

static void
tell_findings(const struct story *story, const struct coding_finding *list, uint32_t count, unsigned step, const char *standing)
{
    struct control_rows *rows = story->rows;
    for (uint32_t i = 0; i < count; i++) { /* at most a hundred of each list: all on one page */
        struct finding finding = finding_of(story, &list[i]);
        const char *pair = story->reveal ? coding_fact_source(list[i].number, list[i].detail) : NULL; /* it says which conditions they are */
        if (finding.kind->step != step)
            continue;
        control_row(rows);
        control_text(rows, "row", TEXT("finding"));
        coding_show_step(rows, step);
        control_number(rows, "number", (int64_t)list[i].number);
        control_text(rows, "severity", text_from(finding_severity_name((enum finding_severity)finding.kind->severity)));
        control_text(rows, "standing", text_from(standing));
        control_text(rows, "place", finding.place);
        control_text(rows, "sentence",
                     coding_sentence(story->state_of, &finding, story->reveal ? CODING_SHOW_REVEAL : 0, rows->arena));
        control_text(rows, "source", pair != NULL ? text_from(pair) : source_of(story, list[i].number, step));
        control_text(rows, "suggestion", coding_remedy(story->state_of, &finding, 0, rows->arena));
    }
}

/* Of questions from downstream only those of no step stand apart. */
static void
tell_all_findings(const struct story *story, unsigned step)
{
    bool over = strcmp(story->state, "held") != 0;
    tell_findings(story, story->open, story->open_count, step, over ? "answered" : "open");
    tell_findings(story, story->stood, story->stood_count, step,
                  strcmp(story->state, "passed") == 0 ? "did not hold" : over ? "released over" : "found now");
}

static void
tell_step(const struct story *story, unsigned step)
{
    struct control_rows *rows = story->rows;
    bool skipped = story->not_assessed >> step & 1;
    bool found = has_finding(story, story->stood, story->stood_count, step) ||
                 (!story->downstream && has_finding(story, story->open, story->open_count, step));
    control_row(rows);
    control_text(rows, "row", TEXT("step"));
    control_number(rows, "step", step);
    control_text(rows, "name", text_from(coding_step_names[step - 1]));
    control_text(rows, "title", text_from(steps[step - 1].title));
    bool unknown = skipped && story->left.lacks_count == 0; /* what was left out is not kept, so what was not is not known */
    control_text(rows, "checked",
                 unknown ? TEXT("(not kept)") : checked_by_step(&story->claim, step, &story->left, rows->arena));
    control_text(rows, "result", found ? TEXT("findings") : skipped ? TEXT("not assessed") : TEXT("pass"));
    if (skipped && !found)
        control_text(rows, "why", why_not(story, step));
    tell_all_findings(story, step);
    tell_left(story, step, skipped && found);
}

static enum finding_severity
worst_of(const struct story *story, const struct coding_finding *list, uint32_t count, enum finding_severity worst)
{
    for (uint32_t i = 0; i < count; i++) {
        struct finding finding = coding_kept_finding(story->state_of, &list[i], story->rows->arena);
        if (finding.kind->severity > worst)
            worst = (enum finding_severity)finding.kind->severity;
    }
    return worst;
}

/* Of the seven steps: what was asked from downstream, or was answered, is not theirs. */
static enum coding_verdict
verdict_of(const struct story *story)
{
    enum finding_severity worst = worst_of(story, story->stood, story->stood_count, FINDING_INFO);
    if (!story->downstream)
        worst = worst_of(story, story->open, story->open_count, worst);
    return coding_verdict_of(worst);
}

static void
tell(struct service *service, struct story *story)
{
    struct control_rows *rows = story->rows;
    if (story->basis != 0)
        basis_find(service, story->basis, rows->arena, &story->left);
    control_row(rows);
    control_text(rows, "row", TEXT("claim"));
    control_number(rows, "claim_id", (int64_t)story->claim_id);
    control_number(rows, "version", (int64_t)story->version);
    control_text(rows, "state", text_from(story->state));
    control_text(rows, "verdict", text_from(coding_verdict_names[verdict_of(story)]));
    control_text(rows, "setting", checked_words(&story->claim, rows->arena));
    control_instant(rows, "instant", story->instant);
    control_text(rows, "person", story->person);
    control_text(rows, "edition", story->edition);
    control_number(rows, "rules", (int64_t)story->rules);
    if (story->applied > 0)
        control_number(rows, "applied", (int64_t)story->applied);
    if (story->left.own_rules.length > 0)
        control_text(rows, "own_rules", story->left.own_rules);
    tell_all_findings(story, 0);
    for (unsigned step = 1; step <= CODING_STEPS; step++)
        tell_step(story, step);
}

/* A question from downstream is about a claim that passed once: what the steps say of it, they say now. */
static void
judge_now(struct service *service, struct story *story, const struct held_claim *held)
{
    struct findings findings;
    struct coding_run run;
    struct held_claim now = {0};
    findings_init(&findings, story->rows->arena);
    struct identity identity = coding_leaving_identity(held);
    struct coding_case c;
    struct passed passed;
    coding_held_case(service_state(service), &c, held, story->body);
    if (passed_look(&passed, service, story->rows->arena, &identity, &c) == STATUS_OK)
        c.history = passed.given;
    struct coding_judgement judgement = coding_judge(&run, &c, &findings);
    story->downstream = true;
    if (coding_editions_wait(service_state(service))) { /* what a damaged file said counts for nothing */
        for (unsigned i = 1; i <= CODING_STEPS; i++)
            story->not_assessed |= UINT64_C(1) << i;
        return;
    }
    coding_held_findings(&now, &findings, story->rows->arena);
    story->not_assessed = judgement.not_assessed;
    story->applied = judgement.applied;
    story->left = basis_of(&run, story->rows->arena);
    story->stood = now.findings;
    story->stood_count = now.findings_count;
}

/* Of which setting and payer it is, by the body that is kept. */
static void
take_setting(struct service *service, struct story *story, const struct held_claim *held)
{
    struct coding_case c;
    if (story->body == NULL)
        return;
    coding_held_case(service_state(service), &c, held, story->body);
    story->claim = checked_claim_of(&c);
}

static bool
tell_held(struct service *service, struct story *story)
{
    struct held_claim held;
    struct claim_body body;
    if (!coding_find_held(service, story->rows->arena, story->claim_id, &held))
        return false;
    if (record_read(&record_claim_body, held.body, story->rows->arena, &body, NULL) == STATUS_OK)
        story->body = &body;
    story->state = "held";
    story->version = held.identity.version;
    story->instant = held.since;
    story->edition = held.edition;
    story->rules = held.rules;
    story->not_assessed = held.not_assessed;
    story->applied = held.applied;
    story->basis = held.basis;
    story->open = held.findings;
    story->open_count = held.findings_count;
    take_setting(service, story, &held);
    if (held.cause != HOLD_CAUSE_ENCOUNTER && story->body != NULL)
        judge_now(service, story, &held);
    tell(service, story);
    return true;
}

static bool
tell_released(struct service *service, struct story *story)
{
    struct released_claim released;
    struct claim_body body;
    if (!coding_find_released(service, story->rows->arena, story->claim_id, &released))
        return false;
    if (record_read(&record_claim_body, released.body, story->rows->arena, &body, NULL) == STATUS_OK)
        story->body = &body;
    story->state = released.ended ? "ended" : "released";
    story->version = released.identity.version;
    story->instant = released.instant;
    story->person = released.person;
    story->edition = released.edition;
    story->rules = released.rules;
    story->not_assessed = released.not_assessed;
    story->applied = released.applied;
    story->basis = released.basis;
    story->open = released.asked;
    story->open_count = released.asked_count;
    story->stood = released.stood;
    story->stood_count = released.stood_count;
    story->downstream = true; /* what was asked is answered: only what stood counts for the steps */
    take_setting(service, story, &(struct held_claim){.local_date = released.local_date});
    tell(service, story);
    return true;
}

/* What the event said. */
static bool
tell_passed(struct service *service, const struct control_request *request, struct story *story)
{
    uint64_t instant = 0;
    story->edition = control_argument(request, "passed_edition");
    if (story->edition.length == 0 || !text_to_u64(control_argument(request, "passed_rules"), &story->rules))
        return false;
    text_to_u64(control_argument(request, "passed_version"), &story->version);
    text_to_u64(control_argument(request, "passed_instant"), &instant);
    story->state = "passed";
    story->instant = (int64_t)instant;
    read_passed(story, control_argument(request, "passed_detail"));
    tell(service, story);
    return true;
}

void
explain_query(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    struct story story = {.state_of = service_state(service), .rows = rows, .reveal = request->reveal, .state = ""};
    if (!coding_work_id(control_argument(request, "id"), &story.claim_id)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("id is the number of a claim");
        return;
    }
    if (!tell_held(service, &story) && !tell_released(service, &story) && !tell_passed(service, request, &story)) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        rows->answer->sentence = TEXT("coding has neither held nor passed a claim of this number");
    }
}
