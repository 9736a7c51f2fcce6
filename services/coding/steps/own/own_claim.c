#include "services/coding/steps/own/own_claim.h"

#include "common/date/date.h"

#include <lauxlib.h>
#include <lua.h>

static int
refuse_write(lua_State *lua)
{
    return luaL_error(lua, "a claim is only read");
}

static int
length_of(lua_State *lua)
{
    lua_pushinteger(lua, (lua_Integer)lua_rawlen(lua, lua_upvalueindex(1)));
    return 1;
}

/* Of a table with a charge. Upvalues: what else is in it, the charge's name, the charge, and the mark that it was read. */
static int
index_of(lua_State *lua)
{
    lua_settop(lua, 2);
    if (!lua_rawequal(lua, 2, lua_upvalueindex(2))) {
        lua_rawget(lua, lua_upvalueindex(1));
        return 1;
    }
    *(bool *)lua_touserdata(lua, lua_upvalueindex(4)) = true;
    lua_pushvalue(lua, lua_upvalueindex(3));
    return 1;
}

/* In the place of the table on the top: one that reads it by the function or table below the top, and cannot be written. */
static void
protect_by(lua_State *lua)
{
    lua_createtable(lua, 0, 0);
    lua_createtable(lua, 0, 4);
    lua_pushvalue(lua, -4);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, refuse_write);
    lua_setfield(lua, -2, "__newindex");
    lua_pushvalue(lua, -3);
    lua_pushcclosure(lua, length_of, 1);
    lua_setfield(lua, -2, "__len");
    lua_pushboolean(lua, false);
    lua_setfield(lua, -2, "__metatable");
    lua_setmetatable(lua, -2);
    lua_replace(lua, -3);
    lua_pop(lua, 1);
}

void
own_claim_protect(lua_State *lua)
{
    lua_pushvalue(lua, -1);
    protect_by(lua);
}

/* The same with a charge that is not in the table, so that reading it is seen. */
static void
protect_charge(lua_State *lua, const char *name, int64_t cents, bool *money)
{
    lua_pushvalue(lua, -1);
    lua_pushstring(lua, name);
    lua_pushinteger(lua, (lua_Integer)cents);
    lua_pushlightuserdata(lua, money);
    lua_pushcclosure(lua, index_of, 4);
    lua_insert(lua, -2);
    protect_by(lua);
}

/* What is empty is nil. */
static void
set_text(lua_State *lua, const char *name, struct text text)
{
    if (text.length == 0)
        return;
    lua_pushlstring(lua, text.data, text.length);
    lua_setfield(lua, -2, name);
}

static void
set_number(lua_State *lua, const char *name, int64_t number)
{
    lua_pushinteger(lua, (lua_Integer)number);
    lua_setfield(lua, -2, name);
}

static void
set_day(lua_State *lua, const char *name, int32_t day)
{
    if (day != 0)
        set_number(lua, name, day);
}

/* One text of a list that lies on the top. */
static void
add_text(lua_State *lua, struct text text)
{
    if (text.length == 0)
        return;
    lua_pushlstring(lua, text.data, text.length);
    lua_rawseti(lua, -2, (lua_Integer)lua_rawlen(lua, -2) + 1);
}

static void
end_list(lua_State *lua, const char *name)
{
    own_claim_protect(lua);
    lua_setfield(lua, -2, name);
}

static void
push_diagnoses(lua_State *lua, const struct claim_body *body)
{
    lua_createtable(lua, (int)body->diagnoses_count, 0);
    for (uint32_t i = 0; i < body->diagnoses_count; i++) {
        lua_createtable(lua, 0, 3);
        set_text(lua, "code", body->diagnoses[i].code);
        set_text(lua, "present_on_admission", body->diagnoses[i].present_on_admission);
        lua_pushboolean(lua, coding_is_principal(&body->diagnoses[i]));
        lua_setfield(lua, -2, "principal");
        own_claim_protect(lua);
        lua_rawseti(lua, -2, (lua_Integer)i + 1);
    }
    end_list(lua, "diagnoses");
}

static void
push_line(lua_State *lua, const struct coding_case *c, const struct service_line *line, bool *money)
{
    struct text rendering = line->rendering.id.length > 0 ? line->rendering.id : c->body->rendering.id;
    struct text place = line->place_of_service.length > 0 ? line->place_of_service : c->body->place_of_service;
    lua_createtable(lua, 0, 10);
    set_text(lua, "procedure", line->procedure);
    set_text(lua, "rendering", rendering);
    if (c->institutional == NULL)
        set_text(lua, "place", place);
    if (line->institutional_count > 0)
        set_text(lua, "revenue", line->institutional->revenue_code);
    set_day(lua, "date", coding_line_date(c, line));
    set_day(lua, "date_to", line->date_to);
    if (line->quantity_milli % 1000 == 0)
        set_number(lua, "units", line->quantity_milli / 1000);
    else {
        lua_pushnumber(lua, (lua_Number)line->quantity_milli / 1000);
        lua_setfield(lua, -2, "units");
    }
    lua_createtable(lua, 4, 0);
    for (unsigned i = 0; i < 4; i++)
        add_text(lua, coding_modifier(line, i));
    end_list(lua, "modifiers");
    lua_createtable(lua, 4, 0);
    for (unsigned i = 0; i < 4; i++) {
        if (coding_pointer(line, i) == 0)
            continue;
        lua_pushinteger(lua, (lua_Integer)coding_pointer(line, i));
        lua_rawseti(lua, -2, (lua_Integer)lua_rawlen(lua, -2) + 1);
    }
    end_list(lua, "pointers");
    protect_charge(lua, "charge_cents", line->charge_cents, money);
}

static void
push_institutional(lua_State *lua, const struct institutional_claim *own)
{
    set_text(lua, "admission_type", own->admission_type);
    set_text(lua, "admission_source", own->admission_source);
    set_text(lua, "patient_status", own->patient_status);
    set_text(lua, "drg", own->drg);
    set_text(lua, "admitting", own->admitting.code);
    set_day(lua, "admission_date", own->admission_date);
    set_day(lua, "statement_from", own->statement_from);
    set_day(lua, "statement_to", own->statement_to);
    lua_createtable(lua, (int)own->conditions_count, 0);
    for (uint32_t i = 0; i < own->conditions_count; i++)
        add_text(lua, own->conditions[i].code);
    end_list(lua, "conditions");
    lua_createtable(lua, (int)own->occurrences_count, 0);
    for (uint32_t i = 0; i < own->occurrences_count; i++)
        add_text(lua, own->occurrences[i].code);
    end_list(lua, "occurrences");
    lua_createtable(lua, (int)own->values_count, 0);
    for (uint32_t i = 0; i < own->values_count; i++)
        add_text(lua, own->values[i].code);
    end_list(lua, "values");
    lua_createtable(lua, (int)own->procedures_count, 0);
    for (uint32_t i = 0; i < own->procedures_count; i++)
        add_text(lua, own->procedures[i].code);
    end_list(lua, "operations");
}

void
own_claim_push(lua_State *lua, const struct coding_case *c, bool *money)
{
    static const char *const settings[CODING_SETTING_COUNT] = {"professional", "outpatient", "inpatient", "dental"};
    const struct claim_body *body = c->body;
    luaL_checkstack(lua, 20, "a claim");
    lua_createtable(lua, 0, 30);
    lua_pushstring(lua, settings[c->setting]);
    lua_setfield(lua, -2, "setting");
    set_text(lua, "payer", body->payer.id);
    set_text(lua, "filing", body->subscriber.filing_indicator);
    set_text(lua, "frequency", body->frequency);
    set_text(lua, "authorization", body->prior_authorization);
    set_text(lua, "referring", body->referring.id);
    set_text(lua, "rendering", body->rendering.id);
    set_text(lua, "billing", body->billing.id);
    set_text(lua, "facility", body->service_facility.id);
    set_text(lua, "sex", c->sex);
    set_text(lua, c->institutional != NULL ? "bill" : "place", body->place_of_service);
    set_day(lua, "day", c->day);
    if (c->birth_date != 0 && c->day != 0)
        set_number(lua, "age", date_age_years(c->birth_date, c->day));
    push_diagnoses(lua, body);
    lua_createtable(lua, (int)body->lines_count, 0);
    for (uint32_t i = 0; i < body->lines_count; i++) {
        push_line(lua, c, &body->lines[i], money);
        lua_rawseti(lua, -2, (lua_Integer)i + 1);
    }
    end_list(lua, "lines");
    if (c->institutional != NULL)
        push_institutional(lua, c->institutional);
    protect_charge(lua, "total_cents", body->total_cents, money);
}
