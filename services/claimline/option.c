#include "services/claimline/option.h"

#include "common/config/nearest.h"
#include "services/claimline/command.h"

const struct option_kind option_kinds[OPTION_COUNT] = {
    [OPTION_CONFIG] = {"config", "FILE", "configuration (default /etc/claimline/claimline.conf)"},
    [OPTION_RUNTIME] = {"runtime", "DIR", "folder of the sockets, instead of the configured one"},
    [OPTION_JSON] = {"json", NULL, "one JSON object a line; amounts in cents"},
    [OPTION_HELP] = {"help", NULL, "this page"},
    [OPTION_VERSION] = {"version", NULL, "the version"},
    [OPTION_LIMIT] = {"limit", "N", "at most N rows"},
    [OPTION_FROM] = {"from", "N|DAY", "from this number on (the first is 1); where days are meant, from this day (yyyy-mm-dd)"},
    [OPTION_FOLLOW] = {"follow", NULL, "go on with what happens from now on"},
    [OPTION_QUEUE] = {"queue", "coding|physician|biller", "only this queue"},
    [OPTION_SET] = {"set", "FIELD=VALUE",
                    "let it go on with this value corrected, for example diagnosis.2=E11.9 (again for more)"},
    [OPTION_RELEASE] = {"release", NULL, "let it go on over queries and warnings (an error never)"},
    [OPTION_END] = {"end", NULL, "end the claim without sending it"},
    [OPTION_ACT] = {"act", "ACT", "another act that work show names, for example resend or close"},
    [OPTION_REASON] = {"reason", "TEXT", "why; kept with the act", 400},
    [OPTION_ACTOR] = {"actor", "NAME", "on whose behalf; your login is kept in any case", 64},
    [OPTION_KEY] = {"key", "KEY", "idempotency key: the same key does it once (default: a fresh one)", 80},
    [OPTION_REVEAL] = {"reveal", NULL, "show private values"},
    [OPTION_WAIT] = {"wait", NULL, "wait until intake has answered each file; exit 1 when one was refused or none of its claims was accepted"},
    [OPTION_SPOOL] = {"spool", "DIR", "intake's spool folder, instead of the configured one"},
    [OPTION_KEYS] = {"keys", "DIR", "folder of the keys, instead of the configured one"},
    [OPTION_999] = {"999", "OUT", "write the 999 that answers the files to OUT (-: standard output)"},
    [OPTION_277CA] = {"277ca", "OUT", "write the 277CA that answers the claims to OUT (-: standard output)"},
    [OPTION_SNIP] = {"snip", "N|N-M", "only findings of these SNIP types: up to N, or from N to M (default 1-7)"},
    [OPTION_FORMAT] = {"format", "text|json|999|277ca", "what goes to standard output: findings, or the answer to the files"},
    [OPTION_CLAIMS] = {"claims", "N", "at most N claims a part"},
    [OPTION_CONTROL] = {"control", "N", "interchange control number of what is written (default: that of the input)"},
    [OPTION_OUT] = {"out", "DIR", "folder for the parts (default: beside the file)"},
    [OPTION_CODES] = {"codes", "DIR", "check: folder of code lists of your own; codes: folder of code sets, instead of the configured one"},
    [OPTION_PAYER] = {"payer", "NAME|FILE", "judge by this payer's profile too: one of payers/, or a file (a path, or .conf at its end)"},
    [OPTION_TO] = {"to", "NAME|DAY", "the person who gets it; of a question: physician or biller; where days are meant, to this day"},
    [OPTION_TEXT] = {"text", "TEXT", "the note, the answer, or the question to a biller in own words", 1000},
    [OPTION_FINDING] = {"finding", "N", "the finding that is asked about (default: the first that has a question)"},
    [OPTION_ROLE] = {"role", "ROLE", "in which role you act: coder, physician, biller, auditor; kept with the act", 20},
    [OPTION_ASSIGNED] = {"assigned", "NAME", "only what this person has"},
    [OPTION_CLAIM] = {"claim", "ID", "of this claim"},
    [OPTION_CODER] = {"coder", "NAME", "of this person: the name of --actor, else the login"},
    [OPTION_DEPARTMENT] = {"department", "NPI", "of this service location"},
    [OPTION_SIZE] = {"size", "N", "at most N claims, up to 500 (default 30)"},
    [OPTION_SEED] = {"seed", "N", "seed of the random order: the same one draws the same claims"},
    [OPTION_CODING] = {"coding", NULL, "judge the coding of each claim in the seven steps, too, with the configured code sets"},
    [OPTION_CODES_FOLDER] = {"codes-folder", "DIR", "the same with the code sets of this folder (claimline codes import --codes DIR)"},
    [OPTION_CSV] = {"csv", NULL, "comma-separated values, their names in the first line"},
    [OPTION_DAEMON] = {"daemon", "NAME|all", "only this daemon (default: all)"},
    [OPTION_ON] = {"on", "DATE", "as it was on this day, CCYY-MM-DD (default: today)"},
    [OPTION_ALL] = {"all", NULL, "also rows that never apply, or ended before that day"},
    [OPTION_EDITION] = {"edition", "NAME", "this edition; of an import, in place of what the file says"},
    [OPTION_FIRST] = {"first", "DATE", "first day that the edition covers, in place of what the file says"},
    [OPTION_LAST] = {"last", "DATE", "last day that the edition covers, in place of what the file says"},
};

static enum claimline_option
find(struct text name)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (text_is(name, option_kinds[i].name))
            return (enum claimline_option)i;
    return OPTION_COUNT;
}

static int
unknown(struct claimline *run, struct text name)
{
    const char *names[OPTION_COUNT];
    for (int i = 0; i < OPTION_COUNT; i++)
        names[i] = option_kinds[i].name;
    const char *near = nearest_name(name, names, OPTION_COUNT);
    if (near != NULL)
        claimline_say(run, "--%.*s is not an option; did you mean --%s?", TEXT_ARGS(name), near);
    else
        claimline_say(run, "--%.*s is not an option; see claimline --help", TEXT_ARGS(name));
    return CLAIMLINE_USAGE;
}

/* A record's text: no more bytes than it holds, no control characters. USAGE with words that name the bound. */
static int
check_value(struct claimline *run, enum claimline_option option)
{
    struct text value = text_from(run->options[option]);
    const struct option_kind *kind = &option_kinds[option];
    if (kind->bytes == 0)
        return CLAIMLINE_DONE;
    if (value.length > kind->bytes) {
        claimline_say(run, "--%s has %zu bytes; at most %u are kept", kind->name, value.length, (unsigned)kind->bytes);
        return CLAIMLINE_USAGE;
    }
    for (size_t i = 0; i < value.length; i++)
        if ((unsigned char)value.data[i] < 0x20 || value.data[i] == 0x7f) {
            claimline_say(run, "--%s has a control character (a line break, a tab) at byte %zu; it is kept as one line of text", kind->name, i + 1);
            return CLAIMLINE_USAGE;
        }
    return CLAIMLINE_DONE;
}

int
option_read(struct claimline *run, int argc, char **argv, const char **words, size_t *count)
{
    bool over = false;
    const char **sets = ARENA_ARRAY(&run->arena, const char *, argc + 1);
    run->sets = sets;
    for (int i = 1; i < argc; i++) {
        struct text value, name = text_from(argv[i]);
        if (over || name.length < 2 || name.data[0] != '-') {
            words[(*count)++] = argv[i];
            continue;
        }
        if (text_is(name, "--")) {
            over = true;
            continue;
        }
        if (text_is(name, "-h"))
            name = TEXT("--help");
        if (name.data[1] != '-') {
            claimline_say(run,
                          "%s is not an option; options are words behind two dashes, see claimline --help",
                          argv[i]);
            return CLAIMLINE_USAGE;
        }
        bool joined = strchr(argv[i], '=') != NULL;
        name = text_cut(text_of(name.data + 2, name.length - 2), '=', &value);
        enum claimline_option option = find(name);
        if (option == OPTION_COUNT)
            return unknown(run, name);
        bool takes_value = option_kinds[option].argument != NULL;
        if (joined && !takes_value) {
            claimline_say(run, "--%s takes no value", option_kinds[option].name);
            return CLAIMLINE_USAGE;
        }
        if (takes_value && !joined && i + 1 == argc) {
            claimline_say(run, "--%s needs a value: --%s %s", option_kinds[option].name,
                          option_kinds[option].name, option_kinds[option].argument);
            return CLAIMLINE_USAGE;
        }
        run->options[option] = !takes_value ? "" : joined ? strchr(argv[i], '=') + 1 : argv[++i];
        int code = takes_value ? check_value(run, option) : CLAIMLINE_DONE;
        if (code != CLAIMLINE_DONE)
            return code;
        if (option == OPTION_SET)
            sets[run->set_count++] = run->options[option];
    }
    return CLAIMLINE_DONE;
}

int
option_number(struct claimline *run, enum claimline_option option, uint64_t fallback, uint64_t *number)
{
    *number = fallback;
    if (run->options[option] == NULL || text_to_u64(text_from(run->options[option]), number))
        return CLAIMLINE_DONE;
    claimline_say(run, "--%s takes a whole number, not \"%s\"", option_kinds[option].name,
                  run->options[option]);
    return CLAIMLINE_USAGE;
}
