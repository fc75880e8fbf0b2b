#include "sim/faults/recognise.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>

#include "sim/core/text.hpp"

namespace azlab::faults {
namespace {

constexpr double kNearShare = 0.6;     ///< less of a wording says nothing
constexpr std::size_t kSureLetters = 14;  ///< a shorter wording is found in many texts
constexpr std::size_t kShownMax = 5;
constexpr std::size_t kValueMax = 200;

/// As all clients print it: without case, with one space for any white space, without quotes and backslashes, which are escaped
/// once for each shell around an error.
std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size() && (text[i + 1] == 'n' || text[i + 1] == 'r' || text[i + 1] == 't')) {
      ++i;
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else if (c == '\\' || c == '"' || c == '\'' || c == '`') {
      continue;
    } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return std::string(trim(replace_all(replace_all(out, "\xe2\x80\x98", ""), "\xe2\x80\x99", "")));
}

/// What of a wording is in a text, its literals in order.
struct Found {
  double share = 0;
  std::size_t letters = 0;
  Values values{};
};

Found find_wording(std::string_view wording, const std::string& text) {
  Found out;
  std::size_t at = 0;
  std::size_t seen = 0;
  std::string placeholder;
  bool whole = true;
  for (const auto& part : parts_of(wording)) {
    const std::string literal = plain(part.literal);
    out.letters += literal.size();
    const auto found = literal.empty() ? at : text.find(literal, at);
    if (found == std::string::npos) {
      whole = false;
    } else {
      if (whole && !placeholder.empty() && found > at && found - at <= kValueMax && !literal.empty()) out.values.emplace(placeholder, std::string(trim(std::string_view(text).substr(at, found - at))));
      seen += literal.size();
      at = found + literal.size();
    }
    placeholder = part.placeholder;
  }
  out.share = out.letters == 0 ? 0 : static_cast<double>(seen) / static_cast<double>(out.letters);
  if (!whole) out.values.clear();
  return out;
}

bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// Whether a code stands in a text as a word of its own.
bool names_code(const std::string& text, const std::string& code) {
  const std::string wanted = plain(code);
  if (wanted.size() < 4 || wanted.find(' ') != std::string::npos || wanted.find('{') != std::string::npos) return false;
  for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) {
    const auto end = at + wanted.size();
    if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]))) return true;
  }
  return false;
}

bool is_whole(const Recognised& one) { return one.share > 0.999 && one.letters >= kSureLetters; }

}  // namespace

std::vector<Recognised> recognise(std::string_view pasted) {
  const std::string text = plain(pasted);
  std::vector<Recognised> out;
  for (const auto& fault : all_faults()) {
    Recognised best{.fault = &fault, .code = names_code(text, fault.code)};
    for (const auto& wording : fault.wordings) {
      auto found = find_wording(wording, text);
      if (std::pair(found.share, found.letters) <= std::pair(best.share, best.letters)) continue;
      best.share = found.share;
      best.letters = found.letters;
      best.values = std::move(found.values);
    }
    if (is_whole(best) || (best.share >= kNearShare && best.letters >= kSureLetters) || best.code) out.push_back(std::move(best));
  }
  // What is there word for word before what is near, an error before the shell around it, a long wording before a short one.
  const auto rank = [](const Recognised& one) {
    const bool whole = is_whole(one);
    return std::tuple(!whole, whole && one.fault->wraps, whole ? 0.0 : -one.share, whole ? -static_cast<double>(one.letters) : 0.0, !one.code);
  };
  std::stable_sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  if (out.size() > kShownMax) out.resize(kShownMax);
  return out;
}

bool is_sure(const Recognised& one) { return is_whole(one); }

}  // namespace azlab::faults
