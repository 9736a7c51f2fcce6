/* The tabular list. Notes of chapters and sections are kept to the end, when all categories are known: a section may be only a
 * span ("C00-C96") whose categories stand in others. */
#include "common/codeset/import/tabular.h"

#include "common/codeset/import/published.h"

#include <assert.h>
#include <expat.h>
#include <stdlib.h>

enum element {
    ELEMENT_OTHER,
    ELEMENT_ROOT,
    ELEMENT_VERSION,
    ELEMENT_INTRODUCTION, /* all of it is passed over */
    ELEMENT_CHAPTER,
    ELEMENT_SECTION,
    ELEMENT_DIAG,
    ELEMENT_NAME,
    ELEMENT_DESC,
    ELEMENT_NOTES, /* one of the kinds of notes: `kind` */
    ELEMENT_NOTE,
    ELEMENT_EXTENSION,
};

struct wide_note {
    char low[4], high[4];
    struct tabular_row row; /* words are a copy */
};

struct place {
    enum element element;
    enum tabular_kind kind;
    char code[8];     /* of a diag */
    char low[4], high[4]; /* of a chapter or section */
    int32_t groups;       /* elements of notes in it */
    int32_t sections;     /* of a chapter, so far; of a section, its number */
};

struct tabular {
    XML_Parser parser;
    tabular_give *give;
    void *context;
    enum status status;
    const char *fault;
    unsigned long line;
    struct place places[TABULAR_DEPTH];
    size_t depth;
    char text[TABULAR_TEXT_BYTES];
    size_t length;
    bool in_text;
    int32_t year, group, heading_state;
    unsigned chapters;
    char extension[2];
    char (*categories)[4];
    size_t category_count;
    struct wide_note *wide;
    size_t wide_count;
};

static const struct {
    const char *name;
    enum element element;
    enum tabular_kind kind;
} elements[] = {
    {"ICD10CM.tabular", ELEMENT_ROOT},
    {"version", ELEMENT_VERSION},
    {"introduction", ELEMENT_INTRODUCTION},
    {"chapter", ELEMENT_CHAPTER},
    {"section", ELEMENT_SECTION},
    {"diag", ELEMENT_DIAG},
    {"name", ELEMENT_NAME},
    {"desc", ELEMENT_DESC},
    {"note", ELEMENT_NOTE},
    {"extension", ELEMENT_EXTENSION},
    {"inclusionTerm", ELEMENT_NOTES, TABULAR_INCLUSION},
    {"includes", ELEMENT_NOTES, TABULAR_INCLUDES},
    {"excludes1", ELEMENT_NOTES, TABULAR_EXCLUDES1},
    {"excludes2", ELEMENT_NOTES, TABULAR_EXCLUDES2},
    {"codeFirst", ELEMENT_NOTES, TABULAR_CODE_FIRST},
    {"useAdditionalCode", ELEMENT_NOTES, TABULAR_USE_ADDITIONAL},
    {"codeAlso", ELEMENT_NOTES, TABULAR_CODE_ALSO},
    {"sevenChrNote", ELEMENT_NOTES, TABULAR_SEVENTH},
    {"sevenChrDef", ELEMENT_NOTES, TABULAR_SEVENTH},
    {"notes", ELEMENT_NOTES, TABULAR_NOTE},
};

static void
stop(struct tabular *tabular, enum status status, const char *fault)
{
    if (tabular->status != STATUS_OK)
        return;
    tabular->status = status;
    tabular->fault = fault;
    tabular->line = XML_GetCurrentLineNumber(tabular->parser);
    XML_StopParser(tabular->parser, XML_FALSE);
}

static const char *
attribute(const char **attributes, const char *name)
{
    for (; attributes[0] != NULL; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return NULL;
}

/* The nearest place of that kind that is open; NULL. */
static struct place *
place_of(struct tabular *tabular, enum element element)
{
    for (size_t i = tabular->depth; i > 0; i--)
        if (tabular->places[i - 1].element == element)
            return &tabular->places[i - 1];
    return NULL;
}

/* "A00-B99" or "B20", at its start. */
static bool
read_span(struct text words, char low[4], char high[4])
{
    struct icd_codes codes[ICD_CODES_LIMIT];
    size_t count;
    if (icd_codes_list(words, codes, &count) != ICD_CODES_READ || count != 1 || codes[0].mask[0] != '\0')
        return false;
    text_copy(text_from(codes[0].low), low, 4);
    text_copy(text_from(codes[0].high), high, 4);
    return true;
}

/* Numbers of groups tell them apart at one code: its own, those of its chapter, those of each section above it. */
static void
open_notes(struct tabular *tabular)
{
    struct place *place = place_of(tabular, ELEMENT_DIAG);
    tabular->heading_state = 0;
    if (place == NULL)
        place = place_of(tabular, ELEMENT_SECTION);
    if (place == NULL)
        place = place_of(tabular, ELEMENT_CHAPTER);
    if (tabular->year == 0)
        stop(tabular, STATUS_INVALID, "notes before the element version");
    if (place == NULL)
        return; /* refused with its first note */
    int32_t base = place->element == ELEMENT_CHAPTER ? TABULAR_GROUPS_CHAPTER : place->sections * TABULAR_GROUPS_SECTION;
    tabular->group = base + ++place->groups;
    if (place->groups >= TABULAR_GROUPS_CHAPTER)
        stop(tabular, STATUS_LIMIT, "more than 499 elements of notes at one place");
}

static void
begin_element(void *context, const char *name, const char **attributes)
{
    struct tabular *tabular = context;
    if (tabular->depth == TABULAR_DEPTH) {
        stop(tabular, STATUS_LIMIT, "elements lie deeper than 32");
        return;
    }
    struct place *above = tabular->depth == 0 ? NULL : &tabular->places[tabular->depth - 1];
    struct place *place = &tabular->places[tabular->depth++];
    *place = (struct place){0};
    if (above != NULL && above->element == ELEMENT_INTRODUCTION) {
        place->element = ELEMENT_INTRODUCTION;
        return;
    }
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (strcmp(name, elements[i].name) == 0) {
            place->element = elements[i].element;
            place->kind = elements[i].kind;
        }
    if (above == NULL && place->element != ELEMENT_ROOT)
        stop(tabular, STATUS_INVALID, "no tabular list: the first element is not ICD10CM.tabular");
    if (place->element == ELEMENT_NOTES)
        open_notes(tabular);
    const char *id = place->element == ELEMENT_SECTION ? attribute(attributes, "id") : NULL;
    struct place *chapter = place->element == ELEMENT_SECTION ? place_of(tabular, ELEMENT_CHAPTER) : NULL;
    if (chapter != NULL)
        place->sections = ++chapter->sections;
    if (place->sections > TABULAR_SECTIONS)
        stop(tabular, STATUS_LIMIT, "more than 1,000 sections in a chapter");
    if (place->element == ELEMENT_SECTION && (id == NULL || !read_span(text_from(id), place->low, place->high)))
        stop(tabular, STATUS_INVALID, "a section without a span of categories in its id");
    const char *character = place->element == ELEMENT_EXTENSION ? attribute(attributes, "char") : NULL;
    if (place->element == ELEMENT_EXTENSION) {
        bool good = character != NULL && character[0] != '\0' && character[1] == '\0' && codeset_key(text_from(character)) != 0;
        tabular->extension[0] = good ? character[0] : '\0';
        if (!good)
            stop(tabular, STATUS_INVALID, "a seventh character that is none");
    }
    tabular->in_text = place->element == ELEMENT_VERSION || place->element == ELEMENT_NAME || place->element == ELEMENT_DESC ||
                       place->element == ELEMENT_NOTE || place->element == ELEMENT_EXTENSION;
    if (tabular->in_text)
        tabular->length = 0;
}

/* Blanks and line ends in a row are one blank. */
static void
take_text(void *context, const char *bytes, int length)
{
    struct tabular *tabular = context;
    for (int i = 0; i < length && tabular->in_text; i++) {
        bool blank = bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\n' || bytes[i] == '\r';
        if (blank && (tabular->length == 0 || tabular->text[tabular->length - 1] == ' '))
            continue;
        if (tabular->length == TABULAR_TEXT_BYTES) {
            stop(tabular, STATUS_LIMIT, "a text is longer than 4,096 bytes");
            return;
        }
        tabular->text[tabular->length++] = blank ? ' ' : bytes[i];
    }
}

/* ---- notes ---- */

static bool
has_words(struct text text, const char *words)
{
    return memmem(text.data, text.length, words, strlen(words)) != NULL;
}

static int32_t
state_of(struct text note)
{
    static const char *const conditions[] = {"if applicable", "if known", "if present", "if any", "if desired", "if the", "when "};
    int32_t state = note.length > 0 && note.data[note.length - 1] == ':' ? TABULAR_HEADING : 0;
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
        if (has_words(note, conditions[i]))
            state |= TABULAR_IF;
    return state;
}

static void
give_row(struct tabular *tabular, const struct tabular_row *row)
{
    enum status status = tabular->status == STATUS_OK ? tabular->give(tabular->context, row) : STATUS_OK;
    if (status != STATUS_OK)
        stop(tabular, status, "");
}

static void
keep_wide(struct tabular *tabular, const struct place *place, const struct tabular_row *row)
{
    if (tabular->wide_count == TABULAR_WIDE_NOTES) {
        stop(tabular, STATUS_LIMIT, "more than 4,096 notes of chapters and sections");
        return;
    }
    struct wide_note *note = &tabular->wide[tabular->wide_count++];
    char *words = malloc(row->words.length + 1);
    assert(words != NULL);
    memcpy(words, row->words.data, row->words.length);
    memcpy(note->low, place->low, 4);
    memcpy(note->high, place->high, 4);
    note->row = *row;
    note->row.words = text_of(words, row->words.length);
}

/* At the code, section or chapter that is open. */
static void
place_row(struct tabular *tabular, struct tabular_row *row)
{
    const struct place *diag = place_of(tabular, ELEMENT_DIAG), *wide = place_of(tabular, ELEMENT_SECTION);
    if (wide == NULL)
        wide = place_of(tabular, ELEMENT_CHAPTER);
    if (diag != NULL) {
        if (diag->code[0] == '\0')
            stop(tabular, STATUS_INVALID, "a note before the name of its code");
        memcpy(row->anchor, diag->code, 8);
        give_row(tabular, row);
    } else if (wide == NULL || wide->low[0] == '\0')
        stop(tabular, STATUS_INVALID, "a note that stands at no code, section or chapter");
    else
        keep_wide(tabular, wide, row);
}

static void
end_note(struct tabular *tabular, enum tabular_kind kind, struct text note)
{
    struct icd_codes codes[ICD_CODES_LIMIT];
    struct tabular_row row = {.kind = kind, .group = tabular->group, .words = note};
    size_t count = 0;
    while (note.length > 0 && (note.data[0] == ',' || note.data[0] == ' ')) /* ", if applicable, ..." */
        note = text_of(note.data + 1, note.length - 1);
    if (note.length == 0)
        return;
    row.words = note;
    row.state = state_of(note);
    if ((row.state & TABULAR_HEADING) != 0)
        tabular->heading_state = row.state & TABULAR_IF;
    row.state |= tabular->heading_state;
    bool names = kind != TABULAR_INCLUSION && kind != TABULAR_NOTE && kind != TABULAR_SEVENTH;
    if (names && icd_codes_note(note, codes, &count) == ICD_CODES_UNREAD)
        row.state |= TABULAR_UNREAD;
    row.named = count > 0;
    if (count == 0)
        place_row(tabular, &row);
    for (size_t i = 0; i < count && tabular->status == STATUS_OK; i++) {
        row.codes = codes[i];
        place_row(tabular, &row);
    }
}

/* ---- ends of elements ---- */

static void
end_version(struct tabular *tabular, struct text text)
{
    uint64_t year;
    if (!text_to_u64(text, &year) || year < 2010 || year > 2099)
        stop(tabular, STATUS_INVALID, "the version is no fiscal year");
    else
        tabular->year = (int32_t)year;
}

static void
end_name(struct tabular *tabular, struct text text)
{
    struct place *diag = tabular->depth < 2 ? NULL : &tabular->places[tabular->depth - 2];
    struct text code;
    if (diag == NULL || diag->element != ELEMENT_DIAG)
        return; /* of a chapter: its number */
    if (!published_diagnosis(text, diag->code, &code)) {
        stop(tabular, STATUS_INVALID, "the name of a code is no code");
        return;
    }
    if (code.length != 3)
        return;
    if (tabular->category_count == TABULAR_CATEGORIES) {
        stop(tabular, STATUS_LIMIT, "more than 8,192 categories");
        return;
    }
    memcpy(tabular->categories[tabular->category_count++], diag->code, 4);
}

/* "Certain infectious and parasitic diseases (A00-B99)" tells the chapter's span. */
static void
end_desc(struct tabular *tabular, struct text text)
{
    struct place *chapter = tabular->depth < 2 ? NULL : &tabular->places[tabular->depth - 2];
    struct icd_codes codes[ICD_CODES_LIMIT];
    size_t count;
    if (chapter == NULL || chapter->element != ELEMENT_CHAPTER)
        return;
    if (icd_codes_note(text, codes, &count) != ICD_CODES_READ) {
        stop(tabular, STATUS_INVALID, "a chapter without a span of categories in its words");
        return;
    }
    text_copy(text_from(codes[count - 1].low), chapter->low, 4);
    text_copy(text_from(codes[count - 1].high), chapter->high, 4);
}

static void
end_extension(struct tabular *tabular, struct text text)
{
    struct tabular_row row = {.kind = TABULAR_SEVENTH, .named = true, .group = tabular->group, .words = text};
    row.codes.low[0] = row.codes.high[0] = tabular->extension[0];
    place_row(tabular, &row);
}

static void
end_element(void *context, const char *name)
{
    struct tabular *tabular = context;
    const struct place *place = &tabular->places[tabular->depth - 1];
    const struct place *above = tabular->depth < 2 ? NULL : place - 1;
    struct text text = text_trim(text_of(tabular->text, tabular->length));
    (void)name;
    if (tabular->in_text && place->element == ELEMENT_VERSION)
        end_version(tabular, text);
    else if (tabular->in_text && place->element == ELEMENT_NAME)
        end_name(tabular, text);
    else if (tabular->in_text && place->element == ELEMENT_DESC)
        end_desc(tabular, text);
    else if (tabular->in_text && place->element == ELEMENT_NOTE && above != NULL && above->element == ELEMENT_NOTES)
        end_note(tabular, above->kind, text);
    else if (tabular->in_text && place->element == ELEMENT_EXTENSION)
        end_extension(tabular, text);
    tabular->chapters += place->element == ELEMENT_CHAPTER;
    tabular->in_text = false;
    tabular->depth--;
}

static void
refuse_type(void *context, const char *name, const char *system, const char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    stop(context, STATUS_INVALID, "the file has a document type");
}

/* Notes of chapters and sections at their categories. */
static enum status
give_wide(struct tabular *tabular)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < tabular->wide_count; i++)
        for (size_t k = 0; k < tabular->category_count && status == STATUS_OK; k++) {
            struct wide_note *note = &tabular->wide[i];
            if (strcmp(tabular->categories[k], note->low) < 0 || strcmp(tabular->categories[k], note->high) > 0)
                continue;
            memcpy(note->row.anchor, tabular->categories[k], 4);
            status = tabular->give(tabular->context, &note->row);
        }
    tabular->fault = "";
    return status;
}

struct tabular *
tabular_new(tabular_give *give, void *context)
{
    struct tabular *tabular = calloc(1, sizeof *tabular);
    assert(tabular != NULL);
    tabular->give = give;
    tabular->context = context;
    tabular->fault = "";
    tabular->categories = calloc(TABULAR_CATEGORIES, sizeof *tabular->categories);
    tabular->wide = calloc(TABULAR_WIDE_NOTES, sizeof *tabular->wide);
    tabular->parser = XML_ParserCreate(NULL);
    assert(tabular->categories != NULL && tabular->wide != NULL && tabular->parser != NULL);
    XML_SetUserData(tabular->parser, tabular);
    XML_SetElementHandler(tabular->parser, begin_element, end_element);
    XML_SetCharacterDataHandler(tabular->parser, take_text);
    XML_SetStartDoctypeDeclHandler(tabular->parser, refuse_type);
    return tabular;
}

void
tabular_free(struct tabular *tabular)
{
    if (tabular == NULL)
        return;
    XML_ParserFree(tabular->parser);
    for (size_t i = 0; i < tabular->wide_count; i++)
        free((void *)(uintptr_t)tabular->wide[i].row.words.data);
    free(tabular->wide);
    free(tabular->categories);
    free(tabular);
}

enum status
tabular_feed(struct tabular *tabular, struct text bytes, bool last)
{
    if (XML_Parse(tabular->parser, bytes.data, (int)bytes.length, last) == XML_STATUS_ERROR && tabular->status == STATUS_OK) {
        tabular->status = STATUS_INVALID;
        tabular->fault = "the XML is damaged";
        tabular->line = XML_GetCurrentLineNumber(tabular->parser);
    }
    if (tabular->status == STATUS_OK && last)
        tabular->status = give_wide(tabular);
    return tabular->status;
}

const char *
tabular_fault(const struct tabular *tabular)
{
    return tabular->fault;
}

unsigned long
tabular_line(const struct tabular *tabular)
{
    return tabular->line;
}

int32_t
tabular_year(const struct tabular *tabular)
{
    return tabular->year;
}

unsigned
tabular_chapters(const struct tabular *tabular)
{
    return tabular->chapters;
}
