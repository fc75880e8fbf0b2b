/// Whom a workspace without public network access keeps out.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/network_access.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/ml.hpp"

namespace azlab::ml {
namespace {

constexpr std::string_view kWorkspaces = "/providers/microsoft.machinelearningservices/workspaces/";
// What Resource Manager answers for a workspace without asking it.
constexpr std::string_view kManaged[] = {"computes", "privateendpointconnections", "privatelinkresources", "providers", "outboundrules", "notebookworkspaces", "listkeys", "diagnose", "resynckeys"};

/// The key of the workspace that a path lies in, and the segment behind it; both empty for other paths.
std::pair<std::string, std::string> workspace_of(const Request& request) {
  const std::string path = to_lower(percent_decode(request.path));
  const auto from = path.find("/subscriptions/");
  const auto at = path.find(kWorkspaces);
  if (from == std::string::npos || at == std::string::npos) return {};
  const auto name_end = path.find('/', at + kWorkspaces.size());
  const std::string key = path.substr(from, name_end == std::string::npos ? std::string::npos : name_end - from);
  if (name_end == std::string::npos) return {key, {}};
  const std::string rest = path.substr(name_end + 1);
  return {key, rest.substr(0, rest.find('/'))};
}

}  // namespace

std::optional<Response> check_network(Context& context, const Request& request, const Match& match) {
  const bool data_plane = request.host.ends_with(".api.azureml.ms");
  if ((!data_plane && request.host != kArmHost) || !arm::is_client(context.caller())) return std::nullopt;
  // Most of what Resource Manager is asked lies in no workspace, as its route says already.
  if (!data_plane && match.route->pattern.find("Microsoft.MachineLearningServices/workspaces/") == std::string::npos) return std::nullopt;
  const auto [key, part] = workspace_of(request);
  if (key.empty() || (!data_plane && (part.empty() || std::find(std::begin(kManaged), std::end(kManaged), part) != std::end(kManaged)))) return std::nullopt;
  const RowPtr row = context.world().find(Table::resource, key);
  if (!row || row->body.find("\"publicNetworkAccess\":\"Disabled\"") == std::string::npos) return std::nullopt;
  Error error = faults::make_error("workspace-private-link-denied");
  error.additional_info = R"([{"type": "ComponentName", "info": {"value": "managementfrontend"}}])";
  return arm::error_response(error);
}

}  // namespace azlab::ml
