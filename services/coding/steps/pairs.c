/*
 * Step 6: assign: pairs of procedures of the National Correct Coding Initiative (NCCI Policy Manual, chapter I, section E;
 * Medicare Claims Processing Manual, chapter 23, section 20.9). Of a pair the code of column 2 is not paid beside that of
 * column 1, for the same patient, day and provider: with indicator 0 never, with 1 unless a modifier of the list stands at one of
 * the two (at column 1 since 2019-07-01, CMS change request 11168). Which claim each of them stands on does not matter. Of a visit and a
 * procedure the visit has a modifier of its own: 25, or of a physician beside major surgery 57 (NCCI Policy Manual, chapter I, section D;
 * Medicare Claims Processing Manual, chapter 12, sections 30.6.6 and 40.2.A).
 */
#include "schemas/findings.h"
#include "services/coding/steps/global_days.h"
#include "services/coding/steps/history.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"

enum { BOTH_COLUMNS = 20190701, NOT_APPLICABLE = 9 };

static const uint16_t rules[] = {FINDING_CODING_PAIR_NEVER, FINDING_CODING_PAIR_MODIFIER, FINDING_CODING_PAIR_EARLIER};
enum { RULES = sizeof rules / sizeof *rules };

struct pairing {
    struct coding_run *run;
    const struct billed_list *list;
    struct codeset_data *data; /* of the day */
    bool built_in;             /* it holds a few pairs only */
    int32_t day;
    struct codeset_rows *columns; /* of each in the list: its rows as column 1; numbers NULL until looked up */
    struct codeset_rows at_hand[BILLED_AT_HAND];
    /* Pairs that wait for being looked up together: two searches each, one of either as column 1. */
    struct { uint32_t first, second; } waiting[CODESET_NARROWINGS];
    struct codeset_narrowing searches[CODESET_NARROWINGS];
    uint32_t count;
};

/* The indicator that holds on that day. */
static int
indicator_on(const struct codeset_narrowing *rows, int32_t day)
{
    for (uint32_t i = 0; i < rows->count; i++)
        if (codeset_holds(&rows->rows[i], day) && rows->rows[i].kind != NOT_APPLICABLE)
            return rows->rows[i].kind;
    return NOT_APPLICABLE;
}

static void judge_waiting(struct pairing *p);

static bool
open_day(struct pairing *p, int32_t day)
{
    if (p->day == day)
        return p->data != NULL;
    judge_waiting(p);
    p->day = day;
    p->data = coding_edition(p->run->c, p->run->c->setting == CODING_OUTPATIENT ? CODING_PTP_HOSPITAL : CODING_PTP_PRACTITIONER, day);
    memset(p->columns, 0, p->list->count * sizeof *p->columns);
    p->built_in = p->data != NULL && coding_is_built_in(p->data);
    if (p->data == NULL)
        coding_lack_all(p->run, rules, RULES, CODING_LACK_EDITION);
    return p->data != NULL;
}

/* Rows of an item as column 1. */
static const struct codeset_rows *
column_of(struct pairing *p, uint32_t item)
{
    static const int32_t none;
    struct codeset_rows *rows = &p->columns[item];
    if (rows->numbers == NULL) {
        if (!coding_rows_in(p->run->c, p->data, p->list->items[item].procedure, rows))
            *rows = (struct codeset_rows){0};
        rows->numbers = &none; /* the relation has no numbers */
    }
    return rows;
}

/* The marks of a visit's modifiers of which one says that it stands beside a procedure. Critical care of who operates has 25
 * (section 40.2.A). */
static uint16_t
marks_of_visit(const struct coding_case *c, const struct billed *visit, const struct billed *procedure)
{
    int32_t days = c->setting == CODING_PROFESSIONAL ? global_days(c, procedure->procedure, procedure->from) : 0;
    if (days == GLOBAL_DAYS_MATERNITY)
        return BILLED_UNRELATED | BILLED_OWN_VISIT | BILLED_DECISION;
    if (days == GLOBAL_DAYS_UNKNOWN || days == GLOBAL_DAYS_CONTRACTOR)
        return BILLED_OWN_VISIT | BILLED_DECISION;
    if (days != GLOBAL_DAYS_MAJOR)
        return BILLED_OWN_VISIT;
    return visit->number == 99291 || visit->number == 99292 ? BILLED_OWN_VISIT | BILLED_DECISION : BILLED_DECISION;
}

static const char *
words_of_visit(uint16_t marks)
{
    if ((marks & BILLED_DECISION) == 0)
        return ", without 25 at the visit";
    return (marks & BILLED_OWN_VISIT) == 0 ? ", without 57 at the visit" : ", without 25 or 57 at the visit";
}

static struct text
both(struct coding_run *run, const struct billed *second, const struct billed *first, const char *more)
{
    char one[CODESET_KEY_LENGTH + 1], other[CODESET_KEY_LENGTH + 1];
    const struct past_claim *past = second->past != NULL ? second->past : first->past;
    struct text text = arena_print(run->findings->arena, "%s with %s%s", codeset_key_text(second->procedure, one).data,
                                   codeset_key_text(first->procedure, other).data, more);
    return past == NULL ? text : arena_print(run->findings->arena, "%.*s, claim %llu", TEXT_ARGS(text), (unsigned long long)past->claim_id);
}

/* Its modifiers that say where, and whether it has one of the list that says something else. */
static uint64_t
sites_of(const struct billed *billed, bool *other)
{
    uint64_t sites = 0;
    *other = false;
    for (uint64_t left = billed->modifiers; left != 0; left >>= 16) {
        uint16_t marks = billed_marks((uint16_t)left);
        if ((marks & BILLED_ANATOMICAL) != 0)
            sites = sites << 16 | (left & 0xffff);
        else
            *other = *other || (marks & BILLED_NCCI) != 0;
    }
    return sites;
}

static bool
is_visit(const struct billed *billed)
{
    return (billed->number >= 99202 && billed->number <= 99499) || (billed->number >= 92002 && billed->number <= 92014);
}

/* Do modifiers of the list part the two? That both were done at the same place says nothing; a visit is no matter of a place. */
static bool
is_parted(const struct billed *one, const struct billed *two, int32_t day)
{
    uint16_t marks = two->marks | (day >= BOTH_COLUMNS ? one->marks : 0);
    bool first, second;
    if ((marks & BILLED_NCCI) == 0)
        return false;
    uint64_t place = sites_of(one, &first), other = sites_of(two, &second);
    if (second || (first && day >= BOTH_COLUMNS))
        return true;
    return !is_visit(two) && place != other;
}

/* Is `second` part of `first`, given the rows of both? */
static void
judge(struct pairing *p, uint32_t first, uint32_t second, const struct codeset_narrowing *rows)
{
    const struct billed *one = &p->list->items[first], *two = &p->list->items[second];
    int indicator = indicator_on(rows, p->day);
    if (indicator == NOT_APPLICABLE)
        return;
    const char *more = "";
    if (indicator == 1 && is_visit(two) && !is_visit(one)) {
        uint16_t marks = marks_of_visit(p->run->c, two, one);
        if ((two->marks & marks) != 0)
            return;
        more = words_of_visit(marks);
    } else if (indicator == 1 && is_parted(one, two, p->day)) {
        return;
    }
    bool never = indicator == 0 && p->run->c->medicare; /* another payer may part them: a person decides */
    if (indicator == 0 && !never)
        more = "; no modifier parts them by Medicare's edits";
    bool earlier = one->past != NULL || two->past != NULL;
    uint16_t rule = earlier ? FINDING_CODING_PAIR_EARLIER : never ? FINDING_CODING_PAIR_NEVER : FINDING_CODING_PAIR_MODIFIER;
    if (coding_applies(p->run, rule, p->day))
        coding_raise(p->run, rule, "line", two->line != 0 ? two->line : one->line, both(p->run, two, one, more));
}

static void
judge_waiting(struct pairing *p)
{
    codeset_narrow_all(p->searches, p->count);
    for (uint32_t i = 0; i < p->count; i++)
        if (p->searches[i].count > 0)
            judge(p, p->waiting[i].first, p->waiting[i].second, &p->searches[i]);
    /* Of a few pairs that are built in, what they do not hold is not known. */
    for (uint32_t i = 0; p->built_in && i + 1 < p->count; i += 2)
        if (p->searches[i].count + p->searches[i + 1].count == 0)
            coding_lack_all(p->run, rules, RULES, CODING_LACK_CODE);
    p->count = 0;
}

static void
wait_for(struct pairing *p, uint32_t first, uint32_t second)
{
    const struct codeset_rows *column = column_of(p, first);
    p->waiting[p->count].first = first;
    p->waiting[p->count].second = second;
    p->searches[p->count++] = (struct codeset_narrowing){column->rows, column->count, p->list->items[second].procedure};
}

static bool
can_pair(const struct billed *a, const struct billed *b)
{
    return a->procedure != b->procedure && b->procedure != 0 && billed_together(a, b);
}

void
coding_assign_pairs(struct coding_run *run)
{
    if (!coding_apply_any(run, rules, RULES, run->c->day))
        return;
    const struct billed_list *list = coding_billed(run);
    struct pairing p;
    p.run = run;
    p.list = list;
    p.day = 0;
    p.count = 0;
    p.built_in = false;
    p.columns = p.at_hand;
    for (uint32_t i = 0; i < list->own; i++) {
        const struct billed *billed = &list->items[i];
        for (uint32_t k = i + 1; billed->procedure != 0 && k < list->count; k++) {
            if (!can_pair(billed, &list->items[k]))
                continue;
            if (p.columns == p.at_hand && list->count > BILLED_AT_HAND)
                p.columns = ARENA_ARRAY(run->findings->arena, struct codeset_rows, list->count);
            if (!open_day(&p, billed->from))
                break;
            wait_for(&p, i, k);
            wait_for(&p, k, i);
            if (p.count == CODESET_NARROWINGS)
                judge_waiting(&p);
        }
    }
    judge_waiting(&p);
    if (coding_history_open(run) && coding_applies(run, FINDING_CODING_PAIR_EARLIER, run->c->day))
        coding_lacks(run, FINDING_CODING_PAIR_EARLIER, CODING_LACK_HISTORY);
}
