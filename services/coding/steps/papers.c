#include "services/coding/steps/papers.h"

#include "common/date/date.h"

bool
papers_name(const struct document *document, struct text code)
{
    return code.length > 0 && (text_equal(document->code, code) || text_equal(document->code_2, code) ||
                               text_equal(document->code_3, code) || text_equal(document->code_4, code));
}

bool
papers_is_procedure(struct text code)
{
    enum codes_set set;
    return code.length == 5 && codes_procedure_set(code, &set);
}

bool
papers_charged(const struct coding_case *c, struct text procedure)
{
    for (uint32_t i = 0; i < c->body->lines_count; i++)
        if (text_equal(c->body->lines[i].procedure, procedure))
            return true;
    return false;
}

static bool
is_preliminary(struct text status)
{
    return text_is(status, "registered") || text_is(status, "partial") || text_is(status, "preliminary");
}

struct papers
papers_for(const struct coding_case *c, enum document_kind kind, struct text procedure)
{
    struct papers papers = {0};
    for (uint32_t i = 0; i < c->documents_count; i++) {
        const struct document *document = &c->documents[i];
        if (document->kind != kind)
            continue;
        if (papers_name(document, procedure)) {
            papers.of_it++;
            papers.preliminary += is_preliminary(document->status);
            if (document->date != 0 && (papers.first_date == 0 || document->date < papers.first_date))
                papers.first_date = document->date;
        } else if (papers_is_procedure(document->code) && papers_charged(c, document->code)) {
            papers.elsewhere++;
        } else {
            papers.of_others++;
        }
    }
    return papers;
}

bool
papers_unclear(const struct coding_case *c, enum document_kind kind)
{
    for (uint32_t i = 0; i < c->documents_count; i++)
        if (c->documents[i].kind == kind && !papers_is_procedure(c->documents[i].code))
            return true;
    return false;
}

/* The days of the claim: of its statement, or of its lines. */
static void
days_of(const struct coding_case *c, int32_t *first, int32_t *last)
{
    *first = c->first_date;
    *last = c->last_date;
    for (uint32_t i = 0; i < c->body->lines_count; i++)
        *last = c->body->lines[i].date_to > *last ? c->body->lines[i].date_to : *last;
    if (c->institutional != NULL && c->institutional->statement_from != 0) {
        *first = c->institutional->statement_from;
        *last = c->institutional->statement_to;
    }
}

bool
papers_cover(const struct coding_case *c, const struct document *document)
{
    int32_t first, last;
    days_of(c, &first, &last);
    if (document->date == 0 || first == 0)
        return false;
    int32_t end = document->date_to > document->date ? document->date_to : document->date;
    bool speaks = document->date_to != 0 || (document->written != 0 && document->written != document->date);
    bool begun = date_add_days(end, PAPERS_TOLERANCE_DAYS) >= first;
    return begun && (!speaks || document->date <= date_add_days(last, PAPERS_TOLERANCE_DAYS));
}
