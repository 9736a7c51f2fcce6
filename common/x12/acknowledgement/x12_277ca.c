#include "common/x12/acknowledgement/x12_acknowledgement.h"

#include "schemas/x12/x12_277ca.h"
#include "schemas/x12/x12_maps.h"

enum { STATUSES_A_SEGMENT = 3, STATUSES_MAX = 100 };

struct text
x12_277ca_version(void)
{
    return text_from(x12_guide_277ca.name);
}

/* HL with its number, the number above it, its code and whether there are levels below (empty: not said). */
static void
write_hl(struct x12_writer *out, uint64_t number, uint64_t parent, struct text code, struct text children)
{
    x12_writer_segment(out, "HL");
    x12_writer_number(out, number);
    if (parent == 0)
        x12_writer_element(out, (struct text){0});
    else
        x12_writer_number(out, parent);
    x12_writer_element(out, code);
    x12_writer_element(out, children);
    x12_writer_end(out);
}

static enum status
write_loop(struct x12_277ca *answer, struct x12_writer *out, uint16_t loop, unsigned record,
           const void *value)
{
    const void *records[X12_MAP_277CA_ANSWER + 1] = {NULL};
    records[record] = value;
    return x12_map_write(&answer->map, out, loop, records);
}

static enum status
write_head(struct x12_277ca *answer, const struct x12_277ca_head *head)
{
    struct status_source source = {.source = *head->source,
                                   .reference = head->receipt,
                                   .received_date = head->received_date,
                                   .processed_date = head->date};
    write_hl(answer->out, ++answer->number, 0, TEXT("20"), TEXT("1"));
    enum status status = write_loop(answer, answer->out, X12_277CA_LOOP_2000A, X12_MAP_277CA_SOURCE, &source);
    if (status != STATUS_OK)
        return status;
    bool any = head->accepted_count > 0;
    struct claim_status whole = {.category = TEXT("A1"),
                                 .status = TEXT("19"),
                                 .entity = TEXT("PR"),
                                 .date = head->date,
                                 .action = any ? TEXT("WQ") : TEXT("U"),
                                 .cents = head->accepted_cents + head->rejected_cents};
    struct status_level receiver = {.party = *head->receiver,
                                    .reference = head->batch,
                                    .statuses = &whole,
                                    .statuses_count = 1,
                                    .accepted_count = head->accepted_count,
                                    .rejected_count = head->rejected_count,
                                    .accepted_cents = head->accepted_cents,
                                    .rejected_cents = head->rejected_cents};
    receiver.party.carried_count = 0;
    bool claims = head->accepted_count + head->rejected_count > 0;
    write_hl(answer->out, ++answer->number, 1, TEXT("21"), claims ? TEXT("1") : TEXT("0"));
    return write_loop(answer, answer->out, X12_277CA_LOOP_2000B, X12_MAP_277CA_RECEIVER, &receiver);
}

enum status
x12_277ca_begin(struct x12_277ca *answer, struct x12_writer *out, const struct x12_277ca_head *head)
{
    *answer = (struct x12_277ca){.out = out, .date = head->date};
    x12_map_writer_open(&answer->map, &x12_map_277ca);
    x12_writer_open(&answer->provider, out->delimiters);
    x12_writer_open(&answer->fresh, out->delimiters);
    x12_writer_open(&answer->claim, out->delimiters);
    answer->provider.line_end = answer->fresh.line_end = answer->claim.line_end = out->line_end;
    x12_writer_begin_set(out, text_from(x12_guide_277ca.set), head->set_control, x12_277ca_version());
    x12_writer_segment(out, "BHT");
    x12_writer_element(out, TEXT("0085"));
    x12_writer_element(out, TEXT("08"));
    x12_writer_element(out, head->reference);
    x12_writer_date(out, head->date);
    x12_writer_element(out, head->time);
    x12_writer_element(out, TEXT("TH"));
    x12_writer_end(out);
    return write_head(answer, head);
}

/* Three statuses a segment: STC01, STC10, STC11. */
static uint32_t
make_statuses(const struct x12_277ca *answer, const struct x12_277ca_claim *claim,
              struct claim_status *statuses)
{
    static const struct x12_277ca_reason accepted = {{"A2", 2}, {"20", 2}, {0}},
                                         rejected = {{"A3", 2}, {"21", 2}, {0}};
    const struct x12_277ca_reason *reasons = claim->reasons;
    uint32_t reason_count = claim->reason_count, count = 0;
    if (reason_count == 0) {
        reasons = claim->accepted ? &accepted : &rejected;
        reason_count = 1;
    }
    for (uint32_t i = 0; i < reason_count && count < STATUSES_MAX; i += STATUSES_A_SEGMENT) {
        struct claim_status *status = &statuses[count++];
        *status = (struct claim_status){.category = reasons[i].category,
                                        .status = reasons[i].status,
                                        .entity = reasons[i].entity,
                                        .date = answer->date,
                                        .action = claim->accepted ? TEXT("WQ") : TEXT("U"),
                                        .cents = claim->cents};
        if (i + 1 < reason_count) {
            status->category_2 = reasons[i + 1].category;
            status->status_2 = reasons[i + 1].status;
            status->entity_2 = reasons[i + 1].entity;
        }
        if (i + 2 < reason_count) {
            status->category_3 = reasons[i + 2].category;
            status->status_3 = reasons[i + 2].status;
            status->entity_3 = reasons[i + 2].entity;
        }
    }
    return count;
}

/* Opens a billing provider level when it is another one. */
static enum status
open_provider(struct x12_277ca *answer, const struct party *party)
{
    struct status_level provider = {.party = *party};
    provider.party.carried_count = 0;
    if (provider.party.id_qualifier.length == 0 && party->tax_id.length > 0) {
        provider.party.id_qualifier = TEXT("FI");
        provider.party.id = party->tax_id;
    }
    x12_writer_reset(&answer->fresh);
    enum status status =
        write_loop(answer, &answer->fresh, X12_277CA_LOOP_2000C, X12_MAP_277CA_PROVIDER, &provider);
    if (status != STATUS_OK)
        return status;
    if (answer->in_provider &&
        text_equal(x12_writer_bytes(&answer->provider), x12_writer_bytes(&answer->fresh)))
        return STATUS_OK;
    struct x12_writer before = answer->provider;
    answer->provider = answer->fresh;
    answer->fresh = before;
    answer->in_provider = true;
    answer->provider_number = ++answer->number;
    write_hl(answer->out, answer->provider_number, 2, TEXT("19"), TEXT("1"));
    x12_writer_append(answer->out, x12_writer_bytes(&answer->provider), answer->provider.segments);
    return x12_writer_status(answer->out);
}

enum status
x12_277ca_claim(struct x12_277ca *answer, const struct x12_277ca_claim *claim)
{
    struct claim_status statuses[STATUSES_MAX];
    struct status_answer record = {.patient = *claim->patient,
                                   .clm01 = claim->control,
                                   .clearinghouse_number = claim->clearinghouse_number,
                                   .date_from = claim->date_from,
                                   .statuses = statuses};
    record.patient.carried_count = 0;
    record.statuses_count = make_statuses(answer, claim, statuses);
    if (claim->accepted)
        record.payer_control_number = claim->our_number;
    if (claim->date_to != claim->date_from)
        record.date_to = claim->date_to;

    x12_writer_reset(&answer->claim);
    enum status status = write_loop(answer, &answer->claim, X12_277CA_LOOP_2000D, X12_MAP_277CA_ANSWER, &record);
    if (status == STATUS_OK)
        status = write_loop(answer, &answer->claim, X12_277CA_LOOP_2200D, X12_MAP_277CA_ANSWER, &record);
    if (status == STATUS_OK)
        status = open_provider(answer, claim->provider);
    if (status == STATUS_OK) {
        write_hl(answer->out, ++answer->number, answer->provider_number, TEXT("PT"), (struct text){0});
        x12_writer_append(answer->out, x12_writer_bytes(&answer->claim), answer->claim.segments);
        answer->claims++;
        status = x12_writer_status(answer->out);
    }
    return status;
}

enum status
x12_277ca_end(struct x12_277ca *answer)
{
    x12_writer_end_set(answer->out);
    x12_writer_close(&answer->provider);
    x12_writer_close(&answer->fresh);
    x12_writer_close(&answer->claim);
    return x12_writer_status(answer->out);
}
