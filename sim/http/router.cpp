#include "sim/http/router.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <stdexcept>

#include "sim/core/text.hpp"

namespace azlab {

/// Orders segments without case.
bool comes_before(std::string_view one, std::string_view other) {
  return std::lexicographical_compare(one.begin(), one.end(), other.begin(), other.end(),
                                      [](char a, char b) { return static_cast<unsigned char>(to_lower(a)) < static_cast<unsigned char>(to_lower(b)); });
}

/// A route and where its parameters stand among a path's segments.
struct Served {
  const Route* route = nullptr;
  std::vector<std::pair<std::string_view, std::size_t>> params{};
  std::string_view rest{};  ///< name of `{name*}`
  std::vector<std::string> query{};  ///< "name=value" pairs, lower case

  bool asks_for(const std::vector<std::string>& given) const {
    return std::all_of(query.begin(), query.end(), [&](const std::string& pair) { return std::find(given.begin(), given.end(), pair) != given.end(); });
  }
};

/// Those of one method at one path; nearly always one. The one that names most of the query comes first.
using Choices = std::vector<Served>;

const Served* choose(const Choices& choices, const std::vector<std::string>& query) {
  const auto found = std::find_if(choices.begin(), choices.end(), [&](const Served& served) { return served.asks_for(query); });
  return found == choices.end() ? nullptr : &*found;
}

struct Router::Node {
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals{};  // lower case, sorted
  std::unique_ptr<Node> parameter{};
  std::array<Choices, 7> routes{};
  std::array<Choices, 7> rest{};  // routes ending in {name*} here

  Node& literal(const std::string& segment) {
    const auto at = std::lower_bound(literals.begin(), literals.end(), segment,
                                     [](const auto& entry, const std::string& s) { return entry.first < s; });
    if (at != literals.end() && at->first == segment) return *at->second;
    return *literals.emplace(at, segment, std::make_unique<Node>())->second;
  }
  const Node* find_literal(std::string_view segment) const {
    const auto at = std::lower_bound(literals.begin(), literals.end(), segment, [](const auto& entry, std::string_view s) { return comes_before(entry.first, s); });
    return at != literals.end() && equals_ignore_case(at->first, segment) ? at->second.get() : nullptr;
  }
  /// Literals win over parameters, and both over a rest: in that order, going back where a branch ends.
  const Served* find(std::size_t verb, const std::vector<std::string_view>& segments, std::size_t at, const std::vector<std::string>& query, std::size_t& rest_from) const {
    if (at == segments.size()) {
      if (const Served* found = choose(routes[verb], query)) return found;
    } else {
      if (const Node* next = find_literal(segments[at])) {
        if (const Served* found = next->find(verb, segments, at + 1, query, rest_from)) return found;
      }
      if (parameter) {
        if (const Served* found = parameter->find(verb, segments, at + 1, query, rest_from)) return found;
      }
    }
    const Served* found = choose(rest[verb], query);
    if (found != nullptr) rest_from = at;
    return found;
  }
};

struct Router::Tree {
  std::string host;  // "*.blob.core.windows.net" or exact, lower case
  Node root{};
  bool by_query = false;  // whether any route looks at the query
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

/// "Comp=List&x" as {"comp=list", "x"}, sorted.
std::vector<std::string> query_pairs(std::string_view query) {
  std::vector<std::string> out;
  for (const auto& pair : split(query, '&')) {
    if (!pair.empty()) out.push_back(to_lower(percent_decode(pair)));
  }
  std::sort(out.begin(), out.end());
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
  routes_.push_back(std::make_unique<Route>(std::move(route)));
  Served served{.route = routes_.back().get()};
  Node* node = &(*tree)->root;
  std::size_t at = 0;
  for (const auto segment : segments_of(served.route->pattern)) {
    if (segment.starts_with("{") && segment.ends_with("*}")) {
      served.rest = segment.substr(1, segment.size() - 3);
    } else if (segment.starts_with("{")) {
      served.params.emplace_back(segment.substr(1, segment.size() - 2), at);
      if (!node->parameter) node->parameter = std::make_unique<Node>();
      node = node->parameter.get();
    } else {
      node = &node->literal(to_lower(segment));
    }
    ++at;
  }
  const auto method = static_cast<std::size_t>(served.route->method);
  served.query = query_pairs(served.route->query);
  (*tree)->by_query = (*tree)->by_query || !served.query.empty();
  Choices& choices = served.rest.empty() ? node->routes[method] : node->rest[method];
  for (const auto& other : choices) {
    if (other.query == served.query) {
      throw std::logic_error("routes collide: " + other.route->operation + " and " + served.route->operation + " at " + served.route->pattern);
    }
  }
  const auto place = std::find_if(choices.begin(), choices.end(), [&](const Served& other) { return other.query.size() < served.query.size(); });
  choices.insert(place, std::move(served));
}

const Router::Tree* Router::tree_for(std::string_view host) const {
  const Tree* wildcard = nullptr;
  for (const auto& tree : trees_) {
    if (tree->host == host) return tree.get();
    if (host_matches(tree->host, host) && (wildcard == nullptr || tree->host.size() > wildcard->host.size())) wildcard = tree.get();
  }
  return wildcard;
}

Match Router::find(Method method, std::string_view host, std::string_view path, std::string_view query) const {
  const Tree* tree = tree_for(host);
  if (tree == nullptr) return {};
  auto segments = segments_of(path);
  // Hardly any path has an escape; those that have are decoded once, segment by segment.
  std::deque<std::string> decoded;
  for (auto& segment : segments) {
    if (segment.find('%') != std::string_view::npos) segment = decoded.emplace_back(percent_decode(segment));
  }
  std::size_t rest_from = 0;
  const Served* found = tree->root.find(static_cast<std::size_t>(method), segments, 0, tree->by_query ? query_pairs(query) : std::vector<std::string>(), rest_from);
  if (found == nullptr) return {};
  Match match{.route = found->route};
  match.params.reserve(found->params.size() + 1);
  for (const auto& [name, at] : found->params) match.params.emplace_back(name, std::string(segments[at]));
  if (!found->rest.empty()) {
    std::string rest;
    for (std::size_t i = rest_from; i < segments.size(); ++i) rest.append(i > rest_from ? "/" : "").append(segments[i]);
    match.params.emplace_back(found->rest, std::move(rest));
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
