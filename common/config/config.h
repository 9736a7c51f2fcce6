/*
 * Configuration: files in the syntax of unit files (inih reads them), checked against a table of keys. Every
 * value is typed and bounded; an unknown section or key, a bad value or a missing required key is an error
 * with file, line, key and what is allowed (STATUS_CONFIG, exit 78).
 *
 * /etc/claimline/claimline.conf holds [claimline] (common to all) and a section a daemon ([intake], ...);
 * payers and providers have a file each: /etc/claimline/payers/NAME.conf with [payer], providers/NAME.conf
 * with [provider].
 */
#ifndef CLAIMLINE_CONFIG_H
#define CLAIMLINE_CONFIG_H

#include "common/arena/arena.h"
#include "common/status/status.h"

enum config_kind {
    CONFIG_TEXT,     /* bound: largest length */
    CONFIG_PATH,     /* absolute; bound as text */
    CONFIG_NUMBER,   /* low to high */
    CONFIG_BYTES,    /* "64M", "1G", "4096"; low to high */
    CONFIG_DURATION, /* "250ms", "30s", "10min", "2h", "30d"; microseconds, low to high */
    CONFIG_MONEY,    /* "12.50": cents */
    CONFIG_DATE,     /* "2026-01-31" */
    CONFIG_INSTANT,  /* "2026-01-31T08:00:00Z" */
    CONFIG_BOOL,     /* yes, no */
    CONFIG_CHOICE,   /* one of `choices` ("a|b|c"), kept as its index */
    CONFIG_KIND_COUNT
};

struct config_key {
    const char *section,
        *name; /* a name of "*": any other key of the section passes: for tools that read only some, and for config_rows */
    enum config_kind kind;
    const char *fallback; /* as written in a file; NULL: required; "": may be left out, and is then 0 or "" */
    int64_t low,
        high; /* bounds of numbers, bytes, durations, money; least and largest length of text; both 0: none */
    const char *choices;
    const char *sentence; /* what it is, for the reference page and --help */
};

/* One file read against one table, which must outlive it. Sections that the table does not name are skipped
 * when `other_sections` lists them ("a|b"; "*" = any; NULL = none), else an error. A file has at most
 * CONFIG_FILE_LIMIT bytes, in lines of at most CONFIG_LINE_LIMIT; a comment is a line of its own (# or ;),
 * nothing behind a value is one. CONFIG with `reason`: "FILE:LINE: [section] key: what is wrong; allowed:
 * ...", for the first wrong line. */
enum { CONFIG_FILE_LIMIT = 1 << 20, CONFIG_LINE_LIMIT = 1024 };
struct config;
enum status config_read(const char *path, const struct config_key *keys, size_t key_count,
                        const char *other_sections, struct config **config, char reason[512]);
/* From memory, for tests; `name` stands for the file name in reasons. */
enum status config_parse(const char *name, struct text bytes, const struct config_key *keys, size_t key_count,
                         const char *other_sections, struct config **config, char reason[512]);
void config_free(struct config *config);

/* "FILE:LINE: [section] key: SENTENCE" for a value that only its user can judge (a folder that is not there).
 */
void config_blame(const struct config *config, const char *section, const char *name, const char *sentence,
                  char reason[512]);

/* Values by key; a key that is not in the table is a programmer error (assert). Texts live as long as the
 * config. */
const char *config_text(const struct config *config, const char *section, const char *name);
int64_t config_number(const struct config *config, const char *section, const char *name);
bool config_bool(const struct config *config, const char *section, const char *name);
/* The other keys of sections that take any, in the order of the file; texts live as long as the config. What they may be is for
 * their user to judge. */
struct config_row {
    const struct config_row *next;
    const char *section, *name, *text;
    unsigned line;
};
const struct config_row *config_rows(const struct config *config);
/* As config_blame, for such a row. */
void config_blame_row(const struct config *config, const struct config_row *row, const char *sentence, char reason[512]);
/* Was it written in the file (not the fallback)? */
bool config_given(const struct config *config, const char *section, const char *name);

#endif
