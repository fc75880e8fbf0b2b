#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/http/operation.hpp"

namespace azlab::arm {

struct PhaseRule {
  std::string name;
  std::string state;
  std::string timing;  ///< id in fixtures/catalogue/timings.json
};

/// How a long-running operation of a type shows itself (wire.md 2.4).
enum class LroStyle { none, azure_async, location, body };

/// A resource type as data: fixtures/azure/types/*.json. What a type does beyond this is in its TypeHooks.
struct TypeDescriptor {
  std::string type;              ///< "Microsoft.Storage/storageAccounts"
  std::string operations;        ///< prefix of operation names: "storageAccounts"
  std::string api_version;       ///< for providers' lists and printed URLs
  std::string name_pattern;      ///< RE2; empty: any name
  std::string name_invalid{};    ///< catalogue id of the error
  std::string name_taken{};      ///< catalogue id; set where names are unique beyond the parent
  std::string name_scope{};      ///< "global", "region", or empty
  bool name_preflight = false;   ///< a deployment asks for the name before it starts
  std::string name_placeholder{};///< placeholder of the catalogue's messages that stands for the name
  bool tracked = true;           ///< has a location and tags
  std::vector<std::string> required{};   ///< dotted paths that a PUT must carry
  std::shared_ptr<const Json> defaults{};
  /// Globs over dotted paths that mean something here beside `required` and `defaults`; others are counted.
  std::vector<std::string> known{};
  LroStyle create_style = LroStyle::none;
  int create_status = 201;
  std::vector<PhaseRule> create{};
  LroStyle update_style = LroStyle::none;
  std::vector<PhaseRule> update{};
  LroStyle delete_style = LroStyle::none;
  std::vector<PhaseRule> remove{};
  bool soft_delete = false;
  bool preflight = true;         ///< a deployment asks this provider before it starts (policies, registration)
  std::string status_kind{};     ///< "computeOperationsStatus": segment of the status URL

  std::string provider() const { return type.substr(0, type.find('/')); }
  bool is_child() const { return type.find('/', type.find('/') + 1) != std::string::npos; }
};

/// A PUT on its way in; hooks may change `body`.
struct PutCall {
  const TypeDescriptor& type;
  ResourceId id;
  Json& body;
  const Json* existing;  ///< null when it is created
  const Request& request;
};

/// What a deletion took out of Table::resource: key and row.
using RemovedRows = std::vector<std::pair<std::string, RowPtr>>;

/// Behaviour of one type beyond its descriptor. Null members are skipped.
struct TypeHooks {
  std::string_view type;
  Result<void> (*before_put)(Context&, PutCall&) = nullptr;     ///< body as the client sent it
  Result<void> (*before_update)(Context&, PutCall&) = nullptr;  ///< body laid over the existing one
  /// Phases of a create or update where they depend on the body; replaces the descriptor's.
  std::vector<OperationPhase> (*phases)(Context&, const ResourceId&, const Json& body, bool creating) = nullptr;
  void (*after_put)(Context&, const ResourceId&, const Json& body, bool created) = nullptr;
  Result<void> (*before_delete)(Context&, const ResourceId&, const Json& body, const Request&) = nullptr;
  /// Phases of a deletion where they depend on the body; replaces the descriptor's.
  std::vector<OperationPhase> (*delete_phases)(Context&, const ResourceId&, const Json& body) = nullptr;
  /// It is gone, and so are its `children`.
  void (*after_delete)(Context&, const ResourceId&, const Json& body, const RemovedRows& children) = nullptr;
  /// The error of reading one that is not there, where it is not Resource Manager's own.
  Error (*not_found)(const ResourceId&) = nullptr;
};

struct TypeEntry {
  TypeDescriptor descriptor;
  TypeHooks hooks{};
};

/// All descriptors, sorted by type.
const std::vector<TypeDescriptor>& type_descriptors();
const TypeDescriptor* find_type(std::string_view type);
/// Routes of every type: PUT, GET, HEAD, PATCH, DELETE and the lists of its scopes. `entries` must outlive the router.
std::vector<Route> type_routes(const std::vector<std::unique_ptr<TypeEntry>>& entries);
/// The phases that descriptors give their types' operations.
std::vector<PhaseNames> type_phases(const std::vector<std::unique_ptr<TypeEntry>>& entries);
std::vector<std::unique_ptr<TypeEntry>> make_type_entries(const std::vector<TypeHooks>& hooks);

/// Phases with this run's durations.
std::vector<OperationPhase> phases_of(const Context& context, const std::vector<PhaseRule>& rules, std::string_view subject);
/// Adds the headers by which a client follows an operation, Retry-After included (never 0: wire.md 8.6).
void add_operation_headers(Response& response, const Operation& operation, LroStyle style, const TypeDescriptor& type);

}  // namespace azlab::arm
