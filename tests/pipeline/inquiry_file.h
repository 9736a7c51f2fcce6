/* One interchange of questions (276 or 270) as the simulated payer reads it, with its own splitter. All slices point into the
 * bytes of the file. */
#ifndef CLAIMLINE_TESTS_PIPELINE_INQUIRY_FILE_H
#define CLAIMLINE_TESTS_PIPELINE_INQUIRY_FILE_H

#include "tests/pipeline/segment.h"

struct filed_person {
    struct slice last, first, member; /* NM103, NM104, NM109 */
    struct slice birth, sex;          /* DMG02, DMG03 */
};

struct filed_question {
    struct slice trace;                         /* TRN02 */
    struct slice origin;                        /* TRN03 of a 270 */
    struct slice provider_name, provider_npi;   /* 2100C of a 276, 2100B of a 270 */
    struct filed_person subscriber, dependent;  /* dependent.last is empty: the subscriber is the patient */
    struct slice number;                        /* REF*EJ of a 276: CLM01 */
    struct slice service;                       /* DTP*472 or DTP*291: a date, or two with a hyphen */
    struct slice relationship;                  /* INS02 of a dependent of a 270 */
    int64_t charge_cents;                       /* AMT*T3 of a 276 */
};

struct inquiry_file {
    bool eligibility; /* 270; else 276 */
    char component;
    struct slice group_control, group_version, set_control, reference; /* GS06, GS08, ST02, BHT03 of the first set */
    struct slice payer_name, payer_id, receiver_name, receiver_id;     /* 2100A; 2100B of a 276 */
    const char *fault; /* IK502, or NULL */
    struct filed_question *questions;
    uint32_t count, room;
};

/* Is it one? False also when the bytes do not begin with an ISA and a GS. */
bool inquiry_file_is(const char *bytes, size_t length);
/* What was read before is forgotten, its memory used again. The envelope's ids are claim_file's matter. */
void inquiry_file_read(struct inquiry_file *file, const char *bytes, size_t length);
void inquiry_file_free(struct inquiry_file *file);

#endif
