/*
 * The seven steps over professional claims of four lines and four diagnoses dated in August 2024, on one core, with all code sets of a
 * folder open. usage: bench_coding [FOLDER] [SECONDS]; without a folder ("-") the starter edition alone. One JSON object.
 *
 * Claims are made by a seed out of the codes that the folder holds (diagnoses of ICD-10-CM, procedures that the fee schedule pays,
 * visits), for patients of both sexes and all grown-up ages, half of them Medicare's. A claim that holds is made anew, but one of
 * twenty, so that about that many are held. Each is filled into a claim's record, as the daemon has it after reading, and judged.
 */
#include "common/clock/clock.h"
#include "services/coding/steps/sets.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CLAIMS = 32768, DIAGNOSES = 4, LINES = 4, POOL = 65536, TRIES = 200, KEPT_PERCENT = 5, ROUNDS_LIMIT = 1000, STEP_ROUNDS = 5 };

struct word {
    char text[CODESET_KEY_LENGTH + 1];
};

struct pool {
    struct word *words;
    uint32_t count;
};

/* What of a claim differs from the others. */
struct seed {
    struct text diagnoses[DIAGNOSES], procedures[LINES];
    int32_t birth, day;
    bool female, medicare;
};

struct bench {
    struct coding_sets sets;
    bool published;
    struct pool diagnoses, procedures;
    struct seed *seeds;
    struct claim_body body;
    struct diagnosis body_diagnoses[DIAGNOSES];
    struct service_line lines[LINES];
    struct arena arena;
    uint64_t random;
};

static uint64_t
next(struct bench *bench, uint64_t below)
{
    bench->random ^= bench->random << 13;
    bench->random ^= bench->random >> 7;
    bench->random ^= bench->random << 17;
    return bench->random % below;
}

/* ---- codes ---- */

static void
add(struct pool *pool, struct text code)
{
    if (pool->count < POOL)
        text_copy(code, pool->words[pool->count++].text, sizeof pool->words->text);
}

static bool
is_billable(const struct codeset_rows *rows, int32_t day)
{
    for (uint32_t i = 0; i < rows->count; i++)
        if ((rows->rows[i].flags & CODESET_HEADER) == 0 && codeset_holds(&rows->rows[i], day))
            return true;
    return false;
}

/* Diseases and symptoms of grown-ups: no pregnancies, newborns, malformations, causes. */
static bool
is_disease(struct text code)
{
    return strchr("ABCDEFGHIJKLMNR", code.data[0]) != NULL;
}

/* Paid by the schedule, for itself: status A, no part of a surgery (ZZZ). */
static bool
is_paid(const struct codeset_rows *rows, struct text code, uint32_t numbers)
{
    enum { GLOBAL = 9, WITHIN_ANOTHER = -4 }; /* common/codeset/import/fees.h */
    return code.length == 5 && code.data[0] != '0' && rows->rows[0].kind == 'A' && numbers > GLOBAL && rows->numbers[GLOBAL] != WITHIN_ANOTHER;
}

static void
gather(struct bench *bench, struct codeset_data *data, bool fees, struct pool *pool)
{
    const struct codeset_about *about = codeset_edition_about(data);
    for (uint64_t i = 0; i < about->codes; i++) {
        uint64_t key;
        struct codeset_rows rows;
        char buffer[CODESET_KEY_LENGTH + 1];
        if (codeset_walk(data, i, &key, &rows) != STATUS_OK)
            exit(1);
        struct text code = codeset_key_text(key, buffer);
        if (fees ? is_paid(&rows, code, about->number_count) : is_disease(code) && is_billable(&rows, 20240801))
            add(pool, code);
    }
    (void)bench;
}

static void
gather_words(struct pool *pool, const char *words)
{
    struct text rest = text_from(words);
    while (rest.length > 0)
        add(pool, text_cut(rest, ' ', &rest));
}

static void
gather_codes(struct bench *bench)
{
    bench->diagnoses.words = calloc(POOL, sizeof(struct word));
    bench->procedures.words = calloc(POOL, sizeof(struct word));
    if (bench->diagnoses.words == NULL || bench->procedures.words == NULL)
        exit(1);
    const struct codeset *diagnoses = bench->published ? bench->sets.sets[CODES_ICD10CM] : NULL;
    const struct codeset *fees = bench->published ? bench->sets.relations[CODING_FEES] : NULL;
    if (diagnoses != NULL && codeset_on(diagnoses, 20240801) != NULL)
        gather(bench, codeset_on(diagnoses, 20240801), false, &bench->diagnoses);
    else
        gather_words(&bench->diagnoses, "I10 E119 E785 J189 J449 K219 M545 N390 F411 G4733 I2510 I4891 J209 K5900 L570 M1711 N186 D649 B349 "
                                        "E039 F329 H2513 I509 J459 L03115 M5416 M25511 N400 R079 R509");
    if (fees != NULL && codeset_on(fees, 20240801) != NULL)
        gather(bench, codeset_on(fees, 20240801), true, &bench->procedures);
    else
        gather_words(&bench->procedures, "71046 93000 96372 97110 97140 97530 20610 11102 17000 10060 94010 94640 90834 93010 93306 70450 73030");
}

/* ---- claims ---- */

static struct text
picked(struct bench *bench, const struct pool *pool)
{
    return text_from(pool->words[next(bench, pool->count)].text);
}

static void
make_seed(struct bench *bench, struct seed *seed)
{
    static const char *const visits[] = {"99202", "99203", "99204", "99212", "99213", "99214", "99215", "99283", "99284", "99285"};
    *seed = (struct seed){.birth = (int32_t)(1930 + next(bench, 70)) * 10000 + 101 + (int32_t)next(bench, 12) * 100 + (int32_t)next(bench, 28),
                          .day = 20240801 + (int32_t)next(bench, 28), .female = next(bench, 2) == 0, .medicare = next(bench, 2) == 0};
    for (unsigned i = 0; i < DIAGNOSES; i++)
        seed->diagnoses[i] = picked(bench, &bench->diagnoses);
    seed->procedures[0] = text_from(visits[next(bench, sizeof visits / sizeof *visits)]);
    for (unsigned i = 1; i < LINES; i++)
        seed->procedures[i] = picked(bench, &bench->procedures);
}

static void
fill(struct bench *bench, const struct seed *seed)
{
    struct claim_body *body = &bench->body;
    for (unsigned i = 0; i < DIAGNOSES; i++)
        body->diagnoses[i].code = seed->diagnoses[i];
    for (unsigned i = 0; i < LINES; i++) {
        body->lines[i].procedure = seed->procedures[i];
        body->lines[i].date_from = seed->day;
    }
    body->subscriber.birth_date = seed->birth;
    body->subscriber.sex = seed->female ? TEXT("F") : TEXT("M");
    body->subscriber.filing_indicator = seed->medicare ? TEXT("MB") : TEXT("CI");
    bool emergency = text_starts(seed->procedures[0], TEXT("9928"));
    body->place_of_service = emergency ? TEXT("23") : TEXT("11");
}

static void
make_body(struct bench *bench)
{
    static const struct party organisation = {.entity_type = {"2", 1}, .id_qualifier = {"XX", 2}, .id = {"1234567893", 10},
                                              .taxonomy = {"261QP2300X", 10}};
    static const struct party person = {.entity_type = {"1", 1}, .id_qualifier = {"XX", 2}, .id = {"1987654328", 10},
                                        .taxonomy = {"207Q00000X", 10}};
    bench->body = (struct claim_body){.form = CLAIM_FORM_PROFESSIONAL, .patient_control_number = TEXT("C-77"), .total_cents = 40000,
                                      .facility_qualifier = TEXT("B"), .frequency = TEXT("1"), .clia = TEXT("36D0912345"),
                                      .billing = organisation, .rendering = person, .referring = person, .diagnoses = bench->body_diagnoses,
                                      .diagnoses_count = DIAGNOSES, .lines = bench->lines, .lines_count = LINES};
    bench->body.subscriber.relationship = TEXT("18");
    for (unsigned i = 0; i < DIAGNOSES; i++)
        bench->body_diagnoses[i].qualifier = i == 0 ? TEXT("ABK") : TEXT("ABF");
    for (unsigned i = 0; i < LINES; i++)
        bench->lines[i] = (struct service_line){.number = i + 1, .qualifier = TEXT("HC"), .charge_cents = 10000, .unit = TEXT("UN"),
                                                .quantity_milli = 1000, .pointer_1 = i % DIAGNOSES + 1};
    bench->lines[0].modifier_1 = TEXT("25");
}

struct verdict {
    struct coding_judgement judgement;
    struct findings findings;
};

static void
judge(struct bench *bench, const struct seed *seed, struct verdict *verdict)
{
    struct coding_case c;
    struct coding_run run;
    fill(bench, seed);
    findings_init(&verdict->findings, &bench->arena);
    coding_case_make(&c, &bench->body, NULL, 0, codes_starter(), 20240930);
    c.sets = bench->published ? &bench->sets : NULL;
    verdict->judgement = coding_judge(&run, &c, &verdict->findings);
}

static void
make_claims(struct bench *bench)
{
    struct verdict verdict;
    bench->seeds = calloc(CLAIMS, sizeof *bench->seeds);
    if (bench->seeds == NULL)
        exit(1);
    for (unsigned i = 0; i < CLAIMS; i++) {
        bool any = next(bench, 100) < KEPT_PERCENT;
        for (unsigned try = 0; try < TRIES; try++) {
            make_seed(bench, &bench->seeds[i]);
            judge(bench, &bench->seeds[i], &verdict);
            arena_reset(&bench->arena);
            if (any || !verdict.judgement.holds)
                break;
        }
    }
}

/* ---- measuring ---- */

/* Processor time of this process in microseconds: what one core does, whatever runs on the others. */
static double
processor_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct result {
    double rate, rules, held, findings, lacking; /* claims a second; a claim: rules applied, share held, findings, steps not assessed */
};

static struct result
measure(struct bench *bench, double seconds)
{
    static double rates[ROUNDS_LIMIT];
    struct result result = {0};
    struct verdict verdict;
    unsigned rounds = 0;
    int64_t begun = clock_ticks();
    while (rounds < ROUNDS_LIMIT && (rounds < 3 || (double)(clock_ticks() - begun) < seconds * 1e6)) {
        uint64_t rules = 0, held = 0, findings = 0, lacking = 0;
        double start = processor_time();
        for (unsigned i = 0; i < CLAIMS; i++) {
            judge(bench, &bench->seeds[i], &verdict);
            rules += verdict.judgement.applied;
            held += verdict.judgement.holds;
            findings += verdict.findings.count;
            lacking += (uint64_t)__builtin_popcountll(verdict.judgement.not_assessed);
            arena_reset(&bench->arena);
        }
        rates[rounds++] = CLAIMS / ((processor_time() - start) / 1e6);
        result = (struct result){0, (double)rules / CLAIMS, (double)held / CLAIMS, (double)findings / CLAIMS, (double)lacking / CLAIMS};
    }
    qsort(rates, rounds, sizeof *rates, compare);
    result.rate = rates[rounds / 2];
    return result;
}

/* Nanoseconds a claim of the case and the steps up to one. */
static double
up_to_step(struct bench *bench, unsigned last)
{
    double start = processor_time();
    for (unsigned i = 0; i < CLAIMS; i++) {
        struct coding_case c;
        struct coding_run run;
        struct findings findings;
        fill(bench, &bench->seeds[i]);
        findings_init(&findings, &bench->arena);
        coding_case_make(&c, &bench->body, NULL, 0, codes_starter(), 20240930);
        c.sets = bench->published ? &bench->sets : NULL;
        coding_begin(&run, &c, &findings);
        for (unsigned step = 1; step <= last; step++)
            coding_take_step(&run, step);
        arena_reset(&bench->arena);
    }
    return (processor_time() - start) * 1e3 / CLAIMS;
}

/* What each step adds; the shortest of some rounds. */
static void
measure_steps(struct bench *bench, double steps[CODING_STEPS + 1])
{
    double whole[CODING_STEPS + 1];
    for (unsigned round = 0; round < STEP_ROUNDS; round++)
        for (unsigned step = 0; step <= CODING_STEPS; step++) {
            double time = up_to_step(bench, step);
            whole[step] = round == 0 || time < whole[step] ? time : whole[step];
        }
    for (unsigned step = 0; step <= CODING_STEPS; step++)
        steps[step] = step == 0 || whole[step] < whole[step - 1] ? whole[step] * (step == 0) : whole[step] - whole[step - 1];
}

int
main(int argc, char **argv)
{
    static struct bench bench = {.random = 20240801};
    struct codeset_folder *folder = NULL;
    char reason[CODESET_REASON_BYTES];
    double steps[CODING_STEPS + 1], seconds = argc > 2 ? strtod(argv[2], NULL) : 5;
    bench.published = argc > 1 && strcmp(argv[1], "-") != 0;
    if (bench.published && codeset_folder_open(&folder, argv[1], reason) != STATUS_OK) {
        fprintf(stderr, "%s\n", reason);
        return 1;
    }
    coding_sets_take(&bench.sets, folder);
    arena_init(&bench.arena, 0);
    gather_codes(&bench);
    make_body(&bench);
    make_claims(&bench);
    struct result result = measure(&bench, seconds);
    measure_steps(&bench, steps);
    printf("{\"claims_per_second\":%.0f,\"rules_a_claim\":%.1f,\"held\":%.4f,\"findings_a_claim\":%.3f,\"steps_not_assessed\":%.2f,"
           "\"diagnoses\":%u,\"procedures\":%u,\"steps_ns\":{\"case\":%.0f",
           result.rate, result.rules, result.held, result.findings, result.lacking, bench.diagnoses.count, bench.procedures.count, steps[0]);
    for (unsigned step = 1; step <= CODING_STEPS; step++)
        printf(",\"%s\":%.0f", coding_step_names[step - 1], steps[step]);
    printf("}}\n");
    codeset_folder_close(folder);
    return bench.sets.damaged;
}
