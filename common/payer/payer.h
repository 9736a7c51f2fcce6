/*
 * Payer and provider profiles, read once at start from the folders payers/ and providers/ beside claimline.conf. A file
 * a profile, named NAME.conf, with the section [payer] (and, for payers, [edits]) or [provider]. Texts live as long as the set. A set is constant
 * after its load; files are read in the order of their names, so that every start sees the same order.
 */
#ifndef CLAIMLINE_PAYER_H
#define CLAIMLINE_PAYER_H

#include "common/config/config.h"
#include "common/status/status.h"
#include "common/text/text.h"
#include "common/x12/check/edits/x12_edits.h"

enum { PAYER_LIMIT = 2000, PROVIDER_LIMIT = 20000, PAYER_NAME_LENGTH = 20 };

struct payer {
    struct text name;           /* of the profile; the file's name without .conf when not given; at most 20 */
    struct text title;          /* the payer's own name: NM103 of 2010BB and of the receiver */
    struct text id;             /* NM109 of the payer */
    struct text matching_ids;   /* further NM109 values that go to this profile, separated by blanks; "*" = any */
    struct text receiver_qualifier, receiver, group_receiver; /* ISA07, ISA08, GS03 */
    struct text sender_qualifier, sender, group_sender;       /* ISA05, ISA06, GS02 */
    struct text submitter_name, submitter_contact, submitter_phone; /* 1000A: NM103, PER02, PER04 */
    bool test;                  /* ISA15 is T */
    bool requires_ta1;          /* ISA14 is 1 */
    bool capitated;             /* this payer's contract with us is capitated (CARC 24 is then no denial) */
    struct text folder;         /* payer folder: out/ is read by the payer, in/ by us */
    struct text forms;          /* "professional institutional dental": the claims that it takes, by claim_form */
    struct text version, version_institutional, version_dental; /* GS08 to write */
    uint32_t batch_claims;      /* of one set, at most 5000 */
    int64_t batch_bytes;        /* of one interchange */
    int64_t batch_wait;         /* microseconds from the first claim of a batch to its closing */
    int64_t ack_wait;           /* microseconds until an unanswered interchange goes out again */
    uint32_t timely_filing_days; /* from the last day of service */
    uint32_t usual_days;        /* from handing over to the 835; then the payer is silent */
    uint32_t appeal_days;       /* from the date of the remittance */
    /* Payer edits; lists are separated by blanks, codes with or without their point. */
    struct text not_principal;       /* diagnoses that this payer does not take as principal */
    struct text needs_modifier;      /* PROCEDURE:MODIFIER */
    struct text needs_authorization; /* procedures that need an authorization number (REF*G1); codes and spans */
    struct text needs_referral;      /* procedures that need a referral number (REF*9F); codes and spans */
    struct text needs_ndc;           /* procedures that need a National Drug Code; codes and spans */
    struct text telehealth_modifiers; /* one of which stands on every line with place 02 or 10 */
    struct text fee_locality;        /* of the physician fee schedule: contractor and locality, seven digits */
    uint32_t fee_percent;            /* of it that this payer allows; 0: 100 of Medicare, of others not known */
    bool needs_referring;            /* claims need a referring provider */
    bool needs_external_cause;       /* a claim for an injury says what caused it */
    /* Coding. */
    struct text coding_off;          /* numbers of rules that are switched off for this payer; judged by who reads it */
    bool medicare;                   /* claims to it are Medicare's, whatever SBR09 says */
    /* Questions to the payer. */
    bool status_inquiry;        /* ask by a 276 about claims of which he says nothing */
    int64_t status_after;       /* microseconds from handing over to the first question */
    int64_t status_every;       /* and from one question to the next */
    uint32_t status_times;      /* at most */
    bool eligibility;           /* ask by a 270 about the subscriber before a claim is built */
    int64_t eligibility_valid;  /* microseconds that an answer about a subscriber counts */
    int64_t eligibility_wait;   /* microseconds that a claim waits for it */
    bool eligibility_holds;     /* a claim without an answer waits for a biller; else it goes on with a warning */
    int64_t inquiry_wait;       /* microseconds from the first question of a batch to its closing */
    struct x12_edits *edits;    /* of the section [edits]: what this payer wants of claims (SNIP type 7); NULL: nothing */
    struct config *config;      /* holds the texts */
};

struct payers {
    struct payer *items;
    size_t count;
};

/* Reads every *.conf of the folder; `*payers` is only written on OK, and freed with payers_free. NOT_FOUND: there is no
 * such folder. CONFIG, with file, key and what is allowed in `reason`: a bad file, a name given twice, an id of two
 * profiles, more than PAYER_LIMIT. */
enum status payers_load(const char *folder, struct payers **payers, char reason[512]);
/* One profile, by its path. */
enum status payers_load_file(const char *path, struct payers **payers, char reason[512]);
/* For a daemon that cannot do without: reads payers/ beside claimline.conf, in `config_folder`. A folder that is not
 * there is CONFIG too, and `reason` says what to make. */
enum status payers_load_beside(const char *config_folder, struct payers **payers, char reason[512]);
/* Has each a folder of its own? What goes out is numbered payer by payer, and what comes in is the payer's whose folder it is. False:
 * `reason`. For who uses the folders. */
bool payers_are_apart(const struct payers *payers, char reason[512]);
void payers_free(struct payers *payers);
/* By profile name; NULL when there is none. */
const struct payer *payer_by_name(const struct payers *payers, struct text name);
/* Is the code among the words, codes and spans (97110..97799), separated by blanks? What is compared is as it stands on a claim; a code
 * is within a span when it has its length. */
bool payer_lists_code(struct text words, struct text code);
/* Does it take claims of this form ("dental")? */
bool payer_takes_form(const struct payer *payer, struct text form);
/* By the payer id of a claim: a profile with this id, else with it among its matching ids, else the one with "*". */
const struct payer *payer_by_id(const struct payers *payers, struct text id);

struct provider {
    struct text npi, name, tax_id, taxonomy;
    struct text address_1, address_2, city, state, postal_code;
    int32_t zone_offset_minutes; /* of the place, east of UTC, where no IANA zone is configured for the site */
    struct config *config;
};

struct providers {
    struct provider *items;
    size_t count;
};

/* As payers_load. The NPI must have its check digit. */
enum status providers_load(const char *folder, struct providers **providers, char reason[512]);
void providers_free(struct providers *providers);
const struct provider *provider_by_npi(const struct providers *providers, struct text npi);
const struct provider *provider_by_name(const struct providers *providers, struct text name);

/* The tables of keys, for the reference page and for documentation tests. */
extern const struct config_key payer_keys[], provider_keys[];
extern const size_t payer_key_count, provider_key_count;

#endif
