/* The tests of one own rule: read from their words, and held against a claim. Used by own/ alone. */
#ifndef CLAIMLINE_CODING_OWN_TEST_H
#define CLAIMLINE_CODING_OWN_TEST_H

#include "services/coding/steps/own/own_field.h"

/* Reads "procedure in 99213 99214 and modifier is not 25". False with what is wrong, at most OWN_WRONG_BYTES; values and texts lie in
 * the arena, or in `words`. */
enum { OWN_WRONG_BYTES = 400 };
bool own_test_read(struct text words, struct own_rule *rule, struct arena *arena, char wrong[OWN_WRONG_BYTES]);

enum own_answer { OWN_NO, OWN_YES, OWN_UNKNOWN };
/* Does the test (not one of a script) hold at this place? UNKNOWN: `lack` is what was not given. `met` is the first value that it
 * met, empty when it met none. */
enum own_answer own_test_holds(const struct own_test *test, const struct own_place *place, enum coding_lack *lack, struct text *met);

#endif
