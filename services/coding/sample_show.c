/* The queries of audits: the samples, what is to be reviewed, and how far both agree. */
#include "services/coding/accuracy.h"
#include "services/coding/plan.h"
#include "services/coding/sample.h"
#include "services/coding/sample_row.h"

/* Where it is written what a kind of code must be: of an inpatient, of all others. */
static const char *const sources[AUDITED_KIND_COUNT][2] = {
    [AUDITED_KIND_PRINCIPAL] = {"ICD-10-CM Official Guidelines for Coding and Reporting, section II",
                                "ICD-10-CM Official Guidelines for Coding and Reporting, section IV.G"},
    [AUDITED_KIND_DIAGNOSIS] = {"ICD-10-CM Official Guidelines for Coding and Reporting, section III",
                                "ICD-10-CM Official Guidelines for Coding and Reporting, section IV.J"},
    [AUDITED_KIND_PROCEDURE] = {"45 CFR 162.1002: HCPCS and CPT", "45 CFR 162.1002: HCPCS and CPT"},
    [AUDITED_KIND_MODIFIER] = {"45 CFR 162.1002: modifiers of HCPCS and CPT", "45 CFR 162.1002: modifiers of HCPCS and CPT"},
};
static const char *const verdicts[ACCURACY_VERDICT_COUNT] = {"agreed", "only first", "only second"};

struct telling {
    struct service *service;
    struct control_rows *rows;
    uint64_t number;
    const struct audited_claim *claim; /* whose codes are told */
    struct claim_body body;            /* as it was released */
    struct coding_case c;              /* its day and setting */
    bool known;                        /* body and c are there: a later release has not taken their place */
    struct accuracy_counts counts;
    uint64_t from_claim, from_code; /* where the page begins; then where the next one does */
    uint64_t code;                  /* of the claim being told */
    bool reveal, results, full;
};
enum { ROWS_OF_RATES = 10 };

void
sample_row(struct control_rows *rows, const struct audit_sample *sample)
{
    control_row(rows);
    control_text(rows, "row", TEXT("sample"));
    control_number(rows, "sample", (int64_t)sample->number);
    control_text(rows, "coder", arena_copy(rows->arena, sample->coder));
    control_text(rows, "department", arena_copy(rows->arena, sample->department));
    control_number(rows, "size", (int64_t)sample->size);
    control_number(rows, "seed", (int64_t)sample->seed);
    control_date(rows, "from", sample->from);
    control_date(rows, "to", sample->to);
    control_number(rows, "population", (int64_t)sample->population);
    control_number(rows, "drawn", (int64_t)sample->drawn);
    control_text(rows, "drawn_by", arena_copy(rows->arena, sample->person));
    control_instant(rows, "instant", sample->instant);
}

void
sample_list(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    uint64_t number = 1;
    int64_t count = service_counter(service, CODING_SAMPLES);
    if (request->cursor.length > 0 && !text_to_u64(request->cursor, &number)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("not a cursor of this list");
        return;
    }
    for (; (int64_t)number <= count; number++) {
        struct store_key key = sample_key(number, 0);
        struct audit_sample sample;
        if (control_page_full(rows)) {
            rows->answer->next = arena_print(rows->arena, "%llu", (unsigned long long)number);
            return;
        }
        if (service_get_record(service, CODING_AUDITS, store_key_text(&key), rows->arena, &record_audit_sample, &sample) == STATUS_OK)
            sample_row(rows, &sample);
    }
}

/* False before the page's first row, and behind its last one: there the next page begins. */
static bool
begin_row(struct telling *t, uint64_t claim_id, uint64_t code)
{
    if (t->full || (claim_id == t->from_claim && code < t->from_code))
        return false;
    if (!control_page_full(t->rows) && t->rows->answer->rows_count + ROWS_OF_RATES < CONTROL_PAGE_ROWS)
        return true;
    t->full = true;
    t->from_claim = claim_id;
    t->from_code = code;
    return false;
}

/* Without a code: the second review must not see the first one's. */
static void
tell_claim(struct telling *t, const struct audited_claim *claim)
{
    struct control_rows *rows = t->rows;
    if (!begin_row(t, claim->claim_id, 0))
        return;
    control_row(rows);
    control_text(rows, "row", TEXT("claim"));
    control_number(rows, "sample", (int64_t)t->number);
    control_number(rows, "claim_id", (int64_t)claim->claim_id);
    control_number(rows, "version", (int64_t)claim->version);
    control_text(rows, "account", coding_masked(claim->account, t->reveal));
    control_text(rows, "medical_record", coding_masked(claim->medical_record, t->reveal));
    control_date(rows, "date", t->reveal ? claim->first_date : 0);
    control_text(rows, "reviewer", claim->reviewer);
    control_instant(rows, "reviewed", claim->reviewed);
}

static void
find_case(struct telling *t)
{
    struct released_claim released;
    struct arena *arena = t->rows->arena;
    t->known = coding_find_released(t->service, arena, t->claim->claim_id, &released) &&
               released.identity.version == t->claim->version &&
               record_read(&record_claim_body, released.body, arena, &t->body, NULL) == STATUS_OK;
    if (t->known)
        coding_case_make(&t->c, &t->body, NULL, 0, codes_starter(), released.local_date);
}

static struct text
add_edition(struct telling *t, struct text words, const char *set, struct codeset_data *data)
{
    struct text edition = data == NULL ? codes_edition_name(codes_starter()) : text_from(codeset_edition_about(data)->edition);
    return arena_print(t->rows->arena, "%.*s%s%s %.*s", TEXT_ARGS(words), words.length == 0 ? "" : ", ", set, TEXT_ARGS(edition));
}

static struct text
add_relation(struct telling *t, struct text words, enum coding_relation relation)
{
    struct codeset_data *data = coding_edition(&t->c, relation, t->c.day);
    return data == NULL || coding_is_built_in(data) ? words : add_edition(t, words, codeset_edition_about(data)->set, data);
}

/* The editions that covered the claim's day: of the list of the code, and where procedures are held against each other, of NCCI. Nothing,
 * when other sets are open than those of the verdict. */
static struct text
editions_of(struct telling *t, const struct audited_code *code)
{
    struct text words = {0};
    struct coding_sets *sets = coding_sets_of(t->service);
    enum codes_set set = code->kind == AUDITED_KIND_MODIFIER ? CODES_MODIFIER : CODES_ICD10CM;
    if (!t->known || t->c.day == 0 || !text_equal(coding_sets_name(sets), t->claim->edition))
        return words;
    if (code->kind == AUDITED_KIND_PROCEDURE && !codes_procedure_set(code->code, &set))
        return words;
    t->c.sets = sets;
    words = add_edition(t, words, coding_set_name(set), sets->sets[set] == NULL ? NULL : codeset_on(sets->sets[set], t->c.day));
    if (set == CODES_ICD10CM || (t->c.setting != CODING_PROFESSIONAL && t->c.setting != CODING_OUTPATIENT))
        return words;
    bool hospital = t->c.setting == CODING_OUTPATIENT;
    words = add_relation(t, words, hospital ? CODING_PTP_HOSPITAL : CODING_PTP_PRACTITIONER);
    return add_relation(t, words, hospital ? CODING_MUE_HOSPITAL : CODING_MUE_PRACTITIONER);
}

static struct text
source_of(const struct telling *t, const struct audited_code *code)
{
    const char *const *both = sources[code->kind];
    if (t->known || strcmp(both[0], both[1]) == 0)
        return text_from(both[t->c.setting != CODING_INPATIENT]);
    return arena_print(t->rows->arena, "%s, of an inpatient; else %s", both[0], both[1]);
}

static void
tell_code(void *context, const struct audited_code *code, enum accuracy_verdict verdict)
{
    struct telling *t = context;
    struct control_rows *rows = t->rows;
    if (!begin_row(t, t->claim->claim_id, t->code++))
        return;
    bool known = code->kind > 0 && code->kind < AUDITED_KIND_COUNT;
    struct text value = coding_masked(code->code, t->reveal);
    control_row(rows);
    control_text(rows, "row", TEXT("code"));
    control_number(rows, "sample", (int64_t)t->number);
    control_number(rows, "claim_id", (int64_t)t->claim->claim_id);
    control_number(rows, "version", (int64_t)t->claim->version);
    control_text(rows, "kind", known ? text_from(audited_kind_names[code->kind]) : TEXT("unknown"));
    control_text(rows, "first", verdict == ACCURACY_ONLY_SECOND ? (struct text){0} : value);
    control_text(rows, "second", verdict == ACCURACY_ONLY_FIRST ? (struct text){0} : value);
    control_text(rows, "verdict", text_from(verdicts[verdict]));
    if (code->finding != 0) /* the second review's are judged by nobody */
        control_number(rows, "finding", (int64_t)code->finding);
    control_text(rows, "edition", t->claim->edition);
    control_text(rows, "editions", known ? editions_of(t, code) : (struct text){0});
    control_number(rows, "rules", (int64_t)t->claim->rules);
    control_text(rows, "source", known ? source_of(t, code) : (struct text){0});
    control_text(rows, "coder", t->claim->coder);
    control_text(rows, "reviewer", t->claim->reviewer);
}

static bool
tell_one(void *context, struct text key, struct text value)
{
    struct telling *t = context;
    struct audited_claim claim;
    struct arena *arena = t->rows->arena;
    (void)key;
    if (record_read(&record_audited_claim, arena_copy(arena, value), arena, &claim, NULL) != STATUS_OK)
        return true;
    if (t->results && claim.reviewed == 0)
        return true;
    t->claim = &claim;
    t->code = 0;
    if (t->results) {
        find_case(t);
        accuracy_compare(&claim, tell_code, t);
    } else {
        tell_claim(t, &claim);
    }
    return !t->full;
}

static bool
count_one(void *context, struct text key, struct text value)
{
    struct telling *t = context;
    struct audited_claim claim;
    struct arena arena;
    (void)key;
    arena_init(&arena, 0);
    if (record_read(&record_audited_claim, value, &arena, &claim, NULL) == STATUS_OK && claim.reviewed != 0)
        accuracy_count(&claim, &t->counts);
    arena_free(&arena);
    return true;
}

static void
tell_rate(struct telling *t, const char *what, uint64_t agreed, uint64_t all)
{
    struct control_rows *rows = t->rows;
    uint64_t per_mille = all == 0 ? 0 : (agreed * 2000 / all + 1) / 2;
    control_row(rows);
    control_text(rows, "row", TEXT("accuracy"));
    control_number(rows, "sample", (int64_t)t->number);
    control_text(rows, "kind", text_from(what));
    control_number(rows, "numerator", (int64_t)agreed);
    control_number(rows, "denominator", (int64_t)all);
    control_text(rows, "rate", all == 0 ? (struct text){0}
                                        : arena_print(rows->arena, "%llu.%llu %%", (unsigned long long)(per_mille / 10),
                                                      (unsigned long long)(per_mille % 10)));
}

static void
tell_rates(struct telling *t)
{
    uint64_t agreed = 0, all = 0;
    for (unsigned kind = 1; kind < AUDITED_KIND_COUNT; kind++) {
        const uint64_t *codes = t->counts.codes[kind];
        uint64_t of_kind = codes[ACCURACY_AGREED] + codes[ACCURACY_ONLY_FIRST] + codes[ACCURACY_ONLY_SECOND];
        tell_rate(t, audited_kind_names[kind], codes[ACCURACY_AGREED], of_kind);
        agreed += codes[ACCURACY_AGREED];
        all += of_kind;
    }
    tell_rate(t, "by code", agreed, all);
    tell_rate(t, "by claim", t->counts.claims_agreed, t->counts.claims);
}

static void
scan(struct service *service, struct telling *t, uint64_t first, store_visit *visit)
{
    struct arena arena;
    struct store_key from = sample_key(t->number, first), to = sample_key(t->number + 1, 0);
    arena_init(&arena, 0);
    service_scan(service, CODING_AUDITS, store_key_text(&from), store_key_text(&to), &arena, visit, t);
    arena_free(&arena);
}

/* The page of the request. False when there is no such sample. */
static bool
tell_page(struct service *service, const struct control_request *request, struct telling *t)
{
    struct audit_sample sample;
    struct control_rows *rows = t->rows;
    struct text code, claim = text_cut(request->cursor, '-', &code);
    bool number = text_to_u64(control_argument(request, "id"), &t->number);
    bool cursor = request->cursor.length > 0;
    t->from_claim = 1;
    if (!number || (cursor && (!text_to_u64(claim, &t->from_claim) || !text_to_u64(code, &t->from_code)))) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("id is the number of a sample; see audit list");
        return false;
    }
    struct store_key key = sample_key(t->number, 0);
    if (service_get_record(service, CODING_AUDITS, store_key_text(&key), rows->arena, &record_audit_sample, &sample) != STATUS_OK) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        rows->answer->sentence = TEXT("there is no such sample; see audit list");
        return false;
    }
    scan(service, t, t->from_claim, tell_one);
    if (t->full)
        rows->answer->next =
            arena_print(rows->arena, "%llu-%llu", (unsigned long long)t->from_claim, (unsigned long long)t->from_code);
    return true;
}

void
sample_show(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    struct telling t = {.service = service, .rows = rows, .reveal = request->reveal};
    tell_page(service, request, &t);
}

void
sample_result(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    struct telling t = {.service = service, .rows = rows, .reveal = request->reveal, .results = true};
    if (!tell_page(service, request, &t) || t.full)
        return;
    scan(service, &t, 1, count_one);
    tell_rates(&t);
}
