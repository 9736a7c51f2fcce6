#include "tests/services/coding_encounter.h"

#include "common/date/date.h"
#include "tests/services/coding_encounter_lines.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool
encounter_wrong(struct reader *reader, const char *format, ...)
{
    va_list arguments;
    char words[256];
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    snprintf(reader->list->reason, sizeof reader->list->reason, "%s:%u: %s", reader->file, reader->line, words);
    return false;
}

struct arena *
encounter_arena(struct reader *reader)
{
    return &reader->list->arena;
}

struct encounter_case *
encounter_now(struct reader *reader)
{
    return reader->at;
}

static void
begin_case(struct reader *reader, struct text name)
{
    struct encounter_list *list = reader->list;
    if (list->count == list->room) {
        list->room = list->room == 0 ? 64 : list->room * 2;
        list->cases = realloc(list->cases, sizeof *list->cases * list->room);
        if (list->cases == NULL)
            abort();
    }
    reader->at = &list->cases[list->count++];
    memset(reader->given, 0, sizeof reader->given);
    struct subscriber subscriber = {.sequence = TEXT("P"), .relationship = TEXT("18"), .filing_indicator = TEXT("MB"),
                                    .birth_date = 19560412, .sex = TEXT("F")};
    subscriber.person = (struct party){.entity_type = TEXT("1"), .last_name = TEXT("Quince"), .first_name = TEXT("Ada"),
                                       .id_qualifier = TEXT("MI"), .id = TEXT("1EG4TE5MK73"), .address_1 = TEXT("9 Mill Lane"),
                                       .city = TEXT("Toledo"), .state = TEXT("OH"), .postal_code = TEXT("43604")};
    *reader->at = (struct encounter_case){
        .name = name, .file = text_from(reader->file), .line = reader->line, .payer = TEXT("medicare"),
        .body = {.form = CLAIM_FORM_PROFESSIONAL, .patient_control_number = TEXT("C-77"), .place_of_service = TEXT("11"),
                 .facility_qualifier = TEXT("B"), .frequency = TEXT("1"), .provider_signature = TEXT("Y"), .assignment = TEXT("A"),
                 .benefits_assignment = TEXT("Y"), .release_of_information = TEXT("Y"), .subscriber = subscriber,
                 .billing = encounter_party(NPI_ORGANISATION, false), .rendering = encounter_party(NPI_PERSON, true),
                 .referring = encounter_party(NPI_PERSON, true),
                 .payer = {.entity_type = TEXT("2"), .last_name = TEXT("Payer"), .id_qualifier = TEXT("PI"), .id = TEXT("00130")}}};
}

static int32_t
later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static bool
check_case(struct reader *reader)
{
    const struct encounter_case *at = reader->at;
    if (at == NULL)
        return true;
    if (at->source.length == 0)
        return encounter_wrong(reader, "the case above names no source");
    bool expects = at->nothing || at->expected_count > 0 || at->near_count > 0 || at->steps != 0 || at->lacking_count > 0;
    return expects || encounter_wrong(reader, "the case above expects nothing: expect none, or what");
}

/* A day that was left open is the case's. */
static int32_t
day_of(const struct encounter_case *c, int32_t day)
{
    return day == 0 ? c->date : day == ENCOUNTER_NO_DATE ? 0 : day;
}

static void
finish_lines(struct arena *arena, struct encounter_case *c, int32_t *last)
{
    struct claim_body *body = &c->body;
    int64_t total = 0;
    struct service_line *lines = ARENA_ARRAY(arena, struct service_line, body->lines_count + 1);
    for (uint32_t i = 0; i < body->lines_count; i++) {
        lines[i] = body->lines[i];
        lines[i].number = i + 1;
        lines[i].date_from = day_of(c, lines[i].date_from);
        total += lines[i].charge_cents;
        *last = later(later(*last, lines[i].date_from), lines[i].date_to);
    }
    body->lines = lines;
    if (body->total_cents == 0)
        body->total_cents = total;
}

/* What a case leaves open follows from the rest: days, the day of receipt, the total. Done when all are read, so that what is `like`
 * another follows from its own. */
static void
finish_case(struct arena *arena, struct encounter_case *c)
{
    struct claim_body *body = &c->body;
    int32_t last = c->date;
    struct document *documents = ARENA_ARRAY(arena, struct document, c->documents_count + 1);
    for (uint32_t i = 0; i < c->documents_count; i++) {
        documents[i] = c->documents[i];
        documents[i].date = day_of(c, documents[i].date);
    }
    c->documents = documents;
    if (body->institutional_count > 0) {
        struct institutional_claim *own = arena_take(arena, sizeof *own);
        *own = *body->institutional;
        own->statement_from = day_of(c, own->statement_from);
        own->statement_to = day_of(c, own->statement_to);
        last = later(last, own->statement_to);
        body->institutional = own;
    }
    if (body->dental_count > 0) {
        struct dental_claim *own = arena_take(arena, sizeof *own);
        *own = *body->dental;
        own->service_from = day_of(c, own->service_from);
        body->dental = own;
    }
    finish_lines(arena, c, &last);
    if (c->received == 0)
        c->received = last;
}

static bool
read_text(struct reader *reader, struct text text)
{
    while (text.length > 0) {
        struct text rest = text_trim(encounter_cut(&text, '\n'));
        reader->line++;
        if (rest.length == 0 || rest.data[0] == '#')
            continue;
        struct text word = encounter_word(&rest);
        if (text_is(word, "case")) {
            if (!check_case(reader))
                return false;
            begin_case(reader, rest);
            continue;
        }
        bool (*read)(struct reader *, struct text) = encounter_statement(word);
        if (reader->at == NULL || read == NULL)
            return encounter_wrong(reader, "\"%.*s\" is not known here", TEXT_ARGS(word));
        if (!read(reader, rest))
            return false;
    }
    return check_case(reader);
}

void
encounter_list_init(struct encounter_list *list)
{
    *list = (struct encounter_list){0};
    arena_init(&list->arena, 0);
}

void
encounter_list_free(struct encounter_list *list)
{
    free(list->cases);
    arena_free(&list->arena);
}

bool
encounter_list_read(struct encounter_list *list, const char *path)
{
    const char *name = strrchr(path, '/');
    struct reader reader = {.list = list, .file = arena_copy(&list->arena, text_from(name == NULL ? path : name + 1)).data};
    FILE *file = fopen(path, "r");
    char *bytes = NULL;
    size_t length = 0;
    if (file == NULL || getdelim(&bytes, &length, '\0', file) < 0)
        return encounter_wrong(&reader, "cannot be read");
    fclose(file);
    struct text text = arena_copy(&list->arena, text_from(bytes));
    free(bytes);
    uint32_t first = list->count;
    if (!read_text(&reader, text))
        return false;
    for (uint32_t i = first; i < list->count; i++)
        finish_case(&list->arena, &list->cases[i]);
    return true;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

bool
encounter_list_read_folder(struct encounter_list *list, const char *folder, const char *head)
{
    struct dirent **names;
    bool good = true;
    int count = scandir(folder, &names, NULL, by_name);
    for (int i = 0; i < count; i++) {
        char path[4096];
        const char *end = strrchr(names[i]->d_name, '.');
        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (good && end != NULL && strcmp(end, ".txt") == 0 && strncmp(names[i]->d_name, head, strlen(head)) == 0)
            good = encounter_list_read(list, path);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    return good && count >= 0;
}
