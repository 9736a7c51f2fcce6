/* What a payer is expected to allow, by a small fee schedule: every amount reckoned by hand beside it. */
#include "services/coding/steps/allowed.h"

#include "services/coding/steps/sets.h"
#include "services/coding/steps/wants.h"
#include "tests/common/codeset_sample.h"
#include "tests/services/coding_sample.h"

#include <stdlib.h>

#define ONES TEXT("9999900") /* a locality whose indices are all 1 */
enum { NONE = CODING_NOT_PRICED };

struct line {
    const char *code;
    const char *modifiers[2];
    int64_t units, charge;
};

static const struct amount_case {
    const char *name, *place;
    struct text locality;
    uint32_t percent;
    const char *payer, *taxonomy;
    struct line lines[3];
    int64_t cents[3];
} cases[] = {
    /* 2.73 x 33.2875 = 90.874875 */
    {"a visit in the office", "11", ONES, 0, "MB", "207Q00000X", {{"99213", {NULL}, 1, 0}}, {9087}},
    /* 1.96 x 33.2875 = 65.2435 */
    {"a visit in an outpatient department", "22", ONES, 0, "MB", "207Q00000X", {{"99213", {NULL}, 1, 0}}, {6524}},
    /* (1.3 + 1.33 x 0.869 + 0.1 x 0.575) x 33.2875 = 83.6604... */
    {"a visit in Alabama", "11", TEXT("1011200"), 0, "MB", "207Q00000X", {{"99213", {NULL}, 1, 0}}, {8366}},
    {"a place of neither kind", "08", ONES, 0, "MB", "207Q00000X", {{"99213", {NULL}, 1, 0}}, {NONE}},
    {"not more than the charge", "11", ONES, 0, "MB", "207Q00000X", {{"99213", {NULL}, 1, 8000}}, {8000}},
    {"a nurse practitioner: 85 percent, 7723.95", "11", ONES, 0, "MB", "363LF0000X", {{"99213", {NULL}, 1, 0}}, {7724}},
    {"a social worker: not told", "11", ONES, 0, "MB", "1041C0700X", {{"99213", {NULL}, 1, 0}}, {NONE}},
    {"a payer who allows 120 percent, 10904.4", "11", ONES, 120, "CI", "207Q00000X", {{"99213", {NULL}, 1, 0}}, {10904}},
    /* 1.96 x 33.2875 = 65.24, and once and a half of it */
    {"both sides", "11", ONES, 0, "MB", "207Q00000X", {{"20610", {"50"}, 1, 0}}, {9786}},
    {"both sides of what has none", "11", ONES, 0, "MB", "207Q00000X", {{"99213", {"50"}, 1, 0}}, {NONE}},
    /* 3.90 x 33.2875 = 129.82; half of 65.24 */
    {"two operations of a day", "11", ONES, 0, "MB", "207Q00000X", {{"20610", {"RT"}, 1, 0}, {"11042", {"59"}, 1, 0}}, {3262, 12982}},
    {"an operation of several units", "11", ONES, 0, "MB", "207Q00000X", {{"11042", {NULL}, 2, 0}}, {NONE}},
    {"two units of what is not reduced", "11", ONES, 0, "MB", "207Q00000X", {{"99213", {NULL}, 2, 0}}, {2 * 9087}},
    /* 0.31 x 33.2875 = 10.319125 */
    {"the professional component in a hospital", "22", ONES, 0, "MB", "2085R0202X", {{"71046", {"26"}, 1, 0}}, {1032}},
    {"the whole of it is not done in a hospital", "22", ONES, 0, "MB", "2085R0202X", {{"71046", {NULL}, 1, 0}}, {NONE}},
    /* 0.32 + 2.74 + 0.03 = 3.09 of the hospitals' system, and not 3.15: 102.858375 */
    {"imaging is capped", "11", ONES, 0, "MB", "2085R0202X", {{"70370", {NULL}, 1, 0}}, {10286}},
    /* 19.92 x 33.2875 = 663.087; 16 percent of 663.09 is 106.0944; of it 85 percent 90.1765 */
    {"an assistant", "22", ONES, 0, "MB", "207X00000X", {{"47562", {"80"}, 1, 0}}, {10609}},
    {"an assistant where no resident was there", "22", ONES, 0, "MB", "207X00000X", {{"47562", {"82"}, 1, 0}}, {10609}},
    {"a physician assistant who assists", "22", ONES, 0, "MB", "363A00000X", {{"47562", {"AS"}, 1, 0}}, {9018}},
    {"a physician who says that he is none", "22", ONES, 0, "MB", "207X00000X", {{"47562", {"AS"}, 1, 0}}, {NONE}},
    {"a physician assistant who says that she is a physician", "22", ONES, 0, "MB", "363A00000X", {{"47562", {"80"}, 1, 0}}, {NONE}},
    {"assistants are never paid", "22", ONES, 0, "MB", "207X00000X", {{"20610", {"80"}, 1, 0}}, {0}},
    {"assistants are paid when papers say why", "22", ONES, 0, "MB", "207X00000X", {{"29881", {"80"}, 1, 0}}, {NONE}},
    {"no assistants at a visit", "22", ONES, 0, "MB", "207X00000X", {{"99213", {"80"}, 1, 0}}, {NONE}},
    {"an operation and one at which one assisted", "22", ONES, 0, "MB", "207X00000X",
     {{"47562", {"80"}, 1, 0}, {"17000", {NULL}, 1, 0}}, {NONE, NONE}},
    {"a laboratory test is not of this schedule", "11", ONES, 0, "MB", "207Q00000X", {{"36415", {NULL}, 1, 0}, {"99213", {"25"}, 1, 0}}, {NONE, 9087}},
};

static struct coding_sets sets;

static bool
allowed_of(const struct amount_case *a, struct coding_allowed *allowed)
{
    struct coding_sample s;
    struct coding_case c;
    struct coding_wants wants = {.locality = a->locality, .percent = a->percent};
    sample_make(&s);
    s.body.lines_count = 0;
    s.body.place_of_service = text_from(a->place);
    s.body.subscriber.filing_indicator = text_from(a->payer);
    s.body.rendering.id = TEXT("1400010009");
    s.body.rendering.taxonomy = text_from(a->taxonomy);
    for (unsigned i = 0; i < 3 && a->lines[i].code != NULL; i++) {
        const struct line *line = &a->lines[i];
        s.lines[i] = (struct service_line){.number = i + 1, .procedure = text_from(line->code), .unit = TEXT("UN"),
                                           .quantity_milli = line->units * 1000, .charge_cents = line->charge, .date_from = 20240812};
        if (line->modifiers[0] != NULL)
            s.lines[i].modifier_1 = text_from(line->modifiers[0]);
        s.body.lines_count++;
    }
    coding_case_make(&c, &s.body, NULL, 0, codes_starter(), 20240901);
    c.sets = &sets;
    c.wants = &wants;
    return coding_allowed(&c, allowed);
}

static void
import(struct sample *sample, const char *name)
{
    char path[4096];
    cr_assert_not_null(getenv("CLAIMLINE_SOURCE"));
    snprintf(path, sizeof path, "%s/tests/data/codeset/%s", getenv("CLAIMLINE_SOURCE"), name);
    cr_assert_eq(sample_import_path(sample, path), STATUS_OK, "%s", sample->reason);
}

Test(coding_allowed, each_amount_is_exact_or_not_told)
{
    struct sample sample;
    sample_begin(&sample);
    import(&sample, "PPRRVU24_JUL.csv");
    import(&sample, "GPCI2024.csv");
    struct codeset_folder *folder = sample_open(&sample);
    coding_sets_take(&sets, folder);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct amount_case *a = &cases[i];
        struct coding_allowed allowed = {0};
        int64_t sum = 0;
        uint32_t priced = 0, count = 0;
        bool told = allowed_of(a, &allowed);
        for (; count < 3 && a->lines[count].code != NULL; count++) {
            cr_expect_eq(allowed.lines[count], a->cents[count], "%s: line %u is %lld", a->name, count + 1, (long long)allowed.lines[count]);
            priced += a->cents[count] >= 0;
            sum += a->cents[count] >= 0 ? a->cents[count] : 0;
        }
        cr_expect_eq(told, priced > 0, "%s", a->name);
        cr_expect(allowed.cents == sum && allowed.priced == priced, "%s: %lld of %u lines", a->name, (long long)allowed.cents,
                  allowed.priced);
    }
    codeset_folder_close(folder);
    sample_end(&sample);
}

Test(coding_allowed, without_locality_edition_or_schedule_nothing_is_told)
{
    struct sample sample;
    struct coding_allowed allowed;
    struct amount_case other = cases[0];
    sample_begin(&sample);
    sets = (struct coding_sets){0};
    cr_expect_not(allowed_of(&other, &allowed), "no edition");
    import(&sample, "PPRRVU24_JUL.csv");
    import(&sample, "GPCI2024.csv");
    struct codeset_folder *folder = sample_open(&sample);
    coding_sets_take(&sets, folder);
    other.locality = TEXT("1011201");
    cr_expect_not(allowed_of(&other, &allowed), "no such place");
    other.locality = (struct text){0};
    cr_expect_not(allowed_of(&other, &allowed), "no place");
    other = cases[0];
    other.payer = "CI";
    cr_expect_not(allowed_of(&other, &allowed), "a payer of whom it is not known that he pays by the schedule");
    cr_expect(allowed_of(&cases[0], &allowed));
    codeset_folder_close(folder);
    sample_end(&sample);
}
