/*
 * The tables that scripts/generate-fhir makes of schemas/fhir/claim.map, and the engine that runs them:
 * follows a path through the bundle and puts what it finds into a record. Private to common/fhir.
 */
#ifndef CLAIMLINE_FHIR_MAP_H
#define CLAIMLINE_FHIR_MAP_H

#include "common/fhir/fhir.h"
#include "schemas/fhir/fhir_claim.h"

#include <jansson.h>

enum fhir_step_kind {
    FHIR_STEP_MEMBER, /* name */
    FHIR_STEP_INDEX,  /* index of a list */
    FHIR_STEP_WHERE,  /* has `value` at the members `name` ("type.coding.code") */
    FHIR_STEP_FOLLOW  /* the reference here, to a resource of type `name` */
};

struct fhir_step {
    uint8_t kind;
    uint16_t index;
    const char *name, *value;
};

struct fhir_path {
    uint16_t base, first, count; /* steps */
};

struct fhir_pair {
    const char *from, *to;
};

struct fhir_base {
    uint16_t first, count; /* paths; 0 of them: set by the reader */
    bool required;
    const char *place;
};

enum fhir_conversion {
    FHIR_CONVERSION_TEXT,
    FHIR_CONVERSION_ICD,
    FHIR_CONVERSION_NPI,
    FHIR_CONVERSION_ZIP,
    FHIR_CONVERSION_DIGITS,
    FHIR_CONVERSION_MONEY,
    FHIR_CONVERSION_MILLI,
    FHIR_CONVERSION_DATE,
    FHIR_CONVERSION_FLAG,
    FHIR_CONVERSION_IS,
    FHIR_CONVERSION_TABLE
};

struct fhir_row {
    uint16_t offset; /* of the field in the record */
    uint32_t bound;  /* of a text */
    uint8_t conversion;
    bool required;
    uint16_t first, count;           /* paths */
    uint16_t pair_first, pair_count; /* TABLE */
    const char *constant;            /* IS */
    const char *otherwise;           /* when the paths give nothing; NULL for none */
    const char *place;               /* of the first path */
};

struct fhir_section {
    uint16_t first, count; /* rows */
    uint32_t kind;         /* enum document_kind */
    const char *resource;  /* one document for each such entry; NULL for the sections of the claim */
};

extern const struct fhir_step fhir_steps[];
extern const struct fhir_path fhir_paths[];
extern const struct fhir_pair fhir_pairs[];
extern const struct fhir_base fhir_bases[];
extern const struct fhir_row fhir_rows[];
extern const struct fhir_section fhir_sections[];
extern const unsigned fhir_section_count;
extern const char *const fhir_dropped[];

/* A name by which a resource can be referred to: its fullUrl, or "Patient/1". */
struct fhir_name {
    struct text name;
    json_t *resource;
};

struct fhir_reading {
    struct arena *arena;
    struct findings *findings;
    json_t *bundle;
    json_t **resources; /* of the entries */
    uint32_t resource_count;
    struct fhir_name *names; /* sorted */
    uint32_t name_count;
    json_t *bases[FHIR_BASE_COUNT]; /* NULL: not in the bundle */
    /* The place of the list item that is read ("Claim.item", 2), for findings; NULL when none. */
    const char *item_place;
    unsigned item;
};

/* "" when not a string. Lives as long as the bundle. */
struct text fhir_string(const json_t *value);
struct text fhir_resource_type(const json_t *resource);

/* Gathers the entries and their names. A name of two entries is a finding. LIMIT over FHIR_ENTRIES_LIMIT. */
enum status fhir_index(struct fhir_reading *reading);
/* The resource that a Reference object means, seen from `owner` (for "#1"); NULL when it is not in the
 * bundle. */
json_t *fhir_follow(const struct fhir_reading *reading, const json_t *owner, const json_t *reference);

/* What the first path of a row or base that gives anything gives; NULL for nothing. */
json_t *fhir_find(const struct fhir_reading *reading, uint16_t first, uint16_t count);

/* A finding at a place of the claim; "Claim.item" becomes "Claim.item[2]" while item 2 is read. */
void fhir_found(struct fhir_reading *reading, uint16_t number, const char *place, struct text detail);

/* Runs the rows of a section into `record`. False when a required value was not there (a finding, unless
 * `quiet`). */
bool fhir_fill(struct fhir_reading *reading, const struct fhir_section *section, void *record, bool quiet);

/* The documents of the claim, FHIR_DOCUMENTS_LIMIT at most. */
void fhir_documents(struct fhir_reading *reading, struct document **documents, uint32_t *count);

#endif
