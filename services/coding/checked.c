#include "services/coding/checked.h"

static const struct {
    uint16_t first, last;
    const char *words;
} subjects[] = {
    {3010, 3010, "a document that says what was found"},
    {3011, 3011, "an operative note"},
    {3012, 3012, "reports of imaging"},
    {3013, 3014, "orders and results of tests"},
    {3015, 3015, "a signed note"},
    {3016, 3016, "notes of the days of the claim"},
    {3017, 3017, "final reports"},
    {3018, 3018, "orders before their tests"},
    {3020, 3021, "each diagnosis is named by the record and not refuted by it"},
    {3022, 3022, "what the record confirms is coded"},
    {3030, 3030, "what is charged is what the record says"},
    {3031, 3031, "what was done or given is charged"},
    {3100, 3101, "dates of service"},
    {3102, 3102, "editions of the code sets for them"},
    {3110, 3113, "diagnoses exist, can be billed and were valid"},
    {3120, 3124, "procedures of the lines exist and were valid"},
    {3130, 3133, "seventh characters and length of diagnoses"},
    {3140, 3144, "inpatient procedures (ICD-10-PCS) exist, are complete, were valid and lie in the stay"},
    {3180, 3180, "visits of new patients"},
    {3181, 3182, "global periods of surgery"},
    {3183, 3183, "G2211 beside modifier 25"},
    {3184, 3184, "the day before a major operation"},
    {3200, 3200, "CLIA number beside QW"},
    {3201, 3201, "place of service"},
    {3202, 3202, "modifiers on their day"},
    {3203, 3203, "age for the diagnosis"},
    {3204, 3207, "age by Medicare's code editors"},
    {3208, 3209, "sex by Medicare's code editors"},
    {3210, 3210, "no manifestation first"},
    {3211, 3213, "what the MCE does not take as principal diagnosis"},
    {3214, 3214, "Excludes 1"},
    {3215, 3215, "side of procedure and diagnosis"},
    {3216, 3216, "details that another code has"},
    {3217, 3218, "how certain conditions are"},
    {3219, 3219, "causes of injuries, where the payer wants them"},
    {3220, 3221, "coverage of procedures by the MCE"},
    {3222, 3222, "two conditions that one code says"},
    {3223, 3223, "diagnoses that contradict each other"},
    {3224, 3225, "both sides of one condition"},
    {3226, 3226, "sides left open (MCE)"},
    {3227, 3227, "kind of delivery"},
    {3228, 3229, "trimester and weeks of a pregnancy"},
    {3240, 3240, "place with the procedure"},
    {3241, 3247, "modifiers with the procedure and with each other"},
    {3248, 3248, "plan of care of therapy"},
    {3249, 3249, "the physician's part of what the hospital is paid for"},
    {3250, 3252, "discarded drugs (JW, JZ)"},
    {3253, 3253, "drug codes, where the payer wants them"},
    {3260, 3265, "telehealth"},
    {3270, 3271, "coverage policies and notices to the patient"},
    {3280, 3281, "type of bill and revenue codes"},
    {3282, 3284, "codes of admission and discharge"},
    {3285, 3288, "condition, occurrence, span and value codes"},
    {3289, 3291, "these with the type of bill and with each other"},
    {3292, 3292, "visits of one day"},
    {3300, 3300, "the principal diagnosis first"},
    {3301, 3301, "no symptom beside what explains it"},
    {3302, 3302, "no external cause first"},
    {3310, 3311, "code first"},
    {3312, 3312, "no manifestation before what it comes of"},
    {3313, 3313, "use additional code"},
    {3314, 3314, "no agent of an infection first"},
    {3315, 3317, "no injury of a sequela, drug of an adverse effect or underdosing first"},
    {3318, 3318, "what may only stand first"},
    {3319, 3319, "acute before chronic"},
    {3320, 3320, "codes that stand only with another"},
    {3321, 3321, "a manifestation with its disease"},
    {3322, 3322, "a delivery with its outcome"},
    {3330, 3332, "present on admission"},
    {3334, 3334, "no code first that only adds to another"},
    {3335, 3335, "sepsis before a local infection"},
    {3336, 3336, "a poisoning before what it does"},
    {3337, 3337, "a screening before what it found"},
    {3400, 3401, "diagnosis pointers"},
    {3402, 3402, "units of each line"},
    {3403, 3405, "pairs of procedures (NCCI PTP), former claims too"},
    {3406, 3409, "units of a line and of a day (MUE), former claims too"},
    {3410, 3411, "add-on codes"},
    {3412, 3421, "modifiers of surgery by the fee schedule (50, 51, 62, 66, 80 to 82, AS)"},
    {3422, 3422, "what Medicare never pays (MUE of 0)"},
    {3423, 3423, "no line for an external cause alone"},
    {3450, 3450, "what a DRG is made of"},
    {3451, 3451, "conditions acquired in the hospital (HAC)"},
    {3452, 3453, "the DRG that is given"},
    {3500, 3500, "lines are there"},
    {3501, 3501, "no diagnosis twice"},
    {3502, 3502, "no service twice on the claim"},
    {3503, 3503, "no service that a former claim has"},
    {3520, 3520, "charges add up"},
    {3521, 3522, "days of lines, statement and stay"},
    {3523, 3523, "patient status with frequency"},
    {3524, 3524, "lines do not end before they begin"},
    {3525, 3525, "no service before birth"},
    {3526, 3528, "days of occurrences and spans"},
    {3529, 3529, "covered days"},
    {3530, 3531, "authorization and referral numbers, where the payer wants them"},
    {3532, 3532, "days of coinsurance and lifetime reserve"},
    {3540, 3541, "who billed, rendered, attended, operated"},
    {3542, 3542, "who ordered"},
};
enum { SUBJECTS = sizeof subjects / sizeof *subjects };

static const char letters_of[CODING_SETTING_COUNT] = {'P', 'O', 'I', 'D'};
static const char *const names[CODING_SETTING_COUNT] = {"professional", "outpatient hospital", "inpatient", "dental"};

struct checked_claim
checked_claim_of(const struct coding_case *c)
{
    return (struct checked_claim){.known = true, .setting = c->setting, .medicare = c->medicare, .day = c->day};
}

void
checked_letters(const struct coding_case *c, char letters[3])
{
    letters[0] = letters_of[c->setting];
    letters[1] = c->medicare ? 'M' : '\0';
    letters[2] = '\0';
}

struct checked_claim
checked_read(struct text letters)
{
    struct checked_claim claim = {.medicare = letters.length == 2 && letters.data[1] == 'M'};
    for (unsigned i = 0; i < CODING_SETTING_COUNT; i++)
        if (letters.length == 1u + claim.medicare && letters.data[0] == letters_of[i]) {
            claim.known = true;
            claim.setting = (enum coding_setting)i;
        }
    return claim;
}

struct text
checked_words(const struct checked_claim *claim, struct arena *arena)
{
    if (!claim->known)
        return (struct text){0};
    return arena_print(arena, "%s%s", names[claim->setting], claim->medicare ? ", Medicare" : "");
}

const char *
checked_subject(uint16_t rule)
{
    for (unsigned i = 0; i < SUBJECTS; i++)
        if (rule >= subjects[i].first && rule <= subjects[i].last)
            return subjects[i].words;
    return NULL;
}

static bool
is_left_out(const struct coding_basis *left, const struct coding_rule *rule)
{
    for (uint32_t i = 0; i < left->lacks_count; i++)
        if (left->lacks[i].rule == rule->number || left->lacks[i].rule == rule->step)
            return true;
    return false;
}

static bool
is_for(const struct checked_claim *claim, const struct coding_rule *rule)
{
    bool then = claim->day == 0 ? rule->to == 0 : claim->day >= rule->from && (rule->to == 0 || claim->day <= rule->to);
    return then && rule->settings >> claim->setting & 1 && (claim->medicare || !rule->medicare);
}

struct text
checked_by_step(const struct checked_claim *claim, unsigned step, const struct coding_basis *left, struct arena *arena)
{
    struct text words = {0};
    const char *last = NULL;
    if (!claim->known)
        return TEXT("(not kept)");
    for (unsigned i = 0; i < CODING_RULE_COUNT; i++) {
        const struct coding_rule *rule = &coding_rules[i];
        const char *subject = checked_subject(rule->number);
        if (rule->step != step || subject == NULL || subject == last || !is_for(claim, rule) || is_left_out(left, rule))
            continue;
        words = arena_print(arena, "%.*s%s%s", TEXT_ARGS(words), words.length == 0 ? "" : "; ", subject);
        last = subject;
    }
    return words.length == 0 ? TEXT("nothing") : words;
}
