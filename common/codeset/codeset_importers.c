#include "common/codeset/import/import.h"

/* The surest first. */
const struct codeset_importer *const codeset_importers[] = {
    &import_icd10cm_order,
    &import_icd10pcs_order,
    &import_generic,
    &import_icd10cm_addenda,
    &import_icd10pcs_addenda,
    &import_hcpcs,
    &import_modifiers,
    &import_place,
    &import_taxonomy,
    &import_adjustments,
    &import_code_display,
    &import_code_xml,
    NULL,
};
