/* What content files and plain files share: paths, whole writes, publishing by rename. */
#ifndef CLAIMLINE_FILE_INTERNAL_H
#define CLAIMLINE_FILE_INTERNAL_H

#include "common/file/file.h"

#include <limits.h>

enum status file_errno(int error);
/* "folder/name" + end; IO when too long. */
enum status file_path(char path[PATH_MAX], const char *folder, const char *name, const char *end);
enum status file_write_all(int fd, const void *bytes, size_t length);
/* Syncs and closes fd, renames; the folder is not synced. When `done` is false or anything fails before the rename,
 * `from` is deleted. */
enum status file_publish(int fd, const char *from, const char *to, bool done);

#endif
