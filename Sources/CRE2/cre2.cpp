#include "cre2.h"

#include <re2/re2.h>

#include <map>
#include <string>

namespace {

RE2::Options options(size_t max_memory) {
  RE2::Options result;
  result.set_log_errors(false);
  result.set_max_mem(static_cast<int64_t>(max_memory));
  return result;
}

// A match with more groups than this allocates.
constexpr int kGroupsOnStack = 16;

}  // namespace

struct cre2_pattern {
  cre2_pattern(const char *text, size_t length, size_t max_memory)
      : regex(re2::StringPiece(text, length), options(max_memory)), names(regex.CapturingGroupNames()) {}

  RE2 regex;
  const std::map<int, std::string> &names;
};

cre2_pattern *cre2_compile(const char *text, size_t length, size_t max_memory) {
  return new cre2_pattern(text, length, max_memory);
}

void cre2_free(cre2_pattern *pattern) { delete pattern; }

const char *cre2_error(const cre2_pattern *pattern) {
  return pattern->regex.ok() ? nullptr : pattern->regex.error().c_str();
}

const char *cre2_error_piece(const cre2_pattern *pattern) {
  return pattern->regex.error_arg().data();
}

size_t cre2_error_piece_length(const cre2_pattern *pattern) {
  return pattern->regex.error_arg().size();
}

int cre2_group_count(const cre2_pattern *pattern) {
  return pattern->regex.NumberOfCapturingGroups();
}

const char *cre2_group_name(const cre2_pattern *pattern, int group) {
  const auto found = pattern->names.find(group);
  return found == pattern->names.end() ? nullptr : found->second.c_str();
}

int cre2_match(const cre2_pattern *pattern, const char *text, size_t length, cre2_range *ranges,
               int count) {
  re2::StringPiece on_stack[kGroupsOnStack];
  re2::StringPiece *pieces = count <= kGroupsOnStack ? on_stack : new re2::StringPiece[count];
  // RE2 tells a group that took no part by a null address, so the text's must not be null.
  const char *start = text == nullptr ? "" : text;
  const re2::StringPiece whole(start, length);
  const bool found = pattern->regex.Match(whole, 0, length, RE2::UNANCHORED, pieces, count);
  for (int index = 0; found && index < count; index++) {
    const re2::StringPiece &piece = pieces[index];
    ranges[index] = piece.data() == nullptr
                        ? cre2_range{-1, -1}
                        : cre2_range{piece.data() - start, piece.data() - start + (ptrdiff_t)piece.size()};
  }
  if (pieces != on_stack) delete[] pieces;
  return found ? 1 : 0;
}
