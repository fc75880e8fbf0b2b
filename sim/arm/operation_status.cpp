#include "sim/arm/operation_status.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

Response lost(const std::string& id) {
  return error_response({404, "ResourceNotFound", "The operation '" + id + "' was not found."});
}

Response get_status(Context& context, const Request& request, const Match& match) {
  const auto operation = find_operation(context.world(), match.at("operation"));
  if (!operation) return lost(match.at("operation"));
  Json body = {{"id", request.path},
               {"name", operation->id},
               {"status", operation->status},
               {"startTime", to_iso8601(operation->started)}};
  if (operation->running()) {
    // Azure ML's front end has a word of its own for what goes on (recorded).
    if (equals_ignore_case(match.at("kind"), "mfeOperationsStatus")) {
      body["status"] = "Updating";
      body["percentComplete"] = 0.0;
    }
    Response response = json_response(200, body);
    response.headers.set("Retry-After", "5");
    return response;
  }
  body["endTime"] = to_iso8601(operation->ended);
  body["percentComplete"] = 100.0;
  if (operation->error) body["error"] = error_json(*operation->error);
  return json_response(200, body);
}

Response get_result(Context& context, const Request& request, const Match& match) {
  const auto operation = find_operation(context.world(), match.at("operation"));
  if (!operation) return lost(match.at("operation"));
  if (operation->running()) {
    Response response = empty_response(202);
    response.headers.set("Location", request.url());
    response.headers.set("Retry-After", "5");
    return response;
  }
  if (operation->error) return error_response(*operation->error);
  const auto id = ResourceId::parse(operation->resource);
  const RowPtr row = id ? context.world().find(Table::resource, id->key()) : nullptr;
  const bool removed = operation->name.ends_with(".delete");
  return row && !removed ? resource_response(200, row) : empty_response(200);
}

}  // namespace

std::vector<Route> operation_status_routes() {
  const std::string host(kArmHost);
  const std::string base = "/subscriptions/{sub}/providers/{ns}/locations/{location}/";
  return {
      {Method::get, host, base + "operationResults/{operation}", "operations.poll", get_result},
      {Method::get, host, base + "{kind}/{operation}", "operations.poll", get_status},
      {Method::get, host, "/subscriptions/{sub}/operationresults/{operation}", "operations.poll", get_result},
  };
}

}  // namespace azlab::arm
