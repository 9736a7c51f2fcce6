#include "tests/pipeline/outcome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pipeline/digest.h"

const struct shares shares_default = {
    .reject_claims = 20,
    .silent = 10,
    .unbalanced = 2,
    .correct_unbalanced = 1,
    .deny_claims = 10,
    .deny_lines = 100,
    .reduce_lines = 200,
    .status_silent = 50,
    .status_not_found = 100,
    .status_pend = 300,
    .patient_silent = 10,
    .patient_not_found = 10,
    .patient_differs = 30,
    .twice = 20,
    .broken = 20,
};

struct share_key {
    const char *name;
    size_t offset;
    uint32_t most;
};

static const struct share_key share_keys[] = {
    {"reject-interchanges-per-mille", offsetof(struct shares, reject_interchanges), 1000},
    {"reject-sets-per-mille", offsetof(struct shares, reject_sets), 1000},
    {"reject-claims-per-mille", offsetof(struct shares, reject_claims), 1000},
    {"silent-per-mille", offsetof(struct shares, silent), 1000},
    {"unbalanced-per-mille", offsetof(struct shares, unbalanced), 1000},
    {"correct-unbalanced", offsetof(struct shares, correct_unbalanced), 1},
    {"deny-claims-per-mille", offsetof(struct shares, deny_claims), 1000},
    {"deny-lines-per-mille", offsetof(struct shares, deny_lines), 1000},
    {"reduce-lines-per-mille", offsetof(struct shares, reduce_lines), 1000},
    {"pieces-per-mille", offsetof(struct shares, pieces), 1000},
    {"status-silent-per-mille", offsetof(struct shares, status_silent), 1000},
    {"status-not-found-per-mille", offsetof(struct shares, status_not_found), 1000},
    {"status-pend-per-mille", offsetof(struct shares, status_pend), 1000},
    {"patient-silent-per-mille", offsetof(struct shares, patient_silent), 1000},
    {"patient-not-found-per-mille", offsetof(struct shares, patient_not_found), 1000},
    {"patient-differs-per-mille", offsetof(struct shares, patient_differs), 1000},
    {"twice-per-mille", offsetof(struct shares, twice), 1000},
    {"broken-per-mille", offsetof(struct shares, broken), 1000},
};
enum { SHARE_KEYS = sizeof share_keys / sizeof share_keys[0] };

static uint32_t *
share_at(struct shares *shares, const struct share_key *key)
{
    return (uint32_t *)(void *)((char *)shares + key->offset);
}

bool
shares_set(struct shares *shares, const char *name, const char *value)
{
    for (size_t i = 0; i < SHARE_KEYS; i++) {
        if (strcmp(share_keys[i].name, name) != 0)
            continue;
        char *end;
        unsigned long number = strtoul(value, &end, 10);
        if (value[0] < '0' || value[0] > '9' || *end != '\0' || number > share_keys[i].most)
            return false;
        *share_at(shares, &share_keys[i]) = (uint32_t)number;
        return true;
    }
    return false;
}

static bool
set_line(struct shares *shares, char *line)
{
    line[strcspn(line, "#;\r\n")] = '\0';
    char name[64], value[64], rest[2];
    if (line[strspn(line, " \t")] == '\0' || line[strspn(line, " \t")] == '[')
        return true;
    if (sscanf(line, " %63[a-z-] = %63[0-9] %1s", name, value, rest) != 2)
        return false;
    return shares_set(shares, name, value);
}

int
shares_read(struct shares *shares, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return -1;
    char line[512];
    int number = 0, bad = 0;
    while (bad == 0 && fgets(line, sizeof line, file) != NULL) {
        number++;
        if (!set_line(shares, line))
            bad = number;
    }
    fclose(file);
    return bad;
}

void
shares_write(const struct shares *shares, char *text, size_t room)
{
    struct shares copy = *shares;
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < SHARE_KEYS && length < room; i++)
        length += (size_t)snprintf(text + length, room - length, "%s%s=%u", i == 0 ? "" : " ",
                                   share_keys[i].name, *share_at(&copy, &share_keys[i]));
}

static const char *const disposition_names[] = {"rejected", "silent", "unbalanced", "paid"};
_Static_assert(sizeof disposition_names / sizeof disposition_names[0] == DISPOSITION_COUNT, "names");

const char *
disposition_name(enum disposition disposition)
{
    return disposition_names[disposition];
}

/* Category and status of a claim that the payer does not take in: a diagnosis, the member, the coverage. */
static const char *const rejections[] = {"A7:255", "A3:33:IL", "A7:164:IL", "A3:88:QC"};
enum { REJECTIONS = sizeof rejections / sizeof rejections[0] };

static const struct reason denials[] = {
    {"CO", "16", "M76"},   /* lacks information: diagnosis */
    {"CO", "50", "N115"},  /* not deemed necessary: local coverage determination */
    {"CO", "97", "M15"},   /* included in another service */
    {"CO", "197", ""},     /* precertification absent */
    {"CO", "29", ""},      /* time limit for filing has expired */
    {"PR", "204", "N130"}, /* not covered under the plan */
};
enum { DENIALS = sizeof denials / sizeof denials[0], DENIAL_LATE = 4 };

enum {
    DRAW_REJECT,
    DRAW_SILENT,
    DRAW_UNBALANCED,
    DRAW_DENY,
    DRAW_WHICH,
    DRAW_LINES = 16, /* the lines' draws: eight each from here on */
    DRAWS_OF_LINE = 8
};

static bool
falls(uint64_t base, uint32_t draw, uint32_t per_mille)
{
    return digest_draw(base, draw) % 1000 < per_mille;
}

static uint64_t
base_of(uint64_t seed, const char *bytes, size_t length)
{
    return digest_mix(seed + UINT64_C(0x632be59bd9b4e019)) ^ digest_bytes(0, bytes, length);
}

bool
outcome_falls(uint64_t seed, const char *what, const char *name, size_t length, uint32_t per_mille)
{
    return falls(base_of(seed, name, length) ^ digest_bytes(1, what, strlen(what)), 0, per_mille);
}

void
outcome_of_claim(uint64_t seed, const struct shares *shares, const char *key, size_t length,
                 struct claim_outcome *outcome)
{
    uint64_t base = base_of(seed, key, length);
    uint64_t which = digest_draw(base, DRAW_WHICH);
    *outcome = (struct claim_outcome){.base = base, .disposition = DISPOSITION_PAID};
    if (falls(base, DRAW_REJECT, shares->reject_claims)) {
        outcome->disposition = DISPOSITION_REJECTED;
        outcome->rejection = rejections[which % REJECTIONS];
    } else if (falls(base, DRAW_SILENT, shares->silent)) {
        outcome->disposition = DISPOSITION_SILENT;
    } else {
        if (falls(base, DRAW_UNBALANCED, shares->unbalanced))
            outcome->disposition = DISPOSITION_UNBALANCED;
        outcome->unbalanced_at = (uint32_t)(which >> 32) & 1;
        if (falls(base, DRAW_DENY, shares->deny_claims)) {
            outcome->denial = &denials[which % DENIALS];
            outcome->at_claim_level = which % DENIALS == DENIAL_LATE;
        }
    }
}

void
outcome_of_line(const struct shares *shares, const struct claim_outcome *claim, uint32_t line,
                int64_t charge_cents, struct line_outcome *outcome)
{
    uint64_t base = claim->base;
    uint32_t first = DRAW_LINES + line * DRAWS_OF_LINE;
    *outcome = (struct line_outcome){0};
    outcome->denial = claim->denial;
    if (outcome->denial == NULL && falls(base, first, shares->deny_lines))
        outcome->denial = &denials[digest_draw(base, first + 1) % DENIALS];
    if (outcome->denial != NULL) {
        if (outcome->denial->group[0] == 'P')
            outcome->patient_cents = charge_cents;
        return;
    }
    int64_t percent = (int64_t)(digest_draw(base, first + 2) % 31); /* 0 to 30 percent above the contract */
    outcome->contractual_cents = charge_cents * percent / 100;
    int64_t allowed_cents = charge_cents - outcome->contractual_cents;
    if (allowed_cents > 0 && falls(base, first + 3, shares->reduce_lines)) {
        switch (digest_draw(base, first + 4) % 3) {
        case 0: /* deductible: a third of them take all that is allowed */
            outcome->patient_carc = "1";
            outcome->patient_cents =
                digest_draw(base, first + 5) % 3 == 0 ? allowed_cents : allowed_cents / 2;
            break;
        case 1:
            outcome->patient_carc = "2";
            outcome->patient_cents = allowed_cents / 5;
            break;
        case 2:
            outcome->patient_carc = "3";
            outcome->patient_cents = allowed_cents < 2500 ? allowed_cents : 2500;
            break;
        }
    }
    outcome->paid_cents = allowed_cents - outcome->patient_cents;
}
