#pragma once

#include <optional>
#include <string>

#include "sim/entra/directory.hpp"
#include "sim/entra/sign_in.hpp"

namespace azlab::entra {

/// Tokens last this long by every clock, whatever simulated time does meanwhile.
inline constexpr int kTokenSeconds = 86'400;

/// Who gets tokens and for what. A person signs in with a client; an application signs in as itself.
struct Grant {
  const Application* client = nullptr;
  const Person* person = nullptr;  ///< null: the client itself
  Wanted wanted{};
  std::string nonce{};             ///< from the authorization request, repeated in the id_token
  std::string proof = "0";         ///< `appidacr`: 0 public client, 1 secret, 2 certificate, assertion or managed identity
};

/// An access token with the claims of Entra's version 1.0.
std::string access_token(Context& context, const Grant& grant);
/// The answer of a token endpoint; v1 writes numbers as strings and names the resource.
Response token_response(Context& context, const Grant& grant, bool v1);
/// When a token made now ends, in seconds since the epoch.
std::int64_t token_end(Context& context);

/// Who a refresh token is for.
struct RefreshGrant {
  const Application* client = nullptr;
  const Person* person = nullptr;
};
/// Nothing on text that is no refresh token of ours; `intact` as in open_sealed.
std::optional<RefreshGrant> read_refresh_token(std::string_view text, bool& intact);

}  // namespace azlab::entra
