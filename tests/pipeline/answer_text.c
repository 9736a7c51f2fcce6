#include "tests/pipeline/answer_text.h"

void
answer_text_slice(struct pen *pen, struct slice slice)
{
    pen_bytes(pen, slice.at, slice.length);
}

static void
put_padded(struct pen *pen, struct slice slice)
{
    answer_text_slice(pen, slice);
    for (uint32_t i = slice.length; i < 15; i++)
        pen_character(pen, ' ');
}

void
answer_text_composite(struct pen *pen, struct slice slice, char separator)
{
    size_t start = pen->length;
    answer_text_slice(pen, slice);
    for (size_t i = start; separator != ':' && i < pen->length; i++) {
        if (pen->bytes[i] == separator)
            pen->bytes[i] = ':';
    }
}

void
answer_text_date(struct pen *pen, int32_t date)
{
    pen_number(pen, (uint64_t)date, 8);
}

void
answer_text_isa(struct pen *pen, const struct claim_file *file, const struct stamp *stamp)
{
    pen->length = 0;
    pen_put(pen, "ISA*00*          *00*          *");
    answer_text_slice(pen, file->receiver_qualifier);
    pen_character(pen, '*');
    put_padded(pen, file->receiver);
    pen_character(pen, '*');
    answer_text_slice(pen, file->sender_qualifier);
    pen_character(pen, '*');
    put_padded(pen, file->sender);
    pen_character(pen, '*');
    pen_number(pen, (uint64_t)stamp->date % 1000000, 6);
    pen_character(pen, '*');
    pen_number(pen, stamp->time, 4);
    pen_put(pen, "*^*00501*");
    pen_number(pen, stamp->number, 9);
    pen_put(pen, "*0*");
    answer_text_slice(pen, file->usage);
    pen_put(pen, "*:");
    pen_end(pen);
}

void
answer_text_gs(struct pen *pen, const struct claim_file *file, const struct stamp *stamp, const char *kind,
               const char *version)
{
    static const struct slice unknown = {"UNKNOWN", 7};
    const struct filed_group *group = file->group_count > 0 ? &file->groups[0] : NULL;
    pen_put(pen, "GS*");
    pen_put(pen, kind);
    pen_character(pen, '*');
    answer_text_slice(pen, group != NULL ? group->receiver : unknown);
    pen_character(pen, '*');
    answer_text_slice(pen, group != NULL ? group->sender : unknown);
    pen_character(pen, '*');
    answer_text_date(pen, stamp->date);
    pen_character(pen, '*');
    pen_number(pen, stamp->time, 4);
    pen_character(pen, '*');
    pen_number(pen, stamp->number, 1);
    pen_put(pen, "*X*");
    pen_put(pen, version);
    pen_end(pen);
}

void
answer_text_st(struct pen *pen, const char *kind, uint32_t set, const char *version)
{
    pen->segments = 0;
    pen_put(pen, "ST*");
    pen_put(pen, kind);
    pen_character(pen, '*');
    pen_number(pen, set, 4);
    if (version != NULL) {
        pen_character(pen, '*');
        pen_put(pen, version);
    }
    pen_end(pen);
}

void
answer_text_se(struct pen *pen, uint32_t set)
{
    pen_put(pen, "SE*");
    pen_number(pen, pen->segments + 1, 1);
    pen_character(pen, '*');
    pen_number(pen, set, 4);
    pen_end(pen);
}

void
answer_text_iea(struct pen *pen, uint32_t groups, const struct stamp *stamp)
{
    pen_put(pen, "IEA*");
    pen_number(pen, groups, 1);
    pen_character(pen, '*');
    pen_number(pen, stamp->number, 9);
    pen_end(pen);
}

void
answer_text_ge(struct pen *pen, uint32_t sets, const struct stamp *stamp)
{
    pen_put(pen, "GE*");
    pen_number(pen, sets, 1);
    pen_character(pen, '*');
    pen_number(pen, stamp->number, 1);
    pen_end(pen);
    answer_text_iea(pen, 1, stamp);
}

void
answer_text_payer_number(struct pen *pen, const struct stamp *stamp, uint32_t claim)
{
    pen_put(pen, "P");
    pen_number(pen, stamp->serial, 6);
    pen_number(pen, claim + 1, 7);
}
