/* Step 4: is the service given in such a place? Sure cases alone: tables place_only and place_never. */
#include "schemas/findings.h"
#include "services/coding/steps/line_rules.h"

static bool
fits(enum coding_service_table table, const struct coding_line *line, bool wanted)
{
    unsigned at = 0;
    const struct coding_service *row;
    while ((row = coding_service_next(table, line->procedure, line->day, &at)) != NULL)
        if (coding_service_says(row, line->place) != wanted)
            return false;
    return true;
}

void
coding_line_place(struct coding_run *run, const struct coding_line *line)
{
    if (line->place == 0 || line->procedure == 0 || !coding_applies(run, FINDING_CODING_PLACE_OF_SERVICE, line->day))
        return;
    if (fits(CODING_PLACE_ONLY, line, true) && fits(CODING_PLACE_NEVER, line, false))
        return;
    char procedure[CODESET_KEY_LENGTH + 1], place[CODESET_KEY_LENGTH + 1];
    codeset_key_text(line->procedure, procedure);
    codeset_key_text(line->place, place);
    coding_raise(run, FINDING_CODING_PLACE_OF_SERVICE, "line", line->ordinal,
                 arena_print(run->findings->arena, "%s in %s", procedure, place));
}
