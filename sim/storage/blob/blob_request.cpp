#include "sim/storage/blob/blob_request.hpp"

#include <algorithm>
#include <array>

#include "sim/core/text.hpp"
#include "sim/storage/blob/access.hpp"
#include "sim/storage/blob/error.hpp"
#include "sim/storage/blob/xml.hpp"

namespace azlab::storage {
namespace {

// The names under which a blob keeps what describes its bytes.
constexpr std::array<std::string_view, 6> kContentHeaders = {"Content-Type", "Content-MD5", "Content-Encoding", "Content-Language", "Content-Disposition", "Cache-Control"};

/// "x-ms-blob-content-type" for "Content-Type".
std::string blob_header(std::string_view name) { return "x-ms-blob-" + to_lower(name); }

/// A time of HTTP to the second: "Mon, 23 Nov 2026 09:00:00 GMT".
std::optional<Time> parse_http_date(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() < 29) return std::nullopt;
  const auto month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos) return std::nullopt;
  const std::string number = std::to_string(month / 3 + 1);
  return parse_iso8601(std::string(text.substr(12, 4)) + "-" + (number.size() == 1 ? "0" : "") + number + "-" + std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) + "Z");
}

bool names(std::string_view list, const std::string& etag) {
  if (list == "*") return true;
  const auto entries = split(list, ',');
  return std::any_of(entries.begin(), entries.end(), [&](const std::string& entry) {
    std::string_view one = trim(entry);
    if (one.starts_with("W/")) one.remove_prefix(2);
    return one == etag || (one.size() + 2 == etag.size() && etag.find(one) == 1);  // some clients leave the quotes out
  });
}

}  // namespace

std::string account_of(const Request& request) { return request.host.substr(0, request.host.find('.')); }

Result<BlobCall> begin_account_call(Context& context, const Request& request, char permission, const std::string& container) {
  BlobCall call{context, request, {account_of(request), container}, {}};
  if (!find_account(context.world(), call.container.account)) {
    return fail(404, "ResourceNotFound", "azlab: there is no storage account '" + call.container.account + "'; a real client would not find its host.");
  }
  const std::string resource = "/blob/" + call.container.account + (container.empty() ? "" : "/" + container);
  if (const auto ok = authorize(context, request, {call.container.account, resource, permission}); !ok) return fail(ok.error());
  return call;
}

Result<BlobCall> begin_container_call(Context& context, const Request& request, const Match& match, char permission) {
  auto call = begin_account_call(context, request, permission, match.at("container"));
  if (call && !container_exists(context.world(), call->container)) return fail(no_container());
  return call;
}

Result<BlobCall> begin_blob_call(Context& context, const Request& request, const Match& match, char permission) {
  // A route without a query serves what no other does: what it would have to ignore is refused.
  for (const char* name : {"comp", "restype", "snapshot", "versionid"}) {
    const auto value = request.query_value(name);
    if (value && match.route->query.find(std::string(name) + "=") == std::string::npos) return fail(not_served(std::string(name) + "=" + *value));
  }
  BlobCall call{context, request, {account_of(request), match.at("container")}, match.at("blob")};
  if (call.name.empty()) return fail(not_served("blobs of the root container, and containers without restype=container,"));
  if (!find_account(context.world(), call.container.account)) {
    return fail(404, "ResourceNotFound", "azlab: there is no storage account '" + call.container.account + "'; a real client would not find its host.");
  }
  for (const auto& segment : split(call.name, '/')) {
    if (segment == ".." || segment == ".") return fail(400, "InvalidUri", "The requested URI does not represent any resource on the server.");
  }
  if (call.name.size() > 1024 || !is_valid_utf8(call.name) || std::any_of(call.name.begin(), call.name.end(), [](char c) { return c >= 0 && c < ' '; })) {
    return fail(400, "InvalidResourceName", "The specified resource name contains invalid characters.");
  }
  const std::string resource = "/blob/" + call.container.account + "/" + call.container.name + "/" + call.name;
  if (const auto ok = authorize(context, request, {call.container.account, resource, permission}); !ok) return fail(ok.error());
  if (!container_exists(context.world(), call.container)) return fail(no_container());
  return call;
}

Result<void> check_conditions(const BlobCall& call, const BlobInfo* blob, bool reads) {
  const Headers& headers = call.request.headers;
  const std::string_view match = headers.get("If-Match");
  const std::string_view none_match = headers.get("If-None-Match");
  if (!match.empty() && (blob == nullptr || !names(match, blob->etag))) return fail(condition_not_met());
  if (blob == nullptr) return {};
  if (!none_match.empty() && names(none_match, blob->etag)) {
    if (reads) return fail(Error{304, "ConditionNotMet", ""});
    if (none_match == "*") return fail(409, "BlobAlreadyExists", "The specified blob already exists.");
    return fail(condition_not_met());
  }
  const Time modified = std::chrono::time_point_cast<Duration>(std::chrono::floor<std::chrono::seconds>(blob->modified));
  if (const auto since = parse_http_date(headers.get("If-Modified-Since")); since && modified <= *since) {
    if (reads) return fail(Error{304, "ConditionNotMet", ""});
    return fail(condition_not_met());
  }
  if (const auto since = parse_http_date(headers.get("If-Unmodified-Since")); since && modified > *since) return fail(condition_not_met());
  return {};
}

std::map<std::string, std::string> metadata_of(const Request& request) {
  constexpr std::string_view kPrefix = "x-ms-meta-";
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : request.headers.fields()) {
    if (starts_with_ignore_case(name, kPrefix)) out[name.substr(kPrefix.size())] = value;
  }
  return out;
}

std::map<std::string, std::string> content_properties_of(const Request& request, bool plain) {
  std::map<std::string, std::string> out;
  for (const auto name : kContentHeaders) {
    std::string_view value = request.headers.get(blob_header(name));
    if (value.empty() && plain) value = request.headers.get(name);
    if (!value.empty()) out[std::string(name)] = std::string(value);
  }
  return out;
}

Response service_response(const Request& request, int status) {
  const std::string_view version = request.headers.get("x-ms-version");
  return {.status = status, .headers = {{"x-ms-version", std::string(version.empty() ? kServiceVersion : version)}}};
}

Response blob_response(const BlobCall& call, int status, const BlobInfo& blob) {
  Response response = service_response(call.request, status);
  response.headers.set("ETag", blob.etag);
  response.headers.set("Last-Modified", to_http_date(blob.modified));
  return response;
}

}  // namespace azlab::storage
