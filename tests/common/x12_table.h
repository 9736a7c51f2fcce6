/* Tables of changes of samples (tests/data/x12/mutations.tsv, one_fault.tsv): their lines, cells and changes. */
#ifndef CLAIMLINE_TESTS_X12_TABLE_H
#define CLAIMLINE_TESTS_X12_TABLE_H

#include "tests/common/x12_sample.h"

enum { TABLE_CELLS = 8 };

/* One line at a time; comments, empty lines and the line of names are passed over. */
struct table {
    struct text bytes, rest;
    bool named;
};
struct row {
    struct text line, cells[TABLE_CELLS];
};

static inline void
table_open(struct table *table, const char *name)
{
    table->bytes = table->rest = sample(name);
    table->named = false;
}

static inline bool
table_next(struct table *table, struct row *row)
{
    while (table->rest.length > 0) {
        struct text line = text_cut(table->rest, '\n', &table->rest), rest = line;
        if (line.length == 0 || line.data[0] == '#')
            continue;
        if (!table->named) {
            table->named = true;
            continue;
        }
        row->line = line;
        for (size_t i = 0; i < TABLE_CELLS; i++)
            row->cells[i] = text_cut(rest, '\t', &rest);
        return true;
    }
    release(table->bytes);
    return false;
}

static inline unsigned
hex_digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'A') + 10;
}

/* \n, \t, \xHH and (COUNT TEXT) put in; malloc'd, ends with a NUL. */
static inline char *
table_unfold(struct text t)
{
    char *out = malloc(2 * FILE_BYTES);
    size_t length = 0;
    for (size_t i = 0; i < t.length; i++) {
        if (t.data[i] == '\\' && t.data[i + 1] == 'x') {
            out[length++] = (char)(hex_digit(t.data[i + 2]) << 4 | hex_digit(t.data[i + 3]));
            i += 3;
        } else if (t.data[i] == '\\') {
            out[length++] = t.data[++i] == 'n' ? '\n' : '\t';
        } else if (t.data[i] == '(' && i + 1 < t.length && t.data[i + 1] >= '0' && t.data[i + 1] <= '9') {
            struct text rest, inner = text_cut(text_of(t.data + i + 1, t.length - i - 1), ')', &rest);
            uint64_t times = 0;
            i += inner.length + 1;
            cr_assert(text_to_u64(text_cut(inner, ' ', &inner), &times));
            char *once = table_unfold(inner);
            for (; times > 0; times--) {
                cr_assert_lt(length + strlen(once), (size_t)2 * FILE_BYTES);
                strcpy(out + length, once);
                length += strlen(once);
            }
            free(once);
        } else {
            out[length++] = t.data[i];
        }
    }
    out[length] = '\0';
    return out;
}

/* Cuts at a word of several characters. */
static inline struct text
cut_at(struct text t, const char *word, struct text *rest)
{
    size_t length = strlen(word);
    for (size_t i = 0; i + length <= t.length; i++)
        if (memcmp(t.data + i, word, length) == 0) {
            *rest = text_of(t.data + i + length, t.length - i - length);
            return text_of(t.data, i);
        }
    *rest = (struct text){0};
    return t;
}

/* The sample with the changes FROM -> TO, several with ;; between; SE01 is as it should be unless one is in the SE. */
static inline struct text
table_changed(struct text file, struct text changes)
{
    char name[200];
    text_copy(file, name, sizeof name);
    struct text bytes = sample(name), rest = changes;
    bool counted = true;
    while (rest.length > 0) {
        struct text to, one = cut_at(rest, " ;; ", &rest), from = cut_at(one, " ->", &to);
        char *before = table_unfold(from), *after = table_unfold(to.length > 0 ? text_of(to.data + 1, to.length - 1) : to);
        struct text changed = replaced(bytes, before, after, false);
        counted &= strncmp(before, "SE*", 3) != 0;
        release(bytes);
        bytes = changed;
        free(before);
        free(after);
    }
    if (counted && memmem(bytes.data, bytes.length, "\nSE*", 4) != NULL) {
        struct text whole = recounted(bytes);
        release(bytes);
        bytes = whole;
    }
    return bytes;
}

#endif
