/* Pass 1: envelope and sets of a file. Only the verdict is kept: a bit for each set, a row for each
 * interchange. */
#include "services/intake/intake.h"

#include "common/clock/clock.h"
#include "common/x12/map/x12_claims.h"
#include "schemas/findings.h"
#include "services/intake/content.h"

#include <assert.h>
#include <stdlib.h>

enum { EVENTS_BETWEEN_LOOKS = 512 };

struct judge {
    struct content content;
    struct x12_check check;
    bool accept_test;
    struct interchange_row *interchanges;
    uint32_t interchange_count;
    uint8_t *bits, *clean; /* of INTAKE_SETS_LIMIT sets: accepted; nothing to say */
    uint64_t sets, accepted_sets, claims;
    /* where the open interchange and group began, to be taken back */
    struct {
        uint64_t sets, accepted_sets, claims;
    } interchange_start, group_start;
    bool too_many;
    uint64_t accepted_interchanges;
};

enum status
judge_begin(struct service *service, const struct file_row *row, struct judge **judge)
{
    struct judge *j = calloc(1, sizeof *j);
    assert(j != NULL);
    j->accept_test = service_config_bool(service, "accept_test");
    j->interchanges = calloc(INTAKE_INTERCHANGES_LIMIT, sizeof *j->interchanges);
    j->bits = calloc(1, INTAKE_SETS_LIMIT / 8);
    j->clean = calloc(1, INTAKE_SETS_LIMIT / 8);
    assert(j->interchanges != NULL && j->bits != NULL && j->clean != NULL);
    enum status status = content_open(service, row, &j->content);
    if (status != STATUS_OK) {
        free(j->interchanges);
        free(j->bits);
        free(j->clean);
        free(j);
        return status;
    }
    struct x12_check_options options = {.snip = 2};
    x12_check_open(&j->check, &options, content_source, &j->content);
    *judge = j;
    return STATUS_OK;
}

/* A group or interchange that is not accepted takes its sets with it. */
static void
take_back(struct judge *judge, uint64_t sets, uint64_t accepted_sets, uint64_t claims)
{
    for (uint64_t n = sets; n < judge->sets && n < INTAKE_SETS_LIMIT; n++)
        judge->bits[n / 8] &= (uint8_t) ~(1u << n % 8);
    judge->accepted_sets = accepted_sets;
    judge->claims = claims;
}

static void
end_set(struct judge *judge)
{
    const struct x12_set *set = &judge->check.set;
    if (judge->sets >= INTAKE_SETS_LIMIT) {
        judge->too_many = true;
        return;
    }
    if (set->findings.count == 0 && set->findings.dropped == 0)
        judge->clean[judge->sets / 8] |= (uint8_t)(1u << judge->sets % 8);
    if (set->accepted && x12_claims_map(set->guide) != NULL) {
        judge->bits[judge->sets / 8] |= (uint8_t)(1u << judge->sets % 8);
        judge->accepted_sets++;
        judge->claims += set->claim_count;
    }
    judge->sets++;
}

static uint16_t
first_error(const struct findings *findings, char code[4], struct text *detail)
{
    for (uint32_t i = 0; i < findings->count; i++)
        if (findings->items[i].kind->severity == FINDING_ERROR) {
            memcpy(code, findings->items[i].code, 4);
            *detail = findings->items[i].detail;
            return findings->items[i].kind->number;
        }
    return 0;
}

/* Texts of the row lie in the arena of the file's row. */
static void
end_interchange(struct judge *judge, struct arena *arena)
{
    const struct x12_interchange *from = &judge->check.interchange;
    char note[4] = "000";
    struct text detail = {0};
    uint16_t finding = from->accepted ? 0 : first_error(&from->findings, note, &detail);
    bool test_refused = from->accepted && from->test && !judge->accept_test;
    if (test_refused) {
        finding = FINDING_INTAKE_TEST_INTERCHANGE;
        memcpy(note, "020", 4);
    }
    bool accepted = from->accepted && !test_refused;
    if (!accepted)
        take_back(judge, judge->interchange_start.sets, judge->interchange_start.accepted_sets,
                  judge->interchange_start.claims);
    if (judge->interchange_count >= INTAKE_INTERCHANGES_LIMIT) {
        judge->too_many = true;
        return;
    }
    judge->accepted_interchanges += accepted;
    judge->interchanges[judge->interchange_count++] = (struct interchange_row){
        .sender_qualifier = intake_clean(arena, text_from(from->sender_qualifier), 2),
        .sender = intake_clean(arena, text_from(from->sender), 15),
        .receiver_qualifier = intake_clean(arena, text_from(from->receiver_qualifier), 2),
        .receiver = intake_clean(arena, text_from(from->receiver), 15),
        .control = intake_clean(arena, text_from(from->control), 9),
        .date = intake_clean(arena, text_from(from->date), 6),
        .time = intake_clean(arena, text_from(from->time), 4),
        .accepted = accepted,
        .note = intake_clean(arena, note[0] == '\0' ? TEXT("022") : text_from(note), 3),
        .finding = finding,
        .test = from->test,
        .detail = intake_clean(arena, detail, 40),
    };
}

static void
take_event(struct judge *judge, enum x12_event event, struct arena *arena)
{
    if (event == X12_EVENT_INTERCHANGE) {
        judge->interchange_start.sets = judge->sets;
        judge->interchange_start.accepted_sets = judge->accepted_sets;
        judge->interchange_start.claims = judge->claims;
    } else if (event == X12_EVENT_GROUP) {
        judge->group_start.sets = judge->sets;
        judge->group_start.accepted_sets = judge->accepted_sets;
        judge->group_start.claims = judge->claims;
    } else if (event == X12_EVENT_SET_END) {
        end_set(judge);
    } else if (event == X12_EVENT_GROUP_END && !judge->check.group.accepted) {
        take_back(judge, judge->group_start.sets, judge->group_start.accepted_sets,
                  judge->group_start.claims);
    } else if (event == X12_EVENT_INTERCHANGE_END) {
        end_interchange(judge, arena);
    }
}

/* The verdict. A file that is too large in its numbers is refused whole. */
static void
fill_row(struct judge *judge, bool failed, struct arena *arena, struct file_row *row)
{
    const struct x12_check *check = &judge->check;
    if (judge->too_many)
        take_back(judge, 0, 0, 0);
    row->refused = judge->accepted_interchanges == 0 || judge->too_many;
    row->finding = 0;
    if (judge->too_many)
        row->finding = FINDING_INTAKE_TOO_MANY;
    else if (judge->interchange_count == 0)
        row->finding = FINDING_INTAKE_NOT_READABLE;
    else if (row->refused)
        row->finding = FINDING_INTAKE_NOTHING_IN_IT;
    if (failed) {
        row->fault = intake_clean(arena, text_from(check->fault), 300);
        row->fault_offset = check->fault_offset;
    }
    row->interchanges = ARENA_ARRAY(arena, struct interchange_row, judge->interchange_count);
    memcpy(row->interchanges, judge->interchanges, judge->interchange_count * sizeof *row->interchanges);
    row->interchanges_count = judge->interchange_count;
    if (row->sender.length == 0 && judge->interchange_count > 0)
        row->sender = row->interchanges[0].sender;
    row->sets = judge->sets;
    row->accepted_sets = judge->accepted_sets;
    row->claims = judge->claims;
    row->accepted_bits = arena_copy(arena, text_of(judge->bits, (size_t)((judge->sets + 7) / 8)));
    row->clean_bits = arena_copy(arena, text_of(judge->clean, (size_t)((judge->sets + 7) / 8)));
}

enum status
judge_slice(struct judge *judge, struct arena *arena, struct file_row *row)
{
    int64_t began = clock_ticks();
    for (unsigned n = 1;; n++) {
        enum x12_event event = x12_check_next(&judge->check);
        if (event == X12_EVENT_FAILED && judge->check.status != STATUS_INVALID &&
            judge->check.status != STATUS_LIMIT)
            return judge->check.status;
        if (event == X12_EVENT_END || event == X12_EVENT_FAILED) {
            fill_row(judge, event == X12_EVENT_FAILED, arena, row);
            return STATUS_OK;
        }
        take_event(judge, event, arena);
        if (n % EVENTS_BETWEEN_LOOKS == 0 && clock_ticks() - began > INTAKE_SLICE_MICROSECONDS)
            return STATUS_RETRY;
    }
}

void
judge_end(struct judge *judge)
{
    if (judge == NULL)
        return;
    x12_check_close(&judge->check);
    content_close(&judge->content);
    free(judge->interchanges);
    free(judge->bits);
    free(judge->clean);
    free(judge);
}
