/* 24 interchanges with one fault each, and the answer that is expected, segment by segment (tests/data/x12/one_fault.*). */
#include "tests/common/x12_answer.h"
#include "tests/common/x12_table.h"

enum { NAME, LIKE, BASE, CHANGE };
enum { ANSWER_BYTES = 4096, CASES = 24 };

/* The segments that say something, a line each: TA1 when it refuses, AK1 to AK9. */
static void
add_segments(char *lines, struct text bytes)
{
    struct text rest = bytes;
    while (rest.length > 0) {
        struct text segment = text_cut(rest, '~', &rest);
        bool ta1 = text_starts(segment, TEXT("TA1*")) && memmem(segment.data, segment.length, "*R*", 3) != NULL;
        if (ta1 || text_starts(segment, TEXT("AK")) || text_starts(segment, TEXT("IK")) || text_starts(segment, TEXT("CTX*")))
            snprintf(lines + strlen(lines), ANSWER_BYTES - strlen(lines), "%.*s\n", TEXT_ARGS(segment));
    }
}

/* What one_fault.txt says of the case; empty when it says nothing. */
static struct text
expected(struct text answers, struct text name)
{
    char head[200];
    struct text rest, more;
    snprintf(head, sizeof head, "== %.*s\n", TEXT_ARGS(name));
    cut_at(answers, head, &rest);
    return cut_at(rest, "== ", &more);
}

/* The 999 that we write keeps to its own guide. */
static void
expect_clean(struct text name, struct text bytes)
{
    struct outcome outcome = run_text(bytes, 7);
    for (uint32_t i = 0; i < outcome.finding_count; i++)
        cr_expect_fail("%.*s: its answer has %s", TEXT_ARGS(name), finding_kind(outcome.findings[i])->name);
    cr_expect(outcome.last == X12_EVENT_END && outcome.accepted_interchanges == 1);
}

Test(x12_one_fault, each_is_answered_segment_by_segment)
{
    struct text answers = sample("one_fault.txt");
    struct table table;
    struct row row;
    unsigned rows = 0;
    table_open(&table, "one_fault.tsv");
    for (; table_next(&table, &row); rows++) {
        char lines[ANSWER_BYTES] = "";
        struct text bytes = table_changed(row.cells[BASE], row.cells[CHANGE]), wanted = expected(answers, row.cells[NAME]);
        struct x12_writer ta1, out;
        answer(bytes, true, &ta1, &out);
        add_segments(lines, x12_writer_bytes(&ta1));
        add_segments(lines, x12_writer_bytes(&out));
        cr_expect(wanted.length > 0 && text_is(wanted, lines), "%.*s\nis answered\n%s\nnot\n%.*s", TEXT_ARGS(row.cells[NAME]), lines,
                  TEXT_ARGS(wanted));
        if (!text_starts(row.cells[NAME], TEXT("interchange_"))) /* a TA1 says the date and number again as they came */
            expect_clean(row.cells[NAME], x12_writer_bytes(&ta1));
        expect_clean(row.cells[NAME], x12_writer_bytes(&out));
        x12_writer_close(&ta1);
        x12_writer_close(&out);
        release(bytes);
    }
    cr_expect_eq(rows, CASES);
    release(answers);
}
