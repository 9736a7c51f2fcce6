#include "services/claimline/command.h"

#include "common/config/nearest.h"
#include "services/claimline/option.h"

enum { GROUPS_LIMIT = 64 };

#define BIT(option) (1ull << (option))
#define ACT_OPTIONS (BIT(OPTION_REASON) | BIT(OPTION_ACTOR) | BIT(OPTION_ROLE) | BIT(OPTION_KEY))

static const struct command_query claim_list = {
    DAEMON_BIT(DAEMON_EVENTS), "claim.list", NULL,
    "claim_id:CLAIM|version:V|state:STATE|clm01:CLM01|payer:PAYER|cents:AMOUNT|since:SINCE"};
static const struct command_query work_show = {0, "work.show", "id", NULL};
static const struct command_query coding_rules_list = {
    DAEMON_BIT(DAEMON_CODING), "coding.rules", NULL,
    "number:RULE|step:STEP|severity:SEVERITY|on:ON|off_for:OFF FOR|settings:SETTINGS|payers:PAYERS|from:FROM|until:UNTIL|"
    "sentence:SENTENCE|source:SOURCE"};
static const struct command_query audit_list = {
    DAEMON_BIT(DAEMON_CODING), "audit.list", NULL,
    "sample:SAMPLE|coder:CODER|department:DEPARTMENT|from:FROM|to:TO|size:SIZE|seed:SEED|population:POPULATION|drawn:DRAWN|drawn_by:BY|"
    "instant:WHEN"};
static const struct command_query audit_show = {
    DAEMON_BIT(DAEMON_CODING), "audit.show", "id",
    "claim_id:CLAIM|version:V|account:ACCOUNT|medical_record:RECORD|date:DATE|reviewer:REVIEWER|reviewed:REVIEWED"};
static const struct command_query refused_list = {
    DAEMONS_ALL, "refused.list", NULL,
    "daemon:DAEMON|stream:STREAM|sequence:SEQUENCE|status:STATUS|fault:WHY|instant:WHEN|replayed:REPLAYED"};
static const struct command_query link_show = {
    DAEMONS_ALL, "link.show", NULL,
    "daemon:DAEMON|stream:STREAM|end:END|state:STATE|durable:DURABLE|last:LAST|reason:REASON"};

const struct command command_table[] = {
    {"init", NULL, "", 0, 0, BIT(OPTION_KEYS),
     "make a key and a store for each daemon; what is there is never touched",
     "claimline init\nclaimline init --config /srv/demo/claimline.conf --keys /srv/demo/keys\n", NULL,
     init_run},
    {"submit", NULL, "FILE...", 1, 10000, BIT(OPTION_WAIT) | BIT(OPTION_SPOOL),
     "put files (837, FHIR bundle) into intake's spool folder",
     "claimline submit monday.837\nclaimline submit --wait visits/*.json\n", NULL, submit_run},
    {"status", NULL, "", 0, 0, 0, "how the pipeline is: one word, the worst reason, a row a daemon",
     "claimline status\nclaimline status --json | head -1\n", NULL, status_run},
    {"claim", "list", "", 0, 0, BIT(OPTION_FROM) | BIT(OPTION_LIMIT),
     "the claims and their states, in the order of their ids",
     "claimline claim list --limit 20\nclaimline claim list --from 5000 --json\n", &claim_list, NULL},
    {"claim", "show", "ID", 1, 1, BIT(OPTION_REVEAL) | BIT(OPTION_ROLE),
     "the whole way of a claim, and what each daemon has of it; amounts for --role biller alone, to --role physician the visit",
     "claimline claim show 1042\nclaimline claim show 1042 --role biller\nclaimline claim show 1A0000104217\n", NULL, claim_show_run},
    {"work", "list", "", 0, 0, BIT(OPTION_QUEUE) | BIT(OPTION_ASSIGNED) | BIT(OPTION_LIMIT) | BIT(OPTION_REVEAL),
     "what waits for a coder, a physician or a biller",
     "claimline work list --queue coding\nclaimline work list --queue coding --assigned anna\nclaimline work list --json\n", NULL,
     work_list_run},
    {"work", "show", "ID", 1, 1, BIT(OPTION_REVEAL), "one work item: findings, present codes, what was done with it",
     "claimline work show coding-12\n", &work_show, NULL},
    {"work", "answer", "ID", 1, 1,
     BIT(OPTION_SET) | BIT(OPTION_RELEASE) | BIT(OPTION_END) | BIT(OPTION_ACT) | BIT(OPTION_TEXT) | BIT(OPTION_REVEAL) | ACT_OPTIONS,
     "decide a work item: correct values, take lines off or add them, let it go on, or end it; answer a question",
     "claimline work answer coding-12 --set diagnosis.1=I21.4 --set line.1.modifier=25 --reason \"cardiology "
     "letter\"\n"
     "claimline work answer coding-12 --set line.2= --reason \"part of line 1\"\n"
     "claimline work answer coding-12 --set line.3=96372 --set line.3.pointers=1 --reason \"nurse's note\"\n"
     "claimline work answer coding-12 --set line.3.charge=85.00 --role biller\n"
     "claimline work answer coding-12 --release --reason \"checked with Dr Meyer\"\n"
     "claimline work answer coding-12 --set diagnosis.2= --release --reason \"both seen in the chart\"\n"
     "claimline work answer coding-13 --text \"the note is in the chart now\" --role physician\n"
     "claimline work answer submission-7 --act resend --reason \"payer lost the file\"\n",
     NULL, work_answer_run},
    {"work", "assign", "ID", 1, 1, BIT(OPTION_TO) | ACT_OPTIONS, "give a held claim to a person",
     "claimline work assign coding-12 --to anna\n", NULL, work_act_run},
    {"work", "release", "ID", 1, 1, ACT_OPTIONS, "give it back to its queue: nobody has it then; the claim stays held",
     "claimline work release coding-12 --reason \"on leave\"\n", NULL, work_act_run},
    {"work", "note", "ID", 1, 1, BIT(OPTION_TEXT) | ACT_OPTIONS, "write a note to a held claim",
     "claimline work note coding-12 --text \"chart is at the clinic\"\n", NULL, work_act_run},
    {"work", "query", "ID", 1, 1, BIT(OPTION_TO) | BIT(OPTION_FINDING) | BIT(OPTION_TEXT) | ACT_OPTIONS,
     "ask the physician (an open question of the finding) or the biller",
     "claimline work query coding-12 --to physician --finding 3020\n"
     "claimline work query coding-12 --to biller --text \"which laboratory did the test?\"\n", NULL, work_act_run},
    {"work", "return", "ID", 1, 1, ACT_OPTIONS,
     "send it back with a reason: a question to the coder, unanswered; a claim that is not ready for coding to the biller",
     "claimline work return coding-12 --reason \"registered for the wrong patient\"\n", NULL, work_act_run},
    {"coding", "explain", "CLAIM", 1, 1, BIT(OPTION_REVEAL),
     "the seven steps of a claim as a report: what was looked at, found, not assessed, and what people did",
     "claimline coding explain 1042\nclaimline coding explain 1042 --reveal > file-1042.txt\n", NULL, coding_explain_run},
    {"coding", "audit", "", 0, 0, BIT(OPTION_CLAIM) | BIT(OPTION_CODER) | BIT(OPTION_FROM) | BIT(OPTION_TO) | BIT(OPTION_REVEAL),
     "every change of a claim, or of a coder, in order: who, when, what, why",
     "claimline coding audit --claim 1042\nclaimline coding audit --coder anna --from 2026-07-01 --to 2026-07-31 --reveal\n", NULL,
     coding_audit_run},
    {"coding", "report", "", 0, 0, BIT(OPTION_FROM) | BIT(OPTION_TO),
     "first-pass rate and findings by step, rule, department and coder, each with what it is counted of",
     "claimline coding report\nclaimline coding report --from 2026-07-01 --to 2026-07-31 --json\n", NULL, coding_report_run},
    {"coding", "rules", "", 0, 0, BIT(OPTION_LIMIT) | BIT(OPTION_REVEAL), "the rules of the seven steps: for whom and when, on or off, and where each is written",
     "claimline coding rules\nclaimline coding rules --json | jq -r 'select(.on == \"no\") | .number'\n", &coding_rules_list, NULL},
    {"audit", "sample", "", 0, 0,
     BIT(OPTION_CODER) | BIT(OPTION_DEPARTMENT) | BIT(OPTION_SIZE) | BIT(OPTION_SEED) | BIT(OPTION_FROM) | BIT(OPTION_TO) | ACT_OPTIONS,
     "draw a random sample of what a coder released, or of a department, for a second review",
     "claimline audit sample --coder anna --size 30 --seed 2026 --from 2026-04-01 --to 2026-06-30\n", NULL, audit_sample_run},
    {"audit", "list", "", 0, 0, BIT(OPTION_LIMIT), "the samples that were drawn", "claimline audit list\n", &audit_list, NULL},
    {"audit", "show", "SAMPLE", 1, 1, BIT(OPTION_REVEAL) | BIT(OPTION_LIMIT),
     "the claims of a sample, without their codes: the second review is blind", "claimline audit show 1 --reveal\n", &audit_show, NULL},
    {"audit", "review", "SAMPLE CLAIM", 2, 2, BIT(OPTION_SET) | ACT_OPTIONS, "the codes of the second review, once a claim",
     "claimline audit review 1 1042 --set diagnosis.1=J10.1 --set line.1.procedure=99213 --set line.1.modifier=25 --actor bert\n", NULL,
     audit_review_run},
    {"audit", "result", "SAMPLE", 1, 1, BIT(OPTION_CSV) | BIT(OPTION_REVEAL),
     "each code of the reviewed claims, both coders' side by side, and the accuracy by code and by claim",
     "claimline audit result 1\nclaimline audit result 1 --reveal --csv > audit-1.csv\n", NULL, audit_result_run},
    {"events", NULL, "", 0, 0, BIT(OPTION_FROM) | BIT(OPTION_LIMIT) | BIT(OPTION_FOLLOW),
     "the event log, in order, without gaps; with --json as CloudEvents",
     "claimline events --from 1\nclaimline events --from 5000 --follow --json\n", NULL, events_run},
    {"check", NULL, "FILE|FOLDER...", 1, 10000, BIT(OPTION_999) | BIT(OPTION_277CA) | BIT(OPTION_SNIP) | BIT(OPTION_FORMAT) |
         BIT(OPTION_REVEAL) | BIT(OPTION_CODES) | BIT(OPTION_PAYER) | BIT(OPTION_CODING) | BIT(OPTION_CODES_FOLDER) |
         BIT(OPTION_ROLE),
     "check X12 files and FHIR bundles offline: exit 0 clean, 1 findings of severity error, 2 cannot be read",
     "claimline check monday.837\nclaimline check --json --999 answer.999 --277ca answer.277 monday.837\n"
     "claimline check --snip 2 monday.837\nclaimline check --snip 3-4 monday.837\n"
     "claimline check --format 999 monday.837 > answer.999\nclaimline check --codes codes --payer acme monday.837\n"
     "claimline check --coding monday.837\nclaimline check --codes-folder /srv/codes --payer acme --json monday.837\n",
     NULL, check_run},
    {"x12", "show", "FILE...", 1, 10000, BIT(OPTION_REVEAL),
     "X12 files as a tree of loops, segments and elements in words",
     "claimline x12 show answer.271\nclaimline x12 show --json --reveal answer.271 | head -5\n", NULL,
     x12_show_run},
    {"x12", "write", "FILE", 1, 1, 0,
     "the interchange again from the lines of x12 show --json --reveal, changed or not",
     "claimline x12 show --json --reveal monday.837 > monday.json\nclaimline x12 write monday.json > again.837\n", NULL,
     x12_write_run},
    {"x12", "split", "FILE", 1, 1, BIT(OPTION_CLAIMS) | BIT(OPTION_CONTROL) | BIT(OPTION_OUT),
     "cut an interchange of claims (837) into several: FILE.1, FILE.2, ...; nothing is overwritten",
     "claimline x12 split --claims 500 monday.837\nclaimline x12 split --claims 1 --out /tmp/one --control 1000 monday.837\n",
     NULL, x12_split_run},
    {"x12", "join", "OUT FILE...", 2, 10000, BIT(OPTION_CONTROL),
     "make one interchange OUT of several from the same sender to the same receiver",
     "claimline x12 join week.837 monday.837 tuesday.837\n", NULL, x12_join_run},
    {"codes", "import", "FILE...", 1, 10000, BIT(OPTION_CODES) | BIT(OPTION_EDITION) | BIT(OPTION_FIRST) | BIT(OPTION_LAST),
     "take in code sets as their publishers ship them (plain, zip, xz; a folder: all in it), while the daemons run",
     "claimline codes import cms_2026_dx.zip HCPC2026_ANWEB.zip\n"
     "claimline codes import --edition 2026-07 --first 2026-07-01 --last 2026-09-30 list.txt\n",
     NULL, codes_import_run},
    {"codes", "list", "", 0, 0, BIT(OPTION_CODES), "the editions at hand: days, counts, source and its digest",
     "claimline codes list\nclaimline codes list --json\n", NULL, codes_list_run},
    {"codes", "show", "CODE", 1, 1, BIT(OPTION_CODES) | BIT(OPTION_ON) | BIT(OPTION_LIMIT) | BIT(OPTION_ALL),
     "what all sets say of a code on a day: words, notes, edits",
     "claimline codes show E11.9 --on 2024-10-01\nclaimline codes show 45378 --on 2024-08-01 --all\n", NULL,
     codes_show_run},
    {"codes", "diff", "EDITION EDITION", 2, 2, BIT(OPTION_CODES) | BIT(OPTION_LIMIT),
     "what a second edition adds, changes and ends; of one set alone: SET/EDITION",
     "claimline codes diff FY2025 FY2026\nclaimline codes diff icd10cm/FY2025 icd10cm/FY2026 --json\n", NULL, codes_diff_run},
    {"codes", "export", "SET", 1, 1, BIT(OPTION_CODES) | BIT(OPTION_EDITION) | BIT(OPTION_ON),
     "a list of codes in the form that import and check --codes read; a relation row by row",
     "claimline codes export hcpcs --on 2024-08-01 > hcpcs.txt\nclaimline codes export icd10cm --edition FY2026\n", NULL,
     codes_export_run},
    {"refused", "list", "", 0, 0, BIT(OPTION_LIMIT), "records that a daemon refused",
     "claimline refused list\n", &refused_list, NULL},
    {"refused", "show", "STREAM SEQUENCE", 2, 2, BIT(OPTION_REVEAL), "one refused record",
     "claimline refused show intake_coding 17\n", NULL, refused_show_run},
    {"refused", "replay", "STREAM SEQUENCE", 2, 2, ACT_OPTIONS, "run a refused record again, once",
     "claimline refused replay intake_coding 17 --reason \"code set was missing\"\n", NULL,
     refused_replay_run},
    {"link", "show", "", 0, 0, BIT(OPTION_LIMIT), "the links between the daemons", "claimline link show\n",
     &link_show, NULL},
    {"link", "accept", "STREAM", 1, 1, ACT_OPTIONS,
     "let a stopped link go on: its other end is the right one",
     "claimline link accept intake_coding --reason \"store restored from backup\"\n", NULL, link_accept_run},
    {"clock", "accept", "", 0, 0, BIT(OPTION_DAEMON) | ACT_OPTIONS,
     "let what goes out go on after the clock was moved: it is right as it is now",
     "claimline clock accept --reason \"the time server was wrong until noon\"\n"
     "claimline clock accept --daemon submission --reason \"set by hand\"\n",
     NULL, clock_accept_run},
    {"balance", NULL, "", 0, 0, 0,
     "counts and money of every daemon; exit 1 when anything does not come out even",
     "claimline balance\nclaimline balance --json\n", NULL, balance_run},
    {"doctor", NULL, "", 0, 0, BIT(OPTION_KEYS),
     "look at configuration, keys, stores, folders, sockets, disk and clock", "claimline doctor\n", NULL,
     doctor_run},
};
const size_t command_count = sizeof command_table / sizeof *command_table;

bool
command_takes(const struct command *command, enum claimline_option option)
{
    return ((command->options | OPTIONS_COMMON) & BIT(option)) != 0;
}

static void
suggest(struct claimline *run, const char *word, const char *before, const char *const *names, size_t count)
{
    const char *near = nearest_name(text_from(word), names, count);
    char list[300] = "";
    size_t length = 0;
    if (near != NULL) {
        claimline_say(run, "\"%s%s\" is not a command; did you mean claimline %s%s?", before, word, before,
                      near);
        return;
    }
    for (size_t i = 0; i < count && length < sizeof list;
         i++) /* groups of several verbs stand side by side */
        if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
            length +=
                (size_t)snprintf(list + length, sizeof list - length, "%s%s", i == 0 ? "" : ", ", names[i]);
    if (word[0] == '\0')
        claimline_say(run, "claimline %sneeds one of: %s", before, list);
    else
        claimline_say(run, "\"%s%s\" is not a command; there are: %s", before, word, list);
}

int
command_count_arguments(struct claimline *run)
{
    const struct command *command = run->command;
    if (run->argument_count >= command->least && run->argument_count <= command->most)
        return CLAIMLINE_DONE;
    claimline_say(run, "usage: claimline %s%s%s%s%s", command->group, command->verb == NULL ? "" : " ",
                  command->verb == NULL ? "" : command->verb, command->arguments[0] == '\0' ? "" : " ",
                  command->arguments);
    return CLAIMLINE_USAGE;
}

int
command_find(struct claimline *run, const char *const *words, size_t count)
{
    const char *groups[GROUPS_LIMIT], *verbs[GROUPS_LIMIT];
    size_t verb_count = 0;
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = &command_table[i];
        groups[i] = command->group;
        if (strcmp(command->group, words[0]) != 0)
            continue;
        bool found = command->verb == NULL || (count > 1 && strcmp(command->verb, words[1]) == 0);
        if (found) {
            size_t used = command->verb == NULL ? 1 : 2;
            run->command = command;
            run->arguments = words + used;
            run->argument_count = count - used;
            return CLAIMLINE_DONE;
        }
        verbs[verb_count++] = command->verb;
    }
    if (verb_count == 0)
        suggest(run, words[0], "", groups, command_count);
    else
        suggest(run, count > 1 ? words[1] : "", arena_print(&run->arena, "%s ", words[0]).data, verbs,
                verb_count);
    return CLAIMLINE_USAGE;
}

static void
print_options(struct claimline *run, uint64_t options)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_kind *option = &option_kinds[i];
        char name[64];
        if ((options & BIT(i)) == 0)
            continue;
        snprintf(name, sizeof name, "--%s%s%s", option->name, option->argument == NULL ? "" : " ",
                 option->argument == NULL ? "" : option->argument);
        fprintf(run->out, "  %-22s %s\n", name, option->sentence);
    }
}

static void
print_exits(struct claimline *run)
{
    fputs("\nexit:\n"
          "  0   done; nothing to say against it\n"
          "  1   refused, not found, findings of severity error, degraded, not balanced\n"
          "  2   cannot: a daemon does not answer, a file cannot be read\n"
          "  64  this command line is not understood\n",
          run->out);
}

static void
print_one(struct claimline *run)
{
    const struct command *command = run->command;
    fprintf(run->out, "usage: claimline %s%s%s [options]%s%s\n\n%s\n\noptions:\n", command->group,
            command->verb == NULL ? "" : " ", command->verb == NULL ? "" : command->verb,
            command->arguments[0] == '\0' ? "" : " ", command->arguments, command->sentence);
    print_options(run, command->options | OPTIONS_COMMON);
    fputs("\nexamples:\n", run->out);
    struct text rest = text_from(command->examples);
    while (rest.length > 0) {
        struct text line = text_cut(rest, '\n', &rest);
        fprintf(run->out, "  %.*s\n", TEXT_ARGS(line));
    }
    print_exits(run);
}

void
command_help(struct claimline *run)
{
    if (run->command != NULL) {
        print_one(run);
        return;
    }
    fputs("usage: claimline COMMAND [options] [arguments]\n\ncommands:\n", run->out);
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = &command_table[i];
        char name[64];
        snprintf(name, sizeof name, "%s%s%s%s%s", command->group, command->verb == NULL ? "" : " ",
                 command->verb == NULL ? "" : command->verb, command->arguments[0] == '\0' ? "" : " ",
                 command->arguments);
        fprintf(run->out, "  %-30s %s\n", name, command->sentence);
    }
    fputs("\noptions of every command:\n", run->out);
    print_options(run, OPTIONS_COMMON);
    fputs("\nexamples:\n  claimline status\n  claimline work list --queue coding\n  claimline claim show "
          "--help\n",
          run->out);
    print_exits(run);
}
