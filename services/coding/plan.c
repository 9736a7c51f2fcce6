/* The plan of the coding daemon: what comes in, and where it goes. */
#include "services/coding/plan.h"

#include "services/coding/audit.h"
#include "services/coding/explain.h"
#include "services/coding/queue.h"
#include "services/coding/report.h"
#include "services/coding/sample.h"

#include "schemas/records/claim.h"
#include "schemas/streams.h"

#include <stdio.h>

static enum status
pass_on(struct step *step, const struct encounter *encounter, const struct claim_body *body,
        const struct coding_judgement *judgement, const struct coding_run *run)
{
    struct text edition = coding_edition_now(step);
    uint64_t basis = basis_keep(step, run);
    struct coding_expected expected = coding_expected_of(step_state(step), body, encounter->local_date);
    struct event event = {.identity = encounter->identity,
                          .kind = EVENT_KIND_CODING_PASSED,
                          .cents = body->total_cents,
                          .number = CODING_RULES,
                          .code = edition,
                          .detail = explain_passed(run->c, judgement, basis, run->findings, step_arena(step))};
    struct coded_encounter coded = {.identity = encounter->identity,
                                    .sender = encounter->sender,
                                    .received = encounter->received,
                                    .local_date = encounter->local_date,
                                    .body = encounter->body,
                                    .edition = edition,
                                    .rules = CODING_RULES,
                                    .not_assessed = judgement->not_assessed,
                                    .expected_cents = expected.cents,
                                    .expected_lines = expected.lines,
                                    .source = encounter->source};
    enum status status = step_event(step, &event);
    if (status != STATUS_OK)
        return status;
    step_count(step, CODING_PASSED_ON, 1);
    return step_emit(step, STREAM_CODING_CLAIMS, &record_coded_encounter, &coded);
}

static enum status
hold_encounter(struct step *step, const struct encounter *encounter, const struct claim_body *body,
               const struct coding_judgement *judgement, const struct coding_run *run)
{
    struct held_claim held = {.identity = encounter->identity,
                              .cause = HOLD_CAUSE_ENCOUNTER,
                              .source = encounter->source,
                              .sender = encounter->sender,
                              .received = encounter->received,
                              .local_date = encounter->local_date,
                              .body = encounter->body,
                              .documents = encounter->documents,
                              .documents_count = encounter->documents_count,
                              .duplicate_key = encounter->duplicate_key,
                              .edition = coding_edition_now(step),
                              .rules = CODING_RULES,
                              .not_assessed = judgement->not_assessed,
                              .applied = judgement->applied,
                              .basis = basis_keep(step, run),
                              .cents = body->total_cents};
    coding_held_findings(&held, run->findings, step_arena(step));
    step_count(step, CODING_HELD_COUNT, 1);
    return coding_hold(step, &held, body);
}

/* The held claim that this one replaces ends. When it is held no longer, it went on before the new one came, and the new
 * one is a duplicate of it, unless the payer is to replace or void (CLM05-3 7, 8). */
static enum status
replace(struct step *step, const struct encounter *encounter, const struct claim_body *body, bool *duplicate)
{
    struct held_claim old;
    enum status status = coding_held_get(step, encounter->replaces, &old);
    *duplicate = false;
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_NOT_FOUND || old.cause != HOLD_CAUSE_ENCOUNTER) {
        *duplicate = !text_is(body->frequency, "7") && !text_is(body->frequency, "8");
        if (!*duplicate)
            return STATUS_OK;
        struct event ended = {.identity = encounter->identity,
                              .kind = EVENT_KIND_CLAIM_ENDED,
                              .cents = body->total_cents,
                              .number = encounter->replaces,
                              .detail = TEXT("duplicate")};
        step_count(step, CODING_ENDED, 1);
        return step_event(step, &ended);
    }
    struct store_key key = coding_held_key(encounter->replaces);
    struct event replaced = {.identity = old.identity,
                             .kind = EVENT_KIND_ENCOUNTER_REPLACED,
                             .cents = old.cents,
                             .number = encounter->identity.claim_id};
    step_delete(step, CODING_HELD, store_key_text(&key));
    step_count(step, CODING_HELD_COUNT, -1);
    step_count(step, CODING_ENDED, 1);
    status = step_event(step, &replaced);
    return status != STATUS_OK ? status : coding_tell_intake(step, &old, HOLD_CHANGE_ENDED);
}

/* A file of the code sets is damaged: what this step wrote is dropped, and the record comes again. */
static enum status
wait_for_sets(struct step *step)
{
    struct coding *state = step_state(step);
    state->quarter = 0; /* the snapshot of its day may have been in this step */
    memset(state->bases, 0, sizeof state->bases);
    return STATUS_RETRY;
}

static enum status
take_encounter(struct step *step, const void *record)
{
    const struct encounter *encounter = record;
    struct arena *arena = step_arena(step);
    struct claim_body body;
    if (coding_editions_wait(step_state(step)))
        return STATUS_RETRY;
    if (record_read(&record_claim_body, encounter->body, arena, &body, NULL) != STATUS_OK)
        return step_refuse(step, STATUS_INVALID, "the body is not a claim");
    report_day(step);
    step_count(step, CODING_TAKEN, 1);
    if (encounter->replaces != 0) {
        bool duplicate;
        enum status status = replace(step, encounter, &body, &duplicate);
        if (status != STATUS_OK || duplicate)
            return status;
    }
    struct findings findings;
    struct coding_case c;
    struct coding_run run;
    findings_init(&findings, arena);
    coding_case_make(&c, &body, encounter->documents, encounter->documents_count, codes_starter(), encounter->local_date);
    rulebook_apply(step_state(step), &c);
    struct passed passed;
    enum status status = passed_read(&passed, step, &encounter->identity, &c);
    if (status != STATUS_OK)
        return status;
    c.history = passed.given;
    struct coding_judgement judgement = coding_judge(&run, &c, &findings);
    if (coding_editions_wait(step_state(step)))
        return wait_for_sets(step);
    report_judged(step, &body, &judgement, &findings);
    if (judgement.holds)
        return hold_encounter(step, encounter, &body, &judgement, &run);
    status = passed_keep(step, &passed, &body);
    if (status == STATUS_OK)
        status = pass_on(step, encounter, &body, &judgement, &run);
    return status == STATUS_OK && coding_editions_wait(step_state(step)) ? wait_for_sets(step) : status;
}

static enum hold_cause
cause_of(uint32_t cause)
{
    if (cause == QUERY_CAUSE_REJECTION)
        return HOLD_CAUSE_REJECTION;
    return cause == QUERY_CAUSE_DENIAL ? HOLD_CAUSE_DENIAL : HOLD_CAUSE_PAYER_EDIT;
}

/* A question from claims. The version asked about is accounted for there; the next one is made here, from now on, and
 * held until the coder answers. A second question about a held claim joins the first. */
static enum status
take_query(struct step *step, const void *record)
{
    const struct coding_query *query = record;
    struct arena *arena = step_arena(step);
    struct claim_body body;
    struct held_claim held;
    struct coding_finding asked = {
        .number = query->finding, .place = query->place, .detail = query->detail};
    if (record_read(&record_claim_body, query->body, arena, &body, NULL) != STATUS_OK)
        return step_refuse(step, STATUS_INVALID, "the body is not a claim");
    enum status status = coding_held_get(step, query->identity.claim_id, &held);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_NOT_FOUND) {
        held = (struct held_claim){.received = query->received, .local_date = query->local_date, .sender = query->sender};
        report_day(step);
        step_count(step, CODING_MADE, 1);
        step_count(step, CODING_HELD_COUNT, 1);
    }
    held.identity = query->identity;
    held.cause = cause_of(query->cause);
    if (held.changed == 0) /* else people have changed the claim since: their work stays, and the question joins it */
        held.body = query->body;
    else if (record_read(&record_claim_body, held.body, arena, &body, NULL) != STATUS_OK)
        return STATUS_CORRUPT; /* it was read when it was held */
    held.edition = coding_edition_now(step);
    held.rules = CODING_RULES;
    held.cents = body.total_cents;
    struct coding_finding *all = ARENA_ARRAY(arena, struct coding_finding, held.findings_count + 1);
    all[0] = asked;
    uint32_t kept = held.findings_count < 99 ? held.findings_count : 99;
    if (kept > 0)
        memcpy(all + 1, held.findings, sizeof *all * kept);
    held.findings = all;
    held.findings_count = kept + 1;
    return coding_hold(step, &held, &body);
}

/* Payers' profiles say by when a claim must be filed; without them no deadline is known. */
static enum status
start(struct service *service, char reason[512])
{
    struct coding *state = service_state(service);
    char folder[700];
    state->history_days = service_config_number(service, "history_days");
    snprintf(folder, sizeof folder, "%s/payers", service_config_folder(service));
    enum status status = payers_load(folder, &state->payers, reason);
    if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        status = rulebook_start(service, reason);
    if (status == STATUS_OK)
        coding_editions_start(service);
    return status;
}

static void
stop(struct service *service)
{
    struct coding *state = service_state(service);
    rulebook_stop(service);
    payers_free(state->payers);
    coding_editions_stop(service);
}

static void
dropped(struct service *service)
{
    struct coding *state = service_state(service);
    state->quarter = 0; /* the snapshot may have been in the batch that is gone */
    memset(state->bases, 0, sizeof state->bases);
}

static const char *
trouble(struct service *service, const char **advice)
{
    const char *of_sets = coding_editions_trouble(service, advice);
    return of_sets != NULL ? of_sets : rulebook_trouble(service, advice);
}

static struct text
sentence_now(struct service *service, struct arena *arena)
{
    return arena_print(arena, "%lld claims wait for a coder; codes of edition %.*s",
                       (long long)service_counter(service, CODING_HELD_COUNT),
                       TEXT_ARGS(coding_sets_name(&((struct coding *)service_state(service))->editions.sets)));
}

static int64_t
oldest(struct service *service, struct arena *arena)
{
    struct held_claim held;
    enum status status =
        service_first(service, CODING_HELD, (struct text){0}, arena, NULL, &record_held_claim, &held);
    return status == STATUS_OK ? held.since : 0;
}

static const struct config_key keys[] = {
    {"coding", "answer_days", CONFIG_NUMBER, "3", 0, 365, NULL, "Days within which a held claim should be answered."},
    {"coding", "history_days", CONFIG_NUMBER, "400", 0, 4000, NULL, "Days for which what passed is kept to judge later claims of the patient by; 0: it is not kept."},
    {"coding", "off", CONFIG_TEXT, "", 0, 1000, NULL, "Rules that are switched off at this site: numbers, separated by commas or blanks (3203, 3302)."},
    {"coding", "rules", CONFIG_PATH, "", 0, 400, NULL, "The site's own rules: a table (docs/own-rules.md)."},
    {"coding", "script", CONFIG_PATH, "", 0, 400, NULL, "Functions in Lua that own rules ask for what the table cannot say."},
    {"coding", "codes", CONFIG_PATH, "", 0, 400, NULL, "Folder of the code sets (claimline codes import); empty: codes beside the state folder."},
};
static const struct service_source sources[] = {
    {"code sets", coding_editions_poll, coding_editions_step, false, false},
    {"own rules", rulebook_poll, rulebook_step, false, false},
    {"history", passed_poll, passed_prune, false, false},
};
static const struct store_table tables[] = {
    [CODING_HELD] = {.name = "held", .kind = STORE_ORDERED, .format = 1, .retention = 1},
    [CODING_CHANGES] = {.name = "changes", .kind = STORE_ORDERED, .format = 1, .retention = 2},
    [CODING_RELEASED] = {.name = "released", .kind = STORE_ORDERED, .format = 1, .retention = 2},
    [CODING_DAYS] = {.name = "days", .kind = STORE_ORDERED, .format = 1, .retention = 0},
    [CODING_TALLIES] = {.name = "tallies", .kind = STORE_ORDERED, .format = 1, .retention = 0},
    [CODING_AUDITS] = {.name = "audits", .kind = STORE_ORDERED, .format = 1, .retention = 0},
    [CODING_BY_DEPARTMENT] = {.name = "released.by_department", .kind = STORE_ORDERED, .format = 1, .retention = 2},
    [CODING_BASES] = {.name = "bases", .kind = STORE_ORDERED, .format = 1, .retention = 0},
    [CODING_HISTORY] = {.name = "history", .kind = STORE_ORDERED, .format = 1, .retention = 2},
    [CODING_HISTORY_PATIENTS] = {.name = "history.patients", .kind = STORE_GUARD, .format = 1, .retention = 2, .write_behind = PASSED_BEHIND},
    [CODING_CHANGES_BY_PERSON] = {.name = "changes.by_person", .kind = STORE_ORDERED, .format = 1, .retention = 2},
};
static const struct service_input inputs[] = {
    {STREAM_CLAIMS_CODING, &record_coding_query, take_query},
    {STREAM_INTAKE_CODING, &record_encounter, take_encounter},
};
static const uint16_t outputs[] = {STREAM_CODING_CLAIMS, STREAM_CODING_INTAKE, STREAM_CODING_EVENTS};
static const struct service_verb verbs[] = {
    {"work.list", coding_work_list, NULL},
    {"work.show", coding_work_show, NULL},
    {"work.answer", NULL, coding_work_answer},
    {"work.assign", NULL, queue_assign},
    {"work.release", NULL, queue_release},
    {"work.note", NULL, queue_note},
    {"work.query", NULL, queue_query},
    {"work.return", NULL, queue_return},
    {"coding.explain", explain_query, NULL},
    {"coding.audit", audit_query, NULL},
    {"coding.rules", rulebook_query, NULL},
    {"coding.report", report_query, NULL},
    {"audit.sample", NULL, sample_draw},
    {"audit.review", NULL, sample_review},
    {"audit.list", sample_list, NULL},
    {"audit.show", sample_show, NULL},
    {"audit.result", sample_result, NULL},
    {"claim.show", coding_claim_show, NULL},
};
static const char *const counters[] = {[CODING_TAKEN] = "taken",
                                       [CODING_MADE] = "made",
                                       [CODING_PASSED_ON] = "passed_on",
                                       [CODING_ENDED] = "ended",
                                       [CODING_HELD_COUNT] = "held",
                                       [CODING_FIRST_PASS] = "first_pass",
                                       [CODING_SKIPPED] = "not_assessed_1",
                                       "not_assessed_2",
                                       "not_assessed_3",
                                       "not_assessed_4",
                                       "not_assessed_5",
                                       "not_assessed_6",
                                       "not_assessed_7",
                                       [CODING_SAMPLES] = "samples"};
_Static_assert(sizeof counters / sizeof *counters == CODING_COUNTER_COUNT, "every counter has a name");

const struct service_plan coding_plan = {
    .name = "coding",
    .sentence = "judges the codes of each claim in seven steps, and holds what a coder must answer",
    SERVICE_LIST(key, keys),
    SERVICE_LIST(table, tables),
    SERVICE_LIST(input, inputs),
    SERVICE_LIST(output, outputs),
    SERVICE_LIST(verb, verbs),
    SERVICE_LIST(counter, counters),
    SERVICE_LIST(source, sources),
    .state_size = sizeof(struct coding),
    .start = start,
    .stop = stop,
    .dropped = dropped,
    .trouble = trouble,
    .sentence_now = sentence_now,
    .oldest = oldest,
};
