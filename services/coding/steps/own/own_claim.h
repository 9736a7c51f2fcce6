/* The claim as a script sees it. Used by own_script.c alone. */
#ifndef CLAIMLINE_CODING_OWN_CLAIM_H
#define CLAIMLINE_CODING_OWN_CLAIM_H

#include "services/coding/steps/own/own.h"

struct lua_State;

/* Pushes a table that cannot be written; may raise a memory error of Lua. `*money` becomes true when a charge of it is read; it must live as
 * long as the table is used. */
void own_claim_push(struct lua_State *lua, const struct coding_case *c, bool *money);
/* Wraps the table on the top so that it can be read alone. */
void own_claim_protect(struct lua_State *lua);

#endif
