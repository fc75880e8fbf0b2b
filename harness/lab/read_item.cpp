#include "harness/lab/lab_reader.hpp"

#include <algorithm>
#include <utility>

#include "harness/lab/unicode.hpp"

namespace azlab::lab {

void LabReader::read_item(const Block& item, Step& step, const Kinds& kinds, bool fields_follow, bool code_follows) {
  bool first = true;
  const bool plain_fields = lists_plain_fields(item, language_);
  for (std::size_t c = 0; c < item.children.size(); ++c) {
    const Block& child = item.children[c];
    const Block* next = c + 1 < item.children.size() ? &item.children[c + 1] : nullptr;
    switch (child.kind) {
      case Block::Kind::heading:
      case Block::Kind::paragraph: {
        const bool code = next != nullptr ? next->kind == Block::Kind::fence : code_follows && first;
        const bool fields = plain_fields || next != nullptr ? plain_fields || is_field_bullet(*next, language_) || next->kind == Block::Kind::table : fields_follow;
        const bool lists = next != nullptr && next->kind == Block::Kind::item && !next->ordered && !fields;
        const bool introduces = next != nullptr && next->kind == Block::Kind::item && next->ordered;
        read_item_paragraph(child, step, kinds.item,
                            {.in_step = true, .first = first && item.ordered, .before_code = code, .before_fields = fields, .introduces = introduces, .lists = lists,
                             .settings = next != nullptr && (names_known_field(*next, language_) || table_of_settings(*next, language_)), .antecedent = antecedent_});
        first = false;
        break;
      }
      case Block::Kind::fence: read_item_fence(child, step); break;
      case Block::Kind::quote: read_item_quote(child, step, kinds.quote); break;
      case Block::Kind::item: read_nested_item(child, step, kinds.nested, plain_fields); break;
      case Block::Kind::table: add_table(child, step); break;
      case Block::Kind::details: read_details_block(child); break;
    }
  }
}

void LabReader::read_item_paragraph(const Block& block, Step& step, const std::string& kind, const ProsePlace& place) {
  const InlineText text = scan_inline(block.text);
  if (text.text.find_first_not_of(' ') == std::string::npos) return;
  Unit unit = make_unit(block, kind, step_number_);
  unit.ops = read_prose(text, language_, place);
  if (place.settings) make_form_header(unit);
  if (place.lists) {
    // "Do one of the following:" asks for nothing itself.
    drop_listed(unit);
    if (offers_choice(block.text)) std::erase_if(unit.ops, [](const Op& op) { return op.args.empty() && op.kind != "info"; });
    if (unit.ops.empty()) unit.ops.push_back(Op{.kind = "info"});
  }
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

void LabReader::read_item_fence(const Block& block, Step& step) {
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

std::string LabReader::caption_file(const Step& step) const {
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

void LabReader::read_item_quote(const Block& quote, Step& step, const std::string& kind) {
  for (const Block& child : quote.children) {
    if (child.kind == Block::Kind::fence) {
      read_item_fence(child, step);
      continue;
    }
    const Block& block = child.kind == Block::Kind::item && !child.children.empty() ? child.children[0] : child;
    if (block.text.empty() || block.kind == Block::Kind::fence) continue;
    const InlineText text = scan_inline(block.text);
    Unit unit = make_unit(block, kind, step_number_);
    unit.ops = read_prose(text, language_, {.in_step = true, .aside = true});
    drop_unreadable(unit);
    check_prose(unit, text, language_, lab_.findings);
    attach_aside(step, unit);
  }
}

void LabReader::drop_unreadable(Unit& unit) {
  for (Op& op : unit.ops) {
    if (says_nothing(op)) op = Op{.kind = "info"};
  }
}

void LabReader::attach_aside(Step& step, const Unit& unit) {
  if (has_op(unit, "tolerate")) step.tolerance_lines.push_back(unit.line);
  step.units.push_back(unit);
}

void LabReader::read_nested_item(const Block& item, Step& step, const std::string& kind, bool plain_fields) {
  const Unit* header = nullptr;
  for (auto it = step.units.rbegin(); it != step.units.rend() && header == nullptr; ++it) {
    if (it->kind != kind && it->kind != "C") header = &*it;
  }
  const bool form = header != nullptr && (is_form_header(*header) || (acts(*header) && names_known_field(item, language_)));
  const bool off = header != nullptr && forbids_selection(*header);
  const bool choice = header != nullptr && !item.ordered && !form && offers_choice(header->text);
  const bool checks = header != nullptr && !form && asks_to_check(*header);
  const std::string nested = item.ordered && kind.ends_with('u') ? kind.substr(0, kind.size() - 1) + "o" : kind;
  for (std::size_t c = 0; c < item.children.size(); ++c) {
    const Block& child = item.children[c];
    if (child.kind == Block::Kind::fence) {
      read_item_fence(child, step);
    } else if (child.kind == Block::Kind::quote) {
      read_item_quote(child, step, "P:oq");
    } else if (child.kind == Block::Kind::item) {
      read_nested_item(child, step, kind);
    } else if (child.kind == Block::Kind::paragraph && plain_fields && header != nullptr && acts(*header)) {
      Unit unit = make_unit(child, nested, step_number_);
      unit.ops.push_back(*read_plain_field(scan_inline(child.text), language_));
      if (off) unit.ops.back().value_mode = ValueMode::must_stay_off;
      step.units.push_back(std::move(unit));
    } else if (child.kind == Block::Kind::paragraph) {
      const bool code = c + 1 < item.children.size() && item.children[c + 1].kind == Block::Kind::fence;
      read_nested_paragraph(child, step, nested, form, off, code, item.ordered);
      if (checks) check_listed(step.units.back(), scan_inline(child.text), language_);
      if (choice) {
        for (Op& op : step.units.back().ops) op.optional = op.optional || op.kind != "info";
      }
    }
  }
}

bool LabReader::asks_to_check(const Unit& header) const {
  if (language_ == nullptr || acts(header) || !header.text.ends_with(':')) return false;
  const std::vector<Hit> hits = language_->scan(fold(header.text));
  return std::any_of(hits.begin(), hits.end(), [](const Hit& h) { return h.group == "verb" && h.name == "verify"; });
}

void LabReader::check_listed(Unit& unit, const InlineText& text, const Language* language) {
  if (acts(unit) || text.marks.empty()) return;
  Op op{.kind = "verify"};
  for (const Mark& mark : text.marks) {
    op.args.push_back(mark.text);
    op.en.push_back(canonical_label(mark.text, language).en);
  }
  unit.ops = {std::move(op)};
}

bool LabReader::offers_choice(const std::string& text) const {
  if (language_ == nullptr) return false;
  const std::vector<Hit> hits = language_->scan(fold(text));
  return std::any_of(hits.begin(), hits.end(), [](const Hit& h) { return h.group == "word" && h.name == "choice"; });
}

void LabReader::read_nested_paragraph(const Block& block, Step& step, const std::string& kind, bool form, bool off, bool code, bool ordered) {
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

void LabReader::drop_listed(Unit& unit) {
  for (Op& op : unit.ops) {
    if (says_nothing(op)) op = Op{.kind = "info"};
  }
}

void LabReader::add_table(const Block& table, Step& step) {
  const bool off = !step.units.empty() && forbids_selection(step.units.back());
  for (Unit& unit : table_fields(table, language_, off)) {
    unit.section = section_;
    unit.step = step.number;
    step.units.push_back(std::move(unit));
  }
}

void LabReader::read_details_block(const Block& block) {
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

}  // namespace azlab::lab
