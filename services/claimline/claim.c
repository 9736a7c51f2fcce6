/* claimline claim show: the joined timeline of a claim, and what each daemon has of it now. */
#include "services/claimline/ask.h"
#include "services/claimline/listing.h"

static const char timeline_columns[] =
    "sequence:EVENT|instant:WHEN|daemon:DAEMON|kind:WHAT|version:V|cents:AMOUNT|code:CODE|"
    "detail:DETAIL|actor:BY|sentence:SENTENCE";
static const char timeline_without_amounts[] =
    "sequence:EVENT|instant:WHEN|daemon:DAEMON|kind:WHAT|version:V|code:CODE|detail:DETAIL|actor:BY|sentence:SENTENCE";

static bool
is_role(struct claimline *run, const char *role)
{
    return strcmp(claimline_option(run, OPTION_ROLE, ""), role) == 0;
}

/* Of a claim, billers alone see amounts: what coders and physicians answer must not hang on what it is worth. */
static bool
hides_amounts(struct claimline *run)
{
    return !is_role(run, "biller");
}

static const struct control_row *
without_amounts(struct claimline *run, const struct control_row *row)
{
    struct control_row *left = ARENA_ARRAY(&run->arena, struct control_row, 1);
    left->values = ARENA_ARRAY(&run->arena, struct control_value, row->values_count + 1);
    for (uint32_t i = 0; i < row->values_count; i++)
        if (row->values[i].kind != VALUE_KIND_MONEY)
            left->values[left->values_count++] = row->values[i];
    return left;
}

struct part {
    struct claimline *run;
    const char *name; /* "timeline", "state": which of the two a JSON line belongs to */
    struct listing listing;
    size_t count;
};

static void
visit(void *context, const char *daemon, const struct control_row *row)
{
    struct part *part = context;
    if (hides_amounts(part->run))
        row = without_amounts(part->run, row);
    part->count++;
    if (strcmp(part->name, "timeline") == 0)
        daemon = NULL; /* the one that recorded the event stands in the row, not the one that keeps the log */
    if (!claimline_given(part->run, OPTION_JSON)) {
        listing_row(&part->listing, daemon, row);
        return;
    }
    json_t *object = listing_json_row(daemon, row);
    json_object_set_new(object, "part", json_string(part->name));
    listing_json_line(part->run, object);
}

static int
show_timeline(struct claimline *run, size_t *count)
{
    uint64_t left = UINT64_MAX;
    struct part part = {.run = run, .name = "timeline"};
    struct ask_pages pages = {.daemon = claimline_daemons[DAEMON_EVENTS],
                              .request = {.verb = TEXT("claim.timeline")},
                              .left = &left,
                              .keep = true,
                              .visit = visit,
                              .context = &part};
    ask_argument(run, &pages.request, "id", run->arguments[0]);
    listing_begin(&part.listing, run, hides_amounts(run) ? timeline_without_amounts : timeline_columns);
    int code = ask_pages(run, &pages);
    if (part.count > 0)
        listing_end(&part.listing);
    *count = part.count;
    return code;
}

/* A daemon that never saw the claim has nothing to say. */
static int
show_state(struct claimline *run, const char *daemon, size_t *count)
{
    struct control_request request = {.verb = TEXT("claim.show"),
                                      .reveal = claimline_given(run, OPTION_REVEAL),
                                      .role = text_from(claimline_option(run, OPTION_ROLE, ""))};
    struct control_answer answer;
    struct part part = {.run = run, .name = "state"};
    ask_argument(run, &request, "id", run->arguments[0]);
    int code = ask_quietly(run, daemon, &request, &answer);
    listing_begin(&part.listing, run, NULL);
    for (uint32_t i = 0; i < answer.rows_count; i++)
        visit(&part, daemon, &answer.rows[i]);
    if (part.count > 0 && !claimline_given(run, OPTION_JSON))
        fprintf(run->out, "\n%s\n", daemon);
    listing_end(&part.listing);
    *count += part.count;
    return code;
}

int
claim_show_run(struct claimline *run)
{
    size_t count = 0;
    bool physician = is_role(run, "physician"); /* the visit alone: what the others say names codes, findings and what a payer did */
    int code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    if (!physician)
        code = show_timeline(run, &count);
    for (int i = 0; i < DAEMON_EVENTS; i++)
        if (!physician || i == DAEMON_CODING)
            code = claimline_worse(code, show_state(run, claimline_daemons[i], &count));
    if (count == 0 && physician && code == CLAIMLINE_DONE) {
        claimline_say(run, "coding holds no claim %s of which a physician was asked", run->arguments[0]);
        return CLAIMLINE_FOUND;
    }
    if (count == 0 && code == CLAIMLINE_DONE) {
        claimline_say(run, "no claim %s; give its number or its CLM01, see claimline claim list",
                      run->arguments[0]);
        return CLAIMLINE_FOUND;
    }
    return code;
}
