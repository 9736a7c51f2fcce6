/* Claims of hospitals, as their code editors take them. For inpatients: type of bill 11x. Skilled nursing (21x), swing beds (18x) and 41x are inpatients too, but have
 * neither DRG nor present-on-admission indicator, nor the Medicare Code Editor (Medicare Claims Processing Manual, chapter 3). */
#ifndef CLAIMLINE_HOSPITAL_H
#define CLAIMLINE_HOSPITAL_H

#include "services/coding/steps/coding.h"

static inline bool
hospital_stay(const struct coding_case *c)
{
    return c->institutional != NULL && c->setting == CODING_INPATIENT && text_is(c->body->place_of_service, "11");
}

/* Bills of outpatients that the Integrated Outpatient Code Editor judges: hospitals (12x, 13x, 14x) and critical access hospitals (85x)
 * (Medicare Claims Processing Manual, chapter 4, section 40). */
static inline bool
hospital_outpatient(const struct coding_case *c)
{
    struct text bill = c->body->place_of_service;
    return c->institutional != NULL && c->setting == CODING_OUTPATIENT &&
           (text_is(bill, "12") || text_is(bill, "13") || text_is(bill, "14") || text_is(bill, "85"));
}

/* ICD-10-PCS: BBR, the principal one, and BBQ. */
static inline bool
hospital_procedure(const struct dated_code *procedure)
{
    return text_is(procedure->qualifier, "BBR") || text_is(procedure->qualifier, "BBQ");
}

#endif
