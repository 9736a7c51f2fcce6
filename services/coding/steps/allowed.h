/*
 * What a payer is expected to allow for the lines of a professional claim, by the Medicare physician fee schedule (set `fees`, relative
 * values; set `fee_index`, indices of the locality): 42 CFR 414.20 to 414.22, 414.26, 414.28, 414.40; Medicare Claims Processing
 * Manual, chapter 12, sections 20, 40.6 and 40.7.
 *
 *   amount = (work x work index + practice expense x its index + malpractice x its index) x conversion factor
 *
 * with the practice expense of a facility or of elsewhere by the place of service; that of imaging is capped by what the hospital
 * payment system pays (42 CFR 414.22(b)(2) and section 1848(b)(4) of the Act: fields 29 to 31 of the file). Exact, in integers; rounded half up to the cent once. Then, in this
 * order, where it is sure: both sides (modifier 50) 150 percent where the indicator is 1, 200 where it is 3; an assistant at
 * the operation (80, 81, 82, of physician assistants and the like AS) 16 percent where the indicator is 2, nothing where it is 1 (section
 * 1848(i)(2) of the Act; Manual, chapter 12, sections 20.4.3, 110.2); several operations of a
 * day (indicator 2) 100 percent for the highest, 50 for the next four; 85 percent for physician assistants, nurse practitioners and
 * clinical nurse specialists; the payer's percent of the schedule; and not more than the charge.
 *
 * What is not sure has no amount: other indicators of several procedures of a day, other modifiers (team, reduced services,
 * parts of the global package), places of neither kind, parts of units, services that the schedule does not price.
 */
#ifndef CLAIMLINE_CODING_ALLOWED_H
#define CLAIMLINE_CODING_ALLOWED_H

#include "services/coding/steps/coding.h"

enum { CODING_NOT_PRICED = -1 };

struct coding_allowed {
    int64_t cents;                /* sum of the lines that have an amount */
    uint32_t priced;              /* lines that have one */
    int64_t lines[CODING_LINES];  /* cents, or CODING_NOT_PRICED; of the claim's lines */
};

/* False: nothing is known of this claim (another form, a payer without the schedule, no locality in his profile, no edition of that
 * day, more lines than CODING_LINES); `*allowed` is then empty. */
bool coding_allowed(const struct coding_case *c, struct coding_allowed *allowed);

#endif
