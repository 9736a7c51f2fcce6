#include "common/x12/x12_isa.h"

#include "common/x12/x12_window.h"

void
x12_isa_delimiters(struct x12_reader *reader, struct x12_delimiters d)
{
    const char each[4] = {d.element, d.segment, d.component, d.repetition};
    for (int i = 0; i < 4; i++)
        memset(reader->spread[i], each[i], sizeof reader->spread[i]);
    reader->delimiters = d;
    reader->marks.block = NULL;
}

static bool
is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
delimiters_sound(const struct x12_delimiters *d)
{
    const char all[4] = {d->element, d->component, d->segment, d->repetition};
    for (int i = 0; i < 4; i++) {
        if (i == 3 && all[i] == 0)
            continue;
        if (is_alphanumeric(all[i]) || all[i] == ' ' || all[i] == 0)
            return false;
        for (int j = 0; j < i; j++) {
            if (all[i] == all[j])
                return false;
        }
    }
    return true;
}

enum status
x12_isa_read(struct x12_reader *reader)
{
    static const uint8_t separators[] = {3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103};
    enum status status = x12_window_need(reader, X12_ISA_BYTES);
    const char *isa = reader->position;
    if (status == STATUS_NOT_FOUND)
        return x12_window_fail(reader, STATUS_INVALID, "the file ends inside the ISA", reader->end);
    if (status != STATUS_OK)
        return status;
    struct x12_delimiters d = {.element = isa[3], .component = isa[104], .segment = isa[105]};
    for (size_t i = 0; i < sizeof separators; i++) {
        if (isa[separators[i]] != d.element)
            return x12_window_fail(reader, STATUS_INVALID,
                                   "the ISA does not have its 106 bytes in the fixed places", isa);
    }
    if (memcmp(isa + 84, "00402", 5) >= 0 && !is_alphanumeric(isa[82]) && isa[82] != ' ')
        d.repetition = isa[82];
    if (!delimiters_sound(&d))
        return x12_window_fail(reader, STATUS_INVALID,
                               "the delimiters of the ISA are not four different signs", isa);
    x12_isa_delimiters(reader, d);
    reader->in_interchange = true;
    return STATUS_OK;
}

enum status
x12_isa_find(struct x12_reader *reader)
{
    if (reader->window_offset == 0 && reader->position == reader->window &&
        x12_window_need(reader, 3) == STATUS_OK && memcmp(reader->position, "\xEF\xBB\xBF", 3) == 0) {
        reader->byte_order_mark = true;
        reader->position += 3;
    }
    enum status status = x12_window_skip_blanks(reader);
    while (status == STATUS_OK && (*reader->position == '\0' || *reader->position == 0x1A)) {
        reader->position++;
        status = x12_window_skip_blanks(reader);
    }
    if (status != STATUS_OK)
        return status;
    status = x12_window_need(reader, 3);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && memcmp(reader->position, "ISA", 3) != 0))
        return x12_window_fail(reader, STATUS_INVALID, "there is no ISA where an interchange should begin",
                               reader->position);
    return status == STATUS_OK ? x12_isa_read(reader) : status;
}
