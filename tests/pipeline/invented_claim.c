#include "tests/pipeline/invented_claim.h"

#include <string.h>

#include "tests/pipeline/digest.h"

const struct fault_kind fault_kinds[FAULT_COUNT] = {
    [FAULT_NONE] = {"-", "accepted", "pass"},
    [FAULT_NPI] = {"npi", "refused-277ca", "-"},
    [FAULT_SUM] = {"sum", "refused-277ca", "-"},
    [FAULT_POINTER] = {"pointer", "refused-277ca", "-"},
    [FAULT_DUPLICATE] = {"duplicate", "refused-277ca", "-"},
    [FAULT_UNKNOWN_CODE] = {"unknown-code", "accepted", "held"},
    [FAULT_HEADER_CODE] = {"header-code", "accepted", "held"},
    [FAULT_FUTURE_DATE] = {"future-date", "accepted", "held"},
    [FAULT_ENDED_CODE] = {"ended-code", "accepted", "held"},
    [FAULT_SYMPTOM] = {"symptom", "accepted", "held"},
};

enum invented_fault
fault_named(const char *name)
{
    for (enum invented_fault fault = FAULT_NPI; fault < FAULT_COUNT; fault++) {
        if (strcmp(fault_kinds[fault].name, name) == 0)
            return fault;
    }
    return FAULT_COUNT;
}

/* Syllables make names that belong to nobody. */
static const char *const surnames[] = {
    "ABERVELT", "BRANTHOLM", "CORVANDE", "DUNMARIK",  "ELSTOVAN", "FENNICROW", "GARDELUND", "HALVORIAN",
    "ISTERBOK", "JORVANTE",  "KELLIMAR", "LUNDRAVEN", "MORTEVAN", "NELLIGARD", "OSTRAVEL",  "PENNIWOLD"};
static const char *const given_names[] = {"ALBA",  "BORIN", "CELIA", "DARO",  "EDDA", "FARIN",
                                          "GRETA", "HALDO", "INA",   "JORUN", "KIRA", "LEMO",
                                          "MIRA",  "NORO",  "OLLA",  "PERRIN"};
static const char *const streets[] = {"12 LANTERN WAY", "9 MILLRACE LANE", "404 QUARRY ROAD",
                                      "77 HERON STREET"};
static const char *const towns[] = {"FENWICK FALLS*OH*441012345", "OLD HARROW*PA*190037788",
                                    "GREYSTONE*NY*120451122", "MERRIVALE*IL*606013344"};

/* The groups stand in an order in which any run of them, also around the end, may stand on one claim; the two
 * of one group exclude each other. Z79.4 comes after a diabetes code, R07.9 never first. */
static const char *const diagnosis_groups[INVENTED_DIAGNOSES][2] = {
    {"J101", "J069"}, {"I10", "I10"},       {"E119", "E1165"}, {"Z794", "Z794"},
    {"E785", "E785"}, {"M5450", "M5450"},   {"N390", "N390"},  {"K219", "K219"},
    {"F411", "F411"}, {"J45909", "J45909"}, {"R079", "R079"}};
static const unsigned char first_groups[] = {0, 1, 2, 4, 5, 6, 7, 8, 9};

enum {
    DRAW_PAYER,
    DRAW_LAST,
    DRAW_FIRST,
    DRAW_DEPENDENT,
    DRAW_DATE,
    DRAW_DIAGNOSIS,
    DRAW_SIDE,
    DRAW_VISIT,
    DRAW_RENDERING,
    DRAW_BORN,
    DRAW_INPATIENT,
    DRAW_PRICE = 32
};

/* Days since 0000-03-01 of the Gregorian calendar. */
static uint32_t
day_number(int32_t date)
{
    uint32_t year = (uint32_t)date / 10000, month = (uint32_t)date / 100 % 100, day = (uint32_t)date % 100;
    if (month <= 2) {
        year--;
        month += 12;
    }
    return year * 365 + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day - 1;
}

static int32_t
date_of_day(uint32_t number)
{
    uint32_t era = number / 146097, rest = number % 146097;
    uint32_t year = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
    uint32_t day = rest - (year * 365 + year / 4 - year / 100);
    uint32_t month = (5 * day + 2) / 153;
    day = day - (153 * month + 2) / 5 + 1;
    year += era * 400 + (month >= 10 ? 1 : 0);
    month = month < 10 ? month + 3 : month - 9;
    return (int32_t)(year * 10000 + month * 100 + day);
}

int32_t
invented_date_after(int32_t date, uint32_t days)
{
    return date_of_day(day_number(date) + days);
}

int32_t
invented_date_before(int32_t date, uint32_t days)
{
    return date_of_day(day_number(date) - days);
}

uint32_t
invented_days_between(int32_t first, int32_t last)
{
    return day_number(last) - day_number(first);
}

/* "C" and eight digits of the seed and seven of n, all of base 36: no two (seed, n) give the same name. */
static void
name_of(char letter, uint64_t seed, uint64_t n, char name[INVENTED_NAME_LENGTH])
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    name[0] = letter;
    for (int i = 8; i >= 1; i--, seed /= 36)
        name[i] = digits[seed % 36];
    for (int i = 15; i >= 9; i--, n /= 36)
        name[i] = digits[n % 36];
    name[16] = '\0';
}

void
invented_npi(uint32_t n, bool wrong, char npi[11])
{
    uint32_t value = 140000000 + n % 50000000;
    uint32_t sum = 24; /* of the prefix 80840 */
    npi[10] = '\0';
    for (int i = 8; i >= 0; i--, value /= 10) {
        uint32_t digit = value % 10;
        npi[i] = (char)('0' + digit);
        uint32_t counted = i % 2 == 0 ? digit * 2 : digit;
        sum += counted / 10 + counted % 10;
    }
    uint32_t check = (10 - sum % 10) % 10;
    npi[9] = (char)('0' + (wrong ? (check + 3) % 10 : check));
}

static void
make_diagnoses(const struct claim_plan *plan, struct invented_claim *claim)
{
    uint64_t start = digest_draw(claim->base, DRAW_DIAGNOSIS);
    uint64_t sides = digest_draw(claim->base, DRAW_SIDE);
    uint32_t group = first_groups[start % sizeof first_groups];
    claim->diagnosis_count = plan->diagnoses;
    if (claim->form == FORM_DENTAL) {
        claim->diagnosis_count = 1;
        claim->diagnoses[0] = (sides & 1) != 0 ? "K0262" : "K029";
        return;
    }
    for (uint32_t i = 0; i < plan->diagnoses; i++) {
        claim->diagnoses[i] = diagnosis_groups[group][(sides >> group) & 1];
        group = (group + 1) % INVENTED_DIAGNOSES;
    }
}

static void
make_lines(const struct claim_plan *plan, struct invented_claim *claim)
{
    const struct price_list *prices = form_prices(claim->form, claim->inpatient);
    uint64_t start = digest_draw(claim->base, DRAW_VISIT);
    claim->line_count = plan->lines;
    claim->total_cents = 0;
    claim->laboratory = false;
    for (uint32_t i = 0; i < plan->lines; i++) {
        uint64_t turn = start / 2 + i;
        const struct priced_procedure *procedure = i == 0          ? &prices->visits[start % PRICED_VISITS]
                                                   : i <= PRICED_SERVICES ? &prices->services[turn % PRICED_SERVICES]
                                                                   : &prices->repeats[turn % PRICED_SERVICES];
        struct invented_line *line = &claim->lines[i];
        line->procedure = procedure->code;
        line->charge_cents =
            procedure->charge_cents + (int64_t)(digest_draw(claim->base, DRAW_PRICE + i) % 500) * 5;
        line->pointer = i % claim->diagnosis_count + 1;
        line->second_pointer = i == 0 && claim->diagnosis_count > 1 ? 2 : 0;
        claim->total_cents += line->charge_cents;
        claim->laboratory = claim->laboratory || procedure->laboratory;
    }
}

static void
make_fault(uint64_t n, const struct claim_plan *plan, struct invented_claim *claim)
{
    switch (claim->fault) {
    case FAULT_NONE:
    case FAULT_DUPLICATE:
    case FAULT_COUNT:
        break;
    case FAULT_NPI:
        claim->billing_wrong = n % 2 != 0;
        if (n % 2 == 0)
            claim->rendering_npi[9] = (char)('0' + (claim->rendering_npi[9] - '0' + 3) % 10);
        break;
    case FAULT_SUM:
        claim->total_cents += 100;
        break;
    case FAULT_POINTER:
        claim->lines[claim->line_count - 1].pointer = claim->diagnosis_count + 1;
        break;
    case FAULT_UNKNOWN_CODE:
        claim->diagnoses[0] = "J1077";
        break;
    case FAULT_HEADER_CODE:
        claim->diagnoses[0] = n % 2 == 0 ? "E11" : "M545";
        break;
    case FAULT_FUTURE_DATE:
        claim->service_date = plan->last_date / 10000 * 10000 + 30000 + 315;
        break;
    case FAULT_ENDED_CODE:
        claim->diagnoses[0] = "M545";
        break;
    case FAULT_SYMPTOM:
        claim->diagnosis_count = 2;
        claim->diagnoses[0] = n % 2 == 0 ? "I209" : "I214";
        claim->diagnoses[1] = "R079";
        for (uint32_t i = 0; i < claim->line_count; i++)
            claim->lines[i].pointer = i % 2 + 1;
        break;
    }
}

void
invented_claim_make(uint64_t seed, uint64_t n, const struct claim_plan *plan, enum invented_fault fault,
                    struct invented_claim *claim)
{
    uint64_t base = digest_mix(digest_mix(seed + 7) + n);
    claim->base = base;
    claim->fault = fault;
    claim->form = plan->form;
    claim->inpatient = plan->form == FORM_INSTITUTIONAL && digest_draw(base, DRAW_INPATIENT) % 3 == 0;
    claim->billing = (uint32_t)((digest_mix(seed) + n / 16) % plan->providers);
    claim->billing_wrong = false;
    name_of('C', seed, n, claim->number);
    name_of('M', seed, n, claim->member);
    claim->payer = plan->payers[digest_draw(base, DRAW_PAYER) % plan->payer_count];
    claim->last = surnames[digest_draw(base, DRAW_LAST) % (sizeof surnames / sizeof surnames[0])];
    claim->first = given_names[digest_draw(base, DRAW_FIRST) % (sizeof given_names / sizeof given_names[0])];
    if (plan->canary != NULL && n % 7 == 3)
        claim->last = plan->canary;
    claim->dependent = digest_draw(base, DRAW_DEPENDENT) % 1000 < plan->dependents_per_mille;
    uint32_t days = invented_days_between(plan->first_date, plan->last_date);
    claim->service_date =
        invented_date_after(plan->first_date, (uint32_t)(digest_draw(base, DRAW_DATE) % (days + 1)));
    invented_npi(1000 + (uint32_t)(digest_draw(base, DRAW_RENDERING) % 40), false, claim->rendering_npi);
    make_diagnoses(plan, claim);
    make_lines(plan, claim);
    make_fault(n, plan, claim);
}

void
invented_claim_repeat(uint64_t seed, uint64_t n, uint64_t of_seed, uint64_t of, const struct claim_plan *plan,
                      struct invented_claim *claim)
{
    invented_claim_make(of_seed, of, plan, FAULT_NONE, claim);
    claim->fault = FAULT_DUPLICATE;
    name_of('C', seed, n, claim->number);
}

static void
write_hl(struct pen *pen, uint32_t number, uint32_t parent, const char *level, bool children)
{
    pen_put(pen, "HL*");
    pen_number(pen, number, 1);
    pen_character(pen, '*');
    pen_number(pen, parent, 1);
    pen_character(pen, '*');
    pen_put(pen, level);
    pen_put(pen, children ? "*1" : "*0");
    pen_end(pen);
}

static void
write_address(struct pen *pen, uint64_t base, bool adult)
{
    pen_put(pen, "N3*");
    pen_put(pen, streets[base % 4]);
    pen_end(pen);
    pen_put(pen, "N4*");
    pen_put(pen, towns[base / 4 % 4]);
    pen_end(pen);
    uint64_t born = digest_draw(base, DRAW_BORN);
    pen_put(pen, "DMG*D8*");
    pen_number(pen,
               (adult ? 1950 + born % 45 : 2008 + born % 16) * 10000 + (1 + born / 64 % 12) * 100 + 1 +
                   born / 1024 % 28,
               8);
    pen_put(pen, born & 1 ? "*F" : "*M");
    pen_end(pen);
}

static void
write_patient(struct pen *pen, const struct invented_claim *claim, uint32_t billing_hl, uint32_t *hl)
{
    uint32_t subscriber_hl = ++*hl;
    write_hl(pen, subscriber_hl, billing_hl, "22", claim->dependent);
    pen_put(pen, claim->dependent ? "SBR*P**GRP77******CI" : "SBR*P*18*GRP77******CI");
    pen_end(pen);
    pen_put(pen, "NM1*IL*1*");
    pen_put(pen, claim->last);
    pen_character(pen, '*');
    pen_put(pen, claim->dependent ? "ROWAN" : claim->first);
    pen_put(pen, "****MI*");
    pen_put(pen, claim->member);
    pen_end(pen);
    write_address(pen, claim->base, true);
    pen_put(pen, "NM1*PR*2*INVENTED HEALTH PLAN ");
    pen_put(pen, claim->payer);
    pen_put(pen, "*****PI*");
    pen_put(pen, claim->payer);
    pen_end(pen);
    if (!claim->dependent)
        return;
    write_hl(pen, ++*hl, subscriber_hl, "23", false);
    pen_put(pen, "PAT*19");
    pen_end(pen);
    pen_put(pen, "NM1*QC*1*");
    pen_put(pen, claim->last);
    pen_character(pen, '*');
    pen_put(pen, claim->first);
    pen_end(pen);
    write_address(pen, claim->base, false);
}

void
invented_claim_write(struct pen *pen, const struct invented_claim *claim, uint32_t billing_hl, uint32_t *hl)
{
    write_patient(pen, claim, billing_hl, hl);
    form_write_claim(pen, claim);
}
