/* Submission asks whether a subscriber is covered (270) and tells claims what the payer says (271). */
#include "tests/services/inquiry_sample.h"

#define KEYS "eligibility = yes\ninquiry_wait = 5s\n"

static struct text
key_of(unsigned n)
{
    static char keys[8][32];
    memset(keys[n % 8], (int)('a' + n), 32);
    return text_of(keys[n % 8], 32);
}

static void
ask(unsigned n, const struct question_subject *subject)
{
    struct eligibility_question question = {.key = key_of(n), .payer = TEXT("acme"), .subject = *subject};
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_eligibility_question, &question), STATUS_OK);
}

static struct question_subject
dependent_sample(void)
{
    struct question_subject subject = subject_sample();
    subject.dependent = (struct party){.entity_type = TEXT("1"), .last_name = TEXT("Doe"), .first_name = TEXT("Liv")};
    subject.dependent_birth_date = 20150305;
    subject.dependent_sex = TEXT("F");
    subject.relationship = TEXT("G8");
    return subject;
}

/* The subscriber is question 1, a dependent of his question 2. */
static void
open_asked(void)
{
    open_submission("", KEYS);
    struct question_subject subject = subject_sample(), dependent = dependent_sample();
    subject.date_to = 20251122;
    ask(1, &subject);
    ask(2, &dependent);
    run_at(noon + 10 * CLOCK_SECOND);
}

#define HEAD_271 \
    ACME_ISA("000000041") "GS*HB*ACME0*CLINIC*20251124*1200*41*X*005010X279A1~ST*271*0001*005010X279A1~" \
    "BHT*0022*11*1*20251124*1200~HL*1**20*1~"
#define NAMES_271 "NM1*PR*2*ACME*****PI*12345~HL*2*1*21*1~NM1*1P*2*CLINIC*****XX*1234567893~"

/* The payer's file with these levels; SE counts what stands in it. */
static void
payer_says(const char *payer, const char *name, const char *levels)
{
    char file[6000];
    unsigned segments = 1;
    int length = snprintf(file, sizeof file, HEAD_271 "%s", levels);
    for (const char *at = strstr(file, "ST*271"); *at != '\0'; at++)
        segments += *at == '~';
    snprintf(file + length, sizeof file - (size_t)length, "SE*%u*0001~GE*1*41~IEA*1*000000041~", segments);
    payer_puts(payer, name, file, strlen(file));
    bench_run(bench);
    check_balance();
}

static const struct eligibility_answer *
answer_out(size_t i)
{
    const struct record_type *type;
    cr_assert_gt(bench_out_count(bench, STREAM_SUBMISSION_CLAIMS), i);
    const struct eligibility_answer *answer = bench_out(bench, STREAM_SUBMISSION_CLAIMS, i, &type);
    cr_assert_eq(type, &record_eligibility_answer);
    return answer;
}

static const char *
trace(unsigned n)
{
    return trace_in("acme", "000000001.270.x12", n);
}

Test(submission_eligibility, questions_share_a_clean_270)
{
    open_asked();
    cr_assert_str_eq(names_in("acme", "out"), "000000001.270.x12");
    valid_claims("acme", "000000001.270.x12"); /* no finding */
    cr_assert(out_holds("acme", "000000001.270.x12", "~NM1*IL*1*Doe*Jane****MI*M-1~DMG*D8*19800101*F~DTP*291*RD8*20251120-20251122~EQ*30~"));
    cr_assert(out_holds("acme", "000000001.270.x12", "~NM1*03*1*Doe*Liv~DMG*D8*20150305*F~INS*N*34~DTP*291*D8*20251120~EQ*30~"));
    cr_assert(out_holds("acme", "000000001.270.x12", "*1123456789~NM1*IL")); /* TRN03 */
    cr_assert_str_eq(bench_events(bench), "inquiry_sent");
    close_submission();
}

Test(submission_eligibility, what_the_payer_says_of_a_subscriber_goes_to_claims)
{
    open_asked();
    char levels[2000];
    snprintf(levels, sizeof levels,
             NAMES_271 "HL*3*2*22*0~TRN*2*%s*1123456789~NM1*IL*1*DOE*JANE****MI*M-1~DMG*D8*19800101*F~DTP*346*D8*20250101~"
             "DTP*347*D8*20261231~EB*1*IND*30**GOLD~DTP*348*D8*20250601~EB*B*IND*98***27*20~DTP*348*D8*20200101~",
             trace(1));
    payer_says("acme", "a.271", levels);
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_CLAIMS), 1);
    const struct eligibility_answer *answer = answer_out(0);
    cr_assert(text_equal(answer->key, key_of(1)) && text_is(answer->payer, "acme"));
    cr_assert_eq(answer->state, ELIGIBILITY_STATE_TOLD);
    cr_assert(text_is(answer->last_name, "DOE") && text_is(answer->first_name, "JANE") && text_is(answer->member_id, "M-1"));
    cr_assert_eq(answer->birth_date, 19800101);
    cr_assert_eq(answer->coverage, ELIGIBILITY_COVERAGE_ACTIVE);
    cr_assert_eq(answer->covered_from, 20250101); /* of a co-payment no day counts */
    cr_assert_eq(answer->covered_to, 20261231);
    cr_assert(text_is(answer->plan, "GOLD"));
    /* The same again under another name tells nothing new. */
    strcat(levels, "EB*L~");
    payer_says("acme", "b.271", levels);
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_CLAIMS), 1);
    close_submission();
}

Test(submission_eligibility, of_a_dependent_the_id_is_the_subscribers_above_him)
{
    open_asked();
    char levels[2000];
    snprintf(levels, sizeof levels,
             NAMES_271 "HL*3*2*22*1~TRN*2*%s*1123456789~NM1*IL*1*DOE*JANE****MI*M-9~DMG*D8*19800101*F~"
             "HL*4*3*23*0~TRN*2*%s*1123456789~NM1*03*1*DOE*LIVIA~DMG*D8*20150306~EB*6**30~",
             trace(2), trace(2)); /* the trace stands in both levels */
    payer_says("acme", "a.271", levels);
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_CLAIMS), 1);
    const struct eligibility_answer *answer = answer_out(0);
    cr_assert(text_equal(answer->key, key_of(2)));
    cr_assert(text_is(answer->first_name, "LIVIA") && text_is(answer->member_id, "M-9"));
    cr_assert_eq(answer->birth_date, 20150306);
    cr_assert_eq(answer->coverage, ELIGIBILITY_COVERAGE_INACTIVE);
    close_submission();
}

Test(submission_eligibility, a_refusal_is_told_with_its_reasons)
{
    open_asked();
    char levels[2000];
    snprintf(levels, sizeof levels,
             NAMES_271 "HL*3*2*22*0~TRN*2*%s*1123456789~NM1*IL*1*DOE*JANE****MI*M-1~AAA*N**75*C~AAA*N**71*C~", trace(1));
    payer_says("acme", "a.271", levels);
    cr_assert_eq(answer_out(0)->state, ELIGIBILITY_STATE_TOLD);
    cr_assert(text_is(answer_out(0)->refusals, "75 71"));
    close_submission();
}

Test(submission_eligibility, a_payer_who_cannot_answer_now_has_said_nothing)
{
    open_asked();
    char levels[2000];
    snprintf(levels, sizeof levels, NAMES_271 "HL*3*2*22*0~TRN*2*%s*1123456789~NM1*IL*1*DOE*JANE****MI*M-1~AAA*Y**42*R~", trace(1));
    payer_says("acme", "a.271", levels);
    cr_assert_eq(answer_out(0)->state, ELIGIBILITY_STATE_UNABLE);
    close_submission();
}

Test(submission_eligibility, a_refusal_above_the_subscribers_answers_every_question_of_the_270)
{
    open_asked();
    payer_says("acme", "a.271", "AAA*Y**42*R~NM1*PR*2*ACME*****PI*12345~");
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_CLAIMS), 2);
    for (size_t i = 0; i < 2; i++) {
        cr_assert(text_equal(answer_out(i)->key, key_of((unsigned)i + 1)));
        cr_assert_eq(answer_out(i)->state, ELIGIBILITY_STATE_UNABLE);
    }
    close_submission();
}

Test(submission_eligibility, an_answer_that_names_no_question_of_ours_is_unmatched)
{
    open_asked();
    char levels[2000];
    payer_says("acme", "a.271", NAMES_271 "HL*3*2*22*0~TRN*2*T100*1123456789~NM1*IL*1*DOE*JANE****MI*M-1~EB*1**30~");
    snprintf(levels, sizeof levels, NAMES_271 "HL*3*2*22*0~TRN*2*%s*1123456789~NM1*IL*1*DOE*JANE****MI*M-1~EB*1**30~", trace(1));
    payer_says("other", "b.271", levels); /* another payer */
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 2);
    cr_assert(value_is(work, 0, "kind", "unmatched") && value_is(work, 1, "kind", "unmatched"));
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_CLAIMS), 0);
    close_submission();
}

Test(submission_eligibility, who_cannot_be_asked_about_is_told_to_claims_at_once)
{
    open_submission("", KEYS);
    struct question_subject subject = subject_sample();
    subject.subscriber.id = (struct text){0};
    subject.birth_date = 0;
    ask(1, &subject);
    subject.subscriber.first_name = (struct text){0};
    ask(2, &subject);
    subject = subject_sample();
    subject.provider.id = (struct text){0};
    ask(3, &subject);
    subject = subject_sample();
    subject.subscriber.last_name = TEXT("Do~e");
    ask(4, &subject);
    run_at(noon + 10 * CLOCK_SECOND);
    cr_assert_str_eq(names_in("acme", "out"), "");
    static const char *const lacks[] = {"a member id, a birth date", "a first name, a member id, a birth date", "a billing NPI", "values that X12 can carry"};
    for (unsigned i = 0; i < 4; i++) {
        cr_assert_eq(answer_out(i)->state, ELIGIBILITY_STATE_UNABLE);
        cr_assert(text_equal(answer_out(i)->key, key_of(i + 1)));
        cr_expect(text_is(answer_out(i)->lacks, lacks[i]), "%.*s", TEXT_ARGS(answer_out(i)->lacks));
    }
    close_submission();
}

Test(submission_eligibility, who_has_no_member_id_is_asked_about_by_name_and_birth_date)
{
    open_submission("", KEYS);
    struct question_subject subject = subject_sample(), dependent = dependent_sample();
    subject.subscriber.id = dependent.subscriber.id = (struct text){0};
    dependent.social_security = TEXT("900000001");
    ask(1, &subject);
    ask(2, &dependent);
    run_at(noon + 10 * CLOCK_SECOND);
    cr_assert_str_eq(names_in("acme", "out"), "000000001.270.x12");
    valid_claims("acme", "000000001.270.x12"); /* no finding */
    cr_assert(out_holds("acme", "000000001.270.x12", "~NM1*IL*1*Doe*Jane~DMG*D8*19800101*F~DTP*291*D8*20251120~EQ*30~"));
    cr_assert(out_holds("acme", "000000001.270.x12", "~NM1*IL*1*Doe*Jane~REF*SY*900000001~DMG*D8*19800101*F~HL"));
    /* The payer has found her, and says her number. */
    char levels[2000];
    snprintf(levels, sizeof levels, NAMES_271 "HL*3*2*22*0~TRN*2*%s*1123456789~NM1*IL*1*DOE*JANE****MI*M-7~DMG*D8*19800101*F~EB*1**30~", trace(1));
    payer_says("acme", "a.271", levels);
    cr_assert_eq(answer_out(0)->state, ELIGIBILITY_STATE_TOLD);
    cr_assert(text_is(answer_out(0)->member_id, "M-7"));
    cr_assert_eq(answer_out(0)->lacks.length, 0);
    close_submission();
}
