#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "sim/core/text.hpp"
#include "sim/entra/directory.hpp"
#include "sim/entra/entra.hpp"
#include "sim/entra/jwt.hpp"
#include "sim/entra/sign_in.hpp"
#include "tests/support/catch.hpp"

namespace azlab::entra::test {

inline constexpr const char* kTenant = "72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69";
inline constexpr const char* kCli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
inline constexpr const char* kPipeline = "5b0c6b1e-7f42-4d93-a8e6-2c1d9f3b4a51";
inline constexpr const char* kAlex = "8d7f1b52-5f3c-4b1e-9c56-3a4e2f6d7b10";
inline constexpr const char* kSam = "64d2f8b3-9a15-4c7e-8b02-e3f1a7c5d432";
inline constexpr const char* kLogin = "https://login.microsoftonline.com/";

/// The service alone, without the rest of the simulator.
struct SignInService {
  explicit SignInService(TimeMode mode = TimeMode::leap)
      : machinery{.clock = Clock(mode, 1, *parse_iso8601("2026-11-23T09:00:00Z")), .draw = Draw(1)} {
    for (auto& route : routes()) machinery.router.add(std::move(route));
  }
  Response send(Request request) { return dispatch(machinery, request, 0); }
  Response get(const std::string& url) { return send(Request::make(Method::get, url)); }
  Response post(const std::string& url, const std::string& form) { return send(Request::make(Method::post, url, form)); }
  Response token(const std::string& form) { return post(std::string(kLogin) + kTenant + "/oauth2/v2.0/token", form); }
  /// A token's claims from a good answer.
  static Json claims(const Response& response, const char* field = "access_token") {
    const Json body = json(response);
    REQUIRE(response.status == 200);
    return payload(body.at(field));
  }
  static Json payload(const std::string& token) {
    const auto jwt = parse_jwt(token);
    REQUIRE(jwt);
    return *parse_json(jwt->payload);
  }
  static Json json(const Response& response) { return Json::parse(response.body.text(), nullptr, false); }

  Machinery machinery;
};

}  // namespace azlab::entra::test
