/* The table of facts about diagnoses (schemas/coding-diagnoses.tsv) against the starter edition, which holds every code of ICD-10-CM. */
#include "services/coding/steps/facts.h"
#include "tests/services/coding_sample.h"

#include <criterion/criterion.h>
#include <string.h>

/* Any one code of the span is a code or a heading of the years that the starter edition covers. */
static bool
exists(const struct coding_diagnosis_span *span)
{
    char code[CODESET_KEY_LENGTH + 1];
    struct text first = codeset_key_text(span->first, code);
    for (int32_t day = 20201001; day <= 20251001; day += 10000)
        switch (codes_find(codes_starter(), CODES_ICD10CM, first, day).verdict) {
        case CODES_VALID:
        case CODES_HEADER:
            return true;
        default:
            break;
        }
    return false;
}

static uint32_t
count(void)
{
    return coding_diagnosis_letters[CODING_DIAGNOSIS_LETTERS];
}

Test(coding_facts, each_row_is_about_codes_that_exist)
{
    char code[CODESET_KEY_LENGTH + 1];
    cr_assert_geq(count(), 100);
    for (uint32_t i = 0; i < count(); i++) {
        const struct coding_diagnosis *fact = &coding_diagnoses[i];
        cr_expect(exists(&fact->span), "%s", codeset_key_text(fact->span.first, code).data);
        for (unsigned k = 0; k < fact->second_count; k++) {
            const struct coding_diagnosis_span *span = &coding_diagnosis_seconds[fact->second_first + k];
            cr_expect(exists(span) && span->after > span->first, "%s", codeset_key_text(span->first, code).data);
        }
        if (fact->table != CODING_DIAGNOSIS_JOINED && fact->table != CODING_DIAGNOSIS_BESIDE)
            continue;
        struct text rest, words = text_cut(text_from(fact->words), '-', &rest);
        cr_expect_eq(codes_find(codes_starter(), CODES_ICD10CM, words, 20240812).verdict,
                     words.length < strlen(fact->words) ? CODES_HEADER : CODES_VALID, "%s", fact->words);
    }
}

static bool
says(struct text words, const char *piece)
{
    size_t length = strlen(piece);
    for (size_t i = 0; i + length <= words.length; i++)
        if (memcmp(words.data + i, piece, length) == 0)
            return true;
    return false;
}

/* The words are those of CMS, some of them shortened. */
Test(coding_facts, what_contradicts_by_its_title_has_that_title)
{
    unsigned read = 0;
    for (uint32_t i = 0; i < count(); i++) {
        const struct coding_diagnosis *fact = &coding_diagnoses[i];
        char code[CODESET_KEY_LENGTH + 1];
        if (fact->table != CODING_DIAGNOSIS_CONTRADICTS || !says(text_from(fact->source), ": without"))
            continue;
        struct text words = codes_words(codes_starter(), CODES_ICD10CM, codeset_key_text(fact->span.first, code));
        if (words.length == 0)
            continue;
        read++;
        cr_expect(says(words, "without") || says(words, "w/o") || says(words, "uncomp"), "%s: %.*s", code, TEXT_ARGS(words));
    }
    cr_expect_geq(read, 20, "%u titles", read);
}

Test(coding_facts, a_row_is_found_by_its_days_its_table_and_its_span)
{
    unsigned at = 0;
    uint64_t hypertension = codeset_key(TEXT("I10")), kidney = codeset_key(TEXT("N1830"));
    const struct coding_diagnosis *fact = facts_next(FACTS_BESIDE, hypertension, 20240812, &at);
    cr_assert_not_null(fact);
    cr_expect(facts_names(fact, kidney));
    cr_expect_not(facts_names(fact, codeset_key(TEXT("N19"))));
    at = 0;
    cr_expect_null(facts_next(FACTS_BESIDE, hypertension, 20160930, &at), "before the guideline says it");
    at = 0;
    cr_expect_null(facts_next(FACTS_SECONDARY, hypertension, 20240812, &at));
    at = 0;
    cr_expect_null(facts_next(FACTS_BESIDE, kidney, 20240812, &at));
    at = 0;
    cr_expect_null(facts_next(FACTS_JOINED, 0, 20240812, &at), "no key");
    at = 0;
    cr_expect_null(facts_next(FACTS_JOINED, codeset_key(TEXT("99213")), 20240812, &at), "no letter");
}

/* Is the rule raised of these diagnoses, in this order? `detail` of it, when it is no NULL. */
static bool
judge(uint16_t rule, const char *codes, int32_t day, char *detail, size_t size)
{
    struct coding_sample s;
    struct coding_run run;
    struct findings findings;
    struct arena arena;
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
    sample_make(&s);
    s.received_date = 20271231;
    for (unsigned i = 0; i < s.body.lines_count; i++)
        s.lines[i].date_from = day;
    sample_codes(&s, codes);
    sample_judge_with(&s, NULL, &run, &findings);
    bool raised = coding_raised(&run, rule);
    for (uint32_t i = 0; detail != NULL && i < findings.count; i++)
        if (findings.items[i].kind->number == rule)
            snprintf(detail, size, "%.*s", TEXT_ARGS(findings.items[i].detail));
    arena_free(&arena);
    return raised;
}

static bool
raises(uint16_t rule, const char *first, const char *second, int32_t day)
{
    char codes[2 * CODESET_KEY_LENGTH + 2];
    snprintf(codes, sizeof codes, "%s%s%s", first, second[0] == '\0' ? "" : " ", second);
    return judge(rule, codes, day, NULL, 0);
}

Test(coding_facts, a_code_that_says_both_is_said_with_what_stays)
{
    static const struct {
        const char *codes, *detail;
    } pairs[] = {
        {"I10 N1831", "I10 beside N1831: I129 stands in place of I10, and N1831 stays"},
        {"N186 I10", "I10 beside N186: I120 stands in place of I10, and N186 stays"},
        {"I10 I509", "I10 beside I509: I110 stands in place of I10, and I509 stays"},
        {"I10 I517", "I10 beside I517: I119 stands in place of both"},
        {"I10 N1831 I509", "I10 beside I509: I130 stands in place of I10, and I509 stays"},
        {"I10 N186 I517", "I10 beside I517: I1311 stands in place of both"},
        {"E119 N1831", "E119 beside N1831: E1122 stands in place of E119, and N1831 stays"},
        {"E119 L97412", "E119 beside L97412: E11621 stands in place of E119, and L97412 stays"},
        {"E119 G629", "E119 beside G629: E1142 stands in place of both"},
        {"E119 E162", "E119 beside E162: E11649 stands in place of both"},
        {"E119 M86171", "E119 beside M86171: E1169 stands in place of E119, and M86171 stays"},
        {"E119 I96 I739", "E119 beside I96: E1152 stands in place of both"},
        {"J449 J189", "J449 beside J189: J440 stands in place of J449, and J189 stays"},
        {"I2510 I209", "I2510 beside I209: I25119 stands in place of both"},
        {"M1711 M1712", "M1711 beside M1712: M170 stands in place of both"},
        {"J101 J189", "J101 beside J189: J1000 stands in place of both"},
        {"J101 J151", "J101 beside J151: J1008 stands in place of J101, and J151 stays"},
        {"J101 J181", "J101 beside J181: J100- stands in place of J101, and J181 stays"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char detail[200] = "";
        judge(FINDING_CODING_JOINED, pairs[i].codes, 20240812, detail, sizeof detail);
        cr_expect_str_eq(detail, pairs[i].detail);
    }
}

/* Each row on a claim: what it says is raised, and without what it speaks of it is not. */
Test(coding_facts, each_row_is_raised_on_a_claim_and_has_a_near_miss)
{
    static const uint16_t rules[CODING_DIAGNOSIS_TABLES] = {
        [CODING_DIAGNOSIS_JOINED] = FINDING_CODING_JOINED,
        [CODING_DIAGNOSIS_BESIDE] = FINDING_CODING_JOINED,           [CODING_DIAGNOSIS_CONTRADICTS] = FINDING_CODING_CONTRADICTION,
        [CODING_DIAGNOSIS_FOLLOWS] = FINDING_CODING_COMPANION_MISSING, [CODING_DIAGNOSIS_NEEDS] = FINDING_CODING_COMPANION_MISSING,
        [CODING_DIAGNOSIS_SECONDARY] = FINDING_CODING_SECONDARY_ONLY,
    };
    for (uint32_t i = 0; i < count(); i++) {
        const struct coding_diagnosis *fact = &coding_diagnoses[i];
        char first[CODESET_KEY_LENGTH + 1], second[CODESET_KEY_LENGTH + 1] = "";
        int32_t day = fact->from > 20240812 ? fact->from : 20240812;
        uint16_t rule = rules[fact->table];
        codeset_key_text(fact->span.first, first);
        bool pair = (FACTS_JOINED | FACTS_BESIDE | FACTS_CONTRADICTS) >> fact->table & 1;
        for (unsigned k = 0; k < fact->second_count; k++) {
            codeset_key_text(coding_diagnosis_seconds[fact->second_first + k].first, second);
            cr_expect_eq(raises(rule, pair ? first : second, pair ? second : first, day), pair, "%u: %s with %s", rule, first, second);
        }
        cr_expect_eq(raises(rule, first, "", day), !pair, "%u: %s alone", rule, first);
        if (fact->table == CODING_DIAGNOSIS_SECONDARY)
            cr_expect_not(raises(rule, "R509", first, day), "%u: %s behind another", rule, first);
    }
}
