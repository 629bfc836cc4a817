// RE2's patterns behind C functions. Nothing here throws; a pattern may be used from many threads.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// A compiled pattern.
typedef struct cre2_pattern cre2_pattern;

// The begin and end of a match within the text; -1 for a group that took no part.
typedef struct {
  ptrdiff_t begin;
  ptrdiff_t end;
} cre2_range;

// Compiles a pattern of `length` bytes of UTF-8 within `max_memory` bytes. The result is never null
// and is freed with cre2_free; cre2_error says whether it can be used.
cre2_pattern *cre2_compile(const char *text, size_t length, size_t max_memory);

void cre2_free(cre2_pattern *pattern);

// What is wrong with the pattern, or null. The text lives as long as the pattern.
const char *cre2_error(const cre2_pattern *pattern);

// The piece of the pattern that the error is about, of cre2_error_piece_length bytes.
const char *cre2_error_piece(const cre2_pattern *pattern);
size_t cre2_error_piece_length(const cre2_pattern *pattern);

// The number of groups without the whole match.
int cre2_group_count(const cre2_pattern *pattern);

// The name of the group, from 1; null where it has none. The text lives as long as the pattern.
const char *cre2_group_name(const cre2_pattern *pattern, int group);

// Finds the first match anywhere in the text and writes where it and its groups are, `count` in
// all. Returns 1 for a match, else 0.
int cre2_match(const cre2_pattern *pattern, const char *text, size_t length, cre2_range *ranges,
               int count);

#ifdef __cplusplus
}
#endif
