/*
 * A coder's answer as edits of the claim, and the charges that a biller says. Numbers are those of the claim as it was shown, also
 * when another edit of the same answer deletes something: deletions happen last, and every pointer is renumbered then.
 *
 *   diagnosis.2=E11.9          replaces; one past the last adds; the point is optional
 *   diagnosis.2=               deletes
 *   diagnosis.first=3          puts the third first; the others keep their order, the first becomes the principal one
 *   diagnosis.2.poa=Y          present on admission (institutional); empty takes it away
 *   admitting.1=R10.11         institutional: the admitting diagnosis; only replaces
 *   reason.1=, cause.2=V43.5   institutional: reasons for the visit (3), external causes (12); as diagnosis.N
 *   procedure.1=0DTJ4ZZ        institutional: ICD-10-PCS; replaces, empty deletes
 *   line.3=96372               one past the last adds a line; one unit, of the first line's day where all are of one day, else of
 *                              line.3.date; place and provider of the first line of that day; without a charge (below)
 *   line.2=                    takes the line off; those behind it are renumbered, and the charge of the claim goes down by its charge
 *   line.1.procedure=99213
 *   line.1.modifier=QW,59      all modifiers of the line; empty takes them away
 *   line.1.pointers=1,2        all pointers of the line
 *   line.1.units=2
 *   line.1.date=2025-11-24     one day
 *   line.1.place=11            place of service of the line; claim.place= that of the claim (not of an 837I)
 *   line.1.revenue=0450        institutional: revenue code
 *   line.1.clia=36D0912345     the CLIA number of the line's laboratory; claim.clia= that of the claim
 *   line.1.ndc=00002-1433-80,ML,2.5  the drug of the line, its unit (F2, GR, ME, ML, UN) and quantity; without the last two they stay;
 *                              empty takes the drug away (837P, 837I)
 *
 * Of an 837I, empty takes away (not the type of bill):
 *
 *   claim.bill=131             type of bill; the frequency only from and to 0 to 5
 *   claim.admission.date=2025-11-20, claim.admission.time=1430, claim.admission.type=1, claim.admission.origin=7
 *   claim.discharge.time=1100, claim.discharge.status=01
 *   condition.2=G0             one past the last adds, empty takes off; likewise:
 *   occurrence.1=11,2025-11-20, span.1=74,2025-11-20,2025-11-22, value.3=80,5 (no value code that is an amount: that is the biller's)
 *
 * Of a biller alone, who changes no code (coders see no amounts):
 *
 *   line.3.charge=85.00        the charge of the claim goes up or down with it
 *   claim.total=lines          the charge of the claim is the sum of its lines
 *
 * Where another payer has decided already (AMT*D of 2320, SVD of 2430) his amounts add up to the charges as they are (TR3, section
 * 1.4.1.1): no line comes or goes then, and no charge changes.
 */
#ifndef CLAIMLINE_CODING_EDIT_H
#define CLAIMLINE_CODING_EDIT_H

#include "common/arena/arena.h"
#include "common/codes/codes.h"
#include "schemas/records/claim_body.h"
#include "services/coding/numbering.h"

enum { CODING_EDITS_LIMIT = 64 };

enum coding_edit_kind {
    CODING_EDIT_DIAGNOSIS,
    CODING_EDIT_ADMITTING,
    CODING_EDIT_REASON,
    CODING_EDIT_CAUSE,
    CODING_EDIT_INPATIENT, /* a procedure of an inpatient */
    CODING_EDIT_POA,
    CODING_EDIT_FIRST,
    CODING_EDIT_LINE, /* comes or goes */
    CODING_EDIT_PROCEDURE,
    CODING_EDIT_MODIFIER,
    CODING_EDIT_POINTERS,
    CODING_EDIT_UNITS,
    CODING_EDIT_DATE,
    CODING_EDIT_PLACE,
    CODING_EDIT_REVENUE,
    CODING_EDIT_CLIA,
    CODING_EDIT_CHARGE,
    CODING_EDIT_TOTAL,
    CODING_EDIT_NDC,
    CODING_EDIT_BILL, /* these and those behind: of the stay */
    CODING_EDIT_ADMISSION_DATE,
    CODING_EDIT_ADMISSION_TIME,
    CODING_EDIT_ADMISSION_TYPE,
    CODING_EDIT_ADMISSION_ORIGIN,
    CODING_EDIT_DISCHARGE_TIME,
    CODING_EDIT_DISCHARGE_STATUS,
    CODING_EDIT_CONDITION, /* these and those behind: codes of a hospital's bill */
    CODING_EDIT_OCCURRENCE,
    CODING_EDIT_SPAN,
    CODING_EDIT_VALUE,
    CODING_EDIT_KIND_COUNT
};

struct coding_edit {
    enum coding_edit_kind kind;
    uint32_t ordinal;   /* diagnosis or line, from 1; 0 the claim */
    char value[64];     /* upper case, without point (but of a drug's quantity) */
    int64_t cents;      /* of a charge */
};

/* Is it a biller's (a charge), not a coder's? */
static inline bool
coding_edit_is_charge(const struct coding_edit *edit)
{
    return edit->kind == CODING_EDIT_CHARGE || edit->kind == CODING_EDIT_TOTAL;
}

/* One thing that changed, for the table of changes. Texts lie in the arena. */
struct coding_change {
    struct text place, before, after;
    bool money; /* a charge: before and after are empty, and these hold */
    int64_t cents_before, cents_after;
    uint64_t finding; /* the caller's: which it answers; 0: that of its place is not known */
};

struct coding_changes {
    struct coding_change *items; /* in the arena */
    uint32_t count;
    struct numbering numbering; /* of those that were shown */
    uint32_t unpriced; /* so many of the last lines were added and have no charge yet: as given before, as it is afterwards */
};

/* The drug of a line as an edit says it: "00002143380,ML,2.5"; empty when it has none. */
struct text coding_edit_drug(const struct service_line *line, struct arena *arena);

/* An occurrence or a span, a value, as edits say them: "11,2025-11-20", "74,2025-11-20,2025-11-22", "80,5". Of a value code that is an
 * amount only the code, unless amounts are shown. */
struct text coding_edit_dated(const struct dated_code *dated, struct arena *arena);
struct text coding_edit_value(const struct value_code *value, bool amounts, struct arena *arena);

/* NULL, or a sentence that says what is wrong with `set`. */
const char *coding_edit_parse(struct text set, struct coding_edit *edit);

/*
 * Applies the edits to `*body`, whose lists are copied into the arena first: the caller's arrays are not touched. A line
 * that pointed at a deleted symptom points at the diagnosis that explains it on `date`, and a line that is left with no
 * pointer points at the only diagnosis when one is left. Whose edits these may be (charges or codes) is the caller's to ask, and so is
 * that lines that were added get their charge: an edit of it counts as one, also of 0. NULL, or a sentence; `*body` is void then.
 */
const char *coding_edits_apply(const struct coding_edit *edits, uint32_t count, const struct codes_edition *edition,
                               int32_t date, struct arena *arena, struct claim_body *body, struct coding_changes *changes);

#endif
