#include "tests/pipeline/inquiry_file.h"

#include <stdio.h>
#include <stdlib.h>

static bool
group_of(struct splitter *splitter, struct segment *segment)
{
    while (splitter_next(splitter, segment) == SPLITTER_SEGMENT)
        if (slice_is(segment->element[0], "GS"))
            return slice_is(segment->element[1], "HR") || slice_is(segment->element[1], "HS");
    return false;
}

bool
inquiry_file_is(const char *bytes, size_t length)
{
    struct splitter splitter;
    struct segment segment;
    return splitter_open(&splitter, bytes, length) && group_of(&splitter, &segment);
}

/* What stands above the next question. */
struct levels {
    struct slice provider_name, provider_npi;
    struct filed_person subscriber, dependent;
    struct slice relationship;
    bool below; /* in a dependent's level */
};

static struct filed_question *
add_question(struct inquiry_file *file)
{
    if (file->count == file->room) {
        file->room = file->room == 0 ? 64 : file->room * 2;
        file->questions = realloc(file->questions, file->room * sizeof *file->questions);
        if (file->questions == NULL) {
            fputs("out of memory\n", stderr);
            abort();
        }
    }
    struct filed_question *question = &file->questions[file->count++];
    *question = (struct filed_question){0};
    return question;
}

static struct filed_person *
person_of(struct levels *levels)
{
    return levels->below ? &levels->dependent : &levels->subscriber;
}

static void
take_name(struct inquiry_file *file, struct levels *levels, const struct segment *segment)
{
    struct slice who = segment->element[1], name = segment->element[3], id = segment->element[9];
    if (slice_is(who, "PR")) {
        file->payer_name = name;
        file->payer_id = id;
    } else if (slice_is(who, "41")) {
        file->receiver_name = name;
        file->receiver_id = id;
    } else if (slice_is(who, "1P")) {
        levels->provider_name = name;
        levels->provider_npi = id;
    } else if (slice_is(who, "IL") || slice_is(who, "QC") || slice_is(who, "03")) {
        struct filed_person *person = person_of(levels);
        person->last = name;
        person->first = segment->element[4];
        person->member = id;
    }
}

static void
take_level(struct levels *levels, struct slice code)
{
    if (slice_is(code, "22")) {
        levels->subscriber = levels->dependent = (struct filed_person){0};
        levels->below = false;
    } else if (slice_is(code, "23")) {
        levels->dependent = (struct filed_person){0};
        levels->below = true;
    }
    levels->relationship = (struct slice){"", 0};
}

/* Segments may stand before and behind the TRN of their question: a 270 has it before the name, a 276 behind. */
static void
fill(struct filed_question *question, const struct levels *levels)
{
    question->provider_name = levels->provider_name;
    question->provider_npi = levels->provider_npi;
    question->subscriber = levels->subscriber;
    question->dependent = levels->dependent;
    question->relationship = levels->relationship;
}

static void
take_segment(struct inquiry_file *file, struct levels *levels, const struct segment *segment)
{
    const struct slice *element = segment->element;
    struct filed_question *question = file->count > 0 ? &file->questions[file->count - 1] : NULL;
    if (slice_is(element[0], "HL")) {
        take_level(levels, element[3]);
        return; /* the question before is as it was filled last */
    }
    if (slice_is(element[0], "TRN") && slice_is(element[1], "1")) {
        question = add_question(file);
        question->trace = element[2];
        question->origin = element[3];
    } else if (slice_is(element[0], "NM1")) {
        take_name(file, levels, segment);
    } else if (slice_is(element[0], "DMG")) {
        person_of(levels)->birth = element[2];
        person_of(levels)->sex = element[3];
    } else if (slice_is(element[0], "INS")) {
        levels->relationship = element[2];
    } else if (question != NULL && slice_is(element[0], "REF") && slice_is(element[1], "EJ")) {
        question->number = element[2];
    } else if (question != NULL && slice_is(element[0], "AMT") && slice_is(element[1], "T3")) {
        slice_cents(element[2], &question->charge_cents);
    } else if (question != NULL && slice_is(element[0], "DTP") && (slice_is(element[1], "472") || slice_is(element[1], "291"))) {
        question->service = element[3];
    }
}

static void
take_envelope(struct inquiry_file *file, const struct segment *segment)
{
    const struct slice *element = segment->element;
    if (slice_is(element[0], "GS")) {
        file->eligibility = slice_is(element[1], "HS");
        file->group_control = element[6];
        file->group_version = element[8];
    } else if (slice_is(element[0], "ST") && file->set_control.length == 0) {
        file->set_control = element[2];
    } else if (slice_is(element[0], "BHT") && file->reference.length == 0) {
        file->reference = element[3];
    } else if (slice_is(element[0], "SE") && !slice_same(element[2], file->set_control)) {
        file->fault = "3";
    }
}

void
inquiry_file_read(struct inquiry_file *file, const char *bytes, size_t length)
{
    struct splitter splitter;
    struct segment segment;
    struct levels levels = {0};
    uint32_t told = 0; /* questions when the last level began */
    struct filed_question *questions = file->questions;
    uint32_t room = file->room;
    *file = (struct inquiry_file){.questions = questions, .room = room, .fault = "2"};
    if (!splitter_open(&splitter, bytes, length))
        return;
    file->component = splitter.component;
    while (splitter_next(&splitter, &segment) == SPLITTER_SEGMENT) {
        bool level = slice_is(segment.element[0], "HL"), ends = slice_is(segment.element[0], "SE");
        if (level || ends) {
            for (; told < file->count; told++)
                fill(&file->questions[told], &levels);
        }
        if (ends)
            file->fault = NULL;
        take_envelope(file, &segment);
        take_segment(file, &levels, &segment);
    }
}

void
inquiry_file_free(struct inquiry_file *file)
{
    free(file->questions);
    *file = (struct inquiry_file){0};
}
