/*
 * Step 4: what the codes of a pregnancy say together: the trimester and the weeks (guidelines I.C.15.a.3, I.C.21.c.11), a delivery
 * without complications and how it was done (I.C.15.n.1). Step 5: a delivery and its outcome (I.C.15.b.5).
 */
#include "schemas/findings.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/hospital.h"
#include "services/coding/steps/passes.h"

static struct text
code_of(const struct coding_case *c, uint32_t i)
{
    return c->body->diagnoses[i].code;
}

static uint32_t
beginning_with(const struct coding_case *c, const char *beginning)
{
    uint32_t k = 0;
    while (k < c->diagnoses_count && !text_starts(code_of(c, k), text_from(beginning)))
        k++;
    return k < c->diagnoses_count ? k : CODING_NOBODY;
}

/* ---- trimester and weeks ---- */

/* First: less than 14 weeks 0 days; second: to less than 28 weeks 0 days; third: from there on (note of chapter 15). 0: the weeks are
 * not said. Z3A01 is less than 8 weeks, Z3A49 more than 42. */
static unsigned
trimester_of_weeks(struct text code)
{
    uint64_t weeks;
    if (!text_starts(code, TEXT("Z3A")) || !text_to_u64(text_of(code.data + 3, code.length - 3), &weeks) || weeks == 0)
        return 0;
    return weeks < 14 ? 1 : weeks < 28 ? 2 : 3;
}

/* The trimester of a stay is that of admission, but for what came in it (guideline I.C.15.a.4); the weeks are those of admission. */
static void
judge_trimester(struct coding_run *run, uint32_t i, unsigned trimester)
{
    const struct coding_case *c = run->c;
    uint32_t other = CODING_NOBODY;
    if (text_is(c->body->diagnoses[i].present_on_admission, "N"))
        return;
    for (uint32_t k = 0; k < c->diagnoses_count; k++) {
        unsigned of_weeks = trimester_of_weeks(code_of(c, k));
        if (of_weeks == trimester)
            return;
        if (of_weeks != 0 && coding_of_one_day(c, i, k))
            other = k;
    }
    if (other != CODING_NOBODY)
        coding_raise(run, FINDING_CODING_TRIMESTER, "diagnosis", i + 1,
                     arena_print(run->findings->arena, "%.*s with %.*s", TEXT_ARGS(code_of(c, i)), TEXT_ARGS(code_of(c, other))));
}

/* A bill of several visits of outpatients may be of both sides of a trimester's end. */
static bool
is_of_one_visit(const struct coding_case *c)
{
    const struct institutional_claim *own = c->institutional;
    return c->setting != CODING_OUTPATIENT || own == NULL || own->statement_from == own->statement_to;
}

static const uint16_t of_trimester[] = {FINDING_CODING_TRIMESTER, FINDING_CODING_WEEKS_MISSING};

void
coding_validate_trimester(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    bool compared = coding_applies(run, FINDING_CODING_TRIMESTER, c->day);
    bool asked = coding_applies(run, FINDING_CODING_WEEKS_MISSING, c->day);
    uint32_t weeks = beginning_with(c, "Z3A");
    for (uint32_t i = 0; i < c->diagnoses_count && (compared || asked); i++) {
        struct text code = code_of(c, i);
        if (code.length == 0 || code.data[0] != 'O')
            continue;
        struct text words = coding_words(c, CODES_ICD10CM, code, c->day);
        if (words.length == 0)
            coding_lack_all(run, of_trimester, 2, CODING_LACK_CODE);
        unsigned trimester = diagnosis_trimester(words);
        if (compared && trimester != 0 && weeks != CODING_NOBODY && is_of_one_visit(c))
            judge_trimester(run, i, trimester);
        if (asked && weeks == CODING_NOBODY && diagnosis_of_pregnancy(code, words)) {
            coding_raise(run, FINDING_CODING_WEEKS_MISSING, "diagnosis", i + 1, code);
            return;
        }
    }
}

/* ---- delivery ---- */

/* ICD-10-PCS: extraction of the products of conception by section, by forceps, vacuum or version, and their delivery. */
static bool
is_section(struct text procedure)
{
    return text_starts(procedure, TEXT("10D00Z"));
}

static bool
is_instrumental(struct text procedure)
{
    return text_starts(procedure, TEXT("10D07Z")) && procedure.length == 7 && procedure.data[6] >= '3' && procedure.data[6] <= '7';
}

static bool
is_delivery(struct text procedure)
{
    return is_section(procedure) || text_starts(procedure, TEXT("10D07Z")) || text_is(procedure, "10E0XZZ");
}

/* O80 is of a spontaneous delivery, without manipulation or instruments. */
void
coding_validate_delivery(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!coding_applies(run, FINDING_CODING_DELIVERY, c->day) || c->institutional == NULL)
        return;
    uint32_t i = beginning_with(c, "O80");
    for (uint32_t k = 0; i != CODING_NOBODY && k < c->institutional->procedures_count; k++) {
        const struct dated_code *procedure = &c->institutional->procedures[k];
        if (!hospital_procedure(procedure) || !(is_section(procedure->code) || is_instrumental(procedure->code)))
            continue;
        coding_raise(run, FINDING_CODING_DELIVERY, "diagnosis", i + 1,
                     arena_print(run->findings->arena, "%.*s with %.*s", TEXT_ARGS(code_of(c, i)), TEXT_ARGS(procedure->code)));
        return;
    }
}

/* Ectopic and molar pregnancies and abortions, O00 to O08, have no outcome of delivery. */
static bool
is_abortive(const struct coding_case *c)
{
    for (uint32_t i = 0; i < c->diagnoses_count; i++)
        if (text_starts(code_of(c, i), TEXT("O0")) && !text_starts(code_of(c, i), TEXT("O09")))
            return true;
    return false;
}

void
coding_sequence_outcome(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!coding_applies(run, FINDING_CODING_OUTCOME_MISSING, c->day) || c->institutional == NULL || beginning_with(c, "Z37") != CODING_NOBODY ||
        is_abortive(c))
        return;
    for (uint32_t k = 0; k < c->institutional->procedures_count; k++)
        if (hospital_procedure(&c->institutional->procedures[k]) && is_delivery(c->institutional->procedures[k].code)) {
            coding_raise(run, FINDING_CODING_OUTCOME_MISSING, "procedure", k + 1, c->institutional->procedures[k].code);
            return;
        }
}
