#include "tests/common/x12_canonical.h"

#include "common/x12/map/x12_claims.h"
#include "schemas/x12/x12_837p.h"
#include "schemas/x12/x12_maps.h"
#include "tests/common/x12_map_sample.h"

/* 837P -> record -> packed -> record -> 837P. */
struct trip {
    struct x12_writer out;
    struct x12_claims claims;
    struct arena arena;
    const char *name;
    bool open;
    unsigned sets, count, faults, trouble;
};

static void
trip_end_set(struct trip *trip)
{
    if (trip->open)
        cr_assert_eq(x12_claims_end(&trip->claims), STATUS_OK);
    trip->open = false;
}

static void
trip_claim(struct trip *trip, const struct claim_body *body, const struct x12_map_fault *fault)
{
    arena_reset(&trip->arena);
    trip->count++;
    if (fault != NULL) {
        trip->faults++;
        cr_log_info("%s: claim %u: %s %u-%u: %s", trip->name, trip->count, fault->place, fault->element,
                    fault->component, fault->what);
    }
    struct record_fault why = {0};
    struct text packed;
    struct claim_body again;
    enum status status = record_write(&record_claim_body, body, &trip->arena, &packed, &why);
    cr_expect_eq(status, STATUS_OK, "%s: packing claim %u: %s.%s %s", trip->name, trip->count, why.record,
                 why.field, why.what);
    trip->trouble += status != STATUS_OK;
    if (status != STATUS_OK)
        return;
    cr_assert_eq(record_read(&record_claim_body, packed, &trip->arena, &again, &why), STATUS_OK);
    cr_expect(record_equal(&record_claim_body, body, &again));
    status = x12_claims_add(&trip->claims, &again, (struct text){0});
    cr_expect_eq(status, STATUS_OK, "%s: writing claim %u: %s: %s", trip->name, trip->count,
                 trip->claims.map.fault.place, trip->claims.map.fault.what);
    trip->trouble += status != STATUS_OK;
}

static enum status
trip_give(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
          const struct x12_map_fault *fault)
{
    struct trip *trip = context;
    (void)reader;
    if (record == X12_CLAIMS_SET) {
        trip_end_set(trip);
        cr_assert_eq(x12_claims_begin(&trip->claims, value), STATUS_OK);
        trip->open = true;
        trip->sets++;
    } else {
        trip_claim(trip, value, fault);
    }
    return STATUS_OK;
}

static void
make_trip(struct trip *trip, const char *name, struct text bytes, uint32_t form)
{
    static const struct x12_map *const maps[] = {NULL, &x12_map_837p, &x12_map_837i, &x12_map_837d};
    *trip = (struct trip){.name = name};
    arena_init(&trip->arena, 0);
    x12_writer_open(&trip->out, x12_delimiters_usual);
    x12_claims_open_form(&trip->claims, &trip->out, form);
    struct x12_envelope envelope = {.sender = TEXT("US"),
                                    .receiver = TEXT("THEM"),
                                    .date = 20261123,
                                    .time = TEXT("1201"),
                                    .control = 1,
                                    .group_control = 1};
    x12_writer_begin_interchange(&trip->out, &envelope);
    x12_writer_begin_group(&trip->out, &envelope, TEXT("HC"), x12_claims_form_version(form));
    read_all(bytes, maps[form], trip_give, trip);
    trip_end_set(trip);
    x12_writer_end_group(&trip->out);
    x12_writer_end_interchange(&trip->out);
    cr_assert_eq(x12_writer_status(&trip->out), STATUS_OK);
}

static void
close_trip(struct trip *trip)
{
    x12_claims_close(&trip->claims);
    x12_writer_close(&trip->out);
    arena_free(&trip->arena);
}

/* Says where two texts part, line by line. */
static bool
same_lines(const char *name, struct text a, struct text b)
{
    unsigned line = 0;
    while (a.length > 0 || b.length > 0) {
        struct text one = text_cut(a, '\n', &a), other = text_cut(b, '\n', &b);
        line++;
        if (!text_equal(one, other)) {
            cr_log_info("%s: line %u\n  given   %.*s\n  written %.*s", name, line, TEXT_ARGS(one),
                         TEXT_ARGS(other));
            return false;
        }
    }
    return true;
}

static bool
returns_equal(const char *name, struct text bytes, uint32_t form, unsigned *claims)
{
    struct trip trip;
    make_trip(&trip, name, bytes, form);
    struct arena arena;
    arena_init(&arena, 0);
    struct text given = x12_canonical(bytes, &arena);
    struct text written = x12_canonical(x12_writer_bytes(&trip.out), &arena);
    bool same = same_lines(name, given, written) && trip.trouble == 0;
    *claims = trip.count;
    arena_free(&arena);
    close_trip(&trip);
    return same;
}

static void
expect_return(const char *name, uint32_t form, unsigned count)
{
    struct text bytes = map_sample(name);
    unsigned claims;
    cr_assert(returns_equal(name, bytes, form, &claims));
    cr_assert_eq(claims, count);
    release(bytes);
}

Test(x12_map, a_claim_with_every_kind_of_segment_returns_from_the_record_unchanged)
{
    expect_return("all_places.837p", CLAIM_FORM_PROFESSIONAL, 4);
}

Test(x12_map, an_institutional_claim_returns_from_the_record_unchanged)
{
    expect_return("all_places.837i", CLAIM_FORM_INSTITUTIONAL, 3);
}

Test(x12_map, a_dental_claim_returns_from_the_record_unchanged)
{
    expect_return("all_places.837d", CLAIM_FORM_DENTAL, 3);
}

/* Counts that the canonical form hides: HL numbers, parents, children, and the counts of the trailers. */
Test(x12_map, levels_are_numbered_anew_and_shared_by_claims_that_follow_each_other)
{
    struct text bytes = map_sample("all_places.837p");
    struct trip trip;
    make_trip(&trip, "all_places", bytes, CLAIM_FORM_PROFESSIONAL);
    char hl[512] = "";
    struct text rest = x12_writer_bytes(&trip.out);
    while (rest.length > 0) {
        struct text segment = text_cut(rest, '~', &rest);
        if (text_starts(segment, TEXT("HL*")) || text_starts(segment, TEXT("SE*")) ||
            text_starts(segment, TEXT("GE*")) || text_starts(segment, TEXT("IEA*")))
            snprintf(hl + strlen(hl), sizeof hl - strlen(hl), "%.*s~", TEXT_ARGS(segment));
    }
    cr_assert_str_eq(
        hl, "HL*1**20*1~HL*2*1*22*0~HL*3*1*22*1~HL*4*3*23*0~HL*5**20*1~HL*6*5*22*0~SE*151*0001~GE*1*1~"
            "IEA*1*000000001~");
    close_trip(&trip);
    release(bytes);
}

struct seen {
    unsigned count, sets;
    struct claim_body bodies[4];
    struct arena arena;
    const char *fault_place, *fault_what;
};

static enum status
keep_claims(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
            const struct x12_map_fault *fault)
{
    struct seen *seen = context;
    (void)reader;
    if (record == X12_MAP_837P_SET) {
        const struct claim_set *set = value;
        cr_expect(text_is(set->reference, "BATCH77"));
        cr_expect(text_is(set->submitter.id, "NRC001"));
        cr_expect(text_is(set->receiver.last_name, "GOOD HEALTH PAYER"));
        cr_expect_eq(set->submitter.carried_count, 1);
        seen->sets++;
        return STATUS_OK;
    }
    struct text packed;
    if (fault != NULL) {
        seen->fault_place = fault->place;
        seen->fault_what = fault->what;
    }
    cr_assert_lt(seen->count, 4);
    cr_assert_eq(record_write(&record_claim_body, value, &seen->arena, &packed, NULL), STATUS_OK);
    cr_assert_eq(record_read(&record_claim_body, packed, &seen->arena, &seen->bodies[seen->count++], NULL),
                 STATUS_OK);
    return STATUS_OK;
}

Test(x12_map, the_elements_of_a_claim_stand_in_its_fields)
{
    struct text bytes = map_sample("all_places.837p");
    struct seen seen = {0};
    arena_init(&seen.arena, 0);
    read_all(bytes, &x12_map_837p, keep_claims, &seen);
    cr_assert_eq(seen.sets, 1);
    cr_assert_eq(seen.count, 4);
    const struct claim_body *first = &seen.bodies[0];
    cr_expect_eq(first->form, CLAIM_FORM_PROFESSIONAL);
    cr_expect(text_is(first->patient_control_number, "PCN-1"));
    cr_expect_eq(first->total_cents, 18850);
    cr_expect(text_is(first->billing.id, "1234567893"));
    cr_expect(text_is(first->billing.taxonomy, "207Q00000X"));
    cr_expect(text_is(first->billing.tax_id, "123456789"));
    cr_expect(text_is(first->pay_to.address_1, "PO BOX 9"));
    cr_expect(text_is(first->subscriber.person.id, "MEM0001"));
    cr_expect_eq(first->subscriber.birth_date, 19800131);
    cr_expect(text_is(first->payer.id, "GHP01"));
    cr_expect_eq(first->patient.relationship.length, 0);
    cr_expect(text_is(first->referring.last_name, "REFER"));
    cr_expect(text_is(first->rendering.taxonomy, "207RC0000X"));
    cr_expect_eq(first->onset_date, 20261101);
    cr_expect_eq(first->patient_paid_cents, 2000);
    cr_expect(text_is(first->clia, "12D4567890"));
    cr_assert_eq(first->diagnoses_count, 3);
    cr_expect(text_is(first->diagnoses[0].code, "J101"));
    cr_expect(text_is(first->diagnoses[2].qualifier, "ABF"));
    cr_assert_eq(first->lines_count, 2);
    cr_expect(text_is(first->lines[0].description, "OFFICE VISIT"));
    cr_expect_eq(first->lines[0].pointer_3, 3);
    cr_expect(text_is(first->lines[0].rendering.id, "1356789012"));
    cr_expect_eq(first->lines[1].quantity_milli, 2500);
    cr_expect_eq(first->lines[1].date_to, 20261112);
    cr_expect(text_is(first->lines[1].clia, "99D9999999"));
    const struct claim_body *second = &seen.bodies[1];
    cr_expect(text_is(second->patient.relationship, "19"));
    cr_expect(text_is(second->patient.person.first_name, "RICKY"));
    cr_expect(text_is(second->frequency, "7"));
    cr_expect(text_is(second->original_reference, "ICN0002"));
    cr_expect_eq(second->referring.last_name.length, 0);
    cr_expect(text_is(seen.bodies[2].patient.person.first_name, "RICKY"));
    cr_expect(text_is(seen.bodies[3].billing.tax_id_qualifier, "SY"));
    cr_expect_eq(seen.bodies[3].pay_to.address_1.length, 0);
    cr_expect_eq(seen.bodies[3].carried_count, 0);
    cr_expect_eq(seen.fault_place, NULL);
    arena_free(&seen.arena);
    release(bytes);
}

Test(x12_map, what_does_not_fit_its_field_is_a_fault_of_that_claim)
{
    static const struct {
        const char *from, *to, *place;
    } cases[] = {
        {"CLM*PCN-4*75.1*", "CLM*PCN-4*7x.1*", "2300/CLM"},
        {"SV1*HC:98940*75.1*", "SV1*HC:98940*75.123*", "2400/SV1"},
        {"DTP*472*D8*20261122", "DTP*472*D8*20261322", "2400/DTP*472"},
        {"DMG*D8*19900909*F", "DMG*D8*19900999*F", "2010BA/DMG"},
        {"SV1*HC:98940*75.1*UN*1***1~", "SV1*HC:98940*75.1*UN*1***99~", "2400/SV1"},
        {"NM1*IL*1*POE*PAULA*", "NM1*IL*1*POE*PAULAPAULAPAULAPAULAPAULAPAULAPAULAPAULA*", "2010BA/NM1*IL"},
    };
    struct text bytes = map_sample("all_places.837p");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text bad = replaced(bytes, cases[i].from, cases[i].to, false);
        struct seen seen = {0};
        arena_init(&seen.arena, 0);
        read_all(bad, &x12_map_837p, keep_claims, &seen);
        cr_assert_eq(seen.count, 4);
        cr_assert_str_eq(seen.fault_place == NULL ? "none" : seen.fault_place, cases[i].place, "%s",
                         cases[i].to);
        arena_free(&seen.arena);
        release(bad);
    }
    release(bytes);
}

static enum status
write_under_our_number(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
                       const struct x12_map_fault *fault)
{
    struct x12_claims *claims = context;
    (void)reader, (void)fault;
    if (record == X12_MAP_837P_SET)
        return x12_claims_begin(claims, value);
    struct claim_body bad = *(const struct claim_body *)value;
    bad.subscriber.person.last_name = TEXT("DOE*JANE");
    cr_expect_eq(x12_claims_add(claims, &bad, TEXT("BAD")), STATUS_INVALID);
    return x12_claims_add(claims, value, TEXT("C0000101A"));
}

Test(x12_map, our_number_goes_into_clm01_and_a_claim_that_cannot_be_written_leaves_nothing)
{
    struct text bytes = map_sample("all_places.837p");
    struct x12_writer out;
    struct x12_claims claims;
    x12_writer_open(&out, x12_delimiters_usual);
    x12_claims_open(&claims, &out);
    read_all(bytes, &x12_map_837p, write_under_our_number, &claims);
    struct text written = x12_writer_bytes(&out);
    cr_expect_eq(claims.count, 4);
    cr_expect_eq(memmem(written.data, written.length, "DOE*JANE*JANE", 13), NULL);
    cr_expect_eq(memmem(written.data, written.length, "BAD", 3), NULL);
    cr_expect(memmem(written.data, written.length, "CLM*C0000101A*188.5*", 20) != NULL);
    cr_expect(memmem(written.data, written.length, "REF*D9*CLR0001~", 15) != NULL);
    cr_expect(memmem(written.data, written.length, "REF*D9*PCN-2~", 13) != NULL);
    cr_expect_eq(memmem(written.data, written.length, "CLM*PCN", 7), NULL);
    x12_claims_close(&claims);
    x12_writer_close(&out);
    release(bytes);
}

/* Counts the claims between the levels: the guide repeats loop 2300 at most 100 times under one patient. */
static enum status
write_many(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
           const struct x12_map_fault *fault)
{
    struct x12_claims *claims = context;
    enum status status = STATUS_OK;
    (void)reader, (void)fault;
    if (record == X12_MAP_837P_SET)
        return x12_claims_begin(claims, value);
    for (int i = 0; status == STATUS_OK && i < 250; i++)
        status = x12_claims_add(claims, value, TEXT("C0000101A"));
    return status;
}

Test(x12_map, a_level_is_opened_anew_after_a_hundred_claims_of_one_patient)
{
    struct text bytes = map_sample("all_places.837p");
    struct x12_writer out;
    struct x12_claims claims;
    x12_writer_open(&out, x12_delimiters_usual);
    x12_claims_open(&claims, &out);
    read_all(bytes, &x12_map_837p, write_many, &claims);
    struct text written = x12_writer_bytes(&out);
    size_t under = 0, most = 0, all = 0;
    for (size_t i = 0; i + 4 < written.length; i++) {
        if (i > 0 && written.data[i - 1] != '~')
            continue;
        if (memcmp(written.data + i, "HL*", 3) == 0)
            under = 0;
        if (memcmp(written.data + i, "CLM*", 4) == 0) {
            all++;
            under++;
            most = under > most ? under : most;
        }
    }
    cr_expect_eq(all, 1000);
    cr_expect_eq(most, 100);
    x12_claims_close(&claims);
    x12_writer_close(&out);
    release(bytes);
}

/* Files of the samples whose claims cannot come back segment by segment, and why. */
static const struct {
    const char *file, *reason;
} known[] = {
    {"837P/LinuxForHealth_x12__demo.cob.2ndary.example4.837", "components are not separated as its ISA says"},
    {"837P/LinuxForHealth_x12__demo.example11.837", "components are not separated as its ISA says"},
    {"837P/LinuxForHealth_x12__demo.example12.837", "components are not separated as its ISA says"},
    {"837P/LinuxForHealth_x12__demo.example9.837", "components are not separated as its ISA says"},
    {"837P/Healthcare-Data-Insight_api-examples__837P-all-fields.dat",
     "a second 2410 behind 2430, where none may stand"},
    {"837P/LinuxForHealth_x12__demo.cob.example4.837", "AMT*F2 in 2320, which the guide does not have"},
    {"837I/EdiFabric_X12.NET__InstitutionalClaim.txt", "DTP*434 with RD8 and one date"},
    {"837I/LinuxForHealth_x12__out-of-network-repriced-claim.837i", "components are not separated as its ISA says"},
    {"837I/LinuxForHealth_x12__ppo-repriced-claim.837i", "components are not separated as its ISA says"},
    /* _1 to _10, made by a program */
    {"837P/mimilabs_hccinfhir__sample_837_", "PER in 1000B and a second HI*ABK, where none may stand"},
};

static bool
is_known(const char *file)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(known[i].file, file, strlen(known[i].file)) == 0)
            return true;
    return false;
}

/* The samples of one guide; returns how many come back otherwise than they were given. */
static unsigned
samples_that_differ(const char *guide, uint32_t form, unsigned *files)
{
    const char *folder = getenv("CLAIMLINE_SAMPLES");
    if (folder == NULL)
        cr_skip_test("CLAIMLINE_SAMPLES is not set");
    char path[1024], line[1024];
    snprintf(path, sizeof path, "%s/x12/INDEX.tsv", folder);
    FILE *index = fopen(path, "r");
    cr_assert(index != NULL, "cannot open %s", path);
    unsigned claims = 0, bad = 0;
    *files = 0;
    while (fgets(line, sizeof line, index) != NULL) {
        char *rest = line, *file = strsep(&rest, "\t"), *set = strsep(&rest, "\t"),
             *version = strsep(&rest, "\t");
        if (rest == NULL || strcmp(set, "837") != 0 || strncmp(version, guide, 10) != 0 ||
            strstr(rest, "agree") == NULL)
            continue;
        snprintf(path, sizeof path, "%s/x12/%s", folder, file);
        struct text bytes = read_file(path);
        unsigned count = 0;
        if (!returns_equal(file, bytes, form, &count) && !is_known(file))
            bad++;
        ++*files;
        claims += count;
        release(bytes);
    }
    fclose(index);
    cr_log_info("%s: %u files, %u claims", guide, *files, claims);
    return bad;
}

Test(x12_map, the_837p_files_of_the_samples_return_unchanged, .timeout = 120)
{
    unsigned files, bad = samples_that_differ("005010X222", CLAIM_FORM_PROFESSIONAL, &files);
    cr_assert_gt(files, 20);
    cr_assert_eq(bad, 0, "%u of %u files differ", bad, files);
}

Test(x12_map, the_837i_files_of_the_samples_return_unchanged, .timeout = 120)
{
    unsigned files, bad = samples_that_differ("005010X223", CLAIM_FORM_INSTITUTIONAL, &files);
    cr_assert_gt(files, 15);
    cr_assert_eq(bad, 0, "%u of %u files differ", bad, files);
}

Test(x12_map, the_837d_files_of_the_samples_return_unchanged, .timeout = 120)
{
    unsigned files, bad = samples_that_differ("005010X224", CLAIM_FORM_DENTAL, &files);
    cr_assert_geq(files, 3);
    cr_assert_eq(bad, 0, "%u of %u files differ", bad, files);
}

/* The maps keep the guide's order of places, which the writer relies on. */
Test(x12_map, places_of_a_loop_are_numbered_in_the_order_of_the_guide)
{
    for (uint16_t g = 0; g < x12_guide_count; g++) {
        for (uint16_t i = 0; i < x12_guides[g]->loop_count; i++) {
            const struct x12_loop *loop = &x12_guides[g]->loops[i];
            uint16_t last = loop->children[0].place;
            for (uint16_t c = 1; c < loop->child_count; c++) {
                const struct x12_child *child = &loop->children[c];
                if (child->loop != X12_NO_LOOP && x12_guides[g]->loops[child->loop].claim)
                    continue; /* the claim loop of the 837 is shared and numbered behind the others */
                cr_expect_gt(child->place, last, "%s loop %s child %u", x12_guides[g]->name, loop->name, c);
                last = child->place;
            }
        }
    }
}
