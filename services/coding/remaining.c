#include "services/coding/remaining.h"

static struct text
place_of(const struct remaining *r, const struct finding *finding)
{
    return numbering_shown(r->numbering, finding->place, r->arena);
}

/* Kept texts are cut. */
static bool
was_cut_from(struct text kept, struct text whole)
{
    return text_starts(whole, kept) && (kept.length > 0 || whole.length == 0);
}

static bool
is_in(const struct coding_finding *list, uint32_t count, const struct finding *finding, struct text place)
{
    for (uint32_t i = 0; i < count; i++)
        if (list[i].number == finding->kind->number && was_cut_from(list[i].place, place) && was_cut_from(list[i].detail, finding->detail))
            return true;
    return false;
}

static bool
was_shown(const struct remaining *r, const struct finding *finding)
{
    struct text place = place_of(r, finding);
    return is_in(r->held->findings, r->held->findings_count, finding, place) ||
           is_in(r->held->refused, r->held->refused_count, finding, place);
}

bool
remaining_all_shown(const struct remaining *r)
{
    for (uint32_t i = 0; i < r->findings->count && i < CODING_KEPT_FINDINGS; i++) /* more are not kept, and so can never be known */
        if (r->findings->items[i].kind->severity >= FINDING_WARNING && !was_shown(r, &r->findings->items[i]))
            return false;
    return true;
}

void
remaining_show(const struct remaining *r, bool reveal, struct control_rows *rows)
{
    for (uint32_t i = 0; i < r->findings->count && !control_page_full(rows); i++) {
        const struct finding *finding = &r->findings->items[i];
        control_row(rows);
        control_text(rows, "row", TEXT("finding"));
        control_number(rows, "number", finding->kind->number);
        control_text(rows, "severity", text_from(finding_severity_name((enum finding_severity)finding->kind->severity)));
        control_text(rows, "standing", was_shown(r, finding) ? TEXT("shown before") : TEXT("new"));
        control_text(rows, "place", arena_copy(rows->arena, place_of(r, finding)));
        control_text(rows, "sentence", coding_sentence(r->state, finding, reveal ? CODING_SHOW_REVEAL : 0, rows->arena));
        control_text(rows, "suggestion", coding_remedy(r->state, finding, 0, rows->arena));
    }
}

enum status
remaining_keep(const struct remaining *r, struct step *step)
{
    struct held_claim row, list = {0};
    struct store_key key = coding_held_key(r->held->identity.claim_id);
    enum status status = coding_held_get(step, r->held->identity.claim_id, &row); /* as it stands: the answer's changes are not kept */
    if (status != STATUS_OK)
        return status;
    coding_held_findings(&list, r->findings, r->arena);
    for (uint32_t i = 0; i < list.findings_count; i++)
        list.findings[i].place = text_head(place_of(r, &r->findings->items[i]), CODING_KEPT_PLACE_BYTES);
    row.refused = list.findings;
    row.refused_count = list.findings_count;
    step_put_record(step, CODING_HELD, store_key_text(&key), &record_held_claim, &row);
    step_keep_refusal(step);
    return STATUS_OK;
}
