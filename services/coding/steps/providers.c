/*
 * Step 7: the providers: who billed, rendered, attended, operated, ordered is said, and by a number that is one. Whether this site knows
 * them, and in which role the payer does, is asked by the claims daemon.
 */
#include "common/npi/npi.h"
#include "schemas/findings.h"
#include "services/coding/steps/hospital.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/services.h"

/* ---- missing ---- */

static void
say_missing(struct coding_run *run, const char *noun, uint32_t ordinal, const char *what, struct text code)
{
    coding_raise(run, FINDING_CODING_PROVIDER_MISSING, noun, ordinal,
                 code.length == 0 ? text_from(what) : arena_print(run->findings->arena, "%s %.*s", what, TEXT_ARGS(code)));
}

static bool
is_given(const struct party *party)
{
    return party->id.length > 0 || party->last_name.length > 0;
}

/* Visits and operations; a laboratory takes specimens in its own name. */
static bool
is_rendered(uint64_t procedure, int32_t day)
{
    return coding_service_is(CODING_VISIT, procedure, day) ||
           (coding_service_is(CODING_OPERATION, procedure, day) && !coding_service_is(CODING_SPECIMEN, procedure, day));
}

/* An organisation does not see patients: who did stands in 2310B or 2420A (X222A1). A person who bills is who rendered it. */
static void
want_rendering(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!text_is(c->body->billing.entity_type, "2") || is_given(&c->body->rendering))
        return;
    for (uint32_t i = 0; i < c->body->lines_count && i < CODING_LINES; i++) {
        const struct service_line *line = &c->body->lines[i];
        if (!is_given(&line->rendering) && is_rendered(coding_procedure_key(c, i), coding_line_date(c, line)))
            say_missing(run, "line", i + 1, "rendered", line->procedure);
    }
}

static bool
is_ambulance(const struct coding_case *c)
{
    for (uint32_t i = 0; i < c->body->lines_count; i++)
        if (c->body->lines[i].institutional_count == 0 || !text_starts(c->body->lines[i].institutional->revenue_code, TEXT("054")))
            return false;
    return c->body->lines_count > 0;
}

static bool
has_operating(const struct coding_case *c)
{
    bool found = is_given(&c->institutional->operating);
    for (uint32_t i = 0; i < c->body->lines_count && !found; i++)
        found = c->body->lines[i].institutional_count > 0 && is_given(&c->body->lines[i].institutional->operating);
    return found;
}

/* Attending: of all but transports that nobody planned (X223A2 2310A). Operating: of a principal procedure of ICD-10-PCS, medical and
 * surgical section (2310B). */
static void
want_hospital(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    const struct institutional_claim *own = c->institutional;
    if (!is_given(&own->attending) && !is_ambulance(c))
        say_missing(run, "claim", 0, "attended the patient", (struct text){0});
    if (hospital_stay(c) && own->procedures_count > 0 && hospital_procedure(&own->procedures[0]) &&
        text_starts(own->procedures[0].code, TEXT("0")) && !has_operating(c))
        say_missing(run, "claim", 0, "operated:", own->procedures[0].code);
}

static void
judge_missing(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!coding_applies(run, FINDING_CODING_PROVIDER_MISSING, c->day))
        return;
    if (!is_given(&c->body->billing))
        say_missing(run, "claim", 0, "bills it", (struct text){0});
    if (c->institutional != NULL)
        want_hospital(run);
    else if (c->setting == CODING_PROFESSIONAL)
        want_rendering(run);
}

/* ---- ordered ---- */

static bool
is_ordered(const struct service_line *line)
{
    for (uint32_t i = 0; i < line->carried_count; i++)
        if (text_is(line->carried[i].loop, "2420E") || text_is(line->carried[i].loop, "2420F"))
            return true;
    return false;
}

/* Tests and imaging of Medicare are ordered by who treats the patient, and the claim says by whom, also when it is who did them. */
static void
judge_ordered(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!coding_applies(run, FINDING_CODING_ORDERING_MISSING, c->day) || is_given(&c->body->referring))
        return;
    for (uint32_t i = 0; i < c->body->lines_count && i < CODING_LINES; i++) {
        const struct service_line *line = &c->body->lines[i];
        int32_t day = coding_line_date(c, line);
        uint64_t procedure = coding_procedure_key(c, i);
        if (!is_ordered(line) && (coding_service_is(CODING_TEST, procedure, day) || coding_service_is(CODING_IMAGING, procedure, day)))
            coding_raise(run, FINDING_CODING_ORDERING_MISSING, "line", i + 1, line->procedure);
    }
}

/* ---- numbers ---- */

static void
judge_number(struct coding_run *run, const struct party *party, const char *noun, uint32_t ordinal)
{
    if (text_is(party->id_qualifier, "XX") && party->id.length > 0 && !npi_is_given_out(party->id))
        coding_raise(run, FINDING_CODING_PROVIDER_NUMBER, noun, ordinal, party->id);
}

static void
judge_numbers(struct coding_run *run)
{
    const struct claim_body *body = run->c->body;
    if (!coding_applies(run, FINDING_CODING_PROVIDER_NUMBER, run->c->day))
        return;
    judge_number(run, &body->billing, "billing provider", 0);
    judge_number(run, &body->rendering, "rendering provider", 0);
    judge_number(run, &body->referring, "referring provider", 0);
    judge_number(run, &body->supervising, "supervising provider", 0);
    judge_number(run, &body->service_facility, "service location", 0);
    if (run->c->institutional != NULL) {
        judge_number(run, &run->c->institutional->attending, "attending provider", 0);
        judge_number(run, &run->c->institutional->operating, "operating provider", 0);
        judge_number(run, &run->c->institutional->other_operating, "other operating provider", 0);
    }
    for (uint32_t i = 0; i < body->lines_count; i++)
        judge_number(run, &body->lines[i].rendering, "line", i + 1);
}

void
coding_verify_providers(struct coding_run *run)
{
    judge_missing(run);
    judge_ordered(run);
    judge_numbers(run);
}
