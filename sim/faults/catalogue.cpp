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

namespace azlab::faults {
namespace {

using Index = std::unordered_map<std::string, Json>;

Index load_by_id(std::string_view path) {
  Index index;
  const auto entries = parse_json(fixtures::get(path));
  if (!entries) throw std::logic_error(std::string(path) + ": " + entries.error().message);
  for (const auto& entry : *entries) index.emplace(entry["id"].get<std::string>(), entry);
  return index;
}

const Index& fault_index() {
  // The second file holds errors that follow from rules and state rather than from a documented fault.
  static const Index kIndex = [] {
    Index index = load_by_id("fixtures/catalogue/faults.json");
    index.merge(load_by_id("fixtures/catalogue/rules.json"));
    return index;
  }();
  return kIndex;
}

const Index& timing_index() {
  static const Index kIndex = load_by_id("fixtures/catalogue/timings.json");
  return kIndex;
}

std::string fill(std::string text, const Values& values) {
  for (const auto& [name, value] : values) text = replace_all(std::move(text), "{" + name + "}", value);
  return text;
}

Json fill_json(const Json& json, const Values& values) {
  if (json.is_string()) return fill(json.get<std::string>(), values);
  Json out = json;
  if (!out.is_structured()) return out;  // a number would be its own only item
  for (auto& item : out) item = fill_json(item, values);
  return out;
}

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
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

Result<ArmedFault> parse_armed_fault(std::string_view text) {
  ArmedFault out{.fault = std::string(text.substr(0, text.find('@')))};
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    const auto parts = split(text.substr(at + 1), ':');
    out.operation = parts[0];
    if (parts.size() > 1) out.phase = parts[1];
    if (parts.size() > 2) {
      char* end = nullptr;
      out.times = static_cast<int>(std::strtol(parts[2].c_str(), &end, 10));
      if (parts[2].empty() || *end != '\0' || out.times == 0) return fail(400, "WrongUse", fmt::format("fault {}: '{}' is not a number of times (-1: without end)", text, parts[2]));
    }
    if (parts.size() > 3 || out.operation.empty() || out.phase.empty()) return fail(400, "WrongUse", fmt::format("fault {}: write ID@operation:phase:times", text));
  }
  return out;
}

Result<void> arm(Machinery& machinery, const ArmedFault& fault) {
  if (!is_known(fault.fault)) {
    const auto near = nearest(fault.fault, known_ids(), 1);
    return fail(400, "WrongUse", fmt::format("unknown fault '{}'{}", fault.fault, near.empty() ? "" : "; did you mean '" + near[0] + "'?"));
  }
  const auto& routes = machinery.router.routes();
  const bool served = std::any_of(routes.begin(), routes.end(), [&](const auto& route) { return glob_match(fault.operation, route->operation); });
  if (!served) return fail(400, "WrongUse", fmt::format("fault '{}' can match nothing: no operation is named '{}'", fault.fault, fault.operation));
  machinery.faults.arm(fault);
  return {};
}

Error make_error(std::string_view id, const Values& values) {
  const auto found = fault_index().find(std::string(id));
  if (found == fault_index().end()) throw std::logic_error("fixtures/catalogue/faults.json has no " + std::string(id));
  const Json& entry = found->second;
  const int status = entry["http_status"].is_number() ? entry["http_status"].get<int>() : 500;
  const Json& body = entry["body"];
  const Json* error = find_key(body, "error");
  Error out = to_error(error != nullptr && error->is_object() ? *error : body, status < 400 ? 400 : status, values);
  if (out.code.empty() && out.message.empty()) {
    out.code = "AzlabFaultNotServed";
    out.message = "azlab: the fault " + std::string(id) + " has no error body of its own and cannot strike here.";
  }
  return out;
}

namespace {

/// Sign-in and the data planes have error forms of their own: such a body goes out as the catalogue has it. Nothing
/// for entries in ARM's form, which have an `error` object.
std::optional<Response> own_form_response(Context& context, const ArmedFault& fault, const Request& request, Values values) {
  const Json& entry = fault_index().at(fault.fault);
  const Json& body = entry["body"];
  const Json* error = find_key(body, "error");
  const bool text = body.is_string();
  if ((!text && (error == nullptr || !error->is_string())) || !entry["http_status"].is_number()) return std::nullopt;
  const std::string id = context.draw().guid("fault-trace", fault.fault, next_number(context.world(), "fault-trace"));
  const std::string_view client = "client_id=";
  const std::string form = request.body.is_spooled() ? std::string() : request.body.text();
  const auto at = form.find(client);
  values.insert({{"traceId", id},
                 {"requestId", id},
                 {"correlationId", context.draw().guid("fault-correlation", id)},
                 {"utc", replace_all(to_iso8601_seconds(context.now()), "T", " ")},
                 {"iso8601_7digits", to_iso8601(context.now())},
                 {"appId", at == std::string::npos ? std::string() : percent_decode(form.substr(at + client.size(), form.find('&', at) - at - client.size()))}});
  Response response = text ? Response{.status = entry["http_status"].get<int>(), .headers = {{"Content-Type", "application/xml"}}, .body = fill(body.get<std::string>(), values)}
                           : json_response(entry["http_status"].get<int>(), fill_json(body, values));
  for (const auto& [name, value] : entry["headers"].items()) {
    if (value.is_string()) response.headers.set(name, fill(value.get<std::string>(), values));
  }
  if (text && !body.get<std::string>().starts_with("<?xml") && !entry["headers"].contains("Content-Type")) response.headers.set("Content-Type", "text/plain");
  return response;
}

}  // namespace

Response fault_response(Context& context, const ArmedFault& fault, const Request& request, const Match& match) {
  Values values = fault.values;
  for (const auto& [name, value] : match.params) values.emplace(name, value);
  values.emplace("name", percent_decode(request.path.substr(request.path.rfind('/') + 1)));
  if (auto response = own_form_response(context, fault, request, values)) return std::move(*response);
  const Error error = make_error(fault.fault, values);
  Json body = {{"error", {{"code", error.code}, {"message", error.message}}}};
  if (!error.target.empty()) body["error"]["target"] = error.target;
  if (!error.additional_info.empty()) body["error"]["additionalInfo"] = Json::parse(error.additional_info, nullptr, false);
  return json_response(error.status, body);
}

Error fault_error(const ArmedFault& fault) { return make_error(fault.fault, fault.values); }

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
