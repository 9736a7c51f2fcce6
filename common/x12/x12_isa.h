/* Where an interchange begins: the ISA, whose places say the delimiters. Private to common/x12; the state is in struct x12_reader. */
#ifndef CLAIMLINE_X12_ISA_H
#define CLAIMLINE_X12_ISA_H

#include "common/x12/x12_reader.h"

/* Before the first ISA and between interchanges: past blanks, a byte order mark, zeroes and 0x1A, to an ISA, whose delimiters then hold.
 * NOT_FOUND at the end of the input; INVALID when something else stands there, or the ISA is not of 106 bytes with four different signs. */
enum status x12_isa_find(struct x12_reader *reader);
/* The same when one is known to begin at the position. */
enum status x12_isa_read(struct x12_reader *reader);
/* These hold from here on. */
void x12_isa_delimiters(struct x12_reader *reader, struct x12_delimiters delimiters);

#endif
