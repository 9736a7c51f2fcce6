#include "common/config/nearest.h"

static size_t
least(size_t a, size_t b, size_t c)
{
    size_t least_two = a < b ? a : b;
    return least_two < c ? least_two : c;
}

size_t
nearest_distance(struct text a, struct text b)
{
    size_t rows[3][NEAREST_NAME_LIMIT + 1];
    if (a.length > NEAREST_NAME_LIMIT || b.length > NEAREST_NAME_LIMIT)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a.data[i - 1] != b.data[j - 1]));
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1] &&
                before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
    }
    return rows[a.length % 3][b.length];
}

const char *
nearest_name(struct text word, const char *const *names, size_t count)
{
    const char *found = NULL;
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        struct text name = text_from(names[i]);
        size_t distance = nearest_distance(word, name);
        size_t longer = name.length > word.length ? name.length : word.length;
        size_t near = longer / 3 > 1 ? longer / 3 : 1;
        if (distance <= near && distance < best) {
            best = distance;
            found = names[i];
        }
    }
    return found;
}
