/* Entries of the bundle by name, references, and paths. */
#include "common/fhir/fhir_map.h"
#include "schemas/findings.h"

#include <stdlib.h>

struct text
fhir_string(const json_t *value)
{
    return json_is_string(value) ? text_of(json_string_value(value), json_string_length(value))
                                 : (struct text){0};
}

struct text
fhir_resource_type(const json_t *resource)
{
    return fhir_string(json_object_get(resource, "resourceType"));
}

static int
name_order(const void *a, const void *b)
{
    return text_compare(((const struct fhir_name *)a)->name, ((const struct fhir_name *)b)->name);
}

static void
index_names(struct fhir_reading *reading, const json_t *entries)
{
    size_t i;
    json_t *entry;
    reading->names = ARENA_ARRAY(reading->arena, struct fhir_name, json_array_size(entries) * 2 + 1);
    json_array_foreach(entries, i, entry)
    {
        json_t *resource = json_object_get(entry, "resource");
        struct text url = fhir_string(json_object_get(entry, "fullUrl"));
        struct text type = fhir_resource_type(resource), id = fhir_string(json_object_get(resource, "id"));
        if (!json_is_object(resource))
            continue;
        reading->resources[reading->resource_count++] = resource;
        if (url.length > 0)
            reading->names[reading->name_count++] = (struct fhir_name){url, resource};
        if (type.length > 0 && id.length > 0)
            reading->names[reading->name_count++] = (struct fhir_name){
                arena_print(reading->arena, "%.*s/%.*s", TEXT_ARGS(type), TEXT_ARGS(id)), resource};
    }
}

enum status
fhir_index(struct fhir_reading *reading)
{
    const json_t *entries = json_object_get(reading->bundle, "entry");
    size_t count = json_array_size(entries);
    if (count > FHIR_ENTRIES_LIMIT) {
        fhir_found(reading, FINDING_FHIR_LIMIT, "Bundle.entry",
                   arena_print(reading->arena, "%zu entries", count));
        return STATUS_LIMIT;
    }
    reading->resources = ARENA_ARRAY(reading->arena, json_t *, count + 1);
    index_names(reading, entries);
    qsort(reading->names, reading->name_count, sizeof *reading->names, name_order);
    for (uint32_t i = 1; i < reading->name_count; i++) {
        const struct fhir_name *a = &reading->names[i - 1], *b = &reading->names[i];
        if (text_equal(a->name, b->name) && a->resource != b->resource) {
            fhir_found(reading, FINDING_FHIR_REFERENCE_DOUBLED, "Bundle.entry", b->name);
            break;
        }
    }
    return STATUS_OK;
}

static json_t *
follow_contained(const json_t *owner, struct text id)
{
    size_t i;
    json_t *resource;
    json_array_foreach(json_object_get(owner, "contained"), i, resource)
    {
        if (text_equal(fhir_string(json_object_get(resource, "id")), id))
            return resource;
    }
    return NULL;
}

json_t *
fhir_follow(const struct fhir_reading *reading, const json_t *owner, const json_t *reference)
{
    struct text name = fhir_string(json_object_get(reference, "reference"));
    if (name.length == 0)
        return NULL;
    if (name.data[0] == '#')
        return follow_contained(owner, text_of(name.data + 1, name.length - 1));
    const char *history = memmem(name.data, name.length, "/_history/", 10);
    if (history != NULL)
        name.length = (size_t)(history - name.data);
    struct fhir_name key = {name, NULL};
    const struct fhir_name *found =
        reading->name_count == 0 ? NULL
                                 : bsearch(&key, reading->names, reading->name_count, sizeof key, name_order);
    return found == NULL ? NULL : found->resource;
}

static bool
is_value(const json_t *value, const char *want)
{
    if (json_is_boolean(value))
        return text_is(json_is_true(value) ? TEXT("true") : TEXT("false"), want);
    return json_is_string(value) && text_is(fhir_string(value), want);
}

/* Does any value at the members `path` ("type.coding.code") below `value` equal `want`? */
static bool
has_value(const json_t *value, const char *path, const char *want)
{
    size_t i;
    json_t *item;
    if (json_is_array(value)) {
        json_array_foreach(value, i, item)
        {
            if (!json_is_array(item) && has_value(item, path, want))
                return true;
        }
        return false;
    }
    if (*path == '\0')
        return is_value(value, want);
    size_t length = strcspn(path, ".");
    const json_t *inner = json_object_getn(value, path, length);
    return inner != NULL && has_value(inner, path + length + (path[length] == '.'), want);
}

static json_t *
walk(const struct fhir_reading *reading, const struct fhir_step *step, unsigned left, json_t *value,
     const json_t *owner)
{
    size_t i;
    json_t *item, *found;
    if (value == NULL || json_is_null(value))
        return NULL;
    if (json_is_array(value)) {
        if (left > 0 && step->kind == FHIR_STEP_INDEX)
            return walk(reading, step + 1, left - 1, json_array_get(value, step->index), owner);
        json_array_foreach(value, i, item)
        {
            found = json_is_array(item) ? NULL : walk(reading, step, left, item, owner);
            if (found != NULL)
                return found;
        }
        return NULL;
    }
    if (left == 0)
        return value;
    if (json_object_get(value, "resourceType") != NULL)
        owner = value;
    switch ((enum fhir_step_kind)step->kind) {
    case FHIR_STEP_MEMBER:
        return walk(reading, step + 1, left - 1, json_object_get(value, step->name), owner);
    case FHIR_STEP_INDEX:
        return step->index == 0 ? walk(reading, step + 1, left - 1, value, owner) : NULL;
    case FHIR_STEP_WHERE:
        return has_value(value, step->name, step->value) ? walk(reading, step + 1, left - 1, value, owner)
                                                         : NULL;
    case FHIR_STEP_FOLLOW:
        item = fhir_follow(reading, owner, value);
        return item != NULL && text_is(fhir_resource_type(item), step->name)
                   ? walk(reading, step + 1, left - 1, item, owner)
                   : NULL;
    }
    return NULL;
}

/* A value of its own, for fields, is a leaf; a base may be an object. */
json_t *
fhir_find(const struct fhir_reading *reading, uint16_t first, uint16_t count)
{
    for (unsigned i = first; i < (unsigned)first + count; i++) {
        const struct fhir_path *path = &fhir_paths[i];
        json_t *base = reading->bases[path->base];
        json_t *found =
            walk(reading, &fhir_steps[path->first], path->count, base, reading->bases[FHIR_BASE_CLAIM]);
        if (found != NULL)
            return found;
    }
    return NULL;
}
