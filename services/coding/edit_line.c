/* Edits of lines: codes and counts, lines that come and go, charges; the charge of the claim follows. */
#include "common/date/date.h"
#include "services/coding/editing.h"

#include <assert.h>

static const char decided[] = "another payer has decided on this claim, and his amounts add up to the charges as they are; end it, and let the "
                              "biller send it anew";

static struct text
join(struct editing *e, const struct text *parts)
{
    struct text all = {0};
    for (unsigned i = 0; i < 4 && parts[i].length > 0; i++)
        all = i == 0 ? parts[i] : arena_print(e->arena, "%.*s,%.*s", TEXT_ARGS(all), TEXT_ARGS(parts[i]));
    return all;
}

/* Up to four parts between commas; false when there are more. Empty parts are left out. */
static bool
split(struct editing *e, const char *value, struct text parts[4])
{
    struct text rest = arena_copy(e->arena, text_from(value));
    unsigned count = 0;
    while (rest.length > 0) {
        struct text part = text_cut(rest, ',', &rest);
        if (part.length > 0 && count == 4)
            return false;
        if (part.length > 0)
            parts[count++] = part;
    }
    return true;
}

static const char *
edit_pointers(struct editing *e, struct service_line *line, const char *value, struct text place)
{
    struct text parts[4] = {0}, before[4] = {0};
    uint64_t pointers[4] = {0};
    if (!split(e, value, parts))
        return "a line points at no more than four diagnoses";
    for (unsigned i = 0; i < 4; i++) {
        if (parts[i].length > 0 && (!text_to_u64(parts[i], &pointers[i]) || pointers[i] == 0 || pointers[i] > 12))
            return "a pointer is a number from 1 to 12";
        if (coding_pointer(line, i) != 0)
            before[i] = arena_print(e->arena, "%u", (unsigned)coding_pointer(line, i));
    }
    line->pointer_1 = pointers[0];
    line->pointer_2 = pointers[1];
    line->pointer_3 = pointers[2];
    line->pointer_4 = pointers[3];
    editing_change(e, place, join(e, before), join(e, parts));
    return NULL;
}

static const char *
edit_modifiers(struct editing *e, struct service_line *line, const char *value, struct text place)
{
    struct text parts[4] = {0}, before[4];
    if (!split(e, value, parts))
        return "a line has no more than four modifiers";
    for (unsigned i = 0; i < 4; i++) {
        if (parts[i].length != 0 && parts[i].length != 2)
            return "a modifier has two characters";
        before[i] = coding_modifier(line, i);
    }
    line->modifier_1 = parts[0];
    line->modifier_2 = parts[1];
    line->modifier_3 = parts[2];
    line->modifier_4 = parts[3];
    editing_change(e, place, join(e, before), join(e, parts));
    return NULL;
}

static const char *
edit_units(struct editing *e, struct service_line *line, struct text value, struct text place)
{
    uint64_t units;
    if (!text_to_u64(value, &units) || units == 0 || units > 99999)
        return "units are a whole number from 1 to 99999";
    struct text before = arena_print(e->arena, "%lld", (long long)(line->quantity_milli / 1000));
    line->quantity_milli = (int64_t)units * 1000;
    editing_change(e, place, before, value);
    return NULL;
}

static const char *
edit_date(struct editing *e, struct service_line *line, struct text value, struct text place)
{
    int32_t date;
    if (!date_parse(value, &date))
        return "a date of service is a day: yyyy-mm-dd";
    struct text before = {0};
    if (line->date_from != 0)
        before = line->date_to == 0 ? arena_print(e->arena, "%d", (int)line->date_from)
                                    : arena_print(e->arena, "%d-%d", (int)line->date_from, (int)line->date_to);
    line->date_from = date;
    line->date_to = 0;
    editing_change(e, place, before, value);
    return NULL;
}

static const char *
edit_revenue(struct editing *e, struct service_line *line, struct text value, struct text place)
{
    if (line->institutional_count == 0)
        return "only lines of a hospital's claim have a revenue code";
    if (value.length != 4)
        return "a revenue code has four digits";
    struct institutional_line *own = ARENA_ARRAY(e->arena, struct institutional_line, 1);
    *own = line->institutional[0];
    editing_change(e, place, own->revenue_code, value);
    own->revenue_code = value;
    line->institutional = own;
    return NULL;
}

/* A short text of the line or the claim, replaced as a whole. */
static const char *
edit_text(struct editing *e, struct text *old, struct text value, struct text place)
{
    editing_change(e, place, *old, value);
    *old = value;
    return NULL;
}

static const char *
edit_procedure(struct editing *e, struct service_line *line, struct text value, struct text place)
{
    if (value.length != 5)
        return "a procedure code has five characters";
    if (line->qualifier.length == 0)
        line->qualifier = TEXT("HC"); /* SV202 of a line that had a revenue code alone */
    return edit_text(e, &line->procedure, value, place);
}

/* ---- charges ---- */

static bool
is_element(struct text segment, const char *beginning)
{
    return text_starts(segment, text_from(beginning));
}

/* AMT*D of another payer's loop, or SVD of a line. */
static bool
another_decided(const struct claim_body *body)
{
    for (uint32_t i = 0; i < body->carried_count; i++)
        if (text_is(body->carried[i].loop, "2320") && is_element(body->carried[i].segment, "AMT\x1d" "D\x1d"))
            return true;
    for (uint32_t i = 0; i < body->lines_count; i++)
        for (uint32_t k = 0; k < body->lines[i].carried_count; k++)
            if (is_element(body->lines[i].carried[k].segment, "SVD\x1d"))
                return true;
    return false;
}

/* The charge of the claim goes with that of a line: where they did not add up before, they do not afterwards. */
static bool
move_total(struct editing *e, int64_t before, int64_t after)
{
    int64_t difference;
    return !__builtin_sub_overflow(after, before, &difference) &&
           !__builtin_add_overflow(e->body->total_cents, difference, &e->body->total_cents);
}

static const char too_much[] = "the charges of the claim are more than it can hold";

static const char *
edit_charge(struct editing *e, struct service_line *line, int64_t cents, struct text place)
{
    if (another_decided(e->body))
        return decided;
    if (!move_total(e, line->charge_cents, cents))
        return too_much;
    editing_change_money(e, place, line->charge_cents, cents);
    line->charge_cents = cents;
    return NULL;
}

static const char *
edit_total(struct editing *e, const struct coding_edit *edit)
{
    int64_t sum = 0;
    if (!text_is(text_from(edit->value), "LINES"))
        return "claim.total=lines: the sum of its lines";
    if (another_decided(e->body))
        return decided;
    for (uint32_t i = 0; i < e->body->lines_count; i++)
        if (__builtin_add_overflow(sum, e->body->lines[i].charge_cents, &sum))
            return too_much;
    e->body->total_cents = sum;
    return NULL;
}

/* ---- lines that come and go ---- */

/* The day of all lines; false when they have several. */
static bool
one_day(const struct claim_body *body, int32_t *day)
{
    *day = body->lines_count > 0 ? body->lines[0].date_from : 0;
    for (uint32_t i = 0; i < body->lines_count; i++)
        if (body->lines[i].date_from != *day || (body->lines[i].date_to != 0 && body->lines[i].date_to != *day))
            return false;
    return true;
}

static const char *
add_line(struct editing *e, const struct coding_edit *edit)
{
    struct claim_body *body = e->body;
    struct text code = arena_copy(e->arena, text_from(edit->value));
    int32_t day;
    if (edit->ordinal <= e->lines_shown)
        return "the claim has a line of that number; line.N.procedure= changes its code, line.N= takes it off";
    if (edit->ordinal != body->lines_count + 1 || body->lines_count >= EDITING_LINES)
        return "a new line has the number behind the last one";
    if (code.length != 5)
        return "a procedure code has five characters";
    if (another_decided(body))
        return decided;
    struct service_line line = {.number = edit->ordinal,
                                .qualifier = body->form == CLAIM_FORM_DENTAL ? TEXT("AD") : TEXT("HC"),
                                .procedure = code,
                                .unit = TEXT("UN"),
                                .quantity_milli = 1000};
    if (one_day(body, &day))
        line.date_from = day;
    if (body->form == CLAIM_FORM_INSTITUTIONAL) {
        line.institutional = ARENA_ARRAY(e->arena, struct institutional_line, 1);
        line.institutional[0] = (struct institutional_line){0};
        line.institutional_count = 1;
    }
    body->lines[body->lines_count++] = line;
    e->changes->unpriced++;
    editing_change(e, arena_print(e->arena, "line %u", (unsigned)edit->ordinal), (struct text){0}, code);
    return NULL;
}

/* What stood on a line that goes, without its charge: "0301 87804:QW x1 2025-11-20". */
static struct text
line_words(struct editing *e, const struct service_line *line)
{
    struct text words = line->institutional_count > 0 ? line->institutional->revenue_code : (struct text){0};
    words = arena_print(e->arena, "%.*s%s%.*s", TEXT_ARGS(words), words.length > 0 && line->procedure.length > 0 ? " " : "",
                        TEXT_ARGS(line->procedure));
    for (unsigned i = 0; i < 4; i++)
        if (coding_modifier(line, i).length > 0)
            words = arena_print(e->arena, "%.*s:%.*s", TEXT_ARGS(words), TEXT_ARGS(coding_modifier(line, i)));
    words = arena_print(e->arena, "%.*s x%lld", TEXT_ARGS(words), (long long)(line->quantity_milli / 1000));
    return line->date_from == 0 ? words : arena_print(e->arena, "%.*s %d", TEXT_ARGS(words), (int)line->date_from);
}

static const char *
take_line_off(struct editing *e, const struct coding_edit *edit)
{
    uint32_t i = edit->ordinal - 1;
    if (i >= e->lines_shown)
        return "the claim has no line of that number";
    if (e->lines_gone[i])
        return "a line is taken off once";
    if (another_decided(e->body))
        return decided;
    e->lines_gone[i] = true;
    editing_change(e, arena_print(e->arena, "line %u", (unsigned)edit->ordinal), line_words(e, &e->body->lines[i]), (struct text){0});
    return NULL;
}

/* ---- one edit ---- */

static const char *const line_nouns[CODING_EDIT_KIND_COUNT] = {
    [CODING_EDIT_PROCEDURE] = "procedure", [CODING_EDIT_MODIFIER] = "modifier", [CODING_EDIT_POINTERS] = "pointers",
    [CODING_EDIT_UNITS] = "units",         [CODING_EDIT_DATE] = "date",         [CODING_EDIT_PLACE] = "place",
    [CODING_EDIT_REVENUE] = "revenue",     [CODING_EDIT_CLIA] = "clia",         [CODING_EDIT_CHARGE] = "charge",
    [CODING_EDIT_NDC] = "ndc"};

/* NULL, or why a short text is not what it should be. */
static const char *
wrong_text(const struct editing *e, enum coding_edit_kind kind, struct text value)
{
    if (kind == CODING_EDIT_CLIA)
        return value.length <= 50 ? NULL : "a CLIA number has at most 50 characters";
    if (e->body->form == CLAIM_FORM_INSTITUTIONAL)
        return "a claim of a hospital has a type of bill, no place of service";
    return value.length == 2 ? NULL : "a place of service has two digits";
}

static const char *
edit_claim(struct editing *e, const struct coding_edit *edit)
{
    struct text value = arena_copy(e->arena, text_from(edit->value));
    if (edit->kind == CODING_EDIT_TOTAL)
        return edit_total(e, edit);
    const char *wrong = wrong_text(e, edit->kind, value);
    if (wrong != NULL)
        return wrong;
    if (edit->kind == CODING_EDIT_CLIA)
        return edit_text(e, &e->body->clia, value, TEXT("claim clia"));
    return edit_text(e, &e->body->place_of_service, value, TEXT("claim place"));
}

static const char *
edit_one(struct editing *e, const struct coding_edit *edit, struct service_line *line)
{
    struct text value = arena_copy(e->arena, text_from(edit->value));
    struct text place = arena_print(e->arena, "line %u %s", (unsigned)edit->ordinal, line_nouns[edit->kind]);
    if (edit->kind == CODING_EDIT_PROCEDURE)
        return edit_procedure(e, line, value, place);
    if (edit->kind == CODING_EDIT_MODIFIER)
        return edit_modifiers(e, line, edit->value, place);
    if (edit->kind == CODING_EDIT_POINTERS)
        return edit_pointers(e, line, edit->value, place);
    if (edit->kind == CODING_EDIT_UNITS)
        return edit_units(e, line, value, place);
    if (edit->kind == CODING_EDIT_DATE)
        return edit_date(e, line, value, place);
    if (edit->kind == CODING_EDIT_REVENUE)
        return edit_revenue(e, line, value, place);
    if (edit->kind == CODING_EDIT_CHARGE)
        return edit_charge(e, line, edit->cents, place);
    if (edit->kind == CODING_EDIT_NDC)
        return edit_drug(e, line, value, place);
    const char *wrong = wrong_text(e, edit->kind, value);
    return wrong != NULL ? wrong : edit_text(e, edit->kind == CODING_EDIT_CLIA ? &line->clia : &line->place_of_service, value, place);
}

const char *
edit_line_apply(struct editing *e, const struct coding_edit *edit)
{
    if (edit->ordinal == 0)
        return edit_claim(e, edit);
    if (edit->kind == CODING_EDIT_LINE)
        return edit->value[0] != '\0' ? add_line(e, edit) : take_line_off(e, edit);
    if (edit->ordinal > e->body->lines_count)
        return "the claim has no line of that number";
    e->lines_changed[edit->ordinal - 1] = true;
    return edit_one(e, edit, &e->body->lines[edit->ordinal - 1]);
}

/* ---- at the end ---- */

/* Place and provider are those of the first line of its day that was shown. */
static const char *
complete_line(struct editing *e, struct service_line *line)
{
    int32_t day;
    if (line->date_from == 0 && !one_day(&(struct claim_body){.lines = e->body->lines, .lines_count = e->lines_shown}, &day))
        return "the lines of the claim are of several days; say line.N.date= of the new one";
    if (line->institutional_count > 0 && line->institutional->revenue_code.length == 0)
        return "a new line of a hospital's claim needs line.N.revenue=";
    for (uint32_t i = 0; i < e->lines_shown; i++) {
        const struct service_line *other = &e->body->lines[i];
        if (other->date_from != line->date_from)
            continue;
        if (line->place_of_service.length == 0)
            line->place_of_service = other->place_of_service;
        line->rendering = other->rendering;
        break;
    }
    return NULL;
}

static const char *
settle_lines(struct editing *e)
{
    struct claim_body *body = e->body;
    uint32_t *now = ARENA_ARRAY(e->arena, uint32_t, body->lines_count + 1);
    uint32_t left = 0, unpriced = e->changes->unpriced, from = body->lines_count - unpriced;
    for (uint32_t i = 0; i < body->lines_count; i++) {
        if (e->lines_gone[i] && e->lines_changed[i])
            return "a line that is taken off is not changed in the same answer";
        if (e->lines_gone[i] && !move_total(e, body->lines[i].charge_cents, 0))
            return too_much;
        if (e->lines_gone[i] && i >= from)
            e->changes->unpriced--;
        if (!e->lines_gone[i])
            body->lines[left++] = body->lines[i];
        now[i] = e->lines_gone[i] ? 0 : left;
    }
    editing_number(e, NUMBERING_LINE, now, body->lines_count);
    if (left == 0 && body->lines_count > 0)
        return "no line is left; a claim without lines goes nowhere: end it";
    for (uint32_t i = 0; i < left && left < body->lines_count; i++)
        body->lines[i].number = i + 1; /* LX01 counts from 1 (TR3, 2400) */
    body->lines_count = left;
    return NULL;
}

const char *
edit_line_finish(struct editing *e)
{
    const char *wrong = NULL;
    assert(e->changes->unpriced <= e->body->lines_count);
    for (uint32_t i = e->lines_shown; i < e->body->lines_count && wrong == NULL; i++)
        wrong = complete_line(e, &e->body->lines[i]);
    if (wrong == NULL)
        wrong = settle_lines(e);
    if (wrong == NULL && e->body->total_cents != e->total_before)
        editing_change_money(e, TEXT("claim total"), e->total_before, e->body->total_cents);
    return wrong;
}
