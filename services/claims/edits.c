#include "services/claims/edits.h"

#include "common/date/date.h"
#include "schemas/findings.h"

enum { CODE_BYTES = 40 };

/* The code without its point, as it stands on a claim. */
static struct text
without_point(struct text code, char buffer[CODE_BYTES])
{
    size_t length = 0;
    for (size_t i = 0; i < code.length && length < CODE_BYTES; i++)
        if (code.data[i] != '.')
            buffer[length++] = code.data[i];
    return text_of(buffer, length);
}

static bool
listed(struct text words, struct text code)
{
    char of_claim[CODE_BYTES], of_list[CODE_BYTES];
    struct text wanted = without_point(code, of_claim);
    while (words.length > 0) {
        struct text word = text_cut(words, ' ', &words);
        if (word.length > 0 && text_equal(without_point(word, of_list), wanted))
            return true;
    }
    return false;
}

static void
found(struct findings *findings, uint16_t number, const char *noun, uint32_t ordinal, struct text detail)
{
    struct text place =
        ordinal == 0 ? text_from(noun) : arena_print(findings->arena, "%s %u", noun, (unsigned)ordinal);
    struct finding *finding = findings_add(findings, number, place, detail);
    if (finding != NULL)
        finding->private = true;
}

/* An 837I has a segment of its own for the principal diagnosis, which may stand behind the others. */
static uint32_t
principal_of(const struct claim_body *body)
{
    for (uint32_t i = 1; i < body->diagnoses_count; i++)
        if (text_is(body->diagnoses[i].qualifier, "ABK") || text_is(body->diagnoses[i].qualifier, "BK"))
            return i;
    return 0;
}

static void
not_principal(const struct edits_case *c, struct findings *findings)
{
    const struct claim_body *body = c->body;
    uint32_t i = body->form == CLAIM_FORM_INSTITUTIONAL ? principal_of(body) : 0;
    if (body->diagnoses_count > 0 && listed(c->payer->not_principal, body->diagnoses[i].code))
        found(findings, FINDING_CLAIMS_NOT_PRINCIPAL, "diagnosis", i + 1, body->diagnoses[i].code);
}

static void
form_not_taken(const struct edits_case *c, struct findings *findings)
{
    uint32_t form = c->body->form;
    if (form > CLAIM_FORM_PROFESSIONAL && form < CLAIM_FORM_COUNT && !payer_takes_form(c->payer, text_from(claim_form_names[form])))
        findings_add(findings, FINDING_CLAIMS_FORM_NOT_TAKEN, TEXT("claim"), text_from(claim_form_names[form]));
}

static bool
has_modifier(const struct service_line *line, struct text modifier)
{
    const struct text modifiers[] = {line->modifier_1, line->modifier_2, line->modifier_3, line->modifier_4};
    for (unsigned i = 0; i < 4; i++)
        if (text_equal(modifiers[i], modifier))
            return true;
    return false;
}

static void
needs_modifier(const struct edits_case *c, struct findings *findings)
{
    struct text words = c->payer->needs_modifier;
    while (words.length > 0) {
        struct text word = text_cut(words, ' ', &words), modifier;
        struct text procedure = text_cut(word, ':', &modifier);
        for (uint32_t i = 0; i < c->body->lines_count && word.length > 0; i++) {
            const struct service_line *line = &c->body->lines[i];
            if (text_equal(line->procedure, procedure) && !has_modifier(line, modifier))
                found(findings, FINDING_CLAIMS_MODIFIER_NEEDED, "line", i + 1, word);
        }
    }
}

static bool
carries(const struct service_line *line, struct text loop, struct text head)
{
    for (uint32_t i = 0; i < line->carried_count; i++)
        if (text_equal(line->carried[i].loop, loop) && text_starts(line->carried[i].segment, head))
            return true;
    return false;
}

static void
needs_authorization(const struct edits_case *c, struct findings *findings)
{
    if (c->payer->needs_authorization.length == 0 || c->body->prior_authorization.length > 0)
        return;
    for (uint32_t i = 0; i < c->body->lines_count; i++) {
        const struct service_line *line = &c->body->lines[i];
        if (payer_lists_code(c->payer->needs_authorization, line->procedure) &&
            !carries(line, TEXT("2400"), TEXT("REF\x1dG1\x1d")))
            found(findings, FINDING_CLAIMS_AUTHORIZATION_MISSING, "line", i + 1, line->procedure);
    }
}

/* 837P: 2420F is carried; 837I: 2420D. An 837D has none of a line. */
static bool
line_has_referring(const struct service_line *line)
{
    if (line->institutional_count == 0)
        return carries(line, TEXT("2420F"), TEXT("NM1\x1d"));
    return line->institutional->referring.last_name.length > 0 || line->institutional->referring.id.length > 0;
}

/* Named for the claim (837P and 837D: 2310A, 837I: 2310F), or for each of its lines. */
static void
needs_referring(const struct edits_case *c, struct findings *findings)
{
    const struct claim_body *body = c->body;
    if (!c->payer->needs_referring || body->referring.last_name.length > 0 || body->referring.id.length > 0)
        return;
    for (uint32_t i = 0; i < body->lines_count; i++)
        if (!line_has_referring(&body->lines[i])) {
            found(findings, FINDING_CLAIMS_REFERRING_MISSING, "claim", 0, (struct text){0});
            return;
        }
}

/* A replacement or void is filed against a claim that was in time. */
static void
timely_filing(const struct edits_case *c, struct findings *findings)
{
    char due[11];
    if (c->due_date != 0 && c->due_date < c->today && !edits_is_correction(c->body))
        found(findings, FINDING_CLAIMS_TIMELY_FILING, "claim", 0, date_print_iso(c->due_date, due));
}

static const struct edit {
    uint16_t number;
    bool coding; /* the cause */
    void (*find)(const struct edits_case *c, struct findings *findings);
} edits[] = {
    {FINDING_CLAIMS_FORM_NOT_TAKEN, false, form_not_taken},
    {FINDING_CLAIMS_NOT_PRINCIPAL, true, not_principal},
    {FINDING_CLAIMS_MODIFIER_NEEDED, true, needs_modifier},
    {FINDING_CLAIMS_AUTHORIZATION_MISSING, false, needs_authorization},
    {FINDING_CLAIMS_REFERRING_MISSING, false, needs_referring},
    {FINDING_CLAIMS_TIMELY_FILING, false, timely_filing},
};

void
edits_find(const struct edits_case *c, struct findings *findings)
{
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++)
        edits[i].find(c, findings);
}

bool
edits_is_coding(uint64_t number)
{
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++)
        if (edits[i].number == number)
            return edits[i].coding;
    return false;
}

int32_t
edits_last_service(const struct claim_body *body)
{
    int32_t last = 0;
    for (uint32_t i = 0; i < body->lines_count; i++) {
        const struct service_line *line = &body->lines[i];
        if (line->date_from > last)
            last = line->date_from;
        if (line->date_to > last)
            last = line->date_to;
    }
    if (body->institutional_count > 0 && body->institutional->statement_to > last)
        last = body->institutional->statement_to;
    if (last == 0 && body->dental_count > 0)
        last = body->dental->service_to != 0 ? body->dental->service_to : body->dental->service_from;
    return last;
}

bool
edits_is_correction(const struct claim_body *body)
{
    return text_is(body->frequency, "7") || text_is(body->frequency, "8");
}
