/* The golden files raise nothing, are all taken, and use between them most of their guides. */
#include "schemas/x12/x12_835.h"
#include "schemas/x12/x12_837i.h"
#include "schemas/x12/x12_837p.h"
#include "tests/common/x12_golden.h"

#include <criterion/logging.h>

Test(x12_golden, each_raises_nothing_and_is_taken_whole)
{
    static char names[GOLDEN_FILES][GOLDEN_NAME];
    size_t count = golden_names(names);
    cr_assert_gt(count, (size_t)0);
    for (size_t i = 0; i < count; i++) {
        struct text bytes = sample(names[i]);
        struct outcome outcome = run_text(bytes, 7);
        cr_expect_eq(outcome.last, X12_EVENT_END, "%s", names[i]);
        for (uint32_t f = 0; f < outcome.finding_count; f++)
            cr_expect_fail("%s: %s", names[i], finding_kind(outcome.findings[f])->name);
        cr_expect(outcome.sets > 0 && outcome.accepted_sets == outcome.sets, "%s", names[i]);
        cr_expect(outcome.interchanges == 1 && outcome.accepted_interchanges == 1, "%s", names[i]);
        cr_expect_eq(outcome.refused_claims, 0, "%s", names[i]);
        release(bytes);
    }
}

Test(x12_golden, there_are_a_dozen_of_each_main_transaction)
{
    static char names[GOLDEN_FILES][GOLDEN_NAME];
    static const char *const kinds[] = {"golden/837p_", "golden/837i_", "golden/835_"};
    size_t count = golden_names(names);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        unsigned of_kind = 0;
        for (size_t i = 0; i < count; i++)
            of_kind += strncmp(names[i], kinds[k], strlen(kinds[k])) == 0;
        cr_expect_geq(of_kind, 12u, "%s: %u", kinds[k], of_kind);
    }
}

/* The places of the guide that one of its golden files, or the sample of the folder above, has. */
static unsigned
places_met(const struct x12_guide *guide, bool *met)
{
    static char names[GOLDEN_FILES][GOLDEN_NAME];
    static char const *const samples[] = {"837p.edi", "837i.edi", "835.edi"};
    size_t count = golden_names(names);
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        strcpy(names[count++], samples[i]);
    for (size_t i = 0; i < count; i++) {
        struct text bytes = sample(names[i]);
        struct x12_check check;
        enum x12_event event;
        x12_check_open_memory(&check, &(struct x12_check_options){.snip = 2}, bytes);
        while ((event = x12_check_next(&check)) != X12_EVENT_END && event != X12_EVENT_FAILED)
            if (event == X12_EVENT_SEGMENT && check.set.guide == guide && check.step.place != NULL)
                met[check.step.place->number] = true;
        x12_check_close(&check);
        release(bytes);
    }
    unsigned places = 0;
    for (unsigned i = 0; i < guide->place_count; i++)
        places += met[i];
    return places;
}

/* Of each main guide at least so many of a hundred of its places; what is not met is listed with --verbose. */
Test(x12_golden, they_use_most_places_of_their_guides)
{
    static const struct {
        const struct x12_guide *guide;
        unsigned percent;
    } guides[] = {{&x12_guide_837p, 95}, {&x12_guide_837i, 95}, {&x12_guide_835, 95}};
    for (size_t g = 0; g < sizeof guides / sizeof *guides; g++) {
        static bool met[2048];
        memset(met, 0, sizeof met);
        const struct x12_guide *guide = guides[g].guide;
        unsigned places = places_met(guide, met);
        cr_expect_geq(100 * places, guides[g].percent * guide->place_count, "%s: %u of %u places", guide->name, places,
                      (unsigned)guide->place_count);
        cr_log_info("%s: %u of %u places", guide->name, places, (unsigned)guide->place_count);
        for (unsigned i = 0; i < guide->place_count; i++)
            if (!met[i])
                cr_log_info("%s: no golden file has %s", guide->name, guide->places[i].name);
    }
}
