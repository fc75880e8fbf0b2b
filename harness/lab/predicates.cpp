#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <utility>

#include "harness/lab/sentence.hpp"

namespace azlab::lab {
namespace {

/// Entities that name a field or choice on a form: what is checked is the value beside them.
bool is_field_entity(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kFields{"file location", "file name", "file type", "name", "kernel"};
  return std::find(kFields.begin(), kFields.end(), name) != kFields.end();
}

bool is_subject(std::string_view name) {
  static constexpr std::array<std::string_view, 19> kSubjects{
      "compute instance", "compute cluster", "workspace", "resource group", "storage account", "subscription", "storage",
      "folder", "file", "option", "command", "script", "job", "notebook", "repository", "package", "extension", "resource", "schedule"};
  return std::find(kSubjects.begin(), kSubjects.end(), name) != kSubjects.end();
}

std::string plain_subject(std::string_view name) { return name == "script" ? "command" : std::string(name); }

/// Reads statements from left to right: nouns are subjects until a state says something about them.
class PredicateReader {
 public:
  PredicateReader(const Sentence& sentence, std::size_t begin, std::size_t end, std::string fallback, bool waiting)
      : s_(sentence), begin_(begin), end_(end), fallback_(std::move(fallback)), waiting_(waiting) {}

  std::vector<Predicate> read() {
    std::size_t mark = 0;
    std::vector<const Hit*> hits;
    for (const Hit& hit : s_.hits) {
      if (hit.begin < begin_ || hit.end > end_ || (hit.group != "entity" && hit.group != "state")) continue;
      if (hit.group == "entity" || !inside_entity(hit)) hits.push_back(&hit);
    }
    for (std::size_t i = 0; i < hits.size(); ++i) {
      take_marks(mark, hits[i]->begin);
      if (hits[i]->group == "entity") {
        on_entity(*hits[i]);
      } else if (subject_follows(hits, i)) {
        state_before_ = hits[i]->name;
      } else {
        on_state(hits[i]->name);
      }
    }
    take_marks(mark, end_);
    finish();
    return std::move(out_);
  }

 private:
  bool inside_entity(const Hit& state) const {
    return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      return h.group == "entity" && h.begin <= state.begin && state.end <= h.end;
    });
  }

  /// "… that has been created a folder X": in some languages the subject stands behind its state.
  bool subject_follows(const std::vector<const Hit*>& hits, std::size_t i) const {
    if (!pending_.empty() || (!subjects_.empty() && !subjects_used_)) return false;
    const std::size_t next = i + 1 < hits.size() ? hits[i + 1]->begin : end_;
    const bool label_follows = std::any_of(s_.marks.begin(), s_.marks.end(), [&](const Sentence::MarkAt& m) {
      return m.at >= hits[i]->end && m.at < next && (m.label.known == nullptr || m.label.known->kind != "status");
    });
    const auto is_state = [&](std::size_t at) { return at < hits.size() && hits[at]->group == "state"; };
    if (label_follows) return !is_state(i + 1) && !is_state(i + 2);
    if (i + 1 >= hits.size() || hits[i + 1]->group != "entity" || !is_subject(hits[i + 1]->name)) return false;
    return i + 2 >= hits.size() || hits[i + 2]->group != "state" || new_clause_between(hits[i + 1]->end, hits[i + 2]->begin);
  }

  /// "that X is shown, and that Y is selected": what stands behind the "and" says nothing of X.
  bool new_clause_between(std::size_t from, std::size_t to) const {
    if (next_comma(s_.text.substr(0, to), from, to) < to) return true;
    return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      return h.group == "word" && h.name == "and" && h.begin >= from && h.end <= to;
    });
  }

  void take_marks(std::size_t& next, std::size_t until) {
    for (; next < s_.marks.size() && s_.marks[next].at < until; ++next) {
      if (s_.marks[next].at < begin_) continue;
      const Sentence::MarkAt& mark = s_.marks[next];
      if (mark.mark->kind == Mark::Kind::glyph || mark.mark->in_parentheses) continue;
      if (mark.label.known != nullptr && mark.label.known->kind == "status") {
        add({.subject = subject(), .is = mark.label.en == "Running" ? "running" : "equals", .value = mark.label.en});
        subjects_used_ = true;
        continue;
      }
      if (!field_.empty()) {
        add({.subject = field_, .is = "equals", .value = mark.label.en});
        field_.clear();
        continue;
      }
      if (!state_before_.empty()) {
        const std::string state = std::exchange(state_before_, {});
        std::string subject = subject_of(mark);
        add({.subject = std::move(subject), .is = state == "created" && !waiting_ ? "exists" : state, .value = mark.label.en});
        continue;
      }
      pending_.push_back(&mark);
    }
  }

  void on_entity(const Hit& hit) {
    if (hit.name == "node") return on_nodes(hit);
    if (is_field_entity(hit.name)) {
      if (pending_.size() == 1 && s_.language != nullptr && s_.language->verb_last()) {
        add({.subject = std::string(hit.name), .is = "equals", .value = pending_[0]->label.en});
        pending_.clear();
        return;
      }
      field_ = hit.name;
      return;
    }
    if (!is_subject(hit.name)) return;
    if (subjects_used_) subjects_.clear();
    subjects_used_ = false;
    if (std::find(subjects_.begin(), subjects_.end(), hit.name) == subjects_.end()) subjects_.emplace_back(hit.name);
    if (!state_before_.empty()) {
      const std::string state = std::exchange(state_before_, {});
      on_state(state);
    }
  }

  /// "0 nodes", "nodes … 0": a number beside the noun.
  void on_nodes(const Hit& hit) {
    static const RE2 kBefore(R"((\d+)[^\d]{0,12}$)");
    static const RE2 kAfter(R"(^[^\d]{0,20}(\d+))");
    const std::size_t from = hit.begin > 24 ? hit.begin - 24 : 0;
    std::string number;
    const std::string before(s_.text.substr(from, hit.begin - from));
    const std::string after(s_.text.substr(hit.end, std::min<std::size_t>(32, end_ > hit.end ? end_ - hit.end : 0)));
    const std::string inside(s_.text.substr(hit.begin, hit.end - hit.begin));
    static const RE2 kInside(R"((\d+))");
    if (RE2::PartialMatch(inside, kInside, &number) || RE2::PartialMatch(before, kBefore, &number) ||
        RE2::PartialMatch(after, kAfter, &number)) {
      add({.subject = "compute cluster", .is = "nodes", .value = number});
    }
  }

  void on_state(std::string_view state) {
    std::string is(state);
    if (is == "created" && !waiting_) is = "exists";
    if (is == "done" && !waiting_) is = "exists";
    if (!pending_.empty()) {
      for (const Sentence::MarkAt* mark : pending_) add({.subject = subject_of(*mark), .is = is, .value = mark->label.en});
      pending_.clear();
      subjects_used_ = true;
      return;
    }
    if (subjects_.empty()) {
      if (is == "correct" || fallback_.empty()) {
        state_before_ = is == "correct" || is == "selected" ? is : "";
        return;
      }
      add({.subject = plain_subject(fallback_), .is = is, .value = {}});
      return;
    }
    for (const std::string& name : subjects_) {
      if (name == "resource" && subjects_.size() > 1) continue;
      if ((name == "option" || name == "folder" || name == "file") && (is == "selected" || is == "exists")) continue;
      add({.subject = plain_subject(name), .is = is, .value = {}});
    }
    subjects_used_ = true;
  }

  std::string subject() const { return subjects_.empty() ? fallback_ : plain_subject(subjects_.back()); }

  std::string subject_of(const Sentence::MarkAt& mark) const {
    if (!subjects_.empty() && !subjects_used_) return plain_subject(subjects_.back());
    if (looks_like_file(mark.label.en)) return "file";
    if (looks_like_path(mark.label.en)) return "folder";
    return mark.label.known != nullptr && mark.label.known->kind == "option" ? "option" : std::string();
  }

  void add(Predicate made) {
    for (Predicate& before : out_) {
      if (before.subject != made.subject || before.is != made.is) continue;
      if (before.value.empty() || before.value == made.value || made.value.empty()) {
        if (before.value.empty()) before.value = made.value;
        return;
      }
    }
    out_.push_back(std::move(made));
  }

  void finish() {
    for (const Sentence::MarkAt* mark : pending_) {
      const std::string subject = subject_of(*mark);
      const bool option = subject == "option" || subject == "subscription";
      add({.subject = subject, .is = option ? "selected" : "exists", .value = mark->label.en});
    }
    if (!state_before_.empty() && !fallback_.empty()) add({.subject = fallback_, .is = state_before_, .value = {}});
  }

  const Sentence& s_;
  std::size_t begin_;
  std::size_t end_;
  std::string fallback_;
  bool waiting_;
  std::vector<std::string> subjects_;
  bool subjects_used_ = false;
  std::string field_;
  std::string state_before_;
  std::vector<const Sentence::MarkAt*> pending_;
  std::vector<Predicate> out_;
};

}  // namespace

std::vector<Predicate> read_predicates(const Sentence& sentence, std::size_t begin, std::size_t end,
                                       const std::string& fallback, bool waiting) {
  return PredicateReader(sentence, begin, end, fallback, waiting).read();
}

namespace {

/// The text before `unit` with the numbers in words that stand right before it in digits ("one or two" before "minutes").
std::string with_digits(const Sentence& sentence, std::size_t from, std::size_t unit) {
  std::string text(sentence.text.substr(from, unit - from));
  for (auto mark = sentence.marks.rbegin(); mark != sentence.marks.rend(); ++mark) {
    // "about **40** minutes"
    const std::string& marked = mark->mark->text;
    if (mark->at < from || mark->at >= unit || marked.find_first_not_of("0123456789") != std::string::npos) continue;
    return text.replace(mark->at - from, kMarkBytes, marked);
  }
  std::size_t at = unit;
  constexpr std::size_t kJoinBytes = 6;
  for (auto hit = sentence.hits.rbegin(); hit != sentence.hits.rend(); ++hit) {
    if (hit->group != "number" || hit->end > at || hit->begin < from) continue;
    if (at - hit->end > (at == unit ? 1 : kJoinBytes)) break;
    text.replace(hit->begin - from, hit->end - hit->begin, hit->name);
    at = hit->begin;
  }
  return text;
}

/// "a minute or two": the number that "or" adds behind the unit.
std::string number_after(const Sentence& sentence, std::size_t end) {
  for (const Hit& word : sentence.hits) {
    if (word.group != "word" || word.name != "or" || word.begin < end || word.begin > end + 1) continue;
    for (const Hit& number : sentence.hits) {
      if (number.group == "number" && number.begin >= word.end && number.begin <= word.end + 1) return std::string(number.name);
    }
  }
  return {};
}

}  // namespace

Duration read_duration(const Sentence& sentence) {
  Duration best;
  static const RE2 kNumbers(R"((?:(\d+)[^\d.,]{1,16})?(\d+)[^\d]{0,8}$)");
  for (const Hit& hit : sentence.hits) {
    if (hit.group != "word") continue;
    const double unit = hit.name == "minute" ? 60 : hit.name == "second" ? 1 : hit.name == "hour" ? 3600 : 0;
    if (unit == 0) continue;
    const std::size_t from = hit.begin > 40 ? hit.begin - 40 : 0;
    const std::string before = with_digits(sentence, from, hit.begin);
    std::string low;
    std::string high;
    if (!RE2::PartialMatch(before, kNumbers, &low, &high) || high.size() > 6 || low.size() > 6) continue;
    if (const std::string more = number_after(sentence, hit.end); low.empty() && !more.empty()) {
      low = high;
      high = more;
    }
    const double most = std::stod(high) * unit;
    const double least = low.empty() ? most : std::stod(low) * unit;
    if (least > most) continue;
    // "Up to ten minutes" says nothing of the least.
    constexpr std::size_t kNearBytes = 12;
    const bool at_most = low.empty() && std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
      return h.group == "word" && h.name == "at_most" && ((h.end <= hit.begin && h.end + kNearBytes * 2 >= hit.begin) || (h.begin >= hit.end && h.begin <= hit.end + kNearBytes));
    });
    best = {.min_s = at_most ? 0 : least, .max_s = most};
  }
  return best;
}

}  // namespace azlab::lab
