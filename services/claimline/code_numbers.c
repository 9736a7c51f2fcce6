#include "services/claimline/code_numbers.h"

#include "common/codeset/import/fees.h"
#include "common/codeset/import/tabular.h"

#include <stdlib.h>

/* How a number is said; what is not in the table is said with its name, "units 2". */
enum form {
    FORM_PLAIN,
    FORM_HIDDEN,    /* serves to apply the row, or is the layout's own */
    FORM_HUNDREDTH, /* of 1 */
    FORM_THOUSANDTH,
    FORM_TEN_THOUSANDTH,
    FORM_CODE,   /* two numbers, the key of a code */
    FORM_SPAN,   /* likewise: the last code of a span that begins with the second */
    FORM_MASK,   /* likewise: characters that the codes have in their places */
    FORM_LAST,   /* the end of the number before it */
    FORM_GLOBAL, /* days of a global period, or a letter for none */
    FORM_FLAG,   /* its words when it is not 0 */
    FORM_STATE,  /* of a note */
};

static const struct form_row {
    const char *set, *number; /* NULL: all numbers of the set that have no row of their own */
    enum form form;
    const char *words; /* NULL: the number's name */
} forms[] = {
    {"icd10cm", NULL, FORM_HIDDEN, NULL},
    {"icd10pcs", NULL, FORM_HIDDEN, NULL},
    {"icd10cm_conversion", NULL, FORM_SPAN, NULL},
    {"coverage", NULL, FORM_SPAN, NULL},
    {"icd10cm_notes", "last_high", FORM_SPAN, NULL},
    {"icd10cm_notes", "mask_high", FORM_MASK, NULL},
    {"icd10cm_notes", "group", FORM_HIDDEN, NULL},
    {"icd10cm_notes", "state", FORM_STATE, NULL},
    {"mce", "first_age", FORM_PLAIN, "ages"},
    {"mce", "last_age", FORM_LAST, NULL},
    {"mce_procedure", "first_age", FORM_PLAIN, "ages"},
    {"mce_procedure", "last_age", FORM_LAST, NULL},
    {"msdrg", NULL, FORM_PLAIN, "MDC"},
    {"msdrg_group", NULL, FORM_PLAIN, "MDC"},
    {"msdrg_hac", NULL, FORM_PLAIN, "HAC"},
    {"msdrg_index", "mdc", FORM_PLAIN, "MDC"},
    {"msdrg_index", "first_drg", FORM_PLAIN, "DRG"},
    {"msdrg_index", "last_drg", FORM_LAST, NULL},
    {"fees", "work", FORM_HUNDREDTH, NULL},
    {"fees", "nonfacility_pe", FORM_HUNDREDTH, "practice expense"},
    {"fees", "facility_pe", FORM_HUNDREDTH, "practice expense in a facility"},
    {"fees", "malpractice", FORM_HUNDREDTH, NULL},
    {"fees", "nonfacility_total", FORM_HUNDREDTH, "total"},
    {"fees", "facility_total", FORM_HUNDREDTH, "total in a facility"},
    {"fees", "nonfacility_na", FORM_FLAG, "rarely or never outside of a facility"},
    {"fees", "facility_na", FORM_FLAG, "rarely or never in a facility"},
    {"fees", "pctc", FORM_PLAIN, "PC/TC"},
    {"fees", "global", FORM_GLOBAL, NULL},
    {"fees", "multiple", FORM_PLAIN, "multiple procedures"},
    {"fees", "bilateral", FORM_PLAIN, NULL},
    {"fees", "assistant", FORM_PLAIN, "assistant at surgery"},
    {"fees", "co_surgeon", FORM_PLAIN, "co-surgeons"},
    {"fees", "team", FORM_PLAIN, "team surgery"},
    {"fees", "endoscopy_high", FORM_CODE, "endoscopic base"},
    {"fees", "conversion", FORM_TEN_THOUSANDTH, "conversion factor"},
    {"fees", "supervision_high", FORM_CODE, "physician supervision"},
    {"fees", "not_for_medicare", FORM_FLAG, "not for Medicare"},
    {"fees", NULL, FORM_HIDDEN, NULL},
    {"fee_index", NULL, FORM_THOUSANDTH, NULL},
    {"anaesthesia", "cents", FORM_HUNDREDTH, "factor"},
    {"fee_cap", "modifier_high", FORM_CODE, "modifier"},
    {"fee_cap", "facility_cents", FORM_HUNDREDTH, "in a facility"},
    {"fee_cap", "nonfacility_cents", FORM_HUNDREDTH, "elsewhere"},
};

static const struct form_row *
form_of(const char *set, struct text number)
{
    static const struct form_row plain = {.form = FORM_PLAIN};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(forms[i].set, set) == 0 && (forms[i].number == NULL || text_is(number, forms[i].number)))
            return &forms[i];
    return &plain;
}

static bool
ends_in(struct text name, const char *end)
{
    size_t length = strlen(end);
    return name.length > length && memcmp(name.data + name.length - length, end, length) == 0;
}

/* Two numbers NAME_high, NAME_low are the key of a code. */
static bool
is_pair(struct text name, uint32_t left)
{
    return ends_in(name, "_high") && left >= 2;
}

struct text
code_numbers_kept(struct claimline *run, const char *set, const int32_t *numbers, uint32_t count)
{
    const struct codeset_kind *about = codeset_kind_named(set);
    struct text rest = text_from(about == NULL ? NULL : about->numbers), all = {0};
    for (uint32_t i = 0; i < count; i++) {
        char code[CODESET_KEY_LENGTH + 1];
        struct text name = text_cut(rest, '|', &rest);
        const char *gap = i == 0 ? "" : " ";
        if (!is_pair(name, count - i)) {
            all = arena_print(&run->arena, "%.*s%s%.*s=%d", TEXT_ARGS(all), gap, TEXT_ARGS(name), numbers[i]);
            continue;
        }
        uint64_t key = codeset_key_of_numbers(numbers + i);
        struct text shown = key == 0 ? TEXT("") : codeset_key_text(key, code);
        name.length -= strlen("_high");
        all = arena_print(&run->arena, "%.*s%s%.*s=%.*s", TEXT_ARGS(all), gap, TEXT_ARGS(name), TEXT_ARGS(shown));
        text_cut(rest, '|', &rest);
        i++;
    }
    return all;
}

/* "-----5": "character 6 is 5" */
static struct text
say_mask(struct claimline *run, uint64_t key)
{
    char mask[CODESET_KEY_LENGTH + 1];
    struct text said = {0};
    codeset_key_text(key, mask);
    for (size_t i = 0; key != 0 && mask[i] != '\0'; i++)
        if (mask[i] != '-')
            said = arena_print(&run->arena, "%.*s%scharacter %zu is %c", TEXT_ARGS(said), said.length > 0 ? ", " : "", i + 1, mask[i]);
    return said;
}

static struct text
say_span(struct claimline *run, uint64_t first, uint64_t last)
{
    char one[CODESET_KEY_LENGTH + 1], other[CODESET_KEY_LENGTH + 1];
    if (first == 0 || last == 0 || first == last)
        return (struct text){0};
    codeset_key_text(first, one);
    codeset_key_text(last, other);
    return arena_print(&run->arena, "codes %s to %s", one, other);
}

static struct text
say_code(struct claimline *run, struct text name, uint64_t key)
{
    char code[CODESET_KEY_LENGTH + 1];
    if (key == 0)
        return (struct text){0};
    codeset_key_text(key, code);
    return arena_print(&run->arena, "%.*s %s", TEXT_ARGS(name), code);
}

static struct text
say_parts(struct claimline *run, struct text name, int32_t number, int32_t whole, int digits)
{
    return arena_print(&run->arena, "%.*s %s%d.%0*d", TEXT_ARGS(name), number < 0 ? "-" : "", abs(number / whole), digits,
                       abs(number % whole));
}

/* MMM maternity, XXX no global period, YYY by the contractor, ZZZ within another service (fees.h). */
static struct text
say_global(struct claimline *run, int32_t number)
{
    if (number < 0 && number >= -FEE_GLOBAL_CONCEPTS)
        return arena_print(&run->arena, "global %s", fee_global_concepts[-number - 1]);
    return arena_print(&run->arena, "global %d days", number);
}

/* The number's own words: "first_age" is "first age". */
static struct text
name_of(struct claimline *run, const struct form_row *form, struct text name)
{
    if (form->words != NULL)
        return text_from(form->words);
    char *plain = arena_take_raw(&run->arena, name.length + 1);
    for (size_t i = 0; i < name.length; i++)
        plain[i] = name.data[i];
    for (size_t i = 0; i < name.length; i++)
        if (plain[i] == '_')
            plain[i] = ' ';
    return text_of(plain, name.length);
}

/* One number, or two that are a key; empty: it says nothing. A number below 0 is not stated. */
static struct text
say_number(struct claimline *run, const struct form_row *form, struct text name, const struct codeset_row *row, const int32_t *number)
{
    switch (form->form) {
    case FORM_HIDDEN:
        return (struct text){0};
    case FORM_HUNDREDTH:
        return say_parts(run, name, *number, 100, 2);
    case FORM_THOUSANDTH:
        return say_parts(run, name, *number, 1000, 3);
    case FORM_TEN_THOUSANDTH:
        return say_parts(run, name, *number, 10000, 4);
    case FORM_CODE:
        return say_code(run, name, codeset_key_of_numbers(number));
    case FORM_SPAN:
        return say_span(run, row->second, codeset_key_of_numbers(number));
    case FORM_MASK:
        return say_mask(run, codeset_key_of_numbers(number));
    case FORM_GLOBAL:
        return say_global(run, *number);
    case FORM_FLAG:
        return *number != 0 ? name : (struct text){0};
    case FORM_STATE:
        return (*number & TABULAR_UNREAD) != 0 ? TEXT("its codes are for people to read") : (struct text){0};
    case FORM_PLAIN:
    case FORM_LAST:
        break;
    }
    return *number < 0 ? (struct text){0} : arena_print(&run->arena, "%.*s %d", TEXT_ARGS(name), *number);
}

struct text
code_numbers_said(struct claimline *run, const char *set, const struct codeset_row *row, const int32_t *numbers, uint32_t count)
{
    const struct codeset_kind *about = codeset_kind_named(set);
    struct text rest = text_from(about == NULL ? NULL : about->numbers), all = {0};
    for (uint32_t i = 0; i < count; i++) {
        struct text name = text_cut(rest, '|', &rest);
        const struct form_row *form = form_of(set, name);
        bool pair = is_pair(name, count - i);
        if (form->form == FORM_LAST && i > 0) {
            if (numbers[i] >= 0 && numbers[i] != numbers[i - 1])
                all = arena_print(&run->arena, "%.*s to %d", TEXT_ARGS(all), numbers[i]);
            continue;
        }
        struct text said = say_number(run, form, name_of(run, form, name), row, numbers + i);
        if (said.length > 0)
            all = arena_print(&run->arena, "%.*s%s%.*s", TEXT_ARGS(all), all.length > 0 ? ", " : "", TEXT_ARGS(said));
        if (pair) {
            text_cut(rest, '|', &rest);
            i++;
        }
    }
    return all;
}
