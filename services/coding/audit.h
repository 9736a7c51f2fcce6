/*
 * coding.audit: every change and act in order, of one claim (argument `claim`) or of one person (`coder`: the name given by
 * --actor, else the login), from day to day (`from`, `to`, yyyy-mm-dd in the site's zone, both included).
 */
#ifndef CLAIMLINE_CODING_AUDIT_H
#define CLAIMLINE_CODING_AUDIT_H

#include "common/service/service.h"

/* Days of a question; 0 and 99991231 where none is given. */
struct audit_days {
    int32_t from, to;
};
/* False, with the answer's sentence, when one of them is no day. */
bool audit_read_days(const struct control_request *request, struct control_rows *rows, struct audit_days *days);
/* An instant at or before the first one of the day `from` in any zone. */
int64_t audit_begin(const struct audit_days *days);

service_query audit_query;

#endif
