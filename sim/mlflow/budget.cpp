#include "sim/mlflow/budget.hpp"

#include "sim/arm/throttling.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::mlflow {

std::optional<Response> check_budget(Context& context, const Request& request, const Match& match) {
  if (request.host == kArmHost || !match.route->operation.starts_with("mlflow.")) return std::nullopt;
  const auto budget = arm::service_budget(context.world(), "mlflow");
  if (!budget) return std::nullopt;
  const auto seconds = arm::take_token(context, "bucket/mlflow/" + to_lower(context.caller().principal_id), *budget);
  if (!seconds) return std::nullopt;
  Response response = faults::fault_response(context, {.fault = "mlflow-429"}, request, match);
  response.headers.set("Retry-After", std::to_string(*seconds));
  return response;
}

}  // namespace azlab::mlflow
