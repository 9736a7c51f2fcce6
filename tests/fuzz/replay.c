/* Replays a corpus through a fuzzer's entry point, so that every build runs it as a test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Named by libFuzzer: a SHA-1 in hex. */
static int
is_found(const char *name)
{
    return strlen(name) == 40 && strspn(name, "0123456789abcdef") == 40;
}

static int
replay_file(const char *path, int whole)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "cannot open %s\n", path);
        return 1;
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(size > 0 ? (size_t)size : 1);
    size_t got = fread(bytes, 1, (size_t)size, file);
    fclose(file);
    /* Every prefix of a short input as well, unless `whole`: truncation is the most common damage. */
    size_t first = got <= 512 && !whole ? 0 : got;
    for (size_t length = first; length <= got; length++) {
        uint8_t *exact = malloc(length > 0 ? length : 1);
        memcpy(exact, bytes, length);
        LLVMFuzzerTestOneInput(exact, length);
        free(exact);
    }
    free(bytes);
    return 0;
}

int
main(int argc, char **argv)
{
    int failed = 0, replayed = 0;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (folder == NULL) {
            fprintf(stderr, "cannot open corpus %s\n", argv[i]);
            return 1;
        }
        for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
            if (entry->d_name[0] == '.')
                continue;
            char path[4096];
            snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            failed += replay_file(path, is_found(entry->d_name)); /* of these there are hundreds */
            replayed++;
        }
        closedir(folder);
    }
    printf("%d corpus files replayed\n", replayed);
    return failed != 0 || replayed == 0;
}
