#include "services/claimline/listing.h"

#include "common/clock/clock.h"
#include "common/date/date.h"
#include "common/money/money.h"

#include <assert.h>
#include <stdlib.h>

enum { COLUMNS_LIMIT = 24, COLUMN_WIDTH_LIMIT = 60 };

struct column {
    struct text name, title;
    size_t width;
    bool right;
};

const struct control_value *
listing_value(const struct control_row *row, const char *name)
{
    for (uint32_t i = 0; i < row->values_count; i++)
        if (text_is(row->values[i].name, name))
            return &row->values[i];
    return NULL;
}

int64_t
listing_number(const struct control_row *row, const char *name)
{
    const struct control_value *value = listing_value(row, name);
    return value == NULL ? 0 : value->number;
}

struct text
listing_text(const struct control_row *row, const char *name)
{
    const struct control_value *value = listing_value(row, name);
    return value == NULL ? (struct text){0} : value->text;
}

/* Bytes of the well-formed UTF-8 sequence that begins here; 0 when there is none. */
static size_t
sequence_length(const unsigned char *at, size_t left)
{
    size_t length = at[0] < 0x80                    ? 1
                    : at[0] >= 0xc2 && at[0] < 0xe0 ? 2
                    : at[0] >= 0xe0 && at[0] < 0xf0 ? 3
                    : at[0] >= 0xf0 && at[0] < 0xf5 ? 4
                                                    : 0;
    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] >= 0xa0) ||
        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] >= 0x90))
        return 0;
    return length;
}

struct text
listing_clean(struct arena *arena, struct text text)
{
    struct text copy = arena_copy(arena, text);
    char *bytes = arena_take_raw(arena, text.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < copy.length;) {
        const unsigned char *at = (const unsigned char *)copy.data + i;
        size_t step = sequence_length(at, copy.length - i);
        bool control =
            step == 0 || at[0] < 0x20 || at[0] == 0x7f || (step == 2 && at[0] == 0xc2 && at[1] < 0xa0);
        if (control)
            bytes[length++] = '?';
        else
            memcpy(bytes + length, at, step);
        length += control ? 0 : step;
        i += step == 0 ? 1 : step;
    }
    bytes[length] = '\0';
    return text_of(bytes, length);
}

struct text
listing_age(struct arena *arena, int64_t now, int64_t instant)
{
    static const struct {
        int64_t size;
        const char *unit;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {0, "s"}};
    int64_t seconds = (now - instant) / CLOCK_SECOND;
    if (instant == 0)
        return TEXT("-");
    if (seconds < 0)
        seconds = 0;
    size_t i = 0;
    while (seconds < 2 * units[i].size)
        i++;
    int64_t size = units[i].size == 0 ? 1 : units[i].size;
    return arena_print(arena, "%lld%s", (long long)(seconds / size), units[i].unit);
}

/* Within the years that can be written. */
static bool
is_instant(int64_t number)
{
    return number >= 0 && number < clock_from_date(29991231);
}

static struct text
instant_text(struct arena *arena, int64_t instant)
{
    char buffer[CLOCK_TEXT_BYTES];
    if (!is_instant(instant))
        return arena_print(arena, "%lld", (long long)instant);
    return arena_print(arena, "%.19sZ", clock_print(instant, buffer).data);
}

struct text
listing_show(struct arena *arena, const struct control_value *value)
{
    char buffer[32];
    switch (value->kind) {
    case VALUE_KIND_TEXT:
        return value->text.length == 0 ? TEXT("-") : listing_clean(arena, value->text);
    case VALUE_KIND_MONEY:
        return arena_copy(arena, money_print(value->number, buffer));
    case VALUE_KIND_INSTANT:
        return value->number == 0 ? TEXT("-") : instant_text(arena, value->number);
    case VALUE_KIND_DATE:
        if (!date_valid((int32_t)value->number))
            return value->number == 0 ? TEXT("-") : arena_print(arena, "%lld", (long long)value->number);
        return arena_copy(arena, date_print_iso((int32_t)value->number, buffer));
    case VALUE_KIND_FLAG:
        return value->number != 0 ? TEXT("yes") : TEXT("no");
    default: /* a number, or a kind of a newer daemon */
        return arena_print(arena, "%lld", (long long)value->number);
    }
}

json_t *
listing_json_text(struct text text)
{
    json_t *string = json_stringn(text.length == 0 ? "" : text.data, text.length);
    if (string == NULL) { /* not UTF-8 */
        struct arena arena;
        arena_init(&arena, 0);
        struct text clean = listing_clean(&arena, text);
        string = json_stringn(clean.data, clean.length);
        arena_free(&arena);
    }
    assert(string != NULL);
    return string;
}

json_t *
listing_json_value(const struct control_value *value)
{
    char buffer[CLOCK_TEXT_BYTES];
    switch (value->kind) {
    case VALUE_KIND_TEXT:
        return listing_json_text(value->text);
    case VALUE_KIND_INSTANT:
        return value->number == 0          ? json_null()
               : is_instant(value->number) ? json_string(clock_print(value->number, buffer).data)
                                           : json_integer(value->number);
    case VALUE_KIND_DATE:
        return value->number == 0 ? json_null()
               : date_valid((int32_t)value->number)
                   ? json_string(date_print_iso((int32_t)value->number, buffer).data)
                   : json_integer(value->number);
    case VALUE_KIND_FLAG:
        return json_boolean(value->number != 0);
    default:
        return json_integer(value->number);
    }
}

json_t *
listing_json_row(const char *daemon, const struct control_row *row)
{
    json_t *object = json_object();
    assert(object != NULL);
    if (daemon != NULL && listing_value(row, "daemon") == NULL)
        json_object_set_new(object, "daemon", json_string(daemon));
    for (uint32_t i = 0; i < row->values_count; i++) {
        char name[64];
        text_copy(row->values[i].name, name, sizeof name);
        json_object_set_new(object, name, listing_json_value(&row->values[i]));
    }
    return object;
}

void
listing_json_line(struct claimline *run, json_t *object)
{
    json_dumpf(object, run->out, JSON_COMPACT);
    fputc('\n', run->out);
    json_decref(object);
}

void
listing_begin(struct listing *listing, struct claimline *run, const char *columns)
{
    *listing = (struct listing){.run = run, .columns = columns};
}

void
listing_row(void *context, const char *daemon, const struct control_row *row)
{
    struct listing *listing = context;
    struct claimline *run = listing->run;
    if (claimline_given(run, OPTION_JSON)) {
        listing_json_line(run, listing_json_row(daemon, row));
        return;
    }
    if (listing->count == listing->room) {
        listing->room = listing->room == 0 ? 64 : 2 * listing->room;
        struct listing_row *rows = ARENA_ARRAY(&run->arena, struct listing_row, listing->room);
        if (listing->count > 0)
            memcpy(rows, listing->rows, listing->count * sizeof *rows);
        listing->rows = rows;
    }
    listing->rows[listing->count++] = (struct listing_row){daemon, row};
}

/* In characters, not bytes. */
static size_t
width_of(struct text text)
{
    size_t width = 0;
    for (size_t i = 0; i < text.length; i++)
        width += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    return width;
}

static void
put_cell(FILE *out, const struct column *column, struct text text, bool last)
{
    size_t width = width_of(text), pad = width < column->width ? column->width - width : 0;
    if (column->right)
        fprintf(out, "%*s", (int)pad, "");
    fprintf(out, "%.*s", TEXT_ARGS(text));
    if (!last)
        fprintf(out, "%*s", (int)(2 + (column->right ? 0 : pad)), "");
}

static void
print_table(struct listing *listing, struct column *columns, size_t count)
{
    struct arena *arena = &listing->run->arena;
    FILE *out = listing->run->out;
    struct text *cells = ARENA_ARRAY(arena, struct text, listing->count * count + 1);
    int64_t now = claimline_now(listing->run);
    for (size_t r = 0; r < listing->count; r++)
        for (size_t c = 0; c < count; c++) {
            const struct listing_row *kept = &listing->rows[r];
            const struct control_value *value = NULL;
            for (uint32_t i = 0; i < kept->row->values_count && value == NULL; i++)
                if (text_equal(kept->row->values[i].name, columns[c].name))
                    value = &kept->row->values[i];
            struct text *cell = &cells[r * count + c];
            if (value == NULL && text_is(columns[c].name, "age")) {
                *cell = listing_age(arena, now, listing_number(kept->row, "since"));
                columns[c].width = columns[c].width < cell->length ? cell->length : columns[c].width;
                continue;
            }
            bool by_daemon = value == NULL && kept->daemon != NULL && text_is(columns[c].name, "daemon");
            *cell = by_daemon       ? text_from(kept->daemon)
                    : value == NULL ? TEXT("-")
                                    : listing_show(arena, value);
            if (value != NULL && (value->kind == VALUE_KIND_NUMBER || value->kind == VALUE_KIND_MONEY))
                columns[c].right = true;
            size_t width = width_of(*cell);
            if (width > columns[c].width)
                columns[c].width = width > COLUMN_WIDTH_LIMIT ? COLUMN_WIDTH_LIMIT : width;
        }
    for (size_t c = 0; c < count; c++)
        put_cell(out, &columns[c], columns[c].title, c + 1 == count);
    fputc('\n', out);
    for (size_t r = 0; r < listing->count; r++) {
        for (size_t c = 0; c < count; c++)
            put_cell(out, &columns[c], cells[r * count + c], c + 1 == count);
        fputc('\n', out);
    }
}

/* A value a line; an empty line between rows. */
static void
print_values(struct listing *listing)
{
    for (size_t r = 0; r < listing->count; r++) {
        const struct control_row *row = listing->rows[r].row;
        if (r > 0)
            fputc('\n', listing->run->out);
        for (uint32_t i = 0; i < row->values_count; i++) {
            struct text text = listing_show(&listing->run->arena, &row->values[i]);
            struct text name = listing_clean(&listing->run->arena, row->values[i].name);
            fprintf(listing->run->out, "%-16.*s %.*s\n", TEXT_ARGS(name), TEXT_ARGS(text));
        }
    }
}

struct sorted {
    uint64_t by; /* none: the largest */
    size_t place;
    struct listing_row row;
};

static int
by_value(const void *a, const void *b)
{
    const struct sorted *one = a, *other = b;
    if (one->by != other->by)
        return one->by < other->by ? -1 : 1;
    return one->place < other->place ? -1 : 1;
}

void
listing_sort(struct listing *listing, const char *name)
{
    struct sorted *list = ARENA_ARRAY(&listing->run->arena, struct sorted, listing->count + 1);
    for (size_t i = 0; i < listing->count; i++)
        list[i] = (struct sorted){(uint64_t)listing_number(listing->rows[i].row, name) - 1, i, listing->rows[i]};
    if (listing->count > 0)
        qsort(list, listing->count, sizeof *list, by_value);
    for (size_t i = 0; i < listing->count; i++)
        listing->rows[i] = list[i].row;
}

void
listing_end(struct listing *listing)
{
    struct column columns[COLUMNS_LIMIT] = {0};
    size_t count = 0;
    if (claimline_given(listing->run, OPTION_JSON))
        return;
    if (listing->columns == NULL) {
        print_values(listing);
        return;
    }
    struct text rest = text_from(listing->columns);
    while (rest.length > 0) {
        assert(count < COLUMNS_LIMIT);
        struct column *column = &columns[count++];
        column->name = text_cut(text_cut(rest, '|', &rest), ':', &column->title);
        column->width = column->title.length;
    }
    print_table(listing, columns, count);
}

void
listing_rows(struct claimline *run, const char *daemon, const struct control_answer *answer,
             const char *columns)
{
    struct listing listing;
    listing_begin(&listing, run, columns);
    for (uint32_t i = 0; i < answer->rows_count; i++)
        listing_row(&listing, daemon, &answer->rows[i]);
    listing_end(&listing);
}

static void
answer_line(struct claimline *run, const char *daemon, const struct control_answer *answer, struct text sentence)
{
    json_t *object = json_object();
    assert(object != NULL);
    json_object_set_new(object, "daemon", json_string(daemon));
    json_object_set_new(object, "status", json_string(control_status_names[answer->status]));
    json_object_set_new(object, "sentence", listing_json_text(sentence));
    listing_json_line(run, object);
}

void
listing_answer(struct claimline *run, const char *daemon, const struct control_answer *answer)
{
    struct text sentence =
        answer->sentence.length == 0 ? TEXT("done") : listing_clean(&run->arena, answer->sentence);
    if (claimline_given(run, OPTION_JSON))
        answer_line(run, daemon, answer, sentence);
    else
        claimline_say(run, "%s: %.*s", daemon, TEXT_ARGS(sentence));
    listing_rows(run, daemon, answer, NULL);
}

void
listing_refusal(struct claimline *run, const char *daemon, const struct control_answer *answer)
{
    if (claimline_given(run, OPTION_JSON) && answer->status < CONTROL_STATUS_COUNT)
        answer_line(run, daemon, answer, listing_clean(&run->arena, answer->sentence));
    listing_rows(run, daemon, answer, NULL);
}

void
listing_words(struct listing *listing, const struct listing_word *words, size_t count)
{
    struct control_answer *answer = arena_take(&listing->run->arena, sizeof *answer);
    struct control_rows rows;
    control_answer_begin(&rows, &listing->run->arena, answer);
    control_row(&rows);
    for (size_t i = 0; i < count; i++)
        control_text(&rows, words[i].name, text_from(words[i].text));
    listing_row(listing, NULL, answer->rows);
}
