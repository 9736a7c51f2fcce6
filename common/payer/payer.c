#include "common/payer/payer.h"

#include "common/clock/clock.h"
#include "common/payer/payer_edits.h"
#include "common/payer/profile.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#define SECTION "payer"

const struct config_key payer_keys[] = {
    {SECTION, "name", CONFIG_TEXT, "", 0, PAYER_NAME_LENGTH, NULL, "Name of the profile; the file's name when not given."},
    {SECTION, "title", CONFIG_TEXT, NULL, 1, 60, NULL, "The payer's own name, as it stands on claims."},
    {SECTION, "id", CONFIG_TEXT, NULL, 2, 80, NULL, "The payer's id (NM109 of the payer)."},
    {SECTION, "matching_ids", CONFIG_TEXT, "", 0, 1000, NULL,
        "Further payer ids of claims that go to this profile, separated by blanks; * takes all that no other takes."},
    {SECTION, "receiver_qualifier", CONFIG_TEXT, "ZZ", 2, 2, NULL, "ISA07."},
    {SECTION, "receiver", CONFIG_TEXT, NULL, 1, 15, NULL, "ISA08."},
    {SECTION, "group_receiver", CONFIG_TEXT, "", 0, 15, NULL, "GS03; the receiver when not given."},
    {SECTION, "sender_qualifier", CONFIG_TEXT, "ZZ", 2, 2, NULL, "ISA05."},
    {SECTION, "sender", CONFIG_TEXT, NULL, 1, 15, NULL, "ISA06."},
    {SECTION, "group_sender", CONFIG_TEXT, "", 0, 15, NULL, "GS02; the sender when not given."},
    {SECTION, "submitter_name", CONFIG_TEXT, NULL, 1, 60, NULL, "Who submits (1000A NM103)."},
    {SECTION, "submitter_contact", CONFIG_TEXT, "Billing", 1, 60, NULL, "Whom the payer may ask (PER02)."},
    {SECTION, "submitter_phone", CONFIG_TEXT, NULL, 10, 10, NULL, "Telephone of the contact (PER04), ten digits."},
    {SECTION, "usage", CONFIG_CHOICE, "T", 0, 0, "T|P", "ISA15: T test, P production."},
    {SECTION, "requires_ta1", CONFIG_BOOL, "yes", 0, 0, NULL, "ISA14: ask for a TA1."},
    {SECTION, "capitated", CONFIG_BOOL, "no", 0, 0, NULL, "Our contract with this payer is capitated."},
    {SECTION, "folder", CONFIG_PATH, NULL, 1, 1000, NULL, "The payer's folder, with out/ and in/; of its own for each payer."},
    {SECTION, "version", CONFIG_CHOICE, "005010X222A1", 0, 0, "005010X222A1|005010X222A2", "GS08 and ST03 to write."},
    {SECTION, "version_institutional", CONFIG_CHOICE, "005010X223A2", 0, 0, "005010X223A2|005010X223A3",
        "The same of institutional claims."},
    {SECTION, "version_dental", CONFIG_CHOICE, "005010X224A2", 0, 0, "005010X224A2|005010X224A3", "The same of dental claims."},
    {SECTION, "forms", CONFIG_TEXT, "professional institutional dental", 1, 60, NULL,
        "The claims that this payer takes: professional, institutional, dental, separated by blanks."},
    {SECTION, "batch_claims", CONFIG_NUMBER, "5000", 1, 5000, NULL, "Most claims of one set."},
    {SECTION, "batch_bytes", CONFIG_BYTES, "8M", 65536, 1 << 30, NULL, "Most bytes of one interchange."},
    {SECTION, "batch_wait", CONFIG_DURATION, "5min", 0, 7 * CLOCK_DAY, NULL,
        "How long a claim waits for others to share its interchange."},
    {SECTION, "ack_wait", CONFIG_DURATION, "2d", CLOCK_SECOND, 60 * CLOCK_DAY, NULL,
        "After this time without an answer an interchange goes out again, the same bytes."},
    {SECTION, "timely_filing_days", CONFIG_NUMBER, "365", 1, 3650, NULL, "Days from the last service to file a claim."},
    {SECTION, "usual_days", CONFIG_NUMBER, "30", 1, 3650, NULL, "Days in which this payer usually pays."},
    {SECTION, "appeal_days", CONFIG_NUMBER, "120", 1, 3650, NULL, "Days from the remittance to appeal."},
    {SECTION, "not_principal", CONFIG_TEXT, "", 0, 1000, NULL,
        "Diagnoses that this payer does not take as the principal one, separated by blanks (R07.9 R05.9)."},
    {SECTION, "needs_modifier", CONFIG_TEXT, "", 0, 1000, NULL,
        "Procedures that need a modifier, as PROCEDURE:MODIFIER, separated by blanks (87804:QW 81002:QW)."},
    {SECTION, "needs_authorization", CONFIG_TEXT, "", 0, 1000, NULL,
        "Procedures that need an authorization number (REF*G1), and spans of them (97110..97799), separated by blanks."},
    {SECTION, "needs_referral", CONFIG_TEXT, "", 0, 1000, NULL,
        "Procedures that need a referral number (REF*9F), and spans of them (97110..97799), separated by blanks."},
    {SECTION, "needs_ndc", CONFIG_TEXT, "", 0, 1000, NULL,
        "Procedures that need a National Drug Code (LIN*N4), and spans of them (J0120..J9999), separated by blanks."},
    {SECTION, "telehealth_modifiers", CONFIG_TEXT, "", 0, 100, NULL,
        "Modifiers of which this payer wants one on every line with place 02 or 10, separated by blanks (93 95)."},
    {SECTION, "fee_locality", CONFIG_TEXT, "", 0, 7, NULL,
        "Contractor and locality of the physician fee schedule by which this payer pays us, seven digits (1011200)."},
    {SECTION, "fee_percent", CONFIG_NUMBER, "0", 0, 1000, NULL,
        "Percent of the physician fee schedule that this payer allows; 0: 100 of Medicare, of others not known."},
    {SECTION, "needs_referring", CONFIG_BOOL, "no", 0, 0, NULL, "Claims need a referring provider."},
    {SECTION, "needs_external_cause", CONFIG_BOOL, "no", 0, 0, NULL, "A claim for an injury says what caused it (V00 to Y99)."},
    {SECTION, "coding_off", CONFIG_TEXT, "", 0, 1000, NULL,
        "Coding rules that are switched off for this payer: numbers, separated by commas or blanks (claimline coding rules)."},
    {SECTION, "medicare", CONFIG_BOOL, "no", 0, 0, NULL, "Claims to this payer are judged by the rules of Medicare, whatever SBR09 says."},
    {SECTION, "status_inquiry", CONFIG_BOOL, "no", 0, 0, NULL, "Ask this payer by a 276 where a claim stands of which he says nothing."},
    {SECTION, "status_after", CONFIG_DURATION, "14d", CLOCK_SECOND, 3650 * CLOCK_DAY, NULL,
        "After this time without a remittance a claim is asked about."},
    {SECTION, "status_every", CONFIG_DURATION, "7d", CLOCK_SECOND, 3650 * CLOCK_DAY, NULL,
        "After this time it is asked about again, while nothing was decided."},
    {SECTION, "status_times", CONFIG_NUMBER, "4", 1, 1000, NULL, "How often a claim is asked about at most."},
    {SECTION, "eligibility", CONFIG_BOOL, "no", 0, 0, NULL,
        "Ask this payer by a 270 whether the subscriber is covered before a claim is built."},
    {SECTION, "eligibility_valid", CONFIG_DURATION, "30d", CLOCK_SECOND, 3650 * CLOCK_DAY, NULL,
        "How long his answer about a subscriber counts."},
    {SECTION, "eligibility_wait", CONFIG_DURATION, "1d", CLOCK_SECOND, 60 * CLOCK_DAY, NULL, "How long a claim waits for his answer."},
    {SECTION, "eligibility_silent", CONFIG_CHOICE, "pass", 0, 0, "pass|hold",
        "When no answer comes: the claim goes on with a warning, or waits for a biller."},
    {SECTION, "inquiry_wait", CONFIG_DURATION, "5min", 0, 7 * CLOCK_DAY, NULL,
        "How long a question (276, 270) waits for others to share its interchange."},
    {PAYER_EDITS_SECTION, "*", CONFIG_TEXT, "", 0, 0, NULL, "What the payer wants of claims, a row each."},
};
const size_t payer_key_count = sizeof payer_keys / sizeof *payer_keys;

static struct text
value(const struct config *config, const char *name)
{
    return text_from(config_text(config, SECTION, name));
}

static struct text
value_or(const struct config *config, const char *name, struct text other)
{
    struct text given = value(config, name);
    return given.length > 0 ? given : other;
}

static struct payer
payer_of(struct config *config)
{
    static const char *const versions[] = {"005010X222A1", "005010X222A2"};
    static const char *const institutional[] = {"005010X223A2", "005010X223A3"};
    static const char *const dental[] = {"005010X224A2", "005010X224A3"};
    return (struct payer){
        .name = value(config, "name"),
        .title = value(config, "title"),
        .id = value(config, "id"),
        .matching_ids = value(config, "matching_ids"),
        .receiver_qualifier = value(config, "receiver_qualifier"),
        .receiver = value(config, "receiver"),
        .group_receiver = value_or(config, "group_receiver", value(config, "receiver")),
        .sender_qualifier = value(config, "sender_qualifier"),
        .sender = value(config, "sender"),
        .group_sender = value_or(config, "group_sender", value(config, "sender")),
        .submitter_name = value(config, "submitter_name"),
        .submitter_contact = value(config, "submitter_contact"),
        .submitter_phone = value(config, "submitter_phone"),
        .test = config_number(config, SECTION, "usage") == 0,
        .requires_ta1 = config_bool(config, SECTION, "requires_ta1"),
        .capitated = config_bool(config, SECTION, "capitated"),
        .folder = value(config, "folder"),
        .forms = value(config, "forms"),
        .version = text_from(versions[config_number(config, SECTION, "version")]),
        .version_institutional = text_from(institutional[config_number(config, SECTION, "version_institutional")]),
        .version_dental = text_from(dental[config_number(config, SECTION, "version_dental")]),
        .batch_claims = (uint32_t)config_number(config, SECTION, "batch_claims"),
        .batch_bytes = config_number(config, SECTION, "batch_bytes"),
        .batch_wait = config_number(config, SECTION, "batch_wait"),
        .ack_wait = config_number(config, SECTION, "ack_wait"),
        .timely_filing_days = (uint32_t)config_number(config, SECTION, "timely_filing_days"),
        .usual_days = (uint32_t)config_number(config, SECTION, "usual_days"),
        .appeal_days = (uint32_t)config_number(config, SECTION, "appeal_days"),
        .not_principal = value(config, "not_principal"),
        .needs_modifier = value(config, "needs_modifier"),
        .needs_authorization = value(config, "needs_authorization"),
        .needs_referral = value(config, "needs_referral"),
        .needs_ndc = value(config, "needs_ndc"),
        .telehealth_modifiers = value(config, "telehealth_modifiers"),
        .fee_locality = value(config, "fee_locality"),
        .fee_percent = (uint32_t)config_number(config, SECTION, "fee_percent"),
        .needs_referring = config_bool(config, SECTION, "needs_referring"),
        .needs_external_cause = config_bool(config, SECTION, "needs_external_cause"),
        .coding_off = value(config, "coding_off"),
        .medicare = config_bool(config, SECTION, "medicare"),
        .status_inquiry = config_bool(config, SECTION, "status_inquiry"),
        .status_after = config_number(config, SECTION, "status_after"),
        .status_every = config_number(config, SECTION, "status_every"),
        .status_times = (uint32_t)config_number(config, SECTION, "status_times"),
        .eligibility = config_bool(config, SECTION, "eligibility"),
        .eligibility_valid = config_number(config, SECTION, "eligibility_valid"),
        .eligibility_wait = config_number(config, SECTION, "eligibility_wait"),
        .eligibility_holds = config_number(config, SECTION, "eligibility_silent") == 1,
        .inquiry_wait = config_number(config, SECTION, "inquiry_wait"),
        .config = config,
    };
}

/* Is the id among the blank-separated words? */
static bool
listed(struct text words, struct text id)
{
    while (words.length > 0) {
        struct text word = text_cut(words, ' ', &words);
        if (word.length > 0 && text_equal(word, id))
            return true;
    }
    return false;
}

/* The ends of a span; of a code both are the code. */
static void
ends_of(struct text word, struct text *first, struct text *last)
{
    const char *dots = word.length == 0 ? NULL : memmem(word.data, word.length, "..", 2);
    size_t length = dots == NULL ? word.length : (size_t)(dots - word.data);
    *first = text_of(word.data, length);
    *last = dots == NULL ? word : text_of(dots + 2, word.length - length - 2);
}

/* Codes of one length compare as their letters do. */
bool
payer_lists_code(struct text words, struct text code)
{
    while (words.length > 0 && code.length > 0) {
        struct text first, last;
        ends_of(text_cut(words, ' ', &words), &first, &last);
        if (code.length == first.length && code.length == last.length && memcmp(first.data, code.data, code.length) <= 0 &&
            memcmp(code.data, last.data, code.length) <= 0)
            return true;
    }
    return false;
}

/* Has every word letters and digits alone, and where spans may stand, two ends of one length in order? */
static bool
are_codes(struct text words, const char *more, bool spans)
{
    while (words.length > 0) {
        struct text first, last, word = text_cut(words, ' ', &words);
        if (spans)
            ends_of(word, &first, &last);
        else
            first = last = word;
        for (size_t i = 0; i < first.length + last.length; i++) {
            char c = i < first.length ? first.data[i] : last.data[i - first.length];
            if (!isalnum((unsigned char)c) && strchr(more, c) == NULL)
                return false;
        }
        if (first.length != last.length || text_compare(first, last) > 0 || (word.length > 0 && first.length == 0))
            return false;
    }
    return true;
}

bool
payer_takes_form(const struct payer *payer, struct text form)
{
    return listed(payer->forms, form);
}

/* Is every word the name of a form? */
static bool
are_forms(struct text words)
{
    static const struct text known = TEXT("professional institutional dental");
    while (words.length > 0) {
        struct text word = text_cut(words, ' ', &words);
        if (word.length > 0 && !listed(known, word))
            return false;
    }
    return true;
}

/* Is every word PROCEDURE:MODIFIER, the modifier of two characters? */
static bool
pairs(struct text words)
{
    while (words.length > 0) {
        struct text word = text_cut(words, ' ', &words), modifier;
        struct text procedure = text_cut(word, ':', &modifier);
        if (word.length > 0 && (procedure.length == 0 || modifier.length != 2))
            return false;
    }
    return true;
}

/* Nothing, or seven digits. */
static bool
is_locality(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    return text.length == 0 || text.length == 7;
}

/* NULL: what is written into interchanges holds none of their separators, and a telephone number is one. */
static const char *
fault_of_texts(const struct payer *payer)
{
    static const struct {
        size_t text;
        const char *fault;
    } texts[] = {
#define NO_SEPARATOR(key) {offsetof(struct payer, key), #key ": allowed: no * ~ : ^ and no control character, which separate the values of X12"}
        NO_SEPARATOR(title), NO_SEPARATOR(id), NO_SEPARATOR(receiver), NO_SEPARATOR(group_receiver), NO_SEPARATOR(sender),
        NO_SEPARATOR(group_sender), NO_SEPARATOR(submitter_name), NO_SEPARATOR(submitter_contact),
        NO_SEPARATOR(receiver_qualifier), NO_SEPARATOR(sender_qualifier),
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct text text = *(const struct text *)(const void *)((const char *)payer + texts[i].text);
        for (size_t k = 0; k < text.length; k++)
            if ((unsigned char)text.data[k] < 0x20 || text.data[k] == 0x7f || strchr("*~:^", text.data[k]) != NULL)
                return texts[i].fault;
    }
    for (size_t k = 0; k < payer->submitter_phone.length; k++)
        if (!isdigit((unsigned char)payer->submitter_phone.data[k]))
            return "submitter_phone: allowed: ten digits, as 5555550100";
    return NULL;
}

/* NULL: the lists are as they are told. */
static const char *
fault_of_lists(const struct payer *payer)
{
    if (!pairs(payer->needs_modifier))
        return "needs_modifier: allowed: PROCEDURE:MODIFIER, separated by blanks, as 87804:QW";
    if (!are_forms(payer->forms))
        return "forms: allowed: professional, institutional, dental, separated by blanks";
    if (!are_codes(payer->not_principal, ".", false))
        return "not_principal: allowed: diagnoses, separated by blanks, as R07.9 R05.9";
    if (!are_codes(payer->telehealth_modifiers, "", false))
        return "telehealth_modifiers: allowed: modifiers, separated by blanks, as 93 95";
    static const struct {
        size_t list;
        const char *fault;
    } lists[] = {
#define CODES_AND_SPANS(key) {offsetof(struct payer, key), #key ": allowed: codes and spans of one length, separated by blanks, as 97110 97112..97799"}
        CODES_AND_SPANS(needs_authorization),
        CODES_AND_SPANS(needs_referral),
        CODES_AND_SPANS(needs_ndc),
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (!are_codes(*(const struct text *)(const void *)((const char *)payer + lists[i].list), "", true))
            return lists[i].fault;
    return NULL;
}

static enum status
take(void *context, const char *file, struct config *config, char reason[512])
{
    struct payers *payers = context;
    struct payer payer = payer_of(config);
    char *own_name = NULL;
    if (payer.name.length == 0) {
        own_name = strdup(file);
        assert(own_name != NULL);
        payer.name = text_from(own_name);
    }
    const char *fault = NULL;
    if (payer.name.length > PAYER_NAME_LENGTH)
        fault = "the file's name is longer than 20 characters: give the key name";
    else if (payer_by_name(payers, payer.name) != NULL)
        fault = "another profile has the same name";
    else if (!is_locality(payer.fee_locality))
        fault = "fee_locality: allowed: five digits of the contractor and two of the locality, as 1011200";
    else if ((fault = fault_of_lists(&payer)) == NULL)
        fault = fault_of_texts(&payer);
    for (size_t i = 0; i < payers->count && fault == NULL; i++)
        if (text_equal(payers->items[i].id, payer.id) || listed(payers->items[i].matching_ids, payer.id))
            fault = "another profile has the same id";
    if (fault != NULL) {
        snprintf(reason, 512, "%.200s.conf: [payer] %s", file, fault);
        free(own_name);
        config_free(config);
        return STATUS_CONFIG;
    }
    /* The name is kept apart from the config, so that one free suits both cases. */
    if (own_name == NULL) {
        own_name = strndup(payer.name.data, payer.name.length);
        assert(own_name != NULL);
        payer.name = text_from(own_name);
    }
    enum status status = payer_edits_read(config, own_name, &payer.edits, reason);
    if (status != STATUS_OK) {
        free(own_name);
        config_free(config);
        return status;
    }
    payers->items = realloc(payers->items, (payers->count + 1) * sizeof *payers->items);
    assert(payers->items != NULL);
    payers->items[payers->count++] = payer;
    return STATUS_OK;
}

static const struct profile_kind kind = {"payer", payer_keys, sizeof payer_keys / sizeof *payer_keys, PAYER_LIMIT, take};

static enum status
load(enum status (*read)(const char *path, const struct profile_kind *kind, void *context, char reason[512]), const char *path,
     struct payers **payers, char reason[512])
{
    struct payers *made = calloc(1, sizeof *made);
    assert(made != NULL);
    enum status status = read(path, &kind, made, reason);
    if (status != STATUS_OK) {
        payers_free(made);
        return status;
    }
    *payers = made;
    return STATUS_OK;
}

enum status
payers_load(const char *folder, struct payers **payers, char reason[512])
{
    return load(profile_folder, folder, payers, reason);
}

enum status
payers_load_file(const char *path, struct payers **payers, char reason[512])
{
    return load(profile_file, path, payers, reason);
}

enum status
payers_load_beside(const char *config_folder, struct payers **payers, char reason[512])
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/payers", config_folder);
    enum status status = payers_load(folder, payers, reason);
    if (status != STATUS_NOT_FOUND)
        return status;
    snprintf(reason, 512, "%.380s: there is no such folder; it holds a profile for each payer, a file NAME.conf", folder);
    return STATUS_CONFIG;
}

/* Without slashes at its end. */
static struct text
folder_of(const struct payer *payer)
{
    struct text folder = payer->folder;
    while (folder.length > 1 && folder.data[folder.length - 1] == '/')
        folder.length--;
    return folder;
}

bool
payers_are_apart(const struct payers *payers, char reason[512])
{
    for (size_t i = 0; i < payers->count; i++)
        for (size_t k = 0; k < i; k++)
            if (text_equal(folder_of(&payers->items[i]), folder_of(&payers->items[k]))) {
                snprintf(reason, 512, "[payer] folder: %.*s and %.*s have the same, %.300s; allowed: a folder of its own for each payer",
                         TEXT_ARGS(payers->items[k].name), TEXT_ARGS(payers->items[i].name), config_text(payers->items[i].config, SECTION, "folder"));
                return false;
            }
    return true;
}

void
payers_free(struct payers *payers)
{
    if (payers == NULL)
        return;
    for (size_t i = 0; i < payers->count; i++) {
        void *name;
        memcpy(&name, &payers->items[i].name.data, sizeof name);
        free(name);
        x12_edits_free(payers->items[i].edits);
        config_free(payers->items[i].config);
    }
    free(payers->items);
    free(payers);
}

const struct payer *
payer_by_name(const struct payers *payers, struct text name)
{
    for (size_t i = 0; i < payers->count; i++)
        if (text_equal(payers->items[i].name, name))
            return &payers->items[i];
    return NULL;
}

const struct payer *
payer_by_id(const struct payers *payers, struct text id)
{
    const struct payer *best = NULL, *any = NULL;
    for (size_t i = 0; i < payers->count; i++) {
        const struct payer *payer = &payers->items[i];
        if (text_equal(payer->id, id))
            return payer;
        if (best == NULL && listed(payer->matching_ids, id))
            best = payer;
        if (any == NULL && listed(payer->matching_ids, TEXT("*")))
            any = payer;
    }
    return best != NULL ? best : any;
}
