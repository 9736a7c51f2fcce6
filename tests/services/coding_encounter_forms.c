/* Of an encounter's text: what only a hospital's claim has. */
#include "tests/services/coding_encounter_lines.h"

static struct institutional_claim *
own(struct reader *reader)
{
    struct claim_body *body = &encounter_now(reader)->body;
    if (body->institutional_count == 0)
        encounter_wrong(reader, "only a hospital's claim has this: setting outpatient or inpatient before it");
    return body->institutional_count == 0 ? NULL : body->institutional;
}

/* "111": the type of bill and its frequency. */
static bool
read_bill(struct reader *reader, struct text rest)
{
    struct claim_body *body = &encounter_now(reader)->body;
    if (rest.length != 3)
        return encounter_wrong(reader, "a type of bill has three characters");
    body->place_of_service = text_head(rest, 2);
    body->frequency = text_of(rest.data + 2, 1);
    return true;
}

static bool
read_statement(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    if (claim == NULL || !encounter_days(reader, rest, &claim->statement_from, &claim->statement_to))
        return false;
    if (claim->statement_to == 0)
        claim->statement_to = claim->statement_from;
    encounter_now(reader)->date = claim->statement_from;
    return true;
}

/* "2024-08-01 1305": day and time. */
static bool
read_admission(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    struct text day = encounter_word(&rest);
    if (claim == NULL)
        return false;
    claim->admission_time = rest;
    return encounter_day(reader, day, &claim->admission_date);
}

static bool
read_type(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    if (claim == NULL)
        return false;
    claim->admission_type = encounter_word(&rest);
    claim->admission_source = rest;
    return true;
}

static bool
read_status(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    if (claim == NULL)
        return false;
    claim->patient_status = text_is(rest, "-") ? (struct text){0} : rest;
    return true;
}

static bool
read_admitting(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    if (claim == NULL)
        return false;
    if (!text_is(rest, "-"))
        return encounter_diagnosis(reader, rest, TEXT("ABJ"), &claim->admitting);
    claim->admitting = (struct diagnosis){0};
    return true;
}

static bool
read_list(struct reader *reader, struct text rest, struct text qualifier, struct diagnosis **list, uint32_t *count, uint32_t most)
{
    *list = ARENA_ARRAY(encounter_arena(reader), struct diagnosis, most);
    *count = 0;
    while (rest.length > 0) {
        if (*count == most || !encounter_diagnosis(reader, encounter_word(&rest), qualifier, &(*list)[(*count)++]))
            return encounter_wrong(reader, "too many diagnoses, or a wrong one");
    }
    return true;
}

static bool
read_reasons(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    return claim != NULL && read_list(reader, rest, TEXT("APR"), &claim->reasons, &claim->reasons_count, 3);
}

static bool
read_causes(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    return claim != NULL && read_list(reader, rest, TEXT("ABN"), &claim->external_causes, &claim->external_causes_count, 12);
}

/* "0DTJ4ZZ@2024-08-02 ...". */
static bool
read_dated(struct reader *reader, struct text rest, struct text first, struct text other, struct dated_code **list, uint32_t *count)
{
    *list = ARENA_ARRAY(encounter_arena(reader), struct dated_code, 24);
    *count = 0;
    while (rest.length > 0) {
        struct text days = encounter_word(&rest), code = encounter_cut(&days, '@');
        if (*count == 24)
            return encounter_wrong(reader, "too many");
        struct dated_code *dated = &(*list)[(*count)++];
        *dated = (struct dated_code){.qualifier = *count == 1 ? first : other, .code = code};
        if (days.length > 0 && !encounter_days(reader, days, &dated->date_from, &dated->date_to))
            return false;
    }
    return true;
}

static bool
read_procedures(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    if (claim == NULL)
        return false;
    if (claim->operating.id.length == 0)
        claim->operating = encounter_party(NPI_PERSON, true);
    return read_dated(reader, rest, TEXT("BBR"), TEXT("BBQ"), &claim->procedures, &claim->procedures_count);
}

static bool
read_occurrences(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    return claim != NULL &&
           read_dated(reader, rest, TEXT("BH"), TEXT("BH"), &claim->occurrences, &claim->occurrences_count);
}

static bool
read_spans(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    return claim != NULL &&
           read_dated(reader, rest, TEXT("BI"), TEXT("BI"), &claim->occurrence_spans, &claim->occurrence_spans_count);
}

static bool
read_conditions(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    if (claim == NULL)
        return false;
    claim->conditions = ARENA_ARRAY(encounter_arena(reader), struct condition_code, 24);
    for (claim->conditions_count = 0; rest.length > 0 && claim->conditions_count < 24;)
        claim->conditions[claim->conditions_count++] = (struct condition_code){.code = encounter_word(&rest)};
    return true;
}

/* "80=5". */
static bool
read_values(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    if (claim == NULL)
        return false;
    claim->values = ARENA_ARRAY(encounter_arena(reader), struct value_code, 24);
    for (claim->values_count = 0; rest.length > 0 && claim->values_count < 24;) {
        struct text value = encounter_word(&rest), code = encounter_cut(&value, '=');
        claim->values[claim->values_count++] = (struct value_code){.code = code, .value = value};
    }
    return true;
}

static bool
read_drg(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    if (claim == NULL)
        return false;
    claim->drg = rest;
    return true;
}

static bool
read_attending(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    if (claim == NULL)
        return false;
    claim->attending = text_is(rest, "-") ? (struct party){0} : encounter_party(rest, true);
    return true;
}

static bool
read_operating(struct reader *reader, struct text rest)
{
    struct institutional_claim *claim = own(reader);
    if (claim == NULL)
        return false;
    claim->operating = text_is(rest, "-") ? (struct party){0} : encounter_party(rest, true);
    return true;
}

bool (*encounter_form_statement(struct text word))(struct reader *reader, struct text rest)
{
    static const struct {
        const char *word;
        bool (*read)(struct reader *reader, struct text rest);
    } words[] = {
        {"bill", read_bill},           {"statement", read_statement},     {"admission", read_admission},
        {"type", read_type},           {"status", read_status},           {"admitting", read_admitting},
        {"reasons", read_reasons},     {"causes", read_causes},           {"procedures", read_procedures},
        {"occurrences", read_occurrences}, {"spans", read_spans},         {"conditions", read_conditions},
        {"values", read_values},       {"drg", read_drg},                 {"attending", read_attending},
        {"operating", read_operating},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(word, words[i].word))
            return words[i].read;
    return NULL;
}
