#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_map>

#include "harness/twins/document_pair.hpp"
#include "harness/twins/twins.hpp"
#include "harness/twins/unit_view.hpp"

namespace azlab::twins {
namespace {

/// What a shared anchor says: commands hardly ever stand twice in a page, kinds of operations do.
float weight_of(std::string_view anchor) {
  switch (anchor.empty() ? '\0' : anchor.front()) {
    case 'c': return 3.0F;
    case 'i':
    case 'u':
    case 'x': return 2.0F;
    case 'l': return 1.5F;
    case 'n':
    case 'o':
    case 'e': return 0.5F;
    default: return 0.0F;
  }
}

constexpr float kSharedMax = 6.0F;       ///< so that one long fence does not outweigh the order of a page
constexpr float kStrong = 2.0F;          ///< shared weight from which two units are the same wherever they stand
constexpr float kDecisive = 1.5F;        ///< the weight of an anchor that few units have
constexpr float kNothingShared = 1.0F;   ///< taken off where both have such anchors and share none
constexpr float kWorthMin = 0.5F;        ///< less is no sign that two units are the same
constexpr float kOtherLevel = 0.4F;      ///< what the kind counts where only the nesting differs

/// Kinds that differ in nesting alone: translators damage indentation.
char family_of(std::string_view kind) {
  static constexpr std::array<std::pair<std::string_view, char>, 12> kFamilies{{{"P:o", 'o'}, {"P:", 'o'}, {"P:uo", 'o'}, {"P:oo", 'o'}, {"Dol1", 'o'}, {"P:u", 'u'},
                                                                               {"P:ou", 'u'}, {"P:uu", 'u'}, {"Dul1", 'u'}, {"Dul2", 'u'}, {"P:oq", 'q'}, {"P:q", 'q'}}};
  const auto* const found = std::find_if(kFamilies.begin(), kFamilies.end(), [&](const auto& f) { return f.first == kind; });
  return found == kFamilies.end() ? '\0' : found->second;
}

/// A unit in numbers, so that a cell of the table costs little.
struct Coded {
  int kind = 0;
  char family = '\0';
  int step = 0;
  float length = 0;  ///< as a share of its document: long paragraphs stay long in any language
  std::vector<int> anchors{};
  float weight = 0;
  bool decisive = false;  ///< has an anchor that few units have
};

class Coder {
 public:
  std::vector<Coded> code(const DocumentView& document) {
    float total = 1;
    for (const UnitView& view : document.units) total += static_cast<float>(view.text.plain.size());
    std::vector<Coded> out;
    out.reserve(document.units.size());
    for (const UnitView& view : document.units) {
      Coded coded{.kind = number_of(view.unit->kind), .family = family_of(view.unit->kind), .step = view.unit->step};
      coded.length = static_cast<float>(view.text.plain.size()) / total;
      for (const std::string& anchor : view.anchors) {
        coded.anchors.push_back(number_of(anchor));
        coded.weight += weight_of(anchor);
        coded.decisive = coded.decisive || weight_of(anchor) >= kDecisive;
      }
      std::sort(coded.anchors.begin(), coded.anchors.end());
      out.push_back(std::move(coded));
    }
    return out;
  }

  float shared(const Coded& one, const Coded& other) const {
    float sum = 0;
    auto a = one.anchors.begin();
    auto b = other.anchors.begin();
    while (a != one.anchors.end() && b != other.anchors.end()) {
      if (*a == *b) sum += weights_[static_cast<std::size_t>(*a)];
      const bool first = *a <= *b;
      const bool second = *b <= *a;
      if (first) ++a;
      if (second) ++b;
    }
    return sum;
  }

  /// What pairing the two is worth; not more than nothing where they cannot be the same.
  float worth(const Coded& one, const Coded& other) const {
    float kind = 1.0F;
    if (one.kind != other.kind) {
      if (one.family == '\0' || one.family != other.family) return 0;
      kind = kOtherLevel;
    }
    const float both = shared(one, other);
    if (both < kDecisive && one.decisive && other.decisive) kind -= kNothingShared;
    const float longer = std::max(one.length, other.length);
    const float alike = longer > 0 ? 0.3F * std::min(one.length, other.length) / longer : 0.3F;
    return kind + std::min(both, kSharedMax) + alike + (one.step == other.step ? 0.05F : 0.0F);
  }

 private:
  int number_of(const std::string& text) {
    const auto [at, made] = numbers_.emplace(text, static_cast<int>(weights_.size()));
    if (made) weights_.push_back(weight_of(text));
    return at->second;
  }

  std::unordered_map<std::string, int> numbers_;
  std::vector<float> weights_;
};

enum class Way : std::uint8_t { none, pair, skip_source, skip_twin };

/// The table of the longest common subsequence, kept around the diagonal alone.
class Table {
 public:
  Table(std::size_t rows, std::size_t columns) : columns_(columns), rows_(rows), ways_((rows + 1) * width(), Way::none) {}

  std::size_t first(std::size_t row) const {
    const std::size_t middle = rows_ == 0 ? 0 : row * columns_ / rows_;
    return middle > kBandUnits ? middle - kBandUnits : 0;
  }
  std::size_t last(std::size_t row) const { return std::min(columns_, first(row) + width() - 1); }
  Way& at(std::size_t row, std::size_t column) { return ways_[row * width() + column - first(row)]; }
  bool holds(std::size_t row, std::size_t column) const { return column >= first(row) && column <= last(row); }

 private:
  std::size_t width() const { return std::min(columns_ + 1, 2 * kBandUnits + 1); }

  std::size_t columns_;
  std::size_t rows_;
  std::vector<Way> ways_;
};

std::vector<Pair> common_subsequence(const std::vector<Coded>& source, const std::vector<Coded>& twin, const Coder& coder) {
  Table table(source.size(), twin.size());
  constexpr float kOutside = -1.0F;
  std::vector<float> above(twin.size() + 1, 0.0F);
  std::vector<float> row(twin.size() + 1, kOutside);
  for (std::size_t i = 1; i <= source.size(); ++i) {
    std::fill(row.begin(), row.end(), kOutside);
    for (std::size_t j = table.first(i); j <= table.last(i); ++j) {
      float best = above[j];
      Way way = best >= 0 ? Way::skip_source : Way::none;
      if (j > 0 && row[j - 1] > best) {
        best = row[j - 1];
        way = Way::skip_twin;
      }
      if (j > 0 && above[j - 1] >= 0) {
        const float worth = coder.worth(source[i - 1], twin[j - 1]);
        if (worth > kWorthMin && above[j - 1] + worth > best) {
          best = above[j - 1] + worth;
          way = Way::pair;
        }
      }
      row[j] = best;
      table.at(i, j) = way;
    }
    std::swap(row, above);
  }
  std::vector<Pair> pairs;
  std::size_t i = source.size();
  std::size_t j = twin.size();
  while (i > 0 && j > 0) {
    const Way way = table.holds(i, j) ? table.at(i, j) : j > table.last(i) ? Way::skip_twin : Way::skip_source;
    if (way == Way::none) break;
    if (way == Way::pair) pairs.push_back({.source = i - 1, .twin = j - 1});
    if (way != Way::skip_twin) --i;
    if (way != Way::skip_source) --j;
  }
  std::reverse(pairs.begin(), pairs.end());
  return pairs;
}

/// Pairs what is left over and plainly the same: it stands elsewhere.
void find_moved(const std::vector<Coded>& source, const std::vector<Coded>& twin, const Coder& coder, Alignment& out) {
  std::vector<std::size_t> left;
  for (const std::size_t s : out.only_source) {
    const auto best = std::max_element(out.only_twin.begin(), out.only_twin.end(), [&](std::size_t a, std::size_t b) {
      return coder.shared(source[s], twin[a]) < coder.shared(source[s], twin[b]);
    });
    const float both = best == out.only_twin.end() || source[s].kind != twin[*best].kind ? 0 : coder.shared(source[s], twin[*best]);
    if (both < kStrong || 2 * both < std::max(source[s].weight, twin[*best].weight)) {
      left.push_back(s);
      continue;
    }
    out.moved.push_back({.source = s, .twin = *best});
    out.only_twin.erase(best);
  }
  out.only_source = std::move(left);
}

/// What is left over on both sides of one place is the same unit with other contents: a command was changed, say.
void pair_within_gaps(const std::vector<Coded>& source, const std::vector<Coded>& twin, Alignment& out) {
  const auto gap_of = [&](std::size_t unit, std::size_t Pair::*side) {
    const auto next = std::upper_bound(out.pairs.begin(), out.pairs.end(), unit, [&](std::size_t at, const Pair& pair) { return at < pair.*side; });
    return next - out.pairs.begin();
  };
  std::vector<Pair> made;
  std::size_t from = 0;
  std::vector<std::size_t> left;
  for (const std::size_t s : out.only_source) {
    std::size_t t = from;
    const auto gap = gap_of(s, &Pair::source);
    const auto fits = [&](std::size_t at) { return gap_of(out.only_twin[at], &Pair::twin) == gap && source[s].kind == twin[out.only_twin[at]].kind; };
    while (t < out.only_twin.size() && !fits(t)) ++t;
    if (t == out.only_twin.size()) {
      left.push_back(s);
      continue;
    }
    made.push_back({.source = s, .twin = out.only_twin[t], .sure = false});
    from = t + 1;
  }
  out.only_source = std::move(left);
  for (const Pair& pair : made) {
    std::erase(out.only_twin, pair.twin);
    out.pairs.push_back(pair);
  }
  std::sort(out.pairs.begin(), out.pairs.end(), [](const Pair& a, const Pair& b) { return a.source < b.source; });
}

/// A unit that shares nothing with its counterpart might as well be its neighbour's, where that has none.
void mark_unsure(const std::vector<Coded>& source, const std::vector<Coded>& twin, const Coder& coder, Alignment& out) {
  const auto has_like = [](const std::vector<Coded>& units, const std::vector<std::size_t>& alone, std::size_t at) {
    return std::any_of(alone.begin(), alone.end(), [&](std::size_t other) { return (other + 1 == at || other == at + 1) && units[other].kind == units[at].kind; });
  };
  for (Pair& pair : out.pairs) {
    const bool ambiguous = has_like(source, out.only_source, pair.source) || has_like(twin, out.only_twin, pair.twin);
    if (ambiguous && coder.shared(source[pair.source], twin[pair.twin]) <= 0) pair.sure = false;
  }
}

}  // namespace

std::optional<std::size_t> Alignment::source_of(std::size_t twin_unit) const {
  for (const std::vector<Pair>* const list : {&pairs, &moved}) {
    const auto found = std::find_if(list->begin(), list->end(), [&](const Pair& p) { return p.twin == twin_unit; });
    if (found != list->end()) return found->source;
  }
  return std::nullopt;
}

std::optional<std::size_t> Alignment::twin_of(std::size_t source_unit) const {
  for (const std::vector<Pair>* const list : {&pairs, &moved}) {
    const auto found = std::find_if(list->begin(), list->end(), [&](const Pair& p) { return p.source == source_unit; });
    if (found != list->end()) return found->twin;
  }
  return std::nullopt;
}

std::optional<std::size_t> unit_at(const lab::Lab& lab, int line) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < lab.units.size(); ++i) {
    if (lab.units[i].line <= line && (!best || lab.units[i].line >= lab.units[*best].line)) best = i;
  }
  return best;
}

Alignment align(const DocumentView& source, const DocumentView& twin) {
  Coder coder;
  const std::vector<Coded> one = coder.code(source);
  const std::vector<Coded> other = coder.code(twin);
  Alignment out;
  out.pairs = common_subsequence(one, other, coder);
  std::size_t s = 0;
  std::size_t t = 0;
  const auto leave_until = [&](std::size_t source_end, std::size_t twin_end) {
    for (; s < source_end; ++s) out.only_source.push_back(s);
    for (; t < twin_end; ++t) out.only_twin.push_back(t);
  };
  for (const Pair& pair : out.pairs) {
    leave_until(pair.source, pair.twin);
    s = pair.source + 1;
    t = pair.twin + 1;
  }
  leave_until(one.size(), other.size());
  find_moved(one, other, coder, out);
  pair_within_gaps(one, other, out);
  mark_unsure(one, other, coder, out);
  return out;
}

Alignment align(const lab::Lab& source, const lab::Lab& twin) { return align(view_of(source), view_of(twin)); }

}  // namespace azlab::twins
