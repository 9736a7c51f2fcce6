/* What answers in an inbox file: TA1s, and the records that the maps of 999, 277CA, 277 and 271 hand out. */
#include "services/submission/unit.h"

#include "schemas/records/acknowledgement.h"
#include "schemas/records/inquiry.h"
#include "schemas/x12/x12_maps.h"

enum { ITEMS_PER_STEP = 128 };

static enum status
give_999(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
         const struct x12_map_fault *fault)
{
    struct unit *unit = context;
    (void)fault;
    if (record == X12_MAP_999_ANSWER)
        return unit_pass_over(unit) ? STATUS_OK : answer_set(unit->step, &unit->row, reader->bases[X12_MAP_999_GROUP], value);
    if (unit->answers.sets_named)
        return STATUS_OK; /* AK9 repeats what they say, and is no item */
    const struct group_answer *group = value;
    unit->answers.mute |= group->code.length == 0;
    return group->code.length == 0 || unit_pass_over(unit) ? STATUS_OK : answer_group(unit->step, &unit->row, group);
}

static enum status
give_277ca(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
           const struct x12_map_fault *fault)
{
    struct unit *unit = context;
    (void)reader;
    (void)fault;
    if (record != X12_MAP_277CA_ANSWER || unit_pass_over(unit))
        return STATUS_OK;
    return answer_claim(unit->step, &unit->row, value);
}

/* A level that says nothing of the questions below it is no item. */
static enum status
give_277(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
         const struct x12_map_fault *fault)
{
    struct unit *unit = context;
    (void)reader;
    (void)fault;
    if (record != X12_MAP_277_REPLY && ((const struct status_level *)value)->statuses_count == 0)
        return STATUS_OK;
    if (unit_pass_over(unit))
        return STATUS_OK;
    return record == X12_MAP_277_REPLY ? status_reply_claim(unit->step, &unit->row, value)
                                       : status_reply_level(unit->step, &unit->row, value);
}

/* A subscriber who stands above dependents without a word of his own is no item. */
static bool
says_nothing(const struct eligibility_reply *subscriber)
{
    return subscriber->traces_count == 0 && subscriber->refusals_count == 0 && subscriber->benefits_count == 0;
}

static enum status
give_271(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
         const struct x12_map_fault *fault)
{
    struct unit *unit = context;
    const struct inquiry_party *source = reader->bases[X12_MAP_271_SOURCE], *level = value;
    (void)fault;
    if (record <= X12_MAP_271_RECEIVER) {
        if (level->refusals_count + level->refusals_of_party_count == 0 || unit_pass_over(unit))
            return STATUS_OK;
        return eligibility_reply_level(unit->step, &unit->row, source->batch, level);
    }
    if ((record == X12_MAP_271_SUBSCRIBER && says_nothing(value)) || unit_pass_over(unit))
        return STATUS_OK;
    return record == X12_MAP_271_SUBSCRIBER
               ? eligibility_reply_person(unit->step, &unit->row, value, NULL)
               : eligibility_reply_person(unit->step, &unit->row, reader->bases[X12_MAP_271_SUBSCRIBER], value);
}

static enum status
take_ta1(struct unit *unit)
{
    struct interchange_answer answer = {.code = x12_element(unit->answers.check.segment, 4),
                                        .note = x12_element(unit->answers.check.segment, 5)};
    if (unit_pass_over(unit))
        return STATUS_OK;
    if (!text_to_u64(x12_element(unit->answers.check.segment, 1), &answer.control))
        answer.control = 0;
    return answer_interchange(unit->step, &unit->row, &answer);
}

static enum status
begin_reading(struct unit *unit)
{
    struct x12_check_options options = {.snip = 2};
    enum status status = unit_file_open(unit);
    if (status != STATUS_OK)
        return status;
    if (!unit->scanned)
        unit->envelope = (struct envelope){0};
    x12_check_open(&unit->answers.check, &options, unit_file_read, unit);
    x12_map_reader_open(&unit->answers.of_999, &x12_map_999, give_999, unit);
    x12_map_reader_open(&unit->answers.of_277ca, &x12_map_277ca, give_277ca, unit);
    x12_map_reader_open(&unit->answers.of_277, &x12_map_277, give_277, unit);
    x12_map_reader_open(&unit->answers.of_271, &x12_map_271, give_271, unit);
    unit->answers.begun = true;
    return STATUS_OK;
}

void
unit_answers_end(struct unit *unit)
{
    if (!unit->answers.begun)
        return;
    x12_map_reader_close(&unit->answers.of_999);
    x12_map_reader_close(&unit->answers.of_277ca);
    x12_map_reader_close(&unit->answers.of_277);
    x12_map_reader_close(&unit->answers.of_271);
    x12_check_close(&unit->answers.check);
    unit_file_close(unit, true);
    unit->answers.begun = false;
}

/* An event of the check, as far as the envelope goes. A group that ends without its GE ends with another segment. */
static void
note_envelope(struct unit *unit, enum x12_event event)
{
    const struct x12_check *check = &unit->answers.check;
    const struct x12_segment *segment = check->segment;
    bool trailer = (event == X12_EVENT_GROUP_END && segment->id == X12_ID('G', 'E', 0)) ||
                   (event == X12_EVENT_INTERCHANGE_END && segment->id == X12_ID('I', 'E', 'A'));
    if (event == X12_EVENT_INTERCHANGE || event == X12_EVENT_TA1 || event == X12_EVENT_GROUP || trailer)
        envelope_note(&unit->envelope, segment);
    else if (event == X12_EVENT_END || event == X12_EVENT_FAILED)
        envelope_end(&unit->envelope, event == X12_EVENT_FAILED ? check->status : STATUS_NOT_FOUND, check->fault,
                     check->reader.in_interchange);
}

static bool
is_answer(const struct x12_guide *guide)
{
    return guide != NULL && (guide == x12_map_999.guide || guide == x12_map_277ca.guide || guide == x12_map_277.guide ||
                             guide == x12_map_271.guide);
}

/* An event of the check, to the TA1s and to each of the maps, which know their own sets. */
static enum status
hand_on(struct unit *unit, enum x12_event event)
{
    struct unit_answers *answers = &unit->answers;
    struct x12_map_reader *const readers[] = {&answers->of_999, &answers->of_277ca, &answers->of_277, &answers->of_271};
    enum status status = event == X12_EVENT_TA1 ? take_ta1(unit) : STATUS_OK;
    if (event == X12_EVENT_SET) {
        answers->any |= is_answer(answers->check.set.guide);
        answers->sets_named = false;
    }
    if (event == X12_EVENT_SEGMENT)
        answers->sets_named |= answers->check.segment->id == X12_ID('A', 'K', '2');
    for (size_t i = 0; i < sizeof readers / sizeof *readers && status == STATUS_OK; i++)
        status = x12_map_event(readers[i], &answers->check, event);
    return status;
}

enum status
unit_answers_read(struct unit *unit)
{
    struct unit_answers *answers = &unit->answers;
    enum status status = answers->begun ? STATUS_OK : begin_reading(unit);
    struct acceptances *accepted = &((struct submission *)step_state(unit->step))->accepted;
    accepted->count = 0; /* of a step that came to nothing */
    accepted->heard = 0;
    uint64_t enough = (unit->items > unit->skip ? unit->items : unit->skip) + ITEMS_PER_STEP;
    while (status == STATUS_OK && unit->items < enough && !answers->done) {
        enum x12_event event = x12_check_next(&answers->check);
        if (!unit->scanned && event != X12_EVENT_SEGMENT)
            note_envelope(unit, event);
        status = hand_on(unit, event);
        answers->done = event == X12_EVENT_END || event == X12_EVENT_FAILED;
    }
    if (status == STATUS_OK)
        status = answer_pass_on(unit->step);
    if (answers->done)
        unit_answers_end(unit);
    return status;
}
