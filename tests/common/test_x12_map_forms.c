/* Where institutional and dental claims stand in the record, and what does not fit there. */
#include "common/x12/map/x12_claims.h"
#include "schemas/x12/x12_maps.h"
#include "tests/common/x12_map_sample.h"

enum { CLAIMS_MAX = 4 };

struct seen {
    unsigned count;
    struct claim_body bodies[CLAIMS_MAX];
    bool faulty[CLAIMS_MAX];
    struct x12_map_fault fault;
    struct arena arena;
};

/* Through the packed record, so that what is seen is what the daemons pass on. */
static enum status
keep(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
     const struct x12_map_fault *fault)
{
    struct seen *seen = context;
    struct text packed;
    (void)reader;
    if (record != X12_CLAIMS_CLAIM)
        return STATUS_OK;
    cr_assert_lt(seen->count, CLAIMS_MAX);
    if (fault != NULL)
        seen->fault = *fault;
    seen->faulty[seen->count] = fault != NULL;
    cr_assert_eq(record_write(&record_claim_body, value, &seen->arena, &packed, NULL), STATUS_OK);
    cr_assert_eq(record_read(&record_claim_body, packed, &seen->arena, &seen->bodies[seen->count++], NULL),
                 STATUS_OK);
    return STATUS_OK;
}

/* The claims of a sample of maps, changed or not (from NULL). */
static void
read_claims(const char *name, const char *from, const char *to, const struct x12_map *map, struct seen *seen)
{
    struct text bytes = map_sample(name), given = from == NULL ? bytes : replaced(bytes, from, to, false);
    *seen = (struct seen){0};
    arena_init(&seen->arena, 0);
    read_all(given, map, keep, seen);
    if (from != NULL)
        release(given);
    release(bytes);
}

Test(x12_map_forms, an_institutional_claim_stands_in_its_fields)
{
    struct seen seen;
    read_claims("all_places.837i", NULL, NULL, &x12_map_837i, &seen);
    cr_assert_eq(seen.count, 3);
    const struct claim_body *body = &seen.bodies[0];
    cr_expect_eq(body->form, CLAIM_FORM_INSTITUTIONAL);
    cr_expect(text_is(body->place_of_service, "11") && text_is(body->facility_qualifier, "A") && text_is(body->frequency, "1"));
    cr_expect_eq(body->provider_signature.length, 0);
    cr_assert_eq(body->institutional_count, 1);
    cr_expect_eq(body->dental_count, 0);
    const struct institutional_claim *own = body->institutional;
    cr_expect_eq(own->statement_from, 20261102);
    cr_expect_eq(own->statement_to, 20261105);
    cr_expect_eq(own->admission_date, 20261102);
    cr_expect(text_is(own->admission_time, "0930") && text_is(own->discharge_time, "1415"));
    cr_expect(text_is(own->admission_type, "1") && text_is(own->admission_source, "1") && text_is(own->patient_status, "01"));
    cr_expect(text_is(own->admitting.code, "R1011") && text_is(own->drg, "418"));
    cr_assert_eq(body->diagnoses_count, 4);
    cr_expect(text_is(body->diagnoses[0].qualifier, "ABK") && text_is(body->diagnoses[0].present_on_admission, "Y"));
    cr_expect(text_is(body->diagnoses[2].code, "T8149XA") && text_is(body->diagnoses[2].present_on_admission, "N"));
    cr_expect_eq(body->diagnoses[3].present_on_admission.length, 0);
    cr_assert_eq(own->procedures_count, 2);
    cr_expect(text_is(own->procedures[0].qualifier, "BBR") && text_is(own->procedures[1].qualifier, "BBQ"));
    cr_expect_eq(own->procedures[1].date_from, 20261103);
    cr_assert_eq(own->occurrence_spans_count, 1);
    cr_expect_eq(own->occurrence_spans[0].date_to, 20261012);
    cr_assert_eq(own->values_count, 2);
    cr_expect(text_is(own->values[1].code, "01") && text_is(own->values[1].value, "1200"));
    cr_expect(text_is(own->conditions[0].code, "C5") && text_is(own->attending.taxonomy, "208600000X"));
    cr_expect(text_is(own->operating.last_name, "OKAFOR"));
    cr_expect_eq(own->patient_due_cents, 25000);
    cr_assert_eq(body->lines_count, 3);
    cr_expect(text_is(body->lines[0].institutional->revenue_code, "0120"));
    cr_expect_eq(body->lines[0].procedure.length, 0);
    cr_expect(text_is(body->lines[1].procedure, "47562") && text_is(body->lines[1].control_number, "L2"));
    cr_expect_eq(body->lines[1].charge_cents, 230025);
    cr_expect_eq(body->lines[2].institutional->noncovered_cents, 2000);
    const struct institutional_claim *long_stay = seen.bodies[1].institutional;
    cr_expect_eq(seen.bodies[1].diagnoses_count, 15);
    cr_expect_eq(long_stay->procedures_count, 14);
    cr_expect(text_is(long_stay->values[0].value, "02134"), "a postal code keeps its zero");
    cr_expect(text_is(long_stay->treatments[1].code, "B1") && text_is(seen.bodies[1].lines[0].institutional->operating.first_name, "NADIA"));
    cr_expect_eq(seen.bodies[2].institutional->external_causes_count, 1);
    cr_expect_eq(seen.bodies[2].institutional->procedures_count, 0, "nothing stays of the claim before");
    cr_expect_eq(seen.fault.place, NULL);
    arena_free(&seen.arena);
}

Test(x12_map_forms, a_dental_claim_stands_in_its_fields)
{
    struct seen seen;
    read_claims("all_places.837d", NULL, NULL, &x12_map_837d, &seen);
    cr_assert_eq(seen.count, 3);
    const struct claim_body *body = &seen.bodies[0];
    cr_expect_eq(body->form, CLAIM_FORM_DENTAL);
    cr_assert_eq(body->dental_count, 1);
    cr_expect_eq(body->dental->service_to, 20261120);
    cr_assert_eq(body->dental->teeth_count, 2);
    cr_expect(text_is(body->dental->teeth[1].tooth, "17") && text_is(body->dental->teeth[1].status, "E"));
    cr_expect(text_is(body->dental->predetermination, "PRE100") && text_is(body->dental->assistant.taxonomy, "1223S0112X"));
    cr_expect(text_is(body->supervising.first_name, "JON"));
    cr_assert_eq(body->lines_count, 2);
    const struct dental_line *line = body->lines[0].dental;
    cr_expect(text_is(line->oral_cavity_2, "20") && text_is(line->prosthesis, "I"));
    cr_assert_eq(line->teeth_count, 2);
    cr_expect(text_is(line->teeth[1].code, "4") && text_is(line->teeth[1].surface_5, "I"));
    cr_expect(text_is(line->prior_qualifier, "441"));
    cr_expect_eq(line->prior_date, 20201105);
    cr_expect_eq(line->replacement_date, 20261120);
    cr_expect(text_is(body->lines[0].qualifier, "AD") && text_is(body->lines[0].procedure, "D2392"));
    cr_expect_eq(body->lines[0].pointer_2, 2);
    cr_expect_eq(body->lines[1].quantity_milli, 1000);
    const struct dental_claim *braces = seen.bodies[2].dental;
    cr_expect_eq(braces->orthodontic_milli, 24000);
    cr_expect_eq(braces->orthodontic_left_milli, 23000);
    cr_expect_eq(braces->placement_date, 20261102);
    cr_expect_eq(braces->teeth_count, 0);
    cr_expect_eq(seen.bodies[2].lines[0].dental->treatment_start, 20261102);
    cr_expect_eq(seen.fault.place, NULL);
    arena_free(&seen.arena);
}

Test(x12_map_forms, dates_that_are_none_are_faults_of_that_claim_alone)
{
    static const struct {
        const char *from, *to, *place;
    } cases[] = {
        {"BI:71:RD8:20261010-20261012", "BI:71:RD8:20261010_20261012", "2300/HI*BI"},
        {"BH:11:D8:20261031", "BH:11:D8:20261131", "2300/HI*BH"},
        {"DTP*435*DT*202611020930", "DTP*435*DT*202611310930", "2300/DTP*435"},
        {"DTP*435*DT*202611020930", "DTP*435*D8*202611020930", "2300/DTP*435"},
        {"DTP*434*RD8*20261102-20261105", "DTP*434*RD8*20261102-20261305", "2300/DTP*434"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seen seen;
        read_claims("all_places.837i", cases[i].from, cases[i].to, &x12_map_837i, &seen);
        cr_expect(seen.faulty[0] && !seen.faulty[1] && !seen.faulty[2], "%s", cases[i].to);
        cr_expect(seen.fault.place != NULL && strcmp(seen.fault.place, cases[i].place) == 0, "%s: %s", cases[i].to,
                  seen.fault.place == NULL ? "" : seen.fault.place);
        arena_free(&seen.arena);
    }
}

Test(x12_map_forms, a_set_takes_no_claim_of_another_guide)
{
    struct seen seen;
    struct x12_writer out;
    struct x12_claims claims;
    read_claims("all_places.837i", NULL, NULL, &x12_map_837i, &seen);
    x12_writer_open(&out, x12_delimiters_usual);
    x12_claims_open_form(&claims, &out, CLAIM_FORM_DENTAL);
    struct text before = x12_writer_bytes(&out);
    cr_expect_eq(x12_claims_add(&claims, &seen.bodies[0], TEXT("C1")), STATUS_INVALID);
    cr_expect_str_eq(claims.map.fault.place, "2300");
    cr_expect_eq(x12_writer_bytes(&out).length, before.length);
    x12_claims_close(&claims);
    x12_writer_close(&out);
    arena_free(&seen.arena);
}

Test(x12_map_forms, each_837_has_its_map_and_no_other_guide_has_one)
{
    for (uint16_t i = 0; i < x12_guide_count; i++) {
        const struct x12_map *map = x12_claims_map(x12_guides[i]);
        bool claims = strcmp(x12_guides[i]->set, "837") == 0;
        cr_expect_eq(map != NULL, claims, "%s", x12_guides[i]->name);
        if (map != NULL)
            cr_expect_eq(map->guide, x12_guides[i]);
    }
    cr_expect(text_is(x12_claims_form_version(CLAIM_FORM_INSTITUTIONAL), "005010X223A2"));
    cr_expect(text_is(x12_claims_form_version(CLAIM_FORM_DENTAL), "005010X224A2"));
}
