#include "common/codeset/codeset.h"

#define MCE_KINDS                                                                                                          \
    "1=newborn|2=pediatric|3=maternity|4=adult|5=females only|6=males only|7=manifestation|8=unacceptable principal|"        \
    "9=questionable admission|10=not covered|11=not covered over 60|12=limited coverage|13=wrong procedure|"                 \
    "14=not covered for a stay of up to 96 hours"

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
    {"payment_denial", "Medicare carriers' denials of payment"},
    {"nonpayment_reason", "Medicare's reasons for nonpayment"},
    {"primary_payer", "payers that are primary to Medicare"},
    {"hcpcs_noc", "HCPCS codes not otherwise classified"},
    {"single_dose", "drugs in single-dose containers (JW, JZ)"},
    {"icd10cm_changes", "ICD-10-CM addenda", .relation = true, .kinds = "1=added|2=deleted|3=revised from|4=revised to"},
    {"icd10pcs_changes", "ICD-10-PCS addenda", .relation = true, .kinds = "1=added|2=deleted|3=revised from|4=revised to"},
    /* common/codeset/import/: ncci.h, mce.h, msdrg.h, icd_lists.h, tabular.h, fees.h */
    {"ncci_practitioner", "NCCI pairs, practitioners", .relation = true, .kinds = "0=no modifier parts them|1=a modifier may|9=not applicable"},
    {"ncci_hospital", "NCCI pairs, outpatient hospital", .relation = true, .kinds = "0=no modifier parts them|1=a modifier may|9=not applicable"},
    {"mue_practitioner", "MUE, practitioners", .relation = true, .kinds = "1=line|2=day, by policy|3=day, clinical", .numbers = "units"},
    {"mue_hospital", "MUE, outpatient hospital", .relation = true, .kinds = "1=line|2=day, by policy|3=day, clinical", .numbers = "units"},
    {"mue_supplier", "MUE, suppliers", .relation = true, .kinds = "1=line|2=day, by policy|3=day, clinical", .numbers = "units"},
    {"add_on", "NCCI add-on codes and their primaries", .relation = true, .kinds = "1=primaries are listed|2=primaries by the contractor|3=some are listed"},
    {"mce", "Medicare code edits, diagnoses", .relation = true, .kinds = MCE_KINDS, .numbers = "first_age|last_age"},
    {"mce_procedure", "Medicare code edits, procedures", .relation = true, .kinds = MCE_KINDS, .numbers = "first_age|last_age"},
    {"msdrg", "MS-DRG", .kinds = "1=medical|2=surgical", .numbers = "mdc"},
    {"msdrg_cc", "complications and comorbidities", .relation = true, .kinds = "1=CC"},
    {"msdrg_mcc", "major complications and comorbidities", .relation = true, .kinds = "2=MCC|3=MCC when discharged alive"},
    {"msdrg_hac", "hospital-acquired conditions", .relation = true, .kinds = "1=secondary diagnosis|2=procedure|3=principal diagnosis", .numbers = "hac"},
    {"msdrg_index", "diagnoses by MDC and DRG", .relation = true, .numbers = "mdc|first_drg|last_drg"},
    {"msdrg_group", "groups of DRGs by MDC", .relation = true, .numbers = "mdc"},
    {"poa_exempt", "exempt from present on admission", .relation = true},
    {"icd10cm_conversion", "what stood before a code of ICD-10-CM", .relation = true, .numbers = "last_high|last_low"},
    {"icd10cm_notes", "notes of the tabular list", .relation = true,
     .kinds = "1=inclusion term|2=includes|3=excludes 1|4=excludes 2|5=code first|6=use additional|7=code also|8=seventh character|9=note",
     .numbers = "last_high|last_low|mask_high|mask_low|group|state"},
    {"fees", "physician fee schedule", .relation = true,
     .kinds = "65=active|66=bundled|67=carrier priced|69=excluded by regulation|73=not valid for Medicare|74=anaesthesia|77=measurement|78=not covered|"
              "80=bundled or excluded|82=restricted|84=paid when alone|88=excluded by statute",
     .numbers = "work|nonfacility_pe|facility_pe|malpractice|nonfacility_total|facility_total|nonfacility_na|facility_na|pctc|global|pre|intra|"
                "post|multiple|bilateral|assistant|co_surgeon|team|endoscopy_high|endoscopy_low|conversion|supervision_high|"
                "supervision_low|calculation|imaging_family|opps_nonfacility_pe|opps_facility_pe|opps_malpractice|not_for_medicare"},
    {"fee_index", "practice cost indices of localities", .relation = true, .numbers = "work|pe|malpractice"},
    {"fee_locality", "counties of localities", .relation = true},
    {"anaesthesia", "anaesthesia factors of localities", .relation = true, .numbers = "cents"},
    {"fee_cap", "prices under the OPPS cap", .relation = true, .kinds = "65=active|67=carrier priced",
     .numbers = "modifier_high|modifier_low|facility_cents|nonfacility_cents"},
    {"coverage", "policies of medical necessity (LCD, NCD)", .relation = true, .kinds = "1=supports|2=does not support",
     .numbers = "last_high|last_low"}, /* coverage.h */
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
