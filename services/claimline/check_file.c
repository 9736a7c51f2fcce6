/* One file of `claimline check`: findings as they are met, and a line of what it held. */
#include "services/claimline/check_file.h"

#include "common/fhir/fhir.h"
#include "services/claimline/listing.h"
#include "services/claimline/source.h"
#include "services/coding/steps/amounts.h"

#include <assert.h>
#include <stdlib.h>

struct text
check_counts_words(const struct check_counts *counts, struct arena *arena)
{
    static const char *const nouns[FINDING_SEVERITY_COUNT] = {
        [FINDING_INFO] = "infos", [FINDING_WARNING] = "warnings", [FINDING_QUERY] = "queries", [FINDING_ERROR] = "errors"};
    struct text words = {0};
    for (int severity = FINDING_ERROR; severity >= FINDING_INFO; severity--) {
        bool always = severity == FINDING_ERROR || severity == FINDING_WARNING;
        if (always || counts->findings[severity] > 0)
            words = arena_print(arena, "%.*s%s%llu %s", TEXT_ARGS(words), words.length == 0 ? "" : ", ",
                                (unsigned long long)counts->findings[severity], nouns[severity]);
    }
    return words;
}

/* One file on its way through the engine. */
struct checking {
    struct claimline *run;
    struct listing listing;
    struct answer *answer; /* NULL: none is wanted */
    struct check_coding *coding;
    const char *file;
    struct source source;
    uint8_t first_snip, last_snip; /* types whose findings count */
    bool quiet;                    /* findings are counted, not shown */
    struct x12_check check;
    struct check_counts counts;
};

static bool
is_of_coding(const struct finding *finding)
{
    return finding->kind->snip == 0 && finding->kind->step != 0;
}

/* Sentence and what to do. Of coding as the daemon says it: amounts are for billers (--role biller). */
static void
put_words(const struct checking *checking, struct control_rows *rows, const struct finding *finding)
{
    struct claimline *run = checking->run;
    bool reveal = claimline_given(run, OPTION_REVEAL);
    if (!is_of_coding(finding)) {
        control_text(rows, "sentence", finding_sentence(finding, reveal, rows->arena));
        control_text(rows, "remedy", text_from(finding->kind->remedy));
        return;
    }
    const struct own_rules *own = check_coding_own(checking->coding);
    bool biller = strcmp(claimline_option(run, OPTION_ROLE, ""), "biller") == 0;
    control_text(rows, "sentence", amounts_sentence(own, finding, reveal, biller, rows->arena));
    control_text(rows, "remedy", amounts_remedy(own, finding, biller, rows->arena));
}

/* Where in the file: interchange, set and claim by their own numbers. */
static void
show_finding(struct checking *checking, const struct finding *finding, bool in_set, bool in_claim)
{
    struct claimline *run = checking->run;
    struct arena arena;
    struct control_answer answer;
    struct control_rows rows;
    arena_init(&arena, 0);
    control_answer_begin(&rows, &arena, &answer);
    control_row(&rows);
    control_text(&rows, "file", text_from(checking->file));
    control_text(&rows, "severity", text_from(finding_severity_name(finding->kind->severity)));
    control_number(&rows, "finding", finding->kind->number);
    control_text(&rows, "name", text_from(finding->kind->name));
    control_number(&rows, "snip", finding->kind->snip);
    if (finding->kind->step != 0)
        control_number(&rows, "step", finding->kind->step);
    control_text(&rows, "interchange", text_from(checking->check.interchange.control));
    control_text(&rows, "set", text_from(in_set ? checking->check.set.control : ""));
    control_text(&rows, "claim", in_claim ? checking->check.claim.control : finding->unit);
    control_text(&rows, "place", finding->place);
    control_number(&rows, "segment", finding->segment_position);
    control_number(&rows, "offset", (int64_t)finding->offset);
    put_words(checking, &rows, finding);
    if (claimline_given(run, OPTION_JSON)) {
        listing_row(&checking->listing, NULL, answer.rows);
    } else {
        struct text sentence = listing_clean(&arena, listing_text(answer.rows, "sentence"));
        struct text claim = listing_clean(&arena, listing_text(answer.rows, "claim"));
        fprintf(run->out, "%s:%lld: %s: %.*s%s%.*s%s", checking->file, (long long)finding->offset,
                finding_severity_name(finding->kind->severity), TEXT_ARGS(finding->place),
                claim.length > 0 ? " (claim " : "", TEXT_ARGS(claim), claim.length > 0 ? ")" : "");
        bool of_coding = is_of_coding(finding);
        fprintf(run->out, ": %.*s [%u %s %u]\n", TEXT_ARGS(sentence), (unsigned)finding->kind->number, of_coding ? "step" : "SNIP",
                (unsigned)(of_coding ? finding->kind->step : finding->kind->snip));
    }
    arena_free(&arena);
}

static void
take(struct checking *checking, const struct findings *findings, bool in_set, bool in_claim)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        if (checking->first_snip > 1 && finding->kind->snip < checking->first_snip && finding->kind->step == 0)
            continue;
        checking->counts.findings[finding->kind->severity]++;
        if (!checking->quiet)
            show_finding(checking, finding, in_set, in_claim);
    }
    if (findings->dropped > 0) {
        checking->counts.findings[FINDING_ERROR]++; /* nobody has seen that they are none */
        claimline_say(checking->run, "%s: %u more findings in one place were not kept", checking->file,
                      findings->dropped);
    }
}

/* Event by event to the end; false when it cannot be read on. */
static bool
walk(struct checking *checking)
{
    struct x12_check *check = &checking->check;
    for (;;) {
        enum x12_event event = x12_check_next(check);
        answer_event(checking->answer, check, event);
        const struct findings *coding = check_coding_event(checking->coding, check, event);
        switch (event) {
        case X12_EVENT_INTERCHANGE_END:
            checking->counts.interchanges++;
            take(checking, &check->interchange.findings, false, false);
            break;
        case X12_EVENT_GROUP_END:
            take(checking, &check->group.findings, false, false);
            break;
        case X12_EVENT_SET_END:
            checking->counts.sets++;
            take(checking, &check->set.findings, true, false);
            break;
        case X12_EVENT_CLAIM_END:
            checking->counts.claims++;
            take(checking, &check->claim.findings, true, true);
            if (coding != NULL)
                take(checking, coding, true, true);
            break;
        case X12_EVENT_FAILED:
            return false;
        case X12_EVENT_END:
            return true;
        case X12_EVENT_INTERCHANGE:
        case X12_EVENT_TA1:
        case X12_EVENT_GROUP:
        case X12_EVENT_SET:
        case X12_EVENT_SEGMENT:
        case X12_EVENT_COUNT:
            break;
        }
    }
}

/* Findings would stand among the segments. */
static bool
answers_to_output(const struct claimline *run)
{
    return strcmp(claimline_option(run, OPTION_999, ""), "-") == 0 || strcmp(claimline_option(run, OPTION_277CA, ""), "-") == 0;
}

static void
say_counts(const struct checking *checking)
{
    const struct check_counts *counts = &checking->counts;
    struct claimline *run = checking->run;
    if (counts->interchanges == 0)
        claimline_say(run, "%s: holds no interchange", checking->file);
    else
        claimline_say(run, "%s: %llu interchanges, %llu sets, %llu claims: %.*s", checking->file, (unsigned long long)counts->interchanges,
                      (unsigned long long)counts->sets, (unsigned long long)counts->claims,
                      TEXT_ARGS(check_counts_words(counts, &run->arena)));
    if (checking->check.not_assessed > 0)
        claimline_say(run, "%s: %llu codes not judged: no list at hand says what stood on their day (--codes brings lists)",
                      checking->file, (unsigned long long)checking->check.not_assessed);
}

/* True when it could be read to its end and was an interchange. */
static bool
check_x12(struct checking *checking, const struct check_judges *judges)
{
    struct tm local;
    struct x12_check_options options = {
        .snip = checking->last_snip,
        .today = claimline_today(checking->run, &local),
        .codes = judges->codes,
        .edits = judges->payer == NULL ? NULL : judges->payer->edits,
        .seen = duplicate_seen(judges->duplicate),
    };
    x12_check_open(&checking->check, &options, source_read, &checking->source);
    answer_begin(checking->answer, checking->file);
    check_coding_begin(judges->coding);
    duplicate_file(judges->duplicate, checking->file);
    bool whole = walk(checking);
    duplicate_again(judges->duplicate);
    answer_claims(checking->answer, &options, checking->source.fd);
    if (whole)
        say_counts(checking);
    else
        claimline_say(checking->run, "%s: cannot be read from byte %llu on: %s", checking->file,
                      (unsigned long long)checking->check.fault_offset,
                      checking->source.failed ? "the file gives an error" : checking->check.fault);
    x12_check_close(&checking->check);
    return whole && checking->counts.interchanges > 0;
}

/* ---- a FHIR bundle ---- */

/* NULL: reading gave an error. One byte more than may be says that it is too long. */
static char *
read_bundle(struct source *source, size_t *length)
{
    size_t room = FHIR_BYTES_LIMIT + 1, got = 1;
    char *bytes = malloc(room);
    *length = 0;
    while (bytes != NULL && got > 0 && *length < room) {
        if (source_read(source, bytes + *length, room - *length, &got) != STATUS_OK) {
            free(bytes);
            return NULL;
        }
        *length += got;
    }
    return bytes;
}

/* As intake judges it: by what reading it finds; then, when asked for, by the seven steps with its documents. A bundle has no SNIP
 * types and no duplicates, and X12 does not answer it. */
static bool
check_bundle(struct checking *checking, const struct check_judges *judges)
{
    struct claimline *run = checking->run;
    struct arena arena;
    struct findings findings;
    struct claim_body body;
    struct document *documents;
    uint32_t document_count;
    size_t length;
    char *bytes = read_bundle(&checking->source, &length);
    if (bytes == NULL) {
        claimline_say(run, "%s: the file gives an error", checking->file);
        return false;
    }
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
    bool readable = fhir_read(text_of(bytes, length), &arena, &body, &documents, &document_count, &findings) == STATUS_OK;
    for (uint32_t i = 0; readable && i < findings.count; i++)
        findings.items[i].unit = body.patient_control_number;
    checking->first_snip = 1;
    take(checking, &findings, false, false);
    check_coding_begin(judges->coding);
    const struct findings *coding =
        readable && checking->counts.findings[FINDING_ERROR] == 0 ? check_coding_claim(judges->coding, &body, documents, document_count) : NULL;
    if (coding != NULL)
        take(checking, coding, false, false);
    checking->counts.claims = readable;
    claimline_say(run, "%s: a FHIR bundle, %s: %.*s", checking->file, readable ? "1 claim" : "no claim could be read",
                  TEXT_ARGS(check_counts_words(&checking->counts, &arena)));
    if (checking->answer != NULL)
        claimline_say(run, "%s: a bundle is answered by no 999 and no 277CA here", checking->file);
    arena_free(&arena);
    free(bytes);
    return true;
}

int
check_file(struct claimline *run, struct answer *answer, const struct check_judges *judges, const char *file, struct check_counts *counts)
{
    char head[SOURCE_HEAD_BYTES];
    struct checking *checking = calloc(1, sizeof *checking);
    assert(checking != NULL);
    *checking = (struct checking){.run = run, .answer = answer, .coding = judges->coding, .file = file,
                                  .first_snip = judges->first_snip, .last_snip = judges->last_snip, .quiet = answers_to_output(run)};
    *counts = (struct check_counts){0};
    if (!source_open(&checking->source, run, file)) {
        free(checking);
        return CLAIMLINE_CANNOT;
    }
    listing_begin(&checking->listing, run, NULL);
    bool bundle = fhir_looks_like(text_of(head, source_head(&checking->source, head)));
    bool whole = bundle ? check_bundle(checking, judges) : check_x12(checking, judges);
    source_close(&checking->source);
    int code = check_coding_end(judges->coding, file);
    *counts = checking->counts;
    free(checking);
    if (!whole || code != CLAIMLINE_DONE)
        return CLAIMLINE_CANNOT;
    return counts->findings[FINDING_ERROR] > 0 ? CLAIMLINE_FOUND : CLAIMLINE_DONE;
}
