/* Names for people of segments, elements and codes. */
#include "common/x12/guide/x12_words.h"

#include <criterion/criterion.h>
#include <string.h>

/* Every code that the rules allow and whose list has names has one. */
static void
expect_names(const struct x12_place *place, const struct x12_element_rule *rules, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (rules[i].component_count > 0)
            expect_names(place, rules[i].components, rules[i].component_count);
        for (uint16_t k = 0; rules[i].list > 0 && k < rules[i].codes.count; k++) {
            char code[9] = "";
            memcpy(code, &rules[i].codes.items[k], 8);
            const char *name = x12_words_code(rules[i].list, text_from(code));
            cr_expect(name != NULL && name[0] != '\0', "%s: %s has no name", place->name, code);
        }
    }
}

Test(x12_words, every_place_of_every_guide_has_names)
{
    for (uint16_t g = 0; g < x12_guide_count; g++) {
        for (uint16_t p = 0; p < x12_guides[g]->place_count; p++) {
            const struct x12_place *place = &x12_guides[g]->places[p];
            const struct x12_segment_words *words = x12_words_segment(place->segment);
            cr_assert_not_null(words, "%s", place->name);
            cr_assert_eq(words->element_count, place->element_count, "%s", place->name);
            for (unsigned i = 0; i < place->element_count; i++)
                cr_expect_eq(words->elements[i].component_count, place->elements[i].component_count,
                             "%s-%02u", place->name, i + 1);
            expect_names(place, place->elements, place->element_count);
        }
    }
}

Test(x12_words, segments_stand_in_the_order_of_their_ids)
{
    for (uint16_t i = 1; i < x12_segment_words_count; i++)
        cr_expect_lt(x12_segment_words[i - 1].id, x12_segment_words[i].id);
    cr_expect_null(x12_words_segment(X12_ID('Z', 'Z', 'Z')));
    cr_expect_null(x12_words_segment(0));
    cr_expect_str_eq(x12_words_segment(X12_ID('C', 'L', 'M'))->name, "claim");
    cr_expect_str_eq(x12_words_segment(X12_ID('C', 'L', 'M'))->elements[1].name, "amount");
}

Test(x12_words, names_addresses_and_birth_dates_are_private)
{
    cr_expect(x12_words_segment(X12_ID('N', 'M', '1'))->elements[2].private);
    cr_expect(x12_words_segment(X12_ID('N', '3', 0))->elements[0].private);
    cr_expect(x12_words_segment(X12_ID('D', 'M', 'G'))->elements[1].private);
    cr_expect_not(x12_words_segment(X12_ID('N', 'M', '1'))->elements[0].private);
    cr_expect_not(x12_words_segment(X12_ID('C', 'L', 'M'))->elements[1].private);
}

Test(x12_words, a_list_without_names_and_a_code_that_is_none_have_no_words)
{
    cr_expect_null(x12_words_code(0, TEXT("1")));
    for (uint16_t list = 1; list < x12_code_words_count; list++) {
        cr_expect_gt(x12_code_words[list].count, 0);
        cr_expect_null(x12_words_code(list, TEXT("")));
        cr_expect_null(x12_words_code(list, TEXT("a code of more than eight")));
    }
}
