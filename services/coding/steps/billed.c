#include "services/coding/steps/history.h"

#define PLACE(c) ((c) >= 'A' ? (c) - 'A' + 10 : (c) - '0')
#define M(a, b)  [PLACE(a) * 36 + PLACE(b)]

static const uint16_t marks_of[36 * 36] = {
    M('2', '4') = BILLED_NCCI | BILLED_UNRELATED,
    M('2', '5') = BILLED_NCCI | BILLED_OWN_VISIT,
    M('2', '7') = BILLED_NCCI,
    M('5', '0') = BILLED_BILATERAL,
    M('5', '1') = BILLED_MULTIPLE,
    M('5', '4') = BILLED_SURGERY_ONLY,
    M('5', '5') = BILLED_CARE_ONLY,
    M('5', '6') = BILLED_CARE_ONLY,
    M('5', '7') = BILLED_NCCI | BILLED_DECISION,
    M('5', '8') = BILLED_NCCI | BILLED_RETURN,
    M('5', '9') = BILLED_NCCI,
    M('6', '2') = BILLED_CO_SURGEON,
    M('6', '6') = BILLED_TEAM,
    M('7', '6') = BILLED_REPEATED,
    M('7', '7') = BILLED_REPEATED,
    M('7', '8') = BILLED_NCCI | BILLED_RETURN,
    M('7', '9') = BILLED_NCCI | BILLED_RETURN,
    M('8', '0') = BILLED_ASSISTANT,
    M('8', '1') = BILLED_ASSISTANT,
    M('8', '2') = BILLED_ASSISTANT,
    M('9', '1') = BILLED_NCCI | BILLED_REPEATED,
    M('A', 'S') = BILLED_ASSISTANT,
    M('F', 'T') = BILLED_UNRELATED,
    M('X', 'E') = BILLED_NCCI, M('X', 'P') = BILLED_NCCI, M('X', 'S') = BILLED_NCCI, M('X', 'U') = BILLED_NCCI,
    /* anatomical: eyelids, fingers, toes, sides, coronary arteries */
    M('E', '1') = BILLED_SITE, M('E', '2') = BILLED_SITE, M('E', '3') = BILLED_SITE, M('E', '4') = BILLED_SITE,
    M('F', 'A') = BILLED_SITE, M('F', '1') = BILLED_SITE, M('F', '2') = BILLED_SITE, M('F', '3') = BILLED_SITE,
    M('F', '4') = BILLED_SITE, M('F', '5') = BILLED_SITE, M('F', '6') = BILLED_SITE, M('F', '7') = BILLED_SITE,
    M('F', '8') = BILLED_SITE, M('F', '9') = BILLED_SITE,
    M('T', 'A') = BILLED_SITE, M('T', '1') = BILLED_SITE, M('T', '2') = BILLED_SITE, M('T', '3') = BILLED_SITE,
    M('T', '4') = BILLED_SITE, M('T', '5') = BILLED_SITE, M('T', '6') = BILLED_SITE, M('T', '7') = BILLED_SITE,
    M('T', '8') = BILLED_SITE, M('T', '9') = BILLED_SITE,
    M('L', 'T') = BILLED_SITE, M('R', 'T') = BILLED_SITE,
    M('L', 'C') = BILLED_SITE, M('L', 'D') = BILLED_SITE, M('L', 'M') = BILLED_SITE,
    M('R', 'C') = BILLED_SITE, M('R', 'I') = BILLED_SITE,
};

static bool
is_code_character(unsigned c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

uint16_t
billed_marks(uint16_t modifier)
{
    unsigned a = modifier >> 8, b = modifier & 0xff;
    return is_code_character(a) && is_code_character(b) ? marks_of[PLACE(a) * 36 + PLACE(b)] : 0;
}

static uint16_t
marks_of_all(uint64_t modifiers)
{
    uint16_t marks = 0;
    for (; modifiers != 0; modifiers >>= 16)
        marks |= billed_marks((uint16_t)modifiers);
    return marks;
}

uint64_t
billed_modifiers(const struct service_line *line)
{
    uint16_t sorted[4] = {0};
    if (line->modifier_1.length == 0) /* there is none behind it */
        return 0;
    for (unsigned i = 0; i < 4; i++) {
        struct text text = coding_modifier(line, i);
        uint16_t modifier = text.length == 2 ? (uint16_t)((uint8_t)text.data[0] << 8 | (uint8_t)text.data[1]) : 0;
        unsigned at = i;
        for (; at > 0 && sorted[at - 1] < modifier; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = modifier;
    }
    return (uint64_t)sorted[3] << 48 | (uint64_t)sorted[2] << 32 | (uint64_t)sorted[1] << 16 | sorted[0];
}

uint64_t
billed_npi(struct text id)
{
    uint64_t number = 0;
    if (id.length != 10)
        return 0;
    for (size_t i = 0; i < id.length; i++) {
        if (id.data[i] < '0' || id.data[i] > '9')
            return 0;
        number = number * 10 + (uint64_t)(id.data[i] - '0');
    }
    return number;
}

uint64_t
billed_provider(const struct claim_body *body, const struct service_line *line)
{
    uint64_t npi = 0;
    if (body->form == CLAIM_FORM_INSTITUTIONAL)
        return billed_npi(body->billing.id);
    npi = billed_npi(line->rendering.id);
    if (npi == 0)
        npi = billed_npi(body->rendering.id);
    return npi != 0 ? npi : billed_npi(body->billing.id);
}

/* The number of a code of five digits; 0 when it is none. */
static uint32_t
number_of(struct text code)
{
    uint64_t number;
    return code.length == 5 && text_to_u64(code, &number) ? (uint32_t)number : 0;
}

/* A line without a day is of the statement's only day, when that has one. */
static int32_t
day_of(const struct coding_case *c, const struct service_line *line)
{
    if (line->date_from != 0 || c->institutional == NULL)
        return coding_line_date(c, line);
    return c->institutional->statement_from == c->institutional->statement_to ? c->default_date : 0;
}

static void
take_line(struct billed *billed, const struct coding_case *c, uint32_t i)
{
    const struct service_line *line = &c->body->lines[i];
    *billed = (struct billed){.procedure = coding_procedure_key(c, i),
                              .modifiers = billed_modifiers(line),
                              .provider = billed_provider(c->body, line),
                              .quantity_milli = line->quantity_milli,
                              .charge_cents = line->charge_cents,
                              .from = day_of(c, line),
                              .line = (uint16_t)(i + 1)};
    billed->to = line->date_to > billed->from ? line->date_to : billed->from;
    billed->number = number_of(line->procedure);
    billed->marks = marks_of_all(billed->modifiers) | (text_is(line->unit, "MJ") ? BILLED_MINUTES : 0);
}

static void
take_past(struct billed *billed, const struct past_claim *past, const struct past_line *line)
{
    char buffer[CODESET_KEY_LENGTH + 1];
    *billed = (struct billed){.procedure = line->procedure,
                              .modifiers = line->modifiers,
                              .provider = line->provider,
                              .quantity_milli = line->quantity_milli,
                              .charge_cents = line->charge_cents,
                              .from = line->date_from,
                              .to = line->date_to == 0 ? line->date_from : line->date_to,
                              .number = number_of(codeset_key_text(line->procedure, buffer)),
                              .past = past};
    billed->marks = marks_of_all(line->modifiers) | (line->minutes ? BILLED_MINUTES : 0);
}

static bool
counts(const struct coding_case *c, const struct past_claim *past)
{
    return !past->replaced && past->form == c->body->form;
}

static uint32_t
past_lines(const struct coding_case *c)
{
    uint32_t count = 0;
    for (uint32_t i = 0; c->history != NULL && i < c->history->count; i++)
        if (counts(c, &c->history->claims[i]))
            count += c->history->claims[i].lines_count;
    return count;
}

const struct billed_list *
coding_billed(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    struct billed_list *list = &run->billed;
    if (list->items != NULL)
        return list;
    bool void_claim = text_is(c->body->frequency, "8"); /* it takes back what was billed */
    uint32_t own = void_claim ? 0 : c->body->lines_count, past = void_claim ? 0 : past_lines(c);
    list->items = list->at_hand;
    if (own + past > BILLED_AT_HAND)
        list->items = arena_take_raw(run->findings->arena, (own + past) * sizeof *list->items);
    for (uint32_t i = 0; i < own; i++)
        take_line(&list->items[i], c, i);
    list->own = list->count = own;
    for (uint32_t i = 0; past > 0 && i < c->history->count; i++) {
        const struct past_claim *claim = &c->history->claims[i];
        for (uint32_t k = 0; counts(c, claim) && k < claim->lines_count; k++)
            take_past(&list->items[list->count++], claim, &claim->lines[k]);
    }
    return list;
}

bool
billed_together(const struct billed *a, const struct billed *b)
{
    return a->from == b->from && a->to == b->to && a->from != 0 && a->provider == b->provider &&
           (a->provider != 0 || (a->past == NULL && b->past == NULL));
}

bool
coding_history_open(const struct coding_run *run)
{
    return run->c->history == NULL || run->c->history->partial;
}
