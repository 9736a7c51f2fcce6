/* Step 7: verify: the numbers that the payer's profile wants: authorization (REF*G1) and referral (REF*9F). The claims daemon waits
 * for a missing authorization; here it is told early. */
#include "common/payer/payer.h"
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/wants.h"

static bool
carries(const struct carried_segment *carried, uint32_t count, const char *loop, struct text head)
{
    for (uint32_t i = 0; i < count; i++)
        if (text_is(carried[i].loop, loop) && text_starts(carried[i].segment, head))
            return true;
    return false;
}

static void
ask(struct coding_run *run, uint16_t rule, struct text words, bool of_claim, struct text head)
{
    const struct claim_body *body = run->c->body;
    if (words.length == 0 || !coding_applies(run, rule, run->c->day) || of_claim)
        return;
    for (uint32_t i = 0; i < body->lines_count; i++) {
        const struct service_line *line = &body->lines[i];
        if (payer_lists_code(words, line->procedure) && !carries(line->carried, line->carried_count, "2400", head))
            coding_raise(run, rule, "line", i + 1, line->procedure);
    }
}

void
coding_verify_numbers(struct coding_run *run)
{
    const struct coding_wants *wants = run->c->wants;
    const struct claim_body *body = run->c->body;
    if (wants == NULL)
        return;
    ask(run, FINDING_CODING_AUTHORIZATION, wants->authorization, body->prior_authorization.length > 0, TEXT("REF\x1dG1\x1d"));
    ask(run, FINDING_CODING_REFERRAL, wants->referral,
        carries(body->carried, body->carried_count, "2300", TEXT("REF\x1d" "9F\x1d")), TEXT("REF\x1d" "9F\x1d"));
}
