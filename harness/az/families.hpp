#pragma once

#include <string>
#include <string_view>

#include "harness/az/wire.hpp"

namespace azlab::az {

/// A kind of resource with the usual commands: what `show`, `list` and `delete` of one family need to know.
struct ResourceKind {
  std::string_view type;       ///< "Microsoft.Storage/storageAccounts"
  std::string_view version;    ///< api-version of the family's client
  const char* key = "name";    ///< the argument that names it
  bool flat = true;            ///< printed with its properties moved up
  const char* not_found = "";  ///< text when it is looked for by name alone: before and after the name, split at "{}"
};

/// Path of the resource meant; without a group it is looked for in the whole subscription, as az does.
Result<std::string> find_resource(Invocation& az, const ResourceKind& kind);
Result<Json> show_resource(Invocation& az, const ResourceKind& kind);
Result<Json> list_resources(Invocation& az, const ResourceKind& kind);
/// Asks first unless `--yes` (where `ask`), deletes, waits, prints nothing.
Result<Json> delete_resource(Invocation& az, const ResourceKind& kind, bool ask, const std::string& query = "");
Result<Json> create_resource(Invocation& az, const ResourceKind& kind, const Json& body);
/// `--location`, or that of the resource group.
Result<std::string> location_or_group(Invocation& az);
/// Posts a name to a provider's checkNameAvailability.
Result<Json> check_name(Invocation& az, std::string_view provider, std::string_view version, std::string_view type);

}  // namespace azlab::az
