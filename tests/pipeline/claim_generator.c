/* Writes 837P, 837I or 837D interchanges as a hospital would, and beside them what is to become of each claim. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/pipeline/digest.h"
#include "tests/pipeline/invented_claim.h"
#include "tests/pipeline/option.h"

enum { GENERATOR_LIMIT = 100 * 1000 * 1000, FLUSH_BYTES = 1 << 20 };

struct order {
    struct claim_plan plan;
    uint64_t seed, first, claims, per_set, control;
    uint64_t bad_set; /* 0: none */
    const char *broken_envelope;
    const char *out, *expect, *sender, *receiver;
    int32_t file_date;
    uint32_t fault_per_mille[FAULT_COUNT];
    uint64_t fault_count[FAULT_COUNT];
    uint64_t earlier_seed, earlier_first, earlier_claims; /* of which duplicates may be made as well */
};

struct generator {
    const struct order *order;
    struct pen pen, manifest;
    FILE *file, *manifest_file;
    uint64_t sets, faults_given, last_good; /* last_good: 1 + the last claim that a duplicate may repeat */
    uint64_t fault_total, duplicates;
    bool failed;
};

static void
flush(struct pen *pen, FILE *file, size_t least, bool *failed)
{
    if (pen->length < least || pen->length == 0)
        return;
    if (fwrite(pen->bytes, 1, pen->length, file) != pen->length)
        *failed = true;
    pen->length = 0;
}

static enum invented_fault
fault_by_share(const struct order *order, uint64_t seed, uint64_t n)
{
    uint64_t draw = digest_draw(digest_mix(seed ^ UINT64_C(0xfa017)) + n, 0) % 1000;
    for (enum invented_fault fault = FAULT_NPI; fault < FAULT_COUNT; fault++) {
        if (draw < order->fault_per_mille[fault])
            return fault;
        draw -= order->fault_per_mille[fault];
    }
    return FAULT_NONE;
}

/* Exact counts are spread evenly over the file, kind after kind; shares come where no count does. */
static enum invented_fault
fault_of(struct generator *generator, uint64_t index)
{
    const struct order *order = generator->order;
    uint64_t due = generator->fault_total * (index + 1) / order->claims;
    if (generator->faults_given < due) {
        uint64_t turn = generator->faults_given++;
        for (enum invented_fault fault = FAULT_NPI; fault < FAULT_COUNT; fault++) {
            if (turn < order->fault_count[fault])
                return fault;
            turn -= order->fault_count[fault];
        }
    }
    return fault_by_share(order, order->seed, order->first + index);
}

static void
make_duplicate(struct generator *generator, uint64_t n, struct invented_claim *claim)
{
    const struct order *order = generator->order;
    if (order->earlier_claims != 0 && generator->duplicates++ % 2 == 0) {
        for (uint64_t tries = 0; tries < order->earlier_claims; tries++) {
            uint64_t of = order->earlier_first + (n + tries) % order->earlier_claims;
            if (fault_by_share(order, order->earlier_seed, of) == FAULT_NONE) {
                invented_claim_repeat(order->seed, n, order->earlier_seed, of, &order->plan, claim);
                return;
            }
        }
    }
    if (generator->last_good != 0)
        invented_claim_repeat(order->seed, n, order->seed, generator->last_good - 1, &order->plan, claim);
    else
        invented_claim_make(order->seed, n, &order->plan, FAULT_NONE, claim);
}

static void
write_expectation(struct generator *generator, const struct invented_claim *claim, bool rejected,
                  bool bad_set)
{
    struct pen *pen = &generator->manifest;
    const struct fault_kind *kind = &fault_kinds[claim->fault];
    pen_put(pen, claim->number);
    pen_character(pen, '\t');
    pen_put(pen, bad_set ? "set" : rejected ? "envelope" : kind->name);
    pen_character(pen, '\t');
    pen_put(pen, rejected || bad_set ? "set-rejected" : kind->intake);
    pen_character(pen, '\t');
    pen_put(pen, rejected || bad_set ? "-" : kind->coding);
    pen_character(pen, '\t');
    pen_number(pen, (uint64_t)claim->total_cents, 1);
    for (uint32_t i = 0; i < claim->line_count; i++) {
        pen_character(pen, i == 0 ? '\t' : ',');
        pen_number(pen, (uint64_t)claim->lines[i].charge_cents, 1);
    }
    pen_character(pen, '\n');
}

static void
write_padded(struct pen *pen, const char *text)
{
    size_t length = strlen(text);
    pen_bytes(pen, text, length < 15 ? length : 15);
    for (; length < 15; length++)
        pen_character(pen, ' ');
}

static void
write_envelope(struct generator *generator)
{
    const struct order *order = generator->order;
    struct pen *pen = &generator->pen;
    pen_put(pen, "ISA*00*          *00*          *ZZ*");
    write_padded(pen, order->sender);
    pen_put(pen, "*ZZ*");
    write_padded(pen, order->receiver);
    pen_character(pen, '*');
    pen_number(pen, (uint64_t)order->file_date % 1000000, 6);
    pen_put(pen, "*0815*^*00501*");
    pen_number(pen, order->control, 9);
    pen_put(pen, "*0*T*:");
    pen_end(pen);
    pen_put(pen, "GS*HC*");
    pen_put(pen, order->sender);
    pen_character(pen, '*');
    pen_put(pen, order->receiver);
    pen_character(pen, '*');
    pen_number(pen, (uint64_t)order->file_date, 8);
    pen_put(pen, "*0815*");
    pen_number(pen, order->control, 1);
    pen_put(pen, "*X*");
    pen_put(pen, form_version(order->plan.form));
    pen_end(pen);
}

static void
write_set_header(struct generator *generator, uint64_t set, bool without_receiver)
{
    const struct order *order = generator->order;
    struct pen *pen = &generator->pen;
    pen->segments = 0;
    pen_put(pen, "ST*837*");
    pen_number(pen, set, 4);
    pen_character(pen, '*');
    pen_put(pen, form_version(order->plan.form));
    pen_end(pen);
    pen_put(pen, "BHT*0019*00*B");
    pen_number(pen, order->control, 1);
    pen_character(pen, '-');
    pen_number(pen, set, 4);
    pen_character(pen, '*');
    pen_number(pen, (uint64_t)order->file_date, 8);
    pen_put(pen, "*0815*CH");
    pen_end(pen);
    pen_put(pen, "NM1*41*2*LANTERN HILL HOSPITAL*****46*");
    pen_put(pen, order->sender);
    pen_end(pen);
    pen_put(pen, "PER*IC*BILLING OFFICE*TE*5555550100");
    pen_end(pen);
    if (without_receiver)
        return;
    pen_put(pen, "NM1*40*2*INVENTED CLEARING HOUSE*****46*");
    pen_put(pen, order->receiver);
    pen_end(pen);
}

static uint32_t
write_billing(struct pen *pen, uint32_t number, bool wrong, uint32_t *hl)
{
    char npi[11];
    invented_npi(number, wrong, npi);
    pen_put(pen, "HL*");
    pen_number(pen, ++*hl, 1);
    pen_put(pen, "**20*1");
    pen_end(pen);
    pen_put(pen, "PRV*BI*PXC*207Q00000X");
    pen_end(pen);
    pen_put(pen, "NM1*85*2*LANTERN HILL CLINIC ");
    pen_number(pen, number + 1, 1);
    pen_put(pen, "*****XX*");
    pen_put(pen, npi);
    pen_end(pen);
    pen_put(pen, "N3*");
    pen_number(pen, 100 + number, 1);
    pen_put(pen, " LANTERN HILL");
    pen_end(pen);
    pen_put(pen, "N4*FENWICK FALLS*OH*441012345");
    pen_end(pen);
    pen_put(pen, "REF*EI*");
    pen_number(pen, 310000000 + number, 9);
    pen_end(pen);
    return *hl;
}

static void
write_set(struct generator *generator, uint64_t set, uint64_t index, uint64_t count)
{
    const struct order *order = generator->order;
    struct pen *pen = &generator->pen;
    bool bad = set == order->bad_set;
    write_set_header(generator, set, bad && set % 2 == 0);
    uint32_t hl = 0, billing_hl = 0, billing = 0;
    bool billing_wrong = false;
    for (uint64_t i = index; i < index + count; i++) {
        struct invented_claim claim;
        uint64_t n = order->first + i;
        enum invented_fault fault = bad ? FAULT_NONE : fault_of(generator, i);
        if (fault == FAULT_DUPLICATE)
            make_duplicate(generator, n, &claim);
        else
            invented_claim_make(order->seed, n, &order->plan, fault, &claim);
        if (claim.fault == FAULT_NONE && !bad)
            generator->last_good = n + 1;
        if (billing_hl == 0 || billing != claim.billing || billing_wrong != claim.billing_wrong)
            billing_hl = write_billing(pen, claim.billing, claim.billing_wrong, &hl);
        billing = claim.billing;
        billing_wrong = claim.billing_wrong;
        invented_claim_write(pen, &claim, billing_hl, &hl);
        write_expectation(generator, &claim, order->broken_envelope != NULL, bad);
        flush(pen, generator->file, FLUSH_BYTES, &generator->failed);
        flush(&generator->manifest, generator->manifest_file, FLUSH_BYTES, &generator->failed);
    }
    pen_put(pen, "SE*");
    pen_number(pen, pen->segments + 1 + (bad && set % 2 != 0 ? 1 : 0), 1);
    pen_character(pen, '*');
    pen_number(pen, set, 4);
    pen_end(pen);
}

static void
write_file(struct generator *generator)
{
    const struct order *order = generator->order;
    struct pen *pen = &generator->pen;
    for (enum invented_fault fault = FAULT_NPI; fault < FAULT_COUNT; fault++)
        generator->fault_total += order->fault_count[fault];
    write_envelope(generator);
    for (uint64_t done = 0; done < order->claims; done += order->per_set) {
        uint64_t left = order->claims - done;
        write_set(generator, ++generator->sets, done, left < order->per_set ? left : order->per_set);
    }
    pen_put(pen, "GE*");
    pen_number(pen, generator->sets, 1);
    pen_character(pen, '*');
    pen_number(pen, order->control, 1);
    pen_end(pen);
    const char *broken = order->broken_envelope != NULL ? order->broken_envelope : "";
    pen_put(pen, strcmp(broken, "count") == 0 ? "IEA*2*" : "IEA*1*");
    pen_number(pen, order->control + (strcmp(broken, "control") == 0 ? 1 : 0), 9);
    pen_end(pen);
    flush(pen, generator->file, 1, &generator->failed);
    flush(&generator->manifest, generator->manifest_file, 1, &generator->failed);
}

/* Both files appear by rename, the manifest first. */
static int
generate(const struct order *order)
{
    char manifest[4096], manifest_now[4096 + 8], now[4096 + 8];
    if (order->expect != NULL)
        snprintf(manifest, sizeof manifest, "%s", order->expect);
    else
        snprintf(manifest, sizeof manifest, "%s.expect", order->out);
    snprintf(manifest_now, sizeof manifest_now, "%s.tmp", manifest);
    snprintf(now, sizeof now, "%s.tmp", order->out);
    struct generator generator = {.order = order};
    generator.file = fopen(now, "wb");
    generator.manifest_file = fopen(manifest_now, "wb");
    bool failed = generator.file == NULL || generator.manifest_file == NULL;
    if (!failed) {
        write_file(&generator);
        failed = generator.failed;
    }
    if (generator.file != NULL)
        failed = fclose(generator.file) != 0 || failed;
    if (generator.manifest_file != NULL)
        failed = fclose(generator.manifest_file) != 0 || failed;
    pen_free(&generator.pen);
    pen_free(&generator.manifest);
    if (failed || rename(manifest_now, manifest) != 0 || rename(now, order->out) != 0) {
        fprintf(stderr, "claim-generator: cannot write %s: %s\n", order->out, strerror(errno));
        return 1;
    }
    return 0;
}

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
    return exact ? option_number(equals + 1, 0, GENERATOR_LIMIT, &order->fault_count[fault])
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
        return option_number(text, 1, GENERATOR_LIMIT, &order->claims);
    case OPTION_PER_SET:
        return option_number(text, 1, GENERATOR_LIMIT, &order->per_set);
    case OPTION_SEED:
        return option_number(text, 0, INVENTED_SEED_LIMIT - 1, &order->seed);
    case OPTION_FIRST:
        return option_number(text, 0, UINT64_C(70000000000), &order->first);
    case OPTION_CONTROL:
        return option_number(text, 1, 999999998, &order->control);
    case OPTION_BAD_SET:
        return option_number(text, 1, GENERATOR_LIMIT, &order->bad_set);
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

int
main(int argc, char **argv)
{
    struct order order = {.plan = {.lines = 4,
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
            return 0;
        }
        if (option == '?' || !take_option(&order, option, optarg)) {
            if (option != '?')
                fprintf(stderr, "claim-generator: --%s: bad value\n", options[index].name);
            fputs(usage, stderr);
            return 64;
        }
    }
    bool no_pointers = order.plan.form == FORM_INSTITUTIONAL &&
                       (order.fault_count[FAULT_POINTER] > 0 || order.fault_per_mille[FAULT_POINTER] > 0);
    if (order.out == NULL || order.claims == 0 || no_pointers || optind != argc ||
        order.plan.first_date > order.plan.last_date) {
        fputs(usage, stderr);
        return 64;
    }
    if (order.plan.payer_count == 0)
        order.plan.payers[order.plan.payer_count++] = "INVENTED1";
    if (order.file_date == 0)
        order.file_date = order.plan.last_date;
    return generate(&order);
}
