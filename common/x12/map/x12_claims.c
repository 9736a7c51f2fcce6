#include "common/x12/map/x12_claims.h"

#include "schemas/x12/x12_837d.h"
#include "schemas/x12/x12_837i.h"
#include "schemas/x12/x12_837p.h"
#include "schemas/x12/x12_maps.h"

#include <assert.h>

enum { BILLING, SUBSCRIBER, PATIENT };
enum { CLAIMS_OF_PATIENT_MAX = 100 }; /* all 837, loop 2300: repeats up to 100 times */

#define SAME_RECORDS(guide)                                                                                  \
    _Static_assert((int)X12_MAP_##guide##_SET == X12_CLAIMS_SET && (int)X12_MAP_##guide##_CLAIM == X12_CLAIMS_CLAIM, "")
SAME_RECORDS(837P);
SAME_RECORDS(837I);
SAME_RECORDS(837D);

/* What differs between the three: by claim_form. */
#define GUIDE(name, upper)                                                                                   \
    {                                                                                                        \
        &x12_map_##name, X12_##upper##_LOOP_ST, X12_##upper##_LOOP_2300,                                     \
        {                                                                                                    \
            X12_##upper##_LOOP_2000A, X12_##upper##_LOOP_2000B, X12_##upper##_LOOP_2000C                     \
        }                                                                                                    \
    }
static const struct x12_claims_guide guides[] = {
    [CLAIM_FORM_PROFESSIONAL] = GUIDE(837p, 837P),
    [CLAIM_FORM_INSTITUTIONAL] = GUIDE(837i, 837I),
    [CLAIM_FORM_DENTAL] = GUIDE(837d, 837D),
};
enum { FORMS = sizeof guides / sizeof *guides };

static const char *const level_codes[X12_CLAIMS_LEVELS] = {"20", "22", "23"};

const struct x12_map *
x12_claims_map(const struct x12_guide *guide)
{
    for (uint32_t form = CLAIM_FORM_PROFESSIONAL; form < FORMS; form++)
        if (guides[form].map->guide == guide)
            return guides[form].map;
    return NULL;
}

void
x12_claims_open_form(struct x12_claims *claims, struct x12_writer *out, uint32_t form)
{
    assert(form >= CLAIM_FORM_PROFESSIONAL && form < FORMS);
    *claims = (struct x12_claims){.out = out, .guide = &guides[form], .form = form};
    x12_map_writer_open(&claims->map, claims->guide->map);
    x12_writer_open(&claims->claim, out->delimiters);
    claims->claim.line_end = out->line_end;
    for (unsigned i = 0; i < X12_CLAIMS_LEVELS; i++) {
        x12_writer_open(&claims->levels[i], out->delimiters);
        x12_writer_open(&claims->fresh[i], out->delimiters);
        claims->levels[i].line_end = claims->fresh[i].line_end = out->line_end;
    }
}

void
x12_claims_open(struct x12_claims *claims, struct x12_writer *out)
{
    x12_claims_open_form(claims, out, CLAIM_FORM_PROFESSIONAL);
}

void
x12_claims_close(struct x12_claims *claims)
{
    x12_writer_close(&claims->claim);
    for (unsigned i = 0; i < X12_CLAIMS_LEVELS; i++) {
        x12_writer_close(&claims->levels[i]);
        x12_writer_close(&claims->fresh[i]);
    }
}

struct text
x12_claims_form_version(uint32_t form)
{
    assert(form >= CLAIM_FORM_PROFESSIONAL && form < FORMS);
    return text_from(guides[form].map->guide->name);
}

struct text
x12_claims_version(void)
{
    return x12_claims_form_version(CLAIM_FORM_PROFESSIONAL);
}

enum status
x12_claims_begin(struct x12_claims *claims, const struct claim_set *set)
{
    struct claim_set head = *set;
    if (head.version.length == 0)
        head.version = x12_claims_form_version(claims->form);
    if (head.purpose.length == 0)
        head.purpose = TEXT("00");
    if (head.type.length == 0)
        head.type = TEXT("CH");
    claims->count = 0;
    claims->last_number = 0;
    memset(claims->open, 0, sizeof claims->open);
    x12_writer_count_set(claims->out, head.control);
    const void *records[] = {[X12_CLAIMS_SET] = &head, [X12_CLAIMS_CLAIM] = NULL};
    return x12_map_write(&claims->map, claims->out, claims->guide->set_loop, records);
}

static void
write_level(struct x12_claims *claims, unsigned level, bool with_children)
{
    struct x12_writer *out = claims->out;
    claims->numbers[level] = ++claims->last_number;
    x12_writer_segment(out, "HL");
    x12_writer_number(out, claims->numbers[level]);
    if (level == BILLING)
        x12_writer_element(out, (struct text){0});
    else
        x12_writer_number(out, claims->numbers[level - 1]);
    x12_writer_element(out, text_from(level_codes[level]));
    x12_writer_element(out, with_children ? TEXT("1") : TEXT("0"));
    x12_writer_end(out);
    x12_writer_append(out, x12_writer_bytes(&claims->fresh[level]), claims->fresh[level].segments);

    struct x12_writer before = claims->levels[level];
    claims->levels[level] = claims->fresh[level];
    claims->fresh[level] = before;
    claims->open[level] = true;
    for (unsigned inner = level + 1; inner < X12_CLAIMS_LEVELS; inner++)
        claims->open[inner] = false;
}

static bool
has_patient(const struct claim_body *body)
{
    static const struct patient none;
    return memcmp(&body->patient, &none, sizeof none) != 0;
}

/* Writes everything aside first, so that a claim that cannot be written leaves nothing behind. */
static enum status
write_aside(struct x12_claims *claims, const struct claim_body *body, unsigned level_count)
{
    const void *records[] = {[X12_CLAIMS_SET] = NULL, [X12_CLAIMS_CLAIM] = body};
    for (unsigned level = 0; level < level_count; level++) {
        x12_writer_reset(&claims->fresh[level]);
        enum status status = x12_map_write(&claims->map, &claims->fresh[level], claims->guide->level_loops[level], records);
        if (status != STATUS_OK)
            return status;
    }
    x12_writer_reset(&claims->claim);
    return x12_map_write(&claims->map, &claims->claim, claims->guide->claim_loop, records);
}

enum status
x12_claims_add(struct x12_claims *claims, const struct claim_body *body, struct text clm01)
{
    struct claim_body ours = *body;
    if (body->form != claims->form && (body->form != 0 || claims->form != CLAIM_FORM_PROFESSIONAL)) {
        claims->map.fault = (struct x12_map_fault){.place = "2300", .what = "a claim of another guide"};
        return STATUS_INVALID;
    }
    if (clm01.length > 0) {
        if (ours.clearinghouse_number.length == 0)
            ours.clearinghouse_number = ours.patient_control_number;
        ours.patient_control_number = clm01;
    }
    const bool with_patient = has_patient(body);
    const unsigned level_count = with_patient ? X12_CLAIMS_LEVELS : PATIENT;
    enum status status = write_aside(claims, &ours, level_count);
    if (status != STATUS_OK)
        return status;
    /* Claims of the subscriber stand before those of the patients below it. */
    if (claims->open[SUBSCRIBER] && claims->open_with_patient != with_patient)
        claims->open[SUBSCRIBER] = false;
    if (claims->of_patient == CLAIMS_OF_PATIENT_MAX)
        claims->open[level_count - 1] = false;
    for (unsigned level = 0; level < level_count; level++) {
        bool same = claims->open[level] && text_equal(x12_writer_bytes(&claims->levels[level]),
                                                      x12_writer_bytes(&claims->fresh[level]));
        if (!same && level == level_count - 1)
            claims->of_patient = 0;
        if (!same)
            write_level(claims, level, level == BILLING || (level == SUBSCRIBER && with_patient));
    }
    claims->open_with_patient = with_patient;
    x12_writer_append(claims->out, x12_writer_bytes(&claims->claim), claims->claim.segments);
    claims->count++;
    claims->of_patient++;
    return x12_writer_status(claims->out);
}

enum status
x12_claims_end(struct x12_claims *claims)
{
    x12_writer_end_set(claims->out);
    return x12_writer_status(claims->out);
}
