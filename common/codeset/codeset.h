/*
 * Published code sets as editions. A *set* is what one publisher keeps under one name (icd10cm, hcpcs, ncci_practitioner: the
 * rows of codeset_kinds); an *edition* of it is what he published for certain days, and never changes. A folder of code sets
 * holds one flat file an edition and the file `current`, which says what counts now; an import writes new files, then renames
 * a new `current` into place. A claim is judged by the edition that covers its own day; where none does, that is said.
 *
 * All sets have one shape: rows under a first code, sorted. Of a list of codes they are the code's periods; of a relation
 * (pairs of procedures, units, notes, prices) what is related to it. What kind, flags and numbers of a row mean is told for
 * each set in codeset_kinds.c.
 *
 * A file of an edition is mapped and used where it lies: nothing is parsed or copied, opening costs the same for ten codes and
 * for four million pairs. It is cut into blocks of CODESET_BLOCK_BYTES, each with a checksum that is tested when the block is
 * first used (CORRUPT, never a wrong answer), and again after the file was written over (codeset_folder_look);
 * codeset_edition_scrub tests all. The bytes are told in codeset_format.h.
 *
 * Threads: none; one folder belongs to one thread.
 */
#ifndef CLAIMLINE_CODESET_H
#define CLAIMLINE_CODESET_H

#include "common/codes/codes.h"
#include "common/status/status.h"

enum {
    CODESET_KEY_LENGTH = 12,
    CODESET_NAME_BYTES = 32,    /* of a set: lower-case letters, digits, "_", terminated */
    CODESET_EDITION_BYTES = 40, /* of an edition, terminated: "FY2024" */
    CODESET_SOURCE_BYTES = 128,
    CODESET_REASON_BYTES = 512,
    CODESET_NUMBERS_LIMIT = 40,
    CODESET_WORDS_LIMIT = 65535, /* bytes of the words of a row */
};

/* ---- keys: what codes are inside ---- */

/* A code as a number: up to twelve of "!", "-", digits, upper-case letters and "~" (CMS's code for none); sorts as the code does, a
 * beginning before what is longer. The signs "#$%&()*+<>@", which a few internal codes of CMS have, take three places each, and all stand
 * behind "!". 0 when it is none (empty, longer, other characters). Codes of ICD stand without their point. */
uint64_t codeset_key(struct text code);
/* The code of a key, terminated. */
struct text codeset_key_text(uint64_t key, char buffer[CODESET_KEY_LENGTH + 1]);
/* The first key that does not begin with the `length` (1 to 12) first characters of `key`: the codes of a category lie from
 * its own key up to, without, this one. */
uint64_t codeset_key_after(uint64_t key, size_t length);
/* A key as two numbers of a row and back, for rows that relate a code to a span of codes. */
void codeset_key_to_numbers(uint64_t key, int32_t numbers[2]);
uint64_t codeset_key_of_numbers(const int32_t numbers[2]);

/* ---- rows ---- */

enum codeset_flag {
    CODESET_HEADER = 1,        /* a category: not billable */
    CODESET_SINCE_EDITION = 2, /* the source has no first day: it stands since the edition does */
    CODESET_NEVER = 4,         /* ended before the edition begins or before it began itself: kept and counted, never applied */
    CODESET_FACILITY = 8,      /* place of service: facility rate */
};

struct codeset_row {
    uint64_t second;  /* key of the second code; 0 = none */
    int32_t from, to; /* days (yyyymmdd) of the row, both included; 0 = open */
    uint32_t words;   /* for codeset_words; 0 = none */
    uint16_t kind;    /* as told for the set */
    uint16_t flags;   /* enum codeset_flag */
};

/* Rows of one first code, sorted by second, from, kind. They lie in the edition's map: as long as its folder is open. */
struct codeset_rows {
    const struct codeset_row *rows;
    const int32_t *numbers; /* of row i: numbers + i * number_count */
    uint32_t count;
};

/* What is known of an edition without its rows. */
struct codeset_about {
    char set[CODESET_NAME_BYTES];
    char edition[CODESET_EDITION_BYTES];
    char source[CODESET_SOURCE_BYTES]; /* name of the file that it came from (of the first, when there were several) */
    char importer[CODESET_NAME_BYTES];
    uint8_t digest[32];   /* SHA-256 of that file (of the digests, when there were several) */
    int32_t from, to;     /* days that it covers, both included; 0 = open */
    uint32_t complete;    /* 1: on these days, what it does not hold does not exist */
    uint32_t number_count; /* numbers a row */
    uint64_t codes, rows; /* different first codes; rows */
    uint64_t headers, never; /* rows with these flags */
    uint64_t words_bytes;
    int64_t imported; /* instant, microseconds UTC */
};

/* ---- what sets there are ---- */

struct codeset_kind {
    const char *name, *title;
    bool relation;       /* else a list of codes */
    const char *kinds;   /* "1=list|2=revision": of codeset_row.kind; NULL: not used */
    const char *numbers; /* "units|indicator": names of the numbers of a row; NULL: none */
};
extern const struct codeset_kind codeset_kinds[];
extern const size_t codeset_kind_count;
/* NULL: a set of the user's own, from the generic form. */
const struct codeset_kind *codeset_kind_named(const char *name);

/* ---- reading ---- */

struct codeset_folder;
struct codeset;      /* all editions of one set, by their first day */
struct codeset_data; /* one edition, open */

/* Opens all editions of `current`. NOT_FOUND: no folder or no `current` in it. INVALID: `current` or a file is not what it
 * claims, `reason` says which; LIMIT: more than CODESET_EDITION_LIMIT editions; IO. A file that went away under us
 * (an import just swapped) is tried again with a new `current`. */
enum { CODESET_EDITION_LIMIT = 1024 };
enum status codeset_folder_open(struct codeset_folder **folder, const char *path, char reason[CODESET_REASON_BYTES]);
void codeset_folder_close(struct codeset_folder *folder);
/* Does `current` differ from what was opened? One call of stat. */
bool codeset_folder_changed(const struct codeset_folder *folder);

/* What became of the files of the editions that are open. A call of fstat each. */
enum codeset_standing {
    CODESET_WHOLE,
    CODESET_REPLACED, /* a file is gone from the folder, or another has its name: what is open stays as it was */
    CODESET_DAMAGED,  /* found since it was opened: of this edition everything is CORRUPT */
};
/* The worst of them, and the edition (NULL: all are whole). A file that was written over since the last look is tested again as it is
 * used, and may be whole now; one that was cut is damaged. */
enum codeset_standing codeset_folder_look(struct codeset_folder *folder, const struct codeset_about **about);
/* The first edition that was found damaged, without a look; NULL: none. */
const struct codeset_about *codeset_folder_damaged(const struct codeset_folder *folder);

/* What this state of the folder is called, for what is kept with verdicts: "sets-" and 12 hex digits of a digest of its editions: set, name,
 * days, counts, digest of the source, importer. The same files imported again, in whatever order and under whatever name, have the same. */
enum { CODESET_FOLDER_NAME_BYTES = 18 };
const char *codeset_folder_name(const struct codeset_folder *folder);
/* The same of a list that was read. */
struct codeset_pointer;
void codeset_pointer_name(const struct codeset_pointer *pointer, char name[CODESET_FOLDER_NAME_BYTES]);

/* The relations that are built in (schemas/codes/relations), in memory, made at the first call: a few rows each, none complete. They
 * are asked as those of any folder, which is never closed. */
const struct codeset_folder *codeset_starter(void);
/* The importer of what is built in, so that it is known among others. */
#define CODESET_BUILT_IN "built in"

size_t codeset_count(const struct codeset_folder *folder);
const struct codeset *codeset_at(const struct codeset_folder *folder, size_t index);
/* NULL: no edition of it is there. */
const struct codeset *codeset_named(const struct codeset_folder *folder, const char *set);
const char *codeset_name(const struct codeset *set);
size_t codeset_edition_count(const struct codeset *set);
struct codeset_data *codeset_edition(const struct codeset *set, size_t index);
/* The edition that covers a day (of several the one that begins last; then one that knows its last day, that is complete, that holds
 * more codes); NULL: none. */
struct codeset_data *codeset_on(const struct codeset *set, int32_t day);
/* By its name; NULL. */
struct codeset_data *codeset_edition_named(const struct codeset *set, const char *edition);
const struct codeset_about *codeset_edition_about(const struct codeset_data *data);

/* The rows under a key. NOT_FOUND: none. CORRUPT: the file changed on disk. */
enum status codeset_find(struct codeset_data *data, uint64_t key, struct codeset_rows *rows);
/* The rows under a first and a second key; of the first's rows those with that second. NOT_FOUND, CORRUPT. */
enum status codeset_find_pair(struct codeset_data *data, uint64_t first, uint64_t second, struct codeset_rows *rows);
/* Of rows that were found under a first key, those with that second (not in `all`'s place). NOT_FOUND: none. */
enum status codeset_narrow(const struct codeset_data *data, const struct codeset_rows *all, uint64_t second, struct codeset_rows *rows);
/* Several at once: their searches wait for memory together, which is what costs in large relations. In each, `rows` and `count` become
 * those with `second` (count 0: none). */
struct codeset_narrowing {
    const struct codeset_row *rows;
    uint32_t count;
    uint64_t second;
};
enum { CODESET_NARROWINGS = 64 /* at most */ };
void codeset_narrow_all(struct codeset_narrowing *narrowings, size_t count);
/* All first codes in order: the key at an index below about.codes, with its rows. CORRUPT. */
enum status codeset_walk(struct codeset_data *data, uint64_t index, uint64_t *key, struct codeset_rows *rows);
/* Index of the first key that is not below `key` (about.codes: none). CORRUPT. */
enum status codeset_lower(struct codeset_data *data, uint64_t key, uint64_t *index);
/* Words of a row in UTF-8, in the map; empty when it has none. CORRUPT. */
enum status codeset_words(struct codeset_data *data, uint32_t words, struct text *text);
/* Does a row hold on a day? Never with CODESET_NEVER. */
bool codeset_holds(const struct codeset_row *row, int32_t day);

/* A list of codes: what is said of a code on a day, as common/codes says it of the starter edition. EDITION_MISSING when no
 * edition covers the day (`set` may be NULL: no edition at all); `*data` (may be NULL) is the edition that judged. CORRUPT. */
enum status codeset_judge(const struct codeset *set, struct text code, int32_t day, struct codes_answer *answer,
                          const struct codeset_data **data);
/* The same without the words, which lie in a place of memory of their own. */
enum status codeset_verdict(const struct codeset *set, struct text code, int32_t day, struct codes_answer *answer);
/* Of a code that only editions before or after that of the day hold, the last or first day is exact where a row states it or the editions
 * follow each other; else it is one of those between them (to_latest, from_earliest). Another edition of codes, one that has the days of
 * its codes, may settle which; and of a code that no edition of the set holds (UNKNOWN, HEADER) when it ended or will begin. */
void codeset_settle(struct codes_answer *answer, const struct codes_edition *edition, enum codes_set set, struct text code, int32_t day);

/* What differs between two editions of a set, by first code in order: those that are only in the new one; those whose rows say
 * something else; those that are gone, or whose rows are all over when the new one begins, or only categories now (`rows` are the
 * old ones if it is gone). CORRUPT. */
enum codeset_difference { CODESET_ADDED, CODESET_CHANGED, CODESET_ENDED };
typedef void (*codeset_diff_visit)(void *context, enum codeset_difference difference, uint64_t key, const struct codeset_rows *rows);
enum status codeset_diff(struct codeset_data *old, struct codeset_data *new, codeset_diff_visit visit, void *context);

/* Tests every block of an edition. CORRUPT with `reason`. */
enum status codeset_edition_scrub(struct codeset_data *data, char reason[CODESET_REASON_BYTES]);

#endif
