/* Places before and after an answer that gave numbers anew. */
#include "services/coding/numbering.h"

#include <criterion/criterion.h>

/* Of four lines the second went; of three diagnoses the third went first and the first went. */
static const struct numbering numbering = {
    .now = {[NUMBERING_LINE] = (const uint32_t[]){1, 0, 2, 3}, [NUMBERING_DIAGNOSIS] = (const uint32_t[]){0, 2, 1},
            [NUMBERING_CAUSE] = (const uint32_t[]){0, 1}},
    .count = {[NUMBERING_LINE] = 4, [NUMBERING_DIAGNOSIS] = 3, [NUMBERING_CAUSE] = 2}};

static const struct {
    const char *shown, *now; /* now NULL: it was taken off */
} places[] = {{"line 1", "line 1"},
              {"line 2", NULL},
              {"line 2, SV101-3", NULL},
              {"line 4, SV101-3", "line 3, SV101-3"},
              {"line 12", "line 12"},
              {"diagnosis 1", NULL},
              {"diagnosis 2", "diagnosis 2"},
              {"diagnosis 3", "diagnosis 1"},
              {"cause 2", "cause 1"},
              {"reason 2", "reason 2"},
              {"procedure 1", "procedure 1"},
              {"admitting diagnosis", "admitting diagnosis"},
              {"line 99999999999999999999", "line 99999999999999999999"},
              {"line 0", "line 0"},
              {"line x", "line x"},
              {"claim", "claim"},
              {"", ""}};

Test(coding_numbering, a_place_follows_what_stands_there_and_is_shown_as_it_was)
{
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *now = places[i].now;
        bool gone;
        struct text place = numbering_follow(&numbering, text_from(places[i].shown), &arena, &gone);
        cr_expect_eq(gone, now == NULL, "%s", places[i].shown);
        cr_expect(text_is(place, gone ? places[i].shown : now), "%s: %.*s", places[i].shown, TEXT_ARGS(place));
        if (now == NULL)
            continue;
        place = numbering_shown(&numbering, place, &arena);
        cr_expect(text_is(place, places[i].shown), "%s: %.*s", places[i].shown, TEXT_ARGS(place));
    }
    cr_expect(text_is(numbering_shown(&(struct numbering){0}, TEXT("line 2"), &arena), "line 2"), "nothing was changed");
    arena_free(&arena);
}
