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

static void
not_principal(const struct edits_case *c, struct findings *findings)
{
    const struct claim_body *body = c->body;
    if (body->diagnoses_count > 0 && listed(c->payer->not_principal, body->diagnoses[0].code))
        found(findings, FINDING_CLAIMS_NOT_PRINCIPAL, "diagnosis", 1, body->diagnoses[0].code);
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
        if (listed(c->payer->needs_authorization, line->procedure) &&
            !carries(line, TEXT("2400"), TEXT("REF\x1dG1\x1d")))
            found(findings, FINDING_CLAIMS_AUTHORIZATION_MISSING, "line", i + 1, line->procedure);
    }
}

/* Named for the claim (2310A), or for each of its lines (2420F). */
static void
needs_referring(const struct edits_case *c, struct findings *findings)
{
    const struct claim_body *body = c->body;
    if (!c->payer->needs_referring || body->referring.last_name.length > 0 || body->referring.id.length > 0)
        return;
    for (uint32_t i = 0; i < body->lines_count; i++)
        if (!carries(&body->lines[i], TEXT("2420F"), TEXT("NM1\x1d"))) {
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
    return last;
}

bool
edits_is_correction(const struct claim_body *body)
{
    return text_is(body->frequency, "7") || text_is(body->frequency, "8");
}
