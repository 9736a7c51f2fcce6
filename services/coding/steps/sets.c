#include "services/coding/steps/sets.h"

static const char *const names[CODES_SET_COUNT] = {
    [CODES_ICD10CM] = "icd10cm", [CODES_HCPCS] = "hcpcs", [CODES_CPT] = "cpt", [CODES_MODIFIER] = "modifier", [CODES_PLACE] = "place",
};
static const char *const relation_names[CODING_RELATION_COUNT] = {
    [CODING_PCS] = "icd10pcs",
    [CODING_REVENUE] = "revenue",
    [CODING_BILL_TYPE] = "type_of_bill",
    [CODING_CONDITION] = "condition",
    [CODING_OCCURRENCE] = "occurrence",
    [CODING_OCCURRENCE_SPAN] = "occurrence_span",
    [CODING_VALUE] = "value",
    [CODING_PATIENT_STATUS] = "patient_status",
    [CODING_ADMISSION_ORIGIN] = "admission_origin",
    [CODING_ADMISSION_TYPE] = "admission_type",
    [CODING_TAXONOMY] = "taxonomy",
    [CODING_SPECIALTY] = "specialty",
    [CODING_MSDRG] = "msdrg",
    [CODING_NOTES] = "icd10cm_notes",
    [CODING_CONVERSION] = "icd10cm_conversion",
    [CODING_DIAGNOSIS_CHANGES] = "icd10cm_changes",
    [CODING_POA_EXEMPT] = "poa_exempt",
    [CODING_MCE] = "mce",
    [CODING_MCE_PROCEDURE] = "mce_procedure",
    [CODING_CC] = "msdrg_cc",
    [CODING_MCC] = "msdrg_mcc",
    [CODING_HAC] = "msdrg_hac",
    [CODING_DRG_INDEX] = "msdrg_index",
    [CODING_DRG_GROUP] = "msdrg_group",
    [CODING_PTP_PRACTITIONER] = "ncci_practitioner",
    [CODING_PTP_HOSPITAL] = "ncci_hospital",
    [CODING_MUE_PRACTITIONER] = "mue_practitioner",
    [CODING_MUE_HOSPITAL] = "mue_hospital",
    [CODING_MUE_SUPPLIER] = "mue_supplier",
    [CODING_ADD_ON] = "add_on",
    [CODING_FEES] = "fees",
    [CODING_FEE_INDEX] = "fee_index",
    [CODING_FEE_LOCALITY] = "fee_locality",
    [CODING_FEE_CAP] = "fee_cap",
    [CODING_ANAESTHESIA] = "anaesthesia",
    [CODING_COVERAGE] = "coverage",
    [CODING_SINGLE_DOSE] = "single_dose",
};

const char *
coding_set_name(enum codes_set set)
{
    return names[set];
}

void
coding_sets_take(struct coding_sets *sets, const struct codeset_folder *folder)
{
    *sets = (struct coding_sets){.name = folder == NULL ? NULL : codeset_folder_name(folder)};
    for (int i = 0; i < CODES_SET_COUNT && folder != NULL; i++)
        sets->sets[i] = codeset_named(folder, names[i]);
    for (int i = 0; i < CODING_RELATION_COUNT && folder != NULL; i++)
        sets->relations[i] = codeset_named(folder, relation_names[i]);
}

struct text
coding_sets_name(const struct coding_sets *sets)
{
    return sets->name == NULL ? codes_edition_name(codes_starter()) : text_from(sets->name);
}

/* Dental codes (D) are the American Dental Association's: CMS's list has none of them. */
static bool
is_asked(enum codes_set set, struct text code)
{
    return set != CODES_HCPCS || code.length == 0 || code.data[0] != 'D';
}

static struct codes_answer
ask(const struct coding_case *c, enum codes_set set, struct text code, int32_t date, bool words)
{
    const struct codeset *published = c->sets == NULL || !is_asked(set, code) ? NULL : c->sets->sets[set];
    struct codes_answer answer = {.verdict = CODES_EDITION_MISSING};
    enum status status = STATUS_OK;
    if (published != NULL)
        status = words ? codeset_judge(published, code, date, &answer, NULL) : codeset_verdict(published, code, date, &answer);
    if (status != STATUS_OK) {
        c->sets->damaged = true;
        return (struct codes_answer){.verdict = CODES_NOT_HELD};
    }
    bool said = answer.verdict != CODES_EDITION_MISSING && answer.verdict != CODES_NOT_HELD;
    if (said)
        codeset_settle(&answer, c->edition, set, code, date);
    return said ? answer : codes_find(c->edition, set, code, date);
}

struct codes_answer
coding_ask(const struct coding_case *c, enum codes_set set, struct text code, int32_t date)
{
    return ask(c, set, code, date, false);
}

struct text
coding_words(const struct coding_case *c, enum codes_set set, struct text code, int32_t date)
{
    return ask(c, set, code, date, true).words;
}

struct codes_answer
coding_ask_list(const struct coding_case *c, enum coding_relation list, struct text code, int32_t date)
{
    struct codes_answer answer = {.verdict = CODES_EDITION_MISSING};
    const struct codeset *set = c->sets == NULL ? NULL : c->sets->relations[list];
    if (set == NULL || codeset_judge(set, code, date, &answer, NULL) == STATUS_OK)
        return answer;
    c->sets->damaged = true;
    return (struct codes_answer){.verdict = CODES_NOT_HELD};
}

/* Relations that are built in, found once. */
static const struct codeset *
built_in(enum coding_relation relation)
{
    static const struct codeset *found[CODING_RELATION_COUNT];
    static bool looked;
    for (int i = 0; i < CODING_RELATION_COUNT && !looked; i++)
        found[i] = codeset_named(codeset_starter(), relation_names[i]);
    looked = true;
    return found[relation];
}

static struct codeset_data *
on_day(const struct codeset *set, int32_t day)
{
    return set == NULL || day == 0 ? NULL : codeset_on(set, day);
}

struct codeset_data *
coding_edition(const struct coding_case *c, enum coding_relation relation, int32_t day)
{
    struct codeset_data *published = c->sets == NULL ? NULL : on_day(c->sets->relations[relation], day);
    return published != NULL ? published : on_day(built_in(relation), day);
}

static bool
is_found(const struct coding_case *c, enum status status)
{
    if (status != STATUS_OK && status != STATUS_NOT_FOUND && c->sets != NULL)
        c->sets->damaged = true;
    return status == STATUS_OK;
}

struct codeset_data *
coding_edition_behind(const struct codeset_data *data)
{
    const struct codeset_about *about = codeset_edition_about(data);
    if (about->complete != 0)
        return NULL;
    struct codeset_data *found = on_day(codeset_named(codeset_starter(), about->set), about->to != 0 ? about->to : about->from);
    return found == data ? NULL : found;
}

bool
coding_is_built_in(struct codeset_data *data)
{
    return strcmp(codeset_edition_about(data)->importer, CODESET_BUILT_IN) == 0;
}

bool
coding_rows_in(const struct coding_case *c, struct codeset_data *data, uint64_t key, struct codeset_rows *rows)
{
    return key != 0 && is_found(c, codeset_find(data, key, rows));
}

bool
coding_pair_in(const struct coding_case *c, struct codeset_data *data, uint64_t first, uint64_t second, struct codeset_rows *rows)
{
    return first != 0 && second != 0 && is_found(c, codeset_find_pair(data, first, second, rows));
}

bool
coding_rows(struct coding_run *run, uint16_t rule, enum coding_relation relation, int32_t day, uint64_t key,
            struct codeset_rows *rows)
{
    struct codeset_data *data = coding_edition(run->c, relation, day);
    if (data == NULL) {
        coding_lacks(run, rule, day == 0 ? CODING_LACK_DATE : CODING_LACK_EDITION);
        return false;
    }
    if (coding_rows_in(run->c, data, key, rows))
        return true;
    if (coding_is_built_in(data))
        coding_lacks(run, rule, CODING_LACK_CODE);
    return false;
}
