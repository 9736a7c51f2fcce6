#include "services/coding/source.h"

#include "schemas/findings.h"

#define GUIDELINES "ICD-10-CM Official Guidelines for Coding and Reporting, "
#define DATED      "45 CFR 162.1000(a): code sets valid when the care was given; "

const struct source source_table[] = {
    {FINDING_CODING_DOCUMENT_MISSING, GUIDELINES "introduction: consistent, complete documentation"},
    {FINDING_CODING_DIAGNOSIS_NOT_DOCUMENTED, GUIDELINES "section I.A.19, IV.J"},
    {FINDING_CODING_DIAGNOSIS_NEGATED, GUIDELINES "section I.A.19, IV.J"},
    {FINDING_CODING_DATE_MISSING, "X12 837, loop 2400, DTP*472; 837I also DTP*434 of loop 2300"},
    {FINDING_CODING_DATE_FUTURE, "X12 837, loop 2400, DTP*472"},
    {FINDING_CODING_EDITION_MISSING, DATED "no edition is held for that day"},
    {FINDING_CODING_DIAGNOSIS_UNKNOWN, "45 CFR 162.1002(c)(2): ICD-10-CM; the edition's order file"},
    {FINDING_CODING_DIAGNOSIS_HEADER, GUIDELINES "section I.B.2: level of detail"},
    {FINDING_CODING_DIAGNOSIS_NOT_YET, DATED "ICD-10-CM order file"},
    {FINDING_CODING_DIAGNOSIS_ENDED, DATED "ICD-10-CM order file"},
    {FINDING_CODING_PROCEDURE_MISSING, "X12 837P and 837I, loop 2400, SV101-2 and SV202-2"},
    {FINDING_CODING_PROCEDURE_UNKNOWN, "45 CFR 162.1002: HCPCS and CPT; the edition's file"},
    {FINDING_CODING_PROCEDURE_NOT_YET, DATED "HCPCS and CPT"},
    {FINDING_CODING_PROCEDURE_ENDED, DATED "HCPCS and CPT"},
    {FINDING_CODING_PROCEDURE_NOT_HELD, "the edition: its list of procedures is not complete"},
    {FINDING_CODING_CLIA_MISSING, "Medicare Claims Processing Manual, chapter 16, section 70; X12 837P, REF*X4"},
    {FINDING_CODING_PLACE_UNKNOWN, "CMS Place of Service Code Set; X12 837P, CLM05-1 and SV105"},
    {FINDING_CODING_MODIFIER_DATE, DATED "modifiers of HCPCS and CPT"},
    {FINDING_CODING_AGE, "Medicare Code Editor, age conflict"},
    {FINDING_CODING_PRINCIPAL_MISSING, GUIDELINES "section II and IV.G; X12 837, HI*ABK"},
    {FINDING_CODING_SYMPTOM_WITH_CAUSE, GUIDELINES "section I.B.4 to I.B.6"},
    {FINDING_CODING_EXTERNAL_CAUSE_FIRST, GUIDELINES "section I.C.20.a"},
    {FINDING_CODING_POINTER_DIAGNOSIS, "X12 837P, loop 2400, SV107"},
    {FINDING_CODING_POINTER_MISSING, "X12 837P, loop 2400, SV107"},
    {FINDING_CODING_UNITS, "X12 837, loop 2400, SV104 and SV205"},
    {FINDING_CODING_LINES_MISSING, "X12 837, loop 2400, LX"},
    {FINDING_CODING_DIAGNOSIS_TWICE, GUIDELINES "section I.B.8"},
};
const size_t source_count = sizeof source_table / sizeof *source_table;

/* Of a rule that has no row of its own. */
static const char *const by_step[] = {"the payer's or clearinghouse's answer (see the claim's timeline)",
                                      GUIDELINES "introduction: consistent, complete documentation",
                                      GUIDELINES "section IV.J",
                                      DATED "the edition's files",
                                      "the edition's files",
                                      GUIDELINES "section I.B",
                                      "X12 837, loop 2400",
                                      "the claim itself"};

struct text
source_of(uint64_t finding, unsigned step)
{
    for (size_t i = 0; i < source_count; i++)
        if (source_table[i].finding == finding)
            return text_from(source_table[i].where);
    return text_from(by_step[step < sizeof by_step / sizeof *by_step ? step : 0]);
}
