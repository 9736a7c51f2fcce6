/* claimline coding audit, coding report: what was done, and how often. */
#include "services/claimline/ask.h"
#include "services/claimline/listing.h"

static const char audit_columns[] = "instant:WHEN|claim_id:CLAIM|version:V|act:ACT|place:PLACE|before:BEFORE|after:AFTER|finding:FINDING|"
                                    "actor:BY|role:ROLE|reason:WHY|text:WORDS";

static const char report_columns[] = "by:BY|name:NAME|what:WHAT|numerator:THESE|denominator:OF ALL|rate:RATE|findings:FINDINGS";

/* All pages of a question to coding, as a table. */
static int
show(struct claimline *run, struct control_request *request, const char *columns)
{
    uint64_t left = UINT64_MAX;
    struct listing listing;
    struct ask_pages pages = {.daemon = claimline_daemons[DAEMON_CODING],
                              .request = *request,
                              .left = &left,
                              .keep = !claimline_given(run, OPTION_JSON),
                              .visit = listing_row,
                              .context = &listing};
    int code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    listing_begin(&listing, run, columns);
    code = ask_pages(run, &pages);
    listing_end(&listing);
    return code;
}

int
coding_audit_run(struct claimline *run)
{
    static const struct ask_option options[] = {
        {OPTION_CLAIM, "claim"}, {OPTION_CODER, "coder"}, {OPTION_FROM, "from"}, {OPTION_TO, "to"}};
    struct control_request request = {.verb = TEXT("coding.audit"), .reveal = claimline_given(run, OPTION_REVEAL)};
    if (claimline_given(run, OPTION_CLAIM) == claimline_given(run, OPTION_CODER)) {
        claimline_say(run, "an audit is of --claim ID or of --coder NAME; see claimline coding audit --help");
        return CLAIMLINE_USAGE;
    }
    ask_options(run, &request, options, sizeof options / sizeof *options);
    return show(run, &request, audit_columns);
}

int
coding_report_run(struct claimline *run)
{
    static const struct ask_option options[] = {{OPTION_FROM, "from"}, {OPTION_TO, "to"}};
    struct control_request request = {.verb = TEXT("coding.report")};
    ask_options(run, &request, options, sizeof options / sizeof *options);
    return show(run, &request, report_columns);
}
