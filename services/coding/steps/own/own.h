/*
 * The site's own rules: a table that users write, one rule a line, beside the rules that are built in. What the table cannot say, a
 * function of a Lua script may (own_script.h). The format is told for users in docs/own-rules.md.
 *
 * A rule has a number of its own (8000 to 8999), a severity, a step, settings, payers and days as the built-in ones have, and tests
 * joined by "and" over named fields of the claim (own_field.h). All must hold. With a test of a line's field the rule is asked of each
 * line; else once a claim, at the diagnosis that its first test of diagnoses met.
 *
 * A table is constant after it was read, but for the rules whose script failed: those are out until it is read again.
 * Threads: none.
 */
#ifndef CLAIMLINE_CODING_OWN_H
#define CLAIMLINE_CODING_OWN_H

#include "common/finding/finding.h"
#include "common/status/status.h"
#include "services/coding/steps/coding.h"

enum {
    OWN_FIRST = 8000,
    OWN_LAST = 8999,
    OWN_TESTS = 16,           /* of one rule */
    OWN_VALUES = 200,         /* of one test */
    OWN_PAYERS = 50,          /* of one rule */
    OWN_FILE_LIMIT = 1 << 20, /* bytes */
    OWN_REASON_BYTES = 512,
    OWN_NAME_BYTES = 13,
};

struct own_field;
struct own_script;

enum own_operator { OWN_IS, OWN_BEGINS, OWN_BETWEEN, OWN_BELOW, OWN_ABOVE, OWN_MISSING, OWN_SCRIPT, OWN_OPERATOR_COUNT };

/* A value as it is compared: codes without their point, numbers in the field's own unit. */
struct own_value {
    struct text text;
    int64_t number;
};

struct own_test {
    const struct own_field *field; /* NULL: a function of the script */
    enum own_operator how;
    bool negated;
    const struct own_value *values; /* OWN_BETWEEN: two; OWN_SCRIPT: the name */
    uint32_t count;
};

enum own_state { OWN_ON, OWN_FAILED, OWN_RAN_AWAY };

struct own_rule {
    struct finding_kind kind; /* number, severity, step, sentence, what to do */
    const char *source;
    uint8_t settings;         /* bit n: enum coding_setting */
    bool medicare;
    struct text payers[OWN_PAYERS]; /* NM109; none: all */
    uint32_t payer_count;
    int32_t from, to;         /* 0 = open */
    struct own_test tests[OWN_TESTS];
    uint32_t test_count;
    bool of_lines;            /* a test is of a line */
    bool money;               /* a test is of an amount: numbers in its words are not for coders and physicians */
    enum own_state state;
    const char *message;      /* of Lua, once its script has failed; may hold values of a claim */
};

struct own_rules {
    struct own_rule *rules; /* by number */
    uint32_t count;
    char name[OWN_NAME_BYTES]; /* twelve hex digits of the digest of table and script: kept with verdicts */
    struct own_script *script; /* NULL: none */
    struct arena *arena;       /* holds all */
};

/* Reads a table from memory; `name` stands for the file in reasons. `script` (may be empty) is the text of the Lua script. INVALID
 * with `reason`: "FILE:LINE: what is wrong; allowed: ...". `*rules` is written on OK alone, and freed with own_free. */
enum status own_read(const char *name, struct text table, const char *script_name, struct text script, struct own_rules **rules,
                     char reason[OWN_REASON_BYTES]);
/* The same from files; `script_path` may be NULL or empty. NOT_FOUND, IO with a reason too. */
enum status own_open(const char *path, const char *script_path, struct own_rules **rules, char reason[OWN_REASON_BYTES]);
void own_free(struct own_rules *rules);
/* NULL: there is none of this number (`rules` may be NULL). */
const struct own_rule *own_rule(const struct own_rules *rules, uint64_t number);

/* Applies the rules of a step to the run's case (c->own). */
void own_take_step(struct coding_run *run, unsigned step);

#endif
