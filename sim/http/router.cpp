#include "sim/http/router.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "sim/core/text.hpp"

namespace azlab {

struct Router::Node {
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals{};  // lower case, sorted
  std::unique_ptr<Node> parameter{};
  std::array<const Route*, 7> routes{};
  std::array<const Route*, 7> rest{};  // routes ending in {name*} here

  Node& literal(const std::string& segment) {
    const auto at = std::lower_bound(literals.begin(), literals.end(), segment,
                                     [](const auto& entry, const std::string& s) { return entry.first < s; });
    if (at != literals.end() && at->first == segment) return *at->second;
    return *literals.emplace(at, segment, std::make_unique<Node>())->second;
  }
  const Node* find_literal(std::string_view segment) const {
    const auto at = std::lower_bound(literals.begin(), literals.end(), segment,
                                     [](const auto& entry, std::string_view s) { return entry.first < s; });
    return at != literals.end() && at->first == segment ? at->second.get() : nullptr;
  }
};

struct Router::Tree {
  std::string host;  // "*.blob.core.windows.net" or exact, lower case
  Node root{};
};

namespace {

bool host_matches(std::string_view pattern, std::string_view host) {
  if (!pattern.starts_with("*.")) return pattern == host;
  return host.size() > pattern.size() - 1 && !host.starts_with(".") && host.ends_with(pattern.substr(1));
}

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> out;
  std::size_t at = 0;
  while (at < path.size()) {
    while (at < path.size() && path[at] == '/') ++at;
    const auto end = std::min(path.find('/', at), path.size());
    if (end > at) out.push_back(path.substr(at, end - at));
    at = end;
  }
  return out;
}

}  // namespace

const std::string& Match::at(std::string_view name) const {
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  throw std::logic_error("route " + route->pattern + " has no {" + std::string(name) + "}");
}

Router::Router() = default;
Router::~Router() = default;

void Router::add(Route route) {
  const std::string host = to_lower(route.host);
  auto tree = std::find_if(trees_.begin(), trees_.end(), [&](const auto& t) { return t->host == host; });
  if (tree == trees_.end()) {
    trees_.push_back(std::make_unique<Tree>(Tree{.host = host}));
    tree = std::prev(trees_.end());
  }
  Node* node = &(*tree)->root;
  bool rest = false;
  for (const auto segment : segments_of(route.pattern)) {
    if (segment.starts_with("{") && segment.ends_with("*}")) {
      rest = true;
    } else if (segment.starts_with("{")) {
      if (!node->parameter) node->parameter = std::make_unique<Node>();
      node = node->parameter.get();
    } else {
      node = &node->literal(to_lower(segment));
    }
  }
  const auto method = static_cast<std::size_t>(route.method);
  const Route*& place = rest ? node->rest[method] : node->routes[method];
  if (place != nullptr) {
    throw std::logic_error("routes collide: " + place->operation + " and " + route.operation + " at " + route.pattern);
  }
  routes_.push_back(std::make_unique<Route>(std::move(route)));
  place = routes_.back().get();
}

const Router::Tree* Router::tree_for(std::string_view host) const {
  const Tree* wildcard = nullptr;
  for (const auto& tree : trees_) {
    if (tree->host == host) return tree.get();
    if (host_matches(tree->host, host) && (wildcard == nullptr || tree->host.size() > wildcard->host.size())) wildcard = tree.get();
  }
  return wildcard;
}

Match Router::find(Method method, std::string_view host, std::string_view path) const {
  const Tree* tree = tree_for(host);
  if (tree == nullptr) return {};
  const auto segments = segments_of(path);
  std::vector<std::string> lowered;
  lowered.reserve(segments.size());
  for (const auto segment : segments) lowered.push_back(to_lower(percent_decode(segment)));
  const auto verb = static_cast<std::size_t>(method);

  // Literals win over parameters, and both over a rest: search in that order, going back where a branch ends.
  const Route* found = nullptr;
  std::size_t rest_from = 0;
  const std::function<bool(const Node&, std::size_t)> descend = [&](const Node& node, std::size_t at) {
    if (at == segments.size()) {
      if (node.routes[verb] != nullptr) {
        found = node.routes[verb];
        return true;
      }
    } else {
      if (const Node* next = node.find_literal(lowered[at]); next != nullptr && descend(*next, at + 1)) return true;
      if (node.parameter && descend(*node.parameter, at + 1)) return true;
    }
    if (node.rest[verb] == nullptr) return false;
    found = node.rest[verb];
    rest_from = at;
    return true;
  };
  if (!descend(tree->root, 0)) return {};

  Match match{.route = found};
  std::size_t at = 0;
  for (const auto segment : segments_of(found->pattern)) {
    if (segment.ends_with("*}")) {
      std::string rest;
      for (std::size_t i = rest_from; i < segments.size(); ++i) rest += (i > rest_from ? "/" : "") + percent_decode(segments[i]);
      match.params.emplace_back(segment.substr(1, segment.size() - 3), std::move(rest));
    } else {
      if (segment.starts_with("{")) match.params.emplace_back(segment.substr(1, segment.size() - 2), percent_decode(segments[at]));
      ++at;
    }
  }
  return match;
}

std::vector<std::string> Router::like(std::string_view host, std::string_view path, std::size_t most) const {
  const auto wanted = segments_of(path);
  std::vector<std::pair<int, std::string>> ranked;
  for (const auto& route : routes_) {
    if (!host_matches(to_lower(route->host), host)) continue;
    const auto have = segments_of(route->pattern);
    int score = -std::abs(static_cast<int>(have.size()) - static_cast<int>(wanted.size()));
    for (std::size_t i = 0; i < std::min(have.size(), wanted.size()); ++i) {
      if (equals_ignore_case(have[i], wanted[i])) score += 2;
      if (have[i].starts_with("{")) score += 1;
    }
    ranked.emplace_back(-score, std::string(to_string(route->method)) + " " + route->pattern);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (std::size_t i = 0; i < ranked.size() && out.size() < most; ++i) out.push_back(ranked[i].second);
  return out;
}

}  // namespace azlab
