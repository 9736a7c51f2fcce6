/* Makes 837P files for the tests of intake: all invented. */
#ifndef CLAIMLINE_TESTS_INTAKE_SAMPLE_H
#define CLAIMLINE_TESTS_INTAKE_SAMPLE_H

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sample {
    char *bytes;
    size_t length, room;
    unsigned segments, sets, control, levels;
};

struct sample_claim {
    const char *number, *member, *last; /* NULL: made of the number */
    int cents, line_cents;              /* 0: 10000, the same */
    const char *pointer, *npi, *date, *procedure, *frequency, *reference;
};

static inline void __attribute__((format(printf, 2, 3)))
sample_add(struct sample *sample, const char *format, ...)
{
    char segment[1024];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(segment, sizeof segment, format, list);
    va_end(list);
    assert(length > 0 && (size_t)length < sizeof segment);
    if (sample->length + (size_t)length + 2 > sample->room) {
        sample->room = 2 * sample->room + 4096;
        sample->bytes = realloc(sample->bytes, sample->room);
        assert(sample->bytes != NULL);
    }
    memcpy(sample->bytes + sample->length, segment, (size_t)length + 1);
    sample->length += (size_t)length;
    sample->segments++;
}

static inline void
sample_begin(struct sample *sample, unsigned control, char usage)
{
    *sample = (struct sample){.control = control};
    sample_add(sample,
               "ISA*00*          *00*          *ZZ*NORTHCLINIC    *ZZ*CLAIMLINE      "
               "*261101*1200*^*00501*%09u*0*%c*:~",
               control, usage);
    sample_add(sample, "GS*HC*NORTHCLINIC*CLAIMLINE*20261101*1200*%u*X*005010X222A1~", control);
}

static inline void
sample_set(struct sample *sample)
{
    sample->sets++;
    sample->segments = 0;
    sample->levels = 1;
    sample_add(sample, "ST*837*%04u*005010X222A1~", sample->sets);
    sample_add(sample, "BHT*0019*00*BATCH%u*20261101*1200*CH~", sample->sets);
    sample_add(sample, "NM1*41*2*NORTH CLINIC*****46*NC01~");
    sample_add(sample, "PER*IC*FRONT DESK*TE*5555550100~");
    sample_add(sample, "NM1*40*2*CLAIMLINE*****46*CLAIMLINE~");
    sample_add(sample, "HL*1**20*1~");
    sample_add(sample, "NM1*85*2*NORTH CLINIC*****XX*1234567893~");
    sample_add(sample, "N3*1 HARBOR WAY~");
    sample_add(sample, "N4*SPRINGFALLS*OH*440011234~");
    sample_add(sample, "REF*EI*123456789~");
}

static inline void
sample_put(struct sample *sample, const struct sample_claim *claim)
{
    int cents = claim->cents == 0 ? 10000 : claim->cents;
    int line_cents = claim->line_cents == 0 ? cents : claim->line_cents;
    char member[64];
    snprintf(member, sizeof member, "M%s", claim->member != NULL ? claim->member : claim->number);
    sample_add(sample, "HL*%u*1*22*0~", ++sample->levels);
    sample_add(sample, "SBR*P*18*******CI~");
    sample_add(sample, "NM1*IL*1*%s*MIRANDA****MI*%s~", claim->last != NULL ? claim->last : "WINTER", member);
    sample_add(sample, "N3*9 LINDEN ROW~");
    sample_add(sample, "N4*SPRINGFALLS*OH*44001~");
    sample_add(sample, "DMG*D8*19700105*F~");
    sample_add(sample, "NM1*PR*2*EXAMPLE PAYER*****PI*EP01~");
    sample_add(sample, "CLM*%s*%d.%02d***11:B:%s*Y*A*Y*Y~", claim->number, cents / 100, cents % 100,
               claim->frequency != NULL ? claim->frequency : "1");
    if (claim->reference != NULL)
        sample_add(sample, "REF*F8*%s~", claim->reference);
    sample_add(sample, "HI*ABK:J101~");
    sample_add(sample, "NM1*82*1*VARELA*TOMAS****XX*%s~", claim->npi != NULL ? claim->npi : "1234567893");
    sample_add(sample, "PRV*PE*PXC*207Q00000X~");
    sample_add(sample, "LX*1~");
    sample_add(sample, "SV1*HC:%s*%d.%02d*UN*1***%s~", claim->procedure != NULL ? claim->procedure : "99213",
               line_cents / 100, line_cents % 100, claim->pointer != NULL ? claim->pointer : "1");
    sample_add(sample, "DTP*472*D8*%s~", claim->date != NULL ? claim->date : "20261020");
}

static inline void
sample_set_end(struct sample *sample, int count_off)
{
    unsigned count = sample->segments + 1;
    sample_add(sample, "SE*%u*%04u~", count + (unsigned)count_off, sample->sets);
}

static inline void
sample_end(struct sample *sample, unsigned groups)
{
    sample_add(sample, "GE*%u*%u~", sample->sets, sample->control);
    sample_add(sample, "IEA*%u*%09u~", groups, sample->control);
}

/* A file of one set. */
static inline void
sample_of(struct sample *sample, unsigned control, const struct sample_claim *claims, size_t count)
{
    sample_begin(sample, control, 'P');
    sample_set(sample);
    for (size_t i = 0; i < count; i++)
        sample_put(sample, &claims[i]);
    sample_set_end(sample, 0);
    sample_end(sample, 1);
}

static inline void
sample_free(struct sample *sample)
{
    free(sample->bytes);
    *sample = (struct sample){0};
}

#endif
