/*
 * The closed list of ways in which one of our own operations can end. Each has one rule in the frame
 * (common/service). Trouble in a claim is not a status but a finding (common/finding).
 */
#ifndef CLAIMLINE_STATUS_H
#define CLAIMLINE_STATUS_H

enum status {
    STATUS_OK,
    STATUS_NOT_FOUND, /* no such row, file or thing: an answer, not a fault */
    STATUS_RETRY,     /* would stop every record of this input now; nothing happened; try again later */
    STATUS_BUSY,      /* no room: the caller slows down and offers the same thing again */
    STATUS_INVALID,   /* the bytes are not what they claim to be */
    STATUS_LIMIT,     /* a bound was passed */
    STATUS_CONFLICT,  /* the same identity with other content */
    STATUS_FULL,      /* disk, map or transaction full */
    STATUS_CORRUPT,   /* what was stored came back changed: halt, never guess */
    STATUS_IO,        /* the operating system refused; errno is in the log line of the caller */
    STATUS_CONFIG,    /* configuration, credential or store missing or wrong: exit 78 */
    STATUS_INTERNAL,  /* a bug or a broken machine: exit, the supervisor restarts */
    STATUS_COUNT
};

/* The name in lower case, for logs and answers ("not found"). Static memory. */
const char *status_name(enum status status);

#endif
