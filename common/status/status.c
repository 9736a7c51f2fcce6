#include "common/status/status.h"

#include <assert.h>

static const char *const names[] = {"ok",   "not found", "retry",   "busy", "invalid", "limit",
                                    "conflict", "full",  "corrupt", "io",   "config",  "internal"};
static_assert(sizeof names / sizeof *names == STATUS_COUNT, "a name for every status");

const char *
status_name(enum status status)
{
    assert(status < STATUS_COUNT);
    return names[status];
}
