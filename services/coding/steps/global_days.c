#include "services/coding/steps/global_days.h"
#include "common/codeset/import/fees.h"
#include "services/coding/steps/sets.h"

int32_t
global_days_of(const struct codeset_rows *rows, int32_t day)
{
    for (uint32_t i = 0; i < rows->count; i++)
        if (rows->rows[i].second == 0 && codeset_holds(&rows->rows[i], day))
            return rows->numbers[i * FEE_NUMBERS + FEE_GLOBAL];
    return GLOBAL_DAYS_NOT_APPLICABLE;
}

int32_t
global_days(const struct coding_case *c, uint64_t procedure, int32_t day)
{
    struct codeset_rows rows;
    struct codeset_data *data = coding_edition(c, CODING_FEES, day);
    if (data == NULL)
        return GLOBAL_DAYS_UNKNOWN;
    if (!coding_rows_in(c, data, procedure, &rows))
        return coding_is_built_in(data) ? GLOBAL_DAYS_UNKNOWN : GLOBAL_DAYS_NOT_APPLICABLE;
    return global_days_of(&rows, day);
}
