/* The fields that tests of own rules name. Used by own/ alone. */
#ifndef CLAIMLINE_CODING_OWN_FIELD_H
#define CLAIMLINE_CODING_OWN_FIELD_H

#include "services/coding/steps/own/own.h"

enum own_kind { OWN_TEXT, OWN_CODE /* without its point */, OWN_NUMBER, OWN_UNITS /* in thousandths */, OWN_MONEY /* cents */, OWN_DAY };
enum own_scope { OWN_CLAIM, OWN_DIAGNOSIS, OWN_LINE };

/* One line at hand; of a claim's field `line` is not looked at. */
struct own_place {
    const struct coding_case *c;
    uint32_t line; /* from 0 */
};

enum { OWN_FOUND = 60 /* values of one field: as many as a claim can have of one kind */ };
struct own_found {
    struct own_value values[OWN_FOUND];
    uint32_t count;
    enum coding_lack lack; /* what the field is told from was not given */
};

struct own_field {
    const char *name;
    enum own_kind kind;
    enum own_scope scope;
    void (*get)(const struct own_place *place, struct own_found *found); /* into an empty one */
    const char *sentence;
};
extern const struct own_field own_fields[];
extern const size_t own_field_count;
/* NULL: no such field. */
const struct own_field *own_field_named(struct text name);

#endif
