#include "services/coding/numbering.h"

/* As findings are placed (coding_raise, and what claims asks). */
static const char *const nouns[NUMBERING_KIND_COUNT] = {[NUMBERING_LINE] = "line ",
                                                        [NUMBERING_DIAGNOSIS] = "diagnosis ",
                                                        [NUMBERING_REASON] = "reason ",
                                                        [NUMBERING_CAUSE] = "cause ",
                                                        [NUMBERING_PROCEDURE] = "procedure "};

/* "line 3, SV101" is the line 3 with ", SV101" behind it. */
struct numbered {
    enum numbering_kind kind;
    uint32_t number;
    struct text rest;
};

static bool
read_place(struct text place, struct numbered *numbered)
{
    for (unsigned kind = 0; kind < NUMBERING_KIND_COUNT; kind++) {
        struct text noun = text_from(nouns[kind]);
        uint64_t number = 0;
        if (!text_starts(place, noun))
            continue;
        size_t at = noun.length;
        while (at < place.length && place.data[at] >= '0' && place.data[at] <= '9')
            at++;
        if (!text_to_u64(text_of(place.data + noun.length, at - noun.length), &number) || number == 0 || number > UINT32_MAX)
            return false;
        *numbered = (struct numbered){
            .kind = (enum numbering_kind)kind, .number = (uint32_t)number, .rest = text_of(place.data + at, place.length - at)};
        return true;
    }
    return false;
}

static struct text
print_place(const struct numbered *numbered, uint32_t number, struct arena *arena)
{
    return arena_print(arena, "%s%u%.*s", nouns[numbered->kind], (unsigned)number, TEXT_ARGS(numbered->rest));
}

struct text
numbering_follow(const struct numbering *numbering, struct text place, struct arena *arena, bool *gone)
{
    struct numbered numbered;
    *gone = false;
    if (!read_place(place, &numbered) || numbered.number > numbering->count[numbered.kind])
        return place;
    uint32_t now = numbering->now[numbered.kind][numbered.number - 1];
    *gone = now == 0;
    return now == 0 || now == numbered.number ? place : print_place(&numbered, now, arena);
}

struct text
numbering_shown(const struct numbering *numbering, struct text place, struct arena *arena)
{
    struct numbered numbered;
    if (!read_place(place, &numbered))
        return place;
    for (uint32_t i = 0; i < numbering->count[numbered.kind]; i++)
        if (numbering->now[numbered.kind][i] == numbered.number)
            return i + 1 == numbered.number ? place : print_place(&numbered, i + 1, arena);
    return place;
}
