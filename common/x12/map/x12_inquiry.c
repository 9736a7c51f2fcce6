#include "common/x12/map/x12_inquiry.h"

#include "schemas/x12/x12_270.h"
#include "schemas/x12/x12_276.h"
#include "schemas/x12/x12_maps.h"

static const struct text with_children = {"1", 1}, without_children = {"0", 1};

struct text
x12_276_version(void)
{
    return text_from(x12_guide_276.name);
}

struct text
x12_270_version(void)
{
    return text_from(x12_guide_270.name);
}

static enum status
begin(struct x12_inquiry *set, struct x12_writer *out, const struct x12_map *map, const char *structure,
      const struct x12_inquiry_head *head)
{
    *set = (struct x12_inquiry){.out = out};
    x12_levels_begin(&set->levels, map, out);
    x12_writer_begin_set(out, text_from(map->guide->set), head->control, text_from(map->guide->name));
    x12_writer_segment(out, "BHT");
    x12_writer_element(out, text_from(structure));
    x12_writer_element(out, TEXT("13"));
    x12_writer_element(out, head->reference);
    x12_writer_date(out, head->date);
    x12_writer_element(out, head->time);
    x12_writer_end(out);
    return x12_writer_status(out);
}

enum status
x12_276_begin(struct x12_inquiry *set, struct x12_writer *out, const struct x12_inquiry_head *head)
{
    return begin(set, out, &x12_map_276, "0010", head);
}

enum status
x12_270_begin(struct x12_inquiry *set, struct x12_writer *out, const struct x12_inquiry_head *head)
{
    return begin(set, out, &x12_map_270, "0022", head);
}

enum status
x12_inquiry_end(struct x12_inquiry *set)
{
    x12_writer_end_set(set->out);
    x12_levels_close(&set->levels);
    return x12_writer_status(set->out);
}

/* Everything is tried before anything is written. */
static enum status
try_all(struct x12_inquiry *set, const struct x12_level *levels, unsigned count, const void *const *records)
{
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < count && status == STATUS_OK; i++)
        status = x12_levels_try(&set->levels, levels[i].loop, records);
    return status;
}

static enum status
open_all(struct x12_inquiry *set, const struct x12_level *levels, unsigned count, const void *const *records)
{
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < count && status == STATUS_OK; i++)
        status = x12_levels_open(&set->levels, i, &levels[i], records);
    return status;
}

enum status
x12_276_add(struct x12_inquiry *set, const struct status_inquiry *inquiry)
{
    bool dependent = inquiry->dependent.last_name.length > 0;
    const struct x12_level levels[] = {
        {X12_276_LOOP_2000A, TEXT("20"), with_children, true},
        {X12_276_LOOP_2000B, TEXT("21"), with_children, true},
        {X12_276_LOOP_2000C, TEXT("19"), with_children, true},
        {X12_276_LOOP_2000D, TEXT("22"), dependent ? with_children : without_children, true},
        {X12_276_LOOP_2000E, TEXT("23"), {0}, true},
    };
    unsigned count = dependent ? 5 : 4;
    const void *records[] = {[X12_MAP_276_INQUIRY] = inquiry};
    enum status status = try_all(set, levels, count, records);
    if (status == STATUS_OK)
        status = x12_levels_try(&set->levels, X12_276_LOOP_2200D, records);
    if (status == STATUS_OK)
        status = open_all(set, levels, count, records);
    if (status == STATUS_OK)
        status = x12_map_write(&set->levels.map, set->out, X12_276_LOOP_2200D, records);
    set->count += status == STATUS_OK;
    return status;
}

enum status
x12_270_add(struct x12_inquiry *set, const struct x12_270_question *question)
{
    bool dependent = question->dependent != NULL;
    const struct x12_level levels[] = {
        {X12_270_LOOP_2000A, TEXT("20"), with_children, true},
        {X12_270_LOOP_2000B, TEXT("21"), with_children, true},
        {X12_270_LOOP_2000C, TEXT("22"), dependent ? with_children : without_children, false},
        {X12_270_LOOP_2000D, TEXT("23"), without_children, false},
    };
    unsigned count = dependent ? 4 : 3;
    const void *records[] = {[X12_MAP_270_SOURCE] = question->source,
                             [X12_MAP_270_RECEIVER] = question->receiver,
                             [X12_MAP_270_SUBSCRIBER] = question->subscriber,
                             [X12_MAP_270_DEPENDENT] = question->dependent};
    enum status status = try_all(set, levels, count, records);
    if (status == STATUS_OK)
        status = open_all(set, levels, count, records);
    set->count += status == STATUS_OK;
    return status;
}
