/* Single changes of the pieces of an interchange, and where they are made. Private to the mutations
 * (x12_mutate.h). */
#ifndef CLAIMLINE_FUZZ_X12_CHANGE_H
#define CLAIMLINE_FUZZ_X12_CHANGE_H

#include "tests/fuzz/x12/x12_invent.h"
#include "tests/fuzz/x12/x12_mutate.h"

struct mutation {
    struct chance chance;
    struct x12_pieces *pieces; /* not empty */
    mutate_bytes fallback;
    struct x12_invent invent; /* of the set in which `at` lies */
    unsigned at;              /* the piece that is changed */
};

bool x12_change_is_of_envelope(uint32_t id);
/* How many pieces from `at` on: mostly a few, sometimes a loop, a set, a group. */
unsigned x12_change_span(struct mutation *m);
/* A piece near `at`, or any; the number of pieces stands for the end. */
unsigned x12_change_elsewhere(struct mutation *m);

/* Segments (x12_change_segments.c) */
void x12_change_drop(struct mutation *m);
void x12_change_twice(struct mutation *m);
void x12_change_move(struct mutation *m);
void x12_change_swap(struct mutation *m);
void x12_change_renew(struct mutation *m);
void x12_change_add_next(struct mutation *m);
void x12_change_add_binary(struct mutation *m);
/* One element (x12_change_values.c) */
void x12_change_set_value(struct mutation *m);
void x12_change_clear_value(struct mutation *m);
void x12_change_copy_value(struct mutation *m);
void x12_change_add_part(struct mutation *m);
void x12_change_bend_value(struct mutation *m);
void x12_change_case(struct mutation *m);
void x12_change_spoil(struct mutation *m);
void x12_change_repeat(struct mutation *m);
/* The whole (x12_change_whole.c) */
void x12_change_rename_guide(struct mutation *m);
void x12_change_delimiters(struct mutation *m);
void x12_change_blanks(struct mutation *m);
void x12_change_add_set(struct mutation *m);
void x12_change_begin_anew(struct mutation *m);

#endif
