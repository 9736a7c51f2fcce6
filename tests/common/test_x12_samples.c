/*
 * The samples from outside: each is taken, or refused and it is said why. With CLAIMLINE_TABLE set the verdicts are printed, a
 * line a file and then their counts.
 */
#include "schemas/findings.h"
#include "tests/common/x12_table.h"

#include <fnmatch.h>
#include <sys/wait.h>
#include <unistd.h>

struct exception {
    char glob[500], cause[400];
    unsigned number;
    bool used;
};
enum { EXCEPTIONS = 400, REASONS = 100 };
static struct exception exceptions[EXCEPTIONS];
static size_t exception_count;

enum verdict { ACCEPTED, NOT_SUPPORTED, NOT_X12, ENVELOPE_WRONG, REFUSED_RIGHTLY, REFUSED_WRONGLY, CRASHED, VERDICT_COUNT };
static const char *const verdict_names[] = {"accepted",
                                            "refused rightly: not a guide of ours",
                                            "refused rightly: no X12",
                                            "refused rightly: its envelope does not agree",
                                            "refused rightly: the sample is at fault",
                                            "refused wrongly",
                                            "crashed"};

static void
read_exceptions(void)
{
    struct text bytes = sample("../x12-sample-exceptions.tsv"), rest = bytes;
    bool head = true;
    while (rest.length > 0) {
        struct text line = text_cut(rest, '\n', &rest), cells = line;
        if (line.length == 0 || line.data[0] == '#')
            continue;
        struct text glob = text_cut(cells, '\t', &cells), number = text_cut(cells, '\t', &cells);
        cr_assert_gt(cells.length, 10, "an exception without a cause: %.*s", TEXT_ARGS(line));
        bool names = head;
        head = false;
        while (number.length > 0 && !names) {
            uint64_t value = 0;
            struct text one = text_cut(number, ',', &number);
            cr_assert(text_to_u64(one, &value), "no finding number: %.*s", TEXT_ARGS(line));
            cr_assert_lt(exception_count, (size_t)EXCEPTIONS);
            cr_assert_lt(glob.length, sizeof exceptions[0].glob);
            text_copy(glob, exceptions[exception_count].glob, sizeof exceptions[0].glob);
            text_copy(cells, exceptions[exception_count].cause, sizeof exceptions[0].cause);
            exceptions[exception_count++].number = (unsigned)value;
        }
    }
    release(bytes);
}

/* Why the finding of the file is right; NULL when nobody says so. */
static const char *
cause_of(const char *name, unsigned number)
{
    const char *cause = NULL;
    for (size_t i = 0; i < exception_count; i++) {
        if (exceptions[i].number != number || fnmatch(exceptions[i].glob, name, FNM_EXTMATCH) != 0)
            continue;
        exceptions[i].used = true;
        cause = cause == NULL ? exceptions[i].cause : cause;
    }
    return cause;
}

static unsigned
errors_of(const struct outcome *outcome, unsigned snip)
{
    unsigned errors = 0;
    for (uint32_t i = 0; i < outcome->finding_count; i++) {
        const struct finding_kind *kind = finding_kind(outcome->findings[i]);
        errors += kind->severity == FINDING_ERROR && (snip == 0 || kind->snip == snip);
    }
    return errors;
}

/* A file of our guides whose envelope agrees: each finding has its cause. */
static enum verdict
judge_ours(const char *name, const struct outcome *outcome, const char **reason)
{
    enum verdict verdict = errors_of(outcome, 0) > 0 ? REFUSED_RIGHTLY : ACCEPTED;
    if (outcome->last == X12_EVENT_FAILED) {
        *reason = "cannot be read";
        return REFUSED_WRONGLY;
    }
    for (uint32_t i = 0; i < outcome->finding_count; i++) {
        const char *cause = cause_of(name, outcome->findings[i]);
        bool first = *reason == NULL && finding_kind(outcome->findings[i])->severity == FINDING_ERROR;
        if (cause == NULL) {
            cr_log_error("%s: finding %u %s without an exception", name, outcome->findings[i],
                         finding_kind(outcome->findings[i])->name);
            verdict = REFUSED_WRONGLY;
        } else if (first) {
            *reason = cause;
        }
    }
    return verdict;
}

/* Any other: answered as not supported, no X12 at all, or with an envelope that does not agree. */
static enum verdict
judge_other(const struct outcome *outcome, bool ours, bool agree, const char **reason)
{
    bool foreign = has(outcome, FINDING_X12_VERSION_NOT_5010) || has(outcome, FINDING_X12_SET_GUIDE_UNKNOWN);
    if (outcome->sets == 0)
        return outcome->last == X12_EVENT_FAILED || outcome->interchanges == 0 ? NOT_X12
               : errors_of(outcome, 1) > 0                                  ? ENVELOPE_WRONG
                                                                              : REFUSED_WRONGLY;
    if (!ours && foreign && outcome->accepted_sets == 0) {
        *reason = has(outcome, FINDING_X12_VERSION_NOT_5010) ? "not a 5010 version" : "no guide of the claim's life";
        return NOT_SUPPORTED;
    }
    if (!agree && errors_of(outcome, 1) > 0)
        return ENVELOPE_WRONG;
    return REFUSED_WRONGLY;
}

/* One row of INDEX.tsv: path, set, version, claims, bytes, envelope. */
struct sample_file {
    char name[256];
    bool ours, agree; /* a guide that is read here; its counts and control numbers are right */
    struct text bytes;
};

static struct sample_file
open_file(const char *folder, struct text line)
{
    struct sample_file file = {.agree = line.length > 6 && memcmp(line.data + line.length - 6, "\tagree", 6) == 0};
    struct text cells = line, path = text_cut(cells, '\t', &cells), set = text_cut(cells, '\t', &cells);
    struct text version = text_cut(cells, '\t', &cells);
    char full[1400];
    text_copy(path, file.name, sizeof file.name);
    file.ours = x12_guide_find(version, set) != NULL || strncmp(file.name, "TA1/", 4) == 0;
    snprintf(full, sizeof full, "%s/x12/%s", folder, file.name);
    file.bytes = read_file(full);
    return file;
}

static bool
wants_table(void)
{
    return getenv("CLAIMLINE_TABLE") != NULL;
}

/* What types 5 to 7 have to say. */
static void
print_later_types(const struct sample_file *file, const struct outcome *outcome)
{
    for (uint32_t i = 0; i < outcome->finding_count; i++) {
        const struct finding_kind *kind = finding_kind(outcome->findings[i]);
        if (kind->snip >= 5)
            printf("type %u\t%s\t%u %s\n", kind->snip, file->name, kind->number, kind->sentence);
    }
}

/* Reads in a process of its own; false when that dies. */
static bool
run_apart(struct text bytes, struct outcome *outcome)
{
    int ends[2], how = -1;
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        struct outcome found = run_text(bytes, 7);
        _exit(write(ends[1], &found, sizeof found) == sizeof found ? 0 : 1);
    }
    close(ends[1]);
    bool whole = read(ends[0], outcome, sizeof *outcome) == sizeof *outcome;
    close(ends[0]);
    cr_assert_eq(waitpid(child, &how, 0), child);
    return whole && how == 0;
}

static enum verdict
judge(const struct sample_file *file)
{
    const char *reason = NULL;
    struct outcome outcome;
    if (!run_apart(file->bytes, &outcome)) {
        cr_log_error("%s: crashed", file->name);
        return CRASHED;
    }
    cr_assert(outcome.last == X12_EVENT_END || outcome.last == X12_EVENT_FAILED);
    enum verdict verdict = file->ours && file->agree ? judge_ours(file->name, &outcome, &reason)
                                                     : judge_other(&outcome, file->ours, file->agree, &reason);
    if (verdict == REFUSED_WRONGLY)
        cr_log_error("%s is refused or taken wrongly", file->name);
    if (wants_table()) {
        printf("%s\t%s\t%s\n", verdict_names[verdict], file->name, reason == NULL ? "" : reason);
        print_later_types(file, &outcome);
    }
    return verdict;
}

Test(x12_samples, each_exception_names_a_finding_there_is)
{
    read_exceptions();
    cr_assert_gt(exception_count, 0);
    for (size_t i = 0; i < exception_count; i++)
        cr_expect_not_null(finding_kind((uint16_t)exceptions[i].number), "%s %u", exceptions[i].glob, exceptions[i].number);
}

/* The folder of the samples from outside; the test is passed over when there is none. */
static const char *
samples_folder(void)
{
    const char *folder = getenv("CLAIMLINE_SAMPLES");
    if (folder == NULL)
        cr_skip_test("CLAIMLINE_SAMPLES is not set");
    return folder;
}

static struct text
read_index(const char *folder)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/x12/INDEX.tsv", folder);
    return read_file(path);
}

Test(x12_samples, the_samples_from_outside_have_only_the_findings_that_are_defended)
{
    const char *folder = samples_folder();
    read_exceptions();
    struct text index = read_index(folder), rest = index;
    unsigned verdicts[VERDICT_COUNT] = {0}, files = 0, in_scope = 0, unused = 0;
    text_cut(rest, '\n', &rest);
    while (rest.length > 0) {
        struct text line = text_cut(rest, '\n', &rest);
        if (line.length == 0 || line.data[0] == '#')
            continue;
        struct sample_file file = open_file(folder, line);
        verdicts[judge(&file)]++;
        in_scope += file.ours && file.agree;
        files++;
        release(file.bytes);
    }
    for (size_t i = 0; i < exception_count; i++)
        if (!exceptions[i].used) {
            cr_log_error("exception %s %u no longer occurs", exceptions[i].glob, exceptions[i].number);
            unused++;
        }
    for (size_t v = 0; wants_table() && v < VERDICT_COUNT; v++)
        printf("%u\t%s\n", verdicts[v], verdict_names[v]);
    if (wants_table())
        printf("%u\tfiles, %u of them of our guides\n", files, in_scope);
    cr_assert_geq(in_scope, 60u, "only %u samples are of our guides", in_scope);
    cr_assert_eq(verdicts[REFUSED_WRONGLY], 0u);
    cr_assert_eq(verdicts[CRASHED], 0u);
    cr_assert_eq(unused, 0u);
    release(index);
}

/* The cases of another validator: versions and sets that are not ours are said to be that, and nothing is taken. */
Test(x12_samples, the_cases_of_another_validator_are_answered_as_not_supported)
{
    static const char head[] = "pyx12-validator-cases/";
    const char *folder = samples_folder();
    struct text index = read_index(folder), rest = index;
    unsigned cases = 0;
    while (rest.length > 0) {
        struct text line = text_cut(rest, '\n', &rest), path = text_cut(line, '\t', &line);
        if (!text_starts(path, text_from(head)) || path.length < 4 || memcmp(path.data + path.length - 4, ".edi", 4) != 0)
            continue;
        struct sample_file file = open_file(folder, text_of(path.data, (size_t)(line.data + line.length - path.data)));
        struct outcome outcome = run_text(file.bytes, 7);
        cr_expect_eq(outcome.accepted_sets, 0u, "%s is taken", file.name);
        cr_expect(outcome.sets == 0 || has(&outcome, FINDING_X12_VERSION_NOT_5010) || has(&outcome, FINDING_X12_SET_GUIDE_UNKNOWN), "%s",
                  file.name);
        cr_expect(outcome.sets > 0 || outcome.finding_count > 0 || outcome.last == X12_EVENT_FAILED, "%s", file.name);
        cases++;
        release(file.bytes);
    }
    cr_expect_eq(cases, 24u, "%u cases", cases);
    release(index);
}

static bool
is_among(struct text numbers, unsigned number)
{
    uint64_t one = 0;
    while (numbers.length > 0)
        if (text_to_u64(text_cut(numbers, ',', &numbers), &one) && one == number)
            return true;
    return false;
}

Test(x12_samples, published_examples_raise_nothing_but_a_short_zip_code)
{
    const char *folder = samples_folder();
    struct table table;
    struct row row;
    unsigned examples = 0;
    table_open(&table, "../x12-published-examples.tsv");
    for (; table_next(&table, &row); examples++) {
        char path[1400];
        snprintf(path, sizeof path, "%s/x12/%.*s", folder, TEXT_ARGS(row.cells[0]));
        struct text bytes = read_file(path);
        struct outcome outcome = run_text(bytes, 4);
        for (uint32_t i = 0; i < outcome.finding_count; i++) {
            unsigned number = outcome.findings[i];
            cr_expect(number == FINDING_X12_BILLING_ZIP || (is_among(row.cells[1], number) && row.cells[2].length > 0), "%.*s: %s",
                      TEXT_ARGS(row.cells[0]), finding_kind(outcome.findings[i])->name);
        }
        cr_expect_eq(outcome.last, X12_EVENT_END);
        release(bytes);
    }
    cr_expect_geq(examples, 40u, "%u examples", examples);
}
