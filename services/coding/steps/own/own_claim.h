/* The claim as a script sees it. Used by own_script.c alone. */
#ifndef CLAIMLINE_CODING_OWN_CLAIM_H
#define CLAIMLINE_CODING_OWN_CLAIM_H

#include "services/coding/steps/own/own.h"

struct lua_State;

/* Pushes a table that cannot be written; may raise a memory error of Lua. */
void own_claim_push(struct lua_State *lua, const struct coding_case *c);
/* Wraps the table on the top so that it can be read alone. */
void own_claim_protect(struct lua_State *lua);

#endif
