#include "services/coding/steps/titles.h"

/* At a place of a title, where a word begins. */
static enum title_side
side_at(struct text words, size_t at)
{
    static const struct {
        const char *word;
        enum title_side side;
    } sides[] = {{"right", TITLE_RIGHT},  {"r", TITLE_RIGHT},  {"left", TITLE_LEFT},           {"l", TITLE_LEFT},
                 {"bilateral", TITLE_BOTH}, {"bi", TITLE_BOTH}, {"unspecified", TITLE_UNSPECIFIED}, {"unsp", TITLE_UNSPECIFIED}};
    size_t end = at;
    while (end < words.length && words.data[end] != ' ' && words.data[end] != ',')
        end++;
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        if (text_is(text_of(words.data + at, end - at), sides[i].word))
            return sides[i].side;
    return TITLE_NONE;
}

bool
titles_part(struct text one, struct text other, enum title_side *first, enum title_side *second)
{
    size_t at = 0;
    while (at < one.length && at < other.length && one.data[at] == other.data[at])
        at++;
    while (at > 0 && one.data[at - 1] != ' ')
        at--;
    if (at == 0)
        return false;
    *first = side_at(one, at);
    *second = side_at(other, at);
    return *first != TITLE_NONE && *second != TITLE_NONE && *first != *second;
}
