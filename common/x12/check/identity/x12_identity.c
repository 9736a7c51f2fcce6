#include "common/x12/check/identity/x12_identity_message.h"

#include "common/x12/check/x12_state.h"
#include "schemas/x12/x12_835.h"
#include "schemas/x12/x12_837d.h"
#include "schemas/x12/x12_837i.h"
#include "schemas/x12/x12_837p.h"

#include <stdlib.h>

enum part {
    PART_NONE,
    PART_PROVIDER,
    PART_PROVIDER_TAX,
    PART_SUBSCRIBER, /* SBR: who the patient is begins anew */
    PART_MEMBER,
    PART_MEMBER_BIRTH,
    PART_PAYER,
    PART_PATIENT,
    PART_PATIENT_BIRTH,
    PART_CLAIM,
    PART_REFERENCE,
    PART_RENDERING,
    PART_DAYS,
    PART_PROFESSIONAL_LINE,
    PART_INSTITUTIONAL_LINE,
    PART_DENTAL_LINE,
    PART_LINE_DAYS,
    PART_LINE_MORE, /* teeth, drug, rendering provider of the line */
    PART_PAYMENT,
    PART_TRACE,
    PART_PAID,
    PART_COUNT
};

static const uint8_t professional[X12_837P_PLACE_COUNT] = {
    [X12_837P_2010AA_NM1_85] = PART_PROVIDER,      [X12_837P_2010AA_REF_EI] = PART_PROVIDER_TAX,
    [X12_837P_2000B_SBR] = PART_SUBSCRIBER,        [X12_837P_2010BA_NM1_IL] = PART_MEMBER,
    [X12_837P_2010BA_DMG] = PART_MEMBER_BIRTH,     [X12_837P_2010BB_NM1_PR] = PART_PAYER,
    [X12_837P_2010CA_NM1_QC] = PART_PATIENT,       [X12_837P_2010CA_DMG] = PART_PATIENT_BIRTH,
    [X12_837P_2300_CLM] = PART_CLAIM,              [X12_837P_2300_REF_F8] = PART_REFERENCE,
    [X12_837P_2310B_NM1_82] = PART_RENDERING,      [X12_837P_2400_SV1] = PART_PROFESSIONAL_LINE,
    [X12_837P_2400_DTP_472] = PART_LINE_DAYS,      [X12_837P_2420A_NM1_82] = PART_LINE_MORE,
    [X12_837P_2410_LIN] = PART_LINE_MORE,
};

static const uint8_t institutional[X12_837I_PLACE_COUNT] = {
    [X12_837I_2010AA_NM1_85] = PART_PROVIDER,      [X12_837I_2010AA_REF_EI] = PART_PROVIDER_TAX,
    [X12_837I_2000B_SBR] = PART_SUBSCRIBER,        [X12_837I_2010BA_NM1_IL] = PART_MEMBER,
    [X12_837I_2010BA_DMG] = PART_MEMBER_BIRTH,     [X12_837I_2010BB_NM1_PR] = PART_PAYER,
    [X12_837I_2010CA_NM1_QC] = PART_PATIENT,       [X12_837I_2010CA_DMG] = PART_PATIENT_BIRTH,
    [X12_837I_2300_CLM] = PART_CLAIM,              [X12_837I_2300_REF_F8] = PART_REFERENCE,
    [X12_837I_2300_DTP_434] = PART_DAYS,           [X12_837I_2310D_NM1_82] = PART_RENDERING,
    [X12_837I_2400_SV2] = PART_INSTITUTIONAL_LINE, [X12_837I_2400_DTP_472] = PART_LINE_DAYS,
    [X12_837I_2410_LIN] = PART_LINE_MORE,          [X12_837I_2420C_NM1_82] = PART_LINE_MORE,
};

static const uint8_t dental[X12_837D_PLACE_COUNT] = {
    [X12_837D_2010AA_NM1_85] = PART_PROVIDER,      [X12_837D_2010AA_REF_EI] = PART_PROVIDER_TAX,
    [X12_837D_2000B_SBR] = PART_SUBSCRIBER,        [X12_837D_2010BA_NM1_IL] = PART_MEMBER,
    [X12_837D_2010BA_DMG] = PART_MEMBER_BIRTH,     [X12_837D_2010BB_NM1_PR] = PART_PAYER,
    [X12_837D_2010CA_NM1_QC] = PART_PATIENT,       [X12_837D_2010CA_DMG] = PART_PATIENT_BIRTH,
    [X12_837D_2300_CLM] = PART_CLAIM,              [X12_837D_2300_REF_F8] = PART_REFERENCE,
    [X12_837D_2300_DTP_472] = PART_DAYS,           [X12_837D_2310B_NM1_82] = PART_RENDERING,
    [X12_837D_2400_SV3] = PART_DENTAL_LINE,        [X12_837D_2400_TOO] = PART_LINE_MORE,
    [X12_837D_2400_DTP_472] = PART_LINE_DAYS,      [X12_837D_2420A_NM1_82] = PART_LINE_MORE,
};

static const uint8_t remittance[X12_835_PLACE_COUNT] = {
    [X12_835_ST_BPR] = PART_PAYMENT,
    [X12_835_ST_TRN] = PART_TRACE,
    [X12_835_2100_CLP] = PART_PAID,
};

static struct x12_identity *
identity_of(struct x12_check *check)
{
    return &check->state->identity;
}

/* ---- values ---- */

static void
keep(struct x12_identity *identity, enum x12_identity_name name, struct text value)
{
    struct x12_identity_value *kept = &identity->values[name];
    kept->length = (uint8_t)(value.length < sizeof kept->bytes ? value.length : sizeof kept->bytes);
    for (uint8_t i = 0; i < kept->length; i++)
        kept->bytes[i] = x12_identity_upper(value.data[i]);
}

static void
forget(struct x12_identity *identity, enum x12_identity_name first, enum x12_identity_name last)
{
    for (unsigned name = first; name <= last; name++)
        identity->values[name].length = 0;
}

/* "100", "0100" and "100.00" are the same: without the zeros that say nothing. */
static struct text
amount(struct text value)
{
    while (value.length > 0 && value.data[0] == '0')
        value = text_of(value.data + 1, value.length - 1);
    if (value.length == 0 || memchr(value.data, '.', value.length) == NULL)
        return value;
    while (value.data[value.length - 1] == '0')
        value.length--;
    if (value.data[value.length - 1] == '.')
        value.length--;
    return value;
}

/* A date of eight digits as a number that is ordered as dates are; it need not be a good one. */
static uint64_t
day(struct text value)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++)
        number = number << 8 | (uint8_t)value.data[i];
    return number;
}

/* ---- the claim ---- */

static void
take_person(struct x12_identity *identity, const struct x12_segment *segment, enum x12_identity_name last)
{
    keep(identity, last, x12_element(segment, 3));
    keep(identity, last + 1, x12_element(segment, 4));
}

static void
take_claim(struct x12_identity *identity, const struct x12_segment *segment, char separator)
{
    struct text facility = x12_element(segment, 5), frequency = x12_component(facility, separator, 3);
    forget(identity, X12_IDENTITY_CONTROL, X12_IDENTITY_RENDERING);
    identity->from = identity->to = 0;
    identity->in_line = false;
    identity->line_count = 0;
    identity->lines.length = identity->starts.length = 0;
    keep(identity, X12_IDENTITY_CONTROL, x12_element(segment, 1));
    keep(identity, X12_IDENTITY_CHARGE, amount(x12_element(segment, 2)));
    keep(identity, X12_IDENTITY_FACILITY, x12_component(facility, separator, 1));
    keep(identity, X12_IDENTITY_FREQUENCY, frequency);
    keep(identity, X12_IDENTITY_PREDETERMINATION, x12_element(segment, 19));
}

static void
take_days(struct x12_identity *identity, const struct x12_segment *segment, bool of_line)
{
    struct text value = x12_element(segment, 3);
    if (value.length < 8)
        return;
    uint64_t from = day(value), to = value.length == 17 ? day(text_of(value.data + 9, 8)) : from;
    if (identity->from == 0 || from < identity->from)
        identity->from = from;
    if (to > identity->to)
        identity->to = to;
    if (of_line && identity->in_line)
        x12_identity_put_days(&identity->lines, from, to);
}

/* Elements first to last; the charge, which may be written in more than one way, as an amount. */
static void
take_line(struct x12_identity *identity, const struct x12_segment *segment, char separator, unsigned last, unsigned charge)
{
    uint32_t start = (uint32_t)identity->lines.length;
    memcpy(x12_identity_extend(&identity->starts, sizeof start), &start, sizeof start);
    identity->line_count++;
    identity->in_line = true;
    for (unsigned i = 1; i <= last; i++) {
        struct text value = x12_element(segment, i);
        x12_identity_put(&identity->lines, i == charge ? amount(value) : value, separator);
    }
}

static void
take_more(struct x12_identity *identity, const struct x12_segment *segment, char separator)
{
    if (!identity->in_line)
        return;
    x12_identity_put(&identity->lines, segment->elements[0], 0);
    if (segment->id == X12_ID('N', 'M', '1')) {
        x12_identity_put(&identity->lines, x12_element(segment, 9), 0);
        return;
    }
    for (unsigned i = 1; i <= segment->element_count; i++)
        x12_identity_put(&identity->lines, segment->elements[i], separator);
}

static void
take_service(struct x12_identity *identity, const struct x12_segment *segment, char separator, enum part part)
{
    if (part == PART_DAYS || part == PART_LINE_DAYS)
        take_days(identity, segment, part == PART_LINE_DAYS);
    else if (part == PART_LINE_MORE)
        take_more(identity, segment, separator);
    else
        take_line(identity, segment, separator, part == PART_DENTAL_LINE ? 6 : 5, part == PART_INSTITUTIONAL_LINE ? 3 : 2);
}

static void
take_paid(struct x12_identity *identity, const struct x12_segment *segment)
{
    keep(identity, X12_IDENTITY_CONTROL, x12_element(segment, 1));
    keep(identity, X12_IDENTITY_STATUS, x12_element(segment, 2));
    keep(identity, X12_IDENTITY_REFERENCE, x12_element(segment, 7));
}

/* ---- the set ---- */

static const uint8_t *
parts_of(const struct x12_guide *guide)
{
    static const struct {
        const struct x12_guide *guide;
        const uint8_t *parts;
    } all[] = {{&x12_guide_837p, professional}, {&x12_guide_837i, institutional}, {&x12_guide_837d, dental}, {&x12_guide_835, remittance}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].guide == guide)
            return all[i].parts;
    return NULL;
}

void
x12_identity_open(struct x12_identity *identity)
{
    arena_init(&identity->arena, 0);
}

void
x12_identity_close(struct x12_identity *identity)
{
    free(identity->lines.bytes);
    free(identity->starts.bytes);
    free(identity->message.bytes);
    arena_free(&identity->arena);
}

void
x12_identity_set_begin(struct x12_check *check)
{
    struct x12_identity *identity = identity_of(check);
    const struct x12_seen *seen = check->options.seen;
    identity->parts = NULL;
    if (seen == NULL || check->options.snip < 4)
        return;
    identity->set = seen->set_begin(seen->context, text_from(check->set.control));
    if (identity->group_set == 0)
        identity->group_set = identity->set;
    if (identity->interchange_set == 0)
        identity->interchange_set = identity->set;
    identity->parts = check->set.guide == NULL ? NULL : parts_of(check->set.guide);
    identity->payments = identity->parts == remittance;
    forget(identity, 0, X12_IDENTITY_VALUES - 1);
}

void
x12_identity_set_end(struct x12_check *check)
{
    const struct x12_seen *seen = check->options.seen;
    if (seen != NULL && check->options.snip >= 4)
        seen->set_end(seen->context, check->set.accepted);
    identity_of(check)->parts = NULL;
}

void
x12_identity_envelope(struct x12_check *check, enum x12_event event)
{
    struct x12_identity *identity = identity_of(check);
    const struct x12_seen *seen = check->options.seen;
    if (seen == NULL)
        return;
    if (event == X12_EVENT_GROUP_END && !check->group.accepted)
        seen->reject(seen->context, identity->group_set, identity->set);
    if (event == X12_EVENT_INTERCHANGE_END && !check->interchange.accepted)
        seen->reject(seen->context, identity->interchange_set, identity->set);
    if (event == X12_EVENT_GROUP || event == X12_EVENT_GROUP_END)
        identity->group_set = 0;
    if (event == X12_EVENT_INTERCHANGE || event == X12_EVENT_INTERCHANGE_END)
        identity->interchange_set = 0;
}

void
x12_identity_segment(struct x12_check *check)
{
    struct x12_identity *identity = identity_of(check);
    const struct x12_segment *segment = check->segment;
    const char separator = check->reader.delimiters.component;
    const enum part part = identity->parts[check->step.place->number];
    switch (part) {
    case PART_NONE:
        return;
    case PART_PROVIDER:
        keep(identity, X12_IDENTITY_PROVIDER, x12_element(segment, 9));
        identity->values[X12_IDENTITY_PROVIDER_TAX].length = 0;
        return;
    case PART_PROVIDER_TAX:
        keep(identity, X12_IDENTITY_PROVIDER_TAX, x12_element(segment, 2));
        return;
    case PART_SUBSCRIBER:
        forget(identity, X12_IDENTITY_TURN, X12_IDENTITY_PATIENT_BIRTH);
        keep(identity, X12_IDENTITY_TURN, x12_element(segment, 1));
        return;
    case PART_MEMBER:
        keep(identity, X12_IDENTITY_MEMBER, x12_element(segment, 9));
        take_person(identity, segment, X12_IDENTITY_MEMBER_LAST);
        return;
    case PART_MEMBER_BIRTH:
        keep(identity, X12_IDENTITY_MEMBER_BIRTH, x12_element(segment, 2));
        return;
    case PART_PAYER:
        keep(identity, X12_IDENTITY_PAYER, x12_element(segment, 9));
        return;
    case PART_PATIENT:
        take_person(identity, segment, X12_IDENTITY_PATIENT_LAST);
        identity->values[X12_IDENTITY_PATIENT_BIRTH].length = 0;
        return;
    case PART_PATIENT_BIRTH:
        keep(identity, X12_IDENTITY_PATIENT_BIRTH, x12_element(segment, 2));
        return;
    case PART_CLAIM:
        take_claim(identity, segment, separator);
        return;
    case PART_REFERENCE:
        keep(identity, X12_IDENTITY_REFERENCE, x12_element(segment, 2));
        return;
    case PART_RENDERING:
        keep(identity, X12_IDENTITY_RENDERING, x12_element(segment, 9));
        return;
    case PART_DAYS:
    case PART_LINE_DAYS:
    case PART_PROFESSIONAL_LINE:
    case PART_INSTITUTIONAL_LINE:
    case PART_DENTAL_LINE:
    case PART_LINE_MORE:
        if (!check->claim.too_large)
            take_service(identity, segment, separator, part);
        return;
    case PART_PAYMENT:
        keep(identity, X12_IDENTITY_DATE, x12_element(segment, 16));
        return;
    case PART_TRACE:
        x12_identity_trace(check);
        return;
    case PART_PAID:
        take_paid(identity, segment);
        return;
    case PART_COUNT:
        return;
    }
}
