#include "common/claim/claim.h"

#include <assert.h>

/* Kinds behind the last column tell of questions to the payer and of his answers: they move no claim. */
enum { KINDS = 33, KINDS_THAT_TELL = 6 };
_Static_assert(EVENT_KIND_COUNT == KINDS + KINDS_THAT_TELL + 1, "a new event kind needs a column here");

/* A letter is the next state, '.' ignored, '!' a contradiction. Columns are event kinds 1 to 33 in four groups. */
struct row {
    char letter;
    bool open, decided;
    const char *name, *sentence;
    /* 1 received, refused, replaced, coding passed, held, answered, released, built, 9 edit */
    char making[9 + 1];
    /* 10 batched, sent, acknowledged, set rejected, accepted, 15 rejected */
    char sending[6 + 1];
    /* 16 paid, reduced, denied, partly denied, 20 silent */
    char paying[5 + 1];
    /* 21 remittance posted, held, record refused, replayed, interchange answered, 26 work done; 27 reversed, ended,
     * 29 queued, 30 clock jumped, clock accepted, 32 remittance waiting, interchange resent */
    char other[13 + 1];
};

static const struct row rows[CLAIM_STATE_COUNT] = {
    [CLAIM_NONE] = {'n', true, false, "none", "Nothing is known of it.",
        "rf!ch!cbe", "!!!!!!", "!!!!!", "......!E....!"},
    [CLAIM_RECEIVED] = {'r', true, false, "received", "Intake has it; it goes to coding.",
        "!!Ech!!!!", "!!!!!!", "!!!!!", "......!E....!"},
    [CLAIM_REFUSED] = {'f', false, false, "refused", "Intake refused it; the sender was told why.",
        "!!!!!!!!!", "!!!!!!", "!!!!!", "......!.....!"},
    [CLAIM_HELD] = {'h', true, false, "held", "It waits for a coder's answer.",
        "!!Echhc!!", "!!!!!!", "!!!!!", "......!E....!"},
    [CLAIM_CODED] = {'c', true, false, "coded", "Coding passed it; the claim is to be built.",
        "!!E.h!.be", "!!!!!!", "!!!!!", "......!E....!"},
    [CLAIM_BUILT] = {'b', true, false, "built", "It has its claim number and waits to be batched.",
        "!!!!h!!!e", "t!!!!!", "!!!!!", "......!E....!"},
    [CLAIM_EDIT] = {'e', true, false, "edit", "A payer edit holds it.",
        "!!Ech.cbe", "!!!!!!", "!!!!!", "......!E....!"},
    [CLAIM_BATCHED] = {'t', true, false, "batched", "Its file is fixed and being handed over.",
        "!!!!!!!!!", "!skjax", "PRDY!", "......!E....t"},
    [CLAIM_SENT] = {'s', true, false, "sent", "Handed over to the payer; no answer yet.",
        "!!!!!!!!!", "t.kjax", "PRDYL", "......!E....t"},
    [CLAIM_ACKNOWLEDGED] = {'k', true, false, "acknowledged", "The payer read its set.",
        "!!!!!!!!!", "!..!ax", "PRDYL", "......!E....t"},
    [CLAIM_SET_REJECTED] = {'j', true, false, "set_rejected", "The payer rejected its set; it goes out again.",
        "!!!!h!!!e", "t.!.!!", "PRDY.", "......!E....t"},
    [CLAIM_ACCEPTED] = {'a', true, false, "accepted", "The payer has it for adjudication.",
        "!!!!!!!!!", "!..!.x", "PRDYL", "......!E....."},
    [CLAIM_REJECTED] = {'x', true, false, "rejected", "The payer did not take it.",
        "!!!!h.!!e", "!..!!.", "PRDY.", "......!E....."},
    [CLAIM_SILENT] = {'L', true, false, "silent", "The payer has been silent for longer than usual.",
        "!!!!!!!!!", "t.kjax", "PRDY.", "......!E....t"},
    [CLAIM_PAID] = {'P', false, true, "paid", "Paid and posted.",
        "!!!!!!!!!", "!..!.!", "PRDY.", "......V......"},
    [CLAIM_REDUCED] = {'R', false, true, "reduced", "Paid in part; the rest is the patient's or was reduced.",
        "!!!!!!!!!", "!..!.!", "PRDY.", "......V......"},
    [CLAIM_PARTLY_DENIED] = {'Y', true, true, "partly_denied", "Some lines were denied; somebody must act.",
        "!!!....!!", "!..!.!", "PRDY.", "......V......"},
    [CLAIM_DENIED] = {'D', true, true, "denied", "Every line was denied; somebody must act.",
        "!!!....!!", "!..!.!", "PRDY.", "......VE....."},
    [CLAIM_REVERSED] = {'V', true, false, "reversed", "The payer took its decision back; a new one is to come.",
        "!!!!!!!!!", "!..!.!", "PRDYL", ".......E....."},
    [CLAIM_ENDED] = {'E', false, false, "ended", "It ended without payment.",
        "!!.....!!", "!.....", "PRDY.", "......V......"},
};

bool
claim_state_is_open(enum claim_state state)
{
    assert(state < CLAIM_STATE_COUNT);
    return rows[state].open;
}

bool
claim_state_is_decided(enum claim_state state)
{
    assert(state < CLAIM_STATE_COUNT);
    return rows[state].decided;
}

const char *
claim_state_name(enum claim_state state)
{
    assert(state < CLAIM_STATE_COUNT);
    return rows[state].name;
}

const char *
claim_state_sentence(enum claim_state state)
{
    assert(state < CLAIM_STATE_COUNT);
    return rows[state].sentence;
}

bool
claim_state_parse(struct text name, enum claim_state *state)
{
    for (unsigned i = 0; i < CLAIM_STATE_COUNT; i++) {
        if (text_is(name, rows[i].name)) {
            *state = (enum claim_state)i;
            return true;
        }
    }
    return false;
}

static char
cell(const struct row *row, uint32_t kind)
{
    if (kind <= 9)
        return row->making[kind - 1];
    if (kind <= 15)
        return row->sending[kind - 10];
    if (kind <= 20)
        return row->paying[kind - 16];
    return row->other[kind - 21];
}

enum claim_answer_class
claim_state_next(enum claim_state state, uint32_t event_kind, enum claim_state *next)
{
    assert(state < CLAIM_STATE_COUNT);
    *next = state;
    if (event_kind == 0 || event_kind > KINDS)
        return CLAIM_IGNORED;
    char answer = cell(&rows[state], event_kind);
    if (answer == '.')
        return CLAIM_IGNORED;
    if (answer == '!')
        return CLAIM_CONTRADICTION;
    for (unsigned i = 0; i < CLAIM_STATE_COUNT; i++) {
        if (rows[i].letter == answer) {
            *next = (enum claim_state)i;
            return CLAIM_MOVES;
        }
    }
    assert(!"every cell of the table is a state, a dot or a mark");
    return CLAIM_CONTRADICTION;
}
