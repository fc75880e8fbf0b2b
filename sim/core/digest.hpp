#pragma once

#include <string>
#include <string_view>

namespace azlab {

/// HMAC-SHA256 of `text` under `key` (both bytes), as base64: what shared keys and shared access signatures are.
std::string hmac_sha256_base64(std::string_view key, std::string_view text);
/// MD5 as base64: what Content-MD5 carries.
std::string md5_base64(std::string_view bytes);
/// SHA-256 in lower-case hexadecimals.
std::string sha256_hex(std::string_view bytes);
/// SHA-256 as base64: how a page's policy names the scripts that it allows.
std::string sha256_base64(std::string_view bytes);

}  // namespace azlab
