#include "harness/lab/action_parts.hpp"

#include <algorithm>
#include <array>

#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

using Kind = Mark::Kind;

}  // namespace

bool is_url(std::string_view text) { return text.starts_with("https://") || text.starts_with("http://"); }

std::string url_of(const MarkAt& mark) {
  if (is_url(mark.mark->url)) return mark.mark->url;
  return is_url(mark.mark->text) ? mark.mark->text : std::string();
}

bool has_entity(const Action& action, std::string_view name) {
  return std::find(action.entities.begin(), action.entities.end(), name) != action.entities.end();
}

std::string thing_of(const Action& action) {
  static constexpr std::array<std::string_view, 14> kPlaces{"page", "tab", "pane", "menu", "area", "portal", "studio", "button",
                                                            "field", "option", "file", "status", "name", "home page"};
  for (const std::string& name : action.entities) {
    if (std::find(kPlaces.begin(), kPlaces.end(), name) == kPlaces.end()) return name;
  }
  return {};
}

std::string glyph_name(std::string_view glyph) {
  if (glyph == "\xE2\x86\xBB" || glyph == "\xE2\x9F\xB3") return "Refresh";
  if (glyph == "\xE2\xA8\x81" || glyph == "\xE2\x8A\x95") return "Add files";
  if (glyph == "\xE2\x98\xB0") return "notebook menu";
  if (glyph.starts_with("\xE2\x96\xB7\xE2\x96\xB7")) return "save and run the script in the terminal";
  return std::string(glyph);
}

void add_label(Op& op, const MarkAt& mark) {
  op.args.push_back(mark.mark->text);
  op.en.push_back(mark.label.en);
}

void add_places(Op& op, const Action& action) {
  for (const MarkAt* place : action.places) {
    if (place->mark->kind == Kind::glyph || (place->mark->kind == Kind::italic && !place->is_place) || !url_of(*place).empty()) continue;
    op.context.push_back(place->label.en);
    op.ctx.push_back(place->mark->text);
  }
  if (has_entity(action, "home page") && op.context.empty()) op.context.emplace_back("Home");
}

std::vector<const MarkAt*> labels_of(const Action& action) {
  const auto strong = [](const MarkAt* m) { return m->mark->kind != Kind::italic; };
  const bool any_strong = std::any_of(action.args.begin(), action.args.end(), strong);
  std::vector<const MarkAt*> out;
  for (const MarkAt* mark : action.args) {
    if (any_strong && !strong(mark)) continue;
    if (mark->mark->in_parentheses && (!out.empty() || action.args.size() > 1)) continue;
    out.push_back(mark);
  }
  return out;
}

Op unknown_op(const Action& action) {
  Op op{.kind = "unknown"};
  for (const MarkAt* mark : action.args) add_label(op, *mark);
  return op;
}

bool is_button(const Action& action, const Sentence& sentence) {
  constexpr std::size_t kBesideBytes = 2;
  if (action.args.size() != 1 || action.args[0]->mark->kind == Kind::code || action.args[0]->mark->kind == Kind::link) return false;
  const std::size_t at = action.args[0]->at;
  return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
    const bool beside = (h.end <= at && h.end + kBesideBytes >= at) || (h.begin >= at + kMarkBytes && h.begin <= at + kMarkBytes + kBesideBytes);
    const bool with = h.group == "word" && h.name == "with" && h.end <= at && h.end + kBesideBytes >= at;
    return with || (h.group == "entity" && h.name == "button" && beside);
  });
}

bool joined_by_or(const Sentence& sentence, const MarkAt& a, const MarkAt& b) {
  if (b.at > a.at + 24) return false;
  return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
    return h.group == "word" && h.name == "or" && h.begin + 1 >= a.at + kMarkBytes && h.end <= b.at + 1;
  });
}

bool heads_path(const Sentence& sentence, const MarkAt& mark) {
  const auto next = std::find_if(sentence.marks.begin(), sentence.marks.end(), [&](const MarkAt& m) { return m.at > mark.at; });
  if (next == sentence.marks.end()) return false;
  return trim(sentence.text.substr(mark.at + kMarkBytes, next->at - mark.at - kMarkBytes)) == ">";
}

bool is_shell_icon(std::string_view text) { return text == "[>_]" || text == ">_"; }

}  // namespace azlab::lab
