#include "harness/admin/admin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/admin/routes.hpp"
#include "sim/core/text.hpp"

namespace azlab::admin {
namespace {

constexpr std::size_t kBodyBytesMax = std::size_t{1} << 20U;
constexpr std::size_t kStateBytesMax = std::size_t{1} << 30U;  // a saved state, the one body that is a file

bool is_own_name(std::string_view host) { return host == "127.0.0.1" || host == "localhost"; }

/// A page of another origin asks with its own name; one that asks for itself has ours.
bool is_foreign_origin(std::string_view origin) {
  if (origin.empty()) return false;
  const auto scheme = origin.find("://");
  if (scheme == std::string_view::npos) return true;  // "null"
  const std::string_view host = origin.substr(scheme + 3);
  return !is_own_name(host.substr(0, host.find(':')));
}

Response refusal(const Error& error) { return json_response(error.status, {{"error", {{"code", error.code}, {"message", error.message}}}}); }

/// What stands in the {places} of a pattern; nothing when the path does not fit.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  const auto wanted = split(pattern, '/');
  const auto given = split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  std::vector<std::string> arguments;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i].starts_with('{')) {
      if (wanted[i] != given[i]) return std::nullopt;
    } else if (given[i].empty()) {
      return std::nullopt;
    } else {
      arguments.push_back(percent_decode(given[i]));
    }
  }
  return arguments;
}

/// Whether somebody may ask at all; routes come after that.
Result<void> admit(const Request& request) {
  if (!is_own_name(request.host)) return fail(403, "ForeignHost", "the admin interface answers to 127.0.0.1 and localhost");
  if (is_foreign_origin(request.headers.get("Origin")) || request.headers.get("Sec-Fetch-Site") == "cross-site") return fail(403, "ForeignOrigin", "the admin interface does not answer to pages of other origins");
  const std::size_t most = request.method == Method::put && request.path == "/state" ? kStateBytesMax : kBodyBytesMax;
  if (request.body.size() > most) return fail(413, "BodyTooLong", fmt::format("the body is longer than {} bytes", most));
  return {};
}

/// No route fits: whether the path is served otherwise, and what is served at all.
Response not_served(const Request& request) {
  std::vector<std::string> methods;
  std::vector<std::string> all;
  for (const auto& route : routes()) {
    if (match(route.pattern, request.path)) methods.emplace_back(to_string(route.method));
    all.push_back(fmt::format("{} {}", to_string(route.method), route.pattern));
  }
  if (methods.empty()) return refusal({404, "NoSuchRoute", fmt::format("there is no {}; there are {}", request.path, join(all, ", "))});
  Response response = refusal({405, "WrongMethod", fmt::format("{} takes {}", request.path, join(methods, ", "))});
  response.headers.set("Allow", join(methods, ", "));
  return response;
}

}  // namespace

struct Admin::Impl {
  Simulator& simulator;
  Surroundings around;
  Snapshots snapshots;
};

Admin::Admin(Simulator& simulator, Surroundings around) : impl_(new Impl{.simulator = simulator, .around = std::move(around), .snapshots = {}}) {}
Admin::~Admin() = default;

Response Admin::answer(const Request& request) {
  if (const auto admitted = admit(request); !admitted) return refusal(admitted.error());
  for (const auto& route : routes()) {
    if (route.method != request.method) continue;
    auto arguments = match(route.pattern, request.path);
    if (!arguments) continue;
    const Asked asked{.simulator = impl_->simulator, .around = impl_->around, .snapshots = impl_->snapshots, .request = request, .arguments = std::move(*arguments)};
    auto response = route.handle(asked);
    return response ? std::move(*response) : refusal(response.error());
  }
  return not_served(request);
}

}  // namespace azlab::admin
