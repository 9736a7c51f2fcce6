/* A bundle of any bytes: whatever comes out can be packed when nothing of severity error was said. */
#include "common/fhir/fhir.h"
#include "schemas/records/claim_body.h"
#include "schemas/records/encounter.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct findings findings;
    struct claim_body body = {0};
    struct document *documents = NULL;
    struct record_fault fault;
    struct text packed;
    uint32_t count = 0;
    arena_init(&arena, 256 << 20);
    findings_init(&findings, &arena);
    enum status status = fhir_read(text_of(data, size), &arena, &body, &documents, &count, &findings);
    assert(status == STATUS_OK || status == STATUS_INVALID || status == STATUS_LIMIT);
    assert(status == STATUS_OK || findings_worst(&findings) == FINDING_ERROR);
    if (status == STATUS_OK) {
        int64_t sum = 0;
        for (uint32_t i = 0; i < body.lines_count; i++) {
            const struct service_line *line = &body.lines[i];
            assert(line->pointer_1 <= body.diagnoses_count && line->pointer_4 <= body.diagnoses_count);
            sum += line->charge_cents;
        }
        for (uint32_t i = 0; i < count; i++)
            assert(record_write(&record_document, &documents[i], &arena, &packed, &fault) == STATUS_OK);
        if (findings_worst(&findings) < FINDING_ERROR) {
            assert(sum == body.total_cents);
            assert(record_write(&record_claim_body, &body, &arena, &packed, &fault) == STATUS_OK);
        }
    }
    arena_free(&arena);
    return 0;
}
