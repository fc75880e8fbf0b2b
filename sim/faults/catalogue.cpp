#include "sim/faults/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <unordered_map>

#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/entries.hpp"

namespace azlab::faults {
namespace {

using Index = std::unordered_map<std::string, Json>;

void load_by_id(std::string_view path, Index& index) {
  const auto entries = parse_jsonc(fixtures::get(path));
  if (!entries) throw std::logic_error(std::string(path) + ": " + entries.error().message);
  for (const auto& entry : *entries) index.emplace(entry["id"].get<std::string>(), entry);
}

const Index& fault_index() {
  static const Index kIndex = [] {
    Index index;
    for (const auto& path : fixtures::list("fixtures/catalogue/faults/")) load_by_id(path, index);
    // Errors that follow from rules and state rather than from a documented fault.
    load_by_id("fixtures/catalogue/rules.json", index);
    return index;
  }();
  return kIndex;
}

const Index& timing_index() {
  static const Index kIndex = [] {
    Index index;
    load_by_id("fixtures/catalogue/timings.json", index);
    return index;
  }();
  return kIndex;
}

}  // namespace

const Json& entry_of(std::string_view id) {
  const auto found = fault_index().find(std::string(id));
  if (found == fault_index().end()) throw std::logic_error("fixtures/catalogue has no fault " + std::string(id));
  return found->second;
}

Json fill_json(const Json& json, const Values& values) {
  if (json.is_string()) return fill(json.get<std::string>(), values);
  Json out = json;
  if (!out.is_structured()) return out;  // a number would be its own only item
  for (auto& item : out) item = fill_json(item, values);
  return out;
}

namespace {

/// Services of Azure ML that MLflow and jobs speak to begin the same names with a capital.
std::string text_of(const Json& json, std::string key) {
  auto found = json.find(key);
  if (found == json.end()) {
    key.front() = static_cast<char>(key.front() - 'a' + 'A');
    found = json.find(key);
  }
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Error to_error(const Json& json, int status, const Values& values) {
  Error error{.status = status,
              .code = fill(text_of(json, "code"), values),
              .message = fill(text_of(json, "message"), values),
              .target = fill(text_of(json, "target"), values)};
  if (const auto details = json.find("details"); details != json.end() && details->is_array()) {
    for (const auto& detail : *details) error.details.push_back(to_error(detail, status, values));
  }
  if (const auto info = json.find("additionalInfo"); info != json.end() && info->is_array() && !info->empty()) {
    error.additional_info = dump(fill_json(*info, values));
  }
  return error;
}

}  // namespace

bool is_known(std::string_view id) { return fault_index().contains(std::string(id)); }

std::vector<std::string> known_ids() {
  std::vector<std::string> ids;
  for (const auto& [id, entry] : fault_index()) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

Error make_error(std::string_view id, const Values& values) {
  const Json& entry = entry_of(id);
  const int status = entry["status"].is_number() ? entry["status"].get<int>() : 500;
  const Json& body = entry["body"];
  const Json* error = find_key(body, "error");
  if (error == nullptr) error = find_key(body, "Error");
  Error out = to_error(error != nullptr && error->is_object() ? *error : body, status < 400 ? 400 : status, values);
  if (out.code.empty() && out.message.empty()) {
    out.code = "AzlabFaultNotServed";
    out.message = "azlab: the fault " + std::string(id) + " has no error body of its own and cannot strike here.";
  }
  return out;
}

Duration timing(const Context& context, std::string_view id, std::string_view subject) {
  const auto found = timing_index().find(std::string(id));
  if (found == timing_index().end()) throw std::logic_error("fixtures/catalogue/timings.json has no " + std::string(id));
  const Json& entry = found->second;
  const double typical_s = entry["typical_s"].get<double>();
  const double p95_s = entry["p95_s"].is_number() ? entry["p95_s"].get<double>() : typical_s * 2;
  double mu = std::log(typical_s);
  double sigma = 0.3;
  if (const auto& distribution = entry["suggested_distribution"]; distribution.is_object() && distribution.contains("mu")) {
    mu = distribution["mu"].get<double>();
    sigma = distribution["sigma"].get<double>();
  }
  // A slow day's median is a typical day's 95th percentile; a quick one takes a third.
  if (context.profile() == Profile::slow) mu = std::log(p95_s);
  if (context.profile() == Profile::quick) mu -= std::log(3.0);
  const Duration drawn = context.draw().lognormal(mu, sigma, id, to_lower(subject));
  // The catalogue knows nothing beyond p95: no draw goes further than twice that.
  return std::clamp(drawn, seconds(0.2), seconds(2 * p95_s));
}

}  // namespace azlab::faults
