/* An encounter of the tests, judged by the seven steps. */
#ifndef CLAIMLINE_TESTS_CODING_ENCOUNTER_JUDGE_H
#define CLAIMLINE_TESTS_CODING_ENCOUNTER_JUDGE_H

#include "services/coding/steps/coding.h"
#include "services/coding/steps/history.h"
#include "tests/services/coding_encounter.h"

enum { ENCOUNTER_CLEAN = 100 /* so many clean ones at least */ };

/* Code sets that were imported into a folder of their own. */
struct encounter_sets_open;

struct encounter_verdict {
    struct arena arena;
    struct findings findings;
    struct coding_case judged;
    struct coding_switches switches;
    struct coding_history history;
    struct own_rules *own;
    struct coding_run run;
    struct coding_judgement judgement;
};

/* All files of CLAIMLINE_SAMPLES/codesets, imported anew (seconds); NULL: not there. */
struct encounter_sets_open *encounter_sets_published(void);
void encounter_sets_close(struct encounter_sets_open *sets);
/* `sets` NULL: the starter edition alone. Small files that the case names are imported for it. */
void encounter_judge(const struct encounter_case *c, struct encounter_sets_open *sets, struct encounter_verdict *verdict);
void encounter_verdict_free(struct encounter_verdict *verdict);
/* Was the rule applied; could it not be assessed? */
bool encounter_applied(const struct encounter_verdict *verdict, uint16_t rule);
bool encounter_lacked(const struct encounter_verdict *verdict, uint16_t rule);

#endif
