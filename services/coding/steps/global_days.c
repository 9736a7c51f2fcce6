#include "services/coding/steps/global_days.h"
#include "common/codeset/import/fees.h"
#include "services/coding/steps/sets.h"

int32_t
global_days(const struct coding_case *c, uint64_t procedure, int32_t day)
{
    struct codeset_rows all, rows;
    struct codeset_data *data = coding_edition(c, CODING_FEES, day);
    if (data == NULL)
        return GLOBAL_DAYS_UNKNOWN;
    if (!coding_rows_in(c, data, procedure, &all) || codeset_narrow(data, &all, 0, &rows) != STATUS_OK)
        return coding_is_built_in(data) ? GLOBAL_DAYS_UNKNOWN : GLOBAL_DAYS_NOT_APPLICABLE;
    return rows.numbers[FEE_GLOBAL];
}
