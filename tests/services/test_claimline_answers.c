/* services/claimline: what `check` answers to claims of each form, claim by claim. */
#include "tests/common/x12_sample.h"
#include "tests/services/claimline_daemons.h"

/* A sample with two changes, and pieces of its 277CA in their order; DATE stands for the day of the answer. */
struct answered {
    const char *file, *from, *to, *also_from, *also_to;
    const char *pieces[8];
};
static const struct answered cases[] = {
    {"837p.edi",
     "N3*9 LINDEN ROW~\nN4*SPRINGFALLS*OH*44001~\n",
     "",
     "TOMAS****XX*1876543210",
     "TOMAS****XX*1876543213",
     {"\nSTC*A1:19:PR*DATE*WQ*285.5~\nQTY*90*1~\nQTY*AA*1~\nAMT*YU*100~\nAMT*YY*185.5~\n",
      "\nNM1*QC*1*ISAAC*MIRANDA*B***MI*W100000001~\nTRN*2*A100~\nSTC*A7:562:82*DATE*U*185.5******A6:126:IL~\nREF*D9*CH0001~\n"
      "DTP*472*RD8*20261120-20261121~\n",
      "\nNM1*QC*1*QUENTAL*LIV~\nTRN*2*A101~\nSTC*A2:20*DATE*WQ*100~\nDTP*472*D8*20261102~\n"}},
    {"837i.edi",
     "TOMAS****XX*1555000102",
     "TOMAS****XX*1555000103",
     "HI*ABJ:R1011~\n",
     "",
     {"\nSTC*A1:19:PR*DATE*WQ*5820.5~\nQTY*90*1~\nQTY*AA*1~\nAMT*YU*640~\nAMT*YY*5180.5~\n",
      "\nNM1*85*2*HARBOR HOSPITAL*****XX*1234567893~\n", "\nTRN*2*I100~\nSTC*A7:562:71*DATE*U*5180.5******A7:", "\nREF*D9*CH0100~\nDTP*472*RD8*20261102-20261105~\n",
      "\nTRN*2*I101~\nSTC*A2:20*DATE*WQ*640~\nDTP*472*D8*20261109~\n"}},
    {"837d.edi",
     "DMG*D8*19700105*F~\n",
     "",
     "REF*F8*PAYER77~\n",
     "",
     {"\nSTC*A1:19:PR*DATE*U*1210~\nQTY*AA*2~\nAMT*YY*1210~\n",
      "\nTRN*2*D100~\nSTC*A6:158:IL*DATE*U*310~\nREF*D9*CH0001~\nDTP*472*RD8*20261119-20261120~\n",
      "\nTRN*2*D101~\nSTC*A6:464*DATE*U*900~\n"}},
};

static const char *
read_answer(struct daemons *daemons)
{
    static char bytes[1 << 16];
    char path[600];
    snprintf(path, sizeof path, "%s/answer", daemons->folder);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file);
    bytes[fread(bytes, 1, sizeof bytes - 1, file)] = '\0';
    fclose(file);
    return bytes;
}

static void
expect_pieces(const struct answered *given, const char *answer)
{
    const char *at = strstr(answer, "\nDTP*009*D8*"), *rest = answer;
    char date[9] = "", piece[1000];
    cr_assert_not_null(at, "%s", answer);
    memcpy(date, at + 12, 8);
    for (size_t i = 0; i < 8 && given->pieces[i] != NULL; i++) {
        size_t length = 0;
        for (const char *c = given->pieces[i]; *c != '\0'; c++) {
            bool dated = strncmp(c, "DATE", 4) == 0;
            length += (size_t)snprintf(piece + length, sizeof piece - length, "%.*s", dated ? 8 : 1, dated ? date : c);
            c += dated ? 3 : 0;
        }
        const char *found = strstr(rest, piece);
        cr_expect_not_null(found, "%s: no\n%s in\n%s", given->file, piece, answer);
        rest = found == NULL ? rest : found;
    }
}

Test(claimline_answers, a_277ca_says_of_each_claim_of_each_form_what_became_of_it)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[900];
        struct text bytes = sample(cases[i].file), once = replaced(bytes, cases[i].from, cases[i].to, false),
                    twice = replaced(once, cases[i].also_from, cases[i].also_to, false), whole = recounted(twice);
        char *words = strndup(whole.data, whole.length);
        put_text(daemons.folder, "claims", words);
        snprintf(line, sizeof line, "check --277ca %s/answer %s/claims", daemons.folder, daemons.folder);
        cr_expect_eq(run_line(&daemons, line), 1, "%s", daemons.words);
        expect_pieces(&cases[i], read_answer(&daemons));
        snprintf(line, sizeof line, "check %s/answer", daemons.folder);
        cr_expect_eq(run_line(&daemons, line), 0, "%s: %s%s", cases[i].file, daemons.out, daemons.words);
        free(words);
        release(whole);
        release(twice);
        release(once);
        release(bytes);
    }
    daemons_close(&daemons);
}
