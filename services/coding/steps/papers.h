/* The documents of a record, as the rules of steps 1 and 2 ask them. */
#ifndef CLAIMLINE_CODING_PAPERS_H
#define CLAIMLINE_CODING_PAPERS_H

#include "services/coding/steps/coding.h"

/* Days by which a document may miss a service: its date may be that of another time zone. */
enum { PAPERS_TOLERANCE_DAYS = 1 };

/* The documents of one kind that may be about a service. */
struct papers {
    uint32_t of_it;       /* they name its code */
    uint32_t of_others;   /* they name no procedure, or one that the claim does not charge: they may be about it */
    uint32_t elsewhere;   /* they name a procedure that another line charges */
    uint32_t preliminary; /* of of_it: registered, partial or preliminary */
    int32_t first_date;   /* earliest of of_it; 0: none has one */
};
struct papers papers_for(const struct coding_case *c, enum document_kind kind, struct text procedure);

/* Is there one of the kind that names no procedure at all: nobody can say of what it tells. */
bool papers_unclear(const struct coding_case *c, enum document_kind kind);

/* Does it name the code, as one of its four? */
bool papers_name(const struct document *document, struct text code);
/* The form of a procedure of HCPCS: five letters and digits, the first or last of which may be a letter. Codes of other systems (LOINC,
 * ICD-10) are none. */
bool papers_is_procedure(struct text code);
/* Does a line of the claim charge it? */
bool papers_charged(const struct coding_case *c, struct text procedure);
/* Is the document of the days of the claim? One that names the time of which it speaks must meet them; one that says only when it was
 * written must not be older. False without a date. */
bool papers_cover(const struct coding_case *c, const struct document *document);

#endif
