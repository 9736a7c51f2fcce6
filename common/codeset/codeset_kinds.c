#include "common/codeset/codeset.h"

/* Lists of codes first, then relations. A set that is not here has no numbers and no kinds. */
const struct codeset_kind codeset_kinds[] = {
    {"icd10cm", "ICD-10-CM", .numbers = "order"}, /* a span of codes means by order number, not by the letters */
    {"icd10pcs", "ICD-10-PCS", .numbers = "order"},
    {"hcpcs", "HCPCS level II", .kinds = "1=C coverage by the carrier|2=D special coverage|3=I not payable|4=M not covered|5=S not covered by statute"},
    {"modifier", "procedure modifiers"},
    {"cpt", "CPT"},
    {"place", "places of service"},
    {"revenue", "revenue codes"},
    {"type_of_bill", "types of bill: facility, classification, frequency"},
    {"bill_type", "types of bill without the frequency"},
    {"bill_facility", "facilities of types of bill"},
    {"condition", "condition codes"},
    {"occurrence", "occurrence codes; a row with a second code is a span of reserved ones"},
    {"occurrence_span", "occurrence span codes"},
    {"value", "value codes; a row with a second code is a span of reserved ones"},
    {"patient_status", "patient discharge statuses"},
    {"admission_origin", "points of origin of admissions"},
    {"admission_type", "types of admission"},
    {"adjustment_group", "claim adjustment groups"},
    {"adjustment_reason", "claim adjustment reasons (CARC)"},
    {"remark", "remittance advice remarks (RARC)"},
    {"status_category", "claim status categories"},
    {"status", "claim statuses"},
    {"taxonomy", "NUCC provider taxonomy"},
    {"revenue_status", "status indicators of revenue lines"},
    {"specialty", "CMS provider specialties"},
    {"contractor", "Medicare contractors"},
    {"type_of_service", "CMS types of service"},
    {"icd10cm_changes", "ICD-10-CM addenda", .relation = true, .kinds = "1=added|2=deleted|3=revised from|4=revised to"},
    {"icd10pcs_changes", "ICD-10-PCS addenda", .relation = true, .kinds = "1=added|2=deleted|3=revised from|4=revised to"},
};
const size_t codeset_kind_count = sizeof codeset_kinds / sizeof codeset_kinds[0];

const struct codeset_kind *
codeset_kind_named(const char *name)
{
    for (size_t i = 0; i < codeset_kind_count; i++) {
        if (strcmp(codeset_kinds[i].name, name) == 0)
            return &codeset_kinds[i];
    }
    return NULL;
}
