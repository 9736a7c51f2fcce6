/*
 * The tabular list of ICD-10-CM as CDC publishes it in XML (icd10cm_tabular.xsd): the notes of its chapters, sections and codes,
 * and the seventh characters (guidelines I.A.4, 5, 11 to 13, 17). No document type is taken, so no entity and no network.
 *
 * Set `icd10cm_notes`: first = the code (or beginning of codes) at which the note stands; it is about all codes that begin with it.
 * Notes of chapters and sections stand at each of their categories. Kind = enum tabular_kind. Each code, or span of codes, that a
 * note names in parentheses is a row: second = the span's first code; numbers = key of its last code (two), key of the mask of
 * characters (two; icd_codes.h; 0 = none), group, state. A note without codes is one row without second. Of seventh characters second
 * is the character. Words = the note.
 */
#ifndef CLAIMLINE_CODESET_TABULAR_H
#define CLAIMLINE_CODESET_TABULAR_H

#include "common/codeset/import/icd_codes.h"

enum tabular_kind {
    TABULAR_INCLUSION = 1, /* inclusion term */
    TABULAR_INCLUDES,
    TABULAR_EXCLUDES1,  /* never both */
    TABULAR_EXCLUDES2,  /* not part of it: both may stand */
    TABULAR_CODE_FIRST, /* the named code stands before this one */
    TABULAR_USE_ADDITIONAL,
    TABULAR_CODE_ALSO,
    TABULAR_SEVENTH, /* a seventh character; without second the note that stands before them */
    TABULAR_NOTE,
    TABULAR_KIND_COUNT
};

/* Bits of `state`. */
enum tabular_state {
    TABULAR_IF = 1,      /* the note, or the heading above it, says "if applicable", "if known", "when ..." */
    TABULAR_UNREAD = 2,  /* it names codes in a way that was not understood: for people, never applied */
    TABULAR_HEADING = 4, /* it ends with a colon: the notes behind it in the group belong under it */
};

struct tabular_row {
    char anchor[8];
    enum tabular_kind kind;
    bool named;             /* `codes` is filled in */
    struct icd_codes codes; /* of TABULAR_SEVENTH low alone: the character */
    int32_t group;          /* at one anchor the notes of one element share it: one of them is asked for, or each is meant. From 1 at the
                               code itself, from TABULAR_GROUPS_CHAPTER of its chapter, from a multiple of TABULAR_GROUPS_SECTION of
                               a section */
    int32_t state;
    struct text words;
};

enum {
    TABULAR_DEPTH = 32,
    TABULAR_TEXT_BYTES = 4096, /* of a note */
    TABULAR_CATEGORIES = 8192,
    TABULAR_WIDE_NOTES = 4096, /* of chapters and sections */
    TABULAR_SECTIONS = 1000,   /* in a chapter */
    TABULAR_GROUPS_CHAPTER = 500,
    TABULAR_GROUPS_SECTION = 1000,
};

typedef enum status tabular_give(void *context, const struct tabular_row *row);

struct tabular;
struct tabular *tabular_new(tabular_give *give, void *context);
void tabular_free(struct tabular *tabular);
/* Reads on; `last` with the last bytes (may be none). OK; INVALID or LIMIT with tabular_fault; or what `give` said. After anything but
 * OK only tabular_free may follow. */
enum status tabular_feed(struct tabular *tabular, struct text bytes, bool last);
/* What is wrong; "" when `give` stopped it. Its line is tabular_line. */
const char *tabular_fault(const struct tabular *tabular);
unsigned long tabular_line(const struct tabular *tabular);
/* The fiscal year of the element `version`; 0 before it was read. It stands before all notes. */
int32_t tabular_year(const struct tabular *tabular);
/* Chapters read so far. */
unsigned tabular_chapters(const struct tabular *tabular);

#endif
