#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/http/message.hpp"

namespace azlab {

class Context;
struct Match;
using Handler = Response (*)(Context&, const Request&, const Match&);

inline constexpr std::string_view kArmHost = "management.azure.com";

/// One row of a service's table. `pattern` has `{name}` for one segment and `{name*}` for the rest; literals
/// match without case. `host` may start with "*." for one or more labels.
struct Route {
  Method method;
  std::string host;
  std::string pattern;
  std::string operation;          ///< "workspaces.create": for faults, timings, journal and coverage
  Handler handler;
  const void* data = nullptr;     ///< handed to the handler in Match; a type descriptor for generic routes
  /// Parameters by which the services of one path differ, as storage has it: "comp=list&restype=container". A route
  /// that names more of them wins; one that names none serves what is left.
  std::string query{};
};

/// What a path matched.
struct Match {
  const Route* route = nullptr;
  std::vector<std::pair<std::string_view, std::string>> params{};
  /// The decoded value of `{name}`; the route's pattern guarantees it is there.
  const std::string& at(std::string_view name) const;
};

/// A trie over path segments, one for each host pattern. Two routes of one method, shape and query refuse to start.
class Router {
 public:
  Router();
  ~Router();
  /// Throws std::logic_error when the route collides with one that is there.
  void add(Route route);
  /// The route that serves the request; `route` is null when none does.
  Match find(Method method, std::string_view host, std::string_view path, std::string_view query = {}) const;
  Match find(const Request& request) const { return find(request.method, request.host, request.path, request.query); }
  /// Whether any route is served at a host.
  bool serves(std::string_view host) const { return tree_for(host) != nullptr; }
  /// Served routes most like an unknown path, as "GET /subscriptions/{…}", for the loud 404.
  std::vector<std::string> like(std::string_view host, std::string_view path, std::size_t most = 3) const;
  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

 private:
  struct Node;
  struct Tree;
  const Tree* tree_for(std::string_view host) const;
  std::vector<std::unique_ptr<Route>> routes_{};
  std::vector<std::unique_ptr<Tree>> trees_{};
};

}  // namespace azlab
