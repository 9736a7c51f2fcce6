/* The importers, by the names of their files. Each one's layout is told there. */
#ifndef CLAIMLINE_CODESET_IMPORTERS_H
#define CLAIMLINE_CODESET_IMPORTERS_H

#include "common/codeset/codeset_import.h"

extern const struct codeset_importer import_icd10cm_order, import_icd10pcs_order;
extern const struct codeset_importer import_icd10cm_addenda, import_icd10pcs_addenda;
extern const struct codeset_importer import_cpt, import_hcpcs, import_hcpcs_table, import_hcpcs_noc, import_modifiers;
extern const struct codeset_importer import_place, import_taxonomy;
extern const struct codeset_importer import_code_display, import_adjustments, import_code_xml;
extern const struct codeset_importer import_generic;

/* Relations between codes; what each gives is told in the header beside it. */
extern const struct codeset_importer import_ncci_pairs, import_ncci_mue, import_ncci_add_on; /* ncci.h */
extern const struct codeset_importer import_mce_list, import_mce_sections;                   /* mce.h */
extern const struct codeset_importer import_msdrg_list, import_msdrg_cc, import_msdrg_index, import_msdrg_groups,
    import_msdrg_appendix_a, import_msdrg_appendices;                                              /* msdrg.h */
extern const struct codeset_importer import_poa_exempt, import_conversion;                         /* icd_lists.h */
extern const struct codeset_importer import_tabular;                                               /* tabular.h */
extern const struct codeset_importer import_fees, import_fee_indices, import_fee_localities, import_anaesthesia,
    import_fee_caps; /* fees.h */
extern const struct codeset_importer import_coverage; /* coverage.h */

#endif
