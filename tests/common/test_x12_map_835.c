/* An 835 as records: its head, its claims, its provider adjustments, in memory that does not grow with them. */
#include "schemas/records/remittance.h"
#include "schemas/x12/x12_maps.h"
#include "tests/common/x12_map_sample.h"

struct remittance_seen {
    unsigned heads, claims, provider;
    int64_t line_cents, claim_cents, provider_cents;
};

static enum status
see_remittance(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
               const struct x12_map_fault *fault)
{
    struct remittance_seen *seen = context;
    cr_expect_eq(fault, NULL, "%s %s", fault == NULL ? "" : fault->place, fault == NULL ? "" : fault->what);
    if (record == X12_MAP_835_HEAD) {
        const struct remittance_head *head = value;
        cr_expect_eq(seen->claims, 0);
        cr_expect(text_is(head->control, "0007") && text_is(head->handling, "I") &&
                  text_is(head->method, "ACH"));
        cr_expect_eq(head->paid_cents, 14550);
        cr_expect_eq(head->effective_date, 20261130);
        cr_expect_eq(head->production_date, 20261128);
        cr_expect(text_is(head->trace, "EFT0001") && text_is(head->payer_tax_id, "1512345678"));
        cr_expect(text_is(head->payer.id, "GHP01") && text_is(head->payee.id, "1234567893"));
        cr_expect_eq(head->payer.carried_count, 3);
        cr_expect_eq(head->payee.carried_count, 1);
        seen->heads++;
    } else if (record == X12_MAP_835_CLAIM) {
        const struct remittance_claim *claim = value;
        cr_expect_eq(seen->heads, 1);
        cr_expect(
            text_is(((const struct remittance_head *)reader->bases[X12_MAP_835_HEAD])->trace, "EFT0001"));
        seen->claims++;
        seen->claim_cents += claim->paid_cents;
        if (seen->claims == 1) {
            cr_assert_eq(claim->lines_count, 2);
            cr_expect(text_is(claim->clm01, "C0000101A") && text_is(claim->corrected.first_name, "JANET"));
            cr_expect(text_is(claim->outpatient_remark_2, "MA18"));
            cr_expect_eq(claim->references_count, 2);
            cr_expect_eq(claim->received_date, 20261125);
            cr_expect_eq(claim->patient_cents, 2000);
            cr_expect_eq(claim->carried_count, 1);
            const struct remittance_line *line = &claim->lines[1];
            cr_expect(text_is(line->original_procedure, "87804"));
            cr_expect_eq(line->original_quantity_milli, 2500);
            cr_expect_eq(line->quantity_milli, 2000);
            cr_assert_eq(line->adjustments_count, 2);
            cr_expect(text_is(line->adjustments[1].group, "CO") &&
                      text_is(line->adjustments[1].reason, "253"));
            cr_expect_eq(line->adjustments[0].quantity_milli, 500);
            cr_expect_eq(line->adjustments[1].cents, 775);
            cr_expect_eq(line->dates_count, 2);
            cr_expect(text_is(claim->lines[0].remarks[0].code, "N59"));
            cr_expect(text_is(line->control_number, "LINE-B"));
        } else {
            cr_expect(text_is(claim->adjustments[0].reason, "31"));
            cr_expect_eq(claim->paid_cents, 0);
            cr_expect_eq(claim->lines_count, 0);
            cr_expect_eq(claim->corrected.first_name.length, 0);
        }
        for (uint32_t i = 0; i < claim->lines_count; i++)
            seen->line_cents += claim->lines[i].paid_cents;
    } else {
        const struct provider_adjustments *provider = value;
        cr_expect_eq(seen->claims, 2);
        seen->provider++;
        for (uint32_t i = 0; i < provider->adjustments_count; i++)
            seen->provider_cents += provider->adjustments[i].cents;
    }
    return STATUS_OK;
}

Test(x12_map_835, an_835_is_handed_out_head_first_then_claim_by_claim_then_the_provider_adjustments)
{
    struct text bytes = map_sample("two_claims.835");
    struct remittance_seen seen = {0};
    read_all(bytes, &x12_map_835, see_remittance, &seen);
    cr_assert_eq(seen.heads, 1);
    cr_assert_eq(seen.claims, 2);
    cr_assert_eq(seen.provider, 2);
    cr_assert_eq(seen.line_cents, 15050);
    cr_assert_eq(seen.claim_cents - seen.provider_cents, 14550);
    release(bytes);
}

static enum status
count_records(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
              const struct x12_map_fault *fault)
{
    struct remittance_seen *seen = context;
    (void)value;
    cr_expect_eq(fault, NULL);
    seen->claims += record == X12_MAP_835_CLAIM;
    seen->provider += record == X12_MAP_835_PROVIDER;
    size_t bytes = 0;
    for (unsigned i = 0; i < X12_MAP_LEVELS_MAX; i++)
        bytes += reader->arenas[i].total_bytes;
    cr_assert_lt(bytes, 1u << 20, "the memory of the levels is thrown away with them");
    return STATUS_OK;
}

Test(x12_map_835, memory_does_not_grow_with_the_claims_of_an_835)
{
    struct text bytes = map_sample("two_claims.835");
    const char *from = memmem(bytes.data, bytes.length, "CLP*", 4),
               *plb = memmem(bytes.data, bytes.length, "PLB*", 4),
               *end = memmem(bytes.data, bytes.length, "SE*", 3);
    size_t claims = (size_t)(plb - from), adjustments = (size_t)(end - plb),
           used = (size_t)(from - bytes.data);
    enum { TIMES = 10000 };
    char *many = malloc(bytes.length + TIMES * (claims + adjustments));
    memcpy(many, bytes.data, used);
    for (unsigned i = 0; i < TIMES; i++, used += claims)
        memcpy(many + used, from, claims);
    for (unsigned i = 0; i < TIMES; i++, used += adjustments)
        memcpy(many + used, plb, adjustments);
    memcpy(many + used, end, bytes.length - (size_t)(end - bytes.data));
    used += bytes.length - (size_t)(end - bytes.data);
    struct remittance_seen seen = {0};
    read_all(text_of(many, used), &x12_map_835, count_records, &seen);
    cr_assert_eq(seen.claims, 2 * TIMES);
    cr_assert_eq(seen.provider, 2 * TIMES);
    free(many);
    release(bytes);
}
