/* The importers, by the names of their files. Each one's layout is told there. */
#ifndef CLAIMLINE_CODESET_IMPORTERS_H
#define CLAIMLINE_CODESET_IMPORTERS_H

#include "common/codeset/codeset_import.h"

extern const struct codeset_importer import_icd10cm_order, import_icd10pcs_order;
extern const struct codeset_importer import_icd10cm_addenda, import_icd10pcs_addenda;
extern const struct codeset_importer import_hcpcs, import_modifiers;
extern const struct codeset_importer import_place, import_taxonomy;
extern const struct codeset_importer import_code_display, import_adjustments, import_code_xml;
extern const struct codeset_importer import_generic;

#endif
