/*
 * Claim status categories (507), claim statuses (508) and adjustment reasons (CARC, 139) as the XML of public readers of X12 holds
 * them: an element a line, <codeset>, <id>, <code>. Codes alone, without words and days, and not all. The other lists in it are passed
 * over: each has a better source.
 */
#include "common/codeset/import/import.h"

static bool
recognise_xml(const char *name, struct text head)
{
    (void)name;
    return text_starts(head, TEXT("<?xml")) && codeset_head_has(head, "<codeset>") && codeset_head_has(head, "<code>");
}

/* What stands in <tag>...</tag> on a line; empty when it is not there. */
static struct text
element(struct text line, const char *begin, const char *end)
{
    struct text t = text_trim(line);
    size_t head = strlen(begin), tail = strlen(end);
    if (!text_starts(t, text_from(begin)) || t.length < head + tail || memcmp(t.data + t.length - tail, end, tail) != 0)
        return (struct text){0};
    return text_of(t.data + head, t.length - head - tail);
}

static const struct {
    const char *id, *set;
} lists[] = {
    {"claim_status_cat", "status_category"},
    {"claim_status", "status"},
    {"adjustment_reason", "adjustment_reason"},
};

/* NULL: a list that is not taken from here. */
static const char *
set_of(struct text id)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (text_is(id, lists[i].id))
            return lists[i].set;
    }
    return NULL;
}

static enum status
read_xml(struct codeset_reading *reading)
{
    struct codeset_builder *builder = NULL;
    struct text line;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && (status = codeset_source_line(codeset_reading_source(reading), &line)) == STATUS_OK) {
        struct text id = element(line, "<id>", "</id>"), code = element(line, "<code>", "</code>");
        if (id.length > 0) {
            const char *set = set_of(id);
            builder = set == NULL ? NULL : codeset_undated_edition(reading, set, false);
        }
        if (builder != NULL && code.length > 0)
            status = codeset_reading_give(reading, builder, &(struct codeset_give){.first = code});
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

const struct codeset_importer import_code_xml = {"code_xml", "claim status and adjustment codes in XML", recognise_xml, read_xml};
