#include "tests/pipeline/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void
take_line(const char *at, const char *end, journal_taker *take, void *owner)
{
    struct journal_line line = {0};
    while (line.count < JOURNAL_FIELDS) {
        const char *next = at < end ? memchr(at, '\t', (size_t)(end - at)) : NULL;
        line.fields[line.count++] = (struct slice){at, (uint32_t)((next != NULL ? next : end) - at)};
        if (next == NULL)
            break;
        at = next + 1;
    }
    for (uint32_t i = line.count; i < JOURNAL_FIELDS; i++)
        line.fields[i] = (struct slice){"", 0};
    take(owner, &line);
}

/* Where the last whole block ends. */
static size_t
whole_length(const char *bytes, size_t length)
{
    for (size_t end = length; end >= 2; end--) {
        if (bytes[end - 1] == '\n' && bytes[end - 2] == '.' && (end == 2 || bytes[end - 3] == '\n'))
            return end;
    }
    return 0;
}

static int
read_blocks(int descriptor, journal_taker *take, void *owner, size_t *whole)
{
    struct stat status;
    *whole = 0;
    if (fstat(descriptor, &status) != 0)
        return errno;
    size_t length = (size_t)status.st_size;
    if (length == 0)
        return 0;
    char *bytes = mmap(NULL, length, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (bytes == MAP_FAILED)
        return errno;
    *whole = whole_length(bytes, length);
    for (const char *at = bytes, *end = bytes + *whole; at < end;) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        if (next - at != 1 || *at != '.')
            take_line(at, next, take, owner);
        at = next + 1;
    }
    munmap(bytes, length);
    return 0;
}

bool
journal_read(const char *path, journal_taker *take, void *owner)
{
    size_t whole;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    int failed = read_blocks(descriptor, take, owner, &whole);
    close(descriptor);
    return failed == 0;
}

int
journal_open(struct journal *journal, const char *path, bool sync, journal_taker *take, void *owner)
{
    size_t whole = 0;
    *journal = (struct journal){.descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640), .sync = sync};
    if (journal->descriptor < 0)
        return errno;
    int failed = flock(journal->descriptor, LOCK_EX | LOCK_NB) != 0 ? errno : 0;
    if (failed == 0)
        failed = read_blocks(journal->descriptor, take, owner, &whole);
    if (failed == 0 && ftruncate(journal->descriptor, (off_t)whole) != 0)
        failed = errno;
    if (failed == 0 && lseek(journal->descriptor, 0, SEEK_END) < 0)
        failed = errno;
    if (failed != 0)
        journal_close(journal);
    return failed;
}

void
journal_close(struct journal *journal)
{
    if (journal->descriptor >= 0)
        close(journal->descriptor);
    journal->descriptor = -1;
    pen_free(&journal->block);
}

void
journal_begin(struct journal *journal, char kind)
{
    pen_character(&journal->block, kind);
}

void
journal_slice(struct journal *journal, struct slice field)
{
    pen_character(&journal->block, '\t');
    size_t start = journal->block.length;
    pen_bytes(&journal->block, field.at, field.length);
    for (size_t i = start; i < journal->block.length; i++) {
        if ((unsigned char)journal->block.bytes[i] < ' ')
            journal->block.bytes[i] = '?';
    }
}

void
journal_text(struct journal *journal, const char *field)
{
    journal_slice(journal, (struct slice){field, (uint32_t)strlen(field)});
}

void
journal_number(struct journal *journal, uint64_t field)
{
    pen_character(&journal->block, '\t');
    pen_number(&journal->block, field, 1);
}

void
journal_hex(struct journal *journal, uint64_t field)
{
    static const char digits[] = "0123456789abcdef";
    pen_character(&journal->block, '\t');
    for (int shift = 60; shift >= 0; shift -= 4)
        pen_character(&journal->block, digits[(field >> shift) & 15]);
}

void
journal_end(struct journal *journal)
{
    pen_character(&journal->block, '\n');
}

int
journal_commit(struct journal *journal, bool sync)
{
    pen_put(&journal->block, ".\n");
    size_t done = 0;
    while (done < journal->block.length) {
        ssize_t wrote = write(journal->descriptor, journal->block.bytes + done, journal->block.length - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return errno;
        done += (size_t)wrote;
    }
    journal->block.length = 0;
    if (sync && journal->sync && fdatasync(journal->descriptor) != 0)
        return errno;
    return 0;
}

uint64_t
journal_number_of(struct slice field)
{
    uint64_t number = 0;
    return slice_number(field, &number) ? number : 0;
}

uint64_t
journal_hex_of(struct slice field)
{
    uint64_t number = 0;
    for (uint32_t i = 0; i < field.length && i < 16; i++) {
        char c = field.at[i];
        number = number << 4 | (uint64_t)(c >= 'a' && c <= 'f' ? c - 'a' + 10 : c - '0') % 16;
    }
    return number;
}
