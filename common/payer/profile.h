/* Reading a folder of configuration files in the order of their names: the part that payers and providers share. */
#ifndef CLAIMLINE_PAYER_PROFILE_H
#define CLAIMLINE_PAYER_PROFILE_H

#include "common/config/config.h"

struct profile_kind {
    const char *noun;
    const struct config_key *keys;
    size_t key_count, limit;
    /* Takes one file that was read; `name` is the file's without .conf. The config is the taker's in every case. */
    enum status (*take)(void *context, const char *name, struct config *config, char reason[512]);
};

/* One file, by its path: OK, CONFIG with reason. Its name without the folder and .conf goes to `take`. */
enum status profile_file(const char *path, const struct profile_kind *kind, void *context, char reason[512]);
/* OK, NOT_FOUND (no folder), CONFIG with reason, IO. */
enum status profile_folder(const char *folder, const struct profile_kind *kind, void *context, char reason[512]);

#endif
