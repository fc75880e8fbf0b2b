#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/core/json.hpp"

namespace azlab::entra {

std::string base64url(std::string_view bytes);

/// A JSON web token taken apart; nothing about it is checked.
struct Jwt {
  std::string header;       ///< JSON object
  std::string payload;      ///< JSON object
  std::string signed_text;  ///< what the signature is over
  std::string signature;    ///< raw bytes; empty in an unsigned token
};

/// Nothing on text that is no JWT: three parts of which the first two are base64url of JSON objects.
std::optional<Jwt> parse_jwt(std::string_view text);
/// A token with these claims, RS256 by the run's key, `kid` and `x5t` in its header.
std::string sign_jwt(const Json& claims);
/// Whether a token is one that this run signed.
bool is_signed_by_us(const Jwt& token);

/// Text that only we read again, sealed against change: codes and refresh tokens, so that they need no rows.
std::string seal(std::string_view prefix, const Json& content);
/// The content of sealed text. `intact` says whether the seal is ours: another run's is readable, but not intact.
std::optional<Json> open_sealed(std::string_view prefix, std::string_view text, bool& intact);

}  // namespace azlab::entra
