#include "sim/arm/error.hpp"

#include <nlohmann/json.hpp>

namespace azlab::arm {

Json error_json(const Error& error) {
  // Where a service gives no code it says null, which clients print as None.
  Json out = {{"code", error.code.empty() ? Json() : Json(error.code)}, {"message", error.message}};
  if (!error.target.empty()) out["target"] = error.target;
  for (const auto& detail : error.details) out["details"].push_back(error_json(detail));
  if (!error.additional_info.empty()) out["additionalInfo"] = Json::parse(error.additional_info, nullptr, false);
  return out;
}

Response error_response(const Error& error) {
  Response response = json_response(error.status, {{"error", error_json(error)}});
  if (error.status == 404 || error.status == 409 || error.status == 403) response.headers.set("x-ms-failure-cause", "gateway");
  return response;
}

}  // namespace azlab::arm
