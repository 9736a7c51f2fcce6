/* Which rules are on: the site's own rules, which are read again when they change, its switches, the payers', and the list of all that
 * people read. */
#include "services/coding/plan.h"

#include "common/clock/clock.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define RULEBOOK_LOOK (2 * CLOCK_SECOND)

static bool
read_off(struct text words, const struct own_rules *own, struct coding_switches *switches, const struct config *config, const char *section, const char *key,
         char reason[512])
{
    char sentence[200];
    struct text wrong;
    if (coding_switches_read(words, own, switches, &wrong))
        return true;
    snprintf(sentence, sizeof sentence, "\"%.*s\" is no coding rule; allowed: numbers that claimline coding rules lists, as 3203, 3302",
             (int)(wrong.length < 40 ? wrong.length : 40), wrong.data);
    config_blame(config, section, key, sentence, reason);
    return false;
}

static bool
read_own(struct service *service, struct coding_rulebook *book, char reason[512])
{
    const char *table = service_config_text(service, "rules"), *script = service_config_text(service, "script");
    if (table[0] == '\0' && script[0] != '\0') {
        config_blame(service_config(service), "coding", "script", "a script alone is asked by nobody; allowed: with the key rules", reason);
        return false;
    }
    return table[0] == '\0' || own_open(table, script, &book->own, reason) == STATUS_OK;
}

static void
free_book(struct coding_rulebook *book)
{
    free(book->payers);
    free(book->wants);
    own_free(book->own);
    *book = (struct coding_rulebook){0};
}

/* What the files say now; false with `reason`. */
static bool
read_book(struct service *service, struct coding_rulebook *book, char reason[512])
{
    struct coding *state = service_state(service);
    size_t count = state->payers == NULL ? 0 : state->payers->count;
    if (!read_own(service, book, reason))
        return false;
    if (!read_off(text_from(service_config_text(service, "off")), book->own, &book->site, service_config(service), "coding", "off", reason))
        return false;
    book->payers = calloc(count + 1, sizeof *book->payers);
    book->wants = calloc(count + 1, sizeof *book->wants);
    assert(book->payers != NULL && book->wants != NULL);
    for (size_t i = 0; i < count; i++) {
        const struct payer *payer = &state->payers->items[i];
        book->payers[i] = book->site;
        book->wants[i] = wants_of(payer);
        book->by_payer = book->by_payer || payer->medicare || payer->coding_off.length > 0 || wants_any(&book->wants[i]);
        if (!read_off(payer->coding_off, book->own, &book->payers[i], payer->config, "payer", "coding_off", reason))
            return false;
    }
    return true;
}

/* Table and script; one that is not named or not there is all zeros. True: a file is not what it was. */
static bool
have_changed(struct service *service, struct rulebook_file seen[RULEBOOK_FILES])
{
    static const char *const names[RULEBOOK_FILES] = {"rules", "script"};
    bool changed = false;
    for (unsigned i = 0; i < RULEBOOK_FILES; i++) {
        struct stat about;
        struct rulebook_file now = {0};
        const char *path = service_config_text(service, names[i]);
        if (path[0] != '\0' && stat(path, &about) == 0)
            now = (struct rulebook_file){about.st_ino, about.st_size, about.st_mtim.tv_sec * INT64_C(1000000000) + about.st_mtim.tv_nsec};
        changed = changed || now.inode != seen[i].inode || now.size != seen[i].size || now.written != seen[i].written;
        seen[i] = now;
    }
    return changed;
}

enum status
rulebook_start(struct service *service, char reason[512])
{
    struct coding_rulebook *book = &((struct coding *)service_state(service))->rulebook;
    have_changed(service, book->seen); /* before they are read, so that a change meanwhile is seen */
    return read_book(service, book, reason) ? STATUS_OK : STATUS_CONFIG;
}

void
rulebook_stop(struct service *service)
{
    free_book(&((struct coding *)service_state(service))->rulebook);
}

int64_t
rulebook_poll(struct service *service)
{
    struct coding_rulebook *book = &((struct coding *)service_state(service))->rulebook;
    struct coding_rulebook fresh = {0};
    char reason[512] = "";
    if (!have_changed(service, book->seen))
        return RULEBOOK_LOOK;
    bool read = read_book(service, &fresh, reason);
    if (read) {
        memcpy(fresh.seen, book->seen, sizeof fresh.seen);
        free_book(book);
        *book = fresh;
    } else {
        free_book(&fresh);
        snprintf(book->broken, sizeof book->broken, "the site's own rules cannot be read as they are now, and those of before judge on: %s",
                 reason);
    }
    return RULEBOOK_LOOK;
}

enum status
rulebook_step(struct step *step)
{
    (void)step;
    return STATUS_NOT_FOUND; /* nothing to record: each verdict names the files that judged it */
}

void
rulebook_apply(struct coding *state, struct coding_case *c)
{
    const struct coding_rulebook *book = &state->rulebook;
    c->sets = &state->editions.sets;
    c->switches = &book->site;
    c->own = book->own;
    if (!book->by_payer)
        return;
    const struct payer *payer = payer_by_id(state->payers, c->body->payer.id);
    if (payer == NULL)
        return;
    c->switches = &book->payers[payer - state->payers->items];
    c->wants = &book->wants[payer - state->payers->items];
    c->medicare = c->medicare || payer->medicare;
}

const char *
rulebook_trouble(struct service *service, const char **advice)
{
    struct coding_rulebook *book = &((struct coding *)service_state(service))->rulebook;
    int length = 0;
    *advice = "correct the table or the script; it is read again by itself";
    if (book->broken[0] != '\0')
        return book->broken;
    *advice = "correct the script of own rules (claimline coding rules --reveal says what failed); it is read again by itself";
    for (uint32_t i = 0; book->own != NULL && i < book->own->count && length < 140; i++) {
        const struct own_rule *rule = &book->own->rules[i];
        if (rule->state != OWN_ON)
            length += snprintf(book->trouble + length, sizeof book->trouble - (size_t)length, "%s %u", length == 0 ? "own rules are out:" : ",",
                               (unsigned)rule->kind.number);
    }
    return length == 0 ? NULL : book->trouble;
}

const struct coding_wants *
rulebook_wants(const struct coding *state, const struct claim_body *body)
{
    const struct payer *payer = state->rulebook.by_payer ? payer_by_id(state->payers, body->payer.id) : NULL;
    return payer == NULL ? NULL : &state->rulebook.wants[payer - state->payers->items];
}

/* ---- the list ---- */

static struct text
settings_of(unsigned settings, struct arena *arena)
{
    static const char *const names[CODING_SETTING_COUNT] = {"professional", "outpatient", "inpatient", "dental"};
    struct text words = {0};
    for (unsigned i = 0; i < CODING_SETTING_COUNT; i++)
        if (settings >> i & 1)
            words = arena_print(arena, "%.*s%s%s", TEXT_ARGS(words), words.length == 0 ? "" : " ", names[i]);
    return words;
}

static bool
is_off(const struct coding_switches *switches, unsigned number)
{
    unsigned own = number - OWN_FIRST;
    if (number >= OWN_FIRST)
        return switches->own_off[own / 64] >> own % 64 & 1;
    return coding_has(switches->off, coding_rule_rows[number - CODING_RULE_FIRST]);
}

/* The profiles that switch a rule off which is on at the site. */
static struct text
payers_without(const struct coding *state, unsigned number, struct arena *arena)
{
    struct text names = {0};
    for (size_t i = 0; state->payers != NULL && i < state->payers->count; i++)
        if (is_off(&state->rulebook.payers[i], number) && !is_off(&state->rulebook.site, number))
            names = arena_print(arena, "%.*s%s%.*s", TEXT_ARGS(names), names.length == 0 ? "" : " ",
                                TEXT_ARGS(state->payers->items[i].name));
    return names;
}

/* What both kinds of rules have. */
struct told {
    const struct finding_kind *kind;
    unsigned settings;
    struct text payers;
    int32_t from, to;
    const char *source;
    const struct own_rule *own; /* NULL: built in */
};

static struct text
payers_of(const struct own_rule *rule, struct arena *arena)
{
    struct text words = rule->medicare ? TEXT("medicare") : rule->payer_count == 0 ? TEXT("all") : rule->payers[0];
    for (uint32_t i = 1; i < rule->payer_count; i++)
        words = arena_print(arena, "%.*s %.*s", TEXT_ARGS(words), TEXT_ARGS(rule->payers[i]));
    return words;
}

static const char *
standing_of(const struct coding *state, const struct told *told)
{
    if (told->own != NULL && told->own->state != OWN_ON)
        return "out";
    return is_off(&state->rulebook.site, told->kind->number) ? "no" : "yes";
}

/* Three points where a finding puts what it is about. */
static struct text
open_sentence(const char *sentence, struct arena *arena)
{
    const char *gap = strstr(sentence, "%s");
    return gap == NULL ? text_from(sentence) : arena_print(arena, "%.*s...%s", (int)(gap - sentence), sentence, gap + 2);
}

static void
tell_rule(const struct coding *state, struct control_rows *rows, const struct told *told, bool reveal)
{
    const struct finding_kind *kind = told->kind;
    control_row(rows);
    control_number(rows, "number", kind->number);
    control_text(rows, "name", text_from(kind->name));
    control_number(rows, "step", kind->step);
    control_text(rows, "severity", text_from(finding_severity_name((enum finding_severity)kind->severity)));
    control_text(rows, "settings", settings_of(told->settings, rows->arena));
    control_text(rows, "payers", told->payers);
    if (told->from != 0)
        control_date(rows, "from", told->from);
    if (told->to != 0)
        control_date(rows, "until", told->to);
    control_text(rows, "on", text_from(standing_of(state, told)));
    control_text(rows, "off_for", payers_without(state, kind->number, rows->arena));
    control_text(rows, "sentence", open_sentence(kind->sentence, rows->arena));
    control_text(rows, "suggestion", text_from(kind->remedy));
    control_text(rows, "source", text_from(told->source));
    if (told->own != NULL)
        control_text(rows, "file", text_from(state->rulebook.own->name));
    if (told->own != NULL && told->own->message != NULL && reveal)
        control_text(rows, "failed", text_from(told->own->message));
}

static struct told
told_of(const struct coding *state, uint64_t row, struct arena *arena)
{
    if (row < CODING_RULE_COUNT) {
        const struct coding_rule *rule = &coding_rules[row];
        return (struct told){finding_kind(rule->number), rule->settings, rule->medicare ? TEXT("medicare") : TEXT("all"), rule->from,
                             rule->to, rule->source, NULL};
    }
    const struct own_rule *own = &state->rulebook.own->rules[row - CODING_RULE_COUNT];
    return (struct told){&own->kind, own->settings, payers_of(own, arena), own->from, own->to, own->source, own};
}

void
rulebook_query(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    const struct coding *state = service_state(service);
    uint64_t first = 0, count = CODING_RULE_COUNT + (state->rulebook.own == NULL ? 0 : state->rulebook.own->count);
    if (request->cursor.length > 0 && !text_to_u64(request->cursor, &first)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("not a cursor of this list");
        return;
    }
    for (uint64_t row = first; row < count; row++) {
        if (control_page_full(rows)) {
            rows->answer->next = arena_print(rows->arena, "%llu", (unsigned long long)row);
            return;
        }
        struct told told = told_of(state, row, rows->arena);
        tell_rule(state, rows, &told, request->reveal);
    }
}
