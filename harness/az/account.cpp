#include <cctype>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/az/wire.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr const char* kProfile = "azureProfile.json";
constexpr const char* kSignedOut = "signed-out";

/// az login and az account list call the cloud by another name than az account show.
Json as_listed(Json accounts) {
  for (Json& account : accounts) {
    account["cloudName"] = account["environmentName"];
    account.erase("environmentName");
  }
  return accounts;
}

Json profile_row(Invocation& az, const Json& subscription) {
  Json user = {{"name", az.config.variable("AZLAB_USER_NAME").value_or(Caller{}.user_name)}, {"type", "user"}};
  if (az.environment.signed_in) user["cloudShellID"] = true;
  return {{"id", string_at(subscription, "subscriptionId")},
          {"name", string_at(subscription, "displayName")},
          {"state", string_at(subscription, "state", "Enabled")},
          {"user", user},
          {"isDefault", false},
          {"tenantId", string_at(subscription, "tenantId")},
          {"homeTenantId", string_at(subscription, "homeTenantId", string_at(subscription, "tenantId"))},
          {"environmentName", "AzureCloud"},
          {"managedByTenants", subscription.value("managedByTenants", Json::array())}};
}

bool save_profile(Invocation& az, const Json& accounts) {
  return az.config.write_file(kProfile, dump_pretty({{"subscriptions", accounts}}) + "\n");
}

/// Reads the subscriptions that the identity sees (what `az login` and Cloud Shell's start do) into the profile.
Result<Json> refresh_accounts(Invocation& az) {
  auto subscriptions = fetch_list(az, {.path = "/subscriptions", .version = kSubscriptionsVersion});
  if (!subscriptions) return subscriptions;
  Json accounts = Json::array();
  for (const Json& subscription : *subscriptions) accounts.push_back(profile_row(az, subscription));
  if (accounts.empty())
    return cli_error("No subscriptions found for " +
                     az.config.variable("AZLAB_USER_NAME").value_or(Caller{}.user_name) + ".");
  accounts[0]["isDefault"] = true;
  if (!save_profile(az, accounts))
    return cli_error("[Errno 13] Permission denied: '" + az.config.directory() + "/" + kProfile + "'");
  return accounts;
}

Result<Json> accounts_of(Invocation& az) {
  const auto text = az.config.read_file(kProfile);
  if (text) {
    auto profile = parse_json(*text);
    if (!profile) return tl::make_unexpected(profile.error());
    if (const Json* list = find_key(*profile, "subscriptions"); list && !list->empty()) return *list;
  } else if (az.environment.signed_in && !az.config.read_file(kSignedOut)) {
    // Cloud Shell has signed in with its identity before the first command; here it happens when first needed.
    return refresh_accounts(az);
  }
  return cli_error("Please run 'az login' to setup account.");
}

const Json* find_account(const Json& accounts, const std::string& wanted) {
  for (const Json& account : accounts) {
    if (equals_ignore_case(string_at(account, "id"), wanted) ||
        equals_ignore_case(string_at(account, "name"), wanted)) {
      return &account;
    }
  }
  return nullptr;
}

Result<Json> account_show(Invocation& az) {
  return current_account(az);
}

Result<Json> account_list(Invocation& az) {
  auto accounts = az.has("refresh") ? refresh_accounts(az) : accounts_of(az);
  return accounts ? Result<Json>(as_listed(std::move(*accounts))) : accounts;
}

Result<Json> account_set(Invocation& az) {
  auto accounts = accounts_of(az);
  if (!accounts) return accounts;
  const std::string wanted = az.value("subscription");
  const Json* chosen = find_account(*accounts, wanted);
  // az compares, and then says, in lower case.
  if (!chosen) return cli_error("The subscription of '" + to_lower(wanted) + "' doesn't exist in cloud 'AzureCloud'.");
  const std::string id = string_at(*chosen, "id");
  for (Json& account : *accounts) account["isDefault"] = string_at(account, "id") == id;
  save_profile(az, *accounts);
  return Json(nullptr);
}

Result<Json> account_locations(Invocation& az) {
  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  return fetch_list(az, {.path = *subscription + "/locations", .version = kSubscriptionsVersion});
}

/// A token that clients can decode (wire.md 1.2); nobody here checks a signature.
Result<Json> account_token(Invocation& az) {
  auto account = current_account(az);
  if (!account) return account;
  std::string audience = az.value("resource", "https://management.core.windows.net/");
  if (const std::string scope = az.value("scope"); scope.ends_with("/.default"))
    audience = scope.substr(0, scope.size() - 9);
  const Time now = az.transport.now();
  const Time end = now + std::chrono::minutes(75);
  const auto epoch = [](Time time) { return static_cast<std::int64_t>(time.time_since_epoch().count() / 1000); };
  const std::string tenant = string_at(*account, "tenantId");
  const auto part = [](const Json& json) {
    std::string text = base64_encode(dump(json));
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    text.erase(text.find_last_not_of('=') + 1);
    return text;
  };
  const std::string token = part({{"typ", "JWT"}, {"alg", "RS256"}}) + "." +
                            part({{"aud", audience},
                                  {"iss", "https://sts.windows.net/" + tenant + "/"},
                                  {"iat", epoch(now)},
                                  {"nbf", epoch(now)},
                                  {"exp", epoch(end)},
                                  {"tid", tenant},
                                  {"oid", Caller{}.principal_id},
                                  {"upn", text_at(*account, "user.name")},
                                  {"unique_name", text_at(*account, "user.name")},
                                  {"ver", "1.0"}}) +
                            ".c2lnbmF0dXJl";
  const std::string text = to_iso8601_seconds(end);
  return Json{{"accessToken", token},     {"expiresOn", text.substr(0, 10) + " " + text.substr(11, 8) + ".000000"},
              {"expires_on", epoch(end)}, {"subscription", string_at(*account, "id")},
              {"tenant", tenant},         {"tokenType", "Bearer"}};
}

Result<Json> login(Invocation& az) {
  if (az.environment.signed_in) {
    az.warn(
        "Cloud Shell is automatically authenticated under the initial account signed-in with. Run 'az login' only if "
        "you need to use a different account");
  }
  // az prints what Entra says as it is, even when it shows errors only.
  std::string code = az.random_hex(9);
  for (char& c : code) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  az.err << "To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code " + code + " to authenticate.\n";
  az.config.remove_directory(kSignedOut);
  Json tenants = Json::array();
  if (!az.has("tenant")) {
    auto found = fetch_list(az, {.path = "/tenants", .version = kSubscriptionsVersion});
    if (!found) return found;
    tenants = std::move(*found);
  }
  auto accounts = refresh_accounts(az);
  if (!accounts) return accounts;
  // Whoever signs in here is no longer Cloud Shell's own identity; the tenants that were looked through are named.
  for (Json& account : *accounts) {
    account["user"].erase("cloudShellID");
    for (const Json& tenant : tenants) {
      if (string_at(tenant, "tenantId") != string_at(account, "tenantId")) continue;
      account["tenantDefaultDomain"] = string_at(tenant, "defaultDomain");
      account["tenantDisplayName"] = string_at(tenant, "displayName");
    }
  }
  save_profile(az, *accounts);
  return as_listed(std::move(*accounts));
}

void say_signed_out(Invocation& az) {
  if (az.environment.signed_in) az.warn("Logout successful. Re-login to your initial Cloud Shell identity with 'az login --identity'. Login with a new identity with 'az login'.");
}

Result<Json> account_clear(Invocation& az) {
  say_signed_out(az);
  save_profile(az, Json::array());
  az.config.write_file(kSignedOut, "");
  return Json(nullptr);
}

Result<Json> logout(Invocation& az) {
  auto accounts = accounts_of(az);
  if (!accounts) {
    say_signed_out(az);
    return cli_error("There are no active accounts.");
  }
  return account_clear(az);
}

}  // namespace

Result<Json> current_account(Invocation& az) {
  auto accounts = accounts_of(az);
  if (!accounts) return accounts;
  if (const std::string& wanted = az.global.subscription; !wanted.empty()) {
    if (const Json* account = find_account(*accounts, wanted)) return *account;
    // az takes an id that its profile does not list as it is, a name it must find.
    if (wanted.size() == 36 && wanted[8] == '-') {
      Json account = accounts->front();
      account["id"] = wanted;
      return account;
    }
    return cli_error("The subscription of '" + wanted + "' doesn't exist in cloud 'AzureCloud'.");
  }
  for (const Json& account : *accounts) {
    if (account.value("isDefault", false)) return account;
  }
  return accounts->front();
}

Rows account_commands() {
  // `az login` prints the accounts that it found in the same columns as `az account list`.
  static constexpr std::string_view kColumns =
      "{Name:name,CloudName:cloudName,SubscriptionId:id,TenantId:tenantId,State:state,IsDefault:isDefault}";
  static constexpr CommandRow kRows[] = {
      {"account show", account_show},
      {"account list", account_list, "all refresh", kColumns},
      {"account set", account_set, "subscription"},
      {"account list-locations", account_locations},
      {"account get-access-token", account_token, "resource scope resource-type tenant"},
      {"account clear", account_clear},
      {"login", login, "use-device-code tenant scope allow-no-subscriptions", kColumns},
      {"logout", logout, "username"},
  };
  return kRows;
}

}  // namespace azlab::az
