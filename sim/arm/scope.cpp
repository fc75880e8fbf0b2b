#include "sim/arm/scope.hpp"

#include "sim/arm/resource.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {

std::string extension_scope(std::string_view path) {
  const auto at = to_lower(path).rfind("/providers/microsoft.authorization/");
  // az puts an empty parent into the address of a resource's lock: "…/Microsoft.Storage//storageAccounts/NAME/…".
  return at == std::string::npos ? std::string() : replace_all(percent_decode(path.substr(0, at)), "//", "/");
}

Result<void> check_scope(Context& context, const std::string& scope) {
  if (scope.empty()) return {};
  const auto id = ResourceId::parse(scope);
  if (!id) return fail(400, "InvalidScope", "The scope '" + scope + "' is not valid.");
  if (id->resource_group.empty()) return check_subscription(context, id->subscription);
  if (const auto ok = check_group(context, *id, false); !ok) return ok;
  if (id->provider.empty()) return {};
  // Parts of a resource are no resources of ARM's, all of them: secrets/NAME of a vault, fileshares/NAME of an account.
  ResourceId whole = *id;
  whole.parts.resize(1);
  if (!context.world().find(Table::resource, whole.key())) return fail(resource_not_found(whole));
  return {};
}

bool is_at_or_above(std::string_view scope, std::string_view below) {
  return starts_with_ignore_case(below, scope) && (below.size() == scope.size() || scope.empty() || scope.ends_with("/") || below[scope.size()] == '/');
}

const std::vector<std::string>& scope_patterns() {
  static const std::vector<std::string> kPatterns = [] {
    const std::string group = "/subscriptions/{sub}/resourcegroups/{rg}";
    const std::string resource = group + "/providers/{ns}/{type}/{resource}";
    const std::string part = resource + "/{partType}/{part}";
    // A container is .../blobServices/default/containers/NAME.
    return std::vector<std::string>{"/subscriptions/{sub}", group, resource, part, part + "/{subType}/{subPart}"};
  }();
  return kPatterns;
}

}  // namespace azlab::arm
