#include <cstdint>
#include <nlohmann/json.hpp>

#include "harness/lab/lab.hpp"
#include "sim/core/json.hpp"

namespace azlab::lab {
namespace {

const char* mode_name(ValueMode mode) {
  switch (mode) {
    case ValueMode::literal: return "literal";
    case ValueMode::free_choice: return "free_choice";
    case ValueMode::default_note: return "default_note";
    case ValueMode::must_stay_off: return "must_stay_off";
  }
  return "";
}

Json field_to_json(const Op& op) {
  Json out{{"op", op.kind}, {"label", op.label}, {"en", op.label_en}, {"mode", mode_name(op.value_mode)}};
  // Other values are prose that tells the reader to choose, not something to enter.
  if (op.value_mode == ValueMode::literal) {
    out["value"] = op.value;
    if (op.value_en != op.value && !op.value_en.empty()) out["value_en"] = op.value_en;
  }
  return out;
}

Json predicates_to_json(const std::vector<Predicate>& predicates) {
  Json list = Json::array();
  for (const Predicate& one : predicates) {
    Json item{{"subject", one.subject}, {"is", one.is}};
    if (!one.value.empty()) item["value"] = one.value;
    list.push_back(std::move(item));
  }
  return list;
}

Json op_to_json(const Op& op) {
  if (op.kind == "form.field" || op.kind == "field.desc") return field_to_json(op);
  Json out{{"op", op.kind}};
  if (!op.args.empty()) out["args"] = op.args;
  if (!op.en.empty()) out["en"] = op.en;
  if (!op.context.empty()) out["context"] = op.context;
  if (!op.ctx.empty()) out["ctx"] = op.ctx;
  if (!op.entity.empty()) out["entity"] = op.entity;
  if (!op.label.empty()) out["label"] = op.label;
  if (!op.label_en.empty()) out["label_en"] = op.label_en;
  if (op.value_mode != ValueMode::literal) out["mode"] = mode_name(op.value_mode);
  if (!op.code.empty()) out["code"] = op.code;
  if (!op.fence_language.empty()) out["language"] = op.fence_language;
  if (!op.predicates.empty()) out["predicates"] = predicates_to_json(op.predicates);
  if (op.wait_max_s > 0) out["seconds"] = Json::array({static_cast<std::int64_t>(op.wait_min_s), static_cast<std::int64_t>(op.wait_max_s)});
  if (op.conditional) out["conditional"] = true;
  if (op.optional) out["optional"] = true;
  return out;
}

}  // namespace

Json unit_to_json(const Unit& unit) {
  Json ops = Json::array();
  for (const Op& op : unit.ops) ops.push_back(op_to_json(op));
  return Json{{"line", unit.line}, {"section", unit.section}, {"step", unit.step}, {"unit", unit.kind}, {"ops", std::move(ops)}};
}

std::string steps_as_json_lines(const Lab& lab) {
  std::string out;
  for (const Unit& unit : lab.units) {
    if (unit.ops.empty()) continue;
    out += dump(unit_to_json(unit));
    out += '\n';
  }
  return out;
}

}  // namespace azlab::lab
