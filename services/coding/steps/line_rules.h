/* Rules of step 4 about one line; lines.c takes each line through all of them. */
#ifndef CLAIMLINE_CODING_LINE_RULES_H
#define CLAIMLINE_CODING_LINE_RULES_H

#include "services/coding/steps/services.h"

typedef void coding_line_rule(struct coding_run *run, const struct coding_line *line);

coding_line_rule coding_line_place;     /* places.c: the place with the procedure */
coding_line_rule coding_line_modifiers; /* modifiers.c: modifiers with the procedure and with each other */
coding_line_rule coding_line_drug;      /* drugs.c: discarded amounts, NDC */
coding_line_rule coding_line_telehealth; /* telehealth.c */
coding_line_rule coding_line_necessity; /* necessity.c: LCD, NCD and what the line says of a notice (ABN) */

#endif
