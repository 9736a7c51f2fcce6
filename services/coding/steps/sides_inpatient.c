/*
 * Step 4: the side of an inpatient's procedure against his diagnoses (guideline I.B.13; ICD-10-PCS guideline B4.3: a body part of a side has
 * a value of its own). Sure cases alone: the principal diagnosis is of the same part on the other side, none of the claim is of the side of
 * the procedure, and none of the same part leaves its side open.
 */
#include "schemas/findings.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/hospital.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"

#include <string.h>

/* Parts of the body as bits; what is operated on for one condition is one part. */
enum part { EYE = 1, EAR = 2, BREAST = 4, LUNG = 8, KIDNEY = 16, OVARY = 32, HIP = 64, KNEE = 128, LEG = 256, FOOT = 512,
            TOE = 1024, SHOULDER = 2048, ARM = 4096, ELBOW = 8192, WRIST = 16384, HAND = 32768 };

static const struct {
    const char *word;
    unsigned parts;
} nouns[] = {
    {"eye", EYE},         {"lens", EYE},           {"cornea", EYE},     {"retina", EYE},       {"vitreous", EYE},
    {"eyelid", EYE},      {"ear", EAR},            {"breast", BREAST},  {"nipple", BREAST},    {"lung", LUNG},
    {"bronchus", LUNG},   {"kidney", KIDNEY},      {"ureter", KIDNEY},  {"ovary", OVARY},      {"fallopian", OVARY},
    {"hip", HIP},         {"femur", HIP},          {"femoral", HIP},    {"acetabulum", HIP},   {"knee", KNEE},
    {"patella", KNEE},    {"tibia", LEG},          {"fibula", LEG},     {"leg", LEG},          {"ankle", LEG | FOOT},
    {"foot", FOOT},       {"tarsal", FOOT},        {"metatarsal", FOOT}, {"toe", TOE},         {"shoulder", SHOULDER},
    {"scapula", SHOULDER}, {"clavicle", SHOULDER}, {"humeral", ARM},    {"humerus", ARM},      {"elbow", ELBOW},
    {"radius", WRIST},    {"ulna", WRIST},         {"wrist", WRIST},    {"carpal", WRIST},     {"hand", HAND},
    {"finger", HAND},     {"thumb", HAND},         {"metacarpal", HAND},
};

/* What a title says of parts and their side. */
struct located {
    enum diagnosis_side side;
    unsigned parts;
};

static bool
is_word(struct text word, const char *lower)
{
    size_t i = 0;
    while (i < word.length && lower[i] != '\0' && (word.data[i] | 0x20) == lower[i])
        i++;
    return i == word.length && lower[i] == '\0';
}

/* Of a procedure the part stands behind its side and before what is put in ("with ..."); of a diagnosis anywhere. */
static struct located
locate(struct text title, bool procedure)
{
    struct located found = {0};
    while (title.length > 0) {
        struct text word = text_cut(title, ' ', &title);
        if (word.length > 0 && strchr(",;)", word.data[word.length - 1]) != NULL)
            word.length--;
        if (procedure && (is_word(word, "with") || is_word(word, "from") || is_word(word, "to") || is_word(word, "using")))
            break;
        found.side |= is_word(word, "right")       ? SIDE_RIGHT
                      : is_word(word, "left")      ? SIDE_LEFT
                      : is_word(word, "bilateral") ? SIDE_BOTH
                                                   : SIDE_NONE;
        for (size_t i = 0; i < sizeof nouns / sizeof *nouns && (!procedure || found.side != SIDE_NONE); i++)
            if (is_word(word, nouns[i].word))
                found.parts |= nouns[i].parts;
    }
    return found;
}

/* Operations for what ails the part itself. Bone and skin are also taken from the sound side (root operation B, excision), vessels and
 * muscles entered for what lies elsewhere. */
static bool
is_for_the_part(struct text code)
{
    if (code.length != 7 || code.data[0] != '0')
        return false;
    bool organ = strchr("89BTUV", code.data[1]) != NULL || (code.data[1] == 'H' && strchr("TUVWX", code.data[3]) != NULL);
    bool bone = strchr("PQRS", code.data[1]) != NULL, limb = strchr("XY", code.data[1]) != NULL;
    return (organ && strchr("BDRST", code.data[2]) != NULL) || (bone && strchr("GRSTU", code.data[2]) != NULL) ||
           (limb && code.data[2] == '6');
}

/* Empty where the edition does not say it, for which step 3 has its findings. */
static struct text
title_of(struct coding_run *run, struct text code)
{
    struct codes_answer answer = coding_ask_list(run->c, CODING_PCS, code, run->c->day);
    if (answer.verdict == CODES_EDITION_MISSING || answer.verdict == CODES_NOT_HELD)
        coding_lacks(run, FINDING_CODING_SIDE, answer.verdict == CODES_NOT_HELD ? CODING_LACK_CODE : CODING_LACK_EDITION);
    return answer.verdict == CODES_VALID ? answer.words : (struct text){0};
}

/* Does a diagnosis bear the side of the procedure out, or leave it open? */
static bool
bears_out(struct coding_run *run, uint32_t i, const struct located *done)
{
    struct text title = coding_words(run->c, CODES_ICD10CM, run->c->body->diagnoses[i].code, run->c->day);
    struct located ill = locate(title, false);
    if (title.length == 0)
        coding_lacks(run, FINDING_CODING_SIDE, CODING_LACK_CODE);
    return title.length == 0 || (ill.side & done->side) != 0 || ((ill.parts & done->parts) != 0 && ill.side == SIDE_NONE);
}

static void
judge(struct coding_run *run, uint32_t ordinal, struct text code)
{
    static const char *const words[] = {[SIDE_RIGHT] = "right", [SIDE_LEFT] = "left"};
    const struct coding_case *c = run->c;
    struct located done = locate(title_of(run, code), true);
    if ((done.side != SIDE_RIGHT && done.side != SIDE_LEFT) || done.parts == 0)
        return;
    struct text principal = c->body->diagnoses[c->principal].code;
    for (uint32_t i = 0; i < c->diagnoses_count; i++)
        if (bears_out(run, i, &done))
            return;
    if ((locate(coding_words(c, CODES_ICD10CM, principal, c->day), false).parts & done.parts) != 0)
        coding_raise(run, FINDING_CODING_SIDE, "procedure", ordinal,
                     arena_print(run->findings->arena, "%s with %.*s", words[done.side], TEXT_ARGS(principal)));
}

void
coding_validate_sides_of_stay(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (c->setting != CODING_INPATIENT || c->institutional == NULL || c->principal >= c->diagnoses_count)
        return;
    for (uint32_t i = 0; i < c->institutional->procedures_count; i++) {
        const struct dated_code *procedure = &c->institutional->procedures[i];
        if (hospital_procedure(procedure) && is_for_the_part(procedure->code) && coding_applies(run, FINDING_CODING_SIDE, c->day))
            judge(run, i + 1, procedure->code);
    }
}
