/*
 * Step 4: how sure a diagnosis is, as the record says it (Condition.verificationStatus: confirmed, provisional, differential,
 * unconfirmed). Outpatients' diagnoses that are probable, suspected or to be ruled out are not coded (guideline IV.H); inpatients' are
 * (II.H), but for those that must be confirmed (I.C.1.a, f, g; I.C.10.c).
 */
#include "schemas/findings.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/papers.h"
#include "services/coding/steps/passes.h"

enum certainty { UNNAMED, UNSAID, UNCERTAIN, CERTAIN };

static enum certainty
certainty_of(const struct document *document)
{
    if (document->status.length == 0)
        return UNSAID;
    bool open = text_is(document->status, "provisional") || text_is(document->status, "differential") ||
                text_is(document->status, "unconfirmed");
    return open ? UNCERTAIN : text_is(document->status, "confirmed") ? CERTAIN : UNSAID;
}

/* The surest of the documents that name it. */
static enum certainty
record_certainty(const struct coding_case *c, struct text code)
{
    enum certainty found = UNNAMED;
    for (uint32_t i = 0; i < c->documents_count; i++) {
        const struct document *document = &c->documents[i];
        if (document->kind != DOCUMENT_KIND_PROBLEM || document->negated || !papers_name(document, code))
            continue;
        enum certainty said = certainty_of(document);
        if (said > found)
            found = said;
    }
    return found;
}

static bool
has_problems(const struct coding_case *c)
{
    for (uint32_t i = 0; i < c->documents_count; i++)
        if (c->documents[i].kind == DOCUMENT_KIND_PROBLEM)
            return true;
    return false;
}

static void
judge(struct coding_run *run, uint16_t rule, uint32_t i)
{
    struct text code = run->c->body->diagnoses[i].code;
    enum certainty certainty = record_certainty(run->c, code);
    if (certainty == UNCERTAIN)
        coding_raise(run, rule, "diagnosis", i + 1, code);
    else if (certainty == UNSAID)
        coding_lacks(run, rule, CODING_LACK_STATUS);
}

void
coding_validate_certainty(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    bool outpatient = coding_applies(run, FINDING_CODING_PROBABLE, c->day);
    bool inpatient = coding_applies(run, FINDING_CODING_PROBABLE_NEVER, c->day);
    uint16_t rule = outpatient ? FINDING_CODING_PROBABLE : FINDING_CODING_PROBABLE_NEVER;
    if (!outpatient && !inpatient)
        return;
    if (!has_problems(c)) {
        coding_lacks(run, rule, CODING_LACK_DOCUMENTS);
        return;
    }
    for (uint32_t i = 0; i < c->diagnoses_count; i++)
        if (outpatient || diagnosis_confirmed_only(c->body->diagnoses[i].code))
            judge(run, rule, i);
}
