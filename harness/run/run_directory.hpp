#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "sim/core/file_store.hpp"

namespace azlab::run {

/// How the name of a file ends that `write_file` has not finished.
constexpr const char* kBeside = ".azlab-new";
/// Removes a directory with all that is in it, read-only folders too.
void remove_directory(const std::string& path);

/// The directory of one lab's run, removed when it goes: homes, shares, the channel's socket, stand-ins.
class RunDirectory {
 public:
  /// In TMPDIR or /tmp. Fails with one line (no room, no permission).
  static Result<std::unique_ptr<RunDirectory>> make();
  ~RunDirectory();
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string channel() const { return path_ + "/channel"; }
  /// Says how the directory gets what belongs in it when something of it is first needed; without it, it begins empty.
  void fill_with(std::function<Result<void>()> fill);
  /// Fills it now, unless it was filled before; from any thread. What that came to.
  Result<void> filled();
  /// Whether it has not been filled, so that it holds what it would be filled with.
  bool is_to_be_filled() const;

  /// The host directory of a file share.
  std::string share(const std::string& name) const { return path_ + "/shares/" + name; }

 private:
  explicit RunDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
  mutable std::mutex mutex_{};  ///< guards what follows
  std::function<Result<void>()> fill_{};
  Result<void> outcome_{};
};

/// File shares as directories, so that processes in the sandbox and the Files pane see one thing.
class DirectoryFiles : public FileStore {
 public:
  /// The shares of a run's directory, which is filled when a file is first asked for and must outlive this.
  explicit DirectoryFiles(RunDirectory& directory) : directory_(&directory), root_(directory.path() + "/shares") {}
  explicit DirectoryFiles(std::string root) : root_(std::move(root)) {}
  Result<std::vector<FileEntry>> list(const std::string& share, const std::string& directory) override;
  Result<std::string> read(const std::string& share, const std::string& path) override;
  Result<void> write(const std::string& share, const std::string& path, const std::string& bytes) override;
  Result<void> make_directory(const std::string& share, const std::string& path) override;
  Result<void> remove(const std::string& share, const std::string& path) override;
  bool exists(const std::string& share, const std::string& path) override;

 private:
  std::string place(const std::string& share, const std::string& path) const;
  RunDirectory* directory_ = nullptr;
  std::string root_;
};

/// Reads a whole file; one clear line when it cannot.
Result<std::string> read_file(const std::string& path);
/// Writes beside and renames, so that a full disk leaves the old file.
Result<void> write_file(const std::string& path, const std::string& bytes);

}  // namespace azlab::run
