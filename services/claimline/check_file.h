/* One file of `claimline check`: X12 by the engine that intake uses, a FHIR bundle by the reader that intake uses. */
#ifndef CLAIMLINE_CHECK_FILE_H
#define CLAIMLINE_CHECK_FILE_H

#include "common/duplicate/duplicate.h"
#include "common/payer/payer.h"
#include "services/claimline/answer.h"
#include "services/claimline/check_coding.h"

/* What the files are judged with beside the guides. */
struct check_judges {
    uint8_t first_snip, last_snip; /* types whose findings count */
    struct codes_lists *codes;
    struct payers *payers; /* NULL: no payer is asked for */
    const struct payer *payer;
    struct check_coding *coding; /* NULL: the seven steps are not asked for */
    struct duplicate *duplicate; /* what was met so far, in all files */
};

struct check_counts {
    uint64_t interchanges, sets, claims;
    uint64_t findings[FINDING_SEVERITY_COUNT];
};

/* "1 errors, 2 queries, 0 warnings, 3 infos"; queries and infos, which coding alone finds, where there are any. */
struct text check_counts_words(const struct check_counts *counts, struct arena *arena);

/* DONE, FOUND (an error is found), CANNOT (it cannot be read, or holds neither an interchange nor a bundle). `file` is "-" for standard
 * input; it must last as long as the duplicates of `judges` are looked for. */
int check_file(struct claimline *run, struct answer *answer, const struct check_judges *judges, const char *file,
               struct check_counts *counts);

#endif
