#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/arm/template/expression.hpp"
#include "sim/core/text.hpp"

// From a template to its resources: conditions, copies, names, child resources.

namespace azlab::arm_template {
namespace {

constexpr std::string_view kResourcesHelp = "Please see https://aka.ms/arm-syntax-resources for usage details.";

/// What a resource inherits from where it stands.
struct Nesting {
  std::string type{};
  std::string name{};
  std::string path{};
  std::string symbol{};
  std::vector<CopyFrame> frames{};
  std::size_t depth = 0;
};

class Planner {
 public:
  Planner(State& state, Environment& environment) : state_(state), environment_(environment) {}

  Result<Planning> run() {
    const Json* resources = find_key(*state_.source.json, "resources");
    const std::string path = state_.source.path.empty() ? "resources" : state_.source.path + ".resources";
    if (Result<void> done = plan_all(*resources, path, Nesting{}); !done) return fail(done.error());
    return std::move(planning_);
  }

 private:
  Result<void> plan_all(const Json& resources, const std::string& path, const Nesting& outer) {
    if (outer.depth > 5) return fail(validation_error(state_.source, path, "Child resources nest too deeply."));
    std::size_t index = 0;
    for (const auto& item : resources.items()) {
      Nesting nesting = outer;
      nesting.path = resources.is_object() ? path + "." + item.key() : fmt::format("{}[{}]", path, index++);
      if (resources.is_object()) nesting.symbol = item.key();
      if (!item.value().is_object()) return fail(validation_error(state_.source, nesting.path, "A resource of the template is not an object."));
      if (Result<void> done = plan_copies(item.value(), nesting); !done) return done;
    }
    return {};
  }

  tl::unexpected<Error> framed(const Nesting& nesting, const std::string& name, const Error& inner) const {
    return fail(inner.additional_info.empty() ? resource_error(state_.source, nesting.path, name, inner) : inner);
  }

  /// "The template resource 'x' at line '1' and column '2' is not valid. <sentence>"
  tl::unexpected<Error> refused(const Nesting& nesting, const std::string& name, std::string_view sentence) const {
    const SourcePosition where = position_of(state_.source, nesting.path);
    return fail(validation_error(state_.source, nesting.path,
                                 fmt::format("The template resource '{}' at line '{}' and column '{}' is not valid. {} {}", name, where.line, where.column, sentence, kResourcesHelp)));
  }

  Result<void> plan_copies(const Json& resource, const Nesting& nesting) {
    const Json* copy = find_key(resource, "copy");
    if (copy == nullptr || !copy->is_object()) return plan_one(resource, nesting, nullptr);
    const std::string written = string_at(resource, "name");
    Evaluator evaluator(state_, environment_, Place::kPlan);
    evaluator.copies = nesting.frames;
    const Json* name_text = find_key(*copy, "name");
    const Result<Json> name = name_text == nullptr ? Result<Json>(Json(nesting.symbol)) : evaluator.value(*name_text);
    if (!name) return framed(nesting, written, name.error());
    if (!name->is_string() || name->get_ref<const std::string&>().empty()) return refused(nesting, written, "The copy object needs a name.");
    const Result<std::int64_t> count = evaluator.loop_count(*copy);
    if (!count) return framed(nesting, written, count.error());
    CopyGroup group{.name = name->get<std::string>(), .members = {}};
    if (equals_ignore_case(string_at(*copy, "mode"), "serial")) {
      const Json* size = find_key(*copy, "batchSize");
      const Result<Json> batch = size == nullptr ? Result<Json>(Json(1)) : evaluator.value(*size);
      if (!batch) return framed(nesting, written, batch.error());
      if (!batch->is_number_integer() || batch->get<std::int64_t>() < 1) return refused(nesting, written, "The batchSize of the copy must be a positive integer.");
      group.batch = static_cast<std::size_t>(batch->get<std::int64_t>());
    }
    for (std::int64_t i = 0; i < *count; ++i) {
      Nesting instance = nesting;
      instance.frames.push_back(CopyFrame{.name = group.name, .index = i});
      if (!instance.symbol.empty()) instance.symbol += fmt::format("[{}]", i);
      if (Result<void> done = plan_one(resource, instance, &group); !done) return done;
    }
    planning_.groups.push_back(std::move(group));
    return {};
  }

  Result<std::string> text_member(Evaluator& evaluator, const Json& resource, std::string_view key) const {
    const Json* written = find_key(resource, key);
    if (written == nullptr || written->is_null()) return std::string();
    const Result<Json> value = evaluator.value(*written);
    if (!value) return fail(value.error());
    if (!value->is_string()) return template_error(fmt::format("The property '{}' does not come to a string.", key));
    return value->get<std::string>();
  }

  Result<bool> condition_holds(Evaluator& evaluator, const Json& resource) const {
    const Json* written = find_key(resource, "condition");
    if (written == nullptr) return true;
    const Result<Json> value = evaluator.value(*written);
    if (!value) return fail(value.error());
    if (value->is_boolean()) return value->get<bool>();
    if (value->is_string() && equals_ignore_case(value->get_ref<const std::string&>(), "true")) return true;
    if (value->is_string() && equals_ignore_case(value->get_ref<const std::string&>(), "false")) return false;
    return template_error("The condition does not come to a boolean.");
  }

  /// Fills type and full name, or says what is wrong with them.
  Result<void> read_names(Evaluator& evaluator, const Json& resource, const Nesting& nesting, PlannedResource& planned) const {
    const Json* type = find_key(resource, "type");
    const std::string written = string_at(resource, "name");
    if (type == nullptr || !type->is_string()) return refused(nesting, written, "The type property is required.");
    planned.type = type->get<std::string>();
    if (is_expression(planned.type)) return refused(nesting, written, "The type property cannot be an expression.");
    const Result<std::string> name = text_member(evaluator, resource, "name");
    if (!name) return framed(nesting, written, name.error());
    if (name->empty()) return refused(nesting, written, "The name property cannot be null or empty.");
    planned.name = *name;
    if (!nesting.type.empty()) {
      if (!starts_with_ignore_case(planned.type, nesting.type + "/")) planned.type = nesting.type + "/" + planned.type;
      planned.name = nesting.name + "/" + planned.name;
    }
    return {};
  }

  /// Where the resource goes: its own scope, a nested deployment's redirect, or the deployment's scope.
  Result<std::string> base_of(Evaluator& evaluator, const Json& resource, PlannedResource& planned) const {
    planned.subscription_id = state_.scope.subscription_id;
    planned.resource_group = state_.scope.resource_group;
    const Result<std::string> scope = text_member(evaluator, resource, "scope");
    if (!scope) return scope;
    if (!scope->empty()) {
      if (*scope == "/") return std::string();
      if (scope->starts_with('/')) return *scope;
      for (const PlannedResource& other : planning_.resources) {
        if (equals_ignore_case(other.symbol, *scope)) return other.id;
      }
      // "Microsoft.Storage/storageAccounts/name": relative to the deployment's scope.
      const std::vector<std::string> parts = split(*scope, '/');
      if (parts.size() < 3 || parts.size() % 2 == 0) return template_error(fmt::format("The scope '{}' is not a resource.", *scope));
      return state_.scope.id() + "/providers/" + *scope;
    }
    if (!planned.is_deployment) return state_.scope.id();
    const Result<std::string> subscription = text_member(evaluator, resource, "subscriptionId");
    if (!subscription) return subscription;
    const Result<std::string> group = text_member(evaluator, resource, "resourceGroup");
    if (!group) return group;
    Scope target = state_.scope;
    if (!subscription->empty()) {
      planned.subscription_id = target.subscription_id = *subscription;
      if (group->empty()) target.level = Scope::Level::kSubscription;
    }
    if (!group->empty()) {
      planned.resource_group = target.resource_group = *group;
      target.level = Scope::Level::kResourceGroup;
    }
    if (target.level != Scope::Level::kResourceGroup) planned.resource_group.clear();
    return target.id();
  }

  Result<void> plan_one(const Json& resource, const Nesting& nesting, CopyGroup* group) {
    Evaluator evaluator(state_, environment_, Place::kPlan);
    evaluator.copies = nesting.frames;
    PlannedResource planned{.symbol = nesting.symbol, .path = nesting.path};
    if (Result<void> named = read_names(evaluator, resource, nesting, planned); !named) return named;
    planned.is_deployment = equals_ignore_case(planned.type, "Microsoft.Resources/deployments");
    const Result<bool> wanted = condition_holds(evaluator, resource);
    if (!wanted) return framed(nesting, planned.name, wanted.error());
    const Json* existing = find_key(resource, "existing");
    planned.existing = existing != nullptr && *existing == true;

    const Result<std::string> version = text_member(evaluator, resource, "apiVersion");
    if (!version) return framed(nesting, planned.name, version.error());
    if (version->empty()) return refused(nesting, planned.name, "The apiVersion property is required.");
    planned.api_version = *version;

    const Result<std::string> base = base_of(evaluator, resource, planned);
    if (!base) return framed(nesting, planned.name, base.error());
    planned.identified = !state_.foreseeing || planned.name.find('[') == std::string::npos;
    const std::optional<std::string> path = planned.identified ? provider_path(planned.type, split(planned.name, '/')) : planned.type + "/" + planned.name;
    if (!path) {
      const SourcePosition where = position_of(state_.source, nesting.path);
      return fail(validation_error(state_.source, nesting.path,
                                   fmt::format("The template resource '{}' for type '{}' at line '{}' and column '{}' has incorrect segment lengths. A nested resource type must have "
                                               "identical number of segments as its resource name. A root resource type must have segment length one greater than its resource name. {}",
                                               planned.name, planned.type, where.line, where.column, kResourcesHelp)));
    }
    planned.id = equals_ignore_case(planned.type, "Microsoft.Resources/resourceGroups")
                     ? "/subscriptions/" + planned.subscription_id + "/resourceGroups/" + planned.name
                     : *base + "/providers/" + *path;
    planned.copies = nesting.frames;
    planned.body = std::make_shared<const Json>(resource);
    return keep(std::move(planned), *wanted, resource, nesting, group);
  }

  /// Files a resource and goes on to its children: a false condition does not reach them, as Azure documents.
  Result<void> keep(PlannedResource planned, bool wanted, const Json& resource, const Nesting& nesting, CopyGroup* group) {
    Nesting inner = nesting;
    inner.type = planned.type;
    inner.name = planned.name;
    ++inner.depth;
    // Absent ones too: `reference` to one is only wrong when a run comes to it.
    state_.known.push_back(State::Known{planned.id, planned.name, planned.api_version});
    if (!wanted) {
      planning_.absent.push_back(std::move(planned));
    } else {
      if (Result<void> fresh = check_new(planned, nesting); !fresh) return fresh;
      if (group != nullptr) group->members.push_back(planning_.resources.size());
      if (!planned.symbol.empty()) state_.symbols.emplace_back(to_lower(planned.symbol), planned.id);
      planning_.resources.push_back(std::move(planned));
    }
    const Json* children = find_key(resource, "resources");
    if (children == nullptr || !children->is_structured()) return {};
    return plan_all(*children, nesting.path + ".resources", inner);
  }

  Result<void> check_new(const PlannedResource& planned, const Nesting& nesting) {
    if (planning_.resources.size() >= kResourcesMax) {
      return fail(validation_error(state_.source, nesting.path, fmt::format("The number of template resources limit exceeded. Limit: '{}'. {}", kResourcesMax, kResourcesHelp)));
    }
    if (planned.existing || ids_.insert(to_lower(planned.id)).second) return {};
    const SourcePosition where = position_of(state_.source, nesting.path);
    return fail(validation_error(state_.source, nesting.path,
                                 fmt::format("The resource '{}' at line '{}' and column '{}' is defined multiple times in a template. {}",
                                             planned.id.substr(planned.id.rfind("/providers/") == std::string::npos ? 0 : planned.id.rfind("/providers/") + 11), where.line,
                                             where.column, kResourcesHelp)));
  }

  State& state_;
  Environment& environment_;
  Planning planning_;
  std::set<std::string> ids_;
};

/// Puts a bracket before every text that would be read as an expression again.
Json escaped(const Json& value) {
  const auto guard = [](const std::string& text) { return text.size() >= 2 && text.front() == '[' && text.back() == ']' ? "[" + text : text; };
  if (value.is_string()) return guard(value.get_ref<const std::string&>());
  if (value.is_array()) {
    Json result = Json::array();
    for (const Json& child : value) result.push_back(escaped(child));
    return result;
  }
  if (!value.is_object()) return value;
  Json result = Json::object();
  for (const auto& item : value.items()) result[guard(item.key())] = escaped(item.value());
  return result;
}

/// A nested deployment's properties: an inner template is passed as written, an outer one evaluated here.
Result<Json> render_deployment(Evaluator& evaluator, const Json& properties) {
  const Json* options = find_key(properties, "expressionEvaluationOptions");
  const std::string scope = options == nullptr ? "" : string_at(*options, "scope");
  const bool inner = equals_ignore_case(scope, "inner") || (scope.empty() && evaluator.state().source.symbolic);
  Json result = Json::object();
  bool waits = false;
  for (const auto& item : properties.items()) {
    const bool is_template = equals_ignore_case(item.key(), "template");
    if (is_template && inner) {
      result[item.key()] = item.value();
      continue;
    }
    Result<Json> value = evaluator.value(item.value());
    if (!value && !is_deferred(value.error())) return value;
    waits = waits || !value;
    if (value) result[item.key()] = is_template ? escaped(*value) : std::move(*value);
  }
  return waits ? Result<Json>(deferred()) : Result<Json>(std::move(result));
}

}  // namespace

Result<Planning> plan_resources(State& state, Environment& environment) { return Planner(state, environment).run(); }

Result<Json> render_body(Evaluator& evaluator, const PlannedResource& resource) {
  constexpr std::string_view kStructure[] = {"condition", "copy", "dependsOn", "resources", "type", "name", "apiVersion", "comments", "scope", "existing"};
  constexpr std::string_view kRedirect[] = {"resourceGroup", "subscriptionId"};
  const auto among = [](const auto& names, const std::string& key) {
    return std::any_of(std::begin(names), std::end(names), [&](std::string_view name) { return equals_ignore_case(name, key); });
  };
  Json body = Json::object();
  bool waits = false;
  for (const auto& item : resource.body->items()) {
    if (among(kStructure, item.key()) || (resource.is_deployment && among(kRedirect, item.key()))) continue;
    const bool nested = resource.is_deployment && equals_ignore_case(item.key(), "properties") && item.value().is_object();
    Result<Json> value = nested ? render_deployment(evaluator, item.value()) : evaluator.value(item.value());
    if (!value && !is_deferred(value.error())) return value;
    waits = waits || !value;
    if (value) body[item.key()] = std::move(*value);
  }
  return waits ? Result<Json>(deferred()) : Result<Json>(std::move(body));
}

}  // namespace azlab::arm_template
