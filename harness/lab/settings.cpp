#include "harness/lab/settings.hpp"

#include <algorithm>
#include <array>

#include "harness/lab/document.hpp"
#include "harness/lab/labels.hpp"

namespace azlab::lab {

bool acts(const Unit& unit) {
  static constexpr std::array<std::string_view, 7> kPassive{"info", "cond", "effect", "hint", "tolerate", "observe", "field.desc"};
  return std::any_of(unit.ops.begin(), unit.ops.end(), [](const Op& op) {
    return std::find(kPassive.begin(), kPassive.end(), op.kind) == kPassive.end();
  });
}

bool says_nothing(const Op& op) {
  static constexpr std::array<std::string_view, 9> kEmpty{"unknown", "ui.click", "ui.fill", "ui.form", "verify", "res.create", "res.delete", "ui.run", "ui.paste"};
  if (std::find(kEmpty.begin(), kEmpty.end(), op.kind) == kEmpty.end()) return false;
  return op.args.empty() && op.entity.empty() && op.predicates.empty() && op.label_en.empty() && op.context.empty();
}

bool has_op(const Unit& unit, std::string_view kind) {
  return std::any_of(unit.ops.begin(), unit.ops.end(), [&](const Op& op) { return op.kind == kind; });
}

bool forbids_selection(const Unit& unit) {
  // "Set the following, but do not change the others": what is listed is set.
  if (has_op(unit, "ui.form") && !has_op(unit, "observe")) return false;
  return std::any_of(unit.ops.begin(), unit.ops.end(),
                     [](const Op& op) { return op.kind == "neg" && !op.en.empty() && op.en[0] == "select"; });
}

bool is_form_header(const Unit& unit) { return has_op(unit, "ui.form") || forbids_selection(unit); }

void make_form_header(Unit& unit) {
  if (is_form_header(unit)) return;
  std::erase_if(unit.ops, [](const Op& op) { return (op.kind == "unknown" && op.args.empty()) || op.kind == "info"; });
  unit.ops.push_back(Op{.kind = "ui.form"});
}

bool lists_plain_fields(const Block& item, const Language* language) {
  const auto lead = std::find_if(item.children.begin(), item.children.end(), [](const Block& b) { return b.kind == Block::Kind::paragraph; });
  if (lead == item.children.end() || !lead->text.ends_with(':')) return false;
  int fields = 0;
  for (const Block& child : item.children) {
    if (child.kind != Block::Kind::item) continue;
    if (child.children.size() != 1 || child.children[0].kind != Block::Kind::paragraph) return false;
    if (!read_plain_field(scan_inline(child.children[0].text), language)) return false;
    ++fields;
  }
  return fields >= 2;
}

bool is_field_bullet(const Block& block, const Language* language) {
  if (block.kind != Block::Kind::item || block.children.empty()) return false;
  if (block.children[0].kind != Block::Kind::paragraph) return false;
  // "**Data type**:" or "Source" with its settings below.
  constexpr std::size_t kGroupBytesMax = 30;
  const bool group = block.children.size() > 1 && block.children[1].kind == Block::Kind::item && (block.children[0].text.ends_with(':') || block.children[0].text.size() <= kGroupBytesMax);
  if (group && is_field_bullet(block.children[1], language)) return true;
  return read_field(scan_inline(block.children[0].text), language).has_value();
}

bool names_known_field(const Block& block, const Language* language) {
  if (!is_field_bullet(block, language)) return false;
  const auto field = read_field(scan_inline(block.children[0].text), language);
  return field && is_field(canonical_label(field->label, language, true));
}

bool table_of_settings(const Block& table, const Language* language) {
  return table.kind == Block::Kind::table && std::any_of(table.rows.begin() + (table.rows.empty() ? 0 : 1), table.rows.end(), [&](const auto& row) {
    return row.size() >= 2 && is_field(canonical_label(scan_inline(row[0]).plain, language, true));
  });
}

std::vector<Unit> table_fields(const Block& table, const Language* language, bool off) {
  std::vector<Unit> out;
  for (std::size_t r = 1; r < table.rows.size(); ++r) {
    if (table.rows[r].size() < 2) continue;
    const InlineText label = scan_inline(table.rows[r][0]);
    const std::string bold = label.marks.empty() ? label.plain : label.marks[0].text;
    std::optional<Op> op = read_field(scan_inline("**" + bold + "**: " + table.rows[r][1]), language);
    if (!op) continue;
    if (off) op->value_mode = ValueMode::must_stay_off;
    Unit unit{.line = table.row_lines[r], .kind = "T", .text = table.rows[r][0]};
    unit.ops.push_back(std::move(*op));
    out.push_back(std::move(unit));
  }
  return out;
}

}  // namespace azlab::lab
