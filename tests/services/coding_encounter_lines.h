/* Parts of an encounter's text: lines, diagnoses, documents, history, and what only one form of claim has. */
#ifndef CLAIMLINE_TESTS_CODING_ENCOUNTER_LINES_H
#define CLAIMLINE_TESTS_CODING_ENCOUNTER_LINES_H

#include "tests/services/coding_encounter.h"

/* NPIs whose check digit is right. */
#define NPI_ORGANISATION TEXT("1234567893")
#define NPI_PERSON       TEXT("1987654328")

enum { ENCOUNTER_NO_DATE = -1 /* "on none" */ };

/* Which lists a case has given itself: the first of them takes the place of what `like` brought. */
enum given { GIVEN_LINES, GIVEN_DOCUMENTS, GIVEN_HISTORY, GIVEN_COUNT };

struct reader {
    struct encounter_list *list;
    struct encounter_case *at; /* the case that is read; NULL: none yet */
    const char *file;
    unsigned line;
    bool given[GIVEN_COUNT];
};

/* ---- for the parts (coding_encounter.c) ---- */
bool encounter_wrong(struct reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct arena *encounter_arena(struct reader *reader);
struct encounter_case *encounter_now(struct reader *reader);
/* The next word, up to a blank; the rest behind it. */
struct text encounter_word(struct text *rest);
/* What stands before a character; the rest behind it. */
struct text encounter_cut(struct text *rest, char at);
struct text encounter_code(struct reader *reader, struct text written);
bool encounter_day(struct reader *reader, struct text word, int32_t *day);
bool encounter_days(struct reader *reader, struct text word, int32_t *from, int32_t *to);
bool encounter_number(struct reader *reader, struct text word, int64_t unit, int64_t *number);
bool encounter_segment(struct reader *reader, struct text word, struct carried_segment **list, uint32_t *count);
struct party encounter_party(struct text npi, bool person);

/* ---- the parts (coding_encounter_lines.c, coding_encounter_forms.c) ---- */
bool encounter_diagnoses(struct reader *reader, struct text rest);
bool encounter_line(struct reader *reader, struct text rest, struct service_line *line);
bool encounter_document(struct reader *reader, struct text rest, struct document *document);
bool encounter_past(struct reader *reader, struct text rest, struct encounter_past *past);
/* "J10.1", "J10.1:Y" with what was present on admission, "ABF=J10.1" with a qualifier of its own. */
bool encounter_diagnosis(struct reader *reader, struct text word, struct text qualifier, struct diagnosis *diagnosis);
/* What each word at the beginning of a line reads (coding_encounter_statements.c); NULL: it is not known. */
bool (*encounter_statement(struct text word))(struct reader *reader, struct text rest);
/* Statements of one form alone ("bill", "admitting"); NULL: not one of them. */
bool (*encounter_form_statement(struct text word))(struct reader *reader, struct text rest);

#endif
