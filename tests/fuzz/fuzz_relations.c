/*
 * A published file of relations: the first line is its name, the rest its bytes. Every importer reads them that knows the file, and,
 * so that no recogniser hides a reader, one of relations, told by the length. It gives rows, or refuses with one line that names the file. Then
 * the same bytes as a note of the tabular list: what it names are spans that hold their own ends.
 */
#include "common/codeset/codeset_run.h"
#include "common/codeset/import/icd_codes.h"
#include "common/codeset/import/import.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct codeset_importer *const relations[] = {
    &import_ncci_pairs, &import_ncci_mue, &import_ncci_add_on, &import_mce_list, &import_mce_sections, &import_msdrg_list,
    &import_msdrg_cc, &import_msdrg_index, &import_msdrg_groups, &import_msdrg_appendix_a, &import_msdrg_appendices,
    &import_poa_exempt, &import_conversion, &import_tabular, &import_fees, &import_fee_indices, &import_fee_localities,
    &import_anaesthesia, &import_fee_caps};

static void
read_with(const struct codeset_importer *importer, const char *name, struct text bytes)
{
    char reason[CODESET_REASON_BYTES] = "";
    struct codeset_import import = {.options = {.now = 1}, .lock = -1, .file = 1};
    struct codeset_source *source = codeset_source_of(name, bytes);
    struct codeset_reading reading = {&import, source, importer, (const uint8_t[32]){0}, 0, reason};
    enum status status = importer->read(&reading);
    assert(status == STATUS_OK || status == STATUS_INVALID || status == STATUS_LIMIT || status == STATUS_NOT_FOUND);
    assert(memchr(reason, '\0', sizeof reason) != NULL && strchr(reason, '\n') == NULL);
    codeset_source_free(source);
    for (size_t i = 0; i < import.edition_count; i++)
        codeset_builder_free(import.editions[i].builder);
    free(import.editions);
}

static void
read_with_all(const char *name, struct text bytes)
{
    struct codeset_source *source = codeset_source_of(name, bytes);
    struct text head;
    if (codeset_source_head(source, &head) == STATUS_OK)
        for (size_t i = 0; codeset_importers[i] != NULL; i++)
            if (codeset_importers[i]->recognise(codeset_source_name(source), head))
                read_with(codeset_importers[i], name, bytes);
    codeset_source_free(source);
}

static void
read_note(struct text note)
{
    struct icd_codes codes[ICD_CODES_LIMIT];
    size_t count = ICD_CODES_LIMIT + 1;
    enum icd_codes_found found = icd_codes_note(note, codes, &count);
    assert(count <= ICD_CODES_LIMIT && (found == ICD_CODES_READ) == (count > 0));
    for (size_t i = 0; i < count; i++) {
        assert(codeset_key(text_from(codes[i].low)) != 0 && codeset_key(text_from(codes[i].high)) != 0);
        assert(codes[i].mask[0] == '\0' || codeset_key(text_from(codes[i].mask)) != 0);
        codes[i].mask[0] = '\0';
        if (strlen(codes[i].low) >= strlen(codes[i].high))
            assert(icd_codes_hold(&codes[i], text_from(codes[i].low)));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char name[64];
    struct text rest, line = text_cut(text_of(data, size), '\n', &rest);
    text_copy(line, name, sizeof name);
    read_with_all(name, rest);
    read_with(relations[size % (sizeof relations / sizeof *relations)], name, rest);
    read_note(rest);
    return 0;
}
