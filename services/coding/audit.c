#include "services/coding/audit.h"

#include "common/clock/clock.h"
#include "common/date/date.h"
#include "services/coding/history.h"
#include "services/coding/plan.h"

struct place { /* of a row in the table of changes */
    uint64_t claim_id, instant, ordinal;
};

struct gathering {
    struct service *service;
    struct audit_days days;
    struct text person;
    struct place *places; /* one page, and one more that begins the next */
    uint32_t count;
};
enum { PAGE = CONTROL_PAGE_ROWS / 2 /* rows have up to a thousand bytes of words */ };

static bool
read_day(const struct control_request *request, const char *name, int32_t otherwise, int32_t *day)
{
    struct text given = control_argument(request, name);
    *day = otherwise;
    return given.length == 0 || date_parse_iso(given, day);
}

bool
audit_read_days(const struct control_request *request, struct control_rows *rows, struct audit_days *days)
{
    bool read = read_day(request, "from", 0, &days->from) && read_day(request, "to", 99991231, &days->to);
    if (read && days->from <= days->to)
        return true;
    rows->answer->status = CONTROL_STATUS_WRONG;
    rows->answer->sentence = read ? TEXT("the day from is after the day to") : TEXT("from and to are days: yyyy-mm-dd");
    return false;
}

int64_t
audit_begin(const struct audit_days *days)
{
    return days->from < 19700102 ? 0 : clock_from_date(date_add_days(days->from, -1));
}

/* Of a key in the table of changes: claim, instant, ordinal. */
static struct place
place_of(struct text row)
{
    return (struct place){store_u64(row, 0), store_u64(row, 8), store_u64(text_of(row.data + 12, 8), 0) & UINT32_MAX};
}

static bool
gather(struct gathering *g, struct place place)
{
    int32_t day = service_local_date(g->service, (int64_t)place.instant);
    if (day > g->days.to)
        return false;
    if (day >= g->days.from)
        g->places[g->count++] = place;
    return g->count <= PAGE;
}

static bool
gather_of_claim(void *context, struct text key, struct text value)
{
    (void)value;
    return key.length != 20 || gather(context, place_of(key));
}

static bool
gather_of_person(void *context, struct text key, struct text value)
{
    struct gathering *g = context;
    struct store_key row;
    (void)value;
    return history_indexed(key, g->person, &row) && gather(g, place_of(store_key_text(&row)));
}

static struct store_key
row_key(const struct place *place)
{
    return store_key_u32(store_key_u64(history_claim_key(place->claim_id), place->instant), (uint32_t)place->ordinal);
}

static void
show_gathered(struct gathering *g, struct control_rows *rows, bool reveal)
{
    for (uint32_t i = 0; i < g->count; i++) {
        const struct place *place = &g->places[i];
        struct store_key key = row_key(place);
        struct code_change change;
        if (i == PAGE || control_page_full(rows)) {
            rows->answer->next = arena_print(rows->arena, "%llu-%llu-%llu", (unsigned long long)place->instant,
                                             (unsigned long long)place->claim_id, (unsigned long long)place->ordinal);
            return;
        }
        if (service_get_record(g->service, CODING_CHANGES, store_key_text(&key), rows->arena, &record_code_change, &change) ==
            STATUS_OK)
            coding_show_change(rows, place->claim_id, &change, reveal ? CODING_SHOW_REVEAL : 0);
    }
}

static bool
read_cursor(struct text cursor, struct place *place)
{
    struct text rest, instant = text_cut(cursor, '-', &rest), claim = text_cut(rest, '-', &rest);
    return text_to_u64(instant, &place->instant) && text_to_u64(claim, &place->claim_id) && text_to_u64(rest, &place->ordinal);
}

static void
scan(struct gathering *g, struct control_rows *rows, uint64_t claim_id, struct place from)
{
    struct arena arena;
    struct store_key first, last;
    bool person = g->person.length > 0;
    if (person) {
        first = store_key_u64(history_person_key(g->person, (int64_t)from.instant), from.claim_id);
        first = store_key_u32(first, (uint32_t)from.ordinal);
        last = history_person_key(g->person, INT64_MAX);
    } else {
        from.claim_id = claim_id;
        first = row_key(&from);
        last = history_claim_key(claim_id + 1);
    }
    g->places = ARENA_ARRAY(rows->arena, struct place, PAGE + 1);
    arena_init(&arena, 0);
    service_scan(g->service, person ? CODING_CHANGES_BY_PERSON : CODING_CHANGES, store_key_text(&first), store_key_text(&last),
                 &arena, person ? gather_of_person : gather_of_claim, g);
    arena_free(&arena);
}

void
audit_query(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    struct gathering g = {.service = service, .person = control_argument(request, "coder")};
    struct text claim = control_argument(request, "claim");
    struct place from = {0};
    uint64_t claim_id = 0;
    if (!audit_read_days(request, rows, &g.days))
        return;
    from.instant = (uint64_t)audit_begin(&g.days);
    if ((claim.length > 0) == (g.person.length > 0) || (claim.length > 0 && !coding_work_id(claim, &claim_id))) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("an audit is of one claim (its number) or of one coder (a name)");
        return;
    }
    if (request->cursor.length > 0 && !read_cursor(request->cursor, &from)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("not a cursor of this list");
        return;
    }
    scan(&g, rows, claim_id, from);
    show_gathered(&g, rows, request->reveal);
}
