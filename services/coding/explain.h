/*
 * The seven steps of one claim as a report: what each looked at, what it found or why it could not judge, by which edition
 * and rules. Of a claim that is held or was released everything is known; of one that passed without
 * a person coding keeps no row, and what its event coding_passed says is all: edition, rules, steps not assessed, numbers
 * of findings that did not hold it, the claim's setting (checked.h), and the key of what was left out (basis.h).
 */
#ifndef CLAIMLINE_CODING_EXPLAIN_H
#define CLAIMLINE_CODING_EXPLAIN_H

#include "common/service/service.h"
#include "services/coding/steps/coding.h"

/* The detail of the event coding_passed: "applied 31 PM; basis 3fa9c01b12ab44de; not assessed 1 2; found 3124", as far as each is
 * there (PM: checked_letters). */
struct text explain_passed(const struct coding_case *c, const struct coding_judgement *judgement, uint64_t basis,
                           const struct findings *findings, struct arena *arena);

/* coding.explain: argument `id`; for a claim that passed also `passed_edition`, `passed_rules`, `passed_detail`, `passed_version`
 * and `passed_instant` of its event. Rows: claim, step (seven), finding. What people did is coding.audit. */
service_query explain_query;

#endif
