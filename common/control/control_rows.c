/* Answers built row by row, and arguments read. */
#include "common/control/control.h"

#include <assert.h>

enum {
    FIRST_ROWS = 16,
    FIRST_VALUES = 16,
    VALUES_LIMIT = 64,
    ROWS_LIMIT = 1000,
    TEXT_LIMIT = 4096,
    ROW_BYTES = 8,    /* heads of a row and its list */
    VALUE_BYTES = 24, /* heads and ids of a value, its kind, nine bytes of number */
    PAGE_BYTES = CONTROL_MESSAGE_LIMIT - 128 * 1024 /* leaves room for one more row of texts */
};

void
control_answer_begin(struct control_rows *rows, struct arena *arena, struct control_answer *answer)
{
    *answer = (struct control_answer){.status = CONTROL_STATUS_DONE};
    *rows = (struct control_rows){.arena = arena, .answer = answer};
}

/* A list twice as long with the same beginning. */
static void *
grow(struct arena *arena, const void *old, size_t size, uint32_t count, uint32_t *room, uint32_t first,
     uint32_t limit)
{
    uint32_t wanted = *room == 0 ? first : *room * 2;
    *room = wanted > limit ? limit : wanted;
    void *list = arena_take(arena, size * *room);
    if (count > 0)
        memcpy(list, old, size * count);
    return list;
}

void
control_row(struct control_rows *rows)
{
    struct control_answer *answer = rows->answer;
    assert(answer->rows_count < ROWS_LIMIT); /* the caller stops at a full page */
    if (answer->rows_count == rows->row_room)
        answer->rows = grow(rows->arena, answer->rows, sizeof *answer->rows, answer->rows_count,
                            &rows->row_room, FIRST_ROWS, ROWS_LIMIT);
    answer->rows[answer->rows_count++] = (struct control_row){0};
    rows->value_room = 0;
    rows->bytes += ROW_BYTES;
}

static struct control_value *
add_value(struct control_rows *rows, const char *name, enum value_kind kind)
{
    struct control_answer *answer = rows->answer;
    assert(answer->rows_count > 0); /* control_row comes first */
    struct control_row *row = &answer->rows[answer->rows_count - 1];
    assert(row->values_count < VALUES_LIMIT);
    if (row->values_count == rows->value_room)
        row->values = grow(rows->arena, row->values, sizeof *row->values, row->values_count,
                           &rows->value_room, FIRST_VALUES, VALUES_LIMIT);
    struct control_value *value = &row->values[row->values_count++];
    *value = (struct control_value){.name = text_from(name), .kind = kind};
    rows->bytes += VALUE_BYTES + value->name.length;
    return value;
}

void
control_number(struct control_rows *rows, const char *name, int64_t number)
{
    add_value(rows, name, VALUE_KIND_NUMBER)->number = number;
}

void
control_text(struct control_rows *rows, const char *name, struct text text)
{
    struct control_value *value = add_value(rows, name, VALUE_KIND_TEXT);
    text = text_head(text, TEXT_LIMIT);
    char *copy = arena_take_raw(rows->arena, text.length + 1);
    for (size_t i = 0; i < text.length; i++)
        copy[i] = (unsigned char)text.data[i] < 0x20 ? '?' : text.data[i];
    copy[text.length] = '\0';
    value->text = text_of(copy, text.length);
    rows->bytes += text.length;
}

void
control_money(struct control_rows *rows, const char *name, int64_t cents)
{
    add_value(rows, name, VALUE_KIND_MONEY)->number = cents;
}

void
control_instant(struct control_rows *rows, const char *name, int64_t instant)
{
    add_value(rows, name, VALUE_KIND_INSTANT)->number = instant;
}

void
control_date(struct control_rows *rows, const char *name, int32_t date)
{
    add_value(rows, name, VALUE_KIND_DATE)->number = date;
}

void
control_flag(struct control_rows *rows, const char *name, bool value)
{
    add_value(rows, name, VALUE_KIND_FLAG)->number = value;
}

bool
control_page_full(const struct control_rows *rows)
{
    return rows->answer->rows_count >= CONTROL_PAGE_ROWS || rows->bytes >= PAGE_BYTES;
}

struct text
control_argument(const struct control_request *request, const char *name)
{
    for (uint32_t i = 0; i < request->arguments_count; i++)
        if (text_is(request->arguments[i].name, name))
            return request->arguments[i].text;
    return (struct text){0};
}
