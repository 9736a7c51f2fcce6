/* Values of configuration: from their text to a number, and what is allowed in words. Used by config.c alone.
 */
#ifndef CLAIMLINE_CONFIG_VALUE_H
#define CLAIMLINE_CONFIG_VALUE_H

#include "common/config/config.h"

enum { CONFIG_ALLOWED_BYTES = 200 };

/* Is the text a value of this kind within its bounds? `*number` is what it means (0 for texts), written only
 * on NULL. Else what is wrong, in static words. */
const char *config_value_read(const struct config_key *key, const char *value, int64_t *number);
/* What may be written there. */
void config_value_allowed(const struct config_key *key, char allowed[CONFIG_ALLOWED_BYTES]);

#endif
