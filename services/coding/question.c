#include "services/coding/question.h"

#include "schemas/findings.h"
#include "services/coding/steps/own/own.h"

static const char describe[] =
    "Please state in the record what was found at this visit, what was done, and for what.";

const struct question question_table[] = {
    {FINDING_CODING_DOCUMENT_MISSING, "Where is the note of this visit? Please write or complete it.",
     "Which documents of this visit have not been sent? Please have them sent."},
    {FINDING_CODING_DIAGNOSIS_NOT_DOCUMENTED,
     "Which conditions were assessed or treated at this visit? Please state them in the record.", NULL},
    {FINDING_CODING_DIAGNOSIS_NEGATED,
     "The documents of this visit do not agree about a condition. What holds, as of the end of the visit? Please state it in the "
     "record.",
     NULL},
    {FINDING_CODING_DATE_MISSING, NULL, "On which day was the service of the line given?"},
    {FINDING_CODING_DATE_FUTURE, NULL, "On which day was the service given? The claim names one after its receipt."},
    {FINDING_CODING_DIAGNOSIS_HEADER,
     "Which details of the conditions of this visit (kind, site, side, cause, stage, course) does the record support? Please state "
     "them.",
     NULL},
    {FINDING_CODING_PROCEDURE_MISSING, "What was done at this visit? Please state it in the record.",
     "Which charge does the line without a procedure stand for?"},
    {FINDING_CODING_CLIA_MISSING, NULL, "Which laboratory did the test, and what is its CLIA number?"},
    {FINDING_CODING_PLACE_UNKNOWN, "Where was the patient seen?", "Where was the service given?"},
    {FINDING_CODING_AGE, NULL, "Which birth date do the patient's papers show?"},
    {FINDING_CODING_PRINCIPAL_MISSING,
     "Which condition was chiefly responsible for this visit, as of its end? Please state it in the record.", NULL},
    {FINDING_CODING_SYMPTOM_WITH_CAUSE,
     "How do the signs, symptoms and conditions of this visit relate to each other, if they do? Please state it in the record.", NULL},
    {FINDING_CODING_EXTERNAL_CAUSE_FIRST, "For which injury or condition was the patient seen? Please state it in the record.",
     NULL},
    {FINDING_CODING_POINTER_MISSING, "For which condition was each service of this visit given? Please state it in the record.",
     NULL},
    {FINDING_CODING_UNITS, "How often, or for how long, was each service of this visit given? Please state it in the record.",
     "How many units of the service were charged?"},
    {FINDING_CODING_LINES_MISSING, "What was done at this visit? Please state it in the record.",
     "Which charges belong to this visit?"},
    {FINDING_CODING_DOWNSTREAM_QUERY, describe, "What does the payer say about this claim, and what does he want?"},
};
const size_t question_count = sizeof question_table / sizeof *question_table;

static const struct question *
find(uint64_t finding)
{
    for (size_t i = 0; i < question_count; i++)
        if (question_table[i].finding == finding)
            return &question_table[i];
    return NULL;
}

struct text
question_for(enum work_queue queue, uint64_t finding)
{
    if (finding >= OWN_FIRST && finding <= OWN_LAST)
        return queue == WORK_QUEUE_PHYSICIAN ? text_from(describe) : (struct text){0}; /* to a biller in own words */
    bool ours = finding >= 3000 && finding < 4000;
    const struct question *question = find(ours ? finding : FINDING_CODING_DOWNSTREAM_QUERY);
    const char *sentence = question == NULL ? NULL : queue == WORK_QUEUE_PHYSICIAN ? question->physician : question->biller;
    return sentence == NULL ? (struct text){0} : text_from(sentence);
}
