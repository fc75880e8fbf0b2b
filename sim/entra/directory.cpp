#include "sim/entra/directory.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::entra {
namespace {

Application::Kind application_kind(const std::string& word) {
  if (word == "public") return Application::Kind::public_;
  if (word == "confidential") return Application::Kind::confidential;
  if (word == "managedIdentity") return Application::Kind::managed_identity;
  throw std::logic_error("fixtures/entra/directory.json: kind \"" + word + "\"");
}

Application read_application(const Json& json, const std::string& subscription) {
  Application app{.kind = application_kind(json.at("kind")),
                  .app_id = json.at("appId"),
                  .id = json.at("id"),
                  .display_name = json.at("displayName"),
                  .role = string_at(json, "role"),
                  .resource = replace_all(string_at(json, "resource"), "{subscription}", subscription),
                  .family = json.value("family", false)};
  for (const auto& uri : json.value("redirectUris", Json::array())) app.redirect_uris.push_back(uri);
  for (const auto& one : json.value("federated", Json::array())) app.federated.push_back({one.at("issuer"), one.at("subject"), one.at("audience")});
  return app;
}

Directory read_directory() {
  const Json subscription = *parse_json(fixtures::get("fixtures/azure/subscription.json"));
  const Json json = *parse_json(fixtures::get("fixtures/entra/directory.json"));
  Directory out{.tenant_id = subscription.at("tenant"), .domain = subscription.at("defaultDomain"), .display_name = "Contoso Labs", .persons = {}, .applications = {}, .password = json.at("strict").at("password"), .client_secret = json.at("strict").at("clientSecret")};
  for (const auto& p : json.at("persons")) {
    out.persons.push_back({.id = p.at("id"), .user_principal_name = p.at("userPrincipalName"), .display_name = p.at("displayName"), .given_name = p.at("givenName"), .surname = p.at("surname"), .job_title = p.at("jobTitle"), .role = p.at("role")});
  }
  for (const auto& app : json.at("applications")) out.applications.push_back(read_application(app, subscription.at("id")));
  return out;
}

}  // namespace

const Person* Directory::find_person(std::string_view wanted) const {
  const auto found = std::find_if(persons.begin(), persons.end(), [&](const Person& p) { return equals_ignore_case(p.id, wanted) || equals_ignore_case(p.user_principal_name, wanted); });
  return found == persons.end() ? nullptr : &*found;
}

const Application* Directory::find_application(std::string_view app_id) const {
  const auto found = std::find_if(applications.begin(), applications.end(), [&](const Application& a) { return equals_ignore_case(a.app_id, app_id); });
  return found == applications.end() ? nullptr : &*found;
}

const Application* Directory::find_service_principal(std::string_view wanted) const {
  const auto found = std::find_if(applications.begin(), applications.end(), [&](const Application& a) { return equals_ignore_case(a.id, wanted); });
  return found == applications.end() ? nullptr : &*found;
}

const Application& Directory::managed_identity() const {
  const auto found = std::find_if(applications.begin(), applications.end(), [](const Application& a) { return a.kind == Application::Kind::managed_identity; });
  if (found == applications.end()) throw std::logic_error("fixtures/entra/directory.json has no managed identity");
  return *found;
}

bool Directory::is_tenant(std::string_view segment) const {
  constexpr std::array<std::string_view, 2> kAnyTenant = {"common", "organizations"};
  return equals_ignore_case(segment, tenant_id) || equals_ignore_case(segment, domain) ||
         std::any_of(kAnyTenant.begin(), kAnyTenant.end(), [&](std::string_view word) { return equals_ignore_case(segment, word); });
}

const Directory& directory() {
  static const Directory kDirectory = read_directory();
  return kDirectory;
}

}  // namespace azlab::entra
