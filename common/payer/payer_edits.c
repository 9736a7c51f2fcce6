#include "common/payer/payer_edits.h"

#include <stdio.h>
#include <stdlib.h>

/* What is wrong with a row before its edit is read; NULL: nothing. */
static const char *
fault_of(const struct config_row *first, const struct config_row *row)
{
    for (const char *at = row->text; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || (unsigned char)*at > 0x7E)
            return "holds a character that no edit has; allowed: printable ASCII";
    if (strlen(row->name) > 30)
        return "the name of a row has more than 30 characters";
    for (const struct config_row *other = first; other != row; other = other->next)
        if (strcmp(other->name, row->name) == 0)
            return "stands there twice; allowed: a name of its own for each row";
    return NULL;
}

enum status
payer_edits_read(const struct config *config, const char *profile, struct x12_edits **edits, char reason[512])
{
    const struct config_row *first = config_rows(config), *at[X12_EDITS_LIMIT + 1];
    struct x12_edit_row rows[X12_EDITS_LIMIT + 1];
    size_t count = 0, wrong = 0;
    char fault[X12_EDITS_REASON_BYTES];
    *edits = NULL;
    for (const struct config_row *row = first; row != NULL && count <= X12_EDITS_LIMIT; row = row->next, count++) {
        const char *wrong_row = fault_of(first, row);
        if (wrong_row != NULL) {
            config_blame_row(config, row, wrong_row, reason);
            return STATUS_CONFIG;
        }
        at[count] = row;
        rows[count] = (struct x12_edit_row){row->name, row->text};
    }
    if (count == 0)
        return STATUS_OK;
    enum status status = x12_edits_make(profile, rows, count, edits, &wrong, fault);
    if (status != STATUS_OK)
        config_blame_row(config, at[wrong], fault, reason);
    return status;
}
