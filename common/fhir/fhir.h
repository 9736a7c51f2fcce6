/*
 * Reads one visit from a FHIR R4 Bundle: its professional Claim with what that refers to (Coverage, Patient,
 * Organization, Practitioner, PractitionerRole, Location, RelatedPerson, Condition), as the body of a claim,
 * and what was documented (DocumentReference, ServiceRequest, DiagnosticReport, Observation, Condition,
 * Procedure, SupplyDelivery, MedicationAdministration, Immunization) as documents. What goes where, and what is filled in where FHIR says nothing, stands in
 * schemas/fhir/claim.map.
 *
 * A Bundle is of type collection, transaction or batch and holds one Claim whose use is "claim" (claims of
 * other uses are left aside). References are resolved inside the bundle only: a fullUrl (urn:uuid or http),
 * "Patient/1", or "#1" inside the resource. Resources of other types may be there and are not read.
 *
 * Amounts are exact: a JSON number of at most 15 significant digits comes out of jansson as it stood, and one
 * with more than two places of cents is refused.
 */
#ifndef CLAIMLINE_FHIR_H
#define CLAIMLINE_FHIR_H

#include "common/finding/finding.h"
#include "common/status/status.h"
#include "schemas/records/claim_body.h"
#include "schemas/records/encounter.h"

enum {
    FHIR_BYTES_LIMIT = 1 << 20,
    FHIR_DEPTH_LIMIT = 48,      /* arrays and objects inside each other */
    FHIR_VALUES_LIMIT = 100000, /* values of any kind */
    FHIR_ENTRIES_LIMIT = 2000,  /* resources */
    FHIR_DIAGNOSES_LIMIT = 12,  /* of a professional claim (HI) */
    FHIR_LINES_LIMIT = 50,      /* of a professional claim (LX) */
    FHIR_DOCUMENTS_LIMIT = 200
};

/* Is it worth a try? The first byte that is no blank (and no byte order mark) is '{'. */
bool fhir_looks_like(struct text head);

/*
 * OK: `*body` and `*documents` (`*count` of them, NULL when none) are filled, in the arena, and point nowhere
 * else. A finding of severity error says that the claim cannot be taken as it is; `*body` then holds what
 * could be read and may lack required fields. Without one the body packs (record_write) and satisfies the
 * 837P: lines add up to CLM02, pointers lie within the diagnoses, NPIs have their check digit. A line that
 * names no diagnosis is left to coding.
 *
 * INVALID: no JSON, no such Bundle, or no single active professional Claim in it; LIMIT: over a bound above.
 * The finding says why, `*body`, `*documents` and `*count` are untouched.
 *
 * Findings (2250 to 2273, and 1407, 1500 of the X12 rules) have the FHIR path as place, items counted from 0
 * as in FHIRPath: "Claim.item[2].productOrService". Details that
 * are values of the bundle are private.
 */
enum status fhir_read(struct text bytes, struct arena *arena, struct claim_body *body,
                      struct document **documents, uint32_t *count, struct findings *findings);

#endif
