/* Groups of 835 in an inbox file: each goes on to remittance in chunks, with the ISA over it and an IEA of its own. */
#include "services/submission/unit.h"

#include "schemas/streams.h"

enum { CHUNK_BYTES = 192 * 1024 };

bool
unit_remittance_waits(struct unit *unit)
{
    const struct envelope *envelope = &unit->envelope;
    while (unit->remittance.group < envelope->group_count && !envelope->groups[unit->remittance.group].remittance)
        unit->remittance.group++;
    return unit->remittance.group < envelope->group_count;
}

static enum status
read_range(struct unit *unit, uint64_t from, char *out, size_t length)
{
    enum status status = STATUS_OK;
    size_t done = 0;
    if (from != unit->remittance.at) {
        status = content_seek(unit->file, from);
        unit->chunk = (struct text){0};
    }
    while (status == STATUS_OK && done < length) {
        size_t got;
        status = unit_file_read(unit, out + done, length - done, &got);
        if (status == STATUS_OK && got == 0) { /* it was longer before */
            unit->damaged = true;
            return STATUS_CORRUPT;
        }
        done += got;
    }
    unit->remittance.at = from + done;
    return status;
}

/* The i-th chunk of a group: ISA before the first, IEA with its count of one after the last. */
enum status
unit_remittance_send(struct unit *unit)
{
    const struct envelope_group *group = &unit->envelope.groups[unit->remittance.group];
    struct arena *arena = step_arena(unit->step);
    enum status status = STATUS_OK;
    if (unit->file == NULL) {
        status = unit_file_open(unit);
        unit->remittance.at = 0;
        unit->remittance.sum = seal_sum_begin();
    }
    uint64_t from = group->start + unit->remittance.chunks * CHUNK_BYTES;
    size_t length = group->end - from < CHUNK_BYTES ? (size_t)(group->end - from) : CHUNK_BYTES, used = 0;
    bool last = from + length == group->end;
    char *bytes = arena_take_raw(arena, X12_ISA_BYTES + length + 64);
    if (status == STATUS_OK && unit->remittance.chunks == 0) {
        status = read_range(unit, group->interchange_start, unit->remittance.isa, X12_ISA_BYTES);
        memcpy(bytes, unit->remittance.isa, X12_ISA_BYTES);
        used = X12_ISA_BYTES;
    }
    if (status == STATUS_OK)
        status = read_range(unit, from, bytes + used, length);
    if (status != STATUS_OK)
        return status;
    used += length;
    if (last) {
        const char *isa = unit->remittance.isa;
        struct text tail = arena_print(arena, "IEA%c1%c%.9s%c", isa[3], isa[3], isa + 90, isa[105]);
        memcpy(bytes + used, tail.data, tail.length);
        used += tail.length;
    }
    uint8_t sum[SEAL_SUM_BYTES];
    seal_sum_add(unit->remittance.sum, text_of(bytes, used));
    if (last) {
        seal_sum_end(unit->remittance.sum, sum);
        unit->remittance.sum = NULL;
        unit_file_close(unit, true);
    }
    struct remit_chunk chunk = {.unit = unit->row.number * 1000 + unit->remittance.group,
                                .payer = unit->row.payer,
                                .number = ++unit->remittance.chunks,
                                .last = last,
                                .sum = last ? text_of(sum, sizeof sum) : (struct text){0},
                                .bytes = text_of(bytes, used)};
    if (last) {
        unit->remittance.group++;
        unit->remittance.chunks = 0;
    }
    return unit_pass_over(unit) ? STATUS_OK : step_emit(unit->step, STREAM_SUBMISSION_REMITTANCE, &record_remit_chunk, &chunk);
}

void
unit_remittance_end(struct unit *unit)
{
    uint8_t unused[SEAL_SUM_BYTES];
    if (unit->remittance.sum != NULL)
        seal_sum_end(unit->remittance.sum, unused);
    unit->remittance.sum = NULL;
}
