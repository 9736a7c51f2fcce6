/*
 * Damage: files cut at any byte and with any byte replaced. Nothing crashes or hangs; what was damaged is found; sets
 * beside the damage stay without findings as long as the envelope can be read.
 *
 * With CLAIMLINE_SAMPLES and CLAIMLINE_DAMAGE set also the samples from outside: every byte of those of up to 32 KB, of
 * larger ones 10,000 places drawn by seed. That takes minutes, so it is not part of the usual run.
 */
#include "common/x12/split/x12_split.h"
#include "tests/common/x12_sample.h"

#include <criterion/logging.h>

enum { SMALL_FILE = 32768, DRAWN_PLACES = 10000, SETS = 3, SEGMENTS = 4096 };

static const char nasty[] = {'~', '*', ':', '^', '\n', '\0', (char)0xFF, ' ', 'X', '0', '-', 'E'};

/* What was said of each set (by its order in the file), and of the envelope. */
struct said {
    uint32_t sets;
    uint32_t of_set[SETS], envelope, all;
    bool failed;
};

static void
count_set(struct said *said, uint32_t findings)
{
    if (said->sets < SETS)
        said->of_set[said->sets] += findings;
    said->all += findings;
}

static struct said
read_damaged(struct text bytes)
{
    struct said said = {0};
    struct x12_check check;
    struct x12_check_options options = {.snip = 7, .today = 20261123, .codes = codes_lists_builtin()};
    enum x12_event event;
    size_t events = 0;
    x12_check_open_memory(&check, &options, bytes);
    do {
        event = x12_check_next(&check);
        cr_assert_lt(++events, 16 * bytes.length + 32, "it does not end");
        if (event == X12_EVENT_CLAIM_END)
            count_set(&said, check.claim.findings.count);
        if (event == X12_EVENT_SET_END) {
            count_set(&said, check.set.findings.count);
            said.sets++;
        }
        if (event == X12_EVENT_GROUP_END)
            said.envelope += check.group.findings.count;
        if (event == X12_EVENT_INTERCHANGE_END)
            said.envelope += check.interchange.findings.count;
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    said.failed = event == X12_EVENT_FAILED;
    said.all += said.envelope;
    x12_check_close(&check);
    return said;
}

static bool
found(const struct said *said)
{
    return said->failed || said->all > 0;
}

/* The last byte that is no blank. */
static size_t
solid_end(struct text bytes)
{
    size_t end = bytes.length;
    while (end > 0 && (bytes.data[end - 1] == '\n' || bytes.data[end - 1] == '\r'))
        end--;
    return end;
}

static enum status
append(void *context, const char *bytes, size_t length)
{
    struct text *out = context;
    char *data = realloc((void *)(uintptr_t)out->data, out->length + length);
    cr_assert_not_null(data);
    memcpy(data + out->length, bytes, length);
    *out = text_of(data, out->length + length);
    return STATUS_OK;
}

/* The sample's set three times in one interchange. */
static struct text
thrice(const char *name)
{
    struct text bytes = sample(name), out = {0};
    struct x12_join join;
    char reason[X12_SPLIT_REASON];
    x12_join_open(&join, 1, append, &out);
    for (int i = 0; i < SETS; i++) {
        struct pieces pieces = {bytes, 100};
        cr_assert_eq(x12_join_add(&join, give_piece, &pieces, reason), STATUS_OK, "%s", reason);
    }
    cr_assert_eq(x12_join_close(&join), STATUS_OK);
    release(bytes);
    return out;
}

static const char *const files[] = {"837p.edi", "837i.edi", "837d.edi", "835.edi", "999.edi", "277ca.edi", "277.edi", "271.edi"};
enum { FILES = sizeof files / sizeof *files };

Test(x12_damage, a_cut_anywhere_before_the_end_is_found)
{
    for (size_t f = 0; f < FILES; f++) {
        struct text bytes = thrice(files[f]);
        size_t end = solid_end(bytes);
        cr_assert(!found(&(struct said[]){read_damaged(bytes)}[0]), "%s is not clean", files[f]);
        for (size_t cut = 1; cut < end; cut++) {
            char *copy = malloc(cut); /* of its own size, so that a read past its end is seen */
            memcpy(copy, bytes.data, cut);
            struct said said = read_damaged(text_of(copy, cut));
            cr_expect(found(&said), "%s cut at %zu", files[f], cut);
            free(copy);
        }
        release(bytes);
    }
}

/* Start and end of the middle set. */
static void
middle_set(struct text bytes, size_t *start, size_t *end)
{
    const char *at = bytes.data;
    for (int i = 0; i < 2; i++)
        at = strstr(at + 1, "\nST*") + 1;
    *start = (size_t)(at - bytes.data);
    *end = (size_t)(strchr(strstr(at, "\nSE*"), '~') + 1 - bytes.data);
}

Test(x12_damage, sets_beside_the_damage_stay_clean)
{
    for (size_t f = 0; f < FILES; f++) {
        struct text bytes = thrice(files[f]);
        char *copy = malloc(bytes.length + 1);
        size_t start, end;
        memcpy(copy, bytes.data, bytes.length);
        copy[bytes.length] = '\0';
        middle_set(text_of(copy, bytes.length), &start, &end);
        for (size_t at = start; at < end; at++)
            for (size_t n = 0; n < sizeof nasty; n++) {
                if (copy[at] == nasty[n])
                    continue;
                char kept = copy[at];
                copy[at] = nasty[n];
                struct said said = read_damaged(text_of(copy, bytes.length));
                if (said.envelope == 0 && !said.failed && said.sets == SETS)
                    cr_expect(said.of_set[0] == 0 && said.of_set[2] == 0, "%s: byte %zu as 0x%02x", files[f], at,
                              (unsigned)(uint8_t)nasty[n]);
                copy[at] = kept;
            }
        free(copy);
        release(bytes);
    }
}

/* Offsets of what must not change unseen: the letters of segment names, counts and control numbers. */
static size_t
vital_bytes(struct text bytes, size_t vital[SEGMENTS * 4])
{
    static const struct {
        const char *id;
        unsigned element;
    } numbers[] = {{"ISA", 13}, {"GS", 6}, {"ST", 2}, {"SE", 1}, {"SE", 2}, {"GE", 1}, {"GE", 2}, {"IEA", 1}, {"IEA", 2}};
    struct x12_reader reader;
    size_t count = 0;
    x12_reader_open_memory(&reader, bytes);
    while (x12_reader_next(&reader) == STATUS_OK) {
        const struct text *elements = reader.segment.elements;
        for (size_t i = 0; i < elements[0].length; i++)
            vital[count++] = (size_t)(elements[0].data + i - bytes.data);
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
            for (size_t i = 0; text_is(elements[0], numbers[n].id) && i < elements[numbers[n].element].length; i++)
                vital[count++] = (size_t)(elements[numbers[n].element].data + i - bytes.data);
        cr_assert_lt(count, (size_t)SEGMENTS * 4 - 32);
    }
    x12_reader_close(&reader);
    return count;
}

Test(x12_damage, a_changed_name_count_control_number_or_delimiter_is_found)
{
    static size_t vital[SEGMENTS * 4];
    static const size_t delimiters[] = {3, 82, 104, 105};
    for (size_t f = 0; f < FILES; f++) {
        struct text bytes = thrice(files[f]);
        size_t count = vital_bytes(bytes, vital);
        for (size_t i = 0; i < sizeof delimiters / sizeof *delimiters; i++)
            vital[count++] = delimiters[i];
        char *copy = malloc(bytes.length);
        memcpy(copy, bytes.data, bytes.length);
        for (size_t v = 0; v < count; v++)
            for (size_t n = 0; n < sizeof nasty; n++) {
                size_t at = vital[v];
                /* No repetition is used, so that any separator of them will do. */
                if (copy[at] == nasty[n] || (at == 82 && nasty[n] != '*' && nasty[n] != ':' && nasty[n] != '~'))
                    continue;
                char kept = copy[at];
                copy[at] = nasty[n];
                struct said said = read_damaged(text_of(copy, bytes.length));
                cr_expect(found(&said), "%s: byte %zu '%c' as 0x%02x", files[f], at, kept, (unsigned)(uint8_t)nasty[n]);
                copy[at] = kept;
            }
        free(copy);
        release(bytes);
    }
}

static uint64_t
draw(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void
damage_sample(struct text bytes)
{
    uint64_t seed = UINT64_C(0x9E3779B97F4A7C15) ^ bytes.length;
    bool small = bytes.length <= SMALL_FILE;
    size_t places = small ? bytes.length : DRAWN_PLACES;
    char *copy = malloc(bytes.length + 1);
    memcpy(copy, bytes.data, bytes.length);
    for (size_t i = 0; i < places; i++) {
        size_t at = small ? i : draw(&seed) % bytes.length;
        read_damaged(text_of(bytes.data, at));
        for (size_t n = 0; n < sizeof nasty; n++) {
            char kept = copy[at];
            copy[at] = small ? nasty[n] : nasty[draw(&seed) % sizeof nasty];
            read_damaged(text_of(copy, bytes.length));
            copy[at] = kept;
            if (!small)
                break;
        }
    }
    free(copy);
}

Test(x12_damage, samples_from_outside_never_crash_or_hang, .timeout = 14400)
{
    const char *folder = getenv("CLAIMLINE_SAMPLES");
    char path[1024], name[400];
    if (folder == NULL || getenv("CLAIMLINE_DAMAGE") == NULL)
        cr_skip_test("CLAIMLINE_SAMPLES and CLAIMLINE_DAMAGE are not set");
    snprintf(path, sizeof path, "%s/x12/INDEX.tsv", folder);
    struct text index = read_file(path), rest = index;
    size_t damaged = 0;
    text_cut(rest, '\n', &rest);
    while (rest.length > 0) {
        struct text line = text_cut(rest, '\n', &rest), cells = line, file = text_cut(cells, '\t', &cells);
        if (file.length == 0 || file.data[0] == '#')
            continue;
        text_copy(file, name, sizeof name);
        snprintf(path, sizeof path, "%s/x12/%s", folder, name);
        struct text bytes = read_file(path);
        damage_sample(bytes);
        release(bytes);
        damaged++;
    }
    cr_log_info("%zu samples damaged", damaged);
    release(index);
}
