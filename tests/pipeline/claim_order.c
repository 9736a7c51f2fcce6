#include "tests/pipeline/claim_order.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "tests/pipeline/option.h"

enum { ORDER_LIMIT = 100 * 1000 * 1000 };

static const char usage[] =
    "claim-generator --claims N --seed S --out FILE [options]\n"
    "  --per-set K                claims a transaction set (default 500)\n"
    "  --first N                  number of the first claim (default 0): files of one seed follow each "
    "other\n"
    "  --control N                ISA13 and GS06 (default 1)\n"
    "  --sender ID, --receiver ID interchange parties\n"
    "  --payer ID                 payer of the claims, up to 16 times (default INVENTED1)\n"
    "  --form FORM                professional, institutional or dental (default professional)\n"
    "  --lines L, --diagnoses D   of each claim (default 4 and 4; at most 50 and 11)\n"
    "  --providers P              billing providers (default 3)\n"
    "  --dependents-per-mille M   patients who are not the subscriber (default 200)\n"
    "  --date D | --from D --to D dates of service, yyyymmdd (default 20251001 to 20260630)\n"
    "  --file-date D              date of the envelope (default: the last date of service)\n"
    "  --canary STRING            surname of each seventh patient\n"
    "  --fault NAME=M             share per mille of a fault: npi sum pointer duplicate unknown-code "
    "header-code\n"
    "                             future-date ended-code symptom\n"
    "  --fault-count NAME=N       exactly N of them, spread over the file\n"
    "  --earlier SEED:FIRST:N     duplicates also of these claims of an earlier file with the same options\n"
    "  --bad-set J                set J has SE01 wrong (J odd) or lacks loop 1000B (J even)\n"
    "  --broken-envelope KIND     count (IEA01) or control (IEA02)\n"
    "  --expect FILE              where the manifest goes (default FILE.expect)\n"
    "Example: claim-generator --claims 300 --per-set 100 --seed 7 --fault npi=20 --out spool/batch.x12\n";

enum {
    OPTION_CLAIMS = 256,
    OPTION_PER_SET,
    OPTION_SEED,
    OPTION_FIRST,
    OPTION_CONTROL,
    OPTION_BAD_SET,
    OPTION_FORM,
    OPTION_LINES,
    OPTION_DIAGNOSES,
    OPTION_PROVIDERS,
    OPTION_DEPENDENTS,
    OPTION_DATE,
    OPTION_FROM,
    OPTION_TO,
    OPTION_FILE_DATE,
    OPTION_OUT,
    OPTION_EXPECT,
    OPTION_SENDER,
    OPTION_RECEIVER,
    OPTION_PAYER,
    OPTION_CANARY,
    OPTION_FAULT,
    OPTION_FAULT_COUNT,
    OPTION_EARLIER,
    OPTION_BROKEN,
    OPTION_HELP
};

static const struct option options[] = {{"claims", 1, 0, OPTION_CLAIMS},
                                        {"per-set", 1, 0, OPTION_PER_SET},
                                        {"seed", 1, 0, OPTION_SEED},
                                        {"first", 1, 0, OPTION_FIRST},
                                        {"control", 1, 0, OPTION_CONTROL},
                                        {"bad-set", 1, 0, OPTION_BAD_SET},
                                        {"form", 1, 0, OPTION_FORM},
                                        {"lines", 1, 0, OPTION_LINES},
                                        {"diagnoses", 1, 0, OPTION_DIAGNOSES},
                                        {"providers", 1, 0, OPTION_PROVIDERS},
                                        {"dependents-per-mille", 1, 0, OPTION_DEPENDENTS},
                                        {"date", 1, 0, OPTION_DATE},
                                        {"from", 1, 0, OPTION_FROM},
                                        {"to", 1, 0, OPTION_TO},
                                        {"file-date", 1, 0, OPTION_FILE_DATE},
                                        {"out", 1, 0, OPTION_OUT},
                                        {"expect", 1, 0, OPTION_EXPECT},
                                        {"sender", 1, 0, OPTION_SENDER},
                                        {"receiver", 1, 0, OPTION_RECEIVER},
                                        {"payer", 1, 0, OPTION_PAYER},
                                        {"canary", 1, 0, OPTION_CANARY},
                                        {"fault", 1, 0, OPTION_FAULT},
                                        {"fault-count", 1, 0, OPTION_FAULT_COUNT},
                                        {"earlier", 1, 0, OPTION_EARLIER},
                                        {"broken-envelope", 1, 0, OPTION_BROKEN},
                                        {"help", 0, 0, OPTION_HELP},
                                        {0}};

static bool
fault_option(struct order *order, const char *text, bool exact)
{
    char name[32];
    const char *equals = strchr(text, '=');
    if (equals == NULL || (size_t)(equals - text) >= sizeof name)
        return false;
    memcpy(name, text, (size_t)(equals - text));
    name[equals - text] = '\0';
    enum invented_fault fault = fault_named(name);
    if (fault == FAULT_COUNT)
        return false;
    return exact ? option_number(equals + 1, 0, ORDER_LIMIT, &order->fault_count[fault])
                 : option_small(equals + 1, 0, 1000, &order->fault_per_mille[fault]);
}

static bool
earlier_option(struct order *order, const char *text)
{
    unsigned long long seed, first, claims;
    char rest;
    if (sscanf(text, "%llu:%llu:%llu%c", &seed, &first, &claims, &rest) != 3 || seed >= INVENTED_SEED_LIMIT)
        return false;
    order->earlier_seed = seed;
    order->earlier_first = first;
    order->earlier_claims = claims;
    return true;
}

static bool
text_option(struct order *order, int option, const char *text)
{
    switch (option) {
    case OPTION_OUT:
        order->out = text;
        return true;
    case OPTION_EXPECT:
        order->expect = text;
        return true;
    case OPTION_SENDER:
        order->sender = text;
        return strlen(text) >= 2 && strlen(text) <= 15;
    case OPTION_RECEIVER:
        order->receiver = text;
        return strlen(text) >= 2 && strlen(text) <= 15;
    case OPTION_PAYER:
        if (order->plan.payer_count == INVENTED_PAYERS)
            return false;
        order->plan.payers[order->plan.payer_count++] = text;
        return text[0] != '\0';
    case OPTION_CANARY:
        order->plan.canary = text;
        return text[0] != '\0' && strlen(text) <= 60;
    case OPTION_BROKEN:
        order->broken_envelope = text;
        return strcmp(text, "count") == 0 || strcmp(text, "control") == 0;
    default:
        return false;
    }
}

static bool
take_option(struct order *order, int option, const char *text)
{
    struct claim_plan *plan = &order->plan;
    switch (option) {
    case OPTION_CLAIMS:
        return option_number(text, 1, ORDER_LIMIT, &order->claims);
    case OPTION_PER_SET:
        return option_number(text, 1, ORDER_LIMIT, &order->per_set);
    case OPTION_SEED:
        return option_number(text, 0, INVENTED_SEED_LIMIT - 1, &order->seed);
    case OPTION_FIRST:
        return option_number(text, 0, UINT64_C(70000000000), &order->first);
    case OPTION_CONTROL:
        return option_number(text, 1, 999999998, &order->control);
    case OPTION_BAD_SET:
        return option_number(text, 1, ORDER_LIMIT, &order->bad_set);
    case OPTION_FORM:
        plan->form = form_named(text);
        return plan->form != FORM_COUNT;
    case OPTION_LINES:
        return option_small(text, 1, INVENTED_LINES, &plan->lines);
    case OPTION_DIAGNOSES:
        return option_small(text, 1, INVENTED_DIAGNOSES, &plan->diagnoses);
    case OPTION_PROVIDERS:
        return option_small(text, 1, 1000, &plan->providers);
    case OPTION_DEPENDENTS:
        return option_small(text, 0, 1000, &plan->dependents_per_mille);
    case OPTION_DATE:
        return option_date(text, &plan->first_date) && option_date(text, &plan->last_date);
    case OPTION_FROM:
        return option_date(text, &plan->first_date);
    case OPTION_TO:
        return option_date(text, &plan->last_date);
    case OPTION_FILE_DATE:
        return option_date(text, &order->file_date);
    case OPTION_FAULT:
        return fault_option(order, text, false);
    case OPTION_FAULT_COUNT:
        return fault_option(order, text, true);
    case OPTION_EARLIER:
        return earlier_option(order, text);
    default:
        return text_option(order, option, text);
    }
}

bool
order_read(struct order *order, int argc, char **argv, int *code)
{
    *order = (struct order){.plan = {.lines = 4,
                                   .diagnoses = 4,
                                   .first_date = 20251001,
                                   .last_date = 20260630,
                                   .dependents_per_mille = 200,
                                   .providers = 3},
                          .per_set = 500,
                          .control = 1,
                          .sender = "LANTERNHILL",
                          .receiver = "CLAIMLINE"};
    int option, index = 0;
    while ((option = getopt_long(argc, argv, "", options, &index)) != -1) {
        if (option == OPTION_HELP) {
            fputs(usage, stdout);
            *code = 0;
            return false;
        }
        if (option == '?' || !take_option(order, option, optarg)) {
            if (option != '?')
                fprintf(stderr, "claim-generator: --%s: bad value\n", options[index].name);
            fputs(usage, stderr);
            *code = 64;
            return false;
        }
    }
    bool no_pointers = order->plan.form == FORM_INSTITUTIONAL &&
                       (order->fault_count[FAULT_POINTER] > 0 || order->fault_per_mille[FAULT_POINTER] > 0);
    if (order->out == NULL || order->claims == 0 || no_pointers || optind != argc ||
        order->plan.first_date > order->plan.last_date) {
        fputs(usage, stderr);
        *code = 64;
        return false;
    }
    if (order->plan.payer_count == 0)
        order->plan.payers[order->plan.payer_count++] = "INVENTED1";
    if (order->file_date == 0)
        order->file_date = order->plan.last_date;
    return true;
}
