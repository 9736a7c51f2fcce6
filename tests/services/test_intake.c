#include <criterion/criterion.h>

#include "common/clock/clock.h"
#include "common/control_number/control_number.h"
#include "common/file/file.h"
#include "common/link/link.h"
#include "common/service/internal.h"
#include "common/x12/check/x12_validate.h"
#include "schemas/findings.h"
#include "services/intake/intake.h"
#include "tests/services/intake_sample.h"
#include "tests/support/bench.h"
#include "tests/support/folder.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static const char settings[] = "[intake]\napi = no\n";

static struct bench *
open_bench(const char *more)
{
    char text[512];
    snprintf(text, sizeof text, "%s%s", settings, more);
    struct bench *bench = bench_open(&intake_plan, text, NULL);
    bench_set_time(bench, clock_from_date(20261102) + 12 * 3600 * CLOCK_SECOND);
    return bench;
}

static void
path_of(struct bench *bench, const char *name, char path[700])
{
    snprintf(path, 700, "%s/state/intake/spool/%s", bench_folder(bench), name);
}

/* Until nothing moves: a poll may end before its work does, when the disk is slow. */
static void
settle(struct bench *bench)
{
    for (int quiet = 0; quiet < 12; quiet++)
        if (bench_run(bench) > 0)
            quiet = 0;
}

/* By rename, as senders do. */
static void
drop(struct bench *bench, const char *name, const char *bytes, size_t length)
{
    char from[700], to[700];
    path_of(bench, ".dropped", from);
    path_of(bench, name, to);
    FILE *file = fopen(from, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, length, file), length);
    fclose(file);
    cr_assert_eq(rename(from, to), 0);
}

static bool
is_there(struct bench *bench, const char *name)
{
    char path[700];
    struct stat stat_of;
    path_of(bench, name, path);
    return stat(path, &stat_of) == 0;
}

/* The whole of an answer, terminated; the test's process ends soon. "" when it is not there. */
static char *
answer(struct bench *bench, const char *name)
{
    char path[700], *bytes;
    size_t length;
    path_of(bench, name, path);
    if (file_get_plain(path, 1 << 24, &bytes, &length) != STATUS_OK)
        return strdup("");
    bytes = realloc(bytes, length + 1);
    bytes[length] = '\0';
    return bytes;
}

static void
expect_in(struct bench *bench, const char *name, const char *part)
{
    char *bytes = answer(bench, name);
    cr_expect_not_null(strstr(bytes, part), "%s lacks %s:\n%s", name, part, bytes);
    free(bytes);
}

static void
feed(struct bench *bench, const char *name, unsigned control, const struct sample_claim *claims, size_t count)
{
    struct sample sample;
    sample_of(&sample, control, claims, count);
    drop(bench, name, sample.bytes, sample.length);
    settle(bench);
    sample_free(&sample);
}

static const struct encounter *
encounter(struct bench *bench, size_t i)
{
    const struct record_type *type;
    const void *record = bench_out(bench, STREAM_INTAKE_CODING, i, &type);
    cr_assert_eq(type, &record_encounter);
    return record;
}

static int64_t
balance(struct bench *bench, const char *name)
{
    const struct control_value *value = bench_value(bench_ask(bench, "balance", NULL), 0, name);
    return value == NULL ? -1 : value->number;
}

/* What we write must be clean by our own reader. */
static void
expect_clean(struct bench *bench, const char *name)
{
    char *bytes = answer(bench, name);
    struct x12_check_options options = {0};
    struct x12_check check;
    unsigned sets = 0;
    x12_check_open_memory(&check, &options, text_from(bytes));
    for (enum x12_event event = X12_EVENT_COUNT; event != X12_EVENT_END && event != X12_EVENT_FAILED;) {
        event = x12_check_next(&check);
        cr_expect_neq(event, X12_EVENT_FAILED, "%s: %s", name, check.fault);
        if (event == X12_EVENT_INTERCHANGE_END)
            cr_expect(check.interchange.accepted, "%s: envelope", name);
        if (event != X12_EVENT_SET_END)
            continue;
        sets++;
        for (uint32_t i = 0; i < check.set.findings.count; i++)
            cr_expect_fail("%s: %s at %.*s (%.*s)", name, check.set.findings.items[i].kind->name,
                           TEXT_ARGS(check.set.findings.items[i].place),
                           TEXT_ARGS(check.set.findings.items[i].detail));
    }
    cr_expect(sets > 0, "%s has no set", name);
    x12_check_close(&check);
    free(bytes);
}

Test(intake, a_clean_file_is_taken_answered_and_passed_on)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claims[] = {{.number = "A1"}, {.number = "A2", .cents = 12345}};
    feed(bench, "clean.x12", 7, claims, 2);
    cr_assert_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2);
    cr_expect_str_eq(bench_events(bench), "encounter_received encounter_received");
    const struct encounter *first = encounter(bench, 0), *second = encounter(bench, 1);
    cr_expect_eq(first->identity.version, 1);
    cr_expect_eq(second->identity.claim_id, first->identity.claim_id + 1);
    cr_expect_neq(first->identity.account, second->identity.account);
    cr_expect(text_is(first->sender, "NORTHCLINIC"));
    cr_expect_eq(first->local_date, 20261102);
    cr_expect_eq(first->source, ENCOUNTER_SOURCE_X12_FILE);
    cr_expect_eq(first->duplicate_key.length, DUPLICATE_KEY_BYTES);
    struct arena arena;
    struct claim_body body;
    arena_init(&arena, 0);
    cr_assert_eq(record_read(&record_claim_body, second->body, &arena, &body, NULL), STATUS_OK);
    cr_expect_eq(body.total_cents, 12345);
    cr_expect(text_is(body.patient_control_number, "A2"));
    cr_expect(text_is(body.billing.id, "1234567893"));
    arena_free(&arena);
    cr_expect(is_there(bench, "done/clean.x12"));
    cr_expect_not(is_there(bench, "clean.x12"));
    expect_in(bench, "done/clean.x12.ta1", "TA1*000000007*261101*1200*A*000~");
    expect_in(bench, "done/clean.x12.999", "AK9*A*1*1*1~");
    expect_in(bench, "done/clean.x12.277ca", "QTY*90*2~");
    expect_in(bench, "done/clean.x12.277ca", "AMT*YU*223.45~");
    expect_in(bench, "done/clean.x12.277ca", "TRN*2*A2~");
    expect_in(bench, "done/clean.x12.receipt.json", "\"accepted_claims\": 2");
    expect_clean(bench, "done/clean.x12.999");
    expect_clean(bench, "done/clean.x12.277ca");
    cr_expect_eq(balance(bench, "taken"), 2);
    cr_expect_eq(balance(bench, "passed_on"), 2);
    cr_expect_eq(balance(bench, "difference"), 0);
    bench_close(bench);
}

Test(intake, each_fault_of_a_claim_refuses_that_claim_alone)
{
    static const struct {
        const char *name;
        struct sample_claim claim;
        uint16_t finding;
        const char *status;
    } cases[] = {
        {"npi",
         {.number = "N1", .npi = "1234567890"},
         FINDING_X12_NPI_CHECK_DIGIT,
         "STC*A7:562:82*20261102*U*100~"},
        {"sum",
         {.number = "S1", .cents = 10000, .line_cents = 9000},
         FINDING_X12_CLAIM_TOTAL,
         "STC*A8:400*20261102*U*100~"},
        {"pointer",
         {.number = "P1", .pointer = "1:3"},
         FINDING_X12_POINTER_DIAGNOSIS,
         "STC*A8:477*20261102*U*100~"},
        {"reference",
         {.number = "R1", .frequency = "7"},
         FINDING_X12_REPLACEMENT_REFERENCE,
         "STC*A6:464*20261102*U*100~"},
        {"duplicate",
         {.number = "D1", .member = "GOOD"},
         FINDING_INTAKE_DUPLICATE,
         "STC*A3:54*20261102*U*100~"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench *bench = open_bench("");
        const struct sample_claim claims[] = {
            {.number = "G1", .member = "GOOD"}, cases[i].claim, {.number = "G2"}};
        feed(bench, "faulty.x12", 1, claims, 3);
        cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2, "%s", cases[i].name);
        cr_expect_str_eq(bench_events(bench), "encounter_received encounter_refused encounter_received", "%s",
                         cases[i].name);
        const struct event *event = bench_out(bench, STREAM_INTAKE_EVENTS, 1, NULL);
        cr_expect_eq(event->number, cases[i].finding, "%s", cases[i].name);
        cr_expect_eq(event->cents, 10000, "%s", cases[i].name);
        expect_in(bench, "done/faulty.x12.277ca", cases[i].status);
        expect_in(bench, "done/faulty.x12.277ca", "QTY*AA*1~");
        expect_in(bench, "done/faulty.x12.receipt.json", finding_kind(cases[i].finding)->name);
        expect_clean(bench, "done/faulty.x12.277ca");
        cr_expect_eq(balance(bench, "taken"), 2);
        bench_close(bench);
    }
}

Test(intake, the_answer_to_a_large_set_is_whole)
{
    enum { MANY = 2500 };
    struct bench *bench = open_bench("outbox_records = 100000\n");
    struct sample_claim *claims = calloc(MANY, sizeof *claims);
    char(*numbers)[8] = calloc(MANY, sizeof *numbers);
    for (int i = 0; i < MANY; i++) {
        snprintf(numbers[i], sizeof numbers[i], "A%d", i);
        claims[i] = (struct sample_claim){.number = numbers[i], .pointer = i % 10 == 3 ? "2" : NULL};
    }
    feed(bench, "large.x12", 1, claims, MANY);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), MANY / 10 * 9);
    expect_in(bench, "done/large.x12.277ca", "QTY*90*2250~");
    expect_in(bench, "done/large.x12.277ca", "QTY*AA*250~");
    expect_in(bench, "done/large.x12.277ca", "TRN*2*A2499~");
    expect_clean(bench, "done/large.x12.277ca");
    free(claims);
    free(numbers);
    bench_close(bench);
}

Test(intake, the_same_bytes_under_another_name_are_not_taken_again)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claim = {.number = "A1"};
    feed(bench, "first.x12", 1, &claim, 1);
    feed(bench, "other.x12", 1, &claim, 1);
    feed(bench, "first.x12", 1, &claim, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    cr_expect_str_eq(bench_events(bench), "encounter_received");
    expect_in(bench, "done/other.x12.receipt.json", "\"outcome\": \"same\"");
    expect_in(bench, "done/other.x12.receipt.json", "\"first_file\": \"first.x12\"");
    expect_in(bench, "done/first.x12.receipt.json", "\"outcome\": \"taken\"");
    expect_in(bench, "done/first.x12.2.receipt.json", "\"outcome\": \"same\"");
    cr_expect_not(is_there(bench, "done/other.x12.ta1"));
    cr_expect(is_there(bench, "done/other.x12"));
    bench_close(bench);
}

Test(intake, a_name_that_was_used_gives_way_to_a_numbered_one)
{
    struct bench *bench = open_bench("");
    const struct sample_claim one = {.number = "A1"}, two = {.number = "A2"};
    feed(bench, "daily.x12", 1, &one, 1);
    feed(bench, "daily.x12", 2, &two, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2);
    expect_in(bench, "done/daily.x12.277ca", "TRN*2*A1~");
    expect_in(bench, "done/daily.x12.2.277ca", "TRN*2*A2~");
    bench_close(bench);
}

Test(intake, no_answer_takes_the_place_of_a_file)
{
    struct bench *bench = open_bench("");
    const struct sample_claim one = {.number = "A1"}, two = {.number = "A2"}, three = {.number = "A3"};
    feed(bench, "daily.ta1", 1, &one, 1);
    feed(bench, "daily", 2, &two, 1);
    feed(bench, "api-3", 3, &three, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 3);
    expect_in(bench, "done/daily.ta1", "CLM*A1*");
    expect_in(bench, "done/daily.2", "CLM*A2*");
    expect_in(bench, "done/daily.2.ta1", "TA1*");
    expect_in(bench, "done/_api-3.ta1", "TA1*");
    bench_close(bench);
}

Test(intake, a_bad_set_among_good_ones_is_rejected_alone)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claims[] = {{.number = "A1"}, {.number = "B1"}, {.number = "C1"}};
    struct sample sample;
    sample_begin(&sample, 3, 'P');
    for (int i = 0; i < 3; i++) {
        sample_set(&sample);
        sample_put(&sample, &claims[i]);
        sample_set_end(&sample, i == 1 ? 1 : 0);
    }
    sample_end(&sample, 1);
    drop(bench, "sets.x12", sample.bytes, sample.length);
    settle(bench);
    sample_free(&sample);
    cr_assert_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2);
    expect_in(bench, "done/sets.x12.999", "IK5*R*4~");
    expect_in(bench, "done/sets.x12.999", "AK9*P*3*3*2~");
    expect_in(bench, "done/sets.x12.277ca", "TRN*2*C1~");
    char *answers = answer(bench, "done/sets.x12.277ca");
    cr_expect_null(strstr(answers, "TRN*2*B1~"));
    free(answers);
    expect_clean(bench, "done/sets.x12.999");
    expect_clean(bench, "done/sets.x12.277ca");
    bench_close(bench);
}

Test(intake, of_a_broken_envelope_nothing_is_taken)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claim = {.number = "A1"};
    struct sample sample;
    sample_begin(&sample, 5, 'P');
    sample_set(&sample);
    sample_put(&sample, &claim);
    sample_set_end(&sample, 0);
    sample_end(&sample, 2); /* IEA01 counts two groups */
    drop(bench, "broken.x12", sample.bytes, sample.length);
    settle(bench);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 0);
    cr_expect(is_there(bench, "refused/broken.x12"));
    expect_in(bench, "refused/broken.x12.ta1", "*R*021~");
    expect_in(bench, "refused/broken.x12.receipt.json", "X12_INTERCHANGE_COUNT_DIFFERS");
    cr_expect_not(is_there(bench, "refused/broken.x12.999"));
    cr_expect_not(is_there(bench, "refused/broken.x12.277ca"));
    const struct control_answer *refused = bench_ask(bench, "refused.files", NULL);
    cr_assert_eq(refused->rows_count, 1);
    cr_expect_eq(bench_value(refused, 0, "number")->number, 1);
    sample_free(&sample);
    bench_close(bench);
}

Test(intake, what_is_no_interchange_is_refused_and_kept)
{
    static const struct {
        const char *name, *bytes;
        size_t length;
    } cases[] = {
        {"words.txt", "hello\n", 6},
        {"empty.x12", "", 0},
        {"isa.x12", "ISA", 3},
        {"cut.x12", "ISA*00*          *00*          *ZZ*NORTHCLINIC    *ZZ*CLAIM", 59},
        {"zeros.bin", "\0\0\0\0\0\0\0\0", 8},
        {"json.json", "{\"resourceType\": \"Nothing\"}", 27},
    };
    struct bench *bench = open_bench("");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[100];
        drop(bench, cases[i].name, cases[i].bytes, cases[i].length);
        settle(bench);
        snprintf(name, sizeof name, "refused/%s", cases[i].name);
        cr_expect(is_there(bench, name), "%s", name);
        snprintf(name, sizeof name, "refused/%s.receipt.json", cases[i].name);
        expect_in(bench, name, "\"outcome\": \"refused\"");
    }
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 0);
    bench_close(bench);
}

Test(intake, every_prefix_of_a_file_ends_as_taken_or_refused)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claim = {.number = "A1"};
    struct sample sample;
    sample_of(&sample, 9, &claim, 1);
    for (size_t length = 1; length < sample.length; length += 37) {
        char name[64], refused[80];
        snprintf(name, sizeof name, "p%zu", length);
        snprintf(refused, sizeof refused, "refused/%s", name);
        drop(bench, name, sample.bytes, length);
        settle(bench);
        cr_expect(is_there(bench, refused), "%zu bytes", length);
    }
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 0);
    sample_free(&sample);
    bench_close(bench);
}

Test(intake, unfinished_names_and_folders_are_left_alone)
{
    struct bench *bench = open_bench("");
    char path[700];
    drop(bench, "later.tmp", "ISA", 3);
    drop(bench, "later.part", "ISA", 3);
    path_of(bench, "folder", path);
    cr_assert_eq(mkdir(path, 0750), 0);
    settle(bench);
    cr_expect(is_there(bench, "later.tmp"));
    cr_expect(is_there(bench, "later.part"));
    cr_expect(is_there(bench, "folder"));
    cr_expect_eq(bench_ask(bench, "file.list", NULL)->rows_count, 0);
    bench_close(bench);
}

Test(intake, a_refused_claim_leaves_no_guard_and_can_be_mended)
{
    struct bench *bench = open_bench("");
    const struct sample_claim bad = {.number = "A1", .pointer = "4"}, mended = {.number = "A1"};
    feed(bench, "bad.x12", 1, &bad, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 0);
    feed(bench, "mended.x12", 2, &mended, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    feed(bench, "again.x12", 3, &mended, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    cr_expect_str_eq(bench_events(bench), "encounter_refused encounter_received encounter_refused");
    bench_close(bench);
}

Test(intake, a_duplicate_differs_in_nothing_that_is_looked_at)
{
    static const struct sample_claim claims[] = {
        {.number = "A1", .member = "X"},
        {.number = "A2", .member = "Y"},
        {.number = "A3", .member = "X", .date = "20261021"},
        {.number = "A4", .member = "X", .procedure = "99213:25"},
        {.number = "A5", .member = "X", .cents = 10001},
        {.number = "A6", .member = "X", .npi = "1876543210"},
        {.number = "A7", .member = "X", .frequency = "7", .reference = "ICN1"},
        {.number = "A8", .member = "X", .frequency = "8", .reference = "ICN1"},
        {.number = "A9", .member = "X", .frequency = "7", .reference = "ICN2"},
        {.number = "A10", .member = "X", .frequency = "7", .reference = "ICN2"}, /* of A9 */
        {.number = "A11", .member = "X"},                                        /* of A1 */
    };
    struct bench *bench = open_bench("");
    feed(bench, "many.x12", 1, claims, sizeof claims / sizeof *claims);
    for (size_t i = 0; i < bench_out_count(bench, STREAM_INTAKE_EVENTS); i++) {
        const struct event *event = bench_out(bench, STREAM_INTAKE_EVENTS, i, NULL);
        cr_expect_eq(event->kind,
                     (uint32_t)(i < 9 ? EVENT_KIND_ENCOUNTER_RECEIVED : EVENT_KIND_ENCOUNTER_REFUSED), "%s",
                     claims[i].number);
    }
    expect_in(bench, "done/many.x12.receipt.json", "duplicate of an earlier one (claim 1)");
    bench_close(bench);
}

/* Root may read all: it looks with the eyes of nobody. */
static void
look_as_nobody(struct bench *bench)
{
    static const char *const parts[] = {"", "/state", "/state/intake", "/state/intake/spool", "/state/intake/spool/.taking"};
    char path[700];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        snprintf(path, sizeof path, "%s%s", bench_folder(bench), parts[i]);
        cr_assert_eq(chmod(path, 0755), 0);
    }
    bool root = geteuid() == 0;
    if (root)
        cr_assert_eq(seteuid(65534), 0);
    settle(bench);
    if (root)
        cr_assert_eq(seteuid(0), 0);
}

Test(intake, a_file_that_may_not_be_read_is_said_until_it_may)
{
    struct bench *bench = open_bench("");
    char path[700];
    drop(bench, "secret.x12", "x", 1);
    path_of(bench, "secret.x12", path);
    cr_assert_eq(chmod(path, 0), 0);
    look_as_nobody(bench);
    const struct control_answer *status = bench_ask(bench, "status", NULL);
    cr_expect(text_is(bench_value(status, 0, "reason")->text, "1 file(s) in the spool folder may not be read and are passed over"),
              "%.*s", TEXT_ARGS(bench_value(status, 0, "reason")->text));
    cr_assert_eq(chmod(path, 0640), 0);
    settle(bench);
    cr_expect(text_is(bench_value(bench_ask(bench, "status", NULL), 0, "state")->text, "running"));
    bench_close(bench);
}

Test(intake, an_answer_that_cannot_be_put_is_said_and_put_later)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claim = {.number = "A1"};
    char done[700];
    path_of(bench, "done", done);
    cr_assert_eq(rmdir(done), 0);
    cr_assert_eq(symlink("nowhere/at/all", done), 0); /* where the folder should be */
    feed(bench, "one.x12", 1, &claim, 1);
    const struct control_answer *status = bench_ask(bench, "status", NULL);
    cr_expect(text_starts(bench_value(status, 0, "reason")->text, TEXT("a folder cannot be read or written: ")), "%.*s",
              TEXT_ARGS(bench_value(status, 0, "reason")->text));
    cr_assert_eq(unlink(done), 0);
    cr_assert_eq(mkdir(done, 0750), 0);
    usleep(1100 * 1000);
    settle(bench);
    cr_expect(text_is(bench_value(bench_ask(bench, "status", NULL), 0, "state")->text, "running"));
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    bench_close(bench);
}

static void
notify(struct bench *bench, const struct encounter *about, uint32_t change)
{
    struct hold_notice notice = {
        .identity = about->identity, .change = change, .duplicate_key = about->duplicate_key};
    cr_assert_eq(bench_feed(bench, STREAM_CODING_INTAKE, &record_hold_notice, &notice), STATUS_OK);
}

Test(intake, a_held_claim_is_replaced_by_the_new_one)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claim = {.number = "A1"};
    feed(bench, "one.x12", 1, &claim, 1);
    const struct encounter *first = encounter(bench, 0);
    notify(bench, first, HOLD_CHANGE_HELD);
    feed(bench, "two.x12", 2, &claim, 1);
    cr_assert_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2);
    const struct encounter *second = encounter(bench, 1);
    cr_expect_eq(second->replaces, first->identity.claim_id);
    notify(bench, first, HOLD_CHANGE_ENDED); /* the guard is the new claim's by now */
    feed(bench, "three.x12", 3, &claim, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2, "the second is not held");
    bench_close(bench);
}

Test(intake, a_released_claim_is_guarded_again_and_an_ended_one_is_not)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claim = {.number = "A1"};
    feed(bench, "one.x12", 1, &claim, 1);
    const struct encounter *first = encounter(bench, 0);
    notify(bench, first, HOLD_CHANGE_HELD);
    notify(bench, first, HOLD_CHANGE_RELEASED);
    feed(bench, "two.x12", 2, &claim, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    notify(bench, first, HOLD_CHANGE_ENDED);
    feed(bench, "three.x12", 3, &claim, 1);
    cr_assert_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2);
    cr_expect_eq(encounter(bench, 1)->replaces, 0);
    bench_close(bench);
}

Test(intake, a_test_interchange_is_taken_only_where_the_configuration_says_so)
{
    for (int accept = 0; accept < 2; accept++) {
        struct bench *bench = open_bench(accept ? "accept_test = yes\n" : "");
        const struct sample_claim claim = {.number = "A1"};
        struct sample sample;
        sample_begin(&sample, 5, 'T');
        sample_set(&sample);
        sample_put(&sample, &claim);
        sample_set_end(&sample, 0);
        sample_end(&sample, 1);
        drop(bench, "test.x12", sample.bytes, sample.length);
        settle(bench);
        cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), (size_t)accept);
        expect_in(bench, accept ? "done/test.x12.ta1" : "refused/test.x12.ta1",
                  accept ? "*A*000~" : "*R*020~");
        sample_free(&sample);
        bench_close(bench);
    }
}

/* Read here, and taken by nobody. */
static void
drop_other_kind(const char *file)
{
    struct bench *bench = open_bench("");
    char path[700], *bytes;
    size_t length;
    snprintf(path, sizeof path, "%s/tests/data/x12/%s",
             getenv("CLAIMLINE_SOURCE") == NULL ? "." : getenv("CLAIMLINE_SOURCE"), file);
    if (file_get_plain(path, 1 << 20, &bytes, &length) != STATUS_OK)
        cr_skip_test("CLAIMLINE_SOURCE is not set");
    for (size_t i = 0; i + 4 < length; i++) /* as production */
        if (memcmp(bytes + i, "*T*:", 4) == 0)
            bytes[i + 1] = 'P';
    drop(bench, "other.x12", bytes, length);
    settle(bench);
    free(bytes);
    expect_in(bench, "done/other.x12.999", "IK5*R*1~");
    expect_in(bench, "done/other.x12.receipt.json", "INTAKE_SET_KIND");
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 0);
    bench_close(bench);
}

Test(intake, sets_that_are_no_claims_are_rejected)
{
    drop_other_kind("835.edi");
}

Test(intake, sets_of_claim_status_are_rejected)
{
    drop_other_kind("277ca.edi");
}

Test(intake, no_patient_stands_in_stores_events_or_names)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claims[] = {
        {.number = "PCNCANARYQ", .last = "CANARYQUINCE", .member = "CANARYMEMBER"},
        {.number = "PCNCANARYR", .last = "CANARYQUINCE", .pointer = "7"}};
    feed(bench, "canary.x12", 1, claims, 2);
    char state[700];
    snprintf(state, sizeof state, "%s/state/intake/store", bench_folder(bench));
    cr_expect_not(folder_holds(state, TEXT("CANARY")));
    snprintf(state, sizeof state, "%s/state/intake/content", bench_folder(bench));
    cr_expect_not(folder_holds(state, TEXT("CANARY")));
    for (size_t i = 0; i < bench_out_count(bench, STREAM_INTAKE_EVENTS); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct text json =
            record_json(&record_event, bench_out(bench, STREAM_INTAKE_EVENTS, i, NULL), true, &arena);
        cr_expect_null(memmem(json.data, json.length, "CANARY", 6));
        arena_free(&arena);
    }
    expect_in(bench, "done/canary.x12.277ca", "CANARYQUINCE");
    char *receipt = answer(bench, "done/canary.x12.receipt.json");
    cr_expect_null(strstr(receipt, "CANARYQUINCE"));
    free(receipt);
    bench_close(bench);
}

Test(intake, people_are_shown_files_and_claims)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claims[] = {{.number = "A1"}, {.number = "A2"}};
    feed(bench, "one.x12", 1, claims, 2);
    const struct sample_claim more = {.number = "B1"};
    feed(bench, "two.x12", 2, &more, 1);
    const struct control_answer *list = bench_ask(bench, "file.list", NULL);
    cr_assert_eq(list->rows_count, 2);
    cr_expect(text_is(bench_value(list, 1, "outcome")->text, "taken"));
    cr_expect_null(bench_value(list, 0, "name"), "a name may hold anything");
    const struct control_answer *file =
        bench_ask(bench, "file.show", (const char *[]){"number", "2", "reveal", "yes", NULL});
    cr_assert_eq(file->rows_count, 2);
    cr_expect(text_is(bench_value(file, 0, "name")->text, "two.x12"));
    const struct control_answer *claim = bench_ask(bench, "claim.show", (const char *[]){"id", "3", NULL});
    cr_assert_eq(claim->rows_count, 1);
    cr_expect_eq(bench_value(claim, 0, "file")->number, 2);
    cr_expect_eq(bench_value(claim, 0, "ordinal")->number, 1);
    char buffer[CONTROL_NUMBER_BYTES];
    const struct control_number number = {.cell = 1, .claim_id = 2, .version = 1};
    control_number_compose(&number, buffer);
    claim = bench_ask(bench, "claim.show", (const char *[]){"id", buffer, NULL});
    cr_assert_eq(claim->rows_count, 1);
    cr_expect_eq(bench_value(claim, 0, "ordinal")->number, 2);
    cr_expect_eq(bench_ask(bench, "claim.show", (const char *[]){"id", "4", NULL})->status,
                 CONTROL_STATUS_NOT_FOUND);
    cr_expect_eq(bench_ask(bench, "claim.show", (const char *[]){"id", "x", NULL})->status,
                 CONTROL_STATUS_WRONG);
    cr_expect_eq(bench_ask(bench, "file.show", (const char *[]){"number", "9", NULL})->status,
                 CONTROL_STATUS_NOT_FOUND);
    bench_close(bench);
}

Test(intake, without_room_new_files_wait_in_the_folder)
{
    struct bench *bench = open_bench("outbox_records = 16\n");
    struct sample_claim claims[40];
    char numbers[40][8];
    for (int i = 0; i < 40; i++) {
        snprintf(numbers[i], sizeof numbers[i], "A%d", i);
        claims[i] = (struct sample_claim){.number = numbers[i]};
    }
    feed(bench, "many.x12", 1, claims, 40);
    feed(bench, "waits.x12", 2, claims, 1);
    cr_expect(is_there(bench, "waits.x12"));
    cr_expect_not(is_there(bench, "done/waits.x12.receipt.json"));
    bench_close(bench);
}

/* Drops every file below the folder, as s1, s2, ... */
static void
drop_below(struct bench *bench, const char *folder, unsigned *count)
{
    DIR *list = opendir(folder);
    cr_assert_not_null(list, "%s", folder);
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        char path[1200], name[32], *bytes;
        struct stat stat_of;
        size_t length;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || stat(path, &stat_of) != 0)
            continue;
        if (S_ISDIR(stat_of.st_mode)) {
            drop_below(bench, path, count);
        } else if (file_get_plain(path, 64 << 20, &bytes, &length) == STATUS_OK) {
            snprintf(name, sizeof name, "s%u", ++*count);
            drop(bench, name, bytes, length);
            free(bytes);
        }
    }
    closedir(list);
}

Test(intake, every_sample_ends_as_taken_or_refused)
{
    const char *samples = getenv("CLAIMLINE_SAMPLES");
    char folder[600];
    unsigned count = 0;
    if (samples == NULL)
        cr_skip_test("CLAIMLINE_SAMPLES is not set");
    struct bench *bench = open_bench("accept_test = yes\noutbox_records = 100000\n");
    snprintf(folder, sizeof folder, "%s/x12", samples);
    drop_below(bench, folder, &count);
    settle(bench);
    for (unsigned n = 1; n <= count; n++) {
        char done[64], refused[64];
        snprintf(done, sizeof done, "done/s%u.receipt.json", n);
        snprintf(refused, sizeof refused, "refused/s%u.receipt.json", n);
        cr_expect(is_there(bench, done) || is_there(bench, refused), "s%u", n);
    }
    cr_expect_gt(count, 100);
    cr_expect_eq(balance(bench, "taken"), (int64_t)bench_out_count(bench, STREAM_INTAKE_CODING));
    bench_close(bench);
}
