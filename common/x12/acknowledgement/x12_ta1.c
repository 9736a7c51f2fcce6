#include "common/x12/acknowledgement/x12_acknowledgement.h"

#include "schemas/x12/x12_envelope.h"
#include "schemas/x12/x12_maps.h"

struct taking {
    struct interchange_answer *answer;
    const struct x12_segment *segment;
    bool good;
};

static enum status
take(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
     const struct x12_map_fault *fault)
{
    struct taking *taking = context;
    (void)reader, (void)record;
    *taking->answer = *(const struct interchange_answer *)value;
    /* The map's copies are gone when it is closed. */
    taking->answer->date = x12_element(taking->segment, 2);
    taking->answer->time = x12_element(taking->segment, 3);
    taking->answer->code = x12_element(taking->segment, 4);
    taking->answer->note = x12_element(taking->segment, 5);
    taking->good = fault == NULL && taking->answer->control > 0 && taking->answer->code.length > 0;
    return STATUS_OK;
}

enum status
x12_ta1_read(const struct x12_segment *segment, struct interchange_answer *answer)
{
    struct x12_map_reader reader;
    struct interchange_answer found = {0};
    struct taking taking = {&found, segment, false};
    struct x12_step step = {.place = &x12_guide_envelope.places[X12_ENVELOPE_ENVELOPE_TA1], .opened = true};
    x12_map_reader_open(&reader, &x12_map_ta1, take, &taking);
    x12_map_begin(&reader, x12_delimiters_usual);
    enum status status = x12_map_step(&reader, segment, &step);
    x12_map_reader_close(&reader);
    if (status != STATUS_OK || !taking.good)
        return STATUS_INVALID;
    *answer = found;
    return STATUS_OK;
}

enum status
x12_ta1_write(struct x12_writer *writer, const struct x12_interchange *interchange)
{
    const char *note = "000";
    for (uint32_t i = 0; i < interchange->findings.count && !interchange->accepted; i++) {
        const struct finding *finding = &interchange->findings.items[i];
        if (finding->kind->severity == FINDING_ERROR) {
            note = finding->code[0] != 0 ? finding->code : "024";
            break;
        }
    }
    char control[X12_CONTROL_BYTES + 9] = "000000000";
    size_t length = strlen(interchange->control);
    memcpy(control + (length < 9 ? 9 - length : 0), interchange->control, length + 1);
    x12_writer_whole(writer, "TA1",
                     (struct text[]){text_from(control), text_from(interchange->date),
                                     text_from(interchange->time),
                                     interchange->accepted ? TEXT("A") : TEXT("R"), text_from(note)},
                     5);
    return x12_writer_status(writer);
}
