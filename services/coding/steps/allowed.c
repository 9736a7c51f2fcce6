#include "services/coding/steps/allowed.h"

#include "common/codeset/import/fees.h"
#include "services/coding/steps/services.h"
#include "services/coding/steps/sets.h"
#include "services/coding/steps/wants.h"

enum { ONE = 1000 /* a factor in thousandths */, RANKED = 5 /* operations of a day that are not priced by report */ };

/* Kinds of the indicator of several procedures (MULT PROC). */
enum { ASSISTANT_NEVER = 1, ASSISTANT_PAID = 2 }; /* of the indicator of assistants (ASST SURG) */
enum { MULTIPLE_NONE = 0, MULTIPLE_SURGERY = 2, MULTIPLE_NOT_A_CONCEPT = 9 };

/* A line at work. */
struct priced_line {
    int64_t cents;   /* of one unit, both sides included; CODING_NOT_PRICED */
    int64_t units;
    int32_t multiple, day;
    bool assists; /* at the operation of another */
};

struct pricing {
    const struct coding_case *c;
    const int32_t *indices; /* of the locality: work, practice expense, malpractice, in thousandths */
    struct codeset_data *fees;
    struct priced_line lines[CODING_LINES];
};

/* `value` times `thousandths`, half up. */
static int64_t
part(int64_t value, int64_t thousandths)
{
    return (value * thousandths + ONE / 2) / ONE;
}

/* Hundredths of relative values times thousandths times ten-thousandths of a dollar are 10^-9 dollars: 10^7 of them are a cent. */
static int64_t
cents_of(const int32_t *indices, int64_t work, int64_t practice, int64_t malpractice, int64_t conversion)
{
    const int64_t cent = 10000000;
    int64_t sum = work * indices[0] + practice * indices[1] + malpractice * indices[2];
    return (sum * conversion + cent / 2) / cent;
}

/* The row of the procedure, of its part where a modifier cuts it (26, TC, 53), on that day. */
static const int32_t *
fee_of(const struct pricing *pricing, const struct coding_line *line, uint16_t *status)
{
    static const char *const parts[] = {"26", "TC", "53"};
    struct codeset_rows rows;
    uint64_t wanted = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (coding_line_has(line, codeset_key(text_from(parts[i]))))
            wanted = codeset_key(text_from(parts[i]));
    if (!coding_rows_in(pricing->c, pricing->fees, line->procedure, &rows))
        return NULL;
    for (uint32_t i = 0; i < rows.count; i++) {
        if (rows.rows[i].second != wanted || !codeset_holds(&rows.rows[i], line->day))
            continue;
        *status = rows.rows[i].kind;
        return rows.numbers + i * FEE_NUMBERS;
    }
    return NULL;
}

/* Who assists at an operation: a physician (80, 82; 81 at the least of it), or one who is paid less than a physician (AS). 0: nobody. */
static uint64_t
assisting(const struct coding_line *line)
{
    static const char *const modifiers[] = {"80", "81", "82", "AS"};
    for (size_t i = 0; i < sizeof modifiers / sizeof *modifiers; i++)
        if (coding_line_has(line, codeset_key(text_from(modifiers[i]))))
            return codeset_key(text_from(modifiers[i]));
    return 0;
}

/* Does every modifier leave the amount, or is it one that is reckoned with? */
static bool
are_plain(const struct coding_line *line)
{
    uint64_t assists = assisting(line);
    for (unsigned i = 0; i < 4; i++) {
        uint64_t modifier = line->modifiers[i];
        if (modifier != 0 && modifier == assists)
            continue;
        bool part_of = modifier == CODING_KEY("26") || modifier == CODING_KEY("TC") || modifier == CODING_KEY("53");
        if (modifier != 0 && !part_of && modifier != CODING_KEY("50") &&
            !coding_service_lists(CODING_MODIFIER_NEUTRAL, modifier, line->day))
            return false;
    }
    return true;
}

static int64_t
amount_at(const struct pricing *pricing, const struct coding_line *line, const int32_t *fee)
{
    bool facility = coding_service_lists(CODING_PLACE_FACILITY, line->place, line->day);
    if (!facility && !coding_service_lists(CODING_PLACE_OFFICE, line->place, line->day))
        return CODING_NOT_PRICED;
    if (fee[facility ? FEE_FACILITY_NA : FEE_NONFACILITY_NA] != 0)
        return CODING_NOT_PRICED; /* rarely or never done there */
    int64_t own = cents_of(pricing->indices, fee[FEE_WORK], fee[facility ? FEE_FACILITY_PE : FEE_NONFACILITY_PE], fee[FEE_MALPRACTICE],
                           fee[FEE_CONVERSION]);
    int32_t practice = fee[facility ? FEE_OPPS_FACILITY_PE : FEE_OPPS_NONFACILITY_PE];
    if (practice == 0 && fee[FEE_OPPS_MALPRACTICE] == 0)
        return own;
    int64_t capped = cents_of(pricing->indices, fee[FEE_WORK], practice, fee[FEE_OPPS_MALPRACTICE], fee[FEE_CONVERSION]);
    return capped < own ? capped : own;
}

/* Both sides: once and a half, or twice where the amounts are of one side each; -1: it is not a service of two sides. */
static int64_t
of_both_sides(int64_t cents, int32_t indicator)
{
    if (indicator == 1)
        return part(cents, 1500);
    return indicator == 3 ? cents * 2 : CODING_NOT_PRICED;
}

/* Thousandths that who gave the service is paid; 0: not known. */
static int64_t
provider_part(const struct coding_case *c, const struct service_line *line)
{
    const struct claim_body *body = c->body;
    bool own = line->rendering.id.length > 0, claim = body->rendering.id.length > 0;
    struct text taxonomy = own ? line->rendering.taxonomy : claim ? body->rendering.taxonomy : body->billing.taxonomy;
    uint64_t kind = codeset_key(text_head(taxonomy, 4));
    if (coding_service_lists(CODING_FEE_UNKNOWN, kind, 0))
        return 0;
    return coding_service_lists(CODING_FEE_REDUCED, kind, 0) ? 850 : ONE;
}

/* Of an operation at which the line's provider assisted: 16 percent of it, nothing where the schedule says that assistants are not paid;
 * not told where papers decide (indicator 0), where the concept does not apply, and where modifier and provider do not fit. */
static int64_t
of_assistant(const struct pricing *pricing, const struct coding_line *line, int64_t cents, int32_t indicator)
{
    bool less = assisting(line) == CODING_KEY("AS");
    if (provider_part(pricing->c, line->line) != (less ? 850 : ONE))
        return CODING_NOT_PRICED;
    if (indicator == ASSISTANT_NEVER)
        return 0;
    return indicator == ASSISTANT_PAID ? part(cents, 160) : CODING_NOT_PRICED;
}

static struct priced_line
price(const struct pricing *pricing, const struct coding_line *line)
{
    struct priced_line priced = {.cents = CODING_NOT_PRICED, .units = line->line->quantity_milli / 1000, .day = line->day};
    uint16_t status = 0;
    const int32_t *fee = fee_of(pricing, line, &status);
    bool both = coding_line_has(line, CODING_KEY("50"));
    if (fee == NULL || coding_edition(pricing->c, CODING_FEES, line->day) != pricing->fees)
        return priced;
    priced.multiple = fee[FEE_MULTIPLE];
    if (status == 'B' || status == 'P') { /* paid within other services */
        priced.cents = 0;
        priced.multiple = MULTIPLE_NONE;
        return priced;
    }
    bool whole = line->line->quantity_milli > 0 && line->line->quantity_milli % 1000 == 0 && !text_is(line->line->unit, "MJ");
    if ((status != 'A' && status != 'R') || fee[FEE_NOT_FOR_MEDICARE] != 0 || !whole || !are_plain(line))
        return priced;
    if (both && priced.units != 1)
        return priced;
    priced.cents = amount_at(pricing, line, fee);
    if (both && priced.cents >= 0)
        priced.cents = of_both_sides(priced.cents, fee[FEE_BILATERAL]);
    priced.assists = assisting(line) != 0;
    if (priced.assists && priced.cents >= 0)
        priced.cents = of_assistant(pricing, line, priced.cents, fee[FEE_ASSISTANT]);
    return priced;
}

static bool
is_reduced(const struct priced_line *line)
{
    return line->multiple != MULTIPLE_NONE && line->multiple != MULTIPLE_NOT_A_CONCEPT;
}

/* Of the lines of one day that are reduced beside each other: the rank of this one by its amount, from 0; -1: it cannot be told, since
 * another is of another rule, is not priced, counts several units, or is an operation of one's own beside one at which one assisted. */
static int
rank_of(const struct pricing *pricing, uint32_t count, uint32_t index)
{
    const struct priced_line *own = &pricing->lines[index];
    int rank = 0;
    if (own->units > 1)
        return -1;
    for (uint32_t i = 0; i < count; i++) {
        const struct priced_line *other = &pricing->lines[i];
        if (i == index || other->day != own->day || !is_reduced(other))
            continue;
        if (own->multiple != MULTIPLE_SURGERY || other->multiple != MULTIPLE_SURGERY || other->cents < 0 || other->units > 1 ||
            other->assists != own->assists)
            return -1;
        rank += other->cents > own->cents || (other->cents == own->cents && i < index);
    }
    return rank < RANKED ? rank : -1;
}

static int64_t
allow(const struct pricing *pricing, uint32_t count, uint32_t index, uint32_t percent)
{
    const struct priced_line *priced = &pricing->lines[index];
    const struct service_line *line = &pricing->c->body->lines[index];
    int64_t cents = priced->cents, provider = provider_part(pricing->c, line);
    if (cents <= 0)
        return cents;
    if (is_reduced(priced)) {
        int rank = rank_of(pricing, count, index);
        if (rank < 0)
            return CODING_NOT_PRICED;
        cents = rank == 0 ? cents : part(cents, 500);
    }
    if (provider == 0)
        return CODING_NOT_PRICED;
    cents = part(part(cents, provider), (int64_t)percent * 10) * priced->units;
    return line->charge_cents > 0 && cents > line->charge_cents ? line->charge_cents : cents;
}

/* The indices of the locality; NULL: no edition of that day, or no such place. */
static const int32_t *
indices_of(const struct coding_case *c, struct text locality)
{
    struct codeset_rows rows;
    struct codeset_data *data = coding_edition(c, CODING_FEE_INDEX, c->day);
    if (data == NULL || !coding_rows_in(c, data, codeset_key(locality), &rows) || !codeset_holds(&rows.rows[0], c->day))
        return NULL;
    return rows.numbers;
}

bool
coding_allowed(const struct coding_case *c, struct coding_allowed *allowed)
{
    struct pricing pricing;
    uint32_t count = c->body->lines_count, percent = c->wants == NULL ? 0 : c->wants->percent;
    allowed->cents = 0;
    allowed->priced = 0;
    if (percent == 0)
        percent = c->medicare ? 100 : 0;
    if (c->setting != CODING_PROFESSIONAL || c->wants == NULL || c->wants->locality.length == 0 || percent == 0 ||
        count == 0 || count > CODING_LINES)
        return false;
    pricing.c = c;
    pricing.indices = indices_of(c, c->wants->locality);
    pricing.fees = coding_edition(c, CODING_FEES, c->day);
    if (pricing.indices == NULL || pricing.fees == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        struct coding_line line = coding_line_of(c, i);
        pricing.lines[i] = price(&pricing, &line);
    }
    for (uint32_t i = 0; i < count; i++) {
        allowed->lines[i] = allow(&pricing, count, i, percent);
        if (allowed->lines[i] < 0)
            continue;
        allowed->cents += allowed->lines[i];
        allowed->priced++;
    }
    return allowed->priced > 0;
}
