/* The queues of the coding daemon: who has a claim, what they were asked, and what may be seen. */
#include "schemas/findings.h"
#include "services/coding/question.h"
#include "tests/services/coding_bench.h"

static void
check_status(const struct control_answer *answer, enum control_status status)
{
    cr_assert_eq(answer->status, status, "%d: %.*s", (int)answer->status, TEXT_ARGS(answer->sentence));
}

static size_t
listed(struct bench *bench, const char *queue)
{
    return ASK(bench, "work.list", "queue", queue)->rows_count;
}

/* How many values of the answer hold these bytes, or are amounts when it is NULL. */
static size_t
count_values(const struct control_answer *answer, const char *part)
{
    size_t count = 0;
    for (size_t row = 0; row < answer->rows_count; row++)
        for (size_t k = 0; k < answer->rows[row].values_count; k++) {
            const struct control_value *value = &answer->rows[row].values[k];
            count += part == NULL ? value->kind == VALUE_KIND_MONEY
                                  : value->text.length > 0 && memmem(value->text.data, value->text.length, part, strlen(part)) != NULL;
        }
    return count;
}

/* The nth row of this act in the history of the claim; its row number. */
static size_t
row_of(const struct control_answer *answer, const char *act)
{
    for (size_t row = 0; row < answer->rows_count; row++)
        if (bench_says(answer, row, "row", "change") && bench_says(answer, row, "act", act))
            return row;
    cr_assert_fail("no row of the act %s", act);
    return 0;
}

Test(coding_queue, an_item_is_assigned_and_given_back_and_noted)
{
    struct bench *bench = opened();
    feed(bench, 601, "I214 R079", 0, "1");
    feed(bench, 602, "J1077", 0, "1");
    check_status(ASK(bench, "work.assign", "id", "coding-601", "to", "anna", "actor", "lead"), CONTROL_STATUS_DONE);
    const struct control_answer *list = ASK(bench, "work.list", "assigned", "anna");
    cr_assert_eq(list->rows_count, 1);
    cr_assert(bench_says(list, 0, "id", "coding-601") && bench_says(list, 0, "assigned", "anna"));
    check_status(ASK(bench, "work.note", "id", "coding-601", "text", "chart asked for", "actor", "anna"), CONTROL_STATUS_DONE);
    check_status(ASK(bench, "work.release", "id", "coding-601", "reason", "on leave", "actor", "anna"), CONTROL_STATUS_DONE);
    cr_assert_eq(ASK(bench, "work.list", "assigned", "anna")->rows_count, 0);
    cr_assert_eq(listed(bench, "coding"), 2, "the claim is still held");
    check_status(ASK(bench, "work.release", "id", "coding-601"), CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.assign", "id", "coding-601", "to", ""), CONTROL_STATUS_WRONG);
    check_status(ASK(bench, "work.note", "id", "coding-699", "text", "x"), CONTROL_STATUS_NOT_FOUND);
    cr_assert_str_eq(bench_events(bench), "coding_held coding_held work_done work_done work_done");

    const struct control_answer *shown = ASK(bench, "work.show", "id", "coding-601", "reveal", "yes");
    size_t row = row_of(shown, "assign");
    cr_assert(bench_says(shown, row, "after", "anna") && bench_says(shown, row, "actor", "root as lead"));
    cr_assert(bench_says(shown, row + 1, "act", "note") && bench_says(shown, row + 1, "text", "chart asked for"));
    cr_assert(bench_says(shown, row + 2, "act", "unassign") && bench_says(shown, row + 2, "reason", "on leave"));
    cr_assert(bench_says(shown, row + 2, "role", "coder"));
    shown = ASK(bench, "work.show", "id", "coding-601");
    cr_assert(bench_says(shown, row_of(shown, "note"), "text", "***"), "what people write may hold patient data");
    bench_close(bench);
}

Test(coding_queue, a_question_goes_to_the_physician_and_its_answer_brings_the_claim_back_to_who_asked)
{
    struct bench *bench = opened();
    feed(bench, 603, "I214 R079", 0, "1");
    check_status(ASK(bench, "work.query", "id", "coding-603", "to", "physician", "actor", "anna"), CONTROL_STATUS_DONE);
    cr_assert_eq(listed(bench, "coding"), 0);
    const struct control_answer *list = ASK(bench, "work.list", "queue", "physician");
    cr_assert_eq(list->rows_count, 1);
    struct text sentence = question_for(WORK_QUEUE_PHYSICIAN, FINDING_CODING_SYMPTOM_WITH_CAUSE);
    cr_assert(text_equal(bench_value(list, 0, "sentence")->text, sentence));
    cr_assert(bench_says(list, 0, "asked_by", "anna") && bench_says(list, 0, "kind", "documentation"));

    /* While it is open the codes stand still. */
    check_status(ASK(bench, "work.answer", "id", "coding-603", "act", "release", "set.1", "diagnosis.2=", "reason", "x"),
                 CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.answer", "id", "coding-603", "act", "end", "reason", "x"), CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.query", "id", "coding-603", "to", "biller"), CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.answer", "id", "coding-603", "act", "reply", "text", "x", "role", "biller"),
                 CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.answer", "id", "coding-603", "act", "reply", "text", ""), CONTROL_STATUS_WRONG);

    check_status(ASK(bench, "work.answer", "id", "coding-603", "act", "reply", "text", "pain of the infarction", "actor", "dr meyer",
                     "role", "physician"),
                 CONTROL_STATUS_DONE);
    list = ASK(bench, "work.list", "queue", "coding");
    cr_assert_eq(list->rows_count, 1);
    cr_assert(bench_says(list, 0, "assigned", "anna"));
    const struct control_answer *shown = ASK(bench, "work.show", "id", "coding-603", "reveal", "yes");
    size_t row = row_of(shown, "reply");
    cr_assert(bench_says(shown, row, "text", "pain of the infarction") && bench_says(shown, row, "role", "physician"));
    cr_assert(bench_says(shown, row, "actor", "root as dr meyer"));
    cr_assert_eq(bench_number(shown, row, "finding"), FINDING_CODING_SYMPTOM_WITH_CAUSE);
    check_status(ASK(bench, "work.answer", "id", "coding-603", "act", "reply", "text", "again"), CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.answer", "id", "coding-603", "act", "release", "reason", "as the record says",
                     "set.1", "diagnosis.2="), CONTROL_STATUS_DONE);
    bench_close(bench);
}

/* One answer to several findings: an auditor asks why each code was changed. */
Test(coding_queue, each_change_names_the_finding_of_its_place)
{
    struct bench *bench = opened();
    feed(bench, 616, "I214 R079 J1077", 0, "1");
    check_status(ASK(bench, "work.answer", "id", "coding-616", "act", "release", "reason", "as the record says", "set.1", "diagnosis.2=",
                     "set.2", "diagnosis.3=J101"), CONTROL_STATUS_DONE);
    const struct control_answer *shown = ASK(bench, "claim.show", "claim_id", "616", "reveal", "yes");
    size_t row = row_of(shown, "code");
    for (size_t i = row; i < row + 2; i++)
        cr_expect_eq(bench_number(shown, i, "finding"),
                     bench_says(shown, i, "place", "diagnosis 2") ? FINDING_CODING_SYMPTOM_WITH_CAUSE : FINDING_CODING_DIAGNOSIS_UNKNOWN);
    bench_close(bench);
}

Test(coding_queue, coders_and_physicians_see_no_amounts_and_a_physician_no_codes)
{
    struct bench *bench = opened();
    feed(bench, 604, "I214 R079", 0, "1");
    for (unsigned i = 0; i < 2; i++) {
        const struct control_answer *views[] = {bench_ask(bench, "work.list", NULL), ASK(bench, "work.list", "reveal", "yes"),
                                                ASK(bench, "work.show", "id", "coding-604", "reveal", "yes"),
                                                ASK(bench, "claim.show", "id", "604", "reveal", "yes")};
        for (size_t k = 0; k < sizeof views / sizeof *views; k++) {
            cr_expect_gt(views[k]->rows_count, 0);
            cr_expect_eq(count_values(views[k], NULL), 0, "an amount in view %zu of round %u", k, i);
        }
        static const char *const codes[] = {"I214", "I21.4", "R079", "99213", "87804"};
        size_t seen = 0;
        for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
            seen += count_values(views[2], codes[k]);
        cr_expect(i == 0 ? seen > 3 : seen == 0, "%zu codes in round %u", seen, i);
        ASK(bench, "work.query", "id", "coding-604", "to", "physician");
    }
    /* The biller is who may know what it is about. */
    ASK(bench, "work.return", "id", "coding-604", "reason", "not my patient");
    ASK(bench, "work.return", "id", "coding-604", "reason", "birth date");
    cr_expect_eq(count_values(ASK(bench, "work.list", "queue", "biller"), NULL), 1);
    bench_close(bench);
}

/* The page of a claim, for who says that he is a physician: as his page of the work item, whatever queue the claim is in. */
Test(coding_queue, a_physician_is_shown_the_visit_and_nothing_that_was_found)
{
    struct bench *bench = opened();
    feed(bench, 615, "I214 R079", 0, "1");
    static const char *const never[] = {"I214", "R079", "99213", "87804"};
    for (unsigned i = 0; i < 3; i++) {
        const struct control_answer *shown = ASK(bench, "claim.show", "id", "615", "reveal", "yes", "role", "physician");
        cr_assert_eq(shown->status, CONTROL_STATUS_DONE);
        cr_expect_eq(count_values(shown, NULL), 0);
        for (size_t k = 0; k < sizeof never / sizeof *never; k++)
            cr_expect_eq(count_values(shown, never[k]), 0, "round %u: %s", i, never[k]);
        for (size_t row = 0; row < shown->rows_count; row++)
            cr_expect_not(bench_says(shown, row, "row", "finding") || bench_says(shown, row, "row", "diagnosis"));
        ASK(bench, i == 0 ? "work.query" : "work.return", "id", "coding-615", "to", "physician", "reason", "not mine");
        if (i == 1)
            ASK(bench, "work.return", "id", "coding-615", "reason", "two patients mixed"); /* to the biller */
    }
    /* The amount of a biller's item is for who says that he is one. */
    cr_expect_eq(count_values(ASK(bench, "claim.show", "id", "615", "reveal", "yes"), NULL), 0);
    cr_expect_gt(count_values(ASK(bench, "claim.show", "id", "615", "role", "biller"), NULL), 0);
    bench_close(bench);
}

Test(coding_queue, a_question_to_a_physician_is_open_and_never_in_own_words)
{
    struct bench *bench = opened();
    feed(bench, 605, "I214 R079", 0, "1");
    check_status(ASK(bench, "work.query", "id", "coding-605", "to", "physician", "text", "is it I21.4?"), CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.query", "id", "coding-605", "to", "physician", "finding", "3110"), CONTROL_STATUS_WRONG);
    check_status(ASK(bench, "work.query", "id", "coding-605", "to", "nurse"), CONTROL_STATUS_WRONG);
    check_status(ASK(bench, "work.query", "id", "coding-605", "to", "physician", "role", "biller"), CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.query", "id", "coding-605", "to", "physician", "role", "king"), CONTROL_STATUS_WRONG);
    check_status(ASK(bench, "work.note", "id", "coding-605", "text", "x", "role", "king"), CONTROL_STATUS_WRONG);
    check_status(ASK(bench, "work.answer", "id", "coding-605", "act", "end", "reason", "x", "role", "auditor"), CONTROL_STATUS_REFUSED);
    feed(bench, 606, "J1077", 0, "1"); /* a code that does not exist is the coder's own */
    check_status(ASK(bench, "work.query", "id", "coding-606", "to", "physician"), CONTROL_STATUS_REFUSED);
    cr_assert_eq(listed(bench, "coding"), 2);
    bench_close(bench);
}

/* No digit (no code, no amount), nothing to fill in, nothing about money, and not a question that yes would answer. */
Test(coding_queue, no_sentence_to_a_physician_leads)
{
    static const char *const words[] = {"%",    "$",       "pay",   "reimburs", "cost",    "charge", "revenue", "DRG",   "denied",
                                        "code", "support a", "separate", "distinct", "likely", "consider",
                                        "possible", "agree that", "Is it", "Does the patient"};
    for (size_t i = 0; i < question_count; i++) {
        const char *sentence = question_table[i].physician;
        cr_expect_not_null(finding_kind(question_table[i].finding));
        if (sentence == NULL)
            continue;
        cr_expect_eq(strcspn(sentence, "0123456789"), strlen(sentence), "%s", sentence);
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            cr_expect_null(strstr(sentence, words[k]), "\"%s\" in: %s", words[k], sentence);
        bool open = strncmp(sentence, "Wh", 2) == 0 || strncmp(sentence, "How", 3) == 0 || strncmp(sentence, "Please", 6) == 0 ||
                    strncmp(sentence, "For which", 9) == 0 || strstr(sentence, "What holds") != NULL;
        cr_expect(open, "%s", sentence);
    }
    cr_expect_eq(question_for(WORK_QUEUE_PHYSICIAN, FINDING_CODING_DIAGNOSIS_UNKNOWN).length, 0);
    cr_expect_gt(question_for(WORK_QUEUE_PHYSICIAN, 6100).length, 0, "a payer's denial has the general question");
}

/* The form of a code, the tables, the registration, the bill: nothing that a physician could write would answer these. */
static const uint16_t no_documentation[] = {
    FINDING_CODING_EDITION_MISSING,
    FINDING_CODING_DIAGNOSIS_UNKNOWN,
    FINDING_CODING_DIAGNOSIS_NOT_YET,
    FINDING_CODING_DIAGNOSIS_ENDED,
    FINDING_CODING_PROCEDURE_UNKNOWN,
    FINDING_CODING_PROCEDURE_NOT_YET,
    FINDING_CODING_PROCEDURE_ENDED,
    FINDING_CODING_SEVENTH_PLACE,
    FINDING_CODING_DIAGNOSIS_LONG,
    FINDING_CODING_INPATIENT_PROCEDURE_UNKNOWN,
    FINDING_CODING_INPATIENT_PROCEDURE_NOT_YET,
    FINDING_CODING_INPATIENT_PROCEDURE_ENDED,
    FINDING_CODING_NEW_PATIENT,
    FINDING_CODING_CLIA_MISSING,
    FINDING_CODING_MODIFIER_DATE,
    FINDING_CODING_AGE,
    FINDING_CODING_AGE_NEWBORN,
    FINDING_CODING_AGE_PEDIATRIC,
    FINDING_CODING_AGE_MATERNITY,
    FINDING_CODING_AGE_ADULT,
    FINDING_CODING_SEX,
    FINDING_CODING_PROCEDURE_SEX,
    FINDING_CODING_MODIFIER_OF_PROCEDURE,
    FINDING_CODING_MODIFIER_COMPONENT,
    FINDING_CODING_MODIFIER_TWICE,
    FINDING_CODING_MODIFIER_OF_HOSPITAL,
    FINDING_CODING_MODIFIER_OF_PRACTITIONER,
    FINDING_CODING_COMPLEXITY,
    FINDING_CODING_HOSPITAL_PART,
    FINDING_CODING_NDC_MISSING,
    FINDING_CODING_TELEHEALTH_ASYNCHRONOUS,
    FINDING_CODING_BILL_TYPE_UNKNOWN,
    FINDING_CODING_REVENUE_UNKNOWN,
    FINDING_CODING_PATIENT_STATUS_UNKNOWN,
    FINDING_CODING_ADMISSION_TYPE_UNKNOWN,
    FINDING_CODING_ADMISSION_ORIGIN_UNKNOWN,
    FINDING_CODING_CONDITION_UNKNOWN,
    FINDING_CODING_OCCURRENCE_UNKNOWN,
    FINDING_CODING_SPAN_UNKNOWN,
    FINDING_CODING_VALUE_UNKNOWN,
    FINDING_CODING_BILL_TYPE_OF_CODE,
    FINDING_CODING_BILL_CODES_APART,
    FINDING_CODING_BILL_CODE_MISSING,
    FINDING_CODING_POINTER_DIAGNOSIS,
    FINDING_CODING_ASSISTANT_NOT,
    FINDING_CODING_CO_SURGEON_NOT,
    FINDING_CODING_TEAM_NOT,
    FINDING_CODING_NEVER_PAID,
    FINDING_CODING_DRG_INPUT,
    FINDING_CODING_DRG_UNKNOWN,
    FINDING_CODING_DRG_CATEGORY,
};

static bool
is_no_documentation(unsigned number)
{
    for (size_t i = 0; i < sizeof no_documentation / sizeof *no_documentation; i++)
        if (no_documentation[i] == number)
            return true;
    return false;
}

Test(coding_queue, what_the_record_can_answer_has_a_question_to_the_physician)
{
    unsigned asked = 0;
    for (uint16_t number = 3000; number < 3600; number++) {
        const struct finding_kind *kind = finding_kind(number);
        if (kind == NULL || kind->severity < FINDING_QUERY || kind->step < 1 || kind->step > 6)
            continue;
        bool has = question_for(WORK_QUEUE_PHYSICIAN, number).length > 0;
        asked += has;
        cr_expect_neq(has, is_no_documentation(number), "%u: %s", (unsigned)number, kind->sentence);
    }
    cr_expect_gt(asked, 50);
}

Test(coding_queue, documentation_that_contradicts_itself_goes_to_the_physician)
{
    struct bench *bench = opened();
    feed(bench, 607, "E1165 E119", 0, "1");
    check_status(ASK(bench, "work.query", "id", "coding-607", "to", "physician", "finding", "3223"), CONTROL_STATUS_DONE);
    const struct control_answer *list = ASK(bench, "work.list", "queue", "physician");
    cr_assert_eq(list->rows_count, 1);
    cr_assert(text_starts(bench_value(list, 0, "sentence")->text, TEXT("How do the conditions of this visit relate to each other")));
    cr_assert_eq(count_values(list, "E11"), 0);
    bench_close(bench);
}

Test(coding_queue, a_biller_is_asked_in_words_and_what_is_not_ready_for_coding_is_sent_back_to_them)
{
    struct bench *bench = opened();
    feed(bench, 607, "I214 R079", 0, "1");
    check_status(ASK(bench, "work.query", "id", "coding-607", "to", "biller", "text", "which laboratory?", "actor", "anna"),
                 CONTROL_STATUS_DONE);
    const struct control_answer *list = ASK(bench, "work.list", "queue", "biller");
    cr_assert(bench_says(list, 0, "sentence", "***"), "own words are private");
    cr_assert(bench_says(ASK(bench, "work.list", "queue", "biller", "reveal", "yes"), 0, "sentence", "which laboratory?"));
    /* A biller answers, and changes no code. */
    check_status(ASK(bench, "work.answer", "id", "coding-607", "act", "release", "reason", "as the record says",
                     "set.1", "diagnosis.2=", "role", "biller"),
                 CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.answer", "id", "coding-607", "act", "reply", "text", "ours", "role", "biller"), CONTROL_STATUS_DONE);
    check_status(ASK(bench, "work.answer", "id", "coding-607", "act", "release", "reason", "as the record says",
                     "set.1", "diagnosis.2=", "role", "biller"),
                 CONTROL_STATUS_REFUSED);

    check_status(ASK(bench, "work.return", "id", "coding-607"), CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.return", "id", "coding-607", "reason", "two patients mixed", "actor", "anna"), CONTROL_STATUS_DONE);
    cr_assert(bench_says(ASK(bench, "work.list", "queue", "biller", "reveal", "yes"), 0, "sentence", "two patients mixed"));
    check_status(ASK(bench, "work.return", "id", "coding-607", "reason", "it is right as it is"), CONTROL_STATUS_DONE);
    cr_assert(bench_says(ASK(bench, "work.list", "queue", "coding"), 0, "assigned", "anna"));
    bench_close(bench);
}

Test(coding_queue, every_finding_that_a_release_passes_over_is_kept_with_the_reason)
{
    struct bench *bench = opened();
    feed(bench, 608, "I214 R079", 0, "1");
    check_status(ASK(bench, "work.answer", "id", "coding-608", "act", "release", "reason", "pain before the infarction"),
                 CONTROL_STATUS_DONE);
    const struct control_answer *claim = ASK(bench, "claim.show", "id", "608", "reveal", "yes");
    size_t row = row_of(claim, "override");
    cr_assert(bench_says(claim, row, "place", "diagnosis 2") && bench_says(claim, row, "reason", "pain before the infarction"));
    cr_assert_eq(bench_number(claim, row, "finding"), FINDING_CODING_SYMPTOM_WITH_CAUSE);
    bench_close(bench);
}

Test(coding_queue, a_warning_alone_needs_a_reason_too_once_a_person_releases)
{
    struct bench *bench = opened();
    struct coding_sample sample;
    struct arena arena;
    struct document order = {.kind = DOCUMENT_KIND_ORDER};
    arena_init(&arena, 0);
    sample_make(&sample);
    sample_codes(&sample, "J1077");
    struct encounter encounter = encounter_of(&sample, 609, &arena);
    encounter.documents = &order;
    encounter.documents_count = 1;
    bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter);
    const struct control_answer *answer =
        ASK(bench, "work.answer", "id", "coding-609", "act", "release", "set.1", "diagnosis.1=J101", "reason", "typed wrong");
    check_status(answer, CONTROL_STATUS_REFUSED); /* the reason of a change is none for what else stands there */
    cr_assert_eq(bench_number(answer, 0, "number"), FINDING_CODING_DOCUMENT_MISSING);
    check_status(ASK(bench, "work.answer", "id", "coding-609", "act", "release", "set.1", "diagnosis.1=J101", "over", "yes"),
                 CONTROL_STATUS_REFUSED);
    check_status(ASK(bench, "work.answer", "id", "coding-609", "act", "release", "set.1", "diagnosis.1=J101", "reason", "on paper", "over",
                     "yes"),
                 CONTROL_STATUS_DONE);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_queue, the_deadline_is_that_of_the_payers_profile)
{
    static const char profile[] = "[payer]\ntitle = Acme Health\nid = 77\nreceiver = R\nsender = S\nsubmitter_name = Clinic\n"
                                  "submitter_phone = 5550100000\nfolder = /tmp/none\ntimely_filing_days = 90\n";
    struct bench *bench =
        bench_open(&coding_plan, "[coding]\nanswer_days = 2\n", (const char *const[]){"payers/acme.conf", profile, NULL});
    struct coding_sample sample;
    struct arena arena;
    bench_set_time(bench, noon);
    arena_init(&arena, 0);
    for (unsigned i = 0; i < 2; i++) {
        sample_make(&sample);
        sample_codes(&sample, "J1077");
        sample.body.payer.id = i == 0 ? TEXT("77") : TEXT("78");
        struct encounter encounter = encounter_of(&sample, 610 + i, &arena);
        bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter);
    }
    const struct control_answer *list = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(bench_number(list, 0, "deadline"), 20260218, "90 days from 2025-11-20");
    cr_assert_eq(bench_number(list, 1, "deadline"), 0, "no profile takes this payer's claims");
    cr_assert_eq(bench_number(list, 1, "answer_by"), 20251126);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_queue, two_acts_of_one_moment_are_two_rows_and_all_of_it_survives_a_restart)
{
    struct bench *bench = opened();
    feed(bench, 612, "I214 R079", 0, "1");
    bench_hold_time(bench, noon + 1000000);
    ASK(bench, "work.note", "id", "coding-612", "text", "first");
    ASK(bench, "work.note", "id", "coding-612", "text", "second");
    ASK(bench, "work.query", "id", "coding-612", "to", "physician");
    bench_restart(bench, false);
    cr_assert_eq(listed(bench, "physician"), 1);
    const struct control_answer *claim = ASK(bench, "work.show", "id", "coding-612");
    ASK(bench, "work.return", "id", "coding-612", "reason", "no");
    claim = ASK(bench, "work.show", "id", "coding-612", "reveal", "yes");
    size_t row = row_of(claim, "note");
    cr_assert(bench_says(claim, row, "text", "first") && bench_says(claim, row + 1, "text", "second"));
    cr_assert(bench_says(claim, row + 2, "act", "query") && bench_says(claim, row + 3, "act", "return"));
    bench_close(bench);
}

Test(coding_queue, a_page_of_one_queue_is_found_among_many_of_another)
{
    struct bench *bench = opened();
    for (uint64_t i = 0; i < 60; i++)
        feed(bench, 700 + i, "I214 R079", 0, "1");
    ASK(bench, "work.query", "id", "coding-759", "to", "physician");
    const struct control_answer *list = ASK(bench, "work.list", "queue", "physician");
    cr_assert_eq(list->rows_count, 1);
    cr_assert(bench_says(list, 0, "id", "coding-759"));
    cr_assert_eq(listed(bench, "coding"), 59);
    bench_close(bench);
}
