/*
 * A file system as a power loss sees it: what is durable, and what was done since and may be lost. Fed with
 * the entries of a record in their order; gives the image that a cut at this moment could leave.
 *
 * The rules:
 * - A write that a later completed sync of its file covers (the sync began after the write had ended) is
 * durable, and so is one through an O_DSYNC descriptor once it has returned. Of the others each page of 4 KiB
 * keeps the first few of its writes, none to all, by itself: pages in any order, the writes of a page in
 * theirs. A page is never torn.
 * - A file is as long as the last page that survived; what is missing before it reads as zeros.
 * - A truncation survives or not; when it does not, nothing written after it does.
 * - Names made, renamed, linked and removed are durable once their folder was synced after it (of a rename:
 * the folder it went to). The others happened or not, each by itself, in order only where they share a name
 * or lie in a folder whose making was lost. As ext4 does, the sync of a file makes its own creation durable,
 * with the folders above it; nothing makes a rename durable but the sync of the folder.
 * - What programs of other machines did (TRACE_FROM_OUTSIDE) is durable when it returned.
 */
#ifndef CLAIMLINE_POWER_WORLD_H
#define CLAIMLINE_POWER_WORLD_H

#include "tests/power/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORLD_PAGE = 4096, WORLD_SURE = 1000 };

struct world;

/* `numbers` is above every number of the record. */
struct world *world_new(uint64_t numbers);
void world_free(struct world *world);

/* An operation has begun: it may have happened from now on. The entry stays where it is as long as the world
 * does. False: it cannot be followed, and `reason` says why. */
bool world_begin(struct world *world, const struct trace_entry *entry, char reason[512]);
/* It has ended: what it promised is durable from now on. */
void world_end(struct world *world, const struct trace_entry *entry);

/* How likely, in thousandths, what is not durable survives: 0 none of it, WORLD_SURE all. */
struct world_odds {
    unsigned page, name;
};
/* Writes one image below `folder`, which is there and empty. `dice` is advanced. False with errno. */
bool world_image(const struct world *world, struct world_odds odds, uint64_t *dice, const char *folder);
uint64_t world_dice(uint64_t *dice);

/* The path that an entry is about, as far as it is known. */
const char *world_path(const struct world *world, const struct trace_entry *entry, char room[4096]);

#endif
