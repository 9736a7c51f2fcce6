#include "common/x12/check/external/x12_external.h"

#include "common/date/date.h"
#include "common/npi/npi.h"
#include "common/x12/check/rules/x12_claim_rules.h"
#include "schemas/findings.h"

#include <stdio.h>

enum { ICD10_BEGIN = 20151001, LAST_DAY = 99991231, PARTS = 9, DETAIL_BYTES = 120 };

/* What is said of a wrong code, and its claim status code of the 277CA. */
static const struct {
    uint16_t finding;
    const char *status;
} kinds[CODES_SYSTEM_COUNT] = {
    [CODES_SYSTEM_ICD10CM] = {FINDING_X12_CODE_DIAGNOSIS, "255"},
    [CODES_SYSTEM_ICD10PCS] = {FINDING_X12_CODE_INPATIENT_PROCEDURE, "490"},
    [CODES_SYSTEM_ICD9CM] = {FINDING_X12_CODE_DIAGNOSIS, "255"},
    [CODES_SYSTEM_ICD9PCS] = {FINDING_X12_CODE_INPATIENT_PROCEDURE, "490"},
    [CODES_SYSTEM_HCPCS] = {FINDING_X12_CODE_PROCEDURE, "454"},
    [CODES_SYSTEM_CPT] = {FINDING_X12_CODE_PROCEDURE, "454"},
    [CODES_SYSTEM_CDT] = {FINDING_X12_CODE_DENTAL_PROCEDURE, "454"},
    [CODES_SYSTEM_MODIFIER] = {FINDING_X12_CODE_MODIFIER, "453"},
    [CODES_SYSTEM_PLACE] = {FINDING_X12_CODE_PLACE, "249"},
    [CODES_SYSTEM_BILL_TYPE] = {FINDING_X12_CODE_BILL_TYPE, "228"},
    [CODES_SYSTEM_BILL_FREQUENCY] = {FINDING_X12_CODE_BILL_FREQUENCY, "535"},
    [CODES_SYSTEM_REVENUE] = {FINDING_X12_CODE_REVENUE, "455"},
    [CODES_SYSTEM_CONDITION] = {FINDING_X12_CODE_CONDITION, "460"},
    [CODES_SYSTEM_OCCURRENCE] = {FINDING_X12_CODE_OCCURRENCE, "461"},
    [CODES_SYSTEM_OCCURRENCE_SPAN] = {FINDING_X12_CODE_OCCURRENCE_SPAN, "462"},
    [CODES_SYSTEM_VALUE] = {FINDING_X12_CODE_VALUE, "463"},
    [CODES_SYSTEM_PATIENT_STATUS] = {FINDING_X12_CODE_PATIENT_STATUS, "234"},
    [CODES_SYSTEM_ADMISSION_ORIGIN] = {FINDING_X12_CODE_ADMISSION_ORIGIN, "229"},
    [CODES_SYSTEM_ADMISSION_TYPE] = {FINDING_X12_CODE_ADMISSION_TYPE, "231"},
    [CODES_SYSTEM_ADJUSTMENT_REASON] = {FINDING_X12_CODE_ADJUSTMENT_REASON, "21"},
    [CODES_SYSTEM_REMARK] = {FINDING_X12_CODE_REMARK, "21"},
    [CODES_SYSTEM_STATUS_CATEGORY] = {FINDING_X12_CODE_STATUS_CATEGORY, "21"},
    [CODES_SYSTEM_STATUS] = {FINDING_X12_CODE_STATUS, "21"},
    [CODES_SYSTEM_TAXONOMY] = {FINDING_X12_CODE_TAXONOMY, "145"},
    [CODES_SYSTEM_STATE] = {FINDING_X12_CODE_STATE, "126"},
    [CODES_SYSTEM_COUNTRY] = {FINDING_X12_CODE_COUNTRY, "126"},
};

static struct x12_external *
external_of(struct x12_check *check)
{
    return &check->state->external;
}

void
x12_external_begin(struct x12_check *check)
{
    struct x12_external *external = external_of(check);
    external->guide = 0;
    external->count = external->line = 0;
    external->payment = external->claim_first = external->claim_last = external->line_first = external->line_last = 0;
    for (size_t i = 0; i < x12_external_guide_count; i++)
        if (x12_external_guides[i] == check->set.guide)
            external->guide = (uint16_t)(1u << i);
}

/* HCPCS, CPT or CDT: a letter or a digit begins it. */
static uint8_t
procedure_system(struct text code)
{
    if (code.data[0] == 'D')
        return CODES_SYSTEM_CDT;
    return code.data[0] >= 'A' && code.data[0] <= 'Z' ? CODES_SYSTEM_HCPCS : CODES_SYSTEM_CPT;
}

/* What fills the sentence: "J1013: not in ICD-10-CM on 2024-08-20, edition starter-2026". */
static struct text
detail(const struct x12_check *check, const struct x12_external_code *code, const struct codes_answer *answer, int32_t on, int32_t last,
       char buffer[DETAIL_BYTES])
{
    const struct codes_system_kind *kind = &codes_system_kinds[code->system];
    const char *edition =
        codes_lists_edition(check->options.codes, code->system, text_of(code->code, code->length), on, last);
    char day[11];
    int length = snprintf(buffer, DETAIL_BYTES, "%.*s: ", (int)code->length, code->code);
    char *at = buffer + length;
    size_t room = DETAIL_BYTES - (size_t)length;
    if (answer->verdict == CODES_NOT_YET && answer->from_earliest != 0)
        length += snprintf(at, room, "only from %s on at the latest in %s", date_print_iso(answer->from, day).data, kind->title);
    else if (answer->verdict == CODES_ENDED && answer->to_latest != 0)
        length += snprintf(at, room, "only until %s at the latest in %s", date_print_iso(answer->to_latest, day).data, kind->title);
    else if (answer->verdict == CODES_NOT_YET)
        length += snprintf(at, room, "only from %s on in %s", date_print_iso(answer->from, day).data, kind->title);
    else if (answer->verdict == CODES_ENDED)
        length += snprintf(at, room, "only until %s in %s", date_print_iso(answer->to, day).data, kind->title);
    else if (answer->verdict == CODES_HEADER)
        length += snprintf(at, room, "longer codes of %s begin with it", kind->title);
    else if (edition[0] == '\0')
        length += snprintf(at, room, "not of the form of %s", kind->title);
    else
        length += snprintf(at, room, "not in %s%s%s, edition %s", kind->title, on == 0 ? "" : " on ",
                           on == 0 ? "" : date_print_iso(on, day).data, edition);
    if (answer->verdict != CODES_UNKNOWN && edition[0] != '\0' && length < DETAIL_BYTES)
        length += snprintf(buffer + length, DETAIL_BYTES - (size_t)length, ", edition %s", edition);
    return text_of(buffer, (size_t)(length < DETAIL_BYTES ? length : DETAIL_BYTES - 1));
}

static void
say(struct x12_check *check, const struct x12_external_code *code, uint16_t finding, struct text value)
{
    x12_emit_place(check, &code->anchor, finding, code->loop, code->element, code->component, kinds[code->system].status, value);
}

/* ICD-9 ended on the day on which ICD-10 began. True when it was said. */
static bool
icd_of_other_days(struct x12_check *check, const struct x12_external_code *code, int32_t first, int32_t last)
{
    bool nine = code->system == CODES_SYSTEM_ICD9CM || code->system == CODES_SYSTEM_ICD9PCS;
    bool ten = code->system == CODES_SYSTEM_ICD10CM || code->system == CODES_SYSTEM_ICD10PCS;
    if (first == 0 || !(nine ? first >= ICD10_BEGIN : ten && last < ICD10_BEGIN))
        return false;
    say(check, code, nine ? FINDING_X12_CODE_ICD9_ENDED : FINDING_X12_CODE_ICD10_EARLY, text_of(code->code, code->length));
    return true;
}

static struct x12_external_seen *
seen_of(struct x12_external *external, const struct x12_external_code *code, int32_t first, int32_t last)
{
    uint64_t mix = code->words[0] ^ code->words[1] << 1 ^ (uint64_t)(uint32_t)first << 40 ^ (uint64_t)(uint32_t)last << 20 ^ code->system;
    return &external->seen[mix * UINT64_C(0x9E3779B97F4A7C15) >> 55];
}
_Static_assert(X12_EXTERNAL_SEEN == 1 << 9, "the nine highest bits are the slot");

static bool
is_seen(const struct x12_external_seen *seen, const struct x12_external_code *code, int32_t first, int32_t last)
{
    return seen->words[0] == code->words[0] && seen->words[1] == code->words[1] && seen->first == first && seen->last == last &&
           seen->system == code->system && code->words[0] != 0;
}

static void
judge(struct x12_check *check, const struct x12_external_code *code, int32_t first, int32_t last)
{
    char buffer[DETAIL_BYTES];
    struct x12_external_seen *seen = seen_of(external_of(check), code, first, last);
    if (is_seen(seen, code, first, last)) {
        check->not_assessed += !seen->assessed;
        return;
    }
    if (icd_of_other_days(check, code, first, last))
        return;
    struct codes_answer answer =
        codes_lists_judge(check->options.codes, code->system, text_of(code->code, code->length), first, last);
    uint16_t finding = kinds[code->system].finding;
    switch (answer.verdict) {
    case CODES_VALID:
    case CODES_NOT_HELD:
    case CODES_EDITION_MISSING:
        *seen = (struct x12_external_seen){{code->words[0], code->words[1]}, first, last, code->system, answer.verdict == CODES_VALID};
        check->not_assessed += !seen->assessed;
        return;
    case CODES_HEADER:
        finding = FINDING_X12_CODE_DIAGNOSIS_HEADER;
        break;
    case CODES_NOT_YET:
    case CODES_ENDED:
        if (code->system == CODES_SYSTEM_ADJUSTMENT_REASON)
            finding = FINDING_X12_CODE_ADJUSTMENT_REASON_ENDED;
        break;
    case CODES_UNKNOWN:
    case CODES_VERDICT_COUNT:
        break;
    }
    say(check, code, finding, detail(check, code, &answer, first, last, buffer));
}

static void
take_code(struct x12_check *check, const struct x12_external_value *value, struct text given, unsigned element, unsigned component)
{
    struct x12_external *external = external_of(check);
    if (value->system == X12_EXTERNAL_NPI) {
        if (!npi_checks(given))
            x12_emit(check, FINDING_X12_NPI_CHECK_DIGIT, element, component, "562", given, false);
        return;
    }
    if (check->options.codes == NULL)
        return;
    bool waits = check->state->in_claim && external->count < X12_EXTERNAL_WAITING &&
                 (value->day == X12_EXTERNAL_DAY_SERVICE || value->day == X12_EXTERNAL_DAY_AFTER);
    struct x12_external_code own, *code = waits ? &external->codes[external->count++] : &own;
    memcpy(code->anchor.id, &check->step.place->segment, sizeof code->anchor.id);
    code->anchor.offset = check->segment->offset;
    code->anchor.position = check->walker.position;
    code->loop = check->set.guide->loops[check->step.place->loop].name;
    code->length = (uint8_t)(given.length < sizeof code->code ? given.length : sizeof code->code);
    code->words[0] = code->words[1] = 0;
    for (unsigned i = 0; i < code->length; i++)
        code->code[i] = given.data[i];
    code->system = value->system == X12_EXTERNAL_PROCEDURE ? procedure_system(given) : value->system;
    code->day = value->day;
    code->element = (uint8_t)element;
    code->component = (uint8_t)component;
    code->first = code->last = 0;
    if (!waits) {
        int32_t day = value->day == X12_EXTERNAL_DAY_PAYMENT ? external->payment : 0;
        judge(check, code, day, day);
    }
}

/* The components of one element, cut when first asked for. */
struct parts {
    unsigned element, count; /* element 0: none yet */
    struct text items[PARTS];
};

static struct text
part(const struct x12_check *check, struct parts *parts, unsigned element, unsigned component)
{
    if (parts->element != element) {
        const struct text whole = x12_element(check->segment, element);
        const char separator = check->reader.delimiters.component;
        size_t begin = 0;
        parts->element = element;
        parts->count = 0;
        for (size_t i = 0; i <= whole.length && parts->count < PARTS; i++) {
            if (i < whole.length && whole.data[i] != separator)
                continue;
            parts->items[parts->count++] = text_of(whole.data + begin, i - begin);
            begin = i + 1;
        }
    }
    return component <= parts->count ? parts->items[component - 1] : (struct text){0};
}

static bool
applies(const struct x12_check *check, const struct x12_external_value *value, unsigned element, struct parts *parts)
{
    if (value->when_element == 0)
        return true;
    unsigned of = value->when_element == X12_EXTERNAL_SAME ? element : value->when_element;
    struct text given = value->when_component > 0 ? part(check, parts, of, value->when_component) : x12_element(check->segment, of);
    if (given.length == 0)
        return value->when_empty;
    uint64_t code = x12_code(given);
    for (unsigned i = 0; i < value->when_count; i++)
        if (x12_external_codes[value->when_code + i] == code)
            return true;
    return false;
}

static void
take_element(struct x12_check *check, const struct x12_external_value *value, unsigned element, struct parts *parts)
{
    if (check->segment->elements[element].length == 0 || !applies(check, value, element, parts))
        return;
    if (value->first_component == 0) {
        take_code(check, value, check->segment->elements[element], element, 0);
        return;
    }
    for (unsigned c = value->first_component; c <= value->last_component; c++) {
        struct text code = part(check, parts, element, c);
        if (code.length > 0)
            take_code(check, value, code, element, c);
    }
}

/* Every value of the segment that is of this element. */
static void
take_values(struct x12_check *check, const struct x12_external_segment *segment, unsigned element, struct parts *parts)
{
    for (unsigned i = 0; i < segment->count; i++) {
        const struct x12_external_value *value = &x12_external_values[segment->first + i];
        if (value->first <= element && element <= value->last && (value->guides & external_of(check)->guide) != 0)
            take_element(check, value, element, parts);
    }
}

static void
widen(int32_t *first, int32_t *last, int32_t from, int32_t to)
{
    *first = *first == 0 || from < *first ? from : *first;
    *last = to > *last ? to : *last;
}

/* The days of service of a line or claim (DTP*472), of an institutional statement (434). */
static void
take_days(struct x12_check *check)
{
    struct x12_external *external = external_of(check);
    struct text qualifier = x12_element(check->segment, 1);
    int32_t from, to;
    if (!check->state->in_claim || check->state->claims == NULL || !(text_is(qualifier, "472") || text_is(qualifier, "434")) ||
        !x12_claim_rules_dates(x12_element(check->segment, 3), &from, &to) || to < from)
        return;
    widen(&external->claim_first, &external->claim_last, from, to);
    if (check->step.place->loop == check->state->claims->line_loop)
        widen(&external->line_first, &external->line_last, from, to);
}

void
x12_external_segment(struct x12_check *check)
{
    struct x12_external *external = external_of(check);
    const uint32_t id = check->step.place->segment;
    const bool lists = check->options.codes != NULL;
    if (lists && id == X12_ID('D', 'T', 'P'))
        take_days(check);
    else if (lists && id == X12_ID('B', 'P', 'R'))
        (void)date_parse(x12_element(check->segment, 16), &external->payment);
    const struct x12_external_segment *segment = &x12_external_segments[id * x12_external_multiplier >> 26];
    if (segment->id != id)
        return;
    struct parts parts;
    parts.element = 0; /* the rest is written before it is read */
    for (uint64_t left = lists ? segment->elements : segment->npi; left != 0; left &= left - 1) {
        unsigned element = (unsigned)__builtin_ctzll(left);
        if (element > check->segment->element_count)
            return;
        take_values(check, segment, element, &parts);
    }
}

/* The codes of a line stand on its days. */
void
x12_external_close(struct x12_check *check, uint16_t loop)
{
    struct x12_external *external = external_of(check);
    if (check->state->claims == NULL || loop != check->state->claims->line_loop)
        return;
    for (unsigned i = external->line; i < external->count; i++) {
        external->codes[i].first = external->line_first;
        external->codes[i].last = external->line_last;
    }
    external->line = external->count;
    external->line_first = external->line_last = 0;
}

void
x12_external_claim_begin(struct x12_check *check)
{
    struct x12_external *external = external_of(check);
    external->count = external->line = 0;
    external->claim_first = external->claim_last = external->line_first = external->line_last = 0;
}

void
x12_external_claim_end(struct x12_check *check)
{
    struct x12_external *external = external_of(check);
    for (unsigned i = 0; i < external->count; i++) {
        const struct x12_external_code *code = &external->codes[i];
        bool own = code->first != 0 && code->day == X12_EXTERNAL_DAY_SERVICE;
        int32_t first = own ? code->first : external->claim_first, last = own ? code->last : external->claim_last;
        judge(check, code, first, code->day == X12_EXTERNAL_DAY_AFTER && first != 0 ? LAST_DAY : last);
    }
    external->count = external->line = 0;
}
