/* claimline events: the log from a sequence on, one event a line. */
#include "services/claimline/ask.h"
#include "services/claimline/listing.h"
#include "services/claimline/option.h"

#include <assert.h>
#include <poll.h>

enum { FOLLOW_MILLISECONDS = 200 };

struct reading {
    struct claimline *run;
    uint64_t next; /* sequence */
};

/* "claim_partly_denied" is org.claimline.claim.partly_denied.v1. */
static json_t *
event_type(struct text kind)
{
    char type[128];
    struct text rest, noun = text_cut(kind, '_', &rest);
    int length = rest.length == 0 ? snprintf(type, sizeof type, "org.claimline.%.*s.v1", TEXT_ARGS(noun))
                                  : snprintf(type, sizeof type, "org.claimline.%.*s.%.*s.v1", TEXT_ARGS(noun),
                                             TEXT_ARGS(rest));
    return listing_json_text(text_of(type, length < (int)sizeof type ? (size_t)length : sizeof type - 1));
}

/* Under its own key what CloudEvents names, all else in data. */
static void
print_cloud_event(struct claimline *run, const struct control_row *row)
{
    json_t *object = json_object(), *data = json_object();
    char id[24];
    assert(object != NULL && data != NULL);
    struct text stream = listing_text(row, "stream"), rest;
    struct text daemon =
        listing_value(row, "daemon") != NULL ? listing_text(row, "daemon") : text_cut(stream, '_', &rest);
    snprintf(id, sizeof id, "%lld", (long long)listing_number(row, "sequence"));
    json_object_set_new(object, "specversion", json_string("1.0"));
    json_object_set_new(object, "id", json_string(id));
    json_object_set_new(object, "source",
                        listing_json_text(arena_print(&run->arena, "/claimline/%.*s", TEXT_ARGS(daemon))));
    json_object_set_new(object, "type", event_type(listing_text(row, "kind")));
    for (uint32_t i = 0; i < row->values_count; i++) {
        const struct control_value *value = &row->values[i];
        bool empty = value->kind == VALUE_KIND_TEXT && value->text.length == 0; /* a payment of 0 is an answer */
        char name[64];
        text_copy(value->name, name, sizeof name);
        if (text_is(value->name, "instant"))
            json_object_set_new(object, "time", listing_json_value(value));
        else if (text_is(value->name, "claim_id") && !empty)
            json_object_set_new(object, "subject", listing_json_text(listing_show(&run->arena, value)));
        if (!empty && !text_is(value->name, "instant"))
            json_object_set_new(data, name, listing_json_value(value));
    }
    json_object_set_new(object, "datacontenttype", json_string("application/json"));
    json_object_set_new(object, "data", data);
    listing_json_line(run, object);
}

static void
put(struct claimline *run, const struct control_row *row, const char *name, int width, const char *before)
{
    const struct control_value *value = listing_value(row, name);
    bool empty =
        value == NULL || (value->kind == VALUE_KIND_TEXT ? value->text.length == 0 : value->number == 0);
    if (empty && width == 0)
        return;
    struct text text = empty ? TEXT("-") : listing_show(&run->arena, value);
    fprintf(run->out, "%s%.*s", before, TEXT_ARGS(text));
    if ((int)text.length < width)
        fprintf(run->out, "%*s", width - (int)text.length, "");
}

/* Lines of fixed widths, since what follows is not known. */
static void
print_words(struct claimline *run, const struct control_row *row)
{
    put(run, row, "sequence", 9, "");
    put(run, row, "instant", 20, " ");
    put(run, row, "daemon", 10, "  ");
    put(run, row, "kind", 21, "  ");
    put(run, row, "claim_id", 10, "  ");
    put(run, row, "version", 3, " v");
    put(run, row, "clm01", 0, " ");
    put(run, row, "cents", 0, " amount=");
    put(run, row, "paid_cents", 0, " paid=");
    put(run, row, "patient_cents", 0, " patient=");
    put(run, row, "number", 0, " number=");
    put(run, row, "code", 0, " code=");
    put(run, row, "detail", 0, " ");
    put(run, row, "actor", 0, " by ");
    fputc('\n', run->out);
}

static void
visit(void *context, const char *daemon, const struct control_row *row)
{
    struct reading *reading = context;
    (void)daemon;
    if (claimline_given(reading->run, OPTION_JSON))
        print_cloud_event(reading->run, row);
    else
        print_words(reading->run, row);
    uint64_t sequence = (uint64_t)listing_number(row, "sequence");
    if (sequence >= reading->next)
        reading->next = sequence + 1;
}

int
events_run(struct claimline *run)
{
    struct reading reading = {.run = run};
    uint64_t left;
    int code = option_number(run, OPTION_FROM, 1, &reading.next);
    if (code == CLAIMLINE_DONE)
        code = option_number(run, OPTION_LIMIT, UINT64_MAX, &left);
    if (code == CLAIMLINE_DONE)
        code = claimline_configure(run);
    while (code == CLAIMLINE_DONE) {
        struct arena_mark mark = arena_mark(&run->arena);
        struct ask_pages pages = {.daemon = claimline_daemons[DAEMON_EVENTS],
                                  .request = {.verb = TEXT("events.read")},
                                  .left = &left,
                                  .keep = true,
                                  .visit = visit,
                                  .context = &reading};
        uint64_t before = reading.next;
        ask_argument(run, &pages.request, "from",
                     arena_print(&run->arena, "%llu", (unsigned long long)reading.next).data);
        code = ask_one_page(run, &pages);
        arena_release(&run->arena, mark);
        if (fflush(run->out) != 0 || left == 0)
            break;
        if (reading.next == before && !claimline_given(run, OPTION_FOLLOW))
            break;
        if (reading.next == before)
            poll(NULL, 0, FOLLOW_MILLISECONDS);
    }
    return code;
}
