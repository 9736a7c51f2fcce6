/* claimline doctor: everything that can be looked at from outside, a line each, with what to do. */
#include "services/claimline/ask.h"
#include "services/claimline/listing.h"
#include "services/claimline/place.h"
#include "services/claimline/program.h"

#include "common/clock/clock.h"
#include "common/codeset/codeset.h"
#include "common/payer/payer.h"
#include "services/coding/steps/own/own.h"

#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

enum health { HEALTH_OK, HEALTH_WARNING, HEALTH_WRONG };
enum { FREE_WARNING_MIB = 2048, FREE_WRONG_MIB = 256, SOCKET_MILLISECONDS = 1000 };

struct doctor {
    struct claimline *run;
    struct listing listing;
    enum health worst;
};

static void __attribute__((format(printf, 5, 6)))
report(struct doctor *doctor, const char *check, enum health health, const char *advice, const char *format,
       ...)
{
    static const char *const names[] = {"ok", "warning", "wrong"};
    char what[1400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    const struct listing_word words[] = {{"check", check},
                                         {"state", names[health]},
                                         {"what", what},
                                         {"advice", health == HEALTH_OK ? "" : advice}};
    listing_words(&doctor->listing, words, 4);
    if (health > doctor->worst)
        doctor->worst = health;
}

static void
check_config(struct doctor *doctor, const char *daemon)
{
    struct claimline *run = doctor->run;
    char words[PROGRAM_WORDS_BYTES];
    const char *program = program_find(run, daemon);
    if (program == NULL) {
        report(doctor, "configuration", HEALTH_WRONG, "install the package again",
               "the program claimline-%s is missing", daemon);
        return;
    }
    int code = program_run(run, program, "--check-config", NULL, words);
    if (code == 0)
        report(doctor, "configuration", HEALTH_OK, "", "%s: its keys are valid", daemon);
    else
        report(doctor, "configuration", HEALTH_WRONG, "correct the line that is named", "%s (exit %d)", words,
               code);
}

static void
check_key(struct doctor *doctor, const char *daemon)
{
    struct stat about;
    const char *path = place_key(doctor->run, place_keys(doctor->run), daemon);
    if (stat(path, &about) != 0) {
        bool hidden = errno == EACCES;
        report(doctor, "key", hidden ? HEALTH_WARNING : HEALTH_WRONG,
               hidden ? "run doctor as root" : "claimline init, or bring the key back", "%s: %s", path,
               strerror(errno));
    } else if (about.st_size != PLACE_KEY_BYTES) {
        report(doctor, "key", HEALTH_WRONG, "bring the right key back", "%s has %lld bytes instead of %d",
               path, (long long)about.st_size, PLACE_KEY_BYTES);
    } else if ((about.st_mode & 0777) != 0400) {
        report(doctor, "key", HEALTH_WRONG, "chmod 0400 on it", "%s has mode %04o", path,
               (unsigned)about.st_mode & 07777);
    } else {
        report(doctor, "key", HEALTH_OK, "", "%s", path);
    }
}

static void
check_store(struct doctor *doctor, const char *daemon)
{
    struct stat about;
    struct claimline *run = doctor->run;
    const char *folder = place_folder(run, daemon), *store = place_store(run, daemon);
    struct passwd *owner = getpwnam(arena_print(&run->arena, "claimline-%s", daemon).data);
    if (stat(folder, &about) != 0 || access(store, F_OK) != 0) {
        bool hidden = errno == EACCES;
        report(doctor, "store", hidden ? HEALTH_WARNING : HEALTH_WRONG,
               hidden ? "run doctor as root" : "claimline init (is the disk mounted?)", "%s: %s", store,
               strerror(errno));
    } else if ((about.st_mode & 0007) != 0) {
        report(doctor, "store", HEALTH_WRONG, "chmod o-rwx on it", "%s is open to others (mode %04o)", folder,
               (unsigned)about.st_mode & 07777);
    } else if (owner != NULL && about.st_uid != owner->pw_uid) {
        report(doctor, "store", HEALTH_WRONG, "chown -R it to that user", "%s does not belong to %s", folder,
               owner->pw_name);
    } else {
        report(doctor, "store", HEALTH_OK, "", "%s", store);
    }
}

static void
check_sockets(struct doctor *doctor)
{
    struct claimline *run = doctor->run;
    struct control_question questions[DAEMON_COUNT] = {{0}};
    struct control_request request = {.verb = TEXT("status")};
    for (int i = 0; i < DAEMON_COUNT; i++)
        questions[i].path = ask_path(run, claimline_daemons[i]);
    control_ask_all(questions, DAEMON_COUNT, &request, SOCKET_MILLISECONDS, &run->arena);
    for (int i = 0; i < DAEMON_COUNT; i++) {
        const struct control_question *question = &questions[i];
        const char *start =
            arena_print(&run->arena, "systemctl start claimline-%s", claimline_daemons[i]).data;
        const char *log = arena_print(&run->arena, "journalctl -u claimline-%s", claimline_daemons[i]).data;
        if (question->status == STATUS_OK && question->answer.rows_count > 0 &&
            listing_text(&question->answer.rows[0], "reason").length == 0)
            report(doctor, "socket", HEALTH_OK, "", "%s answers", claimline_daemons[i]);
        else if (question->status == STATUS_OK && question->answer.rows_count > 0)
            report(doctor, "socket", HEALTH_WARNING, "claimline status", "%s is not well",
                   claimline_daemons[i]);
        else if (question->status == STATUS_NOT_FOUND)
            report(doctor, "socket", HEALTH_WRONG, start, "%s does not run", claimline_daemons[i]);
        else if (question->status == STATUS_IO)
            report(doctor, "socket", HEALTH_WARNING, "run doctor as root, or join its group", "%s: the socket may not be used by you",
                   question->path);
        else
            report(doctor, "socket", HEALTH_WRONG, log, "%s does not answer at %s", claimline_daemons[i],
                   question->path);
    }
}

static void
check_border_folder(struct doctor *doctor, const char *check, const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0)
        report(doctor, check, HEALTH_WRONG, "make it, or correct its path (is the share mounted?)", "%s: %s",
               path, strerror(errno));
    else if (!S_ISDIR(about.st_mode))
        report(doctor, check, HEALTH_WRONG, "correct its path", "%s is no folder", path);
    else if ((about.st_mode & 0007) != 0)
        report(doctor, check, HEALTH_WARNING, "chmod o-rwx on it: patients' data lie in it",
               "%s is open to others (mode %04o)", path, (unsigned)about.st_mode & 07777);
    else if (access(path, R_OK | W_OK | X_OK) != 0)
        report(doctor, check, HEALTH_WARNING, "run doctor as root, or join its group", "%s: %s", path,
               strerror(errno));
    else
        report(doctor, check, HEALTH_OK, "", "%s", path);
}

/* Payers and providers as the daemons read them at their start. */
static void
check_profiles(struct doctor *doctor)
{
    struct arena *arena = &doctor->run->arena;
    const char *base = place_config_folder(doctor->run), *folder = arena_print(arena, "%s/payers", base).data;
    struct payers *payers;
    struct providers *providers;
    char reason[512];
    enum status status = payers_load(folder, &payers, reason);
    if (status == STATUS_OK) {
        for (size_t i = 0; i < payers->count; i++) {
            const char *in = arena_print(arena, "%.*s/in", TEXT_ARGS(payers->items[i].folder)).data;
            const char *out = arena_print(arena, "%.*s/out", TEXT_ARGS(payers->items[i].folder)).data;
            check_border_folder(doctor, "payer", out);
            check_border_folder(doctor, "payer", in);
        }
        if (!payers_are_apart(payers, reason))
            report(doctor, "payer", HEALTH_WRONG, "correct the profile of one of them", "%s", reason);
    }
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && payers->count == 0))
        report(doctor, "payer", HEALTH_WARNING, "write a file NAME.conf for each payer, see README",
               "no payer in %s", folder);
    else if (status != STATUS_OK)
        report(doctor, "payer", HEALTH_WRONG, "correct the line that is named", "%s", reason);
    if (status == STATUS_OK)
        payers_free(payers);
    status = providers_load(arena_print(arena, "%s/providers", base).data, &providers, reason);
    if (status == STATUS_OK)
        providers_free(providers);
    else if (status != STATUS_NOT_FOUND)
        report(doctor, "provider", HEALTH_WRONG, "correct the line that is named", "%s", reason);
}

static void
check_machine(struct doctor *doctor)
{
    struct statvfs disk;
    struct timex state = {.modes = 0};
    const char *path = doctor->run->state;
    if (statvfs(path, &disk) != 0) {
        report(doctor, "disk", HEALTH_WRONG, "claimline init", "%s: %s", path, strerror(errno));
    } else {
        uint64_t free_mib = (uint64_t)disk.f_bavail * disk.f_frsize >> 20;
        enum health health = free_mib < FREE_WRONG_MIB     ? HEALTH_WRONG
                             : free_mib < FREE_WARNING_MIB ? HEALTH_WARNING
                                                           : HEALTH_OK;
        report(doctor, "disk", health, "free space or enlarge the disk", "%s has %llu MiB free", path,
               (unsigned long long)free_mib);
    }
    if (adjtimex(&state) == TIME_ERROR)
        report(doctor, "clock", HEALTH_WARNING, "switch a time service on (systemd-timesyncd, chrony)",
               "the clock is not synchronised");
    else
        report(doctor, "clock", HEALTH_OK, "", "the clock is synchronised");
}

/* Every block of every edition. */
static void
check_code_sets(struct doctor *doctor)
{
    char reason[CODESET_REASON_BYTES];
    struct codeset_folder *folder;
    size_t editions = 0, damaged = 0;
    enum status status = codeset_folder_open(&folder, place_codes(doctor->run), reason);
    if (status == STATUS_NOT_FOUND) {
        report(doctor, "code sets", HEALTH_OK, "", "none are there: the starter edition judges");
        return;
    }
    if (status != STATUS_OK) {
        report(doctor, "code sets", HEALTH_WRONG, "import them again (claimline codes import)", "%s", reason);
        return;
    }
    for (size_t i = 0; i < codeset_count(folder); i++) {
        const struct codeset *set = codeset_at(folder, i);
        for (size_t j = 0; j < codeset_edition_count(set); j++, editions++) {
            if (codeset_edition_scrub(codeset_edition(set, j), reason) == STATUS_OK)
                continue;
            damaged++;
            report(doctor, "code sets", HEALTH_WRONG, "import its file again (claimline codes import)", "%s", reason);
        }
    }
    if (damaged == 0)
        report(doctor, "code sets", HEALTH_OK, "", "%zu editions are whole", editions);
    codeset_folder_close(folder);
}

static bool
are_rules(struct doctor *doctor, const char *where, struct text words, const struct own_rules *own)
{
    struct coding_switches switches = {0};
    struct text wrong;
    if (coding_switches_read(words, own, &switches, &wrong))
        return true;
    report(doctor, "coding rules", HEALTH_WRONG, "correct it: claimline coding rules lists them", "%s: \"%.*s\" is no rule", where,
           TEXT_ARGS(wrong));
    return false;
}

/* The site's own rules and what is switched off, as the coding daemon reads them at its start. */
static void
check_coding_rules(struct doctor *doctor)
{
    struct claimline *run = doctor->run;
    struct own_rules *own = NULL;
    struct payers *payers = NULL;
    char reason[OWN_REASON_BYTES];
    const char *table = config_text(run->config, "coding", "rules");
    if (table[0] != '\0' && own_open(table, config_text(run->config, "coding", "script"), &own, reason) != STATUS_OK) {
        report(doctor, "coding rules", HEALTH_WRONG, "correct the line that is named (docs/own-rules.md)", "%s", reason);
        return;
    }
    bool good = are_rules(doctor, "[coding] off", text_from(config_text(run->config, "coding", "off")), own);
    const char *folder = arena_print(&run->arena, "%s/payers", place_config_folder(run)).data;
    if (payers_load(folder, &payers, reason) == STATUS_OK) {
        for (size_t i = 0; i < payers->count; i++) {
            const struct payer *payer = &payers->items[i];
            const char *where = arena_print(&run->arena, "payer %.*s, coding_off", TEXT_ARGS(payer->name)).data;
            good = are_rules(doctor, where, payer->coding_off, own) && good;
        }
        payers_free(payers);
    }
    if (good)
        report(doctor, "coding rules", HEALTH_OK, "", "%u rules of the site's own", own == NULL ? 0 : (unsigned)own->count);
    own_free(own);
}

int
doctor_run(struct claimline *run)
{
    struct doctor doctor = {.run = run};
    int code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    listing_begin(&doctor.listing, run, "check:CHECK|state:STATE|what:WHAT|advice:WHAT TO DO");
    for (int i = 0; i < DAEMON_COUNT; i++)
        check_config(&doctor, claimline_daemons[i]);
    for (int i = 0; i < DAEMON_COUNT; i++)
        check_key(&doctor, claimline_daemons[i]);
    for (int i = 0; i < DAEMON_COUNT; i++)
        check_store(&doctor, claimline_daemons[i]);
    check_sockets(&doctor);
    check_border_folder(&doctor, "spool", place_spool(run));
    check_profiles(&doctor);
    check_code_sets(&doctor);
    check_coding_rules(&doctor);
    check_machine(&doctor);
    listing_end(&doctor.listing);
    return doctor.worst == HEALTH_WRONG ? CLAIMLINE_FOUND : CLAIMLINE_DONE;
}
