/// `az keyvault secret`: the data plane of a vault (azure-keyvault-secrets 4.10, as azure-cli 2.91 uses it).
#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"
#include "sim/core/text.hpp"
#include "sim/core/time.hpp"

namespace azlab::az {
namespace {

constexpr std::string_view kSecretVersion = "7.6";

/// One request to a vault. Its client words errors as azure-core does, the inner error below them.
Result<Json> ask_vault(Invocation& az, Method method, const std::string& url, const std::string& query = {}, const std::string& body = {}) {
  Request request = Request::make(method, url + (url.find('?') == std::string::npos ? "?api-version=" + std::string(kSecretVersion) : "") + (query.empty() ? "" : "&" + query), Body(body));
  if (!body.empty()) request.headers.set("Content-Type", "application/json");
  const Response answer = az.transport.send(request);
  if (answer.ok()) return answer.body.empty() ? Result<Json>(Json(nullptr)) : parse_json(answer.body.text());
  Error error = error_of(answer);
  const auto json = parse_json(answer.body.text());
  const Json* inner = json ? find_path(*json, "error.innererror") : nullptr;
  if (inner == nullptr || !is_from_azure(error)) return tl::make_unexpected(error);
  auto worded = cli_error(error_text(error) + "\nInner error: " + inner->dump(4, ' ', false, Json::error_handler_t::replace));
  worded.value().status = answer.status;
  return worded;
}

struct SecretPlace {
  std::string vault;
  std::string name;
  std::string version;
};

/// `--id`, or `--vault-name` and `--name`.
Result<SecretPlace> place_of(const Invocation& az, bool named) {
  const std::string id = az.value("id");
  if (!id.empty()) {
    const auto at = id.find(named ? "/secrets/" : "/", 8);
    const auto parts = split(named && at != std::string::npos ? id.substr(at + 9) : std::string(), '/');
    return SecretPlace{id.substr(0, at), parts.empty() ? "" : parts[0], parts.size() > 1 ? parts[1] : ""};
  }
  if (az.value("vault-name").empty() || (named && az.value("name").empty())) {
    return cli_error(named ? "incorrect usage: --id ID | --vault-name/--hsm-name VAULT/HSM --name/-n NAME [--version VERSION]" : "Please specify --vault-name or --hsm-name.");
  }
  return SecretPlace{"https://" + az.value("vault-name") + ".vault.azure.net", az.value("name"), az.value("version")};
}

Json moment(const Json& attributes, const char* key) {
  const Json* seconds = find_key(attributes, key);
  if (seconds == nullptr || !seconds->is_number()) return nullptr;
  return replace_all(to_iso8601_seconds(Time(std::chrono::seconds(seconds->get<std::int64_t>()))), "Z", "+00:00");
}

/// What the client's model of a secret's properties prints.
Json printed_secret(const Json& secret) {
  const Json attributes = secret.value("attributes", Json::object());
  const std::string id = string_at(secret, "id");
  const auto parts = split(id, '/');
  return {{"attributes",
           {{"created", moment(attributes, "created")},
            {"enabled", attributes.value("enabled", Json(nullptr))},
            {"expires", moment(attributes, "exp")},
            {"notBefore", moment(attributes, "nbf")},
            {"recoverableDays", attributes.value("recoverableDays", Json(nullptr))},
            {"recoveryLevel", attributes.value("recoveryLevel", Json(nullptr))},
            {"updated", moment(attributes, "updated")}}},
          {"contentType", secret.value("contentType", Json(nullptr))},
          {"id", id},
          {"managed", nullptr},
          {"name", parts.size() > 4 ? parts[4] : ""},
          {"tags", secret.value("tags", Json::object())}};
}

Json with_value(const Json& secret) {
  Json out = printed_secret(secret);
  out["kid"] = nullptr;
  out["value"] = secret.value("value", Json(nullptr));
  return out;
}

Result<std::string> secret_text(const Invocation& az) {
  const std::string value = az.value("value");
  const std::string file = az.value("file");
  if (value.empty() == file.empty()) return cli_error("incorrect usage: [Required] --value VALUE | --file PATH");
  if (file.empty()) return value;
  auto text = read_text_file(az, file);
  if (!text) return text;
  const std::string encoding = az.value("encoding", "utf-8");
  if (encoding == "utf-8" || encoding == "ascii") return text;
  return not_simulated("az keyvault secret set --encoding " + encoding);
}

Result<Json> secret_set(Invocation& az) {
  const auto text = secret_text(az);
  if (!text) return tl::make_unexpected(text.error());
  const auto place = place_of(az, true);
  if (!place) return tl::make_unexpected(place.error());
  Json body = {{"value", *text}};
  if (az.has("description")) body["contentType"] = az.value("description");
  Json tags = tags_of(az.all("tags")).value_or(Json::object());
  tags["file-encoding"] = az.value("encoding", "utf-8");  // of a value on the command line, too
  body["tags"] = tags;
  if (az.has("disabled")) body["attributes"] = {{"enabled", az.value("disabled", "true") == "false"}};
  for (const auto& [option, key] : {std::pair{"expires", "exp"}, std::pair{"not-before", "nbf"}}) {
    if (!az.has(option)) continue;
    const auto time = parse_iso8601(az.value(option));
    if (!time) return usage_error("invalid datetime: '" + az.value(option) + "'. Expected format: Y-m-d'T'H:M:S'Z'");
    body["attributes"][key] = std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
  }
  const auto made = ask_vault(az, Method::put, place->vault + "/secrets/" + path_segment(place->name), "", dump(body));
  return made ? Result<Json>(with_value(*made)) : made;
}

Result<Json> secret_show(Invocation& az) {
  const auto place = place_of(az, true);
  if (!place) return tl::make_unexpected(place.error());
  const auto secret = ask_vault(az, Method::get, place->vault + "/secrets/" + path_segment(place->name) + "/" + place->version);
  return secret ? Result<Json>(with_value(*secret)) : secret;
}

Result<Json> secret_list(Invocation& az) {
  const auto place = place_of(az, false);
  if (!place) return tl::make_unexpected(place.error());
  Json out = Json::array();
  std::string next = place->vault + "/secrets";
  std::string query = az.has("maxresults") ? "maxresults=" + az.value("maxresults") : "";
  while (!next.empty()) {
    const auto page = ask_vault(az, Method::get, next, query);
    if (!page) return page;
    for (const auto& one : page->value("value", Json::array())) {
      const Json* managed = find_key(one, "managed");
      if (managed != nullptr && managed->is_boolean() && managed->get<bool>() && az.value("include-managed") != "true") continue;
      out.push_back(printed_secret(one));
    }
    next = string_at(*page, "nextLink");
    query.clear();
  }
  return out;
}

Result<Json> secret_delete(Invocation& az) {
  az.warn(
      "Warning! If you have soft-delete protection enabled on this key vault, this secret will be moved to the soft deleted state. You will not be able to create a secret with the same name within this key "
      "vault until the secret has been purged from the soft-deleted state. Please see the following documentation for additional "
      "guidance.\nhttps://learn.microsoft.com/azure/key-vault/general/soft-delete-overview");
  const auto place = place_of(az, true);
  if (!place) return tl::make_unexpected(place.error());
  auto gone = ask_vault(az, Method::del, place->vault + "/secrets/" + path_segment(place->name));
  if (!gone) {
    gone.error().status = 400;  // az ends with 1 here, for what is not there as well
    return gone;
  }
  Json out = with_value(*gone);
  out["value"] = nullptr;
  out["deletedDate"] = moment(*gone, "deletedDate");
  out["recoveryId"] = gone->value("recoveryId", Json(nullptr));
  out["scheduledPurgeDate"] = moment(*gone, "scheduledPurgeDate");
  return out;
}

}  // namespace

Rows secret_commands() {
  static constexpr CommandRow kRows[] = {
      {"keyvault secret set", secret_set, "name vault-name value file encoding description tags disabled expires not-before"},
      {"keyvault secret show", secret_show, "name vault-name version id"},
      {"keyvault secret list", secret_list, "vault-name id maxresults include-managed",
       "{Name:name,Id:id,ContentType:contentType,Enabled:attributes.enabled || '',Expires:attributes.expires}"},
      {"keyvault secret delete", secret_delete, "name vault-name id"},
  };
  return kRows;
}

}  // namespace azlab::az
