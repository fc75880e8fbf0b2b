#include "harness/run/state_change.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "sim/core/json.hpp"

namespace azlab::run {
namespace {

std::string resource_line(const std::string& mark, const std::string& key, const Row& row, const std::string& state) {
  const auto body = parse_json(row.body);
  std::string name = body ? string_at(*body, "name") : std::string();
  if (name.empty()) name = key.substr(key.rfind('/') + 1);
  return mark + " " + row.type + "/" + name + (state.empty() ? "" : " (" + state + ")");
}

}  // namespace

std::vector<std::string> state_changes(const World& before, const World& after) {
  // By key, so that what went stands where it was among what is there.
  std::map<std::string, std::string> lines;
  after.for_each(Table::resource, "", [&](const std::string& key, const RowPtr& row) {
    const RowPtr old = before.find(Table::resource, key);
    if (old == row) return true;
    if (!old) {
      lines[key] = resource_line("+", key, *row, row->state);
    } else {
      const bool moved = old->state != row->state;
      lines[key] = resource_line("~", key, *row, moved ? old->state + " -> " + row->state : row->state);
    }
    return true;
  });
  before.for_each(Table::resource, "", [&](const std::string& key, const RowPtr& row) {
    if (!after.find(Table::resource, key)) lines[key] = resource_line("-", key, *row, "");
    return true;
  });
  std::vector<std::string> out;
  for (auto& [key, line] : lines) out.push_back(std::move(line));
  return out;
}

}  // namespace azlab::run
