#include "services/claimline/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

bool
source_open(struct source *source, struct claimline *run, const char *file)
{
    struct stat about;
    source->failed = false;
    source->head_length = 0;
    source->fd = strcmp(file, "-") == 0 ? dup(STDIN_FILENO) : open(file, O_RDONLY | O_CLOEXEC);
    if (source->fd >= 0 && fstat(source->fd, &about) == 0 && !S_ISDIR(about.st_mode))
        return true;
    claimline_say(run, "%s: cannot be read (%s)", file, source->fd < 0 ? strerror(errno) : "it is no file");
    if (source->fd >= 0)
        close(source->fd);
    return false;
}

enum status
source_read(void *context, char *buffer, size_t room, size_t *got)
{
    struct source *source = context;
    ssize_t length;
    if (source->head_length > 0) {
        *got = source->head_length < room ? source->head_length : room;
        memcpy(buffer, source->head, *got);
        source->head_length -= *got;
        memmove(source->head, source->head + *got, source->head_length);
        return STATUS_OK;
    }
    do
        length = read(source->fd, buffer, room);
    while (length < 0 && errno == EINTR);
    source->failed = length < 0;
    *got = length < 0 ? 0 : (size_t)length;
    return length < 0 ? STATUS_IO : STATUS_OK;
}

size_t
source_head(struct source *source, char *head)
{
    char bytes[SOURCE_HEAD_BYTES];
    size_t length = 0, got = 1;
    while (got > 0 && length < sizeof bytes && source_read(source, bytes + length, sizeof bytes - length, &got) == STATUS_OK)
        length += got;
    memcpy(source->head, bytes, length);
    source->head_length = length;
    memcpy(head, bytes, length);
    return length;
}

void
source_close(struct source *source)
{
    close(source->fd);
}
