#include "services/coding/steps/wants.h"

#include "common/payer/payer.h"

#include <string.h>

/* Codes of one length compare as their letters do. */
static bool
is_within(struct text first, struct text code, struct text last)
{
    return code.length == first.length && code.length == last.length && memcmp(first.data, code.data, code.length) <= 0 &&
           memcmp(code.data, last.data, code.length) <= 0;
}

struct coding_wants
wants_of(const struct payer *payer)
{
    return (struct coding_wants){.ndc = payer->needs_ndc,
                                 .authorization = payer->needs_authorization,
                                 .referral = payer->needs_referral,
                                 .telehealth = payer->telehealth_modifiers,
                                 .locality = payer->fee_locality,
                                 .percent = payer->fee_percent,
                                 .cause = payer->needs_external_cause};
}

bool
wants_any(const struct coding_wants *wants)
{
    return wants->ndc.length + wants->authorization.length + wants->referral.length + wants->telehealth.length +
               wants->locality.length + wants->percent + wants->cause >
           0;
}

bool
wants_code(struct text words, struct text code)
{
    while (words.length > 0 && code.length > 0) {
        struct text word = text_cut(words, ' ', &words);
        const char *dots = word.length == 0 ? NULL : memmem(word.data, word.length, "..", 2);
        if (dots == NULL && text_equal(word, code))
            return true;
        if (dots == NULL)
            continue;
        size_t length = (size_t)(dots - word.data);
        if (is_within(text_of(word.data, length), code, text_of(dots + 2, word.length - length - 2)))
            return true;
    }
    return false;
}
