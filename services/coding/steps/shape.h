/*
 * What is wrong with the form of a diagnosis code that cannot be billed: its seventh character, its placeholders, its length
 * (guidelines I.A.2, I.A.4, I.A.5, I.B.2).
 */
#ifndef CLAIMLINE_SHAPE_H
#define CLAIMLINE_SHAPE_H

#include "services/coding/steps/coding.h"

enum shape {
    SHAPE_PLAIN,     /* nothing is known of its form: it is a heading, or no code */
    SHAPE_MISSING,   /* its codes have a seventh character, and it has none */
    SHAPE_ELSEWHERE, /* its last character is the seventh, but stands in another place: placeholders are missing */
    SHAPE_WRONG,     /* its seventh character is none of its codes */
    SHAPE_LONG       /* it begins with a whole code */
};

enum { SHAPE_SAID_BYTES = 80 /* 36 characters with blanks between them */ };

/* `code` is unknown or a heading on `day`. `said`, terminated: the seventh characters that there are (MISSING, WRONG), the code that
 * it should be (ELSEWHERE), the one that it begins with (LONG); else empty. */
enum shape shape_of(const struct coding_case *c, struct text code, int32_t day, char said[SHAPE_SAID_BYTES]);

#endif
