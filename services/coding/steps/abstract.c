/*
 * Step 2: abstract, diagnoses. Every diagnosis on the claim is one that the record names, and none that it refutes; every one that
 * the record confirms is on the claim, or what stands there explains it.
 */
#include "schemas/findings.h"
#include "services/coding/steps/papers.h"
#include "services/coding/steps/passes.h"

static const uint16_t rules[] = {FINDING_CODING_DIAGNOSIS_NOT_DOCUMENTED, FINDING_CODING_DIAGNOSIS_NEGATED,
                                 FINDING_CODING_PROBLEM_NOT_CODED};
enum { RULES = sizeof rules / sizeof *rules };

static void
abstract_diagnosis(struct coding_run *run, uint32_t i)
{
    const struct coding_case *c = run->c;
    struct text code = c->body->diagnoses[i].code;
    bool named = false, refuted = false;
    for (uint32_t k = 0; k < c->documents_count; k++) {
        const struct document *document = &c->documents[k];
        bool problem = document->kind == DOCUMENT_KIND_PROBLEM, note = document->kind == DOCUMENT_KIND_CLINICAL_NOTE;
        if (!(problem || note) || !papers_name(document, code))
            continue;
        named = named || note || !document->negated;
        refuted = refuted || (problem && document->negated);
    }
    if (!named)
        coding_check(run, refuted ? FINDING_CODING_DIAGNOSIS_NEGATED : FINDING_CODING_DIAGNOSIS_NOT_DOCUMENTED, c->day,
                     "diagnosis", i + 1, code);
}

enum { CATEGORY = 3 };

/* Is it on the claim, or a more specific code of its category? */
static bool
is_represented(const struct claim_body *body, struct text code)
{
    struct text category = text_head(code, CATEGORY);
    for (uint32_t i = 0; i < body->diagnoses_count; i++)
        if (text_starts(body->diagnoses[i].code, category))
            return true;
    for (uint32_t i = 0; body->institutional_count > 0 && i < body->institutional->external_causes_count; i++)
        if (text_starts(body->institutional->external_causes[i].code, category))
            return true;
    return false;
}

/* Guidelines IV.J: what coexists and is treated is coded, too; not what is over, or was not looked at. Not said of symptoms beside a
 * diagnosis, which may be part of it (I.B.5), nor where the form has no more room. */
static void
abstract_problem(struct coding_run *run, const struct document *problem)
{
    const struct coding_case *c = run->c;
    bool confirmed = problem->status.length == 0 || text_is(problem->status, "confirmed") || text_is(problem->status, "final");
    bool symptom = problem->code.length > 0 && problem->code.data[0] == 'R' && c->diagnoses_count > 0;
    uint32_t room = c->institutional != NULL ? CODING_DIAGNOSES : 12;
    if (problem->negated || problem->elsewhere || !confirmed || symptom || problem->code.length == 0 || c->diagnoses_count >= room ||
        is_represented(c->body, problem->code))
        return;
    coding_check(run, FINDING_CODING_PROBLEM_NOT_CODED, c->day, "documents", 0, problem->code);
}

void
coding_abstract_diagnoses(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    bool given = false;
    if (!coding_apply_any(run, rules, RULES, c->day))
        return;
    for (uint32_t k = 0; k < c->documents_count; k++)
        given = given || c->documents[k].kind == DOCUMENT_KIND_PROBLEM;
    if (!given) {
        coding_lack_all(run, rules, RULES, CODING_LACK_DOCUMENTS);
        return;
    }
    for (uint32_t i = 0; i < c->diagnoses_count; i++)
        abstract_diagnosis(run, i);
    for (uint32_t k = 0; k < c->documents_count; k++)
        if (c->documents[k].kind == DOCUMENT_KIND_PROBLEM)
            abstract_problem(run, &c->documents[k]);
}
