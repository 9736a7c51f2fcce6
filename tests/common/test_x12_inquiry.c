/* 276, 277, 270 and 271 through their maps: the samples of tests/data/x12 return unchanged from the records. */
#include "schemas/records/acknowledgement.h"
#include "schemas/x12/x12_270.h"
#include "schemas/x12/x12_271.h"
#include "schemas/x12/x12_277.h"
#include "schemas/x12/x12_maps.h"
#include "tests/common/x12_back.h"

static enum status
give_276(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
         const struct x12_map_fault *fault)
{
    struct back *back = context;
    struct status_inquiry inquiry;
    (void)reader;
    cr_expect_eq(fault, NULL);
    cr_assert_eq(record, X12_MAP_276_INQUIRY);
    over_the_link(back, &record_status_inquiry, value, &inquiry);
    if (back->records++ == 0) {
        struct x12_inquiry_head head = {TEXT("0001"), inquiry.batch, inquiry.date, inquiry.time};
        cr_assert_eq(x12_276_begin(&back->set, &back->out, &head), STATUS_OK);
        cr_expect(text_is(inquiry.trace, "Q100") && text_is(inquiry.clm01, "A100"));
        cr_expect(text_is(inquiry.payer.id, "EP01") && text_is(inquiry.provider.id, "1234567893"));
        cr_expect_eq(inquiry.cents, 18550);
        cr_expect_eq(inquiry.date_to, 20261121);
    }
    cr_assert_eq(x12_276_add(&back->set, &inquiry), STATUS_OK, "%s %s", back->set.levels.map.fault.place,
                 back->set.levels.map.fault.what);
    return STATUS_OK;
}

Test(x12_inquiry, questions_about_claims_return_from_the_record_unchanged)
{
    struct text bytes = sample("276.edi");
    struct back back;
    open_back(&back, "HR", x12_276_version());
    read_all(bytes, &x12_map_276, give_276, &back);
    cr_assert_eq(back.records, 3);
    cr_assert_eq(x12_inquiry_end(&back.set), STATUS_OK);
    close_back(&back, bytes);
    release(bytes);
}

Test(x12_inquiry, what_the_276_writer_writes_is_clean)
{
    struct text bytes = sample("276.edi");
    struct back back;
    open_back(&back, "HR", x12_276_version());
    read_all(bytes, &x12_map_276, give_276, &back);
    x12_inquiry_end(&back.set);
    close_clean(&back);
    release(bytes);
}

Test(x12_inquiry, a_question_with_a_delimiter_in_it_leaves_nothing_behind)
{
    struct back back;
    struct status_inquiry good = {.payer = {.entity_type = TEXT("2"), .last_name = TEXT("PAYER"), .id_qualifier = TEXT("PI"), .id = TEXT("P1")},
                                  .receiver = {.entity_type = TEXT("2"), .last_name = TEXT("US"), .id_qualifier = TEXT("46"), .id = TEXT("U2")},
                                  .provider = {.entity_type = TEXT("2"), .last_name = TEXT("WE"), .id_qualifier = TEXT("XX"), .id = TEXT("1234567893")},
                                  .subscriber = {.entity_type = TEXT("1"), .last_name = TEXT("DOE"), .id_qualifier = TEXT("MI"), .id = TEXT("M1")},
                                  .birth_date = 19800101, .trace = TEXT("T1"), .date_from = 20261101},
                          bad = good;
    bad.subscriber.last_name = TEXT("DO~E");
    open_back(&back, "HR", x12_276_version());
    struct x12_inquiry_head head = {TEXT("0001"), TEXT("B1"), 20261123, TEXT("1201")};
    cr_assert_eq(x12_276_begin(&back.set, &back.out, &head), STATUS_OK);
    cr_assert_eq(x12_276_add(&back.set, &good), STATUS_OK);
    uint64_t bytes = back.out.bytes;
    cr_assert_eq(x12_276_add(&back.set, &bad), STATUS_INVALID);
    cr_assert_eq(back.out.bytes, bytes);
    cr_assert_eq(x12_276_add(&back.set, &good), STATUS_OK);
    cr_assert_eq(back.set.count, 2);
    x12_inquiry_end(&back.set);
    close_clean(&back);
}

/* ---- 277, which only tests write ---- */

static void
begin_277(struct back *back, const struct status_reply *head)
{
    if (back->in_set) {
        x12_writer_end_set(&back->out);
        x12_levels_close(&back->levels);
    }
    back->in_set = true;
    x12_levels_begin(&back->levels, &x12_map_277, &back->out);
    x12_writer_begin_set(&back->out, TEXT("277"), TEXT("0001"), TEXT("005010X212"));
    x12_writer_segment(&back->out, "BHT");
    x12_writer_element(&back->out, TEXT("0010"));
    x12_writer_element(&back->out, TEXT("08"));
    x12_writer_element(&back->out, head->batch);
    x12_writer_date(&back->out, head->date);
    x12_writer_element(&back->out, head->time);
    x12_writer_element(&back->out, TEXT("DG"));
    x12_writer_end(&back->out);
}

static void
check_reply(unsigned n, const struct status_reply *reply)
{
    if (n == 1) {
        cr_assert_eq(reply->statuses_count, 2);
        cr_expect(text_is(reply->trace, "Q100") && text_is(reply->statuses[0].category, "F1"));
        cr_expect_eq(reply->statuses[0].paid_cents, 11000);
        cr_expect_eq(reply->statuses[0].paid_date, 20261122);
        cr_expect(text_is(reply->statuses[0].check_number, "CHK7001"));
        cr_expect(text_is(reply->payer_control_number, "PAYER100") && text_is(reply->clm01, "A100"));
    } else if (n == 3) {
        cr_expect(text_is(reply->dependent.first_name, "LIV") && text_is(reply->subscriber.first_name, "OSKAR"));
        cr_expect(text_is(reply->statuses[0].category, "P3") && text_is(reply->statuses[0].status, "317"));
        cr_assert_eq(reply->lines_count, 1);
        cr_expect(text_is(reply->lines[0].statuses[0].category, "P3"));
    }
}

static enum status
give_277(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
         const struct x12_map_fault *fault)
{
    struct back *back = context;
    const void *records[3] = {[X12_MAP_277_REPLY] = reader->bases[X12_MAP_277_REPLY]};
    struct status_reply reply;
    cr_expect_eq(fault, NULL);
    records[record] = value;
    if (record == X12_MAP_277_RECEIVER) {
        begin_277(back, records[X12_MAP_277_REPLY]);
        struct x12_level source = {X12_277_LOOP_2000A, TEXT("20"), TEXT("1"), true};
        struct x12_level receiver = {X12_277_LOOP_2000B, TEXT("21"), TEXT("1"), true};
        cr_assert_eq(x12_levels_open(&back->levels, 0, &source, records), STATUS_OK);
        cr_assert_eq(x12_levels_open(&back->levels, 1, &receiver, records), STATUS_OK);
        return STATUS_OK;
    }
    if (record == X12_MAP_277_PROVIDER) {
        struct x12_level provider = {X12_277_LOOP_2000C, TEXT("19"), TEXT("1"), true};
        cr_assert_eq(x12_levels_open(&back->levels, 2, &provider, records), STATUS_OK);
        return STATUS_OK;
    }
    over_the_link(back, &record_status_reply, value, &reply);
    check_reply(++back->records, &reply);
    records[record] = &reply;
    struct x12_level subscriber = {X12_277_LOOP_2000D, TEXT("22"), TEXT("0"), true};
    struct x12_level dependent = {X12_277_LOOP_2000E, TEXT("23"), {0}, true};
    cr_assert_eq(x12_levels_open(&back->levels, 3, &subscriber, records), STATUS_OK);
    if (reply.dependent.last_name.length > 0)
        cr_assert_eq(x12_levels_open(&back->levels, 4, &dependent, records), STATUS_OK);
    cr_assert_eq(x12_map_write(&back->levels.map, &back->out, X12_277_LOOP_2200D, records), STATUS_OK);
    return STATUS_OK;
}

Test(x12_inquiry, answers_about_claims_return_from_the_record_unchanged)
{
    struct text bytes = sample("277.edi");
    struct back back;
    open_back(&back, "HN", TEXT("005010X212"));
    read_all(bytes, &x12_map_277, give_277, &back);
    cr_assert_eq(back.records, 3);
    x12_writer_end_set(&back.out);
    x12_levels_close(&back.levels);
    close_back(&back, bytes);
    release(bytes);
}

/* ---- 270 and 271 ---- */

static enum status
give_270(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
         const struct x12_map_fault *fault)
{
    struct back *back = context;
    const struct inquiry_party *source = reader->bases[X12_MAP_270_SOURCE];
    struct eligibility_inquiry inquiry;
    cr_expect_eq(fault, NULL);
    if (record == X12_MAP_270_SOURCE) {
        struct x12_inquiry_head head = {TEXT("0001"), source->batch, source->date, source->time};
        cr_assert_eq(x12_270_begin(&back->set, &back->out, &head), STATUS_OK);
        return STATUS_OK;
    }
    if (record == X12_MAP_270_RECEIVER)
        return STATUS_OK;
    over_the_link(back, &record_eligibility_inquiry, value, &inquiry);
    back->records++;
    /* A subscriber who stands above a dependent has no trace of his own. */
    if (record == X12_MAP_270_SUBSCRIBER && inquiry.traces_count == 0)
        return STATUS_OK;
    if (record == X12_MAP_270_SUBSCRIBER) {
        cr_assert_eq(inquiry.asked_count, 2);
        cr_expect(text_is(inquiry.asked[0].services, "30\x1E" "98\x1EUC"));
        cr_expect(text_is(inquiry.traces[0].number, "T0001") && inquiry.birth_date == 19700105);
    }
    struct x12_270_question question = {source, reader->bases[X12_MAP_270_RECEIVER],
                                        record == X12_MAP_270_SUBSCRIBER ? &inquiry : reader->bases[X12_MAP_270_SUBSCRIBER],
                                        record == X12_MAP_270_DEPENDENT ? &inquiry : NULL};
    cr_assert_eq(x12_270_add(&back->set, &question), STATUS_OK, "%s %s", back->set.levels.map.fault.place,
                 back->set.levels.map.fault.what);
    return STATUS_OK;
}

Test(x12_inquiry, questions_about_subscribers_return_from_the_record_unchanged_and_clean)
{
    struct text bytes = sample("270.edi");
    struct back back;
    open_back(&back, "HS", x12_270_version());
    read_all(bytes, &x12_map_270, give_270, &back);
    cr_assert_eq(back.records, 3);
    cr_assert_eq(back.set.count, 2);
    cr_assert_eq(x12_inquiry_end(&back.set), STATUS_OK);
    close_back(&back, bytes);
    open_back(&back, "HS", x12_270_version());
    read_all(bytes, &x12_map_270, give_270, &back);
    x12_inquiry_end(&back.set);
    close_clean(&back);
    release(bytes);
}

static void
check_eligibility(unsigned n, const struct eligibility_reply *reply)
{
    if (n == 1) {
        cr_expect(text_is(reply->person.id, "W100000001") && reply->birth_date == 19700105);
        cr_expect(text_is(reply->dates[0].qualifier, "346") && reply->dates[0].from == 20260101);
        cr_assert_eq(reply->benefits_count, 6);
        cr_expect(text_is(reply->benefits[0].information, "1") && text_is(reply->benefits[0].plan, "GOLD PLAN"));
        cr_expect(text_is(reply->benefits[1].services, "1\x1E" "33\x1E" "98\x1EUC"));
        cr_expect(text_is(reply->benefits[1].amount, "20"));
        cr_expect_eq(reply->benefits[1].dates[0].to, 20261231);
        cr_expect(text_is(reply->references[0].name, "HARBOR WORKERS"));
    } else if (n == 3) {
        cr_expect(text_is(reply->relationship, "19") && text_is(reply->benefits[0].information, "6"));
    } else if (n == 4) {
        cr_assert_eq(reply->refusals_count, 1);
        cr_expect(text_is(reply->refusals[0].reason, "75") && text_is(reply->refusals[0].follow_up, "C"));
        cr_expect_eq(reply->birth_date, 0);
    }
}

static enum status
give_271(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
         const struct x12_map_fault *fault)
{
    static const struct x12_level levels[] = {{X12_271_LOOP_2000A, TEXT("20"), TEXT("1"), true},
                                              {X12_271_LOOP_2000B, TEXT("21"), TEXT("1"), true},
                                              {X12_271_LOOP_2000C, TEXT("22"), TEXT("0"), false},
                                              {X12_271_LOOP_2000D, TEXT("23"), TEXT("0"), false}};
    struct back *back = context;
    const void *records[4] = {NULL};
    struct eligibility_reply reply;
    cr_expect_eq(fault, NULL, "%s %s", fault == NULL ? "" : fault->place, fault == NULL ? "" : fault->what);
    if (record == X12_MAP_271_SOURCE) {
        const struct inquiry_party *source = value;
        x12_levels_begin(&back->levels, &x12_map_271, &back->out);
        x12_writer_begin_set(&back->out, TEXT("271"), TEXT("0001"), TEXT("005010X279A1"));
        x12_writer_segment(&back->out, "BHT");
        x12_writer_element(&back->out, TEXT("0022"));
        x12_writer_element(&back->out, TEXT("11"));
        x12_writer_element(&back->out, source->batch);
        x12_writer_date(&back->out, source->date);
        x12_writer_element(&back->out, source->time);
        x12_writer_end(&back->out);
    }
    records[record] = value;
    if (record >= X12_MAP_271_SUBSCRIBER) {
        over_the_link(back, &record_eligibility_reply, value, &reply);
        records[record] = &reply;
        check_eligibility(++back->records, &reply);
    }
    cr_assert_eq(x12_levels_open(&back->levels, record, &levels[record], records), STATUS_OK);
    (void)reader;
    return STATUS_OK;
}

Test(x12_inquiry, answers_about_subscribers_return_from_the_record_unchanged)
{
    struct text bytes = sample("271.edi");
    struct back back;
    open_back(&back, "HB", TEXT("005010X279A1"));
    read_all(bytes, &x12_map_271, give_271, &back);
    cr_assert_eq(back.records, 4);
    x12_writer_end_set(&back.out);
    x12_levels_close(&back.levels);
    close_back(&back, bytes);
    release(bytes);
}

/* ---- samples from outside ---- */

struct count {
    const char *file;
    unsigned records, faults;
};

static enum status
count_records(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
              const struct x12_map_fault *fault)
{
    struct count *count = context;
    (void)reader;
    (void)record;
    (void)value;
    count->records++;
    count->faults += fault != NULL;
    if (fault != NULL)
        cr_log_info("%s: %s: %s", count->file, fault->place, fault->what);
    return STATUS_OK;
}

Test(x12_inquiry, the_files_of_the_samples_are_read_without_a_fault, .timeout = 60)
{
    static const struct {
        const char *set;
        const struct x12_map *map;
    } sets[] = {{"276", &x12_map_276}, {"277", &x12_map_277}, {"270", &x12_map_270}, {"271", &x12_map_271}};
    const char *folder = getenv("CLAIMLINE_SAMPLES");
    if (folder == NULL)
        cr_skip_test("CLAIMLINE_SAMPLES is not set");
    char path[1024], line[1024];
    snprintf(path, sizeof path, "%s/x12/INDEX.tsv", folder);
    FILE *index = fopen(path, "r");
    cr_assert(index != NULL, "cannot open %s", path);
    struct count all = {0};
    unsigned files = 0;
    while (fgets(line, sizeof line, index) != NULL) {
        char *rest = line, *file = strsep(&rest, "\t"), *set = strsep(&rest, "\t"), *version = strsep(&rest, "\t");
        if (rest == NULL || strstr(rest, "agree") == NULL ||
            (strcmp(version, "005010X212") != 0 && strncmp(version, "005010X279", 10) != 0))
            continue;
        for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
            if (strcmp(set, sets[i].set) != 0)
                continue;
            snprintf(path, sizeof path, "%s/x12/%s", folder, file);
            struct text bytes = read_file(path);
            struct count one = {.file = file};
            read_all(bytes, sets[i].map, count_records, &one);
            release(bytes);
            cr_expect_gt(one.records, 0, "%s", file);
            all.records += one.records;
            all.faults += one.faults;
            files++;
        }
    }
    fclose(index);
    cr_log_info("%u files, %u records", files, all.records);
    cr_assert_gt(files, 20);
    /* One 271 has the name of the plan a place late, in EB06 (tests/data/x12-sample-exceptions.tsv). */
    cr_assert_eq(all.faults, 1);
}
