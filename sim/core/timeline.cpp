#include "sim/core/timeline.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace azlab {
namespace {

// Events sort by due time and then by sequence; holds live beside them under their own prefix.
constexpr std::string_view kDue = "due/";
constexpr std::string_view kHold = "hold/";

/// Events again by what they are about, so that cancelling does not read the whole queue.
std::string subject_prefix(std::string_view subject) { return "subject/" + std::string(subject) + "\n"; }

Time time_of_key(std::string_view key, std::string_view prefix) {
  return Time(Duration(std::strtoll(std::string(key.substr(prefix.size(), 20)).c_str(), nullptr, 10)));
}

}  // namespace

std::uint64_t next_number(World& world, const std::string& name) {
  const RowPtr row = world.find(Table::counter, name);
  const std::uint64_t value = row ? std::strtoull(row->body.c_str(), nullptr, 10) : 1;
  world.put(Table::counter, name, Row{.body = std::to_string(value + 1)});
  return value;
}

std::string Timeline::schedule(Event event) {
  const std::uint64_t sequence = next_number(world_, "event");
  std::string key = fmt::format("{}{:020}/{:012}", kDue, event.due.time_since_epoch().count(), sequence);
  const Json body = {{"kind", event.kind}, {"subject", event.subject}, {"args", event.args}};
  world_.put(Table::event, key, Row{.body = dump(body), .type = event.kind, .state = event.subject});
  world_.put(Table::event, subject_prefix(event.subject) + key, Row{.body = key});
  return key;
}

void Timeline::cancel(std::string_view key) {
  const RowPtr row = world_.find(Table::event, key);
  if (!row) return;
  world_.erase(Table::event, subject_prefix(row->state) + std::string(key));
  world_.erase(Table::event, key);
}

void Timeline::cancel_subject(std::string_view subject) {
  std::vector<std::string> keys;
  world_.for_each(Table::event, subject_prefix(subject), [&](const std::string&, const RowPtr& row) {
    keys.push_back(row->body);
    return true;
  });
  for (const auto& key : keys) cancel(key);
}

void Timeline::postpone(std::string_view kind, Duration by) {
  std::vector<Event> later;
  world_.for_each(Table::event, kDue, [&](const std::string& key, const RowPtr& row) {
    if (row->type != kind) return true;
    const auto body = parse_json(row->body);
    later.push_back({.due = time_of_key(key, kDue) + by, .kind = row->type, .subject = row->state, .args = string_at(*body, "args"), .key = key});
    return true;
  });
  for (auto& event : later) {
    cancel(event.key);
    schedule(std::move(event));
  }
}

std::optional<Time> Timeline::next_due_of(const World& world, std::string_view subject) {
  std::optional<Time> due;
  world.for_each(Table::event, subject_prefix(subject), [&](const std::string&, const RowPtr& row) {
    due = time_of_key(row->body, kDue);
    return false;
  });
  return due;
}

std::optional<Time> Timeline::next_due() const {
  std::optional<Time> due;
  world_.for_each(Table::event, kDue, [&](const std::string& key, const RowPtr&) {
    due = time_of_key(key, kDue);
    return false;
  });
  return due;
}

std::optional<Event> Timeline::pop_due(Time limit) {
  std::optional<Event> event;
  world_.for_each(Table::event, kDue, [&](const std::string& key, const RowPtr& row) {
    const Time due = time_of_key(key, kDue);
    if (due > limit) return false;
    const auto body = parse_json(row->body);
    event = Event{.due = due,
                  .kind = row->type,
                  .subject = row->state,
                  .args = body ? string_at(*body, "args") : std::string(),
                  .key = key};
    return false;
  });
  if (event) cancel(event->key);
  return event;
}

void Timeline::hold(const std::string& id, Time until) {
  world_.put(Table::event, std::string(kHold) + id, Row{.body = std::to_string(until.time_since_epoch().count())});
}

void Timeline::release(const std::string& id) { world_.erase(Table::event, std::string(kHold) + id); }

std::optional<Time> Timeline::earliest_hold() const {
  std::optional<Time> earliest;
  world_.for_each(Table::event, kHold, [&](const std::string&, const RowPtr& row) {
    const Time until{Duration(std::strtoll(row->body.c_str(), nullptr, 10))};
    if (!earliest || until < *earliest) earliest = until;
    return true;
  });
  return earliest;
}

}  // namespace azlab
