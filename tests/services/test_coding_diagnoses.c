/* What a diagnosis says by its characters and title, and what its form lacks. */
#include "schemas/findings.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/notes.h"
#include "services/coding/steps/sets.h"
#include "services/coding/steps/shape.h"
#include "services/coding/steps/successors.h"
#include "tests/common/codeset_sample.h"
#include "tests/services/coding_sample.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

Test(coding_diagnoses, a_side_is_one_of_a_paired_part)
{
    static const struct {
        const char *code, *words;
        enum diagnosis_side side;
    } cases[] = {
        {"M25511", "Pain in right shoulder", SIDE_RIGHT},
        {"M25512", "Pain in left shoulder", SIDE_LEFT},
        {"M25519", "Pain in unspecified shoulder", SIDE_NONE},
        {"M170", "Bilateral primary osteoarthritis of knee", SIDE_BOTH},
        {"H2513", "Age-related nuclear cataract, bilateral", SIDE_BOTH},
        {"S72001A", "Fracture of unsp part of neck of right femur, init", SIDE_RIGHT},
        {"R1031", "Right lower quadrant pain", SIDE_NONE},
        {"I50810", "Right heart failure, unspecified", SIDE_NONE},
        {"I63411", "Cerebral infarction due to embolism of right middle cerebral artery", SIDE_NONE},
        {"S06341A", "Traumatic hemorrhage of right cerebrum", SIDE_NONE},
        {"M25511", "", SIDE_NONE},
        {"M7660", "Brightly left-overs", SIDE_LEFT}, /* a word, not a part of one */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(diagnosis_side(text_from(cases[i].code), text_from(cases[i].words)), cases[i].side, "%s", cases[i].words);
}

Test(coding_diagnoses, modifiers_of_lids_fingers_and_toes_have_a_side)
{
    static const struct {
        const char *modifiers;
        enum diagnosis_side side;
    } cases[] = {
        {"RT E3 E4 F5 F9 T5 T9", SIDE_RIGHT}, {"LT E1 E2 FA F1 F4 TA T1 T4", SIDE_LEFT}, {"50", SIDE_BOTH},
        {"25 E5 E0 FB TC TB F0 T0 LC RC", SIDE_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (struct text rest = text_from(cases[i].modifiers); rest.length > 0;) {
            struct text modifier = text_cut(rest, ' ', &rest);
            cr_expect_eq(diagnosis_modifier_side(modifier), cases[i].side, "%.*s", TEXT_ARGS(modifier));
        }
}

Test(coding_diagnoses, what_a_code_is_stands_in_its_characters)
{
    static const struct {
        bool (*is)(struct text code);
        const char *yes, *no;
    } cases[] = {
        {diagnosis_manifestation, "F0280 H42 R5081 G63", "F030 H40 R509 G62 D630"},
        {diagnosis_supplementary, "B9620 B974", "B94 B99"},
        {diagnosis_adverse, "T360X5A T3695XA T50A15A", "T360X1A T360X6A T510X1A S7200 T3695"},
        {diagnosis_underdosing, "T383X6A T3696XA", "T383X5A"},
        {diagnosis_sequela, "S72001S T2000XS", "S72001A M8000XS"},
        {diagnosis_external, "V00011A Y92009", "U071 Z23"},
        {diagnosis_first_only, "Z0000 Z3800 Z5111 Z510 Z332 Z529A", "Z006 Z529 Z03 Z512 Z23 Z331"},
        {diagnosis_confirmed_only, "B20 U071 J101", "Z21 J111 B9735"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (struct text rest = text_from(cases[i].yes); rest.length > 0;) {
            struct text code = text_cut(rest, ' ', &rest);
            cr_expect(cases[i].is(code), "case %zu, %.*s", i, TEXT_ARGS(code));
        }
        for (struct text rest = text_from(cases[i].no); rest.length > 0;) {
            struct text code = text_cut(rest, ' ', &rest);
            cr_expect_not(cases[i].is(code), "case %zu, %.*s", i, TEXT_ARGS(code));
        }
        cr_expect_not(cases[i].is((struct text){0}));
    }
}

Test(coding_diagnoses, an_acute_and_a_chronic_form_belong_together)
{
    cr_expect(diagnosis_acute_of(TEXT("J0190"), TEXT("J329")));
    cr_expect(diagnosis_acute_of(TEXT("K1121"), TEXT("K1123")));
    cr_expect_not(diagnosis_acute_of(TEXT("J329"), TEXT("J0190")));
    cr_expect_not(diagnosis_acute_of(TEXT("K810"), TEXT("K811")), "K81.2 is both");
    cr_expect_not(diagnosis_acute_of(TEXT("J0190"), TEXT("K861")));
}

Test(coding_diagnoses, a_title_says_its_trimester_and_whether_the_pregnancy_goes_on)
{
    static const struct {
        const char *code, *words;
        unsigned trimester;
        bool goes_on;
    } titles[] = {
        {"O09511", "Supervision of elderly primigravida, first trimester", 1, true},
        {"O0911", "Suprvsn of preg with history of ectopic preg, first tri", 1, true},
        {"O09822", "Suprvsn of preg w hx of in utero proc dur prev preg, 2nd tri", 2, true},
        {"O6013X0", "Preterm labor second trimester with preterm delivery third trimester", 0, true},
        {"O6014X1", "Preterm labor third trimester with preterm delivery third trimester, fetus 1", 3, true},
        {"O09519", "Supervision of elderly primigravida, unspecified trimester", 0, true},
        {"O702", "Third degree perineal laceration during delivery", 0, false},
        {"O24410", "Gestational diabetes mellitus in pregnancy, diet controlled", 0, true},
        {"O24430", "Gestational diabetes mellitus in the puerperium, diet controlled", 0, false},
        {"O9802", "Tuberculosis complicating childbirth", 0, false},
        {"O0010", "Tubal pregnancy without intrauterine pregnancy", 0, false},
        {"Z3401", "Encounter for supervision of normal first pregnancy, first trimester", 1, false},
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        cr_expect_eq(diagnosis_trimester(text_from(titles[i].words)), titles[i].trimester, "%s", titles[i].words);
        cr_expect_eq(diagnosis_of_pregnancy(text_from(titles[i].code), text_from(titles[i].words)), titles[i].goes_on, "%s", titles[i].words);
    }
}

Test(coding_diagnoses, a_screening_is_for_what_it_looks_for)
{
    cr_expect(diagnosis_screened(TEXT("Z1211"), TEXT("K635")));
    cr_expect(diagnosis_screened(TEXT("Z1231"), TEXT("N6311")));
    cr_expect_not(diagnosis_screened(TEXT("Z1211"), TEXT("N6311")));
    cr_expect_not(diagnosis_screened(TEXT("Z1211"), TEXT("R195")), "why a test is done, not what it found");
    cr_expect_not(diagnosis_screened(TEXT("Z125"), TEXT("K635")));
}

/* ---- form ---- */

static enum shape
shape_on(const char *code, int32_t day, char said[SHAPE_SAID_BYTES])
{
    struct coding_case c = {.edition = codes_starter()};
    return shape_of(&c, text_from(code), day, said);
}

Test(coding_diagnoses, what_a_code_lacks_in_form_is_said)
{
    static const struct {
        const char *code;
        enum shape shape;
        const char *said;
    } cases[] = {
        {"S72001", SHAPE_MISSING, "A B C D E F G H J K M N P Q R S"},
        {"T07", SHAPE_MISSING, "A D S"},
        {"T07XXX", SHAPE_MISSING, "A D S"},
        {"W19", SHAPE_MISSING, "A D S"},
        {"T07A", SHAPE_ELSEWHERE, "T07XXXA"},
        {"W19XA", SHAPE_ELSEWHERE, "W19XXXA"},
        {"S72001Z", SHAPE_WRONG, "A B C D E F G H J K M N P Q R S"},
        {"S72", SHAPE_PLAIN, ""},
        {"E11", SHAPE_PLAIN, ""},
        {"E1190", SHAPE_LONG, "E119"},
        {"S72001AA", SHAPE_LONG, "S72001A"},
        {"ZZZ", SHAPE_PLAIN, ""},
        {"J1", SHAPE_PLAIN, ""},
        {"E119E119E", SHAPE_PLAIN, ""},
    };
    char said[SHAPE_SAID_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(shape_on(cases[i].code, 20251120, said), cases[i].shape, "%s", cases[i].code);
        cr_expect_str_eq(said, cases[i].said, "%s: %s", cases[i].code, said);
    }
}

Test(coding_diagnoses, a_code_that_was_divided_names_all_that_it_became)
{
    struct coding_case c = {.edition = codes_starter()};
    static const struct {
        const char *code;
        int32_t ended;
        const char *said;
    } cases[] = {
        {"M545", 20210930, "M5450 M5451 M5459"},
        {"G35", 20250930, "G35A G35B0 G35B1 G35B2 G35C0 G35C1 G35C2 G35D"},
        {"G20", 20230930, "G20A1 G20A2 G20B1 G20B2 G20C"},
        {"E208", 20230930, "E20810 E20811 E20812 E20818 E20819 E2089"},
        {"D481", 20230930, "D48110 D48111 D48112 D48113 D48114 D48115 D48116 D48117 and 3 more"},
        {"J101", 0, ""}, /* nothing is below it */
    };
    char said[SUCCESSORS_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        successors_say(&c, text_from(cases[i].code), cases[i].ended, 20251120, said);
        cr_expect_str_eq(said, cases[i].said, "%s: %s", cases[i].code, said);
    }
}

/* Rows as they stand in the conversion table: several of one old code, one old code beside others, one of another year. */
Test(coding_diagnoses, a_code_that_went_elsewhere_names_all_that_the_conversion_table_has)
{
    struct sample sample;
    struct coding_sets sets;
    struct coding_case c = {.edition = codes_starter(), .sets = &sets};
    char said[SUCCESSORS_BYTES];
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "ICD-10-CM-CONVERSION-TABLE-FY2026.csv",
                               "Current code assignment,Effective,Previous Code(s) Assignment\n"
                               "V20.01XA,2022,V20.0XXA\nV20.09XA,2022,V20.0XXA\nV20.11XA,2022,V20.1XXA\n"
                               "C86.00,2024,C86.0\nG20.C,2016,V20.0XXA\nG35.A,2025,V20.0XXA\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    coding_sets_take(&sets, folder);
    successors_say(&c, TEXT("V200XXA"), 20220930, 20240812, said);
    cr_expect_str_eq(said, "V2001XA V2009XA", "neither what was before, nor what comes later: %s", said);
    successors_say(&c, TEXT("C860"), 20240930, 20250812, said);
    cr_expect_str_eq(said, "C8600 C8601", "the table has no code of remission: %s", said);
    codeset_folder_close(folder);
    sample_end(&sample);
}

/* Printed codes have a point, those of a claim do not: the sentence says which is meant. */
Test(coding_diagnoses, a_code_with_its_point_is_told_how_it_is_written)
{
    static const struct {
        const char *code, *said;
    } cases[] = {{"R05.9", "R05.9 (written without the point: R059)"}, {"R05.77", "R05.77"}, {"R0599.", "R0599."}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct coding_sample sample;
        struct coding_case c;
        struct coding_run run;
        struct findings findings;
        struct arena arena;
        arena_init(&arena, 0);
        findings_init(&findings, &arena);
        sample_make(&sample);
        sample_codes(&sample, cases[i].code);
        coding_case_make(&c, &sample.body, NULL, 0, codes_starter(), sample.received_date);
        coding_judge(&run, &c, &findings);
        const struct finding *unknown = NULL;
        for (uint32_t k = 0; k < findings.count; k++)
            if (findings.items[k].kind->number == FINDING_CODING_DIAGNOSIS_UNKNOWN)
                unknown = &findings.items[k];
        cr_assert_not_null(unknown, "%s", cases[i].code);
        cr_expect(text_is(unknown->detail, cases[i].said), "%.*s", TEXT_ARGS(unknown->detail));
        arena_free(&arena);
    }
}

/* ---- notes ---- */

#define NOTES                                                                                                                    \
    "<?xml version=\"1.0\"?>\n<ICD10CM.tabular><version>2024</version><chapter><name>1</name><desc>x (A00-B99)</desc>"           \
    "<excludes1><note>of the chapter (P35-P39)</note></excludes1><section id=\"A00-A09\"><desc>x (A00-A09)</desc>"              \
    "<diag><name>A00</name><desc>x</desc><excludes1><note>one (K35.-)</note><note>poisoning (T36-T65 with fifth or sixth "      \
    "character 1-4 or 6)</note><note>all (A00-A09)</note><note>if known, that (L00.1)</note></excludes1>"                        \
    "<diag><name>A00.1</name><desc>x</desc><excludes1><note>two (B20)</note></excludes1></diag></diag></section></chapter>"      \
    "</ICD10CM.tabular>\n"

static bool
excludes(const struct coding_case *c, const char *code, const char *other, bool conditional)
{
    struct notes notes;
    struct note note;
    bool found = false;
    notes_take(&notes, c, coding_edition(c, CODING_NOTES, 20240812), codeset_key(text_from(code)));
    for (uint32_t at = 0; notes_next(&notes, TABULAR_EXCLUDES1, conditional, &at, &note);)
        found = found || note_names(&note, codeset_key(text_from(other)));
    return found;
}

Test(coding_diagnoses, a_note_names_the_codes_that_it_means_and_no_others)
{
    static const struct {
        const char *code, *named, *not;
    } cases[] = {
        {"A001", "K35 K3580 K35890 T360X1A T3691XA T360X6A B20 P350 P399 A010", "K36 K34 T360X5A T3695XA T510 L001 A001 A009 B21 P40 Z00"},
        {"A009", "K3580 T360X2A P36 A05", "B20 A001"}, /* the note at A00.1 is not of it */
        {"A00", "K3580", "B20"},
        {"A010", "", "K3580 P350"}, /* the file has no such category */
    };
    struct sample sample;
    struct coding_sets sets;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "small.xml", NOTES), STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    coding_sets_take(&sets, folder);
    struct coding_case c = {.sets = &sets, .edition = codes_starter()};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (unsigned k = 0; k < 2; k++)
            for (struct text rest = text_from(k == 0 ? cases[i].named : cases[i].not); rest.length > 0;) {
                char other[16];
                struct text word = text_cut(rest, ' ', &rest);
                snprintf(other, sizeof other, "%.*s", TEXT_ARGS(word));
                cr_expect_eq(excludes(&c, cases[i].code, other, false), k == 0, "%s, %s", cases[i].code, other);
            }
    cr_expect(excludes(&c, "A001", "L001", true), "behind its condition");
    codeset_folder_close(folder);
    sample_end(&sample);
}

/* ---- the table of manifestations against the titles of the published lists ---- */

static bool
says_manifestation(struct text words)
{
    return memmem(words.data, words.length, "classified elsewhere", 20) != NULL &&
           memmem(words.data, words.length, "not elsewhere", 13) == NULL && memmem(words.data, words.length, "as the cause of", 15) == NULL;
}

Test(coding_diagnoses, the_table_of_manifestations_is_that_of_the_titles)
{
    static const char *const files[] = {"cms_2024_dx.zip", "cms_2025_dx.zip", "cms_2026_dx.zip"};
    const char *samples = getenv("CLAIMLINE_SAMPLES");
    struct sample sample;
    char path[4096];
    snprintf(path, sizeof path, "%s/codesets/icd10cm/%s", samples == NULL ? "" : samples, files[0]);
    if (samples == NULL || access(path, R_OK) != 0)
        cr_skip("CLAIMLINE_SAMPLES does not name the folder of published code sets");
    sample_begin(&sample);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/codesets/icd10cm/%s", samples, files[i]);
        cr_assert_eq(sample_import_path(&sample, path), STATUS_OK, "%s", sample.reason);
    }
    struct codeset_folder *folder = sample_open(&sample);
    const struct codeset *set = codeset_named(folder, "icd10cm");
    unsigned named = 0;
    for (size_t i = 0; i < codeset_edition_count(set); i++) {
        struct codeset_data *data = codeset_edition(set, i);
        for (uint64_t at = 0; at < codeset_edition_about(data)->codes; at++) {
            char buffer[CODESET_KEY_LENGTH + 1];
            struct codeset_rows rows;
            struct text words;
            uint64_t key;
            cr_assert_eq(codeset_walk(data, at, &key, &rows), STATUS_OK);
            cr_assert_eq(codeset_words(data, rows.rows[0].words, &words), STATUS_OK);
            if ((rows.rows[0].flags & CODESET_HEADER) != 0)
                continue;
            struct text code = codeset_key_text(key, buffer);
            cr_expect_eq(diagnosis_manifestation(code), says_manifestation(words), "%s %.*s", buffer, TEXT_ARGS(words));
            named += says_manifestation(words);
        }
    }
    cr_expect_gt(named, 700, "%u", named);
    codeset_folder_close(folder);
    sample_end(&sample);
}
