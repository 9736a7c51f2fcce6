/*
 * Outside bytes of code sets: the first byte says what the rest is. 0: an edition's file; 1: the list `current`; else a published
 * file, whose name is the first line, read by every importer that knows it (a refusal is fine; a crash, a leak or a row
 * without a key is not). 254: a zip; 255: an .xz.
 */
#include "common/codeset/codeset_data.h"
#include "common/codeset/codeset_import.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[64];

static void
clear(void)
{
    char line[128];
    snprintf(line, sizeof line, "rm -rf %s", folder);
    if (folder[0] != '\0' && system(line) != 0)
        abort();
}

static void
prepare(void)
{
    if (folder[0] != '\0')
        return;
    snprintf(folder, sizeof folder, "/tmp/fuzz_codeset.XXXXXX");
    assert(mkdtemp(folder) != NULL);
    atexit(clear);
}

static void
put(char path[256], const char *name, struct text bytes)
{
    snprintf(path, 256, "%s/%s", folder, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert(file >= 0);
    assert(bytes.length == 0 || write(file, bytes.data, bytes.length) == (ssize_t)bytes.length);
    close(file);
}

static void
read_edition(struct text bytes)
{
    char path[256], reason[CODESET_REASON_BYTES];
    struct codeset_data *data;
    struct codeset_rows rows;
    struct text words;
    put(path, "edition", bytes);
    if (codeset_data_open(&data, path, reason) != STATUS_OK)
        return;
    codeset_find(data, codeset_key(TEXT("A00")), &rows);
    for (uint64_t i = 0, key; i < codeset_edition_about(data)->codes && i < 64; i++) {
        if (codeset_walk(data, i, &key, &rows) != STATUS_OK)
            break;
        for (uint32_t j = 0; j < rows.count && j < 64; j++)
            codeset_words(data, rows.rows[j].words, &words);
    }
    codeset_edition_scrub(data, reason);
    codeset_data_close(data);
}

static void
read_pointer(struct text bytes)
{
    char reason[CODESET_REASON_BYTES];
    struct codeset_pointer pointer;
    if (codeset_pointer_parse(bytes, &pointer, reason) == STATUS_OK)
        codeset_pointer_free(&pointer);
}

/* A run that ends before anything is written. */
static void
import(const char *name, struct text bytes)
{
    char path[256], codes[128], reason[CODESET_REASON_BYTES];
    struct codeset_import *run;
    struct codeset_import_options options = {.now = 1};
    put(path, name, bytes);
    snprintf(codes, sizeof codes, "%s/codes", folder);
    assert(codeset_import_begin(&run, codes, &options, reason) == STATUS_OK);
    codeset_import_file(run, path, reason);
    codeset_import_end(run);
    unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char name[64];
    if (size == 0)
        return 0;
    prepare();
    struct text rest = text_of(data + 1, size - 1), line;
    if (data[0] == 0) {
        read_edition(rest);
    } else if (data[0] == 1) {
        read_pointer(rest);
    } else if (data[0] >= 254) {
        import(data[0] == 254 ? "HCPC2024_order_2024.zip" : "icd10cm_order_2024.txt.xz", rest);
    } else {
        line = text_cut(rest, '\n', &rest);
        size_t length = line.length < sizeof name - 3 ? line.length : sizeof name - 3;
        memcpy(name, "f_", 2);
        for (size_t i = 0; i < length; i++) /* a name that can stand in a folder */
            name[i + 2] = line.data[i] > ' ' && line.data[i] < 127 && line.data[i] != '/' ? line.data[i] : '_';
        name[length + 2] = '\0';
        import(name, rest);
    }
    return 0;
}
