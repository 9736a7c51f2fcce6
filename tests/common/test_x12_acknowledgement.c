#include "schemas/x12/x12_maps.h"
#include "tests/common/x12_answer.h"
#include "tests/common/x12_map_sample.h"

/* Reads bytes, wants no finding at all, and hands records to `give`. Returns the number of sets. */
static unsigned
read_clean(struct text bytes, const struct x12_map *map, x12_map_give give, void *context)
{
    struct x12_check check;
    struct x12_map_reader reader;
    x12_check_open_memory(&check, &(struct x12_check_options){0}, bytes);
    x12_map_reader_open(&reader, map, give, context);
    enum x12_event event;
    unsigned sets = 0;
    do {
        event = x12_check_next(&check);
        const struct findings *findings = event == X12_EVENT_SET_END           ? &check.set.findings
                                          : event == X12_EVENT_GROUP_END       ? &check.group.findings
                                          : event == X12_EVENT_INTERCHANGE_END ? &check.interchange.findings
                                                                               : NULL;
        for (uint32_t i = 0; findings != NULL && i < findings->count; i++)
            cr_expect_fail("%s at %.*s: %.*s", findings->items[i].kind->name,
                           TEXT_ARGS(findings->items[i].place), TEXT_ARGS(findings->items[i].detail));
        sets += event == X12_EVENT_SET_END;
        cr_assert_eq(x12_map_event(&reader, &check, event), STATUS_OK);
        cr_assert_neq(event, X12_EVENT_FAILED, "%s", check.fault);
    } while (event != X12_EVENT_END);
    x12_map_reader_close(&reader);
    x12_check_close(&check);
    return sets;
}

static enum status
count_answers(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
              const struct x12_map_fault *fault)
{
    unsigned *counts = context;
    (void)reader, (void)value;
    cr_expect_eq(fault, NULL);
    counts[record]++;
    return STATUS_OK;
}

Test(x12_acknowledgement, a_clean_interchange_is_accepted_by_ta1_and_999)
{
    struct text bytes = map_sample("all_places.837p");
    struct x12_writer ta1, out;
    answer(bytes, false, &ta1, &out);
    cr_expect(holds(x12_writer_bytes(&ta1), "~TA1*000000101*261123*1201*A*000~IEA*0*000000007~"), "%.*s",
              TEXT_ARGS(x12_writer_bytes(&ta1)));
    cr_expect(holds(x12_writer_bytes(&out),
                    "~AK1*HC*101*005010X222A1~AK2*837*0001*005010X222A1~IK5*A~AK9*A*1*1*1~SE*6*"),
              "%.*s", TEXT_ARGS(x12_writer_bytes(&out)));
    unsigned counts[2] = {0};
    cr_expect_eq(read_clean(x12_writer_bytes(&out), &x12_map_999, count_answers, counts), 1);
    cr_expect_eq(counts[X12_MAP_999_GROUP], 1);
    cr_expect_eq(counts[X12_MAP_999_ANSWER], 1);
    x12_writer_close(&ta1);
    x12_writer_close(&out);
    release(bytes);
}

Test(x12_acknowledgement, a_set_with_errors_is_rejected_with_the_place_of_each)
{
    static const struct {
        const char *from, *to, *wants;
    } cases[] = {
        {"CLM*PCN-4*75.1***11:B:1*Y*A", "CLM*PCN-4*75.1***11:B:1*Q*A", "*2300*8~CTX*CLM01:PCN-4~IK4*6*1073*7~IK5*R*5~"},
        {"DMG*D8*19900909*F", "DMG*D8*19900939*F", "~IK3*DMG*144*2010BA*8~IK4*2*1251*8~IK5*R*5~"},
        {"HI*ABK:M545", "ZZZ*1~\nHI*ABK:M545", "~IK3*ZZZ*"},
        {"SE*151*0001", "SE*150*0001", "~IK5*R*4~"},
    };
    struct text bytes = map_sample("all_places.837p");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text bad = replaced(bytes, cases[i].from, cases[i].to, false);
        struct x12_writer ta1, out;
        answer(bad, false, &ta1, &out);
        cr_expect(holds(x12_writer_bytes(&out), cases[i].wants), "%s: %.*s", cases[i].to,
                  TEXT_ARGS(x12_writer_bytes(&out)));
        cr_expect(holds(x12_writer_bytes(&out), "~AK9*R*1*1*0~"));
        cr_expect(holds(x12_writer_bytes(&ta1), "*A*000~"));
        unsigned counts[2] = {0};
        cr_expect_eq(read_clean(x12_writer_bytes(&out), &x12_map_999, count_answers, counts), 1);
        x12_writer_close(&ta1);
        x12_writer_close(&out);
        release(bad);
    }
    release(bytes);
}

Test(x12_acknowledgement, a_broken_envelope_is_rejected_by_ta1_with_its_reason)
{
    struct text bytes = map_sample("all_places.837p");
    struct text bad = replaced(bytes, "IEA*1*000000101", "IEA*1*000000102", false);
    struct x12_writer ta1, out;
    answer(bad, false, &ta1, &out);
    cr_expect(holds(x12_writer_bytes(&ta1), "~TA1*000000101*261123*1201*R*001~"), "%.*s",
              TEXT_ARGS(x12_writer_bytes(&ta1)));
    x12_writer_close(&ta1);
    x12_writer_close(&out);
    release(bad);
    release(bytes);
}

static enum status
see_999(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
        const struct x12_map_fault *fault)
{
    unsigned *counts = context;
    cr_expect_eq(fault, NULL);
    counts[record]++;
    if (record == X12_MAP_999_GROUP) {
        const struct group_answer *group = value;
        cr_expect(text_is(group->functional, "HC") && text_is(group->code, "P"));
        cr_expect_eq(group->control, 101);
        cr_expect(group->included == 2 && group->received == 2 && group->accepted == 1);
        return STATUS_OK;
    }
    const struct set_answer *set = value;
    cr_expect_eq(((const struct group_answer *)reader->bases[X12_MAP_999_GROUP])->control, 101);
    if (counts[record] == 1) {
        cr_expect(text_is(set->control, "0001") && text_is(set->code, "A"));
        cr_expect_eq(set->segments_count, 0);
        return STATUS_OK;
    }
    cr_expect(text_is(set->control, "0002") && text_is(set->code, "R"));
    cr_expect(text_is(set->error_1, "5") && text_is(set->error_2, "I5"));
    cr_assert_eq(set->segments_count, 2);
    cr_expect(text_is(set->segments[0].segment, "CLM") && text_is(set->segments[1].code, "3"));
    cr_expect_eq(set->segments[0].position, 32);
    cr_assert_eq(set->segments[0].contexts_count, 2);
    cr_expect(text_is(set->segments[0].contexts[0].value, "PCN-9"));
    cr_expect_eq(set->segments[0].contexts[1].component, 3);
    cr_expect(text_is(set->segments[0].contexts[1].reference, "1325"));
    cr_assert_eq(set->segments[0].elements_count, 2);
    cr_expect_eq(set->segments[0].elements[0].component, 3);
    cr_expect(text_is(set->segments[0].elements[0].value, "X"));
    cr_expect_eq(set->segments[0].elements[1].element, 2);
    return STATUS_OK;
}

Test(x12_acknowledgement, a_999_is_handed_out_set_by_set_and_then_the_group)
{
    struct text bytes = map_sample("partly.999");
    unsigned counts[2] = {0};
    read_clean(bytes, &x12_map_999, see_999, counts);
    cr_assert_eq(counts[X12_MAP_999_ANSWER], 2);
    cr_assert_eq(counts[X12_MAP_999_GROUP], 1);
    release(bytes);
}

static enum status
see_277ca(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
          const struct x12_map_fault *fault)
{
    unsigned *counts = context;
    (void)reader;
    cr_expect_eq(fault, NULL, "%s", fault == NULL ? "" : fault->place);
    counts[record]++;
    if (record == X12_MAP_277CA_SOURCE) {
        const struct status_source *source = value;
        cr_expect(text_is(source->source.id, "GHP01") && text_is(source->reference, "RCPT1"));
        cr_expect_eq(source->processed_date, 20261124);
        cr_expect(text_is(source->batch, "ACK1") && source->date == 20261124);
    } else if (record == X12_MAP_277CA_RECEIVER) {
        const struct status_level *receiver = value;
        cr_expect(text_is(receiver->reference, "BATCH77") && text_is(receiver->party.id, "NRC001"));
        cr_expect(receiver->accepted_count == 1 && receiver->rejected_count == 1);
        cr_expect(receiver->accepted_cents == 18850 && receiver->rejected_cents == 5000);
        cr_assert_eq(receiver->statuses_count, 1);
    } else if (record == X12_MAP_277CA_PROVIDER) {
        cr_expect(text_is(((const struct status_level *)value)->party.id, "1234567893"));
    } else if (counts[record] == 1) {
        const struct status_answer *claim = value;
        cr_expect(text_is(claim->clm01, "C0000101A") && text_is(claim->payer_control_number, "ICN1"));
        cr_expect(text_is(claim->clearinghouse_number, "CLR0001") && text_is(claim->patient.id, "MEM0001"));
        cr_expect(claim->date_from == 20261110 && claim->date_to == 20261112);
        cr_assert_eq(claim->statuses_count, 1);
        cr_expect(text_is(claim->statuses[0].category, "A2") && claim->statuses[0].cents == 18850);
    } else {
        const struct status_answer *claim = value;
        cr_expect(text_is(claim->clm01, "C0000102B") && text_is(claim->patient.first_name, "RICKY"));
        cr_expect_eq(claim->payer_control_number.length, 0);
        cr_assert_eq(claim->statuses_count, 2);
        cr_expect(text_is(claim->statuses[0].category_3, "A8") && text_is(claim->statuses[0].entity_2, "QC"));
        cr_expect(text_is(claim->statuses[1].status, "500") && text_is(claim->statuses[0].entity, "85"));
        cr_assert_eq(claim->lines_count, 1);
        cr_expect(text_is(claim->lines[0].statuses[0].status, "454"));
        cr_expect(text_is(claim->lines[0].control_number, "1"));
    }
    return STATUS_OK;
}

Test(x12_acknowledgement, a_277ca_is_handed_out_level_by_level_and_claim_by_claim)
{
    struct text bytes = map_sample("two_answers.277ca");
    unsigned counts[4] = {0};
    read_clean(bytes, &x12_map_277ca, see_277ca, counts);
    cr_assert(counts[0] == 1 && counts[1] == 1 && counts[2] == 1 && counts[X12_MAP_277CA_ANSWER] == 2);
    release(bytes);
}

static struct party
person(const char *last, const char *first, const char *qualifier, const char *id)
{
    return (struct party){.entity_type = first == NULL ? TEXT("2") : TEXT("1"),
                          .last_name = text_from(last),
                          .first_name = text_from(first),
                          .id_qualifier = text_from(qualifier),
                          .id = text_from(id)};
}

static struct x12_277ca_head
make_head(const struct party *source, const struct party *receiver)
{
    return (struct x12_277ca_head){.set_control = TEXT("0001"),
                                   .reference = TEXT("ACK1"),
                                   .date = 20261124,
                                   .time = TEXT("0900"),
                                   .source = source,
                                   .receiver = receiver,
                                   .receipt = TEXT("R1"),
                                   .received_date = 20261123,
                                   .batch = TEXT("BATCH77"),
                                   .accepted_count = 1,
                                   .rejected_count = 2,
                                   .accepted_cents = 18850,
                                   .rejected_cents = 5100};
}

static void
begin_277ca(struct x12_writer *out, struct x12_277ca *answer, const struct x12_277ca_head *head)
{
    x12_writer_open(out, x12_delimiters_usual);
    x12_writer_begin_interchange(out, &us);
    x12_writer_begin_group(out, &us, TEXT("HN"), x12_277ca_version());
    cr_assert_eq(x12_277ca_begin(answer, out, head), STATUS_OK);
}

static void
end_277ca(struct x12_writer *out, struct x12_277ca *answer)
{
    cr_assert_eq(x12_277ca_end(answer), STATUS_OK);
    x12_writer_end_group(out);
    x12_writer_end_interchange(out);
}

Test(x12_acknowledgement, judgements_of_claims_become_a_277ca_that_its_guide_accepts)
{
    struct party source = person("CLAIMLINE", NULL, "46", "CLAIMLINE"),
                 receiver = person("NORTH RIVER CLINIC", NULL, "46", "NRC001"),
                 clinic = person("NORTH RIVER CLINIC", NULL, "XX", "1234567893"),
                 solo = person("SOLO", "SAM", "XX", "1245319599"),
                 jane = person("DOE", "JANE", "MI", "MEM0001"), ricky = person("ROE", "RICKY", NULL, NULL);
    struct x12_277ca_head head = make_head(&source, &receiver);
    const struct x12_277ca_reason reasons[] = {{TEXT("A7"), TEXT("562"), TEXT("85")},
                                               {TEXT("A8"), TEXT("178"), {0}},
                                               {TEXT("A7"), TEXT("254"), {0}},
                                               {TEXT("A3"), TEXT("54"), {0}}};
    struct x12_277ca_claim good = {.provider = &clinic,
                                   .patient = &jane,
                                   .control = TEXT("PCN-1"),
                                   .clearinghouse_number = TEXT("CLR0001"),
                                   .our_number = TEXT("C77"),
                                   .cents = 18850,
                                   .date_from = 20261110,
                                   .date_to = 20261112,
                                   .accepted = true};
    struct x12_277ca_claim bad = {.provider = &clinic,
                                  .patient = &ricky,
                                  .control = TEXT("PCN-2"),
                                  .our_number = TEXT("C78"),
                                  .cents = 5000,
                                  .date_from = 20261120,
                                  .date_to = 20261120,
                                  .reasons = reasons,
                                  .reason_count = 4};
    struct x12_277ca_claim other = {
        .provider = &solo, .patient = &jane, .control = TEXT("PCN-3"), .cents = 100, .date_from = 20261120};
    struct x12_writer out;
    struct x12_277ca answer;
    begin_277ca(&out, &answer, &head);
    cr_assert_eq(x12_277ca_claim(&answer, &good), STATUS_OK);
    cr_assert_eq(x12_277ca_claim(&answer, &bad), STATUS_OK);
    struct x12_277ca_claim wrong = other;
    wrong.control = TEXT("PCN~3");
    cr_assert_eq(x12_277ca_claim(&answer, &wrong), STATUS_INVALID);
    cr_assert_eq(x12_277ca_claim(&answer, &other), STATUS_OK);
    end_277ca(&out, &answer);
    struct text bytes = x12_writer_bytes(&out);
    cr_expect(holds(bytes,
                    "~STC*A1:19:PR*20261124*WQ*239.5~QTY*90*1~QTY*AA*2~AMT*YU*188.5~AMT*YY*51~HL*3*2*19*1~"));
    cr_expect(holds(
        bytes, "~TRN*2*PCN-1~STC*A2:20*20261124*WQ*188.5~REF*1K*C77~REF*D9*CLR0001~DTP*472*RD8*20261110-"));
    cr_expect(
        holds(bytes,
              "~HL*5*3*PT~NM1*QC*1*ROE*RICKY~TRN*2*PCN-2~STC*A7:562:85*20261124*U*50******A8:178*A7:254~"
              "STC*A3:54*20261124*U*50~DTP*472*D8*20261120~HL*6*2*19*1~NM1*85*1*SOLO*SAM*"),
        "%.*s", TEXT_ARGS(bytes));
    cr_expect(holds(bytes, "~TRN*2*PCN-3~STC*A3:21*20261124*U*1~"));
    unsigned counts[4] = {0};
    cr_assert_eq(read_clean(bytes, &x12_map_277ca, count_answers, counts), 1);
    cr_assert(counts[X12_MAP_277CA_PROVIDER] == 2 && counts[X12_MAP_277CA_ANSWER] == 3);
    x12_writer_close(&out);
}

Test(x12_acknowledgement, a_ta1_becomes_its_record)
{
    struct text bytes = map_sample("rejected.ta1");
    struct x12_check check;
    x12_check_open_memory(&check, &(struct x12_check_options){0}, bytes);
    enum x12_event event;
    unsigned seen = 0;
    while ((event = x12_check_next(&check)) != X12_EVENT_END) {
        cr_assert_neq(event, X12_EVENT_FAILED);
        if (event != X12_EVENT_TA1)
            continue;
        struct interchange_answer record;
        cr_assert_eq(x12_ta1_read(check.segment, &record), STATUS_OK);
        cr_expect_eq(record.control, 101);
        cr_expect(text_is(record.date, "261123") && text_is(record.time, "1201"));
        cr_expect(text_is(record.code, "R") && text_is(record.note, "024"));
        seen++;
    }
    cr_assert_eq(seen, 1);
    x12_check_close(&check);
    release(bytes);
}

/* Delivered pieces end with whole segments, and the counts are those of all of them. */
struct delivered {
    size_t bytes;
    unsigned count;
};

static enum status
take_piece(void *context, const char *bytes, size_t length)
{
    struct delivered *delivered = context;
    cr_assert_eq(bytes[length - 1], '~');
    cr_assert_lt(length, 200000);
    delivered->bytes += length;
    delivered->count++;
    return STATUS_OK;
}

Test(x12_acknowledgement, a_long_set_goes_through_a_sink_in_pieces)
{
    struct x12_writer out;
    struct delivered delivered = {0};
    x12_writer_open_sink(&out, x12_delimiters_usual, take_piece, &delivered);
    x12_writer_begin_interchange(&out, &us);
    x12_writer_begin_group(&out, &us, TEXT("HC"), TEXT("005010X222A1"));
    x12_writer_begin_set(&out, TEXT("837"), TEXT("0001"), TEXT("005010X222A1"));
    for (unsigned i = 0; i < 20000; i++)
        x12_writer_whole(&out, "REF", (struct text[]){TEXT("D9"), TEXT("A NUMBER"), TEXT(""), TEXT("")}, 4);
    x12_writer_end_set(&out);
    cr_assert(holds(x12_writer_bytes(&out), "SE*20002*0001~"));
    x12_writer_end_group(&out);
    x12_writer_end_interchange(&out);
    cr_assert_eq(x12_writer_flush(&out), STATUS_OK);
    cr_assert_gt(delivered.count, 4);
    cr_assert_eq(delivered.bytes, out.bytes);
    x12_writer_close(&out);
}

Test(x12_acknowledgement, a_value_that_holds_a_delimiter_names_its_segment)
{
    static const char *const values[] = {"A*B", "A~B", "A:B", "A^B", "A\nB"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct x12_writer out;
        x12_writer_open(&out, x12_delimiters_usual);
        x12_writer_segment(&out, "N3");
        x12_writer_element(&out, text_from(values[i]));
        x12_writer_end(&out);
        cr_expect_eq(x12_writer_status(&out), STATUS_INVALID);
        cr_expect_str_eq(out.fault_segment, "N3");
        x12_writer_close(&out);
    }
}
