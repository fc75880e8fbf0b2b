#pragma once

#include "sim/core/file_store.hpp"
#include "sim/core/world.hpp"

namespace azlab {

/// The library's own FileStore: files are rows of the World, so snapshots hold them. Keys are
/// "<share>/<path>"; a directory is a row with type "directory".
class WorldFiles : public FileStore {
 public:
  explicit WorldFiles(World& world) : world_(world) {}
  Result<std::vector<FileEntry>> list(const std::string& share, const std::string& directory) override;
  Result<std::string> read(const std::string& share, const std::string& path) override;
  Result<void> write(const std::string& share, const std::string& path, const std::string& bytes) override;
  Result<void> make_directory(const std::string& share, const std::string& path) override;
  Result<void> remove(const std::string& share, const std::string& path) override;
  bool exists(const std::string& share, const std::string& path) override;

 private:
  World& world_;
};

}  // namespace azlab
