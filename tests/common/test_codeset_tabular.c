/* Notes of the tabular list, codes in prose, workbooks. */
#include "common/codeset/import/icd_codes.h"
#include "common/codeset/import/tabular.h"
#include "tests/common/codeset_sample.h"

#include <stdlib.h>

/* "A00-B99 C43/---5": spans with their masks, as a test writes them. */
static const char *
print_spans(const struct icd_codes *codes, size_t count)
{
    static char out[4096];
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count && used < sizeof out - 64; i++) {
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%s", i > 0 ? " " : "", codes[i].low);
        if (strcmp(codes[i].low, codes[i].high) != 0)
            used += (size_t)snprintf(out + used, sizeof out - used, "-%s", codes[i].high);
        if (codes[i].mask[0] != '\0')
            used += (size_t)snprintf(out + used, sizeof out - used, "/%s", codes[i].mask);
    }
    return out;
}

Test(codeset_tabular, codes_are_read_out_of_prose)
{
    static const struct {
        const char *note, *spans;
    } cases[] = {
        {"acute appendicitis (K35.-)", "K35"},
        {"certain infections (A00-B99)", "A00-B99"},
        {"tuberculous enteritis (A18.32)", "A1832"},
        {"neoplasm of eyelid (skin) (C43.1-, C44.1-)", "C431 C441"},
        {"pregnancy (O00-O9A)", "O00-O9A"},
        {"opioid poisoning (T40.0-T40.2-)", "T400-T402"},
        {"head injury (S00.- to S09.-)", "S00-S09"},
        {"fracture of vertebra (S12.0--S12.6.-)", "S120-S126"},
        {"dependence (F10.- -F19.-)", "F10-F19"},
        {"fever with heart involvement (I01.0 -I01.9)", "I010-I019"},
        {"vein thrombosis (I82.4-, I82.5-, I82.62-. I82.72-)", "I824 I825 I8262 I8272"},
        {"adverse effects (A00-R94 and T80-T88.6, T88.8)", "A00-R94 T80-T886 T888"},
        {"abscess (K50.014, K50.114,)", "K50014 K50114"},
        {"knee prosthesis (Z89.52-", "Z8952"},
        {"adverse effect (T36-T50 with fifth or sixth character 5)", "T36-T50/-----5 T36-T50/----5X"},
        {"poisoning (T39.0-, with sixth character 1-4)", "T390/-----1 T390/-----2 T390/-----3 T390/-----4"},
        {"neuralgia (E08-E13 with .44)", "E08-E13/---44"},
        {"angiopathy (E08-E13 with .51-.52)", "E08-E13/---51 E08-E13/---52"},
        {"dementia (F10-F19, with .17, .27)", "F10-F19/---17 F10-F19/---27"},
        {"amnesia (F10, F13 with .26, .96)", "F10/---26 F13/---26 F10/---96 F13/---96"},
        {"diabetes (E08-E13 with .61-)", "E08-E13/---61"},
        {"fluency disorder (I69. with final characters -23)", "I69/----23"},
        {"open fracture (S42.- with 7th character B or C)", "S42/------B S42/------C"},
        {"cough with pneumonia (A37 with fifth-character 1)", "A37/----1"},
        {"with codes of FY2026 (QA0.01-)", "QA001"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct icd_codes codes[ICD_CODES_LIMIT];
        size_t count;
        cr_expect_eq(icd_codes_note(text_from(cases[i].note), codes, &count), ICD_CODES_READ, "%s", cases[i].note);
        cr_expect_str_eq(print_spans(codes, count), cases[i].spans, "%s: %s", cases[i].note, print_spans(codes, count));
    }
}

Test(codeset_tabular, what_is_not_understood_is_said_and_nothing_taken)
{
    static const char *const unread[] = {"poisoning (T51-T65 with fifth or sixth character to indicate intent)",
                                         "open fracture (S52.- with open fracture 7th character)",
                                         "mononucleosis (B27.0-B27.9 with 1)", "mononucleosis (B27.0-B27.9 with .9)",
                                         "codes (A01 A02)", "backwards (B99-A00)", "too long (A01.23456)", "x (A01.1-, other)"};
    static const char *const none[] = {"underlying disease", "nephritis (with C3 glomerulopathy)", "(G6PD) deficiency (skin)", "",
                                       "injury of nerve (", "concussion classified in S06.1-"};
    struct icd_codes codes[ICD_CODES_LIMIT];
    size_t count;
    for (size_t i = 0; i < sizeof unread / sizeof *unread; i++) {
        cr_expect_eq(icd_codes_note(text_from(unread[i]), codes, &count), ICD_CODES_UNREAD, "%s", unread[i]);
        cr_expect_eq(count, 0);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_expect_eq(icd_codes_note(text_from(none[i]), codes, &count), ICD_CODES_NONE, "%s", none[i]);
}

Test(codeset_tabular, a_span_holds_what_begins_with_its_codes_and_has_the_characters)
{
    static const struct {
        struct icd_codes codes;
        const char *code;
        bool holds;
    } cases[] = {
        {{"K35", "K35", ""}, "K3520", true},          {{"K35", "K35", ""}, "K36", false},
        {{"A00", "B99", ""}, "B998", true},           {{"A00", "B99", ""}, "C00", false},
        {{"T80", "T886", ""}, "T886XXA", true},       {{"T80", "T886", ""}, "T887XXA", false},
        {{"T36", "T50", "-----5"}, "T45526A", false}, {{"T36", "T50", "-----5"}, "T45515A", true},
        {{"T36", "T50", "----5X"}, "T3695XA", true},  {{"T36", "T50", "-----5"}, "T3695XA", false},
        {{"S42", "S42", "------B"}, "S42001B", true}, {{"S42", "S42", "------B"}, "S42001A", false},
        {{"K35", "K35", ""}, "K3", false},            {{"E08", "E13", "---44"}, "E1144", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(icd_codes_hold(&cases[i].codes, text_from(cases[i].code)), cases[i].holds, "%s", cases[i].code);
}

#define XML_HEAD "<?xml version=\"1.0\"?>\n<ICD10CM.tabular>\n<version>2024</version>\n<introduction><introSection><note>x</note></introSection></introduction>\n"

Test(codeset_tabular, notes_stand_at_their_codes_and_those_of_chapters_at_each_category)
{
    static const char file[] = XML_HEAD
        "<chapter><name>1</name><desc>Invented diseases (A00-A02)</desc>\n"
        "<excludes2><note>something else (P35-P39)</note></excludes2>\n"
        "<section id=\"A00-A01\"><desc>x (A00-A01)</desc><codeFirst><note>cause, if known, such as:</note><note>cause (B90.-)</note>"
        "</codeFirst></section>\n"
        "<section id=\"A00\"><desc>x</desc><diag><name>A00</name><desc>x</desc>"
        "<excludes1><note>one\n     two (K35.-, K36)</note><note>poisoning (T51-T65 with fifth or sixth character to tell)</note></excludes1>"
        "<sevenChrNote><note>add one of these</note></sevenChrNote><sevenChrDef><extension char=\"A\">initial</extension>"
        "<extension char=\"D\">later</extension></sevenChrDef>"
        "<diag placeholder=\"true\"><name>A00.1</name><desc>x</desc><inclusionTerm><note>also called &amp; so (A01.1)</note></inclusionTerm>"
        "</diag></diag></section>\n"
        "<section id=\"A01-A02\"><desc>x</desc><diag><name>A01</name><desc>x</desc></diag><diag><name>A02</name><desc>x</desc></diag></section>"
        "</chapter></ICD10CM.tabular>\n";
    struct sample sample;
    struct codeset_rows rows;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "whatever.xml", file), STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    struct codeset_data *data = codeset_on(codeset_named(folder, "icd10cm_notes"), 20231001);
    cr_assert_not_null(data);
    cr_expect_eq(codeset_edition_about(data)->complete, 0); /* one chapter */
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("A00")), &rows), STATUS_OK);
    unsigned seen[TABULAR_KIND_COUNT] = {0};
    for (uint32_t i = 0; i < rows.count; i++) {
        const int32_t *numbers = rows.numbers + i * 6;
        seen[rows.rows[i].kind]++;
        if (rows.rows[i].kind == TABULAR_EXCLUDES1 && rows.rows[i].second == codeset_key(TEXT("K35")))
            cr_expect_eq(codeset_key_of_numbers(numbers), codeset_key(TEXT("K35")));
        if (rows.rows[i].kind == TABULAR_EXCLUDES1 && rows.rows[i].second == 0)
            cr_expect_eq(numbers[5], TABULAR_UNREAD);
        if (rows.rows[i].kind == TABULAR_EXCLUDES2) {
            cr_expect_eq(rows.rows[i].second, codeset_key(TEXT("P35")));
            cr_expect_eq(codeset_key_of_numbers(numbers), codeset_key(TEXT("P39")));
        }
        if (rows.rows[i].kind == TABULAR_EXCLUDES1)
            cr_expect_eq(numbers[4], 1);
        if (rows.rows[i].kind == TABULAR_EXCLUDES2)
            cr_expect_eq(numbers[4], TABULAR_GROUPS_CHAPTER + 1);
        if (rows.rows[i].kind == TABULAR_CODE_FIRST)
            cr_expect_eq(numbers[4], TABULAR_GROUPS_SECTION + 1);
        if (rows.rows[i].kind == TABULAR_CODE_FIRST)
            cr_expect_eq(numbers[5], rows.rows[i].second == 0 ? TABULAR_IF | TABULAR_HEADING : TABULAR_IF);
    }
    const unsigned expected[TABULAR_KIND_COUNT] = {
        [TABULAR_EXCLUDES1] = 3, [TABULAR_EXCLUDES2] = 1, [TABULAR_CODE_FIRST] = 2, [TABULAR_SEVENTH] = 3};
    for (size_t i = 0; i < TABULAR_KIND_COUNT; i++)
        cr_expect_eq(seen[i], expected[i], "kind %zu: %u", i, seen[i]);
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("A001")), &rows), STATUS_OK);
    struct text words;
    cr_assert_eq(codeset_words(data, rows.rows[0].words, &words), STATUS_OK);
    cr_expect(text_is(words, "also called & so (A01.1)"));
    cr_expect(rows.count == 1 && rows.rows[0].kind == TABULAR_INCLUSION && rows.rows[0].second == 0);
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("A01")), &rows), STATUS_OK);
    cr_expect_eq(rows.count, 3);
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("A02")), &rows), STATUS_OK);
    cr_expect_eq(rows.count, 1);
    codeset_folder_close(folder);
    sample_end(&sample);
}

Test(codeset_tabular, a_damaged_list_or_one_with_entities_is_refused_with_its_line)
{
    static const struct {
        const char *file, *reason;
    } cases[] = {
        {"<!DOCTYPE x [<!ENTITY a \"b\">]>\n<ICD10CM.tabular></ICD10CM.tabular>", "line 1: the file has a document type"},
        {XML_HEAD "<chapter><name>1</name><desc>x (A00-A02)</desc>", "the XML is damaged"},
        {XML_HEAD "<chapter><name>1</name><desc>no span</desc></chapter></ICD10CM.tabular>", "line 5: a chapter without a span"},
        {XML_HEAD "<chapter><desc>x (A00-A02)</desc><section><desc>x</desc></section></chapter></ICD10CM.tabular>", "a section without"},
        {XML_HEAD "<diag><name>!</name></diag></ICD10CM.tabular>", "the name of a code is no code"},
        {XML_HEAD "<diag><name>A00</name><sevenChrDef><extension char=\"AB\">x</extension></sevenChrDef></diag></ICD10CM.tabular>",
         "a seventh character that is none"},
        {XML_HEAD "</ICD10CM.tabular>", "no note in the file"},
        {"<ICD10CM.tabular><version>x</version></ICD10CM.tabular>", "the version is no fiscal year"},
        {"<ICD10CM.tabular><chapter><excludes1><note>x</note></excludes1></chapter></ICD10CM.tabular>", "notes before the element version"},
        {"<x><ICD10CM.tabular></ICD10CM.tabular></x>", "the first element is not"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sample sample;
        sample_begin(&sample);
        cr_expect_eq(sample_import(&sample, "t.xml", cases[i].file), STATUS_INVALID, "%s", cases[i].reason);
        cr_expect_not_null(strstr(sample.reason, cases[i].reason), "\"%s\" in \"%s\"", cases[i].reason, sample.reason);
        sample_end(&sample);
    }
    char *deep = malloc(64 * 3 + 64);
    strcpy(deep, "<ICD10CM.tabular>");
    for (unsigned i = 0; i < 40; i++)
        strcat(deep, "<a>");
    struct sample sample;
    sample_begin(&sample);
    cr_expect_eq(sample_import(&sample, "t.xml", deep), STATUS_INVALID);
    cr_expect_not_null(strstr(sample.reason, "deeper than 32"), "%s", sample.reason);
    sample_end(&sample);
    free(deep);
}

/* A workbook as offices write it: strings shared, in rich text, in the cell; numbers; columns left out. */
static const char make_workbook[] =
    "import zipfile,sys\n"
    "z = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)\n"
    "strings = ['Words over\\nthe table', 'Current code assignment', 'Effective', 'Previous Code(s) Assignment', 'A04.71', 'A04.7', 'None',\n"
    "           'V01.0-V01.9; V02.1', 'Codes in Categories V20-V79', 'see elsewhere A01 A02']\n"
    "z.writestr('xl/worksheets/sheet1.xml', '<x:worksheet xmlns:x=\"u\"><x:sheetData>' + ''.join(\n"
    "    '<x:row r=\"%d\">%s</x:row>' % (n, cells) for n, cells in enumerate([\n"
    "    '<x:c r=\"A1\" t=\"s\"><x:v>0</x:v></x:c>',\n"
    "    '<x:c r=\"A2\" t=\"s\"><x:v>1</x:v></x:c><x:c r=\"B2\" t=\"s\"><x:v>2</x:v></x:c><x:c r=\"C2\" t=\"s\"><x:v>3</x:v></x:c>',\n"
    "    '<x:c r=\"A3\" t=\"s\"><x:v>4</x:v></x:c><x:c r=\"B3\"><x:v>2017</x:v></x:c><x:c r=\"C3\" t=\"s\"><x:v>5</x:v></x:c>',\n"
    "    '<x:c r=\"A4\" t=\"inlineStr\"><x:is><x:t>B10.01 </x:t></x:is></x:c><x:c r=\"B4\"><x:v>45017</x:v></x:c><x:c r=\"C4\" t=\"s\"><x:v>6</x:v></x:c>',\n"
    "    '<x:c r=\"A5\" t=\"inlineStr\"><x:is><x:t>V00.1</x:t></x:is></x:c><x:c r=\"B5\"><x:v>2020</x:v></x:c><x:c r=\"C5\" t=\"s\"><x:v>7</x:v></x:c>',\n"
    "    '<x:c r=\"A6\" t=\"inlineStr\"><x:is><x:t>V00.2</x:t></x:is></x:c><x:c r=\"B6\"><x:v>2020</x:v></x:c><x:c r=\"C6\" t=\"s\"><x:v>8</x:v></x:c>',\n"
    "    '<x:c r=\"A7\" t=\"inlineStr\"><x:is><x:t>V00.3</x:t></x:is></x:c><x:c r=\"B7\"><x:v>2020</x:v></x:c><x:c r=\"C7\" t=\"s\"><x:v>9</x:v></x:c>',\n"
    "    '<x:c r=\"A8\"/>'], 1)) + '</x:sheetData></x:worksheet>')\n"
    "z.writestr('xl/sharedStrings.xml', '<sst>' + ''.join('<si><r><t>%s</t></r><r><t>%s</t></r><rPh><t>spoken</t></rPh></si>' %\n"
    "    (s[:2], s[2:]) for s in strings) + '</sst>')\n";

Test(codeset_tabular, the_conversion_table_is_a_workbook)
{
    struct sample sample;
    struct codeset_rows rows;
    char command[1024];
    sample_begin(&sample);
    sample_file(&sample, "make.py", text_from(make_workbook));
    snprintf(command, sizeof command, "python3 %s/make.py %s/ICD-10-CM-CONVERSION-TABLE-FY2024.xlsx", sample.files, sample.files);
    cr_assert_eq(system(command), 0);
    snprintf(command, sizeof command, "%s/ICD-10-CM-CONVERSION-TABLE-FY2024.xlsx", sample.files);
    cr_assert_eq(sample_import_path(&sample, command), STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    struct codeset_data *data = codeset_on(codeset_named(folder, "icd10cm_conversion"), 20240930);
    cr_assert_not_null(data);
    cr_expect_eq(codeset_edition_about(data)->codes, 5);
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("A0471")), &rows), STATUS_OK);
    cr_expect(rows.count == 1 && rows.rows[0].second == codeset_key(TEXT("A047")) && rows.rows[0].from == 20171001);
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("B1001")), &rows), STATUS_OK);
    cr_expect(rows.count == 1 && rows.rows[0].second == 0 && rows.rows[0].words == 0 && rows.rows[0].from == 20230401);
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("V001")), &rows), STATUS_OK);
    cr_assert_eq(rows.count, 2);
    cr_expect(rows.rows[0].second == codeset_key(TEXT("V010")) && codeset_key_of_numbers(rows.numbers) == codeset_key(TEXT("V019")));
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("V002")), &rows), STATUS_OK);
    cr_expect(rows.count == 1 && rows.rows[0].second == codeset_key(TEXT("V20")) && codeset_key_of_numbers(rows.numbers) == codeset_key(TEXT("V79")));
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("V003")), &rows), STATUS_OK);
    cr_expect(rows.count == 1 && rows.rows[0].second == 0 && rows.rows[0].words != 0);
    codeset_folder_close(folder);
    cr_expect_eq(sample_import(&sample, "ICD-10-CM-CONVERSION-TABLE-FY2025.xlsx", "PK\x03\x04 and no more"), STATUS_INVALID);
    cr_expect_not_null(strstr(sample.reason, "zip is damaged"), "%s", sample.reason);
    sample_end(&sample);
}
