/* Rows of answers for people (a table, or a value a line) and for programs (JSON Lines). */
#ifndef CLAIMLINE_LISTING_H
#define CLAIMLINE_LISTING_H

#include "services/claimline/claimline.h"

#include <jansson.h>

struct listing_row {
    const char *daemon; /* for the column "daemon" of a row that does not say it; NULL: none */
    const struct control_row *row;
};

struct listing {
    struct claimline *run;
    const char *columns; /* as in struct command_query; NULL: a value a line; "age" is told from the row's "since" */
    struct listing_row *rows;
    size_t count, room;
};

void listing_begin(struct listing *listing, struct claimline *run, const char *columns);
/* With --json it is written at once, with the daemon's name when the row does not say it; else it is kept
 * (the row must live until listing_end). An ask_visit. */
void listing_row(void *listing, const char *daemon, const struct control_row *row);
/* Sorts what was kept by this value, the smallest first, what has none last; those that are alike stay as they came. */
void listing_sort(struct listing *listing, const char *name);
/* Writes what was kept. A table without rows is its titles. */
void listing_end(struct listing *listing);

/* A row of our own words. */
struct listing_word {
    const char *name, *text;
};
void listing_words(struct listing *listing, const struct listing_word *words, size_t count);

/* All rows of one answer. */
void listing_rows(struct claimline *run, const char *daemon, const struct control_answer *answer,
                  const char *columns);
/* The answer to an act: its sentence ("done" without one) to the words, its rows to the data; with --json
 * first an object with daemon, status and sentence. */
void listing_answer(struct claimline *run, const char *daemon, const struct control_answer *answer);
/* One that was not done, of which the words are said already: its rows; with --json first the same object. */
void listing_refusal(struct claimline *run, const char *daemon, const struct control_answer *answer);

/* A value of a row by name; NULL when it has none. */
const struct control_value *listing_value(const struct control_row *row, const char *name);
/* Its number, 0 when it has none; its text, empty when it has none. */
int64_t listing_number(const struct control_row *row, const char *name);
struct text listing_text(const struct control_row *row, const char *name);
/* As people read it, "-" when it is empty. In the arena. */
struct text listing_show(struct arena *arena, const struct control_value *value);
/* Without anything that a terminal would obey. In the arena. */
struct text listing_clean(struct arena *arena, struct text text);
/* How long ago: "12s", "5min", "3h", "2d"; "-" for an instant of 0. In the arena. */
struct text listing_age(struct arena *arena, int64_t now, int64_t instant);

/* As JSON: amounts in cents, instants and dates ISO, null when 0; a new reference. */
json_t *listing_json_value(const struct control_value *value);
json_t *listing_json_text(struct text text);
/* A new reference to {"daemon": ..., name: value, ...}. */
json_t *listing_json_row(const char *daemon, const struct control_row *row);
/* Writes it as one line and drops the reference. */
void listing_json_line(struct claimline *run, json_t *object);

#endif
