#include "harness/admin/snapshots.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/admin/routes.hpp"

namespace azlab::admin {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kNameBytesMax = 100;

/// A name is a segment of a path and of a directory.
bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= kNameBytesMax && name[0] != '.' && name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == std::string::npos;
}

Json snapshot_json(const std::string& name, Time at) { return {{"name", name}, {"at", to_iso8601(at)}}; }

tl::unexpected<Error> no_such(const std::string& name) { return fail(404, "NoSuchSnapshot", fmt::format("there is no snapshot '{}'", name)); }

/// The copy of what lies in the shares now; empty when nothing does.
Result<std::string> keep_shares(const Surroundings& around, const std::string& name) {
  std::error_code why;
  if (around.shares.empty() || !fs::is_directory(around.shares, why) || fs::is_empty(around.shares, why)) return std::string();
  const std::string copy = around.directory + "/snapshots/" + name;
  fs::create_directories(copy, why);
  if (!why) fs::copy(around.shares, copy, fs::copy_options::recursive | fs::copy_options::copy_symlinks, why);
  if (why) return fail(500, "FileError", "cannot keep the files of the shares: " + why.message());
  return copy;
}

}  // namespace

Result<void> put_shares_back(const Surroundings& around, const std::string& copy) {
  std::error_code why;
  if (around.shares.empty()) return {};
  fs::create_directories(around.shares, why);
  for (auto entry = fs::directory_iterator(around.shares, why); !why && entry != fs::directory_iterator(); entry.increment(why)) fs::remove_all(entry->path(), why);
  if (!why && !copy.empty()) fs::copy(copy, around.shares, fs::copy_options::recursive | fs::copy_options::copy_symlinks, why);
  if (why) return fail(500, "FileError", "cannot put the files of the shares back: " + why.message());
  return {};
}

bool Snapshots::add(const std::string& name, Taken taken) {
  const std::lock_guard lock(mutex_);
  return taken_.size() < kMost && taken_.emplace(name, std::move(taken)).second;
}

std::optional<Snapshots::Taken> Snapshots::find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = taken_.find(name);
  return found == taken_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Snapshots::Taken> Snapshots::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto node = taken_.extract(name);
  return node.empty() ? std::nullopt : std::optional(std::move(node.mapped()));
}

std::vector<std::pair<std::string, Time>> Snapshots::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, Time>> out;
  for (const auto& [name, taken] : taken_) out.emplace_back(name, taken.snapshot.now);
  return out;
}

std::string Snapshots::next_name() {
  const std::lock_guard lock(mutex_);
  std::string name;
  do {
    name = fmt::format("snapshot-{}", ++named_);
  } while (taken_.contains(name));
  return name;
}

Result<Response> list_snapshots(const Asked& asked) {
  Json list = Json::array();
  for (const auto& [name, at] : asked.snapshots.list()) list.push_back(snapshot_json(name, at));
  return json_response(200, {{"snapshots", list}});
}

Result<Response> take_snapshot(const Asked& asked) {
  const auto body = body_of(asked, {"name"});
  if (!body) return fail(body.error());
  const std::string name = body->contains("name") ? string_at(*body, "name") : asked.snapshots.next_name();
  if (!is_name(name)) return invalid(fmt::format("\"name\" must be of letters, digits, '-', '_' and '.', at most {} of them, and not begin with '.'", kNameBytesMax));
  if (asked.snapshots.find(name)) return fail(409, "SnapshotExists", fmt::format("there is a snapshot '{}' already", name));
  auto shares = keep_shares(asked.around, name);
  if (!shares) return fail(shares.error());
  Snapshots::Taken taken{.snapshot = asked.simulator.snapshot(), .shares = std::move(*shares)};
  const Time at = taken.snapshot.now;
  if (!asked.snapshots.add(name, std::move(taken))) return fail(409, "SnapshotExists", fmt::format("there is a snapshot '{}' already, or there are {} of them", name, Snapshots::kMost));
  return json_response(201, snapshot_json(name, at));
}

Result<Response> restore_snapshot(const Asked& asked) {
  const auto& name = asked.arguments[0];
  if (const auto body = body_of(asked, {}); !body) return fail(body.error());
  const auto taken = asked.snapshots.find(name);
  if (!taken) return no_such(name);
  if (const auto kept = asked.simulator.restore(taken->snapshot); !kept) return fail(kept.error());
  if (const auto back = put_shares_back(asked.around, taken->shares); !back) return fail(back.error());
  return json_response(200, clock_json(asked.simulator));
}

Result<Response> drop_snapshot(const Asked& asked) {
  const auto taken = asked.snapshots.remove(asked.arguments[0]);
  if (!taken) return no_such(asked.arguments[0]);
  std::error_code ignored;
  if (!taken->shares.empty()) fs::remove_all(taken->shares, ignored);
  return empty_response(204);
}

}  // namespace azlab::admin
