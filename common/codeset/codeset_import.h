/*
 * Importing published files. An importer knows one layout: it recognises a file by its name and first bytes, reads it as a
 * stream, gives rows to one or more editions, and says what is wrong. One file each in common/codeset/import/, a row in the
 * table of codeset_importers.c.
 *
 * A run takes any number of files. What several files give to the same set and edition is one edition (NCCI comes in four
 * parts). A file that is wrong is refused as a whole with its name, line and what is wrong, and so is every edition that it has
 * touched; the others of the run go on. Nothing in the folder changes before codeset_import_finish, and then all at once.
 */
#ifndef CLAIMLINE_CODESET_IMPORT_H
#define CLAIMLINE_CODESET_IMPORT_H

#include "common/codeset/codeset_builder.h"
#include "common/codeset/codeset_source.h"

/* ---- what an importer is ---- */

struct codeset_reading;

struct codeset_importer {
    const char *name; /* "icd10cm_order": stands in `current` and in what is said */
    const char *what; /* for people: "ICD-10-CM order file" */
    /* Is it mine? Of the name (last part, without .xz) and the first bytes. False when not sure. */
    bool (*recognise)(const char *name, struct text head);
    /* Reads all of it. OK, or the status of codeset_wrong, of the source or of a builder. */
    enum status (*read)(struct codeset_reading *reading);
};
/* The first that recognises a file has it; ends with NULL. */
extern const struct codeset_importer *const codeset_importers[];

/* ---- what an importer uses ---- */

struct codeset_source *codeset_reading_source(struct codeset_reading *reading);
/* The edition to give rows to: begun now, or what another file of this run has begun (it keeps its days). `edition` at most 39
 * bytes. The user's own --edition, --first, --last stand before what is said here. Never NULL. `number_count` is that of
 * codeset_kinds (0 when the set is not there). */
struct codeset_builder *codeset_reading_edition(struct codeset_reading *reading, const char *set, const char *edition,
                                                int32_t from, int32_t to, bool complete);
/* The same where the days are those of the fiscal year, or the calendar year, in the file's name (editions "FY2025", "2025"). NULL
 * when there is none and the user gave no days: said as what is wrong (INVALID). */
struct codeset_builder *codeset_fiscal_edition(struct codeset_reading *reading, const char *set, bool complete);
struct codeset_builder *codeset_year_edition(struct codeset_reading *reading, const char *set, bool complete);
/* The same of a file that has no days: it covers all, its edition is its name without what follows the point. */
struct codeset_builder *codeset_undated_edition(struct codeset_reading *reading, const char *set, bool complete);
/* Gives a row; a fault of it (a code that is none) is said with its line: INVALID, LIMIT. */
enum status codeset_reading_give(struct codeset_reading *reading, struct codeset_builder *builder, const struct codeset_give *give);
/* Reads records to the end and calls `take` for each but empty ones. INVALID, said: fewer fields than `least`; else what `take`
 * or the source said. `skip` records stand before the first (the titles). */
enum { CODESET_FIELDS_LIMIT = 64 };
typedef enum status (*codeset_record)(struct codeset_reading *reading, void *context, const struct text *fields, size_t count);
enum status codeset_records(struct codeset_reading *reading, char delimiter, size_t least, size_t skip, codeset_record take,
                            void *context);
/* What is wrong, in words ("the code has eight characters"): kept as "NAME:LINE: words". Gives INVALID. */
enum status codeset_wrong(struct codeset_reading *reading, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Said once in the summary, with a count: "rows without a first day: they stand since the edition" (static words). */
void codeset_note(struct codeset_reading *reading, const char *words);

/* For all layouts. */
/* CCYYMMDD, CCYY-MM-DD, M/D/CCYY, CCYYDDD (a day of the year); empty or "*" or all zeros is 0. False: none of these. */
bool codeset_day(struct text text, int32_t *day);
/* A whole number with sign; false when it is none or does not fit. */
bool codeset_number(struct text text, int32_t *number);
/* A decimal number times 10^decimals, rounded half up (12.345 with 2 is 1235); false when it is none or does not fit. */
bool codeset_decimal(struct text text, unsigned decimals, int32_t *number);
/* The code without points and blanks at the ends, in upper case; false when longer than CODESET_KEY_LENGTH. */
bool codeset_code(struct text text, char buffer[CODESET_KEY_LENGTH + 1], struct text *code);
/* The first and last day of a fiscal year (1 October to 30 September), and of a quarter that begins on a day. */
void codeset_fiscal_year(int32_t year, int32_t *from, int32_t *to);
void codeset_quarter(int32_t day, int32_t *from, int32_t *to);
/* The first run of `digits` digits in a name, not part of a longer one, whose number is from `low` to `high`; 0: none. */
int32_t codeset_name_number(const char *name, unsigned digits, int32_t low, int32_t high);
/* Do the words stand in a name, whatever the case? */
bool codeset_name_has(const char *name, const char *words);
/* Do the words stand in the first bytes, whatever the case? */
bool codeset_head_has(struct text head, const char *words);

/* ---- a run ---- */

struct codeset_import_options {
    const char *edition; /* NULL: as the file says */
    int32_t from, to;    /* 0: as the file says */
    int64_t now;         /* instant, microseconds UTC */
    void (*progress)(void *context, const char *path, uint64_t done, uint64_t size); /* may be NULL; about every mebibyte */
    void *context;
};

struct codeset_note_line {
    const char *words, *importer;
    uint64_t count;
};
/* An edition that a run has made. */
struct codeset_change {
    struct codeset_about about;
    char file[256];
    char against[CODESET_EDITION_BYTES]; /* the edition that it is compared with (that before it, or itself when it stood
                                            there already); "": the first of its set */
    uint64_t added, changed, ended;      /* first codes */
};

struct codeset_import;
/* Takes the folder's lock (makes the folder). BUSY: another import runs; INVALID with `reason`: `current` is damaged; IO. */
enum status codeset_import_begin(struct codeset_import **import, const char *folder, const struct codeset_import_options *options,
                                 char reason[CODESET_REASON_BYTES]);
/* Reads one file. INVALID or LIMIT with `reason`: it is refused; NOT_FOUND with `reason`: nothing in it was recognised, or it is
 * not there; IO. The run goes on in all cases. */
enum status codeset_import_file(struct codeset_import *import, const char *path, char reason[CODESET_REASON_BYTES]);
/* Writes the editions and swaps `current`; files that it names no longer are removed. The folder is as it was when it is not OK:
 * FULL, IO, LIMIT. */
enum status codeset_import_finish(struct codeset_import *import, char reason[CODESET_REASON_BYTES]);
/* After finish. */
const struct codeset_change *codeset_import_changes(const struct codeset_import *import, size_t *count);
const struct codeset_note_line *codeset_import_notes(const struct codeset_import *import, size_t *count);
/* Frees it, and the lock; before finish nothing of it stays. */
void codeset_import_end(struct codeset_import *import);

#endif
