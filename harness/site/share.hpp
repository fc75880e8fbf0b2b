#pragma once

#include <string>

#include "sim/simulator.hpp"

namespace azlab::site {

/// The files of a workspace's notebook share, read and written as the studio does it for the signed-in person.
class Share {
 public:
  Share(Simulator& simulator, std::string workspace) : simulator_(simulator), workspace_(std::move(workspace)) {}

  /// `path` is relative to the share. Fails with Azure's message: no such file, a path with "..", a folder.
  Result<std::string> read(const std::string& path) const;
  /// Makes the folders on the way.
  Result<void> write(const std::string& path, std::string bytes) const;

 private:
  Result<Response> ask(Method method, const std::string& path, Body body) const;

  Simulator& simulator_;
  std::string workspace_;  ///< its ARM id
};

}  // namespace azlab::site
