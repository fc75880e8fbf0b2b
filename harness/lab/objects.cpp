#include "harness/lab/sentence_reader.hpp"

#include <algorithm>
#include <array>

#include "harness/lab/clauses.hpp"

namespace azlab::lab {

namespace {

constexpr std::size_t kLocativeBytesMax = 60;

}  // namespace

void SentenceReader::give_stretches(std::size_t stop) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    Action& action = actions_[i];
    const std::size_t verb_end = action.end;
    if (objects_first_) {
      action.begin = from;
      action.end = action.at;
      from = verb_end;
    } else {
      // "Laden Sie **X** herunter": the phrase itself may hold the label.
      const bool holds = std::any_of(s_.marks.begin(), s_.marks.end(), [&](const Sentence::MarkAt& m) { return m.at >= action.at && m.at < verb_end; });
      action.begin = holds ? action.at : verb_end;
      action.end = i + 1 < actions_.size() ? actions_[i + 1].at : stop;
    }
    if (i > 0) action.subject = std::min(next_comma(s_.text, actions_[i - 1].at, action.at), action.at);
  }
}

void SentenceReader::pass_on_found() {
  for (std::size_t i = 0; i + 1 < actions_.size(); ++i) {
    if (actions_[i].verb != "locate") continue;
    Action& next = actions_[i + 1];
    next.places.insert(next.places.begin(), actions_[i].places.begin(), actions_[i].places.end());
    next.entities.insert(next.entities.end(), actions_[i].entities.begin(), actions_[i].entities.end());
  }
}

void SentenceReader::share_labels() {
  for (std::size_t i = 0; i + 1 < actions_.size(); ++i) {
    if (actions_[i].verb == "locate" && (actions_[i + 1].verb == "select" || actions_[i + 1].verb == "drag") && actions_[i + 1].args.empty()) actions_[i + 1].args = actions_[i].args;
    if (actions_[i].verb != "search" || actions_[i + 1].verb != "select") continue;
    if (actions_[i].args.empty() && !actions_[i + 1].args.empty()) actions_[i].args = {actions_[i + 1].args.front()};
    if (actions_[i + 1].args.empty()) actions_[i + 1].args = actions_[i].args;
  }
}

void SentenceReader::drop_purposes() {
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    const bool keys = !actions_[i].args.empty() && std::all_of(actions_[i].args.begin(), actions_[i].args.end(), [](const Sentence::MarkAt* m) { return is_key_chord(m->mark->text); });
    if (actions_[i].verb != "use" && !keys) continue;
    if (actions_[i].args.empty()) {
      actions_.erase(actions_.begin() + static_cast<std::ptrdiff_t>(i--));
      continue;
    }
    actions_[i].verb = "select";
    actions_[i].with_tool = true;
    if (i > 0 && is_means(actions_[i - 1], actions_[i])) {
      actions_[i].places.insert(actions_[i].places.begin(), actions_[i - 1].places.begin(), actions_[i - 1].places.end());
      actions_.erase(actions_.begin() + static_cast<std::ptrdiff_t>(--i));
    }
    if (i + 1 < actions_.size() && actions_[i + 1].args.empty() && is_purpose(actions_[i], actions_[i + 1])) {
      actions_.erase(actions_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
  }
}

bool SentenceReader::is_means(const Action& purpose, const Action& tool) const {
  static constexpr std::array<std::string_view, 7> kOwn{"nav", "wait", "verify", "should", "search", "select", "input"};
  if (s_.language->verb_last() || !purpose.args.empty() || std::find(kOwn.begin(), kOwn.end(), purpose.verb) != kOwn.end()) return false;
  return next_comma(s_.text, purpose.at, tool.at) >= tool.at && std::none_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
           return h.group == "word" && h.name == "and" && h.begin >= purpose.at && h.end <= tool.at;
         });
}

void SentenceReader::drop_headings() {
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    // "Go back by selecting its icon": how, without a name for it.
    const Action& how = actions_[i];
    const bool named = !how.args.empty() || how.verb != "select";
    const bool means = std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) { return h.group == "word" && h.name == "means" && h.end <= how.at && h.end + 1 >= how.at; });
    if (!means || i == 0) continue;
    if (!named) {
      actions_.erase(actions_.begin() + static_cast<std::ptrdiff_t>(i--));
    } else if (how.verb == "select" && is_means(actions_[i - 1], how)) {
      actions_[i].places.insert(actions_[i].places.begin(), actions_[i - 1].places.begin(), actions_[i - 1].places.end());
      actions_.erase(actions_.begin() + static_cast<std::ptrdiff_t>(--i));
    }
  }
  static constexpr std::array<std::string_view, 4> kOwn{"wait", "verify", "should", "check"};
  for (std::size_t i = 0; i + 1 < actions_.size(); ++i) {
    const Action& heading = actions_[i];
    const std::size_t colon = s_.text.find(": ", heading.at);
    if (colon > actions_[i + 1].at || actions_[i + 1].args.empty() || !heading.args.empty() || !heading.places.empty()) continue;
    if (std::find(kOwn.begin(), kOwn.end(), heading.verb) != kOwn.end()) continue;
    actions_.erase(actions_.begin() + static_cast<std::ptrdiff_t>(i--));
  }
}

bool SentenceReader::is_purpose(const Action& tool, const Action& next) const {
  const bool verb_last = s_.language != nullptr && s_.language->verb_last();
  if ((next.verb == "select" && !verb_last) || next.verb == "wait" || next.verb == "verify" || next.verb == "should") return false;
  if (verb_last) return true;
  const std::size_t from = tool.args.back()->at + kMarkBytes;
  return next_comma(s_.text, from, next.at) >= next.at && std::none_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
           return h.group == "word" && h.name == "and" && h.begin >= from && h.end <= next.at;
         });
}

void SentenceReader::fill_action(std::size_t i, bool verb_last) {
  Action& action = actions_[i];
  for (const Sentence::MarkAt& mark : s_.marks) {
    if (in_condition(mark.at) || only_until(action, mark) || is_left_out(mark)) continue;
    if (const std::size_t server = served_by(mark); server < actions_.size()) {
      if (server == i) action.places.push_back(&mark);
      continue;
    }
    if (!verb_last && owner_of(mark) == i) {
      action.args.push_back(&mark);
    } else if (!verb_last && i == 0 && mark.at < action.at) {
      action.places.push_back(&mark);
    } else if (!verb_last && owner_of(mark) < actions_.size()) {
      continue;
    } else if (mark.at >= action.begin && mark.at < action.end) {
      const bool opens_next = i + 1 < actions_.size() && mark.at + kMarkBytes < s_.text.size() && is_comma(s_.text, mark.at + kMarkBytes) && actions_[i + 1].at <= mark.at + kMarkBytes + 2;
      const bool joined = !(opens_next && behind_comma(action, mark) && is_locative(mark, verb_last)) && action.verb == "select" && !action.args.empty() && !has_place_noun(s_, mark) && follows_and(s_, action.args.back()->at + kMarkBytes, mark.at);
      if (joined || joins_next(action, mark) || (!is_locative(mark, verb_last) && !says_of_what(action, mark))) {
        action.args.push_back(&mark);
      } else if (!verb_last && i + 1 < actions_.size() && break_between(action, mark.at)) {
        actions_[i + 1].places.push_back(&mark);
      } else {
        action.places.push_back(&mark);
      }
    }
  }
  if (action.args.empty() && !action.places.empty() && !verb_last && action.verb != "create" && action.verb != "use" && !place_.before_fields) {
    // "Return to the **Designer**" in a language whose preposition is "in": the place is the object.
    const Sentence::MarkAt* last = action.places.back();
    const bool renames = action.verb == "input" && !has_place_noun(s_, *last);
    if (last->at >= action.begin && (action.verb == "input" ? renames : action.verb == "nav" || action.verb == "save" || action.verb == "pin" || !has_thing(action))) {
      action.args.push_back(last);
      action.places.pop_back();
    }
  }
  if (action.args.empty() && !action.places.empty() && verb_last && !s_.language->verb_last()) {
    // "Auf **X** klicken", "unter dem Namen `x` speichern": what stands right before the verb is its object.
    constexpr std::size_t kBesideBytes = 1;
    const Sentence::MarkAt* last = action.places.back();
    if (last->at + kMarkBytes + kBesideBytes >= action.at) {
      action.args.push_back(last);
      action.places.pop_back();
    }
  }
  const std::size_t begin = !verb_last && i == 0 ? 0 : action.begin;
  for (const Hit& hit : s_.hits) {
    if (hit.group == "entity" && hit.begin >= begin && hit.begin < action.end && !in_condition(hit.begin)) {
      if (hit.begin >= action.begin) {
        action.entities.emplace_back(hit.name);
      } else if (hit.name == "home page") {
        home_ = true;
      }
    }
  }
  // "将笔记本的名称设置为…": the object before its verb.
  for (const Hit& word : s_.hits) {
    if (word.group != "word" || word.name != "object_first" || word.end > action.at || (i > 0 && word.begin < actions_[i - 1].at)) continue;
    for (const Hit& hit : s_.hits) {
      if (hit.group == "entity" && hit.begin >= word.end && hit.end <= action.at) action.entities.emplace_back(hit.name);
    }
  }
  if (home_ && i == 0) action.entities.emplace_back("home page");
  if (!verb_last && i == 0 && (action.args.empty() || action.verb == "input") && action.entities.empty()) {
    // Modal verbs send the verb behind its object ("können Sie die Registerkarte schließen").
    for (const Hit& hit : s_.hits) {
      if (hit.group == "entity" && hit.end <= action.at && !in_condition(hit.begin)) action.entities.emplace_back(hit.name);
    }
  }
}

std::size_t SentenceReader::owner_of(const Sentence::MarkAt& mark) const {
  if (!goes_before_verb(s_, mark)) return actions_.size();
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    if (actions_[i].at > mark.at) return i;
  }
  return actions_.size();
}

bool SentenceReader::says_of_what(const Action& action, const Sentence::MarkAt& mark) const {
  if (is_key_chord(mark.mark->text)) return false;
  if (action.verb != "select" || action.args.empty() || action.args.back()->mark->kind == Mark::Kind::glyph) return false;
  return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    return h.group == "word" && h.name == "of_what" && h.begin >= action.args.back()->at + kMarkBytes && h.end <= mark.at;
  }) && next_comma(s_.text, action.args.back()->at, mark.at) >= mark.at;
}

bool SentenceReader::only_until(const Action& action, const Sentence::MarkAt& mark) const {
  return action.verb == "select" && std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    return h.group == "word" && h.name == "until" && h.begin >= action.begin && h.end <= mark.at && mark.at < action.end;
  });
}

bool SentenceReader::joins_next(const Action& action, const Sentence::MarkAt& mark) const {
  if (!objects_first_ || s_.language->verb_last() || action.verb != "select") return false;
  const auto next = std::find_if(s_.marks.begin(), s_.marks.end(), [&](const Sentence::MarkAt& m) { return m.at > mark.at; });
  return next != s_.marks.end() && next->at < action.end && follows_and(s_, mark.at + kMarkBytes, next->at);
}

bool SentenceReader::behind_comma(const Action& action, const Sentence::MarkAt& mark) const {
  std::size_t comma = 0;
  std::size_t joined = 0;
  for (std::size_t at = next_comma(s_.text, action.begin, mark.at); at < mark.at; at = next_comma(s_.text, at + 1, mark.at)) comma = at;
  for (const Hit& hit : s_.hits) {
    if (hit.group == "word" && hit.name == "and" && hit.begin >= action.begin && hit.end <= mark.at) joined = hit.end;
  }
  return comma >= joined && comma > 0;
}

bool SentenceReader::is_left_out(const Sentence::MarkAt& mark) const {
  if (std::any_of(forbidden_.begin(), forbidden_.end(), [&](const Span& span) { return span.contains(mark.at); })) return true;
  // "(close the **Help** pane if it is open)": a remark with a verb of its own.
  const std::size_t open = mark.mark->in_parentheses ? s_.text.rfind('(', mark.at) : std::string_view::npos;
  if (open != std::string_view::npos && open > 1 && !is_key_chord(mark.mark->text) && std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) { return (h.group == "verb" || (h.group == "word" && h.name == "remark")) && h.begin > open && h.end <= mark.at; })) return true;
  return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    if (h.group != "word" || h.name != "without" || h.end > mark.at || next_comma(s_.text, h.end, mark.at) < mark.at) return false;
    return std::none_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& other) { return other.group == "word" && other.name == "and" && other.begin >= h.end && other.end <= mark.at; });
  });
}

std::size_t SentenceReader::served_by(const Sentence::MarkAt& mark) const {
  constexpr std::size_t kBesideBytes = 1;
  const bool serves = std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    return h.group == "word" && h.name == "for_first" && h.end <= mark.at && h.end + kBesideBytes >= mark.at;
  });
  if (!serves) return actions_.size();
  const auto next = std::find_if(actions_.begin(), actions_.end(), [&](const Action& a) { return a.at > mark.at; });
  return static_cast<std::size_t>(next - actions_.begin());
}

bool SentenceReader::has_thing(const Action& action) const {
  return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    return h.group == "entity" && h.begin >= action.begin && h.begin < action.end && h.name != "page" && h.name != "tab" &&
           h.name != "pane" && h.name != "area" && h.name != "studio" && h.name != "portal";
  });
}

bool SentenceReader::break_between(const Action& action, std::size_t at) const {
  if (next_comma(s_.text.substr(0, at), action.begin, at) < at) return true;
  return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    return h.group == "word" && h.name == "and" && h.begin >= action.begin && h.end <= at;
  });
}

bool SentenceReader::can_be_place(const Sentence::MarkAt& mark) {
  if (mark.mark->kind == Mark::Kind::code || mark.mark->kind == Mark::Kind::glyph || is_key_chord(mark.mark->text)) return false;
  if (!canonical_time(mark.mark->text).empty()) return false;
  if (mark.label.known == nullptr || mark.is_place) return true;
  static constexpr std::array<std::string_view, 9> kPressed{"button", "option", "toggle", "tile", "link", "menu item", "status", "offer", "kernel"};
  return std::find(kPressed.begin(), kPressed.end(), mark.label.known->kind) == kPressed.end();
}

bool SentenceReader::is_locative(const Sentence::MarkAt& mark, bool objects_first) const {
  const bool verb_last = objects_first && s_.language->verb_last();
  if (!can_be_place(mark)) return false;
  std::size_t left = mark.at > kLocativeBytesMax ? mark.at - kLocativeBytesMax : 0;
  std::size_t right = std::min(mark.at + kMarkBytes + kLocativeBytesMax, s_.text.size());
  for (const Sentence::MarkAt& other : s_.marks) {
    if (other.at < mark.at) left = std::max(left, other.at + kMarkBytes);
    if (other.at > mark.at) right = std::min(right, other.at);
  }
  for (std::size_t at = left; at < mark.at; ++at) {
    if (is_comma(s_.text, at)) left = at;
  }
  right = next_comma(s_.text.substr(0, right), mark.at + kMarkBytes, right);
  bool locative = false;
  for (const Hit& hit : s_.hits) {
    const bool verb = hit.group == "verb" || hit.group == "infinitive";
    if (verb && hit.end <= mark.at) left = std::max(left, hit.end);
    if (verb && hit.begin >= mark.at + kMarkBytes) right = std::min(right, hit.begin);
  }
  for (const Hit& hit : s_.hits) {
    if (hit.group != "word") continue;
    if (hit.name == "unnamed_place" && hit.end <= mark.at && hit.end + 1 >= mark.at) return false;  // "in the results **X**"
    if (!verb_last && hit.name == "in" && hit.begin + 1 >= left && hit.end <= mark.at) locative = true;
    if (hit.name == "in_after" && hit.begin >= mark.at + kMarkBytes && hit.begin < right) locative = true;
  }
  return locative;
}

}  // namespace azlab::lab
