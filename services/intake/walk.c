/*
 * Pass 2: along the content file, claim by claim of the accepted sets. Where it stands is the number of
 * judgements that are durable: a walk that begins anew goes over those claims again, takes their judgements
 * as they are, and writes the answers anew.
 */
#include "common/clock/clock.h"
#include "common/x12/map/x12_claims.h"
#include "schemas/findings.h"
#include "services/intake/answers.h"
#include "services/intake/bundle.h"
#include "services/intake/content.h"

#include <assert.h>
#include <stdlib.h>

enum { EVENTS_BETWEEN_LOOKS = 512, NOTES_LIMIT = 1000, JUDGEMENTS_AHEAD = 1024 };

struct walk {
    struct service *service;
    const struct file_row *row;
    struct content content;
    struct x12_check check;
    struct x12_map_reader maps[CLAIM_FORM_COUNT]; /* one a guide, opened with the first set of it */
    struct x12_map_reader *map;                   /* of the open set; NULL: none was taken yet */
    struct answers answers;
    bool opened; /* there is something to walk along */
    bool ended;
    bool interchange_taken, set_taken;
    bool passing;    /* in a set that is not taken */
    uint64_t set;    /* number of the open set in the file, from 0 */
    uint64_t claims; /* passed */
    uint64_t known;  /* durable judgements */
    uint64_t accepted, refused;
    struct step *step; /* while a claim may be stepped */
    bool given;        /* the map handed the claim out */
    bool stepped;
    enum status status; /* trouble inside a callback */
    struct {
        struct judgement items[JUDGEMENTS_AHEAD];
        uint64_t first; /* ordinal of items[0], from 1 */
        uint32_t count;
    } ahead;
    struct arena notes_arena;
    struct receipt_note *notes;
    size_t note_count;
    uint64_t notes_dropped;
};

static void
add_note(struct walk *walk, uint64_t ordinal, const struct finding *finding, const char *control)
{
    if (finding->kind->severity == FINDING_INFO)
        return;
    if (walk->note_count == NOTES_LIMIT) {
        walk->notes_dropped++;
        return;
    }
    if (walk->notes == NULL)
        walk->notes = ARENA_ARRAY(&walk->notes_arena, struct receipt_note, NOTES_LIMIT);
    struct text place = finding->place;
    walk->notes[walk->note_count++] = (struct receipt_note){
        .ordinal = ordinal,
        .finding = finding->kind->number,
        .place = control == NULL ? arena_copy(&walk->notes_arena, place)
                                 : arena_print(&walk->notes_arena, "%s %.*s", control, TEXT_ARGS(place)),
        .sentence = finding_sentence(finding, false, &walk->notes_arena),
    };
}

static void
add_notes(struct walk *walk, uint64_t ordinal, const struct findings *findings, const char *control)
{
    for (uint32_t i = 0; i < findings->count; i++)
        add_note(walk, ordinal, &findings->items[i], control);
    walk->notes_dropped += findings->dropped;
}

/* What only the judgement knows: a duplicate, a value out of bounds. */
static void
note_judgement(struct walk *walk, uint64_t ordinal, const struct judgement *judgement)
{
    struct finding finding = {.kind = finding_kind(judgement->finding)};
    if (judgement->related != 0)
        finding.detail =
            arena_print(&walk->notes_arena, "claim %llu", (unsigned long long)judgement->related);
    if (finding.kind != NULL)
        add_note(walk, ordinal, &finding, NULL);
}

static uint16_t
first_error(const struct findings *findings)
{
    for (uint32_t i = 0; i < findings->count; i++)
        if (findings->items[i].kind->severity == FINDING_ERROR)
            return findings->items[i].kind->number;
    return 0;
}

static bool
gather_judgement(void *context, struct text key, struct text value)
{
    struct walk *walk = context;
    struct judgement *judgement = &walk->ahead.items[walk->ahead.count];
    (void)key;
    if (!judgement_read(value, judgement)) {
        walk->status = STATUS_CORRUPT;
        return false;
    }
    return ++walk->ahead.count < JUDGEMENTS_AHEAD;
}

/* The durable judgement of a claim. */
static enum status
read_judgement(struct walk *walk, uint64_t ordinal, struct judgement *judgement)
{
    if (ordinal < walk->ahead.first || ordinal >= walk->ahead.first + walk->ahead.count) {
        struct arena scratch;
        walk->ahead.first = ordinal;
        walk->ahead.count = 0;
        arena_init(&scratch, 0);
        enum status status =
            service_log_scan(walk->service, INTAKE_JUDGEMENTS, walk->row->first_judgement + ordinal - 1,
                             &scratch, gather_judgement, walk);
        arena_free(&scratch);
        if (status != STATUS_OK || walk->status != STATUS_OK)
            return status != STATUS_OK ? status : walk->status;
        if (walk->ahead.count == 0)
            return STATUS_CORRUPT;
    }
    *judgement = walk->ahead.items[ordinal - walk->ahead.first];
    return STATUS_OK;
}

/* A claim was read: by a step it is judged, else its durable judgement is read. */
static enum status
pass_claim(struct walk *walk, struct given_claim *given, const struct findings *findings,
           struct judgement *judgement)
{
    uint64_t ordinal = walk->claims + 1;
    given->row = walk->row;
    given->claim_id = walk->row->first_claim + ordinal - 1;
    given->ordinal = ordinal;
    given->finding = first_error(findings);
    enum status status = ordinal <= walk->known ? read_judgement(walk, ordinal, judgement)
                         : walk->step != NULL   ? take_claim(walk->step, given, judgement)
                                                : STATUS_INTERNAL;
    if (status != STATUS_OK)
        return status;
    walk->stepped = walk->step != NULL;
    walk->claims++;
    walk->accepted += judgement->accepted;
    walk->refused += !judgement->accepted;
    add_notes(walk, ordinal, findings, NULL);
    if (!judgement->accepted && given->finding == 0)
        note_judgement(walk, ordinal, judgement);
    return STATUS_OK;
}

static enum status
pass_x12_claim(struct walk *walk, const struct claim_body *body, bool fits)
{
    const struct x12_claim *claim = &walk->check.claim;
    struct judgement judgement;
    struct given_claim given = {
        .body = fits ? body : NULL,
        .sender = walk->row->interchanges[walk->check.interchange.ordinal - 1].sender,
    };
    enum status status = pass_claim(walk, &given, &claim->findings, &judgement);
    if (status == STATUS_OK)
        answers_claim(&walk->answers, claim, body, &judgement, given.claim_id);
    return status;
}

static enum status
take_record(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
            const struct x12_map_fault *fault)
{
    struct walk *walk = context;
    (void)reader;
    if (record == X12_CLAIMS_SET) {
        answers_set_head(&walk->answers, value);
        return STATUS_OK;
    }
    walk->given = true;
    walk->status = pass_x12_claim(walk, value, fault == NULL || fault->place == NULL);
    return walk->status;
}

/* The open set's bit. */
static bool
set_has(const struct walk *walk, struct text bits)
{
    return walk->set / 8 < bits.length && ((uint8_t)bits.data[walk->set / 8] >> walk->set % 8 & 1) != 0;
}

enum status
walk_begin(struct service *service, const struct file_row *row, struct walk **walk)
{
    struct walk *w = calloc(1, sizeof *w);
    assert(w != NULL);
    w->service = service;
    w->row = row;
    arena_init(&w->notes_arena, 0);
    answers_open(&w->answers, service, row);
    bool along = !row->refused && row->format == INPUT_FORMAT_X12;
    enum status status = along ? content_open(service, row, &w->content) : STATUS_OK;
    if (status != STATUS_OK) {
        walk_end(w);
        return status;
    }
    w->ended = row->refused;
    if (along) {
        struct x12_check_options options = {.today = service_local_date(service, row->received)};
        x12_check_open(&w->check, &options, content_source, &w->content);
        w->opened = true;
    }
    *walk = w;
    return STATUS_OK;
}

/* The reader for the open set's guide. */
static struct x12_map_reader *
map_of_set(struct walk *walk)
{
    const struct x12_map *map = x12_claims_map(walk->check.set.guide);
    assert(map != NULL); /* pass 1 accepts no other */
    struct x12_map_reader *reader = walk->maps;
    while (reader->map != NULL && reader->map != map)
        reader++;
    if (reader->map == NULL)
        x12_map_reader_open(reader, map, take_record, walk);
    return reader;
}

/* A set of another kind is answered as not supported. */
static void
reject_kind(struct x12_check *check)
{
    if (!check->set.accepted || x12_claims_map(check->set.guide) != NULL)
        return;
    check->set.accepted = false;
    struct finding *finding = findings_add(&check->set.findings, FINDING_INTAKE_SET_KIND, (struct text){0},
                                           text_from(check->set.id));
    if (finding != NULL)
        text_copy(TEXT("1"), finding->code, sizeof finding->code);
}

static void
end_set(struct walk *walk)
{
    reject_kind(&walk->check);
    if (walk->interchange_taken) {
        answers_set_end(&walk->answers, &walk->check, walk->set_taken);
        add_notes(walk, 0, &walk->check.set.findings, walk->check.set.control);
    }
    walk->set_taken = walk->passing = false;
    walk->set++;
}

static enum status
walk_claim_end(struct walk *walk)
{
    walk->given = false;
    enum status status = x12_map_event(walk->map, &walk->check, X12_EVENT_CLAIM_END);
    if (status == STATUS_OK && !walk->given)
        status = pass_x12_claim(walk, NULL, false);
    return status;
}

/* The bundle's one claim. */
static enum status
go_on_bundle(struct walk *walk)
{
    struct arena scratch;
    struct bundle bundle;
    struct judgement judgement;
    walk->ended = walk->claims == walk->row->claims;
    if (walk->ended)
        return STATUS_OK;
    arena_init(&scratch, 0);
    enum status status = bundle_read(walk->service, walk->row, &scratch, &bundle);
    if (status == STATUS_OK) {
        struct given_claim given = {
            .body = bundle.readable ? &bundle.body : NULL,
            .sender = walk->row->sender,
            .documents = bundle.documents,
            .document_count = bundle.document_count,
        };
        status = pass_claim(walk, &given, &bundle.findings, &judgement);
    }
    arena_free(&scratch);
    return status;
}

/* One event. */
static enum status
go_on(struct walk *walk)
{
    struct x12_check *check = &walk->check;
    if (walk->row->format == INPUT_FORMAT_FHIR)
        return go_on_bundle(walk);
    enum x12_event event = x12_check_next(check);
    switch (event) {
    case X12_EVENT_INTERCHANGE:
        walk->interchange_taken = check->interchange.ordinal <= walk->row->interchanges_count &&
                                  walk->row->interchanges[check->interchange.ordinal - 1].accepted;
        if (walk->interchange_taken)
            answers_interchange(&walk->answers, check);
        return STATUS_OK;
    case X12_EVENT_GROUP: /* a 999 is never acknowledged */
        if (walk->interchange_taken && strcmp(check->group.functional, "FA") != 0)
            answers_group(&walk->answers, check);
        return STATUS_OK;
    case X12_EVENT_SET:
        walk->set_taken = set_has(walk, walk->row->accepted_bits);
        check->set.elements_known = set_has(walk, walk->row->clean_bits);
        walk->passing = !walk->set_taken;
        if (!walk->set_taken)
            return STATUS_OK;
        walk->map = map_of_set(walk);
        return x12_map_event(walk->map, check, event);
    case X12_EVENT_SEGMENT:
        return walk->set_taken ? x12_map_event(walk->map, check, event) : STATUS_OK;
    case X12_EVENT_CLAIM_END:
        return walk->set_taken ? walk_claim_end(walk) : STATUS_OK;
    case X12_EVENT_SET_END: {
        enum status status = walk->set_taken ? x12_map_event(walk->map, check, event) : STATUS_OK;
        end_set(walk);
        return status;
    }
    case X12_EVENT_GROUP_END:
        if (walk->interchange_taken) {
            answers_group_end(&walk->answers, check);
            add_notes(walk, 0, &check->group.findings, check->group.control);
        }
        return STATUS_OK;
    case X12_EVENT_INTERCHANGE_END:
        if (walk->interchange_taken)
            answers_interchange_end(&walk->answers);
        return STATUS_OK;
    case X12_EVENT_END:
        walk->ended = true;
        return STATUS_OK;
    case X12_EVENT_FAILED:
        walk->ended = true;
        return check->status == STATUS_INVALID || check->status == STATUS_LIMIT ? STATUS_OK : check->status;
    case X12_EVENT_TA1:
    case X12_EVENT_COUNT:
        break;
    }
    return STATUS_OK;
}

/* What pass 1 counted must be what is met; else the two passes differ, which is a bug. */
static enum status
at_end(const struct walk *walk)
{
    return walk->claims == walk->row->claims || walk->row->refused ? STATUS_NOT_FOUND : STATUS_INTERNAL;
}

static uint64_t
durable_judgements(const struct walk *walk)
{
    uint64_t first, next;
    service_log_range(walk->service, INTAKE_JUDGEMENTS, &first, &next);
    return next - walk->row->first_judgement;
}

/* The next claim is to be stepped, and no set that is not taken stands before it. */
static bool
waits_for_step(const struct walk *walk)
{
    return walk->claims >= walk->known && walk->claims < walk->row->claims && !walk->passing;
}

enum status
walk_slice(struct walk *walk)
{
    int64_t began = clock_ticks();
    walk->known = durable_judgements(walk);
    walk->step = NULL;
    for (unsigned n = 1; !walk->ended; n++) {
        if (waits_for_step(walk))
            return STATUS_OK;
        enum status status = go_on(walk);
        if (status != STATUS_OK)
            return status;
        if (n % EVENTS_BETWEEN_LOOKS == 0 && clock_ticks() - began > INTAKE_SLICE_MICROSECONDS)
            return STATUS_RETRY;
    }
    return at_end(walk);
}

enum status
walk_step(struct walk *walk, struct step *step)
{
    enum status status = STATUS_OK;
    walk->step = step;
    walk->stepped = false;
    while (status == STATUS_OK && !walk->stepped && !walk->ended && waits_for_step(walk))
        status = go_on(walk);
    walk->step = NULL;
    return status == STATUS_OK && !walk->stepped ? STATUS_NOT_FOUND : status;
}

bool
walk_in_step(const struct walk *walk)
{
    return walk->claims <= durable_judgements(walk);
}

enum status
walk_finish(struct walk *walk)
{
    enum status status = answers_finish(&walk->answers);
    if (status != STATUS_OK)
        return status;
    struct receipt receipt = {walk->notes,    walk->note_count, walk->notes_dropped,
                              walk->accepted, walk->refused,    walk->answers.incomplete};
    return receipt_write(walk->service, walk->row, &receipt);
}

void
walk_counts(const struct walk *walk, uint64_t *accepted, uint64_t *refused)
{
    *accepted = walk->accepted;
    *refused = walk->refused;
}

void
walk_end(struct walk *walk)
{
    if (walk == NULL)
        return;
    if (walk->opened) {
        for (unsigned i = 0; i < CLAIM_FORM_COUNT; i++)
            x12_map_reader_close(&walk->maps[i]);
        x12_check_close(&walk->check);
    }
    content_close_last(&walk->content);
    answers_close(&walk->answers);
    arena_free(&walk->notes_arena);
    free(walk);
}
