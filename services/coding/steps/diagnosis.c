#include "services/coding/steps/diagnosis.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool
begins_with_any(struct text code, const char *const *table, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (code.length > 0 && table[i][0] == code.data[0] && text_starts(code, text_from(table[i])))
            return true;
    return false;
}

/* ---- titles ---- */

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* `word` in lower case. */
static bool
has_word(struct text words, struct text word)
{
    for (size_t i = 0; i + word.length <= words.length; i++) {
        size_t k = 0;
        if (i > 0 && is_letter(words.data[i - 1]))
            continue;
        while (k < word.length && (words.data[i + k] | 0x20) == word.data[k])
            k++;
        if (k == word.length && (i + k == words.length || !is_letter(words.data[i + k])))
            return true;
    }
    return false;
}

/* Beginnings of codes whose title names a side of a paired part that procedures are done on. */
static const char *const sided[] = {
    "C40", "C43", "C4A", "C44", "C47", "C49", "C50", "C56", "C570", "C64", "C65", "C66", "C69", "D03", "D04", "D05", "D160", "D161",
    "D162", "D163", "D22", "D23", "D24", "G56", "G57", "H", "I700", "I702", "I703", "I704", "I706", "I707", "I80", "I83", "L89", "L97",
    "M", "N60", "N61", "N63", "S0", "S4", "S5", "S6", "S7", "S8", "S9", "T2", "T33", "T34",
};

bool
diagnosis_is_paired(struct text code)
{
    return begins_with_any(code, sided, COUNT(sided)) && !text_starts(code, TEXT("S06"));
}

enum diagnosis_side
diagnosis_side(struct text code, struct text words)
{
    if (!diagnosis_is_paired(code))
        return SIDE_NONE;
    if (has_word(words, TEXT("bilateral")) || has_word(words, TEXT("bi")))
        return SIDE_BOTH;
    bool right = has_word(words, TEXT("right")) || has_word(words, TEXT("r"));
    bool left = has_word(words, TEXT("left")) || has_word(words, TEXT("l"));
    return (right ? SIDE_RIGHT : SIDE_NONE) | (left ? SIDE_LEFT : SIDE_NONE);
}

enum diagnosis_side
diagnosis_modifier_side(struct text modifier)
{
    if (modifier.length != 2)
        return SIDE_NONE;
    char a = modifier.data[0], b = modifier.data[1];
    if (text_is(modifier, "RT"))
        return SIDE_RIGHT;
    if (text_is(modifier, "LT"))
        return SIDE_LEFT;
    if (text_is(modifier, "50"))
        return SIDE_BOTH;
    if (a == 'E' && b >= '1' && b <= '4')
        return b <= '2' ? SIDE_LEFT : SIDE_RIGHT;
    if ((a == 'F' || a == 'T') && (b == 'A' || (b >= '1' && b <= '9')))
        return b == 'A' || b <= '4' ? SIDE_LEFT : SIDE_RIGHT;
    return SIDE_NONE;
}

bool
diagnosis_unspecified(struct text words)
{
    return has_word(words, TEXT("unspecified")) || has_word(words, TEXT("unsp")) || has_word(words, TEXT("nos"));
}

unsigned
diagnosis_trimester(struct text words)
{
    bool first = has_word(words, TEXT("first")) || has_word(words, TEXT("1st"));
    bool second = has_word(words, TEXT("second")) || has_word(words, TEXT("2nd"));
    bool third = has_word(words, TEXT("third")) || has_word(words, TEXT("3rd"));
    if (first + second + third != 1 || !(has_word(words, TEXT("trimester")) || has_word(words, TEXT("tri"))))
        return 0;
    return first ? 1 : second ? 2 : 3;
}

bool
diagnosis_of_pregnancy(struct text code, struct text words)
{
    if (!text_starts(code, TEXT("O")) || (text_starts(code, TEXT("O0")) && !text_starts(code, TEXT("O09"))))
        return false;
    if (has_word(words, TEXT("childbirth")) || has_word(words, TEXT("puerperium")) || has_word(words, TEXT("puerp")))
        return false;
    return has_word(words, TEXT("pregnancy")) || has_word(words, TEXT("preg")) || has_word(words, TEXT("trimester")) ||
           has_word(words, TEXT("tri"));
}

/* ---- beginnings of codes ---- */

/* All codes below these have "in diseases classified elsewhere" in their titles, and no others but H36, which was divided in 2021. */
static const char *const manifestations[] = {
    "D638", "D7218", "D77", "D8481", "E20811", "E35", "F02", "F54", "G01", "G02", "G05", "G07", "G138", "G26", "G32",
    "G4727", "G4736", "G4737", "G4742", "G4754", "G53", "G55", "G59", "G63", "G7081", "G733", "G737", "G914", "G94", "G99",
    "H22", "H28", "H32", "H3689", "H42", "H62", "H67", "H75", "H82", "H94", "I3131", "I32", "I39", "I41", "I43", "I52", "I682",
    "I688", "I79", "J17", "J8417", "J918", "J99", "K23", "K67", "K77", "K87", "L14", "L45", "L54", "L62", "L86", "L99", "M01",
    "M148", "M364", "M368", "M49", "M63", "M905", "M908", "N08", "N16", "N22", "N29", "N33", "N37", "N4832", "N51", "N521",
    "N74", "N77", "P91811", "R4782", "R5081", "Z9183",
};

bool
diagnosis_manifestation(struct text code)
{
    return text_is(code, "H36") || begins_with_any(code, manifestations, COUNT(manifestations));
}

bool
diagnosis_supplementary(struct text code)
{
    static const char *const agents[] = {"B95", "B96", "B97"};
    return begins_with_any(code, agents, COUNT(agents));
}

enum diagnosis_drug
diagnosis_drug(struct text code)
{
    if (code.length < 6 || code.data[0] != 'T' || text_compare(text_of(code.data, 3), TEXT("T36")) < 0 ||
        text_compare(text_of(code.data, 3), TEXT("T50")) > 0)
        return DRUG_NONE;
    char c = code.data[5] == 'X' ? code.data[4] : code.data[5];
    return c == '5' ? DRUG_ADVERSE : c == '6' ? DRUG_UNDERDOSING : c >= '1' && c <= '4' ? DRUG_POISONING : DRUG_NONE;
}

bool
diagnosis_adverse(struct text code)
{
    return diagnosis_drug(code) == DRUG_ADVERSE;
}

bool
diagnosis_underdosing(struct text code)
{
    return diagnosis_drug(code) == DRUG_UNDERDOSING;
}

bool
diagnosis_acute_effect(struct text code)
{
    static const char *const effects[] = {"E15",  "E160", "E872", "G92", "G931", "G934", "I46", "I952", "J690", "J960", "J969", "K711",
                                          "N17",  "R000", "R001", "R06", "R09",  "R11",  "R40", "R410", "R4182", "R56",  "R57"};
    return begins_with_any(code, effects, COUNT(effects));
}

bool
diagnosis_local_infection(struct text code)
{
    static const char *const infections[] = {"G00", "I33", "J12", "J13", "J14", "J15", "J16", "J18", "J85", "J86", "K65", "K830", "L02",
                                             "L03", "M00", "M86", "N10", "N12", "N136", "N30", "N390"};
    return begins_with_any(code, infections, COUNT(infections));
}

bool
diagnosis_sepsis(struct text code)
{
    static const char *const systemic[] = {"A021", "A207", "A227", "A267", "A327", "A40", "A41", "A427", "A5486", "B377"};
    return begins_with_any(code, systemic, COUNT(systemic));
}

bool
diagnosis_screened(struct text screening, struct text found)
{
    static const char *const bowel[] = {"C18", "C19", "C20", "D010", "D011", "D012", "D12", "D374", "D375", "K57", "K621", "K635", "K64"};
    static const char *const breast[] = {"C50", "D05", "D24", "D486", "N60", "N63", "R92"};
    if (text_is(screening, "Z1211") || text_is(screening, "Z1212"))
        return begins_with_any(found, bowel, COUNT(bowel));
    return text_is(screening, "Z1231") && begins_with_any(found, breast, COUNT(breast));
}

bool
diagnosis_injury(struct text code)
{
    return code.length > 0 && (code.data[0] == 'S' || code.data[0] == 'T');
}

bool
diagnosis_external(struct text code)
{
    return code.length > 0 && code.data[0] >= 'V' && code.data[0] <= 'Y';
}

bool
diagnosis_sequela(struct text code)
{
    return diagnosis_injury(code) && code.length == 7 && code.data[6] == 'S';
}

bool
diagnosis_first_only(struct text code)
{
    static const char *const first[] = {"Z00",  "Z01", "Z02", "Z04", "Z332", "Z3181", "Z3183", "Z3184", "Z34", "Z38",
                                        "Z39",  "Z40", "Z42", "Z510", "Z511", "Z52",  "Z761",  "Z762",  "Z9912"};
    if (text_is(code, "O80"))
        return true;
    return code.length > 0 && code.data[0] == 'Z' && begins_with_any(code, first, COUNT(first)) && !text_is(code, "Z006") && !text_is(code, "Z529");
}

/* Where no code names both forms together: that one would be right instead (guideline I.B.9). Without paired parts: what is acute
 * on one side and chronic on the other is not one condition. */
static const struct {
    const char *acute, *chronic;
} phases[] = {
    {"J01", "J32"},    /* sinusitis */
    {"J02", "J312"},   /* pharyngitis */
    {"J03", "J350"},   /* tonsillitis */
    {"J040", "J370"},  /* laryngitis */
    {"J20", "J41"},    {"J20", "J42"}, /* bronchitis */
    {"K050", "K051"},  /* gingivitis */
    {"K1121", "K1123"}, {"K1122", "K1123"}, /* sialoadenitis */
    {"K290", "K293"},  {"K290", "K294"}, {"K290", "K295"}, /* gastritis */
    {"K85", "K860"},   {"K85", "K861"}, /* pancreatitis */
    {"N10", "N11"},    /* pyelonephritis */
    {"N300", "N301"},  {"N300", "N302"}, /* cystitis */
    {"N410", "N411"},  /* prostatitis */
    {"N700", "N701"},  /* salpingitis and oophoritis */
    {"N710", "N711"},  /* inflammation of the uterus */
    {"N730", "N731"},  /* parametritis */
};

bool
diagnosis_acute_of(struct text acute, struct text chronic)
{
    if (acute.length < 3 || chronic.length < 3 || acute.data[0] != chronic.data[0])
        return false;
    for (size_t i = 0; i < COUNT(phases); i++)
        if (phases[i].acute[0] == acute.data[0] && text_starts(acute, text_from(phases[i].acute)) && text_starts(chronic, text_from(phases[i].chronic)))
            return true;
    return false;
}

/* HIV, Zika, COVID-19, influenza of an identified virus. */
bool
diagnosis_confirmed_only(struct text code)
{
    static const char *const confirmed[] = {"B20", "U071", "A925", "J09", "J10"};
    return begins_with_any(code, confirmed, COUNT(confirmed));
}
