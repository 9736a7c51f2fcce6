#include "common/codeset/codeset_data.h"
#include "common/codeset/codeset_run.h"

#include <stdio.h>

/* The edition that a new one is compared with: itself as it was, or else the last of its set that begins before it. NULL: none. */
static const struct codeset_pointer_line *
before(const struct codeset_pointer *pointer, const struct codeset_about *about)
{
    const struct codeset_pointer_line *best = NULL;
    for (size_t i = 0; i < pointer->count; i++) {
        const struct codeset_pointer_line *line = &pointer->lines[i];
        if (strcmp(line->about.set, about->set) != 0)
            continue;
        if (strcmp(line->about.edition, about->edition) == 0)
            return line;
        if (line->about.from < about->from && (best == NULL || line->about.from > best->about.from))
            best = line;
    }
    return best;
}

/* Is a row over when the edition begins? */
static bool
is_over(const struct codeset_row *row, int32_t day)
{
    return row->to != 0 && row->to < day;
}

/* Do all rows of a code say the same in both, days and words too? */
static bool
same(struct codeset_data *a, const struct codeset_rows *x, struct codeset_data *b, const struct codeset_rows *y)
{
    size_t width = a->header->about.number_count;
    if (x->count != y->count || width != b->header->about.number_count)
        return false;
    for (uint32_t i = 0; i < x->count; i++) {
        const struct codeset_row *p = &x->rows[i], *q = &y->rows[i];
        struct text words, others;
        if (p->second != q->second || p->from != q->from || p->to != q->to || p->kind != q->kind ||
            ((p->flags ^ q->flags) & ~(unsigned)CODESET_NEVER) != 0 || codeset_words(a, p->words, &words) != STATUS_OK ||
            codeset_words(b, q->words, &others) != STATUS_OK || !text_equal(words, others))
            return false;
    }
    /* Where a code stands in its file is no change. */
    const struct codeset_kind *kind = codeset_kind_named(a->header->about.set);
    bool place = kind != NULL && kind->numbers != NULL && strcmp(kind->numbers, "order") == 0;
    return width == 0 || place || memcmp(x->numbers, y->numbers, x->count * width * sizeof *x->numbers) == 0;
}

/* Over, or a category: nothing under the code is good for anything on that day. */
static bool
all_over(const struct codeset_rows *rows, int32_t day)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        if (!is_over(&rows->rows[i], day) && (rows->rows[i].flags & CODESET_HEADER) == 0)
            return false;
    }
    return true;
}

enum status
codeset_diff(struct codeset_data *old, struct codeset_data *new, codeset_diff_visit visit, void *context)
{
    uint64_t i = 0, j = 0, olds = old->header->about.codes, news = new->header->about.codes;
    int32_t day = new->header->about.from;
    while (i < olds || j < news) {
        struct codeset_rows x = {0}, y = {0};
        uint64_t a = UINT64_MAX, b = UINT64_MAX;
        enum status status = i < olds ? codeset_walk(old, i, &a, &x) : STATUS_OK;
        if (status == STATUS_OK && j < news)
            status = codeset_walk(new, j, &b, &y);
        if (status != STATUS_OK)
            return status;
        i += a <= b;
        j += b <= a;
        if (a < b)
            visit(context, CODESET_ENDED, a, &x);
        else if (b < a)
            visit(context, CODESET_ADDED, b, &y);
        else if (!same(old, &x, new, &y))
            visit(context, all_over(&y, day) && !all_over(&x, day) ? CODESET_ENDED : CODESET_CHANGED, b, &y);
    }
    return STATUS_OK;
}

static void
count_difference(void *context, enum codeset_difference difference, uint64_t key, const struct codeset_rows *rows)
{
    struct codeset_change *change = context;
    (void)key;
    (void)rows;
    switch (difference) {
    case CODESET_ADDED:
        change->added++;
        break;
    case CODESET_CHANGED:
        change->changed++;
        break;
    case CODESET_ENDED:
        change->ended++;
        break;
    }
}

void
codeset_compare(const struct codeset_import *import, const char *written, struct codeset_change *change)
{
    char path[4096], reason[CODESET_REASON_BYTES];
    struct codeset_data *old, *new;
    const struct codeset_pointer_line *line = before(&import->pointer, &change->about);
    change->against[0] = '\0';
    if (line == NULL) {
        change->added = change->about.codes;
        return;
    }
    snprintf(path, sizeof path, "%s/%s", import->folder, line->file);
    if (codeset_data_open(&old, path, reason) != STATUS_OK)
        return;
    snprintf(path, sizeof path, "%s/%s", import->folder, written);
    if (codeset_data_open(&new, path, reason) == STATUS_OK) {
        text_copy(text_from(line->about.edition), change->against, sizeof change->against);
        codeset_diff(old, new, count_difference, change);
        codeset_data_close(new);
    }
    codeset_data_close(old);
}
