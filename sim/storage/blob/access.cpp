#include "sim/storage/blob/access.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/arm/access.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/text.hpp"
#include "sim/storage/blob/blob_store.hpp"
#include "sim/storage/blob/xml.hpp"
#include "sim/storage/storage.hpp"

namespace azlab::storage {
namespace {

// The version from which on a service SAS signs the encryption scope, and the one from which on it signs `sr`.
constexpr std::string_view kSignsScope = "2020-12-06";
constexpr std::string_view kSignsKind = "2018-11-09";
// From here on a user delegation signature names the user to whom it is given (azure-storage-blob 12.27).
constexpr std::string_view kSignsDelegatedUser = "2025-07-05";

using Query = std::map<std::string, std::string>;

Query decoded_query(const Request& request) {
  Query out;
  for (const auto& pair : split(request.query, '&')) {
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    std::string& value = out[to_lower(percent_decode(pair.substr(0, equals)))];
    if (!value.empty()) value += ",";
    if (equals != std::string::npos) value += percent_decode(pair.substr(equals + 1), true);
  }
  return out;
}

std::string get(const Query& query, const std::string& name) {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

std::string lines(std::initializer_list<std::string> parts) {
  std::string out;
  for (const auto& part : parts) out += (&part == parts.begin() ? "" : "\n") + part;
  return out;
}

tl::unexpected<Error> refused(const std::string& detail) {
  return fail(403, "AuthenticationFailed",
              "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature." +
                  (detail.empty() ? "" : "\n" + detail));
}

/// What SharedKey signs (Microsoft's "Authorize with Shared Key", for blob and file services).
std::string string_to_sign(const Request& request, const std::string& account) {
  std::string out(to_string(request.method));
  const std::string length(request.headers.get("Content-Length"));
  const auto add = [&](std::string_view value) { out.append("\n").append(value); };
  for (const char* name : {"Content-Encoding", "Content-Language"}) add(request.headers.get(name));
  add(length == "0" ? "" : length);
  for (const char* name : {"Content-MD5", "Content-Type", "Date", "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range"}) add(request.headers.get(name));
  std::map<std::string, std::string> own;
  for (const auto& [name, value] : request.headers.fields()) {
    const std::string lower = to_lower(name);
    if (lower.starts_with("x-ms-")) own[lower] = std::string(trim(value));
  }
  for (const auto& [name, value] : own) add(name + ":" + value);
  add("/" + account + request.path);
  for (const auto& [name, value] : decoded_query(request)) add(name + ":" + value);
  return out;
}

bool fits_any_key(const Context& context, const std::string& account, const std::string& text, const std::string& signature) {
  for (int n = 0; n < 2; ++n) {
    if (hmac_sha256_base64(*base64_decode(account_key(context, account, n)), text) == signature) return true;
  }
  return false;
}

Result<void> check_shared_key(const Context& context, const Request& request, const std::string& account) {
  const std::string_view header = request.headers.get("Authorization");
  const auto colon = header.rfind(':');
  if (colon == std::string_view::npos || !starts_with_ignore_case(header, "SharedKey " + account + ":")) return refused("");
  if (fits_any_key(context, account, string_to_sign(request, account), std::string(header.substr(colon + 1)))) return {};
  return refused("The MAC signature found in the HTTP request is not the same as any computed signature.");
}

/// Whether a signature is within its time. It does not end because simulated time leapt (design 4): what was good when
/// the run began is good, unless time is real.
Result<void> check_terms(Context& context, const Query& query, char permission) {
  const auto end = parse_iso8601(get(query, "se"));
  const auto start = parse_iso8601(get(query, "st"));
  const Clock& clock = context.machinery().clock;
  if (!end || *end <= (clock.mode() == TimeMode::real ? clock.now() : clock.start()) || (start && *start > context.now())) {
    return refused("Signature not valid in the specified time frame: Start [" + get(query, "st") + "] - Expiry [" + get(query, "se") + "] - Current [" + to_http_date(context.now()) + "]");
  }
  const std::string allowed = get(query, "sp");
  const auto has = [&](char letter) { return allowed.find(letter) != std::string::npos; };
  // Writing covers creating and adding.
  if (has(permission) || ((permission == 'c' || permission == 'a') && has('w'))) return {};
  return fail(403, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission.");
}

/// The part of the resource that a signature of this kind names: its container, or all of it.
std::string signed_resource(const std::string& resource, const std::string& kind) {
  if (kind != "c" && kind != "s") return resource;
  std::size_t at = 0;
  for (int slashes = 0; slashes < 4 && at != std::string::npos; ++slashes) at = resource.find('/', slashes == 0 ? 0 : at + 1);
  return resource.substr(0, at);
}

std::string service_text(const Query& query, const std::string& resource, bool file) {
  const std::string version = get(query, "sv");
  std::string text = lines({get(query, "sp"), get(query, "st"), get(query, "se"), resource, get(query, "si"), get(query, "sip"), get(query, "spr"), version});
  if (!file && version >= kSignsKind) text += "\n" + get(query, "sr") + "\n" + get(query, "snapshot");
  if (!file && version >= kSignsScope) text += "\n" + get(query, "ses");
  for (const char* name : {"rscc", "rscd", "rsce", "rscl", "rsct"}) text += "\n" + get(query, name);
  return text;
}

std::string delegation_text(const Query& query, const std::string& resource) {
  std::string text = lines({get(query, "sp"), get(query, "st"), get(query, "se"), resource});
  for (const char* name : {"skoid", "sktid", "skt", "ske", "sks", "skv", "saoid", "suoid", "scid"}) text += "\n" + get(query, name);
  if (get(query, "sv") >= kSignsDelegatedUser) text += "\n" + get(query, "skdutid") + "\n" + get(query, "sduoid");
  for (const char* name : {"sip", "spr", "sv", "sr", "snapshot"}) text += "\n" + get(query, name);
  if (get(query, "sv") >= kSignsScope) text += "\n" + get(query, "ses");
  for (const char* name : {"rscc", "rscd", "rsce", "rscl", "rsct"}) text += "\n" + get(query, name);
  return text;
}

std::string account_text(const Query& query, const std::string& account) {
  std::string text = lines({account, get(query, "sp"), get(query, "ss"), get(query, "srt"), get(query, "st"), get(query, "se"), get(query, "sip"), get(query, "spr"), get(query, "sv")});
  if (get(query, "sv") >= kSignsScope) text += "\n" + get(query, "ses");
  return text + "\n";
}

/// Where on an account roles are looked for, and what has to stand in one of them: Microsoft's table of permissions for
/// data operations in "Authorize with Microsoft Entra ID". What concerns containers and shares as such is a control action
/// there, what concerns their content a data action.
struct Needed {
  std::string scope;  ///< after the account's id
  std::vector<arm::WantedAction> actions;
};

Needed needed_for_blobs(const std::vector<std::string>& parts, char permission) {
  const std::string service = "Microsoft.Storage/storageAccounts/blobServices/";
  const std::string blobs = service + "containers/blobs/";
  if (parts.size() == 2) return {"", {{permission == 'l' ? service + "containers/read" : service + "generateUserDelegationKey/action"}}};
  const std::string scope = "/blobServices/default/containers/" + parts[2];
  if (parts.size() == 3 && permission != 'l') return {scope, {{service + "containers/" + (permission == 'r' ? "read" : permission == 'd' ? "delete" : "write")}}};
  return {scope, {{blobs + (permission == 'r' || permission == 'l' ? "read" : permission == 'd' ? "delete" : "write"), true}}};
}

/// Files are opened past their own permissions ("backup semantics"), which roles have to allow as well.
Needed needed_for_files(const std::vector<std::string>& parts, char permission, bool share_itself) {
  const std::string service = "Microsoft.Storage/storageAccounts/fileServices/";
  const std::string scope = "/fileServices/default/fileshares/" + parts[2];
  if (share_itself) return {scope, {{service + "shares/read"}}};
  const bool reads = permission == 'r' || permission == 'l';
  return {scope,
          {{service + "fileshares/files/" + (reads ? "read" : permission == 'd' ? "delete" : "write"), true},
           {service + (reads ? "readFileBackupSemantics/action" : "writeFileBackupSemantics/action"), true}}};
}

Result<void> check_roles(Context& context, const Request& request, const Access& access, std::string_view principal) {
  // "/blob/account/container/name": a name may have slashes of its own.
  std::vector<std::string> parts = split(access.resource.substr(1), '/');
  const bool share_itself = equals_ignore_case(request.query_value("restype").value_or(""), "share");
  const Needed needed = parts[0] == "file" ? needed_for_files(parts, access.permission, share_itself) : needed_for_blobs(parts, access.permission);
  const auto account = find_account(context.world(), access.account);
  if (!account) return {};  // what is asked for will not be found
  const std::string scope = account->to_string() + needed.scope;
  const bool allowed = std::all_of(needed.actions.begin(), needed.actions.end(), [&](const arm::WantedAction& action) { return arm::may(context, principal, scope, action); });
  if (allowed) return {};
  return fail(403, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission.");
}

Result<void> check_sas(Context& context, const Request& request, const Access& access) {
  const Query query = decoded_query(request);
  if (const auto ok = check_terms(context, query, access.permission); !ok) return ok;
  const std::string signature = get(query, "sig");
  bool good = false;
  if (query.contains("skoid")) {
    const std::string key = user_delegation_key(context, access.account, get(query, "skoid"), get(query, "skt"), get(query, "ske"));
    good = hmac_sha256_base64(*base64_decode(key), delegation_text(query, signed_resource(access.resource, get(query, "sr")))) == signature;
  } else if (query.contains("ss")) {
    good = fits_any_key(context, access.account, account_text(query, access.account), signature);
  } else {
    const bool file = access.resource.starts_with("/file/");
    good = fits_any_key(context, access.account, service_text(query, signed_resource(access.resource, get(query, "sr")), file), signature);
  }
  // What a user signed reaches as far as that user's own roles.
  if (good && query.contains("skoid")) return check_roles(context, request, access, get(query, "skoid"));
  if (good) return {};
  return refused("Signature did not match. String to sign used was of the version " + get(query, "sv") + ".");
}

Result<void> check_anonymous(Context& context, const Access& access) {
  const auto id = find_account(context.world(), access.account);
  const auto account = id ? arm::read_resource(context.world(), id->to_string()) : std::nullopt;
  const Json* allowed = account ? find_path(*account, "properties.allowBlobPublicAccess") : nullptr;
  if (allowed == nullptr || !allowed->is_boolean() || !allowed->get<bool>()) return fail(409, "PublicAccessNotPermitted", "Public access is not permitted on this storage account.");
  const std::string name = signed_resource(access.resource, "c").substr(access.account.size() + 7);
  const auto container = arm::read_resource(context.world(), id->to_string() + "/blobServices/default/containers/" + name);
  const std::string level = container ? string_at(*container, "properties.publicAccess") : std::string();
  if ((level == "Blob" && access.permission == 'r') || (level == "Container" && (access.permission == 'r' || access.permission == 'l'))) return {};
  return fail(404, "ResourceNotFound", "The specified resource does not exist.");
}

}  // namespace

Result<void> authorize(Context& context, const Request& request, const Access& access) {
  if (context.caller().origin != "network") return {};
  const std::string_view header = request.headers.get("Authorization");
  const bool bearer = starts_with_ignore_case(header, "Bearer ");
  const bool sas = request.query_value("sig").has_value();
  const bool by_key = (!header.empty() && !bearer) || (sas && !request.query_value("skoid"));
  if (by_key) {
    const auto id = find_account(context.world(), access.account);
    const auto account = id ? arm::read_resource(context.world(), id->to_string()) : std::nullopt;
    const Json* allowed = account ? find_path(*account, "properties.allowSharedKeyAccess") : nullptr;
    if (allowed != nullptr && allowed->is_boolean() && !allowed->get<bool>()) {
      return fail(403, "KeyBasedAuthenticationNotPermitted", "Key based authentication is not permitted on this storage account.");
    }
  }
  if (!arm::roles_decide(context)) return {};
  if (bearer) return check_roles(context, request, access, context.caller().principal_id);  // a token was checked where it came in
  if (sas) return check_sas(context, request, access);
  if (!header.empty()) return check_shared_key(context, request, access.account);
  return check_anonymous(context, access);
}

std::string make_service_sas(const Context& context, std::string_view account, const SasTerms& terms) {
  const Query query = {{"sv", std::string(kServiceVersion)}, {"sr", terms.kind}, {"sp", terms.permissions}, {"st", terms.start}, {"se", terms.end}, {"spr", terms.protocol}};
  const std::string text = service_text(query, terms.resource, terms.resource.starts_with("/file/"));
  std::string out;
  for (const auto& [name, value] : query) {
    if (!value.empty()) out += name + "=" + percent_encode(value) + "&";
  }
  return out + "sig=" + percent_encode(hmac_sha256_base64(*base64_decode(account_key(context, account, 0)), text));
}

std::string user_delegation_key(const Context& context, std::string_view account, std::string_view principal, std::string_view start, std::string_view end) {
  return hmac_sha256_base64(account_key(context, account, 1), std::string(principal) + "\n" + std::string(start) + "\n" + std::string(end));
}

}  // namespace azlab::storage
