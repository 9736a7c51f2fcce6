/* One open edition. Private to common/codeset. */
#ifndef CLAIMLINE_CODESET_DATA_H
#define CLAIMLINE_CODESET_DATA_H

#include "common/codeset/codeset_format.h"

#include <sys/stat.h>

/* Header and checksums are copies: what is written over the file later cannot lead anybody astray. */
struct codeset_data {
    const char *map;
    size_t bytes;
    int file;         /* of the map, open: blocks are tested by reading, so that a disk's fault or a cut ends no process; -1: in memory */
    struct stat seen; /* when it was last looked at */
    bool memory;      /* not mapped: from malloc */
    bool damaged;     /* found when a block was first used: all is CORRUPT from then on */
    const struct codeset_file_header *header;
    const uint64_t *keys;
    const uint32_t *index, *starts;
    const struct codeset_row *rows;
    const int32_t *numbers;
    const uint64_t *checks;
    uint64_t divisor; /* of a key, for the index */
    uint8_t *tested;  /* a byte a block: its checksum was right */
};

/* Maps a file. INVALID with `reason`: not an edition, or cut; NOT_FOUND; IO. */
enum status codeset_data_open(struct codeset_data **data, const char *path, char reason[CODESET_REASON_BYTES]);
/* The same of bytes that lie in memory from malloc, at a multiple of CODESET_ALIGN; on OK they belong to the edition. INVALID. */
enum status codeset_data_take(struct codeset_data **data, char *map, size_t bytes, char reason[CODESET_REASON_BYTES]);
void codeset_data_close(struct codeset_data *data);
/* As codeset_folder_look, of one edition. */
enum codeset_standing codeset_data_look(struct codeset_data *data);

/* A folder over editions that are open, which then belong to it; the array is copied. */
struct codeset_folder *codeset_folder_of(struct codeset_data *const *editions, size_t count, const char *name);

#endif
