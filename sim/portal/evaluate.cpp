#include "sim/portal/evaluate.hpp"

#include <re2/re2.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/core/text.hpp"
#include "sim/portal/format.hpp"
#include "sim/query/jmespath.hpp"

namespace azlab::portal {

using JmesQuery = Query;

struct Evaluator::Impl {
  std::uint64_t seed;
  std::map<std::string, std::optional<JmesQuery>> parsed;
  std::vector<std::string> defects;
};

Evaluator::Evaluator(std::uint64_t seed) : impl_(std::make_unique<Impl>(Impl{seed, {}, {}})) {}
Evaluator::~Evaluator() = default;

Json Evaluator::query(const std::string& expression, const Json& root) {
  auto found = impl_->parsed.find(expression);
  if (found == impl_->parsed.end()) {
    auto parsed = JmesQuery::parse(expression);
    if (!parsed) impl_->defects.push_back(expression + ": " + parsed.error().message);
    found = impl_->parsed.emplace(expression, parsed ? std::optional(std::move(*parsed)) : std::nullopt).first;
  }
  if (!found->second) return Json();
  auto answer = found->second->search(root);
  if (answer) return std::move(*answer);
  impl_->defects.push_back(expression + ": " + answer.error().message);
  return Json();
}

bool Evaluator::truth(const Json& expression, const Json& root, bool otherwise) {
  if (!expression.is_string()) return otherwise;
  const auto value = query(expression.get<std::string>(), root);
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return true;
  return !value.empty();
}

Json Evaluator::matched(const Json& form, const Json& list, const Json& root) {
  const auto& match = form["match"];
  const auto wanted = evaluate_text(query(match.value("to", std::string()), root));
  for (const auto& item : list.is_array() ? list : Json::array()) {
    if (equals_ignore_case(evaluate_text(query(match.value("key", std::string()), item)), wanted)) return query(match.value("pick", std::string("@")), item);
  }
  return query(form.value("otherwise", std::string("null")), root);
}

Json Evaluator::fill(const Json& form, const Json& root, std::uint64_t serial) {
  if (form.is_array()) {
    Json out = Json::array();
    for (const auto& item : form) out.push_back(fill(item, root, serial));
    return out;
  }
  if (!form.is_object()) return form;
  if (const auto expression = form.find("$"); expression != form.end() && expression->is_string()) {
    auto value = query(expression->get<std::string>(), root);
    if (form.contains("match")) value = matched(form, value, root);
    const auto as = form.value("as", std::string());
    if (as.empty() || value.is_null()) return value;
    if (const auto* formatter = find_formatter(as)) return formatter->apply({value, impl_->seed, serial});
    impl_->defects.push_back("no formatter named " + as);
    return Json();
  }
  // A part that is there only under a condition.
  if (const auto when = form.find("$when"); when != form.end() && !truth(*when, root)) return Json();
  Json out = Json::object();
  for (const auto& [key, item] : form.items()) {
    if (key == "$when") continue;
    auto value = fill(item, root, serial);
    if (!value.is_null()) out[key] = std::move(value);
  }
  return out;
}

std::string Evaluator::expand(std::string_view uri_template, const Json& root) {
  std::string out;
  while (!uri_template.empty()) {
    const auto open = uri_template.find('{');
    out += uri_template.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = uri_template.find('}', open);
    if (close == std::string_view::npos) {
      impl_->defects.push_back("unclosed brace in an address");
      break;
    }
    auto name = uri_template.substr(open + 1, close - open - 1);
    uri_template.remove_prefix(close + 1);
    const bool reserved = name.starts_with('+');
    if (reserved) name.remove_prefix(1);
    const auto* value = find_path(root, name);
    const auto text = value == nullptr ? std::string() : evaluate_text(*value);
    out += percent_encode(text, reserved ? "/:@!$&'()*+,;=?#[]%" : "");
  }
  return out;
}

const std::vector<std::string>& Evaluator::defects() const { return impl_->defects; }

std::string normal_time(std::string_view text) {
  // 18:00, 18 h 00, 6:00 PM, 6 p.m., 18時, 오후 6시: one moment, however a language writes it.
  static const RE2 kClock(R"(^\s*(午後|午前|下午|上午|오후|오전)?\s*(\d{1,2})\s*(?:[:.h時点點시]\s*(\d{2})?)?\s*(?:分|분)?\s*([aApP]\.?\s?[mM]\.?)?\s*$)");
  std::string before;
  std::string minutes;
  std::string after;
  int hour = 0;
  if (!RE2::FullMatch(std::string(text), kClock, &before, &hour, &minutes, &after) || hour > 24) return std::string(text);
  if (minutes.empty() && after.empty() && before.empty() && text.find_first_not_of("0123456789 ") == text.npos) {
    return std::string(text);  // a bare number is no time
  }
  const bool afternoon = before == "午後" || before == "下午" || before == "오후" || (!after.empty() && (after[0] | 32) == 'p');
  const bool morning = !afternoon && (!before.empty() || !after.empty());
  if (afternoon && hour < 12) hour += 12;
  if (morning && hour == 12) hour = 0;
  auto digits = std::to_string(hour % 24);
  return (digits.size() < 2 ? "0" + digits : digits) + ":" + (minutes.empty() ? "00" : minutes);
}

}  // namespace azlab::portal
