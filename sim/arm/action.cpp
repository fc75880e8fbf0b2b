#include "sim/arm/action.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

std::string_view verb_of(Method method) {
  switch (method) {
    case Method::get:
    case Method::head:
    case Method::options: return "/read";
    case Method::put:
    case Method::patch: return "/write";
    case Method::del: return "/delete";
    case Method::post: return "/action";
  }
  return "/read";
}

/// Questions that clients POST: roles call them reading (operations of the providers: Microsoft.Storage/checknameavailability/read,
/// Microsoft.PolicyInsights/policyStates/queryResults/read).
bool is_question(std::string_view word) {
  constexpr std::string_view kQuestions[] = {"checkNameAvailability", "queryResults", "summarize"};
  return std::any_of(std::begin(kQuestions), std::end(kQuestions), [&](std::string_view known) { return equals_ignore_case(known, word); });
}

/// The provider's part of a path: types and names after a "providers" segment, from `at` on.
ArmAction provider_action(Method method, const std::vector<std::string>& segments, std::size_t at) {
  std::string action = segments[at];
  // A name after each type; a POST ends with what it does, a list with a type.
  std::size_t i = at + 1;
  for (; i < segments.size(); i += 2) action += "/" + segments[i];
  const bool ends_on_type = (segments.size() - at) % 2 == 0;
  std::vector<std::string> scope(segments.begin(), segments.end() - (ends_on_type ? 1 : 0));
  // What a list or an action of a provider's own concerns is what stands before the provider.
  if (scope.size() <= at + 1) scope.resize(at - 1);
  const bool reads = method == Method::post && ends_on_type && is_question(segments.back());
  return {action + std::string(reads ? "/read" : verb_of(method)), "/" + join(scope, "/")};
}

/// Whoever started something may follow it, wherever the address of its status lies.
bool is_operation_status(const std::vector<std::string>& segments) {
  return std::any_of(segments.begin(), segments.end(), [](const std::string& segment) {
    const std::string word = to_lower(segment);
    return word.ends_with("operationresults") || word.ends_with("operationsstatus") || word.ends_with("operationstatuses");
  });
}

}  // namespace

ArmAction arm_action(Method method, std::string_view path) {
  std::vector<std::string> segments;
  for (const auto& segment : split(path, '/')) {
    if (!segment.empty()) segments.push_back(percent_decode(segment));
  }
  if (segments.size() < 2 || !equals_ignore_case(segments[0], "subscriptions")) return {};
  if (method == Method::get && is_operation_status(segments)) return {};
  const std::string subscription = "/subscriptions/" + segments[1];
  std::size_t provider = segments.size();
  for (std::size_t i = 2; i + 1 < segments.size(); ++i) {
    // The last provider of a path is whose type it is (an extension resource has two).
    if (equals_ignore_case(segments[i], "providers")) provider = i + 1;
  }
  const bool whole_provider = provider + 1 == segments.size();
  if (provider < segments.size() && !whole_provider) {
    // POST /subscriptions/…/providers/NS/register
    return provider_action(method, segments, provider);
  }
  const std::string verb(verb_of(method));
  if (segments.size() == 2) return {"Microsoft.Resources/subscriptions" + verb, subscription};
  if (!equals_ignore_case(segments[2], "resourcegroups")) return {"Microsoft.Resources/subscriptions/" + segments[2] + verb, subscription};
  // "resourcegroups" as the client writes it: az does so in small letters, and is answered so (dotnet/machinelearning-modelbuilder#738).
  const std::string action = "Microsoft.Resources/subscriptions/" + segments[2] + verb;
  if (segments.size() == 3) return {action, subscription};
  const std::string group = subscription + "/" + segments[2] + "/" + segments[3];
  if (segments.size() == 4) return {action, group};
  // "/resourceGroups/rg/deployments/d/operations": an older spelling of Microsoft.Resources.
  return {"Microsoft.Resources/" + segments[4] + verb, group};
}

}  // namespace azlab::arm
