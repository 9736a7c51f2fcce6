/* Two titles of diagnoses beside each other. Pure. */
#ifndef CLAIMLINE_TITLES_H
#define CLAIMLINE_TITLES_H

#include "common/text/text.h"

/* What stands in a title where another has a side. */
enum title_side { TITLE_NONE, TITLE_RIGHT, TITLE_LEFT, TITLE_BOTH, TITLE_UNSPECIFIED };

/* Are they the same until one names a side ("right eye") and the other another, both or none ("unspecified eye")? Then these. Titles are
 * long or short ones of CMS ("r eye"). */
bool titles_part(struct text one, struct text other, enum title_side *first, enum title_side *second);

#endif
