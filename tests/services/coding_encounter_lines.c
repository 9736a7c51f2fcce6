#include "tests/services/coding_encounter_lines.h"

bool
encounter_diagnosis(struct reader *reader, struct text word, struct text qualifier, struct diagnosis *diagnosis)
{
    if (word.length == 0)
        return encounter_wrong(reader, "a code of a diagnosis is missing");
    const char *equal = memchr(word.data, '=', word.length);
    if (equal != NULL)
        qualifier = encounter_cut(&word, '=');
    struct text code = encounter_cut(&word, ':');
    *diagnosis = (struct diagnosis){.qualifier = qualifier, .code = encounter_code(reader, code), .present_on_admission = word};
    return true;
}

bool
encounter_diagnoses(struct reader *reader, struct text rest)
{
    struct claim_body *body = &encounter_now(reader)->body;
    body->diagnoses = ARENA_ARRAY(encounter_arena(reader), struct diagnosis, 40);
    body->diagnoses_count = 0;
    while (rest.length > 0 && !text_is(rest, "none")) {
        uint32_t i = body->diagnoses_count++;
        if (i == 40 || !encounter_diagnosis(reader, encounter_word(&rest), i == 0 ? TEXT("ABK") : TEXT("ABF"), &body->diagnoses[i]))
            return encounter_wrong(reader, "too many diagnoses, or a wrong one");
    }
    return true;
}

/* ---- the line ---- */

struct line_reading {
    struct reader *reader;
    struct service_line *line;
};

typedef bool line_word(struct line_reading *reading, struct text value);

static bool
line_units(struct line_reading *reading, struct text value)
{
    return encounter_number(reading->reader, value, 1000, &reading->line->quantity_milli);
}

static bool
line_charge(struct line_reading *reading, struct text value)
{
    return encounter_number(reading->reader, value, 100, &reading->line->charge_cents);
}

static bool
line_points(struct line_reading *reading, struct text value)
{
    uint64_t pointers[4] = {0};
    for (unsigned i = 0; value.length > 0 && !text_is(value, "none"); i++) {
        struct text number = encounter_cut(&value, ',');
        if (i == 4 || !text_to_u64(number, &pointers[i]))
            return encounter_wrong(reading->reader, "points names up to four diagnoses: 1,2");
    }
    reading->line->pointer_1 = pointers[0];
    reading->line->pointer_2 = pointers[1];
    reading->line->pointer_3 = pointers[2];
    reading->line->pointer_4 = pointers[3];
    return true;
}

static bool
line_on(struct line_reading *reading, struct text value)
{
    if (text_is(value, "none")) {
        reading->line->date_from = ENCOUNTER_NO_DATE;
        return true;
    }
    return encounter_days(reading->reader, value, &reading->line->date_from, &reading->line->date_to);
}

static bool
line_at(struct line_reading *reading, struct text value)
{
    reading->line->place_of_service = value;
    return true;
}

static bool
line_unit(struct line_reading *reading, struct text value)
{
    reading->line->unit = value;
    return true;
}

static bool
line_qualifier(struct line_reading *reading, struct text value)
{
    reading->line->qualifier = value;
    return true;
}

static bool
line_clia(struct line_reading *reading, struct text value)
{
    reading->line->clia = value;
    return true;
}

static bool
line_emergency(struct line_reading *reading, struct text value)
{
    reading->line->emergency = value;
    return true;
}

static bool
line_rendering(struct line_reading *reading, struct text value)
{
    reading->line->rendering = encounter_party(value, true);
    return true;
}

static bool
line_says(struct line_reading *reading, struct text value)
{
    reading->line->description = value;
    return true;
}

static bool
line_segment(struct line_reading *reading, struct text value)
{
    return encounter_segment(reading->reader, value, &reading->line->carried, &reading->line->carried_count);
}

/* LIN03 of loop 2410. */
static bool
line_ndc(struct line_reading *reading, struct text value)
{
    return line_segment(reading, arena_print(encounter_arena(reading->reader), "2410/LIN**N4*%.*s", TEXT_ARGS(value))) &&
           line_segment(reading, TEXT("2410/CTP****1*UN"));
}

static struct institutional_line *
institutional(struct line_reading *reading)
{
    struct service_line *line = reading->line;
    if (line->institutional_count == 0)
        line->institutional = arena_take(encounter_arena(reading->reader), sizeof *line->institutional);
    line->institutional_count = 1;
    return line->institutional;
}

static bool
line_revenue(struct line_reading *reading, struct text value)
{
    institutional(reading)->revenue_code = value;
    return true;
}

static bool
line_noncovered(struct line_reading *reading, struct text value)
{
    return encounter_number(reading->reader, value, 100, &institutional(reading)->noncovered_cents);
}

static struct dental_line *
dental(struct line_reading *reading)
{
    struct service_line *line = reading->line;
    if (line->dental_count == 0)
        line->dental = arena_take(encounter_arena(reading->reader), sizeof *line->dental);
    line->dental_count = 1;
    return line->dental;
}

/* "3MO": the tooth and its surfaces. */
static bool
line_tooth(struct line_reading *reading, struct text value)
{
    struct dental_line *own = dental(reading);
    struct tooth *teeth = ARENA_ARRAY(encounter_arena(reading->reader), struct tooth, own->teeth_count + 1);
    size_t digits = 0;
    if (own->teeth_count > 0)
        memcpy(teeth, own->teeth, sizeof *teeth * own->teeth_count);
    while (digits < value.length && value.data[digits] >= '0' && value.data[digits] <= '9')
        digits++;
    digits = digits == 0 ? 1 : digits; /* a primary tooth is a letter */
    struct tooth *tooth = &teeth[own->teeth_count++];
    struct text *surfaces[] = {&tooth->surface_1, &tooth->surface_2, &tooth->surface_3, &tooth->surface_4, &tooth->surface_5};
    tooth->code = text_of(value.data, digits);
    for (size_t i = digits; i < value.length && i - digits < 5; i++)
        *surfaces[i - digits] = text_of(value.data + i, 1);
    own->teeth = teeth;
    return true;
}

static bool
line_cavity(struct line_reading *reading, struct text value)
{
    dental(reading)->oral_cavity_1 = value;
    return true;
}

static const struct {
    const char *word;
    line_word *read;
} line_words[] = {
    {"units", line_units},     {"charge", line_charge},         {"points", line_points},     {"on", line_on},
    {"at", line_at},           {"unit", line_unit},             {"qualifier", line_qualifier}, {"clia", line_clia},
    {"emergency", line_emergency}, {"rendering", line_rendering}, {"says", line_says},       {"segment", line_segment},
    {"ndc", line_ndc},         {"revenue", line_revenue},       {"noncovered", line_noncovered}, {"tooth", line_tooth},
    {"cavity", line_cavity},
};

static void
take_modifiers(struct text written, struct text *modifiers[4])
{
    for (unsigned i = 0; i < 4 && written.length > 0; i++)
        *modifiers[i] = encounter_cut(&written, '-');
}

bool
encounter_line(struct reader *reader, struct text rest, struct service_line *line)
{
    const struct claim_body *body = &encounter_now(reader)->body;
    bool professional = body->form == CLAIM_FORM_PROFESSIONAL, is_dental = body->form == CLAIM_FORM_DENTAL;
    struct text written = encounter_word(&rest), code = encounter_cut(&written, '-');
    *line = (struct service_line){.qualifier = is_dental ? TEXT("AD") : TEXT("HC"), .procedure = code, .charge_cents = 10000,
                                  .unit = TEXT("UN"), .quantity_milli = 1000, .pointer_1 = professional ? 1 : 0};
    if (text_is(code, "none"))
        line->procedure = line->qualifier = (struct text){0};
    take_modifiers(written, (struct text *[]){&line->modifier_1, &line->modifier_2, &line->modifier_3, &line->modifier_4});
    while (rest.length > 0) {
        struct text word = encounter_word(&rest), value = encounter_word(&rest);
        line_word *read = NULL;
        for (size_t i = 0; i < sizeof line_words / sizeof *line_words; i++)
            read = text_is(word, line_words[i].word) ? line_words[i].read : read;
        if (read == NULL || value.length == 0)
            return encounter_wrong(reader, "\"%.*s %.*s\" is nothing of a line", TEXT_ARGS(word), TEXT_ARGS(value));
        if (!read(&(struct line_reading){reader, line}, value))
            return false;
    }
    return true;
}

/* ---- documents and history ---- */

bool
encounter_document(struct reader *reader, struct text rest, struct document *document)
{
    static const struct {
        const char *word;
        uint32_t kind;
    } kinds[] = {{"note", DOCUMENT_KIND_CLINICAL_NOTE}, {"order", DOCUMENT_KIND_ORDER}, {"result", DOCUMENT_KIND_RESULT},
                 {"problem", DOCUMENT_KIND_PROBLEM}, {"procedure", DOCUMENT_KIND_PROCEDURE_NOTE},
                 {"supply", DOCUMENT_KIND_SUPPLY}};
    struct text word = encounter_word(&rest);
    *document = (struct document){.status = TEXT("final")};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        document->kind = text_is(word, kinds[i].word) ? kinds[i].kind : document->kind;
    if (document->kind == 0)
        return encounter_wrong(reader, "a document is a note, order, result, problem, procedure or supply");
    struct text code = encounter_word(&rest);
    document->code = text_is(code, "-") ? (struct text){0} : encounter_code(reader, code);
    while (rest.length > 0) {
        word = encounter_word(&rest);
        if (text_is(word, "negated")) {
            document->negated = true;
            continue;
        }
        if (text_is(word, "elsewhere")) {
            document->elsewhere = true;
            continue;
        }
        if (text_is(word, "signed")) {
            document->is_signed = true;
            continue;
        }
        struct text value = encounter_word(&rest);
        if (text_is(word, "status"))
            document->status = text_is(value, "-") ? (struct text){0} : value;
        else if (text_is(word, "type"))
            document->type = value;
        else if (text_is(word, "and"))
            *(document->code_2.length == 0 ? &document->code_2 : &document->code_3) = encounter_code(reader, value);
        else if (text_is(word, "to") || text_is(word, "written")) {
            if (!encounter_day(reader, value, text_is(word, "to") ? &document->date_to : &document->written))
                return false;
        } else if (!text_is(word, "on"))
            return encounter_wrong(reader, "\"%.*s\" is nothing of a document", TEXT_ARGS(word));
        else if (text_is(value, "none"))
            document->date = ENCOUNTER_NO_DATE;
        else if (!encounter_day(reader, value, &document->date))
            return false;
    }
    return true;
}

bool
encounter_past(struct reader *reader, struct text rest, struct encounter_past *past)
{
    struct text day = encounter_word(&rest), written = encounter_word(&rest);
    *past = (struct encounter_past){.units_milli = 1000, .charge_cents = 10000, .claim = 1, .code = encounter_cut(&written, '-')};
    take_modifiers(written, (struct text *[]){&past->modifiers[0], &past->modifiers[1], &past->modifiers[2], &past->modifiers[3]});
    if (!encounter_day(reader, day, &past->date))
        return false;
    while (rest.length > 0) {
        struct text word = encounter_word(&rest), value = encounter_word(&rest);
        if (text_is(word, "units") && encounter_number(reader, value, 1000, &past->units_milli))
            continue;
        if (text_is(word, "charge") && encounter_number(reader, value, 100, &past->charge_cents))
            continue;
        if (text_is(word, "claim") && text_to_u64(value, &past->claim))
            continue;
        if (text_is(word, "provider")) {
            past->provider = value;
            continue;
        }
        return encounter_wrong(reader, "\"%.*s %.*s\" is nothing of a past service", TEXT_ARGS(word), TEXT_ARGS(value));
    }
    return true;
}
