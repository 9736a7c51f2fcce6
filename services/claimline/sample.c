/* claimline audit: samples, second reviews, and how far both agree. */
#include "services/claimline/ask.h"
#include "services/claimline/listing.h"

/* Of a row of codes and of one of rates; what a row does not have is empty. */
static const char *const exported[] = {"row",    "sample",  "claim_id", "version", "kind",     "first",     "second",      "verdict", "finding",
                                       "edition", "rules", "source",   "coder",   "reviewer", "numerator", "denominator", "rate",    "editions"};
enum { EXPORTED = sizeof exported / sizeof *exported };
static const char result_columns[] = "row:ROW|claim_id:CLAIM|kind:KIND|first:FIRST|second:SECOND|verdict:VERDICT|finding:FINDING|"
                                     "editions:EDITIONS|source:SOURCE|reviewer:REVIEWER|numerator:THESE|denominator:OF ALL|rate:RATE";

static int
act(struct claimline *run, struct control_request *request)
{
    struct control_answer answer;
    ask_act(run, request);
    int code = claimline_configure(run);
    if (code == CLAIMLINE_DONE)
        code = ask_once(run, claimline_daemons[DAEMON_CODING], request, &answer);
    if (code == CLAIMLINE_DONE)
        listing_answer(run, claimline_daemons[DAEMON_CODING], &answer);
    return code;
}

int
audit_sample_run(struct claimline *run)
{
    static const struct ask_option options[] = {{OPTION_CODER, "coder"}, {OPTION_DEPARTMENT, "department"}, {OPTION_SIZE, "size"},
                                                {OPTION_SEED, "seed"},   {OPTION_FROM, "from"},             {OPTION_TO, "to"}};
    struct control_request request = {.verb = TEXT("audit.sample")};
    if (claimline_given(run, OPTION_CODER) == claimline_given(run, OPTION_DEPARTMENT) || !claimline_given(run, OPTION_SEED)) {
        claimline_say(run, "a sample is of --coder NAME or of --department NPI, and has a --seed; see claimline audit sample --help");
        return CLAIMLINE_USAGE;
    }
    ask_options(run, &request, options, sizeof options / sizeof *options);
    return act(run, &request);
}

int
audit_review_run(struct claimline *run)
{
    struct control_request request = {.verb = TEXT("audit.review")};
    ask_argument(run, &request, "id", run->arguments[0]);
    ask_argument(run, &request, "claim", run->arguments[1]);
    int code = ask_sets(run, &request);
    return code == CLAIMLINE_DONE ? act(run, &request) : code;
}

/* RFC 4180: what holds a comma, a quote or a line end stands in quotes. */
static void
put_value(FILE *out, struct text text)
{
    bool quoted = false;
    for (size_t i = 0; i < text.length; i++)
        quoted = quoted || strchr(",\"\r\n", text.data[i]) != NULL;
    if (quoted)
        fputc('"', out);
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '"')
            fputc('"', out);
        fputc(text.data[i], out);
    }
    if (quoted)
        fputc('"', out);
}

static void
put_row(void *context, const char *daemon, const struct control_row *row)
{
    struct claimline *run = context;
    (void)daemon;
    for (size_t i = 0; i < EXPORTED; i++) {
        const struct control_value *value = listing_value(row, exported[i]);
        bool none = value == NULL || (value->kind == VALUE_KIND_TEXT && value->text.length == 0);
        put_value(run->out, none ? (struct text){0} : listing_show(&run->arena, value));
        fputs(i + 1 < EXPORTED ? "," : "\r\n", run->out);
    }
}

int
audit_result_run(struct claimline *run)
{
    uint64_t left = UINT64_MAX;
    struct listing listing;
    bool csv = claimline_given(run, OPTION_CSV), json = claimline_given(run, OPTION_JSON);
    struct ask_pages pages = {
        .daemon = claimline_daemons[DAEMON_CODING],
        .request = {.verb = TEXT("audit.result"), .reveal = claimline_given(run, OPTION_REVEAL)},
        .left = &left,
        .keep = !csv && !json,
        .visit = csv ? put_row : listing_row,
        .context = csv ? (void *)run : (void *)&listing};
    if (csv && json) {
        claimline_say(run, "--csv or --json, not both");
        return CLAIMLINE_USAGE;
    }
    int code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    ask_argument(run, &pages.request, "id", run->arguments[0]);
    listing_begin(&listing, run, result_columns);
    for (size_t i = 0; csv && i < EXPORTED; i++)
        fprintf(run->out, "%s%s", exported[i], i + 1 < EXPORTED ? "," : "\r\n");
    code = ask_pages(run, &pages);
    if (!csv)
        listing_end(&listing);
    return code;
}
