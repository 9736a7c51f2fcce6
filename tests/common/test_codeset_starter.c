/*
 * The relations that are built in: they open from memory as any edition, and (where CLAIMLINE_SAMPLES names the folder of published
 * files) each row stands in each published edition that relations.tsv names, or, of two lists that share it, in one.
 */
#include "common/codeset/codeset_data.h"
#include "common/codeset/codeset_starter.h"
#include "common/codeset/import/mce.h"
#include "common/codeset/import/tabular.h"
#include "tests/common/codeset_sample.h"

#include <stdlib.h>

static struct codeset_data *
starter_on(const char *set, int32_t day)
{
    const struct codeset *found = codeset_named(codeset_starter(), set);
    cr_assert_not_null(found, "%s", set);
    return codeset_on(found, day);
}

Test(codeset_starter, each_set_opens_whole_and_is_not_complete)
{
    cr_assert_eq(codeset_count(codeset_starter()), codeset_starter_count);
    cr_assert_not(codeset_folder_changed(codeset_starter()));
    for (size_t i = 0; i < codeset_starter_count; i++) {
        char reason[CODESET_REASON_BYTES];
        const struct codeset_starter_set *set = &codeset_starter_sets[i];
        struct codeset_data *data = starter_on(set->name, set->from);
        cr_assert_not_null(data);
        const struct codeset_about *about = codeset_edition_about(data);
        cr_expect_eq(codeset_edition_scrub(data, reason), STATUS_OK, "%s", reason);
        cr_expect_eq(about->rows, set->count, "%s", set->name);
        cr_expect_eq(about->complete, 0);
        cr_expect_eq(about->never, 0, "%s: a row that never holds", set->name);
        cr_expect_eq(starter_on(set->name, set->to), data);
        cr_expect_null(starter_on(set->name, set->to + 1));
    }
}

Test(codeset_starter, rows_are_asked_as_those_of_any_edition)
{
    struct codeset_rows rows;
    struct text words;
    struct codeset_data *notes = starter_on("icd10cm_notes", 20240812), *edits = starter_on("mce", 20240812);
    cr_assert_eq(codeset_find_pair(notes, codeset_key(TEXT("E11")), codeset_key(TEXT("E10")), &rows), STATUS_OK);
    cr_expect_eq(rows.rows->kind, TABULAR_EXCLUDES1);
    cr_expect_eq(codeset_key_of_numbers(rows.numbers), codeset_key(TEXT("E10")), "the span's last code");
    cr_assert_eq(codeset_words(notes, rows.rows->words, &words), STATUS_OK);
    cr_expect(text_is(words, "type 1 diabetes mellitus (E10.-)"));
    cr_assert_eq(codeset_find(edits, codeset_key(TEXT("O80")), &rows), STATUS_OK);
    cr_assert_eq(rows.count, 2);
    cr_expect(rows.rows[0].kind == MCE_MATERNITY && rows.numbers[0] == 9 && rows.numbers[1] == 64);
    cr_expect(rows.rows[1].kind == MCE_FEMALE && codeset_holds(&rows.rows[1], MCE_SEX_EDITS_END));
    cr_expect_not(codeset_holds(&rows.rows[1], 20241001), "Medicare's edit ended");
    cr_expect_eq(codeset_find(edits, codeset_key(TEXT("ZZZ")), &rows), STATUS_NOT_FOUND);
}

/* Of every two procedures of the pairs, 64 searches at a time. */
Test(codeset_starter, searches_together_find_what_each_finds_alone)
{
    struct codeset_data *data = starter_on("ncci_practitioner", 20240812);
    uint64_t codes = codeset_edition_about(data)->codes;
    struct codeset_narrowing together[CODESET_NARROWINGS];
    struct codeset_rows alone[CODESET_NARROWINGS];
    size_t waiting = 0, found = 0;
    for (uint64_t i = 0; i < codes * codes; i++) {
        struct codeset_rows column, unused;
        uint64_t first, second;
        cr_assert_eq(codeset_walk(data, i / codes, &first, &column), STATUS_OK);
        cr_assert_eq(codeset_walk(data, i % codes, &second, &unused), STATUS_OK);
        if (codeset_find_pair(data, first, second, &alone[waiting]) != STATUS_OK)
            alone[waiting].count = 0;
        together[waiting++] = (struct codeset_narrowing){column.rows, column.count, second};
        if (waiting < CODESET_NARROWINGS && i + 1 < codes * codes)
            continue;
        codeset_narrow_all(together, waiting);
        for (size_t k = 0; k < waiting; k++) {
            cr_assert_eq(together[k].count, alone[k].count);
            cr_assert(alone[k].count == 0 || together[k].rows == alone[k].rows);
            found += alone[k].count;
        }
        waiting = 0;
    }
    cr_assert_gt(found, 100);
    together[0] = (struct codeset_narrowing){NULL, 0, 1};
    codeset_narrow_all(together, 1);
    cr_expect_eq(together[0].count, 0);
}

Test(codeset_starter, bytes_in_memory_are_not_believed)
{
    static const char words[] = "not an edition";
    struct codeset_data *data;
    char reason[CODESET_REASON_BYTES], *map = aligned_alloc(64, 32768);
    cr_assert_not_null(map);
    memset(map, 0, 32768);
    memcpy(map, words, sizeof words);
    cr_expect_eq(codeset_data_take(&data, map, 32768, reason), STATUS_INVALID);
    cr_expect_eq(codeset_data_take(&data, map, 100, reason), STATUS_INVALID);
    free(map);
}

/* ---- against what is published ---- */

static const char *const files[] = {
    "icd10cm/icd10cm_tabular_2021.xml.xz", "icd10cm/POAexemptCodesFY24.zip", "icd10cm/POAexemptCodesFY25.zip",
    "icd10cm/POAexemptCodesFY26.zip", "mce/MCE_Simple_Code_Edits_v37.txt.xz", "mce/mce_v41.1_code_edits.csv",
    "msdrg/msdrg_v40_appendix_F_J.txt.xz", "ncci/ccipra_2024-07-01.zip", "ncci/ccioph_2024-07-01.zip",
    "ncci/MCR_MUE_PractitionerServices_Eff_07-01-2024.csv", "ncci/MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv",
    "ncci/MCR_MUE_DMESupplierServices_Eff_07-01-2024.csv", "ncci/NCCI_AOC_2024-06-03.csv", "pfs/PPRRVU24_JUL_nodesc.csv.xz",
};

static bool
is_same(struct codeset_data *data, const struct codeset_rows *rows, uint32_t i, struct codeset_data *own, const struct codeset_rows *wanted,
        uint32_t k)
{
    uint32_t count = codeset_edition_about(data)->number_count;
    const struct codeset_row *row = &rows->rows[i], *want = &wanted->rows[k];
    struct text words = {0}, said = {0};
    cr_assert_eq(codeset_words(data, row->words, &words), STATUS_OK);
    cr_assert_eq(codeset_words(own, want->words, &said), STATUS_OK);
    return row->second == want->second && row->kind == want->kind && row->from == want->from && row->to == want->to &&
           (row->flags & CODESET_NEVER) == 0 && (said.length == 0 || text_equal(said, words)) &&
           memcmp(rows->numbers + (size_t)i * count, wanted->numbers + (size_t)k * count, count * sizeof(int32_t)) == 0;
}

/* How many of the editions hold the row. */
static unsigned
holders(const struct codeset *published, const char *editions, uint64_t key, struct codeset_data *own, const struct codeset_rows *wanted,
        uint32_t k)
{
    unsigned found = 0;
    struct text rest = text_from(editions);
    while (rest.length > 0) {
        char name[CODESET_EDITION_BYTES];
        struct codeset_rows rows;
        struct codeset_data *data = codeset_edition_named(published, text_copy(text_cut(rest, ' ', &rest), name, sizeof name));
        cr_assert_not_null(data, "%s %s", codeset_name(published), name);
        bool same = false;
        if (codeset_find(data, key, &rows) == STATUS_OK)
            for (uint32_t i = 0; i < rows.count; i++)
                same = same || is_same(data, &rows, i, own, wanted, k);
        found += same;
    }
    return found;
}

static unsigned
words_in(const char *words)
{
    unsigned count = 1;
    for (; *words != '\0'; words++)
        count += *words == ' ';
    return count;
}

static void
compare_set(const struct codeset_folder *folder, const struct codeset_starter_set *set)
{
    struct codeset_data *own = starter_on(set->name, set->from);
    const struct codeset *published = codeset_named(folder, set->name);
    bool either = strcmp(set->name, "mce") == 0; /* ages of one version, principal ones of another */
    cr_assert_not_null(published, "%s", set->name);
    for (uint64_t at = 0; at < codeset_edition_about(own)->codes; at++) {
        uint64_t key;
        struct codeset_rows wanted;
        char code[CODESET_KEY_LENGTH + 1], second[CODESET_KEY_LENGTH + 1];
        cr_assert_eq(codeset_walk(own, at, &key, &wanted), STATUS_OK);
        for (uint32_t k = 0; k < wanted.count; k++) {
            unsigned found = holders(published, set->read, key, own, &wanted, k);
            cr_expect(found == words_in(set->read) || (either && found > 0), "%s: %s %s kind %u stands in %u of %s", set->name,
                      codeset_key_text(key, code).data, codeset_key_text(wanted.rows[k].second, second).data, wanted.rows[k].kind,
                      found, set->read);
        }
    }
}

Test(codeset_starter, each_row_stands_in_what_was_published)
{
    struct sample sample;
    struct codeset_import *import;
    const char *samples = getenv("CLAIMLINE_SAMPLES");
    if (samples == NULL)
        cr_skip("CLAIMLINE_SAMPLES does not name the folder of published code sets");
    sample_begin(&sample);
    cr_assert_eq(codeset_import_begin(&import, sample.folder, &sample.options, sample.reason), STATUS_OK, "%s", sample.reason);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/codesets/%s", samples, files[i]);
        cr_assert_eq(codeset_import_file(import, path, sample.reason), STATUS_OK, "%s", sample.reason);
    }
    cr_assert_eq(codeset_import_finish(import, sample.reason), STATUS_OK, "%s", sample.reason);
    codeset_import_end(import);
    struct codeset_folder *folder = sample_open(&sample);
    for (size_t i = 0; i < codeset_starter_count; i++)
        compare_set(folder, &codeset_starter_sets[i]);
    codeset_folder_close(folder);
    sample_end(&sample);
}
