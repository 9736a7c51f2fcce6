/* A file on its way back: written again from the records that were read of it, and held against what was given. */
#ifndef CLAIMLINE_TESTS_X12_BACK_H
#define CLAIMLINE_TESTS_X12_BACK_H

#include "common/x12/map/x12_inquiry.h"
#include "tests/common/x12_map_sample.h"

struct back {
    struct x12_writer out;
    struct x12_levels levels;
    struct x12_inquiry set;
    struct arena arena;
    bool in_set;
    unsigned records;
};

static const struct x12_envelope envelope = {.sender = TEXT("US"),
                                             .receiver = TEXT("THEM"),
                                             .date = 20261123,
                                             .time = TEXT("1201"),
                                             .control = 1,
                                             .group_control = 1};

static inline void
open_back(struct back *back, const char *functional, struct text version)
{
    *back = (struct back){0};
    arena_init(&back->arena, 0);
    x12_writer_open(&back->out, x12_delimiters_usual);
    x12_writer_begin_interchange(&back->out, &envelope);
    x12_writer_begin_group(&back->out, &envelope, text_from(functional), version);
}

/* As the segments of each level, sorted; of an HL its first three elements. */
struct lines {
    char *line[400];
    size_t count, level;
};

static inline int
by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void
sort_level(struct lines *lines)
{
    qsort(lines->line + lines->level, lines->count - lines->level, sizeof *lines->line, by_text);
    lines->level = lines->count;
}

/* An amount of nothing in a status is the same as none: the map writes both as 0. */
static inline void
without_zeros(char *line)
{
    char *zeros;
    if (strncmp(line, "STC*", 4) != 0)
        return;
    while ((zeros = strstr(line, "*0*")) != NULL)
        memmove(zeros + 1, zeros + 2, strlen(zeros + 1));
    size_t length = strlen(line);
    if (length > 2 && strcmp(line + length - 2, "*0") == 0)
        line[--length] = '\0';
    while (line[length - 1] == '*')
        line[--length] = '\0';
}

static inline void
split(struct text bytes, struct lines *lines)
{
    static const char *const passed[] = {"ISA*", "GS*", "ST*", "SE*", "GE*", "IEA*"};
    *lines = (struct lines){0};
    while (bytes.length > 0) {
        struct text segment = text_cut(bytes, '~', &bytes);
        bool pass = false;
        while (segment.length > 0 && (segment.data[0] == '\n' || segment.data[0] == '\r'))
            segment = text_of(segment.data + 1, segment.length - 1);
        for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
            pass |= text_starts(segment, text_from(passed[i]));
        if (segment.length == 0 || pass)
            continue;
        bool hl = text_starts(segment, TEXT("HL*"));
        if (hl)
            sort_level(lines);
        cr_assert_lt(lines->count, 400);
        char *line = strndup(segment.data, segment.length);
        without_zeros(line);
        if (hl && strchr(strchr(strchr(line + 3, '*') + 1, '*') + 1, '*') != NULL)
            *strrchr(line, '*') = '\0';
        lines->line[lines->count++] = line;
        if (hl)
            lines->level = lines->count;
    }
    sort_level(lines);
}

static inline struct text
end_back(struct back *back)
{
    x12_writer_end_group(&back->out);
    x12_writer_end_interchange(&back->out);
    cr_assert_eq(x12_writer_status(&back->out), STATUS_OK);
    return x12_writer_bytes(&back->out);
}

static inline void
free_back(struct back *back)
{
    x12_writer_close(&back->out);
    arena_free(&back->arena);
}

/* Ends what is written, which is what was given. */
static inline void
close_back(struct back *back, struct text given)
{
    struct lines before, after;
    struct text written = end_back(back);
    split(given, &before);
    split(written, &after);
    for (size_t i = 0; i < before.count && i < after.count; i++)
        cr_expect_str_eq(after.line[i], before.line[i], "segment %zu: %s, not %s", i, after.line[i], before.line[i]);
    cr_expect_eq(after.count, before.count);
    for (size_t i = 0; i < before.count; i++)
        free(before.line[i]);
    for (size_t i = 0; i < after.count; i++)
        free(after.line[i]);
    free_back(back);
}

/* Ends what is written, which is clean. */
static inline void
close_clean(struct back *back)
{
    struct x12_check check;
    enum x12_event event;
    unsigned interchanges = 0;
    x12_check_open_memory(&check, &(struct x12_check_options){.snip = 7}, end_back(back));
    while ((event = x12_check_next(&check)) != X12_EVENT_END) {
        cr_assert_neq(event, X12_EVENT_FAILED, "%s", check.fault);
        if (event == X12_EVENT_SET_END) {
            cr_expect_eq(check.set.findings.count, 0);
            for (uint32_t i = 0; i < check.set.findings.count; i++)
                cr_log_error("%u %.*s", check.set.findings.items[i].kind->number,
                             TEXT_ARGS(check.set.findings.items[i].place));
        }
        if (event == X12_EVENT_CLAIM_END)
            cr_expect_eq(check.claim.findings.count, 0);
        if (event == X12_EVENT_GROUP_END)
            cr_expect_eq(check.group.findings.count, 0);
        interchanges += event == X12_EVENT_INTERCHANGE_END;
    }
    cr_expect_eq(interchanges, 1);
    x12_check_close(&check);
    free_back(back);
}

/* Packed and read again, as it goes over a link. */
static inline void
over_the_link(struct back *back, const struct record_type *type, const void *value, void *again)
{
    struct text packed;
    struct record_fault why = {0};
    cr_assert_eq(record_write(type, value, &back->arena, &packed, &why), STATUS_OK, "%s.%s %s", why.record, why.field,
                 why.what);
    cr_assert_eq(record_read(type, packed, &back->arena, again, &why), STATUS_OK);
    cr_assert(record_equal(type, value, again));
}

#endif
