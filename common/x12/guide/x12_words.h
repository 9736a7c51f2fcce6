/*
 * Names for people: of segments and their elements, and of the codes of those lists of schemas/x12/codes that
 * have a column `name`. Made by scripts/generate-x12; apart from the guides, so that reading and checking
 * never touch it.
 */
#ifndef CLAIMLINE_X12_WORDS_H
#define CLAIMLINE_X12_WORDS_H

#include "common/x12/guide/x12_guide.h"

struct x12_element_words {
    const char *name; /* "amount" */
    bool private;     /* names, addresses, ids, birth dates, free text: shown only on request */
    uint8_t component_count;
    const struct x12_element_words *components;
};

struct x12_segment_words {
    uint32_t id; /* X12_ID */
    const char *name;
    uint8_t element_count;
    const struct x12_element_words *elements; /* [0] is the first element */
};

struct x12_code_words {
    const uint64_t *codes; /* x12_code, sorted */
    const char *const *names;
    uint16_t count;
};

extern const struct x12_segment_words x12_segment_words[]; /* sorted by id */
extern const uint16_t x12_segment_words_count;
extern const struct x12_code_words x12_code_words[]; /* by x12_element_rule.list; [0] is empty */
extern const uint16_t x12_code_words_count;

/* NULL when the dictionary has no such segment. */
const struct x12_segment_words *x12_words_segment(uint32_t id);
/* The name of a code in a list (x12_element_rule.list); NULL when it has none. */
const char *x12_words_code(uint16_t list, struct text code);

#endif
