#pragma once

#include <string>

#include "sim/core/json.hpp"
#include "sim/http/message.hpp"

namespace azlab::site {

/// Whether somebody of this account is among the invented persons of the directory (fixtures/entra).
bool is_person(const std::string& user);
/// Name and account, as pages show them; with `job` what they do.
Json person_json(const std::string& user, bool job = false);
/// All who can sign in, without a password.
Json people_json();
/// On whose behalf the portal asks Azure when that person is signed in: their account, and what they may do.
Caller portal_caller(const std::string& user);

}  // namespace azlab::site
