#include "common/codeset/codeset_making.h"

#include <assert.h>
#include <stdlib.h>
#include <xxhash.h>

enum { ROOM_FIRST = 1024, WORDS_FIRST = 1 << 16 };
#define ROWS_LIMIT ((size_t)1 << 31)

static void *
grown(void *old, size_t *room, size_t first, size_t size)
{
    *room = *room == 0 ? first : *room * 2;
    void *made = realloc(old, *room * size);
    assert(made != NULL);
    return made;
}

struct codeset_builder *
codeset_builder_new(const struct codeset_about *about)
{
    struct codeset_builder *builder = calloc(1, sizeof *builder);
    assert(builder != NULL && about->number_count <= CODESET_NUMBERS_LIMIT);
    builder->about = *about;
    builder->sorted = true;
    builder->words = grown(NULL, &builder->words_room, WORDS_FIRST, 1);
    builder->words[0] = builder->words[1] = 0; /* 0 is no words */
    builder->words_bytes = 2;
    return builder;
}

void
codeset_builder_free(struct codeset_builder *builder)
{
    if (builder == NULL)
        return;
    free(builder->rows);
    free(builder->numbers);
    free(builder->words);
    free(builder->slots);
    free(builder);
}

struct codeset_about *
codeset_builder_about(struct codeset_builder *builder)
{
    return &builder->about;
}

/* Bytes of a character of UTF-8 that begins here; 0: it is none. */
static size_t
utf8_length(struct text rest)
{
    unsigned char c = (unsigned char)rest.data[0];
    size_t length = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    if (length > rest.length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)rest.data[i] & 0xc0) != 0x80)
            return 0;
    }
    return length;
}

/* The words in UTF-8, control characters as blanks, at most CODESET_WORDS_LIMIT bytes. */
static struct text
clean(struct text words, char buffer[CODESET_WORDS_LIMIT])
{
    size_t length = 0;
    for (size_t i = 0; i < words.length && length + 4 <= CODESET_WORDS_LIMIT;) {
        unsigned char c = (unsigned char)words.data[i];
        size_t step = utf8_length(text_of(words.data + i, words.length - i));
        if (step == 0) {
            buffer[length++] = (char)(0xc0 | c >> 6);
            buffer[length++] = (char)(0x80 | (c & 0x3f));
            i++;
            continue;
        }
        for (size_t j = 0; j < step; j++)
            buffer[length++] = c < ' ' || c == 127 ? ' ' : words.data[i + j];
        i += step;
    }
    return text_trim(text_of(buffer, length));
}

/* The words at an offset. */
static struct text
words_at(const struct codeset_builder *builder, uint32_t offset)
{
    const unsigned char *at = (const unsigned char *)builder->words + offset;
    return text_of(at + 2, (size_t)(at[0] | at[1] << 8));
}

static uint32_t *
slot_of(const struct codeset_builder *builder, struct text words)
{
    size_t at = XXH3_64bits(words.data, words.length) & (builder->slot_room - 1);
    while (builder->slots[at] != 0 && !text_equal(words_at(builder, builder->slots[at]), words))
        at = (at + 1) & (builder->slot_room - 1);
    return &builder->slots[at];
}

static void
widen_slots(struct codeset_builder *builder)
{
    uint32_t *old = builder->slots;
    size_t room = builder->slot_room;
    builder->slot_room = room == 0 ? 4096 : room * 2;
    builder->slots = calloc(builder->slot_room, sizeof *builder->slots);
    assert(builder->slots != NULL);
    for (size_t i = 0; i < room; i++) {
        if (old[i] != 0)
            *slot_of(builder, words_at(builder, old[i])) = old[i];
    }
    free(old);
}

/* Offset of the words, which are kept once. */
static enum status
keep_words(struct codeset_builder *builder, struct text given, uint32_t *offset)
{
    *offset = 0;
    struct text words = clean(given, builder->cleaned);
    if (words.length == 0)
        return STATUS_OK;
    if (builder->slot_count * 2 >= builder->slot_room)
        widen_slots(builder);
    uint32_t *slot = slot_of(builder, words);
    if (*slot == 0) {
        if (builder->words_bytes + words.length + 2 > UINT32_MAX)
            return STATUS_LIMIT;
        while (builder->words_bytes + words.length + 2 > builder->words_room)
            builder->words = grown(builder->words, &builder->words_room, WORDS_FIRST, 1);
        char *at = builder->words + builder->words_bytes;
        at[0] = (char)(words.length & 0xff);
        at[1] = (char)(words.length >> 8);
        memcpy(at + 2, words.data, words.length);
        *slot = (uint32_t)builder->words_bytes;
        builder->words_bytes += words.length + 2;
        builder->slot_count++;
    }
    *offset = *slot;
    return STATUS_OK;
}

int
codeset_gathered_order(const void *left, const void *right)
{
    const struct codeset_gathered *a = left, *b = right;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    if (a->row.second != b->row.second)
        return a->row.second < b->row.second ? -1 : 1;
    if (a->row.from != b->row.from)
        return a->row.from < b->row.from ? -1 : 1;
    if (a->row.kind != b->row.kind)
        return a->row.kind < b->row.kind ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

const char *const codeset_passing_names[CODESET_PASSING_COUNT] = {"twice", "reserved", "continued"};

void
codeset_builder_pass(struct codeset_builder *builder, enum codeset_passing why)
{
    assert(why < CODESET_PASSING_COUNT);
    builder->read.records++;
    builder->read.passed[why]++;
}

const struct codeset_read *
codeset_builder_read(const struct codeset_builder *builder)
{
    return &builder->read;
}

enum status
codeset_builder_row(struct codeset_builder *builder, const struct codeset_give *give)
{
    struct codeset_gathered row = {.first = codeset_key(give->first), .number = (uint32_t)builder->count};
    row.row = (struct codeset_row){codeset_key(give->second), give->from, give->to, 0, give->kind, give->flags};
    if (row.first == 0 || (row.row.second == 0 && give->second.length > 0))
        return STATUS_INVALID;
    if (builder->count == ROWS_LIMIT)
        return STATUS_LIMIT;
    enum status status = keep_words(builder, give->words, &row.row.words);
    if (status != STATUS_OK)
        return status;
    if (builder->count == builder->room) {
        builder->rows = grown(builder->rows, &builder->room, ROOM_FIRST, sizeof *builder->rows);
        if (builder->about.number_count > 0) {
            builder->numbers = realloc(builder->numbers, builder->room * builder->about.number_count * sizeof *builder->numbers);
            assert(builder->numbers != NULL);
        }
    }
    size_t numbers = builder->about.number_count;
    if (numbers > 0 && give->numbers != NULL)
        memcpy(builder->numbers + builder->count * numbers, give->numbers, numbers * sizeof *give->numbers);
    else if (numbers > 0)
        memset(builder->numbers + builder->count * numbers, 0, numbers * sizeof *give->numbers);
    if (builder->count > 0 && codeset_gathered_order(&builder->rows[builder->count - 1], &row) > 0)
        builder->sorted = false;
    builder->rows[builder->count++] = row;
    builder->read.records++;
    return STATUS_OK;
}
