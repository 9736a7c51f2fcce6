/* What the commands `codes ...` share. */
#ifndef CLAIMLINE_CODE_SETS_H
#define CLAIMLINE_CODE_SETS_H

#include "common/codeset/codeset.h"
#include "services/claimline/claimline.h"

/* The folder of code sets, open; NULL with words and `*code` (FOUND: nothing is there; CANNOT). */
struct codeset_folder *code_sets_open(struct claimline *run, int *code);
/* The same, but where nothing is there and no folder was named (--codes) it is DONE with NULL: the starter edition judges alone then. */
struct codeset_folder *code_sets_judging(struct claimline *run, int *code);
/* The day of an option, else `fallback`; USAGE with words when it is none. */
int code_sets_day(struct claimline *run, enum claimline_option option, int32_t fallback, int32_t *day);
/* The word for a row's kind ("1=list|2=revision"), in the arena; empty when the set has none for it. */
struct text code_sets_kind(struct claimline *run, const char *set, uint16_t kind);
/* Words of a row; empty with `*code` CANNOT when the file is damaged. */
struct text code_sets_words(struct claimline *run, struct codeset_data *data, const struct codeset_row *row, int *code);
/* What is known of a list of the starter edition, as of any edition. */
struct codeset_about code_sets_starter(enum codes_set set);
/* The damage, as words; CANNOT. */
int code_sets_damaged(struct claimline *run, struct codeset_data *data);

#endif
