/* The importers, by the names of their files. Each one's layout is told there. */
#ifndef CLAIMLINE_CODESET_IMPORTERS_H
#define CLAIMLINE_CODESET_IMPORTERS_H

#include "common/codeset/codeset_import.h"

extern const struct codeset_importer import_icd10cm_order, import_icd10pcs_order;
extern const struct codeset_importer import_place;

#endif
