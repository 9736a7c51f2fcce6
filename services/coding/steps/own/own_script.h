/*
 * Functions in Lua for what the table of own rules cannot say. A script is text alone (no compiled code), run anew for each question
 * so that nothing stays from one claim to the next. It reaches no file, program, clock, random number, other code or the claim
 * itself: it is given a copy that cannot be written. Each question may take OWN_INSTRUCTIONS instructions, OWN_MEMORY bytes at a time and
 * OWN_MEMORY_TOTAL in all, and OWN_PASSED elements and bytes may be gone through inside calls (moved in a table, searched in a text), which
 * count as one instruction however long they are.
 */
#ifndef CLAIMLINE_CODING_OWN_SCRIPT_H
#define CLAIMLINE_CODING_OWN_SCRIPT_H

#include "services/coding/steps/own/own.h"

enum {
    OWN_INSTRUCTIONS = 200000,
    OWN_MEMORY = 4 << 20,
    OWN_MEMORY_TOTAL = 64 << 20,
    OWN_PASSED = 16 << 20,
    OWN_PLACES = 50,         /* findings of one answer */
    OWN_DETAIL_BYTES = 60,
};

/* What a function answers: places where its rule found something. */
struct own_answers {
    struct {
        const char *noun; /* "claim", "line", "diagnosis" */
        uint32_t ordinal; /* from 1; 0: the claim */
        char detail[OWN_DETAIL_BYTES + 1];
    } places[OWN_PLACES];
    uint32_t count;
    bool money; /* it read a charge: what it answers may hold one */
};

/* Compiles it and runs it once, so that its functions are there. False with `reason`. */
bool own_script_make(const char *name, struct text text, struct own_script **script, char reason[OWN_REASON_BYTES]);
void own_script_free(struct own_script *script);
bool own_script_has(struct own_script *script, struct text function);
/* Asks a function of the case, and of a line (from 1; 0: of none). OWN_ON: it answered; OWN_FAILED: it has an error or answered what is
 * no answer; OWN_RAN_AWAY: it went over a bound. `message` is Lua's own, for who wrote the script; of one that had read
 * a charge it is not given. */
enum own_state own_script_ask(struct own_script *script, const struct coding_case *c, struct text function, uint32_t line,
                              struct own_answers *answers, char message[OWN_REASON_BYTES]);

#endif
