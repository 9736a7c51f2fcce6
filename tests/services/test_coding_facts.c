/* The table of facts about diagnoses (schemas/coding-diagnoses.tsv) against the starter edition, which holds every code of ICD-10-CM. */
#include "services/coding/steps/facts.h"

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
        cr_expect(fact->table != CODING_DIAGNOSIS_JOINED || codes_find(codes_starter(), CODES_ICD10CM, text_from(fact->words), 20240812).verdict !=
                                                                CODES_UNKNOWN,
                  "%s is no code that joins", fact->words);
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
    const struct coding_diagnosis *fact = facts_next(FACTS_JOINED, hypertension, 20240812, &at);
    cr_assert_not_null(fact);
    cr_expect(facts_names(fact, kidney));
    cr_expect_not(facts_names(fact, codeset_key(TEXT("N19"))));
    at = 0;
    cr_expect_null(facts_next(FACTS_JOINED, hypertension, 20160930, &at), "before the guideline says it");
    at = 0;
    cr_expect_null(facts_next(FACTS_SECONDARY, hypertension, 20240812, &at));
    at = 0;
    cr_expect_null(facts_next(FACTS_JOINED, kidney, 20240812, &at));
    at = 0;
    cr_expect_null(facts_next(FACTS_JOINED, 0, 20240812, &at), "no key");
    at = 0;
    cr_expect_null(facts_next(FACTS_JOINED, codeset_key(TEXT("99213")), 20240812, &at), "no letter");
}
