#include "tests/common/x12_canonical.h"

#include <stdio.h>
#include <stdlib.h>

enum { LEVELS = 4, PIECES_MAX = 20000 };

struct piece {
    const char *key, *text;
};

struct canon {
    struct arena *arena;
    char element, component, terminator, repetition;
    struct piece *pieces;
    size_t count;
    const char *levels[LEVELS]; /* head, billing, subscriber, patient */
    int level;                  /* being gathered; LEVELS: a claim or line */
    const char *context, *outer;
    int ordinal;
    char *out;
    size_t used, room;
};

static void
say(struct canon *canon, const char *text)
{
    size_t length = strlen(text);
    while (canon->used + length + 1 > canon->room)
        canon->out = realloc(canon->out, canon->room = canon->room * 2 + length + 1);
    memcpy(canon->out + canon->used, text, length + 1);
    canon->used += length;
}

static int
by_key(const void *a, const void *b)
{
    const struct piece *one = a, *other = b;
    int order = strcmp(one->key, other->key);
    return order != 0 ? order : strcmp(one->text, other->text);
}

/* A decimal without leading and trailing zeros. */
static char *
put_value(char *out, const char *value, size_t length)
{
    size_t digits = 0, points = 0;
    for (size_t i = 0; i < length; i++) {
        digits += value[i] >= '0' && value[i] <= '9';
        points += value[i] == '.';
    }
    if (points == 1 && digits > 0 && digits + points + (value[0] == '-') == length) {
        while (value[length - 1] == '0')
            length--;
        if (value[length - 1] == '.')
            length--;
        if (length > 1 && value[0] == '0' && value[1] == '.')
            value++, length--;
    }
    memcpy(out, value, length);
    return out + length;
}

static const char *
normal(struct canon *canon, const char *segment, size_t length)
{
    char *out = arena_take(canon->arena, length + 2), *end = out;
    size_t start = 0;
    for (size_t i = 0; i <= length; i++) {
        char c = i < length ? segment[i] : canon->element;
        if (c != canon->element && c != canon->component && c != canon->repetition)
            continue;
        end = put_value(end, segment + start, i - start);
        if (c == canon->element)
            while (end > out && (end[-1] == ':' || end[-1] == '^'))
                end--;
        *end++ = c == canon->element ? '*' : c == canon->component ? ':' : '^';
        start = i + 1;
    }
    while (end > out && end[-1] == '*')
        end--;
    *end = 0;
    return out;
}

/* Sorts what was gathered and ends the level, claim or line. */
static void
end_part(struct canon *canon)
{
    qsort(canon->pieces, canon->count, sizeof *canon->pieces, by_key);
    size_t length = 1;
    for (size_t i = 0; i < canon->count; i++)
        length += strlen(canon->pieces[i].text) + 1;
    char *text = arena_take(canon->arena, length), *end = text;
    for (size_t i = 0; i < canon->count; i++)
        end += sprintf(end, "%s\n", canon->pieces[i].text);
    if (canon->level < LEVELS)
        canon->levels[canon->level] = text;
    else
        say(canon, text);
    canon->count = 0;
    canon->context = canon->outer = "";
}

static void
add(struct canon *canon, const char *text)
{
    if (canon->count == PIECES_MAX)
        abort();
    size_t length = strlen(canon->outer) + strlen(canon->context) + 24;
    char *key = arena_take(canon->arena, length);
    snprintf(key, length, "%s|%s", canon->outer, canon->context);
    canon->pieces[canon->count++] = (struct piece){key, text};
}

static void
begin_level(struct canon *canon, int level)
{
    end_part(canon);
    canon->level = level;
    for (int i = level; i < LEVELS; i++)
        canon->levels[i] = "";
}

static bool
starts(const char *text, const char *head)
{
    return strncmp(text, head, strlen(head)) == 0;
}

static void
take(struct canon *canon, const char *text)
{
    if (starts(text, "HL*")) {
        const char *code = strrchr(text, '*');
        begin_level(canon, strstr(text, "*20*") || starts(code, "*20") ? 1 : strstr(text, "*22") ? 2 : 3);
        return;
    }
    if (starts(text, "SE*") || starts(text, "GS*") || starts(text, "GE*") || starts(text, "IEA*") ||
        starts(text, "ISA*")) {
        begin_level(canon, 0);
        return;
    }
    if (starts(text, "ST*"))
        begin_level(canon, 0);
    if (starts(text, "CLM*")) {
        end_part(canon);
        say(canon, "CLAIM\n");
        for (int i = 0; i < LEVELS; i++)
            say(canon, canon->levels[i]);
        canon->level = LEVELS;
    } else if (starts(text, "LX*")) {
        end_part(canon);
    } else if (starts(text, "SBR*") && canon->level == LEVELS) {
        char *outer = arena_take(canon->arena, 16);
        snprintf(outer, 16, "SBR%04d", ++canon->ordinal);
        canon->outer = outer;
        canon->context = "";
    } else if (starts(text, "NM1*") || starts(text, "SVD*") || starts(text, "LIN*")) {
        canon->context = text;
    }
    add(canon, text);
}

struct text
x12_canonical(struct text bytes, struct arena *arena)
{
    struct canon canon = {.arena = arena, .context = "", .outer = "", .levels = {"", "", "", ""}};
    canon.pieces = malloc(PIECES_MAX * sizeof *canon.pieces);
    canon.room = 4096;
    canon.out = malloc(canon.room);
    const char *p = bytes.data, *end = p + bytes.length;
    while (end - p > 3 && memcmp(p, "ISA", 3) != 0)
        p++;
    if (end - p >= 106) {
        canon.element = p[3];
        canon.component = p[104];
        canon.terminator = p[105];
        canon.repetition = p[82] == 'U' || (p[82] >= '0' && p[82] <= '9') ? '\x01' : p[82];
    }
    while (p < end && canon.terminator != 0) {
        while (p < end && (*p == '\n' || *p == '\r' || *p == ' ') && *p != canon.terminator)
            p++;
        const char *stop = memchr(p, canon.terminator, (size_t)(end - p));
        if (stop == NULL)
            break;
        if (stop > p)
            take(&canon, normal(&canon, p, (size_t)(stop - p)));
        p = stop + 1;
    }
    end_part(&canon);
    free(canon.pieces);
    struct text result = arena_copy(arena, text_of(canon.out, canon.used));
    free(canon.out);
    return result;
}
