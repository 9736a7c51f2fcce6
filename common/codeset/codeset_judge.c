#include "common/codeset/codeset.h"

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
    *answer = (struct codes_answer){verdict, row->from != 0 ? row->from : about->from, row->to != 0 ? row->to : about->to, {0}};
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

/* What the editions before and after the one that judges know of a code. NOT_FOUND: nothing. */
static enum status
elsewhere(const struct question *question, const struct codeset_data *judge, struct codes_answer *answer)
{
    const struct codeset *set = question->set;
    size_t own = 0, count = codeset_edition_count(set);
    const struct codeset_row *row = NULL;
    while (codeset_edition(set, own) != judge)
        own++;
    for (size_t i = own; i > 0; i--) {
        enum status status = billable(codeset_edition(set, i - 1), question->key, &row);
        if (status != STATUS_NOT_FOUND)
            return status != STATUS_OK ? status : say(question, codeset_edition(set, i - 1), row, CODES_ENDED, answer);
    }
    if (answer->verdict == CODES_HEADER)
        return STATUS_NOT_FOUND;
    for (size_t i = own + 1; i < count; i++) {
        enum status status = billable(codeset_edition(set, i), question->key, &row);
        if (status != STATUS_NOT_FOUND)
            return status != STATUS_OK ? status : say(question, codeset_edition(set, i), row, CODES_NOT_YET, answer);
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
