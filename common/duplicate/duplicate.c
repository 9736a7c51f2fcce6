#include "common/duplicate/duplicate.h"

#include "common/duplicate/duplicate_space.h"
#include "common/seal/seal.h"

#include <assert.h>
#include <stdlib.h>

enum { KEY_BYTES = 16, MEMORY_BYTES = 8 << 20, FIRST_SLOTS = 1024, FIRST_SETS = 64 };

struct entry {
    uint8_t key[KEY_BYTES];
    uint64_t offset;
    uint32_t set;     /* by the order in which they were read, from 1; 0: a free slot */
    uint32_t refused; /* 1: it was not taken */
};
_Static_assert(sizeof(struct entry) == 32, "two entries a cache line");

struct set {
    uint32_t file;
    uint32_t rejected;
    char control[16];
};

struct duplicate {
    struct x12_seen seen;
    struct seal *seal;
    char *folder;
    size_t memory_bytes;
    enum status status; /* the first that was not OK sticks */
    const char **files;
    uint32_t file_count;
    uint32_t first_set, last_set; /* before the last file; the most that were read of it */
    struct duplicate_space sets, table;
    uint32_t set_count;
    uint64_t slots, used;
};

/* ---- sets ---- */

static struct set *
set_of(const struct duplicate *duplicate, uint32_t number)
{
    return (struct set *)(void *)duplicate->sets.bytes + (number - 1);
}

static enum status
grow_sets(struct duplicate *duplicate)
{
    struct duplicate_space larger;
    size_t length = duplicate->sets.length == 0 ? FIRST_SETS * sizeof(struct set) : 2 * duplicate->sets.length;
    enum status status = duplicate_space_make(&larger, length, duplicate->memory_bytes / 4, duplicate->folder);
    if (status != STATUS_OK)
        return status;
    if (duplicate->sets.length > 0)
        memcpy(larger.bytes, duplicate->sets.bytes, duplicate->sets.length);
    duplicate_space_free(&duplicate->sets);
    duplicate->sets = larger;
    return STATUS_OK;
}

static uint64_t
set_begin(void *context, struct text control)
{
    struct duplicate *duplicate = context;
    if (duplicate->status == STATUS_OK && (duplicate->set_count + 1) * sizeof(struct set) > duplicate->sets.length)
        duplicate->status = grow_sets(duplicate);
    if (duplicate->status != STATUS_OK)
        return 0;
    struct set *set = set_of(duplicate, ++duplicate->set_count);
    *set = (struct set){.file = duplicate->file_count - 1};
    text_copy(control, set->control, sizeof set->control);
    return duplicate->set_count;
}

static void
set_end(void *context, bool accepted)
{
    struct duplicate *duplicate = context;
    if (duplicate->status == STATUS_OK)
        set_of(duplicate, duplicate->set_count)->rejected = !accepted;
}

static void
reject(void *context, uint64_t first, uint64_t last)
{
    struct duplicate *duplicate = context;
    for (uint64_t i = first; i > 0 && i <= last && i <= duplicate->set_count; i++)
        set_of(duplicate, (uint32_t)i)->rejected = 1;
}

/* ---- entries ---- */

/* By the first bits of the key, so that a larger table has the same order and growing goes through both once. */
static uint64_t
slot_of(const uint8_t key[KEY_BYTES], uint64_t slots)
{
    uint64_t head = 0;
    for (int i = 0; i < 8; i++)
        head = head << 8 | key[i];
    return (uint64_t)(((unsigned __int128)head * slots) >> 64);
}

/* The entry with the key, or the free slot where it belongs. */
static struct entry *
find(const struct duplicate_space *table, uint64_t slots, const uint8_t key[KEY_BYTES])
{
    struct entry *entries = (struct entry *)(void *)table->bytes;
    uint64_t at = slot_of(key, slots);
    while (entries[at].set != 0 && memcmp(entries[at].key, key, KEY_BYTES) != 0)
        at = at + 1 < slots ? at + 1 : 0;
    return &entries[at];
}

static enum status
grow_table(struct duplicate *duplicate)
{
    struct duplicate_space larger;
    uint64_t slots = duplicate->slots == 0 ? FIRST_SLOTS : 2 * duplicate->slots;
    enum status status =
        duplicate_space_make(&larger, slots * sizeof(struct entry), duplicate->memory_bytes, duplicate->folder);
    if (status != STATUS_OK)
        return status;
    const struct entry *entries = (const struct entry *)(void *)duplicate->table.bytes;
    for (uint64_t i = 0; i < duplicate->slots; i++)
        if (entries[i].set != 0)
            *find(&larger, slots, entries[i].key) = entries[i];
    duplicate_space_free(&duplicate->table);
    duplicate->table = larger;
    duplicate->slots = slots;
    return STATUS_OK;
}

/* The second pass meets what the first one put there: only what stands before counts. */
static bool
stands_before(const struct entry *entry, uint32_t set, uint64_t offset)
{
    return entry->set < set || (entry->set == set && entry->offset < offset);
}

static bool
find_or_add(struct duplicate *duplicate, const struct entry *this, struct x12_seen_first *first)
{
    struct entry *entry = find(&duplicate->table, duplicate->slots, this->key);
    if (entry->set == 0) {
        *entry = *this;
        duplicate->used++;
        return false;
    }
    if (!stands_before(entry, this->set, this->offset))
        return false;
    const struct set *set = set_of(duplicate, entry->set);
    *first = (struct x12_seen_first){
        .file = duplicate->files[set->file],
        .offset = entry->offset,
        .refused = entry->refused || set->rejected,
    };
    memcpy(first->set, set->control, sizeof first->set);
    if (first->refused && !this->refused)
        *entry = *this;
    return true;
}

static unsigned
look(void *context, const struct text *messages, unsigned count, uint64_t offset, bool refused,
     struct x12_seen_first *firsts)
{
    struct duplicate *duplicate = context;
    struct entry entries[X12_SEEN_MESSAGES];
    unsigned found = 0;
    assert(count <= X12_SEEN_MESSAGES);
    if (duplicate->status == STATUS_OK && duplicate->used + count > duplicate->slots / 8 * 5)
        duplicate->status = grow_table(duplicate);
    if (duplicate->status != STATUS_OK)
        return 0;
    for (unsigned i = 0; i < count; i++) {
        uint8_t key[32];
        seal_index(duplicate->seal, messages[i], key);
        entries[i] = (struct entry){.offset = offset, .set = duplicate->set_count, .refused = refused};
        memcpy(entries[i].key, key, KEY_BYTES);
        __builtin_prefetch((const struct entry *)(const void *)duplicate->table.bytes + slot_of(key, duplicate->slots), 1);
    }
    for (unsigned i = 0; i < count; i++)
        found |= (unsigned)find_or_add(duplicate, &entries[i], &firsts[i]) << i;
    return found;
}

static bool
known(void *context, struct text message)
{
    struct duplicate *duplicate = context;
    uint8_t key[32];
    if (duplicate->status != STATUS_OK || duplicate->slots == 0)
        return false;
    seal_index(duplicate->seal, message, key);
    return find(&duplicate->table, duplicate->slots, key)->set != 0;
}

/* ---- the index ---- */

/* A seal whose key nobody else has or gets: its HMAC is all that is used of it. */
static struct seal *
make_seal(void)
{
    uint8_t master[SEAL_KEY_BYTES], wrapped[SEAL_WRAPPED_BYTES];
    struct seal *seal = NULL;
    seal_random(master, sizeof master);
    enum status status = seal_make_data_key(master, TEXT("duplicate"), wrapped);
    if (status == STATUS_OK)
        status = seal_open_data_key(master, TEXT("duplicate"), wrapped, 1, &seal);
    seal_wipe(master, sizeof master);
    assert(status == STATUS_OK);
    return seal;
}

static const char *
usual_folder(void)
{
    const char *given = getenv("TMPDIR");
    return given != NULL && given[0] != '\0' ? given : "/var/tmp";
}

struct duplicate *
duplicate_open(const struct duplicate_options *options)
{
    struct duplicate *duplicate = calloc(1, sizeof *duplicate);
    assert(duplicate != NULL);
    duplicate->seen = (struct x12_seen){duplicate, set_begin, set_end, reject, look, known};
    duplicate->folder = strdup(options->folder != NULL ? options->folder : usual_folder());
    assert(duplicate->folder != NULL);
    duplicate->memory_bytes = options->memory_bytes > 0 ? options->memory_bytes : MEMORY_BYTES;
    duplicate->seal = make_seal();
    return duplicate;
}

void
duplicate_close(struct duplicate *duplicate)
{
    if (duplicate == NULL)
        return;
    duplicate_space_free(&duplicate->table);
    duplicate_space_free(&duplicate->sets);
    seal_free(duplicate->seal);
    free(duplicate->files);
    free(duplicate->folder);
    free(duplicate);
}

void
duplicate_file(struct duplicate *duplicate, const char *name)
{
    duplicate->files = reallocarray(duplicate->files, duplicate->file_count + 1, sizeof *duplicate->files);
    assert(duplicate->files != NULL);
    duplicate->files[duplicate->file_count++] = name;
    if (duplicate->set_count < duplicate->last_set) /* read again, and shorter */
        duplicate->set_count = duplicate->last_set;
    duplicate->first_set = duplicate->set_count;
}

void
duplicate_again(struct duplicate *duplicate)
{
    duplicate->last_set = duplicate->set_count;
    duplicate->set_count = duplicate->first_set;
}

const struct x12_seen *
duplicate_seen(const struct duplicate *duplicate)
{
    return &duplicate->seen;
}

enum status
duplicate_status(const struct duplicate *duplicate)
{
    return duplicate->status;
}

uint64_t
duplicate_count(const struct duplicate *duplicate)
{
    return duplicate->used;
}

bool
duplicate_in_file(const struct duplicate *duplicate)
{
    return duplicate->table.in_file;
}
