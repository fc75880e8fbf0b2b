#include "harness/guide/seen.hpp"

#include <algorithm>

#include "harness/walk/match.hpp"
#include "sim/core/text.hpp"

namespace azlab::guide {
namespace {

constexpr int kDepthMax = 8;
constexpr std::size_t kFilesMax = 5000;

struct Search {
  const Seen& seen;
  const std::string& wanted;
  bool directories;
  std::vector<std::string> found{};
  std::vector<std::string>* others;
  std::size_t looked = 0;

  void below(const std::string& folder, int depth) {
    const auto entries = depth > kDepthMax ? Result<std::vector<FileEntry>>(std::vector<FileEntry>{}) : seen.files->list(seen.share, folder);
    if (!entries) return;
    for (const auto& entry : *entries) {
      if (++looked > kFilesMax) return;
      const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
      const bool fits = path == wanted || path.ends_with("/" + wanted);
      if (entry.is_directory == directories && fits) found.push_back(path);
      if (entry.is_directory == directories && !fits && others != nullptr) others->push_back(path);
      if (entry.is_directory) below(path, depth + 1);
    }
  }
};

}  // namespace

PageSeen page_seen(const portal::Session& session) { return session.apps().empty() ? PageSeen{} : page_seen(session, session.view()); }

PageSeen page_seen(const portal::Session& session, const portal::View& view) {
  PageSeen out{.apps = session.apps()};
  out.app = view.app;
  out.screen = view.screen;
  out.title = view.title;
  for (const char* parameter : {"resourceGroup", "workspaceId", "resourceId"}) {
    const std::string value = session.parameter(parameter);
    if (!value.empty()) out.about.push_back(name_of(value));
  }
  walk::each_control(view.controls, [&](const portal::Control& control) {
    if (control.kind == "component") out.components.push_back({.id = control.id, .format = control.format, .value = control.value});
  });
  return out;
}

std::string name_of(std::string_view key) { return std::string(key.substr(key.rfind('/') + 1)); }

std::vector<std::string> find_resources(const Seen& seen, std::string_view type, std::string_view name) {
  std::vector<std::string> out;
  for (const auto& [key, row] : seen.resources) {
    if (row->type == type && (name.empty() || walk::fits_name(name, name_of(key)))) out.push_back(key);
  }
  return out;
}

std::vector<std::string> find_files(const Seen& seen, const std::string& wanted, bool directories, std::vector<std::string>* others) {
  if (seen.files == nullptr || seen.share.empty()) return {};
  Search search{.seen = seen, .wanted = wanted, .directories = directories, .others = others};
  search.below("", 0);
  const std::string own = "Users/" + seen.user + "/";
  std::stable_partition(search.found.begin(), search.found.end(), [&](const std::string& path) { return path.starts_with(own); });
  return std::move(search.found);
}

}  // namespace azlab::guide
