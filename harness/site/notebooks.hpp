#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "harness/site/notebook.hpp"

namespace azlab::site {

/// The notebooks that anybody has opened on this site. They and their kernels outlive the tabs that show them. Any thread may call
/// any member.
class Notebooks {
 public:
  explicit Notebooks(const NotebookRoom& room) : room_(room) {}

  /// The notebook of this path in a workspace's share; one object for all who ask.
  std::shared_ptr<Notebook> at(const std::string& workspace, const std::string& path);
  /// Ends the kernels of instances that have stopped. To be called when something changed in Azure.
  void look();

 private:
  NotebookRoom room_;
  std::mutex mutex_{};
  std::map<std::string, std::shared_ptr<Notebook>> notebooks_{};  ///< by workspace and path
  int made_ = 0;
};

}  // namespace azlab::site
