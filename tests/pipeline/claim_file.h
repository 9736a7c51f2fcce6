/* One 837 interchange (P, I or D) as the simulated payer reads it: envelope, groups, sets, billing providers, claims,
 * lines. All slices point into the bytes of the file. */
#ifndef CLAIMLINE_TESTS_PIPELINE_CLAIM_FILE_H
#define CLAIMLINE_TESTS_PIPELINE_CLAIM_FILE_H

#include "tests/pipeline/segment.h"

struct filed_line {
    struct slice procedure; /* SV101, SV202, SV301; empty: an institutional line by its revenue code alone */
    struct slice revenue;   /* SV201 */
    struct slice units;     /* empty: a dental line that says none, which is one */
    struct slice date;    /* DTP*472 */
    struct slice control; /* REF*6R */
    int64_t charge_cents;
};

struct filed_claim {
    struct slice number;    /* CLM01 */
    struct slice key;       /* REF*D9 of loop 2300, else CLM01 */
    struct slice place;     /* CLM05-1; with the qualifier A the type of bill without its frequency */
    bool institutional;     /* CLM05-2 is A */
    struct slice statement; /* DTP*434, two dates with a dash */
    struct slice frequency; /* CLM05-3 */
    struct slice last, first, member;
    int64_t charge_cents;
    uint32_t provider;
    uint32_t first_line, line_count;
    uint64_t digest;   /* of the bytes from CLM to the end of the claim */
    const char *fault; /* STC01 when the payer cannot take it: amounts, number, provider; else NULL */
};

struct filed_provider {
    struct slice name, npi, tax;
    bool npi_good;
};

struct filed_set {
    struct slice control, reference; /* ST02, BHT03 */
    struct slice submitter_name, submitter_id;
    uint32_t group;
    uint32_t first_claim, claim_count;
    const char *fault; /* IK502, or NULL */
};

struct filed_group {
    struct slice sender, receiver, control, version;
    uint32_t first_set, set_count;
    const char *fault; /* AK905, or NULL */
};

struct claim_file {
    char component;
    struct slice sender_qualifier, sender, receiver_qualifier, receiver, date, time, control, usage;
    struct slice payer_name, payer_id; /* the first NM1*PR of loop 2010BB */
    const char *fault;                 /* TA105, or NULL */
    struct filed_group *groups;
    struct filed_set *sets;
    struct filed_provider *providers;
    struct filed_claim *claims;
    struct filed_line *lines;
    uint32_t group_count, set_count, provider_count, claim_count, line_count;
    uint32_t group_room, set_room, provider_room, claim_room, line_room;
};

/* Reads the first interchange of the bytes. False when they do not begin with an ISA; every other fault
 * stands in the file. What was read before is forgotten, its memory used again. */
bool claim_file_read(struct claim_file *file, const char *bytes, size_t length);
void claim_file_free(struct claim_file *file);

#endif
