/* claimline balance: counts and money of every daemon, and whether they come out even. */
#include "services/claimline/ask.h"
#include "services/claimline/listing.h"

int
balance_run(struct claimline *run)
{
    struct control_request request = {.verb = TEXT("balance")};
    struct listing listing;
    int code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    listing_begin(
        &listing, run,
        "daemon:DAEMON|taken:TAKEN|made:MADE|passed_on:PASSED ON|ended:ENDED|held:HELD|queued:QUEUED|"
        "refused:REFUSED|difference:DIFFERENCE|debits_cents:DEBITS|credits_cents:CREDITS|"
        "difference_cents:DIFFERENCE");
    for (int i = 0; i < DAEMON_COUNT; i++) {
        struct control_answer answer;
        int asked = ask_once(run, claimline_daemons[i], &request, &answer);
        code = claimline_worse(code, asked);
        for (uint32_t r = 0; asked == CLAIMLINE_DONE && r < answer.rows_count; r++) {
            const struct control_row *row = &answer.rows[r];
            listing_row(&listing, claimline_daemons[i], row);
            if (listing_number(row, "difference") == 0 && listing_number(row, "difference_cents") == 0)
                continue;
            claimline_say(run, "%s does not balance", claimline_daemons[i]);
            code = claimline_worse(code, CLAIMLINE_FOUND);
        }
    }
    listing_end(&listing);
    return code;
}
