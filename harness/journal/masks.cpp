#include "harness/journal/masks.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/core/journal.hpp"
#include "sim/core/text.hpp"

namespace azlab::journal {
namespace {

/// Ends of names of members, without case, '_' and '-', whose texts are secret.
constexpr std::string_view kSecretEnds[] = {"password", "passphrase", "secret", "accountkey", "accesskey", "sharedkey", "privatekey", "apikey", "primarykey", "secondarykey", "connectionstring", "sasuri", "sastoken", "accesstoken", "refreshtoken", "idtoken", "authtoken"};
constexpr std::string_view kSecretHeaders[] = {"cookie", "set-cookie", "x-ms-encryption-key", "x-identity-header", "secret", "api-key", "ocp-apim-subscription-key", "proxy-authorization", "metadata-secret"};

std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != '_' && c != '-') out += to_lower(c);
  }
  return out;
}

bool is_secret_name(std::string_view name) {
  const std::string short_name = plain(name);
  return short_name == "token" || std::any_of(std::begin(kSecretEnds), std::end(kSecretEnds), [&](std::string_view end) { return short_name.ends_with(end); });
}

/// Makes a text the mask, in a parameter ({"value": …}) its value; true when it did.
bool mask(Json& value) {
  if (value.is_string() && value != kMasked) {
    value = kMasked;
    return true;
  }
  bool any = false;
  if (!value.is_object()) return any;
  for (const char* member : {"value", "defaultValue"}) {
    if (!value.contains(member)) continue;
    value[member] = kMasked;
    any = true;
  }
  return any;
}

/// Parameters that a template declares secure, and their values beside it.
bool mask_secure_parameters(Json& object) {
  bool any = false;
  if (!object.contains("template") || !object["template"].is_object()) return any;
  Json& declared = object["template"]["parameters"];
  if (!declared.is_object()) return any;
  for (auto& [name, parameter] : declared.items()) {
    const std::string type = to_lower(string_at(parameter, "type"));
    if (type != "securestring" && type != "secureobject") continue;
    any = mask(parameter) || any;
    if (object.contains("parameters") && object["parameters"].is_object() && object["parameters"].contains(name)) any = mask(object["parameters"][name]) || any;
  }
  return any;
}

bool mask_within(Json& value) {
  bool any = false;
  if (value.is_object()) any = mask_secure_parameters(value);
  if (!value.is_structured()) return any;
  for (auto& [name, member] : value.items()) {
    if (value.is_object() && is_secret_name(name)) any = mask(member) || any;
    any = mask_within(member) || any;
  }
  return any;
}

bool is_place_of_secrets(const Request& request) {
  const std::string path = to_lower(request.path);
  return path.find("/secrets/") != std::string::npos && (request.host.ends_with(".vault.azure.net") || path.find("/vaults/") != std::string::npos);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> without_secrets(const Headers& headers) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [name, value] : headers.fields()) {
    const bool secret = std::any_of(std::begin(kSecretHeaders), std::end(kSecretHeaders), [&](std::string_view known) { return equals_ignore_case(name, known); });
    const bool authorization = equals_ignore_case(name, "Authorization") || equals_ignore_case(name, "x-ms-copy-source-authorization") || equals_ignore_case(name, "x-ms-authorization-auxiliary");
    if (authorization) {
      out.emplace_back(name, value.substr(0, value.find(' ')) + " " + std::string(kMasked));
    } else {
      out.emplace_back(name, secret ? std::string(kMasked) : azlab::without_secrets(value));
    }
  }
  return out;
}

std::string body_without_secrets(const Request& request, const std::string& body) {
  const std::string type = to_lower(request.headers.get("Content-Type"));
  if (type.starts_with("application/x-www-form-urlencoded")) return azlab::without_secrets("?" + body).substr(1);
  const std::string_view begin = trim(std::string_view(body).substr(0, 100));
  if (!begin.starts_with('{') && !begin.starts_with('[')) return body;
  auto json = parse_json(body);
  if (!json) return body;
  bool any = mask_within(*json);
  if (is_place_of_secrets(request)) {
    if (json->contains("value")) any = mask((*json)["value"]) || any;
    if (json->contains("properties") && (*json)["properties"].is_object() && (*json)["properties"].contains("value")) any = mask((*json)["properties"]["value"]) || any;
  }
  return any ? dump(*json) : body;
}

}  // namespace azlab::journal
