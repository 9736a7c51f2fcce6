/*
 * Step 1: read the whole record. Are the documents there that the services of the claim require, signed, final and of its days?
 * What the documents at hand do not decide (a note that does not say of what kind it is, or whether it is signed) is not assessed.
 */
#include "common/date/date.h"
#include "schemas/findings.h"
#include "services/coding/steps/global_days.h"
#include "services/coding/steps/papers.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/services.h"
#include "services/coding/steps/sets.h"

static const uint16_t rules[] = {FINDING_CODING_DOCUMENT_MISSING, FINDING_CODING_OPERATIVE_NOTE_MISSING,
                                 FINDING_CODING_IMAGING_REPORT_MISSING, FINDING_CODING_ORDER_MISSING, FINDING_CODING_RESULT_MISSING,
                                 FINDING_CODING_NOTE_UNSIGNED, FINDING_CODING_NOTE_OUTSIDE, FINDING_CODING_REPORT_PRELIMINARY,
                                 FINDING_CODING_ORDER_LATE};
enum { RULES = sizeof rules / sizeof *rules };

/* What the services of the claim ask of the record. */
struct services {
    bool note; /* something beside tests and imaging */
    uint32_t operation, imaging, test; /* ordinal of the first such line, of `test` of one that needs an order; 0: none */
};

/* 42 CFR 482.51(b)(6) asks for a report of every operation; what is sure to be one is what has the 90 days of major surgery.
 * 55 and 56: another operated. */
static bool
is_major(struct coding_run *run, const struct coding_line *line)
{
    struct codeset_rows rows;
    if (!coding_service_is(CODING_OPERATION, line->procedure, line->day) || coding_line_has(line, CODING_KEY("55")) ||
        coding_line_has(line, CODING_KEY("56")) ||
        !coding_applies(run, FINDING_CODING_OPERATIVE_NOTE_MISSING, line->day) ||
        !coding_rows(run, FINDING_CODING_OPERATIVE_NOTE_MISSING, CODING_FEES, line->day, line->procedure, &rows))
        return false;
    return global_days_of(&rows, line->day) == GLOBAL_DAYS_MAJOR;
}

/* ICD-10-PCS: section 0 is medical and surgical, approach 0 (the fifth character) open. */
static bool
is_open(struct text procedure)
{
    return procedure.length == 7 && procedure.data[0] == '0' && procedure.data[4] == '0';
}

/* Blood is drawn for a test: with order and result of that all is told. */
static bool
is_drawing(const struct coding_line *line)
{
    return line->procedure == CODING_KEY("36415") || line->procedure == CODING_KEY("36416");
}

static struct services
services_of(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    struct services services = {.note = c->setting == CODING_INPATIENT};
    for (uint32_t i = 0; i < c->body->lines_count; i++) {
        struct coding_line line = coding_line_of(c, i);
        bool imaging = coding_service_is(CODING_IMAGING, line.procedure, line.day);
        bool test = coding_service_is(CODING_TEST, line.procedure, line.day);
        services.note = services.note || !(imaging || test || is_drawing(&line));
        if (imaging && services.imaging == 0 && !coding_line_has(&line, CODING_KEY("TC")))
            services.imaging = line.ordinal;
        if ((test || imaging) && services.test == 0)
            services.test = line.ordinal;
        if (services.operation == 0 && is_major(run, &line))
            services.operation = line.ordinal;
    }
    for (uint32_t i = 0; c->setting == CODING_INPATIENT && i < c->institutional->procedures_count; i++)
        if (services.operation == 0 && is_open(c->institutional->procedures[i].code))
            services.operation = i + 1;
    return services;
}

/* Step 1 takes what was done and what was found for granted from a procedure or problem of the record, too. */
static void
read_note(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    bool clinical = false;
    for (uint32_t i = 0; i < c->documents_count; i++) {
        uint32_t kind = c->documents[i].kind;
        clinical = clinical || kind == DOCUMENT_KIND_CLINICAL_NOTE || kind == DOCUMENT_KIND_PROBLEM ||
                   kind == DOCUMENT_KIND_PROCEDURE_NOTE;
    }
    if (!clinical && coding_applies(run, FINDING_CODING_DOCUMENT_MISSING, c->day))
        coding_raise(run, FINDING_CODING_DOCUMENT_MISSING, "documents", 0, (struct text){0});
}

/* Of the notes alone: are they signed, and of these days? */
static void
read_signature(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    bool any = false, is_signed = false, unknown = false, covers = false, undated = c->first_date == 0;
    for (uint32_t i = 0; i < c->documents_count; i++) {
        const struct document *note = &c->documents[i];
        if (note->kind != DOCUMENT_KIND_CLINICAL_NOTE)
            continue;
        bool open = text_is(note->status, "preliminary");
        bool closed = note->is_signed || text_is(note->status, "final") || text_is(note->status, "amended");
        any = true;
        is_signed = is_signed || closed;
        unknown = unknown || !(open || closed);
        undated = undated || note->date == 0;
        covers = covers || papers_cover(c, note);
    }
    if (any && !is_signed && coding_applies(run, FINDING_CODING_NOTE_UNSIGNED, c->day)) {
        if (unknown)
            coding_lacks(run, FINDING_CODING_NOTE_UNSIGNED, CODING_LACK_DOCUMENTS);
        else
            coding_raise(run, FINDING_CODING_NOTE_UNSIGNED, "documents", 0, (struct text){0});
    }
    if (any && !covers && coding_applies(run, FINDING_CODING_NOTE_OUTSIDE, c->day)) {
        if (undated)
            coding_lacks(run, FINDING_CODING_NOTE_OUTSIDE, CODING_LACK_DATE);
        else
            coding_raise(run, FINDING_CODING_NOTE_OUTSIDE, "documents", 0, (struct text){0});
    }
}

/* Problems alone are no record that could lack a report. */
static bool
is_record(const struct coding_case *c)
{
    for (uint32_t i = 0; i < c->documents_count; i++)
        if (c->documents[i].kind != DOCUMENT_KIND_PROBLEM)
            return true;
    return false;
}

/* A note of the kind, or else a note that may be one. */
static bool
has_note(const struct coding_case *c, enum coding_service_table types, bool *unknown)
{
    bool found = false;
    for (uint32_t i = 0; i < c->documents_count; i++) {
        const struct document *note = &c->documents[i];
        uint64_t type = codeset_key(note->type);
        bool is_note = note->kind == DOCUMENT_KIND_CLINICAL_NOTE, report = note->kind == DOCUMENT_KIND_RESULT;
        if (!is_note && !report)
            continue;
        bool known = coding_service_lists(CODING_NOTE_OPERATION, type, 0) || coding_service_lists(CODING_NOTE_IMAGING, type, 0) ||
                     coding_service_lists(CODING_NOTE_OTHER, type, 0);
        found = found || coding_service_lists(types, type, 0);
        *unknown = *unknown || (is_note && !known);
    }
    return found;
}

static void
read_operation(struct coding_run *run, uint32_t ordinal)
{
    const struct coding_case *c = run->c;
    bool unknown = false, found = has_note(c, CODING_NOTE_OPERATION, &unknown);
    for (uint32_t i = 0; i < c->documents_count; i++)
        found = found || c->documents[i].kind == DOCUMENT_KIND_PROCEDURE_NOTE;
    if (found || !coding_applies(run, FINDING_CODING_OPERATIVE_NOTE_MISSING, c->day))
        return;
    if (unknown || !is_record(c))
        coding_lacks(run, FINDING_CODING_OPERATIVE_NOTE_MISSING, CODING_LACK_DOCUMENTS);
    else
        coding_raise(run, FINDING_CODING_OPERATIVE_NOTE_MISSING, c->setting == CODING_INPATIENT ? "procedure" : "line", ordinal,
                     (struct text){0});
}

/* Interpretation and report go with the picture; without a final one it is not done. */
static void
read_imaging(struct coding_run *run, uint32_t ordinal)
{
    const struct coding_case *c = run->c;
    struct text procedure = c->body->lines[ordinal - 1].procedure;
    bool unknown = false, note = has_note(c, CODING_NOTE_IMAGING, &unknown);
    struct papers reports = papers_for(c, DOCUMENT_KIND_RESULT, procedure);
    if (note || reports.of_it > 0 || reports.of_others > 0) {
        if (!note && reports.of_it > 0 && reports.of_it == reports.preliminary &&
            coding_applies(run, FINDING_CODING_REPORT_PRELIMINARY, c->day))
            coding_raise(run, FINDING_CODING_REPORT_PRELIMINARY, "line", ordinal, procedure);
        return;
    }
    if (!coding_applies(run, FINDING_CODING_IMAGING_REPORT_MISSING, c->day))
        return;
    if (unknown || !is_record(c))
        coding_lacks(run, FINDING_CODING_IMAGING_REPORT_MISSING, CODING_LACK_DOCUMENTS);
    else
        coding_raise(run, FINDING_CODING_IMAGING_REPORT_MISSING, "line", ordinal, procedure);
}

/* An order must be there before the test (42 CFR 410.32(a)); a signed note that shows the intent may stand for it, and a result
 * may stand in the note (Medicare Benefit Policy Manual, chapter 15, section 80.6.1). Who sends no results sends no orders, either. */
static void
read_test(struct coding_run *run, const struct coding_line *line)
{
    const struct coding_case *c = run->c;
    struct text procedure = line->line->procedure;
    struct papers orders = papers_for(c, DOCUMENT_KIND_ORDER, procedure), results = papers_for(c, DOCUMENT_KIND_RESULT, procedure);
    struct papers done = papers_for(c, DOCUMENT_KIND_PROCEDURE_NOTE, procedure);
    struct papers notes = papers_for(c, DOCUMENT_KIND_CLINICAL_NOTE, procedure);
    bool noted = notes.of_it + notes.of_others + notes.elsewhere > 0;
    bool imaging = coding_service_is(CODING_IMAGING, line->procedure, line->day); /* its report is asked for elsewhere */
    bool resulted = results.of_it + results.of_others > 0;
    if (orders.of_it + orders.of_others == 0 && !coding_line_has(line, CODING_KEY("26")) &&
        coding_applies(run, FINDING_CODING_ORDER_MISSING, line->day)) {
        if (noted || !resulted)
            coding_lacks(run, FINDING_CODING_ORDER_MISSING, CODING_LACK_DOCUMENTS);
        else
            coding_raise(run, FINDING_CODING_ORDER_MISSING, "line", line->ordinal, procedure);
    }
    if (!imaging && !resulted && done.of_it == 0 && coding_applies(run, FINDING_CODING_RESULT_MISSING, line->day)) {
        if (orders.of_it == 0)
            coding_lacks(run, FINDING_CODING_RESULT_MISSING, CODING_LACK_DOCUMENTS);
        else
            coding_raise(run, FINDING_CODING_RESULT_MISSING, "line", line->ordinal, procedure);
    }
    int32_t last = line->line->date_to > line->day ? line->line->date_to : line->day;
    if (orders.first_date != 0 && line->day != 0 && orders.first_date > date_add_days(last, PAPERS_TOLERANCE_DAYS) &&
        coding_applies(run, FINDING_CODING_ORDER_LATE, line->day))
        coding_raise(run, FINDING_CODING_ORDER_LATE, "line", line->ordinal, procedure);
}

void
coding_read_documents(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!coding_apply_any(run, rules, RULES, c->day))
        return;
    if (c->documents_count == 0) {
        coding_lack_all(run, rules, RULES, CODING_LACK_DOCUMENTS);
        return;
    }
    struct services services = services_of(run);
    if (services.note || services.imaging + services.test == 0) {
        read_note(run);
        read_signature(run);
    }
    if (services.operation != 0)
        read_operation(run, services.operation);
    if (services.imaging != 0)
        read_imaging(run, services.imaging);
    for (uint32_t i = services.test; i > 0 && i <= c->body->lines_count; i++) {
        struct coding_line line = coding_line_of(c, i - 1);
        if (coding_service_is(CODING_TEST, line.procedure, line.day) || coding_service_is(CODING_IMAGING, line.procedure, line.day))
            read_test(run, &line);
    }
}
