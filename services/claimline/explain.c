/* claimline coding explain: the seven steps of one claim as a report. */
#include "services/claimline/ask.h"
#include "services/claimline/listing.h"

#include <inttypes.h>

/* What the event log says of the claim: its number, and how it passed coding last, when it did. */
struct passed {
    struct claimline *run;
    uint64_t claim_id;
    const struct control_row *row; /* of the event coding_passed; NULL: none */
};

/* The claim of a work item is meant too. */
static const char *
claim_of(struct claimline *run)
{
    static const char item[] = "coding-";
    const char *id = run->arguments[0];
    return strncmp(id, item, sizeof item - 1) == 0 ? id + sizeof item - 1 : id;
}

static void
take_event(void *context, const char *daemon, const struct control_row *row)
{
    struct passed *passed = context;
    (void)daemon;
    if (listing_number(row, "claim_id") > 0)
        passed->claim_id = (uint64_t)listing_number(row, "claim_id");
    if (text_is(listing_text(row, "kind"), "coding_passed"))
        passed->row = row;
}

static int
ask_events(struct claimline *run, struct passed *passed)
{
    uint64_t left = UINT64_MAX;
    struct ask_pages pages = {.daemon = claimline_daemons[DAEMON_EVENTS],
                              .request = {.verb = TEXT("claim.timeline")},
                              .left = &left,
                              .keep = true,
                              .visit = take_event,
                              .context = passed};
    ask_argument(run, &pages.request, "id", claim_of(run));
    return ask_pages(run, &pages);
}

static void
add_passed(struct claimline *run, struct control_request *request, const struct control_row *row)
{
    static const char *const numbers[][2] = {{"passed_rules", "number"}, {"passed_version", "version"}, {"passed_instant", "instant"}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        ask_argument(run, request, numbers[i][0],
                     arena_print(&run->arena, "%" PRId64, listing_number(row, numbers[i][1])).data);
    struct text edition = listing_text(row, "code"), detail = listing_text(row, "detail");
    ask_argument(run, request, "passed_edition", arena_print(&run->arena, "%.*s", TEXT_ARGS(edition)).data);
    if (detail.length > 0)
        ask_argument(run, request, "passed_detail", arena_print(&run->arena, "%.*s", TEXT_ARGS(detail)).data);
}

/* The value as people read it; in the arena. */
static struct text
shown(struct claimline *run, const struct control_row *row, const char *name)
{
    const struct control_value *value = listing_value(row, name);
    return value == NULL ? TEXT("-") : listing_show(&run->arena, value);
}

static void
print_claim(struct claimline *run, const struct control_row *row)
{
    fprintf(run->out, "Claim %.*s, version %.*s: %.*s", TEXT_ARGS(shown(run, row, "claim_id")),
            TEXT_ARGS(shown(run, row, "version")), TEXT_ARGS(shown(run, row, "state")));
    fprintf(run->out, " %.*s", TEXT_ARGS(shown(run, row, "instant")));
    if (listing_text(row, "person").length > 0)
        fprintf(run->out, " by %.*s", TEXT_ARGS(shown(run, row, "person")));
    fprintf(run->out, "\nVerdict %.*s. Edition %.*s, rules %.*s", TEXT_ARGS(shown(run, row, "verdict")),
            TEXT_ARGS(shown(run, row, "edition")), TEXT_ARGS(shown(run, row, "rules")));
    if (listing_number(row, "applied") > 0)
        fprintf(run->out, ", %.*s rules applied", TEXT_ARGS(shown(run, row, "applied")));
    if (listing_text(row, "own_rules").length > 0)
        fprintf(run->out, ", own rules %.*s", TEXT_ARGS(shown(run, row, "own_rules")));
    fputc('\n', run->out);
    if (listing_text(row, "setting").length > 0)
        fprintf(run->out, "Claim: %.*s\n", TEXT_ARGS(shown(run, row, "setting")));
}

static void
print_step(struct claimline *run, const struct control_row *row)
{
    fprintf(run->out, "\nStep %.*s  %.*s: %.*s\n  checked  %.*s\n", TEXT_ARGS(shown(run, row, "step")),
            TEXT_ARGS(shown(run, row, "title")), TEXT_ARGS(shown(run, row, "result")), TEXT_ARGS(shown(run, row, "checked")));
    if (listing_text(row, "why").length > 0)
        fprintf(run->out, "  why      %.*s\n", TEXT_ARGS(shown(run, row, "why")));
}

static void
print_left(struct claimline *run, const struct control_row *row)
{
    fprintf(run->out, "  left out %.*s: %.*s\n", TEXT_ARGS(shown(run, row, "rules")), TEXT_ARGS(shown(run, row, "why")));
}

static void
print_finding(struct claimline *run, const struct control_row *row)
{
    fprintf(run->out, "  %.*s %.*s, %.*s: %.*s%s%.*s\n", TEXT_ARGS(shown(run, row, "number")),
            TEXT_ARGS(shown(run, row, "severity")), TEXT_ARGS(shown(run, row, "standing")), TEXT_ARGS(listing_text(row, "place")),
            listing_text(row, "place").length > 0 ? ": " : "", TEXT_ARGS(shown(run, row, "sentence")));
    fprintf(run->out, "       source  %.*s\n       do      %.*s\n", TEXT_ARGS(shown(run, row, "source")),
            TEXT_ARGS(shown(run, row, "suggestion")));
}

static void
print_change(struct claimline *run, const struct control_row *row)
{
    fprintf(run->out, "  %.*s  %.*s  %.*s", TEXT_ARGS(shown(run, row, "instant")), TEXT_ARGS(shown(run, row, "act")),
            TEXT_ARGS(shown(run, row, "actor")));
    if (listing_text(row, "role").length > 0)
        fprintf(run->out, " (%.*s)", TEXT_ARGS(shown(run, row, "role")));
    if (!text_equal(listing_text(row, "place"), listing_text(row, "act")))
        fprintf(run->out, ", %.*s", TEXT_ARGS(shown(run, row, "place")));
    if (listing_text(row, "before").length > 0 || listing_text(row, "after").length > 0)
        fprintf(run->out, ": %.*s -> %.*s", TEXT_ARGS(shown(run, row, "before")), TEXT_ARGS(shown(run, row, "after")));
    if (listing_number(row, "finding") != 0)
        fprintf(run->out, ", finding %.*s", TEXT_ARGS(shown(run, row, "finding")));
    if (listing_text(row, "text").length > 0)
        fprintf(run->out, ", \"%.*s\"", TEXT_ARGS(shown(run, row, "text")));
    if (listing_text(row, "reason").length > 0)
        fprintf(run->out, ", because: %.*s", TEXT_ARGS(shown(run, row, "reason")));
    fputc('\n', run->out);
}

static void
print_report(struct claimline *run, const struct control_answer *answer)
{
    static const struct {
        const char *row;
        void (*print)(struct claimline *run, const struct control_row *row);
    } kinds[] = {{"claim", print_claim}, {"step", print_step}, {"left out", print_left}, {"finding", print_finding}};
    for (uint32_t i = 0; i < answer->rows_count; i++) {
        const struct control_row *row = &answer->rows[i];
        struct text kind = listing_text(row, "row");
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            if (text_is(kind, kinds[k].row))
                kinds[k].print(run, row);
    }
}

struct history {
    struct claimline *run;
    bool begun;
};

static void
take_change(void *context, const char *daemon, const struct control_row *row)
{
    struct history *history = context;
    struct claimline *run = history->run;
    if (claimline_given(run, OPTION_JSON)) {
        listing_json_line(run, listing_json_row(daemon, row));
        return;
    }
    if (!history->begun)
        fputs("\nWhat people did\n", run->out);
    history->begun = true;
    print_change(run, row);
}

/* However long it is: page by page. */
static int
show_history(struct claimline *run, const char *claim)
{
    uint64_t left = UINT64_MAX;
    struct history history = {.run = run};
    struct ask_pages pages = {.daemon = claimline_daemons[DAEMON_CODING],
                              .request = {.verb = TEXT("coding.audit"), .reveal = claimline_given(run, OPTION_REVEAL)},
                              .left = &left,
                              .visit = take_change,
                              .context = &history};
    ask_argument(run, &pages.request, "claim", claim);
    return ask_pages(run, &pages);
}

int
coding_explain_run(struct claimline *run)
{
    struct control_request request = {.verb = TEXT("coding.explain"), .reveal = claimline_given(run, OPTION_REVEAL)};
    struct control_answer answer;
    struct passed passed = {.run = run};
    int code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    int events = ask_events(run, &passed);
    const char *id = passed.claim_id == 0 ? claim_of(run) : arena_print(&run->arena, "%" PRIu64, passed.claim_id).data;
    ask_argument(run, &request, "id", id);
    if (passed.row != NULL)
        add_passed(run, &request, passed.row);
    code = ask_once(run, claimline_daemons[DAEMON_CODING], &request, &answer);
    if (code != CLAIMLINE_DONE)
        return claimline_worse(code, events);
    if (claimline_given(run, OPTION_JSON)) {
        for (uint32_t i = 0; i < answer.rows_count; i++)
            listing_json_line(run, listing_json_row(claimline_daemons[DAEMON_CODING], &answer.rows[i]));
    } else {
        print_report(run, &answer);
    }
    code = show_history(run, id);
    if (code != CLAIMLINE_DONE)
        return code;
    return events == CLAIMLINE_CANNOT ? events : CLAIMLINE_DONE; /* the log may be a moment behind */
}
