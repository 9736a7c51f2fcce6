#include "tests/bench/invented_x12.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_A_CLAIM = 2400 };

struct pen {
    char *out;
    size_t used, room;
};

static struct pen
begin(unsigned claims)
{
    struct pen pen = {.room = 4096 + (size_t)claims * BYTES_A_CLAIM};
    pen.out = malloc(pen.room);
    if (pen.out == NULL)
        exit(1);
    return pen;
}

/* SE with the count of the segments from ST on, and the ends of group and interchange. */
static struct text
end(struct pen *pen, unsigned control)
{
    unsigned segments = 1;
    pen->out[pen->used] = '\0';
    for (const char *at = strstr(pen->out, "~ST*") + 1; *at != '\0'; at++)
        segments += *at == '~';
    pen->used += (size_t)snprintf(pen->out + pen->used, pen->room - pen->used, "SE*%u*0001~GE*1*%u~IEA*1*%09u~", segments,
                                  control, control);
    return text_of(pen->out, pen->used);
}

#define SAY(...) pen.used += (size_t)snprintf(pen.out + pen.used, pen.room - pen.used, __VA_ARGS__)

struct text
invented_837p(unsigned claims)
{
    struct pen pen = begin(claims);
    SAY("ISA*00*          *00*          *ZZ*CLINICSYSTEM   *ZZ*CLAIMLINE      "
        "*261123*1201*^*00501*000000001*0*T*:~"
        "GS*HC*CLINICSYSTEM*CLAIMLINE*20261123*1201*1*X*005010X222A1~ST*837*0001*005010X222A1~"
        "BHT*0019*00*BATCH1*20261123*1201*CH~NM1*41*2*NORTH RIVER "
        "CLINIC*****46*NRC001~PER*IC*ANN*TE*5550100200~"
        "NM1*40*2*GOOD HEALTH PAYER*****46*GHP01~");
    unsigned hl = 0, billing = 0;
    for (unsigned i = 0; i < claims; i++) {
        if (i % 100 == 0) {
            billing = ++hl;
            SAY("HL*%u**20*1~PRV*BI*PXC*207Q00000X~NM1*85*2*NORTH RIVER CLINIC*****XX*1234567893~N3*1 MAIN "
                "ST~"
                "N4*SPRINGFIELD*IL*627010001~REF*EI*123456789~",
                billing);
        }
        SAY("HL*%u*%u*22*0~SBR*P*18*GRP%u******CI~NM1*IL*1*DOE*JANE*Q***MI*MEM%07u~N3*%u ELM STREET~"
            "N4*SPRINGFIELD*IL*62701~DMG*D8*1980%02u15*F~NM1*PR*2*GOOD HEALTH PAYER*****PI*GHP01~N3*1 PAYER "
            "PLAZA~N4*CHICAGO*IL*60602~",
            ++hl, billing, i % 7, i, i % 900 + 1, i % 12 + 1);
        SAY("CLM*NRC-2026-PCN%07u*412.5***11:B:1*Y*A*Y*Y~REF*G1*AUTH%06u~REF*D9*CLEARINGHOUSE%09u~REF*EA*MRN%"
            "08u~"
            "HI*ABK:J101*ABF:R0789*ABF:E119*ABF:I10~NM1*DN*1*REFERRING*RITA****XX*1972642060~"
            "NM1*82*1*RENDERING*ROY****XX*1093817465~PRV*PE*PXC*207RC0000X~"
            "NM1*77*2*NORTH RIVER OUTPATIENT CLINIC*****XX*1003000126~N3*300 RIVERSIDE "
            "AVENUE~N4*SPRINGFIELD*IL*627030003~",
            i, i, i, i);
        static const char *const codes[] = {"99213:25", "87804:QW", "36415", "93000"};
        static const char *const charges[] = {"120", "68.5", "24", "200"};
        for (unsigned line = 0; line < 4; line++)
            SAY("LX*%u~SV1*HC:%s*%s*UN*1***1:2:%u~DTP*472*D8*202611%02u~REF*6R*NRC%08u-%u~", line + 1,
                codes[line], charges[line], line % 2 + 3, i % 28 + 1, i, line + 1);
    }
    return end(&pen, 1);
}

struct text
invented_837i(unsigned claims)
{
    struct pen pen = begin(claims);
    SAY("ISA*00*          *00*          *ZZ*HOSPITALSYSTEM *ZZ*CLAIMLINE      *261123*1201*^*00501*000000001*0*T*:~"
        "GS*HC*HOSPITAL*CLAIMLINE*20261123*1201*1*X*005010X223A2~ST*837*0001*005010X223A2~"
        "BHT*0019*00*BATCH1*20261123*1201*CH~NM1*41*2*NORTH RIVER HOSPITAL*****46*NRH001~PER*IC*ANN*TE*5555550200~"
        "NM1*40*2*GOOD HEALTH PAYER*****46*GHP01~HL*1**20*1~PRV*BI*PXC*282N00000X~"
        "NM1*85*2*NORTH RIVER HOSPITAL*****XX*1234567893~N3*1 MAIN ST~N4*SPRINGFIELD*IL*627010001~REF*EI*123456789~");
    for (unsigned i = 0; i < claims; i++) {
        SAY("HL*%u*1*22*0~SBR*P*18*GRP%u******CI~NM1*IL*1*DOE*JANE*Q***MI*MEM%07u~N3*%u ELM STREET~"
            "N4*SPRINGFIELD*IL*62701~DMG*D8*1980%02u15*F~NM1*PR*2*GOOD HEALTH PAYER*****PI*GHP01~",
            i + 2, i % 7, i, i % 900 + 1, i % 12 + 1);
        SAY("CLM*NRH-2026-%07u*5180.5***11:A:1**A*Y*Y~DTP*096*TM*1415~DTP*434*RD8*20261102-20261105~"
            "DTP*435*DT*202611020930~CL1*1*1*01~REF*D9*CLEARINGHOUSE%09u~REF*EA*MRN%08u~HI*ABK:K8000:::::::Y~HI*ABJ:R1011~"
            "HI*DR:418~HI*ABF:E119:::::::Y*ABF:T8149XA:::::::N*ABF:I10:::::::Y~HI*BBR:0FT44ZZ:D8:20261103~"
            "HI*BH:11:D8:20261031~HI*BE:80:::3*BE:01:::1200~HI*BG:C5~NM1*71*1*VARELA*TOMAS****XX*1555000102~"
            "PRV*AT*PXC*208600000X~NM1*72*1*OKAFOR*LENA****XX*1555000201~",
            i, i, i);
        SAY("LX*1~SV2*0120**2400*DA*3~LX*2~SV2*0360*HC:47562*2300.25*UN*1~DTP*472*D8*20261103~REF*6R*NRH%08u-2~"
            "LX*3~SV2*0250**400.25*UN*12~DTP*472*D8*20261103~LX*4~SV2*0300*HC:85025*80*UN*2~DTP*472*D8*20261103~"
            "REF*6R*NRH%08u-4~",
            i, i);
    }
    return end(&pen, 1);
}

struct text
invented_835(unsigned claims)
{
    struct pen pen = begin(claims);
    SAY("ISA*00*          *00*          *ZZ*GOODHEALTH     *ZZ*CLAIMLINE      *261130*0900*^*00501*000000002*0*T*:~"
        "GS*HP*GOODHEALTH*CLAIMLINE*20261130*0900*2*X*005010X221A1~ST*835*0001~"
        "BPR*I*%u*C*ACH*CCP*01*999999992*DA*1111*1512345678**01*999988880*DA*2222*20261130~TRN*1*EFT0001*1512345678~"
        "DTM*405*20261129~N1*PR*GOOD HEALTH PAYER~N3*2 PAYER PLAZA~N4*SPRINGFIELD*IL*62701~PER*BL*HELP*TE*5555550199~"
        "N1*PE*NORTH RIVER CLINIC*XX*1234567893~REF*TJ*123456789~LX*1~",
        claims * 300);
    for (unsigned i = 0; i < claims; i++) {
        SAY("CLP*C%09uX*1*412.5*300*60*12*PAYER%09u*11*1~NM1*QC*1*DOE*JANE*Q***MI*MEM%07u~"
            "NM1*82*1*RENDERING*ROY****XX*1093817465~REF*EA*MRN%08u~DTM*232*202611%02u~DTM*050*20261124~AMT*AU*360~",
            i, i, i, i, i % 28 + 1);
        static const char *const codes[] = {"99213:25", "87804:QW", "36415", "93000"};
        static const char *const amounts[] = {"120*90", "68.5*40", "24*10", "200*160"};
        static const char *const cuts[] = {"CAS*CO*45*10~CAS*PR*3*20~", "CAS*CO*45*8.5~CAS*PR*1*20~", "CAS*CO*45*4**253*10~",
                                           "CAS*CO*45*20~CAS*PR*2*20~"};
        for (unsigned line = 0; line < 4; line++)
            SAY("SVC*HC:%s*%s**1~DTM*472*202611%02u~%sREF*6R*NRC%08u-%u~AMT*B6*%u~", codes[line], amounts[line], i % 28 + 1,
                cuts[line], i, line + 1, 100 + line);
    }
    return end(&pen, 2);
}
