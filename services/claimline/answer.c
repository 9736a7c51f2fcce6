#include "services/claimline/answer.h"

#include "common/money/money.h"
#include "common/x12/acknowledgement/x12_acknowledgement.h"
#include "common/x12/map/x12_claims.h"
#include "schemas/records/claim_body.h"
#include "schemas/records/claim_set.h"
#include "services/claimline/letter.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REASONS_LIMIT = 9 };

/* Of one set of claims, known after the first pass. */
struct totals {
    uint64_t accepted_count, rejected_count;
    int64_t accepted_cents, rejected_cents;
    bool answered; /* the set was accepted and holds claims */
};

struct answer {
    struct claimline *run;
    const char *file;
    bool failed;
    struct letter groups, claims;
    struct x12_999 group;
    bool in_group;
    struct totals *totals; /* malloc'd, one a set of the file */
    size_t total_count, total_room;
    /* while claims are read */
    struct x12_map_reader maps[CLAIM_FORM_COUNT]; /* one a guide, opened with the first set of it */
    struct x12_map_reader *map;                   /* of the open set; NULL: no 837 */
    const struct x12_check *check;
    bool second, given, in_set, wanted;
    size_t set_number;
    struct party us, submitter;
    struct text batch;
    struct arena arena; /* of the set's head */
    struct x12_277ca set;
};

static bool
same_file(const char *one, const char *other)
{
    struct stat a, b;
    if (strcmp(one, other) == 0)
        return true;
    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino && S_ISREG(a.st_mode);
}

/* An answer takes the place of the file it is written to: never of one that is checked, nor of the other answer. */
static bool
outputs_are_apart(struct claimline *run)
{
    static const enum claimline_option options[] = {OPTION_999, OPTION_277CA};
    for (size_t i = 0; i < 2; i++) {
        const char *out = claimline_given(run, options[i]) ? claimline_option(run, options[i], NULL) : NULL;
        const char *other = claimline_given(run, options[1 - i]) ? claimline_option(run, options[1 - i], NULL) : NULL;
        for (size_t n = 0; out != NULL && n < run->argument_count; n++)
            if (same_file(out, run->arguments[n])) {
                claimline_say(run, "%s: is one of the files to check; name another file for the answer", out);
                return false;
            }
        if (out != NULL && other != NULL && same_file(out, other)) {
            claimline_say(run, "%s: cannot take both answers; name two files", out);
            return false;
        }
    }
    return true;
}

struct answer *
answer_open(struct claimline *run, int *code)
{
    if (!outputs_are_apart(run)) {
        *code = CLAIMLINE_USAGE;
        return NULL;
    }
    *code = CLAIMLINE_DONE;
    if (!claimline_given(run, OPTION_999) && !claimline_given(run, OPTION_277CA))
        return NULL;
    struct answer *answer = calloc(1, sizeof *answer);
    assert(answer != NULL);
    answer->run = run;
    arena_init(&answer->arena, 0);
    if (letter_open(&answer->groups, run, OPTION_999) && letter_open(&answer->claims, run, OPTION_277CA))
        return answer;
    answer_close(answer);
    *code = CLAIMLINE_CANNOT;
    return NULL;
}

/* ---- 999 and TA1 ---- */

static void
begin_group(struct answer *answer, const struct x12_check *check)
{
    char control[12];
    if (strcmp(check->group.functional, "FA") == 0) /* an acknowledgement is not acknowledged */
        return;
    letter_begin(&answer->groups, check, TEXT("FA"), x12_999_version());
    answer->in_group = true;
    if (x12_999_begin(&answer->group, &answer->groups.writer, &check->group,
                      letter_next_set(&answer->groups, control)) != STATUS_OK)
        answer->failed = true;
}

static void
end_group(struct answer *answer, const struct x12_check *check)
{
    if (answer->in_group && x12_999_end(&answer->group, &check->group) != STATUS_OK)
        answer->failed = true;
    answer->in_group = false;
}

static void
end_interchange(struct answer *answer, const struct x12_check *check)
{
    if (!letter_end(&answer->groups, true))
        answer->failed = true;
    if (check->interchange.accepted)
        return;
    letter_begin(&answer->groups, check, (struct text){0}, (struct text){0});
    if (x12_ta1_write(&answer->groups.writer, &check->interchange) != STATUS_OK)
        answer->failed = true;
    if (!letter_end(&answer->groups, false))
        answer->failed = true;
}

static void
answer_group_event(struct answer *answer, const struct x12_check *check, enum x12_event event)
{
    if (event == X12_EVENT_GROUP)
        begin_group(answer, check);
    else if (event == X12_EVENT_CLAIM_END && answer->in_group)
        x12_999_claim(&answer->group, check);
    else if (event == X12_EVENT_SET_END && answer->in_group &&
             x12_999_set(&answer->group, &check->set) != STATUS_OK)
        answer->failed = true;
    else if (event == X12_EVENT_GROUP_END)
        end_group(answer, check);
    else if (event == X12_EVENT_INTERCHANGE_END)
        end_interchange(answer, check);
}

/* ---- 277CA ---- */

static struct totals *
totals_of(struct answer *answer, size_t number)
{
    while (number >= answer->total_room) {
        answer->total_room = answer->total_room == 0 ? 64 : 2 * answer->total_room;
        answer->totals = reallocarray(answer->totals, answer->total_room, sizeof *answer->totals);
        assert(answer->totals != NULL);
    }
    while (answer->total_count <= number)
        answer->totals[answer->total_count++] = (struct totals){0};
    return &answer->totals[number];
}

static void
begin_set(struct answer *answer)
{
    const struct x12_check *check = answer->check;
    const struct totals *totals = totals_of(answer, answer->set_number);
    char control[12];
    struct text receiver = text_from(check->interchange.receiver),
                number = text_from(check->interchange.control);
    letter_begin(&answer->claims, check, TEXT("HN"), x12_277ca_version());
    answer->us = (struct party){
        .entity_type = TEXT("2"), .last_name = receiver, .id_qualifier = TEXT("46"), .id = receiver};
    struct x12_277ca_head head = {
        .set_control = letter_next_set(&answer->claims, control),
        .reference = number,
        .date = answer->claims.date,
        .time = text_from(answer->claims.time),
        .source = &answer->us,
        .receiver = &answer->submitter,
        .receipt = number,
        .received_date = answer->claims.date,
        .batch = answer->batch.length > 0 ? answer->batch : number,
        .accepted_count = totals->accepted_count,
        .rejected_count = totals->rejected_count,
        .accepted_cents = totals->accepted_cents,
        .rejected_cents = totals->rejected_cents,
    };
    answer->in_set = true;
    if (x12_277ca_begin(&answer->set, &answer->claims.writer, &head) != STATUS_OK)
        answer->failed = true;
}

static uint32_t
make_reasons(const struct x12_claim *claim, uint32_t form, struct x12_277ca_reason *reasons)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < claim->findings.count && count < REASONS_LIMIT; i++) {
        const struct finding *finding = &claim->findings.items[i];
        if (finding->kind->severity == FINDING_ERROR)
            reasons[count++] = x12_277ca_reason_of(finding, form);
    }
    return count;
}

static void
write_claim(struct answer *answer, const struct claim_body *body)
{
    const struct x12_claim *claim = &answer->check->claim;
    struct x12_277ca_reason reasons[REASONS_LIMIT];
    struct x12_277ca_claim one = {
        .provider = &body->billing,
        .patient = body->patient.relationship.length > 0 ? &body->patient.person : &body->subscriber.person,
        .control = claim->control,
        .clearinghouse_number = body->clearinghouse_number,
        .cents = body->total_cents,
        .accepted = !claim->refused,
        .reasons = reasons,
        .reason_count = make_reasons(claim, body->form, reasons),
    };
    x12_277ca_dates(body, &one.date_from, &one.date_to);
    if (!answer->in_set)
        begin_set(answer);
    if (x12_277ca_claim(&answer->set, &one) != STATUS_OK)
        answer->failed = true;
}

static void
count_claim(struct answer *answer, const struct claim_body *body)
{
    struct totals *totals = totals_of(answer, answer->set_number);
    bool refused = answer->check->claim.refused;
    *(refused ? &totals->rejected_count : &totals->accepted_count) += 1;
    if (!money_add(refused ? &totals->rejected_cents : &totals->accepted_cents, body->total_cents))
        answer->failed = true;
}

static void
take_claim(struct answer *answer, const struct claim_body *body)
{
    answer->given = true;
    if (!answer->second)
        count_claim(answer, body);
    else if (answer->wanted)
        write_claim(answer, body);
}

static void
take_head(struct answer *answer, const struct claim_set *set)
{
    const struct party *from = &set->submitter;
    struct arena *arena = &answer->arena;
    arena_reset(arena);
    answer->submitter = (struct party){
        .entity_type = arena_copy(arena, from->entity_type),
        .last_name = arena_copy(arena, from->last_name),
        .first_name = arena_copy(arena, from->first_name),
        .middle_name = arena_copy(arena, from->middle_name),
        .id_qualifier = arena_copy(arena, from->id_qualifier),
        .id = arena_copy(arena, from->id),
    };
    answer->batch = arena_copy(arena, set->reference);
}

static enum status
take_record(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
            const struct x12_map_fault *fault)
{
    struct answer *answer = context;
    (void)reader;
    (void)fault;
    if (record == X12_CLAIMS_SET)
        take_head(answer, value);
    else
        take_claim(answer, value);
    return STATUS_OK;
}

static void
end_set(struct answer *answer)
{
    struct totals *totals = totals_of(answer, answer->set_number++);
    if (!answer->second)
        totals->answered = answer->check->set.accepted && totals->accepted_count + totals->rejected_count > 0;
    if (answer->in_set && x12_277ca_end(&answer->set) != STATUS_OK)
        answer->failed = true;
    answer->in_set = false;
}

/* The reader of the open set's guide; NULL when it is none of the three 837s. */
static struct x12_map_reader *
map_of_set(struct answer *answer)
{
    const struct x12_map *map = x12_claims_map(answer->check->set.guide);
    struct x12_map_reader *reader = answer->maps;
    if (map == NULL)
        return NULL;
    while (reader->map != NULL && reader->map != map)
        reader++;
    if (reader->map == NULL)
        x12_map_reader_open(reader, map, take_record, answer);
    return reader;
}

static void
close_maps(struct answer *answer)
{
    for (size_t i = 0; i < CLAIM_FORM_COUNT; i++)
        if (answer->maps[i].map != NULL)
            x12_map_reader_close(&answer->maps[i]);
    memset(answer->maps, 0, sizeof answer->maps);
    answer->map = NULL;
}

/* Both passes go this way; the first counts, the second writes. */
static void
answer_claim_event(struct answer *answer, const struct x12_check *check, enum x12_event event)
{
    static const struct claim_body none;
    answer->check = check;
    if (event == X12_EVENT_SET) {
        answer->wanted = answer->second && totals_of(answer, answer->set_number)->answered;
        answer->map = map_of_set(answer);
    }
    answer->given = false;
    if (answer->map != NULL && x12_map_event(answer->map, check, event) != STATUS_OK)
        answer->failed = true;
    if (event == X12_EVENT_CLAIM_END && !answer->given && answer->map != NULL) /* too large to be handed out */
        take_claim(answer, &none);
    if (event == X12_EVENT_SET_END)
        end_set(answer);
    if (event == X12_EVENT_INTERCHANGE_END)
        if (!letter_end(&answer->claims, true))
            answer->failed = true;
}

static enum status
read_again(void *context, char *buffer, size_t room, size_t *got)
{
    const int *fd = context;
    ssize_t length;
    do
        length = read(*fd, buffer, room);
    while (length < 0 && errno == EINTR);
    *got = length < 0 ? 0 : (size_t)length;
    return length < 0 ? STATUS_IO : STATUS_OK;
}

void
answer_claims(struct answer *answer, const struct x12_check_options *judges, int fd)
{
    struct x12_check check;
    const struct x12_check_options options = {.codes = judges->codes, .edits = judges->edits, .seen = judges->seen};
    enum x12_event event;
    if (answer == NULL || answer->claims.file == NULL)
        return;
    close_maps(answer);
    if (lseek(fd, 0, SEEK_SET) != 0) {
        claimline_say(answer->run, "%s: a 277CA needs a file that can be read twice", answer->file);
        answer->failed = true;
        return;
    }
    answer->second = true;
    answer->set_number = 0;
    x12_check_open(&check, &options, read_again, &fd);
    do {
        event = x12_check_next(&check);
        answer_claim_event(answer, &check, event);
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    x12_check_close(&check);
    close_maps(answer);
}

/* ---- both ---- */

void
answer_begin(struct answer *answer, const char *file)
{
    if (answer == NULL)
        return;
    answer->file = file;
    answer->second = false;
    answer->total_count = answer->set_number = 0;
}

void
answer_event(struct answer *answer, const struct x12_check *check, enum x12_event event)
{
    if (answer == NULL)
        return;
    if (answer->groups.file != NULL)
        answer_group_event(answer, check, event);
    if (answer->claims.file != NULL)
        answer_claim_event(answer, check, event);
}

int
answer_close(struct answer *answer)
{
    if (answer == NULL)
        return CLAIMLINE_DONE;
    bool groups = letter_close(&answer->groups), claims = letter_close(&answer->claims);
    if (!groups || !claims || answer->failed)
        claimline_say(answer->run, "%s is not complete",
                      !claims || answer->groups.path == NULL ? answer->claims.path : answer->groups.path);
    int code = groups && claims && !answer->failed ? CLAIMLINE_DONE : CLAIMLINE_CANNOT;
    arena_free(&answer->arena);
    free(answer->totals);
    free(answer);
    return code;
}
