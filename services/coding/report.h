/*
 * What is counted, exactly and for good: with the step that it counts, in the same transaction. Totals are the daemon's
 * counters; a day's are the difference of two snapshots, one a day, taken before its first step: a claim that passes costs
 * no row. Only claims with findings, with a service location, and answers of people write a tally.
 *
 * A department is where the service was given (coding_department); a coder is the name of --actor, else the login. Days are
 * those of the site's zone on which the claim was judged or answered.
 */
#ifndef CLAIMLINE_CODING_REPORT_H
#define CLAIMLINE_CODING_REPORT_H

#include "services/coding/plan.h"

/* To be called before the step counts anything: the snapshot of a new day. */
void report_day(struct step *step);
/* A claim from intake was judged. */
void report_judged(struct step *step, const struct claim_body *body, const struct coding_judgement *judgement,
                   const struct findings *findings);
/* A person released or ended a held claim. */
void report_answered(struct step *step, const struct held_claim *held, bool codes_changed, bool released_over);

/* coding.report: arguments `from`, `to` (yyyy-mm-dd, both included). A row: by, name, what, numerator, denominator, rate. */
service_query report_query;

#endif
