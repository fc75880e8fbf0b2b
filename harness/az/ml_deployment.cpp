#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/az/extensions.hpp"
#include "harness/az/ml.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr Duration kPollInterval = std::chrono::seconds(5);

/// The client's line for a resource type; a type that it does not know ends it with a KeyError (wire.md 3.2).
const std::map<std::string, std::string>& progress_lines() {
  static const std::map<std::string, std::string> lines = {
      {"microsoft.storage/storageaccounts", "Creating Storage Account: ("},
      {"microsoft.keyvault/vaults", "Creating Key Vault: ("},
      {"microsoft.insights/components", "Creating Application Insights: ("},
      {"microsoft.operationalinsights/workspaces", "Creating Log Analytics Workspace: ("},
      {"microsoft.containerregistry/registries", "Creating Container Registry: ("},
      {"microsoft.machinelearningservices/workspaces", "Creating AzureML Workspace: ("},
      {"microsoft.machinelearningservices/workspaces/connections", "Creating connection: ("},
      {"microsoft.managedidentity/userassignedidentities", "Creating User Assigned Identities: ("},
  };
  return lines;
}

/// "microsoft.x/y" of an ARM id, lower case.
std::string type_of(const std::string& id) {
  const auto parts = split(id, '/');
  std::string type;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (!equals_ignore_case(parts[i], "providers")) continue;
    type = to_lower(parts[i + 1]);
    for (std::size_t part = i + 2; part < parts.size(); part += 2) type += "/" + to_lower(parts[part]);
  }
  return type;
}

/// Prints one line for each resource, one at a time: a resource keeps the line until it is done.
class ProgressPrinter {
 public:
  ProgressPrinter(Invocation& az, std::string deployment) : az_(az), deployment_(std::move(deployment)) {}

  Result<void> look() {
    auto group = subscription_path(az_);
    if (!group) return tl::make_unexpected(group.error());
    // The legacy address without /providers/Microsoft.Resources (wire.md 2.5).
    auto operations = fetch_list(az_, {.path = *group + "/resourcegroups/" + path_segment(az_.value("resource-group")) +
                                               "/deployments/" + deployment_ + "/operations",
                                       .version = kWorkspaceDeploymentVersion});
    if (!operations) return tl::make_unexpected(operations.error());
    for (const Json& operation : *operations) {
      if (auto printed = show(operation); !printed) return printed;
    }
    return {};
  }

 private:
  Result<void> show(const Json& operation) {
    if (string_at(operation, "properties.provisioningOperation") == "EvaluateDeploymentOutput") return {};
    const std::string type = type_of(string_at(operation, "properties.targetResource.id"));
    const auto line = progress_lines().find(type);
    if (line == progress_lines().end()) {
      const std::string word = type.substr(type.rfind('/') + 1);
      return cli_error("Met error <class 'KeyError'>:'" + word +
                       "'\nPlease check log by running the command with '--debug' for more details.");
    }
    const std::string name = string_at(operation, "properties.targetResource.resourceName");
    const std::string state = string_at(operation, "properties.provisioningState");
    if (state.empty() || printed_.contains(name) || (!lock_.empty() && lock_ != name)) return {};
    lock_ = name;
    const std::string previous = states_[name];
    states_[name] = state;
    const std::string text = line->second + name + "  )";
    if (state == "Running") {
      az_.err << (previous.empty() ? text + " " : previous == "Running" ? "." : "");
    } else if (state == "Succeeded" && previous != "Succeeded") {
      const std::string took = minutes_and_seconds(string_at(operation, "properties.duration"));
      az_.err << (previous.empty() ? text : "") << "  Done (" << took << ")\n";
      lock_.clear();
      printed_.insert(name);
    }
    return {};
  }

  Invocation& az_;
  std::string deployment_;
  std::string lock_{};
  std::map<std::string, std::string> states_{};
  std::set<std::string> printed_{};
};

/// What the extension makes of a failed deployment: newer ones print its first detail, unpacked when it is JSON.
Error deployment_failure(Invocation& az, const Error& error) {
  if (error.code != "DeploymentFailed") return error;
  Error shown = error;
  // azclierror.DeploymentError ends with status 1, whatever the operation's own HTTP status was.
  shown.status = 400;
  const Json version = installed_extension(az, "ml");
  if (error.details.empty() || string_at(version, "deployment_failure") != "first-detail") return shown;
  const Error& first = error.details.front();
  shown = cli_error(error_details_text(first)).value();
  if (parse_json(first.message)) {
    const Error inner = error_of(Response{.status = 400, .body = Body(first.message)});
    shown = cli_error(error_details_text(inner)).value();
  }
  return shown;
}

struct Deployment {
  std::string path;
  std::string poll_url;
  Duration poll_after{0};
  Error error{};
  bool done = false;
  bool failed = false;
  std::string duration{};
};

Result<void> poll_deployment(Invocation& az, Deployment& deployment) {
  auto answer =
      send(az, deployment.poll_url.empty() ? Call{.path = deployment.path, .version = kWorkspaceDeploymentVersion}
                                           : Call{.path = deployment.poll_url});
  if (!answer) return tl::make_unexpected(answer.error());
  const OperationStatus operation = read_operation(*answer);
  deployment.poll_after = retry_after_of(*answer, kPollInterval);
  deployment.done = operation.done;
  deployment.failed = operation.failed;
  deployment.error = operation.error;
  if (!operation.done || operation.failed) return {};
  auto final_state = fetch(az, {.path = deployment.path, .version = kWorkspaceDeploymentVersion});
  if (!final_state) return tl::make_unexpected(final_state.error());
  deployment.duration = string_at(*final_state, "properties.duration");
  return {};
}

}  // namespace

std::string minutes_and_seconds(const std::string& iso_duration) {
  return replace_all(replace_all(iso_duration.substr(0, iso_duration.find('.')), "PT", ""), "M", "m ") + "s";
}

Result<void> deploy_workspace(Invocation& az, const std::string& name, const Json& body) {
  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  const std::string group = az.value("resource-group");
  Deployment deployment;
  deployment.path = *subscription + "/resourcegroups/" + path_segment(group) +
                    "/providers/Microsoft.Resources/deployments/" + path_segment(name);
  auto accepted = send(
      az, {.method = Method::put, .path = deployment.path, .version = kWorkspaceDeploymentVersion, .body = dump(body)});
  if (!accepted) return tl::make_unexpected(deployment_failure(az, accepted.error()));
  deployment.poll_url = std::string(accepted->headers.get("Azure-AsyncOperation"));
  az.err << "The deployment request " << name << " was accepted. ARM deployment URI for reference: \n"
         << "https://portal.azure.com//#blade/HubsExtension/DeploymentDetailsBlade/overview/id/%2Fsubscriptions%2F"
         << subscription->substr(std::string("/subscriptions/").size()) << "%2FresourceGroups%2F" << group
         << "%2Fproviders%2FMicrosoft.Resources%2Fdeployments%2F" << name << "\n";
  if (az.has("no-wait")) return {};

  // The client has two threads: one polls the deployment (at once, then every five seconds), the other wakes every
  // five seconds and prints the operations. One after the other here, in the order in which their requests fall.
  ProgressPrinter progress(az, name);
  if (auto polled = poll_deployment(az, deployment); !polled) return polled;
  Duration waited{0};
  for (bool last = false; !last;) {
    az.transport.sleep(kPollInterval);
    waited += kPollInterval;
    if (!deployment.done && waited >= deployment.poll_after) {
      waited = Duration{0};
      if (auto polled = poll_deployment(az, deployment); !polled) return polled;
    }
    last = deployment.done;
    if (auto shown = progress.look(); !shown) return shown;
  }
  if (auto shown = progress.look(); !shown) return shown;
  if (deployment.failed) return tl::make_unexpected(deployment_failure(az, deployment.error));
  if (!deployment.duration.empty()) az.err << "Total time : " << minutes_and_seconds(deployment.duration) << "\n\n";
  return {};
}

}  // namespace azlab::az
