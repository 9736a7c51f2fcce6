/*
 * Step 4: the unspecified code edit of the Medicare Code Editor (since version 39.1): a code of the lists of complications (CC, MCC)
 * leaves the side open that another code of its subcategory names.
 */
#include "schemas/findings.h"
#include "services/coding/steps/hospital.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"
#include "services/coding/steps/titles.h"

#include <stdio.h>

/* On the lists of the day, which come together. False: they have not, and the rule lacks them, or the code is on none. */
static bool
is_complication(struct coding_run *run, uint64_t key)
{
    const struct coding_case *c = run->c;
    struct codeset_rows rows;
    struct codeset_data *cc = coding_edition(c, CODING_CC, c->day), *mcc = coding_edition(c, CODING_MCC, c->day);
    if (cc == NULL || mcc == NULL) {
        coding_lacks(run, FINDING_CODING_SIDE_UNSPECIFIED, c->day == 0 ? CODING_LACK_DATE : CODING_LACK_EDITION);
        return false;
    }
    return coding_rows_in(c, cc, key, &rows) || coding_rows_in(c, mcc, key, &rows);
}

/* Is there a code that differs in one character behind the category, and in a side where this one says none? */
static bool
has_sided(const struct coding_case *c, struct text code)
{
    char other[8];
    struct text words = coding_words(c, CODES_ICD10CM, code, c->day);
    for (size_t at = 3; at < code.length && words.length > 0; at++) {
        snprintf(other, sizeof other, "%.*s", TEXT_ARGS(code));
        for (other[at] = '1'; other[at] <= '2'; other[at]++) {
            enum title_side first, second;
            struct text title = coding_words(c, CODES_ICD10CM, text_from(other), c->day);
            if (title.length > 0 && titles_part(words, title, &first, &second) && first == TITLE_UNSPECIFIED && second <= TITLE_LEFT)
                return true;
        }
    }
    return false;
}

void
coding_validate_unspecified(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!hospital_stay(c) || !coding_applies(run, FINDING_CODING_SIDE_UNSPECIFIED, c->day))
        return;
    for (uint32_t i = 0; i < c->diagnoses_count; i++) {
        struct text code = c->body->diagnoses[i].code;
        if (code.length > 4 && code.length < 8 && is_complication(run, c->diagnosis_keys[i]) && has_sided(c, code))
            coding_raise(run, FINDING_CODING_SIDE_UNSPECIFIED, "diagnosis", i + 1, code);
    }
}
