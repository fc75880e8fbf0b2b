#include "harness/lab/lab_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/lab/directives.hpp"
#include "harness/lab/unicode.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {

void LabReader::read(const std::vector<Block>& blocks) {
  for (std::size_t i = 0; i < blocks.size(); ++i) read_top(blocks, i);
  check_tolerances(lab_, lab_.findings);
  attach_alternatives(lab_, std::move(pending_), language_);
  check_fallbacks(lab_, lab_.findings);
}

void LabReader::read_top(const std::vector<Block>& blocks, std::size_t i) {
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

void LabReader::read_heading(const Block& block) {
  const InlineText text = scan_inline(block.text);
  section_ = text.plain;
  number_ = 0;
  step_number_ = 0;
  last_step_ = kNowhere;
  antecedent_.clear();
  if (lab_.title.empty() && block.level == 1) lab_.title = text.plain;
  section_optional_ = heading_has(block.text, "optional", false);
  section_passive_ = heading_has(block.text, "passive_heading", true);
  lab_.units.push_back({.line = block.line, .section = section_, .kind = fmt::format("H{}", block.level), .text = block.text});
}

bool LabReader::heading_has(const std::string& text, std::string_view word, bool at_start) const {
  if (language_ == nullptr) return false;
  const std::vector<Hit> hits = language_->scan(fold(text));
  return std::any_of(hits.begin(), hits.end(), [&](const Hit& h) { return h.group == "word" && h.name == word && (!at_start || h.begin == 0); });
}

bool LabReader::is_announcement(const std::vector<Block>& blocks, std::size_t i) const {
  if (section_passive_) return true;
  std::size_t before = i;
  while (before > 0 && blocks[before].kind == Block::Kind::item && !blocks[before].ordered) --before;
  const Block& lead = blocks[before];
  if (language_ == nullptr || lead.kind != Block::Kind::paragraph) return false;
  // The sentence that ends with the colon tells, it does not order.
  const std::string folded = fold(lead.text);
  if (!folded.ends_with(':') && !folded.ends_with("\xE3\x80\x82")) return false;
  std::size_t begin = folded.rfind(". ");
  begin = begin == std::string::npos ? 0 : begin + 2;
  const std::vector<Hit> hits = language_->scan(std::string_view(folded).substr(begin));
  return std::any_of(hits.begin(), hits.end(), [](const Hit& h) { return h.group == "word" && h.name == "narrative" && h.begin <= 1; });
}

void LabReader::read_top_item(const std::vector<Block>& blocks, std::size_t i) {
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
  if (!block.ordered && is_announcement(blocks, i)) {
    for (Unit& unit : step.units) unit.ops = {Op{.kind = "info"}};
  }
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

bool LabReader::read_top_bullet_field(const Block& block) {
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

void LabReader::read_loose_quote(const Block& block) {
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
    unit.ops = read_prose(text, language_, {.in_step = last_step_ != kNowhere, .aside = true});
    drop_unreadable(unit);
    check_prose(unit, text, language_, lab_.findings);
    if (last_step_ != kNowhere) attach_aside(lab_.steps[last_step_], unit);
    add_unit(std::move(unit));
  }
}

void LabReader::read_loose_paragraph(const std::vector<Block>& blocks, std::size_t i) {
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

void LabReader::read_loose_fence(const std::vector<Block>& blocks, std::size_t i) {
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

void LabReader::read_loose_table(const Block& block) {
  if (last_step_ == kNowhere || !last_form_) return;
  Step& step = lab_.steps[last_step_];
  const std::size_t from = step.units.size();
  add_table(block, step);
  for (std::size_t u = from; u < step.units.size(); ++u) add_unit(step.units[u]);
}

Unit LabReader::make_unit(const Block& block, std::string kind, int step) const {
  return {.line = block.line, .section = section_, .step = step, .kind = std::move(kind),
          .text = block.kind == Block::Kind::fence ? std::string() : block.text};
}

void LabReader::refresh_unit(const Unit& changed) {
  for (auto it = lab_.units.rbegin(); it != lab_.units.rend(); ++it) {
    if (it->line == changed.line && it->kind == changed.kind) {
      it->ops = changed.ops;
      return;
    }
    if (it->line < changed.line) return;
  }
}

void LabReader::add_step(Step step) {
  for (const Unit& unit : step.units) lab_.units.push_back(unit);
  last_form_ = !step.units.empty() && is_form_header(step.units.front());
  lab_.steps.push_back(std::move(step));
  last_step_ = lab_.steps.size() - 1;
  step_number_ = number_;
}

Result<Lab> read_lab(std::string_view markdown, std::string_view file_name) {
  if (const std::optional<std::size_t> bad = first_invalid_byte(markdown)) {
    return fail(400, "NotUtf8", fmt::format("{}: not UTF-8 (byte {})", file_name, *bad));
  }
  Lab lab;
  lab.file = std::string(file_name);
  lab.source = std::string(markdown);
  const Language* language = detect_language(markdown);
  if (language != nullptr) lab.language = language->code();
  const Page page = parse_page(markdown);
  lab.title = page.title;
  if (page.front_matter.broken_line != 0) {
    lab.findings.push_back(rules::finding("lab/front-matter", page.front_matter.broken_line, "The front matter cannot be read: " + page.front_matter.problem + ".",
                          "Close what is open, and put values with special characters in quotation marks."));
  }
  const auto directives = read_directives(markdown, lab.findings);
  LabReader(lab, language).read(page.blocks);
  apply_directives(directives, lab);
  if (lab.steps.empty()) {
    lab.findings.push_back(rules::finding("lab/no-steps", 1, "There is nothing in this file that a reader is told to do.",
                          "Check that it is the file that was meant."));
  }
  return lab;
}

}  // namespace azlab::lab
