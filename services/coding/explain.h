/*
 * The seven steps of one claim as a report: what each looked at, what it found or why it could not judge, by which edition
 * and rules. Of a claim that is held or was released everything is known; of one that passed without
 * a person coding keeps no row, and what its event coding_passed says is all: edition, rules, steps not assessed, numbers
 * of findings that did not hold it.
 */
#ifndef CLAIMLINE_CODING_EXPLAIN_H
#define CLAIMLINE_CODING_EXPLAIN_H

#include "common/service/service.h"
#include "services/coding/steps/coding.h"

/* The detail of the event coding_passed: "not assessed 1 2; found 3124", empty when all was judged and nothing found. */
struct text explain_passed(const struct coding_judgement *judgement, const struct findings *findings, struct arena *arena);

/* coding.explain: argument `id`; for a claim that passed also `passed_edition`, `passed_rules`, `passed_detail`, `passed_version`
 * and `passed_instant` of its event. Rows: claim, step (seven), finding. What people did is coding.audit. */
service_query explain_query;

#endif
