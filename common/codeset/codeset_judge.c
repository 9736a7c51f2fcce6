#include "common/codeset/codeset.h"

#include "common/date/date.h"

/* What is asked. */
struct question {
    const struct codeset *set;
    uint64_t key;
    int32_t day;
    bool words;
};

/* Days that a row leaves open are the edition's. */
static enum status
say(const struct question *question, struct codeset_data *data, const struct codeset_row *row, enum codes_verdict verdict,
    struct codes_answer *answer)
{
    const struct codeset_about *about = codeset_edition_about(data);
    *answer = (struct codes_answer){verdict, row->from != 0 ? row->from : about->from, row->to != 0 ? row->to : about->to, {0}, 0, 0};
    return question->words ? codeset_words(data, row->words, &answer->words) : STATUS_OK;
}

/* Which row of an edition speaks of a day, and what it says. VERDICT_COUNT: none that could be billed. */
static const struct codeset_row *
choose(const struct codeset_rows *rows, int32_t day, enum codes_verdict *verdict)
{
    const struct codeset_row *before = NULL, *header = NULL, *later = NULL;
    for (uint32_t i = 0; i < rows->count; i++) {
        const struct codeset_row *row = &rows->rows[i];
        bool is_header = (row->flags & CODESET_HEADER) != 0;
        if (codeset_holds(row, day)) {
            if (!is_header) {
                *verdict = CODES_VALID;
                return row;
            }
            header = row;
        } else if (!is_header && row->from > day) {
            later = later == NULL ? row : later;
        } else if (!is_header) {
            before = row;
        }
    }
    *verdict = before != NULL ? CODES_ENDED : header != NULL ? CODES_HEADER : later != NULL ? CODES_NOT_YET : CODES_VERDICT_COUNT;
    return before != NULL ? before : header != NULL ? header : later;
}

/* In another edition of the set: was it billable there? */
static enum status
billable(struct codeset_data *data, uint64_t key, const struct codeset_row **row)
{
    struct codeset_rows rows;
    enum status status = codeset_find(data, key, &rows);
    for (uint32_t i = 0; status == STATUS_OK && i < rows.count; i++) {
        if ((rows.rows[i].flags & (CODESET_HEADER | CODESET_NEVER)) == 0) {
            *row = &rows.rows[i];
            return STATUS_OK;
        }
    }
    return status == STATUS_OK ? STATUS_NOT_FOUND : status;
}

/* The first day after `day` on which another complete edition begins; 0: none. */
static int32_t
next_begin(const struct codeset *set, int32_t day)
{
    for (size_t i = 0; i < codeset_edition_count(set); i++) {
        const struct codeset_about *about = codeset_edition_about(codeset_edition(set, i));
        if (about->complete != 0 && about->from > day)
            return about->from;
    }
    return 0;
}

/* The last day before `day` that another complete edition covers; 0: none. */
static int32_t
end_before(const struct codeset *set, int32_t day)
{
    int32_t end = 0;
    for (size_t i = 0; i < codeset_edition_count(set); i++) {
        const struct codeset_about *about = codeset_edition_about(codeset_edition(set, i));
        if (about->complete != 0 && about->to < day && about->to > end)
            end = about->to;
    }
    return end;
}

/* It was billable in an edition that is over: until the row's own last day, else until some day before the next edition. */
static enum status
say_ended(const struct question *question, const struct codeset_about *judge, struct codeset_data *data, const struct codeset_row *row,
          struct codes_answer *answer)
{
    struct codes_answer said;
    const struct codeset_about *about = codeset_edition_about(data);
    bool stated = row->to != 0 && row->to <= about->to;
    if (!stated && judge->complete == 0)
        return STATUS_NOT_FOUND;
    enum status status = say(question, data, row, CODES_ENDED, &said);
    if (status == STATUS_OK && !stated) {
        int32_t next = next_begin(question->set, about->to), latest = next == 0 ? 0 : date_add_days(next, -1);
        said.to = about->to;
        said.to_latest = latest > said.to ? latest : 0;
    }
    if (status == STATUS_OK)
        *answer = said;
    return status;
}

static enum status
say_not_yet(const struct question *question, const struct codeset_about *judge, struct codeset_data *data, const struct codeset_row *row,
            struct codes_answer *answer)
{
    struct codes_answer said;
    const struct codeset_about *about = codeset_edition_about(data);
    bool stated = row->from > question->day;
    if (!stated && judge->complete == 0)
        return STATUS_NOT_FOUND;
    enum status status = say(question, data, row, CODES_NOT_YET, &said);
    if (status == STATUS_OK && !stated) {
        int32_t end = end_before(question->set, about->from), earliest = end == 0 ? 0 : date_add_days(end, 1);
        said.from = about->from;
        said.from_earliest = earliest < said.from ? earliest : 0;
    }
    if (status == STATUS_OK)
        *answer = said;
    return status;
}

/* What the editions that are over and those that come know of a code. NOT_FOUND: nothing. */
static enum status
elsewhere(const struct question *question, struct codeset_data *judge, struct codes_answer *answer)
{
    const struct codeset *set = question->set;
    const struct codeset_about *judging = codeset_edition_about(judge);
    const struct codeset_row *row = NULL;
    size_t count = codeset_edition_count(set);
    for (size_t i = count; i > 0; i--) {
        struct codeset_data *data = codeset_edition(set, i - 1);
        int32_t end = codeset_edition_about(data)->to;
        enum status status = data == judge || end == 0 || end >= question->day ? STATUS_NOT_FOUND : billable(data, question->key, &row);
        if (status != STATUS_NOT_FOUND)
            return status != STATUS_OK ? status : say_ended(question, judging, data, row, answer);
    }
    if (answer->verdict == CODES_HEADER)
        return STATUS_NOT_FOUND;
    for (size_t i = 0; i < count; i++) {
        struct codeset_data *data = codeset_edition(set, i);
        enum status status = codeset_edition_about(data)->from <= question->day ? STATUS_NOT_FOUND : billable(data, question->key, &row);
        if (status != STATUS_NOT_FOUND)
            return status != STATUS_OK ? status : say_not_yet(question, judging, data, row, answer);
    }
    return STATUS_NOT_FOUND;
}

static enum status
answer_question(const struct question *question, struct codes_answer *answer, const struct codeset_data **data)
{
    struct codeset_data *judge = question->set == NULL ? NULL : codeset_on(question->set, question->day);
    *answer = (struct codes_answer){.verdict = CODES_EDITION_MISSING};
    if (data != NULL)
        *data = judge;
    if (judge == NULL)
        return STATUS_OK;
    *answer = (struct codes_answer){.verdict = codeset_edition_about(judge)->complete ? CODES_UNKNOWN : CODES_NOT_HELD};
    struct codeset_rows rows;
    enum status status = question->key == 0 ? STATUS_NOT_FOUND : codeset_find(judge, question->key, &rows);
    if (status == STATUS_OK) {
        enum codes_verdict verdict;
        const struct codeset_row *row = choose(&rows, question->day, &verdict);
        status = row == NULL ? STATUS_NOT_FOUND : say(question, judge, row, verdict, answer);
        if (status != STATUS_OK || answer->verdict != CODES_HEADER)
            return status == STATUS_NOT_FOUND ? STATUS_OK : status;
        status = STATUS_NOT_FOUND; /* a header now: was it billable before? */
    }
    if (status == STATUS_NOT_FOUND && question->key != 0 && codeset_edition_count(question->set) > 1)
        status = elsewhere(question, judge, answer);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
codeset_judge(const struct codeset *set, struct text code, int32_t day, struct codes_answer *answer,
              const struct codeset_data **data)
{
    return answer_question(&(struct question){set, codeset_key(code), day, true}, answer, data);
}

enum status
codeset_verdict(const struct codeset *set, struct text code, int32_t day, struct codes_answer *answer)
{
    return answer_question(&(struct question){set, codeset_key(code), day, false}, answer, NULL);
}

/* Takes a day of `known` that lies within what is open; else leaves it. */
static void
settle_days(struct codes_answer *answer, const struct codes_answer *known)
{
    if (answer->to_latest != 0 && known->to >= answer->to && known->to <= answer->to_latest) {
        answer->to = known->to;
        answer->to_latest = 0;
    }
    if (answer->from_earliest != 0 && known->from >= answer->from_earliest && known->from <= answer->from) {
        answer->from = known->from;
        answer->from_earliest = 0;
    }
}

void
codeset_settle(struct codes_answer *answer, const struct codes_edition *edition, enum codes_set set, struct text code, int32_t day)
{
    bool open = answer->to_latest != 0 || answer->from_earliest != 0;
    bool bare = answer->verdict == CODES_UNKNOWN || answer->verdict == CODES_HEADER;
    int32_t first, last;
    if (!open && !bare)
        return;
    codes_coverage(edition, set, &first, &last);
    struct codes_answer known = codes_find(edition, set, code, day < first ? first : day > last ? last : day);
    bool says_when = (known.verdict == CODES_ENDED && known.to < day) ||
                     (known.verdict == CODES_NOT_YET && known.from > day && answer->verdict == CODES_UNKNOWN);
    if (bare && says_when)
        *answer = (struct codes_answer){known.verdict, known.from, known.to, answer->words, 0, 0};
    else if (known.verdict == answer->verdict)
        settle_days(answer, &known);
}
