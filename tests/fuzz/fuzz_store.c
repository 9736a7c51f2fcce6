/* The store's own rows and a log's values, from any bytes: refused, or read within their bounds and written
 * back the same. The first byte chooses the kind. */
#include "common/store/store_meta.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_state(struct text bytes)
{
    struct store_state state;
    size_t count;
    uint8_t again[STORE_STATE_BYTES];
    if (store_meta_read_state(bytes, &state, &count) != STATUS_OK)
        return;
    assert(count <= STORE_TABLES);
    size_t length = store_meta_write_state(&state, count, again);
    assert(length == bytes.length && memcmp(again, bytes.data, length) == 0);
}

static void
read_tables(struct text bytes)
{
    struct store_described described[STORE_TABLES];
    struct store_table tables[STORE_TABLES];
    size_t count;
    uint8_t again[STORE_TABLES_BYTES];
    if (store_meta_read_tables(bytes, described, &count) != STATUS_OK)
        return;
    assert(count <= STORE_TABLES);
    for (size_t i = 0; i < count; i++)
        tables[i] = (struct store_table){described[i].name, (enum store_kind)described[i].kind,
                                         described[i].format, described[i].retention, false};
    size_t length = store_meta_write_tables(tables, count, again);
    assert(length == bytes.length && memcmp(again, bytes.data, length) == 0);
}

static void
read_identity(struct text bytes)
{
    struct store_identity identity, read;
    uint8_t row[STORE_IDENTITY_BYTES] = {0};
    if (store_meta_read_identity(bytes, &identity) == STATUS_OK) {
        store_meta_write_identity(&identity, row);
        assert(bytes.length == sizeof row && memcmp(row, bytes.data, sizeof row) == 0);
    }
    /* A sum is not found by chance: the same bytes as an identity of our own come back. */
    identity = (struct store_identity){0};
    memcpy(identity.id, bytes.data, bytes.length < sizeof identity.id ? bytes.length : sizeof identity.id);
    identity.format = (uint16_t)bytes.length;
    store_meta_write_identity(&identity, row);
    enum status status = store_meta_read_identity(text_of(row, sizeof row), &read);
    assert(status == STATUS_OK && memcmp(read.id, identity.id, sizeof read.id) == 0);
    row[bytes.length % sizeof row] ^= 1;
    status = store_meta_read_identity(text_of(row, sizeof row), &read);
    assert(status == STATUS_CORRUPT);
}

static void
read_frame(struct text bytes)
{
    uint32_t count;
    struct text entries, entry;
    if (store_meta_read_frame(bytes, &count, &entries) != STATUS_OK)
        return;
    size_t sum = 0;
    volatile uint8_t touched = 0; /* every byte of an entry lies in what was given */
    for (uint32_t i = 0; i < count; i++) {
        bool whole = store_meta_next_entry(&entries, &entry);
        assert(whole);
        sum += 4 + entry.length;
        for (size_t k = 0; k < entry.length; k++)
            touched ^= (uint8_t)entry.data[k];
    }
    (void)touched;
    assert(entries.length == 0 && sum + 4 == bytes.length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct text bytes = text_of(data + 1, size - 1);
    switch (data[0] % 4) {
    case 0:
        read_state(bytes);
        break;
    case 1:
        read_tables(bytes);
        break;
    case 2:
        read_identity(bytes);
        break;
    case 3:
        read_frame(bytes);
        break;
    }
    return 0;
}
