/* Held claims: their rows, the notices to intake, the events. */
#include "common/date/date.h"
#include "schemas/findings.h"
#include "schemas/streams.h"
#include "services/coding/plan.h"

enum { DETAIL_BYTES = 120, CODE_BYTES = 32 };

struct store_key
coding_held_key(uint64_t claim_id)
{
    return store_key_u64(store_key(), claim_id);
}

enum status
coding_held_get(struct step *step, uint64_t claim_id, struct held_claim *held)
{
    struct store_key key = coding_held_key(claim_id);
    return step_get_record(step, CODING_HELD, store_key_text(&key), &record_held_claim, held);
}

void
coding_held_findings(struct held_claim *held, const struct findings *findings, struct arena *arena)
{
    struct coding_finding *kept = ARENA_ARRAY(arena, struct coding_finding, CODING_KEPT_FINDINGS);
    uint32_t count = held->findings_count;
    if (count > 0)
        memcpy(kept, held->findings, sizeof *kept * count);
    for (uint32_t i = 0; i < findings->count && count < CODING_KEPT_FINDINGS; i++) {
        const struct finding *finding = &findings->items[i];
        kept[count++] = (struct coding_finding){.number = finding->kind->number,
                                                .place = text_head(finding->place, CODING_KEPT_PLACE_BYTES),
                                                .detail = text_head(finding->detail, DETAIL_BYTES),
                                                .money = finding->money};
    }
    held->findings = kept;
    held->findings_count = count;
}

static void
follow(struct coding_finding *list, uint32_t count, const struct numbering *numbering, bool answered, struct arena *arena)
{
    for (uint32_t i = 0; i < count; i++) {
        struct coding_finding *finding = &list[i];
        bool gone;
        struct text place = numbering_follow(numbering, finding->place, arena, &gone);
        if (gone)
            place = answered ? arena_print(arena, "%.*s, taken off", TEXT_ARGS(place)) : TEXT("claim");
        finding->place = text_head(place, CODING_KEPT_PLACE_BYTES);
    }
}

void
coding_held_follow(struct held_claim *held, const struct numbering *numbering, bool answered, struct arena *arena)
{
    follow(held->findings, held->findings_count, numbering, answered, arena);
    follow(held->refused, held->refused_count, numbering, answered, arena);
}

const struct finding_kind *
coding_kind(const struct coding *state, uint64_t number)
{
    const struct own_rule *own = own_rule(state->rulebook.own, number);
    return own != NULL ? &own->kind : finding_kind((uint16_t)number);
}

struct finding
coding_kept_finding(const struct coding *state, const struct coding_finding *kept, struct arena *arena)
{
    struct finding finding = {
        .kind = coding_kind(state, kept->number), .place = kept->place, .detail = kept->detail, .private = coding_is_private(kept->number), .money = kept->money};
    if (finding.kind != NULL && finding.kind->snip == 7)
        finding.private = false; /* the name of a row of a payer's profile */
    if (finding.kind == NULL) {
        finding.kind = finding_kind(FINDING_CODING_DOWNSTREAM_QUERY);
        finding.detail = arena_print(arena, "%u", (unsigned)kept->number);
        finding.private = false;
    }
    return finding;
}

enum status
coding_tell_intake(struct step *step, const struct held_claim *held, enum hold_change change)
{
    if (held->duplicate_key.length == 0)
        return STATUS_OK;
    struct hold_notice notice = {
        .identity = held->identity, .change = change, .duplicate_key = held->duplicate_key};
    return step_emit(step, STREAM_CODING_INTAKE, &record_hold_notice, &notice);
}

/* The numbers of what holds it, as many as fit: "3111,3301". */
static struct text
number_list(const struct coding *state, const struct held_claim *held, struct arena *arena)
{
    struct text list = {0};
    for (uint32_t i = 0; i < held->findings_count; i++) {
        const struct finding_kind *kind = coding_kind(state, held->findings[i].number);
        if (kind != NULL && kind->severity < FINDING_QUERY)
            continue;
        struct text longer = arena_print(arena, "%.*s%s%u", TEXT_ARGS(list), list.length == 0 ? "" : ",",
                                         (unsigned)held->findings[i].number);
        if (longer.length > CODE_BYTES)
            break;
        list = longer;
    }
    return list;
}

uint64_t
coding_held_first(const struct coding *state, const struct held_claim *held)
{
    for (uint32_t i = 0; i < held->findings_count; i++) {
        const struct finding_kind *kind = coding_kind(state, held->findings[i].number);
        if (kind == NULL || kind->severity >= FINDING_QUERY)
            return held->findings[i].number;
    }
    return 0;
}

uint64_t
coding_held_at(const struct coding *state, const struct held_claim *held, struct text place)
{
    for (uint32_t i = 0; i < held->findings_count; i++) {
        const struct finding_kind *kind = coding_kind(state, held->findings[i].number);
        struct text found = held->findings[i].place;
        if (found.length > 0 && (kind == NULL || kind->severity >= FINDING_WARNING) && text_starts(place, found) &&
            (place.length == found.length || place.data[found.length] == ' '))
            return held->findings[i].number;
    }
    return 0;
}

/* The own rules that went out with this claim: "out: OWN_8003". */
static struct text
out_of_order(const struct held_claim *held, struct arena *arena)
{
    struct text words = {0};
    for (uint32_t i = 0; i < held->findings_count; i++) {
        const struct coding_finding *finding = &held->findings[i];
        if (finding->number != FINDING_CODING_OWN_RULE_FAILED && finding->number != FINDING_CODING_OWN_RULE_RAN_AWAY)
            continue;
        struct text longer = words.length == 0 ? arena_print(arena, "out: %.*s", TEXT_ARGS(finding->detail))
                                               : arena_print(arena, "%.*s %.*s", TEXT_ARGS(words), TEXT_ARGS(finding->detail));
        if (longer.length > DETAIL_BYTES)
            break;
        words = longer;
    }
    return words;
}

struct identity
coding_leaving_identity(const struct held_claim *held)
{
    struct identity identity = held->identity;
    if (held->cause != HOLD_CAUSE_ENCOUNTER)
        identity.version++;
    return identity;
}

static int32_t
last_service(const struct claim_body *body)
{
    int32_t last = 0;
    for (uint32_t i = 0; i < body->lines_count; i++) {
        const struct service_line *line = &body->lines[i];
        int32_t date = line->date_to > line->date_from ? line->date_to : line->date_from;
        if (date > last)
            last = date;
    }
    if (body->institutional_count > 0 && body->institutional->statement_to > last)
        last = body->institutional->statement_to;
    if (last == 0 && body->dental_count > 0)
        last = body->dental->service_to != 0 ? body->dental->service_to : body->dental->service_from;
    return last;
}

/* The last day on which this payer takes the claim; 0 when no profile or no date says it. */
static int32_t
filing_deadline(struct service *service, const struct claim_body *body)
{
    const struct coding *state = service_state(service);
    const struct payer *payer = state->payers == NULL ? NULL : payer_by_id(state->payers, body->payer.id);
    int32_t last = last_service(body);
    return payer == NULL || last == 0 ? 0 : date_add_days(last, (int32_t)payer->timely_filing_days);
}

struct text
coding_department(const struct claim_body *body)
{
    struct text id = body->service_facility.id;
    bool npi = id.length == 10; /* nothing else may come into a key */
    for (size_t i = 0; npi && i < id.length; i++)
        npi = id.data[i] >= '0' && id.data[i] <= '9';
    return npi ? id : (struct text){0};
}

enum status
coding_hold(struct step *step, struct held_claim *held, const struct claim_body *body)
{
    struct service *service = step_service(step);
    int64_t days = service_config_number(service, "answer_days");
    struct store_key key = coding_held_key(held->identity.claim_id);
    struct text list = number_list(service_state(service), held, step_arena(step));
    held->since = step_time(step);
    held->deadline = date_add_days(service_local_date(service, held->since), (int32_t)days);
    held->due_date = filing_deadline(service, body);
    held->department = coding_department(body);
    struct coding_expected expected = coding_expected_of(service_state(service), body, held->local_date);
    held->expected_cents = expected.cents;
    held->expected_lines = expected.lines;
    step_put_record(step, CODING_HELD, store_key_text(&key), &record_held_claim, held);
    struct event event = {
        .identity = held->identity, .kind = EVENT_KIND_CODING_HELD, .number = coding_held_first(service_state(service), held),
        .cents = held->cents, .code = list, .detail = out_of_order(held, step_arena(step))};
    enum status status = step_event(step, &event);
    return status != STATUS_OK ? status : coding_tell_intake(step, held, HOLD_CHANGE_HELD);
}

void
coding_held_case(struct coding *state, struct coding_case *c, const struct held_claim *held, const struct claim_body *body)
{
    coding_case_make(c, body, held->documents, held->documents_count, codes_starter(), held->local_date);
    rulebook_apply(state, c);
}
