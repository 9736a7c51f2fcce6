/*
 * What a coder or a physician reads of a finding: no amount, whatever the site's own rules say of charges. Where a rule asks for charges,
 * or a script has read one, numbers of its words become "***", and so does the value when it may hold an amount. Pure.
 */
#ifndef CLAIMLINE_CODING_AMOUNTS_H
#define CLAIMLINE_CODING_AMOUNTS_H

#include "services/coding/steps/own/own.h"

/* `rules` may be NULL; `money`: for a biller, who sees all amounts; `reveal`: private values too. */
struct text amounts_sentence(const struct own_rules *rules, const struct finding *finding, bool reveal, bool money, struct arena *arena);
struct text amounts_remedy(const struct own_rules *rules, const struct finding *finding, bool money, struct arena *arena);

#endif
