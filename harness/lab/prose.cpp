#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <utility>

#include "harness/lab/clauses.hpp"
#include "harness/lab/sentence.hpp"
#include "harness/lab/unicode.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

constexpr std::size_t kSentenceBytesMax = 16384;

/// Ends of sentences. A full stop counts before white space only, and not after a single letter ("p. m.").
std::vector<std::string_view> split_sentences(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  const auto cut = [&](std::size_t end) {
    const std::string_view piece = trim(text.substr(begin, end - begin));
    if (!piece.empty()) out.push_back(piece.substr(0, kSentenceBytesMax));
    begin = end;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool semicolon = c == ';' && (at + 1 == text.size() || text[at + 1] == ' ');
    if (c == '!' || c == '?' || semicolon || text.substr(at, 3) == "\xE3\x80\x82") {
      cut(text.substr(at, 3) == "\xE3\x80\x82" ? at + 3 : at + 1);
    } else if (c == '.' && (at + 1 == text.size() || text[at + 1] == ' ')) {
      const bool initial = at >= 2 && text[at - 2] == ' ' && static_cast<unsigned char>(text[at - 1]) < 0x80 &&
                           (text[at - 1] < '0' || text[at - 1] > '9');
      if (!initial) cut(at + 1);
    }
  }
  cut(text.size());
  return out;
}

/// Emphasis on a word that is no label ("do **not** select", "**Optionally**, …") is text again.
std::string unmark_words(const InlineText& whole, const Language* language) {
  std::string text;
  for (std::size_t at = 0; at < whole.text.size();) {
    const int index = mark_at(whole.text, at);
    if (index < 0) {
      text.push_back(whole.text[at++]);
      continue;
    }
    const Mark& mark = whole.marks[static_cast<std::size_t>(index)];
    bool word = false;
    if (language != nullptr && (mark.kind == Mark::Kind::bold || mark.kind == Mark::Kind::italic || mark.kind == Mark::Kind::bracket) &&
        mark.text.size() < 80) {
      const std::string folded = fold(mark.text);
      if (canonical_label(mark.text, language).known == nullptr) {
        const bool small = !mark.text.empty() && !(mark.text[0] >= 'A' && mark.text[0] <= 'Z');
        for (const Hit& hit : language->scan(folded)) {
          if (hit.group != "word") continue;
          // A label may hold a negation ("Not now"); a word that is stressed is written small, or is all that is.
          const bool all = hit.end - hit.begin >= folded.size() || (language->glued() && 3 * (hit.end - hit.begin) >= folded.size());
          const bool negates = hit.name == "negation" && (all || (small && !language->glued()));
          word = word || negates || hit.name == "optional" || hit.name == "note";
        }
      }
      if (word) {
        const bool spaced = !language->glued();
        if (spaced && !text.empty() && text.back() != ' ') text += ' ';
        text += folded;
        if (spaced && at + kMarkBytes < whole.text.size() && whole.text[at + kMarkBytes] != ' ') text += ' ';
      }
    }
    if (!word) text += whole.text.substr(at, kMarkBytes);
    at += kMarkBytes;
  }
  return text;
}

bool is_actionable(const Op& op) {
  static constexpr std::array<std::string_view, 7> kPassive{"cond", "info", "effect", "hint", "tolerate", "observe", "neg"};
  return std::find(kPassive.begin(), kPassive.end(), op.kind) == kPassive.end();
}

Sentence make_sentence(std::string_view text, const InlineText& whole, const Language* language) {
  Sentence sentence{.text = text, .whole = &whole, .language = language};
  if (language != nullptr) sentence.hits = language->scan(text);
  // Where something is typed, what stands in quotation marks is it.
  const bool types = std::any_of(sentence.hits.begin(), sentence.hits.end(), [](const Hit& h) { return h.group == "verb" && (h.name == "input" || h.name == "search"); });
  const bool quotes_are_labels = language != nullptr && (language->glued() || types);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int index = mark_at(text, at);
    if (index < 0) continue;
    const Mark& mark = whole.marks[static_cast<std::size_t>(index)];
    CanonicalLabel label = canonical_label(mark.text, language);
    const bool weak = mark.kind == Mark::Kind::quote || mark.kind == Mark::Kind::bracket;
    const bool bracket = mark.kind == Mark::Kind::bracket && (language == nullptr || !language->glued());
    if (!weak || (quotes_are_labels && !bracket) || label.known != nullptr) {
      sentence.marks.push_back({.at = at, .mark = &mark, .label = std::move(label)});
    }
    at += kMarkBytes - 1;
  }
  for (Sentence::MarkAt& mark : sentence.marks) mark.is_place = has_place_noun(sentence, mark);
  return sentence;
}

/// An instruction of which nothing is known but its verb.
bool is_bare(const Op& op) {
  return op.args.empty() && op.predicates.empty() && op.entity.empty() && op.label_en.empty() && op.context.empty() && op.code.empty();
}

/// A wait takes the duration that the sentence after it states; equal neighbours without arguments are one.
void add_op(std::vector<Op>& ops, Op op) {
  if (op.kind == "wait" && op.args.empty() && op.predicates.empty() && !ops.empty()) {
    for (Op& before : ops) {
      if (before.kind != "wait" || before.wait_max_s > 0) continue;
      before.wait_min_s = op.wait_min_s;
      before.wait_max_s = op.wait_max_s;
      return;
    }
  }
  if (op.kind == "wait" && op.wait_max_s == 0 && !ops.empty() && ops.back().kind == "wait" && ops.back().wait_max_s > 0 && is_bare(ops.back())) {
    // "The run takes ten minutes. Wait until …"
    op.wait_min_s = ops.back().wait_min_s;
    op.wait_max_s = ops.back().wait_max_s;
    ops.pop_back();
  }
  if (op.kind == "ui.form" && !ops.empty() && ops.back().kind == "ui.form" && is_bare(ops.back())) ops.pop_back();  // "Use these settings to create **X**"
  const bool bare = op.args.empty() && op.predicates.empty() && op.entity.empty() && op.code.empty();
  if (!ops.empty() && bare && ops.back().kind == op.kind && ops.back().args.empty() && op.kind != "wait") return;
  for (const Op& before : ops) {
    // "Open … at `address`, signing in": one visit.
    if (op.kind == "nav.url" && before.kind == "nav.url" && before.args == op.args) return;
  }
  if (op.kind == "ui.signin" && op.conditional) return;
  // "Press **F5** to refresh the page", "click **↻** to refresh the view"
  const bool refreshes = std::any_of(ops.begin(), ops.end(), [](const Op& o) { return o.kind == "key.press" || o.kind == "ui.refresh"; });
  if (op.kind == "ui.refresh" && op.args.empty() && refreshes) return;
  if (op.kind == "shell.open" && !ops.empty() && ops.back().kind == op.kind && ops.back().args == op.args) return;
  if (op.kind == "ui.signin" && std::any_of(ops.begin(), ops.end(), [](const Op& o) { return o.kind == "nav.url" || o.kind == "ctx.switch"; })) return;
  if (op.kind == "ui.click" && is_bare(op) && !ops.empty() && ops.back().kind == "ui.search") {
    // "Search for **X**. Select it in the list …"
    op.args = ops.back().args;
    op.en = ops.back().en;
  }
  if (op.kind == "ctx.switch" && !ops.empty() && ops.back().kind == "ui.close" && (ops.back().entity == "studio" || ops.back().entity == "tab")) {
    ops.pop_back();  // closing one tab and going back to the other is one switch
  }
  if (op.kind == "verify" && !ops.empty() && ops.back().kind == "verify" && !op.optional && !ops.back().optional) {
    Op& before = ops.back();
    before.predicates.insert(before.predicates.end(), op.predicates.begin(), op.predicates.end());
    before.args.insert(before.args.end(), op.args.begin(), op.args.end());
    before.en.insert(before.en.end(), op.en.begin(), op.en.end());
    return;
  }
  ops.push_back(std::move(op));
}

/// "In the portal at `https://portal.azure.com`, select …": the address is where the reader goes first.
void add_address(std::vector<Op>& ops, const InlineText& text, const ProsePlace& place) {
  static const RE2 kAddress(R"((https://(?:portal|ml)\.azure\.com(?:/[^\s`)>\],*"']*)?))");
  std::string url;
  std::string_view plain = text.plain;
  for (const Mark& mark : text.marks) {
    if (url.empty() && !mark.url.empty()) RE2::PartialMatch(mark.url, kAddress, &url);
  }
  if (url.empty() && !RE2::PartialMatch(std::string(plain), kAddress, &url)) return;
  // What ends the sentence is no part of the address.
  url.resize(url.find_last_not_of(".;:!?") + 1);
  const bool visits = std::any_of(ops.begin(), ops.end(), [](const Op& op) { return op.kind == "nav.url" || op.kind == "ctx.switch"; });
  const bool acts = std::any_of(ops.begin(), ops.end(), is_actionable);
  const bool does = std::any_of(ops.begin(), ops.end(), [](const Op& op) { return op.kind == "ui.click" && !op.args.empty(); });
  if (visits || !acts || !(place.in_step || place.before_code || does)) return;
  ops.insert(ops.begin(), Op{.kind = "nav.url", .args = {url}, .en = {url}});
}

/// "Starting a session may take several minutes."
bool takes_time(const Sentence& sentence) {
  const auto has = [&](std::string_view name) {
    return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) { return h.group == "word" && h.name == name; });
  };
  return has("takes") && (has("minute") || has("second") || has("hour"));
}

/// "If you like, frobnicate **X**": a condition is known, the verb is not; the label says that something is to be done.
void add_guarded_unknown(std::vector<Op>& made, const Sentence& sentence) {
  if (std::any_of(made.begin(), made.end(), [](const Op& op) { return op.kind != "cond"; }) || sentence.marks.empty()) return;
  const std::size_t comma = next_comma(sentence.text, 0, 0);
  Op op{.kind = "unknown", .conditional = true};
  for (const auto& mark : sentence.marks) {
    if (mark.at < comma) continue;
    op.args.push_back(mark.mark->text);
    op.en.push_back(mark.label.en);
  }
  if (!op.args.empty()) made.push_back(std::move(op));
}

/// Whether a sentence orders: its verb stands at the beginning or behind the first clause; where verbs stand last, at the end.
bool is_order(const Sentence& sentence) {
  if (sentence.language == nullptr || is_narrative(sentence)) return false;
  constexpr std::size_t kPleaseBytes = 3;
  constexpr std::size_t kEndBytes = 6;
  return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& hit) {
    if (hit.group != "verb" || hit.name == "effect" || hit.name == "hint" || hit.name == "observe") return false;
    if (sentence.language->verb_last()) return hit.end + kEndBytes >= sentence.text.size();
    const std::string_view before = trim(sentence.text.substr(0, hit.begin));
    return before.size() <= kPleaseBytes || is_comma(before, before.size() - 1) || before.ends_with("\xEF\xBC\x8C");
  });
}

/// Keys in plain text ("press Ctrl+C", "hit F5") become marks, as if they were emphasised.
InlineText with_keys(const InlineText& scanned) {
  static const RE2 kKeys(R"((?:^|[ (])((?:(?:ctrl|strg|shift|alt|cmd|maj|umschalt|mayús|option|windows)\+)+[a-z0-9]{1,9}|f(?:[1-9]|1[0-2]))(?:$|[ .,;:)]))");
  InlineText out = scanned;
  std::string key;
  while (out.marks.size() < kMarksMax && RE2::PartialMatch(out.text, kKeys, &key)) {
    const std::size_t at = out.text.find(key);
    // Marks are numbered in the order of the text.
    std::size_t before = 0;
    for (std::size_t i = 0; i < at; ++i) before = mark_at(out.text, i) >= 0 ? before + 1 : before;
    std::string renumbered;
    for (std::size_t i = 0; i < out.text.size();) {
      const int mark = i == at ? static_cast<int>(before) : mark_at(out.text, i);
      if (mark < 0) {
        renumbered.push_back(out.text[i++]);
        continue;
      }
      append_utf8(renumbered, 0xE000 + static_cast<char32_t>(i > at ? mark + 1 : mark));
      i += i == at ? key.size() : kMarkBytes;
    }
    Mark made{.kind = Mark::Kind::bold, .text = key, .as_written = key};
    const std::size_t plain = to_lower(out.plain).find(key);
    if (plain != std::string::npos) made.text = made.as_written = out.plain.substr(plain, key.size());
    out.marks.insert(out.marks.begin() + static_cast<std::ptrdiff_t>(before), std::move(made));
    out.text = std::move(renumbered);
  }
  return out;
}

/// "Never enable the rule": a sentence that only forbids.
bool only_forbids(const Sentence& sentence) {
  return std::any_of(sentence.hits.begin(), sentence.hits.end(), [](const Hit& h) { return h.group == "word" && h.name == "no_before" && h.begin <= 1; }) ||
         (sentence.language != nullptr && sentence.language->verb_last() &&
          std::any_of(sentence.hits.begin(), sentence.hits.end(), [](const Hit& h) { return h.group == "word" && h.name == "no_after"; }));
}

/// "If needed, you can export the notebook": allowed, and nothing named.
bool only_allows(const Sentence& sentence) {
  return sentence.marks.empty() && std::any_of(sentence.hits.begin(), sentence.hits.end(), [](const Hit& h) { return h.group == "word" && h.name == "may"; });
}

/// What loose prose can tell to do without a label.
bool is_loose_order(const Op& op) {
  static constexpr std::array<std::string_view, 12> kKinds{"ui.confirm", "res.delete", "res.stop", "res.start", "res.restart", "nb.runall",
                                                           "ui.save", "ui.refresh", "ui.dismiss", "ctx.switch", "ui.close", "shell.open"};
  if (std::find(kKinds.begin(), kKinds.end(), op.kind) != kKinds.end()) return true;
  return ((op.kind == "verify" || op.kind == "wait") && !op.predicates.empty()) || (op.kind == "res.create" && !op.entity.empty());
}

/// Prose outside of lists introduces; it acts only where it orders something that it names. Commands are kept: whether
/// they are run is decided with the whole paragraph.
void drop_introductions(std::vector<Op>& ops, const Sentence& sentence, const ProsePlace& place) {
  const bool orders = !place.introduces && is_order(sentence);
  std::erase_if(ops, [&](const Op& op) {
    if (op.kind == "shell.block" || op.kind == "shell.run" || !is_actionable(op)) return false;
    if (op.kind == "unknown" || op.optional) return true;
    return op.args.empty() && !(orders && is_loose_order(op));
  });
}

}  // namespace

std::vector<Op> read_prose(const InlineText& as_scanned, const Language* language, const ProsePlace& place) {
  const InlineText text = with_keys(as_scanned);
  const std::string unmarked = unmark_words(text, language);
  std::vector<Op> ops;
  std::string last_entity = place.antecedent;
  bool optional = false;
  bool narrative = true;
  std::vector<Op> by_marks;
  if (unmarked.size() > 4 * kSentenceBytesMax) return {Op{.kind = place.in_step ? "unknown" : "info"}};
  for (const std::string_view piece : split_sentences(unmarked)) {
    const Sentence sentence = make_sentence(piece, text, language);
    for (const Hit& hit : sentence.hits) optional = optional || (hit.group == "word" && hit.name == "optional");
    std::vector<Op> made = read_sentence(sentence, place, last_entity);
    const bool acts = std::any_of(made.begin(), made.end(), is_actionable);
    if (place.aside && is_narrative(sentence)) {
      std::erase_if(made, [](const Op& op) { return is_actionable(op) && op.kind != "wait" && op.args.empty() && !op.conditional; });
    }
    if (!acts && place.first && !made.empty()) add_guarded_unknown(made, sentence);
    if (!acts && made.empty()) {
      const Duration duration = read_duration(sentence);
      const bool waits = std::any_of(ops.begin(), ops.end(), [](const Op& op) { return op.kind == "wait"; });
      if (!place.before_code && (duration.max_s > 0 || (place.first && takes_time(sentence))) && place.in_step && (!place.aside || waits)) {
        made.push_back(Op{.kind = "wait", .wait_min_s = duration.min_s, .wait_max_s = duration.max_s});
      } else if (place.in_step && !is_narrative(sentence) && !only_forbids(sentence)) {
        for (const auto& mark : sentence.marks) by_marks.push_back(op_of_mark(mark, language));
      }
      narrative = narrative && (is_narrative(sentence) || only_forbids(sentence) || only_allows(sentence));
    }
    if (made.empty()) made.push_back(Op{.kind = "info"});
    if (!place.in_step) drop_introductions(made, sentence, place);
    for (Op& op : made) {
      op.optional = op.optional || optional;
      add_op(ops, std::move(op));
    }
  }
  const bool acts = std::any_of(ops.begin(), ops.end(), [](const Op& op) { return op.kind != "info" && op.kind != "cond" && op.kind != "effect"; });
  if (!acts && place.first && !place.before_code && !place.before_fields && !(place.introduces && by_marks.empty())) {
    std::erase_if(ops, [](const Op& op) { return op.kind == "info"; });
    if (!by_marks.empty()) {
      for (Op& op : by_marks) ops.push_back(std::move(op));
    } else if (!narrative) {
      ops.push_back(Op{.kind = "unknown"});
    } else {
      ops.push_back(Op{.kind = "info"});
    }
  }
  // An empty tab of the browser is nothing; one into which something was copied is.
  for (std::size_t i = 0; i < ops.size(); ++i) {
    const bool tab = ops[i].kind == "nav.page" && ops[i].entity == "tab" && ops[i].args.empty();
    if (tab && (i == 0 || ops[i - 1].kind != "ui.copy")) ops.erase(ops.begin() + static_cast<std::ptrdiff_t>(i--));
  }
  add_address(ops, text, place);
  if (!place.in_step) {
    std::erase_if(ops, [](const Op& op) { return op.kind == "observe" && op.args.empty(); });
    // A command in it is no introduction.
    const bool command = std::any_of(ops.begin(), ops.end(), [](const Op& op) { return op.kind == "shell.block" && !op.code.empty(); });
    std::erase_if(ops, [&](const Op& op) {
      return !command && (op.kind == "shell.block" || op.kind == "shell.run") && op.args.empty();
    });
    if (ops.empty()) ops.push_back(Op{.kind = "info"});
  }
  return ops;
}

}  // namespace azlab::lab
