/*
 * Step 7: the days that a hospital's bill names agree with the days that it covers: occurrences and spans (schemas/coding-bills.tsv,
 * tables past and within), days covered and not covered (value codes 80 to 83; Medicare Claims Processing Manual, chapter 25, section
 * 75.4; how days count: Medicare Benefit Policy Manual, chapter 3, section 20.1).
 */
#include "common/date/date.h"
#include "schemas/findings.h"
#include "services/coding/steps/bill.h"
#include "services/coding/steps/hospital.h"
#include "services/coding/steps/passes.h"

static struct text
dated(struct coding_run *run, const struct dated_code *code, int32_t day)
{
    return coding_dated(run, code->code, day);
}

/* ---- occurrences ---- */

static bool
is_listed(const struct coding_case *c, enum coding_bill_table table, enum coding_bill_kind kind, struct text code)
{
    const struct coding_bill_fact *fact;
    for (unsigned at = 0; (fact = bill_fact_next(c, table, &at)) != NULL;)
        if (bill_names(bill_firsts(fact), fact->first_count, kind, code))
            return true;
    return false;
}

static void
judge_occurrences(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    const struct institutional_claim *own = c->institutional;
    if (own->occurrences_count == 0 || own->statement_to == 0 || !coding_applies(run, FINDING_CODING_OCCURRENCE_LATER, c->day))
        return;
    for (uint32_t i = 0; i < own->occurrences_count; i++) {
        const struct dated_code *occurrence = &own->occurrences[i];
        if (occurrence->date_from > own->statement_to && is_listed(c, CODING_BILL_PAST, CODING_BILL_KIND_OCCURRENCE, occurrence->code))
            coding_raise(run, FINDING_CODING_OCCURRENCE_LATER, "occurrence", i + 1, dated(run, occurrence, occurrence->date_from));
    }
}

/* ---- spans ---- */

static void
judge_spans(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    const struct institutional_claim *own = c->institutional;
    bool order = own->occurrence_spans_count > 0 && coding_applies(run, FINDING_CODING_SPAN_ORDER, c->day);
    bool within = own->occurrence_spans_count > 0 && own->statement_from != 0 && own->statement_to != 0 &&
                  coding_applies(run, FINDING_CODING_SPAN_OUTSIDE, c->day);
    for (uint32_t i = 0; i < own->occurrence_spans_count; i++) {
        const struct dated_code *span = &own->occurrence_spans[i];
        if (span->date_from == 0 || span->date_to == 0)
            continue;
        if (order && span->date_to < span->date_from)
            coding_raise(run, FINDING_CODING_SPAN_ORDER, "span", i + 1, dated(run, span, span->date_to));
        else if (within && (span->date_from < own->statement_from || span->date_to > own->statement_to) &&
                 is_listed(c, CODING_BILL_WITHIN, CODING_BILL_KIND_SPAN, span->code))
            coding_raise(run, FINDING_CODING_SPAN_OUTSIDE, "span", i + 1,
                         dated(run, span, span->date_from < own->statement_from ? span->date_from : span->date_to));
    }
}

/* ---- days of the stay ---- */

enum { DAYS_LIMIT = 9999 };

/* The days that a value code counts ("5", "5.00"); 0: the code is not there. False: it is, and says no number of days. */
static bool
read_days(const struct institutional_claim *own, const char *code, uint64_t *days, bool *given)
{
    *days = 0;
    for (uint32_t i = 0; i < own->values_count; i++) {
        if (!text_is(own->values[i].code, code))
            continue;
        struct text parts, whole = text_cut(own->values[i].value, '.', &parts);
        *given = true;
        return text_to_u64(whole, days) && *days <= DAYS_LIMIT && (parts.length == 0 || text_is(parts, "0") || text_is(parts, "00"));
    }
    return true;
}

/* From the admission, or the first day of an interim bill. The last day is none when the patient left or died on it; when he came on it
 * too, it is one, and none when he went to another hospital (condition code 40). */
static bool
is_days(const struct coding_case *c, uint64_t days)
{
    const struct institutional_claim *own = c->institutional;
    int32_t first = own->admission_date > own->statement_from ? own->admission_date : own->statement_from;
    int32_t between = date_to_days(own->statement_to) - date_to_days(first);
    if (between < 0) /* totals.c says it */
        return true;
    if (text_is(own->patient_status, "30"))
        return days == (uint64_t)between + 1;
    if (between > 0)
        return days == (uint64_t)between;
    return days == 1 || (days == 0 && bill_has_condition(c, "40"));
}

static void
judge_stay(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    const struct institutional_claim *own = c->institutional;
    uint64_t covered, rest;
    bool given = false;
    if (!hospital_stay(c) || own->statement_from == 0 || own->statement_to == 0 || !read_days(own, "80", &covered, &given) ||
        !read_days(own, "81", &rest, &given) || !given || !coding_applies(run, FINDING_CODING_DAYS_OF_STAY, c->day))
        return;
    if (!is_days(c, covered + rest))
        coding_raise(run, FINDING_CODING_DAYS_OF_STAY, "claim", 0,
                     arena_print(run->findings->arena, "%u", (unsigned)(covered + rest)));
}

/* Days of coinsurance and of the lifetime reserve are covered days. */
static void
judge_benefit(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    const struct institutional_claim *own = c->institutional;
    uint64_t covered, shared, reserve;
    bool given = false, part = false;
    if (!read_days(own, "80", &covered, &given) || !read_days(own, "82", &shared, &part) || !read_days(own, "83", &reserve, &part) ||
        !given || !part || !coding_applies(run, FINDING_CODING_DAYS_OF_BENEFIT, c->day))
        return;
    if (shared + reserve > covered)
        coding_raise(run, FINDING_CODING_DAYS_OF_BENEFIT, "claim", 0,
                     arena_print(run->findings->arena, "%u of %u", (unsigned)(shared + reserve), (unsigned)covered));
}

void
coding_verify_bill_days(struct coding_run *run)
{
    if (run->c->institutional == NULL)
        return;
    judge_occurrences(run);
    judge_spans(run);
    judge_stay(run);
    judge_benefit(run);
}
