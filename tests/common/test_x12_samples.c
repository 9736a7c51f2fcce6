/* The samples from outside have only the findings that are defended, a row each. */
#include "tests/common/x12_sample.h"

#include <fnmatch.h>

struct exception {
    char glob[500];
    unsigned number;
    bool used;
};
enum { EXCEPTIONS = 400 };
static struct exception exceptions[EXCEPTIONS];
static size_t exception_count;

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
            exceptions[exception_count++].number = (unsigned)value;
        }
    }
    release(bytes);
}

static bool
excused(const char *name, unsigned number)
{
    bool found = false;
    for (size_t i = 0; i < exception_count; i++) {
        if (exceptions[i].number == number && fnmatch(exceptions[i].glob, name, FNM_EXTMATCH) == 0)
            found = exceptions[i].used = true;
    }
    return found;
}

/* One row of INDEX.tsv: path, set, version, claims, bytes, envelope. */
static unsigned
judge(const char *folder, struct text line, unsigned *in_scope)
{
    struct text cells = line, path = text_cut(cells, '\t', &cells), set = text_cut(cells, '\t', &cells);
    struct text version = text_cut(cells, '\t', &cells);
    char name[256], full[1400];
    text_copy(path, name, sizeof name);
    snprintf(full, sizeof full, "%s/x12/%s", folder, name);
    struct text bytes = read_file(full);
    struct outcome outcome = run_text(bytes, 7);
    cr_assert(outcome.last == X12_EVENT_END || outcome.last == X12_EVENT_FAILED);
    release(bytes);
    bool ours = x12_guide_find(version, set) != NULL || strncmp(name, "TA1/", 4) == 0;
    bool agree = line.length > 6 && memcmp(line.data + line.length - 6, "\tagree", 6) == 0;
    unsigned bad = 0;
    if (!ours || !agree)
        return 0;
    ++*in_scope;
    if (outcome.last == X12_EVENT_FAILED) {
        cr_log_error("%s cannot be read", name);
        bad++;
    }
    for (uint32_t i = 0; i < outcome.finding_count; i++) {
        if (!excused(name, outcome.findings[i])) {
            cr_log_error("%s: finding %u %s without an exception", name, outcome.findings[i],
                         finding_kind(outcome.findings[i])->name);
            bad++;
        }
    }
    return bad;
}

Test(x12_samples, each_exception_names_a_finding_there_is)
{
    read_exceptions();
    cr_assert_gt(exception_count, 0);
    for (size_t i = 0; i < exception_count; i++)
        cr_expect_not_null(finding_kind((uint16_t)exceptions[i].number), "%s %u", exceptions[i].glob, exceptions[i].number);
}

Test(x12_samples, the_samples_from_outside_have_only_the_findings_that_are_defended)
{
    const char *folder = getenv("CLAIMLINE_SAMPLES");
    char path[1024];
    if (folder == NULL)
        cr_skip_test("CLAIMLINE_SAMPLES is not set");
    read_exceptions();
    snprintf(path, sizeof path, "%s/x12/INDEX.tsv", folder);
    struct text index = read_file(path), rest = index;
    unsigned bad = 0, in_scope = 0;
    text_cut(rest, '\n', &rest);
    while (rest.length > 0) {
        struct text line = text_cut(rest, '\n', &rest);
        if (line.length > 0 && line.data[0] != '#')
            bad += judge(folder, line, &in_scope);
    }
    for (size_t i = 0; i < exception_count; i++) {
        if (!exceptions[i].used) {
            cr_log_error("exception %s %u no longer occurs", exceptions[i].glob, exceptions[i].number);
            bad++;
        }
    }
    cr_assert_geq(in_scope, 60u, "only %u samples are of our guides", in_scope);
    cr_assert_eq(bad, 0);
    release(index);
}
