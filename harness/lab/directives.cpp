#include "harness/lab/directives.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "harness/lab/lab.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {


rules::Finding unknown_directive(int line, const std::string& word) {
  const auto near = nearest(word, served_directives(), 1);
  return rules::finding("directive/unknown", line, fmt::format("azlab has no directive '{}'.", word),
                        near.empty() ? "There is " + join(served_directives(), ", ") + "." : "Do you mean '" + near.front() + "'?");
}

/// One comment's text, from "<!--" to "-->"; nothing for those that are not azlab's.
void read_comment(int line, const std::string& text, std::vector<Directive>& out, std::vector<rules::Finding>& problems) {
  static const RE2 kOwn(R"((?s)^<!--\s*azlab\b[\s:]*([\w-]*)[\s:]*(.*?)\s*-->$)");
  static const RE2 kSimilar(R"((?s)^<!--\s*([A-Za-z]+_similarity|expected[-_]\w+)\s*=\s*(.*?)\s*-->$)");
  std::string kind;
  std::string argument;
  if (RE2::FullMatch(text, kSimilar, &kind, &argument)) {
    if (kind == kSimilarityDirective) return out.push_back({line, kind, argument});
    problems.push_back(rules::finding("directive/unknown", line, fmt::format("azlab has no directive '{}'.", kind), "Do you mean 'expected_similarity'?"));
    return;
  }
  if (!RE2::FullMatch(text, kOwn, &kind, &argument)) return;
  const auto served = served_directives();
  if (std::find(served.begin(), served.end(), kind) == served.end()) {
    problems.push_back(unknown_directive(line, kind));
    return;
  }
  out.push_back({line, kind, argument});
}

}  // namespace

std::vector<Directive> read_directives(std::string_view markdown, std::vector<rules::Finding>& problems) {
  std::vector<Directive> out;
  static const RE2 kFence(R"(^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*(`{3,}|~{3,}))");
  std::string fence;    // the marker of the one that is open
  std::string comment;  // the one that is open
  int comment_line = 0;
  int number = 0;
  for (const auto& line : split(markdown, '\n')) {
    ++number;
    std::string marker;
    if (comment.empty() && RE2::PartialMatch(line, kFence, &marker)) {
      if (fence.empty()) {
        fence = marker;
      } else if (marker.starts_with(fence) && trim(line).find_first_not_of(fence[0]) == std::string_view::npos) {
        fence.clear();
      }
      continue;
    }
    if (!fence.empty()) continue;
    std::string_view rest = line;
    while (true) {
      if (comment.empty()) {
        const auto at = rest.find("<!--");
        if (at == std::string_view::npos) break;
        rest.remove_prefix(at);
        comment_line = number;
      }
      const auto end = rest.find("-->");
      comment += std::string(rest.substr(0, end == std::string_view::npos ? rest.size() : end + 3));
      if (end == std::string_view::npos) {
        comment += '\n';
        break;
      }
      read_comment(comment_line, comment, out, problems);
      comment.clear();
      rest.remove_prefix(end + 3);
    }
  }
  return out;
}

}  // namespace azlab::lab
