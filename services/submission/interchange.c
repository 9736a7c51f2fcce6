/* What all interchanges that we make have in common: numbers, envelope, file name. */
#include "services/submission/submission.h"

#include "common/clock/clock.h"
#include "common/file/file.h"
#include "common/payer/payer_x12.h"

enum status
submission_number(struct step *step, const struct payer *payer, uint64_t *number, uint64_t *control)
{
    struct service *service = step_service(step);
    struct text series =
        arena_print(step_arena(step), "isa:%.*s %.*s", TEXT_ARGS(payer->sender), TEXT_ARGS(payer->receiver));
    uint64_t first = (uint64_t)service_config_number(service, "control_first");
    *number = submission_next_number(step, TEXT("interchange"));
    *control = submission_next_number(step, series) + first - 1;
    return *control <= (uint64_t)service_config_number(service, "control_last") ? STATUS_OK : STATUS_LIMIT;
}

struct x12_envelope
submission_envelope(struct step *step, const struct payer *payer, uint64_t control)
{
    char clock[CLOCK_TEXT_BYTES];
    clock_print(step_time(step), clock);
    struct x12_envelope envelope = payer_envelope(payer);
    envelope.date = service_local_date(step_service(step), step_time(step));
    envelope.time = arena_print(step_arena(step), "%.2s%.2s", clock + 11, clock + 14);
    envelope.control = envelope.group_control = control;
    return envelope;
}

bool
submission_asks(const struct outgoing_interchange *row)
{
    return row->kind == INTERCHANGE_KIND_STATUS || row->kind == INTERCHANGE_KIND_ELIGIBILITY;
}

struct text
submission_file_name(struct step *step, const struct outgoing_interchange *row)
{
    const char *set = row->kind == INTERCHANGE_KIND_STATUS        ? "276"
                      : row->kind == INTERCHANGE_KIND_ELIGIBILITY ? "270"
                                                                  : submission_form_name(row->form);
    if (row->sends == 0)
        return arena_print(step_arena(step), "%09llu.%s.x12", (unsigned long long)row->control, set);
    return arena_print(step_arena(step), "%09llu-%llu.%s.x12", (unsigned long long)row->control,
                       (unsigned long long)row->sends, set);
}

struct text
submission_content_name(struct step *step, uint64_t number)
{
    return arena_print(step_arena(step), "interchange-%012llu", (unsigned long long)number);
}

enum status
submission_content_create(struct step *step, struct text name, struct file_writer **file)
{
    struct submission *state = step_state(step);
    struct seal *seal = store_seal(service_store(step_service(step)));
    content_let_go(&state->recent, name); /* of a step that came to nothing */
    enum status status = file_create(seal, state->content_folder, name.data, file); /* printed: it is terminated */
    if (status == STATUS_OK)
        file_skip_digest(*file); /* each chunk is sealed to its name and place */
    return status;
}

void
submission_made(struct step *step, const struct outgoing_interchange *row)
{
    struct store_key control = store_key_u64(submission_payer_key(row->payer), row->control);
    struct store_key number = submission_number_key(row->number);
    step_put(step, SUBMISSION_CONTROLS, store_key_text(&control), store_key_text(&number));
    submission_put_interchange(step, row);
    submission_send_soon(step, row->number);
    step_count(step, SUBMISSION_INTERCHANGES_MADE, 1);
}
