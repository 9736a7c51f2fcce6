#include "services/claims/proof.h"

#include "common/payer/payer_x12.h"
#include "common/x12/map/x12_claims.h"
#include "common/x12/check/x12_validate.h"
#include "services/claims/claims.h"

enum { SNIP_PAYER = 7, LINES = 999 };

static uint32_t
form_of(uint32_t form)
{
    return form == 0 ? CLAIM_FORM_PROFESSIONAL : form;
}

bool
proof_is_wanted(const struct payer *payer, uint32_t form)
{
    return payer->edits != NULL && form < CLAIM_FORM_COUNT && x12_edits_hold_for(payer->edits, x12_claims_form_version(form_of(form)));
}

/* One interchange with this claim alone; false when it cannot be written. */
static bool
print(const struct proof *proof, struct x12_writer *out, struct arena *arena)
{
    const uint32_t form = form_of(proof->body->form);
    struct x12_envelope envelope = payer_envelope(proof->payer);
    struct claim_set set = payer_claim_set(proof->payer, form, arena);
    struct x12_claims claims;
    envelope.date = set.date = proof->today;
    envelope.time = set.time = TEXT("1200");
    envelope.control = envelope.group_control = 1;
    set.control = TEXT("0001");
    set.reference = TEXT("1");
    x12_writer_begin_interchange(out, &envelope);
    x12_writer_begin_group(out, &envelope, TEXT("HC"), set.version);
    x12_claims_open_form(&claims, out, form);
    bool written = x12_claims_begin(&claims, &set) == STATUS_OK && x12_claims_add(&claims, proof->body, proof->clm01) == STATUS_OK &&
                   x12_claims_end(&claims) == STATUS_OK;
    x12_claims_close(&claims);
    x12_writer_end_group(out);
    x12_writer_end_interchange(out);
    return written && x12_writer_status(out) == STATUS_OK;
}

/* Where the lines begin: positions in the set. */
struct lines {
    uint32_t positions[LINES];
    uint32_t count;
};

static void
take(const struct findings *list, const struct lines *lines, struct findings *findings)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const struct finding *from = &list->items[i];
        uint32_t line = 0;
        if (from->kind->snip != SNIP_PAYER)
            continue;
        while (line < lines->count && lines->positions[line] <= from->segment_position)
            line++;
        struct text place = line == 0 ? from->place
                                      : arena_print(findings->arena, "line %u, %.*s", (unsigned)line, TEXT_ARGS(from->place));
        struct finding *finding = findings_add(findings, from->kind->number, place, from->detail);
        if (finding != NULL)
            memcpy(finding->code, from->code, sizeof finding->code);
    }
}

static void
read_proof(const struct proof *proof, struct text bytes, struct findings *findings)
{
    struct x12_check check;
    struct lines lines = {.count = 0};
    enum x12_event event;
    x12_check_open_memory(&check, &(struct x12_check_options){.snip = SNIP_PAYER, .edits = proof->payer->edits}, bytes);
    do {
        event = x12_check_next(&check);
        if (event == X12_EVENT_SET)
            check.set.elements_known = true; /* only the rows are asked for */
        else if (event == X12_EVENT_SEGMENT && lines.count < LINES && text_is(check.segment->elements[0], "LX"))
            lines.positions[lines.count++] = check.walker.position;
        else if (event == X12_EVENT_CLAIM_END)
            take(&check.claim.findings, &lines, findings);
        else if (event == X12_EVENT_SET_END)
            take(&check.set.findings, &(struct lines){.count = 0}, findings);
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    x12_check_close(&check);
}

void
proof_find(const struct proof *proof, struct findings *findings)
{
    struct x12_writer out;
    if (!proof_is_wanted(proof->payer, proof->body->form))
        return;
    x12_writer_open(&out, x12_delimiters_usual);
    if (print(proof, &out, findings->arena))
        read_proof(proof, x12_writer_bytes(&out), findings);
    x12_writer_close(&out);
}

bool
proof_is_coding(const struct finding *finding)
{
    return finding->kind->snip == SNIP_PAYER && claims_status_is_coding(text_from(finding->code));
}
