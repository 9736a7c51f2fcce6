/*
 * Step 4: medical necessity by the policies (LCD, NCD) that the user loads (set `coverage`, common/codeset/import/coverage.h), and
 * what the line says of a notice to the patient: GA (a notice is on file), GZ (none is), GX (a voluntary one), GY (excluded by law).
 * A procedure of which no policy speaks is not limited by one.
 */
#include "common/codeset/import/coverage.h"
#include "schemas/findings.h"
#include "services/coding/steps/line_rules.h"
#include "services/coding/steps/sets.h"

static const uint16_t rules[] = {FINDING_CODING_NECESSITY, FINDING_CODING_NOTICE_NEEDLESS};
enum { RULES = sizeof rules / sizeof *rules };

/* What the policies of a procedure say of a line's diagnoses. */
struct policies {
    bool any;                  /* one speaks of the procedure on that day */
    bool supported, excluded;  /* by a diagnosis of the line */
    uint32_t words;            /* of the first policy: its number */
};

static void
take_diagnosis(struct policies *policies, const struct codeset_rows *rows, int32_t day, uint64_t diagnosis)
{
    for (uint32_t i = 0; diagnosis != 0 && i < rows->count; i++) {
        uint64_t last = codeset_key_of_numbers(rows->numbers + i * COVERAGE_NUMBERS);
        if (!codeset_holds(&rows->rows[i], day) || diagnosis < rows->rows[i].second ||
            (diagnosis > last && diagnosis >= codeset_key_after(last, coverage_length(last))))
            continue;
        if (rows->rows[i].kind == COVERAGE_SUPPORTS)
            policies->supported = true;
        else
            policies->excluded = true;
    }
}

/* The diagnoses that the line points at; of a claim without pointers all. */
static struct policies
policies_of(const struct coding_case *c, const struct coding_line *line, const struct codeset_rows *rows)
{
    struct policies policies = {0};
    bool pointed = false;
    for (uint32_t i = 0; i < rows->count && !policies.any; i++) {
        policies.any = codeset_holds(&rows->rows[i], line->day);
        policies.words = rows->rows[i].words;
    }
    for (unsigned k = 0; k < 4; k++) {
        uint64_t pointer = coding_pointer(line->line, k);
        if (pointer == 0 || pointer > c->diagnoses_count)
            continue;
        pointed = true;
        take_diagnosis(&policies, rows, line->day, c->diagnosis_keys[pointer - 1]);
    }
    for (uint32_t i = 0; !pointed && i < c->diagnoses_count; i++)
        take_diagnosis(&policies, rows, line->day, c->diagnosis_keys[i]);
    return policies;
}

void
coding_line_necessity(struct coding_run *run, const struct coding_line *line)
{
    const struct coding_case *c = run->c;
    struct codeset_rows rows;
    struct policies policies = {0};
    if (line->procedure == 0 || !coding_apply_any(run, rules, RULES, line->day))
        return;
    struct codeset_data *data = coding_edition(c, CODING_COVERAGE, line->day);
    if (data == NULL) {
        coding_lack_all(run, rules, RULES, CODING_LACK_TABLE);
        return;
    }
    if (coding_rows_in(c, data, line->procedure, &rows))
        policies = policies_of(c, line, &rows);
    bool expected = coding_line_has(line, CODING_KEY("GA")) || coding_line_has(line, CODING_KEY("GZ"));
    bool excluded = coding_line_has(line, CODING_KEY("GX")) || coding_line_has(line, CODING_KEY("GY"));
    bool met = policies.supported && !policies.excluded;
    struct text number = {0};
    if (policies.any && codeset_words(data, policies.words, &number) != STATUS_OK)
        c->sets->damaged = true;
    if (policies.any && !met && !expected && !excluded)
        coding_check(run, FINDING_CODING_NECESSITY, line->day, "line", line->ordinal,
                     arena_print(run->findings->arena, "%.*s, %.*s", TEXT_ARGS(line->line->procedure), TEXT_ARGS(number)));
    if (expected && (policies.any ? met : codeset_edition_about(data)->complete != 0))
        coding_check(run, FINDING_CODING_NOTICE_NEEDLESS, line->day, "line", line->ordinal, line->line->procedure);
}
