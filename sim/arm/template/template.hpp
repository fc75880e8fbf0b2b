#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/core/time.hpp"

/// The ARM template engine: what a deployment's template means, without knowing any resource. The deployment
/// engine parses the request body, expands it to a Plan, puts each planned resource when its dependencies are
/// done (evaluate_body), and reads the outputs at the end. Texts of errors follow those Azure sends.
namespace azlab::arm_template {

/// Limits on foreign templates. Azure's own: 4 MB, 800 resources and copies, 256 parameters and variables, 64 outputs.
inline constexpr std::size_t kTemplateBytesMax = 4 * 1024 * 1024;
inline constexpr std::size_t kCopyCountMax = 800;
inline constexpr std::size_t kResourcesMax = 800;
inline constexpr std::size_t kParametersMax = 256;
inline constexpr std::size_t kVariablesMax = 256;
inline constexpr std::size_t kOutputsMax = 64;
inline constexpr std::size_t kDepthMax = 100;

/// Where the value at a path ("properties.template.resources[0]") begins in the text, counted from 1.
struct SourcePosition {
  int line = 0;
  int column = 0;
};
using SourceMap = std::map<std::string, SourcePosition>;

/// Reads a deployment's request body. az sends no JSON (wire: the template file's text is spliced in under the
/// unquoted key `template`, with comments and strings over several lines), so this accepts what Azure's reader
/// accepts: comments, unquoted keys, single quotes, line breaks in strings, trailing commas. Code
/// "InvalidRequestContent". `positions`, if given, receives where objects and arrays begin, a few levels down.
Result<Json> parse_deployment_body(std::string_view bytes, SourceMap* positions = nullptr);

/// What a deployment is deployed to. The objects are what the functions of these names return; absent ones are
/// made from the names.
struct Scope {
  enum class Level { kResourceGroup, kSubscription, kManagementGroup, kTenant };
  Level level = Level::kResourceGroup;
  std::string subscription_id{};
  std::string tenant_id{};
  std::string resource_group{};
  std::string management_group{};
  std::string deployment_name{};
  std::string location{};  ///< of the resource group, or of a subscription-level deployment
  std::string mode = "Incremental";              ///< what deployment() says; like the two below
  std::string template_hash{};
  std::shared_ptr<const Json> template_link{};   ///< {uri, …}; null for a template that came along
  std::shared_ptr<const Json> subscription{};    ///< {id, subscriptionId, tenantId, displayName}
  std::shared_ptr<const Json> group{};           ///< {id, name, type, location, tags, properties}
  std::shared_ptr<const Json> tenant{};          ///< {tenantId, displayName, …}

  /// "/subscriptions/…/resourceGroups/…", or what the level has instead; "" for a tenant.
  std::string id() const;
};

/// What expressions ask of the world.
class Environment {
 public:
  virtual ~Environment() = default;
  /// The resource's `properties`, or with `full` the whole object.
  virtual Result<Json> reference(const std::string& resource_id, const std::string& api_version, bool full) = 0;
  /// `listKeys` and its kin: the answer of POST {resource_id}/{function}.
  virtual Result<Json> list(const std::string& function, const std::string& resource_id, const std::string& api_version, const Json& body) = 0;
  virtual std::string new_guid() = 0;
  virtual Time now() = 0;
  /// A secret that a parameter refers to; `parameter` is for the message.
  virtual Result<std::string> secret(const std::string& parameter, const std::string& vault_id, const std::string& name, const std::string& version) = 0;
  /// {objectId, tenantId, userPrincipalName} of who deploys.
  virtual Json deployer() = 0;
  /// A provider as GET /subscriptions/{id}/providers/{namespace} answers it.
  virtual Result<Json> provider(const std::string& provider_namespace) = 0;
  /// Whether the location has availability zones; nothing for an unknown one.
  virtual std::optional<bool> has_zones(const std::string& location) = 0;
};

/// A template that was looked at: a JSON object with known sections.
struct Template {
  std::shared_ptr<const Json> json{};
  std::shared_ptr<const SourceMap> positions{};
  std::string path{};  ///< where it lies in the text that `positions` describes: "properties.template", or ""
  bool symbolic = false;  ///< resources are an object, named by symbol (languageVersion 2.0)
};
/// From a text of its own: JSON with comments.
Result<Template> parse_template(std::string_view text);
/// From a parsed body's `properties.template`. Unknown sections and a missing `resources` are errors.
Result<Template> check_template(Json json, std::shared_ptr<const SourceMap> positions = nullptr, std::string path = "");

/// Where a resource stands in a copy loop.
struct CopyFrame {
  std::string name;
  std::int64_t index = 0;
};

/// One resource that a deployment will put, with everything known before anything runs.
struct PlannedResource {
  std::string id{};             ///< its ARM id; unique in a plan
  std::string symbol{};         ///< symbolic name; a copy's carries its index, "vm[2]"
  std::string type{};           ///< full type, "Microsoft.Storage/storageAccounts/blobServices"
  std::string name{};           ///< full name, "account/default"
  std::string api_version{};
  std::string location{};       ///< empty where it has none, or only runs can tell
  bool existing = false;        ///< `existing: true`: referred to, never put
  bool is_deployment = false;   ///< Microsoft.Resources/deployments
  bool identified = true;       ///< false: see ExpandOptions::foreseeing
  std::string subscription_id{};  ///< where it goes; differs from the scope's for redirected nested deployments
  std::string resource_group{};
  std::vector<std::string> depends_on{};  ///< ids of planned resources
  std::vector<CopyFrame> copies{};        ///< the loops it came from, outermost first
  std::shared_ptr<const Json> body{};  ///< as written, expressions included
  std::string path{};                  ///< in the source text, for messages
};

struct State;  ///< parameters, variables, functions, caches; shared by what is evaluated later

/// What a template comes to. Reads and fills caches of its state: one thread at a time.
struct Plan {
  std::vector<PlannedResource> resources{};  ///< in the order of the template
  std::vector<std::string> absent{};         ///< ids of resources whose condition is false
  std::vector<std::string> ignored_dependencies{};  ///< see ExpandOptions::strict_dependencies
  std::shared_ptr<State> state{};

  const PlannedResource* find(std::string_view id) const;
  /// Indices of resources not in `started` (ids, any case) all of whose dependencies are in `done`.
  std::vector<std::size_t> ready(const std::set<std::string>& started, const std::set<std::string>& done) const;
  /// The `parameters` of a deployment's reply: {"p": {"type": "String", "value": …}}; secure ones have no value.
  Json parameters() const;
};

struct ExpandOptions {
  /// Azure refuses a dependsOn that names nothing in the template ("is not defined in the template"); naming a
  /// resource whose condition is false is always fine. False: such names are collected and ignored.
  bool strict_dependencies = true;
  /// Parameters may hold expressions of an outer template that only its run can evaluate: names with such are let pass.
  bool foreseeing = false;
};

/// Resolves and checks parameters (`parameters` is the body's: {"p": {"value": …}}), evaluates variables,
/// conditions, copies, names and dependencies, and tries every expression that needs nothing deployed.
Result<Plan> expand(const Template& source, const Json& parameters, const Scope& scope, Environment& environment,
                    const ExpandOptions& options = {});

/// The body to put, all expressions evaluated; without type, name, apiVersion, dependsOn, condition, copy and
/// child resources. For a nested deployment of outer scope its template comes back evaluated and escaped, so that it
/// expands to itself.
Result<Json> evaluate_body(const Plan& plan, const PlannedResource& resource, Environment& environment);

/// What `evaluate_body` would come to, before anything runs: expressions that need what is deployed stay as they are
/// written, secure parameters are starred.
struct ForeseenBody {
  std::shared_ptr<const Json> body{};
  bool complete = true;  ///< nothing was left as written
};
Result<ForeseenBody> foresee_body(const Plan& plan, const PlannedResource& resource, Environment& environment);

/// {"name": {"type": "String", "value": …}} for outputs whose condition holds. Code DeploymentOutputEvaluationFailed.
Result<Json> evaluate_outputs(const Plan& plan, Environment& environment);

/// One expression or plain string, for tools and tests: `[concat('a', 'b')]`.
Result<Json> evaluate_text(const Plan& plan, std::string_view text, Environment& environment);

/// Azure's `uniqueString` and `guid` of already joined arguments.
std::string unique_string(std::string_view joined);
std::string guid_of(std::string_view joined);

}  // namespace azlab::arm_template
