/* What differs between an invented professional, institutional and dental claim: its prices, and loops 2300 to 2400. */
#ifndef CLAIMLINE_TESTS_PIPELINE_INVENTED_FORM_H
#define CLAIMLINE_TESTS_PIPELINE_INVENTED_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/pipeline/pen.h"

enum invented_form { FORM_PROFESSIONAL, FORM_INSTITUTIONAL, FORM_DENTAL, FORM_COUNT };

/* FORM_COUNT when there is none of that name. */
enum invented_form form_named(const char *name);
/* GS08 and ST03. */
const char *form_version(enum invented_form form);

struct priced_procedure {
    const char *code; /* SV101, SV301 without its qualifier; SV201 and SV202 with the separator between them */
    int64_t charge_cents;
    bool laboratory;
};
enum { PRICED_VISITS = 2, PRICED_SERVICES = 6 };
struct price_list {
    struct priced_procedure visits[PRICED_VISITS]; /* the first line of a claim is one of these */
    struct priced_procedure services[PRICED_SERVICES];
    struct priced_procedure repeats[PRICED_SERVICES]; /* of a claim with more lines than there are services */
};
/* `inpatient`: an institutional claim of a stay. */
const struct price_list *form_prices(enum invented_form form, bool inpatient);

struct invented_claim;
/* From CLM to the last line. */
void form_write_claim(struct pen *pen, const struct invented_claim *claim);

#endif
