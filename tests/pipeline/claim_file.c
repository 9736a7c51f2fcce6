#include "tests/pipeline/claim_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pipeline/digest.h"

/* Where the reader stands, beside what it has read. */
struct reading {
    struct claim_file *file;
    struct filed_group *group; /* open ones, or NULL */
    struct filed_set *set;
    struct filed_claim *claim;
    struct filed_line *line;
    const char *claim_start;
    uint32_t segments; /* of the set, ST counted */
    uint32_t groups_closed;
    bool in_billing;  /* the last HL was of level 20 */
    bool pay_to;      /* the last name was not the billing provider's */
    bool other_payer; /* behind SBR of loop 2320 */
    struct slice last, first, member;
};

static void *
grown(void *array, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room == 0 ? 16 : *room * 2;
    array = realloc(array, *room * size);
    if (array == NULL) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return array;
}

static bool
npi_is_good(struct slice npi)
{
    uint32_t sum = 24;
    if (npi.length != 10)
        return false;
    for (uint32_t i = 0; i < 10; i++) {
        if (npi.at[i] < '0' || npi.at[i] > '9')
            return false;
        uint32_t digit = (uint32_t)(npi.at[i] - '0');
        if (i % 2 == 0)
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

static void
end_claim(struct reading *reading, const char *end)
{
    struct claim_file *file = reading->file;
    struct filed_claim *claim = reading->claim;
    if (claim == NULL)
        return;
    claim->digest = digest_content(reading->claim_start, (size_t)(end - reading->claim_start));
    int64_t sum_cents = 0;
    for (uint32_t i = 0; i < claim->line_count; i++)
        sum_cents += file->lines[claim->first_line + i].charge_cents;
    if (claim->number.length == 0 || claim->number.length > 38)
        claim->fault = "A7:478";
    else if (claim->fault == NULL && sum_cents != claim->charge_cents)
        claim->fault = "A7:400";
    else if (claim->fault == NULL &&
             (claim->provider == UINT32_MAX || !file->providers[claim->provider].npi_good))
        claim->fault = "A7:562:85";
    reading->claim = NULL;
    reading->line = NULL;
}

static void
take_gs(struct reading *reading, const struct segment *segment)
{
    struct claim_file *file = reading->file;
    if (reading->group != NULL) {
        file->fault = "022";
        return;
    }
    file->groups = grown(file->groups, file->group_count, &file->group_room, sizeof *file->groups);
    reading->group = &file->groups[file->group_count++];
    *reading->group = (struct filed_group){.sender = segment->element[2],
                                           .receiver = segment->element[3],
                                           .control = segment->element[6],
                                           .version = segment->element[8],
                                           .first_set = file->set_count};
    if (!slice_is(segment->element[1], "HC"))
        reading->group->fault = "1";
}

static void
take_st(struct reading *reading, const struct segment *segment)
{
    struct claim_file *file = reading->file;
    if (reading->group == NULL || reading->set != NULL) {
        file->fault = "022";
        return;
    }
    file->sets = grown(file->sets, file->set_count, &file->set_room, sizeof *file->sets);
    reading->set = &file->sets[file->set_count++];
    *reading->set = (struct filed_set){
        .control = segment->element[2], .group = file->group_count - 1, .first_claim = file->claim_count};
    reading->group->set_count++;
    if (!slice_is(segment->element[1], "837"))
        reading->set->fault = "1";
    reading->segments = 1;
    reading->in_billing = false;
    reading->last = reading->first = reading->member = (struct slice){"", 0};
}

static void
take_se(struct reading *reading, const struct segment *segment)
{
    struct filed_set *set = reading->set;
    uint64_t count;
    end_claim(reading, segment->start);
    set->claim_count = reading->file->claim_count - set->first_claim;
    if (!slice_same(segment->element[2], set->control))
        set->fault = "3";
    else if (!slice_number(segment->element[1], &count) || count != reading->segments)
        set->fault = "4";
    else if (set->fault == NULL && (set->reference.length == 0 || set->submitter_id.length == 0))
        set->fault = "5";
    reading->set = NULL;
}

static void
take_ge(struct reading *reading, const struct segment *segment)
{
    struct filed_group *group = reading->group;
    uint64_t count;
    if (group == NULL || reading->set != NULL) {
        reading->file->fault = "022";
        return;
    }
    if (!slice_same(segment->element[2], group->control))
        group->fault = "4";
    else if (!slice_number(segment->element[1], &count) || count != group->set_count)
        group->fault = "5";
    reading->group = NULL;
    reading->groups_closed++;
}

static void
take_iea(struct reading *reading, const struct segment *segment)
{
    struct claim_file *file = reading->file;
    uint64_t count;
    if (reading->group != NULL)
        file->fault = "022";
    else if (!slice_same(segment->element[2], file->control))
        file->fault = "001";
    else if (!slice_number(segment->element[1], &count) || count != reading->groups_closed)
        file->fault = "021";
}

static void
take_hl(struct reading *reading, const struct segment *segment)
{
    end_claim(reading, segment->start);
    reading->in_billing = slice_is(segment->element[3], "20");
    reading->pay_to = false;
    if (reading->in_billing || slice_is(segment->element[3], "22"))
        reading->last = reading->first = reading->member = (struct slice){"", 0};
}

static void
take_nm1(struct reading *reading, const struct segment *segment)
{
    struct claim_file *file = reading->file;
    struct slice who = segment->element[1];
    if (reading->claim != NULL)
        return;
    reading->pay_to = !slice_is(who, "85");
    if (slice_is(who, "41")) {
        reading->set->submitter_name = segment->element[3];
        reading->set->submitter_id = segment->element[9];
    } else if (reading->in_billing && slice_is(who, "85")) {
        file->providers =
            grown(file->providers, file->provider_count, &file->provider_room, sizeof *file->providers);
        file->providers[file->provider_count++] = (struct filed_provider){
            segment->element[3], segment->element[9], {"", 0}, npi_is_good(segment->element[9])};
    } else if (slice_is(who, "IL")) {
        reading->last = segment->element[3];
        reading->first = segment->element[4];
        reading->member = segment->element[9];
    } else if (slice_is(who, "QC")) {
        reading->last = segment->element[3];
        reading->first = segment->element[4];
    } else if (slice_is(who, "PR") && file->payer_id.length == 0) {
        file->payer_name = segment->element[3];
        file->payer_id = segment->element[9];
    }
}

static void
take_clm(struct reading *reading, const struct segment *segment)
{
    struct claim_file *file = reading->file;
    end_claim(reading, segment->start);
    file->claims = grown(file->claims, file->claim_count, &file->claim_room, sizeof *file->claims);
    struct filed_claim *claim = &file->claims[file->claim_count++];
    *claim = (struct filed_claim){.number = segment->element[1],
                                  .key = segment->element[1],
                                  .place = slice_component(segment->element[5], file->component, 0),
                                  .institutional = slice_is(slice_component(segment->element[5], file->component, 1), "A"),
                                  .statement = {"", 0},
                                  .frequency = slice_component(segment->element[5], file->component, 2),
                                  .last = reading->last,
                                  .first = reading->first,
                                  .member = reading->member,
                                  .provider = file->provider_count - 1,
                                  .first_line = file->line_count};
    if (!slice_cents(segment->element[2], &claim->charge_cents) || claim->charge_cents < 0)
        claim->fault = "A7:178";
    reading->claim = claim;
    reading->claim_start = segment->start;
    reading->line = NULL;
    reading->other_payer = false;
}

/* Which elements of SV1, SV2 and SV3 say what; 0: none does. */
static const struct service_elements {
    uint8_t procedure, revenue, charge, units;
} services[] = {{1, 0, 2, 4}, {2, 1, 3, 5}, {1, 0, 2, 6}};

static const struct service_elements *
service_elements(struct slice id)
{
    bool service = id.length == 3 && id.at[0] == 'S' && id.at[1] == 'V' && id.at[2] >= '1' && id.at[2] <= '3';
    return service ? &services[id.at[2] - '1'] : NULL;
}

static void
take_service(struct reading *reading, const struct segment *segment, const struct service_elements *at)
{
    struct claim_file *file = reading->file;
    file->lines = grown(file->lines, file->line_count, &file->line_room, sizeof *file->lines);
    struct filed_line *line = &file->lines[file->line_count++];
    *line = (struct filed_line){.procedure = segment->element[at->procedure],
                                .revenue = {"", 0},
                                .units = segment->element[at->units],
                                .date = {"", 0},
                                .control = {"", 0}};
    if (at->revenue != 0)
        line->revenue = segment->element[at->revenue];
    if (!slice_cents(segment->element[at->charge], &line->charge_cents) || line->charge_cents < 0)
        reading->claim->fault = "A7:178";
    reading->claim->line_count++;
    reading->line = line;
}

static void
take_in_claim(struct reading *reading, const struct segment *segment)
{
    struct slice id = segment->element[0];
    struct slice first = segment->element[1];
    const struct service_elements *service = service_elements(id);
    if (service != NULL)
        take_service(reading, segment, service);
    else if (slice_is(id, "DTP") && reading->line == NULL && slice_is(first, "434"))
        reading->claim->statement = segment->element[3];
    else if (slice_is(id, "SBR"))
        reading->other_payer = true;
    else if (slice_is(id, "DTP") && reading->line != NULL && slice_is(first, "472"))
        reading->line->date = segment->element[3];
    else if (slice_is(id, "REF") && reading->line != NULL && slice_is(first, "6R"))
        reading->line->control = segment->element[2];
    else if (slice_is(id, "REF") && reading->line == NULL && !reading->other_payer && slice_is(first, "D9") &&
             segment->element[2].length != 0)
        reading->claim->key = segment->element[2];
}

static void
take_in_set(struct reading *reading, const struct segment *segment)
{
    struct slice id = segment->element[0];
    reading->segments++;
    if (slice_is(id, "HL"))
        take_hl(reading, segment);
    else if (slice_is(id, "CLM"))
        take_clm(reading, segment);
    else if (slice_is(id, "NM1"))
        take_nm1(reading, segment);
    else if (slice_is(id, "SE"))
        take_se(reading, segment);
    else if (reading->claim != NULL)
        take_in_claim(reading, segment);
    else if (slice_is(id, "BHT"))
        reading->set->reference = segment->element[3];
    else if (slice_is(id, "REF") && reading->in_billing && !reading->pay_to &&
             reading->file->provider_count != 0 && slice_is(segment->element[1], "EI"))
        reading->file->providers[reading->file->provider_count - 1].tax = segment->element[2];
}

static void
open_file(struct claim_file *file, const struct splitter *splitter, const struct segment *isa)
{
    struct claim_file kept = *file;
    *file = (struct claim_file){.component = splitter->component,
                                .sender_qualifier = isa->element[5],
                                .sender = isa->element[6],
                                .receiver_qualifier = isa->element[7],
                                .receiver = isa->element[8],
                                .date = isa->element[9],
                                .time = isa->element[10],
                                .control = isa->element[13],
                                .usage = isa->element[15],
                                .payer_name = {"", 0},
                                .payer_id = {"", 0},
                                .groups = kept.groups,
                                .sets = kept.sets,
                                .providers = kept.providers,
                                .claims = kept.claims,
                                .lines = kept.lines,
                                .group_room = kept.group_room,
                                .set_room = kept.set_room,
                                .provider_room = kept.provider_room,
                                .claim_room = kept.claim_room,
                                .line_room = kept.line_room};
}

/* A set that the end of the bytes cuts off still gets its claims counted. */
static void
close_file(struct reading *reading, const char *end)
{
    end_claim(reading, end);
    if (reading->set != NULL) {
        reading->set->claim_count = reading->file->claim_count - reading->set->first_claim;
        reading->set->fault = "2";
    }
}

bool
claim_file_read(struct claim_file *file, const char *bytes, size_t length)
{
    struct splitter splitter;
    struct segment segment;
    if (!splitter_open(&splitter, bytes, length) || splitter_next(&splitter, &segment) != SPLITTER_SEGMENT)
        return false;
    open_file(file, &splitter, &segment);
    if (segment.count != 17)
        file->fault = "022";
    struct reading reading = {.file = file};
    bool ended = false;
    while (!ended && splitter_next(&splitter, &segment) == SPLITTER_SEGMENT) {
        struct slice id = segment.element[0];
        if (reading.set != NULL) {
            take_in_set(&reading, &segment);
        } else if (slice_is(id, "ST")) {
            take_st(&reading, &segment);
        } else if (slice_is(id, "GS")) {
            take_gs(&reading, &segment);
        } else if (slice_is(id, "GE")) {
            take_ge(&reading, &segment);
        } else if (slice_is(id, "IEA")) {
            take_iea(&reading, &segment);
            ended = true;
        } else if (!slice_is(id, "TA1")) {
            file->fault = "022";
        }
    }
    close_file(&reading, splitter.at);
    if (!ended)
        file->fault = "023";
    else if (splitter_next(&splitter, &segment) != SPLITTER_END)
        file->fault = "024";
    return true;
}

void
claim_file_free(struct claim_file *file)
{
    free(file->groups);
    free(file->sets);
    free(file->providers);
    free(file->claims);
    free(file->lines);
    *file = (struct claim_file){0};
}
