/* Options and words of a command line. */
#ifndef CLAIMLINE_OPTION_H
#define CLAIMLINE_OPTION_H

#include "services/claimline/claimline.h"

struct option_kind {
    const char *name;     /* without the dashes */
    const char *argument; /* as --help shows it; NULL: a flag */
    const char *sentence;
    uint16_t bytes; /* bound of its value, that of the record in which it goes; 0: none */
};
extern const struct option_kind option_kinds[OPTION_COUNT];
/* Options that every command takes. */
#define OPTIONS_COMMON                                                                                       \
    (1ull << OPTION_CONFIG | 1ull << OPTION_RUNTIME | 1ull << OPTION_JSON | 1ull << OPTION_HELP |            \
     1ull << OPTION_VERSION)

/* Fills the run's options; what is no option is left in `words` (room for argc), its number in `*count`.
 * `--name value` and
 * `--name=value`; behind `--` all are words. USAGE with words (and the nearest option). */
int option_read(struct claimline *run, int argc, char **argv, const char **words, size_t *count);
/* A whole number from an option's value; USAGE with words when it is none. */
int option_number(struct claimline *run, enum claimline_option option, uint64_t fallback, uint64_t *number);

#endif
