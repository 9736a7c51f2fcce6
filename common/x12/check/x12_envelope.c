#include "common/x12/check/x12_state.h"

#include "schemas/findings.h"
#include "schemas/x12/x12_envelope.h"

void
x12_emit_whole(struct x12_check *check, struct findings *findings, uint16_t number, const char *place,
               const char *code, struct text value)
{
    struct finding *finding = findings_add(findings, number, text_from(place), value);
    if (finding != NULL) {
        finding->offset = check->segment->offset;
        text_copy(text_from(code), finding->code, sizeof finding->code);
    }
}

/* Checks the elements along the envelope's guide; returns false on an error. */
static bool
check_elements(struct x12_check *check, enum x12_envelope_place place, struct findings *findings,
               const char *const codes[], size_t code_count)
{
    uint32_t before = findings->count;
    bool good = x12_element_check(&x12_guide_envelope, &x12_guide_envelope.places[place], check->segment,
                                  &check->state->characters, 0, findings);
    for (uint32_t i = before; i < findings->count; i++) {
        struct finding *finding = &findings->items[i];
        const char *code = finding->element < code_count ? codes[finding->element] : "";
        text_copy(text_from(code), finding->code, sizeof finding->code);
    }
    return good;
}

/* Numbers with or without leading zeros are the same. */
static bool
number_is(struct text t, uint64_t expected)
{
    uint64_t number;
    return text_to_u64(t, &number) && number == expected;
}

static void
take(const struct x12_check *check, unsigned element, char *to, size_t size)
{
    text_copy(text_trim(x12_element(check->segment, element)), to, size);
}

/* Sender and receiver may not be blanks alone, which the fixed width lets through; the version is five digits. */
static bool
check_isa_values(struct x12_check *check)
{
    static const struct {
        unsigned element;
        const char *place, *code;
    } parties[] = {{6, "ISA-06", "006"}, {8, "ISA-08", "008"}};
    struct findings *findings = &check->interchange.findings;
    struct text version = x12_element(check->segment, 12);
    uint64_t number = 0;
    bool good = true;
    for (size_t i = 0; i < sizeof parties / sizeof parties[0]; i++) {
        if (text_trim(x12_element(check->segment, parties[i].element)).length > 0)
            continue;
        x12_emit_whole(check, findings, FINDING_X12_ELEMENT_MISSING, parties[i].place, parties[i].code, (struct text){0});
        good = false;
    }
    if (!text_to_u64(version, &number)) {
        x12_emit_whole(check, findings, FINDING_X12_ELEMENT_CODE, "ISA-12", "017", version);
        good = false;
    }
    return good;
}

void
x12_envelope_isa(struct x12_check *check)
{
    static const char *const codes[] = {"022", "010", "011", "012", "013", "005", "006", "007", "008",
                                        "014", "015", "016", "017", "018", "019", "020", "027"};
    struct x12_interchange *interchange = &check->interchange;
    struct x12_state *state = check->state;
    uint32_t ordinal = interchange->ordinal + 1;
    *interchange = (struct x12_interchange){.offset = check->segment->offset, .ordinal = ordinal};
    arena_reset(&state->interchange_arena);
    findings_init(&interchange->findings, &state->interchange_arena);
    x12_characters_init(&state->characters, check->reader.delimiters);
    take(check, 13, interchange->control, sizeof interchange->control);
    take(check, 9, interchange->date, sizeof interchange->date);
    take(check, 10, interchange->time, sizeof interchange->time);
    take(check, 5, interchange->sender_qualifier, sizeof interchange->sender_qualifier);
    take(check, 6, interchange->sender, sizeof interchange->sender);
    take(check, 7, interchange->receiver_qualifier, sizeof interchange->receiver_qualifier);
    take(check, 8, interchange->receiver, sizeof interchange->receiver);
    interchange->acknowledgement_requested = text_is(x12_element(check->segment, 14), "1");
    interchange->test = text_is(x12_element(check->segment, 15), "T");
    interchange->accepted = check_elements(check, X12_ENVELOPE_ENVELOPE_ISA, &interchange->findings, codes,
                                           sizeof codes / sizeof codes[0]);
    interchange->accepted &= check_isa_values(check);
    if (ordinal == 1 && check->reader.byte_order_mark)
        x12_emit_whole(check, &interchange->findings, FINDING_X12_BYTE_ORDER_MARK, "ISA", "", (struct text){0});
}

void
x12_envelope_iea(struct x12_check *check)
{
    static const char *const codes[] = {"022", "021", "001"};
    struct x12_interchange *interchange = &check->interchange;
    bool good = check_elements(check, X12_ENVELOPE_ENVELOPE_IEA, &interchange->findings, codes, 3);
    struct text count = x12_element(check->segment, 1), control = x12_element(check->segment, 2);
    if (good && !number_is(count, interchange->groups)) {
        x12_emit_whole(check, &interchange->findings, FINDING_X12_INTERCHANGE_COUNT_DIFFERS, "IEA-01", "021",
                       count);
        good = false;
    }
    if (!text_is(text_trim(control), interchange->control)) {
        x12_emit_whole(check, &interchange->findings, FINDING_X12_INTERCHANGE_CONTROL_DIFFERS, "IEA-02",
                       "001", control);
        good = false;
    }
    interchange->accepted &= good;
}

void
x12_envelope_ta1(struct x12_check *check)
{
    static const char *const codes[] = {"022"};
    if (!check_elements(check, X12_ENVELOPE_ENVELOPE_TA1, &check->interchange.findings, codes, 1))
        check->interchange.accepted = false;
}

void
x12_envelope_gs(struct x12_check *check)
{
    static const char *const codes[] = {"", "1", "14", "13", "", "", "6", "2", "2"};
    struct x12_group *group = &check->group;
    *group = (struct x12_group){.offset = check->segment->offset, .ordinal = ++check->interchange.groups};
    arena_reset(&check->state->group_arena);
    findings_init(&group->findings, &check->state->group_arena);
    take(check, 1, group->functional, sizeof group->functional);
    take(check, 2, group->sender, sizeof group->sender);
    take(check, 3, group->receiver, sizeof group->receiver);
    take(check, 6, group->control, sizeof group->control);
    take(check, 8, group->version, sizeof group->version);
    check->state->control_count = 0;
    group->accepted = check_elements(check, X12_ENVELOPE_ENVELOPE_GS, &group->findings, codes,
                                     sizeof codes / sizeof codes[0]);
}

void
x12_envelope_ge(struct x12_check *check)
{
    static const char *const codes[] = {"", "5", "4"};
    struct x12_group *group = &check->group;
    bool good = check_elements(check, X12_ENVELOPE_ENVELOPE_GE, &group->findings, codes, 3);
    struct text count = x12_element(check->segment, 1), control = x12_element(check->segment, 2);
    uint64_t included = 0;
    if (text_to_u64(count, &included) && included <= 999999)
        group->included = (uint32_t)included;
    if (good && !number_is(count, group->sets)) {
        x12_emit_whole(check, &group->findings, FINDING_X12_GROUP_COUNT_DIFFERS, "GE-01", "5", count);
        good = false;
    }
    uint64_t number = 0;
    bool same = text_is(text_trim(control), group->control) ||
                (text_to_u64(text_from(group->control), &number) && number_is(control, number));
    if (!same) {
        x12_emit_whole(check, &group->findings, FINDING_X12_GROUP_CONTROL_DIFFERS, "GE-02", "4", control);
        good = false;
    }
    group->accepted &= good;
}

/* True when the set control number was seen in this group. Of a group with very many sets only the latest are
 * compared, so that memory does not grow with the file. */
static bool
control_seen(struct x12_state *state, struct text control)
{
    uint64_t value = x12_hash(control);
    uint32_t kept = state->control_count < X12_CONTROLS_KEPT ? state->control_count : X12_CONTROLS_KEPT;
    for (uint32_t i = 0; i < kept; i++) {
        if (state->controls[i] == value)
            return true;
    }
    state->controls[state->control_count++ % X12_CONTROLS_KEPT] = value;
    return false;
}

static void
reject(struct x12_check *check, uint16_t number, const char *place, const char *code, struct text value)
{
    x12_emit_whole(check, &check->set.findings, number, place, code, value);
    check->set.accepted = false;
}

/* A version of an X12 standard before or behind 005010; a word that is none (X999) is an unknown guide. */
static bool
is_other_version(struct text version)
{
    if (version.length < 6 || text_starts(version, TEXT("005010")))
        return false;
    for (size_t i = 0; i < 6; i++)
        if (version.data[i] < '0' || version.data[i] > '9')
            return false;
    return true;
}

void
x12_envelope_st(struct x12_check *check)
{
    struct x12_set *set = &check->set;
    struct text id = x12_element(check->segment, 1), control = x12_element(check->segment, 2);
    struct text version = text_trim(x12_element(check->segment, 3)), group = text_from(check->group.version);
    *set =
        (struct x12_set){.offset = check->segment->offset, .ordinal = ++check->group.sets, .accepted = true};
    arena_reset(&check->state->set_arena);
    findings_init(&set->findings, &check->state->set_arena);
    text_copy(id, set->id, sizeof set->id);
    text_copy(text_trim(control), set->control, sizeof set->control);
    text_copy(version.length > 0 ? version : group, set->version, sizeof set->version);
    set->guide = x12_guide_find(group, id);
    if (set->guide == NULL)
        set->guide = x12_guide_find(version, id);
    struct text named = version.length > 0 ? version : group;
    if (set->guide == NULL)
        reject(check, is_other_version(named) ? FINDING_X12_VERSION_NOT_5010 : FINDING_X12_SET_GUIDE_UNKNOWN,
               version.length > 0 ? "ST-03" : "GS-08", "I6", named);
    else if (version.length > 0 && set->guide->set_has_version &&
             x12_guide_find(version, id) != x12_guide_find(group, id))
        reject(check, FINDING_X12_SET_VERSION_DIFFERS, "ST-03", "19", version);
    if (set->guide != NULL && strcmp(set->guide->functional, check->group.functional) != 0)
        reject(check, FINDING_X12_SET_GROUP_DIFFERS, "ST-01", "18", text_from(check->group.functional));
    if (control_seen(check->state, control))
        reject(check, FINDING_X12_SET_CONTROL_DOUBLED, "ST-02", "23", control);
}

void
x12_envelope_se(struct x12_check *check)
{
    struct text count = x12_element(check->segment, 1), control = text_trim(x12_element(check->segment, 2));
    if (!number_is(count, check->set.segment_count))
        reject(check, FINDING_X12_SET_COUNT_DIFFERS, "SE-01", "4", count);
    if (!text_is(control, check->set.control))
        reject(check, FINDING_X12_SET_CONTROL_DIFFERS, "SE-02", "3", control);
}
