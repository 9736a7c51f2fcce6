/*
 * Files into the payers' folders, in four steps: fixed (in the store) -> the file in staged/, synced -> staged (in the
 * store) -> renamed into out/, both folders synced -> handed over (in the store). After a crash in `staged`: still
 * there = rename it; gone = it was handed over. Each act of poll is safe to do again.
 */
#include "services/submission/submission.h"

#include "common/clock/clock.h"
#include "common/file/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOVES_OF_A_POLL = 256 };

static void
add(struct submission *state, uint64_t number)
{
    if (state->outgoing_count == state->outgoing_room) {
        state->outgoing_room = state->outgoing_room == 0 ? 64 : state->outgoing_room * 2;
        state->outgoing = realloc(state->outgoing, state->outgoing_room * sizeof *state->outgoing);
        assert(state->outgoing != NULL);
    }
    state->outgoing[state->outgoing_count++] = (struct outgoing){.number = number};
}

static bool
gather(void *context, struct text key, struct text value)
{
    (void)value;
    add(context, store_u64(key, 0));
    return true;
}

enum status
send_load(struct service *service)
{
    struct submission *state = service_state(service);
    struct arena arena;
    arena_init(&arena, 0);
    state->outgoing_count = 0;
    enum status status =
        service_scan(service, SUBMISSION_OPEN, (struct text){0}, (struct text){0}, &arena, gather, state);
    arena_free(&arena);
    return status;
}

static enum status
get_row(struct service *service, uint64_t number, struct arena *arena, struct outgoing_interchange *row)
{
    struct store_key key = submission_number_key(number);
    return service_get_record(service, SUBMISSION_INTERCHANGES, store_key_text(&key), arena, &record_outgoing_interchange, row);
}

/* All of the content into an open file, synced. `*damaged`: it is the content that cannot be read. */
static enum status
copy_content(struct content_reader *reader, int fd, bool *damaged)
{
    struct text chunk;
    enum status status;
    do {
        status = content_read(reader, &chunk);
        *damaged = status != STATUS_OK;
        if (status == STATUS_OK)
            status = file_write_all(fd, chunk.data, chunk.length);
    } while (status == STATUS_OK && chunk.length > 0);
    if (status == STATUS_OK && fsync(fd) != 0)
        status = file_errno(errno);
    return status;
}

/* From the sealed content into staged/NAME; what stood there half written is replaced. `*damaged`: it is the content that
 * cannot be read, and the payer's folder is not at fault. Any trouble but FULL means that the folder cannot be used. */
static enum status
write_staged(struct service *service, const struct outgoing_interchange *row, const char *staged, bool *damaged)
{
    struct submission *state = service_state(service);
    struct content_reader *reader;
    char name[96], path[4200], final[4200];
    text_copy(row->file, name, sizeof name);
    *damaged = false;
    snprintf(path, sizeof path, "%s/.%s.tmp", staged, name);
    snprintf(final, sizeof final, "%s/%s", staged, name);
    enum status status = content_open(&state->recent, store_seal(service_store(service)), state->content_folder, row->content, &reader);
    if (status != STATUS_OK) {
        *damaged = true;
        return status;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    status = fd < 0 ? file_errno(errno) : copy_content(reader, fd, damaged);
    if (fd >= 0)
        close(fd);
    content_close(reader, true);
    if (status == STATUS_OK && rename(path, final) != 0)
        status = file_errno(errno);
    else if (status != STATUS_OK && fd >= 0)
        unlink(path); /* a full disk keeps no halves */
    if (status == STATUS_OK)
        status = file_sync_folder(staged);
    if (status == STATUS_OK)
        content_let_go(&state->recent, row->content);
    return status;
}

/* STATUS_OK: out/NAME is there for the payer, or he has taken it already. */
static enum status
hand_over(const struct outgoing_interchange *row, const char *staged, const char *out)
{
    char name[96];
    text_copy(row->file, name, sizeof name);
    enum status status = file_move(staged, name, out, name);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK; /* gone from staged: it was renamed before a crash */
    return status;
}

static bool
is_folder(const struct payer *payer)
{
    char path[4100];
    struct stat about;
    snprintf(path, sizeof path, "%.*s", TEXT_ARGS(payer->folder));
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static void
go_on(struct service *service, struct outgoing *outgoing, struct arena *arena)
{
    struct submission *state = service_state(service);
    struct outgoing_interchange row;
    char staged[4100], out[4100];
    int64_t now = clock_ticks();
    if (now < outgoing->retry_at || (outgoing->waiting != NULL && now < outgoing->waiting->way_out_at))
        return;
    if (get_row(service, outgoing->number, arena, &row) != STATUS_OK)
        return;
    struct waiting *waiting = outgoing->waiting = submission_waiting(state, row.payer);
    if (waiting == NULL || now < waiting->way_out_at)
        return;
    outgoing->damaged = false;
    snprintf(staged, sizeof staged, "%.*s/staged", TEXT_ARGS(waiting->payer->folder));
    snprintf(out, sizeof out, "%.*s/out", TEXT_ARGS(waiting->payer->folder));
    /* The payer's folder itself is not made: where a share is not mounted, a file would lie below its mount point. */
    enum status status = is_folder(waiting->payer) ? file_make_folder(staged) : STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = file_make_folder(out);
    uint32_t next = row.stage == INTERCHANGE_STAGE_FIXED ? INTERCHANGE_STAGE_STAGED : INTERCHANGE_STAGE_HANDED_OVER;
    if (status == STATUS_OK)
        status = next == INTERCHANGE_STAGE_STAGED ? write_staged(service, &row, staged, &outgoing->damaged)
                                                  : hand_over(&row, staged, out);
    if (outgoing->damaged) {
        outgoing->retry_at = now + CLOCK_SECOND; /* this one alone waits until its content is mended */
        return;
    }
    waiting->way_out = status;
    if (status == STATUS_OK)
        outgoing->reached = next;
    else
        waiting->way_out_at = now + CLOCK_SECOND; /* the folder is not there, full, or not ours: later */
}

int64_t
send_poll(struct service *service)
{
    struct submission *state = service_state(service);
    size_t moved = 0;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < state->outgoing_count && moved < MOVES_OF_A_POLL; i++) {
        if (state->outgoing[i].reached == 0)
            go_on(service, &state->outgoing[i], &arena);
        moved += state->outgoing[i].reached != 0;
        arena_reset(&arena);
    }
    arena_free(&arena);
    return moved > 0 ? 0 : state->outgoing_count > 0 ? CLOCK_SECOND / 20 : CLOCK_SECOND;
}

/* Records what poll did for one interchange. */
enum status
send_step(struct step *step)
{
    struct submission *state = step_state(step);
    struct outgoing_interchange row;
    size_t i = 0;
    while (i < state->outgoing_count && state->outgoing[i].reached == 0)
        i++;
    if (i == state->outgoing_count)
        return STATUS_NOT_FOUND;
    struct outgoing *outgoing = &state->outgoing[i];
    enum status status = submission_get_interchange(step, outgoing->number, &row);
    if (status != STATUS_OK)
        return STATUS_CORRUPT;
    row.stage = outgoing->reached;
    outgoing->reached = 0;
    if (row.stage == INTERCHANGE_STAGE_HANDED_OVER) {
        struct store_key key = submission_number_key(row.number);
        struct waiting *waiting = submission_waiting(state, row.payer);
        row.handed_over = step_time(step);
        row.sends++;
        step_delete(step, SUBMISSION_OPEN, store_key_text(&key));
        step_due_set(step, step_time(step) + waiting->payer->ack_wait, SUBMISSION_DUE_UNANSWERED, store_key_text(&key));
        status = submission_interchange_event(
            step, submission_asks(&row) ? EVENT_KIND_INQUIRY_SENT : EVENT_KIND_CLAIM_SENT, &row);
        state->outgoing[i] = state->outgoing[--state->outgoing_count];
    }
    submission_put_interchange(step, &row);
    service_wake(step_service(step));
    return status;
}

void
submission_send_soon(struct step *step, uint64_t number)
{
    struct submission *state = step_state(step);
    struct store_key key = submission_number_key(number);
    step_put(step, SUBMISSION_OPEN, store_key_text(&key), TEXT("o"));
    add(state, number);
    service_wake(step_service(step));
}

/* No answer within the window: the same bytes with the same ISA13 again, a few times; then a person decides. */
enum status
send_unanswered(struct step *step, struct text key)
{
    struct outgoing_interchange row;
    enum status status = submission_get_interchange(step, store_u64(key, 0), &row);
    if (status != STATUS_OK)
        return STATUS_CORRUPT;
    if (row.answered != 0 || row.stage != INTERCHANGE_STAGE_HANDED_OVER)
        return STATUS_OK;
    if (row.sends > (uint64_t)service_config_number(step_service(step), "resends")) {
        struct submission_work work = {
            .kind = TEXT("unanswered"), .payer = row.payer, .interchange = row.number, .claims = row.claims};
        row.stage = INTERCHANGE_STAGE_UNANSWERED;
        row.work = submission_add_work(step, &work);
        submission_put_interchange(step, &row);
        return STATUS_OK;
    }
    row.stage = INTERCHANGE_STAGE_FIXED;
    row.file = submission_file_name(step, &row);
    submission_put_interchange(step, &row);
    submission_send_soon(step, row.number);
    return STATUS_OK;
}
