#include "services/coding/question.h"

#include "schemas/findings.h"
#include "services/coding/steps/own/own.h"

static const char relate[] = "How do the conditions of this visit relate to each other, if they do? Please state it in the record.";
static const char responsible[] = "Which condition was chiefly responsible for this visit or stay, as of its end? Please state it in the record.";
static const char certain[] = "How certain is each condition of this visit or stay, as of its end? Please state it in the record.";
static const char phase[] = "Which phase of its care was each injury or condition of this visit in? Please state it in the record.";
static const char present[] = "Which conditions of this stay were there when the patient was admitted? Please state it in the record.";
static const char when[] = "When was each service of this visit or stay given? Please state it in the record.";
static const char purpose[] = "For which condition was each service of this visit given? Please state it in the record.";
static const char done[] = "What was done at this visit? Please state it in the record.";
static const char services[] =
    "How do the services of this day relate to each other: what was done, where on the body, at which times? Please state it in the record.";
static const char often[] = "How often, how much or for how long was each service of this day given? Please state it in the record.";
static const char side[] = "Which side of the body was what was found and done at this visit on? Please state it in the record.";
static const char wasted[] = "How much of each drug was given, and how much of an opened container was discarded? Please state it in the record.";
static const char seen[] = "How was the patient seen (in person, by picture and sound, by sound alone)? Please state it in the record.";
static const char whereabouts[] = "Where was the patient during the visit? Please state it in the record.";
static const char earlier[] = "What was this visit for, and how does it relate to what was done before, if it does? Please state it in the record.";
static const char visits[] = "How often on this day was the patient seen, by whom, and for what? Please state it in the record.";
static const char procedure[] = "How was each procedure of this stay done (purpose, site, approach, device)? Please state it in the record.";
static const char units[] = "How many units of the service were charged?";
static const char birth[] = "Which birth date do the patient's papers show?";
static const char describe[] =
    "Please state in the record what was found at this visit, what was done, and for what.";

const char question_of_charges[] = "What is charged for the lines that were added? work answer ID --set line.N.charge=AMOUNT, for each of them (0: nothing).";

const struct question question_table[] = {
    {FINDING_CODING_DOCUMENT_MISSING, "Where is the note of this visit? Please write or complete it.",
     "Which documents of this visit have not been sent? Please have them sent."},
    {FINDING_CODING_OPERATIVE_NOTE_MISSING, "Where is the note of what was done at this visit? Please write or complete it.",
     "Which documents of this visit have not been sent? Please have them sent."},
    {FINDING_CODING_IMAGING_REPORT_MISSING, "Where is the report of the imaging of this visit? Please write or complete it.",
     "Which reports of this visit have not been sent? Please have them sent."},
    {FINDING_CODING_ORDER_MISSING, "Which tests were ordered at this visit, when, and for what? Please state it in the record.",
     "Which orders of this visit have not been sent? Please have them sent."},
    {FINDING_CODING_RESULT_MISSING, NULL, "Which of the tests that were ordered were done, and where are their results?"},
    {FINDING_CODING_NOTE_UNSIGNED, "Please complete and sign the note of this visit.", NULL},
    {FINDING_CODING_NOTE_OUTSIDE, "Where is the note of this visit? Please write or complete it.",
     "On which day was the patient seen?"},
    {FINDING_CODING_REPORT_PRELIMINARY, "Please complete and sign the report that is preliminary.", NULL},
    {FINDING_CODING_CHARGE_NOT_DOCUMENTED, "What was done and given at this visit? Please state it in the record.",
     "Which service does the line stand for?"},
    {FINDING_CODING_DIAGNOSIS_NOT_DOCUMENTED,
     "Which conditions were assessed or treated at this visit? Please state them in the record.", NULL},
    {FINDING_CODING_DIAGNOSIS_NEGATED,
     "The documents of this visit do not agree about a condition. What holds, as of the end of the visit? Please state it in the "
     "record.",
     NULL},
    {FINDING_CODING_DATE_MISSING, when, "On which day was the service of the line given?"},
    {FINDING_CODING_DATE_FUTURE, when, "On which day was the service given? The claim names one after its receipt."},
    {FINDING_CODING_DIAGNOSIS_HEADER,
     "Which details of the conditions of this visit (kind, site, side, cause, stage, course) does the record support? Please state "
     "them.",
     NULL},
    {FINDING_CODING_PROCEDURE_MISSING, done,
     "Which charge does the line without a procedure stand for?"},
    {FINDING_CODING_CLIA_MISSING, NULL, "Which laboratory did the test, and what is its CLIA number?"},
    {FINDING_CODING_PLACE_UNKNOWN, "Where was the patient seen?", "Where was the service given?"},
    {FINDING_CODING_PLACE_OF_SERVICE, "Where was the patient seen?", "Where was the service given?"},
    {FINDING_CODING_JZ_MISSING, wasted,
     "How much of the drug was given, and how much was discarded?"},
    {FINDING_CODING_JW_AND_JZ, wasted,
     "How much of the drug was given, and how much was discarded?"},
    {FINDING_CODING_JW_ALONE, wasted,
     "How much of the drug was given, and how much was discarded?"},
    {FINDING_CODING_NDC_MISSING, NULL, "Which package was the drug taken from (National Drug Code)?"},
    {FINDING_CODING_TELEHEALTH_MODIFIER, seen, NULL},
    {FINDING_CODING_TELEHEALTH_PLACE, whereabouts, NULL},
    {FINDING_CODING_TELEHEALTH_SERVICE, seen, NULL},
    {FINDING_CODING_TELEHEALTH_ORIGIN, whereabouts, NULL},
    {FINDING_CODING_NECESSITY, purpose,
     "Was the patient given a notice before the service (ABN), and is it on file?"},
    {FINDING_CODING_NOTICE_NEEDLESS, NULL, "Why was the patient given a notice before the service (ABN)?"},
    {FINDING_CODING_AGE, NULL, "Which birth date do the patient's papers show?"},
    {FINDING_CODING_PRINCIPAL_MISSING,
     "Which condition was chiefly responsible for this visit, as of its end? Please state it in the record.", NULL},
    {FINDING_CODING_SYMPTOM_WITH_CAUSE,
     "How do the signs, symptoms and conditions of this visit relate to each other, if they do? Please state it in the record.", NULL},
    {FINDING_CODING_EXTERNAL_CAUSE_FIRST, "For which injury or condition was the patient seen? Please state it in the record.",
     NULL},
    {FINDING_CODING_POINTER_CAUSE, purpose, NULL},
    {FINDING_CODING_POINTER_MISSING, purpose, NULL},
    {FINDING_CODING_UNITS, "How often, or for how long, was each service of this visit given? Please state it in the record.", units},
    {FINDING_CODING_UNITS_LINE, often, units},
    {FINDING_CODING_UNITS_POLICY, often, units},
    {FINDING_CODING_UNITS_DAY, often, units},
    {FINDING_CODING_UNITS_EARLIER, often, units},
    {FINDING_CODING_PAIR_NEVER, services, NULL},
    {FINDING_CODING_PAIR_MODIFIER, services, NULL},
    {FINDING_CODING_PAIR_EARLIER, services, NULL},
    {FINDING_CODING_ADD_ON_ALONE, done, NULL},
    {FINDING_CODING_ADD_ON_NOTHING, done, NULL},
    {FINDING_CODING_BILATERAL_NOT, side, NULL},
    {FINDING_CODING_BILATERAL_ALREADY, side, NULL},
    {FINDING_CODING_BILATERAL_UNITS, side, units},
    {FINDING_CODING_LINES_MISSING, done,
     "Which charges belong to this visit?"},
    {FINDING_CODING_SEVENTH_MISSING, phase, NULL},
    {FINDING_CODING_SEVENTH_WRONG, phase, NULL},
    {FINDING_CODING_INPATIENT_PROCEDURE_SHORT, procedure, NULL},
    {FINDING_CODING_PROCEDURE_AFTER_STAY, when, "On which day was the procedure done, and which days does the bill cover?"},
    {FINDING_CODING_AGE_NEWBORN, NULL, birth},
    {FINDING_CODING_AGE_PEDIATRIC, NULL, birth},
    {FINDING_CODING_AGE_MATERNITY, NULL, birth},
    {FINDING_CODING_AGE_ADULT, NULL, birth},
    {FINDING_CODING_SEX, NULL, "Which sex do the patient's papers show?"},
    {FINDING_CODING_PROCEDURE_SEX, NULL, "Which sex do the patient's papers show?"},
    {FINDING_CODING_MANIFESTATION_FIRST, relate, NULL},
    {FINDING_CODING_MANIFESTATION_PRINCIPAL, relate, NULL},
    {FINDING_CODING_PRINCIPAL_UNACCEPTABLE, responsible, NULL},
    {FINDING_CODING_ADMISSION_QUESTIONABLE, responsible, NULL},
    {FINDING_CODING_EXCLUDES_1, relate, NULL},
    {FINDING_CODING_JOINED, relate, NULL},
    {FINDING_CODING_CONTRADICTION, relate, NULL},
    {FINDING_CODING_SIDE, side, NULL},
    {FINDING_CODING_SIDES_JOINED, side, NULL},
    {FINDING_CODING_LINE_OF_BOTH_SIDES, side, NULL},
    {FINDING_CODING_SIDE_UNSPECIFIED, side, NULL},
    {FINDING_CODING_MODIFIERS_APART, services, NULL},
    {FINDING_CODING_NEW_PATIENT, NULL, "When was the patient last seen by this practice, and by whom?"},
    {FINDING_CODING_GLOBAL_PERIOD, earlier, NULL},
    {FINDING_CODING_GLOBAL_OPERATION, earlier, NULL},
    {FINDING_CODING_DAY_BEFORE, earlier, NULL},
    {FINDING_CODING_THERAPY_PLAN, "Which plan of care was each therapy given under? Please state it in the record.", NULL},
    {FINDING_CODING_PROBABLE, certain, NULL},
    {FINDING_CODING_PROBABLE_NEVER, certain, NULL},
    {FINDING_CODING_EXTERNAL_CAUSE_MISSING, "How and where did the injuries of this visit come about? Please state it in the record.", NULL},
    {FINDING_CODING_DELIVERY, "How was the child born? Please state it in the record.", NULL},
    {FINDING_CODING_TRIMESTER, "How many weeks of gestation were there at this visit? Please state it in the record.", NULL},
    {FINDING_CODING_ETIOLOGY_MISSING, relate, NULL},
    {FINDING_CODING_OUTCOME_MISSING, "What was the outcome of the delivery? Please state it in the record.", NULL},
    {FINDING_CODING_CODE_FIRST, relate, NULL},
    {FINDING_CODING_COMPANION_MISSING, relate, NULL},
    {FINDING_CODING_AGENT_FIRST, responsible, NULL},
    {FINDING_CODING_SECONDARY_ONLY, responsible, NULL},
    {FINDING_CODING_SEPSIS_FIRST, responsible, NULL},
    {FINDING_CODING_POISONING_FIRST, relate, NULL},
    {FINDING_CODING_SCREENING_FIRST, "For which reason was the service of this visit begun? Please state it in the record.", NULL},
    {FINDING_CODING_SEQUELA_FIRST, responsible, NULL},
    {FINDING_CODING_ADVERSE_EFFECT_FIRST, responsible, NULL},
    {FINDING_CODING_UNDERDOSING_FIRST, responsible, NULL},
    {FINDING_CODING_FIRST_ONLY, responsible, NULL},
    {FINDING_CODING_POA_MISSING, present, NULL},
    {FINDING_CODING_POA_WRONG, present, NULL},
    {FINDING_CODING_DRG_INPUT, NULL, "What do the papers of the admission say (birth date, sex, discharge status)?"},
    {FINDING_CODING_DRG_UNKNOWN, NULL, "Which DRG does the grouper of the day of discharge give?"},
    {FINDING_CODING_DRG_CATEGORY, NULL, "Which DRG does the grouper of the day of discharge give?"},
    {FINDING_CODING_TOTAL, NULL, "Which charges belong to this visit? Those of the lines are not the charge of the claim."},
    {FINDING_CODING_STATEMENT_COVERS, NULL, "Which days does the bill cover, and on which day was the service of the line given?"},
    {FINDING_CODING_STATEMENT_ORDER, NULL, "On which day did the patient come, and which days does the bill cover?"},
    {FINDING_CODING_STATUS_FREQUENCY, NULL, "Has the patient left, and is this the whole bill of the stay?"},
    {FINDING_CODING_BILL_TYPE_OF_CODE, NULL, "Was the patient an inpatient or an outpatient, and what is the condition, occurrence or value code for?"},
    {FINDING_CODING_BILL_CODES_APART, NULL, "Which of the codes of the bill that contradict each other do the papers bear out?"},
    {FINDING_CODING_BILL_CODE_MISSING, NULL, "What do the papers say that the bill does not (day, number or reading that a code of it wants)?"},
    {FINDING_CODING_VISITS_OF_DAY, visits, "Did the patient come more than once on this day?"},
    {FINDING_CODING_OCCURRENCE_LATER, NULL, "On which day was the occurrence?"},
    {FINDING_CODING_SPAN_OUTSIDE, NULL, "Which days does the occurrence span cover?"},
    {FINDING_CODING_SPAN_ORDER, NULL, "Which days does the occurrence span cover?"},
    {FINDING_CODING_DAYS_OF_STAY, NULL, "Which days of the stay are covered, and which are not?"},
    {FINDING_CODING_DAYS_OF_BENEFIT, NULL, "How many days of coinsurance and of the lifetime reserve does the stay use?"},
    {FINDING_CODING_PROVIDER_MISSING, NULL, "Who is the provider that the claim does not name?"},
    {FINDING_CODING_PROVIDER_NUMBER, NULL, "What is the number (NPI) of this provider?"},
    {FINDING_CODING_ORDERING_MISSING, NULL, "Who ordered the test or the imaging?"},
    {FINDING_CODING_LINE_DATES, NULL, "On which days was the service of the line given?"},
    {FINDING_CODING_BEFORE_BIRTH, NULL, "Which birth date do the patient's papers show?"},
    {FINDING_CODING_AUTHORIZATION, NULL, "What is the number of the payer's authorization?"},
    {FINDING_CODING_REFERRAL, NULL, "What is the number of the referral?"},
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

bool
question_is_ours(enum work_queue queue, uint64_t finding, struct text question)
{
    return text_equal(question, question_for(queue, finding)) || (queue == WORK_QUEUE_BILLER && text_is(question, question_of_charges));
}
