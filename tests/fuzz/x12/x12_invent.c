#include "tests/fuzz/x12/x12_invent.h"

#include "common/x12/check/rules/x12_situations.h"

#include <stdio.h>

enum { DEPTH_MAX = 8, LOOP_PIECES_MAX = 400 };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const dates[] = {"20261101", "20261115", "20261123", "20261124", "20260131", "20251001",
                                    "20150301", "20160301", "20240229", "20230229", "20000229", "19000229",
                                    "20260230", "20260431", "19800101", "19000101", "20991231", "20261301",
                                    "20260100", "261123",   "00000000", "20261",    "20261101X"};
static const char *const times[] = {"1200",     "0000",     "2359",    "2400", "1260", "120000", "125960",
                                    "12595999", "12599999", "1200000", "1",    "9999", "12:00"};
static const char *const amounts[] = {"0",
                                      "1",
                                      "100",
                                      "100.5",
                                      "50",
                                      "-50",
                                      "-0",
                                      "0.01",
                                      ".5",
                                      "1.",
                                      "1.50",
                                      ".",
                                      "-",
                                      "-.",
                                      "-.5",
                                      "0.000",
                                      "0.1234",
                                      "1.1000",
                                      "1.005",
                                      "12,5",
                                      "1234567",
                                      "12345678",
                                      "1234567.8",
                                      "123456789.12",
                                      "12345678.1234",
                                      "99999999.99",
                                      "-1",
                                      "999999999999999999",
                                      "999999999999",
                                      "1E5",
                                      "200",
                                      "150",
                                      "00100",
                                      "+1",
                                      "1.2.3",
                                      "12345678.1.2"};
static const char *const numbers[] = {"0",
                                      "1",
                                      "2",
                                      "3",
                                      "4",
                                      "10",
                                      "01",
                                      "99",
                                      "999999",
                                      "999999999",
                                      "4294967296",
                                      "18446744073709551615",
                                      "18446744073709551616",
                                      "99999999999999999999",
                                      "-1",
                                      "1X"};
static const char *const periods[] = {"20261101-20261115",         "20261115-20261101", "20261101-20261101",
                                      "20251001-20270101",         "20261101-",         "20261101-2026",
                                      "20260230-20260231",         "20261101-20261301", "20261101120261115",
                                      "202611011200-202611021200", "202611011200",      "20261101-20261115X"};
static const char *const odd[] = {"",   " ",  "x",  "\x01", "\xC3\xA9", "\x7F", "a\tb",
                                  "A ", " A", "\n", "0",    "@",        "??",   "\x80"};

/* By data element: values that a rule looks at, or that look right where the guide asks for no code. */
static const struct {
    uint16_t number;
    const char *words[24];
} by_number[] = {
    {67, {"1234567893", "1245319599", "1234567890", "123456789", "999999999", "12", "PAYER1", "1000000004"}},
    {127,
     {"1234567893", "0001", "005010X222A1", "12D4567890", "1", "123-45-6789", "123456789", "ABC123", "9999",
      "N", "Y", "3"}},
    {1271, {"J101", "E11", "S72", "C50", "A047", "C563",   "A0472", "B880",    "I10", "E119", "Z0000",
            "A0",   "A8",  "A9",  "55",  "54",   "F10129", "V5869", "0016070", "99",  "11"}},
    {234, {"99213", "0450",        "0459",       "0516",  "0762",  "0360",  "G0202", "G0154",
           "G0297", "A0425",       "00100",      "J1234", "A0428", "G0180", "77067", "D2740",
           "0120",  "12345678901", "1234567890", "E0601", "97110", "99999"}},
    {116, {"12345", "123456789", "12345-6789", "K1A0B1", "1234", "00000", "900010000", "12345678X"}},
    {156, {"NY", "CA", "ZZ", "XX", "ON"}},
    {26, {"US", "CA", "MX", "ZZ", "USA"}},
    {1331, {"11", "21", "41", "42", "51", "99", "23", "13", "83"}},
    {1325, {"1", "7", "8", "6", "9", "0"}},
    {1339, {"25", "59", "QW", "54", "55", "GA", "26", "TC", "XX"}},
    {1034, {"1", "2", "45", "96", "16", "22", "29", "204", "999"}},
    {364, {"5555551234", "555-1234", "a@b.example", "1", "0000000000"}},
    {1028, {"C1", "CLAIM1", "C1-2", "1", "00000000000000000000000000000000000001"}},
    {782, {"0", "100", "50", "-50", "150", "0.01", "200"}},
    {771, {"1", "2", "21", "A1", "16", "F1", "R3"}},
    {352, {"TEXT", "A", "text of a note", "TPO RJD ANES PARK"}},
    {479, {"HC", "HP", "FA", "HN", "HR", "HS", "HB", "PI"}},
    {1705, {"005010X222A1", "005010X223A2", "005010X224A2"}},
    {785, {"4", "100", "3"}},
    {1328, {"1", "2", "12", "13"}},
    {628, {"1", "2", "3", "x"}},
    {734, {"", "1", "2", "9"}},
};

static size_t
put(char *out, const char *words)
{
    return (size_t)snprintf(out, INVENT_VALUE_BYTES, "%s", words);
}

static const char *
pick(struct chance *chance, const char *const *words, size_t count)
{
    return words[chance_below(chance, (unsigned)count)];
}
#define PICK(chance, words) pick(chance, words, COUNT(words))

static size_t
put_code(char *out, uint64_t code)
{
    size_t n = 0;
    for (; code != 0; code >>= 8)
        out[n++] = (char)(code & 0xFF);
    return n;
}

static size_t
put_code_of(struct chance *chance, const struct x12_codes *codes, char *out)
{
    return put_code(out, codes->items[chance_below(chance, codes->count)]);
}

static const struct x12_situations *
situations_of(const struct x12_guide *guide)
{
    for (size_t i = 0; i < x12_situations_count; i++)
        if (x12_situations_all[i].guide == guide)
            return &x12_situations_all[i];
    return NULL;
}

/* A code or a beginning that some situational rule asks for; 0: none does. */
static size_t
put_of_rule(const struct x12_invent *invent, const struct x12_place *place, unsigned element,
            unsigned component, char *out)
{
    const struct x12_situations *table = situations_of(invent->guide);
    unsigned slot = table == NULL ? 0 : table->slots[place->number], found = 0;
    size_t length = 0;
    for (unsigned i = 0; slot != 0 && i < table->places[slot].look_count; i++) {
        const struct x12_situation_look *look = &table->looks[table->places[slot].first_look + i];
        bool here = look->first_element <= element && element <= look->last_element &&
                    ((component == 0 && look->first_component == 0) ||
                     (look->first_component <= component && component <= look->last_component));
        if (!here || look->code_count + look->test_count == 0 || !chance_one_in(invent->chance, ++found))
            continue;
        unsigned at = chance_below(invent->chance, look->code_count + look->test_count);
        if (at < look->code_count)
            length = put_code(out, table->codes[look->first_code + at].code);
        else if (table->tests[look->first_test + at - look->code_count].kind == X12_TEST_STARTS)
            length = put_code(out, (uint64_t)table->tests[look->first_test + at - look->code_count].operand);
    }
    return length;
}

static size_t
put_by_number(struct chance *chance, uint16_t number, char *out)
{
    for (size_t i = 0; i < COUNT(by_number); i++) {
        unsigned count = 0;
        while (count < COUNT(by_number[i].words) && by_number[i].words[count] != NULL)
            count++;
        if (by_number[i].number == number)
            return put(out, pick(chance, by_number[i].words, count));
    }
    return 0;
}

/* Of a length that fits, mostly the shortest. */
static size_t
put_text(struct chance *chance, const struct x12_element_rule *rule, char *out)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJKLM abcxyz.,-'/&";
    unsigned most = rule->max < 60 ? rule->max : 60, least = rule->min < most ? rule->min : most;
    unsigned length = chance_one_in(chance, 4) ? least + chance_below(chance, most - least + 1) : least;
    unsigned kind = chance_below(chance, 3);
    for (unsigned i = 0; i < length; i++)
        out[i] = kind == 0 ? (char)('0' + chance_below(chance, 10))
                           : signs[chance_below(chance, sizeof signs - 1)];
    return length;
}

static size_t
put_format(struct chance *chance, struct text before, char *out)
{
    if (text_is(before, "RD8") || text_is(before, "DTS"))
        return put(out, PICK(chance, periods));
    if (text_is(before, "TM"))
        return put(out, PICK(chance, times));
    size_t length = put(out, PICK(chance, dates));
    if (text_is(before, "DT"))
        length += put(out + length, PICK(chance, times));
    return length;
}

static size_t
put_odd(struct chance *chance, const struct x12_element_rule *rule, char *out)
{
    size_t length = rule->max + 1u < INVENT_VALUE_BYTES ? rule->max + 1u : INVENT_VALUE_BYTES - 1;
    if (!chance_one_in(chance, 3))
        return put(out, PICK(chance, odd));
    memset(out, chance_one_in(chance, 2) ? '1' : 'A', length);
    return length;
}

static size_t
put_simple(const struct x12_invent *invent, const struct x12_place *place, unsigned element,
           unsigned component, const struct x12_element_rule *rule, struct text before, char *out)
{
    struct chance *chance = invent->chance;
    size_t length = 0;
    if (chance_one_in(chance, 40))
        return put_odd(chance, rule, out);
    if (chance_one_in(chance, 2))
        length = put_of_rule(invent, place, element, component, out);
    if (length > 0)
        return length;
    if (rule->codes.count > 0 && !chance_one_in(chance, 30))
        return put_code_of(chance, &rule->codes, out);
    if (rule->number == 1251 && !chance_one_in(chance, 20))
        return put_format(chance, before, out);
    if (chance_one_in(chance, 2))
        length = put_by_number(chance, rule->number, out);
    if (length > 0)
        return length;
    switch ((enum x12_type)rule->type) {
    case X12_TYPE_R:
    case X12_TYPE_N2:
        return put(out, PICK(chance, amounts));
    case X12_TYPE_N0:
        return put(out, PICK(chance, numbers));
    case X12_TYPE_DT:
        return put(out, PICK(chance, dates) + 2 * (rule->max == 6));
    case X12_TYPE_TM:
        return put(out, PICK(chance, times));
    case X12_TYPE_AN:
    case X12_TYPE_ID:
    case X12_TYPE_B:
    case X12_TYPE_COMPOSITE:
    case X12_TYPE_COUNT:
        break;
    }
    return put_text(chance, rule, out);
}

static bool
wanted(struct chance *chance, const struct x12_element_rule *rule)
{
    if (rule->usage == X12_REQUIRED)
        return !chance_one_in(chance, 60);
    return chance_one_in(chance, rule->usage == X12_SITUATIONAL ? 3 : 60);
}

static size_t
put_composite(const struct x12_invent *invent, const struct x12_place *place, unsigned element,
              const struct x12_element_rule *rule, char *out)
{
    size_t length = 0, kept = 0;
    struct text before = {0};
    for (unsigned i = 0; i < rule->component_count; i++) {
        char value[INVENT_VALUE_BYTES];
        const struct x12_element_rule *part = &rule->components[i];
        size_t more =
            wanted(invent->chance, part) ? put_simple(invent, place, element, i + 1, part, before, value) : 0;
        if (length + more + 1 >= INVENT_VALUE_BYTES)
            break;
        if (i > 0)
            out[length++] = invent->delimiters.component;
        memcpy(out + length, value, more);
        before = text_of(out + length, more);
        length += more;
        kept = more > 0 ? length : kept;
    }
    return kept;
}

size_t
x12_invent_value(const struct x12_invent *invent, const struct x12_place *place, unsigned element,
                 struct text before, char out[INVENT_VALUE_BYTES])
{
    const struct x12_element_rule *rule = &place->elements[element - 1];
    size_t length = 0;
    unsigned times_wanted =
        rule->repeat > 1 && chance_one_in(invent->chance, 3) ? 1 + chance_below(invent->chance, 3) : 1;
    for (unsigned i = 0; i < times_wanted; i++) {
        char value[INVENT_VALUE_BYTES];
        size_t more = rule->type == X12_TYPE_COMPOSITE
                          ? put_composite(invent, place, element, rule, value)
                          : put_simple(invent, place, element, 0, rule, before, value);
        if (length + more + 1 >= INVENT_VALUE_BYTES)
            break;
        if (i > 0)
            out[length++] = invent->delimiters.repetition;
        memcpy(out + length, value, more);
        length += more;
    }
    return length;
}

/* The element that tells the place from its siblings: one of its own codes. */
static size_t
put_test(const struct x12_invent *invent, const struct x12_place *place, unsigned element, char *out)
{
    if (place->test_element != element || place->test.count == 0 || place->test_component > 1)
        return 0;
    size_t length = put_code_of(invent->chance, &place->test, out);
    const struct x12_element_rule *rule = &place->elements[element - 1];
    if (rule->type != X12_TYPE_COMPOSITE || rule->component_count < 2)
        return length;
    char rest[INVENT_VALUE_BYTES];
    size_t more = put_composite(invent, place, element, rule, rest);
    struct text tail, head = text_cut(text_of(rest, more), invent->delimiters.component, &tail);
    if (head.length == more || length + tail.length + 1 >= INVENT_VALUE_BYTES)
        return length;
    out[length++] = invent->delimiters.component;
    if (tail.length > 0)
        memcpy(out + length, tail.data, tail.length);
    return length + tail.length;
}

size_t
x12_invent_segment(const struct x12_invent *invent, const struct x12_place *place,
                   char out[INVENT_SEGMENT_BYTES])
{
    size_t length = put_code(out, place->segment), kept = length;
    struct text before = {0};
    for (unsigned i = 1; i <= place->element_count; i++) {
        char value[INVENT_VALUE_BYTES];
        size_t more = put_test(invent, place, i, value);
        if (more == 0 && wanted(invent->chance, &place->elements[i - 1]))
            more = x12_invent_value(invent, place, i, before, value);
        if (length + more + 1 >= INVENT_SEGMENT_BYTES)
            break;
        out[length++] = invent->delimiters.element;
        memcpy(out + length, value, more);
        before = text_of(out + length, more);
        length += more;
        kept = more > 0 ? length : kept;
    }
    return kept;
}

static unsigned
insert_segment(const struct x12_invent *invent, struct x12_pieces *pieces, unsigned at,
               const struct x12_place *place)
{
    char segment[INVENT_SEGMENT_BYTES + 8];
    size_t blank = pieces->blank.length < 8 ? pieces->blank.length : 0;
    unsigned before = pieces->count;
    if (blank > 0)
        memcpy(segment, pieces->blank.data, blank);
    size_t length = x12_invent_segment(invent, place, segment + blank);
    x12_pieces_insert(pieces, at, text_of(segment, blank + length));
    return pieces->count - before;
}

static unsigned
insert_loop(const struct x12_invent *invent, struct x12_pieces *pieces, unsigned at, uint16_t number,
            unsigned rare, unsigned depth)
{
    const struct x12_loop *loop = &invent->guide->loops[number];
    unsigned added = 0;
    for (unsigned i = 0; i < loop->child_count && added < LOOP_PIECES_MAX; i++) {
        const struct x12_child *child = &loop->children[i];
        bool required = child->usage == X12_REQUIRED || i == 0;
        if (required ? chance_one_in(invent->chance, 100) : !chance_one_in(invent->chance, rare))
            continue;
        unsigned most = child->max == 0 || child->max > 2 ? 2 : child->max;
        unsigned often = chance_one_in(invent->chance, 5) ? 1 + chance_below(invent->chance, most) : 1;
        for (unsigned k = 0; k < often; k++) {
            if (child->loop == X12_NO_LOOP)
                added += insert_segment(invent, pieces, at + added, &invent->guide->places[child->place]);
            else if (depth < DEPTH_MAX)
                added += insert_loop(invent, pieces, at + added, child->loop, rare, depth + 1);
        }
    }
    return added;
}

unsigned
x12_invent_loop(const struct x12_invent *invent, struct x12_pieces *pieces, unsigned at, uint16_t loop,
                unsigned rare)
{
    return insert_loop(invent, pieces, at, loop, rare, 0);
}

static bool
qualifier_fits(const struct x12_place *place, const struct x12_piece *piece)
{
    if (place->test_element == 0 || place->test.count == 0)
        return true;
    struct text value = x12_piece_element(piece, place->test_element);
    if (place->test_component > 0)
        value = x12_component(value, piece->delimiters.component, place->test_component);
    return x12_codes_hold(&place->test, x12_code(value));
}

const struct x12_place *
x12_invent_place_of(const struct x12_invent *invent, const struct x12_piece *piece)
{
    const struct x12_guide *guide = invent->guide;
    const struct x12_place *best = NULL;
    uint32_t id = x12_piece_id(piece);
    unsigned found = 0;
    bool fits = false;
    for (uint16_t i = 0; i < guide->place_count; i++) {
        const struct x12_place *place = &guide->places[i];
        if (place->segment != id)
            continue;
        bool here = qualifier_fits(place, piece);
        if (here && !fits)
            found = 0;
        if (here < fits || !chance_one_in(invent->chance, ++found))
            continue;
        best = place;
        fits = here;
    }
    return best;
}
