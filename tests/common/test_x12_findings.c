/* Findings of X12: how many, what they carry, and which types are asked for. Each of them has its files in mutations.tsv. */
#include "schemas/findings.h"
#include "schemas/x12/x12_835.h"
#include "schemas/x12/x12_837p.h"
#include "tests/common/x12_sample.h"

Test(x12_findings, one_wrong_loop_makes_one_finding)
{
    struct text bytes = sample("837p.edi");
    struct text changed = replaced(bytes, "NM1*82*1*VARELA", "NM1*ZZ*1*VARELA", false);
    struct x12_check check;
    struct x12_check_options options = {.snip = 2};
    enum x12_event event;
    x12_check_open_memory(&check, &options, changed);
    while ((event = x12_check_next(&check)) != X12_EVENT_END) {
        if (event != X12_EVENT_SET_END)
            continue;
        cr_assert_eq(check.set.findings.count, 1);
        const struct finding *finding = &check.set.findings.items[0];
        cr_assert_eq(finding->kind->number, FINDING_X12_SEGMENT_UNEXPECTED);
        cr_assert_str_eq(finding->segment_id, "NM1");
        cr_assert_str_eq(finding->loop_id, "2300");
        cr_assert_str_eq(finding->code, "2");
        cr_assert_eq(finding->segment_position, 22);
    }
    x12_check_close(&check);
    release(bytes);
    release(changed);
}

Test(x12_findings, a_finding_at_an_element_names_place_code_and_position)
{
    struct text bytes = sample("837p.edi"), changed = replaced(bytes, "11:B:1*Y*A*", "11:C:1*Y*A*", false);
    struct x12_check check;
    struct x12_check_options options = {.snip = 2};
    x12_check_open_memory(&check, &options, changed);
    while (x12_check_next(&check) != X12_EVENT_SET_END)
        continue;
    const struct finding *finding = &check.set.findings.items[0];
    cr_assert(text_is(finding->place, "2300/CLM-05-2"));
    cr_assert_str_eq(finding->code, "7");
    cr_assert_eq(finding->element, 5);
    cr_assert_eq(finding->component, 2);
    cr_assert_eq(finding->segment_position, 19);
    cr_assert_eq(memcmp(changed.data + finding->offset, "CLM*A100", 8), 0);
    cr_assert_eq(x12_guide_element_number(check.set.guide, X12_ID('C', 'L', 'M'), 5, 2), 1332);
    x12_check_close(&check);
    release(bytes);
    release(changed);
}

Test(x12_findings, a_lower_level_leaves_out_what_is_above_it)
{
    struct text bytes = sample("837p.edi");
    struct text changed = replaced(bytes, "CLM*A100*185.5*", "CLM*A100*185.51*", false);
    cr_assert(has(&(struct outcome[]){run_text(changed, 3)}[0], FINDING_X12_CLAIM_TOTAL));
    cr_assert_eq(run_text(changed, 2).finding_count, 0);
    struct text wrong = replaced(bytes, "11:B:1*Y*A*", "11:B:1*Q*A*", false);
    cr_assert_eq(run_text(wrong, 2).accepted_sets, 0);
    cr_assert_eq(run_text(wrong, 1).finding_count, 0);
    release(bytes);
    release(changed);
    release(wrong);
}

Test(x12_findings, elements_that_are_known_to_be_clean_are_not_checked_again)
{
    struct text bytes = sample("837p.edi"), wrong = replaced(bytes, "11:B:1*Y*A*", "11:B:1*Q*A*", false);
    for (int known = 0; known < 2; known++) {
        struct x12_check check;
        struct x12_check_options options = {.snip = 2, .today = 20261123};
        enum x12_event event;
        x12_check_open_memory(&check, &options, wrong);
        while ((event = x12_check_next(&check)) != X12_EVENT_SET_END) {
            cr_assert_neq(event, X12_EVENT_END);
            if (event == X12_EVENT_SET)
                check.set.elements_known = known;
        }
        cr_expect_eq(check.set.accepted, known);
        x12_check_close(&check);
    }
    release(bytes);
    release(wrong);
}

Test(x12_findings, guides_are_found_under_their_errata_names)
{
    static const struct {
        const char *version, *set, *name;
    } cases[] = {
        {"005010X222A1", "837", "005010X222A1"},
        {"005010X222A2", "837", "005010X222A1"},
        {"005010X222", "837", "005010X222A1"},
        {"X222", "", "005010X222A1"},
        {"005010X221", "835", "005010X221A1"},
        {"005010X231", "999", "005010X231A1"},
        {"005010X214", "277", "005010X214"},
        {"005010X223A2", "837", "005010X223A2"},
        {"005010X225", "837", NULL},
        {"005010X222A1", "835", NULL},
        {"005010", "837", NULL},
        {"", "837", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct x12_guide *guide = x12_guide_find(text_from(cases[i].version), text_from(cases[i].set));
        if (cases[i].name == NULL)
            cr_assert_null(guide, "%s", cases[i].version);
        else
            cr_assert(guide != NULL && strcmp(guide->name, cases[i].name) == 0, "%s", cases[i].version);
    }
}

Test(x12_findings, places_are_numbered_as_their_enumerators)
{
    const struct x12_place *place = x12_guide_place(&x12_guide_837p, TEXT("2300/REF*F8"));
    cr_assert_not_null(place);
    cr_assert_eq(place->number, X12_837P_2300_REF_F8);
    cr_assert_eq(place->loop, X12_837P_LOOP_2300);
    for (uint16_t g = 0; g < x12_guide_count; g++) {
        const struct x12_guide *guide = x12_guides[g];
        for (uint16_t i = 0; i < guide->place_count; i++) {
            cr_assert_eq(guide->places[i].number, i);
            cr_assert_eq(x12_guide_place(guide, text_from(guide->places[i].name)), &guide->places[i]);
        }
    }
    cr_assert_null(x12_guide_place(&x12_guide_835, TEXT("2300/CLM")));
}

/* Each number against all before it, also in a claim with as many lines as the guide allows. */
Test(x12_findings, a_line_control_number_is_compared_with_all_before_it)
{
    enum { LINES = 996 };
    static char lines[LINES * 60];
    size_t length = 0;
    for (unsigned i = 0; i < LINES; i++)
        length += (size_t)snprintf(lines + length, sizeof lines - length, "LX*%u~\nSV2*0300**0*UN*1~\nREF*6R*N%u~\n", i + 4,
                                   i == LINES - 1 ? 417 : i);
    struct text bytes = sample("837i.edi"), longer = replaced(bytes, "HL*3*1*22*1~\n", strcat(lines, "HL*3*1*22*1~\n"), false);
    struct text whole = recounted(longer);
    struct x12_check check;
    enum x12_event event;
    unsigned found = 0;
    x12_check_open_memory(&check, &(struct x12_check_options){.snip = 4}, whole);
    while ((event = x12_check_next(&check)) != X12_EVENT_END)
        for (uint32_t i = 0; event == X12_EVENT_CLAIM_END && i < check.claim.findings.count; i++) {
            const struct finding *finding = &check.claim.findings.items[i];
            if (finding->kind->number != FINDING_X12_LINE_CONTROL_DOUBLED)
                continue;
            cr_expect(text_is(finding->detail, "N417"), "%.*s", TEXT_ARGS(finding->detail));
            found++;
        }
    cr_expect_eq(found, 1u);
    x12_check_close(&check);
    release(bytes);
    release(longer);
    release(whole);
}
