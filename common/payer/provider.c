#include "common/npi/npi.h"
#include "common/payer/payer.h"
#include "common/payer/profile.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define SECTION "provider"

const struct config_key provider_keys[] = {
    {SECTION, "npi", CONFIG_TEXT, NULL, 10, 10, NULL, "National Provider Identifier, ten digits with its check digit."},
    {SECTION, "name", CONFIG_TEXT, NULL, 1, 60, NULL, "Name of the billing provider."},
    {SECTION, "tax_id", CONFIG_TEXT, NULL, 9, 11, NULL, "Employer's tax id."},
    {SECTION, "taxonomy", CONFIG_TEXT, "", 0, 10, NULL, "Provider taxonomy code (PRV03)."},
    {SECTION, "address_1", CONFIG_TEXT, NULL, 1, 55, NULL, "Street; no post office box."},
    {SECTION, "address_2", CONFIG_TEXT, "", 0, 55, NULL, "Second line of the address."},
    {SECTION, "city", CONFIG_TEXT, NULL, 2, 30, NULL, "City."},
    {SECTION, "state", CONFIG_TEXT, NULL, 2, 2, NULL, "State, two letters."},
    {SECTION, "postal_code", CONFIG_TEXT, NULL, 9, 9, NULL, "Postal code, nine digits."},
    {SECTION, "zone_offset_minutes", CONFIG_NUMBER, "0", -840, 840, NULL, "Minutes east of UTC."},
};
const size_t provider_key_count = sizeof provider_keys / sizeof *provider_keys;

static struct text
value(const struct config *config, const char *name)
{
    return text_from(config_text(config, SECTION, name));
}

static enum status
take(void *context, const char *file, struct config *config, char reason[512])
{
    struct providers *providers = context;
    struct provider provider = {
        .npi = value(config, "npi"),
        .name = value(config, "name"),
        .tax_id = value(config, "tax_id"),
        .taxonomy = value(config, "taxonomy"),
        .address_1 = value(config, "address_1"),
        .address_2 = value(config, "address_2"),
        .city = value(config, "city"),
        .state = value(config, "state"),
        .postal_code = value(config, "postal_code"),
        .zone_offset_minutes = (int32_t)config_number(config, SECTION, "zone_offset_minutes"),
        .config = config,
    };
    const char *fault = NULL;
    if (!npi_is_given_out(provider.npi))
        fault = "npi: ten digits, the first 1 or 2, the last the check digit";
    else if (provider_by_npi(providers, provider.npi) != NULL)
        fault = "another profile has the same npi";
    if (fault != NULL) {
        snprintf(reason, 512, "%.200s.conf: [provider] %s", file, fault);
        config_free(config);
        return STATUS_CONFIG;
    }
    providers->items = realloc(providers->items, (providers->count + 1) * sizeof *providers->items);
    assert(providers->items != NULL);
    providers->items[providers->count++] = provider;
    return STATUS_OK;
}

enum status
providers_load(const char *folder, struct providers **providers, char reason[512])
{
    static const struct profile_kind kind = {"provider", provider_keys, sizeof provider_keys / sizeof *provider_keys,
        PROVIDER_LIMIT, take};
    struct providers *made = calloc(1, sizeof *made);
    assert(made != NULL);
    enum status status = profile_folder(folder, &kind, made, reason);
    if (status != STATUS_OK) {
        providers_free(made);
        return status;
    }
    *providers = made;
    return STATUS_OK;
}

void
providers_free(struct providers *providers)
{
    if (providers == NULL)
        return;
    for (size_t i = 0; i < providers->count; i++)
        config_free(providers->items[i].config);
    free(providers->items);
    free(providers);
}

const struct provider *
provider_by_npi(const struct providers *providers, struct text npi)
{
    for (size_t i = 0; i < providers->count; i++)
        if (text_equal(providers->items[i].npi, npi))
            return &providers->items[i];
    return NULL;
}

const struct provider *
provider_by_name(const struct providers *providers, struct text name)
{
    for (size_t i = 0; i < providers->count; i++)
        if (text_equal(providers->items[i].name, name))
            return &providers->items[i];
    return NULL;
}
