/*
 * One engine for all records. A record is defined once, in schemas/records/NAME.rec; scripts/generate-records makes
 * from it `struct NAME` with the field table `record_NAME` (build/generated/schemas/records/NAME.h). This engine
 * writes such a struct as MessagePack, reads it back and checks it, with no code a record.
 *
 * On the wire a record is a map from small integer ids to values. A field that is absent has the zero value in the
 * struct, and a zero value is not written: 0, false, empty text and date 0 mean "not given". Unknown ids are skipped
 * in reading, and kept (`unknown`) to be written again in passing on.
 */
#ifndef CLAIMLINE_RECORD_H
#define CLAIMLINE_RECORD_H

#include "common/arena/arena.h"
#include "common/status/status.h"
#include "common/text/text.h"

enum record_kind {
    RECORD_U64,     /* uint64_t; bound = largest value (0 = none) */
    RECORD_I64,     /* int64_t */
    RECORD_MONEY,   /* int64_t cents, |cents| <= MONEY_LIMIT_CENTS */
    RECORD_DATE,    /* int32_t yyyymmdd, a real day */
    RECORD_INSTANT, /* int64_t microseconds since 1970 UTC, to the end of 2999 */
    RECORD_BOOL,    /* bool */
    RECORD_CODE,    /* uint32_t, an enum of the schema; a value above the known ones is kept as it is (codes are
                       only appended, an older reader passes a newer value on) */
    RECORD_TEXT,    /* struct text, MessagePack str; bound = largest length in bytes. Any bytes but control
                       characters below 0x20 other than 0x1D, 0x1E, 0x1F */
    RECORD_BYTES,   /* struct text, MessagePack bin; bound = largest length */
    RECORD_ONE,     /* nested struct by value; absent = all zero */
    RECORD_LIST,    /* pointer to an array of nested structs + uint32_t NAME_count; bound = largest count */
    RECORD_SECTION, /* struct text holding a packed record of type `of`, MessagePack bin: carried as bytes by those
                       who do not change it; bound = largest length. Read with record_read when wanted */
    RECORD_KIND_COUNT
};

enum { RECORD_DEPTH_LIMIT = 8, RECORD_FIELDS_LIMIT = 64, RECORD_BYTES_LIMIT = 1 << 20 };

struct record_type;

struct record_field {
    const char *name;
    const struct record_type *of; /* ONE, LIST, SECTION */
    const char *const *codes;     /* CODE: names by value, `bound` + 1 of them; NULL where a number is unused */
    uint32_t bound;
    uint16_t id; /* on the wire; 1 to 65535, ascending in the table */
    uint16_t offset, count_offset;
    uint8_t kind;
    bool required; /* a record without it (or with its zero value) is a fault */
    bool private;  /* patient data: never in a log, key, event or error */
};

struct record_type {
    const char *name;
    const struct record_field *fields;
    uint64_t required; /* bit n: fields[n] is required */
    uint16_t number; /* on the wire, of the records that travel alone; 0 for nested ones */
    uint16_t field_count;
    uint32_t size; /* of the struct */
    uint16_t unknown_offset; /* of its `struct text unknown` */
};

/* Why bytes are not this record. Points into constant tables; holds no value. */
struct record_fault {
    const char *record, *field; /* innermost; field may be NULL ("the map itself") */
    const char *what;           /* "longer than its bound", "missing", "duplicate field", ... */
    size_t offset;              /* into the bytes read */
};

/*
 * Reads `bytes` as one record into `*out` (a struct of type->size bytes, overwritten). Texts point into `bytes`;
 * lists are taken from the arena, and every claimed length is checked against the bytes that are there before
 * anything is taken. The record must end where the bytes end. Integers in any width are read; duplicate ids, depth
 * over RECORD_DEPTH_LIMIT, reserved bytes, floats, extension types, out of bound or missing fields are faults.
 * OK; INVALID or LIMIT with *fault (may be NULL).
 */
enum status record_read(const struct record_type *type, struct text bytes, struct arena *arena, void *out,
                        struct record_fault *fault);

/*
 * Packs `*in` canonically (ids ascending, shortest integers, unknown fields kept after the known ones). `*bytes` lies
 * in the arena. A value out of its bound or a missing required field is INVALID or LIMIT with *fault: whoever makes a
 * record from outside data checks bounds first.
 */
enum status record_write(const struct record_type *type, const void *in, struct arena *arena, struct text *bytes,
                         struct record_fault *fault);

/* Structure alone: bytes are one MessagePack value of depth <= RECORD_DEPTH_LIMIT with nothing after it. */
bool record_well_formed(struct text bytes);

/*
 * One field's value straight from packed bytes, without reading the rest: false when absent, malformed or of another
 * kind. For sections and for routing by an id.
 */
bool record_peek_u64(struct text bytes, uint16_t id, uint64_t *value);
bool record_peek_bytes(struct text bytes, uint16_t id, struct text *value); /* str and bin */

/* Is anything in it (a nested record, to tell absent from given)? And in one field of it? */
bool record_given(const struct record_type *type, const void *in);
bool record_field_given(const struct record_field *field, const void *in);

/* As JSON text (sorted by field order, codes by name, dates and instants ISO, money as decimal string, bytes in
 * hexadecimal, sections as the record they hold, integers above 2^53 as strings); private values are replaced by
 * "***" unless `reveal`, fields that are not given are left out. `*in` is as record_read gives it or record_write
 * takes it. In the arena. */
struct text record_json(const struct record_type *type, const void *in, bool reveal, struct arena *arena);

/* Equal field by field, lists and unknown included. */
bool record_equal(const struct record_type *type, const void *a, const void *b);

#endif
