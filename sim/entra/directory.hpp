#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace azlab::entra {

/// An invented person who can sign in (fixtures/entra/directory.json). The first one is who signs in unless asked.
struct Person {
  std::string id;  ///< object id
  std::string user_principal_name;
  std::string display_name;
  std::string given_name;
  std::string surname;
  std::string job_title;
  std::string role;  ///< at the subscription; empty: none
};

/// What an outside issuer must say for its token to stand for an application. `subject` and `issuer` may have `*`.
struct FederatedCredential {
  std::string issuer;
  std::string subject;
  std::string audience;
};

/// An application with its service principal.
struct Application {
  enum class Kind { public_, confidential, managed_identity };
  Kind kind = Kind::public_;
  std::string app_id;
  std::string id;  ///< object id of the service principal
  std::string display_name;
  std::string role;
  std::string resource{};  ///< of a managed identity
  bool family = false;     ///< shares refresh tokens with Microsoft's other clients (`foci`)
  std::vector<std::string> redirect_uris{};
  std::vector<FederatedCredential> federated{};
};

/// The tenant: its persons and applications. Data, not state; ids compare without case.
struct Directory {
  std::string tenant_id;
  std::string domain;
  std::string display_name;
  std::vector<Person> persons;
  std::vector<Application> applications;
  std::string password;       ///< the one that strict mode accepts for every person
  std::string client_secret;  ///< the one that strict mode accepts for every application

  const Person* find_person(std::string_view id_or_name) const;
  const Application* find_application(std::string_view app_id) const;
  /// By the object id of the service principal.
  const Application* find_service_principal(std::string_view id) const;
  const Application& managed_identity() const;  ///< the one a machine has unless it names another
  /// Whether a path's tenant segment means this tenant: its id, its domain, or one of the words for "any".
  bool is_tenant(std::string_view segment) const;
};
const Directory& directory();

}  // namespace azlab::entra
