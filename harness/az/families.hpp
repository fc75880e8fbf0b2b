#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/az/wire.hpp"

namespace azlab::az {

/// A kind of resource with the usual commands: what `show`, `list`, `create`, `update` and `delete` of one family need
/// to know. A kind is one constant, named in the rows of its commands.
struct ResourceKind {
  std::string_view type;          ///< "Microsoft.Storage/storageAccounts"
  std::string_view version;       ///< api-version of the family's client
  const char* key = "name";       ///< the argument that names it
  std::string_view model{};       ///< how it is printed (fixtures/az/models.json); empty: properties moved up
  const char* not_found = "";     ///< text when it is looked for by name alone, the name at "{}"
  const char* delete_query = "";  ///< further query of DELETE
  bool looked_up_first =
      false;  ///< a name that is not found is a wrong command line (found while arguments are checked)
};

/// One option that becomes a member of the request.
struct Setting {
  enum class As { text, flag, enabled, number };
  std::string_view key;
  std::string_view path;  ///< "properties.accessTier"
  As as = As::text;       ///< `enabled`: true and false as "Enabled" and "Disabled"
};

/// Puts the given options, and `--tags`, into the request.
void apply(const Invocation& az, std::span<const Setting> settings, Json& body);

/// Path of the resource meant; without a group it is looked for in the whole subscription, as az does.
Result<std::string> find_resource(Invocation& az, const ResourceKind& kind);
Result<Json> show_resource(Invocation& az, const ResourceKind& kind);
Result<Json> list_resources(Invocation& az, const ResourceKind& kind);
/// Deletes, waits, prints nothing.
Result<Json> delete_resource(Invocation& az, const ResourceKind& kind, const std::string& query = "");
Result<Json> put_resource(Invocation& az, const ResourceKind& kind, const Json& body);
Result<Json> patch_resource(Invocation& az, const ResourceKind& kind, const Json& body);
/// What the family's client prints of an answer.
Json printed(const ResourceKind& kind, Json answer);
/// A POST to the resource meant ("listKeys").
Result<Json> post_to_resource(Invocation& az, const ResourceKind& kind, const std::string& action,
                              const std::string& query = "");
/// `--location`, or that of the resource group.
Result<std::string> location_or_group(Invocation& az);
/// Posts a name to a provider's checkNameAvailability.
Result<Json> check_name(Invocation& az, const ResourceKind& kind, std::string_view model);

/// The `wait` of a family: looks every `--interval` seconds until the state that `look` gives (nothing: it is not
/// there) fits
/// `--created`, `--updated`, `--deleted` or `--exists`.
Result<Json> wait_for(Invocation& az, const std::function<Result<std::optional<std::string>>()>& look);
/// The state of an answer for `wait_for`.
Result<std::optional<std::string>> state_of(const Result<Json>& answer);

// Commands of any family: the kind is that of the row.
Result<Json> show_kind(Invocation& az);
Result<Json> list_kind(Invocation& az);
Result<Json> delete_kind(Invocation& az);

}  // namespace azlab::az
