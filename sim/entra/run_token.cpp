/// The token by which a job's process speaks for its run (wire.md 5.4). Only the engine of jobs asks for it: hosts that
/// end in .azlab are not for clients.
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/entra/directory.hpp"
#include "sim/entra/endpoints.hpp"
#include "sim/entra/jwt.hpp"
#include "sim/entra/sign_in.hpp"

namespace azlab::entra {
namespace {

// Longer than any job runs: its client asks for a new one when the end comes near, which nothing here needs.
constexpr auto kRunTokenLives = std::chrono::hours(24 * 21);

}  // namespace

Response run_token(Context& context, const Request& request, const Match&) {
  auto claims = parse_json(request.body.text());
  if (!claims || !claims->is_object()) return arm::error_response({400, "BadRequest", "Claims of a run token were expected."});
  const Time now = time_of_clients(context);
  const auto seconds = [](Time time) { return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count(); };
  claims->update({{"iss", "azureml"}, {"aud", "azureml"}, {"tid", directory().tenant_id}, {"oid", context.caller().principal_id}, {"nbf", seconds(now)}, {"exp", seconds(now + kRunTokenLives)}});
  return json_response(200, {{"token", sign_jwt(*claims)}});
}

}  // namespace azlab::entra
