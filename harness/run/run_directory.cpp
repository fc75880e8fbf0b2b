#include "harness/run/run_directory.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace azlab::run {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> no_such(const std::string& path) {
  return fail(404, "ResourceNotFound", "The specified resource does not exist: " + path);
}

tl::unexpected<Error> failed(const std::string& what, const std::string& path, const std::error_code& why) {
  return fail(500, "FileError", fmt::format("{} {}: {}", what, path, why.message()));
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  std::error_code why;
  if (fs::is_directory(path, why)) return fail(400, "FileError", "cannot read " + path + ": it is a directory");
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(404, "FileError", fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  std::string bytes;
  constexpr std::size_t kPiece = 65536;
  while (in) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kPiece);
    in.read(bytes.data() + before, static_cast<std::streamsize>(kPiece));
    bytes.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return fail(500, "FileError", "cannot read " + path + ": input error");
  return bytes;
}

Result<void> write_file(const std::string& path, const std::string& bytes) {
  const std::string beside = path + kBeside;
  errno = 0;
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << bytes;
  out.close();
  if (!out) {
    const std::string why = std::strerror(errno);
    std::error_code ignored;
    fs::remove(beside, ignored);
    return fail(500, "FileError", fmt::format("cannot write {}: {}", path, why));
  }
  std::error_code why;
  fs::rename(beside, path, why);
  if (!why) return {};
  std::error_code ignored;
  fs::remove(beside, ignored);
  return failed("cannot write", path, why);
}

Result<std::unique_ptr<RunDirectory>> RunDirectory::make() {
  const char* base = std::getenv("TMPDIR");
  std::string pattern = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/azlab-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    return fail(500, "FileError", fmt::format("cannot make a directory for the run ({}): {}; set TMPDIR to a place with room", pattern, std::strerror(errno)));
  }
  return std::unique_ptr<RunDirectory>(new RunDirectory(pattern));
}

void remove_directory(const std::string& path) {
  std::error_code ignored;
  // Homes may hold read-only directories (git objects).
  for (auto it = fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied, ignored); it != fs::recursive_directory_iterator(); it.increment(ignored)) {
    if (ignored) break;
    if (it->is_directory(ignored) && !it->is_symlink(ignored)) fs::permissions(it->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
  }
  fs::remove_all(path, ignored);
}

RunDirectory::~RunDirectory() { remove_directory(path_); }

void RunDirectory::fill_with(std::function<Result<void>()> fill) {
  const std::lock_guard lock(mutex_);
  fill_ = std::move(fill);
}

Result<void> RunDirectory::filled() {
  const std::lock_guard lock(mutex_);
  if (fill_) outcome_ = std::exchange(fill_, nullptr)();
  return outcome_;
}

bool RunDirectory::is_to_be_filled() const {
  const std::lock_guard lock(mutex_);
  return fill_ != nullptr;
}

std::string DirectoryFiles::place(const std::string& share, const std::string& path) const {
  // Where it cannot be filled, the file is not found, and the next terminal says why.
  if (directory_ != nullptr) static_cast<void>(directory_->filled());
  return root_ + "/" + share + (path.empty() ? "" : "/" + path);
}

bool DirectoryFiles::exists(const std::string& share, const std::string& path) {
  std::error_code why;
  return fs::exists(place(share, path), why);
}

Result<std::vector<FileEntry>> DirectoryFiles::list(const std::string& share, const std::string& directory) {
  std::error_code why;
  const std::string at = place(share, directory);
  if (!fs::is_directory(at, why)) {
    if (directory.empty()) return std::vector<FileEntry>{};
    return no_such(directory);
  }
  std::vector<FileEntry> out;
  for (const auto& entry : fs::directory_iterator(at, why)) {
    const std::string name = entry.path().filename();
    if (name == ".git") continue;  // the Files pane does not show it either
    const bool is_directory = entry.is_directory(why);
    out.push_back({name, is_directory, is_directory ? 0 : static_cast<std::uint64_t>(entry.file_size(why))});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

Result<std::string> DirectoryFiles::read(const std::string& share, const std::string& path) {
  std::error_code why;
  if (!fs::is_regular_file(place(share, path), why)) return no_such(path);
  return read_file(place(share, path));
}

Result<void> DirectoryFiles::write(const std::string& share, const std::string& path, const std::string& bytes) {
  std::error_code why;
  fs::create_directories(fs::path(place(share, path)).parent_path(), why);
  if (why) return failed("cannot make the folder of", path, why);
  return write_file(place(share, path), bytes);
}

Result<void> DirectoryFiles::make_directory(const std::string& share, const std::string& path) {
  std::error_code why;
  fs::create_directories(place(share, path), why);
  if (why) return failed("cannot make", path, why);
  return {};
}

Result<void> DirectoryFiles::remove(const std::string& share, const std::string& path) {
  std::error_code why;
  if (!fs::exists(place(share, path), why)) return no_such(path);
  fs::remove_all(place(share, path), why);
  if (why) return failed("cannot remove", path, why);
  return {};
}

}  // namespace azlab::run
