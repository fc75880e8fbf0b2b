#include "harness/az/wire.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr int kRetriesMax = 3;
constexpr std::string_view kHost = "https://management.azure.com";

Request make_request(Invocation& az, const Call& call) {
  std::string url = call.path;
  if (url.starts_with('/')) url = std::string(kHost) + url;
  if (!call.version.empty())
    url += (url.find('?') == std::string::npos ? "?" : "&") + ("api-version=" + std::string(call.version));
  if (!call.query.empty()) url += (url.find('?') == std::string::npos ? "?" : "&") + call.query;
  Request request = Request::make(call.method, url, Body(call.body));
  request.headers.set("Accept", "application/json");
  if (!call.body.empty()) request.headers.set("Content-Type", "application/json");
  request.headers.set("CommandName", az.command);
  return request;
}

/// azure-core's RetryPolicy: which answers are tried again.
bool is_retried(const Response& response, Method method) {
  if (response.status < 400) return false;
  if (response.headers.has("Retry-After")) return true;
  const bool once = method == Method::post || method == Method::patch;
  const std::vector<int> statuses =
      once ? std::vector<int>{500, 503, 504} : std::vector<int>{408, 429, 500, 502, 503, 504};
  return std::find(statuses.begin(), statuses.end(), response.status) != statuses.end();
}

Response send_with_retries(Invocation& az, const Call& call) {
  for (int tried = 0;; ++tried) {
    Response response = az.transport.send(make_request(az, call));
    if (tried == kRetriesMax || !is_retried(response, call.method)) return response;
    // 0.8 s times a power of two, but the first repetition comes at once.
    const Duration backoff = tried == 0 ? Duration{0} : seconds(0.8 * std::pow(2.0, tried));
    const Duration wait = retry_after_of(response, backoff);
    if (wait > Duration{0}) az.transport.sleep(wait);
  }
}

Error error_from_json(const Json& json, int status) {
  Error error;
  error.status = status;
  error.code = string_at(json, "code", "None");
  error.message = string_at(json, "message", "None");
  error.target = string_at(json, "target");
  if (const Json* details = find_key(json, "details"); details && details->is_array()) {
    for (const Json& detail : *details) {
      if (detail.is_object()) error.details.push_back(error_from_json(detail, status));
    }
  }
  if (const Json* info = find_key(json, "additionalInfo"); info && info->is_array() && !info->empty()) {
    error.additional_info = dump(*info);
  }
  return error;
}

/// The namespace in a MissingSubscriptionRegistration message: the last quoted text, as the policy's greedy
/// expression `.*'(.*)'` takes it.
std::string quoted_namespace(const std::string& message) {
  const auto last = message.rfind('\'');
  if (last == std::string::npos || last == 0) return "";
  const auto first = message.rfind('\'', last - 1);
  return first == std::string::npos ? "" : message.substr(first + 1, last - first - 1);
}

/// azure-mgmt-core's policy: register, wait until it is registered, and let the caller repeat its request.
bool register_provider(Invocation& az, const Call& call, const std::string& name) {
  const auto parts = split(call.path, '/');
  if (name.empty() || parts.size() < 3) return false;
  const std::string path = "/subscriptions/" + parts[2] + "/providers/" + name;
  Response answer =
      send_with_retries(az, {.method = Method::post, .path = path + "/register", .version = kRegisterVersion});
  if (answer.status != 200) return false;
  for (;;) {
    answer = send_with_retries(az, {.path = path, .version = kRegisterVersion});
    if (!answer.ok()) return false;
    const auto state = parse_json(answer.body.text());
    if (!state) return false;
    if (string_at(*state, "registrationState") == "Registered") return true;
    az.transport.sleep(seconds(10));
  }
}

bool is_terminal(const std::string& status) {
  return status == "succeeded" || status == "failed" || status == "canceled";
}

}  // namespace

Error error_of(const Response& response) {
  const std::string text = response.body.text();
  const auto json = parse_json(text);
  if (json && json->is_object()) {
    if (const Json* inner = find_key(*json, "error"); inner && inner->is_object()) {
      return error_from_json(*inner, response.status);
    }
    if (json->contains("code") || json->contains("message")) return error_from_json(*json, response.status);
  }
  Error error;
  error.status = response.status;
  error.code = "az:cli";
  error.message = "Operation returned an invalid status '" + std::to_string(response.status) + "'";
  if (!text.empty()) error.message += "\nContent: " + text;
  return error;
}

Duration retry_after_of(const Response& response, Duration otherwise) {
  for (const char* name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
    const std::string_view text = response.headers.get(name);
    long milliseconds = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
    if (bad == std::errc{} && milliseconds > 0) return Duration{milliseconds};
  }
  const std::string_view text = response.headers.get("Retry-After");
  long value = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
  // Zero is falsy in Python: the default interval counts (wire.md 0.1 rule 5).
  return bad == std::errc{} && value > 0 ? seconds(static_cast<double>(value)) : otherwise;
}

Result<Response> send(Invocation& az, const Call& call) {
  Response response = send_with_retries(az, call);
  if (response.status == 409) {
    const Error error = error_of(response);
    // Only an answer to the request itself takes this road. A provider that turns out to be missing inside a template
    // deployment is reported in the operation's status, an answer of 200 that no policy looks at: that is why
    // `az ml workspace create` fails where `az storage account create` would register and go on.
    if (error.code == "MissingSubscriptionRegistration" &&
        register_provider(az, call, quoted_namespace(error.message))) {
      response = send_with_retries(az, call);
    }
  }
  if (response.status >= 400) return tl::make_unexpected(error_of(response));
  return response;
}

Result<Json> fetch(Invocation& az, const Call& call) {
  auto response = send(az, call);
  if (!response) return tl::make_unexpected(response.error());
  if (response->body.empty()) return Json(nullptr);
  return parse_json(response->body.text());
}

Result<Json> fetch_list(Invocation& az, const Call& call) {
  Json all = Json::array();
  Call next = call;
  for (int pages = 0; pages < 1000; ++pages) {
    auto page = fetch(az, next);
    if (!page) return page;
    if (const Json* values = find_key(*page, "value"); values && values->is_array()) {
      for (const Json& value : *values) all.push_back(value);
    }
    const std::string link = string_at(*page, "nextLink");
    if (link.empty()) return all;
    next = {.path = link};
  }
  return cli_error("the list does not end: more than 1000 pages");
}

OperationStatus read_operation(const Response& response) {
  OperationStatus operation;
  operation.retry_after = retry_after_of(response, Duration{0});
  const auto json = parse_json(response.body.text());
  if (!response.ok() || !json) {
    operation.done = operation.failed = true;
    operation.error = error_of(response);
    return operation;
  }
  operation.status = string_at(*json, "status", string_at(*json, "properties.provisioningState"));
  const std::string lower = to_lower(operation.status);
  operation.done = is_terminal(lower);
  operation.failed = operation.done && lower != "succeeded";
  if (!operation.failed) return operation;
  if (const Json* error = find_key(*json, "error"); error && error->is_object()) {
    operation.error = error_from_json(*error, response.status);
  } else {
    operation.error = {
        .status = response.status, .code = "az:cli", .message = "Operation returned an invalid status 'OK'"};
  }
  return operation;
}

namespace {

Result<Json> poll_async_operation(Invocation& az, const Call& call, const Response& first, Duration interval) {
  std::string url(first.headers.get("Azure-AsyncOperation"));
  if (url.empty()) url = first.headers.get("Operation-Location");
  for (;;) {
    auto response = send(az, {.path = url});
    if (!response) return tl::make_unexpected(response.error());
    const OperationStatus operation = read_operation(*response);
    if (operation.failed) {
      az.failed_operation = response->body.text();
      return tl::make_unexpected(operation.error);
    }
    if (operation.done) break;
    if (const auto moved = response->headers.get("Azure-AsyncOperation"); !moved.empty()) url = moved;
    az.transport.sleep(retry_after_of(*response, interval));
  }
  if (call.method == Method::put || call.method == Method::patch)
    return fetch(az, {.path = call.path, .version = call.version});
  const std::string location(first.headers.get("Location"));
  if (call.method == Method::post && !location.empty()) return fetch(az, {.path = location});
  return Json(nullptr);
}

Result<Json> poll_location(Invocation& az, const Response& first, Duration interval) {
  std::string url(first.headers.get("Location"));
  for (;;) {
    auto response = send(az, {.path = url});
    if (!response) return tl::make_unexpected(response.error());
    if (response->status != 202) {
      if (response->body.empty()) return Json(nullptr);
      return parse_json(response->body.text());
    }
    if (const auto moved = response->headers.get("Location"); !moved.empty()) url = moved;
    az.transport.sleep(retry_after_of(*response, interval));
  }
}

Result<Json> poll_resource(Invocation& az, const Call& call, const Response& first, Duration interval) {
  if (first.body.empty()) return Json(nullptr);
  auto resource = parse_json(first.body.text());
  while (resource && (call.method == Method::put || call.method == Method::patch)) {
    const std::string state = to_lower(string_at(*resource, "properties.provisioningState", "Succeeded"));
    if (state == "succeeded") return resource;
    if (is_terminal(state)) return cli_error("Operation returned an invalid status 'OK'");
    az.transport.sleep(interval);
    resource = fetch(az, {.path = call.path, .version = call.version});
  }
  return resource;
}

}  // namespace

Result<Json> finish(Invocation& az, const Call& call, const Response& first, Duration interval) {
  if (first.headers.has("Azure-AsyncOperation") || first.headers.has("Operation-Location")) {
    return poll_async_operation(az, call, first, interval);
  }
  if (first.headers.has("Location") && first.status != 200) return poll_location(az, first, interval);
  return poll_resource(az, call, first, interval);
}

Result<Json> send_and_finish(Invocation& az, const Call& call, Duration interval) {
  auto first = send(az, call);
  if (!first) return tl::make_unexpected(first.error());
  if (az.has("no-wait")) return Json(nullptr);
  return finish(az, call, *first, interval);
}

}  // namespace azlab::az
