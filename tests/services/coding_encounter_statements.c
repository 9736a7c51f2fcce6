/* What each word at the beginning of a line means. */
#include "tests/services/coding_encounter_lines.h"

typedef bool statement(struct reader *reader, struct text rest);

static bool
read_like(struct reader *reader, struct text rest)
{
    struct encounter_list *list = reader->list;
    struct encounter_case *at = reader->at;
    for (uint32_t i = list->count - 1; i-- > 0;) {
        const struct encounter_case *model = &list->cases[i];
        if (!text_equal(model->name, rest) || !text_equal(model->file, at->file))
            continue;
        struct encounter_case copy = *model;
        copy.name = at->name;
        copy.source = at->source.length > 0 ? at->source : copy.source;
        copy.line = at->line;
        copy.pending = (struct text){0};
        copy.nothing = false;
        copy.expected_count = copy.near_count = copy.lacking_count = copy.steps = 0;
        *at = copy;
        struct claim_body *body = &at->body;
        if (body->institutional_count > 0) {
            body->institutional = arena_take(&list->arena, sizeof *body->institutional);
            *body->institutional = *model->body.institutional;
        }
        if (body->dental_count > 0) {
            body->dental = arena_take(&list->arena, sizeof *body->dental);
            *body->dental = *model->body.dental;
        }
        return true;
    }
    return encounter_wrong(reader, "no case \"%.*s\" stands before", TEXT_ARGS(rest));
}

static bool
read_source(struct reader *reader, struct text rest)
{
    reader->at->source = rest;
    return true;
}

static bool
read_pending(struct reader *reader, struct text rest)
{
    reader->at->pending = rest;
    return rest.length > 0 || encounter_wrong(reader, "pending says for which rule");
}

static bool
read_setting(struct reader *reader, struct text rest)
{
    struct claim_body *body = &reader->at->body;
    bool outpatient = text_is(rest, "outpatient"), inpatient = text_is(rest, "inpatient");
    if (text_is(rest, "dental")) {
        body->form = CLAIM_FORM_DENTAL;
        body->dental = arena_take(encounter_arena(reader), sizeof *body->dental);
        body->dental_count = 1;
    } else if (outpatient || inpatient) {
        body->form = CLAIM_FORM_INSTITUTIONAL;
        body->institutional = arena_take(encounter_arena(reader), sizeof *body->institutional);
        body->institutional_count = 1;
        body->place_of_service = inpatient ? TEXT("11") : TEXT("13");
        body->facility_qualifier = TEXT("A");
        body->institutional->patient_status = TEXT("01");
        body->institutional->admission_type = inpatient ? TEXT("1") : TEXT("3");
        body->institutional->admission_source = TEXT("1");
        body->institutional->attending = encounter_party(NPI_PERSON, true);
        body->rendering = body->referring = (struct party){0};
        body->billing.taxonomy = TEXT("282N00000X");
        body->subscriber.filing_indicator = inpatient ? TEXT("MA") : TEXT("MB");
    } else if (!text_is(rest, "professional")) {
        return encounter_wrong(reader, "a setting is professional, outpatient, inpatient or dental");
    }
    return true;
}

static bool
read_date(struct reader *reader, struct text rest)
{
    return encounter_day(reader, rest, &reader->at->date);
}

static bool
read_received(struct reader *reader, struct text rest)
{
    return encounter_day(reader, rest, &reader->at->received);
}

static bool
read_patient(struct reader *reader, struct text rest)
{
    struct subscriber *subscriber = &reader->at->body.subscriber;
    struct text sex = encounter_word(&rest), birth = encounter_word(&rest);
    subscriber->sex = text_is(sex, "-") ? (struct text){0} : sex;
    subscriber->birth_date = 0;
    return birth.length == 0 || text_is(birth, "-") || encounter_day(reader, birth, &subscriber->birth_date);
}

static bool
read_child(struct reader *reader, struct text rest)
{
    struct patient *patient = &reader->at->body.patient;
    struct text sex = encounter_word(&rest);
    *patient = (struct patient){.relationship = TEXT("19"), .sex = sex};
    patient->person = reader->at->body.subscriber.person;
    patient->person.id = patient->person.id_qualifier = (struct text){0};
    reader->at->body.subscriber.relationship = (struct text){0};
    return encounter_day(reader, rest, &patient->birth_date);
}

static bool
read_payer(struct reader *reader, struct text rest)
{
    struct subscriber *subscriber = &reader->at->body.subscriber;
    reader->at->payer = rest;
    if (text_is(rest, "medicare"))
        subscriber->filing_indicator = reader->at->body.form == CLAIM_FORM_INSTITUTIONAL &&
                                               text_is(reader->at->body.place_of_service, "11")
                                           ? TEXT("MA")
                                           : TEXT("MB");
    else if (text_is(rest, "medicaid"))
        subscriber->filing_indicator = TEXT("MC");
    else if (text_is(rest, "commercial"))
        subscriber->filing_indicator = TEXT("CI");
    else
        return encounter_wrong(reader, "a payer is medicare, medicaid or commercial");
    return true;
}

static bool
read_place(struct reader *reader, struct text rest)
{
    reader->at->body.place_of_service = rest;
    return true;
}

static bool
read_frequency(struct reader *reader, struct text rest)
{
    reader->at->body.frequency = rest;
    return true;
}

static bool
read_total(struct reader *reader, struct text rest)
{
    return encounter_number(reader, rest, 100, &reader->at->body.total_cents);
}

static bool
read_onset(struct reader *reader, struct text rest)
{
    return encounter_day(reader, rest, &reader->at->body.onset_date);
}

static bool
read_clia(struct reader *reader, struct text rest)
{
    reader->at->body.clia = rest;
    return true;
}

static bool
read_authorization(struct reader *reader, struct text rest)
{
    reader->at->body.prior_authorization = rest;
    return true;
}

static bool
read_segment(struct reader *reader, struct text rest)
{
    return encounter_segment(reader, rest, &reader->at->body.carried, &reader->at->body.carried_count);
}

/* "-": none. */
static bool
take_party(struct party *party, struct text npi, bool person)
{
    *party = text_is(npi, "-") ? (struct party){0} : encounter_party(npi, person);
    return true;
}

static bool
read_billing(struct reader *reader, struct text rest)
{
    return take_party(&reader->at->body.billing, rest, false);
}

static bool
read_taxonomy(struct reader *reader, struct text rest)
{
    reader->at->body.billing.taxonomy = text_is(rest, "-") ? (struct text){0} : rest;
    return true;
}

static bool
read_rendering(struct reader *reader, struct text rest)
{
    return take_party(&reader->at->body.rendering, rest, true);
}

static bool
read_referring(struct reader *reader, struct text rest)
{
    return take_party(&reader->at->body.referring, rest, true);
}

static bool
read_supervising(struct reader *reader, struct text rest)
{
    return take_party(&reader->at->body.supervising, rest, true);
}

static bool
read_facility(struct reader *reader, struct text rest)
{
    return take_party(&reader->at->body.service_facility, rest, false);
}

static bool
read_line(struct reader *reader, struct text rest)
{
    struct claim_body *body = &reader->at->body;
    if (!reader->given[GIVEN_LINES])
        body->lines_count = 0;
    reader->given[GIVEN_LINES] = true;
    if (text_is(rest, "none"))
        return true;
    struct service_line *lines = ARENA_ARRAY(encounter_arena(reader), struct service_line, body->lines_count + 1);
    if (body->lines_count > 0)
        memcpy(lines, body->lines, sizeof *lines * body->lines_count);
    body->lines = lines;
    return encounter_line(reader, rest, &lines[body->lines_count++]);
}

static bool
read_document(struct reader *reader, struct text rest)
{
    struct encounter_case *at = reader->at;
    if (!reader->given[GIVEN_DOCUMENTS])
        at->documents_count = 0;
    reader->given[GIVEN_DOCUMENTS] = true;
    if (text_is(rest, "none"))
        return true;
    struct document *documents = ARENA_ARRAY(encounter_arena(reader), struct document, at->documents_count + 1);
    if (at->documents_count > 0)
        memcpy(documents, at->documents, sizeof *documents * at->documents_count);
    at->documents = documents;
    return encounter_document(reader, rest, &documents[at->documents_count++]);
}

static bool
read_history(struct reader *reader, struct text rest)
{
    struct encounter_case *at = reader->at;
    if (!reader->given[GIVEN_HISTORY])
        at->history_count = 0;
    reader->given[GIVEN_HISTORY] = at->history_given = true;
    if (text_is(rest, "partial"))
        at->history_partial = true;
    if (text_is(rest, "none") || text_is(rest, "partial"))
        return true;
    struct encounter_past *history = ARENA_ARRAY(encounter_arena(reader), struct encounter_past, at->history_count + 1);
    if (at->history_count > 0)
        memcpy(history, at->history, sizeof *history * at->history_count);
    at->history = history;
    return encounter_past(reader, rest, &history[at->history_count++]);
}

static bool
read_with(struct reader *reader, struct text rest)
{
    struct encounter_case *at = reader->at;
    while (rest.length > 0 && at->with_count < ENCOUNTER_LIST)
        at->with[at->with_count++] = encounter_word(&rest);
    return true;
}

static bool
read_script(struct reader *reader, struct text rest)
{
    reader->at->script = rest;
    return true;
}

static bool
read_without(struct reader *reader, struct text rest)
{
    struct encounter_case *at = reader->at;
    while (rest.length > 0 && at->without_count < ENCOUNTER_LIST)
        at->without[at->without_count++] = encounter_word(&rest);
    return true;
}

static bool
read_only(struct reader *reader, struct text rest)
{
    reader->at->sets = text_is(rest, "starter") ? ENCOUNTER_STARTER : ENCOUNTER_PUBLISHED;
    return reader->at->sets == ENCOUNTER_STARTER || text_is(rest, "published") ||
           encounter_wrong(reader, "only starter, or only published");
}

static bool
read_rule(struct reader *reader, struct text word, uint16_t *number)
{
    uint64_t value;
    if (!text_to_u64(word, &value) || value < 3000 || value > 3999)
        return encounter_wrong(reader, "\"%.*s\" is not the number of a rule", TEXT_ARGS(word));
    *number = (uint16_t)value;
    return true;
}

static bool
read_expect(struct reader *reader, struct text rest)
{
    struct encounter_case *at = reader->at;
    if (text_is(rest, "none")) {
        at->nothing = true;
        return true;
    }
    if (at->expected_count == ENCOUNTER_LIST)
        return encounter_wrong(reader, "too many");
    struct encounter_expected *expected = &at->expected[at->expected_count++];
    struct text number = encounter_word(&rest);
    expected->place = rest;
    return read_rule(reader, number, &expected->number);
}

static bool
read_near(struct reader *reader, struct text rest)
{
    struct encounter_case *at = reader->at;
    while (rest.length > 0) {
        if (at->near_count == ENCOUNTER_LIST || !read_rule(reader, encounter_word(&rest), &at->near[at->near_count++]))
            return encounter_wrong(reader, "near names rules");
    }
    return true;
}

static bool
read_not_assessed(struct reader *reader, struct text rest)
{
    struct encounter_case *at = reader->at;
    while (rest.length > 0) {
        struct text word = encounter_word(&rest);
        if (word.length == 1 && word.data[0] >= '1' && word.data[0] <= '7')
            at->steps |= 1u << (word.data[0] - '0');
        else if (at->lacking_count == ENCOUNTER_LIST || !read_rule(reader, word, &at->lacking[at->lacking_count++]))
            return encounter_wrong(reader, "not-assessed names steps and rules");
    }
    return true;
}

static bool
read_wants(struct reader *reader, struct text rest)
{
    struct coding_wants *wants = &reader->at->wants;
    struct text word = encounter_word(&rest);
    int64_t percent;
    if (text_is(word, "percent")) {
        if (!encounter_number(reader, rest, 1, &percent))
            return false;
        wants->percent = (uint32_t)percent;
        return true;
    }
    if (text_is(word, "cause")) {
        wants->cause = true;
        return true;
    }
    struct text *to = text_is(word, "ndc") ? &wants->ndc : text_is(word, "authorization") ? &wants->authorization
                    : text_is(word, "referral") ? &wants->referral : text_is(word, "telehealth") ? &wants->telehealth
                    : text_is(word, "locality") ? &wants->locality : NULL;
    if (to == NULL)
        return encounter_wrong(reader, "a payer wants ndc, authorization, referral, telehealth, locality, percent or cause");
    *to = rest;
    return true;
}

static const struct {
    const char *word;
    statement *read;
} statements[] = {
    {"like", read_like},           {"source", read_source},         {"pending", read_pending},
    {"setting", read_setting},     {"date", read_date},             {"received", read_received},
    {"patient", read_patient},     {"child", read_child},           {"payer", read_payer},
    {"place", read_place},         {"frequency", read_frequency},   {"total", read_total},
    {"onset", read_onset},         {"clia", read_clia},             {"authorization", read_authorization},
    {"segment", read_segment},     {"billing", read_billing},       {"taxonomy", read_taxonomy},     {"rendering", read_rendering},
    {"referring", read_referring}, {"supervising", read_supervising}, {"facility", read_facility},
    {"diagnoses", encounter_diagnoses}, {"line", read_line},        {"document", read_document},
    {"history", read_history},     {"with", read_with},             {"without", read_without},
    {"only", read_only},           {"expect", read_expect},         {"near", read_near},
    {"script", read_script},       {"not-assessed", read_not_assessed}, {"wants", read_wants},
};

bool (*encounter_statement(struct text word))(struct reader *reader, struct text rest)
{
    statement *read = encounter_form_statement(word);
    for (size_t i = 0; i < sizeof statements / sizeof *statements && read == NULL; i++)
        read = text_is(word, statements[i].word) ? statements[i].read : NULL;
    return read;
}
