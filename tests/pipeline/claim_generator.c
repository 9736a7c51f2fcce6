/* Writes 837P, 837I or 837D interchanges as a hospital would, and beside them what is to become of each claim. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/pipeline/digest.h"
#include "tests/pipeline/claim_order.h"

enum { FLUSH_BYTES = 1 << 20 };

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

int
main(int argc, char **argv)
{
    struct order order;
    int code;
    return order_read(&order, argc, argv, &code) ? generate(&order) : code;
}
