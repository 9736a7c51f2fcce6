/* Any lines as the rows of a payer's edits: they are compiled, and then judge a claim, or are refused with a reason. */
#include "common/x12/check/x12_validate.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 300 };

static const char claim[] = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *261123*1200*^*00501*000000001*0*T*:~"
                            "GS*HC*A*B*20261123*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*1*20261123*1200*CH~"
                            "HL*1**20*1~NM1*85*2*A*****XX*1234567893~HL*2*1*22*0~SBR*P*18*******CI~NM1*IL*1*B*C****MI*1~"
                            "CLM*A1*100***11:B:1*Y*A*Y*Y~REF*D9*1~HI*ABK:J101*ABF:E119~LX*1~SV1*HC:99213:25:GP*100*UN*1***1~"
                            "DTP*472*D8*20261120~SBR*S*18*******CI~SE*16*0001~GE*1*1~IEA*1*000000001~";

static void
judge(const struct x12_edits *edits)
{
    struct x12_check check;
    enum x12_event event;
    x12_check_open_memory(&check, &(struct x12_check_options){.edits = edits}, text_of(claim, sizeof claim - 1));
    do
        event = x12_check_next(&check);
    while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    assert(event == X12_EVENT_END);
    x12_check_close(&check);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct x12_edit_row rows[ROWS];
    size_t count = 0, wrong = SIZE_MAX;
    char *bytes = malloc(size + 1), reason[X12_EDITS_REASON_BYTES];
    assert(bytes != NULL);
    memcpy(bytes, data, size);
    bytes[size] = '\0';
    for (char *at = bytes; count < ROWS && at != NULL; count++) {
        char *end = strchr(at, '\n');
        rows[count] = (struct x12_edit_row){"row", at};
        if (end != NULL)
            *end = '\0';
        at = end == NULL ? NULL : end + 1;
    }
    struct x12_edits *edits = NULL;
    memset(reason, 'x', sizeof reason);
    if (x12_edits_make("fuzz", rows, count, &edits, &wrong, reason) == STATUS_OK)
        judge(edits);
    else
        assert(edits == NULL && wrong < count && memchr(reason, '\0', sizeof reason) != NULL);
    x12_edits_free(edits);
    free(bytes);
    return 0;
}
