/* Step 3: locate. Each code exists, is billable and is valid on its date. */
#include "common/date/date.h"
#include "schemas/findings.h"
#include "services/coding/coding.h"

struct location {
    const struct coding_case *c;
    struct findings *findings;
    bool missing;        /* something could not be judged */
    bool edition_said, held_said; /* said once a claim */
};

static struct text
iso(struct findings *findings, int32_t date)
{
    char buffer[11];
    return arena_copy(findings->arena, date_print_iso(date, buffer));
}

static void
edition_missing(struct location *l, const char *noun, uint32_t ordinal, int32_t date)
{
    l->missing = true;
    if (!l->edition_said)
        coding_found(l->findings, FINDING_CODING_EDITION_MISSING, noun, ordinal, iso(l->findings, date));
    l->edition_said = true;
}

static void
dated(struct location *l, uint16_t number, const char *noun, uint32_t ordinal, struct text code, int32_t date)
{
    char buffer[11];
    struct text when = date_print_iso(date, buffer);
    coding_found(l->findings, number, noun, ordinal,
                 arena_print(l->findings->arena, "%.*s, %.*s", TEXT_ARGS(code), TEXT_ARGS(when)));
}

/* A date in the future was said by its line; no edition is asked about it. True when the code is settled on this date.
 * Codes of the teeth (TQ, SNODENT) stand in no edition. */
static bool
locate_diagnosis(struct location *l, const struct diagnosis *diagnosis, const char *noun, uint32_t ordinal, int32_t date)
{
    struct text code = diagnosis->code;
    if (text_is(diagnosis->qualifier, "TQ") || date == 0 || date > l->c->received_date) {
        l->missing = true;
        return true;
    }
    struct codes_answer answer = coding_ask(l->c, CODES_ICD10CM, code, date);
    switch (answer.verdict) {
    case CODES_VALID:
        return true;
    case CODES_UNKNOWN:
        coding_found(l->findings, FINDING_CODING_DIAGNOSIS_UNKNOWN, noun, ordinal, code);
        break;
    case CODES_HEADER:
        coding_found(l->findings, FINDING_CODING_DIAGNOSIS_HEADER, noun, ordinal, code);
        break;
    case CODES_NOT_YET:
        dated(l, FINDING_CODING_DIAGNOSIS_NOT_YET, noun, ordinal, code, answer.from);
        break;
    case CODES_ENDED:
        dated(l, FINDING_CODING_DIAGNOSIS_ENDED, noun, ordinal, code, answer.to);
        break;
    case CODES_NOT_HELD:
        l->missing = true;
        break;
    case CODES_EDITION_MISSING:
        edition_missing(l, noun, ordinal, date);
        break;
    case CODES_VERDICT_COUNT:
        break;
    }
    return false;
}

/* A set that holds only a part of its codes cannot refuse one, and cannot miss a year either. */
static void
not_held(struct location *l, uint32_t ordinal, struct text code)
{
    l->missing = true;
    if (!l->held_said)
        coding_found(l->findings, FINDING_CODING_PROCEDURE_NOT_HELD, "line", ordinal, code);
    l->held_said = true;
}

static void
locate_procedure(struct location *l, const struct service_line *line, uint32_t ordinal, int32_t date)
{
    enum codes_set set;
    struct text code = line->procedure;
    if (line->qualifier.length > 0 && !text_is(line->qualifier, "HC")) {
        l->missing = true;
        return;
    }
    if (code.length == 0) {
        coding_found(l->findings, FINDING_CODING_PROCEDURE_MISSING, "line", ordinal, code);
        return;
    }
    if (!codes_procedure_set(code, &set)) {
        coding_found(l->findings, FINDING_CODING_PROCEDURE_UNKNOWN, "line", ordinal, code);
        return;
    }
    struct codes_answer answer = coding_ask(l->c, set, code, date);
    switch (answer.verdict) {
    case CODES_VALID:
        break;
    case CODES_UNKNOWN:
    case CODES_HEADER:
        coding_found(l->findings, FINDING_CODING_PROCEDURE_UNKNOWN, "line", ordinal, code);
        break;
    case CODES_NOT_YET:
        dated(l, FINDING_CODING_PROCEDURE_NOT_YET, "line", ordinal, code, answer.from);
        break;
    case CODES_ENDED:
        dated(l, FINDING_CODING_PROCEDURE_ENDED, "line", ordinal, code, answer.to);
        break;
    case CODES_NOT_HELD:
        not_held(l, ordinal, code);
        break;
    case CODES_EDITION_MISSING:
        if (codes_complete(l->c->edition, set))
            edition_missing(l, "line", ordinal, date);
        else
            not_held(l, ordinal, code);
        break;
    case CODES_VERDICT_COUNT:
        break;
    }
}

static void
locate_line(struct location *l, const struct service_line *line, uint32_t ordinal)
{
    int32_t date = coding_line_date(l->c, line), latest = line->date_to > date ? line->date_to : date;
    if (date == 0) {
        coding_found(l->findings, FINDING_CODING_DATE_MISSING, "line", ordinal, (struct text){0});
        l->missing = true;
        return;
    }
    if (latest > l->c->received_date) {
        coding_found(l->findings, FINDING_CODING_DATE_FUTURE, "line", ordinal, iso(l->findings, latest));
        l->missing = true;
        return;
    }
    if (l->c->institutional != NULL && line->procedure.length == 0)
        return; /* the revenue code says it all */
    locate_procedure(l, line, ordinal, date);
}

/* The other diagnoses of an 837I, and what no edition holds: revenue codes, ICD-10-PCS, type of bill, DRG. */
static void
locate_institutional(struct location *l)
{
    const struct institutional_claim *own = l->c->institutional;
    int32_t date = l->c->default_date;
    if (date > l->c->received_date)
        coding_found(l->findings, FINDING_CODING_DATE_FUTURE, "claim", 0, iso(l->findings, date));
    if (own->admitting.code.length > 0)
        locate_diagnosis(l, &own->admitting, "admitting diagnosis", 0, date);
    for (uint32_t i = 0; i < own->reasons_count; i++)
        locate_diagnosis(l, &own->reasons[i], "reason", i + 1, date);
    for (uint32_t i = 0; i < own->external_causes_count; i++)
        locate_diagnosis(l, &own->external_causes[i], "cause", i + 1, date);
    l->missing = true;
}

enum coding_result
coding_locate(const struct coding_case *c, struct findings *findings)
{
    uint32_t before = findings->count;
    struct location l = {.c = c, .findings = findings};
    for (uint32_t i = 0; i < c->body->diagnoses_count && i < CODING_DIAGNOSES; i++) {
        const struct diagnosis *diagnosis = &c->body->diagnoses[i];
        bool settled = locate_diagnosis(&l, diagnosis, "diagnosis", i + 1, c->diagnosis_first[i]);
        if (settled && c->diagnosis_last[i] != c->diagnosis_first[i])
            locate_diagnosis(&l, diagnosis, "diagnosis", i + 1, c->diagnosis_last[i]);
    }
    if (c->institutional != NULL)
        locate_institutional(&l);
    for (uint32_t i = 0; i < c->body->lines_count; i++)
        locate_line(&l, &c->body->lines[i], i + 1);
    return coding_result_of(findings, before, l.missing);
}
