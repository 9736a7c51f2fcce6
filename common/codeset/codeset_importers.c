#include "common/codeset/import/import.h"

/* The surest first. */
const struct codeset_importer *const codeset_importers[] = {
    &import_icd10cm_order,
    &import_icd10pcs_order,
    &import_place,
    NULL,
};
