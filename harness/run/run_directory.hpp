#pragma once

#include <memory>
#include <string>

#include "sim/core/file_store.hpp"

namespace azlab::run {

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
  /// The host directory of a file share.
  std::string share(const std::string& name) const { return path_ + "/shares/" + name; }

 private:
  explicit RunDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// File shares as directories, so that processes in the sandbox and the Files pane see one thing.
class DirectoryFiles : public FileStore {
 public:
  explicit DirectoryFiles(std::string root) : root_(std::move(root)) {}
  Result<std::vector<FileEntry>> list(const std::string& share, const std::string& directory) override;
  Result<std::string> read(const std::string& share, const std::string& path) override;
  Result<void> write(const std::string& share, const std::string& path, const std::string& bytes) override;
  Result<void> make_directory(const std::string& share, const std::string& path) override;
  Result<void> remove(const std::string& share, const std::string& path) override;
  bool exists(const std::string& share, const std::string& path) override;

 private:
  std::string place(const std::string& share, const std::string& path) const;
  std::string root_;
};

/// Reads a whole file; one clear line when it cannot.
Result<std::string> read_file(const std::string& path);
/// Writes beside and renames, so that a full disk leaves the old file.
Result<void> write_file(const std::string& path, const std::string& bytes);

}  // namespace azlab::run
