#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/result.hpp"

namespace azlab {

struct FileEntry {
  std::string name;
  bool is_directory = false;
  std::uint64_t size_bytes = 0;
};

/// Contents of file shares: what a compute instance sees under `cloudfiles/code` and the studio's Files pane
/// lists is one thing. The harness backs it with directories of the run, so that processes and the pane agree;
/// the library's default keeps it in memory. Paths use '/', are relative to the share and never hold "..".
class FileStore {
 public:
  virtual ~FileStore() = default;
  /// Sorted by name; ResourceNotFound (404) when the directory does not exist.
  virtual Result<std::vector<FileEntry>> list(const std::string& share, const std::string& directory) = 0;
  virtual Result<std::string> read(const std::string& share, const std::string& path) = 0;
  virtual Result<void> write(const std::string& share, const std::string& path, const std::string& bytes) = 0;
  virtual Result<void> make_directory(const std::string& share, const std::string& path) = 0;
  virtual Result<void> remove(const std::string& share, const std::string& path) = 0;
  virtual bool exists(const std::string& share, const std::string& path) = 0;
};

}  // namespace azlab
