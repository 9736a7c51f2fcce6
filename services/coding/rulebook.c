/* Which rules are on: the site's switches, the payers' own, and the list of all that people read. */
#include "services/coding/plan.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static bool
read_off(struct text words, struct coding_switches *switches, const struct config *config, const char *section, const char *key,
         char reason[512])
{
    char sentence[200];
    struct text wrong;
    if (coding_switches_read(words, switches, &wrong))
        return true;
    snprintf(sentence, sizeof sentence, "\"%.*s\" is no coding rule; allowed: numbers that claimline coding rules lists, as 3203, 3302",
             (int)(wrong.length < 40 ? wrong.length : 40), wrong.data);
    config_blame(config, section, key, sentence, reason);
    return false;
}

static struct coding_wants
wants_of(const struct payer *payer)
{
    return (struct coding_wants){.ndc = payer->needs_ndc,
                                 .authorization = payer->needs_authorization,
                                 .referral = payer->needs_referral,
                                 .telehealth = payer->telehealth_modifiers,
                                 .locality = payer->fee_locality,
                                 .percent = payer->fee_percent};
}

enum status
rulebook_start(struct service *service, char reason[512])
{
    struct coding *state = service_state(service);
    struct coding_rulebook *book = &state->rulebook;
    size_t count = state->payers == NULL ? 0 : state->payers->count;
    if (!read_off(text_from(service_config_text(service, "off")), &book->site, service_config(service), "coding", "off", reason))
        return STATUS_CONFIG;
    book->payers = calloc(count + 1, sizeof *book->payers);
    book->wants = calloc(count + 1, sizeof *book->wants);
    assert(book->payers != NULL && book->wants != NULL);
    for (size_t i = 0; i < count; i++) {
        const struct payer *payer = &state->payers->items[i];
        book->payers[i] = book->site;
        book->wants[i] = wants_of(payer);
        book->by_payer = book->by_payer || payer->medicare || payer->coding_off.length > 0 || wants_any(&book->wants[i]);
        if (!read_off(payer->coding_off, &book->payers[i], payer->config, "payer", "coding_off", reason))
            return STATUS_CONFIG;
    }
    return STATUS_OK;
}

void
rulebook_stop(struct service *service)
{
    struct coding *state = service_state(service);
    free(state->rulebook.payers);
    free(state->rulebook.wants);
    state->rulebook.payers = NULL;
    state->rulebook.wants = NULL;
}

void
rulebook_apply(struct coding *state, struct coding_case *c)
{
    const struct coding_rulebook *book = &state->rulebook;
    c->sets = &state->editions.sets;
    c->switches = &book->site;
    if (!book->by_payer)
        return;
    const struct payer *payer = payer_by_id(state->payers, c->body->payer.id);
    if (payer == NULL)
        return;
    c->switches = &book->payers[payer - state->payers->items];
    c->wants = &book->wants[payer - state->payers->items];
    c->medicare = c->medicare || payer->medicare;
}

const struct coding_wants *
rulebook_wants(const struct coding *state, const struct claim_body *body)
{
    const struct payer *payer = state->rulebook.by_payer ? payer_by_id(state->payers, body->payer.id) : NULL;
    return payer == NULL ? NULL : &state->rulebook.wants[payer - state->payers->items];
}

/* ---- the list ---- */

static struct text
settings_of(const struct coding_rule *rule, struct arena *arena)
{
    static const char *const names[CODING_SETTING_COUNT] = {"professional", "outpatient", "inpatient", "dental"};
    struct text words = {0};
    for (unsigned i = 0; i < CODING_SETTING_COUNT; i++)
        if (rule->settings >> i & 1)
            words = arena_print(arena, "%.*s%s%s", TEXT_ARGS(words), words.length == 0 ? "" : " ", names[i]);
    return words;
}

/* The profiles that switch a rule off which is on at the site. */
static struct text
payers_without(const struct coding *state, unsigned row, struct arena *arena)
{
    struct text names = {0};
    for (size_t i = 0; state->payers != NULL && i < state->payers->count; i++)
        if (coding_has(state->rulebook.payers[i].off, row) && !coding_has(state->rulebook.site.off, row))
            names = arena_print(arena, "%.*s%s%.*s", TEXT_ARGS(names), names.length == 0 ? "" : " ",
                                TEXT_ARGS(state->payers->items[i].name));
    return names;
}

static void
tell_rule(const struct coding *state, struct control_rows *rows, unsigned row)
{
    const struct coding_rule *rule = &coding_rules[row];
    const struct finding_kind *kind = finding_kind(rule->number);
    control_row(rows);
    control_number(rows, "number", rule->number);
    control_text(rows, "name", text_from(kind->name));
    control_number(rows, "step", rule->step);
    control_text(rows, "severity", text_from(finding_severity_name((enum finding_severity)kind->severity)));
    control_text(rows, "settings", settings_of(rule, rows->arena));
    control_text(rows, "payers", text_from(rule->medicare ? "medicare" : "all"));
    if (rule->from != 0)
        control_date(rows, "from", rule->from);
    if (rule->to != 0)
        control_date(rows, "until", rule->to);
    control_text(rows, "on", text_from(coding_has(state->rulebook.site.off, row) ? "no" : "yes"));
    control_text(rows, "off_for", payers_without(state, row, rows->arena));
    control_text(rows, "sentence", text_from(kind->sentence));
    control_text(rows, "suggestion", text_from(kind->remedy));
    control_text(rows, "source", text_from(rule->source));
}

void
rulebook_query(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    uint64_t first = 0;
    if (request->cursor.length > 0 && !text_to_u64(request->cursor, &first)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("not a cursor of this list");
        return;
    }
    for (uint64_t row = first; row < CODING_RULE_COUNT; row++) {
        if (control_page_full(rows)) {
            rows->answer->next = arena_print(rows->arena, "%llu", (unsigned long long)row);
            return;
        }
        tell_rule(service_state(service), rows, (unsigned)row);
    }
}
