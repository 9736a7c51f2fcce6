/* Lines that come and go, what they take from others, and what they are charged. */
#include "services/coding/edit.h"
#include "tests/services/coding_sample.h"

#include <criterion/criterion.h>

struct bill { /* an edited sample */
    struct coding_sample sample;
    struct institutional_claim own;
    struct institutional_line lines[8];
    struct dated_code procedures[2];
    struct diagnosis reasons[1], causes[2];
    struct carried_segment carried[2];
    struct coding_changes changes;
    struct arena arena;
};

static void
begin(struct bill *b)
{
    memset(b, 0, sizeof *b);
    arena_init(&b->arena, 0);
    sample_make(&b->sample);
}

/* The same visit of an outpatient. */
static void
begin_hospital(struct bill *b)
{
    begin(b);
    b->sample.body.form = CLAIM_FORM_INSTITUTIONAL;
    b->sample.body.place_of_service = TEXT("13");
    b->sample.body.institutional = &b->own;
    b->sample.body.institutional_count = 1;
    for (unsigned i = 0; i < 2; i++) {
        b->lines[i].revenue_code = i == 0 ? TEXT("0510") : TEXT("0300");
        b->sample.lines[i].institutional = &b->lines[i];
        b->sample.lines[i].institutional_count = 1;
    }
    b->procedures[0] = (struct dated_code){.qualifier = TEXT("BBR"), .code = TEXT("0DTJ4ZZ"), .date_from = 20251120};
    b->procedures[1] = (struct dated_code){.qualifier = TEXT("BBQ"), .code = TEXT("3E0T3BZ"), .date_from = 20251120};
    b->reasons[0] = (struct diagnosis){.qualifier = TEXT("APR"), .code = TEXT("R509")};
    b->causes[0] = (struct diagnosis){.qualifier = TEXT("ABN"), .code = TEXT("W1801XA")};
    b->causes[1] = (struct diagnosis){.qualifier = TEXT("ABN"), .code = TEXT("Y92009")};
    b->own = (struct institutional_claim){.procedures = b->procedures, .procedures_count = 2, .reasons = b->reasons, .reasons_count = 1,
                                          .external_causes = b->causes, .external_causes_count = 2};
}

static const char *
answer(struct bill *b, const char *sets)
{
    struct coding_edit edits[CODING_EDITS_LIMIT];
    struct text rest = text_from(sets);
    uint32_t count = 0;
    while (rest.length > 0) {
        const char *wrong = coding_edit_parse(text_cut(rest, ' ', &rest), &edits[count++]);
        cr_assert_null(wrong, "%s: %s", sets, wrong);
    }
    return coding_edits_apply(edits, count, codes_starter(), 20251120, &b->arena, &b->sample.body, &b->changes);
}

static bool
is_change(const struct coding_change *change, const char *place, const char *before, const char *after)
{
    return !change->money && text_is(change->place, place) && text_is(change->before, before) && text_is(change->after, after);
}

static bool
is_charge(const struct coding_change *change, const char *place, int64_t before, int64_t after)
{
    return change->money && text_is(change->place, place) && change->before.length + change->after.length == 0 &&
           change->cents_before == before && change->cents_after == after;
}

Test(coding_edit_lines, the_total_goes_down_by_the_charge_of_a_line_that_goes)
{
    struct bill b;
    begin(&b);
    cr_assert_null(answer(&b, "line.1="));
    const struct claim_body *body = &b.sample.body;
    cr_assert_eq(body->lines_count, 1);
    cr_assert_eq(body->lines[0].number, 1, "LX01 counts from 1");
    cr_assert_eq(body->total_cents, 4150);
    cr_assert_eq(b.changes.count, 2);
    cr_assert(is_change(&b.changes.items[0], "line 1", "99213 x1 20251120", ""));
    cr_assert(is_charge(&b.changes.items[1], "claim total", 16650, 4150));
    arena_free(&b.arena);
    /* What did not add up before does not afterwards: step 7 still says so. */
    begin(&b);
    b.sample.body.total_cents = 16600;
    cr_assert_null(answer(&b, "line.2="));
    cr_assert_eq(b.sample.body.total_cents, 12450);
    arena_free(&b.arena);
    /* A line without a charge changes no total. */
    begin(&b);
    b.sample.lines[1].charge_cents = 0;
    b.sample.body.total_cents = 12500;
    cr_assert_null(answer(&b, "line.2="));
    cr_assert_eq(b.changes.count, 1);
    arena_free(&b.arena);
}

Test(coding_edit_lines, a_new_line_is_of_the_day_the_place_and_the_provider_of_the_others_and_has_no_charge)
{
    struct bill b;
    begin(&b);
    b.sample.lines[0].place_of_service = TEXT("22");
    b.sample.lines[0].rendering.id = TEXT("1234567893");
    cr_assert_null(answer(&b, "line.3=96372 line.3.units=2 line.3.modifier=59 line.4=J1885"));
    const struct service_line *line = &b.sample.body.lines[2];
    cr_assert_eq(b.sample.body.lines_count, 4);
    cr_assert_eq(line->number, 3);
    cr_assert(text_is(line->qualifier, "HC") && text_is(line->unit, "UN") && line->quantity_milli == 2000);
    cr_assert(line->date_from == 20251120 && text_is(line->place_of_service, "22") && text_is(line->rendering.id, "1234567893"));
    cr_assert_eq(line->charge_cents, 0);
    cr_assert_eq(b.sample.body.total_cents, 16650);
    cr_assert_eq(b.changes.unpriced, 2);
    cr_assert(is_change(&b.changes.items[0], "line 3", "", "96372"));
    /* One that nobody priced yet may go again. */
    cr_assert_null(answer(&b, "line.3="));
    cr_assert_eq(b.changes.unpriced, 1);
    cr_assert(text_is(b.sample.body.lines[2].procedure, "J1885") && b.sample.body.lines[2].number == 3);
    cr_assert_null(answer(&b, "line.1="));
    cr_assert_eq(b.changes.unpriced, 1, "another line than those is none of them");
    arena_free(&b.arena);
}

Test(coding_edit_lines, where_lines_are_of_several_days_a_new_one_needs_its_day)
{
    struct bill b;
    begin(&b);
    b.sample.lines[1].date_from = 20251121;
    b.sample.lines[1].place_of_service = TEXT("23");
    cr_assert_not_null(answer(&b, "line.3=96372"));
    arena_free(&b.arena);
    begin(&b);
    b.sample.lines[1].date_from = 20251121;
    b.sample.lines[1].place_of_service = TEXT("23");
    cr_assert_null(answer(&b, "line.3=96372 line.3.date=2025-11-21"));
    cr_assert_eq(b.sample.body.lines[2].date_from, 20251121);
    cr_assert(text_is(b.sample.body.lines[2].place_of_service, "23"), "that of the line of its day");
    arena_free(&b.arena);
}

Test(coding_edit_lines, lines_of_a_hospital_have_revenue_codes)
{
    struct bill b;
    begin_hospital(&b);
    cr_assert_not_null(answer(&b, "line.3=96372"));
    arena_free(&b.arena);
    begin_hospital(&b);
    cr_assert_null(answer(&b, "line.3=96372 line.3.revenue=0940 line.2= line.1.revenue=0450"));
    cr_assert_eq(b.sample.body.lines_count, 2);
    cr_assert(text_is(b.sample.body.lines[1].institutional->revenue_code, "0940"));
    cr_assert(text_is(b.sample.body.lines[0].institutional->revenue_code, "0450"));
    cr_assert(text_is(b.lines[0].revenue_code, "0510"), "the old line is untouched");
    cr_assert(is_change(&b.changes.items[1], "line 3 revenue", "", "0940") ||
              is_change(&b.changes.items[2], "line 3 revenue", "", "0940"));
    arena_free(&b.arena);
}

Test(coding_edit_lines, what_only_a_hospital_has_comes_and_goes_too)
{
    struct bill b;
    begin_hospital(&b);
    cr_assert_null(answer(&b, "procedure.1= cause.1= cause.3=X58.XXXA reason.1= reason.2=R05.9 diagnosis.1.poa=Y"));
    const struct institutional_claim *own = b.sample.body.institutional;
    cr_assert_eq(own->procedures_count, 1);
    cr_assert(text_is(own->procedures[0].code, "3E0T3BZ") && text_is(own->procedures[0].qualifier, "BBR"), "the next is the principal one");
    cr_assert_eq(own->external_causes_count, 2);
    cr_assert(text_is(own->external_causes[0].code, "Y92009") && text_is(own->external_causes[1].code, "X58XXXA"));
    cr_assert(own->reasons_count == 1 && text_is(own->reasons[0].code, "R059") && text_is(own->reasons[0].qualifier, "APR"));
    cr_assert(text_is(b.sample.body.diagnoses[0].present_on_admission, "Y"));
    cr_assert(text_is(b.procedures[0].code, "0DTJ4ZZ") && text_is(b.causes[0].code, "W1801XA"), "the old lists are untouched");
    arena_free(&b.arena);
    static const char *const impossible[] = {"cause.4=X58XXXA", "reason.1=R0", "procedure.3=0DTJ4ZZ", "procedure.1=0DTJ", "diagnosis.1.poa=X",
                                             "diagnosis.2.poa=Y", "claim.place=11", "line.1.revenue=45", "admitting.1=R509"};
    for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++) {
        begin_hospital(&b);
        cr_expect_not_null(answer(&b, impossible[i]), "%s", impossible[i]);
        arena_free(&b.arena);
    }
}

/* What a change says: place, what stood there, what stands there. */
static bool
changed(const struct bill *b, uint32_t i, const char *place, const char *before, const char *after)
{
    return i < b->changes.count && is_change(&b->changes.items[i], place, before, after);
}

Test(coding_edit_lines, what_a_bill_says_of_the_stay_is_changed_in_an_answer)
{
    struct bill b;
    begin_hospital(&b);
    b.sample.body.frequency = TEXT("1");
    b.own.statement_to = 20251122;
    b.own.admission_date = 20251119;
    b.own.admission_time = TEXT("0930");
    b.own.admission_type = TEXT("3");
    cr_assert_null(answer(&b, "claim.bill=0114 claim.admission.date=2025-11-20 claim.admission.time=2359 claim.admission.type=1 "
                              "claim.admission.origin=f claim.discharge.time=1100 claim.discharge.status=30"));
    const struct institutional_claim *own = b.sample.body.institutional;
    cr_assert(text_is(b.sample.body.place_of_service, "11") && text_is(b.sample.body.frequency, "4"));
    cr_assert(own->admission_date == 20251120 && text_is(own->admission_time, "2359") && text_is(own->admission_type, "1"));
    cr_assert(text_is(own->admission_source, "F") && text_is(own->discharge_time, "1100") && text_is(own->patient_status, "30"));
    cr_assert_eq(b.changes.count, 7);
    cr_assert(changed(&b, 0, "type of bill", "131", "114") && changed(&b, 1, "admission date", "20251119", "20251120"));
    cr_assert(changed(&b, 2, "admission time", "0930", "2359") && changed(&b, 6, "discharge status", "", "30"));
    cr_assert(b.own.admission_date == 20251119 && text_is(b.own.admission_type, "3"), "the old claim is untouched");
    cr_assert_null(answer(&b, "claim.admission.date= claim.discharge.status="));
    own = b.sample.body.institutional;
    cr_assert(own->admission_date == 0 && own->admission_time.length == 0 && own->patient_status.length == 0);
    arena_free(&b.arena);
}

Test(coding_edit_lines, what_a_bill_cannot_say_is_refused)
{
    static const char *const impossible[] = {
        "claim.bill=", "claim.bill=13", "claim.bill=1131", "claim.bill=137", "claim.bill=138", "claim.admission.date=2025-02-30",
        "claim.admission.date=2025-11-23", "claim.admission.time=2400", "claim.admission.time=0960", "claim.admission.time=930",
        "claim.admission.type=A", "claim.admission.origin=12", "claim.discharge.time=9", "claim.discharge.status=3"};
    struct bill b;
    for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++) {
        begin_hospital(&b);
        b.sample.body.frequency = TEXT("1");
        b.own.statement_to = 20251122;
        cr_expect_not_null(answer(&b, impossible[i]), "%s", impossible[i]);
        arena_free(&b.arena);
    }
    begin_hospital(&b);
    b.sample.body.frequency = TEXT("7");
    cr_assert_not_null(answer(&b, "claim.bill=131"), "it replaces another");
    cr_assert_null(answer(&b, "claim.bill=137"));
    arena_free(&b.arena);
    begin(&b);
    cr_assert_not_null(answer(&b, "claim.bill=131"), "no hospital's");
    arena_free(&b.arena);
}

Test(coding_edit_lines, the_drug_of_a_line_comes_changes_and_goes)
{
    struct carried_segment carried[] = {{.loop = TEXT("2400"), .segment = TEXT("PS1\x1dX")},
                                        {.loop = TEXT("2410"), .segment = TEXT("LIN\x1d\x1dN4\x1d" "00002143380")},
                                        {.loop = TEXT("2410"), .segment = TEXT("CTP\x1d\x1d\x1d\x1d" "2\x1dUN")},
                                        {.loop = TEXT("2410"), .segment = TEXT("REF\x1dXZ\x1d" "123")},
                                        {.loop = TEXT("2420A"), .segment = TEXT("REF\x1dG2\x1dX")}};
    struct bill b;
    begin(&b);
    b.sample.lines[0].carried = carried;
    b.sample.lines[0].carried_count = 5;
    cr_assert_null(answer(&b, "line.1.ndc=00069-0154-01 line.2.ndc=00069015401,ml,2.50"));
    const struct service_line *lines = b.sample.body.lines;
    cr_assert_eq(lines[0].carried_count, 5);
    cr_assert(text_is(lines[0].carried[1].segment, "LIN\x1d\x1dN4\x1d" "00069015401"));
    cr_assert(text_is(lines[0].carried[2].segment, "CTP\x1d\x1d\x1d\x1d" "2\x1dUN"), "unit and quantity stay");
    cr_assert(text_is(lines[0].carried[3].segment, "REF\x1dXZ\x1d" "123") && text_is(lines[0].carried[4].loop, "2420A"));
    cr_assert_eq(lines[1].carried_count, 2);
    cr_assert(text_is(lines[1].carried[1].segment, "CTP\x1d\x1d\x1d\x1d" "2.50\x1dML") && text_is(lines[1].carried[1].loop, "2410"));
    cr_assert(changed(&b, 0, "line 1 ndc", "00002143380,UN,2", "00069015401,UN,2"));
    cr_assert(changed(&b, 1, "line 2 ndc", "", "00069015401,ML,2.50"));
    cr_assert(text_is(carried[1].segment, "LIN\x1d\x1dN4\x1d" "00002143380"), "the old line is untouched");
    cr_assert_null(answer(&b, "line.1.ndc="));
    cr_assert_eq(b.sample.body.lines[0].carried_count, 2);
    cr_assert(text_is(b.sample.body.lines[0].carried[1].loop, "2420A"));
    cr_assert_not_null(answer(&b, "line.1.ndc="));
    cr_assert_not_null(answer(&b, "line.1.ndc=00069015401"), "without a unit");
    static const char *const impossible[] = {"line.2.ndc=0006901540", "line.2.ndc=0006901540A", "line.2.ndc=00069015401,XX,1",
                                             "line.2.ndc=00069015401,ML,0", "line.2.ndc=00069015401,ML,1.2345", "line.2.ndc=00069015401,ML,1.",
                                             "line.2.ndc=00069015401,ML", "line.2.ndc=00069015401,ML,1,2"};
    for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++)
        cr_expect_not_null(answer(&b, impossible[i]), "%s", impossible[i]);
    b.sample.body.form = CLAIM_FORM_DENTAL;
    cr_assert_not_null(answer(&b, "line.2.ndc=00069015401,ML,1"));
    arena_free(&b.arena);
}

Test(coding_edit_lines, a_charge_moves_the_total_and_the_total_can_be_that_of_the_lines)
{
    struct bill b;
    begin(&b);
    b.sample.body.total_cents = 16600;
    cr_assert_null(answer(&b, "line.2.charge=50.5"));
    cr_assert_eq(b.sample.body.lines[1].charge_cents, 5050);
    cr_assert_eq(b.sample.body.total_cents, 17500);
    cr_assert(is_charge(&b.changes.items[0], "line 2 charge", 4150, 5050));
    cr_assert(is_charge(&b.changes.items[1], "claim total", 16600, 17500));
    cr_assert_null(answer(&b, "claim.total=lines"));
    cr_assert_eq(b.sample.body.total_cents, 17550);
    cr_assert_eq(b.changes.count, 1);
    b.sample.body.total_cents = INT64_MAX;
    cr_assert_not_null(answer(&b, "line.1.charge=99999999.00"));
    arena_free(&b.arena);
}

Test(coding_edit_lines, where_another_payer_decided_no_charge_comes_or_goes)
{
    static const char *const refused[] = {"line.1=", "line.3=96372", "line.1.charge=5.00", "claim.total=lines"};
    for (unsigned k = 0; k < 2; k++)
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
            struct bill b;
            begin(&b);
            b.carried[0] = (struct carried_segment){.loop = TEXT("2320"), .segment = TEXT("AMT\x1d" "D\x1d" "40")};
            b.carried[1] = (struct carried_segment){.loop = TEXT("2430"), .segment = TEXT("SVD\x1d" "ACME1\x1d" "40")};
            if (k == 0) {
                b.sample.body.carried = b.carried;
                b.sample.body.carried_count = 1;
            } else {
                b.sample.lines[1].carried = &b.carried[1];
                b.sample.lines[1].carried_count = 1;
            }
            cr_expect_not_null(answer(&b, refused[i]), "%s", refused[i]);
            arena_free(&b.arena);
            begin(&b);
            b.carried[0] = (struct carried_segment){.loop = TEXT("2300"), .segment = TEXT("AMT\x1d" "F5\x1d" "40")};
            b.sample.body.carried = b.carried;
            b.sample.body.carried_count = 1;
            cr_expect_null(answer(&b, refused[i]), "what the patient paid is nothing of that: %s", refused[i]);
            arena_free(&b.arena);
        }
}

Test(coding_edit_lines, codes_of_a_bill_come_and_go)
{
    struct condition_code conditions[] = {{.code = TEXT("17")}, {.code = TEXT("44")}};
    struct dated_code occurrences[] = {{.qualifier = TEXT("BH"), .code = TEXT("11"), .date_from = 20251120}};
    struct value_code values[] = {{.code = TEXT("01"), .value = TEXT("800")}, {.code = TEXT("80"), .value = TEXT("2")}};
    struct bill b;
    begin_hospital(&b);
    b.own.conditions = conditions;
    b.own.conditions_count = 2;
    b.own.occurrences = occurrences;
    b.own.occurrences_count = 1;
    b.own.values = values;
    b.own.values_count = 2;
    cr_assert_null(answer(&b, "condition.1= condition.3=g0 condition.4=20 occurrence.1=05,2025-11-19 occurrence.2=11,20251118 "
                              "span.1=74,2025-11-21,2025-11-22 value.1= value.2=80,3.5"));
    const struct institutional_claim *own = b.sample.body.institutional;
    cr_assert_eq(own->conditions_count, 3);
    cr_assert(text_is(own->conditions[0].code, "44") && text_is(own->conditions[1].code, "G0") && text_is(own->conditions[2].code, "20"));
    cr_assert_eq(own->occurrences_count, 2);
    cr_assert(text_is(own->occurrences[0].code, "05") && own->occurrences[0].date_from == 20251119 && own->occurrences[0].date_to == 0 &&
              text_is(own->occurrences[0].qualifier, "BH"));
    cr_assert(text_is(own->occurrences[1].code, "11") && own->occurrences[1].date_from == 20251118);
    cr_assert(own->occurrence_spans_count == 1 && text_is(own->occurrence_spans[0].qualifier, "BI") &&
              own->occurrence_spans[0].date_from == 20251121 && own->occurrence_spans[0].date_to == 20251122);
    cr_assert(own->values_count == 1 && text_is(own->values[0].code, "80") && text_is(own->values[0].value, "3.5"));
    cr_assert_eq(b.changes.count, 8);
    cr_assert(changed(&b, 0, "condition 1", "17", "") && changed(&b, 1, "condition 3", "", "G0"));
    cr_assert(changed(&b, 3, "occurrence 1", "11,2025-11-20", "05,2025-11-19"));
    cr_assert(changed(&b, 5, "span 1", "", "74,2025-11-21,2025-11-22"));
    cr_assert(changed(&b, 6, "value 1", "01", ""), "no amount is kept as a change of codes");
    cr_assert(changed(&b, 7, "value 2", "80,2", "80,3.5"));
    cr_assert(text_is(coding_edit_value(&values[0], false, &b.arena), "01") && text_is(coding_edit_value(&values[0], true, &b.arena), "01,800"),
              "a coder sees no amount");
    cr_assert(b.own.conditions_count == 2 && text_is(conditions[0].code, "17") && values[1].value.length == 1, "the old claim is untouched");
    arena_free(&b.arena);
}

Test(coding_edit_lines, codes_that_a_bill_cannot_have_are_refused)
{
    static const char *const impossible[] = {"condition.2=17", "condition.1=", "condition.1=G",  "condition.1=17,1", "occurrence.1=11",
                                             "occurrence.1=11,2025-02-30", "occurrence.1=11,2025-11-20,2025-11-21", "span.1=74,2025-11-20",
                                             "span.2=74,2025-11-20,2025-11-21", "value.1=80", "value.1=80,", "value.1=80,3.", "value.1=8,3",
                                             "value.1=01,800", "value.25=80,3"};
    struct bill b;
    for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++) {
        begin_hospital(&b);
        cr_expect_not_null(answer(&b, impossible[i]), "%s", impossible[i]);
        arena_free(&b.arena);
    }
    begin(&b);
    cr_assert_not_null(answer(&b, "condition.1=17"), "no hospital's");
    arena_free(&b.arena);
}
