#include "tests/services/coding_encounter_judge.h"

#include "schemas/findings.h"
#include "services/coding/steps/billed.h"
#include "services/coding/steps/history.h"
#include "services/coding/steps/own/own.h"
#include "services/coding/steps/sets.h"
#include "tests/common/codeset_sample.h"

#include <ftw.h>
#include <stdlib.h>

struct encounter_sets_open {
    struct sample sample;
    struct codeset_folder *folder;
    struct coding_sets sets;
};

static struct encounter_sets_open *
begin_sets(void)
{
    struct encounter_sets_open *sets = calloc(1, sizeof *sets);
    cr_assert_not_null(sets);
    sample_begin(&sets->sample);
    return sets;
}

static void
take_sets(struct encounter_sets_open *sets)
{
    sets->folder = sample_open(&sets->sample);
    coding_sets_take(&sets->sets, sets->folder);
}

void
encounter_sets_close(struct encounter_sets_open *sets)
{
    cr_assert_not(sets->sets.damaged);
    codeset_folder_close(sets->folder);
    sample_end(&sets->sample);
    free(sets);
}

static struct codeset_import *importing;

/* Files that are nothing of a code set, or of another layout, are not recognised: they stay out. */
static int
import_one(const char *path, const struct stat *about, int type, struct FTW *walk)
{
    char reason[CODESET_REASON_BYTES];
    (void)about, (void)walk;
    if (type == FTW_F && strstr(path, "/synthetic-claims/") == NULL)
        (void)codeset_import_file(importing, path, reason);
    return 0;
}

struct encounter_sets_open *
encounter_sets_published(void)
{
    char path[4096], reason[CODESET_REASON_BYTES];
    const char *samples = getenv("CLAIMLINE_SAMPLES");
    struct stat about;
    snprintf(path, sizeof path, "%s/codesets", samples == NULL ? "" : samples);
    if (samples == NULL || stat(path, &about) != 0)
        return NULL;
    struct encounter_sets_open *sets = begin_sets();
    cr_assert_eq(codeset_import_begin(&importing, sets->sample.folder, &sets->sample.options, reason), STATUS_OK, "%s", reason);
    cr_assert_eq(nftw(path, import_one, 16, FTW_PHYS), 0);
    cr_assert_eq(codeset_import_finish(importing, reason), STATUS_OK, "%s", reason);
    codeset_import_end(importing);
    take_sets(sets);
    return sets;
}

/* Small files of tests/data/codeset alone. */
static struct encounter_sets_open *
sets_of(const struct encounter_case *c)
{
    struct encounter_sets_open *sets = begin_sets();
    for (uint32_t i = 0; i < c->with_count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/tests/data/codeset/%.*s", getenv("CLAIMLINE_SOURCE"), TEXT_ARGS(c->with[i]));
        cr_assert_eq(sample_import_path(&sets->sample, path), STATUS_OK, "%s", sets->sample.reason);
    }
    take_sets(sets);
    return sets;
}

/* The claim of the history that has this number; made when it is the first service of it. */
static struct past_claim *
past_claim_of(struct encounter_verdict *verdict, const struct encounter_case *c, struct past_claim *claims, uint64_t number)
{
    for (uint32_t i = 0; i < verdict->history.count; i++)
        if (claims[i].claim_id == number)
            return &claims[i];
    struct past_claim *claim = &claims[verdict->history.count++];
    *claim = (struct past_claim){.claim_id = number, .version = 1, .form = c->body.form, .group = billed_npi(c->body.billing.id),
                                 .specialty = billed_specialty(&c->body)};
    claim->lines = ARENA_ARRAY(&verdict->arena, struct past_line, c->history_count);
    return claim;
}

/* As the daemon keeps former claims (passed.c): of the same group, by the same provider unless the case names another. */
static void
take_history(const struct encounter_case *c, struct encounter_verdict *verdict)
{
    struct past_claim *claims = ARENA_ARRAY(&verdict->arena, struct past_claim, c->history_count + 1);
    for (uint32_t i = 0; i < c->history_count; i++) {
        const struct encounter_past *past = &c->history[i];
        struct past_claim *claim = past_claim_of(verdict, c, claims, past->claim);
        struct service_line line = {.procedure = past->code, .modifier_1 = past->modifiers[0], .modifier_2 = past->modifiers[1],
                                    .modifier_3 = past->modifiers[2], .modifier_4 = past->modifiers[3]};
        claim->lines[claim->lines_count++] =
            (struct past_line){.procedure = codeset_key(past->code), .modifiers = billed_modifiers(&line), .date_from = past->date,
                               .date_to = past->date, .quantity_milli = past->units_milli, .charge_cents = past->charge_cents,
                               .provider = past->provider.length > 0 ? billed_npi(past->provider) : billed_provider(&c->body, &line)};
        claim->latest = past->date > claim->latest ? past->date : claim->latest;
        claim->instant = 1;
    }
    verdict->history.claims = claims;
    verdict->history.since = 20100101;
    verdict->history.partial = c->history_partial;
    verdict->judged.history = c->history_given ? &verdict->history : NULL;
}

static void
take_switches(const struct encounter_case *c, struct encounter_verdict *verdict)
{
    for (uint32_t i = 0; i < c->without_count; i++) {
        struct text wrong;
        cr_assert(coding_switches_read(c->without[i], NULL, &verdict->switches, &wrong), "%.*s: no rule %.*s", TEXT_ARGS(c->name),
                  TEXT_ARGS(wrong));
    }
}

/* One own rule, which asks the script's function judge of every claim. */
static void
take_script(const struct encounter_case *c, struct encounter_verdict *verdict)
{
    static const char table[] = "number\tseverity\tstep\tsettings\tpayers\tfrom\tuntil\ttests\tsentence\tremedy\tsource\n"
                                "8001\tquery\t7\tPOID\t*\t\t\tscript judge\tWrong.\tLook.\tthe case\n";
    char reason[OWN_REASON_BYTES];
    if (c->script.length == 0)
        return;
    cr_assert_eq(own_read("own", text_from(table), "script", c->script, &verdict->own, reason), STATUS_OK, "%s", reason);
    verdict->judged.own = verdict->own;
}

void
encounter_judge(const struct encounter_case *c, struct encounter_sets_open *sets, struct encounter_verdict *verdict)
{
    struct encounter_sets_open *own = c->with_count > 0 ? sets_of(c) : NULL;
    struct encounter_sets_open *used = own != NULL ? own : sets;
    *verdict = (struct encounter_verdict){0};
    arena_init(&verdict->arena, 0);
    findings_init(&verdict->findings, &verdict->arena);
    take_switches(c, verdict);
    coding_case_make(&verdict->judged, &c->body, c->documents, c->documents_count, codes_starter(), c->received);
    verdict->judged.sets = used == NULL ? NULL : &used->sets;
    verdict->judged.switches = &verdict->switches;
    verdict->judged.wants = &c->wants;
    take_script(c, verdict);
    take_history(c, verdict);
    verdict->judgement = coding_judge(&verdict->run, &verdict->judged, &verdict->findings);
    if (own != NULL)
        encounter_sets_close(own);
}

void
encounter_verdict_free(struct encounter_verdict *verdict)
{
    own_free(verdict->own);
    arena_free(&verdict->arena);
}

static bool
has(const uint64_t set[CODING_RULE_WORDS], uint16_t rule)
{
    return coding_rule(rule) != NULL && coding_has(set, (unsigned)(coding_rule(rule) - coding_rules));
}

bool
encounter_applied(const struct encounter_verdict *verdict, uint16_t rule)
{
    return has(verdict->run.applied, rule) && !has(verdict->run.lacking, rule);
}

bool
encounter_lacked(const struct encounter_verdict *verdict, uint16_t rule)
{
    return has(verdict->run.lacking, rule);
}
