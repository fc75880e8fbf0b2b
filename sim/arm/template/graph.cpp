#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "sim/arm/template/expression.hpp"
#include "sim/core/text.hpp"

// Which resource waits for which: dependsOn, references, batches of a serial copy.

namespace azlab::arm_template {
namespace {

/// "Microsoft.Storage/storageAccounts/name" from an id: what stands after the last provider.
std::string_view after_providers(std::string_view id) {
  const std::size_t at = id.rfind("/providers/");
  return at == std::string_view::npos ? id : id.substr(at + 11);
}

class Linker {
 public:
  Linker(Plan& plan, const Planning& planning) : plan_(plan), planning_(planning), edges_(plan.resources.size()) {
    for (std::size_t i = 0; i < plan.resources.size(); ++i) index(plan.resources[i], i);
    for (const PlannedResource& absent : planning.absent) index(absent, kAbsent);
    for (const CopyGroup& group : planning.groups) {
      std::vector<std::size_t>& hits = names_["copy:" + to_lower(group.name)];
      hits.insert(hits.end(), group.members.begin(), group.members.end());
      if (group.members.empty()) hits.push_back(kAbsent);  // a loop that ran zero times
    }
  }

  /// False when the text names nothing of the template.
  bool depend(std::size_t resource, const std::string& text) {
    for (const std::string& key : {"copy:" + to_lower(text), to_lower(text)}) {
      const auto found = names_.find(key);
      if (found == names_.end()) continue;
      for (const std::size_t target : found->second) add(resource, target);
      return true;
    }
    return false;
  }

  void add_batches() {
    for (const CopyGroup& group : planning_.groups) {
      for (std::size_t i = group.batch; group.batch > 0 && i < group.members.size(); ++i) {
        const std::size_t start = (i / group.batch - 1) * group.batch;
        for (std::size_t j = start; j < start + group.batch; ++j) add(group.members[i], group.members[j]);
      }
    }
  }

  /// Writes the edges into the plan, or names a resource on a circle.
  Result<void> finish(const Template& source) {
    std::vector<std::size_t> waiting(edges_.size());
    std::vector<std::vector<std::size_t>> followers(edges_.size());
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      waiting[i] = edges_[i].size();
      for (const std::size_t target : edges_[i]) followers[target].push_back(i);
      if (waiting[i] == 0) order.push_back(i);
    }
    for (std::size_t done = 0; done < order.size(); ++done) {
      for (const std::size_t follower : followers[order[done]]) {
        if (--waiting[follower] == 0) order.push_back(follower);
      }
    }
    for (std::size_t i = 0; order.size() < edges_.size() && i < edges_.size(); ++i) {
      if (waiting[i] == 0 || !on_circle(i, waiting)) continue;
      return fail(validation_error(source, plan_.resources[i].path,
                                   fmt::format("Circular dependency detected on resource: '{}'. Please see https://aka.ms/arm-syntax-resources for usage details.", plan_.resources[i].id)));
    }
    // `order` has every target before its followers, so what an existing resource waits for is complete.
    for (const std::size_t i : order) {
      std::set<std::size_t> real;
      for (const std::size_t target : edges_[i]) {
        if (!plan_.resources[target].existing) real.insert(target);
        else real.insert(edges_[target].begin(), edges_[target].end());
      }
      edges_[i] = real;
      for (const std::size_t target : real) plan_.resources[i].depends_on.push_back(plan_.resources[target].id);
    }
    return {};
  }

 private:
  static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

  void index(const PlannedResource& resource, std::size_t at) {
    for (const std::string& key : {to_lower(resource.id), to_lower(after_providers(resource.id)), to_lower(resource.name), to_lower(resource.symbol)}) {
      if (!key.empty()) names_[key].push_back(at);
    }
  }

  void add(std::size_t resource, std::size_t target) {
    if (target == kAbsent) return;
    edges_[resource].insert(target);
  }

  /// Whether `start` reaches itself through resources that still wait.
  bool on_circle(std::size_t start, const std::vector<std::size_t>& waiting) const {
    std::vector<bool> seen(edges_.size());
    std::vector<std::size_t> open(edges_[start].begin(), edges_[start].end());
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      if (at == start) return true;
      if (seen[at] || waiting[at] == 0) continue;
      seen[at] = true;
      open.insert(open.end(), edges_[at].begin(), edges_[at].end());
    }
    return false;
  }

  Plan& plan_;
  const Planning& planning_;
  std::vector<std::set<std::size_t>> edges_;
  std::unordered_map<std::string, std::vector<std::size_t>> names_;
};

tl::unexpected<Error> framed_dependency(const State& state, const PlannedResource& resource, const Error& inner) {
  return fail(inner.additional_info.empty() ? resource_error(state.source, resource.path, resource.name, inner) : inner);
}

/// Tries the body: finds what is wrong already, its location, and what it refers to.
Result<void> try_body(PlannedResource& resource, State& state, Environment& environment, std::vector<std::string>& referenced) {
  if (resource.existing) return {};
  Evaluator evaluator(state, environment, Place::kTrial);
  evaluator.copies = resource.copies;
  evaluator.referenced = &referenced;
  const Result<Json> body = render_body(evaluator, resource);
  if (!body && !is_deferred(body.error())) return framed_dependency(state, resource, body.error());
  if (const Json* location = find_key(*resource.body, "location")) {
    const Result<Json> value = evaluator.value(*location);
    if (value && value->is_string()) resource.location = value->get<std::string>();
  }
  return {};
}

}  // namespace

Result<void> resolve_dependencies(Plan& plan, const Planning& planning, Environment& environment, const ExpandOptions& options) {
  State& state = *plan.state;
  Linker linker(plan, planning);
  for (std::size_t i = 0; i < plan.resources.size(); ++i) {
    PlannedResource& resource = plan.resources[i];
    std::vector<std::string> wanted;
    std::vector<std::string> referenced;
    if (Result<void> fine = try_body(resource, state, environment, referenced); !fine) return fine;
    if (const Json* written = find_key(*resource.body, "dependsOn"); written != nullptr && !written->is_null()) {
      Evaluator evaluator(state, environment, Place::kPlan);
      evaluator.copies = resource.copies;
      const Result<Json> names = evaluator.value(*written);
      if (!names) return framed_dependency(state, resource, names.error());
      for (const Json& name : names->is_array() ? *names : Json::array({*names})) {
        if (!name.is_string()) return framed_dependency(state, resource, Error{.code = "InvalidTemplate", .message = "The dependsOn property must be an array of strings"});
        wanted.push_back(name.get<std::string>());
      }
    }
    for (const std::string& name : wanted) {
      if (linker.depend(i, name)) continue;
      if (options.strict_dependencies) {
        return fail(validation_error(state.source, resource.path,
                                     fmt::format("The resource '{}' is not defined in the template. Please see https://aka.ms/arm-syntax for usage details.", after_providers(name))));
      }
      plan.ignored_dependencies.push_back(name);
    }
    for (const std::string& id : referenced) linker.depend(i, id);
  }
  linker.add_batches();
  return linker.finish(state.source);
}

const PlannedResource* Plan::find(std::string_view id) const {
  const auto found = std::find_if(resources.begin(), resources.end(), [&](const PlannedResource& resource) { return equals_ignore_case(resource.id, id); });
  return found == resources.end() ? nullptr : &*found;
}

std::vector<std::size_t> Plan::ready(const std::set<std::string>& started, const std::set<std::string>& done) const {
  const auto lowered = [](const std::set<std::string>& ids) {
    std::set<std::string> keys;
    for (const std::string& id : ids) keys.insert(to_lower(id));
    return keys;
  };
  const std::set<std::string> begun = lowered(started);
  const std::set<std::string> ended = lowered(done);
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < resources.size(); ++i) {
    const PlannedResource& resource = resources[i];
    if (resource.existing || begun.contains(to_lower(resource.id)) || ended.contains(to_lower(resource.id))) continue;
    const bool free = std::all_of(resource.depends_on.begin(), resource.depends_on.end(), [&](const std::string& id) { return ended.contains(to_lower(id)); });
    if (free) indices.push_back(i);
  }
  return indices;
}

}  // namespace azlab::arm_template
