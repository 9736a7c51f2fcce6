/* Rules of a site's own, and the visit that they judge. */
#ifndef CLAIMLINE_TESTS_CODING_OWN_SAMPLE_H
#define CLAIMLINE_TESTS_CODING_OWN_SAMPLE_H

#include "tests/services/coding_bench.h"

#define HEAD "number\tseverity\tstep\tsettings\tpayers\tfrom\tuntil\ttests\tsentence\tremedy\tsource\n"
/* One rule with these tests. */
#define RULE(number, tests) number "\tquery\t4\tPOID\t*\t\t\t" tests "\tWrong: %s.\tLook.\tHandbook 1\n"

/* The influenza visit: J101 and E119, 99213 and 87804 with QW, born 1980-04-12, seen 2025-11-20. */
static inline void
visit(struct coding_sample *sample)
{
    sample_make(sample);
    sample_codes(sample, "J101 E119");
    sample->body.payer.id = TEXT("ACME1");
    sample->body.subscriber.sex = TEXT("F");
    sample->body.rendering.id = TEXT("1234567893");
    sample->lines[1].pointer_1 = 2;
}

#endif
