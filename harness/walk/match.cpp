#include "harness/walk/match.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "sim/core/text.hpp"

namespace azlab::walk {

namespace {

/// Characters that differ between a page and a text about it without meaning anything.
constexpr std::string_view kSameSigns[][2] = {
    {"\xC2\xA0", " "}, {"\xE2\x80\xAF", " "}, {"\xE2\x80\x99", "'"}, {"\xE2\x80\x98", "'"}, {"\xE2\x80\xA6", "..."},
    {"\xE2\x80\x90", "-"}, {"\xE2\x80\x91", "-"}, {"\xE2\x80\x93", "-"}, {"\xE2\x80\x94", "-"}, {"\xEF\xBC\x8B", "+"}};

/// What a reader presses first when several controls bear one label.
int kind_rank(std::string_view kind) {
  constexpr std::string_view kOrder[] = {"button", "link", "icon", "menu", "toggle", "option", "row", "tab", "field", "component", "status", "text"};
  return static_cast<int>(std::find(std::begin(kOrder), std::end(kOrder), kind) - std::begin(kOrder));
}

bool is_one_of(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

struct Candidate {
  const portal::Control* control;
  int closeness;
  bool in_context;
  std::size_t order;
};

void collect(const std::vector<portal::Control>& controls, const Wanted& wanted, const std::vector<Wanted>& contexts, bool in_context,
             const Accept& accept, std::vector<Candidate>& out) {
  for (const auto& control : controls) {
    const int near = accept(control) ? closeness(control, wanted) : kNoMatch;
    if (near < kNoMatch) out.push_back({&control, near, in_context, out.size()});
    const bool inside = in_context || std::any_of(contexts.begin(), contexts.end(), [&](const Wanted& c) { return closeness(control, c) < kNoMatch; });
    collect(control.children, wanted, contexts, inside, accept, out);
  }
}

/// How much of two folded labels differs, from 0 (nothing) to 1, by edit distance.
double difference(std::string_view a, std::string_view b) {
  constexpr std::size_t kBytesMax = 200;
  if (a.empty() || b.empty() || a.size() > kBytesMax || b.size() > kBytesMax) return 1;
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return static_cast<double>(row.back()) / static_cast<double>(std::max(a.size(), b.size()));
}

/// The one control whose label, in a spelling that nobody has verified, is nearly what the text says ("Tamaño de la
/// máquina virtual" for "Tamaño de máquina virtual").
const portal::Control* nearly(const std::vector<portal::Control>& controls, const Wanted& wanted, const Accept& accept) {
  constexpr double kNearMax = 0.2;
  constexpr std::size_t kLettersMin = 8;
  const auto text = fold(wanted.text);
  const portal::Control* found = nullptr;
  if (text.size() < kLettersMin) return nullptr;
  int count = 0;
  each_control(controls, [&](const portal::Control& control) {
    if (!control.unverified || !accept(control) || difference(fold(control.label), text) > kNearMax) return;
    found = &control;
    ++count;
  });
  return count == 1 ? found : nullptr;
}

}  // namespace

std::string fold(std::string_view text) {
  std::string plain(text);
  for (const auto& [from, to] : kSameSigns) plain = replace_all(std::move(plain), from, to);
  std::string out;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const auto byte = static_cast<unsigned char>(plain[i]);
    if (byte < 128) {
      if (byte == ' ' || byte == '+' || byte == ':' || byte == '*' || byte == '"' || byte == '\'') continue;
      if (byte == '.' && i + 1 == plain.size()) continue;
      out += static_cast<char>(std::tolower(byte));
    } else if (byte == 0xC3 && i + 1 < plain.size()) {
      // À..Þ lie 0x20 below à..þ.
      const auto next = static_cast<unsigned char>(plain[++i]);
      out += static_cast<char>(0xC3);
      out += static_cast<char>(next >= 0x80 && next <= 0x9E && next != 0x97 ? next + 0x20 : next);
    } else {
      out += plain[i];
    }
  }
  return out;
}

bool is_pattern(std::string_view text) {
  return text.find("...") != std::string_view::npos || text.find("\xE2\x80\xA6") != std::string_view::npos;
}

bool fits_name(std::string_view wanted, std::string_view name) {
  auto pattern = replace_all(std::string(trim(wanted)), "\xE2\x80\xA6", "...");
  const auto dots = pattern.find("...");
  if (dots == std::string::npos) return equals_ignore_case(pattern, name);
  return glob_match(pattern.substr(0, dots) + "*" + pattern.substr(dots + 3), name);
}

int closeness(const portal::Control& control, const Wanted& wanted) {
  if (control.kind == "row" && is_pattern(wanted.text)) return fits_name(wanted.text, control.label) ? 0 : kNoMatch;
  if (!wanted.text.empty() && control.label == wanted.text) return 0;
  if (!wanted.en.empty() && control.label_en == wanted.en) return 1;
  if (!wanted.text.empty() && is_one_of(control.also, wanted.text)) return 2;
  if (!wanted.en.empty() && (control.label == wanted.en || is_one_of(control.also, wanted.en))) return 3;
  const auto text = fold(wanted.text);
  const auto en = fold(wanted.en);
  const auto folds = [&](std::string_view label) {
    const auto folded = fold(label);
    return !folded.empty() && (folded == text || folded == en);
  };
  if (folds(control.label) || folds(control.label_en)) return 4;
  if (std::any_of(control.also.begin(), control.also.end(), folds)) return 5;
  return kNoMatch;
}

Found find_label(const std::vector<portal::Control>& controls, const Wanted& wanted, const std::vector<Wanted>& contexts, const Accept& accept) {
  std::vector<Candidate> candidates;
  collect(controls, wanted, contexts, false, accept, candidates);
  if (candidates.empty()) {
    const auto* near = nearly(controls, wanted, accept);
    return near == nullptr ? Found{} : Found{near, kNoMatch - 1, false};
  }
  const auto rank = [](const Candidate& c) {
    return std::make_tuple(!c.in_context, c.closeness, !c.control->enabled, kind_rank(c.control->kind), c.order);
  };
  const auto best = std::min_element(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) { return rank(a) < rank(b); });
  return {best->control, best->closeness, best->in_context};
}

void each_control(const std::vector<portal::Control>& controls, const std::function<void(const portal::Control&)>& visit) {
  for (const auto& control : controls) {
    visit(control);
    each_control(control.children, visit);
  }
}

bool defines_label(const Json& screen, const portal::Library& library, const Wanted& wanted, std::string_view language) {
  if (screen.is_array()) {
    return std::any_of(screen.begin(), screen.end(), [&](const Json& item) { return defines_label(item, library, wanted, language); });
  }
  if (!screen.is_object()) return false;
  if (const auto label = screen.find("label"); label != screen.end()) {
    const auto text = library.label(*label, language);
    portal::Control control;
    control.label = text.text;
    control.label_en = text.en;
    control.also = text.also;
    for (const auto& spelling : screen.value("also", Json::array())) control.also.push_back(spelling.get<std::string>());
    if (closeness(control, wanted) < kNoMatch) return true;
  }
  return std::any_of(screen.begin(), screen.end(), [&](const Json& item) { return defines_label(item, library, wanted, language); });
}

std::string labels_there(const std::vector<portal::Control>& controls, std::size_t most) {
  std::vector<std::string> labels;
  each_control(controls, [&](const portal::Control& control) {
    if (control.label.empty() || control.kind == "text" || control.kind == "status" || is_one_of(labels, control.label)) return;
    labels.push_back(control.label);
  });
  const bool more = labels.size() > most;
  if (more) labels.resize(most);
  return join(labels, ", ") + (more ? ", …" : "");
}

}  // namespace azlab::walk
