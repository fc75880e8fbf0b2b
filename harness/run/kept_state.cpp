#include "harness/run/kept_state.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "harness/run/run_directory.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/text.hpp"

namespace azlab::run {
namespace {

namespace fs = std::filesystem;

/// git keeps there when and on which disk it wrote a file; nothing of what it wrote.
bool only_says_when(const std::string& path) { return path.ends_with("/.git/index") || path.find("/.git/logs/") != std::string::npos; }

}  // namespace

void Digest::add(std::string_view piece) { state_ = sha256_hex(state_ + sha256_hex(piece)); }

bool add_files(const std::string& root, const std::string& place, Digest& digest) {
  std::error_code why;
  const fs::path top = fs::path(root) / place;
  std::vector<std::string> paths;
  if (fs::is_directory(top, why)) {
    auto it = fs::recursive_directory_iterator(top, why);
    for (; !why && it != fs::recursive_directory_iterator(); it.increment(why)) paths.push_back(it->path().string());
  } else if (fs::exists(top, why)) {
    paths.push_back(top.string());
  }
  if (why && why != std::errc::no_such_file_or_directory) return false;
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    if (only_says_when(path)) continue;
    digest.add(path.substr(root.size()));
    std::error_code read;
    if (fs::is_symlink(path, read)) {
      digest.add(fs::read_symlink(path, read).string());
    } else if (fs::is_regular_file(path, read)) {
      const auto bytes = read_file(path);
      if (!bytes) return false;
      digest.add(*bytes);
    } else {
      digest.add("directory");
    }
    if (read) return false;
  }
  return true;
}

void add_world(const World& world, Digest& digest) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(Table::last_); ++i) {
    // What was asked is not what there is; ids of requests count what was only looked at, too.
    if (static_cast<Table>(i) == Table::activity) continue;
    digest.add("table " + std::to_string(i));
    world.for_each(static_cast<Table>(i), "", [&](const std::string& key, const RowPtr& row) {
      digest.add(key);
      digest.add(row->type + "\n" + row->state + "\n" + row->location + "\n" + row->body);
      return true;
    });
  }
}

bool copy_place(const std::string& from, const std::string& to, const std::string& place) {
  std::error_code why;
  const fs::path source = fs::path(from) / place;
  const fs::path target = fs::path(to) / place;
  fs::remove_all(target, why);
  if (why) return false;
  if (!fs::exists(source, why)) return true;
  fs::create_directories(target.parent_path(), why);
  fs::copy(source, target, fs::copy_options::recursive | fs::copy_options::copy_symlinks, why);
  return !why;
}

}  // namespace azlab::run
