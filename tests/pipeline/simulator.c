#include "tests/pipeline/simulator.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/pipeline/digest.h"
#include "tests/pipeline/mailbox.h"
#include "tests/pipeline/simulator_state.h"

int64_t
simulator_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void
simulator_path(const struct simulator *simulator, char path[4096], const char *folder, const char *name)
{
    snprintf(path, 4096, "%s/%s/%s", simulator->folder, folder, name);
}

void
simulator_stamp_now(const struct simulator *simulator, int64_t now_us, struct stamp *stamp)
{
    time_t seconds = (time_t)(now_us / 1000000);
    struct tm calendar;
    gmtime_r(&seconds, &calendar);
    stamp->date = (calendar.tm_year + 1900) * 10000 + (calendar.tm_mon + 1) * 100 + calendar.tm_mday;
    stamp->time = (uint32_t)(calendar.tm_hour * 100 + calendar.tm_min);
    if (simulator->options.date != 0) {
        stamp->date = simulator->options.date;
        stamp->time = 1200;
    }
}

/* --- Opening --- */

static int
make_folders(struct simulator *simulator)
{
    static const char *const names[] = {"", "out", "in", "taken"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[4096];
        simulator_path(simulator, path, names[i], "");
        if (mkdir(path, 0770) != 0 && errno != EEXIST)
            return errno;
    }
    return 0;
}

int
simulator_open(struct simulator **simulator, const struct simulator_options *options)
{
    struct simulator *made = calloc(1, sizeof *made);
    if (made == NULL)
        return ENOMEM;
    made->options = *options;
    made->journal_fits = true;
    made->next_number = 1;
    snprintf(made->folder, sizeof made->folder, "%s", options->folder);
    int failed = make_folders(made);
    if (failed == 0)
        failed = journal_open(&made->journal, options->journal, options->sync, simulator_told, made);
    else
        made->journal.descriptor = -1;
    if (failed == 0 && !made->journal_fits)
        failed = EINVAL;
    if (failed == 0 && made->receipt_count == 0) {
        char shares[SHARES_TEXT];
        shares_write(&options->shares, shares, sizeof shares);
        journal_begin(&made->journal, 'S');
        journal_number(&made->journal, options->seed);
        journal_text(&made->journal, shares);
        journal_end(&made->journal);
        failed = journal_commit(&made->journal, true);
    }
    if (failed != 0) {
        simulator_close(made);
        return failed;
    }
    *simulator = made;
    return 0;
}

void
simulator_close(struct simulator *simulator)
{
    journal_close(&simulator->journal);
    guard_free(&simulator->identities);
    guard_free(&simulator->claims);
    pen_free(&simulator->question);
    pen_free(&simulator->answer);
    pen_free(&simulator->spoiled);
    claim_file_free(&simulator->file);
    simulator_kept_free(simulator);
    inquiry_file_free(&simulator->inquiry);
    free(simulator->judgements);
    free(simulator->receipts);
    free(simulator);
}

const struct simulator_totals *
simulator_totals(const struct simulator *simulator)
{
    return &simulator->totals;
}

/* --- Answers go out --- */

/* A copy with one fault: cut off, a wrong count of segments, or a wrong count of groups. */
static void
spoil(struct pen *spoiled, const struct pen *answer, uint64_t turn)
{
    static const char *const places[] = {"~SE*", "~IEA*"};
    spoiled->length = 0;
    if (turn % 3 == 0) {
        pen_bytes(spoiled, answer->bytes, answer->length * 3 / 5);
        return;
    }
    pen_bytes(spoiled, answer->bytes, answer->length);
    const char *place = places[turn % 3 - 1];
    char *found = memmem(spoiled->bytes, spoiled->length, place, strlen(place));
    if (found == NULL)
        found = memmem(spoiled->bytes, spoiled->length, "~IEA*", 5);
    char *digit = memchr(found, '*', 8);
    digit[1] = digit[1] == '9' ? '8' : (char)(digit[1] + 1);
}

static int
store_odd(struct simulator *simulator, const char *name, const char *kind, const struct pen *answer)
{
    char odd[256], path[4096];
    snprintf(odd, sizeof odd, "%.*s-%s.x12", (int)(strlen(name) - 4), name, kind);
    simulator_path(simulator, path, "in", odd);
    journal_begin(&simulator->journal, 'F');
    journal_text(&simulator->journal, odd);
    journal_text(&simulator->journal, kind);
    journal_end(&simulator->journal);
    return mailbox_store(path, answer->bytes, answer->length, simulator->options.sync);
}

int
simulator_deliver(struct simulator *simulator, const char *name, const struct pen *answer)
{
    const struct simulator_options *options = &simulator->options;
    size_t length = strlen(name);
    char path[4096];
    int failed = 0;
    if (outcome_falls(options->seed, "broken", name, length, options->shares.broken)) {
        spoil(&simulator->spoiled, answer, digest_bytes(options->seed, name, length));
        failed = store_odd(simulator, name, "broken", &simulator->spoiled);
    }
    simulator_path(simulator, path, "in", name);
    if (failed == 0)
        failed = mailbox_store(path, answer->bytes, answer->length, options->sync);
    if (failed == 0 && outcome_falls(options->seed, "twice", name, length, options->shares.twice))
        failed = store_odd(simulator, name, "twice", answer);
    return failed;
}

int
simulator_sync_answers(struct simulator *simulator)
{
    char path[4096];
    if (!simulator->options.sync)
        return 0;
    simulator_path(simulator, path, "in", "");
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return errno;
    int failed = fsync(descriptor) != 0 ? errno : 0;
    close(descriptor);
    return failed;
}

/* --- A question comes in --- */

bool
simulator_read(struct simulator *simulator)
{
    const struct simulator_options *options = &simulator->options;
    struct claim_file *file = &simulator->file;
    if (!claim_file_read(file, simulator->question.bytes, simulator->question.length))
        return false;
    if (file->fault == NULL && outcome_falls(options->seed, "interchange", file->control.at,
                                             file->control.length, options->shares.reject_interchanges))
        file->fault = "024";
    for (uint32_t i = 0; i < file->set_count && options->shares.reject_sets != 0; i++) {
        struct slice control = file->groups[file->sets[i].group].control;
        char name[64];
        int length = snprintf(name, sizeof name, "%.*s/%.*s/%.*s", (int)file->control.length,
                              file->control.at, (int)(control.length < 15 ? control.length : 15), control.at,
                              (int)(file->sets[i].control.length < 15 ? file->sets[i].control.length : 15),
                              file->sets[i].control.at);
        if (file->sets[i].fault == NULL &&
            outcome_falls(options->seed, "set", name, (size_t)length, options->shares.reject_sets))
            file->sets[i].fault = "5";
    }
    return true;
}

static bool
set_is_accepted(const struct claim_file *file, const struct filed_set *set)
{
    return file->fault == NULL && set->fault == NULL && file->groups[set->group].fault == NULL;
}

static uint64_t
number_digest(const struct filed_claim *claim)
{
    return digest_bytes(3, claim->number.at, claim->number.length);
}

static void
judge_claim(struct simulator *simulator, uint32_t serial, uint32_t i, bool fresh)
{
    const struct filed_claim *claim = &simulator->file.claims[i];
    struct judgement *judgement = &simulator->judgements[i];
    uint64_t digest = number_digest(claim);
    const struct guard_entry *entry =
        fresh ? guard_take(&simulator->claims, digest, serial, i) : guard_find(&simulator->claims, digest);
    struct claim_outcome outcome;
    if (entry == NULL || entry->serial != serial || entry->ordinal != i) {
        *judgement = (struct judgement){VERDICT_DOUBLE, "A3:54"};
    } else if (claim->fault != NULL) {
        *judgement = (struct judgement){VERDICT_FAULTY, claim->fault};
    } else {
        outcome_of_claim(simulator->options.seed, &simulator->options.shares, claim->key.at,
                         claim->key.length, &outcome);
        *judgement = outcome.disposition == DISPOSITION_REJECTED
                         ? (struct judgement){VERDICT_REJECTED, outcome.rejection}
                         : (struct judgement){VERDICT_ACCEPTED, "A2:20"};
    }
}

void
simulator_judge(struct simulator *simulator, uint32_t serial, bool fresh)
{
    enum { AHEAD = 8 };
    const struct claim_file *file = &simulator->file;
    if (file->claim_count > simulator->judgement_room) {
        simulator->judgement_room = file->claim_count * 2;
        free(simulator->judgements);
        simulator->judgements = malloc(simulator->judgement_room * sizeof *simulator->judgements);
        if (simulator->judgements == NULL) {
            fputs("out of memory\n", stderr);
            abort();
        }
    }
    for (uint32_t s = 0; s < file->set_count; s++) {
        const struct filed_set *set = &file->sets[s];
        for (uint32_t i = set->first_claim; i < set->first_claim + set->claim_count; i++) {
            if (i + AHEAD < file->claim_count)
                guard_expect(&simulator->claims, number_digest(&file->claims[i + AHEAD]));
            if (set_is_accepted(file, set))
                judge_claim(simulator, serial, i, fresh);
            else
                simulator->judgements[i] = (struct judgement){VERDICT_FAULTY, "A7:0"};
        }
    }
}

static void
journal_claim(struct simulator *simulator, uint32_t serial, const struct filed_set *set, uint32_t i)
{
    struct journal *journal = &simulator->journal;
    const struct claim_file *file = &simulator->file;
    const struct filed_claim *claim = &file->claims[i];
    const struct judgement *judgement = &simulator->judgements[i];
    journal_begin(journal, 'C');
    journal_number(journal, serial);
    journal_number(journal, i);
    journal_slice(journal, claim->number);
    journal_slice(journal, claim->key);
    journal_slice(journal, claim->frequency);
    journal_number(journal, claim->charge_cents < 0 ? 0 : (uint64_t)claim->charge_cents);
    journal_number(journal, claim->line_count);
    journal_text(journal, verdict_name(judgement->verdict));
    journal_text(journal, judgement->status);
    journal_hex(journal, number_digest(claim));
    journal_hex(journal, claim->digest);
    journal_slice(journal, set->control);
    for (uint32_t n = 0; n < claim->line_count; n++) {
        int64_t cents = file->lines[claim->first_line + n].charge_cents;
        pen_character(&journal->block, n == 0 ? '\t' : ',');
        pen_number(&journal->block, cents < 0 ? 0 : (uint64_t)cents, 1);
    }
    journal_end(journal);
    simulator->totals.claims++;
    simulator->totals.rejected += judgement->verdict == VERDICT_REJECTED;
    simulator->totals.doubles += judgement->verdict == VERDICT_DOUBLE;
    simulator->totals.faulty += judgement->verdict == VERDICT_FAULTY;
}

static void
journal_receipt(struct simulator *simulator, const struct receipt *receipt, const char *name)
{
    struct journal *journal = &simulator->journal;
    const struct claim_file *file = &simulator->file;
    journal_begin(journal, 'I');
    journal_number(journal, receipt->stamp.serial);
    journal_hex(journal, receipt->identity);
    journal_hex(journal, receipt->digest);
    journal_slice(journal, file->sender);
    journal_slice(journal, file->receiver);
    journal_slice(journal, file->control);
    journal_number(journal, simulator->question.length);
    journal_number(journal, (uint64_t)receipt->instant_us);
    journal_number(journal, (uint64_t)receipt->stamp.date);
    journal_number(journal, receipt->stamp.time);
    journal_number(journal, receipt->stamp.number);
    journal_text(journal, file->fault == NULL ? "000" : file->fault);
    journal_text(journal, name);
    journal_end(journal);
    for (uint32_t s = 0; s < file->set_count && file->fault == NULL; s++) {
        const struct filed_set *set = &file->sets[s];
        bool accepted = set_is_accepted(file, set);
        journal_begin(journal, 'T');
        journal_number(journal, receipt->stamp.serial);
        journal_slice(journal, file->groups[set->group].control);
        journal_slice(journal, set->control);
        journal_text(journal, accepted ? "A" : "R");
        journal_number(journal, set->claim_count);
        journal_end(journal);
        for (uint32_t i = set->first_claim; i < set->first_claim + set->claim_count && accepted; i++)
            journal_claim(simulator, receipt->stamp.serial, set, i);
    }
}

/* TA1, 999 and 277CA of the question at hand, under the names of the receipt. */
static int
send_answers(struct simulator *simulator, const struct receipt *receipt, const char *suffix)
{
    struct pen *answer = &simulator->answer;
    struct stamp stamp = receipt->stamp;
    char name[128];
    answer_ta1(answer, &simulator->file, &stamp);
    snprintf(name, sizeof name, "%06u-ta1%s.x12", stamp.serial, suffix);
    int failed = simulator_deliver(simulator, name, answer);
    if (failed == 0 && simulator->file.fault == NULL) {
        stamp.number++;
        answer_999(answer, &simulator->file, &stamp);
        snprintf(name, sizeof name, "%06u-999%s.x12", stamp.serial, suffix);
        failed = simulator_deliver(simulator, name, answer);
        stamp.number++;
        if (failed == 0 && answer_277ca(answer, &simulator->file, simulator->judgements, &stamp) > 0) {
            snprintf(name, sizeof name, "%06u-277ca%s.x12", stamp.serial, suffix);
            failed = simulator_deliver(simulator, name, answer);
        }
    }
    return failed != 0 ? failed : simulator_sync_answers(simulator);
}

static int
journal_mark(struct simulator *simulator, char kind, uint32_t serial, const char *name)
{
    journal_begin(&simulator->journal, kind);
    journal_number(&simulator->journal, serial);
    journal_text(&simulator->journal, name);
    journal_end(&simulator->journal);
    return journal_commit(&simulator->journal, false);
}

static int
take_new(struct simulator *simulator, uint64_t identity, uint64_t digest, const char *name)
{
    struct receipt *receipt = simulator_receipt_add(simulator);
    uint32_t serial = receipt->stamp.serial;
    receipt->identity = identity;
    receipt->digest = digest;
    receipt->instant_us = simulator_now_us();
    simulator_stamp_now(simulator, receipt->instant_us, &receipt->stamp);
    receipt->stamp.number = simulator->next_number;
    simulator->next_number += 3;
    guard_take(&simulator->identities, identity, serial, 0);
    simulator->totals.interchanges++;
    simulator_judge(simulator, serial, true);
    journal_receipt(simulator, receipt, name);
    if (simulator->file.fault != NULL)
        receipt->stages[0].done = receipt->stages[1].done = true;
    return journal_commit(&simulator->journal, true);
}

/* The same ISA13 again: the same bytes get the same answer once more, others are refused. */
static int
take_again(struct simulator *simulator, struct receipt *receipt, uint64_t digest, const char *name)
{
    char suffix[32];
    if (receipt->digest != digest) {
        struct stamp stamp = {.number = simulator->next_number++, .serial = receipt->stamp.serial};
        char answer[128];
        simulator_stamp_now(simulator, simulator_now_us(), &stamp);
        simulator->file.fault = "025";
        simulator->totals.conflicts++;
        answer_ta1(&simulator->answer, &simulator->file, &stamp);
        snprintf(answer, sizeof answer, "%06u-ta1-conflict%u.x12", stamp.serial, stamp.number);
        int failed = simulator_deliver(simulator, answer, &simulator->answer);
        return failed != 0 ? failed : journal_mark(simulator, 'X', receipt->stamp.serial, name);
    }
    simulator->totals.again++;
    simulator_judge(simulator, receipt->stamp.serial, false);
    snprintf(suffix, sizeof suffix, "-again%u", ++receipt->repeats);
    int failed = send_answers(simulator, receipt, suffix);
    return failed != 0 ? failed : journal_mark(simulator, 'G', receipt->stamp.serial, name);
}

/* Into taken/ when it is still to be paid and not there yet, else away. */
static int
put_away(struct simulator *simulator, const struct receipt *receipt, const char *path)
{
    char taken[4096], name[64];
    snprintf(name, sizeof name, "%06u.x12", receipt->stamp.serial);
    simulator_path(simulator, taken, "taken", name);
    bool wanted = !receipt->stages[0].done || !receipt->stages[1].done || simulator->options.keep;
    if (wanted && access(taken, F_OK) != 0)
        return rename(path, taken) != 0 ? errno : 0;
    return unlink(path) != 0 && errno != ENOENT ? errno : 0;
}

static int
take_unreadable(struct simulator *simulator, const char *path, const char *name)
{
    char kept[4096];
    simulator_path(simulator, kept, "taken", "unreadable-");
    snprintf(kept + strlen(kept), sizeof kept - strlen(kept), "%s", name);
    simulator->totals.unreadable++;
    int failed = journal_mark(simulator, 'U', 0, name);
    if (failed == 0 && rename(path, kept) != 0)
        failed = errno;
    return failed;
}

static int
take_file(struct simulator *simulator, const char *name)
{
    char path[4096];
    simulator_path(simulator, path, "out", name);
    int failed = mailbox_load(&simulator->question, path);
    if (failed != 0)
        return failed == ENOENT ? 0 : failed;
    if (inquiry_file_is(simulator->question.bytes, simulator->question.length))
        return simulator_inquire(simulator, path, name);
    if (!simulator_read(simulator))
        return take_unreadable(simulator, path, name);
    const struct claim_file *file = &simulator->file;
    uint64_t digest = digest_content(simulator->question.bytes, simulator->question.length);
    uint64_t identity = digest_bytes(5, file->sender.at, file->sender.length);
    identity = digest_bytes(identity, file->receiver.at, file->receiver.length);
    identity = digest_bytes(identity, file->control.at, file->control.length);
    const struct guard_entry *known = guard_find(&simulator->identities, identity);
    uint32_t serial = known != NULL ? known->serial : simulator->receipt_count + 1;
    if (known == NULL)
        failed = take_new(simulator, identity, digest, name);
    struct receipt *receipt = &simulator->receipts[serial - 1];
    if (failed != 0)
        return failed;
    if (known != NULL && (receipt->answered || receipt->digest != digest)) {
        failed = take_again(simulator, receipt, digest, name);
    } else {
        if (known != NULL)
            simulator_judge(simulator, serial, false);
        failed = send_answers(simulator, receipt, "");
        receipt->answered = true;
        if (failed == 0)
            failed = journal_mark(simulator, 'A', serial, name);
    }
    if (failed == 0)
        failed = put_away(simulator, receipt, path);
    if (failed == 0 && !receipt->stages[0].done)
        simulator_keep(simulator, serial);
    return failed;
}

int
simulator_scan(struct simulator *simulator)
{
    char path[4096];
    simulator_path(simulator, path, "out", "");
    char **names = mailbox_names(path);
    if (names == NULL)
        return -errno;
    int taken = 0, failed = 0;
    for (; names[taken] != NULL && failed == 0; taken++)
        failed = take_file(simulator, names[taken]);
    mailbox_free_names(names);
    return failed != 0 ? -failed : taken;
}
