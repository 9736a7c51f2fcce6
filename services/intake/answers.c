#include "services/intake/answers.h"

#include "common/clock/clock.h"
#include "common/control_number/control_number.h"
#include "schemas/findings.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { COPY_BYTES = 64 * 1024, ASIDE_BYTES = 256 * 1024, PATH_BYTES = INTAKE_PATH_BYTES + INTAKE_NAME_BYTES + 32 };

static const char *const suffixes[ANSWER_KINDS] = {"ta1", "999", "277ca"};

static void
part_path(const struct answers *answers, enum answer_kind kind, char path[PATH_BYTES])
{
    snprintf(path, PATH_BYTES, "%s/.%.*s.%s.part", answers->folder, TEXT_ARGS(answers->row->name),
             suffixes[kind]);
}

static enum status
write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t got = write(fd, bytes, length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno == ENOSPC || errno == EDQUOT ? STATUS_FULL : STATUS_IO;
        bytes += got;
        length -= (size_t)got;
    }
    return STATUS_OK;
}

static enum status
write_file(struct answers *answers, enum answer_kind kind, const char *bytes, size_t length)
{
    struct answer_file *file = &answers->files[kind];
    char path[PATH_BYTES];
    if (file->fd < 0 && file->status == STATUS_OK) {
        part_path(answers, kind, path);
        file->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
        if (file->fd < 0)
            file->status = errno == ENOSPC || errno == EDQUOT ? STATUS_FULL : STATUS_IO;
    }
    if (file->status == STATUS_OK)
        file->status = write_all(file->fd, bytes, length);
    return file->status;
}

static enum status
sink_999(void *context, const char *bytes, size_t length)
{
    return write_file(context, ANSWER_999, bytes, length);
}

static enum status
sink_277ca(void *context, const char *bytes, size_t length)
{
    return write_file(context, ANSWER_277CA, bytes, length);
}

/* A file without a name in the folder of the answers, one for all sets of the file: gone when it is closed. */
static enum status
write_aside(struct answers *answers, const char *bytes, size_t length)
{
    struct answer_file *file = &answers->files[ANSWER_277CA];
    if (answers->aside_fd < 0)
        answers->aside_fd = open(answers->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (answers->aside_fd < 0)
        file->status = errno == ENOSPC || errno == EDQUOT ? STATUS_FULL : STATUS_IO;
    if (file->status == STATUS_OK)
        file->status = write_all(answers->aside_fd, bytes, length);
    return file->status;
}

/* The first bytes of a set stay in memory, the file has what comes after them. */
static enum status
sink_aside(void *context, const char *bytes, size_t length)
{
    struct answers *answers = context;
    size_t left = ASIDE_BYTES - answers->kept_length, taken = length < left ? length : left;
    memcpy(answers->kept + answers->kept_length, bytes, taken);
    answers->kept_length += taken;
    return taken == length ? answers->files[ANSWER_277CA].status : write_aside(answers, bytes + taken, length - taken);
}

void
answers_open(struct answers *answers, struct service *service, const struct file_row *row)
{
    const struct intake_state *state = service_state(service);
    struct tm local;
    time_t judged = (time_t)(row->judged / CLOCK_SECOND);
    *answers = (struct answers){
        .service = service,
        .row = row,
        .folder = row->refused ? state->folders.refused : state->folders.done,
        .us = {.entity_type = TEXT("2"),
               .last_name = text_from(service_config_text(service, "name")),
               .id_qualifier = TEXT("46"),
               .id = text_from(service_config_text(service, "etin"))},
        .date = service_local_date(service, row->judged),
        .received_date = service_local_date(service, row->received),
        .aside_fd = -1,
    };
    localtime_r(&judged, &local);
    snprintf(answers->time, sizeof answers->time, "%02u%02u", (unsigned)local.tm_hour % 24u,
             (unsigned)local.tm_min % 60u);
    for (int i = 0; i < ANSWER_KINDS; i++)
        answers->files[i] = (struct answer_file){-1, STATUS_OK};
    arena_init(&answers->arena, 0);
    answers->kept = malloc(ASIDE_BYTES);
    assert(answers->kept != NULL);
}

/* Back to the sender. The numbers were fixed with the verdict: three for each interchange. */
static struct x12_envelope
envelope_back(const struct answers *answers, uint32_t interchange, enum answer_kind kind)
{
    const struct interchange_row *to = &answers->row->interchanges[interchange];
    uint64_t number = answers->row->control + (uint64_t)kind * answers->row->interchanges_count + interchange;
    number = (number - 1) % CONTROL_NUMBER_ENVELOPE_LIMIT + 1;
    return (struct x12_envelope){
        .sender_qualifier = to->receiver_qualifier,
        .sender = to->receiver,
        .receiver_qualifier = to->sender_qualifier,
        .receiver = to->sender,
        .date = answers->date,
        .time = text_from(answers->time),
        .control = number,
        .group_control = number,
        .test = to->test,
    };
}

void
answers_interchange(struct answers *answers, const struct x12_check *check)
{
    answers->interchange = check->interchange.ordinal - 1;
    answers->delimiters = x12_delimiters_back(check->reader.delimiters);
    answers->in_groups = answers->in_claims = false;
    answers->group_sets = answers->claim_sets = 0;
}

static struct text
set_control(uint64_t number, char buffer[CONTROL_NUMBER_ENVELOPE_BYTES])
{
    control_number_set((number - 1) % CONTROL_NUMBER_ENVELOPE_LIMIT + 1, buffer);
    return text_from(buffer);
}

void
answers_group(struct answers *answers, const struct x12_check *check)
{
    struct x12_envelope envelope = envelope_back(answers, answers->interchange, ANSWER_999);
    char control[CONTROL_NUMBER_ENVELOPE_BYTES];
    if (!answers->in_groups) {
        x12_writer_open_sink(&answers->groups, answers->delimiters, sink_999, answers);
        answers->groups.line_end = '\n';
        x12_writer_begin_interchange(&answers->groups, &envelope);
        x12_writer_begin_group(&answers->groups, &envelope, TEXT("FA"), x12_999_version());
        answers->in_groups = true;
    }
    x12_999_begin(&answers->group, &answers->groups, &check->group,
                  set_control(++answers->group_sets, control));
    answers->in_group = true;
}

static void
keep_text(struct arena *arena, struct text *text)
{
    *text = arena_copy(arena, *text);
}

void
answers_set_head(struct answers *answers, const struct claim_set *set)
{
    struct party *party = &answers->submitter;
    arena_reset(&answers->arena);
    *party = (struct party){
        .entity_type = set->submitter.entity_type,
        .last_name = set->submitter.last_name,
        .first_name = set->submitter.first_name,
        .middle_name = set->submitter.middle_name,
        .id_qualifier = set->submitter.id_qualifier,
        .id = set->submitter.id,
    };
    keep_text(&answers->arena, &party->entity_type);
    keep_text(&answers->arena, &party->last_name);
    keep_text(&answers->arena, &party->first_name);
    keep_text(&answers->arena, &party->middle_name);
    keep_text(&answers->arena, &party->id_qualifier);
    keep_text(&answers->arena, &party->id);
    answers->batch = arena_copy(&answers->arena, set->reference);
}

static void
make_head(struct answers *answers, struct text control, char receipt[24], struct x12_277ca_head *head)
{
    snprintf(receipt, 24, "%llu", (unsigned long long)answers->row->number);
    *head = (struct x12_277ca_head){
        .set_control = control,
        .reference = text_from(receipt),
        .date = answers->date,
        .time = text_from(answers->time),
        .source = &answers->us,
        .receiver = &answers->submitter,
        .receipt = text_from(receipt),
        .received_date = answers->received_date,
        .batch = answers->batch.length > 0 ? answers->batch : text_from(receipt),
        .accepted_count = answers->accepted_count,
        .rejected_count = answers->rejected_count,
        .accepted_cents = answers->accepted_cents,
        .rejected_cents = answers->rejected_cents,
    };
}

/* The claims of a set are written aside, behind a head whose totals are not known yet. */
static void
open_aside(struct answers *answers)
{
    struct x12_277ca_head head;
    char receipt[24];
    answers->accepted_count = answers->rejected_count = 0;
    answers->accepted_cents = answers->rejected_cents = 0;
    answers->kept_length = 0;
    if (answers->aside_fd >= 0 && lseek(answers->aside_fd, 0, SEEK_SET) != 0)
        answers->files[ANSWER_277CA].status = STATUS_IO;
    make_head(answers, TEXT("0001"), receipt, &head);
    x12_writer_open_sink(&answers->aside, answers->delimiters, sink_aside, answers);
    answers->aside.line_end = '\n';
    if (x12_277ca_begin(&answers->set, &answers->aside, &head) != STATUS_OK)
        answers->incomplete = true;
    answers->aside_head = answers->aside.bytes;
    answers->aside_head_segments = answers->aside.segments;
    answers->in_set = true;
}

void
answers_claim(struct answers *answers, const struct x12_claim *claim, const struct claim_body *body,
              const struct judgement *judgement, uint64_t claim_id)
{
    static const struct claim_body none;
    struct x12_277ca_reason reasons[ANSWERS_REASONS_MAX];
    char number[TEXT_DIGITS_BYTES];
    if (body == NULL)
        body = &none;
    if (!answers->in_set)
        open_aside(answers);
    struct x12_277ca_claim answer = {
        .provider = &body->billing,
        .patient = body->patient.relationship.length > 0 ? &body->patient.person : &body->subscriber.person,
        .control = claim->control,
        .clearinghouse_number = body->clearinghouse_number,
        .our_number = text_digits(claim_id, number),
        .cents = body->total_cents,
        .accepted = judgement->accepted,
        .reasons = reasons,
        .reason_count = answers_reasons(claim, body->form, judgement, reasons),
    };
    x12_277ca_dates(body, &answer.date_from, &answer.date_to);
    if (judgement->accepted) {
        answers->accepted_count++;
        answers->accepted_cents += body->total_cents;
    } else {
        answers->rejected_count++;
        answers->rejected_cents += body->total_cents;
    }
    if (x12_277ca_claim(&answers->set, &answer) != STATUS_OK)
        answers->incomplete = true;
}

/* From a place in the file aside up to another into the 277CA, in pieces. */
static enum status
copy_file(struct answers *answers, struct x12_writer *out, uint64_t at, uint64_t end)
{
    static const size_t piece_bytes = COPY_BYTES;
    char *piece = malloc(piece_bytes);
    enum status status = piece == NULL ? STATUS_INTERNAL : STATUS_OK;
    while (status == STATUS_OK && at < end) {
        size_t want = end - at < piece_bytes ? (size_t)(end - at) : piece_bytes;
        ssize_t got = pread(answers->aside_fd, piece, want, (off_t)at);
        if (got <= 0) {
            status = STATUS_IO;
            break;
        }
        x12_writer_append(out, text_of(piece, (size_t)got), 0);
        at += (uint64_t)got;
    }
    free(piece);
    return status;
}

/* The set's claims from aside into the 277CA: what is kept, then what stands in the file, then what the writer still has. */
static enum status
copy_aside(struct answers *answers, struct x12_writer *out)
{
    struct text rest = x12_writer_bytes(&answers->aside);
    uint64_t given = answers->aside_end - rest.length, at = answers->aside_head, kept = answers->kept_length;
    if (at < kept) {
        x12_writer_append(out, text_of(answers->kept + at, (size_t)(kept - at)), 0);
        at = kept;
    }
    if (at < given) {
        enum status status = copy_file(answers, out, at - kept, given - kept);
        if (status != STATUS_OK)
            return status;
        at = given;
    }
    size_t skip = (size_t)(at - given);
    x12_writer_append(out, text_of(rest.data + skip, rest.length - skip),
                      answers->aside_segments - answers->aside_head_segments);
    return x12_writer_status(out);
}

static void
close_aside(struct answers *answers)
{
    if (!answers->in_set)
        return;
    x12_writer_close(&answers->aside);
    answers->in_set = false;
}

static void
end_claim_set(struct answers *answers)
{
    struct x12_envelope envelope = envelope_back(answers, answers->interchange, ANSWER_277CA);
    struct x12_writer *out = &answers->claims;
    struct x12_277ca_head head;
    struct x12_277ca set;
    char control[CONTROL_NUMBER_ENVELOPE_BYTES], receipt[24];
    answers->aside_end = answers->aside.bytes;
    answers->aside_segments = answers->aside.segments;
    if (!answers->in_claims) {
        x12_writer_open_sink(out, answers->delimiters, sink_277ca, answers);
        out->line_end = '\n';
        x12_writer_begin_interchange(out, &envelope);
        x12_writer_begin_group(out, &envelope, TEXT("HN"), x12_277ca_version());
        answers->in_claims = true;
    }
    make_head(answers, set_control(++answers->claim_sets, control), receipt, &head);
    enum status status = x12_277ca_begin(&set, out, &head);
    if (status == STATUS_OK)
        status = copy_aside(answers, out);
    enum status ended = x12_277ca_end(&set);
    if (status != STATUS_OK || ended != STATUS_OK)
        answers->incomplete = true;
    x12_277ca_end(&answers->set); /* frees; what it writes aside is behind the end */
    close_aside(answers);
}

void
answers_set_end(struct answers *answers, const struct x12_check *check, bool taken)
{
    if (answers->in_group && x12_999_set(&answers->group, &check->set) != STATUS_OK)
        answers->incomplete = true;
    if (taken && answers->in_set)
        end_claim_set(answers);
}

void
answers_group_end(struct answers *answers, const struct x12_check *check)
{
    if (answers->in_group && x12_999_end(&answers->group, &check->group) != STATUS_OK)
        answers->incomplete = true;
    answers->in_group = false;
}

static void
end_writer(struct answers *answers, struct x12_writer *writer, bool *open)
{
    if (!*open)
        return;
    x12_writer_end_group(writer);
    x12_writer_end_interchange(writer);
    if (x12_writer_flush(writer) != STATUS_OK)
        answers->incomplete = true;
    x12_writer_close(writer);
    *open = false;
}

void
answers_interchange_end(struct answers *answers)
{
    end_writer(answers, &answers->groups, &answers->in_groups);
    end_writer(answers, &answers->claims, &answers->in_claims);
}

/* One TA1 in an interchange of its own. A sender whose own header cannot be written back gets the receipt
 * alone. */
static void
write_ta1(struct answers *answers, uint32_t number)
{
    const struct interchange_row *row = &answers->row->interchanges[number];
    struct x12_envelope envelope = envelope_back(answers, number, ANSWER_TA1);
    struct x12_interchange interchange = {.accepted = row->accepted};
    struct x12_writer writer;
    struct finding *finding;
    arena_reset(&answers->arena);
    findings_init(&interchange.findings, &answers->arena);
    text_copy(row->control, interchange.control, sizeof interchange.control);
    text_copy(row->date, interchange.date, sizeof interchange.date);
    text_copy(row->time, interchange.time, sizeof interchange.time);
    if (!row->accepted) {
        uint16_t kind = row->finding != 0 ? (uint16_t)row->finding : FINDING_X12_INTERCHANGE_STRUCTURE;
        finding = findings_add(&interchange.findings, kind, (struct text){0}, (struct text){0});
        text_copy(row->note, finding->code, sizeof finding->code);
    }
    x12_writer_open(&writer, x12_delimiters_usual);
    writer.line_end = '\n';
    x12_writer_begin_interchange(&writer, &envelope);
    x12_ta1_write(&writer, &interchange);
    x12_writer_end_interchange(&writer);
    if (x12_writer_status(&writer) == STATUS_OK) {
        struct text bytes = x12_writer_bytes(&writer);
        write_file(answers, ANSWER_TA1, bytes.data, bytes.length);
    } else {
        answers->incomplete = true;
    }
    x12_writer_close(&writer);
}

static enum status
put_in_place(struct answers *answers, enum answer_kind kind)
{
    struct answer_file *file = &answers->files[kind];
    char from[PATH_BYTES], to[PATH_BYTES];
    if (file->fd < 0)
        return file->status;
    if (file->status == STATUS_OK && fsync(file->fd) != 0)
        file->status = STATUS_IO;
    close(file->fd);
    file->fd = -1;
    part_path(answers, kind, from);
    snprintf(to, sizeof to, "%s/%.*s.%s", answers->folder, TEXT_ARGS(answers->row->name), suffixes[kind]);
    if (file->status == STATUS_OK && rename(from, to) != 0)
        file->status = STATUS_IO;
    return file->status;
}

enum status
answers_finish(struct answers *answers)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < answers->row->interchanges_count; i++)
        write_ta1(answers, i);
    for (int kind = 0; kind < ANSWER_KINDS && status == STATUS_OK; kind++)
        status = put_in_place(answers, (enum answer_kind)kind);
    return status;
}

void
answers_close(struct answers *answers)
{
    char path[PATH_BYTES];
    if (answers->in_group)
        arena_free(&answers->group.arena);
    if (answers->in_set) {
        x12_277ca_end(&answers->set);
        close_aside(answers);
    }
    if (answers->aside_fd >= 0)
        close(answers->aside_fd);
    if (answers->in_groups)
        x12_writer_close(&answers->groups);
    if (answers->in_claims)
        x12_writer_close(&answers->claims);
    for (int kind = 0; kind < ANSWER_KINDS; kind++)
        if (answers->files[kind].fd >= 0) {
            close(answers->files[kind].fd);
            part_path(answers, (enum answer_kind)kind, path);
            unlink(path);
        }
    arena_free(&answers->arena);
    free(answers->kept);
}
