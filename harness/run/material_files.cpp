#include "harness/run/material_files.hpp"

#include <algorithm>
#include <filesystem>

#include "harness/run/run_directory.hpp"

namespace azlab::run {
namespace {

constexpr std::size_t kFilesMost = 20'000;          // of all directories together
constexpr std::uintmax_t kBytesMost = 8U << 20U;  // of a file that is read

/// Adds the files of a directory; hidden folders are passed over.
void add_files(const std::string& directory, std::vector<std::string>& out) {
  std::error_code why;
  const auto last = std::filesystem::recursive_directory_iterator();
  for (auto it = std::filesystem::recursive_directory_iterator(directory, std::filesystem::directory_options::skip_permission_denied, why); !why && it != last && out.size() < kFilesMost; it.increment(why)) {
    if (it->path().filename().string().starts_with(".")) {
      if (it->is_directory(why)) it.disable_recursion_pending();
    } else if (it->is_regular_file(why)) {
      out.push_back(it->path().string());
    }
  }
}

/// "https://host/owner/name.git" -> "host/owner/name", as texts write it in several ways.
std::string bare_address(const std::string& address) {
  const std::size_t scheme = address.find("//");
  std::string out = scheme == std::string::npos ? address : address.substr(scheme + 2);
  if (out.ends_with(".git")) out.resize(out.size() - 4);
  return out;
}

}  // namespace

MaterialFiles::MaterialFiles(const LabState& state) {
  std::error_code why;
  const std::string file = std::filesystem::absolute(state.lab.file, why).lexically_normal().string();
  std::vector<std::string> seen;
  for (const auto& [address, directory] : state.machines.host().clone_map) {
    const bool of_the_lab = state.lab.source.find(bare_address(address)) != std::string::npos || file.starts_with(directory + "/");
    if (!of_the_lab || std::find(seen.begin(), seen.end(), directory) != seen.end()) continue;
    seen.push_back(directory);
    add_files(directory, files_);
  }
}

std::string MaterialFiles::text_of(const std::string& path) const {
  for (std::string end = path; !end.empty();) {
    std::vector<const std::string*> found;
    for (const auto& file : files_) {
      if (file.ends_with("/" + end)) found.push_back(&file);
    }
    if (found.size() > 1) return {};
    std::error_code why;
    if (found.size() == 1) return std::filesystem::file_size(*found[0], why) <= kBytesMost && !why ? read_file(*found[0]).value_or("") : std::string();
    const std::size_t slash = end.find('/');
    end = slash == std::string::npos ? std::string() : end.substr(slash + 1);
  }
  return {};
}

}  // namespace azlab::run
