/* What a diagnosis says by its characters and title, and what its form lacks. */
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/shape.h"
#include "tests/services/coding_sample.h"

#include <criterion/criterion.h>

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

Test(coding_diagnoses, a_code_that_was_divided_names_what_it_became)
{
    struct coding_case c = {.edition = codes_starter()};
    char said[SHAPE_SUCCESSORS_BYTES];
    shape_successors(&c, TEXT("M545"), 20210930, 20251120, said);
    cr_expect_str_eq(said, "M5450 M5451 M5459");
    shape_successors(&c, TEXT("G35"), 20250930, 20251120, said);
    cr_expect_str_eq(said, "G35A G35D", "%s", said);
    shape_successors(&c, TEXT("J101"), 0, 20251120, said);
    cr_expect_str_eq(said, "", "nothing is below it");
}
