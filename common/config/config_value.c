#include "common/config/config_value.h"

#include "common/clock/clock.h"
#include "common/date/date.h"
#include "common/money/money.h"

#include <assert.h>
#include <stdio.h>

struct unit {
    const char *name;
    int64_t size;
};
/* Smallest first. */
static const struct unit byte_units[] = {
    {"", 1}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {"T", INT64_C(1) << 40}};
static const struct unit duration_units[] = {
    {"us", 1},
    {"ms", 1000},
    {"s", CLOCK_SECOND},
    {"min", 60 * CLOCK_SECOND},
    {"h", 3600 * CLOCK_SECOND},
    {"d", CLOCK_DAY},
};
enum {
    BYTE_UNITS = sizeof byte_units / sizeof *byte_units,
    DURATION_UNITS = sizeof duration_units / sizeof *duration_units,
};

static const char *
read_number(struct text value, int64_t *number)
{
    uint64_t digits;
    bool minus = value.length > 0 && value.data[0] == '-';
    if (minus)
        value = text_of(value.data + 1, value.length - 1);
    if (!text_to_u64(value, &digits))
        return "is not a whole number";
    if (digits > INT64_MAX)
        return "is out of bounds";
    *number = minus ? -(int64_t)digits : (int64_t)digits;
    return NULL;
}

static const char *
read_with_unit(struct text value, const struct unit *units, size_t count, int64_t *number)
{
    size_t length = 0;
    uint64_t digits;
    while (length < value.length && value.data[length] >= '0' && value.data[length] <= '9')
        length++;
    if (!text_to_u64(text_of(value.data, length), &digits))
        return "does not begin with a whole number";
    struct text name = text_trim(text_of(value.data + length, value.length - length));
    if (digits == 0 && name.length == 0) {
        *number = 0;
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        int64_t product;
        if (!text_is(name, units[i].name))
            continue;
        if (__builtin_mul_overflow(digits, units[i].size, &product))
            return "is out of bounds";
        *number = product;
        return NULL;
    }
    return name.length == 0 ? "has no unit" : "has an unknown unit";
}

static const char *
read_choice(struct text value, const char *choices, int64_t *number)
{
    struct text rest = text_from(choices);
    for (int64_t index = 0; rest.length > 0; index++) {
        if (text_equal(text_cut(rest, '|', &rest), value)) {
            *number = index;
            return NULL;
        }
    }
    return "is not one of the choices";
}

static const char *
read_kind(const struct config_key *key, struct text value, int64_t *number)
{
    int32_t date;
    switch (key->kind) {
    case CONFIG_TEXT:
        return NULL;
    case CONFIG_PATH:
        return value.length > 0 && value.data[0] == '/' ? NULL : "is not an absolute path";
    case CONFIG_NUMBER:
        return read_number(value, number);
    case CONFIG_BYTES:
        return read_with_unit(value, byte_units, BYTE_UNITS, number);
    case CONFIG_DURATION:
        return read_with_unit(value, duration_units, DURATION_UNITS, number);
    case CONFIG_MONEY:
        return money_parse(value, number) ? NULL : "is not an amount";
    case CONFIG_DATE:
        if (!date_parse_iso(value, &date))
            return "is not a date";
        *number = date;
        return NULL;
    case CONFIG_INSTANT:
        return clock_parse(value, number) ? NULL : "is not an instant";
    case CONFIG_BOOL:
        *number = text_is(value, "yes");
        return *number || text_is(value, "no") ? NULL : "is neither yes nor no";
    case CONFIG_CHOICE:
        return read_choice(value, key->choices, number);
    case CONFIG_KIND_COUNT:
        break;
    }
    assert(!"a kind of key");
    return NULL;
}

const char *
config_value_read(const struct config_key *key, const char *value, int64_t *number)
{
    int64_t read = 0;
    struct text text = text_from(value);
    bool bounded = key->low != 0 || key->high != 0;
    if (text.length == 0 && key->fallback != NULL && key->fallback[0] == '\0') {
        *number = 0;
        return NULL;
    }
    const char *wrong = read_kind(key, text, &read);
    if (wrong != NULL)
        return wrong;
    switch (key->kind) {
    case CONFIG_TEXT:
    case CONFIG_PATH:
        if (bounded && (int64_t)text.length > key->high)
            return "is too long";
        if (bounded && (int64_t)text.length < key->low)
            return text.length == 0 ? "is empty" : "is too short";
        break;
    case CONFIG_NUMBER:
    case CONFIG_BYTES:
    case CONFIG_DURATION:
    case CONFIG_MONEY:
        if (bounded && (read < key->low || read > key->high))
            return "is out of bounds";
        break;
    case CONFIG_DATE:
    case CONFIG_INSTANT:
    case CONFIG_BOOL:
    case CONFIG_CHOICE:
    case CONFIG_KIND_COUNT:
        break;
    }
    *number = read;
    return NULL;
}

/* In the largest unit that shows it without a rest. */
static void
print_with_unit(int64_t number, const struct unit *units, size_t count, char text[32])
{
    size_t best = 0;
    for (size_t i = 0; i < count; i++)
        if (number % units[i].size == 0)
            best = i;
    if (number == 0)
        snprintf(text, 32, "0");
    else
        snprintf(text, 32, "%lld%s", (long long)(number / units[best].size), units[best].name);
}

void
config_value_allowed(const struct config_key *key, char allowed[CONFIG_ALLOWED_BYTES])
{
    static const char *const words[CONFIG_KIND_COUNT] = {
        [CONFIG_TEXT] = "text",
        [CONFIG_PATH] = "an absolute path",
        [CONFIG_NUMBER] = "a whole number",
        [CONFIG_BYTES] = "a size in K, M, G or T",
        [CONFIG_DURATION] = "a time in us, ms, s, min, h or d",
        [CONFIG_MONEY] = "an amount such as 12.50",
        [CONFIG_DATE] = "a date such as 2026-01-31",
        [CONFIG_INSTANT] = "an instant such as 2026-01-31T08:00:00Z",
        [CONFIG_BOOL] = "yes or no",
        [CONFIG_CHOICE] = "one of",
    };
    char low[32], high[32];
    if (key->kind == CONFIG_CHOICE) {
        snprintf(allowed, CONFIG_ALLOWED_BYTES, "one of %s", key->choices);
        return;
    }
    if ((key->low == 0 && key->high == 0) || key->kind >= CONFIG_DATE) {
        snprintf(allowed, CONFIG_ALLOWED_BYTES, "%s", words[key->kind]);
        return;
    }
    if (key->kind == CONFIG_TEXT || key->kind == CONFIG_PATH) {
        snprintf(allowed, CONFIG_ALLOWED_BYTES, "%s of %lld to %lld bytes", words[key->kind],
                 (long long)key->low, (long long)key->high);
        return;
    }
    snprintf(low, sizeof low, "%lld", (long long)key->low);
    snprintf(high, sizeof high, "%lld", (long long)key->high);
    if (key->kind == CONFIG_MONEY) {
        money_print(key->low, low);
        money_print(key->high, high);
    } else if (key->kind != CONFIG_NUMBER) {
        const struct unit *units = key->kind == CONFIG_BYTES ? byte_units : duration_units;
        size_t count = key->kind == CONFIG_BYTES ? BYTE_UNITS : DURATION_UNITS;
        print_with_unit(key->low, units, count, low);
        print_with_unit(key->high, units, count, high);
    }
    snprintf(allowed, CONFIG_ALLOWED_BYTES, "%s from %s to %s", words[key->kind], low, high);
}
