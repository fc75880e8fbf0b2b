#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/http/message.hpp"

namespace azlab::journal {

/// What stands in a journal file where a secret was.
constexpr std::string_view kMasked = "redacted";

/// The header fields of a request without credentials: of Authorization only its scheme stays, of cookies and keys nothing.
std::vector<std::pair<std::string, std::string>> without_secrets(const Headers& headers);

/// A body without what is secret by its name (passwords, tokens, keys, connection strings), by its declaration in a template
/// (secure parameters) or by its place (secrets of a vault, forms of sign-in). Bytes that hold none stay as they are, as do
/// texts that are neither JSON nor a form.
std::string body_without_secrets(const Request& request, const std::string& body);

}  // namespace azlab::journal
