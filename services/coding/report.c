#include "services/coding/report.h"

#include "common/clock/clock.h"
#include "services/coding/audit.h"
#include "services/coding/history.h"

/* All zones are a multiple of a quarter of an hour from UTC: within one the day does not change. */
#define QUARTER (900 * CLOCK_SECOND)

enum { NAME_BYTES = 80, STEP_COUNTERS = CODING_STEPS };

/* What a tally is of: the first byte of its key, in the order of the report. */
static const struct {
    char kind;
    const char *by;
} kinds[] = {{'1', "step"}, {'2', "rule"}, {'3', "department"}, {'4', "coder"}};
enum { KIND_STEP, KIND_RULE, KIND_DEPARTMENT, KIND_CODER, KINDS };

/* ---- counting ---- */

static struct store_key
day_key(int32_t day)
{
    return store_key_u32(store_key(), (uint32_t)day);
}

static uint64_t *
not_assessed_of(struct coding_day *day, unsigned step)
{
    uint64_t *const all[STEP_COUNTERS] = {&day->not_assessed_1, &day->not_assessed_2, &day->not_assessed_3, &day->not_assessed_4,
                                          &day->not_assessed_5, &day->not_assessed_6, &day->not_assessed_7};
    return all[step - 1];
}

void
report_day(struct step *step)
{
    struct coding *state = step_state(step);
    struct coding_day row;
    if (step_time(step) / QUARTER == state->quarter)
        return;
    int32_t day = service_local_date(step_service(step), step_time(step));
    struct store_key key = day_key(day);
    if (step_get_record(step, CODING_DAYS, store_key_text(&key), &record_coding_day, &row) == STATUS_OK) {
        state->quarter = step_time(step) / QUARTER; /* it is in the batch: from now on nothing is asked */
        return;
    }
    row = (struct coding_day){.taken = (uint64_t)step_counter(step, CODING_TAKEN),
                              .made = (uint64_t)step_counter(step, CODING_MADE),
                              .first_pass = (uint64_t)step_counter(step, CODING_FIRST_PASS)};
    for (unsigned i = 1; i <= CODING_STEPS; i++)
        *not_assessed_of(&row, i) = (uint64_t)step_counter(step, CODING_SKIPPED + i - 1);
    step_put_record(step, CODING_DAYS, store_key_text(&key), &record_coding_day, &row);
}

/* The name ends with a byte that no name has. */
static struct store_key
tally_key(unsigned kind, struct text name, int32_t day)
{
    struct store_key key = store_key_bytes(store_key(), text_of(&kinds[kind].kind, 1));
    key = store_key_bytes(key, text_head(name, NAME_BYTES));
    return store_key_u32(store_key_bytes(key, text_of("\0", 1)), (uint32_t)day);
}

static void
tally(struct step *step, unsigned kind, struct text name, struct coding_tally more)
{
    int32_t day = service_local_date(step_service(step), step_time(step));
    struct store_key key = tally_key(kind, name, day);
    struct coding_tally row;
    if (step_get_record(step, CODING_TALLIES, store_key_text(&key), &record_coding_tally, &row) == STATUS_OK) {
        more.of += row.of;
        more.claims += row.claims;
        more.findings += row.findings;
        more.passed_over += row.passed_over;
    }
    step_put_record(step, CODING_TALLIES, store_key_text(&key), &record_coding_tally, &more);
}

/* Findings of the list that are of this rule (a step: of this step), unless an earlier one of the list was, too. */
static uint64_t
count_of_first(const struct findings *findings, uint32_t i, bool by_step)
{
    const struct finding_kind *kind = findings->items[i].kind;
    uint64_t count = 0;
    for (uint32_t k = 0; k < findings->count; k++) {
        const struct finding_kind *other = findings->items[k].kind;
        bool same = by_step ? other->step == kind->step : other->number == kind->number;
        if (same && k < i)
            return 0;
        count += same;
    }
    return count;
}

void
report_judged(struct step *step, const struct claim_body *body, const struct coding_judgement *judgement,
              const struct findings *findings)
{
    struct text department = coding_department(body);
    for (unsigned i = 1; i <= CODING_STEPS; i++)
        if (judgement->not_assessed >> i & 1)
            step_count(step, CODING_SKIPPED + i - 1, 1);
    if (!judgement->holds)
        step_count(step, CODING_FIRST_PASS, 1);
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct finding_kind *kind = findings->items[i].kind;
        uint64_t of_rule = count_of_first(findings, i, false), of_step = count_of_first(findings, i, true);
        if (of_rule > 0)
            tally(step, KIND_RULE, arena_print(step_arena(step), "%u", (unsigned)kind->number),
                  (struct coding_tally){.claims = 1, .findings = of_rule});
        if (of_step > 0)
            tally(step, KIND_STEP, arena_print(step_arena(step), "%u", (unsigned)kind->step),
                  (struct coding_tally){.claims = 1, .findings = of_step});
    }
    if (department.length > 0)
        tally(step, KIND_DEPARTMENT, department,
              (struct coding_tally){.of = 1, .claims = judgement->holds, .findings = findings->count});
}

void
report_answered(struct step *step, const struct held_claim *held, bool codes_changed, bool released_over)
{
    report_day(step);
    tally(step, KIND_CODER, history_actor(step),
          (struct coding_tally){
              .of = 1, .claims = codes_changed, .findings = held->findings_count, .passed_over = released_over});
}

/* ---- telling ---- */

struct telling {
    const struct coding *state;
    struct control_rows *rows;
    struct audit_days days;
    struct coding_day whole; /* of the days asked for */
    unsigned kind;
    char name[NAME_BYTES + 1];
    bool open; /* a name is being summed up */
    struct coding_tally sum;
};

static void
tell(struct control_rows *rows, const char *by, struct text name, const char *what, uint64_t numerator, uint64_t denominator)
{
    uint64_t per_mille = denominator == 0 ? 0 : (numerator * 2000 / denominator + 1) / 2;
    control_row(rows);
    control_text(rows, "by", text_from(by));
    control_text(rows, "name", name);
    control_text(rows, "what", text_from(what));
    control_number(rows, "numerator", (int64_t)numerator);
    control_number(rows, "denominator", (int64_t)denominator);
    control_text(rows, "rate", denominator == 0 ? (struct text){0}
                                                : arena_print(rows->arena, "%llu.%llu %%", (unsigned long long)(per_mille / 10),
                                                              (unsigned long long)(per_mille % 10)));
}

/* The name for people: a step's and a rule's word behind its number. */
static struct text
full_name(const struct telling *t)
{
    uint64_t number;
    if (t->kind <= KIND_RULE && text_to_u64(text_from(t->name), &number)) {
        const struct finding_kind *kind = t->kind == KIND_RULE ? coding_kind(t->state, number) : NULL;
        const char *word = kind != NULL ? kind->name : t->kind == KIND_STEP && number >= 1 && number <= CODING_STEPS
                                                         ? coding_step_names[number - 1]
                                                         : "";
        return arena_print(t->rows->arena, "%s %s", t->name, word);
    }
    return arena_print(t->rows->arena, "%s", t->name);
}

static void
tell_sum(struct telling *t)
{
    const char *by = kinds[t->kind].by;
    struct text name = full_name(t);
    const struct coding_tally *sum = &t->sum;
    t->open = false;
    if (sum->of == 0 && sum->claims == 0)
        return; /* none in these days */
    if (t->kind <= KIND_RULE) {
        tell(t->rows, by, name, "claims with findings", sum->claims, t->whole.taken);
    } else if (t->kind == KIND_DEPARTMENT) {
        tell(t->rows, by, name, "first pass", sum->of - sum->claims, sum->of);
    } else {
        tell(t->rows, by, name, "codes changed", sum->claims, sum->of);
        control_number(t->rows, "findings", (int64_t)sum->findings);
        tell(t->rows, by, name, "released over findings", sum->passed_over, sum->of);
        return;
    }
    control_number(t->rows, "findings", (int64_t)sum->findings);
}

static bool
sum_one(void *context, struct text key, struct text value)
{
    struct telling *t = context;
    struct coding_tally row;
    size_t length = key.length < 6 ? 0 : key.length - 6; /* kind, name, its end, day */
    if (length == 0 || length > NAME_BYTES || key.data[0] != kinds[t->kind].kind)
        return false;
    bool same = t->open && strlen(t->name) == length && memcmp(t->name, key.data + 1, length) == 0;
    if (!same) {
        if (t->open)
            tell_sum(t);
        text_copy(text_of(key.data + 1, length), t->name, sizeof t->name);
        t->sum = (struct coding_tally){0};
        t->open = true;
        if (control_page_full(t->rows) || t->rows->answer->rows_count + 2 > CONTROL_PAGE_ROWS) {
            t->rows->answer->next = arena_print(t->rows->arena, "%c%s", kinds[t->kind].kind, t->name);
            t->open = false;
            return false;
        }
    }
    int32_t day = (int32_t)store_u16(key, key.length - 4) << 16 | store_u16(key, key.length - 2);
    if (day < t->days.from || day > t->days.to || record_read(&record_coding_tally, value, t->rows->arena, &row, NULL) != STATUS_OK)
        return true;
    t->sum.of += row.of;
    t->sum.claims += row.claims;
    t->sum.findings += row.findings;
    t->sum.passed_over += row.passed_over;
    return true;
}

/* The counters before the first step of that day or a later one; as they are now when there was none. */
static void
counters_before(struct service *service, int32_t day, struct arena *arena, struct coding_day *row)
{
    struct store_key from = day_key(day);
    if (service_first(service, CODING_DAYS, store_key_text(&from), arena, NULL, &record_coding_day, row) == STATUS_OK)
        return;
    *row = (struct coding_day){.taken = (uint64_t)service_counter(service, CODING_TAKEN),
                               .made = (uint64_t)service_counter(service, CODING_MADE),
                               .first_pass = (uint64_t)service_counter(service, CODING_FIRST_PASS)};
    for (unsigned i = 1; i <= CODING_STEPS; i++)
        *not_assessed_of(row, i) = (uint64_t)service_counter(service, CODING_SKIPPED + i - 1);
}

static void
count_days(struct service *service, struct telling *t)
{
    struct coding_day before, after;
    counters_before(service, t->days.from, t->rows->arena, &before);
    counters_before(service, t->days.to == INT32_MAX ? INT32_MAX : t->days.to + 1, t->rows->arena, &after);
    t->whole = (struct coding_day){.taken = after.taken - before.taken,
                                   .made = after.made - before.made,
                                   .first_pass = after.first_pass - before.first_pass};
    for (unsigned i = 1; i <= CODING_STEPS; i++)
        *not_assessed_of(&t->whole, i) = *not_assessed_of(&after, i) - *not_assessed_of(&before, i);
}

static void
tell_whole(struct telling *t)
{
    tell(t->rows, "all", (struct text){0}, "first pass", t->whole.first_pass, t->whole.taken);
    tell(t->rows, "all", (struct text){0}, "came back from downstream", t->whole.made, t->whole.taken);
    for (unsigned i = 1; i <= CODING_STEPS; i++)
        tell(t->rows, "step", arena_print(t->rows->arena, "%u %s", i, coding_step_names[i - 1]), "not assessed",
             *not_assessed_of(&t->whole, i), t->whole.taken);
}

static void
tell_kind(struct service *service, struct telling *t, struct text first_name)
{
    struct arena arena;
    struct store_key from = tally_key(t->kind, first_name, 0);
    t->open = false;
    arena_init(&arena, 0);
    service_scan(service, CODING_TALLIES, store_key_text(&from), (struct text){0}, &arena, sum_one, t);
    if (t->open)
        tell_sum(t);
    arena_free(&arena);
}

void
report_query(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    struct telling t = {.state = service_state(service), .rows = rows};
    struct text cursor = request->cursor, name = {0};
    if (!audit_read_days(request, rows, &t.days))
        return;
    count_days(service, &t);
    if (cursor.length == 0) {
        tell_whole(&t);
    } else {
        while (t.kind < KINDS && kinds[t.kind].kind != cursor.data[0])
            t.kind++;
        name = text_of(cursor.data + 1, cursor.length - 1);
    }
    for (; t.kind < KINDS && rows->answer->next.length == 0; t.kind++, name = (struct text){0})
        tell_kind(service, &t, name);
}
