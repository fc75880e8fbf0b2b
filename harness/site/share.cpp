#include "harness/site/share.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::site {
namespace {

Request as_person(Method method, const std::string& url, Body body = {}) {
  Request request = Request::make(method, url, std::move(body));
  request.caller.origin = "portal";
  return request;
}

tl::unexpected<Error> refused(const Response& response) {
  const auto body = parse_json(response.body.text());
  const std::string message = body ? string_at(*body, "error.message") : std::string();
  return fail(response.status, body ? string_at(*body, "error.code", "FileError") : "FileError", message.empty() ? fmt::format("HTTP {}", response.status) : message);
}

}  // namespace

Result<Response> Share::ask(Method method, const std::string& path, Body body) const {
  const Response workspace = simulator_.handle(as_person(Method::get, workspace_ + "?api-version=2024-10-01"));
  if (!workspace.ok()) return refused(workspace);
  const auto parsed = parse_json(workspace.body.text());
  Response response = simulator_.handle(as_person(method, "https://" + (parsed ? string_at(*parsed, "location") : "") + ".notebooks.azure.net/files" + workspace_ + "/" + percent_encode(path, "/"), std::move(body)));
  if (!response.ok()) return refused(response);
  return response;
}

Result<std::string> Share::read(const std::string& path) const {
  const auto response = ask(Method::get, path, {});
  if (!response) return fail(response.error());
  // A folder answers what is in it, as JSON; a file its bytes.
  if (response->headers.get("Content-Type").starts_with("application/json")) return fail(400, "FileError", path + " is a folder");
  return response->body.text();
}

Result<void> Share::write(const std::string& path, std::string bytes) const {
  const auto response = ask(Method::put, path, Body(std::move(bytes)));
  if (!response) return fail(response.error());
  return {};
}

}  // namespace azlab::site
