/* A run of imports from within. Private to common/codeset. */
#ifndef CLAIMLINE_CODESET_RUN_H
#define CLAIMLINE_CODESET_RUN_H

#include "common/codeset/codeset_import.h"
#include "common/codeset/codeset_making.h"

enum { RUN_NOTES_LIMIT = 64 };

/* An edition in the making. */
struct run_edition {
    struct codeset_builder *builder;
    uint32_t file;   /* number of the file that touched it last */
    bool spoiled;    /* a file that gave rows was refused: it is not written */
};

struct codeset_import {
    char *folder;
    int lock;
    struct codeset_import_options options;
    struct codeset_pointer pointer; /* as it was; as it will be once finish has begun */
    struct run_edition *editions;
    size_t edition_count, edition_room;
    struct codeset_change *changes;
    size_t change_count;
    struct codeset_note_line notes[RUN_NOTES_LIMIT];
    size_t note_count;
    uint32_t file;
    bool recognised; /* some part of the file that is read */
    bool finished;
};

/* One part of a file being read. */
struct codeset_reading {
    struct codeset_import *import;
    struct codeset_source *source;
    const struct codeset_importer *importer;
    const uint8_t *digest; /* of the file */
    uint64_t told;         /* of progress */
    char *reason;
};

/* Fills a change's `against` and its counts from the edition before it. CORRUPT, IO ... leave it without. */
void codeset_compare(const struct codeset_import *import, const char *written, struct codeset_change *change);

#endif
