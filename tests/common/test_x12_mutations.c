/* Every finding of X12: a file that has it at the expected place, and a near miss that has none (tests/data/x12/mutations.tsv). */
#include "common/duplicate/duplicate.h"
#include "schemas/findings.h"
#include "tests/common/x12_answer.h"
#include "tests/common/x12_table.h"

enum { FINDING, KIND, BASE, CHANGE, PLACE, AT, REFUSES };

/* What was met of one number. */
struct met {
    uint16_t number;
    bool found;
    char place[64];
    uint64_t offset;
    uint32_t all;
};

static void
look(struct met *met, const struct findings *findings)
{
    met->all += findings->count;
    for (uint32_t i = 0; i < findings->count && !met->found; i++) {
        const struct finding *finding = &findings->items[i];
        if (finding->kind->number != met->number)
            continue;
        met->found = true;
        met->offset = finding->offset;
        text_copy(finding->place, met->place, sizeof met->place);
    }
}

/* As run_text, with an index of its own. */
static struct outcome
run_alone(struct text bytes)
{
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    duplicate_file(duplicate, "it");
    struct outcome outcome = run_seen(bytes, 7, duplicate_seen(duplicate));
    duplicate_close(duplicate);
    return outcome;
}

/* The first finding of the number, in the order in which they are handed out; the groups that were refused. */
static struct met
find(struct text bytes, uint16_t number, bool *group_refused)
{
    struct met met = {.number = number};
    struct x12_check check;
    enum x12_event event;
    *group_refused = false;
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    duplicate_file(duplicate, "it");
    struct x12_check_options options = {.today = 20261123, .pin_limit = X12_PIN_BYTES, .seen = duplicate_seen(duplicate)};
    x12_check_open_memory(&check, &options, bytes);
    while ((event = x12_check_next(&check)) != X12_EVENT_END && event != X12_EVENT_FAILED) {
        if (event == X12_EVENT_CLAIM_END)
            look(&met, &check.claim.findings);
        else if (event == X12_EVENT_SET_END)
            look(&met, &check.set.findings);
        else if (event == X12_EVENT_GROUP_END) {
            look(&met, &check.group.findings);
            *group_refused |= !check.group.accepted;
        } else if (event == X12_EVENT_INTERCHANGE_END) {
            look(&met, &check.interchange.findings);
        }
    }
    cr_assert_eq(event, X12_EVENT_END);
    x12_check_close(&check);
    duplicate_close(duplicate);
    return met;
}

static uint16_t
number_of(const struct row *row)
{
    uint64_t number = 0;
    cr_assert(text_to_u64(row->cells[FINDING], &number), "%.*s", TEXT_ARGS(row->line));
    return (uint16_t)number;
}

/* What the row says that it refuses is refused; what stands above that is not, and for "-" nothing is. */
static void
expect_refusal(const struct row *row, struct text bytes, bool group_refused)
{
    static const char *const words[] = {"-", "claim", "set", "group", "interchange"};
    struct outcome outcome = run_alone(bytes);
    const bool refused[] = {false, outcome.refused_claims > 0, outcome.accepted_sets < outcome.sets, group_refused,
                            outcome.accepted_interchanges < outcome.interchanges};
    unsigned wanted = 0;
    while (wanted < 5 && !text_is(row->cells[REFUSES], words[wanted]))
        wanted++;
    cr_assert_lt(wanted, 5u, "%.*s", TEXT_ARGS(row->line));
    cr_expect(wanted == 0 || refused[wanted], "%.*s: not refused", TEXT_ARGS(row->line));
    for (unsigned i = wanted + 1; i < 5; i++)
        cr_expect_not(refused[i], "%.*s: refuses its %s", TEXT_ARGS(row->line), words[i]);
}

static void
expect_found(const struct row *row, struct text bytes)
{
    bool group_refused;
    struct met met = find(bytes, number_of(row), &group_refused);
    cr_expect(met.found, "%.*s: not found", TEXT_ARGS(row->line));
    if (!met.found)
        return;
    cr_expect(text_is(row->cells[PLACE], met.place), "%.*s: it is at %s", TEXT_ARGS(row->line), met.place);
    char *at = table_unfold(row->cells[AT]);
    const char *there = memmem(bytes.data, bytes.length, at, strlen(at));
    cr_expect(there != NULL && met.offset == (uint64_t)(there - bytes.data), "%.*s: it is at byte %llu", TEXT_ARGS(row->line),
              (unsigned long long)met.offset);
    free(at);
    expect_refusal(row, bytes, group_refused);
}

/* What is answered keeps to its own guide, but for what it says again of the sender's headers. */
static void
expect_answer(const struct row *row, struct text bytes)
{
    struct x12_writer ta1, out;
    struct x12_check check;
    enum x12_event event;
    answer(bytes, true, &ta1, &out);
    cr_expect(x12_writer_status(&ta1) == STATUS_OK && x12_writer_status(&out) == STATUS_OK, "%.*s", TEXT_ARGS(row->line));
    x12_check_open_memory(&check, &(struct x12_check_options){0}, x12_writer_bytes(&out));
    while ((event = x12_check_next(&check)) != X12_EVENT_END && event != X12_EVENT_FAILED)
        for (uint32_t i = 0; event == X12_EVENT_SET_END && i < check.set.findings.count; i++) {
            const struct finding *finding = &check.set.findings.items[i];
            cr_expect(strcmp(finding->segment_id, "AK1") == 0 || strcmp(finding->segment_id, "AK2") == 0, "%.*s: answered with %s at %.*s",
                      TEXT_ARGS(row->line), finding->kind->name, TEXT_ARGS(finding->place));
        }
    cr_expect(event == X12_EVENT_END && check.interchange.accepted, "%.*s", TEXT_ARGS(row->line));
    x12_check_close(&check);
    x12_writer_close(&ta1);
    x12_writer_close(&out);
}

static void
expect_nothing(const struct row *row, struct text bytes)
{
    struct outcome outcome = run_alone(bytes);
    for (uint32_t i = 0; i < outcome.finding_count; i++)
        cr_expect_fail("%.*s: %s", TEXT_ARGS(row->line), finding_kind(outcome.findings[i])->name);
    cr_expect(outcome.sets > 0 && outcome.accepted_sets == outcome.sets, "%.*s", TEXT_ARGS(row->line));
    cr_expect_eq(outcome.last, X12_EVENT_END);
}

Test(x12_mutations, each_fault_is_found_at_its_place_and_its_near_miss_is_clean, .timeout = 300)
{
    struct table table;
    struct row row;
    unsigned rows = 0;
    table_open(&table, "mutations.tsv");
    for (; table_next(&table, &row); rows++) {
        struct text bytes = table_changed(row.cells[BASE], row.cells[CHANGE]);
        if (text_is(row.cells[KIND], "has"))
            expect_found(&row, bytes);
        else
            expect_nothing(&row, bytes);
        expect_answer(&row, bytes);
        release(bytes);
    }
    cr_assert_gt(rows, 0u);
}

/* Dates across a claim (1440-1469), code sets (1501-1599), rules of form (1900-) and situations (1700-1899) have tables of
 * their own. */
static bool
is_ours(uint16_t number)
{
    return number == FINDING_X12_LINE_CONTROL_DOUBLED || (number >= 1000 && number < 1700 && !(number > 1500 && number < 1600) && !(number >= 1440 && number < 1470));
}

Test(x12_mutations, each_finding_has_a_file_with_it_and_one_without)
{
    for (uint16_t k = 0; k < finding_kind_count; k++) {
        struct table table;
        struct row row;
        bool has = false, not = false;
        if (!is_ours(finding_kinds[k].number))
            continue;
        table_open(&table, "mutations.tsv");
        while (table_next(&table, &row)) {
            if (number_of(&row) != finding_kinds[k].number)
                continue;
            has |= text_is(row.cells[KIND], "has");
            not |= text_is(row.cells[KIND], "not");
        }
        cr_expect(has, "%u %s has no file", finding_kinds[k].number, finding_kinds[k].name);
        cr_expect(not, "%u %s has no near miss", finding_kinds[k].number, finding_kinds[k].name);
    }
}
