/*
 * From X12 to records and back, by tables: schemas/x12/NAME.map says for each place of a guide which field of which
 * record holds it, and this engine runs any of them in both directions. The maps and the order of their records stand
 * in the generated "schemas/x12/x12_maps.h" (x12_map_837p, X12_MAP_837P_CLAIM, ...).
 *
 * Nothing is lost: a segment that no field names is kept as a carried segment in the nearest list for it, with its loop,
 * and written back at its place. When only some elements of a segment have no field, the segment is carried with a
 * leading '+' and with these elements alone ("+PAT", ...), and they are written into the segment that the fields make.
 */
#ifndef CLAIMLINE_X12_MAP_H
#define CLAIMLINE_X12_MAP_H

#include "common/x12/map/x12_map_table.h"
#include "common/x12/check/x12_validate.h"
#include "common/x12/x12_writer.h"

/* Why a segment does not fit its fields: too long, no amount, too many. Holds no value. */
struct x12_map_fault {
    const char *place; /* "2400/SV1"; NULL: no fault */
    uint16_t element, component;
    const char *what;
};

struct x12_map_reader;

/*
 * Takes a record (number `record` of the map, struct of that type). It and its texts are valid during the call only;
 * the other records as read so far are reader->bases[n]. `fault` is the first thing in it, or in the levels above it,
 * that did not fit; the rest of the record is filled. Any status but OK sticks in the reader.
 */
typedef enum status (*x12_map_give)(void *context, const struct x12_map_reader *reader, unsigned record,
                                    const void *value, const struct x12_map_fault *fault);

struct x12_map_turn; /* what a segment needs to know of its place */

struct x12_map_reader {
    const struct x12_map *map;
    void *bases[X12_MAP_BASES_MAX + 1]; /* the records, then the current items of lists; the last is that of a segment */
    /* private */
    x12_map_give give;
    void *context;
    struct x12_delimiters delimiters;
    struct x12_map_layout layout;
    struct arena arenas[X12_MAP_LEVELS_MAX];
    struct x12_map_fault faults[X12_MAP_LEVELS_MAX];
    struct x12_map_turn *turns; /* by place */
    uint32_t stamp, stamps[X12_MAP_LOOPS_MAX], parents[X12_MAP_LOOPS_MAX];
    struct carried_segment *kept;
    uint32_t kept_count;
    uint32_t pending;    /* mask of records that have begun and were not handed out */
    uint16_t carry_loop; /* the loop whose segments are carried as they are; X12_NO_LOOP none */
    bool dropping;       /* they are dropped instead: a list was full */
    bool in_set;
    enum status failed;
};

/* Allocates the records and the memory of the levels (both bounded by the bounds of the records). */
void x12_map_reader_open(struct x12_map_reader *reader, const struct x12_map *map, x12_map_give give, void *context);
void x12_map_reader_close(struct x12_map_reader *reader);

/*
 * One event of a check; sets of other guides are passed over. OK or what `give` said. A claim that passed the pin limit
 * (check->claim.too_large) is not handed out.
 */
enum status x12_map_event(struct x12_map_reader *reader, const struct x12_check *check, enum x12_event event);

/* The same for who drives reader and walker without a check. In the claim loop texts point into the reader's bytes: the
 * claim must be pinned from its first segment until x12_map_claim_end. */
void x12_map_begin(struct x12_map_reader *reader, struct x12_delimiters delimiters);
enum status x12_map_step(struct x12_map_reader *reader, const struct x12_segment *segment, const struct x12_step *step);
enum status x12_map_claim_end(struct x12_map_reader *reader);
/* Hands out what is left of the set. */
enum status x12_map_end(struct x12_map_reader *reader);

struct x12_map_writer {
    const struct x12_map *map;
    /* private */
    struct x12_map_layout layout;
    const void *bases[X12_MAP_BASES_MAX + 1];
    struct x12_writer *writer;
    struct carried_window *window;
    struct x12_map_fault fault;
};

void x12_map_writer_open(struct x12_map_writer *writer, const struct x12_map *map);

/*
 * Writes one loop (its number in the guide) and the loops inside it that are not driven ("level" in the map), in the
 * guide's order, from the records of the map by number (NULL: not needed). Segments marked "skip" are the caller's.
 * OK, or INVALID: a value holds a delimiter, a carried segment has no place (writer->fault says which); or what the sink
 * of `out` said.
 */
enum status x12_map_write(struct x12_map_writer *writer, struct x12_writer *out, uint16_t loop,
                          const void *const *records);

#endif
