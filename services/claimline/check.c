/* claimline check: X12 files judged offline by the engine that intake uses. */
#include "services/claimline/answer.h"
#include "services/claimline/check_coding.h"
#include "services/claimline/code_files.h"
#include "services/claimline/command.h"
#include "services/claimline/listing.h"
#include "services/claimline/place.h"
#include "services/claimline/source.h"

#include "common/duplicate/duplicate.h"
#include "common/payer/payer.h"
#include "common/x12/check/x12_validate.h"

/* What the files are judged with beside the guides. */
struct judges {
    struct codes_lists *codes;
    struct payers *payers;   /* NULL: no payer is asked for */
    const struct payer *payer;
    struct check_coding *coding; /* NULL: the seven steps are not asked for */
    struct duplicate *duplicate; /* what was met so far, in all files */
};

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
    uint64_t interchanges, sets, claims, errors, warnings;
};

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
    control_text(&rows, "sentence", finding_sentence(finding, claimline_given(run, OPTION_REVEAL), &arena));
    control_text(&rows, "remedy", text_from(finding->kind->remedy));
    if (claimline_given(run, OPTION_JSON)) {
        listing_row(&checking->listing, NULL, answer.rows);
    } else {
        struct text sentence = listing_clean(&arena, listing_text(answer.rows, "sentence"));
        struct text claim = listing_clean(&arena, listing_text(answer.rows, "claim"));
        fprintf(run->out, "%s:%lld: %s: %.*s%s%.*s%s", checking->file, (long long)finding->offset,
                finding_severity_name(finding->kind->severity), TEXT_ARGS(finding->place),
                claim.length > 0 ? " (claim " : "", TEXT_ARGS(claim), claim.length > 0 ? ")" : "");
        bool of_coding = finding->kind->snip == 0 && finding->kind->step != 0;
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
        checking->errors += finding->kind->severity == FINDING_ERROR;
        checking->warnings += finding->kind->severity != FINDING_ERROR;
        if (!checking->quiet)
            show_finding(checking, finding, in_set, in_claim);
    }
    if (findings->dropped > 0) {
        checking->errors++; /* nobody has seen that they are none */
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
            checking->interchanges++;
            take(checking, &check->interchange.findings, false, false);
            break;
        case X12_EVENT_GROUP_END:
            take(checking, &check->group.findings, false, false);
            break;
        case X12_EVENT_SET_END:
            checking->sets++;
            take(checking, &check->set.findings, true, false);
            break;
        case X12_EVENT_CLAIM_END:
            checking->claims++;
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

/* "4": types 1 to 4; "3-4". */
static int
read_snip(struct claimline *run, uint8_t *first, uint8_t *last)
{
    const char *given = claimline_option(run, OPTION_SNIP, "1-7");
    bool range = strlen(given) == 3 && given[1] == '-';
    *first = range ? (uint8_t)(given[0] - '0') : 1;
    *last = range ? (uint8_t)(given[2] - '0') : strlen(given) == 1 ? (uint8_t)(given[0] - '0') : 0;
    if (*first >= 1 && *first <= *last && *last <= 7)
        return CLAIMLINE_DONE;
    claimline_say(run, "--snip takes a type from 1 to 7, or two of them as in 3-4, not \"%s\"", given);
    return CLAIMLINE_USAGE;
}

/* An answer instead of findings is the same as writing it to "-". */
static int
read_format(struct claimline *run)
{
    static const struct {
        const char *name;
        enum claimline_option option;
        const char *value;
    } formats[] = {{"text", OPTION_COUNT, NULL}, {"json", OPTION_JSON, ""}, {"999", OPTION_999, "-"}, {"277ca", OPTION_277CA, "-"}};
    const char *given = claimline_option(run, OPTION_FORMAT, "text");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(given, formats[i].name) != 0)
            continue;
        if (formats[i].option != OPTION_COUNT)
            run->options[formats[i].option] = formats[i].value;
        return CLAIMLINE_DONE;
    }
    claimline_say(run, "--format is text, json, 999 or 277ca, not \"%s\"", given);
    return CLAIMLINE_USAGE;
}

/* Findings would stand among the segments. */
static bool
answers_to_output(const struct claimline *run)
{
    return strcmp(claimline_option(run, OPTION_999, ""), "-") == 0 || strcmp(claimline_option(run, OPTION_277CA, ""), "-") == 0;
}

static int
check_file(struct claimline *run, struct answer *answer, const struct judges *judges, const char *file)
{
    struct checking *checking = arena_take(&run->arena, sizeof *checking);
    *checking = (struct checking){.run = run, .answer = answer, .coding = judges->coding, .file = file};
    read_snip(run, &checking->first_snip, &checking->last_snip);
    checking->quiet = answers_to_output(run);
    if (!source_open(&checking->source, run, file))
        return CLAIMLINE_CANNOT;
    struct tm local;
    struct x12_check_options options = {
        .snip = checking->last_snip,
        .today = claimline_today(run, &local),
        .codes = judges->codes,
        .edits = judges->payer == NULL ? NULL : judges->payer->edits,
        .seen = duplicate_seen(judges->duplicate),
    };
    listing_begin(&checking->listing, run, NULL);
    x12_check_open(&checking->check, &options, source_read, &checking->source);
    answer_begin(answer, file);
    check_coding_begin(judges->coding);
    duplicate_file(judges->duplicate, file);
    bool whole = walk(checking);
    duplicate_again(judges->duplicate);
    answer_claims(answer, &options, checking->source.fd);
    if (!whole)
        claimline_say(run, "%s: cannot be read from byte %llu on: %s", file,
                      (unsigned long long)checking->check.fault_offset,
                      checking->source.failed ? "the file gives an error" : checking->check.fault);
    else if (checking->interchanges == 0)
        claimline_say(run, "%s: holds no interchange", file);
    else
        claimline_say(run, "%s: %llu interchanges, %llu sets, %llu claims: %llu errors, %llu warnings", file,
                      (unsigned long long)checking->interchanges, (unsigned long long)checking->sets,
                      (unsigned long long)checking->claims, (unsigned long long)checking->errors,
                      (unsigned long long)checking->warnings);
    if (checking->check.not_assessed > 0)
        claimline_say(run, "%s: %llu codes not judged: no list at hand says what stood on their day (--codes brings lists)", file,
                      (unsigned long long)checking->check.not_assessed);
    x12_check_close(&checking->check);
    source_close(&checking->source);
    int code = check_coding_end(judges->coding, file);
    if (!whole || checking->interchanges == 0 || code != CLAIMLINE_DONE)
        return CLAIMLINE_CANNOT;
    return checking->errors > 0 ? CLAIMLINE_FOUND : CLAIMLINE_DONE;
}

/* --payer: a file, or the name of a profile in payers/ beside the configuration. */
static int
read_payer(struct claimline *run, struct judges *judges)
{
    const char *given = claimline_option(run, OPTION_PAYER, NULL);
    char reason[512];
    enum status status;
    if (given == NULL)
        return CLAIMLINE_DONE;
    struct text name = text_from(given), end = TEXT(".conf");
    bool file = strchr(given, '/') != NULL ||
                (name.length > end.length && text_is(text_of(name.data + name.length - end.length, end.length), end.data));
    if (file) {
        status = payers_load_file(given, &judges->payers, reason);
    } else {
        int code = claimline_configure(run);
        if (code != CLAIMLINE_DONE)
            return code;
        status = payers_load_beside(place_config_folder(run), &judges->payers, reason);
    }
    if (status != STATUS_OK) {
        claimline_say(run, "%s", reason);
        return CLAIMLINE_CANNOT;
    }
    judges->payer = file ? judges->payers->items : payer_by_name(judges->payers, name);
    if (judges->payer == NULL)
        claimline_say(run, "--payer: no profile %s in %s/payers", given, place_config_folder(run));
    else if (judges->payer->edits == NULL)
        claimline_say(run, "the profile of %.*s has no section [edits]: nothing of type 7 is judged", TEXT_ARGS(judges->payer->name));
    return judges->payer == NULL ? CLAIMLINE_CANNOT : CLAIMLINE_DONE;
}

static int
check_files(struct claimline *run, const struct judges *judges)
{
    int code = CLAIMLINE_DONE;
    struct answer *answer = answer_open(run, &code);
    if (code != CLAIMLINE_DONE)
        return code;
    for (size_t i = 0; i < run->argument_count; i++)
        code = claimline_worse(code, check_file(run, answer, judges, run->arguments[i]));
    if (duplicate_status(judges->duplicate) != STATUS_OK) {
        claimline_say(run, "duplicates were not looked for to the end: no room for their index in a temporary folder (TMPDIR names another)");
        code = claimline_worse(code, CLAIMLINE_CANNOT);
    }
    return claimline_worse(code, answer_close(answer));
}

int
check_run(struct claimline *run)
{
    uint8_t first, last;
    struct judges judges = {0};
    int code = read_snip(run, &first, &last);
    if (code == CLAIMLINE_DONE)
        code = read_format(run);
    if (code == CLAIMLINE_DONE && claimline_given(run, OPTION_CONFIG))
        code = claimline_configure(run);
    if (code == CLAIMLINE_DONE)
        code = code_files_read(run, claimline_option(run, OPTION_CODES, NULL), &judges.codes);
    if (code == CLAIMLINE_DONE)
        code = read_payer(run, &judges);
    if (code == CLAIMLINE_DONE)
        judges.coding = check_coding_open(run, judges.payer, &code);
    judges.duplicate = duplicate_open(&(struct duplicate_options){0});
    if (code == CLAIMLINE_DONE)
        code = check_files(run, &judges);
    duplicate_close(judges.duplicate);
    check_coding_close(judges.coding);
    payers_free(judges.payers);
    codes_lists_free(judges.codes);
    return code;
}
