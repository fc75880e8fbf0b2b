#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/az/invocation.hpp"

namespace azlab::az {

// The api-versions that the clients of this date send (wire.md 2.1, 3.1, and the management packages of az's core).
inline constexpr std::string_view kSubscriptionsVersion = "2022-12-01";
inline constexpr std::string_view kResourcesVersion = "2024-11-01";
inline constexpr std::string_view kRegisterVersion = "2016-02-01";
inline constexpr std::string_view kWorkspaceDeploymentVersion = "2020-06-01";
inline constexpr std::string_view kStorageVersion = "2024-01-01";
inline constexpr std::string_view kVaultVersion = "2023-07-01";
inline constexpr std::string_view kLogAnalyticsVersion = "2022-10-01";
inline constexpr std::string_view kActivityLogVersion = "2015-04-01";
inline constexpr std::string_view kInsightsVersion = "2020-02-02-preview";
inline constexpr std::string_view kRegistryVersion = "2023-11-01-preview";
inline constexpr std::string_view kWorkspacesVersion = "2024-10-01-preview";
inline constexpr std::string_view kComputesVersion = "2023-08-01-preview";
inline constexpr std::string_view kDatastoresVersion = "2024-10-01-preview";

/// One request to Azure Resource Manager.
struct Call {
  Method method = Method::get;
  /// Path as sent ("/subscriptions/…"), percent-encoded, or an absolute URL that an answer gave.
  std::string path;
  std::string_view version{};
  std::string body{};
  /// Further query, as sent ("$filter=…").
  std::string query{};
};

/// Sends it with azure-core's retries, and registers a resource provider that is missing, once (the policy of
/// azure-mgmt-core). An answer of 400 and above becomes the Error that the answer carries.
Result<Response> send(Invocation& az, const Call& call);
/// `send`, and the answer's JSON; null for an empty answer.
Result<Json> fetch(Invocation& az, const Call& call);
/// All pages of a list.
Result<Json> fetch_list(Invocation& az, const Call& call);

/// Waits for a long-running operation as azure-core's ARMPolling does (wire.md 2.4) and returns its final answer.
/// `interval` counts where the answer has no Retry-After.
Result<Json> finish(Invocation& az, const Call& call, const Response& first, Duration interval);
/// `send` and `finish`; with `--no-wait` nothing is waited for and nothing returned.
Result<Json> send_and_finish(Invocation& az, const Call& call, Duration interval = seconds(30));

/// The status of an operation and, where it failed, its error.
struct OperationStatus {
  std::string status;
  bool done = false;
  bool failed = false;
  Error error{};
  Duration retry_after{0};
};
OperationStatus read_operation(const Response& response);
Duration retry_after_of(const Response& response, Duration otherwise);
Error error_of(const Response& response);

/// "/subscriptions/<id>" of the account in use; an error when nobody is signed in.
Result<std::string> subscription_path(Invocation& az);
/// "/subscriptions/<id>/resourceGroups/<g>" of `--resource-group`.
Result<std::string> group_path(Invocation& az);
/// "<group>/providers/Microsoft.X/y/<name>".
Result<std::string> resource_path(Invocation& az, std::string_view type, const std::string& name);
std::string path_segment(std::string_view name);

/// Moves the members of `properties` up, as az's older models do.
Json flattened(Json resource);
/// "a=b" words to an object.
Result<Json> tags_of(const std::vector<std::string>& words);
/// A file's text, relative to the working directory.
Result<std::string> read_text_file(const Invocation& az, const std::string& name);
/// Reads YAML (or JSON) into JSON.
Result<Json> parse_yaml(const std::string& text);

/// One value at a dotted path as text, "" when absent or null.
std::string text_at(const Json& value, std::string_view dotted);

// Accounts (account.cpp): az keeps them in azureProfile.json.
/// The subscription that `--subscription`, or else the default, names; its JSON of the profile.
Result<Json> current_account(Invocation& az);

}  // namespace azlab::az
