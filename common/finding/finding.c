#include "common/finding/finding.h"

#include <assert.h>

const struct finding_kind *
finding_kind(uint16_t number)
{
    size_t low = 0, high = finding_kind_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (finding_kinds[middle].number == number)
            return &finding_kinds[middle];
        if (finding_kinds[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void
findings_init(struct findings *findings, struct arena *arena)
{
    *findings = (struct findings){.arena = arena};
}

static void
grow(struct findings *findings)
{
    uint32_t room = findings->room == 0 ? 8 : findings->room * 2;
    if (room > FINDINGS_LIMIT)
        room = FINDINGS_LIMIT;
    struct finding *items = ARENA_ARRAY(findings->arena, struct finding, room);
    if (findings->count > 0)
        memcpy(items, findings->items, sizeof *items * findings->count);
    findings->items = items;
    findings->room = room;
}

struct finding *
findings_add(struct findings *findings, uint16_t number, struct text place, struct text detail)
{
    const struct finding_kind *kind = finding_kind(number);
    assert(kind != NULL);
    return findings_add_kind(findings, kind, place, detail);
}

struct finding *
findings_add_kind(struct findings *findings, const struct finding_kind *kind, struct text place, struct text detail)
{
    if (findings->count == FINDINGS_LIMIT) {
        findings->dropped++;
        return NULL;
    }
    if (findings->count == findings->room)
        grow(findings);
    struct finding *finding = &findings->items[findings->count++];
    *finding = (struct finding){
        .kind = kind,
        .place = arena_copy(findings->arena, place),
        .detail = arena_copy(findings->arena, detail),
    };
    return finding;
}

enum finding_severity
findings_worst(const struct findings *findings)
{
    enum finding_severity worst = FINDING_INFO;
    for (uint32_t i = 0; i < findings->count; i++) {
        if (findings->items[i].kind->severity > worst)
            worst = (enum finding_severity)findings->items[i].kind->severity;
    }
    return worst;
}

struct text
finding_sentence(const struct finding *finding, bool reveal, struct arena *arena)
{
    struct text sentence = text_from(finding->kind->sentence);
    struct text detail = finding->private && !reveal ? TEXT("***") : finding->detail;
    const char *hole = strstr(sentence.data, "%s");
    if (hole == NULL)
        return arena_copy(arena, sentence);
    size_t head = (size_t)(hole - sentence.data), tail = sentence.length - head - 2;
    char *filled = arena_take_raw(arena, head + detail.length + tail + 1);
    memcpy(filled, sentence.data, head);
    if (detail.length > 0)
        memcpy(filled + head, detail.data, detail.length);
    memcpy(filled + head + detail.length, hole + 2, tail);
    filled[head + detail.length + tail] = '\0';
    return text_of(filled, head + detail.length + tail);
}

const char *
finding_severity_name(enum finding_severity severity)
{
    static const char *const names[] = {"info", "warning", "query", "error"};
    _Static_assert(sizeof names / sizeof *names == FINDING_SEVERITY_COUNT, "a name for each severity");
    assert(severity < FINDING_SEVERITY_COUNT);
    return names[severity];
}
