#include "services/coding/steps/own/own_script.h"

#include "common/date/date.h"
#include "services/coding/steps/own/own_claim.h"

#include <assert.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>

struct own_script {
    lua_State *lua;
    char name[OWN_REASON_BYTES / 2];
    size_t live, total; /* bytes in use; bytes taken since the question began */
    size_t passed;      /* elements and bytes gone through inside calls since then */
    bool over;          /* a bound was met */
    /* the question */
    const struct coding_case *c;
    struct text function;
    uint32_t line;
    struct own_answers *answers;
};

/* Places in the registry. */
static const char chunk_key = 0, libraries_key = 0;

/* ---- bounds ---- */

static void *
take_memory(void *context, void *old, size_t old_size, size_t size)
{
    struct own_script *script = context;
    size_t was = old == NULL ? 0 : old_size; /* without a block the old size is a kind of thing */
    if (size == 0) {
        script->live -= was;
        free(old);
        return NULL;
    }
    size_t more = size > was ? size - was : 0;
    if (script->live + more > OWN_MEMORY || script->total + more > OWN_MEMORY_TOTAL) {
        script->over = true;
        return NULL;
    }
    void *bytes = realloc(old, size);
    if (bytes == NULL)
        return NULL;
    script->live += size - was;
    script->total += more;
    return bytes;
}

static struct own_script *
script_of(lua_State *lua)
{
    void *context;
    lua_getallocf(lua, &context);
    return context;
}

static void
stop_running(lua_State *lua, lua_Debug *about)
{
    (void)about;
    script_of(lua)->over = true;
    luaL_error(lua, "more than %d instructions", OWN_INSTRUCTIONS);
}

/* A call goes through so many elements or bytes: too many in all end the question. */
static void
pass(lua_State *lua, size_t count)
{
    struct own_script *script = script_of(lua);
    script->passed += count;
    if (script->passed <= OWN_PASSED)
        return;
    script->over = true;
    luaL_error(lua, "more than %d elements and bytes gone through", OWN_PASSED);
}

/* ---- what a script may call ---- */

/* No addresses: they differ from run to run. */
static int
call_tostring(lua_State *lua)
{
    luaL_checkany(lua, 1);
    lua_settop(lua, 1);
    if (lua_isboolean(lua, 1))
        lua_pushstring(lua, lua_toboolean(lua, 1) ? "true" : "false");
    else if (lua_tolstring(lua, 1, NULL) == NULL) /* a number becomes its digits, where it stands */
        lua_pushstring(lua, luaL_typename(lua, 1));
    return 1;
}

static int
call_starts(lua_State *lua)
{
    struct text whole, head;
    whole.data = luaL_checklstring(lua, 1, &whole.length);
    head.data = luaL_checklstring(lua, 2, &head.length);
    pass(lua, head.length);
    lua_pushboolean(lua, text_starts(whole, head));
    return 1;
}

static int
call_contains(lua_State *lua)
{
    size_t length, part;
    const char *whole = luaL_checklstring(lua, 1, &length), *piece = luaL_checklstring(lua, 2, &part);
    pass(lua, length);
    lua_pushboolean(lua, part == 0 || memmem(whole, length, piece, part) != NULL);
    return 1;
}

/* Days from one date (yyyymmdd) to another. */
static int
call_days(lua_State *lua)
{
    lua_Integer from = luaL_checkinteger(lua, 1), to = luaL_checkinteger(lua, 2);
    luaL_argcheck(lua, from > 0 && from <= INT32_MAX && date_valid((int32_t)from), 1, "no date");
    luaL_argcheck(lua, to > 0 && to <= INT32_MAX && date_valid((int32_t)to), 2, "no date");
    lua_pushinteger(lua, date_to_days((int32_t)to) - date_to_days((int32_t)from));
    return 1;
}

/* A function of the table library that goes through its table, or as far as its third argument says (unpack); with fewer arguments
 * than the second upvalue it does not (insert and remove at the end). */
static int
call_through(lua_State *lua)
{
    lua_CFunction function = lua_tocfunction(lua, lua_upvalueindex(1));
    lua_Integer last = lua_isnumber(lua, 3) ? lua_tointeger(lua, 3) : 0;
    if (lua_gettop(lua) >= lua_tointeger(lua, lua_upvalueindex(2)) && lua_istable(lua, 1)) {
        pass(lua, lua_rawlen(lua, 1));
        pass(lua, last > 0 && last < OWN_PASSED ? (size_t)last : 0); /* further on the function itself refuses */
    }
    return function(lua);
}

/* Puts a bound on a function of the library on the top. */
static void
bound(lua_State *lua, const char *name, lua_Integer enough)
{
    lua_getfield(lua, -1, name);
    lua_pushinteger(lua, enough);
    lua_pushcclosure(lua, call_through, 2);
    lua_setfield(lua, -2, name);
}

/* Copies named functions of the library on the top into the table below it; the library goes. */
static void
pick(lua_State *lua, const char *const *names)
{
    for (; *names != NULL; names++) {
        lua_getfield(lua, -1, *names);
        lua_setfield(lua, -3, *names);
    }
    lua_pop(lua, 1);
}

/* No patterns, no rep: what runs long inside one call is not there. No sort, no move, no pairs: likewise, or its order changes. */
static const char *const of_base[] = {"assert", "error", "ipairs", "select", "tonumber", "type", NULL};
static const char *const of_string[] = {"byte", "len", "lower", "sub", "upper", NULL};
static const char *const of_table[] = {"concat", "insert", "remove", "unpack", NULL};
static const char *const of_math[] = {"abs", "ceil", "floor", "max", "min", "tointeger", NULL};

static void
push_library(lua_State *lua, const char *name, lua_CFunction open, const char *const *names)
{
    lua_createtable(lua, 0, 8);
    luaL_requiref(lua, name, open, 0);
    pick(lua, names);
}

/* A table of all that there is, kept in the registry. */
static void
make_libraries(lua_State *lua)
{
    static const luaL_Reg own[] = {
        {"tostring", call_tostring}, {"starts", call_starts}, {"contains", call_contains}, {"days", call_days}, {NULL, NULL}};
    push_library(lua, "_G", luaopen_base, of_base);
    luaL_setfuncs(lua, own, 0);
    push_library(lua, "table", luaopen_table, of_table);
    bound(lua, "concat", 1);
    bound(lua, "insert", 3);
    bound(lua, "remove", 2);
    bound(lua, "unpack", 1);
    own_claim_protect(lua);
    lua_setfield(lua, -2, "table");
    push_library(lua, "math", luaopen_math, of_math);
    own_claim_protect(lua);
    lua_setfield(lua, -2, "math");
    push_library(lua, "string", luaopen_string, of_string);
    own_claim_protect(lua);
    /* ("x"):sub(1) finds the same; the library itself must not be reached by it. */
    lua_pushliteral(lua, "");
    lua_getmetatable(lua, -1);
    lua_pushvalue(lua, -3);
    lua_setfield(lua, -2, "__index");
    lua_pushboolean(lua, false);
    lua_setfield(lua, -2, "__metatable");
    lua_pop(lua, 2);
    lua_setfield(lua, -2, "string");
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &libraries_key);
}

/* Runs the chunk in an environment of its own, which is left on the top: its functions are in it. */
static void
run_chunk(lua_State *lua)
{
    lua_createtable(lua, 0, 8);
    lua_createtable(lua, 0, 1);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &libraries_key);
    lua_setfield(lua, -2, "__index");
    lua_pushboolean(lua, false);
    lua_setfield(lua, -2, "__metatable");
    lua_setmetatable(lua, -2);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &chunk_key);
    lua_pushvalue(lua, -2);
    if (lua_setupvalue(lua, -2, 1) == NULL) /* _ENV */
        lua_pop(lua, 1);
    lua_call(lua, 0, 0);
}

/* ---- making ---- */

static int
make_protected(lua_State *lua)
{
    const struct text *text = lua_touserdata(lua, 1);
    make_libraries(lua);
    lua_pushfstring(lua, "=%s", script_of(lua)->name);
    if (luaL_loadbufferx(lua, text->data, text->length, lua_tostring(lua, -1), "t") != LUA_OK)
        return lua_error(lua);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &chunk_key);
    run_chunk(lua);
    return 0;
}

/* Calls a function of ours under all bounds; its one argument is a pointer. LUA_OK, else the message is on the top. */
static int
call_bounded(struct own_script *script, lua_CFunction function, void *argument)
{
    lua_State *lua = script->lua;
    script->total = 0;
    script->passed = 0;
    script->over = false;
    lua_settop(lua, 0);
    lua_sethook(lua, stop_running, LUA_MASKCOUNT, OWN_INSTRUCTIONS);
    lua_pushcfunction(lua, function);
    lua_pushlightuserdata(lua, argument);
    return lua_pcall(lua, 1, 0, 0);
}

static void
take_message(struct own_script *script, char message[OWN_REASON_BYTES])
{
    const char *words = lua_type(script->lua, -1) == LUA_TSTRING ? lua_tostring(script->lua, -1) : "an error that is no text";
    snprintf(message, OWN_REASON_BYTES, "%s", words);
}

bool
own_script_make(const char *name, struct text text, struct own_script **script, char reason[OWN_REASON_BYTES])
{
    struct own_script *made = calloc(1, sizeof *made);
    assert(made != NULL);
    snprintf(made->name, sizeof made->name, "%s", name == NULL ? "script" : name);
    made->lua = lua_newstate(take_memory, made);
    assert(made->lua != NULL);
    if (call_bounded(made, make_protected, &text) != LUA_OK) {
        char message[OWN_REASON_BYTES];
        take_message(made, message);
        bool named = text_starts(text_from(message), text_from(made->name));
        snprintf(reason, OWN_REASON_BYTES, "%s%s%.240s", named ? "" : made->name, named ? "" : ": ", message);
        own_script_free(made);
        return false;
    }
    *script = made;
    return true;
}

void
own_script_free(struct own_script *script)
{
    if (script == NULL)
        return;
    lua_close(script->lua);
    free(script);
}

static int
has_protected(lua_State *lua)
{
    struct own_script *script = lua_touserdata(lua, 1);
    run_chunk(lua);
    lua_pushlstring(lua, script->function.data, script->function.length);
    if (lua_rawget(lua, -2) != LUA_TFUNCTION)
        return luaL_error(lua, "no function");
    return 0;
}

bool
own_script_has(struct own_script *script, struct text function)
{
    script->function = function;
    return call_bounded(script, has_protected, script) == LUA_OK;
}

/* ---- asking ---- */

static void
add_place(struct own_script *script, const char *noun, uint32_t ordinal)
{
    struct own_answers *answers = script->answers;
    if (answers->count == OWN_PLACES)
        luaL_error(script->lua, "more than %d findings", OWN_PLACES);
    answers->places[answers->count].noun = noun;
    answers->places[answers->count].ordinal = ordinal;
    answers->places[answers->count++].detail[0] = '\0';
}

/* A number of the finding on the top, within the claim's. */
static bool
take_ordinal(struct own_script *script, const char *noun, uint32_t limit)
{
    lua_State *lua = script->lua;
    int is_number;
    bool given = lua_getfield(lua, -1, noun) != LUA_TNIL;
    lua_Integer ordinal = lua_tointegerx(lua, -1, &is_number);
    lua_pop(lua, 1);
    if (!given)
        return false;
    if (!is_number || ordinal < 1 || ordinal > limit)
        luaL_error(lua, "the %s of a finding is none of the claim", noun);
    add_place(script, noun, (uint32_t)ordinal);
    return true;
}

/* {line = 2, detail = "..."}, {diagnosis = 1}, {}: a finding. */
static void
take_finding(struct own_script *script)
{
    lua_State *lua = script->lua;
    const struct claim_body *body = script->c->body;
    if (!lua_istable(lua, -1))
        luaL_error(lua, "a finding is a table: {line = 2, detail = \"...\"}");
    if (!take_ordinal(script, "line", body->lines_count) && !take_ordinal(script, "diagnosis", body->diagnoses_count))
        add_place(script, script->line > 0 ? "line" : "claim", script->line);
    if (lua_getfield(lua, -1, "detail") == LUA_TSTRING || lua_isnumber(lua, -1)) {
        size_t length;
        const char *words = lua_tolstring(lua, -1, &length);
        char *detail = script->answers->places[script->answers->count - 1].detail;
        length = length < OWN_DETAIL_BYTES ? length : OWN_DETAIL_BYTES;
        for (size_t i = 0; i < length; i++)
            detail[i] = (unsigned char)words[i] < ' ' || (unsigned char)words[i] > '~' ? '?' : words[i];
        detail[length] = '\0';
    }
    lua_pop(lua, 1);
}

/* nil, false: nothing; true: here; a list of findings. */
static void
take_answer(struct own_script *script)
{
    lua_State *lua = script->lua;
    if (lua_isnoneornil(lua, -1) || (lua_isboolean(lua, -1) && !lua_toboolean(lua, -1)))
        return;
    if (lua_isboolean(lua, -1)) {
        add_place(script, script->line > 0 ? "line" : "claim", script->line);
        return;
    }
    if (!lua_istable(lua, -1))
        luaL_error(lua, "a function answers nil, true, false or a list of findings, not a %s", luaL_typename(lua, -1));
    lua_Integer count = luaL_len(lua, -1);
    if (count == 0) {
        lua_pushnil(lua);
        if (lua_next(lua, -2) != 0)
            luaL_error(lua, "a function answers a list of findings: {{line = 2}}, not {line = 2}");
    }
    for (lua_Integer i = 1; i <= count; i++) {
        lua_geti(lua, -1, i);
        take_finding(script);
        lua_pop(lua, 1);
    }
}

static int
ask_protected(lua_State *lua)
{
    struct own_script *script = lua_touserdata(lua, 1);
    run_chunk(lua);
    lua_pushlstring(lua, script->function.data, script->function.length);
    if (lua_rawget(lua, -2) != LUA_TFUNCTION)
        return luaL_error(lua, "no function");
    own_claim_push(lua, script->c, &script->answers->money);
    if (script->line > 0)
        lua_pushinteger(lua, script->line);
    else
        lua_pushnil(lua);
    lua_call(lua, 2, 1);
    take_answer(script);
    return 0;
}

enum own_state
own_script_ask(struct own_script *script, const struct coding_case *c, struct text function, uint32_t line, struct own_answers *answers,
               char message[OWN_REASON_BYTES])
{
    answers->count = 0;
    answers->money = false;
    message[0] = '\0';
    script->c = c;
    script->function = function;
    script->line = line;
    script->answers = answers;
    int result = call_bounded(script, ask_protected, script);
    enum own_state state = result == LUA_OK ? OWN_ON : script->over || result == LUA_ERRMEM ? OWN_RAN_AWAY : OWN_FAILED;
    if (state != OWN_ON) {
        take_message(script, message);
        if (answers->money)
            snprintf(message, OWN_REASON_BYTES, "it had read a charge, so that its words are not kept");
        answers->count = 0;
    }
    lua_settop(script->lua, 0);
    lua_gc(script->lua, LUA_GCCOLLECT); /* each question begins alike */
    return state;
}
