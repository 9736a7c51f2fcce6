/*
 * A claim of some procedures, written in short, judged by one step with code sets that a test imports; for the rules that compare
 * services with each other and with former claims. Everything lies in static memory of the test program.
 */
#ifndef CLAIMLINE_TESTS_CODING_RULES_SAMPLE_H
#define CLAIMLINE_TESTS_CODING_RULES_SAMPLE_H

#include "services/coding/steps/history.h"
#include "services/coding/steps/sets.h"
#include "tests/common/codeset_sample.h"
#include "tests/services/coding_sample.h"

#include <criterion/criterion.h>

#define PTP_HEAD                                                                                                        \
    "Codes of the AMA's CPT\r\n\r\n\t\t\t\t\t\t\r\nColumn 1\tColumn 2\t* = in existence prior to 1996\tEffective Date\t" \
    "Deletion Date\tModifier\tPTP Edit Rationale\r\n"
#define MUE_HEAD(setting) "HCPCS/CPT Code," setting " Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n"
#define FEE_HEAD "HCPCS,MOD,DESCRIPTION,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\n"
/* An active code with its global days, and the indicators of multiple, bilateral, assistant, co-surgeon and team. */
#define FEE(code, days, mult, bilat, asst, co, team)                                                                          \
    code ",,x,A,,1,1,,1,,1,1,1,0," days ",0,0,0," mult "," bilat "," asst "," co "," team ",,33.2875,09,0,99,0,0,0\n"

enum { PAST_CLAIMS = 4, PAST_LINES = 8, SAMPLE_DAY = 20240815 };

struct rules_sample {
    struct sample files;
    struct codeset_folder *folder;
    struct coding_sets sets;
    struct coding_sample claim;
    struct service_line lines[100];
    struct institutional_claim institutional;
    struct coding_history history;
    const struct coding_history *given; /* NULL: none */
    struct past_claim past[PAST_CLAIMS];
    struct past_line past_lines[PAST_CLAIMS][PAST_LINES];
    bool medicare;
    struct arena arena;
    struct findings findings;
    struct coding_run run;
    struct coding_judgement judgement;
};

/* Opens what was imported. */
static inline void
rules_open(struct rules_sample *r)
{
    r->folder = sample_open(&r->files);
    coding_sets_take(&r->sets, r->folder);
}

static inline void
rules_begin(struct rules_sample *r)
{
    *r = (struct rules_sample){.medicare = true};
    sample_begin(&r->files);
    arena_init(&r->arena, 0);
}

static inline void
rules_end(struct rules_sample *r)
{
    codeset_folder_close(r->folder);
    sample_end(&r->files);
    arena_free(&r->arena);
}

/* "11042-59-LT*3@20240816/20240818": procedure, modifiers, units (1), days (SAMPLE_DAY). */
static inline struct service_line
rules_line(struct text words)
{
    struct service_line line = {.qualifier = TEXT("HC"), .charge_cents = 10000, .unit = TEXT("UN"), .quantity_milli = 1000,
                                .pointer_1 = 1, .date_from = SAMPLE_DAY};
    struct text *modifiers[] = {&line.modifier_1, &line.modifier_2, &line.modifier_3, &line.modifier_4};
    struct text days, units, rest;
    uint64_t number;
    words = text_cut(words, '@', &days);
    words = text_cut(words, '*', &units);
    line.procedure = text_cut(words, '-', &rest);
    for (unsigned i = 0; rest.length > 0; i++)
        *modifiers[i] = text_cut(rest, '-', &rest);
    if (units.length > 0 && text_to_u64(units, &number))
        line.quantity_milli = (int64_t)number * 1000;
    if (days.length > 0 && text_to_u64(text_cut(days, '/', &rest), &number))
        line.date_from = (int32_t)number;
    if (days.length > 8 && text_to_u64(rest, &number))
        line.date_to = (int32_t)number;
    return line;
}

/* A claim of one practitioner of a group; lines are separated by blanks. */
static inline void
rules_claim(struct rules_sample *r, const char *lines)
{
    struct text rest = text_from(lines);
    sample_make(&r->claim);
    r->given = &r->history;
    r->history = (struct coding_history){.claims = r->past, .since = 20200101};
    r->claim.received_date = 20240920;
    r->claim.body.lines = r->lines;
    r->claim.body.lines_count = 0;
    while (rest.length > 0)
        r->lines[r->claim.body.lines_count++] = rules_line(text_cut(rest, ' ', &rest));
    r->claim.body.rendering = (struct party){.id = TEXT("1234567893"), .taxonomy = TEXT("207Q00000X")};
    r->claim.body.billing = (struct party){.id = TEXT("1932102019"), .taxonomy = TEXT("193200000X")};
}

/* The same as an outpatient hospital's. */
static inline void
rules_hospital(struct rules_sample *r, const char *lines)
{
    rules_claim(r, lines);
    r->institutional = (struct institutional_claim){.statement_from = SAMPLE_DAY, .statement_to = SAMPLE_DAY};
    r->claim.body.form = CLAIM_FORM_INSTITUTIONAL;
    r->claim.body.place_of_service = TEXT("13");
    r->claim.body.institutional = &r->institutional;
    r->claim.body.institutional_count = 1;
}

/* A former claim of the same patient, form, practitioner and group, to be changed by the test. */
static inline struct past_claim *
rules_past(struct rules_sample *r, const char *lines)
{
    struct text rest = text_from(lines);
    struct past_claim *past = &r->past[r->history.count];
    struct past_line *at = r->past_lines[r->history.count++];
    *past = (struct past_claim){.claim_id = 40 + r->history.count, .version = 1, .form = r->claim.body.form, .lines = at,
                                .group = billed_npi(r->claim.body.billing.id), .specialty = TEXT("207Q00000X")};
    while (rest.length > 0) {
        struct service_line line = rules_line(text_cut(rest, ' ', &rest));
        at[past->lines_count++] = (struct past_line){.procedure = codeset_key(line.procedure), .modifiers = billed_modifiers(&line),
                                                     .date_from = line.date_from, .date_to = line.date_to,
                                                     .quantity_milli = line.quantity_milli, .charge_cents = line.charge_cents,
                                                     .provider = billed_provider(&r->claim.body, &line)};
    }
    return past;
}

/* Numbers, places and values of what one step finds of rules from `first` to `last`: "3404 line 2 (11720 with 11042)"; good
 * until the next call. */
static inline const char *
rules_judged(struct rules_sample *r, unsigned step, unsigned first, unsigned last)
{
    static char words[1000];
    size_t length = 0;
    struct coding_case c;
    arena_reset(&r->arena);
    findings_init(&r->findings, &r->arena);
    coding_case_make(&c, &r->claim.body, NULL, 0, codes_starter(), r->claim.received_date);
    c.sets = &r->sets;
    c.history = r->given;
    c.medicare = r->medicare;
    coding_begin(&r->run, &c, &r->findings);
    coding_take_step(&r->run, step);
    words[0] = '\0';
    for (uint32_t i = 0; i < r->findings.count; i++) {
        const struct finding *f = &r->findings.items[i];
        if (f->kind->number >= first && f->kind->number <= last)
            length += (size_t)snprintf(words + length, sizeof words - length, "%s%u %.*s (%.*s)", length == 0 ? "" : "; ",
                                       (unsigned)f->kind->number, TEXT_ARGS(f->place), TEXT_ARGS(f->detail));
    }
    return words;
}

struct rules_case {
    const char *name, *lines, *past, *found; /* lines of a former claim, or NULL; what rules_judged says */
};

/* Each case as rules_judged says it; `assessed`: nothing is lacking either. */
static inline void
rules_expect(struct rules_sample *r, const struct rules_case *cases, size_t count, unsigned step, unsigned first, unsigned last,
             bool assessed)
{
    for (size_t i = 0; i < count; i++) {
        rules_claim(r, cases[i].lines);
        if (cases[i].past != NULL)
            rules_past(r, cases[i].past);
        cr_expect_str_eq(rules_judged(r, step, first, last), cases[i].found, "%s: %s", cases[i].name,
                         rules_judged(r, step, first, last));
        if (assessed)
            cr_expect_eq(r->run.not_assessed, 0, "%s", cases[i].name);
    }
}

/* What a rule of the last judgement lacks; CODING_LACK_NONE: it was assessed, or did not apply. */
static inline enum coding_lack
rules_lack(const struct rules_sample *r, uint16_t rule)
{
    unsigned row = coding_rule_rows[rule - CODING_RULE_FIRST];
    return coding_has(r->run.lacking, row) ? (enum coding_lack)r->run.lacks[row] : CODING_LACK_NONE;
}

#endif
