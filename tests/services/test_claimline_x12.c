/* services/claimline: x12 show. */
#include "tests/common/x12_golden.h"
#include "tests/services/claimline_daemons.h"

/* A sample of tests/data/x12, with one change when `from` is given, in the folder of the daemons. */
static void
put_sample(struct daemons *daemons, const char *name, const char *from, const char *to)
{
    static char bytes[1 << 16], changed[1 << 16];
    char path[1024];
    const char *source = getenv("CLAIMLINE_SOURCE");
    snprintf(path, sizeof path, "%s/tests/data/x12/%s", source == NULL ? "." : source, name);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    bytes[fread(bytes, 1, sizeof bytes - 1, file)] = '\0';
    fclose(file);
    char *at = from == NULL ? NULL : strstr(bytes, from);
    cr_assert(from == NULL || at != NULL, "%s is not in %s", from, name);
    if (at != NULL)
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - bytes), bytes, to, at + strlen(from));
    put_text(daemons->folder, name, at == NULL ? bytes : changed);
}

static int
show(struct daemons *daemons, const char *options, const char *name)
{
    char line[900];
    snprintf(line, sizeof line, "x12 show %s %s/%s", options, daemons->folder, name);
    return run_line(daemons, line);
}

Test(claimline_x12, loops_segments_and_elements_stand_as_a_tree)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    put_sample(&daemons, "271.edi", NULL, NULL);
    cr_expect_eq(show(&daemons, "", "271.edi"), 0, "%s", daemons.words);
    cr_expect_str_eq(daemons.words, "");
    cr_expect(holds(daemons.out, "ISA interchange header\n  ISA01 authorization information qualifier: 00\n"),
              "%s", daemons.out);
    cr_expect(holds(daemons.out, "\n  GS group header\n    GS01 functional identifier: HB\n"));
    cr_expect(holds(daemons.out, "\n    ST set header\n      ST01 transaction set: 271\n"));
    cr_expect(holds(daemons.out, "\n    2000A information source level\n      HL information source level\n"
                                 "        HL01 hierarchical id: 1\n        HL03 hierarchical level: 20\n"));
    cr_expect(holds(daemons.out, "\n            2110C benefit\n              EB benefit\n"
                                 "                EB01 benefit information: 1 (active)\n"
                                 "                EB02 coverage level: IND (individual)\n"
                                 "                EB03 service type: 30 (health plan coverage)\n"
                                 "                EB05 plan coverage: GOLD PLAN\n"));
    cr_expect(holds(daemons.out, "\n    SE set trailer\n      SE01 number of segments: 52\n"));
    cr_expect(holds(daemons.out, "\n  GE group trailer\n    GE01 number of sets: 1\n"));
    cr_expect(holds(daemons.out, "\nIEA interchange trailer\n  IEA01 number of groups: 1\n"));
    daemons_close(&daemons);
}

Test(claimline_x12, repetitions_and_components_stand_on_lines_of_their_own)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    put_sample(&daemons, "271.edi", NULL, NULL);
    show(&daemons, "", "271.edi");
    cr_expect(holds(daemons.out, "EB03 service type: 1 (medical care)\n                EB03 service type: 33 "
                                 "(chiropractic)\n"));
    cr_expect(holds(daemons.out,
                    "EB13-1 product or service qualifier: HC\n                EB13-2 product or service: "
                    "99213\n                EB13-3 procedure modifier: 25\n                EB14-1 "
                    "diagnosis pointer: 1\n                EB14-2 diagnosis pointer: 2\n"));
    daemons_close(&daemons);
}

Test(claimline_x12, bounds_are_no_step_of_the_tree)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    put_sample(&daemons, "271.edi", NULL, NULL);
    show(&daemons, "", "271.edi");
    cr_expect(holds(daemons.out,
                    "\n              LS begin of the parties\n                LS01 loop identifier: 2120\n"
                    "              2120C party of the benefit\n                NM1 name of the party\n"));
    cr_expect(holds(daemons.out, "\n              LE end of the parties\n"));
    show(&daemons, "--json", "271.edi");
    cr_expect(holds(daemons.out, "\"path\":\"2000A/2000B/2000C/2100C/2110C\",\"place\":\"2110C/LS\""), "%s",
              daemons.out);
    cr_expect(holds(daemons.out, "\"path\":\"2000A/2000B/2000C/2100C/2110C/2120C\",\"place\":\"2120C/N3\""));
    daemons_close(&daemons);
}

Test(claimline_x12, private_values_are_masked_unless_they_are_asked_for)
{
    static const char *const private[] = {"ISAAC",    "MIRANDA",      "W100000001", "LINDEN",
                                          "19700105", "QUENTAL",      "1234567893", "5555550",
                                          "G100",     "SECOND VISIT", "LEFT ANKLE"};
    static const char *const files[] = {"270.edi", "271.edi", "837p.edi", "835.edi", "277ca.edi", "999.edi"};
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        put_sample(&daemons, files[f], NULL, NULL);
        for (int json = 0; json < 2; json++) {
            cr_expect_eq(show(&daemons, json ? "--json" : "", files[f]), 0, "%s", daemons.words);
            for (size_t i = 0; i < sizeof private / sizeof *private; i++)
                cr_expect_not(holds(daemons.out, private[i]), "%s shows %s", files[f], private[i]);
        }
    }
    cr_expect_eq(show(&daemons, "", "271.edi"), 0);
    cr_expect(holds(daemons.out, "NM103 last name or organisation: ***\n"));
    cr_expect_eq(show(&daemons, "--reveal", "271.edi"), 0);
    for (size_t i = 0; i < sizeof private / sizeof *private; i++)
        cr_expect(holds(daemons.out, private[i]), "%s is not shown", private[i]);
    daemons_close(&daemons);
}

Test(claimline_x12, with_json_a_segment_is_a_line)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    put_sample(&daemons, "837p.edi", NULL, NULL);
    cr_expect_eq(show(&daemons, "--json", "837p.edi"), 0, "%s", daemons.words);
    size_t lines = 0;
    for (const char *at = daemons.out; *at != '\0'; at++)
        lines += *at == '\n';
    cr_expect_eq(lines, 58 + 4);
    const char *head =
        strstr(daemons.out, "\"set\":\"0001\",\"path\":\"2000A/2000B/2300\",\"place\":\"2300/CLM\","
                            "\"segment\":\"CLM\",\"title\":\"claim\",\"offset\":");
    cr_assert_not_null(head, "%s", daemons.out);
    cr_expect(holds(head, "{\"at\":\"CLM02\",\"name\":\"amount\",\"value\":\"185.5\"}"));
    cr_expect(holds(head, "{\"at\":\"CLM05-1\",\"name\":\"facility code\",\"value\":\"11\"}"));
    put_sample(&daemons, "271.edi", NULL, NULL);
    show(&daemons, "--json", "271.edi");
    cr_expect(holds(daemons.out,
                    "{\"at\":\"EB03\",\"repetition\":2,\"name\":\"service type\",\"value\":\"33\","
                    "\"words\":\"chiropractic\"}"));
    daemons_close(&daemons);
}

Test(claimline_x12, what_the_guide_does_not_place_is_shown_and_marked)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    put_sample(&daemons, "271.edi", "EB*L~", "EB*L~\nQQQ*SECRET*1:2~\nDMG*D8*19700105*F**X~");
    cr_expect_eq(show(&daemons, "", "271.edi"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out,
                    "\n              QQQ (has no place here in the guide)\n                QQQ01: ***\n"),
              "%s", daemons.out);
    cr_expect(holds(daemons.out, "DMG demographics (has no place here in the guide)\n"));
    cr_expect_not(holds(daemons.out, "SECRET"));
    daemons_close(&daemons);
}

Test(claimline_x12, a_set_of_an_unknown_guide_is_shown_without_loops)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    put_sample(&daemons, "835.edi", "005010X221A1", "005010X999");
    cr_expect_eq(show(&daemons, "", "835.edi"), 0);
    cr_expect(holds(daemons.words, "the guide 005010X999 is not one that is read here"), "%s", daemons.words);
    cr_expect(holds(daemons.out, "\n    CLP claim payment\n      CLP01 claim submitter's identifier: A100\n"),
              "%s", daemons.out);
    cr_expect_not(holds(daemons.out, "2100"));
    daemons_close(&daemons);
}

Test(claimline_x12, a_terminal_is_not_sent_what_it_would_obey)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    put_sample(&daemons, "271.edi", "GOLD PLAN", "GOLD\x1b[2J\xff");
    cr_expect_eq(show(&daemons, "", "271.edi"), 0);
    cr_expect(holds(daemons.out, "EB05 plan coverage: GOLD?[2J?\n"), "%s", daemons.out);
    cr_expect_eq(show(&daemons, "--json", "271.edi"), 0);
    cr_expect_not(holds(daemons.out, "\x1b"));
    daemons_close(&daemons);
}

Test(claimline_x12, what_cannot_be_read_says_where)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    cr_expect_eq(show(&daemons, "", "missing"), 2);
    cr_expect(holds(daemons.words, "missing: cannot be read (No such file"), "%s", daemons.words);
    cr_expect_eq(show(&daemons, "", ""), 2, "a folder");
    put_text(daemons.folder, "other", "{\"resourceType\":\"Bundle\"}");
    cr_expect_eq(show(&daemons, "", "other"), 2);
    cr_expect(holds(daemons.words, "cannot be read from byte 0 on"), "%s", daemons.words);
    put_text(daemons.folder, "empty", "");
    cr_expect_eq(show(&daemons, "", "empty"), 2);
    cr_expect(holds(daemons.words, "empty: holds no interchange"), "%s", daemons.words);
    put_text(daemons.folder, "cut",
             "ISA*00*          *00*          *ZZ*PAYER          *ZZ*HOSPITAL       "
             "*260101*1200*^*00501*000000001*0*P*:~\nGS*HB*PAY");
    cr_expect_eq(show(&daemons, "", "cut"), 2);
    cr_expect(holds(daemons.words, "cut: cannot be read from byte 116 on: the file ends inside a segment"),
              "%s", daemons.words);
    cr_expect(holds(daemons.out, "ISA interchange header\n"), "what came before is shown");
    daemons_close(&daemons);
}

Test(claimline_x12, answers_say_their_codes_in_words)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    put_sample(&daemons, "999.edi", NULL, NULL);
    cr_expect_eq(show(&daemons, "", "999.edi"), 0);
    cr_expect(holds(daemons.out, "IK304 segment syntax error: 8 (errors in its elements)\n"), "%s",
              daemons.out);
    cr_expect(holds(daemons.out, "IK403 element syntax error: 7 (code not allowed)\n"));
    put_sample(&daemons, "ta1.edi", NULL, NULL);
    cr_expect_eq(show(&daemons, "", "ta1.edi"), 0);
    cr_expect(holds(daemons.out, "  TA1 interchange acknowledgement\n"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "TA105 interchange note code: 000 (no error)\n"), "%s", daemons.out);
    daemons_close(&daemons);
}

Test(claimline_x12, segments_outside_of_sets_are_said)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    put_sample(&daemons, "271.edi", "GE*1*7~", "GE*1*7~\nEB*L~");
    cr_expect_eq(show(&daemons, "", "271.edi"), 0);
    cr_expect(holds(daemons.words, "interchange 000000007 has segments outside of its sets"), "%s",
              daemons.words);
    daemons_close(&daemons);
}

Test(claimline_x12, help_shows_examples_and_the_group_names_its_verbs)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    cr_expect_eq(run_line(&daemons, "x12 show --help"), 0);
    cr_expect(holds(daemons.out, "usage: claimline x12 show [options] FILE...") &&
                  holds(daemons.out, "--reveal") && holds(daemons.out, "claimline x12 show answer.271"),
              "%s", daemons.out);
    cr_expect_eq(run_line(&daemons, "x12 show"), 64);
    cr_expect_eq(run_line(&daemons, "x12"), 64);
    cr_expect(holds(daemons.words, "needs one of: show"), "%s", daemons.words);
    daemons_close(&daemons);
}

/* What `x12 show --json` says of a sample, as a file of that name. */
static void
put_lines(struct daemons *daemons, const char *options, const char *name)
{
    char *lines;
    cr_assert_eq(show(daemons, options, name), 0, "%s", daemons->words);
    lines = strdup(daemons->out);
    put_text(daemons->folder, "lines", lines);
    free(lines);
}

static int
write_lines(struct daemons *daemons)
{
    char line[900];
    snprintf(line, sizeof line, "x12 write %s/lines", daemons->folder);
    return run_line(daemons, line);
}

/* The sample as it is; what `x12 write` makes of a file without line ends has them. */
static void
write_again(struct daemons *daemons, const char *name)
{
    static char wanted[1 << 16];
    struct text bytes = sample(name);
    bool lines = memchr(bytes.data, '\n', bytes.length) != NULL;
    char end = bytes.data[bytes.length - 1];
    size_t length = 0;
    for (size_t i = 0; i < bytes.length; i++) {
        cr_assert_lt(length + 3, sizeof wanted);
        wanted[length++] = bytes.data[i];
        if (!lines && bytes.data[i] == end)
            wanted[length++] = '\n';
    }
    wanted[length] = '\0';
    put_text(daemons->folder, "again", bytes.data);
    put_lines(daemons, "--json --reveal", "again");
    cr_expect_eq(write_lines(daemons), 0, "%s: %s", name, daemons->words);
    cr_expect_str_eq(daemons->out, wanted, "%s", name);
    release(bytes);
}

Test(claimline_x12, what_was_shown_is_written_again_byte_for_byte)
{
    static const char *const names[] = {"837p.edi", "837i.edi", "837d.edi", "835.edi", "999.edi",    "277ca.edi",
                                        "276.edi",  "277.edi",  "270.edi",  "271.edi", "277rfai.edi"};
    static char golden[GOLDEN_FILES][GOLDEN_NAME];
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        write_again(&daemons, names[i]);
    for (size_t i = 0, count = golden_names(golden); i < count; i++)
        write_again(&daemons, golden[i]);
    daemons_close(&daemons);
}

Test(claimline_x12, a_change_in_the_lines_is_a_change_in_the_interchange)
{
    static const char isa[] =
        "{\"segment\":\"ISA\",\"delimiters\":\"|!\",\"elements\":[{\"at\":\"ISA11\",\"value\":\"^\"},{\"at\":\"ISA16\",\"value\":\">\"}]}\n";
    static const struct {
        const char *line, *out, *words;
    } cases[] = {
        {"{\"segment\":\"HI\",\"elements\":[{\"at\":\"HI02-3\",\"value\":\"A\"}]}\n", "HI||>>A!", NULL},
        {"{\"segment\":\"EB\",\"elements\":[{\"at\":\"EB03\",\"value\":\"30\"},{\"at\":\"EB03\",\"repetition\":2,\"value\":\"1\"}]}\n",
         "EB|||30^1!", NULL},
        {"{\"segment\":\"REF\",\"elements\":[{\"at\":\"REF01\",\"value\":\"A|B\"}]}\n", NULL, "REF"},
        {"{\"segment\":\"REF\",\"elements\":[{\"at\":\"REF02\",\"value\":\"***\"}]}\n", NULL, "--reveal"},
        {"{\"segment\":\"REF\",\"elements\":[{\"at\":\"REF02\",\"value\":\"1\"},{\"at\":\"REF01\",\"value\":\"1\"}]}\n", NULL, "later element"},
        {"{\"segment\":\"REF\",\"elements\":[{\"at\":\"NM102\",\"value\":\"1\"}]}\n", NULL, "REF01"},
        {"{\"segment\":\"REF\"}\n", NULL, "needs \"segment\" and \"elements\""},
        {"rubbish\n", NULL, "no JSON"},
    };
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char lines[1000];
        snprintf(lines, sizeof lines, "%s%s", isa, cases[i].line);
        put_text(daemons.folder, "lines", lines);
        cr_expect_eq(write_lines(&daemons), cases[i].words == NULL ? 0 : 1, "%s: %s", cases[i].line, daemons.words);
        if (cases[i].out != NULL)
            cr_expect(holds(daemons.out, cases[i].out), "%s", daemons.out);
        else
            cr_expect(holds(daemons.words, "lines:2: ") && holds(daemons.words, cases[i].words), "%s", daemons.words);
    }
    put_text(daemons.folder, "lines",
             "{\"segment\":\"ISA\",\"elements\":[{\"at\":\"ISA11\",\"value\":\"U\"},{\"at\":\"ISA16\",\"value\":\":\"}]}\n"
             "{\"segment\":\"N1\",\"elements\":[{\"at\":\"N102\",\"value\":\"BLUE\"}]}\n");
    cr_expect_eq(write_lines(&daemons), 0, "a letter in ISA11 is no separator: %s", daemons.words);
    cr_expect(holds(daemons.out, "N1**BLUE~"), "%s", daemons.out);
    put_text(daemons.folder, "lines", cases[0].line);
    cr_expect_eq(write_lines(&daemons), 1);
    cr_expect(holds(daemons.words, "the first segment is an ISA"), "%s", daemons.words);
    char line[400];
    snprintf(line, sizeof line, "x12 write %s", daemons.folder);
    cr_expect_eq(run_line(&daemons, line), 2, "a folder");
    cr_expect(holds(daemons.words, "cannot be read (Is a directory)"), "%s", daemons.words);
    daemons_close(&daemons);
}
