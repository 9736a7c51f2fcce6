/* An invented claim, professional when nothing else is said: a pure function of (seed, n, plan). All names are made up. */
#ifndef CLAIMLINE_TESTS_PIPELINE_INVENTED_CLAIM_H
#define CLAIMLINE_TESTS_PIPELINE_INVENTED_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/pipeline/invented_form.h"

enum invented_fault {
    FAULT_NONE,
    FAULT_NPI,          /* wrong check digit, of the rendering (even n) or the billing provider (odd n) */
    FAULT_SUM,          /* lines do not add up to CLM02 */
    FAULT_POINTER,      /* to a diagnosis that is not there; an institutional claim has no pointers */
    FAULT_DUPLICATE,    /* of an earlier claim, under its own CLM01 */
    FAULT_UNKNOWN_CODE, /* a diagnosis that never existed */
    FAULT_HEADER_CODE,  /* E11 or M54.5: not billable */
    FAULT_FUTURE_DATE,  /* service three years after the last date of the plan */
    FAULT_ENDED_CODE,   /* M54.5, whose validity ended on 2021-09-30 */
    FAULT_SYMPTOM,      /* R07.9 beside I20.9 or I21.4 */
    FAULT_COUNT
};

struct fault_kind {
    const char *name;
    const char *intake; /* accepted, refused-277ca */
    const char *coding; /* pass, held, or - where it does not come so far */
};
extern const struct fault_kind fault_kinds[FAULT_COUNT];
/* FAULT_COUNT when there is none of that name. */
enum invented_fault fault_named(const char *name);

enum {
    INVENTED_LINES = 50,
    INVENTED_DIAGNOSES = 11,
    INVENTED_PAYERS = 16,
    INVENTED_NAME_LENGTH = 24 /* of a claim number, with its end */
};

struct claim_plan {
    uint32_t lines;
    uint32_t diagnoses;
    int32_t first_date, last_date; /* of service */
    uint32_t dependents_per_mille;
    const char *payers[INVENTED_PAYERS];
    uint32_t payer_count;
    const char *canary; /* surname of each seventh patient, or NULL */
    uint32_t providers; /* billing providers, at least 1 */
    enum invented_form form;
};
/* Seeds fit 8 digits of base 36, numbers 7. */
#define INVENTED_SEED_LIMIT UINT64_C(2821109907456)

struct invented_line {
    const char *procedure; /* as priced_procedure.code */
    int64_t charge_cents;
    uint32_t pointer;
    uint32_t second_pointer; /* 0: none */
};

struct invented_claim {
    char number[INVENTED_NAME_LENGTH]; /* CLM01 */
    char member[INVENTED_NAME_LENGTH];
    enum invented_fault fault;
    enum invented_form form;
    bool inpatient; /* institutional: a stay of three days up to the date of service */
    uint64_t base;
    uint32_t billing;   /* number of the billing provider: sixteen claims in a row share one */
    bool billing_wrong; /* its NPI is to have a wrong check digit */
    const char *payer;
    const char *last, *first;
    bool dependent;
    int32_t service_date;
    int64_t total_cents; /* CLM02 */
    uint32_t diagnosis_count;
    const char *diagnoses[INVENTED_DIAGNOSES + 1];
    uint32_t line_count;
    struct invented_line lines[INVENTED_LINES];
    bool laboratory; /* needs a CLIA number */
    char rendering_npi[11];
};

void invented_claim_make(uint64_t seed, uint64_t n, const struct claim_plan *plan, enum invented_fault fault,
                         struct invented_claim *claim);
/* Makes the content of claim `of` again, under the number of claim n. */
void invented_claim_repeat(uint64_t seed, uint64_t n, uint64_t of_seed, uint64_t of,
                           const struct claim_plan *plan, struct invented_claim *claim);
/* The NPI number `n` of the invented providers; `wrong` gives it a wrong check digit. */
void invented_npi(uint32_t n, bool wrong, char npi[11]);
/* `days` after a date. */
int32_t invented_date_after(int32_t date, uint32_t days);
int32_t invented_date_before(int32_t date, uint32_t days);
/* From `first` to `last`, which is not before it. */
uint32_t invented_days_between(int32_t first, int32_t last);
/* Loops 2000B to 2400 of the claim. `hl` is the last HL number used and is moved on; `billing_hl` its parent.
 */
void invented_claim_write(struct pen *pen, const struct invented_claim *claim, uint32_t billing_hl,
                          uint32_t *hl);

#endif
