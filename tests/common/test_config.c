/* common/config: files checked against a table of keys, and every error with its place and what is allowed.
 */
#include "common/config/config.h"
#include "common/config/nearest.h"
#include "tests/support/folder.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const struct config_key keys[] = {
    {"intake", "spool", CONFIG_PATH, NULL, 0, 40, NULL, "Where files come in."},
    {"intake", "title", CONFIG_TEXT, "none", 2, 10, NULL, "Its title."},
    {"intake", "count", CONFIG_NUMBER, "5", -10, 100, NULL, "How many."},
    {"intake", "room", CONFIG_BYTES, "64M", 4096, INT64_C(1) << 40, NULL, "How much."},
    {"intake", "wait", CONFIG_DURATION, "250ms", 0, INT64_C(3600000000), NULL, "How long."},
    {"intake", "fee", CONFIG_MONEY, "12.50", 0, 100000, NULL, "How dear."},
    {"intake", "day", CONFIG_DATE, "2026-01-31", 0, 0, NULL, "When."},
    {"intake", "since", CONFIG_INSTANT, "", 0, 0, NULL, "From when."},
    {"intake", "open", CONFIG_BOOL, "no", 0, 0, NULL, "Whether."},
    {"intake", "color", CONFIG_CHOICE, "green", 0, 0, "red|green|blue", "Which."},
    {"common", "state", CONFIG_PATH, "/var/lib/x", 0, 100, NULL, "The state."},
    {"common", "*", CONFIG_TEXT, "", 0, 0, NULL, "What others read."},
};
enum { KEYS = sizeof keys / sizeof *keys };

static enum status
parse(const char *bytes, struct config **config, char reason[512])
{
    reason[0] = '\0';
    return config_parse("a.conf", text_from(bytes), keys, KEYS, "coding|claims", config, reason);
}

Test(config, values_of_every_kind_are_read)
{
    struct config *config;
    char reason[512];
    enum status status =
        parse("\xef\xbb\xbf# a comment\n; another\n[intake]\nspool = /srv/in\r\n title=a = b \ncount = "
              "-7\nroom = 1G\n"
              "wait = 10min\nfee = 7.5\nday = 2026-02-28\nsince = 2026-01-31T08:00:00Z\nopen = yes\n"
              "color = blue\n[common]\nother = 1\nmore = 2\n[coding]\nunknown = 3\n",
              &config, reason);
    cr_assert_eq(status, STATUS_OK, "%s", reason);
    cr_assert_str_eq(config_text(config, "intake", "spool"), "/srv/in");
    cr_assert_str_eq(config_text(config, "intake", "title"), "a = b");
    cr_assert_eq(config_number(config, "intake", "count"), -7);
    cr_assert_eq(config_number(config, "intake", "room"), 1 << 30);
    cr_assert_eq(config_number(config, "intake", "wait"), 600000000);
    cr_assert_eq(config_number(config, "intake", "fee"), 750);
    cr_assert_eq(config_number(config, "intake", "day"), 20260228);
    cr_assert_eq(config_number(config, "intake", "since"), INT64_C(1769846400000000));
    cr_assert(config_bool(config, "intake", "open"));
    cr_assert_eq(config_number(config, "intake", "color"), 2);
    cr_assert_str_eq(config_text(config, "intake", "color"), "blue");
    cr_assert(config_given(config, "intake", "wait"));
    cr_assert_not(config_given(config, "common", "state"));
    config_free(config);
}

Test(config, what_is_not_written_has_its_fallback)
{
    struct config *config;
    char reason[512];
    cr_assert_eq(parse("[intake]\nspool=/a", &config, reason), STATUS_OK, "%s", reason);
    cr_assert_str_eq(config_text(config, "intake", "title"), "none");
    cr_assert_eq(config_number(config, "intake", "count"), 5);
    cr_assert_eq(config_number(config, "intake", "room"), 64 << 20);
    cr_assert_eq(config_number(config, "intake", "wait"), 250000);
    cr_assert_eq(config_number(config, "intake", "fee"), 1250);
    cr_assert_eq(config_number(config, "intake", "since"), 0);
    cr_assert_not(config_bool(config, "intake", "open"));
    cr_assert_eq(config_number(config, "intake", "color"), 1);
    cr_assert_not(config_given(config, "intake", "count"));
    config_free(config);
}

struct wrong {
    const char *name, *bytes, *reason;
};
/* Each after one good first line, so that the place is 2 or later. */
static const struct wrong wrongs[] = {
    {"required", "", "a.conf: [intake] spool: is missing; allowed: an absolute path of 0 to 40 bytes"},
    {"path", "spool = srv",
     "a.conf:2: [intake] spool: \"srv\" is not an absolute path; allowed: an absolute path of 0 to 40 bytes"},
    {"empty path", "spool =",
     "a.conf:2: [intake] spool: \"\" is not an absolute path; allowed: an absolute path of 0 to 40 bytes"},
    {"long path", "spool = /01234567890123456789012345678901234567890",
     "a.conf:2: [intake] spool: \"/01234567890123456789012345678901234567890\" is too long; allowed: an "
     "absolute path of 0 to 40 bytes"},
    {"short text", "\n\ntitle = x",
     "a.conf:4: [intake] title: \"x\" is too short; allowed: text of 2 to 10 bytes"},
    {"empty text", "title =", "a.conf:2: [intake] title: \"\" is empty; allowed: text of 2 to 10 bytes"},
    {"number", "count = 5 # five",
     "a.conf:2: [intake] count: \"5 # five\" is not a whole number; allowed: a whole number from -10 to 100"},
    {"number with comment", "count = 5 ; five",
     "a.conf:2: [intake] count: \"5 ; five\" is not a whole number; allowed: a whole number from -10 to 100"},
    {"number out", "count = 101",
     "a.conf:2: [intake] count: \"101\" is out of bounds; allowed: a whole number from -10 to 100"},
    {"number huge", "count = 99999999999999999999",
     "a.conf:2: [intake] count: \"99999999999999999999\" is not a whole number; allowed: a whole number from "
     "-10 to 100"},
    {"bytes", "room = 5X",
     "a.conf:2: [intake] room: \"5X\" has an unknown unit; allowed: a size in K, M, G or T from 4K to 1T"},
    {"bytes out", "room = 4095",
     "a.conf:2: [intake] room: \"4095\" is out of bounds; allowed: a size in K, M, G or T from 4K to 1T"},
    {"bytes overflow", "room = 9999999999T",
     "a.conf:2: [intake] room: \"9999999999T\" is out of bounds; allowed: a size in K, M, G or T from 4K to "
     "1T"},
    {"duration", "wait = 30",
     "a.conf:2: [intake] wait: \"30\" has no unit; allowed: a time in us, ms, s, min, h or d from 0 to 1h"},
    {"duration word", "wait = soon",
     "a.conf:2: [intake] wait: \"soon\" does not begin with a whole number; allowed: a time in us, ms, s, "
     "min, h or d from 0 to 1h"},
    {"duration out", "wait = 61min",
     "a.conf:2: [intake] wait: \"61min\" is out of bounds; allowed: a time in us, ms, s, min, h or d from 0 "
     "to 1h"},
    {"money", "fee = 1.234",
     "a.conf:2: [intake] fee: \"1.234\" is not an amount; allowed: an amount such as 12.50 from 0.00 to "
     "1000.00"},
    {"date", "day = 2026-02-30",
     "a.conf:2: [intake] day: \"2026-02-30\" is not a date; allowed: a date such as 2026-01-31"},
    {"instant", "since = now",
     "a.conf:2: [intake] since: \"now\" is not an instant; allowed: an instant such as 2026-01-31T08:00:00Z"},
    {"bool", "open = true", "a.conf:2: [intake] open: \"true\" is neither yes nor no; allowed: yes or no"},
    {"choice", "color = pink",
     "a.conf:2: [intake] color: \"pink\" is not one of the choices; allowed: one of red|green|blue"},
    {"twice", "count = 1\nspool=/a\ncount = 1",
     "a.conf:4: [intake] count: stands there twice, first in line 2; allowed: once"},
    {"near key", "colour = red", "a.conf:2: [intake] colour: is not a key here; did you mean color?"},
    {"far key", "zzz = 1",
     "a.conf:2: [intake] zzz: is not a key here; allowed: spool, title, count, room, wait, fee, day, since, "
     "open, color"},
    {"key of another section", "state = /x",
     "a.conf:2: [intake] state: is not a key here; it belongs in [common]"},
    {"near section", "[comon]\nstate = /x",
     "a.conf:3: [comon] is not a section here; did you mean [common]?"},
    {"far section", "[zzzzzz]\nstate = /x", "a.conf:3: [zzzzzz] is not a section here; allowed: [intake]"},
    {"no pair", "spool = /a\nhello",
     "a.conf:3: is neither a section nor a key; allowed: [section], key = value, # comment"},
    {"continued", "spool = /a\n   more",
     "a.conf:3: is neither a section nor a key; allowed: [section], key = value, # comment"},
    {"open section", "spool = /a\n[coding",
     "a.conf:3: is neither a section nor a key; allowed: [section], key = value, # comment"},
    {"first of two, split", "hello\ncount = x",
     "a.conf:2: is neither a section nor a key; allowed: [section], key = value, # comment"},
    {"first of two, value", "open = x\nhello",
     "a.conf:2: [intake] open: \"x\" is neither yes nor no; allowed: yes or no"},
    {"control", "title = a\x1b[1m",
     "a.conf:2: [intake] title: holds a control character; allowed: printable text"},
};

Test(config, an_error_says_where_what_and_what_is_allowed)
{
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        struct config *config = NULL;
        char reason[512], bytes[512];
        snprintf(bytes, sizeof bytes, "[intake]\n%s\n", wrongs[i].bytes);
        cr_expect_eq(parse(bytes, &config, reason), STATUS_CONFIG, "%s", wrongs[i].name);
        cr_expect_str_eq(reason, wrongs[i].reason, "%s", wrongs[i].name);
        cr_expect_null(config, "%s", wrongs[i].name);
    }
}

Test(config, a_key_before_any_section_is_an_error)
{
    struct config *config;
    char reason[512];
    cr_assert_eq(parse("count = 1\n", &config, reason), STATUS_CONFIG);
    cr_assert_str_eq(reason, "a.conf:1: a key stands before the first section; allowed: [section] first");
}

Test(config, bounds_of_lines_and_files_hold)
{
    static char bytes[CONFIG_FILE_LIMIT + 64];
    struct config *config;
    char reason[512];
    int head = snprintf(bytes, sizeof bytes, "[common]\nlong = ");
    memset(bytes + head, 'x', CONFIG_LINE_LIMIT - 7);
    strcpy(bytes + head + CONFIG_LINE_LIMIT - 7, "\n[intake]\nspool=/a\n");
    cr_assert_eq(parse(bytes, &config, reason), STATUS_OK, "%s", reason);
    config_free(config);
    memset(bytes + head, 'x', CONFIG_LINE_LIMIT - 6);
    strcpy(bytes + head + CONFIG_LINE_LIMIT - 6, "\n[intake]\nspool=/a\n");
    cr_assert_eq(parse(bytes, &config, reason), STATUS_CONFIG);
    cr_assert_str_eq(reason, "a.conf:2: the line is too long; allowed: 1024 bytes");
    memset(bytes, '\n', sizeof bytes);
    cr_assert_eq(config_parse("a.conf", text_of(bytes, sizeof bytes), keys, KEYS, "", &config, reason),
                 STATUS_CONFIG);
    cr_assert_str_eq(reason, "a.conf: the file is too long; allowed: 1048576 bytes");
    cr_assert_eq(
        config_parse("a.conf", text_of("[intake]\nspool=/a\0b\n", 20), keys, KEYS, "", &config, reason),
        STATUS_CONFIG);
    cr_assert_str_eq(reason, "a.conf:2: the line holds a zero byte; allowed: text");
}

Test(config, any_section_passes_behind_a_star)
{
    struct config *config;
    char reason[512];
    enum status status = config_parse("a.conf", text_from("[intake]\nspool=/a\n[payer]\nx = 1\n"), keys, KEYS,
                                      "*", &config, reason);
    cr_assert_eq(status, STATUS_OK, "%s", reason);
    config_free(config);
}

Test(config, a_file_is_read_and_one_that_is_not_there_is_named)
{
    char folder[256], path[300], reason[512], wanted[400];
    struct config *config;
    folder_make(folder);
    snprintf(path, sizeof path, "%s/x.conf", folder);
    cr_assert_eq(config_read(path, keys, KEYS, NULL, &config, reason), STATUS_CONFIG);
    snprintf(wanted, sizeof wanted, "%s: cannot be read (No such file or directory)", path);
    cr_assert_str_eq(reason, wanted);
    cr_assert_eq(config_read(folder, keys, KEYS, NULL, &config, reason), STATUS_CONFIG);
    cr_assert(strstr(reason, "cannot be read (Is a directory)") != NULL, "%s", reason);
    FILE *file = fopen(path, "w");
    fputs("[intake]\nspool = /a\n", file);
    fclose(file);
    cr_assert_eq(config_read(path, keys, KEYS, NULL, &config, reason), STATUS_OK, "%s", reason);
    config_blame(config, "intake", "spool", "the folder is not there", reason);
    snprintf(wanted, sizeof wanted, "%s:2: [intake] spool: the folder is not there", path);
    cr_assert_str_eq(reason, wanted);
    config_free(config);
    folder_remove(folder);
}

Test(config, the_nearest_name_is_near)
{
    static const char *const names[] = {"status", "submit", "claim", "check"};
    static const struct {
        const char *word, *near;
    } cases[] = {{"stauts", "status"}, {"submitt", "submit"}, {"clam", "claim"},
                 {"chekc", "check"},   {"x", NULL},           {"", NULL},
                 {"balance", NULL},    {"status", "status"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *near = nearest_name(text_from(cases[i].word), names, 4);
        if (cases[i].near == NULL)
            cr_expect_null(near, "%s gave %s", cases[i].word, near);
        else
            cr_expect(near != NULL && strcmp(near, cases[i].near) == 0, "%s", cases[i].word);
    }
    cr_expect_eq(nearest_distance(text_from("kitten"), text_from("sitting")), 3);
    cr_expect_eq(nearest_distance(text_from(""), text_from("abc")), 3);
    cr_expect_eq(nearest_distance(text_from("ab"), text_from("ba")), 1);
}
