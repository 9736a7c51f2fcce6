/*
 * Writing X12 segment by segment, into a buffer that grows or through a sink, so that an interchange of any size
 * needs little memory. Trailing empty elements and components are dropped. X12 has no escape: a value that holds a
 * delimiter or a control character makes the writer INVALID, and so does an element that a fixed-width place cannot
 * hold; the trouble sticks, and `fault_segment` names the segment.
 *
 * The counts of SE01, GE01 and IEA01 and the repeated control numbers are kept here.
 *
 *     x12_writer_segment(w, "REF");
 *     x12_writer_element(w, TEXT("D9"));
 *     x12_writer_element(w, number);
 *     x12_writer_end(w);
 */
#ifndef CLAIMLINE_X12_WRITER_H
#define CLAIMLINE_X12_WRITER_H

#include "common/x12/x12_reader.h"

/* `*`, `:`, `~`, `^`: what most payers expect. */
extern const struct x12_delimiters x12_delimiters_usual;
/* To answer in what was read: an interchange without a repetition separator gets the usual one. */
struct x12_delimiters x12_delimiters_back(struct x12_delimiters read);

/* Separators inside a carried segment (schemas/records/claim_body.rec). */
enum { X12_CARRIED_ELEMENT = 0x1D, X12_CARRIED_REPETITION = 0x1E, X12_CARRIED_COMPONENT = 0x1F };

/* Takes bytes of whole segments. Any status but OK sticks in the writer. */
typedef enum status (*x12_sink)(void *context, const char *bytes, size_t length);

struct x12_writer {
    struct x12_delimiters delimiters;
    char line_end;             /* '\n' after each terminator, or 0 for none (the default) */
    char fault_segment[4];     /* after INVALID: the id of the segment */
    const char *fault;         /* after INVALID: one plain sentence, static */
    uint32_t segments;         /* written since the last reset of the count: of the set that is open */
    uint32_t sets, groups;     /* of the group, of the interchange that is open */
    uint64_t bytes;            /* written in all, those already given to the sink included */
    /* private */
    char *buffer;
    size_t used, size, start; /* start: of the segment that is open */
    uint32_t elements, components, repetitions; /* separators owed before the next value */
    char segment[4];
    char set_control[16], group_control[16], interchange_control[16];
    x12_sink sink;
    void *context;
    enum status failed;
    bool forbidden[256];
};

/* Writes into memory that grows; x12_writer_bytes gives it. */
void x12_writer_open(struct x12_writer *writer, struct x12_delimiters delimiters);
/* Writes through a sink, in pieces of at most about 128 KiB that end with a whole segment. */
void x12_writer_open_sink(struct x12_writer *writer, struct x12_delimiters delimiters, x12_sink sink, void *context);
void x12_writer_close(struct x12_writer *writer);

/* What is not yet given to a sink (all, without one); valid until the next write. */
struct text x12_writer_bytes(const struct x12_writer *writer);
/* Forgets the bytes, the counts and the fault, keeps the memory. Not for a writer with a sink. */
void x12_writer_reset(struct x12_writer *writer);
/* Gives the rest to the sink. OK, or what failed. */
enum status x12_writer_flush(struct x12_writer *writer);
/* OK, INVALID (fault, fault_segment), LIMIT (a segment over X12_SEGMENT_BYTES_MAX), or what the sink said. */
enum status x12_writer_status(const struct x12_writer *writer);

/* A segment: its id, its elements in order, its end. What is called after a failure does nothing. */
void x12_writer_segment(struct x12_writer *writer, const char *id);
/* The next element; an empty text leaves it empty. */
void x12_writer_element(struct x12_writer *writer, struct text value);
/* The next component of the last element (the first one came with x12_writer_element). */
void x12_writer_component(struct x12_writer *writer, struct text value);
/* The next repetition of the last element. */
void x12_writer_repetition(struct x12_writer *writer, struct text value);
void x12_writer_number(struct x12_writer *writer, uint64_t value);
/* A decimal in thousandths as X12 writes it: no trailing zeros. */
void x12_writer_milli(struct x12_writer *writer, int64_t milli);
void x12_writer_money(struct x12_writer *writer, int64_t cents);
/* CCYYMMDD; 0 leaves the element empty. */
void x12_writer_date(struct x12_writer *writer, int32_t date);
void x12_writer_end(struct x12_writer *writer);
/* All at once: id and elements. */
void x12_writer_whole(struct x12_writer *writer, const char *id, const struct text *elements, unsigned count);
/* A whole segment, or further elements of the open one, given with the separators of a carried segment. */
void x12_writer_carried(struct x12_writer *writer, struct text segment);
void x12_writer_carried_elements(struct x12_writer *writer, struct text elements);
/* Whole segments made by a writer with the same delimiters; `count` of them are added to the count. */
void x12_writer_append(struct x12_writer *writer, struct text bytes, uint32_t count);

/* ISA and GS: who, when, numbers. Texts are padded and checked. */
struct x12_envelope {
    struct text sender_qualifier, sender, receiver_qualifier, receiver; /* ISA05 to ISA08 */
    struct text group_sender, group_receiver;                           /* GS02, GS03 */
    int32_t date;                                                       /* ISA09, GS04 */
    struct text time;                                                   /* HHMM or HHMMSS */
    uint64_t control;                                                   /* ISA13, at most nine digits */
    uint64_t group_control;                                             /* GS06 */
    bool acknowledgement_requested, test;                               /* ISA14, ISA15 */
};

void x12_writer_begin_interchange(struct x12_writer *writer, const struct x12_envelope *envelope);
/* functional: HC, HP, FA, HN; version: GS08. */
void x12_writer_begin_group(struct x12_writer *writer, const struct x12_envelope *envelope, struct text functional,
                            struct text version);
/* Counts a set from here, whose ST the caller writes next. */
void x12_writer_count_set(struct x12_writer *writer, struct text control);
/* The same with the ST. version: ST03, empty where the set has none. */
void x12_writer_begin_set(struct x12_writer *writer, struct text id, struct text control, struct text version);
void x12_writer_end_set(struct x12_writer *writer);
void x12_writer_end_group(struct x12_writer *writer);
void x12_writer_end_interchange(struct x12_writer *writer);

#endif
