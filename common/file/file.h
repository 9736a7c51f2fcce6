/*
 * Content files: raw input, sent interchanges. Sealed in chunks of 64 KiB, immutable once finished, named by
 * the daemon, in its own state folder, never in LMDB. And the plain files of the border (spool, answers,
 * payer folders): written beside their place, synced, renamed, the folder synced.
 *
 * A content file: magic "CLF1", then chunks, each u32 big endian sealed length + sealed chunk, associated
 * data = name, chunk number, last flag (so that a cut or reordered file is CORRUPT); an empty last chunk ends
 * it.
 */
#ifndef CLAIMLINE_FILE_H
#define CLAIMLINE_FILE_H

#include "common/arena/arena.h"
#include "common/seal/seal.h"
#include "common/status/status.h"

enum { FILE_CHUNK_BYTES = 64 * 1024 };

/* Writing: to NAME.part in `folder`; finish syncs it, renames to NAME, syncs the folder. A reader sees all or
 * nothing. */
struct file_writer;
/* A name is at most 239 bytes, has no '/', and does not begin with '.'. FULL, IO. */
enum status file_create(struct seal *seal, const char *folder, const char *name, struct file_writer **writer);
/* For a caller who knows the digest: before the first write; file_finish is then not asked for it. */
void file_skip_digest(struct file_writer *writer);
enum status file_write(struct file_writer *writer, struct text bytes);
/* Frees the writer in every case. FULL or IO: nothing new stands under the name, except after an IO of the
 * last sync of the folder, where nobody knows. `digest` (may be NULL): SHA-256 of the plain bytes. */
enum status file_finish(struct file_writer *writer, uint64_t *size, uint8_t digest[32]);
void file_discard(struct file_writer *writer);

/* Reading: chunk by chunk, in order; after a seek the next chunk begins at that plain offset (past the end:
 * the end). NOT_FOUND, CORRUPT, IO. */
struct file_reader;
enum status file_open(struct seal *seal, const char *folder, const char *name, struct file_reader **reader);
/* The next chunk, valid until the next call; an empty chunk is the end. CORRUPT, IO. */
enum status file_read(struct file_reader *reader, struct text *chunk);
enum status file_seek(struct file_reader *reader, uint64_t offset);
void file_close(struct file_reader *reader);
/* The same of a file that is not soon read again: its bytes leave the page cache, which the stores need more. */
void file_close_last(struct file_reader *reader);
/* The same of any open file; what is not yet on disk stays. */
void file_forget(int fd);
/* Deletes a content file (and a left .part). OK also when it is not there. */
enum status file_remove(const char *folder, const char *name);

/* Plain files of the border. */
/* What errno says: NOT_FOUND, FULL (no room, a quota, too large), else IO. */
enum status file_errno(int error);
/* All of the bytes into an open file. FULL, IO. */
enum status file_write_all(int fd, const void *bytes, size_t length);
/* Writes NAME.tmp in folder, syncs, renames to NAME, syncs the folder. FULL, IO. */
enum status file_put_plain(const char *folder, const char *name, struct text bytes);
/* The same without the folder's sync: for the caller who puts more there and then syncs it (file_sync_folder). */
enum status file_place_plain(const char *folder, const char *name, struct text bytes);
/* What was renamed into or out of the folder stays so. NOT_FOUND, FULL, IO. */
enum status file_sync_folder(const char *folder);
/* The whole file into malloc'd memory (caller frees), at most `limit` bytes. NOT_FOUND, LIMIT, IO. */
enum status file_get_plain(const char *path, size_t limit, char **bytes, size_t *length);
/* Renames inside one file system and syncs both folders. NOT_FOUND, CONFLICT (the target exists), IO. */
enum status file_move(const char *from_folder, const char *from, const char *to_folder, const char *to);
/* Makes a folder (0750) and its missing parents, syncing parents. */
enum status file_make_folder(const char *path);
/* Names of files and links in a folder that do not begin with '.' or end in ".tmp"/".part", sorted bytewise, in the arena; at
 * most `limit` of them, as the folder gives them. NOT_FOUND, IO. */
enum status file_list(const char *folder, size_t limit, struct arena *arena, struct text **names,
                      size_t *count);

#endif
