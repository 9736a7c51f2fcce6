/*
 * Policies of medical necessity (local and national coverage determinations, LCD and NCD) in a form of our own, since CMS publishes
 * them as pages: which diagnoses support a procedure. The first line: "coverage", a name of the edition, first and last day,
 * "complete" (procedures that it does not name have no policy) or "partial"; each other line: procedure, first and last diagnosis of a
 * span (last empty: that one; a category stands for all below it), first and last day, number of the policy ("L33777"), and "not" where
 * these diagnoses do not support it. The fields stand between tabs, "|", ";" or ",", whichever follows the word "coverage".
 *
 * Set `coverage`: first = procedure, second = first diagnosis, numbers = key of the last one (two numbers), kind = enum coverage_kind,
 * words = number of the policy.
 */
#ifndef CLAIMLINE_CODESET_COVERAGE_H
#define CLAIMLINE_CODESET_COVERAGE_H

#include "common/codeset/codeset.h"

enum coverage_kind { COVERAGE_SUPPORTS = 1, COVERAGE_EXCLUDES = 2 };
enum { COVERAGE_NUMBERS = 2 };

/* Number of characters of a key. */
size_t coverage_length(uint64_t key);

#endif
