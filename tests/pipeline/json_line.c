#include "tests/pipeline/json_line.h"

#include <string.h>

static void
pass_spaces(struct json_line *line)
{
    while (line->at < line->end && strchr(" \t\r\n", *line->at) != NULL && *line->at != '\0')
        line->at++;
}

/* Stands on the opening quote; afterwards behind the closing one. */
static bool
take_string(struct json_line *line, struct slice *string)
{
    const char *start = ++line->at;
    for (; line->at < line->end && *line->at != '"'; line->at++) {
        if (*line->at == '\\')
            line->at++;
    }
    if (line->at >= line->end)
        return false;
    *string = (struct slice){start, (uint32_t)(line->at - start)};
    line->at++;
    return true;
}

bool
json_line_next(struct json_line *line, struct json_pair *pair)
{
    while (line->at < line->end) {
        if (*line->at != '"') {
            line->at++;
            continue;
        }
        if (!take_string(line, &pair->name))
            return false;
        pass_spaces(line);
        if (line->at >= line->end || *line->at != ':')
            continue; /* a string in an array */
        line->at++;
        pass_spaces(line);
        if (line->at >= line->end)
            return false;
        pair->string = *line->at == '"';
        if (pair->string)
            return take_string(line, &pair->value);
        if (*line->at == '{' || *line->at == '[')
            continue;
        const char *start = line->at;
        while (line->at < line->end && strchr(",}] \t\r\n", *line->at) == NULL)
            line->at++;
        pair->value = (struct slice){start, (uint32_t)(line->at - start)};
        return true;
    }
    return false;
}
