#include "services/claimline/check_coding.h"

#include "common/x12/map/x12_claims.h"
#include "services/claimline/place.h"
#include "services/coding/steps/own/own.h"
#include "services/coding/steps/sets.h"
#include "services/coding/steps/wants.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct check_coding {
    struct claimline *run;
    const struct payer *payer; /* NULL: none was named */
    struct codeset_folder *folder;
    struct coding_sets sets;
    struct coding_switches switches;
    struct coding_wants wants;
    struct own_rules *own;
    int32_t today;
    struct x12_map_reader maps[CLAIM_FORM_COUNT], *map; /* of the open set; NULL: it has no claims */
    struct arena arena;
    /* of the last claim */
    struct coding_case c;
    struct coding_run judged;
    struct findings findings;
    bool given;
    /* of the file */
    uint64_t claims, held, applied, found[CODING_STEPS + 1], not_assessed[CODING_STEPS + 1];
};

/* ---- opening ---- */

static int
open_sets(struct check_coding *coding)
{
    struct claimline *run = coding->run;
    char reason[CODESET_REASON_BYTES];
    enum status status = codeset_folder_open(&coding->folder, place_sets(run), reason);
    coding_sets_take(&coding->sets, coding->folder);
    if (status == STATUS_OK || (status == STATUS_NOT_FOUND && !claimline_given(run, OPTION_CODES_FOLDER)))
        return CLAIMLINE_DONE;
    claimline_say(run, "%s", reason);
    return CLAIMLINE_CANNOT;
}

static int
read_own(struct check_coding *coding)
{
    char reason[OWN_REASON_BYTES];
    const char *table = config_text(coding->run->config, "coding", "rules");
    const char *script = config_text(coding->run->config, "coding", "script");
    if (table[0] == '\0' || own_open(table, script, &coding->own, reason) == STATUS_OK)
        return CLAIMLINE_DONE;
    claimline_say(coding->run, "%s", reason);
    return CLAIMLINE_CANNOT;
}

static int
read_switches(struct check_coding *coding, const char *where, struct text words)
{
    struct text wrong;
    if (coding_switches_read(words, coding->own, &coding->switches, &wrong))
        return CLAIMLINE_DONE;
    claimline_say(coding->run, "%s: \"%.*s\" is no coding rule", where, TEXT_ARGS(wrong));
    return CLAIMLINE_CANNOT;
}

static int
open_all(struct check_coding *coding)
{
    int code = claimline_configure(coding->run);
    if (code == CLAIMLINE_DONE)
        code = open_sets(coding);
    if (code == CLAIMLINE_DONE)
        code = read_own(coding);
    if (code == CLAIMLINE_DONE)
        code = read_switches(coding, "[coding] off", text_from(config_text(coding->run->config, "coding", "off")));
    if (code == CLAIMLINE_DONE && coding->payer != NULL) {
        coding->wants = wants_of(coding->payer);
        code = read_switches(coding, "[payer] coding_off", coding->payer->coding_off);
    }
    return code;
}

struct check_coding *
check_coding_open(struct claimline *run, const struct payer *payer, int *code)
{
    struct tm local;
    if (!claimline_given(run, OPTION_CODING) && !claimline_given(run, OPTION_CODES_FOLDER))
        return NULL;
    struct check_coding *coding = calloc(1, sizeof *coding);
    assert(coding != NULL);
    coding->run = run;
    coding->payer = payer;
    arena_init(&coding->arena, 0);
    *code = open_all(coding);
    coding->today = claimline_today(run, &local);
    if (*code == CLAIMLINE_DONE)
        return coding;
    check_coding_close(coding);
    return NULL;
}

static void
close_maps(struct check_coding *coding)
{
    for (size_t i = 0; i < CLAIM_FORM_COUNT; i++)
        if (coding->maps[i].map != NULL)
            x12_map_reader_close(&coding->maps[i]);
    memset(coding->maps, 0, sizeof coding->maps);
    coding->map = NULL;
}

void
check_coding_close(struct check_coding *coding)
{
    if (coding == NULL)
        return;
    close_maps(coding);
    own_free(coding->own);
    codeset_folder_close(coding->folder);
    arena_free(&coding->arena);
    free(coding);
}

const struct own_rules *
check_coding_own(const struct check_coding *coding)
{
    return coding == NULL ? NULL : coding->own;
}

/* ---- SNIP type 5 ---- */

static bool
ask_published(void *context, enum codes_set set, struct text code, int32_t date, struct codes_answer *answer, const char **edition)
{
    struct check_coding *coding = context;
    const struct codeset_data *data = NULL;
    if (coding->sets.sets[set] == NULL)
        return false;
    if (codeset_judge(coding->sets.sets[set], code, date, answer, &data) != STATUS_OK) {
        coding->sets.damaged = true; /* check_coding_end says so */
        return false;
    }
    if (answer->verdict == CODES_EDITION_MISSING || answer->verdict == CODES_NOT_HELD || data == NULL)
        return false;
    codeset_settle(answer, codes_starter(), set, code, date);
    *edition = codeset_edition_about(data)->edition;
    return true;
}

void
check_coding_publish(struct check_coding *coding, struct codes_lists *lists)
{
    if (coding != NULL)
        codes_lists_publish(lists, (struct codes_published){ask_published, coding});
}

/* ---- judging ---- */

static void
judge(struct check_coding *coding, const struct claim_body *body, const struct document *documents, uint32_t document_count)
{
    arena_reset(&coding->arena);
    findings_init(&coding->findings, &coding->arena);
    coding_case_make(&coding->c, body, documents, document_count, codes_starter(), coding->today);
    coding->c.sets = &coding->sets;
    coding->c.switches = &coding->switches;
    coding->c.own = coding->own;
    if (coding->payer != NULL) {
        coding->c.wants = &coding->wants;
        coding->c.medicare = coding->c.medicare || coding->payer->medicare;
    }
    struct coding_judgement judgement = coding_judge(&coding->judged, &coding->c, &coding->findings);
    coding->given = true;
    coding->claims++;
    coding->held += findings_worst(&coding->findings) >= FINDING_QUERY;
    coding->applied += judgement.applied;
    for (unsigned step = 1; step <= CODING_STEPS; step++) {
        coding->found[step] += judgement.results[step - 1] == CODING_FINDINGS;
        coding->not_assessed[step] += judgement.not_assessed >> step & 1;
    }
}

static enum status
take_record(void *context, const struct x12_map_reader *reader, unsigned record, const void *value, const struct x12_map_fault *fault)
{
    (void)reader;
    (void)fault;
    if (record == X12_CLAIMS_CLAIM)
        judge(context, value, NULL, 0);
    return STATUS_OK;
}

/* The reader of the open set's guide; NULL when it is none of the three 837s. */
static struct x12_map_reader *
map_of_set(struct check_coding *coding, const struct x12_check *check)
{
    const struct x12_map *map = x12_claims_map(check->set.guide);
    struct x12_map_reader *reader = coding->maps;
    if (map == NULL)
        return NULL;
    while (reader->map != NULL && reader->map != map)
        reader++;
    if (reader->map == NULL)
        x12_map_reader_open(reader, map, take_record, coding);
    return reader;
}

void
check_coding_begin(struct check_coding *coding)
{
    if (coding == NULL)
        return;
    close_maps(coding);
    coding->claims = coding->held = coding->applied = 0;
    memset(coding->found, 0, sizeof coding->found);
    memset(coding->not_assessed, 0, sizeof coding->not_assessed);
}

const struct findings *
check_coding_event(struct check_coding *coding, const struct x12_check *check, enum x12_event event)
{
    if (coding == NULL)
        return NULL;
    coding->given = false;
    if (event == X12_EVENT_SET)
        coding->map = map_of_set(coding, check);
    if (coding->map != NULL)
        x12_map_event(coding->map, check, event);
    if (!coding->given)
        return NULL;
    for (uint32_t i = 0; i < coding->findings.count; i++)
        coding->findings.items[i].offset = check->claim.offset;
    return &coding->findings;
}

const struct findings *
check_coding_claim(struct check_coding *coding, const struct claim_body *body, const struct document *documents, uint32_t document_count)
{
    if (coding == NULL)
        return NULL;
    judge(coding, body, documents, document_count);
    return &coding->findings;
}

/* "; findings: 3 locate of 2 claims" */
static struct text
steps_of(struct arena *arena, const uint64_t counts[CODING_STEPS + 1], const char *title)
{
    struct text words = {0};
    for (unsigned step = 1; step <= CODING_STEPS; step++)
        if (counts[step] > 0)
            words = arena_print(arena, "%.*s%s%s%u %s of %" PRIu64, TEXT_ARGS(words), words.length == 0 ? title : "",
                                words.length == 0 ? ": " : ", ", step, coding_step_names[step - 1], counts[step]);
    return words;
}

/* Which rules did not judge, and who says so. */
static void
say_switched_off(const struct check_coding *coding)
{
    struct claimline *run = coding->run;
    const char *site = config_text(run->config, "coding", "off");
    if (site[0] != '\0')
        claimline_say(run, "switched off by this site ([coding] off): %s", site);
    if (coding->payer != NULL && coding->payer->coding_off.length > 0)
        claimline_say(run, "switched off by the profile of payer %.*s (coding_off): %.*s", TEXT_ARGS(coding->payer->name),
                      TEXT_ARGS(coding->payer->coding_off));
}

int
check_coding_end(struct check_coding *coding, const char *file)
{
    if (coding == NULL)
        return CLAIMLINE_DONE;
    struct arena *arena = &coding->run->arena;
    struct text found = steps_of(arena, coding->found, "; findings");
    struct text skipped = steps_of(arena, coding->not_assessed, "; not assessed, as a whole or in part");
    struct text name = coding_sets_name(&coding->sets);
    claimline_say(coding->run, "%s: %" PRIu64 " claims through the seven steps with %.*s, %" PRIu64 " would be held, %" PRIu64 " rules applied%.*s%.*s", file,
                  coding->claims, TEXT_ARGS(name), coding->held, coding->applied, TEXT_ARGS(found), TEXT_ARGS(skipped));
    say_switched_off(coding);
    if (!coding->sets.damaged)
        return CLAIMLINE_DONE;
    claimline_say(coding->run, "a file of the code sets has changed on disk: import them again (claimline codes import)");
    return CLAIMLINE_CANNOT;
}
