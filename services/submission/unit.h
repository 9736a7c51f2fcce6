/*
 * One inbox file, item by item: TA1s, sets of 999, claims of 277CA and 277, persons of 271; and groups of 835, which go on to
 * remittance in chunks, untouched. An item is applied by a step together with the file's cursor (items done); after a crash or an
 * aborted batch the file is read again from its start and the items that were applied are passed over.
 *
 * unit.c opens and finishes a file; unit_answers.c and unit_remittance.c read the two kinds of things in it. Internal to
 * services/submission.
 */
#ifndef CLAIMLINE_SUBMISSION_UNIT_H
#define CLAIMLINE_SUBMISSION_UNIT_H

#include "common/x12/map/x12_map.h"
#include "services/submission/envelope.h"
#include "services/submission/submission.h"

struct unit {
    struct inbox_row row; /* texts in `arena` */
    struct arena arena;
    struct service *service;
    struct step *step; /* while a step runs */
    struct envelope envelope;
    bool scanned;   /* the envelope is known; else it is noted in reading the answers */
    bool damaged;   /* our copy of it cannot be read */
    uint64_t items; /* met so far */
    uint64_t skip;  /* items that were applied before */
    struct content_reader *file;
    struct text chunk; /* of the file, not yet taken */
    struct unit_answers {
        bool begun, done;
        struct x12_check check;
        struct x12_map_reader of_999, of_277ca, of_277, of_271;
        bool any;        /* there is a set in it of a kind that answers */
        bool sets_named; /* the 999 at hand has an AK2 */
        bool mute;       /* a 999 in it has neither an AK2 nor an AK9 */
    } answers;
    struct unit_remittance {
        size_t group;            /* of the envelope: the one at hand */
        uint64_t chunks;         /* that were sent of it */
        uint64_t at;             /* behind what was read last of the file */
        char isa[X12_ISA_BYTES]; /* over the group */
        struct seal_sum *sum;
    } remittance;
};

/* The file from its start. What cannot be read leaves `damaged`. */
enum status unit_file_open(struct unit *unit);
/* An x12 source of the file; `context` is the unit. */
enum status unit_file_read(void *context, char *buffer, size_t room, size_t *got);
/* `last`: as content_close. */
void unit_file_close(struct unit *unit, bool last);
/* True when this item was applied before. Behind damage nothing counts: what is handed out then may be cut. */
bool unit_pass_over(struct unit *unit);

/* unit_answers.c: reads on and applies until some items were applied or the file is at its end (`answers.done`). */
enum status unit_answers_read(struct unit *unit);
void unit_answers_end(struct unit *unit);
/* unit_remittance.c: is there a group left to send? Its next chunk. */
bool unit_remittance_waits(struct unit *unit);
enum status unit_remittance_send(struct unit *unit);
void unit_remittance_end(struct unit *unit);

#endif
