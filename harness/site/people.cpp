#include "harness/site/people.hpp"

#include <nlohmann/json.hpp>

#include "sim/entra/directory.hpp"

namespace azlab::site {

bool is_person(const std::string& user) { return entra::directory().find_person(user) != nullptr; }

Json person_json(const std::string& user, bool job) {
  const auto* known = entra::directory().find_person(user);
  Json out = {{"name", known == nullptr ? user : known->display_name}, {"user", user}};
  if (job && known != nullptr) out["job"] = known->job_title;
  return out;
}

Json people_json() {
  Json out = Json::array();
  for (const auto& person : entra::directory().persons) out.push_back(person_json(person.user_principal_name, true));
  return out;
}

Caller portal_caller(const std::string& user) {
  Caller caller;
  caller.origin = "portal";
  caller.user_name = user;
  if (const auto* known = entra::directory().find_person(user)) {
    caller.principal_id = known->id;
    caller.roles.clear();
    if (!known->role.empty()) caller.roles.push_back(known->role);
  }
  return caller;
}

}  // namespace azlab::site
