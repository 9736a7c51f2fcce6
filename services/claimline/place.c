#include "services/claimline/place.h"

const char *
place_config_folder(struct claimline *run)
{
    const char *slash = strrchr(run->config_path, '/');
    if (slash == NULL)
        return ".";
    return arena_copy(&run->arena, text_of(run->config_path, (size_t)(slash - run->config_path))).data;
}

/* An option, else a key of the configuration, else NULL. */
static const char *
chosen(struct claimline *run, enum claimline_option option, const char *section, const char *name)
{
    if (claimline_given(run, option))
        return run->options[option];
    return config_given(run->config, section, name) ? config_text(run->config, section, name) : NULL;
}

const char *
place_keys(struct claimline *run)
{
    const char *keys = chosen(run, OPTION_KEYS, "claimline", "keys");
    return keys != NULL ? keys : arena_print(&run->arena, "%s/keys", place_config_folder(run)).data;
}

const char *
place_key(struct claimline *run, const char *keys, const char *daemon)
{
    return arena_print(&run->arena, "%s/claimline-%s.key", keys, daemon).data;
}

const char *
place_folder(struct claimline *run, const char *daemon)
{
    return arena_print(&run->arena, "%s/%s", run->state, daemon).data;
}

const char *
place_store(struct claimline *run, const char *daemon)
{
    return arena_print(&run->arena, "%s/%s/store", run->state, daemon).data;
}

const char *
place_spool(struct claimline *run)
{
    const char *spool = chosen(run, OPTION_SPOOL, "intake", "spool");
    return spool != NULL && spool[0] != '\0' ? spool
                                             : arena_print(&run->arena, "%s/intake/spool", run->state).data;
}

static const char *
codes_by(struct claimline *run, enum claimline_option option)
{
    const char *codes = chosen(run, option, "coding", "codes");
    return codes != NULL && codes[0] != '\0' ? codes : arena_print(&run->arena, "%s/codes", run->state).data;
}

const char *
place_sets(struct claimline *run)
{
    return codes_by(run, OPTION_CODES_FOLDER);
}

const char *
place_codes(struct claimline *run)
{
    return codes_by(run, OPTION_CODES);
}
