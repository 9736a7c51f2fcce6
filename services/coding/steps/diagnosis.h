/*
 * What a diagnosis code of ICD-10-CM says by its own characters and title. Codes stand without the point; `words` is the title as
 * the edition has it, long or short, and may be empty: then nothing is said. Pure: no edition is asked.
 */
#ifndef CLAIMLINE_DIAGNOSIS_H
#define CLAIMLINE_DIAGNOSIS_H

#include "common/text/text.h"

/* Bits, so that the sides of several codes add up. */
enum diagnosis_side { SIDE_NONE = 0, SIDE_RIGHT = 1, SIDE_LEFT = 2, SIDE_BOTH = 3 };

/* The side of the body in the title, of codes for paired parts outside of the skull and the trunk's inner organs: "left upper
 * quadrant" or "right heart" is no side of a procedure, and a stroke shows on the other. (Guideline I.B.13.) */
enum diagnosis_side diagnosis_side(struct text code, struct text words);
/* Does its title have a side at all, as far as diagnosis_side looks? */
bool diagnosis_is_paired(struct text code);
/* RT, LT, 50; eyelids E1 to E4, fingers FA to F9, toes TA to T9 (HCPCS level II modifiers). */
enum diagnosis_side diagnosis_modifier_side(struct text modifier);

/* The title says "unspecified" or "not otherwise specified" (guideline I.A.9.b). */
bool diagnosis_unspecified(struct text words);
/* The trimester in the title, 1 to 3; 0: none, or more than one. */
unsigned diagnosis_trimester(struct text words);
/* Is it of a pregnancy that goes on, by its title: not ended early (O00 to O08), not of childbirth or the puerperium? */
bool diagnosis_of_pregnancy(struct text code, struct text words);
/* A manifestation by its title, "in diseases classified elsewhere": never the first diagnosis (guideline I.A.13). The titles of FY2021
 * to FY2026 are a table here, so an edition without titles does, too. */
bool diagnosis_manifestation(struct text code);
/* B95 to B97: the agent of an infection that another code names (note of the block; guideline I.B.7). */
bool diagnosis_supplementary(struct text code);

/* T36 to T50 by fifth or sixth character (guideline I.C.19.e.5). */
enum diagnosis_drug { DRUG_NONE, DRUG_POISONING, DRUG_ADVERSE, DRUG_UNDERDOSING };
enum diagnosis_drug diagnosis_drug(struct text code);
bool diagnosis_adverse(struct text code);
bool diagnosis_underdosing(struct text code);
/* What a poisoning does at once: failing breath or heart, coma, seizure, shock, liver, kidney. */
bool diagnosis_acute_effect(struct text code);
/* An infection of one part of the body that sepsis comes of (guideline I.C.1.d.4), and one of the whole: sepsis. */
bool diagnosis_local_infection(struct text code);
bool diagnosis_sepsis(struct text code);
/* Is it what this screening (Z12.11, Z12.12: bowel; Z12.31: breast) looks for, or finds (guideline I.C.21.c.5)? */
bool diagnosis_screened(struct text screening, struct text found);
/* An injury with the seventh character S: what came of it stands before it (guidelines I.B.10, I.C.19.a). */
bool diagnosis_sequela(struct text code);
/* Causes of morbidity from outside: V00 to Y99 (guideline I.C.20). */
bool diagnosis_external(struct text code);
/* Chapter 19, S00 to T88. */
bool diagnosis_injury(struct text code);

/* A category that may only be first (guideline I.C.21.c.16; O80: guideline I.C.15.n.1). */
bool diagnosis_first_only(struct text code);

/* Are these the acute and the chronic form of one condition, which have no code together (guideline I.B.8)? */
bool diagnosis_acute_of(struct text acute, struct text chronic);

/* Diagnoses that are coded only when they are confirmed, of inpatients too (guidelines I.C.1.a, f, g; I.C.10.c). */
bool diagnosis_confirmed_only(struct text code);

#endif
