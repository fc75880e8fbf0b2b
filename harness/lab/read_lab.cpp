#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "harness/lab/document.hpp"
#include "harness/lab/settings.hpp"
#include "harness/lab/sentence.hpp"
#include "harness/lab/unicode.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

bool acts(const Unit& unit) {
  static constexpr std::array<std::string_view, 7> kPassive{"info", "cond", "effect", "hint", "tolerate", "observe", "field.desc"};
  return std::any_of(unit.ops.begin(), unit.ops.end(), [](const Op& op) {
    return std::find(kPassive.begin(), kPassive.end(), op.kind) == kPassive.end();
  });
}

/// Walks the blocks of a page and makes units and steps of them.
class LabReader {
 public:
  explicit LabReader(Lab& lab, const Language* language) : lab_(lab), language_(language) {}

  void read(const std::vector<Block>& blocks) {
    for (std::size_t i = 0; i < blocks.size(); ++i) read_top(blocks, i);
    check_tolerances(lab_, lab_.findings);
    attach_alternatives(lab_, std::move(pending_), language_);
  }

 private:
  // ---- what stands at the top level ----

  void read_top(const std::vector<Block>& blocks, std::size_t i) {
    const Block& block = blocks[i];
    switch (block.kind) {
      case Block::Kind::heading: return read_heading(block);
      case Block::Kind::item: return read_top_item(blocks, i);
      case Block::Kind::details: return read_details_block(block);
      case Block::Kind::quote: return read_loose_quote(block);
      case Block::Kind::fence: return read_loose_fence(blocks, i);
      case Block::Kind::table: return read_loose_table(block);
      case Block::Kind::paragraph: return read_loose_paragraph(blocks, i);
    }
  }

  void read_heading(const Block& block) {
    const InlineText text = scan_inline(block.text);
    section_ = text.plain;
    number_ = 0;
    step_number_ = 0;
    last_step_ = kNowhere;
    antecedent_.clear();
    if (lab_.title.empty() && block.level == 1) lab_.title = text.plain;
    section_optional_ = is_optional_heading(block.text);
    lab_.units.push_back({.line = block.line, .section = section_, .kind = fmt::format("H{}", block.level), .text = block.text});
  }

  bool is_optional_heading(const std::string& text) const {
    if (language_ == nullptr) return false;
    const std::vector<Hit> hits = language_->scan(fold(text));
    return std::any_of(hits.begin(), hits.end(), [](const Hit& h) { return h.group == "word" && h.name == "optional"; });
  }

  void read_top_item(const std::vector<Block>& blocks, std::size_t i) {
    const Block& block = blocks[i];
    if (!block.ordered) {
      if (read_top_bullet_field(block)) return;
    }
    Step step{.line = block.line, .section = section_, .number = number_ + 1, .optional = section_optional_};
    step_number_ = step.number;
    const bool fields_follow = i + 1 < blocks.size() && is_field_bullet(blocks[i + 1], language_) && !blocks[i + 1].ordered && block.ordered;
    const bool code_follows = i + 1 < blocks.size() && blocks[i + 1].kind == Block::Kind::fence;
    const std::size_t details_before = pending_.size();
    read_item(block, step, {.item = block.ordered ? "P:o" : "P:u", .nested = block.ordered ? "P:ou" : "P:uu", .quote = "P:oq"},
              fields_follow, code_follows);
    const bool any = std::any_of(step.units.begin(), step.units.end(), acts);
    if (!block.ordered && !any) {
      for (Unit& unit : step.units) {
        unit.step = 0;
        add_unit(unit);
      }
      step_number_ = number_;
      return;
    }
    ++number_;
    add_step(std::move(step));
    for (std::size_t p = details_before; p < pending_.size(); ++p) {
      pending_[p].containing_step = lab_.steps.size() - 1;
      pending_[p].has_container = true;
    }
    for (Unit& unit : after_step_) add_unit(std::move(unit));
    after_step_.clear();
  }

  /// `- **Label**: value` at the top level: belongs to the form that the step before it opens, or describes the
  /// arguments of a command below.
  bool read_top_bullet_field(const Block& block) {
    if (!is_field_bullet(block, language_)) return false;
    const InlineText text = scan_inline(block.children[0].text);
    Unit unit = make_unit(block.children[0], "P:u", 0);
    const bool in_form = last_step_ != kNowhere && !lab_.steps[last_step_].units.empty() && last_form_ &&
                         is_form_header(lab_.steps[last_step_].units.front());
    Op op = *read_field(text, language_);
    if (in_form) {
      Step& step = lab_.steps[last_step_];
      if (forbids_selection(step.units.front())) op.value_mode = ValueMode::must_stay_off;
      unit.step = step.number;
      unit.ops.push_back(std::move(op));
      step.units.push_back(unit);
    } else {
      op.kind = "field.desc";
      unit.ops.push_back(std::move(op));
    }
    check_prose(unit, text, language_, lab_.findings);
    add_unit(std::move(unit));
    return true;
  }

  void read_loose_quote(const Block& block) {
    for (const Block& child : block.children) {
      if (child.kind == Block::Kind::fence) {
        Unit unit = make_unit(child, "C", last_step_ == kNowhere ? 0 : lab_.steps[last_step_].number);
        std::vector<Op> none;
        unit.ops.push_back(read_fence_op(child, none, {}));
        check_fence(child, unit.ops.back(), lab_.findings);
        if (last_step_ != kNowhere) lab_.steps[last_step_].units.push_back(unit);
        add_unit(std::move(unit));
        continue;
      }
      const Block& text_block = child.kind == Block::Kind::item && !child.children.empty() ? child.children[0] : child;
      if (text_block.text.empty()) continue;
      const InlineText text = scan_inline(text_block.text);
      Unit unit = make_unit(text_block, "P:q", last_step_ == kNowhere ? 0 : lab_.steps[last_step_].number);
      unit.ops = read_prose(text, language_, {.in_step = last_step_ != kNowhere});
      drop_unreadable(unit);
      check_prose(unit, text, language_, lab_.findings);
      if (last_step_ != kNowhere) attach_aside(lab_.steps[last_step_], unit);
      add_unit(std::move(unit));
    }
  }

  void read_loose_paragraph(const std::vector<Block>& blocks, std::size_t i) {
    const Block& block = blocks[i];
    const InlineText text = scan_inline(block.text);
    const bool code = i + 1 < blocks.size() && blocks[i + 1].kind == Block::Kind::fence;
    const bool fields = i + 1 < blocks.size() && (is_field_bullet(blocks[i + 1], language_) || blocks[i + 1].kind == Block::Kind::table);
    Unit unit = make_unit(block, "P:", 0);
    // Prose before a list introduces it; other prose may be all that there is of a step.
    const bool introduces = i + 1 < blocks.size() && blocks[i + 1].kind == Block::Kind::item && blocks[i + 1].ordered;
    unit.ops = read_prose(text, language_, {.in_step = code, .before_code = code, .before_fields = fields, .introduces = introduces});
    if (fields && table_of_settings(blocks[i + 1], language_)) make_form_header(unit);
    check_prose(unit, text, language_, lab_.findings);
    if (!acts(unit) && !code) return add_unit(std::move(unit));
    Step step{.line = block.line, .section = section_, .text = text.plain, .optional = section_optional_};
    step.units.push_back(std::move(unit));
    add_step(std::move(step));
  }

  void read_loose_fence(const std::vector<Block>& blocks, std::size_t i) {
    const Block& block = blocks[i];
    const bool captioned = i > 0 && last_step_ != kNowhere &&
                           (blocks[i - 1].kind == Block::Kind::paragraph || blocks[i - 1].kind == Block::Kind::item);
    if (!captioned) {
      Step step{.line = block.line, .section = section_, .text = block.text.substr(0, block.text.find('\n')), .optional = section_optional_};
      add_step(std::move(step));
    }
    Step& step = lab_.steps[last_step_];
    Unit unit = make_unit(block, "C", step.number);
    std::vector<Op> none;
    const std::size_t caption = step.units.size();
    std::vector<Op>& ops = caption > 0 ? step.units[caption - 1].ops : none;
    add_fence_ops(unit.ops, block, ops, caption_file(step));
    if (caption > 0) refresh_unit(step.units[caption - 1]);
    check_fence(block, unit.ops.front(), lab_.findings);
    step.units.push_back(unit);
    add_unit(std::move(unit));
  }

  void read_loose_table(const Block& block) {
    if (last_step_ == kNowhere || !last_form_) return;
    Step& step = lab_.steps[last_step_];
    const std::size_t from = step.units.size();
    add_table(block, step);
    for (std::size_t u = from; u < step.units.size(); ++u) add_unit(step.units[u]);
  }

  // ---- inside an item ----

  struct Kinds {
    std::string item;
    std::string nested;
    std::string quote;
  };

  void read_item(const Block& item, Step& step, const Kinds& kinds, bool fields_follow, bool code_follows) {
    bool first = true;
    for (std::size_t c = 0; c < item.children.size(); ++c) {
      const Block& child = item.children[c];
      const Block* next = c + 1 < item.children.size() ? &item.children[c + 1] : nullptr;
      switch (child.kind) {
        case Block::Kind::heading:
        case Block::Kind::paragraph: {
          const bool code = next != nullptr ? next->kind == Block::Kind::fence : code_follows && first;
          const bool fields = next != nullptr ? is_field_bullet(*next, language_) || next->kind == Block::Kind::table : fields_follow;
          read_item_paragraph(child, step, kinds.item,
                              {.in_step = true, .first = first && item.ordered, .before_code = code, .before_fields = fields,
                               .settings = next != nullptr && (names_known_field(*next, language_) || table_of_settings(*next, language_)), .antecedent = antecedent_});
          first = false;
          break;
        }
        case Block::Kind::fence: read_item_fence(child, step); break;
        case Block::Kind::quote: read_item_quote(child, step, kinds.quote); break;
        case Block::Kind::item: read_nested_item(child, step, kinds.nested); break;
        case Block::Kind::table: add_table(child, step); break;
        case Block::Kind::details: read_details_block(child); break;
      }
    }
  }

  void read_item_paragraph(const Block& block, Step& step, const std::string& kind, const ProsePlace& place) {
    const InlineText text = scan_inline(block.text);
    if (text.text.find_first_not_of(' ') == std::string::npos) return;
    Unit unit = make_unit(block, kind, step_number_);
    unit.ops = read_prose(text, language_, place);
    if (place.settings) make_form_header(unit);
    for (const Op& op : unit.ops) {
      if ((op.kind == "ui.form" || op.kind == "res.create") && !op.entity.empty()) antecedent_ = op.entity;
    }
    if (step.text.empty()) step.text = text.plain;
    step.optional = step.optional || (place.first && !unit.ops.empty() && std::all_of(unit.ops.begin(), unit.ops.end(), [](const Op& op) {
                                        return op.optional;
                                      }));
    check_prose(unit, text, language_, lab_.findings);
    attach_aside(step, unit);
  }

  void read_item_fence(const Block& block, Step& step) {
    Unit unit = make_unit(block, "C", step_number_);
    std::vector<Op> none;
    // The prose it belongs to is the last paragraph before it; asides may stand between.
    Unit* caption = nullptr;
    for (auto it = step.units.rbegin(); it != step.units.rend() && caption == nullptr; ++it) {
      if (it->kind == "C") break;
      if (it->kind != "P:oq") caption = &*it;
    }
    add_fence_ops(unit.ops, block, caption != nullptr ? caption->ops : none, caption_file(step));
    check_fence(block, unit.ops.front(), lab_.findings);
    if (step.text.empty()) step.text = block.text.substr(0, block.text.find('\n'));
    step.units.push_back(std::move(unit));
  }

  /// The file that the prose of a step names last: what a fence of file content goes into.
  std::string caption_file(const Step& step) const {
    for (auto it = step.units.rbegin(); it != step.units.rend(); ++it) {
      if (it->kind == "C" || it->text.empty()) continue;
      const InlineText text = scan_inline(it->text);
      for (const Mark& mark : text.marks) {
        if (looks_like_file(mark.text) && mark.text.find('*') == std::string::npos) return mark.text;
      }
      return {};
    }
    return {};
  }

  void read_item_quote(const Block& quote, Step& step, const std::string& kind) {
    for (const Block& child : quote.children) {
      if (child.kind == Block::Kind::fence) {
        read_item_fence(child, step);
        continue;
      }
      const Block& block = child.kind == Block::Kind::item && !child.children.empty() ? child.children[0] : child;
      if (block.text.empty() || block.kind == Block::Kind::fence) continue;
      const InlineText text = scan_inline(block.text);
      Unit unit = make_unit(block, kind, step_number_);
      unit.ops = read_prose(text, language_, {.in_step = true});
      drop_unreadable(unit);
      check_prose(unit, text, language_, lab_.findings);
      attach_aside(step, unit);
    }
  }

  /// An aside comments on its step: what is not understood in it is a remark.
  static void drop_unreadable(Unit& unit) {
    for (Op& op : unit.ops) {
      if (op.kind == "unknown" && op.args.empty()) op = Op{.kind = "info"};
    }
  }

  void attach_aside(Step& step, const Unit& unit) {
    if (has_op(unit, "tolerate")) step.tolerance_lines.push_back(unit.line);
    step.units.push_back(unit);
  }

  void read_nested_item(const Block& item, Step& step, const std::string& kind) {
    const Unit* header = nullptr;
    for (auto it = step.units.rbegin(); it != step.units.rend() && header == nullptr; ++it) {
      if (it->kind != kind && it->kind != "C") header = &*it;
    }
    const bool form = header != nullptr && (is_form_header(*header) || (acts(*header) && names_known_field(item, language_)));
    const bool off = header != nullptr && forbids_selection(*header);
    const std::string nested = item.ordered && kind.ends_with('u') ? kind.substr(0, kind.size() - 1) + "o" : kind;
    for (std::size_t c = 0; c < item.children.size(); ++c) {
      const Block& child = item.children[c];
      if (child.kind == Block::Kind::fence) {
        read_item_fence(child, step);
      } else if (child.kind == Block::Kind::quote) {
        read_item_quote(child, step, "P:oq");
      } else if (child.kind == Block::Kind::item) {
        read_nested_item(child, step, kind);
      } else if (child.kind == Block::Kind::paragraph) {
        const bool code = c + 1 < item.children.size() && item.children[c + 1].kind == Block::Kind::fence;
        read_nested_paragraph(child, step, nested, form, off, code, item.ordered);
      }
    }
  }

  void read_nested_paragraph(const Block& block, Step& step, const std::string& kind, bool form, bool off, bool code, bool ordered) {
    const InlineText text = scan_inline(block.text);
    Unit unit = make_unit(block, kind, step_number_);
    std::optional<Op> field = form ? read_field(text, language_) : std::nullopt;
    if (field) {
      if (off) field->value_mode = ValueMode::must_stay_off;
      unit.ops.push_back(std::move(*field));
    } else {
      unit.ops = read_prose(text, language_, {.in_step = true, .first = ordered, .before_code = code});
      if (!ordered && !form) drop_listed(unit);
    }
    check_prose(unit, text, language_, lab_.findings);
    step.units.push_back(std::move(unit));
  }

  /// Bullets under an instruction list what it speaks of; a label alone in one is something to look at.
  static void drop_listed(Unit& unit) {
    for (Op& op : unit.ops) {
      if (op.kind == "unknown" && op.args.empty()) op = Op{.kind = "info"};
    }
  }

  /// Two columns of settings and values are a form.
  void add_table(const Block& table, Step& step) {
    const bool off = !step.units.empty() && forbids_selection(step.units.back());
    for (Unit& unit : table_fields(table, language_, off)) {
      unit.section = section_;
      unit.step = step.number;
      step.units.push_back(std::move(unit));
    }
  }

  // ---- details ----

  void read_details_block(const Block& block) {
    PendingAlternative made;
    made.alternative.line = block.line;
    made.containing_step = last_step_ == kNowhere ? 0 : last_step_;
    made.has_container = last_step_ != kNowhere;
    const InlineText summary = scan_inline(block.text);
    made.alternative.title = summary.plain;
    made.guard = summary.plain;
    Unit title = make_unit(block, "DS", step_number_);
    title.line = block.level;
    title.ops.push_back(Op{.kind = "alt.begin"});
    after_step_.push_back(std::move(title));
    int number = 0;
    for (std::size_t i = 0; i < block.children.size(); ++i) {
      const Block& child = block.children[i];
      if (child.kind == Block::Kind::item) {
        Step step{.line = child.line, .section = section_, .number = ++number};
        read_item(child, step, {.item = child.ordered ? "Dol1" : "Dul1", .nested = "Dul2", .quote = "Dq"}, false, false);
        for (const Unit& unit : step.units) after_step_.push_back(unit);
        made.alternative.steps.push_back(std::move(step));
      } else if (child.kind == Block::Kind::paragraph) {
        const InlineText text = scan_inline(child.text);
        Unit unit = make_unit(child, "DP", step_number_);
        unit.ops = read_prose(text, language_, {});
        made.guard += ". " + text.plain;
        after_step_.push_back(std::move(unit));
      } else if (child.kind == Block::Kind::fence) {
        if (made.alternative.steps.empty()) made.alternative.steps.push_back({.line = child.line, .section = section_, .number = ++number});
        read_item_fence(child, made.alternative.steps.back());
        after_step_.push_back(made.alternative.steps.back().units.back());
      }
    }
    pending_.push_back(std::move(made));
    if (!inside_item()) {
      for (Unit& unit : after_step_) add_unit(std::move(unit));
      after_step_.clear();
    }
  }

  bool inside_item() const { return step_number_ != number_; }

  // ---- bookkeeping ----

  Unit make_unit(const Block& block, std::string kind, int step) const {
    return {.line = block.line, .section = section_, .step = step, .kind = std::move(kind),
            .text = block.kind == Block::Kind::fence ? std::string() : block.text};
  }

  void add_unit(Unit unit) { lab_.units.push_back(std::move(unit)); }

  /// A caption is changed when its fence is read: the copy in Lab::units follows.
  void refresh_unit(const Unit& changed) {
    for (auto it = lab_.units.rbegin(); it != lab_.units.rend(); ++it) {
      if (it->line == changed.line && it->kind == changed.kind) {
        it->ops = changed.ops;
        return;
      }
      if (it->line < changed.line) return;
    }
  }

  void add_step(Step step) {
    for (const Unit& unit : step.units) lab_.units.push_back(unit);
    last_form_ = !step.units.empty() && is_form_header(step.units.front());
    lab_.steps.push_back(std::move(step));
    last_step_ = lab_.steps.size() - 1;
    step_number_ = number_;
  }

  Lab& lab_;
  const Language* language_;
  std::string section_;
  int number_ = 0;       ///< of the last step of the section
  int step_number_ = 0;  ///< of the item being read
  std::string antecedent_;
  bool section_optional_ = false;
  bool last_form_ = false;
  std::size_t last_step_ = kNowhere;
  std::vector<Unit> after_step_;  ///< units of details, which follow the units of the item they stand in
  std::vector<PendingAlternative> pending_;
};

}  // namespace

Result<Lab> read_lab(std::string_view markdown, std::string_view file_name) {
  if (const std::optional<std::size_t> bad = first_invalid_byte(markdown)) {
    return fail(400, "NotUtf8", fmt::format("{}: not UTF-8 (byte {})", file_name, *bad));
  }
  Lab lab;
  lab.file = std::string(file_name);
  const Language* language = detect_language(markdown);
  if (language != nullptr) lab.language = language->code();
  const Page page = parse_page(markdown);
  lab.title = page.title;
  if (page.front_matter.broken_line != 0) {
    lab.findings.push_back({.rule = "lab/front-matter", .severity = "warning", .line = page.front_matter.broken_line,
                            .message = "The front matter cannot be read: " + page.front_matter.problem + ".",
                            .suggestion = "Close what is open, and put values with special characters in quotation marks."});
  }
  LabReader(lab, language).read(page.blocks);
  if (lab.steps.empty()) {
    lab.findings.push_back({.rule = "lab/no-steps", .severity = "warning", .line = 1,
                            .message = "There is nothing in this file that a reader is told to do.",
                            .suggestion = "Check that it is the file that was meant."});
  }
  return lab;
}

}  // namespace azlab::lab
