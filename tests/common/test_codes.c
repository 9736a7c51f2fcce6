#include "common/codes/codes.h"

#include <criterion/criterion.h>
#include <time.h>

static struct codes_answer
find(enum codes_set set, const char *code, int32_t date)
{
    return codes_find(codes_starter(), set, text_from(code), date);
}

struct code_case {
    const char *code;
    int32_t date;
    enum codes_verdict verdict;
    int32_t from, to;
};

static void
check_cases(enum codes_set set, const struct code_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct codes_answer answer = find(set, cases[i].code, cases[i].date);
        cr_expect_eq(answer.verdict, cases[i].verdict, "%s on %d: verdict %d", cases[i].code, cases[i].date, answer.verdict);
        cr_expect_eq(answer.from, cases[i].from, "%s on %d: from %d", cases[i].code, cases[i].date, answer.from);
        cr_expect_eq(answer.to, cases[i].to, "%s on %d: to %d", cases[i].code, cases[i].date, answer.to);
    }
}

Test(codes, a_diagnosis_is_judged_on_its_date)
{
    static const struct code_case cases[] = {
        {"J101", 20251120, CODES_VALID, 20151001, 0},
        {"J10", 20251120, CODES_HEADER, 20151001, 0},
        {"J1077", 20251120, CODES_UNKNOWN, 0, 0},
        {"J1", 20251120, CODES_UNKNOWN, 0, 0},
        {"J", 20251120, CODES_UNKNOWN, 0, 0},
        {"", 20251120, CODES_UNKNOWN, 0, 0},
        {"j101", 20251120, CODES_UNKNOWN, 0, 0},
        {"J10.1", 20251120, CODES_UNKNOWN, 0, 0},
        {"J101XXXXX", 20251120, CODES_UNKNOWN, 0, 0},
        {"E11", 20251120, CODES_HEADER, 20151001, 0},
        {"I10", 20251120, CODES_VALID, 20151001, 0},
        {"M545", 20210930, CODES_VALID, 20151001, 20210930},
        {"M545", 20211001, CODES_ENDED, 20151001, 20210930},
        {"M5450", 20210930, CODES_NOT_YET, 20211001, 0},
        {"M5450", 20211001, CODES_VALID, 20211001, 0},
        {"M54", 20210930, CODES_HEADER, 20151001, 0},
        {"R05", 20210930, CODES_VALID, 20151001, 20210930},
        {"R051", 20210930, CODES_NOT_YET, 20211001, 0},
        {"U071", 20201001, CODES_VALID, 20200401, 0},
        {"J1282", 20201231, CODES_NOT_YET, 20210101, 0},
        {"J1282", 20210101, CODES_VALID, 20210101, 0},
        {"S82001A", 20240610, CODES_VALID, 20151001, 0},
        {"S82001", 20240610, CODES_HEADER, 20151001, 0},
        {"Z91A4", 20230930, CODES_VALID, 20221001, 20230930},
        {"Z91A4", 20231001, CODES_ENDED, 20221001, 20230930},
        {"G35", 20251001, CODES_ENDED, 20151001, 20250930},
        {"J101", 20200930, CODES_EDITION_MISSING, 20201001, 20260930},
        {"J101", 20261001, CODES_EDITION_MISSING, 20201001, 20260930},
        {"J1077", 20261001, CODES_EDITION_MISSING, 20201001, 20260930},
    };
    check_cases(CODES_ICD10CM, cases, sizeof cases / sizeof *cases);
}

Test(codes, what_a_part_of_a_set_does_not_hold_is_not_called_unknown)
{
    static const struct code_case cpt[] = {
        {"99213", 20251120, CODES_VALID, 0, 0},
        {"87804", 20251120, CODES_VALID, 0, 0},
        {"99999", 20251120, CODES_NOT_HELD, 0, 0},
        {"99213", 20190101, CODES_EDITION_MISSING, 20201001, 20260930},
    };
    static const struct code_case hcpcs[] = {
        {"J1885", 20240715, CODES_VALID, 19930101, 0},
        {"J9999", 20240715, CODES_NOT_HELD, 0, 0},
        {"J1885", 20251120, CODES_EDITION_MISSING, 20240101, 20240930},
    };
    static const struct code_case place[] = {
        {"11", 20251120, CODES_VALID, 0, 0},
        {"27", 20230930, CODES_NOT_YET, 20231001, 0},
        {"28", 20251120, CODES_UNKNOWN, 0, 0},
    };
    check_cases(CODES_CPT, cpt, sizeof cpt / sizeof *cpt);
    check_cases(CODES_HCPCS, hcpcs, sizeof hcpcs / sizeof *hcpcs);
    check_cases(CODES_PLACE, place, sizeof place / sizeof *place);
    cr_assert(codes_complete(codes_starter(), CODES_ICD10CM));
    cr_assert_not(codes_complete(codes_starter(), CODES_CPT));
}

Test(codes, words_are_there_for_what_primary_care_meets)
{
    const struct codes_edition *edition = codes_starter();
    cr_assert(text_starts(codes_words(edition, CODES_ICD10CM, TEXT("R079")), TEXT("Chest pain")));
    cr_assert(text_is(codes_words(edition, CODES_CPT, TEXT("87804")), "influenza rapid test"));
    cr_assert_eq(codes_words(edition, CODES_ICD10CM, TEXT("S82001A")).length, 0);
    cr_assert_eq(codes_words(edition, CODES_ICD10CM, TEXT("J1077")).length, 0);
    cr_assert_leq(codes_edition_name(edition).length, 32);
}

Test(codes, a_procedure_code_tells_its_set_by_its_form)
{
    static const struct {
        const char *code;
        bool known;
        enum codes_set set;
    } cases[] = {{"99213", true, CODES_CPT},   {"0001A", true, CODES_CPT},  {"0240U", true, CODES_CPT},
                 {"J1885", true, CODES_HCPCS}, {"D0120", true, CODES_HCPCS},        {"9921", false, 0},
                 {"992133", false, 0},         {"99 13", false, 0},         {"", false, 0},
                 {"J188A", false, 0},          {"9921-", false, 0},         {"W1234", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum codes_set set = CODES_SET_COUNT;
        cr_expect_eq(codes_procedure_set(text_from(cases[i].code), &set), cases[i].known, "%s", cases[i].code);
        if (cases[i].known)
            cr_expect_eq(set, cases[i].set, "%s", cases[i].code);
    }
}

Test(codes, a_symptom_belongs_to_the_diagnoses_that_explain_it)
{
    static const struct {
        const char *symptom, *cause;
        bool part;
    } cases[] = {{"R079", "I209", true},  {"R079", "I214", true},   {"R0789", "I2510", false}, {"R072", "I249", true},
                 {"R079", "J101", false}, {"R509", "J101", true},   {"R051", "J189", true},    {"R509", "I10", false},
                 {"I209", "R079", false}, {"R079", "J45909", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct codes_symptom *rule =
            codes_symptom_of(codes_starter(), text_from(cases[i].symptom), text_from(cases[i].cause), 20251120);
        cr_expect_eq(rule != NULL, cases[i].part, "%s beside %s", cases[i].symptom, cases[i].cause);
        if (rule != NULL)
            cr_expect(strncmp(rule->guideline, "I.B.", 4) == 0);
    }
}

Test(codes, a_diagnosis_may_belong_to_an_age)
{
    const struct codes_age *age = codes_age_of(codes_starter(), TEXT("Z00129"), 20251120);
    cr_assert_not_null(age);
    cr_assert_eq(age->high, 17);
    cr_assert_null(codes_age_of(codes_starter(), TEXT("J101"), 20251120));
}

Test(codes, a_lookup_takes_less_than_200_nanoseconds)
{
    static const char *const codes[] = {"J101", "S82001A", "E119", "Z794", "M545", "J1077", "R079", "V00131A"};
    struct timespec begin, end;
    unsigned found = 0;
    enum { ROUNDS = 200000 };
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    for (unsigned i = 0; i < ROUNDS; i++)
        found += find(CODES_ICD10CM, codes[i % 8], 20251120).verdict == CODES_VALID;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double nanoseconds = ((double)(end.tv_sec - begin.tv_sec) * 1e9 + (double)(end.tv_nsec - begin.tv_nsec)) / ROUNDS;
    cr_log_info("%.0f ns a lookup", nanoseconds);
    cr_assert_eq(found, ROUNDS / 8 * 6);
#if !defined(__SANITIZE_ADDRESS__)
    cr_assert_lt(nanoseconds, 200 * 4, "%.0f ns; four times the figure is allowed on a busy machine", nanoseconds);
#endif
}

Test(codes, what_it_holds_is_counted_and_asked_for_whatever_the_day)
{
    struct codes_size size = codes_size_of(codes_starter(), CODES_PLACE);
    cr_expect(size.codes > 40 && size.codes <= size.rows, "%u codes, %u rows", (unsigned)size.codes, (unsigned)size.rows);
    cr_expect_eq(size.headers, 0);
    size = codes_size_of(codes_starter(), CODES_ICD10CM);
    cr_expect(size.codes < size.rows, "a code that became a category has two rows");
    cr_expect(size.headers > 20000 && size.headers < size.codes);
    cr_expect(codes_holds(codes_starter(), CODES_ICD10CM, TEXT("M545")) && codes_holds(codes_starter(), CODES_ICD10CM, TEXT("E11")));
    cr_expect_not(codes_holds(codes_starter(), CODES_ICD10CM, TEXT("J10.1")) || codes_holds(codes_starter(), CODES_CPT, TEXT("99999")));
}
