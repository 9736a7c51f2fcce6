/* Questions come in: 276 and 270 are answered at once, by TA1, 999 and 277 or 271. Nothing is remembered of them: the answer
 * is a function of the file, so that the same question gets the same bytes. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/pipeline/answer_inquiry.h"
#include "tests/pipeline/digest.h"
#include "tests/pipeline/simulator_state.h"

/* Numbers of answers to questions: apart from those of other answers, by the ISA13 asked. */
enum { FIRST_NUMBER = 500000000, NUMBERS = 400000000 };

/* Of a patient by all that he is named by: several may have one member id. */
static uint64_t
patient_digest(const struct filed_question *question)
{
    const struct filed_person *persons[] = {&question->subscriber, &question->dependent};
    uint64_t digest = 7;
    for (size_t i = 0; i < 2; i++) {
        const struct slice parts[] = {persons[i]->last, persons[i]->first, persons[i]->birth};
        for (size_t n = 0; n < 3; n++)
            digest = digest_bytes(digest, parts[n].at, parts[n].length);
    }
    return digest;
}

static void
journal_questions(struct simulator *simulator, const struct claim_file *envelope, const struct inquiry_file *file)
{
    for (uint32_t i = 0; i < file->count; i++) {
        const struct filed_question *question = &file->questions[i];
        journal_begin(&simulator->journal, 'Q');
        journal_slice(&simulator->journal, envelope->control);
        journal_text(&simulator->journal, file->eligibility ? "270" : "276");
        journal_slice(&simulator->journal, question->trace);
        journal_slice(&simulator->journal, file->eligibility ? question->subscriber.member : question->number);
        journal_text(&simulator->journal, inquiry_word_name(inquiry_word_of(simulator->options.seed, &simulator->options.shares,
                                                                            file, question)));
        journal_hex(&simulator->journal, file->eligibility ? patient_digest(question) : 0);
        journal_end(&simulator->journal);
    }
}

static int
answer_all(struct simulator *simulator, const struct claim_file *envelope, const struct inquiry_file *file)
{
    const struct simulator_options *options = &simulator->options;
    struct pen *answer = &simulator->answer;
    uint64_t control = 0;
    char name[128];
    slice_number(envelope->control, &control);
    struct stamp stamp = {.number = (uint32_t)(FIRST_NUMBER + control * 3 % NUMBERS), .serial = (uint32_t)control};
    simulator_stamp_now(simulator, simulator_now_us(), &stamp);
    answer_ta1(answer, envelope, &stamp);
    snprintf(name, sizeof name, "q%09llu-ta1.x12", (unsigned long long)control);
    int failed = simulator_deliver(simulator, name, answer);
    if (failed != 0 || envelope->fault != NULL)
        return failed;
    stamp.number++;
    answer_inquiry_999(answer, envelope, file, &stamp);
    snprintf(name, sizeof name, "q%09llu-999.x12", (unsigned long long)control);
    failed = simulator_deliver(simulator, name, answer);
    if (failed != 0 || file->fault != NULL)
        return failed;
    stamp.number++;
    uint32_t answered = file->eligibility ? answer_271(answer, envelope, file, options->seed, &options->shares, &stamp)
                                          : answer_277(answer, envelope, file, options->seed, &options->shares, &stamp);
    snprintf(name, sizeof name, "q%09llu-%s.x12", (unsigned long long)control, file->eligibility ? "271" : "277");
    return answered > 0 ? simulator_deliver(simulator, name, answer) : 0;
}

int
simulator_inquire(struct simulator *simulator, const char *path, const char *name)
{
    const struct pen *question = &simulator->question;
    struct inquiry_file *file = &simulator->inquiry;
    char kept[4096];
    if (!claim_file_read(&simulator->file, question->bytes, question->length))
        return EINVAL;
    inquiry_file_read(file, question->bytes, question->length);
    journal_questions(simulator, &simulator->file, file);
    int failed = journal_commit(&simulator->journal, simulator->options.sync);
    if (failed == 0)
        failed = answer_all(simulator, &simulator->file, file);
    if (failed == 0)
        failed = simulator_sync_answers(simulator);
    if (failed != 0)
        return failed;
    simulator->totals.questions += file->count;
    if (!simulator->options.keep)
        return unlink(path) != 0 && errno != ENOENT ? errno : 0;
    simulator_path(simulator, kept, "taken", name);
    return rename(path, kept) != 0 ? errno : 0;
}
