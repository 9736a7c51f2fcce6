#include "common/text/text.h"

int
text_compare(struct text a, struct text b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);
    if (order != 0)
        return order;
    return (a.length > b.length) - (a.length < b.length);
}

bool
text_starts(struct text whole, struct text head)
{
    return whole.length >= head.length && (head.length == 0 || memcmp(whole.data, head.data, head.length) == 0);
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct text
text_trim(struct text t)
{
    while (t.length > 0 && is_blank(t.data[0])) {
        t.data++;
        t.length--;
    }
    while (t.length > 0 && is_blank(t.data[t.length - 1]))
        t.length--;
    return t;
}

bool
text_to_u64(struct text t, uint64_t *value)
{
    uint64_t sum = 0;
    if (t.length == 0)
        return false;
    for (size_t i = 0; i < t.length; i++) {
        unsigned digit = (unsigned char)t.data[i] - '0';
        if (digit > 9 || sum > (UINT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

char *
text_copy(struct text t, char *buffer, size_t size)
{
    if (size == 0)
        return buffer;
    size_t length = t.length < size - 1 ? t.length : size - 1;
    if (length > 0)
        memcpy(buffer, t.data, length);
    buffer[length] = '\0';
    return buffer;
}

struct text
text_cut(struct text t, char separator, struct text *rest)
{
    const char *at = t.length == 0 ? NULL : memchr(t.data, separator, t.length);
    if (at == NULL) {
        *rest = (struct text){0};
        return t;
    }
    size_t head = (size_t)(at - t.data);
    *rest = text_of(at + 1, t.length - head - 1);
    return text_of(t.data, head);
}
