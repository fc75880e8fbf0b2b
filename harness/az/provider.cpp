#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/az/wire.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr Duration kProviderPollInterval = std::chrono::seconds(10);

Result<std::string> provider_path(Invocation& az) {
  auto subscription = subscription_path(az);
  if (!subscription) return subscription;
  return *subscription + "/providers/" + path_segment(az.value("namespace"));
}

Result<Json> change_registration(Invocation& az, const std::string& verb, const std::string& target) {
  auto path = provider_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto provider = fetch(az, {.method = Method::post, .path = *path + "/" + verb, .version = kResourcesVersion});
  if (!provider) return provider;
  if (!az.has("wait")) {
    if (string_at(*provider, "registrationState") != target) {
      az.warn(std::string(target == "Registered" ? "Registering" : "Unregistering") +
              " is still on-going. You can monitor using 'az provider show -n " + az.value("namespace") + "'");
    }
    return Json(nullptr);
  }
  do {
    az.transport.sleep(kProviderPollInterval);
    provider = fetch(az, {.path = *path, .version = kResourcesVersion});
    if (!provider) return provider;
  } while (string_at(*provider, "registrationState") != target);
  return Json(nullptr);
}

Result<Json> provider_register(Invocation& az) {
  return change_registration(az, "register", "Registered");
}
Result<Json> provider_unregister(Invocation& az) {
  return change_registration(az, "unregister", "Unregistered");
}

Result<Json> provider_show(Invocation& az) {
  auto path = provider_path(az);
  if (!path) return tl::make_unexpected(path.error());
  return fetch(az, {.path = *path, .version = kResourcesVersion});
}

Result<Json> provider_list(Invocation& az) {
  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  return fetch_list(az, {.path = *subscription + "/providers", .version = kResourcesVersion});
}

}  // namespace

Rows provider_commands() {
  static constexpr std::string_view kColumns =
      "{Namespace:namespace,RegistrationState:registrationState,RegistrationPolicy:registrationPolicy}";
  static constexpr CommandRow kRows[] = {
      {"provider register", provider_register, "namespace wait consent-to-permissions accept-terms"},
      {"provider unregister", provider_unregister, "namespace wait"},
      {"provider show", provider_show, "namespace expand", kColumns},
      {"provider list", provider_list, "expand", kColumns},
  };
  return kRows;
}

}  // namespace azlab::az
