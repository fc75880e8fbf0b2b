#include "tests/harness/lab/corpus.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "harness/lab/unicode.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::corpus {
namespace {

constexpr std::string_view kMark = "=> ";

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string trimmed(std::string_view text) { return std::string(trim(text)); }

std::vector<std::string> split_by(std::string_view text, std::string_view separator) {
  std::vector<std::string> out;
  for (std::size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
    out.push_back(trimmed(text.substr(0, at)));
    text.remove_prefix(at + separator.size());
  }
  out.push_back(trimmed(text));
  return out;
}

void read_duration_of(std::string_view text, Expected& out) {
  const std::vector<std::string> ends = split_by(text, "-");
  out.most_s = std::stod(ends.back());
  out.least_s = ends.size() > 1 ? std::stod(ends.front()) : 0;
}

Expected read_expected(std::string text) {
  Expected out;
  while (text.starts_with("?") || text.starts_with("~")) {
    out.guarded = true;
    text.erase(0, 1);
  }
  if (const std::size_t at = text.rfind(" # "); at != std::string::npos) {
    read_duration_of(text.substr(at + 3), out);
    text = trimmed(text.substr(0, at));
  }
  if (const std::size_t at = text.rfind(" @ "); at != std::string::npos) {
    out.places = split_by(text.substr(at + 3), ", ");
    text = trimmed(text.substr(0, at));
  }
  const std::size_t space = text.find(' ');
  out.kind = text.substr(0, space);
  std::string rest = space == std::string::npos ? "" : text.substr(space);
  if (const std::size_t at = rest.find(" = "); at != std::string::npos && (out.kind == "ui.fill" || out.kind == "form.field")) {
    out.value = trimmed(rest.substr(at + 3));
    out.has_value = true;
    rest = rest.substr(0, at);
  }
  rest = trimmed(rest);
  if (rest.starts_with("[") && rest.ends_with("]") && rest.find('|') == std::string::npos && rest != "[>_]") {
    out.entity = rest.substr(1, rest.size() - 2);
  } else if (!rest.empty()) {
    out.args = split_by(rest, " | ");
  }
  return out;
}

/// The line that a judgement speaks of: the one before it, or where the fence opens that ends there.
int judged_line(const std::vector<std::string>& kept) {
  std::size_t at = kept.size() - 1;
  const auto fence = [&](std::size_t i) { return trimmed(kept[i]).starts_with("```"); };
  if (trimmed(kept[at]) != "```") return static_cast<int>(at) + 1;
  do {
    --at;
  } while (at > 0 && !fence(at));
  return static_cast<int>(at) + 1;
}

Document read_document(const std::filesystem::path& path) {
  Document out;
  out.language = path.parent_path().filename().string();
  out.name = out.language + "/" + path.filename().string();
  std::vector<std::string> kept;
  for (const std::string& line : split(read_text(path), '\n')) {
    if (!line.starts_with(kMark)) {
      kept.push_back(line);
      continue;
    }
    Judgement made{.line = judged_line(kept), .text = line.substr(kMark.size())};
    if (made.text != "-") {
      for (const std::string& op : split_by(made.text, " ; ")) made.ops.push_back(read_expected(op));
    }
    out.judgements.push_back(std::move(made));
  }
  for (const std::string& line : kept) out.markdown += line + "\n";
  return out;
}

/// What is compared: without case, odd spaces and what only looks different.
std::string key(std::string_view text) {
  std::string folded = lab::fold(text);
  std::string_view body = trim(folded);
  while (body.size() > 1 && body.ends_with('.') && !body.ends_with("...")) body.remove_suffix(1);
  return std::string(body);
}

bool names(const std::string& want, const std::string& as_written, const std::string& en) {
  return key(want) == key(as_written) || (!en.empty() && key(want) == key(en));
}

bool same_labels(const std::vector<std::string>& want, const std::vector<std::string>& as_written, const std::vector<std::string>& en) {
  if (want.size() != std::max(as_written.size(), en.size())) return false;
  return std::all_of(want.begin(), want.end(), [&](const std::string& label) {
    for (std::size_t i = 0; i < std::max(as_written.size(), en.size()); ++i) {
      if (names(label, i < as_written.size() ? as_written[i] : std::string(), i < en.size() ? en[i] : std::string())) return true;
    }
    return false;
  });
}

/// What a check or a wait is about: its labels and the values of its statements.
bool mentions_same(const Expected& want, const lab::Op& op) {
  std::vector<std::string> said = op.args;
  said.insert(said.end(), op.en.begin(), op.en.end());
  for (const lab::Predicate& predicate : op.predicates) {
    if (!predicate.value.empty()) said.push_back(predicate.value);
  }
  const auto known = [&](const std::string& label) {
    return std::any_of(said.begin(), said.end(), [&](const std::string& one) { return key(one) == key(label); });
  };
  if (!std::all_of(want.args.begin(), want.args.end(), known)) return false;
  // A number that it states ("two rows", "0 nodes") may stand beside the labels.
  return want.args.size() >= op.args.size();
}

bool same_value(const Expected& want, const lab::Op& op) {
  if (want.value == "<free>") return op.value_mode == lab::ValueMode::free_choice;
  if (want.value == "<default>") return op.value_mode == lab::ValueMode::default_note;
  if (want.value == "<off>") return op.value_mode == lab::ValueMode::must_stay_off;
  if (op.kind == "form.field") return op.value_mode == lab::ValueMode::literal && op.value == want.value;
  return op.args.size() == 1 && (op.args[0] == want.value || op.en[0] == want.value);
}

bool same_field(const Expected& want, const lab::Op& op) {
  if (!want.entity.empty()) return want.entity == op.entity || key(want.entity) == key(op.label_en);
  if (!want.has_value && want.args.empty()) return op.args.empty();
  if (!want.has_value) {
    std::vector<std::string> said = op.args;
    if (!op.label.empty()) said.push_back(op.label);
    return same_labels(want.args, said, op.args.size() == said.size() ? op.en : std::vector<std::string>{});
  }
  if (want.args.empty()) return op.label.empty();
  return names(want.args[0], op.label, op.label_en);
}

std::string plain_kind(const std::string& kind) {
  // Going to a thing and selecting it are one, and so are the two ways of pasting.
  if (kind == "nav.page") return "ui.click";
  return kind == "file.paste" ? "ui.paste" : kind;
}

/// Where it is done. What stands behind an earlier step of the same line may be told to be at that one's place too.
bool same_places(const Expected& want, const lab::Op& op, const std::vector<Expected>& before) {
  if (same_labels(want.places, op.ctx, op.context) || same_labels(want.places, {}, op.context)) return true;
  if (!want.places.empty() || before.empty()) return false;
  const std::size_t count = std::max(op.ctx.size(), op.context.size());
  for (std::size_t i = 0; i < count; ++i) {
    const bool inherited = std::any_of(before.begin(), before.end(), [&](const Expected& earlier) {
      return std::any_of(earlier.places.begin(), earlier.places.end(), [&](const std::string& place) {
        return names(place, i < op.ctx.size() ? op.ctx[i] : std::string(), i < op.context.size() ? op.context[i] : std::string());
      });
    });
    if (!inherited) return false;
  }
  return true;
}

/// `before`: what the line asks for earlier.
bool same(const Expected& want, const lab::Op& op, const std::vector<Expected>& before) {
  const bool guarded = op.conditional || op.optional;
  // "If a message appears, close it": the nearest thing that can be closed.
  const bool dismisses = want.kind == "ui.dismiss" && op.kind == "ui.close" && guarded && op.args.empty();
  if ((plain_kind(want.kind) != plain_kind(op.kind) && !dismisses) || want.guarded != guarded) return false;
  if (want.most_s > 0 && (op.wait_max_s != want.most_s || (want.least_s > 0 && op.wait_min_s != want.least_s))) return false;
  if (op.kind == "shell.block" || op.kind == "ui.paste_cell" || op.kind == "shell.run") return true;
  if (op.kind == "verify" || op.kind == "wait") return mentions_same(want, op);
  if (op.kind == "unknown" || op.kind == "retry" || op.kind == "file.paste") return true;
  const bool anything = want.args.empty() && want.entity.empty() && !want.has_value;
  if (!(anything && op.kind == "ui.fill") && !same_places(want, op, before)) return false;
  if (op.kind == "ui.fill" || op.kind == "form.field") return same_field(want, op) && (!want.has_value || same_value(want, op));
  if (op.kind == "ui.form") return want.args.empty() || same_labels(want.args, op.args, op.en);
  if (!want.entity.empty()) return op.args.empty() && op.entity == want.entity;
  return same_labels(want.args, op.args, op.en);
}

bool is_actionable(const std::string& kind) {
  static constexpr std::array<std::string_view, 9> kPassive{"info", "cond", "effect", "hint", "tolerate", "observe", "alt.begin", "neg", "field.desc"};
  return std::find(kPassive.begin(), kPassive.end(), kind) == kPassive.end();
}

bool holds_line(const lab::Step& step, int line) {
  return std::any_of(step.units.begin(), step.units.end(), [&](const lab::Unit& unit) { return unit.line == line; });
}

/// Whether a line is only read where the reader likes, or where a step before it failed.
bool is_guarded_line(const lab::Lab& lab, int line) {
  return std::any_of(lab.steps.begin(), lab.steps.end(), [&](const lab::Step& step) {
    if (step.optional && holds_line(step, line)) return true;
    return step.alternative && std::any_of(step.alternative->steps.begin(), step.alternative->steps.end(), [&](const lab::Step& s) { return holds_line(s, line); });
  });
}

std::vector<lab::Op> ops_at(const lab::Lab& lab, int line) {
  std::vector<lab::Op> out;
  for (const lab::Unit& unit : lab.units) {
    if (unit.line != line) continue;
    std::copy_if(unit.ops.begin(), unit.ops.end(), std::back_inserter(out), [](const lab::Op& op) { return is_actionable(op.kind); });
  }
  if (is_guarded_line(lab, line)) {
    for (lab::Op& op : out) op.optional = true;
  }
  return out;
}

int found_among(const std::vector<Expected>& want, const std::vector<lab::Op>& got) {
  std::vector<bool> taken(got.size());
  int found = 0;
  for (std::size_t w = 0; w < want.size(); ++w) {
    for (std::size_t i = 0; i < got.size(); ++i) {
      if (taken[i] || !same(want[w], got[i], {want.begin(), want.begin() + static_cast<std::ptrdiff_t>(w)})) continue;
      taken[i] = true;
      ++found;
      break;
    }
  }
  return found;
}

bool same_in_order(const std::vector<Expected>& want, const std::vector<lab::Op>& got) {
  if (want.size() != got.size()) return false;
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (!same(want[i], got[i], {want.begin(), want.begin() + static_cast<std::ptrdiff_t>(i)})) return false;
  }
  return true;
}

std::string shown_all(const std::vector<lab::Op>& ops) {
  std::string out;
  for (const lab::Op& op : ops) out += (out.empty() ? "" : " ; ") + shown(op);
  return out.empty() ? "-" : out;
}

}  // namespace

std::vector<Document> documents(const std::filesystem::path& root) {
  std::vector<Document> out;
  const auto batches = parse_json(read_text(root / "batches.json"));
  for (const auto& folder : std::filesystem::directory_iterator(root)) {
    if (!folder.is_directory()) continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      if (entry.path().extension() != ".md") continue;
      out.push_back(read_document(entry.path()));
      if (!batches) continue;
      for (const auto& [number, entry_of] : batches->items()) {
        const Json& names = entry_of.at("documents");
        if (std::find(names.begin(), names.end(), out.back().name) != names.end()) out.back().batch = std::stoi(number);
      }
    }
  }
  std::sort(out.begin(), out.end(), [](const Document& a, const Document& b) { return a.name < b.name; });
  return out;
}

std::vector<FirstReading> first_readings(const std::filesystem::path& root) {
  std::vector<FirstReading> out;
  const auto batches = parse_json(read_text(root / "batches.json"));
  if (!batches) return out;
  for (const auto& [number, batch] : batches->items()) {
    for (const auto& [language, one] : batch.at("first").items()) {
      out.push_back({.batch = std::stoi(number), .language = language, .right = one.at("right").get<int>(), .units = one.at("units").get<int>(),
                     .precision = one.at("precision").get<double>(), .recall = one.at("recall").get<double>()});
    }
  }
  return out;
}

void Score::add(const Score& other) {
  documents += other.documents;
  units += other.units;
  right += other.right;
  ops += other.ops;
  found += other.found;
  read += other.read;
}

Score score(const Document& document, std::vector<std::string>& wrong) {
  Score out{.documents = 1};
  const auto read = lab::read_lab(document.markdown, document.name);
  if (!read) return out;
  if (read->language != document.language) wrong.push_back(document.name + ": taken for " + read->language);
  const std::vector<std::string> lines = split(document.markdown, '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const int line = static_cast<int>(i) + 1;
    const std::vector<lab::Op> got = ops_at(*read, line);
    const auto judged = std::find_if(document.judgements.begin(), document.judgements.end(), [&](const Judgement& j) { return j.line == line; });
    const std::vector<Expected> want = judged == document.judgements.end() ? std::vector<Expected>() : judged->ops;
    out.read += static_cast<int>(got.size());
    out.ops += static_cast<int>(want.size());
    out.found += found_among(want, got);
    const bool right = same_in_order(want, got);
    out.units += want.empty() ? 0 : 1;
    out.right += !want.empty() && right ? 1 : 0;
    if (!right) wrong.push_back(document.name + ":" + std::to_string(line) + ": " + trimmed(lines[i]) + "\n    want " + (want.empty() ? "-" : judged->text) + "\n    got  " + shown_all(got));
  }
  return out;
}

std::string shown(const lab::Op& op) {
  std::string out = (op.conditional ? "?" : "") + std::string(op.optional ? "~" : "") + op.kind;
  if (op.kind == "form.field") {
    static constexpr std::array<const char*, 4> kModes{"", "<free>", "<default>", "<off>"};
    const std::string mode = kModes[static_cast<std::size_t>(op.value_mode)];
    return out + " " + op.label + " = " + (mode.empty() ? op.value : mode + " " + op.value);
  }
  if (!op.label.empty() || !op.label_en.empty()) out += " " + (op.label.empty() ? "(" + op.label_en + ")" : op.label) + " =";
  if (op.args.empty() && !op.entity.empty()) out += " [" + op.entity + "]";
  for (std::size_t i = 0; i < op.args.size(); ++i) out += (i > 0 ? " | " : " ") + op.args[i];
  if (op.kind == "ui.fill" && op.value_mode == lab::ValueMode::free_choice) out += " <free>";
  for (const lab::Predicate& p : op.predicates) out += " {" + p.subject + " " + p.is + (p.value.empty() ? "" : " " + p.value) + "}";
  for (std::size_t i = 0; i < op.ctx.size(); ++i) out += (i > 0 ? ", " : " @ ") + op.ctx[i];
  if (op.ctx.empty() && !op.context.empty()) out += " @ " + op.context[0];
  if (op.wait_max_s > 0) out += " # " + std::to_string(static_cast<int>(op.wait_min_s)) + "-" + std::to_string(static_cast<int>(op.wait_max_s));
  return out;
}

}  // namespace azlab::corpus
