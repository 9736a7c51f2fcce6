/*
 * A finding: something to say about a claim, a set or a file. Numbers, severities and sentences are data
 * (schemas/findings.tsv); this is the list that a step gathers. A handler that makes twenty findings succeeded.
 */
#ifndef CLAIMLINE_FINDING_H
#define CLAIMLINE_FINDING_H

#include "common/arena/arena.h"
#include "common/text/text.h"

enum finding_severity { FINDING_INFO, FINDING_WARNING, FINDING_QUERY, FINDING_ERROR, FINDING_SEVERITY_COUNT };

/* One row of schemas/findings.tsv; generated into the table `finding_kinds`, sorted by number. */
struct finding_kind {
    uint16_t number;          /* never reused */
    uint8_t severity;         /* enum finding_severity */
    uint8_t snip;             /* WEDI SNIP type 1 to 7, 0 when none */
    uint8_t step;             /* of the seven steps of accurate coding, 0 when none */
    const char *name;         /* symbol, for example X12_SEGMENT_MISSING: enumerator FINDING_X12_SEGMENT_MISSING */
    const char *sentence;     /* plain, for people; may hold %s once: the value or the expected thing */
    const char *remedy;       /* what to do */
};
extern const struct finding_kind finding_kinds[];
extern const uint16_t finding_kind_count;
/* NULL when unknown. */
const struct finding_kind *finding_kind(uint16_t number);

struct finding {
    const struct finding_kind *kind;
    struct text place;  /* as billing people write it: "2400/SV1-03", "diagnosis 2"; in the arena */
    struct text detail; /* what fills the sentence; in the arena; shown masked when `private` */
    bool private;
    bool money;         /* the detail may hold an amount: not for those who decide about codes */
    /* X12 only, else 0 */
    uint64_t offset;              /* byte offset in the file */
    uint32_t segment_position;    /* in the set, ST = 1 */
    uint16_t element, component;  /* 1-based */
    uint16_t repetition;          /* 1-based: of an element that repeats, or repeats too often; else 0 */
    char segment_id[4];
    char loop_id[8];
    char code[4];                 /* IK304, IK403 or 277CA status of the finding, when the finder knows it */
    struct text unit;             /* in the list of a set: the claim it stands in (CLM01, CLP01, TRN02); in the arena */
};

struct findings {
    struct finding *items; /* in the arena */
    uint32_t count, room;
    uint32_t dropped; /* past FINDINGS_LIMIT */
    struct arena *arena;
};
enum { FINDINGS_LIMIT = 1000 };

void findings_init(struct findings *findings, struct arena *arena);
/* Adds one; place and detail are copied. Returns it for the X12 fields, or NULL when the list is full. */
struct finding *findings_add(struct findings *findings, uint16_t number, struct text place, struct text detail);
/* The same of a kind that is not in the table (the site's own rules); it must live as long as the findings. */
struct finding *findings_add_kind(struct findings *findings, const struct finding_kind *kind, struct text place, struct text detail);
/* Highest severity, FINDING_INFO when none. */
enum finding_severity findings_worst(const struct findings *findings);
/* The sentence with its detail filled in (masked when private and not `reveal`), in the arena. */
struct text finding_sentence(const struct finding *finding, bool reveal, struct arena *arena);
const char *finding_severity_name(enum finding_severity severity);

#endif
