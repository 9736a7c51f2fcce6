/*
 * The bare chain: the frame and the link with no domain. One program runs as each of the five daemons; the first makes
 * numbered records, three pass them on, the last checks that every number comes once and in order.
 */
#include "common/clock/clock.h"
#include "common/service/service.h"
#include "schemas/records/bench.h"
#include "schemas/streams.h"

#include <stdio.h>
#include <stdlib.h>

enum { COUNTER_TAKEN, COUNTER_PASSED_ON };
static const char *const counters[] = {"taken", "passed_on"};

struct chain_state {
    int64_t begun; /* 0: not yet; what stands below is read from the configuration then */
    int64_t rate;  /* records a second; 0 as fast as there is room */
    uint64_t made_before, wanted;
    size_t filler_length;
    char filler[65536];
};

static enum status
pass(struct step *step, const void *record)
{
    static const struct {
        uint16_t in, out;
    } next[] = {{STREAM_INTAKE_CODING, STREAM_CODING_CLAIMS},
                {STREAM_CODING_CLAIMS, STREAM_CLAIMS_SUBMISSION},
                {STREAM_CLAIMS_SUBMISSION, STREAM_SUBMISSION_REMITTANCE}};
    (void)record;
    step_count(step, COUNTER_TAKEN, 1);
    step_count(step, COUNTER_PASSED_ON, 1);
    for (size_t i = 0; i < sizeof next / sizeof *next; i++)
        if (next[i].in == step_stream(step))
            return step_emit_packed(step, next[i].out, &record_chain_record, step_input(step));
    return STATUS_INTERNAL;
}

static enum status
sink(struct step *step, const void *record)
{
    const struct chain_record *in = record;
    if (in->number != (uint64_t)step_counter(step, COUNTER_TAKEN) + 1) {
        fprintf(stderr, "number %llu came after %lld\n", (unsigned long long)in->number,
                (long long)step_counter(step, COUNTER_TAKEN));
        return STATUS_INTERNAL;
    }
    step_count(step, COUNTER_TAKEN, 1);
    step_count(step, COUNTER_PASSED_ON, 1);
    return STATUS_OK;
}

static int64_t
make_poll(struct service *service)
{
    (void)service;
    return 0;
}

static void
begin(struct service *service, struct chain_state *state, uint64_t made)
{
    size_t length = (size_t)service_config_number(service, "record_bytes");
    state->begun = clock_ticks();
    state->rate = service_config_number(service, "records_per_second");
    state->wanted = (uint64_t)service_config_number(service, "records");
    state->made_before = made;
    state->filler_length = length > 24 ? length - 24 : 1;
}

static enum status
make(struct step *step)
{
    struct chain_state *state = step_state(step);
    uint64_t made = (uint64_t)step_counter(step, COUNTER_TAKEN);
    if (state->begun == 0)
        begin(step_service(step), state, made);
    if (made >= state->wanted)
        return STATUS_NOT_FOUND;
    if (state->rate > 0 &&
        (int64_t)(made - state->made_before) >= (clock_ticks() - state->begun) * state->rate / CLOCK_SECOND)
        return STATUS_NOT_FOUND;
    struct chain_record record = {
        .number = made + 1, .created = step_time(step), .filler = text_of(state->filler, state->filler_length)};
    step_count(step, COUNTER_TAKEN, 1);
    step_count(step, COUNTER_PASSED_ON, 1);
    return step_emit(step, STREAM_INTAKE_CODING, &record_chain_record, &record);
}

static const struct config_key make_keys[] = {
    {"intake", "records", CONFIG_NUMBER, "1000000000000", 0, INT64_MAX, NULL, "How many to make."},
    {"intake", "records_per_second", CONFIG_NUMBER, "0", 0, 100000000, NULL, "0: as fast as there is room."},
    {"intake", "record_bytes", CONFIG_NUMBER, "1200", 40, 60000, NULL, "Size of a record."},
};
static const struct service_source make_source[] = {{"make", make_poll, make, true}};
static const uint16_t outs[] = {STREAM_INTAKE_CODING, STREAM_CODING_CLAIMS, STREAM_CLAIMS_SUBMISSION,
                                STREAM_SUBMISSION_REMITTANCE};
static const struct service_input ins[] = {{STREAM_INTAKE_CODING, &record_chain_record, pass},
                                           {STREAM_CODING_CLAIMS, &record_chain_record, pass},
                                           {STREAM_CLAIMS_SUBMISSION, &record_chain_record, pass},
                                           {STREAM_SUBMISSION_REMITTANCE, &record_chain_record, sink}};

#define CHAIN_PLAN .counters = counters, .counter_count = 2, .state_size = sizeof(struct chain_state)
static const struct service_plan plans[] = {
    {.name = "intake", .sentence = "makes records", .keys = make_keys, .key_count = 3, .outputs = &outs[0], .output_count = 1,
     .sources = make_source, .source_count = 1, CHAIN_PLAN},
    {.name = "coding", .sentence = "passes records", .inputs = &ins[0], .input_count = 1, .outputs = &outs[1],
     .output_count = 1, CHAIN_PLAN},
    {.name = "claims", .sentence = "passes records", .inputs = &ins[1], .input_count = 1, .outputs = &outs[2],
     .output_count = 1, CHAIN_PLAN},
    {.name = "submission", .sentence = "passes records", .inputs = &ins[2], .input_count = 1, .outputs = &outs[3],
     .output_count = 1, CHAIN_PLAN},
    {.name = "remittance", .sentence = "counts records", .inputs = &ins[3], .input_count = 1, CHAIN_PLAN},
};

/* Prints what a daemon of the chain has taken so far. */
static int
print_taken(const char *socket)
{
    struct arena arena;
    struct control_request request = {.verb = TEXT("status")};
    struct control_answer answer;
    arena_init(&arena, 0);
    enum status status = control_ask(socket, &request, 1000, &arena, &answer);
    for (size_t i = 0; status == STATUS_OK && answer.rows_count == 1 && i < answer.rows[0].values_count; i++)
        if (text_is(answer.rows[0].values[i].name, "taken"))
            printf("%lld\n", (long long)answer.rows[0].values[i].number);
    arena_free(&arena);
    return status == STATUS_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "taken") == 0)
        return print_taken(argv[2]);
    for (size_t i = 0; argc > 1 && i < sizeof plans / sizeof *plans; i++)
        if (strcmp(argv[1], plans[i].name) == 0)
            return service_main(&plans[i], argc - 1, argv + 1);
    fprintf(stderr, "usage: claimline-chain intake|coding|claims|submission|remittance [OPTION...] | taken SOCKET\n");
    return 64;
}
