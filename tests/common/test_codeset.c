#include "common/codeset/codeset_format.h"
#include "tests/common/codeset_sample.h"

#include <fcntl.h>
#include <lzma.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <stdlib.h>
#include <unistd.h>

#define ORDER_2024                                                                                                      \
    "00001 A00     0 Cholera                                                      Cholera\r\n"                            \
    "00002 A000    1 Cholera due to Vibrio cholerae 01, biovar cholerae           Cholera due to Vibrio cholerae 01\r\n"   \
    "00003 B88     0 Other infestations                                           Other infestations\r\n"                 \
    "00004 B880    1 Other acariasis                                              Other acariasis\r\n"
#define ORDER_2025                                                                                                      \
    "00001 A00     0 Cholera                                                      Cholera\r\n"                            \
    "00002 A000    1 Cholera due to Vibrio cholerae 01, biovar cholerae           Cholera, classical\r\n"                  \
    "00003 B88     0 Other infestations                                           Other infestations\r\n"                 \
    "00004 B880    0 Other acariasis                                              Other acariasis\r\n"                    \
    "00005 B8801   1 Infestation by Demodex mites                                 Infestation by Demodex mites\r\n"

Test(codeset, a_key_sorts_as_its_code_and_gives_it_back)
{
    const char *codes[] = {"!", "#", "##", "#A", "$", "%", "&", "(", ")", "*", "+", "<", ">", "@", "!0", "-", "0", "00", "01", "0A", "99213", "A00", "A00-B99", "A000", "A01", "Z", "ZZZZZZZZZZZZ", "~", "~#@A>"};
    uint64_t before = 0;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        char buffer[CODESET_KEY_LENGTH + 1];
        uint64_t key = codeset_key(text_from(codes[i]));
        int32_t numbers[2];
        cr_assert_gt(key, before, "%s", codes[i]);
        cr_assert_str_eq(codeset_key_text(key, buffer).data, codes[i]);
        codeset_key_to_numbers(key, numbers);
        cr_assert_eq(codeset_key_of_numbers(numbers), key);
        before = key;
    }
    const char *none[] = {"", "a00", "A.0", "A 0", "\xc3\xa4", "0123456789ABC", "0123456789#", "=", "[", "_", "##A##"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        cr_assert_eq(codeset_key(text_from(none[i])), 0, "%s", none[i]);
}

Test(codeset, a_list_of_before_records_were_counted_is_read)
{
    const char *list = "claimline-codes\t1\ncdt\tours\tcdt-ours-83932742-6616df9a1ac2b.codes\t20240101\t20241231\t2\t2\t0\t0\tsmall.txt\t"
                       "8393274293edacd957782c00990a3e678256440a9468f9de84e0a576a96ea5a0\tgeneric\t1795974827715627\nend\t397c4ee8b6e8a522\n";
    struct codeset_pointer pointer;
    char reason[CODESET_REASON_BYTES];
    cr_assert_eq(codeset_pointer_parse(text_from(list), &pointer, reason), STATUS_OK, "%s", reason);
    cr_assert(pointer.count == 1 && pointer.lines[0].about.rows == 2 && pointer.lines[0].read.records == 0);
    codeset_pointer_free(&pointer);
}

Test(codeset, more_editions_than_the_process_had_descriptors_are_opened)
{
    enum { EDITIONS = 100, FEW = 64 };
    struct sample sample;
    struct codeset_import *import;
    struct rlimit limit;
    sample_begin(&sample);
    cr_assert_eq(codeset_import_begin(&import, sample.folder, &sample.options, sample.reason), STATUS_OK);
    for (unsigned i = 0; i < EDITIONS; i++) {
        char list[64];
        snprintf(list, sizeof list, "codes|cdt|%u\nD%04u|x|\n", i, i);
        cr_assert_eq(codeset_import_file(import, sample_file(&sample, "one.txt", text_from(list)), sample.reason), STATUS_OK);
    }
    cr_assert_eq(codeset_import_finish(import, sample.reason), STATUS_OK, "%s", sample.reason);
    codeset_import_end(import);
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = FEW;
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    struct codeset_folder *folder = sample_open(&sample);
    cr_assert_eq(codeset_edition_count(codeset_named(folder, "cdt")), EDITIONS);
    codeset_folder_close(folder);
    limit.rlim_cur = limit.rlim_max = FEW; /* and where no more is allowed, it is said */
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    cr_assert_eq(codeset_folder_open(&folder, sample.folder, sample.reason), STATUS_IO);
    cr_assert_not_null(strstr(sample.reason, "Too many open files"), "%s", sample.reason);
    sample_end(&sample);
}

Test(codeset, a_category_spans_its_codes)
{
    uint64_t category = codeset_key(TEXT("A00")), end = codeset_key_after(category, 3);
    cr_assert(codeset_key(TEXT("A009")) < end && codeset_key(TEXT("A00ZZZZ")) < end);
    cr_assert(codeset_key(TEXT("A01")) >= end);
    cr_assert(codeset_key(TEXT("A00")) >= category);
}

Test(codeset, a_claim_is_judged_by_the_edition_of_its_day)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_2024.txt", ORDER_2024), STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_2025.txt", ORDER_2025), STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    const struct {
        const char *code;
        int32_t day;
        enum codes_verdict verdict;
    } cases[] = {
        {"A000", 20230930, CODES_EDITION_MISSING}, {"A000", 20231001, CODES_VALID},  {"A000", 20250930, CODES_VALID},
        {"A000", 20251001, CODES_EDITION_MISSING}, {"A00", 20240101, CODES_HEADER},  {"A009", 20240101, CODES_UNKNOWN},
        {"B880", 20240930, CODES_VALID},           {"B880", 20241001, CODES_ENDED},  {"B8801", 20240930, CODES_NOT_YET},
        {"B8801", 20241001, CODES_VALID},          {"a000", 20240101, CODES_UNKNOWN}, {"", 20240101, CODES_UNKNOWN},
        {"B88", 20241001, CODES_HEADER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_eq(sample_verdict(folder, "icd10cm", cases[i].code, cases[i].day), cases[i].verdict, "%s on %d is %d",
                     cases[i].code, cases[i].day, sample_verdict(folder, "icd10cm", cases[i].code, cases[i].day));
    cr_assert_eq(sample_verdict(folder, "no_such_set", "A000", 20240101), CODES_EDITION_MISSING);
    struct codes_answer answer;
    const struct codeset_data *data;
    cr_assert_eq(codeset_judge(codeset_named(folder, "icd10cm"), TEXT("B880"), 20241101, &answer, &data), STATUS_OK);
    cr_assert_eq(answer.to, 20240930);
    cr_assert_str_eq(codeset_edition_about(data)->edition, "FY2025");
    cr_assert_eq(codeset_judge(codeset_named(folder, "icd10cm"), TEXT("A000"), 20240101, &answer, NULL), STATUS_OK);
    cr_assert(text_is(answer.words, "Cholera due to Vibrio cholerae 01"));
    codeset_folder_close(folder);
    sample_end(&sample);
}

/* What is said of a code by the editions, then what is left when the starter edition has settled it. */
struct told {
    struct codes_answer before, settled;
};

static struct told
told_of(const struct codeset_folder *folder, const char *code, int32_t day)
{
    struct told told;
    cr_assert_eq(codeset_judge(codeset_named(folder, "icd10cm"), text_from(code), day, &told.before, NULL), STATUS_OK);
    told.settled = told.before;
    codeset_settle(&told.settled, codes_starter(), CODES_ICD10CM, text_from(code), day);
    return told;
}

Test(codeset, a_day_between_two_editions_is_settled_by_the_starter_edition)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "2021.txt", "codes|icd10cm|FY2021|20201001|20210930|complete\nA000|x\nF0151|x\nG20|x\nM545|x\nB971|x\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "2024.txt", "codes|icd10cm|FY2024|20231001|20240930|complete\nA000|x\nG20A1|x\nM5450|x\nB972|x\nE208|x\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "2025.txt", "codes|icd10cm|FY2025|20241001|20250930|complete\nA000|x\nE10A0|x\nG20A1|x\nM5450|x\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    const struct {
        const char *code;
        int32_t day, to, to_latest, settled;
    } ended[] = {
        {"G20", 20240812, 20210930, 20230930, 20230930},   {"F0151", 20240812, 20210930, 20230930, 20220930},
        {"M545", 20240812, 20210930, 20230930, 20210930},  {"G20", 20250812, 20210930, 20230930, 20230930},
        {"B971", 20240812, 20210930, 20230930, 20210930},  {"E208", 20250812, 20240930, 0, 20240930},
    };
    for (size_t i = 0; i < sizeof ended / sizeof *ended; i++) {
        struct told told = told_of(folder, ended[i].code, ended[i].day);
        cr_expect(told.before.verdict == CODES_ENDED && told.before.to == ended[i].to && told.before.to_latest == ended[i].to_latest, "%s: %d %d",
                  ended[i].code, (int)told.before.to, (int)told.before.to_latest);
        bool known = strcmp(ended[i].code, "B971") != 0; /* a category, and never more, to the starter edition */
        cr_expect(told.settled.to == ended[i].settled && (told.settled.to_latest != 0) == !known, "%s: %d %d", ended[i].code,
                  (int)told.settled.to, (int)told.settled.to_latest);
    }
    const struct {
        const char *code;
        int32_t day, from, from_earliest, settled;
    } begun[] = {
        {"M5450", 20210930, 20231001, 20211001, 20211001},
        {"G20A1", 20210930, 20231001, 20211001, 20231001},
        {"E10A0", 20240930, 20241001, 0, 20241001},
    };
    for (size_t i = 0; i < sizeof begun / sizeof *begun; i++) {
        struct told told = told_of(folder, begun[i].code, begun[i].day);
        cr_expect(told.before.verdict == CODES_NOT_YET && told.before.from == begun[i].from && told.before.from_earliest == begun[i].from_earliest,
                  "%s: %d %d", begun[i].code, (int)told.before.from, (int)told.before.from_earliest);
        cr_expect(told.settled.from == begun[i].settled && told.settled.from_earliest == 0, "%s", begun[i].code);
    }
    struct told told = told_of(folder, "R05", 20240812); /* of which the editions at hand know nothing */
    cr_expect(told.before.verdict == CODES_UNKNOWN && told.settled.verdict == CODES_ENDED && told.settled.to == 20210930, "%d", (int)told.settled.to);
    told = told_of(folder, "G35A", 20240812); /* after the last one */
    cr_expect(told.before.verdict == CODES_UNKNOWN && told.settled.verdict == CODES_NOT_YET && told.settled.from == 20251001);
    told = told_of(folder, "J1077", 20240812);
    cr_expect_eq(told.settled.verdict, CODES_UNKNOWN);
    told = told_of(folder, "J101", 20240812); /* the publisher has it no more: what the starter edition says of it does not count */
    cr_expect_eq(told.settled.verdict, CODES_UNKNOWN);
    codeset_folder_close(folder);
    sample_end(&sample);
}

/* A list without days, that holds a part of its codes, says nothing of what only the lists of other years hold. */
Test(codeset, a_list_that_is_not_complete_ends_no_code_of_another_year)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "2020.txt", "codes|modifier|2020|20200101|20201231|complete\nZX|x\nZY|x||20200630\n"), STATUS_OK, "%s",
                 sample.reason);
    cr_assert_eq(sample_import(&sample, "2024.csv", "modifier,category,description\nGC,,Resident\n"), STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    cr_expect_eq(sample_verdict(folder, "modifier", "ZX", 20240812), CODES_NOT_HELD);
    cr_expect_eq(sample_verdict(folder, "modifier", "ZX", 20190812), CODES_NOT_HELD);
    cr_expect_eq(sample_verdict(folder, "modifier", "ZY", 20240812), CODES_ENDED, "its own last day is stated");
    cr_expect_eq(sample_verdict(folder, "modifier", "GC", 20240812), CODES_VALID);
    codeset_folder_close(folder);
    sample_end(&sample);
}

Test(codeset, an_import_says_what_was_added_changed_and_ended)
{
    struct sample sample;
    struct codeset_import *import;
    size_t count;
    sample_begin(&sample);
    cr_assert_eq(codeset_import_begin(&import, sample.folder, &sample.options, sample.reason), STATUS_OK);
    const char *path = sample_file(&sample, "icd10cm_order_2025.txt", TEXT(ORDER_2025));
    cr_assert_eq(codeset_import_file(import, path, sample.reason), STATUS_OK, "%s", sample.reason);
    path = sample_file(&sample, "icd10cm_order_2024.txt", TEXT(ORDER_2024));
    cr_assert_eq(codeset_import_file(import, path, sample.reason), STATUS_OK, "%s", sample.reason);
    cr_assert_eq(codeset_import_finish(import, sample.reason), STATUS_OK);
    const struct codeset_change *changes = codeset_import_changes(import, &count);
    cr_assert_eq(count, 2);
    cr_assert_str_eq(changes[0].about.edition, "FY2024");
    cr_assert(changes[0].added == 4 && changes[0].changed == 0 && changes[0].ended == 0 && changes[0].against[0] == '\0');
    cr_assert_str_eq(changes[1].against, "FY2024");
    cr_assert(changes[1].added == 1 && changes[1].ended == 1, "%llu %llu", (unsigned long long)changes[1].added,
              (unsigned long long)changes[1].ended);
    cr_assert_eq(changes[1].changed, 1); /* other words; the one that ended is billable no more */
    cr_assert(changes[1].about.codes == 5 && changes[1].about.headers == 3 && changes[1].about.rows == 5);
    codeset_import_end(import);
    sample_end(&sample);
}

Test(codeset, a_bad_file_changes_nothing)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_2024.txt", ORDER_2024), STATUS_OK);
    struct codeset_folder *folder = sample_open(&sample);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_2025.txt", ORDER_2025 "00005 B8802   1 twice\r\n"), STATUS_INVALID);
    cr_assert_str_eq(sample.reason, "icd10cm_order_2025.txt:6: number 5 does not follow 5");
    cr_assert_eq(sample_import(&sample, "icd10cm_order_2024.txt", ORDER_2024 "garbage\r\n"), STATUS_INVALID);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_next.txt", ORDER_2024), STATUS_INVALID);
    cr_assert_eq(sample_import(&sample, "holiday.txt", "photos\n"), STATUS_NOT_FOUND);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_2026.zip", "PK\3\4 and no more"), STATUS_INVALID);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_2026.txt.xz", "\xfd" "7zXZ\0 and no more"), STATUS_INVALID);
    cr_assert_eq(codeset_folder_changed(folder), false);
    codeset_folder_close(folder);
    folder = sample_open(&sample);
    cr_assert_eq(codeset_edition_count(codeset_named(folder, "icd10cm")), 1);
    codeset_folder_close(folder);
    sample_end(&sample);
}

Test(codeset, an_open_folder_stays_as_it_was_until_it_is_opened_again)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_2024.txt", ORDER_2024), STATUS_OK);
    struct codeset_folder *folder = sample_open(&sample);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_2024.txt", "00001 C00     1 Another                                                      Another\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert(codeset_folder_changed(folder));
    cr_assert_eq(sample_verdict(folder, "icd10cm", "A000", 20240101), CODES_VALID);
    codeset_folder_close(folder);
    folder = sample_open(&sample);
    cr_assert_eq(sample_verdict(folder, "icd10cm", "A000", 20240101), CODES_UNKNOWN);
    cr_assert_eq(sample_verdict(folder, "icd10cm", "C00", 20240101), CODES_VALID);
    codeset_folder_close(folder);
    sample_end(&sample);
}

Test(codeset, places_say_whether_they_are_facilities)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "places_2024.csv",
                               "pos_code,pos_type,pos_name,pos_description\n11,Non-Facility,Office,\"A room,\nwith a \"\"desk\"\"\"\n"
                               "21,Facility,Inpatient Hospital,Beds\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    cr_assert_eq(sample_row(folder, "place", 20240615, "11")->flags, 0);
    cr_assert_eq(sample_row(folder, "place", 20240615, "21")->flags, CODESET_FACILITY);
    cr_assert_eq(sample_verdict(folder, "place", "22", 20241231), CODES_UNKNOWN);
    cr_assert_eq(sample_verdict(folder, "place", "11", 20250101), CODES_EDITION_MISSING);
    codeset_folder_close(folder);
    sample_end(&sample);
}

static struct codeset_builder *
pairs(void)
{
    struct codeset_about about = {.set = "pairs", .edition = "one", .from = 20240701, .to = 20240930, .number_count = 2, .complete = 1};
    struct codeset_builder *builder = codeset_builder_new(&about);
    const struct codeset_give rows[] = {
        {TEXT("20000"), TEXT("10000"), 20000101, 0, 1, 0, TEXT("same session"), (const int32_t[]){1, 2}},
        {TEXT("10000"), TEXT("30000"), 20000101, 20101231, 0, 0, TEXT("same session"), (const int32_t[]){3, 4}},
        {TEXT("10000"), TEXT("20000"), 20200101, 0, 9, 0, TEXT("caf\xe9"), (const int32_t[]){5, 6}},
        {TEXT("10000"), TEXT("20000"), 20000101, 20191231, 1, 0, {0}, (const int32_t[]){7, 8}},
    };
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(codeset_builder_row(builder, &rows[i]), STATUS_OK);
    cr_assert_eq(codeset_builder_row(builder, &(struct codeset_give){.first = TEXT("1 0")}), STATUS_INVALID);
    cr_assert_eq(codeset_builder_row(builder, &(struct codeset_give){.first = TEXT("1"), .second = TEXT(".")}), STATUS_INVALID);
    return builder;
}

static struct codeset_folder *
open_pairs(struct sample *sample, char file[256])
{
    struct codeset_builder *builder = pairs();
    struct codeset_pointer pointer = {0};
    cr_assert_eq(mkdir(sample->folder, 0750), 0);
    cr_assert_eq(codeset_builder_write(builder, sample->folder, file), STATUS_OK);
    struct codeset_pointer_line line = {.about = *codeset_builder_about(builder), .read = *codeset_builder_read(builder)};
    text_copy(text_from(file), line.file, sizeof line.file);
    cr_assert_eq(codeset_pointer_put(&pointer, &line), STATUS_OK);
    cr_assert_eq(codeset_pointer_write(sample->folder, &pointer), STATUS_OK);
    codeset_pointer_free(&pointer);
    codeset_builder_free(builder);
    return sample_open(sample);
}

Test(codeset, rows_given_in_any_order_lie_sorted_under_their_first_code)
{
    struct sample sample;
    char file[256];
    sample_begin(&sample);
    struct codeset_folder *folder = open_pairs(&sample, file);
    struct codeset_data *data = codeset_on(codeset_named(folder, "pairs"), 20240815);
    struct codeset_rows rows;
    struct text words;
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("10000")), &rows), STATUS_OK);
    cr_assert_eq(rows.count, 3);
    cr_assert(rows.rows[0].to == 20191231 && rows.rows[1].kind == 9 && rows.rows[2].second == codeset_key(TEXT("30000")));
    cr_assert(rows.numbers[0] == 7 && rows.numbers[3] == 6 && rows.numbers[4] == 3);
    cr_assert_eq(codeset_words(data, rows.rows[1].words, &words), STATUS_OK);
    cr_assert(text_is(words, "caf\xc3\xa9"));
    cr_assert_eq(rows.rows[2].flags, CODESET_NEVER); /* it ended before the edition begins */
    cr_assert_eq(codeset_holds(&rows.rows[2], 20050101), false);
    cr_assert(codeset_holds(&rows.rows[1], 20240815) && !codeset_holds(&rows.rows[0], 20240815));
    cr_assert_eq(codeset_edition_about(data)->never, 2);
    cr_assert_eq(codeset_find_pair(data, codeset_key(TEXT("10000")), codeset_key(TEXT("20000")), &rows), STATUS_OK);
    cr_assert_eq(rows.count, 2);
    cr_assert_eq(rows.numbers[2], 5);
    cr_assert_eq(codeset_find_pair(data, codeset_key(TEXT("10000")), codeset_key(TEXT("25000")), &rows), STATUS_NOT_FOUND);
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("15000")), &rows), STATUS_NOT_FOUND);
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("30000")), &rows), STATUS_NOT_FOUND);
    codeset_folder_close(folder);
    sample_end(&sample);
}

/* Everything that can be asked of an edition; was anything said to be damaged? What is said must be what was given. */
static bool
damage_is_said(struct codeset_data *data)
{
    char reason[CODESET_REASON_BYTES];
    const char *codes[] = {"10000", "20000"};
    bool said = codeset_edition_scrub(data, reason) == STATUS_CORRUPT;
    for (size_t i = 0; i < 2; i++) {
        struct codeset_rows rows;
        struct text words;
        enum status status = codeset_find(data, codeset_key(text_from(codes[i])), &rows);
        cr_assert(status == STATUS_OK || status == STATUS_CORRUPT);
        if (status != STATUS_OK)
            continue;
        cr_assert_eq(rows.count, i == 0 ? 3 : 1);
        cr_assert_eq(rows.numbers[0], i == 0 ? 7 : 1);
        for (uint32_t j = 0; j < rows.count; j++)
            codeset_words(data, rows.rows[j].words, &words);
    }
    return said;
}

Test(codeset, a_changed_byte_is_never_served)
{
    struct sample sample;
    char file[256], path[600];
    sample_begin(&sample);
    codeset_folder_close(open_pairs(&sample, file));
    snprintf(path, sizeof path, "%s/%s", sample.folder, file);
    int descriptor = open(path, O_RDWR);
    off_t size = lseek(descriptor, 0, SEEK_END), refused = 0;
    /* Bytes between header and first block, and those that fill up, belong to nothing. */
    for (off_t at = 0; at < size; at += at < (off_t)sizeof(struct codeset_file_header) || at > size - 3000 ? 1 : 97) {
        uint8_t byte, changed;
        struct codeset_folder *folder;
        if (at >= (off_t)sizeof(struct codeset_file_header) && at < CODESET_BLOCK_BYTES)
            at = CODESET_BLOCK_BYTES;
        cr_assert_eq(pread(descriptor, &byte, 1, at), 1);
        changed = byte ^ 0x10;
        cr_assert_eq(pwrite(descriptor, &changed, 1, at), 1);
        enum status status = codeset_folder_open(&folder, sample.folder, sample.reason);
        if (status == STATUS_OK) {
            cr_assert(damage_is_said(codeset_edition(codeset_at(folder, 0), 0)), "byte %ld", (long)at);
            codeset_folder_close(folder);
        } else {
            cr_assert_eq(status, STATUS_INVALID);
            refused++;
        }
        cr_assert_eq(pwrite(descriptor, &byte, 1, at), 1);
    }
    cr_assert_geq(refused, (off_t)sizeof(struct codeset_file_header));
    for (off_t cut = size - 1; cut > 0; cut = cut / 2) {
        struct codeset_folder *folder;
        cr_assert_eq(ftruncate(descriptor, cut), 0);
        cr_assert_eq(codeset_folder_open(&folder, sample.folder, sample.reason), STATUS_INVALID);
    }
    close(descriptor);
    sample_end(&sample);
}

Test(codeset, a_damaged_list_is_refused)
{
    struct sample sample;
    char path[600];
    struct codeset_folder *folder;
    sample_begin(&sample);
    cr_assert_eq(codeset_folder_open(&folder, sample.folder, sample.reason), STATUS_NOT_FOUND);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_2024.txt", ORDER_2024), STATUS_OK);
    snprintf(path, sizeof path, "%s/current", sample.folder);
    int descriptor = open(path, O_RDWR);
    off_t size = lseek(descriptor, 0, SEEK_END);
    for (off_t at = 0; at < size; at++) {
        char byte, changed;
        cr_assert_eq(pread(descriptor, &byte, 1, at), 1);
        changed = (char)(byte ^ 1);
        cr_assert_eq(pwrite(descriptor, &changed, 1, at), 1);
        cr_assert_neq(codeset_folder_open(&folder, sample.folder, sample.reason), STATUS_OK, "byte %ld", (long)at);
        cr_assert_eq(pwrite(descriptor, &byte, 1, at), 1);
    }
    for (off_t cut = size - 1; cut >= 0; cut--) {
        cr_assert_eq(ftruncate(descriptor, cut), 0);
        cr_assert_neq(codeset_folder_open(&folder, sample.folder, sample.reason), STATUS_OK, "cut at %ld", (long)cut);
    }
    close(descriptor);
    sample_end(&sample);
}

Test(codeset, days_numbers_and_codes_are_read_as_they_are_published)
{
    int32_t value;
    const struct {
        const char *text;
        int32_t day;
    } days[] = {{"20240229", 20240229}, {"2024-02-29", 20240229}, {"2/29/2024", 20240229}, {"02/29/2024", 20240229},
                {"2024060", 20240229},  {"", 0},                  {"*", 0},                {" 00000000 ", 0}};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        cr_assert(codeset_day(text_from(days[i].text), &value), "%s", days[i].text);
        cr_assert_eq(value, days[i].day, "%s", days[i].text);
    }
    const char *none[] = {"20230229", "2/29/2023", "2023366", "2024", "today", "13/1/2024", "1/2/3/2024"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        cr_assert_not(codeset_day(text_from(none[i]), &value), "%s", none[i]);
    cr_assert(codeset_decimal(TEXT("12.345"), 2, &value) && value == 1235);
    cr_assert(codeset_decimal(TEXT("-0.5"), 1, &value) && value == -5);
    cr_assert(codeset_decimal(TEXT("3"), 3, &value) && value == 3000);
    cr_assert(!codeset_decimal(TEXT(""), 2, &value) && !codeset_decimal(TEXT("1.2.3"), 2, &value));
    cr_assert(!codeset_number(TEXT("1.5"), &value) && !codeset_number(TEXT("99999999999"), &value));
    int32_t from, to;
    codeset_quarter(20241115, &from, &to);
    cr_assert(from == 20241001 && to == 20241231);
    codeset_quarter(20240701, &from, &to);
    cr_assert(from == 20240701 && to == 20240930);
    codeset_fiscal_year(2025, &from, &to);
    cr_assert(from == 20241001 && to == 20250930);
    cr_assert_eq(codeset_name_number("icd10cm_order_2024.txt", 4, 1990, 2099), 2024);
    cr_assert_eq(codeset_name_number("file20240101.txt", 4, 1990, 2099), 0);
}

/* What unpacks to far more than it weighs is refused before it is read to its end. */
Test(codeset, what_unpacks_to_too_much_is_refused)
{
    struct sample sample;
    const size_t size = 32 << 20;
    size_t packed = 0;
    sample_begin(&sample);
    char *bytes = malloc(size);
    uint8_t *out = malloc(1 << 20);
    cr_assert(bytes != NULL && out != NULL);
    memset(bytes, '\n', size);
    memcpy(bytes, ORDER_2024, sizeof ORDER_2024 - 1);
    cr_assert_eq(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, (const uint8_t *)bytes, size, out, &packed, 1 << 20), LZMA_OK);
    const char *path = sample_file(&sample, "icd10cm_order_2024.txt.xz", text_of(out, packed));
    cr_assert_eq(sample_import_path(&sample, path), STATUS_LIMIT);
    cr_assert_not_null(strstr(sample.reason, "unpacks to more than is allowed"), "%s", sample.reason);
    packed = 0; /* the near miss: the same with a fortieth of it */
    cr_assert_eq(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, (const uint8_t *)bytes, size / 40, out, &packed, 1 << 20), LZMA_OK);
    path = sample_file(&sample, "icd10cm_order_2024.txt.xz", text_of(out, packed));
    cr_assert_eq(sample_import_path(&sample, path), STATUS_OK, "%s", sample.reason);
    path = sample_file(&sample, "icd10cm_order_2024.txt.xz", text_of(out, packed / 2));
    cr_assert_eq(sample_import_path(&sample, path), STATUS_INVALID, "cut");
    free(bytes);
    free(out);
    sample_end(&sample);
}

Test(codeset, what_a_killed_import_leaves_is_not_seen_and_goes_at_the_next)
{
    struct sample sample;
    const char *const left[] = {"codes/icd10cm-FY2025-00000000-1.codes", "codes/.icd10cm-FY2025-00000000-1.codes.tmp"};
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_2024.txt", ORDER_2024), STATUS_OK);
    for (size_t i = 0; i < 2; i++)
        sample_file(&sample, left[i], TEXT("half of an edition"));
    struct codeset_folder *folder = sample_open(&sample);
    cr_assert_eq(codeset_edition_count(codeset_named(folder, "icd10cm")), 1);
    codeset_folder_close(folder);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_2025.txt", ORDER_2025), STATUS_OK);
    for (size_t i = 0; i < 2; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", sample.files, left[i]);
        cr_assert_neq(access(path, F_OK), 0, "%s", left[i]);
    }
    sample_end(&sample);
}

Test(codeset, nothing_is_written_before_the_end_of_a_run)
{
    struct sample sample;
    struct codeset_import *import;
    struct codeset_folder *folder;
    sample_begin(&sample);
    cr_assert_eq(codeset_import_begin(&import, sample.folder, &sample.options, sample.reason), STATUS_OK);
    const char *path = sample_file(&sample, "icd10cm_order_2024.txt", TEXT(ORDER_2024));
    cr_assert_eq(codeset_import_file(import, path, sample.reason), STATUS_OK);
    codeset_import_end(import);
    cr_assert_eq(codeset_folder_open(&folder, sample.folder, sample.reason), STATUS_NOT_FOUND);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_2024.txt", ORDER_2024), STATUS_OK, "the lock is free again");
    sample_end(&sample);
}
