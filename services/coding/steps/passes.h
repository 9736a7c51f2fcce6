/* The passes of the seven steps. Each applies some rules to a claim; which step it belongs to stands in judge.c. */
#ifndef CLAIMLINE_CODING_PASSES_H
#define CLAIMLINE_CODING_PASSES_H

#include "services/coding/steps/coding.h"

typedef void coding_pass(struct coding_run *run);

/* 1 read */
coding_pass coding_read_documents;
/* 2 abstract */
coding_pass coding_abstract_diagnoses, coding_abstract_charges;
/* 3 locate */
coding_pass coding_locate_diagnoses, coding_locate_dates, coding_locate_procedures, coding_locate_inpatient;
/* 4 validate */
coding_pass coding_validate_services, coding_validate_lines, coding_validate_bill, coding_validate_bill_codes,
    coding_validate_visits_of_day, coding_validate_diagnoses;
coding_pass coding_validate_code_edits, coding_validate_together, coding_validate_exclusions, coding_validate_sides,
    coding_validate_sides_of_stay, coding_validate_both_sides;
coding_pass coding_validate_detail, coding_validate_unspecified, coding_validate_certainty;
coding_pass coding_validate_visits, coding_validate_trimester, coding_validate_delivery;
/* 5 sequence */
coding_pass coding_sequence_principal, coding_sequence_never_first, coding_sequence_only_first, coding_sequence_symptoms,
    coding_sequence_companions, coding_sequence_notes, coding_sequence_phases, coding_sequence_precedence, coding_sequence_outcome,
    coding_sequence_present;
/* 6 assign */
coding_pass coding_assign_pointers, coding_assign_units, coding_assign_stay;
coding_pass coding_assign_pairs, coding_assign_unit_limits, coding_assign_add_ons, coding_assign_fee_indicators;
/* 7 verify */
coding_pass coding_verify_totals, coding_verify_bill_days, coding_verify_providers, coding_verify_numbers, coding_verify_whole, coding_verify_duplicates;

#endif
