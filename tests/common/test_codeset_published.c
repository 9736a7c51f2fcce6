/*
 * The published files themselves, where CLAIMLINE_SAMPLES names the folder that holds them: each is imported, its counts are those of
 * its lines (test_codeset_manifest: those of MANIFEST.md), and every row of NCCI, MUE and MCE is what an independent reading of the same
 * file says (check_relations.py).
 * Without the folder nothing is tested here; the layouts are by test_codeset_relations and test_codeset_tabular.
 */
#include "common/codeset/import/tabular.h"
#include "tests/common/codeset_sample.h"

#include <stdlib.h>
#include <time.h>

/* The path of a published file; NULL: not there. Static memory. */
static const char *
published(const char *file)
{
    static char path[4096];
    const char *samples = getenv("CLAIMLINE_SAMPLES");
    if (samples == NULL)
        return NULL;
    snprintf(path, sizeof path, "%s/codesets/%s", samples, file);
    FILE *there = fopen(path, "r");
    if (there == NULL)
        return NULL;
    fclose(there);
    return path;
}

static const struct codeset_about *
only_about(const struct codeset_folder *folder, const char *set)
{
    const struct codeset *found = codeset_named(folder, set);
    cr_assert_not_null(found, "%s", set);
    cr_assert_eq(codeset_edition_count(found), 1);
    return codeset_edition_about(codeset_edition(found, 0));
}

/* Files whose rows of MANIFEST.md state no number: what wc and grep count in them, and what their own documents state. */
static const struct {
    const char *file, *set;
    uint64_t rows, codes; /* 0: not counted */
} others[] = {
    {"mce/MCE_Simple_Code_Edits_v36.txt.xz", "mce", 9772, 0},
    {"mce/MCE_Simple_Code_Edits_v36.txt.xz", "mce_procedure", 4355, 0},
    {"mce/MCE_Simple_Code_Edits_v37.txt.xz", "mce", 9793, 0},
    {"mce/MCE_Simple_Code_Edits_v37.txt.xz", "mce_procedure", 4360, 0},
    {"msdrg/msdrg_v40_appendix_A.txt", "msdrg", 767, 767},
    {"msdrg/msdrg_v40_appendix_F_J.txt.xz", "msdrg_cc", 14814, 0},
    {"msdrg/msdrg_v40_appendix_F_J.txt.xz", "msdrg_mcc", 3323, 0},
    {"msdrg/msdrg_v40_appendix_F_J.txt.xz", "msdrg_hac", 5210, 0},
    {"icd10cm/POAexemptCodesFY24.zip", "poa_exempt", 38110, 38110}, /* its ReadMe */
    {"icd10cm/POAexemptCodesFY25.zip", "poa_exempt", 38154, 38154},
    {"icd10cm/POAexemptCodesFY26.zip", "poa_exempt", 38349, 38349},
    {"icd10cm/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx", "icd10cm_conversion", 0, 5884},
    {"pfs/PPRRVU24_JUL_nodesc.csv.xz", "fees", 18664, 16471},
    {"pfs/GPCI2024.csv", "fee_index", 109, 109},
    {"pfs/24LOCCO.csv", "fee_locality", 110, 109},
    {"pfs/ANES2024.csv", "anaesthesia", 109, 109},
};

Test(codeset_published, other_files_have_as_many_rows_as_lines)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const char *path = published(others[i].file);
        struct sample sample;
        if (path == NULL)
            continue;
        sample_begin(&sample);
        cr_assert_eq(sample_import_path(&sample, path), STATUS_OK, "%s", sample.reason);
        struct codeset_folder *folder = sample_open(&sample);
        const struct codeset_about *about = only_about(folder, others[i].set);
        cr_expect(others[i].rows == 0 || about->rows == others[i].rows, "%s: %llu rows", others[i].file, (unsigned long long)about->rows);
        cr_expect(others[i].codes == 0 || about->codes == others[i].codes, "%s: %llu codes", others[i].file,
                  (unsigned long long)about->codes);
        codeset_folder_close(folder);
        sample_end(&sample);
    }
}

/* Each element of notes at a code is a group there; those of chapters and sections, which stand at many categories, are left out. */
static void
count_groups(struct codeset_data *data, unsigned groups[TABULAR_KIND_COUNT])
{
    for (uint64_t i = 0; i < codeset_edition_about(data)->codes; i++) {
        bool seen[TABULAR_KIND_COUNT][TABULAR_GROUPS_CHAPTER] = {0};
        struct codeset_rows rows;
        uint64_t key;
        cr_assert_eq(codeset_walk(data, i, &key, &rows), STATUS_OK);
        for (uint32_t k = 0; k < rows.count; k++) {
            int32_t group = rows.numbers[k * 6 + 4];
            cr_assert(group > 0 && rows.rows[k].kind < TABULAR_KIND_COUNT);
            if (group >= TABULAR_GROUPS_CHAPTER || seen[rows.rows[k].kind][group])
                continue;
            seen[rows.rows[k].kind][group] = true;
            groups[rows.rows[k].kind]++;
        }
    }
}

/* Elements within a diag: excludes1, excludes2, codeFirst, useAdditionalCode, codeAlso, sevenChrNote with sevenChrDef; counted by
 * another program. With those of chapters and sections they are 2,625, 1,045, 317, 774 and 206. */
Test(codeset_published, the_tabular_list_has_all_its_notes)
{
    static const unsigned expected[TABULAR_KIND_COUNT] = {
        [TABULAR_EXCLUDES1] = 2554,     [TABULAR_EXCLUDES2] = 972, [TABULAR_CODE_FIRST] = 314,
        [TABULAR_USE_ADDITIONAL] = 758, [TABULAR_CODE_ALSO] = 203, [TABULAR_SEVENTH] = 2 * 507};
    const char *path = published("icd10cm/icd10cm_tabular_2021.xml.xz");
    unsigned groups[TABULAR_KIND_COUNT] = {0};
    struct sample sample;
    if (path == NULL)
        return;
    sample_begin(&sample);
    cr_assert_eq(sample_import_path(&sample, path), STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    cr_expect_eq(only_about(folder, "icd10cm_notes")->complete, 1);
    count_groups(codeset_on(codeset_named(folder, "icd10cm_notes"), 20210930), groups);
    for (size_t i = 0; i < TABULAR_KIND_COUNT; i++)
        cr_expect(expected[i] == 0 || groups[i] == expected[i], "kind %zu: %u groups", i, groups[i]);
    codeset_folder_close(folder);
    sample_end(&sample);
}

/* ---- all rows against another reading ---- */

/* Of a note the last code of a span and its mask. */
static void
export_keys(FILE *out, const int32_t *numbers)
{
    for (uint32_t k = 0; k < 2; k++) {
        char code[CODESET_KEY_LENGTH + 1] = "";
        uint64_t key = codeset_key_of_numbers(numbers + 2 * k);
        if (key != 0)
            codeset_key_text(key, code);
        fprintf(out, "%s%s", k > 0 ? "," : "", code);
    }
}

static void
export_row(FILE *out, struct codeset_data *data, const char *set, const char *first, const struct codeset_rows *rows, uint32_t i)
{
    const struct codeset_row *row = &rows->rows[i];
    uint32_t count = codeset_edition_about(data)->number_count;
    char second[CODESET_KEY_LENGTH + 1] = "";
    struct text words;
    if (row->second != 0)
        codeset_key_text(row->second, second);
    cr_assert_eq(codeset_words(data, row->words, &words), STATUS_OK);
    fprintf(out, "%s\t%s\t%s\t%d\t%d\t%u\t%u\t", set, first, second, row->from, row->to, row->kind, row->flags);
    if (strcmp(set, "icd10cm_notes") == 0)
        export_keys(out, rows->numbers + i * count);
    else
        for (uint32_t k = 0; k < count; k++)
            fprintf(out, "%s%d", k > 0 ? "," : "", rows->numbers[i * count + k]);
    fprintf(out, "\t%.*s\n", TEXT_ARGS(words));
}

static void
export_edition(FILE *out, struct codeset_data *data, const char *set)
{
    for (uint64_t i = 0; i < codeset_edition_about(data)->codes; i++) {
        char first[CODESET_KEY_LENGTH + 1];
        struct codeset_rows rows;
        uint64_t key;
        cr_assert_eq(codeset_walk(data, i, &key, &rows), STATUS_OK);
        codeset_key_text(key, first);
        for (uint32_t k = 0; k < rows.count; k++)
            export_row(out, data, set, first, &rows, k);
    }
}

static void
compare(const char *kind, const char *file)
{
    const char *path = published(file), *source = getenv("CLAIMLINE_SOURCE");
    struct sample sample;
    char command[8192];
    if (path == NULL || source == NULL)
        return;
    sample_begin(&sample);
    cr_assert_eq(sample_import_path(&sample, path), STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    snprintf(command, sizeof command, "python3 '%s/tests/common/check_relations.py' %s '%s'", source, kind, path);
    FILE *out = popen(command, "w");
    cr_assert_not_null(out);
    for (size_t i = 0; i < codeset_count(folder); i++) {
        const struct codeset *set = codeset_at(folder, i);
        export_edition(out, codeset_edition(set, 0), codeset_name(set));
    }
    cr_expect_eq(pclose(out), 0, "%s", file);
    codeset_folder_close(folder);
    sample_end(&sample);
}

Test(codeset_published, every_pair_of_practitioners_is_what_another_reading_says)
{
    compare("pairs", "ncci/ccipra_2024-07-01.zip");
}

Test(codeset_published, every_pair_of_hospitals_is_what_another_reading_says)
{
    compare("pairs", "ncci/ccioph_2024-07-01.zip");
}

Test(codeset_published, every_unit_add_on_code_and_code_edit_is_what_another_reading_says)
{
    compare("mue", "ncci/MCR_MUE_PractitionerServices_Eff_07-01-2024.csv");
    compare("mue", "ncci/MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv");
    compare("mue", "ncci/MCR_MUE_DMESupplierServices_Eff_07-01-2024.csv");
    compare("add_on", "ncci/NCCI_AOC_2024-06-03.csv");
    compare("mce_list", "mce/mce_v41.1_code_edits.csv");
    compare("mce_sections", "mce/MCE_Simple_Code_Edits_v36.txt.xz");
    compare("mce_sections", "mce/MCE_Simple_Code_Edits_v37.txt.xz");
}

Test(codeset_published, every_code_that_a_note_names_is_what_another_reading_says)
{
    compare("notes", "icd10cm/icd10cm_tabular_2021.xml.xz");
}

/* The goal is 20 seconds for all pairs; what it takes is said with --verbose. */
Test(codeset_published, all_pairs_are_imported_in_20_seconds)
{
    struct timespec begin, end;
    struct codeset_import *import;
    struct sample sample;
    if (published("ncci/ccipra_2024-07-01.zip") == NULL)
        return;
    sample_begin(&sample);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    cr_assert_eq(codeset_import_begin(&import, sample.folder, &sample.options, sample.reason), STATUS_OK);
    cr_assert_eq(codeset_import_file(import, published("ncci/ccipra_2024-07-01.zip"), sample.reason), STATUS_OK, "%s", sample.reason);
    cr_assert_eq(codeset_import_file(import, published("ncci/ccioph_2024-07-01.zip"), sample.reason), STATUS_OK, "%s", sample.reason);
    cr_assert_eq(codeset_import_finish(import, sample.reason), STATUS_OK, "%s", sample.reason);
    codeset_import_end(import);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
    cr_log_info("all NCCI pairs: %.1f s", seconds);
#if !defined(__SANITIZE_ADDRESS__)
    cr_expect_lt(seconds, 20);
#endif
    sample_end(&sample);
}
