/* Where things of an installation stand. All texts are in the run's arena; claimline_configure came before.
 */
#ifndef CLAIMLINE_PLACE_H
#define CLAIMLINE_PLACE_H

#include "services/claimline/claimline.h"

enum { PLACE_KEY_BYTES = 32 };

/* The folder of the configuration file. */
const char *place_config_folder(struct claimline *run);
/* --keys, else the configured one, else keys/ beside the configuration. */
const char *place_keys(struct claimline *run);
const char *place_key(struct claimline *run, const char *keys, const char *daemon);
/* STATE/DAEMON, and the store in it. */
const char *place_folder(struct claimline *run, const char *daemon);
const char *place_store(struct claimline *run, const char *daemon);
/* --spool, else the configured one, else STATE/intake/spool. */
const char *place_spool(struct claimline *run);
/* The same for check: --codes-folder instead of --codes, which is there a folder of lists. */
const char *place_sets(struct claimline *run);
/* Folder of the code sets: --codes, else the configured one ([coding] codes), else STATE/codes. */
const char *place_codes(struct claimline *run);

#endif
