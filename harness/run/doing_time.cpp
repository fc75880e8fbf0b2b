#include "harness/run/doing_time.hpp"

#include <algorithm>
#include <string_view>

namespace azlab::run {
namespace {

constexpr double kWordsPerSecond = 238.0 / 60;
constexpr double kAction_s = 1.35 + 1.1 + 0.2;
// Kinds that ask for no action of the reader's hands.
constexpr std::string_view kOnlyRead[] = {"info", "hint", "cond", "effect", "tolerate", "alt.begin", "optional", "field.desc", "wait", "verify", "verify.opt", "observe", "unknown"};

/// U+3040 and above in UTF-8: kana, Han, Hangul. They begin with the bytes E3 to ED.
bool is_wide(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0xE3 && byte <= 0xED;
}

double words_in(std::string_view text) {
  double words = 0;
  bool in_word = false;
  for (const char c : text) {
    if (is_wide(c)) {
      words += 0.5;
      in_word = true;  // its continuation bytes begin no word
    } else if (c == ' ' || c == '\n' || c == '\t') {
      in_word = false;
    } else if (!in_word) {
      words += 1;
      in_word = true;
    }
  }
  return words;
}

}  // namespace

double doing_seconds(const lab::Step& step) {
  double total = 0;
  for (const auto& unit : step.units) {
    total += words_in(unit.text) / kWordsPerSecond;
    for (const auto& op : unit.ops) {
      const bool acts = std::find(std::begin(kOnlyRead), std::end(kOnlyRead), op.kind) == std::end(kOnlyRead);
      total += (acts ? kAction_s : 0) + words_in(op.code) / kWordsPerSecond;
    }
  }
  return total;
}

}  // namespace azlab::run
