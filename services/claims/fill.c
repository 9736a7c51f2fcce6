#include "services/claims/fill.h"

static bool
fill(struct text *field, struct text value)
{
    if (field->length > 0 || value.length == 0)
        return false;
    *field = value;
    return true;
}

static bool
fill_address(struct party *billing, const struct provider *provider)
{
    if (billing->address_1.length == 0 && billing->city.length == 0) {
        billing->address_1 = provider->address_1;
        billing->address_2 = provider->address_2;
        billing->city = provider->city;
        billing->state = provider->state;
        billing->postal_code = provider->postal_code;
        return true;
    }
    bool filled = false;
    struct text given = billing->postal_code;
    if (given.length == 5 && text_starts(provider->postal_code, given)) {
        billing->postal_code = provider->postal_code;
        filled = true;
    }
    /* Of another address nothing can be said. */
    if (!text_equal(billing->city, provider->city))
        return filled;
    filled |= fill(&billing->state, provider->state);
    filled |= fill(&billing->postal_code, provider->postal_code);
    return filled;
}

bool
fill_billing(struct party *billing, const struct provider *provider)
{
    bool filled = fill_address(billing, provider);
    filled |= fill(&billing->taxonomy, provider->taxonomy);
    if (fill(&billing->tax_id, provider->tax_id)) {
        billing->tax_id_qualifier = TEXT("EI");
        filled = true;
    }
    return filled;
}
