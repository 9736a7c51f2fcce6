/*
 * Step 2: abstract, services. Each charge has its documentation, and what is documented as done or given is charged. Which documents
 * may tell of a charge depends on its kind; where none of that kind was given, or one does not say of which service it tells, it is not
 * assessed.
 */
#include "common/codeset/import/fees.h"
#include "common/date/date.h"
#include "schemas/findings.h"
#include "services/coding/steps/papers.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/services.h"
#include "services/coding/steps/sets.h"

static const uint16_t rules[] = {FINDING_CODING_CHARGE_NOT_DOCUMENTED, FINDING_CODING_SERVICE_NOT_CHARGED};
enum { RULES = sizeof rules / sizeof *rules };

/* HCPCS drugs (J), temporary codes of drugs and supplies (A4 to A9, Q), equipment (E), orthotics and prosthetics (L). */
static bool
is_supply(struct text procedure)
{
    return procedure.length == 5 && strchr("AEJLQ", procedure.data[0]) != NULL;
}

/* Of the same kind as the charge: another operation, or another code of the same letter. A kind of which the record tells nothing may
 * not be sent at all. */
static bool
tells_alike(const struct coding_case *c, enum document_kind kind, struct text procedure)
{
    for (uint32_t i = 0; i < c->documents_count; i++) {
        const struct document *document = &c->documents[i];
        if (document->kind != kind || !papers_is_procedure(document->code))
            continue;
        if (kind == DOCUMENT_KIND_SUPPLY ? document->code.data[0] == procedure.data[0]
                                         : coding_service_is(CODING_OPERATION, codeset_key(document->code), document->date))
            return true;
    }
    return false;
}

static void
charge(struct coding_run *run, const struct coding_line *line)
{
    const struct coding_case *c = run->c;
    struct text procedure = line->line->procedure;
    bool operation = coding_service_is(CODING_OPERATION, line->procedure, line->day), supply = is_supply(procedure);
    if (!operation && !supply)
        return; /* visits, tests and imaging: step 1 asks for their documents */
    struct papers done = papers_for(c, DOCUMENT_KIND_PROCEDURE_NOTE, procedure), given = papers_for(c, DOCUMENT_KIND_SUPPLY, procedure);
    if (done.of_it + given.of_it > 0)
        return;
    enum document_kind kind = supply ? DOCUMENT_KIND_SUPPLY : DOCUMENT_KIND_PROCEDURE_NOTE;
    if (!tells_alike(c, kind, procedure) || papers_unclear(c, kind))
        coding_lacks(run, FINDING_CODING_CHARGE_NOT_DOCUMENTED, CODING_LACK_DOCUMENTS);
    else
        coding_raise(run, FINDING_CODING_CHARGE_NOT_DOCUMENTED, "line", line->ordinal, procedure);
}

/* Paid within another service: status B (bundled) or P of the fee schedule, or a pair that no modifier parts. */
static bool
is_bundled(const struct coding_case *c, uint64_t procedure, int32_t day)
{
    struct codeset_data *fees = coding_edition(c, CODING_FEES, day);
    struct codeset_data *pairs = coding_edition(c, c->setting == CODING_PROFESSIONAL ? CODING_PTP_PRACTITIONER : CODING_PTP_HOSPITAL, day);
    struct codeset_rows rows;
    if (fees != NULL && coding_rows_in(c, fees, procedure, &rows) && (rows.rows[0].kind == 'B' || rows.rows[0].kind == 'P'))
        return true;
    for (uint32_t i = 0; pairs != NULL && i < c->body->lines_count; i++) {
        if (!coding_pair_in(c, pairs, coding_procedure_key(c, i), procedure, &rows))
            continue;
        for (uint32_t k = 0; k < rows.count; k++)
            if (codeset_holds(&rows.rows[k], day) && rows.rows[k].kind != 9)
                return true;
    }
    return false;
}

/* A hospital charges its tests, too; on a professional claim a result may be another's. */
static bool
is_ours(const struct coding_case *c, const struct document *document)
{
    bool done = document->kind == DOCUMENT_KIND_PROCEDURE_NOTE && text_is(document->status, "completed");
    bool given = document->kind == DOCUMENT_KIND_SUPPLY && text_is(document->status, "completed");
    bool found = document->kind == DOCUMENT_KIND_RESULT && text_is(document->status, "final") && c->setting == CODING_OUTPATIENT;
    return done || given || found;
}

static void
serve(struct coding_run *run, const struct document *document)
{
    const struct coding_case *c = run->c;
    const struct text codes[] = {document->code, document->code_2, document->code_3, document->code_4};
    if (!is_ours(c, document) || (document->date != 0 && !papers_cover(c, document)))
        return;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (!papers_is_procedure(codes[i]) || papers_charged(c, codes[i]) || is_bundled(c, codeset_key(codes[i]), c->day))
            continue;
        coding_raise(run, FINDING_CODING_SERVICE_NOT_CHARGED, "documents", 0, codes[i]);
    }
}

void
coding_abstract_charges(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!coding_apply_any(run, rules, RULES, c->day))
        return;
    if (c->documents_count == 0) {
        coding_lack_all(run, rules, RULES, CODING_LACK_DOCUMENTS);
        return;
    }
    if (coding_applies(run, FINDING_CODING_CHARGE_NOT_DOCUMENTED, c->day))
        for (uint32_t i = 0; i < c->body->lines_count; i++) {
            struct coding_line line = coding_line_of(c, i);
            charge(run, &line);
        }
    if (coding_applies(run, FINDING_CODING_SERVICE_NOT_CHARGED, c->day))
        for (uint32_t i = 0; i < c->documents_count; i++)
            serve(run, &c->documents[i]);
}
