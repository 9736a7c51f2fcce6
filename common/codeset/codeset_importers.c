#include "common/codeset/import/import.h"

/* The surest first. */
const struct codeset_importer *const codeset_importers[] = {
    &import_icd10cm_order,
    &import_icd10pcs_order,
    &import_place,
    &import_ncci_pairs,
    &import_ncci_mue,
    &import_ncci_add_on,
    &import_mce_list,
    &import_mce_sections,
    &import_msdrg_list,
    &import_msdrg_index,
    &import_msdrg_groups,
    &import_msdrg_cc,
    &import_msdrg_appendix_a,
    &import_msdrg_appendices,
    &import_poa_exempt,
    &import_conversion,
    &import_tabular,
    &import_fees,
    &import_fee_indices,
    &import_fee_localities,
    &import_anaesthesia,
    NULL,
};
