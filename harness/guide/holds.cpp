#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/guide/commands.hpp"
#include "harness/guide/notebooks.hpp"
#include "harness/guide/settings.hpp"
#include "harness/guide/check.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::guide {
namespace {

const Goal& goal_of(const Plan& plan, const Check& check) { return plan.goals[static_cast<std::size_t>(check.goal)]; }

Json body_of(const Seen& seen, const std::string& key) {
  const auto found = seen.resources.find(key);
  const auto body = found == seen.resources.end() ? Result<Json>(Json::object()) : parse_json(found->second->body);
  return body ? *body : Json::object();
}

bool is_on_its_way_out(const Row& row) { return row.state == "Deleting"; }

/// Resources that a goal may mean, whether they were made or were there before.
std::vector<std::string> candidates(const Goal& goal, const Seen& seen) {
  auto keys = find_resources(seen, goal.type, goal.name);
  std::erase_if(keys, [&](const std::string& key) {
    if (!goal.kind.empty() && string_at(body_of(seen, key), "properties.computeType") != goal.kind) return true;
    if (goal.group.empty()) return false;
    const auto parts = split(key, '/');  // "", "subscriptions", id, "resourcegroups", name, …
    return parts.size() < 5 || !walk::fits_name(goal.group, parts[4]);
  });
  return keys;
}

bool shows(const PageSeen& page, const Check& check) {
  if (page.apps.empty()) return false;
  const auto shows_component = [&](std::string_view format, const std::string& end) {
    return std::any_of(page.components.begin(), page.components.end(), [&](const auto& one) { return one.format == format && (one.value == end || one.value.ends_with("/" + end)); });
  };
  if (check.value == "notebook") return shows_component("notebook", check.name);
  if (!check.app.empty() && page.app != check.app) return false;
  if (!check.not_app.empty() && std::find(page.apps.begin(), page.apps.end(), check.not_app) != page.apps.end()) return false;
  if (!check.screens.empty()) return std::find(check.screens.begin(), check.screens.end(), page.screen) != check.screens.end();
  if (check.name.empty()) return true;
  return std::any_of(page.about.begin(), page.about.end(), [&](const std::string& name) { return walk::fits_name(check.name, name); });
}

bool page(const Plan&, const Check& check, const Seen& seen) {
  return std::any_of(seen.pages.begin(), seen.pages.end(), [&](const auto& one) { return shows(one.second, check); });
}

bool terminal(const Plan&, const Check& check, const Seen& seen) {
  const bool cloud = check.machine == "cloud-shell";
  return std::any_of(seen.pages.begin(), seen.pages.end(), [&](const auto& one) {
    return std::any_of(one.second.components.begin(), one.second.components.end(), [&](const auto& component) {
      if (!cloud) return component.format == "terminal" && !component.value.empty() && one.second.app == "studio";
      return check.value == "ready" ? component.format == "terminal" && one.second.app == "portal" : component.format == "pane";
    });
  });
}

bool exists(const Plan& plan, const Check& check, const Seen& seen) {
  const std::string key = resource_of(plan, check.goal, seen);
  if (key.empty() || seen.at_first.contains(key)) return false;
  const Row& row = *seen.resources.at(key);
  return !is_on_its_way_out(row) && row.state != "Failed" && row.state != "Canceled";
}

bool setting(const Plan& plan, const Check& check, const Seen& seen) {
  return exists(plan, check, seen) && setting_is(body_of(seen, resource_of(plan, check.goal, seen)), check.path, check.how, check.value);
}

bool state(const Plan& plan, const Check& check, const Seen& seen) {
  const std::string key = resource_of(plan, check.goal, seen);
  if (key.empty()) return false;
  const Json body = body_of(seen, key);
  const std::string provisioning = string_at(body, "properties.provisioningState", seen.resources.at(key)->state);
  if (check.value == "ready") return provisioning == "Succeeded";
  if (check.value == "running" || check.value == "stopped") return equals_ignore_case(string_at(body, "properties.properties.state"), check.value);
  const Json* nodes = find_path(body, "properties.properties.currentNodeCount");
  const int count = nodes != nullptr && nodes->is_number() ? nodes->get<int>() : 0;
  if (check.value == "idle") {
    const Json* busy = find_path(body, "properties.properties.nodeStateCounts.runningNodeCount");
    return provisioning == "Succeeded" && (busy == nullptr || !busy->is_number() || busy->get<int>() == 0);
  }
  return check.value == "nodes " + std::to_string(count);
}

bool gone(const Plan& plan, const Check& check, const Seen& seen) {
  const Goal& goal = goal_of(plan, check);
  const auto left = find_resources(seen, goal.type, goal.name);
  if (std::any_of(left.begin(), left.end(), [&](const std::string& key) { return !is_on_its_way_out(*seen.resources.at(key)); })) return false;
  // What never was cannot have been deleted.
  const std::string kind = "/" + to_lower(goal.type.substr(goal.type.rfind('/') + 1)) + "/";
  return std::any_of(seen.ever.begin(), seen.ever.end(), [&](const std::string& key) {
    const auto name = key.rfind('/');
    return name != std::string::npos && key.substr(0, name + 1).ends_with(kind) && (goal.name.empty() || walk::fits_name(goal.name, key.substr(name + 1)));
  });
}

std::string with_user(const std::string& path, const Seen& seen) { return replace_all(path, "{user}", seen.user); }

bool file(const Plan&, const Check& check, const Seen& seen) { return !find_files(seen, with_user(check.name, seen), check.directory).empty(); }

/// Line ends and what follows the last line are the editor's.
std::string plain_text(const std::string& text) { return std::string(trim(replace_all(text, "\r\n", "\n"))); }

bool content(const Plan&, const Check& check, const Seen& seen) {
  for (const auto& path : find_files(seen, with_user(check.name, seen), false)) {
    const auto text = seen.files->read(seen.share, path);
    if (text && plain_text(*text) == plain_text(check.value)) return true;
  }
  return false;
}

bool command(const Plan&, const Check& check, const Seen& seen) {
  const auto times = std::count_if(seen.commands.begin(), seen.commands.end(), [&](const CommandSeen& one) {
    return (check.machine.empty() || one.machine.starts_with(check.machine)) && is_carried_out(check.name, one, check.tolerated);
  });
  return times >= check.nth;
}

bool kernel(const Plan&, const Check& check, const Seen& seen) {
  const auto notebook = read_notebook(seen, check.name);
  return notebook && same_kernel(notebook->kernel, check.value);
}

bool notebook(const Plan&, const Check& check, const Seen& seen) {
  const auto read = read_notebook(seen, check.name);
  return read && read->code_cells > 0 && read->run == read->code_cells && read->failed.empty();
}

/// The guide asks for the other item itself.
bool with_item(const Plan&, const Check&, const Seen&) { return false; }

// In the order of Check::Kind.
constexpr bool (*kHolds[])(const Plan&, const Check&, const Seen&) = {page, terminal, exists, setting, state, gone, file, content, command, kernel, notebook, with_item};

}  // namespace

std::string resource_of(const Plan& plan, int goal, const Seen& seen) {
  std::string best;
  int most = -1;
  for (const auto& key : candidates(plan.goals[static_cast<std::size_t>(goal)], seen)) {
    // What the learner made comes before what was there.
    int fitting = seen.at_first.contains(key) ? 0 : 1;
    const Json body = body_of(seen, key);
    for (const auto& item : plan.items) {
      for (const auto& check : item.checks) fitting += check.kind == Check::Kind::setting && check.goal == goal && setting_is(body, check.path, check.how, check.value) ? 1 : 0;
    }
    if (fitting > most) best = key;
    most = std::max(most, fitting);
  }
  return best;
}

bool holds(const Plan& plan, const Check& check, const Seen& seen) { return kHolds[static_cast<std::size_t>(check.kind)](plan, check, seen); }

}  // namespace azlab::guide
