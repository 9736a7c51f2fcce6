#include "common/x12/map/x12_levels.h"

#include <assert.h>

void
x12_levels_begin(struct x12_levels *levels, const struct x12_map *map, struct x12_writer *out)
{
    *levels = (struct x12_levels){.out = out};
    x12_map_writer_open(&levels->map, map);
    x12_writer_open(&levels->fresh, out->delimiters);
    levels->fresh.line_end = out->line_end;
    for (unsigned i = 0; i < X12_LEVELS_MAX; i++) {
        x12_writer_open(&levels->open[i], out->delimiters);
        levels->open[i].line_end = out->line_end;
    }
}

void
x12_levels_close(struct x12_levels *levels)
{
    x12_writer_close(&levels->fresh);
    for (unsigned i = 0; i < X12_LEVELS_MAX; i++)
        x12_writer_close(&levels->open[i]);
}

enum status
x12_levels_try(struct x12_levels *levels, uint16_t loop, const void *const *records)
{
    x12_writer_reset(&levels->fresh);
    return x12_map_write(&levels->map, &levels->fresh, loop, records);
}

static void
write_hl(struct x12_levels *levels, unsigned depth, const struct x12_level *level)
{
    struct x12_writer *out = levels->out;
    levels->numbers[depth] = ++levels->last_number;
    x12_writer_segment(out, "HL");
    x12_writer_number(out, levels->numbers[depth]);
    if (depth == 0)
        x12_writer_element(out, (struct text){0});
    else
        x12_writer_number(out, levels->numbers[depth - 1]);
    x12_writer_element(out, level->code);
    x12_writer_element(out, level->children);
    x12_writer_end(out);
}

enum status
x12_levels_open(struct x12_levels *levels, unsigned depth, const struct x12_level *level, const void *const *records)
{
    assert(depth < X12_LEVELS_MAX && (depth == 0 || levels->is_open[depth - 1]));
    enum status status = x12_levels_try(levels, level->loop, records);
    if (status != STATUS_OK)
        return status;
    bool with_children = text_is(level->children, "1");
    if (level->shared && levels->is_open[depth] && levels->with_children[depth] == with_children &&
        text_equal(x12_writer_bytes(&levels->open[depth]), x12_writer_bytes(&levels->fresh)))
        return STATUS_OK;
    write_hl(levels, depth, level);
    x12_writer_append(levels->out, x12_writer_bytes(&levels->fresh), levels->fresh.segments);
    struct x12_writer before = levels->open[depth];
    levels->open[depth] = levels->fresh;
    levels->fresh = before;
    levels->is_open[depth] = true;
    levels->with_children[depth] = with_children;
    for (unsigned inner = depth + 1; inner < X12_LEVELS_MAX; inner++)
        levels->is_open[inner] = false;
    return x12_writer_status(levels->out);
}
