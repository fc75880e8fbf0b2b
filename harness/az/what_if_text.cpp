#include "harness/az/what_if_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "sim/core/resource_id.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

/// A kind of change: its sign, how the legend calls it, and in which order kinds come.
struct ChangeKind {
  std::string_view name;
  char sign;
  std::string_view legend;
  std::string_view count;  ///< behind its number in the summary; empty: of properties only
};
// In the order in which the legend and the resources stand. az writes the legend's words with Python's title().
constexpr ChangeKind kKinds[] = {{"Delete", '-', "Delete", "to delete"},         {"Create", '+', "Create", "to create"},
                                 {"Deploy", '!', "Deploy", "to deploy"},         {"Modify", '~', "Modify", "to modify"},
                                 {"NoChange", '=', "Nochange", "no change"},     {"Unsupported", 'x', "Unsupported", "unsupported"},
                                 {"Ignore", '*', "Ignore", "to ignore"},         {"NoEffect", 'x', "Noeffect", ""}};

/// "Array" stands in answers for a change inside a list and is shown as a modification.
std::size_t kind_of(std::string_view name) {
  const std::string_view shown = name == "Array" ? "Modify" : name;
  const auto found = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const ChangeKind& kind) { return kind.name == shown; });
  return static_cast<std::size_t>(found - std::begin(kKinds));
}

const Json& member(const Json& of, const char* name) {
  static const Json kNull;
  const auto found = of.find(name);
  return found == of.end() ? kNull : *found;
}

bool is_full_list(const Json& value) { return value.is_array() && !value.empty(); }
bool is_full_object(const Json& value) { return value.is_object() && !value.empty(); }
bool is_leaf(const Json& value) { return !is_full_list(value) && !is_full_object(value); }

using Changes = std::vector<const Json*>;

Changes list_of(const Json& value) {
  Changes out;
  if (value.is_array()) {
    for (const Json& one : value) out.push_back(&one);
  }
  return out;
}

/// Where a resource is, and how it is called there.
struct Place {
  std::string scope;
  std::string name;
};

Place place_of(const Json& change) {
  const auto id = ResourceId::parse(string_at(change, "resourceId"));
  if (!id) return {.scope = "/", .name = string_at(change, "resourceId")};
  const std::string subscription = "/subscriptions/" + to_lower(id->subscription);
  if (id->provider.empty()) return {.scope = subscription, .name = "resourceGroups/" + id->resource_group};
  const std::string whole = id->to_string();
  const auto at = whole.find("/providers/");
  return {.scope = id->resource_group.empty() ? subscription : subscription + "/resourceGroups/" + id->resource_group, .name = whole.substr(at + sizeof "/providers/" - 1)};
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

class Text {
 public:
  std::string out{};

  void indent(std::size_t level) { out.append(2 * level, ' '); }

  /// "path:" and the blanks behind it; nothing where there is no path.
  void label(const std::string& path, std::size_t width, std::size_t level, char sign = '\0') {
    if (path.empty()) return;
    indent(level);
    if (sign != '\0') out.append({sign, ' '});
    out += path + ":";
    out.append(width, ' ');
  }

  /// `width`: of the longest path beside this one, which the values behind short ones are aligned to.
  void value(const Json& it, const std::string& path, std::size_t width, std::size_t level) {
    if (is_full_object(it)) return object(it, path, width, level);
    label(path, is_full_list(it) ? 1 : blanks(width, path), level);
    if (is_full_list(it)) {
      list(it, level);
    } else {
      leaf(it);
    }
  }

  void properties(Changes changes, std::size_t level) {
    std::size_t width = 0;
    for (const Json* change : changes) {
      const std::string type = string_at(*change, "propertyChangeType");
      const bool counts = type == "Create" ? is_leaf(member(*change, "after")) : type == "Delete" || type == "Modify" ? is_leaf(member(*change, "before")) : !is_full_list(member(*change, "children"));
      if (counts) width = std::max(width, string_at(*change, "path").size());
    }
    for (const Json* change : changes) {
      property(*change, width, level);
      out += "\n";
    }
  }

  /// By kind, then by name.
  static Changes in_order(const Json& changes) {
    Changes out = list_of(changes);
    std::stable_sort(out.begin(), out.end(), [](const Json* a, const Json* b) { return key(*a) < key(*b); });
    return out;
  }

 private:
  static std::pair<std::size_t, std::string> key(const Json& change) { return {kind_of(string_at(change, "propertyChangeType")), string_at(change, "path")}; }

  static long index_of(const Json& change) { return std::strtol(string_at(change, "path").c_str(), nullptr, 10); }

  static std::size_t blanks(std::size_t width, const std::string& path) { return width + 1 > path.size() ? width + 1 - path.size() : 0; }

  void leaf(const Json& it) { out += it.is_string() ? "\"" + it.get<std::string>() + "\"" : dump(it); }

  void list(const Json& it, std::size_t level) {
    out += "[\n";
    std::size_t last_leaf = 0;
    for (std::size_t i = 0; i < it.size(); ++i) {
      if (is_leaf(it[i])) last_leaf = i;
    }
    const std::size_t width = std::to_string(last_leaf).size();
    for (std::size_t i = 0; i < it.size(); ++i) {
      const std::string path = std::to_string(i);
      if (is_full_object(it[i])) {
        label(path, 0, level + 1);
        object(it[i], "", 0, level + 1);
      } else {
        value(it[i], path, width, level + 1);
      }
      out += "\n";
    }
    indent(level);
    out += "]";
  }

  void object(const Json& it, const std::string& path, std::size_t width, std::size_t level) {
    if (path.empty()) {
      out += "\n\n";
      width = longest_path(it);
      ++level;
    }
    for (const auto& [name, child] : it.items()) {
      value(child, path.empty() ? name : path + "." + name, width, level);
      if (!is_full_object(child)) out += "\n";
    }
  }

  /// Lists do not count: the values beside them would stand far to the right.
  static std::size_t longest_path(const Json& object) {
    std::size_t longest = 0;
    for (const auto& [name, child] : object.items()) {
      if (is_full_list(child)) continue;
      longest = std::max(longest, name.size() + (is_full_object(child) ? 1 + longest_path(child) : 0));
    }
    return longest;
  }

  void property(const Json& change, std::size_t width, std::size_t level) {
    const std::string type = string_at(change, "propertyChangeType");
    const std::string path = string_at(change, "path");
    const Json& children = member(change, "children");
    const Json& shown = member(change, type == "Array" ? "children" : type == "Delete" || type == "Modify" ? "before" : "after");
    std::size_t behind = blanks(width, path);
    if (is_full_list(shown)) behind = 1;
    if (is_full_object(shown) || (type == "Modify" && is_full_list(children))) behind = 0;
    label(path, behind, level, kKinds[kind_of(type)].sign);
    if (type == "Modify") return modified(member(change, "before"), member(change, "after"), children, level + 1);
    if (type == "Array") return inside_list(path, children, level + 1);
    value(shown, "", 0, level + 1);
  }

  void modified(const Json& before, const Json& after, const Json& children, std::size_t level) {
    if (is_full_list(children)) {
      out += "\n\n";
      return properties(in_order(children), level);
    }
    value(before, "", 0, level);
    if (is_full_object(before)) {
      out += "\n";
      indent(level);
    } else {
      out += " ";
    }
    out += is_full_object(after) ? "=>" : "=> ";
    value(after, "", 0, level);
    if (!is_leaf(before) && is_leaf(after)) out += "\n";
  }

  void inside_list(const std::string& path, const Json& children, std::size_t level) {
    if (path.empty()) indent(--level);
    if (!is_full_list(children)) {
      out += "[]\n";
      return;
    }
    out += "[\n";
    Changes changes = in_order(children);
    std::stable_sort(changes.begin(), changes.end(), [](const Json* a, const Json* b) { return index_of(*a) < index_of(*b); });
    properties(changes, level);
    indent(level);
    out += "]";
  }
};

void collect_kinds(const Json& delta, std::set<std::size_t>& kinds) {
  for (const Json* change : list_of(delta)) {
    kinds.insert(kind_of(string_at(*change, "propertyChangeType")));
    collect_kinds(member(*change, "children"), kinds);
  }
}

void write_legend(const Changes& changes, Text& text) {
  std::set<std::size_t> kinds;
  for (const Json* change : changes) {
    kinds.insert(kind_of(string_at(*change, "changeType")));
    collect_kinds(member(*change, "delta"), kinds);
  }
  if (changes.empty()) return;
  text.out += fmt::format("Resource and property changes are indicated with {}:\n", kinds.size() == 1 ? "this symbol" : "these symbols");
  for (const std::size_t kind : kinds) text.out += fmt::format("  {} {}\n", kKinds[kind].sign, kKinds[kind].legend);
}

void write_resource(const Json& change, bool last, Text& text) {
  const Json& before = member(change, "before");
  const Json& after = member(change, "after");
  const std::string type = string_at(change, "changeType");
  const std::string version = string_at(is_full_object(before) ? before : after, "apiVersion");
  text.out += fmt::format("\n  {} {}{}", kKinds[kind_of(type)].sign, place_of(change).name, version.empty() ? "" : " [" + version + "]");
  if (type == "Create" && is_full_object(after)) {
    text.value(after, "", 0, 2);
  } else if (type == "Delete" && is_full_object(before)) {
    text.value(before, "", 0, 2);
  } else if (is_full_list(member(change, "delta"))) {
    text.out += "\n";
    text.properties(Text::in_order(change["delta"]), 2);
  } else if (last) {
    text.out += "\n";
  }
}

void write_changes(const Changes& changes, std::string_view introduction, Text& text) {
  if (changes.empty()) return;
  std::map<std::string, Changes> scopes;
  for (const Json* change : changes) scopes[upper(place_of(*change).scope)].push_back(change);
  text.out += fmt::format("\n{} {}:\n", introduction, scopes.size() == 1 ? "scope" : "scopes");
  for (auto& [unused, inside] : scopes) {
    text.out += fmt::format("\nScope: {}\n", place_of(*inside.front()).scope);
    const auto key = [](const Json* change) { return std::pair(kind_of(string_at(*change, "changeType")), place_of(*change).name); };
    std::stable_sort(inside.begin(), inside.end(), [&](const Json* a, const Json* b) { return key(a) < key(b); });
    for (const Json* change : inside) write_resource(*change, change == inside.back(), text);
  }
}

std::string summary_of(const Changes& changes) {
  std::map<std::size_t, int> counts;
  for (const Json* change : changes) ++counts[kind_of(string_at(*change, "changeType"))];
  std::vector<std::string> parts;
  for (const auto& [kind, count] : counts) parts.push_back(fmt::format("{} {}", count, kKinds[kind].count));
  return parts.empty() ? "no change." : join(parts, ", ") + ".";
}

void write_diagnostics(const Changes& changes, const Json& diagnostics, Text& text) {
  std::vector<std::string> lines;
  for (const Json* change : changes) {
    if (string_at(*change, "changeType") == "Unsupported") lines.push_back(fmt::format("{} (Unsupported) {}", string_at(*change, "resourceId"), string_at(*change, "unsupportedReason")));
  }
  for (const Json* one : list_of(diagnostics)) lines.push_back(fmt::format("{} ({}) {}", string_at(*one, "target"), string_at(*one, "code"), string_at(*one, "message")));
  if (lines.empty()) return;
  text.out += fmt::format("\n\nDiagnostics ({}): \n{}\n", lines.size(), join(lines, "\n"));
}

}  // namespace

std::string what_if_text(const Json& result) {
  Text text;
  text.out =
      "Note: The result may contain false positive predictions (noise).\n"
      "You can help us improve the accuracy of the result by opening an issue here: https://aka.ms/WhatIfIssues\n"
      "NOTICE! - Want to get What-if without noise? Move to Deployment Stacks What-If https://aka.ms/stackswhatifGA\n\n";
  const Changes changes = list_of(member(result, "changes"));
  const Changes potential = list_of(member(result, "potentialChanges"));
  write_legend(changes, text);
  write_changes(changes, "The deployment will update the following", text);
  text.out += "\nResource changes: " + summary_of(changes);
  write_changes(potential, "The following change MAY OR MAY NOT be deployed to the following", text);
  if (!potential.empty()) text.out += "\nPotential changes: " + summary_of(potential);
  Changes all = changes;
  all.insert(all.end(), potential.begin(), potential.end());
  write_diagnostics(all, member(result, "diagnostics"), text);
  return text.out;
}

}  // namespace azlab::az
