#include "sim/world_files.hpp"

#include "sim/core/text.hpp"

namespace azlab {
namespace {

std::string key_of(const std::string& share, const std::string& path) { return share + ":" + (path.empty() ? std::string() : "/" + path); }

tl::unexpected<Error> not_found(const std::string& path) { return fail(404, "ResourceNotFound", "The specified resource does not exist: " + path); }

}  // namespace

bool WorldFiles::exists(const std::string& share, const std::string& path) {
  return path.empty() || world_.find(Table::file, key_of(share, path)) != nullptr;
}

Result<std::vector<FileEntry>> WorldFiles::list(const std::string& share, const std::string& directory) {
  const RowPtr row = world_.find(Table::file, key_of(share, directory));
  if (!directory.empty() && (!row || row->type != "directory")) return not_found(directory);
  std::vector<FileEntry> out;
  const std::string prefix = key_of(share, directory) + "/";
  world_.for_each(Table::file, prefix, [&](const std::string& key, const RowPtr& entry) {
    const std::string rest = key.substr(prefix.size());
    if (rest.find('/') == std::string::npos) out.push_back({rest, entry->type == "directory", entry->body.size()});
    return true;
  });
  return out;
}

Result<std::string> WorldFiles::read(const std::string& share, const std::string& path) {
  const RowPtr row = world_.find(Table::file, key_of(share, path));
  if (!row || row->type == "directory") return not_found(path);
  return row->body;
}

Result<void> WorldFiles::write(const std::string& share, const std::string& path, const std::string& bytes) {
  const auto slash = path.rfind('/');
  if (slash != std::string::npos) {
    if (const auto made = make_directory(share, path.substr(0, slash)); !made) return made;
  }
  world_.put(Table::file, key_of(share, path), Row{.body = bytes, .type = "file"});
  return {};
}

Result<void> WorldFiles::make_directory(const std::string& share, const std::string& path) {
  std::string so_far;
  for (const auto& segment : split(path, '/')) {
    if (segment.empty()) continue;
    so_far += (so_far.empty() ? "" : "/") + segment;
    const RowPtr row = world_.find(Table::file, key_of(share, so_far));
    if (row && row->type != "directory") return fail(409, "ResourceTypeMismatch", "A file of that name exists: " + so_far);
    if (!row) world_.put(Table::file, key_of(share, so_far), Row{.body = "", .type = "directory"});
  }
  return {};
}

Result<void> WorldFiles::remove(const std::string& share, const std::string& path) {
  if (!exists(share, path)) return not_found(path);
  std::vector<std::string> keys;
  world_.for_each(Table::file, key_of(share, path) + "/", [&](const std::string& key, const RowPtr&) {
    keys.push_back(key);
    return true;
  });
  for (const auto& key : keys) world_.erase(Table::file, key);
  world_.erase(Table::file, key_of(share, path));
  return {};
}

}  // namespace azlab
