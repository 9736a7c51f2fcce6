#include "services/intake/bundle.h"

#include "common/fhir/fhir.h"
#include "schemas/findings.h"
#include "services/intake/content.h"

enum status
bundle_read(struct service *service, const struct file_row *row, struct arena *arena, struct bundle *bundle)
{
    struct content content;
    *bundle = (struct bundle){0};
    findings_init(&bundle->findings, arena);
    if (row->size > FHIR_BYTES_LIMIT) {
        findings_add(&bundle->findings, FINDING_INTAKE_TOO_MANY, (struct text){0}, (struct text){0});
        return STATUS_OK;
    }
    char *bytes = arena_take_raw(arena, (size_t)row->size + 1);
    size_t length = 0, got = 1;
    enum status status = content_open(service, row, &content);
    while (status == STATUS_OK && got > 0 && length < row->size) {
        status = content_source(&content, bytes + length, (size_t)row->size - length, &got);
        length += status == STATUS_OK ? got : 0;
    }
    content_close(&content);
    if (status != STATUS_OK || length != row->size)
        return status == STATUS_OK ? STATUS_CORRUPT : status;
    status = fhir_read(text_of(bytes, length), arena, &bundle->body, &bundle->documents,
                       &bundle->document_count, &bundle->findings);
    bundle->readable = status == STATUS_OK;
    return status == STATUS_OK || status == STATUS_INVALID || status == STATUS_LIMIT ? STATUS_OK : status;
}

enum status
bundle_judge(struct service *service, struct arena *arena, struct file_row *row)
{
    struct arena scratch;
    struct bundle bundle;
    arena_init(&scratch, 0);
    enum status status = bundle_read(service, row, &scratch, &bundle);
    if (status == STATUS_OK) {
        row->refused = !bundle.readable;
        row->claims = bundle.readable ? 1 : 0;
        row->finding = 0;
        if (!bundle.readable) {
            row->finding = FINDING_INTAKE_NOT_READABLE;
            if (bundle.findings.count > 0) {
                row->finding = bundle.findings.items[0].kind->number;
                row->fault =
                    intake_clean(arena, finding_sentence(&bundle.findings.items[0], false, &scratch), 300);
            }
        }
    }
    arena_free(&scratch);
    return status;
}
