/* Any bytes as a table of own rules, behind a zero byte a script: it is read and judges a claim, within its bounds, or is refused with a
 * reason. */
#include "services/coding/steps/own/own.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
judge(struct own_rules *rules)
{
    static struct coding_case c;
    static struct coding_run run;
    struct findings findings;
    struct arena arena;
    struct diagnosis diagnoses[] = {{.qualifier = TEXT("ABK"), .code = TEXT("J101")}, {.qualifier = TEXT("ABF"), .code = TEXT("E119")}};
    struct service_line lines[] = {
        {.number = 1, .qualifier = TEXT("HC"), .procedure = TEXT("99213"), .charge_cents = 12500, .quantity_milli = 1000, .pointer_1 = 1, .date_from = 20251120},
        {.number = 2, .qualifier = TEXT("HC"), .procedure = TEXT("87804"), .modifier_1 = TEXT("QW"), .quantity_milli = 500, .pointer_1 = 2}};
    struct claim_body body = {.form = CLAIM_FORM_PROFESSIONAL, .place_of_service = TEXT("11"), .diagnoses = diagnoses, .diagnoses_count = 2,
                              .lines = lines, .lines_count = 2};
    body.payer.id = TEXT("ACME1");
    body.subscriber.birth_date = 19800412;
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
    coding_case_make(&c, &body, NULL, 0, codes_starter(), 20251124);
    c.own = rules;
    struct coding_judgement judgement = coding_judge(&run, &c, &findings);
    assert(judgement.applied <= CODING_RULE_COUNT + rules->count);
    for (uint32_t i = 0; i < findings.count; i++)
        assert(finding_sentence(&findings.items[i], true, &arena).length > 0);
    arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char reason[OWN_REASON_BYTES];
    struct own_rules *rules = NULL;
    const uint8_t *end = size == 0 ? NULL : memchr(data, 0, size);
    size_t length = end == NULL ? size : (size_t)(end - data);
    struct text script = end == NULL ? (struct text){0} : text_of(end + 1, size - length - 1);
    if (size > OWN_FILE_LIMIT)
        return 0;
    memset(reason, 'x', sizeof reason);
    if (own_read("table", text_of(data, length), "script", script, &rules, reason) == STATUS_OK)
        judge(rules);
    else
        assert(rules == NULL && memchr(reason, '\0', sizeof reason) != NULL);
    own_free(rules);
    return 0;
}
