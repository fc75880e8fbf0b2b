#include "sim/mlflow/error.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace azlab::mlflow {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 13> kStatusOfName = {{{"BAD_REQUEST", 400},
                                                                             {"INVALID_PARAMETER_VALUE", 400},
                                                                             {"RESOURCE_ALREADY_EXISTS", 400},
                                                                             {"UNAUTHENTICATED", 401},
                                                                             {"PERMISSION_DENIED", 403},
                                                                             {"NOT_FOUND", 404},
                                                                             {"ENDPOINT_NOT_FOUND", 404},
                                                                             {"RESOURCE_DOES_NOT_EXIST", 404},
                                                                             {"RESOURCE_CONFLICT", 409},
                                                                             {"REQUEST_LIMIT_EXCEEDED", 429},
                                                                             {"INVALID_STATE", 500},
                                                                             {"NOT_IMPLEMENTED", 501},
                                                                             {"TEMPORARILY_UNAVAILABLE", 503}}};

int status_of_name(std::string_view name) {
  const auto* found = std::find_if(kStatusOfName.begin(), kStatusOfName.end(), [&](const auto& row) { return row.first == name; });
  return found == kStatusOfName.end() ? 500 : found->second;
}

/// The classes of service errors that clients look at.
std::string_view inner_code(int status) {
  switch (status) {
    case 401: return "AuthenticationError";
    case 403: return "AuthorizationError";
    case 404: return "NotFoundError";
    case 409: return "ConflictError";
    default: return "BadArgument";
  }
}

}  // namespace

tl::unexpected<Error> failure(std::string name, std::string message) {
  const int status = status_of_name(name);
  return fail(status, std::move(name), std::move(message));
}
tl::unexpected<Error> invalid_parameter(std::string message) { return failure("INVALID_PARAMETER_VALUE", std::move(message)); }
tl::unexpected<Error> does_not_exist(std::string message) { return failure("RESOURCE_DOES_NOT_EXIST", std::move(message)); }
tl::unexpected<Error> already_exists(std::string message) { return failure("RESOURCE_ALREADY_EXISTS", std::move(message)); }

Response mlflow_error(const Error& error) {
  return json_response(error.status, {{"error_code", error.code}, {"message", error.message}});
}

Response service_error(Context& context, const Request& request, const Error& error, std::string_view component) {
  const std::string region = request.host.substr(0, request.host.find('.'));
  const std::string id = context.draw().guid("service-error", request.path, next_number(context.world(), "service-error"));
  return json_response(error.status, {{"error",
                                       {{"code", error.status >= 500 ? "ServiceError" : "UserError"},
                                        {"severity", nullptr},
                                        {"message", error.message},
                                        {"messageFormat", ""},
                                        {"messageParameters", Json::object()},
                                        {"referenceCode", nullptr},
                                        {"detailsUri", nullptr},
                                        {"target", nullptr},
                                        {"details", Json::array()},
                                        {"innerError", {{"code", inner_code(error.status)}, {"innerError", nullptr}}},
                                        {"debugInfo", nullptr}}},
                                      {"correlation", {{"operation", id}, {"request", id.substr(0, 16)}}},
                                      {"environment", region},
                                      {"location", region},
                                      {"time", to_iso8601(context.now())},
                                      {"componentName", component}});
}

}  // namespace azlab::mlflow
