/*
 * Lists of CMS and HL7 as tables of two columns, "code,display", without days: the name says which. A code "~" is what CMS writes
 * where there is none; words that say UNASSIGNED or RESERVED say that the number is nobody's yet: neither may be billed. "70 ... 72" is
 * a span of reserved codes. And level II modifiers: "modifier,category,description".
 */
#include "common/codeset/import/import.h"

static const struct list {
    const char *words, *set; /* the first row whose words stand in the name */
    bool complete;
} lists[] = {
    {"revenue_center_codes", "revenue", true},
    {"revenue_center_status", "revenue_status", true},
    {"type_of_bill", "type_of_bill", true},
    {"bill_classification", "bill_type", true},
    {"bill_facility", "bill_facility", true},
    {"condition_codes", "condition", true}, /* every code of two characters, with CMS's internal ones */
    {"occurrence_span", "occurrence_span", false},
    {"occurrence", "occurrence", false},
    {"value_codes", "value", false},
    {"patient_discharge_status", "patient_status", true},
    {"admission_source", "admission_origin", true},
    {"admission_type", "admission_type", true},
    {"place_of_service", "place", true},
    {"claim_adjustment_group", "adjustment_group", true},
    {"claim_adjustment_reason", "adjustment_reason", false},
    {"provider_specialty", "specialty", true},
    {"contractor", "contractor", true},
    {"type_of_service", "type_of_service", true},
    {"carrier_payment_denial", "payment_denial", true},
    {"medicare_nonpayment_reason", "nonpayment_reason", true},
    {"medicare_primary_payer", "primary_payer", true},
};

static const struct list *
list_of(const char *name)
{
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (codeset_name_has(name, lists[i].words))
            return &lists[i];
    }
    return NULL;
}

static bool
recognise_list(const char *name, struct text head)
{
    return text_starts(head, TEXT("code,display")) && list_of(name) != NULL;
}

/* "70 ... 72": the second code, and the first cut to its length. */
static struct text
second_of(struct text *first)
{
    static const char between[] = " ... ";
    const char *at = memmem(first->data, first->length, between, sizeof between - 1);
    if (at == NULL)
        return (struct text){0};
    size_t length = (size_t)(at - first->data), skip = length + sizeof between - 1;
    struct text second = text_of(first->data + skip, first->length - skip);
    first->length = length;
    return second;
}

/* "RESERVED FOR NATIONAL ASSIGNMENT", "Reserved"; of a point of origin "RESERVED ... (NON-NEWBORN)/RESERVED ... (NEWBORN)", where one of
 * both may be assigned; of a type of bill its facility or its classification: "HOSPITAL, RESERVED FOR NATIONAL ASSIGNMENT, ...". */
static bool
is_nobodys(struct text words)
{
    static const char reserved[] = "RESERVED", part[] = ", RESERVED FOR NATIONAL ASSIGNMENT,", of[] = "-RESERVED FOR NATIONAL ASSIGNMENT";
    if (text_starts(words, TEXT("UNASSIGNED")) || memmem(words.data, words.length, part, sizeof part - 1) != NULL ||
        memmem(words.data, words.length, of, sizeof of - 1) != NULL)
        return true;
    if (words.length < sizeof reserved - 1 || strncasecmp(words.data, reserved, sizeof reserved - 1) != 0)
        return false;
    struct text newborn;
    text_cut(words, '/', &newborn);
    return text_starts(words, TEXT("RESERVED FOR NATIONAL ASSIGNMENT,")) || newborn.length == 0 || text_starts(newborn, TEXT("RESERVED"));
}

static enum status
take_row(struct codeset_reading *reading, void *context, const struct text *fields, size_t count)
{
    struct codeset_give give = {.first = text_trim(fields[0]), .words = fields[1]};
    (void)count;
    if (text_is(give.first, "\xe2\x80\xa6")) {
        codeset_note(reading, "rows that only say that more is reserved");
        codeset_builder_pass(context, CODESET_RESERVED);
        return STATUS_OK;
    }
    give.second = second_of(&give.first);
    if (text_is(give.first, "~") || text_is(give.first, "~~") || text_is(give.first, "~~~") || give.second.length > 0 ||
        is_nobodys(give.words))
        give.flags = CODESET_HEADER;
    return codeset_reading_give(reading, context, &give);
}

static enum status
read_list(struct codeset_reading *reading)
{
    const struct list *list = list_of(codeset_source_name(codeset_reading_source(reading)));
    struct codeset_builder *builder = codeset_undated_edition(reading, list->set, list->complete);
    return codeset_records(reading, ',', 2, 1, take_row, builder);
}

static bool
recognise_modifiers(const char *name, struct text head)
{
    (void)name;
    return text_starts(head, TEXT("modifier,category,description"));
}

static enum status
take_modifier(struct codeset_reading *reading, void *context, const struct text *fields, size_t count)
{
    (void)count;
    if (fields[0].length != 2)
        return codeset_wrong(reading, "a modifier has two characters");
    return codeset_reading_give(reading, context, &(struct codeset_give){.first = fields[0], .words = fields[2]});
}

static enum status
read_modifiers(struct codeset_reading *reading)
{
    return codeset_records(reading, ',', 3, 1, take_modifier, codeset_undated_edition(reading, "modifier", false));
}

const struct codeset_importer import_code_display = {"code_display", "list of codes and words", recognise_list, read_list};
const struct codeset_importer import_modifiers = {"modifiers", "HCPCS level II modifiers", recognise_modifiers, read_modifiers};
