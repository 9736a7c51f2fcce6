#include "tests/pipeline/answer_inquiry.h"

#include "tests/pipeline/answer_text.h"
#include "tests/pipeline/digest.h"

static const char *const names[] = {"silent", "not_found", "pended", "differs", "plain"};
_Static_assert(sizeof names / sizeof names[0] == INQUIRY_WORDS, "names");

const char *
inquiry_word_name(enum inquiry_word word)
{
    return names[word];
}

static struct slice
key_of(const struct inquiry_file *file, const struct filed_question *question)
{
    return file->eligibility ? question->subscriber.member : question->number;
}

enum inquiry_word
inquiry_word_of(uint64_t seed, const struct shares *shares, const struct inquiry_file *file,
                const struct filed_question *question)
{
    struct slice key = key_of(file, question);
    bool patient = file->eligibility;
    const struct {
        const char *what;
        uint32_t per_mille;
        enum inquiry_word word;
    } draws[] = {{"silent", patient ? shares->patient_silent : shares->status_silent, INQUIRY_SILENT},
                 {"not-found", patient ? shares->patient_not_found : shares->status_not_found, INQUIRY_NOT_FOUND},
                 {"pend", patient ? 0 : shares->status_pend, INQUIRY_PENDED},
                 {"differs", patient ? shares->patient_differs : 0, INQUIRY_DIFFERS}};
    for (size_t i = 0; i < sizeof draws / sizeof draws[0]; i++)
        if (outcome_falls(seed, draws[i].what, key.at, key.length, draws[i].per_mille))
            return draws[i].word;
    return INQUIRY_PLAIN;
}

/* ---- segments ---- */

static void
put(struct pen *pen, const char *string, struct slice slice)
{
    pen_put(pen, string);
    answer_text_slice(pen, slice);
}

static void
put_level(struct pen *pen, uint32_t number, uint32_t parent, const char *rest)
{
    pen_put(pen, "HL*");
    pen_number(pen, number, 1);
    pen_character(pen, '*');
    if (parent != 0)
        pen_number(pen, parent, 1);
    pen_character(pen, '*');
    pen_put(pen, rest);
    pen_end(pen);
}

static void
put_name(struct pen *pen, const char *head, struct slice last, struct slice first, const char *qualifier, struct slice id)
{
    put(pen, head, last);
    if (first.length > 0 || id.length > 0)
        put(pen, "*", first);
    if (id.length > 0) {
        put(pen, "****", (struct slice){qualifier, (uint32_t)strlen(qualifier)});
        put(pen, "*", id);
    }
    pen_end(pen);
}

void
answer_inquiry_999(struct pen *pen, const struct claim_file *envelope, const struct inquiry_file *file,
                   const struct stamp *stamp)
{
    const char *set = file->eligibility ? "AK2*270*" : "AK2*276*";
    answer_text_isa(pen, envelope, stamp);
    answer_text_gs(pen, envelope, stamp, "FA", "005010X231A1");
    answer_text_st(pen, "999", 1, "005010X231A1");
    put(pen, file->eligibility ? "AK1*HS*" : "AK1*HR*", file->group_control);
    put(pen, "*", file->group_version);
    pen_end(pen);
    put(pen, set, file->set_control);
    put(pen, "*", file->group_version);
    pen_end(pen);
    pen_put(pen, file->fault == NULL ? "IK5*A" : "IK5*R*");
    if (file->fault != NULL)
        pen_put(pen, file->fault);
    pen_end(pen);
    pen_put(pen, file->fault == NULL ? "AK9*A*1*1*1" : "AK9*R*1*1*0");
    pen_end(pen);
    answer_text_se(pen, 1);
    answer_text_ge(pen, 1, stamp);
}

static void
put_time(struct pen *pen, struct slice reference, const struct stamp *stamp)
{
    answer_text_slice(pen, reference);
    pen_character(pen, '*');
    answer_text_date(pen, stamp->date);
    pen_character(pen, '*');
    pen_number(pen, stamp->time, 4);
}

static void
put_service(struct pen *pen, const char *qualifier, struct slice service)
{
    if (service.length == 0)
        return;
    pen_put(pen, qualifier);
    put(pen, service.length > 8 ? "*RD8*" : "*D8*", service);
    pen_end(pen);
}

/* ---- 277 ---- */

static void
put_status(struct pen *pen, enum inquiry_word word, const struct filed_question *question, const struct stamp *stamp)
{
    static const char *const codes[INQUIRY_WORDS] = {
        [INQUIRY_NOT_FOUND] = "D0:35", [INQUIRY_PENDED] = "P3:317", [INQUIRY_PLAIN] = "F0:3"};
    pen_put(pen, "STC*");
    pen_put(pen, codes[word]);
    pen_character(pen, '*');
    answer_text_date(pen, stamp->date);
    pen_put(pen, "**");
    pen_cents(pen, question->charge_cents);
    if (word == INQUIRY_PLAIN) {
        pen_character(pen, '*');
        pen_cents(pen, question->charge_cents);
    }
    pen_end(pen);
}

static void
put_claim(struct pen *pen, uint32_t *level, enum inquiry_word word, const struct filed_question *question,
          const struct stamp *stamp)
{
    bool below = question->dependent.last.length > 0;
    uint32_t provider = ++*level, subscriber = ++*level;
    put_level(pen, provider, 2, "19*1");
    put_name(pen, "NM1*1P*2*", question->provider_name, (struct slice){"", 0}, "XX", question->provider_npi);
    put_level(pen, subscriber, provider, below ? "22*1" : "22*0");
    put_name(pen, "NM1*IL*1*", question->subscriber.last, question->subscriber.first, "MI", question->subscriber.member);
    if (below) {
        put_level(pen, ++*level, subscriber, "23");
        put_name(pen, "NM1*QC*1*", question->dependent.last, question->dependent.first, "", (struct slice){"", 0});
    }
    put(pen, "TRN*2*", question->trace);
    pen_end(pen);
    put_status(pen, word, question, stamp);
    put(pen, "REF*EJ*", question->number);
    pen_end(pen);
    put_service(pen, "DTP*472", question->service);
}

uint32_t
answer_277(struct pen *pen, const struct claim_file *envelope, const struct inquiry_file *file, uint64_t seed,
           const struct shares *shares, const struct stamp *stamp)
{
    uint32_t answered = 0, level = 2;
    answer_text_isa(pen, envelope, stamp);
    answer_text_gs(pen, envelope, stamp, "HN", "005010X212");
    answer_text_st(pen, "277", 1, "005010X212");
    pen_put(pen, "BHT*0010*08*");
    put_time(pen, file->reference, stamp);
    pen_put(pen, "*DG");
    pen_end(pen);
    put_level(pen, 1, 0, "20*1");
    put_name(pen, "NM1*PR*2*", file->payer_name, (struct slice){"", 0}, "PI", file->payer_id);
    put_level(pen, 2, 1, "21*1");
    put_name(pen, "NM1*41*2*", file->receiver_name, (struct slice){"", 0}, "46", file->receiver_id);
    for (uint32_t i = 0; i < file->count; i++) {
        enum inquiry_word word = inquiry_word_of(seed, shares, file, &file->questions[i]);
        if (word == INQUIRY_SILENT)
            continue;
        put_claim(pen, &level, word, &file->questions[i], stamp);
        answered++;
    }
    answer_text_se(pen, 1);
    answer_text_ge(pen, 1, stamp);
    return answered;
}

/* ---- 271 ---- */

/* Which of four things differs, by the member id. */
enum difference { OTHER_BIRTH, OTHER_NAME, OTHER_MEMBER, OTHER_DAYS, NO_DIFFERENCE };

static void
put_person(struct pen *pen, const char *head, const struct filed_person *person, enum difference difference)
{
    put(pen, head, person->last);
    put(pen, "*", person->first);
    if (difference == OTHER_NAME)
        pen_put(pen, "ETTE");
    if (person->member.length > 0) {
        put(pen, "****MI*", person->member);
        if (difference == OTHER_MEMBER)
            pen_put(pen, "9");
    }
    pen_end(pen);
}

static void
put_birth(struct pen *pen, const struct filed_person *person, enum difference difference)
{
    if (person->birth.length != 8)
        return;
    put(pen, "DMG*D8*", person->birth);
    if (difference == OTHER_BIRTH) /* one year later, or earlier in a year that ends with 9 */
        pen->bytes[pen->length - 5] = person->birth.at[3] == '9' ? '8' : (char)(person->birth.at[3] + 1);
    if (person->sex.length > 0)
        put(pen, "*", person->sex);
    pen_end(pen);
}

/* Covered since five years before the service; or until the day before it, as far as the year goes. */
static void
put_coverage(struct pen *pen, struct slice service, enum difference difference, const struct stamp *stamp)
{
    uint64_t day = 0;
    if (!slice_number((struct slice){service.at, service.length >= 8 ? 8 : 0}, &day))
        day = (uint64_t)stamp->date;
    pen_put(pen, "DTP*346*D8*");
    pen_number(pen, (day / 10000 - 5) * 10000 + 101, 8);
    pen_end(pen);
    if (difference == OTHER_DAYS) {
        pen_put(pen, "DTP*347*D8*");
        pen_number(pen, (day / 10000 - 1) * 10000 + 1231, 8);
        pen_end(pen);
    }
    pen_put(pen, "EB*1*IND*30**INVENTED PLAN");
    pen_end(pen);
}

static void
put_trace(struct pen *pen, const struct filed_question *question)
{
    put(pen, "TRN*2*", question->trace);
    put(pen, "*", question->origin);
    pen_end(pen);
}

static void
put_patient(struct pen *pen, uint32_t *level, enum inquiry_word word, const struct filed_question *question,
            const struct stamp *stamp)
{
    const struct filed_person *dependent = &question->dependent, *subscriber = &question->subscriber;
    bool below = dependent->last.length > 0, found = word != INQUIRY_NOT_FOUND;
    uint32_t above = ++*level;
    enum difference difference =
        word == INQUIRY_DIFFERS ? (enum difference)(digest_bytes(9, subscriber->member.at, subscriber->member.length) % 4) : NO_DIFFERENCE;
    put_level(pen, above, 2, below && found ? "22*1" : "22*0");
    if (!below || !found)
        put_trace(pen, question);
    put_person(pen, "NM1*IL*1*", subscriber, below && difference == OTHER_NAME ? NO_DIFFERENCE : difference);
    if (!found) {
        pen_put(pen, "AAA*N**75*C");
        pen_end(pen);
        return;
    }
    if (below) {
        put_level(pen, ++*level, above, "23*0");
        put_trace(pen, question);
        put_person(pen, "NM1*03*1*", dependent, difference);
    }
    put_birth(pen, below ? dependent : subscriber, difference);
    put_coverage(pen, question->service, difference, stamp);
}

uint32_t
answer_271(struct pen *pen, const struct claim_file *envelope, const struct inquiry_file *file, uint64_t seed,
           const struct shares *shares, const struct stamp *stamp)
{
    uint32_t answered = 0, level = 2;
    answer_text_isa(pen, envelope, stamp);
    answer_text_gs(pen, envelope, stamp, "HB", "005010X279A1");
    answer_text_st(pen, "271", 1, "005010X279A1");
    pen_put(pen, "BHT*0022*11*");
    put_time(pen, file->reference, stamp);
    pen_end(pen);
    put_level(pen, 1, 0, "20*1");
    put_name(pen, "NM1*PR*2*", file->payer_name, (struct slice){"", 0}, "PI", file->payer_id);
    put_level(pen, 2, 1, "21*1");
    if (file->count > 0)
        put_name(pen, "NM1*1P*2*", file->questions[0].provider_name, (struct slice){"", 0}, "XX", file->questions[0].provider_npi);
    for (uint32_t i = 0; i < file->count; i++) {
        enum inquiry_word word = inquiry_word_of(seed, shares, file, &file->questions[i]);
        if (word == INQUIRY_SILENT)
            continue;
        put_patient(pen, &level, word, &file->questions[i], stamp);
        answered++;
    }
    answer_text_se(pen, 1);
    answer_text_ge(pen, 1, stamp);
    return answered;
}
